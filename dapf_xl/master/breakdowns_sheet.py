"""The sheet ``Breakdowns``: each figure that is given by category as a small table, two breakdowns as a cross."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from dapf_xl.master.common import BREAKDOWNS, DASH, HEAD, Page, band, begin, number_style, records

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dapf_xl.master.common import Master, Row
    from dapf_xl.tables import MasterTables
    from dapf_xl.workbooks import Sheet

_LABEL, _FIGURE = 44, 14
_LEAST_COLUMNS = 7
_LEAD = (
    "Each figure by category, as it was given. In italics: what agencies wrote in spare rows. "
    f"{DASH} means that there was no figure."
)


def pages(tables: MasterTables) -> Sequence[Page]:
    """Return the sheet, where any figure is given by category."""
    count = len({row["item"] for row in records(tables.breakdowns)})
    words = f"{count} figure{'' if count == 1 else 's'} by category, with those of a year before."
    return [Page(BREAKDOWNS, "detail", words, write)] if count else []


def write(sheet: Sheet, master: Master) -> None:
    """Write the tables one under the other."""
    cells = records(master.tables.breakdowns)
    widest = max(_LEAST_COLUMNS, *(len(_columns(group)) for group in _by_item(cells)))
    begin(sheet, master, f"Breakdowns, {master.tables.period.words}", _LEAD, (_LABEL, *[_FIGURE] * widest))
    row = HEAD
    for group in _by_item(cells):
        row = _write_item(sheet, row, group, widest + 1) + 2
    sheet.worksheet.freeze_panes(HEAD, 0)
    sheet.worksheet.repeat_rows(0)
    sheet.worksheet.print_area(0, 0, row - 2, widest)
    sheet.worksheet.set_selection(HEAD, 0, HEAD, 0)


def _by_item(cells: Iterable[Row]) -> list[list[Row]]:
    return [list(group) for _, group in groupby(cells, key=lambda cell: cell["item"])]


def _columns(cells: Iterable[Row]) -> list[str]:
    """Return the names of a table's columns, in order; one blank name where there is one breakdown."""
    return list(dict.fromkeys(cell["column"] for cell in cells))


def _write_item(sheet: Sheet, row: int, cells: Sequence[Row], width: int) -> int:
    """Write one figure's table, or its two where it is a cross and there is a year before; return the last row."""
    first = cells[0]
    columns = _columns(cells)
    words = f"{first['indicator']}  {first['label']}"
    band(sheet, row, words, width)
    sheet.worksheet.set_row(row, 18)
    if columns == [""]:
        names = ["value", "last_year"] if first["last_year_period"] else ["value"]
        heads = [first["period"], first["last_year_period"]][: len(names)]
        by_row = [(cell, [(cell, name) for name in names]) for cell in cells]
        return _write_table(sheet, row + 1, "", heads, by_row)
    row = _write_cross(sheet, row + 1, cells, columns, "value", first["period"])
    if first["last_year_period"]:
        row = _write_cross(sheet, row + 1, cells, columns, "last_year", first["last_year_period"])
    return row


def _write_cross(  # noqa: PLR0913, PLR0917  (from where, what, and which of its two spans)
    sheet: Sheet, row: int, cells: Sequence[Row], columns: Sequence[str], name: str, period: str
) -> int:
    lines = [list(group) for _, group in groupby(cells, key=lambda cell: cell["row"])]
    return _write_table(sheet, row, period, columns, [(line[0], [(cell, name) for cell in line]) for line in lines])


def _write_table(
    sheet: Sheet, row: int, corner: str, heads: Sequence[str], lines: Sequence[tuple[Row, list[tuple[Row, str]]]]
) -> int:
    """Write heads and rows, each figure as a number or what stands in its place; return the last row."""
    sheet.put(row, 0, corner or "Category", "head")
    for place, head in enumerate(heads, 1):
        sheet.put(row, place, head, "head_right")
    sheet.fit_row(row, dict(enumerate((corner, *heads))), bold=True)
    for first, figures in lines:
        row += 1
        style = "also" if first["is_written"] else "bold" if first["row_role"] == "total" else "cell"
        sheet.put(row, 0, first["row"], style)
        texts = {0: first["row"]}
        for place, (cell, name) in enumerate(figures, 1):
            shown = cell[f"{name}_shown"]
            value = shown or cell[name]
            sheet.put(
                row, place, DASH if value is None else value, "right" if shown or value is None else number_style(cell)
            )
            texts[place] = shown
        sheet.fit_row(row, texts)
    return row
