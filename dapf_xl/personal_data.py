"""What in a text points to one person: numbers, addresses and dates that no return should hold (pure).

Deliberately about form alone: no names are guessed at, since a list of names misses most and accuses many.
A place is told by its kind and its position, never by what stands there.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import phonenumbers
from stdnum.gb import nhs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Kind(StrEnum):
    """What was found."""

    NHS_NUMBER = "nhs_number"
    NINO = "nino"
    EMAIL = "email"
    PHONE = "phone"
    POSTCODE = "postcode"
    DATE_OF_BIRTH = "date_of_birth"
    CRIME_REFERENCE = "crime_reference"


WORDS = {
    Kind.NHS_NUMBER: "an NHS number",
    Kind.NINO: "a National Insurance number",
    Kind.EMAIL: "an e-mail address",
    Kind.PHONE: "a telephone number",
    Kind.POSTCODE: "a full postcode",
    Kind.DATE_OF_BIRTH: "a date of birth",
    Kind.CRIME_REFERENCE: "a crime reference",
}
"""Each kind as people call it."""


class Hit(NamedTuple):
    """Where something personal stands in a text."""

    kind: Kind
    start: int
    end: int


PUBLIC_NUMBERS = frozenset({"08082000247", "08088010327", "08088024040", "08005999247", "08009995428"})
"""Helplines that anybody may be told to ring: the national one, men's, Respect, Karma Nirvana, Galop."""

BLOTTED = "(personal data)"
Any_ = TypeVar("Any_")

_NHS = re.compile(r"(?<![\d.,/-])\d{3}[ \t\-]{0,3}\d{3}[ \t\-]{0,3}\d{4}(?![\d/-]|[.,]\d)", re.ASCII)
_NINO = re.compile(
    r"(?<![A-Za-z0-9])(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]"
    r"(?:[ \t\-]{0,2}\d{2}){3}[ \t\-]{0,2}[A-D](?![A-Za-z0-9])",
    re.IGNORECASE | re.ASCII,
)
_EMAIL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._%+'\-]*@[A-Za-z0-9\-]+(?:\.[A-Za-z0-9\-]+)+", re.ASCII)
_AREAS = (
    "AB|AL|B|BA|BB|BD|BH|BL|BN|BR|BS|BT|CA|CB|CF|CH|CM|CO|CR|CT|CV|CW|DA|DD|DE|DG|DH|DL|DN|DT|DY|E|EC|EH|EN|EX|FK|FY|"
    "G|GL|GU|GY|HA|HD|HG|HP|HR|HS|HU|HX|IG|IM|IP|IV|JE|KA|KT|KW|KY|L|LA|LD|LE|LL|LN|LS|LU|M|ME|MK|ML|N|NE|NG|NN|NP|NR|"
    "NW|OL|OX|PA|PE|PH|PL|PO|PR|RG|RH|RM|S|SA|SE|SG|SK|SL|SM|SN|SO|SP|SR|SS|ST|SW|SY|TA|TD|TF|TN|TQ|TR|TS|TW|UB|W|WA|WC|"
    "WD|WF|WN|WR|WS|WV|YO|ZE"
)
"""The United Kingdom's postcode areas, with Jersey, Guernsey and Man."""
_POSTCODE = re.compile(
    rf"(?<![A-Za-z0-9])(?:GIR ?0AA|(?:{_AREAS})\d(?:\d|[A-HJKPSTUW-Y])?[ \t]{{0,2}}\d[ABD-HJLNP-UW-Z]{{2}})"
    r"(?![A-Za-z0-9])",
    re.IGNORECASE | re.ASCII,
)
_DATE = (
    r"(?:\d{1,2}(?:st|nd|rd|th)?[ ./\-](?:\d{1,2}|[a-z]{3,9})[ ./\-,]{1,2}(?:\d{4}|\d{2})|\d{4}-\d{2}-\d{2}"
    r"|[a-z]{3,9} \d{1,2}(?:st|nd|rd|th)?,? \d{4})(?!\d)"
)
_BIRTH = re.compile(
    r"(?<![a-z])(?:d\.? ?o\.? ?b\b\.?|date of birth|birth ?date|birthday|born(?: on)?)"
    rf"[ :=\-]{{0,4}}(?:is |was |the )?({_DATE})",
    re.IGNORECASE | re.ASCII,
)
_CRIME = re.compile(
    r"(?<![a-z])(?:(?:crime|incident|police|niche|occurrence|custody|log)\s*(?:ref(?:erence)?|no|number|num|urn|id)?"
    r"|urn|crn|occ)\b[\s.:#]*(?:(?:no|number|is)\b[\s.:#]*)?"
    r"(?P<reference>\d{1,3}/\d{3,7}/\d{2,4}|\d{5,9}/\d{2,4}|\d{2}[A-Z]{1,2}\d{5,9}|[A-Z]{1,4}[/\-]\d{3,8}[/\-]\d{2,4})"
    r"(?![\d/])",
    re.IGNORECASE | re.ASCII,
)
_SHORTEST_PHONE = 10
_MANY_DIGITS = re.compile(r"(?:\+44|0)(?:[^\d_]{0,4}\d){8}")
"""What can be a telephone number: with its beginning, as many digits as it has, and no underscore among them."""
_GOES_ON = "£$€.,/-"
"""What before a number makes it part of a sum, a date or a longer reference."""
_PHONE_STARTS = re.compile(r"\+44|0")


