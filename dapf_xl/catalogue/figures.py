"""What can be wrong with targets and with figures already published."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache
from itertools import combinations
from typing import TYPE_CHECKING

from dapf_xl.catalogue.framework import figure_words, split_figure
from dapf_xl.catalogue.rows import overlap
from dapf_xl.catalogue.sources import did_you_mean, listed, nearest_of
from dapf_xl.catalogue.targets import parse_target
from dapf_xl.findings import Code

if TYPE_CHECKING:
    from collections.abc import Callable
    from decimal import Decimal

    from dapf_xl.catalogue.rows import Entry, Tables
    from dapf_xl.catalogue.targets import ParsedTarget

SHORTHANDS = ("[x]", "[z]", "[c]", "[low]", "[p]", "[e]", "[r]", "[u]")
_REPLACEMENT = re.compile(r"\[(x|z|c|low)\]")
_MARKERS = re.compile(r"(\[[peru]\]\s*)+")

WORDED_TYPES = ("text", "evidence", "date", "yes_no")
"""Types of item whose published figure is the source's words, not a number."""

NEEDED_BY_KIND = {"value": ("value",), "band": ("lower", "upper"), "milestone": ("value", "due"), "none": ("reason",)}
"""The columns that each kind of target needs."""


# --- targets -------------------------------------------------------------------------------------


def targets_incomplete(tables: Tables) -> None:
    """Find targets whose words cannot be read, and those that lack what their kind needs."""
    for entry in tables["targets"]:
        if not entry.good("kind", "text"):
            continue
        text = entry["text"].strip()
        if entry["kind"]:
            _check_kind(tables, entry)
        elif not text:
            tables.report(Code.REQUIRED_EMPTY, "targets", entry, "text", example="80%, or No target set")
        elif isinstance(reason := _read(text), str):
            tables.report(Code.TARGET_UNREADABLE, "targets", entry, "text", value=text, reason=reason)


@cache
def _read(text: str) -> ParsedTarget | str:
    """Return a target as it was read, or why it cannot be."""
    try:
        return parse_target(text)
    except ValueError as error:
        return str(error)


def _check_kind(tables: Tables, entry: Entry) -> None:
    """Report what a target's kind needs and neither the columns nor the text of it give."""
    parsed = _read(entry["text"].strip())
    missing = [
        column
        for column in NEEDED_BY_KIND[entry["kind"]]
        if entry.good(column) and entry[column] in {None, ""} and getattr(parsed, column, None) in {None, ""}
    ]
    if missing:
        words = {"kind": entry["kind"], "missing": " and ".join(missing), "value": entry["kind"]}
        tables.report(Code.TARGET_INCOMPLETE, "targets", entry, missing[0], **words)


def targets_overlapping(tables: Tables) -> None:
    """Find targets that hold for the same figure at the same time."""
    same: dict[tuple[str, str, str], list[Entry]] = defaultdict(list)
    for entry in tables["targets"]:
        if entry.good("indicator", "item", "category", "from", "until"):
            same[entry["indicator"], entry["item"], entry["category"]].append(entry)
    for entries in same.values():
        told = set()
        for first, second in combinations(entries, 2):
            if overlap(first, second) and second.number not in told:
                told.add(second.number)
                column = "from" if second["from"] else "indicator"
                tables.report(Code.TARGETS_OVERLAP, "targets", second, column, first_row=first.number)


def targets_elsewhere(tables: Tables) -> None:
    """Find targets whose item belongs to another indicator, and those with a category but no item."""
    items = tables.by("items", "id")
    indicators = set(tables.by("indicators", "id"))
    for entry in tables["targets"]:
        if not entry.good("indicator", "item", "category"):
            continue
        item = items.get(entry["item"])
        if entry["category"] and not entry["item"]:
            tables.report(Code.REQUIRED_EMPTY, "targets", entry, "item", example="the item that has the category")
        elif item and item["indicator"] != entry["indicator"] and {item["indicator"], entry["indicator"]} <= indicators:
            words = {"value": entry["item"], "owner": item["indicator"], "indicator": entry["indicator"]}
            tables.report(Code.ITEM_OF_ANOTHER, "targets", entry, "item", **words)


