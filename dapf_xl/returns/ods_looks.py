"""How the cells of a sheet of an OpenDocument spreadsheet look."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dapf_xl.returns.looks import LETTERS, Look, Looks, shows_symbols
from dapf_xl.returns.ods_cells import (
    BESIDE,
    OFFICE,
    TABLE,
    TEXT,
    cells_in,
    letter,
    letters_of,
    lines_of,
    rows_of,
    times,
)
from dapf_xl.returns.ods_styles import USUAL
from dapf_xl.returns.troubles import FARTHEST_COLUMN, FARTHEST_ROW

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from xml.etree.ElementTree import Element

    from dapf_xl.returns.ods_styles import Styles

_MOST_ALIKE = 1000
"""Of rows that are alike so many are looked at."""


def sheet_looks(sheet: Element, styles: Styles) -> Looks:
    """Return how the cells of a sheet look."""
    found = _Found(sheet, styles)
    for line in lines_of(sheet):
        usual = line.element.get(f"{TABLE}default-cell-style-name")
        rows = line.rows[:_MOST_ALIKE]
        if usual is not None:
            found.rows |= dict.fromkeys(rows, found.number(usual))
        for first, repeated, cell in cells_in(line.element):
            if repeated == FARTHEST_COLUMN and not _holds(cell):
                found.add_row(cell, rows)
            else:
                found.add(cell, [letter(ord(first) - ord("A") + each) for each in range(repeated)], rows, usual)
    return Looks(tuple(found.styles), found.cells, found.rows, found.columns, frozenset(found.rich))


class _Found:
    """The looks of a sheet as they are found, each once."""

    def __init__(self, sheet: Element, styles: Styles) -> None:
        self.is_protected = sheet.get(f"{TABLE}protected") == "true"
        self.all = styles
        self.styles: dict[Look, int] = {}
        self.number(USUAL)
        self.names = {column: _style_of(each) for column, each in letters_of(sheet)}
        self.columns = dict(self._below(sheet))
        self.cells: dict[str, int] = {}
        self.rows: dict[int, int] = {}
        self.rich: list[str] = []

    def number(self, name: str, *spans: str) -> int:
        look = self.all.look(name, *spans, is_protected=self.is_protected)
        return self.styles.setdefault(look, len(self.styles))

    def _below(self, sheet: Element) -> Iterator[tuple[str, int]]:
        """Yield how the cells below all that is there look, by column.

        What the file says of a column is only what most of its cells have that are there.
        """
        lines = sum(len(line.rows) for line in lines_of(sheet))
        rest = [line for line in rows_of(sheet) if times(line, "rows") + lines > FARTHEST_ROW]
        for first, repeated, cell in cells_in(rest[0]) if rest else ():
            for number in range(repeated):
                column = letter(ord(first) - ord("A") + number)
                yield column, self.number(cell.get(f"{TABLE}style-name", self.names.get(column, USUAL)))

    def add_row(self, cell: Element, rows: range) -> None:
        """Note how the cells of a row look, none of which holds anything."""
        name = cell.get(f"{TABLE}style-name")
        if name is not None and any(self.number(name) != self.columns.get(each, 0) for each in self.names):
            self.rows |= dict.fromkeys(rows, self.number(name))

    def add(self, cell: Element, letters: Sequence[str], rows: range, usual: str | None) -> None:
        """Note how a cell looks, which may stand for several."""
        own = cell.get(f"{TABLE}style-name", usual)
        pieces = _pieces(cell)
        for column in letters:
            name = own if own is not None else self.names.get(column, USUAL)
            looks = {piece: self.number(name, *filter(None, (piece,))) for piece in pieces} or {"": self.number(name)}
            alike = len(looks) == 1 or len({*map(self._but_for_the_font, looks.values())}) == 1
            number = looks.get("", min(looks.values())) if alike else self.number(name)
            addresses = [f"{column}{row}" for row in rows]
            if usual is not None or _holds(cell) or number != self.columns.get(column, 0):
                self.cells |= dict.fromkeys(addresses, number)
            if not alike:
                self.rich += addresses

    def _but_for_the_font(self, number: int) -> Look:
        """Return a look without the name of its font: programs give letters of other scripts a font of their own."""
        look = tuple(self.styles)[number]
        letters = LETTERS.search(look.font or "")
        return look if letters is None or shows_symbols(look) else look._replace(font=letters[0])


def _holds(cell: Element) -> bool:
    return f"{OFFICE}value-type" in cell.attrib


def _style_of(column: Element) -> str:
    return column.get(f"{TABLE}default-cell-style-name", USUAL)


def _pieces(cell: Element) -> set[str]:
    """Return the styles of the pieces of a cell's text, "" for that which has the cell's own."""
    return {
        style for paragraph in cell if paragraph.tag == f"{TEXT}p" for style, text in _styled(paragraph, "") if text
    }


def _styled(node: Element, style: str) -> Iterator[tuple[str, str]]:
    yield style, (node.text or "").strip()
    for child in node:
        if child.tag not in BESIDE:
            name = child.get(f"{TEXT}style-name", style) if child.tag == f"{TEXT}span" else style
            yield from _styled(child, name)
        yield style, (child.tail or "").strip()
