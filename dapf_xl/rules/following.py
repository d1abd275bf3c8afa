"""Finds the figures of a sheet whose rows or columns were moved: by their heads and ids, never by position."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from dapf_xl.returns.fittings import StoredFittings
from dapf_xl.returns.looks import StoredLooks
from dapf_xl.returns.reading import read_table
from dapf_xl.returns.xlsx_formats import as_shown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dapf_xl.returns.layout import EntryTable
    from dapf_xl.returns.reading import Entry, Outside
    from dapf_xl.returns.troubles import Cells, SheetRead
    from dapf_xl.rules.as_issued import Place

HEADS_WITHIN = 60
"""Rows in which the heads of a table are looked for."""


@dataclass(slots=True)
class Followed:
    """A sheet's table as the file has it."""

    table: EntryTable
    header: int
    entries: list[Entry]
    outside: list[Outside]


@dataclass(slots=True)
class Moves:
    """Where what was issued on a sheet stands now, and what is there no more or more than once."""

    rows: dict[int, int] = field(default_factory=dict)
    """The row in the file, by the row as it was issued, of every figure that is there once."""
    ids: dict[int, str] = field(default_factory=dict)
    """The id of each row as it was issued; where a row takes several figures, that of its first."""
    missing: list[Place] = field(default_factory=list)
    """Row as issued, and id."""
    twice: list[Place] = field(default_factory=list)
    """Row in the file, and id."""
    unknown: list[Place] = field(default_factory=list)
    """Row in the file, and what stands there for an id."""

    @property
    def moved(self) -> list[tuple[int, int]]:
        """Rows as issued and in the file, of those that stand elsewhere."""
        return [(before, now) for before, now in self.rows.items() if before != now]


def follow(table: EntryTable, heads: Mapping[str, str], sheet: SheetRead) -> Followed | None:
    """Return a sheet's table where its heads are now; None where not every head is found exactly once.

    Args:
        table: The table as it was issued.
        heads: Its heads, by its parts.
        sheet: What the file has on the sheet.
    """
    found = [
        (row, columns)
        for row, line in enumerate(sheet.cells[:HEADS_WITHIN], 1)
        if (columns := _columns(heads, line)) is not None
    ]
    if len(found) != 1:
        return None
    header, columns = found[0]
    moved = table if columns == dict(table.columns) else replace(table, columns=columns)
    return Followed(moved, header, *read_table(moved, _padded(sheet, moved), header))


def _columns(heads: Mapping[str, str], line: Sequence[object]) -> dict[str, str] | None:
    columns = {part: chr(ord("A") + line.index(head)) for part, head in heads.items() if line.count(head) == 1}
    return columns if len(columns) == len(heads) else None


def _padded(sheet: SheetRead, table: EntryTable) -> SheetRead:
    """Return a sheet all of whose rows reach to the table's last column, with how its figures show where they stand."""
    width = 1 + max(table.index(part) for part in table.columns)
    cells: Cells = [[*line, *[""] * (width - len(line))] for line in sheet.cells]
    return replace(sheet, cells=cells, looks=_looks(sheet, table))


def _looks(sheet: SheetRead, table: EntryTable) -> Mapping[str, str]:
    """Return how figures show: an OpenDocument spreadsheet says it of every cell, a workbook where it is asked."""
    around = sheet.around
    if around is None or not isinstance(around.fittings, StoredFittings) or not isinstance(around.looks, StoredLooks):
        return sheet.looks
    return as_shown(around.fittings, around.looks, frozenset(ord(table.columns[part]) for part in table.inputs))


def moves_of(expected: Sequence[Place], entries: Sequence[Entry]) -> Moves:
    """Return where the figures of a table stand now, by their ids."""
    rows_of: dict[str, list[int]] = {}
    for entry in entries:
        rows_of.setdefault(entry.id, []).append(entry.row)
    moves = Moves()
    for row, figure in expected:
        there = rows_of.pop(figure, [])
        moves.ids.setdefault(row, figure)
        if len(there) == 1:
            moves.rows[row] = there[0]
        elif there:
            moves.twice += [(number, figure) for number in there]
        else:
            moves.missing.append((row, figure))
    moves.unknown = [(row, figure) for figure, rows in rows_of.items() for row in rows]
    return moves
