"""What a check is made against: the framework, the round, and what the workspace has on record."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, runtime_checkable

from dapf_xl.returns.fittings import IssuedSurroundings, StoredFittings
from dapf_xl.returns.looks import NO_LOOKS, StoredLooks
from dapf_xl.rules.waiving import today

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from dapf_xl.catalogue import Framework
    from dapf_xl.observations import Observation
    from dapf_xl.periods import Period
    from dapf_xl.returns.layout import Figure
    from dapf_xl.rules.waiving import Ruling, Waiver, WaiverKey


_PIECES = 128
"""Pieces of what went out that are remembered: those that most returns have in common."""
_BETWEEN = b"\x00"
"""Stands between two parts of a piece; no part of a workbook holds it."""
Locked = Mapping[str, Mapping[str, object]]
"""Locked values by sheet and cell; formulas begin with ``=``."""


class IssuedSheet(NamedTuple):
    """What went out on a sheet."""

    rows: list[list[Any]]
    """What stood in each cell; "" where it was blank or for typing into, or where a formula stands. Shared: a copy is
    changed, never these."""
    formulas: dict[str, str]
    """Without what begins them, by address."""

    def locked(self) -> dict[str, object]:
        """Return the locked values by cell; formulas begin with ``=``."""
        values: dict[str, object] = {
            f"{chr(ord('A') + column)}{row}": value
            for row, line in enumerate(self.rows, 1)
            for column, value in enumerate(line)
            if value != ""
        }
        return values | {address: f"={formula}" for address, formula in self.formulas.items()}


class Unpacked(NamedTuple):
    """What a record holds of a return besides where its figures are."""

    sheets: dict[str, IssuedSheet]
    around: Mapping[str, IssuedSurroundings]


def sheet_of(values: Mapping[str, object]) -> IssuedSheet:
    """Return locked values laid out in rows as they are read back."""
    places = [(int(address[1:]) - 1, ord(address[0]) - ord("A"), address, value) for address, value in values.items()]
    width = 1 + max((column for _, column, *_ in places), default=-1)
    height = 1 + max((row for row, *_ in places), default=-1)
    sheet = IssuedSheet([[""] * width for _ in range(height)], {})
    for row, column, address, value in places:
        if isinstance(value, str) and value.startswith("="):
            sheet.formulas[address] = value[1:]
        else:
            sheet.rows[row][column] = value
    return sheet


def packed(locked: Locked, around: Mapping[str, IssuedSurroundings]) -> bytes:
    """Return what went out as it is kept: piece by piece, since most returns have most pieces in common.

    First a line that says how long each piece is, then the pieces: of each sheet its rows and its formulas; of each
    sheet what it has beside them; the styles and the colours of all, and how each of them prints.
    """
    sheets = {name: [_kept(piece) for piece in sheet_of(values)] for name, values in locked.items()}
    beside = {name: _compressed(_beside(each)) for name, each in around.items()}
    looks = next((each.looks for each in around.values()), NO_LOOKS)
    pages = _BETWEEN.join(each.page for each in around.values())
    shared = [*map(_compressed, (looks.styles, looks.theme)), zlib.compress(pages, 1)]
    lengths = (
        {name: [*map(len, pieces)] for name, pieces in sheets.items()},
        {name: len(piece) for name, piece in beside.items()},
        [*map(len, shared)],
    )
    pieces = chain(chain.from_iterable(sheets.values()), beside.values(), shared)
    return b"".join((json.dumps(lengths).encode(), b"\n", *pieces))


def _beside(around: IssuedSurroundings) -> bytes:
    """Return what a sheet had beside its values, but for its page; what only a returned one can have is left out."""
    return _BETWEEN.join((*around.fittings[:2], *around.looks[:2], _json(around.names)))


def unpacked(data: bytes) -> Unpacked:
    """Return what went out from what is kept of it; nothing where nothing is."""
    if not data:
        return Unpacked({}, {})
    head, _, _ = data.partition(b"\n")
    place = len(head) + 1

    def pieces(lengths: Iterable[int]) -> Iterator[bytes]:
        nonlocal place
        for length in lengths:
            place += length
            yield data[place - length : place]

    sheets, *more = json.loads(head)
    rows = {name: IssuedSheet(*map(_said, pieces(lengths))) for name, lengths in sheets.items()}
    if len(more) == 1 or not more[0]:  # (of the first kind are those kept before 2026-11-21)
        return Unpacked(rows, {})
    beside, shared = [*pieces(more[0].values())], [*pieces(more[1])]
    pages = zlib.decompress(shared.pop()).split(_BETWEEN)
    styles, theme = map(_inflated, shared)
    found = zip(more[0], beside, pages, strict=True)
    return Unpacked(rows, {name: _surroundings(each, styles, theme)._replace(page=page) for name, each, page in found})


@lru_cache(maxsize=_PIECES)
def _surroundings(piece: bytes, styles: bytes, theme: bytes) -> IssuedSurroundings:
    """Return what a sheet had beside its values, without its page."""
    before, behind, addresses, numbers, names = zlib.decompress(piece).split(_BETWEEN)
    fittings = StoredFittings(before, behind, styles=styles, theme=theme)
    looks = StoredLooks(addresses, numbers, (), (), before, styles, theme)
    return IssuedSurroundings(fittings, looks, b"", json.loads(names))


def _kept(piece: object) -> bytes:
    return _compressed(_json(piece))


def _json(piece: object) -> bytes:
    return json.dumps(piece, ensure_ascii=False, separators=(",", ":")).encode()


@lru_cache(maxsize=_PIECES)
def _compressed(piece: bytes) -> bytes:
    return zlib.compress(piece, 1)


@lru_cache(maxsize=_PIECES)
def _inflated(piece: bytes) -> bytes:
    return zlib.decompress(piece)


@lru_cache(maxsize=_PIECES)
def _said(piece: bytes) -> Any:  # noqa: ANN401  (rows of a sheet, or its formulas)
    return json.loads(_inflated(piece))


Number = tuple[float | None, float | None, str]
"""The least and the most that a figure can be (the same where it was given, None without a number), and its basis."""
NOT_KNOWN: Number = (None, None, "")


@runtime_checkable
class KnownNumbers(Protocol):
    """Known figures that give the numbers of a whole span at once."""

    def numbers_about(self, span: Period) -> Mapping[tuple[str, str, str], Number]:
        """Return the numbers known about a span."""


def numbers_of(observations: Iterable[Observation]) -> dict[tuple[str, str, str], Number]:
    """Return the numbers of some figures about one span; a suppressed figure lies between its bounds."""
    found: dict[tuple[str, str, str], Number] = {}
    for each in observations:
        least, most = (each.lower, each.upper) if each.value is None else (each.value, each.value)
        bounds = (None if least is None else float(least), None if most is None else float(most))
        found[each.item, each.category, each.supplier] = (*bounds, each.basis)
    return found


@dataclass(frozen=True, slots=True)
class IssuedRecord:
    """What the workspace remembers of a return that it issued."""

    issue_id: str
    agency: str
    period: str
    catalogue_version: str
    digest: str
    positions: Mapping[str, Sequence[tuple[int, str]]]
    """Row and id of every figure, by sheet."""
    file: str = ""
    seal: str = ""
    """The seal that it went out with: a return that bears it is one of this workspace's, whatever key seals now."""
    packed: bytes = b""
    """Its locked values and what its sheets have beside them, ``packed``."""


