"""What agencies write in spare rows: named, written once, not what has a row of its own, and settled by the lead."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from dapf_xl.catalogue import Framework
from dapf_xl.catalogue.tables import Category, Label
from dapf_xl.findings import Severity
from dapf_xl.observations import Observation
from dapf_xl.returns.layout import RETURN, line_id
from dapf_xl.rules import Status

from .conftest import QUARTER, Desk, Typed, places

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dapf_xl.returns.reading import ReadReturn
    from dapf_xl.rules import CheckedReturn

SPARE = (
    Category("provider", "spare_1", "Another provider 1", "part", open=True),
    Category("provider", "spare_2", "Another provider 2", "part", open=True),
)
SUPPRESSED = "[c] suppressed: 1 to 4"


@pytest.fixture
def spare() -> Desk:
    """A desk whose breakdown has two spare rows; "Old name" is mapped to provider A."""
    desk = Desk()
    tables = dict(desk.framework.tables)
    tables["breakdowns"] = (*tables["breakdowns"], *SPARE)
    tables["labels"] = (Label("provider", "Old name", "a"),)
    desk.framework = Framework(desk.framework.settings, tables)
    return desk


def labelled(desk: Desk, typed: Mapping[str, Typed], labels: Mapping[str, str], **more: Any) -> ReadReturn:  # noqa: ANN401
    """A return with figures typed, and labels written in its spare rows."""
    read = desk.filled(typed, **more)
    read.entries = [
        replace_label(entry, labels[category]) if (category := _category(entry.id)) in labels else entry
        for entry in read.entries
    ]
    return read


def replace_label(entry: Any, label: str) -> Any:  # noqa: ANN401  (a named tuple)
    return entry._replace(label=label) if entry.sheet == RETURN.sheet else entry


def _category(figure: str) -> str:
    return figure.partition("/")[2].partition("@")[0]


def check(desk: Desk, typed: Mapping[str, Typed], labels: Mapping[str, str]) -> CheckedReturn:
    return desk.check([labelled(desk, typed, labels)]).returns[0]


def _label_cell(desk: Desk, category: str) -> tuple[str, str]:
    return desk.cell("split", category, "what")


def _split(checked: CheckedReturn) -> dict[str, tuple[Decimal | None, str]]:
    return {one.category: (one.value, one.label) for one in checked.observations if one.item == "split"}


PRINTED = {"split/a": Typed(3.0), "split/b": Typed(4.0)}


def test_a_figure_is_taken_with_what_was_written(spare: Desk) -> None:
    typed = {**PRINTED, "split/spare_1": Typed(5.0), "split/all": Typed(12.0)}
    checked = check(spare, typed, {"spare_1": " Fire  service"})
    assert _split(checked)["spare_1"] == (Decimal(5), "Fire service")
    assert _split(checked)["a"] == (Decimal(3), "")
    assert places(checked.findings) == [("LABEL_UNKNOWN", *_label_cell(spare, "spare_1"))]
    (finding,) = checked.findings
    assert finding.severity is Severity.WARNING
    assert checked.status is Status.ACCEPTED
    assert 'adds the row "provider, Fire service" to the table labels of catalogue.xlsx' in finding.remedy


def test_a_label_that_is_settled_says_nothing(spare: Desk) -> None:
    assert check(spare, {"split/spare_1": Typed(5.0)}, {"spare_1": "old NAME"}).findings == []


def test_a_near_miss_is_suggested(spare: Desk) -> None:
    (finding,) = check(spare, {"split/spare_1": Typed(5.0)}, {"spare_1": "Provider  AA"}).findings
    assert "(perhaps Provider A, a)" in finding.message


def test_a_spare_row_that_nobody_used_is_not_missed_and_counts_as_nothing(spare: Desk) -> None:
    required = tuple(replace(item, required=item.id == "split") for item in spare.framework.tables["items"])
    spare.framework = Framework(spare.framework.settings, {**spare.framework.tables, "items": required})
    checked = check(spare, {**PRINTED, "split/all": Typed(7.0)}, {})
    assert checked.findings == []
    assert set(_split(checked)) == {"a", "b", "all"}
    unused = check(spare, {**PRINTED, "split/all": Typed(8.0)}, {})
    assert places(unused.findings) == [("PARTS_DIFFER_FROM_TOTAL", *spare.cell("split", "all"))]
    assert "spare" not in unused.findings[0].remedy
    assert unused.asked == checked.asked


def test_spare_rows_count_into_the_total(spare: Desk) -> None:
    typed = {**PRINTED, "split/spare_1": Typed(5.0), "split/all": Typed(7.0)}
    codes = {finding.code.name for finding in check(spare, typed, {"spare_1": "Old name"}).findings}
    assert codes == {"PARTS_DIFFER_FROM_TOTAL"}
    hidden = {**typed, "split/spare_1": Typed(None, SUPPRESSED), "split/all": Typed(9.0)}
    assert check(spare, hidden, {"spare_1": "Old name"}).findings == []


@pytest.mark.parametrize(
    ("typed", "labels", "code", "part"),
    [
        ({"split/spare_1": Typed(5.0)}, {}, "LABEL_MISSING", "what"),
        ({"split/spare_1": Typed(5.0)}, {"spare_1": "  "}, "LABEL_MISSING", "what"),
        ({"split/spare_1": Typed(None, SUPPRESSED)}, {}, "LABEL_MISSING", "what"),
        ({}, {"spare_1": "Old name"}, "LABEL_WITHOUT_FIGURE", "value"),
        ({"split/spare_1": Typed(5.0)}, {"spare_1": "provider b"}, "LABEL_HAS_A_ROW", "what"),
        ({"split/spare_1": Typed(5.0)}, {"spare_1": "All  Providers"}, "LABEL_HAS_A_ROW", "what"),
        ({"split/spare_1": Typed(5.0)}, {"spare_1": "x" * 101}, "LABEL_TOO_LONG", "what"),
    ],
)
def test_a_figure_and_its_label_belong_together(
    spare: Desk, typed: dict[str, Typed], labels: dict[str, str], code: str, part: str
) -> None:
    checked = check(spare, typed, labels)
    assert places(checked.findings) == [(code, *spare.cell("split", "spare_1", part))]
    assert checked.status is Status.PARTLY_ACCEPTED
    assert _split(checked) == {}


def test_what_has_a_row_of_its_own_is_sent_there(spare: Desk) -> None:
    (finding,) = check(spare, {"split/spare_1": Typed(5.0)}, {"spare_1": "Provider B"}).findings
    assert finding.remedy == f"Put the figure into {spare.cell('split', 'b')[1]}, and clear this row."


def test_the_same_label_twice_is_found_at_both_and_neither_is_taken(spare: Desk) -> None:
    typed = {"split/spare_1": Typed(5.0), "split/spare_2": Typed(6.0)}
    checked = check(spare, typed, {"spare_1": "old name", "spare_2": "Old  Name"})
    cells = [_label_cell(spare, "spare_1"), _label_cell(spare, "spare_2")]
    assert places(checked.findings) == [("LABEL_TWICE", *cell) for cell in cells]
    assert [cells[1][1] in checked.findings[0].message, cells[0][1] in checked.findings[1].message] == [True, True]
    assert _split(checked) == {}


def test_two_returns_that_name_the_same_row_differently_differ(spare: Desk) -> None:
    typed = {"split/spare_1": Typed(5.0)}
    returns = [
        labelled(spare, typed, {"spare_1": label}, name=f"idva_{number}.xlsx", saved=f"2015-01-1{number}")
        for number, label in enumerate(("Old name", "Fire"))
    ]
    codes = {finding.code.name for one in spare.check(returns).returns for finding in one.findings}
    assert "DIFFERS_BETWEEN_RETURNS" in codes


def test_a_revision_is_of_what_was_written_then(spare: Desk) -> None:
    earlier = QUARTER.previous()
    spare.known[("split", "spare_1", "idva", earlier)] = Observation(
        "split", "spare_1", "idva", earlier, value=Decimal(4), markers="[p]", label="Fire service"
    )
    figure = next(line_id(line.asked) for sheet, line in spare.plan().figures() if sheet == "Revisions" and line.asked)
    checked = check(spare, {figure: Typed(6.0)}, {})
    found = [one for one in checked.observations if one.period == earlier]
    assert [(one.category, one.value, one.label) for one in found] == [("spare_1", Decimal(6), "Fire service")]


def test_the_label_of_last_time_stands_there_again_and_waits_for_its_figure(spare: Desk) -> None:
    for quarter, label in ((QUARTER.previous().previous(), "Older"), (QUARTER.previous(), "Fire service")):
        spare.known[("split", "spare_1", "idva", quarter)] = Observation(
            "split", "spare_1", "idva", quarter, value=Decimal(4), label=label
        )
    lines = {line.asked.category: line for _, line in spare.plan().figures() if line.asked and line.asked.is_open}
    assert {category: (line.label, line.is_to_do) for category, line in lines.items()} == {
        "spare_1": ("Fire service", True),
        "spare_2": ("", False),
    }


@pytest.mark.parametrize("label", ["Total", "ALL", " grand  total"])
def test_a_total_in_a_spare_row_would_count_twice(spare: Desk, label: str) -> None:
    checked = check(spare, {"split/spare_1": Typed(7)}, {"spare_1": label})
    found = [finding for finding in checked.findings if finding.code.name.startswith("LABEL")]
    assert [(each.code.name, each.severity) for each in found] == [("LABEL_IS_A_TOTAL", Severity.ERROR)]
    assert (found[0].sheet, found[0].cell) == _label_cell(spare, "spare_1")
    assert not [each for each in checked.observations if each.label]


def test_the_lead_may_say_that_a_word_is_a_name(spare: Desk) -> None:
    spare.framework = Framework(
        spare.framework.settings, {**spare.framework.tables, "labels": (Label("provider", "Total", "a"),)}
    )
    checked = check(spare, {"split/spare_1": Typed(7)}, {"spare_1": "total"})
    assert "LABEL_IS_A_TOTAL" not in {finding.code.name for finding in checked.findings}
