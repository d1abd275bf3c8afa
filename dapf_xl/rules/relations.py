"""Relations that the figures of one return must keep: batch 7 of the checks.

A relation looks at figures that are sound in themselves; where one is missing, it is unknown, not
broken. Each kind is one function, given the figures and the rule, for all returns at once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from dapf_xl.catalogue.framework import split_figure
from dapf_xl.catalogue.relating import (
    HALF_A_POINT,
    in_force,
    is_on_the_left,
    multiplier_of,
    partner,
    severity_of,
    sums_of,
)
from dapf_xl.findings import Code, PeriodError, Severity
from dapf_xl.observations import is_recent, number_words
from dapf_xl.plain import exact
from dapf_xl.rules.context import NOT_KNOWN
from dapf_xl.rules.rows import NUMERIC, Fault, FigureKey
from dapf_xl.rules.schema import NEARLY, label_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from decimal import Decimal

    from dapf_xl.catalogue import Framework
    from dapf_xl.catalogue.tables import Rule
    from dapf_xl.observations import Observation
    from dapf_xl.rules.context import Context
    from dapf_xl.rules.rows import Rows

Array = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True)
class Side:
    """One figure in every return: the row that it stands in (-1 where none), and its value (nan where none)."""

    key: FigureKey
    positions: Array
    values: Array
    least: Array
    most: Array
    """The value, or the bounds of a suppressed one."""


@dataclass
class Figures:
    """Finds the figures of all returns: a row a return (or group of merged ones), a column a figure.

    Values are on the reporting scale: percentages from 0 to 100.
    """

    context: Context
    rows: Rows
    sound: Array
    """Which rows have no error so far."""
    _matrix: Array = field(init=False)
    _numbers: dict[FigureKey, int] = field(init=False)

    def __post_init__(self) -> None:
        """Place every row that stands, unless it is a revision with nothing new."""
        frame = self.rows.frame
        stands = frame["stands"].to_numpy() & (frame["filled"] | ~frame["revises"]).to_numpy()
        positions = np.flatnonzero(stands)
        self._matrix = np.full((len(self.rows.agencies), len(self.rows.figures)), -1)
        self._matrix[frame["group"].to_numpy()[positions], frame["figure"].to_numpy()[positions]] = positions
        self._numbers = {key: number for number, key in enumerate(self.rows.figures)}
        scale = np.where(frame["type"] == "percent", 100.0, 1.0)
        self.value = np.where(self.sound & frame["type"].isin(NUMERIC), frame["value"], np.nan) * scale
        self.least, self.most = (
            np.where(self.sound & frame[name].notna(), frame[name], self.value) for name in ("lower", "upper")
        )
        self.filled = frame["filled"].to_numpy()
        self.cells = {part: np.asarray(frame[f"{part}_cell"]) for part in ("value", "shorthand", "comment")}
        self._sheets, self._files = np.asarray(frame["sheet"]), frame["file"].to_numpy()

    def keys_of(self, item: str) -> list[FigureKey]:
        """Return every category and period in which an item stands in some return."""
        return [key for key in self.rows.figures if key.item == item]

    def side(self, key: FigureKey) -> Side:
        """Return a figure in every return; where a return does not ask for it, as it is known from earlier."""
        number = self._numbers.get(key)
        positions = np.full(len(self.rows.agencies), -1) if number is None else self._matrix[:, number].copy()
        there = positions >= 0
        value, least, most = (
            np.where(there, array[positions], np.nan) for array in (self.value, self.least, self.most)
        )
        known = {} if there.all() else self.context.numbers_about(key.period)
        for group in np.flatnonzero(~there).tolist() if known else ():
            low, high, _ = known.get((key.item, key.category, self.rows.agencies[group]), NOT_KNOWN)
            if low is not None and low == high:  # and so not suppressed
                value[group] = least[group] = most[group] = low
        if self.context.framework.items[key.item].basis == "snapshot":
            for group in np.flatnonzero(np.isnan(value)).tolist():
                earlier = self._snapshot(key, self.rows.agencies[group])
                value[group] = least[group] = most[group] = earlier
        return Side(key, positions, value, least, most)

    def _snapshot(self, key: FigureKey, agency: str) -> float:
        """Return the latest earlier figure of what is taken at a point in time, such as a population; nan if none."""
        known = self._snapshots.get((key.item, key.category, agency), ())
        recent = [each for each in known if is_recent(each.period, key.period)]
        latest = max(recent, key=lambda each: each.period, default=None)
        return float(latest.value) if latest and latest.value is not None else float("nan")

    @cached_property
    def _snapshots(self) -> dict[tuple[str, str, str], list[Observation]]:
        """The known figures that were taken at a point in time, by item, category and agency."""
        found: dict[tuple[str, str, str], list[Observation]] = {}
        items = self.context.framework.items
        for each in self.context.known.values():
            if each.value is not None and each.item in items and items[each.item].basis == "snapshot":
                found.setdefault((each.item, each.category, each.supplier), []).append(each)
        return found

    # --- words -------------------------------------------------------------------------------

    def label(self, key: FigureKey) -> str:
        """Return what a figure is called in the return."""
        return label_of(self.context.framework, key.item, key.category)

    def words(self, key: FigureKey, value: float) -> str:
        """Return a value on the reporting scale as people read it."""
        return number_words(exact(float(value), is_percent=False), self.context.framework.items[key.item])

    def cell(self, side: Side, group: int, beside: int) -> str:
        """Return the address of a figure, as somebody at the row ``beside`` finds it."""
        position = side.positions[group]
        if position < 0:
            return f"the figure reported for {side.key.period.words}"
        address = str(self.cells["value"][position])
        if self._sheets[position] != self._sheets[beside]:
            address = f"{self._sheets[position]}!{address}"
        if self._files[position] != self._files[beside]:
            address = f"{self.rows.files[self._files[position]].read.name}, {address}"
        return address


def check_relations(context: Context, rows: Rows, sound: Array) -> list[Fault]:
    """Return every relation that is broken.

    Args:
        context: The framework with its rules, and the figures known from earlier.
        rows: All rows of all returns.
        sound: Which of them have no error so far.
    """
    figures = Figures(context, rows, sound)
    faults: list[Fault] = []
    for rule in context.framework.rules:
        relation = RELATIONS[rule.kind]
        if relation is not None:
            for key in figures.keys_of(split_figure(rule.left)[0]):
                if is_on_the_left(rule, (key.item, key.category)):
                    faults.extend(relation(figures, in_force(rule, key.period), figures.side(key)))
    return faults


def _fault(figures: Figures, code: Code, severity: Severity, side: Side, group: int, /, **words: object) -> Fault:
    """Return a finding at the figure on the left."""
    position = int(side.positions[group])
    comment = figures.cells["comment"][position]
    common = {
        "found": figures.words(side.key, side.values[group]) if not np.isnan(side.values[group]) else "",
        "what": figures.label(side.key),
        "left_label": figures.label(side.key),
        "left_cell": figures.cells["value"][position],
        "comment_cell": comment,
        "shorthand_cell": figures.cells["shorthand"][position],
        "or_explain": f", or explain in {comment}" if severity is Severity.QUERY and comment else "",
    }
    return Fault(position, code, "value", severity, {**common, **words})


def _severity(rule: Rule, usual: Severity) -> Severity:
    return Severity(rule.severity) if rule.severity else usual


def _tolerance(rule: Rule, usual: float = 0.0) -> float:
    return usual if rule.tolerance is None else float(rule.tolerance)


def partner_of(framework: Framework, rule: Rule, left: FigureKey, item: str) -> FigureKey | None:
    """Return the figure of another item that belongs beside one, in the same period less the rule's lag."""
    found = partner(framework, rule, (left.item, left.category), item)
    if found is None:
        return None
    period = left.period
    try:
        for _ in range(rule.lag or 0):
            period = period.previous()
    except PeriodError:
        return None
    return FigureKey(*found, period)


