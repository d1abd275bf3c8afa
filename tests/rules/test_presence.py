"""Blank, 0 and each shorthand are different things, and say so."""

from __future__ import annotations

from decimal import Decimal

import pytest

from dapf_xl.findings import Code, Severity
from dapf_xl.periods import Period
from dapf_xl.rules import Status

from .conftest import Desk, Typed, places

AWAITING = "[x] not available: awaiting release"


@pytest.mark.parametrize(
    ("item", "typed", "code", "part"),
    [
        ("must", Typed(), "REQUIRED_BLANK", "value"),
        ("must", Typed(comment="see e-mail"), "REQUIRED_BLANK", "value"),
        ("must", Typed(" "), "REQUIRED_BLANK", "value"),
        ("words", Typed(), "TEXT_BLANK", "value"),
        ("count", Typed(3.0, AWAITING), "VALUE_AND_REPLACEMENT", "value"),
        ("count", Typed(0.0, "[z] not applicable"), "VALUE_AND_REPLACEMENT", "value"),
        ("count", Typed(3.0, "[x]"), "VALUE_AND_REPLACEMENT", "value"),
        ("count", Typed(None, "[p] provisional"), "MARKER_WITHOUT_VALUE", "shorthand"),
        ("must", Typed(None, "[p] provisional"), "MARKER_WITHOUT_VALUE", "shorthand"),
        ("count", Typed(None, "[x]"), "NO_REASON", "shorthand"),
        ("count", Typed(None, "[x] not available"), "NO_REASON", "shorthand"),
        ("count", Typed(None, "[q]"), "SHORTHAND_UNKNOWN", "shorthand"),
        ("must", Typed(None, "n/a"), "SHORTHAND_UNKNOWN", "shorthand"),
        ("count", Typed(3.0, "provisional"), "SHORTHAND_UNKNOWN", "shorthand"),
    ],
)
def test_what_is_missing_or_too_much_is_found_once(desk: Desk, item: str, typed: Typed, code: str, part: str) -> None:
    checked = desk.check_one({item: typed})
    assert places(checked.findings) == [(code, *desk.cell(item, part=part))]
    assert checked.findings[0].severity is Severity.ERROR
    assert [one for one in checked.observations if one.item == item] == []
    assert checked.status is Status.PARTLY_ACCEPTED


@pytest.mark.parametrize(
    ("shorthand", "replacement", "reason", "bounds"),
    [
        (AWAITING, "[x]", "awaiting release", (None, None)),
        ("[x] not available: no activity", "[x]", "no activity", (None, None)),
        ("[z] not applicable", "[z]", "", (None, None)),
        ("[c] suppressed: 1 to 4", "[c]", "", (Decimal(1), Decimal(4))),
        ("[c]", "[c]", "", (Decimal(1), Decimal(4))),
        ("[low] rounds to 0 but is not 0", "[low]", "", (None, None)),
    ],
)
def test_a_replacement_stands_in_place_of_a_figure(
    desk: Desk, shorthand: str, replacement: str, reason: str, bounds: tuple[object, object]
) -> None:
    checked = desk.check_one({"must": Typed(None, shorthand)})
    assert checked.findings == []
    (one,) = [one for one in checked.observations if one.item == "must"]
    assert (one.value, one.markers, one.replacement, one.reason) == (None, "", replacement, reason)
    assert (one.lower, one.upper) == bounds
    assert (one.sheet, one.cell) == desk.cell("must", part="shorthand")


def test_markers_stand_beside_a_figure(desk: Desk) -> None:
    checked = desk.check_one({"must": Typed(0.0, "[p] [e] provisional and estimated")})
    (one,) = [one for one in checked.observations if one.item == "must"]
    assert (one.value, one.markers, one.replacement) == (Decimal(0), "[p][e]", "")


def test_nil_rows_at_the_end_are_figures(desk: Desk) -> None:
    checked = desk.check_one({"split/a": Typed(0.0), "split/b": Typed(0.0), "split/all": Typed(0.0)})
    assert [one.value for one in checked.observations if one.item == "split"] == [Decimal(0)] * 3


def test_an_optional_blank_is_nothing_at_all(desk: Desk) -> None:
    checked = desk.check_one()
    assert {one.item for one in checked.observations} == {"must", "words"}
    assert checked.findings == []
    assert (checked.given, checked.asked) == (2, 21)


def test_a_blank_revision_means_nothing_new(desk: Desk) -> None:
    earlier = Period.quarter(2014, 2)
    desk.learn("must", earlier, replacement="[x]", reason="awaiting release")
    assert desk.cell("must", period=earlier)[0] == "Revisions"
    assert desk.check_one().findings == []


def test_a_revision_brings_an_observation_of_its_period(desk: Desk) -> None:
    earlier = Period.quarter(2014, 2)
    desk.learn("must", earlier, replacement="[x]", reason="awaiting release")
    checked = desk.check_one({f"must@{earlier}": Typed(7.0, "[r] revised", "late")})
    (one,) = [one for one in checked.observations if one.period == earlier]
    assert (one.value, one.markers, one.comment, one.sheet) == (Decimal(7), "[r]", "late", "Revisions")
    assert (checked.given, checked.asked) == (2, 21)


def test_an_error_in_the_value_says_nothing_of_the_shorthand_beside_it(desk: Desk) -> None:
    checked = desk.check_one({"count": Typed("<5", "[c] suppressed: 1 to 4")})
    assert places(checked.findings) == [("TEXT_IN_NUMBER", *desk.cell("count"))]


def test_a_comment_with_nothing_beside_it_is_not_kept_and_told(desk: Desk) -> None:
    comment = Typed(comment="40")
    checked = desk.check_one({"count": comment})
    sheet, cell = desk.cell("count", part="comment")
    (finding,) = [each for each in checked.findings if each.code is Code.COMMENT_ALONE]
    assert (finding.sheet, finding.cell) == (sheet, cell)
    assert "40" in finding.message
    told = [each.code for each in desk.check_one({"must": comment}).findings]
    assert told == [Code.REQUIRED_BLANK], "one fault, one finding"
