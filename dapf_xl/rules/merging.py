"""Several returns of one agency for one period, merged by cell: part of batch 9.

A blank never replaces anything. Where the same figure differs, neither is used until somebody says
which is right.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from dapf_xl.findings import Code
from dapf_xl.rules.plain import shown, taken_words
from dapf_xl.rules.rows import Fault
from dapf_xl.rules.schema import label_of

if TYPE_CHECKING:
    from dapf_xl.rules.context import Context
    from dapf_xl.rules.rows import Rows


def check_merged(context: Context, rows: Rows, sound: np.ndarray[Any, Any]) -> list[Fault]:
    """Return a finding at each of the cells in which returns of one agency differ."""
    frame = rows.frame
    shadowed = np.flatnonzero(frame["filled"] & ~frame["stands"] & sound)
    if not len(shadowed):
        return []
    standing = frame[frame["stands"]]
    winners = {
        (group, figure): int(number)
        for number, group, figure in zip(standing.index, standing["group"], standing["figure"], strict=True)
    }
    faults: dict[int, Fault] = {}
    for number in shadowed:
        earlier = int(number)
        later = winners[frame["group"][earlier], frame["figure"][earlier]]
        if sound[later] and _content(rows, earlier) != _content(rows, later):
            faults[earlier] = _fault(context, rows, earlier, later)
            faults.setdefault(later, _fault(context, rows, later, earlier))
    return list(faults.values())


def _content(rows: Rows, position: int) -> tuple[object, ...]:
    """Return what a row says, as far as two returns could differ."""
    row: Any = rows.frame.loc[position]
    value = "" if np.isnan(row["value"]) else f"{row['value']:.15g}"
    return (value, row["words"], " ".join(str(row["shorthand"]).split()).casefold())


def _said(context: Context, rows: Rows, position: int) -> str:
    row: Any = rows.frame.loc[position]
    item = context.framework.items[row["item"]]
    value = shown(row["words"]) if np.isnan(row["value"]) else taken_words(row["value"], item)
    return " ".join(part for part in (value, row["shorthand"]) if part)


def _fault(context: Context, rows: Rows, position: int, other: int) -> Fault:
    frame = rows.frame
    key = rows.figures[frame["figure"][position]]
    words: dict[str, object] = {
        "what": label_of(context.framework, key.item, key.category),
        "found": _said(context, rows, position),
        "other": _said(context, rows, other),
        "other_file": rows.files[frame["file"][other]].read.name,
        "other_cell": f"{frame['sheet'][other]}!{frame['value_cell'][other]}",
        "agency": context.framework.agencies[rows.agencies[frame["group"][position]]].name,
    }
    return Fault(position, Code.DIFFERS_BETWEEN_RETURNS, "value", Code.DIFFERS_BETWEEN_RETURNS.severity, words)
