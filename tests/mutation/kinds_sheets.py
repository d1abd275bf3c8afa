"""Whole sheets are not there, not alone, or not to be seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dapf_xl.returns.layout import ENTRY_TABLES
from tests.mutation.case import kind
from tests.mutation.workbook import Difference, Row, Sheet

if TYPE_CHECKING:
    from tests.mutation.case import Case

PERSON = "a person who took the protection off"


def _rename(case: Case, old: str, new: str) -> None:
    book = case.book
    sheet = book.sheets.pop(old)
    sheet.name = new
    book.sheets[new] = sheet
    book.order = [new if name == old else name for name in book.order]


def _copy(case: Case, name: str, copy: str, *, fresh: bool = True) -> Sheet:
    """Make a copy of a sheet, as `Move or Copy` does it."""
    source = case.book.sheets[name]
    part = f"xl/worksheets/copy{len(case.book.sheets)}.xml"
    rows = [Row(row.number, row.xml, row.xml, row.number) for row in source.rows]
    made = Sheet(copy, part, source.head, rows, source.tail, was="" if fresh else source.was)
    case.book.sheets[copy] = made
    return made


def _pick(case: Case) -> str:
    return case.random.choice([each for each in case.book.order if each != "_dapf"])


@kind(PERSON, "names the sheet that is missing; takes nothing where it held figures")
def sheet_renamed(case: Case) -> None:
    name = case.random.choice(list(case.book.order))
    new = case.random.choice(
        [f"{name} 2", f"{name} ", name.upper() if name != name.upper() else "x", f"{name}_old", "Sheet1"]
    )
    _rename(case, name, new)
    case.say(Difference(name, "", name, new, "sheet"))
    case.disputed |= {key for key, _ in case.places(name)}


@kind(PERSON, "takes what stands on the sheet that was issued, and names the copy")
def sheet_copied(case: Case) -> None:
    name = _pick(case)
    copy = f"{name} (2)"
    made = _copy(case, name, copy)
    at = case.book.order.index(name)
    case.book.order.insert(at + case.random.randint(0, 1), copy)
    if name in ENTRY_TABLES and case.places(name):
        _, place = case.random.choice(case.places(name))
        case.book.put(copy, place.value, 999)
        for row in made.rows:
            row.was = row.xml
    case.say(Difference(copy, "", None, copy, "sheet"))


@kind("a person who works on a copy, and gives it the sheet's name", "names the sheet that was added")
def copy_takes_the_name(case: Case) -> None:
    """Rename a sheet and let a copy stand in its place, with a locked cell changed."""
    name = case.pick_sheet()
    copy = f"{name} (2)"
    _copy(case, name, copy)
    at = case.book.order.index(name)
    case.book.order.insert(at + 1, copy)
    old = f"{name} old"
    _rename(case, name, old)
    _rename(case, copy, name)
    case.book.sheets[old].was, case.book.sheets[name].was = "", name
    cells = [each for each in case.original.locked if each[0] == name]
    where = case.random.choice(cells)
    case.book.put(*where, "changed on the copy")
    case.say(Difference(old, "", None, old, "sheet"))


@kind("a person who wants it out of the way", "names the sheet")
def sheet_hidden(case: Case) -> None:
    name = _pick(case)
    case.book.sheets[name].state = "hidden"
    case.say(Difference(name, "", "visible", "hidden", "sheet"))


@kind("an attacker", "names the sheet")
def sheet_very_hidden(case: Case) -> None:
    name = _pick(case)
    case.book.sheets[name].state = "veryHidden"
    case.say(Difference(name, "", "visible", "very hidden", "sheet"))


@kind(
    "a curious person",
    "nothing: it only shows what the file says of itself, and LibreOffice does it by itself",
    harmless=True,
)
def identity_sheet_shown(case: Case) -> None:
    case.book.sheets["_dapf"].state = case.random.choice(["", "hidden"])


@kind(PERSON, "names the sheet; takes nothing where it held figures")
def sheet_deleted(case: Case) -> None:
    name = case.random.choice(list(case.book.order))
    del case.book.sheets[name]
    case.book.order.remove(name)
    case.say(Difference(name, "", name, None, "sheet"))
    case.disputed |= {key for key, _ in case.places(name)}
    if name == "_dapf":
        case.rejected = True


@kind("a person who keeps workings beside the return", "names the sheet")
def sheet_added(case: Case) -> None:
    name = case.random.choice(["Sheet1", "Workings", "Return (old)", "_dapf2", "Notes"])
    empty = _copy(case, "_dapf", name)
    empty.rows = []
    if case.random.random() < 0.7:
        case.book.put(name, "A1", case.random.choice(["workings", 12]))
        for row in empty.rows:
            row.was = row.xml
    case.book.order.insert(case.random.randint(0, len(case.book.order)), name)
    case.say(Difference(name, "", None, name, "sheet"))


@kind("a person who drags tabs", "names the sheets' order, and takes the figures by their ids")
def sheets_reordered(case: Case) -> None:
    order = list(case.book.order)
    case.random.shuffle(order)
    if order == case.book.order:
        order.reverse()
    case.book.order = order
    case.say(Difference("", "", "as issued", "another order", "order"))


@kind("an attacker", "takes nothing", composes=False)
def two_sheets_swap_names(case: Case) -> None:
    one, two = case.random.sample([name for name in case.book.order if name != "_dapf"], 2)
    _rename(case, one, "@")
    _rename(case, two, one)
    _rename(case, "@", two)
    case.book.sheets[one].was, case.book.sheets[two].was = "", ""
    case.say(Difference(one, "", one, two, "sheet"))
    case.say(Difference(two, "", two, one, "sheet"))
    case.disputed |= {key for name in (one, two) for key, _ in case.places(name)}


@kind("an attacker", "takes nothing: programs differ in which of the two they show", composes=False)
def sheet_twice_under_one_name(case: Case) -> None:
    """Two sheets of the same name, of which one holds other figures."""
    name = case.pick_sheet()
    made = _copy(case, name, "@")
    _, place = case.random.choice(case.places(name))
    case.book.put("@", place.value, 4)
    for row in made.rows:
        row.was = row.xml
    case.book.order.insert(case.random.choice([0, len(case.book.order)]), "@")
    case.data = b""
    made.name = name
    case.say(Difference(name, "", "once", "twice", "sheet"))
    case.disputed |= {key for key, _ in case.places(name)}
