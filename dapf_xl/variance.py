"""What each indicator's figure is set against: like bases only, each gap with its reason."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from dapf_xl import rag
from dapf_xl.comparisons import NOT_COMPARABLE
from dapf_xl.observations import number_words
from dapf_xl.readings import (
    NO_FIGURE,
    NOT_ADDED,
    QUARTERS_IN_YEAR,
    Reading,
    join_comments,
    measures_of,
    ratio_of,
    read,
    span_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dapf_xl.catalogue import Framework
    from dapf_xl.catalogue.tables import Target
    from dapf_xl.consolidation import Round
    from dapf_xl.periods import Period
    from dapf_xl.readings import Key, Measure

DAYS_IN_MONTH = 30.4


@dataclass(frozen=True, slots=True)
class Line:
    """A measure with everything that its figure is set against."""

    measure: Measure
    label: str
    period: Period
    """The span that the figure is about."""
    now: Reading
    previous: Reading
    last_year: Reading
    year_to_date: Reading
    year_to_date_last_year: Reading
    target: Target | None
    polarity: str
    rated: Decimal | None
    """The figure on the target's basis; the quarter's own where the target names none."""
    baseline: Decimal | None
    """The target's baseline, where it is on the rated figure's basis."""
    comparable: bool
    note: str
    like_for_like: str
    """The change over the agencies present in both quarters, where one is missing in either."""


def lines_of(current: Round) -> list[Line]:
    """Return a line for every measure of a round, in the catalogue's order."""
    return [_line(current, measure) for measure in measures_of(current)]


def _line(current: Round, measure: Measure) -> Line:
    span = span_of(current, measure.item)
    target = target_of(current.framework, measure, span)
    now = read(current, measure, span)
    rated = _on_targets_basis(current, measure, span, now, target)
    baseline, about_baseline = _baseline(measure, target, rated, span)
    year_to_date = _year_to_date(current, measure, span, current.period)
    return Line(
        measure=measure,
        label=_label(current, measure),
        period=span,
        now=now,
        previous=_previous(current, measure, span, now),
        last_year=_a_year_before(measure, span, now, current),
        year_to_date=year_to_date,
        year_to_date_last_year=_year_to_date_last_year(current, measure, span, year_to_date),
        target=target,
        polarity=(target and target.polarity) or ("none" if measure.role == "also" else measure.indicator.polarity),
        rated=rated.value,
        baseline=baseline,
        comparable=rated.comparable,
        note=join_comments(
            [rated.note, about_baseline, target.note if target else "", _redefined_note(measure, span), now.note]
        ),
        like_for_like=_like_for_like(current, measure, span, now),
    )


def _label(current: Round, measure: Measure) -> str:
    category = current.category_label(measure.item.id, measure.category)
    if measure.role == "part":
        return category
    title = measure.item.label if measure.role == "also" else measure.indicator.title
    return (
        f"{title}: {category}"
        if category and measure.category != current.framework.total_of(measure.item.id)
        else title
    )


def target_of(framework: Framework, measure: Measure, span: Period) -> Target | None:
    """Return the target that a measure is set against; a whole's target is not its parts'.

    It is also what says which way is good for a part, or for what is reported beside the indicator, and for how long.
    """
    item, category = measure.item.id, measure.category
    target = framework.target_for(measure.indicator.id, item, category, span)
    if target is None or measure.role == "main":
        return target
    same = {category, *framework.open_rows.siblings(item, category)}
    if measure.role == "also" and category == framework.total_of(item):
        same.add("")
    return target if target.item == item and target.category in same else None


def expected_now(target: Target, period: Period) -> Decimal | None:
    """Return what a target asks of a figure for a period: of a milestone, what is expected by now."""
    if target.kind != "milestone" or target.value is None or target.due is None:
        return target.value
    return rag.expected_by(
        period,
        value=target.value,
        due=target.due,
        profile=target.profile,
        baseline=target.baseline,
        baseline_period=target.baseline_period,
    )


def _previous(current: Round, measure: Measure, span: Period, now: Reading) -> Reading:
    if measure.item.basis == "year_to_date":
        return Reading(shown="cumulative: not compared")
    if span.kind == "dates":
        return Reading(shown=NO_FIGURE)
    return _beside(measure, (span.previous(), span), now, current)


