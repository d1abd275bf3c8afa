"""Formats that a condition turns on, and whether a figure can still be read under them (pure).

What such a format makes of a cell is known by what it says, whichever program wrote it. Where several hold at once the
first of them that says something of a part of the look settles that part (ECMA-376 part 1, 18.3.1.10).
"""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING, NamedTuple

from dapf_xl.returns.check_colours import AS_TYPED
from dapf_xl.returns.formulas import column_letters, column_number, relative_to, without_places
from dapf_xl.returns.looks import UNSEEN, Look, channels, is_unseen, shown_as, shown_by
from dapf_xl.returns.number_formats import (
    AS_ANOTHER,
    AS_NUMBER,
    AS_PERCENT,
    NO_TEXT,
    NO_ZERO,
    above_zero,
    colours_of,
    look_of,
)
from dapf_xl.returns.troubles import FARTHEST_COLUMN

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from dapf_xl.returns.looks import Looks

Cell = tuple[str, int]
"""Column letter and row."""
FARTHEST = 9_999
"""The last row that is looked at."""
_LAST_COLUMN = FARTHEST_COLUMN - 1


class FormatLook(NamedTuple):
    """What a format makes of a cell; "" and nothing of what it leaves as it is."""

    number: str = ""
    """The number format, as ``number_formats.plain_code`` gives it."""
    font: str = ""
    """What is done to the letters: ``bold``; their name and size only where these make them hard to read."""
    colour: str = ""
    """Of the text: six hexadecimal digits."""
    fills: tuple[str, ...] = ()
    """Colours of which one lies behind the text; of a scale all that it can take."""
    lines: str = ""
    replaces: bool = False
    """Whether it shows a bar or an icon in the place of the number."""
    stops: bool = False
    """Whether those after it do not hold any more."""


class Format(NamedTuple):
    """A format that a condition turns on."""

    where: str
    """Ranges: ``J7:J9 J12``."""
    says: str
    """When it holds: of one that a formula turns on that formula, as it reads from the first cell of the first range;
    of every other its kind and what goes with it: ``cellIs greaterThan 5``, ``dataBar``."""
    look: FormatLook = FormatLook()


class Said(NamedTuple):
    """What a format says of one cell."""

    says: str
    """As it reads from that cell."""
    look: FormatLook
    words: str
    """As it reads from the first cell that it says it of."""

    def __str__(self) -> str:
        """Return what it says, and what it makes of the cell."""
        made = (self.look.number, self.look.font, self.look.colour, *self.look.fills[:1], self.look.lines)
        return " ".join(filter(None, (self.words, *made)))


def cells_of(places: str, last_row: int = FARTHEST) -> list[Cell]:
    """Return column and row of each cell of ranges such as ``J7:J9 L7``.

    Args:
        places: The ranges.
        last_row: Nothing stands below it: a range to the end of the sheet has a million rows.
    """
    found = []
    for place in places.replace("$", "").split():
        corners = _corners(place)
        if corners is None:
            continue
        (left, top), (right, bottom) = corners
        rows = range(top, min(bottom, last_row) + 1)
        columns = range(left, min(right, _LAST_COLUMN) + 1)
        found += [(chr(ord("A") + column), row) for column in columns for row in rows]
    return found


_CELL = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_COLUMNS, _ROWS = re.compile(r"[A-Z]{1,3}"), re.compile(r"\d{1,7}")


def _corners(place: str) -> tuple[tuple[int, int], tuple[int, int]] | None:
    """Return the first and the last column, from 0, and row of a range, at whichever corners it is named."""
    first, _, last = place.upper().partition(":")
    last = last or first
    if _COLUMNS.fullmatch(first) and _COLUMNS.fullmatch(last):
        first, last = f"{first}1", f"{last}{FARTHEST}"
    elif _ROWS.fullmatch(first) and _ROWS.fullmatch(last):
        first, last = f"A{first}", f"Z{last}"
    one, two = _cell(first), _cell(last)
    if one is None or two is None:
        return None
    (left, right), (top, bottom) = (sorted(pair) for pair in zip(one, two, strict=True))
    return (left, top), (right, bottom)


