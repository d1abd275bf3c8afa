from __future__ import annotations

import csv
import zipfile
from datetime import date
from typing import TYPE_CHECKING

import openpyxl
import pytest

from dapf_xl.findings import FillError, NothingToReadError, NotWrittenError
from dapf_xl.returns.filling import COLUMNS, Typed, fill, read_values
from dapf_xl.returns.reading import read_return

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.returns.conftest import Sent

X = "[x] not available: awaiting release"


@pytest.mark.parametrize(
    ("typed", "cell", "value"),
    [
        pytest.param(Typed("A.closed", value="12"), "J7", 12, id="count"),
        pytest.param(Typed("A.closed", value="0"), "J7", 0, id="zero"),
        pytest.param(Typed("A.closed", value="1,880"), "J7", 1880, id="thousands"),
        pytest.param(Typed("A.open", "south", value="7"), "J9", 7, id="category"),
        pytest.param(Typed("A.share", value="36.4"), "J10", 0.364, id="percent"),
        pytest.param(Typed("A.share", value="36.4%"), "J10", 0.364, id="percent_with_sign"),
        pytest.param(Typed("A.share", value="100"), "J10", 1, id="hundred_percent"),
        pytest.param(Typed("B.change", value="-2.5"), "J12", -2.5, id="negative"),
        pytest.param(Typed("B.change", value="−2.5"), "J12", -2.5, id="minus_sign"),
        pytest.param(Typed("B.day", value="31/12/2014"), "J14", date(2014, 12, 31), id="date"),
        pytest.param(Typed("B.policy", value="Yes"), "J15", "Yes", id="yes_no"),
        pytest.param(Typed("A.closed", value="3", comment="=1+1"), "L7", "=1+1", id="text_like_a_formula"),
        pytest.param(Typed("A.closed", value="3", comment="#N/A"), "L7", "#N/A", id="text_like_an_error"),
        pytest.param(Typed("D.yearly", value="49"), "J18", 49, id="yearly_without_period"),
        pytest.param(Typed("D.yearly", value="49", period="2014/15"), "J18", 49, id="yearly_with_period"),
        pytest.param(Typed("A.closed", shorthand=X), "K7", X, id="shorthand"),
        pytest.param(Typed("A.closed", comment="  two\nlines 😀 "), "L7", "  two\nlines 😀 ", id="comment"),
    ],
)
def test_a_value_is_typed_as_a_person_would(
    send: Callable[..., Sent], tmp_path: Path, typed: Typed, cell: str, value: object
) -> None:
    out = tmp_path / "filled.xlsx"
    assert fill(send().path, [typed], out) == 1
    found = openpyxl.load_workbook(out)["Return"][cell]
    assert (found.value.date() if found.is_date else found.value) == value
    assert found.data_type != "f"


