"""Quality assurance over several rounds: what is due, overdue, carried over, answered late, and done."""

from __future__ import annotations

import csv
from datetime import date
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from dapf_xl import cycle
from dapf_xl.assurance import status_of
from dapf_xl.catalogue import export, load, shipped
from dapf_xl.catalogue.evidence import FIELDS
from dapf_xl.master import pages_of
from dapf_xl.master.assurance_sheet import marked_status, overdue_words
from dapf_xl.master.common import ASSURANCE
from dapf_xl.observations import Observation
from dapf_xl.periods import Period
from dapf_xl.returns.filling import Typed, fill
from dapf_xl.tables import master_tables
from dapf_xl.variance import lines_of
from tests.e2e.test_master_in_calc import cells_of
from tests.master.building import AREAS, NOW

if TYPE_CHECKING:
    from pathlib import Path

    from dapf_xl.consolidation import Round
    from tests.conftest import Office

Q1, Q2, Q3, Q4 = (f"2021-22-Q{number}" for number in (1, 2, 3, 4))
SPRING, SUMMER = "2021-04-01/2021-05-31", "2021-06-01/2021-07-31"
BOARD, SAFEGUARDING = "operational_board", "safeguarding_boards"
AWAITED = "[x] not available: awaiting release"
REPORT = {"headline": "Two themes", "date": "28/05/2021", "held": "Minutes of May"}


# --- how an occurrence stands -----------------------------------------------------------------------

DUE, DAY = date(2021, 5, 31), date(2021, 6, 30)
GIVEN = {"headline": "Done"}
ACTION = GIVEN | {"action": "Repeat it"}


@pytest.mark.parametrize(
    ("given", "due", "required", "status"),
    [
        ({}, DUE, True, "Overdue since 31 May 2021"),
        ({}, DAY, True, "Not answered"),
        ({}, DUE, False, "Not answered"),
        ({}, None, True, "No date set"),
        ({"headline": "[x]"}, DUE, True, "Overdue since 31 May 2021"),
        ({"headline": "[x]"}, DAY, True, "Awaited"),
        ({"headline": "[x]"}, None, True, "No date set"),
        ({"headline": "[z]"}, DUE, True, "Answered"),
        (GIVEN, DUE, True, "Answered"),
        (GIVEN, None, True, "Answered"),
        (ACTION, DUE, True, "Action open"),
        (ACTION | {"action_due": "2021-06-30"}, DUE, True, "Action open"),
        (ACTION | {"action_due": "2021-06-29"}, DUE, True, "Action overdue since 29 June 2021"),
        (ACTION | {"action_due": "2021-06-29", "action_done": "No"}, DUE, True, "Action overdue since 29 June 2021"),
        (ACTION | {"action_due": "2021-06-29", "action_done": "Yes"}, DUE, True, "Answered"),
        ({"action": "Repeat it"}, DUE, True, "Overdue since 31 May 2021"),
    ],
)
def test_how_an_occurrence_stands(given: dict[str, str], due: date | None, required: bool, status: str) -> None:  # noqa: FBT001
    fields = {
        name: Observation(name, "", "a", Period.parse(Q1), **_said(text), reason="awaiting release" * (text == "[x]"))  # type: ignore[arg-type]
        for name, text in given.items()
    }
    assert status_of(fields, due, DAY, required=required) == status
    assert marked_status(status)[2:] == status


def _said(text: str) -> dict[str, str]:
    return {"replacement": text} if text.startswith("[") else {"text": text}


# --- rounds -----------------------------------------------------------------------------------------