def _cell(text: str) -> tuple[int, int] | None:
    match = _CELL.fullmatch(text)
    return (column_number(match[1]) - 1, int(match[2])) if match else None


def beneath(merged: Iterable[str]) -> list[str]:
    """Return the cells of ranges that were merged that lie beneath the first of each, which alone shows."""
    return [f"{column}{row}" for where in merged for column, row in cells_of(where)[1:]]


def first_of(places: str) -> Cell | None:
    """Return the first cell of ranges, from which a formula is read."""
    corners = _corners(places.replace("$", "").partition(" ")[0])
    return None if corners is None else (column_letters(corners[0][0] + 1), corners[0][1])


def beyond(rules: Iterable[tuple[str, str]], last_row: int, *, is_moved: bool = False) -> dict[tuple[str, str], str]:
    """Return where rules hold that ``cells_of`` does not look: right of column Z, and below a row.

    Args:
        rules: Ranges, and what is said of them.
        last_row: The row.
        is_moved: As ``by_cell`` has it.

    Returns:
        What is said, by the range, such as ``AB7:AC9``, and how it reads from its first cell.
    """
    found: dict[tuple[str, str], str] = {}
    for where, says in rules:
        first = first_of(where)
        read = without_places(says) if is_moved else relative_to(says, *first) if first else says
        for part in (part for place in where.replace("$", "").split() for part in _beyond(place, last_row)):
            found.setdefault((part, read), says)
    return found


def _beyond(place: str, last_row: int) -> Iterator[str]:
    corners = _corners(place)
    if corners is None:
        return
    (left, top), (right, bottom) = corners
    if right > _LAST_COLUMN:
        yield _range(max(left, _LAST_COLUMN + 1), top, right, bottom)
    if bottom > last_row and left <= _LAST_COLUMN:
        yield _range(left, max(top, last_row + 1), min(right, _LAST_COLUMN), bottom)


def _range(left: int, top: int, right: int, bottom: int) -> str:
    first, last = f"{column_letters(left + 1)}{top}", f"{column_letters(right + 1)}{bottom}"
    return first if first == last else f"{first}:{last}"


def by_cell(formats: Iterable[Format], last_row: int, *, is_moved: bool = False) -> dict[Cell, list[Said]]:
    """Return what is said of each cell, that which counts first first.

    Args:
        formats: In their order.
        last_row: Below it nothing is looked at.
        is_moved: Whether cells stand elsewhere than they were issued, so that what formulas refer to is let be.
    """
    found: dict[Cell, list[Said]] = {}
    for where, says, look in formats:
        first = first_of(where)
        read = without_places(says) if is_moved else relative_to(says, *first) if first else says
        for cell in cells_of(where, last_row):
            there = found.setdefault(cell, [])
            if all(read != each.says for each in there):  # (a second one of the same condition never counts)
                there.append(Said(read, look, says))
    return found


# --- whether a figure can be read ------------------------------------------------------------------


def disguised(formats: Sequence[Format], looks: Looks, columns: Collection[int]) -> dict[str, str]:
    """Return how a number shows in the cells that a format can make show another, or nothing, by address.

    The formats that a return is issued with never do.

    Args:
        formats: In their order.
        looks: How the cells of the sheet look without them.
        columns: The letters of the columns that are looked at, as bytes are numbered.
    """
    ranges = {column: [[*_rows_in(each.where, column)] for each in formats] for column in columns}
    known: dict[tuple[int, tuple[int, ...]], str] = {}
    found = {}
    for address, style in looks.cells.items():
        column = ord(address[0])
        if column not in ranges:
            continue
        row = int(address[1:])
        numbers = tuple(n for n, rows in enumerate(ranges[column]) if any(one <= row <= last for one, last in rows))
        key = (style, numbers)
        if key not in known:
            known[key] = _shows([formats[each] for each in numbers], looks.of(address)) if numbers else ""
        if known[key]:
            found[address] = known[key]
    return found


