"""The workspace's record, one SQLite file: issued, received, observed, found, consolidated, sent.

Observations are only ever added. Masters, checks and history are views of this record; nothing reads
an old master back. A transaction either happens whole or not at all, whatever interrupts it.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from dapf_xl.findings import Code, Finding, LedgerBusyError, Severity, WorkspaceError
from dapf_xl.observations import Observation
from dapf_xl.periods import Period

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from dapf_xl.returns.layout import Figure
    from dapf_xl.returns.template import Issued
    from dapf_xl.rules import CheckedReturn

SCHEMA_VERSION = 1

_SCHEMA = """
CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE issued (
    issue_id TEXT PRIMARY KEY, agency TEXT NOT NULL, period TEXT NOT NULL, catalogue_version TEXT NOT NULL,
    digest TEXT NOT NULL, file TEXT NOT NULL, issued_at TEXT NOT NULL, locked BLOB NOT NULL, positions TEXT NOT NULL
);
CREATE TABLE received (
    id INTEGER PRIMARY KEY, sha256 TEXT NOT NULL, file TEXT NOT NULL, agency TEXT NOT NULL, period TEXT NOT NULL,
    round TEXT NOT NULL, saved TEXT NOT NULL, received_at TEXT NOT NULL, status TEXT NOT NULL, reason TEXT NOT NULL,
    asked INTEGER NOT NULL, given INTEGER NOT NULL
);
CREATE TABLE observed (
    id INTEGER PRIMARY KEY, received INTEGER NOT NULL REFERENCES received (id), item TEXT NOT NULL,
    category TEXT NOT NULL, supplier TEXT NOT NULL, period TEXT NOT NULL, basis TEXT NOT NULL, value TEXT,
    replacement TEXT NOT NULL, reason TEXT NOT NULL, lower TEXT, upper TEXT, markers TEXT NOT NULL, text TEXT NOT NULL,
    comment TEXT NOT NULL, status TEXT NOT NULL, file TEXT NOT NULL, sheet TEXT NOT NULL, cell TEXT NOT NULL,
    sha256 TEXT NOT NULL, received_at TEXT NOT NULL, words TEXT NOT NULL
);
CREATE INDEX observed_figure ON observed (item, category, supplier, period);
CREATE TABLE found (
    id INTEGER PRIMARY KEY, received INTEGER NOT NULL REFERENCES received (id), code TEXT NOT NULL,
    severity TEXT NOT NULL, file TEXT NOT NULL, sheet TEXT NOT NULL, cell TEXT NOT NULL, item TEXT NOT NULL,
    category TEXT NOT NULL, found TEXT NOT NULL, message TEXT NOT NULL, remedy TEXT NOT NULL
);
CREATE INDEX found_received ON found (received);
CREATE TABLE untaken (
    received INTEGER NOT NULL REFERENCES received (id), item TEXT NOT NULL, category TEXT NOT NULL,
    supplier TEXT NOT NULL, period TEXT NOT NULL
);
CREATE INDEX untaken_received ON untaken (received);
CREATE TABLE waived (
    id INTEGER PRIMARY KEY, code TEXT NOT NULL, item TEXT NOT NULL, category TEXT NOT NULL, period TEXT NOT NULL,
    found TEXT NOT NULL, who TEXT NOT NULL, why TEXT NOT NULL, until TEXT NOT NULL, at TEXT NOT NULL
);
CREATE TABLE amended (
    id INTEGER PRIMARY KEY, item TEXT NOT NULL, category TEXT NOT NULL, supplier TEXT NOT NULL, period TEXT NOT NULL,
    old TEXT, new TEXT, who TEXT NOT NULL, how TEXT NOT NULL, why TEXT NOT NULL, at TEXT NOT NULL
);
CREATE TABLE consolidated (
    id INTEGER PRIMARY KEY, period TEXT NOT NULL, at TEXT NOT NULL, file TEXT NOT NULL, sha256 TEXT NOT NULL
);
CREATE TABLE sent (
    id INTEGER PRIMARY KEY, period TEXT NOT NULL, at TEXT NOT NULL, how TEXT NOT NULL, recipients TEXT NOT NULL,
    file TEXT NOT NULL, sha256 TEXT NOT NULL, edition TEXT NOT NULL
);
"""
"""``waived`` and ``amended`` are written by commands that other issues bring; their place is kept here."""

_OBSERVED = (
    "item", "category", "supplier", "period", "basis", "value", "replacement", "reason", "lower", "upper", "markers",
    "text", "comment", "status", "file", "sheet", "cell", "sha256", "received_at", "words",
)  # fmt: skip


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


def now() -> str:
    """Return the present moment, UTC, ISO 8601 to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


