"""Kinds of statement about figures: equals, absent, sum, share, change, trend, extreme, average, follows.

Each is a function of a statement and the figures; the loader has seen to it that what its kind needs is there.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from dapf_xl.catalogue.statements import NUMBER
from dapf_xl.findings import Code, PeriodError
from dapf_xl.periods import Period, days_of
from dapf_xl.reconciliation.arithmetic import HUNDRED, nearest_shares, possible_share, rest_of_average, rounds_to, sides
from dapf_xl.reconciliation.figures import NOWHERE, Amount, agreed, amount_of, differs, unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dapf_xl.catalogue.tables import Statement
    from dapf_xl.reconciliation.figures import Figures
    from dapf_xl.reconciliation.results import Check

_QUARTER_MONTHS = 3


def equals(statement: Statement, figures: Figures) -> Iterator[Check]:
    """A figure here against the same figure in the history, or in another document."""
    if statement.other_value is not None:
        yield _against_other(statement, figures)
        return
    assert statement.period  # noqa: S101  (the loader requires it)
    yield _against_history(statement, figures, statement.period, statement.value)


def _against_other(statement: Statement, figures: Figures) -> Check:
    assert statement.value is not None  # noqa: S101  (the loader requires both)
    assert statement.other_value is not None  # noqa: S101
    against = _other(statement)
    other = statement.other_printed or format(statement.other_value, "f")
    if abs(statement.value - statement.other_value) <= (statement.tolerance or 0):
        return agreed(statement, against, other)
    return differs(
        statement, Code.STATED_DIFFERS, against, other, what=_what(statement, figures), ask=figures.ask(statement)
    )


def _other(statement: Statement) -> str:
    """Return the other document and place that a statement names."""
    return ", ".join(part for part in (statement.other_document, statement.other_place) if part) or statement.document


def _what(statement: Statement, figures: Figures) -> str:
    """Return what a statement is about, in words."""
    if statement.item:
        return figures.what(statement.item, statement.category, statement.period)
    return statement.of or statement.place


def _against_history(
    statement: Statement, figures: Figures, period: Period, value: Decimal | None, code: Code = Code.STATED_DIFFERS
) -> Check:
    found = figures.at(statement.item, statement.category, period)
    amount = amount_of(found)
    if not found:
        return unknown(statement, NOWHERE)
    against, other = figures.place(found), figures.said(found)
    if amount is not None and value is not None and amount.takes(value, statement.tolerance):
        return agreed(statement, against, other)
    what = figures.what(statement.item, statement.category, period)
    return differs(statement, code, against, other, what=what, ask=figures.ask(statement, found))


def absent(statement: Statement, figures: Figures) -> Iterator[Check]:
    """A figure that one of two documents leaves out."""
    expected, against = statement.other_printed, _other(statement)
    if statement.period is not None:
        found = figures.at(statement.item, statement.category, statement.period)
        expected, against = figures.said(found), figures.place(found)
    if not expected:
        yield agreed(statement, against, "nothing either")
        return
    what, ask = _what(statement, figures), figures.ask(statement)
    yield differs(statement, Code.LEFT_OUT, against, expected, what=what, ask=ask)


def total(statement: Statement, figures: Figures) -> Iterator[Check]:
    """A total here against its parts: those of the history, or those that the statement names."""
    if not statement.parts:
        assert statement.period  # noqa: S101  (the loader requires it)
        code = Code.STATED_SUM_DIFFERS
        yield _against_history(statement, figures, statement.period, statement.value, code)
        return
    amounts = [_part(statement, figures, part) for part in statement.parts]
    if any(amount is None for amount in amounts):
        yield unknown(statement, NOWHERE)
        return
    least, most = (sum((getattr(each, end) for each in amounts), Decimal(0)) for end in ("least", "most"))
    found = [each for amount in amounts if amount for each in amount.parts]
    against = figures.place(found) or _other(statement)
    added = " + ".join(_span(amount.least, amount.most) for amount in amounts if amount)
    other = f"{added} = {_span(least, most)}"
    if statement.value is not None and least <= statement.value <= most:
        yield agreed(statement, against, other)
        return
    words = {"what": _what(statement, figures), "ask": figures.ask(statement, found)}
    yield differs(statement, Code.STATED_SUM_DIFFERS, against, other, **words)


def _part(statement: Statement, figures: Figures, part: str) -> Amount | None:
    """Return a part of a sum, or the cases of a share: a number as it is, or an item's figure for the period."""
    if NUMBER.fullmatch(part):
        return Amount((), Decimal(part), Decimal(part))
    return figures.amount(part, "", statement.period) if statement.period else None


