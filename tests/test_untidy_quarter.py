"""A real quarter is never tidy: what `docs/lead-reference.md` promises of each case, on real workspaces and files.

A small partnership: two outreach services, the police and a helpline. What each returns is written as a person would
type it; every test runs the verbs that a performance lead runs.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from dapf_xl import catalogue, cycle
from dapf_xl.amending import Correction, read_corrections
from dapf_xl.catalogue import Framework
from dapf_xl.catalogue.tables import Ask, Item
from dapf_xl.cli import main
from dapf_xl.findings import AmendError, DeliveryError
from dapf_xl.periods import Period
from dapf_xl.variance import lines_of
from tests.rounds import Desk, cells

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from dapf_xl.cycle import Consolidated
    from dapf_xl.variance import Line
    from tests.conftest import Office

Q1, Q2, Q3 = "2014-15-Q1", "2014-15-Q2", "2014-15-Q3"
CATALOGUE = {
    "framework": """
setting,value
id,small
title,Domestic abuse partnership
area,Somewhere
issuer,Somewhere Council
version,1
groups,group
tolerance,10
tolerance_basis,relative
amber_rule,within_tolerance
minimum_denominator,10
disclosure_threshold,5
deadline_days,28
marking,OFFICIAL
contact,"the performance lead, performance@example.org"
""",
    "agencies": """
id,name,mailbox,until,successor
north,Outreach north,north@example.org,,
south,Outreach south,south@example.org,,
police,Police,police@example.org,,
helpline,Helpline,helpline@example.org,,
""",
    "indicators": """
id,title,group,definition,polarity,polarity_reason,derivation,numerator,denominator,measure,over_time,over_agencies,status
I1,Referrals,Outreach,Referrals received,higher,More come forward,count,,,I1.referred,sum,sum,live
I2,Engaged,Outreach,Engaging,higher,Better,ratio,I2.engaged,I1.referred,,ratio_of_sums,ratio_of_sums,live
I3,Satisfied,Outreach,Clients who are satisfied,higher,Better service,stated,,,I3.satisfied,none,none,live
I4,Crimes,Police,Crimes recorded,context,More may be good,count,,,I4.crimes,sum,sum,live
I5,People,Helpline,Different people who called,higher,More are reached,count,,,I5.people,none,sum,live
""",
    "items": """
id,indicator,label,type,minimum,required
I1.referred,I1,Referrals,count,0,yes
I2.engaged,I2,Referrals that engaged,count,0,yes
I3.satisfied,I3,Clients who are satisfied,percent,0,no
I4.crimes,I4,Crimes recorded,count,0,yes
I5.people,I5,Different people who called,count,0,yes
""",
    "asks": """
item,category,supplier,owner,frequency
I1.referred,,north,,quarter
I1.referred,,south,,quarter
I2.engaged,,north,,quarter
I2.engaged,,south,,quarter
I3.satisfied,,north,,quarter
I3.satisfied,,south,,quarter
I4.crimes,,police,community safety lead,quarter
I5.people,,helpline,,quarter
""",
    "rules": """
id,kind,left,right,same_cohort
R1,not_more_than,I2.engaged,I1.referred,yes
""",
}
FIGURES: dict[str, dict[str, str]] = {
    "north": {"I1.referred": "40", "I2.engaged": "30", "I3.satisfied": "80"},
    "south": {"I1.referred": "20", "I2.engaged": "10", "I3.satisfied": "90"},
    "police": {"I4.crimes": "200"},
    "helpline": {"I5.people": "60"},
}
TELEPHONED = {"who": "police data officer", "how": "telephone", "why": "two figures were swapped"}


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """A workspace in which nothing has happened yet."""
    source = tmp_path / "catalogue"
    source.mkdir()
    for name, text in CATALOGUE.items():
        (source / f"{name}.csv").write_text(text.lstrip(), encoding="utf-8")
    return cycle.init(str(source), tmp_path / "work").folder


def edit(work: Path, **tables: Callable[[tuple[Any, ...]], Any]) -> Framework:
    """Change tables of the workspace's catalogue, as the lead would in Excel."""
    path = work / "catalogue.xlsx"
    loaded = catalogue.load(path)
    changed = {name: tuple(change(loaded.tables[name])) for name, change in tables.items()}
    catalogue.export(Framework(loaded.settings, {**loaded.tables, **changed}), path)
    return catalogue.load(path)


