from __future__ import annotations

import gc
import os
import shutil
import sqlite3
from typing import TYPE_CHECKING

import openpyxl
import pytest

from dapf_xl import cycle
from dapf_xl.findings import (
    CatalogueError,
    Code,
    DapfError,
    DeliveryError,
    LedgerBusyError,
    NothingToReadError,
    NotWrittenError,
    PeriodError,
    WorkspaceError,
)
from dapf_xl.periods import Period
from dapf_xl.returns.filling import Typed
from dapf_xl.returns.layout import ENTRY_TABLES
from dapf_xl.rules import Status
from tests.rounds import FIGURES, QUARTER, RECORDS, Desk, cells, data_of, new_desk, signed, unfinished

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return new_desk(tmp_path / "Haringey, Frühjahr")


# --- issue ------------------------------------------------------------------------------------


def test_each_agency_gets_what_is_asked_of_it_and_nothing_else(desk: Desk) -> None:
    framework = desk.workspace.framework
    with desk.workspace.ledger() as ledger:
        records = ledger.issued(Period.parse(QUARTER))
    assert {each.agency for each in records.values()} == set(FIGURES)
    for each in records.values():
        asked = {(entry.item.id, entry.category) for entry in framework.asked(Period.parse(QUARTER), each.agency)}
        placed = [name for sheet, rows in each.positions.items() if sheet != "Revisions" for _, name in rows]
        assert {(name.partition("@")[0], "") for name in placed} == asked
        assert len(placed) == len(asked)


def test_every_locked_value_is_on_record(desk: Desk) -> None:
    workbook = openpyxl.load_workbook(desk.issued / f"marac_{QUARTER}.xlsx")
    with desk.workspace.ledger() as ledger:
        (record,) = (each for each in ledger.issued().values() if each.agency == "marac")
        locked = ledger.locked_values(record.issue_id)
    seen = 0
    for sheet in workbook.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value is not None and cell.protection.locked and sheet.title in locked:
                    assert locked[sheet.title][cell.coordinate] == cell.value, cell.coordinate
                    seen += 1
    assert seen > 100


def test_issuing_again_keeps_the_earlier_return_and_its_record(desk: Desk) -> None:
    path = desk.issued / f"idva_{QUARTER}.xlsx"
    before = path.read_bytes()
    records = desk.rows("issued")
    assert cycle.issue(desk.folder, QUARTER, ["idva"]) == [path]
    (kept,) = (desk.issued / "superseded").iterdir()
    assert kept.read_bytes() == before
    assert desk.rows("issued") == records
    assert not unfinished(desk.folder)


def test_a_return_that_was_issued_twice_is_taken_in_either_copy(desk: Desk) -> None:
    desk.send_back("police")
    cycle.issue(desk.folder, QUARTER, ["police"])
    assert desk.consolidate().checked.returns[0].status is Status.ACCEPTED


@pytest.mark.parametrize(
    ("agencies", "period", "words"),
    [
        pytest.param(["police", "coroner"], QUARTER, "no agency called coroner", id="unknown_agency"),
        pytest.param([], "2014-15-Q5", "quarter 5", id="no_such_quarter"),
        pytest.param([], "2014-15", "is not a quarter", id="a_year"),
        pytest.param([], "spring", "is not a period", id="no_period_at_all"),
        pytest.param([], "", "is not a period", id="empty"),
    ],
)
def test_an_agency_or_period_that_does_not_exist_is_refused_in_a_line(
    desk: Desk, agencies: list[str], period: str, words: str
) -> None:
    before = desk.everything()
    with pytest.raises((WorkspaceError, PeriodError), match=words) as raised:
        cycle.issue(desk.folder, period, agencies)
    assert "\n" not in str(raised.value)
    assert desk.everything() == before


def test_issuing_is_refused_while_an_earlier_copy_is_open(desk: Desk) -> None:
    (desk.issued / f"~$police_{QUARTER}.xlsx").touch()
    before = desk.everything()
    with pytest.raises(NotWrittenError, match="open in a spreadsheet program"):
        cycle.issue(desk.folder, QUARTER)
    assert desk.everything() == before
    assert not unfinished(desk.folder)


# --- consolidate ------------------------------------------------------------------------------


