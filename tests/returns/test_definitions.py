"""The ``Definitions`` sheet: what each indicator of the return counts and tells us, and its references."""

from __future__ import annotations

from typing import TYPE_CHECKING

import openpyxl
import pytest

from dapf_xl.catalogue import load, shipped
from dapf_xl.periods import Period
from dapf_xl.returns.definitions import direction_words
from dapf_xl.returns.layout import plan_return
from dapf_xl.returns.template import Template, file_name

if TYPE_CHECKING:
    from pathlib import Path

ROUNDS = {"doncaster": "2021-22-Q4"}


@pytest.mark.parametrize("name", shipped())
def test_what_it_tells_us_and_references_stand_beside_each_definition(name: str, tmp_path: Path) -> None:
    framework = load(shipped()[name])
    period = Period.parse(ROUNDS.get(name, "2014-15-Q4"))
    agency = framework.asked(period)[0].supplier
    plan = plan_return(framework, agency, period, {})
    Template(framework, b"key").write(plan, {}, tmp_path / file_name(plan))
    rows = list(openpyxl.load_workbook(tmp_path / file_name(plan))["Definitions"].iter_rows(values_only=True))
    start = next(place for place, row in enumerate(rows) if row[0] == "Indicator")
    found = {str(row[0]).split()[0]: row for row in rows[start + 1 :] if row[0]}
    asked = {each.item.indicator for each in framework.asked(period, agency)} - {task.id for task in framework.qa}
    assert set(found) == asked, "a task says on its own sheet what it is"
    with_references = {each for each in asked if framework.indicators[each].references}
    assert ("References" in rows[start]) == bool(with_references)
    for each, row in found.items():
        indicator = framework.indicators[each]
        assert row[1:4] == (
            indicator.definition, indicator.rationale or None, direction_words(framework, indicator, period),
        )  # fmt: skip
        assert not with_references or row[rows[start].index("References")] == (indicator.references or None)


def test_some_framework_has_references() -> None:
    assert any(each.references for name in shipped() for each in load(shipped()[name]).indicators.values())


def test_what_is_good_is_what_the_return_wants_and_the_master_judges_by() -> None:
    framework = load(shipped()["doncaster"])

    def words(name: str, quarter: str = "2021-22-Q2") -> str:
        return direction_words(framework, framework.indicators[name], Period.parse(quarter))

    assert words("PM3") == "Lower is better"
    assert words("PM1") == "Higher is better now", "until the rise that is wanted at first has levelled off"
    assert words("PM1", "2020-21-Q4") == "Neither: read it in context", "before that target begins"
    assert words("PM28") == "For information only. Lower is better for: Considered intentionally homeless"
    by_referrer = words("PM2")
    assert by_referrer.startswith(
        "Neither: read it in context. Lower is better for: Police. Higher is better for: Self"
    )
    assert by_referrer.endswith("what is written in spare rows")