def _span(least: Decimal, most: Decimal) -> str:
    return f"{least:,f}" if least == most else f"{least:,f} to {most:,f}"


def share(statement: Statement, figures: Figures) -> Iterator[Check]:
    """A percentage of so many cases: that of the cases named in parts, or else of some whole number of them."""
    cases = _part(statement, figures, statement.of)
    value = statement.value
    assert value is not None  # noqa: S101  (the loader requires it)
    if cases is None or cases.least != cases.most or cases.least < 1 or cases.least != int(cases.least):
        yield unknown(statement, f"how many cases it is of ({statement.of}) is not published")
        return
    of = int(cases.least)
    against = figures.place(cases.parts) or _other(statement)
    if statement.parts:
        yield _of_cases(statement, figures, of, against)
        return
    fitting = possible_share(value, of, statement.tolerance)
    if fitting:
        yield agreed(statement, against, str(fitting))
        return
    nearest = ", ".join(map(str, nearest_shares(value, of)))
    found = figures.about(statement)
    other = f"{of} cases; {nearest}"
    yield differs(
        statement, Code.SHARE_IMPOSSIBLE, against, other, of=of, expected=nearest, ask=figures.ask(statement, found)
    )


def _of_cases(statement: Statement, figures: Figures, of: int, against: str) -> Check:
    """Hold a percentage against so many cases of all."""
    cases = _part(statement, figures, statement.parts[0])
    assert statement.value is not None  # noqa: S101  (the loader requires it)
    if cases is None:
        return unknown(statement, NOWHERE)
    exact = HUNDRED * cases.least / of
    parts, expected = f"{cases.least:,f} of {of}", f"{exact:.1f}%"
    if rounds_to(exact, statement.value, statement.tolerance):
        return agreed(statement, against, f"{parts} is {expected}")
    words = {"what": _what(statement, figures), "parts": parts, "expected": expected}
    ask = figures.ask(statement, figures.about(statement))
    check = differs(statement, Code.STATED_RATIO_DIFFERS, against, expected, ask=ask, **words)
    return check._replace(other=f"{parts} is {expected}")


def change(statement: Statement, figures: Figures) -> Iterator[Check]:
    """A change from one figure to another: both are held against the history, and the direction against both."""
    assert statement.earlier  # noqa: S101  (the loader requires both)
    assert statement.period  # noqa: S101
    yield _against_history(statement, figures, statement.earlier, statement.earlier_value)
    yield _against_history(statement, figures, statement.period, statement.value)
    if statement.direction:
        yield from _goes(statement, figures)


def trend(statement: Statement, figures: Figures) -> Iterator[Check]:
    """A rise or fall since an earlier period: the ends must differ that way, and the last from a year before."""
    yield from _goes(statement, figures)


def _goes(statement: Statement, figures: Figures) -> Iterator[Check]:
    assert statement.earlier  # noqa: S101  (the loader requires both)
    assert statement.period  # noqa: S101
    periods = (statement.earlier, statement.period, statement.period.same_period_last_year())
    first, last, year_before = (figures.amount(statement.item, statement.category, period) for period in periods)
    if first is None or last is None:
        yield unknown(statement, NOWHERE)
        return
    direction = -1 if statement.direction == "fall" else 1
    found = (*first.parts, *last.parts)
    what = figures.what(statement.item, statement.category)
    words = {"what": what, "ask": figures.ask(statement, last.parts)}
    if (last.least - first.most) * direction <= 0:
        other = figures.said(last.parts)
        earlier = figures.said(first.parts)
        yield differs(statement, Code.TREND_CONTRARY, figures.place(found), other, earlier=earlier, **words)
    elif (
        statement.kind == "trend"
        and year_before is not None
        and statement.earlier.last_day <= periods[2].last_day
        and (last.least - year_before.most) * direction < 0
    ):
        against = figures.place((*last.parts, *year_before.parts))
        other = figures.said(year_before.parts)
        yield differs(statement, Code.TREND_BROKEN, against, other, latest=figures.said(last.parts), **words)
    else:
        yield agreed(statement, figures.place(found), f"{figures.said(first.parts)} to {figures.said(last.parts)}")


