"""Open categories: spare rows of a breakdown whose labels the agencies write, and the lead maps once.

The number of a spare row says nothing: one agency's first is not another's, nor its own a quarter later. What
was written is what a figure is of, so that a figure stands under the category that its label is mapped to, or
under its label. Labels compare without regard to letters' case and to spaces.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dapf_xl.catalogue.framework import Framework
    from dapf_xl.catalogue.tables import Category

WRITTEN = "written: "
"""Begins the category of a figure that stands under what an agency wrote; no id of the catalogue can."""

TOTALS = {
    "all",
    "everything",
    "grand total",
    "overall",
    "overall total",
    "sub-total",
    "subtotal",
    "sum",
    "total",
    "totals",
}
"""Labels, as they compare, of what is added up from other rows."""


def plain_label(label: str) -> str:
    """Return a label as it is compared: ``Fire  Service`` and ``fire service`` are one."""
    return " ".join(label.split()).casefold()


class OpenRows:
    """The open categories of a framework's items."""

    def __init__(self, framework: Framework) -> None:
        """Take the framework's breakdowns; nothing is looked up yet."""
        self.framework = framework
        self._splits: dict[tuple[str, str], tuple[list[str], int | None]] = {}

    @cached_property
    def _open(self) -> dict[str, tuple[str, ...]]:
        """The open categories of each breakdown that has any."""
        found = {
            name: tuple(row.category for row in rows if row.open) for name, rows in self.framework.breakdowns.items()
        }
        return {name: categories for name, categories in found.items() if categories}

    @cached_property
    def _mapped(self) -> dict[tuple[str, str], str]:
        """The category, "" for none, that each label is mapped to, by breakdown and label."""
        rows = self.framework.tables.get("labels", ())
        return {(row.breakdown, plain_label(row.label)): row.category for row in rows}

    def _split(self, item: str, category: str) -> tuple[list[str], int | None]:
        """Return the parts of a category, and which of them is open or was written; None where none is."""
        known = self._splits.get((item, category))
        if known is None:
            known = self._splits[item, category] = self._split_anew(item, category)
        return known

    def _split_anew(self, item: str, category: str) -> tuple[list[str], int | None]:
        parts = category.split("|")
        breakdowns = self.framework.items[item].breakdowns if item in self.framework.items else ()
        for place, (part, breakdown) in enumerate(zip(parts, breakdowns, strict=False)):
            if part.startswith(WRITTEN) or part in self._open.get(breakdown, ()):
                return parts, place
        return parts, None

    def is_open(self, item: str, category: str) -> bool:
        """Say whether a category of an item is a spare row."""
        parts, place = self._split(item, category)
        return place is not None and not parts[place].startswith(WRITTEN)

    def is_unprinted(self, item: str, category: str) -> bool:
        """Say whether a category is none that the catalogue names: a spare row, or what was written in one."""
        return self._split(item, category)[1] is not None

    def breakdown(self, item: str, category: str) -> str:
        """Return the breakdown that an open category is of."""
        place = self._split(item, category)[1]
        return "" if place is None else self.framework.items[item].breakdowns[place]

    def printed(self, item: str, category: str) -> dict[str, Category]:
        """Return the categories that stand on the return beside an open one, by their labels as they compare."""
        rows = self.framework.breakdowns.get(self.breakdown(item, category), ())
        return {plain_label(row.label): row for row in rows if not row.open}

    def beside(self, item: str, category: str, other: str) -> str:
        """Return the category of an item that has another one in place of the open one."""
        parts, place = self._split(item, category)
        return "|".join(other if number == place else part for number, part in enumerate(parts))

    def siblings(self, item: str, category: str) -> tuple[str, ...]:
        """Return the spare rows that an open or written category is one of, itself among them if it is a row."""
        rows = self._open.get(self.breakdown(item, category), ())
        return tuple(self.beside(item, category, row) for row in rows)

    def is_mapped(self, item: str, category: str, label: str) -> bool:
        """Say whether the lead has said what a label is, even if that is nothing but itself."""
        return (self.breakdown(item, category), plain_label(label)) in self._mapped

    def counted_as(self, item: str, category: str, label: str) -> str:
        """Return the category that a figure counts under: the one its label is mapped to, or its label.

        A figure of a printed category, or one without a label, counts where it stands.
        """
        if not label or not self.is_open(item, category):
            return category
        mapped = self._mapped.get((self.breakdown(item, category), plain_label(label)), "")
        return self.beside(item, category, mapped or f"{WRITTEN}{plain_label(label)}")

    def words(self, item: str, category: str, label: str) -> str:
        """Return an open category's label as people read it, with what an agency wrote in the place of its own."""
        parts, place = self._split(item, category)
        breakdowns = self.framework.items[item].breakdowns if item in self.framework.items else ()
        names = [
            label if number == place and label else self._label(breakdown, part)
            for number, (part, breakdown) in enumerate(zip(parts, breakdowns, strict=False))
        ]
        return ", ".join(names) or category

    def _label(self, breakdown: str, category: str) -> str:
        rows = self.framework.breakdowns.get(breakdown, ())
        return next((row.label for row in rows if row.category == category), category.removeprefix(WRITTEN))
