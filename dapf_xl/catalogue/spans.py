"""When rows of the catalogue are in force, and what an ask wants in a quarter's round."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dapf_xl.catalogue.evidence import EvidenceAsk
from dapf_xl.periods import Period

if TYPE_CHECKING:
    from dapf_xl.catalogue.tables import Agency, Ask, Indicator

_HALVES = {2: 1, 4: 2}
"""The quarters in whose round a half is asked for, and which half."""


def in_force(row: Agency | Ask | Indicator, period: Period) -> bool:
    """Say whether a row's ``from`` and ``until`` take the whole period in."""
    started = row.from_ is None or row.from_.first_day <= period.first_day
    return started and (row.until is None or period.last_day <= row.until.last_day)


def spans_in(ask: Ask, quarter: Period) -> tuple[Period, ...]:
    """Return the spans that an ask wants in a quarter's round: for evidence, those that are due in the quarter."""
    if isinstance(ask, EvidenceAsk) and ask.rule:
        return tuple(each.span for each in ask.rule.occurrences(quarter)) if in_force(ask, quarter) else ()
    span = due_in(ask, quarter)
    return () if span is None else (span,)


def due_in(ask: Ask, quarter: Period) -> Period | None:
    """Return the span that an ask wants in a quarter's round, or None where it wants nothing."""
    if ask.frequency == "once":
        due = ask.from_ is not None and ask.from_.last_day == quarter.last_day
        return ask.from_ if due else None
    if not in_force(ask, quarter):
        return None
    if ask.frequency == "quarter":
        return quarter
    year = quarter.financial_year
    number = year.quarters().index(quarter) + 1
    if ask.frequency == "half":
        return Period.half(year.first_day.year, _HALVES[number]) if number in _HALVES else None
    return year if number == len(year.quarters()) else None
