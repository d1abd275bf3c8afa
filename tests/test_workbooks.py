"""Writing files: all or nothing, and XlsxWriter's warnings as errors."""

from __future__ import annotations

import stat
import zipfile
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import openpyxl
import pytest
import xlsxwriter

from dapf_xl import workbooks
from dapf_xl.findings import NotWrittenError
from dapf_xl.workbooks import Book, Sheet, strict, write_atomically

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def write_hello(path: Path) -> None:
    path.write_bytes(b"hello")


# --- all or nothing -------------------------------------------------------------------------------


def test_a_file_is_written_into_a_folder_that_is_made(tmp_path: Path) -> None:
    path = tmp_path / "a folder" / "Zoë" / "a.xlsx"
    write_atomically(path, write_hello)
    assert path.read_bytes() == b"hello"
    assert list(path.parent.iterdir()) == [path]


def test_a_file_has_the_permissions_of_any_other(tmp_path: Path) -> None:
    write_atomically(tmp_path / "a.xlsx", write_hello)
    write_hello(tmp_path / "b.xlsx")
    modes = [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("a.xlsx", "b.xlsx")]
    assert modes[0] == modes[1]


def fail(error: BaseException) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        path.write_bytes(b"half of it")
        raise error

    return write


@pytest.mark.parametrize(
    ("error", "raised", "words"),
    [
        pytest.param(
            OSError(28, "No space left on device"), NotWrittenError, "No space left on device", id="full_disk"
        ),
        pytest.param(PermissionError(13, "Permission denied"), NotWrittenError, "Permission denied", id="read_only"),
        pytest.param(
            xlsxwriter.exceptions.FileCreateError("no"), NotWrittenError, "could not be written", id="xlsxwriter"
        ),
        pytest.param(KeyboardInterrupt("stop"), KeyboardInterrupt, "stop", id="interrupted"),
        pytest.param(ValueError("a fault of ours"), ValueError, "a fault", id="any_fault"),
    ],
)
def test_what_stood_there_still_stands_whatever_fails(
    tmp_path: Path, error: BaseException, raised: type[BaseException], words: str
) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"before")
    with pytest.raises(raised, match=words):
        write_atomically(path, fail(error))
    assert path.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [path]


def test_a_first_file_that_fails_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(NotWrittenError, match="nothing was written"):
        write_atomically(tmp_path / "a.xlsx", fail(OSError(28, "No space left on device")))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("lock", ["~$a.xlsx", ".~lock.a.xlsx#"], ids=["excel", "libreoffice"])
def test_a_file_that_is_open_elsewhere_is_not_replaced(tmp_path: Path, lock: str) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"before")
    (tmp_path / lock).touch()
    with pytest.raises(NotWrittenError, match=r"open in a spreadsheet program.*unchanged"):
        write_atomically(path, write_hello)
    assert path.read_bytes() == b"before"


def test_a_folder_in_the_place_of_the_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").mkdir()
    with pytest.raises(NotWrittenError, match=r"a\.xlsx could not be written"):
        write_atomically(tmp_path / "a.xlsx", write_hello)


def test_a_file_in_the_place_of_the_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "folder").touch()
    with pytest.raises(NotWrittenError, match="could not be written"):
        write_atomically(tmp_path / "folder" / "a.xlsx", write_hello)


def test_the_bytes_are_on_the_disk_before_anything_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    steps: list[str] = []
    for name in ("flush_to_disk", "put_in_place"):
        original = getattr(workbooks, name)
        monkeypatch.setattr(workbooks, name, lambda *given, name=name, do=original: (steps.append(name), do(*given)))
    write_atomically(tmp_path / "a.xlsx", write_hello)
    assert steps == ["flush_to_disk", "put_in_place"]


# --- sheets ---------------------------------------------------------------------------------------


def written(path: Path, fill: Callable[[Sheet], None]) -> openpyxl.Workbook:
    with strict():
        book = Book(path, title="T", subject="S", created=datetime(2015, 1, 5, tzinfo=UTC))
        fill(book.sheet("A sheet", Sheet, tab="detail", footer="R&D " + "x" * 300))
        book.workbook.close()
    return openpyxl.load_workbook(path)


def test_each_kind_of_value_is_written_as_what_it_is(tmp_path: Path) -> None:
    values = ["=1+1", "mailto:lead@council.example.org", "12", 12, 0, 0.5, True, None, ""]

    def fill(sheet: Sheet) -> None:
        for row, value in enumerate(values):
            sheet.put(row, 0, value, "cell")

    sheet = written(tmp_path / "a.xlsx", fill)["A sheet"]
    assert [sheet.cell(row, 1).value for row in range(1, 10)] == [*values[:-1], None]
    assert [sheet.cell(row, 1).data_type for row in (1, 2, 3)] == ["s", "s", "s"]
    assert sheet["A9"].border.left.style == "thin"


def test_a_formula_has_its_value_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = written(path, lambda sheet: sheet.formula(0, 0, 'IF(B1="","none",B1)', "none", "cell"))
    assert book["A sheet"]["A1"].value == '=IF(B1="","none",B1)'
    assert openpyxl.load_workbook(path, data_only=True)["A sheet"]["A1"].value == "none"


def test_every_sheet_prints_on_a4_with_a_foot_that_excel_takes(tmp_path: Path) -> None:
    sheet = written(tmp_path / "a.xlsx", lambda sheet: sheet.put(0, 0, "x", "cell"))["A sheet"]
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        xml = archive.read("xl/worksheets/sheet1.xml").decode()
    assert "&amp;L&amp;8R&amp;&amp;D xxx" in xml
    assert "xxx&amp;R&amp;8Page &amp;P of &amp;N</oddFooter>" in xml


