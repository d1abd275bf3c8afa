"""Reads a return back: every value with its sheet and cell, whoever saved the file last.

What a workbook holds is read in ``xlsx`` and ``ods``; here it becomes a return.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from defusedxml import DefusedXmlException

from dapf_xl.findings import Code, Finding, has_errors
from dapf_xl.personal_data import redacted
from dapf_xl.plain import file_name
from dapf_xl.returns import ods, xlsx
from dapf_xl.returns.asides import asides_of
from dapf_xl.returns.fittings import BookFittings
from dapf_xl.returns.layout import (
    DEFINITIONS,
    ENTRY_TABLES,
    HEADER_ROW,
    IDENTITY,
    IDENTITY_FIELDS,
    LABEL,
    RETURN,
    SIGN_OFF,
    START,
    ids_in_row,
)
from dapf_xl.returns.looks import UNSEEN
from dapf_xl.returns.number_formats import AS_ANOTHER, AS_NUMBER, AS_PERCENT, NO_TEXT, NO_ZERO, above_zero
from dapf_xl.returns.package import Package
from dapf_xl.returns.troubles import DISGUISED, ERROR, FORMULA, HIDDEN, NO_TROUBLE, UNCALCULATED, SheetRead

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from dapf_xl.returns.asides import Aside
    from dapf_xl.returns.layout import EntryTable
    from dapf_xl.returns.troubles import Cells

__all__ = [
    "DISGUISED",
    "ERROR",
    "FORMULA",
    "HIDDEN",
    "UNCALCULATED",
    "Entry",
    "ReadReturn",
    "read_return",
    "read_table",
]

WANTED = (IDENTITY, START, *ENTRY_TABLES, DEFINITIONS)
"""The sheets that are read: all that a return can have."""


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
    """What is the matter with the value's cell, such as error or formula; "" for nothing."""
    part: str = "value"
    """The part of the row that the value stands in."""
    label: str = ""
    """What stands where a spare row has its label; in every other row, what the return says it is for."""
    look: str = ""
    """How a number shows: as a number or a percentage; "" where that is not known."""


class Outside(NamedTuple):
    """Something that was typed on an entry sheet where no figure is asked for."""

    sheet: str
    cell: str
    value: Any


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
    outside: list[Outside] = field(default_factory=list)
    sheets: tuple[str, ...] = ()
    asides: list[Aside] = field(default_factory=list)
    """What points to one person beside the cells."""
    findings: list[Finding] = field(default_factory=list)
    content: dict[str, SheetRead] = field(default_factory=dict)
    """What stands on each of its sheets; nothing where the file could not be read."""
    book: BookFittings = field(default_factory=BookFittings)
    """How the workbook is fitted out besides its sheets."""
    tables: dict[str, EntryTable] = field(default_factory=dict)
    """Entry tables whose columns stand elsewhere than they were issued, by sheet."""

    @property
    def name(self) -> str:
        """The file's name, as it can be kept and shown: without what in it points to one person."""
        return redacted(file_name(self.path.name))

    def positions(self) -> dict[str, list[tuple[int, str]]]:
        """Return row and id of every figure as they stand in the file, by sheet."""
        places: dict[str, list[tuple[int, str]]] = {sheet: [] for sheet in self.sheets if sheet in ENTRY_TABLES}
        for entry in self.entries:
            places[entry.sheet].append((entry.row, entry.id))
        return places


def read_return(path: Path) -> ReadReturn:
    """Read a file that came back; whatever is wrong with it is in the result's findings."""
    package = Package(path)
    result = ReadReturn(path, saved=package.saved, findings=package.findings)
    if package.data:
        result.sha256 = hashlib.sha256(package.data).hexdigest()
    if not package.parts:
        return result
    try:
        _read(package, result)
    except BaseException as error:  # (a panic of calamine's is no Exception)
        if isinstance(error, KeyboardInterrupt | SystemExit):
            raise
        if isinstance(error, DefusedXmlException):
            package.found(Code.FILE_UNSAFE_PART, part="XML that declares entities")
        elif not has_errors(result.findings):
            package.found(Code.FILE_TRUNCATED, reason="a sheet in it cannot be read")
        result.entries, result.outside, result.identity, result.sign_off, result.content = [], [], {}, {}, {}
    return result


def _read(package: Package, result: ReadReturn) -> None:
    program = ods if package.is_ods else xlsx
    result.sheets, result.content, result.book = program.read(package, WANTED)
    if IDENTITY not in result.content:
        return
    if DEFINITIONS in result.content:
        result.content[DEFINITIONS] = _alike(result.content[DEFINITIONS])
    result.asides = asides_of(package, result.sheets)
    fields = ((_text(row[0]), _text(row[1])) for row in result.content[IDENTITY].cells if len(row) > 1)
    result.identity = {name: value for name, value in fields if name in IDENTITY_FIELDS}
    start = result.content.get(START, SheetRead())
    result.sign_off = {part: _at(start.cells, cell) for part, cell in SIGN_OFF.items()}
    for sheet, table in ENTRY_TABLES.items():
        if sheet in result.content:
            entries, outside = read_table(table, result.content[sheet])
            result.entries += entries
            result.outside += outside


