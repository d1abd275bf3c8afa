"""How a sheet of an Excel workbook is fitted out besides its values: protected, validated, linked, printed."""

from __future__ import annotations

import re
import zipfile
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from dapf_xl.returns.fittings import ALLOWED, IssuedSurroundings, SheetFittings, StoredFittings, Validation
from dapf_xl.returns.looks import StoredLooks
from dapf_xl.returns.more import more_of
from dapf_xl.returns.pages import printed_of, with_printed
from dapf_xl.returns.pieces import YES, child, elements_of, name_of, named, named_in, said_of, text_of
from dapf_xl.returns.sounding import usual_sheet
from dapf_xl.returns.xlsx_formats import formats_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path
    from xml.etree.ElementTree import Element

    from dapf_xl.returns.fittings import Rule
    from dapf_xl.returns.sounding import StyledCells

_WIDE = re.compile(r"(?:[1-9]\d*)(?:\.\d+)?(?:[eE]\+?\d+)?")
"""A width, in digits, at which somebody sees what stands in a column."""
_VIEW = re.compile(
    rb'\s((?:(?:showZeros|enableFormatConditionsCalculation)="(?!1"|true")[^"]*"'
    rb'|(?:showFormulas|zeroHeight|transitionEvaluation|transitionEntry)="(?!0"|false")[^"]*"'
    rb'|defaultRowHeight="(?!(?:[7-9]|[1-9]\d+)(?:\.\d+)?")[^"]*"|defaultColWidth="0(?:\.\d+)?"|frozenAway="1"))'
)
"""What a sheet shows otherwise than it is held."""
_AWAY = re.compile(rb'<sheetView\s[^<>]*?topLeftCell="(?!A1")[^<>]*>\s*<pane\s[^<>]*?state="frozen')
"""Panes that are frozen where the sheet does not show from its first cell on: nobody can scroll to what is before."""
_AWAY_MARK = b'frozenAway="1"'
_SET = rb'(?: [\w:]++="[^"<>&]*+")*+'
_WORDS = rb"[^<&]*+(?:&(?:amp|lt|gt|quot|apos);[^<&]*+)*+"
_PRINTS = re.compile(
    rb"<pageMargins%b ?/>\s*(?:<pageSetup%b ?/>\s*)?<headerFooter%b>"
    rb"(?:<(odd|even|first)(Header|Footer)%b>%b</\1\2>|<\w+/>|\s)*</headerFooter>" % (_SET, _SET, _SET, _SET, _WORDS)
)
"""What says how a sheet prints, as the usual programs write it."""
_PRINTS_AGAIN = re.compile(rb"<(?:[\w.-]+:)?(?:pageSetup|headerFooter)[\s/>]")
_DEFAULTS = {"selectLockedCells": "0", "selectUnlockedCells": "0", "objects": "0", "scenarios": "0"}
"""What of a sheet is not guarded where it does not say so (ECMA-376 part 1, 18.3.1.85); all else is."""
_NO = ("0", "false")
_PASSWORD = ("password", "hashValue")
_OWN = "#"


class Stored(NamedTuple):
    """All that a sheet has beside what stands in its cells, as the file has it."""

    fittings: StoredFittings
    looks: StoredLooks
    page: bytes


class Beside(NamedTuple):
    """What a sheet leads to outside of it."""

    relations: bytes = b""
    drawn: tuple[str, ...] = ()
    noted: tuple[str, ...] = ()
    printed: Mapping[bytes, bytes] = {}
    """What is printed of it, by ``Print_Area`` and ``Print_Titles``."""


NOTHING_BESIDE = Beside()


def stored(xml: bytes, cells: StyledCells, styles: bytes, theme: bytes, beside: Beside = NOTHING_BESIDE) -> Stored:
    """Return all that a sheet of an Excel workbook has beside what stands in its cells, not looked at yet.

    Args:
        xml: The sheet.
        cells: Its cells with the numbers of their styles.
        styles: The part ``styles.xml`` of its workbook.
        theme: The part with its workbook's colours; nothing where it has none.
        beside: What the sheet leads to outside of it.
    """
    begins, ends = max(xml.find(b"<sheetData"), 0), xml.rfind(b"</sheetData>")
    ends = ends if ends > 0 else xml.find(b">", begins) + 1  # (a sheet without cells)
    page, printed = _page(xml, ends)
    before = _before(xml[:begins])
    behind = xml[ends:page] + xml[printed:]
    fittings = _same(
        StoredFittings(before, behind, cells.hidden, beside.relations, styles, theme, beside.drawn, beside.noted)
    )
    looks = _same(StoredLooks(*cells[:4], before, styles, theme))
    return Stored(fittings, looks, with_printed(xml[page:printed], beside.printed))


