"""Reads an Excel workbook: what stands on its sheets, and all that they have beside it.

A sheet that is written as the usual programs write it is taken apart once, and its values come of the pieces. Of any
other the cells are put in order first, and calamine reads them: it tells neither errors nor formulas, and makes room
for every cell between the first and the last, so that a stray character in the last row would fill the memory.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from dataclasses import replace
from functools import lru_cache
from html import unescape
from typing import TYPE_CHECKING, NamedTuple

import python_calamine
from defusedxml import ElementTree

from dapf_xl.findings import Code
from dapf_xl.plain import shown
from dapf_xl.returns.fittings import BookFittings, Surroundings
from dapf_xl.returns.layout import ENTRY_TABLES
from dapf_xl.returns.more import HARMLESS, HOLDS, NOTHING_DRAWN, drawn_on
from dapf_xl.returns.pages import printed_of
from dapf_xl.returns.pieces import elements_of
from dapf_xl.returns.sounding import Sound, TwoWaysError, look_at_strings, rich_cells, rich_texts, sound, usual_sheet
from dapf_xl.returns.troubles import SheetRead
from dapf_xl.returns.xlsx_fittings import Beside, stored
from dapf_xl.returns.xlsx_formats import as_shown
from dapf_xl.returns.xlsx_formulas import formulas_of
from dapf_xl.returns.xlsx_values import kinds_of, strings_of, values_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from dapf_xl.returns.package import Package
    from dapf_xl.returns.sounding import Runs, StyledCells, UsualSheet
    from dapf_xl.returns.troubles import Cells
    from dapf_xl.returns.xlsx_fittings import Stored


def _set(element: str, attribute: str, value: str) -> re.Pattern[bytes]:
    return re.compile(rf"""<(?:\w+:)?{element}\s(?:[^<>]*\s)?{attribute}\s*=\s*["'](?:{value})["']""".encode())


_WORKBOOK = "xl/workbook.xml"
_SHEET = re.compile(rb"<(?:\w+:)?sheet\s([^<>]*)>")
_NAMES = re.compile(rb"<(?:\w+:)?definedNames(?:\s[^<>]*)?>.*</(?:\w+:)?definedNames>", re.DOTALL)
_NAME = re.compile(rb'<(?:\w+:)?definedName\s(?!name="_xlnm\.)([^<>]*)>([^<]*)')
"""A name that was given to cells: not those for printing, where these are written as the usual programs write them."""
_STRUCTURE = re.compile(rb'<(?:\w+:)?workbookProtection\s[^<>]*lockStructure="(?:1|true)"')
_FROM_1904 = _set("workbookPr", "date1904", "1|true")
_SETTINGS = (
    (_FROM_1904, "its days count from 1904"),
    (_set("calcPr", "calcMode", "manual"), "it calculates only when asked"),
    (_set("calcPr", "calcMode", "autoNoTable"), "it calculates data tables only when asked"),
    (_set("calcPr", "fullPrecision", "0|false"), "it calculates with what cells show, not with what they hold"),
    (_set("calcPr", "iterate", "1|true"), "it lets formulas go round in circles"),
    (_set("workbookProtection", "(?:workbookPassword|workbookHashValue)", '[^"]+'), "a password guards its sheets"),
    (_set("fileSharing", "(?:reservationPassword|hashValue)", '[^"]+'), "a password is asked of who saves it"),
)
"""In what a workbook can be set otherwise (ECMA-376 part 1, 18.2), and what that means."""
_CALC = b'appName="Calc"'
"""LibreOffice keeps the protection of the sheets, and drops that of the workbook."""
_ISSUE = re.compile(rb'name="dapf_issue"[^<>]*>\s*<(?:\w+:)?lpwstr>([^<]*)<')
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\s([^<>]*)>")
_ATTRIBUTE = re.compile(rb"""([\w:]+)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')""")
_INPUTS = {sheet: frozenset(ord(table.columns[part]) for part in table.inputs) for sheet, table in ENTRY_TABLES.items()}
"""Of each table the columns that figures are typed into."""
_STRICT = b'"http://purl.oclc.org/ooxml/spreadsheetml/main"'
_MANY_ROWS = 1000
"""Rows far below a table from which it is told that there are so many; they make a file slow, and are empty."""


class _Relation(NamedTuple):
    """What a part of a workbook leads to."""

    id: str
    kind: str
    """Such as worksheet, sharedStrings."""
    target: str


def read(package: Package, wanted: Sequence[str]) -> tuple[tuple[str, ...], dict[str, SheetRead], BookFittings]:
    """Return the names of all sheets, what stands on those that are wanted, and how the workbook is fitted out."""
    parts = _parts_of(package)
    _look_at_strings(package)
    xml = {name: package.parts[part] for name, part in parts.items() if name in wanted}
    usual = {name: usual_sheet(sheet) for name, sheet in xml.items()}
    sounded = {name: _sounded(package, name, xml[name]) for name, sheet in usual.items() if sheet is None}
    _tell_what_is_unusual(package, sounded)
    xml |= {name: each.xml for name, each in sounded.items()}
    misplaced = next((name for name, sheet in xml.items() if not _is_in_order(sheet[: sheet.find(b"<sheetData")])), "")
    if misplaced:
        raise package.reads_two_ways(f"what stands before the cells of the sheet {shown(misplaced)}")
    rich = rich_texts(package.parts.get("xl/sharedStrings.xml", b""))
    defined = _defined(package.parts[_WORKBOOK])
    printed = printed_of(defined)
    around = {
        name: _around(package, part, xml[name], (usual[name] or sounded[name]).cells, rich, printed.get(number, {}))
        for number, (name, part) in enumerate(parts.items())
        if name in xml
    }
    formulas = {name: formulas_of(usual[name] or sounded[name], sheet) for name, sheet in xml.items()}
    values = _usual_values(package, usual, around)
    if values is None:
        values = _values(package, xml, {parts[name]: each.xml for name, each in sounded.items()})
    found = {}
    for name in wanted:
        if name in xml:
            far = sounded[name].far if name in sounded else ()
            numbers = _numbers(name, around[name])
            found[name] = SheetRead(values[name], *formulas[name], numbers, far, Surroundings(*around[name]))
    return tuple(parts), found, _book(package, defined)


def _usual_values(
    package: Package, usual: Mapping[str, UsualSheet | None], around: Mapping[str, Stored]
) -> dict[str, Cells] | None:
    """Return what stands on each sheet, where all of it is written as usual; None where one is not."""
    strings = strings_of(package.parts.get("xl/sharedStrings.xml", b""))
    styles = package.parts.get("xl/styles.xml")
    if strings is None or not styles or package.recoded or _FROM_1904.search(package.parts[_WORKBOOK]):
        return None
    kinds = kinds_of(styles)
    found: dict[str, Cells] = {}
    for name, sheet in usual.items():
        is_sound = elements_of(around[name].fittings.behind) is not None and _is_text(around[name].page)
        cells = values_of(sheet.held, strings, kinds) if sheet and is_sound else None
        if cells is None:
            return None
        found[name] = cells
    return found


def _is_text(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


def _values(package: Package, names: Iterable[str], changed: Mapping[str, bytes]) -> dict[str, Cells]:
    """Return what stands on each sheet, as calamine finds it where some parts were written anew."""
    data = _with_parts(package, changed) if changed or package.recoded else package.data
    workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    return {name: workbook.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in names}


_TAGS = re.compile(rb"<(?:\w+:)?([A-Za-z]\w*)")
_BEHIND_CELLS = frozenset(name.encode() for name in {*HOLDS, *HARMLESS} - {"extLst"})
"""What stands behind the cells of a sheet: Excel refuses it before them, where other programs go by it."""


@lru_cache(maxsize=256)
def _is_in_order(head: bytes) -> bool:
    """Say whether nothing stands before the cells of a sheet that belongs behind them."""
    return _BEHIND_CELLS.isdisjoint(_TAGS.findall(head))


def _around(  # noqa: PLR0913, PLR0917  (where it is, what is in it, and what the workbook says of it)
    package: Package,
    part: str,
    xml: bytes,
    cells: StyledCells,
    rich: Mapping[int, Runs],
    printed: Mapping[bytes, bytes],
) -> Stored:
    """Return all that a sheet has beside what stands in its cells."""
    folder, _, name = part.rpartition("/")
    if rich:
        cells = cells._replace(rich=(*cells.rich, *rich_cells(xml, rich)))
    styles, theme, relations = (
        package.parts.get(each, b"") for each in ("xl/styles.xml", "xl/theme/theme1.xml", f"{folder}/_rels/{name}.rels")
    )
    drawn = drawn_on(part, relations, package.parts) if relations else NOTHING_DRAWN
    return stored(xml, cells, styles, theme, Beside(relations, drawn.things, drawn.noted, printed))


def _numbers(name: str, around: Stored) -> Mapping[str, str]:
    """Return how the numbers of an entry table's figures show, by address."""
    if name not in _INPUTS:
        return {}
    return as_shown(around.fittings, around.looks, _INPUTS[name])


def _tell_what_is_unusual(package: Package, sounded: Mapping[str, Sound]) -> None:
    """Add a warning where a workbook is of a kind that some programs cannot read, or large for nothing."""
    if _STRICT in package.parts[_WORKBOOK]:
        package.found(Code.FILE_UNUSUAL, what="of the kind Strict Open XML Spreadsheet")
    for name, sheet in sounded.items():
        if sheet.far_rows > _MANY_ROWS:
            what = f"formatted far below its tables: {sheet.far_rows:,} rows on the sheet {shown(name)}"
            package.found(Code.FILE_UNUSUAL, what=what)


def _sounded(package: Package, name: str, xml: bytes) -> Sound:
    try:
        return sound(xml)
    except TwoWaysError as error:
        raise package.reads_two_ways(f"on the sheet {shown(name)}, {error}") from error


def texts_of(path: Path) -> Iterator[tuple[str, list[list[str]]]]:
    """Yield name and texts, row by row, of every sheet of a workbook of this program's that a reader can see."""
    workbook = python_calamine.CalamineWorkbook.from_path(path)
    for sheet in workbook.sheets_metadata:
        if sheet.visible is python_calamine.SheetVisibleEnum.Visible:
            rows = workbook.get_sheet_by_name(sheet.name).to_python()
            yield sheet.name, [[cell for cell in row if isinstance(cell, str) and cell] for row in rows]


def _parts_of(package: Package) -> dict[str, str]:
    """Return the part that holds each sheet, by the sheet's name."""
    _look_at(package.parts[_WORKBOOK])
    _look_at(package.parts["[Content_Types].xml"])
    relations = _relations(package, "_rels/.rels", "/")
    if [each.target for each in relations if each.kind == "officeDocument"] != [_WORKBOOK]:
        raise package.reads_two_ways("which of its parts is the workbook")
    relations = _relations(package, "xl/_rels/workbook.xml.rels", "/xl")
    for kind in ("sharedStrings", "styles"):  # calamine knows these by their names, other programs by their relations
        usual = f"xl/{kind}.xml"
        if {each.target for each in relations if each.kind == kind} != {usual} & package.parts.keys():
            raise package.reads_two_ways(f"which of its parts is {usual}")
    targets = {each.id: each.target for each in relations}
    sheets = [_attributes(tag) for tag in _SHEET.findall(package.parts[_WORKBOOK])]
    package.refuse_if_twice(sheet["name"] for sheet in sheets)
    return {sheet["name"]: targets[sheet["id"]] for sheet in sheets}


def _relations(package: Package, part: str, folder: str) -> Sequence[_Relation]:
    relations = _relations_in(package.parts[part], folder)
    if len({each.id for each in relations}) != len(relations):
        raise package.reads_two_ways(f"what {part} leads to")
    return relations


@lru_cache(maxsize=64)
def _look_at(xml: bytes) -> None:
    """Refuse what is no sound XML, in parts of which the patterns here find only what they want.

    Raises:
        ParseError: It is none.
    """
    ElementTree.fromstring(xml)


@lru_cache(maxsize=64)
def _relations_in(xml: bytes, folder: str) -> tuple[_Relation, ...]:
    _look_at(xml)
    return tuple(
        _Relation(
            each["Id"],
            each.get("Type", "").rpartition("/")[2],
            posixpath.normpath(posixpath.join(folder, each["Target"])).lstrip("/"),
        )
        for each in map(_attributes, _RELATION.findall(xml))
    )


def _look_at_strings(package: Package) -> None:
    strings = package.parts.get("xl/sharedStrings.xml")
    if strings:
        try:
            look_at_strings(strings)
        except TwoWaysError as error:
            raise package.reads_two_ways(str(error)) from error


def _defined(workbook: bytes) -> bytes:
    """Return where a workbook says what names stand for."""
    found = _NAMES.search(workbook)
    return found[0] if found else b""


def _book(package: Package, defined: bytes) -> BookFittings:
    issue = _ISSUE.search(package.parts.get("docProps/custom.xml", b""))
    book = _fitted_out(package.parts[_WORKBOOK], defined)
    said = issue[1].decode("utf-8", "replace").strip() if issue else ""
    return replace(book, issue=said, findings=[])


@lru_cache(maxsize=64)
def _fitted_out(xml: bytes, defined: bytes) -> BookFittings:
    """Return how a workbook says that it is fitted out; most returns of a round say the same."""
    sheets = [_attributes(tag) for tag in _SHEET.findall(xml)]
    names, formulas = _names(defined, tuple(sheet["name"] for sheet in sheets)) if defined else ((), {})
    return BookFittings(
        hidden=tuple(sheet["name"] for sheet in sheets if sheet.get("state", "visible") != "visible"),
        names=names,
        formulas=formulas,
        is_protected=bool(_STRUCTURE.search(xml)) or _CALC in xml,
        settings=tuple(words for pattern, words in _SETTINGS if pattern.search(xml)),
    )


@lru_cache(maxsize=64)
def _names(xml: bytes, sheets: tuple[str, ...]) -> tuple[tuple[str, ...], dict[str, dict[str, str]]]:
    """Return the names that were given to cells, and what those of each sheet stand for; most returns share them."""
    found = [(_attributes(tag), unescape(formula.decode())) for tag, formula in _NAME.findall(xml)]
    formulas: dict[str, dict[str, str]] = {}
    for tag, formula in found:
        number = int(tag.get("localSheetId", -1))
        if 0 <= number < len(sheets):
            there = formulas.setdefault(sheets[number], {})
            name = tag["name"]
            there[name] = f"{there[name]}, and again {formula}" if name in there else formula
    return tuple(tag["name"] for tag, _ in found if not tag["name"].startswith("_xlnm.")), formulas


@lru_cache(maxsize=1024)
def _attributes(tag: bytes) -> Mapping[str, str]:
    """Return the attributes of a tag by their names without a prefix; the same tags stand in most returns."""
    return {
        name.rpartition(b":")[2].decode(): unescape((double or single).decode())
        for name, double, single in _ATTRIBUTE.findall(tag)
    }


def _with_parts(package: Package, changed: Mapping[str, bytes]) -> bytes:
    """Return the workbook's bytes with some parts replaced."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in package.parts.items():
            archive.writestr(name, changed.get(name, content))
    return made.getvalue()
