"""What one agency says it sent against what another says it received."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from dapf_xl.catalogue import Framework
from dapf_xl.catalogue.tables import Agency, Ask, Item, Rule
from dapf_xl.findings import Code, Severity
from dapf_xl.observations import Observation
from tests.rules.conftest import QUARTER, Desk, Typed, small_framework

if TYPE_CHECKING:
    from dapf_xl.findings import Finding
    from dapf_xl.rules import Checked

SENT_CODES = {Code.RECEIVED_DIFFERS, Code.SENT_DIFFERS}


def partners(*, senders: tuple[str, ...] = ("police",), **rule: Any) -> Desk:  # noqa: ANN401
    """The IDVA service receives what others send; everybody is asked for the small framework's figures as well."""
    made = small_framework()
    items = [Item("received", "I1", "Referrals received", "count")]
    items += [Item(f"sent_{each}", "I1", "Referrals sent", "count") for each in senders]
    asks = [Ask("received", "", "idva", frequency="quarter")]
    asks += [Ask(f"sent_{each}", "", each, frequency="quarter") for each in senders]
    rule = Rule("x", "sent_against_received", "received", tuple(f"sent_{each}" for each in senders), **rule)
    tables = {
        **made.tables,
        "agencies": (*made.tables["agencies"], Agency("health", "Health")),
        "items": (*made.items.values(), *items),
        "asks": (*made.asks, *asks),
        "rules": (rule,),
    }
    return Desk(Framework(made.settings, tables))


def check(desk: Desk, received: Typed | None, **sent: Typed) -> Checked:
    returns = [desk.filled({"received": received}, agency="idva")] if received else []
    returns += [desk.filled({f"sent_{agency}": typed}, agency=agency) for agency, typed in sent.items()]
    return desk.check(returns, issued=None)


def differences(checked: Checked) -> list[Finding]:
    return [each for each in checked.findings if each.code in SENT_CODES]


def statuses(checked: Checked) -> dict[str, str]:
    return {
        each.item: each.status
        for one in checked.returns
        for each in one.observations
        if each.item.startswith(("sent", "received"))
    }


def test_both_are_asked_where_they_differ_and_neither_is_taken() -> None:
    checked = check(partners(), Typed(31.0), police=Typed(40.0))
    received, sent = differences(checked)
    assert (received.file, received.code) == ("idva_2014-15-Q3.xlsx", Code.RECEIVED_DIFFERS)
    assert received.message == "Referrals received is 31 for Q3 2014/15, but Police says that it sent 40."
    assert (sent.file, sent.code) == ("police_2014-15-Q3.xlsx", Code.SENT_DIFFERS)
    assert sent.message == "Referrals sent is 40 for Q3 2014/15, but IDVA service says that it received 31."
    assert sent.severity is Severity.QUERY
    assert "Check the figure with IDVA service" in sent.remedy
    assert statuses(checked) == {"received": "held", "sent_police": "held"}


@pytest.mark.parametrize("who", ["idva", "police"])
def test_a_comment_beside_either_explains_both(who: str) -> None:
    said = {each: "Nine came in January." if each == who else "" for each in ("idva", "police")}
    checked = check(partners(), Typed(31.0, comment=said["idva"]), police=Typed(40.0, comment=said["police"]))
    found = differences(checked)
    assert [each.remedy.startswith("Nothing to do") for each in found] == [True, True]
    assert f"{who}_2014-15-Q3.xlsx" in next(each.remedy for each in found if not each.file.startswith(who))
    assert set(statuses(checked).values()) == {"accepted"}


@pytest.mark.parametrize(
    ("received", "sent", "tolerance", "differ"),
    [
        pytest.param(40, 45, None, False, id="at_five"),
        pytest.param(40, 46, None, True, id="above_five"),
        pytest.param(900, 1000, None, False, id="at_a_tenth"),
        pytest.param(899, 1000, None, True, id="above_a_tenth"),
        pytest.param(40, 41, 0, True, id="none_tolerated"),
        pytest.param(40, 42, 2, False, id="at_its_own"),
        pytest.param(45, 42, 2, True, id="above_its_own"),
    ],
)
def test_how_far_apart_they_may_be(received: int, sent: int, tolerance: int | None, *, differ: bool) -> None:
    desk = partners(tolerance=None if tolerance is None else Decimal(tolerance))
    assert bool(differences(check(desk, Typed(float(received)), police=Typed(float(sent))))) is differ


def test_the_other_may_be_known_from_earlier() -> None:
    desk = partners()
    known = Observation("sent_police", "", "police", QUARTER, value=Decimal(40), file="police.xlsx")
    desk.known[known.key] = known
    assert [each.code for each in differences(check(desk, Typed(31.0)))] == [Code.RECEIVED_DIFFERS]
    desk.known[known.key] = replace(known, comment="Nine went on the last day.")
    (finding,) = differences(check(desk, Typed(31.0)))
    assert finding.remedy.startswith("Nothing to do: the comment in police.xlsx explains it")


@pytest.mark.parametrize(
    "sent", [Typed(), Typed(None, "[x] not available: awaiting release"), Typed("c. 40"), Typed(-3.0)]
)
def test_nothing_is_said_while_one_of_them_has_no_figure(sent: Typed) -> None:
    assert differences(check(partners(), Typed(31.0), police=sent)) == []


def test_a_suppressed_figure_differs_only_where_its_bounds_do() -> None:
    suppressed = Typed(None, "[c] suppressed: 1 to 4")
    assert differences(check(partners(), Typed(9.0), police=suppressed)) == []
    found = differences(check(partners(), Typed(10.0), police=suppressed))
    assert found[0].message.endswith("but Police says that it sent suppressed (1 to 4).")


def test_of_several_senders_only_the_receiver_is_told_what_each_says() -> None:
    desk = partners(senders=("police", "health"))
    assert differences(check(desk, Typed(31.0), police=Typed(20.0))) == [], "health has not said"
    checked = check(desk, Typed(31.0), police=Typed(20.0), health=Typed(25.0))
    (finding,) = differences(checked)
    assert finding.code is Code.RECEIVED_DIFFERS
    assert finding.message.endswith("but Police says that it sent 20 and Health says that it sent 25, together 45.")
    assert statuses(checked) == {"received": "held", "sent_police": "accepted", "sent_health": "accepted"}


def test_what_is_received_may_follow_what_was_sent() -> None:
    desk = partners(lag=1)
    earlier = Observation("sent_police", "", "police", QUARTER.previous(), value=Decimal(40))
    desk.known[earlier.key] = earlier
    checked = check(desk, Typed(31.0), police=Typed(31.0))
    (finding,) = differences(checked)
    assert finding.message.endswith("but Police says that it sent 40 for Q2 2014/15.")


def test_other_bases_are_not_compared() -> None:
    desk = partners()
    items = [
        replace(each, basis="snapshot") if each.id == "received" else each for each in desk.framework.items.values()
    ]
    desk.framework = Framework(desk.framework.settings, {**desk.framework.tables, "items": tuple(items)})
    assert differences(check(desk, Typed(31.0), police=Typed(40.0))) == []


def test_the_rule_says_how_much_it_weighs() -> None:
    checked = check(partners(severity="warning"), Typed(31.0), police=Typed(40.0))
    assert {each.severity for each in differences(checked)} == {Severity.WARNING}
    assert set(statuses(checked).values()) == {"accepted"}
