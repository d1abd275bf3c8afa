"""A framework: its tables, and the questions that the rest of the program asks them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, fields
from decimal import Decimal
from functools import cached_property
from itertools import product
from typing import TYPE_CHECKING, Any, TypeVar

from dapf_xl.catalogue.evidence import (
    EvidenceAsk,
    EvidenceField,
    as_headline,
    expanded_asks,
    expanded_items,
    is_detail,
    task_indicators,
)
from dapf_xl.catalogue.open_rows import OpenRows
from dapf_xl.catalogue.spans import in_force, spans_in
from dapf_xl.catalogue.tables import Item
from dapf_xl.catalogue.targets import holds_on_last_day, read_from_text
from dapf_xl.findings import PeriodError
from dapf_xl.periods import Period

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import date

    from dapf_xl.catalogue.tables import (
        Agency,
        Ask,
        Assurance,
        Category,
        Comparator,
        Indicator,
        Origin,
        PaperPart,
        Published,
        Rule,
        Settings,
        Statement,
        Target,
        ViewLine,
    )

_Row = TypeVar("_Row")
_Key = TypeVar("_Key")


@dataclass(frozen=True, slots=True)
class Asked:
    """One figure that an agency is asked for in a round, and the span that it is about."""

    item: Item
    category: str
    supplier: str
    period: Period
    ask: Ask
    is_open: bool = False
    """Whether it is a spare row, which nobody has to use."""

    @property
    def is_counted(self) -> bool:
        """Whether it counts among what an agency is asked for: of evidence only the headline does."""
        return not is_detail(self.item)

    @property
    def due(self) -> date | None:
        """The day on which evidence is due; None for a figure, and where the source names no day."""
        return self.ask.rule.due_date(self.period) if isinstance(self.ask, EvidenceAsk) and self.ask.rule else None

    @property
    def id(self) -> str:
        """Id of the figure in a round: ``C05.starts/nps``, or ``C06.programmes@2014-15`` beside a quarter's."""
        figure = figure_words(self.item.id, self.category)
        return figure if self.period.kind == "quarter" else f"{figure}@{self.period.label}"


def _grouped(rows: Iterable[_Row], key: Callable[[_Row], _Key]) -> dict[_Key, tuple[_Row, ...]]:
    """Return rows by what tells them apart, those of each key in their order."""
    grouped: dict[_Key, list[_Row]] = {}
    for row in rows:
        grouped.setdefault(key(row), []).append(row)
    return {each: tuple(found) for each, found in grouped.items()}


class _RoundAsks:
    """What a round asks, found once and looked up by agency, by item, and by item and span."""

    def __init__(self, asked: tuple[Asked, ...]) -> None:
        self.asked = asked
        self.by_supplier = _grouped(asked, lambda each: each.supplier)
        self.by_item = _grouped(asked, lambda each: each.item.id)
        self.by_span = _grouped(asked, lambda each: (each.item.id, each.period))


