"""Reads where each element of a part stands, byte for byte, so that only what is meant to change does.

A part that is parsed and written again comes out otherwise than it went in: prefixes, the order of
attributes, what an extension put there. Here a part stays the bytes that it was; edits are made between them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.parsers import expat
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

DAMAGED = (expat.ExpatError, LookupError, ValueError)
"""What is raised where a part is not as its kind should be."""

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


@dataclass(slots=True, eq=False)
class Element:
    """An element and where it stands in the part's bytes."""

    name: str
    """Without its prefix."""
    prefix: str
    """With its colon; "" where it has none."""
    attributes: dict[str, str]
    """By their names, prefixes included."""
    start: int
    inside: int
    """Where its content begins, behind its first tag."""
    close: int = 0
    """Where its closing tag begins; the same as ``inside`` where it closes itself."""
    end: int = 0
    text: str = ""
    """The text directly in it and in what it holds, as it is parsed."""
    children: list[Element] = field(default_factory=list)

    @property
    def is_closed(self) -> bool:
        """Say whether it closes itself and has no closing tag."""
        return self.close == self.end

    def child(self, name: str) -> Element | None:
        """Return its first child of that name."""
        return next((each for each in self.children if each.name == name), None)

    def all(self, name: str) -> Iterator[Element]:
        """Yield every element of that name in it, in order."""
        for each in self.children:
            if each.name == name:
                yield each
            yield from each.all(name)


def parsed(xml: bytes, skip: Callable[[Element], bool] | None = None) -> Element:
    """Return the root of a part with everything in it.

    Args:
        xml: The part, in an encoding that is a superset of ASCII.
        skip: Says of an element that is complete whether it can be forgotten, so that a large part stays small.

    Raises:
        ExpatError: it is not well formed.
        ValueError: it declares a document type.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    stack: list[Element] = []
    roots: list[Element] = []

    def opened(qname: str, attributes: dict[str, str]) -> None:
        start = parser.CurrentByteIndex
        prefix, colon, name = qname.rpartition(":")
        inside = _end_of_tag(xml, start)
        stack.append(Element(name, prefix + colon, attributes, start, inside))

    def closed(_: str) -> None:
        each = stack.pop()
        closes_itself = xml[each.inside - 2 : each.inside] == b"/>"
        each.close = each.inside if closes_itself else parser.CurrentByteIndex
        each.end = each.inside if closes_itself else _end_of_tag(xml, each.close)
        if not stack:
            roots.append(each)
        elif skip is None or not skip(each):
            stack[-1].children.append(each)
            stack[-1].text += each.text

    def said(text: str) -> None:
        stack[-1].text += text

    def refused(*_: object) -> None:
        raise ValueError("a document type is declared")

    parser.StartElementHandler = opened
    parser.EndElementHandler = closed
    parser.CharacterDataHandler = said
    parser.StartDoctypeDeclHandler = refused
    parser.Parse(xml, True)  # noqa: FBT003  (expat takes it by position)
    return roots[0]


def _end_of_tag(xml: bytes, start: int) -> int:
    """Return where a tag ends that begins at ``start``; a > may stand in an attribute."""
    place, quote = start, 0
    while True:
        if quote:
            place = xml.index(quote, place) + 1
            quote = 0
        match = _TAG_STOP.search(xml, place)
        if match is None:
            raise ValueError("a tag does not end")
        place = match.end()
        if match[0] == b">":
            return place
        quote = match[0][0]


_TAG_STOP = re.compile(rb"""[>"']""")


class Edits:
    """Changes to a part, collected in any order and made at once."""

    def __init__(self, xml: bytes) -> None:
        """Begin with no change."""
        self.xml = xml
        self._made: list[tuple[int, int, bytes]] = []

    def insert(self, place: int, text: str | bytes) -> None:
        """Put text at a place; what is put at the same place stands in the order in which it was put."""
        self._made.append((place, place, _bytes(text)))

    def replace(self, start: int, end: int, text: str | bytes = "") -> None:
        """Put text in place of what stands between two places."""
        self._made.append((start, end, _bytes(text)))

    def set(self, element: Element, **attributes: str | None) -> None:
        """Set attributes of an element, or take away those that are None; ``__`` in a name stands for a colon."""
        tag = self.xml[element.start : element.inside].decode()
        self.replace(element.start, element.inside, tag_with(tag, **attributes))

    def append(self, element: Element, text: str) -> None:
        """Put text at the end of what an element holds."""
        if element.is_closed:
            tag = self.xml[element.start : element.inside].decode()
            self.replace(element.start, element.end, f"{tag[:-2]}>{text}</{element.prefix}{element.name}>")
        else:
            self.insert(element.close, text)

    def done(self) -> bytes:
        """Return the part with all changes made.

        Raises:
            ValueError: two changes are about the same bytes.
        """
        pieces: list[bytes] = []
        place = 0
        for start, end, text in sorted(self._made, key=lambda made: made[:2]):
            if start < place:
                raise ValueError("two changes overlap")
            pieces += (self.xml[place:start], text)
            place = end
        return b"".join((*pieces, self.xml[place:]))


def _bytes(text: str | bytes) -> bytes:
    """Return text in ASCII, which is right whatever encoding a part declares; bytes of the part are as they are."""
    return text if isinstance(text, bytes) else text.encode("ascii", "xmlcharrefreplace")


def tag_with(tag: str, **attributes: str | None) -> str:
    """Return an element's first tag with attributes set, or taken away where they are None; ``__`` is a colon."""
    for key, value in attributes.items():
        name = key.replace("__", ":")
        found = re.search(rf"""\s{re.escape(name)}\s*=\s*(?:"[^"]*"|'[^']*')""", tag)
        words = "" if value is None else f" {name}={quoted(value)}"
        if found:
            tag = tag[: found.start()] + words + tag[found.end() :]
        else:
            at = len(tag) - (2 if tag.endswith("/>") else 1)
            tag = tag[:at].rstrip() + words + tag[at:]
    return tag


def quoted(text: str) -> str:
    """Return text as an attribute's value, with its quotes."""
    return f'"{plain(text, {chr(34): "&quot;", chr(10): "&#10;"})}"'


def plain(text: str, entities: dict[str, str] | None = None) -> str:
    """Return text as it stands in a part, without what a part cannot hold."""
    return escape(_CONTROL.sub("", text), entities or {})
