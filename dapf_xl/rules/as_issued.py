"""A return as it went out, cell by cell, to be compared with the file that came back."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dapf_xl.returns.layout import ENTRY_TABLES, HEADER_ROW, LABEL, RETURN, SIGN_OFF, START, plan_return
from dapf_xl.returns.template import Template
from dapf_xl.rules.context import sheet_of, unpacked
from dapf_xl.rules.identity import period_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dapf_xl.returns.fittings import IssuedSurroundings
    from dapf_xl.returns.layout import EntryTable
    from dapf_xl.returns.reading import ReadReturn
    from dapf_xl.returns.troubles import SheetRead
    from dapf_xl.rules.context import Context, IssuedRecord, IssuedSheet

Place = tuple[int, str]
Positions = dict[str, list[Place]]


class _Anything:
    """Stands where anything may: in a cell for typing into, and in one that a formula fills."""

    def __eq__(self, other: object) -> bool:
        """Say yes to whatever stands there."""
        return True

    def __hash__(self) -> int:
        """Return the same for all."""
        return 0

    def __repr__(self) -> str:
        """Return what it stands for."""
        return "anything"


ANYTHING: Any = _Anything()


@dataclass(slots=True)
class AsIssued:
    """What a return held when it went out."""

    positions: Positions
    """Row and id of every figure, by sheet."""
    rows: dict[str, list[list[Any]]] = field(default_factory=dict)
    """What stood in each cell of each sheet, ``ANYTHING`` in those that may hold anything; empty if not known."""
    formulas: dict[str, dict[str, str]] = field(default_factory=dict)
    """By sheet and address."""
    around: Mapping[str, IssuedSurroundings] = field(default_factory=dict)
    """All that each sheet had beside what stood in its cells; none if not known."""
    is_record: bool = True
    """Whether it is what went out, and not what the catalogue alone would send out now."""

    def heads(self, table: EntryTable) -> dict[str, str]:
        """Return the heads of a table by its parts; none where it has none, or they are not known."""
        rows = self.rows.get(table.sheet, [])
        if len(rows) < HEADER_ROW:
            return {}
        line = rows[HEADER_ROW - 1]
        return {part: line[table.index(part)] for part in table.columns}

    def is_same(self, content: Mapping[str, SheetRead]) -> bool:
        """Say whether every sheet holds what it held, at a glance: a file that is the same may still be denied it."""
        for sheet, rows in self.rows.items():
            found = content.get(sheet)
            if found is None or rows != found.cells or found.formulas != self.formulas[sheet] or found.far:
                return False
        return True


def on_record(record: IssuedRecord) -> AsIssued:
    """Return what went out by its record."""
    positions = {sheet: [(row, figure) for row, figure in places] for sheet, places in record.positions.items()}
    sheets, around = unpacked(record.packed)
    issued = AsIssued(positions, around=around)
    for name, sheet in sheets.items():
        _add(issued, name, sheet)
    return issued


def by_catalogue(context: Context, read: ReadReturn) -> AsIssued:
    """Return what the catalogue would send out now, for a return of whose issue there is no record."""
    period = period_of(read)
    assert period is not None  # noqa: S101  (its identity is in order)
    plan = plan_return(context.framework, read.identity["agency"], period, context.known)
    with tempfile.TemporaryDirectory(prefix="dapf-") as folder:
        made = Template(context.framework, b"").write(plan, context.known, Path(folder) / "return.xlsx")
    issued = AsIssued(plan.positions(), is_record=False)
    for name, values in made.locked.items():
        _add(issued, name, sheet_of(values))
    return issued


def identity_rows(read: ReadReturn) -> list[list[Any]]:
    """Return what the sheet ``_dapf`` holds of a return whose identity is in order."""
    return [[name, value] for name, value in read.identity.items()]


def _add(issued: AsIssued, name: str, sheet: IssuedSheet) -> None:
    """Add a sheet to what went out, with ``ANYTHING`` where something may be typed or is worked out."""
    rows = issued.rows[name] = [*sheet.rows]
    formulas = issued.formulas[name] = sheet.formulas
    table = ENTRY_TABLES.get(name)
    if table is not None:
        columns = [table.index(part) for part in (*table.inputs, "shorthand", "comment") if table.has(part)]
        label = table.index(LABEL)
        for number in {row for row, _ in issued.positions.get(name, ())}:
            line = rows[number - 1] = [*rows[number - 1]]
            for column in columns:
                line[column] = ANYTHING
            if table is RETURN and line[label] == "":
                line[label] = ANYTHING  # of a spare row; in every other one the label stands there
    for address in (*formulas, *(SIGN_OFF.values() if name == START else ())):
        row = int(address[1:]) - 1
        if rows[row] is sheet.rows[row]:
            rows[row] = [*rows[row]]
        rows[row][ord(address[0]) - ord("A")] = ANYTHING
