"""Ratings, milestones, direction of travel and differences: every reason, every edge, and what must always hold."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dapf_xl.catalogue.tables import AMBER_RULES, POLARITIES, TARGET_KINDS, TOLERANCE_BASES
from dapf_xl.comparisons import DIFFERENCE, RELATIVE, direction_of_travel, travel_formula
from dapf_xl.expressions import LONGEST_FORMULA
from dapf_xl.observations import REPLACEMENTS
from dapf_xl.periods import Period
from dapf_xl.rag import (
    RATING,
    SHORTHAND_STATES,
    STATES,
    Scheme,
    TargetNow,
    expected_by,
    rate,
    rating_formula,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from dapf_xl.expressions import Value

D = Decimal
TEN_PERCENT = Scheme(D(10))
NINETY = TargetNow("value", D(90))
NOT_WORSE = "not_worse_than_same_quarter_last_year"
HAVERING = Scheme(D(10), amber_rule=NOT_WORSE)

REASONS = [
    *STATES,
    "no polarity",
    "monitoring only",
    "baseline year",
    "target to be confirmed",
    "no target",
    "denominator zero",
    "denominator too small",
    "not due yet",
    "not comparable",
]
POSSIBLE = {"Green", "Amber", "Red", *(f"Not rated: {reason}" for reason in REASONS)}


def rating(value: str | None = None, **given_: Any) -> str:  # noqa: ANN401  (whatever rate takes)
    options = {"polarity": "higher", "target": NINETY, "scheme": TEN_PERCENT, **given_}
    return rate(None if value is None else D(value), **options)


# --- why a figure is not rated --------------------------------------------------------------------

FAULTS: list[tuple[str, dict[str, Any]]] = [
    *((state, {"state": state}) for state in STATES),
    ("no polarity", {"polarity": "context"}),
    ("no target", {"target": None}),
    ("denominator too small", {"numerator": D(1), "denominator": D(2)}),
    ("not comparable", {"comparable": False}),
]


@pytest.mark.parametrize("first", range(len(FAULTS)))
def test_of_several_reasons_the_first_is_given(first: int) -> None:
    merged: dict[str, Any] = {}
    for _, fault in reversed(FAULTS[first:]):
        merged |= fault
    assert rating("44", scheme=replace(TEN_PERCENT, minimum_denominator=10), **merged) == (
        f"Not rated: {FAULTS[first][0]}"
    )


@pytest.mark.parametrize(
    ("given_", "reason"),
    [
        pytest.param({"polarity": "none"}, "no polarity", id="no_polarity_with_a_target"),
        pytest.param({"polarity": "none", "target": None}, "no polarity", id="no_polarity_no_target"),
        pytest.param({"polarity": "none", "target": TargetNow("none")}, "no polarity", id="no_polarity_no_reason"),
        pytest.param(
            {"polarity": "none", "target": TargetNow("none", reason="baseline year")},
            "baseline year",
            id="no_polarity_but_a_reason",
        ),
        pytest.param(
            {"polarity": "context", "target": TargetNow("none", reason="monitoring only")},
            "no polarity",
            id="context_has_no_polarity_whatever_the_reason",
        ),
        pytest.param({"target": TargetNow("none", reason="monitoring only")}, "monitoring only", id="monitoring"),
        pytest.param(
            {"target": TargetNow("none", reason="to be confirmed")}, "target to be confirmed", id="to_be_confirmed"
        ),
        pytest.param({"target": TargetNow("none", reason="no target")}, "no target", id="said_to_have_none"),
        pytest.param({"target": TargetNow("none")}, "no target", id="no_reason"),
        pytest.param({"target": TargetNow("value")}, "no target", id="value_missing"),
        pytest.param({"polarity": "band", "target": TargetNow("band")}, "no target", id="band_without_limits"),
        pytest.param({"target": TargetNow("milestone")}, "not due yet", id="milestone_not_due"),
        pytest.param({"comparable": False}, "not comparable", id="other_basis"),
    ],
)
def test_a_figure_that_cannot_be_rated_says_why(given_: dict[str, Any], reason: str) -> None:
    assert rating("44", **given_) == f"Not rated: {reason}"


def test_a_missing_figure_is_not_zero() -> None:
    assert rating(None, polarity="lower", target=TargetNow("value", D(0))) == "Not rated: not received"
    assert rating("0", polarity="lower", target=TargetNow("value", D(0))) == "Green"


@pytest.mark.parametrize(
    ("numerator", "denominator", "expected"),
    [
        pytest.param(0, 0, "Not rated: denominator zero", id="nought_of_nought"),
        pytest.param(3, 0, "Not rated: denominator zero", id="some_of_nought"),
        pytest.param(9, 9, "Not rated: denominator too small", id="below_the_minimum"),
        pytest.param(9, 10, "Green", id="at_the_minimum"),
        pytest.param(81, 100, "Amber", id="at_tolerance"),
        pytest.param(80999, 100000, "Red", id="just_past_tolerance_is_not_rounded_away"),
        pytest.param(None, 9, "Not rated: not received", id="numerator_missing"),
        pytest.param(9, None, "Not rated: not received", id="denominator_missing"),
        pytest.param(9, -10, "Not rated: denominator too small", id="negative_denominator"),
    ],
)
def test_a_ratio_is_rated_on_its_unrounded_parts(numerator: int | None, denominator: int | None, expected: str) -> None:
    parts: dict[str, Any] = {
        name: None if part is None else D(part)
        for name, part in (("numerator", numerator), ("denominator", denominator))
    }
    assert rating(scheme=replace(TEN_PERCENT, minimum_denominator=10), **parts) == expected


def test_a_stated_percentage_has_no_denominator_that_could_be_too_small() -> None:
    assert rating("100", scheme=replace(TEN_PERCENT, minimum_denominator=10)) == "Green"


def test_parts_go_before_what_was_stated_and_a_rate_has_its_own_multiplier() -> None:
    assert rating("95", numerator=D(1), denominator=D(2)) == "Red"
    given_: dict[str, Any] = {"numerator": D(40), "denominator": D(10000), "target": TargetNow("value", D(40))}
    assert rating(multiplier=D(10000), **given_) == "Green"


# --- thresholds -----------------------------------------------------------------------------------

POINTS = Scheme(D(5), "points")
FIVE_PERCENT = Scheme(D(5))
BAND = TargetNow("band", lower=D(11), upper=D(15))


@pytest.mark.parametrize(
    ("polarity", "target", "scheme", "ratings"),
    [
        pytest.param(
            "higher", NINETY, FIVE_PERCENT, {"90": "G", "89.9999": "A", "85.5": "A", "85.4999": "R"}, id="higher"
        ),
        pytest.param("higher", NINETY, POINTS, {"85": "A", "84.9999": "R"}, id="higher_in_points"),
        pytest.param("higher", NINETY, Scheme(None), {"90": "G", "89.9999": "R"}, id="no_tolerance"),
        pytest.param("higher", NINETY, Scheme(D(0)), {"90": "G", "89.9999": "R"}, id="tolerance_of_0"),
        pytest.param("higher", NINETY, Scheme(D(-5)), {"90": "G", "89.9999": "R"}, id="negative_tolerance_is_none"),
        pytest.param(
            "higher",
            NINETY,
            replace(FIVE_PERCENT, tolerance_inclusive=False),
            {"90": "G", "85.5": "R", "85.5001": "A"},
            id="exclusive",
        ),
        pytest.param(
            "lower", TargetNow("value", D(28)), TEN_PERCENT, {"28": "G", "30.8": "A", "30.8001": "R"}, id="lower"
        ),
        pytest.param("lower", TargetNow("value", D(0)), TEN_PERCENT, {"0": "G", "0.0001": "R"}, id="lower_zero_target"),
        pytest.param(
            "lower", TargetNow("value", D(0)), POINTS, {"0": "G", "5": "A", "5.0001": "R"}, id="zero_target_in_points"
        ),
        pytest.param(
            "higher", TargetNow("value", D(0)), TEN_PERCENT, {"0": "G", "-0.0001": "R"}, id="higher_zero_target"
        ),
        pytest.param(
            "higher", TargetNow("value", D(-10)), TEN_PERCENT, {"-10": "G", "-11": "A", "-11.0001": "R"}, id="negative"
        ),
        pytest.param(
            "lower", TargetNow("value", D(-10)), TEN_PERCENT, {"-10": "G", "-9": "A", "-8.9999": "R"}, id="negative_low"
        ),
        pytest.param(
            "band",
            BAND,
            TEN_PERCENT,
            {"9.8999": "R", "9.9": "A", "10.9999": "A", "11": "G", "15": "G", "15.0001": "A", "16.5": "A", "16.6": "R"},
            id="band",
        ),
        pytest.param("lower", BAND, TEN_PERCENT, {"9": "R", "11": "G", "15": "G"}, id="band_whatever_the_polarity"),
        pytest.param(
            "band", TargetNow("band", upper=D(15)), Scheme(None), {"0": "G", "16": "R"}, id="upper_limit_only"
        ),
        pytest.param(
            "band", TargetNow("band", lower=D(11)), Scheme(None), {"10": "R", "99": "G"}, id="lower_limit_only"
        ),
        pytest.param(
            "band", TargetNow("value", D(50)), TEN_PERCENT, {"44": "R", "45": "A", "50": "G", "56": "R"}, id="narrow"
        ),
        pytest.param(
            "higher", TargetNow("value", D("2.2")), TEN_PERCENT, {"1.98": "A", "1.9799": "R"}, id="binary_2.2"
        ),
        pytest.param("higher", TargetNow("milestone", D(205)), FIVE_PERCENT, {"205": "G", "194": "R"}, id="milestone"),
        pytest.param(
            "higher", TargetNow("value", D("9e12")), TEN_PERCENT, {"8.1e12": "A", "8.0999e12": "R"}, id="large_sums"
        ),
    ],
)
def test_a_rating_changes_exactly_at_its_threshold(
    polarity: str, target: TargetNow, scheme: Scheme, ratings: dict[str, str]
) -> None:
    assert {value: rating(value, polarity=polarity, target=target, scheme=scheme)[0] for value in ratings} == ratings


@pytest.mark.parametrize(
    ("polarity", "target", "value", "last_year", "expected"),
    [
        ("higher", NINETY, "81", None, "Green"),
        ("higher", NINETY, "80.9", "80.9", "Amber"),
        ("higher", NINETY, "80.9", "80.8", "Amber"),
        ("higher", NINETY, "80.9", "81", "Red"),
        ("higher", NINETY, "80.9", "95", "Red"),
        ("higher", NINETY, "80.9", None, "Red"),
        ("lower", NINETY, "100", "100", "Amber"),
        ("lower", NINETY, "100", "99", "Red"),
        ("band", BAND, "20", "21", "Amber"),
        ("band", BAND, "20", "6", "Amber"),
        ("band", BAND, "20", "6.1", "Red"),
        ("band", BAND, "5", "5", "Amber"),
        ("band", BAND, "5", "12", "Red"),
    ],
)
def test_one_councils_amber_is_beyond_tolerance_but_not_worse_than_a_year_ago(
    polarity: str, target: TargetNow, value: str, last_year: str | None, expected: str
) -> None:
    year_ago = None if last_year is None else D(last_year)
    given_: dict[str, Any] = {"polarity": polarity, "target": target, "same_quarter_last_year": year_ago}
    assert rating(value, scheme=HAVERING, **given_) == expected


@pytest.mark.parametrize(
    "call",
    [
        lambda: rating("1", polarity="upwards"),
        lambda: rating("1", state="lost"),
        lambda: Scheme(D(1), tolerance_basis="percent"),
        lambda: Scheme(D(1), amber_rule="never"),
        lambda: TargetNow("bound"),
        lambda: direction_of_travel(D(1), D(1), "upwards"),
    ],
)
def test_a_word_that_is_not_known_is_refused(call: Callable[[], object]) -> None:
    with pytest.raises(ValueError, match="there is no"):
        call()


def test_every_replacement_means_a_state() -> None:
    assert set(SHORTHAND_STATES) == set(REPLACEMENTS)
    assert set(SHORTHAND_STATES.values()) <= set(STATES)


# --- what must always hold ------------------------------------------------------------------------

NUMBERS = st.decimals(allow_nan=False, allow_infinity=False, min_value=-1000, max_value=1000, places=3)
MAYBE = st.none() | NUMBERS
TARGETS = st.none() | st.builds(
    TargetNow,
    st.sampled_from(TARGET_KINDS),
    MAYBE,
    MAYBE,
    MAYBE,
    st.sampled_from(("", "monitoring only", "baseline year", "to be confirmed", "no target")),
)
SCHEMES = st.builds(Scheme, MAYBE, st.sampled_from(TOLERANCE_BASES), st.sampled_from(AMBER_RULES), MAYBE, st.booleans())


@given(
    value=MAYBE,
    numerator=MAYBE,
    denominator=MAYBE | st.just(D(0)),
    state=st.sampled_from(("", "", "", *STATES)),
    polarity=st.sampled_from(POLARITIES),
    target=TARGETS,
    scheme=SCHEMES,
    same_quarter_last_year=MAYBE,
    comparable=st.booleans(),
)
def test_whatever_is_given_exactly_one_known_rating_comes_back(**given_: Any) -> None:  # noqa: ANN401  (see above)
    assert rate(given_.pop("value"), **given_) in POSSIBLE


ORDER = {"Red": 0, "Amber": 1, "Green": 2}


@given(NUMBERS, NUMBERS, NUMBERS, SCHEMES, MAYBE)
def test_a_better_figure_is_never_rated_worse(
    one: Decimal, other: Decimal, limit: Decimal, scheme: Scheme, last_year: Decimal | None
) -> None:
    target, (low, high) = TargetNow("value", limit), sorted((one, other))
    for polarity, (worse, better) in (("higher", (low, high)), ("lower", (high, low))):
        ratings = [
            ORDER[rate(figure, polarity=polarity, target=target, scheme=scheme, same_quarter_last_year=last_year)]
            for figure in (worse, better)
        ]
        assert ratings == sorted(ratings)


@given(NUMBERS, NUMBERS, SCHEMES)
def test_lower_is_higher_seen_in_a_mirror(value: Decimal, limit: Decimal, scheme: Scheme) -> None:
    higher = rate(value, polarity="higher", target=TargetNow("value", limit), scheme=scheme)
    assert rate(-value, polarity="lower", target=TargetNow("value", -limit), scheme=scheme) == higher


@given(NUMBERS, NUMBERS, st.decimals(0, 100, places=2), st.sampled_from(TOLERANCE_BASES))
def test_the_definition_gives_the_same_on_the_scale_of_fractions(
    value: Decimal, limit: Decimal, tolerance: Decimal, basis: str
) -> None:
    env = dict.fromkeys(RATING.names) | {"polarity": "higher", "target_kind": "value", "tolerance_basis": basis}
    percent = {"value": value, "target": limit, "tolerance": tolerance, "point": D(1)}
    fraction = {"value": value / 100, "target": limit / 100, "tolerance": tolerance, "point": D("0.01")}
    assert RATING.evaluate(env | percent) == RATING.evaluate(env | fraction)


@given(
    limit=st.decimals(-500, 500, places=2),
    tolerance=st.sampled_from(("0", "5", "7.5", "10", "33")).map(Decimal),
    side=st.sampled_from((-1, 0, 1)),
    polarity=st.sampled_from(("higher", "lower", "band")),
    given_=st.fixed_dictionaries(
        {
            "tolerance_basis": st.sampled_from(TOLERANCE_BASES),
            "tolerance_inclusive": st.sampled_from(("", "no")),
            "amber_rule": st.sampled_from(AMBER_RULES),
        }
    ),
)
def test_binary_fractions_fall_on_the_same_side_of_every_threshold(
    limit: Decimal, tolerance: Decimal, side: int, polarity: str, given_: dict[str, Value]
) -> None:
    allowed = tolerance if given_["tolerance_basis"] == "points" else abs(limit) * tolerance / 100
    value = limit + side * allowed
    words: dict[str, Value] = {**given_, "polarity": polarity, "target_kind": "value"}
    for scale in (1, 100):
        exact = {"value": value / scale, "target": limit / scale, "same_quarter_last_year": value / scale}
        exact |= {"tolerance": tolerance, "point": D(1) / scale}
        binary = {name: Decimal(float(number)) for name, number in exact.items()}
        empty: dict[str, Value] = dict.fromkeys(RATING.names)
        assert RATING.evaluate(empty | words | binary) == RATING.evaluate(empty | words | exact)


def test_what_binary_arithmetic_loses_decides_nothing() -> None:
    noise = D("1e-16")
    assert rating("90", target=TargetNow("value", 90 + noise), scheme=Scheme(None)) == "Green"
    assert rating("80", scheme=HAVERING, same_quarter_last_year=80 + noise) == "Amber"
    assert direction_of_travel(D("0.3"), D("0.3") + noise, "higher").word == "level"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[x] not available: awaiting release", "not available"),
        ("[z]", "not applicable"),
        ("[c] suppressed: 1 to 4", "suppressed"),
        ("[low]", "not available"),
        ("12 to 15", "not available"),
        ("", "not received"),
        (None, "not received"),
    ],
)
def test_text_in_the_cell_of_a_figure_is_read_as_shorthand(text: str | None, reason: str) -> None:
    env = dict.fromkeys(RATING.names) | {"value": text, "polarity": "higher", "target_kind": "value", "target": D(9)}
    assert RATING.evaluate(env) == f"Not rated: {reason}"


def test_the_formula_fits_a_cell_and_uses_only_functions_of_both_programs() -> None:
    formula = rating_formula(dict.fromkeys(RATING.names, "Settings!$AB$999"))
    assert len(formula) < LONGEST_FORMULA
    in_both_programs = {"IF", "AND", "OR", "NOT", "ISNUMBER", "ISTEXT", "ABS", "MAX", "ROUND", "LEFT"}
    assert set(re.findall(r"(\w+)\(", formula)) <= in_both_programs


# --- milestones -----------------------------------------------------------------------------------

MILESTONE: dict[str, Any] = {"value": D(410), "due": Period.parse("2016-17-Q4")}
STRAIGHT = {"profile": "straight_line", "baseline": D(340), "baseline_period": Period.parse("2015-16-Q4")}


@pytest.mark.parametrize(
    ("period", "profile", "expected"),
    [
        ("2016-17-Q1", {"profile": "equal_quarters"}, "102.5"),
        ("2016-17-Q3", {"profile": "equal_quarters"}, "307.5"),
        ("2016-17-Q4", {"profile": "equal_quarters"}, "410"),
        ("2016-17", {"profile": "equal_quarters"}, "410"),
        ("2016-17-H1", {"profile": "equal_quarters"}, "205"),
        ("2015-16-Q4", {"profile": "equal_quarters"}, None),
        ("2017-18-Q1", {"profile": "equal_quarters"}, "102.5"),
        ("2015-16-Q3", STRAIGHT, None),
        ("2015-16-Q4", STRAIGHT, "340"),
        ("2016-17-Q1", STRAIGHT, "357.5"),
        ("2016-17-Q2", STRAIGHT, "375"),
        ("2016-17-Q4", STRAIGHT, "410"),
        ("2018-19-Q1", STRAIGHT, "410"),
        ("2016-17-Q1", {"profile": "straight_line"}, None),
        ("2016-17-Q3", {"profile": "none"}, None),
        ("2016-17-Q4", {"profile": "none"}, "410"),
        ("2016-17-Q3", {"profile": ""}, None),
    ],
)
def test_a_milestone_expects_what_its_profile_says(period: str, profile: dict[str, Any], expected: str | None) -> None:
    found = expected_by(Period.parse(period), **MILESTONE, **profile)
    assert found == (None if expected is None else D(expected))


# --- direction of travel and differences ----------------------------------------------------------


@pytest.mark.parametrize(
    ("current", "previous", "polarity", "expected"),
    [
        ("92", "90", "higher", "↑ improved"),
        ("90", "92", "higher", "↓ worsened"),
        ("90", "90.0", "higher", "→ level"),
        ("30", "28", "lower", "↑ worsened"),
        ("0", "28", "lower", "↓ improved"),
        ("28", "0", "lower", "↑ worsened"),
        ("14", "17", "band", "↓ improved"),
        ("12", "14", "band", "↓ level"),
        ("9", "17", "band", "↓ level"),
        ("8", "17", "band", "↓ worsened"),
        ("44", "40", "none", "↑ increased"),
        ("40", "44", "context", "↓ decreased"),
        (None, "44", "higher", "not available"),
        ("44", None, "none", "not available"),
    ],
)
def test_the_arrow_is_the_numbers_and_the_word_the_polaritys(
    current: str | None, previous: str | None, polarity: str, expected: str
) -> None:
    now, before = (None if text is None else D(text) for text in (current, previous))
    assert str(direction_of_travel(now, before, polarity, D(11), D(15))) == expected


def test_a_band_without_limits_says_only_where_the_number_went() -> None:
    assert str(direction_of_travel(D(2), D(1), "band")) == "↑ increased"
    assert str(direction_of_travel(D(20), D(25), "band", upper=D(15))) == "↓ improved"


@given(NUMBERS, NUMBERS, st.sampled_from(("higher", "lower", "context")))
def test_going_back_is_the_opposite_of_going(one: Decimal, other: Decimal, polarity: str) -> None:
    assume(one != other)
    arrows = {direction_of_travel(a, b, polarity).arrow for a, b in ((one, other), (other, one))}
    assert arrows == {"↑", "↓"}


@pytest.mark.parametrize(
    ("current", "base", "absolute", "relative"),
    [
        ("36.4", "29.6", "6.8", "0.22972973"),
        ("3", "-2", "5", "2.5"),
        ("3", "0", "3", None),
        ("0", "4", "-4", "-1"),
        (None, "4", None, None),
        ("4", None, None, None),
        ("1234567.89", "1234567.80", "0.09", "7.3E-8"),
    ],
)
def test_a_difference_never_divides_by_zero_or_by_the_newer_figure(
    current: str | None, base: str | None, absolute: str | None, relative: str | None
) -> None:
    now, before = (None if text is None else D(text) for text in (current, base))
    env = {"current": now, "base": before, "point": D(1)}
    assert DIFFERENCE.evaluate(env) == (None if absolute is None else D(absolute))
    assert RELATIVE.evaluate(env) == (None if relative is None else D(relative))


def test_percentages_held_as_fractions_differ_in_points() -> None:
    env = {"current": D("0.364"), "base": D("0.296"), "point": D("0.01")}
    assert DIFFERENCE.evaluate(env) == D("6.8")


def test_formulas_need_only_the_cells_that_there_are() -> None:
    figures = {"current": "H12", "base": "G12"}
    assert "H12-G12" in DIFFERENCE.formula(figures | {"point": "1"})
    assert "/ABS(G12)" in RELATIVE.formula(figures)
    assert "H12-F12" in travel_formula({"current": "H12", "previous": "F12", "polarity": "C12"})
