"""Figures that changed so much that the agency is asked why: part of batch 8.

A change is news where it is large, larger than chance alone explains, and a change both from the quarter before and
from the same quarter last year. Where a series is long enough, it says itself what is usual. Of figures that belong
together the whole is asked about, and not its parts as well.
"""

from __future__ import annotations

from functools import partial
from math import sqrt
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from dapf_xl.catalogue.framework import split_figure
from dapf_xl.catalogue.relating import is_on_the_left, partner, sums_of
from dapf_xl.findings import Code, Severity
from dapf_xl.observations import number_words
from dapf_xl.plain import exact
from dapf_xl.rules.earlier import Span, before, earlier_words, year_before
from dapf_xl.rules.schema import NEARLY
from dapf_xl.spc import natural_limits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from dapf_xl.catalogue import Framework
    from dapf_xl.catalogue.tables import Item, Rule, Settings
    from dapf_xl.periods import Period
    from dapf_xl.rules.earlier import Now
    from dapf_xl.rules.rows import Fault, FigureKey

Array = np.ndarray[Any, Any]
ENOUGH = 8
"""Figures before one from which its series says what is usual (under 12 they make trial limits)."""
NOTICEABLE = 0.5
"""Share of the limits on a change from which a figure is looked at more closely."""
CHANCE = 3.0
"""Standard errors that chance alone seldom goes beyond: once in 370 figures."""
STANDS_ALONE = ("", "quarter", "half", "year", "snapshot")
"""Bases of which each figure stands for itself; one that is rolling or cumulative holds most of the one before."""
GROWING = ("year_to_date", "cumulative")


class Limits(NamedTuple):
    """How far a figure may be from an earlier one before the agency is asked why."""

    relative: float
    least: float
    points: float

    @classmethod
    def of(cls, settings: Settings) -> Limits:
        """Return a framework's limits."""
        given = (settings.change_percent, settings.change_least, settings.change_points)
        percent, least, points = (
            usual if each is None else float(each) for each, usual in zip(given, (50.0, 10.0, 20.0), strict=True)
        )
        return cls(percent / 100, least, points)

    def passed(self, item: Item, now: tuple[Array, Array], then: tuple[Array, Array], scale: float = 1.0) -> Array:
        """Say where a figure is farther from an earlier one than a share of the limits, and than chance explains.

        Of a suppressed figure the bound counts that is nearer to the other. Counts vary as events do, by the root of
        their number; nothing is known of how sums of money and stated rates vary.
        """
        (least, most), (low, high) = now, then
        with np.errstate(invalid="ignore"):
            rises = least > high
            here, there = np.where(rises, least, most), np.where(rises, high, low)
            change = np.where(rises | (most < low), np.abs(here - there), 0.0)
            if item.type == "percent":
                return (change > scale * self.points + NEARLY) & (self.points > 0)
            large = (change > self.least) & (change > scale * self.relative * np.abs(there) + NEARLY)
            if item.type == "count":
                large &= change > CHANCE * np.sqrt(np.abs(here) + np.abs(there))
            return large & (self.relative > 0)

    def are_passed(self, item: Item, here: Span, there: Span, scale: float = 1.0) -> bool:
        """Say the same of one figure."""
        now, then = ((np.array([each.least]), np.array([each.most])) for each in (here, there))
        return bool(self.passed(item, now, then, scale)[0])


# --- limits that the catalogue sets ----------------------------------------------------------------


def check_limits(now: Now) -> Iterator[Fault]:
    """Yield the figures that changed by more than a rule of the catalogue lets them."""
    rules = [rule for rule in now.framework.rules if rule.kind == "change_limit" and rule.tolerance is not None]
    if not rules:
        return
    for key, item, positions in now.by_figure():
        for rule in rules:
            if is_on_the_left(rule, (key.item, key.category)):
                yield from _beyond(now, rule, (key, item), positions)


