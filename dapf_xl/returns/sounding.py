"""A sheet of an Excel workbook in one way of writing it, or refused: programs must not differ in what it shows.

Spreadsheet programs, and the libraries that read here, forgive different things: a cell that is there twice, a second
table of cells, cells of a foreign namespace, a number in pieces. A person would see one figure, and another would be
taken. What the usual programs write is known by one pattern; all else is read with care and written anew.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple
from xml.etree.ElementTree import ParseError

from defusedxml import ElementTree

from dapf_xl.returns.troubles import FARTHEST_COLUMN, FARTHEST_ROW

if TYPE_CHECKING:
    from collections.abc import Mapping
    from xml.etree.ElementTree import Element

_CELL = re.compile(
    rb'<c r="([A-Z]\d{1,4}+)"( s="(?:[1-9]\d{0,5}+|0)"|)(?:'
    rb'/>| t="s"><v>(\d++)</v></c>|'  # (most are these; and an alternative is faster than what may be left out)
    rb'((?: t="(?:str|s|n|b)"|))(?:>(?:<f((?: [\w:]++="[^"<>&]*+")*+)>([^<]*+)</f>|)'
    rb"(?:<v>([^<&]*+)</v>|<v ?/>|)</c>| ?/>)|"
    rb' t="inlineStr"><is><t(?: xml:space="preserve"|)>([^<]*+)</t></is></c>)'
)
_PARTS = 1 + _CELL.groups
"""A cell as the usual programs write it, near enough; one that is an error, or far outside, is not.

In pieces: its address and style, the number of its shared string; or its kind, its formula's attributes and text, and
what it shows; or its words.
"""
_ROWS = re.compile(rb'(?:\s*<row r="\d{1,4}+"(?: [\w:]++="[^"<>&]*+")*+(?:/>|>[c\s]*+</row>))*+\s*')
"""The rows of a sheet, each of its cells as a letter."""
_ROW = re.compile(rb'<row r="(\d{1,4})"')
_SPACED = (b" =", b"\t=", b"\n=", b"\r=")
_HIGH = rb"(?:[7-9]|[1-9]\d+)(?:\.\d+)?"
"""A row's height in points at which letters can be read."""
_HIDDEN_ROW = re.compile(rb'<row r="(\d{1,4})"[^<>]*?\s(?:hidden="(?!0"|false")|ht="(?!%b"))' % _HIGH)
_LOW = re.compile(rb' ht="(?!%b")' % _HIGH)
_STYLED_ROW = re.compile(rb'<row r="(\d{1,4})"[^<>]*? s="(\d+)"')
_SHARED = re.compile(rb'<c (?=[^<>]*?\bt="s")[^<>]*?\br="([A-Z]\d{1,4})"[^<>]*><v>([^<]*)</v>')
_TWO_TEXTS = re.compile(rb"</(\w+:)?t>\s*<(?(1)\1)t[\s/>]")
_PREFIXED = re.compile(rb"<\w+:")
_FILLED = re.compile(rb'<(?:\w+:)?c\s[^<>]*?r="([A-Z]{1,3}\d{1,7})"[^<>]*(?<!/)>\s*<')
_FAR_NAMED = 5
_FAR_ROW = re.compile(rb'<(\w+:)?row\s(?:[^<>]*\s)?r="\d{5,}"[^<>]*(?:/>|(?<!/)>.*?</(?(1)\1)row>)', re.DOTALL)
_FAR_EMPTY_ROWS = re.compile(
    rb'(?:<row\s(?:[^<>]*\s)?r="\d{5,}"[^<>]*(?:/>|(?<!/)>(?:<c\s[^<>]*/>)*+</row>))++', re.DOTALL
)
"""Rows as ``_FAR_ROW``, with nothing in them, as they follow on one another."""
_ADDRESS = re.compile(r"([A-Z]{1,3})0*([1-9]\d{0,6})")
_ROOT = re.compile(rb'<(\w+):worksheet\s[^<>]*?xmlns:(?=\1=)\w+=("[^"]*")')
_IN_CELL = ("f", "v", "is")


class TwoWaysError(ValueError):
    """A part of a workbook that programs read in different ways; says which, in words."""


Runs = tuple[bytes, ...]
"""How the letters of parts of a text look, as the file has it."""


