"""The handlers of the buttons, in a real spreadsheet program: what they do, what they show, and what they say."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from dapf_xl import cycle
from dapf_xl.hosts import agency_states, alone, excel
from dapf_xl.hosts import control_sheet as at
from dapf_xl.observations import published
from dapf_xl.periods import Period
from dapf_xl.recipients import Recipient, Recipients, recipients_of
from dapf_xl.workspace import ANNOTATED, open_workspace
from tests.rounds import QUARTER, cells, data_of

if TYPE_CHECKING:
    from tests.hosts.conftest import Opened

CHAIR, MEMBER = "chair@council.example.org", "member@council.example.org"


def left_as_found(opened: Opened) -> bool:
    """Say whether Calc draws, asks and has its status bar to itself again."""
    app = opened.calc.app
    return app.screen_updating and app.display_alerts and app.status_bar is False


def marked(state: str) -> str:
    return f"{agency_states.MARKS[state]} {state}"


# --- the workspace ----------------------------------------------------------------------------


def test_choosing_a_workspace_shows_what_it_is_and_how_its_latest_round_stands(opened: Opened) -> None:
    opened.put(at.PERIOD, "")
    excel.choose()
    framework = opened.desk.workspace.framework
    assert opened.cell(at.FRAMEWORK) == framework.id
    assert opened.cell(at.TITLE) == framework.title
    assert opened.cell(at.PERIOD) == QUARTER
    assert opened.cell(at.PLACES["issued"]) == str(opened.desk.issued)
    assert opened.book.sheets(at.CONTROL).range(at.PLACES["issued"]).formula.startswith("=HYPERLINK(")
    assert [row[:2] for row in opened.table()] == [(agency.name, "○ Issued") for agency in framework.agencies.values()]
    assert opened.said() == "● Q2 2014/15: 5 issued."


def test_the_periods_offered_run_from_the_first_known_to_the_next(opened: Opened) -> None:
    excel.choose()
    offered = [label for (label,) in opened.cell("A2:A130", at.LISTS) if label]
    assert QUARTER in offered
    assert offered == sorted(offered, reverse=True)
    history = published(opened.desk.workspace.framework)
    assert offered[-1] == min(Period.containing(each.period.last_day) for each in history).label
    assert len(offered) == len(set(offered)) > 20


def test_a_workspace_that_onedrive_holds_or_kept_twice_is_told_of(opened: Opened, tmp_path: Path) -> None:
    folder = tmp_path / "OneDrive - Council" / "new"
    folder.mkdir(parents=True)
    opened.put(at.WORKSPACE, str(folder))
    opened.put(at.FRAMEWORK, "haringey")
    excel.new_workspace()
    assert opened.said().startswith("▲ Made a workspace for Haringey.")
    assert "OneDrive holds this folder" in opened.said()
    excel.choose()
    assert opened.said().startswith("▲ OneDrive holds this folder")
    (folder / "catalogue-LAPTOP.xlsx").touch()
    excel.choose()
    assert opened.said().startswith("▲ catalogue-LAPTOP.xlsx lies beside catalogue.xlsx, which alone is used")
    (folder / "ledger-LAPTOP.sqlite").touch()
    excel.check()
    assert "ledger-LAPTOP.sqlite lies beside ledger.sqlite" not in opened.said()  # nothing came back yet
    excel.issue()
    assert "ledger-LAPTOP.sqlite lies beside ledger.sqlite" in opened.said()


def test_a_period_that_is_not_offered_is_replaced_by_the_usual_one(opened: Opened) -> None:
    opened.put(at.PERIOD, "1990-91-Q1")
    excel.choose()
    assert opened.cell(at.PERIOD) == QUARTER


def test_an_empty_folder_becomes_a_workspace_when_a_framework_is_chosen(opened: Opened, tmp_path: Path) -> None:
    folder = tmp_path / "new"
    folder.mkdir()
    opened.put(at.WORKSPACE, str(folder))
    excel.choose()
    assert opened.said().startswith(f"▲ {folder} is empty.")
    excel.new_workspace()
    assert opened.said().startswith("■ No framework is chosen: pick one in B5")
    opened.put(at.FRAMEWORK, "doncaster")
    excel.new_workspace()
    assert open_workspace(folder).framework.id == "doncaster"
    assert opened.said().startswith("● Made a workspace for Doncaster.")
    assert opened.cell(at.TITLE) == open_workspace(folder).framework.title
    assert re.fullmatch(r"\d{4}-\d{2}-Q\d", opened.cell(at.PERIOD))


# --- the quarter ------------------------------------------------------------------------------


def test_issuing_writes_the_returns_and_shows_each(opened: Opened, tmp_path: Path) -> None:
    folder = tmp_path / "another"
    cycle.init("haringey", folder)
    opened.put(at.WORKSPACE, str(folder))
    excel.issue()
    issued = sorted(path.name for path in (folder / "issued" / QUARTER).iterdir())
    assert sorted(row[5] for row in opened.table()) == issued
    assert opened.said().startswith("● 5 returns issued. Send each to its agency")
    assert "Issuing 1 of 5: IDVA provider" in opened.calc.app.shown
    assert left_as_found(opened)


def test_checking_shows_each_return_s_state_and_records_nothing(opened: Opened) -> None:
    opened.desk.send_all_back(but="dvip")
    opened.desk.force(opened.desk.returns / f"police_{QUARTER}.xlsx", "H2.retained", "many")
    before = opened.desk.everything()
    excel.check()
    checked = cycle.check([opened.desk.returns], opened.desk.folder, QUARTER)
    agencies = opened.desk.workspace.framework.agencies
    states = {row[0]: row[1:] for row in opened.table()}
    expected = {agencies[each.agency].name: marked(each.status) for each in checked.returns}
    expected["DVIP (perpetrator programme)"] = "○ Not returned"
    assert {agency: row[0] for agency, row in states.items()} == expected
    assert states["DVIP (perpetrator programme)"][1:] == (None, None, None, None)
    state, errors, _, first, file = states["Metropolitan Police, Haringey"]
    assert (state, errors) == ("▲ Partly accepted", 1)
    assert first.startswith("Return!J")
    copies = [path.name for path in (opened.desk.folder / ANNOTATED / QUARTER).iterdir()]
    assert file in copies
    said = re.fullmatch(r"▲ 4 files checked: (.*)\. Nothing has been recorded: .*", opened.said())
    assert said
    assert said[1].endswith("1 partly accepted, 1 not returned")
    assert "Checking 3 of 4: Metropolitan Police, Haringey" in opened.calc.app.shown
    record, files = opened.desk.everything()
    assert (record, {name: files[name] for name in before[1]}) == before
    assert left_as_found(opened)


def test_a_state_links_to_its_file(opened: Opened) -> None:
    opened.desk.send_back("idva")
    excel.check()
    formula = opened.book.sheets(at.CONTROL).range(f"F{at.FIRST_ROW}").formula
    assert formula.startswith(f'=HYPERLINK("{opened.desk.folder}')
    assert f"idva_{QUARTER}" in formula


def test_consolidating_makes_the_master_that_the_verb_makes_and_opens_it(opened: Opened, tmp_path: Path) -> None:
    opened.desk.send_all_back()
    shutil.copytree(opened.desk.folder, tmp_path / "same")
    excel.consolidate()
    master = opened.desk.master
    expected = cycle.consolidate(tmp_path / "same", QUARTER).master
    assert cells(master).keys() == cells(expected).keys()
    assert [row["value"] for row in data_of(master)] == [row["value"] for row in data_of(expected)]
    assert re.fullmatch(
        rf"[●▲] Consolidated Q2 2014/15: .*accepted.*\. The master is {master.name}, and is open\.", opened.said()
    )
    assert {book.name for book in opened.calc.app.books} == {master.name, opened.book.name}
    assert "Consolidating 5 of 5: Haringey Council, violence against women and girls lead" in opened.calc.app.shown
    assert left_as_found(opened)


def test_a_master_that_cannot_be_opened_is_made_and_named_all_the_same(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise RuntimeError("no room for another window")

    opened.desk.send_all_back()
    monkeypatch.setattr("tests.hosts.calc_engine.Books.open", refused)
    excel.consolidate()
    assert opened.desk.master.is_file()
    assert "it could not be opened here: open it from" in opened.said()
    assert "no room for another window" in opened.log


def test_refreshing_shows_what_is_on_record(opened: Opened) -> None:
    opened.desk.send_all_back(but="dvip")
    opened.desk.consolidate()
    excel.refresh()
    current = opened.desk.round()
    assert [row[1] for row in opened.table()] == [
        marked("Issued" if each.status == "Not returned" else each.status) for each in current.submissions
    ]
    assert opened.said().endswith(", 1 issued.")
    opened.put(at.PERIOD, "2015-16-Q1")
    excel.refresh()
    assert {row[1] for row in opened.table()} == {"○ Not issued"}


def test_a_shorter_table_leaves_nothing_of_a_longer_one(opened: Opened) -> None:
    excel.refresh()
    assert len(opened.table()) == 5
    opened.desk.send_back("idva")
    shutil.copy(opened.desk.returns / f"idva_{QUARTER}.xlsx", opened.desk.folder / "one.xlsx")
    states = agency_states.of_issued(opened.desk.workspace, [opened.desk.folder / "one.xlsx"])
    excel.Desk(_book(opened)).show("One", states)
    assert [row[0] for row in opened.table()] == ["one.xlsx"]


def test_the_draft_is_opened_in_the_mail_program(
    opened: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened.desk.send_all_back()
    opened.desk.consolidate()
    told = _mail_program(tmp_path, monkeypatch)
    cycle.set_recipients(opened.desk.folder, Recipients("lead@x.example", (Recipient(CHAIR, cleared=True),)))
    excel.email()
    (draft,) = (opened.desk.folder / "committee" / QUARTER).glob("*.eml")
    assert opened.said().startswith(f"● {draft.name} is open in your mail program. Read it, then send it: nothing is")
    assert "no Send button, as in the new Outlook" in opened.said()
    assert "…" not in opened.said()
    assert told.read_text(encoding="utf-8").strip() == str(draft)


def test_without_a_mail_program_the_draft_is_named(
    opened: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened.desk.send_all_back()
    opened.desk.consolidate()
    cycle.set_recipients(opened.desk.folder, Recipients("lead@x.example", (Recipient(CHAIR, cleared=True),)))
    monkeypatch.setenv("PATH", str(tmp_path))
    excel.email()
    assert opened.said().startswith("▲ The draft is written, and no mail program opened it: open ")


# --- who receives the message -----------------------------------------------------------------


def listed(opened: Opened) -> list[tuple[Any, ...]]:
    """Return the rows of recipients on their sheet."""
    return [row for row in opened.cell(f"A{at.FIRST_RECIPIENT}:C{at.LAST_RECIPIENT}", at.RECIPIENTS) if any(row)]


def put_rows(opened: Opened, *rows: tuple[str, ...]) -> None:
    for number, row in enumerate(rows, at.FIRST_RECIPIENT):
        for letter, value in zip("ABC", row, strict=False):
            opened.put(f"{letter}{number}", value, at.RECIPIENTS)


def said_of_recipients(opened: Opened) -> str:
    return opened.said(at.RECIPIENTS_STATUS, at.RECIPIENTS)


def test_recipients_are_shown_changed_and_kept(opened: Opened) -> None:
    cycle.set_recipients(opened.desk.folder, Recipients("lead@x.example", (Recipient(CHAIR, cleared=True),)))
    excel.recipients()
    assert opened.book.sheets.active.name == at.RECIPIENTS
    assert opened.cell(at.SENDER, at.RECIPIENTS) == "lead@x.example"
    assert listed(opened) == [(CHAIR, "yes", "yes")]
    put_rows(opened, (CHAIR, "Yes", "yes"), (MEMBER, "yes", "no"))
    opened.put(at.SENDER, "office@x.example", at.RECIPIENTS)
    excel.record_recipients()
    assert said_of_recipients(opened).startswith(f"▲ Recorded. No draft can be made while it would go to {MEMBER}")
    kept = Recipients("office@x.example", (Recipient(CHAIR, cleared=True), Recipient(MEMBER)))
    assert recipients_of(open_workspace(opened.desk.folder)) == kept
    put_rows(opened, (CHAIR, "Yes", "yes"), ("", "", ""))
    excel.record_recipients()
    assert said_of_recipients(opened) == "● Recorded: the message goes to 1 recipient."
    put_rows(opened, ("", "", ""))
    excel.record_recipients()
    assert said_of_recipients(opened).startswith("▲ Recorded. Nobody receives the message")
    assert left_as_found(opened)


def test_what_was_listed_before_is_not_left_on_the_sheet(opened: Opened) -> None:
    put_rows(opened, *[(f"m{number}@x.example", "yes", "no") for number in range(5)])
    excel.recipients()
    assert listed(opened) == []
    assert said_of_recipients(opened).startswith("○ Change what is yellow")


def test_what_cannot_be_a_recipient_is_named_with_its_cell(opened: Opened) -> None:
    excel.recipients()
    put_rows(opened, ("the chair", "yes", "yes"), ("", "yes", ""), (CHAIR, "perhaps", ""))
    before = (opened.desk.folder / "dapf.toml").read_bytes()
    excel.record_recipients()
    said = said_of_recipients(opened)
    assert said.startswith("■ A13 is not an e-mail address: 'the chair'. A14 has no address.")
    assert "C14 must say yes or no. B15 must say yes or no. C15 must say yes or no. Nothing was changed." in said
    put_rows(opened, (CHAIR, "yes", "yes"), (CHAIR.upper(), "yes", "no"), ("", "", ""))
    excel.record_recipients()
    assert "There twice: 'chair@council.example.org'" in said_of_recipients(opened)
    assert (opened.desk.folder / "dapf.toml").read_bytes() == before


def test_the_list_of_one_workspace_is_never_written_into_another(opened: Opened, tmp_path: Path) -> None:
    other = cycle.init("haringey", tmp_path / "other").folder
    excel.record_recipients()
    assert "This list is of no workspace" in said_of_recipients(opened)
    excel.recipients()
    put_rows(opened, (CHAIR, "yes", "yes"))
    opened.put(at.WORKSPACE, str(other))
    excel.record_recipients()
    assert "click Recipients on Control first" in said_of_recipients(opened)
    assert recipients_of(open_workspace(other)).listed == ()


def test_more_recipients_than_rows_are_left_to_the_command(opened: Opened) -> None:
    many = tuple(Recipient(f"m{number}@x.example") for number in range(at.LAST_RECIPIENT))
    cycle.set_recipients(opened.desk.folder, Recipients("lead@x.example", many))
    excel.recipients()
    assert opened.said().startswith("■ More than 50 recipients are listed")


def test_nobody_listed_is_told_by_the_button_that_helps(opened: Opened) -> None:
    opened.desk.send_all_back()
    opened.desk.consolidate()
    excel.email()
    assert "there are no recipients: click Recipients and list them" in opened.said()


# --- amending ---------------------------------------------------------------------------------


def test_a_figure_is_amended_from_the_drop_downs(opened: Opened) -> None:
    opened.desk.send_all_back()
    opened.desk.consolidate()
    excel.amend()
    assert opened.book.sheets.active.name == at.AMEND
    names = [name for (name,) in opened.cell("B2:B20", at.LISTS) if name]
    assert names == [agency.name for agency in opened.desk.workspace.framework.agencies.values()]
    figures = [row for row in opened.cell("C2:D200", at.LISTS) if row[0] == "Metropolitan Police, Haringey"]
    assert figures == [("Metropolitan Police, Haringey", "H2.retained  Victim-survivors who did not withdraw")]
    typed = {
        at.AMEND_AGENCY: figures[0][0],
        at.AMEND_FIGURE: figures[0][1],
        at.AMEND_VALUE: "81%",
        at.AMEND_WHO: "police data officer",
        at.AMEND_HOW: "telephone",
        at.AMEND_WHY: "two figures were swapped",
    }
    for address, value in typed.items():
        opened.put(address, value, at.AMEND)
    excel.record()
    said = opened.said(at.AMEND_STATUS, at.AMEND)
    assert said.startswith("● On the record: Victim-survivors who did not withdraw (H2.retained)")
    assert re.search(r"73%.* -> 81%", said)
    assert opened.cell(at.AMEND_VALUE, at.AMEND) is None
    assert opened.cell(at.AMEND_WHO, at.AMEND) == "police data officer"  # for the next
    assert [row["value"] for row in data_of(opened.desk.consolidate().master) if row["status"] == "amended"] == [0.81]


def test_the_drop_downs_offer_what_is_on_the_lists(opened: Opened) -> None:
    """Calc works out the names that the drop-downs show; they shrink and grow with the lists."""
    excel.choose()
    excel.amend()

    def worked_out(formula: str) -> object:
        cell = opened.book.sheets(at.AMEND).range("D1")
        cell.formula = formula
        return cell.raw_value

    offered = [label for (label,) in opened.cell("A2:A130", at.LISTS) if label]
    assert worked_out("=ROWS(Periods)") == len(offered)
    assert worked_out("=INDEX(Periods,1)") == offered[0]
    assert worked_out("=ROWS(Agencies)") == 5
    opened.put(at.AMEND_AGENCY, "Multi-Agency Risk Assessment Conference (MARAC)", at.AMEND)
    figures = [row[1] for row in opened.cell("C2:D200", at.LISTS) if str(row[0]).startswith("Multi-Agency")]
    assert worked_out("=ROWS(FiguresOfAgency)") == len(figures) > 1
    assert worked_out(f"=INDEX(FiguresOfAgency,{len(figures)})") == figures[-1]
    assert worked_out("=INDEX(Shorthands,1)") == "[x] not available: awaiting release"
    opened.put(at.AMEND_AGENCY, "Nobody", at.AMEND)
    assert worked_out("=ROWS(FiguresOfAgency)") == 1


def test_what_cannot_be_amended_is_said_beside_the_form(opened: Opened) -> None:
    excel.amend()
    excel.record()
    assert "Choose an agency in B5 and a figure in B6 first." in opened.said(at.AMEND_STATUS, at.AMEND)
    opened.put(at.AMEND_AGENCY, "IDVA provider", at.AMEND)
    opened.put(at.AMEND_FIGURE, "H2.retained  Victim-survivors who did not withdraw", at.AMEND)
    excel.record()
    assert "is not asked of IDVA provider in this period" in opened.said(at.AMEND_STATUS, at.AMEND)
    opened.put(at.AMEND_FIGURE, "H1.closed  Cases closed", at.AMEND)
    excel.record()
    assert "Say who and how and why first" in opened.said(at.AMEND_STATUS, at.AMEND)
    assert opened.desk.rows("amended") == []


# --- what goes wrong ends in words ------------------------------------------------------------


@pytest.mark.parametrize(
    ("folder", "period", "words"),
    [
        pytest.param("", QUARTER, "No folder is chosen: click Choose folder first.", id="no_folder"),
        pytest.param("/nowhere/at/all", QUARTER, "is not a workspace: it has no dapf.toml", id="no_workspace"),
        pytest.param("https:" + "//council.example.org/a", QUARTER, "is an address on the web", id="onedrive"),
        pytest.param(None, "", "No period is chosen: pick one in B7.", id="no_period"),
        pytest.param(None, "last quarter", "is not a period", id="no_such_period"),
        pytest.param(None, "2014-15", "is not a quarter", id="a_year"),
        pytest.param(None, QUARTER, "holds no returns", id="nothing_came"),
    ],
)
def test_why_it_cannot_be_done_is_a_sentence(opened: Opened, folder: str | None, period: str, words: str) -> None:
    opened.desk.returns.mkdir(parents=True, exist_ok=True)
    if folder is not None:
        opened.put(at.WORKSPACE, folder)
    opened.put(at.PERIOD, period)
    excel.check()
    assert words in opened.said()
    assert re.fullmatch(r"■ [^a-z].*\(Log: .*dapf-excel\.log\)", opened.said())
    assert left_as_found(opened)


def test_a_sentence_names_buttons_not_commands(opened: Opened) -> None:
    opened.put(at.WORKSPACE, str(opened.desk.returns.parent))
    excel.check()
    assert "is not a workspace: it has no dapf.toml. New workspace makes one." in opened.said()
    opened.put(at.WORKSPACE, str(opened.desk.folder))
    excel.email()
    assert "There is no master for Q2 2014/15 yet: click Consolidate first" in opened.said()


def test_a_master_that_is_open_is_not_replaced_and_the_ledger_stays(opened: Opened) -> None:
    opened.desk.send_all_back()
    excel.consolidate()  # which opens it
    before = opened.desk.everything()
    opened.desk.send_back("idva", {"H1.stated": "84"})
    excel.consolidate()
    assert "it is open in a spreadsheet program: close it and try again" in opened.said()
    assert opened.said().startswith("■")
    record, files = opened.desk.everything()
    assert (record, files[f"master/{QUARTER}/{opened.desk.master.name}"]) == (
        before[0],
        before[1][f"master/{QUARTER}/{opened.desk.master.name}"],
    )
    assert left_as_found(opened)


def test_a_return_that_is_open_is_read_and_its_lock_is_named(opened: Opened) -> None:
    opened.desk.send_all_back()
    opened.calc.open(opened.desk.returns / f"idva_{QUARTER}.xlsx")
    excel.check()
    states = [row[1] for row in opened.table()]
    assert len([state for state in states if "Accepted" in state]) == 5
    assert "○ Set aside" in states
    assert opened.said().startswith("▲ 6 files checked")


def test_a_file_that_is_closed_and_goes_away_midway_is_a_row_not_a_crash(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened.desk.send_all_back()
    going = opened.desk.returns / f"~$zz_{QUARTER}.xlsx"
    going.write_bytes(b"the lock of somebody's Excel")
    _midway(monkeypatch, lambda: going.unlink(missing_ok=True))
    excel.check()
    assert len([row for row in opened.table() if "Accepted" in row[1]]) == 5
    assert opened.said().startswith("▲ 6 files checked")


def test_the_control_workbook_closed_midway_ends_in_the_log(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    opened.desk.send_all_back()
    _midway(monkeypatch, opened.calc.close_all)
    excel.check()
    assert "the control workbook could not be reached" in opened.log


def test_a_second_click_while_the_first_is_at_work_is_told_to_wait(opened: Opened) -> None:
    opened.desk.send_all_back()
    with alone.alone():
        excel.consolidate()
    assert opened.said() == "▲ The click before is still at work: wait until Status says what came of it."
    assert opened.desk.rows("consolidated") == []
    excel.consolidate()
    assert "The master is" in opened.said()


def test_what_nobody_foresaw_is_a_sentence_and_the_log_has_where(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("in the middle")

    monkeypatch.setattr(cycle, "check", broken)
    excel.check()
    assert opened.said().startswith("■ dapf met something that it was not written for (ZeroDivisionError).")
    assert str(alone.log_file()) in opened.said()
    assert "in broken" in opened.log
    assert left_as_found(opened)


def test_a_disk_that_is_full_is_a_sentence(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device", "ledger.sqlite")

    monkeypatch.setattr(cycle, "issue", full)
    excel.issue()
    assert opened.said().startswith("■ Ledger.sqlite: No space left on device.")


def test_what_came_of_the_click_before_stays_where_it_ended_while_this_one_was_told_to_wait(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    noted: list[str] = []
    with contextlib.ExitStack() as before:
        before.enter_context(excel.alone())

        def ends(words: str) -> None:
            noted.append(words)
            excel.Desk(_book(opened)).say("●", "Consolidated.")
            before.close()

        monkeypatch.setattr(excel, "log", ends)
        excel.consolidate()
    assert noted == ["consolidate: The click before is still at work: wait until Status says what came of it."]
    assert opened.said() == "● Consolidated."


def test_excel_is_left_as_it_was_found_even_where_it_was_found_otherwise(opened: Opened) -> None:
    app = opened.calc.app
    app.screen_updating = False
    app.status_bar = "Somebody else's words"
    excel.refresh()
    assert (app.screen_updating, app.status_bar) == (False, "Somebody else's words")
    app.screen_updating, app.status_bar = True, False


def test_what_looks_like_a_formula_stays_text(opened: Opened) -> None:
    named = opened.desk.folder / '=1+1 "quoted".xlsx'
    states = [agency_states.State("=2+2", "Accepted", 0, 0, "=3+3", named)]
    excel.Desk(_book(opened)).show("Odd", states)
    (row,) = opened.table()
    assert row == ("=2+2", "● Accepted", 0, 0, "=3+3", named.name)


def test_a_long_reason_is_cut_and_a_long_path_stands_as_text(opened: Opened) -> None:
    named = Path("/", *["folder" * 10] * 6, "=1+1.xlsx")
    states = [agency_states.State("A", "Accepted", 0, 0, "word " * 100, named)]
    excel.Desk(_book(opened)).show("Long", states)
    (row,) = opened.table()
    assert row[5] == "=1+1.xlsx"
    assert len(row[4]) <= agency_states.LONGEST_REASON
    assert row[4].endswith(" …")


def test_a_long_status_ends_in_dots(opened: Opened) -> None:
    excel.Desk(_book(opened)).say("■", "word " * 200)
    lines = [opened.cell(cell) for cell in at.STATUS]
    assert lines[-1].endswith(" …")
    excel.Desk(_book(opened)).say("●", "Short.")
    assert [opened.cell(cell) for cell in at.STATUS] == ["● Short.", None, None]


# --- by macro ---------------------------------------------------------------------------------


def test_the_ribbon_s_macro_starts_the_same_handler(opened: Opened) -> None:
    from tests.hosts.calc import wait_until  # noqa: PLC0415  (needs python3-uno)

    opened.calc.call(opened.book, "DapfRibbon.RibbonRefreshStates", opened.book.api)
    wait_until(lambda: opened.said() == "● Q2 2014/15: 5 issued.", "the answer")


# --- helpers ----------------------------------------------------------------------------------


def _book(opened: Opened) -> Any:  # noqa: ANN401  (a book of xlwings)
    import xlwings  # noqa: PLC0415

    assert opened
    return xlwings.Book.caller()


def _midway(monkeypatch: pytest.MonkeyPatch, happens: Any) -> None:  # noqa: ANN401  (what happens)
    """Let something happen once the first file of a check was read."""
    check = cycle.check

    def interrupted(paths: Any, workspace: Any, period: Any, progress: Any, **more: Any) -> Any:  # noqa: ANN401
        def moved(done: int, total: int, name: str) -> None:
            if done == 1:
                happens()
            progress(done, total, name)

        return check(paths, workspace, period, moved, **more)

    monkeypatch.setattr(cycle, "check", interrupted)


def _mail_program(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put a program in place of the system's opener, and return the file in which it notes what it was given."""
    told = folder / "opened.txt"
    program = folder / "bin" / "xdg-open"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\necho "$1" > "{told}"\n', encoding="utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    return told
