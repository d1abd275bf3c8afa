"""What the cells of a sheet hold that is written as the usual programs write it.

To find out whether it is, every cell was taken apart already: here the pieces become values, and calamine need not take
the file apart once more. Wherever a piece is of a kind that is not known here for certain, the answer is None, and
calamine reads the workbook. A test holds both to the same for every workbook that the tests have.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import lru_cache
from html import unescape
from itertools import groupby
from typing import TYPE_CHECKING, Any

from defusedxml import ElementTree

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dapf_xl.returns.sounding import Held
    from dapf_xl.returns.troubles import Cells

_TEXT, _TRUTH, _NUMERIC = b' t="str"', b' t="b"', (b"", b' t="n"')
NUMBER, DAY = "number", "day"
"""How a style shows a number; any other way is not known here."""

_STRINGS = re.compile(rb'<si><t( xml:space="preserve"|)>([^<]*+)</t></si>')
_TABLE = re.compile(rb'(?:<\?xml[^<>]*\?>\s*)?<sst(?: [\w:]++="[^"<>&]*+")*+>\s*</sst>\s*')
_ODD_SIGN = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos);)")
_ODD_LETTER = re.compile(rb"_x[0-9A-Fa-f]{4}_")
_NUMBERS = re.compile(rb"(?:-?\d{1,15}+(?:\.\d++)?(?:[eE]-?\d{1,2}+)?,)*+")
_BUILT_IN = {**dict.fromkeys(("0", "1", "2", "3", "4", "9", "10", "11"), NUMBER), "14": DAY}
"""What each program knows the built-in formats to show (ECMA-376 part 1, 18.8.30)."""
_UNKNOWN = "!"
"""Stands for a format's code that is not there, or there twice."""
_SHOWS_A_NUMBER = re.compile(r'(?:\\?[−–() .,-]|[#0?%;@]|"[^"]*")+|General', re.IGNORECASE)
_SHOWS_A_DAY = re.compile(r"d{1,2}\\?[ ./-]m{1,4}\\?[ ./-]y{2,4}|y{4}\\?-m{2}\\?-d{2}", re.IGNORECASE)
_FIRST, _LAST = 61, 2_958_465
"""Days, as Excel counts, on which all programs agree: from March 1900 to the end of 9999."""
_ORIGIN = date(1899, 12, 30)
_COLUMNS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def strings_of(xml: bytes) -> Sequence[str] | None:
    """Return a workbook's shared strings; None where one of them is not plain."""
    if not xml:
        return ()
    pieces = _STRINGS.split(xml)
    texts = pieces[2::3]
    trimmed = any(text != text.strip() for kept, text in zip(pieces[1::3], texts, strict=True) if not kept)
    around = b"".join(pieces[::3])
    if trimmed or _is_odd(xml) or not _TABLE.fullmatch(around) or not around.isascii():
        return None
    words = b"\x00".join(texts).decode()
    return (unescape(words) if "&" in words else words).split("\x00") if texts else ()


def _is_odd(text: bytes) -> bool:
    """Say whether programs may take something in a text for something else than the letters that stand there."""
    return (
        b"\r" in text
        or b"\x00" in text
        or (b"&" in text and _ODD_SIGN.search(text) is not None)
        or (b"_x" in text and _ODD_LETTER.search(text) is not None)
    )


@lru_cache(maxsize=64)
def kinds_of(styles: bytes) -> tuple[str, ...]:
    """Return how each style of a workbook shows a number; "" where that is not known here."""
    root = ElementTree.fromstring(styles)
    space = root.tag.removesuffix("styleSheet")
    codes: dict[str, str] = {}
    for each in root.iterfind(f"{space}numFmts/{space}numFmt"):
        number, code = each.get("numFmtId", ""), each.get("formatCode", "")
        codes[number] = _UNKNOWN if number in codes else code
    return tuple(_kind(each.get("numFmtId", "0"), codes) for each in root.iterfind(f"{space}cellXfs/{space}xf"))


def _kind(number: str, codes: Mapping[str, str]) -> str:
    if number in _BUILT_IN:
        return "" if number in codes else _BUILT_IN[number]
    code = codes.get(number, _UNKNOWN)
    return NUMBER if _SHOWS_A_NUMBER.fullmatch(code) else DAY if _SHOWS_A_DAY.fullmatch(code) else ""


def values_of(held: Held, strings: Sequence[str], kinds: Sequence[str]) -> Cells | None:
    """Return what the cells of a sheet hold, row by row from A1, as calamine does; None where that is not certain.

    Args:
        held: The pieces of its cells.
        strings: The shared strings of its workbook.
        kinds: How the styles of its workbook show numbers.
    """
    try:
        return _in_rows(held.addresses, _flat(held, strings, kinds))
    except (ValueError, LookupError):
        return None


def _flat(held: Held, strings: Sequence[str], kinds: Sequence[str]) -> list[Any]:
    """Return what each cell holds, None for nothing.

    Raises:
        ValueError: That is not certain.
        LookupError: There is no such string or style.
    """
    flat: list[Any] = [None if each is None else strings[int(each)] for each in held.strings]
    numbers: list[int] = []
    for place, (kind, shown, words) in enumerate(zip(held.kinds, held.shown, held.words, strict=True)):
        if words is not None:
            flat[place] = _text(words)
        elif kind is None or (kind in _NUMERIC and not shown):
            continue
        elif kind in _NUMERIC:
            numbers.append(place)
        elif kind == _TEXT and shown is not None:
            flat[place] = _text(shown)
        elif kind == _TRUTH:
            flat[place] = (b"0", b"1").index(shown or b"") == 1
        else:
            raise ValueError(kind)
    said = [held.shown[place] or b"" for place in numbers]
    if not _NUMBERS.fullmatch(b"".join([each + b"," for each in said])):
        raise ValueError(said)
    for place, each in zip(numbers, said, strict=True):
        flat[place] = _as_it_shows(float(each), held.styles[place], kinds)
    return flat


def _as_it_shows(number: float, style: bytes, kinds: Sequence[str]) -> float | date:
    kind = kinds[int(style[4:-1]) if style else 0]
    if kind == NUMBER:
        return number
    if kind == DAY and style and number.is_integer() and _FIRST <= number <= _LAST:
        return _ORIGIN + timedelta(number)
    raise ValueError(number)


def _text(shown: bytes) -> str:
    if _is_odd(shown) or shown != shown.strip():
        raise ValueError(shown)
    return unescape(shown.decode())


def _in_rows(addresses: Sequence[bytes], flat: Sequence[Any]) -> Cells:
    """Return values row by row, as far as there are any; blank where there is none.

    Raises:
        ValueError: The cells are in no order.
    """
    letters = b"".join([each[:1] for each in addresses])
    found: Cells = []
    end = above = 0
    for row, some in groupby([each[1:] for each in addresses]):
        start, end = end, end + len(list(some))
        columns, line = letters[start:end], [*flat[start:end]]
        if int(row) <= above or bytes(sorted(columns)) != columns:
            raise ValueError(row)
        above = int(row)
        if columns != _COLUMNS[: len(columns)]:
            there = dict(zip(columns, line, strict=True))
            line = [there.get(column) for column in range(_COLUMNS[0], columns[-1] + 1)]
        while line and line[-1] is None:
            line.pop()
        if line:
            found += [[] for _ in range(above - len(found) - 1)]
            found.append(line)
    width = max(map(len, found), default=0)
    return [["" if each is None else each for each in line] + [""] * (width - len(line)) for line in found]
