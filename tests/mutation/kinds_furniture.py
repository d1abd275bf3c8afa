"""What a sheet and a workbook have beside cells: links, printed pages, rules that colour, pictures, settings."""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING

from dapf_xl.returns.layout import ENTRY_TABLES, SIGN_OFF, START
from tests.mutation.case import kind
from tests.mutation.workbook import Day, Difference

if TYPE_CHECKING:
    from tests.mutation.case import Case
    from tests.mutation.workbook import Sheet

PERSON, ATTACKER = "a person", "an attacker, or a person who knows how"
TOLD = "takes what was typed, and says of the sheet that"
WEB = "https://"
NUMERIC = {"count", "percent", "rate", "number", "money"}
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_BEFORE_LINKS = r"(?=<hyperlinks>|<pageMargins)"
_BEFORE_MARGINS = r"(?=<pageMargins)"
_BEFORE_RULES = r"(?=<conditionalFormatting|<dataValidations|<hyperlinks>|<pageMargins)"
_AT_THE_END = r"(?=</worksheet>)"


def _sheets(case: Case) -> list[Sheet]:
    return [it for name, it in case.book.sheets.items() if name != "_dapf"]


def _change(it: Sheet, pattern: str, made: str) -> None:
    changed = re.sub(pattern, lambda found: found.expand(made), it.tail, count=1)
    assert changed != it.tail, (it.name, pattern)
    it.tail = changed


def _lead_to(case: Case, it: Sheet, kind_of: str, target: str, *, outside: bool = False) -> str:
    """Let a sheet lead to something; return by which id."""
    folder, _, name = it.part.rpartition("/")
    part = f"{folder}/_rels/{name}.rels"
    start = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    old = case.book.parts.get(part, f"{start}</Relationships>".encode()).decode()
    number = f"rIdM{old.count('<Relationship ')}"
    mode = ' TargetMode="External"' if outside else ""
    made = f'<Relationship Id="{number}" Type="{_OFFICE}/{kind_of}" Target="{target}"{mode}/></Relationships>'
    case.book.parts[part] = old.replace("</Relationships>", made).encode()
    return number


def _numeric(case: Case) -> list[tuple[tuple[str, str, str, str], str, str]]:
    """Figures that are numbers, with sheet and cell, only of tables with a column for them."""
    return [
        (key, place.sheet, place.value)
        for key, place in case.places()
        if case.desk.framework.items[key[0]].type in NUMERIC and ENTRY_TABLES[place.sheet].has("value")
    ]


# --- links ------------------------------------------------------------------------------------------


@kind(ATTACKER, f"{TOLD} a link leads elsewhere, with where it led and leads")
def link_redirected(case: Case) -> None:
    it = case.random.choice([it for it in _sheets(case) if "<hyperlink " in it.tail])
    tag = case.random.choice(re.findall(r"<hyperlink [^>]*/>", it.tail))
    cell, place = (re.search(rf'{name}="([^"]*)"', tag)[1] for name in ("ref", "location"))
    new = case.random.choice([f"{WEB}example.org/login", "'_dapf'!A1", f"{WEB}example.org/a#b"])
    if new.startswith("'"):
        made = tag.replace(place, new)
    else:
        number = _lead_to(case, it, "hyperlink", new, outside=True)
        made = tag.replace(f'location="{place}"', f'r:id="{number}"')
    it.tail = it.tail.replace(tag, made)
    case.say(Difference(it.name, cell, place.replace("'", ""), new.replace("'", "")[:20], "link"))


@kind("a person who makes a link, or whose program does", f"{TOLD} a link was added, and where it leads")
def link_added(case: Case) -> None:
    sheet, cell = case.random.choice([place for place in case.original.locked if place[0] != "_dapf"])
    it = case.book.sheets[sheet]
    if f'<hyperlink ref="{cell}"' in it.tail:
        return
    number = _lead_to(case, it, "hyperlink", f"{WEB}example.org/", outside=True)
    tag = f'<hyperlink ref="{cell}" r:id="{number}"/>'
    if "<hyperlinks>" in it.tail:
        _change(it, "</hyperlinks>", f"{tag}</hyperlinks>")
    else:
        _change(it, _BEFORE_LINKS, f"<hyperlinks>{tag}</hyperlinks>")
    case.say(Difference(sheet, cell, None, f"{WEB}example.org/", "link"))