def can_disguise(formats: Sequence[Format], styles: Iterable[Look], columns: Collection[int]) -> bool:
    """Say whether any cell of some columns could show another number by some formats, whichever look it has.

    Args:
        formats: In their order.
        styles: The looks that there are.
        columns: As ``disguised`` has them.
    """
    there = [each for each in formats if any(any(_rows_in(each.where, column)) for column in columns)]
    if all(map(_is_plain, there)):
        return False  # nearly always, and whatever the cells look like
    kinds = {(look.number, look.font, look.colour, look.fill): look for look in styles}
    return bool(there) and any(_shows(there, look) for look in kinds.values())


def _is_plain(each: Format) -> bool:
    """Say whether a format sets both the letters and what is behind them, so that they show, and no other number.

    Of formats that are all so, the first that holds settles how a cell looks.
    """
    look = each.look
    if look.replaces or not look.colour or not look.fills:
        return False
    if look.number and (_hidden((each,)) or any(colours_of(look.number))):
        return False
    if look.number and any(_is_another(each, shows) for shows in (AS_NUMBER, AS_PERCENT)):
        return False
    return not any(is_unseen(Look(font=look.font, colour=look.colour, fill=fill)) for fill in look.fills)


def _rows_in(where: str, column: int) -> Iterator[tuple[int, int]]:
    """Yield the first and the last row of each range that holds cells of a column."""
    for place in where.replace("$", "").split():
        corners = _corners(place)
        if corners and corners[0][0] <= column - ord("A") <= corners[1][0]:
            yield corners[0][1], corners[1][1]


def _shows(formats: Sequence[Format], cell: Look) -> str:
    """Return how a number shows at worst under some formats; "" where it shows as it does without them."""
    as_it_is = shown_by(cell)
    if any(each.look.replaces for each in formats):
        return UNSEEN
    hidden = _hidden(formats)
    if any(each.look.number and _is_another(each, above_zero(as_it_is)) for each in formats):
        return f"{AS_ANOTHER}{hidden}"
    looks = [each.look for each in formats]
    codes = {cell.number or "", *(each.number for each in looks)}
    pairs = itertools.product(looks, repeat=2)  # (LibreOffice goes by another order than Excel)
    for look in (look for pair in pairs for look in _under(pair, cell)):
        if is_unseen(look) or any(shown_as(look, code) == UNSEEN for code in codes):
            return UNSEEN
    return f"{above_zero(as_it_is)}{hidden}" if hidden and as_it_is != UNSEEN else ""


def _hidden(formats: Iterable[Format]) -> str:
    """Return what does not show as it is by some formats, as ``number_formats`` says it."""
    looks = {look_of(each.look.number) for each in formats if each.look.number}
    return "".join(one for one in (NO_ZERO, NO_TEXT) if any(one in look for look in looks))


def _is_another(each: Format, as_it_is: str) -> bool:
    """Say whether a number shows as another by a format that does not belong to it: 0.36 where 36% is held."""
    shows = above_zero(look_of(each.look.number))
    if shows in {as_it_is, AS_ANOTHER} or not as_it_is:
        return shows == AS_ANOTHER
    own = _OWN.fullmatch(each.says)
    return shows != AS_NUMBER or own is None or own[1] not in AS_TYPED


_OWN = re.compile(r'LEFT\((?:\$?[A-Z]\$?\d+|[A-Z]<0>),\d+\)="([^"]*)"')
"""As a return asks what its check says; read from another cell than the first, it says in which row beside that."""


def _under(pair: Sequence[FormatLook], cell: Look) -> Iterator[Look]:
    """Yield how a cell can look where two formats hold at once: of each part the first settles it that says it."""
    one, two = pair
    colour, font = one.colour or two.colour or cell.colour, one.font or two.font or cell.font
    for fill in one.fills or two.fills or (cell.fill,):
        yield cell._replace(colour=colour, font=font, fill=fill)


_STEPS = 16


def scale(colours: Sequence[str]) -> tuple[str, ...]:
    """Return the colours that lie between some, with these."""
    ends = [channels(each) for each in colours]
    return tuple(
        dict.fromkeys(
            "".join(f"{round(one + (other - one) * step / _STEPS):02X}" for one, other in zip(*two, strict=True))
            for two in itertools.pairwise(ends)
            for step in range(_STEPS + 1)
        )
    )
