"""What may be typed into each kind of cell: legal, plainly meant, or illegal, in its cell and once."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from dapf_xl.findings import Severity
from dapf_xl.rules import Status

from .conftest import Desk, Typed, places

if TYPE_CHECKING:
    from dapf_xl.rules import CheckedReturn

NBSP = "\N{NO-BREAK SPACE}"


def _taken(checked: CheckedReturn, item: str) -> list[object]:
    return [one.text or one.value for one in checked.observations if one.item == item]


@pytest.mark.parametrize(
    ("item", "value", "taken"),
    [
        ("count", 0.0, Decimal(0)),
        ("count", 12, Decimal(12)),
        ("count", -0.0, Decimal(0)),
        ("count", 1880.0, Decimal(1880)),
        ("count", 2.9999999999999996, Decimal(3)),
        ("percent", 0.364, Decimal("36.4")),
        ("percent", 1.0, Decimal(100)),
        ("percent", 0.8047204693643413, Decimal("80.4720469364341")),
        ("over", 1.2, Decimal(120)),
        ("rate", 12.5, Decimal("12.5")),
        ("money", 1234.56, Decimal("1234.56")),
        ("change", -12.5, Decimal("-12.5")),
        ("date", date(2014, 12, 31), "2014-12-31"),
        ("date", datetime(2014, 12, 31, 9, 30), "2014-12-31"),  # noqa: DTZ001  (a workbook's dates have no zone)
        ("yes_no", "Yes", "Yes"),
        ("yes_no", " no", "No"),
        ("more", "£12 a head", "£12 a head"),
        ("more", 12.0, "12"),
    ],
)
def test_a_legal_value_is_taken_without_a_word(desk: Desk, item: str, value: object, taken: object) -> None:
    checked = desk.check_one({item: Typed(value)})
    assert places(checked.findings) == []
    assert _taken(checked, item) == [taken]
    assert checked.status is Status.ACCEPTED


@pytest.mark.parametrize(
    ("item", "value", "taken"),
    [
        ("count", "1,234", Decimal(1234)),
        ("count", " 12 ", Decimal(12)),
        ("count", f"12{NBSP}", Decimal(12)),
        ("count", f"1{NBSP}234", Decimal(1234)),
        ("count", "0", Decimal(0)),
        ("count", "\u200b7", Decimal(7)),
        ("rate", "12.50", Decimal("12.5")),
        ("change", "−3", Decimal(-3)),  # the minus sign that Word makes
        ("percent", "36.4%", Decimal("36.4")),
        ("percent", "36.4 %", Decimal("36.4")),
        ("percent", "0.364", Decimal("36.4")),
        ("percent", "100%", Decimal(100)),
        ("date", "31/12/2014", "2014-12-31"),
        ("date", "2014-12-31", "2014-12-31"),
        ("date", "31 December 2014", "2014-12-31"),
        ("date", "31 Dec 2014", "2014-12-31"),
    ],
)
def test_what_is_plainly_meant_is_taken_with_a_warning(desk: Desk, item: str, value: str, taken: object) -> None:
    checked = desk.check_one({item: Typed(value)})
    assert places(checked.findings) == [("NUMBER_STORED_AS_TEXT", *desk.cell(item))]
    assert checked.findings[0].severity is Severity.WARNING
    assert _taken(checked, item) == [taken]
    assert checked.status is Status.ACCEPTED


@pytest.mark.parametrize(
    ("item", "value", "trouble", "code"),
    [
        ("count", "12abc", "", "TEXT_IN_NUMBER"),
        ("count", "c.40", "", "TEXT_IN_NUMBER"),
        ("count", "£12", "", "TEXT_IN_NUMBER"),
        ("count", "1O", "", "TEXT_IN_NUMBER"),
        ("count", "<5", "", "TEXT_IN_NUMBER"),
        ("count", "*", "", "TEXT_IN_NUMBER"),
        ("count", "[x]", "", "TEXT_IN_NUMBER"),
        ("count", "-", "", "TEXT_IN_NUMBER"),
        ("count", "n/a", "", "TEXT_IN_NUMBER"),
        ("count", "nan", "", "TEXT_IN_NUMBER"),
        ("count", "1e5", "", "TEXT_IN_NUMBER"),
        ("count", "١٢", "", "TEXT_IN_NUMBER"),
        ("count", "1,23", "", "TEXT_IN_NUMBER"),
        ("count", "12 34", "", "TEXT_IN_NUMBER"),
        ("count", "36%", "", "TEXT_IN_NUMBER"),
        ("percent", "about 36%", "", "TEXT_IN_NUMBER"),
        ("money", "12 pounds", "", "TEXT_IN_NUMBER"),
        ("count", 9.5, "", "DECIMAL_IN_COUNT"),
        ("count", "9.5", "", "DECIMAL_IN_COUNT"),
        ("count", -3.0, "", "NEGATIVE"),
        ("count", -3.5, "", "NEGATIVE"),
        ("percent", -0.1, "", "NEGATIVE"),
        ("rate", "-1", "", "NEGATIVE"),
        ("percent", 36.4, "", "PERCENT_ABOVE_ONE"),
        ("percent", "36.4", "", "PERCENT_ABOVE_ONE"),
        ("percent", 1.01, "", "PERCENT_ABOVE_ONE"),
        ("over", 36.4, "", "PERCENT_ABOVE_ONE"),
        ("percent", 364.0, "", "OUTSIDE_HARD_RANGE"),
        ("percent", "120%", "", "OUTSIDE_HARD_RANGE"),
        ("over", "160%", "", "OUTSIDE_HARD_RANGE"),
        ("score", 31.0, "", "OUTSIDE_HARD_RANGE"),
        ("score", "31", "", "OUTSIDE_HARD_RANGE"),
        ("change", -51.0, "", "OUTSIDE_HARD_RANGE"),
        ("count", 1e12, "", "NUMBER_TOO_LARGE"),
        ("count", float("inf"), "", "NUMBER_TOO_LARGE"),
        ("count", float("nan"), "", "NUMBER_TOO_LARGE"),
        ("count", True, "", "YES_NO_IN_NUMBER"),
        ("count", date(2014, 4, 3), "", "DATE_IN_NUMBER"),
        ("percent", datetime(2014, 4, 3, 0, 0), "", "DATE_IN_NUMBER"),  # noqa: DTZ001  (as above)
        ("count", "#DIV/0!", "error", "ERROR_VALUE"),
        ("count", 12.0, "formula", "FORMULA_IN_INPUT"),
        ("count", -12.5, "formula", "FORMULA_IN_INPUT"),
        ("count", None, "uncalculated", "NOT_CALCULATED"),
        ("more", "#NAME?", "error", "ERROR_VALUE"),
        ("date", 42000.0, "", "NOT_A_DATE"),
        ("date", "31 Dec", "", "NOT_A_DATE"),
        ("date", "30/02/2014", "", "NOT_A_DATE"),
        ("date", "30 February 2014", "", "NOT_A_DATE"),
        ("date", "1/7/14", "", "NOT_A_DATE"),
        ("yes_no", "perhaps", "", "NOT_YES_OR_NO"),
        ("yes_no", True, "", "NOT_YES_OR_NO"),
        ("more", "x" * 8001, "", "TEXT_TOO_LONG"),
    ],
)
def test_an_illegal_value_is_found_in_its_cell_once(
    desk: Desk, item: str, value: object, trouble: str, code: str
) -> None:
    checked = desk.check_one({item: Typed(value, trouble=trouble)})
    assert places(checked.findings) == [(code, *desk.cell(item))]
    assert checked.findings[0].severity is Severity.ERROR
    assert checked.findings[0].item == item
    assert checked.findings[0].remedy
    assert _taken(checked, item) == []
    assert [key[0] for key in checked.untaken] == [item]
    assert checked.status is Status.PARTLY_ACCEPTED


@pytest.mark.parametrize("value", ["", " ", NBSP, "\u200b"])
def test_a_cell_in_which_nothing_can_be_seen_is_blank(desk: Desk, value: str) -> None:
    checked = desk.check_one({"count": Typed(value)})
    assert checked.findings == []
    assert _taken(checked, "count") == []


@pytest.mark.parametrize(
    ("value", "remedy"),
    [
        ("<5", "If the figure may not be told, clear {value} and pick [c] suppressed in {shorthand}."),
        ("*", "If the figure may not be told, clear {value} and pick [c] suppressed in {shorthand}."),
        ("[x]", "Clear {value}, and pick the shorthand in {shorthand}."),
        ("c.40", "Type the number alone, for example 40. What needs saying goes into {comment}."),
        ("12abc", "Type the number alone, for example 12. What needs saying goes into {comment}."),
        (
            "nil",
            "Type 0 if there were none; if there is no figure, clear {value} and pick a shorthand in {shorthand}.",
        ),
        (
            "n/a",
            (
                "If there is no figure, clear {value} and pick a shorthand in {shorthand}, "
                "for example [x] not available: awaiting release."
            ),
        ),
    ],
)
def test_the_remedy_fits_what_was_typed(desk: Desk, value: str, remedy: str) -> None:
    cells = {part: desk.cell("count", part=part)[1] for part in ("value", "shorthand", "comment")}
    finding = desk.check_one({"count": Typed(value)}).findings[0]
    assert finding.message == f'"{value}" is not a number.'
    assert finding.remedy == remedy.format(**cells)


@pytest.mark.parametrize(
    ("item", "value", "message"),
    [
        ("percent", 36.4, "The cell holds 3,640%, more than 100%: did you mean 36.4%?"),
        ("percent", "85", 'The cell holds "85" without a % sign, which is 8,500%, more than 100%: did you mean 85%?'),
        ("percent", "120%", "120% is outside the possible range of 0% to 100%."),
        ("percent", 0.05, "5% is outside the usual range of at least 10%."),
        ("score", 21.0, "21 is outside the usual range of 5 to 20."),
        ("count", "1,234", '"1,234" is stored as text; it was taken as 1,234.'),
        ("percent", "36.4%", '"36.4%" is stored as text; it was taken as 36.4%.'),
        ("date", "31/12/2014", '"31/12/2014" is stored as text; it was taken as 31 December 2014.'),
        ("count", date(2014, 4, 3), "3 April 2014 is a date, and a number is wanted."),
    ],
)
def test_the_message_says_what_was_found(desk: Desk, item: str, value: object, message: str) -> None:
    assert [finding.message for finding in desk.check_one({item: Typed(value)}).findings] == [message]


def test_two_cells_of_one_row_can_each_be_wrong(desk: Desk) -> None:
    checked = desk.check_one({"count": Typed("12abc", "about", "x" * 1001)})
    assert places(checked.findings) == [
        ("TEXT_IN_NUMBER", *desk.cell("count")),
        ("SHORTHAND_UNKNOWN", *desk.cell("count", part="shorthand")),
        ("COMMENT_TOO_LONG", *desk.cell("count", part="comment")),
    ]


def test_a_long_comment_is_taken_whole(desk: Desk) -> None:
    checked = desk.check_one({"count": Typed(3.0, comment="x" * 1001)})
    assert [len(one.comment) for one in checked.observations if one.item == "count"] == [1001]
    assert checked.status is Status.ACCEPTED


@pytest.mark.parametrize(
    ("item", "typed", "taken"),
    [
        ("count", 3.0000000001, "3"),
        ("count", 999_999_999.0, "999999999"),
        ("percent", 1.0000000001, "100"),
        ("percent", 0.9999999999, "100"),
        ("percent", -1e-12, "0"),
        ("change", 50.0000000001, "50"),
    ],
)
def test_what_arithmetic_leaves_beside_a_figure_does_not_enter(desk: Desk, item: str, typed: float, taken: str) -> None:
    checked = desk.check_one({item: Typed(typed)})
    assert [str(one.value) for one in checked.observations if one.item == item] == [taken]


@pytest.mark.parametrize(
    ("item", "typed", "code"),
    [
        ("count", 999_999_999.4, "DECIMAL_IN_COUNT"),
        ("count", "99999999.05", "DECIMAL_IN_COUNT"),
        ("percent", 1.0001, "PERCENT_ABOVE_ONE"),
        ("money", 1_000_000_000.4, "NUMBER_TOO_LARGE"),
        ("percent", 1e308, "NUMBER_TOO_LARGE"),
        ("count", "0,364", "TEXT_IN_NUMBER"),
        ("count", "00,364", "TEXT_IN_NUMBER"),
        ("count", "036\u00a0400", "TEXT_IN_NUMBER"),
        ("percent", "0,364", "TEXT_IN_NUMBER"),
    ],
)
@pytest.mark.filterwarnings("error")
def test_what_is_not_plainly_a_figure_within_its_limits_is_refused(
    desk: Desk, item: str, typed: object, code: str
) -> None:
    assert [finding.code.name for finding in desk.check_one({item: Typed(typed)}).findings] == [code]
