"""Marks a return that is an Excel workbook: its parts stay the bytes that they were, but for what is added.

A library that reads the workbook and writes it again would drop what it does not know: the formulas' last
results, pictures in headers, extensions, conversations. So cells, notes and the list are written into the
parts themselves.
"""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING

from dapf_xl.annotating.cells import SheetPart, column_of, letters_of, positions, row_of
from dapf_xl.annotating.listing import Place
from dapf_xl.annotating.looks import Looks
from dapf_xl.annotating.markup import Edits, parsed, plain, quoted
from dapf_xl.annotating.notes import Boxes, Comments, blocks_in
from dapf_xl.annotating.page import KEPT, KEPT_HEAD, WIDTHS
from dapf_xl.annotating.relations import TYPES, Kinds, Relations, relations_of
from dapf_xl.returns.layout import PUT_RIGHT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dapf_xl.annotating.listing import Mark
    from dapf_xl.annotating.markup import Element
    from dapf_xl.annotating.page import Page

WORKBOOK = "xl/workbook.xml"
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_COMMENTS = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_DRAWING = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_TRANSITIONAL = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LINKS = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PROGRAMS = ("vbaProject", "vbaProjectSignature", "xlMacrosheet", "xlIntlMacrosheet")
_UNSEEN = ("hidden", "veryHidden")
_WIDTH_KEPT = 20


