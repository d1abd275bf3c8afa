"""The catalogue as it stands in files: a folder of CSV files or a workbook, read as cells of text."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from decimal import Decimal
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from python_calamine import CalamineError, CalamineWorkbook

from dapf_xl.catalogue.tables import OPTIONAL_TABLES, TABLES
from dapf_xl.findings import Code, Finding, NothingToReadError, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

Cells = list[list[str | None]]
"""Rows of cells, the header first; None is a cell whose fault is already among the findings."""

CSV_KIND = "CSV UTF-8 (comma delimited)"
WORKBOOK_KIND = "an Excel workbook (.xlsx)"
LONGEST_CELL = 32_767
"""Characters, as UTF-16 counts them, that a cell of a workbook takes."""

_LIST_LIMIT = 12


@dataclass(slots=True)
class Source:
    """What a folder or a workbook holds, before anybody asks what it means."""

    file: str
    cells: dict[str, Cells] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    unknown: set[str] = field(default_factory=set)
    """Tables that are missing, misspelt or unreadable: nothing is known of their rows."""
    misspelt: set[tuple[str, str]] = field(default_factory=set)
    """Tables and columns whose head was misspelt: nothing is known of their cells."""

    def report(self, code: Code, sheet: str = "", cell: str = "", **words: Any) -> None:  # noqa: ANN401  (as finding)
        """Add a finding at a place of this source."""
        self.findings.append(code.finding(file=self.file, sheet=sheet, cell=cell, **words))


class UnreadableError(Exception):
    """A file that cannot be read as a table; the text says why."""


def read_source(path: Path) -> Source:
    """Read a folder of CSV files or an ``.xlsx`` workbook.

    Raises:
        NothingToReadError: nothing stands at ``path``, or it may not be read.
    """
    source = Source(path.resolve().name)
    try:
        if path.is_dir():
            _read_folder(path, source)
        elif path.suffix.casefold() == ".xlsx":
            _read_workbook(path.read_bytes(), source)
        elif path.exists():
            _report_unreadable(source, "it is neither a folder of CSV files nor a workbook")
        else:
            raise NothingToReadError(f"{path}: there is no catalogue here. Name the folder or workbook that holds it.")
    except OSError as error:
        raise NothingToReadError(f"{path} cannot be read: {error.strerror or error}.") from error
    return source


# --- folders of CSV files ------------------------------------------------------------------------


def _read_folder(folder: Path, source: Source) -> None:
    files = {file.stem: file for file in sorted(folder.iterdir()) if _is_csv(file)}
    _report_names(source, files)
    for name in TABLES:
        if name not in files:
            continue
        try:
            source.cells[name] = csv_cells(files[name].read_bytes())
        except UnreadableError as error:
            source.report(Code.TABLE_UNREADABLE, name, reason=error, expected=CSV_KIND, table=name)
            source.unknown.add(name)
        _report_characters(source, name)


def replace_table(source: Source, name: str, file: Path) -> None:
    """Put the rows of a CSV file in place of a table of a source; what was wrong with that table no longer counts.

    Raises:
        NothingToReadError: nothing stands at ``file``, or it may not be read.
    """
    source.findings = [finding for finding in source.findings if finding.sheet != name]
    source.unknown.discard(name)
    source.cells.pop(name, None)
    try:
        source.cells[name] = csv_cells(file.read_bytes())
    except UnreadableError as error:
        source.report(Code.TABLE_UNREADABLE, name, reason=error, expected=CSV_KIND, table=name)
        source.unknown.add(name)
    except OSError as error:
        raise NothingToReadError(f"{file} cannot be read: {error.strerror or error}.") from error
    _report_characters(source, name)


def _is_csv(file: Path) -> bool:
    return file.suffix.casefold() == ".csv" and not file.name.startswith((".", "~"))


def csv_cells(data: bytes) -> Cells:
    """Read the bytes of a CSV file; line ends within a cell become plain newlines."""
    text = _decoded(data)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: Cells = []
    try:
        rows.extend([_plain_lines(cell) for cell in row] for row in reader)
    except csv.Error as error:
        raise UnreadableError(f"its quotation marks do not match at line {reader.line_num} ({error})") from error
    if not rows:
        raise UnreadableError("it is empty: even the row of heads is missing")
    if len(rows[0]) == 1:
        header = rows[0][0] or ""
        parted_by = next((words for mark, words in ((";", "semicolons"), ("\t", "tabs")) if mark in header), "")
        if parted_by:
            raise UnreadableError(f"its columns are parted by {parted_by}, not commas")
    return rows


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UnreadableError("it is UTF-16 text, not UTF-8")
    if data.startswith(b"PK\x03\x04"):
        raise UnreadableError("it is a workbook that is named .csv")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        byte = data[error.start : error.start + 1]
        meant = byte.decode("cp1252", errors="replace")
        raise UnreadableError(
            f"line {line} is not UTF-8 text (the byte {byte.hex().upper()}, {meant} in Excel's Windows encoding)"
        ) from error


def _plain_lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


# --- workbooks -----------------------------------------------------------------------------------


def _read_workbook(data: bytes, source: Source) -> None:
    try:
        workbook = CalamineWorkbook.from_object(io.BytesIO(data))
        sheets = {name: workbook.get_sheet_by_name(name) for name in workbook.sheet_names if name in TABLES}
        without_value = cells_without_value(data)
    except (CalamineError, zipfile.BadZipFile, KeyError) as error:
        _report_unreadable(source, f"it is not a workbook, or damaged ({error})")
        return
    _report_names(source, workbook.sheet_names)
    for name, sheet in sheets.items():
        rows = sheet.to_python(skip_empty_area=False)
        faults = without_value.get(name, {})
        source.cells[name] = [
            [
                value
                if isinstance(value, str) and not faults and "\r" not in value
                else _cell(source, name, (row, column), value, faults)
                for column, value in enumerate(cells)
            ]
            for row, cells in enumerate(rows)
        ]
        _report_characters(source, name)


def _cell(source: Source, table: str, place: tuple[int, int], value: object, faults: dict[str, str]) -> str | None:
    cell = address(*place)
    words = {"column": "the cell"}
    if cell in faults:
        source.report(Code.CELL_WITHOUT_VALUE, table, cell, value=faults[cell], what=faults[cell], **words)
        return None
    if isinstance(value, date | time | timedelta):
        source.report(Code.CELL_IS_A_DATE, table, cell, value=value, **words)
        return None
    return cell_as_text(value)


def cell_as_text(value: object) -> str:
    """Return a workbook's cell as the text that a person sees: 70.0 is ``70``, True is ``yes``."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return format(Decimal(format(value, ".15g")), "f")
    return _plain_lines(str(value))


