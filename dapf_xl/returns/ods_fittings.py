"""How an OpenDocument spreadsheet is fitted out besides its cells: protected, validated, coloured, merged, hidden."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

from dapf_xl.returns.fittings import BookFittings, SheetFittings
from dapf_xl.returns.formats import Format
from dapf_xl.returns.troubles import FARTHEST_COLUMN, FARTHEST_ROW

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element


_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_CALCEXT = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
_ISSUE = re.compile(rb'name="dapf_issue"[^<>]*>([^<]*)<')
_HIDDEN = ("collapse", "filter")
_FORMULA = re.compile(r"formula-is\((.*)\)", re.DOTALL)
_SHEET = re.compile(r"(?:'[^']*'|[^\s.:']+)?\.")
_PRINTING = ("print-range", "repeat-column", "repeat-row", "filter")


def sheet_fittings(sheet: Element) -> SheetFittings:
    """Return how a sheet is fitted out; of its validations only which cells have one."""
    validated: list[str] = []
    merged: list[str] = []
    hidden: list[int] = []
    row = 0
    for line in sheet.iter(f"{_TABLE}table-row"):
        repeated = int(line.get(f"{_TABLE}number-rows-repeated", "1"))
        if row + repeated > FARTHEST_ROW:
            break
        rows = range(row + 1, row + repeated + 1)
        row += repeated
        if line.get(f"{_TABLE}visibility") in _HIDDEN:
            hidden += rows
        for column, cell in _cells(line):
            if f"{_TABLE}content-validation-name" in cell.attrib:
                validated += [f"{column}{each}" for each in rows]
            if (size := _size(cell)) is not None:
                across, down = size
                merged.append(f"{column}{rows[0]}:{chr(ord(column) + across - 1)}{rows[0] + down - 1}")
    return SheetFittings(
        allowed=() if sheet.get(f"{_TABLE}protected") == "true" else None,
        hidden_rows=tuple(hidden),
        hidden_columns=tuple(_hidden_columns(sheet)),
        merged=tuple(merged),
        validations=tuple((cell, "") for cell in validated),
        formats=tuple(_formats(sheet)),
        untold=frozenset({"rules", "looks", "allowed", "links", "more"}),
    )


def _cells(line: Element) -> Iterator[tuple[str, Element]]:
    column = 0
    for cell in line:
        repeated = int(cell.get(f"{_TABLE}number-columns-repeated", "1"))
        for number in range(column, min(column + repeated, FARTHEST_COLUMN)):
            yield chr(ord("A") + number), cell
        column += repeated


def _size(cell: Element) -> tuple[int, int] | None:
    """Return over how many columns and rows a cell is merged; None where it is not."""
    across, down = (int(cell.get(f"{_TABLE}number-{name}-spanned", "1")) for name in ("columns", "rows"))
    return (across, down) if across > 1 or down > 1 else None


def _hidden_columns(sheet: Element) -> Iterator[str]:
    number = 0
    for column in sheet.iter(f"{_TABLE}table-column"):
        repeated = int(column.get(f"{_TABLE}number-columns-repeated", "1"))
        if column.get(f"{_TABLE}visibility") in _HIDDEN:
            last = min(number + repeated, FARTHEST_COLUMN)
            yield from (chr(ord("A") + each) for each in range(number, last))
        number += repeated


def _formats(sheet: Element) -> Iterator[Format]:
    for each in sheet.iter(f"{_CALCEXT}conditional-format"):
        where = _SHEET.sub("", each.get(f"{_CALCEXT}target-range-address", ""))
        for condition in each.iter(f"{_CALCEXT}condition"):
            formula = _FORMULA.fullmatch(condition.get(f"{_CALCEXT}value", ""))
            if formula:
                yield Format(where, f"of:={formula[1]}")


def book_fittings(root: Element, meta: bytes) -> BookFittings:
    """Return how the workbook is fitted out. Its own protection is not kept by LibreOffice, so it is not missed."""
    invisible = {
        style.get(f"{_STYLE}name")
        for style in root.iter(f"{_STYLE}style")
        for looks in style.iter(f"{_STYLE}table-properties")
        if looks.get(f"{_TABLE}display") == "false"
    }
    sheets = root.iter(f"{_TABLE}table")
    names = (
        each.get(f"{_TABLE}name", "")
        for kind in ("named-range", "named-expression")
        for each in root.iter(f"{_TABLE}{kind}")
        if not any(word in each.get(f"{_TABLE}range-usable-as", "") for word in _PRINTING)
    )
    issue = _ISSUE.search(meta)
    return BookFittings(
        hidden=tuple(each.get(f"{_TABLE}name", "") for each in sheets if each.get(f"{_TABLE}style-name") in invisible),
        names=tuple(name for name in names if not name.startswith("_xlnm")),
        issue=unescape(issue[1].decode("utf-8", "replace")).strip() if issue else "",
    )
