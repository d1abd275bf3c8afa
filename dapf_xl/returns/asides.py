"""What in a workbook points to one person beside its cells: in notes, headers, text boxes, properties, names of sheets.

Nothing of it is taken into anything, and the texts themselves go nowhere from here.
"""

from __future__ import annotations

import posixpath
import re
from html import unescape
from typing import TYPE_CHECKING, NamedTuple
from xml.etree.ElementTree import ParseError

from defusedxml import ElementTree

from dapf_xl.personal_data import kinds_in
from dapf_xl.returns.layout import DEFINITIONS, ENTRY_TABLES, IDENTITY, START

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from xml.etree.ElementTree import Element

    from dapf_xl.returns.package import Package

NOTE, HEADER, BOX, PROPERTY, SHEET_NAME = "note", "header", "box", "property", "sheet name"
"""The kinds of place."""


class Aside(NamedTuple):
    """A place beside the cells whose text points to one person."""

    place: str
    kinds: str
    """What kinds of personal data it holds, as people call them."""
    sheet: str = ""
    cell: str = ""
    name: str = ""
    """Of a property."""


_OWN = frozenset({START, *ENTRY_TABLES, DEFINITIONS, IDENTITY})
_PROPERTIES = {
    "title": "title", "subject": "subject", "keywords": "keywords", "keyword": "keywords", "category": "category",
    "description": "comments",
}  # fmt: skip
"""What people write; the author's name is the program's doing, and labels are an organisation's."""
_LARGEST = 5_000_000
"""Bytes of a part that is looked through; no hand wrote more."""
_MARGINS = re.compile(rb"<(?:\w+:)?(?:odd|even|first)(?:Header|Footer)>([^<]*)<")
_LONGEST_MARGINS = 10_000
"""Bytes before the end of the element in which a sheet's headers and footers stand, each at most 255 characters."""
_CODE = re.compile(r"&(?:[LCRPNDTAFZGBIUSXYE]|\d{1,3}|\"[^\"]*\")")
_DRAWN = re.compile(r"xl/drawings/[^/]*\.xml|xl/charts/[^/]*\.xml")
_NOTES = re.compile(r"xl/(?:threadedComments/[^/]*|comments[^/]*|comments/[^/]*)\.xml")
_TEXT = re.compile(rb">([^<]*[^<\s][^<]*)<")
_SHEET_PART = re.compile(r"xl/worksheets/[^/]*\.xml")
_DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
_OFFICE, _TABLE = (f"{{urn:oasis:names:tc:opendocument:xmlns:{name}:1.0}}" for name in ("office", "table"))


def asides_of(package: Package, sheets: Sequence[str]) -> list[Aside]:
    """Return the places beside a workbook's cells whose text points to one person.

    Args:
        package: The workbook's parts.
        sheets: The names of its sheets.
    """
    found = [Aside(SHEET_NAME, kinds) for name in sheets if name not in _OWN and (kinds := kinds_in(name))]
    return [*found, *(_of_ods if package.is_ods else _of_xlsx)(package.parts)]


def _of_xlsx(parts: Mapping[str, bytes]) -> Iterator[Aside]:
    yield from _properties(parts.get("docProps/core.xml", b""))
    for name, content in parts.items():
        if _SHEET_PART.fullmatch(name):
            if kinds := _margins(content):
                yield Aside(HEADER, kinds, _name_of(parts, name))
        elif _DRAWN.fullmatch(name):
            if kinds := _kinds(_parsed(content)):
                yield Aside(BOX, kinds)
        elif _NOTES.fullmatch(name):
            yield from _notes(content, _sheet_with(parts, name))


