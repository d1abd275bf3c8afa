"""Nothing that was locked changes without a finding in its cell, and nothing is taken whose question was changed."""

from __future__ import annotations

import copy
import itertools
import os
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from openpyxl.worksheet.datavalidation import DataValidationList

from dapf_xl.findings import Batch, Code
from dapf_xl.returns.layout import (
    DEFINITIONS,
    ENTRY_TABLES,
    HEADER_ROW,
    IDENTITY,
    PUT_RIGHT,
    RETURN,
    SIGN_OFF,
    START,
)
from dapf_xl.returns.reading import read_return, read_table
from dapf_xl.returns.template import Template
from dapf_xl.rules import CheckedReturn, IssuedRecord, Status
from dapf_xl.rules.context import packed
from dapf_xl.rules.structure import Structure
from dapf_xl.rules.tampering import HOLDS_A_ROW, check_tampering
from dapf_xl.styles import FRAME, WRONG

from .conftest import KEY, places

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from openpyxl import Workbook

    from dapf_xl.findings import Finding
    from dapf_xl.returns.reading import ReadReturn

    from .conftest import Desk, Sent

BLANKS = 1 if os.environ.get("DAPF_FULL") == "1" else 5
"""Of so many empty cells one is tried; of those that hold something, every one."""
GUARDED = {Batch.STRUCTURE, Batch.TAMPERING}


def guarded(sent: Sent, read: ReadReturn) -> list[Finding]:
    """What batches 3 and 4 find, without what comes after them."""
    context = sent.desk.context(issued={sent.issued.issue_id: sent.record})
    one = CheckedReturn(read)
    return [*Structure().check(context, one), *check_tampering(context.framework, one)]


def told(checked: CheckedReturn) -> list[tuple[str, str, str]]:
    return places([finding for finding in checked.findings if finding.code.batch in GUARDED])


def taken(checked: CheckedReturn) -> dict[str, object]:
    return {one.item: one.value for one in checked.observations}


def test_an_honest_return_has_nothing_to_be_told(sent: Sent) -> None:
    checked = sent.checked()
    assert told(checked) == []
    assert taken(checked)["must"] == Decimal(3)


# --- every cell -----------------------------------------------------------------------------------


def _with_cell(read: ReadReturn, sheet: str, row: int, column: int, value: object) -> ReadReturn:
    """The return with another value in a cell, read anew."""
    cells = read.content[sheet].cells
    for line in cells:
        line.extend([""] * (column + 1 - len(line)))
    cells[row - 1][column] = value
    read.entries, read.outside = [], []
    for name, table in ENTRY_TABLES.items():
        if name in read.content:
            entries, outside = read_table(table, read.content[name])
            read.entries += entries
            read.outside += outside
    return read


@pytest.mark.parametrize("sheet", [START, *ENTRY_TABLES, DEFINITIONS])
def test_every_cell_that_is_not_for_typing_is_told_with_old_and_new(sent: Sent, sheet: str) -> None:
    first = read_return(sent.path)
    if sheet not in first.content:
        assert sheet not in sent.issued.locked
        return
    locked = sent.issued.locked[sheet]
    table = ENTRY_TABLES.get(sheet)
    ids = {row for row, _ in sent.issued.positions.get(sheet, ())}
    parts = {*table.inputs, "shorthand", "comment"} & set(table.columns) if table else set()
    typed = {table.cell(part, row) for part in parts for row in ids} if table else set(SIGN_OFF.values())
    height, width = len(first.content[sheet].cells), len(first.content[sheet].cells[0])
    for row in range(1, height + 1):
        for column in range(width + 1):
            cell = f"{chr(ord('A') + column)}{row}"
            is_formula = str(locked.get(cell, "")).startswith("=")
            if cell in typed or is_formula or (cell not in locked and (row + column) % BLANKS):
                continue
            told_of = guarded(sent, _with_cell(copy.deepcopy(first), sheet, row, column, "Otherwise"))
            findings = [each for each in told_of if each.cell == cell]
            assert findings, (sheet, cell)
            if cell in locked and not (table and column == table.index("id")):
                (finding,) = findings
                assert f'"{str(locked[cell])[:20]}' in finding.message
                assert '"Otherwise"' in finding.message


QUESTIONS = ("ref", "indicator", "what", "unit")


