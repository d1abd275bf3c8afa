"""What a return has beside its cells is told when it is another, and only then."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date
from typing import TYPE_CHECKING

import pytest

from dapf_xl import annotating
from dapf_xl.findings import Code
from dapf_xl.returns.layout import ENTRY_TABLES, RETURN, SIGN_OFF, START
from dapf_xl.returns.reading import read_return
from tests.mutation.workbook import Book, Day

from .conftest import Sent
from .test_tampering import taken, told

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from dapf_xl.findings import Finding
    from tests.conftest import Office

    from .conftest import Desk

SHEET = "xl/worksheets/sheet2.xml"
"""The part with the sheet Return."""
BOOK = "xl/workbook.xml"
WEB = "https://"
OTHER = frozenset({
    Code.PROTECTION_CHANGED, Code.PROTECTION_LOST, Code.BOOK_SET_OTHERWISE, Code.LINKS_CHANGED, Code.PAGE_CHANGED,
    Code.ROWS_HIDDEN, Code.COLUMNS_HIDDEN, Code.CELLS_MERGED, Code.NAME_REDEFINED, Code.NAMES_ADDED, Code.LOOKS_CHANGED,
    Code.SHEET_HOLDS_MORE, Code.FORMATS_ADDED, Code.FORMATS_LOST, Code.VALIDATION_LOST, Code.FILE_HOLDS_MORE,
})  # fmt: skip


class Raw(Sent):
    """A return that is filled in without any program: all else is byte for byte as it went out."""

    def change(self, change: object) -> None:
        """Type what every return here holds."""
        del change
        self.change_book(self._typed)

    def _typed(self, book: Book) -> None:
        for item, value in {"must": 3, "percent": 0.364, "words": "Nothing to add."}.items():
            sheet, row = self.row(item)
            book.put(sheet, ENTRY_TABLES[sheet].cell("value", row), value)
        book.put(START, SIGN_OFF["date"], Day(42_014))

    def found(self) -> list[Finding]:
        """What is said of all beside the cells."""
        return [each for each in self.checked().findings if each.code in OTHER]

    def change_book(self, change: Callable[[Book], None]) -> None:
        with zipfile.ZipFile(self.path) as archive:
            book = Book({name: archive.read(name) for name in archive.namelist()})
        change(book)
        self.path.write_bytes(book.bytes())


@pytest.fixture
def sent(desk: Desk, tmp_path: Path) -> Raw:
    return Raw(desk, tmp_path)


def test_what_nobody_touched_is_not_told(sent: Raw) -> None:
    assert sent.found() == []
    assert taken(sent.checked())["must"] == 3


# --- no false alarms -------------------------------------------------------------------------------


def _as_excel(xml: str) -> str:
    """A sheet as Excel writes it."""
    xml = xml.replace(
        "<worksheet ",
        '<worksheet mc:Ignorable="x14ac xr xr2 xr3" xr:uid="{00000000-0001-0000-0100-000000000000}" '
        'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
        'xmlns:x14ac="http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac" '
        'xmlns:xr="http://schemas.microsoft.com/office/spreadsheetml/2014/revision" '
        'xmlns:xr2="http://schemas.microsoft.com/office/spreadsheetml/2015/revision2" '
        'xmlns:xr3="http://schemas.microsoft.com/office/spreadsheetml/2016/revision3" ',
        1,
    )
    xml = xml.replace(
        '<sheetFormatPr defaultRowHeight="15"/>', '<sheetFormatPr defaultRowHeight="15" x14ac:dyDescent="0.25"/>'
    )
    lists = re.findall(r'<dataValidation type="list"[^>]*sqref="[^"]*"><formula1>Definitions!.*?</dataValidation>', xml)
    newer = ""
    for each in lists:  # (a list on another sheet is kept among what newer programs alone know)
        xml = xml.replace(each, "")
        where, formula = re.search(r'sqref="([^"]*)"', each)[1], re.search(r"<formula1>(.*?)<", each)[1]
        tag = re.sub(r' sqref="[^"]*"', "", re.match(r"<dataValidation ([^>]*)>", each)[1])
        newer += (
            f'<x14:dataValidation {tag} xr:uid="{{1}}"><x14:formula1><xm:f>{formula}</xm:f></x14:formula1>'
            f"<xm:sqref>{where}</xm:sqref></x14:dataValidation>"
        )
    xml = re.sub(r"<dataValidations count=\"\d+\"></dataValidations>", "", xml)
    xml = re.sub(r"(<hyperlink [^>]*)/>", r'\1 xr:uid="{00000000-0004-0000-0100-000000000000}"/>', xml)
    xml = re.sub(r"(<pageSetup [^>]*)/>", r'\1 r:id="rId1"/>', xml)
    behind = '<ignoredErrors><ignoredError sqref="A7:A9" numberStoredAsText="1"/></ignoredErrors>'
    if newer:
        behind += (
            '<extLst><ext uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}" '
            'xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main">'
            f'<x14:dataValidations count="{len(lists)}" xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main">'
            f"{newer}</x14:dataValidations></ext></extLst>"
        )
    xml = xml.replace("</sheetData>", '</sheetData><sheetCalcPr fullCalcOnLoad="1"/>')
    xml = xml.replace("<hyperlinks>", '<phoneticPr fontId="1" type="noConversion"/><hyperlinks>', 1)
    xml = xml.replace("</worksheet>", f"{behind}</worksheet>")
    return xml.replace("&amp;L&amp;8", "&amp;L&amp;&quot;Arial,Regular&quot;&amp;8").replace(
        "&amp;R&amp;8", "&amp;R&amp;8&amp;K000000"
    )


def test_what_excel_writes_is_not_told(sent: Raw) -> None:
    with zipfile.ZipFile(sent.path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for name in [each for each in parts if each.startswith("xl/worksheets/sheet")]:
        before = parts[name]
        parts[name] = _as_excel(before.decode()).encode()
        assert parts[name] != before
        number = name.rpartition("sheet")[2]
        parts[f"xl/worksheets/_rels/sheet{number}.rels"] = (
            b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            b'<Relationship Id="rId1" '
            b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/printerSettings" '
            b'Target="../printerSettings/printerSettings1.bin"/></Relationships>'
        )
    assert b"x14:dataValidation " in parts[SHEET]
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(
        b"<calcPr ", b'<calcPr calcMode="auto" iterate="0" fullPrecision="true" '
    )
    dxfs = parts["xl/styles.xml"].replace(b"<b/>", b'<b val="1"/><i val="0"/>')
    parts["xl/styles.xml"] = dxfs
    usual = ("xl/calcChain.xml", "xl/printerSettings/printerSettings1.bin", "docMetadata/LabelInfo.xml",
             "customXml/item1.xml", "customXml/itemProps1.xml", "customXml/_rels/item1.xml.rels",
             "xl/persons/person.xml", "docProps/thumbnail.wmf", "xl/metadata.xml")  # fmt: skip
    parts |= dict.fromkeys(usual, b"<x/>")
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    sent.path.write_bytes(made.getvalue())
    assert sent.found() == []


def test_what_libreoffice_saves_is_not_told_however_often(sent: Raw, office: Office, tmp_path: Path) -> None:
    (once,) = office.convert([sent.path], "xlsx", tmp_path / "once")
    (between,) = office.convert([once], "ods", tmp_path / "between")
    (twice,) = office.convert([between], "xlsx", tmp_path / "twice")
    for path in (once, twice):
        sent.path = path
        assert sent.found() == []


def test_the_notes_of_an_annotated_copy_are_not_told_when_it_comes_back(
    sent: Raw, office: Office, tmp_path: Path
) -> None:
    sheet, row = sent.row("must")
    sent.change_book(lambda book: book.put(sheet, f"J{row}", "many"))
    checked = sent.checked()
    annotating.annotate([checked], sent.desk.framework, tmp_path, lambda *_: None)
    marked = checked.annotated
    (saved,) = office.convert([marked], "xlsx", tmp_path / "saved")
    for path in (marked, saved):
        sent.path = path
        assert sent.found() == []


# --- what is told ----------------------------------------------------------------------------------


def _swap(part: str, old: str, new: str) -> Callable[[Raw], None]:
    return lambda sent: sent.rewrite(part, lambda xml: xml.replace(old, new, 1))


def _swapped(part: str, pattern: str, new: str) -> Callable[[Raw], None]:
    return lambda sent: sent.rewrite(part, lambda xml: re.sub(pattern, new, xml, count=1))


MARKING = "OFFICIAL"
BEFORE = "<conditionalFormatting"
EITHER = "<mc:AlternateContent>", "</mc:AlternateContent>"
MARGINS = '<pageMargins left="0.7"/><headerFooter/>'
FIRST = "xl/worksheets/sheet1.xml"
STYLES = "xl/styles.xml"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LIST = '<dataValidation type="list" allowBlank="1" sqref="{}"><formula1>"a,b"</formula1></dataValidation>'
RULE = '<cfRule type="expression" dxfId="1" priority="99"><formula>ISTEXT(A1)</formula></cfRule>'
CHANGES: dict[str, tuple[Callable[[Raw], None], Code, str, str, str]] = {
    "link gone": (
        _swapped(SHEET, r"<hyperlinks>.*</hyperlinks>", ""),
        Code.LINKS_CHANGED, "Return", "A4", 'leads nowhere now, and led to "Start here!A1"',
    ),
    "link elsewhere": (
        _swap(SHEET, "location=\"'Start here'!A1\"", "location=\"'Return'!A9\""),
        Code.LINKS_CHANGED, "Return", "A4", 'leads to "Return!A9" now, and led to "Start here!A1"',
    ),
    "marking gone": (_swap(SHEET, MARKING, ""), Code.PAGE_CHANGED, "Return", "", f"{MARKING}; right: Page"),
    "first page": (
        _swap(SHEET, "<headerFooter>", '<headerFooter differentFirst="1">'),
        Code.PAGE_CHANGED, "Return", "", "is nothing now",
    ),
    "header": (
        _swap(SHEET, "<headerFooter>", "<headerFooter><oddHeader>&amp;C&amp;14jo@example.org</oddHeader>"),
        Code.PAGE_CHANGED, "Return", "", "(personal data)",
    ),
    "rows may go": (
        _swap(SHEET, "<sheetProtection ", '<sheetProtection deleteRows="0" '),
        Code.PROTECTION_CHANGED, "Return", "", "rows can be deleted now",
    ),
    "nothing can be typed": (
        _swap(SHEET, "<sheetProtection ", '<sheetProtection selectUnlockedCells="true" '),
        Code.PROTECTION_CHANGED, "Return", "", "yellow cells cannot be selected",
    ),
    "sign-off": (
        _swapped("xl/worksheets/sheet1.xml", r"<dataValidations.*</dataValidations>", ""),
        Code.VALIDATION_LOST, START, SIGN_OFF["name"], "B19:B21",
    ),
    "lets pass": (
        _swap(SHEET, 'showErrorMessage="1"', ""), Code.VALIDATION_LOST, "Return", "J7", "J7",
    ),
    "manual": (
        _swap(BOOK, "<calcPr ", '<calcPr calcMode="manual" '), Code.BOOK_SET_OTHERWISE, "", "", "only when asked",
    ),
    "validation beyond": (
        _swap(SHEET, "</dataValidations>", f'{LIST.format("AB5:AC6")}</dataValidations>'),
        Code.VALIDATION_LOST, "Return", "AB5", 'AB5:AC6 (AB5: nothing → "list',
    ),
    "validation far below": (
        _swap(SHEET, "</dataValidations>", f'{LIST.format("J500:J600")}</dataValidations>'),
        Code.VALIDATION_LOST, "Return", "J500", "J500:J600 (J500",
    ),
    "validation near and beyond": (
        _swap(SHEET, "</dataValidations>", f'{LIST.format("C3 AA3:XFD3")}</dataValidations>'),
        Code.VALIDATION_LOST, "Return", "C3", "C3, AA3:XFD3 (C3: nothing",
    ),
    "validation of a whole column": (
        _swap(FIRST, "</dataValidations>", f'{LIST.format("AB1:AB1048576")}</dataValidations>'),
        Code.VALIDATION_LOST, START, "AB1", "AB1:AB1048576",
    ),
    "rule beyond": (
        _swap(SHEET, BEFORE, f'<conditionalFormatting sqref="AB7">{RULE}</conditionalFormatting>{BEFORE}'),
        Code.FORMATS_ADDED, "Return", "AB7", 'AB7 (AB7: nothing → "ISTEXT',
    ),
    "rule far below": (
        _swap(SHEET, BEFORE, f'<conditionalFormatting sqref="J7 A500:Z500">{RULE}</conditionalFormatting>{BEFORE}'),
        Code.FORMATS_ADDED, "Return", "J7", "J7, A500:Z500 (J7: nothing",
    ),
    "link beyond": (
        _swap(SHEET, "<hyperlinks>", "<hyperlinks><hyperlink ref=\"AB9\" location=\"'Return'!A9\"/>"),
        Code.LINKS_CHANGED, "Return", "AB9", 'AB9 leads to "Return!A9" now, and led nowhere',
    ),
    "zeros": (
        _swap(SHEET, "<sheetView ", '<sheetView showZeros="0" '),
        Code.BOOK_SET_OTHERWISE, "Return", "", "zeros do not show",
    ),
    "not readable": (
        _swap(SHEET, "<hyperlinks>", "<hyperlinks><a>"), Code.SHEET_HOLDS_MORE, "Return", "", "no program can read",
    ),
    "newer": (
        _swap(SHEET, "</worksheet>", '<extLst><ext uri="x"><y:thing xmlns:y="y"/></ext></extLst></worksheet>'),
        Code.SHEET_HOLDS_MORE, "Return", "", "something that dapf does not know (thing)",
    ),
    "colour": (
        _swapped("xl/styles.xml", r'(<dxf><font><color rgb=")FF942514', r"\1FFFFFFFF"),
        Code.FORMATS_LOST, "Return", "M6", "M6",
    ),
    "row hidden, otherwise written": (
        _swap(SHEET, '<row r="7"', "<row r=\"7\" hidden='1'"), Code.ROWS_HIDDEN, "Return", "J7", "read: 7",
    ),
    "row hidden, in another order": (
        _swap(SHEET, '<row r="7"', '<row hidden="on" r="7"'), Code.ROWS_HIDDEN, "Return", "J7", "read: 7",
    ),
    "low row": (
        _swapped(SHEET, r'<row r="7"([^>]*) ht="[^"]*"', r'<row r="7"\1 ht="5.5"'),
        Code.ROWS_HIDDEN, "Return", "J7", "read: 7",
    ),
    "title hidden": (_swap(SHEET, '<row r="3"', '<row r="3" hidden="1"'), Code.ROWS_HIDDEN, "Return", "A3", "read: 3"),
    "rows hidden on another sheet": (
        _swapped(FIRST, r'<row r="(4|5)"', r'<row r="\1" hidden="1"'), Code.ROWS_HIDDEN, START, "A4", "read: 4",
    ),
    "column hidden on another sheet": (
        _swapped(FIRST, r'<col min="2" max="2"', r'<col min="2" max="2" hidden="1"'),
        Code.COLUMNS_HIDDEN, START, "B4", "read: B",
    ),
    "columns with a prefix": (
        _swapped(SHEET, r"<cols>.*</cols>", f'<x:cols xmlns:x="{MAIN}"><x:col min="2" max="3" hidden="1"/></x:cols>'),
        Code.COLUMNS_HIDDEN, "Return", "B7", "B and C",
    ),
    "labels merged": (
        _swap(SHEET, BEFORE, f'<mergeCells><mergeCell ref="C7:C8"/></mergeCells>{BEFORE}'),
        Code.CELLS_MERGED, "Return", "C7", "only what C7 holds shows",
    ),
    "two views": (
        _swap(SHEET, "<sheetView ", "<sheetView showFormulas='1' showZeros=\"0\" "),
        Code.BOOK_SET_OTHERWISE, "Return", "", "format, zeros do not show",
    ),
    "rules that do not follow": (
        _swap(SHEET, "<sheetPr>", '<sheetPr enableFormatConditionsCalculation="0">'),
        Code.BOOK_SET_OTHERWISE, "Return", "", "do not follow",
    ),
    "frozen out of reach": (
        _swap(SHEET, 'workbookViewId="0">', 'workbookViewId="0" topLeftCell="A9">'),
        Code.BOOK_SET_OTHERWISE, "Return", "", "out of reach",
    ),
    "views that were kept": (
        _swap(SHEET, BEFORE, f"<customSheetViews><x>{MARGINS}</x></customSheetViews>{BEFORE}"),
        Code.SHEET_HOLDS_MORE, "Return", "", "there when it was issued: views that were kept",
    ),
    "pages said twice": (
        _swap(SHEET, "</worksheet>", "<headerFooter/></worksheet>"),
        Code.SHEET_HOLDS_MORE, "Return", "", "headerFooter, which is there twice",
    ),
    "text at a link": (
        _swap(SHEET, '<hyperlink ref="A4" ', '<hyperlink ref="A4" tooltip="Press here to send" '),
        Code.SHEET_HOLDS_MORE, "Return", "", 'A4 ("Press here to send")',
    ),
    "prompts off": (
        _swap(SHEET, "<dataValidations ", '<dataValidations disablePrompts="1" '),
        Code.VALIDATION_LOST, "Return", "J7", "J7",
    ),
    "width that is no number": (
        _swapped(SHEET, r'<col min="2" max="2" width="[^"]*"', '<col min="2" max="2" width="wide"'),
        Code.COLUMNS_HIDDEN, "Return", "B7", "B",
    ),
    "marking in white": (
        _swap(SHEET, "<oddFooter>&amp;L&amp;8", "<oddFooter>&amp;L&amp;8&amp;KFFFFFF"),
        Code.PAGE_CHANGED, "Return", "", "(not to be seen)",
    ),
    "for older programs": (
        _swap(SHEET, BEFORE, f"{EITHER[0]}<mc:Fallback><picture/></mc:Fallback>{EITHER[1]}{BEFORE}"),
        Code.SHEET_HOLDS_MORE, "Return", "", "a picture behind its cells",
    ),
    "own name of the whole workbook": (
        _swap(BOOK, "<definedNames>", '<definedNames><definedName name="explained">TRUE</definedName>'),
        Code.NAMES_ADDED, "", "", "explained",
    ),
    "own name twice": (
        _swapped(BOOK, "(<definedNames>)", r'\1<definedName name="explained" localSheetId="1">TRUE</definedName>'),
        Code.NAME_REDEFINED, "Return", "", "explained",
    ),
    "name, otherwise written": (
        _swapped(BOOK, r'<definedNames>(.*?<definedName name="explained"[^>]*>)', r'<definedNames a="b">\1TRUE+'),
        Code.NAME_REDEFINED, "Return", "", "explained",
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", CHANGES)
def test_what_was_changed_is_told_where_it_is(sent: Raw, kind: str) -> None:
    change, code, sheet, cell, words = CHANGES[kind]
    change(sent)
    (finding, *more) = [each for each in sent.found() if each.code is code and each.sheet == sheet]
    assert more == []
    assert finding.cell == cell
    assert words in finding.message
    assert taken(sent.checked())["must"] == 3


def _rule_on(where: str, before: str) -> Callable[[Raw], None]:
    """A rule that writes yellow on yellow, on some cells, as it stands before something else in the sheet."""

    def change(sent: Raw) -> None:
        sent.rewrite(
            STYLES, lambda xml: xml.replace("</dxfs>", f'<dxf><font><color rgb="{YELLOW}"/></font></dxf></dxfs>')
        )
        with zipfile.ZipFile(sent.path) as archive:
            number = archive.read(STYLES).count(b"<dxf>") - 1
        rule = f'<cfRule type="expression" dxfId="{number}" priority="99"><formula>TRUE</formula></cfRule>'
        block = f'<conditionalFormatting sqref="{where}">{rule}</conditionalFormatting>'
        sent.rewrite(SHEET, lambda xml: xml.replace(before, block + before, 1))

    return change


def _styled(value: str = "3", font: str = "", fill: str = "", number: str = "") -> Callable[[Raw], None]:
    """The figure's cell with another font, background or number format."""

    def restyled(xml: str) -> str:
        last = re.findall(r"<xf [^>]*?(?:/>|(?<!/)>.*?</xf>)", xml.partition("<cellXfs")[2].partition("</cellXfs>")[0])
        style = last[-1].partition(">")[0].rstrip("/")
        for name, made, each in (("fontId", font, "font"), ("fillId", fill, "fill"), ("numFmtId", number, "numFmt")):
            if made:
                place = 999 if each == "numFmt" else len(re.findall(f"<{each}>", xml.partition(f"</{each}s>")[0]))
                style = re.sub(rf'{name}="\d+"', f'{name}="{place}"', style)
                xml = xml.replace(f"</{each}s>", f"{made}</{each}s>", 1)
        return xml.replace("</cellXfs>", f"{style}/></cellXfs>", 1)

    def change(sent: Raw) -> None:
        with zipfile.ZipFile(sent.path) as archive:
            xfs = archive.read(STYLES).decode().partition("<cellXfs")[2].partition("</cellXfs>")[0].count("<xf ")
        sent.rewrite(STYLES, restyled)
        cell = RETURN.cell("value", sent.row("must")[1])
        sent.rewrite(
            SHEET, lambda xml: re.sub(rf'<c r="{cell}"[^>]*><v>3</v>', f'<c r="{cell}" s="{xfs}"><v>{value}</v>', xml)
        )

    return change


