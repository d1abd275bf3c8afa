"""What figures were in earlier spans, like bases only: what batch 8 sets this quarter's figures against."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from dapf_xl.findings import PeriodError
from dapf_xl.observations import number_words
from dapf_xl.plain import exact
from dapf_xl.rules.rows import NUMERIC, Fault, FigureKey
from dapf_xl.rules.schema import label_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from dapf_xl.catalogue import Framework
    from dapf_xl.catalogue.tables import Item
    from dapf_xl.findings import Code
    from dapf_xl.periods import Period
    from dapf_xl.rules.context import Context, Number
    from dapf_xl.rules.rows import Rows

Array = np.ndarray[Any, Any]
LONGEST_SERIES = 12
"""Figures of a series that are looked at: what is older says little of the next."""


class Span(NamedTuple):
    """The least and the most that a figure can be: the same, but for a suppressed one."""

    least: float
    most: float

    def words(self, item: Item) -> str:
        """Return the figure as people read it."""
        low, high = (number_words(exact(each, is_percent=False), item) for each in self)
        return low if self.least == self.most else f"suppressed ({low} to {high})"


class Earlier:
    """Earlier figures, with what this run's ``Revisions`` say of them."""

    def __init__(self, context: Context, rows: Rows, sound: Array) -> None:
        """Note the figures that are given anew; of the others nothing is looked up yet."""
        self._context = context
        self._framework = context.framework
        self._numbers: dict[Period, Mapping[tuple[str, str, str], Number]] = {}
        self._anew = dict(_given_anew(context.framework, rows, sound))
        self._takes_over = any(each.successor for each in context.framework.agencies.values())

    def numbers(self, span: Period) -> Mapping[tuple[str, str, str], Number]:
        """Return every number known about a span, by item, category and supplier."""
        if span not in self._numbers:
            anew = {key[:3]: number for key, number in self._anew.items() if key[3] == span}
            known = self._context.numbers_about(span)
            self._numbers[span] = {**known, **anew} if anew else known
        return self._numbers[span]

    def figure(self, key: FigureKey, agency: str, span: Period | None) -> Span | None:
        """Return what a figure was about an earlier span; None where that cannot be compared."""
        if span is None or not self.is_comparable(key, span):
            return None
        numbers = self.numbers(span)
        number = numbers.get((key.item, key.category, agency))
        if number is None and self._takes_over:
            before = self._framework.predecessors(agency, key.period)
            number = next(filter(None, (numbers.get((key.item, key.category, each)) for each in before)), None)
        return _like(number, self.basis(key, span))

    def figures(self, key: FigureKey, agencies: list[str], span: Period) -> tuple[Array, Array]:
        """Return the least and the most that a figure was with each agency; nan where that cannot be compared."""
        if not self.is_comparable(key, span):
            return np.full(len(agencies), np.nan), np.full(len(agencies), np.nan)
        if self._takes_over:
            found = [self.figure(key, agency, span) or _NONE for agency in agencies]
        else:
            get, (item, category, _), basis = self.numbers(span).get, key, self.basis(key, span)
            found = [_like(get((item, category, agency)), basis) or _NONE for agency in agencies]
        least, most = np.array(found, dtype=float).T
        return least, most

    def series(self, key: FigureKey, agency: str) -> list[float]:
        """Return the figures before one, the earliest first, back to where one is missing or suppressed."""
        found: list[float] = []
        span = before(key.period)
        while span is not None and len(found) < LONGEST_SERIES:
            figure = self.figure(key, agency, span)
            if figure is None or figure.least != figure.most:
                break
            found.insert(0, figure.least)
            span = before(span)
        return found

    def basis(self, key: FigureKey, span: Period) -> str:
        """Return the basis that a figure about a span has."""
        return self._framework.items[key.item].basis or span.kind

    def is_comparable(self, key: FigureKey, span: Period) -> bool:
        """Say whether the definition is the same."""
        indicator = self._framework.indicators[self._framework.items[key.item].indicator]
        return not indicator.is_redefined(span, key.period)


_READ = ("figure", "group", "type", "value", "lower", "upper")
"""Columns of the frame that what is given anew is made of."""
_NONE = Span(np.nan, np.nan)


def _like(number: Number | None, basis: str) -> Span | None:
    if number is None or number[0] is None or number[1] is None or number[2] != basis:
        return None
    return Span(number[0], number[1])


