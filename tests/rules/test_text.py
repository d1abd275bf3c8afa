"""What points to one person in a comment or a text: named by kind and cell, not taken, and never repeated."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dapf_xl.rules import Status

from .conftest import Desk, Typed, places

if TYPE_CHECKING:
    from dapf_xl.findings import Finding

NUMBER = "999 000 0018"
MANY = "Case of jane.doe@example.org, CB1 2AB"


def told(findings: list[Finding]) -> str:
    return " ".join(f"{each.message} {each.remedy} {each.found}" for each in findings)


def test_a_comment_that_names_a_person_is_told_by_kind_and_cell_and_its_row_is_not_taken(desk: Desk) -> None:
    checked = desk.check_one({"count": Typed(12.0, comment=f"NHS {NUMBER}"), "must": Typed(3.0, comment="Two rose")})
    finding = next(each for each in checked.findings if each.code.name == "PERSONAL_DATA")
    assert finding.cell.startswith("L")
    assert "an NHS number" in finding.message
    assert checked.status is Status.PARTLY_ACCEPTED
    assert [one.item for one in checked.observations if one.item in {"count", "must"}] == ["must"]
    assert NUMBER not in told(checked.findings)


def test_every_kind_is_named_once(desk: Desk) -> None:
    checked = desk.check_one({"more": Typed(f"{MANY}, CB1 2AC")})
    message = next(each.message for each in checked.findings if each.code.name == "PERSONAL_DATA")
    assert "an e-mail address and a full postcode" in message


@pytest.mark.parametrize("item", ["count", "percent", "date", "yes_no"])
def test_what_stands_where_a_figure_should_is_not_repeated_either(desk: Desk, item: str) -> None:
    checked = desk.check_one({item: Typed(f"see {NUMBER}")})
    assert places(checked.findings)
    assert NUMBER not in told(checked.findings)
    assert "(personal data)" in told(checked.findings)


@pytest.mark.parametrize("comment", ["", "12 of 34 closed by 30/06/2014", "Ring 0808 2000 247", "CB1 rose"])
def test_an_ordinary_comment_is_taken(desk: Desk, comment: str) -> None:
    checked = desk.check_one({"count": Typed(12.0, comment=comment)})
    assert "PERSONAL_DATA" not in {each.code.name for each in checked.findings}
    assert [one.comment for one in checked.observations if one.item == "count"] == [comment]
