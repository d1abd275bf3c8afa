"""Reading what a person writes in a target cell: a value, a band, a milestone, or why there is none.

Nothing is guessed. "10% increase" names a change and not a value, "Maintain" names no figure, and
"15-11%" is no band: each is refused with words that say so. The text itself is kept in the
catalogue beside what was read from it.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from dapf_xl.periods import MONTH, Period, date_of, month_of, year_of

if TYPE_CHECKING:
    from dapf_xl.catalogue.tables import Target


@dataclass(frozen=True, slots=True)
class ParsedTarget:
    """A target as it was read; percentages are on the 0 to 100 scale."""

    kind: str
    """value, band, milestone or none."""
    value: Decimal | None = None
    lower: Decimal | None = None
    upper: Decimal | None = None
    unit: str = ""
    """percent, £, or per 10,000 (whatever number the words give); blank where they give none."""
    bound: str = ""
    """at least, at most, less than or more than, where the words give one."""
    per: str = ""
    """year, half, quarter or month, where the words give one."""
    due: Period | None = None
    """The quarter by whose end a milestone is to be reached."""
    reason: str = ""
    """Why there is none: monitoring only, baseline year, to be confirmed or no target."""


def parse_target(text: str) -> ParsedTarget:
    """Return the target that a person wrote, such as ``11-15%`` or ``410 by March 2017``.

    Raises:
        ValueError: the text is none of the things that a target can be; the message says why.
    """
    plain = _plain(text)
    if not plain:
        raise ValueError("the target is empty")
    reason = _reason(plain)
    if reason:
        return ParsedTarget("none", reason=reason)
    if date_of(plain.removesuffix(" 00:00:00")):
        raise ValueError(f"{text.strip()} is a date, not a target; Excel turns 3-5 into a date")
    if plain.startswith("("):
        raise ValueError("figures in brackets are an earlier year's, or below zero; write a target without them")
    amount, due = _by_when(plain)
    target = _amount(amount.replace("(", " ").replace(")", " "))
    if not due:
        return target
    if target.kind == "band":
        raise ValueError("a milestone is one value by a date, not a band")
    return replace(target, kind="milestone", due=_due(due))


def read_from_text(target: Target) -> Target:
    """Return a target with its kind and figures read from its text, where the row gives the text alone."""
    if target.kind or not target.text:
        return target
    read = parse_target(target.text)
    return replace(
        target,
        kind=read.kind,
        value=target.value if read.value is None else read.value,
        lower=target.lower if read.lower is None else read.lower,
        upper=target.upper if read.upper is None else read.upper,
        reason=target.reason or read.reason,
        due=target.due or read.due,
        basis=target.basis or read.per,
    )


def _plain(text: str) -> str:
    """Return the text in lower case, with plain hyphens and single spaces."""
    text = unicodedata.normalize("NFKC", text).lower()
    text = re.sub("[\u2010-\u2015\u2212]", "-", text).replace("\u2019", "'")
    return " ".join(text.split()).rstrip(" .")


# --- no target, and why ---------------------------------------------------------------------------

_SETTLED = "(?:set|agreed|confirmed|defined|decided|determined|established)"
_REASONS = {
    "monitoring only": re.compile(
        r"(?:for )?(?:monitor|monitored|monitoring)(?: purposes)?(?: only)?"
        r"|context(?:ual)?(?: only)?|(?:for )?information(?: only)?"
    ),
    "baseline year": re.compile(
        r"(?:(?:to )?(?:establish|establishing|set|setting|obtain|need|need to obtain) )?(?:an? |the )?"
        r"(?:baseline|baselining)(?: year| data| information| figure)*"
        rf"(?: needed| required| (?:to be|being) (?:{_SETTLED}|obtained|collected))?"
        r"(?: (?:[0-9]{4}|[0-9]{2})[-/](?:[0-9]{4}|[0-9]{2}))?"
    ),
    "to be confirmed": re.compile(
        rf"(?:target )?(?:tbc|tba|tbd|t\.b\.[acd]|to be (?:{_SETTLED}|announced|advised)"
        rf"|not yet {_SETTLED}|awaiting (?:confirmation|agreement))"
    ),
    "no target": re.compile(
        rf"no (?:formal |specific |local |national )?targets?(?: (?:has been |is |was )?{_SETTLED}| applies)?"
        rf"|none(?: {_SETTLED})?|(?:target )?not {_SETTLED}|not targeted|n/?a|not applicable"
    ),
}
_REASON_PARTS = re.compile(r" - |[,;:()]")


def _reason(plain: str) -> str:
    """Return why there is no target, or "" if the words do not say that there is none."""
    whole = _reason_of(" ".join(re.sub("[()]", " ", plain).split()))
    if whole:
        return whole
    parts = [part.strip(" .") for part in _REASON_PARTS.split(plain)]
    found = {_reason_of(part) for part in parts if part}
    if not found or "" in found:
        return ""
    return next(reason for reason in _REASONS if reason in found)


def _reason_of(part: str) -> str:
    return next((reason for reason, pattern in _REASONS.items() if pattern.fullmatch(part)), "")


# --- by when --------------------------------------------------------------------------------------

_BY_FIRST = re.compile(r"by (?P<due>[^:,]+)[:,] ?(?P<amount>.+)")
_BY_LAST = re.compile(r"(?P<amount>.*?[0-9].*?) ?[,(]?(?<![a-z])by (?P<due>.+?)\)?")
_END_OF = re.compile(r"(?:the )?(?:financial )?(?:year[ -])?end(?: of)? (?:the )?|close of ")
_MONTH_YEAR = re.compile(rf"(?P<month>{MONTH})[ ,-]*'?(?P<year>[0-9]{{4}}|[0-9]{{2}})")


def _by_when(plain: str) -> tuple[str, str]:
    """Part the text into the amount and the words that follow "by", if any do."""
    match = _BY_FIRST.fullmatch(plain) or _BY_LAST.fullmatch(plain)
    return (match["amount"].strip(" ,("), match["due"].strip(" .")) if match else (plain, "")


def _due(words: str) -> Period:
    """Return the quarter by whose end a milestone is to be reached."""
    words = _END_OF.sub("", words, count=1) if _END_OF.match(words) else words
    month = _MONTH_YEAR.fullmatch(words)
    try:
        if month:
            return Period.containing(date(year_of(month["year"]), month_of(month["month"]), 1))
        return Period.containing(date_of(words) or Period.parse(words).last_day)
    except ValueError as error:
        raise ValueError(f"\u201cby {words}\u201d does not say by when: {error}") from error


# --- how much -------------------------------------------------------------------------------------

_BOUNDS = {
    "at least": (
        r"\u2265|>=|=>|at least|(?:a )?min(?:imum)?\.?(?: of)?|no(?:t)? (?:less|fewer|lower) than|not (?:below|under)"
        r"|(?:greater|more|higher) than or equal(?: to)?|equal to or (?:greater|more|higher) than"
    ),
    "at most": (
        r"\u2264|<=|=<|at most|(?:a )?max(?:imum)?\.?(?: of)?|no(?:t)? (?:more|greater|higher) than|up to|within"
        r"|not (?:above|over|exceeding|to exceed)|(?:less|fewer|lower) than or equal(?: to)?"
        r"|equal to or (?:less|fewer|lower) than"
    ),
    "less than": r"<|(?:less|fewer|lower) than|below|under",
    "more than": r">|(?:more|greater|higher) than|above|over|exceed(?:s|ing)?",
}
_BOUNDS_AFTER = {
    "at least": r"\+|(?:or|and) (?:more|over|above|higher|greater)|min(?:imum)?\.?|at least",
    "at most": r"(?:or|and) (?:less|fewer|under|below|lower)|max(?:imum)?\.?|at most",
}
_NUMBER = r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?|\.[0-9]+"
_PERCENT = r"%|per ?cent(?:age)?(?![a-z])|pct(?![a-z])|pc(?![a-z])"
_BEFORE = "|".join(f"(?P<b{place}>{pattern})" for place, pattern in enumerate(_BOUNDS.values()))
_AMOUNT = re.compile(
    r"(?:(?:[a-z ]+ )?target(?: is| of| to be|:| =)? ?)?"
    r"(?:(?:maintain(?: at)?|achieve|reach|(?:increase|rise|reduce|reduction|decrease|fall) to) )?(?:= ?)?"
    rf"(?:{_BEFORE}|(?P<between>between|from))? ?(?P<pound>\u00a3 ?)?"
    rf"(?P<first>{_NUMBER})(?![0-9.,])(?: ?(?P<first_unit>{_PERCENT}))?"
    rf"(?: ?(?P<joint>-|(?<![a-z])to(?![a-z])|and(?![a-z])) ?\u00a3?(?P<second>{_NUMBER})(?![0-9.,])"
    rf"(?: ?(?P<second_unit>{_PERCENT}))?)?(?P<rest>.*)"
)
_AFTER = re.compile(
    "|".join(f"(?P<a{place}>{pattern})(?![a-z])" for place, pattern in enumerate(_BOUNDS_AFTER.values()))
)

_SPANS = {
    "year": r"annum|year|yr|12 months|twelve months",
    "half": r"half[ -]year",
    "quarter": r"quarter|qtr",
    "month": r"month",
}
_ADVERBS = {"annually": "year", "yearly": "year", "p.a.": "year", "p.a": "year", "pa": "year"} | {
    "half-yearly": "half", "quarterly": "quarter", "monthly": "month"
}  # fmt: skip
_PER = re.compile(
    r"(?<![a-z])(?:(?:per|an?|each|every|in (?:a|each|any)) |/ ?)(?:"
    + "|".join(f"(?P<{span}>{pattern})" for span, pattern in _SPANS.items())
    + r")(?![a-z])|(?<![a-z-])(?P<adverb>"
    + "|".join(re.escape(word) for word in _ADVERBS)
    + r")(?![a-z])"
)
_RATE = re.compile(r"(?<![a-z])per (?P<base>10{2,}|10{0,2}(?:,000)+)(?![0-9.,%])")

_WORDS = re.compile(r"[a-z' ,;.-]*")
_NOT_A_VALUE = re.compile(
    r"(?<![a-z])(?:(?:in|de)creas\w*|reduc\w*|improve\w*|chang\w*|grow\w*|ris(?:e|ing)|fall\w*|drop\w*|points?|pp|ppts?"
    r"|more|fewer|less|above|below|over|under|higher|lower|better|worse|than|baseline|previous|last|average|mean"
    r"|per|or|by|to|be|tbc|tba|half|k|m|bn|hundred|thousand|million|billion|dozen"
    rf"|{MONTH})(?![a-z])"
)


def _amount(words: str) -> ParsedTarget:
    """Return the value or band that words without a date and without brackets name."""
    words, unit, per = _without_unit(" ".join(words.split()))
    match = _AMOUNT.fullmatch(words)
    if match is None:
        raise ValueError(_why_no_figure(words))
    rest = match["rest"]
    after = _AFTER.match(rest.strip())
    rest = rest.strip()[after.end() :] if after else rest
    bounds = [_bound_of(match, "b", _BOUNDS), _bound_of(after, "a", _BOUNDS_AFTER)]
    if all(bounds):
        raise ValueError("it gives two limits in words; write a band as 11-15%")
    _check_rest(rest)
    if match["pound"]:
        unit = _one_unit(unit, "\u00a3")
    if match["first_unit"] or match["second_unit"]:
        unit = _one_unit(unit, "percent")
    target = ParsedTarget("value", unit=unit, bound="".join(bounds), per=per)
    return _with_numbers(target, match)


def _without_unit(words: str) -> tuple[str, str, str]:
    """Take "per 10,000" and "per year" out of the words."""
    rate, span = _RATE.search(words), _PER.search(words)
    unit = f"per {int(rate['base'].replace(',', '')):,}" if rate else ""
    per = "" if span is None else _ADVERBS.get(span["adverb"] or "", span.lastgroup or "")
    words = _PER.sub(" ", _RATE.sub(" ", words, count=1), count=1)
    return " ".join(words.split()), unit, per


def _with_numbers(target: ParsedTarget, match: re.Match[str]) -> ParsedTarget:
    first = _decimal(match["first"])
    if match["second"] is None:
        if match["between"]:
            raise ValueError(f"\u201c{match['between']}\u201d needs two figures, as in between 28% and 40%")
        return replace(target, value=first)
    if match["joint"] == "and" and match["between"] != "between":
        raise ValueError("it names two figures; write a band as 11-15%")
    if target.bound:
        raise ValueError(f"it is a band and also says \u201c{target.bound}\u201d")
    second = _decimal(match["second"])
    if second < first:
        raise ValueError(f"the lower limit {first} is above the upper limit {second}")
    return replace(target, kind="band", lower=first, upper=second)


def _bound_of(match: re.Match[str] | None, prefix: str, bounds: dict[str, str]) -> str:
    if match is None:
        return ""
    return next((bound for place, bound in enumerate(bounds) if match[f"{prefix}{place}"]), "")


def _one_unit(unit: str, other: str) -> str:
    if unit:
        raise ValueError(f"it has two units, {other} and {unit}")
    return other


def _check_rest(rest: str) -> None:
    """Refuse what follows a figure where it is not plainly what the figure counts.

    Raises:
        ValueError: another figure follows, or words that make the figure a change or a comparison.
    """
    glued = rest[:1].isalpha()
    if glued or not _WORDS.fullmatch(rest):
        raise ValueError(f"\u201c{rest.strip()}\u201d after the figure cannot be read")
    word = _NOT_A_VALUE.search(rest)
    if word:
        raise ValueError(f"\u201c{word[0]}\u201d makes the figure something else than a value to reach")


def _why_no_figure(words: str) -> str:
    if not any(letter.isdigit() for letter in words):
        return f"\u201c{words}\u201d names no figure, and no reason for having none"
    return f"\u201c{words}\u201d is not a figure, a band or a limit that can be read"


def _decimal(digits: str) -> Decimal:
    return Decimal(digits.replace(",", ""))


# --- rows of the table ---------------------------------------------------------------------------


def holds_on_last_day(target: Target, period: Period) -> bool:
    """Say whether a target is in force on the last day of a period."""
    started = target.from_ is None or target.from_.first_day <= period.last_day
    return started and (target.until is None or period.last_day <= target.until.last_day)
