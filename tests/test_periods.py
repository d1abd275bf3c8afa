"""Labels of periods, what they mean, and what is refused and why."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dapf_xl.findings import PeriodError
from dapf_xl.periods import Period, date_of, words_of_date

YEARS = st.integers(1900, 2199)
DAYS = st.dates(date(1900, 1, 1), date(2199, 12, 31))
QUARTERS = st.builds(Period.quarter, YEARS, st.integers(1, 4))
HALVES = st.builds(Period.half, YEARS, st.integers(1, 2))
WHOLE = st.one_of(QUARTERS, HALVES, st.builds(Period.year, YEARS))
SPANS = st.tuples(DAYS, DAYS).map(lambda days: Period.between(min(days), max(days)))
PERIODS = st.one_of(WHOLE, SPANS)
A_DAY = timedelta(days=1)


@given(PERIODS)
def test_label_and_words_are_read_back(period: Period) -> None:
    assert Period.parse(period.label) == period
    assert Period.parse(period.words) == period
    assert Period.parse(f"  {period.label.lower()} ") == period


@given(
    st.integers(2000, 2098),
    st.integers(1, 4),
    st.sampled_from(["Q{n}", "q {n}", "Quarter {n}"]),
    st.sampled_from(["{y}-{z}", "{y}/{z}", "{y}\u2013{z}", "{y}/{y1}", "{s}/{z}", "{s}-{z}"]),
)
def test_every_way_of_writing_a_quarter_names_the_same_one(year: int, number: int, quarter: str, years: str) -> None:
    words = {"n": number, "y": year, "y1": year + 1, "s": f"{year % 100:02d}", "z": f"{(year + 1) % 100:02d}"}
    for label in (f"{quarter} {years}", f"{years} {quarter}", f"{years}-{quarter}"):
        assert Period.parse(label.format(**words)) == Period.quarter(year, number)


@given(WHOLE)
def test_previous_ends_the_day_before_and_is_of_the_same_kind(period: Period) -> None:
    previous = period.previous()
    assert (previous.last_day + A_DAY, previous.kind) == (period.first_day, period.kind)
    assert previous < period


@given(PERIODS, PERIODS)
def test_order_is_that_of_last_days_and_total(one: Period, other: Period) -> None:
    assert (one < other) + (one == other) + (one > other) == 1
    if one.last_day < other.last_day:
        assert one < other


@given(DAYS)
def test_quarter_containing_a_day_contains_it(day: date) -> None:
    quarter = Period.containing(day)
    assert quarter.kind == "quarter"
    assert quarter.first_day <= day <= quarter.last_day
    assert quarter in quarter.financial_year.quarters()


@given(WHOLE)
def test_quarters_fill_the_span_without_gap(period: Period) -> None:
    quarters = period.quarters()
    assert len(quarters) == {"quarter": 1, "half": 2, "year": 4}[period.kind]
    assert (quarters[0].first_day, quarters[-1].last_day) == (period.first_day, period.last_day)
    for earlier, later in pairwise(quarters):
        assert earlier.last_day + A_DAY == later.first_day


@given(QUARTERS)
def test_same_quarter_last_year_is_four_quarters_back(quarter: Period) -> None:
    assert quarter.same_period_last_year() == quarter.previous().previous().previous().previous()


@given(QUARTERS)
def test_year_to_date_begins_with_the_year_and_ends_with_the_quarter(quarter: Period) -> None:
    so_far = quarter.year_to_date()
    assert so_far == quarter.financial_year.quarters()[: len(so_far)]
    assert so_far[-1] == quarter


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("Q3 2014\u201315", "2014-15-Q3"),
        ("Q3 2014-2015", "2014-15-Q3"),
        ("Qtr 3 14/15", "2014-15-Q3"),
        ("2014/15Q3", "2014-15-Q3"),
        ("third quarter of 2014/15", "2014-15-Q3"),
        ("Q3 (Oct-Dec 2014)", "2014-15-Q3"),
        ("Q3 2014/15 (Oct-Dec)", "2014-15-Q3"),
        ("October to December 2014", "2014-15-Q3"),
        ("Oct 2014 - Dec 2014", "2014-15-Q3"),
        ("Jul-Sept 2014", "2014-15-Q2"),
        ("Jan-Mar 2017", "2016-17-Q4"),
        ("Jan-Mar 2016/17", "2016-17-Q4"),
        ("Jan-Mar 17", "2016-17-Q4"),
        ("H1 2014/15", "2014-15-H1"),
        ("second half of 2014/15", "2014-15-H2"),
        ("2013/14", "2013-14"),
        ("FY 2013-2014", "2013-14"),
        ("2099-00", "2099-00"),
        ("2099/2100 Q4", "2099-00-Q4"),
        ("2009-10", "2009-10"),
        ("2013-07-01/2014-09-30", "2013-07-01/2014-09-30"),
        ("01/07/2013 \u2013 30/09/2014", "2013-07-01/2014-09-30"),
    ],
)
def test_label_is_read(label: str, expected: str) -> None:
    assert Period.parse(label).label == expected


@pytest.mark.parametrize(
    ("label", "why"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("Q1 2022", "names one year, and 2022 can mean the financial year 2021/22 or 2022/23"),
        ("2022", "names one year"),
        ("Q3", "does not say of which financial year"),
        ("Oct-Dec", "does not say of which year"),
        ("Quarter 12", "no quarter 12"),
        ("Q0 2014/15", "no quarter 0"),
        ("H3 2014/15", "no half 3"),
        ("2016/18 Q1", "2016 and 18 do not follow on"),
        ("2099-2000", "do not follow on"),
        ("2017/16 Q1", "do not follow on"),
        ("2014-15 Q1-Q3", "more than one period"),
        ("2014-15/2015-16", "more than one period"),
        ("Q3 2014/15 2016", "more years than"),
        ("Q2 Oct-Dec 2016", "contradict"),
        ("Q4 2016/17 Oct-Dec 2017", "contradict"),
        ("Apr-Sep 2016", "April to September is not a quarter"),
        ("Nov-Jan 2016", "November to January is not a quarter"),
        ("Oct 2016 - Dec 2017", "two different years"),
        ("March 2017", "single month"),
        ("2017-03-05", "single day"),
        ("2016-17-3", "\u201c3\u201d is no part"),
        ("Police", "\u201cpolice\u201d is no part"),
        ("2014-06-31/2014-09-30", "no such day as 2014-06-31"),
        ("2014-09-30/2014-07-01", "ends on 1 July 2014, before it begins"),
        ("9999-00", "out of range"),
        ("0000-01", "out of range"),
    ],
)
def test_label_is_refused_with_the_reason(label: str, why: str) -> None:
    with pytest.raises(PeriodError, match=why):
        Period.parse(label)


@given(st.one_of(st.text(max_size=30), st.text("0123456789-/ qhto'JanMrDec\u2013", max_size=25)))
def test_any_other_text_is_refused_and_nothing_else_happens(text: str) -> None:
    try:
        period = Period.parse(text)
    except PeriodError:
        return
    assert Period.parse(period.label) == period


@pytest.mark.parametrize(
    ("period", "words"),
    [
        (Period.quarter(2014, 3), "Q3 2014/15"),
        (Period.half(2014, 1), "first half of 2014/15"),
        (Period.year(2099), "2099/00"),
        (Period.between(date(2013, 7, 1), date(2014, 9, 30)), "1 July 2013 to 30 September 2014"),
    ],
)
def test_words_are_as_people_say_it(period: Period, words: str) -> None:
    assert period.words == words


def test_span_of_dates_has_no_previous_one() -> None:
    with pytest.raises(PeriodError, match="nothing says which span comes before"):
        Period.parse("2013-07-01/2014-09-30").previous()


@pytest.mark.parametrize(
    ("label", "quarters"),
    [
        ("2013-07-01/2014-09-30", 5),
        ("2013-07-01/2014-09-29", 0),
        ("2013-07-02/2014-09-30", 0),
        ("2013-07-01/2013-07-31", 0),
    ],
)
def test_dates_are_made_of_quarters_only_where_they_are_whole(label: str, quarters: int) -> None:
    assert len(Period.parse(label).quarters()) == quarters


def test_dates_a_year_before_keep_the_end_of_february() -> None:
    rolling = Period.parse("2015-03-01/2016-02-29")
    assert rolling.same_period_last_year().label == "2014-03-01/2015-02-28"
    assert rolling.same_period_last_year().same_period_last_year().same_period_last_year().label == (
        "2012-03-01/2013-02-28"
    )
    assert Period.parse("2016-03-01/2017-02-28").same_period_last_year().label == "2015-03-01/2016-02-29"


def test_rolling_year_is_not_the_financial_year_of_the_same_days() -> None:
    rolling, year = Period.safelives_rolling_year("Q1 2022"), Period.year(2021)
    assert (rolling.first_day, rolling.last_day) == (year.first_day, year.last_day)
    assert rolling != year
    assert rolling.financial_year == year


@pytest.mark.parametrize("label", ["Q1 2021/22", "2022", "Q5 2022", "Q1", "Q1 H1 2022", "", "Apr-Jun 2022"])
def test_rolling_year_is_refused_without_a_quarter_and_one_year(label: str) -> None:
    with pytest.raises(PeriodError):
        Period.safelives_rolling_year(label)


def test_deadline_is_counted_from_the_last_day() -> None:
    assert Period.quarter(2014, 3).due(28) == date(2015, 1, 28)


def test_periods_can_be_keys() -> None:
    assert {Period.parse("Q3 2014/15"): "found"}[Period.quarter(2014, 3)] == "found"


@given(DAYS)
def test_words_of_a_date_are_read_back(day: date) -> None:
    assert date_of(words_of_date(day)) == day
    assert date_of(day.isoformat()) == day
    assert date_of(f"{day:%d/%m/%Y}") == day
