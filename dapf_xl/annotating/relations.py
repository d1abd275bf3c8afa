"""The threads that hold an Excel workbook's parts together: relations, kinds of content, names."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, NamedTuple

from dapf_xl.annotating.markup import Edits, parsed, quoted

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from dapf_xl.annotating.markup import Element

_EMPTY = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
)
TYPES = "[Content_Types].xml"


class Relation(NamedTuple):
    """What a part refers to."""

    id: str
    kind: str
    """The last piece of its type: ``worksheet``, ``comments``."""
    target: str
    """The part's name in the archive; the address as it is, where it is outside."""
    element: Element


class Relations:
    """What one part refers to."""

    def __init__(self, part: str, xml: bytes | None) -> None:
        """Read the relations of a part; None where it has none."""
        self.part = part
        self.xml = xml if xml is not None else _EMPTY
        self.root = parsed(self.xml)
        self.edits = Edits(self.xml)
        self._added: list[str] = []
        self.list = [_relation(part, each) for each in self.root.children]
        self.ids = {each.id for each in self.list}

    @property
    def base(self) -> str:
        """What the types of relations begin with: it differs in the strict form of the format."""
        types = (each.element.attributes.get("Type", "") for each in self.list)
        strict = next((each for each in types if each.startswith("http://purl.oclc.org/")), "")
        return strict.rpartition("/")[0] or "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

    def of(self, *kinds: str) -> list[Relation]:
        """Return the relations of some kinds."""
        return [each for each in self.list if each.kind in kinds]

    def add(self, kind: str, target: str, base: str) -> str:
        """Refer to a part of the archive; return the relation's id."""
        number = len(self.ids) + 1
        while f"rId{number}" in self.ids:
            number += 1
        made = f"rId{number}"
        self.ids.add(made)
        name = f"{self.root.prefix}Relationship"
        where = posixpath.relpath(target, posixpath.dirname(self.part))
        self._added.append(f"<{name} Id={quoted(made)} Type={quoted(f'{base}/{kind}')} Target={quoted(where)}/>")
        return made

    def remove(self, relations: Iterable[Relation]) -> None:
        """Refer to some parts no longer."""
        for each in relations:
            self.edits.replace(each.element.start, each.element.end)

    def done(self) -> bytes:
        """Return the part with all changes."""
        if self._added:
            self.edits.append(self.root, "".join(self._added))
        return self.edits.done()


def _relation(part: str, element: Element) -> Relation:
    target = element.attributes.get("Target", "")
    if element.attributes.get("TargetMode", "") != "External":
        target = posixpath.normpath(posixpath.join("/", posixpath.dirname(part), target))[1:]
    kind = element.attributes.get("Type", "").rpartition("/")[2]
    return Relation(element.attributes.get("Id", ""), kind, target, element)


def relations_of(part: str) -> str:
    """Return the name of the part that holds what a part refers to."""
    folder, name = posixpath.split(part)
    return f"{folder}/_rels/{name}.rels" if folder else f"_rels/{name}.rels"


class Kinds:
    """What kind of content each part is."""

    def __init__(self, xml: bytes) -> None:
        """Read them."""
        self.root = parsed(xml)
        self.edits = Edits(xml)
        self._added: list[str] = []

    def add(self, part: str, kind: str) -> None:
        """Say what kind a part is."""
        name = f"{self.root.prefix}Override"
        self._added.append(f"<{name} PartName={quoted('/' + part)} ContentType={quoted(kind)}/>")

    def add_ending(self, ending: str, kind: str) -> None:
        """Say what kind every part of an ending is, unless that is said."""
        known = {each.attributes.get("Extension", "").lower() for each in self.root.children}
        if ending not in known:
            name = f"{self.root.prefix}Default"
            self.edits.insert(self.root.inside, f"<{name} Extension={quoted(ending)} ContentType={quoted(kind)}/>")

    def without(self, parts: Collection[str]) -> None:
        """Say nothing of parts that are gone, nor of programs that a workbook may hold."""
        for each in self.root.children:
            named = each.attributes.get("PartName", "")[1:]
            kind = each.attributes.get("ContentType", "")
            if named in parts or "vbaProject" in kind:
                self.edits.replace(each.start, each.end)
            elif "ms-excel" in kind and "macroEnabled.main" in kind:
                plain = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
                self.edits.set(each, ContentType=plain)

    def done(self) -> bytes:
        """Return the part with all changes."""
        if self._added:
            self.edits.append(self.root, "".join(self._added))
        return self.edits.done()
