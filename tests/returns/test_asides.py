"""Personal data beside the cells: in notes, headers, text boxes, properties, sheet names; told, never quoted."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

import openpyxl
import pytest
from openpyxl.comments import Comment

from dapf_xl.returns.reading import read_return
from dapf_xl.rules.text import check_asides

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from openpyxl import Workbook

    from dapf_xl.findings import Finding
    from tests.conftest import Office
    from tests.returns.conftest import Sent

ADDRESS = "someone@example.org"


def pinned(book: Workbook) -> None:
    book["Return"]["J8"].comment = Comment(f"Ask {ADDRESS} about it", "An officer")


def harmless(book: Workbook) -> None:
    book["Return"]["J8"].comment = Comment("Counted on 14 January 2015, 12 cases", "An officer")
    book["Return"].oddHeader.left.text = "Draft 2, 14/01/2015"
    book.properties.title = "Return for Q4 2014/15"
    book.properties.creator = book.properties.lastModifiedBy = ADDRESS
    book.create_sheet("Working 2014-15")


def in_a_header(book: Workbook) -> None:
    book["Narrative"].oddHeader.left.text = f"From {ADDRESS}"


def in_a_property(book: Workbook) -> None:
    book.properties.description = f"Saved for {ADDRESS}"


def in_a_sheet_name(book: Workbook) -> None:
    book.create_sheet("born 12.03.1985 ")


CASES: list[tuple[Callable[[Workbook], None], str, str, str]] = [
    (pinned, "Return", "J8", "A note pinned to a cell holds an e-mail address"),
    (in_a_header, "Narrative", "", "The header or footer of a sheet holds an e-mail address"),
    (in_a_property, "", "", "The file's property comments holds an e-mail address"),
    (in_a_sheet_name, "", "", "The name of a sheet holds a date of birth"),
]


def changed(sent: Sent, change: Callable[[Workbook], None]) -> Path:
    book = openpyxl.load_workbook(sent.path)
    change(book)
    book.save(sent.path)
    return sent.path


def found(path: Path) -> list[Finding]:
    findings = list(check_asides(read_return(path)))
    assert not [each for each in findings if "someone" in str(each) or "1985" in str(each)], "nothing is quoted"
    return findings


@pytest.mark.parametrize(("change", "sheet", "cell", "words"), CASES)
def test_what_stands_beside_the_cells_is_told_with_its_place(
    send: Callable[..., Sent], change: Callable[[Workbook], None], sheet: str, cell: str, words: str
) -> None:
    (finding,) = found(changed(send(), change))
    assert (finding.sheet, finding.cell) == (sheet, cell)
    assert finding.message.startswith(words)
    assert "send it again" in finding.remedy


def test_what_points_to_nobody_and_the_names_of_authors_are_passed_over(send: Callable[..., Sent]) -> None:
    assert found(send().path) == []
    assert found(changed(send(), harmless)) == []


def test_text_boxes_and_threaded_comments_are_looked_through(send: Callable[..., Sent]) -> None:
    path = send().path
    thread = f'<ThreadedComments><threadedComment ref="L9"><text>{ADDRESS}</text></threadedComment></ThreadedComments>'
    box = f'<a:p xmlns:a="urn:a"><a:t>Ring 07700 900123</a:t><a:t>{ADDRESS[:9]}</a:t><a:t>{ADDRESS[9:]}</a:t></a:p>'
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/threadedComments/threadedComment1.xml", thread)
        archive.writestr("xl/drawings/drawing9.xml", box)
    first, second = found(path)
    assert (first.sheet, first.cell) == ("", "L9")
    assert second.message.startswith("A text box, a picture or a chart holds a telephone number and an e-mail address")


def test_a_part_that_is_no_xml_or_very_large_stops_nothing(send: Callable[..., Sent]) -> None:
    path = send().path
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/comments7.xml", "<comments><comment ref=")
        archive.writestr("xl/comments8.xml", f"<comments>{'<comment/>' * 600_000}</comments>")
    assert found(path) == []


def test_the_name_of_the_file_is_told_and_blotted_out(send: Callable[..., Sent], tmp_path: Path) -> None:
    path = send().path.rename(tmp_path / f"{ADDRESS}_2014-15-Q4.xlsx")
    (finding,) = found(path)
    assert finding.file == "(personal data)_2014-15-Q4.xlsx"
    assert finding.remedy.startswith("Rename the file")


def test_notes_and_properties_of_a_file_that_libreoffice_saved(
    send: Callable[..., Sent], office: Office, tmp_path: Path
) -> None:
    def both(book: Workbook) -> None:
        pinned(book)
        in_a_property(book)
        in_a_header(book)

    path = changed(send(), both)
    (ods,) = office.convert([path], "ods", tmp_path / "ods")
    assert sorted(each.message.split(" holds ")[0] for each in found(ods)) == [
        "A note pinned to a cell",
        "The file's property comments",
        "The header or footer of a sheet",
    ]
    assert next(each.sheet for each in found(ods) if each.message.startswith("A note")) == "Return"


def test_boxes_of_an_opendocument_spreadsheet_are_looked_through(
    send: Callable[..., Sent], office: Office, tmp_path: Path
) -> None:
    (ods,) = office.convert([send().path], "ods", tmp_path / "ods")
    assert found(ods) == []
    with zipfile.ZipFile(ods) as archive:
        parts = {each: archive.read(each) for each in archive.namelist()}
    box = (
        '<table:shapes><draw:frame svg:width="5cm" svg:height="1cm"><draw:text-box>'
        f"<text:p>{ADDRESS}</text:p></draw:text-box></draw:frame></table:shapes>"
    )
    table = parts["content.xml"].index(b'table:name="Return"')
    first = parts["content.xml"].index(b"<table:table-column", table)
    parts["content.xml"] = parts["content.xml"][:first] + box.encode() + parts["content.xml"][first:]
    with zipfile.ZipFile(ods, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    (finding,) = found(ods)
    assert finding.sheet == "Return"
    assert finding.message.startswith("A text box, a picture or a chart holds an e-mail address")