def _of_the_theme(sent: Raw) -> None:
    _styled(font=ARIAL.format('<scheme val="minor"/>'))(sent)
    theme = re.compile(r'(<a:minorFont>\s*<a:latin typeface=)"[^"]*"')
    sent.rewrite("xl/theme/theme1.xml", lambda xml: theme.sub(r'\1"Wingdings"', xml))


def _spilled(sent: Raw) -> None:
    _, row = sent.row("must")
    cell, beside = (RETURN.cell(part, row) for part in ("value", "target"))
    array = f'<f t="array" ref="{beside}:{cell}">{{1,2}}</f><v>1</v>'
    pattern = re.compile(rf'<c r="{beside}"( s="\d+")[^>]*?(?:/>|>.*?</c>)')
    sent.rewrite(SHEET, lambda xml: pattern.sub(rf'<c r="{beside}"\1>{array}</c>', xml, count=1))


def _merged(sent: Raw, where: str) -> None:
    """As Excel never leaves it: it throws away what lies beneath; LibreOffice keeps it where it is told so."""
    merged = f'<mergeCells><mergeCell ref="{where.format(sent.row("must")[1])}"/></mergeCells>'
    sent.rewrite(SHEET, lambda xml: xml.replace(BEFORE, merged + BEFORE, 1))


