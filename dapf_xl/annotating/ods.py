"""Marks a return that is an OpenDocument spreadsheet, as LibreOffice saves one: in its own parts too.

A row or a cell that stands for many alike is parted where one of them is marked; everything else stays the
bytes that it was.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple
from xml.sax.saxutils import escape

from dapf_xl.annotating.cells import column_of, letters_of, row_of
from dapf_xl.annotating.listing import MARK, Place
from dapf_xl.annotating.markup import Edits, parsed, plain, quoted, tag_with
from dapf_xl.annotating.odf import FOOT, PAGE, TABLE, automatic_styles, table_of
from dapf_xl.annotating.page import KEPT, KEPT_HEAD
from dapf_xl.returns.layout import PUT_RIGHT
from dapf_xl.returns.troubles import FARTHEST_ROW
from dapf_xl.styles import FRAME, FRAMES, INPUT, INPUT_BORDER, LINE, LOCKED, WRONG

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dapf_xl.annotating.listing import Mark
    from dapf_xl.annotating.markup import Element
    from dapf_xl.annotating.page import Page
    from dapf_xl.findings import Severity

CONTENT, STYLES, SETTINGS = "content.xml", "styles.xml", "settings.xml"
_GROUPS = ("table-header-rows", "table-row-group", "table-rows")
_CELLS = ("table-cell", "covered-table-cell")
_STYLE, _MANY_ROWS, _MANY = "table:style-name", "table:number-rows-repeated", "table:number-columns-repeated"
_BORDERS = re.compile(r"""\s(?:fo:border(?:-\w+)?|style:border-line-width(?:-\w+)?)\s*=\s*(?:"[^"]*"|'[^']*')""")
_ACTIVE = re.compile(rb"""(<config:config-item\s[^<>]*config:name="ActiveTable"[^<>]*>)([^<]*)(<)""")


class _Change(NamedTuple):
    """What becomes of a cell: its style, unless that stays, and a note, unless it gets none."""

    style: str = ""
    note: str = ""