@pytest.mark.parametrize("part", QUESTIONS)
def test_a_row_whose_question_was_changed_is_not_taken(sent: Sent, part: str) -> None:
    sheet, row = sent.row("must")
    cell = RETURN.cell(part, row)
    sent.change(lambda book: book[sheet].__setitem__(cell, "Something else"))
    checked = sent.checked()
    assert told(checked) == [("QUESTION_CHANGED", sheet, cell)]
    assert [each.item for each in checked.findings if each.code is Code.QUESTION_CHANGED] == ["must"]
    assert "must" not in taken(checked)
    assert "must" in {item for item, *_ in checked.untaken}
    assert taken(checked)["percent"] == Decimal("36.4")
    assert checked.status is Status.PARTLY_ACCEPTED


@pytest.mark.parametrize("part", ["target", "history_1", "history_4"])
def test_a_target_or_an_earlier_figure_that_was_changed_does_not_count(sent: Sent, part: str) -> None:
    sheet, row = sent.row("must")
    sent.change(lambda book: book[sheet].__setitem__(RETURN.cell(part, row), 99))
    checked = sent.checked()
    assert told(checked) == [("SHOWN_FIGURE_CHANGED", sheet, RETURN.cell(part, row))]
    assert "the change does not count" in next(
        each.message for each in checked.findings if each.code is Code.SHOWN_FIGURE_CHANGED
    )
    assert taken(checked)["must"] == Decimal(3)


def test_rows_that_were_sorted_without_their_ids_are_one_finding_and_none_of_them_is_taken(sent: Sent) -> None:
    visible = [letter for part, letter in RETURN.columns.items() if RETURN.index(part) not in RETURN.hidden()]

    def sort(book: Workbook) -> None:
        rows = [row for row, _ in sent.issued.positions["Return"]]
        lines = [{letter: book["Return"][f"{letter}{row}"].value for letter in visible} for row in rows]
        for row, line in zip(rows, lines[1:] + lines[:1], strict=True):
            for letter, value in line.items():
                book["Return"][f"{letter}{row}"] = value

    before = {name.partition("@")[0] for _, name in sent.issued.positions["Return"]}
    sent.change(sort)
    checked = sent.checked()
    (finding,) = (each for each in checked.findings if each.code in HOLDS_A_ROW)
    assert finding.code is Code.ROWS_EXCHANGED
    assert not before & set(taken(checked))
    assert not {"FORMULA_CHANGED", "SHOWN_FIGURE_CHANGED"} & {code for code, *_ in told(checked)}


def test_an_id_column_that_was_sorted_apart_from_its_labels_takes_nothing(sent: Sent) -> None:
    def sort(book: Workbook) -> None:
        rows = [row for row, _ in sent.issued.positions["Return"]]
        ids = sorted((book["Return"][RETURN.cell("id", row)].value for row in rows), reverse=True)
        for row, name in zip(rows, ids, strict=True):
            book["Return"][RETURN.cell("id", row)] = name

    before = dict(sent.issued.positions["Return"])
    sent.change(sort)
    checked = sent.checked()
    now = {entry.row: entry.id for entry in checked.read.entries if entry.sheet == "Return"}
    moved = {name.partition("@")[0] for row, name in now.items() if before.get(row) != name}
    assert moved
    assert not moved & set(taken(checked))
    assert {code.name for code in HOLDS_A_ROW} & {code for code, *_ in told(checked)}


def test_many_differences_of_one_kind_are_one_finding_that_names_every_cell(sent: Sent) -> None:
    def overwrite(book: Workbook) -> None:
        for row in range(1, 21):
            book[DEFINITIONS].cell(row + 40, 1, "x")

    sent.change(overwrite)
    findings = [each for each in sent.checked().findings if each.code is Code.TYPED_IN_LOCKED]
    assert [each.cell for each in findings] == ["A41"]
    assert "20 such cells in all: A41:A60" in findings[0].message


def test_personal_data_in_a_locked_cell_is_not_repeated(sent: Sent) -> None:
    sent.change(lambda book: book[START].__setitem__("C1", "jane@example.org, AB12 3CD"))
    (finding,) = (each for each in sent.checked().findings if each.code is Code.TYPED_IN_LOCKED)
    assert "example.org" not in finding.message + finding.remedy + finding.found
    assert "(personal data)" in finding.message


