"""What can be wrong between the rows and tables of a catalogue. A check asks nothing of a cell already found wrong."""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

from dapf_xl.catalogue.due import EXAMPLES, read_due
from dapf_xl.catalogue.evidence import FIELDS, field_id
from dapf_xl.catalogue.figures import FIGURE_CHECKS
from dapf_xl.catalogue.framework import figure_words, split_figure
from dapf_xl.catalogue.open_rows import plain_label
from dapf_xl.catalogue.origins import ORIGIN_CHECKS
from dapf_xl.catalogue.rows import COLUMNS, overlap
from dapf_xl.catalogue.sources import did_you_mean, listed, nearest_of
from dapf_xl.catalogue.statements import STATEMENT_CHECKS
from dapf_xl.findings import Code

if TYPE_CHECKING:
    from collections.abc import Callable

    from dapf_xl.catalogue.rows import Entry, Tables

KEYS = {
    "agencies": ("id",),
    "indicators": ("id",),
    "items": ("id",),
    "breakdowns": ("breakdown", "category"),
    "labels": ("breakdown", "label"),
    "rules": ("id",),
    "qa": ("id",),
    "comparators": ("item", "geography", "period"),
    "statements": ("id",),
}
"""The columns that tell the rows of a table apart; letters' case and spaces do not."""

LIMITS = {
    "items": (("minimum", "maximum"), ("usual_minimum", "usual_maximum")),
    "targets": (("lower", "upper"),),
    "history": (("lower", "upper"),),
}
"""Pairs of columns of which the first is never above the second."""

RIGHT_SIDES = {"ratio": (2, "its numerator and its denominator"), "sum_of_parts": (1, "the items that add up")}
"""How many items a kind of rule has on its right, and what they are."""

FIRST_MONTH = 4


def check_tables(tables: Tables) -> None:
    """Run every check; what is wrong goes to the findings of the tables' source."""
    for check in CHECKS:
        check(tables)


def duplicated_ids(tables: Tables) -> None:
    """Find rows that another row of their table cannot be told from."""
    for name, columns in KEYS.items():
        first: dict[tuple[str, ...], Entry] = {}
        for entry in tables[name]:
            if not entry.good(*columns):
                continue
            values = [str(entry[column] or "") for column in columns]
            known = first.setdefault(tuple(plain_label(value) for value in values), entry)
            if known is not entry:
                key = ", ".join(value for value in values if value)
                tables.report(Code.ID_DUPLICATED, name, entry, columns[-1], key=key, first_row=known.number)


def unknown_references(tables: Tables) -> None:
    """Find ids that no row of the table they refer to has; one finding for all the rows that share one."""
    for name in tables.tables:
        for column, what in COLUMNS[name].items():
            target, _, key = what.refers_to.partition(".")
            if target and tables.tables[target].whole and all(row.good(key) for row in tables[target]):
                _unknown_in(tables, (name, column), (target, key))


def _unknown_in(tables: Tables, place: tuple[str, str], target: tuple[str, str]) -> None:
    (name, column), known = place, tables.by(*target)
    rows: dict[str, list[Entry]] = defaultdict(list)
    with_category = COLUMNS[name][column].with_category
    for entry in tables[name]:
        for value in _values(entry, column, with_category=with_category):
            if value not in known:
                rows[value].append(entry)
    for value, (first, *others) in rows.items():
        also = f"; the same in row {listed(str(row.number) for row in others)}" if others else ""
        near = did_you_mean(nearest_of(value, known))
        tables.report(Code.REFERENCE_UNKNOWN, name, first, column, value=value, table=target[0], near=near, also=also)


def _values(entry: Entry, column: str, *, with_category: bool) -> tuple[str, ...]:
    """Return the ids in a cell; without the categories that may stand behind them."""
    if not entry.good(column):
        return ()
    held = entry[column]
    values: tuple[str, ...] = held if isinstance(held, tuple) else (held,) if held else ()
    return tuple(split_figure(value)[0] for value in values) if with_category else values


def spans_end_early(tables: Tables) -> None:
    """Find rows that end before they begin."""
    for name in tables.tables:
        if "until" not in COLUMNS[name]:
            continue
        for entry in tables[name]:
            start, until = entry["from"], entry["until"]
            if start and until and until.last_day < start.first_day:
                words = {"until": until.label, "start": start.label, "value": until.label}
                tables.report(Code.PERIOD_ENDS_EARLY, name, entry, "until", **words)


