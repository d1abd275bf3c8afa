"""What a return says beside figures that were imported: these need not be typed again, and count where they differ."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from dapf_xl.findings import Code
from dapf_xl.observations import number_words, words_of
from dapf_xl.plain import exact
from dapf_xl.rules.rows import Fault
from dapf_xl.rules.schema import label_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dapf_xl.observations import Observation
    from dapf_xl.rules.context import Context
    from dapf_xl.rules.rows import Rows


def _imported(context: Context, rows: Rows, position: int) -> Observation | None:
    key, file = rows.figures[rows.frame["figure"][position]], rows.files[rows.frame["file"][position]]
    return context.imported.get((key.item, key.category, file.agency, key.period))


def needed(context: Context, rows: Rows, faults: Iterable[Fault]) -> Iterator[Fault]:
    """Yield the faults but for blanks where the figure was imported."""
    for fault in faults:
        if fault.code is not Code.REQUIRED_BLANK or _imported(context, rows, fault.position) is None:
            yield fault


def check_imported(context: Context, rows: Rows, sound: np.ndarray[Any, Any]) -> Iterator[Fault]:
    """Yield a warning where a return gives another figure than was imported for its round, which still counts.

    In a later round's ``Revisions`` an agency revises what it was shown, and that figure counts.
    """
    if not context.imported:
        return
    frame = rows.frame
    for number in np.flatnonzero(frame["stands"] & sound & ~frame["revises"] & frame["value"].notna()).tolist():
        imported = _imported(context, rows, number)
        if imported is None:
            continue
        item = context.framework.items[imported.item]
        value = exact(frame["value"][number], is_percent=item.type == "percent")
        if value != imported.value:
            words: dict[str, object] = {
                "what": label_of(context.framework, item.id, imported.category), "found": number_words(value, item),
                "other": words_of(imported, item), "other_file": imported.file,
            }  # fmt: skip
            code = Code.DIFFERS_FROM_IMPORTED
            yield Fault(number, code, "value", code.severity, words)
