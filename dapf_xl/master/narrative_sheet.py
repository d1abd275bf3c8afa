"""The sheet ``Narrative``: what agencies wrote where they were asked for words, and what is missing."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from dapf_xl.master.common import HEAD, NARRATIVE, Column, Page, band, begin, end, records, write_heads
from dapf_xl.styles import in_pieces

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dapf_xl.master.common import Master, Row
    from dapf_xl.tables import MasterTables
    from dapf_xl.workbooks import Sheet

_COLUMNS = (Column("Ref"), Column("What was asked"), Column("What was written"), Column("By"))
_WIDTHS = (8, 32, 86, 28)
_TEXT = 2
_SIZE = 11


def pages(tables: MasterTables) -> Sequence[Page]:
    """Return the sheet, where the round asks for any text."""
    asked = records(tables.narrative)
    written = sum(bool(row["text"]) for row in asked)
    words = f"What agencies wrote: {written} of the {len(asked)} texts that were asked for."
    return [Page(NARRATIVE, "detail", words, write)] if asked else []


def write(sheet: Sheet, master: Master) -> None:
    """Write the texts under the headings and indicators that they are about, each whole."""
    lead = (
        "What agencies wrote in words, under each heading. What is missing says why. Line breaks are the agencies' own."
    )
    begin(sheet, master, f"Narrative, {master.tables.period.words}", lead, _WIDTHS)
    write_heads(sheet, _COLUMNS)
    row = HEAD
    for (group, title), texts in groupby(records(master.tables.narrative), lambda each: (each["group"], each["title"])):
        row += 1
        band(sheet, row, title if title == group else f"{group}: {title}", len(_COLUMNS))
        sheet.worksheet.set_row(row, 20)
        for each in texts:
            row = _write_text(sheet, row + 1, each)
    end(sheet, row, len(_COLUMNS) - 1)


def _write_text(sheet: Sheet, row: int, each: Row) -> int:
    """Write a text, over several rows where one cannot be high enough, and return the last of them."""
    pieces = in_pieces(each["text"] or each["gap"], _WIDTHS[_TEXT], _SIZE)
    for place, piece in enumerate(pieces):
        words = (each["indicator"], each["label"], piece, each["agency"]) if place == 0 else ("", "", piece, "")
        for column, (text, style) in enumerate(zip(words, _styles(each), strict=True)):
            sheet.put(row + place, column, text, style)
        sheet.fit_row(row + place, dict(enumerate(words)), size=_SIZE)
    return row + len(pieces) - 1


def _styles(each: Row) -> tuple[str, ...]:
    return ("cell", "bold", "long_text" if each["text"] else "long_gap", "cell")
