"""The colours of a row by what its check says; the words say it too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dapf_xl.findings import Code
from dapf_xl.returns.live_codes import LIVE
from dapf_xl.returns.row_checks import CORRECT, EXPLAIN, OK, TO_DO

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dapf_xl.returns.layout import EntryTable
    from dapf_xl.workbooks import Sheet

_LOOKS = {CORRECT: "if_wrong", EXPLAIN: "if_queried", TO_DO: "if_to_do"}
"""How a row looks whose check begins so."""
AS_TYPED = tuple(LIVE[code].says for code in (Code.PERCENT_ABOVE_ONE, Code.DECIMAL_IN_COUNT))
"""What is said of a number that the cell's own format would hide: 36.4 as 3640.0%, 9.5 as 10."""


def mark(sheet: Sheet, table: EntryTable, first: int, last: int, inputs: Sequence[str]) -> None:
    """Colour rows by what their check says, from one zero-based row to another.

    The locked cells of the row, its check and its reference, are coloured too: what is pasted over a yellow cell
    brings its own look along, and cannot reach these.
    """
    columns = [table.index(part) for part in inputs]
    check = table.index("check")
    colour(sheet, (f"${table.columns['check']}{first + 1}", OK), (first, last), (check, table.index("ref")))
    looks = [*((words, "if_wrong_value") for words in AS_TYPED if columns), *_LOOKS.items()]
    for words, style in looks:  # the first that fits, since LibreOffice goes no further
        if words != TO_DO:
            _colour_by(sheet, f"${table.columns['check']}{first + 1}", words, style, (first, last), columns)


def colour(sheet: Sheet, check: tuple[str, str], rows: tuple[int, int], columns: Sequence[int]) -> None:
    """Colour locked cells by what a check says, and the first of their columns where all is done.

    Args:
        sheet: The sheet.
        check: The check of the first row, and what it says where all is done.
        rows: The first and the last row, zero-based.
        columns: Zero-based.
    """
    cell, done = check
    for words, style in _LOOKS.items():
        _colour_by(sheet, cell, words, style, rows, columns)
    first, column = {"type": "formula", "criteria": f'={cell}="{done}"'}, columns[0]
    look = {**first, "format": sheet.book.style("if_done")}
    sheet.worksheet.conditional_format(rows[0], column, rows[1], column, look)


def _colour_by(  # noqa: PLR0913, PLR0917  (where, when and how)
    sheet: Sheet, cell: str, words: str, style: str, rows: tuple[int, int], columns: Iterable[int]
) -> None:
    look = {"type": "formula", "criteria": f'=LEFT({cell},{len(words)})="{words}"'}
    for column in columns:
        shown = {**look, "format": sheet.book.style(style)}
        sheet.worksheet.conditional_format(rows[0], column, rows[1], column, shown)