# --- categories ----------------------------------------------------------------------------------


def categories_unknown(tables: Tables) -> None:
    """Find categories that their item does not have, and published figures that lack one."""
    for name in ("asks", "targets", "history", "statements"):
        for entry in tables[name]:
            categories = tables.categories.get(entry["item"])
            if categories and entry.good("item", "category"):
                _check_category(tables, name, entry, categories)


def _check_category(tables: Tables, name: str, entry: Entry, categories: tuple[str, ...]) -> None:
    item, category = entry["item"], entry["category"]
    if category:
        _check_category_of(tables, (name, entry, "category"), (item, category), categories)
    elif name == "history" and category not in categories:
        breakdown = " and ".join(tables.by("items", "id")[item]["breakdowns"])
        words = {"figure": item, "value": category, "choices": listed(categories)}
        tables.report(Code.CATEGORY_MISSING, name, entry, "category", breakdown=breakdown, **words)


def _check_category_of(
    tables: Tables, place: tuple[str, Entry, str], figure: tuple[str, str], categories: tuple[str, ...]
) -> None:
    """Report a category that an item does not have, at the cell that names it."""
    item, category = figure
    words = {"figure": item, "value": category, "choices": listed(categories)}
    if categories == ("",):
        tables.report(Code.CATEGORY_NOT_WANTED, *place, **words)
    elif category not in categories:
        near = did_you_mean(nearest_of(category, categories))
        tables.report(Code.CATEGORY_UNKNOWN, *place, near=near, **words)


def categories_of_rules(tables: Tables) -> None:
    """Find categories in rules that their item does not have."""
    for entry in tables["rules"]:
        for column in ("left", "right"):
            if not entry.good(column):
                continue
            named = entry[column] if isinstance(entry[column], tuple) else (entry[column],)
            for item, category in map(split_figure, named):
                categories = tables.categories.get(item)
                if category and categories:
                    _check_category_of(tables, ("rules", entry, column), (item, category), categories)


def labels_mapped_astray(tables: Tables) -> None:
    """Find labels that are mapped to no category that is printed, or whose breakdown has no spare row."""
    breakdowns: dict[str, list[Entry]] = defaultdict(list)
    for row in tables["breakdowns"]:
        breakdowns[row["breakdown"]].append(row)
    if not tables.tables["breakdowns"].whole or not all(
        row.good("breakdown", "category", "role", "open") for row in tables["breakdowns"]
    ):
        return
    for entry in tables["labels"]:
        rows = breakdowns.get(entry["breakdown"], [])
        if not rows or not entry.good("breakdown", "label", "category"):
            continue
        printed = [row["category"] for row in rows if not row["open"] and row["role"] != "total"]
        words = {"figure": entry["breakdown"], "value": entry["category"], "choices": listed(printed)}
        if len(printed) == len([row for row in rows if row["role"] != "total"]):
            tables.report(Code.OPEN_MISPLACED, "labels", entry, "breakdown", why=_NO_SPARE_ROW, **words)
        elif entry["category"] and entry["category"] not in printed:
            near = did_you_mean(nearest_of(entry["category"], printed))
            tables.report(Code.CATEGORY_UNKNOWN, "labels", entry, "category", near=near, **words)


_NO_SPARE_ROW = "its breakdown has no spare row in which it could have been written"


def spare_rows_astray(tables: Tables) -> None:
    """Find spare rows that are no parts, and items with spare rows in both of their breakdowns."""
    open_ones = set()
    for entry in tables["breakdowns"]:
        if entry.good("breakdown", "open", "role") and entry["open"]:
            open_ones.add(entry["breakdown"])
            if entry["role"] != "part":
                why = f"a spare row is a part, and this one is {entry['role'].replace('_', ' ')}"
                tables.report(Code.OPEN_MISPLACED, "breakdowns", entry, "open", why=why, value=entry["category"])
    for entry in tables["items"]:
        both = [name for name in entry["breakdowns"] if name in open_ones]
        if entry.good("breakdowns") and len(both) > 1:
            why = f"both {' and '.join(both)} have spare rows, and a row has room for one label"
            tables.report(Code.OPEN_MISPLACED, "items", entry, "breakdowns", why=why, value=entry["id"])