def indicator(name: str, **columns: Any) -> Callable[[tuple[Any, ...]], Any]:  # noqa: ANN401  (columns of any kind)
    return lambda rows: [replace(row, **columns) if row.id == name else row for row in rows]


def send_back(work: Path, quarter: str, agency: str, name: str = "", **figures: str) -> Path:
    given = {item.replace("_", ".", 1): value for item, value in figures.items()}
    return Desk(work, quarter).send_back(agency, given or FIGURES[agency], name)


def issue(work: Path, quarter: str) -> None:
    cycle.issue(work, quarter)


def consolidated(work: Path, quarter: str, **figures: dict[str, str]) -> Consolidated:
    """Issue a round, let everybody return, and consolidate; an agency may say something else than usually."""
    issue(work, quarter)
    for agency in (path.name.rpartition(f"_{quarter}")[0] for path in (work / "issued" / quarter).glob("*.xlsx")):
        Desk(work, quarter).send_back(agency, figures.get(agency, FIGURES.get(agency, {})))
    return cycle.consolidate(work, quarter)


def line(made: Consolidated, name: str) -> Line:
    return next(each for each in lines_of(made.current) if each.measure.indicator.id == name)


def rows(made: Consolidated, sheet: str, head: str) -> list[dict[str, Any]]:
    """Return the rows of a table on a sheet of the master, by their heads."""
    found = iter(cells(made.master)[sheet])
    heads = next(row for row in found if row[0] == head)
    return [dict(zip(heads, row, strict=True)) for row in found if row[0] != ""]


def data(made: Consolidated, item: str, agency: str, period: str) -> dict[str, Any]:
    (row,) = (
        row
        for row in rows(made, "Data", "framework")
        if (row["item"], row["agency"], row["period"]) == (item, agency, period) and row["status"] != "target"
    )
    return row


def changes(made: Consolidated) -> list[tuple[str, ...]]:
    """Return what the sheet Changes says: ref, agency, period, kind, was, is."""
    names = ("Ref", "Agency", "Period", "What", "Was", "Is")
    return [tuple(str(row[name]) for name in names) for row in rows(made, "Changes", "Ref") if row["Agency"]]


def codes(made: Consolidated) -> list[str]:
    return [finding.code.name for finding in made.current.findings]


# --- a late figure, and a provisional one that becomes final -----------------------------------------


def test_a_late_figure_for_an_earlier_quarter_comes_through_revisions(work: Path) -> None:
    first = consolidated(work, Q2, police={"I4.crimes": "[x] not available: awaiting release"})
    assert line(first, "I4").now.shown == "[x] not available: awaiting release"
    later = consolidated(work, Q3, police={"I4.crimes": "210", f"I4.crimes@{Q2}": "190 # The release came in January."})
    crimes = line(later, "I4")
    assert (crimes.now.value, crimes.previous.value) == (210, 190)
    assert crimes.year_to_date.shown == "2 of 3 quarters"  # the first was before the partnership began
    assert ("I4", "Police", "Q2 2014/15", "Late", "[x] not available: awaiting release", "190") in changes(later)
    found = data(later, "I4.crimes", "police", Q2)
    assert (found["value"], found["status"], found["sheet"]) == (190, "accepted", "Revisions")
    assert found["comment"] == "The release came in January."
    assert line(cycle.consolidate(work, Q2), "I4").now.value is None  # the earlier master says what was known then


