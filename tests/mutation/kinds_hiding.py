"""What hides, covers or reaches into cells, on any sheet: rows, columns, filters, groups, notes, boxes, results."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dapf_xl.returns.layout import ENTRY_TABLES
from tests.mutation.case import kind
from tests.mutation.kinds_furniture import _BEFORE_LINKS, _BEFORE_RULES, _add_dxf, _change, _end, _lead_to
from tests.mutation.workbook import Difference, Formula, column, letter, split

if TYPE_CHECKING:
    from tests.mutation.case import Case
    from tests.mutation.originals import Key, Place
    from tests.mutation.workbook import Row, Sheet

PERSON, ATTACKER = "a person who wants it out of the way", "an attacker, or a person who knows how"
ROWS_TOLD = "names the sheet and the rows; what they hold is taken or not as if they showed"
COLUMNS_TOLD = "names the sheet and the columns; what they hold is taken or not as if they showed"
NUMERIC = {"count", "percent", "rate", "number", "money"}
_COLUMN = re.compile(r'<col min="(\d+)" max="(\d+)"([^>]*)/>')
_A_SHEET = "_dapf"


def _a_sheet(case: Case) -> Sheet:
    """Each sheet in turn, that people see."""
    sheets = [it for name, it in case.book.sheets.items() if name != _A_SHEET]
    return sheets[case.seed % len(sheets)]


def _held_rows(case: Case, it: Sheet) -> list[Row]:
    return [row for row in it.rows if case.book.contents(row.xml)]


def _set(row: Row, **said: str) -> None:
    """Let a row say something of itself."""
    for name, value in said.items():
        row.xml = re.sub(rf'^(<row [^>]*?) {name}="[^"]*"', r"\1", row.xml)
        row.xml = re.sub(r"^<row ", f'<row {name}="{value}" ', row.xml)
        row.xml = re.sub(r'^<row (.*?)(r="\d+")', r"<row \2 \1", row.xml, count=1)
    row.was = row.xml


def _hide(case: Case, it: Sheet, row: Row, **said: str) -> None:
    _set(row, **said)
    case.say(Difference(it.name, "", "visible", row.number, "rows hidden"))


@kind(PERSON, ROWS_TOLD)
def rows_hidden_on_any_sheet(case: Case) -> None:
    it = _a_sheet(case)
    rows = _held_rows(case, it)
    for row in case.random.sample(rows, min(len(rows), case.random.randint(1, 3))):
        _hide(case, it, row, hidden="1")


@kind(PERSON, ROWS_TOLD)
def rows_of_no_height(case: Case) -> None:
    it = _a_sheet(case)
    row = case.random.choice(_held_rows(case, it))
    _hide(case, it, row, ht=case.random.choice(["0", "0.75", "3"]), customHeight="1")


@kind("a person who groups rows and closes the group", ROWS_TOLD)
def rows_grouped_and_closed(case: Case) -> None:
    it = _a_sheet(case)
    rows = it.rows
    start = case.random.randrange(max(len(rows) - 3, 1))
    for row in rows[start : start + 2]:
        if case.book.contents(row.xml):
            _hide(case, it, row, outlineLevel="1", hidden="1")
        else:
            _set(row, outlineLevel="1", hidden="1")
    if start + 2 < len(rows):
        _set(rows[start + 2], collapsed="1")


@kind(
    "a person who groups rows and leaves the group open",
    "nothing: all rows show",
    harmless=True,
)
def rows_grouped_and_left_open(case: Case) -> None:
    it = _a_sheet(case)
    for row in case.random.sample(it.rows, min(len(it.rows), 3)):
        _set(row, outlineLevel="1")


@kind("a person who filters a table", "names the sheet for the filter, and for the rows that it hides")
def filter_that_hides_rows(case: Case) -> None:
    it = case.book.sheets[case.pick_sheet()]
    rows = case.rows(it.name)
    case.book.row(it.name, rows[0])
    made = (
        f'<autoFilter ref="A6:M{rows[-1]}"><filterColumn colId="9"><customFilters><customFilter operator="greaterThan"'
        ' val="5"/></customFilters></filterColumn></autoFilter>'
    )
    _change(it, _BEFORE_RULES, made)
    for number in case.random.sample(rows, min(len(rows), 3)):
        _hide(case, it, case.book.row(it.name, number), hidden="1")
    case.say(Difference(it.name, "", None, "a filter", "more"))


def _make_columns(it: Sheet, number: int, said: str) -> None:
    """Let one column be by itself, and say something else of itself."""

    def apart(found: re.Match[str]) -> str:
        first, last, own = int(found[1]), int(found[2]), found[3]
        if not first <= number <= last:
            return found[0]
        parts = [(first, number - 1, own), (number, number, said), (number + 1, last, own)]
        return "".join(f'<col min="{one}" max="{two}"{each}/>' for one, two, each in parts if one <= two)

    it.head = _COLUMN.sub(apart, it.head)


@kind(PERSON, COLUMNS_TOLD)
def columns_hidden_on_any_sheet(case: Case) -> None:
    """Hidden, or of no width."""
    it = _a_sheet(case)
    hidden = {
        number
        for found in _COLUMN.finditer(it.head)
        if 'hidden="1"' in found[3]
        for number in range(int(found[1]), int(found[2]) + 1)
    }
    told = {
        number for found in _COLUMN.finditer(it.head) for number in range(int(found[1]), int(found[2]) + 1)
    } - hidden
    held = {column(letters) + 1 for row in it.rows for letters in case.book.contents(row.xml)}
    number = case.random.choice(sorted(told & held))
    ways = [' width="9" hidden="1" customWidth="1"', ' width="0" customWidth="1"', ' width="0.3" customWidth="1"',
            ' width="9" hidden="1" outlineLevel="1"']  # fmt: skip
    _make_columns(it, number, case.random.choice(ways))
    case.say(Difference(it.name, "", "visible", letter(number - 1), "columns hidden"))


@kind("a person who merges labels to make room", "names the merged cells, and each label that is gone")
def labels_merged(case: Case) -> None:
    """Merge a locked cell with its neighbours, on any sheet, as Excel does it: what the others held is gone."""
    it = _a_sheet(case)
    there = set(re.findall(r'<mergeCell ref="([^"]*)"', it.tail))
    apart = [place for place in case.locked(sheets=[it.name]) if not any(_covers(area, place[1]) for area in there)]
    _, cell = case.random.choice(apart)
    letters, row = split(cell)
    across, down = case.random.choice([(1, 0), (0, 1), (2, 0), (1, 1)])
    area = [f"{letter(column(letters) + x)}{row + y}" for x in range(across + 1) for y in range(down + 1)]
    inputs = {address for sheet, address in case.original.inputs if sheet == it.name}
    if any(_covers(each, address) for each in there for address in area) or inputs & set(area):
        area = [cell, f"{letters}{row + 60}"]  # (with what is far below)
    for address in area[1:]:
        if case.book.get(it.name, address) is not None:
            case.book.put(it.name, address, None)
    reference = f"{cell}:{area[-1]}"
    if there:
        _change(it, r"<mergeCells count=\"\d+\">", f'<mergeCells><mergeCell ref="{reference}"/>')
    else:
        _change(it, _BEFORE_RULES, f'<mergeCells count="1"><mergeCell ref="{reference}"/></mergeCells>')
    case.say(Difference(it.name, cell, "apart", reference, "merged cells"))


@kind("LibreOffice, which keeps what it merges where it is told so", "takes no figure that lies beneath another cell")
def figures_beneath_another_cell(case: Case) -> None:
    key, place = case.random.choice(case.places())
    letters, row = split(place.value)
    first = case.random.choice([f"{letter(column(letters) - 1)}{row}", f"{letters}{row - 1}"])
    if case.book.get(place.sheet, place.value) is None:
        case.book.put(place.sheet, place.value, 1)
    it = case.book.sheets[place.sheet]
    _change(it, _BEFORE_RULES, f'<mergeCells count="1"><mergeCell ref="{first}:{place.value}"/></mergeCells>')
    case.disputed.add(key)
    case.say(Difference(it.name, place.value, "apart", first, "merged cells"))


def _covers(area: str, cell: str) -> bool:
    first, _, last = area.partition(":")
    (left, top), (right, bottom), (across, down) = (split(each) for each in (first, last or first, cell))
    return column(left) <= column(across) <= column(right) and top <= down <= bottom


# --- results that reach into cells --------------------------------------------------------------------


def _run(case: Case) -> list[tuple[Key, Place]]:
    """Figures whose cells stand one below the other, where there are any; else one."""
    figures = [(key, place) for key, place in case.places() if case.desk.framework.items[key[0]].type in NUMERIC]
    figures = figures or case.places()
    first = case.random.choice(figures)
    by_cell = {(place.sheet, place.value): (key, place) for key, place in figures}
    letters, row = split(first[1].value)
    run = [first]
    while (first[1].sheet, f"{letters}{row + len(run)}") in by_cell and len(run) < 3:
        run.append(by_cell[first[1].sheet, f"{letters}{row + len(run)}"])
    return run


def _array(case: Case, sheet: str, cell: str, last: str, first_result: float) -> None:
    """A formula whose results stand in other cells too: as Excel has stored one since 2018, or before."""
    case.book.put(sheet, cell, Formula("@@@", first_result))
    row = case.book.row(sheet, split(cell)[1])
    made = f'<f t="array" ref="{cell}:{last}">_xlfn.SEQUENCE(3)</f>'
    assert "<f>@@@</f>" in row.xml
    row.xml = row.xml.replace("<f>@@@</f>", made)
    if case.random.random() < 0.5:
        row.xml = row.xml.replace(f'<c r="{cell}"', f'<c r="{cell}" cm="1"')
        case.book.parts["xl/metadata.xml"] = b"<metadata/>"


@kind("an officer who lets the cells calculate", "says of each cell that its figure is a formula's; takes none of them")
def array_in_input_cells(case: Case) -> None:
    run = _run(case)
    sheet, cells = run[0][1].sheet, [place.value for _, place in run]
    for number, (key, _) in enumerate(run):
        case.disputed.add(key)
        if number:
            case.book.put(sheet, cells[number], number + 1)
    _array(case, sheet, cells[0], cells[-1], 1)


@kind(ATTACKER, "names the cell of the formula; takes no figure that is its result")
def array_reaching_into_input_cells(case: Case) -> None:
    """From the locked cell to the left of a figure."""
    key, place = _run(case)[0]
    letters, row = split(place.value)
    beside = f"{letter(column(letters) - 1)}{row}"
    near = [each for each, other in case.places(place.sheet) if other.value == beside]
    _array(case, place.sheet, beside, place.value, 1)
    case.book.put(place.sheet, place.value, 41)
    case.disputed.update({key, *near})


# --- far outside --------------------------------------------------------------------------------------

_FAR = ("AB5", "AA1", "XFD7", "J5000", "A900:C902", "AB1:AB1048576", "C1048576")


@kind(ATTACKER, "names the cells, as far outside as they are")
def validation_far_outside(case: Case) -> None:
    it = _a_sheet(case)
    where = case.random.choice(_FAR)
    made = f'<dataValidation type="list" allowBlank="1" sqref="{where}"><formula1>"a,b"</formula1></dataValidation>'
    if "<dataValidations" in it.tail:
        _change(it, "</dataValidations>", f"{made}</dataValidations>")
    else:
        _change(it, _BEFORE_LINKS, f'<dataValidations count="1">{made}</dataValidations>')
    case.say(Difference(it.name, where.partition(":")[0], None, "a list", "validation"))


@kind("a person who colours whole columns", "names the cells, as far outside as they are")
def rule_far_outside(case: Case) -> None:
    it = _a_sheet(case)
    where = case.random.choice(_FAR)
    number = _add_dxf(case, "<font><b/></font>")
    made = (
        f'<conditionalFormatting sqref="{where}"><cfRule type="expression" dxfId="{number}" priority="90">'
        "<formula>ISTEXT(A1)</formula></cfRule></conditionalFormatting>"
    )
    _change(it, _BEFORE_RULES, made)
    case.say(Difference(it.name, where.partition(":")[0], None, "a rule", "format added"))


# --- what lies over cells -----------------------------------------------------------------------------


@kind("a person who writes to the council", "takes what was typed, and names the cell that has a note")
def note_beside_a_figure(case: Case) -> None:
    """Pinned to the cell beside it, and shown over the figure."""
    _, place = case.random.choice(case.places())
    it = case.book.sheets[place.sheet]
    letters, row = split(place.value)
    cell = f"{letter(column(letters) + 1)}{row}"
    case.book.parts["xl/comments1.xml"] = (
        '<comments xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><authors><author/></authors>'
        f'<commentList><comment ref="{cell}" authorId="0"><text><t>It was 7</t></text></comment></commentList>'
        "</comments>"
    ).encode()
    case.book.parts["xl/drawings/vmlDrawing1.vml"] = (
        b'<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:x="urn:schemas-microsoft-com:office:excel"><v:shape>'
        b'<x:ClientData ObjectType="Note"><x:Visible/></x:ClientData></v:shape></xml>'
    )
    _lead_to(case, it, "comments", "../comments1.xml")
    _end(it, f'<legacyDrawing r:id="{_lead_to(case, it, "vmlDrawing", "../drawings/vmlDrawing1.vml")}"/>')
    case.say(Difference(it.name, cell, None, "a note", "more"))


@kind(ATTACKER, "says of the sheet that something lies over its cells")
def text_box_over_figures(case: Case) -> None:
    """A box that says another figure than the one beneath."""
    key, place = case.random.choice(case.places())
    it = case.book.sheets[place.sheet]
    letters, row = split(place.value)
    at = "<d:{0}><d:col>{1}</d:col><d:colOff>0</d:colOff><d:row>{2}</d:row><d:rowOff>0</d:rowOff></d:{0}>"
    ends = at.format("from", column(letters), row - 1) + at.format("to", column(letters) + 1, row)
    if case.desk.framework.items[key[0]].type in NUMERIC and ENTRY_TABLES[place.sheet].has("value"):
        case.book.put(place.sheet, place.value, 1)
    case.book.parts["xl/drawings/drawing1.xml"] = (
        '<d:wsDr xmlns:d="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" '
        f'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><d:twoCellAnchor>{ends}<d:sp><d:txBody>'
        "<a:p><a:r><a:t>7</a:t></a:r></a:p></d:txBody></d:sp></d:twoCellAnchor></d:wsDr>"
    ).encode()
    _end(it, f'<drawing r:id="{_lead_to(case, it, "drawing", "../drawings/drawing1.xml")}"/>')
    case.say(Difference(it.name, "", None, "a box", "more"))
