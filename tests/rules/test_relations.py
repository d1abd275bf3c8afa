"""Relations between figures: broken only where both sides are known, and found at the figure on the left."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from dapf_xl.catalogue import Framework
from dapf_xl.catalogue.tables import RULE_KINDS, Category, Rule
from dapf_xl.findings import Severity
from dapf_xl.periods import Period
from dapf_xl.rules import Status
from dapf_xl.rules.relations import RELATIONS

from .conftest import QUARTER, RULES, Desk, Typed, places, small_framework

if TYPE_CHECKING:
    from dapf_xl.observations import Observation
    from dapf_xl.rules import CheckedReturn

HELD, ACCEPTED = "held", "accepted"


def _observed(checked: CheckedReturn, item: str) -> list[Observation]:
    return [one for one in checked.observations if one.item == item]


def _typed(**values: object) -> dict[str, Typed]:
    return {name.replace("__", "/"): Typed(value) for name, value in values.items()}


def test_every_kind_of_rule_has_its_place() -> None:
    assert set(RELATIONS) == set(RULE_KINDS)


@pytest.mark.parametrize(
    ("typed", "code", "item", "category"),
    [
        (_typed(engaged=41.0, contacted=40.0), "NUMERATOR_ABOVE_DENOMINATOR", "engaged", ""),
        (_typed(engaged=1.0, contacted=0.0), "NUMERATOR_ABOVE_DENOMINATOR", "engaged", ""),
        (_typed(engaged="1,041", contacted=1040.0), "NUMERATOR_ABOVE_DENOMINATOR", "engaged", ""),
        (_typed(share=0.5, contacted=0.0), "DENOMINATOR_ZERO", "share", ""),
        (_typed(split__a=20.0, split__b=17.0, split__all=38.0), "PARTS_DIFFER_FROM_TOTAL", "split", "all"),
        (_typed(closed=3.0), "REQUIRED_IF", "reason", ""),
    ],
)
def test_a_broken_relation_keeps_the_figure_out(
    desk: Desk, typed: dict[str, Typed], code: str, item: str, category: str
) -> None:
    checked = desk.check_one(typed)
    assert places(checked.findings) == [(code, *desk.cell(item, category))]
    assert checked.findings[0].severity is Severity.ERROR
    assert [one.category for one in _observed(checked, item) if one.category == category] == []
    assert checked.status is Status.PARTLY_ACCEPTED


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param(_typed(engaged=40.0, contacted=40.0), id="level"),
        pytest.param(_typed(engaged=41.0), id="right_side_blank"),
        pytest.param(_typed(contacted=4.0), id="left_side_blank"),
        pytest.param({"engaged": Typed(41.0), "contacted": Typed(None, "[c] suppressed: 1 to 4")}, id="right_hidden"),
        pytest.param(_typed(engaged=10.0, contacted=30.0, share=0.33), id="share_within_rounding"),
        pytest.param(_typed(split__a=20.0, split__b=17.0, split__all=37.0), id="parts_add_up"),
        pytest.param(_typed(split__a=20.0, split__all=38.0), id="a_part_is_missing"),
        pytest.param(_typed(closed=0.0), id="required_if_not_for_0"),
        pytest.param({"closed": Typed(3.0), "reason": Typed(None, "[z] not applicable")}, id="required_if_shorthand"),
        pytest.param(
            {
                "split/a": Typed(20.0),
                "split/b": Typed(None, "[c] suppressed: 1 to 4"),
                "split/all": Typed(23.0),
            },
            id="a_suppressed_part_within_its_bounds",
        ),
    ],
)
def test_a_relation_that_holds_or_cannot_be_known_says_nothing(desk: Desk, typed: dict[str, Typed]) -> None:
    assert desk.check_one(typed).findings == []


def test_a_suppressed_part_counts_with_its_bounds(desk: Desk) -> None:
    typed = {"split/a": Typed(20.0), "split/b": Typed(None, "[c] suppressed: 1 to 4"), "split/all": Typed(25.0)}
    finding = desk.check_one(typed).findings[0]
    assert finding.message == "The total is 25, the parts add to between 21 and 24."


def test_a_side_of_the_wrong_type_is_unknown_and_not_broken(desk: Desk) -> None:
    checked = desk.check_one(_typed(engaged=41.0, contacted="c.40"))
    assert places(checked.findings) == [("TEXT_IN_NUMBER", *desk.cell("contacted"))]


def test_the_message_names_both_cells_and_both_values(desk: Desk) -> None:
    finding = desk.check_one(_typed(engaged=41.0, contacted=40.0)).findings[0]
    assert finding.message == "Engaged (41) is more than Contacted (40)."
    assert finding.remedy == f"Correct {desk.cell('engaged')[1]} or {desk.cell('contacted')[1]}."


def test_a_percentage_that_is_not_its_ratio_is_a_warning(desk: Desk) -> None:
    checked = desk.check_one(_typed(engaged=10.0, contacted=30.0, share=0.4))
    assert places(checked.findings) == [("RATIO_DIFFERS", *desk.cell("share"))]
    assert checked.findings[0].message == "The percentage is given as 40%, but 10 of 30 is 33.3%."
    assert [one.value for one in _observed(checked, "share")] == [Decimal(40)]
    assert checked.status is Status.ACCEPTED


@pytest.mark.parametrize(
    ("comment", "status"), [("", HELD), (" ", HELD), ("Closed cases were referred last quarter.", ACCEPTED)]
)
def test_closed_above_engaged_is_held_until_it_is_explained(desk: Desk, comment: str, status: str) -> None:
    typed = {"closed": Typed(47.0, comment=comment), "engaged": Typed(37.0), "reason": Typed(1.0)}
    checked = desk.check_one(typed)
    assert places(checked.findings) == [("MORE_THAN_ITS_WHOLE", *desk.cell("closed"))]
    assert checked.findings[0].severity is Severity.QUERY
    assert [(one.value, one.status) for one in _observed(checked, "closed")] == [(Decimal(47), status)]
    assert [one.status for one in _observed(checked, "engaged")] == [ACCEPTED]
    assert checked.status is Status.ACCEPTED_WITH_QUERIES


def test_a_query_that_the_comment_answers_asks_for_nothing_more(desk: Desk) -> None:
    said = "Closed cases were referred last quarter."
    typed = {"closed": Typed(47.0, comment=said), "engaged": Typed(37.0), "reason": Typed(1.0)}
    (finding,) = desk.check_one(typed).findings
    assert finding.severity == "query"
    assert finding.remedy.startswith(f"Nothing to do: {desk.cell('closed', part='comment')[1]} explains it")


def test_an_unusual_figure_is_held_until_it_is_explained(desk: Desk) -> None:
    checked = desk.check_one(_typed(score=21.0))
    assert places(checked.findings) == [("OUTSIDE_SOFT_RANGE", *desk.cell("score"))]
    assert [one.status for one in _observed(checked, "score")] == [HELD]


@pytest.mark.parametrize(
    ("item", "typed", "code"),
    [
        ("count", 41_730.0, "DAY_AS_NUMBER"),  # 1 April 2014, of 1-4
        ("count", "42,008", "DAY_AS_NUMBER"),
        ("money", 41_640.0, "DAY_AS_NUMBER"),  # the first day of the year
        ("count", 42_369.0, "DAY_AS_NUMBER"),  # the last of the next
        ("count", 41_639.0, ""),
        ("count", 42_370.0, ""),
        ("money", 41_730.5, ""),
    ],
)
def test_a_figure_that_may_be_a_day_is_asked_about(desk: Desk, item: str, typed: object, code: str) -> None:
    found = [finding for finding in desk.check_one(_typed(**{item: typed})).findings if finding.severity == "query"]
    assert [finding.code.name for finding in found] == [code] * bool(code)
    assert all(finding.cell == desk.cell(item)[1] for finding in found)


def test_a_figure_that_may_be_a_day_counts_once_that_is_explained(desk: Desk) -> None:
    checked = desk.check_one({"count": Typed(41_730.0)})
    assert checked.findings[0].message.startswith(
        "41,730 is also the number that a spreadsheet keeps for 1 April 2014, which it makes of 1-4"
    )
    assert [one.status for one in _observed(checked, "count")] == [HELD]
    explained = desk.check_one({"count": Typed(41_730.0, comment="All callers of the year are counted.")})
    assert [one.status for one in _observed(explained, "count")] == [ACCEPTED]


def test_the_rule_decides_how_much_it_weighs(desk: Desk) -> None:
    rules = tuple(replace(rule, severity="warning") if rule.id == "closed" else rule for rule in desk.framework.rules)
    desk.framework = Framework(desk.framework.settings, {**desk.framework.tables, "rules": rules})
    checked = desk.check_one(_typed(closed=47.0, engaged=37.0, reason=1.0))
    assert [finding.severity for finding in checked.findings] == [Severity.WARNING]
    assert [one.status for one in _observed(checked, "closed")] == [ACCEPTED]


def test_a_year_to_date_is_compared_with_the_quarter_before(desk: Desk) -> None:
    desk.learn("to_date", QUARTER.previous(), value=Decimal(9))
    checked = desk.check_one(_typed(to_date=8.0))
    assert places(checked.findings) == [("CUMULATIVE_FALLS", *desk.cell("to_date"))]
    expected = "Completions, year to date is 8, less than the 9 of Q2 2014/15, and it can only grow."
    assert checked.findings[0].message == expected
    assert desk.check_one(_typed(to_date=9.0)).findings == []


def test_a_revision_in_the_same_return_comes_before_what_was_known(desk: Desk) -> None:
    earlier = QUARTER.previous()
    desk.learn("to_date", earlier, value=Decimal(9))
    assert desk.check_one({"to_date": Typed(8.0), f"to_date@{earlier}": Typed(7.0, "[r] revised")}).findings == []


def test_a_year_to_date_begins_anew_with_the_year(desk: Desk) -> None:
    first = Period.quarter(2015, 1)
    desk.learn("to_date", first.previous(), value=Decimal(9))
    returned = desk.filled(_typed(to_date=1.0), period=first)
    assert desk.check([returned], period=first, key=None, issued=None).returns[0].status is Status.ACCEPTED


def test_a_lag_looks_at_an_earlier_quarter(desk: Desk) -> None:
    rules = tuple(replace(rule, lag=1) if rule.id == "closed" else rule for rule in desk.framework.rules)
    desk.framework = Framework(desk.framework.settings, {**desk.framework.tables, "rules": rules})
    desk.learn("engaged", QUARTER.previous(), value=Decimal(30))
    checked = desk.check_one(_typed(closed=31.0, engaged=37.0, reason=1.0))
    assert [finding.message for finding in checked.findings] == ["Closed (31) is more than Engaged (30)."]
    assert "the figure reported for Q2 2014/15" in checked.findings[0].remedy


def test_each_return_is_held_to_its_own_figures(desk: Desk) -> None:
    returns = [
        desk.filled(_typed(engaged=5.0, contacted=4.0)),
        desk.filled(_typed(engaged=4.0, contacted=5.0), agency="police"),
    ]
    checked = desk.check(returns).returns
    assert [len(one.findings) for one in checked] == [1, 0]


@pytest.mark.parametrize(
    ("engaged", "codes"),
    [(42.0, []), (43.0, ["NUMERATOR_ABOVE_DENOMINATOR"])],
    ids=["at_the_tolerance", "beyond_it"],
)
def test_a_tolerance_allows_just_that_much(desk: Desk, engaged: float, codes: list[str]) -> None:
    first, *others = desk.framework.rules
    rules = (replace(first, tolerance=Decimal(2)), *others)
    desk.framework = Framework(desk.framework.settings, {**desk.framework.tables, "rules": rules})
    findings = desk.check_one(_typed(engaged=engaged, contacted=40.0)).findings
    assert [finding.code.name for finding in findings] == codes


def _with_rules(desk: Desk, *rules: Rule) -> None:
    desk.framework = Framework(desk.framework.settings, {**desk.framework.tables, "rules": rules})


def test_a_rule_may_name_one_category(desk: Desk) -> None:
    _with_rules(desk, Rule("a", "not_more_than", "split/a", ("contacted",)))
    typed = _typed(split__a=9.0, split__b=9.0, split__all=18.0, contacted=5.0)
    assert places(desk.check_one(typed).findings) == [("MORE_THAN_ITS_WHOLE", *desk.cell("split", "a"))]
    _with_rules(desk, Rule("a", "not_more_than", "contacted", ("split/b",)))
    typed = _typed(split__a=9.0, split__b=2.0, split__all=11.0, contacted=5.0)
    assert places(desk.check_one(typed).findings) == [("MORE_THAN_ITS_WHOLE", *desk.cell("contacted"))]


def test_a_sum_that_is_a_query_may_be_explained_and_says_so(desk: Desk) -> None:
    _with_rules(desk, Rule("split", "sum_of_parts", "split", ("split",), severity="query"))
    (finding,) = desk.check_one(_typed(split__a=20.0, split__b=17.0, split__all=38.0)).findings
    assert finding.severity is Severity.QUERY
    assert finding.remedy.endswith(f", or explain in {desk.cell('split', 'all', 'comment')[1]}.")
    strict = Desk().check_one(_typed(split__a=20.0, split__b=17.0, split__all=38.0)).findings[0]
    assert "explain" not in strict.remedy


def test_a_rate_is_per_what_its_indicator_says(desk: Desk) -> None:
    indicators = tuple(
        replace(each, derivation="rate", multiplier=Decimal(10000)) for each in desk.framework.tables["indicators"]
    )
    tables = {**desk.framework.tables, "indicators": indicators}
    tables["rules"] = (Rule("rate", "ratio", "rate", ("engaged", "contacted")),)
    desk.framework = Framework(desk.framework.settings, tables)
    assert desk.check_one(_typed(rate=11.0, engaged=110.0, contacted=100000.0)).findings == []
    (finding,) = desk.check_one(_typed(rate=44.0, engaged=110.0, contacted=100000.0)).findings
    assert finding.code.name == "RATIO_DIFFERS"
    assert finding.message == "The rate is given as 44 per 10,000, but 110 of 100,000 is 11 per 10,000."


def test_sub_totals_of_a_cross_table_are_checked_against_their_row_and_column(desk: Desk) -> None:
    crossed = replace(desk.framework.items["split"], id="cross", breakdowns=("provider", "sex"))
    sexes = (Category("sex", "f", "Female", "part"), Category("sex", "m", "Male", "part"))
    tables = dict(desk.framework.tables)
    tables["items"] = (*tables["items"], crossed)
    tables["breakdowns"] = (*tables["breakdowns"], *sexes, Category("sex", "all", "Both", "total"))
    tables["asks"] = (*tables["asks"], replace(tables["asks"][0], item="cross"))
    tables["rules"] = (Rule("cross", "sum_of_parts", "cross", ("cross",)),)
    desk.framework = Framework(desk.framework.settings, tables)
    whole = {"a|f": 1, "a|m": 2, "a|all": 3, "b|f": 4, "b|m": 5, "b|all": 9, "all|f": 5, "all|m": 7, "all|all": 12}

    def found(**changes: int) -> list[tuple[str, str, str]]:
        cells = whole | {name.replace("_", "|"): value for name, value in changes.items()}
        return places(desk.check_one({f"cross/{name}": Typed(float(value)) for name, value in cells.items()}).findings)

    assert found() == []
    assert found(a_all=4, all_all=13, all_m=8) == [
        ("PARTS_DIFFER_FROM_TOTAL", *desk.cell("cross", "a|all")),
        ("PARTS_DIFFER_FROM_TOTAL", *desk.cell("cross", "all|m")),
        ("PARTS_DIFFER_FROM_TOTAL", *desk.cell("cross", "all|all")),
    ]
    assert found(all_all=13) == [("PARTS_DIFFER_FROM_TOTAL", *desk.cell("cross", "all|all"))]


@pytest.mark.parametrize(
    ("until", "severity"),
    [("2014-15-Q3", "warning"), ("2014-15", "warning"), ("2014-15-Q2", "error"), (None, "error")],
)
def test_a_new_rule_only_warns_for_as_long_as_it_says(until: str | None, severity: str) -> None:
    base = small_framework()
    new = replace(RULES[0], warn_until=Period.parse(until) if until else None)
    desk = Desk(Framework(base.settings, {**base.tables, "rules": (new,)}))
    checked = desk.check_one({"engaged": Typed(6.0), "contacted": Typed(5.0)})
    (found,) = checked.findings
    assert (found.code.name, str(found.severity)) == ("NUMERATOR_ABOVE_DENOMINATOR", severity)
    assert ("engaged" in {each.item for each in checked.observations}) is (severity == "warning")
