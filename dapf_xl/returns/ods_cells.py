"""Where the cells of an OpenDocument spreadsheet are: its names for things, and the way through its rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from dapf_xl.returns.formulas import column_letters
from dapf_xl.returns.troubles import FARTHEST_COLUMN, FARTHEST_ROW

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

_OASIS = "urn:oasis:names:tc:opendocument:xmlns:"
TABLE, OFFICE, TEXT = (f"{{{_OASIS}{name}:1.0}}" for name in ("table", "office", "text"))
STYLE, DRAW, SCRIPT = (f"{{{_OASIS}{name}:1.0}}" for name in ("style", "drawing", "script"))
FORMS, CONFIG, NUMBER = (f"{{{_OASIS}{name}:1.0}}" for name in ("form", "config", "datastyle"))
FO, SVG = (f"{{{_OASIS}{name}-compatible:1.0}}" for name in ("xsl-fo", "svg"))
XLINK = "{http://www.w3.org/1999/xlink}"
CALCEXT = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
LOEXT = "{urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0}"
CSS3 = "{http://www.w3.org/TR/css3-text/}"

BESIDE = {f"{OFFICE}annotation", f"{TEXT}note", f"{TEXT}ruby-text"}
"""Elements within a text that are no part of what it shows."""
WITHIN = BESIDE | {f"{TEXT}{name}" for name in ("span", "s", "tab", "line-break", "a", "ruby", "ruby-base")}
"""Elements within a text of which every program shows the same; of any other one shows what another leaves out."""
CELLS = (f"{TABLE}table-cell", f"{TABLE}covered-table-cell")
_AROUND_ROWS = {f"{TABLE}{name}" for name in ("table-header-rows", "table-row-group", "table-rows")}
"""Elements that stand around rows: repeated on every page, or grouped."""
_AROUND_COLUMNS = {f"{TABLE}{name}" for name in ("table-header-columns", "table-column-group", "table-columns")}


EVERY_ROW, EVERY_COLUMN = 1_048_576, 16_384
"""Rows and columns of a sheet."""


class Line(NamedTuple):
    """A row as the file has it, which may stand for several."""

    element: Element
    rows: range
    """Those that it stands for, as Excel counts, as far as they can matter."""


def rows_of(parent: Element) -> Iterator[Element]:
    """Yield the rows of a sheet, and of nothing that lies on it."""
    for child in parent:
        if child.tag == f"{TABLE}table-row":
            yield child
        elif child.tag in _AROUND_ROWS:
            yield from rows_of(child)


def lines_of(sheet: Element, last: int = FARTHEST_ROW) -> Iterator[Line]:
    """Yield the rows of a sheet with their numbers, up to the last that can matter."""
    before = 0
    for element in rows_of(sheet):
        repeated = times(element, "rows")
        if before + repeated > last:
            return
        yield Line(element, range(before + 1, before + repeated + 1))
        before += repeated


def cells_in(line: Element, last: int = FARTHEST_COLUMN) -> Iterator[tuple[str, int, Element]]:
    """Yield the cells of a row: the first column and how many it stands for, up to the last that can matter."""
    column = 0
    for cell in line:
        if cell.tag in CELLS:
            repeated = min(times(cell, "columns"), last - column)
            if repeated <= 0:
                return
            yield letter(column), repeated, cell
            column += repeated


def columns_of(parent: Element) -> Iterator[Element]:
    """Yield the columns of a sheet, each of which may stand for several."""
    for child in parent:
        if child.tag == f"{TABLE}table-column":
            yield child
        elif child.tag in _AROUND_COLUMNS:
            yield from columns_of(child)


def letters_of(sheet: Element) -> Iterator[tuple[str, Element]]:
    """Yield each column of a sheet with its letter, up to the last that can matter."""
    number = 0
    for element in columns_of(sheet):
        last = min(number + times(element, "columns"), FARTHEST_COLUMN)
        yield from ((letter(each), element) for each in range(number, last))
        number = last


def letter(column: int) -> str:
    """Return the letter of a column, from 0 on."""
    return column_letters(column + 1)


def times(element: Element, what: str) -> int:
    """Return how many rows or columns an element stands for."""
    return int(element.get(f"{TABLE}number-{what}-repeated", "1"))


def inside(node: Element) -> Iterator[Element]:
    """Yield the elements within a text, but not those within what is pinned to it."""
    for child in node:
        yield child
        if child.tag not in BESIDE:
            yield from inside(child)


_BREAKS = {f"{TEXT}line-break": "\n", f"{TEXT}tab": "\t"}


def words_of(node: Element) -> str:
    """Return what a paragraph says, without what is pinned to it."""
    pieces = [node.text or ""]
    for child in node:
        if child.tag == f"{TEXT}s":
            pieces.append(" " * int(child.get(f"{TEXT}c", "1")))
        elif child.tag not in BESIDE:
            pieces.append(_BREAKS.get(child.tag) or words_of(child))
        pieces.append(child.tail or "")
    return "".join(pieces)
