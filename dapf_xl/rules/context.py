"""What a check is made against: the framework, the round, and what the workspace has on record."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from dapf_xl.catalogue import Framework
    from dapf_xl.observations import Observation
    from dapf_xl.periods import Period
    from dapf_xl.returns.layout import Figure


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

    def record_of(self, issue_id: str) -> IssuedRecord | None:
        """Return what was issued under an id, if that is known."""
        return self.issued.get(issue_id) if self.issued else None
