"""Formulas as they compare: the same one, whichever program wrote it (pure)."""

from __future__ import annotations

import re
from functools import lru_cache

_TEXT = re.compile(r'("(?:[^"]|"")*")')
_CELL = re.compile(
    r"\[\$?'?([^\[\]']*?)'?\.(\$?[A-Z]+\$?\d+|\$?\d+|\$?[A-Z]+)(?::\.?(\$?[A-Z]+\$?\d+|\$?\d+|\$?[A-Z]+))?\]"
)
"""A reference as OpenDocument has it: ``[.J14]``, ``[$Return.$M$6:.$M$66]``."""
_NUMBER = re.compile(r"(?<![A-Z$\d.])\d+(?:\.\d*)?(?:E[+-]?\d+)?(?![A-Z\d(!])")
_SPACE = re.compile(r"\s+")
_NEWER = re.compile(r"_XL(?:FN|WS|UDF)\.")
_TRUTH = re.compile(r"\b(TRUE|FALSE)\(\)")
_OPEN_FORMULA = "of:"


@lru_cache(maxsize=4096)
def comparable(formula: str) -> str:
    """Return a formula in one way of writing it.

    Space, upper and lower case, quotation marks around the names of sheets, and how OpenDocument writes references
    and parts arguments do not count; every text, number, function and reference does.
    """
    is_open = formula.startswith(_OPEN_FORMULA)
    pieces = _TEXT.split(formula.removeprefix(_OPEN_FORMULA).removeprefix("="))
    pieces[::2] = [_outside_texts(piece, is_open=is_open) for piece in pieces[::2]]
    return "".join(pieces)


def _outside_texts(piece: str, *, is_open: bool) -> str:
    plain = _SPACE.sub("", piece).upper()
    if is_open:
        plain = _CELL.sub(_reference, plain).replace(";", ",")
    plain = _TRUTH.sub(r"\1", _NEWER.sub("", plain.replace("'", "")))
    return _NUMBER.sub(lambda number: f"{float(number[0]):.15g}", plain)


def _reference(match: re.Match[str]) -> str:
    sheet, first, last = match.groups()
    before = f"{sheet}!" if sheet else ""
    return f"{before}{first}:{last}" if last else f"{before}{first}"


@lru_cache(maxsize=4096)
def without_sheet(formula: str, sheet: str) -> str:
    """Return a formula in one way of writing it, without its own sheet's name before what it refers to."""
    pieces = _TEXT.split(comparable(formula))
    own = comparable(f"'{sheet}'!")
    pieces[::2] = [piece.replace(own, "") for piece in pieces[::2]]
    return "".join(pieces)


_PLACE = re.compile(r"(\$?)([A-Z]{1,3})(\$?)(\d{1,7})(?![A-Z\d(])")


def relative_to(formula: str, column: str, row: int) -> str:
    """Return a formula as it reads from a cell: references that move with it by how far away they are."""

    def seen(match: re.Match[str]) -> str:
        fixed_column, letters, fixed_row, number = match.groups()
        across = letters if fixed_column else f"<{column_number(letters) - column_number(column)}>"
        return f"{across}{number if fixed_row else f'<{int(number) - row}>'}"

    pieces = _TEXT.split(comparable(formula))
    pieces[::2] = [_PLACE.sub(seen, piece) for piece in pieces[::2]]
    return "".join(pieces)


def column_number(letters: str) -> int:
    """Return the number of a column, 1 for A."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def column_letters(number: int) -> str:
    """Return the letters of a column, by its number, 1 for A."""
    more, last = divmod(number - 1, 26)
    return f"{column_letters(more) if more else ''}{chr(ord('A') + last)}"


_ANY_PLACE = re.compile(r"#REF!|(?:(?<![A-Z\d])\$?[A-Z]{1,3}\$?\d{1,7}(?![A-Z\d(]))(?::\$?[A-Z]{1,3}\$?\d{1,7})?")


@lru_cache(maxsize=4096)
def without_places(formula: str) -> str:
    """Return a formula with all that it refers to left open: the same one wherever rows and columns were moved to."""
    pieces = _TEXT.split(comparable(formula))
    pieces[::2] = [_ANY_PLACE.sub("<>", piece) for piece in pieces[::2]]
    return "".join(pieces)
