from __future__ import annotations

import os
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dapf_xl import catalogue, consolidation, cycle
from dapf_xl.catalogue import Framework
from dapf_xl.catalogue.tables import Agency
from dapf_xl.consolidation import NOT_RETURNED, REPLACED
from dapf_xl.findings import Code
from dapf_xl.known import known_figures
from dapf_xl.ledger import TAKEN_OUT, latest
from dapf_xl.observations import published
from dapf_xl.periods import Period
from dapf_xl.returns.filling import Typed, fill
from dapf_xl.variance import lines_of
from dapf_xl.waiving import Wanted
from tests.rounds import FIGURES, QUARTER, Desk, data_of, new_desk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from dapf_xl.consolidation import Round

Q2 = Period.parse(QUARTER)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return new_desk(tmp_path / "w")


def spoil(path: Path) -> None:
    """Make of a workbook what a mail program that gave up half way leaves."""
    path.write_bytes(path.read_bytes()[:3000])


# --- who returned -----------------------------------------------------------------------------


def test_agencies_that_did_not_return_are_named(desk: Desk) -> None:
    desk.send_all_back(but="vawg")
    current = desk.round()
    (missing,) = current.not_returned
    assert (missing.agency, missing.name) == ("vawg", "Haringey Council, violence against women and girls lead")
    assert missing.asked == 4
    assert set(current.missing.values()) == {"not received"}
    assert {key[2] for key in current.missing if key[0].startswith("HN")} == {"vawg"}


def test_an_agency_of_which_nothing_is_asked_is_not_missed(desk: Desk) -> None:
    workbook = openpyxl.load_workbook(desk.folder / "catalogue.xlsx")
    workbook["agencies"].append(["spare", "Spare agency"])
    workbook.save(desk.folder / "catalogue.xlsx")
    desk.send_all_back()
    assert "spare" in desk.workspace.framework.agencies
    assert desk.round().not_returned == ()


def test_a_rejected_return_is_listed_with_its_reason(desk: Desk) -> None:
    desk.send_all_back()
    path = desk.returns / f"police_{QUARTER}.xlsx"
    sheet = openpyxl.load_workbook(path)
    del sheet["Return"]
    sheet.save(path)
    current = desk.round()
    (row,) = (each for each in current.submissions if each.agency == "police")
    assert row.status == "Rejected"
    assert "The sheet Return is missing" in row.reason
    assert row.errors == 1
    assert current.missing["H2.retained", "", "police", Q2] == "rejected"
    assert current.not_returned == ()


def test_a_return_that_cannot_be_opened_is_listed_under_the_agency_whose_name_it_bears(desk: Desk) -> None:
    desk.send_all_back()
    spoil(desk.returns / f"police_{QUARTER}.xlsx")
    (desk.returns / f"dvip_{QUARTER}.xlsx").rename(desk.returns / f"dvip_{QUARTER}.pdf")
    (desk.returns / "letter.pdf").write_bytes(b"%PDF-1.4 nothing of ours")
    current = desk.round()
    assert desk.statuses(current) == {
        "idva": ["Accepted"], "police": ["Rejected"], "dvip": ["Rejected"], "marac": ["Accepted"], "vawg": ["Accepted"],
        "": ["Rejected"],
    }  # fmt: skip
    assert all(each.reason for each in current.submissions if each.status == "Rejected")
    assert current.missing["H2.retained", "", "police", Q2] == "rejected"


def test_a_file_that_was_set_aside_is_no_return(desk: Desk) -> None:
    desk.send_back("dvip")
    (desk.returns / f"~$police_{QUARTER}.xlsx").write_bytes(b"\x07owner")
    statuses = desk.statuses(desk.round())
    assert statuses["police"][-1] == NOT_RETURNED
    assert [each for some in statuses.values() for each in some if each == "Set aside"]