def _without_zeros(sent: Raw) -> None:
    sent.rewrite(SHEET, lambda xml: xml.replace("<sheetView ", '<sheetView showZeros="0" ', 1))


def _as_text(sent: Raw) -> None:
    """The figure, typed as a text."""
    pattern = re.compile(rf'(<c r="{RETURN.cell("value", sent.row("must")[1])}"[^>]*)><v>3</v>')
    sent.rewrite(SHEET, lambda xml: pattern.sub(r'\1 t="inlineStr"><is><t>3</t></is>', xml))


AS_IT_IS = '<numFmt numFmtId="999" formatCode="0"/>'
YELLOW = "FFFFF7BF"
ARIAL = '<font><sz val="10"/><color rgb="FF0B0C0C"/><name val="Arial"/>{}</font>'
STOPS = '<stop position="0"><color rgb="FF0B0C0C"/></stop><stop position="1"><color rgb="FF0B0C0C"/></stop>'
HIDDEN = {
    "range named from its end": (_rule_on("J99:J6", BEFORE), Code.NOT_TO_BE_SEEN),
    "range of a whole column": (_rule_on("J:J", BEFORE), Code.NOT_TO_BE_SEEN),
    "rule among the pages": (_rule_on("J6:J99", "<headerFooter>"), Code.NOT_TO_BE_SEEN),
    "gradient": (
        _styled(font=ARIAL.format(""), fill=f"<fill><gradientFill>{STOPS}</gradientFill></fill>"), Code.NOT_TO_BE_SEEN,
    ),
    "pattern": (
        _styled(
            font=ARIAL.format(""),
            fill='<fill><patternFill patternType="darkGray"><fgColor rgb="FF0B0C0C"/><bgColor rgb="FF0B0C0C"/>'
            "</patternFill></fill>",
        ),
        Code.NOT_TO_BE_SEEN,
    ),
    "letters that are symbols": (_styled(font=ARIAL.format('<charset val="2"/>')), Code.NOT_TO_BE_SEEN),
    "letters of the theme": (_of_the_theme, Code.NOT_TO_BE_SEEN),
    "zero": (
        _styled("0", number='<numFmt numFmtId="999" formatCode="0;0;&quot;7&quot;"/>'), Code.SHOWN_AS_ANOTHER,
    ),
    "zero of which nothing shows": (
        _styled("0", number='<numFmt numFmtId="999" formatCode="0;-0;;@"/>'), Code.SHOWN_AS_ANOTHER,
    ),
    "zero that shows as a word": (
        _styled("0", number='<numFmt numFmtId="999" formatCode="0;-0;&quot;n/a&quot;"/>'), Code.SHOWN_AS_ANOTHER,
    ),
    "merged with the label": (
        lambda sent: _merged(sent, "C{0}:J{0}"), Code.NOT_TO_BE_SEEN,
    ),
    "merged with the row above": (lambda sent: _merged(sent, "J1:J{0}"), Code.NOT_TO_BE_SEEN),
    "colour of the format": (
        _styled(number='<numFmt numFmtId="999" formatCode="[White]0"/>'), Code.NOT_TO_BE_SEEN,
    ),
    "colour of the system": (
        _styled(font='<font><sz val="10"/><color indexed="65"/><name val="Arial"/></font>', number=AS_IT_IS),
        Code.NOT_TO_BE_SEEN,
    ),
    "point between digits": (
        _styled("41", number='<numFmt numFmtId="999" formatCode="0&quot;.&quot;0"/>'), Code.SHOWN_AS_ANOTHER,
    ),
    "zero that the sheet does not show": (
        lambda sent: (_styled("0", number=AS_IT_IS)(sent), _without_zeros(sent)), Code.SHOWN_AS_ANOTHER,
    ),
    "zero that a rule does not show": (
        lambda sent: (
            _styled("0", number=AS_IT_IS)(sent),
            _with_rule(sent, ALWAYS, '<numFmt numFmtId="200" formatCode="0;-0;"/>'),
        ),
        Code.SHOWN_AS_ANOTHER,
    ),
    "text that shows as another": (
        lambda sent: (
            _styled("3", number='<numFmt numFmtId="999" formatCode="0;-0;0;&quot;12&quot;"/>')(sent), _as_text(sent),
        ),
        Code.SHOWN_AS_ANOTHER,
    ),
    "result of another cell": (_spilled, Code.FORMULA_IN_INPUT),
}  # fmt: skip


