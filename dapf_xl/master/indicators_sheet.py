"""The sheet ``Indicators``: what each indicator is, what it tells us, which way is good, and who answers for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dapf_xl.master.common import (
    HEAD,
    INDICATORS,
    Column,
    Page,
    Split,
    begin,
    end,
    print_two_pages_wide,
    records,
    write_table,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dapf_xl.master.common import Master
    from dapf_xl.tables import MasterTables
    from dapf_xl.workbooks import Sheet

_COLUMNS: dict[str, tuple[Column, float]] = {
    "indicator": (Column("Ref"), 8),
    "title": (Column("Indicator", "bold"), 28),
    "definition": (Column("What is counted"), 48),
    "version": (Column("Version of it"), 9),
    "rationale": (Column("What it tells us"), 36),
    "strands": (Column("Strands"), 13),
    "levels": (Column("Risk levels"), 8),
    "references": (Column("References"), 14),
    "status": (Column("Status"), 12),
    "direction": (Column("Which way is good"), 28),
    "target": (Column("Target now"), 34),
    "supplied": (Column("Who supplies it, and how often"), 26),
    "owner": (Column("Owner"), 12),
    "publication": (Column("Publication"), 16),
    "note": (Column("Note"), 28),
}
_SECOND_PAGE = "direction"
_SCALE = 71
"""Percent at which the columns up to the status fill an A4 page."""
_INSTEAD = {"owner": "who supplies it", "publication": "by the framework's rule"}
_LEAD = "What the catalogue says of each indicator, whether it is read in this quarter or not. – : nothing is said."


def pages(tables: MasterTables) -> Sequence[Page]:
    """Return the sheet."""
    words = (
        f"What each of the {len(tables.indicators)} indicators counts and tells us, its direction, target, suppliers "
        "and owner."
    )
    return [Page(INDICATORS, "record", words, write)]


def write(sheet: Sheet, master: Master) -> None:
    """Write a row for every indicator of the catalogue."""
    title = f"Indicators, {master.tables.period.words}"
    begin(sheet, master, title, _LEAD, [width for _, width in _COLUMNS.values()])
    rows = [[row[name] or _INSTEAD.get(name, "") for name in _COLUMNS] for row in records(master.tables.indicators)]
    last = write_table(
        sheet, [column for column, _ in _COLUMNS.values()], rows, nothing="The catalogue has no indicator."
    )
    end(sheet, last, len(_COLUMNS) - 1, frozen=2)
    split = Split(1, list(_COLUMNS).index(_SECOND_PAGE), _SCALE)
    print_two_pages_wide(sheet, master, title, (HEAD, 0, last, len(_COLUMNS) - 1), split)
