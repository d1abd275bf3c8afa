"""The file says something twice, in pieces, or where not every program looks: a person sees one figure, and another is
taken. Spreadsheet programs and libraries differ in what they do then, so that nothing may be taken of such a file, but
where it is sure what it says.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.mutation.case import kind
from tests.returns.hostile import archived, parts_of

if TYPE_CHECKING:
    from tests.mutation.case import Case

ATTACKER = "an attacker, or a broken program"
NOTHING = "takes nothing: programs differ in what they show"
FOREIGN = 'xmlns:q="urn:elsewhere"'


def _parts(case: Case) -> dict[str, bytes]:
    return parts_of(case.book.bytes())


def _pack(case: Case, parts: dict[str, bytes]) -> None:
    case.data = archived(parts)


def _with_figure(case: Case) -> tuple[dict[str, bytes], str, str, str]:
    """The parts, that of a sheet, the address of one of its figures and the figure's cell, which holds 47."""
    sheet, cell = case.turn(sorted({(place.sheet, place.value) for _, place in case.places()}))
    case.book.put(sheet, cell, 47)
    parts = _parts(case)
    part = case.book.sheets[sheet].part
    found = re.search(rf'<c r="{cell}"[^>]*><v>47</v></c>', parts[part].decode())
    assert found
    return parts, part, cell, found[0]


def _instead(case: Case, new: str) -> None:
    """Write something in place of a figure's cell; {cell} is the address, {old} the cell, {start} its tag."""
    parts, part, cell, old = _with_figure(case)
    made = new.format(cell=cell, old=old, start=old.partition("<v>")[0], foreign=FOREIGN)
    parts[part] = parts[part].decode().replace(old, made).encode()
    case.rejected = True
    _pack(case, parts)


@kind("a program that writes in pieces", "nothing: the whole figure is read", composes=False, harmless=True)
def figures_in_pieces(case: Case) -> None:
    """Every number of two digits and more has something inside that is no part of it."""
    ways = ["<!-- 0 -->", "<?piece of?>", "<![CDATA[]]>", ""]
    way = case.random.choice(ways)
    parts = _parts(case)
    for name, content in parts.items():
        if name.startswith("xl/worksheets/sheet"):
            parts[name] = re.sub(
                rb"<v>(\d)(\d)(\d*)</v>",
                lambda found: (
                    b"<v>%b%b%b%b</v>" % (found[1], way.encode(), found[2], found[3])
                    if way
                    else b"<v>%b&#%d;%b</v>" % (found[1], found[2][0], found[3])
                ),
                content,
            )
    _pack(case, parts)


@kind(ATTACKER, NOTHING, composes=False)
def cell_there_twice(case: Case) -> None:
    ways = ['{old}<c r="{cell}"><v>4</v></c>', '<c r="{cell}"><v>4</v></c>{old}', "{old}{start}<v>47</v></c>"]
    _instead(case, case.random.choice(ways))


@kind(ATTACKER, NOTHING, composes=False)
def cell_says_two_things(case: Case) -> None:
    ways = [
        "{start}<v>47</v><v>4</v></c>", "{start}<v>47</v><is><t>4</t></is></c>", "{start}<v>4<b>0</b>7</v></c>",
        '<c r="{cell}" t="inlineStr"><is><t>47</t></is><is><t>4</t></is></c>',
        '<c r="{cell}" t="inlineStr"><is><t>4</t><t>7</t></is></c>',
        '<c r="{cell}" t="inlineStr"><is><t>47</t></is><v>4</v></c>',
    ]  # fmt: skip
    _instead(case, case.random.choice(ways))


@kind(ATTACKER, NOTHING, composes=False)
def cells_of_another_namespace(case: Case) -> None:
    ways = [
        '{old}<q:c {foreign} r="{cell}"><q:v>4</q:v></q:c>', "{start}<v>47</v><q:v {foreign}>4</q:v></c>",
        '{old}<c xmlns="urn:elsewhere" r="{cell}"><v>4</v></c>',
        ('<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><mc:Choice '
        'Requires="q" {foreign}><c r="{cell}"><v>4</v></c></mc:Choice><mc:Fallback>{old}</mc:Fallback>'
        "</mc:AlternateContent>"),
    ]  # fmt: skip
    _instead(case, case.random.choice(ways))


