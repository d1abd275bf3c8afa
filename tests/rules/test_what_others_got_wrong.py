"""What other systems of this trade got wrong, a test for each; the details are tested where they belong."""

from __future__ import annotations

import re
import zipfile
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import openpyxl
import pytest

from dapf_xl.comparisons import RELATIVE
from dapf_xl.findings import Code, has_errors
from dapf_xl.plain import plain_number
from dapf_xl.returns.layout import ENTRY_TABLES, RETURN, figure_id
from dapf_xl.returns.reading import read_return
from dapf_xl.returns.template import Template
from dapf_xl.rules import Status
from tests.rules.conftest import KEY, QUARTER, Desk, Typed

if TYPE_CHECKING:
    from pathlib import Path

    from dapf_xl.returns.reading import ReadReturn


def issued(desk: Desk, path: Path) -> Path:
    Template(desk.framework, KEY).write(desk.plan(), desk.known, path)
    return path


def typed_into(desk: Desk, path: Path, cells: dict[str, object]) -> ReadReturn:
    book = openpyxl.load_workbook(issued(desk, path))
    for sheet, line in desk.plan().figures():
        for item, value in cells.items():
            if line.id == figure_id(*item.partition("/")[::2], QUARTER):
                book[sheet][ENTRY_TABLES[sheet].cell("value", line.row)] = value
    book.save(path)
    return read_return(path)


def test_a_trailing_row_of_nil_returns_does_not_vanish(desk: Desk, tmp_path: Path) -> None:
    last = [line.asked for line in desk.plan().lines[RETURN.sheet] if line.asked][-1]
    name = f"{last.item.id}/{last.category}".rstrip("/")
    read = typed_into(desk, tmp_path / "idva_2014-15-Q3.xlsx", {"must": 0, "words": "None.", name: 0})
    one = desk.check([read], issued=None).returns[0]
    assert {each.item: each.value for each in one.observations if each.value is not None} == {
        "must": Decimal(0),
        last.item.id: Decimal(0),
    }


def test_nine_and_a_half_is_no_whole_number(desk: Desk) -> None:
    one = desk.check_one({"must": Typed(9.5)})
    assert [each.code for each in one.findings] == [Code.DECIMAL_IN_COUNT]
    assert "must" not in {each.item for each in one.observations}


def test_digits_with_letters_are_no_number(desk: Desk) -> None:
    assert [each.code for each in desk.check_one({"must": Typed("12abc")}).findings] == [Code.TEXT_IN_NUMBER]


def test_a_number_that_is_plainly_one_is_taken_from_text(desk: Desk) -> None:
    one = desk.check_one({"money": Typed("12.50")})
    assert [each.code for each in one.findings] == [Code.NUMBER_STORED_AS_TEXT]
    assert [each.value for each in one.observations if each.item == "money"] == [Decimal("12.5")]
    assert plain_number("12abc", is_percent=False) is None


def test_a_finding_without_a_cell_is_kept(desk: Desk) -> None:
    read = desk.filled(name="idva_2014-15-Q3 (1).xlsx")
    (finding,) = desk.check([read]).findings
    assert (finding.code, finding.cell) == (Code.NAMED_AS_A_COPY, "")
    assert str(finding).startswith("idva_2014-15-Q3 (1).xlsx: ")


@pytest.mark.parametrize("typed", [Typed(-1.0), Typed("x"), Typed(None), Typed(trouble="error", value="#N/A")])
def test_what_is_not_accepted_says_why(desk: Desk, typed: Typed) -> None:
    one = desk.check_one({"must": typed})
    assert one.status is Status.PARTLY_ACCEPTED
    assert has_errors(one.findings)
    assert one.reason
    wrong = desk.check([replace(desk.filled(), identity={})]).returns[0]
    assert wrong.status is Status.REJECTED
    assert has_errors(wrong.findings)
    assert wrong.reason


def test_rows_keep_their_numbers_below_blank_ones(desk: Desk, tmp_path: Path) -> None:
    read = typed_into(desk, tmp_path / "idva_2014-15-Q3.xlsx", {"must": 5, "words": "None.", "contacted": -3})
    (finding,) = [each for each in desk.check([read], issued=None).findings if each.code is Code.NEGATIVE]
    assert (finding.sheet, finding.cell) == desk.cell("contacted")