def test_a_copy_of_a_return_counts_once(desk: Desk) -> None:
    path = desk.send_back("police")
    shutil.copy(path, desk.returns / f"police_{QUARTER} (1).xlsx")
    current = desk.round()
    assert sorted(desk.statuses(current)["police"]) == ["Accepted", "Set aside"]
    assert desk.value(current, "H2.retained") == 73
    path.unlink()
    current = desk.round()
    assert desk.statuses(current)["police"] == ["Accepted"]
    assert desk.value(current, "H2.retained") == 73


def test_counts_of_findings_are_each_files_own(desk: Desk) -> None:
    for agency, name in (("police", "early/return.xlsx"), ("idva", "late/return.xlsx")):
        desk.send_back(agency, name=name)
    desk.force(desk.returns / "late/return.xlsx", "H1.closed", "12abc")
    rows = {each.agency: (each.status, each.errors) for each in desk.round().submissions if each.file}
    assert rows == {"police": ("Accepted", 0), "idva": ("Partly accepted", 1)}


# --- what counts ------------------------------------------------------------------------------


def test_a_corrected_return_replaces_the_file_of_the_same_name(desk: Desk) -> None:
    path = desk.send_back("idva", {"H1.stated": "80", "H1.referrals": "60"})
    desk.force(path, "H1.closed", "12abc")
    first = desk.round()
    assert [each.code for each in first.findings] == [Code.TEXT_IN_NUMBER]
    assert first.missing["H1.closed", "", "idva", Q2] == "rejected"
    desk.send_back("idva", {"H1.stated": "90", "H1.closed": "50"})
    second = desk.round()
    assert second.findings == ()
    assert desk.value(second, "H1.stated") == 90
    assert desk.value(second, "H1.closed") == 50
    assert desk.value(second, "H1.referrals") == 60, "a blank replaces nothing"
    assert desk.statuses(second)["idva"] == [REPLACED, "Accepted"]


def test_a_correction_that_is_wrong_itself_leaves_what_was_acceptable(desk: Desk) -> None:
    desk.send_back("idva", {"H1.stated": "80", "H1.referrals": "60"})
    desk.consolidate()
    desk.force(desk.send_back("idva", {"H1.stated": "90"}), "H1.referrals", -3)
    current = desk.round()
    assert desk.value(current, "H1.stated") == 90
    assert desk.value(current, "H1.referrals") == 60
    spoil(desk.returns / f"idva_{QUARTER}.xlsx")
    current = desk.round()
    assert desk.value(current, "H1.stated") == 90
    assert desk.statuses(current)["idva"] == [REPLACED, REPLACED, "Rejected"]
    desk.send_back("idva", {"H1.stated": "91"})
    current = desk.round()
    assert desk.value(current, "H1.stated") == 91
    assert set(desk.statuses(current)["idva"]) == {REPLACED, "Accepted"}
    assert current.findings == ()


def test_where_two_returns_differ_neither_counts_until_one_is_taken_out(desk: Desk) -> None:
    one = desk.send_back("police", {"H2.retained": "70"})
    assert desk.value(desk.round(), "H2.retained") == 70
    other = desk.send_back("police", {"H2.retained": "60"}, name="police again.xlsx")
    current = desk.round()
    assert desk.value(current, "H2.retained") is None
    assert current.missing["H2.retained", "", "police", Q2] == "rejected"
    assert {each.code for each in current.findings} == {Code.DIFFERS_BETWEEN_RETURNS}
    aside = one.rename(desk.folder / "aside.xlsx")
    current = desk.round()
    assert desk.value(current, "H2.retained") == 60
    assert current.findings == ()
    assert desk.statuses(current)["police"] == [TAKEN_OUT, "Accepted"]
    other.unlink()
    aside.rename(one)
    assert desk.value(desk.round(), "H2.retained") == 70


def test_two_returns_of_one_agency_are_merged_by_cell(desk: Desk) -> None:
    desk.send_back("idva", {"H1.stated": "80", "H1.referrals": "60"}, name="a.xlsx")
    desk.send_back("idva", {"H1.stated": "80", "H1.closed": "50"}, name="b.xlsx")
    current = desk.round()
    assert [desk.value(current, item) for item in ("H1.stated", "H1.referrals", "H1.closed")] == [80, 60, 50]
    assert current.findings == ()


