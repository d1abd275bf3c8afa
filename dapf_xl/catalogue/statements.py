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
    "absent": ("item and period or other_words",),
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
    "wording": ("other_words",),
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


def statements_unreadable(tables: Tables) -> None:
    """Find dates that are none, and items and figures that are neither an item nor a number."""
    for entry in tables["statements"]:
        for column in READABLE_DATES:
            if entry.good(column, "kind") and entry[column]:
                _check_date(tables, entry, column)
        for value in (entry["of"],) if entry.good("of", "kind") and entry["kind"] in {"share", "follows"} else ():
            _check_amount(tables, entry, "of", value)
        for value in entry["parts"] if entry.good("parts", "kind") and entry["kind"] in {"sum", "share"} else ():
            _check_amount(tables, entry, "parts", value)
        for value in entry["parts"] if entry.good("parts", "kind") and entry["kind"] == "ratings" else ():
            _check_reference(tables, entry, "indicators", value)


def _check_date(tables: Tables, entry: Entry, column: str) -> None:
    """Report a date that has no form of one; a day that the calendar lacks is what the kind `date` looks for."""
    try:
        known = days_of(entry[column]) is not None
    except PeriodError:
        known = entry["kind"] == "date"
    if not known:
        tables.report(Code.STATEMENT_DATE, "statements", entry, column, value=entry[column])


def _check_amount(tables: Tables, entry: Entry, column: str, value: str) -> None:
    if value and not NUMBER.fullmatch(value) and value not in tables.by("items", "id"):
        near = did_you_mean(nearest_of(value, tables.by("items", "id")))
        tables.report(Code.STATEMENT_AMOUNT, "statements", entry, column, value=value, near=near)


def _check_reference(tables: Tables, entry: Entry, table: str, value: str) -> None:
    known = tables.by(table, "id")
    if value not in known:
        near = did_you_mean(nearest_of(value, known))
        words = {"value": value, "table": table, "near": near, "also": ""}
        tables.report(Code.REFERENCE_UNKNOWN, "statements", entry, "parts", **words)


STATEMENT_CHECKS: tuple[Callable[[Tables], None], ...] = (statements_incomplete, statements_unreadable)
"""Every check of statements."""
