"""Reads a return back: every value with its sheet and cell, whoever saved the file last.

Values come from calamine, which is fast but silent about three things: error cells come back empty,
and formulas come back as their last result, or as nothing where there is none. Those are looked for
in the file's own XML, in the cells that people type into.
"""

from __future__ import annotations

import hashlib
import io
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple
from zipfile import BadZipFile
from zlib import error as ZlibError  # noqa: N812  (a class, in spite of its name)

import python_calamine
from defusedxml import ElementTree

from dapf_xl.findings import Code, Finding
from dapf_xl.returns.layout import ENTRY_TABLES, HEADER_ROW, IDENTITY, IDENTITY_FIELDS, SIGN_OFF, START
from dapf_xl.returns.package import Package

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from dapf_xl.returns.layout import EntryTable

Cells = list[list[Any]]

ERROR, FORMULA, UNCALCULATED = "error", "formula", "uncalculated"
"""What can be the matter with an input cell that calamine does not tell."""


class Entry(NamedTuple):
    """A row of an entry table as it came back."""

    sheet: str
    row: int
    id: str
    value: Any
    """None, text, number, bool, date or datetime."""
    shorthand: str
    comment: str
    trouble: str = ""
    """error, formula or uncalculated, where the value's cell is one of these."""


@dataclass(slots=True)
class ReadReturn:
    """A file that came back: what it says it is, what was typed, and what is wrong with the file."""

    path: Path
    sha256: str = ""
    saved: str = ""
    """When the file was last saved, ISO 8601, by the file system."""
    identity: dict[str, str] = field(default_factory=dict)
    sign_off: dict[str, Any] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)
    sheets: tuple[str, ...] = ()
    findings: list[Finding] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The file's name."""
        return self.path.name

    def positions(self) -> dict[str, list[tuple[int, str]]]:
        """Return row and id of every figure as they stand in the file, by sheet."""
        places: dict[str, list[tuple[int, str]]] = {sheet: [] for sheet in self.sheets if sheet in ENTRY_TABLES}
        for entry in self.entries:
            places[entry.sheet].append((entry.row, entry.id))
        return places


def read_return(path: Path) -> ReadReturn:
    """Read a file that came back; whatever is wrong with it is in the result's findings."""
    package = Package(path)
    result = ReadReturn(path, findings=package.findings)
    if package.data:
        result.sha256 = hashlib.sha256(package.data).hexdigest()
        result.saved = datetime.fromtimestamp(path.stat().st_mtime, UTC).isoformat(timespec="seconds")
    if package.archive is None:
        return result
    try:
        _read(package, result)
    except (python_calamine.CalamineError, BadZipFile, ZlibError, ElementTree.ParseError, OSError, ValueError, KeyError, EOFError) as error:
        result.findings.append(Code.FILE_TRUNCATED.finding(file=result.name, reason=str(error) or type(error).__name__))
        result.entries = []
    return result


def _read(package: Package, result: ReadReturn) -> None:
    workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(package.data))
    result.sheets = tuple(workbook.sheet_names)
    if IDENTITY not in result.sheets:
        return
    cells = {sheet: workbook.get_sheet_by_name(sheet).to_python(skip_empty_area=False) for sheet in (IDENTITY, START, *ENTRY_TABLES) if sheet in result.sheets}
    result.identity = {str(row[0]): str(row[1]) for row in cells[IDENTITY] if len(row) > 1 and row[0] in IDENTITY_FIELDS}
    result.sign_off = {part: _at(cells.get(START, []), cell) for part, cell in SIGN_OFF.items()}
    tables = [table for sheet, table in ENTRY_TABLES.items() if sheet in cells]
    troubles = _ods_troubles(package, tables) if package.is_ods else _xlsx_troubles(package, tables)
    for table in tables:
        result.entries.extend(_entries(table, cells[table.sheet], troubles.get(table.sheet, {})))


def _entries(table: EntryTable, cells: Cells, troubles: dict[str, tuple[str, str]]) -> Iterator[Entry]:
    ids, values = table.index("id"), table.index("value")
    shorthands = table.index("shorthand") if table.has("shorthand") else -1
    comments = table.index("comment") if table.has("comment") else -1
    letter = table.columns["value"]
    for row, line in enumerate(cells[HEADER_ROW:], HEADER_ROW + 1):
        if len(line) <= ids or line[ids] == "":
            continue
        value = line[values]
        trouble, shown = troubles.get(f"{letter}{row}", ("", ""))
        yield Entry(
            table.sheet,
            row,
            str(line[ids]),
            shown if trouble == ERROR else None if value == "" else value,
            _text(line[shorthands]) if shorthands >= 0 else "",
            _text(line[comments]) if comments >= 0 else "",
            trouble,
        )


