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


def without_text(look: str) -> str:
    """Return the same where no text shows."""
    return look if NO_TEXT in look or not look else f"{look}{NO_TEXT}"


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


_TOKENS = re.compile(
    r'"(?P<quoted>[^"]*)"?|\\(?P<escaped>.)|\[\$(?P<currency>[^\]-]*)(?:-[^\]]*)?\]|\[(?P<bracketed>[^\]]*)\]'
    r"|(?P<space>[_*].)|(?P<usual>general|standard|@)|(?P<place>[0#?])|(?P<plain>.)",
    re.IGNORECASE | re.DOTALL,
)
_NO_NUMBER = re.compile(r"[\d%‰⁰¹²³⁴-⁹₀-₉¼-¾⅐-⅞\uff05\ufe6a\u066a]")
"""What makes another number of one beside which it stands: digits, raised ones, fractions, signs for a share."""
_DIGIT_OR_SHARE = re.compile(r"[0-9%]")
_FOREIGN = re.compile(r"(?:DB|Nat)Num", re.IGNORECASE)
"""Digits of another script; those that a language brings with it are known by what _LANGUAGE leaves out."""
_BETWEEN = re.compile(r"[\s'’]")
"""What may be written between the digits of a number."""
_LIKE_DIGITS = r"OolI|\u041e\u043e\u039f\u03bf"
"""Letters, Cyrillic and Greek ones among them, that look like digits."""
_DASHES = r"\-−–—\u2010"
_BEFORE = re.compile(rf"[{_DASHES}(<>≤≥~]|[.,/·{_LIKE_DIGITS}]\s*$")
"""What, before a number, makes another one of it: a sign, a point, a letter like a digit."""
_MULTIPLIES = "k|m|mn|bn|tn|lakh|crore|dozen|score|hundred|thousand|million|billion"
_BEHIND = re.compile(rf"[{_DASHES}·{_LIKE_DIGITS}]|\s*(?:{_MULTIPLIES})s?\b", re.IGNORECASE)
"""The same behind it: a sign, a letter like a digit, a word that multiplies."""


class _Section:
    """A section of a format."""

    def __init__(self, code: str) -> None:
        self.words, self.plain, self.colour = "", "", ""
        """What shows as itself; what means something; and the colour of the letters, as it is said."""
        self.has_condition, self.is_foreign = False, False
        self._shown: list[tuple[str, str]] = []
        """Kind and text of each piece that shows."""
        for token in _TOKENS.finditer(code):
            kind, said = token.lastgroup or "", token[token.lastgroup or 0]
            if kind == "bracketed":
                self.has_condition |= said[:1] in {"<", ">", "="}
                self.is_foreign |= bool(_FOREIGN.match(said))
                self.colour = said if COLOUR.fullmatch(said) else self.colour
            elif kind in {"quoted", "escaped", "currency"}:
                language = token[0][2 + len(said) :] if kind == "currency" else "]"
                self.is_foreign |= language != "]" and not _LANGUAGE.fullmatch(f"[${language}")
                self.words += said
                self._shown.append(("words", said))
            elif kind != "space":
                self.plain += said
                self._shown.append((kind, said))
        self.plain = self.plain.strip()

    def look(self) -> str:
        """Return how a number shows."""
        if self.is_foreign or _NO_NUMBER.search(self.words) or _NO_NUMBER.search(_DIGIT_OR_SHARE.sub("", self.plain)):
            return AS_ANOTHER
        is_usual = _PLAIN.fullmatch(self.plain)
        if not is_usual and re.search(r"[dmyhs]", self.plain, re.IGNORECASE):
            return ""
        is_number = re.search(r"[0#?]", self.plain) and not _PLAIN.search(self.plain)
        if not is_usual and (not is_number or _SCALED.search(self.plain)):
            return AS_ANOTHER
        if _DIGITS.search(self.plain) or self._makes_another():
            return AS_ANOTHER
        return (AS_NUMBER, AS_PERCENT, AS_ANOTHER)[min(self.plain.count("%"), 2)]

    def _makes_another(self) -> bool:
        """Say whether another number is read in what stands before, between and behind the digits."""
        places = [number for number, (kind, _) in enumerate(self._shown) if kind in {"place", "usual"}]
        if not places:
            return False
        first, last = places[0], places[-1]
        first -= first > 0 and self._shown[first - 1] == ("plain", ".")
        before, behind = ("".join(said for _, said in part) for part in (self._shown[:first], self._shown[last + 1 :]))
        between = self._shown[first : last + 1]
        words = "".join(said for kind, said in between if kind == "words")
        meaning = "".join(said for kind, said in between if kind != "words")
        return bool(
            _BEFORE.search(before)
            or _BEHIND.match(behind)
            or _BETWEEN.sub("", words)
            or re.search(r"[^0#?.,/%E+\s-]|(?<![Ee])[-+]", _PLAIN.sub("0", meaning), re.IGNORECASE)
        )

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


