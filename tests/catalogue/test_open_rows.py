"""Spare rows: what agencies write in them is what a figure is of, and the number of the row says nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from dapf_xl.catalogue import Framework, load, shipped
from dapf_xl.catalogue.open_rows import WRITTEN
from dapf_xl.catalogue.relating import is_on_the_left, partner, sums_of
from dapf_xl.catalogue.tables import TABLES, Category, Indicator, Item, Label, Rule, Settings, Target
from dapf_xl.periods import Period

QUARTER = Period.quarter(2021, 2)
TABLE: dict[str, tuple[Any, ...]] = {
    "indicators": (Indicator("I1", "One", status="live"),),
    "items": (
        Item("one", "I1", "One", "count", breakdowns=("source",)),
        Item("same", "I1", "The same way", "count", breakdowns=("source",)),
        Item("two", "I1", "Two", "count", breakdowns=("source", "sex")),
        Item("bare", "I1", "Bare", "count"),
        Item("other", "I1", "Other", "count", breakdowns=("sex",)),
    ),
    "breakdowns": (
        Category("source", "police", "Police", "part"),
        Category("source", "a", "Another 1", "part", open=True),
        Category("source", "b", "Another 2", "part", open=True),
        Category("source", "all", "All sources", "total"),
        Category("sex", "police", "A category that happens to have the same id", "part"),
        Category("sex", "male", "Male", "part"),
        Category("sex", "all", "Both", "total"),
    ),
    "labels": (Label("source", "South Yorkshire  Police", "police"), Label("source", "Fire", "")),
    "targets": (Target("I1", "one", "a", text="More of any", kind="none", polarity="higher"),),
}


@pytest.fixture
def framework() -> Framework:
    return Framework(Settings(), {name: () for name in TABLES if name != "framework"} | TABLE)


@pytest.mark.parametrize(
    ("item", "category", "label", "counted"),
    [
        ("one", "police", "anything", "police"),
        ("one", "a", "", "a"),
        ("one", "a", "Library", f"{WRITTEN}library"),
        ("one", "b", " LIBRARY ", f"{WRITTEN}library"),
        ("one", "a", "south yorkshire police", "police"),
        ("one", "a", "Fire", f"{WRITTEN}fire"),
        ("two", "b|male", "Library", f"{WRITTEN}library|male"),
        ("two", "a|all", "South Yorkshire Police", "police|all"),
        ("other", "male", "Library", "male"),
        ("gone", "a", "Library", "a"),
    ],
)
def test_a_figure_counts_as_what_was_written(
    framework: Framework, item: str, category: str, label: str, counted: str
) -> None:
    assert framework.open_rows.counted_as(item, category, label) == counted


def test_a_label_is_settled_once_even_where_it_stands_under_itself(framework: Framework) -> None:
    rows = framework.open_rows
    assert [rows.is_mapped("one", "a", label) for label in ("fire", "South Yorkshire Police", "Library")] == [
        True,
        True,
        False,
    ]


def test_what_was_written_is_shown_as_it_was_written(framework: Framework) -> None:
    rows = framework.open_rows
    assert rows.words("one", f"{WRITTEN}library", "The Library") == "The Library"
    assert rows.words("two", f"{WRITTEN}library|male", "The Library") == "The Library, Male"
    assert rows.words("one", "a", "") == "Another 1"


def test_a_target_for_a_spare_row_holds_for_whatever_is_written_in_any(framework: Framework) -> None:
    found = [framework.target_for("I1", "one", each, QUARTER) for each in ("a", "b", f"{WRITTEN}library", "police")]
    assert [target and target.text for target in found] == ["More of any"] * 3 + [None]


@pytest.mark.parametrize(
    ("rule", "left", "right"),
    [
        (Rule("R", "not_more_than", "one", ("same",)), ("one", "police"), ("same", "police")),
        (Rule("R", "not_more_than", "one", ("same",)), ("one", "all"), ("same", "all")),
        (Rule("R", "not_more_than", "one", ("same",)), ("one", "a"), None),
        (Rule("R", "not_more_than", "one", ("other",)), ("one", "police"), None),
        (Rule("R", "not_more_than", "one", ("other",)), ("one", "all"), ("other", "all")),
        (Rule("R", "not_more_than", "one", ("bare",)), ("one", "all"), ("bare", "")),
        (Rule("R", "not_more_than", "one", ("bare",)), ("one", "police"), None),
        (Rule("R", "not_more_than", "one/police", ("bare",)), ("one", "police"), ("bare", "")),
        (Rule("R", "not_more_than", "bare", ("one/police",)), ("bare", ""), ("one", "police")),
        (Rule("R", "not_more_than", "bare", ("one",)), ("bare", ""), ("one", "all")),
    ],
)
def test_a_rule_sets_like_beside_like(
    framework: Framework, rule: Rule, left: tuple[str, str], right: tuple[str, str] | None
) -> None:
    assert partner(framework, rule, left, rule.right[0]) == right


def test_a_rule_may_be_about_one_category(framework: Framework) -> None:
    rule = Rule("R", "not_more_than", "one/police", ("bare",))
    assert [is_on_the_left(rule, figure) for figure in (("one", "police"), ("one", "all"), ("bare", ""))] == [
        True,
        False,
        False,
    ]
    assert is_on_the_left(replace(rule, left="one"), ("one", "all"))
    assert partner(framework, rule, ("one", "police"), "bare") == ("bare", "")


@pytest.mark.parametrize(
    ("category", "sums"),
    [
        ("police|male", []),
        ("police|all", [["police|police", "police|male"]]),
        ("all|male", [["police|male", "a|male", "b|male"]]),
        (
            "all|all",
            [
                ["police|all", "a|all", "b|all"],
                ["all|police", "all|male"],
                ["police|police", "police|male", "a|police", "a|male", "b|police", "b|male"],
            ],
        ),
    ],
)
def test_every_total_of_a_cross_table_is_the_sum_of_its_row_or_column(
    framework: Framework, category: str, sums: list[list[str]]
) -> None:
    rule = Rule("R", "sum_of_parts", "two", ("two",))
    assert [[part for _, part in parts] for parts in sums_of(framework, rule, ("two", category))] == sums


@pytest.mark.parametrize("name", shipped())
def test_no_spare_row_of_a_shipped_framework_tells_agencies_to_use_the_comment(name: str) -> None:
    framework = load(shipped()[name])
    spare = [row for rows in framework.breakdowns.values() for row in rows if row.open]
    assert not any("comment" in row.label for row in spare)
    assert all(row.role == "part" for row in spare)
