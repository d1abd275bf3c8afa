"""Opening a ledger, and what can be the matter with one, in words."""

from __future__ import annotations

import contextlib
import sqlite3
from typing import TYPE_CHECKING

from dapf_xl.findings import LedgerBusyError, NotWrittenError, WorkspaceError
from dapf_xl.ledger.records import Ledger
from dapf_xl.ledger.schema import SCHEMA, SCHEMA_VERSION

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BUSY_SECONDS = 2.0
"""How long to wait for another process before saying that it holds the ledger."""


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
        connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
        try:
            _prepare(connection)
            if create:
                _create(connection, framework)
            _recognise(path, connection, framework)
            yield Ledger(path, connection)
        finally:
            connection.close()


def _prepare(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA foreign_keys = ON")
    # Nothing is written to the file before a transaction ends: SQLite would lock readers out from then on, and
    # consolidating writes the master inside its transaction.
    connection.execute("PRAGMA cache_spill = OFF")


def _create(connection: sqlite3.Connection, framework: str) -> None:
    exists = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'about'").fetchone()
    if exists:
        return
    connection.execute("BEGIN IMMEDIATE")
    for statement in SCHEMA.split(";"):
        connection.execute(statement)
    connection.executemany(
        "INSERT INTO about VALUES (?, ?)", (("schema", str(SCHEMA_VERSION)), ("framework", framework))
    )
    connection.execute("COMMIT")


def _recognise(path: Path, connection: sqlite3.Connection, framework: str) -> None:
    """Refuse what is not the ledger that is wanted."""
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'about'").fetchone():
        raise WorkspaceError(f"{path} is not a ledger, or is damaged: put it back from a backup of the workspace.")
    about = dict(connection.execute("SELECT name, value FROM about").fetchall())
    if about.get("schema") != str(SCHEMA_VERSION):
        raise WorkspaceError(f"{path} was written by another version of dapf (schema {about.get('schema')}).")
    if framework and about.get("framework") != framework:
        raise WorkspaceError(f"{path} is the ledger of {about.get('framework')}, not of {framework}.")


@contextlib.contextmanager
def _in_words(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into a line for the person at the keyboard, wherever in the block they come up."""
    try:
        yield
    except sqlite3.OperationalError as error:
        words = str(error)
        if "locked" in words or "busy" in words:
            raise LedgerBusyError(
                f"{path} is held by another process: wait until it is done, or close it, and try again."
            ) from error
        if "full" in words or "readonly" in words or "disk I/O" in words:
            raise NotWrittenError(f"{path} could not be written ({words}); nothing was changed.") from error
        raise WorkspaceError(f"{path} cannot be used ({words}); nothing was changed.") from error
    except sqlite3.DatabaseError as error:
        raise WorkspaceError(
            f"{path} is not a ledger, or is damaged ({error}): put it back from a backup. Nothing was changed."
        ) from error
