"""What each indicator's figure is, and what it is set against: like bases only, each gap with its reason.

A measure is what is read as one figure: an indicator, or a category of it. A reading is that figure
for a period, added over agencies by the indicator's rule, with its coverage.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from dapf_xl.catalogue.framework import in_force
from dapf_xl.observations import number_words, replacement_words, words_of
from dapf_xl.rag import SHORTHAND_STATES, STATES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dapf_xl.catalogue import Framework
    from dapf_xl.catalogue.tables import Indicator, Item, Target
    from dapf_xl.consolidation import Round
    from dapf_xl.observations import Observation
    from dapf_xl.periods import Period

NO_FIGURE = "no figure"
NOT_ADDED = "not added up"
QUARTERS_IN_YEAR = 4


class Measure(NamedTuple):
    """What is read as one figure."""

    indicator: Indicator
    item: Item
    category: str
    role: str
    """main (what the indicator is rated by), part (a category beneath it) or also (reported beside it)."""

    @property
    def is_ratio(self) -> bool:
        """Say whether it is read from a numerator and a denominator where they are supplied."""
        return self.role != "also" and self.indicator.derivation in {"ratio", "rate"}

    @property
    def has_stated(self) -> bool:
        """Say whether the figure may be stated, where a ratio's parts are not supplied."""
        return not self.is_ratio or self.item.id == self.indicator.measure

    @property
    def kind(self) -> str:
        """What the figure is: percent, count, rate, number or money."""
        if self.has_stated:
            return self.item.type
        return "rate" if self.indicator.derivation == "rate" else "percent"


@dataclass(frozen=True, slots=True)
class Reading:
    """A measure's figure for a span; percentages on the 0 to 100 scale."""

    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    state: str = ""
    """Why there is no figure, or why it is not whole (a rating's reason); "" where it is whole."""
    shown: str = ""
    """What stands where a figure would: shorthand in words, a range, or ``no figure``."""
    markers: str = ""
    comment: str = ""
    present: int = 0
    expected: int = 0
    suppliers: frozenset[tuple[str, str]] = frozenset()
    """Category and agency of each figure that went in."""

    @property
    def is_whole(self) -> bool:
        """Say whether every figure that belongs to it is there."""
        return self.value is not None and not self.state


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
    comparable: bool
    note: str
    like_for_like: str
    """The change over the agencies present in both quarters, where one is missing in either."""


def lines_of(current: Round) -> list[Line]:
    """Return a line for every measure of a round, in the catalogue's order."""
    return [_line(current, measure) for measure in measures_of(current.framework, current.period)]


def _line(current: Round, measure: Measure) -> Line:
    span = _span_of(current, measure)
    target = _target_of(current.framework, measure, span)
    now = read(current, measure, span)
    previous = _previous(current, measure, span)
    rated, comparable, note = _on_targets_basis(current, measure, span, now, target)
    return Line(
        measure=measure,
        label=_label(current.framework, measure),
        period=span,
        now=now,
        previous=previous,
        last_year=_beside_quarters(current, measure, span.same_period_last_year()),
        year_to_date=_year_to_date(current, measure, span),
        year_to_date_last_year=_year_to_date(current, measure, span.same_period_last_year()),
        target=target,
        polarity="none" if measure.role == "also" else (target and target.polarity) or measure.indicator.polarity,
        rated=rated,
        comparable=comparable,
        note=join_comments([note, target.note if target else ""]),
        like_for_like=_like_for_like(current, measure, now, previous, span),
    )


def _span_of(current: Round, measure: Measure) -> Period:
    """Return the span of a measure's latest figure: this quarter, or the last half or year that was asked for."""
    quarter = current.period
    for _ in range(QUARTERS_IN_YEAR):
        span = next((each.period for each in current.framework.asked_of(measure.item.id, quarter)), None)
        if span and (quarter == current.period or span.kind in {"half", "year"}):
            return span
        quarter = quarter.previous()
    return current.period


def _label(framework: Framework, measure: Measure) -> str:
    category = framework.category_label(measure.item.id, measure.category)
    if measure.role == "part":
        return category
    title = measure.item.label if measure.role == "also" else measure.indicator.title
    return f"{title}: {category}" if category and measure.category != framework.total_of(measure.item.id) else title


def _target_of(framework: Framework, measure: Measure, span: Period) -> Target | None:
    """Return the target that a measure is set against; a whole's target is not its parts'."""
    target = framework.target_for(measure.indicator.id, measure.item.id, measure.category, span)
    if target is None or measure.role == "main":
        return target
    is_its_own = target.category == measure.category if measure.role == "part" else target.item == measure.item.id
    return target if is_its_own else None


def _previous(current: Round, measure: Measure, span: Period) -> Reading:
    if measure.item.basis == "year_to_date":
        return Reading(shown="cumulative: not compared")
    if span.kind == "dates":
        return Reading(shown=NO_FIGURE)
    return _beside_quarters(current, measure, span.previous())