def _partner(figures: Figures, rule: Rule, left: FigureKey, item: str) -> Side | None:
    key = partner_of(figures.context.framework, rule, left, item)
    return None if key is None else figures.side(key)


def _groups(broken: Array, left: Side) -> Iterator[int]:
    """Yield the returns in which a relation is broken and the figure on the left can be put right."""
    yield from (int(group) for group in np.flatnonzero(broken & (left.positions >= 0)))


def not_more_than(figures: Figures, rule: Rule, left: Side) -> Iterator[Fault]:
    """Yield where the left figure is more than one on the right: an error only within the same cohort."""
    code = Code.NUMERATOR_ABOVE_DENOMINATOR if rule.same_cohort else Code.MORE_THAN_ITS_WHOLE
    severity = severity_of(rule)
    for right in (_partner(figures, rule, left.key, item) for item in rule.right):
        if right is None:
            continue
        for group in _groups(left.values > right.values + _tolerance(rule) + NEARLY, left):
            words = _both(figures, left, right, group)
            yield _fault(figures, code, severity, left, group, **words)


def _both(figures: Figures, left: Side, right: Side, group: int) -> dict[str, object]:
    return {
        "left": figures.words(left.key, left.values[group]),
        "right": figures.words(right.key, right.values[group]),
        "right_label": figures.label(right.key),
        "right_cell": figures.cell(right, group, int(left.positions[group])),
    }


def sum_of_parts(figures: Figures, rule: Rule, left: Side) -> Iterator[Fault]:
    """Yield where a total is not what its parts add to; suppressed parts count with their bounds."""
    framework = figures.context.framework
    for named in sums_of(framework, rule, (left.key.item, left.key.category)):
        parts = [_part(figures, FigureKey(*figure, left.key.period)) for figure in named]
        least = np.sum([part.least for part in parts], axis=0)  # nan where a part is missing
        most = np.sum([part.most for part in parts], axis=0)
        slack = _tolerance(rule) + NEARLY * np.maximum(1, np.nan_to_num(np.abs(most)))
        for group in _groups((left.values < least - slack) | (left.values > most + slack), left):
            low, high = figures.words(left.key, least[group]), figures.words(left.key, most[group])
            expected = low if low == high else f"between {low} and {high}"
            given = [part for part in parts if part.positions[group] < 0 or figures.filled[part.positions[group]]]
            cells = ", ".join(figures.cell(part, group, int(left.positions[group])) for part in given)
            severity = severity_of(rule)
            yield _fault(figures, Code.PARTS_DIFFER_FROM_TOTAL, severity, left, group, expected=expected, cells=cells)


