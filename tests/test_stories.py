"""What Submissions tells of each agency's return, and which figures are marked as revised."""

from __future__ import annotations

import os
import re
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import openpyxl
import pytest

from dapf_xl import cycle
from dapf_xl.amending import Correction
from dapf_xl.waiving import Wanted
from tests.rounds import FIGURES, QUARTER, Desk, cells, data_of, new_desk

if TYPE_CHECKING:
    from pathlib import Path

    from dapf_xl.consolidation import Round

SAID = {"who": "performance lead", "why": "The IDVA manager confirmed it."}
CLOSED = FIGURES["idva"] | {"H1.closed": "47"}
NEXT = "2014-15-Q3"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return new_desk(tmp_path / "Haringey")


def story(current: Round, agency: str) -> list[str]:
    return [each.words for each in current.story if each.agency == agency]


def on_one_day(words: str) -> str:
    """Return what is told of a file as it is told where it was saved and taken in before the same midnight."""
    return re.sub(r", taken in on \d{1,2} [A-Z][a-z]+ \d{4}", "", words)


def set_saved(path: Path, day: str) -> None:
    moment = datetime.fromisoformat(f"{day}T12:00:00").replace(tzinfo=UTC).timestamp()
    os.utime(path, (moment, moment))


def issued_on(desk: Desk, day: str) -> None:
    """Let the round have been issued on a day."""
    with closing(sqlite3.connect(desk.folder / "ledger.sqlite")) as connection, connection:
        connection.execute("UPDATE issued SET issued_at = ?", (f"{day}T09:00:00+00:00",))


def test_an_agency_s_story_is_told_in_time_order(desk: Desk) -> None:
    desk.send_back("idva", CLOSED)
    desk.consolidate()
    (waivable,) = cycle.waivable(desk.folder, QUARTER)
    cycle.waive(desk.folder, QUARTER, [Wanted(number=waivable.number)], **SAID, until=NEXT)
    desk.consolidate()
    desk.send_back("idva", FIGURES["idva"] | {"H1.closed": "30"})
    desk.consolidate()
    amended = Correction("H1.engaged", "idva", value="38", who="IDVA manager", how="telephone", why="one was missed")
    cycle.amend(desk.folder, QUARTER, [amended])
    events = story(desk.round(), "idva")
    shown = [row[2] for row in cells(desk.master)["Submissions"] if len(row) > 2]
    assert set(events) <= set(shown)
    told = [*map(on_one_day, events)]
    assert told[0] == "Its return was issued."
    assert told[1] == "Received. Accepted with queries, 5 of 7 figures, 1 query open."
    assert told[2].startswith(
        "Cases closed (47) is more than Referrals that engaged (37). Waived by performance lead on "
    )
    assert told[3] == "Checked again: Accepted, 5 of 7 figures, 1 waived."
    assert told[4].startswith("Received again, in place of the file of that name, which is kept as received/")
    assert told[4].endswith(f"_idva_{QUARTER}.xlsx. Accepted, 5 of 7 figures.")
    assert told[5:] == [
        "Referrals that engaged for Q2 2014/15 was amended from 37 to 38 (IDVA manager, telephone): one was missed"
    ]


def test_every_agency_has_a_story_and_one_that_sent_nothing_says_when_it_is_due(desk: Desk) -> None:
    issued_on(desk, "2014-10-06")
    desk.send_back("idva")
    current = desk.round()
    assert {each.agency for each in current.story} == set(FIGURES)
    assert story(current, "police") == ["Its return was issued.", "Nothing has come. It is due by 28 October 2014."]


@pytest.mark.parametrize(
    ("saved", "late"),
    [("2014-10-28", False), ("2014-10-29", True)],
    ids=["on_the_day_that_it_was_due", "the_day_after"],
)
def test_a_file_is_late_that_was_saved_after_it_was_due_however_late_it_is_taken_in(
    desk: Desk, saved: str, *, late: bool
) -> None:
    issued_on(desk, "2014-10-06")
    set_saved(desk.send_back("police"), saved)
    _, received = story(desk.round(), "police")
    assert (", late: it was due by 28 October 2014" in received) is late
    assert ", taken in on " in received


def test_nobody_is_late_with_a_return_that_went_out_after_it_was_due(desk: Desk) -> None:
    desk.send_back("police")  # issued, and saved, years after the quarter
    current = desk.round()
    assert "late" not in " ".join(story(current, "police"))
    assert story(current, "idva")[-1] == "Nothing has come."


