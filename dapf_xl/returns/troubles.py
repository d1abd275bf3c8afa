"""What can be the matter with an input cell, and how far a return's cells reach."""

from __future__ import annotations

from typing import Any, NamedTuple

Cells = list[list[Any]]
"""Rows of values; "" where a cell is blank."""

ERROR, FORMULA, UNCALCULATED = "error", "formula", "uncalculated"
"""What can be the matter with an input cell that its value does not tell."""

FARTHEST_ROW = 9_999
FARTHEST_COLUMN = 26
"""What stands beyond is no part of a return: a slip of the keyboard, or a trap."""


class Trouble(NamedTuple):
    """What is the matter with a cell, and what it shows."""

    kind: str
    shown: str = ""


NO_TROUBLE = Trouble("")
Troubles = dict[str, dict[str, Trouble]]
"""By sheet and address, of the cells that take values."""