def told(current: Round) -> list[tuple[str, str, str, str, bool]]:
    """What the round's changes say: of which item, what happened, old, new, and whether it is news."""
    return [(each.figure[0], each.kind, each.old, each.new, each.since_last) for each in current.changes]


def test_a_file_in_place_of_another_of_any_name_is_told_as_old_and_new_for_good(desk: Desk) -> None:
    desk.send_back("dvip", {"H3.stated": "80", "H3.suitable": "8"}, name="a.xlsx")
    desk.consolidate()
    (desk.returns / "a.xlsx").unlink()
    desk.send_back("dvip", {"H3.stated": "75 # Recounted."}, name="b.xlsx")
    changes = [("H3.stated", "Sent again", "80%", "75%"), ("H3.suitable", "No longer counts", "8", "no figure")]
    current = desk.round()
    assert told(current) == [(*each, True) for each in changes]
    assert [each.why for each in current.changes] == ["Recounted.", "a.xlsx is no longer in the folder of returns."]
    assert current.figures["H3.stated", "", "dvip", Q2].markers == "[r]"
    assert told(desk.round()) == [(*each, False) for each in changes]


def test_a_file_that_is_taken_out_gives_way_to_what_it_had_replaced(desk: Desk) -> None:
    desk.send_back("dvip", {"H3.stated": "80"}, name="a.xlsx")
    desk.consolidate()
    path = desk.returns / "b.xlsx"
    fill(desk.issued / f"dvip_{QUARTER}.xlsx", [Typed("H3.stated", "", "75", "[r] revised")], path)
    assert told(desk.round()) == [("H3.stated", "Sent again", "80%", "75% [r]", True)]
    path.unlink()
    current = desk.round()
    assert told(current) == [("H3.stated", "No longer counts", "75% [r]", "80%", True)]
    assert current.figures["H3.stated", "", "dvip", Q2].markers == ""


def test_a_file_that_came_back_in_place_of_another_counts_again(desk: Desk) -> None:
    path = desk.send_back("dvip", {"H3.stated": "80"}, name="a.xlsx")
    first = path.read_bytes()
    desk.consolidate()
    desk.send_back("dvip", {"H3.stated": "75"}, name="a.xlsx")
    desk.consolidate()
    path.write_bytes(first)
    current = desk.round()
    assert desk.value(current, "H3.stated") == 80
    assert told(current) == [("H3.stated", "Sent again", "75%", "80%", True)]
    assert current.figures["H3.stated", "", "dvip", Q2].comment == "Revised from 75%: no reason was given."


def test_what_is_personal_data_again_is_not_quoted_as_what_once_counted(desk: Desk) -> None:
    desk.send_back("vawg", {"HN.overview": "Ring 07700 900123."})
    desk.consolidate()
    (found,) = cycle.waivable(desk.folder, QUARTER)
    said = {"who": "performance lead", "why": "a public line", "until": QUARTER}
    cycle.waive(desk.folder, QUARTER, [Wanted(number=found.number)], **said)
    assert desk.value(desk.round(), "HN.overview") == "Ring 07700 900123."
    cycle.waive(desk.folder, QUARTER, [Wanted(number=found.number)], **(said | {"until": ""}), withdraw=True)
    change = ("HN.overview", "No longer counts", "what was written before", "no figure", True)
    assert told(desk.round()) == [change]
    assert "07700" not in repr(desk.round())
    desk.send_back("vawg", {"HN.overview": "All is well."})
    current = desk.round()
    assert told(current) == [("HN.overview", "Sent again", "what was written before", "All is well.", True)]
    assert "07700" not in repr(current)


def test_a_file_that_is_only_checked_again_brings_nothing_new(desk: Desk) -> None:
    asked = {"H1.stated": "85", "H1.closed": "47", "H1.engaged": "37"}
    desk.send_back("idva", asked)
    desk.consolidate()
    (found,) = cycle.waivable(desk.folder, QUARTER)
    wanted = Wanted(number=found.number)
    cycle.waive(desk.folder, QUARTER, [wanted], who="performance lead", why="confirmed", until=QUARTER)
    assert told(desk.round()) == [("H1.closed", "New", "no figure", "47", True)]