class Ledger:
    """An open ledger. Changes happen inside ``transaction``."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        """Wrap an open connection; use ``open_ledger``."""
        self.path = path
        self.connection = connection

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """Hold the ledger for writing; everything inside is kept, or, after an exception, nothing.

        Raises:
            LedgerBusyError: another process holds it.
        """
        with _in_words(self.path):
            self.connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            with _in_words(self.path):
                self.connection.execute("COMMIT")
        except BaseException:
            if self.connection.in_transaction:
                self.connection.execute("ROLLBACK")
            raise

    # --- what was issued ---------------------------------------------------------------------

    def record_issued(self, issued: Iterable[Issued]) -> None:
        """Record what went out, with every locked value."""
        at = now()
        self.connection.executemany(
            "INSERT OR REPLACE INTO issued VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                (
                    each.issue_id, each.agency, each.period, each.catalogue_version, each.digest, each.file, at,
                    zlib.compress(json.dumps(each.locked, ensure_ascii=False).encode(), 1), json.dumps(each.positions),
                )
                for each in issued
            ),
        )  # fmt: skip

    def issued(self, period: Period | None = None) -> dict[str, IssuedReturn]:
        """Return what was issued, by issue id, the earliest first; for one period or for all."""
        rows = self.connection.execute(
            "SELECT issue_id, agency, period, catalogue_version, digest, file, issued_at, positions FROM issued "
            "WHERE period = ? OR ? = '' ORDER BY issued_at, rowid",
            (period.label if period else "", period.label if period else ""),
        )
        return {row[0]: IssuedReturn(*row[:7], _positions(row[7])) for row in rows}

    def locked_values(self, issue_id: str) -> dict[str, dict[str, object]]:
        """Return every locked value of an issued return, by sheet and cell.

        Raises:
            KeyError: nothing was issued under that id.
        """
        row = self.connection.execute("SELECT locked FROM issued WHERE issue_id = ?", (issue_id,)).fetchone()
        if row is None:
            raise KeyError(issue_id)
        values: dict[str, dict[str, object]] = json.loads(zlib.decompress(row[0]))
        return values

    # --- what was received -------------------------------------------------------------------

    def record_checked(self, returns: Iterable[CheckedReturn], period: Period) -> None:
        """Record the returns of a round: each file, what was found in it, and its figures.

        A file that was recorded with the same result already is not recorded again.
        """
        at = now()
        known = {(row.sha256, row.file, row.status, row.reason) for row in self.received(period)}
        for each in returns:
            row = (each.read.sha256, each.read.name, str(each.status), each.reason)
            if row not in known:
                self._record_one(each, period, at)

    def _record_one(self, each: CheckedReturn, period: Period, at: str) -> None:
        cursor = self.connection.execute(
            "INSERT INTO received (sha256, file, agency, period, round, saved, received_at, status, reason, asked, given)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                each.read.sha256, each.read.name, each.agency, each.period.label if each.period else "", period.label,
                each.read.saved, at, str(each.status), each.reason, each.asked, each.given,
            ),
        )  # fmt: skip
        received = cursor.lastrowid
        marks = ", ".join("?" * (len(_OBSERVED) + 1))
        self.connection.executemany(
            f"INSERT INTO observed (received, {', '.join(_OBSERVED)}) VALUES ({marks})",  # noqa: S608  (fixed names)
            ((received, *_row_of(observation, at)) for observation in each.observations),
        )
        self.connection.executemany(
            "INSERT INTO found (received, code, severity, file, sheet, cell, item, category, found, message, remedy)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                (
                    received, finding.code.name, str(finding.severity), finding.file, finding.sheet, finding.cell,
                    finding.item, finding.category, finding.found, finding.message, finding.remedy,
                )
                for finding in each.findings
            ),
        )  # fmt: skip
        self.connection.executemany(
            "INSERT INTO untaken VALUES (?, ?, ?, ?, ?)",
            ((received, item, category, supplier, span.label) for item, category, supplier, span in each.untaken),
        )

    def received(self, period: Period) -> list[Received]:
        """Return the files received in a round, the earliest first; of a file checked twice, the later result."""
        rows = self.connection.execute(
            "SELECT max(id), sha256, file, agency, period, saved, received_at, status, reason, asked, given "
            "FROM received WHERE round = ? GROUP BY sha256, file ORDER BY max(id)",
            (period.label,),
        )
        return [Received(*row) for row in rows]

    def taken_elsewhere(self, period: Period) -> dict[str, str]:
        """Return the files that were received in other rounds: hash and name."""
        rows = self.connection.execute("SELECT sha256, file FROM received WHERE round <> ?", (period.label,))
        return dict(rows.fetchall())

    def findings(self, received: Iterable[int]) -> list[Finding]:
        """Return what was found in received files, by their ids."""
        found = []
        for each in received:
            rows = self.connection.execute(
                "SELECT code, severity, file, sheet, cell, item, category, found, message, remedy FROM found "
                "WHERE received = ? ORDER BY id",
                (each,),
            )
            found += [Finding(Code[row[0]], Severity(row[1]), *row[2:]) for row in rows]
        return found

    def untaken(self, received: Iterable[int]) -> set[Figure]:
        """Return the figures of received files whose cell held something that was not taken."""
        figures = set()
        for each in received:
            rows = self.connection.execute("SELECT item, category, supplier, period FROM untaken WHERE received = ?", (each,))
            figures |= {(row[0], row[1], row[2], Period.parse(row[3])) for row in rows}
        return figures

    def observations(self, until: Period | None = None) -> list[Observation]:
        """Return every figure ever recorded, the earliest record first.

        Args:
            until: Only what came in the rounds up to this quarter.
        """
        columns = ", ".join(f"observed.{name}" for name in _OBSERVED)
        rows = self.connection.execute(
            f"SELECT {columns}, received.round FROM observed JOIN received ON received.id = observed.received "  # noqa: S608
            "ORDER BY observed.id"
        )
        spans: dict[str, Period] = {}
        result = []
        for row in rows:
            if until is not None and _span(spans, row[-1]).last_day > until.last_day:
                continue
            result.append(_observation_of(row, _span(spans, row[3])))
        return result

    # --- what was made and sent --------------------------------------------------------------

    def record_consolidated(self, period: Period, file: str, sha256: str) -> None:
        """Record that a master was made."""
        self.connection.execute(
            "INSERT INTO consolidated (period, at, file, sha256) VALUES (?, ?, ?, ?)", (period.label, now(), file, sha256)
        )

    def consolidated(self, period: Period) -> tuple[str, str, str] | None:
        """Return when the latest master of a period was made, its file and its hash; None where there is none."""
        row: tuple[str, str, str] | None = self.connection.execute(
            "SELECT at, file, sha256 FROM consolidated WHERE period = ? ORDER BY id DESC LIMIT 1", (period.label,)
        ).fetchone()
        return row

    def record_sent(self, period: Period, *, how: str, recipients: Iterable[str], file: str, sha256: str, edition: str) -> None:
        """Record what was drafted or sent, to whom."""
        self.connection.execute(
            "INSERT INTO sent (period, at, how, recipients, file, sha256, edition) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (period.label, now(), how, "; ".join(recipients), file, sha256, edition),
        )


def latest(observations: Iterable[Observation], *, held: bool = False) -> dict[Figure, Observation]:
    """Return the figure that counts for each key: the latest that is not held in query.

    Args:
        observations: In the order in which they came, history first.
        held: Whether figures that are held count too.
    """
    return {each.key: each for each in observations if held or each.status != "held"}


@contextlib.contextmanager
def open_ledger(path: Path, *, framework: str = "", create: bool = False) -> Iterator[Ledger]:
    """Open a workspace's ledger, and close it afterwards.

    Args:
        path: The file.
        framework: Id of the framework that it must be for, "" for any.
        create: Whether to make it where there is none.

    Raises:
        WorkspaceError: there is none, it cannot be read, or it is another framework's.
        LedgerBusyError: another process holds it.
    """
    if not create and not path.is_file():
        raise WorkspaceError(f"{path.parent} has no ledger ({path.name}): is it a workspace? `dapf init` makes one.")
    with _in_words(path):
        connection = sqlite3.connect(path, timeout=2.0, isolation_level=None)
    try:
        with _in_words(path):
            connection.execute("PRAGMA foreign_keys = ON")
            if create:
                _create(connection, framework)
            about = dict(connection.execute("SELECT name, value FROM about"))
        if int(about["schema"]) != SCHEMA_VERSION:
            raise WorkspaceError(f"{path} was written by another version of dapf (schema {about['schema']}).")
        if framework and about["framework"] != framework:
            raise WorkspaceError(f"{path} is the ledger of {about['framework']}, not of {framework}.")
        yield Ledger(path, connection)
    finally:
        connection.close()


def _create(connection: sqlite3.Connection, framework: str) -> None:
    exists = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'about'").fetchone()
    if exists:
        return
    connection.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} COMMIT;")
    connection.executemany("INSERT INTO about VALUES (?, ?)", (("schema", str(SCHEMA_VERSION)), ("framework", framework)))


@contextlib.contextmanager
def _in_words(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into a line for the person at the keyboard."""
    try:
        yield
    except sqlite3.OperationalError as error:
        if "locked" in str(error) or "busy" in str(error):
            raise LedgerBusyError(f"{path} is held by another process: wait until it is done, or close it, and try again.") from error
        raise WorkspaceError(f"{path} cannot be used ({error}); nothing was changed.") from error
    except sqlite3.DatabaseError as error:
        raise WorkspaceError(f"{path} is not a ledger, or is damaged ({error}); nothing was changed.") from error


def _positions(text: str) -> dict[str, list[tuple[int, str]]]:
    return {sheet: [(row, name) for row, name in places] for sheet, places in json.loads(text).items()}


def _text_of(value: Decimal | None) -> str | None:
    return None if value is None else format(value, "f")


def _row_of(observation: Observation, at: str) -> tuple[object, ...]:
    row: list[object] = []
    for name in _OBSERVED:
        if name == "period":
            row.append(observation.period.label)
        elif name in {"value", "lower", "upper"}:
            row.append(_text_of(getattr(observation, name)))
        elif name == "received_at":
            row.append(observation.received or at)
        else:
            row.append(getattr(observation, name))
    return tuple(row)


def _span(spans: dict[str, Period], label: str) -> Period:
    if label not in spans:
        spans[label] = Period.parse(label)
    return spans[label]


def _observation_of(row: tuple[str, ...], period: Period) -> Observation:
    values = dict(zip(_OBSERVED, row, strict=False))
    numbers = {name: None if values[name] is None else Decimal(values[name]) for name in ("value", "lower", "upper")}
    values["received"] = values.pop("received_at")
    return Observation(**{**values, **numbers, "period": period})  # type: ignore[arg-type]  # columns by name
