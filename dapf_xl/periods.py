"""Spans of the UK financial year: quarters, halves, years, and spans from one day to another.

The year 2014/15 runs from 1 April 2014 to 31 March 2015; its third quarter is October to December
2014. A label names a pair of years, or it names no period: "Q1 2022" is refused, because some read
it as January to March 2022, some as April to June, and SafeLives as the twelve months to March 2022.
"""

from __future__ import annotations

import calendar
import re
import unicodedata
from datetime import MAXYEAR, MINYEAR, date, timedelta
from typing import TYPE_CHECKING, Literal, NamedTuple

from dapf_xl.findings import PeriodError

if TYPE_CHECKING:
    from collections.abc import Sequence

Kind = Literal["quarter", "half", "year", "dates"]

_MONTHS = tuple(calendar.month_name)
_APRIL = 4
_QUARTERS = 4
_HALVES = 2
_QUARTER_MONTHS = 3
_HALF_MONTHS = 6
_YEAR_MONTHS = 12
_CENTURY = 100
_TWO_DIGITS = 2


class Period(NamedTuple):
    """A span of time; make one with ``parse``, ``containing``, ``quarter``, ``half``, ``year`` or ``between``.

    Periods are ordered by their last day, then their first day. A span of dates that happens to
    cover a whole year or quarter stays a span of dates: a rolling year is not a financial year.
    A tuple, since every figure is looked up by its period, again and again, and a tuple is compared and hashed fast.
    """

    last_day: date
    first_day: date
    kind: Kind

    @classmethod
    def parse(cls, label: str) -> Period:
        """Return the period that a person's label names, such as ``2014-15-Q3`` or ``Q3 2014/15``.

        Raises:
            PeriodError: the label names no period; the text says why.
        """
        text = _plain(label)
        if not text:
            raise PeriodError("it is empty, so it names no period")
        span = _dates_of(text)
        return cls.between(*span) if span else _named(_parts_of(text))

    @classmethod
    def containing(cls, day: date) -> Period:
        """Return the quarter that a day falls into."""
        year = day.year if day.month >= _APRIL else day.year - 1
        return cls.quarter(year, (day.month - _APRIL) % _YEAR_MONTHS // _QUARTER_MONTHS + 1)

    @classmethod
    def quarter(cls, year: int, number: int) -> Period:
        """Return a quarter (1 is April to June) of the financial year that begins in ``year``."""
        if not 1 <= number <= _QUARTERS:
            raise PeriodError(f"there is no quarter {number}: a year has quarters 1 to 4")
        return cls._months("quarter", year, (number - 1) * _QUARTER_MONTHS, _QUARTER_MONTHS)

    @classmethod
    def half(cls, year: int, number: int) -> Period:
        """Return a half (1 is April to September) of the financial year that begins in ``year``."""
        if not 1 <= number <= _HALVES:
            raise PeriodError(f"there is no half {number}: a year has halves 1 and 2")
        return cls._months("half", year, (number - 1) * _HALF_MONTHS, _HALF_MONTHS)

    @classmethod
    def year(cls, year: int) -> Period:
        """Return the financial year that begins in April of ``year``."""
        return cls._months("year", year, 0, _YEAR_MONTHS)

    @classmethod
    def between(cls, first_day: date, last_day: date) -> Period:
        """Return the span from one day to another, both included."""
        if last_day < first_day:
            raise PeriodError(f"it ends on {words_of_date(last_day)}, before it begins on {words_of_date(first_day)}")
        return cls(last_day, first_day, "dates")

    @classmethod
    def safelives_rolling_year(cls, label: str) -> Period:
        """Return the twelve months that SafeLives calls ``Q1 2022``: April 2021 to March 2022.

        The quarter is the calendar one that the twelve months end with (safelives.org.uk, Marac
        quarterly datasets 2022); nothing may be joined to a financial quarter by its "Q1".
        """
        parts = _parts_of(_plain(label))
        if len(parts.quarters) != 1 or len(parts.years) != 1 or parts.halves or parts.months or parts.pairs:
            raise PeriodError("it is not a quarter of a calendar year, such as Q1 2022")
        number, year = parts.quarters[0], int(parts.years[0])
        if not 1 <= number <= _QUARTERS:
            raise PeriodError(f"there is no quarter {number}: a year has quarters 1 to 4")
        first = _first_of_month(year - 1, number * _QUARTER_MONTHS)
        return cls.between(first, _first_of_month(year, number * _QUARTER_MONTHS) - timedelta(days=1))

    @classmethod
    def _months(cls, kind: Kind, year: int, after_april: int, count: int) -> Period:
        if not MINYEAR <= year < MAXYEAR:
            raise PeriodError(f"the year {year} is out of range")
        first = _first_of_month(year, _APRIL - 1 + after_april)
        return cls(_first_of_month(year, _APRIL - 1 + after_april + count) - timedelta(days=1), first, kind)

    @property
    def label(self) -> str:
        """The label as files have it; ``parse`` reads it back: ``2014-15-Q3``, ``2014-15-H1``, ``2014-15``."""
        if self.kind == "dates":
            return f"{self.first_day.isoformat()}/{self.last_day.isoformat()}"
        start = self._year
        years = f"{start:04d}-{(start + 1) % _CENTURY:02d}"
        return years if self.kind == "year" else f"{years}-{self.kind[0].upper()}{self._number}"

    @property
    def words(self) -> str:
        """The period as people say it: ``Q3 2014/15``, ``first half of 2014/15``, ``2014/15``."""
        if self.kind == "dates":
            return f"{words_of_date(self.first_day)} to {words_of_date(self.last_day)}"
        years = f"{self._year:04d}/{(self._year + 1) % _CENTURY:02d}"
        if self.kind == "half":
            return f"{'first' if self._number == 1 else 'second'} half of {years}"
        return years if self.kind == "year" else f"Q{self._number} {years}"

    def __str__(self) -> str:
        return self.label

    @property
    def financial_year(self) -> Period:
        """The financial year that the period's last day falls into."""
        return Period.year(self._year)

    def previous(self) -> Period:
        """Return the span of the same kind that ends the day before this one begins.

        Raises:
            PeriodError: this is a span of dates, and nothing says what comes before one.
        """
        if self.kind == "dates":
            raise PeriodError(f"nothing says which span comes before {self.words}")
        if self.kind == "year":
            return Period.year(self._year - 1)
        make, last = (Period.quarter, _QUARTERS) if self.kind == "quarter" else (Period.half, _HALVES)
        return make(self._year, self._number - 1) if self._number > 1 else make(self._year - 1, last)

    def same_period_last_year(self) -> Period:
        """Return the same quarter, half, year or dates one year earlier."""
        if self.kind == "dates":
            return Period.between(_a_year_before(self.first_day), _a_year_before(self.last_day, keep_month_end=True))
        if self.kind == "year":
            return self.previous()
        make = Period.quarter if self.kind == "quarter" else Period.half
        return make(self._year - 1, self._number)

    def quarters(self) -> tuple[Period, ...]:
        """Return the quarters it is made of: none for dates that are not whole quarters."""
        found: list[Period] = []
        day = self.first_day
        while day <= self.last_day:
            quarter = Period.containing(day)
            if quarter.first_day != day or quarter.last_day > self.last_day:
                return ()
            found.append(quarter)
            day = quarter.last_day + timedelta(days=1)
        return tuple(found)

    def year_to_date(self) -> tuple[Period, ...]:
        """Return the quarters of the financial year that have ended by this period's last day."""
        return tuple(quarter for quarter in self.financial_year.quarters() if quarter.last_day <= self.last_day)

    def due(self, days: int) -> date:
        """Return the day that is ``days`` after the period's last day."""
        return self.last_day + timedelta(days=days)

    @property
    def _year(self) -> int:
        return self.last_day.year if self.last_day.month >= _APRIL else self.last_day.year - 1

    @property
    def _number(self) -> int:
        months = _QUARTER_MONTHS if self.kind == "quarter" else _HALF_MONTHS
        return (self.first_day.month - _APRIL) % _YEAR_MONTHS // months + 1


def words_of_date(day: date) -> str:
    """Return a day as people write it: ``31 December 2014``."""
    return f"{day.day} {_MONTHS[day.month]} {day.year}"


def date_of(text: str) -> date | None:
    """Return the day that a text names (``2014-12-31``, ``31/12/2014``, ``31 December 2014``), or None.

    Raises:
        PeriodError: the text has the form of a day, but the calendar has no such day.
    """
    plain = _plain(text)
    match = _ISO_DATE.fullmatch(plain) or _UK_DATE.fullmatch(plain) or _WORDED_DATE.fullmatch(plain)
    if match is None:
        return None
    month = match["month"]
    try:
        return date(year_of(match["year"]), int(month) if month.isdigit() else month_of(month), int(match["day"]))
    except ValueError as error:
        raise PeriodError(f"there is no such day as {text.strip()}") from error


def days_of(text: str) -> tuple[date, date] | None:
    """Return the first and last day of what a text names: a day (its weekday may stand before it) or a month.

    Raises:
        PeriodError: the text has the form of a day, but the calendar has no such day.
    """
    plain = _plain(text)
    if match := _WORDED_MONTH.fullmatch(plain):
        first = _first_of_month(year_of(match["year"]), month_of(match["month"]) - 1)
        return first, first.replace(day=calendar.monthrange(first.year, first.month)[1])
    day = date_of(_WEEKDAY.sub("", plain))
    return (day, day) if day else None


def weekday_of(text: str) -> str:
    """Return the weekday that a text begins with, in lower case, or ""."""
    match = _WEEKDAY.match(_plain(text))
    return match["weekday"] if match else ""


def month_of(name: str) -> int:
    """Return the number of a month from its English name or short form (``Sep``, ``Sept``)."""
    return next(number for number in range(1, 13) if _MONTHS[number].lower().startswith(name.lower()[:3]))


def year_of(digits: str) -> int:
    """Return a year from two or four digits; two digits are a year of this century."""
    return int(digits) + (20 * _CENTURY if len(digits) == _TWO_DIGITS else 0)


MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)(?![a-z])\.?"
)
"""A pattern for the name of a month in lower case."""