class Workbook:
    """An Excel workbook that is being marked."""

    def __init__(self, parts: Mapping[str, bytes]) -> None:
        """Read what holds it together, and take away what an earlier run wrote, and every macro.

        Args:
            parts: The archive's parts by their names, in UTF-8.

        Raises:
            ExpatError, LookupError, ValueError: it is not made as a workbook is.
        """
        self.parts = dict(parts)
        self.relations = Relations(WORKBOOK, self.parts[relations_of(WORKBOOK)])
        self.base = self.relations.base
        self.kinds = Kinds(self.parts[TYPES])
        self.root = parsed(self.parts[WORKBOOK])
        listed = self.root.child("sheets")
        if listed is None:
            raise ValueError("the workbook lists no sheets")
        self.listed = listed
        self.sheets = {each.attributes["name"]: each for each in listed.children if each.name == "sheet"}
        self.namespace = self.root.attributes.get(f"xmlns:{self.root.prefix}"[:-1] if self.root.prefix else "xmlns", "")
        self.styles = next((each.target for each in self.relations.of("styles")), "")
        self.looks = Looks(self.parts[self.styles])
        self._targets = {each.id: each for each in self.relations.list}
        self.earlier = self._earlier_list()
        self._blocks = set().union(*(blocks_in(xml) for name, xml in self.parts.items() if name.endswith(".vml")))
        self._gone: set[str] = set()
        self.kept: dict[Place, int] = {}
        """The style of each marked cell before."""

    def part_of(self, sheet: Element) -> str:
        """Return the part that holds a sheet."""
        return self._targets[_id_of(sheet)].target

    @property
    def seen(self) -> list[str]:
        """The sheets that a person sees, in the order of their tabs."""
        return [name for name, each in self.sheets.items() if each.attributes.get("state", "") not in _UNSEEN]

    @property
    def name_of_list(self) -> str:
        """What the sheet with the list is called: the agency may have a sheet of that name."""
        taken = {name.casefold() for name, each in self.sheets.items() if each is not self.earlier}
        number = 1
        name = PUT_RIGHT
        while name.casefold() in taken:
            number += 1
            name = f"{PUT_RIGHT} ({number})"
        return name

    # --- what an earlier run wrote ------------------------------------------------------------------

    def _earlier_list(self) -> Element | None:
        """Return the sheet that an earlier run put first; it is known by what stands in its hidden columns."""
        for name, sheet in self.sheets.items():
            if name.startswith(PUT_RIGHT) and _id_of(sheet) in self._targets:
                part = SheetPart(self.parts[self.part_of(sheet)])
                texts = self._texts(part, KEPT[0] + 1)
                if texts.get(1) == KEPT_HEAD:
                    return sheet
        return None

    def _texts(self, sheet: SheetPart, column: int) -> dict[int, str]:
        """Return the texts of a column, by row."""
        shared: list[Element] | None = None
        found = {}
        for row in sheet.rows:
            cell = sheet.cells_of(row).get(column)
            if cell is None:
                continue
            value, inline = cell.child("v"), cell.child("is")
            if cell.attributes.get("t", "") == "s" and value:
                shared = shared if shared is not None else self._shared_texts()
                found[row] = shared[int(value.text)].text
            elif inline or value:
                found[row] = (inline or value).text  # type: ignore[union-attr]  # one of them is there
        return found

    def _shared_texts(self) -> list[Element]:
        texts = next((self.parts[each.target] for each in self.relations.of("sharedStrings")), None)
        return parsed(texts).children if texts else []

    def _looked_before(self) -> dict[str, dict[tuple[int, int], int]]:
        """Return how the cells that an earlier run marked looked before it, by sheet."""
        if self.earlier is None:
            return {}
        page = SheetPart(self.parts[self.part_of(self.earlier)])
        found: dict[str, dict[tuple[int, int], int]] = {}
        for row, words in self._texts(page, KEPT[0] + 1).items():
            sheet, _, cell = words.rpartition("!")
            kept = page.cells_of(row).get(KEPT[1] + 1)
            if sheet and kept:
                found.setdefault(sheet, {})[row_of(cell), column_of(cell)] = int(kept.attributes.get("s", "0"))
        return found

    # --- marking --------------------------------------------------------------------------------------

    def mark(self, marks: Mapping[Place, Mark]) -> None:
        """Mark cells and put notes on them, and keep in mind how each looked before.

        Cells of sheets that are not there, or are not seen, stay unmarked.
        """
        before = self._looked_before()
        for name, sheet in self.sheets.items():
            if sheet is self.earlier or _id_of(sheet) not in self._targets:
                continue
            relation = self._targets[_id_of(sheet)]
            if relation.kind != "worksheet":
                continue
            here = {place.cell: mark for place, mark in marks.items() if place.sheet == name and name in self.seen}
            part = SheetPart(self.parts[relation.target])
            part.deselect()
            styles = dict(before.get(name, {}))
            for place in positions(self._noted_before(relation.target)):
                own = None if place in styles else self.looks.unframed(part.style_at(*place))
                if own is not None:  # the list was deleted, which remembered how the cell looked
                    styles[place] = own
            for (row, column), mark in zip(positions(here), here.values(), strict=True):
                own = styles.get((row, column), part.style_at(row, column))
                self.kept[Place(name, _address(row, column))] = own
                styles[row, column] = self.looks.marked(own, mark.severity)
            part.restyle(styles)
            self._write_notes(relation.target, part, {cell: mark.note for cell, mark in here.items()})
            self.parts[relation.target] = part.done()

    def _noted_before(self, name: str) -> list[str]:
        """Return the cells of a sheet that have a note of ours."""
        relations = Relations(name, self.parts.get(relations_of(name)))
        words = next((each.target for each in relations.of("comments")), "")
        return Comments(self.parts[words]).noted if words else []

    def _write_notes(self, name: str, sheet: SheetPart, notes: Mapping[str, str]) -> None:
        """Take our earlier notes off a sheet, and put new ones on it."""
        relations = Relations(name, self.parts.get(relations_of(name)))
        words = next((each.target for each in relations.of("comments")), "")
        drawing = next((each.target for each in relations.list if each.id == sheet.notes_relation()), "")
        if not notes and not words:
            return
        comments = Comments(self.parts.get(words) if words else None, self.namespace)
        without, gone = comments.without_ours()
        with_notes, boxed = Comments(without).with_notes(notes)
        if not words and not boxed:
            return
        boxes = Boxes(self.parts.get(drawing) if drawing else None, self._free_block)
        boxes.remove(gone)
        boxes.add(boxed, notes, sheet)
        is_new = not words or not drawing
        if not words:
            words = self._unused("xl/comments{}.xml")
            relations.add("comments", words, self.base)
            self.kinds.add(words, _COMMENTS)
        if not drawing:
            drawing = self._unused("xl/drawings/vmlDrawing{}.vml")
            sheet.refer_to_notes(relations.add("vmlDrawing", drawing, self.base), self.base)
            self.kinds.add_ending("vml", _DRAWING)
        self.parts[words], self.parts[drawing] = with_notes, boxes.vml
        if is_new:
            self.parts[relations_of(name)] = relations.done()

    def _free_block(self) -> int:
        block = max(self._blocks, default=0) + 1
        self._blocks.add(block)
        return block

    def _unused(self, pattern: str) -> str:
        taken = {name.lower() for name in self.parts}
        number = 1
        while pattern.format(number).lower() in taken:
            number += 1
        name = pattern.format(number)
        self.parts[name] = b""
        return name

    # --- the list ---------------------------------------------------------------------------------------

    def put_first(self, page: Page, drawn: bytes) -> None:
        """Put the list first, and leave the earlier list out.

        Args:
            page: The list.
            drawn: A workbook of its own, in which it was drawn.
        """
        with zipfile.ZipFile(io.BytesIO(drawn)) as archive:
            sheet, styles, shared = (
                archive.read(f"xl/{name}.xml") for name in ("worksheets/sheet1", "styles", "sharedStrings")
            )
        sheet = _adopted(sheet, self.looks.adopt(styles), [each.text for each in parsed(shared).children], self.kept)
        if self.namespace.encode() != _TRANSITIONAL:
            sheet = sheet.replace(_TRANSITIONAL, self.namespace.encode()).replace(_LINKS, self.base.encode())
        name = self._unused("xl/worksheets/sheet{}.xml")
        self.parts[name] = sheet
        self.kinds.add(name, _SHEET)
        added = self.relations.add("worksheet", name, self.base)
        self.parts[WORKBOOK] = self._with_list(added, page)

    def _with_list(self, relation: str, page: Page) -> bytes:
        """Return the workbook's own part with the list as its first sheet, and without what is to go."""
        edits = Edits(self.parts[WORKBOOK])
        programs = self.relations.of(*_PROGRAMS)
        leaving = [
            each
            for each in self.sheets.values()
            if each is self.earlier or _id_of(each) in {program.id for program in programs}
        ]
        for each in leaving:
            edits.replace(each.start, each.end)
        ids = [int(each.attributes.get("sheetId", "0")) for each in self.sheets.values()]
        name = self.name_of_list
        prefix = self.root.prefix
        edits.insert(
            self.listed.inside,
            f"<{prefix}sheet name={quoted(name)} sheetId={quoted(str(max(ids) + 1))} xmlns:r={quoted(self.base)} "
            f"r:id={quoted(relation)}/>",
        )
        staying = [number for number, each in enumerate(self.sheets.values()) if each not in leaving]
        self._rename_places(edits, {number: place for place, number in enumerate(staying, 1)}, name, page)
        for view in self.root.all("workbookView"):
            shown = {key: "0" for key in ("activeTab", "firstSheet") if key in view.attributes}
            if shown:
                edits.set(view, **shown)
        dropped = [*programs, *(self._targets[_id_of(each)] for each in leaving if each is self.earlier)]
        self.relations.remove({each.id: each for each in dropped}.values())
        self._gone |= {each.target for each in dropped}
        self._gone |= {relations_of(each) for each in self._gone}
        return edits.done()

    def _rename_places(self, edits: Edits, places: Mapping[int, int], name: str, page: Page) -> None:
        """Let the names that belong to one sheet follow it, and give the list what it prints."""
        prefix = self.root.prefix
        sheet = plain("'" + name.replace("'", "''") + "'")
        printed = {
            "_xlnm.Print_Area": f"{sheet}!$A$1:${letters_of(len(WIDTHS))}${len(page.rows)}",
            "_xlnm.Print_Titles": f"{sheet}!${page.heads + 1}:${page.heads + 1}",
        }
        own = "".join(
            f'<{prefix}definedName name="{key}" localSheetId="0">{place}</{prefix}definedName>'
            for key, place in printed.items()
        )
        named = self.root.child("definedNames")
        if named is None:
            edits.insert(self._behind_sheets(), f"<{prefix}definedNames>{own}</{prefix}definedNames>")
            return
        for each in named.children:
            local = each.attributes.get("localSheetId", "")
            is_program = any(each.attributes.get(key, "") in {"1", "true"} for key in ("xlm", "vbProcedure"))
            if is_program or (local and int(local) not in places):
                edits.replace(each.start, each.end)
            elif local:
                edits.set(each, localSheetId=str(places[int(local)]))
        if named.is_closed:
            edits.append(named, own)
        else:
            edits.insert(named.inside, own)

    def _behind_sheets(self) -> int:
        """Return where names go: behind the sheets, groups of functions and references to other workbooks."""
        before = ("sheets", "functionGroups", "externalReferences")
        return max(each.end for each in self.root.children if each.name in before)

    def done(self) -> dict[str, bytes]:
        """Return the parts of the marked workbook, those that were there in the order in which they were."""
        self.parts[self.styles] = self.looks.done()
        self.parts[relations_of(WORKBOOK)] = self.relations.done()
        self.kinds.without(self._gone)
        self.parts[TYPES] = self.kinds.done()
        return {name: xml for name, xml in self.parts.items() if name not in self._gone}


