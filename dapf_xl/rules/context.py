"""What a check is made against: the framework, the round, and what the workspace has on record."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from dapf_xl.catalogue import Framework
    from dapf_xl.observations import Observation
    from dapf_xl.periods import Period
    from dapf_xl.returns.layout import Figure


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
    today: date | None = None
    """The day of checking; None where it does not matter whether something lies in the future."""

    def record_of(self, issue_id: str) -> IssuedRecord | None:
        """Return what was issued under an id, if that is known."""
        return self.issued.get(issue_id) if self.issued else None

    def numbers_about(self, span: Period) -> Mapping[tuple[str, str, str], Number]:
        """Return the numbers known about a span, by item, category and supplier; what is held in query is not known."""
        if isinstance(self.known, KnownNumbers):
            return self.known.numbers_about(span)
        return numbers_of(each for each in self.known.values() if each.period == span and each.status != "held")