def _beyond(now: Now, rule: Rule, of: tuple[FigureKey, Item], positions: Array) -> Iterator[Fault]:
    key, item = of
    span: Period | None = key.period
    for _ in range(1 if rule.lag is None else rule.lag):
        span = before(span) if span else None
    if span is None:
        return
    limit = float(rule.tolerance or 0)
    low, high = now.earlier.figures(key, [now.agency(each) for each in positions], span)
    with np.errstate(invalid="ignore"):
        change = np.maximum(now.least[positions] - high, low - now.most[positions])
    for place in np.flatnonzero(change > limit + NEARLY * np.maximum(1, np.abs(np.nan_to_num(high)))).tolist():
        words = {"change": _amount(change[place], item), "limit": _amount(limit, item)}
        then = Span(float(low[place]), float(high[place]))
        fault = now.fault(
            int(positions[place]), Code.CHANGED_BEYOND_LIMIT, earlier=earlier_words(item, [(span, then)]), **words
        )
        yield fault._replace(severity=Severity(rule.severity) if rule.severity else fault.severity)


def _amount(change: float, item: Item) -> str:
    amount = number_words(exact(round(float(change), 6), is_percent=False), item)
    return f"{amount.removesuffix('%')} percentage points" if item.type == "percent" else amount


# --- limits that hold for all ----------------------------------------------------------------------


def check_changes(now: Now) -> list[Fault]:
    """Return the figures that changed sharply, or are not what their series suggests."""
    limits = Limits.of(now.framework.settings)
    ruled = [rule for rule in now.framework.rules if rule.kind == "change_limit"]
    found: dict[int, Callable[[], Fault]] = {}
    for key, item, positions in now.by_figure():
        if item.basis == "cumulative" or any(is_on_the_left(rule, (key.item, key.category)) for rule in ruled):
            continue
        spans = [year_before(key.period)] if item.basis in GROWING else [before(key.period), year_before(key.period)]
        for position in _noticed(now, limits, (key, item), positions, [span for span in spans if span]):
            fault = _looked_at(now, limits, position, [span for span in spans if span])
            if fault is not None:
                found[position] = fault
    return [found[position]() for position in _roots(now, found)]


def _noticed(
    now: Now, limits: Limits, of: tuple[FigureKey, Item], positions: Array, spans: list[Period]
) -> Iterator[int]:
    """Yield the rows whose figure is noticeably far from the first of some spans that is known, and known at all."""
    key, item = of
    agencies = [now.agency(each) for each in positions]
    passed = np.zeros(len(positions), dtype=bool)
    unknown = np.ones(len(positions), dtype=bool)
    for span in spans:
        then = now.earlier.figures(key, agencies, span)
        here = (now.least[positions], now.most[positions])
        passed |= unknown & limits.passed(item, here, then, NOTICEABLE)
        unknown &= np.isnan(then[0])
        if not unknown.any():
            break
    yield from positions[passed].tolist()


def _looked_at(now: Now, limits: Limits, position: int, spans: list[Period]) -> Callable[[], Fault] | None:
    """Return what is to be asked about a figure that is noticeably far from an earlier one; None where nothing is."""
    key, agency, here = now.key(position), now.agency(position), now.span(position)
    item = now.framework.items[key.item]
    then = [(span, now.earlier.figure(key, agency, span)) for span in spans]
    known = [(span, figure) for span, figure in then if figure is not None]
    if not all(limits.are_passed(item, here, figure, NOTICEABLE) for _, figure in known):
        return None
    if item.type == "percent" and not _is_of_enough(now, position, known):
        return None
    words = {"earlier": earlier_words(item, known)}
    series = now.earlier.series(key, agency) if item.basis in STANDS_ALONE else []
    if len(series) >= ENOUGH:
        usual = natural_limits(series)
        assert usual is not None  # noqa: S101  (eight figures have moving ranges)
        if here.most >= usual.lower and here.least <= usual.upper:
            return None
        words |= {"count": str(len(series)), "range": _range_words(item, usual.lower, usual.upper)}
        return partial(now.fault, position, Code.OUTSIDE_ITS_SERIES, **words)
    if not limits.are_passed(item, here, known[0][1]):
        return None
    return partial(now.fault, position, Code.CHANGED_SHARPLY, **words)


