"""Every file that was received is kept: a copy in the workspace, which a later file of the same name does not touch."""

from __future__ import annotations

import contextlib
import hashlib
from typing import TYPE_CHECKING

from dapf_xl.findings import NotWrittenError
from dapf_xl.rules.identity import is_temporary
from dapf_xl.workbooks import write_atomically

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from dapf_xl.periods import Period
    from dapf_xl.returns.reading import ReadReturn
    from dapf_xl.workspace import Workspace

RECEIVED = "received"
LARGEST_KEPT = 60_000_000
"""Bytes of a file that is kept; a return has 50,000. What is larger was refused unread."""
_SHORT = 8


@contextlib.contextmanager
def kept_copies(workspace: Workspace, quarter: Period, reads: Iterable[ReadReturn]) -> Iterator[dict[Path, str]]:
    """Keep a copy of each file of a round, and give where each lies, as the ledger calls it.

    A copy is named for the file's hash, so that every one is kept once, whatever it is called and however often the
    round is made. Where the block fails, the copies that are new are taken away again; a run that was killed could
    not, and what it left half-written goes here. Nobody else writes in this folder meanwhile: whoever keeps copies
    holds the ledger.

    Raises:
        NotWrittenError: a copy could not be written, or a file changed since it was read.
    """
    place = workspace.place(RECEIVED, quarter)
    new: list[Path] = []
    _clear_unfinished(place)
    try:
        yield {read.path: workspace.name_of(_kept(place, read, new)) for read in reads if _is_to_keep(read)}
    except BaseException:
        with contextlib.suppress(OSError):
            for path in new:
                path.unlink(missing_ok=True)
            place.rmdir()  # fails where it holds others, and is to
            place.parent.rmdir()
        raise


def _clear_unfinished(place: Path) -> None:
    """Delete the copies that a killed run left half-written, whether or not their files are still in the round."""
    with contextlib.suppress(OSError):
        for stale in place.glob(f".{'[0-9a-f]' * _SHORT}_*"):
            stale.unlink(missing_ok=True)


def _is_to_keep(read: ReadReturn) -> bool:
    if is_temporary(read.path.name):
        return False
    try:
        return read.path.is_file() and read.path.stat().st_size <= LARGEST_KEPT and bool(read.path.read_bytes())
    except OSError:  # (it could not be read either, which is a finding)
        return False


def _kept(place: Path, read: ReadReturn, new: list[Path]) -> Path:
    data = read.path.read_bytes()
    sha256 = hashlib.sha256(data).hexdigest()
    if read.sha256 and sha256 != read.sha256:
        raise NotWrittenError(f"{read.path} changed while it was being read: consolidate again.")
    path = place / f"{sha256[:_SHORT]}_{read.name}"
    if not path.exists():
        write_atomically(path, lambda copy: copy.write_bytes(data))
        new.append(path)
    return path