class StyledCells(NamedTuple):
    """The cells of a sheet and the numbers of their styles, as far as the file says them."""

    addresses: bytes
    """With commas between them."""
    numbers: bytes
    """Of each address the attribute that gives its style, or nothing; with commas between them."""
    rows: tuple[tuple[bytes, bytes], ...]
    """The rows that give their cells a style, and its number."""
    rich: tuple[tuple[str, Runs], ...]
    """Addresses of cells parts of whose text have letters of their own, with how these look."""
    hidden: tuple[int, ...]
    """The rows that nobody sees: hidden, or of next to no height."""


class FormulaCell(NamedTuple):
    """A cell with a formula, as the file has it."""

    address: bytes
    kind: bytes
    """The attribute that says what the cell shows, or nothing."""
    attributes: bytes
    """Those of the formula."""
    text: bytes
    shown: bytes | None
    """What the cell shows; None where it does not say."""


class Held(NamedTuple):
    """What the cells of a sheet hold, as the file has it: of each cell an entry in each of these."""

    addresses: list[bytes]
    styles: list[bytes]
    """The attribute that gives its style, or nothing."""
    strings: list[bytes | None]
    """The number of its shared string."""
    kinds: list[bytes | None]
    """The attribute that says what it shows, or nothing; None where it holds a string, words or nothing."""
    shown: list[bytes | None]
    words: list[bytes | None]


class UsualSheet(NamedTuple):
    """What stands in a sheet that is written as the usual programs write it."""

    cells: StyledCells
    held: Held
    formulas: tuple[FormulaCell, ...]


class Sound(NamedTuple):
    """A sheet in one way of writing it."""

    xml: bytes
    cells: StyledCells
    far: tuple[str, ...]
    """Addresses of the first cells that stand too far outside to be read."""
    far_rows: int
    """How many rows there are so far outside, with something in them or not."""


def usual_sheet(xml: bytes) -> UsualSheet | None:
    """Return what stands in a sheet; None where it is not written as the usual programs write it.

    Of one that is, everybody reads the same.
    """
    begins, ends = xml.find(b"<sheetData>"), xml.rfind(b"</sheetData>")
    if begins < 0 or ends < 0 or xml.count(b"sheetData") != 2 or not _is_usual_head(xml[:begins]):  # noqa: PLR2004
        return None
    pieces = _CELL.split(xml[begins + len(b"<sheetData>") : ends])
    between, addresses = b"c".join(pieces[::_PARTS]), pieces[1::_PARTS]
    if len({*addresses}) != len(addresses) or not _ROWS.fullmatch(between) or not between.isascii():
        return None
    rows = _ROW.findall(between)
    if len({*rows}) != len(rows):
        return None
    styled = tuple(_STYLED_ROW.findall(between)) if b' s="' in between else ()
    hidden = tuple(map(int, _HIDDEN_ROW.findall(between))) if b'hidden="' in between or _LOW.search(between) else ()
    styles, strings, kinds, attributes, texts, shown, words = (pieces[part::_PARTS] for part in range(2, _PARTS))
    formulas = tuple(
        FormulaCell(addresses[place], kinds[place], attributes[place], text, shown[place])
        for place, text in enumerate(texts)
        if text is not None
    )
    cells = StyledCells(b",".join(addresses), b",".join(styles), styled, (), hidden)
    return UsualSheet(cells, Held(addresses, styles, strings, kinds, shown, words), formulas)


@lru_cache(maxsize=256)
def _is_usual_head(head: bytes) -> bool:
    """Say whether what stands before the cells of a sheet is written as usual, and the table in the sheet alone."""
    closed = head.count(b"</") + head.count(b"/>")
    depth = head.count(b"<") - head.count(b"<?") - head.count(b"</") - closed
    return (
        depth == 1
        and head.count(b"xmlns=") == 1
        and not _PREFIXED.search(head)
        and not _is_odd(head.rpartition(b"?>")[2])
        and _is_sound(head + b"<sheetData/></worksheet>")
    )


def _is_sound(xml: bytes) -> bool:
    try:
        ElementTree.fromstring(xml)
    except ParseError:
        return False
    return True


def _is_odd(tags: bytes) -> bool:
    """Say whether attributes are written as the usual programs never do, and the patterns here do not know."""
    return b"'" in tags or tags.count(b"=") != tags.count(b'="') or any(each in tags for each in _SPACED)


