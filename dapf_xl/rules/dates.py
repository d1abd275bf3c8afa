"""Whether a day that was typed can be meant, and whether a number is one: parts of batches 5 and 7.

The year 9999 is a slip, or what a program put in. And 1-4, typed for a few, becomes a day of this year in most
spreadsheets: in a cell that shows numbers, it stands there as some 40,000.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from dapf_xl.findings import Code
from dapf_xl.periods import words_of_date
from dapf_xl.returns.validation import day_numbers, day_of, days_of
from dapf_xl.rules.rows import NUMERIC, Fault

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


_FIRST_DAY, _LAST_DAY = 36_526, 73_050
"""Numbers of the first day of 2000 and the last of 2099: among smaller and larger ones nothing is looked for."""


def check_day_numbers(rows: Rows, sound: np.ndarray[Any, Any]) -> Iterator[Fault]:
    """Yield the figures that may be days of the year in which they were typed.

    Args:
        rows: All rows of all returns.
        sound: Which of them have no error so far.
    """
    value = rows.frame["value"].to_numpy()
    within = (value >= _FIRST_DAY) & (value <= _LAST_DAY) & sound
    if not within.any():
        return
    kinds = rows.frame["type"].isin(set(NUMERIC) - {"percent"}).to_numpy()
    for position in np.flatnonzero(within & kinds & (value == np.round(value))).tolist():
        row: Any = rows.frame.loc[position]
        first, last = day_numbers(rows.figures[row["figure"]].period)
        if first <= value[position] <= last:
            day = day_of(int(value[position]))
            cells = {name: row[name] for name in ("shorthand_cell", "comment_cell")}
            words: dict[str, object] = {
                "found": f"{value[position]:,.0f}",
                "day": words_of_date(day),
                "typed": f"{day.day}-{day.month}",
                "cell_words": row["value_cell"],
                **cells,
            }
            yield Fault(position, Code.DAY_AS_NUMBER, "value", Code.DAY_AS_NUMBER.severity, words)
