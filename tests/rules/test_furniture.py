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