class Desk:
    """A workspace of a framework with tasks, and what a lead and the boards do in it."""

    def __init__(self, folder: Path, framework: str = "doncaster") -> None:
        self.folder = folder
        cycle.init(framework, folder)

    def issue(self, period: str, *agencies: str) -> None:
        cycle.issue(self.folder, period, agencies or (BOARD, SAFEGUARDING))

    def rows(self, agency: str, period: str) -> dict[str, str]:
        """Return what was said so far, by the row's id, of every row of a return's sheet."""
        book = openpyxl.load_workbook(self.folder / "issued" / period / f"{agency}_{period}.xlsx")
        if ASSURANCE not in book.sheetnames:
            return {}
        sheet = book[ASSURANCE]
        return {
            str(sheet[f"O{row}"].value): str(sheet[f"D{row}"].value) for row in range(6, 60) if sheet[f"O{row}"].value
        }

    def send_back(self, agency: str, period: str, values: dict[str, str]) -> None:
        """Fill a return; keys are ``QA7.headline`` or ``QA7.headline@span``."""
        name = f"{agency}_{period}.xlsx"
        typed = []
        for key, value in values.items():
            item, _, span = key.partition("@")
            is_shorthand = value.startswith("[")
            typed.append(Typed(item, "", "" if is_shorthand else value, value if is_shorthand else "", period=span))
        fill(self.folder / "issued" / period / name, typed, self.folder / "returns" / period / name)

    def consolidate(self, period: str) -> Round:
        done = cycle.consolidate(self.folder, period)
        self.master = done.master
        self.found = [finding.code.name for finding in done.checked.findings]
        return done.current


def statuses(current: Round, *evidence: str) -> dict[str, str]:
    """Return the statuses of tasks by their id and span, where their agency was sent a return."""
    return {
        f"{task.asked.item.id.removesuffix('.headline')}@{task.asked.period.label}": task.status
        for task in current.tasks
        if task.evidence.evidence.id in evidence and task.asked.supplier in {BOARD, SAFEGUARDING, "strategic_board"}
    }


def of(row: str, fields: dict[str, str], span: str = "") -> dict[str, str]:
    return {f"{row}.{name}@{span}" if span else f"{row}.{name}": text for name, text in fields.items()}


def test_an_unanswered_task_is_carried_answered_late_and_its_action_followed_until_it_is_done(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "ws")
    desk.issue(Q1)
    assert set(desk.rows(BOARD, Q1)) == {f"QA7@{SPRING}", f"QA12@{Q1}", "QA13@2020-21"}
    assert set(desk.rows(SAFEGUARDING, Q1)) == {"QA19@2020-21"}
    desk.send_back(SAFEGUARDING, Q1, {"QA19.headline": AWAITED})
    assert statuses(desk.consolidate(Q1), "QA7", "QA12", "QA19") == {
        f"QA7@{SPRING}": "Overdue since 31 May 2021",
        f"QA12@{Q1}": "No date set",
        "QA19@2020-21": "Awaited",
    }

    desk.issue(Q2)  # carried: what is dated and unanswered, and what was only announced
    rows = desk.rows(BOARD, Q2)
    assert set(rows) == {f"QA7@{SPRING}", f"QA7@{SUMMER}", "QA7@2021-08-01/2021-09-30", f"QA12@{Q2}", "QA13@2020-21"}
    assert rows[f"QA7@{SPRING}"] == "Carried over: not answered, and overdue since 31 May 2021."
    assert rows[f"QA7@{SUMMER}"] == "–"
    assert AWAITED in desk.rows(SAFEGUARDING, Q2)["QA19@2020-21"]
    action = {"action": "Add the districts", "owner": "Analyst", "action_due": "30/11/2021", "assurance": "Limited"}
    late = {**of("QA7", REPORT, SPRING), **of("QA7", REPORT | action, SUMMER)}
    desk.send_back(BOARD, Q2, {**late, **of("QA13", REPORT)})
    current = desk.consolidate(Q2)
    assert statuses(current, "QA7", "QA13", "QA19") == {
        f"QA7@{SPRING}": "Answered",
        f"QA7@{SUMMER}": "Action open",
        "QA7@2021-08-01/2021-09-30": "Not answered",
        "QA13@2020-21": "Answered",
        "QA19@2020-21": "Overdue since 30 June 2021",
    }

    desk.issue(Q3)
    rows = desk.rows(BOARD, Q3)
    assert f"QA7@{SPRING}" not in rows
    assert "QA13@2020-21" not in rows
    assert "its action is open" in rows[f"QA7@{SUMMER}"]
    assert "Action: Add the districts" in rows[f"QA7@{SUMMER}"]
    assert set(desk.rows(SAFEGUARDING, Q3)) == {"QA19@2020-21"}  # it survives a third round
    assert statuses(desk.consolidate(Q2), "QA7")[f"QA7@{SPRING}"] == "Answered"  # an earlier round stays as it was
    desk.send_back(BOARD, Q3, {f"QA7.headline@{SUMMER}": "Two themes, and one more"})
    assert statuses(desk.consolidate(Q3), "QA7")[f"QA7@{SUMMER}"] == "Action overdue since 30 November 2021"

    desk.issue(Q4)
    desk.send_back(BOARD, Q4, {f"QA7.action_done@{SUMMER}": "Yes"})
    desk.send_back(SAFEGUARDING, Q4, of("QA19", REPORT, "2020-21"))
    current = desk.consolidate(Q4)
    assert statuses(current, "QA7")[f"QA7@{SUMMER}"] == "Answered"
    (task,) = (each for each in current.tasks if each.asked.period.label == SUMMER)
    assert {name: each.text for name, each in task.fields.items()} == {
        "headline": "Two themes, and one more",
        "date": "2021-05-28",
        "held": "Minutes of May",
        "assurance": "Limited",
        "action": "Add the districts",
        "owner": "Analyst",
        "action_due": "2021-11-30",
        "action_done": "Yes",
    }
    assert statuses(current, "QA19")["QA19@2020-21"] == "Answered"
    desk.issue("2022-23-Q1")
    assert f"QA7@{SUMMER}" not in desk.rows(BOARD, "2022-23-Q1")
    assert set(desk.rows(SAFEGUARDING, "2022-23-Q1")) == {"QA18@2021-22", "QA19@2021-22"}


