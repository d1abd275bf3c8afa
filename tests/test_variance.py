"""What each indicator's figure is and what it is set against: sums, ranges, gaps, ratios, spans, targets."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from dapf_xl.catalogue import Framework, load, shipped
from dapf_xl.catalogue.tables import AGGREGATIONS, Agency, Ask, Category, Indicator, Item, Settings, Target
from dapf_xl.consolidation import Round
from dapf_xl.observations import Observation, published
from dapf_xl.periods import Period
from dapf_xl.readings import CUT, LONGEST_COMMENTS, Measure, join_comments
from dapf_xl.tables import line_row
from dapf_xl.variance import lines_of

if TYPE_CHECKING:
    from dapf_xl.variance import Line

D = Decimal
Q1, Q2, Q3 = (Period.quarter(2014, number) for number in (1, 2, 3))
LAST_YEAR = Period.quarter(2013, 3)
COUNT = Indicator(
    id="I", title="Cases", group="Group", derivation="count", measure="I.n", over_time="sum", over_agencies="sum",
    polarity="higher", status="live", decimals=0,
)  # fmt: skip
STATED = replace(COUNT, derivation="stated", over_time="none")
RATIO = replace(
    COUNT, derivation="ratio", measure="", numerator="I.n", denominator="I.d", over_time="ratio_of_sums",
    over_agencies="ratio_of_sums",
)  # fmt: skip
NUMBER = Item(id="I.n", indicator="I", label="Cases", type="count")
PERCENT = replace(NUMBER, type="percent")
OF = Item(id="I.d", indicator="I", label="Out of", type="count")
PARTS = tuple(Category(breakdown="area", category=each, label=each.title(), role="part") for each in ("north", "south"))
BY_AREA = replace(NUMBER, breakdowns=("area",))


def framework(
    indicator: Indicator = COUNT,
    items: tuple[Item, ...] = (NUMBER,),
    targets: tuple[Target, ...] = (),
    agencies: str = "a b c",
) -> Framework:
    """One indicator, asked of every agency every quarter; a category of a breakdown is asked of one each."""
    names = agencies.split()
    asks = [
        Ask(item=item.id, supplier=names[number], category=part.category, frequency="quarter")
        for item in items
        for number, part in enumerate(PARTS)
        if item.breakdowns
    ] + [
        Ask(item=item.id, supplier=name, frequency="quarter") for item in items for name in names if not item.breakdowns
    ]
    settings = Settings(
        id="f", title="Framework", area="Area", groups="group", tolerance=D(10), tolerance_basis="relative",
        amber_rule="within_tolerance", minimum_denominator=10, disclosure_threshold=5, version="1",
    )  # fmt: skip
    tables: dict[str, tuple[Any, ...]] = {
        "agencies": tuple(Agency(id=name, name=name.upper()) for name in names),
        "indicators": (indicator,),
        "items": items,
        "breakdowns": PARTS,
        "asks": tuple(asks),
        "targets": targets,
        "rules": (),
        "qa": (),
        "views": (),
        "comparators": (),
        "history": (),
    }
    return Framework(settings, tables)


def given(words: str, item: str, supplier: str, period: Period, category: str = "") -> Observation:
    """A figure as one word: ``5``, ``[x]``, ``[c]1-4``, ``[z]`` or ``5[p]``."""
    observation = Observation(item, category, supplier, period)
    if words.startswith("[c]"):
        lower, upper = words.removeprefix("[c]").split("-")
        return replace(observation, replacement="[c]", lower=D(lower), upper=D(upper))
    if words.startswith("["):
        return replace(observation, replacement=words)
    value, _, marker = words.partition("[")
    return replace(observation, value=D(value), markers=f"[{marker}" if marker else "")


def figures(words: str, item: str = "I.n", period: Period = Q3) -> list[Observation]:
    """Figures of the agencies a, b, c: a word each, ``-`` where nothing came."""
    return [
        given(word, item, supplier, period)
        for word, supplier in zip(words.split(), "abcdefg", strict=False)
        if word != "-"
    ]


def lines(
    catalogue: Framework, *observed: list[Observation], missing: dict[str, str] | None = None, period: Period = Q3
) -> list[Line]:
    found = {each.key: each for group in observed for each in group}
    gaps = {("I.n", "", supplier, period): why for supplier, why in (missing or {}).items()}
    return lines_of(Round(catalogue, period, found, gaps, {}, (), (), ()))


def line(catalogue: Framework, *observed: list[Observation], missing: dict[str, str] | None = None) -> Line:
    return lines(catalogue, *observed, missing=missing)[0]


# --- a figure over agencies ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "value", "shown", "state", "coverage"),
    [
        pytest.param("5 7 8", D(20), "", "", "3 of 3", id="sum"),
        pytest.param("0 0 0", D(0), "", "", "3 of 3", id="nought_is_a_figure"),
        pytest.param("5 7 -", D(12), "", "not received", "2 of 3", id="one_not_received"),
        pytest.param("- - -", None, "not received", "not received", "0 of 3", id="none_received"),
        pytest.param("5 7 [x]", D(12), "", "not available", "2 of 3", id="one_not_available"),
        pytest.param("[x] [x] [x]", None, "[x] not available", "not available", "0 of 3", id="none_available"),
        pytest.param("5 7 [z]", D(12), "", "", "2 of 2", id="not_applicable_is_not_expected"),
        pytest.param("[z] [z] [z]", None, "[z] not applicable", "not applicable", "0 of 3", id="nowhere_applicable"),
        pytest.param("5 [c]1-4 [c]1-4", None, "7 to 13", "suppressed", "1 of 3", id="range_with_suppressed_parts"),
        pytest.param("3 5 [c]1-7", None, "9 to 15", "suppressed", "2 of 3", id="range_with_wider_bounds"),
        pytest.param("5 [c]1-4 -", None, "suppressed in part", "not received", "1 of 3", id="suppressed_and_late"),
        pytest.param("5 [c]1-4 [x]", None, "suppressed in part", "not available", "1 of 3", id="suppressed_and_x"),
        pytest.param("5 7 [low]", D(12), "", "not available", "2 of 3", id="low"),
        pytest.param("5 7[p] 8[e]", D(20), "", "", "3 of 3", id="markers_keep_the_figure"),
    ],
)  # fmt: skip
def test_figures_of_agencies_make_one(words: str, value: D | None, shown: str, state: str, coverage: str) -> None:
    now = line(framework(), figures(words)).now
    assert (now.value, now.shown, now.state) == (value, shown, state)
    assert f"{now.present} of {now.expected}" == coverage


def test_markers_of_parts_stand_beside_the_whole() -> None:
    assert line(framework(), figures("5 7[p] 8[e]")).now.markers == "[e][p]"


def test_a_rejected_return_is_told_from_one_not_received() -> None:
    now = line(framework(), figures("5 - -"), missing={"b": "rejected"}).now
    assert (now.value, now.state) == (D(5), "not received")
    now = line(framework(agencies="a b"), figures("5 -"), missing={"b": "rejected"}).now
    assert now.state == "rejected"


def test_stated_percentages_are_not_averaged_nor_added() -> None:
    now = line(framework(replace(STATED, over_agencies="ratio_of_sums"), (PERCENT,)), figures("80 70 60")).now
    assert (now.value, now.shown, now.state) == (None, "not added up", "not available")


def test_what_is_never_summed_is_not() -> None:
    now = line(framework(replace(COUNT, over_agencies="none")), figures("5 7 8")).now
    assert (now.value, now.shown) == (None, "not added up")


@pytest.mark.parametrize("type_", ["yes_no", "date", "text"])
@pytest.mark.parametrize(
    ("words", "shown", "state", "present"),
    [
        pytest.param("yes yes no", "yes (2); no (1)", "not applicable", 3, id="several"),
        pytest.param("yes yes yes", "yes", "not applicable", 3, id="all_the_same"),
        pytest.param("yes [x] -", "yes (1); [x] not available (1)", "not received", 1, id="gaps"),
        pytest.param("- - -", "not received", "not received", 0, id="none"),
    ],
)
def test_words_are_shown_and_never_added(type_: str, words: str, shown: str, state: str, present: int) -> None:
    observed = [
        replace(given(word if word[0] == "[" else "0", "I.n", supplier, Q3), value=None, text=word.strip("[x]"))
        for word, supplier in zip(words.split(), "abc", strict=True)
        if word != "-"
    ]
    now = line(framework(items=(replace(NUMBER, type=type_),)), observed).now
    assert (now.value, now.shown, now.state, now.present) == (None, shown, state, present)


def test_figures_of_another_type_than_the_item_has_now_are_no_figure() -> None:
    observed = [Observation("I.n", "", supplier, Q3, text="yes") for supplier in "abc"]
    now = line(framework(), observed).now
    assert (now.value, now.shown, now.state) == (None, "no figure", "not available")


# --- ratios ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("numerators", "denominators", "value", "state", "shown"),
    [
        pytest.param("10 30 5", "20 40 40", D(45), "", "", id="ratio_of_sums_not_mean_of_ratios"),
        pytest.param("10 30 -", "20 40 -", D(40) / D(60) * 100, "not received", "", id="over_those_who_returned"),
        pytest.param("10 30 -", "20 40 40", None, "not received", "parts not supplied", id="numerator_missing"),
        pytest.param("10 30 5", "20 40 -", None, "not received", "parts not supplied", id="denominator_missing"),
        pytest.param("0 0 0", "0 0 0", None, "", "denominator 0", id="denominator_nought"),
        pytest.param("[x] [x] [x]", "20 40 40", None, "not available", "[x] not available", id="not_available"),
    ],
)
def test_a_ratio_is_of_sums(numerators: str, denominators: str, value: D | None, state: str, shown: str) -> None:
    found = line(framework(RATIO, (NUMBER, OF)), figures(numerators), figures(denominators, "I.d"))
    assert (found.now.value, found.now.state, found.now.shown) == (value, state, shown)
    assert found.measure.kind == "percent"


def test_parts_go_before_a_stated_percentage_and_that_before_parts_that_are_not_whole() -> None:
    stated = Item(id="I.s", indicator="I", label="Stated", type="percent")
    catalogue = framework(replace(RATIO, measure="I.s"), (NUMBER, OF, stated), agencies="a")
    whole = line(catalogue, figures("40"), figures("47", "I.d"), figures("85", "I.s")).now
    assert (whole.value, whole.denominator) == (D(40) / D(47) * 100, D(47))
    only_stated = line(catalogue, figures("85", "I.s")).now
    assert (only_stated.value, only_stated.denominator) == (D(85), None)
    half = line(catalogue, figures("40"), figures("85", "I.s")).now
    assert (half.value, half.numerator) == (D(85), None)


@pytest.mark.parametrize(
    ("derivation", "multiplier", "expected", "kind"),
    [("ratio", None, D(25), "percent"), ("rate", D(10000), D(2500), "rate")],
)
def test_a_rate_is_per_its_multiplier(derivation: str, multiplier: D | None, expected: D, kind: str) -> None:
    catalogue = framework(replace(RATIO, derivation=derivation, multiplier=multiplier), (NUMBER, OF), agencies="a")
    found = line(catalogue, figures("5"), figures("20", "I.d"))
    assert (found.now.value, found.measure.kind) == (expected, kind)


# --- over time ----------------------------------------------------------------------------------------


def over(words: str, item: str = "I.n") -> list[Observation]:
    """Figures of the agency a for Q1, Q2, Q3."""
    quarters = zip(words.split(), (Q1, Q2, Q3), strict=True)
    return [given(word, item, "a", period) for word, period in quarters if word != "-"]


@pytest.mark.parametrize(
    ("indicator", "item", "words", "value", "shown"),
    [
        pytest.param(COUNT, NUMBER, "5 7 8", D(20), "", id="sum"),
        pytest.param(COUNT, NUMBER, "5 - 8", None, "2 of 3 quarters", id="a_gap_is_not_nought"),
        pytest.param(COUNT, NUMBER, "5 [x] 8", None, "2 of 3 quarters", id="not_available"),
        pytest.param(replace(COUNT, over_time="last"), NUMBER, "5 7 8", D(8), "", id="snapshot"),
        pytest.param(replace(COUNT, over_time="none"), NUMBER, "5 7 8", None, "not added up", id="never_summed"),
        pytest.param(COUNT, replace(NUMBER, basis="year_to_date"), "5 12 20", D(20), "", id="cumulative_already"),
        pytest.param(replace(STATED, over_time="sum"), PERCENT, "5 7 8", None, "not added up", id="percentages"),
        pytest.param(replace(STATED, over_time="ratio_of_sums"), PERCENT, "5 7 8", None, "not added up", id="stated"),
    ],
)
def test_year_to_date(indicator: Indicator, item: Item, words: str, value: D | None, shown: str) -> None:
    found = line(framework(indicator, (item,), agencies="a"), over(words)).year_to_date
    assert (found.value, found.shown) == (value, shown)


def test_year_to_date_of_a_ratio_is_of_sums_and_wants_the_parts() -> None:
    catalogue = framework(RATIO, (NUMBER, OF), agencies="a")
    assert line(catalogue, over("10 30 5"), over("20 40 40", "I.d")).year_to_date.value == D(45)
    assert line(catalogue, over("10 30 5"), over("20 - 40", "I.d")).year_to_date.shown == "2 of 3 quarters"


KINDS = {
    "count": (COUNT, (NUMBER,), False),
    "number": (COUNT, (replace(NUMBER, type="number"),), False),
    "money": (COUNT, (replace(NUMBER, type="money"),), False),
    "stated percent": (STATED, (PERCENT,), None),
    "stated rate": (STATED, (replace(NUMBER, type="rate"),), None),
    "ratio": (RATIO, (NUMBER, OF), True),
    "rate": (replace(RATIO, derivation="rate", multiplier=D(100)), (NUMBER, OF), True),
}


@pytest.mark.parametrize("over_time", AGGREGATIONS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_figure_adds_up_over_the_year_by_its_kind_and_rule(kind: str, over_time: str) -> None:
    indicator, items, is_ratio = KINDS[kind]
    catalogue = framework(replace(indicator, over_time=over_time), items, agencies="a")
    found = line(catalogue, over("10 30 5"), over("20 40 40", "I.d") if is_ratio else []).year_to_date
    expected = {
        ("sum", False): D(45),
        ("ratio_of_sums", True): D(45),
        ("last", False): D(5),
        ("last", True): D("12.5"),
        ("last", None): D(5),
    }
    value = expected.get((over_time, is_ratio))
    assert (found.value, found.shown) == (value, "not added up" if value is None else "")


def test_a_quarter_without_cases_does_not_hide_the_year_to_date_of_a_ratio() -> None:
    catalogue = framework(RATIO, (NUMBER, OF), agencies="a")
    assert line(catalogue, over("10 0 5"), over("20 0 40", "I.d")).year_to_date.value == D(25)
    assert line(catalogue, over("0 0 0"), over("0 0 0", "I.d")).year_to_date.shown == "denominator 0"
    assert line(catalogue, over("10 [x] 5"), over("20 0 40", "I.d")).year_to_date.shown == "2 of 3 quarters"


@pytest.mark.parametrize("frequency", ["half", "year"])
def test_a_partial_figure_for_a_longer_span_stays_partial(frequency: str) -> None:
    catalogue = framework()
    asks = tuple(replace(ask, frequency=frequency) for ask in catalogue.asks)
    catalogue = replace(catalogue, tables={**catalogue.tables, "asks": asks})
    span = Period.half(2013, 2) if frequency == "half" else Period.year(2013)
    for quarter in (Period.quarter(2013, 4), Q1):
        now = lines(catalogue, figures("5 7 -", period=span), period=quarter)[0].now
        assert (now.value, now.state, now.present, now.expected) == (D(12), "not received", 2, 3)


def test_the_previous_quarter_and_the_same_quarter_last_year() -> None:
    found = line(framework(agencies="a"), over("5 7 8"), figures("4", period=LAST_YEAR))
    assert (found.previous.value, found.last_year.value) == (D(7), D(4))
    assert line(framework(agencies="a"), figures("5")).previous.shown == "no figure"


def test_a_cumulative_figure_is_not_set_against_the_quarter_before() -> None:
    found = line(framework(items=(replace(NUMBER, basis="year_to_date"),), agencies="a"), over("5 12 20"))
    assert (found.previous.value, found.previous.shown) == (None, "cumulative: not compared")


@pytest.mark.parametrize(
    ("before", "now", "words"),
    [
        pytest.param("5 7 8", "6 9 8", "", id="the_same_agencies"),
        pytest.param("5 7 8", "6 9 -", "+3 over 2 of 3 agencies", id="one_missing_now"),
        pytest.param("5 7 -", "6 4 8", "−2 over 2 of 3 agencies", id="one_missing_before"),
        pytest.param("5 - -", "- 4 8", "", id="none_in_both"),
    ],
)
def test_like_for_like(before: str, now: str, words: str) -> None:
    assert line(framework(), figures(before, period=Q2), figures(now)).like_for_like == words


def test_the_agencies_are_counted_and_not_their_categories() -> None:
    catalogue = framework(items=(BY_AREA,), agencies="a b")
    asks = tuple(Ask(item="I.n", supplier=agency, frequency="quarter") for agency in "ab")
    catalogue = replace(catalogue, tables={**catalogue.tables, "asks": asks})
    both = [given("5", "I.n", agency, Q2, area) for agency in "ab" for area in ("north", "south")]
    now = [given("7", "I.n", "a", Q3, area) for area in ("north", "south")]
    assert line(catalogue, both, now).like_for_like == "+4 over 1 of 2 agencies"


@pytest.mark.parametrize(
    ("over_agencies", "measure"), [("ratio_of_sums", ""), ("sum", ""), ("sum", "I.s"), ("ratio_of_sums", "I.s")]
)
def test_like_for_like_of_a_ratio_is_of_the_parts_of_the_agencies_in_both(over_agencies: str, measure: str) -> None:
    stated = Item(id="I.s", indicator="I", label="Stated", type="percent")
    indicator = replace(RATIO, measure=measure, over_agencies=over_agencies, decimals=1)
    found = line(
        framework(indicator, (NUMBER, OF, stated)),
        figures("10 10 30", period=Q2),
        figures("20 20 30", "I.d", Q2),
        figures("15 15 -"),
        figures("20 20 -", "I.d"),
    )
    assert found.like_for_like == "+25.0 points over 2 of 3 agencies"


@pytest.mark.parametrize(
    ("before", "now", "previous"),
    [
        pytest.param("5 7 8", "6 9 8", (D(20), ""), id="whole"),
        pytest.param("5 7 -", "6 9 8", (None, "12 (2 of 3)"), id="before_is_not_whole"),
        pytest.param("5 7 8", "6 9 -", (None, "20"), id="now_is_not_whole"),
        pytest.param("5 7 8", "- - -", (D(20), ""), id="there_is_nothing_now"),
    ],
)
def test_what_is_not_whole_is_not_set_against_an_earlier_figure(
    before: str, now: str, previous: tuple[D | None, str]
) -> None:
    found = line(framework(), figures(before, period=Q2), figures(before, period=LAST_YEAR), figures(now))
    assert (found.previous.value, found.previous.shown) == previous
    assert (found.last_year.value, found.last_year.shown) == previous


def test_an_earlier_ratio_in_words_is_a_percentage() -> None:
    found = line(
        framework(replace(RATIO, decimals=None), (NUMBER, OF)),
        figures("1 1 -", period=Q2),
        figures("3 3 -", "I.d", Q2),
        figures("1 1 1"),
        figures("3 3 3", "I.d"),
    )
    assert found.previous.shown == "33.3% (2 of 3)"


# --- targets ------------------------------------------------------------------------------------------

ALL_YEAR = Target(indicator="I", kind="value", value=D(80), text="80")


def test_a_carried_forward_target_says_so() -> None:
    carried = replace(ALL_YEAR, from_=Q2, note="Carried forward.")
    found = line(framework(targets=(replace(ALL_YEAR, from_=Q1, until=Q1), carried)), figures("5 7 8"))
    assert (found.target, found.note) == (carried, "Carried forward.")


def test_parts_are_not_given_the_target_of_the_whole() -> None:
    own = replace(ALL_YEAR, item="I.n", category="south", value=D(20))
    catalogue = framework(items=(BY_AREA,), targets=(ALL_YEAR, own))
    observed = [given("5", "I.n", "a", Q3, "north"), given("7", "I.n", "b", Q3, "south")]
    whole, north, south = lines(catalogue, observed)
    assert [each.measure.role for each in (whole, north, south)] == ["main", "part", "part"]
    assert (whole.now.value, north.now.value, south.now.value) == (D(12), D(5), D(7))
    assert (whole.target, north.target, south.target) == (ALL_YEAR, None, own)


def test_what_is_reported_beside_an_indicator_has_neither_its_target_nor_its_polarity() -> None:
    beside = Item(id="I.b", indicator="I", label="Beside", type="count")
    main, also = lines(
        framework(items=(NUMBER, beside), targets=(ALL_YEAR,), agencies="a"), figures("5"), figures("6", "I.b")
    )
    assert (main.target, also.target) == (ALL_YEAR, None)
    assert (also.measure.role, also.polarity, also.label) == ("also", "none", "Beside")


@pytest.mark.parametrize(
    ("words", "rated", "comparable"),
    [("5 7 8", D(8), False), ("5 7 8 9", D(29), True)],
    ids=["fewer_than_four_quarters", "four_quarters"],
)
def test_a_years_target_is_set_against_four_quarters_or_not_at_all(words: str, rated: D, comparable: bool) -> None:  # noqa: FBT001
    yearly = replace(ALL_YEAR, basis="rolling_12_months")
    quarters = [Q3.previous().previous().previous(), Q1, Q2, Q3][-len(words.split()) :]
    observed = [given(word, "I.n", "a", period) for word, period in zip(words.split(), quarters, strict=True)]
    found = line(framework(targets=(yearly,), agencies="a"), observed)
    assert (found.rated, found.comparable) == (rated, comparable)
    assert "four quarters" in found.note


FROM_A_YEAR = replace(ALL_YEAR, baseline=D(299), baseline_period=Period.year(2013))


@pytest.mark.parametrize(
    ("indicator", "item", "target", "baseline"),
    [
        pytest.param(COUNT, NUMBER, FROM_A_YEAR, None, id="a_quarter_beside_a_year"),
        pytest.param(COUNT, NUMBER, replace(FROM_A_YEAR, baseline_period=LAST_YEAR), D(299), id="two_quarters"),
        pytest.param(COUNT, NUMBER, replace(FROM_A_YEAR, baseline_period=None), D(299), id="no_period"),
        pytest.param(replace(COUNT, over_time="last"), NUMBER, FROM_A_YEAR, D(299), id="a_snapshot"),
        pytest.param(STATED, PERCENT, FROM_A_YEAR, D(299), id="percentages"),
        pytest.param(COUNT, replace(NUMBER, basis="rolling_12_months"), FROM_A_YEAR, D(299), id="rolling"),
        pytest.param(COUNT, replace(NUMBER, basis="year_to_date"), FROM_A_YEAR, None, id="cumulative"),
    ],
)
def test_a_count_is_set_against_a_baseline_of_a_like_span_only(
    indicator: Indicator, item: Item, target: Target, baseline: D | None
) -> None:
    found = line(framework(indicator, (item,), (target,), agencies="a"), figures("8"))
    assert found.baseline == baseline
    assert ("The baseline is for another span (2013/14)" in found.note) == (baseline is None)


def test_an_indicator_without_items_has_no_line() -> None:
    assert lines(framework(items=())) == []


def test_no_indicator_that_is_not_live_is_read() -> None:
    assert not lines(framework(replace(COUNT, status="retired")), figures("5 7 8"))


def test_a_measure_says_what_kind_it_is() -> None:
    assert Measure(RATIO, NUMBER, "", "main").kind == "percent"
    assert Measure(RATIO, NUMBER, "", "also").kind == "count"


@pytest.mark.parametrize(
    ("quarter", "span"),
    [("2014-15-Q3", "2013-14"), ("2014-15-Q4", "2014-15"), ("2015-16-Q1", "2014-15")],
)
def test_a_yearly_figure_is_the_latest_year_s(quarter: str, span: str) -> None:
    framework = load(shipped()["cambridgeshire"])
    figures = {each.key: each for each in published(framework)}
    current = Round(framework, Period.parse(quarter), figures, {}, {}, (), (), ())
    line = next(each for each in lines_of(current) if each.measure.item.id == "C06.programmes")
    assert line.period == Period.parse(span)
    assert line.now.value == (Decimal(34) if span == "2013-14" else None)


# --- comments -----------------------------------------------------------------------------------------


def test_comments_that_do_not_fit_a_cell_are_cut_and_say_so() -> None:
    short, long = "A word.", "x" * 40_000
    joined = join_comments([short, long, short])
    assert len(joined) <= LONGEST_COMMENTS + 1
    assert joined.startswith(f"{short}\nxxx")
    assert joined.endswith(CUT)
    assert join_comments([joined, joined]) == joined
    assert len(join_comments(f"{number} {long}" for number in range(500))) <= LONGEST_COMMENTS + 500


def test_comments_that_fit_are_whole() -> None:
    assert join_comments(["one", "", "two", "one"]) == "one\ntwo"


def test_an_earlier_year_s_figure_is_not_this_year_to_date() -> None:
    framework = load(shipped()["cambridgeshire"])
    figures = {each.key: each for each in published(framework)}
    current = Round(framework, Period.parse("2014-15-Q3"), figures, {}, {}, (), (), ())
    line = next(each for each in lines_of(current) if each.measure.item.id == "C06.programmes")
    assert (line.year_to_date.value, line.year_to_date.shown) == (None, "not added up")


def test_a_figure_for_twelve_months_is_shown_with_its_own_dates() -> None:
    framework = load(shipped()["haringey"])
    figures = {each.key: each for each in published(framework)}
    current = Round(framework, Period.parse("2014-15-Q2"), figures, {}, {}, (), (), ())
    line = next(each for each in lines_of(current) if each.measure.item.id == "H4.heard")
    assert line.period == Period.parse("2013-07-01/2014-06-30")
    assert line.now.value == Decimal(331)


# --- parts of a ratio that different agencies give -----------------------------------------------------


def _asked_apart() -> Framework:
    """The numerator is asked of a and b, the denominator of c."""
    catalogue = framework(RATIO, (NUMBER, OF))
    asks = tuple(each for each in catalogue.asks if (each.item == "I.n") == (each.supplier != "c"))
    return Framework(catalogue.settings, {**catalogue.tables, "asks": asks})


@pytest.mark.parametrize(
    ("numerators", "denominators", "value", "coverage", "state"),
    [
        ("10 30 -", "- - 80", D(50), (3, 3), ""),
        ("10 - -", "- - 80", None, (2, 3), "not received"),
        ("10 30 -", "- - -", None, (2, 3), "not received"),
        ("10 [z] -", "- - 80", None, (1, 1), "not available"),
        ("10 30 -", "- - 0", None, (3, 3), ""),
    ],
)
def test_parts_asked_of_different_agencies_are_set_against_each_other_whole(
    numerators: str, denominators: str, value: D | None, coverage: tuple[int, int], state: str
) -> None:
    now = line(_asked_apart(), figures(numerators), figures(denominators, "I.d")).now
    assert (now.value, (now.present, now.expected), now.state) == (value, coverage, state)


def test_parts_of_the_same_agencies_are_still_never_mixed() -> None:
    now = line(framework(RATIO, (NUMBER, OF)), figures("10 30 -"), figures("20 - 40", "I.d")).now
    assert now.value is None


# --- which way is good, for a part and for a time ------------------------------------------------------

BESIDE = replace(NUMBER, id="I.b", label="Beside", breakdowns=("area",))


def _direction(polarity: str, **more: Any) -> Target:  # noqa: ANN401  (columns of a target)
    return Target(indicator="I", kind="none", reason="no target", polarity=polarity, **more)


def test_a_target_says_which_way_is_good_for_what_is_reported_beside() -> None:
    catalogue = framework(COUNT, (NUMBER, BESIDE), (_direction("lower", item="I.b", category="north"),))
    observed = [
        given(value, "I.b", supplier, period, category)
        for value, supplier, period, category in (
            ("4", "a", Q3, "north"), ("9", "a", Q2, "north"), ("4", "b", Q3, "south"), ("9", "b", Q2, "south"),
        )
    ]  # fmt: skip
    found = {each.label: each for each in lines(catalogue, figures("1 1 1"), observed)}
    assert [found[f"Beside: {area}"].polarity for area in ("North", "South")] == ["lower", "none"]


def test_a_direction_holds_for_as_long_as_its_row() -> None:
    targets = (
        _direction("higher", until=Q1, text="A rise first"),
        _direction("context", from_=Q2, until=Q2, text="then a plateau"),
        _direction("lower", from_=Q3, text="then a fall"),
    )
    catalogue = framework(replace(COUNT, polarity="context"), targets=targets)
    found = [lines(catalogue, figures("1 1 1", period=each), period=each)[0].polarity for each in (Q1, Q2, Q3)]
    assert found == ["higher", "context", "lower"]


def test_a_target_of_an_item_is_its_wholes_and_not_each_of_its_categories() -> None:
    target = Target(indicator="I", item="I.b", kind="value", value=D(5), text="5")
    found = lines(framework(COUNT, (NUMBER, BESIDE), (target,)), figures("1 1 1"))
    assert [each.target for each in found if each.measure.category] == [None, None]


def test_doncaster_says_what_it_wants_of_whom() -> None:
    catalogue = load(shipped()["doncaster"])
    quarter = Period.quarter(2021, 1)

    def wanted(indicator: str, item: str, category: str = "") -> str:
        target = catalogue.target_for(indicator, item, category, quarter)
        return (target.polarity if target else "") or catalogue.indicators[indicator].polarity

    assert wanted("PM1", "PM1.referrals") == "higher"
    assert wanted("PM2", "PM2.referrals", "police") == "lower"
    assert {wanted("PM2", "PM2.referrals", each) for each in ("self", "health", "named_3", "written: library")} == {
        "higher"
    }
    year = catalogue.target_for("PM17-year", "PM17.year", "", quarter.financial_year)
    assert year
    assert (year.value, year.basis) == (300, "year")


def test_a_baseline_that_is_to_be_obtained_is_why_nothing_is_rated() -> None:
    catalogue = load(shipped()["doncaster"])
    quarter = Period.quarter(2021, 1)
    observed = Observation("PM30.attendances", "", "hospitals", quarter, value=D(12))
    supplier = catalogue.asked_of("PM30.attendances", quarter)[0].supplier
    observed = replace(observed, supplier=supplier)
    current = Round(catalogue, quarter, {observed.key: observed}, {}, {}, (), (), ())
    (found,) = (
        each for each in lines_of(current) if each.measure.indicator.id == "PM30" and each.measure.role == "main"
    )
    row = line_row(catalogue, found)
    assert row["rating"] == "Not rated: baseline to be obtained"
    assert row["target_text"] == "Baseline to be obtained"


def test_a_figure_that_waits_beside_one_that_counts_is_said_to_be_missing() -> None:
    """Two rows of one agency may be the same category; one may be held while the other counts."""
    now = line(framework(agencies="a"), figures("5"), missing={"a": "held in query"}).now
    assert (now.value, now.state, now.present, now.expected) == (D(5), "held in query", 1, 2)