def sound(xml: bytes) -> Sound:
    """Return a sheet with every cell addressed and in order, and without those far outside.

    Raises:
        TwoWaysError: Programs read something in it in different ways.
    """
    far: list[str] = []

    def taken_out(row: re.Match[bytes]) -> bytes:
        if len(far) < _FAR_NAMED and (found := _FILLED.search(row[0])):
            far.append(found[1].decode())
        return b""

    # As elements, a million rows would fill the memory; looked at one by one, they would take seconds.
    some = _FAR_EMPTY_ROWS.sub(b"", xml)
    near, far_rows = _FAR_ROW.subn(taken_out, some)
    far_rows += xml.count(b"<row") - some.count(b"<row")
    root = ElementTree.fromstring(near)
    space = root.tag.rpartition("}")[0] + "}" if "}" in root.tag else ""
    tables = [each for each in root.iter() if each.tag.rpartition("}")[2] == "sheetData"]
    if len(tables) != 1 or tables[0] not in list(root) or tables[0].tag != f"{space}sheetData":
        raise TwoWaysError("its table of cells is not there once")
    sheet = _Sheet(space, far)
    sheet.put_in_order(tables[0])
    for dimension in root.findall(f"{space}dimension"):
        root.remove(dimension)
    made: bytes = ElementTree.tostring(root, encoding="utf-8")
    return Sound(_without_prefix(made), sheet.cells(), tuple(far[:_FAR_NAMED]), far_rows)


def _without_prefix(xml: bytes) -> bytes:
    """Return a sheet whose elements have no prefix: which one they are given depends on what else was imported."""
    found = _ROOT.match(xml)
    if found is None:
        return xml
    prefix, space = found.groups()
    plain = xml.replace(b"<%b:" % prefix, b"<").replace(b"</%b:" % prefix, b"</")
    return plain.replace(b" xmlns:%b=%b" % (prefix, space), b" xmlns=%b xmlns:%b=%b" % (space, prefix, space), 1)


def words_of_another(element: Element, space: str) -> bool:
    """Say whether an element holds any of another namespace, which a program may read or leave out."""
    return any(not each.tag.startswith(space) for each in element.iter())


def look_at_strings(xml: bytes) -> None:
    """Refuse a workbook's shared strings of which one is there in two ways.

    Raises:
        TwoWaysError: One is.
    """
    if _TWO_TEXTS.search(xml):
        raise _twice("a text")
    if xml.count(b"xmlns") > 1 or _PREFIXED.search(xml):
        root = ElementTree.fromstring(xml)
        if words_of_another(root, root.tag.rpartition("}")[0]):
            raise TwoWaysError("a text holds what not every program knows")


def rich_texts(strings: bytes) -> Mapping[int, Runs]:
    """Return those of a workbook's shared strings parts of which have letters of their own, by their numbers."""
    if b"<r>" not in strings and b":r>" not in strings:
        return {}
    texts = [each for each in ElementTree.fromstring(strings) if each.tag.endswith("}si")]
    found = {number: _runs(text, text.tag.removesuffix("si")) for number, text in enumerate(texts)}
    return {number: runs for number, runs in found.items() if runs}


def _runs(text: Element, space: str) -> Runs:
    return tuple(ElementTree.tostring(each) for each in text.findall(f"{space}r/{space}rPr"))


def rich_cells(xml: bytes, rich: Mapping[int, Runs]) -> list[tuple[str, Runs]]:
    """Return the cells of a sheet, in one way of writing it, that hold one of such texts."""
    found = ((address.decode(), int(number)) for address, number in _SHARED.findall(xml) if number.isdigit())
    return [(address, rich[number]) for address, number in found if number in rich]