@kind(ATTACKER, NOTHING, composes=False)
def row_there_twice(case: Case) -> None:
    """Or a cell that says that it is in another row, or a second table of cells."""
    parts, part, cell, _ = _with_figure(case)
    number = cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    ways = [
        f'<row r="{number}"><c r="{cell}"><v>4</v></c></row></sheetData>',
        f'<row r="9000"><c r="{cell}"><v>4</v></c></row></sheetData>',
        f'</sheetData><sheetData><row r="{number}"><c r="{cell}"><v>4</v></c></row></sheetData>',
    ]
    parts[part] = parts[part].replace(b"</sheetData>", case.random.choice(ways).encode())
    case.rejected = True
    _pack(case, parts)


def _decoy(case: Case) -> tuple[dict[str, bytes], str, bytes]:
    """The parts, that of a sheet, and the sheet with another figure."""
    parts, part, _, old = _with_figure(case)
    case.rejected = True
    return parts, part, parts[part].replace(old.encode(), old.replace(">47<", ">4<").encode())


@kind(ATTACKER, NOTHING, composes=False)
def parts_alike(case: Case) -> None:
    """Two parts whose names are one to Windows and Excel."""
    parts, part, other = _decoy(case)
    folder, _, name = part.rpartition("/")
    ways = [f"{folder}/{name.upper()}", f"xl\\worksheets\\{name}", f"{folder}/%73{name[1:]}"]
    _pack(case, {**parts, case.random.choice(ways): other})


@kind(ATTACKER, NOTHING, composes=False)
def sheet_leads_to_two_parts(case: Case) -> None:
    parts, part, other = _decoy(case)
    relations = "xl/_rels/workbook.xml.rels"
    name = part.rpartition("/")[2].encode()
    found = re.search(rb'<Relationship [^>]*"[^"]*' + re.escape(name) + rb'"[^>]*>', parts[relations])
    assert found
    second = found[0].replace(name, b"sheet99.xml")
    both = case.random.choice([found[0] + second, second + found[0]])
    parts[relations] = parts[relations].replace(found[0], both)
    _pack(case, {**parts, part.replace(name.decode(), "sheet99.xml"): other})


@kind(ATTACKER, NOTHING, composes=False)
def another_workbook_inside(case: Case) -> None:
    """A second workbook, to which the archive's own relations lead."""
    parts, part, other = _decoy(case)
    name = part.rpartition("/")[2].encode()
    book, relations = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
    added = {
        "xl/workbook2.xml": parts[book],
        "xl/_rels/workbook2.xml.rels": parts[relations].replace(name, b"sheet99.xml"),
        part.replace(name.decode(), "sheet99.xml"): other,
    }
    parts["_rels/.rels"] = parts["_rels/.rels"].replace(b"xl/workbook.xml", b"xl/workbook2.xml")
    _pack(case, {**parts, **added})


@kind(ATTACKER, NOTHING, composes=False)
def texts_in_another_part(case: Case) -> None:
    """Shared strings under another name, or one of them in two ways."""
    parts = _parts(case)
    case.rejected = True
    strings = "xl/sharedStrings.xml"
    if case.random.random() < 0.5:
        parts["xl/strings2.xml"] = parts[strings].replace(b"<t>", b"<t>4", 1)
        relations = "xl/_rels/workbook.xml.rels"
        parts[relations] = parts[relations].replace(b"sharedStrings.xml", b"strings2.xml")
    else:
        ways = [b"<t>4</t><t>", b'<q:t xmlns:q="urn:elsewhere">4</q:t><t>']
        parts[strings] = re.sub(rb"<t>", case.random.choice(ways), parts[strings], count=1)
    _pack(case, parts)
