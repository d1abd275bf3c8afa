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
from dapf_xl.returns.fittings import Surroundings
from dapf_xl.returns.formats import beneath, disguised
from dapf_xl.returns.layout import ENTRY_TABLES
from dapf_xl.returns.looks import UNSEEN, is_unseen
from dapf_xl.returns.number_formats import AS_ANOTHER, NO_TEXT, above_zero, look_of_shown, without_zero
from dapf_xl.returns.ods_cells import (
    CALCEXT,
    CELLS,
    OFFICE,
    TABLE,
    TEXT,
    WITHIN,
    cells_in,
    inside,
    lines_of,
    rows_of,
    words_of,
)
from dapf_xl.returns.ods_fittings import Book, book_fittings, hides_zeros
from dapf_xl.returns.ods_looks import sheet_looks
from dapf_xl.returns.ods_more import charts_of, look_at_parts
from dapf_xl.returns.ods_pages import Pages
from dapf_xl.returns.ods_styles import Styles
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
    from collections.abc import Iterator, Mapping, Sequence
    from xml.etree.ElementTree import Element

    from dapf_xl.returns.fittings import BookFittings, SheetFittings
    from dapf_xl.returns.looks import Look, Looks
    from dapf_xl.returns.package import Package

_NUMBERS = ("float", "percentage", "currency")
_TRUTHS = ("of:=TRUE()", "of:=FALSE()")
"""LibreOffice's way of storing a plain TRUE or FALSE."""
_REPEATED = (f"{TABLE}number-rows-repeated", f"{TABLE}number-columns-repeated")
_HELD = [f"{OFFICE}{name}" for name in ("value", "date-value", "time-value", "boolean-value", "string-value")]
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
MOST_SPACES = 1_000_000
"""Spaces of a file that are told by their number, a few bytes for any."""

_COLUMNS = range(ord("A"), ord("Z") + 1)


def read(package: Package, wanted: Sequence[str]) -> tuple[tuple[str, ...], dict[str, SheetRead], BookFittings]:
    """Return the names of all sheets, what stands on those that are wanted, and how the workbook is fitted out."""
    root = ElementTree.fromstring(package.parts["content.xml"])
    if any(int(each.get(name, "1")) < 1 for each in root.iter() for name in _REPEATED if name in each.attrib):
        raise package.reads_two_ways("cells are repeated less than once")
    spaces = sum(int(each.get(f"{TEXT}c", "1")) for each in root.iter(f"{TEXT}s"))
    if spaces > MOST_SPACES:
        package.found(Code.FILE_TOO_LARGE, found=f"{spaces:,} spaces", limit=f"{MOST_SPACES:,}")
        raise ValueError(spaces)
    tables = [each for each in root.iter(f"{TABLE}table") if not _is_kept(each)]
    package.refuse_if_twice(sheet.get(f"{TABLE}name", "") for sheet in tables)
    sheets = {sheet.get(f"{TABLE}name", ""): sheet for sheet in tables}
    unsure = next((name for name in wanted if name in sheets and any(map(_is_unsure, _all_cells(sheets[name])))), "")
    if unsure:
        raise package.reads_two_ways(f"what {_first_unsure(sheets[unsure])} of the sheet {unsure} holds")
    found = {name: _read_sheet(sheets[name]) for name in wanted if name in sheets}
    styled, set_up = (_part(package, name) for name in ("styles.xml", "settings.xml"))
    styles, pages = Styles(root, styled), Pages(root, styled)
    book = Book(root, styles, charts_of(package))
    for name, sheet in found.items():
        looks, fittings = sheet_looks(sheets[name], styles), book.fittings(sheets[name])
        seen = {**_texts_that_do_not_show(looks), **sheet.looks, **_by_their_formats(sheet.looks, looks)}
        seen |= {**_under_formats(name, fittings, looks), **_as_seen(looks)}
        seen |= dict.fromkeys(beneath(fittings.merged) if name in ENTRY_TABLES else (), UNSEEN)
        sheet.looks = {cell: without_zero(look) for cell, look in seen.items()} if hides_zeros(set_up) else seen
        sheet.around = Surroundings(fittings, looks, pages.of(sheets[name]))
    look_at_parts(package, root)
    return tuple(sheets), found, book_fittings(root, package.parts.get("meta.xml", b""), set_up)


def _is_kept(table: Element) -> bool:
    """Say whether a table is no sheet, but what was last seen in another workbook that a formula refers to."""
    return table.get(f"{TABLE}name", "").startswith("'") and table.find(f"{TABLE}table-source") is not None


def _part(package: Package, name: str) -> Element | None:
    content = package.parts.get(name)
    root: Element | None = ElementTree.fromstring(content) if content else None
    return root


def _under_formats(name: str, fittings: SheetFittings, looks: Looks) -> Mapping[str, str]:
    """Return how cells of an entry table show that a format can make show another number, or nothing, by address.

    Of all columns: the table may have been moved.
    """
    return disguised(fittings.formats, looks, _COLUMNS) if name in ENTRY_TABLES else {}


def _by_their_formats(numbers: Mapping[str, str], looks: Looks) -> dict[str, str]:
    """Return how those of the numbers show by their formats that do not show as the file says they did, by address."""
    by_style = [look.shows for look in looks.styles]
    if not any(by_style):
        return {}
    shown = ((address, by_style[looks.cells[address]]) for address in numbers if address in looks.cells)
    return {address: look for address, look in shown if look and above_zero(numbers[address]) != AS_ANOTHER}


def _texts_that_do_not_show(looks: Looks) -> dict[str, str]:
    """Return how numbers show in the cells in which a text does not, by address."""
    by_style = [look.shows if NO_TEXT in look.shows else "" for look in looks.styles]
    return {address: by_style[number] for address, number in looks.cells.items() if by_style[number]}