def test_what_stands_before_the_cells_where_only_some_programs_read_it_is_refused(sent: Raw) -> None:
    sent.rewrite(
        SHEET, lambda xml: xml.replace("<sheetData>", '<mergeCells><mergeCell ref="C7:C9"/></mergeCells><sheetData>')
    )
    (finding,) = read_return(sent.path).findings
    assert finding.code is Code.FILE_READS_TWO_WAYS
    assert "before the cells of the sheet Return" in finding.message


@pytest.mark.parametrize("kind", HIDDEN)
def test_a_figure_that_is_not_what_shows_is_not_taken(sent: Raw, kind: str) -> None:
    change, code = HIDDEN[kind]
    change(sent)
    checked = sent.checked()
    assert code in {each.code for each in checked.findings if each.item == "must"}
    assert "must" not in taken(checked)


def test_a_figure_that_shows_is_taken_although_zero_would_not(sent: Raw) -> None:
    _styled(number='<numFmt numFmtId="999" formatCode="0;-0;;@"/>')(sent)
    _without_zeros(sent)
    assert taken(sent.checked())["must"] == 3
    found = {each.code: each.message for each in sent.found()}
    assert "on the sheet Return zeros do not show" in found[Code.BOOK_SET_OTHERWISE]
    assert "number format" in found[Code.LOOKS_CHANGED]


