"""What comes of reconciling: each check with both places and both values, and what it came to."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from dapf_xl.catalogue import Framework
    from dapf_xl.findings import Finding

AGREES, DIFFERS, OPEN = "agree", "differ", "open"
"""What a check comes to; open is what cannot be checked."""


class Check(NamedTuple):
    """One thing that was checked."""

    document: str
    place: str
    kind: str
    """A kind of statement, or total, ratio, rule or year for what is checked without one."""
    said: str
    """What stands there."""
    against: str
    """Where the other figure stands."""
    other: str
    """What stands there, or what was expected."""
    finding: Finding | None = None
    why: str = ""
    """Why it cannot be checked."""

    @property
    def state(self) -> str:
        """What it came to: agree, differ or open."""
        if self.finding is not None:
            return DIFFERS
        return OPEN if self.why else AGREES


@dataclass(frozen=True)
class Reconciled:
    """Everything that was checked of a framework's published figures, in the order of the statements."""

    framework: Framework
    checks: tuple[Check, ...]

    @property
    def findings(self) -> list[Finding]:
        """What does not fit together, in the order of the checks."""
        return [check.finding for check in self.checks if check.finding is not None]

    @property
    def open(self) -> list[Check]:
        """What cannot be checked, because a figure that it needs is not published."""
        return [check for check in self.checks if check.state == OPEN]

    @property
    def counts(self) -> dict[str, int]:
        """How many checks came to what."""
        found = Counter(check.state for check in self.checks)
        return {state: found[state] for state in (AGREES, DIFFERS, OPEN)}
