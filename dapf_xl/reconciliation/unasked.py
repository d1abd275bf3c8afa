"""What is checked of the figures without a statement: totals, ratios, wholes and years (pure)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from itertools import product
from typing import TYPE_CHECKING, Any

from dapf_xl.findings import Code, Severity
from dapf_xl.reconciliation.arithmetic import rounds_to
from dapf_xl.reconciliation.figures import amount_of
from dapf_xl.reconciliation.results import Check

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dapf_xl.catalogue.tables import Rule
    from dapf_xl.observations import Observation
    from dapf_xl.periods import Period
    from dapf_xl.reconciliation.figures import Figures

HUNDRED = Decimal(100)


def check_figures(figures: Figures, shares: frozenset[str] = frozenset()) -> Iterator[Check]:
    """Yield every check of the figures among themselves, in the order of the kinds.

    Args:
        figures: The figures.
        shares: Items of percentages that a statement has checked already.
    """
    yield from totals(figures)
    yield from ratios(figures)
    yield from unfounded(figures, shares)
    yield from wholes(figures)
    yield from years(figures)


def _check(  # noqa: PLR0913, PLR0917  (both places and both values)
    figures: Figures, kind: str, code: Code, whole: tuple[Observation, ...], others: tuple[Observation, ...],
    fits: bool, expected: str, **words: Any,  # noqa: ANN401, FBT001
) -> Check:  # fmt: skip
    """Return a check of one figure against others; a finding where it does not fit."""
    first = whole[0]
    said, place, against = figures.said(whole), figures.place(whole), figures.place(others)
    if fits:
        return Check(place, "", kind, said, against, expected)
    finding = code.finding(
        file=place, item=first.item, category=first.category, found=said, expected=expected, other_place=against,
        what=figures.what(first.item, first.category, first.period), ask=figures.suppliers((*whole, *others)), **words,
    )  # fmt: skip
    return Check(place, "", kind, said, against, expected, finding)


def _open(figures: Figures, kind: str, whole: tuple[Observation, ...], why: str) -> Check:
    first = whole[0]
    what = figures.what(first.item, first.category, first.period)
    return Check(figures.place(whole), "", kind, f"{what}: {figures.said(whole)}", "", "", why=why)


# --- totals -----------------------------------------------------------------------------------


def totals(figures: Figures) -> Iterator[Check]:
    """Every total of a breakdown against its parts, by row and column where there are two breakdowns."""
    for item, category, period in sorted({(each.item, each.category, each.period) for each in figures.known.values()}):
        parts = _parts_of(figures, item, category)
        if not parts:
            continue
        whole = figures.at(item, category, period)
        found = [figures.at(item, part, period) for part in parts]
        given, added = amount_of(whole), amount_of(each for some in found for each in some)
        if given is None:
            continue
        if added is None or not all(found):
            missing = sum(amount_of(some) is None for some in found)
            yield _open(figures, "total", whole, f"{missing} of its {len(parts)} parts are not published")
            continue
        fits = added.least <= given.most and given.least <= added.most
        expected = figures.said(added.parts) if added.least == added.most else f"{added.least} to {added.most}"
        yield _check(figures, "total", Code.STATED_SUM_DIFFERS, whole, added.parts, fits, expected)


def _parts_of(figures: Figures, item: str, category: str) -> list[str]:
    """Return the categories that a total is made of; none where it is no total."""
    framework = figures.framework
    breakdowns = [framework.breakdowns[name] for name in framework.items[item].breakdowns] if category else []
    chosen = category.split("|")
    if not breakdowns or len(breakdowns) != len(chosen):
        return []
    roles = [{row.category: row.role for row in rows} for rows in breakdowns]
    is_total = [role.get(name) == "total" for role, name in zip(roles, chosen, strict=True)]
    if not any(is_total):
        return []
    choices = [
        [each for each, kind in role.items() if kind != "total"] if total else [name]
        for role, name, total in zip(roles, chosen, is_total, strict=True)
    ]
    return ["|".join(pair) for pair in product(*choices)]


# --- ratios and wholes --------------------------------------------------------------------------


def ratios(figures: Figures) -> Iterator[Check]:
    """Every stated percentage or rate against its numerator and denominator."""
    for stated, numerator, denominator, multiplier, tolerance in _ratios_of(figures):
        for whole in _figures_of(figures, stated):
            first = whole[0]
            above, below = (figures.at(item, first.category, first.period) for item in (numerator, denominator))
            value, top, bottom = amount_of(whole), amount_of(above), amount_of(below)
            if value is None:
                continue
            if top is None or bottom is None or not bottom.least:
                yield _open(figures, "ratio", whole, "the numbers behind it are not published")
                continue
            exact = top.least / bottom.least * multiplier
            fits = top.least != top.most or bottom.least != bottom.most or rounds_to(exact, value.least, tolerance)
            parts = f"{figures.said(above)} of {figures.said(below)}"
            expected = figures.number(stated, round(exact, 1))
            both = (*above, *below)
            yield _check(
                figures, "ratio", Code.STATED_RATIO_DIFFERS, whole, both, fits, expected, parts=parts
            )._replace(other=f"{parts} is {expected}")


def unfounded(figures: Figures, shares: frozenset[str] = frozenset()) -> Iterator[Check]:
    """Every percentage and rate that is stated without the numbers behind it: nobody can check it, once an item."""
    told = {stated for stated, *_ in _ratios_of(figures)} | shares
    found: dict[str, list[Observation]] = {}
    for each in figures.known.values():
        if each.value is not None and figures.framework.items[each.item].type in {"percent", "rate"}:
            found.setdefault(each.item, []).append(each)
    for item, some in found.items():
        if item not in told:
            many = "figure" if len(some) == 1 else f"{len(some)} figures"
            label = figures.framework.items[item].label
            yield Check(
                figures.place(some[:1]),
                "",
                "ratio",
                label,
                "",
                "",
                why=f"the numbers behind its {many} are not published",
            )


def _ratios_of(figures: Figures) -> Iterator[tuple[str, str, str, Decimal, Decimal | None]]:
    """Yield each item that states a ratio, with what it is of: indicators with parts, then rules."""
    told = set()
    for each in figures.framework.indicators.values():
        if each.measure and each.numerator and each.denominator:
            told.add(each.measure)
            yield each.measure, each.numerator, each.denominator, each.multiplier or HUNDRED, None
    for rule in figures.framework.rules:
        if rule.kind == "ratio" and rule.left not in told:
            yield rule.left, rule.right[0], rule.right[1], HUNDRED, rule.tolerance


def _figures_of(figures: Figures, item: str) -> Iterator[tuple[Observation, ...]]:
    """Yield an item's figures, by category and period."""
    for category, period in sorted(
        {(each.category, each.period) for each in figures.known.values() if each.item == item}
    ):
        yield figures.at(item, category, period)


