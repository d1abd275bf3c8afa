"""What each indicator's figure is: added over agencies by its rule, with what is missing and why.

A measure is what is read as one figure: an indicator, or a category of it. A reading is that figure for a
period, with its coverage.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from dapf_xl.catalogue.evidence import EvidenceField
from dapf_xl.catalogue.spans import in_force
from dapf_xl.observations import NOT_NUMBERS, is_recent, replacement_words, words_of
from dapf_xl.rag import SHORTHAND_STATES, STATES

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping

    from dapf_xl.catalogue import Framework
    from dapf_xl.catalogue.tables import Indicator, Item
    from dapf_xl.consolidation import Round
    from dapf_xl.observations import Observation
    from dapf_xl.periods import Period

NO_FIGURE = "no figure"
NOT_ADDED = "not added up"
LONGEST_COMMENTS = 16_000
"""Characters that comments may take up in a cell: half of what Excel holds, since it counts some of them twice."""
CUT = "… (whole in Data)"

QUARTERS_IN_YEAR = 4

Key = tuple[str, str]
"""Category and agency: what tells the figures of one item and period apart."""


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
    def is_share(self) -> bool:
        """Say whether it is a figure per something, of which a sum says nothing."""
        return self.is_ratio or self.kind in {"percent", "rate"}

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
    suppliers: frozenset[Key] = frozenset()
    """Category and agency of each figure that went in; of a ratio, of those whose parts are both there."""
    wanted: frozenset[Key] = frozenset()
    """Category and agency of each figure that belongs to it."""
    asked: frozenset[Key] = frozenset()
    """The same, with those that said that it does not apply to them."""
    note: str = ""
    """What a reader must know of it, such as of which year a rate's population is."""

    @property
    def is_whole(self) -> bool:
        """Say whether every figure that belongs to it is there."""
        return self.value is not None and not self.state


def measures_of(current: Round) -> Iterator[Measure]:
    """Yield the measures of every live indicator: its figure, its categories, and what is reported beside it.

    Of a two-way table the totals of its rows and columns; the cells stand on ``Breakdowns``.
    """
    framework, period = current.framework, current.period
    for indicator in framework.indicators.values():
        if indicator.status != "live" or indicator.derivation == "text" or not in_force(indicator, period):
            continue
        parts = {indicator.numerator, indicator.denominator}
        item = framework.measure_of(indicator.id)
        if item is None:
            continue
        yield from _measures_of_item(current, indicator, item)
        for other in framework.items_of(indicator.id):
            is_words = other.type == "text" or isinstance(other, EvidenceField)
            if other.id != item.id and other.id not in parts and not is_words:
                yield from (Measure(indicator, other, category, "also") for category in _lines_beside(current, other))


def _measures_of_item(current: Round, indicator: Indicator, item: Item) -> Iterator[Measure]:
    categories = current.parts_of(item.id, span_of(current, item))
    if categories == ("",):
        yield Measure(indicator, item, "", "main")
    elif indicator.over_agencies == "none":
        yield from (Measure(indicator, item, category, "main") for category in categories)
    else:
        total = current.framework.total_of(item.id)
        yield Measure(indicator, item, total, "main")
        shown = _totals_of_sides(current.framework, item) if is_two_way(item) else categories
        yield from (Measure(indicator, item, category, "part") for category in shown)


def _lines_beside(current: Round, item: Item) -> list[str]:
    """Return the categories of what is reported beside an indicator, the whole among them where it is supplied."""
    framework = current.framework
    if is_two_way(item):
        return [framework.total_of(item.id), *_totals_of_sides(framework, item)]
    parts = current.parts_of(item.id, span_of(current, item))
    printed = [each for each in framework.categories_of(item.id) if not framework.open_rows.is_open(item.id, each)]
    return [*printed, *(part for part in parts if part not in printed)]


def is_two_way(item: Item) -> bool:
    """Say whether an item is a table of two breakdowns."""
    return len(item.breakdowns) > 1


def _totals_of_sides(framework: Framework, item: Item) -> list[str]:
    """Return the categories of a two-way table that are the total of a row or of a column, and not of all.

    A cell that has a target of its own is a line of its own.
    """
    parts, total = framework.parts_of(item.id), framework.total_of(item.id)
    aimed_at = {target.category for target in framework.targets if target.item == item.id}
    every = framework.categories_of(item.id)
    return [each for each in every if each != total and (each not in parts or each in aimed_at)]


