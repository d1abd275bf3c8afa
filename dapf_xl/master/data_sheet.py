"""The sheet ``Data``: every figure as a row of one tidy Excel table, for pivot tables and analysts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dapf_xl.data_rows import DATA_COLUMNS
from dapf_xl.master.common import DATA, HEAD, Page, begin, end, is_whole
from dapf_xl.styles import height_of, lines_needed, text_width
from dapf_xl.workbooks import written

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dapf_xl.master.common import Master
    from dapf_xl.tables import MasterTables
    from dapf_xl.workbooks import Sheet

_WIDTHS = {"comment": 40, "file": 34, "label": 36, "words": 34, "sha256": 14}
_WRAPPED = ("comment", "file", "label", "words")
_SHORT = 15
"""Characters that are on one line in every column whose texts are wrapped."""
_MOST = 24
_LEAD = (
    "A row a figure, history included. value: percentages are fractions shown with %; blank where shorthand or status "
    "says why. lower and upper: bounds of a suppressed count."
)


def pages(tables: MasterTables) -> Sequence[Page]:
    """Return the sheet."""
    words = (
        f"All {len(tables.data):,} figures in one table, history included, each with the cell or document it came from."
    )
    return [Page(DATA, "record", words, write)]


def write(sheet: Sheet, master: Master) -> None:
    """Write the table column by column; a blank is left empty, as a table has it."""
    table = master.tables.data
    columns = {name: list(table[name]) for name in DATA_COLUMNS}
    begin(sheet, master, "Data", _LEAD, [_width(name, columns[name]) for name in DATA_COLUMNS])
    rows = len(table)
    options = {"name": DATA, "style": "Table Style Light 1", "banded_rows": False}
    sheet.table(HEAD, HEAD + max(rows, 1), DATA_COLUMNS, "head", options)
    for row, height in _heights(columns).items():
        sheet.worksheet.set_row(HEAD + 1 + row, height)
    for place, name in enumerate(DATA_COLUMNS):
        _write_column(sheet, place, name, columns)
    end(sheet, HEAD + rows, len(DATA_COLUMNS) - 1)


def _width(name: str, values: Sequence[Any]) -> float:
    """Return a column's width: its longest text's, which is soon found among the distinct ones."""
    if name in _WIDTHS:
        return _WIDTHS[name]
    longest = max((text_width(str(value)) for value in set(values) if value is not None), default=0)
    return max(8.0, text_width(name, bold=True) + 4, min(longest + 2, _MOST))


def _heights(columns: dict[str, list[Any]]) -> dict[int, float]:
    """Return the height of each row that has a text too long for one line."""
    lines: dict[int, int] = {}
    for name in _WRAPPED:
        for row, text in enumerate(columns[name]):
            if len(text) > _SHORT and (count := lines_needed(text, _WIDTHS[name])) > 1:
                lines[row] = max(lines.get(row, 1), count)
    return {row: height_of(count) for row, count in lines.items()}


def _write_column(sheet: Sheet, place: int, name: str, columns: dict[str, list[Any]]) -> None:
    first = HEAD + 1
    if name in {"value", "lower", "upper"}:
        formats = {style: sheet.book.style(style) for style in ("data_number", "data_percent", "data_percent_0")}
        write_number = sheet.worksheet.write_number
        for row, (value, unit) in enumerate(zip(columns[name], columns["unit"], strict=True), first):
            if value is not None:
                written(write_number(row, place, value, formats[_style(value, is_percent=unit == "percent")]))
        return
    sheet.put_texts(first, place, columns[name], "data_wrap" if name in _WRAPPED else "data")


def _style(value: float, *, is_percent: bool) -> str:
    if not is_percent:
        return "data_number"
    return "data_percent_0" if is_whole(value * 100) else "data_percent"
