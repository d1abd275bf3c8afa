"""The sheet ``Submissions``: what came from each agency, and what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dapf_xl.consolidation import NOT_RETURNED, REJECTED, REPLACED
from dapf_xl.ledger import TAKEN_OUT
from dapf_xl.master.common import (
    DASH,
    HEAD,
    SUBMISSIONS,
    Column,
    Page,
    begin,
    colour_texts,
    end,
    moment_words,
    records,
    widths_of,
    write_table,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dapf_xl.master.common import Master
    from dapf_xl.tables import MasterTables
    from dapf_xl.workbooks import Sheet

_COLUMNS = (
    Column("Agency", "bold", least=24),
    Column("Status", least=25),
    Column("Why", least=50, most=52),
    Column("File", least=16),
    Column("Received", most=26),
    Column("Asked", "count"),
    Column("Given", "count"),
    Column("Errors", "count"),
    Column("Open queries", "count"),
    Column("Answered", "count"),
    Column("Waived", "count"),
    Column("Warnings", "count"),
)
_STORY = ("Agency", "When", "What happened", "File")
"""The heads of the table below, in the columns of the one above."""
_STATUS = 1
_LOOKS = {
    "Accepted": "if_done",
    REJECTED: "if_wrong",
    NOT_RETURNED: "if_wrong",
    REPLACED: "if_past",
    TAKEN_OUT: "if_past",
}
"""Accepted with queries begins with Accepted."""
_LEAD = (
    "A row a file, and one for each agency that sent none. Asked, given: how many figures. "
    f"{REPLACED}: a later file came. {TAKEN_OUT}: not counted. Below, what happened, agency by agency."
)


def pages(tables: MasterTables) -> Sequence[Page]:
    """Return the sheet."""
    del tables
    return [Page(SUBMISSIONS, "record", "Who returned, who did not, and what became of each return.", write)]


def write(sheet: Sheet, master: Master) -> None:
    """Write a row for every file that came, and for every agency from which nothing did."""
    rows = [
        (
            each["name"], each["status"], each["reason"], each["file"], moment_words(each["received_at"]),
            each["asked"], each["given"], each["errors"], each["queries"], each["answered"], each["waived"],
            each["warnings"],
        )
        for each in records(master.tables.submissions)
    ]  # fmt: skip
    begin(sheet, master, f"Submissions, {master.tables.period.words}", _LEAD, widths_of(_COLUMNS, rows))
    last = write_table(sheet, _COLUMNS, rows, nothing="No return has been taken into this workbook.")
    colour_texts(sheet, HEAD + 1, last, _STATUS, _LOOKS)
    last = _write_story(sheet, master, last + 2)
    end(sheet, last, len(_COLUMNS) - 1, frozen=1)


def _write_story(sheet: Sheet, master: Master, row: int) -> int:
    """Write what happened with each agency's return, in time order, and return the last row that was written."""
    events = records(master.tables.story)
    if not events:
        return row - 2
    for column, head in enumerate(_STORY):
        sheet.put(row, column, head, "head")
    before = None
    for each in events:
        row += 1
        name = each["name"] if each["agency"] != before else ""
        before = each["agency"]
        cells = (name, moment_words(each["at"]) or DASH, each["words"], each["file"] or DASH)
        for column, text in enumerate(cells):
            sheet.put(row, column, text, _COLUMNS[column].style)
        sheet.fit_row(row, dict(enumerate(cells)))
    return row