_XML_CELL = re.compile(rb"<c\b([^>]*?)(?:/>|>(.*?)</c>)", re.DOTALL)
_XML_VALUE = re.compile(rb"<v[^>]*>([^<]+)<")
_ADDRESS = re.compile(rb'\br="([A-Z]+[0-9]+)"')
_SHEET = re.compile(rb"<sheet\b[^>]*>")
_RELATION = re.compile(rb"<Relationship\b[^>]*>")


def cells_without_value(data: bytes) -> dict[str, dict[str, str]]:
    """Find the error cells and the never-calculated formulas, by sheet and address: calamine shows both as empty.

    Args:
        data: The bytes of an ``.xlsx`` file.
    """
    found: dict[str, dict[str, str]] = {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        relations = _RELATION.findall(archive.read("xl/_rels/workbook.xml.rels"))
        parts = {_attribute(relation, b"Id"): _attribute(relation, b"Target") for relation in relations}
        for sheet in _SHEET.findall(archive.read("xl/workbook.xml")):
            target = parts[_attribute(sheet, rb"\w+:id")]
            part = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
            found[_attribute(sheet, b"name")] = _faults_in(archive.read(part))
    return found


def _attribute(tag: bytes, name: bytes) -> str:
    found = re.search(rb"\s" + name + rb"=[\"']([^\"']*)", tag)
    return found[1].decode() if found else ""


_FORMULA = re.compile(rb"<f[\s/>]")
"""The beginning of a cell's formula, and not of a validation's (``formula1``)."""


def _faults_in(xml: bytes) -> dict[str, str]:
    if b't="e"' not in xml and not _FORMULA.search(xml):
        return {}
    faults = {}
    for attributes, body in _XML_CELL.findall(xml):
        value, where = _XML_VALUE.search(body), _ADDRESS.search(attributes)
        if where and b't="e"' in attributes:
            faults[where[1].decode()] = f"the error {value[1].decode() if value else '#VALUE!'}"
        elif where and b"<f" in body and value is None and b't="str"' not in attributes:
            faults[where[1].decode()] = "a formula that was never calculated"
    return faults


def _report_unreadable(source: Source, reason: str) -> None:
    source.report(Code.TABLE_UNREADABLE, table=source.file, reason=reason, expected=WORKBOOK_KIND)
    source.unknown.update(TABLES)


# --- what both share -----------------------------------------------------------------------------


def _report_names(source: Source, names: Iterable[str]) -> None:
    """Report tables that are missing and names that are no table's; one that is only misspelt is reported once."""
    present = list(names)
    missing = [name for name in TABLES if name not in present]
    for name in present:
        if name in TABLES:
            continue
        nearest = nearest_of(name, missing)
        if nearest:
            missing.remove(nearest)
            source.unknown.add(nearest)
        severity = Severity.ERROR if nearest else Severity.WARNING
        near = did_you_mean(nearest)
        source.report(Code.TABLE_UNKNOWN, name, severity=severity, table=name, value=name, near=near)
    for name in missing:
        if name not in OPTIONAL_TABLES:
            source.report(Code.TABLE_MISSING, name, table=name)
            source.unknown.add(name)


_REFUSED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|_x[0-9A-Fa-f]{4}_")


def _report_characters(source: Source, table: str) -> None:
    """Report what a cell of a workbook could not hold, so that exporting never loses anything."""
    good: set[str | None] = {None, ""}  # few texts stand in many cells
    for row, cells in enumerate(source.cells.get(table, ())):
        if good.issuperset(cells):
            continue
        for column, text in enumerate(cells):
            if not text or text in good:
                continue
            refused = _REFUSED.search(text)
            length = len(text) if len(text) * 2 <= LONGEST_CELL else len(text.encode("utf-16-le")) // 2
            words = {"column": "the cell"}
            if refused:
                shown = refused[0] if len(refused[0]) > 1 else f"the control character U+{ord(refused[0]):04X}"
                source.report(Code.CHARACTER_REFUSED, table, address(row, column), value=shown, **words)
            elif length > LONGEST_CELL:
                source.report(
                    Code.CELL_TOO_LONG, table, address(row, column), found=length, limit=LONGEST_CELL, **words
                )
            else:
                good.add(text)
                continue
            cells[column] = None


def address(row: int, column: int) -> str:
    """Return the address of a zero-based place as Excel writes it: (4, 2) is ``C5``."""
    letters, number = "", column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"


def nearest_of(value: str, choices: Iterable[str]) -> str:
    """Return the choice that a misspelt value was most likely meant to be, or ""."""
    by_fold = {choice.casefold(): choice for choice in choices}
    matches = get_close_matches(value.strip().casefold(), by_fold, n=1)
    return by_fold[matches[0]] if matches else ""


def did_you_mean(nearest: str) -> str:
    """Return the words that suggest a near miss, or ""."""
    return f" (did you mean {nearest}?)" if nearest else ""


def listed(choices: Iterable[str]) -> str:
    """Return choices in a row of words, a long row cut short."""
    every = list(choices)
    more = f" and {len(every) - _LIST_LIMIT} more" if len(every) > _LIST_LIMIT else ""
    return ", ".join(every[:_LIST_LIMIT]) + more
