"""What figures and dates can be."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dapf_xl.reconciliation.arithmetic import (
    Share,
    half_unit,
    months_between,
    nearest_shares,
    possible_share,
    rest_of_average,
    rounds_to,
    sides,
    span_words,
)

ROUNDINGS = [ROUND_HALF_UP, ROUND_HALF_EVEN]
DECIMALS = st.integers(0, 3)
CASES = st.integers(1, 400)


def rounded(cases: int, of: int, decimals: int, rounding: str) -> Decimal:
    return (Decimal(100 * cases) / of).quantize(Decimal(1).scaleb(-decimals), rounding)


# --- shares of whole cases ------------------------------------------------------------------------


@given(of=CASES, decimals=DECIMALS, rounding=st.sampled_from(ROUNDINGS), data=st.data())
def test_a_percentage_that_cases_give_is_never_called_impossible(
    of: int, decimals: int, rounding: str, data: st.DataObject
) -> None:
    stated = rounded(data.draw(st.integers(0, of)), of, decimals, rounding)
    share = possible_share(stated, of)
    assert share is not None
    assert abs(share.percent - stated) <= half_unit(stated)


@given(of=CASES, decimals=DECIMALS, data=st.data())
def test_a_percentage_that_is_called_impossible_no_number_of_cases_gives(
    of: int, decimals: int, data: st.DataObject
) -> None:
    stated = Decimal(data.draw(st.integers(0, 100 * 10**decimals))).scaleb(-decimals)
    given_by = [k for k in range(of + 1) if stated in {rounded(k, of, decimals, way) for way in ROUNDINGS}]
    assert (possible_share(stated, of) is not None) == bool(given_by)


@given(of=CASES, stated=st.decimals(0, 100, places=1))
def test_the_nearest_shares_enclose_the_percentage(of: int, stated: Decimal) -> None:
    below, *above = nearest_shares(stated, of)
    assert below.percent <= stated
    assert all(share.percent > stated and share.cases == below.cases + 1 for share in above)
    assert above or below.cases == of


@pytest.mark.parametrize(
    ("stated", "of", "cases"),
    [
        ("55", 15, None),
        ("67", 15, 10),
        ("53", 15, 8),
        ("53.3", 15, 8),
        ("53.4", 15, None),
        ("80", 10, 8),
        ("0", 7, 0),
        ("100", 7, 7),
        ("101", 7, None),
        ("12.5", 8, 1),
        ("12", 8, 1),  # half to even
        ("13", 8, 1),  # half up
        ("14", 8, None),
    ],
)
def test_shares(stated: str, of: int, cases: int | None) -> None:
    share = possible_share(Decimal(stated), of)
    assert (share and share.cases) == cases


def test_about_so_much_leaves_room() -> None:
    assert possible_share(Decimal(55), 15) is None
    assert possible_share(Decimal(55), 15, Decimal(2)) == Share(8, 15)


def test_a_share_in_words() -> None:
    assert str(Share(8, 15)) == "8 of 15 are 53.3%"


# --- rounding, months, averages -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("exact", "stated", "tolerance", "fits"),
    [
        ("85.106", "85", None, True),
        ("85.106", "85.1", None, True),
        ("85.106", "85.2", None, False),
        ("80.732", "80", None, False),
        ("80.732", "80", "1", True),
        ("0.5", "1", None, True),
        ("0.5", "0", None, True),
    ],
)
def test_rounding(exact: str, stated: str, tolerance: str | None, fits: bool) -> None:  # noqa: FBT001
    assert rounds_to(Decimal(exact), Decimal(stated), tolerance and Decimal(tolerance)) is fits


@pytest.mark.parametrize(
    ("first", "last", "months", "words"),
    [
        ("2013-07-01", "2014-09-30", 15, "15 months"),
        ("2013-07-01", "2014-06-30", 12, "12 months"),
        ("2014-02-01", "2014-02-28", 1, "1 month"),
        ("2014-01-15", "2014-02-14", 1, "1 month"),
        ("2014-01-15", "2014-02-15", None, "32 days"),
        ("2014-01-31", "2014-02-27", 1, "1 month"),
        ("2014-04-01", "2014-04-01", None, "1 day"),
    ],
)
def test_months(first: str, last: str, months: int | None, words: str) -> None:
    days = date.fromisoformat(first), date.fromisoformat(last)
    assert months_between(*days) == months
    assert span_words(*days) == words


@given(st.dates(date(2000, 1, 1), date(2030, 1, 1)), st.integers(1, 60))
def test_months_from_the_first_are_counted(day: date, months: int) -> None:
    first = day.replace(day=1)
    after = date(first.year + (first.month - 1 + months) // 12, (first.month - 1 + months) % 12 + 1, 1)
    assert months_between(first, date.fromordinal(after.toordinal() - 1)) == months


def test_the_rest_of_an_average() -> None:
    rest = rest_of_average(Decimal(13), [Decimal(20), Decimal(19)], 5)
    assert round(rest, 1) == Decimal("8.7")


@pytest.mark.parametrize(
    ("parts", "side"), [((20, 19), "higher"), ((1, 2), "lower"), ((13, 20), ""), ((12, 14), ""), ((), "")]
)
def test_sides(parts: tuple[int, ...], side: str) -> None:
    assert sides(Decimal(13), [Decimal(part) for part in parts]) == side