def test_evidence_that_comes_after_the_first_master_is_one_change(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "ws")
    desk.issue(Q1)
    desk.send_back(BOARD, Q1, of("QA7", REPORT, SPRING))
    desk.consolidate(Q1)
    desk.send_back(BOARD, Q1, of("QA7", REPORT, SPRING) | of("QA12", REPORT | {"action": "Repeat it"}))
    changes = [(each.figure[0], each.kind) for each in desk.consolidate(Q1).changes]
    assert changes == [("QA12.headline", "New")]
    desk.send_back(BOARD, Q1, of("QA7", REPORT | {"held": "Elsewhere"}, SPRING) | of("QA12", REPORT))
    changes = [(each.figure[0], each.kind) for each in desk.consolidate(Q1).changes]
    assert changes == [("QA7.held", "Revised")]


def test_what_was_never_issued_is_not_carried(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "ws")
    desk.issue(Q1, SAFEGUARDING)
    desk.issue(Q2, BOARD)
    assert f"QA7@{SPRING}" not in desk.rows(BOARD, Q2)
    with pytest.raises(Exception, match="nothing is asked"):
        desk.issue(Q2, "suicide_board")


def test_a_successor_takes_over_what_is_open(tmp_path: Path) -> None:
    catalogue = tmp_path / "catalogue"
    export(load(shipped()["doncaster"]), catalogue)
    with (catalogue / "agencies.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        if row["id"] == BOARD:
            row |= {"until": Q2, "successor": "strategic_board"}
    with (catalogue / "agencies.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    desk = Desk(tmp_path / "ws", str(catalogue))
    desk.issue(Q2, BOARD)
    desk.send_back(
        BOARD, Q2, of("QA7", REPORT | {"action": "Ask", "owner": "Lead", "action_due": "01/10/2021"}, SUMMER)
    )
    desk.consolidate(Q2)
    desk.issue(Q3, "strategic_board")
    rows_of_successor = desk.rows("strategic_board", Q3)
    assert "Action: Ask" in rows_of_successor[f"QA7@{SUMMER}"]
    assert "not answered" in rows_of_successor["QA7@2021-08-01/2021-09-30"]
    desk.send_back(
        "strategic_board",
        Q3,
        {f"QA7.action_done@{SUMMER}": "Yes", **of("QA7", REPORT, "2021-08-01/2021-09-30")},
    )
    current = desk.consolidate(Q3)
    assert "EVIDENCE_INCOMPLETE" not in desk.found
    found = {task.asked.period.label: task for task in current.tasks if task.evidence.evidence.id == "QA7"}
    assert {task.asked.supplier for task in found.values()} == {"strategic_board"}
    assert (found[SUMMER].status, found[SUMMER].asked_before) == ("Answered", BOARD)
    assert found["2021-08-01/2021-09-30"].status == "Answered"


# --- the master -------------------------------------------------------------------------------------


def tables_of(current: Round) -> Any:  # noqa: ANN401
    return master_tables(current, lines_of(current), NOW)


def test_the_master_lists_the_overdue_first_and_says_how_many(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "ws")
    desk.issue(Q1)
    desk.send_back(SAFEGUARDING, Q1, of("QA19", REPORT))
    current = desk.consolidate(Q1)
    book = openpyxl.load_workbook(desk.master)
    sheet = book[ASSURANCE]
    heads = [cell.value for cell in sheet[6]]
    rows = [dict(zip(heads, (cell.value for cell in row), strict=True)) for row in sheet.iter_rows(min_row=7)]
    marks = [str(row["Status"])[0] for row in rows]
    assert marks == sorted(marks, key="■▲○●".index)
    assert marks[0] == "■"
    assert (rows[0]["Ref"], rows[0]["Due"]) == ("QA7", "31 May 2021 (about 1 April 2021 to 31 May 2021)")
    (answered,) = (row for row in rows if row["Status"] == "● Answered")
    assert (answered["Headline"], answered["Date of it"], answered["Where it is held"]) == (
        "Two themes",
        "28 May 2021",
        "Minutes of May",
    )
    words = overdue_words(tables_of(current))
    assert words == f"1 of {len(rows)} pieces of evidence is overdue"
    assert f"{words}." in [cell.value for cell in book["Summary"]["A"]]
    assert ASSURANCE in [cell.value for cell in book["Cover"]["A"]]
    shown = {
        str(cell.value)
        for name in book.sheetnames
        if name not in {ASSURANCE, "Data", "Findings"}
        for row in book[name]
        for cell in row
    }
    labels = tuple(f": {field.label[0].lower()}{field.label[1:]}" for field in FIELDS.values())
    assert not {text for text in shown if text.endswith(labels)}


def test_recalculating_the_master_changes_no_cell(office: Office, tmp_path: Path) -> None:
    desk = Desk(tmp_path / "ws")
    desk.issue(Q1)
    desk.send_back(SAFEGUARDING, Q1, of("QA19", REPORT))
    desk.consolidate(Q1)
    cached, recalculated = cells_of(desk.master), cells_of(office.recalculate(desk.master))
    assert sum(sheet == ASSURANCE for sheet, _, _ in cached) > 100
    assert cached == recalculated


def test_a_gap_in_data_is_told_once_for_a_row(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "ws")
    desk.issue(Q1)
    desk.send_back(SAFEGUARDING, Q1, of("QA19", REPORT))
    data = tables_of(desk.consolidate(Q1)).data
    board = data[(data["agency"] == BOARD) & data["item"].str.startswith("QA7.")]
    assert board[["item", "status"]].to_numpy().tolist() == [["QA7.headline", "not received"]]
    given = data[(data["item"].str.startswith("QA19.")) & (data["file"] != "")]
    assert given[["item", "unit", "comment"]].to_numpy().tolist() == [
        ["QA19.headline", "text", "Two themes"],
        ["QA19.date", "date", "2021-05-28"],
        ["QA19.held", "text", "Minutes of May"],
    ]


@pytest.mark.parametrize("area", ["cambridgeshire", "haringey"])
def test_a_framework_without_evidence_has_no_such_sheet(area: str) -> None:
    assert ASSURANCE not in [page.name for page in pages_of(AREAS[area]())]