@lru_cache(maxsize=256)
def _before(head: bytes) -> bytes:
    """Return what counts of what stands before the cells of a sheet: how it is shown, and its columns."""
    columns = head.find(b"<cols")
    view = _VIEW.findall(head) + [_AWAY_MARK] * (_AWAY.search(head) is not None)
    return b" ".join((*view, head[columns:] if columns > 0 else b""))


def _page(xml: bytes, ends: int) -> tuple[int, int]:
    """Return where that begins and ends which says how a sheet prints: it names the agency, and most else does not."""
    page = xml.rfind(b"<pageMargins", ends)  # (before it, views that were kept have margins of their own)
    found = _PRINTS.match(xml, page) if page > 0 else None
    if found is None or _PRINTS_AGAIN.search(xml, found.end()):
        return len(xml), len(xml)
    return found.span()


Kind = TypeVar("Kind", StoredFittings, StoredLooks)


@lru_cache(maxsize=128)
def _same(found: Kind) -> Kind:
    """Return what is the same as what is kept already as that: most returns are fitted out alike."""
    return found


def fittings_of(found: StoredFittings | SheetFittings) -> SheetFittings:
    """Return fittings looked at."""
    return found if isinstance(found, SheetFittings) else _looked_at(found)


@lru_cache(maxsize=256)
def _looked_at(found: StoredFittings) -> SheetFittings:
    behind, columns = elements_of(found.behind), _columns(found.before)
    by_name: dict[str, list[Element]] = {}
    for each in behind or ():
        by_name.setdefault(name_of(each), []).append(each)
    is_sound = behind is not None and columns is not None
    more = (*more_of(behind or ()), *found.drawn) if is_sound else ("something that no program can read",)
    return SheetFittings(
        allowed=_allowed(by_name.get("sheetProtection", [])),
        hidden_rows=found.hidden_rows,
        hidden_columns=tuple(_hidden_columns(columns or ())),
        merged=tuple(
            said_of(each).get("ref", "") for some in by_name.get("mergeCells", []) for each in named(some, "mergeCell")
        ),
        validations=tuple(_validations(behind or ())),
        formats=formats_of(found.behind, found.styles, found.theme),
        links=tuple(_links(by_name.get("hyperlinks", []), found.relations)),
        more=(
            *more,
            *_tips(by_name.get("hyperlinks", [])),
            *((f"notes ({', '.join(found.noted)})",) if found.noted else ()),
        ),
        view=tuple(_VIEW_WORDS[each.partition(b"=")[0]] for each in _VIEW.findall(b" " + found.before)),
    )


_VIEW_WORDS = {
    b"showZeros": "zeros do not show",
    b"enableFormatConditionsCalculation": "conditional formats do not follow what is typed",
    b"showFormulas": "formulas show, and numbers without their format",
    b"zeroHeight": "rows are hidden that are not made to show",
    b"defaultRowHeight": "rows are as good as hidden that are not made to show",
    b"defaultColWidth": "columns are as good as hidden that are not made to show",
    b"frozenAway": "what stands before its frozen panes is out of reach",
    b"transitionEvaluation": "it calculates as Lotus 1-2-3 did",
    b"transitionEntry": "what is typed is taken as Lotus 1-2-3 took it",
}


def _allowed(protections: list[Element]) -> tuple[str, ...] | None:
    said = said_of(protections[0]) if protections else {}
    if said.get("sheet") not in YES:
        return None
    return tuple(
        name
        for name in ALLOWED
        if (
            any(said.get(each) for each in _PASSWORD)
            if name == "password"
            else said.get(name, _DEFAULTS.get(name, "1")) in _NO
        )
    )