def test_a_late_figure_makes_the_year_to_date_whole(work: Path) -> None:
    consolidated(work, Q1)
    consolidated(work, Q2, police={"I4.crimes": "[x] not available: awaiting release"})
    later = consolidated(work, Q3, police={"I4.crimes": "210", f"I4.crimes@{Q2}": "190"})
    assert line(later, "I4").year_to_date.value == 200 + 190 + 210


def test_a_provisional_figure_becomes_final_and_the_old_one_can_be_traced(work: Path) -> None:
    issue(work, Q2)
    provisional = Desk(work, Q2).send_back("police", {"I4.crimes": "200"})
    mark(provisional, "[p] provisional")
    assert line(cycle.consolidate(work, Q2), "I4").now.markers == "[p]"
    issue(work, Q3)
    sheet = openpyxl.load_workbook(work / "issued" / Q3 / f"police_{Q3}.xlsx")["Revisions"]
    assert [(row[4].value, row[5].value) for row in sheet.iter_rows(min_row=7, max_row=7)] == [
        ("Q2 2014/15", "200 [p]")
    ]
    Desk(work, Q3).send_back("police", {"I4.crimes": "210", f"I4.crimes@{Q2}": "205 # Final."})
    later = cycle.consolidate(work, Q3)
    found = data(later, "I4.crimes", "police", Q2)
    assert (found["value"], found["shorthand"], found["comment"]) == (205, "[r]", "Revised from 200 [p]: Final.")
    assert ("I4", "Police", "Q2 2014/15", "Final", "200 [p]", "205") in changes(later)
    with Desk(work).workspace.ledger() as ledger:
        story = [each for each in ledger.observations() if each.key == ("I4.crimes", "", "police", Period.parse(Q2))]
    assert [(each.value, each.markers, each.file) for each in story] == [
        (200, "[p]", f"police_{Q2}.xlsx"), (205, "", f"police_{Q3}.xlsx")
    ]  # fmt: skip


def mark(path: Path, shorthand: str) -> None:
    """Pick a marker beside the first figure of a return."""
    workbook = openpyxl.load_workbook(path)
    workbook["Return"]["K7"] = shorthand
    workbook.save(path)


# --- a correction by telephone -------------------------------------------------------------------------


def crimes(value: str = "", **more: Any) -> Correction:  # noqa: ANN401  (columns of any kind)
    return Correction(**{"item": "I4.crimes", "agency": "police", "value": value, **TELEPHONED, **more})


def test_an_amended_figure_counts_and_says_who_how_and_why(work: Path) -> None:
    consolidated(work, Q3, police={"I4.crimes": "210"})
    (amended,) = cycle.amend(work, Q3, [crimes("120")])
    assert (amended.old, amended.new) == ("210", "120")
    made = cycle.consolidate(work, Q3)
    found = data(made, "I4.crimes", "police", Q3)
    assert (found["value"], found["status"]) == (120, "amended")
    assert found["comment"] == "Amended from 210 (police data officer, telephone): two figures were swapped"
    assert ("I4", "Police", "Q3 2014/15", "Amended", "210", "120") in changes(made)
    assert codes(made) == ["AMENDED"]
    assert ("Amended: police data officer, telephone", "amendment") in {
        (row["Source"], row["Kind"]) for row in rows(made, "Sources", "Source")
    }


def clear_the_chair(work: Path) -> None:
    settings = work / "dapf.toml"
    text = settings.read_text(encoding="utf-8")
    address = '["chair@council.example.org"]'
    text = text.replace('sender = ""', 'sender = "performance@council.example.org"')
    settings.write_text(text.replace("to = []", f"to = {address}").replace("\ncleared = []", f"\ncleared = {address}"))


