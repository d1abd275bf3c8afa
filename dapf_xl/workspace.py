"""A workspace: a folder that holds one framework's rounds.

``dapf.toml`` (settings), ``catalogue.xlsx``, ``ledger.sqlite``, ``signing.key``, and the folders
``issued``, ``returns``, ``master`` and ``committee``, each with a folder a round where it has files.
"""

from __future__ import annotations

import contextlib
import secrets
import shutil
import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from dapf_xl import catalogue
from dapf_xl.findings import NothingToReadError, NotWrittenError, PeriodError, WorkspaceError
from dapf_xl.ledger import open_ledger
from dapf_xl.periods import Period
from dapf_xl.workbooks import write_atomically

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dapf_xl.catalogue import Framework
    from dapf_xl.ledger import Ledger

SETTINGS = "dapf.toml"
CATALOGUE = "catalogue.xlsx"
LEDGER = "ledger.sqlite"
KEY = "signing.key"
FOLDERS = ("issued", "returns", "master", "committee")
SUPERSEDED = "superseded"

_TOML = """\
# Settings of this workspace: {title}, {area}.
framework = "{framework}"

[send]
# The role mailbox that drafts come from, and who receives them.
sender = "{sender}"
to = []
# Who may receive a working edition, which holds small numbers. Nobody else can be sent one.
# For example: cleared = ["chair@council.example.org"]
cleared = []
"""


@dataclass(frozen=True)
class Workspace:
    """An opened workspace."""

    folder: Path
    settings: dict[str, object]

    @cached_property
    def framework(self) -> Framework:
        """The workspace's catalogue.

        Raises:
            CatalogueError: it has faults.
        """
        return catalogue.load(self.folder / CATALOGUE)

    @cached_property
    def key(self) -> bytes:
        """The key that seals returns.

        Raises:
            WorkspaceError: there is none.
        """
        try:
            return bytes.fromhex((self.folder / KEY).read_text(encoding="ascii").strip())
        except (OSError, ValueError) as error:
            raise WorkspaceError(
                f"{self.folder / KEY} is missing or damaged: returns cannot be sealed or verified without it. "
                "Put it back from a backup of the workspace."
            ) from error

    def place(self, kind: str, period: Period) -> Path:
        """Return the folder of a round: ``returns/2014-15-Q3``."""
        return self.folder / kind / period.label

    @contextlib.contextmanager
    def ledger(self) -> Iterator[Ledger]:
        """Open the ledger."""
        with open_ledger(self.folder / LEDGER, framework=self.framework.id) as opened:
            yield opened

    def send_settings(self) -> dict[str, object]:
        """Return the table ``[send]`` of ``dapf.toml``."""
        table = self.settings.get("send", {})
        return table if isinstance(table, dict) else {}


def init(framework: str, folder: Path) -> Workspace:
    """Make a workspace from a shipped framework, or from a catalogue of one's own.

    Args:
        framework: Id of a shipped framework, or the path of a catalogue (a workbook or a folder of CSV files).
        folder: The new workspace; it must not exist, or be empty.

    Raises:
        WorkspaceError: there is something in the folder already, or no such framework.
        CatalogueError: the catalogue has faults.
        NotWrittenError: the folder cannot be written.
    """
    shipped = catalogue.shipped()
    source = shipped.get(framework, Path(framework))
    if not source.exists():
        raise WorkspaceError(f"there is no framework called {framework}: use one of {', '.join(shipped)}, or a catalogue's path.")
    loaded = catalogue.load(source)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise WorkspaceError(f"{folder} exists already and is not empty: choose another name for the workspace.")
    try:
        for name in FOLDERS:
            (folder / name).mkdir(parents=True, exist_ok=True)
        catalogue.export(loaded, folder / CATALOGUE)
        _write_key(folder / KEY)
        sender = loaded.settings.contact.rpartition(" ")[2] if "@" in loaded.settings.contact else ""
        text = _TOML.format(framework=loaded.id, title=loaded.title, area=loaded.area, sender=sender)
        write_atomically(folder / SETTINGS, lambda path: path.write_text(text, encoding="utf-8"))
    except OSError as error:
        raise NotWrittenError(f"{folder} cannot be written ({error.strerror}): choose another place.") from error
    with open_ledger(folder / LEDGER, framework=loaded.id, create=True):
        pass
    return open_workspace(folder)


def _write_key(path: Path) -> None:
    path.touch(mode=0o600)
    path.write_text(secrets.token_hex(32) + "\n", encoding="ascii")


def open_workspace(folder: Path) -> Workspace:
    """Open a workspace.

    Raises:
        WorkspaceError: the folder is not one, or its settings cannot be read.
    """
    path = folder / SETTINGS
    if not path.is_file():
        raise WorkspaceError(f"{folder} is not a workspace: it has no {SETTINGS}. `dapf init FRAMEWORK DIR` makes one.")
    try:
        settings = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise WorkspaceError(f"{path} cannot be read ({error}): correct that line, or put the file back from a backup.") from error
    return Workspace(folder, settings)


def workspace_of(path: Path) -> Workspace | None:
    """Return the workspace that a file or folder lies in, or None."""
    for folder in (path.resolve(), *path.resolve().parents):
        if (folder / SETTINGS).is_file():
            return open_workspace(folder)
    return None


def quarter_of(label: str) -> Period:
    """Return the quarter that a label names.

    Raises:
        PeriodError: it names no period, or one that is not a quarter.
    """
    try:
        period = Period.parse(label)
    except PeriodError as error:
        raise PeriodError(f"{label!r} is not a period: {error}. Write it as 2014-15-Q3.") from error
    if period.kind != "quarter":
        raise PeriodError(f"{label!r} is not a quarter, and a round is one. Write it as 2014-15-Q3.")
    return period


def files_in(path: Path) -> list[Path]:
    """Return the files of a folder and the folders in it, in order of name; a file is itself.

    Raises:
        NothingToReadError: there is no such file or folder, or nothing in it.
    """
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise NothingToReadError(f"{path} does not exist.")
    files = sorted(each for each in path.rglob("*") if each.is_file() and not _is_noise(each))
    if not files:
        raise NothingToReadError(f"{path} holds no returns: put the files that the agencies sent into it.")
    return files


def _is_noise(path: Path) -> bool:
    is_lock = path.name.startswith((".~lock", "~$"))
    return path.name in {"desktop.ini", "Thumbs.db"} or (path.name.startswith(".") and not is_lock)


def keep_previous(path: Path) -> Path | None:
    """Copy what is about to be overwritten into ``superseded``, its time in its name; None where nothing is.

    Raises:
        NotWrittenError: the copy could not be made.
    """
    if not path.exists():
        return None
    stamp = datetime.fromtimestamp(path.stat().st_mtime, UTC).strftime("%Y%m%d-%H%M%S")
    kept = path.parent / SUPERSEDED / f"{path.stem}_{stamp}{path.suffix}"
    try:
        kept.parent.mkdir(exist_ok=True)
        shutil.copy2(path, kept)
    except OSError as error:
        raise NotWrittenError(f"{kept} could not be written ({error.strerror}); nothing was changed.") from error
    return kept
