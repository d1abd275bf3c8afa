"""Reading back what came: every value with its sheet and cell, whatever the program that saved the file did."""

from __future__ import annotations

import os
import re
import zipfile
from datetime import date, datetime
from typing import TYPE_CHECKING

import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

from dapf_xl.returns.layout import IDENTITY_FIELDS
from dapf_xl.returns.reading import DISGUISED, ERROR, FORMULA, UNCALCULATED, Entry, read_return

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from dapf_xl.returns.reading import ReadReturn
    from tests.conftest import Office
    from tests.returns.conftest import Sent

RETURN_PART, REVISIONS_PART = "xl/worksheets/sheet2.xml", "xl/worksheets/sheet4.xml"


def rewritten(path: Path, change: Callable[[str, str], str]) -> Path:
    """The workbook with each XML part changed: given its name and text, the new text."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, change(name, text))
    return path


def with_cells(path: Path, cells: Mapping[str, str], part: str = RETURN_PART) -> Path:
    """The workbook with cells replaced, each by attributes and inside."""

    def change(name: str, xml: str) -> str:
        if name != part:
            return xml
        for cell, content in cells.items():
            xml, count = re.subn(
                rf'<c r="{cell}"( s="\d+")/>', lambda m, c=cell, x=content: f'<c r="{c}"{m[1]}{x}</c>', xml
            )
            assert count == 1
        return xml

    return rewritten(path, change)


def entry_at(read: ReadReturn, row: int, sheet: str = "Return") -> Entry:
    return next(entry for entry in read.entries if (entry.sheet, entry.row) == (sheet, row))


def given(read: ReadReturn) -> dict[str, object]:
    return {entry.id: entry.value for entry in read.entries if entry.value is not None}


# --- the return itself ----------------------------------------------------------------------------


def test_an_untouched_return_has_its_identity_its_ids_and_nothing_typed(send: Callable[..., Sent]) -> None:
    sent = send()
    read = read_return(sent.path)
    assert read.findings == []
    assert read.identity == {name: getattr(sent.issued, name) for name in IDENTITY_FIELDS}
    assert read.positions() == sent.plan.positions()
    assert {entry[3:7] for entry in read.entries} == {(None, "", "", "")}
    assert read.sign_off == {"name": "", "role": "", "date": ""}
    assert re.fullmatch(r"[0-9a-f]{64}", read.sha256)
    assert datetime.fromisoformat(read.saved).tzinfo


def test_another_workbook_has_no_identity(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    openpyxl.Workbook().save(path)
    read = read_return(path)
    assert (read.identity, read.entries, read.findings, read.sheets) == ({}, [], [], ("Sheet",))


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        pytest.param("><v>12</v>", 12.0, id="number"),
        pytest.param("><v>0</v>", 0.0, id="zero"),
        pytest.param('t="n"><v>1.5E2</v>', 150.0, id="exponent"),
        pytest.param('t="str"><v>12</v>', "12", id="text_without_formula"),
        pytest.param('t="inlineStr"><is><t>12</t></is>', "12", id="inline"),
        pytest.param(
            't="inlineStr"><is><r><t xml:space="preserve">rich </t></r><r><rPr><b/></rPr><t>text</t></r></is>',
            "rich text",
            id="inline_rich",
        ),
        pytest.param('t="b"><v>1</v>', True, id="boolean"),
        pytest.param('t="s"><v>0</v>', "Agency One: performance return", id="shared"),
        pytest.param('t="d"><v>2014-12-31</v>', "2014-12-31", id="iso_date"),
    ],
)
def test_a_value_is_read_however_it_is_stored(send: Callable[..., Sent], cell: str, value: object) -> None:
    found = entry_at(read_return(with_cells(send().path, {"J7": f" {cell}"})), 7)
    if isinstance(found.value, date):
        found = found._replace(value=found.value.strftime("%Y-%m-%d"))
    assert (found.value, found.trouble) == (value, "")
    assert type(found.value) is type(value)


@pytest.mark.parametrize(
    ("cell", "trouble", "value"),
    [
        pytest.param(' t="e"><v>#DIV/0!</v>', ERROR, "#DIV/0!", id="error"),
        pytest.param(' t="e"><f>1/0</f><v>#DIV/0!</v>', ERROR, "#DIV/0!", id="formula_with_error"),
        pytest.param(" t='e'><v>#N/A</v>", ERROR, "#N/A", id="single_quotes"),
        pytest.param(' t="e">', ERROR, "#ERROR", id="error_without_a_value"),
        pytest.param("><f>6*2</f><v>12</v>", FORMULA, 12.0, id="formula"),
        pytest.param('><f ca="1"/><v>12</v>', FORMULA, 12.0, id="closed_formula"),
        pytest.param(' t="str"><f>"a"</f><v>a</v>', FORMULA, "a", id="formula_with_text"),
        pytest.param(' t="str"><f>""</f><v></v>', FORMULA, None, id="formula_with_empty_text"),
        pytest.param('><f t="shared" si="0"/><v>12</v>', FORMULA, 12.0, id="shared_formula"),
        pytest.param('><f t="array" ref="J7">6*2</f><v>12</v>', FORMULA, 12.0, id="array_formula"),
        pytest.param("><f>6*2</f>", UNCALCULATED, None, id="never_calculated"),
        pytest.param("><f>6*2</f><v></v>", UNCALCULATED, None, id="empty_value"),
        pytest.param("><f>6*2</f><v/>", UNCALCULATED, None, id="closed_value"),
    ],
)
def test_what_calamine_does_not_tell_is_told(send: Callable[..., Sent], cell: str, trouble: str, value: object) -> None:
    found = entry_at(read_return(with_cells(send().path, {"J7": cell, "J8": "><v>3</v>"})), 7)
    assert found.trouble == trouble
    if trouble != UNCALCULATED:
        assert found.value == value
    assert entry_at(read_return(send("one").path), 7).trouble == ""


def test_a_trouble_stands_in_its_own_cell_only(send: Callable[..., Sent]) -> None:
    path = with_cells(send().path, {"J7": "><f>6*2</f><v>12</v>", "J9": ' t="e"><v>#REF!</v>'})
    with_cells(path, {"G8": ' t="e"><v>#NAME?</v>'}, REVISIONS_PART)
    troubles = {(entry.sheet, entry.row): entry.trouble for entry in read_return(path).entries if entry.trouble}
    assert troubles == {("Return", 7): FORMULA, ("Return", 9): ERROR, ("Revisions", 8): ERROR}


def test_trailing_zeros_are_figures(send: Callable[..., Sent]) -> None:
    path = with_cells(send().path, {"J18": "><v>0</v>", "J20": "><v>0</v>"})
    assert given(read_return(path)) == {"D.yearly@2014-15": 0.0, "E.again@2014-15-Q4": 0.0}


def test_words_typed_as_numbers_and_booleans_stay_words(send: Callable[..., Sent]) -> None:
    cells = {"L7": "><v>12</v>", "L8": "><v>0.1</v>", "L9": ' t="b"><v>1</v>', "K7": "><v>3</v>"}
    read = read_return(with_cells(send().path, cells))
    assert [entry_at(read, row).comment for row in (7, 8, 9)] == ["12", "0.1", "TRUE"]
    assert entry_at(read, 7).shorthand == "3"


def test_an_error_where_words_belong_is_read_as_what_it_shows(send: Callable[..., Sent]) -> None:
    cells = {"J7": "><v>12</v>", "L7": ' t="e"><v>#N/A</v>', "K8": ' t="e"><v>#REF!</v>'}
    read = read_return(with_cells(send().path, cells))
    assert (entry_at(read, 7).value, entry_at(read, 7).comment, entry_at(read, 7).trouble) == (12, "#N/A", "")
    assert (entry_at(read, 8).shorthand, entry_at(read, 8).comment) == ("#REF!", "")


def test_words_keep_the_space_around_them(send: Callable[..., Sent]) -> None:
    inside = '<is><t xml:space="preserve"> \n two  words </t></is>'
    read = read_return(with_cells(send().path, {"L7": f' t="inlineStr">{inside}'}))
    assert entry_at(read, 7).comment == " \n two  words "


# --- other programs' ways of writing the same -----------------------------------------------------

FILLED = {"J7": "><v>12</v>", "J8": "><f>1</f><v>1</v>", "J9": ' t="e"><v>#REF!</v>', "J20": "><v>0</v>"}


def seen(read: ReadReturn) -> list[tuple[str, object, str]]:
    assert read.findings == []
    assert read.identity["agency"] == "one"
    return [(entry.id, entry.value, entry.trouble) for entry in read.entries]


def prefixed(name: str, xml: str) -> str:
    if "worksheets/sheet" not in name:
        return xml
    xml = re.sub(r"<(/?)([a-zA-Z]+)(?=[\s/>])", r"<\1x:\2", xml)
    return xml.replace('xmlns="', 'xmlns:x="')


def attributes_last_first(name: str, xml: str) -> str:
    if "worksheets/sheet" not in name:
        return xml
    return re.sub(r'<c ((?:\w+="[^"]*" ?)+)', lambda m: "<c " + " ".join(reversed(m[1].split())), xml)


def single_quoted(name: str, xml: str) -> str:
    return re.sub(r"<(c|row) ([^<>]*)>", lambda m: m[0].replace('"', "'"), xml) if "worksheets/sheet" in name else xml


def unaddressed(name: str, xml: str) -> str:
    """As some generators write it: a cell is the next of its row, a row the next of its sheet."""
    if "worksheets/sheet" not in name:
        return xml
    return re.sub(r'(<row|<c) r="[A-N]?(?:[6-9]|\d\d)"', r"\1", xml)


def with_far_cell(name: str, xml: str) -> str:
    far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    return xml.replace("</sheetData>", far) if name == RETURN_PART else xml


def with_cell_far_to_the_right(name: str, xml: str) -> str:
    return (
        re.sub(r'(<row r="7".*?)</row>', r'\1<c r="ZZ7"><v>1</v></c></row>', xml, count=1)
        if name == RETURN_PART
        else xml
    )


def absolute_targets(name: str, xml: str) -> str:
    return xml.replace('Target="worksheets', 'Target="/xl/worksheets') if name.endswith("workbook.xml.rels") else xml


def spaced_out(name: str, xml: str) -> str:
    return xml.replace("><", ">\n  <") if "worksheets/sheet" in name or name == "xl/workbook.xml" else xml


def rows_above_emptied(name: str, xml: str) -> str:
    return re.sub(r'<row r="[1-6]".*?(?=<row r="7")', "", xml) if name == RETURN_PART else xml


@pytest.mark.parametrize(
    "change",
    [
        prefixed,
        attributes_last_first,
        single_quoted,
        unaddressed,
        with_far_cell,
        with_cell_far_to_the_right,
        absolute_targets,
        spaced_out,
        rows_above_emptied,
    ],
)
def test_the_same_is_read_as_another_program_writes_it(
    send: Callable[..., Sent], change: Callable[[str, str], str]
) -> None:
    path = with_cells(send().path, FILLED)
    expected = seen(read_return(path))
    assert {trouble for _, _, trouble in expected} == {"", FORMULA, ERROR}
    before = path.read_bytes()
    assert seen(read_return(rewritten(path, change))) == expected
    assert path.read_bytes() != before


def test_parts_in_utf_16_are_read(send: Callable[..., Sent]) -> None:
    path = with_cells(send().path, FILLED)
    expected = seen(read_return(path))
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    xml = parts[RETURN_PART].decode().replace('encoding="UTF-8"', 'encoding="UTF-16"')
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in {**parts, RETURN_PART: xml.encode("utf-16")}.items():
            archive.writestr(name, content)
    assert seen(read_return(path)) == expected


def test_a_file_saved_by_openpyxl_with_rich_text_is_read(send: Callable[..., Sent]) -> None:
    path = send().path
    book = openpyxl.load_workbook(path)
    sheet = book["Return"]
    sheet["J7"], sheet["J8"], sheet["J9"] = 12, "=6*2", "#DIV/0!"
    sheet["L7"] = CellRichText("plain ", TextBlock(InlineFont(b=True), "bold"))
    book.save(path)
    read = read_return(path)
    assert [(entry_at(read, row).value, entry_at(read, row).trouble) for row in (7, 9)] == [
        (12.0, ""),
        ("#DIV/0!", ERROR),
    ]
    assert entry_at(read, 8).trouble == UNCALCULATED
    assert entry_at(read, 7).comment == "plain bold"


# --- rows and sheets that were moved about --------------------------------------------------------


def test_an_inserted_row_moves_the_rows_that_are_read_with_their_ids(send: Callable[..., Sent]) -> None:
    path = send().path
    book = openpyxl.load_workbook(path)
    book["Return"].insert_rows(8)
    book.save(path)
    places = read_return(path).positions()["Return"]
    assert places[:3] == [(7, "A.closed@2014-15-Q4"), (9, "A.open/north@2014-15-Q4"), (10, "A.open/south@2014-15-Q4")]


def test_a_sheet_that_is_gone_has_no_positions(send: Callable[..., Sent]) -> None:
    path = send().path
    book = openpyxl.load_workbook(path)
    del book["Narrative"]
    book.save(path)
    assert set(read_return(path).positions()) == {"Return", "Revisions"}


# --- LibreOffice ----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_errors_and_formulas_are_told_in_what_libreoffice_saved(
    office: Office, send: Callable[..., Sent], tmp_path: Path, kind: str
) -> None:
    path = send().path
    book = openpyxl.load_workbook(path)
    sheet = book["Return"]
    sheet["J7"], sheet["J8"], sheet["J9"], sheet["J11"] = 12, "=6*2", "=1/0", "=NOSUCHFUNCTION(1)"
    sheet["J14"], sheet["L7"], sheet["J15"] = date(2014, 12, 31), "two  spaces\nand a line", True
    book.save(path)
    (saved,) = office.convert([path], kind, tmp_path / "saved")
    read = read_return(saved)
    assert read.findings == []
    found = {row: entry_at(read, row) for row in (7, 8, 9, 11, 14, 15)}
    assert {row: entry.trouble for row, entry in found.items()} == {
        7: "",
        8: FORMULA,
        9: ERROR,
        11: ERROR,
        14: "",
        15: "" if kind == "xlsx" else DISGUISED,  # a truth is saved there as 1 that shows as TRUE
    }
    assert [found[row].value for row in (7, 8, 9, 11)] == [12, 12, "#DIV/0!", "#NAME?"]
    assert (found[14].value, found[15].value) == (date(2014, 12, 31), True)
    assert found[7].comment == "two  spaces\nand a line"
    assert "_dapf" in read.sheets


def ods_of(path: Path, cell: str) -> Path:
    """A minimal OpenDocument return whose first figure has that cell."""
    names = {"table": "table:1.0", "office": "office:1.0", "text": "text:1.0"}
    spaces = " ".join(f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{long}"' for short, long in names.items())
    identity = "".join(
        f"<table:table-row><table:table-cell><text:p>{name}</text:p></table:table-cell>"
        f"<table:table-cell><text:p>x</text:p></table:table-cell></table:table-row>"
        for name in IDENTITY_FIELDS
    )
    content = (
        f'<office:document-content {spaces}><office:body><office:spreadsheet><table:table table:name="Return">'
        '<table:table-header-rows><table:table-row table:number-rows-repeated="5"><table:table-cell/></table:table-row>'
        "</table:table-header-rows><table:table-row><table:table-cell/></table:table-row>"
        f'<table:table-row><table:table-cell table:number-columns-repeated="9"/>{cell}'
        '<table:table-cell table:number-columns-repeated="3"/>'
        "<table:table-cell><text:p>A@2014-15-Q4</text:p></table:table-cell>"
        '<table:table-cell table:number-columns-repeated="16370"/></table:table-row>'
        '<table:table-row table:number-rows-repeated="1048568"><table:table-cell/></table:table-row>'
        "<table:table-row><table:table-cell><text:p>far away</text:p></table:table-cell></table:table-row>"
        f'</table:table><table:table table:name="_dapf">{identity}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("content.xml", content)
    return path


ANNOTATED_WORDS = (
    '<table:table-cell office:value-type="string"><office:annotation><text:p>a note</text:p></office:annotation>'
    '<text:p> a<text:s text:c="2"/><text:span>b</text:span><text:tab/>c<text:line-break/>d</text:p>'
    "<text:p>e</text:p></table:table-cell>"
)


@pytest.mark.parametrize(
    ("cell", "value", "trouble"),
    [
        ('<table:table-cell office:value-type="float" office:value="0.1"/>', 0.1, ""),
        ('<table:table-cell office:value-type="percentage" office:value="0.364"/>', 0.364, ""),
        ('<table:table-cell office:value-type="currency" office:value="12.5"/>', 12.5, ""),
        ('<table:table-cell office:value-type="boolean" office:boolean-value="true"/>', True, ""),
        ('<table:table-cell office:value-type="date" office:date-value="2014-12-31"/>', date(2014, 12, 31), ""),
        (
            '<table:table-cell office:value-type="date" office:date-value="2014-12-31T09:30:00"/>',
            datetime(2014, 12, 31, 9, 30),  # noqa: DTZ001  (a workbook knows no time zones)
            "",
        ),
        ("<table:table-cell/>", None, ""),
        (
            ANNOTATED_WORDS,
            " a  b\tc\nd\ne",
            "",
        ),
        ('<table:table-cell table:formula="of:=1" office:value-type="float" office:value="1"/>', 1.0, FORMULA),
        ('<table:table-cell table:formula="of:=1"/>', None, UNCALCULATED),
        (
            '<table:table-cell table:formula="of:=1/0"><text:p>#DIV/0!</text:p></table:table-cell>',
            "#DIV/0!",
            ERROR,
        ),
    ],
    ids=[
        "float",
        "percent",
        "money",
        "boolean",
        "date",
        "moment",
        "blank",
        "words",
        "formula",
        "uncalculated",
        "error",
    ],
)
def test_each_kind_of_cell_of_an_ods(tmp_path: Path, cell: str, value: object, trouble: str) -> None:
    look = "percent" if '"percentage"' in cell else "number" if isinstance(value, float) else ""
    read = read_return(ods_of(tmp_path / "a.ods", cell))
    assert read.findings == []
    assert read.entries == [Entry("Return", 7, "A@2014-15-Q4", value, "", "", trouble, look=look)]


@pytest.mark.parametrize(
    ("kind", "shown"),
    [
        ('"float" office:value=""', "#ERROR"),
        ('"float" office:value="twelve"', "twelve"),
        ('"percentage" office:value="1e999x"', "1e999x"),
        ('"date" office:date-value="2014-02-30"', "2014-02-30"),
    ],
)
def test_a_value_of_an_ods_that_is_none_is_the_trouble_of_its_cell(tmp_path: Path, kind: str, shown: str) -> None:
    cell = f"<table:table-cell office:value-type={kind}/>"
    read = read_return(ods_of(tmp_path / "a.ods", cell))
    assert read.findings == []
    assert read.entries == [Entry("Return", 7, "A@2014-15-Q4", shown, "", "", ERROR)]


@pytest.mark.parametrize("times", [1, 100])
def test_spaces_told_by_their_number_fill_no_memory(tmp_path: Path, times: int) -> None:
    spaces = f'<text:s text:c="{2_000_000_000 // times}"/>' * times
    cell = f"<table:table-cell><text:p>{spaces}</text:p></table:table-cell>"
    (finding,) = read_return(ods_of(tmp_path / "a.ods", cell)).findings
    assert finding.code.name == "FILE_TOO_LARGE"
    assert "2,000,000,000 spaces" in finding.message


@pytest.mark.parametrize(("said", "encoding"), [("utf-8", "utf-8"), ("utf-16", "utf-16-be")])
def test_a_document_type_is_told_as_what_it_is_wherever_it_stands(tmp_path: Path, said: str, encoding: str) -> None:
    declared = f'<?xml version="1.0" encoding="{said}"?><!--{"x" * 5000}--><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'
    with zipfile.ZipFile(tmp_path / "a.ods", "w") as archive:
        archive.writestr("content.xml", declared.encode(encoding))
    assert [each.code.name for each in read_return(tmp_path / "a.ods").findings] == ["FILE_UNSAFE_PART"]


def test_an_ods_nested_beyond_reason_is_a_finding(tmp_path: Path) -> None:
    deep = "<text:span>" * 20_000 + "</text:span>" * 20_000
    cell = f"<table:table-cell><text:p>{deep}</text:p></table:table-cell>"
    assert [each.code.name for each in read_return(ods_of(tmp_path / "a.ods", cell)).findings] == ["FILE_TRUNCATED"]


# --- what stands outside the tables, and names ------------------------------------------------------


def test_what_is_typed_outside_the_tables_is_kept_apart(send: Callable[..., Sent]) -> None:
    path = send().path
    assert read_return(path).outside == []
    book = openpyxl.load_workbook(path)
    rows = book["Return"].max_row
    book["Return"]["J6"], book["Return"]["Q7"], book["Return"][f"L{rows + 2}"] = 5, 7, "also 999"
    book["Return"]["A40"], book["Narrative"]["D30"] = "a note to myself", "More words"
    book.save(path)
    read = read_return(path)
    assert [(each.sheet, each.cell, each.value) for each in read.outside] == [
        ("Return", "J6", 5.0),
        ("Return", "Q7", 7.0),
        ("Return", f"L{rows + 2}", "also 999"),
        ("Narrative", "D30", "More words"),
    ]


def test_a_name_that_is_not_utf_8_is_written_out(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"pol\xff.xlsx")
    try:
        path.write_bytes(b"")
    except OSError:
        pytest.skip("this system keeps no such names")
    read = read_return(path)
    assert read.name == "pol\\xff.xlsx"
    assert [finding.file for finding in read.findings] == [read.name]