def test_a_figure_that_lies_over_those_that_it_was_merged_with_is_taken(sent: Raw) -> None:
    _merged(sent, "J{0}:K{0}")
    assert taken(sent.checked())["must"] == 3
    assert [each.code for each in sent.found()] == [Code.CELLS_MERGED]


def test_words_that_their_format_hides_are_not_taken(sent: Raw) -> None:
    sheet, row = sent.row("words")
    cell = ENTRY_TABLES[sheet].cell("value", row)
    sent.rewrite(
        STYLES,
        lambda xml: re.sub(r"(<numFmts[^>]*>)", r'\1<numFmt numFmtId="999" formatCode=";;;"/>', xml).replace(
            "</cellXfs>", '<xf numFmtId="999" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs>'
        ),
    )
    with zipfile.ZipFile(sent.path) as archive:
        xfs = archive.read(STYLES).decode().partition("<cellXfs")[2].partition("</cellXfs>")[0].count("<xf ")
    sent.change_book(lambda book: book.put(sheet, cell, "Nothing to add.", xfs - 1))
    checked = sent.checked()
    (finding,) = [each for each in checked.findings if each.code is Code.SHOWN_AS_ANOTHER]
    assert (finding.sheet, finding.cell) == (sheet, cell)
    assert "Nothing to add" in finding.message
    assert "words" not in taken(checked)


