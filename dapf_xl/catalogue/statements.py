"""What can be wrong with statements: what each kind of them needs, and figures, dates and items that cannot be read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dapf_xl.catalogue.sources import did_you_mean, nearest_of
from dapf_xl.findings import Code, PeriodError
from dapf_xl.periods import days_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from dapf_xl.catalogue.rows import Entry, Tables

NEEDED_BY_STATEMENT: dict[str, tuple[str, ...]] = {
    "equals": ("value", "item and period or other_value"),
    "absent": ("item and period or other_printed",),
    "sum": ("value", "item and period or parts"),
    "share": ("value", "of"),
    "change": ("item", "period", "value", "earlier", "earlier_value"),
    "trend": ("item", "period", "earlier", "direction"),
    "extreme": ("item", "value", "direction", "date or period"),
    "average": ("item", "period", "value"),
    "follows": ("item", "period", "of", "months"),
    "date": ("date",),
    "span": ("date", "last_date", "months"),
    "within": ("date", "period"),
    "unit": ("item",),
    "small_numbers": ("item", "value"),
    "unavailable": ("item", "period"),
    "ratings": ("period",),
    "wording": ("other_printed",),
    "reference": (),
    "basis": ("of",),
}
"""The columns that each kind of statement needs; of alternatives, one."""

READABLE_DATES = ("date", "last_date")
NUMBER = re.compile(r"\d+(\.\d+)?", re.ASCII)


def statements_incomplete(tables: Tables) -> None:
    """Find statements that lack what their kind needs."""
    for entry in tables["statements"]:
        if not entry.good("kind"):
            continue
        for needed in NEEDED_BY_STATEMENT[entry["kind"]]:
            choices = [group.split(" and ") for group in needed.split(" or ")]
            columns = [column for group in choices for column in group]
            if entry.good(*columns) and not any(all(_is_given(entry, each) for each in group) for group in choices):
                words = {"kind": entry["kind"], "missing": needed, "value": ""}
                tables.report(Code.STATEMENT_INCOMPLETE, "statements", entry, columns[0], **words)


def _is_given(entry: Entry, column: str) -> bool:
    return entry[column] not in {None, "", ()}


AMOUNTS = {"sum": ("parts",), "share": ("of", "parts")}
"""The columns of a kind that hold numbers, or items whose figure for the period is meant."""

REFERENCES = {"ratings": ("parts", "indicators"), "follows": ("of", "items")}
"""The column of a kind that holds ids, and of which table."""


def statements_unreadable(tables: Tables) -> None:
    """Find dates that are none, amounts that are neither a number nor an item, and ids that no row has."""
    for entry in tables["statements"]:
        if not entry.good("kind", "of", "parts", "period"):
            continue
        for column in READABLE_DATES:
            if entry.good(column) and entry[column]:
                _check_date(tables, entry, column)
        for column in AMOUNTS.get(entry["kind"], ()):
            for value in _values(entry, column):
                _check_amount(tables, entry, column, value)
        column, table = REFERENCES.get(entry["kind"], ("", ""))
        for value in _values(entry, column) if column else ():
            _check_reference(tables, entry, (column, table), value)
        period = entry["period"]
        if entry["kind"] == "ratings" and period is not None and period.kind != "quarter":
            words = {"value": period.label, "reason": "ratings are those of a quarter's round"}
            tables.report(Code.NOT_A_PERIOD, "statements", entry, "period", **words)


def _values(entry: Entry, column: str) -> tuple[str, ...]:
    held = entry[column]
    return held if isinstance(held, tuple) else (held,) if held else ()


def _check_date(tables: Tables, entry: Entry, column: str) -> None:
    """Report a date that has no form of one; a day that the calendar lacks is what the kind `date` looks for."""
    try:
        known = days_of(entry[column]) is not None
    except PeriodError:
        known = entry["kind"] == "date"
    if not known:
        tables.report(Code.STATEMENT_DATE, "statements", entry, column, value=entry[column])


def _check_amount(tables: Tables, entry: Entry, column: str, value: str) -> None:
    items = tables.by("items", "id")
    if NUMBER.fullmatch(value):
        return
    if value not in items:
        near = did_you_mean(nearest_of(value, items))
        tables.report(Code.STATEMENT_AMOUNT, "statements", entry, column, value=value, near=near)
    elif entry["period"] is None:
        words = {"kind": entry["kind"], "missing": f"the period in which {value} is meant", "value": ""}
        tables.report(Code.STATEMENT_INCOMPLETE, "statements", entry, "period", **words)


def _check_reference(tables: Tables, entry: Entry, place: tuple[str, str], value: str) -> None:
    column, table = place
    known = tables.by(table, "id")
    if value not in known:
        near = did_you_mean(nearest_of(value, known))
        words = {"value": value, "table": table, "near": near, "also": ""}
        tables.report(Code.REFERENCE_UNKNOWN, "statements", entry, column, **words)


STATEMENT_CHECKS: tuple[Callable[[Tables], None], ...] = (statements_incomplete, statements_unreadable)
"""Every check of statements."""
