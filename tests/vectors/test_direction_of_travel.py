"""Every case of ``direction_of_travel.json``."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from dapf_xl.comparisons import Travel, direction_of_travel

CASES = json.loads(Path(__file__).with_name("direction_of_travel.json").read_text(encoding="utf-8"))["cases"]
ARROWS = {"up": "↑", "down": "↓", "level": "→", None: ""}


def number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_arrow_follows_the_number_and_word_the_polarity(case: dict[str, Any]) -> None:
    target = case.get("target") or {}
    travel = direction_of_travel(
        number(case["current"]),
        number(case["previous"]),
        case["polarity"],
        number(target.get("lower")),
        number(target.get("upper")),
    )
    assert travel == Travel(ARROWS[case["expected"]["arrow"]], case["expected"]["word"])
