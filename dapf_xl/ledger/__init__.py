"""The workspace's record, one SQLite file: issued, received, observed, found, consolidated, sent.

Rows are only ever added. Masters, checks and history are views of this record; nothing reads an old
master back. A transaction either happens whole or not at all, whatever interrupts it.

A round's files are known by their place in the folder of returns and by their hash. The last record of
a file is the one that stands: a file that was checked again with another result, or taken out of the
folder, brings from then on what that record says. What a record said before stays in the table.

Figures may also be given without a return: amended by the lead, or taken from elsewhere. An amendment counts
over every return of its round until it is amended again or withdrawn.
"""

from __future__ import annotations

from dapf_xl.ledger.decided import REPLACES, TAKES, FileDecision, Handover, WaiverRecord
from dapf_xl.ledger.given import AMENDED, Amendment
from dapf_xl.ledger.history import history
from dapf_xl.ledger.opening import BUSY_SECONDS, open_ledger
from dapf_xl.ledger.records import TAKEN, TAKEN_OUT, Entered, IssuedReturn, Ledger, Received, latest
from dapf_xl.ledger.rows import now

__all__ = [
    "AMENDED",
    "BUSY_SECONDS",
    "REPLACES",
    "TAKEN",
    "TAKEN_OUT",
    "TAKES",
    "Amendment",
    "Entered",
    "FileDecision",
    "Handover",
    "IssuedReturn",
    "Ledger",
    "Received",
    "WaiverRecord",
    "history",
    "latest",
    "now",
    "open_ledger",
]
