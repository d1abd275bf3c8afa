"""What figures and dates can be: rounding, shares of whole cases, months between days (pure).

A stated figure is taken as rounded to the decimals that it is printed with, half up or half to even: both are
in use, so a figure exactly half a unit away agrees.
"""

from __future__ import annotations

import calendar
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

HUNDRED = Decimal(100)
_YEAR = 12


def half_unit(value: Decimal) -> Decimal:
    """Return half of the last decimal place that a figure is printed with: 0.5 of 55, 0.05 of 36.4."""
    return Decimal(5).scaleb(int(value.as_tuple().exponent) - 1)


def rounds_to(exact: Decimal, stated: Decimal, tolerance: Decimal | None = None) -> bool:
    """Say whether a figure, rounded to the decimals of a stated one, is that; or is within a tolerance of it."""
    return abs(exact - stated) <= max(half_unit(stated), tolerance or Decimal(0))


class Share(NamedTuple):
    """So many of all cases, in per cent."""

    cases: int
    of: int

    @property
    def percent(self) -> Decimal:
        """The percentage, unrounded."""
        return HUNDRED * self.cases / self.of

    def __str__(self) -> str:
        return f"{self.cases} of {self.of} are {self.percent:.1f}%"


def nearest_shares(stated: Decimal, of: int) -> tuple[Share, ...]:
    """Return the shares of whole cases next to a stated percentage: one below or equal, one above.

    Args:
        stated: The percentage, on the 0 to 100 scale.
        of: How many cases it is of, 1 or more.
    """
    below = min(max(int(stated * of / HUNDRED), 0), of)
    return tuple(Share(cases, of) for cases in (below, below + 1) if cases <= of)


def possible_share(stated: Decimal, of: int, tolerance: Decimal | None = None) -> Share | None:
    """Return the share of whole cases that a stated percentage can be, or None where there is none.

    Args:
        stated: The percentage, on the 0 to 100 scale, with the decimals that are printed.
        of: How many cases it is of, 1 or more.
        tolerance: Points that it may be off, where it is said to be about so much.
    """
    fitting = [share for share in nearest_shares(stated, of) if rounds_to(share.percent, stated, tolerance)]
    return min(fitting, key=lambda share: abs(share.percent - stated), default=None)


def months_between(first: date, last: date) -> int | None:
    """Return how many whole months a span has, both days included; None where it is not of whole months."""
    after = last + timedelta(days=1)
    months = (after.year - first.year) * _YEAR + after.month - first.month
    if after.day == first.day:
        return months
    both_end = _ends_month(first) and _ends_month(after)
    return months if both_end else None


def span_words(first: date, last: date) -> str:
    """Return how long a span is: ``15 months`` or, where it is not of whole months, ``100 days``."""
    if last < first:
        return "a span that ends before it begins"
    months = months_between(first, last)
    count, unit = ((last - first).days + 1, "day") if months is None else (months, "month")
    return f"{count} {unit}{'' if count == 1 else 's'}"


def _ends_month(day: date) -> bool:
    return day.day == calendar.monthrange(day.year, day.month)[1]


def rest_of_average(whole: Decimal, known: Sequence[Decimal], count: int) -> Decimal:
    """Return what the parts that are not known average, if the whole is the plain mean of ``count`` parts."""
    return (whole * count - sum(known, Decimal(0))) / (count - len(known))


def sides(whole: Decimal, parts: Sequence[Decimal]) -> str:
    """Return ``higher`` where every part is above a whole, ``lower`` where every part is below it, else ""."""
    if parts and all(part > whole for part in parts):
        return "higher"
    return "lower" if parts and all(part < whole for part in parts) else ""