def limits_upside_down(tables: Tables) -> None:
    """Find lower limits above their upper limits."""
    for name, pairs in LIMITS.items():
        for entry in tables[name]:
            for first, second in pairs:
                lower, upper = entry[first], entry[second]
                if lower is not None and upper is not None and lower > upper:
                    words = {"lower": lower, "upper": upper, "first": first, "second": second, "value": lower}
                    tables.report(Code.BAND_UPSIDE_DOWN, name, entry, first, **words)


def year_starts_elsewhere(tables: Tables) -> None:
    """Find a year that begins in a month other than April, which periods do not know yet."""
    start = tables.settings.year_start
    if start not in {None, FIRST_MONTH}:
        words = {"column": "year_start", "value": start, "choices": "4 (April)"}
        tables.source.report(Code.NOT_ONE_OF, "framework", tables.setting_cells["year_start"], **words)


def successors_in_circles(tables: Tables) -> None:
    """Find agencies whose successors lead back to themselves."""
    agencies = tables.by("agencies", "id")
    told: set[str] = set()
    for agency, entry in agencies.items():
        seen, following = {agency}, entry["successor"]
        while following in agencies and following not in seen:
            seen.add(following)
            following = agencies[following]["successor"]
        if following == agency and not told & seen:
            told |= seen
            tables.report(Code.SUCCESSOR_ITSELF, "agencies", entry, "successor", value=agency)


# --- indicators ----------------------------------------------------------------------------------


def polarities_unexplained(tables: Tables) -> None:
    """Find polarities without a reason; monitoring only needs none."""
    for entry in tables["indicators"]:
        explained = entry["polarity"] == "none" or entry["polarity_reason"].strip()
        if entry.good("polarity", "polarity_reason") and not explained:
            words = {"polarity": entry["polarity"], "value": entry["polarity"]}
            tables.report(Code.POLARITY_UNEXPLAINED, "indicators", entry, "polarity_reason", **words)


def restated_without_change(tables: Tables) -> None:
    """Find indicators whose history was restated although no change of definition is named, or only later ones."""
    for entry in tables["indicators"]:
        restated, changes = entry["restated"], entry["redefined"]
        if not entry.good("restated", "redefined") or restated is None:
            continue
        if not any(restated.first_day < each.first_day for each in changes):
            words = {"restated": restated.label, "value": restated.label}
            tables.report(Code.RESTATED_WITHOUT_CHANGE, "indicators", entry, "restated", **words)


def derivations_incomplete(tables: Tables) -> None:
    """Find indicators that lack what their derivation is worked out from."""
    items: dict[str, int] = defaultdict(int)
    for item in tables["items"]:
        items[item["indicator"]] += 1
    for entry in tables["indicators"]:
        columns = _needed(entry, items[entry["id"]])
        missing = [column for column in columns if not entry[column]]
        if entry["status"] == "live" and missing and entry.good("derivation", *columns):
            words = {"derivation": entry["derivation"], "missing": " and ".join(missing), "value": ""}
            tables.report(Code.DERIVATION_INCOMPLETE, "indicators", entry, missing[0], **words)


def _needed(entry: Entry, items: int) -> tuple[str, ...]:
    """Return the columns that an indicator's derivation needs.

    A ratio whose parts are not supplied may name a measure instead; a count of one item needs no name.
    """
    parts = ("numerator", "denominator")
    match entry["derivation"]:
        case "ratio":
            return () if entry["measure"] and not (entry["numerator"] or entry["denominator"]) else parts
        case "rate":
            return ("multiplier",) if entry["measure"] and not entry["numerator"] else (*parts, "multiplier")
        case "stated":
            return ("measure",)
        case "count" if items > 1:
            return ("measure",)
        case _:
            return ()


def rules_incomplete(tables: Tables) -> None:
    """Find rules that have too few items on their right side."""
    for entry in tables["rules"]:
        wanted, missing = RIGHT_SIDES.get(entry["kind"], (1, "an item"))
        if entry.good("kind", "right") and len(entry["right"]) < wanted:
            words = {"kind": entry["kind"], "missing": missing, "value": ";".join(entry["right"])}
            tables.report(Code.RULE_INCOMPLETE, "rules", entry, "right", **words)


# --- asks ----------------------------------------------------------------------------------------


class _Figure(NamedTuple):
    """What makes two asks the same, but for category and time."""

    item: str
    supplier: str
    frequency: str


