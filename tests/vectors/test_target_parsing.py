"""Every case of ``target_parsing.json``: more cases of the same shape need no new code."""

from __future__ import annotations

import json
from dataclasses import asdict
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from dapf_xl.catalogue.targets import parse_target
from dapf_xl.periods import Period

CASES: list[dict[str, Any]] = json.loads((Path(__file__).parent / "target_parsing.json").read_text(encoding="utf-8"))[
    "cases"
]
KINDS = ("value", "band", "milestone", "none")
NUMBERS = ("value", "lower", "upper")


def typed(expected: dict[str, str]) -> dict[str, object]:
    """Return the expected fields as the program has them."""
    texts = {key: Decimal(text) if key in NUMBERS else text for key, text in expected.items()}
    return texts | ({"due": Period.parse(expected["due"])} if "due" in expected else {})


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"] or "empty")
def test_target_is_read_as_the_case_has_it(case: dict[str, Any]) -> None:
    expected = case["expected"]
    if expected["kind"] == "error":
        with pytest.raises(ValueError, match=r"\w+ \w+ \w+"):
            parse_target(case["text"])
        return
    assert expected["kind"] in KINDS, "a case of a kind that this test does not know"
    target = parse_target(case["text"])
    given = {name: getattr(target, name) for name in asdict(target) if getattr(target, name) not in ("", None)}
    assert given == typed(expected)
