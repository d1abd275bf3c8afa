"""Figures beside earlier ones: what is news, what is not, and what is said of it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dapf_xl.catalogue import Framework
from dapf_xl.catalogue.tables import Agency, Ask, Item, Rule
from dapf_xl.findings import Batch, Code, Severity
from dapf_xl.periods import Period
from dapf_xl.rules import Status
from dapf_xl.rules.changing import Limits
from dapf_xl.rules.earlier import Span
from tests.rules.conftest import QUARTER, Desk, Typed, small_framework

if TYPE_CHECKING:
    from collections.abc import Callable

    from dapf_xl.findings import Finding
    from dapf_xl.rules import CheckedReturn

LAST, YEAR_AGO = QUARTER.previous(), QUARTER.same_period_last_year()


def asked_about(one: CheckedReturn) -> list[Finding]:
    return [each for each in one.findings if each.code.batch is Batch.HISTORY]


def with_tables(desk: Desk, **tables: Any) -> None:  # noqa: ANN401
    desk.framework = Framework(desk.framework.settings, {**desk.framework.tables, **tables})


def with_settings(desk: Desk, **settings: Any) -> None:  # noqa: ANN401
    desk.framework = Framework(replace(desk.framework.settings, **settings), desk.framework.tables)


def learn_quarters(desk: Desk, item: str, values: list[Any], **fields: Any) -> None:  # noqa: ANN401
    """Let the quarters before this one be known, the last of them last; None is not available."""
    quarter = QUARTER
    for value in reversed(values):
        quarter = quarter.previous()
        known = {"value": Decimal(str(value))} if value is not None else {"replacement": "[x]"}
        desk.learn(item, quarter, **known, **fields)


# --- jumps ---------------------------------------------------------------------------------------


def test_a_jump_from_the_last_quarter_and_from_a_year_ago_is_queried(desk: Desk) -> None:
    desk.learn("must", LAST, value=Decimal(12))
    desk.learn("must", YEAR_AGO, value=Decimal(14))
    one = desk.check_one({"must": Typed(41.0)})
    (finding,) = asked_about(one)
    sheet, cell = desk.cell("must")
    assert (finding.code, finding.severity, finding.sheet, finding.cell) == (
        Code.CHANGED_SHARPLY,
        Severity.QUERY,
        sheet,
        cell,
    )
    assert finding.message == "Referrals is 41, but it was 12 for Q2 2014/15 and 14 for Q3 2013/14."
    comment = desk.cell("must", part="comment")[1]
    assert finding.remedy == (
        f"Check the figure; if it is right, say why in {comment}, for example: a new refuge opened in May."
    )
    assert one.status is Status.ACCEPTED_WITH_QUERIES
    assert [each.status for each in one.observations if each.item == "must"] == ["held"]


def test_the_comment_beside_it_answers_the_query(desk: Desk) -> None:
    desk.learn("must", LAST, value=Decimal(12))
    one = desk.check_one({"must": Typed(41.0, comment="A new refuge opened in May.")})
    assert [each.remedy.startswith("Nothing to do") for each in asked_about(one)] == [True]
    assert [each.status for each in one.observations if each.item == "must"] == ["accepted"]


@pytest.mark.parametrize(
    ("now", "last", "year_ago", "is_news"),
    [
        pytest.param(3, 1, None, False, id="one_to_three"),
        pytest.param(0, 9, None, False, id="few_to_none"),
        pytest.param(41, 12, None, True, id="no_year_ago"),
        pytest.param(41, 12, 40, False, id="as_every_year"),
        pytest.param(41, 40, 12, False, id="news_last_quarter_already"),
        pytest.param(41, None, 12, True, id="only_a_year_ago"),
        pytest.param(22, 12, None, False, id="chance_explains_it"),
        pytest.param(150, 100, None, False, id="at_half_as_many_again"),
        pytest.param(151, 100, None, True, id="above_half_as_many_again"),
        pytest.param(50, 100, None, False, id="at_half"),
        pytest.param(49, 100, None, True, id="below_half"),
        pytest.param(0, 30, None, True, id="to_none"),
        pytest.param(30, 0, None, True, id="from_none"),
        pytest.param(1900, 1300, None, False, id="large_but_less_than_half_again"),
    ],
)
def test_what_is_news_in_a_count(
    desk: Desk, now: int, last: int | None, year_ago: int | None, *, is_news: bool
) -> None:
    for period, value in ((LAST, last), (YEAR_AGO, year_ago)):
        if value is not None:
            desk.learn("must", period, value=Decimal(value))
    assert bool(asked_about(desk.check_one({"must": Typed(float(now))}))) is is_news


@pytest.mark.parametrize(
    ("fields", "now", "is_news"),
    [
        ({"replacement": "[c]", "lower": Decimal(1), "upper": Decimal(4)}, 40, True),
        ({"replacement": "[c]", "lower": Decimal(1), "upper": Decimal(4)}, 14, False),
        ({"replacement": "[x]", "reason": "awaiting release"}, 400, False),
        ({"replacement": "[z]"}, 400, False),
        ({"value": Decimal(12), "basis": "year_to_date"}, 400, False),
        ({"value": Decimal(12), "status": "held"}, 400, False),
    ],
)
def test_shorthand_other_bases_and_what_is_held_are_not_taken_for_figures(
    desk: Desk, fields: dict[str, Any], now: int, *, is_news: bool
) -> None:
    desk.learn("must", LAST, **fields)
    assert bool(asked_about(desk.check_one({"must": Typed(float(now))}))) is is_news


def test_a_suppressed_figure_is_as_near_as_its_bounds_let_it_be(desk: Desk) -> None:
    desk.learn("must", LAST, value=Decimal(60))
    (finding,) = asked_about(desk.check_one({"must": Typed(None, "[c] suppressed: 1 to 4")}))
    assert finding.message == "Referrals is suppressed (1 to 4), but it was 60 for Q2 2014/15."


def test_a_figure_given_anew_on_revisions_is_what_it_is_set_against(desk: Desk) -> None:
    desk.learn("engaged", LAST, value=Decimal(12))
    typed = {"engaged": Typed(41.0), "contacted": Typed(50.0), f"engaged@{LAST.label}": Typed(39.0)}
    assert asked_about(desk.check_one(typed)) == []
    del typed[f"engaged@{LAST.label}"]
    assert [each.item for each in asked_about(desk.check_one(typed))] == ["engaged"]


def test_nothing_is_compared_across_a_new_definition(desk: Desk) -> None:
    desk.learn("must", LAST, value=Decimal(12))
    indicators = [replace(each, redefined=(QUARTER,)) for each in desk.framework.indicators.values()]
    with_tables(desk, indicators=tuple(indicators))
    assert asked_about(desk.check_one({"must": Typed(41.0)})) == []


def test_a_successor_is_compared_with_what_its_predecessor_gave(desk: Desk) -> None:
    agencies = (
        Agency("old", "Old service", until=LAST, successor="idva"),
        Agency("idva", "IDVA service", from_=QUARTER),
        Agency("police", "Police"),
    )
    with_tables(desk, agencies=agencies)
    desk.learn("must", LAST, value=Decimal(12))
    desk.known = {(*key[:2], "old", key[3]): replace(each, supplier="old") for key, each in desk.known.items()}
    assert len(asked_about(desk.check_one({"must": Typed(41.0)}))) == 1


def test_a_figure_with_an_error_is_not_set_against_anything(desk: Desk) -> None:
    desk.learn("must", LAST, value=Decimal(12))
    assert asked_about(desk.check_one({"must": Typed(-41.0)})) == []


# --- percentages ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "last", "is_news"), [(0.80, 60, False), (0.81, 60, True), (0.40, 60, False), (0.39, 60, True)]
)
def test_percentages_are_compared_in_points(desk: Desk, now: float, last: int, *, is_news: bool) -> None:
    desk.learn("percent", LAST, value=Decimal(last))
    assert bool(asked_about(desk.check_one({"percent": Typed(now)}))) is is_news


@pytest.mark.parametrize(
    ("now", "then", "is_news"),
    [
        pytest.param((5, 5), (1, 5), False, id="too_few"),
        pytest.param((9, 9), (50, 100), False, id="too_few_now"),
        pytest.param((45, 50), (3, 6), False, id="too_few_then"),
        pytest.param((12, 12), (8, 12), False, id="chance_explains_it"),
        pytest.param((110, 120), (60, 120), True, id="news"),
    ],
)
def test_a_percentage_of_few_cases_jumps_by_nature(
    desk: Desk, now: tuple[int, int], then: tuple[int, int], *, is_news: bool
) -> None:
    (top, of), (top_then, of_then) = now, then
    desk.learn("engaged", LAST, value=Decimal(top_then))
    desk.learn("contacted", LAST, value=Decimal(of_then))
    desk.learn("share", LAST, value=Decimal(100 * top_then) / of_then)
    typed = {"engaged": Typed(float(top)), "contacted": Typed(float(of)), "share": Typed(top / of)}
    found = [each for each in asked_about(desk.check_one(typed)) if each.item == "share"]
    assert bool(found) is (is_news and not asked_of(desk, typed, "engaged"))


def asked_of(desk: Desk, typed: dict[str, Typed], item: str) -> bool:
    return any(each.item == item for each in asked_about(desk.check_one(typed)))


# --- figures that belong together ------------------------------------------------------------------


def test_the_whole_is_asked_about_and_not_its_parts_too(desk: Desk) -> None:
    for category, value in (("a", 20), ("b", 10), ("all", 30)):
        desk.learn("split", LAST, category, value=Decimal(value))
    typed = {"split/a": Typed(120.0), "split/b": Typed(60.0), "split/all": Typed(180.0)}
    assert [each.category for each in asked_about(desk.check_one(typed))] == ["all"]


def test_parts_that_swapped_are_asked_about_where_the_whole_is_as_it_was(desk: Desk) -> None:
    for category, value in (("a", 200), ("b", 20), ("all", 220)):
        desk.learn("split", LAST, category, value=Decimal(value))
    typed = {"split/a": Typed(20.0), "split/b": Typed(200.0), "split/all": Typed(220.0)}
    assert [each.category for each in asked_about(desk.check_one(typed))] == ["a", "b"]


def test_what_is_a_share_of_another_figure_rises_with_it(desk: Desk) -> None:
    desk.learn("engaged", LAST, value=Decimal(40))
    desk.learn("contacted", LAST, value=Decimal(50))
    typed = {"engaged": Typed(120.0), "contacted": Typed(150.0)}
    assert [each.item for each in asked_about(desk.check_one(typed))] == ["contacted"]


# --- limits of a framework's own -------------------------------------------------------------------


def test_a_rule_sets_its_own_limit(desk: Desk) -> None:
    with_tables(desk, rules=(Rule("near", "change_limit", "must", ("must",), tolerance=Decimal(2)),))
    desk.learn("must", LAST, value=Decimal(12))
    assert asked_about(desk.check_one({"must": Typed(14.0)})) == []
    (finding,) = asked_about(desk.check_one({"must": Typed(15.0)}))
    assert finding.code is Code.CHANGED_BEYOND_LIMIT
    assert finding.message == (
        "Referrals is 15, but it was 12 for Q2 2014/15: a change of 3, where 2 is the most that is usual."
    )


def test_a_rule_in_points_against_a_year_ago_as_an_error(desk: Desk) -> None:
    rule = Rule("near", "change_limit", "percent", ("percent",), tolerance=Decimal(5), severity="error", lag=4)
    with_tables(desk, rules=(rule,))
    desk.learn("percent", LAST, value=Decimal(90))
    desk.learn("percent", YEAR_AGO, value=Decimal(50))
    assert asked_about(desk.check_one({"percent": Typed(0.55)})) == []
    (finding,) = asked_about(desk.check_one({"percent": Typed(0.56)}))
    assert finding.severity is Severity.ERROR
    assert "a change of 6 percentage points" in finding.message


def test_a_rule_without_a_limit_lets_a_figure_change_as_it_will(desk: Desk) -> None:
    desk.learn("count", LAST, value=Decimal(12))  # the small framework has such a rule
    assert asked_about(desk.check_one({"count": Typed(4100.0)})) == []


def test_the_framework_sets_limits_for_all(desk: Desk) -> None:
    desk.learn("must", LAST, value=Decimal(100))
    with_settings(desk, change_percent=Decimal(100))
    assert asked_about(desk.check_one({"must": Typed(190.0)})) == []
    with_settings(desk, change_percent=Decimal(0))
    assert asked_about(desk.check_one({"must": Typed(1900.0)})) == []
    with_settings(desk, change_percent=Decimal(50), change_least=Decimal(100))
    assert asked_about(desk.check_one({"must": Typed(190.0)})) == []
    desk.learn("percent", LAST, value=Decimal(100))
    with_settings(desk, change_points=Decimal(0))
    assert asked_about(desk.check_one({"percent": Typed(0.2)})) == []


# --- series --------------------------------------------------------------------------------------

STEADY = [100, 102, 98, 101, 99, 103, 97, 100]


def test_a_long_series_says_what_is_usual(desk: Desk) -> None:
    learn_quarters(desk, "must", STEADY)
    (finding,) = asked_about(desk.check_one({"must": Typed(149.0)}))  # less than half as many again
    assert finding.code is Code.OUTSIDE_ITS_SERIES
    assert finding.message == (
        "Referrals is 149, but it was 100 for Q2 2014/15 and 99 for Q3 2013/14; after the 8 figures before it, "
        "90 to 110 was to be expected."
    )


def test_a_series_that_swings_is_allowed_to(desk: Desk) -> None:
    learn_quarters(desk, "must", [10, 60, 12, 55, 11, 70, 9, 12])
    assert asked_about(desk.check_one({"must": Typed(60.0)})) == []


@pytest.mark.parametrize("gap", [None, "redefined"])
def test_a_series_that_is_broken_is_too_short(desk: Desk, gap: str | None) -> None:
    learn_quarters(desk, "must", STEADY if gap else [*STEADY[:4], None, *STEADY[5:]])
    if gap:
        indicators = [replace(each, redefined=(YEAR_AGO,)) for each in desk.framework.indicators.values()]
        with_tables(desk, indicators=tuple(indicators))
    assert asked_about(desk.check_one({"must": Typed(149.0)})) == []


def test_a_small_step_out_of_a_constant_series_is_no_news(desk: Desk) -> None:
    learn_quarters(desk, "must", [100] * 8)
    assert asked_about(desk.check_one({"must": Typed(110.0)})) == []


def test_what_is_counted_since_a_date_has_no_series(desk: Desk) -> None:
    learn_quarters(desk, "to_date", [10, 20, 30, 40, 10, 20, 30, 20], basis="year_to_date")
    found = asked_about(desk.check_one({"to_date": Typed(95.0)}))
    assert [each.code for each in found] == [Code.CHANGED_SHARPLY], "against a year ago alone"
    assert found[0].message.endswith("but it was 10 for Q3 2013/14.")


# --- the same again ------------------------------------------------------------------------------


def test_last_quarters_return_with_a_new_date_is_queried_once_and_taken_nowhere(desk: Desk) -> None:
    same = {"must": 37, "closed": 25, "contacted": 61, "engaged": 44, "reason": 8}
    for item, value in same.items():
        desk.learn(item, LAST, value=Decimal(value))
    typed = {item: Typed(float(value)) for item, value in same.items()}
    one = desk.check_one(typed)
    (finding,) = asked_about(one)
    assert finding.code is Code.ALL_AS_BEFORE
    assert finding.message == (
        "All 5 figures that are not 0 are the same as for Q2 2014/15: were they copied from last time?"
    )
    assert {each.item for each in one.observations if each.status == "held"} == set(same)
    typed["must"] = Typed(37.0, comment="Counted anew.")
    assert {each.status for each in desk.check_one(typed).observations} == {"accepted"}
    typed["must"] = Typed(38.0)
    assert asked_about(desk.check_one(typed)) == []


def test_a_share_waits_with_the_figures_that_it_is_of(desk: Desk) -> None:
    same = {"must": 37, "closed": 25, "contacted": 60, "engaged": 45, "reason": 8, "share": 75}
    for item, value in same.items():
        desk.learn(item, LAST, value=Decimal(value))
    one = desk.check_one({item: Typed(0.75 if item == "share" else float(value)) for item, value in same.items()})
    (finding,) = asked_about(one)
    assert finding.message.startswith("All 6 figures that are not 0")
    assert {each.item for each in one.observations if each.status == "held"} == set(same)


def test_small_figures_are_often_the_same(desk: Desk) -> None:
    same = {"must": 1, "closed": 2, "contacted": 3, "engaged": 2, "count": 0}
    for item, value in same.items():
        desk.learn(item, LAST, value=Decimal(value))
    assert asked_about(desk.check_one({item: Typed(float(value)) for item, value in same.items()})) == []


@pytest.mark.parametrize(("value", "is_news"), [(999, False), (1000, True)])
def test_one_large_figure_that_is_the_same_is_queried(desk: Desk, value: int, *, is_news: bool) -> None:
    desk.learn("must", LAST, value=Decimal(value))
    desk.learn("closed", LAST, value=Decimal(7))
    found = asked_about(desk.check_one({"must": Typed(float(value)), "closed": Typed(8.0)}))
    assert [each.code for each in found] == ([Code.SAME_AS_BEFORE] if is_news else [])


def test_a_population_may_be_what_it_was(desk: Desk) -> None:
    items = [replace(each, basis="snapshot") if each.id == "must" else each for each in desk.framework.items.values()]
    with_tables(desk, items=tuple(items))
    desk.learn("must", LAST, value=Decimal(250_000), basis="snapshot")
    assert asked_about(desk.check_one({"must": Typed(250_000.0)})) == []


# --- the year to date ----------------------------------------------------------------------------


def with_both(desk: Desk) -> None:
    """Let an indicator be asked for by the quarter and for the year to date."""
    item = Item("in_quarter", "I3", "Completions in the quarter", "count")
    made = small_framework()
    indicator = replace(made.indicators["I2"], id="I3", over_time="sum")
    items = [replace(each, indicator="I3") if each.id == "to_date" else each for each in made.items.values()]
    with_tables(
        desk,
        items=(*items, item),
        indicators=(*made.indicators.values(), indicator),
        asks=(*made.asks, Ask("in_quarter", "", "idva", frequency="quarter")),
    )


@pytest.mark.parametrize(("to_date", "is_news"), [(60, False), (57, True)])
def test_a_year_to_date_is_what_its_quarters_add_to(desk: Desk, to_date: int, *, is_news: bool) -> None:
    with_both(desk)
    learn_quarters(desk, "in_quarter", [18, 20])
    found = asked_about(desk.check_one({"to_date": Typed(float(to_date)), "in_quarter": Typed(22.0)}))
    assert [each.code for each in found] == ([Code.EARLIER_FIGURE_CHANGED] if is_news else [])
    if found:
        assert found[0].message == (
            "Completions, year to date is 57 so far, but the quarters of the year add to 60 (18 + 20 + 22): "
            "one of these must have changed."
        )


def test_a_quarter_that_is_not_known_says_nothing_of_the_year(desk: Desk) -> None:
    with_both(desk)
    learn_quarters(desk, "in_quarter", [None, 20])
    assert asked_about(desk.check_one({"to_date": Typed(57.0), "in_quarter": Typed(22.0)})) == []


# --- what holds for every figure --------------------------------------------------------------------

NUMBERS = st.integers(0, 5000)


@given(now=NUMBERS, then=NUMBERS, scale=st.floats(0.1, 1))
def test_limits_on_counts_hold_both_ways_of_being_equal(now: int, then: int, scale: float) -> None:
    limits = Limits(0.5, 10, 20)
    item = Item("a", "I", "A", "count")
    here, there = Span(now, now), Span(then, then)
    passed = limits.are_passed(item, here, there, scale)
    if abs(now - then) <= 10:
        assert not passed
    if limits.are_passed(item, here, there):
        assert passed, "what passes the limits passes a share of them"
        wider = Span(min(now, then), max(now, then))
        assert not limits.are_passed(item, wider, there), "it could be the same"


@settings(max_examples=10)
@given(level=st.integers(1000, 100_000), noise=st.lists(st.integers(-100, 100), min_size=3, max_size=9))
def test_figures_that_keep_their_level_are_never_news(level: int, noise: list[int]) -> None:
    desk = Desk()
    learn_quarters(desk, "must", [level + each for each in noise])
    found = asked_about(desk.check_one({"must": Typed(float(level + 101))}))
    assert found == []


@pytest.mark.parametrize("slip", [lambda value: value * 10, lambda value: value // 10, lambda value: value * 11])
@pytest.mark.parametrize("value", [20, 45, 130, 1880])
def test_a_digit_too_many_or_too_few_is_found(desk: Desk, value: int, slip: Callable[[int], int]) -> None:
    learn_quarters(desk, "must", [value] * 4)
    assert len(asked_about(desk.check_one({"must": Typed(float(slip(value)))}))) == 1


def test_the_quarter_that_is_meant_is_the_one_before(desk: Desk) -> None:
    desk.learn("must", Period.quarter(2014, 1), value=Decimal(12))
    assert asked_about(desk.check_one({"must": Typed(41.0)})) == []
