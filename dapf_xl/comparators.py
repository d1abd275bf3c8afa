"""Figures about other areas, to set the framework's own beside: the catalogue's, and those that were imported."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dapf_xl.observations import REPLACEMENTS, number_words

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

    from dapf_xl.catalogue import Framework
    from dapf_xl.catalogue.tables import Item
    from dapf_xl.periods import Period

ComparatorKey = tuple[str, str, str, "Period | None", str]
"""Item, category, geography, period and basis."""


@dataclass(frozen=True, slots=True)
class ComparatorFigure:
    """One figure about another area, or the shorthand in its place; percentages on the 0 to 100 scale."""

    item: str
    category: str
    geography: str
    period: Period | None
    """None where the source does not say; such a figure is shown and never compared."""
    basis: str
    value: Decimal | None
    replacement: str = ""
    markers: str = ""
    source: str = ""
    released: str = ""
    """As the source says it in the catalogue, ISO 8601 where it was imported; "" where it is not known."""
    note: str = ""
    file: str = ""
    """The file that it was imported from; "" for the catalogue's."""
    cell: str = ""
    sha256: str = ""

    @property
    def key(self) -> ComparatorKey:
        """What the figure is of: a later one with the same key takes its place."""
        return (self.item, self.category, self.geography.casefold(), self.period, self.basis)

    @property
    def says(self) -> tuple[object, ...]:
        """What would make it another figure: all but the file that it came in."""
        return (self.value, self.replacement, self.markers, self.source, self.released, self.note)

    def words(self, item: Item) -> str:
        """Return what the figure says, in a cell's worth of words."""
        if self.value is None:
            return f"{self.replacement} {REPLACEMENTS[self.replacement]}"
        return " ".join(part for part in (number_words(self.value, item), self.markers) if part)


def basis_of(framework: Framework, item: str, period: Period | None, stated: str = "") -> str:
    """Return what span a figure is about: as stated, the item's, or what its period says."""
    by_period = period.kind.replace("dates", "rolling_12_months") if period else ""
    return stated or framework.items[item].basis or by_period


def standing(framework: Framework, imported: Iterable[ComparatorFigure]) -> tuple[ComparatorFigure, ...]:
    """Return the comparators that count, in the order of the catalogue's items: an imported one before the catalogue's.

    Args:
        framework: The framework; what its catalogue no longer asks for is left out.
        imported: Those of the ledger, the earliest first.
    """
    found = {each.key: each for each in (*_of_catalogue(framework), *imported)}
    order = {item: number for number, item in enumerate(framework.items)}
    known = [each for each in found.values() if framework.has(each.item, each.category)]
    return tuple(
        sorted(known, key=lambda each: (order[each.item], each.category, _last_day(each), each.geography.casefold()))
    )


def _last_day(each: ComparatorFigure) -> str:
    return each.period.last_day.isoformat() if each.period else ""


def _of_catalogue(framework: Framework) -> Iterable[ComparatorFigure]:
    for row in framework.comparators:
        basis = basis_of(framework, row.item, row.period)
        yield ComparatorFigure(
            row.item, "", row.geography, row.period, basis, row.value,
            source=row.source, released=row.released, note=row.note,
        )  # fmt: skip
