"""What is checked of the figures without a statement."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dapf_xl.catalogue.tables import Rule
from dapf_xl.findings import Code, Severity
from dapf_xl.reconciliation import AGREES, OPEN
from tests.reconciliation.building import checked, figure, framework

if TYPE_CHECKING:
    from dapf_xl.catalogue.tables import Published
    from dapf_xl.reconciliation import Check

Q1, Q2 = "2014-15-Q1", "2014-15-Q2"
QUARTERS = [f"2014-15-Q{number}" for number in range(1, 5)]


def outcomes(kind: str, *history: Published, rules: tuple[Rule, ...] = ()) -> list[Check]:
    return [check for check in checked(framework(history, rules=rules)) if check.kind == kind]


# --- totals ---------------------------------------------------------------------------------------


def split(all_: int, a: int | None, b: int | None) -> list[Published]:
    parts = [figure("split", Q1, value, name) for name, value in (("a", a), ("b", b)) if value is not None]
    return [figure("split", Q1, all_, "all"), *parts]


@given(st.integers(0, 500), st.integers(0, 500), st.integers(-3, 3))
def test_a_total_agrees_exactly_when_its_parts_add_to_it(a: int, b: int, off: int) -> None:
    (check,) = outcomes("total", *split(a + b + off, a, b))
    assert (check.state == AGREES) == (off == 0)


def test_a_total_that_differs_says_both() -> None:
    (check,) = outcomes("total", *split(83, 15, 48))
    assert check.finding
    assert check.finding.code is Code.STATED_SUM_DIFFERS
    assert '"83" is printed here, but its parts add to 15 + 48 = 63 (Table, 2014-15-Q1)' in check.finding.message
    assert check.finding.remedy.startswith("Ask Police whether")


def test_a_total_with_a_missing_part_is_open() -> None:
    (check,) = outcomes("total", *split(83, 15, None))
    assert (check.state, check.why) == (OPEN, "1 of its 2 parts are not published")


@pytest.mark.parametrize(("total", "agrees"), [(10, False), (11, True), (14, True), (15, False)])
def test_a_suppressed_part_counts_with_its_bounds(total: int, agrees: bool) -> None:  # noqa: FBT001
    hidden = figure("split", Q1, None, "b", shorthand="[c]", lower=Decimal(1), upper=Decimal(4))
    (check,) = outcomes("total", *split(total, 10, None), hidden)
    assert (check.state == AGREES) is agrees


def test_a_two_way_table_is_added_by_row_and_by_column() -> None:
    cells = {("a", "x"): 1, ("a", "y"): 2, ("b", "x"): 3, ("b", "y"): 4}
    cells |= {("a", "both"): 3, ("b", "both"): 7, ("all", "x"): 4, ("all", "y"): 6, ("all", "both"): 10}
    history = [figure("grid", Q1, value, "|".join(key)) for key, value in cells.items()]
    assert [check.state for check in outcomes("total", *history)] == [AGREES] * 5
    wrong = [figure("grid", Q1, 8 if key == ("b", "both") else value, "|".join(key)) for key, value in cells.items()]
    assert sum(check.finding is not None for check in outcomes("total", *wrong)) == 1


# --- ratios ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("stated", "agrees"), [("85", True), ("85.1", True), ("85.2", False), ("84", False)])
def test_a_stated_percentage_is_held_against_its_parts(stated: str, agrees: bool) -> None:  # noqa: FBT001
    (check,) = outcomes("ratio", figure("rate", Q1, stated), figure("top", Q1, 40), figure("bottom", Q1, 47))
    assert (check.state == AGREES) is agrees
    if check.finding:
        assert check.finding.code is Code.STATED_RATIO_DIFFERS
        assert "40 of 47 is 85.1%" in check.finding.message


@pytest.mark.parametrize("more", [(), ("top",), ("bottom",)])
def test_a_percentage_without_its_numbers_is_open(more: tuple[str, ...]) -> None:
    (check,) = outcomes("ratio", figure("rate", Q1, 85), *(figure(item, Q1, 40) for item in more))
    assert (check.state, check.why) == (OPEN, "the numbers behind it are not published")


def test_a_percentage_of_none_is_open() -> None:
    (check,) = outcomes("ratio", figure("rate", Q1, 85), figure("top", Q1, 0), figure("bottom", Q1, 0))
    assert check.state == OPEN


# --- rules ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("same_cohort", "severity"), [(True, Severity.ERROR), (False, Severity.QUERY)])
def test_a_part_above_its_whole(same_cohort: bool, severity: Severity) -> None:  # noqa: FBT001
    rule = Rule("r", "not_more_than", "top", ("bottom",), same_cohort=same_cohort)
    (good,) = outcomes("rule", figure("top", Q1, 5), figure("bottom", Q1, 5), rules=(rule,))
    (bad,) = outcomes("rule", figure("top", Q1, 6), figure("bottom", Q1, 5), rules=(rule,))
    assert good.state == AGREES
    assert bad.finding
    assert (bad.finding.code, bad.finding.severity) == (Code.PART_ABOVE_WHOLE, severity)
    assert "6 is printed here, more than 5 in Table, 2014-15-Q1" in bad.finding.message


def test_a_rule_with_a_lag_looks_at_the_quarter_before() -> None:
    rule = Rule("r", "not_more_than", "top", ("bottom",), same_cohort=True, lag=1)
    history = [figure("top", Q2, 6), figure("bottom", Q1, 6), figure("bottom", Q2, 1)]
    assert [check.state for check in outcomes("rule", *history, rules=(rule,))] == [AGREES]


# --- years ----------------------------------------------------------------------------------------


def quarters(item: str, *values: int) -> list[Published]:
    return [figure(item, when, value) for when, value in zip(QUARTERS, values, strict=False)]


def test_a_year_is_held_against_its_quarters() -> None:
    (good,) = outcomes("year", figure("cases", "2014-15", 10), *quarters("cases", 1, 2, 3, 4))
    (bad,) = outcomes("year", figure("cases", "2014-15", 11), *quarters("cases", 1, 2, 3, 4))
    assert good.state == AGREES
    assert bad.finding
    assert bad.finding.code is Code.YEAR_DIFFERS
    assert '"11" is printed here for 2014/15, but its quarters add to 1 + 2 + 3 + 4 = 10' in bad.finding.message


def test_a_half_is_held_against_its_two_quarters() -> None:
    (check,) = outcomes("year", figure("cases", "2014-15-H1", 4), *quarters("cases", 1, 2, 3, 4))
    assert check.finding


def test_a_year_with_a_missing_quarter_is_open_and_says_what_came_after() -> None:
    (check,) = outcomes("year", figure("cases", "2013-14", 62), *quarters("cases", 55, 38, 22))
    assert check.state == OPEN
    assert check.why.startswith(
        "4 of its 4 quarters are not published; 3 of the year after already come to 55 + 38 + 22 = 115"
    )


def test_quarters_that_may_not_be_added_are_not() -> None:
    (check,) = outcomes("year", figure("once", "2014-15", 62), *quarters("once", 55, 38, 22, 1))
    assert (check.state, check.why) == (OPEN, "its quarters may not be added: somebody may be in several of them")
