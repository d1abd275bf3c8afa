"""A framework of any size, as CSV tables: agencies that are each asked for the same sixty figures."""

from __future__ import annotations

import csv
import random
from dataclasses import fields, replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from dapf_xl.catalogue.tables import TABLES, Settings, columns_of
from dapf_xl.observations import Observation
from dapf_xl.periods import Period
from dapf_xl.returns.reading import ReadReturn
from dapf_xl.rules import CheckedReturn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dapf_xl.workspace import Workspace

PERIOD = "2014-15-Q3"
EARLIER = ("2013-14-Q3", "2013-14-Q4", "2014-15-Q1", "2014-15-Q2")
"""The quarters that the history columns show."""

GROUPS = ("Prevent", "Protect", "Pursue", "Recover")
PROVIDERS = ("nps", "crc", "cafcass", "voluntary", "total")
RATIOS, PERCENTAGES, COUNTS, NARRATIVES = 12, 10, 16, 3
"""Indicators of each kind; with a table by provider, a sum of money and a date they ask for sixty figures."""
ASKED = 60

OWED, PROVISIONAL, COMMENTED = 0.03, 0.05, 0.15
"""Shares of the figures that are still owed, that may still change, and that have a comment."""
COMMENTS = (
    "Two quarters together: the service moved to a new case system in October.",
    "Higher than usual because a national campaign ran in November.",
    "Includes referrals that are still being assessed.",
    "The worker was on leave; figures were taken from the weekly sheets.",
    "Counted by victim, not by incident.",
)

SHOWN = (*EARLIER, PERIOD)
"""The quarters that a return shows; in each, whole numbers have an ending of their own."""
ENDS = len(SHOWN)

Row = dict[str, object]
Figure = tuple[str, str]
"""Item and category."""
ItemEnd = tuple[str, str, str]
"""End of an item's id, its label and its type."""


class Indicator(NamedTuple):
    """An indicator with its items, as far as they differ."""

    id: str
    title: str
    derivation: str
    items: tuple[ItemEnd, ...]


def indicators() -> list[Indicator]:
    """Return the framework's indicators, in the catalogue's order."""
    found = []
    for number in range(1, RATIOS + 1):
        part = ("part", f"Cases with outcome {number}", "count")
        whole = ("whole", f"Cases closed by team {number}", "count")
        found.append(Indicator(f"A{number:02}", f"Share of closed cases with outcome {number}", "ratio", (part, whole)))
    for number in range(1, PERCENTAGES + 1):
        share = ("stated", f"Victims who took up support {number}, as a share", "percent")
        found.append(Indicator(f"B{number:02}", f"Take-up of support {number} among victims", "stated", (share,)))
    for number in range(1, COUNTS + 1):
        label = f"Referrals received by route {number}"
        found.append(Indicator(f"C{number:02}", label, "count", (("count", label, "count"),)))
    found += [
        Indicator("D01", "Perpetrators who started a programme", "count", (("starts", "Perpetrators", "count"),)),
        Indicator("E01", "Spent on refuge places", "count", (("spent", "Spent on refuge places", "money"),)),
        Indicator("E02", "Last meeting of the board", "stated", (("met", "Date of the last meeting", "date"),)),
    ]
    for number in range(1, NARRATIVES + 1):
        label = f"Commentary {number}"
        found.append(Indicator(f"N{number:02}", label, "text", (("words", label, "text"),)))
    return found


def names_of(agencies: int) -> list[str]:
    """Return the ids of the agencies."""
    return [f"agency-{number:04}" for number in range(1, agencies + 1)]


