"""Every case of ``fiscal_periods.json``: more cases of the same shape need no new code."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from dapf_xl.findings import PeriodError
from dapf_xl.periods import Period

CASES: list[dict[str, Any]] = json.loads((Path(__file__).parent / "fiscal_periods.json").read_text(encoding="utf-8"))[
    "cases"
]


def case_id(case: dict[str, Any]) -> str:
    subject = next((case[key] for key in ("label", "period", "date") if key in case), "")
    return f"{case['kind']}-{subject or 'empty'}"


@pytest.mark.parametrize("case", CASES, ids=case_id)
def test_period_is_as_the_case_has_it(case: dict[str, Any]) -> None:
    match case["kind"]:
        case "date_to_period":
            assert str(Period.containing(date.fromisoformat(case["date"]))) == case["expected"]
        case "parse":
            assert Period.parse(case["label"]).label == case["expected"]
        case "refuse":
            with pytest.raises(PeriodError) as refused:
                Period.parse(case["label"])
            assert len(str(refused.value).split()) > 3, "it must say why"
        case "previous":
            assert Period.parse(case["period"]).previous().label == case["expected"]
        case "same_quarter_last_year":
            assert Period.parse(case["period"]).same_period_last_year().label == case["expected"]
        case "safelives_rolling_year":
            span = Period.safelives_rolling_year(case["label"])
            actual = {
                "first_day": span.first_day.isoformat(),
                "last_day": span.last_day.isoformat(),
                "ends_in": Period.containing(span.last_day).label,
            }
            assert actual == case["expected"]
        case unknown:
            pytest.fail(f"a case of a kind that this test does not know: {unknown}")
