"""What the ledger is told and asked: issued, received, observed, found, consolidated, sent."""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from dapf_xl.findings import Code, Finding, Severity
from dapf_xl.ledger.compared import ComparedFigures
from dapf_xl.ledger.given import AMENDED
from dapf_xl.ledger.numbers import KnownNumbers
from dapf_xl.ledger.rows import now, observation_of, place_of, result_of, row_of, row_of_finding, row_of_key, said_of
from dapf_xl.ledger.schema import FOUND, IN_PLACE, ISSUED, OBSERVED, RECEIVED, STANDING
from dapf_xl.periods import Period
from dapf_xl.rules import Status
from dapf_xl.rules.context import packed, unpacked

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from dapf_xl.observations import Observation
    from dapf_xl.returns.layout import Figure
    from dapf_xl.returns.template import Issued
    from dapf_xl.rules import CheckedReturn

TAKEN = (Status.ACCEPTED.value, Status.ACCEPTED_WITH_QUERIES.value, Status.PARTLY_ACCEPTED.value)
"""Statuses of a return from which figures enter."""
TAKEN_OUT = "Taken out"
"""Status of a return that is no longer in its folder: its figures no longer count."""

_CHUNK = 500
"""Ids in one question; SQLite takes 999 at the least."""


@dataclass(frozen=True, slots=True)
class Received:
    """A file that was received, as the ledger has it."""

    id: int
    sha256: str
    file: str
    agency: str
    period: str
    saved: str
    received_at: str
    status: str
    reason: str
    asked: int
    given: int
    place: str = ""
    """Where it lies in the round's folder of returns: ``police_2014-15-Q3.xlsx``, ``late/police.xlsx``."""
    claims: str = ""
    """The agency that it says it is from, where nothing proves that."""
    said: str = ""
    """Digest of what was typed into it."""
    kept: str = ""
    """Where in the workspace a copy of it lies: ``received/2014-15-Q3/1a2b3c4d_police_2014-15-Q3.xlsx``."""


@dataclass(frozen=True, slots=True)
class IssuedReturn:
    """A return that was issued, as the ledger has it."""

    issue_id: str
    agency: str
    period: str
    catalogue_version: str
    digest: str
    file: str
    issued_at: str
    positions: Mapping[str, list[tuple[int, str]]]
    seal: str = ""
    packed: bytes = field(default=b"", repr=False, compare=False)
    """Its locked values and what its sheets have beside them, as the ledger keeps them."""


class Gone(NamedTuple):
    """Since when, and why, a figure on record no longer counts."""

    received: int
    """Record of the file that says so."""
    at: str
    why: str


class Entered(NamedTuple):
    """A figure on record, and how it came."""

    round: str
    received: int
    """Record of the file that it came in; 0 where it came without one."""
    given: int
    """Record of its being given without a return; 0 where it came in one."""
    observation: Observation
    gone: Gone | None = None