def _beside(measure: Measure, spans: tuple[Period, Period], now: Reading, current: Round) -> Reading:
    """Return an earlier figure; a half's or a year's in words, since it stands under the name of a quarter.

    Args:
        measure: The measure.
        spans: The earlier span, and the one that it is set beside.
        now: The later figure.
        current: The round.
    """
    reading = read(current, measure, spans[0])
    if reading.value is None:
        return reading
    named = "" if spans[0].kind == "quarter" else f"{spans[0].words}: "
    if measure.indicator.is_redefined(*spans):
        return _unlike(measure, reading, named)
    return Reading(shown=f"{named}{_words(measure, reading)}") if named else _like(measure, now, reading)


def _unlike(measure: Measure, reading: Reading, named: str = "") -> Reading:
    """Return a figure of another definition in words, which the workbook's formulas know by their beginning."""
    return Reading(shown=f"{NOT_COMPARABLE} ({named}{_words(measure, reading)})")


def _redefined_note(measure: Measure, span: Period) -> str:
    """Return what a reader should know of a definition that changed within the last year's comparisons."""
    begun = span.same_period_last_year().financial_year
    changes = [each for each in measure.indicator.redefined if measure.indicator.is_redefined(begun, each)]
    late = [each for each in changes if begun.first_day < each.first_day <= span.last_day]
    if not late:
        return ""
    return f"Redefined from {late[-1].words} on: earlier figures are shown, and not compared."


def _a_year_before(measure: Measure, span: Period, now: Reading, current: Round) -> Reading:
    """Return the figure of a year before: a quarter's, a half's or a year's; of other spans in words."""
    before = span.same_period_last_year()
    if span.kind in {"dates", "quarter"} or measure.indicator.is_redefined(before, span):
        return _beside(measure, (before, span), now, current)
    return _like(measure, now, read(current, measure, before))


def _like(measure: Measure, now: Reading, earlier: Reading) -> Reading:
    """Return an earlier figure; in words, so that nothing is set against it, where either of the two is not whole."""
    if earlier.value is None or (now.is_whole and earlier.is_whole) or now.value is None:
        return earlier
    return Reading(shown=_words(measure, earlier))


def _words(measure: Measure, reading: Reading) -> str:
    """Return a figure in words, with its coverage where it is not whole."""
    assert reading.value is not None  # noqa: S101  (it is a figure)
    words = number_words(reading.value, replace(measure.item, type=measure.kind), _decimals(measure))
    return words if reading.is_whole else f"{words} ({reading.present} of {reading.expected})"


def _decimals(measure: Measure) -> int | None:
    """Return how many decimals a figure is said with; None for as many as it has."""
    decimals = measure.indicator.decimals
    return 1 if decimals is None and measure.is_ratio else decimals


class Rated(NamedTuple):
    """The figure on the target's basis, the months that it is about, and whether the two can be compared."""

    value: Decimal | None
    months: int
    comparable: bool = True
    note: str = ""


def _on_targets_basis(current: Round, measure: Measure, span: Period, now: Reading, target: Target | None) -> Rated:
    basis = measure.item.basis or span.kind
    months = {"rolling_12_months": 12, "year_to_date": len(span.year_to_date()) * 3}.get(basis, _months(span))
    if target is None or not target.basis or target.basis == basis:
        return Rated(now.value, months)
    if target.basis in {"year", "rolling_12_months"} and basis == "quarter" and measure.indicator.over_time == "sum":
        total = _sum_of(current, measure, _four_quarters(span))
        if measure.indicator.is_redefined(_four_quarters(span)[-1], span):
            note = "The target is for a year, and within it the definition changed."
            return Rated(now.value, months, comparable=False, note=note)
        if total.is_whole:
            note = "The sum of four quarters is set against the target, which is for a year."
            return Rated(total.value, 12, note=note)
        note = "The target is for a year, and fewer than four quarters are known."
        return Rated(now.value, months, comparable=False, note=note)
    note = f"The target is for another span ({target.basis.replace('_', ' ')})."
    return Rated(now.value, months, comparable=False, note=note)


def _months(span: Period) -> int:
    return round((span.last_day - span.first_day).days / DAYS_IN_MONTH)


def _baseline(measure: Measure, target: Target | None, rated: Rated, span: Period) -> tuple[Decimal | None, str]:
    """Return the baseline, where the rated figure can be set against it, and why not where it cannot.

    What is counted over a quarter says nothing beside what was counted over a year.
    """
    if target is None or target.baseline is None or not rated.comparable:
        return None, ""
    period = target.baseline_period
    if period is not None and measure.indicator.is_redefined(period, span):
        return None, "The baseline is of an earlier definition, and is not compared."
    is_counted = measure.indicator.over_time in {"sum", "none"} and measure.item.basis not in {"snapshot", "cumulative"}
    if measure.is_share or not is_counted or period is None or _months(period) == rated.months:
        return target.baseline, ""
    return None, f"The baseline is for another span ({period.words}), and is not compared."