def test_a_folder_that_was_copied_forgets_not_which_of_two_files_was_the_later(desk: Desk) -> None:
    first = desk.send_back("dvip", {"H3.stated": "80"}, name="a.xlsx")
    second = desk.send_back("dvip", {"H3.stated": "75"}, name="a - to put right.xlsx")
    os.utime(first, (1_400_000_000, 1_400_000_000))
    assert desk.value(desk.round(), "H3.stated") == 75
    for each in (first, second):
        os.utime(each, (1_800_000_000, 1_800_000_000))
    assert desk.value(desk.round(), "H3.stated") == 75


def test_a_renamed_file_is_the_same_file(desk: Desk) -> None:
    desk.send_back("police").rename(desk.returns / "a.xlsx")
    desk.consolidate()
    (desk.returns / "a.xlsx").rename(desk.returns / "b.xlsx")
    current = desk.round()
    assert desk.statuses(current)["police"] == ["Accepted"]
    assert desk.value(current, "H2.retained") == 73


def test_an_unexplained_query_is_held_and_counts_once_it_is_explained(desk: Desk) -> None:
    asked = {"H1.stated": "85", "H1.closed": "47", "H1.engaged": "37"}
    desk.send_back("idva", asked)
    made = desk.consolidate()
    key = ("H1.closed", "", "idva", Q2)
    assert made.current.missing[key] == "held in query"
    assert made.current.held[key].value == 47
    (row,) = (row for row in data_of(made.master) if row["item"] == "H1.closed" and row["period"] == QUARTER)
    assert (row["status"], row["value"], row["cell"]) == ("held in query", "", "J9")
    desk.send_back("idva", asked | {"H1.closed": "47 # Some were referred in an earlier quarter."})
    current = desk.round()
    assert desk.value(current, "H1.closed") == 47
    assert key not in current.missing
    assert key not in current.held


def test_history_knows_what_counted_not_what_another_file_replaced_nor_what_is_waived_no_more(desk: Desk) -> None:
    asked = {"H1.stated": "85", "H1.closed": "47", "H1.engaged": "37"}
    desk.send_back("idva", asked)
    first = desk.send_back("dvip", {"H3.stated": "80"}, name="a.xlsx")
    desk.send_back("dvip", {"H3.stated": "75"}, name="a - to put right.xlsx")
    os.utime(first, (1_400_000_000, 1_400_000_000))
    desk.consolidate()
    (found,) = (each for each in cycle.waivable(desk.folder, QUARTER) if each.finding.code.name.startswith("MORE"))
    said = {"who": "performance lead", "why": "confirmed", "until": QUARTER}
    cycle.waive(desk.folder, QUARTER, [Wanted(number=found.number)], **said)
    desk.consolidate()
    next_quarter = Period.parse("2014-15-Q3")
    with desk.workspace.ledger() as ledger:
        numbers = ledger.numbers(next_quarter, Q2)
        counting = latest(ledger.observations(next_quarter, Q2))
    assert {key: number[0] for key, number in numbers.items()} == {
        key[:3]: each.value for key, each in counting.items() if each.value is not None
    }
    assert (numbers["H3.stated", "", "dvip"][0], numbers["H1.closed", "", "idva"][0]) == (75, 47)
    cycle.waive(desk.folder, QUARTER, [Wanted(number=found.number)], **(said | {"until": ""}), withdraw=True)
    with desk.workspace.ledger() as ledger:
        assert ("H1.closed", "", "idva") not in ledger.numbers(next_quarter, Q2)