def _columns(before: bytes) -> tuple[Element, ...] | None:
    """Return what there is of columns before a sheet's cells; None where it is no sound XML, or endless."""
    begins, ends = before.find(b"<cols"), before.rfind(b"</cols>")
    return elements_of(before[begins : ends + len(b"</cols>") if ends > begins else None]) if begins >= 0 else ()


def _hidden_columns(columns: Iterable[Element]) -> Iterator[str]:
    for column in (said_of(each) for block in columns for each in named(block, "col")):
        if column.get("hidden", "0") not in _NO or not _WIDE.fullmatch(column.get("width", "1")):
            first, last = (column.get(name, "") for name in ("min", "max"))
            first, last = (first or "1", last or first or "26")
            numbers = range(int(first), min(int(last), 26) + 1) if f"{first}{last}".isdecimal() else range(1, 27)
            yield from (chr(ord("A") + number - 1) for number in numbers)


def _validations(behind: Iterable[Element]) -> Iterator[Rule]:
    for block in behind:
        prompts = said_of(block).get("disablePrompts", "0") in _NO
        for each in named(block, "dataValidation"):
            said = said_of(each)
            first, second = (text_of(child(each, name)) for name in ("formula1", "formula2"))
            error, prompt = ((said.get(f"{name}Title", ""), said.get(name, "")) for name in ("error", "prompt"))
            refuses = said.get("showErrorMessage") in YES
            says = Validation(
                said.get("type", "none"),
                said.get("operator", "between"),
                first,
                second,
                allows_blank=said.get("allowBlank") in YES,
                refuses=said.get("errorStyle", "stop") if refuses else "",
                error=error if refuses else ("", ""),
                prompt=prompt if prompts and said.get("showInputMessage") in YES else ("", ""),
                has_arrow=said.get("showDropDown") not in YES,
            ).says()
            if says:
                yield said.get("sqref") or text_of(child(each, "sqref")), says


def _tips(blocks: Iterable[Element]) -> Iterator[str]:
    """Yield what shows beside links where the pointer rests on them."""
    for block in blocks:
        for each in named(block, "hyperlink"):
            said = said_of(each)
            if said.get("tooltip"):
                yield f'a text beside the pointer on {said.get("ref", "")} ("{said["tooltip"]}")'


def _links(blocks: Iterable[Element], relations: bytes) -> Iterator[Rule]:
    outside = {said.get("Id", ""): said.get("Target", "") for said in map(said_of, named_in(relations, "Relationship"))}
    for block in blocks:
        for each in named(block, "hyperlink"):
            said = said_of(each)
            target, place = outside.get(said.get("id", ""), ""), said.get("location", "")
            if target or place:
                yield said.get("ref", ""), link(target, place)


def link(target: str, place: str = "") -> str:
    """Return what a link leads to in one way of writing it, as ``SheetFittings.links`` has it.

    Args:
        target: An address outside the workbook; "" of a link within it. Programs also write ``#Sheet!A1`` there.
        place: The place in it.
    """
    if target.startswith(_OWN):
        target, place = "", place or target
    place = place.removeprefix(_OWN)
    if target:
        return f"{target}{_OWN}{place}" if place else target
    return f"{_OWN}{place.replace(chr(39), '').replace('$', '')}"


# --- what went out -------------------------------------------------------------------------------


def written_surroundings(path: Path, names: Mapping[str, Mapping[str, str]]) -> dict[str, IssuedSurroundings]:
    """Return all that the sheets of a return that was just written have beside their values, by sheet.

    Args:
        path: The return.
        names: Of its sheets, in the order in which they were written, what the names of each stand for.
    """
    with zipfile.ZipFile(path) as archive:
        styles, theme = archive.read("xl/styles.xml"), archive.read("xl/theme/theme1.xml")
        printed = printed_of(archive.read("xl/workbook.xml"))
        found = {}
        for number, (sheet, formulas) in enumerate(names.items(), 1):
            xml = archive.read(f"xl/worksheets/sheet{number}.xml")
            usual = usual_sheet(xml)
            beside = Beside(printed=printed.get(number - 1, {}))
            assert usual is not None  # noqa: S101  (XlsxWriter writes as usual)
            found[sheet] = IssuedSurroundings(*stored(xml, usual.cells, styles, theme, beside), formulas)
    return found
