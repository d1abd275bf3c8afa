"""What an agency is told: the same thing in many cells once, worst first, nothing more than the findings say."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dapf_xl.annotating.listing import (
    FOR_THE_LEAD,
    MARK,
    Place,
    cells_in_words,
    grouped,
    is_for_lead,
    marks_of,
    outcome,
    steps,
)
from dapf_xl.annotating.page import Head, page_of
from dapf_xl.findings import Code, Finding, Severity, Standing
from dapf_xl.rules import Status
from dapf_xl.rules.identity import UNVERIFIED
from dapf_xl.styles import TALLEST


def blank(row: int, what: str = "") -> Finding:
    return Code.REQUIRED_BLANK.finding(
        sheet="Return", cell=f"J{row}", what=what or f"Figure {row}", shorthand_cell=f"K{row}"
    )


def text(row: int, found: str = "12abc") -> Finding:
    return Code.TEXT_IN_NUMBER.finding(sheet="Return", cell=f"J{row}", found=found, advice="Type the number alone.")


def too_long(row: int) -> Finding:
    return Code.COMMENT_TOO_LONG.finding(sheet="Return", cell=f"L{row}", length=1_200, limit=1_000)


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        pytest.param(["H14", "H17", "H22"], "H14, H17, H22", id="apart"),
        pytest.param(["J3", "J4", "J5"], "J3, J4, J5", id="few_below_each_other"),
        pytest.param(["J3", "J4", "J5", "J6", "L9"], "J3 to J6, L9", id="many_below_each_other"),
        pytest.param(["J6", "J4", "J3", "J5", "J4"], "J3 to J6", id="in_any_order"),
        pytest.param(["AA7", "B:B"], "AA7, B:B", id="a_column"),
    ],
)
def test_cells_are_named_as_people_name_them(cells: list[str], words: str) -> None:
    assert cells_in_words(cells) == words


@given(st.sets(st.integers(1, 60), min_size=1))
def test_every_cell_is_named_or_lies_between_two_that_are(rows: set[int]) -> None:
    named: set[int] = set()
    for part in cells_in_words(f"J{row}" for row in rows).split(", "):
        first, _, last = part.replace("J", "").partition(" to ")
        named |= set(range(int(first), int(last or first) + 1))
    assert named == rows


def test_the_same_thing_in_many_cells_is_one_entry() -> None:
    entries = grouped([text(22), text(14), text(17)])
    assert [(each.where, each.happened, each.to_do) for each in entries] == [
        ("Return: J14, J17, J22", '"12abc" is not a number.', "Type the number alone.")
    ]


def test_an_entry_of_cells_with_different_words_tells_them_cell_by_cell() -> None:
    (entry,) = grouped([blank(14), blank(17)])
    assert entry.happened == "J14: Figure 14 is blank.\nJ17: Figure 17 is blank."
    assert entry.to_do.startswith("J14: Type the figure (0 if there were none), or pick a shorthand in K14.\n")


def test_an_entry_of_many_tells_five_and_counts_the_others() -> None:
    (entry,) = grouped([blank(row) for row in range(10, 40)])
    assert entry.where == "Return: J10 to J39"
    assert entry.happened.count("\n") == 5
    assert entry.happened.endswith("And 25 more: the note on each cell says what.")


def test_what_calls_for_something_else_stands_apart() -> None:
    other = replace(text(17), remedy="Type 0 if there were none.")
    assert len(grouped([text(14), other])) == 2
    assert len(grouped([text(14), replace(text(17), sheet="Revisions")])) == 2


def test_the_worst_stands_first_then_as_the_return_is_read() -> None:
    query = Code.OUTSIDE_SOFT_RANGE.finding(sheet="Return", cell="J5", found="9", range="1 to 5", comment_cell="L5")
    macros = Code.FILE_MACROS.finding()
    revised = replace(text(6), sheet="Revisions")
    entries = grouped([too_long(3), macros, revised, query, text(40), blank(8)], ["Start here", "Return", "Revisions"])
    places = ["Return: J8", "Return: J40", "Revisions: J6", "Return: J5", "The file", "Return: L3"]
    assert [each.where for each in entries] == places


def test_the_note_on_a_cell_says_all_that_was_found_in_it_and_no_more() -> None:
    both = [too_long(7), replace(text(7), cell="L7", found="07700 900123")]
    marks = marks_of(both)
    assert list(marks) == [Place("Return", "L7")]
    mark = marks[Place("Return", "L7")]
    assert mark.severity is Severity.ERROR
    assert mark.note.split("\n\n")[0] == MARK
    said = [f"{each.message}\n{each.remedy}" for each in reversed(both)]
    assert [part.partition(". ")[2] for part in mark.note.split("\n\n")[1:]] == said
    assert "07700" not in mark.note  # what was found is not repeated beside the message


def test_a_finding_in_the_hidden_column_of_ids_is_marked_where_it_can_be_seen() -> None:
    moved = Code.ID_MOVED.finding(sheet="Return", cell="N9", expected="x", found="y does")
    assert list(marks_of([moved])) == [Place("Return", "A9")]


@pytest.mark.parametrize("cell", ["", "B:B", "7:7", "A1:B2", "a1"])
def test_what_is_about_no_single_cell_is_listed_and_not_marked(cell: str) -> None:
    finding = replace(text(7), cell=cell)
    assert marks_of([finding]) == {}
    assert len(grouped([finding])) == 1


def test_two_thousand_findings_make_a_list_that_can_be_read() -> None:
    findings = [blank(row) for row in range(10, 1_010)] + [text(row, f"{row}x") for row in range(2_000, 4_000, 2)]
    entries = grouped(findings)
    assert len(entries) == 2
    head = Head(
        "To put right",
        "about",
        "OFFICIAL",
        outcome(findings, Status.PARTLY_ACCEPTED),
        steps(entries, is_marked=True, is_list_alone=False),
    )
    page = page_of(head, entries, [], ["Return"])
    assert len(page.rows) < 40
    assert all(row.height <= TALLEST for row in page.rows)
    told = " ".join(row.texts[3].words for row in page.rows[page.heads + 1 :])
    assert {f"J{row}" for row in range(2_000, 4_000, 2)} <= set(told.replace(",", " ").split())
    assert "2000 errors" in page.rows[4].texts[0].words


def test_the_lines_above_the_list_say_what_became_of_it_and_what_to_do() -> None:
    findings = [blank(3), blank(4), too_long(5)]
    assert outcome(findings, Status.PARTLY_ACCEPTED) == (
        "Partly accepted: 2 errors, 1 warning. What is an error was not taken; the rest was."
    )
    assert "send it back" in " ".join(steps(grouped(findings), is_marked=True, is_list_alone=False))
    assert "send the return itself" in " ".join(steps(grouped(findings), is_marked=False, is_list_alone=True))
    assert steps([], is_marked=False, is_list_alone=False)[0].startswith("Nothing for you to do")


def test_what_only_the_performance_lead_can_settle_is_about_no_cell_that_an_agency_typed_wrongly() -> None:
    assert FOR_THE_LEAD.isdisjoint({Code.TEXT_IN_NUMBER, Code.SENT_DIFFERS, Code.RECEIVED_DIFFERS, Code.NOT_SIGNED})
    assert {*UNVERIFIED, Code.WAIVER_EXPIRED} <= FOR_THE_LEAD


@pytest.mark.parametrize(
    ("status", "is_lead_s"), [("", False), (Standing.OPEN, False), (Standing.ANSWERED, True), (Standing.WAIVED, True)]
)
def test_what_was_explained_or_waived_is_not_asked_of_an_agency_again(status: str, *, is_lead_s: bool) -> None:
    assert is_for_lead(replace(text(3), status=status)) is is_lead_s


def test_what_was_waived_weighs_nothing_in_the_line_of_what_became_of_it() -> None:
    findings = [replace(blank(3), status=Standing.WAIVED), too_long(5)]
    assert outcome(findings, Status.ACCEPTED) == "Accepted: 1 warning. Everything was taken."
    assert outcome(findings[:1], Status.ACCEPTED) == "Accepted. Everything was taken."
