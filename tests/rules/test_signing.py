"""The sign-off: who, as what, when; a return that nobody signed loses nothing unless the framework says so."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import pytest

from dapf_xl.catalogue import Framework
from dapf_xl.findings import Batch, Code, Severity
from dapf_xl.returns.layout import SIGN_OFF, START
from dapf_xl.rules import Status
from tests.rules.conftest import QUARTER, Desk

if TYPE_CHECKING:
    from dapf_xl.findings import Finding
    from dapf_xl.rules import CheckedReturn

NAME = "Firstname Lastname"
SOUND = {"name": NAME, "role": "Analyst", "date": date(2015, 1, 14)}


def signed(desk: Desk, today: date | None = date(2015, 1, 20), **said: Any) -> CheckedReturn:  # noqa: ANN401
    read = desk.filled({})
    read.sign_off = SOUND | said
    return desk.check([read], today=today).returns[0]


def found(one: CheckedReturn) -> list[Finding]:
    return [each for each in one.findings if each.code.batch is Batch.SIGN_OFF]


def test_a_return_that_is_signed_has_nothing_to_be_said_of_it(desk: Desk) -> None:
    assert signed(desk).findings == []


@pytest.mark.parametrize("blank", ["", "  ", None])
def test_what_is_missing_is_named_with_its_cells_and_the_figures_are_taken(desk: Desk, blank: str | None) -> None:
    one = signed(desk, name=blank, date=blank)
    (finding,) = found(one)
    assert (finding.code, finding.severity, finding.sheet) == (Code.NOT_SIGNED, Severity.WARNING, START)
    assert finding.cell == SIGN_OFF["name"]
    assert finding.message == "The return is not signed: it lacks the name and the date."
    assert f"{SIGN_OFF['name']} and {SIGN_OFF['date']}" in finding.remedy
    assert one.status is Status.ACCEPTED
    assert {each.status for each in one.observations} == {"accepted"}


def test_where_the_framework_requires_it_the_figures_wait(desk: Desk) -> None:
    desk.framework = Framework(replace(desk.framework.settings, sign_off="required"), desk.framework.tables)
    one = signed(desk, role="")
    assert [each.severity for each in found(one)] == [Severity.QUERY]
    assert one.status is Status.ACCEPTED_WITH_QUERIES
    assert {each.status for each in one.observations} == {"held"}
    assert {each.status for each in signed(desk).observations} == {"accepted"}


@pytest.mark.parametrize(
    ("said", "code"),
    [
        pytest.param("14/01/2015", None, id="written"),
        pytest.param("14 January 2015", None, id="in_words"),
        pytest.param(datetime(2015, 1, 14, 9, 30), None, id="with_an_hour"),  # noqa: DTZ001  (as a cell has it)
        pytest.param(date(2015, 1, 1), None, id="the_day_after_the_quarter"),
        pytest.param(date(2015, 1, 21), None, id="another_clock"),
        pytest.param("14th Jan", Code.SIGNED_NO_DATE, id="no_year"),
        pytest.param(14012015.0, Code.SIGNED_NO_DATE, id="a_number"),
        pytest.param(date(2014, 12, 31), Code.SIGNED_TOO_EARLY, id="the_last_day"),
        pytest.param(date(2014, 1, 14), Code.SIGNED_TOO_EARLY, id="last_year"),
        pytest.param(date(2015, 1, 22), Code.SIGNED_IN_FUTURE, id="to_come"),
        pytest.param(date(2105, 1, 14), Code.SIGNED_IN_FUTURE, id="in_ninety_years"),
    ],
)
def test_the_day_is_one_after_the_quarter_that_has_come(desk: Desk, said: object, code: Code | None) -> None:
    (*findings,) = found(signed(desk, date=said))
    assert [each.code for each in findings] == ([code] if code else [])
    assert all((each.severity, each.cell) == (Severity.WARNING, SIGN_OFF["date"]) for each in findings)


def test_last_years_date_in_january_is_recognised(desk: Desk) -> None:
    (finding,) = found(signed(desk, date=date(2014, 1, 14)))
    assert finding.message == (
        "The return is signed for 14 January 2014, before the end of Q3 2014/15 on 31 December 2014: "
        "was 14 January 2015 meant?"
    )
    assert "meant" not in found(signed(desk, date=date(2014, 11, 30)))[0].message


@pytest.mark.parametrize(
    "said", [SOUND | {"date": NAME}, SOUND | {"role": ""}, {"name": NAME, "role": NAME, "date": ""}]
)
def test_a_name_goes_nowhere_from_the_sign_off(desk: Desk, said: dict[str, Any]) -> None:
    one = signed(desk, **said)
    everything = [str(each) for each in (*one.findings, *one.observations)]
    assert found(one)
    assert not [each for each in everything if "Firstname" in each or "Lastname" in each]


def test_an_address_in_the_sign_off_is_its_own_affair(desk: Desk) -> None:
    assert signed(desk, name="someone@example.org").findings == []


def test_each_of_two_officers_signs(desk: Desk) -> None:
    reads = [desk.filled({}, name="one.xlsx"), desk.filled({}, name="two.xlsx")]
    reads[1].sign_off = dict.fromkeys(SIGN_OFF, "")
    checked = desk.check(reads)
    assert [(each.file, each.code) for each in checked.findings] == [("two.xlsx", Code.NOT_SIGNED)]
    assert QUARTER.last_day < reads[0].sign_off["date"]
