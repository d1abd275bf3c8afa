"""A sheet of an Excel workbook: giving cells another style, row by row, and nothing else."""

from __future__ import annotations

from bisect import bisect
from typing import TYPE_CHECKING

from dapf_xl.annotating.markup import Edits, parsed, quoted, tag_with
from dapf_xl.returns.troubles import FARTHEST_ROW

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from dapf_xl.annotating.markup import Element

BEHIND_NOTES = frozenset(
    (
        "legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems", "tableParts", "extLst",
        "AlternateContent",
    )
)  # fmt: skip
"""What stands behind the reference to a sheet's notes; an alternative is of objects or controls."""
_YES = ("1", "true", "on")


class SheetPart:
    """A worksheet's part, with where its rows and cells stand."""

    def __init__(self, xml: bytes) -> None:
        """Find rows and cells; those far outside what a return can have are passed over."""
        self.xml = xml
        self.edits = Edits(xml)
        self.root = parsed(xml, lambda each: each.name == "row" and _number(each, 0) > FARTHEST_ROW)
        data = self.root.child("sheetData")
        if data is None:
            raise ValueError("the sheet has no cells")
        self.data: Element = data
        self.prefix = self.root.prefix
        self.rows: dict[int, Element] = {}
        number = 0
        for row in (each for each in data.children if each.name == "row"):
            number = _number(row, number + 1)
            self.rows[number] = row
        self._numbers = sorted(self.rows)
        self._cells: dict[int, dict[int, Element]] = {}
        self._columns = [
            (int(each.attributes["min"]), int(each.attributes["max"]), each)
            for parent in self.root.children
            if parent.name == "cols"
            for each in parent.children
        ]

    def cells_of(self, row: int) -> dict[int, Element]:
        """Return the cells of a row by their columns, counted from 1."""
        if row not in self._cells:
            found: dict[int, Element] = {}
            column = 0
            for cell in (each for each in self.rows[row].children if each.name == "c"):
                address = cell.attributes.get("r", "")
                column = column_of(address) if address else column + 1
                found[column] = cell
            self._cells[row] = found
        return self._cells[row]

    def style_at(self, row: int, column: int) -> int:
        """Return the number of the style that a cell has, or gets from its row or column where it is not there."""
        if row in self.rows:
            cell = self.cells_of(row).get(column)
            if cell:
                return int(cell.attributes.get("s", "0"))
            of_row = self.rows[row].attributes
            if of_row.get("customFormat", "") in _YES:
                return int(of_row.get("s", "0"))
        return next((int(c.attributes.get("style", "0")) for low, high, c in self._columns if low <= column <= high), 0)

    def restyle(self, styles: dict[tuple[int, int], int]) -> None:
        """Give cells other styles, by row and column; one that is not there yet is made, and is blank."""
        by_row: dict[int, dict[int, int]] = {}
        for (row, column), style in styles.items():
            by_row.setdefault(row, {})[column] = style
        missing = {row: found for row, found in by_row.items() if row not in self.rows}
        for row in by_row.keys() - missing.keys():
            self._restyle_row(row, by_row[row])
        self._insert_rows(missing)

    def _restyle_row(self, number: int, styles: dict[int, int]) -> None:
        row, cells = self.rows[number], self.cells_of(number)
        new = {column: style for column, style in styles.items() if column not in cells}
        for column, style in styles.items():
            if column in cells:
                self.edits.set(cells[column], s=str(style))
        if not new:
            return
        spans = row.attributes.get("spans", "")
        is_beyond = spans and any(not _within(spans, column) for column in new)
        tag = self.xml[row.start : row.inside].decode()
        if row.is_closed:
            made = "".join(self._blank(number, column, new[column]) for column in sorted(new))
            opened = tag_with(f"{tag[:-2].rstrip()}>", **({"spans": None} if is_beyond else {}))
            self.edits.replace(row.start, row.end, f"{opened}{made}</{row.prefix}row>")
            return
        if is_beyond:
            self.edits.set(row, spans=None)
        after = sorted(cells)
        for column in sorted(new):
            before = bisect(after, column)
            place = cells[after[before - 1]].end if before else row.inside
            self.edits.insert(place, self._blank(number, column, new[column]))

    def _insert_rows(self, rows: dict[int, dict[int, int]]) -> None:
        texts = []
        for number in sorted(rows):
            made = "".join(self._blank(number, column, rows[number][column]) for column in sorted(rows[number]))
            text = f'<{self.prefix}row r="{number}">{made}</{self.prefix}row>'
            texts.append((number, text))
        if self.data.is_closed:
            if texts:
                self.edits.append(self.data, "".join(text for _, text in texts))
            return
        for number, text in texts:
            before = bisect(self._numbers, number)
            place = self.rows[self._numbers[before - 1]].end if before else self.data.inside
            self.edits.insert(place, text)

    def _blank(self, row: int, column: int, style: int) -> str:
        return f'<{self.prefix}c r="{letters_of(column)}{row}" s="{style}"/>'

    def deselect(self) -> None:
        """Take the sheet out of the selected ones: what is typed into one of several would go into all of them."""
        for view in self.root.all("sheetView"):
            if view.attributes.get("tabSelected", "") in _YES:
                self.edits.set(view, tabSelected="0")

    def refer_to_notes(self, relation: str, namespace: str) -> None:
        """Add the reference to the drawing of the sheet's notes, where the order of things wants it."""
        behind = next((each for each in self.root.children if each.name in BEHIND_NOTES), None)
        place = behind.start if behind else self.root.close
        name = f"{self.prefix}legacyDrawing"
        self.edits.insert(place, f"<{name} xmlns:r={quoted(namespace)} r:id={quoted(relation)}/>")

    def notes_relation(self) -> str:
        """Return the relation of the drawing that holds the sheet's notes, "" where there is none."""
        found = self.root.child("legacyDrawing")
        return _relation(found) if found else ""

    def widths(self) -> Callable[[int], float]:
        """Return what gives the width of a column, counted from 1, in units."""
        layout = self.root.child("sheetFormatPr")
        usual = float(layout.attributes.get("defaultColWidth", "8.43")) if layout else 8.43
        known = [
            (
                low,
                high,
                0.0 if each.attributes.get("hidden", "") in _YES else float(each.attributes.get("width", usual)),
            )
            for low, high, each in self._columns
        ]

        def width(column: int) -> float:
            return next((found for low, high, found in known if low <= column <= high), usual)

        return width

    def height(self, row: int) -> float:
        """Return the height of a row in points."""
        found = self.rows.get(row)
        if found is None:
            return 15.0
        return 0.0 if found.attributes.get("hidden", "") in _YES else float(found.attributes.get("ht", "15"))

    def done(self) -> bytes:
        """Return the part with all changes."""
        return self.edits.done()


def _number(row: Element, otherwise: int) -> int:
    return int(row.attributes.get("r", otherwise))


def _within(spans: str, column: int) -> bool:
    return any(int(low) <= column <= int(high) for low, _, high in (each.partition(":") for each in spans.split()))


def _relation(element: Element) -> str:
    return next((value for name, value in element.attributes.items() if name.endswith(":id")), "")


def column_of(address: str) -> int:
    """Return the column of an address, counted from 1: ``AB14`` is 28."""
    number = 0
    for letter in address.rstrip("0123456789"):
        number = number * 26 + ord(letter) - 64
    return number


def row_of(address: str) -> int:
    """Return the row of an address."""
    return int(address.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))


def letters_of(column: int) -> str:
    """Return the letters of a column, counted from 1."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def positions(cells: Iterable[str]) -> list[tuple[int, int]]:
    """Return row and column of each address."""
    return [(row_of(each), column_of(each)) for each in cells]
