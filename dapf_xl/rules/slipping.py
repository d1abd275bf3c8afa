"""Figures that were pasted or pushed one row down or up, so that one of them stands where none is asked for.

Nothing shows it but that: the ids and the questions are where they were. A figure in a row of no figure is a note or a
total of the officer's own, unless a row is blank that it could have come from: then every figure between the two may
belong to its neighbour.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dapf_xl.findings import Code, Finding
from dapf_xl.returns.layout import ENTRY_TABLES, RETURN, REVISIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dapf_xl.returns.layout import EntryTable
    from dapf_xl.returns.reading import Entry
    from dapf_xl.rules.checking import CheckedReturn


def slipped(one: CheckedReturn) -> Iterator[Finding]:
    """Yield a finding for each run of figures that may have slipped, and hold its rows."""
    for table in (RETURN, REVISIONS):
        if any(each.sheet == table.sheet for each in one.read.outside):
            yield from _in_table(one, one.read.tables.get(table.sheet, ENTRY_TABLES[table.sheet]))


def _in_table(one: CheckedReturn, table: EntryTable) -> Iterator[Finding]:
    sheet, letter = table.sheet, table.columns["value"]
    entries = {entry.row: entry for entry in one.read.entries if entry.sheet == sheet}
    strays = {
        int(each.cell[1:])
        for each in one.read.outside
        if each.sheet == sheet and each.cell[0] == letter and _is_figure(each.value)
    }
    for stray in sorted(strays):
        for step in (-1, 1):
            run, row = [], stray + step
            while row in strays or (row in entries and _is_filled(entries[row])):
                run += [row] if row in entries else []
                row += step
            if run and row in entries and not entries[row].shorthand:  # a blank that nobody has accounted for
                one.held |= {(sheet, each) for each in run}
                yield Code.VALUES_SLIPPED.finding(
                    sheet=sheet,
                    cell=f"{letter}{stray}",
                    outside=f"{letter}{stray}",
                    blank=f"{letter}{row}",
                    side="above" if step < 0 else "below",
                    way="low" if step < 0 else "high",
                )


def _is_filled(entry: Entry) -> bool:
    return entry.value is not None or bool(entry.trouble)


def _is_figure(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
