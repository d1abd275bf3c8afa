"""Which figures a rule sets beside each other: the one description that checks and live checks both ask."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from dapf_xl.catalogue.framework import split_figure
from dapf_xl.findings import Code, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dapf_xl.catalogue.framework import Framework
    from dapf_xl.catalogue.tables import Item, Rule
    from dapf_xl.periods import Period

Named = tuple[str, str]
"""Item and category."""

PERCENT = Decimal(100)
HALF_A_POINT = Decimal("0.5")
"""How far a stated ratio may be from its parts where the rule does not say: what rounding makes."""


def is_on_the_left(rule: Rule, figure: Named) -> bool:
    """Say whether a rule is about a figure: its left side names the item, and the category or none."""
    item, category = split_figure(rule.left)
    return figure[0] == item and category in {"", figure[1]}


def partner(framework: Framework, rule: Rule, left: Named, right: str) -> Named | None:
    """Return the figure of a rule's right side that belongs beside one on its left; None where there is none.

    A category that is named is that one. Otherwise it is the same category of the same breakdown; beside a whole,
    or beside a category that the rule names, it is the other item's whole. Spare rows have no partner: the number
    of a row says nothing.
    """
    item, named = split_figure(right)
    if named:
        return item, named
    category = left[1]
    same = framework.items[left[0]].breakdowns == framework.items[item].breakdowns
    if same and category in framework.categories_of(item):
        return None if framework.open_rows.is_open(item, category) else (item, category)
    is_whole = category in {"", framework.total_of(left[0])} or bool(split_figure(rule.left)[1])
    total = framework.total_of(item)
    return (item, total) if is_whole and total in framework.categories_of(item) else None


def sums_of(framework: Framework, rule: Rule, left: Named) -> Iterator[tuple[Named, ...]]:
    """Yield the figures that a total is made of, once for each way in which it is.

    A total of its own breakdown is the sum of that breakdown's parts; in a two-way table so is every total of a
    row and of a column, and the total of all is the sum of either, and of all cells.
    """
    item, category = left
    if rule.right == (split_figure(rule.left)[0],) and not split_figure(rule.left)[1]:
        yield from _of_its_own_breakdowns(framework, item, category)
        return
    parts: list[Named] = []
    for right in rule.right:
        other, named = split_figure(right)
        is_split = framework.parts_of(other) != ("",) and not framework.total_of(other)
        if not named and not category and is_split:
            parts += [(other, part) for part in framework.parts_of(other)]
        elif (figure := partner(framework, rule, left, right)) is not None:
            parts.append(figure)
        else:
            return
    yield tuple(parts)


def _of_its_own_breakdowns(framework: Framework, item: str, category: str) -> Iterator[tuple[Named, ...]]:
    breakdowns = [framework.breakdowns[name] for name in framework.items[item].breakdowns]
    here = category.split("|")
    totals = [
        place
        for place, rows in enumerate(breakdowns)
        if any(row.category == here[place] and row.role == "total" for row in rows)
    ]
    for place in totals:
        parts = [row.category for row in breakdowns[place] if row.role != "total"]
        yield tuple((item, "|".join([*here[:place], part, *here[place + 1 :]])) for part in parts)
    if len(totals) > 1 and len(totals) == len(breakdowns):
        yield tuple((item, part) for part in framework.parts_of(item))


def in_force(rule: Rule, period: Period) -> Rule:
    """Return a rule as it weighs on figures of a period: one that is new only warns, for as long as it says."""
    is_new = rule.warn_until is not None and period.last_day <= rule.warn_until.last_day
    return replace(rule, severity=Severity.WARNING.value) if is_new else rule


def severity_of(rule: Rule) -> Severity:
    """Return how much it weighs if a rule is broken: as it says, or as its kind usually does."""
    if rule.severity:
        return Severity(rule.severity)
    if rule.kind == "not_more_than":
        return (Code.NUMERATOR_ABOVE_DENOMINATOR if rule.same_cohort else Code.MORE_THAN_ITS_WHOLE).severity
    return (Code.RATIO_DIFFERS if rule.kind == "ratio" else Code.PARTS_DIFFER_FROM_TOTAL).severity


def multiplier_of(framework: Framework, item: Item) -> Decimal:
    """Return what a ratio is per on the scale of reports: 100 for a percentage, the indicator's for a rate."""
    return PERCENT if item.type == "percent" else framework.indicators[item.indicator].multiplier or PERCENT
