"""Cells that look otherwise than when the return was issued, or can be typed into, or no longer: part of batch 4.

Pasting brings looks along, and locks; so most of what is told here is harmless. But a cell that was unlocked invites
typing where nothing is read, and a look can hide what is held.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from dapf_xl.findings import Code
from dapf_xl.personal_data import redacted
from dapf_xl.plain import shown
from dapf_xl.returns.layout import PUT_RIGHT
from dapf_xl.returns.looks import NO_LOOKS, PARTS, UNSEEN, Look, StoredLooks, name_of_colour
from dapf_xl.returns.number_formats import AS_ANOTHER, above_zero, look_of, plain_code
from dapf_xl.returns.xlsx_looks import looks_of
from dapf_xl.rules.cell_differences import cells_in_short, stands_now
from dapf_xl.styles import FRAME

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dapf_xl.findings import Finding
    from dapf_xl.returns.looks import Looks
    from dapf_xl.rules.as_issued import AsIssued
    from dapf_xl.rules.checking import CheckedReturn

_TYPED_INTO, _NO_MORE, _PART_OF_A_TEXT = "unlocked", "locked", "parts of the text"

_OF_A_BLANK = frozenset({_TYPED_INTO, PARTS["fill"], PARTS["lines"]})
"""What can be seen of a cell that holds nothing, and what can be done with it."""


class Change(NamedTuple):
    """A part of a look that is not as it was."""

    part: str
    old: str = ""
    new: str = ""


Changes = dict[str, tuple[Change, ...]]
"""By cell, as it stands now."""


def check_looks(one: CheckedReturn, issued: AsIssued, sheet: str) -> Iterator[Finding]:
    """Yield what was changed in how the cells of a sheet look, and in which of them can be typed into."""
    around = one.read.content[sheet].around
    if around is None or around.looks is NO_LOOKS or sheet not in issued.around:
        return
    now = stands_now(one, issued, sheet)
    before = issued.around[sheet].looks
    if now is None and isinstance(around.looks, StoredLooks):
        changed = _in_place(before, around.looks)
    else:
        changed = _differences(before, around.looks, now)
    if PUT_RIGHT in one.read.sheets:
        looks = looks_of(around.looks)
        changed = {cell: _without_marks(parts, looks.of(cell)) for cell, parts in changed.items()}
    if changed and (formulas := one.read.content[sheet].formulas):
        there = looks_of(around.looks)
        changed = {c: _of_a_formula(parts, there.of(c)) if c in formulas else parts for c, parts in changed.items()}
    whole = _unlocked_as_a_whole(around.looks)
    for code, part, more in ((Code.CELLS_UNLOCKED, _TYPED_INTO, whole), (Code.CELLS_LOCKED, _NO_MORE, [])):
        cells = [cell for cell, changes in changed.items() if any(each.part == part for each in changes)]
        if cells or more:
            words = ", ".join(filter(None, (cells_in_short(cells), *more)))
            yield code.finding(sheet=sheet, cell=cells[0] if cells else "", cells=words)
    otherwise: dict[tuple[str, ...], list[str]] = {}
    for cell, changes in changed.items():
        if parts := tuple(each.part for each in changes if each.part not in {_TYPED_INTO, _NO_MORE}):
            otherwise.setdefault(parts, []).append(cell)
    if otherwise:
        told = [_told(cells, changed[cells[0]]) for cells in otherwise.values()]
        yield Code.LOOKS_CHANGED.finding(sheet=sheet, cell=next(iter(otherwise.values()))[0], cells="; ".join(told))


def _told(cells: list[str], changes: tuple[Change, ...]) -> str:
    """Return cells with what is not as it was in all of them, and what it was and is in the first."""
    words = ", ".join(
        f"{each.part} {each.old} → {each.new}" if each.old else each.part
        for each in changes
        if each.part not in {_TYPED_INTO, _NO_MORE}
    )
    return f"{cells_in_short(cells)} ({words}{f' in {cells[0]}' if len(cells) > 1 else ''})"


def _differences(before: StoredLooks, found: StoredLooks | Looks, now: Callable[[str], str] | None) -> Changes:
    """Return what is not as it was, by cell as it stands now; without ``now`` each is where it was."""
    issued, there = looks_of(before), looks_of(found)
    changed = {}
    seen = set()
    for cell in issued.cells:
        place = now(cell) if now else cell
        if not place:
            continue
        seen.add(place)
        parts = parts_changed(issued.of(cell), there.of(place))
        if place in there.rich and cell not in issued.rich:
            parts += (Change(_PART_OF_A_TEXT),)
        if parts:
            changed[place] = parts
    telling = {_TYPED_INTO} if now else _OF_A_BLANK
    for cell in there.cells.keys() - seen:  # where nothing stood
        if parts := tuple(each for each in parts_changed(issued.of(cell), there.of(cell)) if each.part in telling):
            changed[cell] = parts
    return dict(sorted(changed.items(), key=lambda each: (int(each[0][1:]), each[0][0])))


@lru_cache(maxsize=256)
def _in_place(before: StoredLooks, found: StoredLooks) -> Changes:
    """Return the same where nothing was moved; most returns of a round are saved by the same programs."""
    return _differences(before, found, None)


def _unlocked_as_a_whole(found: StoredLooks | Looks) -> list[str]:
    """Return the rows and columns whose cells can be typed into, even those that hold nothing, in words."""
    there = looks_of(found)
    free = {number for number, look in enumerate(there.styles) if look.is_locked is False}
    columns = [f"all of column {letter}" for letter, number in there.columns.items() if number in free]
    return columns + [f"all of row {row}" for row, number in there.rows.items() if number in free]


def parts_changed(before: Look, found: Look) -> tuple[Change, ...]:
    """Return the parts of a look that are not as they were; what is not known of either is as it was."""
    parts = []
    if found.is_locked is not None and found.is_locked != before.is_locked:
        parts.append(Change(_NO_MORE if found.is_locked else _TYPED_INTO))
    for part, words in PARTS.items():
        old, new = getattr(before, part), getattr(found, part)
        if old is None or new is None or old == new or (part == "number" and plain_code(old) == plain_code(new)):
            continue
        parts.append(Change(words, _in_words(old), _in_words(new)))
    is_day = not look_of(before.number or "")
    if found.number is None and above_zero(found.shows) in {AS_ANOTHER, UNSEEN} and not is_day:
        parts.append(Change(PARTS["number"]))
    return tuple(parts)


_COLOUR = re.compile(r"\b[0-9A-F]{6}\b")
_SIDES = ("left", "right", "top", "bottom")


def _in_words(part: str) -> str:
    """Return a part of a look as people say it: colours by their names too, lines on all sides as one."""
    lines = {each.partition(" ")[2] for each in part.split(", ")}
    if len(lines) == 1 and part.startswith(_SIDES[0]) and part.count(",") == len(_SIDES) - 1:
        part = lines.pop()
    named = _COLOUR.sub(lambda found: f"{name_of_colour(found[0])} {found[0]}", part)
    return redacted(shown(named.replace("center", "centre"))) or "none"


_PLAIN_NUMBER = re.compile(r"[#,]*0?(?:\.0+)?%?")


def _of_a_formula(parts: tuple[Change, ...], look: Look) -> tuple[Change, ...]:
    """Return what is not as it was of a formula, but for the format that LibreOffice gives its result by itself.

    (It takes that of the cells that the formula is made of.)
    """
    if look.number is None or not _PLAIN_NUMBER.fullmatch(look.number):
        return parts
    return tuple(each for each in parts if each.part != PARTS["number"])


def _without_marks(parts: tuple[Change, ...], look: Look) -> tuple[Change, ...]:
    """Return what is not as it was, but for what an annotated copy draws around a cell."""
    if FRAME[1:] not in (look.lines or ""):
        return parts
    return tuple(each for each in parts if each.part not in {PARTS["lines"], PARTS["fill"]})