def test_a_master_cannot_be_sent_until_it_has_what_came_for_an_earlier_quarter(work: Path) -> None:
    clear_the_chair(work)
    consolidated(work, Q2, police={"I4.crimes": "210"})
    consolidated(work, Q3)
    consolidated(work, Q2, police={"I4.crimes": "215"})
    with pytest.raises(DeliveryError, match="returns came in after"):
        cycle.send(work, Q3)
    cycle.consolidate(work, Q3)
    assert cycle.send(work, Q3).is_file()
    cycle.consolidate(work, Q2)
    assert cycle.send(work, Q3).is_file(), "nothing new came of it"


def test_a_master_cannot_be_sent_until_it_has_the_amended_figure(work: Path) -> None:
    clear_the_chair(work)
    consolidated(work, Q3)
    assert cycle.send(work, Q3).is_file()
    cycle.amend(work, Q3, [crimes("120")])
    with pytest.raises(DeliveryError, match="amended or imported after"):
        cycle.send(work, Q3)
    cycle.consolidate(work, Q3)
    assert cycle.send(work, Q3).is_file()


def test_reading_the_same_file_again_changes_nothing_and_another_that_differs_is_told(work: Path) -> None:
    consolidated(work, Q3, police={"I4.crimes": "210"})
    cycle.amend(work, Q3, [crimes("120")])
    for _ in range(2):
        made = cycle.consolidate(work, Q3)
        assert (line(made, "I4").now.value, codes(made)) == (120, ["AMENDED"])
    send_back(work, Q3, "police", f"police_{Q3}.xlsx", I4_crimes="120")  # agrees: nothing to say
    assert codes(cycle.consolidate(work, Q3)) == ["AMENDED"]
    send_back(work, Q3, "police", f"police_{Q3}.xlsx", I4_crimes="215")
    for _ in range(2):
        made = cycle.consolidate(work, Q3)
        assert (line(made, "I4").now.value, codes(made)) == (120, ["AMENDED", "DIFFERS_FROM_AMENDMENT"])
    (told,) = [each.message for each in made.current.findings if each.code.name == "DIFFERS_FROM_AMENDMENT"]
    assert "215" in told
    assert "120 still counts" in told
    cycle.amend(work, Q3, [crimes(withdraw=True, why="the new return is right")])
    made = cycle.consolidate(work, Q3)
    assert (line(made, "I4").now.value, codes(made)) == (215, [])


def test_an_amendment_is_amended_again_and_every_step_is_kept(work: Path) -> None:
    consolidated(work, Q3, police={"I4.crimes": "210"})
    cycle.amend(work, Q3, [crimes("120")])
    cycle.amend(work, Q3, [crimes("121", shorthand="[p] provisional", how="e-mail")])
    made = cycle.consolidate(work, Q3)
    assert (line(made, "I4").now.value, line(made, "I4").now.markers) == (121, "[p][r]")
    kept = [row[6:11] for row in Desk(work).rows("amended")]
    assert kept == [
        ("210", "120", "police data officer", "telephone", "two figures were swapped"),
        ("120", "121 [p]", "police data officer", "e-mail", "two figures were swapped"),
    ]
    assert [row[4:6] for row in changes(made)] == [("210", "120"), ("120", "121 [p]")]


def test_the_next_round_s_revision_of_an_amended_figure_counts_and_is_told(work: Path) -> None:
    consolidated(work, Q2)
    cycle.amend(work, Q2, [crimes("121", shorthand="[p] provisional")])
    later = consolidated(work, Q3, police={"I4.crimes": "150", f"I4.crimes@{Q2}": "125 # Final."})
    assert line(later, "I4").previous.value == 125
    assert codes(later) == ["AMENDMENT_REPLACED"]
    assert ("I4", "Police", "Q2 2014/15", "Final", "121 [p]", "125") in changes(later)


def test_an_earlier_quarter_s_figure_is_amended_in_the_round_that_is_under_way(work: Path) -> None:
    consolidated(work, Q2)
    consolidated(work, Q3)
    cycle.amend(work, Q3, [crimes("150", about=Q2)])
    assert line(cycle.consolidate(work, Q3), "I4").previous.value == 150
    assert line(cycle.consolidate(work, Q2), "I4").now.value == 200


