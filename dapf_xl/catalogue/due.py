"""When evidence is due, read from words: quarterly, two-monthly, annual, each June, three months after the year's end.

A rule gives the occurrences whose due date lies in a quarter. Nothing is guessed: bi-monthly is twice a
month to some and every second month to others, and is refused.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from dapf_xl.periods import MONTH, Period, month_of

EXAMPLES = (
    "quarterly, two-monthly, six-monthly, annual, annual: June, within three months of the year's end, or not stated"
)
"""One of each kind, as messages offer them."""

_YEAR_MONTHS = 12
_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_YEAR_END = r"(?:the )?(?:end of (?:the )?(?:financial )?year|(?:financial )?year(?:'?s)?[ -]end)"
_WORDS = {
    "not_stated": r"|not (?:stated|set|agreed)|no date(?: set)?|to be (?:agreed|confirmed)",
    "quarter": r"quarterly|(?:each|every) quarter",
    "two_months": r"two-monthly|(?:every|each) (?:two months|second month)",
    "half": r"(?:six-monthly|half-yearly)|every six months|twice a year",
    "year": rf"annual(?:ly)?|yearly|(?:each|every) year|once a year|(?:at )?{_YEAR_END}",
    "after_year": rf"(?:annual(?:ly)?:? )?within (?P<months>\w+) months? (?:of|after) {_YEAR_END}",
    "month": rf"(?:(?:annual(?:ly)?|yearly)(?:: ?| in | each | every | )|each |every |in )?(?P<month>{MONTH})",
}
_KINDS = {kind: re.compile(pattern) for kind, pattern in _WORDS.items()}
FREQUENCIES = {"quarter": "quarter", "half": "half", "year": "year"}
"""The kind of rule that a frequency of the table ``asks`` is, where no words say when."""


class Occurrence(NamedTuple):
    """One time that evidence is due: the span that it is about, and the day; None where the source names none."""

    span: Period
    due: date | None


@dataclass(frozen=True, slots=True)
class DueRule:
    """When evidence is due."""

    kind: str
    """quarter, two_months, half, year, month, after_year or not_stated."""
    number: int = 0
    """The month (1 is January), or how many months after the year's end."""

    @property
    def words(self) -> str:
        """The rule as people say it: ``every two months``, ``each June``."""
        if self.kind == "month":
            return f"each {calendar.month_name[self.number]}"
        if self.kind == "after_year":
            months = "month" if self.number == 1 else "months"
            return f"within {_NUMBERS[self.number - 1]} {months} of the year's end"
        return {
            "quarter": "every quarter",
            "two_months": "every two months",
            "half": "every six months",
            "year": "every year",
            "not_stated": "no date set",
        }[self.kind]

    def due_date(self, span: Period) -> date | None:
        """Return the day on which what is about a span is due; None where the source names none."""
        if self.kind == "not_stated":
            return None
        if self.kind == "month":
            ahead = (self.number - span.last_day.month) % _YEAR_MONTHS
            return _month_end(span.last_day, ahead)
        return _month_end(span.last_day, self.number) if self.kind == "after_year" else span.last_day

    def occurrences(self, quarter: Period) -> tuple[Occurrence, ...]:
        """Return what is due in a quarter, the earliest first; where no date is set, it is asked for each time.

        What is due in a month, or so many months after the year's end, is about the last financial year that
        has ended by then.
        """
        found = (Occurrence(span, self.due_date(span)) for span in self._spans(quarter))
        return tuple(each for each in found if each.due is None or quarter.first_day <= each.due <= quarter.last_day)

    def _spans(self, quarter: Period) -> tuple[Period, ...]:
        """Return the spans that may be due in a quarter."""
        year = quarter.financial_year
        if self.kind in {"quarter", "not_stated"}:
            return (quarter,)
        if self.kind == "two_months":
            return tuple(_two_months(quarter))
        if self.kind == "half":
            return (Period.half(year.first_day.year, 1), Period.half(year.first_day.year, 2))
        return (year.previous(), year)


def read_due(text: str) -> DueRule | None:
    """Return the rule that words give; None where they give none that is known. What stands in brackets is a remark."""
    plain = " ".join(re.sub(r"\([^)]*\)", " ", text.replace("\u2019", "'")).casefold().split()).rstrip(".")
    for kind, pattern in _KINDS.items():
        match = pattern.fullmatch(plain)
        if match is None:
            continue
        if kind == "month":
            return DueRule(kind, month_of(match["month"].rstrip(".")))
        if kind == "after_year":
            months = _number(match["months"])
            return DueRule(kind, months) if months else None
        return DueRule(kind)
    return None


def _number(word: str) -> int:
    """Return a number of months from 1 to 12; 0 where the word is none."""
    if word in _NUMBERS:
        return _NUMBERS.index(word) + 1
    return int(word) if re.fullmatch(r"[1-9]|1[0-2]", word, re.ASCII) else 0


def _month_end(day: date, months: int) -> date:
    """Return the last day of the month that is so many months after a day's."""
    after = day.month - 1 + months
    year, month = day.year + after // _YEAR_MONTHS, after % _YEAR_MONTHS + 1
    return date(year, month, calendar.monthrange(year, month)[1])


def _two_months(quarter: Period) -> list[Period]:
    """Return the spans of two months that end in a quarter; there are two of them in Q2 and Q4."""
    spans = []
    for months in range(3):
        last = _month_end(quarter.first_day, months)
        if last.month % 2:
            first = _month_end(last, -2) + timedelta(days=1)
            spans.append(Period.between(first, last))
    return spans
