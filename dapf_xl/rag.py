"""RAG ratings, written once for Python and for the workbook.

A rating is exactly one of ``Green``, ``Amber``, ``Red`` or ``Not rated: <reason>``; of several
reasons it is the first in the order of ``_reasons``. ``RATING`` is the only definition: ``rate``
evaluates it and ``rating_formula`` writes it. All figures of one rating are on one scale;
percentages may be on the 0 to 100 scale (as in Python) or fractions (as in workbooks).

Every comparison is of a difference, divided by the limit where that is above 1 and rounded to
twelve decimals, so that binary fractions in a workbook fall on the same side of every threshold
as decimals do (2.2 x 0.9 is 1.9800000000000002 in binary, and 1.98 is within 10 % of 2.2).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from dapf_xl.catalogue.tables import AMBER_RULES, POLARITIES, TARGET_KINDS, TOLERANCE_BASES
from dapf_xl.comparisons import DECIMALS, known, outside, size
from dapf_xl.expressions import (
    Name,
    absolute,
    all_of,
    any_of,
    choose,
    first_of,
    greatest,
    is_blank,
    is_number,
    is_text,
    negated,
    rounded,
    starts_with,
    when,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dapf_xl.expressions import Expression, Operand, Value
    from dapf_xl.periods import Period

GREEN, AMBER, RED = "Green", "Amber", "Red"
NOT_RATED = "Not rated: "

STATES = (
    "not asked",
    "not received",
    "rejected",
    "not available",
    "not applicable",
    "suppressed",
    "held in query",
)
"""What may stand in place of a figure, in the order in which reasons are given."""

TARGET_REASONS = {
    "monitoring only": "monitoring only",
    "baseline year": "baseline year",
    "to be confirmed": "target to be confirmed",
    "target to be confirmed": "target to be confirmed",
    "no target": "no target",
    "baseline to be obtained": "baseline to be obtained",
}
"""Why there is no target: as the catalogue has it, and as the rating says it."""

SHORTHAND_STATES = {
    "[x]": "not available",
    "[z]": "not applicable",
    "[c]": "suppressed",
    "[low]": "not available",
}
"""The state that a replacement means. ``[low]`` has no figure that could be set against a limit;
"suppressed" would say that it was withheld to protect somebody, which it was not."""

_NO_BASELINE = "baseline to be obtained"
"""Goes before all other reasons that lie in the target: until there is a baseline, no direction can be settled."""
NOT_WORSE = "not_worse_than_same_quarter_last_year"
_STEP = Decimal(1).scaleb(-DECIMALS)

_VALUE, _STATED = map(Name, ("value", "stated"))
_NUMERATOR, _DENOMINATOR, _MULTIPLIER = map(Name, ("numerator", "denominator", "multiplier"))
_STATE, _POLARITY, _KIND, _REASON = map(Name, ("state", "polarity", "target_kind", "target_reason"))
_TARGET, _LOWER, _UPPER = map(Name, ("target", "lower", "upper"))
_TOLERANCE, _BASIS, _INCLUSIVE, _POINT = map(Name, ("tolerance", "tolerance_basis", "tolerance_inclusive", "point"))
_AMBER_RULE, _LAST_YEAR = map(Name, ("amber_rule", "same_quarter_last_year"))
_MINIMUM, _COMPARABLE = map(Name, ("minimum_denominator", "comparable"))

_HAS_PARTS = all_of(is_number(_NUMERATOR), is_number(_DENOMINATOR))

FIGURE: Expression = when(
    _HAS_PARTS,
    when(_DENOMINATOR.equals(0), None, _NUMERATOR / _DENOMINATOR * _MULTIPLIER),
    when(is_number(_STATED), _STATED, None),
)
"""What is rated: the unrounded ratio where its parts are known, else what was stated, else blank."""


def _limit(in_band: Name, no_limit_for: str) -> Expression:
    """Return the limit on one side, blank where that side has none."""
    return first_of(
        (_KIND.equals("band"), when(is_number(in_band), in_band, None)),
        (_POLARITY.equals(no_limit_for), None),
        otherwise=when(is_number(_TARGET), _TARGET, None),
    )


def _is_past(limit: Expression, excess: Expression) -> Expression:
    return when(is_number(limit), rounded(excess / size(limit), DECIMALS) > 0, otherwise=False)


def _rated_past(limit: Expression, excess: Expression, excess_last_year: Expression) -> Expression:
    """Return the rating of a figure that is worse than a limit by ``excess``, which is above 0."""
    tolerance = when(is_number(_TOLERANCE), _TOLERANCE, 0)
    allowed = tolerance * when(_BASIS.equals("points"), _POINT, absolute(limit) / 100)
    over = rounded((excess - allowed) / size(limit), DECIMALS)
    within = over <= when(_INCLUSIVE.equals("no"), -_STEP, 0)
    not_worse = rounded((excess - excess_last_year) / size(limit), DECIMALS) <= 0
    by_last_year = _AMBER_RULE.equals(NOT_WORSE)
    return first_of(
        (within, when(by_last_year, GREEN, AMBER)),
        (negated(all_of(by_last_year, is_number(_LAST_YEAR))), RED),
        otherwise=when(not_worse, AMBER, RED),
    )


def _judged() -> Expression:
    """Return the rating of a figure that has limits."""
    lower, upper = _limit(_LOWER, "lower"), _limit(_UPPER, "higher")
    last_year = outside(_LAST_YEAR, lower, upper)
    below, above = lower - _VALUE, _VALUE - upper
    return first_of(
        (_is_past(lower, below), _rated_past(lower, below, last_year)),
        (_is_past(upper, above), _rated_past(upper, above, last_year)),
        otherwise=GREEN,
    )


def _reasons() -> list[tuple[Expression, Operand]]:
    """Return every condition under which nothing is rated, in order, with what the rating then says."""
    state_of_text = first_of(
        *((starts_with(_VALUE, symbol), NOT_RATED + state) for symbol, state in SHORTHAND_STATES.items()),
        otherwise=NOT_RATED + "not available",
    )
    has_polarity = any_of(*(_POLARITY.equals(way) for way in ("higher", "lower", "band")))
    says_why = all_of(_POLARITY.equals("none"), _KIND.equals("none"), negated(is_blank(_REASON)))
    has_target = any_of(*(_KIND.equals(kind) for kind in ("value", "band", "milestone")))
    no_target = {reason: NOT_RATED + words for reason, words in TARGET_REASONS.items()}
    is_band, no_limit = _KIND.equals("band"), negated(any_of(is_number(_LOWER), is_number(_UPPER)))
    least_denominator = when(is_number(_MINIMUM), greatest(0, _MINIMUM), 0)
    has_denominator = is_number(_DENOMINATOR)
    return [
        *((_STATE.equals(state), NOT_RATED + state) for state in STATES),
        (
            negated(any_of(is_number(_VALUE), _HAS_PARTS)),
            when(is_text(_VALUE), state_of_text, NOT_RATED + "not received"),
        ),
        (all_of(_KIND.equals("none"), _REASON.equals(_NO_BASELINE)), NOT_RATED + _NO_BASELINE),
        (negated(any_of(has_polarity, says_why)), NOT_RATED + "no polarity"),
        (negated(has_target), choose(_REASON, no_target, NOT_RATED + "no target")),
        (all_of(_KIND.equals("value"), negated(is_number(_TARGET))), NOT_RATED + "no target"),
        (all_of(is_band, no_limit), NOT_RATED + "no target"),
        (when(has_denominator, _DENOMINATOR.equals(0), otherwise=False), NOT_RATED + "denominator zero"),
        (
            when(has_denominator, least_denominator > _DENOMINATOR, otherwise=False),
            NOT_RATED + "denominator too small",
        ),
        (all_of(_KIND.equals("milestone"), negated(is_number(_TARGET))), NOT_RATED + "not due yet"),
        (_COMPARABLE.equals("not comparable"), NOT_RATED + "not comparable"),
    ]


RATING: Expression = first_of(*_reasons(), otherwise=_judged())
"""The rating of ``value``, which is the ``FIGURE``; text in its place is read as shorthand.

