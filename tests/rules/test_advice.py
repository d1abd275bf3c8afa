"""What an officer is told to type instead: an example of the item, never another guess at what was meant."""

from __future__ import annotations

import pytest

from dapf_xl.catalogue.tables import Item
from dapf_xl.rules.advice import advice_for, example_for


def item(kind: str) -> Item:
    return Item(id="A.b", indicator="A", label="Something", type=kind)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "kind", "example"),
    [
        ("about 60", "count", "60"), ("c.40", "count", "40"), ("85 per cent", "percent", "85%"),
        ("60-65", "count", "12"), ("60 (12 repeat)", "count", "12"), ("40/47", "percent", "36.4%"),
        ("6O", "count", "12"), ("l2", "count", "12"), ("60%", "count", "12"), ("#DIV/0!", "percent", "36.4%"),
    ],
)  # fmt: skip
def test_an_example_comes_of_what_was_typed_only_where_that_leaves_no_doubt(text: str, kind: str, example: str) -> None:
    assert example_for(text, item(kind)) == example


@pytest.mark.parametrize("text", ["<5", "< 5", "less than 5", "Fewer than 5", "under 5", "below 5", "*"])
def test_who_may_not_tell_a_small_number_is_not_told_to_type_one(text: str) -> None:
    advice = advice_for(text, item("count"), "J8", "K8", "L8")
    assert advice == "If the figure may not be told, clear J8 and pick [c] suppressed in K8."
