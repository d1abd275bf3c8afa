"""Every cell of every sheet of a workbook, as far as the file can be read at all.

Checking reads a return that is in order, fast, and refuses the rest; here a file is in disorder, and nothing is
known of it but that it is a workbook. So every sheet is read, whatever it is called, row by row: where a sheet
breaks off, the rows before it are taken, whole ones only. What could not be read is said.
"""

from __future__ import annotations

import io
import posixpath
import re
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException, ElementTree
from openpyxl.styles.numbers import is_date_format
from openpyxl.utils.escape import unescape

from dapf_xl.returns import ods
from dapf_xl.returns.recovery import parts_of
from dapf_xl.workbooks import LONGEST_TEXT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from xml.etree.ElementTree import Element

    from dapf_xl.returns.package import Package

NUMBER, TEXT, BOOLEAN, DATE, ERROR, UNREADABLE = "number", "text", "boolean", "date", "error", "unreadable"
"""What a cell can hold."""

FARTHEST_ROW, FARTHEST_COLUMN = 9_999, 200
"""What stands beyond is told by its number only: a slip of the keyboard, or a trap."""
DAY_ZERO = date(1899, 12, 30)
_MOST_REPEATED = 2_000
"""Cells for which one may stand in a file; more of the same were filled in by no person."""
_MOST_MERGED = 500
"""Ranges of merged cells; of a sheet with more, every cell counts as merged."""
_DAYS_LATER = 1462
"""Between the two days from which workbooks count: 30 December 1899, and 1 January 1904."""
_FIRST_DAY, _LAST_DAY = 36_526, 73_050
"""2000 and 2100: where the looks of the cells are lost, a number between them may have been a date."""
_BUILT_IN_DATES = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
_CELL = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_BROKEN = (ParseError, DefusedXmlException, UnicodeDecodeError, LookupError, ValueError)
_FAR_ROW = re.compile(rb'<(?:\w+:)?row\s(?:[^<>]*\s)?r="\d{5,}"')
_SHEET_DATA_ENDS = re.compile(rb"</(?:\w+:)?sheetData\s*>")
_FILLED = re.compile(rb"<(?:\w+:)?(?:v|is)>")
_TRUTHS = ("TRUE()", "FALSE()")
"""LibreOffice's way of storing a plain TRUE or FALSE."""


class Cell(NamedTuple):
    """What stands in a cell."""

    kind: str
    value: Any = ""
    """float, text or bool; a date is its number of days."""
    formula: str | None = None
    """What it is calculated by, "" where only that is known; None where it was typed."""


@dataclass
class Sheet:
    """A sheet, as far as it could be read."""

    name: str
    cells: dict[int, dict[int, Cell]] = field(default_factory=lambda: defaultdict(dict))
    """By row and column, both counted from 1; blank ones are left out."""
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    """First row and column, last row and column of each range of merged cells."""
    beyond: int = 0
    """Cells too far outside to be part of anything."""
    is_whole: bool = True


@dataclass
class Salvaged:
    """What is left of a workbook."""

    sheets: list[Sheet] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    """Sheets that are named, and of which nothing could be read."""
    issue_id: str = ""
    """Of the return that the file was, by its properties; anybody can change them."""
    is_damaged: bool = False
    """Whether the file was cut off or damaged, so that there may have been more."""
    counts_from_1904: bool = False


def salvage(package: Package) -> Salvaged:
    """Return every cell that can be read of a file."""
    parts = parts_of(package)
    found = Salvaged(is_damaged=not package.parts)
    if "content.xml" in parts:
        _read_ods(parts, found)
    else:
        _read_xlsx(parts, found)
    found.is_damaged = found.is_damaged or bool(found.lost) or any(not sheet.is_whole for sheet in found.sheets)
    return found