def test_the_master_holds_what_was_returned(desk: Desk) -> None:
    desk.send_all_back()
    made = desk.consolidate()
    framework = made.current.framework
    assert not {item for some in FIGURES.values() for item in some} & {key[0] for key in made.current.missing}
    for row in data_of(made.master):
        said = FIGURES.get(row["agency"], {}).get(row["item"])
        if said and row["period"] == QUARTER and row["item"] != "HN.overview":
            is_percent = framework.items[row["item"]].type == "percent"
            assert round(row["value"] * (100 if is_percent else 1), 9) == float(said), row["item"]
    assert made.master.parent == desk.folder / "master" / QUARTER


def test_consolidating_the_same_folder_twice_records_nothing_new(desk: Desk) -> None:
    desk.send_all_back(but="vawg")
    desk.force(desk.send_back("idva"), "H1.closed", "12abc")
    first = desk.consolidate()
    record, before = desk.record(), cells(first.master)
    second = desk.consolidate()
    assert {table: desk.rows(table) for table in RECORDS} == {table: record[table] for table in RECORDS}
    assert cells(second.master) == before
    assert second.superseded is not None
    assert cells(second.superseded) == before


def test_of_masters_made_in_the_same_second_each_is_kept(desk: Desk) -> None:
    made = []
    for agency in ("police", "dvip", "marac", "vawg"):
        desk.send_back(agency)
        made.append(desk.consolidate().master.read_bytes())
        os.utime(desk.master, (1_400_000_000, 1_400_000_000))
    kept = [path.read_bytes() for path in sorted((desk.master.parent / "superseded").iterdir())]
    assert kept == made[:3]


def test_superseded_files_are_never_read_as_returns(desk: Desk) -> None:
    desk.send_back("police")
    shutil.copytree(desk.issued, desk.returns / "superseded")
    assert [each.read.name for each in desk.consolidate().checked.returns] == [f"police_{QUARTER}.xlsx"]
    assert [each.read.name for each in cycle.check([desk.returns]).returns] == [f"police_{QUARTER}.xlsx"]


def test_subfolders_are_read_and_what_systems_leave_is_not(desk: Desk) -> None:
    desk.send_back("police", name="late/police.xlsx")
    desk.send_back("dvip", name="dvip.xlsx")
    for name in ("desktop.ini", "Desktop.ini", "Thumbs.db", ".DS_Store", "late/._police.xlsx", ".sync/x.xlsx"):
        (desk.returns / name).parent.mkdir(exist_ok=True)
        (desk.returns / name).write_bytes(b"noise")
    made = desk.consolidate()
    assert [(each.read.name, each.status) for each in made.checked.returns] == [
        ("dvip.xlsx", Status.ACCEPTED),
        ("police.xlsx", Status.ACCEPTED),
    ]


@pytest.mark.parametrize("folder", ["missing", "empty"])
def test_a_round_without_returns_is_refused_in_a_line(desk: Desk, folder: str) -> None:
    if folder == "missing":
        desk.returns.rmdir()
    before = desk.everything()
    with pytest.raises(NothingToReadError, match=QUARTER) as raised:
        desk.consolidate()
    assert "\n" not in str(raised.value)
    assert desk.everything() == before


def test_a_round_whose_returns_were_put_away_is_made_again_from_the_ledger(desk: Desk) -> None:
    desk.send_all_back()
    before = cells(desk.consolidate().master)
    shutil.rmtree(desk.returns)
    assert cells(desk.consolidate().master) == before


def test_the_master_goes_where_it_is_wanted(desk: Desk, tmp_path: Path) -> None:
    desk.send_all_back()
    out = tmp_path / "Für den Ausschuss" / "master of ours.xlsx"
    assert cycle.consolidate(desk.folder, QUARTER, out).master == out
    assert cells(out)["Data"]
    assert desk.rows("consolidated")[-1][3] == str(out)


@pytest.mark.parametrize("name", [f"returns/{QUARTER}/master.xlsx", "catalogue.xlsx", "ledger.sqlite", "master"])
def test_the_master_is_not_written_where_it_would_do_harm(desk: Desk, name: str) -> None:
    desk.send_all_back()
    before = desk.everything()
    with pytest.raises(NotWrittenError):
        cycle.consolidate(desk.folder, QUARTER, desk.folder / name)
    assert desk.everything() == before


