"""What guards the sheets is gone, or stands in the way: protection, validations, formats, merged and hidden cells."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dapf_xl.returns.layout import ENTRY_TABLES
from tests.mutation.case import kind
from tests.mutation.workbook import Difference, column, letter, split

if TYPE_CHECKING:
    from tests.mutation.case import Case

PROGRAM = "another program, or a person who knows how"
TOLD = "names the cells; how a cell looks changes no figure"
NOT_TOLD = "nothing: widths and heights at which all shows are anybody's"


def _strip(case: Case, sheet: str, pattern: str, what: str) -> bool:
    it = case.book.sheets[sheet]
    stripped = re.sub(pattern, "", it.tail, flags=re.DOTALL)
    if stripped == it.tail:
        return False
    it.tail = stripped
    case.say(Difference(sheet, "", what, f"no {what}", what))
    return True


@kind(
    PROGRAM, "says of each sheet that its protection is gone; the comparison of every locked cell stands in its place"
)
def protection_stripped(case: Case) -> None:
    names = [name for name, sheet in case.book.sheets.items() if "<sheetProtection" in sheet.tail and name != "_dapf"]
    for name in case.random.sample(names, case.random.randint(1, len(names))):
        _strip(case, name, r"<sheetProtection[^>]*/>", "protection")


@kind(PROGRAM, "says that sheets can be added and renamed")
def workbook_protection_stripped(case: Case) -> None:
    case.book.change_workbook(r"<workbookProtection[^>]*/>", "")
    case.say(Difference("", "", "protected", "not protected", "structure"))


@kind(
    "a person who pastes over input cells",
    "says of each sheet that its validations are gone; what they would have refused is looked at again",
)
def validations_stripped(case: Case) -> None:
    names = [name for name in case.sheets if "<dataValidations" in case.book.sheets[name].tail]
    for name in case.random.sample(names, case.random.randint(1, len(names))):
        _strip(case, name, r"<dataValidations.*</dataValidations>", "validations")


@kind("a person who pastes over some input cells", "says of the sheet that validations are gone")
def one_validation_stripped(case: Case) -> None:
    names = [name for name in case.sheets if "<dataValidations" in case.book.sheets[name].tail]
    name = case.random.choice(names)
    it = case.book.sheets[name]
    each = case.random.choice(re.findall(r"<dataValidation .*?</dataValidation>", it.tail, re.DOTALL))
    count = len(re.findall(r"<dataValidation ", it.tail))
    it.tail = it.tail.replace(each, "").replace(f'count="{count}"', f'count="{count - 1}"')
    if count == 1:
        it.tail = re.sub(r"<dataValidations.*</dataValidations>", "", it.tail)
    case.say(Difference(name, "", "validations", "fewer", "validations"))


@kind("another program, or a person who cleans up", TOLD, harmless=True)
def conditional_formats_stripped(case: Case) -> None:
    for it in case.book.sheets.values():
        it.tail = re.sub(r"<conditionalFormatting.*</conditionalFormatting>", "", it.tail, flags=re.DOTALL)


@kind("a person who formats cells", TOLD, harmless=True)
def number_format_changed(case: Case) -> None:
    """Give input cells the look of other input cells, so that 36% shows as 0.36."""
    styles = _styles_of_inputs(case)
    for place in case.random.sample(sorted(case.original.inputs), min(4, len(case.original.inputs))):
        if place in case.original.dated or place[0] == "Start here":
            continue
        content = case.book.get(*place)
        if content is not None:
            case.book.put(*place, content, case.random.choice(styles))


@kind("an attacker, or a person who wants thousands shown", "takes no figure of a cell that shows another one, or none")
def number_format_that_disguises(case: Case) -> None:
    formats = ['"7"', ";;;", "0,", '0"0"', '[>1]"4";0', "-0", '"&lt;5"', "0%%", '0.0"%"', "\\7"]
    code = case.random.choice(formats).replace('"', "&quot;")
    styles = case.book.parts["xl/styles.xml"].decode()
    style = int(re.search(r'<cellXfs count="(\d+)"', styles)[1])
    made = '<xf numFmtId="499" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>'
    styles = re.sub(r"(<numFmts[^>]*>)", rf'\1<numFmt numFmtId="499" formatCode="{re.escape(code)}"/>', styles, count=1)
    styles = styles.replace(re.escape(code), code).replace("</cellXfs>", made)
    case.book.parts["xl/styles.xml"] = styles.encode()
    numeric = {"count", "percent", "rate", "number", "money"}
    fit = [(key, place) for key, place in case.places() if case.desk.framework.items[key[0]].type in numeric]
    for key, place in fit[: 1 + case.random.randrange(3)]:
        case.book.put(place.sheet, place.value, case.random.choice([0.5, 1, 41]), style)
        case.disputed.add(key)


def _styles_of_inputs(case: Case) -> list[int]:
    found = set()
    for sheet, cell in case.original.inputs - case.original.dated:
        letters, number = split(cell)
        row = case.book.sheets[sheet].row(number)
        each = re.search(rf'<c r="{letters}{number}" s="(\d+)"', row.xml) if row else None
        if each:
            found.add(int(each[1]))
    return sorted(found)


@kind("a person who merges cells to make room", "names the merged cells where a figure is beneath them")
def input_cells_merged(case: Case) -> None:
    """Merge an input cell with its neighbours, as Excel does it: what the others held is gone."""
    sheet = case.pick_sheet()
    _, place = case.random.choice(case.places(sheet))
    letters, row = split(place.value)
    across, down = case.random.choice([(1, 0), (2, 0), (0, 1), (1, 1), (-1, 0)])
    first = min(column(letters), column(letters) + across)
    area = [(first + x, row + y) for x in range(abs(across) + 1) for y in range(down + 1)]
    for x, y in area[1:]:
        case.book.put(sheet, f"{letter(x)}{y}", None)
    last = area[-1]
    reference = f"{letter(first)}{row}:{letter(last[0])}{last[1]}"
    it = case.book.sheets[sheet]
    it.tail = re.sub(
        r"(<sheetProtection[^>]*/>)?", rf'\g<0><mergeCells count="1"><mergeCell ref="{reference}"/></mergeCells>',
        it.tail.replace("</sheetData>", "", 1), count=1,
    )  # fmt: skip
    it.tail = f"</sheetData>{it.tail}"
    case.say(Difference(sheet, f"{letter(first)}{row}", "apart", reference, "merged"))


@kind(
    "a person who names cells, or an attacker who names what print areas and formulas look for",
    "nothing: no figure is read through a name",
    harmless=True,
)
def names_added(case: Case) -> None:
    sheet = case.pick_sheet()
    case.book.names.append(
        (case.random.choice(["Total", "Figures", "_xlnm._FilterDatabase", "dapf"]), f"'{sheet}'!$J$7")
    )


@kind("a person who wants the check to say OK", "names the sheet and the name: the checks are made of it")
def own_name_redefined(case: Case) -> None:
    sheet = case.random.choice([name for name in case.sheets if case.book.names_of(name)])
    name = case.random.choice(case.book.names_of(sheet))
    case.book.redefine(sheet, name, case.random.choice(["TRUE", '""', "1", f"'{sheet}'!$J$7"]))
    case.say(Difference(sheet, "", name, "", "defined"))


@kind(
    "a person who hides rows that are not theirs",
    "names the sheet; what the rows hold is taken or not as if they showed",
)
def rows_hidden(case: Case) -> None:
    sheet = case.pick_sheet()
    row = case.book.row(sheet, case.random.choice(case.rows(sheet)))
    row.xml = re.sub(r'^<row r="(\d+)"', r'<row r="\1" hidden="1"', row.xml)
    row.was = row.xml
    case.say(Difference(sheet, "", "visible", "hidden", "hidden"))


@kind("a person who hides columns", "names the sheet")
def columns_hidden(case: Case) -> None:
    sheet = case.pick_sheet()
    it = case.book.sheets[sheet]
    number = case.random.randint(1, ENTRY_TABLES[sheet].index("id"))  # (those behind are hidden as issued)
    cols = re.sub(
        r"<cols>.*</cols>",
        f'<cols><col min="{number}" max="{number}" width="9" hidden="1" customWidth="1"/></cols>',
        it.head,
    )
    it.head = cols
    case.say(Difference(sheet, "", "visible", "hidden", "hidden"))


@kind("a curious person", "nothing: the ids are as they were", composes=False, harmless=True)
def id_column_shown(case: Case) -> None:
    for sheet in case.sheets:
        it = case.book.sheets[sheet]
        it.head = it.head.replace(' hidden="1"', "")


@kind(
    "an organisation's software, which writes labels into a document's properties",
    "nothing: what is not the return's is left alone",
    harmless=True,
)
def sensitivity_label_added(case: Case) -> None:
    label = (
        '<property fmtid="{D5CDD505-2E9C-101B-9397-08002B2CF9AE}" pid="3" name="MSIP_Label_x_Name">'
        "<vt:lpwstr>Official</vt:lpwstr></property></Properties>"
    )
    part = "docProps/custom.xml"
    case.book.parts[part] = case.book.parts[part].replace(b"</Properties>", label.encode())


@kind("an attacker", "takes nothing: the file says that it was issued as two different returns")
def document_property_changed(case: Case) -> None:
    part = "docProps/custom.xml"
    xml = case.book.parts[part]
    case.book.parts[part] = xml.replace(case.original.issue_id.encode(), b"0" * 16)
    assert case.book.parts[part] != xml
    case.rejected = True


@kind(
    "a program that keeps no properties",
    "nothing: the property repeats what the sealed identity says",
    composes=False,
    harmless=True,
)
def document_property_removed(case: Case) -> None:
    part = "docProps/custom.xml"
    case.book.parts[part] = re.sub(rb"<property .*</property>", b"", case.book.parts[part])


@kind("a person who makes it look as they like", NOT_TOLD, harmless=True)
def widths_and_heights_changed(case: Case) -> None:
    for it in case.book.sheets.values():
        it.head = re.sub(r' width="[\d.]+"', ' width="33"', it.head)
        for row in it.rows:
            row.xml = row.was = re.sub(r' ht="[\d.]+"', ' ht="40"', row.xml, count=1)
