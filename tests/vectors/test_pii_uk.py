"""Every case of ``pii_uk.json``: more cases of the same shape need no new code."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dapf_xl.personal_data import find

CASES: list[dict[str, Any]] = json.loads((Path(__file__).parent / "pii_uk.json").read_text(encoding="utf-8"))["cases"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"])
def test_what_is_personal_is_found_and_nothing_else(case: dict[str, Any]) -> None:
    assert [hit.kind.value for hit in find(case["text"])] == case["expected"]
