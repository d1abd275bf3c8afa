"""The styles of a workbook: those of marked cells, and those of a sheet that comes from another workbook.

Styles are only ever added, at the end of their lists: no number that a cell holds comes to mean another.
"""

from __future__ import annotations

import re

from dapf_xl.annotating.markup import Edits, Element, parsed, tag_with
from dapf_xl.findings import Severity
from dapf_xl.styles import FRAME, FRAMES

_LISTS = ("numFmts", "fonts", "fills", "borders", "cellXfs")
_USES = {"numFmtId": "numFmts", "fontId": "fonts", "fillId": "fills", "borderId": "borders"}
_FIRST_OWN_NUMBER = 164
"""Number formats below are every workbook's."""


class Looks:
    """The part ``styles.xml``, to which styles are added."""

    def __init__(self, xml: bytes) -> None:
        """Read what there is."""
        self.xml = xml
        self.root = parsed(xml)
        self.lists = {name: self.root.child(name) for name in _LISTS}
        if any(self.lists[name] is None for name in _LISTS[1:]):
            raise ValueError("the styles are incomplete")
        self.counts = {name: len(each.children) if each else 0 for name, each in self.lists.items()}
        self.added: dict[str, list[str]] = {name: [] for name in _LISTS}
        self._frames: dict[Severity, tuple[int, int | None]] = {}
        self._marked: dict[tuple[int, Severity], int] = {}
        numbers = self.lists["numFmts"]
        used = [int(each.attributes["numFmtId"]) for each in numbers.children] if numbers else []
        self._next_number = max([_FIRST_OWN_NUMBER - 1, *used]) + 1

    def _add(self, kind: str, text: str) -> int:
        self.added[kind].append(text)
        return self.counts[kind] + len(self.added[kind]) - 1

    def marked(self, style: int, severity: Severity) -> int:
        """Return the number of a style that is another one with a frame, and all else as it was."""
        if (style, severity) not in self._marked:
            styles = self.lists["cellXfs"]
            assert styles is not None  # noqa: S101  (looked for above)
            own = styles.children[style]
            tag = self.xml[own.start : own.inside].decode()
            border, fill = self._frame(severity, own.prefix)
            tag = tag_with(tag, borderId=str(border), applyBorder="1")
            if fill is not None:
                tag = tag_with(tag, fillId=str(fill), applyFill="1")
            self._marked[style, severity] = self._add("cellXfs", tag + self.xml[own.inside : own.end].decode())
        return self._marked[style, severity]

    def _frame(self, severity: Severity, prefix: str) -> tuple[int, int | None]:
        """Return the numbers of a frame's border and of its fill, if it has one."""
        if severity not in self._frames:
            look = FRAMES[severity]
            colour = f'<{prefix}color rgb="FF{FRAME[1:]}"/>'
            sides = "".join(
                f'<{prefix}{side} style="{look.line}">{colour}</{prefix}{side}>'
                for side in ("left", "right", "top", "bottom")
            )
            border = self._add("borders", f"<{prefix}border>{sides}<{prefix}diagonal/></{prefix}border>")
            fill = (
                self._add(
                    "fills",
                    f'<{prefix}fill><{prefix}patternFill patternType="solid"><{prefix}fgColor rgb="FF{look.fill[1:]}"/>'
                    f'<{prefix}bgColor indexed="64"/></{prefix}patternFill></{prefix}fill>',
                )
                if look.fill
                else None
            )
            self._frames[severity] = border, fill
        return self._frames[severity]

    def adopt(self, other: bytes) -> list[int]:
        """Add every style of another workbook, written without prefixes; return their numbers here, in order."""
        root = parsed(other)
        begin = {name: self.counts[name] + len(self.added[name]) for name in _LISTS}
        numbers = {}
        for each in _children(root, "numFmts"):
            numbers[each.attributes["numFmtId"]] = str(self._next_number)
            tag = tag_with(other[each.start : each.end].decode(), numFmtId=str(self._next_number))
            self._add("numFmts", self._prefixed(tag))
            self._next_number += 1
        for name in ("fonts", "fills", "borders"):
            for each in _children(root, name):
                self._add(name, self._prefixed(other[each.start : each.end].decode()))
        made = []
        for each in _children(root, "cellXfs"):
            tag = other[each.start : each.inside].decode()
            for use, name in _USES.items():
                old = each.attributes.get(use, "0")
                new = numbers.get(old, old) if name == "numFmts" else str(begin[name] + int(old))
                tag = tag_with(tag, **{use: new})
            tag = tag_with(tag, xfId="0", applyFont="1", applyFill="1", applyBorder="1", applyNumberFormat="1")
            made.append(self._add("cellXfs", self._prefixed(tag + other[each.inside : each.end].decode())))
        return made

    def _prefixed(self, text: str) -> str:
        prefix = self.root.prefix
        return re.sub(r"<(/?)(?=\w)", rf"<\1{prefix}", text) if prefix else text

    def done(self) -> bytes:
        """Return the part with what was added."""
        edits = Edits(self.xml)
        for name, added in self.added.items():
            existing = self.lists[name]
            if not added:
                continue
            if existing is None:  # number formats come first
                tag = f"{self.root.prefix}{name}"
                edits.insert(self.root.inside, f'<{tag} count="{len(added)}">{"".join(added)}</{tag}>')
                continue
            if "count" in existing.attributes:
                edits.set(existing, count=str(self.counts[name] + len(added)))
            edits.append(existing, "".join(added))
        return edits.done()


def _children(root: Element, name: str) -> list[Element]:
    found = root.child(name)
    return found.children if found else []
