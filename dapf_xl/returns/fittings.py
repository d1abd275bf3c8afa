"""How a sheet is fitted out besides its values: protected, validated, coloured, linked, merged, hidden, printed.

A file's own fittings are compared with those that went out. Programs write the same rule in many ways, so that a rule
is known by what it says of each cell, not by how it is stored. What went out is kept as the file had it, and is read
the way a returned one is: a return that nobody touched has what it had.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from dapf_xl.returns.formulas import relative_to
from dapf_xl.returns.looks import NO_LOOKS, Looks, StoredLooks

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Rule = tuple[str, str]
"""Where a rule holds (``J7:J9 J12``), and what it says."""
Page = dict[str, str]
"""How a sheet prints, by ``header``, ``footer`` and ``paper``."""


class StoredFittings(NamedTuple):
    """The fittings of a sheet of an Excel workbook as the file has them: what stands before and behind its cells."""

    before: bytes
    behind: bytes
    hidden_rows: tuple[int, ...] = ()
    relations: bytes = b""
    """What the sheet leads to outside of it."""
    styles: bytes = b""
    """The workbook's styles, by which formats are known."""


@dataclass(frozen=True, slots=True)
class SheetFittings:
    """How a sheet is fitted out."""

    allowed: tuple[str, ...] | None = ()
    """What may be done although it is protected, such as ``formatRows``; None where it is not protected."""
    hidden_rows: tuple[int, ...] = ()
    hidden_columns: tuple[str, ...] = ()
    merged: tuple[str, ...] = ()
    """Ranges, such as ``J7:J8``."""
    validations: tuple[Rule, ...] = ()
    formats: tuple[Rule, ...] = ()
    """Formats that a formula turns on."""
    links: tuple[Rule, ...] = ()
    """What cells lead to."""
    more: tuple[str, ...] = ()
    """What else stands on the sheet, in words: ``a picture, a box or a chart``."""
    untold: frozenset[str] = frozenset()
    """Which of these the file's kind does not tell."""


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


def cells_of(places: str) -> list[tuple[str, int]]:
    """Return column and row of each cell of ranges such as ``J7:J9 L7``; none of whole columns."""
    found = []
    for place in places.replace("$", "").split():
        first, _, last = place.partition(":")
        begins, ends = _cell(first), _cell(last or first)
        if begins is None or ends is None:
            continue
        for column in range(begins[0], min(ends[0], 25) + 1):
            found += [(chr(ord("A") + column), row) for row in range(begins[1], min(ends[1], 9_999) + 1)]
    return found


_CELL = re.compile(r"([A-Z])(\d{1,7})")


def _cell(text: str) -> tuple[int, int] | None:
    match = _CELL.fullmatch(text)
    return (ord(match[1]) - ord("A"), int(match[2])) if match else None


def by_cell(rules: Iterable[Rule], *, is_format: bool) -> dict[tuple[str, int], set[str]]:
    """Return what is said of each cell; a format's formula as it reads from that cell."""
    found: dict[tuple[str, int], set[str]] = {}
    for where, rule in rules:
        cells = cells_of(where)
        said = relative_to(rule, *cells[0]) if is_format and cells else rule
        for cell in cells:
            found.setdefault(cell, set()).add(said)
    return found


def lost_validations(issued: SheetFittings, found: SheetFittings) -> list[str]:
    """Return the cells whose validation is gone or says something else."""
    wanted, there = by_cell(issued.validations, is_format=False), by_cell(found.validations, is_format=False)
    tells = "rules" not in found.untold
    return [
        f"{column}{row}"
        for (column, row), rules in wanted.items()
        if (column, row) not in there or (tells and not rules <= there[column, row])
    ]


def lost_formats(issued: SheetFittings, found: SheetFittings) -> list[str]:
    """Return the cells whose colours are gone, or follow something else."""
    wanted, there = by_cell(issued.formats, is_format=True), by_cell(found.formats, is_format=True)
    return [f"{column}{row}" for (column, row), rules in wanted.items() if not rules <= there.get((column, row), set())]


__all__ = [
    "BookFittings",
    "IssuedSurroundings",
    "Page",
    "Rule",
    "SheetFittings",
    "StoredFittings",
    "Surroundings",
    "by_cell",
    "cells_of",
    "lost_formats",
    "lost_validations",
]