# --- formulas -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "said"), [("OK", 'holds "OK" now'), ('="OK"', 'the formula ="OK" now'), (None, "holds empty now")]
)
def test_a_check_that_was_replaced_is_told_in_short(sent: Sent, value: str | None, said: str) -> None:
    sheet, row = sent.row("must")
    sent.change(lambda book: book[sheet].__setitem__(RETURN.cell("check", row), value))
    checked = sent.checked()
    assert told(checked) == [("FORMULA_CHANGED", sheet, RETURN.cell("check", row))]
    (finding,) = (each for each in checked.findings if each.code is Code.FORMULA_CHANGED)
    assert said in finding.message
    assert len(finding.message) < 200
    assert taken(checked)["must"] == Decimal(3)


def test_a_formula_where_a_text_was_is_told(sent: Sent) -> None:
    sheet, row = sent.row("must")
    cell = RETURN.cell("what", row)
    sent.change(lambda book: book[sheet].__setitem__(cell, f'="{book[sheet][cell].value}"'))
    assert (sheet, cell) in {place[1:] for place in told(sent.checked())}


def test_shared_formulas_are_the_same_formulas(sent: Sent) -> None:
    part = "xl/worksheets/sheet2.xml"
    rows = [row for row, _ in sent.issued.positions["Return"]]
    formulas = {row: str(sent.issued.locked["Return"][f"M{row}"])[1:] for row in rows}
    pairs = [
        (first, second)
        for first, second in itertools.pairwise(rows)
        if re.sub(rf"(?<=[A-Z]){first}\b", str(second), formulas[first]) == formulas[second]
    ]
    first, second = pairs[0]

    def share(xml: str) -> str:
        xml = re.sub(rf'(<c r="M{first}"[^>]*>)<f>', rf'\1<f t="shared" ref="M{first}:M{second}" si="0">', xml)
        return re.sub(rf'(<c r="M{second}"[^>]*>)<f>[^<]*</f>', r'\1<f t="shared" si="0"/>', xml)

    sent.rewrite(part, share)
    assert told(sent.checked()) == []


# --- rows and columns -----------------------------------------------------------------------------


def _sorted_rows(book: Workbook, sent: Sent) -> None:
    sheet = book["Return"]
    rows = [row for row, _ in sent.issued.positions["Return"]]
    content = {row: [cell.value for cell in sheet[row][: len(RETURN.columns)]] for row in rows}
    for row, other in zip(rows, reversed(rows), strict=True):
        for column, value in enumerate(content[other], 1):
            sheet.cell(row, column).value = value


@pytest.mark.parametrize(
    "change",
    [
        lambda book, _: book["Return"].insert_rows(8),
        lambda book, _: book["Return"].insert_rows(1, 2),
        lambda book, _: book["Return"].insert_rows(HEADER_ROW),
        lambda book, _: book["Return"].insert_cols(1),
        lambda book, _: book["Return"].insert_cols(10, 2),
        _sorted_rows,
    ],
    ids=["row", "rows_above", "row_above_the_heads", "column", "columns_before_the_figures", "sorted"],
)
def test_what_moved_is_followed_and_told(sent: Sent, change: Callable[[Workbook, Sent], None]) -> None:
    before = taken(sent.checked())
    sent.change(lambda book: change(book, sent))
    checked = sent.checked()
    codes = {code for code, *_ in told(checked)}
    assert codes & {"ROWS_MOVED", "COLUMNS_MOVED"}
    left_behind = {
        "COLUMNS_HIDDEN",
        "VALIDATION_LOST",
        "FORMATS_LOST",
        "FORMATS_ADDED",
        "LINKS_CHANGED",
        "LOOKS_CHANGED",
    }
    assert codes <= {"ROWS_MOVED", "COLUMNS_MOVED", "COLUMNS_HIDDEN", *left_behind}  # openpyxl moves the values alone
    assert taken(checked) == before
    book = openpyxl.load_workbook(sent.path)
    values = {one.item: book[one.sheet][one.cell].value for one in checked.observations if one.item == "must"}
    assert values == {"must": 3}


