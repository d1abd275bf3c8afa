"""A workspace: a folder that holds one framework's rounds.

``dapf.toml`` (settings), ``catalogue.xlsx``, ``ledger.sqlite``, ``signing.key``, and the folders
``issued``, ``returns``, ``master`` and ``committee``, each with a folder a round where it has files.
"""

from __future__ import annotations

import contextlib
import glob
import itertools
import re
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
from dapf_xl.workbooks import flush_to_disk, not_written, write_atomically

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dapf_xl.catalogue import Framework
    from dapf_xl.ledger import Ledger

SETTINGS = "dapf.toml"
CATALOGUE = "catalogue.xlsx"
LEDGER = "ledger.sqlite"
KEY = "signing.key"
FOLDERS = ("issued", "returns", "master", "committee")
ANNOTATED = "annotated"
"""The folder for annotated copies, with a folder a round; made where one is wanted."""
SUPERSEDED = "superseded"
KEY_BYTES = 32
NOISE = frozenset({"desktop.ini", "thumbs.db", "icon\r", "__macosx", SUPERSEDED})
"""Files and folders that systems leave in a folder, and what was superseded: never read as returns."""

_TOML = """\
# Settings of this workspace: {title}, {area}.
framework = "{framework}"
# Stands on every sheet of a return and a master and in every draft, for example where the figures are not real.
note = "{note}"
# A word of it that stands in the names of masters and the subject of drafts.
label = "{label}"

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
        path = self.folder / KEY
        try:
            key = bytes.fromhex(path.read_text(encoding="ascii").strip())
        except (OSError, ValueError):
            key = b""
        if len(key) != KEY_BYTES:
            raise WorkspaceError(
                f"{path} is missing or damaged: returns cannot be sealed or verified without it. "
                "Put it back from a backup of the workspace, or make another with `dapf handover DIR --new-key`."
            )
        return key

    def place(self, kind: str, period: Period) -> Path:
        """Return the folder of a round: ``returns/2014-15-Q3``."""
        return self.folder / kind / period.label

    def name_of(self, path: Path) -> str:
        """Return what the ledger calls a file: inside the workspace its path from there, so that it can be moved."""
        file, folder = path.resolve(), self.folder.resolve()
        return file.relative_to(folder).as_posix() if file.is_relative_to(folder) else str(file)

    def path_of(self, name: str) -> Path:
        """Return the file that the ledger calls by that name."""
        return self.folder / name

    @contextlib.contextmanager
    def ledger(self) -> Iterator[Ledger]:
        """Open the ledger.

        Raises:
            WorkspaceError: there is none, it cannot be read, or there are two and nobody said which counts.
            LedgerBusyError: another process holds it.
        """
        path = self.folder / LEDGER
        for copy in copies_beside(path):
            raise WorkspaceError(
                f"{copy} lies beside {LEDGER} ({_changed(copy)} and {_changed(path)}), and nothing was done: it is a "
                "backup, or OneDrive kept both because two computers recorded at the same time. Move the one that is "
                f"not to count to another folder, and see that the other is called {LEDGER}. Then record again what "
                "only the first had, such as amendments and waivers; returns are recorded from their folder."
            )
        with open_ledger(path, framework=self.framework.id) as opened:
            yield opened

    @property
    def note(self) -> str:
        """What stands on every sheet of its returns and masters, for figures that are not real."""
        return str(self.settings.get("note", ""))

    @property
    def label(self) -> str:
        """A word that stands in the names of its masters and the subject of its drafts, ``SYNTHETIC``; mostly none."""
        return "".join(letter for letter in str(self.settings.get("label", "")) if letter.isalnum() or letter in "-_")

    def send_settings(self) -> dict[str, object]:
        """Return the table ``[send]`` of ``dapf.toml``."""
        table = self.settings.get("send", {})
        return table if isinstance(table, dict) else {}


def silent(done: int, total: int, words: str) -> None:
    """Report no progress."""


def init(framework: str, folder: Path, note: str = "", label: str = "") -> Workspace:
    """Make a workspace from a shipped framework, or from a catalogue of one's own.

    Args:
        framework: Id of a shipped framework, or the path of a catalogue (a workbook or a folder of CSV files).
        folder: The new workspace; it must not exist, or be empty.
        note: Stands on every sheet of its returns and masters, for figures that are not real.
        label: A word that stands in the names of its masters and the subject of its drafts.

    Raises:
        WorkspaceError: there is something in the folder already, or no such framework.
        CatalogueError: the catalogue has faults.
        NotWrittenError: the folder cannot be written.
    """
    shipped = catalogue.shipped()
    source = shipped.get(framework, Path(framework))
    if not source.exists():
        raise WorkspaceError(
            f"there is no framework called {framework}: use one of {', '.join(shipped)}, or a catalogue's path."
        )
    loaded = catalogue.load(source)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise WorkspaceError(f"{folder} exists already and is not empty: choose another name for the workspace.")
    was_there = folder.exists()
    try:
        _make(loaded, folder, note, label)
    except BaseException as error:
        _unmake(folder, was_there=was_there)
        if isinstance(error, OSError):
            raise NotWrittenError(f"{folder} cannot be written ({error.strerror}): choose another place.") from error
        raise
    return open_workspace(folder)


def _make(framework: Framework, folder: Path, note: str, label: str) -> None:
    """Write what a workspace consists of; the settings come last, and only with them is it one."""
    for name in FOLDERS:
        (folder / name).mkdir(parents=True, exist_ok=True)
    catalogue.export(framework, folder / CATALOGUE)
    _write_key(folder / KEY)
    with open_ledger(folder / LEDGER, framework=framework.id, create=True):
        pass
    contact = framework.settings.contact
    sender = contact.rpartition(" ")[2] if "@" in contact else ""
    words = {
        "framework": framework.id,
        "title": framework.title,
        "area": framework.area,
        "sender": sender,
        "note": note,
        "label": label,
    }
    text = _TOML.format_map({name: _toml_words(value) for name, value in words.items()})
    write_atomically(folder / SETTINGS, lambda path: path.write_text(text, encoding="utf-8"))


def _toml_words(text: str) -> str:
    """Return text as it can stand in a comment and between quotes."""
    return " ".join(text.split()).replace("\\", "\\\\").replace('"', '\\"')


def _unmake(folder: Path, *, was_there: bool) -> None:
    """Take away what was made of a workspace; the folder was empty, or not there, before."""
    with contextlib.suppress(OSError):
        for each in folder.iterdir():
            if each.is_dir():
                shutil.rmtree(each, ignore_errors=True)
            else:
                each.unlink(missing_ok=True)
        if not was_there:
            folder.rmdir()


def _write_key(path: Path) -> None:
    path.touch(mode=0o600)
    path.write_text(secrets.token_hex(KEY_BYTES) + "\n", encoding="ascii")


def replace_key(workspace: Workspace) -> None:
    """Put a new key in the place of the workspace's; the old one is not kept, since nothing needs it.

    Raises:
        NotWrittenError: it could not be written; the old one still stands.
    """
    path = workspace.folder / KEY
    temporary = path.with_name(f".{KEY}")  # not `write_atomically`, whose files everybody may read
    try:
        temporary.unlink(missing_ok=True)
        _write_key(temporary)
        flush_to_disk(temporary)
        temporary.replace(path)
    except OSError as error:
        raise NotWrittenError(not_written(path, error)) from error
    finally:
        temporary.unlink(missing_ok=True)


def open_workspace(folder: Path) -> Workspace:
    """Open a workspace.

    Raises:
        WorkspaceError: the folder is not one, or its settings cannot be read.
    """
    path = folder / SETTINGS
    if not path.is_file():
        raise WorkspaceError(f"{folder} is not a workspace: it has no {SETTINGS}. `dapf init FRAMEWORK DIR` makes one.")
    try:
        settings = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise WorkspaceError(
            f"{path} cannot be read ({error}): correct that line, or put the file back from a backup."
        ) from error
    return Workspace(folder, settings)


def workspace_of(path: Path) -> Workspace | None:
    """Return the workspace that a file or folder lies in, or None."""
    for folder in (path.resolve(), *path.resolve().parents):
        if (folder / SETTINGS).is_file():
            return open_workspace(folder)
    return None


def copies_beside(path: Path) -> list[Path]:
    """Return second copies of a workspace's own file, as OneDrive, Windows and people name them, in order of name.

    Of ``ledger.sqlite``: ``ledger-LAPTOP.sqlite``, ``ledger (1).sqlite``, ``ledger - Copy.sqlite``.
    """
    named = re.compile(rf"{re.escape(path.stem)}(?:[-_ ].+|\(\d+\)){re.escape(path.suffix)}", re.IGNORECASE)
    folder = path.parent
    return sorted(each for each in folder.iterdir() if named.fullmatch(each.name)) if folder.is_dir() else []


def _changed(path: Path) -> str:
    """Return a file's name, and when it was changed last."""
    if not path.exists():
        return f"{path.name}, gone"
    return f"{path.name}, changed {datetime.fromtimestamp(path.stat().st_mtime).astimezone():%d/%m/%Y %H:%M}"


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

    Links are among them, wherever they lead: what cannot be read is a finding, not silence.

    Raises:
        NothingToReadError: there is no such file or folder, or nothing in it.
    """
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise NothingToReadError(f"{path} does not exist.")
    files = sorted(each for each in path.rglob("*") if _is_to_read(each) and not _is_noise(each.relative_to(path)))
    if not files:
        raise NothingToReadError(f"{path} holds no returns: put the files that the agencies sent into it.")
    return files


def _is_to_read(path: Path) -> bool:
    return path.is_symlink() or not path.is_dir()


def _is_noise(path: Path) -> bool:
    """Say whether a file, or a folder that it lies in, is nobody's return. Lock files are told to the person."""
    is_lock = path.name.startswith((".~lock", "~$"))
    names = path.parts[:-1] if is_lock else path.parts
    return any(name.startswith(".") or name.lower() in NOISE for name in names)


