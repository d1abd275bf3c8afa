"""A return as it went out, cell by cell, to be compared with the file that came back."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dapf_xl.returns.layout import ENTRY_TABLES, HEADER_ROW, LABEL, RETURN, SIGN_OFF, START, plan_return
from dapf_xl.returns.template import Template
from dapf_xl.rules.context import unpacked
from dapf_xl.rules.identity import period_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dapf_xl.returns.layout import EntryTable
    from dapf_xl.returns.reading import ReadReturn
    from dapf_xl.returns.troubles import SheetRead
    from dapf_xl.rules.context import Context, Fittings, IssuedRecord

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
    fittings: Fittings = field(default_factory=dict)
    """Validations and formats by sheet; none if not known."""
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
    locked, fittings = unpacked(record.packed)
    issued = AsIssued(positions, fittings=fittings)
    for sheet, values in locked.items():
        issued.rows[sheet], issued.formulas[sheet] = _grid(sheet, values, positions.get(sheet, ()))
    return issued


def by_catalogue(context: Context, read: ReadReturn) -> AsIssued:
    """Return what the catalogue would send out now, for a return of whose issue there is no record."""
    period = period_of(read)
    assert period is not None  # noqa: S101  (its identity is in order)
    plan = plan_return(context.framework, read.identity["agency"], period, context.known)
    with tempfile.TemporaryDirectory(prefix="dapf-") as folder:
        made = Template(context.framework, b"").write(plan, context.known, Path(folder) / "return.xlsx")
    issued = AsIssued(plan.positions(), is_record=False)
    for sheet, values in made.locked.items():
        issued.rows[sheet], issued.formulas[sheet] = _grid(sheet, values, issued.positions.get(sheet, ()))
    return issued


def identity_rows(read: ReadReturn) -> list[list[Any]]:
    """Return what the sheet ``_dapf`` holds of a return whose identity is in order."""
    return [[name, value] for name, value in read.identity.items()]


@lru_cache(maxsize=50_000)
def _place(address: str) -> tuple[int, int]:
    """Return row and column, both zero-based, of an address."""
    return int(address[1:]) - 1, ord(address[0]) - ord("A")


def _grid(sheet: str, values: Mapping[str, object], places: Sequence[Place]) -> tuple[list[list[Any]], dict[str, str]]:
    """Return the rows of a sheet, and its formulas, from its locked values by address."""
    table = ENTRY_TABLES.get(sheet)
    formulas: dict[str, str] = {}
    cells = [(*_place(address), address, value) for address, value in values.items()]
    width = 1 + max((cell[1] for cell in cells), default=-1)
    height = 1 + max((cell[0] for cell in cells), default=-1)
    rows: list[list[Any]] = [[""] * width for _ in range(height)]
    if table is not None:
        columns = [table.index(part) for part in (*table.inputs, "shorthand", "comment") if table.has(part)]
        label = table.index(LABEL)
        for number in {row - 1 for row, _ in places}:
            line = rows[number]
            for column in columns:
                line[column] = ANYTHING
            if table is RETURN:
                line[label] = ANYTHING  # of a spare row; in every other one the label stands there
    for row, column, address, value in cells:
        if type(value) is str and value.startswith("="):
            formulas[address] = value[1:]
            value = ANYTHING  # noqa: PLW2901  (its last result)
        rows[row][column] = value
    if sheet == START:
        for row, column in map(_place, SIGN_OFF.values()):
            rows[row][column] = ANYTHING
    return rows, formulas