def test_a_deleted_column_is_not_guessed_at(sent: Sent) -> None:
    sent.change(lambda book: book["Return"].delete_cols(9))
    checked = sent.checked()
    assert checked.status is Status.REJECTED
    assert "ID_MOVED" in {code for code, *_ in told(checked)}


def test_figures_that_slipped_one_row_down_are_not_taken(sent: Sent) -> None:
    rows = [row for row, _ in sent.issued.positions["Return"]]

    def slip(book: Workbook) -> None:
        sheet = book["Return"]
        for row in range(rows[-1] + 1, rows[0], -1):
            sheet[f"J{row}"] = row
        sheet[f"J{rows[0]}"] = None

    sent.change(slip)
    checked = sent.checked()
    assert ("VALUES_SLIPPED", "Return", f"J{rows[-1] + 1}") in told(checked)
    assert not [one for one in checked.observations if one.sheet == "Return"]


def test_a_total_below_a_full_column_is_only_a_note(desk: Desk, sent: Sent) -> None:
    rows = [row for row, _ in sent.issued.positions["Return"]]

    def add(book: Workbook) -> None:
        for row in rows:
            book["Return"][f"J{row}"] = book["Return"][f"J{row}"].value or 1
        book["Return"][f"J{rows[-1] + 1}"] = 400

    del desk
    sent.change(add)
    assert {code for code, *_ in told(sent.checked())} == {"OUTSIDE_THE_TABLE"}


# --- beside the cells -----------------------------------------------------------------------------


def _no_validation(book: Workbook) -> None:
    book["Return"].data_validations = DataValidationList()


def _no_formats(book: Workbook) -> None:
    book["Return"].conditional_formatting = type(book["Return"].conditional_formatting)()


def _hide(book: Workbook, sheet: str, state: str = "hidden") -> None:
    book[sheet].sheet_state = state


KINDS: dict[str, tuple[Callable[[Workbook], Any], str, str, str]] = {
    "sheet_added": (lambda book: book.create_sheet("Notes"), "SHEET_ADDED", "", ""),
    "sheet_copied": (lambda book: book.copy_worksheet(book["Return"]), "SHEET_ADDED", "", ""),
    "sheet_hidden": (lambda book: _hide(book, "Return"), "SHEET_HIDDEN", "Return", ""),
    "identity_shown": (lambda book: _hide(book, IDENTITY, "visible"), "IDENTITY_SHOWN", IDENTITY, ""),
    "definitions_gone": (lambda book: book.remove(book[DEFINITIONS]), "SHEET_GONE", DEFINITIONS, ""),
    "name_added": (
        lambda book: book.defined_names.add(
            openpyxl.workbook.defined_name.DefinedName("mine", attr_text="Return!$A$1")
        ),
        "NAMES_ADDED",
        "",
        "",
    ),
    "sheet_unprotected": (lambda book: book["Return"].protection.disable(), "PROTECTION_LOST", "", ""),
    "book_unprotected": (lambda book: setattr(book, "security", None), "PROTECTION_LOST", "", ""),
    "no_validation": (_no_validation, "VALIDATION_LOST", "Return", "J7"),
    "no_formats": (_no_formats, "FORMATS_LOST", "Return", "M6"),
    "merged": (lambda book: book["Return"].merge_cells("J7:J8"), "CELLS_MERGED", "Return", "J7"),
    "row_hidden": (
        lambda book: setattr(book["Return"].row_dimensions[7], "hidden", True),
        "ROWS_HIDDEN",
        "Return",
        "J7",
    ),
    "column_hidden": (
        lambda book: setattr(book["Return"].column_dimensions["L"], "hidden", True),
        "COLUMNS_HIDDEN",
        "Return",
        "L7",
    ),
}


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_changed_beside_the_cells_is_told_and_the_figures_are_taken(sent: Sent, kind: str) -> None:
    change, code, sheet, cell = KINDS[kind]
    sent.change(change)
    checked = sent.checked()
    found = {name: (where, at) for name, where, at in told(checked)}
    assert set(found) - {"LOOKS_CHANGED"} == {code}  # (openpyxl draws other lines around cells that it merges)
    if sheet:
        assert found[code][0] == sheet
    if cell:
        assert found[code][1] == cell
    assert checked.status is not Status.REJECTED