def wholes(figures: Figures) -> Iterator[Check]:
    """Every figure that the catalogue's rules say is not more than another."""
    for rule in figures.framework.rules:
        if rule.kind == "not_more_than":
            yield from _whole(figures, rule)


def _whole(figures: Figures, rule: Rule) -> Iterator[Check]:
    for left in _figures_of(figures, rule.left):
        first = left[0]
        period = first.period
        if rule.lag and period.kind != "dates":
            for _ in range(rule.lag):
                period = period.previous()
        for item in rule.right:
            right = figures.at(item, first.category, period)
            part, whole = amount_of(left), amount_of(right)
            if part is None or whole is None:
                continue
            fits = part.least <= whole.most + (rule.tolerance or 0)
            check = _check(figures, "rule", Code.PART_ABOVE_WHOLE, left, right, fits, figures.said(right))
            if check.finding is not None and not rule.same_cohort:
                yield _soft(check, rule)
            else:
                yield check


def _soft(check: Check, rule: Rule) -> Check:
    """Return a finding as one that somebody should know of: the two need not be about the same people."""
    assert check.finding  # noqa: S101  (it is asked only of a finding)
    return check._replace(finding=replace(check.finding, severity=Severity(rule.severity or "query")))


# --- years --------------------------------------------------------------------------------------


def years(figures: Figures) -> Iterator[Check]:
    """Every figure of a half or a year against its quarters, where quarters make a year by being added."""
    for each in sorted(figures.known.values(), key=lambda one: (one.item, one.category, one.period)):
        if each.period.kind in {"half", "year"} and each.value is not None:
            yield _year(figures, each)


def _year(figures: Figures, each: Observation) -> Check:
    whole = (each,)
    indicator = figures.framework.indicators[figures.framework.items[each.item].indicator]
    quarters = each.period.quarters()
    found = [figures.at(each.item, each.category, quarter) for quarter in quarters]
    added = amount_of(one for some in found for one in some)
    missing = sum(amount_of(some) is None for some in found)
    if missing or added is None:
        why = f"{missing} of its {len(quarters)} quarters are not published{_a_year_later(figures, each, quarters)}"
        return _open(figures, "year", whole, why)
    if indicator.over_time != "sum":
        return _open(figures, "year", whole, "its quarters may not be added: somebody may be in several of them")
    fits = added.least <= each.value <= added.most if each.value is not None else False
    parts = "quarters"
    return _check(
        figures,
        "year",
        Code.YEAR_DIFFERS,
        whole,
        added.parts,
        fits,
        figures.said(added.parts),
        parts=parts,
        period=each.period.words,
    )


def _a_year_later(figures: Figures, each: Observation, quarters: tuple[Period, ...]) -> str:
    """Return what the quarters of the year after come to, where some of them are published."""
    by_place = {
        (one.category, one.period.same_period_last_year()): one
        for one in figures.known.values()
        if one.item == each.item and one.period.kind == "quarter" and one.value is not None
    }
    later = [by_place[each.category, quarter] for quarter in quarters if (each.category, quarter) in by_place]
    if not later:
        return ""
    return f"; {len(later)} of the year after already come to {figures.said(later)} ({figures.place(later)})"
