"""How the cells of a sheet look, and which of them can be typed into (pure).

Programs number, order and write styles in many ways, so that a look is known by what it says: two programs that show
a cell alike give the same look. A figure that nobody can see (white on white, letters of no size, a font of symbols)
was not seen by whoever signed the return, and is told apart from one that shows.
"""

from __future__ import annotations

import colorsys
import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from dapf_xl.returns.number_formats import AS_ANOTHER, colours_of, look_of, without_text, without_zero

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dapf_xl.returns.sounding import Runs

AUTOMATIC = "000000"
WHITE = "FFFFFF"
SYMBOLS = re.compile(
    r"wingdings|webdings|symbol|dingbats|marlett|barcode|code ?(?:39|128)|mdl2|fluent icons|ms outlook|mt extra"
    r"|specialty|redacted|adobe blank",
    re.IGNORECASE,
)
_COLOUR = re.compile(r"\b[0-9A-F]{6}\b")
LETTERS = re.compile(r"(?<= )\d[\d.]*(?: [a-z ]+)?$")
"""Of the words for a font the size of its letters, and what is done to them."""
UNSEEN = "unseen"
"""How something shows that nobody can see."""
LEAST_SIZE = 5.0
"""Points below which letters cannot be read."""
LEAST_CONTRAST = 1.3
"""Contrast (as WCAG 2.1 defines it) of text and background below which a text cannot be seen."""


class Look(NamedTuple):
    """How a cell looks, each part in one way of writing it; "" where it has none, None where that is not known."""

    is_locked: bool | None = True
    number: str | None = "General"
    """Its number format, as it is stored."""
    font: str | None = ""
    """Name, size and what is done to the letters: ``Arial 10 bold``."""
    colour: str | None = AUTOMATIC
    """Of the text: six hexadecimal digits."""
    fill: str | None = ""
    """Of the background: six hexadecimal digits; of a pattern or a gradient its kind and all its colours."""
    lines: str | None = ""
    """Of each side its kind and colour: ``left thin 505A5F``."""
    place: str | None = ""
    """Where in the cell the text stands."""
    shows: str = ""
    """How a number shows by its format where that cannot be told from ``number``; "" where it can, or is not known."""


PARTS = {
    "number": "number format",
    "font": "font",
    "colour": "colour of the text",
    "fill": "background",
    "lines": "lines around it",
    "place": "how the text is placed",
}
"""What each part of a look is called."""


class Looks(NamedTuple):
    """How the cells of a sheet look."""

    styles: Sequence[Look]
    """The looks that there are."""
    cells: Mapping[str, int]
    """Which of them each cell has that is there, by address."""
    rows: Mapping[int, int]
    """Which of them the cells have that are not there, by row; where it has none, by column."""
    columns: Mapping[str, int]
    rich: frozenset[str] = frozenset()
    """Addresses of cells parts of whose text look otherwise than the rest."""

    def of(self, address: str) -> Look:
        """Return how a cell looks, be it there or not."""
        letter, row = address[0], int(address[1:])
        default = self.rows.get(row, self.columns.get(letter, 0))
        number = self.cells.get(address, default)
        return self.styles[number] if number < len(self.styles) else Look()


class StoredLooks(NamedTuple):
    """The same as the file has it, not looked at yet: most returns of a round have the same."""

    addresses: bytes
    numbers: bytes
    """Of each address the number of its style, as an attribute; nothing where it has none."""
    rows: tuple[tuple[bytes, bytes], ...]
    rich: tuple[tuple[str, Runs], ...]
    columns: bytes
    styles: bytes
    """The workbook's styles."""
    theme: bytes


NO_LOOKS = StoredLooks(b"", b"", (), (), b"", b"", b"")


def shown_by(look: Look) -> str:
    """Return how a number shows in a cell that looks so; "" where that is not known."""
    if is_unseen(look):
        return UNSEEN
    if "fill" in (look.place or "").split():  # (which repeats the number over the cell)
        return AS_ANOTHER
    return "" if look.number is None else shown_as(look, look.number)


def shown_as(look: Look, code: str) -> str:
    """Return how a number shows by a format, which may write it in the colour of what is behind it.

    Args:
        look: Of the cell.
        code: The format.
    """
    shows = look_of(code)
    number, zero, text = (bool(each) and is_unseen(look._replace(colour=each)) for each in colours_of(code))
    if number:
        return UNSEEN
    shows = without_zero(shows) if zero else shows
    return without_text(shows) if text else shows


def shows_symbols(look: Look) -> bool:
    """Say whether letters of a look show as something else."""
    return SYMBOLS.search(look.font or "") is not None


def is_unseen(look: Look) -> bool:
    """Say whether nobody can read what stands in a cell that looks so."""
    font = look.font or ""
    size = re.search(r" (\d+(?:\.\d+)?)(?: |$)", font)
    if shows_symbols(look) or (size and float(size[1]) < LEAST_SIZE):
        return True
    if look.colour is None:
        return False
    backgrounds = _COLOUR.findall(look.fill or "") or [WHITE]  # (of a pattern or a gradient several)
    return all(contrast(look.colour, each) < LEAST_CONTRAST for each in backgrounds)


@lru_cache(maxsize=1024)
def contrast(one: str, two: str) -> float:
    """Return the contrast of two colours, from 1 to 21, as WCAG 2.1 defines it."""
    darker, lighter = sorted(map(_luminance, (one, two)))
    return (lighter + 0.05) / (darker + 0.05)


def channels(colour: str) -> tuple[int, int, int]:
    """Return how much red, green and blue a colour of six hexadecimal digits has, each up to 255."""
    red, green, blue = bytes.fromhex(colour[:6])
    return red, green, blue


def _luminance(colour: str) -> float:
    shares = [each / 255 for each in channels(colour)]
    red, green, blue = (each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in shares)  # noqa: PLR2004
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


_HUES = (
    (15, "red"), (45, "orange"), (70, "yellow"), (165, "green"), (195, "turquoise"), (260, "blue"), (290, "purple"),
    (340, "pink"), (361, "red"),
)  # fmt: skip
"""Degrees of the circle of colours up to which one is called so."""
_LEAST_STRENGTH, _DARKEST, _LIGHTEST = 0.12, 0.12, 0.96


def name_of_colour(colour: str) -> str:
    """Return what a colour of six hexadecimal digits is called."""
    hue, light, strength = colorsys.rgb_to_hls(*(each / 255 for each in channels(colour)))
    if light < _DARKEST:
        return "black"
    if light > _LIGHTEST:
        return "white"
    return "grey" if strength < _LEAST_STRENGTH else next(name for degrees, name in _HUES if hue * 360 < degrees)
