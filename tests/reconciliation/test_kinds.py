"""Each kind of statement: what agrees, what does not and with which words, and what cannot be checked."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from dapf_xl.catalogue.statements import NEEDED_BY_STATEMENT
from dapf_xl.catalogue.tables import STATEMENT_KINDS
from dapf_xl.findings import Batch, Code, Severity
from dapf_xl.reconciliation import AGREES, DIFFERS, KINDS, OPEN
from tests.reconciliation.building import checked, figure, framework, of_statement, statement

if TYPE_CHECKING:
    from dapf_xl.catalogue.tables import Published

Q1, Q2, Q3, BEFORE = "2014-15-Q1", "2014-15-Q2", "2014-15-Q3", "2013-14-Q2"


class Case(NamedTuple):
    """A statement, what is published, and the outcome of each check: a state, or a code and words of its message."""

    name: str
    kind: str
    given: dict[str, Any]
    history: tuple[Published, ...]
    outcomes: tuple[str | tuple[Code, str], ...]


def case(name: str, kind: str, given: dict[str, Any], *rest: Any) -> Case:  # noqa: ANN401
    history = tuple(each for each in rest if not isinstance(each, str | tuple) or hasattr(each, "item"))
    return Case(name, kind, given, history, tuple(each for each in rest if each not in history))


SPLIT = (figure("split", Q1, 15, "a"), figure("split", Q1, 48, "b"))
RISING = tuple(figure("cases", when, value) for when, value in ((BEFORE, 90), (Q1, 70), (Q2, 80)))
YEAR = {"period": "2013-07-01/2014-09-30"}

CASES = [
    # --- equals
    case("agrees", "equals", {"item": "cases", "period": Q1, "value": "70"}, figure("cases", Q1, 70), AGREES),
    case("decimals", "equals", {"item": "rate", "period": Q1, "value": "70.0"}, figure("rate", Q1, 70), AGREES),
    case(
        "differs",
        "equals",
        {"item": "cases", "period": Q1, "value": "71"},
        figure("cases", Q1, 70),
        (Code.STATED_DIFFERS, 'Cases, Q1 2014/15: "so much" is printed here, but 70 in Table, 2014-15-Q1.'),
    ),
    case(
        "within_bounds",
        "equals",
        {"item": "cases", "period": Q1, "value": "4"},
        figure("cases", Q1, shorthand="[c]", lower=Decimal(1), upper=Decimal(4)),
        AGREES,
    ),
    case(
        "beyond_bounds",
        "equals",
        {"item": "cases", "period": Q1, "value": "5"},
        figure("cases", Q1, shorthand="[c]", lower=Decimal(1), upper=Decimal(4)),
        (Code.STATED_DIFFERS, "but [c] 1 to 4 in Table"),
    ),
    case(
        "a_figure_where_there_is_none",
        "equals",
        {"item": "cases", "period": Q1, "value": "5"},
        figure("cases", Q1, shorthand="[x]", reason="awaiting release"),
        (Code.STATED_DIFFERS, "but [x] not available: awaiting release in Table"),
    ),
    case("nothing_published", "equals", {"item": "cases", "period": Q1, "value": "5"}, OPEN),
    case(
        "about",
        "equals",
        {"item": "cases", "period": Q1, "value": "5", "tolerance": "1"},
        figure("cases", Q1, 6),
        AGREES,
    ),
    case("elsewhere", "equals", {"value": "410", "other_value": "410"}, AGREES),
    case(
        "elsewhere_differs",
        "equals",
        {"value": "410", "other_value": "400", "other_document": "Report", "other_place": "p. 2", "of": "Volume"},
        (Code.STATED_DIFFERS, 'Volume: "so much" is printed here, but 400 in Report, p. 2.'),
    ),
    # --- absent
    case(
        "left_out",
        "absent",
        {"item": "cases", "period": Q1},
        figure("cases", Q1, 70),
        (Code.LEFT_OUT, "Cases, Q1 2014/15: 70 in Table, 2014-15-Q1 is left out here."),
    ),
    case("left_out_by_both", "absent", {"item": "cases", "period": Q1}, AGREES),
    case(
        "words_left_out",
        "absent",
        {"other_printed": "a note", "other_document": "Report"},
        (Code.LEFT_OUT, "a note in Report"),
    ),
    # --- sum
    case("parts", "sum", {"item": "split", "period": Q1, "value": "63"}, *SPLIT, AGREES),
    case(
        "parts_differ",
        "sum",
        {"item": "split", "period": Q1, "value": "83"},
        *SPLIT,
        (Code.STATED_SUM_DIFFERS, "its parts add to 15 + 48 = 63 (Table, 2014-15-Q1)"),
    ),
    case("a_part_missing", "sum", {"item": "split", "period": Q1, "value": "15"}, SPLIT[0], OPEN),
    case("numbers", "sum", {"value": "3", "parts": ("1", "2")}, AGREES),
    case(
        "numbers_differ",
        "sum",
        {"value": "4", "parts": ("1", "2")},
        (Code.STATED_SUM_DIFFERS, "add to 1 + 2 = 3 (Paper)"),
    ),
    case(
        "items",
        "sum",
        {"period": Q1, "value": "73", "parts": ("cases", "split")},
        figure("cases", Q1, 10),
        *SPLIT,
        AGREES,
    ),
    # --- share
    case("possible", "share", {"value": "67", "of": "15"}, AGREES),
    case(
        "impossible",
        "share",
        {"value": "55", "of": "15"},
        (Code.SHARE_IMPOSSIBLE, "no whole number of cases: 8 of 15 are 53.3%, 9 of 15 are 60.0%"),
    ),
    case("of_an_item", "share", {"period": Q1, "value": "55", "of": "cases"}, figure("cases", Q1, 20), AGREES),
    case("of_nobody_knows", "share", {"period": Q1, "value": "55", "of": "cases"}, OPEN),
    case("of_none", "share", {"value": "55", "of": "0"}, OPEN),
    case("cases_given", "share", {"value": "60", "of": "50", "parts": ("30",)}, AGREES),
    case(
        "cases_given_differ",
        "share",
        {"value": "80", "of": "410", "parts": ("331",)},
        (Code.STATED_RATIO_DIFFERS, "331 of 410 is 80.7%"),
    ),
    case("around", "share", {"value": "80", "of": "410", "parts": ("331",), "tolerance": "1"}, AGREES),
    # --- change and trend
    case(
        "change",
        "change",
        {"item": "cases", "earlier": Q1, "earlier_value": "70", "period": Q2, "value": "80", "direction": "rise"},
        *RISING,
        AGREES,
        AGREES,
        AGREES,
    ),
    case(
        "change_from_elsewhere",
        "change",
        {"item": "cases", "earlier": Q1, "earlier_value": "60", "period": Q2, "value": "80"},
        *RISING,
        (Code.STATED_DIFFERS, "but 70 in Table, 2014-15-Q1"),
        AGREES,
    ),
    case("rises", "trend", {"item": "cases", "earlier": Q1, "period": Q2, "direction": "rise"}, *RISING[1:], AGREES),
    case(
        "falls_instead",
        "trend",
        {"item": "cases", "earlier": Q1, "period": Q2, "direction": "fall"},
        *RISING[1:],
        (Code.TREND_CONTRARY, "the figure goes from 70 to 80"),
    ),
    case(
        "unchanged",
        "trend",
        {"item": "cases", "earlier": Q1, "period": Q2, "direction": "rise"},
        figure("cases", Q1, 5),
        figure("cases", Q2, 5),
        (Code.TREND_CONTRARY, "goes from 5 to 5"),
    ),
    case(
        "broken_by_the_last",
        "trend",
        {"item": "cases", "earlier": "2013-14-Q1", "period": Q2, "direction": "rise"},
        figure("cases", "2013-14-Q1", 60),
        *RISING,
        (Code.TREND_BROKEN, "80, goes the other way from the 90 of a year before"),
    ),
    case(
        "no_earlier_figure", "trend", {"item": "cases", "earlier": Q1, "period": Q3, "direction": "rise"}, *RISING, OPEN
    ),
    # --- extreme
    case(
        "high",
        "extreme",
        {"item": "cases", "value": "80", "direction": "rise", "date": "July 2014"},
        *RISING[1:],
        AGREES,
        AGREES,
    ),
    case(
        "low", "extreme", {"item": "cases", "value": "70", "direction": "fall", "period": Q1}, *RISING, AGREES, AGREES
    ),
    case(
        "of_another_quarter",
        "extreme",
        {"item": "cases", "value": "80", "direction": "rise", "date": "June 2014"},
        *RISING[1:],
        (
            Code.FIGURE_OF_ANOTHER_DATE,
            "June 2014 falls in Q1 2014/15, where 70 stands in Table, 2014-15-Q1; it is the figure of Q2 2014/15",
        ),
        AGREES,
    ),
    case(
        "not_the_highest",
        "extreme",
        {"item": "cases", "value": "80", "direction": "rise", "period": Q2},
        *RISING,
        AGREES,
        (Code.NOT_THE_EXTREME, "called the highest here, but 90 stands in Table, 2013-14-Q2"),
    ),
    case("nothing_known", "extreme", {"item": "cases", "value": "80", "direction": "rise", "period": Q2}, OPEN),
    # --- average
    case(
        "strained",
        "average",
        {"item": "rate", "value": "13", **YEAR},
        figure("rate", Q1, 20),
        figure("rate", Q2, 19),
        (
            Code.AVERAGE_STRAINED,
            "20%, 19% (Table, 2014-15-Q1; Table, 2014-15-Q2). If all quarters weigh alike, the rest were about 8.7%",
        ),
    ),
    case(
        "impossible",
        "average",
        {"item": "rate", "value": "13", "period": "2014-04-01/2014-09-30"},
        figure("rate", Q1, 20),
        figure("rate", Q2, 19),
        (Code.AVERAGE_IMPOSSIBLE, "every quarter in it is higher: 20%, 19%"),
    ),
    case(
        "between",
        "average",
        {"item": "rate", "value": "13", "period": "2014-04-01/2014-09-30"},
        figure("rate", Q1, 20),
        figure("rate", Q2, 10),
        AGREES,
    ),
    case(
        "some_between",
        "average",
        {"item": "rate", "value": "13", **YEAR},
        figure("rate", Q1, 20),
        figure("rate", Q2, 10),
        OPEN,
    ),
    case("no_quarter", "average", {"item": "rate", "value": "13", **YEAR}, OPEN),
    # --- follows
    case(
        "somebody_began",
        "follows",
        {"item": "top", "period": Q2, "of": "cases", "months": 3},
        figure("cases", Q1, 20),
        figure("top", Q2, 18),
        AGREES,
    ),
    case(
        "nobody_began",
        "follows",
        {"item": "top", "period": Q2, "of": "cases", "months": 3},
        figure("cases", Q1, shorthand="[x]", reason="no activity"),
        figure("top", Q2, 18),
        (Code.FOLLOWS_NOTHING, "18 in Q2 2014/15"),
    ),
    case(
        "four_months_are_two_quarters",
        "follows",
        {"item": "top", "period": Q2, "of": "cases", "months": 4},
        figure("cases", Q1, 1),
        figure("cases", "2013-14-Q4", 18),
        figure("top", Q2, 18),
        AGREES,
    ),
    case(
        "not_released",
        "follows",
        {"item": "top", "period": Q2, "of": "cases", "months": 3},
        figure("cases", Q1, shorthand="[x]", reason="awaiting release"),
        figure("top", Q2, 18),
        OPEN,
    ),
    # --- date, span, within
    case("a_day", "date", {"date": "Thursday 26th March 2015"}, AGREES),
    case(
        "a_wrong_weekday",
        "date",
        {"date": "Friday 26th March 2015"},
        (Code.WEEKDAY_DIFFERS, "no Friday: that day is a Thursday"),
    ),
    case("no_such_day", "date", {"date": "31st June 2014"}, (Code.DATE_IMPOSSIBLE, "June 2014 has 30 days")),
    case("no_such_day_in_digits", "date", {"date": "29/02/2015"}, (Code.DATE_IMPOSSIBLE, "February 2015 has 28 days")),
    case("no_such_month", "date", {"date": "01/13/2015"}, (Code.DATE_IMPOSSIBLE, "there is no month 13")),
    case("twelve_months", "span", {"date": "1 July 2013", "last_date": "June 2014", "months": 12}, AGREES),
    case(
        "fifteen_months",
        "span",
        {"date": "01/07/2013", "last_date": "30/09/2014", "months": 12},
        (Code.SPAN_DIFFERS, "as 12 months, but 01/07/2013 to 30/09/2014 is 15 months"),
    ),
    case(
        "upside_down",
        "span",
        {"date": "01/07/2014", "last_date": "30/09/2013", "months": 12},
        (Code.SPAN_DIFFERS, "ends before it begins"),
    ),
    case("in_the_quarter", "within", {"date": "July 2014", "period": Q2}, AGREES),
    case(
        "in_another",
        "within",
        {"date": "Dec 2013", "period": Q1},
        (Code.EVENT_OUTSIDE_PERIOD, "of Dec 2013, which falls in Q3 2013/14"),
    ),
    # --- unit, small_numbers, unavailable
    case("percentages", "unit", {"printed": "% of cases", "item": "rate"}, figure("rate", Q1, 20), AGREES),
    case("counts", "unit", {"printed": "Total number of cases", "item": "cases"}, figure("cases", Q1, 20), AGREES),
    case(
        "counts_under_percent",
        "unit",
        {"printed": "% of cases", "item": "cases"},
        figure("cases", Q1, 20),
        (Code.UNIT_DIFFERS, 'The words "% of cases" announce percentages, but the figures are counts (20)'),
    ),
    case(
        "percent_under_numbers",
        "unit",
        {"printed": "numbers coming", "item": "rate"},
        figure("rate", Q1, 20),
        (Code.UNIT_DIFFERS, "announce counts"),
    ),
    case("no_unit", "unit", {"printed": "Cases", "item": "cases"}, figure("cases", Q1, 20), OPEN),
    case(
        "small_numbers",
        "small_numbers",
        {"item": "split", "value": "5"},
        figure("split", Q1, 4, "a"),
        figure("split", Q1, 5, "b"),
        figure("split", Q2, 0, "a"),
        figure("split", Q2, 1, "b"),
        (Code.SMALL_NUMBER_PRINTED, "Provider A, Q1 2014/15: 4 is printed in Table, 2014-15-Q1, although"),
        (Code.SMALL_NUMBER_PRINTED, "Provider B, Q2 2014/15: 1 is printed"),
    ),
    case("none_small", "small_numbers", {"item": "cases", "value": "5"}, figure("cases", Q1, 5), AGREES),
    case("not_there", "unavailable", {"item": "cases", "period": Q1}, figure("cases", Q1, shorthand="[x]"), AGREES),
    case(
        "there_after_all",
        "unavailable",
        {"item": "cases", "period": Q1},
        figure("cases", Q1, 15),
        (Code.SAID_UNAVAILABLE, "but 15 is printed in Table"),
    ),
    # --- ratings
    case("all_met", "ratings", {"period": Q1}, figure("cases", Q1, 95), figure("rate", Q1, 20), AGREES),
    case(
        "one_missed",
        "ratings",
        {"period": Q1},
        figure("cases", Q1, 50),
        figure("rate", Q1, 20),
        (Code.RATINGS_DIFFER, "I1, Title, is Red (50 against 100)"),
    ),
    case(
        "the_missed_one_excepted",
        "ratings",
        {"period": Q1, "parts": ("I1",)},
        figure("cases", Q1, 50),
        figure("rate", Q1, 20),
        AGREES,
    ),
    case("nothing_rated", "ratings", {"period": Q1}, OPEN),
    # --- wording, reference, basis
    case("the_same_words", "wording", {"printed": "NPS", "other_printed": " nps "}, AGREES),
    case(
        "other_words",
        "wording",
        {"printed": "NSP", "other_printed": "NPS"},
        (Code.WORDED_TWO_WAYS, '"NSP" is printed here, but "NPS" in Paper'),
    ),
    case("known", "reference", {"printed": "P1.5"}, AGREES),
    case("misprinted", "reference", {"printed": "P.17"}, (Code.REFERENCE_NOT_PRINTED, "did you mean P1.7?")),
    case(
        "like_nothing", "reference", {"printed": "Zz"}, (Code.REFERENCE_NOT_PRINTED, "no reference that the plan has.")
    ),
    case("basis_asked", "basis", {"of": "cases closed", "parts": ("row 3",)}, AGREES),
    case(
        "basis_not_asked",
        "basis",
        {"of": "cases closed"},
        (Code.BASIS_NOT_ASKED, "the number that it is of (cases closed)"),
    ),
]


@pytest.mark.parametrize("each", CASES, ids=lambda each: f"{each.kind}-{each.name}")
def test_a_statement(each: Case) -> None:
    found = of_statement(statement(each.kind, **each.given), *each.history)
    states = [outcome if isinstance(outcome, str) else DIFFERS for outcome in each.outcomes]
    assert [check.state for check in found] == states, found
    for check, outcome in zip(found, each.outcomes, strict=True):
        assert (check.document, check.place, check.kind) == ("Paper", "1.1", each.kind)
        if check.finding is None or isinstance(outcome, str):
            continue
        assert check.finding.code is outcome[0]
        assert outcome[1] in check.finding.message
        assert (check.finding.file, check.finding.sheet) == ("Paper", "1.1")
        assert "the author of this document" in check.finding.remedy


def test_every_kind_is_checked_and_tried_with_and_without_fault() -> None:
    assert set(KINDS) == set(STATEMENT_KINDS) == set(NEEDED_BY_STATEMENT)
    faulty = {each.kind for each in CASES for outcome in each.outcomes if not isinstance(outcome, str)}
    agreeing = {each.kind for each in CASES if AGREES in each.outcomes}
    assert faulty == agreeing == set(KINDS)


def test_every_finding_of_published_documents_is_tried_here_or_without_a_statement() -> None:
    tried = {outcome[0] for each in CASES for outcome in each.outcomes if not isinstance(outcome, str)}
    unasked = {Code.PART_ABOVE_WHOLE, Code.YEAR_DIFFERS}
    assert {code for code in Code if code.batch is Batch.PUBLISHED} == tried | unasked


def test_who_supplied_the_figure_is_asked_first() -> None:
    (check,) = of_statement(statement("equals", item="cases", period=Q1, value="71"), figure("cases", Q1, 70))
    assert check.finding
    assert check.finding.remedy.startswith("Ask Police and the author of this document which of the two is right")
    (check,) = of_statement(
        statement("equals", item="cases", period=Q1, value="71", ask="the performance lead"), figure("cases", Q1, 70)
    )
    assert check.finding
    assert check.finding.remedy.startswith("Ask the performance lead which")


def test_what_is_said_both_ways_is_an_error_and_what_is_loose_is_none() -> None:
    hard = {Code.STATED_DIFFERS, Code.SHARE_IMPOSSIBLE, Code.DATE_IMPOSSIBLE, Code.SMALL_NUMBER_PRINTED}
    loose = {Code.WORDED_TWO_WAYS, Code.LEFT_OUT, Code.TREND_BROKEN, Code.BASIS_NOT_ASKED}
    assert {code.severity for code in hard} == {Severity.ERROR}
    assert {code.severity for code in loose} == {Severity.WARNING}


def test_nothing_said_and_nothing_published_is_nothing_checked() -> None:
    assert checked(framework()) == []
