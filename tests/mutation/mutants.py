"""Makes mutants: a kind and a seed give the same one every time."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from tests.mutation import (  # noqa: F401  (each enters its kinds)
    kinds_cells,
    kinds_furniture,
    kinds_guards,
    kinds_hiding,
    kinds_identity,
    kinds_inputs,
    kinds_looks,
    kinds_programs,
    kinds_rows,
    kinds_sheets,
    kinds_writing,
)
from tests.mutation.case import KINDS, Case

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.mutation.originals import Desk, Original

SAMPLE = 2
"""Mutants of each kind in a short run."""
FULL = 60
"""And in the full sweep; of a kind that goes from cell to cell, as many as there are cells, up to `MOST_CELLS`."""
MOST_CELLS = 700
EVERY_CELL = "locked cell cleared"
"""The kind that reaches every locked cell in the full sweep."""
OFFICE = 1
"""Mutants of each kind that LibreOffice has to save; three times as many in the full sweep."""


def mutant(desk: Desk, name: str, seed: int) -> Case:
    """Make a mutant.

    Args:
        desk: The returns that are changed.
        name: A kind.
        seed: Chooses the return and what happens to it.
    """
    original, turn = _turn(desk, seed) if KINDS[name].cells else _one_of(desk, seed)
    chance = random.Random(f"{original.framework} {name} {seed}")  # noqa: S311  (it must repeat)
    case = Case(desk, original, original.book(), chance, turn, KINDS[name], original.name)
    KINDS[name].make(case)
    if not case.data:
        case.data = case.book.bytes()
    return case


def _one_of(desk: Desk, seed: int) -> tuple[Original, int]:
    return desk.originals[seed % len(desk.originals)], seed // len(desk.originals)


def _turn(desk: Desk, seed: int) -> tuple[Original, int]:
    """The return, and the cell in it, that it is a seed's turn for: from the first cell of the first to the last."""
    seed %= cells_of(desk)
    for original in desk.originals:
        if seed < len(original.locked):
            break
        seed -= len(original.locked)
    return original, seed


def cells_of(desk: Desk) -> int:
    """How many locked cells hold something, in all returns of a desk."""
    return sum(len(original.locked) for original in desk.originals)


def seeds(desk: Desk, name: str, *, full: bool) -> Sequence[int]:
    """The seeds of a kind's mutants; in a short run far from each other."""
    if KINDS[name].office:
        return range(OFFICE * (3 if full else 1))
    if not full:
        return random.Random(f"{desk.framework.id} {name}").sample(range(cells_of(desk)), SAMPLE)  # noqa: S311
    if name == EVERY_CELL:
        return range(cells_of(desk))
    return range(min(cells_of(desk), MOST_CELLS) if KINDS[name].cells else FULL)
