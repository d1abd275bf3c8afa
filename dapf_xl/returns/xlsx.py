"""Reads an Excel workbook with calamine, and looks for what calamine does not tell.

Calamine is fast but silent about three things: error cells come back empty, and formulas come back
as their last result, or as nothing where there is none. Those are looked for in the file's own XML,
in the cells that people type into. And it makes room for every cell between the first and the last,
so that a stray character in the last row would fill the memory: such cells are left out first.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from typing import TYPE_CHECKING

import python_calamine
from defusedxml import ElementTree

from dapf_xl.returns.layout import ENTRY_TABLES
from dapf_xl.returns.troubles import ERROR, FARTHEST_COLUMN, FARTHEST_ROW, FORMULA, UNCALCULATED, Trouble

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from dapf_xl.returns.package import Package
    from dapf_xl.returns.troubles import Cells, Troubles

_SHEET = re.compile(rb"<(?:\w+:)?sheet\s([^<>]*)>")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\s([^<>]*)>")
_ATTRIBUTE = re.compile(rb"""([\w:]+)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')""")
_FAR = re.compile(rb'r="(?:[A-Z]{2,3}|[A-Z]\d{4})\d')
_INPUT = {
    table.sheet: re.compile(rb'r="([%b]\d{1,4})"' % "".join(table.columns[part] for part in table.inputs).encode())
    for table in ENTRY_TABLES.values()
}
_SHEET_DATA = re.compile(rb"<((?:\w+:)?)sheetData\b")
_IS_ERROR = re.compile(rb"""\st=["']e["']""")
_IS_TEXT = re.compile(rb"""\st=["']str["']""")
_VALUE = re.compile(rb"<(?:\w+:)?v(?:\s[^<>]*)?>([^<]*)<")
_IS_FORMULA = re.compile(rb"<(?:\w+:)?f(?:\s[^<>]*)?>(?!(?:TRUE|FALSE)\(\)<)")
"""A formula, but for LibreOffice's way of storing a plain TRUE or FALSE."""
_FAR_ROW = re.compile(rb'<(\w+:)?row\s(?:[^<>]*\s)?r="\d{5,}"[^<>]*(?:/>|(?<!/)>.*?</(?(1)\1)row>)', re.DOTALL)
_LONGEST_CELL = 100_000
"""Bytes within which a cell's element must end; Excel's longest text has 32,767 characters."""
_LONGEST_TAG = 1_000


def read(package: Package, wanted: Sequence[str]) -> tuple[tuple[str, ...], dict[str, Cells], Troubles]:
    """Return the names of all sheets, the values of those that are wanted, and what is the matter with them."""
    parts = _parts_of(package)
    xml = {name: package.parts[part] for name, part in parts.items() if name in wanted}
    changed = {parts[name]: _sound(sheet) for name, sheet in xml.items() if _needs_care(sheet)}
    xml |= {name: changed[parts[name]] for name in xml if parts[name] in changed}
    data = _with_parts(package, changed) if changed or package.recoded else package.data
    workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    cells = {name: workbook.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in wanted if name in xml}
    troubles = {name: dict(_troubles(xml[name], _INPUT[name])) for name in ENTRY_TABLES if name in xml}
    return tuple(workbook.sheet_names), cells, troubles


def texts_of(path: Path) -> Iterator[tuple[str, list[list[str]]]]:
    """Yield name and texts, row by row, of every sheet of a workbook of this program's that a reader can see."""
    workbook = python_calamine.CalamineWorkbook.from_path(path)
    for sheet in workbook.sheets_metadata:
        if sheet.visible is python_calamine.SheetVisibleEnum.Visible:
            rows = workbook.get_sheet_by_name(sheet.name).to_python()
            yield sheet.name, [[cell for cell in row if isinstance(cell, str) and cell] for row in rows]


def _parts_of(package: Package) -> dict[str, str]:
    """Return the part that holds each sheet, by the sheet's name."""
    relations = map(_attributes, _RELATION.findall(package.parts["xl/_rels/workbook.xml.rels"]))
    targets = {entry["Id"]: entry["Target"] for entry in relations}
    sheets = map(_attributes, _SHEET.findall(package.parts["xl/workbook.xml"]))
    return {sheet["name"]: posixpath.normpath(posixpath.join("/xl", targets[sheet["id"]]))[1:] for sheet in sheets}


def _attributes(tag: bytes) -> dict[str, str]:
    """Return the attributes of a tag by their names without a prefix."""
    return {
        name.rpartition(b":")[2].decode(): (double or single).decode()
        for name, double, single in _ATTRIBUTE.findall(tag)
    }


def _troubles(xml: bytes, inputs: re.Pattern[bytes]) -> Iterator[tuple[str, Trouble]]:
    """Yield address and trouble of the input cells that hold an error or a formula."""
    data = _SHEET_DATA.search(xml)
    closing = b"</%bc>" % (data[1] if data else b"")
    for match in inputs.finditer(xml):
        place = match.end()
        end = xml.find(b">", place, place + _LONGEST_TAG)
        if end < 0 or xml[end - 1] == ord("/"):
            continue
        inside = xml[end : xml.find(closing, end, end + _LONGEST_CELL)]
        tag = xml[xml.rfind(b"<", max(0, place - _LONGEST_TAG), place) : end]
        shown = _VALUE.search(inside)
        if _IS_ERROR.search(tag):
            yield match[1].decode(), Trouble(ERROR, shown[1].decode() if shown else "#ERROR")
        elif _IS_FORMULA.search(inside):
            known = shown and (shown[1] or _IS_TEXT.search(tag))
            yield match[1].decode(), Trouble(FORMULA if known else UNCALCULATED)


# --- files that other programs wrote in their own way, and traps -----------------------------------


def _needs_care(xml: bytes) -> bool:
    """Say whether cells stand far outside, or are not addressed as every usual program does it."""
    unaddressed = xml.count(b"<c ") + xml.count(b"<row ") > xml.count(b' r="')
    return unaddressed or b"<c>" in xml or b"<row>" in xml or b" r='" in xml or bool(_FAR.search(xml))


def _sound(xml: bytes) -> bytes:
    """Return a sheet with every cell addressed, and without those that are far outside."""
    root = ElementTree.fromstring(_FAR_ROW.sub(b"", xml))  # a million formatted rows would fill the memory as elements
    namespace = root.tag.rpartition("}")[0] + "}" if "}" in root.tag else ""
    row = 0
    for data in root.iter(f"{namespace}sheetData"):
        for line in list(data):
            row = int(line.get("r", row + 1))
            if row > FARTHEST_ROW:
                data.remove(line)
                continue
            line.set("r", str(row))
            column = 0
            for cell in list(line):
                column = _column_of(cell.get("r", "")) or column + 1
                if column > FARTHEST_COLUMN:
                    line.remove(cell)
                else:
                    cell.set("r", f"{chr(ord('A') + column - 1)}{row}")
    for dimension in root.findall(f"{namespace}dimension"):
        root.remove(dimension)
    sound: bytes = ElementTree.tostring(root, encoding="utf-8")
    return sound


def _column_of(address: str) -> int:
    number = 0
    for letter in address.rstrip("0123456789"):
        number = number * 26 + ord(letter) - 64
    return number


def _with_parts(package: Package, changed: Mapping[str, bytes]) -> bytes:
    """Return the workbook's bytes with some parts replaced."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in package.parts.items():
            archive.writestr(name, changed.get(name, content))
    return made.getvalue()