# --- replacing a file -------------------------------------------------------------------------


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[Path | None]:
    """Keep what stands at a path while the block replaces it; where the block fails, it stands there again.

    Yields:
        Where the earlier file is kept, None where there was none.

    Raises:
        NotWrittenError: it could not be kept, or is open in a spreadsheet program.
    """
    refuse_if_open(path)
    _clear_unfinished(path)
    before = _state_of(path)
    kept = keep_previous(path)
    try:
        yield kept
    except BaseException:
        with contextlib.suppress(OSError):
            if _state_of(path) == before:
                _forget(kept)
            elif kept:
                kept.replace(path)
            else:
                path.unlink(missing_ok=True)
        raise


def _state_of(path: Path) -> tuple[int, int, int] | None:
    if not path.exists():
        return None
    state = path.stat()
    return state.st_ino, state.st_mtime_ns, state.st_size


def _forget(kept: Path | None) -> None:
    if kept:
        kept.unlink(missing_ok=True)
        if not any(kept.parent.iterdir()):
            kept.parent.rmdir()


def refuse_if_open(path: Path) -> None:
    """Refuse early to replace a file that a spreadsheet program has open, before anything else is done.

    Raises:
        NotWrittenError: there is a lock file beside it.
    """
    if any((path.parent / name).exists() for name in (f"~${path.name}", f".~lock.{path.name}#")):
        error = OSError(0, "it is open in a spreadsheet program: close it and try again")
        raise NotWrittenError(not_written(path, error))