def test_a_figure_that_is_held_or_missing_enters_when_it_is_amended(work: Path) -> None:
    edit(
        work,
        items=lambda rows: [replace(each, usual_maximum=100) if each.id == "I5.people" else each for each in rows],
    )
    issue(work, Q3)
    for agency in ("north", "south", "helpline"):
        send_back(work, Q3, agency, **({"I5_people": "600"} if agency == "helpline" else {}))
    made = cycle.consolidate(work, Q3)
    assert line(made, "I5").now.state == "held in query"
    assert line(made, "I4").now.state == "not received"
    people = Correction(
        "I5.people", "helpline", value="60", who="helpline manager", how="telephone", why="a 0 too many"
    )
    amended = cycle.amend(work, Q3, [people, crimes("199")])
    assert [each.old for each in amended] == ["600 (held in query)", "not received"]
    made = cycle.consolidate(work, Q3)
    assert (line(made, "I5").now.value, line(made, "I4").now.value) == (60, 199)


@pytest.mark.parametrize(
    ("correction", "says"),
    [
        pytest.param(crimes("abc"), '"abc" is not a number', id="no_number"),
        pytest.param(crimes("12.5"), "not a whole number", id="no_whole_number"),
        pytest.param(crimes("-1"), "below zero", id="below_zero"),
        pytest.param(crimes("5", shorthand="[x] not available: not collected"), "both a figure", id="figure_and_none"),
        pytest.param(crimes(shorthand="[p] provisional"), "belongs beside a figure", id="marker_alone"),
        pytest.param(crimes(), "nothing to be amended to", id="nothing"),
        pytest.param(crimes("200"), "counts as 200 already", id="the_same"),
        pytest.param(crimes("5", who=""), "without who", id="nobody"),
        pytest.param(crimes("5", how=" "), "without how", id="no_how"),
        pytest.param(crimes("5", why=""), "without why", id="no_why"),
        pytest.param(crimes("5", agency="helpline"), "not asked of helpline", id="not_asked"),
        pytest.param(crimes("5", item="I4.nothing"), "not a figure of this framework", id="no_such_item"),
        pytest.param(crimes("5", agency="nobody"), "no agency called nobody", id="no_such_agency"),
        pytest.param(crimes("5", about="2015-16-Q1"), "not asked of police", id="a_quarter_to_come"),
        pytest.param(crimes("5", about="soon"), "'soon' is not a period", id="no_period"),
        pytest.param(crimes(withdraw=True), "nothing to withdraw", id="nothing_to_withdraw"),
        pytest.param(
            Correction("I2.engaged", "north", value="41", **TELEPHONED), "is more than Referrals", id="against_a_rule"
        ),
        pytest.param(
            Correction("I3.satisfied", "north", value="140%", **TELEPHONED), "140", id="more_than_a_hundred_percent"
        ),
    ],
)
def test_a_figure_that_a_return_could_not_hold_is_refused(work: Path, correction: Correction, says: str) -> None:
    consolidated(work, Q3)
    before = Desk(work, Q3).record()
    with pytest.raises(AmendError, match=says):
        cycle.amend(work, Q3, [correction])
    assert Desk(work, Q3).record() == before


