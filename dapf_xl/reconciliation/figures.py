"""The figures that statements are held against: looked up, put in words, with their place and whom to ask."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any

from dapf_xl.observations import number_words, words_of
from dapf_xl.reconciliation.results import Check

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from dapf_xl.catalogue import Framework
    from dapf_xl.catalogue.tables import Statement
    from dapf_xl.findings import Code
    from dapf_xl.observations import Observation
    from dapf_xl.periods import Period
    from dapf_xl.returns.layout import Figure

NOWHERE = "no figure is published for it"


@dataclass(frozen=True)
class Amount:
    """A figure, or several added: the least and the most that it can be, and what it is made of."""

    parts: tuple[Observation, ...]
    least: Decimal
    most: Decimal

    def takes(self, value: Decimal, tolerance: Decimal | None = None) -> bool:
        """Say whether it can be a value that is printed with its decimals."""
        nearest = min(max(value, self.least), self.most)
        return nearest == value or (tolerance is not None and abs(nearest - value) <= tolerance)


@dataclass(frozen=True)
class Figures:
    """A framework's figures, as published or as its workspace has them."""

    framework: Framework
    known: Mapping[Figure, Observation]

    @cached_property
    def _by_place(self) -> dict[tuple[str, str, Period], list[Observation]]:
        grouped: dict[tuple[str, str, Period], list[Observation]] = {}
        for each in self.known.values():
            grouped.setdefault((each.item, each.category, each.period), []).append(each)
        return grouped

    def at(self, item: str, category: str, period: Period) -> tuple[Observation, ...]:
        """Return the figures for an item, a category and a period, of whichever agency.

        Of an item with a breakdown, the category "" is its total where that is given, otherwise all of its parts.
        """
        found = self._by_place.get((item, category, period), [])
        if found or category:
            return tuple(found)
        total = self._by_place.get((item, self.framework.total_of(item), period), [])
        return tuple(total) or self.parts_at(item, period)

    def about(self, statement: Statement) -> tuple[Observation, ...]:
        """Return the figures that a statement is about: of its period, or of any where it names none."""
        if statement.item and statement.period is not None:
            return self.at(statement.item, statement.category, statement.period)
        return tuple(
            each
            for each in self.known.values()
            if each.item == statement.item and statement.category in {"", each.category}
        )

    def parts_at(self, item: str, period: Period) -> tuple[Observation, ...]:
        """Return the figures of every part of an item for a period; none where a part is missing."""
        parts = [self._by_place.get((item, part, period), []) for part in self.framework.parts_of(item)]
        return tuple(each for some in parts for each in some) if all(parts) else ()

    def amount(self, item: str, category: str, period: Period) -> Amount | None:
        """Return a figure, added over what it is made of; None where something of it is not known."""
        return amount_of(self.at(item, category, period))

    def over_time(self, item: str, category: str) -> dict[Period, Amount]:
        """Return an item's figures of quarters, by quarter in order."""
        quarters = sorted({period for (each, _, period) in self._by_place if each == item and period.kind == "quarter"})
        found = {period: self.amount(item, category, period) for period in quarters}
        return {period: amount for period, amount in found.items() if amount is not None}

    # --- words -------------------------------------------------------------------------------

    def what(self, item: str, category: str = "", period: Period | None = None) -> str:
        """Return what a figure is called: ``Perpetrators who started the programme, Q1 2014/15``."""
        label = self.framework.items[item].label
        category = self.framework.category_label(item, category) if category else ""
        return ", ".join(part for part in (label, category, period.words if period else "") if part)

    def number(self, item: str, value: Decimal) -> str:
        """Return a value as people read it."""
        return number_words(value, self.framework.items[item])

    def said(self, observations: Iterable[Observation]) -> str:
        """Return what figures say: ``15 + 43 + 5 = 63``, or the one figure, or what stands in its place."""
        found = list(observations)
        words = [words_of(each, self.framework.items[each.item]) for each in found]
        amount = amount_of(found)
        if len(found) == 1:
            return words[0]
        if amount is None or any(each.value is None for each in found):
            return "; ".join(dict.fromkeys(words))
        return f"{' + '.join(words)} = {self.number(found[0].item, amount.least)}"

    def place(self, observations: Iterable[Observation]) -> str:
        """Return where figures stand, each place once."""
        return "; ".join(dict.fromkeys(place_of(each) for each in observations))

    def ask(self, statement: Statement, observations: Iterable[Observation] = ()) -> str:
        """Return whom to ask about a statement: who supplied the figures, and who wrote the document."""
        return statement.ask or self.suppliers(observations, "the author of this document")

    def suppliers(self, observations: Iterable[Observation], also: str = "") -> str:
        """Return who supplied figures, in a row of words."""
        agencies = self.framework.agencies
        names = dict.fromkeys(agencies[each.supplier].name for each in observations if each.supplier in agencies)
        parts = [*names, *([also] if also else [])] or ["who published it"]
        return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def place_of(each: Observation) -> str:
    """Return where a figure stands: document and place, or file and cell."""
    address = "!".join(part for part in (each.sheet, each.cell) if part)
    return ", ".join(part for part in (each.file, address) if part)


def amount_of(observations: Iterable[Observation]) -> Amount | None:
    """Return figures added up, a suppressed one with its bounds; None where one is not known, or there is none."""
    found = tuple(observations)
    least = [each.lower if each.value is None else each.value for each in found]
    most = [each.upper if each.value is None else each.value for each in found]
    if not found or None in least or None in most:
        return None
    return Amount(found, *(sum((each for each in ends if each is not None), Decimal(0)) for ends in (least, most)))


def agreed(statement: Statement, against: str, other: str) -> Check:
    """Return the check of a statement that agrees."""
    return Check(statement.document, statement.place, statement.kind, statement.printed, against, other)


def unknown(statement: Statement, why: str) -> Check:
    """Return the check of a statement that nothing can be held against."""
    return Check(statement.document, statement.place, statement.kind, statement.printed, "", "", why=why)


def differs(statement: Statement, code: Code, against: str, other: str, **words: Any) -> Check:  # noqa: ANN401
    """Return the check of a statement that does not fit; its finding is at the document and place that say it."""
    given: dict[str, Any] = {"found": statement.printed, "expected": other, "other_place": against, **words}
    finding = code.finding(
        file=statement.document, sheet=statement.place, item=statement.item, category=statement.category, **given
    )
    return Check(statement.document, statement.place, statement.kind, statement.printed, against, other, finding)
