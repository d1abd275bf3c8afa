"""What stands in the yellow cells of a return that is issued again: what the agency has given already."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from dapf_xl.observations import shorthand_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dapf_xl.catalogue.tables import Item
    from dapf_xl.observations import Observation
    from dapf_xl.returns.layout import Figure, Plan

_FIRST_DAY = date(1899, 12, 30)
"""Day 0 of a workbook."""


class Cells(NamedTuple):
    """What stands in the cells of a row."""

    value: float | str | None = None
    shorthand: str = ""
    comment: str = ""
    label: str = ""
    """What was written in a spare row."""


EMPTY = Cells()


class Filled(NamedTuple):
    """What stands in the yellow cells of a return as it is written."""

    cells: Mapping[str, Cells]
    """By the id of the figure; nothing stands in those that are left out."""
    sign_off: Mapping[str, float | str]
    """By part."""


NOTHING_FILLED = Filled({}, {})


def cells_of(item: Item, known: Observation) -> Cells:
    """Return what a figure looks like in a return's cells; percentages as fractions."""
    if known.value is None:
        return Cells(known.text or None, shorthand_words(known), known.comment, known.label)
    value = known.value / 100 if item.type == "percent" else known.value
    return Cells(float(value), shorthand_words(known), known.comment, known.label)


def prefilled(plan: Plan, given: Mapping[Figure, Observation]) -> Filled:
    """Return what is to stand in a return's cells.

    Args:
        plan: The plan of the return.
        given: What the agency has given in this round.
    """
    found = {}
    for _, line in plan.figures():
        asked = line.asked
        known = given.get((asked.item.id, asked.category, plan.agency, asked.period)) if asked else None
        if asked and known:
            cells = cells_of(asked.item, known)
            is_date = asked.item.type == "date" and isinstance(cells.value, str)
            found[line.id] = cells._replace(value=_serial(str(cells.value))) if is_date else cells
    return Filled(found, {})


def with_labels(plan: Plan, typed: Mapping[str, Cells]) -> Plan:
    """Return the plan with what was written in its spare rows in this round, in place of what was before."""
    lines = {
        sheet: tuple(replace(line, label=typed.get(line.id, EMPTY).label or line.label) for line in some)
        for sheet, some in plan.lines.items()
    }
    return replace(plan, lines=lines)


def _serial(day: str) -> float:
    return float((date.fromisoformat(day) - _FIRST_DAY).days)