def test_a_renamed_sheet_is_not_read_as_another(sent: Sent) -> None:
    sent.change(lambda book: setattr(book["Return"], "title", "Return old"))
    checked = sent.checked()
    assert checked.status is Status.REJECTED
    assert ("SHEET_MISSING", "Return", "") in told(checked)


def test_what_this_program_and_offices_add_is_no_tampering(sent: Sent) -> None:
    def annotate(book: Workbook) -> None:
        book.create_sheet(PUT_RIGHT, 0)
        book["Return"]["J7"].comment = openpyxl.comments.Comment("Correct this", "dapf")
        book["Return"]["J7"].fill = openpyxl.styles.PatternFill("solid", fgColor=WRONG[1:])
        side = openpyxl.styles.Side("thick", FRAME[1:])
        book["Return"]["J7"].border = openpyxl.styles.Border(side, side, side, side)
        book["Return"].column_dimensions["C"].width = 50
        book["Return"].sheet_view.zoomScale = 80
        book.custom_doc_props.append(openpyxl.packaging.custom.StringProperty(name="MSIP_Label_Enabled", value="true"))

    sent.change(annotate)
    assert told(sent.checked()) == []


def test_something_far_outside_is_told(sent: Sent) -> None:
    sent.change(lambda book: book["Return"].__setitem__("XFD1048576", "hidden here"))
    assert told(sent.checked()) == [("FAR_OUTSIDE", "Return", "")]


# --- another return -------------------------------------------------------------------------------


def test_the_identity_of_another_return_pasted_in_is_rejected(desk: Desk, sent: Sent, tmp_path: Path) -> None:
    other = tmp_path / "police.xlsx"
    theirs = Template(desk.framework, KEY).write(desk.plan("police"), desk.known, other)
    identity = openpyxl.load_workbook(other)[IDENTITY]

    def paste(book: Workbook) -> None:
        for row in range(1, 8):
            book[IDENTITY].cell(row, 2).value = identity.cell(row, 2).value

    sent.change(paste)
    what = packed(theirs.locked, theirs.around)
    record = IssuedRecord(
        theirs.issue_id, theirs.agency, theirs.period, "3", theirs.digest, theirs.positions, theirs.file, packed=what
    )
    for changes in ({"issued": {theirs.issue_id: record}}, {"key": None, "issued": {}}):
        checked = sent.checked(**changes)
        assert checked.status is Status.REJECTED
        assert checked.observations == []


def test_a_property_that_says_another_return_is_rejected(sent: Sent) -> None:
    sent.rewrite("docProps/custom.xml", lambda xml: xml.replace(sent.issued.issue_id, "0" * 16))
    checked = sent.checked()
    assert told(checked) == [("IDENTITY_PASTED", IDENTITY, "")]
    assert checked.status is Status.REJECTED


@pytest.mark.parametrize("changes", [{}, {"key": None, "issued": {}}], ids=["with_record", "without_record"])
def test_a_return_that_says_it_is_somebody_elses_is_rejected(sent: Sent, changes: dict[str, Any]) -> None:
    sent.change(lambda book: book["Return"].__setitem__("A1", "Return: The police, Q3 2014/15"))
    checked = sent.checked(**changes)
    assert ("NAMED_OTHERWISE", "Return", "A1") in told(checked)
    assert checked.status is Status.REJECTED


def test_without_a_record_questions_are_compared_with_the_catalogue(sent: Sent) -> None:
    sheet, row = sent.row("must")
    sent.change(lambda book: book[sheet].__setitem__(RETURN.cell("what", row), "Something else"))
    checked = sent.checked(key=None, issued={})
    assert ("QUESTION_CHANGED", sheet, RETURN.cell("what", row)) in told(checked)
    assert "must" not in taken(checked)
    assert "IDENTITY_NOT_VERIFIED" in {each.code.name for each in checked.findings}


def test_without_a_record_of_the_issue_what_hides_cells_is_told_all_the_same(sent: Sent) -> None:
    row = sent.row("must")[1]
    assert told(sent.checked(issued=None)) == []

    def change(book: Workbook) -> None:
        book["Return"].row_dimensions[row].hidden = True
        book["Return"].merge_cells(f"J{row + 1}:J{row + 2}")

    sent.change(change)
    assert {code for code, *_ in told(sent.checked(issued=None))} == {"ROWS_HIDDEN", "CELLS_MERGED"}