def _clear_unfinished(path: Path) -> None:
    """Delete what a run that was killed left half-written beside a file, and in ``superseded``."""
    with contextlib.suppress(OSError):
        for stale in (
            *path.parent.glob(f".{glob.escape(path.stem)}-{'?' * 8}{path.suffix}"),
            *(path.parent / SUPERSEDED).glob(f".{glob.escape(path.stem)}_*-{'?' * 8}{path.suffix}"),
        ):
            stale.unlink(missing_ok=True)


def keep_previous(path: Path) -> Path | None:
    """Copy what is about to be overwritten into ``superseded``, its time in its name; None where nothing is.

    Nothing is overwritten there: of two that were made in the same second, the later gets a number.

    Raises:
        NotWrittenError: the copy could not be made.
    """
    if not path.exists():
        return None
    stamp = datetime.fromtimestamp(path.stat().st_mtime, UTC).strftime("%Y%m%d-%H%M%S")
    for number in itertools.count(1):
        ending = f"_{number}" if number > 1 else ""
        kept = path.parent / SUPERSEDED / f"{path.stem}_{stamp}{ending}{path.suffix}"
        if not kept.exists():
            write_atomically(kept, lambda copy: shutil.copy2(path, copy))
            return kept
        if kept.read_bytes() == path.read_bytes():
            return kept  # a run that was killed had kept it already
    return None