def asked_twice(tables: Tables) -> None:
    """Find figures that an agency is asked for by two rows at the same time."""
    asks: dict[_Figure, list[Entry]] = defaultdict(list)
    for entry in tables["asks"]:
        if entry.good("item", "category", "supplier", "frequency", "from", "until"):
            asks[_Figure(entry["item"], entry["supplier"], entry["frequency"])].append(entry)
    for figure, entries in asks.items():
        told = set()
        for first, second in combinations(entries, 2):
            shared = first["category"] == second["category"] or not (first["category"] and second["category"])
            if shared and overlap(first, second) and second.number not in told:
                told.add(second.number)
                words = figure_words(figure.item, second["category"] or first["category"])
                where = {"agency": figure.supplier, "figure": words, "first_row": first.number, "value": words}
                tables.report(Code.ASKED_TWICE, "asks", second, "item", **where)


def asked_once_without_a_date(tables: Tables) -> None:
    """Find figures that are wanted once, but not when."""
    for entry in tables["asks"]:
        if entry.good("frequency", "from") and entry["frequency"] == "once" and entry["from"] is None:
            tables.report(Code.REQUIRED_EMPTY, "asks", entry, "from", example="2014-15-Q4, because frequency is once")


def not_asked_of_anyone(tables: Tables) -> None:
    """Find items of live indicators, or parts of them, that nobody is asked for."""
    if not tables.tables["asks"].whole or not all(entry.good("item", "category") for entry in tables["asks"]):
        return
    asked: dict[str, set[str]] = defaultdict(set)
    for entry in tables["asks"]:
        asked[entry["item"]].add(entry["category"])
    unknown = {nearest_of(item, tables.categories) for item in asked if item not in tables.categories}
    live = {name for name, entry in tables.by("indicators", "id").items() if entry["status"] == "live"}
    totals = {entry["category"] for entry in tables["breakdowns"] if entry["role"] == "total"}
    for item, entry in tables.by("items", "id").items():
        categories = tables.categories[item] or ()
        if item in unknown or entry["indicator"] not in live or "" in asked[item] or not asked[item] <= set(categories):
            continue
        parts = [part for part in categories if not totals & set(part.split("|"))]
        for category in [part for part in parts if part not in asked[item]] if asked[item] else [""]:
            tables.report(Code.NOT_ASKED_OF_ANYONE, "items", entry, "id", figure=figure_words(item, category))


# --- evidence ------------------------------------------------------------------------------------


def dues_unreadable(tables: Tables) -> None:
    """Find evidence of which it cannot be read when it is due."""
    evidence = {entry["id"] for entry in tables["items"] if entry["type"] == "evidence"}
    asks = [("asks", entry) for entry in tables["asks"] if entry["item"] in evidence]
    for table, entry in [*asks, *(("qa", entry) for entry in tables["qa"])]:
        text = entry["due"].strip()
        if read_due(text) is None:
            tables.report(Code.DUE_UNREADABLE, table, entry, "due", value=text, examples=EXAMPLES)


def evidence_ids_taken(tables: Tables) -> None:
    """Find items and tasks whose id is that of a field of evidence, and tasks that are called as an item is."""
    evidence = [entry["id"] for entry in tables["items"] if entry["type"] == "evidence" and entry.good("id")]
    tasks = [entry["id"] for entry in tables["qa"] if entry.good("id")]
    taken = {field_id(each, field): each for each in (*evidence, *tasks) for field in FIELDS}
    items = {entry["id"]: entry["id"] for entry in tables["items"] if entry.good("id")}
    for table, also in (("items", {}), ("qa", items)):
        for entry in tables[table]:
            owner = (taken | also).get(entry["id"])
            if owner is not None:
                tables.report(Code.EVIDENCE_ID_TAKEN, table, entry, "id", value=entry["id"], evidence=owner)


CHECKS: tuple[Callable[[Tables], None], ...] = (
    duplicated_ids,
    unknown_references,
    spans_end_early,
    limits_upside_down,
    year_starts_elsewhere,
    successors_in_circles,
    polarities_unexplained,
    restated_without_change,
    derivations_incomplete,
    rules_incomplete,
    asked_twice,
    asked_once_without_a_date,
    not_asked_of_anyone,
    dues_unreadable,
    evidence_ids_taken,
    *FIGURE_CHECKS,
    *STATEMENT_CHECKS,
    *ORIGIN_CHECKS,
)
"""Every check, one function each."""
