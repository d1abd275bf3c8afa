"""The colours of a row by what its check says; the words say it too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dapf_xl.returns.row_checks import CORRECT, EXPLAIN, OK, TO_DO

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dapf_xl.returns.layout import EntryTable
    from dapf_xl.workbooks import Sheet

_LOOKS = {CORRECT: "if_wrong", EXPLAIN: "if_queried", TO_DO: "if_to_do"}
"""How a row looks whose check begins so."""
_NUMBERS = ("value",)
"""Input cells in which a percentage that is none shows as the number that was typed."""


def mark(sheet: Sheet, table: EntryTable, first: int, last: int, inputs: Sequence[str]) -> None:
    """Colour rows by what their check says, from one zero-based row to another.

    The locked cells of the row, its check and its reference, are coloured too: what is pasted over a yellow cell
    brings its own look along, and cannot reach these.
    """
    columns = {table.index(part): "_value" if part in _NUMBERS else "" for part in inputs}
    check = table.index("check")
    colour(sheet, (f"${table.columns['check']}{first + 1}", OK), (first, last), {check: "", table.index("ref"): ""})
    for words, style in _LOOKS.items():
        if words != TO_DO and columns:
            _colour_by(sheet, f"${table.columns['check']}{first + 1}", words, style, (first, last), columns)


def colour(sheet: Sheet, check: tuple[str, str], rows: tuple[int, int], columns: Mapping[int, str]) -> None:
    """Colour locked cells by what a check says, and the first of their columns where all is done.

    Args:
        sheet: The sheet.
        check: The check of the first row, and what it says where all is done.
        rows: The first and the last row, zero-based.
        columns: Zero-based, with the end of the name of the style that each takes.
    """
    cell, done = check
    for words, style in _LOOKS.items():
        _colour_by(sheet, cell, words, style, rows, columns)
    first, column = {"type": "formula", "criteria": f'={cell}="{done}"'}, next(iter(columns))
    look = {**first, "format": sheet.book.style("if_done")}
    sheet.worksheet.conditional_format(rows[0], column, rows[1], column, look)


def _colour_by(  # noqa: PLR0913, PLR0917  (where, when and how)
    sheet: Sheet, cell: str, words: str, style: str, rows: tuple[int, int], columns: Mapping[int, str]
) -> None:
    look = {"type": "formula", "criteria": f'=LEFT({cell},{len(words)})="{words}"'}
    for column, ending in columns.items():
        shown = {**look, "format": sheet.book.style(f"{style}{ending}")}
        sheet.worksheet.conditional_format(rows[0], column, rows[1], column, shown)