@kind(
    "a person who types an address of a page, of which the program makes a link",
    "nothing: the link leads to what the cell says",
    harmless=True,
)
def link_made_by_typing(case: Case) -> None:
    fit = [(key, place) for key, place in case.places() if place.comment]
    if not fit:
        return
    _, place = case.random.choice(fit)
    it = case.book.sheets[place.sheet]
    case.book.put(place.sheet, place.comment, "www.example.org/plan")
    number = _lead_to(case, it, "hyperlink", f"{WEB}www.example.org/plan", outside=True)
    tag = f'<hyperlink ref="{place.comment}" r:id="{number}"/>'
    _change(it, "</hyperlinks>", f"{tag}</hyperlinks>")


# --- printed pages ----------------------------------------------------------------------------------


@kind(PERSON, f"{TOLD} what is printed at the head or foot of a page is another, with both")
def footer_changed(case: Case) -> None:
    it = case.random.choice([it for it in _sheets(case) if "<oddFooter>" in it.tail])
    old = re.search(r"<oddFooter>(.*?)</oddFooter>", it.tail, re.DOTALL)[1]
    how = case.seed % 4
    if how == 0:
        _change(it, r"<oddFooter>.*?</oddFooter>", "")
    elif how == 1:
        _change(it, r"<oddFooter>.*?</oddFooter>", "<oddFooter>&amp;LFor anybody</oddFooter>")
    elif how == 2:
        _change(it, r"<headerFooter>", '<headerFooter differentFirst="1">')
    else:
        _change(it, r"<headerFooter>(?:<oddHeader>.*?</oddHeader>)?", "<headerFooter><oddHeader>&amp;CFree</oddHeader>")
    case.say(Difference(it.name, "", old, how, "page"))


@kind(PERSON, f"{TOLD} it prints on other paper, or in another direction")
def paper_changed(case: Case) -> None:
    it = case.random.choice(_sheets(case))
    _change(it, *case.random.choice([('paperSize="9"', 'paperSize="8"'), (' orientation="landscape"', "")]))
    case.say(Difference(it.name, "", "A4 landscape", "another", "page"))


@kind(PERSON, f"{TOLD} another part of it is printed")
def printed_part_changed(case: Case) -> None:
    case.book.change_workbook(
        r'(<definedName name="_xlnm.Print_Area" localSheetId="0">)[^<]*', r"\1'Start here'!$A$1:$B$9"
    )
    case.say(Difference(START, "", "all", "a part", "page"))


# --- guards -----------------------------------------------------------------------------------------


@kind(ATTACKER, f"{TOLD} more can be done on it than before, or a password guards it")
def protection_loosened(case: Case) -> None:
    it = case.random.choice(_sheets(case))
    loose = ["insertRows", "deleteColumns", "formatCells", "sort", "autoFilter", "insertHyperlinks", "pivotTables"]
    made = case.random.choice(
        [
            f' {case.random.choice(loose)}="0"/>',
            ' selectUnlockedCells="1"/>',
            ' password="CC1A"/>',
            ' hashValue="a=="/>',
        ]
    )
    _change(it, r"(<sheetProtection [^>]*)/>", rf"\1{made}")
    case.say(Difference(it.name, "", "as issued", made, "guarded"))


@kind(PERSON, f"{TOLD} boxes can be changed on it")
def protection_of_boxes_lifted(case: Case) -> None:
    it = case.random.choice(_sheets(case))
    _change(it, r' objects="1"', "")
    case.say(Difference(it.name, "", "guarded", "open", "guarded"))


@kind(ATTACKER, f"{TOLD} a cell says otherwise what may be typed, or lets it pass")
def validation_changed(case: Case) -> None:
    it = case.random.choice([it for it in _sheets(case) if "<dataValidation " in it.tail])
    tag = case.random.choice(re.findall(r"<dataValidation [^>]*>", it.tail))
    changes = [
        (' showErrorMessage="1"', ""),
        (' allowBlank="1"', ""),
        ("<dataValidation ", '<dataValidation errorStyle="warning" '),
        (' error="', ' error="Type what you like. '),
        ("<dataValidation ", '<dataValidation promptTitle="Hello" '),
    ]
    fit = [each for each in changes if each[0] in tag and not ("promptTitle" in each[1] and "promptTitle" in tag)]
    old, new = case.random.choice(fit)
    it.tail = it.tail.replace(tag, tag.replace(old, new, 1))
    cell = re.search(r'sqref="([A-Z]+\d+)', tag)[1]
    case.say(Difference(it.name, cell, old, new, "validation"))


