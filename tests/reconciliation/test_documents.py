"""What is found in the five documents that the shipped catalogues are made from: both places, both values."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import pytest

from dapf_xl import catalogue
from dapf_xl.findings import Code, Severity
from dapf_xl.reconciliation import AGREES, reconcile

if TYPE_CHECKING:
    from dapf_xl.reconciliation import Check, Reconciled

PAPER, APPENDIX = "Committee paper, 26 March 2015", "Appendix one"
TABLE, REPORT = "Performance table Q2", "Performance report Q2"
FRAMEWORK = "Quality and performance framework 2021-24"
DOCUMENTS = {
    "cambridgeshire": {APPENDIX, PAPER},
    "doncaster": {FRAMEWORK},
    "haringey": {TABLE, REPORT},
    "wirral": {"Appendix 2, performance data"},
}


class Found(NamedTuple):
    """A contradiction: where it is said and what, where the other stands and what that says."""

    framework: str
    code: Code
    document: str
    place: str
    said: str
    against: str
    other: str


NAMED = [
    Found(
        "cambridgeshire",
        Code.STATED_SUM_DIFFERS,
        PAPER,
        "2.4.1, table, Q1",
        "83 joined",
        "Appendix one, indicator 5, Q1",
        "15 + 43 + 5 = 63",
    ),
    Found(
        "haringey",
        Code.SHARE_IMPOSSIBLE,
        TABLE,
        "row 5, comments",
        "55% had 2+",
        "Performance table Q2, row 5, comments",
        "15 cases; 8 of 15 are 53.3%, 9 of 15 are 60.0%",
    ),
    Found(
        "cambridgeshire",
        Code.FIGURE_OF_ANOTHER_DATE,
        PAPER,
        "2.3.4",
        "high of 52% in June 2013",
        "Appendix one, indicator 13, Q1, in brackets",
        "40%",
    ),
    Found(
        "haringey",
        Code.SPAN_DIFFERS,
        TABLE,
        "row 6, comments",
        "12 month period 01/07/2013 – 30/09/2014",
        "the calendar",
        "15 months",
    ),
    Found(
        "haringey",
        Code.DATE_IMPOSSIBLE,
        REPORT,
        "key improvers",
        "31st June 2014",
        "the calendar",
        "June 2014 has 30 days",
    ),
    Found(
        "haringey",
        Code.RATINGS_DIFFER,
        REPORT,
        "performance overview",
        "All targets (with the exception of …) were close to target or exceeded target",
        "Performance table Q2, row 5, Quarter 2 actual; Performance table Q2, row 6, Quarter 2 actual",
        "H5, Audited MARAC cases that met at least two of the agreed outcomes, is Red "
        "(55% against 80%); H6, MARAC repeat victimisation, is Red (19% against 11-15%)",
    ),
    *(
        Found(
            "cambridgeshire",
            Code.SMALL_NUMBER_PRINTED,
            APPENDIX,
            "indicator 19, comments",
            "Figures less than 5",
            f"Appendix one, indicator 19, 2013-14 data, {place}",
            value,
        )
        for place, value in (
            ("Q1, Fen", "2"),
            ("Q2, City", "4"),
            ("Q2, East", "2"),
            ("Q2, Fen", "3"),
            ("Q2, Hunt", "4"),
            ("Q2, South", "4"),
        )
    ),
    Found(
        "cambridgeshire",
        Code.UNIT_DIFFERS,
        APPENDIX,
        "indicator 6, heading",
        "% of perpetrators completing",
        "Appendix one, indicator 6, Q3",
        "counts (4 NPS, 11 CRC, 3 CAF)",
    ),
]
"""The eight that must be found, at the least."""

OTHERS = [
    ("cambridgeshire", Code.UNIT_DIFFERS, PAPER, "2.3.4"),
    ("cambridgeshire", Code.TREND_BROKEN, PAPER, "2.2.2"),
    ("cambridgeshire", Code.FOLLOWS_NOTHING, PAPER, "2.4.1, commentary"),
    ("cambridgeshire", Code.WORDED_TWO_WAYS, PAPER, "1.3"),
    ("cambridgeshire", Code.WORDED_TWO_WAYS, PAPER, "2.4.1, table, heading"),
    ("cambridgeshire", Code.WORDED_TWO_WAYS, PAPER, "4.1.1"),
    ("cambridgeshire", Code.WORDED_TWO_WAYS, APPENDIX, "explanation 7"),
    ("cambridgeshire", Code.WORDED_TWO_WAYS, APPENDIX, "indicator 5, Q3"),
    ("cambridgeshire", Code.WORDED_TWO_WAYS, APPENDIX, "indicator 5, key in the comments"),
    ("cambridgeshire", Code.WORDED_TWO_WAYS, APPENDIX, "indicator 12, comments"),
    ("cambridgeshire", Code.WORDED_TWO_WAYS, APPENDIX, "indicator 19, 2014/15"),
    ("cambridgeshire", Code.SAID_UNAVAILABLE, APPENDIX, "indicator 16, comments"),
    *(
        ("cambridgeshire", Code.LEFT_OUT, PAPER, f"2.5.3, occupancy, Fenland, Q{number}, in brackets")
        for number in range(1, 5)
    ),
    ("haringey", Code.STATED_RATIO_DIFFERS, TABLE, "row 4, comments"),
    ("haringey", Code.WORDED_TWO_WAYS, TABLE, "row 4, heading and target"),
    ("haringey", Code.EVENT_OUTSIDE_PERIOD, TABLE, "row 5, Quarter 1 actual"),
    ("haringey", Code.AVERAGE_STRAINED, TABLE, "row 6, comments"),
    ("haringey", Code.PART_ABOVE_WHOLE, "Performance table Q2, row 1, comments", ""),
    *(
        ("doncaster", Code.REFERENCE_NOT_PRINTED, FRAMEWORK, f"{measure}, relates to action plan ref")
        for measure in ("PM2", "PM4", "PM5", "PM21")
    ),
    ("doncaster", Code.WORDED_TWO_WAYS, FRAMEWORK, "PM36, what is it telling us"),
]
"""What else is found, but for the percentages that one area asks for without the numbers that they are of."""

CONSISTENT = [
    ("cambridgeshire", PAPER, "2.3.2", "change"),
    ("cambridgeshire", PAPER, "2.3.3", "extreme"),
    ("cambridgeshire", PAPER, "2.3.3", "change"),
    ("cambridgeshire", PAPER, "4.1.1", "change"),
    ("cambridgeshire", PAPER, "2.4.1, table, Q3", "sum"),
    ("cambridgeshire", PAPER, "2.5.3, table, Refuge", "equals"),
    ("cambridgeshire", PAPER, "front page", "date"),
    ("cambridgeshire", APPENDIX, "explanation 6", "unit"),
    ("cambridgeshire", APPENDIX, "indicator 13, Q2, in brackets", "share"),
    ("haringey", TABLE, "row 1, Quarter 2 actual", "share"),
    ("haringey", TABLE, "row 5, Quarter 2 actual", "within"),
    ("haringey", REPORT, "key improvers", "span"),
]


@cache
def reconciled(framework: str) -> Reconciled:
    return reconcile(framework)


def differing(framework: str) -> list[Check]:
    return [check for check in reconciled(framework).checks if check.finding]


@pytest.mark.parametrize("found", NAMED, ids=lambda found: f"{found.code.name}-{found.against[-12:]}")
def test_a_named_contradiction_is_found_with_both_places_and_both_values(found: Found) -> None:
    (check,) = [
        check
        for check in differing(found.framework)
        if check.finding
        and (check.finding.code, check.document, check.place, check.against)
        == (found.code, found.document, found.place, found.against)
    ]
    assert (check.said, check.other) == (found.said, found.other)
    assert check.finding
    assert check.finding.severity is Severity.ERROR
    line = str(check.finding)
    assert line.startswith(f"{found.document}, {found.place}: ")
    assert "Ask " in line
    for said in (
        found.said if found.code is not Code.SMALL_NUMBER_PRINTED else f"{found.other} is printed",
        *found.other.split("; "),
    ):
        assert said in line or said == "15 cases"


@pytest.mark.parametrize("framework", DOCUMENTS)
def test_nothing_but_what_is_listed_is_found(framework: str) -> None:
    listed = [each[1:4] for each in OTHERS if each[0] == framework]
    listed += [(each.code, each.document, each.place) for each in NAMED if each.framework == framework]
    found = [
        (check.finding.code, check.document, check.place)
        for check in differing(framework)
        if check.finding and check.finding.code is not Code.BASIS_NOT_ASKED
    ]
    assert sorted(found, key=str) == sorted(listed, key=str)


def test_a_framework_without_figures_lacks_what_its_percentages_are_of() -> None:
    found = [check for check in differing("wirral") if check.finding and check.finding.code is Code.BASIS_NOT_ASKED]
    assert len(found) == len(differing("wirral")) == 10
    assert sum("cases closed to" in check.other for check in found) == 4


@pytest.mark.parametrize(("framework", "document", "place", "kind"), CONSISTENT)
def test_a_consistent_claim_agrees(framework: str, document: str, place: str, kind: str) -> None:
    states = {
        check.state
        for check in reconciled(framework).checks
        if (check.document, check.place, check.kind) == (document, place, kind)
    }
    assert states == {AGREES}


@pytest.mark.parametrize("framework", DOCUMENTS)
def test_every_document_says_something(framework: str) -> None:
    assert {each.document for each in catalogue.load(catalogue.shipped()[framework]).statements} == DOCUMENTS[framework]


@pytest.mark.parametrize(
    ("item", "total", "later"),
    [("Women housed, Refuge", "62", "115"), ("Women housed, Cambridge", "49", "66"), ("Victims", "139", "124")],
)
def test_a_year_whose_quarters_are_not_published_is_open_beside_what_came_after(
    item: str, total: str, later: str
) -> None:
    (check,) = [check for check in reconciled("cambridgeshire").open if check.said.startswith(item)]
    assert check.said.endswith(f": {total}")
    assert f" = {later} (" in check.why


def test_a_statement_is_about_what_is_printed_and_no_longer_than_it_must_be() -> None:
    for name in DOCUMENTS:
        for each in catalogue.load(catalogue.shipped()[name]).statements:
            assert len(each.printed) <= 90, each.id
