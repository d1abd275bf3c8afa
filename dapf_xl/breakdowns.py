"""Each figure that is given by category, as a table: one breakdown down the side, a second across."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any, NamedTuple

from dapf_xl.catalogue.open_rows import WRITTEN
from dapf_xl.catalogue.spans import in_force
from dapf_xl.observations import NOT_NUMBERS, number_words
from dapf_xl.readings import NO_FIGURE, Measure, Reading, read, span_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dapf_xl.catalogue.tables import Item
    from dapf_xl.consolidation import Round
    from dapf_xl.periods import Period

NOT_ASKED = "not asked"

CELL_COLUMNS = (
    "indicator", "item", "label", "period", "last_year_period", "kind", "decimals", "row", "row_role", "is_written",
    "column", "column_role", "value", "value_shown", "last_year", "last_year_shown",
)  # fmt: skip
"""What is said of a cell of a table; the cells of an item stand together, row by row.

``column`` is blank for an item with one breakdown. What is shown stands in place of a figure, or says that it is
not whole or has markers; it is blank where the figure is plain."""


class Side(NamedTuple):
    """A row or a column of a table."""

    category: str
    label: str
    role: str
    """part, total or not_known; blank for the one column of a table that has one breakdown."""

    @property
    def is_written(self) -> bool:
        """Say whether it is what agencies wrote in spare rows."""
        return self.category.startswith(WRITTEN)


@dataclass(frozen=True, slots=True)
class CrossTable:
    """An item's figures for a span by category, and those of a year before where there are any."""

    measure: Measure
    """The item's measure; its category is left blank."""
    period: Period
    rows: tuple[Side, ...]
    columns: tuple[Side, ...]
    now: Mapping[tuple[str, str], Reading]
    """By the categories of row and column."""
    last_year: Mapping[tuple[str, str], Reading]
    """Empty where there is no figure of a year before."""


def cross_tables(current: Round) -> Iterator[CrossTable]:
    """Yield a table for every item of a live indicator that is given by category and has a figure, in order."""
    framework = current.framework
    for item in framework.items.values():
        indicator = framework.indicators[item.indicator]
        is_read = indicator.status == "live" and in_force(indicator, current.period)
        if not is_read or not item.breakdowns or item.type in NOT_NUMBERS:
            continue
        span = span_of(current, item)
        measure = Measure(indicator, item, "", "also")
        rows, columns = _sides(current, item, span)
        now, before = (
            {
                (row.category, column.category): read(current, measure._replace(category=_category(row, column)), each)
                for row in rows
                for column in columns
            }
            for each in (span, span.same_period_last_year())
        )
        if _says_something(now) or _says_something(before):
            yield CrossTable(measure, span, rows, columns, now, before if _says_something(before) else {})


def _category(row: Side, column: Side) -> str:
    return f"{row.category}|{column.category}" if column.category else row.category


def _says_something(cells: Mapping[tuple[str, str], Reading]) -> bool:
    return any(reading.shown not in {NO_FIGURE, NOT_ASKED} for reading in cells.values())


def _sides(current: Round, item: Item, span: Period) -> tuple[tuple[Side, ...], tuple[Side, ...]]:
    """Return the rows and the columns of an item's table; one nameless column where it has one breakdown."""
    sides = [_side(current, item, span, place) for place in range(len(item.breakdowns))]
    return sides[0], sides[1] if len(sides) > 1 else (Side("", "", ""),)


def _side(current: Round, item: Item, span: Period, place: int) -> tuple[Side, ...]:
    """Return the categories of one of an item's breakdowns: what agencies wrote after the parts, the total last."""
    found: dict[str, Side] = {}
    for row in current.framework.breakdowns[item.breakdowns[place]]:
        if not row.open:
            found[row.category] = Side(row.category, row.label, row.role)
    for each in (span, span.same_period_last_year()):
        for category in current.parts_of(item.id, each):
            part = category.split("|")[place]
            found.setdefault(part, Side(part, current.written_label(item.id, category), "part"))
    order = {"part": 0, "not_known": 1, "total": 2}
    return tuple(sorted(found.values(), key=lambda side: order[side.role]))


def cells_by_category(current: Round) -> Iterator[dict[str, Any]]:
    """Yield every cell of every table, with ``CELL_COLUMNS``; percentages on the 0 to 100 scale."""
    for table in cross_tables(current):
        yield from _cells(table)


def _cells(table: CrossTable) -> Iterator[dict[str, Any]]:
    item, indicator = table.measure.item, table.measure.indicator
    last_year = table.period.same_period_last_year().words if table.last_year else ""
    for row, column in product(table.rows, table.columns):
        place = (row.category, column.category)
        cell: dict[str, Any] = {
            "indicator": indicator.id, "item": item.id, "label": item.label, "period": table.period.words,
            "last_year_period": last_year, "kind": item.type, "decimals": indicator.decimals, "row": row.label,
            "row_role": row.role, "is_written": row.is_written, "column": column.label, "column_role": column.role,
        }  # fmt: skip
        for name, reading in (("value", table.now[place]), ("last_year", table.last_year.get(place, Reading()))):
            cell[name] = reading.value
            cell[f"{name}_shown"] = reading.shown or _qualified(reading, item)
        yield cell


def _qualified(reading: Reading, item: Item) -> str:
    """Return a figure in words where it is not whole, or has markers; "" where it is plain."""
    if reading.value is None or (reading.is_whole and not reading.markers):
        return ""
    part = "" if reading.is_whole else f"({reading.present} of {reading.expected})"
    return " ".join(filter(None, (number_words(reading.value, item), reading.markers, part)))
