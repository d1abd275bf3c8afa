from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dapf_xl.catalogue.tables import Agency
from dapf_xl.observations import Observation, published
from dapf_xl.periods import Period
from dapf_xl.returns.layout import (
    ENTRY_TABLES,
    HEADER_ROW,
    figure_id,
    history_periods,
    open_revisions,
    parse_figure_id,
    plan_return,
)
from dapf_xl.returns.taken_over import known_to

if TYPE_CHECKING:
    from dapf_xl.catalogue import Framework
    from dapf_xl.returns.layout import EntryTable

Q3, Q4 = Period.parse("2014-15-Q3"), Period.parse("2014-15-Q4")


def test_every_figure_has_a_row_under_the_heading_of_its_group(every_type: Framework) -> None:
    plan = plan_return(every_type, "one", Q4, {})
    assert [(line.row, line.heading or line.id) for line in plan.lines["Return"]] == [
        (6, "First group"),
        (7, "A.closed@2014-15-Q4"),
        (8, "A.open/north@2014-15-Q4"),
        (9, "A.open/south@2014-15-Q4"),
        (10, "A.share@2014-15-Q4"),
        (11, "B.rate@2014-15-Q4"),
        (12, "B.change@2014-15-Q4"),
        (13, "B.cost@2014-15-Q4"),
        (14, "B.day@2014-15-Q4"),
        (15, "B.policy@2014-15-Q4"),
        (16, "B.share@2014-15-Q4"),
        (17, "Second group"),
        (18, "D.yearly@2014-15"),
        (19, "Third group"),
        (20, "E.again@2014-15-Q4"),
    ]
    assert plan.positions()["Narrative"] == [(7, "C.words@2014-15-Q4")]
    assert plan.positions()["Revisions"] == []


def test_a_yearly_figure_is_asked_in_the_last_quarter_only(every_type: Framework) -> None:
    asked = {line.id for _, line in plan_return(every_type, "one", Q3, {}).figures()}
    assert not any(each.startswith("D.yearly") for each in asked)


def test_an_agency_that_only_writes_has_no_sheet_for_figures(every_type: Framework) -> None:
    assert list(plan_return(every_type, "two", Q4, {}).lines) == ["Narrative", "Revisions"]


def test_what_an_agency_is_asked_stands_in_its_return_once(any_framework: Framework) -> None:
    known = {each.key: each for each in published(any_framework)}
    for quarter in (Q3, Q4):
        for agency in any_framework.agencies:
            plan = plan_return(any_framework, agency, quarter, known)
            ids = [line.id for _, line in plan.figures()]
            asked = {
                figure_id(each.item.id, each.category, each.period) for each in any_framework.asked(quarter, agency)
            }
            assert len(ids) == len(set(ids))
            assert asked <= set(ids)
            for sheet, places in plan.positions().items():
                rows = [row for row, _ in places]
                assert rows == sorted(rows)
                assert len(rows) == len(set(rows)) * len(ENTRY_TABLES[sheet].inputs)
                assert all(row > HEADER_ROW for row in rows)


# --- revisions ------------------------------------------------------------------------------------

OWED = Observation("A.closed", "", "one", Q3, replacement="[x]", reason="awaiting release")


@pytest.mark.parametrize(
    ("observation", "opens"),
    [
        pytest.param(OWED, True, id="awaiting_release"),
        pytest.param(replace(OWED, reason="not submitted"), True, id="not_submitted"),
        pytest.param(replace(OWED, reason=""), True, id="no_reason"),
        pytest.param(replace(OWED, reason="not collected"), False, id="never_comes"),
        pytest.param(replace(OWED, replacement="[z]", reason=""), False, id="not_applicable"),
        pytest.param(replace(OWED, replacement="", value=Decimal(4), markers="[p]"), True, id="provisional"),
        pytest.param(replace(OWED, replacement="", value=Decimal(4), markers="[e]"), True, id="estimated"),
        pytest.param(replace(OWED, replacement="", value=Decimal(4), markers="[r]"), False, id="revised"),
        pytest.param(replace(OWED, replacement="", value=Decimal(0)), False, id="final"),
    ],
)
def test_what_is_owed_or_provisional_opens(every_type: Framework, observation: Observation, *, opens: bool) -> None:
    entries = open_revisions(every_type, "one", Q4, {observation.key: observation})
    assert [(each.item.id, each.period) for each in entries] == ([("A.closed", Q3)] if opens else [])