@dataclass(frozen=True, slots=True)
class AmendedFigure:
    """A figure that was amended, which a return that comes later may say otherwise."""

    observation: Observation
    period: Period
    """The quarter in whose round it was amended."""
    who: str
    how: str
    at: str
    files: frozenset[str]
    """SHA-256 of what the agency had returned by then: what these say was known."""


@dataclass(frozen=True, slots=True)
class Context:
    """What returns are checked against.

    Without a key nothing can be said about who issued a return; the rest is checked all the same.
    """

    framework: Framework
    period: Period | None = None
    """The quarter of the round; None takes returns of any."""
    key: bytes | None = None
    """The workspace's signing key."""
    issued: Mapping[str, IssuedRecord] | None = None
    """What was issued, by issue id; None where that is not known."""
    known: Mapping[Figure, Observation] = field(default_factory=dict)
    """Figures accepted or published so far."""
    taken: Mapping[str, str] = field(default_factory=dict)
    """File names by SHA-256 of returns already taken."""
    amended: Mapping[Figure, AmendedFigure] = field(default_factory=dict)
    """Figures that were amended, the latest amendment of each."""
    imported: Mapping[Figure, Observation] = field(default_factory=dict)
    """Published figures that were imported and count."""
    waivers: Mapping[WaiverKey, Waiver] = field(default_factory=dict)
    """What the performance lead let pass, and for how long."""
    taken_files: Mapping[str, Ruling] = field(default_factory=dict)
    """Files, by SHA-256, that the performance lead takes although nothing proves whose they are."""
    replacing: Mapping[str, Mapping[str, Ruling]] = field(default_factory=dict)
    """Of each file, by SHA-256, the files that replace it."""
    today: date = field(default_factory=today)
    """The day of checking, on which a waiver may have ended, and after which nothing can have been signed."""

    def record_of(self, issue_id: str) -> IssuedRecord | None:
        """Return what was issued under an id, if that is known."""
        return self.issued.get(issue_id) if self.issued else None

    def numbers_about(self, span: Period) -> Mapping[tuple[str, str, str], Number]:
        """Return the numbers known about a span, by item, category and supplier; what is held in query is not known."""
        if isinstance(self.known, KnownNumbers):
            return self.known.numbers_about(span)
        return numbers_of(each for each in self.known.values() if each.period == span and each.may_count)