def extreme(statement: Statement, figures: Figures) -> Iterator[Check]:
    """A figure called the highest or lowest, of a date or a period: right there, and none beyond it."""
    assert statement.value is not None  # noqa: S101  (the loader requires it)
    yield _at_its_date(statement, figures)
    known = figures.over_time(statement.item, statement.category)
    if not known:
        return
    is_high = statement.direction != "fall"
    beyond = max(known.items(), key=lambda pair: pair[1].least if is_high else -pair[1].most)
    period, amount = beyond
    against, other = figures.place(amount.parts), figures.said(amount.parts)
    value = amount.least if is_high else amount.most
    if (value > statement.value) if is_high else (value < statement.value):
        words = {"what": figures.what(statement.item, statement.category, period), "extreme": _extreme(is_high)}
        ask = figures.ask(statement, amount.parts)
        yield differs(statement, Code.NOT_THE_EXTREME, against, other, ask=ask, **words)
    else:
        yield agreed(statement, against, f"{other} is the {_extreme(is_high)}")


def _extreme(is_high: bool) -> str:  # noqa: FBT001
    return "highest" if is_high else "lowest"


def _at_its_date(statement: Statement, figures: Figures) -> Check:
    """Hold a figure against that of the quarter that its date falls into."""
    period, date = statement.period, statement.date
    if date:
        days = days_of(date)
        assert days  # noqa: S101  (the loader has read it)
        period = Period.containing(days[1])
    assert period  # noqa: S101  (the loader requires one of the two)
    found = figures.at(statement.item, statement.category, period)
    amount = amount_of(found)
    if amount is None or statement.value is None:
        return unknown(statement, NOWHERE)
    against, other = figures.place(found), figures.said(found)
    if amount.takes(statement.value, statement.tolerance):
        return agreed(statement, against, other)
    elsewhere = [
        f"{each.words} ({figures.place(at.parts)})"
        for each, at in figures.over_time(statement.item, statement.category).items()
        if at.takes(statement.value, statement.tolerance)
    ]
    near = f"; it is the figure of {' and of '.join(elsewhere)}" if elsewhere else ""
    words = {
        "what": figures.what(statement.item, statement.category),
        "date": date or period.words,
        "period": period.words,
        "near": near,
        "ask": figures.ask(statement, found),
    }
    return differs(statement, Code.FIGURE_OF_ANOTHER_DATE, against, other, **words)


def average(statement: Statement, figures: Figures) -> Iterator[Check]:
    """A rate of a long span against the quarters in it: what holds for a whole lies between its parts."""
    assert statement.period  # noqa: S101  (the loader requires both)
    assert statement.value is not None  # noqa: S101
    quarters = statement.period.quarters()
    amounts = [figures.amount(statement.item, statement.category, quarter) for quarter in quarters]
    known = [amount for amount in amounts if amount is not None and amount.least == amount.most]
    values = [amount.least for amount in known]
    found = [each for amount in known for each in amount.parts]
    if not known:
        yield unknown(statement, "no quarter within it is published")
        return
    against = figures.place(found)
    other = ", ".join(figures.number(statement.item, value) for value in values)
    side = sides(statement.value, values)
    words = {
        "what": figures.what(statement.item, statement.category),
        "period": statement.period.words,
        "side": side,
        "ask": figures.ask(statement, found),
    }
    if side and len(known) == len(quarters):
        yield differs(statement, Code.AVERAGE_IMPOSSIBLE, against, other, **words)
    elif side:
        rest = figures.number(statement.item, round(rest_of_average(statement.value, values, len(quarters)), 1))
        yield differs(statement, Code.AVERAGE_STRAINED, against, other, rest=rest, **words)
    elif len(known) == len(quarters):
        yield agreed(statement, against, other)
    else:
        yield unknown(statement, f"only {len(known)} of its {len(quarters)} quarters are published")


def follows(statement: Statement, figures: Figures) -> Iterator[Check]:
    """Those who finish after so many months: somebody must have begun so many months before."""
    assert statement.period  # noqa: S101  (the loader requires both)
    assert statement.months is not None  # noqa: S101
    earlier = statement.period
    try:
        for _ in range(-(-statement.months // _QUARTER_MONTHS)):
            earlier = earlier.previous()
    except PeriodError:
        yield unknown(statement, NOWHERE)
        return
    finished = figures.amount(statement.item, statement.category, statement.period)
    began = figures.at(statement.of, statement.category, earlier)
    amount = amount_of(began)
    is_none = bool(began) and all(each.reason == "no activity" or each.value == 0 for each in began)
    if finished is None or not began or (amount is None and not is_none):
        yield unknown(statement, NOWHERE)
        return
    against, other = figures.place(began), figures.said(began)
    most = amount.most if amount else Decimal(0)
    if finished.least <= most:
        yield agreed(statement, against, other)
        return
    words = {
        "what": figures.what(statement.item, statement.category),
        "period": statement.period.words,
        "earlier": earlier.words,
        "done": figures.said(finished.parts),
        "ask": figures.ask(statement, finished.parts),
    }
    yield differs(statement, Code.FOLLOWS_NOTHING, against, other, **words)
