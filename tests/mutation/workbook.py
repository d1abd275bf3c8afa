"""A workbook that is changed fast: its XML in pieces, and beside each row what it should hold.

Whatever is changed here is known: `Book.differences` compares every row with what it was. What a program does by
itself when rows or columns are inserted (it follows them in formulas and ranges) is done to both, and so is no
difference.
"""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass, field
from functools import lru_cache
from html import unescape
from typing import TYPE_CHECKING, NamedTuple
from xml.sax.saxutils import escape, quoteattr

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_DATA = re.compile(r"(.*<sheetData>)(.*)(</sheetData>.*)", re.DOTALL)
_ROW = re.compile(r'<row r="(\d+)"[^>]*?(?:/>|(?<!/)>.*?</row>)', re.DOTALL)
_CELL = re.compile(r'<c r="([A-Z]+)(\d+)"([^>]*?)(?:/>|(?<!/)>(.*?)</c>)', re.DOTALL)
_STYLE = re.compile(r' s="(\d+)"')
_STRING = re.compile(r"<si>(.*?)</si>|<si/>", re.DOTALL)
_ESCAPED = re.compile(r"_(x[0-9A-Fa-f]{4}_)")
_TEXT = re.compile(r"<t[^>]*>(.*?)</t>", re.DOTALL)
_SHEET = re.compile(r'<sheet name="([^"]*)" sheetId="(\d+)"(?: state="(\w+)")? r:id="(\w+)"/>')
_QUOTED = re.compile(r'("(?:[^"]|"")*")')
_REFERENCE = re.compile(
    r"((?:'[^']+'|(?<![\w.'])[A-Za-z_][\w.]*)!)?(?<![\w.$!])?(\$?)([A-Z]{1,2})(\$?)(\d{1,7})(?![\w(])"
    r"(?::(\$?)([A-Z]{1,2})(\$?)(\d{1,7})(?![\w(]))?"
)
_PLACES = re.compile(r'\b(sqref|ref)="([^"]*)"')
_FORMULA = re.compile(r"(<(f|formula|formula1|formula2)(?: [^>]*)?>)(.*?)(</\2>)", re.DOTALL)

Number = int | float


class Formula(NamedTuple):
    """A formula, without its equals sign, and the result that a program left."""

    text: str
    cached: str | Number = ""


class Error(NamedTuple):
    """An error value."""

    text: str


class Day(NamedTuple):
    """A date, as days since 1900, in a cell whose format shows it as one."""

    serial: Number


Content = None | str | int | float | bool | Formula | Error | Day


class Difference(NamedTuple):
    """Something that is not as it was issued; with no cell where it is about a sheet or the whole file."""

    sheet: str
    cell: str
    old: Content
    new: Content
    what: str = "cell"


