from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from dapf_xl.catalogue import load, shipped
from dapf_xl.catalogue.tables import Item
from dapf_xl.observations import (
    MARKERS,
    NOTHING,
    REPLACEMENTS,
    Observation,
    Shorthand,
    number_words,
    parse_shorthand,
    published,
    shorthand_choices,
    words_of,
)
from dapf_xl.periods import Period

D = Decimal
Q3 = Period.parse("2014-15-Q3")
COUNT, PERCENT = Item(type="count"), Item(type="percent")


# --- shorthand ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", NOTHING, id="blank"),
        pytest.param("  \n ", NOTHING, id="spaces"),
        pytest.param("[x] not available: awaiting release", Shorthand("[x]", "awaiting release"), id="reason"),
        pytest.param("[X]  Not available:  NOT COLLECTED", Shorthand("[x]", "not collected"), id="any_case"),
        pytest.param("[x]", Shorthand("[x]"), id="no_reason"),
        pytest.param("[x] because", Shorthand("[x]"), id="unknown_reason"),
        pytest.param("[z] not applicable", Shorthand("[z]"), id="not_applicable"),
        pytest.param("[z] no activity", Shorthand("[z]"), id="reasons_belong_to_x"),
        pytest.param("[low]", Shorthand("[low]"), id="low"),
        pytest.param("[c]", Shorthand("[c]", "", D(1), D(4)), id="bounds_of_the_threshold"),
        pytest.param("[c] suppressed: 1 to 4", Shorthand("[c]", "", D(1), D(4)), id="bounds_in_words"),
        pytest.param("[c] 12-15", Shorthand("[c]", "", D(12), D(15)), id="bounds_with_hyphen"),
        pytest.param("[c] 0 – 9", Shorthand("[c]", "", D(0), D(9)), id="bounds_with_dash"),
        pytest.param("[p]", Shorthand(markers="[p]"), id="marker"),
        pytest.param("[E] [p] provisional and estimated", Shorthand(markers="[p][e]"), id="markers_in_their_order"),
        pytest.param("[p][p]", Shorthand(markers="[p]"), id="marker_twice"),
        pytest.param("n/a", None, id="words"),
        pytest.param("see [x]", None, id="words_before"),
        pytest.param("[q]", None, id="no_such_symbol"),
        pytest.param("[x] [p]", None, id="replacement_and_marker"),
        pytest.param("[x] [z]", None, id="two_replacements"),
    ],
)
def test_a_shorthand_cell_is_read(text: str, expected: Shorthand | None) -> None:
    assert parse_shorthand(text, 5) == expected


@pytest.mark.parametrize("threshold", [3, 5, 10])
def test_every_choice_of_the_drop_down_is_understood(threshold: int) -> None:
    read = [parse_shorthand(choice, threshold) for choice in shorthand_choices(threshold)]
    assert None not in read
    assert {each.replacement for each in read if each} - {""} == set(REPLACEMENTS)
    assert {mark for each in read if each for mark in MARKERS if mark in each.markers} == set(MARKERS)
    assert all(each.reason for each in read if each and each.replacement == "[x]")


# --- what observations say ------------------------------------------------------------------------

FIGURE = Observation("A", "", "one", Q3, value=D("36.4"))


@pytest.mark.parametrize(
    ("observation", "item", "decimals", "words"),
    [
        pytest.param(FIGURE, PERCENT, None, "36.4%", id="percent"),
        pytest.param(FIGURE, PERCENT, 0, "36%", id="rounded_as_the_source"),
        pytest.param(replace(FIGURE, value=D(1880)), COUNT, None, "1,880", id="thousands"),
        pytest.param(replace(FIGURE, value=D("1E+3")), COUNT, None, "1,000", id="exponent"),
        pytest.param(replace(FIGURE, value=D(-3)), COUNT, None, "−3", id="minus"),
        pytest.param(replace(FIGURE, value=D(0)), COUNT, None, "0", id="zero"),
        pytest.param(replace(FIGURE, markers="[p][e]"), PERCENT, None, "36.4% [p][e]", id="markers"),
        pytest.param(replace(FIGURE, value=None), COUNT, None, "", id="blank"),
        pytest.param(replace(FIGURE, value=None, text="Yes"), COUNT, None, "Yes", id="text"),
        pytest.param(
            replace(FIGURE, value=None, replacement="[x]", reason="no activity"),
            COUNT,
            None,
            "[x] not available: no activity",
            id="not_available",
        ),
        pytest.param(
            replace(FIGURE, value=None, replacement="[z]"), COUNT, None, "[z] not applicable", id="not_applicable"
        ),
        pytest.param(
            replace(FIGURE, value=None, replacement="[c]", lower=D(1), upper=D(4)),
            COUNT,
            None,
            "[c] 1 to 4",
            id="bounds",
        ),
        pytest.param(replace(FIGURE, value=None, replacement="[c]"), COUNT, None, "[c] suppressed", id="no_bounds"),
    ],
)
def test_blank_zero_and_each_replacement_are_told_apart(
    observation: Observation, item: Item, decimals: int | None, words: str
) -> None:
    assert words_of(observation, item, decimals) == words


def test_numbers_keep_the_digits_they_have() -> None:
    assert [number_words(D(text), COUNT) for text in ("12.50", "0.1", "1234567.891")] == [
        "12.5",
        "0.1",
        "1,234,567.891",
    ]


def test_the_key_is_item_category_supplier_and_period() -> None:
    assert FIGURE.key == ("A", "", "one", Q3)
    assert [replace(FIGURE, markers="[p]").shorthand, replace(FIGURE, replacement="[x]").shorthand] == ["[p]", "[x]"]


# --- what was published ---------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(shipped()))
def test_every_published_figure_becomes_one_observation(name: str) -> None:
    framework = load(shipped()[name])
    made = published(framework)
    assert len(made) == len(framework.history) == len({each.key for each in made})
    for row, observation in zip(framework.history, made, strict=True):
        assert (observation.value is None) == (row.value is None)
        assert bool(observation.replacement) == (row.value is None)
        assert observation.value == row.value
        assert (observation.words, observation.file, observation.status) == (row.words, row.source, "published")
        assert observation.supplier in framework.agencies
        assert observation.basis
