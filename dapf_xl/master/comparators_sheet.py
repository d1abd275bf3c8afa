"""The sheet ``Comparators``: figures about other areas, each beside the framework's own for the same span."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from xlsxwriter.utility import xl_rowcol_to_cell

from dapf_xl import comparisons
from dapf_xl.expressions import is_blank, when
from dapf_xl.master.common import (
    COMPARATORS,
    DASH,
    HEAD,
    Column,
    Page,
    begin,
    change_style,
    end,
    number_style,
    records,
    widths_of,
    write_heads,
)
from dapf_xl.periods import words_of_date

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dapf_xl.master.common import Master, Row
    from dapf_xl.tables import MasterTables
    from dapf_xl.workbooks import Sheet

_COLUMNS = (
    Column("Indicator", "bold", least=26, most=36),
    Column("Ref", least=7),
    Column("Ours", "figure", least=11, most=18),
    Column("Other area", least=16, most=24),
    Column("Theirs", "figure", least=11, most=18),
    Column("Difference", "change", least=11),
    Column("How compared", least=20, most=28),
    Column("Source", least=24, most=34),
    Column("Released", least=12, most=18),
    Column("Note", least=16, most=40),
)
_OURS, _THEIRS, _DIFFERENCE = 2, 4, 5
_DIFFERENCE_RULE = when(is_blank(comparisons.DIFFERENCE), DASH, comparisons.DIFFERENCE)
_LEAD = (
    "A figure is compared only with one on the same basis and about the same span. Difference: ours less theirs, of "
    "percentages in points (pp); whether it is more than chance is not tested."
)


def pages(tables: MasterTables) -> Sequence[Page]:
    """Return the sheet, where anything stands on it."""
    if not len(tables.comparators):
        return []
    return [Page(COMPARATORS, "detail", "Figures published about other areas, beside the area's own.", write)]


def write(sheet: Sheet, master: Master) -> None:
    """Write a row a comparator."""
    rows = records(master.tables.comparators)
    texts = [[_text(value) for value in _cells(each)] for each in rows]
    begin(sheet, master, f"Comparators, {master.tables.period.words}", _LEAD, widths_of(_COLUMNS, texts))
    write_heads(sheet, _COLUMNS)
    for number, each in enumerate(rows, HEAD + 1):
        _write_row(sheet, number, each)
    last = HEAD + len(rows)
    sheet.worksheet.autofilter(HEAD, 0, last, len(_COLUMNS) - 1)
    end(sheet, last, len(_COLUMNS) - 1, frozen=1)


def _cells(each: Row) -> tuple[object, ...]:
    """Return what the cells of a row show; None where a dash does."""
    ours, theirs = (each[f"{name}_shown"] if each[name] is None else each[name] for name in ("ours", "theirs"))
    return (
        each["label"], each["indicator"], ours, each["geography"], theirs, each["difference"], each["compared"],
        each["source"], _day(each["released"]), each["note"],
    )  # fmt: skip


def _write_row(sheet: Sheet, number: int, each: Row) -> None:
    texts = {}
    for place, (column, value) in enumerate(zip(_COLUMNS, _cells(each), strict=True)):
        shown = DASH if value is None or value == "" else value
        if place == _DIFFERENCE:
            sheet.formula(number, place, _difference(number, each), shown, change_style(each))
        elif place in {_OURS, _THEIRS}:
            sheet.put(number, place, shown, "right" if isinstance(shown, str) else number_style(each))
        else:
            sheet.put(number, place, shown, column.style)
        texts[place] = shown if isinstance(shown, str) else ""
    sheet.fit_row(number, texts)


def _difference(number: int, each: Row) -> str:
    """Return the formula of the difference; a dash where the two are not compared."""
    if each["difference"] is None:
        return f'"{DASH}"'
    cells = {"current": xl_rowcol_to_cell(number, _OURS), "base": xl_rowcol_to_cell(number, _THEIRS)}
    return _DIFFERENCE_RULE.formula({**cells, "point": "0.01" if each["kind"] == "percent" else "1"})


def _text(value: object) -> object:
    return f"{value:,.1f}" if isinstance(value, float) else value


def _day(released: str) -> str:
    """Return a day of release as people write it; what is no day as it is."""
    try:
        return words_of_date(date.fromisoformat(released))
    except ValueError:
        return released
