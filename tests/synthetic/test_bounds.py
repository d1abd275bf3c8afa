"""Numbers that keep sums and limits: whatever is wished, what must hold holds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dapf_xl.periods import Period
from dapf_xl.rules.rows import FigureKey
from dapf_xl.synthetic.bounds import Bounds, CannotBeMetError, Limit, Sum

QUARTER = Period.quarter(2014, 3)


def name(word: str) -> FigureKey:
    return FigureKey(word, "", QUARTER)


def bounds_of(sums: dict[str, str], limits: list[str], most: dict[str, int] | None = None) -> Bounds:
    """``{"T": "ab"}`` is T = a + b, ``"aT"`` is a ≤ T."""
    bounds = Bounds()
    for word in sorted({*"".join([*sums, *sums.values(), *limits])}):
        bounds.add(name(word), 0, (most or {}).get(word, 1000))
    bounds.sums = [Sum(name(whole), tuple(map(name, parts))) for whole, parts in sums.items()]
    bounds.limits = [Limit(name(left), name(right)) for left, right in limits]
    return bounds


def holds(bounds: Bounds, found: dict[FigureKey, int]) -> bool:
    sums = all(found[each.whole] == sum(found[part] for part in each.parts) for each in bounds.sums)
    limits = all(found[left] <= found[right] + slack for left, right, slack in bounds.limits)
    return sums and limits and all(bounds.least[key] <= found[key] <= bounds.most[key] for key in found)


SHAPES = {
    "a whole with parts": ({"T": "abc"}, []),
    "two breakdowns of one whole": ({"T": "abc", "U": "def"}, ["TU", "UT"]),
    "a whole that is a part": ({"T": "ab", "a": "cd"}, ["ac"]),
    "parts that are each limited, the wholes not": ({"T": "ab", "U": "cd"}, ["ac", "bd"]),
    "a funnel": ({}, ["ba", "cb", "dc"]),
    "one part of two wholes": ({"T": "ab", "U": "bc"}, []),
    "a circle": ({"T": "ab"}, ["TU", "Ua", "aT"]),
}


@pytest.mark.parametrize("shape", SHAPES)
@given(data=st.data())
def test_what_must_hold_holds_whatever_is_wished(shape: str, data: st.DataObject) -> None:
    bounds = bounds_of(*SHAPES[shape])
    wishes = {key: data.draw(st.integers(-50, 3000)) for key in bounds.least}
    assert holds(bounds, bounds.solve(lambda key, _fixed, factor: factor * wishes[key]))


def test_a_wish_that_can_be_met_is_met() -> None:
    wishes = {"T": 100, "a": 30, "b": 9, "c": 61}
    found = bounds_of({"T": "abc"}, []).solve(lambda key, _fixed, _factor: wishes[key.item])
    assert {key.item: number for key, number in found.items()} == wishes


def test_the_last_part_is_what_is_missing() -> None:
    found = bounds_of({"T": "ab"}, [], {"a": 5}).solve(lambda _key, _fixed, _factor: 40)
    assert {key.item: number for key, number in found.items()} == {"T": 40, "a": 5, "b": 35}


def test_wholes_come_before_their_parts_and_limits_before_what_they_limit() -> None:
    order = [key.item for key in bounds_of({"T": "ab", "U": "cd"}, ["ac", "bd"]).order()]
    assert order.index("U") < order.index("c") < order.index("T") < order.index("a")


def test_what_contradicts_itself_is_said() -> None:
    bounds = bounds_of({"T": "ab"}, [], {"T": 3})
    bounds.least[name("a")] = 4
    with pytest.raises(CannotBeMetError, match="no less than 4"):
        bounds.solve(lambda _key, _fixed, factor: factor)