def _part(figures: Figures, key: FigureKey) -> Side:
    """Return a part of a total; a spare row that nobody used adds nothing, one that is known already what is known."""
    side = figures.side(key)
    if not figures.context.framework.open_rows.is_open(key.item, key.category):
        return side
    unused = np.where(side.positions < 0, np.isnan(side.values), ~figures.filled[side.positions])
    values, least, most = (np.where(unused, 0.0, array) for array in (side.values, side.least, side.most))
    return Side(key, side.positions, values, least, most)


def parts_of(framework: Framework, rule: Rule, left: FigureKey) -> Sequence[FigureKey]:
    """Return the figures that a total is made of; of the total of a cross table, all its cells."""
    sums = list(sums_of(framework, rule, (left.item, left.category)))
    return [FigureKey(*figure, left.period) for figure in sums[-1]] if sums else ()


def ratio(figures: Figures, rule: Rule, left: Side) -> Iterator[Fault]:
    """Yield where a stated percentage or rate is not what its numerator and denominator give."""
    top, bottom = (_partner(figures, rule, left.key, item) for item in rule.right)
    if top is None or bottom is None:
        return
    for group in _groups((bottom.values == 0) & ~np.isnan(left.values), left):
        severity = _severity(rule, Code.DENOMINATOR_ZERO.severity)
        words = _both(figures, left, bottom, group)
        yield _fault(figures, Code.DENOMINATOR_ZERO, severity, left, group, **words)
    item = figures.context.framework.items[left.key.item]
    per = multiplier_of(figures.context.framework, item)
    with np.errstate(divide="ignore", invalid="ignore"):
        expected = np.where(bottom.values > 0, float(per) * top.values / bottom.values, np.nan)
    tolerance = _tolerance(rule, float(HALF_A_POINT)) + NEARLY * 100
    is_percent = item.type == "percent"
    for group in _groups(np.abs(left.values - expected) > tolerance, left):
        beside = int(left.positions[group])
        yield _fault(
            figures, Code.RATIO_DIFFERS, severity_of(rule), left, group,
            kind="percentage" if is_percent else "rate", unit="%" if is_percent else f" per {per:,}",
            found=_plain(left.values[group]), expected=_plain(expected[group]),
            left=figures.words(top.key, top.values[group]), right=figures.words(bottom.key, bottom.values[group]),
            left_cell=figures.cell(top, group, beside), right_cell=figures.cell(bottom, group, beside),
        )  # fmt: skip


def _plain(percentage: float) -> Decimal:
    """Return a percentage to the one decimal that a comparison needs."""
    return exact(round(float(percentage), 1), is_percent=False)


def required_if(figures: Figures, rule: Rule, left: Side) -> Iterator[Fault]:
    """Yield where the left figure is blank although one on the right is given and is not 0."""
    blank = (left.positions >= 0) & ~figures.filled[left.positions]
    for right in (_partner(figures, rule, left.key, item) for item in rule.right):
        if right is None:
            continue
        for group in _groups(blank & (np.nan_to_num(right.values) != 0), left):
            condition = f"{figures.label(right.key)} ({figures.words(right.key, right.values[group])})"
            severity = _severity(rule, Code.REQUIRED_IF.severity)
            yield _fault(figures, Code.REQUIRED_IF, severity, left, group, condition=condition)


def never_falls(figures: Figures, rule: Rule, left: Side) -> Iterator[Fault]:
    """Yield where a figure that is counted since a date is less than a period earlier; a year to date begins anew."""
    period = left.key.period
    if period.kind == "dates" or figures.context.framework.open_rows.is_open(left.key.item, left.key.category):
        return  # (the same row of a quarter before may be another thing)
    before = period.previous()
    item = figures.context.framework.items[left.key.item]
    if figures.context.framework.indicators[item.indicator].is_redefined(before, period):
        return
    basis = item.basis
    if basis == "year_to_date" and before.financial_year != period.financial_year:
        return
    earlier = figures.side(left.key._replace(period=before))
    for group in _groups(left.values < earlier.values - _tolerance(rule) - NEARLY, left):
        severity = _severity(rule, Code.CUMULATIVE_FALLS.severity)
        previous = figures.words(left.key, earlier.values[group])
        yield _fault(
            figures, Code.CUMULATIVE_FALLS, severity, left, group, previous=previous, previous_period=before.words
        )


RELATIONS: dict[str, Callable[[Figures, Rule, Side], Iterator[Fault]] | None] = {
    "not_more_than": not_more_than,
    "sum_of_parts": sum_of_parts,
    "ratio": ratio,
    "required_if": required_if,
    "never_falls": never_falls,
    "change_limit": None,
    "sent_against_received": None,
}
"""Every kind of rule that the catalogue knows; None where other batches check it: ``changing`` and ``sent``."""