COLOUR = re.compile(r"black|white|red|green|blue|yellow|magenta|cyan|colou?r\s?(\d+)|#[0-9A-F]{6}", re.IGNORECASE)
PALETTE = re.findall(
    r"\w{6}",
    "000000 FFFFFF FF0000 00FF00 0000FF FFFF00 FF00FF 00FFFF 000000 FFFFFF FF0000 00FF00 0000FF FFFF00 FF00FF 00FFFF "
    "800000 008000 000080 808000 800080 008080 C0C0C0 808080 9999FF 993366 FFFFCC CCFFFF 660066 FF8080 0066CC CCCCFF "
    "000080 FF00FF FFFF00 00FFFF 800080 800000 008080 0000FF 00CCFF CCFFFF CCFFCC FFFF99 99CCFF FF99CC CC99FF FFCC99 "
    "3366FF 33CCCC 99CC00 FFCC00 FF9900 FF6600 666699 969696 003366 339966 003300 333300 993300 993366 333399 333333 "
    "000000 FFFFFF",
)
"""Colours by their number, where a workbook has none of its own (ECMA-376 part 1, 18.8.27); the last two are those
of the system, for what stands before and behind."""
_NAMED = ("black", "white", "red", "green", "blue", "yellow", "magenta", "cyan")
_FIRST_NAMED = 8
"""The number of the colour that formats call the first."""


@lru_cache(maxsize=512)
def colours_of(code: str) -> tuple[str, str, str]:
    """Return in which colours a format writes a number above zero, zero, and a text; "" where it leaves them be."""
    sections = [_Section(each) for each in _sections(code)]
    number = sections[0]
    zero = sections[2] if len(sections) > 2 else number  # noqa: PLR2004  (the third is zero's)
    texts = [each for each in sections[_OF_TEXTS:] or sections if "@" in each.plain]
    one, two, three = (_colour(each.colour) for each in (number, zero, (*texts, _Section(""))[0]))
    return one, two, three


def _colour(said: str) -> str:
    found = COLOUR.fullmatch(said)
    if found is None or said.startswith("#"):
        return said.removeprefix("#").upper()
    number = _FIRST_NAMED - 1 + int(found[1]) if found[1] else _NAMED.index(said.casefold())
    return PALETTE[number] if number < len(PALETTE) else ""


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
    if found is None or "%%" in text:
        return AS_ANOTHER
    before, behind = text[: found.start()], text[found.end() :]
    makes_another = value > 0 and (_BEFORE.search(before) or _BEHIND.match(behind))
    if makes_another or _NO_NUMBER.search(f"{before}{behind}".replace("%", "")):
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
    "PALETTE",
    "above_zero",
    "colours_of",
    "look_of",
    "look_of_shown",
    "plain_code",
    "without_text",
    "without_zero",
]
