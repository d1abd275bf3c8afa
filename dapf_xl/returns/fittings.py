"""How a sheet is fitted out besides its cells: protected, validated, coloured, merged, hidden.

A file's own fittings are compared with those that went out. Programs write the same rule in many ways, so that a rule
is known by what it says of each cell, not by how it is stored.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from html import unescape
from typing import TYPE_CHECKING, Any, NamedTuple

from dapf_xl.returns.formulas import comparable, relative_to

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

Rule = tuple[str, str]
"""Where a rule holds (``J7:J9 J12``), and what it says."""

_ATTRIBUTE = re.compile(r"""([\w:]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_PROTECTION = re.compile(rb"<(?:\w+:)?sheetProtection\s([^<>]*)>")
_COLUMN = re.compile(rb"<(?:\w+:)?col\s([^<>]*)/?>")
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^<>]*ref="([^"]*)"')
_VALIDATION = re.compile(rb"<(?:\w+:)?dataValidation\s([^<>]*)>(.*?)</(?:\w+:)?dataValidation>", re.DOTALL)
_FIRST = re.compile(rb"<(?:\w+:)?formula1(?:\s[^<>]*)?>(?:\s*<(?:\w+:)?f>)?([^<]*)<")
_SECOND = re.compile(rb"<(?:\w+:)?formula2(?:\s[^<>]*)?>(?:\s*<(?:\w+:)?f>)?([^<]*)<")
_PLACES = re.compile(rb"<(?:\w+:)?sqref>([^<]*)<")
_FORMAT = re.compile(
    rb"<(?:\w+:)?conditionalFormatting(?:\s([^<>]*))?>(.*?)</(?:\w+:)?conditionalFormatting>", re.DOTALL
)
_RULE = re.compile(rb"<(?:\w+:)?cfRule\s([^<>]*)>\s*<(?:\w+:)?f(?:ormula)?>([^<]*)<")
_HIDDEN_ROW = re.compile(rb'<row r="(\d{1,4})"[^<>]*?\s(?:hidden="(?:1|true)"|ht="0(?:\.0+)?")')
_YES = ("1", "true")
_WITH_TWO = ("between", "notBetween")
_EXPRESSION = "expression"


class StoredFittings(NamedTuple):
    """The fittings of a sheet of an Excel workbook as the file has them: what stands before and behind its cells."""

    before: bytes
    behind: bytes
    hidden_rows: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SheetFittings:
    """How a sheet is fitted out."""

    is_protected: bool = True
    hidden_rows: tuple[int, ...] = ()
    hidden_columns: tuple[str, ...] = ()
    merged: tuple[str, ...] = ()
    """Ranges, such as ``J7:J8``."""
    validations: tuple[Rule, ...] = ()
    formats: tuple[Rule, ...] = ()
    """Formats that a formula turns on."""
    tells_rules: bool = True
    """Whether what the validations say is known, and not only where they are."""


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
    findings: list[str] = field(default_factory=list)


def stored(xml: bytes) -> StoredFittings:
    """Return the fittings of a sheet of an Excel workbook, not looked at yet."""
    begins, ends = xml.find(b"<sheetData"), xml.rfind(b"</sheetData>")
    may_hide = xml.find(b'hidden="', begins) >= 0 or b' ht="0' in xml
    hidden = tuple(map(int, _HIDDEN_ROW.findall(xml))) if may_hide else ()
    if begins < 0 or ends < 0:
        return _same(StoredFittings(xml, xml, hidden))
    columns, page, more = xml.find(b"<cols", 0, begins), xml.find(b"<pageMargins", ends), xml.find(b"<extLst", ends)
    behind = xml[ends:page] if page > 0 else xml[ends:]  # what is printed on a page names the agency, and is no matter
    return _same(
        StoredFittings(
            xml[columns:begins] if columns > 0 else b"", behind + (xml[more:] if 0 < page < more else b""), hidden
        )
    )


@lru_cache(maxsize=64)
def _same(found: StoredFittings) -> StoredFittings:
    """Return fittings that are the same as ones that are kept already as these: most returns are fitted out alike."""
    return found


def fittings_of(found: StoredFittings | SheetFittings) -> SheetFittings:
    """Return fittings looked at."""
    return found if isinstance(found, SheetFittings) else _looked_at(found)


@lru_cache(maxsize=256)
def _looked_at(found: StoredFittings) -> SheetFittings:
    before, behind, hidden_rows = found
    protection = _PROTECTION.search(behind)
    return SheetFittings(
        is_protected=protection is not None and _attributes(protection[1]).get("sheet") in _YES,
        hidden_rows=hidden_rows,
        hidden_columns=tuple(_hidden_columns(before)),
        merged=tuple(place.decode() for place in _MERGED.findall(behind)),
        validations=tuple(_validations(behind)),
        formats=tuple(_formats(behind)),
    )