def letter(column: int) -> str:
    """The letters of a column, A for 0."""
    return chr(ord("A") + column) if column < 26 else letter(column // 26 - 1) + letter(column % 26)


def column(letters: str) -> int:
    """The number of a column, 0 for A."""
    number = 0
    for each in letters:
        number = number * 26 + ord(each) - 64
    return number - 1


def split(address: str) -> tuple[str, int]:
    """Column letters and row of an address."""
    letters = address.rstrip("0123456789")
    return letters, int(address[len(letters) :])


@dataclass(slots=True)
class Row:
    """A row of a sheet as XML: as it is, and as it would be had nothing been changed."""

    number: int
    xml: str
    was: str
    origin: int | None
    """Its number when it was issued; None of one that came later."""


@dataclass(slots=True)
class Sheet:
    """A sheet in pieces."""

    name: str
    part: str
    head: str
    rows: list[Row]
    tail: str
    state: str = ""
    was: str = ""
    """Its name when it was issued; "" of one that came later."""
    columns: dict[str, str] = field(default_factory=dict)
    """Where columns stand now, by the letters that they had; those not in it are where they were."""
    lost_columns: tuple[str, ...] = ()

    def row(self, number: int) -> Row | None:
        """The row of that number, None where there is none."""
        return next((row for row in self.rows if row.number == number), None)


@lru_cache(maxsize=64)
def _strings_of(xml: bytes) -> tuple[str, ...]:
    return tuple(
        unescape("".join(_TEXT.findall(each.group(1) or ""))) for each in _STRING.finditer(xml.decode("utf-8"))
    )


@lru_cache(maxsize=256)
def _pieces(xml: bytes) -> tuple[str, tuple[tuple[int, str], ...], str]:
    found = _DATA.fullmatch(xml.decode("utf-8"))
    if found is None:
        return xml.decode("utf-8").partition("<sheetData/>")[0] + "<sheetData>", (), "</sheetData></worksheet>"
    rows = tuple((int(row[1]), row[0]) for row in _ROW.finditer(found[2]))
    return found[1], rows, found[3]


class Book:
    """A workbook's parts, changed in place."""

    def __init__(self, parts: Mapping[str, bytes]) -> None:
        self.parts = dict(parts)
        self.strings = list(_strings_of(parts["xl/sharedStrings.xml"]))
        self._known = len(self.strings)
        self._workbook = parts["xl/workbook.xml"].decode("utf-8")
        targets = dict(
            re.findall(r'Id="(\w+)"[^>]*?Target="([^"]*)"', self._swapped(parts["xl/_rels/workbook.xml.rels"]))
        )
        self.sheets: dict[str, Sheet] = {}
        for name, _, state, relation in _SHEET.findall(self._workbook):
            part = f"xl/{targets[relation]}"
            head, rows, tail = _pieces(parts[part])
            rows_ = [Row(number, xml, xml, number) for number, xml in rows]
            self.sheets[unescape(name)] = Sheet(unescape(name), part, head, rows_, tail, state, unescape(name))
        self.order = list(self.sheets)
        self._issued = tuple(self.sheets)
        self.lost_rows: list[tuple[str, int]] = []
        self.about: list[Difference] = []
        """Differences that no cell tells."""
        self.names: list[tuple[str, str]] = []

    def names_of(self, sheet: str) -> list[str]:
        """The names that a sheet was issued with."""
        number = self._issued.index(sheet)
        return re.findall(rf'<definedName name="(\w+)" localSheetId="{number}"', self._workbook)

    def redefine(self, sheet: str, name: str, formula: str) -> None:
        """Let a name of a sheet stand for something else."""
        number = self._issued.index(sheet)
        tag = rf'(<definedName name="{name}" localSheetId="{number}"[^>]*>).*?</definedName>'
        self._workbook = re.sub(tag, lambda found: f"{found[1]}{escape(formula)}</definedName>", self._workbook)

    @staticmethod
    def _swapped(xml: bytes) -> str:
        """Relations with Id first, in whatever order they were written."""
        return re.sub(
            r'<Relationship ([^>]*?)Target="([^"]*)"([^>]*?)Id="([^"]*)"',
            r'<Relationship Id="\4" \1Target="\2"\3',
            xml.decode("utf-8"),
        )

    # --- cells --------------------------------------------------------------------------------

    def get(self, sheet: str, address: str) -> Content:
        """What a cell holds."""
        letters, number = split(address)
        row = self.sheets[sheet].row(number)
        return self.contents(row.xml).get(letters) if row else None

    def everything(self) -> Iterator[tuple[tuple[str, str], Content]]:
        """Every cell that holds something, by sheet and address."""
        for sheet in self.sheets.values():
            for row in sheet.rows:
                for letters, content in self.contents(row.xml).items():
                    yield (sheet.name, f"{letters}{row.number}"), content

    def contents(self, xml: str) -> dict[str, Content]:
        """What the cells of a row hold, by column; blank ones left out."""
        found = {}
        for letters, _, attributes, inside in _CELL.findall(xml):
            content = self._content(attributes, inside)
            if content is not None:
                found[letters] = content
        return found

    def _content(self, attributes: str, inside: str) -> Content:  # noqa: PLR0911  (one for each kind of cell)
        formula = re.search(r"<f(?: [^>]*)?(?:>(.*?)</f>|/>)", inside, re.DOTALL)
        value = re.search(r"<v(?: [^>]*)?>(.*?)</v>", inside, re.DOTALL)
        if formula:
            return Formula(unescape(formula[1] or ""), unescape(value[1]) if value else "")
        if "<is>" in inside:
            return unescape("".join(_TEXT.findall(inside)))
        if value is None:
            return None
        kind = re.search(r' t="(\w+)"', attributes)
        text = unescape(value[1])
        match kind[1] if kind else "n":
            case "s":
                return self.strings[int(text)] or None
            case "str":
                return text or None
            case "b":
                return text == "1"
            case "e":
                return Error(text)
            case _:
                return float(text)

    def put(self, sheet: str, address: str, content: Content, style: int | None = None) -> None:
        """Write a cell; its style stays, or becomes another."""
        letters, number = split(address)
        row = self.row(sheet, number)
        cells = {found[1]: found for found in _CELL.finditer(row.xml)}
        old = cells.get(letters)
        known = re.search(r' s="(\d+)"', old[3]) if old else None
        shown = f' s="{style}"' if style is not None else known[0] if known else ""
        made = self._cell(address, shown, content)
        if old:
            row.xml = row.xml[: old.start()] + made + row.xml[old.end() :]
            return
        if row.xml.endswith("/>"):
            row.xml = f"{row.xml[:-2]}></row>"
        after = next((found for name, found in cells.items() if column(name) > column(letters)), None)
        place = after.start() if after else len(row.xml) - len("</row>")
        row.xml = row.xml[:place] + made + row.xml[place:]

    def _cell(self, address: str, style: str, content: Content) -> str:  # noqa: PLR0911  (one for each kind of cell)
        start = f'<c r="{address}"{style}'
        match content:
            case None:
                return f"{start}/>"
            case bool():
                return f'{start} t="b"><v>{int(content)}</v></c>'
            case Formula(text, cached):
                kind = ' t="str"' if isinstance(cached, str) else ""
                return f"{start}{kind}><f>{escape(text)}</f><v>{escape(str(cached))}</v></c>"
            case Error(text):
                return f'{start} t="e"><v>{escape(text)}</v></c>'
            case Day(serial):
                return f"{start}><v>{serial}</v></c>"
            case str():
                self.strings.append(content)  # (as it reads; `_x0031_` in a file is an escape)
                return f'{start} t="s"><v>{len(self.strings) - 1}</v></c>'
            case _:
                return f"{start}><v>{content!r}</v></c>"

    def row(self, sheet: str, number: int) -> Row:
        """A row, made where there is none."""
        rows = self.sheets[sheet].rows
        place = next((place for place, row in enumerate(rows) if row.number >= number), len(rows))
        if place < len(rows) and rows[place].number == number:
            return rows[place]
        made = Row(number, f'<row r="{number}"></row>', "", None)
        rows.insert(place, made)
        return made

    # --- rows and columns ---------------------------------------------------------------------

    def insert_row(self, sheet: str, number: int) -> None:
        """Put an empty row before another, as a program does it."""
        self._move(sheet, lambda place: (place[0], place[1] + (place[1] >= number)))

    def delete_row(self, sheet: str, number: int) -> None:
        """Take a row out."""
        row = self.sheets[sheet].row(number)
        if row is not None and row.origin is not None:
            self.lost_rows.append((self.sheets[sheet].was, row.origin))
        self.sheets[sheet].rows = [each for each in self.sheets[sheet].rows if each.number != number]
        self._move(
            sheet, lambda place: (place[0], place[1] - (place[1] > number)), lost=lambda place: place[1] == number
        )

    def insert_column(self, sheet: str, letters: str) -> None:
        """Put an empty column before another."""
        at = column(letters)
        self._move(sheet, lambda place: (place[0] + (place[0] >= at), place[1]))
        self._shift_columns(sheet, lambda number: number + (number >= at))

    def delete_column(self, sheet: str, letters: str) -> None:
        """Take a column out."""
        at = column(letters)
        self._move(sheet, lambda place: (place[0] - (place[0] > at), place[1]), lost=lambda place: place[0] == at)
        it = self.sheets[sheet]
        it.lost_columns = (*it.lost_columns, letters)
        self._shift_columns(sheet, lambda number: number - (number > at))

    def swap_columns(self, sheet: str, one: str, two: str, first_row: int) -> None:
        """Let two columns of a table change places, heads and all."""
        places = {column(one): column(two), column(two): column(one)}
        self._move(
            sheet, lambda place: (places.get(place[0], place[0]) if place[1] >= first_row else place[0], place[1])
        )
        self._shift_columns(sheet, lambda number: places.get(number, number))

    def _shift_columns(self, sheet: str, new: Callable[[int], int]) -> None:
        it = self.sheets[sheet]
        it.columns = {
            letter(number): letter(new(column(it.columns.get(letter(number), letter(number))))) for number in range(26)
        }

    def _move(  # noqa: C901  (cells, ranges, formulas and names all go along)
        self,
        sheet: str,
        new: Callable[[tuple[int, int]], tuple[int, int]],
        lost: Callable[[tuple[int, int]], bool] = lambda _: False,
    ) -> None:
        """Move the cells of a sheet, and all that refers to them."""

        def cell(found: re.Match[str]) -> str:
            place = column(found[1]), int(found[2])
            if lost(place):
                return ""
            moved = new(place)
            return f'<c r="{letter(moved[0])}{moved[1]}"{found[0][found[0].index(found[2]) + len(found[2]) + 1 :]}'

        def moved_row(row: Row, xml: str) -> str:
            number = new((0, row.number))[1]
            xml = re.sub(r'^<row r="\d+"', f'<row r="{number}"', _CELL.sub(cell, xml))
            cells = list(_CELL.finditer(xml))
            ordered = sorted(cells, key=lambda each: column(each[1]))
            if cells == ordered or not cells:
                return xml
            return xml[: cells[0].start()] + "".join(each[0] for each in ordered) + xml[cells[-1].end() :]

        it = self.sheets[sheet]
        for row in it.rows:
            same = row.was is row.xml or row.was == row.xml
            row.xml = moved_row(row, row.xml)
            row.was = row.xml if same else moved_row(row, row.was)
            row.number = new((0, row.number))[1]

        def places(found: re.Match[str]) -> str:
            each = [self._moved(text, "", new, lost) for text in found[2].split()]
            return f'{found[1]}="{" ".join(text for text in each if "#REF" not in text) or "A1"}"'

        it.tail = _PLACES.sub(places, it.tail)
        for other in self.sheets.values():

            def formula(found: re.Match[str], here: str = other.name) -> str:
                text = self._moved(unescape(found[3]), here, new, lost, sheet)
                return f"{found[1]}{escape(text)}{found[4]}"

            other.tail = _FORMULA.sub(formula, other.tail)
            for row in other.rows:
                if "<f" in row.xml:
                    same = row.was is row.xml or row.was == row.xml
                    row.xml = _FORMULA.sub(formula, row.xml)
                    row.was = row.xml if same else _FORMULA.sub(formula, row.was)

        def defined(found: re.Match[str]) -> str:
            return f"{found[1]}{escape(self._moved(unescape(found[2]), '', new, lost, sheet))}{found[3]}"

        self._workbook = re.sub(r"(<definedName [^>]*>)(.*?)(</definedName>)", defined, self._workbook)

    @staticmethod
    def _moved(
        text: str,
        here: str,
        new: Callable[[tuple[int, int]], tuple[int, int]],
        lost: Callable[[tuple[int, int]], bool],
        sheet: str = "",
    ) -> str:
        """A formula, or a range, after cells of a sheet have moved."""

        def reference(found: re.Match[str]) -> str:
            prefix = found[1] or ""
            if (prefix[:-1].strip("'") or here) != sheet:
                return found[0]
            first = column(found[3]), int(found[5])
            last = (column(found[7]), int(found[9])) if found[7] else None
            if lost(first) and (last is None or last == first):
                return f"{prefix}#REF!"
            if last is None:
                place = new(first)
                return f"{prefix}{found[2]}{letter(place[0])}{found[4]}{place[1]}"
            end = last
            if lost(last):
                across, down = last[0] - 1, last[1] - 1
                end = (across, last[1]) if lost((last[0], last[1] + 1)) else (last[0], down)
            start, end = new(first), new(end)
            return (
                f"{prefix}{found[2]}{letter(start[0])}{found[4]}{start[1]}:{found[6]}{letter(end[0])}{found[8]}{end[1]}"
            )

        pieces = _QUOTED.split(text)
        return "".join(piece if number % 2 else _REFERENCE.sub(reference, piece) for number, piece in enumerate(pieces))

    # --- what became of it --------------------------------------------------------------------

    def differences(self) -> Iterator[Difference]:
        """Every cell that is not as it was, where it is now; and what no cell tells."""
        for sheet in self.sheets.values():
            for row in sheet.rows:
                if row.xml is row.was or row.xml == row.was:
                    continue
                before, after = self.contents(row.was), self.contents(row.xml)
                yield from self._looks(sheet.name, row)
                for letters in sorted({*before, *after}, key=column):
                    old, new = before.get(letters), after.get(letters)
                    if not _same(old, new):
                        yield Difference(sheet.name, f"{letters}{row.number}", old, new)
        yield from self.about

    @staticmethod
    def _looks(sheet: str, row: Row) -> Iterator[Difference]:
        """The cells of a row that have another style than they had."""
        before, after = (
            {found[1]: int(style[1]) if (style := _STYLE.search(found[3])) else 0 for found in _CELL.finditer(xml)}
            for xml in (row.was, row.xml)
        )
        for letters in sorted({*before, *after}, key=column):
            old, new = before.get(letters, 0), after.get(letters, 0)
            if old != new:
                yield Difference(sheet, f"{letters}{row.number}", old, new, "look")

    def place_of(self, sheet: str, address: str) -> tuple[str, str] | None:
        """Where an issued cell stands now; None where it is gone."""
        letters, number = split(address)
        it = next((each for each in self.sheets.values() if each.was == sheet), None)
        row = next((row for row in it.rows if row.origin == number), None) if it else None
        if it is None or row is None or letters in it.lost_columns:
            return None
        return it.name, f"{it.columns.get(letters, letters)}{row.number}"

    def bytes(self, method: int = zipfile.ZIP_STORED) -> bytes:
        """The workbook as a file."""
        self._write_back()
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", method) as archive:
            for name, content in self.parts.items():
                archive.writestr(name, content)
        return made.getvalue()

    def _write_back(self) -> None:
        for sheet in self.sheets.values():
            self.parts[sheet.part] = "".join((sheet.head, *(row.xml for row in sheet.rows), sheet.tail)).encode()
        if len(self.strings) > self._known:
            added = "".join(
                f'<si><t xml:space="preserve">{escape(_escaped(text))}</t></si>' for text in self.strings[self._known :]
            )
            self.parts["xl/sharedStrings.xml"] = self.parts["xl/sharedStrings.xml"].replace(
                b"</sst>", added.encode() + b"</sst>"
            )
            self._known = len(self.strings)
        tags, relations, types = [], [], []
        for number, name in enumerate(self.order, 1):
            sheet = self.sheets[name]
            state = f' state="{sheet.state}"' if sheet.state else ""
            tags.append(f'<sheet name={quoteattr(sheet.name)} sheetId="{number}"{state} r:id="rIdS{number}"/>')
            relations.append(
                f'<Relationship Id="rIdS{number}" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
                f'relationships/worksheet" Target="{sheet.part.removeprefix("xl/")}"/>'
            )
            types.append(
                f'<Override PartName="/{sheet.part}" ContentType="application/vnd.openxmlformats-officedocument.'
                'spreadsheetml.worksheet+xml"/>'
            )
        workbook = re.sub(r"<sheets>.*</sheets>", lambda _: f"<sheets>{''.join(tags)}</sheets>", self._workbook)
        places = {self.sheets[name].was: number for number, name in enumerate(self.order)}

        def local(found: re.Match[str]) -> str:
            """Return a name of a sheet with where that sheet stands now; nothing where the sheet is gone."""
            now = places.get(self._issued[int(found[2])])
            return "" if now is None else f"{found[1]}{now}{found[3]}"

        workbook = re.sub(r'(<definedName [^>]*localSheetId=")(\d+)("[^>]*>.*?</definedName>)', local, workbook)
        if self.names:
            made = "".join(f'<definedName name="{name}">{escape(text)}</definedName>' for name, text in self.names)
            workbook = workbook.replace("</definedNames>", f"{made}</definedNames>")
        self.parts["xl/workbook.xml"] = workbook.encode()
        self._replace(
            "xl/_rels/workbook.xml.rels", r'<Relationship [^>]*/worksheet"[^>]*/>', relations, "</Relationships>"
        )
        self._replace("[Content_Types].xml", r"<Override [^>]*worksheet\+xml\"/>", types, "</Types>")

    def _replace(self, part: str, pattern: str, made: list[str], before: str) -> None:
        xml = re.sub(pattern, "", self.parts[part].decode("utf-8"))
        self.parts[part] = xml.replace(before, "".join(made) + before).encode()

    # --- the workbook itself ------------------------------------------------------------------

    def change_workbook(self, pattern: str, made: str) -> None:
        """Change the part that lists the sheets."""
        changed = re.sub(pattern, made, self._workbook)
        assert changed != self._workbook, "nothing was changed"
        self._workbook = changed


def _escaped(text: str) -> str:
    """A string as a file has it: what looks like an escape is escaped."""
    return _ESCAPED.sub(r"_x005F_\1", text)


def _same(old: Content, new: Content) -> bool:
    """Say whether two cells hold the same; of formulas the results do not count, a program calculates them anew."""
    if isinstance(old, Formula) and isinstance(new, Formula):
        return old.text == new.text
    return type(old) is type(new) and old == new