def _beside_quarters(current: Round, measure: Measure, span: Period) -> Reading:
    """Return an earlier figure; a half's or a year's in words, since it stands under the name of a quarter."""
    reading = read(current, measure, span)
    if span.kind == "quarter" or reading.value is None:
        return reading
    return Reading(shown=f"{span.words}: {number_words(reading.value, measure.item, measure.indicator.decimals)}")


def _on_targets_basis(
    current: Round, measure: Measure, span: Period, now: Reading, target: Target | None
) -> tuple[Decimal | None, bool, str]:
    """Return the figure on the target's basis, whether the two can be compared, and why not."""
    basis = measure.item.basis or span.kind
    if target is None or not target.basis or target.basis == basis:
        return now.value, True, ""
    if target.basis in {"year", "rolling_12_months"} and basis == "quarter" and measure.indicator.over_time == "sum":
        total = _sum_of(current, measure, _four_quarters(span))
        if total.is_whole:
            return total.value, True, "The sum of four quarters is set against the target, which is for a year."
        return now.value, False, "The target is for a year, and fewer than four quarters are known."
    return now.value, False, f"The target is for another span ({target.basis.replace('_', ' ')})."


def _four_quarters(span: Period) -> list[Period]:
    quarters = [span]
    while len(quarters) < QUARTERS_IN_YEAR:
        quarters.append(quarters[-1].previous())
    return quarters


def _year_to_date(current: Round, measure: Measure, span: Period) -> Reading:
    """Return a figure for the year so far, by the indicator's rule for time."""
    over = measure.indicator.over_time
    if measure.item.basis in {"year_to_date", "snapshot", "rolling_12_months"} or over == "last" or span.kind == "year":
        return read(current, measure, span)
    if over == "none" or span.kind != "quarter" or (over == "sum") == (measure.kind == "percent"):
        return Reading(shown=NOT_ADDED)
    if over == "ratio_of_sums" and not measure.is_ratio:
        return Reading(shown=NOT_ADDED)
    return _sum_of(current, measure, span.year_to_date())


def _sum_of(current: Round, measure: Measure, quarters: Iterable[Period]) -> Reading:
    readings = [read(current, measure, quarter) for quarter in quarters]
    whole = [each for each in readings if each.is_whole]
    if len(whole) < len(readings):
        return Reading(shown=f"{len(whole)} of {len(readings)} quarters")
    if not measure.is_ratio:
        return Reading(value=sum((each.value or Decimal(0) for each in whole), Decimal(0)))
    if any(each.denominator is None for each in whole):
        return Reading(shown="parts not supplied")
    totals = [
        Reading(value=sum((getattr(each, part) for each in whole), Decimal(0))) for part in ("numerator", "denominator")
    ]
    return _ratio(measure.indicator, *totals)


def _like_for_like(current: Round, measure: Measure, now: Reading, previous: Reading, span: Period) -> str:
    """Return the change over the agencies present in both quarters, where one is missing in either."""
    both = now.suppliers & previous.suppliers
    if not both or measure.indicator.over_agencies != "sum" or (now.suppliers == previous.suppliers and now.is_whole):
        return ""
    keys = [(measure.item.id, category, supplier) for category, supplier in sorted(both)]
    change = sum(
        (
            (current.figures[*key, span].value or Decimal(0))
            - (current.figures[*key, span.previous()].value or Decimal(0))
            for key in keys
        ),
        Decimal(0),
    )
    sign = "+" if change > 0 else ""
    return f"{sign}{number_words(change, measure.item)} over {len(both)} of {now.expected}"


def measures_of(framework: Framework, period: Period) -> Iterator[Measure]:
    """Yield the measures of every live indicator: its figure, its categories, and what is reported beside it."""
    for indicator in framework.indicators.values():
        if indicator.status != "live" or indicator.derivation == "text" or not in_force(indicator, period):
            continue
        parts = {indicator.numerator, indicator.denominator}
        only = framework.items_of(indicator.id)[0].id
        item = framework.items[indicator.measure or indicator.numerator or only]
        yield from _measures_of_item(framework, indicator, item)
        for other in framework.items_of(indicator.id):
            if other.id != item.id and other.id not in parts and other.type not in {"text", "evidence"}:
                yield from (
                    Measure(indicator, other, category, "also") for category in framework.categories_of(other.id)
                )


def _measures_of_item(framework: Framework, indicator: Indicator, item: Item) -> Iterator[Measure]:
    categories = framework.parts_of(item.id)
    if categories == ("",):
        yield Measure(indicator, item, "", "main")
    elif indicator.over_agencies == "none":
        yield from (Measure(indicator, item, category, "main") for category in categories)
    else:
        yield Measure(indicator, item, framework.total_of(item.id), "main")
        yield from (Measure(indicator, item, category, "part") for category in categories)


# --- reading a measure ------------------------------------------------------------------------