def test_a_link_goes_to_a_sheet_whatever_its_name(tmp_path: Path) -> None:
    sheet = written(tmp_path / "a.xlsx", lambda sheet: sheet.link(0, 0, "Agency's sheet", "There"))["A sheet"]
    assert (sheet["A1"].value, sheet["A1"].hyperlink.location) == ("There", "'Agency''s sheet'!A1")


def test_a_row_is_as_high_as_its_longest_text(tmp_path: Path) -> None:
    def fill(sheet: Sheet) -> None:
        sheet.columns([20, 20])
        sheet.fit_row(0, {0: "short", 1: "some words that need more than one line"})
        sheet.fit_row(1, {0: ""}, least=4)

    heights = written(tmp_path / "a.xlsx", fill)["A sheet"].row_dimensions
    assert [heights[1].height, heights[2].height] == [pytest.approx(42.6, abs=0.5), pytest.approx(55.8, abs=0.5)]


def test_what_is_left_out_of_xlsxwriters_work_changes_no_byte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    heads, options = ("one", "two", "three"), {"name": "T", "style": "Table Style Light 1", "banded_rows": False}
    texts = ["a & b", "<c>", "a & b", " led by a space", "=1+1", 'quoted "twice"', "Zoë\nbeneath"]

    def cells(sheet: Sheet) -> None:
        for row, text in enumerate(texts, 5):
            sheet.put(row, 0, text, "cell")
            sheet.put(row, 1, row / 3, "cell")
            sheet.worksheet.write_string(row, 2, text)
        sheet.worksheet.write_rich_string(1, 0, "a ", sheet.book.style("head"), "b", sheet.book.style("cell"))
        sheet.formula(2, 0, "1+1", 2, "cell")

    def ours(sheet: Sheet) -> None:
        sheet.table(4, 4 + len(texts), heads, "head", options)
        cells(sheet)
        sheet.put_texts(20, 5, [*texts, "", "x" * 40_000, ""], "cell")
        sheet.put_texts(90, 9, ["", ""], "cell")

    def xlsxwriters(sheet: Sheet) -> None:
        columns = [{"header": head, "header_format": sheet.book.style("head")} for head in heads]
        sheet.worksheet.add_table(4, 0, 4 + len(texts), 2, {**options, "columns": columns})
        cells(sheet)
        for row, text in enumerate([*texts, "", "x" * 40_000], 20):
            if text:
                sheet.put(row, 5, text, "cell")

    written(tmp_path / "ours.xlsx", ours)
    monkeypatch.setattr("dapf_xl.workbooks._Workbook.worksheet_class", xlsxwriter.worksheet.Worksheet)
    written(tmp_path / "xlsxwriters.xlsx", xlsxwriters)
    assert (tmp_path / "ours.xlsx").read_bytes() == (tmp_path / "xlsxwriters.xlsx").read_bytes()
    assert openpyxl.load_workbook(tmp_path / "ours.xlsx")["A sheet"].tables["T"].ref == "A5:C12"


def test_a_long_table_is_not_kept_cell_by_cell(tmp_path: Path) -> None:
    sheet = Book(tmp_path / "a.xlsx", title="T", subject="S").sheet("A", Sheet, tab="detail", footer="")
    sheet.table(0, 100_000, ("one", "two"), "head", {"name": "T"})
    assert len(sheet.worksheet.table_cells) == 2 * len(("one", "two"))


def test_texts_beneath_each_other_that_leave_the_sheet_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="left a cell out"):
        written(tmp_path / "a.xlsx", lambda sheet: sheet.put_texts(1_048_575, 0, ["a", "b"], "cell"))


def test_a_wrong_option_is_an_error(tmp_path: Path) -> None:
    book = Book(tmp_path / "a.xlsx", title="T", subject="S")
    sheet = book.sheet("A", Sheet, tab="detail", footer="")
    with pytest.raises(UserWarning, match="Unknown parameter"), strict():
        sheet.worksheet.data_validation("A1", {"validate": "list", "source": ["a"], "colour": "red"})


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("&" * 300, id="all_escaped"),
        pytest.param("x" + "&" * 300, id="no_escape_halved"),
        pytest.param("😀" * 200, id="emoji_count_twice"),
        pytest.param("2014 strategy & plan", id="begins_with_a_digit"),
    ],
)
def test_a_foot_is_never_longer_than_excel_takes(text: str) -> None:
    foot = workbooks.page_text("&L&8", text, "&R&8Page &P of &N")
    assert len(foot.encode("utf-16-le")) // 2 <= 255
    assert foot.endswith("&R&8Page &P of &N")
    inner = foot.removeprefix("&L&8").removesuffix("&R&8Page &P of &N")
    assert inner.count("&") % 2 == 0
    assert not inner[0].isdigit()


def test_a_text_that_fills_a_cell_is_left_whole_and_a_longer_one_is_marked() -> None:
    whole = "x" * 32_767
    assert workbooks.shortened(whole) == whole
    assert workbooks.shortened(whole + "x") == "x" * 32_760 + "… (cut)"
    assert workbooks.shortened("😀" * 20_000) == "😀" * 16_380 + "… (cut)"


def test_a_cell_that_xlsxwriter_leaves_out_is_an_error(tmp_path: Path) -> None:
    sheet = Book(tmp_path / "a.xlsx", title="T", subject="S").sheet("A", Sheet, tab="detail", footer="")
    for value in ("text", 1, True, None):
        with pytest.raises(ValueError, match="left a cell out"):
            sheet.put(2_000_000, 0, value, "cell")