class Workbook:
    """An OpenDocument spreadsheet that is being marked."""

    def __init__(self, parts: Mapping[str, bytes]) -> None:
        """Read its tables and styles.

        Args:
            parts: The archive's parts by their names, in UTF-8.

        Raises:
            ExpatError, LookupError, ValueError: it is not made as a spreadsheet is.
        """
        self.parts = dict(parts)
        self.xml = self.parts[CONTENT]
        self.edits = Edits(self.xml)
        self.root = parsed(self.xml)
        self.tables = {
            each.attributes[f"{each.prefix}name"]: each
            for sheet in self.root.all("spreadsheet")
            for each in sheet.children
            if each.name == "table"
        }
        automatic = self.root.child("automatic-styles")
        if automatic is None or not self.tables:
            raise ValueError("the spreadsheet has no tables")
        self.automatic = automatic
        self.styles = {each.attributes.get("style:name", ""): each for each in automatic.children}
        self._added: list[str] = []
        self._texts: dict[str, bytes] = {}
        """Styles that were added, by their names."""
        self._marked: dict[tuple[str, Severity], str] = {}
        self.kept: dict[Place, str] = {}
        """The style of each marked cell before."""
        self.earlier = next((name for name in self.tables if self._is_earlier(name)), "")

    @property
    def seen(self) -> list[str]:
        """The sheets that a person sees, in the order of their tabs."""
        return [name for name, table in self.tables.items() if name != self.earlier and not self._is_hidden(table)]

    def _is_hidden(self, table: Element) -> bool:
        style = self.styles.get(table.attributes.get(_STYLE, ""))
        properties = style.child("table-properties") if style else None
        return properties is not None and properties.attributes.get("table:display", "") == "false"

    @property
    def name_of_list(self) -> str:
        """What the sheet with the list is called: the agency may have a sheet of that name."""
        taken = {name.casefold() for name in self.tables if name != self.earlier}
        number = 1
        name = PUT_RIGHT
        while name.casefold() in taken:
            number += 1
            name = f"{PUT_RIGHT} ({number})"
        return name

    # --- what an earlier run wrote ------------------------------------------------------------------

    def _is_earlier(self, name: str) -> bool:
        if not name.startswith(PUT_RIGHT):
            return False
        first = next((row for row, _ in _rows(self.tables[name])), None)
        return first is not None and _text_at(first, KEPT[0]) == KEPT_HEAD

    def _looked_before(self) -> dict[Place, str]:
        """Return the styles that the cells that an earlier run marked had before it."""
        if not self.earlier:
            return {}
        found = {}
        for row, _ in _rows(self.tables[self.earlier]):
            sheet, _, cell = _text_at(row, KEPT[0]).rpartition("!")
            look = _cell_at(row, KEPT[1])
            if sheet:
                found[Place(sheet, cell)] = look.attributes.get(_STYLE, "Default") if look else "Default"
        return found

    # --- marking --------------------------------------------------------------------------------------

    def mark(self, marks: Mapping[Place, Mark]) -> None:
        """Mark cells and put notes on them, and keep in mind how each looked before.

        Cells of sheets that are not there, or are not seen, stay unmarked.
        """
        before = self._looked_before()
        for name, table in self.tables.items():
            if name == self.earlier:
                continue
            changes = {place: _Change(style) for place, style in before.items() if place.sheet == name}
            for place in self._noted_before(name, table):
                own = "" if place in changes else self._unframed(self._style_at(table, place.cell))
                if own:  # the list was deleted, which remembered how the cell looked
                    changes[place] = _Change(own)
                    before[place] = own
            for place, mark in marks.items():
                if place.sheet == name and name in self.seen:
                    self.kept[place] = before.get(place) or self._style_at(table, place.cell)
                    changes[place] = _Change(self._framed(self.kept[place], mark.severity), mark.note)
            self._change(table, {place.cell: change for place, change in changes.items()})

    def _noted_before(self, name: str, table: Element) -> Iterator[Place]:
        """Yield the cells of a sheet that have a note of ours."""
        number = 0
        for row, count in _rows(table):
            number += count
            if MARK.encode() in self.xml[row.start : row.end]:
                for cell, column, _ in _cells(row):
                    note = cell.child("annotation")
                    if note and MARK in note.text:
                        yield Place(name, f"{letters_of(column + 1)}{number}")

    def _unframed(self, style: str) -> str:
        """Return the name of a style that is another one without our frame; "" where that has none.

        What it had before is not known any more: it gets the line and the fill of a return's cells.
        """
        own = self.styles.get(style)
        properties = own.child("table-cell-properties") if own else None
        told = properties.attributes if properties else {}
        if own is None or FRAME.lower() not in told.get("fo:border", "").lower():
            return ""
        is_input = told.get("style:cell-protect", "") in {"none", "formula-hidden"}
        line, colour = (INPUT_BORDER, INPUT) if is_input else (LINE, LOCKED)
        wanted = {"fo:border": f"0.74pt solid {line.lower()}"}
        if told.get("fo:background-color", "").lower() == WRONG.lower():
            wanted["fo:background-color"] = colour.lower()
        name = self._unused("unmarked")
        self._add(name, self._reframed(self._raw_of(style), name, wanted))
        return name

    def _style_at(self, table: Element, cell: str) -> str:
        row_wanted, column_wanted = row_of(cell), column_of(cell) - 1
        number = 0
        for row, count in _rows(table):
            number += count
            if number >= row_wanted:
                there = _cell_at(row, column_wanted)
                own = there.attributes.get(_STYLE, "") if there else ""
                if own or row.attributes.get("table:default-cell-style-name"):
                    return own or row.attributes["table:default-cell-style-name"]
                break
        column = 0
        for each in table.all("table-column"):
            column += int(each.attributes.get(_MANY, "1"))
            if column > column_wanted:
                return each.attributes.get("table:default-cell-style-name", "Default")
        return "Default"

    def _framed(self, style: str, severity: Severity) -> str:
        """Return the name of a style that is another one with a frame, and all else as it was."""
        if (style, severity) in self._marked:
            return self._marked[style, severity]
        look = FRAMES[severity]
        name = self._unused("marked")
        wanted = {"fo:border": f"{look.drawn} {FRAME.lower()}"}
        if look.fill:
            wanted["fo:background-color"] = look.fill.lower()
        own = self.styles.get(style)
        if own is None:  # a style of the whole workbook
            made = (
                f'<style:style style:name="{name}" style:family="table-cell" style:parent-style-name={quoted(style)}>'
                f"{tag_with('<style:table-cell-properties/>', **wanted)}</style:style>"
            )
        else:
            made = self._reframed(self._raw_of(style), name, wanted)
        self._add(name, made)
        self._marked[style, severity] = name
        return name

    def _raw_of(self, style: str) -> bytes:
        own = self.styles[style]
        return self._texts.get(style) or self.xml[own.start : own.end]

    def _add(self, name: str, text: str) -> None:
        self._added.append(text)
        self._texts[name] = text.encode()
        self.styles[name] = parsed(self._texts[name])

    @staticmethod
    def _reframed(raw: bytes, name: str, wanted: dict[str, str]) -> str:
        own = parsed(raw)
        tag = tag_with(raw[: own.inside].decode(), **{"style:name": name})
        inner = raw[own.inside : own.close].decode()
        properties = own.child("table-cell-properties")
        if properties is None:
            inner = tag_with("<style:table-cell-properties/>", **wanted) + inner
        else:
            start, end = properties.start - own.inside, properties.inside - own.inside
            # (places are in bytes: what is before the properties is markup alone, and in ASCII)
            inner = inner[:start] + tag_with(_BORDERS.sub("", inner[start:end]), **wanted) + inner[end:]
        return f"{tag.removesuffix('/>').removesuffix('>')}>{inner}</{own.prefix}{own.name}>"

    def _unused(self, name: str) -> str:
        number = len(self._added) + 1
        while f"dapf_{name}_{number}" in self.styles:
            number += 1
        return f"dapf_{name}_{number}"

    def _change(self, table: Element, changes: Mapping[str, _Change]) -> None:
        """Change cells of a sheet, and take our earlier notes off all of it."""
        wanted: dict[int, dict[int, _Change]] = {}
        for cell, change in changes.items():
            wanted.setdefault(row_of(cell), {})[column_of(cell) - 1] = change
        left = sorted(wanted, reverse=True)
        number = 0
        for row, count in _rows(table):
            here = []
            while left and left[-1] <= number + count:
                here.append(left.pop())
            raw = self.xml[row.start : row.end]
            if here or MARK.encode() in raw:
                self.edits.replace(
                    row.start, row.end, _parted(raw, number, count, {each: wanted[each] for each in here})
                )
            number += count

    # --- the list ---------------------------------------------------------------------------------------

    def put_first(self, page: Page, drawn: bytes) -> None:
        """Put the list first, and leave the earlier list out.

        Args:
            page: The list.
            drawn: Not needed: the list is written anew.
        """
        del drawn
        name = self.name_of_list
        first = next(iter(self.tables.values()))
        styles, names = automatic_styles(page, taken=self.styles)
        self.edits.insert(first.start, table_of(page, name, names, self.kept))
        if self.earlier:
            earlier = self.tables[self.earlier]
            self.edits.replace(earlier.start, earlier.end)
        self._added.append(styles)
        self._write_page(page)
        if SETTINGS in self.parts:
            shown = escape(name).encode("ascii", "xmlcharrefreplace")
            self.parts[SETTINGS] = _ACTIVE.sub(lambda found: found[1] + shown + found[3], self.parts[SETTINGS])

    def _write_page(self, page: Page) -> None:
        """Say how the list is printed: across, one page wide."""
        xml = self.parts.get(STYLES, b"")
        if not xml or TABLE.encode() in xml:
            return
        edits = Edits(xml)
        root = parsed(xml)
        automatic, masters = root.child("automatic-styles"), root.child("master-styles")
        if automatic is None or masters is None:
            return
        edits.append(automatic, PAGE)
        edits.append(masters, FOOT.format(words=plain(page.footer)))
        self.parts[STYLES] = edits.done()

    def done(self) -> dict[str, bytes]:
        """Return the parts of the marked workbook, in the order in which they were."""
        self.edits.append(self.automatic, "".join(self._added))
        self.parts[CONTENT] = self.edits.done()
        return self.parts


