"""Whether a day that was typed can be meant: part of batch 5. The year 9999 is a slip, or what a program put in."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from dapf_xl.findings import Code
from dapf_xl.periods import words_of_date
from dapf_xl.returns.validation import days_of
from dapf_xl.rules.rows import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dapf_xl.rules.rows import Rows


def check_dates(rows: Rows, sound: np.ndarray[Any, Any]) -> Iterator[Fault]:
    """Yield the days that lie too far from what they are asked about.

    Args:
        rows: All rows of all returns.
        sound: Which of them have no error so far.
    """
    frame = rows.frame
    typed = (frame["type"] == "date").to_numpy() & (frame["words"] != "").to_numpy() & sound
    for position in np.flatnonzero(typed).tolist():
        period, day = rows.figures[frame["figure"][position]].period, date.fromisoformat(frame["words"][position])
        first, last = days_of(period)
        if not first <= day <= last:
            words: dict[str, object] = {
                "found": words_of_date(day),
                "period": period.words,
                "cell_words": frame["value_cell"][position],
                "example": period.last_day.strftime("%d/%m/%Y"),
            }
            yield Fault(position, Code.DATE_FAR_AWAY, "value", Code.DATE_FAR_AWAY.severity, words)
