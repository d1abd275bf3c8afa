"""The sheet ``Sources``: every file and document that a figure came from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dapf_xl.master.common import SOURCES, Column, Page, begin, end, moment_words, records, widths_of, write_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dapf_xl.master.common import Master
    from dapf_xl.tables import MasterTables
    from dapf_xl.workbooks import Sheet

_COLUMNS = (
    Column("Source", least=34, most=64),
    Column("Kind", least=14),
    Column("Status", least=14, most=24),
    Column("Rows", "count"),
    Column("Received", most=26),
    Column("Last saved", most=26),
    Column("SHA-256", most=38),
)


def pages(tables: MasterTables) -> Sequence[Page]:
    """Return the sheet."""
    del tables
    return [Page(SOURCES, "record", "Every file and document that a figure came from.", write)]


def write(sheet: Sheet, master: Master) -> None:
    """Write a row a source."""
    rows = [
        (
            each["source"], each["kind"], each["status"], each["rows"], moment_words(each["received"]),
            moment_words(each["saved"]), each["sha256"],
        )
        for each in records(master.tables.sources)
    ]  # fmt: skip
    lead = "Rows: how many of those on Data come from it. SHA-256 tells whether a file is the one that was received."
    begin(sheet, master, "Sources", lead, widths_of(_COLUMNS, rows))
    last = write_table(sheet, _COLUMNS, rows, nothing="There are no figures yet, and so no sources.")
    end(sheet, last, len(_COLUMNS) - 1)
