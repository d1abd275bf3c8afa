"""How a number shows in its cell: as a number, as a percentage, or as something that it is not.

A cell whose format is ``0,`` or ``"7"`` or ``;;;`` holds one figure and shows another, or none. Who types, looks and
sends sees what is shown, so that what is held must not be taken for it.
"""

from __future__ import annotations

import re
from functools import lru_cache

AS_NUMBER, AS_PERCENT, AS_ANOTHER = "number", "percent", "another"
"""How a number above zero shows; "" where that is not known."""
NO_ZERO, NO_TEXT = "; no zero", "; no text"
"""What follows it where zero shows as something else, or not at all, and where a text does: ``number; no zero``."""
EVEN_ZERO = f"{AS_ANOTHER}{NO_ZERO}"
"""How a number shows where zero shows as another one too: most that disguises shows zero as zero."""

BUILT_IN = {
    0: "General", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 5: '"$"#,##0', 6: '"$"#,##0', 7: '"$"#,##0.00',
    8: '"$"#,##0.00', 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?",
    13: "# ??/??", 37: "#,##0", 38: "#,##0", 39: "#,##0.00", 40: "#,##0.00", 41: "#,##0", 42: "#,##0",
    43: "#,##0.00", 44: "#,##0.00", 48: "##0.0E+0", 49: "@", 14: "mm-dd-yy", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy",
    18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss", 22: "m/d/yy h:mm", 45: "mm:ss", 46: "[h]:mm:ss",
    47: "mmss.0",
}  # fmt: skip
"""Formats that every program knows by their number (ECMA-376 part 1, 18.8.30)."""
_QUOTED = re.compile(r'"([^"]*)"|\\(.)')
_SPACES = re.compile(r"[_*].")
_BRACKETED = re.compile(r"\[([^\]]*)\]")
_LANGUAGE = re.compile(r"\[\$-(?:(?:(?:0?1)?0?[01])?[0-9A-Fa-f]{1,4}|[A-Za-z]{1,3}(?:-[A-Za-z0-9]+)*)\]")
"""In which language a format is, but for those that count years or write digits in another way."""
_LITERAL = re.compile(r'(?:"[^"]*"|\\.)+')
_MEANS_SOMETHING = re.compile(r"[0-9#?.,;%@*_/\[\]A-Za-z]")
_PLAIN = re.compile(r"general|@|standard", re.IGNORECASE)
_SCALED = re.compile(r"[0#?],+(?![0#?,])")
_FRACTION = re.compile(r"(?:(?P<whole>\d+)\s+)?(?P<over>\d+)\s*/\s*(?P<under>\d+)", re.ASCII)
_SHOWN = re.compile(r"\d[\d,]*(?:\.(?P<decimals>\d+))?(?:E(?P<power>[+-]\d+))?", re.ASCII)


_DIGITS = re.compile(r"[1-9]")
_ZERO = re.compile(r"[0\-–—−]|\b(?:nil|none|zero)\b", re.IGNORECASE)
"""What stands in a section that shows zero: a place for a digit that is always there, or a word for zero."""


def above_zero(look: str) -> str:
    """Return of how a number shows what is said of numbers above zero."""
    return look.partition(";")[0]


def without_zero(look: str) -> str:
    """Return how a number shows where nothing shows that is zero."""
    return look if NO_ZERO in look or not look else f"{above_zero(look)}{NO_ZERO}{NO_TEXT if NO_TEXT in look else ''}"


@lru_cache(maxsize=512)
def look_of(code: str) -> str:
    """Return how a format shows a number above zero, and whether zero and texts show as they are."""
    sections = [_Section(each) for each in _sections(code)]
    first, zero = sections[0], sections[2] if len(sections) > 2 else sections[0]  # noqa: PLR2004  (the third is zero's)
    has_conditions = any(each.has_condition for each in sections)
    is_other = _DIGITS.search(zero.words) or (_DIGITS.search(zero.plain) and "/" not in zero.plain)
    look = AS_ANOTHER if has_conditions or is_other else AS_NUMBER if not code else first.look()
    if not look:
        return ""  # (a date, which is read as one)
    hides = bool(code) and any(each.hides_zero() for each in (sections if has_conditions else (zero,)))
    no_zero = NO_ZERO if is_other or hides else ""
    return f"{look}{no_zero}{NO_TEXT if _hides_text(sections) else ''}"