def test_a_return_that_lay_in_the_wrong_round_is_taken_in_the_right_one(desk: Desk) -> None:
    cycle.issue(desk.folder, "2014-15-Q3", ["police"])
    later = Desk(desk.folder, "2014-15-Q3")
    path = later.send_back("police", {"H2.retained": "71"})
    moved = path.rename(desk.returns / path.name)
    assert desk.statuses(desk.round())["police"] == ["Rejected"]
    moved.rename(path)
    assert later.statuses(later.round())["police"] == ["Accepted"]


def test_check_knows_the_workspace_that_the_files_lie_in(desk: Desk) -> None:
    path = desk.send_back("police")
    record = desk.record()
    checked = cycle.check([path])
    assert checked.findings == []
    assert desk.record() == record
    elsewhere = desk.folder.parent / path.name
    shutil.copy(path, elsewhere)
    assert [each.code for each in cycle.check([elsewhere]).findings] == [Code.IDENTITY_NOT_VERIFIED]
    assert cycle.check([elsewhere], desk.folder).findings == []


# --- the next round ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def two_rounds(tmp_path_factory: pytest.TempPathFactory) -> tuple[Desk, Desk]:
    """Cambridgeshire's third quarter, consolidated, and the fourth, issued."""
    folder = tmp_path_factory.mktemp("rounds") / "Cambridgeshire"
    third, fourth = Desk(folder, "2014-15-Q3"), Desk(folder, "2014-15-Q4")
    cycle.init("cambridgeshire", folder)
    cycle.issue(folder, third.period, ["cps", "city", "police", "south"])
    third.send_back("cps", {"C03.cases": "[x] not available: awaiting release", "C04.successful": "71.5"})
    third.send_back("city", {"C19.accepted/city": "[x] not available: awaiting release"})
    third.send_back("police", {"C01.incidents": "1999 # counted again", "C02.crimed": "28.5"})
    third.send_back("south", {"C19.accepted/south": "[x] not available: cannot share"})
    third.consolidate()
    cycle.issue(folder, fourth.period)
    return third, fourth


def _line(path: Path, sheet: str, figure: str) -> list[object]:
    rows = cells(path)[sheet]
    return next(row for row in rows if str(_id(row, sheet)).startswith(figure))


def _id(row: list[object], sheet: str) -> object:
    place = ENTRY_TABLES[sheet].index("id")
    return row[place] if place < len(row) else ""


def test_the_next_returns_show_this_rounds_figures_as_history(two_rounds: tuple[Desk, Desk]) -> None:
    _, fourth = two_rounds
    assert _line(fourth.issued / "police_2014-15-Q4.xlsx", "Return", "C01.incidents@")[7] == 1999
    assert _line(fourth.issued / "cps_2014-15-Q4.xlsx", "Return", "C04.successful@")[7] == 0.715
    assert "awaiting release" in str(_line(fourth.issued / "cps_2014-15-Q4.xlsx", "Return", "C03.cases@")[7])


def test_what_is_owed_is_open_in_the_next_returns(two_rounds: tuple[Desk, Desk]) -> None:
    _, fourth = two_rounds
    owed = _line(fourth.issued / "city_2014-15-Q4.xlsx", "Revisions", "C19.accepted/city@2014-15-Q3")
    assert "awaiting release" in str(owed[5])


def test_a_figure_that_was_given_stays_open_only_where_the_agency_restates(two_rounds: tuple[Desk, Desk]) -> None:
    _, fourth = two_rounds
    restated = [_id(row, "Revisions") for row in cells(fourth.issued / "cps_2014-15-Q4.xlsx")["Revisions"]]
    settled = [_id(row, "Revisions") for row in cells(fourth.issued / "police_2014-15-Q4.xlsx")["Revisions"]]
    assert "C04.successful@2014-15-Q3" in restated
    assert not [each for each in settled if str(each).startswith("C0")]


