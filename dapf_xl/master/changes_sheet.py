"""The sheet ``Changes``: what replaced another figure in this round, and what is new since its last master."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dapf_xl.changes import GONE, WITHDRAWN
from dapf_xl.master.common import (
    CHANGES,
    HEAD,
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
    Column("Ref", "bold", most=14),
    Column("Figure", least=24, most=38),
    Column("Agency", least=14, most=26),
    Column("Period", most=14),
    Column("What", most=14),
    Column("Was", "right", least=10, most=20),
    Column("Is", "right", least=10, most=20),
    Column("Why", least=24, most=44),
    Column("Source", least=16, most=30),
    Column("When", most=14),
    Column("New since last master", most=14),
)
_KIND = 4
_LEAD = (
    "Figures that were revised, late, made final, amended or no longer count in this round, and what came in since "
    "this round's last master. The workspace keeps every earlier figure."
)


def pages(tables: MasterTables) -> Sequence[Page]:
    """Return the sheet."""
    del tables
    return [
        Page(CHANGES, "record", "Which figures replaced others in this round: was, is, why, and who says so.", write)
    ]


def write(sheet: Sheet, master: Master) -> None:
    """Write a row a change, in the order of the catalogue."""
    rows = [
        (
            each["indicator"], each["label"], each["agency"], each["about"], each["kind"], each["old"], each["new"],
            each["why"], each["source"], moment_words(each["at"]), "yes" if each["since_last"] else "",
        )
        for each in records(master.tables.changes)
    ]  # fmt: skip
    begin(sheet, master, f"Changes, {master.tables.period.words}", _LEAD, widths_of(_COLUMNS, rows))
    last = write_table(sheet, _COLUMNS, rows, nothing="No figure of this round replaced another.")
    colour_texts(sheet, HEAD + 1, last, _KIND, dict.fromkeys((GONE, WITHDRAWN), "if_past"))
    end(sheet, last, len(_COLUMNS) - 1, frozen=2)
