"""What agencies wrote in spare rows, looked at together: part of batch 7."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

import numpy as np

from dapf_xl.catalogue.open_rows import TOTALS, plain_label
from dapf_xl.findings import Code
from dapf_xl.plain import shown
from dapf_xl.rules.rows import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dapf_xl.rules.context import Context
    from dapf_xl.rules.rows import FigureKey, Rows

_CLOSE = 0.75
"""How alike a label and a printed one must be for the one to be suggested for the other."""


def check_labels(context: Context, rows: Rows, sound: np.ndarray[Any, Any]) -> Iterator[Fault]:
    """Yield labels that stand twice in an agency's return, have a row of their own, are no part, or are new.

    A label that is new is for the performance lead to settle: its figure is taken all the same.
    """
    frame = rows.frame
    written = (frame["label"] != "") & frame["filled"] & frame["stands"] & sound
    first: dict[tuple[int, str, str, str, str], int] = {}
    unknown: dict[int, Fault] = {}
    for position in np.flatnonzero(written).tolist():
        key, label = rows.figures[frame["figure"][position]], frame["label"][position]
        words: dict[str, object] = {"label": shown(label), "found": shown(label)}
        if printed := _printed(context, rows, position, key, label):
            yield _fault(Code.LABEL_HAS_A_ROW, position, words | {"other_cell": printed})
            continue
        is_mapped = context.framework.open_rows.is_mapped(key.item, key.category, label)
        if plain_label(label) in TOTALS and not is_mapped:
            yield _fault(Code.LABEL_IS_A_TOTAL, position, words)
            continue
        same = (frame["group"][position], *_place(context, key), plain_label(label))
        if (other := first.setdefault(same, position)) != position:
            for one, its_other in ((other, position), (position, other)):
                cell = _cell(rows, its_other, one)
                yield _fault(Code.LABEL_TWICE, one, words | {"other_cell": cell})
                unknown.pop(one, None)
        elif not is_mapped:
            unknown[position] = _fault(Code.LABEL_UNKNOWN, position, words | _near(context, key, label))
    yield from unknown.values()


def _fault(code: Code, position: int, words: dict[str, object]) -> Fault:
    return Fault(position, code, "label", code.severity, words)


def _place(context: Context, key: FigureKey) -> tuple[str, str, str]:
    """Return what the spare rows of one table have in common: item, the other half of the category, and period."""
    return key.item, context.framework.open_rows.beside(key.item, key.category, ""), key.period.label


def _printed(context: Context, rows: Rows, position: int, key: FigureKey, label: str) -> str:
    """Return the cell of the row that a return has for what was written; "" where it has none."""
    open_rows = context.framework.open_rows
    category = open_rows.printed(key.item, key.category).get(plain_label(label))
    if category is None:
        return ""
    wanted = key._replace(category=open_rows.beside(key.item, key.category, category.category))
    frame = rows.frame
    numbers = [number for number, figure in enumerate(rows.figures) if figure == wanted]
    same_file = (frame["file"] == frame["file"][position]) & frame["figure"].isin(numbers)
    found = np.flatnonzero(same_file & ~frame["revises"])
    return str(frame["value_cell"][found[0]]) if len(found) else f"the row {category.label}"


def _cell(rows: Rows, position: int, beside: int) -> str:
    """Return the cell of a label, with its file where that is another."""
    frame = rows.frame
    cell = str(frame["label_cell"][position])
    if frame["file"][position] == frame["file"][beside]:
        return cell
    return f"{rows.files[frame['file'][position]].read.name}, {frame['sheet'][position]}!{cell}"


def _near(context: Context, key: FigureKey, label: str) -> dict[str, object]:
    open_rows = context.framework.open_rows
    printed = open_rows.printed(key.item, key.category)
    close = get_close_matches(plain_label(label), printed, 1, _CLOSE)
    near = f" (perhaps {printed[close[0]].label}, {printed[close[0]].category})" if close else ""
    return {"near": near, "breakdown": open_rows.breakdown(key.item, key.category)}