def test_a_late_figure_counts_in_the_next_master_and_leaves_the_earlier_one_as_it_was(
    two_rounds: tuple[Desk, Desk],
) -> None:
    third, fourth = two_rounds
    before = cells(third.master)
    fourth.send_back("city", {"C19.accepted/city": "17", "C19.accepted/city@2014-15-Q3": "23"})
    fourth.send_back(
        "cps",
        {"C03.cases": "300", "C03.cases@2014-15-Q3": "281", "C04.successful": "70", "C04.successful@2014-15-Q3": "72"},
    )
    current = fourth.round()
    assert fourth.value(current, "C03.cases", "2014-15-Q3") == 281
    assert fourth.value(current, "C04.successful", "2014-15-Q3") == 72
    assert fourth.value(current, "C19.accepted", "2014-15-Q3") is not None
    again = third.round()
    assert cells(third.master) == before
    assert third.value(again, "C04.successful") == 71.5
    assert third.value(fourth.round(), "C04.successful") == 72  # the older round was recorded again since


# --- what can be the matter with a workspace -----------------------------------------------------


def _damage_settings(desk: Desk) -> None:
    (desk.folder / "dapf.toml").write_text('framework = "haringey"\n[send\n', encoding="utf-8")


def _damage_ledger(desk: Desk) -> None:
    (desk.folder / "ledger.sqlite").write_bytes(b"SQLite format 3\0" + b"?" * 5000)