def _text(value: object) -> str:
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _at(cells: Cells, address: str) -> object:
    row, column = int(address[1:]) - 1, ord(address[0]) - ord("A")
    return cells[row][column] if row < len(cells) and column < len(cells[row]) else ""


# --- what calamine does not tell -------------------------------------------------------------

_SHEET = re.compile(rb"<(?:\w+:)?sheet\b([^>]*)>")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\b([^>]*)>")
_ATTRIBUTE = re.compile(rb'([\w:]+)\s*=\s*"([^"]*)"')
_CELL = r'<(?:\w+:)?c\b(?=[^>]*\br="(?P<cell>[{letters}]\d+)")(?P<attributes>[^>]*)(?<!/)>(?P<inside>.*?)</(?:\w+:)?c>'
_VALUE = re.compile(rb"<(?:\w+:)?v>([^<]+)</")
_IS_FORMULA = re.compile(rb"<(?:\w+:)?f\b")
_CELL_PATTERNS = {
    table.sheet: re.compile(_CELL.format(letters=table.columns["value"]).encode(), re.DOTALL)
    for table in ENTRY_TABLES.values()
}
Troubles = dict[str, dict[str, tuple[str, str]]]
"""By sheet and cell: what is the matter, and what the cell shows."""


def _attributes(tag: bytes) -> dict[bytes, bytes]:
    return {name.rpartition(b":")[2]: value for name, value in _ATTRIBUTE.findall(tag)}


def _xlsx_troubles(package: Package, tables: Sequence[EntryTable]) -> Troubles:
    """Return the input cells of a workbook that hold an error or a formula."""
    archive = package.archive
    assert archive is not None  # noqa: S101  (the caller looked)
    targets = {
        entry[b"Id"]: entry[b"Target"].decode()
        for entry in map(_attributes, _RELATION.findall(archive.read("xl/_rels/workbook.xml.rels")))
    }
    wanted = {table.sheet.encode() for table in tables}
    troubles: Troubles = {}
    for sheet in map(_attributes, _SHEET.findall(archive.read("xl/workbook.xml"))):
        name = sheet.get(b"name", b"")
        if name not in wanted:
            continue
        target = targets[sheet[b"id"]]
        part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        troubles[name.decode()] = dict(_cell_troubles(archive.read(part), _CELL_PATTERNS[name.decode()]))
    return troubles


def _cell_troubles(xml: bytes, pattern: re.Pattern[bytes]) -> Iterator[tuple[str, tuple[str, str]]]:
    for match in pattern.finditer(xml):
        inside = match["inside"]
        shown = _VALUE.search(inside)
        if b't="e"' in match["attributes"]:
            yield match["cell"].decode(), (ERROR, shown[1].decode() if shown else "#ERROR")
        elif _IS_FORMULA.search(inside):
            yield match["cell"].decode(), (FORMULA if shown else UNCALCULATED, "")


_TABLE_NS = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE_NS = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_CALCEXT_NS = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
_FARTHEST_ROW = 5000


def _ods_troubles(package: Package, tables: Sequence[EntryTable]) -> Troubles:
    """Return the same for an OpenDocument spreadsheet."""
    archive = package.archive
    assert archive is not None  # noqa: S101  (the caller looked)
    root = ElementTree.fromstring(archive.read("content.xml"))
    wanted = {table.sheet: table for table in tables}
    troubles: Troubles = {}
    for sheet in root.iter(f"{_TABLE_NS}table"):
        table = wanted.get(sheet.get(f"{_TABLE_NS}name", ""))
        if table:
            troubles[table.sheet] = dict(_ods_sheet_troubles(sheet, table))
    return troubles


def _ods_sheet_troubles(sheet: Any, table: EntryTable) -> Iterator[tuple[str, tuple[str, str]]]:  # noqa: ANN401
    row = 0
    for line in sheet.iter(f"{_TABLE_NS}table-row"):
        if row > _FARTHEST_ROW:
            return
        row += 1
        column = -1
        for cell in line:
            column += 1
            if column > table.index("value"):
                break
            formula = cell.get(f"{_TABLE_NS}formula")
            if formula and column == table.index("value"):
                kind = cell.get(f"{_CALCEXT_NS}value-type") or cell.get(f"{_OFFICE_NS}value-type")
                shown = "".join(cell.itertext())
                is_error = kind == "error" or shown.startswith(("#", "Err:"))
                yield table.cell("value", row), (ERROR, shown) if is_error else (FORMULA if kind else UNCALCULATED, "")
            column += int(cell.get(f"{_TABLE_NS}number-columns-repeated", "1")) - 1
        row += int(line.get(f"{_TABLE_NS}number-rows-repeated", "1")) - 1