@pytest.mark.parametrize("yes", ["1", "true"])
def test_days_that_count_from_1904_are_read_as_they_show(sent: Raw, yes: str) -> None:
    assert read_return(sent.path).sign_off["date"] == date(2015, 1, 10)
    sent.change_book(lambda book: book.put(START, SIGN_OFF["date"], Day(42_014 - 1_462)))
    sent.rewrite(BOOK, lambda xml: xml.replace("<workbookPr ", f'<workbookPr date1904="{yes}" '))
    assert read_return(sent.path).sign_off["date"] == date(2015, 1, 10)
    assert [each.code for each in sent.found()] == [Code.BOOK_SET_OTHERWISE]


# --- rules that disguise ---------------------------------------------------------------------------


def _with_rule(sent: Raw, rule: str, dxf: str = "", cell: str = "") -> None:
    sheet, row = sent.row("must")
    if dxf:
        sent.rewrite("xl/styles.xml", lambda xml: xml.replace("</dxfs>", f"<dxf>{dxf}</dxf></dxfs>"))
    made = f'<conditionalFormatting sqref="{cell or f"J{row}"}">{rule}</conditionalFormatting><conditionalFormatting'
    sent.rewrite(SHEET, lambda xml: xml.replace("<conditionalFormatting", made, 1))
    assert sheet == "Return"


