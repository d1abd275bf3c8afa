"""What a check is made against: the framework, the round, and what the workspace has on record."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, Protocol, runtime_checkable

from dapf_xl.rules.waiving import today

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from dapf_xl.catalogue import Framework
    from dapf_xl.observations import Observation
    from dapf_xl.periods import Period
    from dapf_xl.returns.layout import Figure
    from dapf_xl.rules.waiving import Ruling, Waiver, WaiverKey


Locked = Mapping[str, Mapping[str, object]]
"""Locked values by sheet and cell; formulas begin with ``=``."""
Fittings = Mapping[str, Mapping[str, Sequence[Sequence[str]]]]
"""Validations and formats by sheet: where each holds, and what it says."""


class Unpacked(NamedTuple):
    """What a record holds of a return besides where its figures are."""

    locked: Locked
    fittings: Fittings


def packed(locked: Locked, fittings: Fittings) -> bytes:
    """Return what went out as it is kept: there is much of it, and most is said again and again."""
    return zlib.compress(json.dumps([locked, fittings], ensure_ascii=False).encode(), 1)


def unpacked(data: bytes) -> Unpacked:
    """Return what went out from what is kept of it; nothing where nothing is."""
    return Unpacked(*json.loads(zlib.decompress(data))) if data else Unpacked({}, {})


Number = tuple[float | None, float | None, str]
"""The least and the most that a figure can be (the same where it was given, None without a number), and its basis."""


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
    """Its locked values and fittings, ``packed``."""


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
        return numbers_of(each for each in self.known.values() if each.period == span and each.status != "held")