def test_a_table_of_amendments_is_taken_whole_or_not_at_all(work: Path, capsys: pytest.CaptureFixture[str]) -> None:
    consolidated(work, Q3)
    table = work / "corrections.csv"
    table.write_text("item,agency,value,why\nI1.referred,north,44,\nI2.engaged,north,41,late forms\n", encoding="utf-8")
    said = ["--who", "outreach manager", "--how", "telephone", "--why", "recounted"]
    assert main(["amend", str(work), "--period", Q3, "--values", str(table), *said]) == 0
    printed = capsys.readouterr().out.splitlines()
    assert printed == [
        "Referrals (I1.referred), Outreach north, Q3 2014/15: 40 -> 44",
        "Referrals that engaged (I2.engaged), Outreach north, Q3 2014/15: 30 -> 41",
    ]
    made = cycle.consolidate(work, Q3)
    assert float(line(made, "I2").now.value or 0) == pytest.approx(51 / 64 * 100)
    assert data(made, "I2.engaged", "north", Q3)["comment"].endswith("late forms")
    table.write_text("item,agency,value\nI4.crimes,police,5\nI5.people,helpline,x\n", encoding="utf-8")
    with pytest.raises(AmendError, match=r"line 3: I5\.people cannot be amended"):
        cycle.amend(work, Q3, read_corrections(table, TELEPHONED), table)
    assert line(cycle.consolidate(work, Q3), "I4").now.value == 200


# --- two officers of one agency ------------------------------------------------------------------------


def test_two_officers_each_return_half(work: Path) -> None:
    issue(work, Q3)
    send_back(work, Q3, "north", "north first.xlsx", I1_referred="40", I3_satisfied="80")
    send_back(work, Q3, "north", "north second.xlsx", I1_referred="40", I2_engaged="30")
    made = cycle.consolidate(work, Q3)
    given = {each.item: each.value for each in made.current.figures.values() if each.supplier == "north"}
    assert given == {"I1.referred": 40, "I2.engaged": 30, "I3.satisfied": 80}
    assert codes(made) == []


def test_where_the_two_differ_neither_counts_until_it_is_settled(work: Path) -> None:
    issue(work, Q3)
    send_back(work, Q3, "north", "north first.xlsx", I1_referred="40", I2_engaged="30")
    send_back(work, Q3, "north", "north second.xlsx", I1_referred="42")
    made = cycle.consolidate(work, Q3)
    assert codes(made) == ["DIFFERS_BETWEEN_RETURNS"] * 2
    assert made.current.missing["I1.referred", "", "north", Period.parse(Q3)] == "rejected"
    settled = Correction("I1.referred", "north", value="42", who="outreach manager", how="telephone", why="recounted")
    cycle.amend(work, Q3, [settled])
    made = cycle.consolidate(work, Q3)
    assert made.current.figures["I1.referred", "", "north", Period.parse(Q3)].value == 42


# --- agencies that merge -------------------------------------------------------------------------------


def merged(work: Path) -> None:
    """Outreach south merges into Outreach north at the end of Q2."""
    ends = {"until": Period.parse(Q2), "successor": "north"}
    edit(work, agencies=lambda rows: [replace(each, **ends) if each.id == "south" else each for each in rows])


def joined(work: Path) -> None:
    """Both outreach services become one that is new."""
    ends = {"until": Period.parse(Q2), "successor": "county"}
    edit(
        work,
        agencies=lambda rows: [
            *(replace(each, **ends) if each.id in {"north", "south"} else each for each in rows),
            replace(rows[0], id="county", name="Outreach for the county"),
        ],
    )


@pytest.mark.parametrize(("merge", "successor"), [(merged, "north"), (joined, "county")])
def test_a_merged_agency_inherits_the_history_of_all_that_merged_into_it(
    work: Path, merge: Callable[[Path], None], successor: str
) -> None:
    consolidated(work, Q2)
    merge(work)
    said = {"I1.referred": "70", "I2.engaged": "50", "I3.satisfied": "85"}
    later = consolidated(work, Q3, **{successor: said})
    assert not (work / "issued" / Q3 / f"south_{Q3}.xlsx").exists()
    sheet = openpyxl.load_workbook(work / "issued" / Q3 / f"{successor}_{Q3}.xlsx")["Return"]
    before = {row[2].value.partition(".")[0]: row[7].value for row in sheet.iter_rows(min_row=7) if row[2].value}
    assert before == {"Referrals": 60, "Referrals that engaged": 40, "Clients who are satisfied": "not comparable"}
    referrals, engaged, satisfied = (line(later, name) for name in ("I1", "I2", "I3"))
    assert (referrals.now.value, referrals.previous.value) == (70, 60)
    assert (referrals.now.present, referrals.now.expected) == (1, 1)
    assert referrals.like_for_like == ""  # the same bodies in both quarters: nothing to add to the change itself
    assert float(engaged.previous.value or 0) == pytest.approx(40 / 60 * 100)
    assert (satisfied.previous.value, satisfied.previous.shown) == (None, "not added up")


