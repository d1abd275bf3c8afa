"""That a master, opened in a spreadsheet program, shows what was cached, follows its settings, and prints whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from dapf_xl.master import pages_of, write_master
from tests.master.building import AREAS

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Office

Cells = dict[tuple[str, int, int], object]


def cells_of(path: Path) -> Cells:
    """Every cell that shows something, numbers at 15 significant digits."""
    book = CalamineWorkbook.from_path(path)
    found: Cells = {}
    for name in book.sheet_names:
        for row, values in enumerate(book.get_sheet_by_name(name).to_python(skip_empty_area=False), 1):
            for column, value in enumerate(values, 1):
                if value != "":
                    found[name, row, column] = f"{value:.15g}" if isinstance(value, float) else value
    return found


@pytest.mark.parametrize("area", AREAS)
def test_recalculating_changes_no_cell(area: str, office: Office, tmp_path: Path) -> None:
    write_master(AREAS[area](), tmp_path / "master.xlsx")
    cached = cells_of(tmp_path / "master.xlsx")
    recalculated = cells_of(office.recalculate(tmp_path / "master.xlsx"))
    assert len(cached) > 100
    differing = {cell: (cached.get(cell), recalculated.get(cell)) for cell in cached.keys() | recalculated.keys()}
    assert not {cell: pair for cell, pair in differing.items() if pair[0] != pair[1]}


def ratings(path: Path, sheet: str, column: str = "E") -> list[str]:
    book = openpyxl.load_workbook(path, data_only=True)
    return [str(cell.value) for cell in book[sheet][column]]


def test_a_wider_tolerance_turns_red_into_amber_everywhere(office: Office, tmp_path: Path) -> None:
    path = tmp_path / "master.xlsx"
    write_master(AREAS["haringey"](), path)
    before = ratings(path, "VAWG performance")
    assert before.count("■ Red") == 2
    book = openpyxl.load_workbook(path)
    assert book["Settings"]["A7"].value == "Tolerance"
    book["Settings"]["B7"] = 35
    book.save(path)
    changed = office.recalculate(path)
    after = ratings(changed, "VAWG performance")
    assert (after.count("■ Red"), after.count("▲ Amber")) == (0, 2)
    opened = openpyxl.load_workbook(changed, data_only=True)
    summary = opened["Summary"]
    assert [summary.cell(8, column).value for column in (3, 4, 5, 6)] == [2, 2, 0, 2]
    assert opened["Settings"]["D7"].value == "changed"
    texts = [str(cell.value) for cell in opened["Cover"]["B"]]
    assert "The target is missed by no more than 35% of it." in texts


def test_the_other_amber_rule_is_followed(office: Office, tmp_path: Path) -> None:
    path = tmp_path / "master.xlsx"
    made = AREAS["awkward"]()
    write_master(made, path)
    book = openpyxl.load_workbook(path)
    book["Settings"]["B9"] = "not_worse_than_same_quarter_last_year"
    book.save(path)
    opened = openpyxl.load_workbook(office.recalculate(path), data_only=True)["Variance"]
    found = {
        row[1].value: row[5].value for row in opened.iter_rows(min_row=8) if row[1].value and row[22].value == "main"
    }
    assert (found["A7"], found["A8"], found["A5"]) == ("● Green", "■ Red", "▲ Amber")


@pytest.mark.parametrize("area", ["cambridgeshire", "haringey", "eventful"])
def test_every_sheet_prints(area: str, office: Office, tmp_path: Path) -> None:
    made = AREAS[area]()
    write_master(made, tmp_path / "master.xlsx")
    pages = office.render(tmp_path / "master.xlsx", tmp_path / "pages")
    assert len(pages) >= len(pages_of(made))
