"""The sheet ``Quality assurance`` of a return: its rows, its cells, its check, and how it is filled."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import openpyxl
import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from dapf_xl.catalogue import load, shipped
from dapf_xl.catalogue.evidence import FIELDS
from dapf_xl.catalogue.tables import Item
from dapf_xl.findings import FillError
from dapf_xl.observations import Observation
from dapf_xl.periods import Period
from dapf_xl.returns.evidence_rows import OPEN, OPTIONAL, TO_DO, check_of_evidence
from dapf_xl.returns.filling import Typed, fill
from dapf_xl.returns.layout import ASSURANCE, DEFINITIONS, START, plan_return
from dapf_xl.returns.prefilling import prefilled
from dapf_xl.returns.reading import FORMULA, read_return
from dapf_xl.returns.row_names import names_of, values_of
from dapf_xl.returns.template import Template

if TYPE_CHECKING:
    from pathlib import Path

    from dapf_xl.expressions import Value
    from dapf_xl.returns.template import Issued
    from tests.conftest import Office

Q2 = Period.parse("2021-22-Q2")
X, P = "[x] not available: awaiting release", "[p] provisional"
DAY = Decimal(44400)
NOTHING: frozenset[str] = frozenset()
ALL = frozenset(FIELDS)
WHOLE: dict[str, Value] = {"headline": "Done", "date": DAY, "held": "Folder"}
ACTION: dict[str, Value] = WHOLE | {"action": "Repeat", "owner": "Lead", "action_due": DAY}
CASES: list[tuple[dict[str, Value], frozenset[str], str]] = [
    ({}, NOTHING, TO_DO),
    (WHOLE, NOTHING, "OK"),
    (ACTION, NOTHING, "OK"),
    (ACTION | {"assurance": "Full", "action_done": "Yes"}, NOTHING, "OK"),
    ({"shorthand": X}, NOTHING, "OK"),
    ({"shorthand": P}, NOTHING, "Correct: no headline beside the marker"),
    (WHOLE | {"shorthand": X}, NOTHING, "Correct: headline or shorthand, not both"),
    (WHOLE | {"shorthand": P}, NOTHING, "OK"),
    ({"date": DAY}, NOTHING, "To do: the headline"),
    ({"headline": "Done"}, NOTHING, "To do: the date of it"),
    ({"headline": "Done", "date": DAY}, NOTHING, "To do: where it is held"),
    (WHOLE | {"date": "in June"}, NOTHING, "Correct: Date of the evidence is no date"),
    (WHOLE | {"action": "Repeat"}, NOTHING, "To do: who does the action"),
    (WHOLE | {"action": "Repeat", "owner": "Lead"}, NOTHING, "To do: when the action is due"),
    (ACTION | {"action_due": "soon"}, NOTHING, "Correct: Action due is no date"),
    (WHOLE | {"owner": "Lead"}, NOTHING, "To do: what the action is"),
    (ACTION | {"assurance": "A lot"}, NOTHING, "Correct: Assurance given is not on the list"),
    (ACTION | {"action_done": "perhaps"}, NOTHING, "Correct: Action done is not on the list"),
    ({"shorthand": "[x]"}, NOTHING, "Correct: pick the shorthand with its reason"),
    ({"shorthand": "later"}, NOTHING, "Correct: pick the shorthand from the list"),
    (WHOLE | {"held": "x" * 8001}, NOTHING, "Correct: Where it is held is too long"),
    ({"headline": " "}, NOTHING, TO_DO),
    ({"action_done": "Yes"}, ALL, "OK"),
    ({"headline": "Done again"}, ALL, "OK"),
    ({"action": "Another"}, ALL, "OK"),
    ({"action_done": "Yes"}, ALL - {"action"}, "To do: what the action is"),
]


@pytest.mark.parametrize(("cells", "has", "said"), CASES)
def test_what_the_check_says(cells: dict[str, Value], has: frozenset[str], said: str) -> None:
    assert check_of_evidence(TO_DO, has).evaluate(values_of(ASSURANCE, cells, Item(type="text"), 5)) == said


def test_the_formula_says_the_same(office: Office, tmp_path: Path) -> None:
    path = tmp_path / "checks.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet(ASSURANCE.sheet)
    for name, formula in names_of(ASSURANCE, 5).items():
        book.define_name(f"'{ASSURANCE.sheet}'!{name}", f"={formula}")
    for row, (cells, has, _) in enumerate(CASES):
        for name in (*FIELDS, "shorthand"):
            value = cells.get(name)
            if value is not None:
                sheet.write(row, ASSURANCE.index(name), float(value) if isinstance(value, Decimal) else value)
        check = check_of_evidence(TO_DO, has)
        sheet.write_formula(row, 20, f"={check.formula({name: name for name in check.names})}", None, "wrong")
    book.close()
    found = CalamineWorkbook.from_path(office.recalculate(path)).get_sheet_by_index(0).to_python()
    assert [row[-1] for row in found] == [said for _, _, said in CASES]


def written(folder: Path, agency: str, known: dict[tuple[str, str, str, Period], Observation]) -> tuple[Path, Issued]:
    framework = load(shipped()["doncaster"])
    path = folder / f"{agency}_{Q2.label}.xlsx"
    return path, Template(framework, b"key").write(plan_return(framework, agency, Q2, known), known, path)


@pytest.fixture
def board(tmp_path: Path) -> tuple[Path, Issued]:
    return written(tmp_path, "operational_board", {})


def test_who_answers_tasks_only_is_sent_that_sheet_only(board: tuple[Path, Issued]) -> None:
    path, issued = board
    assert openpyxl.load_workbook(path).sheetnames == [START, ASSURANCE.sheet, DEFINITIONS, "_dapf"]
    assert read_return(path).positions() == issued.positions
    assert len(issued.positions[ASSURANCE.sheet]) == 3 * len(FIELDS)


def test_only_what_is_typed_is_unlocked(board: tuple[Path, Issued]) -> None:
    sheet = openpyxl.load_workbook(board[0])[ASSURANCE.sheet]
    assert sheet.protection.sheet
    rows = sorted({row for row, _ in board[1].positions[ASSURANCE.sheet]})
    unlocked = {cell.coordinate for row in sheet.iter_rows() for cell in row if not cell.protection.locked}
    assert unlocked == {f"{letter}{row}" for row in rows for letter in "EFGHIJKLM"}
    assert sheet.column_dimensions["O"].hidden
    assert [sheet[f"O{row}"].value for row in rows][:1] == ["QA7@2021-06-01/2021-07-31"]


def test_a_row_says_what_how_why_and_by_when(board: tuple[Path, Issued]) -> None:
    sheet = openpyxl.load_workbook(board[0])[ASSURANCE.sheet]
    assert sheet["A6"].value == "Domestic abuse partnership strategic board"
    what = str(sheet["B7"].value).split("\n")
    assert [line.partition(":")[0] for line in what[1:]] == ["How", "It tells us", "Wanted"]
    assert sheet["C7"].value == "Every two months\nBy 31 July 2021\nAbout 1 June 2021 to 31 July 2021"
    checks = [sheet[f"N{row}"].value for row in (7, 8, 10)]
    assert all(str(check).startswith("=IF(") for check in checks)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (Typed("QA12.assurance", value="Some"), "Pick one from the list: Full, Reasonable, Limited, None given."),
        (Typed("QA12.date", value="soon"), "Type a date"),
        (Typed("QA12.action_done", value="perhaps"), "Pick Yes or No"),
        (Typed("QA12.date", shorthand=X), "takes no shorthand for QA12.date"),
        (Typed("QA12.headline", comment="more"), "takes no comment"),
        (Typed("QA99.headline", value="x"), "does not ask for QA99.headline"),
    ],
)
def test_what_a_person_could_not_type_is_refused(
    board: tuple[Path, Issued], tmp_path: Path, typed: Typed, words: str
) -> None:
    with pytest.raises(FillError, match=words):
        fill(board[0], [typed], tmp_path / "out.xlsx")


def test_fields_are_filled_by_item_and_span(board: tuple[Path, Issued], tmp_path: Path) -> None:
    values = [
        Typed("QA7.headline", value="12"),
        Typed("QA7.headline", value="=1+1", period="2021-06-01/2021-07-31"),
        Typed("QA7.date", value="2021-07-30", period="2021-06-01/2021-07-31"),
        Typed("QA12.assurance", value="None given"),
        Typed("QA12.headline", shorthand=X),
    ]
    assert fill(board[0], values, tmp_path / "out.xlsx") == len(values)
    found = {entry.id: entry.value or entry.shorthand for entry in read_return(tmp_path / "out.xlsx").entries}
    given = {name: value for name, value in found.items() if value}
    date = given.pop("QA7.date@2021-06-01/2021-07-31")
    assert str(date)[:10] == "2021-07-30"
    assert given == {
        "QA7.headline@2021-08-01/2021-09-30": "12",
        "QA7.headline@2021-06-01/2021-07-31": "=1+1",
        "QA12.assurance@2021-22-Q2": "None given",
        "QA12.headline@2021-22-Q2": X,
    }


def test_a_formula_in_any_cell_of_a_row_is_found(board: tuple[Path, Issued]) -> None:
    book = openpyxl.load_workbook(board[0])
    book[ASSURANCE.sheet]["J7"] = "=1+1"
    book.save(board[0])
    found = [entry for entry in read_return(board[0]).entries if entry.trouble]
    assert [(entry.row, entry.part, entry.trouble == FORMULA) for entry in found] in (
        [(7, "owner", True)],
        [(7, "owner", False)],  # openpyxl keeps no result: it was never calculated
    )


def test_what_was_said_stands_beside_what_is_asked(tmp_path: Path) -> None:
    earlier = ("QA7.headline", "", "operational_board", Period.parse("2021-04-01/2021-05-31"))
    open_one = Period.parse("2021-06-01/2021-07-31")
    known = {earlier: Observation(*earlier, text="Two themes")}
    for name, text in (("headline", "Three themes"), ("action", "Ask"), ("action_due", "2021-10-01")):
        key = (f"QA7.{name}", "", "operational_board", open_one)
        known[key] = Observation(*key, text=text)
    sheet = openpyxl.load_workbook(written(tmp_path, "operational_board", known)[0], data_only=True)[ASSURANCE.sheet]
    assert sheet["D7"].value == "Headline: Three themes\nAction: Ask\nAction due: 1 October 2021"
    assert sheet["N7"].value == OPEN
    assert sheet["D8"].value == "For 1 June 2021 to 31 July 2021: Three themes"
    assert sheet["N8"].value == TO_DO


def test_recalculating_a_return_changes_nothing(office: Office, tmp_path: Path) -> None:
    path, issued = written(tmp_path, "council", {})
    before, after = (CalamineWorkbook.from_path(each) for each in (path, office.recalculate(path)))
    for name in (START, ASSURANCE.sheet):
        rows = [book.get_sheet_by_name(name).to_python(skip_empty_area=False) for book in (before, after)]
        assert rows[0] == [row[: len(rows[0][0])] for row in rows[1]][: len(rows[0])]
    checks = [row[ASSURANCE.index("check")] for row in before.get_sheet_by_name(ASSURANCE.sheet).to_python()]
    assert OPTIONAL in checks  # survivors' voice need not be given
    assert checks.count(TO_DO) + checks.count(OPTIONAL) == len(issued.positions[ASSURANCE.sheet]) / len(FIELDS)


@pytest.mark.parametrize("agency", ["police", "council", "operational_board"])
def test_every_step_stands_above_the_sign_off_and_the_sheet_prints_on_a_page(tmp_path: Path, agency: str) -> None:
    sheet = openpyxl.load_workbook(written(tmp_path, agency, {})[0])[START]
    heads = [str(row[0].value) for row in sheet.iter_rows(max_row=18)]
    steps = [head for head in heads if head.startswith("Step")]
    assert steps == [f"Step {number}" for number in range(1, len(steps) + 1)]
    assert heads[-1] == "Sign-off"
    assert sheet[f"B{heads.index(steps[-1]) + 1}"].value == (
        "Sign below, save the file under its own name, and send it back."
    )
    assert heads[heads.index(steps[0]) - 1] == "What to do"
    assert {sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight} <= {None, 1}  # (1 is the default)


def test_what_was_given_stands_as_it_was_typed_in_a_return_that_is_issued_again(tmp_path: Path) -> None:
    framework, period = load(shipped()["doncaster"]), Period.parse("2022-23-Q1")
    plan = plan_return(framework, "operational_board", period, {})
    whole = {"headline": "Done", "date": date(2022, 6, 1), "held": "Folder", "action": "Repeat", "owner": "Lead"}
    texts = {name: str(value) for name, value in (whole | {"action_due": date(2022, 9, 1)}).items()}
    given = {
        (f"QA12.{name}", "", plan.agency, period): Observation(f"QA12.{name}", "", plan.agency, period, text=text)
        for name, text in texts.items()
    }
    Template(framework, b"key").write(plan, {}, tmp_path / "again.xlsx", prefilled(plan, given))
    found = {each.part: each.value for each in read_return(tmp_path / "again.xlsx").entries if "QA12" in each.id}
    assert {name: value for name, value in found.items() if value} == whole | {"action_due": date(2022, 9, 1)}
