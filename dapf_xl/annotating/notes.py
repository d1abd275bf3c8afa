"""The notes of a sheet of an Excel workbook: adding ours to those that are there, and taking ours away again.

A note stands in two parts: its words among the comments, its box in a drawing. The agency's own notes stay;
where one stands on a cell already, ours is written below it in the same box.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dapf_xl.annotating.cells import column_of, row_of
from dapf_xl.annotating.listing import MARK
from dapf_xl.annotating.markup import Edits, parsed, plain
from dapf_xl.styles import lines_needed
from dapf_xl.workbooks import cut_to

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from dapf_xl.annotating.cells import SheetPart
    from dapf_xl.annotating.markup import Element

AUTHOR = "dapf"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LONGEST_NOTE = 30_000

_EMPTY = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<comments xmlns="{namespace}"><authors/><commentList/></comments>'
)
_DRAWING = """<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" \
xmlns:x="urn:schemas-microsoft-com:office:excel"><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="{block}"/>\
</o:shapelayout></xml>"""
_KIND = """<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">\
<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>"""
_BOX = """<v:shape id="_x0000_s{id}" type="#_x0000_t202" style="position:absolute;margin-left:0;margin-top:0;\
width:{width}pt;height:{height}pt;z-index:1;visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto">\
<v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>\
<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>\
<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>{anchor}</x:Anchor>\
<x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"""
_SPACES = {"v": "vml", "o": "office:office", "x": "office:excel"}
"""Prefixes of the drawing's words, and what their names end in. Some programs write others."""
_SHAPE = re.compile(rb"<(\w+:)shape\s.*?</\1shape>", re.DOTALL)
_ROW = re.compile(rb"<\w+:Row>\s*(\d+)\s*<")
_COLUMN = re.compile(rb"<\w+:Column>\s*(\d+)\s*<")
_IDMAP = re.compile(rb"""(<\w+:idmap\b[^<>]*?\bdata\s*=\s*["'])([\d,\s]*)(["'])""")
_IDS = re.compile(rb"_x0000_s(\d+)")
_CLOSING = re.compile(rb"</xml\s*>\s*\Z")
_PER_BLOCK = 1024
_WIDE, _LINE, _LETTERS = 46.0, 12.5, 9.0
"""A box: units across, points a line, points of its letters."""


class Comments:
    """The part that holds the words of a sheet's notes."""

    def __init__(self, xml: bytes | None, namespace: str = MAIN) -> None:
        """Read the notes that are there; None where the sheet has none."""
        self.xml = xml if xml is not None else _EMPTY.format(namespace=namespace).encode()
        root = parsed(self.xml)
        authors, listed = root.child("authors"), root.child("commentList")
        if authors is None or listed is None:
            raise ValueError("the notes are incomplete")
        self.root, self.listed = root, listed
        self.authors = authors
        names = [each.text for each in authors.children]
        self.author = names.index(AUTHOR) if AUTHOR in names else len(names)
        self.is_new_author = AUTHOR not in names
        self.notes: dict[str, Element] = {}
        self.names = names
        for each in listed.children:
            if each.name == "comment":
                self.notes[each.attributes.get("ref", "").replace("$", "")] = each

    def is_ours(self, note: Element) -> bool:
        """Say whether a note is all ours."""
        return _said(note).lstrip().startswith(MARK)

    @property
    def noted(self) -> list[str]:
        """The cells with a note of ours, alone or below another."""
        return [cell for cell, note in self.notes.items() if MARK in _said(note)]

    def is_threaded(self, note: Element) -> bool:
        """Say whether a note only stands in for a conversation, which is kept elsewhere."""
        author = int(note.attributes.get("authorId", "0"))
        return author < len(self.names) and self.names[author].startswith("tc=")

    def without_ours(self) -> tuple[bytes, set[str]]:
        """Return the part without what was written here before, and the cells whose boxes go with it."""
        edits, gone = Edits(self.xml), set()
        for cell, note in self.notes.items():
            if self.is_ours(note):
                edits.replace(note.start, note.end)
                gone.add(cell)
            elif MARK in _said(note):
                self._cut(edits, note)
        return edits.done(), gone

    def _cut(self, edits: Edits, note: Element) -> None:
        """Take our words off the end of a note of the agency's."""
        is_ours = False
        texts = list(note.all("t"))
        for number, text in enumerate(texts):
            if is_ours:
                edits.replace(text.inside, text.close)
            elif MARK in text.text:
                is_ours = True
                edits.replace(text.inside, text.close, plain(text.text[: text.text.index(MARK)].rstrip("\n")))
                before = texts[number - 1] if number else None
                if before and text.text.lstrip("\n").startswith(MARK) and before.text.endswith("\n"):
                    edits.replace(before.inside, before.close, plain(before.text.rstrip("\n")))

    def with_notes(self, notes: Mapping[str, str]) -> tuple[bytes, list[str]]:
        """Return the part with notes added, and the cells that need a box for theirs.

        Args:
            notes: The words, by cell. A cell with a conversation gets none: they would not be shown there.
        """
        edits, boxes = Edits(self.xml), []
        new = []
        for cell, whole in notes.items():
            there = self.notes.get(cell)
            words = cut_to(whole, LONGEST_NOTE)
            if there is None:
                new.append(self._note(cell, words))
                boxes.append(cell)
            elif not self.is_threaded(there):
                text = there.child("text")
                if text is not None:
                    edits.append(text, self._run(f"\n\n{words}"))
        if new and self.is_new_author:
            tag = f"{self.root.prefix}author"
            edits.append(self.authors, f"<{tag}>{AUTHOR}</{tag}>")
        if new:
            edits.append(self.listed, "".join(new))
        return edits.done(), boxes

    def _note(self, cell: str, words: str) -> str:
        p = self.root.prefix
        return (
            f'<{p}comment ref="{cell}" authorId="{self.author}" shapeId="0"><{p}text>{self._run(words)}'
            f"</{p}text></{p}comment>"
        )

    def _run(self, words: str) -> str:
        p = self.root.prefix
        look = f'<{p}rPr><{p}sz val="9"/><{p}rFont val="Arial"/><{p}family val="2"/></{p}rPr>'
        return f'<{p}r>{look}<{p}t xml:space="preserve">{plain(words)}</{p}t></{p}r>'