def _range_words(item: Item, low: float, high: float) -> str:
    """Return the range that a series suggests, in whole numbers outwards, and not below what is possible."""
    least = max(np.floor(low), float(item.minimum or 0))
    most = min(np.ceil(high), 100.0) if item.type == "percent" else np.ceil(high)
    first, last = (number_words(exact(float(each), is_percent=False), item) for each in (least, most))
    return f"about {first}" if first == last else f"{first} to {last}"


# --- percentages -----------------------------------------------------------------------------------


def parts_of_share(framework: Framework, key: FigureKey) -> list[tuple[str, str]]:
    """Return the figures that are numerator and denominator of a percentage or rate; none where it is only stated."""
    for rule in framework.rules:
        if rule.kind == "ratio" and is_on_the_left(rule, (key.item, key.category)):
            found = [partner(framework, rule, (key.item, key.category), each) for each in rule.right]
            return [each for each in found if each is not None] if all(found) else []
    indicator = framework.indicators[framework.items[key.item].indicator]
    if indicator.measure != key.item or not (indicator.numerator and indicator.denominator):
        return []
    parts = (indicator.numerator, indicator.denominator)
    return [
        (each, key.category if key.category in framework.categories_of(each) else framework.total_of(each))
        for each in parts
    ]


def _is_of_enough(now: Now, position: int, known: Iterable[tuple[Period, Span]]) -> bool:
    """Say whether a percentage is of enough cases, then and now, for its change to be more than chance.

    Where nobody says of how many it is, it is taken to be.
    """
    key, here = now.key(position), now.span(position)
    parts = parts_of_share(now.framework, key)
    if len(parts) < 2:  # noqa: PLR2004  (a numerator and a denominator)
        return True
    item, category = parts[1]
    row = now.beside(position, item, category)
    cases = float(now.least[row]) if row is not None else None
    least = now.framework.settings.minimum_denominator or 0
    for span, there in known:
        then = now.earlier.figure(key._replace(item=item, category=category), now.agency(position), span)
        counts = [each for each in (cases, then.least if then else None) if each is not None]
        if any(count < max(least, 1) for count in counts):
            return False
        if len(counts) > 1 and abs(here.least - there.least) <= CHANCE * _standard_error(here, there, counts):
            return False
    return True


def _standard_error(here: Span, there: Span, counts: list[float]) -> float:
    """Return the standard error of the difference of two percentages, in points, if there were none."""
    pooled = (here.least * counts[0] + there.least * counts[1]) / sum(counts) / 100
    return 100 * sqrt(max(pooled * (1 - pooled), 0.0) * sum(1 / each for each in counts))


# --- figures that belong together --------------------------------------------------------------------


def _roots(now: Now, found: Iterable[int]) -> list[int]:
    """Return the rows of which no whole is among them: what explains the whole explains its parts."""
    kept = dict.fromkeys(found)
    for position in list(kept):
        rows = (now.beside(position, *each) for each in _wholes(now.framework, now.key(position)))
        if any(row in kept and row != position for row in rows if row is not None):
            del kept[position]
    return list(kept)


def _wholes(framework: Framework, key: FigureKey) -> Iterator[tuple[str, str]]:
    """Yield the figures that one is a part or a share of."""
    figure = (key.item, key.category)
    total = framework.total_of(key.item)
    if total and total != key.category:
        yield key.item, total
    if framework.items[key.item].type in {"percent", "rate"}:
        yield from parts_of_share(framework, key)
    for rule in framework.rules:
        if rule.kind == "not_more_than" and is_on_the_left(rule, figure):
            yield from filter(None, (partner(framework, rule, figure, each) for each in rule.right))
        elif rule.kind == "sum_of_parts" and key.item in {split_figure(each)[0] for each in rule.right}:
            item, named = split_figure(rule.left)
            for category in (named,) if named else framework.categories_of(item):
                if any(figure in parts for parts in sums_of(framework, rule, (item, category))):
                    yield item, category