def test_what_is_restated_stays_open_during_its_year_only(every_type: Framework) -> None:
    quarters = [Period.parse(label) for label in ("2013-14-Q4", "2014-15-Q1", "2014-15-Q2", "2014-15-Q3")]
    known = {(o := Observation("E.again", "", "one", each, value=Decimal(5))).key: o for each in quarters}
    assert [each.period for each in open_revisions(every_type, "one", Q4, known)] == quarters[1:]


def test_another_agencys_figure_does_not_open(every_type: Framework) -> None:
    other = replace(OWED, supplier="two")
    assert open_revisions(every_type, "one", Q4, {other.key: other}) == []


def followed(framework: Framework, *before: str) -> Framework:
    """The framework with agencies that ended in Q3, and ``one`` in their place; all was asked of the first."""
    agencies = (*framework.tables["agencies"], *(Agency(id=each, until=Q3, successor="one") for each in before))
    asks = [replace(each, supplier=before[0]) if each.supplier == "one" else each for each in framework.asks]
    return replace(framework, tables={**framework.tables, "agencies": agencies, "asks": tuple(asks)})


def test_a_successor_is_asked_for_what_its_predecessor_owes(every_type: Framework) -> None:
    framework = followed(every_type, "old")
    owed = replace(OWED, supplier="old")
    known = {owed.key: owed}
    (entry,) = open_revisions(framework, "one", Q4, known)
    assert (entry.item.id, entry.period, entry.supplier) == ("A.closed", Q3, "one")
    assert open_revisions(framework, "old", Q4, known) == []
    assert known_to(framework, "one", Q4, known)["A.closed", "", "one", Q3].replacement == "[x]"
    own = replace(OWED, replacement="", reason="", value=Decimal(4))
    assert open_revisions(framework, "one", Q4, known | {own.key: own}) == []


def test_a_predecessor_that_still_reports_has_its_figures_for_itself(every_type: Framework) -> None:
    owed = replace(OWED, supplier="old", period=Q3.previous())
    known = {owed.key: owed}
    framework = followed(every_type, "old")
    assert open_revisions(framework, "one", Q3, known) == []
    assert [each.period for each in open_revisions(framework, "old", Q3, known)] == [Q3.previous()]


def test_figures_of_several_predecessors_are_not_one(every_type: Framework) -> None:
    framework = followed(every_type, "old", "older")
    known = {(each := replace(OWED, supplier=agency)).key: each for agency in ("old", "older")}
    assert known_to(framework, "one", Q4, known) == known
    assert open_revisions(framework, "one", Q4, known) == []


def test_what_an_agency_was_asked_itself_it_does_not_take_over(every_type: Framework) -> None:
    agencies = (*every_type.tables["agencies"], Agency(id="old", until=Q3, successor="one"))
    framework = replace(every_type, tables={**every_type.tables, "agencies": agencies})
    owed = replace(OWED, supplier="old")
    assert open_revisions(framework, "one", Q4, {owed.key: owed}) == []


# --- ids and addresses ----------------------------------------------------------------------------

NAMES = st.from_regex(r"[A-Za-z0-9._-]{1,12}", fullmatch=True)
CATEGORIES = st.one_of(st.just(""), st.from_regex(r"[A-Za-z0-9._|-]{1,12}", fullmatch=True))
PERIODS = st.sampled_from(["2014-15-Q3", "2014-15-H1", "2014-15", "2013-07-01/2014-09-30"]).map(Period.parse)


@given(NAMES, CATEGORIES, PERIODS)
def test_an_id_is_read_back_as_it_was_written(item: str, category: str, period: Period) -> None:
    assert parse_figure_id(figure_id(item, category, period)) == (item, category, period)


@pytest.mark.parametrize("text", ["", "id", "A.closed", "A.closed@", "A.closed@soon", "@"])
def test_what_is_no_id_is_none(text: str) -> None:
    assert parse_figure_id(text) is None


def test_history_is_the_same_quarter_last_year_and_the_three_before_this_one() -> None:
    assert [each.label for each in history_periods(Q3)] == ["2013-14-Q3", "2013-14-Q4", "2014-15-Q1", "2014-15-Q2"]


@pytest.mark.parametrize("table", ENTRY_TABLES.values(), ids=lambda table: table.sheet)
def test_columns_follow_one_another_and_the_id_is_last(table: EntryTable) -> None:
    assert [table.index(part) for part in table.columns] == list(range(len(table.columns)))
    assert next(part for part in table.columns if table.index(part) in table.hidden()) == "id"
    assert [table.cell(part, 14) for part in table.inputs] == [f"{table.columns[part]}14" for part in table.inputs]
