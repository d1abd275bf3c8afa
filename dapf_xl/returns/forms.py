"""A return as it was issued, by its words: its rows by their ids, its headings, and everything that is locked in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from dapf_xl.returns.layout import ENTRY_TABLES, HEADER_ROW, LABEL, RETURN, SIGN_OFF, START

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dapf_xl.returns.layout import EntryTable

WORDS = ("ref", "indicator", "what", "unit", "period", "due")
"""The parts of a row that say what it is for."""


class Row(NamedTuple):
    """A row as it was issued."""

    id: str
    """What its hidden cell held."""
    words: dict[str, str]
    """What its locked cells said it was for, by part."""
    cells: dict[str, str]
    """Every locked cell of it, by part, as it compares."""

    @property
    def anchor(self) -> str:
        """The part that tells the row from its neighbours; in a spare row the agency writes what it is for."""
        return LABEL if LABEL in self.words else "indicator"


@dataclass
class Form:
    """A return as it was issued."""

    rows: dict[str, dict[str, Row]] = field(default_factory=dict)
    """By sheet and hidden id."""
    heads: dict[str, dict[str, str]] = field(default_factory=dict)
    """By sheet and part."""
    titles: dict[str, str] = field(default_factory=dict)
    """By sheet: whose return it is, and of which quarter."""
    texts: set[str] = field(default_factory=set)
    """Every text that stood in a locked cell."""
    calculated: dict[str, dict[str, str]] = field(default_factory=dict)
    """Every formula by sheet and cell."""
    sign_off: dict[str, str] = field(default_factory=dict)
    """What stands beside each cell of the sign-off, by part."""


def form_of(locked: Mapping[str, Mapping[str, object]], positions: Mapping[str, Sequence[tuple[int, str]]]) -> Form:
    """Return a return as it was issued, from its locked values and the rows of its figures."""
    form = Form()
    for sheet, cells in locked.items():
        texts = {cell: value for cell, value in cells.items() if isinstance(value, str)}
        formulas = {cell: text for cell, text in texts.items() if text.startswith("=")}
        form.calculated[sheet] = formulas
        form.texts |= {plain(text) for cell, text in texts.items() if cell not in formulas}
        form.titles[sheet] = plain(cells.get("A1", ""))
    for part, cell in SIGN_OFF.items():
        form.sign_off[part] = plain(locked.get(START, {}).get(f"A{cell[1:]}", ""))
    for sheet, places in positions.items():
        table, cells = ENTRY_TABLES[sheet], locked.get(sheet, {})
        form.heads[sheet] = _parts(table, cells, HEADER_ROW)
        rows = form.rows.setdefault(sheet, {})
        for number in dict.fromkeys(row for row, _ in places):
            held = _parts(table, cells, number)
            row = Row(held.get("id", ""), {part: held[part] for part in WORDS if part in held}, held)
            rows[row.id] = row
    return form


def is_spare(table: EntryTable, row: Row) -> bool:
    """Say whether the agency writes itself what a row is for."""
    return table is RETURN and LABEL not in row.words


def _parts(table: EntryTable, cells: Mapping[str, object], row: int) -> dict[str, str]:
    return {part: plain(cells[cell]) for part in table.columns if (cell := table.cell(part, row)) in cells}


def plain(value: object) -> str:
    """Return what a cell holds as it compares: spaces and line breaks do not count, nor the 16th digit."""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        return f"{value:.15g}"
    return " ".join(str(value).split())
