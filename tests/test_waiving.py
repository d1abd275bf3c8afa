"""The verb waive, from the list to the master: findings, files that nobody can verify, files that replace others."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from dapf_xl import cycle
from dapf_xl.cli import main
from dapf_xl.findings import DeliveryError, NothingToReadError, WaiveError
from dapf_xl.waiving import Wanted
from tests.rounds import FIGURES, QUARTER, Desk, cells, data_of, new_desk

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SAID = {"who": "performance lead", "why": "The IDVA manager confirmed it."}
CLOSED = FIGURES["idva"] | {"H1.closed": "47"}
"""More closed than engaged: a query."""
TELEPHONE = "73 # The line was open: 07700 900123 calls went to it."
NEXT = "2014-15-Q3"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return new_desk(tmp_path / "Haringey")


def number_of(desk: Desk, code: str) -> str:
    (found,) = (each.number for each in cycle.waivable(desk.folder, desk.period) if each.finding.code.name == code)
    return found


def waive(desk: Desk, code: str = "MORE_THAN_ITS_WHOLE", **changes: Any) -> None:  # noqa: ANN401
    wanted = [Wanted(number=number_of(desk, code))]
    cycle.waive(desk.folder, desk.period, wanted, **(SAID | {"until": NEXT} | changes))


def table(desk: Desk, sheet: str, first: str) -> list[dict[str, Any]]:
    """The rows of a sheet of the master under its heads."""
    rows = iter(cells(desk.master)[sheet])
    heads = next([str(cell) for cell in row] for row in rows if str(row[0]) == first)
    return [dict(zip(heads, row, strict=True)) for row in rows]


# --- findings ---------------------------------------------------------------------------------


def test_a_waived_query_counts_and_stands_in_the_master_with_who_why_and_until_when(desk: Desk) -> None:
    desk.send_back("idva", CLOSED)
    before = desk.round()
    assert desk.value(before, "H1.closed") is None
    assert [row["Status"] for row in table(desk, "Findings", "Where")] == ["open"]
    waive(desk)
    after = desk.round()
    assert desk.value(after, "H1.closed") == 47
    (row,) = table(desk, "Findings", "Where")
    assert (row["Severity"], row["Status"]) == ("query", "waived")
    assert row["What to do"].startswith("Nothing to do. Waived by performance lead on ")
    assert row["What to do"].endswith("until Q3 2014/15: The IDVA manager confirmed it.")
    (submission,) = (each for each in after.submissions if each.agency == "idva")
    assert (submission.status, submission.queries, submission.answered, submission.waived) == ("Accepted", 0, 0, 1)


def test_an_answered_query_says_so(desk: Desk) -> None:
    desk.send_back("idva", CLOSED | {"H1.closed": "47 # Cases of last quarter closed now."})
    (submission,) = (each for each in desk.round().submissions if each.agency == "idva")
    assert (submission.status, submission.queries, submission.answered) == ("Accepted with queries", 0, 1)
    assert [row["Status"] for row in table(desk, "Findings", "Where")] == ["answered"]


def test_a_waiver_ends_when_the_value_changes_and_when_it_is_withdrawn(desk: Desk) -> None:
    desk.send_back("idva", CLOSED)
    waive(desk)
    number = number_of(desk, "MORE_THAN_ITS_WHOLE")
    assert desk.value(desk.round(), "H1.closed") == 47
    desk.send_back("idva", CLOSED | {"H1.closed": "48"})
    assert desk.value(desk.round(), "H1.closed") == 47  # the earlier file's, until the later one is explained
    assert number_of(desk, "MORE_THAN_ITS_WHOLE") != number
    with pytest.raises(WaiveError, match=f"no finding that can be waived has the number {number}"):
        cycle.waive(desk.folder, QUARTER, [Wanted(number=number)], **SAID, until=NEXT)
    desk.send_back("idva", CLOSED)
    assert desk.value(desk.round(), "H1.closed") == 47
    waive(desk, withdraw=True, until="")
    assert desk.value(desk.round(), "H1.closed") is None
    with pytest.raises(WaiveError, match="is not waived"):
        waive(desk, withdraw=True)


def test_a_number_means_the_same_finding_whatever_else_is_found(desk: Desk) -> None:
    desk.send_back("idva", CLOSED)
    number = number_of(desk, "MORE_THAN_ITS_WHOLE")
    desk.send_back("dvip", {"H3.stated": "80"}, name="aaa first in the list.xlsx")
    desk.send_back("police", {"H2.retained": TELEPHONE})
    assert number_of(desk, "MORE_THAN_ITS_WHOLE") == number
    waive(desk)
    assert number_of(desk, "MORE_THAN_ITS_WHOLE") == number


def test_a_finding_is_named_by_what_it_says(desk: Desk) -> None:
    desk.send_back("idva", CLOSED)
    wanted = Wanted("", "MORE_THAN_ITS_WHOLE", "H1.closed", found="47")
    (chosen,) = cycle.waive(desk.folder, QUARTER, [wanted], **SAID, until="31/12/2199")
    assert chosen.key.agency == "idva"
    assert desk.value(desk.round(), "H1.closed") == 47


@pytest.mark.parametrize(
    ("wanted", "said", "words"),
    [
        pytest.param({}, {"who": ""}, "it must be said --who", id="nobody"),
        pytest.param({}, {"why": " "}, "it must be said --why", id="no_reason"),
        pytest.param({}, {"why": "Call 07700 900123"}, "--why holds a telephone number", id="personal_data"),
        pytest.param({}, {"until": ""}, "say until when it holds", id="no_end"),
        pytest.param({}, {"until": "soon"}, "neither a period nor a day", id="no_period"),
        pytest.param({}, {"until": "2014-15-Q1"}, "has passed already", id="earlier_period"),
        pytest.param({}, {"until": "31/01/2015"}, "has passed already", id="day_in_the_past"),
        pytest.param({"found": "46"}, {}, "no open finding", id="another_value"),
        pytest.param({"found": ""}, {}, "no open finding", id="no_value_said"),
        pytest.param({"agency": "police"}, {}, "no open finding", id="another_agency"),
        pytest.param({"code": "TEXT_IN_NUMBER", "item": "H1.engaged"}, {}, "cannot be used as it is", id="unreadable"),
        pytest.param({"code": "NAMED_AS_A_COPY", "item": ""}, {}, "say which finding", id="no_item"),
        pytest.param({"number": "0"}, {}, "has the number 0", id="no_such_number"),
    ],
)
def test_what_cannot_be_waived_is_refused_in_a_line_and_nothing_is_recorded(
    desk: Desk, wanted: Mapping[str, str], said: Mapping[str, str], words: str
) -> None:
    desk.force(desk.send_back("idva", CLOSED), "H1.referrals", "12abc")
    if wanted.get("code") == "TEXT_IN_NUMBER":
        wanted = {**wanted, "item": "H1.referrals"}
    usual = {"code": "MORE_THAN_ITS_WHOLE", "item": "H1.closed", "found": "47"}
    before = desk.record()
    with pytest.raises(WaiveError, match=words) as raised:
        cycle.waive(desk.folder, QUARTER, [Wanted(**(usual | wanted))], **(SAID | {"until": NEXT} | said))
    assert "\n" not in str(raised.value)
    assert desk.record() == before


def test_where_the_returns_were_put_away_it_is_said_where_their_copies_are(desk: Desk) -> None:
    path = desk.send_back("idva", CLOSED)
    desk.consolidate()
    path.unlink()
    with pytest.raises(NothingToReadError, match=f"a copy is in .*received.{QUARTER}; put back what counts"):
        cycle.waivable(desk.folder, QUARTER)


def test_a_false_alarm_is_released_by_name_and_its_text_is_kept_nowhere_in_the_record(desk: Desk) -> None:
    desk.send_back("police", {"H2.retained": TELEPHONE})
    assert desk.value(desk.round(), "H2.retained") is None
    assert "07700" not in repr(desk.record())
    waive(desk, "PERSONAL_DATA", why="It is the number of the public line.")
    assert "07700" not in repr(desk.rows("waived"))
    assert desk.value(desk.round(), "H2.retained") == 73
    assert "07700" not in repr(cells(desk.master)["Findings"])
    assert "07700" not in repr(desk.rows("found"))


def test_a_master_cannot_be_sent_that_does_not_know_of_a_decision(desk: Desk) -> None:
    settings = desk.folder / "dapf.toml"
    text = settings.read_text(encoding="utf-8")
    chair = '"chair@council.example.org"'
    text = text.replace("to = []", f"to = [{chair}]").replace("cleared = []", f"cleared = [{chair}]")
    settings.write_text(text, encoding="utf-8")
    desk.send_back("idva", CLOSED)
    desk.consolidate()
    waive(desk)
    with pytest.raises(DeliveryError, match="something was waived or decided"):
        cycle.send(desk.folder, QUARTER)
    desk.consolidate()
    assert cycle.send(desk.folder, QUARTER).is_file()


def test_a_figure_that_counts_under_a_waiver_that_has_ended_says_so_in_later_masters(desk: Desk) -> None:
    desk.send_back("idva", CLOSED)
    waive(desk, until=QUARTER)
    desk.consolidate()
    cycle.issue(desk.folder, NEXT, ["idva"])
    later = Desk(desk.folder, NEXT)
    later.send_back("idva")
    found = [each for each in later.round().findings if each.code.name == "WAIVER_EXPIRED"]
    assert [each.message for each in found] == [
        (
            "Cases closed of IDVA provider for Q2 2014/15 counts under a waiver that ended with Q2 2014/15 "
            "(performance lead: The IDVA manager confirmed it)."
        )
    ]
    waive(desk, until=NEXT)
    desk.consolidate()
    assert "WAIVER_EXPIRED" not in {each.code.name for each in later.round().findings}
    assert "WAIVER_EXPIRED" not in {each.code.name for each in desk.round().findings}


def test_the_command_line_lists_waives_and_leaves_a_clean_exit(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    desk.send_back("police", {"H2.retained": TELEPHONE})
    round_ = [str(desk.folder), "--period", QUARTER]
    assert main(["check", str(desk.returns)]) == 1
    assert main(["waive", *round_, "--list"]) == 0
    listed = capsys.readouterr().err
    number = number_of(desk, "PERSONAL_DATA")
    assert f"{number}  error " in listed
    assert "1 can be waived, 0 waived." in listed
    said = ["--who", SAID["who"], "--why", SAID["why"], "--until", NEXT]
    assert main(["waive", *round_, "--number", number, *said]) == 0
    assert main(["waive", *round_, "--list"]) == 0
    assert "0 can be waived, 1 waived." in capsys.readouterr().err
    assert main(["check", str(desk.returns)]) == 0
    assert "1 file, 1 waived" in capsys.readouterr().err
    assert main(["waive", *round_]) == 2


# --- files that nobody can verify -------------------------------------------------------------


@pytest.fixture
def unverified(desk: Desk, tmp_path: Path) -> Path:
    """A return that another workspace of the same framework issued, among the returns."""
    folder = tmp_path / "lost"
    cycle.init("haringey", folder)
    cycle.issue(folder, QUARTER)
    path = desk.returns / f"police_{QUARTER}.xlsx"
    shutil.copy(Desk(folder).send_back("police"), path)
    return path


def test_an_unverified_file_is_nobody_s_until_it_is_taken_by_name(desk: Desk, unverified: Path) -> None:
    before = desk.round()
    assert desk.statuses(before)["police"] == ["Not returned"]
    (row,) = (each for each in before.submissions if not each.agency)
    assert row.name == "Unverified: says it is from Metropolitan Police, Haringey"
    assert "police" in (cycle.check([desk.returns]).not_returned or ())
    one = cycle.take_file(desk.folder, QUARTER, unverified, "police", **SAID)
    assert one
    assert one.agency == "police"
    after = desk.round()
    (row,) = (each for each in after.submissions if each.agency == "police")
    assert (row.status, row.waived, row.warnings) == ("Accepted", 1, 0)
    assert row.reason.startswith("Taken by performance lead on ")
    assert desk.value(after, "H2.retained") == 73
    assert any("Taken by" in str(row["Why"]) for row in table(desk, "Submissions", "Agency"))
    assert cycle.take_file(desk.folder, QUARTER, unverified, "police", **SAID, withdraw=True) is None
    assert desk.value(desk.round(), "H2.retained") is None


def test_a_taken_file_is_that_file_and_no_other(desk: Desk, unverified: Path) -> None:
    cycle.take_file(desk.folder, QUARTER, unverified, "police", **SAID)
    workbook = openpyxl.load_workbook(unverified)
    workbook["Return"]["J7"] = 0.9
    workbook.save(unverified)
    assert desk.statuses(desk.round())["police"] == ["Not returned"]


@pytest.mark.parametrize(
    ("agency", "words"),
    [
        ("", "say whose return it is, --agency"),
        ("idva", "so it is not taken as idva's"),
        ("coroner", "no agency called"),
    ],
)
def test_a_file_is_never_taken_in_another_s_name(desk: Desk, unverified: Path, agency: str, words: str) -> None:
    before = desk.record()
    with pytest.raises(WaiveError, match=words):
        cycle.take_file(desk.folder, QUARTER, unverified, agency, **SAID)
    assert desk.record() == before


def test_a_file_that_is_verified_broken_or_elsewhere_is_not_taken(desk: Desk, unverified: Path, tmp_path: Path) -> None:
    idva = desk.send_back("idva")
    (desk.returns / "broken.xlsx").write_bytes(b"PK nothing")
    workbook = openpyxl.load_workbook(unverified)
    workbook.remove(workbook["Return"])
    lacking = desk.returns / "lacking.xlsx"
    workbook.save(lacking)
    for path, words in (
        (idva, "needs no decision: it is accepted"),
        (desk.returns / "broken.xlsx", "needs no decision: it is rejected"),
        (lacking, "cannot be taken"),
        (shutil.copy(idva, tmp_path / "elsewhere.xlsx"), "does not lie there: put it in first"),
    ):
        with pytest.raises(WaiveError, match=words):
            cycle.take_file(desk.folder, QUARTER, path, "police", **SAID)
    assert desk.rows("ruled") == []


# --- files that replace others ----------------------------------------------------------------


def test_one_of_two_files_replaces_the_other_where_they_differ(desk: Desk) -> None:
    first = desk.send_back("marac")
    second = desk.send_back("marac", {"H4.referrals": "90"}, name="marac later.xlsx")
    assert desk.value(desk.round(), "H4.referrals") is None
    assert cycle.replace_file(desk.folder, QUARTER, second, first, **SAID) == 1
    after = desk.round()
    assert (desk.value(after, "H4.referrals"), desk.value(after, "H5.two")) == (90, 65)
    (row,) = (
        row
        for row in data_of(desk.master)
        if (row["item"], row["period"], row["agency"]) == ("H4.referrals", QUARTER, "marac")
    )
    assert (row["value"], row["shorthand"]) == (90, "[r]")
    assert row["comment"].startswith("Revised from 88: Decided by performance lead on ")
    changes = [(each.figure[0], each.kind, each.old, each.new) for each in after.changes]
    assert ("H4.referrals", "Sent again", "88", "90") in changes
    assert cycle.replace_file(desk.folder, QUARTER, first, second, **SAID) == 1  # the last word counts
    assert desk.value(desk.round(), "H4.referrals") == 88
    cycle.replace_file(desk.folder, QUARTER, first, second, **SAID, withdraw=True)
    assert desk.value(desk.round(), "H4.referrals") is None


def test_an_officer_says_with_the_marker_which_figure_is_right(desk: Desk) -> None:
    desk.send_back("marac")
    figures = {"H4.referrals": "90"}
    path = desk.send_back("marac", figures, name="marac later.xlsx")
    workbook = openpyxl.load_workbook(path)
    workbook["Return"]["K7"] = "[r] revised"
    workbook.save(path)
    after = desk.round()
    assert desk.value(after, "H4.referrals") == 90
    assert "REPLACED_BY_ANOTHER" in {each.code.name for each in after.findings}


def test_only_two_returns_of_one_agency_can_replace_each_other(desk: Desk) -> None:
    first, other = desk.send_back("marac"), desk.send_back("idva")
    for pair in ((first, first), (first, other)):
        with pytest.raises(WaiveError, match="are not two returns of one agency"):
            cycle.replace_file(desk.folder, QUARTER, *pair, **SAID)
    later = desk.send_back("marac", {"H4.referrals": "90"}, name="later.xlsx")
    with pytest.raises(WaiveError, match="was not said to replace"):
        cycle.replace_file(desk.folder, QUARTER, later, first, **SAID, withdraw=True)
    assert desk.rows("ruled") == []
