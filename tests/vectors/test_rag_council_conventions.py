"""Every case of ``rag_council_conventions.json``: councils' published rules and constructed edges."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from dapf_xl.periods import Period
from dapf_xl.rag import SHORTHAND_STATES, Scheme, TargetNow, expected_by, rate

CASES = json.loads(Path(__file__).with_name("rag_council_conventions.json").read_text(encoding="utf-8"))["cases"]


def number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def scheme_of(case: dict[str, Any]) -> Scheme:
    tolerance = case.get("tolerance") or case.get("green_within") or {}
    return Scheme(
        tolerance=number(tolerance.get("amount")),
        tolerance_basis=tolerance.get("basis", "relative"),
        amber_rule=case.get("amber_rule", "within_tolerance"),
        minimum_denominator=number(case.get("minimum_denominator")),
        tolerance_inclusive=tolerance.get("inclusive", True),
    )


def target_of(case: dict[str, Any]) -> TargetNow | None:
    target = case["target"]
    if target is None:
        return None
    value, lower, upper = (number(target.get(name)) for name in ("value", "lower", "upper"))
    if target["kind"] == "milestone":
        assert value is not None
        baseline = target.get("baseline", {})
        value = expected_by(
            Period.parse(case["period"]),
            value=value,
            due=Period.parse(target["due"]),
            profile=target["profile"],
            baseline=number(baseline.get("value")),
            baseline_period=Period.parse(baseline["period"]) if baseline else None,
        )
    return TargetNow(target["kind"], value, lower, upper, target.get("reason", ""))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_a_published_convention_is_rated_as_published(case: dict[str, Any]) -> None:
    rating = rate(
        number(case.get("value")),
        numerator=number(case.get("numerator")),
        denominator=number(case.get("denominator")),
        state=SHORTHAND_STATES.get(case.get("shorthand", ""), ""),
        polarity=case["polarity"],
        target=target_of(case),
        scheme=scheme_of(case),
        same_quarter_last_year=number(case.get("same_quarter_last_year")),
    )
    assert rating == case["expected"]