def write_framework(folder: Path, agencies: int) -> None:
    """Write the catalogue's tables into a folder.

    Args:
        folder: Where the CSV files go.
        agencies: How many agencies supply figures.
    """
    folder.mkdir(parents=True, exist_ok=True)
    asked = indicators()
    names = names_of(agencies)
    tables: dict[str, list[Row]] = {
        "agencies": [{"id": name, "name": f"Agency {name[-4:]}", "mailbox": f"{name}@example.org"} for name in names],
        "indicators": [_indicator(number, each) for number, each in enumerate(asked)],
        "items": [_item(each, item) for each in asked for item in each.items],
        "breakdowns": [
            {
                "breakdown": "provider",
                "category": name,
                "label": name.title(),
                "role": "total" if name == "total" else "part",
            }
            for name in PROVIDERS
        ],
        "asks": [
            {"item": f"{each.id}.{end}", "supplier": name, "frequency": "quarter"}
            for each in asked
            for end, _, _ in each.items
            for name in names
        ],
        "targets": [
            {"indicator": each.id, "text": "70%"} for each in asked if each.derivation == "ratio" or each.id[0] == "B"
        ],
        "rules": _rules(asked),
        "qa": [],
        "views": [{"view": "committee", "heading": "Protect", "indicator": each.id} for each in asked[:5]],
        "comparators": [],
        "history": [],
    }
    _write(
        folder / "framework.csv",
        ["setting", "value"],
        [{"setting": key, "value": value} for key, value in _settings().items()],
    )
    for table, rows in tables.items():
        _write(folder / f"{table}.csv", list(columns_of(TABLES[table])), rows)


def _role(category: str) -> str:
    return "total" if category == "total" else "part"