class Ledger(KnownNumbers, ComparedFigures):
    """An open ledger. Changes happen inside ``transaction``."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        """Wrap an open connection; use ``open_ledger``."""
        self.path = path
        self.connection = connection
        self._figures: dict[tuple[str, int, str], list[Observation]] = {}
        """What was read of records: their figures, by the column that names the record, its number, and the span."""
        self._spans: dict[str, Period] = {}

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """Hold the ledger for writing; everything inside is kept, or, after an exception, nothing.

        Raises:
            LedgerBusyError: another process holds it.
        """
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            self.keep()
        except BaseException:
            if self.connection.in_transaction:
                self.connection.execute("ROLLBACK")
            self._figures.clear()  # the numbers of records that were not kept will be given again
            raise

    def keep(self) -> None:
        """End the transaction here and keep what it did; for what must not follow where that fails."""
        if self.connection.in_transaction:
            self.connection.execute("COMMIT")

    # --- what was issued ---------------------------------------------------------------------

    def record_issued(self, issued: Iterable[Issued]) -> None:
        """Record what goes out, with every locked value; what went out before, the same, keeps its record."""
        at = now()
        self.connection.executemany(
            "INSERT INTO issued VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (issue_id) DO NOTHING",
            (
                (
                    each.issue_id, each.agency, each.period, each.catalogue_version, each.digest, each.file, at,
                    json.dumps(each.positions), each.seal, packed(each.locked, each.around),
                )
                for each in issued
            ),
        )  # fmt: skip

    def issued(self, period: Period | None = None) -> dict[str, IssuedReturn]:
        """Return what was issued, by issue id, the earliest first; for one period or for all."""
        label = period.label if period else ""
        rows = self.connection.execute(
            f"SELECT {ISSUED} FROM issued WHERE period = ? OR ? = '' ORDER BY issued_at, rowid",  # noqa: S608  (fixed names)
            (label, label),
        )
        return {row[0]: _issued_of(row) for row in rows}

    def issued_with(self, issue_ids: Iterable[str]) -> dict[str, IssuedReturn]:
        """Return what was issued under some ids, with its locked values; one that was never issued is left out."""
        query = f"SELECT {ISSUED}, locked FROM issued WHERE issue_id IN ({{marks}})"  # noqa: S608
        rows = self._chunked(query, sorted(set(issue_ids)))
        return {row[0]: _issued_of(row) for row in rows}

    def issued_on(self, sheet: str, until: Period) -> Iterator[tuple[str, str, str]]:
        """Yield the figures issued on a sheet in the rounds up to a quarter: round, agency and the figure's id."""
        rows = self.connection.execute(
            "SELECT period, agency, positions FROM issued WHERE period <= ? AND instr(positions, ?) "
            "ORDER BY period, rowid",
            (until.label, json.dumps(sheet)),
        )
        for period, agency, positions in rows:
            yield from ((period, agency, name) for _, name in json.loads(positions).get(sheet, ()))

    def agencies_by_file(self, period: Period) -> dict[str, str]:
        """Return the agency to which each file of a round was issued, by the file's name."""
        rows = self.connection.execute("SELECT file, agency FROM issued WHERE period = ?", (period.label,))
        return dict(rows.fetchall())

    def locked_values(self, issue_id: str) -> Mapping[str, Mapping[str, object]]:
        """Return every locked value of an issued return, by sheet and cell.

        Raises:
            KeyError: nothing was issued under that id.
        """
        row = self.connection.execute("SELECT locked FROM issued WHERE issue_id = ?", (issue_id,)).fetchone()
        if row is None:
            raise KeyError(issue_id)
        return {name: sheet.locked() for name, sheet in unpacked(row[0]).sheets.items()}

    # --- what was received -------------------------------------------------------------------

    def record_checked(
        self,
        returns: Sequence[CheckedReturn],
        period: Period,
        folder: Path | None = None,
        kept: Mapping[Path, str] | None = None,
    ) -> None:
        """Record the returns of a round: each file, what was found in it, and its figures.

        A file whose last record says the same is not recorded again.

        Args:
            returns: Every return that is there.
            period: The quarter of the round.
            folder: The round's folder of returns, if they lie in it.
            kept: Where in the workspace the copy of each file lies.
        """
        last = {each.place: (each.id, each.sha256) for each in self.received(period)}
        results = self._results(period)
        new = []
        for each in returns:
            place = place_of(each.read.path, folder)
            result = result_of(each)
            number, sha256 = last.get(place, (0, ""))
            if not number or sha256 != each.read.sha256 or results[number] != result:
                new.append((place, result, each))
        self._record(new, period, now(), kept or {})

    def record_taken_out(self, files: Iterable[Path], period: Period, folder: Path) -> None:
        """Record of every file that lay in a round's folder of returns and does not any more that it was taken out.

        Args:
            files: What lies there now. Where nothing does, the returns were put away, and still count.
            period: The quarter of the round.
            folder: The round's folder of returns.
        """
        there = {place_of(each, folder) for each in files}
        if not there:
            return
        self.connection.executemany(
            "INSERT INTO received (round, place, sha256, file, agency, period, saved, received_at, status, reason, "
            "asked, given, claims, said, kept, result) "
            "SELECT round, place, sha256, file, agency, period, saved, ?, ?, ?, asked, given, claims, said, kept, '' "
            "FROM received WHERE id = ?",
            (
                (now(), TAKEN_OUT, "no longer in the folder of returns", each.id)
                for each in self.received(period)
                if each.place not in there and each.status != TAKEN_OUT
            ),
        )

    def _results(self, period: Period) -> dict[int, str]:
        return dict(
            self.connection.execute("SELECT id, result FROM received WHERE round = ?", (period.label,)).fetchall()
        )

    def _record(
        self, new: Sequence[tuple[str, str, CheckedReturn]], period: Period, at: str, kept: Mapping[Path, str]
    ) -> None:
        (highest,) = self.connection.execute("SELECT coalesce(max(id), 0) FROM received").fetchone()
        numbered = [(number, *each) for number, each in enumerate(new, highest + 1)]
        self._insert(
            "received",
            (
                (
                    number, period.label, place, each.read.sha256, each.read.name, each.agency,
                    each.period.label if each.period else "", each.read.saved, at, str(each.status), each.reason,
                    each.asked, each.given, each.claims, said_of(each), kept.get(each.read.path, ""), result,
                )
                for number, place, result, each in numbered
            ),
        )  # fmt: skip
        self._insert(
            f"observed (received, {', '.join(OBSERVED)})",
            (
                (number, *row_of(observation, at))
                for number, _, _, each in numbered
                for observation in each.observations
            ),
        )
        self._insert(
            f"found (received, {', '.join(FOUND)})",
            ((number, *row_of_finding(finding)) for number, _, _, each in numbered for finding in each.findings),
        )
        self._insert("untaken", ((number, *row_of_key(key)) for number, _, _, each in numbered for key in each.untaken))

    def _insert(self, table: str, rows: Iterable[tuple[object, ...]]) -> None:
        rows = list(rows)
        if rows:
            marks = ", ".join("?" * len(rows[0]))
            self.connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)  # noqa: S608  (fixed names)

    def received(self, period: Period) -> list[Received]:
        """Return the files received in a round, the earliest record first; of each file, the record that stands."""
        rows = self.connection.execute(
            f"SELECT {', '.join(RECEIVED)} FROM received WHERE round = ? AND id IN ({STANDING}) ORDER BY id",  # noqa: S608
            (period.label,),
        )
        return [Received(*row) for row in rows]

    def received_ever(self, period: Period) -> list[Received]:
        """Return every record of a file of a round, the earliest first: also what a later record took the place of."""
        rows = self.connection.execute(
            f"SELECT {', '.join(RECEIVED)} FROM received WHERE round = ? ORDER BY id",  # noqa: S608  (fixed names)
            (period.label,),
        )
        return [Received(*row) for row in rows]

    def saved(self, period: Period) -> dict[str, str]:
        """Return when each file of a round was saved as it was first seen, ISO 8601, by its hash."""
        query = "SELECT sha256, min(saved) FROM received WHERE round = ? AND saved <> '' GROUP BY sha256"
        return dict(self.connection.execute(query, (period.label,)).fetchall())

    def taken_elsewhere(self, period: Period) -> dict[str, str]:
        """Return the files from which figures entered in other rounds: hash and name."""
        rows = self.connection.execute(
            f"SELECT sha256, file FROM received WHERE round <> ? AND id IN ({STANDING}) AND status IN (?, ?, ?)",  # noqa: S608
            (period.label, *TAKEN),
        )
        return dict(rows.fetchall())

    def findings(self, received: Iterable[int]) -> dict[int, list[Finding]]:
        """Return what was found in received files, by their ids."""
        found: dict[int, list[Finding]] = {}
        query = f"SELECT received, {', '.join(FOUND)} FROM found WHERE received IN ({{marks}}) ORDER BY id"  # noqa: S608
        for number, code, severity, *rest in self._chunked(query, sorted(received)):
            found.setdefault(number, []).append(Finding(Code[code], Severity(severity), *rest))
        return found

    def untaken(self, received: Iterable[int]) -> set[Figure]:
        """Return the figures of received files whose cell held something that was not taken."""
        query = "SELECT item, category, supplier, period FROM untaken WHERE received IN ({marks})"
        return {(row[0], row[1], row[2], Period.parse(row[3])) for row in self._chunked(query, sorted(received))}

    def _chunked(self, query: str, values: Sequence[object]) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a query for any number of values, which stand where it says ``{marks}``."""
        for start in range(0, len(values), _CHUNK):
            some = values[start : start + _CHUNK]
            yield from self.connection.execute(query.format(marks=", ".join("?" * len(some))), some)

    # --- figures -----------------------------------------------------------------------------

    def observations(self, until: Period | None = None, about: Period | None = None) -> list[Observation]:
        """Return every figure on record that stands, in the order in which figures replace each other.

        Args:
            until: Only what came in the rounds up to this quarter.
            about: Only figures about this span.
        """
        return [each.observation for each in self.entered(until, about)]

    def entered(self, until: Period | None = None, about: Period | None = None) -> list[Entered]:
        """Return every figure on record that stands, with how it came, the earliest round first.

        In a round come the returns in the order of their records, then what was given without a return, amendments
        last. A later round comes after an earlier one even where that was recorded again since: what an agency
        says in ``Revisions`` is not undone when an old round is consolidated once more. A figure that is
        held in query is left out where the file that it came in was replaced, and one that was waived where that was
        withdrawn.

        Args:
            until: Only what came in the rounds up to this quarter.
            about: Only figures about this span.
        """
        label = until.label if until else ""
        in_place = {number for (number,) in self.connection.execute(IN_PLACE)}
        files = self.connection.execute(
            f"SELECT round, id FROM received WHERE id IN ({STANDING}) AND (round <= ? OR ? = '')",  # noqa: S608
            (label, label),
        ).fetchall()
        given, withdrawn, gone = self.given_in(until), self.withdrawn(), self.no_longer_waived(in_place)
        received = self.figures_of("received", [number for _, number in files], about)
        others = self.figures_of("given", [each.id for each in given], about)
        records = [(label, 0, number) for label, number in files]
        records += [(one.round, 1 + (one.kind == AMENDED), one.id) for one in given]
        found: list[Entered] = []
        for label, kind, number in sorted(records):
            if kind:
                stand = [each for each in others[number] if kind == 1 or withdrawn.get((label, each.key), 0) < number]
                found += (Entered(label, 0, number, each) for each in stand)
            else:
                stand = [each for each in received[number] if number in in_place or each.may_count]
                found += (Entered(label, number, 0, each) for each in stand if (number, each.key) not in gone)
        return found

    def figures_of(
        self, column: str, numbers: Sequence[int], about: Period | None = None
    ) -> dict[int, list[Observation]]:
        """Return the figures of records by their numbers. A record never changes, so what was read is kept."""
        span = about.label if about else ""
        new = sorted(number for number in numbers if (column, number, span) not in self._figures)
        self._figures.update(((column, number, span), []) for number in new)
        only = f" AND period = '{span}'" if span else ""  # a label holds nothing that SQL could mistake
        query = f"SELECT {column}, {', '.join(OBSERVED)} FROM observed WHERE {column} IN ({{marks}}){only} ORDER BY id"  # noqa: S608
        for number, *row in self._chunked(query, new):
            self._figures[column, number, span].append(observation_of(tuple(row), self._spans))
        return {number: self._figures[column, number, span] for number in numbers}

    # --- what was made and sent --------------------------------------------------------------

    def record_consolidated(self, period: Period, file: str, sha256: str) -> None:
        """Record that a master was made."""
        self.connection.execute(
            "INSERT INTO consolidated (period, at, file, sha256, received, given, decided) VALUES (?, ?, ?, ?, "
            "(SELECT coalesce(max(id), 0) FROM received), (SELECT coalesce(max(id), 0) FROM given), ?)",
            (period.label, now(), file, sha256, self.count_decided(period)),
        )

    def known_to_master(self, period: Period) -> tuple[int, int] | None:
        """Return the last records, of a file and of what was given, that the latest master of a period knew."""
        query = "SELECT received, given FROM consolidated WHERE period = ? ORDER BY id DESC LIMIT 1"
        row: tuple[int, int] | None = self.connection.execute(query, (period.label,)).fetchone()
        return row

    def consolidated(self, period: Period) -> tuple[str, str, str] | None:
        """Return when the latest master of a period was made, its file and its hash; None where there is none."""
        row: tuple[str, str, str] | None = self.connection.execute(
            "SELECT at, file, sha256 FROM consolidated WHERE period = ? ORDER BY id DESC LIMIT 1", (period.label,)
        ).fetchone()
        return row

    def received_since(self, period: Period) -> bool:
        """Say whether returns of a round, or of one before it, were recorded after its latest master was made."""
        last, _ = self.known_to_master(period) or (0, 0)
        query = "SELECT 1 FROM received WHERE round <= ? AND id > ?"
        return self.connection.execute(query, (period.label, last)).fetchone() is not None

    def given_since(self, period: Period) -> bool:
        """Say whether figures were given without a return, or amended, after the latest master of a round was made."""
        _, last = self.known_to_master(period) or (0, 0)
        return any(each.id > last for each in self.given_in(period))

    def record_sent(  # noqa: PLR0913  (what the record holds)
        self, period: Period, *, how: str, recipients: Iterable[str], file: str, sha256: str, edition: str
    ) -> None:
        """Record what was drafted or sent, to whom."""
        self.connection.execute(
            "INSERT INTO sent (period, at, how, recipients, file, sha256, edition) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (period.label, now(), how, "; ".join(recipients), file, sha256, edition),
        )


def latest(observations: Iterable[Observation], *, held: bool = False) -> dict[Figure, Observation]:
    """Return the figure that counts for each key: the latest that is neither held in query nor replaced.

    Args:
        observations: In the order in which they came, history first.
        held: Whether figures that are held count too.
    """
    return {each.key: each for each in observations if each.may_count or (held and each.status == "held")}


def _issued_of(row: tuple[Any, ...]) -> IssuedReturn:
    issue_id, agency, period, version, digest, file, issued_at, positions, seal, *packed = row
    places = {sheet: [(number, name) for number, name in rows] for sheet, rows in json.loads(positions).items()}
    return IssuedReturn(issue_id, agency, period, version, digest, file, issued_at, places, seal, *packed)
