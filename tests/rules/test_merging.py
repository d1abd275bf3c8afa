"""Several returns of one agency for one quarter: merged by cell."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from dapf_xl.returns.sealing import seal_of
from dapf_xl.rules import Status
from dapf_xl.rules.replacing import WHY
from dapf_xl.rules.waiving import Ruling

from .conftest import KEY, QUARTER, Desk, Typed, places

if TYPE_CHECKING:
    from dapf_xl.returns.reading import ReadReturn
    from dapf_xl.rules import Checked


def _pair(desk: Desk, earlier: dict[str, Typed], later: dict[str, Typed]) -> list[ReadReturn]:
    return [
        desk.filled(earlier, name="first.xlsx", saved="2015-01-10"),
        desk.filled(later, name="second.xlsx", saved="2015-01-11"),
    ]


def _values(checked: Checked, item: str) -> list[tuple[str, object]]:
    return [(one.file, one.value) for each in checked.returns for one in each.observations if one.item == item]


@pytest.mark.parametrize("order", [1, -1], ids=["in_order", "latest_first"])
def test_the_later_return_stands_and_its_blanks_replace_nothing(desk: Desk, order: int) -> None:
    pair = _pair(desk, {"count": Typed(3.0)}, {"score": Typed(7.0)})
    checked = desk.check(pair[::order])
    assert checked.findings == []
    assert _values(checked, "count") == [("first.xlsx", Decimal(3))]
    assert _values(checked, "score") == [("second.xlsx", Decimal(7))]
    assert _values(checked, "must") == [("second.xlsx", Decimal(5))]


def test_a_figure_that_differs_is_found_in_both_and_enters_from_neither(desk: Desk) -> None:
    checked = desk.check(_pair(desk, {"count": Typed(3.0)}, {"count": Typed(4.0)}))
    sheet, cell = desk.cell("count")
    assert [
        (finding.file, *place) for finding, place in zip(checked.findings, places(checked.findings), strict=True)
    ] == [
        ("first.xlsx", "DIFFERS_BETWEEN_RETURNS", sheet, cell),
        ("second.xlsx", "DIFFERS_BETWEEN_RETURNS", sheet, cell),
    ]
    assert checked.findings[0].message == f"Cases is 3 here, but 4 in second.xlsx, {sheet}!{cell}."
    assert _values(checked, "count") == []
    assert [one.status for one in checked.returns] == [Status.PARTLY_ACCEPTED] * 2
    assert [[key[0] for key in one.untaken] for one in checked.returns] == [["count"], ["count"]]


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        (Typed(None, "[x] not available: awaiting release"), Typed(4.0)),
        (Typed(4.0), Typed(4.0, "[p] provisional")),
        (Typed(None, "[x] not available: awaiting release"), Typed(None, "[x] not available: no activity")),
    ],
)
def test_shorthand_that_differs_is_found_too(desk: Desk, earlier: Typed, later: Typed) -> None:
    checked = desk.check(_pair(desk, {"count": earlier}, {"count": later}))
    assert [finding.code.name for finding in checked.findings] == ["DIFFERS_BETWEEN_RETURNS"] * 2


def test_text_and_number_that_mean_the_same_do_not_differ(desk: Desk) -> None:
    checked = desk.check(_pair(desk, {"count": Typed("1,234")}, {"count": Typed(1234.0)}))
    assert [finding.code.name for finding in checked.findings] == ["NUMBER_STORED_AS_TEXT"]
    assert _values(checked, "count") == [("second.xlsx", Decimal(1234))]


def test_a_required_figure_that_the_other_return_gives_is_not_missing(desk: Desk) -> None:
    checked = desk.check(_pair(desk, {"must": Typed(8.0)}, {"must": Typed()}))
    assert checked.findings == []
    assert _values(checked, "must") == [("first.xlsx", Decimal(8))]


def test_a_required_figure_that_neither_gives_is_missing_once(desk: Desk) -> None:
    checked = desk.check(_pair(desk, {"must": Typed(), "count": Typed(1.0)}, {"must": Typed(), "count": Typed()}))
    assert [(finding.file, finding.code.name) for finding in checked.findings] == [("second.xlsx", "REQUIRED_BLANK")]


def test_relations_hold_across_the_merged_returns(desk: Desk) -> None:
    checked = desk.check(_pair(desk, {"contacted": Typed(4.0)}, {"engaged": Typed(5.0)}))
    (finding,) = checked.findings
    assert finding.code.name == "NUMERATOR_ABOVE_DENOMINATOR"
    assert f"first.xlsx, {desk.cell('contacted')[1]}" in finding.remedy


def test_returns_of_different_agencies_are_not_merged(desk: Desk) -> None:
    checked = desk.check([desk.filled({"count": Typed(3.0)}), desk.filled({"count": Typed(4.0)}, agency="police")])
    assert checked.findings == []
    assert [value for _, value in _values(checked, "count")] == [Decimal(3), Decimal(4)]


def _notes(checked: Checked) -> list[str]:
    return [f"{each.file}: {each.message}" for each in checked.findings if each.code.name == "OLDER_FIGURE_COUNTS"]


def test_where_the_later_cell_has_an_error_the_earlier_figure_counts_and_that_is_said(desk: Desk) -> None:
    checked = desk.check(_pair(desk, {"count": Typed(3.0)}, {"count": Typed("12abc")}))
    assert _values(checked, "count") == [("first.xlsx", Decimal(3))]
    assert _notes(checked) == [
        "second.xlsx: Cases is not taken from here for now, so 3 from the earlier file first.xlsx still counts."
    ]
    assert [one.status for one in checked.returns] == [Status.ACCEPTED, Status.PARTLY_ACCEPTED]


def test_a_figure_that_comes_to_stand_keeps_the_relations_too(desk: Desk) -> None:
    contacted = {"contacted": Typed(4.0)}
    checked = desk.check(_pair(desk, {"engaged": Typed(5.0)}, contacted | {"engaged": Typed(6.0)}))
    codes = [(finding.file, finding.code.name) for finding in checked.findings]
    assert codes == [(f"{name}.xlsx", "NUMERATOR_ABOVE_DENOMINATOR") for name in ("first", "second")]
    assert _values(checked, "engaged") == []


def test_of_three_that_differ_none_is_used(desk: Desk) -> None:
    returns = [
        desk.filled({"count": Typed(value)}, name=f"{day}.xlsx", saved=f"2015-01-1{day}")
        for day, value in enumerate((3.0, 4.0, 4.0))
    ]
    checked = desk.check(returns)
    assert [finding.file for finding in checked.findings] == ["0.xlsx", "1.xlsx", "2.xlsx"]
    assert _values(checked, "count") == []


@pytest.mark.parametrize("typed", [Typed("12abc"), Typed(9.0)], ids=["refused", "held"])
def test_a_figure_of_the_file_that_was_overwritten_counts_and_that_is_said(desk: Desk, typed: Typed) -> None:
    desk.learn("closed", QUARTER, value=Decimal(3), file="idva.xlsx", sha256="of the earlier file")
    returned = desk.filled({"closed": typed, "engaged": Typed(4.0), "contacted": Typed(5.0), "reason": Typed(1.0)})
    checked = desk.check([returned])
    name = returned.name
    assert _notes(checked) == [
        f"{name}: Closed is not taken from here for now, so 3 from the earlier file idva.xlsx still counts."
    ]
    desk.learn("closed", QUARTER, value=Decimal(3), file="idva.xlsx", sha256=returned.sha256)
    assert _notes(desk.check([returned])) == []


def test_a_figure_that_is_taken_or_explained_has_no_such_note(desk: Desk) -> None:
    desk.learn("closed", QUARTER, value=Decimal(3), file="idva.xlsx", sha256="of the earlier file")
    given = {"engaged": Typed(4.0), "contacted": Typed(5.0), "reason": Typed(1.0)}
    checked = desk.check_one(given | {"closed": Typed(9.0, comment="They were referred earlier.")})
    assert [finding.code.name for finding in checked.findings] == ["MORE_THAN_ITS_WHOLE"]


# --- which of two that differ is right --------------------------------------------------------

RULING = Ruling("idva", "", "performance lead", "The coordinator sent a correction.", "2015-02-01T10:00:00+00:00")


def _replacing(**files: str) -> dict[str, dict[str, Ruling]]:
    """Which file replaces which, by their names."""
    sha = "sha of {}.xlsx " + QUARTER.label
    return {sha.format(other): {sha.format(file): RULING} for file, other in files.items()}


def _statuses(checked: Checked, item: str) -> list[tuple[str, str]]:
    return [(one.file, one.status) for each in checked.returns for one in each.observations if one.item == item]


@pytest.mark.parametrize("order", [1, -1], ids=["marked_in_the_later", "marked_in_the_earlier"])
def test_the_cell_that_is_marked_revised_replaces_the_other_whenever_it_was_saved(desk: Desk, order: int) -> None:
    figures = [{"count": Typed(3.0)}, {"count": Typed(4.0, "[r] revised", "One was missed.")}]
    pair = _pair(desk, *figures[::order])
    right, wrong = (pair[1].name, pair[0].name) if order == 1 else (pair[0].name, pair[1].name)
    checked = desk.check(pair)
    (note,) = checked.findings
    sheet, cell = desk.cell("count")
    assert (note.file, note.code.name) == (wrong, "REPLACED_BY_ANOTHER")
    assert note.message == (
        f"Cases is 3 here; 4 [r] revised in {right}, {sheet}!{cell} takes its place: it is marked [r] revised there, "
        "One was missed."
    )
    assert sorted(_statuses(checked, "count")) == sorted([(right, "accepted"), (wrong, "replaced")])
    assert [one.status for one in checked.returns] == [Status.ACCEPTED] * 2


def test_two_that_are_both_marked_revised_still_differ(desk: Desk) -> None:
    checked = desk.check(_pair(desk, {"count": Typed(3.0, "[r] revised")}, {"count": Typed(4.0, "[r] revised")}))
    assert {each.code.name for each in checked.findings} == {"DIFFERS_BETWEEN_RETURNS"}


@pytest.mark.parametrize(("file", "other", "value"), [("first", "second", 3), ("second", "first", 4)])
def test_the_lead_says_which_file_replaces_the_other(desk: Desk, file: str, other: str, value: int) -> None:
    pair = _pair(desk, {"count": Typed(3.0), "score": Typed(6.0)}, {"count": Typed(4.0, "[r] revised")})
    checked = desk.check(pair, replacing=_replacing(**{file: other}))
    (note,) = checked.findings
    assert (note.file, note.code.name) == (f"{other}.xlsx", "REPLACED_BY_ANOTHER")
    assert "decided by performance lead on 1 February 2015, The coordinator sent a correction." in note.message
    found = [each for each in _values(checked, "count") if each[0] == f"{file}.xlsx"]
    assert found == [(f"{file}.xlsx", Decimal(value))]
    assert _statuses(checked, "score") == [("first.xlsx", "accepted")]  # a blank replaces nothing


def test_a_file_that_replaces_one_of_three_settles_nothing_with_the_third(desk: Desk) -> None:
    returns = [
        desk.filled({"count": Typed(value)}, name=f"{name}.xlsx")
        for name, value in (("a", 1.0), ("b", 2.0), ("c", 3.0))
    ]
    some = desk.check(returns, replacing=_replacing(b="a"))
    assert {each.code.name for each in some.findings} == {"DIFFERS_BETWEEN_RETURNS"}
    both = _replacing(b="a")
    both |= {"sha of b.xlsx " + QUARTER.label: {"sha of c.xlsx " + QUARTER.label: RULING}}
    both["sha of a.xlsx " + QUARTER.label] |= {"sha of c.xlsx " + QUARTER.label: RULING}
    settled = desk.check(returns, replacing=both)
    assert sorted(_statuses(settled, "count")) == [
        ("a.xlsx", "replaced"),
        ("b.xlsx", "replaced"),
        ("c.xlsx", "accepted"),
    ]


def test_a_return_that_was_only_saved_anew_is_set_aside(desk: Desk) -> None:
    first, second = _pair(
        desk, {"count": Typed(3), "score": Typed(6.1)}, {"count": Typed(3.0), "score": Typed(6.1 + 1e-15)}
    )
    checked = desk.check([second, first])
    assert [one.status for one in checked.returns] == [Status.SET_ASIDE, Status.ACCEPTED]
    assert checked.returns[0].reason == "This file says the same as first.xlsx, cell for cell."
    assert [each.code.name for each in checked.findings] == ["SAYS_THE_SAME"]
    second.sign_off["name"] = "Another officer"
    assert [one.status for one in desk.check([second, first]).returns] == [Status.ACCEPTED] * 2


def test_a_date_that_still_counts_is_said_as_people_write_it(desk: Desk) -> None:
    desk.learn("date", QUARTER, text="2014-12-24", file="idva.xlsx", sha256="of the earlier file")
    checked = desk.check([desk.filled({"date": Typed("no date")})])
    (note,) = _notes(checked)
    assert "24 December 2014" in note


# --- corrected annotated copies ---------------------------------------------------------------

COPY = "first - to put right.xlsx"


def _copies(desk: Desk, *figures: float, names: tuple[str, ...] = ("first.xlsx", COPY)) -> list[ReadReturn]:
    """The same return again and again, each saved a day after the one before."""
    return [
        desk.filled({"count": Typed(value)}, name=name, saved=f"2015-01-1{day}")
        for day, (value, name) in enumerate(zip(figures, names, strict=True))
    ]


@pytest.mark.parametrize("copy", [COPY, "FIRST - To put right(1).xlsx", "first - to put right (2).ods"])
def test_a_corrected_annotated_copy_replaces_the_return_that_it_is_of(desk: Desk, copy: str) -> None:
    checked = desk.check(_copies(desk, 3.0, 4.0, names=("first.xlsx", copy))[::-1])
    (note,) = [each for each in checked.findings if each.code.name != "NAMED_AS_A_COPY"]
    assert (note.file, note.code.name) == ("first.xlsx", "REPLACED_BY_ANOTHER")
    assert note.message.endswith(f"{copy}, {'!'.join(desk.cell('count'))} takes its place: {WHY}.")
    assert _values(checked, "count")[0] == (copy, Decimal(4))
    assert sorted(_statuses(checked, "count")) == sorted([("first.xlsx", "replaced"), (copy, "accepted")])


def test_of_copies_of_copies_the_last_counts(desk: Desk) -> None:
    names = ("first.xlsx", COPY, "first - to put right (1).xlsx")
    checked = desk.check(_copies(desk, 3.0, 4.0, 5.0, names=names))
    assert dict(_statuses(checked, "count")) == {names[0]: "replaced", names[1]: "replaced", names[2]: "accepted"}


@pytest.mark.parametrize(
    "names",
    [("first.xlsx", "second - to put right.xlsx"), (COPY, "first.xlsx"), ("first.xlsx", "first - put right.xlsx")],
    ids=["of_another", "changed_after_the_copy", "named_otherwise"],
)
def test_any_other_that_differs_is_still_asked_about(desk: Desk, names: tuple[str, str]) -> None:
    checked = desk.check(_copies(desk, 3.0, 4.0, names=names))
    assert {each.code.name for each in checked.findings} == {"DIFFERS_BETWEEN_RETURNS"}


def test_a_copy_replaces_nothing_that_was_issued_separately(desk: Desk) -> None:
    first, copy = _copies(desk, 3.0, 4.0)
    anew = {**copy.identity, "issue_id": "issued-anew"}
    anew["seal"] = seal_of(KEY, anew)
    checked = desk.check([first, replace(copy, identity=anew)], issued=None)
    assert {each.code.name for each in checked.findings} == {"DIFFERS_BETWEEN_RETURNS"}


def test_what_the_lead_decided_goes_before_what_a_name_says(desk: Desk) -> None:
    checked = desk.check(_copies(desk, 3.0, 4.0), replacing=_replacing(first=COPY.removesuffix(".xlsx")))
    assert dict(_statuses(checked, "count")) == {"first.xlsx": "accepted", COPY: "replaced"}