def test_a_stray_character_far_below_does_not_fail_the_file(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "idva_2014-15-Q3.xlsx"
    typed_into(desk, path, {"must": 5, "words": "None."})
    book = openpyxl.load_workbook(path)
    book[RETURN.sheet]["XFD1048576"] = "x"
    book.save(path)
    one = desk.check([read_return(path)], issued=None).returns[0]
    assert {each.item: each.value for each in one.observations}["must"] == Decimal(5)


def test_nothing_is_looked_up_in_the_file_that_came_back(desk: Desk, tmp_path: Path) -> None:
    desk.learn("must", QUARTER.previous(), value=Decimal(12))
    path = tmp_path / "idva_2014-15-Q3.xlsx"
    typed_into(desk, path, {"must": 41, "words": "None."})
    book = openpyxl.load_workbook(path)
    row = next(line.row for line in desk.plan().lines[RETURN.sheet] if line.asked and line.asked.item.id == "must")
    for part in ("history_1", "history_2", "history_3", "history_4", "target"):  # (the question is the row's own)
        book[RETURN.sheet][RETURN.cell(part, row)] = 41
    del book["Definitions"]
    book.save(path)
    found = desk.check([read_return(path)], issued=None).findings
    assert "12 for Q2 2014/15" in next(each.message for each in found if each.code is Code.CHANGED_SHARPLY)


def test_an_older_return_is_said_to_be_older(desk: Desk) -> None:
    read = desk.filled()
    read.identity["catalogue_version"] = "1"
    checked = desk.check([read], key=None, issued={})
    codes = [each.code for each in checked.findings if each.code is not Code.IDENTITY_NOT_VERIFIED]
    assert codes == [Code.CATALOGUE_OLDER]


def test_the_second_run_finds_what_the_first_found(desk: Desk) -> None:
    runs = [desk.check_one({"must": Typed(9.5), "engaged": Typed(3.0), "contacted": Typed(2.0)}) for _ in range(3)]
    assert runs[0].findings
    assert runs[0].findings == runs[1].findings == runs[2].findings


def test_a_file_need_not_have_been_saved_by_excel(desk: Desk, tmp_path: Path) -> None:
    """Filled by a program that writes text into the cells themselves and keeps no list of strings."""
    path = tmp_path / "idva_2014-15-Q3.xlsx"
    issued(desk, path)
    sheet, cell = desk.cell("must")
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    number = re.findall(r'<sheet name="([^"]+)"', parts["xl/workbook.xml"].decode()).index(sheet) + 1
    part = f"xl/worksheets/sheet{number}.xml"
    new = rf'<c r="{cell}"\1 t="inlineStr"><is><t>1,234</t></is></c>'
    parts[part] = re.sub(rf'<c r="{cell}"( s="\d+")/>', new, parts[part].decode()).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    one = desk.check([read_return(path)], issued=None).returns[0]
    assert {each.item: each.value for each in one.observations}["must"] == Decimal(1234)


def test_validation_that_a_paste_destroyed_is_not_needed(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "idva_2014-15-Q3.xlsx"
    typed_into(desk, path, {"must": "c. 40", "words": "None.", "percent": 36.4})
    book = openpyxl.load_workbook(path)
    for sheet in book:
        sheet.data_validations.dataValidation = []
    book.save(path)
    codes = {each.code for each in desk.check([read_return(path)], issued=None).findings}
    assert {Code.TEXT_IN_NUMBER, Code.PERCENT_ABOVE_ONE} <= codes


def test_a_change_is_measured_by_what_was_before() -> None:
    assert RELATIVE.evaluate({"current": Decimal(150), "base": Decimal(100)}) == Decimal("0.5")
    assert RELATIVE.evaluate({"current": Decimal(100), "base": Decimal(200)}) == Decimal("-0.5")


def test_a_row_whose_id_is_there_twice_is_not_taken(desk: Desk) -> None:
    read = desk.filled()
    entry = next(each for each in read.entries if each.id.startswith("must"))
    place = read.entries.index(entry)
    read.entries[place] = entry._replace(value=5.0)
    other = read.entries[place + 1].id
    read.entries[place + 1] = replace_id(read, place + 1, entry.id)
    one = desk.check([read]).returns[0]
    assert one.status is Status.PARTLY_ACCEPTED
    assert {Code.ROW_TWICE, Code.ROW_MISSING} <= {each.code for each in one.findings}
    assert not {entry.id, other} & {figure_id(each.item, each.category, each.period) for each in one.observations}


def replace_id(read: ReadReturn, place: int, name: str) -> object:
    return read.entries[place]._replace(id=name)