def test_published_figures_of_what_the_round_asks_never_count(desk: Desk) -> None:
    framework = desk.workspace.framework
    of_quarter = {each.key for each in published(framework) if each.period == Q2}
    assert ("H2.retained", "", "police", Q2) in of_quarter
    with desk.workspace.ledger() as ledger:
        assert not of_quarter & set(known_figures(framework, ledger, Q2))
        assert of_quarter & set(known_figures(framework, ledger, Period.parse("2014-15-Q3")))
    desk.send_back("dvip")
    assert desk.value(desk.round(), "H2.retained") is None
    assert desk.round().missing["H2.retained", "", "police", Q2] == "not received"


# --- another catalogue ------------------------------------------------------------------------


def rewrite(desk: Desk, **tables: Callable[[list[Any]], Iterable[Any]]) -> None:
    """Change tables of the desk's catalogue, and raise its version."""
    framework = desk.workspace.framework
    changed = {name: tuple(change(list(framework.tables[name]))) for name, change in tables.items()}
    settings = replace(framework.settings, version=f"{framework.version}.9")
    (desk.folder / "catalogue.xlsx").unlink()
    catalogue.export(Framework(settings, {**framework.tables, **changed}), desk.folder / "catalogue.xlsx")


def without(item: str) -> dict[str, Callable[[list[Any]], Iterable[Any]]]:
    """Take an item out of every table."""

    def others(rows: list[Any]) -> Iterable[Any]:
        return [row for row in rows if item not in {getattr(row, "id", ""), getattr(row, "item", "")}]

    return dict.fromkeys(("items", "asks", "history", "targets", "views", "comparators"), others)


def test_a_figure_outlives_its_item(desk: Desk) -> None:
    desk.send_back("vawg")
    desk.consolidate()
    rewrite(desk, **without("HN.overview"))
    cycle.issue(desk.folder, "2014-15-Q3")
    later = Desk(desk.folder, "2014-15-Q3")
    later.send_back("police", {"H2.retained": "80"})
    made = later.consolidate()
    assert made.current.figures["HN.overview", "", "vawg", Q2].text == FIGURES["vawg"]["HN.overview"]
    assert made.current.data()[-1].item == "HN.overview"
    (row,) = [row for row in data_of(later.master) if row["item"] == "HN.overview"]
    assert (row["status"], row["label"]) == ("accepted", "HN.overview")
    assert row["comment"] == f"{FIGURES['vawg']['HN.overview']} No longer in the catalogue."


def test_a_successor_takes_over_history_and_revises_it(desk: Desk) -> None:
    rewrite(desk, agencies=lambda rows: [*rows, Agency(id="joint", name="Joint unit", mailbox="joint@x.example.org")])
    cycle.issue(desk.folder, QUARTER)
    desk.send_back("police", {"H2.retained": "83 # Provisional."})
    path = desk.returns / f"police_{QUARTER}.xlsx"
    fill(path, [Typed("H2.retained", "", "83", "[p] provisional")], path.with_name("p.xlsx"), {"name": "An officer"})
    path.unlink()
    desk.consolidate()
    rewrite(
        desk,
        agencies=lambda rows: [
            replace(row, until=Q2, successor="joint") if row.id == "police" else row for row in rows
        ],
    )
    cycle.issue(desk.folder, "2014-15-Q3")
    later = Desk(desk.folder, "2014-15-Q3")
    assert not (later.issued / "police_2014-15-Q3.xlsx").exists()
    sheet = openpyxl.load_workbook(later.issued / "joint_2014-15-Q3.xlsx")
    (shown,) = [row[7].value for row in sheet["Return"].iter_rows(min_row=6) if row[0].value == "H2"]
    assert shown == "83% [p]"
    later.send_back("joint", {"H2.retained": "80", f"H2.retained@{QUARTER}": "81 # Final."})
    made = later.consolidate()
    assert made.current.figures["H2.retained", "", "joint", Q2].value == 81
    assert ("H2.retained", "", "police", Q2) not in made.current.figures
    line = next(each for each in lines_of(made.current) if each.measure.indicator.id == "H2")
    assert (line.now.value, line.previous.value) == (80, 81)


# --- nothing is left out ----------------------------------------------------------------------

STATES = ("absent", "good", "held", "faulty", "spoiled", "blank", "other quarter", "twice", "differs", "lock file")


