"""The sheet ``Findings``: everything that checking found in the returns, with place and remedy."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from dapf_xl.findings import Standing
from dapf_xl.master.common import (
    FINDINGS,
    HEAD,
    Column,
    Page,
    begin,
    colour_texts,
    end,
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
    Column("Where", least=22, most=34),
    Column("Severity", least=10),
    Column("Status", least=10),
    Column("What was found", least=40, most=64),
    Column("What to do", least=40, most=64),
    Column("Code", least=16, most=34),
)
_SEVERITY, _STATUS = 1, 2


def pages(tables: MasterTables) -> Sequence[Page]:
    """Return the sheet."""
    del tables
    return [Page(FINDINGS, "record", "What checking the returns found: where, what, and what to do.", write)]


def write(sheet: Sheet, master: Master) -> None:
    """Write a row a finding, in reading order."""
    rows = [
        (place_of(each), each["severity"], each["status"], each["message"], each["remedy"], each["code"])
        for each in records(master.tables.findings)
    ]
    lead = "Error: not taken. Query: held while it is open. Warning: taken, but be aware. Waived: taken by decision."
    begin(sheet, master, f"Findings, {master.tables.period.words}", lead, widths_of(_COLUMNS, rows))
    last = write_table(sheet, _COLUMNS, rows, nothing="Nothing was found in any return of this round.")
    colour_texts(sheet, HEAD + 1, last, _STATUS, {Standing.OPEN: "if_wrong", Standing.WAIVED: "if_past"})
    first = HEAD + 1
    for is_waived, some in groupby(row[_STATUS] == Standing.WAIVED for row in rows):
        after = first + len(list(some))
        if not is_waived:
            colour_texts(sheet, first, after - 1, _SEVERITY, {"error": "if_wrong"})
        first = after
    end(sheet, last, len(_COLUMNS) - 1)


def place_of(finding: dict[str, str]) -> str:
    """Return file, sheet and cell in one phrase."""
    address = "!".join(part for part in (finding["sheet"], finding["cell"]) if part)
    return ", ".join(part for part in (finding["file"], address) if part)
