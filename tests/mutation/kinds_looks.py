"""Cells look otherwise than they did, can be typed into, or no longer can; and looks that hide what is held."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.mutation.case import kind
from tests.mutation.workbook import Difference, split

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.mutation.case import Case

STYLES = "xl/styles.xml"
NUMERIC = {"count", "percent", "rate", "number", "money"}
TOLD = "names the cells; what they hold is taken as it stands"
HELD = "takes no figure that nobody could see, or that showed as another"


def _entry(case: Case, name: str, xml: str) -> int:
    """The number of an entry that is added to a list of the workbook's styles."""
    styles = case.book.parts[STYLES].decode()
    found = re.search(rf'<{name} count="(\d+)"', styles)
    assert found
    number = int(found[1])
    styles = styles.replace(found[0], f'<{name} count="{number + 1}"', 1).replace(f"</{name}>", f"{xml}</{name}>", 1)
    case.book.parts[STYLES] = styles.encode()
    return number


def _format(case: Case, code: str) -> int:
    """The number of a number format that is added."""
    styles = case.book.parts[STYLES].decode()
    number = 400 + styles.count("<numFmt ")
    code = code.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    made = f'<numFmt numFmtId="{number}" formatCode="{code}"/></numFmts>'
    case.book.parts[STYLES] = styles.replace("</numFmts>", made, 1).encode()
    return number


def _style_of(case: Case, sheet: str, cell: str) -> int:
    letters, number = split(cell)
    row = case.book.row(sheet, number)
    found = re.search(rf'<c r="{letters}\d+"[^>]*? s="(\d+)"', row.xml)
    return int(found[1]) if found else 0


def _restyled(case: Case, sheet: str, cell: str, *, inside: str = "", **changes: int) -> None:
    """Give a cell a style of its own: its own one with other parts, and in it what stands for another part."""
    styles = case.book.parts[STYLES].decode()
    own = re.findall(
        r"<xf [^>]*?(?:/>|(?<!/)>.*?</xf>)", re.search(r"<cellXfs.*?</cellXfs>", styles, re.DOTALL)[0], re.DOTALL
    )[_style_of(case, sheet, cell)]
    tag, _, rest = own.removesuffix("/>").removesuffix("</xf>").partition(">")
    for name, number in changes.items():
        tag = re.sub(rf'{name}="\d+"', f'{name}="{number}"', tag)
    if inside:
        name = re.match(r"<(\w+)", inside)[1]
        rest = re.sub(rf"<{name}[ /].*?/>", "", rest)
        rest = inside + rest if name == "alignment" else rest + inside
    style = _entry(case, "cellXfs", f"{tag}>{rest}</xf>")
    case.book.put(sheet, cell, case.book.get(sheet, cell), style)


def _font(case: Case, *, size: str = "10", colour: str = '<color rgb="FF0B0C0C"/>', name: str = "Arial") -> int:
    return _entry(case, "fonts", f'<font><sz val="{size}"/>{colour}<name val="{name}"/><family val="2"/></font>')


def _fill(case: Case, colour: str) -> int:
    return _entry(case, "fills", f'<fill><patternFill patternType="solid">{colour}</patternFill></fill>')


HARMLESS: Mapping[str, Callable[[Case, str, str], None]] = {
    "font": lambda case, *cell: _restyled(case, *cell, fontId=_font(case, name="Times New Roman")),
    "size": lambda case, *cell: _restyled(case, *cell, fontId=_font(case, size="23")),
    "colour": lambda case, *cell: _restyled(case, *cell, fontId=_font(case, colour='<color rgb="FFAA0000"/>')),
    "theme": lambda case, *cell: _restyled(case, *cell, fontId=_font(case, colour='<color theme="5" tint="-0.4"/>')),
    "fill": lambda case, *cell: _restyled(case, *cell, fillId=_fill(case, '<fgColor rgb="FFABCDEF"/>')),
    "line": lambda case, *cell: _restyled(
        case, *cell, borderId=_entry(case, "borders", '<border><left style="double"/><right/><top/><bottom/></border>')
    ),
    "place": lambda case, *cell: _restyled(case, *cell, inside='<alignment horizontal="center"/>'),
}
UNSEEN: Mapping[str, Callable[[Case, str, str], None]] = {
    "on yellow": lambda case, *cell: _restyled(case, *cell, fontId=_font(case, colour='<color rgb="FFFFF7BF"/>')),
    "white on white": lambda case, *cell: _restyled(
        case, *cell, fontId=_font(case, colour='<color theme="0"/>'), fillId=0
    ),
    "tiny": lambda case, *cell: _restyled(case, *cell, fontId=_font(case, size="1")),
    "symbols": lambda case, *cell: _restyled(case, *cell, fontId=_font(case, name="Wingdings")),
    "black on black": lambda case, *cell: _restyled(case, *cell, fillId=_fill(case, '<fgColor indexed="8"/>')),
    "repeated": lambda case, *cell: _restyled(case, *cell, inside='<alignment horizontal="fill"/>'),
}