class _Sheet:
    """Puts the cells of a sheet in order."""

    def __init__(self, space: str, far: list[str]) -> None:
        self.space = space
        self.far = far
        self.styles: dict[str, str] = {}
        self.rows: list[tuple[bytes, bytes]] = []
        self.rich: list[tuple[str, Runs]] = []
        self.hidden: list[int] = []

    def cells(self) -> StyledCells:
        """Return the cells that were put in order."""
        addresses, numbers = ",".join(self.styles), ",".join(self.styles.values())
        return StyledCells(addresses.encode(), numbers.encode(), tuple(self.rows), tuple(self.rich), tuple(self.hidden))

    def put_in_order(self, data: Element) -> None:
        row, seen = 0, set()
        for line in list(data):
            self._is_known(line, ("row",))
            row = _number_of(line.get("r"), row + 1)
            if row in seen:
                raise _twice(f"row {row}")
            seen.add(row)
            if row > FARTHEST_ROW:
                self.far += [cell.get("r", f"A{row}") for cell in line if len(cell)]
                data.remove(line)
                continue
            line.set("r", str(row))
            if (style := line.get("s", "")).isdecimal():
                self.rows.append((str(row).encode(), style.encode()))
            if line.get("hidden", "0") not in {"0", "false"} or not _is_high(line.get("ht", "15")):
                self.hidden.append(row)
            self._put_row(line, row)

    def _put_row(self, line: Element, row: int) -> None:
        cells: dict[int, Element] = {}
        column = 0
        for cell in list(line):
            line.remove(cell)
            if cell.tag == f"{self.space}extLst":  # what newer programs keep beside the cells, and nobody shows in them
                continue
            self._is_known(cell, ("c",))
            column = _column_of(cell.get("r"), column + 1, row)
            if column in cells:
                raise _twice(_address(column, row))
            cells[column] = cell
            if column > FARTHEST_COLUMN:
                self.far += [cell.get("r", "")] if len(cell) else []
                continue
            address = _address(column, row)
            cell.set("r", address)
            style = cell.get("s", "")
            self.styles[address] = f' s="{int(style)}"' if style.isascii() and style.isdecimal() else ""
            self._look_at(cell)
        line.extend(cell for column, cell in sorted(cells.items()) if column <= FARTHEST_COLUMN)

    def _is_known(self, element: Element, names: tuple[str, ...]) -> None:
        if element.tag not in {f"{self.space}{name}" for name in names}:
            name = element.tag.rpartition("}")[2]
            raise TwoWaysError(f"{name!r} stands among its cells")

    def _look_at(self, cell: Element) -> None:
        """Refuse a cell that says what it holds in two ways."""
        for extra in cell.findall(f"{self.space}extLst"):
            cell.remove(extra)
        for part in cell:
            self._is_known(part, _IN_CELL)
            if words_of_another(part, self.space):
                raise TwoWaysError(f"the cell {cell.get('r')} holds what not every program knows")
        names = [part.tag for part in cell]
        formula, value, words = (cell.find(f"{self.space}{name}") for name in _IN_CELL)
        must_be_words = cell.get("t") == "inlineStr" and bool(names)
        in_parts = any(part is not None and len(part) > 0 for part in (formula, value))
        texts = [] if words is None else words.findall(f"{self.space}t")
        if words is not None and (runs := _runs(words, self.space)):
            self.rich.append((cell.get("r", ""), runs))
        is_sure = (words is not None) == must_be_words and (words is None or value is None)
        if len({*names}) != len(names) or in_parts or len(texts) > 1 or not is_sure:
            raise _twice(f"what the cell {cell.get('r')} holds")


def _twice(what: str) -> TwoWaysError:
    return TwoWaysError(f"{what} is there twice")


def _is_high(said: str) -> bool:
    return re.fullmatch(_HIGH, said.encode()) is not None


def _number_of(said: str | None, following: int) -> int:
    if said is None:
        return following
    if not said.isascii() or not said.isdigit() or int(said) == 0:
        raise TwoWaysError(f"a row has the number {said[:12]!r}")
    return int(said)


def _column_of(said: str | None, following: int, row: int) -> int:
    if said is None:
        return following
    address = _ADDRESS.fullmatch(said)
    if address is None or int(address[2]) != row:
        raise TwoWaysError(f"a cell in row {row} says that it is {said[:12]!r}")
    number = 0
    for letter in address[1]:
        number = number * 26 + ord(letter) - 64
    return number


def _address(column: int, row: int) -> str:
    first, last = divmod(column - 1, 26)
    return f"{chr(ord('A') + first - 1) if first else ''}{chr(ord('A') + last)}{row}"


__all__ = [
    "FormulaCell",
    "Held",
    "Sound",
    "StyledCells",
    "TwoWaysError",
    "UsualSheet",
    "look_at_strings",
    "rich_cells",
    "rich_texts",
    "sound",
    "usual_sheet",
]
