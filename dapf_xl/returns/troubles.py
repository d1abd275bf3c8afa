"""What a sheet of a file holds, what can be the matter with its cells, and how far a return's cells reach."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dapf_xl.returns.fittings import Surroundings

Cells = list[list[Any]]
"""Rows of values; "" where a cell is blank."""

ERROR, FORMULA, UNCALCULATED, DISGUISED, HIDDEN = "error", "formula", "uncalculated", "disguised", "hidden"
"""What can be the matter with an input cell that its value does not tell."""

FARTHEST_ROW = 9_999
FARTHEST_COLUMN = 26
"""What stands beyond is no part of a return: a slip of the keyboard, or a trap."""


class Trouble(NamedTuple):
    """What is the matter with a cell, and what it shows."""

    kind: str
    shown: str = ""


NO_TROUBLE = Trouble("")
Troubles = dict[str, Trouble]
"""By address, of every cell that holds an error or a formula."""
OF_A_FORMULA, OF_ONE_UNCALCULATED = Trouble(FORMULA), Trouble(UNCALCULATED)


@dataclass(slots=True)
class SheetRead:
    """A sheet as a file has it."""

    cells: Cells = field(default_factory=list)
    formulas: dict[str, str] = field(default_factory=dict)
    """As the file has them, without what begins them, by address."""
    troubles: Troubles = field(default_factory=dict)
    looks: Mapping[str, str] = field(default_factory=dict)
    """How the numbers of an entry table's figures show, by address, where it is known."""
    far: tuple[str, ...] = ()
    """Addresses of what stands too far outside to be read."""
    around: Surroundings | None = None
    """All that the sheet has beside what stands in its cells."""