@kind("an attacker, or a person who wants to type where it is locked", "names the cells; what is typed there is found")
def locked_cells_unlocked(case: Case) -> None:
    """By themselves, all else of their look as it was."""
    cells = [place for place in (*case.original.locked, *case.original.empty) if place[0] != "_dapf"]
    for place in case.random.sample(cells, 3):
        _restyled(case, *place, inside='<protection locked="0"/>')


@kind("a person who pastes locked cells over yellow ones", "names the cells; what they hold is taken as it stands")
def input_cells_locked(case: Case) -> None:
    for place in case.random.sample(sorted(case.original.inputs), 2):
        _restyled(case, *place, inside='<protection locked="1"/>')


@kind("a person who makes it look as they like", TOLD)
def cells_look_otherwise(case: Case) -> None:
    """Locked cells and input cells, each in another way."""
    locked = [place for place in case.original.locked if place[0] != "_dapf"]
    for places in (locked, sorted(case.original.inputs - case.original.dated)):
        place = case.random.choice(places)
        HARMLESS[case.random.choice(sorted(HARMLESS))](case, *place)


@kind("a person who pastes cells with their looks", "names the cells; the figures are taken as they stand", cells=True)
def a_locked_cell_looks_otherwise(case: Case) -> None:
    place = case.turn(case.original.locked)
    HARMLESS[case.random.choice(sorted(HARMLESS))](case, *place)


@kind("a person who wants shown figures shown otherwise", TOLD)
def locked_number_shown_otherwise(case: Case) -> None:
    numbers = case.locked(lambda content: isinstance(content, float))
    if numbers:
        code = case.random.choice(['"7"', "0,", ";;;", "0.000", "dd/mm/yyyy", "0%%"])
        _restyled(case, *case.random.choice(numbers), numFmtId=_format(case, code))
    else:
        HARMLESS["fill"](case, *case.random.choice(case.original.locked))


@kind("an attacker, or a person who hides what is theirs", HELD)
def figure_that_nobody_can_see(case: Case) -> None:
    for key, place in case.random.sample(case.places(), min(2, len(case.places()))):
        name = case.random.choice(sorted(UNSEEN))
        is_number = case.desk.framework.items[key[0]].type in NUMERIC
        if name == "repeated" and not is_number:
            name = "tiny"
        if is_number:
            case.book.put(place.sheet, place.value, case.random.choice([0.5, 1, 41]))
        if case.book.get(place.sheet, place.value) is None:
            continue
        UNSEEN[name](case, place.sheet, place.value)
        case.disputed.add(key)


@kind("an attacker, or a person who formats a digit", HELD)
def digits_that_look_otherwise(case: Case) -> None:
    """A number typed as text, of which one digit is white."""
    fit = [(key, place) for key, place in case.places() if case.desk.framework.items[key[0]].type in NUMERIC]
    if not fit:
        return
    key, place = case.random.choice(fit)
    case.book.put(place.sheet, place.value, "47")
    strings = "xl/sharedStrings.xml"
    case.book.bytes()
    rich = '<si><r><t>4</t></r><r><rPr><color rgb="FFFFF7BF"/></rPr><t>7</t></r></si>'
    xml = case.book.parts[strings].decode()
    plain = '<si><t xml:space="preserve">47</t></si>'
    assert plain in xml
    case.book.parts[strings] = xml.replace(plain, rich).encode()
    case.disputed.add(key)


@kind("an attacker", "names the column or the row", composes=False)
def a_column_or_row_unlocked(case: Case) -> None:
    """All of it, also the cells that are not there."""
    sheet = case.pick_sheet()
    style = _entry(
        case,
        "cellXfs",
        '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"><protection locked="0"/></xf>',
    )
    it = case.book.sheets[sheet]
    if case.random.random() < 0.5:
        letters, number = ("S", 19) if case.random.random() < 0.5 else ("Z", 26)
        column = f'<col min="{number}" max="{number}" width="9" style="{style}" customWidth="1"/></cols>'
        it.head = it.head.replace("</cols>", column)
        case.say(Difference(sheet, "", "locked", f"column {letters}", "look"))
    else:
        row = case.book.row(sheet, 400)
        row.xml = row.was = f'<row r="400" s="{style}" customFormat="1"></row>'
        case.say(Difference(sheet, "", "locked", "row 400", "look"))
