"""Findings that the performance lead lets pass: what a waiver holds for, and what it does not."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from dapf_xl.findings import Batch, Code, Severity, has_errors
from dapf_xl.periods import Period
from dapf_xl.rules import Status
from dapf_xl.rules.waiving import Ruling, Waiver, WaiverKey
from tests.rules.conftest import KEY, QUARTER, Desk, Typed

if TYPE_CHECKING:
    from dapf_xl.findings import Finding
    from dapf_xl.rules import Checked

CLOSED = {"closed": Typed(9.0), "engaged": Typed(4.0), "contacted": Typed(5.0), "reason": Typed(1.0)}
"""More closed than engaged: a query."""
ABOVE = {"engaged": Typed(6.0), "contacted": Typed(5.0)}
"""More engaged than contacted, among the same people: an error."""
TELEPHONE = "The line was open: 07700 900123 calls went to it."


def waived(*findings: Finding, until: str = "2014-15-Q3") -> dict[WaiverKey, Waiver]:
    """Waivers of some findings, as the ledger gives them."""
    keys = [
        WaiverKey(one.code.name, one.item, one.category, one.agency, one.about, one.found, one.mark) for one in findings
    ]
    return {
        key: Waiver(key, "performance lead", "It is so.", until, "2015-02-01T10:00:00+00:00", "2014-15-Q3", number)
        for number, key in enumerate(keys, 1)
    }


def only(checked: Checked, code: str) -> Finding:
    (found,) = (each for each in checked.findings if each.code.name == code)
    return found


def values(checked: Checked, item: str) -> list[tuple[str, object]]:
    return [(each.status, each.value) for one in checked.returns for each in one.observations if each.item == item]


def test_a_waived_query_is_taken_and_stays_in_sight(desk: Desk) -> None:
    before = desk.check([desk.filled(CLOSED)])
    query = only(before, "MORE_THAN_ITS_WHOLE")
    assert (query.status, query.agency, query.about, query.found) == ("open", "idva", QUARTER.label, "9")
    assert values(before, "closed") == [("held", Decimal(9))]
    after = desk.check([desk.filled(CLOSED)], waivers=waived(query))
    found = only(after, "MORE_THAN_ITS_WHOLE")
    assert (found.status, found.severity, found.is_waived) == ("waived", Severity.QUERY, True)
    assert found.remedy == ("Nothing to do. Waived by performance lead on 1 February 2015, until Q3 2014/15: It is so.")
    assert values(after, "closed") == [("accepted", Decimal(9))]
    assert (before.returns[0].status, after.returns[0].status) == (Status.ACCEPTED_WITH_QUERIES, Status.ACCEPTED)


def test_a_waived_error_is_taken_and_is_an_error_no_more(desk: Desk) -> None:
    before = desk.check([desk.filled(ABOVE)])
    assert (values(before, "engaged"), before.returns[0].untaken != []) == ([], True)
    after = desk.check([desk.filled(ABOVE)], waivers=waived(only(before, "NUMERATOR_ABOVE_DENOMINATOR")))
    assert values(after, "engaged") == [("accepted", Decimal(6))]
    assert after.returns[0].untaken == []
    assert not has_errors(after.findings)
    assert after.returns[0].status is Status.ACCEPTED
    assert only(after, "NUMERATOR_ABOVE_DENOMINATOR").severity is Severity.ERROR


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param(CLOSED | {"closed": Typed(10.0)}, id="another_value"),
        pytest.param(CLOSED | {"engaged": Typed(3.0)}, id="another_figure_beside_it"),
    ],
)
def test_a_waiver_holds_for_nothing_but_what_was_found(desk: Desk, typed: dict[str, Typed]) -> None:
    waivers = waived(only(desk.check([desk.filled(CLOSED)]), "MORE_THAN_ITS_WHOLE"))
    assert only(desk.check([desk.filled(typed)], waivers=waivers), "MORE_THAN_ITS_WHOLE").status == "open"


def test_a_waiver_is_for_one_agency_and_one_period(desk: Desk) -> None:
    waivers = waived(only(desk.check([desk.filled(CLOSED)]), "MORE_THAN_ITS_WHOLE"))
    both = desk.check([desk.filled(CLOSED), desk.filled(CLOSED, agency="police")], waivers=waivers)
    assert {each.agency: each.status for each in both.findings} == {"idva": "waived", "police": "open"}
    desk.learn("closed", Period.quarter(2014, 2), value=Decimal(1))
    revised = {f"engaged@{QUARTER.previous().label}": Typed(6.0), f"contacted@{QUARTER.previous().label}": Typed(5.0)}
    assert not [each for each in desk.check([desk.filled(revised)], waivers=waivers).findings if each.is_waived]


def test_a_waiver_knows_no_cell() -> None:
    assert not {"cell", "row", "sheet", "file"} & set(WaiverKey._fields)


@pytest.mark.parametrize(
    ("until", "today", "holds"),
    [
        pytest.param("2014-15-Q3", "2030-01-01", True, id="the_round_itself_whenever_it_is_made"),
        pytest.param("2014-15", "2030-01-01", True, id="a_year_with_the_round_in_it"),
        pytest.param("2014-15-Q2", "2015-01-01", False, id="an_earlier_round"),
        pytest.param("2015-02-28", "2015-02-28", True, id="on_its_last_day"),
        pytest.param("2015-02-28", "2015-03-01", False, id="the_day_after"),
    ],
)
def test_a_waiver_ends(desk: Desk, until: str, today: str, *, holds: bool) -> None:
    waivers = waived(only(desk.check([desk.filled(CLOSED)]), "MORE_THAN_ITS_WHOLE"), until=until)
    checked = desk.check([desk.filled(CLOSED)], waivers=waivers, today=date.fromisoformat(today))
    found = only(checked, "MORE_THAN_ITS_WHOLE")
    assert found.is_waived is holds
    assert found.remedy.endswith("That has passed.") is not holds
    assert values(checked, "closed") == [("accepted" if holds else "held", Decimal(9))]


def test_what_is_waived_hides_nothing_else_of_its_cell(desk: Desk) -> None:
    typed = {"score": Typed(40.0)}
    hard = only(desk.check([desk.filled(typed)]), "OUTSIDE_HARD_RANGE")
    checked = desk.check([desk.filled(typed | CLOSED)], waivers=waived(hard))
    assert {each.code.name: each.status for each in checked.findings} == {
        "OUTSIDE_HARD_RANGE": "waived",
        "MORE_THAN_ITS_WHOLE": "open",
    }
    lines = {"closed": Typed(9.0), "engaged": Typed(7.0), "contacted": Typed(5.0), "reason": Typed(1.0)}
    above = only(desk.check([desk.filled(lines)]), "NUMERATOR_ABOVE_DENOMINATOR")
    after = desk.check([desk.filled(lines)], waivers=waived(above))
    assert {each.code.name: each.status for each in after.findings} == {
        "NUMERATOR_ABOVE_DENOMINATOR": "waived",
        "MORE_THAN_ITS_WHOLE": "open",  # (unknown while the 7 was not taken)
    }


# --- personal data ----------------------------------------------------------------------------


def test_a_false_alarm_is_released_by_its_digest_and_shows_no_text(desk: Desk) -> None:
    typed = {"count": Typed(3.0, comment=TELEPHONE)}
    before = desk.check([desk.filled(typed)])
    alarm = only(before, "PERSONAL_DATA")
    assert values(before, "count") == []
    assert "07700" not in repr(alarm)
    assert alarm.found == ""
    after = desk.check([desk.filled(typed)], waivers=waived(alarm))
    assert values(after, "count") == [("accepted", Decimal(3))]
    assert "07700" not in repr(only(after, "PERSONAL_DATA"))
    another = {"count": Typed(3.0, comment=TELEPHONE.replace("123", "124"))}
    assert only(desk.check([desk.filled(another)], waivers=waived(alarm)), "PERSONAL_DATA").status == ""


def test_the_digest_of_a_text_is_keyed(desk: Desk) -> None:
    returned = desk.filled({"count": Typed(3.0, comment=TELEPHONE)})
    marks = {only(desk.check([returned], key=None, issued=None), "PERSONAL_DATA").mark}
    marks.add(only(desk.check([returned]), "PERSONAL_DATA").mark)
    assert "" in marks  # without a key there is no digest, and nothing to waive by
    assert len(marks) == 2


# --- what may be waived -----------------------------------------------------------------------

WAIVABLE_ERRORS = {
    "IDENTITY_DAMAGED", "IDENTITY_FORGED", "NOT_ISSUED_HERE",
    "REQUIRED_BLANK", "TEXT_BLANK", "LABEL_WITHOUT_FIGURE", "EVIDENCE_BLANK", "EVIDENCE_INCOMPLETE", "NO_REASON",
    "NUMERATOR_ABOVE_DENOMINATOR", "DENOMINATOR_ZERO", "PARTS_DIFFER_FROM_TOTAL", "REQUIRED_IF", "OUTSIDE_HARD_RANGE",
    "PERSONAL_DATA",
}  # fmt: skip


def test_only_errors_that_leave_the_value_usable_can_be_waived() -> None:
    assert {code.name for code in Code if code.may_be_waived(Severity.ERROR) and code.severity is Severity.ERROR} == (
        WAIVABLE_ERRORS
    )
    assert not [
        code for code in Code if code.batch in {Batch.FILE, Batch.STRUCTURE, Batch.TYPE} and code.value.waivable
    ]
    assert all(code.may_be_waived() for code in Code if code.severity is Severity.QUERY)
    assert not [code for code in Code if code.may_be_waived(Severity.WARNING)]


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ({"count": Typed("12abc")}, "TEXT_IN_NUMBER"),
        ({"count": Typed(-1.0)}, "NEGATIVE"),
        ({"count": Typed(2.5)}, "DECIMAL_IN_COUNT"),
        ({"percent": Typed(36.4)}, "PERCENT_ABOVE_ONE"),
        ({"count": Typed(3.0, "[x] not available: not collected")}, "VALUE_AND_REPLACEMENT"),
    ],
)
def test_what_makes_a_value_unreadable_is_never_let_pass(desk: Desk, typed: dict[str, Typed], code: str) -> None:
    found = only(desk.check([desk.filled(typed)]), code)
    checked = desk.check([desk.filled(typed)], waivers=waived(found))
    assert not only(checked, code).is_waived
    assert values(checked, found.item) == []


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ({"must": Typed()}, "REQUIRED_BLANK"),
        ({"count": Typed(None, "[x]")}, "NO_REASON"),
        ({"score": Typed(40.0)}, "OUTSIDE_HARD_RANGE"),
        ({"score": Typed(3.0)}, "OUTSIDE_SOFT_RANGE"),
        ({"split/a": Typed(1.0), "split/b": Typed(2.0), "split/all": Typed(4.0)}, "PARTS_DIFFER_FROM_TOTAL"),
        ({"share": Typed(0.5), "engaged": Typed(0.0), "contacted": Typed(0.0)}, "DENOMINATOR_ZERO"),
        (CLOSED | {"reason": Typed()}, "REQUIRED_IF"),
    ],
)
def test_every_other_fault_of_a_cell_can_be(desk: Desk, typed: dict[str, Typed], code: str) -> None:
    before = [each for each in desk.check([desk.filled(typed)]).findings if each.code.may_be_waived(each.severity)]
    assert code in {each.code.name for each in before}
    after = desk.check([desk.filled(typed)], waivers=waived(*before)).findings
    assert all(each.is_waived for each in after)


# --- files that nobody can verify -------------------------------------------------------------

TAKEN = Ruling("idva", QUARTER.label, "performance lead", "It was handed over in person", "2015-02-01T10:00:00+00:00")


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        pytest.param({"seal": "0" * 64}, "IDENTITY_FORGED", id="another_key"),
        pytest.param({"issue_id": "unknown"}, "IDENTITY_FORGED", id="not_on_record"),
        pytest.param({"seal": ""}, "IDENTITY_DAMAGED", id="seal_lost"),
        pytest.param({"agency": "", "digest": ""}, "IDENTITY_DAMAGED", id="agency_lost"),
        pytest.param({"period": ""}, "IDENTITY_DAMAGED", id="period_lost"),
    ],
)
def test_a_return_is_taken_that_nobody_can_verify(desk: Desk, changed: dict[str, str], code: str) -> None:
    returned = desk.filled({"count": Typed(3.0)})
    returned.identity |= changed
    (one,) = desk.check([returned]).returns
    assert (one.status, one.agency, one.claims) == (Status.REJECTED, "", returned.identity["agency"])
    (after,) = desk.check([returned], taken_files={returned.sha256: TAKEN}).returns
    assert [(each.code.name, each.status) for each in after.findings] == [(code, "waived")]
    assert (after.status, after.agency, after.claims, after.period) == (Status.ACCEPTED, "idva", "", QUARTER)
    assert after.reason == "Taken by performance lead on 1 February 2015: It was handed over in person."
    assert [each.value for each in after.observations if each.item == "count"] == [Decimal(3)]


def test_a_return_whose_record_is_lost_is_taken(desk: Desk) -> None:
    returned = desk.filled({"count": Typed(3.0)})
    (one,) = desk.check([returned], issued={}).returns
    assert ([each.code.name for each in one.findings], one.claims) == (["NOT_ISSUED_HERE"], "idva")
    (after,) = desk.check([returned], issued={}, taken_files={returned.sha256: TAKEN}).returns
    assert ([each.status for each in after.findings], after.status) == (["waived"], Status.ACCEPTED)
    (back,) = desk.check([returned], taken_files={returned.sha256: TAKEN}).returns
    assert (back.findings, back.taken) == ([], "")  # the record is there again: nothing had to be let pass


def test_a_taken_return_keeps_what_it_says_and_its_rows_are_checked_as_ever(desk: Desk) -> None:
    returned = desk.filled({"count": Typed("12abc")})
    returned.identity["seal"] = "0" * 64
    taken = {returned.sha256: TAKEN}
    (one,) = desk.check([returned], taken_files=taken).returns
    assert (one.status, [each.code.name for each in one.findings]) == (
        Status.PARTLY_ACCEPTED, ["IDENTITY_FORGED", "TEXT_IN_NUMBER"],
    )  # fmt: skip
    first, second = returned.entries[:2]
    returned.entries[:2] = [first._replace(id=second.id), second._replace(id=first.id)]
    (moved,) = desk.check([returned], taken_files=taken).returns
    assert moved.status is Status.PARTLY_ACCEPTED
    assert Code.ROWS_MOVED in {each.code for each in moved.findings}  # followed by what each row says it is


def test_the_record_of_another_agency_s_return_is_not_held_against_a_taken_one(desk: Desk) -> None:
    returned = desk.filled({"count": Typed(3.0)})
    returned.identity["issue_id"] = f"police-{QUARTER.label}"
    (one,) = desk.check([returned], taken_files={returned.sha256: TAKEN}).returns
    assert (one.status, one.agency) == (Status.ACCEPTED, "idva")


def test_the_seal_that_a_return_went_out_with_vouches_for_it_whatever_key_seals_now(desk: Desk) -> None:
    returned = desk.filled({"count": Typed(3.0)})
    issued = desk.issued()
    for record in issued.values():
        object.__setattr__(record, "seal", returned.identity["seal"])
    context = {"key": b"another key, made later", "issued": issued}
    assert desk.check([returned], **context).findings == []
    for field, text in (("digest", "another"), ("period", "2014-15-Q2"), ("catalogue_version", "2")):
        changed = desk.filled({"count": Typed(3.0)})
        changed.identity[field] = text
        assert [each.code.name for each in desk.check([changed], **context).findings] == ["IDENTITY_FORGED"]
    other = desk.filled({"count": Typed(3.0)})
    other.identity["seal"] = returned.identity["seal"][::-1]
    assert [each.code.name for each in desk.check([other], **context).findings] == ["IDENTITY_FORGED"]
    assert KEY not in context.values()
