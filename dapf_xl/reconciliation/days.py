"""Kinds of statement about days: date, span, within."""

from __future__ import annotations

import calendar
import re
from typing import TYPE_CHECKING

from dapf_xl.findings import Code, PeriodError
from dapf_xl.periods import Period, days_of, weekday_of, words_of_date
from dapf_xl.reconciliation.arithmetic import months_between, span_words
from dapf_xl.reconciliation.figures import agreed, differs

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date as day

    from dapf_xl.catalogue.tables import Statement
    from dapf_xl.reconciliation.figures import Figures
    from dapf_xl.reconciliation.results import Check

CALENDAR = "the calendar"
_MONTHS = 12


def date(statement: Statement, figures: Figures) -> Iterator[Check]:
    """A day that must exist, and be the weekday that stands before it."""
    ask = figures.ask(statement, figures.about(statement))
    try:
        days = days_of(statement.date)
    except PeriodError:
        yield differs(statement, Code.DATE_IMPOSSIBLE, CALENDAR, _longest_month(statement.date), ask=ask)
        return
    assert days  # noqa: S101  (the loader has read it)
    weekday, real = weekday_of(statement.date), calendar.day_name[days[0].weekday()]
    if weekday and weekday != real.casefold():
        words = {"weekday": weekday.capitalize(), "ask": ask}
        yield differs(statement, Code.WEEKDAY_DIFFERS, CALENDAR, real, **words)
    else:
        yield agreed(statement, CALENDAR, f"{real}, {words_of_date(days[0])}" if days[0] == days[1] else real)


_NUMBERED = re.compile(r"[0-9]{1,2}[/.-](?P<month>[0-9]{1,2})[/.-](?P<year>[0-9]{4})")
_DAY = re.compile(r"^(?:[a-z]+,? )?[0-9]{1,2} ?(?:st|nd|rd|th)?[ -](?:of )?")


def _longest_month(text: str) -> str:
    """Return how many days the month of an impossible day has, in words; that there is none such where that is so."""
    plain = text.strip().casefold()
    match = _NUMBERED.fullmatch(plain)
    number = int(match["month"]) if match else 0
    if match and not 1 <= number <= _MONTHS:
        return f"there is no month {number}"
    try:
        days = days_of(f"{calendar.month_name[number]} {match['year']}" if match else _DAY.sub("", plain))
    except PeriodError:
        days = None
    if days is None:
        return "the month has fewer days"
    last = days[1]
    return f"{calendar.month_name[last.month]} {last.year} has {last.day} days"


def span(statement: Statement, figures: Figures) -> Iterator[Check]:
    """A span that is said to have so many months."""
    first, last = _ends(statement)
    months = statement.months
    against, other = CALENDAR, span_words(first, last)
    if months_between(first, last) == months:
        yield agreed(statement, against, other)
    else:
        found = figures.about(statement)
        dates = f"{statement.date} to {statement.last_date}"
        words = {"dates": dates, "months": months, "ask": figures.ask(statement, found)}
        yield differs(statement, Code.SPAN_DIFFERS, against, other, **words)


def _ends(statement: Statement) -> tuple[day, day]:
    first, last = days_of(statement.date), days_of(statement.last_date)
    assert first and last  # noqa: S101, PT018  (the loader has read both)
    return first[0], last[1]


def within(statement: Statement, figures: Figures) -> Iterator[Check]:
    """A figure that stands for a period, of something that happened on a day or in a month: it must be within."""
    days = days_of(statement.date)
    period = statement.period
    assert days and period  # noqa: S101, PT018  (the loader requires both)
    at = Period.containing(days[1])
    against = ", ".join(part for part in (statement.other_document, statement.other_place) if part) or CALENDAR
    if period.first_day <= days[0] and days[1] <= period.last_day:
        yield agreed(statement, against, period.words)
        return
    found = figures.at(statement.item, statement.category, period) if statement.item else ()
    words = {
        "what": figures.what(statement.item, statement.category) if statement.item else statement.place,
        "period": period.words,
        "date": statement.date,
        "ask": figures.ask(statement, found),
    }
    yield differs(statement, Code.EVENT_OUTSIDE_PERIOD, against, at.words, **words)
