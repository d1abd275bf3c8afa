"""Whether a comment explains a query: what says why does, what says yes or nothing does not."""

from __future__ import annotations

from decimal import Decimal

import pytest

from dapf_xl.plain import explains
from tests.rules.conftest import QUARTER, Desk, Typed

MORE = {"closed": Typed(9.0), "engaged": Typed(4.0), "contacted": Typed(5.0), "reason": Typed(1.0)}
WHY = "Two cases of last quarter closed now."


@pytest.mark.parametrize(
    "text",
    [
        WHY,
        "recount",
        "new service",
        "Staff sickness",
        "Operation Encompass",
        "IDVA post vacant",
        "Seasonal, as every year",
    ],
)
def test_what_says_why_explains(text: str) -> None:
    assert explains(text)


@pytest.mark.parametrize(
    "text",
    ["", " ", "-", "--", "...", "?", ".", "n/a", "N/A.", "na", "none", "Nil", "ok", "Yes", "x", "xx", "47", "tbc",
     "see above", "Correct", "figure is correct", "This is right", "confirmed", "no comment", "As above.", "\u200b",
     "#REF!", "#DIV/0!", "Err:502"],
)  # fmt: skip
def test_what_says_that_it_is_so_or_nothing_does_not(text: str) -> None:
    assert not explains(text)


@pytest.mark.parametrize(("comment", "status", "standing"), [(WHY, "accepted", "answered"), ("n/a", "held", "open")])
def test_a_query_is_answered_by_what_explains_it(desk: Desk, comment: str, status: str, standing: str) -> None:
    checked = desk.check_one(MORE | {"closed": Typed(9.0, comment=comment)})
    (query,) = checked.findings
    assert query.status == standing
    assert [each.status for each in checked.observations if each.item == "closed"] == [status]


def test_what_stands_there_and_explains_nothing_is_pointed_at(desk: Desk) -> None:
    (query,) = desk.check_one(MORE | {"closed": Typed(9.0, comment="-")}).findings
    assert f"What stands in {desk.cell('closed', part='comment')[1]} does not say why" in query.remedy
    (blank,) = desk.check_one(MORE).findings
    assert "does not say why" not in blank.remedy


def test_an_explanation_that_stood_there_before_is_taken_and_told(desk: Desk) -> None:
    desk.learn("closed", QUARTER.previous(), value=Decimal(7), comment=f"  {WHY.upper()} ", sha256="of last quarter")
    explained = MORE | {"closed": Typed(9.0, comment=WHY)}
    checked = desk.check_one(explained)
    assert [each.code.name for each in checked.findings] == ["MORE_THAN_ITS_WHOLE", "EXPLANATION_REPEATED"]
    (_, told) = checked.findings
    assert told.message == "The comment is word for word that of Q2 2014/15 (7), and explains 9 now."
    assert told.cell == desk.cell("closed", part="comment")[1]
    assert [each.status for each in checked.observations if each.item == "closed"] == ["accepted"]


def test_the_same_file_read_again_repeats_nothing(desk: Desk) -> None:
    returned = desk.filled(MORE | {"closed": Typed(9.0, comment=WHY)})
    desk.learn("closed", QUARTER, value=Decimal(9), comment=WHY, sha256="of an earlier file")
    assert [each.code.name for each in desk.check([returned]).findings] == ["MORE_THAN_ITS_WHOLE"]
    desk.learn("closed", QUARTER, value=Decimal(8), comment=WHY, sha256=returned.sha256)
    assert [each.code.name for each in desk.check([returned]).findings] == ["MORE_THAN_ITS_WHOLE"]
    desk.learn("closed", QUARTER, value=Decimal(8), comment=WHY, sha256="of an earlier file")
    codes = [each.code.name for each in desk.check([returned]).findings]
    assert codes == ["MORE_THAN_ITS_WHOLE", "EXPLANATION_REPEATED"]  # the figure changed, and not a word of why
