"""A cell that looks otherwise, or can be typed into, is told; a figure that nobody could see is not taken."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Alignment, Font, PatternFill, Protection

from dapf_xl.findings import Batch
from dapf_xl.returns.layout import RETURN, START

from .conftest import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from openpyxl import Workbook
    from openpyxl.cell import Cell

    from dapf_xl.rules import CheckedReturn

    from .conftest import Sent

NUMBERED = "J"


def _told(checked: CheckedReturn) -> dict[str, tuple[str, str, str]]:
    """Sheet, cell and message of what was found of tampering, by code."""
    return {
        finding.code.name: (finding.sheet, finding.cell, finding.message)
        for finding in checked.findings
        if finding.code.batch is Batch.TAMPERING
    }


def _cell(sent: Sent, item: str, part: str = "value") -> str:
    return RETURN.cell(part, sent.row(item)[1])


def _value(checked: CheckedReturn, item: str) -> object:
    return next((one.value for one in checked.observations if one.item == item), None)


def test_a_cell_unlocked_by_itself_is_named(sent: Sent) -> None:
    cells = [_cell(sent, "must", "what"), _cell(sent, "must", "indicator")]

    def unlock(book: Workbook) -> None:
        for cell in cells:
            book["Return"][cell].protection = Protection(locked=False)
        book[START]["A1"].protection = Protection(locked=False)

    sent.change(unlock)
    checked = sent.checked()
    found = [each for each in checked.findings if each.code.name == "CELLS_UNLOCKED"]
    assert {each.sheet for each in found} == {"Return", START}
    (of_return,) = (each.message for each in found if each.sheet == "Return")
    assert all(cell in of_return for cell in cells)
    assert _value(checked, "must") == 3


@pytest.mark.parametrize("whole", ["column", "row"])
def test_a_column_or_row_unlocked_where_there_are_no_cells_is_named(sent: Sent, whole: str) -> None:
    def unlock(book: Workbook) -> None:
        sheet = book["Return"]
        dimension = sheet.column_dimensions["T"] if whole == "column" else sheet.row_dimensions[300]
        dimension.protection = Protection(locked=False)

    sent.change(unlock)
    sheet, _, message = _told(sent.checked())["CELLS_UNLOCKED"]
    assert (sheet, "column T" in message or "row 300" in message) == ("Return", True)


def test_a_yellow_cell_that_was_locked_by_pasting_is_named_and_taken(sent: Sent) -> None:
    cell = _cell(sent, "must")
    sent.change(lambda book: setattr(book["Return"][cell], "protection", Protection(locked=True)))
    checked = sent.checked()
    assert _told(checked)["CELLS_LOCKED"][:2] == ("Return", cell)
    assert _value(checked, "must") == 3


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda cell: setattr(cell, "font", Font("Courier New", 10, color="FF0B0C0C")), "font"),
        (lambda cell: setattr(cell, "fill", PatternFill("solid", fgColor="FFAABBCC")), "background"),
        (lambda cell: setattr(cell, "font", Font("Arial", 10, color="FFAA0000")), "colour of the text"),
        (lambda cell: setattr(cell, "alignment", Alignment("center", "top")), "how the text is placed"),
        (lambda cell: setattr(cell, "number_format", "0.00"), "number format"),
    ],
    ids=["font", "fill", "colour", "place", "number"],
)  # fmt: skip
@pytest.mark.parametrize("part", ["what", "value"])
def test_another_look_is_named_with_what_is_other(
    sent: Sent, change: Callable[[Cell], None], words: str, part: str
) -> None:
    cell = _cell(sent, "must", part)
    sent.change(lambda book: change(book["Return"][cell]))
    checked = sent.checked()
    told = _told(checked)
    assert set(told) == {"LOOKS_CHANGED"}
    assert told["LOOKS_CHANGED"][:2] == ("Return", cell)
    assert re.search(rf"{cell} \({words} .+ → .+\)", told["LOOKS_CHANGED"][2])
    assert _value(checked, "must") == 3


def test_looks_are_followed_to_where_rows_were_moved(sent: Sent) -> None:
    row = sent.row("must")[1]

    def change(book: Workbook) -> None:
        book["Return"].insert_rows(row)  # (openpyxl moves the cells with their looks)
        book["Return"][RETURN.cell("what", row + 1)].fill = PatternFill("solid", fgColor="FFAABBCC")

    sent.change(change)
    told = _told(sent.checked())
    assert told["LOOKS_CHANGED"][1] == RETURN.cell("what", row + 1)
    assert told["LOOKS_CHANGED"][2].count("background") == 1


@pytest.mark.parametrize(
    "hide",
    [
        lambda cell: setattr(cell, "font", Font("Arial", 10, color="FFFFF7BF")),
        lambda cell: setattr(cell, "font", Font("Wingdings", 10)),
        lambda cell: setattr(cell, "font", Font("Segoe MDL2 Assets", 10)),
        lambda cell: setattr(cell, "font", Font("Arial", 1)),
        lambda cell: setattr(cell, "fill", PatternFill("solid", fgColor="FF0B0C0C")),
    ],
    ids=["yellow on yellow", "symbols", "icons", "no size", "black on black"],
)
@pytest.mark.parametrize("item", ["must", "words"])
def test_what_nobody_can_see_is_not_taken(sent: Sent, hide: Callable[[Cell], None], item: str) -> None:
    sheet, row = sent.row(item)
    cell = f"{'J' if sheet == 'Return' else 'D'}{row}"
    sent.change(lambda book: hide(book[sheet][cell]))
    checked = sent.checked()
    assert ("NOT_TO_BE_SEEN", sheet, cell) in places(checked.findings)
    assert item not in {one.item for one in checked.observations}


@pytest.mark.parametrize(
    ("look", "code"),
    [(Font("Arial", 10, color="FFFFF7BF"), "NOT_TO_BE_SEEN"), ("0,", "SHOWN_AS_ANOTHER")],
    ids=["unseen", "disguised"],
)
def test_a_figure_in_a_column_that_was_moved_is_looked_at_too(sent: Sent, look: Font | str, code: str) -> None:
    row = sent.row("must")[1]

    def change(book: Workbook) -> None:
        book["Return"].insert_cols(4)
        setattr(book["Return"][f"K{row}"], "number_format" if isinstance(look, str) else "font", look)

    sent.change(change)
    checked = sent.checked()
    assert (code, "Return", f"K{row}") in places(checked.findings)
    assert "must" not in {one.item for one in checked.observations}


def test_digits_of_another_colour_are_not_taken_for_a_number(sent: Sent) -> None:
    cell = _cell(sent, "must")

    def change(book: Workbook) -> None:
        white = TextBlock(InlineFont(color="FFFFF7BF", sz=10, rFont="Arial"), "7")
        book["Return"][cell].value = CellRichText("4", white)

    sent.change(change)
    checked = sent.checked()
    assert ("SHOWN_AS_ANOTHER", "Return", cell) in places(checked.findings)
    assert _value(checked, "must") is None
    assert "parts of the text" in _told(checked)["LOOKS_CHANGED"][2]


def test_letters_of_another_script_in_their_own_font_are_nothing_to_tell(sent: Sent) -> None:
    sheet, row = sent.row("words")

    def change(book: Workbook) -> None:
        letters = [InlineFont(color="FF0B0C0C", sz=10, rFont=name) for name in ("Arial", "DejaVu Sans")]
        book[sheet][f"D{row}"].value = CellRichText(*map(TextBlock, letters, ("Partners met: ", "日本語")))

    sent.change(change)
    checked = sent.checked()
    assert _told(checked) == {}
    assert "words" in {one.item for one in checked.observations}


def test_the_format_that_libreoffice_gives_a_result_by_itself_is_nothing_to_tell(sent: Sent) -> None:
    row = sent.row("percent")[1]
    result, check = f"P{row}", RETURN.cell("check", row)

    def formatted(book: Workbook) -> None:
        assert str(book["Return"][result].value).startswith("=")
        book["Return"][result].number_format = "0.0%"

    sent.change(formatted)
    assert _told(sent.checked()) == {}

    def in_words(book: Workbook) -> None:
        book["Return"][check].number_format = ';;;"OK"'

    sent.change(in_words)
    assert f"{check} (number format General → " in _told(sent.checked())["LOOKS_CHANGED"][2]


def test_openpyxl_keeps_looks(sent: Sent) -> None:
    openpyxl.load_workbook(sent.path).save(sent.path)
    assert _told(sent.checked()) == {}
