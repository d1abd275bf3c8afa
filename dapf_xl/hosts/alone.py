"""Where the buttons keep their log, and the lock that lets one click be at work at a time."""

from __future__ import annotations

import contextlib
import os
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from dapf_xl.findings import DapfError

if TYPE_CHECKING:
    from collections.abc import Iterator

HOME = "DAPF_HOME"
"""Environment variable that names another folder for the log."""
_LOG = "dapf-excel.log"
_LOCK = "dapf-excel.lock"
_LARGEST_LOG = 1_000_000


class BusyError(DapfError):
    """Another click is at work."""


def home() -> Path:
    """Return the folder in the user's profile that holds the log."""
    named = os.environ.get(HOME)
    if named:
        return Path(named)
    profile = os.environ.get("LOCALAPPDATA")
    return Path(profile) / "dapf" if profile else Path.home() / ".dapf-xl"


def log_file() -> Path:
    """Return where the log is."""
    return home() / _LOG


def log(text: str) -> None:
    """Append to the log; where that fails, nothing else must."""
    with contextlib.suppress(OSError):
        path = log_file()
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and path.stat().st_size > _LARGEST_LOG:
            path.replace(path.with_suffix(".old.log"))
        with path.open("a", encoding="utf-8", errors="backslashreplace") as file:
            file.write(f"{datetime.now().astimezone().isoformat(timespec='seconds')} {text.rstrip()}\n")


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Hold the lock while the block runs; the system gives it back whatever becomes of the process.

    Raises:
        BusyError: another click holds it.
    """
    path = home() / _LOCK
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as file:
        try:
            _lock(file.fileno())
        except OSError as error:
            raise BusyError("The click before is still at work: wait until Status says what came of it.") from error
        yield


if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> None:
        os.lseek(handle, 0, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