@kind("a person who pastes over the sign-off", f"{TOLD} its cells no longer say what may be typed")
def sign_off_validation_stripped(case: Case) -> None:
    it = case.book.sheets[START]
    cell = case.random.choice([*SIGN_OFF.values()])
    _change(it, rf'<dataValidation [^>]*sqref="{cell}"[^>]*>.*?</dataValidation>', "")
    case.say(Difference(START, cell, "validated", "not", "validation"))


@kind(ATTACKER, f"{TOLD} a cell has a validation that had none")
def validation_added(case: Case) -> None:
    sheet, cell = case.random.choice(
        [place for place in case.original.locked if place[0] not in {"_dapf", "Definitions"}]
    )
    made = (
        f'<dataValidation type="list" allowBlank="1" showInputMessage="1" prompt="Type a name" sqref="{cell}">'
        '<formula1>"a,b"</formula1></dataValidation>'
    )
    it = case.book.sheets[sheet]
    if "<dataValidations" in it.tail:
        _change(it, "</dataValidations>", f"{made}</dataValidations>")
    else:
        _change(it, _BEFORE_LINKS, f'<dataValidations count="1">{made}</dataValidations>')
    case.say(Difference(sheet, cell, None, "a list", "validation"))


# --- rules that colour ------------------------------------------------------------------------------


_SCALE = (
    '<cfRule type="colorScale" priority="91"><colorScale><cfvo type="min"/><cfvo type="max"/>'
    '<color rgb="FFF8696B"/><color rgb="FFFFEB84"/></colorScale></cfRule>'
)
_ICONS = (
    '<cfRule type="iconSet" priority="92"><iconSet iconSet="{}"{}><cfvo type="percent" val="0"/>'
    '<cfvo type="percent" val="33"/><cfvo type="percent" val="67"/></iconSet></cfRule>'
)
_BAR = (
    '<cfRule type="dataBar" priority="93"><dataBar{}><cfvo type="min"/><cfvo type="max"/>'
    '<color rgb="FF9CC2E5"/></dataBar></cfRule>'
)
_NEWER_BAR = "newer"
"""A bar as Excel has kept it since 2010, apart from the others."""


def _newer(cell: str) -> str:
    return (
        '<extLst><ext uri="{78C0D931-6437-407d-A8EE-F0AAD7539E65}" xmlns:x14="urn:x14"><x14:conditionalFormattings>'
        '<x14:conditionalFormatting xmlns:xm="urn:xm"><x14:cfRule type="dataBar" id="a"><x14:dataBar showValue="0">'
        f'<x14:cfvo type="autoMin"/></x14:dataBar></x14:cfRule><xm:sqref>{cell}</xm:sqref></x14:conditionalFormatting>'
        "</x14:conditionalFormattings></ext></extLst>"
    )


def _add_dxf(case: Case, dxf: str) -> int:
    styles = case.book.parts["xl/styles.xml"].decode()
    number = int(re.search(r'<dxfs count="(\d+)"', styles)[1])
    styles = styles.replace("</dxfs>", f"<dxf>{dxf}</dxf></dxfs>").replace(
        f'<dxfs count="{number}"', f'<dxfs count="{number + 1}"'
    )
    case.book.parts["xl/styles.xml"] = styles.encode()
    return number


def _add_rule(case: Case, sheet: str, cell: str, rule: str) -> None:
    if rule == _NEWER_BAR:
        _end(case.book.sheets[sheet], _newer(cell))
        return
    made = f'<conditionalFormatting sqref="{cell}">{rule}</conditionalFormatting>'
    _change(case.book.sheets[sheet], _BEFORE_RULES, made.replace("\\", r"\\"))


@kind(PERSON, f"{TOLD} cells turn another colour than they did")
def colours_of_a_rule_changed(case: Case) -> None:
    styles = case.book.parts["xl/styles.xml"].decode()
    used = {number for it in _sheets(case) for number in re.findall(r'dxfId="(\d+)"', it.tail)}
    number = case.random.choice(sorted(used))
    dxfs = re.findall(r"<dxf>.*?</dxf>", styles)
    old = dxfs[int(number)]
    dxfs[int(number)] = re.sub(r'<color rgb="\w+"/>', '<color rgb="FF000080"/>', old)
    assert dxfs[int(number)] != old
    case.book.parts["xl/styles.xml"] = re.sub(
        r"(<dxfs[^>]*>).*(</dxfs>)", lambda m: m[1] + "".join(dxfs) + m[2], styles
    ).encode()
    for it in _sheets(case):
        if f'dxfId="{number}"' in it.tail:
            case.say(Difference(it.name, "", old, "blue", "format"))