_YEAR = r"(?:[0-9]{4}|[0-9]{2})(?![0-9])"
_ISO = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_ISO_DATE = re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})")
_UK_DATE = re.compile(rf"(?P<day>[0-9]{{1,2}})(?P<s>[/.-])(?P<month>[0-9]{{1,2}})(?P=s)(?P<year>{_YEAR})")
_WORDED_DATE = re.compile(
    rf"(?P<day>[0-9]{{1,2}}) ?(?:st|nd|rd|th)?[ -](?:of )?(?P<month>{MONTH})[ ,-]+'?(?P<year>{_YEAR})"
)
_WORDED_MONTH = re.compile(rf"(?P<month>{MONTH})[ ,-]+'?(?P<year>{_YEAR})")
_WEEKDAY = re.compile(rf"(?P<weekday>{'|'.join(map(str.lower, calendar.day_name))}),? (?:the )?")
_SPAN = re.compile(rf"(?P<first>{_ISO}) ?/ ?(?P<last>{_ISO})|(?P<from>.+?) (?:to|-|until) (?P<until>.+)")

_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4}
_ORDINAL = "|".join(_ORDINALS)
_QUARTER_PART = re.compile(
    rf"(?<![a-z])q(?:uarter|tr)?\.? ?([0-9]+)(?![0-9a-z])|(?<![a-z0-9])({_ORDINAL}) (?:quarter|qtr)(?![a-z])"
)
_HALF_PART = re.compile(
    rf"(?<![a-z])h(?:alf)?(?:[ -]year)? ?([0-9]+)(?![0-9a-z])|(?<![a-z0-9])({_ORDINAL}) half(?:[ -]year)?(?![a-z])"
)
_MONTHS_PART = re.compile(
    rf"(?<![a-z])({MONTH}) ?'?({_YEAR})? ?(?:-|/|to|until) ?({MONTH})(?:[ ,]*'?({_YEAR})(?! ?[-/] ?[0-9]))?"
)
_PAIR_PART = re.compile(rf"(?<![0-9])'?({_YEAR}) ?[-/] ?'?({_YEAR})")
_YEAR_PART = re.compile(r"(?<![0-9])([0-9]{4})(?![0-9])")
_FILLERS = re.compile(r"(?<![a-z])(?:financial year|fiscal year|year|fy|of|the)(?![a-z])|[-/,:]")


