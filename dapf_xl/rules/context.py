"""What a check is made against: the framework, the round, and what the workspace has on record."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dapf_xl.rules.waiving import today

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from dapf_xl.catalogue import Framework
    from dapf_xl.observations import Observation
    from dapf_xl.periods import Period
    from dapf_xl.returns.layout import Figure
    from dapf_xl.rules.waiving import Ruling, Waiver, WaiverKey


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
    """The day of checking, on which a waiver may have ended."""

    def record_of(self, issue_id: str) -> IssuedRecord | None:
        """Return what was issued under an id, if that is known."""
        return self.issued.get(issue_id) if self.issued else None