ALWAYS = '<cfRule type="expression" dxfId="5" priority="1"><formula>TRUE</formula></cfRule>'


@pytest.mark.parametrize(
    ("dxf", "code"),
    [
        ('<numFmt numFmtId="200" formatCode=";;;"/>', Code.SHOWN_AS_ANOTHER),
        ('<numFmt numFmtId="200" formatCode="0%"/>', Code.SHOWN_AS_ANOTHER),
        ('<font><color rgb="FFFFF7BF"/></font>', Code.NOT_TO_BE_SEEN),
        ('<font><name val="Wingdings"/></font>', Code.NOT_TO_BE_SEEN),
        ('<fill><patternFill><bgColor rgb="FF0B0C0C"/></patternFill></fill>', Code.NOT_TO_BE_SEEN),
        (
            '<font><color theme="0"/></font><fill><patternFill><bgColor theme="0"/></patternFill></fill>',
            Code.NOT_TO_BE_SEEN,
        ),
        ('<fill><patternFill><bgColor rgb="FF942514"/></patternFill></fill>', Code.NOT_TO_BE_SEEN),
    ],
    ids=["nothing", "percent", "as_behind", "symbols", "over", "theme", "with_a_rule_of_ours"],
)
def test_a_figure_that_a_rule_can_disguise_is_not_taken(sent: Raw, dxf: str, code: Code) -> None:
    """The last one hides letters only where the return's own rule has made them dark red."""
    _with_rule(sent, ALWAYS.replace('priority="1"', 'priority="99"'), dxf)  # (programs differ in what counts first)
    checked = sent.checked()
    assert [(each.item) for each in checked.findings if each.code is code] == ["must"]
    assert "must" not in taken(checked)
    assert taken(checked)["percent"] is not None
    assert Code.FORMATS_ADDED in {each.code for each in checked.findings}