def _of_ods(parts: Mapping[str, bytes]) -> Iterator[Aside]:
    yield from _properties(parts.get("meta.xml", b""))
    content = parts["content.xml"]
    if b"annotation" in content or b"<draw:" in content:
        yield from dict.fromkeys(  # (once a sheet: a box stands in a frame)
            Aside(place, kinds, sheet.get(f"{_TABLE}name", ""))
            for sheet in _elements(_parsed(content), f"{_TABLE}table")
            for element in sheet.iter()
            if (place := _place_of(element.tag)) and (kinds := _kinds(element))
        )
    styles = parts.get("styles.xml", b"")
    if b"<style:header" in styles or b"<style:footer" in styles:
        root = _parsed(styles)
        for master in _elements(root, f"{_OFFICE}master-styles"):
            if kinds := _kinds(master):
                yield Aside(HEADER, kinds)


def _place_of(tag: str) -> str:
    """Return the kind of place that an element of an OpenDocument spreadsheet is; "" where it is none."""
    return NOTE if tag == f"{_OFFICE}annotation" else BOX if tag.startswith(_DRAW) else ""


def _properties(content: bytes) -> Iterator[Aside]:
    texts = (unescape(each.decode("utf-8", "replace")) for each in _TEXT.findall(content))
    if b"<!" not in content and not any(map(kinds_in, texts)):
        return  # nearly always, and without taking it apart
    root = _parsed(content)
    for element in () if root is None else root.iter():
        name = element.tag.rpartition("}")[2]
        if name in _PROPERTIES and (kinds := kinds_in(element.text or "")):
            yield Aside(PROPERTY, kinds, name=_PROPERTIES[name])


def _margins(content: bytes) -> str:
    """Return what the headers and footers of a sheet hold."""
    found = content.rfind(b"headerFooter>")
    margins = _MARGINS.findall(content, max(0, found - _LONGEST_MARGINS)) if found >= 0 else ()
    return kinds_in(" ".join(_CODE.sub(" ", unescape(each.decode("utf-8", "replace"))) for each in margins))


def _notes(content: bytes, sheet: str) -> Iterator[Aside]:
    root = _parsed(content)
    for element in () if root is None else root.iter():
        is_note = element.tag.rpartition("}")[2] in {"comment", "threadedComment"}
        if is_note and (kinds := _kinds(element)):
            yield Aside(NOTE, kinds, sheet, element.get("ref", ""))


def _sheet_with(parts: Mapping[str, bytes], notes: str) -> str:
    """Return the name of the sheet that some notes belong to; "" where the file does not tell."""
    relations = (name for name in parts if name.startswith("xl/worksheets/_rels/"))
    for name in relations:
        for target in re.findall(rb'Target="([^"]*)"', parts[name]):
            if posixpath.normpath(posixpath.join("/xl/worksheets", target.decode("utf-8", "replace")))[1:] == notes:
                return _name_of(parts, name.replace("_rels/", "").removesuffix(".rels"))
    return ""


def _name_of(parts: Mapping[str, bytes], part: str) -> str:
    relations = _parsed(parts.get("xl/_rels/workbook.xml.rels", b""))
    workbook = _parsed(parts.get("xl/workbook.xml", b""))
    if relations is None or workbook is None:
        return ""
    ids = {
        each.get("Id", "")
        for each in relations
        if posixpath.normpath(posixpath.join("/xl", each.get("Target", "")))[1:] == part
    }
    for each in workbook.iter():
        if each.tag.endswith("}sheet") and any(key.endswith("}id") and value in ids for key, value in each.items()):
            return each.get("name", "")
    return ""


def _parsed(content: bytes) -> Element | None:
    """Return a part's root; None where there is nothing to be read, which then goes nowhere either."""
    if not content or len(content) > _LARGEST:
        return None
    try:
        root: Element = ElementTree.fromstring(content)
    except ParseError:
        return None
    return root


def _elements(root: Element | None, tag: str) -> Iterator[Element]:
    return iter(()) if root is None else root.iter(tag)


def _kinds(element: Element | None) -> str:
    """Return what kinds of personal data the texts in an element hold, which a program may have cut anywhere."""
    texts = [] if element is None else [each for each in element.itertext() if each.strip()]
    return kinds_in(" ".join(texts) + "\n" + "".join(texts))
