"""The sheet ``Breakdowns``: every figure that is given by category, each cell as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from dapf_xl.master import pages_of, write_master
from tests.master.building import AREAS

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> list[list[Any]]:
    path = tmp_path_factory.mktemp("breakdowns") / "master.xlsx"
    write_master(AREAS["by_category"](), path)
    sheet = openpyxl.load_workbook(path, data_only=True)["Breakdowns"]
    return [[cell.value for cell in row if cell.value is not None] for row in sheet.iter_rows()]


def below(rows: list[list[Any]], head: str) -> list[list[Any]]:
    """What stands under a heading, to the next blank row."""
    first = next(number for number, row in enumerate(rows) if row and row[0] == head) + 1
    last = next((number for number, row in enumerate(rows[first:], first) if not row), len(rows))
    return rows[first:last]


def test_a_table_shows_what_was_written_and_what_it_was_a_year_before(rows: list[list[Any]]) -> None:
    assert below(rows, "B1  Cases") == [
        ["Category", "Q4 2014/15", "Q4 2013/14"],
        ["Police", 13, 9],
        ["Library", 2, 4],
        ["Not known", 1, 0],
    ]


def test_a_cross_table_has_a_column_for_each_category_of_the_second_breakdown(rows: list[list[Any]]) -> None:
    assert below(rows, "B2  Incidents") == [
        ["Q4 2014/15", "North", "South", "All"],
        ["Crime", 5, "[c] 1 to 4", 7],
        ["Other", 8, 9, 10],
        ["All", 11, 12, 13],
    ]


def test_a_master_without_figures_by_category_has_no_such_sheet() -> None:
    assert "Breakdowns" not in [page.name for page in pages_of(AREAS["haringey"]())]


def test_variance_has_the_totals_of_a_cross_table_and_not_its_cells() -> None:
    lines = AREAS["by_category"]().lines
    labels = list(lines.loc[lines["indicator"] == "B2", "label"])
    assert labels == ["Crossed", "Crime, All", "Other, All", "All, North", "All, South"]


def test_a_yearly_figure_is_set_against_the_year_before_and_says_so(tmp_path: Path) -> None:
    made = AREAS["by_category"]()
    (line,) = made.lines[made.lines["indicator"] == "B3"].to_dict("records")
    assert (line["value"], line["last_year"], line["from_last_year"]) == (320, 280, 40)
    assert (line["last_year_span"], line["travel_long"], line["previous"]) == ("2013/14", "↑ improved", None)
    assert (line["previous_shown"], line["travel_short"]) == ("2013/14: 280", "not available")
    write_master(made, tmp_path / "master.xlsx")
    book = openpyxl.load_workbook(tmp_path / "master.xlsx")
    formats = {
        cell.number_format for name in ("Variance", "Tables") for row in book[name] for cell in row if cell.value
    }
    assert any('"2013/14: "#,##0' in each for each in formats)


def test_a_rate_of_two_agencies_is_sum_over_sum_with_the_coverage_of_both() -> None:
    lines = AREAS["by_category"]().lines
    (line,) = lines[lines["indicator"] == "B4"].to_dict("records")
    assert (line["value"], line["coverage"], line["numerator"], line["denominator"]) == (32, "2 of 2", 320, 100000)


def test_data_has_each_cell_under_what_it_counts_as() -> None:
    data = AREAS["by_category"]().data
    now = data[(data["item"] == "B1.n") & (data["period"] == "2014-15-Q4")]
    found = sorted(zip(now["category"], now["value"], now["label"], now["words"], strict=True))
    assert found == [
        ("police", 3, "Cases: Police", "Constabulary"),
        ("police", 10, "Cases: Police", ""),
        ("unknown", 1, "Cases: Not known", ""),
        ("written: library", 2, "Cases: Library", "Library"),
    ]
