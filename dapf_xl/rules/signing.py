"""Who signed a return, as what, and when: batch 11. A name is looked for, never repeated."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from dapf_xl.findings import Code, Severity
from dapf_xl.periods import words_of_date
from dapf_xl.plain import clean, plain_date
from dapf_xl.returns.layout import SIGN_OFF, START

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dapf_xl.findings import Finding
    from dapf_xl.periods import Period
    from dapf_xl.returns.reading import ReadReturn
    from dapf_xl.rules.context import Context

PARTS = {"name": "the name", "role": "the role", "date": "the date"}
TAKEN = "Its figures are taken all the same."
WAITING = "Until then its figures wait."
_A_DAY = timedelta(days=1)
"""How far ahead a date may be: the clocks of two computers, and the hour of summer time, differ."""
_MANY_YEARS = 10


def check_signed(context: Context, read: ReadReturn, period: Period) -> Iterator[Finding]:
    """Yield what is wrong with the sign-off of a return.

    Args:
        context: The framework; and the day of checking, without which a date is held against when the file was saved.
        read: The return.
        period: The quarter that it is of.
    """
    missing = [part for part in PARTS if not clean(str(_said(read, part)))]
    if missing:
        yield _not_signed(context, read, missing)
    if "date" not in missing:
        yield from _check_date(context, read, period)


def waits(context: Context, read: ReadReturn) -> bool:
    """Say whether the figures of a return wait until it is signed: where the framework requires it."""
    is_required = context.framework.settings.sign_off == "required" and bool(read.sign_off)
    return is_required and any(not clean(str(_said(read, part))) for part in PARTS)


def _said(read: ReadReturn, part: str) -> object:
    said = read.sign_off.get(part)
    return "" if said is None else said


def _not_signed(context: Context, read: ReadReturn, missing: list[str]) -> Finding:
    names, cells = [PARTS[part] for part in missing], [SIGN_OFF[part] for part in missing]
    is_required = context.framework.settings.sign_off == "required"
    return Code.NOT_SIGNED.finding(
        file=read.name,
        sheet=START,
        cell=cells[0],
        severity=Severity.QUERY if is_required else None,
        missing=_listed(names),
        cells=_listed(cells),
        until_then=WAITING if is_required else TAKEN,
    )


def _listed(words: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def _check_date(context: Context, read: ReadReturn, period: Period) -> Iterator[Finding]:
    day = _day(_said(read, "date"))
    today = context.today
    usual = period.due(14)
    words = {"example": usual.strftime("%d/%m/%Y")}
    code = None
    if day is None:
        code = Code.SIGNED_NO_DATE
    elif day > today + _A_DAY:
        code = Code.SIGNED_IN_FUTURE
    elif day <= period.last_day:
        code = Code.SIGNED_TOO_EARLY
    if code:
        words |= {"found": words_of_date(day)} if day else {}
        words |= {"period": period.words, "last_day": words_of_date(period.last_day)}
        words["perhaps"] = _perhaps(day, period, today)
        yield code.finding(file=read.name, sheet=START, cell=SIGN_OFF["date"], severity=None, **words)


def _perhaps(day: date | None, period: Period, today: date) -> str:
    """Return the day that was probably meant: the same of a year in which it falls after the quarter."""
    if day is None or period.last_day.year - day.year > _MANY_YEARS:
        return ""
    for year in range(day.year + 1, period.last_day.year + 2):
        try:
            meant = day.replace(year=year)
        except ValueError:  # 29 February
            continue
        if period.last_day < meant <= today and (meant - period.last_day).days < 366 // 2:
            return f": was {words_of_date(meant)} meant?"
    return ""


def _day(said: object) -> date | None:
    """Return the day that a cell holds, if it plainly holds one."""
    if isinstance(said, datetime):
        return said.date()
    return said if isinstance(said, date) else plain_date(said) if isinstance(said, str) else None