_LAST: list[SheetRead] = []
"""The sheet ``Definitions`` that was read last."""


def _alike(found: SheetRead) -> SheetRead:
    """Return the sheet that was read last if this is the same: most returns have it in common, and it is long."""
    if not _LAST or _LAST[0] != found:
        _LAST[:] = [found]
    return _LAST[0]


def read_table(table: EntryTable, sheet: SheetRead, header: int = HEADER_ROW) -> tuple[list[Entry], list[Outside]]:
    """Return the rows of an entry table, and what stands on its sheet beside them.

    Args:
        table: The table, its columns as the file has them.
        sheet: What stands on its sheet.
        header: The row of its heads, as Excel counts.
    """
    return list(_entries(table, sheet, header)), list(_outside(table, sheet.cells, header))


def _entries(table: EntryTable, content: SheetRead, header: int) -> Iterator[Entry]:
    troubles, looks = content.troubles, content.looks
    ids = table.index("id")
    values = {part: table.index(part) for part in table.inputs}
    first = table.inputs[0]
    shorthands = table.index("shorthand") if table.has("shorthand") else ids
    comments = table.index("comment") if table.has("comment") else ids
    has_shorthand, has_comment = shorthands != ids, comments != ids
    labels = table.index(LABEL)
    sheet = table.sheet
    is_return = sheet == RETURN.sheet
    errors = {cell: trouble.shown for cell, trouble in troubles.items() if trouble.kind == ERROR}
    for row, line in enumerate(content.cells[header:], header + 1):
        if len(line) <= ids or line[ids] == "":
            continue
        shorthand = _text(line[shorthands]) if has_shorthand and line[shorthands] != "" else ""
        comment = _text(line[comments]) if has_comment and line[comments] != "" else ""
        if errors:  # (they read as blank, and are what stands there)
            shorthand = shorthand or (errors.get(table.cell("shorthand", row), "") if has_shorthand else "")
            comment = comment or (errors.get(table.cell("comment", row), "") if has_comment else "")
        label = _text(line[labels]) if is_return else ""
        for part, name in ids_in_row(table, _text(line[ids])):
            value, address = line[values[part]], f"{table.columns[part]}{row}"
            trouble, shown = troubles.get(address, NO_TROUBLE) if troubles else NO_TROUBLE
            is_first = part == first
            look = looks.get(address, "") if value != "" else ""
            if look not in _AS_IT_IS:  # (hardly ever)
                trouble = trouble or _trouble_of(value, look)
                look = above_zero(look)
            yield Entry(
                sheet,
                row,
                name,
                shown if trouble == ERROR else None if value == "" else value,
                shorthand if is_first else "",
                comment if is_first else "",
                trouble,
                part,
                label,
                look,
            )


_AS_IT_IS = frozenset({"", AS_NUMBER, AS_PERCENT})


def _trouble_of(value: object, look: str) -> str:
    """Return what is the matter with a cell that does not show what it holds; "" where it does for this value."""
    if look == UNSEEN:
        return HIDDEN
    if type(value) is float:
        return DISGUISED if (above_zero(look) == AS_ANOTHER if value else NO_ZERO in look) else ""
    return DISGUISED if isinstance(value, str) and NO_TEXT in look else ""


def _outside(table: EntryTable, cells: Cells, header: int) -> Iterator[Outside]:
    """Yield what stands to the right of a table, and in its input columns beside no figure."""
    ids = table.index("id")
    beyond_table = table.hidden().stop
    inputs = [table.index(part) for part in (*table.inputs, "shorthand", "comment") if table.has(part)]
    for row, line in enumerate(cells[header:], header + 1):
        width = len(line)
        is_figure = width > ids and line[ids] != ""
        if is_figure and width <= beyond_table:
            continue
        beyond = range(beyond_table, width)
        columns = beyond if is_figure else [*inputs, *beyond]
        for column in columns:
            if column < width and line[column] != "":
                yield Outside(table.sheet, f"{chr(ord('A') + column)}{row}", line[column])


def _text(value: object) -> str:
    """Return what a cell that is meant for words holds, as the program shows it."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return f"{value:.15g}"
    return str(value)


def _at(cells: Cells, address: str) -> object:
    row, column = int(address[1:]) - 1, ord(address[0]) - ord("A")
    return cells[row][column] if row < len(cells) and column < len(cells[row]) else ""
