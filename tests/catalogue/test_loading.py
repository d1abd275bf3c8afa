"""Catalogues as they arrive: what reads, and what a spreadsheet program did to a file before it came."""

from __future__ import annotations

import csv
import shutil
import time
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import openpyxl
import pytest

from dapf_xl.catalogue import check, export, load, shipped
from dapf_xl.catalogue.sources import address, cell_as_text, nearest_of
from dapf_xl.findings import CatalogueError, Code, NothingToReadError, Severity
from dapf_xl.periods import Period

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return shutil.copytree(shipped()["haringey"], tmp_path / "haringey")


def places(path: Path) -> list[tuple[Code, str, str]]:
    return [(found.code, found.sheet, found.cell) for found in check(path)]


# --- folders of CSV files ------------------------------------------------------------------------


def test_a_byte_order_mark_and_windows_line_ends_make_no_difference(folder: Path) -> None:
    before = load(folder)
    for file in folder.glob("*.csv"):
        text = file.read_text(encoding="utf-8")
        file.write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    assert load(folder) == before
    assert load(folder).digest == before.digest


@pytest.mark.parametrize(
    ("change", "says"),
    [
        pytest.param(
            lambda data: data + "“Hub”,,,,,,,,\n".encode("cp1252"), "the byte 93, “", id="excel_windows_encoding"
        ),
        pytest.param(lambda data: data.decode().encode("utf-16"), "UTF-16", id="excel_unicode_text"),
        pytest.param(lambda data: data.replace(b",", b";"), "parted by semicolons", id="european_excel"),
        pytest.param(lambda data: data.replace(b",", b"\t"), "parted by tabs", id="tabs"),
        pytest.param(lambda data: data + b'x,"unclosed,,,,,,,\n', "quotation marks", id="open_quotation_mark"),
        pytest.param(lambda _: b"PK\x03\x04rest", "a workbook that is named .csv", id="workbook_named_csv"),
    ],
)
def test_a_csv_file_that_cannot_be_read_is_one_finding(
    folder: Path, change: Callable[[bytes], bytes], says: str
) -> None:
    file = folder / "agencies.csv"
    file.write_bytes(change(file.read_bytes()))
    (found,) = check(folder)
    assert (found.code, found.file, found.sheet) == (Code.TABLE_UNREADABLE, "haringey", "agencies")
    assert says in found.message
    assert "CSV UTF-8 (comma delimited)" in found.remedy


def test_an_empty_file_is_one_finding(folder: Path) -> None:
    (folder / "asks.csv").write_bytes(b"")
    assert places(folder) == [(Code.TABLE_UNREADABLE, "asks", "")]


def test_a_missing_table_is_one_finding_whatever_refers_to_it(folder: Path) -> None:
    (folder / "agencies.csv").unlink()
    assert places(folder) == [(Code.TABLE_MISSING, "agencies", "")]


def test_a_table_that_a_framework_can_do_without_may_be_missing(folder: Path) -> None:
    (folder / "comparators.csv").unlink()
    assert load(folder).comparators == ()


def test_a_misspelt_table_is_one_finding(folder: Path) -> None:
    (folder / "agencies.csv").rename(folder / "agences.csv")
    (found,) = check(folder)
    assert (found.code, found.severity) == (Code.TABLE_UNKNOWN, Severity.ERROR)
    assert "did you mean agencies?" in found.message


def test_a_table_of_ones_own_is_a_warning_and_other_files_are_nobodys_business(folder: Path) -> None:
    (folder / "README.md").write_text("Notes")
    (folder / "zz.csv").write_text("a,b\n")
    (found,) = check(folder)
    assert (found.code, found.sheet, found.severity) == (Code.TABLE_UNKNOWN, "zz", Severity.WARNING)
    assert load(folder).id == "haringey"


def test_an_empty_folder_lacks_every_table_that_is_needed(tmp_path: Path) -> None:
    tables = [sheet for code, sheet, _ in places(tmp_path) if code is Code.TABLE_MISSING]
    assert tables == ["agencies", "asks", "framework", "indicators", "items"]


def test_a_path_with_spaces_and_letters_beyond_ascii(folder: Path, tmp_path: Path) -> None:
    moved = folder.rename(tmp_path / "Rahmen für Łódź 2014")
    assert check(moved) == []


# --- paths ---------------------------------------------------------------------------------------


def test_nothing_at_the_path_is_said_in_a_line(tmp_path: Path) -> None:
    with pytest.raises(NothingToReadError, match="there is no catalogue here"):
        check(tmp_path / "nowhere")


@pytest.mark.parametrize("name", ["catalogue.xlsx", "catalogue.txt"])
def test_a_file_that_is_no_catalogue_is_one_finding(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"something else")
    assert places(path) == [(Code.TABLE_UNREADABLE, "", "")]


