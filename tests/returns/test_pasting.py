"""What a paste leaves of a return: the yellow cell loses its look and its validation, and the row still says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import openpyxl
from openpyxl.formatting.formatting import ConditionalFormattingList
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.datavalidation import DataValidationList

from dapf_xl.returns.layout import ENTRY_TABLES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Office
    from tests.returns.conftest import Sent


def test_a_pasted_value_is_still_said_to_be_wrong(office: Office, tmp_path: Path, send: Callable[..., Sent]) -> None:
    book = openpyxl.load_workbook(send().path)
    sheet = book["Return"]
    sheet.data_validations = DataValidationList()
    kept = ConditionalFormattingList()
    for area, rules in sheet.conditional_formatting._cf_rules.items():  # noqa: SLF001
        for rule in rules:
            if not str(area.sqref).startswith("J"):
                kept.add(str(area.sqref), rule)
    sheet.conditional_formatting = kept
    for address in ("J7", "J10", "J12"):
        sheet[address] = "c.40"
        sheet[address].fill, sheet[address].font = PatternFill("solid", "FFFFFF"), Font(name="Courier New")
        sheet[address].number_format = "@"
    path = tmp_path / "pasted.xlsx"
    book.save(path)
    after = openpyxl.load_workbook(office.recalculate(path), data_only=True)
    assert {after["Return"][f"M{row}"].value for row in (7, 10, 12)} == {"Correct: type the number alone"}
    assert after["Start here"]["B4"].value.startswith("○ Not ready to return: 5 things still to do: 3 figures")
    marked = {str(area.sqref) for area in after["Return"].conditional_formatting}
    assert {each[0] for each in marked} >= {"A", "M"}


def test_no_formula_mentions_a_yellow_cell(send: Callable[..., Sent]) -> None:
    """Else whoever cuts one and pastes it elsewhere would take the check along, or leave an error in it."""
    book = openpyxl.load_workbook(send().path)
    yellow = {
        (sheet.title, cell.coordinate) for sheet in book for row in sheet for cell in row if not cell.protection.locked
    }
    assert yellow
    for sheet in book:
        for cell in (cell for row in sheet for cell in row if str(cell.value).startswith("=")):
            mentioned = {address for title, address in yellow if title == sheet.title}
            pieces = str(cell.value).replace("$", "").replace("(", ",").replace(")", ",").replace("=", ",").split(",")
            assert not mentioned & set(pieces), (sheet.title, cell.coordinate, cell.value)
        assert sheet.title not in ENTRY_TABLES or sheet.max_row