def _as_seen(looks: Looks) -> Mapping[str, str]:
    """Return how anything shows in the cells that do not look as if it showed as what it is."""
    by_style = [_of_style(look) for look in looks.styles]
    seen = {address: by_style[number] for address, number in looks.cells.items() if by_style[number]}
    return {**seen, **dict.fromkeys(looks.rich, AS_ANOTHER)}


def _of_style(look: Look) -> str:
    """Return how anything shows in a cell that looks so; "" where it shows as what it is."""
    return UNSEEN if is_unseen(look) else AS_ANOTHER if "fill" in (look.place or "").split() else ""


def _all_cells(sheet: Element) -> Iterator[Element]:
    return (cell for line in rows_of(sheet) for cell in line if cell.tag in CELLS and cell.attrib)


def _is_unsure(cell: Element) -> bool:
    """Say whether a cell holds a value whose kind it does not say, or in two ways, or another text than it shows.

    (A format such as that for accounts shows a text with spaces around it.)
    """
    if f"{OFFICE}value-type" not in cell.attrib:
        return any(name in cell.attrib for name in _HELD)
    if cell.get(f"{CALCEXT}value-type", cell.get(f"{OFFICE}value-type")) not in {
        cell.get(f"{OFFICE}value-type"),
        ERROR,
    }:
        return True
    if any(each.tag not in WITHIN for part in cell if part.tag == f"{TEXT}p" for each in inside(part)):
        return True
    said = cell.get(f"{OFFICE}string-value")
    return said is not None and f"{TABLE}formula" not in cell.attrib and said.split() != _words(cell).split()


def _read_sheet(sheet: Element) -> SheetRead:
    looks: dict[str, str] = {}
    found = SheetRead(looks=looks)
    cells = found.cells
    for line in rows_of(sheet):
        repeated = int(line.get(f"{TABLE}number-rows-repeated", "1"))
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
                _look_at(cell, [f"{chr(ord('A') + column)}{row}" for row in rows], found, looks)
    return found


def _look_at(cell: Element, addresses: Sequence[str], found: SheetRead, looks: dict[str, str]) -> None:
    """Note how a cell shows, and what is the matter with it."""
    if cell.get(f"{OFFICE}value-type") in _NUMBERS:
        looks |= dict.fromkeys(addresses, _look(cell))
    trouble = _trouble(cell)
    if trouble:
        found.troubles |= dict.fromkeys(addresses, trouble)
        if (formula := cell.get(f"{TABLE}formula")) is not None:
            found.formulas |= dict.fromkeys(addresses, formula)


def _holds(cell: Element) -> bool:
    """Say whether a cell holds anything but a look, or a note."""
    return f"{OFFICE}value-type" in cell.attrib or cell.find(f"{TEXT}p") is not None


def _first_unsure(sheet: Element) -> str:
    """Return the address of the first cell that programs read differently."""
    cells = ((f"{first}{line.rows[0]}", cell) for line in lines_of(sheet) for first, _, cell in cells_in(line.element))
    return next((address for address, cell in cells if cell.attrib and _is_unsure(cell)), "a cell")


def _first_beyond(line: Element) -> Element | None:
    """Return the first cell of a row that holds something and stands too far to the right."""
    column = 0
    for cell in line:
        column += int(cell.get(f"{TABLE}number-columns-repeated", "1")) if cell.tag in CELLS else 0
        if column > FARTHEST_COLUMN and _holds(cell):
            return cell
    return None


def _cells(line: Element) -> Iterator[Element]:
    """Yield the cells of a row, each as often as it is repeated, up to the last that can matter."""
    column = 0
    for cell in line:
        if cell.tag in CELLS:
            repeated = int(cell.get(f"{TABLE}number-columns-repeated", "1"))
            for _ in range(min(repeated, FARTHEST_COLUMN - column)):
                yield cell
            column += repeated


def _look(cell: Element) -> str:
    try:
        number = _stored(cell)
    except ValueError:
        return ""
    shown = None if cell.find(f"{TEXT}p") is None else _words(cell)
    return look_of_shown(number, shown, is_percent=cell.get(f"{OFFICE}value-type") == "percentage")


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
    kind = cell.get(f"{OFFICE}value-type", "")
    if kind in _NUMBERS:
        number = cell.get(f"{OFFICE}value", "")
        if not _NUMBER.fullmatch(number):  # (Python reads 4_0 and full-width digits too)
            raise ValueError(number)
        return float(number)
    if kind == "date":
        text = cell.get(f"{OFFICE}date-value", "")
        return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
    if kind == "boolean":
        return cell.get(f"{OFFICE}boolean-value") == "true"
    said = cell.get(f"{OFFICE}string-value")
    return _words(cell) if said is None or f"{TABLE}formula" in cell.attrib else said


def _said(cell: Element) -> str:
    """Return what a cell shows that holds no value of its kind."""
    attributes = (cell.get(f"{OFFICE}{name}") for name in ("value", "date-value"))
    return _words(cell) or next(filter(None, attributes), "#ERROR")


def _words(cell: Element) -> str:
    """Return what a cell says, without what is pinned to it as a comment."""
    return "\n".join(words_of(paragraph) for paragraph in cell if paragraph.tag == f"{TEXT}p")


def _trouble(cell: Element) -> Trouble | None:
    """Return what is the matter with a cell: an error, or a formula."""
    kind = cell.get(f"{CALCEXT}value-type") or cell.get(f"{OFFICE}value-type")
    shown = _words(cell)
    has_formula = cell.get(f"{TABLE}formula", _TRUTHS[0]) not in _TRUTHS
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
    return kind, trouble.shown if trouble and kind == ERROR else _value(cell), cell.get(f"{TABLE}formula")