def _id_of(sheet: Element) -> str:
    return next((value for name, value in sheet.attributes.items() if name.endswith(":id")), "")


def _address(row: int, column: int) -> str:
    return f"{letters_of(column)}{row}"


def _adopted(page: bytes, styles: list[int], texts: list[str], kept: Mapping[Place, int]) -> bytes:
    """Return a sheet that can stand in another workbook: its own texts in it, its styles by their new numbers."""

    def own_text(match: re.Match[bytes]) -> bytes:
        words = plain(texts[int(match[2])]).encode("ascii", "xmlcharrefreplace")
        return b'%b t="inlineStr"><is><t xml:space="preserve">%b</t></is></c>' % (match[1], words)

    page = re.sub(rb'(<c r="[A-Z]+\d+" s=")(\d+)"', lambda each: b'%b%d"' % (each[1], styles[int(each[2])]), page)
    page = re.sub(rb'(<c [^<>]*?) t="s"><v>(\d+)</v></c>', own_text, page)
    sheet = SheetPart(re.sub(rb' spans="[^"]*"', b"", page))
    hidden = "".join(
        f'<col min="{column + 1}" max="{column + 1}" width="{_WIDTH_KEPT}" hidden="1" customWidth="1"/>'
        for column in KEPT
    )
    columns = sheet.root.child("cols")
    assert columns is not None  # noqa: S101  (the list has widths)
    sheet.edits.append(columns, hidden)
    lines = [KEPT_HEAD, *("!".join(place) for place in kept)]
    looks = [0, *kept.values()]
    for row, (words, style) in enumerate(zip(lines, looks, strict=True), 1):
        first, second = (_address(row, column + 1) for column in KEPT)
        cells = (
            f'<c r="{first}" t="inlineStr"><is><t xml:space="preserve">{plain(words)}</t></is></c>'
            f'<c r="{second}" s="{style}"/>'
        )
        there = sheet.rows.get(row)
        if there is None:
            sheet.edits.insert(sheet.data.close, f'<row r="{row}">{cells}</row>')
        else:
            sheet.edits.append(there, cells)
    return sheet.done()