A band target is judged as a band whatever the polarity; a single target of polarity ``band`` is a
band as narrow as that."""

RATING_DEFAULTS = dict.fromkeys(RATING.names, '""') | {"point": "1"}
"""What a name becomes in a rating's formula where there is no cell for it. For percentages held as
fractions give ``point`` as 0.01."""


@dataclass(frozen=True, slots=True)
class Scheme:
    """How a framework, or an indicator of it, is rated."""

    tolerance: Decimal | None
    """How far past the limit is still Amber (under the Havering rule: Green); None or 0 is no Amber."""
    tolerance_basis: str = "relative"
    """relative (percent of the limit that was passed) or points."""
    amber_rule: str = "within_tolerance"
    minimum_denominator: Decimal | int | None = None
    """A ratio of fewer than this many is not rated."""
    tolerance_inclusive: bool = True
    """Whether a figure exactly at the tolerance is within it."""

    def __post_init__(self) -> None:
        known(self.tolerance_basis, TOLERANCE_BASES, "basis of a tolerance")
        known(self.amber_rule, AMBER_RULES, "amber rule")


@dataclass(frozen=True, slots=True)
class TargetNow:
    """What a figure of one period is set against."""

    kind: str
    """value, band, milestone or none."""
    value: Decimal | None = None
    """The target; for a milestone what is expected by now, None where nothing is due yet."""
    lower: Decimal | None = None
    upper: Decimal | None = None
    reason: str = ""
    """Why there is none, for the kind none."""

    def __post_init__(self) -> None:
        known(self.kind, TARGET_KINDS, "kind of target")


def rate(  # noqa: PLR0913  (each is a thing that a rating depends on)
    value: Decimal | None = None,
    *,
    numerator: Decimal | None = None,
    denominator: Decimal | None = None,
    multiplier: Decimal = Decimal(100),
    state: str = "",
    polarity: str,
    target: TargetNow | None,
    scheme: Scheme,
    same_quarter_last_year: Decimal | None = None,
    comparable: bool = True,
) -> str:
    """Return the rating of a figure: Green, Amber, Red or ``Not rated: <reason>``.

    Args:
        value: The figure as stated; percentages on the 0 to 100 scale.
        numerator: The parts of a ratio, which go before its stated value where both are known.
        denominator: As numerator; for a percentage that was only stated neither is known.
        multiplier: What the ratio is per: 100 for a percentage.
        state: What stands in place of the figure (one of ``STATES``), or "".
        polarity: higher, lower, band, context or none.
        target: What the figure is set against; None where nothing is known of a target.
        scheme: Tolerance, amber rule and minimum denominator.
        same_quarter_last_year: For the amber rule that asks for it, on the value's scale.
        comparable: Whether figure and target are on like bases and of one definition.

    Raises:
        ValueError: A state or polarity that does not exist.
    """
    known(polarity, POLARITIES, "polarity")
    known(state, ("", *STATES), "state")
    minimum = scheme.minimum_denominator
    parts: dict[str, Value] = {"numerator": numerator, "denominator": denominator}
    figure = FIGURE.evaluate({"stated": value, "multiplier": multiplier, **parts})
    env: dict[str, Value] = {
        "value": figure,
        **parts,
        "state": state,
        "polarity": polarity,
        "target_kind": target.kind if target else "",
        "target_reason": target.reason if target else "",
        "target": target.value if target else None,
        "lower": target.lower if target else None,
        "upper": target.upper if target else None,
        "tolerance": scheme.tolerance,
        "tolerance_basis": scheme.tolerance_basis,
        "tolerance_inclusive": "" if scheme.tolerance_inclusive else "no",
        "point": Decimal(1),
        "amber_rule": scheme.amber_rule,
        "same_quarter_last_year": same_quarter_last_year,
        "minimum_denominator": None if minimum is None else Decimal(minimum),
        "comparable": "" if comparable else "not comparable",
    }
    return str(RATING.evaluate(env))


def rating_formula(refs: Mapping[str, str]) -> str:
    """Return the formula of a rating, without its equals sign.

    Args:
        refs: The cell of each name of ``RATING``; ``RATING_DEFAULTS`` has what the others become.
    """
    return RATING.formula(RATING_DEFAULTS | dict(refs))


def expected_by(  # noqa: PLR0913  (the fields of a milestone)
    period: Period,
    *,
    value: Decimal,
    due: Period,
    profile: str,
    baseline: Decimal | None = None,
    baseline_period: Period | None = None,
) -> Decimal | None:
    """Return what a milestone expects by the end of a period; None where nothing is due yet.

    Equal quarters: the share of the year's volume by that quarter, from the milestone's own
    financial year on (it begins again each year). Straight line: from the baseline, in whole
    quarters. Otherwise the whole value once it is due, and nothing before.

    Args:
        period: Of the figure; its last day counts.
        value: What the milestone asks for.
        due: The period by whose end it is to be reached.
        profile: straight_line, equal_quarters, or none or blank.
        baseline: Where a straight line starts.
        baseline_period: When it starts.
    """
    now, end = _quarters(period), _quarters(due)
    if profile == "equal_quarters":
        return value * (now % 4 + 1) / 4 if now // 4 >= end // 4 else None
    if now >= end:
        return value
    if profile != "straight_line" or baseline is None or baseline_period is None:
        return None
    start = _quarters(baseline_period)
    return baseline + (value - baseline) * (now - start) / (end - start) if now >= start else None


def _quarters(period: Period) -> int:
    """Return the number of the quarter that a period ends in; a financial year's first is a multiple of 4."""
    last_day = period.last_day
    return last_day.year * 4 + (last_day.month - 1) // 3 - 1