def _attributes(tag: bytes) -> dict[str, str]:
    found = _ATTRIBUTE.findall(tag.decode("utf-8", "replace"))
    return {name.rpartition(":")[2]: unescape(double or single) for name, double, single in found}


def _hidden_columns(before: bytes) -> Iterator[str]:
    for tag in _COLUMN.findall(before):
        column = _attributes(tag)
        if column.get("hidden") in _YES or float(column.get("width") or 1) == 0:
            last = min(int(column["max"]), 26)
            yield from (chr(ord("A") + number - 1) for number in range(int(column["min"]), last + 1))


def _validations(behind: bytes) -> Iterator[Rule]:
    for tag, inside in _VALIDATION.findall(behind):
        rule = _attributes(tag)
        places = _PLACES.search(inside)
        where = rule.get("sqref") or (places[1].decode() if places else "")
        first, second = (_text(pattern.search(inside)) for pattern in (_FIRST, _SECOND))
        yield where, validation(rule.get("type", "none"), rule.get("operator", "between"), first, second)


def _formats(behind: bytes) -> Iterator[Rule]:
    for tag, inside in _FORMAT.findall(behind):
        places = _PLACES.search(inside)
        where = _attributes(tag).get("sqref") or (places[1].decode() if places else "")
        for rule, formula in _RULE.findall(inside):
            if _attributes(rule).get("type") == _EXPRESSION:
                yield where, unescape(formula.decode("utf-8", "replace"))


def _text(found: re.Match[bytes] | None) -> str:
    return unescape(found[1].decode("utf-8", "replace")) if found else ""


def validation(kind: str, operator: str, first: str, second: str) -> str:
    """Return what a validation says, in one way of writing it."""
    if kind == "list":
        return f"list {comparable(first)}"
    limits = (first, second) if operator in _WITH_TWO else (first,)
    return " ".join((kind, operator, *map(comparable, limits)))


# --- what went out -------------------------------------------------------------------------------


def issued_fittings(worksheet: Any, names: Mapping[str, str]) -> dict[str, list[Rule]]:  # noqa: ANN401  (XlsxWriter's)
    """Return the validations, formats and names of a sheet that is being written, before it is closed."""
    return {
        "validations": list(_written_validations(worksheet)),
        "formats": list(_written_formats(worksheet)),
        "names": list(names.items()),
    }


def _written_validations(worksheet: Any) -> Iterator[Rule]:  # noqa: ANN401
    for options in worksheet.validations:
        value, last = options.get("value", options.get("minimum")), options.get("maximum")
        first = f'"{",".join(value)}"' if isinstance(value, list) else str(value).removeprefix("=")
        where = " ".join(_range(*cells) for cells in options["cells"])
        yield where, validation(options["validate"], options.get("criteria") or "between", first, str(last))


def _written_formats(worksheet: Any) -> Iterator[Rule]:  # noqa: ANN401
    for where, rules in worksheet.cond_formats.items():
        for rule in rules:
            if rule["type"] == _EXPRESSION:
                yield where, str(rule["criteria"]).removeprefix("=")


def _range(top: int, left: int, bottom: int, right: int) -> str:
    first, last = (f"{chr(ord('A') + column)}{row + 1}" for row, column in ((top, left), (bottom, right)))
    return first if first == last else f"{first}:{last}"


# --- what is lost ---------------------------------------------------------------------------------


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


def lost_validations(issued: Sequence[Rule], found: SheetFittings) -> list[str]:
    """Return the cells whose validation is gone or says something else."""
    wanted, there = by_cell(issued, is_format=False), by_cell(found.validations, is_format=False)
    return [
        f"{column}{row}"
        for (column, row), rules in wanted.items()
        if (column, row) not in there or (found.tells_rules and not rules <= there[column, row])
    ]


def lost_formats(issued: Sequence[Rule], found: SheetFittings) -> list[str]:
    """Return the cells whose colours are gone, or follow something else."""
    wanted, there = by_cell(issued, is_format=True), by_cell(found.formats, is_format=True)
    return [f"{column}{row}" for (column, row), rules in wanted.items() if not rules <= there.get((column, row), set())]


__all__ = [
    "BookFittings",
    "SheetFittings",
    "StoredFittings",
    "by_cell",
    "cells_of",
    "fittings_of",
    "issued_fittings",
    "lost_formats",
    "lost_validations",
    "stored",
    "validation",
]