class _Parts(NamedTuple):
    """What a label names, part by part."""

    quarters: Sequence[int]
    halves: Sequence[int]
    months: Sequence[tuple[str, str, str, str]]
    pairs: Sequence[tuple[str, str]]
    years: Sequence[str]


def _plain(text: str) -> str:
    """Return the text in lower case, with plain hyphens, single spaces and no brackets."""
    text = unicodedata.normalize("NFKC", text).lower()
    text = re.sub("[\u2010-\u2015\u2212]", "-", text).replace("\u2019", "'")
    return " ".join(re.sub("[()]", " ", text).split())


def _dates_of(text: str) -> tuple[date, date] | None:
    if date_of(text):
        raise PeriodError("it is a single day, not a quarter, half or year")
    match = _SPAN.fullmatch(text)
    if match is None:
        return None
    first = date_of(match["first"] or match["from"])
    last = date_of(match["last"] or match["until"])
    return (first, last) if first and last else None


def _parts_of(text: str) -> _Parts:
    """Return the parts of a label.

    Raises:
        PeriodError: something in the label is none of the parts.
    """
    quarters, rest = _take(_QUARTER_PART, text)
    halves, rest = _take(_HALF_PART, rest)
    months, rest = _take(_MONTHS_PART, rest)
    pairs, rest = _take(_PAIR_PART, rest)
    years, rest = _take(_YEAR_PART, rest)
    rest = " ".join(_FILLERS.sub(" ", rest).split())
    if re.fullmatch(MONTH, rest):
        raise PeriodError("it names a single month, not a quarter, half or year")
    if rest:
        raise PeriodError(f"\u201c{rest}\u201d is no part of a quarter, half or year")
    return _Parts(
        [int(digits) if digits else _ORDINALS[word] for digits, word in quarters],
        [int(digits) if digits else _ORDINALS[word] for digits, word in halves],
        [(first, first_year, last, last_year) for first, first_year, last, last_year in months],
        [(first, second) for first, second in pairs],
        [year for (year,) in years],
    )


