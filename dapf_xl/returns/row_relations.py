"""Which cells of a return a rule sets beside each other: the figures on the sheets, and those that are known."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from textwrap import shorten
from typing import TYPE_CHECKING

from dapf_xl.catalogue.framework import split_figure
from dapf_xl.catalogue.open_rows import TOTALS
from dapf_xl.catalogue.relating import (
    HALF_A_POINT,
    in_force,
    is_on_the_left,
    multiplier_of,
    partner,
    severity_of,
    sums_of,
)
from dapf_xl.expressions import LONGEST_TEXT
from dapf_xl.findings import Code, PeriodError, Severity
from dapf_xl.observations import is_recent
from dapf_xl.returns.layout import LABEL, REVISIONS
from dapf_xl.returns.row_checks import Relation, SpareRow

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from dapf_xl.catalogue import Asked, Framework
    from dapf_xl.catalogue.relating import Named
    from dapf_xl.catalogue.tables import Item, Rule
    from dapf_xl.observations import Observation
    from dapf_xl.periods import Period
    from dapf_xl.returns.layout import EntryTable, Figure, Line

LONGEST_LABEL = 100
"""Characters of another figure's label in a check; a text in a formula may have 255."""
LIVE = ("not_more_than", "sum_of_parts", "ratio", "never_falls", "required_if")
"""The kinds of rule that a return shows as its officer types."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where each figure of a return stands, and which figures are known already."""

    framework: Framework
    agency: str
    lines: Mapping[tuple[str, str, Period], tuple[EntryTable, Line]]
    known: Mapping[Figure, Observation]

    def known_value(self, item: Item, category: str, period: Period) -> Decimal | None:
        """Return a figure that is known already, in the scale of the cells; None where there is none."""
        each = self.known.get((item.id, category, self.agency, period))
        return None if each is None or each.value is None else scaled(each.value, item)

    def snapshot(self, item: Item, category: str, period: Period) -> Decimal | None:
        """Return the latest earlier figure of what is taken at a point in time; None where there is none."""
        if item.basis != "snapshot":
            return None
        found = [
            each
            for each in self.known.values()
            if (each.item, each.category, each.supplier) == (item.id, category, self.agency)
            and each.value is not None
            and is_recent(each.period, period)
        ]
        latest = max(found, key=lambda each: each.period, default=None)
        return scaled(latest.value, item) if latest and latest.value is not None else None


def scaled(value: Decimal, item: Item) -> Decimal:
    """Return a figure in the scale of the cells: percentages as fractions."""
    return value / 100 if item.type == "percent" else value


@dataclass(slots=True)
class Refs:
    """What the names of a row's formulas stand for: cells, ranges of cells, or numbers."""

    table: EntryTable
    texts: dict[str, str] = field(default_factory=dict)
    """The formula's text for each name."""
    cells: dict[str, tuple[tuple[str, int], ...]] = field(default_factory=dict)
    """Sheet and row of the cells that each name stands for, of which what is taken is meant."""
    numbers: dict[str, Decimal] = field(default_factory=dict)
    labels: dict[str, int] = field(default_factory=dict)
    """The row of each spare row's label."""
    ranges: set[str] = field(default_factory=set)
    """Names that stand for ranges, and constants beside them."""

    def taken(self, name: str, table: EntryTable, first: int, last: int = 0) -> str:
        """Let a name stand for what is taken of one row, or of several that follow each other."""
        cell = table.cell("taken", first)
        if last:
            self.ranges.add(name)
            cell = f"{cell}:{table.cell('taken', last)}"
        self.texts[name] = cell if table is self.table else f"'{table.sheet}'!{cell}"
        self.cells[name] = tuple((table.sheet, row) for row in range(first, (last or first) + 1))
        return name

    def number(self, name: str, value: Decimal) -> str:
        """Let a name stand for a number."""
        self.texts[name] = f"{value:f}"
        self.numbers[name] = value
        return name


