from __future__ import annotations

from decimal import Decimal

import pytest

from dapf_xl.catalogue.tables import ITEM_TYPES, Item
from dapf_xl.returns.layout import NARRATIVE, RETURN
from dapf_xl.returns.validation import LARGEST, date_options, input_style, limits_of, text_options, value_options
from dapf_xl.styles import FORMATS


@pytest.mark.parametrize(
    ("item", "limits"),
    [
        pytest.param(Item(type="count"), (0, LARGEST), id="count"),
        pytest.param(Item(type="percent"), (0, 1), id="percent"),
        pytest.param(Item(type="percent", minimum=Decimal(5), maximum=Decimal(150)), (0.05, 1.5), id="percent_limits"),
        pytest.param(Item(type="number", minimum=Decimal(-50), maximum=Decimal(50)), (-50, 50), id="number_limits"),
        pytest.param(Item(type="count", maximum=Decimal(0)), (0, 0), id="at_most_none"),
    ],
)
def test_limits_are_in_the_scale_of_the_cell(item: Item, limits: tuple[float, float]) -> None:
    assert limits_of(item) == limits


@pytest.mark.parametrize("kind", ITEM_TYPES)
def test_every_type_has_a_style_to_type_into(kind: str) -> None:
    for table in (RETURN, NARRATIVE):
        assert FORMATS[input_style(Item(type=kind), table)]["locked"] is False


MESSAGES = [value_options(Item(type=kind)) for kind in ITEM_TYPES] + [date_options("14/01/2015"), text_options(8000)]


@pytest.mark.parametrize("options", MESSAGES, ids=lambda options: options["error_title"])
def test_messages_fit_into_what_excel_shows_and_say_what_to_do(options: dict[str, object]) -> None:
    limits = {"error_title": 32, "error_message": 255, "input_title": 32, "input_message": 255}
    for part, longest in limits.items():
        words = options.get(part, "")
        assert len(str(words)) <= longest
    assert str(options["error_message"]).endswith(".")


@pytest.mark.parametrize(
    ("kind", "validates"),
    [("count", "integer"), ("percent", "decimal"), ("money", "decimal"), ("date", "date"), ("yes_no", "list")],
)
def test_each_type_is_validated_as_what_it_is(kind: str, validates: str) -> None:
    assert value_options(Item(type=kind))["validate"] == validates
