"""Rows of evidence: what is missing in them, and in which cell it is said."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from dapf_xl.catalogue import Framework
from dapf_xl.catalogue.evidence import FIELDS
from dapf_xl.catalogue.tables import Assurance, Item
from dapf_xl.observations import Observation
from dapf_xl.returns.layout import ASSURANCE
from dapf_xl.rules import Status
from tests.rules.conftest import QUARTER, Desk, Typed, places, small_framework

X = "[x] not available: awaiting release"
WHOLE = {
    "T1.headline": Typed("Audit done"),
    "T1.date": Typed(date(2014, 12, 1)),
    "T1.held": Typed("Shared folder"),
}
ACTION = {
    "T1.action": Typed("Repeat it"),
    "T1.owner": Typed("Service manager"),
    "T1.action_due": Typed(date(2015, 3, 31)),
}


@pytest.fixture
def desk() -> Desk:
    base = small_framework()
    tables = dict(base.tables)
    task = Assurance("T1", "The board", ("idva", "police"), "Quality of assessments", due="quarterly")
    tables["qa"] = (task,)
    tables["items"] = (*base.tables["items"], Item("voice", "I1", "Survivors' voice", "evidence"))
    tables["asks"] = (*base.tables["asks"], replace(base.tables["asks"][0], item="voice"))
    return Desk(Framework(base.settings, tables))


def said(desk: Desk, typed: dict[str, Typed]) -> list[tuple[str, str]]:
    """Code and field of what is found on the sheet."""
    checked = desk.check_one(typed)
    cells = {desk.cell(f"{row}.{field}")[1]: f"{row}.{field}" for row in ("T1", "voice") for field in FIELDS}
    shorthands = {desk.cell(f"{row}.headline", part="shorthand")[1]: f"{row} shorthand" for row in ("T1", "voice")}
    found = places(checked.findings)
    assert {sheet for _, sheet, _ in found} <= {ASSURANCE.sheet}
    return [(code, (cells | shorthands)[cell]) for code, _, cell in found]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        pytest.param({}, [("EVIDENCE_BLANK", "T1.headline")], id="nothing"),
        pytest.param(WHOLE, [], id="whole"),
        pytest.param(WHOLE | ACTION, [], id="with_action"),
        pytest.param({"T1.headline": Typed(None, X)}, [], id="nothing_yet"),
        pytest.param({"T1.headline": Typed(None, "[z] not applicable")}, [], id="not_applicable"),
        pytest.param(
            {"T1.headline": Typed("Audit done")},
            [("EVIDENCE_INCOMPLETE", "T1.date"), ("EVIDENCE_INCOMPLETE", "T1.held")],
            id="headline_alone",
        ),
        pytest.param(
            {"T1.date": Typed(date(2014, 12, 1))}, [("EVIDENCE_BLANK", "T1.headline")], id="date_without_headline"
        ),
        pytest.param(
            WHOLE | {"T1.action": Typed("Repeat it")},
            [("EVIDENCE_INCOMPLETE", "T1.owner"), ("EVIDENCE_INCOMPLETE", "T1.action_due")],
            id="action_alone",
        ),
        pytest.param(
            WHOLE | {"T1.action_done": Typed("Yes")}, [("EVIDENCE_INCOMPLETE", "T1.action")], id="done_without_action"
        ),
        pytest.param(WHOLE | {"T1.assurance": Typed(" limited ")}, [], id="on_the_list"),
        pytest.param(
            WHOLE | {"T1.assurance": Typed("Some")}, [("NOT_ON_THE_LIST", "T1.assurance")], id="not_on_the_list"
        ),
        pytest.param(WHOLE | {"T1.date": Typed("in June")}, [("NOT_A_DATE", "T1.date")], id="not_a_date_is_said_once"),
        pytest.param(
            {"T1.headline": Typed("Audit done", X), **{k: v for k, v in WHOLE.items() if "head" not in k}},
            [("VALUE_AND_REPLACEMENT", "T1.headline")],
            id="both",
        ),
        pytest.param(
            WHOLE | {"voice.held": Typed("Shared folder")}, [("EVIDENCE_BLANK", "voice.headline")], id="optional_begun"
        ),
    ],
)
def test_what_is_missing_is_said_in_its_cell(
    desk: Desk, typed: dict[str, Typed], expected: list[tuple[str, str]]
) -> None:
    assert sorted(said(desk, typed)) == sorted(expected)


def test_the_message_says_what_to_do(desk: Desk) -> None:
    (blank,) = desk.check_one({}).findings
    assert blank.message == "Quality of assessments is not answered."
    assert f"pick a shorthand in {desk.cell('T1.headline', part='shorthand')[1]}" in blank.remedy
    (listed,) = desk.check_one(WHOLE | {"T1.assurance": Typed("Some")}).findings
    assert listed.remedy == "Pick one of: Full, Reasonable, Limited, None given."


def test_each_field_becomes_an_observation_of_its_own(desk: Desk) -> None:
    checked = desk.check_one(WHOLE | ACTION | {"T1.assurance": Typed("FULL"), "T1.action_done": Typed("no")})
    found = {each.item: each.text for each in checked.observations if each.item.startswith("T1.")}
    assert found == {
        "T1.headline": "Audit done",
        "T1.date": "2014-12-01",
        "T1.held": "Shared folder",
        "T1.assurance": "Full",
        "T1.action": "Repeat it",
        "T1.owner": "Service manager",
        "T1.action_due": "2015-03-31",
        "T1.action_done": "No",
    }
    assert checked.status is Status.ACCEPTED


def test_a_row_counts_once_among_what_is_asked(desk: Desk) -> None:
    before = Desk().check_one({})
    checked = desk.check_one(WHOLE | ACTION)
    assert (checked.asked - before.asked, checked.given - before.given) == (2, 1)


def test_what_was_given_before_is_not_wanted_again(desk: Desk) -> None:
    for name, text in (("headline", "Audit done"), ("date", "2014-12-01"), ("held", "Folder"), ("action", "Repeat it")):
        key = (f"T1.{name}", "", "idva", QUARTER)
        desk.known[key] = Observation(*key, text=text)
    assert said(desk, {}) == []
    assert said(desk, {"T1.action_done": Typed("Yes")}) == []
    assert said(desk, {"T1.headline": Typed("Audit done twice")}) == []


def test_what_was_only_announced_is_wanted_again(desk: Desk) -> None:
    key = ("T1.headline", "", "idva", QUARTER)
    desk.known[key] = Observation(*key, replacement="[x]", reason="awaiting release")
    assert said(desk, {}) == [("EVIDENCE_BLANK", "T1.headline")]


def test_two_officers_can_each_give_half_of_a_row(desk: Desk) -> None:
    halves = [dict(list(WHOLE.items())[:1]), dict(list(WHOLE.items())[1:])]
    returns = [desk.filled(half, name=f"{number}.xlsx") for number, half in enumerate(halves)]
    checked = desk.check(returns)
    assert [finding.code.name for finding in checked.findings] == []


def test_a_row_that_moved_is_named_by_its_evidence(desk: Desk) -> None:
    returned = desk.filled(WHOLE)
    returned.entries = [
        entry._replace(row=entry.row + 1) if entry.sheet == ASSURANCE.sheet else entry for entry in returned.entries
    ]
    (finding,) = desk.check([returned]).findings
    assert finding.code.name == "ROWS_MOVED"
    assert '"Survivors\' voice" (voice@2014-15-Q3), from row 7 to row 8' in finding.message


def test_where_headlines_differ_nothing_of_either_row_is_taken(desk: Desk) -> None:
    returns = [
        desk.filled(WHOLE, name="first.xlsx", saved="2015-01-10"),
        desk.filled(WHOLE | ACTION | {"T1.headline": Typed("Another audit")}, name="second.xlsx", saved="2015-01-11"),
    ]
    checked = desk.check(returns)
    assert [each.code.name for each in checked.findings] == ["DIFFERS_BETWEEN_RETURNS"] * 2
    assert [each.item for one in checked.returns for each in one.observations if each.item.startswith("T1")] == []
    taken = desk.check([returns[0], desk.filled(WHOLE | {"T1.held": Typed("The archive")}, name="second.xlsx")])
    items = {each.item for one in taken.returns for each in one.observations if each.item.startswith("T1")}
    assert items == {"T1.headline", "T1.date"}
