"""How a sheet of an Excel workbook is fitted out besides its values: protected, validated, linked, printed."""

from __future__ import annotations

import re
import zipfile
from functools import lru_cache
from html import unescape
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from dapf_xl.returns.fittings import IssuedSurroundings, SheetFittings, StoredFittings
from dapf_xl.returns.formulas import comparable
from dapf_xl.returns.looks import StoredLooks
from dapf_xl.returns.sounding import usual_cells

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from dapf_xl.returns.fittings import Rule
    from dapf_xl.returns.sounding import StyledCells

_ATTRIBUTE = re.compile(r"""([\w:]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_PROTECTION = re.compile(rb"<(?:\w+:)?sheetProtection\s([^<>]*)>")
_COLUMN = re.compile(rb"<(?:\w+:)?col\s([^<>]*)/?>")
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^<>]*ref="([^"]*)"')
_VALIDATION = re.compile(rb"<(?:\w+:)?dataValidation\s([^<>]*)>(.*?)</(?:\w+:)?dataValidation>", re.DOTALL)
_FIRST = re.compile(rb"<(?:\w+:)?formula1(?:\s[^<>]*)?>(?:\s*<(?:\w+:)?f>)?([^<]*)<")
_SECOND = re.compile(rb"<(?:\w+:)?formula2(?:\s[^<>]*)?>(?:\s*<(?:\w+:)?f>)?([^<]*)<")
_PLACES = re.compile(rb"<(?:\w+:)?sqref>([^<]*)<")
_FORMAT = re.compile(
    rb"<(?:\w+:)?conditionalFormatting(?:\s([^<>]*))?>(.*?)</(?:\w+:)?conditionalFormatting>", re.DOTALL
)
_RULE = re.compile(rb"<(?:\w+:)?cfRule\s([^<>]*)>\s*<(?:\w+:)?f(?:ormula)?>([^<]*)<")
_NARROW = 1.0
"""Width, in digits, below which nobody sees what stands in a column."""
_VIEW = re.compile(rb'\sshow(?:Zeros="(?:0|false)"|Formulas="(?:1|true)")')
"""What a sheet shows otherwise than it is held."""
_FOOT = b"</headerFooter>"
_YES = ("1", "true")
_WITH_TWO = ("between", "notBetween")
_EXPRESSION = "expression"


class Stored(NamedTuple):
    """All that a sheet has beside what stands in its cells, as the file has it."""

    fittings: StoredFittings
    looks: StoredLooks
    page: bytes


def stored(xml: bytes, cells: StyledCells, styles: bytes, theme: bytes, relations: bytes = b"") -> Stored:
    """Return all that a sheet of an Excel workbook has beside what stands in its cells, not looked at yet.

    Args:
        xml: The sheet.
        cells: Its cells with the numbers of their styles.
        styles: The part ``styles.xml`` of its workbook.
        theme: The part with its workbook's colours; nothing where it has none.
        relations: What the sheet leads to outside of it.
    """
    begins, ends = max(xml.find(b"<sheetData"), 0), xml.rfind(b"</sheetData>")
    page, printed = _page(xml, ends)
    columns = xml.find(b"<cols", 0, begins)
    before = b"".join((*_VIEW.findall(xml, 0, begins), xml[columns:begins] if columns > 0 else b""))
    behind = xml[ends:page] + xml[printed:] if ends > 0 else xml
    fittings = _same(StoredFittings(before, behind, cells.hidden, relations, styles))
    looks = _same(StoredLooks(*cells[:4], before, styles, theme))
    return Stored(fittings, looks, xml[page:printed])


def _page(xml: bytes, ends: int) -> tuple[int, int]:
    """Return where that begins and ends which says how a sheet prints: it names the agency, and most else does not."""
    page = xml.find(b"<pageMargins", ends)
    foot = xml.rfind(_FOOT, page)
    return (page, foot + len(_FOOT)) if 0 < page < foot else (len(xml), len(xml))


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
    behind = found.behind
    protection = _PROTECTION.search(behind)
    return SheetFittings(
        allowed=() if protection is not None and _attributes(protection[1]).get("sheet") in _YES else None,
        hidden_rows=found.hidden_rows,
        hidden_columns=tuple(_hidden_columns(found.before)),
        merged=tuple(place.decode() for place in _MERGED.findall(behind)),
        validations=tuple(_validations(behind)),
        formats=tuple(_formats(behind)),
    )


def _attributes(tag: bytes) -> dict[str, str]:
    found = _ATTRIBUTE.findall(tag.decode("utf-8", "replace"))
    return {name.rpartition(":")[2]: unescape(double or single) for name, double, single in found}


def _hidden_columns(before: bytes) -> Iterator[str]:
    for tag in _COLUMN.findall(before):
        column = _attributes(tag)
        if column.get("hidden") in _YES or float(column.get("width") or _NARROW) < _NARROW:
            last = min(int(column["max"]), 26)
            yield from (chr(ord("A") + number - 1) for number in range(int(column["min"]), last + 1))


def _validations(behind: bytes) -> Iterator[Rule]:
    for tag, inside in _VALIDATION.findall(behind):
        rule = _attributes(tag)
        places = _PLACES.search(inside)
        where = rule.get("sqref") or (places[1].decode() if places else "")
        first, second = (_text(pattern.search(inside)) for pattern in (_FIRST, _SECOND))
        yield where, validation(rule.get("type", "none"), rule.get("operator", "between"), first, second)


def _formats(behind: bytes) -> Iterator[Rule]:
    for tag, inside in _FORMAT.findall(behind):
        places = _PLACES.search(inside)
        where = _attributes(tag).get("sqref") or (places[1].decode() if places else "")
        for rule, formula in _RULE.findall(inside):
            if _attributes(rule).get("type") == _EXPRESSION:
                yield where, unescape(formula.decode("utf-8", "replace"))


def _text(found: re.Match[bytes] | None) -> str:
    return unescape(found[1].decode("utf-8", "replace")) if found else ""


def validation(kind: str, operator: str, first: str, second: str) -> str:
    """Return what a validation says, in one way of writing it."""
    if kind == "list":
        return f"list {comparable(first)}"
    limits = (first, second) if operator in _WITH_TWO else (first,)
    return " ".join((kind, operator, *map(comparable, limits)))


# --- what went out -------------------------------------------------------------------------------


def written_surroundings(path: Path, names: Mapping[str, Mapping[str, str]]) -> dict[str, IssuedSurroundings]:
    """Return all that the sheets of a return that was just written have beside their values, by sheet.

    Args:
        path: The return.
        names: Of its sheets, in the order in which they were written, what the names of each stand for.
    """
    with zipfile.ZipFile(path) as archive:
        styles, theme = archive.read("xl/styles.xml"), archive.read("xl/theme/theme1.xml")
        found = {}
        for number, (sheet, formulas) in enumerate(names.items(), 1):
            xml = archive.read(f"xl/worksheets/sheet{number}.xml")
            cells = usual_cells(xml)
            assert cells is not None  # noqa: S101  (XlsxWriter writes as usual)
            found[sheet] = IssuedSurroundings(*stored(xml, cells, styles, theme), formulas)
    return found