class RowRelations:
    """The rules of a framework that are looked at while a return is filled in."""

    def __init__(self, framework: Framework) -> None:
        """Collect the rules by the item on their left."""
        self.framework = framework
        self._rules: dict[str, list[Rule]] = {}
        for rule in framework.rules:
            if rule.kind in LIVE:
                self._rules.setdefault(split_figure(rule.left)[0], []).append(rule)

    def of(self, asked: Asked, places: Places, refs: Refs) -> Iterator[Relation]:
        """Yield the rules about a row that can be looked at here, each other figure under a name in ``refs``."""
        left = (asked.item.id, asked.category)
        for rule in self._rules.get(asked.item.id, []):
            if is_on_the_left(rule, left):
                if rule.kind == "sum_of_parts":
                    yield from self._sums(rule, asked, places, refs)
                elif rule.kind == "never_falls":
                    yield from self._never_falls(rule, asked, places, refs)
                else:
                    yield from self._pairs(rule, asked, places, refs)

    # --- the figures on the other side --------------------------------------------------------

    def _figure(self, named: Named, period: Period, places: Places, refs: Refs) -> str | None:
        """Return the name of another figure: on a sheet, or known; None where it is neither."""
        item = self.framework.items[named[0]]
        name = f"figure_{len(refs.texts)}"
        placed = places.lines.get((*named, period))
        if placed is not None:
            return refs.taken(name, placed[0], placed[1].row)
        value = places.known_value(item, named[1], period)
        if value is None:
            value = places.snapshot(item, named[1], period)
        return None if value is None else refs.number(name, value)

    def _pairs(self, rule: Rule, asked: Asked, places: Places, refs: Refs) -> Iterator[Relation]:
        """Yield a rule that sets a figure beside others one by one, or beside two together."""
        period = earlier(asked.period, rule.lag or 0)
        partners = [partner(self.framework, rule, (asked.item.id, asked.category), right) for right in rule.right]
        if period is None:
            return
        if rule.kind == "ratio":
            others = [each for each in partners if each is not None]
            names = [self._figure(each, period, places, refs) for each in others]
            found = tuple(name for name in names if name is not None)
            if len(found) == len(partners):
                yield self._relation(rule, asked, found, others)
            return
        for each in partners:
            name = None if each is None else self._figure(each, period, places, refs)
            if each is not None and name is not None:
                yield self._relation(rule, asked, (name,), [each])

    def _never_falls(self, rule: Rule, asked: Asked, places: Places, refs: Refs) -> Iterator[Relation]:
        if asked.is_open or asked.period.kind == "dates":
            return
        before, item = asked.period.previous(), asked.item
        if self.framework.indicators[item.indicator].is_redefined(before, asked.period):
            return
        if item.basis == "year_to_date" and before.financial_year != asked.period.financial_year:
            return
        name = self._figure((item.id, asked.category), before, places, refs)
        if name is not None:
            severity = Severity(rule.severity) if rule.severity else Code.CUMULATIVE_FALLS.severity
            tolerance = scaled(rule.tolerance or Decimal(0), item)
            yield Relation(rule.kind, (name,), f"in {before.words}", severity, tolerance)

    def _sums(self, rule: Rule, asked: Asked, places: Places, refs: Refs) -> Iterator[Relation]:
        for named in sums_of(self.framework, rule, (asked.item.id, asked.category)):
            lines: dict[bool, dict[str, tuple[EntryTable, list[int]]]] = {True: {}, False: {}}
            constants: list[Decimal | None] = []
            for each in named:
                is_spare = self.framework.open_rows.is_open(*each)
                placed = places.lines.get((*each, asked.period))
                if placed is not None:
                    lines[is_spare].setdefault(placed[0].sheet, (placed[0], []))[1].append(placed[1].row)
                else:
                    value = places.known_value(self.framework.items[each[0]], each[1], asked.period)
                    constants += [value] if value is not None or not is_spare else []
            if None in constants:
                continue
            names = {is_spare: list(_ranges(lines[is_spare], refs)) for is_spare in (False, True)}
            fixed = [_constant(value, refs) for value in constants if value is not None]
            on_sheets = sum(len(rows) for some in lines.values() for _, rows in some.values())
            yield self._relation(
                rule, asked, (*names[False], *names[True]), named,
                parts=on_sheets + len(fixed), constants=tuple(fixed), spare=tuple(names[True]),
            )  # fmt: skip

    def _relation(
        self, rule: Rule, asked: Asked, names: tuple[str, ...], others: Iterable[Named], **more: object
    ) -> Relation:
        rule = in_force(rule, asked.period)
        scale = Decimal(100) if asked.item.type == "percent" else Decimal(1)
        usual = HALF_A_POINT if rule.kind == "ratio" else Decimal(0)
        given = Severity(rule.severity) if rule.severity else None
        wanted = given or Code.REQUIRED_IF.severity
        return Relation(
            rule.kind,
            names,
            self._words(rule, asked, others),
            wanted if rule.kind == "required_if" else severity_of(rule),
            (usual if rule.tolerance is None else rule.tolerance) / scale,
            multiplier_of(self.framework, asked.item) / scale,
            hidden=(self.framework.settings.disclosure_threshold or 0) - 1,
            no_ratio=given or Code.DENOMINATOR_ZERO.severity,
            **more,  # type: ignore[arg-type]
        )

    def _words(self, rule: Rule, asked: Asked, others: Iterable[Named]) -> str:
        """Return what the figures on the right are called; parts of the row's own breakdown are its parts."""
        items = list(dict.fromkeys(item for item, _ in others))
        if items == [asked.item.id] and rule.kind == "sum_of_parts":
            return "its parts"
        room = LONGEST_LABEL // len(items)
        labels = [shorten(self.framework.items[item].label, room, placeholder="…") for item in items]
        return f"{labels[0]} out of {labels[-1]}" if rule.kind == "ratio" else " and ".join(labels)

    # --- spare rows --------------------------------------------------------------------------

    def spare(self, asked: Asked, places: Places, refs: Refs) -> SpareRow:
        """Return what a spare row's label must not be, the labels of the others under names in ``refs``."""
        rows = self.framework.open_rows
        names: list[tuple[str, str]] = []
        for category in rows.siblings(asked.item.id, asked.category):
            placed = places.lines.get((asked.item.id, category, asked.period))
            if placed and placed[0] is not REVISIONS and category != asked.category:
                table, line = placed
                label = f"label_{len(names)}"
                column = table.columns[LABEL]
                refs.texts[label] = f'IFERROR(TRIM(INDEX(${column}:${column},{line.row})),"")'
                refs.labels[label] = line.row
                names.append((label, refs.taken(f"beside_{len(names)}", table, line.row)))
        printed = (each.label for each in rows.printed(asked.item.id, asked.category).values())
        totals = (each for each in sorted(TOTALS) if not rows.is_mapped(asked.item.id, asked.category, each))
        return SpareRow(tuple(names), tuple(each for each in printed if len(each) <= LONGEST_TEXT), tuple(totals))


def earlier(period: Period, lag: int) -> Period | None:
    """Return the period so many spans earlier; None where there is none."""
    try:
        for _ in range(lag):
            period = period.previous()
    except PeriodError:
        return None
    return period


def _ranges(lines: Mapping[str, tuple[EntryTable, Sequence[int]]], refs: Refs) -> Iterator[str]:
    """Yield the names of the runs of rows that follow each other."""
    for table, rows in lines.values():
        runs: list[list[int]] = []
        for row in sorted(rows):
            if runs and runs[-1][1] == row - 1:
                runs[-1][1] = row
            else:
                runs.append([row, row])
        for first, last in runs:
            yield refs.taken(f"range_{len(refs.texts)}", table, first, last)


def _constant(value: Decimal, refs: Refs) -> str:
    name = refs.number(f"part_{len(refs.texts)}", value)
    refs.ranges.add(name)
    return name
