"""How a number shows in its cell: as a number, as a percentage, or as something that it is not.

A cell whose format is ``0,`` or ``"7"`` or ``;;;`` holds one figure and shows another, or none. Who types, looks and
sends sees what is shown, so that what is held must not be taken for it.
"""

from __future__ import annotations

import re
from functools import lru_cache

AS_NUMBER, AS_PERCENT, AS_ANOTHER = "number", "percent", "another"
"""How a number shows; "" where that is not known."""
EVEN_ZERO = "another, even zero"
"""How a number shows where zero shows as another one too: as most that disguises shows zero as zero."""
ANOTHER = frozenset({AS_ANOTHER, EVEN_ZERO})

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


@lru_cache(maxsize=512)
def look_of(code: str) -> str:
    """Return how a format shows a number above zero: its first section counts; and whether zero shows as another."""
    first, *others = _sections(code)
    of_zero = others[1] if len(others) > 1 else first
    if any(re.search(r"[1-9]", one or two) for one, two in _QUOTED.findall(of_zero)):
        return EVEN_ZERO
    words = "".join(one or two for one, two in _QUOTED.findall(first))
    section = _SPACES.sub("", _QUOTED.sub("", first))
    brackets = _BRACKETED.findall(section)
    section = _BRACKETED.sub("", section).strip()
    if any(each[:1] in {"<", ">", "="} for each in brackets) or re.search(r"[\d%‰]", words):
        return AS_ANOTHER
    if not code or _PLAIN.fullmatch(section):
        return AS_NUMBER
    if re.search(r"[dmyhs]", section, re.IGNORECASE):
        return ""  # (a date, which is read as one)
    is_shown = re.search(r"[0#?]", section) and section[0] not in "-−("
    if not is_shown or _SCALED.search(section) or re.search(r"[1-9]", section):
        return AS_ANOTHER
    return (AS_NUMBER, AS_PERCENT, AS_ANOTHER)[min(section.count("%"), 2)]


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
        return EVEN_ZERO if re.search(r"[1-9]", text) else look
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
    "ANOTHER",
    "AS_ANOTHER",
    "AS_NUMBER",
    "AS_PERCENT",
    "BUILT_IN",
    "EVEN_ZERO",
    "look_of",
    "look_of_shown",
    "plain_code",
]
