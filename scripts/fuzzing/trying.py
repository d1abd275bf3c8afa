"""Tries inputs in a process of its own: reads and checks each beside a good file, and says what went wrong.

One line in for each input, ``path, source, keeps`` parted by tabs; one line out, empty or with what is wrong. Where
the process has to be ended, the input is to blame: the one who started it reads no line.
"""

from __future__ import annotations

import json
import sys
import traceback
from typing import TYPE_CHECKING

from dapf_xl import catalogue, terminal
from dapf_xl.findings import Severity, has_errors
from dapf_xl.returns.reading import read_return
from dapf_xl.rules import Context, check_returns

if sys.platform != "win32":
    import resource

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from dapf_xl.returns.reading import ReadReturn
    from dapf_xl.rules import CheckedReturn

SECONDS = 5
BYTES = 500_000_000
TOGETHER = 10
"""Of the files that are refused for what they are, every so many is checked beside a good one."""


class Trial:
    """The good files, read; what an input is tried beside."""

    def __init__(self, corpus: Sequence[Path]) -> None:
        """Read the corpus, and remember what comes of a good file alone."""
        self.good = {path.name: read_return(path) for path in corpus}
        framework = next(read.identity["framework"] for read in self.good.values())
        self.context = Context(catalogue.load(catalogue.shipped()[framework]), issued={})
        self.tried = 0
        self.alone = {name: _outcome(self._check([read])[0]) for name, read in self.good.items()}

    def _check(self, reads: Sequence[ReadReturn]) -> list[CheckedReturn]:
        checked = check_returns(self.context, reads)
        whole = json.dumps(terminal.document_of(checked))
        assert json.loads(whole)["returns"]  # noqa: S101
        return checked.returns

    def faults(self, path: Path, source: str, *, keeps: bool) -> str:
        """Return what is wrong with how a file is taken; "" where nothing is."""
        before = path.read_bytes()
        agency = self.good[source].identity["agency"]
        beside = next(
            name for name, read in self.good.items() if read.identity["agency"] != agency and self.alone[name][1]
        )
        read = read_return(path)
        self.tried += 1
        if has_errors(read.findings) and self.tried % TOGETHER:  # (what is refused by itself touches no other)
            spoilt = self._check([read])[0]
            return "the file was changed" if path.read_bytes() != before else _ill_said(spoilt)
        companion, spoilt = self._check([self.good[beside], read])
        if path.read_bytes() != before:
            return "the file was changed"
        is_its_own = read.identity.get("agency") == self.good[beside].identity["agency"]  # (spliced with it)
        if not is_its_own and _outcome(companion) != self.alone[beside]:
            return f"the good file beside it came to something else: {_outcome(companion)}"
        return _ill_said(spoilt) or (self._lost(spoilt, source) if keeps else "")

    def _lost(self, spoilt: CheckedReturn, source: str) -> str:
        """Return what a file that was taken has lost of what its source holds, which its checksums vouch for."""
        errors = any(finding.severity is Severity.ERROR for finding in spoilt.findings)
        if errors or spoilt.read.entries == self.good[source].entries:
            return ""
        return "it was taken, and holds something else than the good file"


def _outcome(checked: CheckedReturn) -> tuple[str, int, tuple[str, ...]]:
    codes = tuple(sorted(finding.code.name for finding in checked.findings))
    return str(checked.status), len(checked.observations), codes


def _ill_said(checked: CheckedReturn) -> str:
    """Return what cannot be said or kept of what was found and taken."""
    for finding in checked.findings:
        str(finding).encode()
        if "MemoryError" in finding.message:
            return "it needs more memory than there is"
    for each in checked.observations:
        f"{each.text}{each.comment}{each.label}{each.value}".encode()
        if each.value is not None and not each.value.is_finite():
            return f"{each.value} was taken for a figure"
    if checked.status == "Rejected" and not checked.findings:
        return "it was refused, and nothing says why"
    return ""


def allow_seconds(seconds: int) -> None:
    """Let this process use so many seconds of processor time from now; then it is ended."""
    if sys.platform != "win32":
        used = resource.getrusage(resource.RUSAGE_SELF)
        soft = max(1, int(used.ru_utime + used.ru_stime) + 1 + seconds)
        resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def limit_memory() -> None:
    """Limit the memory of this process; of a child before it starts."""
    if sys.platform != "win32":
        resource.setrlimit(resource.RLIMIT_DATA, (BYTES, BYTES))


def serve(corpus: Sequence[Path], seconds: int) -> None:
    """Answer every line that comes in."""
    from pathlib import Path  # noqa: PLC0415

    trial = Trial(corpus)
    print("ready", flush=True)
    for line in sys.stdin:
        path, source, keeps = line.rstrip("\n").split("\t")
        allow_seconds(seconds)
        try:
            wrong = trial.faults(Path(path), source, keeps=keeps == "keeps")
        except Exception as error:  # noqa: BLE001  (a traceback is what is looked for)
            frames = traceback.extract_tb(error.__traceback__)
            place = next((frame for frame in reversed(frames) if "dapf_xl" in frame.filename), frames[-1])
            name = place.filename.rpartition("dapf_xl")[2].lstrip("/")
            wrong = f"{type(error).__name__} in {name}, line {place.lineno}: {error}"
        print(" ".join(wrong.split())[:500].encode("ascii", "backslashreplace").decode(), flush=True)