def test_other_sheets_are_filled_by_their_period_and_type(send: Callable[..., Sent], tmp_path: Path) -> None:
    values = [Typed("C.words", value="All is well."), Typed("A.share", value="30", period="Q3 2014/15")]
    signed = {"name": "A name", "role": "A role", "date": "14/04/2015"}
    out = tmp_path / "Zoë's folder" / "filled.xlsx"
    assert fill(send().path, values, out, signed) == 2
    read = read_return(out)
    given = {entry.id: entry.value for entry in read.entries if entry.value is not None}
    assert given == {"C.words@2014-15-Q4": "All is well.", "A.share@2014-15-Q3": 0.3}
    assert read.sign_off == {"name": "A name", "role": "A role", "date": date(2015, 4, 14)}


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        pytest.param(
            Typed("A.closed", value="12.5"), "Return!J7 does not take 12.5: Type a whole number", id="decimal"
        ),
        pytest.param(Typed("A.closed", value="12abc"), "does not take 12abc: Type a whole number", id="text"),
        pytest.param(Typed("A.closed", value="12,5"), "does not take 12,5: Type a whole number", id="decimal_comma"),
        pytest.param(Typed("A.share", value="36,4"), "does not take 36,4", id="decimal_comma_in_percent"),
        pytest.param(Typed("A.share", value="0,364"), "does not take 0,364", id="decimal_comma_after_zero"),
        pytest.param(Typed("A.closed", value="1_000"), "does not take 1_000", id="underscore"),
        pytest.param(Typed("A.closed", value="\uff11\uff12"), "does not take \uff11\uff12", id="full_width"),
        pytest.param(Typed("A.closed", value="1e9999999"), "does not take 1e9999999", id="endless"),
        pytest.param(Typed("A.closed", value="9" * 100_000), "does not take 9999999", id="long"),
        pytest.param(Typed("A.closed", value="5", shorthand=X), "has both a value and [x]", id="both"),
        pytest.param(Typed("A.closed", value="-1"), "Return!J7 does not take -1", id="negative"),
        pytest.param(Typed("A.closed", value="50%"), "Return!J7 does not take 50%", id="percent_in_count"),
        pytest.param(Typed("A.closed", value="nan"), "Return!J7 does not take nan", id="nan"),
        pytest.param(Typed("A.closed", value="1e400"), "Return!J7 does not take 1e400", id="absurd"),
        pytest.param(
            Typed("A.share", value="101"), "Return!J10 does not take 101: Type it with one % sign", id="above"
        ),
        pytest.param(Typed("B.change", value="51"), "Return!J12 does not take 51: Type the number alone", id="limit"),
        pytest.param(Typed("B.day", value="31/02/2015"), "there is no such day as 31/02/2015", id="no_such_day"),
        pytest.param(Typed("B.day", value="soon"), "Return!J14 does not take soon: Type a date", id="no_day"),
        pytest.param(Typed("B.day", value="31/12/1914"), "Return!J14 does not take 31/12/1914", id="long_ago"),
        pytest.param(
            Typed("B.policy", value="perhaps"), "Return!J15 does not take perhaps: Pick Yes or No", id="choice"
        ),
        pytest.param(Typed("A.closed", shorthand="[q]"), "Return!K7 does not take [q]: Use the arrow", id="shorthand"),
        pytest.param(Typed("A.closed", comment="a" * 1001), "At most 1,000 characters", id="long_comment"),
        pytest.param(Typed("A.closed", comment="a\x07"), "a character that cannot be printed", id="control"),
        pytest.param(Typed("C.words", value="a" * 8001), "At most 8,000 characters", id="long_text"),
        pytest.param(Typed("C.words", comment="no"), "the sheet Narrative takes no comment", id="no_such_part"),
        pytest.param(Typed("Z.none", value="1"), "this return does not ask for Z.none", id="unknown"),
        pytest.param(Typed("A.open", "west", value="1"), "does not ask for A.open/west", id="unknown_category"),
        pytest.param(Typed("A.closed", value="1", period="2013-14-Q1"), "for 2013-14-Q1", id="closed_period"),
        pytest.param(Typed("A.closed", value="1", period="soon"), "soon", id="no_period"),
    ],
)
def test_what_cannot_be_typed_is_refused_with_its_line(
    send: Callable[..., Sent], tmp_path: Path, typed: Typed, words: str
) -> None:
    out = tmp_path / "filled.xlsx"
    good = Typed("A.open", "north", value="1", line=2)
    with pytest.raises(FillError) as error:
        fill(
            send().path,
            [good, Typed(typed.item, typed.category, typed.value, typed.shorthand, typed.comment, typed.period, 3)],
            out,
        )
    assert len(error.value.faults) == 1
    assert error.value.faults[0].startswith("line 3: ")
    assert words in error.value.faults[0]
    assert len(error.value.faults[0]) < 300
    assert not out.exists()


def test_every_fault_is_named_and_a_bad_sign_off_too(send: Callable[..., Sent], tmp_path: Path) -> None:
    values = [Typed("A.closed", value="x", line=2), Typed("Z", value="1", line=3)]
    for day in ("31/02/2015", "soon"):
        with pytest.raises(FillError) as error:
            fill(send().path, values, tmp_path / "out.xlsx", {"date": day})
        assert [fault.split(" ")[0] for fault in error.value.faults] == ["line", "line", "Start"]
        assert f"Start here!B21 does not take {day}" in error.value.faults[2]


def test_a_locked_cell_stays_as_it_is(send: Callable[..., Sent], tmp_path: Path) -> None:
    source = send().path
    book = openpyxl.load_workbook(source)
    book["Return"]["J7"].protection = openpyxl.styles.Protection(locked=True)
    book.save(source)
    with pytest.raises(FillError, match="Return!J7 is locked"):
        fill(source, [Typed("A.closed", value="1")], tmp_path / "out.xlsx")


def test_filling_keeps_locks_validations_and_the_hidden_identity(send: Callable[..., Sent], tmp_path: Path) -> None:
    sent = send()
    out = tmp_path / "filled.xlsx"
    fill(sent.path, [Typed("A.closed", value="1")], out)
    before, after = (openpyxl.load_workbook(path) for path in (sent.path, out))
    assert after.security.lockStructure
    assert after["_dapf"].sheet_state == "veryHidden"
    assert after["Return"].column_dimensions["N"].hidden
    for name in before.sheetnames:
        assert after[name].protection.sheet
        rules = [
            [(str(each.sqref), each.formula1) for each in book[name].data_validations.dataValidation]
            for book in (before, after)
        ]
        assert rules[0] == rules[1]
    assert after.calculation.fullCalcOnLoad
    assert after.custom_doc_props["dapf_issue"].value == sent.issued.issue_id


# --- the source, the table of values, and the place to write to -----------------------------------


