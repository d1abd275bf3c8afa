"""How a sheet is fitted out besides its values: protected, validated, coloured, linked, merged, hidden, printed.

A file's own fittings are compared with those that went out. Programs write the same rule in many ways, so that a rule
is known by what it says of each cell, not by how it is stored. What went out is kept as the file had it, and is read
the way a returned one is: a return that nobody touched has what it had.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from dapf_xl.returns.formulas import comparable
from dapf_xl.returns.looks import NO_LOOKS, Looks, StoredLooks

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dapf_xl.returns.formats import Format

Rule = tuple[str, str]
"""Where a rule holds (``J7:J9 J12``), and what it says."""
Page = dict[str, str]
"""How a sheet prints, as far as the file's kind tells it: the texts of its ``header`` and ``footer`` as
``pages.margin`` gives them, of those on ``first`` and ``even`` pages where they are others (``first header`` …), its
``paper`` (``A4 landscape``), and what is printed of it: ``area`` and ``titles``."""


class StoredFittings(NamedTuple):
    """The fittings of a sheet of an Excel workbook as the file has them: what stands before and behind its cells."""

    before: bytes
    behind: bytes
    hidden_rows: tuple[int, ...] = ()
    relations: bytes = b""
    """What the sheet leads to outside of it."""
    styles: bytes = b""
    """The workbook's styles, by which formats are known."""
    theme: bytes = b""
    """The part with its colours."""
    drawn: tuple[str, ...] = ()
    """What lies over its cells, in words: ``a picture``."""
    noted: tuple[str, ...] = ()
    """Addresses of the cells that have a note."""


class Validation(NamedTuple):
    """What may be typed into a cell, and how the cell says so; each part with what every program takes for granted."""

    kind: str = "none"
    """As Excel names it: ``list``, ``whole``, ``textLength`` …; ``none`` takes all."""
    operator: str = "between"
    first: str = ""
    second: str = ""
    allows_blank: bool = False
    refuses: str = "stop"
    """``stop``, or ``warning`` and ``information``, which let everything pass after asking; "" where it is silent."""
    error: tuple[str, str] = ("", "")
    """Title and text of what it says when it refuses; nothing where it is silent."""
    prompt: tuple[str, str] = ("", "")
    """Title and text of what shows beside the cell; nothing where it does not show."""
    has_arrow: bool = True
    """Whether a list drops down."""

    def says(self) -> str:
        """Return what it says in one way of writing it; "" where it takes all and says nothing."""
        parts = [_plainly(" ".join(("shows", *self.prompt)))] if any(self.prompt) else []
        if self.kind != "none":
            is_list = self.kind == "list"
            two = self.operator in _WITH_TWO and not is_list and self.kind != "custom"
            limits = (self.first, self.second) if two else (self.first,)
            operator = () if is_list or self.kind == "custom" else (self.operator,)
            parts.append(" ".join((self.kind, *operator, *map(comparable, limits))))
            parts.append("" if self.allows_blank else "never blank")
            parts.append("" if self.has_arrow or not is_list else "no arrow")
            parts.append(_plainly(" ".join((self.refuses, *self.error))) if self.refuses else "silent")
        return "; ".join(filter(None, parts))


_WITH_TWO = ("between", "notBetween")


def _plainly(text: str) -> str:
    return " ".join(text.replace("_x000a_", " ").replace("_x000d_", " ").split())


@dataclass(frozen=True, slots=True)
class SheetFittings:
    """How a sheet is fitted out."""

    allowed: tuple[str, ...] | None = ()
    """What may be done although it is protected, of ``ALLOWED``, in that order; None where it is not protected."""
    hidden_rows: tuple[int, ...] = ()
    hidden_columns: tuple[str, ...] = ()
    merged: tuple[str, ...] = ()
    """Ranges, such as ``J7:J8``."""
    validations: tuple[Rule, ...] = ()
    """What ``Validation.says`` of each; none of those that say nothing."""
    formats: tuple[Format, ...] = ()
    """Formats that a condition turns on, of every kind; that which counts first stands first."""
    links: tuple[Rule, ...] = ()
    """What cells lead to: ``#Start here!A1`` within the workbook (no quotation marks, no dollar signs), else the
    address as it is stored (``https://…``, ``mailto:…``), with ``#`` and the place in it where it has one."""
    more: tuple[str, ...] = ()
    """What else stands on the sheet, in words: ``a picture``, ``notes (J7, J9)``."""
    view: tuple[str, ...] = ()
    """In what it shows otherwise than it holds, in words: ``zeros do not show``."""
    untold: frozenset[str] = frozenset()
    """Which of these the file's kind does not tell: ``rules`` (what validations say), ``looks`` (what formats make of
    a cell), ``links``, ``more``, and those of ``ALLOWED`` that it does not know."""


ALLOWED = {
    "password": "a password is asked of who takes the protection off",
    "objects": "boxes and pictures can be changed",
    "scenarios": "scenarios can be changed",
    "formatCells": "cells can be formatted",
    "formatColumns": "columns can be made wider, narrower or hidden",
    "formatRows": "rows can be made higher, lower or hidden",
    "insertColumns": "columns can be inserted",
    "insertRows": "rows can be inserted",
    "insertHyperlinks": "links can be inserted",
    "deleteColumns": "columns can be deleted",
    "deleteRows": "rows can be deleted",
    "selectLockedCells": "locked cells can be selected",
    "selectUnlockedCells": "yellow cells can be selected",
    "sort": "it can be sorted",
    "autoFilter": "it can be filtered",
    "pivotTables": "pivot tables can be changed",
}
"""What may be done on a protected sheet, and that a password guards it."""


class Surroundings(NamedTuple):
    """All that a sheet has beside what stands in its cells, as a file has it."""

    fittings: SheetFittings | StoredFittings
    looks: Looks | StoredLooks = NO_LOOKS
    page: Page | bytes = b""


class IssuedSurroundings(NamedTuple):
    """The same of a sheet when it went out, and what its names stood for."""

    fittings: StoredFittings
    looks: StoredLooks
    page: bytes
    names: Mapping[str, str]


@dataclass(slots=True)
class BookFittings:
    """How a workbook is fitted out."""

    hidden: tuple[str, ...] = ()
    """Names of the sheets that cannot be seen."""
    names: tuple[str, ...] = ()
    """Names that were given to cells, but those that every program makes for printing."""
    formulas: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """What each name of a sheet stands for, by sheet; none where the file's kind does not tell it as Excel does."""
    is_protected: bool = True
    """Whether sheets cannot be added, deleted or renamed; True where the program that saved it drops that."""
    issue: str = ""
    """What the document's properties say that it was issued as; "" where they do not."""
    settings: tuple[str, ...] = ()
    """In what it calculates otherwise than usual, in words."""
    findings: list[str] = field(default_factory=list)


__all__ = [
    "ALLOWED",
    "BookFittings",
    "IssuedSurroundings",
    "Page",
    "Rule",
    "SheetFittings",
    "StoredFittings",
    "Surroundings",
    "Validation",
]
