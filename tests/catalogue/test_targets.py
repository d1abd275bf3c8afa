"""What a person writes in a target cell, and what is refused and why."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dapf_xl.catalogue.targets import ParsedTarget, parse_target
from dapf_xl.periods import Period

TEXTS = st.text(alphabet=st.sampled_from("0123456789%-\u2013<>\u2265,. abeinoprty()"), max_size=25)


def value(number: str, **more: str) -> ParsedTarget:
    return ParsedTarget("value", value=Decimal(number), **more)  # type: ignore[arg-type]  # texts only


def band(lower: str, upper: str, unit: str = "", per: str = "") -> ParsedTarget:
    return ParsedTarget("band", lower=Decimal(lower), upper=Decimal(upper), unit=unit, per=per)


def milestone(number: str, due: str, unit: str = "", bound: str = "", per: str = "") -> ParsedTarget:
    return ParsedTarget("milestone", value=Decimal(number), due=Period.parse(due), unit=unit, bound=bound, per=per)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0", value("0")),
        ("1,200.50", value("1200.50")),
        (".5%", value("0.5", unit="percent")),
        ("80 per cent", value("80", unit="percent")),
        ("80% of victims", value("80", unit="percent")),
        ("IDVA Engagement Target is 70%", value("70", unit="percent")),
        ("Increase to 80%", value("80", unit="percent")),
        ("Maintain at least 80%", value("80", unit="percent", bound="at least")),
        ("\u00a35,000", value("5000", unit="\u00a3")),
        ("4.5 per 1000 population", value("4.5", unit="per 1,000")),
        ("40 cases per 10,000 adult females per year", value("40", unit="per 10,000", per="year")),
        ("100 a quarter", value("100", per="quarter")),
        ("300 p.a.", value("300", per="year")),
        ("300 every 12 months", value("300", per="year")),
    ],
)
def test_value_is_read(text: str, expected: ParsedTarget) -> None:
    assert parse_target(text) == expected


@pytest.mark.parametrize(
    ("bound", "words"),
    [
        ("at least", ["\u2265", ">=", "at least", "min", "minimum of", "no less than", "not fewer than", "not below"]),
        ("at most", ["\u2264", "<=", "at most", "max", "up to", "no more than", "not exceeding", "within"]),
        ("at most", ["less than or equal to"]),
        ("less than", ["<", "less than", "Fewer than", "below", "Under"]),
        ("more than", [">", "more than", "greater than", "above", "Over", "exceeding"]),
    ],
)
def test_bound_is_read_from_symbols_and_words(bound: str, words: list[str]) -> None:
    for word in words:
        assert parse_target(f"{word} 1,500") == value("1500", bound=bound), word
        assert parse_target(f"{word} 25% per annum") == value("25", unit="percent", bound=bound, per="year"), word


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("80% or more", value("80", unit="percent", bound="at least")),
        ("80%+", value("80", unit="percent", bound="at least")),
        ("80% minimum", value("80", unit="percent", bound="at least")),
        ("5 or fewer", value("5", bound="at most")),
        ("25% max", value("25", unit="percent", bound="at most")),
    ],
)
def test_bound_is_read_after_the_figure(text: str, expected: ParsedTarget) -> None:
    assert parse_target(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "11-15%",
        "11 \u2013 15 %",
        "11%-15%",
        "11 to 15 per cent",
        "from 11% to 15%",
        "between 11 and 15%",
        "Target: 11-15%",
    ],
)
def test_band_is_read(text: str) -> None:
    assert parse_target(text) == band("11", "15", "percent")


def test_band_can_be_for_a_span_of_time() -> None:
    assert parse_target("1,300 to 1,400 per annum") == band("1300", "1400", per="year")


@pytest.mark.parametrize(
    "by",
    [
        "March 2017",
        "Mar-17",
        "the end of March 2017",
        "31/03/2017",
        "31.3.17",
        "2017-03-31",
        "31st March 2017",
        "end of 2016/17",
        "the end of the financial year 2016/17",
        "year-end 2016/17",
        "2016-17",
        "Q4 2016/17",
        "end of Q4 16/17",
        "Jan-Mar 2017",
        "H2 2016/17",
    ],
)
def test_milestone_is_due_by_the_end_of_a_quarter(by: str) -> None:
    assert parse_target(f"410 by {by}") == milestone("410", "2016-17-Q4")
    assert parse_target(f"At least 410 cases per year (by {by})") == milestone(
        "410", "2016-17-Q4", bound="at least", per="year"
    )
    assert parse_target(f"By {by}: 41%") == milestone("41", "2016-17-Q4", unit="percent")


@pytest.mark.parametrize(
    ("reason", "texts"),
    [
        ("monitoring only", ["Monitoring only", "For monitoring", "monitor only.", "No target - monitoring only"]),
        ("baseline year", ["Baseline year", "Baseline year (2014/15)", "TBC (baseline year)", "Need baseline data"]),
        ("to be confirmed", ["TBC", "tbc.", "T.B.C.", "TBA", "To be confirmed", "Target to be agreed", "Not yet set"]),
        ("no target", ["No target", "No target set", "no target has been agreed", "None", "N/A", "n/a", "Not set"]),
    ],
)
def test_reason_for_having_none_is_read(reason: str, texts: list[str]) -> None:
    for text in texts:
        assert parse_target(text) == ParsedTarget("none", reason=reason), text


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "empty"),
        ("Maintain", "names no figure"),
        ("two thirds", "names no figure"),
        ("-", "names no figure"),
        ("0.9%%", "cannot be read"),
        ("5k", "cannot be read"),
        ("1st", "cannot be read"),
        ("3/4", "cannot be read"),
        ("1 in 4", "cannot be read"),
        ("80% 90%", "cannot be read"),
        ("12,00", "not a figure"),
        ("1.5.2", "not a figure"),
        ("~80%", "not a figure"),
        ("+5%", "not a figure"),
        ("Reduce by 10%", "not a figure"),
        ("10% increase", "\u201cincrease\u201d makes the figure something else"),
        ("10% reduction by March 2017", "\u201creduction\u201d"),
        ("5 percentage points", "points"),
        ("50% of baseline", "baseline"),
        ("100 referrals per IDVA", "\u201cper\u201d"),
        ("5-Nov", "nov"),
        ("80% or better", "\u201cor\u201d"),
        ("2017-03-05", "is a date"),
        ("2017-03-05 00:00:00", "is a date"),
        ("05/03/2017", "is a date"),
        ("(35%)", "in brackets"),
        ("15-11%", "lower limit 15 is above the upper limit 11"),
        ("80% and 90%", "two figures"),
        ("between 5", "needs two figures"),
        ("at least 11-15%", "is a band and also"),
        ("at least 80% or more", "two limits"),
        ("40% per 10,000", "two units"),
        ("11-15% by March 2017", "not a band"),
        ("410 by 2017", "does not say by when: it names one year"),
        ("410 by March", "does not say by when"),
        ("410 by 31/06/2017", "no such day"),
    ],
)
def test_text_is_refused_with_the_reason(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        parse_target(text)


@given(st.decimals(0, 10**9, places=2), st.sampled_from(["", "%"]))
def test_figure_is_read_as_it_is_written(number: Decimal, sign: str) -> None:
    target = parse_target(f"{number:,}{sign}")
    assert (target.value, target.unit) == (number, "percent" if sign else "")


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.sampled_from(["-", " \u2013 ", " to "]))
def test_band_keeps_its_limits_in_order(one: int, other: int, joint: str) -> None:
    lower, upper = sorted((one, other))
    assert parse_target(f"{lower:,}{joint}{upper:,}") == band(str(lower), str(upper))


@given(TEXTS)
def test_any_other_text_is_refused_and_nothing_else_happens(text: str) -> None:
    try:
        target = parse_target(text)
    except ValueError:
        return
    assert target.kind in {"value", "band", "milestone", "none"}
    assert (target.value is None) == (target.kind in {"band", "none"})
