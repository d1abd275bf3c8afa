"""What a check is made against: the framework, the round, and what the workspace has on record."""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dapf_xl.catalogue import Framework
    from dapf_xl.observations import Observation
    from dapf_xl.periods import Period
    from dapf_xl.returns.layout import Figure


Locked = dict[str, dict[str, object]]
"""Locked values by sheet and cell; formulas begin with ``=``."""


def packed(locked: Mapping[str, Mapping[str, object]]) -> bytes:
    """Return locked values as they are kept: many, and most of them said again and again."""
    return zlib.compress(json.dumps(locked, ensure_ascii=False).encode(), 1)


def unpacked(data: bytes) -> Locked:
    """Return locked values from what is kept of them."""
    values: Locked = json.loads(zlib.decompress(data))
    return values


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
    """Every locked value by sheet and cell, ``packed``; formulas begin with ``=``."""


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
