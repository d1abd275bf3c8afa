"""What this quarter's figures are beside earlier ones: batch 8 of the checks, all of it queries.

An officer who is asked about a figure spends five minutes, so little is asked. The strongest reason of each figure is
given, and no other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dapf_xl.rules.changing import check_changes, check_limits
from dapf_xl.rules.copying import check_copied
from dapf_xl.rules.earlier import Now
from dapf_xl.rules.to_date import check_to_date

if TYPE_CHECKING:
    import numpy as np

    from dapf_xl.rules.context import Context
    from dapf_xl.rules.rows import Fault, Rows

CHECKS = (check_limits, check_to_date, check_changes, check_copied)
"""What is looked for, the strongest reason first."""


def check_history(context: Context, rows: Rows, sound: np.ndarray[Any, Any]) -> list[Fault]:
    """Return a query at each figure that earlier ones do not lead one to expect.

    Args:
        context: The framework, and the figures known from earlier.
        rows: All rows of all returns.
        sound: Which of them have no error so far.
    """
    now = Now(context, rows, sound)
    found: dict[int, Fault] = {}
    for check in CHECKS:
        for fault in check(now):
            found.setdefault(fault.position, fault)
    return list(found.values())