def _four_quarters(span: Period) -> list[Period]:
    quarters = [span]
    while len(quarters) < QUARTERS_IN_YEAR:
        quarters.append(quarters[-1].previous())
    return quarters


def _year_to_date_last_year(current: Round, measure: Measure, span: Period, now: Reading) -> Reading:
    """Return last year's figure to the same quarter; in words where this year's cannot be set against it."""
    before = span.same_period_last_year()
    reading = _year_to_date(current, measure, before, current.period.same_period_last_year())
    if reading.value is not None and measure.indicator.is_redefined(before.financial_year, span):
        return _unlike(measure, reading)
    return _like(measure, now, reading)


def _year_to_date(current: Round, measure: Measure, span: Period, quarter: Period) -> Reading:
    """Return a figure for the year up to a quarter, by the indicator's rule for time."""
    over = measure.indicator.over_time
    if span.last_day != quarter.last_day and span.kind != "quarter":
        return Reading(shown=NOT_ADDED)  # an earlier year's figure is not the year's so far
    if measure.item.basis in {"snapshot", "rolling_12_months"} or over == "last" or span.kind == "year":
        return read(current, measure, span)
    if measure.indicator.is_redefined(span.financial_year, span):
        return Reading(shown=f"{NOT_COMPARABLE}: redefined in the year")
    if measure.item.basis == "year_to_date":
        return read(current, measure, span)
    adds_up = {"sum": not measure.is_share, "ratio_of_sums": measure.is_ratio}
    if span.kind != "quarter" or not adds_up.get(over):
        return Reading(shown=NOT_ADDED)
    return _sum_of(current, measure, span.year_to_date())


def _sum_of(current: Round, measure: Measure, quarters: Iterable[Period]) -> Reading:
    readings = [read(current, measure, quarter) for quarter in quarters]
    whole = [each for each in readings if each.is_whole or (each.denominator == 0 and not each.state)]
    if len(whole) < len(readings):
        return Reading(shown=f"{len(whole)} of {len(readings)} quarters")
    if not measure.is_ratio:
        return Reading(value=sum((each.value or Decimal(0) for each in whole), Decimal(0)))
    if any(each.denominator is None for each in whole):
        return Reading(shown="parts not supplied")
    totals = [
        Reading(value=sum((getattr(each, part) for each in whole), Decimal(0))) for part in ("numerator", "denominator")
    ]
    return ratio_of(measure.indicator, *totals)


def _same_bodies(current: Round, now: Reading, before: Reading) -> dict[Key, list[Key]]:
    """Return who gave a figure now with who gave it before: an agency with all those that merged into it."""
    followed: dict[Key, list[Key]] = {}
    for category, agency in before.wanted:
        after = (
            current.framework.supplier_at(agency, current.period) if agency in current.framework.agencies else agency
        )
        followed.setdefault((category, after), []).append((category, agency))
    return {key: keys for key, keys in followed.items() if key in now.suppliers and before.suppliers.issuperset(keys)}


def _like_for_like(current: Round, measure: Measure, span: Period, now: Reading) -> str:
    """Return the change over the agencies present in both quarters, where one is missing in either."""
    if measure.item.basis == "year_to_date" or span.kind == "dates":
        return ""
    if measure.indicator.is_redefined(span.previous(), span):
        return ""
    before = read(current, measure, span.previous())
    same = _same_bodies(current, now, before)
    both = frozenset(same)
    earlier = frozenset(key for keys in same.values() for key in keys)
    if both == now.suppliers and earlier == before.suppliers and now.is_whole and before.is_whole:
        return ""
    pairs = ((span, both), (span.previous(), earlier))
    new, old = (read(current, measure, each, only).value if both else None for each, only in pairs)
    if new is None or old is None:
        return ""
    words = number_words(new - old, replace(measure.item, type="number"), _decimals(measure))
    points = " points" if measure.kind == "percent" else ""
    agencies = [len({agency for _, agency in keys}) for keys in (both, now.wanted)]
    return f"{'+' if new > old else ''}{words}{points} over {agencies[0]} of {agencies[1]} agencies"
