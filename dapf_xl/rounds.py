"""The rounds of a workspace: which quarters may be chosen, and which is meant mostly."""

from __future__ import annotations

import contextlib
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from dapf_xl.findings import PeriodError
from dapf_xl.observations import published
from dapf_xl.periods import Period
from dapf_xl.workspace import FOLDERS, quarter_of

if TYPE_CHECKING:
    from dapf_xl.workspace import Workspace

MOST_QUARTERS = 120
"""Quarters that are offered: thirty years."""


def offered_quarters(workspace: Workspace) -> list[Period]:
    """Return the quarters that may be chosen, the latest first.

    They run from the first that the catalogue or a folder of the workspace knows to the one after today's.
    """
    now = Period.containing(_today())
    known = [Period.containing(each.period.last_day) for each in published(workspace.framework)]
    begun = begun_quarters(workspace)
    first = min([*known, *begun, now])
    last = max([*begun, Period.containing(now.last_day + timedelta(days=1))])
    found = [last]
    while found[-1] > first and len(found) < MOST_QUARTERS:
        found.append(found[-1].previous())
    return found


def usual_quarter(workspace: Workspace) -> Period:
    """Return the quarter that is meant mostly: the latest that was begun, or the last that has ended."""
    return max(begun_quarters(workspace), default=Period.containing(_today()).previous())


def begun_quarters(workspace: Workspace) -> list[Period]:
    """Return the quarters that have a folder in the workspace, in any order, some of them several times."""
    found = []
    for kind in FOLDERS:
        folder = workspace.folder / kind
        for each in folder.iterdir() if folder.is_dir() else ():
            with contextlib.suppress(PeriodError):
                found.append(quarter_of(each.name))
    return found


def _today() -> date:
    return datetime.now(UTC).date()