def test_the_source_is_not_changed(send: Callable[..., Sent], tmp_path: Path) -> None:
    source = send().path
    before = source.read_bytes()
    fill(source, [Typed("A.closed", value="1")], tmp_path / "out.xlsx")
    assert source.read_bytes() == before


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 and no more", b"not a workbook", None], ids=repr)
def test_a_source_that_is_no_return_is_named(tmp_path: Path, content: bytes | None) -> None:
    source = tmp_path / "a.xlsx"
    if content is not None:
        source.write_bytes(content)
    with pytest.raises(NothingToReadError, match=r"a\.xlsx cannot be opened"):
        fill(source, [], tmp_path / "out.xlsx")


def test_another_workbook_is_no_return(tmp_path: Path) -> None:
    source = tmp_path / "a.xlsx"
    openpyxl.Workbook().save(source)
    with pytest.raises(NothingToReadError, match="is not a return"):
        fill(source, [], tmp_path / "out.xlsx")


def test_a_workbook_without_its_parts_is_no_return(send: Callable[..., Sent], tmp_path: Path) -> None:
    source = send().path
    with zipfile.ZipFile(source) as whole, zipfile.ZipFile(tmp_path / "part.xlsx", "w") as part:
        part.writestr("xl/workbook.xml", whole.read("xl/workbook.xml"))
    with pytest.raises(NothingToReadError):
        fill(tmp_path / "part.xlsx", [], tmp_path / "out.xlsx")


def test_what_stood_at_the_place_to_write_to_still_stands(send: Callable[..., Sent], tmp_path: Path) -> None:
    out = tmp_path / "out.xlsx"
    out.write_bytes(b"before")
    (tmp_path / ".~lock.out.xlsx#").touch()
    with pytest.raises(NotWrittenError, match="unchanged"):
        fill(send().path, [Typed("A.closed", value="1")], out)
    assert out.read_bytes() == b"before"


def test_values_are_read_with_their_lines(tmp_path: Path) -> None:
    path = tmp_path / "values.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([COLUMNS, ["A", "x", "", " 5 ", "[p]", "é"], [], ["B", "", "2014-15", "", "", ""]])
    assert read_values(path) == [
        Typed("A", "x", "5", "[p]", "é", "", 2),
        Typed("B", period="2014-15", line=4),
    ]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"item\nA\n",
        b"value,category\n1,2\n",
        b"item,value,colour\nA,1,red\n",
        b"item,value\nA,1,2\n",
        b"item,value\nA,caf\xe9\n",
        b"item,value\nA," + b"9" * 200_000,
    ],
    ids=["empty", "no_value", "no_item", "unknown_column", "too_many_cells", "not_utf_8", "endless_cell"],
)
def test_a_table_of_values_that_cannot_be_read_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "values.csv"
    path.write_bytes(content)
    with pytest.raises(NothingToReadError, match="values"):
        read_values(path)


def test_a_table_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(NothingToReadError, match=r"none\.csv"):
        read_values(tmp_path / "none.csv")


def test_a_blank_line_fills_nothing(send: Callable[..., Sent], tmp_path: Path) -> None:
    values = [Typed("A.closed", value="5", line=2), Typed("A.share", line=3), Typed("A.closed", line=4)]
    assert fill(send().path, values, tmp_path / "out.xlsx") == 1


@pytest.mark.parametrize("period", ["", "2014-15-Q4"])
def test_a_figure_is_given_once(send: Callable[..., Sent], tmp_path: Path, period: str) -> None:
    values = [Typed("A.closed", value="5", line=2), Typed("A.closed", value="60", period=period, line=5)]
    with pytest.raises(FillError) as error:
        fill(send().path, values, tmp_path / "out.xlsx")
    assert error.value.faults == ["line 5: A.closed was given in line 2; a figure can be given once"]


def test_a_marker_stands_beside_a_value(send: Callable[..., Sent], tmp_path: Path) -> None:
    assert fill(send().path, [Typed("A.closed", value="5", shorthand="[p] provisional")], tmp_path / "out.xlsx") == 1


@pytest.mark.parametrize("name", ["out.txt", "out.xlsm", "out", "."])
def test_the_filled_return_is_a_workbook(send: Callable[..., Sent], tmp_path: Path, name: str) -> None:
    with pytest.raises(NotWrittenError, match=r"must end in \.xlsx"):
        fill(send().path, [], tmp_path / name)


def test_a_return_is_not_filled_in_its_place(send: Callable[..., Sent], tmp_path: Path) -> None:
    source = send().path
    before = source.read_bytes()
    (tmp_path / "folder").mkdir()
    with pytest.raises(NotWrittenError, match="choose another name"):
        fill(source, [Typed("A.closed", value="1")], tmp_path / "folder" / ".." / source.name)
    assert source.read_bytes() == before


@pytest.mark.parametrize("part", ["name", "role"])
def test_a_name_is_as_long_as_its_cell_takes(send: Callable[..., Sent], tmp_path: Path, part: str) -> None:
    fill(send().path, [], tmp_path / "out.xlsx", {part: "n" * 200})
    with pytest.raises(FillError, match="at most 200 characters"):
        fill(send().path, [], tmp_path / "out.xlsx", {part: "n" * 201})