@kind(PERSON, f"{TOLD} cells turn otherwise: the first of two rules is now the second")
def order_of_rules_changed(case: Case) -> None:
    it = case.random.choice([it for it in _sheets(case) if it.tail.count("<cfRule ") > 1])
    blocks = re.findall(r"<conditionalFormatting.*?</conditionalFormatting>", it.tail)
    block = case.random.choice([each for each in blocks if each.count("<cfRule ") > 1])
    orders = [int(each) for each in re.findall(r'priority="(\d+)"', block)]
    turned = iter(reversed(orders))
    it.tail = it.tail.replace(block, re.sub(r'priority="\d+"', lambda _: f'priority="{next(turned)}"', block))
    cell = re.search(r'sqref="([A-Z]+\d+)', block)[1]
    case.say(Difference(it.name, cell, orders[0], orders[-1], "format"))


@kind(
    "a person who likes colours",
    f"takes the figures, and {TOLD.partition(', and ')[2]} rules were added",
    harmless=True,
)
def rule_added(case: Case) -> None:
    number = _add_dxf(case, '<font><b/></font><fill><patternFill><bgColor rgb="FFCCE2D8"/></patternFill></fill>')
    rules = [
        f'<cfRule type="cellIs" dxfId="{number}" priority="90" operator="greaterThan"><formula>5</formula></cfRule>',
        f'<cfRule type="expression" dxfId="{number}" priority="1"><formula>TRUE</formula></cfRule>',
        _SCALE,
        _ICONS.format("3TrafficLights1", ""),
        _BAR.format(""),
    ]
    figures = _numeric(case)
    sheet, cell = case.random.choice([each[1:] for each in figures] or [*case.original.inputs])
    _add_rule(case, sheet, cell, rules[case.seed % len(rules)])
    case.say(Difference(sheet, cell, None, "a rule", "format added"))


@kind(ATTACKER, "takes no figure that a rule can make show another one, or none")
def rule_that_disguises(case: Case) -> None:
    made = [
        '<numFmt numFmtId="498" formatCode=";;;"/>',
        '<numFmt numFmtId="498" formatCode="&quot;7&quot;"/>',
        '<numFmt numFmtId="498" formatCode="0,"/>',
        '<font><color rgb="FFFFF7BF"/></font>',
        '<font><color rgb="FF102030"/></font><fill><patternFill><bgColor rgb="FF102030"/></patternFill></fill>',
        '<fill><patternFill patternType="solid"><bgColor rgb="FF0B0C0C"/></patternFill></fill>',
    ]
    number = _add_dxf(case, case.random.choice(made))
    rules = [
        *[f'<cfRule type="expression" dxfId="{number}" priority="1"><formula>LEN(A1)&lt;99</formula></cfRule>'] * 3,
        f'<cfRule type="cellIs" dxfId="{number}" priority="99" operator="notEqual"><formula>-1</formula></cfRule>',
        _BAR.format(' showValue="0"'),
        _ICONS.format("3Arrows", ' showValue="false"'),
        _NEWER_BAR,
    ]
    figures = _numeric(case)
    for key, sheet, cell in case.random.sample(figures, min(2, len(figures))):
        _add_rule(case, sheet, cell, case.random.choice(rules))
        case.book.put(sheet, cell, case.random.choice([0.5, 1, 41]))
        case.disputed.add(key)
        case.say(Difference(sheet, cell, None, "a rule", "format added"))


# --- what else stands on a sheet --------------------------------------------------------------------