def _damage_ledger_inside(desk: Desk) -> None:
    ledger = desk.folder / "ledger.sqlite"
    content = bytearray(ledger.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    ledger.write_bytes(content)


def _empty_ledger(desk: Desk) -> None:
    (desk.folder / "ledger.sqlite").write_bytes(b"")


def _lose_ledger(desk: Desk) -> None:
    (desk.folder / "ledger.sqlite").unlink()


def _lose_key(desk: Desk) -> None:
    (desk.folder / "signing.key").unlink()


def _empty_key(desk: Desk) -> None:
    (desk.folder / "signing.key").write_text("\n", encoding="ascii")


def _fault_in_catalogue(desk: Desk) -> None:
    workbook = openpyxl.load_workbook(desk.folder / "catalogue.xlsx")
    workbook["asks"]["C2"].value = "plice"
    workbook.save(desk.folder / "catalogue.xlsx")


def _other_framework(desk: Desk) -> None:
    shutil.copy(desk.folder.parent / "other" / "ledger.sqlite", desk.folder)


@pytest.mark.parametrize(
    ("damage", "error", "words"),
    [
        pytest.param(_damage_settings, WorkspaceError, "dapf.toml", id="settings"),
        pytest.param(_damage_ledger, WorkspaceError, "damaged", id="ledger"),
        pytest.param(_damage_ledger_inside, WorkspaceError, "damaged", id="ledger_inside"),
        pytest.param(_empty_ledger, WorkspaceError, "damaged", id="ledger_empty"),
        pytest.param(_lose_ledger, WorkspaceError, "no ledger", id="ledger_gone"),
        pytest.param(_lose_key, WorkspaceError, "signing.key", id="key_gone"),
        pytest.param(_empty_key, WorkspaceError, "signing.key", id="key_empty"),
        pytest.param(_fault_in_catalogue, CatalogueError, "plice", id="catalogue"),
        pytest.param(_other_framework, WorkspaceError, "cambridgeshire", id="ledger_of_another_framework"),
    ],
)
@pytest.mark.parametrize(
    "verb",
    [
        pytest.param(lambda desk: cycle.issue(desk.folder, QUARTER), id="issue"),
        pytest.param(lambda desk: cycle.consolidate(desk.folder, QUARTER), id="consolidate"),
        pytest.param(lambda desk: cycle.check([desk.returns]), id="check"),
    ],
)
def test_a_damaged_workspace_is_told_in_a_line_and_left_alone(
    desk: Desk, damage: Callable[[Desk], None], error: type[DapfError], words: str, verb: Callable[[Desk], object]
) -> None:
    desk.send_back("police")
    if damage is _other_framework:
        cycle.init("cambridgeshire", desk.folder.parent / "other")
    damage(desk)
    before = {path: path.read_bytes() for path in desk.folder.rglob("*") if path.is_file()}
    with pytest.raises(error, match=words) as raised:
        verb(desk)
    assert "\n" not in str(raised.value)
    assert {path: path.read_bytes() for path in desk.folder.rglob("*") if path.is_file()} == before


def test_a_workspace_works_on_after_it_was_moved(desk: Desk, tmp_path: Path) -> None:
    desk.send_all_back()
    desk.consolidate()
    absolute = str(desk.folder)
    assert not [value for rows in desk.record().values() for row in rows for value in row if absolute in str(value)]
    moved = Desk(desk.folder.rename(tmp_path / "elsewhere"))
    settings = moved.folder / "dapf.toml"
    text = settings.read_text(encoding="utf-8").replace("to = []", 'to = ["a@example.org"]')
    settings.write_text(text.replace("cleared = []", 'cleared = ["a@example.org"]'), encoding="utf-8")
    assert cycle.send(moved.folder, QUARTER).is_file()
    records = {table: moved.rows(table) for table in RECORDS}
    moved.consolidate()
    assert {table: moved.rows(table) for table in RECORDS} == records


def test_a_master_that_was_changed_since_is_not_sent(desk: Desk) -> None:
    desk.send_all_back()
    with pytest.raises(DeliveryError, match="no master"):
        cycle.send(desk.folder, QUARTER)
    master = desk.consolidate().master
    with master.open("ab") as file:
        file.write(b"\0")
    with pytest.raises(DeliveryError, match="changed"):
        cycle.send(desk.folder, QUARTER)
    master.unlink()
    with pytest.raises(DeliveryError, match="gone"):
        cycle.send(desk.folder, QUARTER)


# --- what keeps files from being written ----------------------------------------------------------


@pytest.mark.parametrize("lock", ["~${}", ".~lock.{}#"])
def test_a_master_that_is_open_elsewhere_stays_and_the_ledger_too(desk: Desk, lock: str) -> None:
    desk.send_all_back(but="vawg")
    master = desk.consolidate().master
    desk.send_back("vawg")
    (master.parent / lock.format(master.name)).touch()
    before = desk.everything()
    with pytest.raises(NotWrittenError, match="open in a spreadsheet program"):
        desk.consolidate()
    assert desk.everything() == before
    assert not unfinished(desk.folder)


def test_a_master_that_is_opened_while_the_new_one_is_made_stays(desk: Desk) -> None:
    desk.send_all_back(but="vawg")
    master = desk.consolidate().master
    desk.send_back("vawg")
    before = desk.everything()

    def opened(done: int, total: int, words: str) -> None:
        del done, total, words
        (master.parent / f"~${master.name}").touch()

    with pytest.raises(NotWrittenError, match="open in a spreadsheet program"):
        cycle.consolidate(desk.folder, QUARTER, progress=opened)
    assert desk.everything() == before
    assert not unfinished(desk.folder)


def test_whatever_fails_after_the_master_was_replaced_puts_it_back(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.send_all_back(but="vawg")
    desk.consolidate()
    desk.send_back("vawg")
    before = desk.everything()

    def full(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr("dapf_xl.ledger.Ledger.keep", full)
    with pytest.raises(NotWrittenError, match="disk is full"):
        desk.consolidate()
    assert desk.everything() == before
    assert not unfinished(desk.folder)


def test_the_first_master_of_a_run_that_fails_does_not_stay(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.send_all_back()
    before = desk.everything()

    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("dapf_xl.ledger.Ledger.keep", stopped)
    with pytest.raises(KeyboardInterrupt):
        desk.consolidate()
    assert desk.everything() == before


@pytest.mark.parametrize("name", ["master", f"master/{QUARTER}"])
def test_a_file_where_a_folder_should_be_is_told_in_a_line(desk: Desk, name: str) -> None:
    desk.send_all_back()
    if (desk.folder / name).is_dir():
        (desk.folder / name).rmdir()
    (desk.folder / name).touch()
    before = desk.everything()
    with pytest.raises(NotWrittenError, match=QUARTER):
        desk.consolidate()
    assert desk.everything() == before


def test_a_file_where_the_folder_of_returns_should_be_is_told_in_a_line(desk: Desk) -> None:
    desk.returns.rmdir()
    desk.returns.touch()
    with pytest.raises(NothingToReadError, match="is a file"):
        desk.consolidate()


def test_a_ledger_that_is_held_is_told_before_any_work(desk: Desk) -> None:
    desk.send_all_back()
    seen: list[str] = []
    with desk.workspace.ledger() as other, other.transaction(), pytest.raises(LedgerBusyError, match="another process"):
        cycle.consolidate(desk.folder, QUARTER, progress=lambda _done, _total, words: seen.append(words))
    assert seen == []
    assert not unfinished(desk.folder)
    desk.consolidate()


# --- names, and files that were sent again ----------------------------------------------------------


def test_a_name_that_is_not_utf_8_is_recorded_written_out(desk: Desk) -> None:
    path = desk.send_back("police")
    try:
        path.rename(path.with_name(os.fsdecode(b"pol\xff.xlsx")))
    except OSError:
        pytest.skip("this system keeps no such names")
    first = desk.round()
    assert desk.value(first, "H2.retained") == 73
    assert [each.file for each in first.submissions if each.file] == ["pol\\xff.xlsx"]
    before = desk.rows("received")
    desk.consolidate()
    assert desk.rows("received") == before


@pytest.mark.parametrize("same_name", [True, False])
def test_a_cell_with_an_error_leaves_the_earlier_figure_and_says_so(desk: Desk, same_name: bool) -> None:  # noqa: FBT001
    earlier = desk.send_back("police")
    desk.consolidate()
    later = earlier if same_name else desk.send_back("police", name="police_again.xlsx")
    desk.force(later, "H2.retained", "12abc")
    for _ in range(2):
        figures = desk.round()
        assert desk.value(figures, "H2.retained") == 73
        noted = [each for each in figures.findings if each.code.name == "OLDER_FIGURE_COUNTS"]
        assert [each.file for each in noted] == [later.name]
        assert f"73% from the earlier file {earlier.name} still counts" in noted[0].message


def test_a_figure_of_a_file_that_was_taken_out_is_not_said_to_count(desk: Desk) -> None:
    earlier = desk.send_back("police")
    desk.consolidate()
    later = desk.send_back("police", name="police_again.xlsx")
    desk.force(later, "H2.retained", "12abc")
    earlier.unlink()
    figures = desk.round()
    assert desk.value(figures, "H2.retained") is None
    assert "OLDER_FIGURE_COUNTS" not in {each.code.name for each in figures.findings}


@pytest.mark.parametrize("name", ["Returns/2014-15-Q2/m.xlsx", "ISSUED/m.xlsx", "Catalogue.xlsx"])
def test_a_place_for_a_master_is_told_whatever_its_case(desk: Desk, name: str) -> None:
    desk.send_back("police")
    with pytest.raises(NotWrittenError, match="is no place for a master"):
        cycle.consolidate(desk.folder, desk.period, desk.folder / name)


def test_a_round_s_own_folder_is_checked_for_that_round(tmp_path: Path) -> None:
    folder = tmp_path / "w"
    cycle.init("haringey", folder)
    (old,) = cycle.issue(folder, "2014-15-Q1", ["police"])
    (new,) = cycle.issue(folder, "2014-15-Q2", ["dvip"])
    place = folder / "returns" / "2014-15-Q2"
    cycle.fill(old, [Typed("H2.retained", value="54%")], place / "police.xlsx")
    nothing = Typed("H3.stated", shorthand="[x] not available: no activity")
    cycle.fill(new, [nothing], place / "dvip.xlsx", signed("2014-15-Q2"))
    checked = cycle.check([place])
    assert [(each.read.name, str(each.status)) for each in checked.returns] == [
        ("dvip.xlsx", "Accepted"),
        ("police.xlsx", "Rejected"),
    ]
    assert [finding.code.name for finding in checked.findings] == ["OTHER_PERIOD"]


def test_what_comes_back_has_a_folder_from_the_start(tmp_path: Path) -> None:
    folder = tmp_path / "w"
    cycle.init("haringey", folder)
    cycle.issue(folder, "2014-15-Q2")
    assert (folder / "returns" / "2014-15-Q2").is_dir()


def test_the_garbage_collector_is_left_as_it_was(desk: Desk) -> None:
    gc.enable()
    with pytest.raises(NothingToReadError):
        cycle.check([desk.folder / "nowhere"])
    assert gc.isenabled()
    desk.send_all_back()
    desk.consolidate()
    assert gc.isenabled()