def _take(pattern: re.Pattern[str], text: str) -> tuple[list[tuple[str, ...]], str]:
    found = [tuple(group or "" for group in match.groups()) for match in pattern.finditer(text)]
    return found, pattern.sub(" ", text)


def _named(parts: _Parts) -> Period:
    """Return the period that the parts of a label make up."""
    if len(parts.quarters) + len(parts.halves) > 1 or len(parts.months) > 1 or len(parts.pairs) > 1:
        raise PeriodError("it names more than one period")
    if parts.months:
        return _quarter_of_months(parts)
    if not parts.pairs or parts.years:
        raise PeriodError(_why_no_year(parts))
    year = _first_year(*parts.pairs[0])
    if parts.quarters:
        return Period.quarter(year, parts.quarters[0])
    return Period.half(year, parts.halves[0]) if parts.halves else Period.year(year)


def _first_year(first: str, second: str) -> int:
    start, width = year_of(first), 10 ** len(second)
    if (start + 1) % width != int(second):
        raise PeriodError(f"the years {first} and {second} do not follow on from each other")
    return start


def _why_no_year(parts: _Parts) -> str:
    for number in parts.quarters:
        if not 1 <= number <= _QUARTERS:
            return f"there is no quarter {number}: a year has quarters 1 to 4"
    if parts.pairs:
        return "it names more years than the two that a financial year falls into"
    if len(parts.years) != 1:
        return "it does not say of which financial year, such as 2014/15"
    year = int(parts.years[0])
    before, after = (f"{first:04d}/{(first + 1) % _CENTURY:02d}" for first in (year - 1, year))
    return f"it names one year, and {year} can mean the financial year {before} or {after}"


def _quarter_of_months(parts: _Parts) -> Period:
    first, first_year, last, last_year = parts.months[0]
    start, end = month_of(first), month_of(last)
    if end - start != _QUARTER_MONTHS - 1 or start % _QUARTER_MONTHS != 1 or parts.halves:
        raise PeriodError(
            f"{_MONTHS[start]} to {_MONTHS[end]} is not a quarter; quarters begin in April, July, October and January"
        )
    years = {year_of(year) for year in (first_year, last_year, *parts.years) if year}
    if parts.pairs:
        period = Period.quarter(_first_year(*parts.pairs[0]), (start - _APRIL) % _YEAR_MONTHS // _QUARTER_MONTHS + 1)
        years.discard(period.last_day.year)
    elif len(years) == 1:
        period = _containing_month(years.pop(), end)
    else:
        raise PeriodError("it names months of two different years" if years else "it does not say of which year")
    if years or (parts.quarters and Period.quarter(period._year, parts.quarters[0]) != period):  # noqa: SLF001
        raise PeriodError(f"its parts contradict each other: {_MONTHS[start]} to {_MONTHS[end]} is {period.words}")
    return period


def _containing_month(year: int, month: int) -> Period:
    return Period.containing(_first_of_month(year, month - 1))


def _first_of_month(year: int, after_january: int) -> date:
    """Return the first day of the month that is so many months after January of a year."""
    year, month = year + after_january // _YEAR_MONTHS, after_january % _YEAR_MONTHS + 1
    if not MINYEAR <= year <= MAXYEAR:
        raise PeriodError(f"the year {year} is out of range")
    return date(year, month, 1)


def _a_year_before(day: date, *, keep_month_end: bool = False) -> date:
    """Return the same day a year earlier; a last day of February stays one where it ends a span."""
    month_end = calendar.monthrange(day.year - 1, day.month)[1]
    is_end = keep_month_end and day.day == calendar.monthrange(day.year, day.month)[1]
    return date(day.year - 1, day.month, month_end if is_end else min(day.day, month_end))