def address(row: int, column: int) -> str:
    """Return a cell's address as Excel names it: ``J14``."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row}"


def place_of(cell: str) -> tuple[int, int] | None:
    """Return row and column of an address; None where it is not one."""
    match = _CELL.fullmatch(cell.replace("$", ""))
    if match is None:
        return None
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - 64
    return int(match[2]), column


def _put(sheet: Sheet, row: int, column: int, cell: Cell | None) -> None:
    if cell is None:
        return
    if row > FARTHEST_ROW or column > FARTHEST_COLUMN:
        sheet.beyond += 1
    else:
        sheet.cells[row][column] = cell


def _name(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _elements(xml: bytes, *names: str) -> Iterator[Element]:
    """Yield the elements of some names, each whole, and let go of it; ends early where the XML breaks off.

    Raises:
        ParseError: it breaks off, after what stands before was yielded.
    """
    parents: list[Element] = []
    for event, element in ElementTree.iterparse(io.BytesIO(xml), ("start", "end")):
        if event == "start":
            parents.append(element)
            continue
        parents.pop()
        if _name(element) in names:
            yield element
            if parents:
                parents[-1].remove(element)


def _attribute(element: Element, name: str, usual: str = "") -> str:
    """Return an attribute by its name without a prefix."""
    return next((text for key, text in element.items() if key.rpartition("}")[2] == name), usual)


# --- Excel workbooks -----------------------------------------------------------------------------


class _Looks(NamedTuple):
    """What is needed beside a sheet to say what its cells hold."""

    texts: list[str] | None
    """None where they are lost."""
    dates: list[bool] | None
    """Whether each cell format is one for dates; None where they are lost."""
    from_1904: bool


def _read_xlsx(parts: Mapping[str, bytes], found: Salvaged) -> None:
    names, found.counts_from_1904 = _sheet_names(parts)
    looks = _Looks(_texts(parts), _date_formats(parts), found.counts_from_1904)
    found.issue_id = _property(parts.get("docProps/custom.xml", b""))
    there = sorted(part for part in parts if re.fullmatch(r"xl/worksheets/[^/]+\.xml", part))
    for part in dict.fromkeys([*names, *there]):
        name = names.get(part, part.rpartition("/")[2].removesuffix(".xml"))
        if part not in parts:
            found.lost.append(name)
            continue
        sheet = Sheet(name)
        found.sheets.append(sheet)
        try:
            _read_sheet(parts[part], sheet, looks)
        except _BROKEN:
            sheet.is_whole = False
        if len(sheet.merged) > _MOST_MERGED:
            sheet.merged = [(1, 1, FARTHEST_ROW, FARTHEST_COLUMN)]


def _sheet_names(parts: Mapping[str, bytes]) -> tuple[dict[str, str], bool]:
    """Return the names of the sheets by the parts that hold them, and whether days count from 1904."""
    relations: dict[str, str] = {}
    names: dict[str, str] = {}
    from_1904 = False
    try:
        for each in _elements(parts.get("xl/_rels/workbook.xml.rels", b""), "Relationship"):
            relations[each.get("Id", "")] = posixpath.normpath(posixpath.join("/xl", each.get("Target", "")))[1:]
    except _BROKEN:
        pass
    try:
        for each in _elements(parts.get("xl/workbook.xml", b""), "sheet", "workbookPr"):
            if _name(each) == "workbookPr":
                from_1904 = each.get("date1904", "") in {"1", "true"}
            elif (part := relations.get(_attribute(each, "id"), "")).startswith("xl/worksheets/"):
                names[part] = each.get("name", "")
    except _BROKEN:
        pass
    return names, from_1904


def _texts(parts: Mapping[str, bytes]) -> list[str] | None:
    """Return the texts that cells refer to by number, as far as they can be read; None where they are lost."""
    part = next((name for name in parts if name.lower() == "xl/sharedstrings.xml"), "")
    if not part:
        return None
    found: list[str] = []
    try:
        for each in _elements(parts[part], "si"):
            found.append(_said(each))  # noqa: PERF401  (what stands before the break is kept)
    except _BROKEN:
        pass
    return found


def _said(element: Element) -> str:
    """Return the text of a cell, without how it is pronounced."""
    if _name(element) == "t":
        return unescape(element.text or "")
    return "".join(_said(child) for child in element if _name(child) in {"t", "r", "is"})


def _date_formats(parts: Mapping[str, bytes]) -> list[bool] | None:
    formats: dict[str, str] = {}
    dates: list[bool] = []
    try:
        for each in _elements(parts["xl/styles.xml"], "numFmt", "cellXfs"):
            if _name(each) == "numFmt":
                formats[each.get("numFmtId", "")] = each.get("formatCode", "")
            else:
                dates = [_is_date(xf.get("numFmtId", "0"), formats) for xf in each]
    except (*_BROKEN, KeyError):
        return None
    return dates


def _is_date(number: str, formats: Mapping[str, str]) -> bool:
    if number in formats:
        return bool(is_date_format(formats[number]))
    return number.isdecimal() and int(number) in _BUILT_IN_DATES


def _read_sheet(xml: bytes, sheet: Sheet, looks: _Looks) -> None:
    row = 0
    for each in _elements(_near(xml, sheet), "row", "mergeCell"):
        if _name(each) == "mergeCell":
            first, _, last = each.get("ref", "").partition(":")
            corners = place_of(first), place_of(last or first)
            if corners[0] and corners[1]:
                sheet.merged.append((*corners[0], *corners[1]))
            continue
        row = int(each.get("r", row + 1))
        column = 0
        for cell in each:
            place = place_of(cell.get("r", ""))
            column = place[1] if place else column + 1
            _put(sheet, row, column, _xlsx_cell(cell, looks))


def _near(xml: bytes, sheet: Sheet) -> bytes:
    """Return a sheet without the rows that are too far outside; a million formatted ones would take all the time."""
    first, last = _FAR_ROW.search(xml), xml.rfind(b"</")
    while last > 0 and not _SHEET_DATA_ENDS.match(xml, last):
        last = xml.rfind(b"</", 0, last)
    if first is None or last <= first.start():
        return xml
    sheet.beyond += len(_FILLED.findall(xml, first.start(), last))
    return xml[: first.start()] + xml[last:]


def _xlsx_cell(cell: Element, looks: _Looks) -> Cell | None:
    inside = {_name(child): child for child in cell}
    formula = inside["f"].text or "" if "f" in inside else None
    if formula in _TRUTHS:
        formula = None
    value = _xlsx_value(cell, inside, looks)
    if value is None:
        return None if formula is None else Cell(UNREADABLE, "", formula)
    return value._replace(formula=formula)


def _xlsx_value(cell: Element, inside: Mapping[str, Element], looks: _Looks) -> Cell | None:
    kind = cell.get("t", "n")
    raw = (inside["v"].text or "") if "v" in inside else ""
    if kind == "inlineStr":
        return _written(_said(inside["is"]) if "is" in inside else "")
    if kind == "str" or not raw:
        return _written(unescape(raw))
    if kind == "s":
        is_there = looks.texts is not None and raw.strip().isdecimal() and int(raw) < len(looks.texts)
        return _written(looks.texts[int(raw)]) if looks.texts is not None and is_there else Cell(UNREADABLE)
    if kind == "n":
        return _xlsx_number(cell, raw, looks)
    return {"b": Cell(BOOLEAN, raw.strip() in {"1", "true"}), "e": Cell(ERROR, raw)}.get(kind) or _day(raw)


def _written(text: str) -> Cell | None:
    if len(text) > LONGEST_TEXT:  # no program lets a person type so much
        return Cell(UNREADABLE)
    return Cell(TEXT, text) if text else None


def _xlsx_number(cell: Element, raw: str, looks: _Looks) -> Cell:
    try:
        number = float(raw)
        look = int(cell.get("s", "0"))
    except ValueError:
        return Cell(UNREADABLE, raw)
    if looks.dates is None or look >= len(looks.dates):
        return Cell(UNREADABLE, raw) if look and _FIRST_DAY <= number <= _LAST_DAY else Cell(NUMBER, number)
    if looks.dates[look]:
        return Cell(DATE, number + _DAYS_LATER if looks.from_1904 else number)
    return Cell(NUMBER, number)


def _day(text: str) -> Cell:
    """Return a day in ISO 8601 as what a workbook counts."""
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        return Cell(UNREADABLE, text)
    return Cell(
        DATE, float((when.date() - DAY_ZERO).days) + (when.hour * 3600 + when.minute * 60 + when.second) / 86400
    )


def _property(xml: bytes) -> str:
    """Return what the properties of a workbook say it was issued as."""
    try:
        for each in _elements(xml, "property", "user-defined"):
            if _attribute(each, "name") == "dapf_issue":
                return "".join(each.itertext()).strip()
    except _BROKEN:
        pass
    return ""


# --- OpenDocument spreadsheets -------------------------------------------------------------------


def _read_ods(parts: Mapping[str, bytes], found: Salvaged) -> None:
    found.issue_id = _property(parts.get("meta.xml", b""))
    tables: list[Sheet] = []
    row = spaces = 0
    try:
        for event, each in ElementTree.iterparse(io.BytesIO(parts["content.xml"]), ("start", "end")):
            name = _name(each)
            if name == "table" and event == "start":
                tables.append(Sheet(_attribute(each, "name"), is_whole=False))
                if len(tables) == 1:
                    found.sheets.append(tables[0])
                    row = 0
            elif name == "table" and event == "end":
                tables[-1].is_whole = True
                if len(tables[-1].merged) > _MOST_MERGED:
                    tables[-1].merged = [(1, 1, FARTHEST_ROW, FARTHEST_COLUMN)]
                tables.pop()
            elif name == "table-row" and event == "end" and len(tables) == 1:
                spaces += sum(int(_attribute(some, "c", "1")) for some in each.iter() if _name(some) == "s")
                if spaces > ods.MOST_SPACES:
                    raise ValueError(spaces)
                row = _read_ods_row(tables[0], each, row)
                each.clear()
    except _BROKEN:
        pass


def _read_ods_row(sheet: Sheet, line: Element, before: int) -> int:
    """Put the cells of a row into a sheet; return the last row that it stands for."""
    rows = int(_attribute(line, "number-rows-repeated", "1"))
    column = 0
    for cell in line:
        if _name(cell) not in {"table-cell", "covered-table-cell"}:
            continue
        columns = int(_attribute(cell, "number-columns-repeated", "1"))
        held = _ods_cell(cell)
        if held is not None:
            _put_repeated(sheet, held, (before + 1, rows), (column + 1, columns))
        down, across = (int(_attribute(cell, f"number-{way}-spanned", "1")) for way in ("rows", "columns"))
        if (down > 1 or across > 1) and len(sheet.merged) <= _MOST_MERGED:
            sheet.merged.append((before + 1, column + 1, before + down, column + across))
        column += columns
    return before + rows


def _put_repeated(sheet: Sheet, held: Cell, rows: tuple[int, int], columns: tuple[int, int]) -> None:
    if rows[1] * columns[1] > _MOST_REPEATED:
        sheet.beyond += 1
        return
    for row in range(rows[0], min(rows[0] + rows[1], FARTHEST_ROW + 2)):
        for column in range(columns[0], min(columns[0] + columns[1], FARTHEST_COLUMN + 2)):
            _put(sheet, row, column, held)


def _ods_cell(cell: Element) -> Cell | None:
    kind, value, formula = ods.held_by(cell)
    if formula is not None:
        formula = formula.partition("=")[2]
    if formula in _TRUTHS:
        formula = None
    if kind == "error":
        return Cell(ERROR, value, formula)
    if isinstance(value, bool):
        return Cell(BOOLEAN, value, formula)
    if isinstance(value, float):
        return Cell(NUMBER, value, formula)
    if isinstance(value, date):
        return _day(value.isoformat())._replace(formula=formula)
    text = _written(value)
    if text is None:
        return None if formula is None else Cell(UNREADABLE, "", formula)
    return text._replace(formula=formula)
