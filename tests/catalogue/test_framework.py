"""What a framework answers: what is asked in a round, and which target holds."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from dapf_xl.catalogue import Framework
from dapf_xl.catalogue.tables import TABLES, Agency, Ask, Category, Indicator, Item, Settings, Target
from dapf_xl.findings import PeriodError
from dapf_xl.periods import Period

Q1, Q2, Q3, Q4 = (Period.quarter(2014, number) for number in range(1, 5))
YEAR = Period.year(2014)


def framework(**tables: tuple[Any, ...]) -> Framework:
    rows: dict[str, tuple[Any, ...]] = {name: () for name in TABLES if name != "framework"}
    sound: dict[str, tuple[Any, ...]] = {
        "agencies": (Agency(id="police"), Agency(id="nps")),
        "indicators": (Indicator(id="I2", status="live"), Indicator(id="I1", status="live")),
        "items": (Item(id="I1.a", indicator="I1"), Item(id="I2.b", indicator="I2"), Item(id="I2.a", indicator="I2")),
        "breakdowns": (
            Category("provider", "nps", "NPS", "part"),
            Category("provider", "unknown", "Not known", "not_known"),
            Category("provider", "all", "All providers", "total"),
            Category("age", "young", "Under 25", "part"),
            Category("age", "total", "All ages", "total"),
        ),
    }
    return Framework(Settings(id="small"), {**rows, **sound, **tables})


def ask(item: str = "I1.a", supplier: str = "police", frequency: str = "quarter", **options: Any) -> Ask:  # noqa: ANN401
    return Ask(item=item, supplier=supplier, frequency=frequency, **options)


def ids(loaded: Framework, period: Period, agency: str = "") -> list[str]:
    return [asked.id for asked in loaded.asked(period, agency)]


# --- asked ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("frequency", "expected"),
    [
        ("quarter", [["I1.a"], ["I1.a"], ["I1.a"], ["I1.a"]]),
        ("half", [[], ["I1.a@2014-15-H1"], [], ["I1.a@2014-15-H2"]]),
        ("year", [[], [], [], ["I1.a@2014-15"]]),
    ],
)
def test_each_frequency_is_due_in_its_rounds(frequency: str, expected: list[list[str]]) -> None:
    loaded = framework(asks=(ask(frequency=frequency),))
    assert [ids(loaded, quarter) for quarter in (Q1, Q2, Q3, Q4)] == expected


@pytest.mark.parametrize(
    ("from_", "rounds", "id_"),
    [
        pytest.param(Q3, [Q3], "I1.a", id="a_quarter"),
        pytest.param(Period.half(2014, 1), [Q2], "I1.a@2014-15-H1", id="a_half_in_its_last_quarter"),
        pytest.param(YEAR, [Q4], "I1.a@2014-15", id="a_year_in_its_last_quarter"),
    ],
)
def test_what_is_wanted_once_is_asked_in_one_round(from_: Period, rounds: list[Period], id_: str) -> None:
    loaded = framework(asks=(ask(frequency="once", from_=from_),))
    quarters = (Q1, Q2, Q3, Q4, Period.quarter(2015, 1))
    assert [quarter for quarter in quarters if ids(loaded, quarter)] == rounds
    assert ids(loaded, rounds[0]) == [id_]


@pytest.mark.parametrize(
    ("from_", "until", "expected"),
    [
        pytest.param(None, None, [Q1, Q2, Q3, Q4], id="always"),
        pytest.param(Q2, None, [Q2, Q3, Q4], id="from"),
        pytest.param(None, Q2, [Q1, Q2], id="until"),
        pytest.param(Q2, Q2, [Q2], id="one_quarter"),
        pytest.param(YEAR, YEAR, [Q1, Q2, Q3, Q4], id="a_year"),
        pytest.param(Period.half(2014, 2), None, [Q3, Q4], id="from_a_half"),
    ],
)
def test_asks_and_indicators_are_in_force_from_and_until(
    from_: Period | None, until: Period | None, expected: list[Period]
) -> None:
    limited_ask = framework(asks=(ask(from_=from_, until=until),))
    indicator = Indicator(id="I1", status="live", from_=from_, until=until)
    limited_indicator = framework(indicators=(indicator,), asks=(ask(),))
    for loaded in (limited_ask, limited_indicator):
        assert [quarter for quarter in (Q1, Q2, Q3, Q4) if ids(loaded, quarter)] == expected


@pytest.mark.parametrize("status", ["in_development", "paused", "retired"])
def test_only_live_indicators_are_asked_for(status: str) -> None:
    assert ids(framework(indicators=(Indicator(id="I1", status=status),), asks=(ask(),)), Q1) == []


def test_figures_come_in_the_order_of_indicators_items_and_categories() -> None:
    items = (Item(id="I1.a", indicator="I1"), Item(id="I2.b", indicator="I2", breakdowns=("provider",)))
    asks = (ask(), ask("I2.b", "nps", category="nps"), ask("I2.b", "police", category="all"))
    loaded = framework(items=items, asks=(asks[0], asks[2], asks[1]))
    assert ids(loaded, Q1) == ["I2.b/nps", "I2.b/all", "I1.a"]
    assert ids(loaded, Q1, "nps") == ["I2.b/nps"]
    assert ids(loaded, Q1, "nobody") == []


def test_a_blank_category_asks_for_all_of_them() -> None:
    loaded = framework(items=(Item(id="I1.a", indicator="I1", breakdowns=("provider",)),), asks=(ask(),))
    assert ids(loaded, Q1) == ["I1.a/nps", "I1.a/unknown", "I1.a/all"]


def test_a_year_of_a_category_has_both_in_its_id() -> None:
    items = (Item(id="I1.a", indicator="I1", breakdowns=("provider",)),)
    loaded = framework(items=items, asks=(ask(category="nps", frequency="year"),))
    (asked,) = loaded.asked(Q4)
    assert (asked.id, asked.period, asked.category, asked.supplier) == ("I1.a/nps@2014-15", YEAR, "nps", "police")


def test_two_agencies_may_be_asked_for_one_figure() -> None:
    loaded = framework(asks=(ask(), ask(supplier="nps")))
    assert [asked.supplier for asked in loaded.asked(Q1)] == ["police", "nps"]


@pytest.mark.parametrize(
    ("quarter", "expected"), [pytest.param(Q1, ["trust"], id="before"), pytest.param(Q2, ["nps"], id="after")]
)
def test_an_agency_is_followed_by_its_successor(quarter: Period, expected: list[str]) -> None:
    agencies = (Agency(id="trust", until=Q1, successor="nps"), Agency(id="nps"))
    loaded = framework(agencies=agencies, asks=(ask(supplier="trust"),))
    assert [asked.supplier for asked in loaded.asked(quarter)] == expected


def test_an_agency_stands_in_the_place_of_those_before_it() -> None:
    agencies = (
        Agency(id="first", until=Q1, successor="second"),
        Agency(id="second", until=Q2, successor="third"),
        Agency(id="third"),
        Agency(id="other", until=Q3, successor="third"),
    )
    loaded = framework(agencies=agencies)
    assert [loaded.predecessors("third", quarter) for quarter in (Q1, Q2, Q3, Q4)] == [
        (), (), ("first", "second"), ("first", "second", "other"),
    ]  # fmt: skip
    assert loaded.predecessors("second", Q2) == ("first",)
    assert loaded.predecessors("second", Q3) == ()


@pytest.mark.parametrize(("frequency", "span"), [("quarter", Q4), ("half", Period.half(2014, 2)), ("year", YEAR)])
def test_what_is_asked_about_a_span_is_asked_in_the_round_that_it_ends_with(frequency: str, span: Period) -> None:
    loaded = framework(asks=(ask(frequency=frequency),))
    (asked,) = loaded.asked_about("I1.a", span)
    assert asked.period == span
    assert loaded.is_asked(("I1.a", "", "police", span))
    assert not loaded.is_asked(("I1.a", "", "nps", span))
    others = {Q4, Period.half(2014, 2), YEAR} - {span}
    assert not any(loaded.asked_about("I1.a", other) for other in others)


def test_an_agency_that_ended_without_a_successor_is_asked_nothing() -> None:
    loaded = framework(agencies=(Agency(id="trust", until=Q1),), asks=(ask(supplier="trust"),))
    assert ids(loaded, Q2) == []


def test_a_round_is_a_quarter() -> None:
    with pytest.raises(PeriodError, match="2014-15 is not a quarter"):
        framework().asked(YEAR)


# --- categories ----------------------------------------------------------------------------------

ITEMS = (
    Item(id="plain", indicator="I1"),
    Item(id="one", indicator="I1", breakdowns=("provider",)),
    Item(id="two", indicator="I1", breakdowns=("provider", "age")),
)


@pytest.mark.parametrize(
    ("item", "categories", "parts", "total"),
    [
        ("plain", ("",), ("",), ""),
        ("one", ("nps", "unknown", "all"), ("nps", "unknown"), "all"),
        (
            "two",
            ("nps|young", "nps|total", "unknown|young", "unknown|total", "all|young", "all|total"),
            ("nps|young", "unknown|young"),
            "all|total",
        ),
    ],
)
def test_an_item_has_the_categories_of_its_breakdowns(
    item: str, categories: tuple[str, ...], parts: tuple[str, ...], total: str
) -> None:
    loaded = framework(items=ITEMS)
    assert (loaded.categories_of(item), loaded.parts_of(item), loaded.total_of(item)) == (categories, parts, total)


@pytest.mark.parametrize(
    ("item", "category", "label"),
    [
        ("plain", "", ""),
        ("one", "unknown", "Not known"),
        ("two", "nps|young", "NPS, Under 25"),
        ("one", "gone", "gone"),
        ("gone", "nps", "nps"),
        ("gone", "", ""),
    ],
)
def test_a_category_has_a_label(item: str, category: str, label: str) -> None:
    assert framework(items=ITEMS).category_label(item, category) == label


@pytest.mark.parametrize(
    ("item", "category", "known"),
    [("plain", "", True), ("one", "nps", True), ("one", "", True), ("one", "gone", False), ("gone", "", False)],
)
def test_a_framework_knows_what_it_has(item: str, category: str, *, known: bool) -> None:
    assert framework(items=ITEMS).has(item, category) == known


@pytest.mark.parametrize(
    ("options", "item"),
    [
        pytest.param({"measure": "two", "numerator": "one"}, "two", id="measure"),
        pytest.param({"numerator": "one"}, "one", id="numerator"),
        pytest.param({}, "plain", id="the_first"),
    ],
)
def test_an_indicator_is_read_by_an_item(options: dict[str, str], item: str) -> None:
    loaded = framework(indicators=(Indicator(id="I1", **options), Indicator(id="I2")), items=ITEMS)
    assert loaded.measure_of("I1") == loaded.items[item]
    assert loaded.measure_of("I2") is None


# --- targets -------------------------------------------------------------------------------------

TARGETS = (
    Target("I1", kind="none", text="for the indicator"),
    Target("I1", "I1.a", kind="none", text="for the item until Q2", until=Q2),
    Target("I1", "I1.a", kind="none", text="for the item from Q3", from_=Q3),
    Target("I1", "I1.a", "nps", kind="none", text="for the category", from_=Q2, until=Q3),
)


@pytest.mark.parametrize(
    ("item", "category", "period", "expected"),
    [
        ("I1.a", "nps", Q1, "for the item until Q2"),
        ("I1.a", "nps", Q2, "for the category"),
        ("I1.a", "nps", Q4, "for the item from Q3"),
        ("I1.a", "all", Q3, "for the item from Q3"),
        ("I1.a", "", Q2, "for the item until Q2"),
        ("I1.b", "", Q2, "for the indicator"),
        pytest.param("I1.a", "", YEAR, "for the item from Q3", id="a_year_by_its_last_day"),
    ],
)
def test_the_most_specific_target_in_force_holds(item: str, category: str, period: Period, expected: str) -> None:
    target = framework(targets=TARGETS).target_for("I1", item, category, period)
    assert target is not None
    assert target.text == expected


def test_there_may_be_no_target() -> None:
    loaded = framework(targets=(Target("I1", kind="none", text="later", from_=Q3),))
    assert loaded.target_for("I1", "I1.a", "", Q2) is None
    assert loaded.target_for("I2", "I2.a", "", Q4) is None


# --- the framework itself ------------------------------------------------------------------------


def test_frameworks_are_equal_by_their_tables() -> None:
    assert framework() == framework()
    assert len({framework(), framework()}) == 1
    other = framework(asks=(ask(),))
    assert other != framework()
    assert other.digest != framework().digest


def test_a_digest_tells_a_moved_text_from_the_same_text() -> None:
    first = framework(targets=(Target("I1", kind="none", text="a", note=""),))
    second = framework(targets=(replace(first.targets[0], text="", note="a"),))
    assert first.digest != second.digest


def test_rows_are_found_by_their_ids() -> None:
    loaded = framework()
    assert list(loaded.agencies) == ["police", "nps"]
    assert [item.id for item in loaded.items_of("I2")] == ["I2.b", "I2.a"]
    assert loaded.items_of("I9") == ()
    assert list(loaded.breakdowns) == ["provider", "age"]


def test_a_target_given_as_text_alone_is_read_from_it() -> None:
    loaded = framework(targets=(Target("I1", text="11-15%"),))
    found = loaded.target_for("I1", "I1.a", "", Q1)
    assert found is not None
    assert (found.kind, found.lower, found.upper) == ("band", Decimal(11), Decimal(15))