def test_what_was_saved_anew_taken_out_and_put_back_is_told(desk: Desk) -> None:
    path = desk.send_back("police")
    desk.send_back("dvip")
    desk.consolidate()
    workbook = openpyxl.load_workbook(path)
    workbook.save(path)
    again = desk.round()
    words = "Received again, saying the same as before. Accepted, 1 of 1 figures."
    assert on_one_day(story(again, "police")[-1]) == words
    assert [each.reason for each in again.submissions if each.status == "Replaced"] == [
        "a later file of the same name, which says the same"
    ]
    data = path.read_bytes()
    path.unlink()
    desk.consolidate()
    path.write_bytes(data)
    told = story(desk.round(), "police")
    assert "Taken out of the folder of returns: its figures no longer count." in told
    assert told[-1] == "Put back: Accepted, 1 of 1 figures."


# --- revised figures --------------------------------------------------------------------------


def found(desk: Desk, item: str, period: str) -> dict[str, object]:
    (row,) = (
        row
        for row in data_of(desk.master)
        if (row["item"], row["period"]) == (item, period) and row["status"] not in {"target", "baseline"}
    )
    return {name: row[name] for name in ("value", "shorthand", "comment")}


def test_a_figure_that_is_sent_again_or_amended_is_marked_and_a_first_one_is_not(desk: Desk) -> None:
    desk.send_back("marac")
    desk.consolidate()
    assert found(desk, "H4.referrals", QUARTER) == {"value": 88, "shorthand": "", "comment": ""}
    desk.send_back("marac", FIGURES["marac"] | {"H4.referrals": "90 # Two were entered late."})
    amended = [
        Correction("H5.two", "marac", value="56", who="coordinator", how="telephone", why="one was missed"),
        Correction("H2.retained", "police", value="71", who="officer", how="telephone", why="no return came"),
    ]
    cycle.amend(desk.folder, QUARTER, amended)
    made = desk.consolidate()
    revised = {"value": 90, "shorthand": "[r]", "comment": "Revised from 88: Two were entered late."}
    assert found(desk, "H4.referrals", QUARTER) == revised
    assert found(desk, "H5.two", QUARTER)["shorthand"] == "[r]"
    assert str(found(desk, "H5.two", QUARTER)["comment"]).startswith("Amended from 65% ")
    assert found(desk, "H2.retained", QUARTER)["shorthand"] == ""
    assert found(desk, "H6.repeat", QUARTER)["shorthand"] == ""
    sheets = cells(made.master)
    shown = [
        row for name, rows in sheets.items() for row in rows if "Revised from 88: Two were entered late." in str(row)
    ]
    assert len(shown) > 1, "it stands beside the figure, not in Data alone"
    assert any("[r]" in str(cell) for row in shown for cell in row)


def test_an_earlier_figure_that_is_revised_is_marked_and_a_late_one_is_not(tmp_path: Path) -> None:
    folder = tmp_path / "Cambridgeshire"
    third, fourth = Desk(folder, NEXT), Desk(folder, "2014-15-Q4")
    cycle.init("cambridgeshire", folder)
    cycle.issue(folder, third.period, ["cps"])
    third.send_back("cps", {"C03.cases": "[x] not available: awaiting release", "C04.successful": "71.5"})
    workbook_of = third.returns / f"cps_{NEXT}.xlsx"
    mark(workbook_of, "C04.successful@", "[p] provisional")
    third.consolidate()
    cycle.issue(folder, fourth.period, ["cps"])
    fourth.send_back("cps", {f"C03.cases@{NEXT}": "40", f"C04.successful@{NEXT}": "72.5 # The last cases are in."})
    changes = {each.figure[0]: (each.kind, each.old, each.new) for each in fourth.round().changes}
    rows = [row for row in all_data(fourth) if row["period"] == NEXT]
    late = next(row for row in rows if row["item"] == "C03.cases")
    assert (late["value"], late["shorthand"]) == (40, "")
    final = next(row for row in rows if row["item"] == "C04.successful")
    assert (final["shorthand"], final["comment"]) == ("[r]", "Revised from 71.5% [p]: The last cases are in.")
    assert changes["C03.cases"][0] == "Late"
    assert changes["C04.successful"] == ("Final", "71.5% [p]", "72.5%")


def mark(path: Path, figure: str, shorthand: str) -> None:
    workbook = openpyxl.load_workbook(path)
    sheet = workbook["Return"]
    (row,) = (row for row in range(6, sheet.max_row + 1) if str(sheet[f"N{row}"].value).startswith(figure))
    sheet[f"K{row}"].value = shorthand
    workbook.save(path)


def all_data(desk: Desk) -> list[dict[str, object]]:
    rows = iter(cells(desk.master)["Data"])
    heads = next(row for row in rows if row[:2] == ["framework", "indicator"])
    return [dict(zip(heads, row, strict=True)) for row in rows]