def test_like_for_like_sets_a_merged_agency_beside_all_that_merged_into_it(work: Path) -> None:
    edit(work, asks=lambda rows: [*rows, Ask(item="I1.referred", supplier="helpline", frequency="quarter")])
    consolidated(work, Q2, helpline={"I1.referred": "5", "I5.people": "60"})
    joined(work)
    issue(work, Q3)
    send_back(work, Q3, "county", I1_referred="70", I2_engaged="50")
    later = cycle.consolidate(work, Q3)
    assert line(later, "I1").like_for_like == "+10 over 1 of 2 agencies"


# --- an indicator that is redefined --------------------------------------------------------------------


def test_nothing_is_compared_across_a_change_of_definition(work: Path) -> None:
    edit(work, indicators=indicator("I4", redefined=(Period.parse(Q3),), definition_version="2"))
    for quarter in (Q1, Q2):
        consolidated(work, quarter)
    made = consolidated(work, Q3, police={"I4.crimes": "300"})
    found = line(made, "I4")
    assert (found.now.value, found.previous.value, found.year_to_date.value) == (300, None, None)
    (row,) = [row for row in variance(made) if row[0] == "Crimes"]
    assert row.count("not comparable") == 5  # change, in % and travel; year to date's change, and in %
    assert "not comparable (200)" in row
    assert "not comparable: redefined in the year" in row
    assert "Redefined from Q3 2014/15 on" in found.note
    assert line(made, "I1").previous.value == 60  # what was not redefined is compared as ever


def variance(made: Consolidated) -> list[list[Any]]:
    return cells(made.master)["Variance"]


def test_the_quarter_after_the_change_is_compared_with_the_first_of_the_new_definition(work: Path) -> None:
    edit(work, indicators=indicator("I4", redefined=(Period.parse(Q2),)))
    for quarter in (Q1, Q2):
        consolidated(work, quarter)
    found = line(consolidated(work, Q3, police={"I4.crimes": "300"}), "I4")
    assert (found.previous.value, found.year_to_date.shown) == (200, "not comparable: redefined in the year")


def test_history_that_was_restated_is_compared_again(work: Path) -> None:
    edit(work, indicators=indicator("I4", redefined=(Period.parse(Q3),), restated=Period.parse(Q1)))
    for quarter in (Q1, Q2):
        consolidated(work, quarter)
    found = line(consolidated(work, Q3), "I4")
    assert (found.previous.value, found.year_to_date.value) == (200, 600)


def test_formulas_say_not_comparable_as_the_cached_values_do(work: Path, office: Office) -> None:
    edit(work, indicators=indicator("I4", redefined=(Period.parse(Q3),)))
    consolidated(work, Q2)
    made = consolidated(work, Q3)
    again = openpyxl.load_workbook(office.recalculate(made.master), data_only=True)["Variance"]
    (calculated,) = [[cell.value for cell in row] for row in again.iter_rows() if row[0].value == "Crimes"]
    (cached,) = [row for row in variance(made) if row[0] == "Crimes"]
    assert calculated.count("not comparable") == cached.count("not comparable") == 5


# --- a catalogue that is corrected after issuing -------------------------------------------------------