def _said(note: Element) -> str:
    text = note.child("text")
    return "".join(each.text for each in text.all("t")) if text else ""


class Boxes:
    """The drawing that holds the boxes of a sheet's notes, and the controls of forms."""

    def __init__(self, vml: bytes | None, free: Callable[[], int]) -> None:
        """Read the drawing.

        Args:
            vml: The part; None where the sheet has none.
            free: Gives a block of ids that no drawing of the workbook has.
        """
        self._free = free
        self.vml = vml if vml is not None else _DRAWING.format(block=free()).encode()

    def remove(self, cells: Iterable[str]) -> None:
        """Take away the boxes of notes that are gone."""
        gone = {(row_of(cell) - 1, column_of(cell) - 1) for cell in cells}

        def kept(match: re.Match[bytes]) -> bytes:
            row, column = _ROW.search(match[0]), _COLUMN.search(match[0])
            is_note = b'"Note"' in match[0] or b"'Note'" in match[0]
            is_gone = is_note and row and column and (int(row[1]), int(column[1])) in gone
            return b"" if is_gone else match[0]

        self.vml = _SHAPE.sub(kept, self.vml)

    def add(self, cells: Iterable[str], notes: Mapping[str, str], sheet: SheetPart) -> None:
        """Add a box for each cell, as large as its words."""
        cells = list(cells)
        if not cells:
            return
        end = _CLOSING.search(self.vml)
        if end is None:
            raise ValueError("the drawing of the notes does not end")
        width = sheet.widths()
        ids = self._ids(len(cells))
        end = _CLOSING.search(self.vml)
        assert end is not None  # noqa: S101  (as before)
        kind = "" if b"_x0000_t202" in self.vml else _KIND
        boxes = "".join(_box(ids[number], cell, notes[cell], sheet, width) for number, cell in enumerate(cells))
        made = (kind + boxes).encode("ascii", "xmlcharrefreplace")
        lacking = [
            f' xmlns:{prefix}="urn:schemas-microsoft-com:{name}"'
            for prefix, name in _SPACES.items()
            if f"xmlns:{prefix}=".encode() not in self.vml
        ]
        if lacking:
            made = re.sub(rb"<v:shape(?:type)?(?=\s)", lambda found: found[0] + "".join(lacking).encode(), made)
        self.vml = self.vml[: end.start()] + made + self.vml[end.start() :]

    def _ids(self, count: int) -> list[int]:
        """Return ids for as many boxes, from the drawing's own blocks; further blocks are added to it."""
        found = _IDMAP.search(self.vml)
        blocks = [int(each) for each in found[2].split(b",") if each.strip()] if found else []
        used = {int(each) for each in _IDS.findall(self.vml)}
        ids: list[int] = []
        number = 0
        while len(ids) < count:
            if number == len(blocks):
                blocks.append(self._free())
            first = blocks[number] * _PER_BLOCK
            free = (each for each in range(first + 1, first + _PER_BLOCK) if each not in used)
            ids += list(free)[: count - len(ids)]
            number += 1
        if found:
            data = ",".join(map(str, blocks)).encode()
            self.vml = self.vml[: found.start(2)] + data + self.vml[found.end(2) :]
        return ids


def blocks_in(vml: bytes) -> set[int]:
    """Return the blocks of ids that a drawing uses."""
    named = {int(each) for _, data, _ in _IDMAP.findall(vml) for each in data.split(b",") if each.strip()}
    return named | {int(each) // _PER_BLOCK for each in _IDS.findall(vml)}


def _box(number: int, cell: str, words: str, sheet: SheetPart, width: Callable[[int], float]) -> str:
    row, column = row_of(cell), column_of(cell)
    lines = lines_needed(words, _WIDE, _LETTERS) + 1
    height = lines * _LINE
    last_column, across = column + 1, 0.0
    while across + width(last_column) < _WIDE and last_column < column + 40:
        across += width(last_column)
        last_column += 1
    first_row = max(row - 1, 1)
    last_row, down = first_row, 0.0
    while down + sheet.height(last_row) < height and last_row < first_row + 200:
        down += sheet.height(last_row)
        last_row += 1
    right, bottom = round((_WIDE - across) * 7), round((height - down) * 4 / 3)
    anchor = (column, 15, first_row - 1, 4, last_column - 1, right, last_row - 1, bottom)
    return _BOX.format(
        id=number,
        width=round(_WIDE * 5.25),
        height=round(height),
        anchor=", ".join(map(str, anchor)),
        row=row - 1,
        column=column - 1,
    )
