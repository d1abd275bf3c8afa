"""Pieces of a part of an Excel workbook as elements: what stands behind a sheet's cells, say."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING
from xml.etree.ElementTree import ParseError

from defusedxml import ElementTree

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

YES = ("1", "true", "on")
_PREFIX = re.compile(rb"[</\s]([A-Za-z_][\w.-]*):[A-Za-z_]")
_RESERVED = (b"xml", b"xmlns")
_ENDS = re.compile(rb"^\s*</(?:\w+:)?sheetData>|</(?:\w+:)?worksheet>\s*$|^\s*<\?xml[^<>]*\?>")
_MOST_ELEMENTS = 200_000
"""More, and the memory is full before they are looked at; a sheet has some thousands, however it was worked on."""
_EITHER = ("AlternateContent", "Choice")
_FALLBACK = "Fallback"


@lru_cache(maxsize=128)
def elements_of(piece: bytes) -> tuple[Element, ...] | None:
    """Return the elements of a piece of a sheet, whatever their namespaces; None where it is no sound XML, or endless.

    What is there for newer programs alone stands among the rest, and so does what is there for others in its place:
    which of the two shows depends on the program.
    """
    inside = _ENDS.sub(b"", piece)
    if inside.count(b"<") - inside.count(b"</") > _MOST_ELEMENTS:
        return None
    prefixes = {each for each in _PREFIX.findall(inside) if each not in _RESERVED}
    declared = b"".join(b' xmlns:%b="%b"' % (each, each) for each in sorted(prefixes))
    try:
        root: Element = ElementTree.fromstring(b"<piece%b>%b</piece>" % (declared, inside))
    except ParseError:
        return None
    return tuple(_flat(root))


def _flat(root: Element) -> Iterator[Element]:
    there = set()
    for each in root:
        if name_of(each) == _FALLBACK:
            yield from (other for other in _flat(each) if name_of(other) not in there)
        elif name_of(each) in _EITHER:
            inside = [*_flat(each)]
            there |= {name_of(other) for other in inside}
            yield from inside
        else:
            yield each


def name_of(element: Element) -> str:
    """Return an element's name without its namespace."""
    return element.tag.rpartition("}")[2]


def said_of(element: Element) -> dict[str, str]:
    """Return an element's attributes by their names without a namespace."""
    return {name.rpartition("}")[2]: value for name, value in element.attrib.items()}


def named(element: Element, *names: str) -> Iterator[Element]:
    """Yield the elements of some names among those in an element, however deep."""
    return (each for each in element.iter() if each is not element and name_of(each) in names)


def named_in(piece: bytes, name: str) -> Iterator[Element]:
    """Yield the elements of a name in a piece, however deep; none where it is no sound XML."""
    for each in elements_of(piece) or ():
        yield from (each,) if name_of(each) == name else named(each, name)


def child(element: Element, *names: str) -> Element | None:
    """Return the first element of some names right in an element."""
    return next((each for each in element if name_of(each) in names), None)


def text_of(element: Element | None) -> str:
    """Return the text in an element, wherever in it that stands; "" where there is none."""
    return "" if element is None else "".join(element.itertext()).strip()