def span_of(current: Round, item: Item) -> Period:
    """Return the span of an item's latest figure: this quarter, or the last half, year or twelve months before."""
    asked = current.framework.asked_of(item.id, current.period)
    if asked:
        return asked[0].period
    spans = set()
    quarter = current.period
    for _ in range(QUARTERS_IN_YEAR - 1):
        quarter = quarter.previous()
        spans |= {each.period for each in current.framework.asked_of(item.id, quarter)}
    if item.basis == "rolling_12_months":
        spans |= {each.period for each in current.figures.values() if each.item == item.id}
    past = [each for each in spans if each.kind != "quarter" and each.last_day <= current.period.last_day]
    return max(past, default=current.period)


# --- reading a measure ------------------------------------------------------------------------


def read(current: Round, measure: Measure, period: Period, only: frozenset[Key] | None = None) -> Reading:
    """Return a measure's figure for a quarter or another span that figures were given for.

    A ratio is read from its parts; where these are not whole, from what was stated; where nothing was, from
    the parts that there are, if every agency in one is in the other. Parts that are asked of different agencies
    are set against each other as wholes, sum over sum. ``only`` leaves out all other agencies.
    """
    if not measure.is_ratio:
        return _read_item(current, measure, measure.item.id, period, only)
    numerator = _read_item(current, measure, measure.indicator.numerator, period, only)
    denominator = _read_denominator(current, measure, period, only)
    parts = [numerator, denominator]
    has_both = numerator.value is not None and denominator.value is not None
    if has_both and _are_asked_apart(numerator, denominator) and numerator.is_whole and denominator.is_whole:
        return _of_both(ratio_of(measure.indicator, numerator, denominator), numerator, denominator)
    like = has_both and numerator.suppliers == denominator.suppliers
    if like and numerator.is_whole and denominator.is_whole:
        return ratio_of(measure.indicator, numerator, denominator)
    if measure.has_stated:
        stated = _read_item(current, measure, measure.item.id, period, only)
        if stated.is_whole or not like:
            return stated if stated.value is not None else replace(stated, note=denominator.note)
    if like:
        return ratio_of(measure.indicator, numerator, denominator)
    lacking = next((part for part in parts if not part.is_whole), numerator)
    unknown = replace(
        lacking,
        value=None,
        state=lacking.state or "not available",
        shown=lacking.shown or "parts not supplied",
        suppliers=numerator.suppliers & denominator.suppliers,
        note=denominator.note,
    )
    return _of_both(unknown, numerator, denominator) if _are_asked_apart(numerator, denominator) else unknown


def _are_asked_apart(numerator: Reading, denominator: Reading) -> bool:
    """Say whether a ratio's parts are asked of different agencies, none of which says that it does not apply."""
    both = (numerator, denominator)
    return numerator.asked != denominator.asked and all(part.asked and part.asked == part.wanted for part in both)


def _of_both(reading: Reading, numerator: Reading, denominator: Reading) -> Reading:
    """Return a ratio with the coverage of both of its parts, which different agencies give."""
    return replace(
        reading,
        present=numerator.present + denominator.present,
        expected=numerator.expected + denominator.expected,
        suppliers=numerator.suppliers | denominator.suppliers,
        wanted=numerator.wanted | denominator.wanted,
        markers="".join(
            sorted({f"{mark}]" for part in (numerator, denominator) for mark in part.markers.split("]") if mark})
        ),
    )


def _read_denominator(current: Round, measure: Measure, period: Period, only: frozenset[Key] | None) -> Reading:
    """Return what a ratio is of; a snapshot, such as a population, may be of an earlier span, and says of which."""
    item = current.framework.items[measure.indicator.denominator]
    reading = _read_item(current, measure, item.id, period, only)
    if item.basis != "snapshot":
        return reading
    if reading.value is not None:
        return replace(reading, note=f"{item.label}: of {period.words}.")
    earlier = _latest_snapshot(current, item.id, period)
    if earlier is None:
        return reading
    known = replace(_read_item(current, measure, item.id, earlier, only), markers=reading.markers)
    if not is_recent(earlier, period):
        note = f"{item.label}: the latest is of {earlier.words}, too old to be set against {period.words}."
        return replace(reading, note=note)
    return replace(known, note=f"{item.label}: of {earlier.words}, the latest known by then.")


def _latest_snapshot(current: Round, item: str, period: Period) -> Period | None:
    """Return the latest span, ending no later than a period, for which there is a figure."""
    spans = (
        each.period
        for each in current.figures.values()
        if each.item == item and each.value is not None and each.period.last_day <= period.last_day
    )
    return max(spans, default=None)


