"""Made-up returns of every framework pass every check: several seeds, quarter after quarter."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from dapf_xl import catalogue
from dapf_xl.catalogue import Framework
from dapf_xl.catalogue.evidence import EvidenceField
from dapf_xl.catalogue.tables import Category, Rule
from dapf_xl.findings import Code
from dapf_xl.observations import Observation, parse_shorthand, published
from dapf_xl.periods import Period
from dapf_xl.rules.rows import FigureKey
from dapf_xl.synthetic.answers import Officer
from dapf_xl.synthetic.figures import draw
from dapf_xl.synthetic.rounds import quarters_of
from tests.rules.conftest import CATEGORIES, small_framework
from tests.synthetic.coming_back import checked, following, returned

if TYPE_CHECKING:
    from dapf_xl.findings import Finding
    from dapf_xl.returns.layout import Figure

FULL = os.environ.get("DAPF_FULL") == "1"
SEEDS = range(40 if FULL else 3)
ROUNDS = 9 if FULL else 5
DELIBERATE = {Code.MORE_THAN_ITS_WHOLE}
CHANGED = {Code.CHANGED_SHARPLY, Code.OUTSIDE_ITS_SERIES}
"""What is asked of figures that changed much, as made-up ones seldom do; the officer has said why."""
BESIDE_THE_POINT = {Code.IDENTITY_NOT_VERIFIED, Code.LABEL_UNKNOWN}
"""Nobody issued these returns, and nobody has said what their made-up labels are."""


def every_rule() -> Framework:
    """A framework with every kind of rule and of item, two-way totals, a lag, narrow ranges and a rate among them."""
    made = small_framework()
    items = [
        replace(item, breakdowns=("provider", "way")) if item.id == "split" else item for item in made.items.values()
    ]
    two_way = (
        *CATEGORIES,
        Category("way", "in", "In", "part"),
        Category("way", "not_known", "Not known", "not_known"),
        Category("way", "all", "All ways", "total"),
    )
    rules = (
        *made.rules,
        Rule("lagging", "not_more_than", "must", ("contacted",), same_cohort=True, lag=1),
        Rule("exact", "ratio", "over", ("closed", "contacted"), tolerance=Decimal(0)),
        Rule("shares", "not_more_than", "percent", ("share",), same_cohort=True),
        Rule("split in whole", "sum_of_parts", "contacted", ("split",), severity="error"),
        Rule("near", "change_limit", "score", ("score",), tolerance=Decimal(2)),
    )
    tables = {**made.tables, "items": tuple(items), "breakdowns": two_way, "rules": rules}
    return Framework(made.settings, tables)


FRAMEWORKS = [*catalogue.shipped(), "every rule"]


def framework_of(name: str) -> Framework:
    return every_rule() if name == "every rule" else catalogue.load(catalogue.shipped()[name])


def rounds_of(
    framework: Framework, seed: int, *, tidy: bool, count: int = ROUNDS
) -> tuple[list[Finding], Counter[str]]:
    """Return what is found in so many rounds, and how many figures of each kind came of them."""
    known: dict[Figure, Observation] = {each.key: each for each in published(framework)}
    quarter = quarters_of(framework, rounds=count)[0]
    found: list[Finding] = []
    asked_about = returns_made = 0
    kinds: Counter[str] = Counter()
    for _ in range(count):
        agencies = [agency for agency in framework.agencies if framework.asked(quarter, agency)]
        returns = [
            returned(framework, each, quarter, Officer(framework, quarter, each, seed, known).answers(tidy=tidy), known)
            for each in agencies
        ]
        result = checked(framework, quarter, returns, known)
        found += [finding for finding in result.findings if finding.code not in BESIDE_THE_POINT]
        slips = {finding.cell for finding in found if finding.code in DELIBERATE}
        explained = [finding for finding in found if finding.code in CHANGED and finding.cell not in slips]
        assert all(finding.remedy.startswith("Nothing to do") for finding in explained), explained
        asked_about += len(explained)
        returns_made += len(returns)
        found = [finding for finding in found if finding.code not in CHANGED]
        for each in result.returns:
            known |= {observation.key: observation for observation in each.observations}
            kinds.update(observation.shorthand or "value" for observation in each.observations)
        quarter = following(quarter)
    assert asked_about <= max(1, returns_made / (10 if framework.id in catalogue.shipped() else 3)), (
        "officers have time"
    )
    return found, kinds


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", FRAMEWORKS)
def test_nothing_is_found_in_a_tidy_return(name: str, seed: int) -> None:
    found, kinds = rounds_of(framework_of(name), seed, tidy=True)
    assert found == []
    assert kinds["value"] > 10, "figures were given"


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", FRAMEWORKS)
def test_only_what_is_meant_to_be_found_is_found_in_an_untidy_one(name: str, seed: int) -> None:
    found, _ = rounds_of(framework_of(name), seed, tidy=False)
    assert {finding.code for finding in found} <= DELIBERATE, found


def test_the_untidy_ones_have_something_of_everything() -> None:
    kinds: Counter[str] = Counter()
    codes: set[Code] = set()
    for name in catalogue.shipped():
        for seed in range(2):
            found, of = rounds_of(framework_of(name), seed, tidy=False)
            kinds += of
            codes |= {finding.code for finding in found}
    assert {"[x]", "[z]", "[c]", "[p]", "[e]", "value"} <= set(kinds)
    assert codes == DELIBERATE


def test_what_was_awaited_comes_and_what_was_provisional_becomes_final() -> None:
    framework = framework_of("doncaster")
    first = Period.quarter(2021, 1)
    second = following(first)
    known: dict[Figure, Observation] = {}
    open_: dict[Figure, Observation] = {}
    for agency in framework.agencies:
        if framework.asked(first, agency):
            typed = Officer(framework, first, agency, 1, known).answers()
            result = checked(framework, first, [returned(framework, agency, first, typed, known)], known)
            open_ |= {
                each.key: each
                for each in result.returns[0].observations
                if (each.reason == "awaiting release" or each.markers == "[p]")
                and not isinstance(framework.items[each.item], EvidenceField)  # carried by the ledger: test_demo
            }
    assert {each.replacement for each in open_.values()} == {"[x]", ""}
    for agency in {key[2] for key in open_}:
        later = Officer(framework, second, agency, 1, open_).answers()
        given = {(row.item, row.category): row for row in later if row.period == first.label}
        for key in open_:
            if key[2] == agency:
                row = given[key[0], key[1]]
                assert row.value
                assert parse_shorthand(row.shorthand, 5) == parse_shorthand("", 5)


def test_what_is_needed_beside_another_figure_is_always_given() -> None:
    framework = every_rule()
    quarter = Period.quarter(2014, 3)
    for seed in range(20):
        given = {row.item for row in Officer(framework, quarter, "idva", seed, {}).answers()}
        assert "reason" in given


def test_what_may_change_by_so_much_does_not_change_by_more() -> None:
    framework = every_rule()
    for seed in range(10):
        quarter, before, moved = Period.quarter(2014, 3), None, 0
        known: dict[Figure, Observation] = {}
        for _ in range(6):
            value = draw(framework, quarter, "idva", seed, known)[FigureKey("score", "", quarter)]
            assert value is not None
            if before is not None:
                assert abs(value - before) <= 2
                moved += value != before
            known["score", "", "idva", quarter] = Observation("score", "", "idva", quarter, value=value)
            quarter, before = following(quarter), value
        assert moved