@kind(PERSON, f"{TOLD} something stands on it that was not there")
def thing_put_on_a_sheet(case: Case) -> None:
    it = case.random.choice(_sheets(case))
    drawn = '<d:wsDr xmlns:d="urn:x"><d:twoCellAnchor><d:{0}><d:t>7</d:t></d:{0}></d:twoCellAnchor></d:wsDr>'
    things = {
        "picture": lambda: _draw(case, it, drawn.format("pic")),
        "box": lambda: _draw(case, it, drawn.format("sp")),
        "chart": lambda: _draw(case, it, drawn.format("graphicFrame")),
        "note": lambda: _note(case, it),
        "table": lambda: _end(it, '<tableParts count="1"><tablePart r:id="rIdT"/></tableParts>'),
        "filter": lambda: _change(it, _BEFORE_RULES, '<autoFilter ref="A6:C9"/>'),
        "behind": lambda: _end(it, '<picture r:id="rIdP"/>'),
        "open": lambda: _change(it, _BEFORE_RULES, '<protectedRanges><protectedRange sqref="A1" name="r"/></protectedRanges>'),  # noqa: E501
        "charts": lambda: _end(it, '<extLst><ext uri="u"><x14:sparklineGroups xmlns:x14="h"><x14:s/></x14:sparklineGroups></ext></extLst>'),  # noqa: E501
    }  # fmt: skip
    name = list(things)[case.seed % len(things)]
    things[name]()
    case.say(Difference(it.name, "", None, name, "more"))


def _end(it: Sheet, made: str) -> None:
    _change(it, _AT_THE_END, made)


def _draw(case: Case, it: Sheet, drawing: str) -> None:
    case.book.parts["xl/drawings/drawing1.xml"] = drawing.encode()
    _end(it, f'<drawing r:id="{_lead_to(case, it, "drawing", "../drawings/drawing1.xml")}"/>')


def _note(case: Case, it: Sheet) -> None:
    case.book.parts["xl/comments1.xml"] = (
        b'<comments xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><authors><author/></authors>'
        b'<commentList><comment ref="A1" authorId="0"><text><t>Really 9</t></text></comment></commentList></comments>'
    )
    _lead_to(case, it, "comments", "../comments1.xml")


# --- what shows, and how the workbook is set ---------------------------------------------------------


@kind(PERSON, "says of the sheet what it does not show")
def zeros_hidden(case: Case) -> None:
    it = case.random.choice([it for it in _sheets(case) if "<sheetView " in it.head])
    made = case.random.choice(['showZeros="0"', 'showFormulas="1"'])
    it.head = it.head.replace("<sheetView ", f"<sheetView {made} ", 1)
    case.say(Difference(it.name, "", "shows", made, "setting"))


@kind("Excel, which saves this with every workbook that is open", "says how the workbook calculates")
def calculates_otherwise(case: Case) -> None:
    made = case.random.choice(['calcMode="manual"', 'calcMode="autoNoTable"', 'fullPrecision="0"', 'iterate="1"'])
    case.book.change_workbook("<calcPr ", f"<calcPr {made} ")
    case.say(Difference("", "", "automatic", made, "setting"))


@kind(
    "an old Excel on a Mac, or a person who chose it",
    "takes each day as it shows, and says how days are counted",
    harmless=True,
)
def days_from_1904(case: Case) -> None:
    """As a program saves it: every day is stored as the number that it has then."""
    case.book.change_workbook("<workbookPr ", '<workbookPr date1904="1" ')
    parts = dict(case.book.parts)
    shifted = {sheet: [cell for name, cell in case.original.dated if name == sheet] for sheet in case.book.sheets}
    case.book.bytes()
    parts = dict(case.book.parts)
    for sheet, cells in shifted.items():
        part = case.book.sheets[sheet].part
        for cell in cells:
            if isinstance(case.book.get(sheet, cell), float | int | Day):
                pattern = rf'(<c r="{cell}"[^>]*><v>)([\d.]+)(</v>)'.encode()
                parts[part] = re.sub(pattern, lambda m: b"%b%d%b" % (m[1], float(m[2]) - 1462, m[3]), parts[part])
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    case.data = made.getvalue()
    case.say(Difference("", "", "1900", "1904", "setting"))


@kind("another program, or an attacker", "says of the file what it holds, and reads nothing of it")
def part_added(case: Case) -> None:
    names = [
        "xl/connections.xml",
        "xl/pivotCache/pivotCacheDefinition1.xml",
        "xl/webextensions/taskpanes.xml",
        "notes/a.bin",
    ]
    name = case.random.choice([*names, "xl/customData/item1.data", "xl/other.xml"])
    case.book.parts[name] = b"<x/>"
    case.say(Difference("", "", None, name, "part"))
