"""The styles of a workbook: those of marked cells, and those of a sheet that comes from another workbook.

Styles are only ever added, at the end of their lists: no number that a cell holds comes to mean another.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dapf_xl.annotating.markup import Edits, Element, parsed, tag_with
from dapf_xl.styles import FRAME, FRAMES, INPUT, INPUT_BORDER, LINE, LOCKED, WRONG

if TYPE_CHECKING:
    from dapf_xl.findings import Severity

_LISTS = ("numFmts", "fonts", "fills", "borders", "cellXfs")
_USES = {"numFmtId": "numFmts", "fontId": "fonts", "fillId": "fills", "borderId": "borders"}
_SIDES = 4
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
        self._known = {
            kind: {xml[child.start : child.end].decode(): number for number, child in enumerate(each.children)}
            for kind, each in self.lists.items()
            if each
        }
        self._numbers = {
            each.attributes["formatCode"]: each.attributes["numFmtId"] for each in _children(self.root, "numFmts")
        }
        self._next_number = max(_FIRST_OWN_NUMBER - 1, *map(int, self._numbers.values()), 0) + 1

    def _add(self, kind: str, text: str) -> int:
        """Return the number of an entry, which is added unless it is there: marking again adds nothing."""
        known = self._known.setdefault(kind, {})
        if text not in known:
            self.added[kind].append(text)
            known[text] = self.counts[kind] + len(self.added[kind]) - 1
        return known[text]

    def marked(self, style: int, severity: Severity) -> int:
        """Return the number of a style that is another one with a frame, and all else as it was."""
        if (style, severity) not in self._marked:
            tag, rest = self._look(style)
            border, fill = self._frame(severity, self.root.prefix)
            tag = tag_with(tag, borderId=str(border), applyBorder="1")
            if fill is not None:
                tag = tag_with(tag, fillId=str(fill), applyFill="1")
            self._marked[style, severity] = self._add("cellXfs", tag + rest)
        return self._marked[style, severity]

    def _frame(self, severity: Severity, prefix: str) -> tuple[int, int | None]:
        """Return the numbers of a frame's border and of its fill, if it has one."""
        if severity not in self._frames:
            look = FRAMES[severity]
            border = self._add("borders", _border(prefix, look.line, FRAME))
            fill = self._add("fills", _fill(prefix, look.fill)) if look.fill else None
            self._frames[severity] = border, fill
        return self._frames[severity]

    def _look(self, style: int) -> tuple[str, str]:
        """Return the first tag of a style, be it added here, and the rest of it."""
        styles = self.lists["cellXfs"]
        assert styles is not None  # noqa: S101  (looked for above)
        beyond = style - self.counts["cellXfs"]
        if beyond >= 0:
            raw = self.added["cellXfs"][beyond]
            end = parsed(raw.encode()).inside
            return raw[:end], raw[end:]
        own = styles.children[style]
        return self.xml[own.start : own.inside].decode(), self.xml[own.inside : own.end].decode()

    def unframed(self, style: int) -> int | None:
        """Return the number of a style that is another one without our frame; None where that has none.

        What it had before is not known any more: it gets the line and the fill of a return's cells.
        """
        lists = self.lists
        assert lists["cellXfs"] and lists["borders"] and lists["fills"]  # noqa: PT018, S101  (looked for above)
        own = lists["cellXfs"].children[style]
        border = lists["borders"].children[int(own.attributes.get("borderId", "0"))]
        if self.xml[border.start : border.end].decode().count(FRAME[1:]) < _SIDES:
            return None
        guarded = own.child("protection")
        is_input = guarded is not None and guarded.attributes.get("locked", "1") in {"0", "false"}
        p = own.prefix
        line, colour = (INPUT_BORDER, INPUT) if is_input else (LINE, LOCKED)
        tag = tag_with(
            self.xml[own.start : own.inside].decode(), borderId=str(self._add("borders", _border(p, "thin", line)))
        )
        fill = lists["fills"].children[int(own.attributes.get("fillId", "0"))]
        if WRONG[1:].encode() in self.xml[fill.start : fill.end]:
            tag = tag_with(tag, fillId=str(self._add("fills", _fill(p, colour))))
        return self._add("cellXfs", tag + self.xml[own.inside : own.end].decode())

    def adopt(self, other: bytes) -> list[int]:
        """Add every style of another workbook, written without prefixes; return their numbers here, in order."""
        root = parsed(other)
        numbers = {each.attributes["numFmtId"]: self._number(other, each) for each in _children(root, "numFmts")}
        places = {
            name: [
                self._add(name, self._prefixed(other[each.start : each.end].decode())) for each in _children(root, name)
            ]
            for name in ("fonts", "fills", "borders")
        }
        made = []
        for each in _children(root, "cellXfs"):
            tag = other[each.start : each.inside].decode()
            for use, name in _USES.items():
                old = each.attributes.get(use, "0")
                new = numbers.get(old, old) if name == "numFmts" else str(places[name][int(old)])
                tag = tag_with(tag, **{use: new})
            tag = tag_with(tag, xfId="0", applyFont="1", applyFill="1", applyBorder="1", applyNumberFormat="1")
            made.append(self._add("cellXfs", self._prefixed(tag + other[each.inside : each.end].decode())))
        return made

    def _number(self, other: bytes, element: Element) -> str:
        """Return the number here of a number format of another workbook."""
        shown = element.attributes["formatCode"]
        if shown not in self._numbers:
            self._numbers[shown] = str(self._next_number)
            tag = tag_with(other[element.start : element.end].decode(), numFmtId=self._numbers[shown])
            self._add("numFmts", self._prefixed(tag))
            self._next_number += 1
        return self._numbers[shown]

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


def _border(prefix: str, line: str, colour: str) -> str:
    sides = "".join(
        f'<{prefix}{side} style="{line}"><{prefix}color rgb="FF{colour[1:]}"/></{prefix}{side}>'
        for side in ("left", "right", "top", "bottom")
    )
    return f"<{prefix}border>{sides}<{prefix}diagonal/></{prefix}border>"


def _fill(prefix: str, colour: str) -> str:
    return (
        f'<{prefix}fill><{prefix}patternFill patternType="solid"><{prefix}fgColor rgb="FF{colour[1:]}"/>'
        f'<{prefix}bgColor indexed="64"/></{prefix}patternFill></{prefix}fill>'
    )


def _children(root: Element, name: str) -> list[Element]:
    found = root.child(name)
    return found.children if found else []
