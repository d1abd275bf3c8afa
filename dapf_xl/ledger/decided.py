"""What the performance lead decided: findings that were waived, files that were taken or replace others, handovers."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from dapf_xl.ledger.rows import now
from dapf_xl.ledger.schema import STANDING
from dapf_xl.periods import Period
from dapf_xl.rules.waiving import Ruling, Waiver, WaiverKey, today

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Container

    from dapf_xl.returns.layout import Figure

TAKES, REPLACES = "taken", "replaces"
"""Kinds of decision about a file."""
_KEY = ", ".join(WaiverKey._fields)


class WaiverRecord(NamedTuple):
    """A finding that was waived, or whose waiver was withdrawn, as the ledger has it."""

    key: WaiverKey
    message: str
    """What the finding said."""
    who: str
    why: str
    until: str | None
    """Until when it holds; None where it was withdrawn."""
    at: str


class FileDecision(NamedTuple):
    """A decision about a file, or its withdrawal, as the ledger has it."""

    kind: str
    sha256: str
    file: str
    other: str
    """SHA-256 of the file that it replaces."""
    other_file: str
    agency: str
    withdrawn: bool
    who: str
    why: str
    at: str


class Handover(NamedTuple):
    """A time at which the workspace passed to somebody else."""

    at: str
    recipient: str
    who: str
    why: str
    new_key: bool


class Decisions:
    """What a ledger is told and asked about decisions."""

    connection: sqlite3.Connection

    # --- findings ----------------------------------------------------------------------------

    def record_waived(  # noqa: PLR0913  (what the record holds)
        self, period: Period, key: WaiverKey, message: str, *, who: str, why: str, until: str | None
    ) -> None:
        """Record that a finding is waived, or with ``until`` None that this is withdrawn."""
        self.connection.execute(
            f"INSERT INTO waived (round, {_KEY}, message, who, why, until, at) "  # noqa: S608  (fixed names)
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (period.label, *key, message, who, why, until, now()),
        )

    def waivers(self) -> dict[WaiverKey, Waiver]:
        """Return the waivers that were not withdrawn, whether they still hold or have ended."""
        found: dict[WaiverKey, Waiver] = {}
        rows = self.connection.execute(f"SELECT {_KEY}, who, why, until, at, round, id FROM waived ORDER BY id")  # noqa: S608
        for row in rows:
            key, (who, why, until, *rest) = WaiverKey(*row[:7]), row[7:]
            found.pop(key, None)
            if until is not None:
                found[key] = Waiver(key, who, why, until, *rest)
        return found

    def waived_in(self, period: Period) -> list[WaiverRecord]:
        """Return what was waived or withdrawn in a round, the earliest first."""
        rows = self.connection.execute(
            f"SELECT {_KEY}, message, who, why, until, at FROM waived WHERE round = ? ORDER BY id",  # noqa: S608
            (period.label,),
        )
        return [WaiverRecord(WaiverKey(*row[:7]), *row[7:]) for row in rows]

    def counting_under_waivers(self, before: Period) -> list[tuple[WaiverKey, str]]:
        """Return the waived findings of files of earlier rounds that stand, each with the SHA-256 of its file."""
        rows = self.connection.execute(
            f"SELECT {', '.join(f'found.{name}' for name in WaiverKey._fields)}, received.sha256 FROM found "  # noqa: S608
            f"JOIN received ON received.id = found.received WHERE found.status = 'waived' AND found.about <> '' "
            f"AND received.round < ? AND received.id IN ({STANDING}) ORDER BY found.id",
            (before.label,),
        )
        return [(WaiverKey(*row[:7]), row[7]) for row in rows]

    def no_longer_waived(self, in_place: Container[int]) -> set[tuple[int, Figure]]:
        """Return the figures on record that counted under a waiver and do not any more, each with its record.

        That is a waiver that was withdrawn, or one that has ended and let a figure of an overwritten file pass: such a
        file is not checked again.

        Args:
            in_place: The records of the files that were not overwritten.
        """
        rows = self.connection.execute(
            f"SELECT {', '.join(f'found.{name}' for name in WaiverKey._fields)}, found.received, received.round "  # noqa: S608
            "FROM found JOIN received ON received.id = found.received WHERE found.status = 'waived' AND about <> ''"
        ).fetchall()
        waivers = self.waivers() if rows else {}
        gone = set()
        for *key, received, round_ in rows:
            waiver = waivers.get(WaiverKey(*key))
            if waiver is None or (received not in in_place and not waiver.holds(Period.parse(round_), today())):
                _, item, category, agency, about, *_ = key
                gone.add((received, (item, category, agency, Period.parse(about))))
        return gone

    # --- files -------------------------------------------------------------------------------

    def record_ruled(self, period: Period, decision: FileDecision) -> None:
        """Record a decision about a file; its time is now."""
        self.connection.execute(
            "INSERT INTO ruled (round, kind, sha256, file, other, other_file, agency, withdrawn, who, why, at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (period.label, *decision._replace(at=now())),
        )

    def ruled_in(self, period: Period | None = None) -> list[FileDecision]:
        """Return the decisions about files of a round, or of all, the earliest first."""
        label = period.label if period else ""
        rows = self.connection.execute(
            "SELECT kind, sha256, file, other, other_file, agency, withdrawn, who, why, at FROM ruled "
            "WHERE round = ? OR ? = '' ORDER BY id",
            (label, label),
        )
        return [FileDecision(*row)._replace(withdrawn=bool(row[6])) for row in rows]

    def taken_files(self, period: Period) -> dict[str, Ruling]:
        """Return the files of a round that are taken although nothing proves whose they are, by SHA-256."""
        last = {each.sha256: each for each in self.ruled_in(period) if each.kind == TAKES}
        return {
            sha256: Ruling(each.agency, period.label, each.who, each.why, each.at)
            for sha256, each in last.items()
            if not each.withdrawn
        }

    def replacing(self, period: Period | None = None) -> dict[str, dict[str, Ruling]]:
        """Return the files of a round, or of all, that replace others, by the SHA-256 of what is replaced.

        What replaces a file that replaces another replaces that other too.
        """
        last: dict[frozenset[str], FileDecision] = {}
        for each in self.ruled_in(period):
            if each.kind == REPLACES:
                last[frozenset((each.sha256, each.other))] = each
        found: dict[str, dict[str, Ruling]] = {}
        for each in last.values():
            if not each.withdrawn:
                ruling = Ruling(each.agency, "", each.who, each.why, each.at)
                found.setdefault(each.other, {})[each.sha256] = ruling
        for _ in last:
            for by in found.values():
                for sha256 in list(by):
                    for further, ruling in found.get(sha256, {}).items():
                        by.setdefault(further, ruling)
        return found

    def count_decided(self, period: Period) -> int:
        """Return how many decisions about findings and files a round has had."""
        tables = ("waived", "ruled")
        questions = [f"SELECT count(*) FROM {table} WHERE round = ?" for table in tables]  # noqa: S608  (fixed names)
        return sum(self.connection.execute(question, (period.label,)).fetchone()[0] for question in questions)

    def decided_since(self, period: Period) -> bool:
        """Say whether something was decided after the latest master of a round was made."""
        row = self.connection.execute(
            "SELECT decided FROM consolidated WHERE period = ? ORDER BY id DESC LIMIT 1", (period.label,)
        ).fetchone()
        return row is not None and row[0] != self.count_decided(period)

    # --- handovers ---------------------------------------------------------------------------

    def record_handed(self, recipient: str, *, who: str, why: str, new_key: bool) -> None:
        """Record that the workspace passed to somebody else."""
        self.connection.execute(
            "INSERT INTO handed (at, recipient, who, why, new_key) VALUES (?, ?, ?, ?, ?)",
            (now(), recipient, who, why, int(new_key)),
        )

    def handovers(self) -> list[Handover]:
        """Return every handover, the earliest first."""
        rows = self.connection.execute("SELECT at, recipient, who, why, new_key FROM handed ORDER BY id")
        return [Handover(at, recipient, by, why, bool(new_key)) for at, recipient, by, why, new_key in rows]