@pytest.mark.parametrize(
    "dxf",
    [
        '<font><b/><color rgb="FFFFFFFF"/></font><fill><patternFill><bgColor rgb="FF942514"/></patternFill></fill>',
        '<numFmt numFmtId="200" formatCode="#,##0"/>',
        '<border><left style="thin"><color rgb="FF000000"/></left></border>',
    ],
)
def test_a_rule_that_hides_nothing_is_told_and_the_figure_is_taken(sent: Raw, dxf: str) -> None:
    _with_rule(sent, ALWAYS, dxf)
    assert [(each.code, each.cell) for each in sent.found()] == [(Code.FORMATS_ADDED, f"J{sent.row('must')[1]}")]
    assert taken(sent.checked())["must"] == 3


def test_a_rule_on_whole_columns_is_told_of_what_is_there(sent: Raw) -> None:
    _with_rule(sent, ALWAYS, '<fill><patternFill><bgColor rgb="FFFFFFFF"/></patternFill></fill>', "A1:XFD1048576")
    (finding,) = sent.found()
    assert finding.cell == "A1"
    assert len(finding.message) < 1000


def test_a_validation_that_reaches_further_down_is_told(sent: Raw) -> None:
    sent.rewrite(SHEET, lambda xml: re.sub(r'(<dataValidation [^>]*sqref="J7):', r"\1 J300:J310 J8:", xml, count=1))
    with zipfile.ZipFile(sent.path) as archive:
        assert "J300:J310" in archive.read(SHEET).decode()
    (finding,) = sent.found()
    assert (finding.code, finding.cell) == (Code.VALIDATION_LOST, "J300")


# --- rows that moved -------------------------------------------------------------------------------


def test_validations_and_formats_that_moved_along_are_not_told(sent: Raw) -> None:
    sent.change_book(lambda book: book.insert_row("Return", sent.row("must")[1]))
    assert ("ROWS_MOVED", "Return") in {each[:2] for each in told(sent.checked())}
    assert sent.found() == []


def test_a_validation_that_is_gone_is_told_in_its_cell_now(sent: Raw) -> None:
    row = sent.row("must")[1]
    sent.change_book(lambda book: book.insert_row("Return", row))
    with zipfile.ZipFile(sent.path) as archive:
        validations = re.findall(r"<dataValidation .*?</dataValidation>", archive.read(SHEET).decode())
    counts = next(each for each in validations if f"J{row + 1}" in each)
    sent.rewrite(SHEET, lambda xml: xml.replace(counts, ""))
    (finding,) = sent.found()
    assert (finding.code, finding.cell) == (Code.VALIDATION_LOST, f"J{row + 1}")


@pytest.mark.parametrize(
    ("target", "typed", "is_told"),
    [
        (f"{WEB}www.example.org/", "www.example.org", False),
        ("mailto:jo@example.org", "jo@example.org", False),
        (f"{WEB}www.example.org/other", "www.example.org", True),
        (f"{WEB}www.example.org", "see the plan", True),
    ],
)
def test_a_link_that_a_program_makes_of_what_is_typed_is_let_be(
    sent: Raw, target: str, typed: str, *, is_told: bool
) -> None:
    row = sent.row("must")[1]
    sent.change_book(lambda book: book.put("Return", RETURN.cell("comment", row), typed))
    link = f'<hyperlink ref="{RETURN.cell("comment", row)}" location="" r:id="rId7"/>'
    sent.rewrite(SHEET, lambda xml: xml.replace("</hyperlinks>", f"{link}</hyperlinks>"))
    with zipfile.ZipFile(sent.path, "a") as archive:
        archive.writestr(
            "xl/worksheets/_rels/sheet2.xml.rels",
            f'<Relationships xmlns="urn:x"><Relationship Id="rId7" Type="x/link" Target="{target}"/></Relationships>',
        )
    assert [each.code for each in sent.found()] == [Code.LINKS_CHANGED] * is_told
