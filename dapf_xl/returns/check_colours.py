"""The colours of a row by what its check says; the words say it too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dapf_xl.returns.row_checks import CORRECT, EXPLAIN, OK, TO_DO

if TYPE_CHECKING:
    from collections.abc import Sequence

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
    check = f"${table.columns['check']}{first + 1}"
    for words, style in _LOOKS.items():
        look = {"type": "formula", "criteria": f'=LEFT({check},{len(words)})="{words}"'}
        for part in ("check", "ref", *(inputs if words != TO_DO else ())):
            name = f"{style}_value" if part in _NUMBERS else style
            column = table.index(part)
            sheet.worksheet.conditional_format(first, column, last, column, {**look, "format": sheet.book.style(name)})
    column = table.index("check")
    done = {"type": "formula", "criteria": f'={check}="{OK}"', "format": sheet.book.style("if_done")}
    sheet.worksheet.conditional_format(first, column, last, column, done)