@dataclass(frozen=True)
class Framework:
    """A framework's catalogue, loaded and found to be without errors. Equal where the tables are equal."""

    settings: Settings
    tables: Mapping[str, tuple[Any, ...]]
    """The rows of every table but ``framework``, by the table's name."""

    def __hash__(self) -> int:
        return hash(self.digest)

    @property
    def id(self) -> str:
        """Short name, as in file names."""
        return self.settings.id

    @property
    def title(self) -> str:
        """Title as people say it."""
        return self.settings.title

    @property
    def area(self) -> str:
        """The area that the framework covers."""
        return self.settings.area

    @property
    def version(self) -> str:
        """Version of the catalogue."""
        return self.settings.version

    @cached_property
    def digest(self) -> str:
        """SHA-256, in hexadecimal, of what the tables say, however they are stored."""
        digest = hashlib.sha256()
        for name, rows in (("framework", (self.settings,)), *sorted(self.tables.items())):
            digest.update(f"\x1d{name}".encode())
            for row in rows:
                cells = "\x1f".join(_canonical(getattr(row, field.name)) for field in fields(row))
                digest.update(f"\x1e{cells}".encode())
        return digest.hexdigest()

    @cached_property
    def agencies(self) -> dict[str, Agency]:
        """Agencies by id."""
        return {row.id: row for row in self.tables["agencies"]}

    @cached_property
    def indicators(self) -> dict[str, Indicator]:
        """Indicators by id, the quality assurance tasks among them, last."""
        written = {row.id: row for row in self.tables["indicators"]}
        return written | {row.id: row for row in task_indicators(self.qa, written)}

    @cached_property
    def items(self) -> dict[str, Item]:
        """Items by id: evidence, and each task, as its fields."""
        return {row.id: row for row in expanded_items(self.tables["items"], self.qa)}

    @cached_property
    def _evidence_items(self) -> frozenset[str]:
        """Ids of the items of evidence, as the table has them."""
        return frozenset(row.id for row in self.tables["items"] if row.type == "evidence")

    @cached_property
    def breakdowns(self) -> dict[str, tuple[Category, ...]]:
        """Categories by the id of their breakdown."""
        return _grouped(self.tables["breakdowns"], lambda row: row.breakdown)

    @cached_property
    def asks(self) -> tuple[Ask, ...]:
        """Who supplies what, and how often; for evidence and tasks, each of their fields."""
        return tuple(expanded_asks(self.tables["asks"], self._evidence_items, self.qa))

    @property
    def targets(self) -> tuple[Target, ...]:
        """What good looks like."""
        return self.tables["targets"]

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Relations that the figures must keep."""
        return self.tables["rules"]

    @property
    def qa(self) -> tuple[Assurance, ...]:
        """Quality assurance tasks."""
        return self.tables["qa"]

    @property
    def views(self) -> tuple[ViewLine, ...]:
        """Lines of named reports."""
        return self.tables["views"]

    @property
    def paper(self) -> tuple[PaperPart, ...]:
        """Texts of named reports."""
        return self.tables.get("paper", ())

    @property
    def comparators(self) -> tuple[Comparator, ...]:
        """Figures from elsewhere."""
        return self.tables["comparators"]

    @cached_property
    def history(self) -> tuple[Published, ...]:
        """Figures already published; evidence by its headline."""
        return tuple(as_headline(row, self._evidence_items) for row in self.tables["history"])

    @property
    def statements(self) -> tuple[Statement, ...]:
        """What published documents say, to be held against the history."""
        return self.tables["statements"]

    @property
    def origins(self) -> tuple[Origin, ...]:
        """What the source documents ask for, and where it lives."""
        return self.tables["origins"]

    # --- items and their categories ----------------------------------------------------------

    @cached_property
    def _items_of(self) -> dict[str, tuple[Item, ...]]:
        return _grouped(self.items.values(), lambda item: item.indicator)

    def items_of(self, indicator_id: str) -> tuple[Item, ...]:
        """Return the items of an indicator, in the catalogue's order."""
        return self._items_of.get(indicator_id, ())

    def measure_of(self, indicator_id: str) -> Item | None:
        """Return the item that an indicator is read by: its measure, its numerator, or the first that it has."""
        indicator = self.indicators[indicator_id]
        named = self.items.get(indicator.measure or indicator.numerator)
        figures = (item for item in self.items_of(indicator_id) if not isinstance(item, EvidenceField))
        return named or next(figures, None)

    def aimed_at(self, indicator_id: str) -> Item | None:
        """Return what an indicator's target is of: the item that it is read by, or what is worked out from its parts.

        A ratio or rate that nobody states is no item of the table; its target is a percentage or rate all the same.
        """
        indicator = self.indicators[indicator_id]
        if indicator.derivation in {"ratio", "rate"} and indicator.numerator and not indicator.measure:
            kind = "percent" if indicator.derivation == "ratio" else "rate"
            return Item(indicator=indicator_id, label=indicator.title, type=kind)
        return self.measure_of(indicator_id)

    def _rows_of(self, item_id: str) -> Iterator[tuple[Category, ...]]:
        return product(*(self.breakdowns[breakdown] for breakdown in self.items[item_id].breakdowns))

    def categories_of(self, item_id: str) -> tuple[str, ...]:
        """Return an item's categories, totals and "not known" included; ("",) where there is no breakdown.

        An item with two breakdowns has a category for each pair: ``female|under_25``.
        """
        return tuple("|".join(row.category for row in rows) for rows in self._rows_of(item_id))

    def parts_of(self, item_id: str) -> tuple[str, ...]:
        """Return an item's categories without the totals."""
        return tuple(
            "|".join(row.category for row in rows)
            for rows in self._rows_of(item_id)
            if all(row.role != "total" for row in rows)
        )

    def total_of(self, item_id: str) -> str:
        """Return the category that is the total over all of an item's breakdowns, or ""."""
        totals = (
            "|".join(row.category for row in rows)
            for rows in self._rows_of(item_id)
            if rows and all(row.role == "total" for row in rows)
        )
        return next(totals, "")

    def category_label(self, item_id: str, category: str) -> str:
        """Return a category's label as people read it; the category itself where the catalogue has none such."""
        return self._labels.get(item_id, {}).get(category, category)

    def has(self, item_id: str, category: str) -> bool:
        """Say whether the catalogue has an item and that category of it; every item has the category ""."""
        return item_id in self.items and (not category or category in self._labels[item_id])

    @cached_property
    def open_rows(self) -> OpenRows:
        """The spare rows of the items, whose labels agencies write."""
        return OpenRows(self)

    @cached_property
    def _labels(self) -> dict[str, dict[str, str]]:
        return {
            item: {"|".join(row.category for row in rows): ", ".join(row.label for row in rows) for rows in found}
            for item, found in ((item, self._rows_of(item)) for item in self.items)
        }

    # --- what is asked, and what is wanted ---------------------------------------------------

    def asked(self, period: Period, agency: str = "") -> tuple[Asked, ...]:
        """Return what is asked in a quarter's round, in the catalogue's order.

        A half is asked for in Q2 and Q4, a year in Q4, a figure that is wanted once in the round of its ask's
        ``from``. An agency that is no longer in force is followed by its successor.

        Args:
            period: The quarter of the round.
            agency: Only what is asked of this agency; "" for all.

        Raises:
            PeriodError: ``period`` is not a quarter.
        """
        everything = self._round_of(period)
        return everything.by_supplier.get(agency, ()) if agency else everything.asked

    def asked_of(self, item: str, period: Period) -> tuple[Asked, ...]:
        """Return what is asked for an item in a quarter's round, of whichever agency."""
        return self._round_of(period).by_item.get(item, ())

    def asked_about(self, item: str, span: Period) -> tuple[Asked, ...]:
        """Return what is asked for an item about a span, in the round in which the span ends.

        Evidence may be due up to a year later: then, in the round in which it is.
        """
        quarter = Period.containing(span.last_day)
        quarters = [quarter]
        if isinstance(self.items.get(item), EvidenceField) and span.kind == "year":
            quarters += Period.year(span.last_day.year).quarters()
        return next(filter(None, (self._round_of(each).by_span.get((item, span), ()) for each in quarters)), ())

    def is_asked(self, figure: tuple[str, str, str, Period]) -> bool:
        """Say whether an agency is asked for a figure: item, category, agency and span."""
        item, category, agency, span = figure
        asked = self.asked_about(item, span)
        return any((each.category, each.supplier) == (category, agency) for each in asked)

    @cached_property
    def _rounds(self) -> dict[Period, _RoundAsks]:
        return {}

    def _round_of(self, period: Period) -> _RoundAsks:
        if period not in self._rounds:
            self._rounds[period] = _RoundAsks(self._asked_in(period))
        return self._rounds[period]

    def _asked_in(self, period: Period) -> tuple[Asked, ...]:
        if period.kind != "quarter":
            raise PeriodError(f"{period.label} is not a quarter, and a round is a quarter's: write {period.label}-Q4")
        found: dict[tuple[str, str, str, Period], Asked] = {}
        for item, category, ask in self._asks_in_order(period):
            supplier = self.supplier_at(ask.supplier, period)
            is_open = self.open_rows.is_open(item.id, category)
            for span in spans_in(ask, period) if supplier else ():
                asked = Asked(item, category, supplier, span, ask, is_open)
                found.setdefault((item.id, category, supplier, span), asked)
        return tuple(found.values())

    @cached_property
    def _asks_of(self) -> dict[str, tuple[Ask, ...]]:
        return _grouped(self.asks, lambda ask: ask.item)

    def asks_of(self, item: str) -> tuple[Ask, ...]:
        """Return the asks of an item, in the catalogue's order."""
        return self._asks_of.get(item, ())

    def _asks_in_order(self, period: Period) -> Iterator[tuple[Item, str, Ask]]:
        for indicator in self.indicators.values():
            if indicator.status != "live" or not in_force(indicator, period):
                continue
            for item in self.items_of(indicator.id):
                asks = self.asks_of(item.id)
                for category in self.categories_of(item.id) if asks else ():
                    yield from ((item, category, ask) for ask in asks if ask.category in {"", category})

    def supplier_at(self, agency: str, period: Period) -> str:
        """Return the agency, or the successor that is in force instead; "" where none is."""
        while agency and not in_force(self.agencies[agency], period):
            agency = self.agencies[agency].successor
        return agency

    def predecessors(self, agency: str, period: Period) -> tuple[str, ...]:
        """Return the agencies that are no longer in force in a period, and in whose place this one is."""
        if period not in self._replaced:
            self._replaced[period] = {}
            for each in self.agencies:
                if (successor := self.supplier_at(each, period)) not in {each, ""}:
                    self._replaced[period].setdefault(successor, []).append(each)
        return tuple(self._replaced[period].get(agency, ()))

    @cached_property
    def _replaced(self) -> dict[Period, dict[str, list[str]]]:
        """Found once for a period and not for every agency, of which there may be thousands."""
        return {}

    @cached_property
    def _targets_of(self) -> dict[tuple[str, str, str], tuple[Target, ...]]:
        return _grouped(self.targets_read, lambda target: (target.indicator, target.item, target.category))

    def target_for(self, indicator_id: str, item_id: str, category: str, period: Period) -> Target | None:
        """Return the target in force on the last day of a period: the most specific there is.

        A target for the item and category comes before one for the item, and that before the indicator's. One for
        a spare row holds for whatever is written in any: which row an agency uses says nothing.
        """
        alike = (category, *self.open_rows.siblings(item_id, category))
        keys = (*((indicator_id, item_id, each) for each in alike), (indicator_id, item_id, ""), (indicator_id, "", ""))
        for key in keys:
            for target in self._targets_of.get(key, ()):
                if holds_on_last_day(target, period):
                    return target
        return None

    @cached_property
    def targets_read(self) -> tuple[Target, ...]:
        """The targets, each with its kind and figures read from its text where the row gives the text alone."""
        return tuple(read_from_text(target) for target in self.targets)


def split_figure(figure: str) -> tuple[str, str]:
    """Return item and category of ``C05.starts/nps``; the category is "" where none is named."""
    item, _, category = figure.partition("/")
    return item, category


def figure_words(item: str, category: str) -> str:
    """Return an item and its category in one word: ``C05.starts/nps``."""
    return f"{item}/{category}" if category else item


def cell_text(value: object) -> str:
    """Return what a cell of the catalogue says, as files hold it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Period):
        return value.label
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, tuple):
        return ";".join(map(cell_text, value))
    return str(value)


def _canonical(value: object) -> str:
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return cell_text(value)