# --- rows and cells ------------------------------------------------------------------------------------


def _rows(table: Element) -> Iterator[tuple[Element, int]]:
    """Yield the rows of a sheet as they stand, and how many each stands for, as far as a return goes."""
    number = 0
    for row in _rows_in(table):
        count = int(row.attributes.get(_MANY_ROWS, "1"))
        number += count
        yield row, count
        if number > FARTHEST_ROW:
            return


def _rows_in(parent: Element) -> Iterator[Element]:
    for each in parent.children:
        if each.name == "table-row":
            yield each
        elif each.name in _GROUPS:
            yield from _rows_in(each)


def _cells(row: Element) -> Iterator[tuple[Element, int, int]]:
    """Yield the cells of a row as they stand: the column of the first that each stands for, and how many it does."""
    column = 0
    for each in row.children:
        if each.name in _CELLS:
            count = int(each.attributes.get(_MANY, "1"))
            yield each, column, count
            column += count


def _cell_at(row: Element, column: int) -> Element | None:
    return next((cell for cell, first, count in _cells(row) if first <= column < first + count), None)


def _text_at(row: Element, column: int) -> str:
    cell = _cell_at(row, column)
    return "\n".join(each.text for each in cell.children if each.name == "p") if cell else ""


def _parted(raw: bytes, before: int, count: int, wanted: Mapping[int, Mapping[int, _Change]]) -> bytes:
    """Return a row that stands for several as rows of its own for those that change, others as before.

    Args:
        raw: The row.
        before: How many rows stand above it.
        count: How many it stands for.
        wanted: What becomes of its cells, by row (from 1) and column (from 0).
    """
    pieces = []
    place = before + 1
    for row in sorted(wanted):
        pieces += [
            _repeated(_changed(raw, {}), row - place, _MANY_ROWS),
            _repeated(_changed(raw, wanted[row]), 1, _MANY_ROWS),
        ]
        place = row + 1
    pieces.append(_repeated(_changed(raw, {}), before + count + 1 - place, _MANY_ROWS))
    return b"".join(pieces)


