"""The sheet ``Targets by quarter``: owner, baseline, and the year's quarters, each target beside its figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlsxwriter.utility import xl_range

from dapf_xl.master.common import HEAD, QUARTERS_SHEET, Column, Page, begin, end, records, write_table
from dapf_xl.paper import QUARTERS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dapf_xl.master.common import Master
    from dapf_xl.tables import MasterTables
    from dapf_xl.workbooks import Sheet

_LEAD = (
    "Where a target is set: what was aimed at and what came of it, quarter by quarter. Ratings stand on the sheets of "
    "the groups."
)
_INSTEAD = {"owner": "who supplies it"}
_FIRST = (("Ref", 7.0), ("Indicator", 34.0), ("Owner", 15.0), ("Baseline", 11.0))
_PAIR = (("target", 13.0), ("actual", 14.0))
_ORDER = ("indicator", "label", "owner", "baseline", *(f"{each}_{what}" for each in QUARTERS for what, _ in _PAIR))


def pages(tables: MasterTables) -> Sequence[Page]:
    """Return the sheet, where any target is set."""
    count = len(tables.quarters)
    words = f"{count} figure{'' if count == 1 else 's'} with a target: owner, baseline, targets and figures by quarter."
    return [Page(QUARTERS_SHEET, "detail", words, write)] if count else []


def write(sheet: Sheet, master: Master) -> None:
    """Write a row for every line with a target."""
    period = master.tables.period
    quarters = [quarter.words for quarter in period.financial_year.quarters()]
    heads = [*_FIRST, *((f"{each} {what}", width) for each in quarters for what, width in _PAIR)]
    columns = [Column(head, "bold" if head == "Indicator" else "cell") for head, _ in heads]
    begin(sheet, master, f"Targets by quarter, {period.words}", _LEAD, [width for _, width in heads])
    rows = [[row[name] or _INSTEAD.get(name, "") for name in _ORDER] for row in records(master.tables.quarters)]
    last = write_table(sheet, columns, rows, nothing="No target is set.")
    sheet.worksheet.ignore_errors({"number_stored_as_text": xl_range(HEAD, 0, last, len(columns) - 1)})
    end(sheet, last, len(columns) - 1, frozen=2)