def test_loading_a_faulty_catalogue_raises_with_every_finding(folder: Path) -> None:
    file = folder / "items.csv"
    file.write_text(file.read_text(encoding="utf-8").replace(",percent,", ",percentage,"), encoding="utf-8")
    with pytest.raises(CatalogueError, match=r"NOT_ONE_OF") as caught:
        load(folder)
    assert caught.value.findings == check(folder)
    assert len(caught.value.findings) > 1


# --- workbooks -----------------------------------------------------------------------------------


@pytest.fixture
def workbook(folder: Path) -> Path:
    path = folder.with_suffix(".xlsx")
    export(load(folder), path)
    return path


def typed_by_a_person(path: Path, sheet: str, cell: str, value: date | str | float) -> None:
    book = openpyxl.load_workbook(path)
    book[sheet][cell] = value
    if not isinstance(value, date):
        book[sheet][cell].number_format = "General"
    book.save(path)
    book.close()


def test_numbers_that_excel_made_of_text_are_read_as_the_text(workbook: Path) -> None:
    rows = {row[0].value: row[0].row for row in openpyxl.load_workbook(workbook)["framework"].iter_rows()}
    typed_by_a_person(workbook, "framework", f"B{rows['tolerance']}", 12.5)
    typed_by_a_person(workbook, "framework", f"B{rows['version']}", 70.0)
    assert load(workbook).settings.tolerance == Decimal("12.5")
    assert load(workbook).version == "70"


def test_true_typed_into_a_yes_or_no_column_is_yes(workbook: Path) -> None:
    column = next(
        cell.column_letter for cell in openpyxl.load_workbook(workbook)["agencies"][1] if cell.value == "inferred"
    )
    typed_by_a_person(workbook, "agencies", f"{column}2", True)  # noqa: FBT003  (what Excel keeps)
    assert next(iter(load(workbook).agencies.values())).inferred


@pytest.mark.parametrize(
    ("value", "code", "says"),
    [
        pytest.param(date(2011, 12, 1), Code.CELL_IS_A_DATE, "2011-12-01", id="date"),
        pytest.param("#N/A", Code.CELL_WITHOUT_VALUE, "the error #N/A", id="error"),
        pytest.param("=1+1", Code.CELL_WITHOUT_VALUE, "never calculated", id="never_calculated"),
    ],
)
def test_what_excel_made_of_a_cell_is_refused_in_words(
    workbook: Path, value: date | str, code: Code, says: str
) -> None:
    typed_by_a_person(workbook, "history", "B3", value)
    (found,) = check(workbook)
    assert (found.code, found.file, found.sheet, found.cell) == (code, "haringey.xlsx", "history", "B3")
    assert says in found.message


def test_a_blank_row_at_the_top_of_a_sheet_is_a_missing_head_not_a_shifted_table(workbook: Path) -> None:
    book = openpyxl.load_workbook(workbook)
    book["agencies"].insert_rows(1)
    book.save(workbook)
    book.close()
    codes = {code for code, sheet, _ in places(workbook) if sheet == "agencies"}
    assert codes >= {Code.COLUMN_MISSING}


def test_a_sheet_of_notes_is_a_warning(workbook: Path) -> None:
    book = openpyxl.load_workbook(workbook)
    book.create_sheet("My scribbles")
    book.save(workbook)
    book.close()
    assert [(found.code, found.severity) for found in check(workbook)] == [(Code.TABLE_UNKNOWN, Severity.WARNING)]


# --- small parts ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (70.0, "70"),
        (0.1 + 0.2, "0.3"),
        (1e-7, "0.0000001"),
        (12345678901.0, "12345678901"),
        (-0.5, "-0.5"),
        (False, "no"),
    ],
)
def test_a_cell_is_read_as_a_person_sees_it(value: object, expected: str) -> None:
    assert cell_as_text(value) == expected


@pytest.mark.parametrize(("place", "expected"), [((0, 0), "A1"), ((4, 25), "Z5"), ((0, 26), "AA1"), ((9, 701), "ZZ10")])
def test_an_address_is_written_as_excel_writes_it(place: tuple[int, int], expected: str) -> None:
    assert address(*place) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [("polcie", "police"), ("POLICE", "police"), (" police ", "police"), ("idva", "IDVA"), ("housing", ""), ("", "")],
)
def test_a_near_miss_is_suggested_and_nothing_far(value: str, expected: str) -> None:
    assert nearest_of(value, ["police", "nps", "IDVA"]) == expected


def read_plainly(folder: Path) -> None:
    for path in folder.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            list(csv.reader(file))


@pytest.mark.parametrize("framework", shipped())
def test_loading_is_quick_beside_reading_the_files_alone(framework: str) -> None:
    def seconds(read: Callable[[Path], object]) -> float:
        started = time.process_time()
        read(shipped()[framework])
        return time.process_time() - started

    loaded, floor = (min(seconds(read) for _ in range(5)) for read in (load, read_plainly))
    assert loaded < 100 * floor


def test_periods_are_read_into_periods(folder: Path) -> None:
    assert all(isinstance(row.period, Period) for row in load(folder).history)