def _given_anew(
    framework: Framework, rows: Rows, sound: Array
) -> Iterator[tuple[tuple[str, str, str, Period], Number]]:
    """Yield the figures of earlier spans that returns of this run give anew."""
    frame = rows.frame
    given = frame["revises"] & frame["filled"] & frame["stands"] & frame["type"].isin(NUMERIC)
    columns = frame.loc[np.flatnonzero(given.to_numpy() & sound), list(_READ)]
    for figure, group, kind, value, lower, upper in columns.itertuples(index=False, name=None):
        key = rows.figures[figure]
        bounds = (lower, upper) if np.isnan(value) else (value * (100.0 if kind == "percent" else 1.0),) * 2
        least, most = (None if np.isnan(each) else float(each) for each in bounds)
        basis = framework.items[key.item].basis or key.period.kind
        yield (key.item, key.category, rows.agencies[group], key.period), (least, most, basis)


class Now:
    """This run's own figures as numbers on the reporting scale, without spare rows and what is given anew."""

    def __init__(self, context: Context, rows: Rows, sound: Array) -> None:
        """Find the rows with a number, or with the bounds of a suppressed one."""
        self.context, self.framework, self.rows, self.sound = context, context.framework, rows, sound
        self.earlier = Earlier(context, rows, sound)
        frame = rows.frame
        scale = np.where(frame["type"] == "percent", 100.0, 1.0)
        value = np.where(sound, frame["value"].to_numpy(), np.nan) * scale
        self.least, self.most = (np.where(np.isnan(value), frame[name], value) for name in ("lower", "upper"))
        stands = frame["stands"].to_numpy() & ~frame["revises"].to_numpy()
        numeric = frame["type"].isin(NUMERIC).to_numpy() & ~np.isnan(self.least) & ~np.isnan(self.most)
        self.there = numeric & stands & sound & ~frame["spare"].to_numpy()
        self.figure, self.group = frame["figure"].to_numpy(), frame["group"].to_numpy()
        self._rows_of: dict[tuple[int, FigureKey], int] | None = None

    def by_figure(self) -> Iterator[tuple[FigureKey, Item, Array]]:
        """Yield each figure of the return with its item and the rows in which it stands; no spans of dates."""
        positions = np.flatnonzero(self.there)
        numbers = self.figure[positions]
        order = np.argsort(numbers, kind="stable")
        for part in np.split(positions[order], np.flatnonzero(np.diff(numbers[order])) + 1):
            if len(part):
                key = self.rows.figures[self.figure[part[0]]]
                if key.period.kind != "dates":
                    yield key, self.framework.items[key.item], part

    def key(self, position: int) -> FigureKey:
        """Return what a row is of."""
        return self.rows.figures[int(self.figure[position])]

    def agency(self, position: int) -> str:
        """Return whose figure a row is."""
        return self.rows.agencies[int(self.group[position])]

    def span(self, position: int) -> Span:
        """Return what stands in a row."""
        return Span(float(self.least[position]), float(self.most[position]))

    def beside(self, position: int, item: str, category: str) -> int | None:
        """Return the row of another figure of the same return and period; None where it has none with a number."""
        if self._rows_of is None:
            here = np.flatnonzero(self.there).tolist()
            self._rows_of = {(int(self.group[each]), self.key(each)): each for each in here}
        key = self.key(position)._replace(item=item, category=category)
        return self._rows_of.get((int(self.group[position]), key))

    def fault(self, position: int, code: Code, /, **words: object) -> Fault:
        """Return a query at a row."""
        key, frame = self.key(position), self.rows.frame
        common: dict[str, object] = {
            "what": label_of(self.framework, key.item, key.category),
            "found": self.span(position).words(self.framework.items[key.item]),
            "period": key.period.words,
            "cell_words": frame["value_cell"][position],
            "comment_cell": frame["comment_cell"][position],
        }
        return Fault(position, code, "value", code.severity, common | words)


def earlier_words(item: Item, found: Iterable[tuple[Period, Span | None]]) -> str:
    """Return earlier figures as people read them: ``12 for Q2 2014/15 and 14 for Q3 2013/14``."""
    return " and ".join(f"{figure.words(item)} for {span.words}" for span, figure in found if figure is not None)


def before(span: Period) -> Period | None:
    """Return the span of the same kind before one; None where nothing says which."""
    try:
        return span.previous()
    except PeriodError:
        return None


def year_before(span: Period) -> Period | None:
    """Return the same quarter or half of the year before; None of a year, whose year before is the span before."""
    return span.same_period_last_year() if span.kind in {"quarter", "half"} else None