# --- history -------------------------------------------------------------------------------------


def history_both_or_neither(tables: Tables) -> None:
    """Find published figures with a value and a replacement, or with neither, and shorthand that is none."""
    items = tables.by("items", "id")
    for entry in tables["history"]:
        if not entry.good("item", "value", "shorthand", "lower", "upper"):
            continue
        shorthand, value = entry["shorthand"].strip(), entry["value"]
        replaced = bool(_REPLACEMENT.fullmatch(shorthand))
        item = items.get(entry["item"])
        worded = item is not None and item["type"] in WORDED_TYPES and entry["words"].strip()
        if shorthand and not replaced and not _MARKERS.fullmatch(shorthand):
            words = {"value": shorthand, "choices": listed(SHORTHANDS)}
            tables.report(Code.SHORTHAND_UNKNOWN_HERE, "history", entry, "shorthand", **words)
        elif replaced and value is not None:
            tables.report(Code.HISTORY_BOTH, "history", entry, "value", value=value, shorthand=shorthand)
        elif not replaced and value is None and not worded:
            tables.report(Code.HISTORY_NEITHER, "history", entry, "value", value="")
        elif shorthand != "[c]" and (entry["lower"], entry["upper"]) != (None, None):
            column = "upper" if entry["lower"] is None else "lower"
            tables.report(Code.BOUNDS_MISPLACED, "history", entry, column, value=entry[column])


def history_duplicated(tables: Tables) -> None:
    """Find published figures that stand twice: the same item, category, supplier and period."""
    first: dict[tuple[object, ...], Entry] = {}
    for entry in tables["history"]:
        if entry.good("item", "category", "supplier", "period"):
            supplier = entry["supplier"] or tables.supplier_of(entry["item"], entry["category"])
            key = (entry["item"], entry["category"], supplier, entry["period"])
            known = first.setdefault(key, entry)
            if known is not entry:
                figure = figure_words(entry["item"], entry["category"])
                tables.report(Code.HISTORY_DUPLICATED, "history", entry, "period", first_row=known.number, value=figure)


def percentages_as_fractions(tables: Tables) -> None:
    """Find percentages below one: Excel keeps 70% as 0.7."""
    items = tables.by("items", "id")
    measures = {name: entry["measure"] for name, entry in tables.by("indicators", "id").items()}
    for name in ("targets", "history", "comparators"):
        for entry in tables[name]:
            of = entry["item"] or (measures.get(entry["indicator"], "") if name == "targets" else "")
            if of not in items or items[of]["type"] != "percent":
                continue
            value, column = _value_of_target(entry) if name == "targets" else (entry["value"], "value")
            if value is not None and 0 < value < 1:
                words = {"value": value, "suggested": format((value * 100).normalize(), "f")}
                tables.report(Code.PERCENT_AS_FRACTION, name, entry, column, **words)


def _value_of_target(entry: Entry) -> tuple[Decimal | None, str]:
    """Return a target's value and the column that gives it; a % sign in the text leaves no doubt."""
    parsed = _read(entry["text"].strip())
    if entry["value"] is not None or isinstance(parsed, str) or parsed.unit:
        return entry["value"], "value"
    return parsed.value, "text"


FIGURE_CHECKS: tuple[Callable[[Tables], None], ...] = (
    targets_incomplete,
    targets_overlapping,
    targets_elsewhere,
    categories_unknown,
    categories_of_rules,
    labels_mapped_astray,
    spare_rows_astray,
    history_both_or_neither,
    history_duplicated,
    percentages_as_fractions,
)
"""Every check of targets and history."""