def _write(path: Path, columns: list[str], rows: list[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _settings() -> Row:
    values: Row = {field.name: "" for field in fields(Settings)}
    return values | {
        "id": "benchmark",
        "title": "Benchmark framework",
        "area": "Anywhere",
        "issuer": "Benchmark Council",
        "version": "1",
        "year_start": "4",
        "groups": "group",
        "tolerance": "10",
        "tolerance_basis": "relative",
        "amber_rule": "within_tolerance",
        "minimum_denominator": "10",
        "disclosure_threshold": "5",
        "deadline_days": "28",
        "marking": "OFFICIAL-SENSITIVE",
        "contact": "the performance lead, performance@council.example.org",
    }


def _indicator(number: int, each: Indicator) -> Row:
    row: Row = {
        "id": each.id,
        "title": each.title,
        "group": GROUPS[number * len(GROUPS) // 44 % len(GROUPS)],
        "strands": GROUPS[number % len(GROUPS)],
        "definition": f"{each.title} in the quarter: every case that was open on any of its days, counted once.",
        "definition_version": "1",
        "rationale": "Whether the service reaches those who need it, and whether they are better off for it.",
        "polarity": "none" if each.derivation == "text" else "higher",
        "polarity_reason": "" if each.derivation == "text" else "More of it is what the strategy wants.",
        "derivation": each.derivation,
        "decimals": "1" if each.id[0] in "AB" else "0",
        "over_time": {"ratio": "ratio_of_sums", "count": "sum"}.get(each.derivation, "none"),
        "over_agencies": {"ratio": "ratio_of_sums", "count": "sum"}.get(each.derivation, "none"),
        "headline": "yes" if each.id in {"A01", "B01", "C01"} else "no",
        "status": "live",
    }
    items = [f"{each.id}.{end}" for end, _, _ in each.items]
    if each.derivation == "ratio":
        return row | {"numerator": items[0], "denominator": items[1]}
    return row if each.derivation == "text" else row | {"measure": items[0]}


def _item(each: Indicator, item: ItemEnd) -> Row:
    end, label, kind = item
    row: Row = {"id": f"{each.id}.{end}", "indicator": each.id, "label": label, "type": kind, "required": "yes"}
    if kind == "count":
        row |= {"minimum": "0", "hint": "A whole number; 0 if there were none."}
    if kind == "percent":
        row |= {"minimum": "0", "maximum": "100", "hint": "A percentage, for example 36.4%."}
    if end == "starts":
        row |= {"breakdowns": "provider"}
    if kind == "text":
        row |= {"hint": "A few sentences. Name nobody."}
    return row


def _rules(asked: list[Indicator]) -> list[Row]:
    shares: list[Row] = [
        {
            "id": f"{each.id}.share",
            "kind": "not_more_than",
            "left": f"{each.id}.part",
            "right": f"{each.id}.whole",
            "same_cohort": "yes",
        }
        for each in asked
        if each.derivation == "ratio"
    ]
    return [
        *shares,
        {"id": "D01.sum", "kind": "sum_of_parts", "left": "D01.starts", "right": "D01.starts", "same_cohort": "yes"},
    ]


def record_earlier_rounds(workspace: Workspace, agencies: int) -> None:
    """Record four earlier rounds in a workspace's ledger; of the last, some figures are owed or provisional."""
    asked = indicators()
    with workspace.ledger() as ledger, ledger.transaction():
        for label in EARLIER:
            period = Period.parse(label)
            returns = []
            for name in names_of(agencies):
                read = ReadReturn(
                    Path(f"{name}_{label}.xlsx"), sha256=f"{name} {label}", saved=period.last_day.isoformat()
                )
                observations = list(_earlier(name, period, asked))
                returns.append(CheckedReturn(read, name, period, observations=observations, asked=ASKED, given=ASKED))
            ledger.record_checked(returns, period)


def _earlier(agency: str, period: Period, asked: list[Indicator]) -> Iterator[Observation]:
    chance = random.Random(f"{agency} {period.label}: said of it")  # noqa: S311  (no secret)
    for (item, category), value in figures_of(agency, period, asked).items():
        entry = Observation(item, category, agency, period, value=Decimal(value), comment=comment(chance, period))
        drawn = chance.random() if period.label == EARLIER[-1] else 1
        if drawn < OWED:
            entry = replace(entry, value=None, replacement="[x]", reason="awaiting release")
        elif drawn < OWED + PROVISIONAL:
            entry = replace(entry, markers="[p]")
        yield entry


def comment(chance: random.Random, period: Period) -> str:
    """Return what an officer says beside a figure of a quarter, mostly nothing."""
    return f"{period.words}: {chance.choice(COMMENTS)}" if chance.random() < COMMENTED else ""


def figures_of(agency: str, period: Period, asked: list[Indicator]) -> dict[Figure, str]:
    """Return an agency's numbers of a quarter, by item and category: plausible, and in keeping with every rule.

    Each figure keeps about one level from quarter to quarter, and is never what it was in another of the quarters
    that a return shows: each quarter's whole numbers have an ending of their own.
    """
    chance = random.Random(f"{agency} {period.label}")  # noqa: S311  (no secret)
    found: dict[Figure, str] = {}
    for each in asked:
        level = random.Random(f"{agency} {each.id}")  # noqa: S311
        found |= _figures(each, level, chance, SHOWN.index(period.label))
    return found


def _figures(each: Indicator, level: random.Random, chance: random.Random, end: int) -> dict[Figure, str]:
    def about(least: int, most: int) -> int:
        number = round(level.randint(least, most) * chance.uniform(0.92, 1.08))
        return number - number % ENDS + end

    name = f"{each.id}.{each.items[0][0]}"
    if each.derivation == "ratio":
        whole = about(20, 400)
        part = round(whole * level.uniform(0.5, 0.8) * chance.uniform(0.95, 1.05))
        return {(name, ""): str(part - part % ENDS + end), (f"{each.id}.whole", ""): str(whole)}
    if each.id == "D01":
        parts = [about(5, 60) for _ in PROVIDERS[:-1]]
        named = zip(PROVIDERS, [*parts, sum(parts)], strict=True)
        return {(name, category): str(value) for category, value in named}
    kind = each.items[0][2]
    if kind == "percent":
        return {(name, ""): str(about(300, 900) / 10)}
    return {(name, ""): str(about(5, 2000))} if kind in {"count", "money"} else {}
