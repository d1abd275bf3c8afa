"""Two figures side by side: difference, relative difference and direction of travel, written once.

Each yields both the value in Python and the workbook's formula. A comparison never divides by the
newer figure, and a base of zero has no relative difference; that, or a missing figure, leaves the
cell blank.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from dapf_xl.catalogue.tables import POLARITIES
from dapf_xl.expressions import (
    Name,
    absolute,
    all_of,
    any_of,
    first_of,
    greatest,
    is_number,
    is_text,
    joined,
    negated,
    rounded,
    starts_with,
    when,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from dapf_xl.expressions import Expression

DECIMALS = 12
"""At which two figures, divided by the size of what they are set against, count as equal: far below
anything that is reported, far above what binary fractions lose."""

_LARGE = 1000
NOT_COMPARABLE = "not comparable"
"""With this begins what stands in place of a figure of another definition."""
_CURRENT, _BASE, _POINT = Name("current"), Name("base"), Name("point")
_PREVIOUS, _POLARITY, _LOWER, _UPPER = map(Name, ("previous", "polarity", "lower", "upper"))
_TARGET, _COMPARABLE, _KIND = map(Name, ("target", "comparable", "target_kind"))


def size(number: Expression) -> Expression:
    """Return what a difference is divided by before it is rounded: the number's size, but at least 1."""
    return greatest(1, absolute(number))


def outside(figure: Expression, lower: Expression, upper: Expression) -> Expression:
    """Return the distance to a band, 0 inside it; a limit that is not a number is no limit."""
    below = when(is_number(lower), lower - figure, 0)
    return greatest(0, below, when(is_number(upper), figure - upper, 0))


def _difference() -> Expression:
    change = (_CURRENT - _BASE) / _POINT
    is_small = greatest(absolute(_CURRENT), absolute(_BASE)) / _POINT < _LARGE
    return when(is_small, rounded(change, 8), rounded(change, 5))


_BOTH_FIGURES = all_of(is_number(_CURRENT), is_number(_BASE))


def _is_unlike(figure: Expression) -> Expression:
    """Say whether a text stands in place of a figure that says that it cannot be compared."""
    return when(is_text(figure), starts_with(figure, NOT_COMPARABLE), otherwise=False)


_UNLIKE = any_of(_is_unlike(_CURRENT), _is_unlike(_BASE))

DIFFERENCE: Expression = first_of((_BOTH_FIGURES, _difference()), (_UNLIKE, NOT_COMPARABLE), otherwise=None)
"""``current`` minus ``base``; blank where either is not a number, ``not comparable`` where either says so.

``point`` is what one point is in the cells' scale: 1, but 0.01 where the cells hold percentages as
fractions, so that these differ in percentage points. The rounding takes away what binary
subtraction leaves behind (0.3 - 0.2 is 0.09999999999999998 there).
"""

RELATIVE: Expression = first_of(
    (_BOTH_FIGURES, when(_BASE.equals(0), None, rounded((_CURRENT - _BASE) / absolute(_BASE), 9))),
    (_UNLIKE, NOT_COMPARABLE),
    otherwise=None,
)
"""The difference as a fraction of the base's size; blank where the base is 0 or either is not a number, and
``not comparable`` where either says so."""


def _points_from(limit: Expression) -> Expression:
    return rounded((_CURRENT - limit) / _POINT, 10)


FROM_TARGET: Expression = first_of(
    (negated(is_number(_CURRENT)), None),
    (_COMPARABLE.equals("not comparable"), None),
    (
        _KIND.equals("band"),
        first_of(
            (when(is_number(_LOWER), _CURRENT < _LOWER, otherwise=False), _points_from(_LOWER)),
            (when(is_number(_UPPER), _CURRENT > _UPPER, otherwise=False), _points_from(_UPPER)),
            otherwise=0,
        ),
    ),
    (is_number(_TARGET), _points_from(_TARGET)),
    otherwise=None,
)
"""Current minus target, in points for percentages; for a band, from the limit that it breaches, 0 inside it."""

_BOTH = all_of(is_number(_CURRENT), is_number(_PREVIOUS))
_MOVED = rounded((_CURRENT - _PREVIOUS) / size(_PREVIOUS), DECIMALS)


def _by_sign(number: Expression, up: str, down: str, level: str) -> Expression:
    return first_of((number > 0, up), (number < 0, down), otherwise=level)


def _travel_word() -> Expression:
    distances = outside(_CURRENT, _LOWER, _UPPER) - outside(_PREVIOUS, _LOWER, _UPPER)
    further = rounded(distances / size(_PREVIOUS), DECIMALS)
    has_band = all_of(_POLARITY.equals("band"), any_of(is_number(_LOWER), is_number(_UPPER)))
    return first_of(
        (negated(_BOTH), "not available"),
        (has_band, _by_sign(further, "worsened", "improved", "level")),
        (_POLARITY.equals("higher"), _by_sign(_MOVED, "improved", "worsened", "level")),
        (_POLARITY.equals("lower"), _by_sign(_MOVED, "worsened", "improved", "level")),
        otherwise=_by_sign(_MOVED, "increased", "decreased", "level"),
    )


TRAVEL_ARROW: Expression = when(_BOTH, _by_sign(_MOVED, "↑", "↓", "→"), None)
"""The numeric direction from ``previous`` to ``current``; blank where either is not a number."""

TRAVEL_WORD: Expression = _travel_word()
"""What the direction means for the polarity; for a band, whether the figure came closer to it."""

TRAVEL: Expression = first_of(
    (_BOTH, joined(TRAVEL_ARROW, " ", TRAVEL_WORD)),
    (any_of(_is_unlike(_CURRENT), _is_unlike(_PREVIOUS)), NOT_COMPARABLE),
    otherwise="not available",
)
"""Arrow and word, such as ``↑ improved``; ``not comparable`` where either figure says so."""


class Travel(NamedTuple):
    """The direction of travel: where the number went, and whether that is good."""

    arrow: str
    """↑, ↓ or →; empty where either figure is missing."""
    word: str
    """improved, worsened, level, increased, decreased or not available."""

    def __str__(self) -> str:
        return f"{self.arrow} {self.word}".strip()


def direction_of_travel(
    current: Decimal | None,
    previous: Decimal | None,
    polarity: str,
    lower: Decimal | None = None,
    upper: Decimal | None = None,
) -> Travel:
    """Return where a figure went since an earlier one, and whether that is good.

    Args:
        current: The figure; None where it is missing.
        previous: The figure before: a quarter earlier (short term) or a year earlier (long term).
        polarity: higher, lower, band, context or none.
        lower: Lower limit of the band, for the polarity band.
        upper: Upper limit of the band.

    Raises:
        ValueError: A polarity that does not exist.
    """
    known(polarity, POLARITIES, "polarity")
    env = {"current": current, "previous": previous, "polarity": polarity, "lower": lower, "upper": upper}
    arrow = TRAVEL_ARROW.evaluate(env)
    return Travel("" if arrow is None else str(arrow), str(TRAVEL_WORD.evaluate(env)))


def travel_formula(refs: Mapping[str, str]) -> str:
    """Return the formula of arrow and word, without its equals sign.

    Args:
        refs: The cells of ``current``, ``previous`` and ``polarity`` and, for a band, ``lower`` and ``upper``.
    """
    return TRAVEL.formula({"lower": '""', "upper": '""', **refs})


def known(text: str, choices: tuple[str, ...], what: str) -> None:
    """Raise a ValueError that names the choices, if the text is none of them."""
    if text not in choices:
        raise ValueError(f"there is no {what} {text!r}; there are {', '.join(filter(None, choices))}")