def ratio_of(indicator: Indicator, numerator: Reading, denominator: Reading) -> Reading:
    """Return a ratio of two readings of which both are known."""
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
        note=denominator.note,
    )


def _read_item(
    current: Round, measure: Measure, item: str, period: Period, only: frozenset[Key] | None = None
) -> Reading:
    keys = [key for key in _expected(current, measure, item, period) if only is None or key in only]
    found = [each for key in keys for each in current.all_of((item, *key, period))]
    missing = {
        key: current.missing.get((item, *key, period), "not received")
        for key in keys
        if (item, *key, period) in current.missing or (item, *key, period) not in current.figures
    }
    is_now = period.last_day == current.period.last_day
    if not keys:
        return Reading(state="not asked", shown="not asked" if is_now else NO_FIGURE)
    reading = _added(current.framework.items[item], measure.indicator, found, missing)
    return reading if found or is_now else replace(reading, shown=NO_FIGURE)


def _expected(current: Round, measure: Measure, item: str, period: Period) -> list[Key]:
    """Return category and agency of every figure that belongs to a measure's figure for a period."""
    wanted = {measure.category} if measure.category else set(current.parts_of(item, period))
    asked = current.framework.asked_about(item, period)
    askees = {(each.category, each.supplier): None for each in asked if each.category in wanted and not each.is_open}
    keys = {_giver(current, item, key, period, askees): None for key in askees}
    for category in sorted(wanted):
        keys.update({(category, each.supplier): None for each in current.figures_of.get((item, category, period), ())})
    keys.update({key: None for key in current.missing_of.get((item, period), ()) if key[0] in wanted})
    return list(keys)


def _giver(current: Round, item: str, key: Key, period: Period, askees: Container[Key]) -> Key:
    """Return who gives a figure: who was asked for it or, where only its successor has given it, that one."""
    if (item, *key, period) in current.figures:
        return key
    category, supplier = key
    after = (category, current.framework.supplier_at(supplier, current.period))
    return after if after not in askees and (item, *after, period) in current.figures else key


def _added(item: Item, indicator: Indicator, found: list[Observation], missing: Mapping[Key, str]) -> Reading:
    """Return one figure from those of every agency and category that belongs to it."""
    counted = [each for each in found if each.replacement != "[z]"] or found
    given = [each for each in counted if each.value is not None or each.text]
    values = [each.value for each in given if each.value is not None]
    states = [*missing.values(), *(SHORTHAND_STATES[each.replacement] for each in counted if each.replacement)]
    expected = len(counted) + len(missing)
    is_words = item.type in NOT_NUMBERS
    can_add = expected == 1 or (indicator.over_agencies in {"sum", "ratio_of_sums"} and item.type != "percent")
    if is_words:
        shown = _words_of_all(item, counted) or next(iter(missing.values()))
    else:
        shown = _shown(item, indicator, counted, list(missing.values())) if can_add else NOT_ADDED
    value = sum(values, Decimal(0)) if values and can_add and not shown else None
    no_value = "not applicable" if is_words else "not available"
    return Reading(
        value=value,
        state=next((state for state in STATES if state in states), no_value if value is None else ""),
        shown=shown,
        markers="".join(sorted({marker for each in counted for marker in _markers(each)})),
        comment=join_comments(each.comment for each in found),
        present=len(given),
        expected=expected,
        suppliers=frozenset(_key(each) for each in given),
        wanted=frozenset([*map(_key, counted), *missing]),
        asked=frozenset([*map(_key, found), *missing]),
    )


def _key(each: Observation) -> Key:
    return (each.category, each.supplier)


def _words_of_all(item: Item, found: list[Observation]) -> str:
    """Return what agencies say where it is no number: each answer once, with how many gave it."""
    answers = Counter(words_of(each, item) for each in found)
    return "; ".join(words if len(answers) == 1 else f"{words} ({count})" for words, count in answers.items())


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
        return next((replacement_words(each) for each in gaps if each.replacement), NO_FIGURE)
    return "suppressed in part" if bounds else ""


def join_comments(comments: Iterable[str]) -> str:
    """Return comments as one text, each once; cut, and marked so, where together they do not fit a cell."""
    distinct = list(dict.fromkeys(comment for comment in comments if comment))
    if sum(map(len, distinct)) <= LONGEST_COMMENTS:
        return "\n".join(distinct)
    room = LONGEST_COMMENTS // len(distinct)
    return "\n".join(each if len(each) <= room else f"{each[: max(room - len(CUT), 0)]}{CUT}" for each in distinct)
