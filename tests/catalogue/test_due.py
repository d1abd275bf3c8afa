"""When evidence is due: what the words mean, and what falls into which quarter."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dapf_xl.catalogue import load, shipped
from dapf_xl.catalogue.due import DueRule, read_due
from dapf_xl.periods import Period

QUARTERLY, TWO, HALF, YEAR, NONE = (DueRule(kind) for kind in ("quarter", "two_months", "half", "year", "not_stated"))
JUNE, MARCH, THREE = DueRule("month", 6), DueRule("month", 3), DueRule("after_year", 3)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("quarterly", QUARTERLY),
        ("Every quarter", QUARTERLY),
        ("two-monthly", TWO),
        ("every two months", TWO),
        ("six-monthly", HALF),
        ("Six-monthly (QA14)", HALF),
        ("annual", YEAR),
        ("Annually.", YEAR),
        ("End of the year", YEAR),
        ("year-end", YEAR),
        ("annual: June", JUNE),
        ("each June", JUNE),
        ("June", JUNE),
        ("annual: Sept.", DueRule("month", 9)),
        ("within three months of the year's end", THREE),
        ("Within three months of the end of the financial year", THREE),
        ("annual: within three months of the end of the financial year", THREE),
        ("within 6 months of the year\u2019s end", DueRule("after_year", 6)),
        ("not stated", NONE),
        ("", NONE),
        ("bi-monthly", None),
        ("quarterly or annual", None),
        ("within 13 months of the year's end", None),
        ("within some months of the year's end", None),
        ("when asked", None),
        ("Junebug", None),
    ],
)
def test_words_are_read_or_refused(text: str, rule: DueRule | None) -> None:
    assert read_due(text) == rule


YEAR_BEFORE = [("2020-21", "2021-06-30")]


@pytest.mark.parametrize(
    ("rule", "rounds"),
    [
        (
            QUARTERLY,
            [
                [("2021-22-Q1", "2021-06-30")],
                [("2021-22-Q2", "2021-09-30")],
                [("2021-22-Q3", "2021-12-31")],
                [("2021-22-Q4", "2022-03-31")],
            ],
        ),
        (
            TWO,
            [
                [("2021-04-01/2021-05-31", "2021-05-31")],
                [("2021-06-01/2021-07-31", "2021-07-31"), ("2021-08-01/2021-09-30", "2021-09-30")],
                [("2021-10-01/2021-11-30", "2021-11-30")],
                [("2021-12-01/2022-01-31", "2022-01-31"), ("2022-02-01/2022-03-31", "2022-03-31")],
            ],
        ),
        (HALF, [[], [("2021-22-H1", "2021-09-30")], [], [("2021-22-H2", "2022-03-31")]]),
        (YEAR, [[], [], [], [("2021-22", "2022-03-31")]]),
        (JUNE, [YEAR_BEFORE, [], [], []]),
        (MARCH, [[], [], [], [("2021-22", "2022-03-31")]]),
        (DueRule("month", 12), [[], [], [("2020-21", "2021-12-31")], []]),
        (THREE, [YEAR_BEFORE, [], [], []]),
        (DueRule("after_year", 12), [[], [], [], [("2020-21", "2022-03-31")]]),
        (NONE, [[(f"2021-22-Q{number}", None)] for number in (1, 2, 3, 4)]),
    ],
)
def test_each_rule_falls_into_its_rounds(rule: DueRule, rounds: list[list[tuple[str, str | None]]]) -> None:
    found = [
        [(each.span.label, each.due and each.due.isoformat()) for each in rule.occurrences(quarter)]
        for quarter in Period.year(2021).quarters()
    ]
    assert found == rounds


def test_a_leap_day_is_the_end_of_february() -> None:
    (found,) = DueRule("month", 2).occurrences(Period.quarter(2023, 4))
    assert found == (Period.year(2022), date(2024, 2, 29))


RULES = st.one_of(
    st.sampled_from([QUARTERLY, TWO, HALF, YEAR]),
    st.builds(DueRule, st.sampled_from(["month", "after_year"]), st.integers(1, 12)),
)


@given(RULES, st.integers(1990, 2090))
def test_no_span_is_lost_or_asked_for_twice(rule: DueRule, year: int) -> None:
    quarters = [quarter for each in range(year, year + 4) for quarter in Period.year(each).quarters()]
    found = [each for quarter in quarters for each in rule.occurrences(quarter)]
    spans = [each.span for each in found]
    assert len(spans) == len(set(spans))
    for before, after in pairwise(found):
        assert (after.span.first_day - before.span.last_day).days == 1
    for quarter in quarters:
        for span, due in rule.occurrences(quarter):
            assert due is not None
            assert quarter.first_day <= due <= quarter.last_day
            assert due >= span.last_day
            assert rule.due_date(span) == due


@pytest.mark.parametrize("name", sorted(shipped()))
def test_every_due_of_a_shipped_framework_is_read(name: str) -> None:
    assert [task.due for task in load(shipped()[name]).qa if read_due(task.due) is None] == []