def read(current: Round, measure: Measure, period: Period) -> Reading:
    """Return a measure's figure for a quarter or another span that figures were given for.

    A ratio is read from its parts; where these are not whole, from what was stated; where nothing was, from
    the parts that there are, if every agency in one is in the other.
    """
    if not measure.is_ratio:
        return _read_item(current, measure, measure.item.id, period)
    parts = [
        _read_item(current, measure, item, period)
        for item in (measure.indicator.numerator, measure.indicator.denominator)
    ]
    numerator, denominator = parts
    like = (
        numerator.value is not None and denominator.value is not None and numerator.suppliers == denominator.suppliers
    )
    if like and numerator.is_whole and denominator.is_whole:
        return _ratio(measure.indicator, numerator, denominator)
    if measure.has_stated:
        stated = _read_item(current, measure, measure.item.id, period)
        if stated.is_whole or not like:
            return stated
    if like:
        return _ratio(measure.indicator, numerator, denominator)
    lacking = next((part for part in parts if not part.is_whole), numerator)
    return replace(
        lacking, value=None, state=lacking.state or "not available", shown=lacking.shown or "parts not supplied"
    )


def _ratio(indicator: Indicator, numerator: Reading, denominator: Reading) -> Reading:
    assert numerator.value is not None  # noqa: S101  (both are known)
    assert denominator.value is not None  # noqa: S101
    multiplier = indicator.multiplier or Decimal(100)
    value = numerator.value / denominator.value * multiplier if denominator.value else None
    return replace(
        numerator,
        value=value,
        numerator=numerator.value,
        denominator=denominator.value,
        state=numerator.state or denominator.state,
        shown="" if denominator.value else "denominator 0",
        comment=join_comments([numerator.comment, denominator.comment]),
    )


def _read_item(current: Round, measure: Measure, item: str, period: Period) -> Reading:
    keys = _expected(current, measure, item, period)
    found = [each for key in keys if (each := current.figures.get((item, *key, period)))]
    missing = [
        current.missing.get((item, *key, period), "not received")
        for key in keys
        if (item, *key, period) not in current.figures
    ]
    is_now = period.last_day == current.period.last_day
    if not keys:
        return Reading(state="not asked", shown="not asked" if is_now else NO_FIGURE)
    reading = _added(current.framework.items[item], measure.indicator, found, missing)
    return reading if found or is_now else replace(reading, shown=NO_FIGURE)


def _expected(current: Round, measure: Measure, item: str, period: Period) -> list[tuple[str, str]]:
    """Return category and agency of every figure that belongs to a measure's figure for a period."""
    wanted = {measure.category} if measure.category else set(current.framework.parts_of(item))
    asked = current.framework.asked_of(item, period) if period.kind == "quarter" else ()
    keys = {(each.category, each.supplier): None for each in asked if each.category in wanted}
    if period.kind != "quarter":
        keys |= {
            (each.category, each.supplier): None
            for each in current.asked
            if (each.item.id, each.period) == (item, period) and each.category in wanted
        }
    for category in sorted(wanted):
        keys.update({(category, each.supplier): None for each in current.figures_of.get((item, category, period), ())})
    return list(keys)


def _added(item: Item, indicator: Indicator, found: list[Observation], missing: list[str]) -> Reading:
    """Return one figure from those of every agency and category that belongs to it."""
    counted = [each for each in found if each.replacement != "[z]"] or found
    values = [each.value for each in counted if each.value is not None]
    states = [*missing, *(SHORTHAND_STATES[each.replacement] for each in counted if each.replacement)]
    expected = len(counted) + len(missing)
    can_add = expected == 1 or (indicator.over_agencies in {"sum", "ratio_of_sums"} and item.type != "percent")
    shown = _shown(item, indicator, counted, missing) if can_add else NOT_ADDED
    return Reading(
        value=sum(values, Decimal(0)) if values and can_add and not shown else None,
        state=next((state for state in STATES if state in states), "" if can_add else "not available"),
        shown=shown,
        markers="".join(sorted({marker for each in counted for marker in _markers(each)})),
        comment=join_comments(each.comment for each in found),
        present=len(values),
        expected=expected,
        suppliers=frozenset((each.category, each.supplier) for each in counted if each.value is not None),
    )


def _markers(each: Observation) -> list[str]:
    return [f"{part}]" for part in each.markers.split("]") if part]


def _shown(item: Item, indicator: Indicator, found: list[Observation], missing: list[str]) -> str:
    """Return what stands where a figure would; "" where there is a figure, whole or in part."""
    gaps = [each for each in found if each.value is None]
    if not found:
        return missing[0]
    if len(found) == 1 and gaps and not missing:
        return words_of(gaps[0], item, indicator.decimals)
    bounds = [each for each in gaps if each.lower is not None and each.upper is not None]
    if bounds and len(bounds) == len(gaps) and not missing:
        lower = sum((each.lower or Decimal(0) for each in bounds), Decimal(0))
        upper = sum((each.upper or Decimal(0) for each in bounds), Decimal(0))
        known = sum((each.value for each in found if each.value is not None), Decimal(0))
        return f"{known + lower} to {known + upper}"
    if len(gaps) == len(found):
        return replacement_words(gaps[0])
    return "suppressed in part" if bounds else ""


def join_comments(comments: Iterable[str]) -> str:
    """Return comments as one text, each once."""
    return "\n".join(dict.fromkeys(comment for comment in comments if comment))
