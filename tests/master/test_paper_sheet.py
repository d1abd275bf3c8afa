"""The sheets of named reports: names, pages, and that a text is shown whole."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import openpyxl
import pytest

from dapf_xl.catalogue.tables import PaperPart, ViewLine
from dapf_xl.master import pages_of, write_master
from dapf_xl.master.paper_sheet import page_breaks
from tests.master.building import cambridgeshire, haringey, published_round, tables_of

if TYPE_CHECKING:
    from pathlib import Path

    from dapf_xl.tables import MasterTables


def with_reports(*tabs: str, text: str = "") -> MasterTables:
    """Cambridgeshire's third quarter with a report for each of these names of sheets."""
    current = published_round("cambridgeshire", "2014-15-Q3")
    views = tuple(ViewLine(view=f"v{number}", heading="All", indicator="C01") for number, _ in enumerate(tabs))
    parts = [PaperPart(view=f"v{number}", part="tab", text=tab) for number, tab in enumerate(tabs)]
    parts += [PaperPart(view="v0", part="before", heading="Background", text=text)] if text else []
    tables = {**current.framework.tables, "views": views, "paper": tuple(parts)}
    return tables_of(replace(current, framework=replace(current.framework, tables=tables)))


def test_a_report_s_sheet_comes_after_summary() -> None:
    assert [page.name for page in pages_of(cambridgeshire())][:3] == ["Cover", "Summary", "Committee paper"]


def test_a_master_without_reports_has_no_sheet_of_one() -> None:
    assert [page.name for page in pages_of(haringey())][2] == "VAWG performance"


@pytest.mark.parametrize(
    "tabs",
    [
        pytest.param(("Protect", "Data", "Narrative"), id="names_of_other_sheets"),
        pytest.param(("Paper", "Paper"), id="twice_the_same"),
        pytest.param(("Board/scrutiny: [all]",), id="not_legal"),
    ],
)
def test_no_two_sheets_have_one_name(tabs: tuple[str, ...], tmp_path: Path) -> None:
    made = with_reports(*tabs)
    write_master(made, tmp_path / "master.xlsx")
    book = openpyxl.load_workbook(tmp_path / "master.xlsx")
    assert len(book.sheetnames) == len({name.casefold() for name in book.sheetnames})
    for sheet in book.worksheets[2 : 2 + len(tabs)]:
        assert sheet["B6"].value == "All", sheet.title


def test_a_text_longer_than_a_row_can_be_high_goes_on_in_the_next(tmp_path: Path) -> None:
    text = "A sentence that says something. " * 250
    write_master(with_reports("Paper", text=text), tmp_path / "master.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "master.xlsx")["Paper"]
    first = next(cell.row for cell in sheet["A"] if cell.value == "1.1")
    after = next(cell.row for cell in sheet["A"] if cell.value == "1.2")
    pieces = [str(cell.value) for cell in sheet["B"][first - 1 : after - 1] if cell.value]
    assert len(pieces) > 1
    assert " ".join(pieces).split() == text.split()
    assert all(sheet.row_dimensions[row].height <= 409 for row in range(first, first + len(pieces)))


def test_pages_are_parted_where_a_scale_lets_programs_heed_it(tmp_path: Path) -> None:
    write_master(cambridgeshire(), tmp_path / "master.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "master.xlsx")["Committee paper"]
    assert not sheet.sheet_properties.pageSetUpPr or not sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.row_breaks.brk
    for each in sheet.row_breaks.brk:  # a page begins with a section, a heading or a paragraph
        assert sheet.cell(each.id + 1, 1).value, each.id


@pytest.mark.parametrize(
    ("heights", "blocks", "wanted"),
    [
        pytest.param({}, [2, 4], [], id="all_on_one_page"),
        pytest.param({1: 60, 3: 50}, [2, 4], [2], id="a_block_that_does_not_fit_begins_a_page"),
        pytest.param({2: 400}, [2, 4], [2], id="a_block_longer_than_a_page_begins_one"),
        pytest.param({0: 80, 2: 80, 4: 80}, [2, 4], [2, 4], id="a_page_each"),
    ],
)
def test_page_breaks(heights: dict[int, float], blocks: list[int], wanted: list[int]) -> None:
    assert page_breaks(heights, blocks, 5, 100) == wanted