def test_a_correction_of_wording_needs_nothing(work: Path) -> None:
    issue(work, Q3)
    edit(
        work,
        items=lambda rows: [
            replace(each, label="Crimes that were recorded") if each.id == "I4.crimes" else each for each in rows
        ],
    )
    send_back(work, Q3, "police")
    made = cycle.consolidate(work, Q3)
    assert (line(made, "I4").now.value, codes(made)) == (200, [])
    assert cycle.issue(work, Q3, changed=True) == []


def test_a_correction_of_structure_goes_to_the_affected_agencies_alone_filled_in(work: Path) -> None:
    issue(work, Q3)
    first = send_back(work, Q3, "police", I4_crimes="200 # A record year.")
    cycle.consolidate(work, Q3)
    edit(
        work,
        items=lambda rows: [*rows, Item(id="I4.arrests", indicator="I4", label="Arrests", type="count", required=True)],
        asks=lambda rows: [*rows, Ask(item="I4.arrests", supplier="police", frequency="quarter")],
    )
    made = cycle.consolidate(work, Q3)
    assert codes(made) == ["RETURN_SUPERSEDED"]
    assert line(made, "I4").now.value == 200  # what the first return holds is taken
    (issued,) = cycle.issue(work, Q3, changed=True)
    assert issued.name == f"police_{Q3}.xlsx"
    workbook = openpyxl.load_workbook(issued, data_only=True)
    typed = [tuple(cell.value for cell in row[9:13]) for row in workbook["Return"].iter_rows(min_row=7, max_row=8)]
    assert typed == [(200, None, "A record year.", "OK"), (None, None, None, "To do")]
    assert "2 things still to do: 1 figure, the sign-off" in workbook["Start here"]["B4"].value
    first.unlink()
    Desk(work, Q3).send_back("police", {"I4.arrests": "50"})
    made = cycle.consolidate(work, Q3)
    assert codes(made) == []
    given = {each.item: each.value for each in made.current.figures.values() if each.supplier == "police"}
    assert given == {"I4.crimes": 200, "I4.arrests": 50}


# --- supplied by one body and owned by another; and people who cannot be added --------------------------


def test_a_figure_is_its_supplier_s_whoever_owns_it(work: Path) -> None:
    issue(work, Q3)
    assert not (work / "issued" / Q3 / f"community safety lead_{Q3}.xlsx").exists()
    for agency in ("north", "south", "helpline"):
        send_back(work, Q3, agency)
    made = cycle.consolidate(work, Q3)
    assert [each.agency for each in made.current.not_returned] == ["police"]
    send_back(work, Q3, "police")
    made = cycle.consolidate(work, Q3)
    found = line(made, "I4").now
    assert (found.value, found.present, found.expected, found.suppliers) == (200, 1, 1, {("", "police")})
    assert data(made, "I4.crimes", "police", Q3)["agency"] == "police"
    (asked,) = (each for each in made.current.asked if each.item.id == "I4.crimes")
    assert (asked.supplier, asked.ask.owner) == ("police", "community safety lead")


def test_different_people_are_never_summed_over_quarters(work: Path) -> None:
    for quarter in (Q1, Q2):
        consolidated(work, quarter)
    found = line(consolidated(work, Q3), "I5")
    assert (found.now.value, found.previous.value) == (60, 60)
    assert (found.year_to_date.value, found.year_to_date.shown) == (None, "not added up")


# --- who is still missing --------------------------------------------------------------------------------


def test_checking_a_round_s_folder_says_who_is_missing(work: Path, capsys: pytest.CaptureFixture[str]) -> None:
    issue(work, Q3)
    path = send_back(work, Q3, "police")
    assert cycle.check([path.parent]).not_returned == ("north", "south", "helpline")
    assert cycle.check([path]).not_returned is None  # one file says nothing of the others
    assert main(["check", str(path.parent)]) == 0
    assert "Not returned: Outreach north, Outreach south, Helpline" in capsys.readouterr().err
