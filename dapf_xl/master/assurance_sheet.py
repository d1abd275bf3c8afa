"""The sheet ``Quality assurance``: what is overdue, due and answered, with evidence and actions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dapf_xl.assurance import ACTION_OPEN, ACTION_OVERDUE, ANSWERED, AWAITED, NO_DATE, NOT_ANSWERED, OVERDUE
from dapf_xl.master.common import (
    ASSURANCE,
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
from dapf_xl.periods import words_of_date

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dapf_xl.master.common import Master
    from dapf_xl.tables import MasterTables
    from dapf_xl.workbooks import Sheet

_COLUMNS = {
    "ref": Column("Ref", "bold", most=22),
    "what": Column("What is assured", least=24, most=34),
    "responsible": Column("Responsible", most=20),
    "agency": Column("Who answers", most=20),
    "due": Column("Due", least=15, most=15),
    "status": Column("Status", "bold", least=17, most=17),
    "headline": Column("Headline", least=24, most=32),
    "date": Column("Date of it", least=13, most=13),
    "held": Column("Where it is held", most=18),
    "assurance": Column("Assurance given", most=12),
    "action": Column("Action", least=16, most=26),
    "owner": Column("Owner", most=14),
    "action_due": Column("Action due", least=13, most=13),
}
"""The columns by those of ``MasterTables.assurance``."""
WORDS = "Evidence and assurance: what is overdue, due and answered, with actions."
_MARKS = {
    OVERDUE: "■",
    ACTION_OVERDUE: "■",
    NOT_ANSWERED: "▲",
    AWAITED: "▲",
    ACTION_OPEN: "▲",
    NO_DATE: "○",
    ANSWERED: "●",
}
_LOOKS = {
    f"{_MARKS[OVERDUE]} ": "if_wrong",
    f"{_MARKS[ANSWERED]} ": "if_done",
    f"{_MARKS[NO_DATE]} ": "if_past",
}


def pages(tables: MasterTables) -> Sequence[Page]:
    """Return the sheet; none where the framework asks for no evidence in this round and nothing is open."""
    if tables.assurance.empty:
        return []
    return [Page(ASSURANCE, "detail", WORDS, write)]


def write(sheet: Sheet, master: Master) -> None:
    """Write a row for each piece of evidence, the overdue first."""
    tables = master.tables
    rows = [
        tuple(marked_status(each[name]) if name == "status" else each[name] for name in _COLUMNS)
        for each in records(tables.assurance)
    ]
    lead = (
        f"As at {words_of_date(tables.period.last_day)}: {overdue_words(tables)}. What is overdue, or has an open "
        "action, is carried from round to round."
    )
    columns = tuple(_COLUMNS.values())
    begin(sheet, master, f"{ASSURANCE}, {tables.period.words}", lead, widths_of(columns, rows))
    last = write_table(sheet, columns, rows, nothing="Nothing is due in this round, and nothing is overdue.")
    colour_texts(sheet, HEAD + 1, last, list(_COLUMNS).index("status"), _LOOKS)
    end(sheet, last, len(columns) - 1, frozen=2)


def marked_status(status: str) -> str:
    """Return a status with its mark: ``■ Overdue since 30 June 2021``."""
    return f"{next(mark for begin, mark in _MARKS.items() if status.startswith(begin))} {status}"


def overdue_words(tables: MasterTables) -> str:
    """Return how many pieces of evidence are overdue: ``3 of 40 pieces of evidence are overdue``."""
    rows = records(tables.assurance)
    overdue = sum(each["status"].startswith(OVERDUE) for each in rows)
    actions = sum(each["status"].startswith(ACTION_OVERDUE) for each in rows)
    are = "is" if overdue == 1 else "are"
    words = f"{overdue or 'none'} of {len(rows):,} pieces of evidence {are} overdue"
    return f"{words}, and {actions} action{' is' if actions == 1 else 's are'}" if actions else words
