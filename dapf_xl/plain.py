"""What is plainly meant by what was typed, and how it is shown to the person who typed it.

Spaces, a thousands comma or a % sign leave no doubt and are taken. Anything else in the place of a
number is refused: nobody guesses at ``c.40``, ``12abc``, ``12,5`` or a letter O among digits.
"""

from __future__ import annotations

import os
import re
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

from dapf_xl.findings import PeriodError
from dapf_xl.periods import date_of, words_of_date

LONGEST_QUOTE = 60

_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]")
_FIXED_SPACES = "\u00a0\u202f\u2007\u2009"
"""Spaces that programs put between thousands and people do not type."""
_THOUSANDS = rf"[1-9]\d{{0,2}}(?:(?:,\d{{3}})+|(?:[{_FIXED_SPACES}]\d{{3}})+)"
_NUMBER = re.compile(rf"(?P<sign>[+\-−]?)(?P<digits>(?:{_THOUSANDS}|\d+)(?:\.\d*)?|\.\d+)(?P<percent>\s*%)?", re.ASCII)
_YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)", re.ASCII)
_SEPARATORS = re.compile(rf"[,{_FIXED_SPACES}]")


def clean(text: str) -> str:
    """Return the text without what cannot be seen at its ends or within."""
    return _INVISIBLE.sub("", text).strip()


_WORDS = re.compile(r"[^\W\d_]+")
SAYS_NOTHING = frozenset({
    "all", "and", "applicable", "are", "above", "below", "comment", "comments", "confirm", "confirmed", "correct",
    "data", "done", "figure", "figures", "fine", "good", "nil", "none", "not", "nothing", "okay", "please", "right",
    "same", "see", "tba", "tbc", "tbd", "test", "that", "the", "there", "these", "this", "true", "unknown", "was",
    "yes",
    "calc", "div", "err", "error", "name", "null", "num", "ref", "spill", "value",
})  # fmt: skip
"""Words that say that something is so, or nothing at all, but not why; those of the last line are what errors show."""
SHORTEST_WORD = 3
"""Letters that a word has at least that can say why."""


def explains(text: str) -> bool:
    """Say whether a comment can explain anything: it holds a word that says more than yes, no or not applicable.

    ``-``, ``n/a``, ``see above`` and ``figure is correct`` do not; ``recount`` does.
    """
    words = (word.casefold() for word in _WORDS.findall(clean(text)))
    return any(len(word) >= SHORTEST_WORD and word not in SAYS_NOTHING for word in words)


def plain_number(text: str, *, is_percent: bool) -> Decimal | None:
    """Return the number that a text plainly is, in the cell's scale (percentages as fractions).

    Args:
        text: What was typed, such as ``1,234``, ``12.50 `` or ``36.4%``.
        is_percent: Whether the cell takes a percentage; elsewhere a % sign is not plain.
    """
    match = _NUMBER.fullmatch(clean(text))
    if match is None or (match["percent"] and not is_percent):
        return None
    number = Decimal(_SEPARATORS.sub("", match["digits"]))
    if match["percent"]:
        number = number.scaleb(-2)
    return -number if match["sign"] in {"-", "−"} else number


def plain_date(text: str) -> date | None:
    """Return the date that a text plainly is: day first, ISO 8601, or in words; the year in four digits."""
    text = clean(text)
    try:
        return date_of(text) if _YEAR.search(text) else None
    except PeriodError:
        return None


def plain_yes_no(text: str) -> str:
    """Return Yes or No where a text plainly says so, or nothing."""
    return {"yes": "Yes", "y": "Yes", "no": "No", "n": "No"}.get(clean(text).casefold(), "")


def day_words(text: str) -> str:
    """Return a day in ISO 8601 as people write it; anything else as it is."""
    try:
        return words_of_date(date.fromisoformat(text))
    except ValueError:
        return text


@lru_cache(maxsize=65536)
def exact(value: float, *, is_percent: bool) -> Decimal:
    """Return a cell's number as it counts: 15 significant digits, percentages times 100 exactly."""
    number = Decimal(f"{value:.15g}") + 0
    if is_percent:
        number = number.scaleb(2)
    return Decimal(format(number, "f"))  # 100, not 1E+2


def shown(value: object) -> str:
    """Return what was typed, as the cell shows it, shortened where it is long."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime):
        return words_of_date(value.date())
    if isinstance(value, date):
        return words_of_date(value)
    if isinstance(value, float):
        return f"{value:.15g}"
    text = str(value)
    return text if len(text) <= LONGEST_QUOTE else f"{text[:LONGEST_QUOTE]}…"


def file_name(name: str) -> str:
    """Return a file's name or path as text that can be kept and shown; bytes that are no UTF-8 are written out."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")