class _Section:
    """A section of a format."""

    def __init__(self, code: str) -> None:
        self.words = "".join(one or two for one, two in _QUOTED.findall(code))
        """What shows as itself."""
        section = _SPACES.sub("", _QUOTED.sub("", code))
        self.has_condition = any(each[:1] in {"<", ">", "="} for each in _BRACKETED.findall(section))
        self.plain = _BRACKETED.sub("", section).strip()

    def look(self) -> str:
        """Return how a number shows."""
        if re.search(r"[\d%‰]", self.words):
            return AS_ANOTHER
        if _PLAIN.fullmatch(self.plain):
            return AS_NUMBER
        if re.search(r"[dmyhs]", self.plain, re.IGNORECASE):
            return ""
        is_shown = re.search(r"[0#?]", self.plain) and self.plain[0] not in "-−("
        if not is_shown or _SCALED.search(self.plain) or _DIGITS.search(self.plain):
            return AS_ANOTHER
        return (AS_NUMBER, AS_PERCENT, AS_ANOTHER)[min(self.plain.count("%"), 2)]

    def hides_zero(self) -> bool:
        """Say whether nothing shows of zero, or a word that is none for it."""
        is_shown = _PLAIN.fullmatch(self.plain) or "/" in self.plain  # (a fraction)
        return not is_shown and not _ZERO.search(f"{self.plain} {self.words}")

    def is_of_texts(self) -> bool:
        """Say whether a text shows in it."""
        return "@" in self.plain or bool(_PLAIN.fullmatch(self.plain))


_OF_TEXTS = 3
"""Which section, from 0, is for texts."""


def _hides_text(sections: list[_Section]) -> bool:
    """Say whether a text shows as something else, or not at all."""
    if len(sections) > _OF_TEXTS and not sections[_OF_TEXTS].is_of_texts():
        return True
    return any("@" in each.plain and re.search(r"\d", each.words) for each in sections)


_PIECES = re.compile(r'"[^"]*"?|\\.|[^;"\\]+|\\$|;')


def _sections(code: str) -> list[str]:
    """Return the sections of a format."""
    found = [""]
    for piece in _PIECES.findall(code):
        if piece == ";":
            found.append("")
        else:
            found[-1] += piece
    return found


@lru_cache(maxsize=512)
def plain_code(code: str) -> str:
    """Return a format in one way of writing it: how it is quoted, and in which language, does not count."""
    plain = _LANGUAGE.sub("", _LITERAL.sub(_literal, code))
    return "General" if _PLAIN.fullmatch(plain) and plain != "@" else plain


def _literal(found: re.Match[str]) -> str:
    """Return what shows as itself; between quotation marks where it would mean something without them."""
    words = "".join(one or two for one, two in _QUOTED.findall(found[0]))
    return f'"{words}"' if _MEANS_SOMETHING.search(words) else words


def look_of_shown(value: float, text: str | None, *, is_percent: bool) -> str:
    """Return how a number shows where a program has left what it shows; None where it has not."""
    if text is None:
        return AS_PERCENT if is_percent else AS_NUMBER
    found = _SHOWN.search(text)
    look = AS_PERCENT if is_percent or "%" in text else AS_NUMBER
    if value == 0:
        return EVEN_ZERO if _DIGITS.search(text) or not _ZERO.search(text) else look
    if fraction := _FRACTION.search(text):
        over, under = float(fraction["over"]), float(fraction["under"]) or 1.0
        is_it = abs(float(fraction["whole"] or 0) + over / under - abs(value)) <= 1 / under
        return look if is_it else AS_ANOTHER
    if found is None or (value > 0 and re.search(r"[-−(<>]", text[: found.start()])) or "%%" in text:
        return AS_ANOTHER
    shown = float(found[0].replace(",", ""))
    finest = 10.0 ** (int(found["power"] or 0) - len(found["decimals"] or ""))
    held = abs(value) * (100 if "%" in text else 1)
    return look if abs(shown - held) <= finest * 0.501 else AS_ANOTHER


__all__ = [
    "AS_ANOTHER",
    "AS_NUMBER",
    "AS_PERCENT",
    "BUILT_IN",
    "EVEN_ZERO",
    "NO_TEXT",
    "NO_ZERO",
    "above_zero",
    "look_of",
    "look_of_shown",
    "plain_code",
    "without_zero",
]
