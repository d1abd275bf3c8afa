"""What a series of figures suggests of the next one: natural process limits of an XmR chart (pure)."""

from __future__ import annotations

from itertools import pairwise
from statistics import fmean
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

SCREEN, WIDTH = 3.267, 2.66
"""Of the mean moving range: from where on a range is screened out, and how far the limits are from the mean."""
FEWEST = 2
"""Figures without which there is no moving range."""


class Limits(NamedTuple):
    """Where the figures of a series lie if nothing special happens."""

    lower: float
    mean: float
    upper: float


def natural_limits(values: Sequence[float]) -> Limits | None:
    """Return the natural process limits of an unbroken series; None where there is no moving range.

    The mean is of all values. Moving ranges of at least 3.267 times their mean are left out once, and the limits are
    2.66 times the mean of the others away (NHS England, Making Data Count). A constant series has limits equal to its
    mean. Cumulative and rolling figures have no such limits: each holds most of the one before.

    Args:
        values: The figures, the earliest first, without gaps.
    """
    if len(values) < FEWEST:
        return None
    ranges = [abs(later - earlier) for earlier, later in pairwise(values)]
    usual = fmean(ranges)
    kept = [each for each in ranges if each < SCREEN * usual]
    width = WIDTH * fmean(kept) if kept else 0.0
    mean = fmean(values)
    return Limits(mean - width, mean, mean + width)
