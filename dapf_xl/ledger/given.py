"""Figures that were given without a return: amendments, and whatever else comes from somewhere other than a file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from dapf_xl.ledger.rows import now, row_of, row_of_key
from dapf_xl.ledger.schema import OBSERVED
from dapf_xl.periods import Period

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from dapf_xl.observations import Observation
    from dapf_xl.returns.layout import Figure

AMENDED = "amended"
"""Kind of what is given to correct a figure; status of that figure. In its round it counts over every return."""


class Given(NamedTuple):
    """A time at which figures were given without a return."""

    id: int
    kind: str
    round: str


@dataclass(frozen=True, slots=True)
class Amendment:
    """A figure that was amended, or whose amendment was withdrawn: who said so, how and why."""

    given: int
    round: str
    """The quarter in whose round it was made."""
    figure: Figure
    old: str
    """What counted before, in words."""
    new: str | None
    """What counts since, in words; None where an amendment was withdrawn."""
    who: str
    how: str
    why: str
    at: str
    files: frozenset[str]
    """SHA-256 of what the agency had returned by then."""


class GivenFigures:
    """What a ledger is told and asked about figures that came without a return."""

    connection: sqlite3.Connection

    def record_given(
        self, kind: str, period: Period, observations: Iterable[Observation], *, source: str = "", sha256: str = ""
    ) -> int:
        """Record figures that came without a return, and return the number of the record.

        Args:
            kind: What they are: ``amended``, or another word for where they come from.
            period: The quarter in whose round they came.
            observations: The figures.
            source: The file that they came in, if any.
            sha256: Its hash.
        """
        at = now()
        cursor = self.connection.execute(
            "INSERT INTO given (kind, round, source, sha256, at, received) "
            "VALUES (?, ?, ?, ?, ?, (SELECT coalesce(max(id), 0) FROM received))",
            (kind, period.label, source, sha256, at),
        )
        number = int(cursor.lastrowid or 0)
        marks = ", ".join("?" * (1 + len(OBSERVED)))
        self.connection.executemany(
            f"INSERT INTO observed (given, {', '.join(OBSERVED)}) VALUES ({marks})",  # noqa: S608  (fixed names)
            ((number, *row_of(each, at)) for each in observations),
        )
        return number

    def record_amended(  # noqa: PLR0913  (what the record holds)
        self, given: int, figure: Figure, *, old: str, new: str | None, who: str, how: str, why: str
    ) -> None:
        """Record of a figure that was given that it was amended, or with ``new`` None that this was withdrawn."""
        self.connection.execute(
            "INSERT INTO amended (given, item, category, supplier, period, old, new, who, how, why, at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (given, *row_of_key(figure), old, new, who, how, why, now()),
        )

    def given_in(self, until: Period | None = None) -> list[Given]:
        """Return the times at which figures were given in the rounds up to a quarter, the earliest first."""
        label = until.label if until else ""
        rows = self.connection.execute(
            "SELECT id, kind, round FROM given WHERE round <= ? OR ? = '' ORDER BY id", (label, label)
        )
        return [Given(*row) for row in rows]

    def withdrawn(self) -> dict[tuple[str, Figure], int]:
        """Return up to which record the amendments of a figure are withdrawn, by round and figure."""
        rows = self.connection.execute(
            "SELECT given.round, item, category, supplier, period, max(given.id) FROM amended "
            "JOIN given ON given.id = amended.given WHERE new IS NULL GROUP BY 1, 2, 3, 4, 5"
        )
        return {(row[0], (row[1], row[2], row[3], Period.parse(row[4]))): row[5] for row in rows}

    def amendments(self, until: Period | None = None) -> list[Amendment]:
        """Return every amendment and withdrawal in the rounds up to a quarter, the earliest first."""
        label = until.label if until else ""
        rows = self.connection.execute(
            "SELECT given.id, given.round, item, category, supplier, period, old, new, who, how, why, amended.at, "
            "given.received FROM amended JOIN given ON given.id = amended.given WHERE given.round <= ? OR ? = '' "
            "ORDER BY given.round, amended.id",
            (label, label),
        ).fetchall()
        made = []
        for number, round_, item, category, agency, about, old, new, who, how, why, at, last in rows:
            figure = (item, category, agency, Period.parse(about))
            files = self._files_by(agency, last)
            made.append(Amendment(number, round_, figure, old, new, who, how, why, at, files))
        return made

    def _files_by(self, agency: str, last: int) -> frozenset[str]:
        rows = self.connection.execute("SELECT sha256 FROM received WHERE agency = ? AND id <= ?", (agency, last))
        return frozenset(sha256 for (sha256,) in rows)

    def standing_amendments(self, until: Period | None = None) -> list[Amendment]:
        """Return the amendments that count in the rounds up to a quarter: of each figure and round, the last."""
        last = {(each.round, each.figure): each for each in self.amendments(until)}
        return [each for each in last.values() if each.new is not None]
