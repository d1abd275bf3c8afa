"""Figures that were pasted or pushed one row down or up, so that one of them stands where none is asked for.

The ids and the questions are where they were. A figure in a row of no figure is a note or a total of the officer's
own, unless a row is blank that it could have come from: then every figure between the two may belong to its neighbour.
Where none fell out of the table, it shows in a figure that cannot be what its row asks for, such as 0.85 for a count,
beside a blank row that it fits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dapf_xl.findings import Code, Finding
from dapf_xl.returns.layout import ENTRY_TABLES, RETURN, REVISIONS, parse_figure_id

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dapf_xl.catalogue import Framework
    from dapf_xl.returns.layout import EntryTable
    from dapf_xl.returns.reading import Entry
    from dapf_xl.rules.checking import CheckedReturn


SLIPPED = frozenset({Code.VALUES_SLIPPED, Code.VALUES_FIT_BESIDE})
FEWEST = 2
"""Figures in a row that may have slipped together: one by itself is a figure typed wrongly."""


def slipped(framework: Framework, one: CheckedReturn) -> Iterator[Finding]:
    """Yield a finding for each run of figures that may have slipped, and hold its rows."""
    yield from _beside_blanks(framework, one)
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


def _beside_blanks(framework: Framework, one: CheckedReturn) -> Iterator[Finding]:
    """Yield a finding for each run of figures that begins beside a blank and fits one row nearer to it, not here."""
    sheet, letter = RETURN.sheet, one.read.tables.get(RETURN.sheet, RETURN).columns["value"]
    entries = {entry.row: entry for entry in one.read.entries if entry.sheet == sheet}
    for row, entry in entries.items():
        if _is_filled(entry) or entry.shorthand:
            continue
        for step in (1, -1):
            run: list[Entry] = []
            while (beside := entries.get(row + step * (len(run) + 1))) is not None and _is_filled(beside):
                run.append(beside)
            nearer = [entry, *run]
            misfit = next((each for each in run if _fits(framework, each.id, each) is False), None)
            if len(run) < FEWEST or misfit is None:
                continue
            if all(_fits(framework, other.id, each) for each, other in zip(run, nearer, strict=False)):
                one.held |= {(sheet, each.row) for each in run}
                first, last = sorted((run[0].row, run[-1].row))
                yield Code.VALUES_FIT_BESIDE.finding(
                    sheet=sheet,
                    cell=f"{letter}{misfit.row}",
                    found=f"{misfit.value:.15g}",
                    blank=f"{letter}{row}",
                    side="above" if step > 0 else "below",
                    cells=f"{letter}{first} to {letter}{last}",
                    way="low" if step > 0 else "high",
                )


def _fits(framework: Framework, figure: str, entry: Entry) -> bool | None:
    """Say whether a number can be what a figure is; None where that cannot be said."""
    parsed = parse_figure_id(figure)
    item = framework.items.get(parsed[0]) if parsed else None
    if item is None or not isinstance(entry.value, float) or entry.trouble:
        return None
    if item.type == "percent":
        return 0 <= entry.value <= 1
    return entry.value >= 0 and entry.value.is_integer() if item.type == "count" else None


def _is_filled(entry: Entry) -> bool:
    return entry.value is not None or bool(entry.trouble)


def _is_figure(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
