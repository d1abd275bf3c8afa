"""Reads an OpenDocument spreadsheet, as LibreOffice saves a return.

From the file's own XML: it has to be parsed for errors and formulas in any case, and calamine makes
room for every row up to the last, which a stray character puts a million rows down.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from defusedxml import ElementTree

from dapf_xl.findings import Code
from dapf_xl.returns.fittings import BookFittings, Surroundings
from dapf_xl.returns.number_formats import look_of_shown
from dapf_xl.returns.ods_fittings import book_fittings, sheet_fittings
from dapf_xl.returns.troubles import (
    ERROR,
    FARTHEST_COLUMN,
    FARTHEST_ROW,
    OF_A_FORMULA,
    OF_ONE_UNCALCULATED,
    SheetRead,
    Trouble,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from xml.etree.ElementTree import Element

    from dapf_xl.returns.package import Package

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_CALCEXT = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
_NUMBERS = ("float", "percentage", "currency")
_BREAKS = {f"{_TEXT}line-break": "\n", f"{_TEXT}tab": "\t"}
_TRUTHS = ("of:=TRUE()", "of:=FALSE()")
"""LibreOffice's way of storing a plain TRUE or FALSE."""
_CELLS = (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")
_HEADINGS = {f"{_TABLE}{name}" for name in ("table-header-rows", "table-row-group", "table-rows")}
"""Elements that stand around rows: repeated on every page, or grouped."""
_REPEATED = (f"{_TABLE}number-rows-repeated", f"{_TABLE}number-columns-repeated")
_HELD = [f"{_OFFICE}{name}" for name in ("value", "date-value", "time-value", "boolean-value", "string-value")]
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_BESIDE = {f"{_OFFICE}annotation", f"{_TEXT}note", f"{_TEXT}ruby-text"}
"""Elements within a text that are no part of what it shows."""
MOST_SPACES = 1_000_000
"""Spaces of a file that are told by their number, a few bytes for any."""


def read(package: Package, wanted: Sequence[str]) -> tuple[tuple[str, ...], dict[str, SheetRead], BookFittings]:
    """Return the names of all sheets, what stands on those that are wanted, and how the workbook is fitted out."""
    root = ElementTree.fromstring(package.parts["content.xml"])
    if any(int(each.get(name, "1")) < 1 for each in root.iter() for name in _REPEATED if name in each.attrib):
        raise package.reads_two_ways("cells are repeated less than once")
    spaces = sum(int(each.get(f"{_TEXT}c", "1")) for each in root.iter(f"{_TEXT}s"))
    if spaces > MOST_SPACES:
        package.found(Code.FILE_TOO_LARGE, found=f"{spaces:,} spaces", limit=f"{MOST_SPACES:,}")
        raise ValueError(spaces)
    tables = list(root.iter(f"{_TABLE}table"))
    package.refuse_if_twice(sheet.get(f"{_TABLE}name", "") for sheet in tables)
    sheets = {sheet.get(f"{_TABLE}name", ""): sheet for sheet in tables}
    unsure = next((name for name in wanted if name in sheets and any(map(_is_unsure, _all_cells(sheets[name])))), "")
    if unsure:
        raise package.reads_two_ways(f"what a cell of the sheet {unsure} holds is there twice")
    found = {name: _read_sheet(sheets[name]) for name in wanted if name in sheets}
    for name, sheet in found.items():
        sheet.around = Surroundings(sheet_fittings(sheets[name]))
    return tuple(sheets), found, book_fittings(root, package.parts.get("meta.xml", b""))


def _all_cells(sheet: Element) -> Iterator[Element]:
    return (cell for line in _rows(sheet) for cell in line if cell.tag in _CELLS and cell.attrib)


def _is_unsure(cell: Element) -> bool:
    """Say whether a cell holds a value whose kind it does not say, or another text than the one that it shows."""
    if f"{_OFFICE}value-type" not in cell.attrib:
        return any(name in cell.attrib for name in _HELD)
    said = cell.get(f"{_OFFICE}string-value")
    return said is not None and f"{_TABLE}formula" not in cell.attrib and said != _words(cell)


def _read_sheet(sheet: Element) -> SheetRead:
    found = SheetRead()
    cells = found.cells
    for line in _rows(sheet):
        repeated = int(line.get(f"{_TABLE}number-rows-repeated", "1"))
        beyond = _first_beyond(line)
        if len(cells) + repeated > FARTHEST_ROW:
            if beyond is not None or any(_holds(cell) for cell in line):
                found.far += (f"row {len(cells) + 1}",)
            break
        in_line = list(_cells(line))
        cells += [[_value(cell) for cell in in_line]] * repeated
        if beyond is not None:
            found.far += (f"row {len(cells)}",)
        for column, cell in enumerate(in_line):
            if cell.attrib:
                rows = range(len(cells) - repeated + 1, len(cells) + 1)
                _look_at(cell, [f"{chr(ord('A') + column)}{row}" for row in rows], found)
    return found


def _look_at(cell: Element, addresses: Sequence[str], found: SheetRead) -> None:
    """Note how a cell shows, and what is the matter with it."""
    if cell.get(f"{_OFFICE}value-type") in _NUMBERS:
        found.looks = {**found.looks, **dict.fromkeys(addresses, _look(cell))}
    trouble = _trouble(cell)
    if trouble:
        found.troubles |= dict.fromkeys(addresses, trouble)
        if (formula := cell.get(f"{_TABLE}formula")) is not None:
            found.formulas |= dict.fromkeys(addresses, formula)


def _holds(cell: Element) -> bool:
    """Say whether a cell holds anything but a look, or a note."""
    return f"{_OFFICE}value-type" in cell.attrib or cell.find(f"{_TEXT}p") is not None


def _first_beyond(line: Element) -> Element | None:
    """Return the first cell of a row that holds something and stands too far to the right."""
    column = 0
    for cell in line:
        column += int(cell.get(f"{_TABLE}number-columns-repeated", "1")) if cell.tag in _CELLS else 0
        if column > FARTHEST_COLUMN and _holds(cell):
            return cell
    return None


def _rows(parent: Element) -> Iterator[Element]:
    for child in parent:
        if child.tag == f"{_TABLE}table-row":
            yield child
        elif child.tag in _HEADINGS:
            yield from _rows(child)


def _cells(line: Element) -> Iterator[Element]:
    """Yield the cells of a row, each as often as it is repeated, up to the last that can matter."""
    column = 0
    for cell in line:
        if cell.tag in _CELLS:
            repeated = int(cell.get(f"{_TABLE}number-columns-repeated", "1"))
            for _ in range(min(repeated, FARTHEST_COLUMN - column)):
                yield cell
            column += repeated


def _look(cell: Element) -> str:
    try:
        number = _stored(cell)
    except ValueError:
        return ""
    shown = None if cell.find(f"{_TEXT}p") is None else _words(cell)
    return look_of_shown(number, shown, is_percent=cell.get(f"{_OFFICE}value-type") == "percentage")


def _value(cell: Element) -> Any:  # noqa: ANN401  (what a cell can hold)
    try:
        return _stored(cell)
    except ValueError:
        return _said(cell)


def _stored(cell: Element) -> Any:  # noqa: ANN401
    """Return what a cell holds.

    Raises:
        ValueError: it is said to hold a number or a date, and does not.
    """
    kind = cell.get(f"{_OFFICE}value-type", "")
    if kind in _NUMBERS:
        number = cell.get(f"{_OFFICE}value", "")
        if not _NUMBER.fullmatch(number):  # (Python reads 4_0 and full-width digits too)
            raise ValueError(number)
        return float(number)
    if kind == "date":
        text = cell.get(f"{_OFFICE}date-value", "")
        return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
    if kind == "boolean":
        return cell.get(f"{_OFFICE}boolean-value") == "true"
    return _words(cell)


def _said(cell: Element) -> str:
    """Return what a cell shows that holds no value of its kind."""
    attributes = (cell.get(f"{_OFFICE}{name}") for name in ("value", "date-value"))
    return _words(cell) or next(filter(None, attributes), "#ERROR")


def _words(cell: Element) -> str:
    """Return what a cell says, without what is pinned to it as a comment."""
    return "\n".join(_run(paragraph) for paragraph in cell if paragraph.tag == f"{_TEXT}p")


def _run(node: Element) -> str:
    pieces = [node.text or ""]
    for child in node:
        if child.tag == f"{_TEXT}s":
            pieces.append(" " * int(child.get(f"{_TEXT}c", "1")))
        elif child.tag not in _BESIDE:
            pieces.append(_BREAKS.get(child.tag) or _run(child))
        pieces.append(child.tail or "")
    return "".join(pieces)


def _trouble(cell: Element) -> Trouble | None:
    """Return what is the matter with a cell: an error, or a formula."""
    kind = cell.get(f"{_CALCEXT}value-type") or cell.get(f"{_OFFICE}value-type")
    shown = _words(cell)
    has_formula = cell.get(f"{_TABLE}formula", _TRUTHS[0]) not in _TRUTHS
    if kind == "error" or (has_formula and shown.startswith(("#", "Err:"))):
        return Trouble(ERROR, shown)
    if has_formula:
        return OF_A_FORMULA if kind else OF_ONE_UNCALCULATED
    try:
        _stored(cell)
    except ValueError:
        return Trouble(ERROR, _said(cell))
    return None


def held_by(cell: Element) -> tuple[str, Any, str | None]:
    """Return the kind of trouble of a cell ("" for none), its value, and its formula, None where it has none."""
    trouble = _trouble(cell)
    kind = trouble.kind if trouble else ""
    return kind, trouble.shown if trouble and kind == ERROR else _value(cell), cell.get(f"{_TABLE}formula")