def _repeated(raw: bytes, count: int, attribute: str) -> bytes:
    """Return a row or cell so that it stands for that many."""
    if count < 1:
        return b""
    element = parsed(raw)
    tag = raw[: element.inside].decode()
    told = str(count) if count > 1 else None
    return tag_with(tag, **{attribute: told}).encode() + raw[element.inside :]


def _changed(raw: bytes, wanted: Mapping[int, _Change]) -> bytes:
    """Return a row with cells changed, and without our earlier notes."""
    row = parsed(raw)
    edits = Edits(raw)
    for cell, first, count in _cells(row):
        own = raw[cell.start : cell.end]
        here = sorted(column for column in wanted if first <= column < first + count)
        if not here and MARK.encode() not in own:
            continue
        bare = _without_ours(own)
        pieces = []
        place = first
        for column in here:
            pieces += [_repeated(bare, column - place, _MANY), _repeated(_marked(bare, wanted[column]), 1, _MANY)]
            place = column + 1
        pieces.append(_repeated(bare, first + count - place, _MANY))
        edits.replace(cell.start, cell.end, b"".join(pieces))
    return edits.done()


def _without_ours(raw: bytes) -> bytes:
    """Return a cell without what we wrote into its note; without the note where it was all ours."""
    cell = parsed(raw)
    note = cell.child("annotation")
    if note is None:
        return raw
    edits = Edits(raw)
    paragraphs = [each for each in note.children if each.name in {"p", "list"}]
    ours = next((number for number, each in enumerate(paragraphs) if each.text.startswith(MARK)), None)
    if ours is None:
        return raw
    if not any(each.text.strip() for each in paragraphs[:ours]):
        edits.replace(note.start, note.end)
    else:
        begin = ours - 1 if not paragraphs[ours - 1].text else ours
        for each in paragraphs[begin:]:
            edits.replace(each.start, each.end)
    return edits.done()


def _marked(raw: bytes, change: _Change) -> bytes:
    """Return a cell with another style, and with a note below the one that it may have."""
    cell = parsed(raw)
    tag = raw[: cell.inside].decode()
    if change.style:
        tag = tag_with(tag, **{_STYLE: change.style})
    inner = raw[cell.inside : cell.close]
    if not change.note:
        return tag.encode() + raw[cell.inside :]
    words = "".join(f"<text:p>{plain(line)}</text:p>" for line in change.note.split("\n"))
    note = cell.child("annotation")
    if note is None:
        made = f"<office:annotation><dc:creator>dapf</dc:creator>{words}</office:annotation>"
        inner = made.encode("ascii", "xmlcharrefreplace") + inner
    else:
        at = note.close - cell.inside
        inner = inner[:at] + f"<text:p/>{words}".encode("ascii", "xmlcharrefreplace") + inner[at:]
    return f"{tag.removesuffix('/>').removesuffix('>')}>".encode() + inner + f"</{cell.prefix}{cell.name}>".encode()