def find(text: str) -> list[Hit]:
    """Return what in a text points to one person, in reading order; what lies inside another hit is not repeated."""
    plain, places = _plainly(text)
    taken: list[Hit] = []
    for finder in _FINDERS:
        for hit in finder(plain):
            if all(hit.end <= each.start or each.end <= hit.start for each in taken):
                taken.append(hit)
    found = (hit if places is None else Hit(hit.kind, places[hit.start], places[hit.end - 1] + 1) for hit in taken)
    return sorted(found, key=lambda hit: hit.start)


def _plainly(text: str) -> tuple[str, list[int] | None]:
    """Return a text in plain characters, and where each of them stood; None where all are where they were.

    What is pasted from a web page, a PDF or a phone has spaces that do not break, dashes of several lengths, wide
    digits, and marks that nobody sees.
    """
    if text.isascii():
        return text, None
    plain, places = [], []
    for place, character in enumerate(text):
        if unicodedata.category(character) == "Cf":
            continue
        simple = unicodedata.normalize("NFKC", character)
        simple = simple if len(simple) == 1 else character
        kind = unicodedata.category(simple)
        digit = unicodedata.decimal(simple, None)
        plain.append(str(digit) if digit is not None else {"Zs": " ", "Pd": "-"}.get(kind, simple))
        places.append(place)
    return "".join(plain).replace("\N{MINUS SIGN}", "-"), places


_SUSPECT = re.compile(r"[\d@\N{FULLWIDTH COMMERCIAL AT}]")
"""Without a digit or an @ there is none of what is looked for: most comments are passed over at once."""


@cache
def kinds_in(text: str) -> str:
    """Return what kinds of personal data a text holds, as people call them; "" where none."""
    if not _SUSPECT.search(text):
        return ""
    names = list(dict.fromkeys(WORDS[hit.kind] for hit in find(text)))
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


def redacted(text: Any_) -> Any_:
    """Return a text with what points to one person blotted out; anything else as it is.

    For messages that quote what was typed: a finding goes to files, screens and masters.
    """
    if not isinstance(text, str) or not kinds_in(text):
        return text
    for hit in reversed(find(text)):
        text = f"{text[: hit.start]}{BLOTTED}{text[hit.end :]}"  # type: ignore[assignment]
    return text


def _nhs_numbers(text: str) -> Iterator[Hit]:
    for match in _NHS.finditer(text):
        if nhs.is_valid(re.sub(r"\D", "", match[0])):
            yield Hit(Kind.NHS_NUMBER, *match.span())


def _phones(text: str) -> Iterator[Hit]:
    """Yield telephone numbers; POSSIBLE and not VALID, so that numbers in reserved ranges count too."""
    if not _MANY_DIGITS.search(text):  # the matcher is slow, and comments with so many digits are few
        return
    for match in phonenumbers.PhoneNumberMatcher(text, "GB", leniency=phonenumbers.Leniency.POSSIBLE):
        digits = re.sub(r"\D", "", match.raw_string)
        national = f"0{match.number.national_number}"
        is_part = match.start > 0 and text[match.start - 1] in _GOES_ON
        starts = _PHONE_STARTS.match(match.raw_string.lstrip("("))
        if starts and not is_part and national not in PUBLIC_NUMBERS and len(digits) >= _SHORTEST_PHONE:
            yield Hit(Kind.PHONE, match.start, match.end)


def _matching(kind: Kind, pattern: re.Pattern[str], group: int | str = 0) -> Callable[[str], Iterator[Hit]]:
    def finder(text: str) -> Iterator[Hit]:
        return (Hit(kind, *match.span(group)) for match in pattern.finditer(text))

    return finder


_FINDERS: tuple[Callable[[str], Iterator[Hit]], ...] = (
    _matching(Kind.EMAIL, _EMAIL),
    _matching(Kind.DATE_OF_BIRTH, _BIRTH, 1),
    _matching(Kind.CRIME_REFERENCE, _CRIME, "reference"),
    _nhs_numbers,
    _matching(Kind.NINO, _NINO),
    _matching(Kind.POSTCODE, _POSTCODE),
    _phones,
)
"""What looks for each kind; of two that claim the same place, the earlier is believed."""