@pytest.fixture(scope="module")
def variants(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """For each agency and state the files that it would send, in a folder of that name."""
    desk = new_desk(tmp_path_factory.mktemp("variants") / "w")
    cycle.issue(desk.folder, "2014-15-Q3")
    later = Desk(desk.folder, "2014-15-Q3")
    for agency, figures in FIGURES.items():
        name = f"{agency}_{QUARTER}.xlsx"
        good = desk.send_back(agency)
        files = {state: desk.folder / "variants" / agency / state for state in STATES}
        for folder in files.values():
            folder.mkdir(parents=True)
        for state in ("good", "held", "faulty", "spoiled", "twice", "differs"):
            shutil.copy(good, files[state] / name)
        shutil.copy(desk.issued / name, files["blank"] / name)
        first = next(iter(figures))
        shutil.copy(later.send_back(agency, {first: figures[first]}), files["other quarter"] / name)
        shutil.copy(good, files["twice"] / f"copy of {name}")
        (files["lock file"] / f"~${name}").write_bytes(b"\x07")
        spoil(files["spoiled"] / name)
        if agency != "vawg":
            desk.force(files["faulty"] / name, first, "12abc")
            desk.send_back(agency, figures | {first: "7"}, name="other.xlsx").rename(files["differs"] / "other.xlsx")
        if agency == "idva":
            desk.force(files["held"] / name, "H1.closed", 47)
    shutil.rmtree(desk.folder / "returns")
    return desk


@settings(max_examples=20)
@given(
    rounds=st.lists(
        st.fixed_dictionaries({agency: st.sampled_from(STATES) for agency in FIGURES}), min_size=1, max_size=2
    )
)
def test_every_figure_that_was_asked_counts_or_is_named_as_missing(
    variants: Desk, tmp_path_factory: pytest.TempPathFactory, rounds: list[dict[str, str]]
) -> None:
    desk = Desk(tmp_path_factory.mktemp("subset") / "w")
    shutil.copytree(variants.folder, desk.folder, ignore=shutil.ignore_patterns("variants", "issued"))
    for states in rounds:
        shutil.rmtree(desk.returns, ignore_errors=True)
        desk.returns.mkdir(parents=True)
        (desk.returns / "letter.csv").write_text("a,b", encoding="utf-8")
        for agency, state in states.items():
            for file in (variants.folder / "variants" / agency / state).iterdir():
                target = f"{agency} {file.name}" if file.name == "other.xlsx" else file.name
                shutil.copy(file, desk.returns / target)
        made = desk.consolidate()
        _assert_nothing_is_left_out(desk, made.current, states)
        (again,) = (desk.consolidate().current,)
        assert (again.figures, again.missing, again.submissions) == (
            made.current.figures,
            made.current.missing,
            made.current.submissions,
        )


def _assert_nothing_is_left_out(desk: Desk, current: consolidation.Round, states: dict[str, str]) -> None:
    asked = {(each.item.id, each.category, each.supplier, each.period) for each in current.asked}
    assert asked == (asked & set(current.figures)) | set(current.missing)
    assert not set(current.figures) & set(current.missing)
    assert {each.supplier for each in current.asked} <= {each.agency for each in current.submissions}
    files = {path.name for path in desk.returns.rglob("*") if path.is_file()}
    assert files <= {each.file for each in current.submissions}
    for each in current.submissions:
        assert bool(each.reason) == (each.status not in {"Accepted", NOT_RETURNED}), each
    for agency, state in states.items():
        statuses = set(desk.statuses(current)[agency])
        taken = {key for key in asked & set(current.figures) if key[2] == agency}
        if state in {"absent", "lock file"}:
            assert NOT_RETURNED in statuses
        if state in {"good", "twice"}:
            assert len(taken) >= len(FIGURES[agency])
        if state in {"spoiled", "blank", "other quarter"}:
            assert "Rejected" in statuses
    shown = {(row["item"], row["category"], row["agency"]) for row in data_of(desk.master) if row["period"] == QUARTER}
    assert {key[:3] for key in asked} <= shown
