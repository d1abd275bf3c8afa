"""Measure the whole cycle: ``.venv/bin/python scripts/benchmark.py 1000``; prints one JSON document.

Makes a framework with as many agencies as returns are wanted, each asked for sixty figures, with four earlier rounds
in the ledger. Issues the returns, fills them, reads, checks and consolidates them: in one process, and with
``--cores`` on all cores too. Beside it stand, on the same files, raw calamine (the floor), pandas with openpyxl (what
an analyst would write) and a bare XlsxWriter loop. ``--scaling`` measures the cycle at several sizes instead.

``open``, loading the catalogue and every earlier round, is part of ``issue`` and ``consolidate`` and stands by itself
only to be seen (``check`` loads of the earlier rounds what its rules ask for); ``consolidate`` reads and checks
again. Ratios are of seconds on the clock; where other programs keep the machine busy, those of processor time are
steadier.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from benchmarking import filling, rivals, synthetic

from dapf_xl import contexts, cycle
from dapf_xl.known import known_figures
from dapf_xl.periods import Period
from dapf_xl.workspace import open_workspace

if sys.platform != "win32":
    import resource

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

Numbers = dict[str, Any]


class Taken(NamedTuple):
    """How long something took."""

    seconds: float
    cpu: float
    """Processor time of this process alone."""

    def since(self, earlier: Taken) -> Taken:
        """Return the time between two readings of the clocks."""
        return Taken(self.seconds - earlier.seconds, self.cpu - earlier.cpu)


Times = dict[str, Taken]

SIZES = (100, 500, 1000, 2000)
PERIOD = Period.parse(synthetic.PERIOD)
PACKAGES = ("xlsxwriter", "openpyxl", "python-calamine", "pandas", "pandera")
PROMISES = {"read_and_check_times_faster_than_pandas": ">= 5", "issue_over_xlsxwriter": "<= 1.5"}
"""What is promised for a thousand returns in one process."""


def say(words: str) -> None:
    """Tell the person who waits what is being done."""
    print(words, file=sys.stderr, flush=True)


def prepare(folder: Path, returns: int) -> None:
    """Make the workspace with its earlier rounds; runs in a process of its own, whose memory does not count."""
    synthetic.write_framework(folder / "catalogue", returns)
    synthetic.record_earlier_rounds(cycle.init(str(folder / "catalogue"), folder / "workspace"), returns)


def apart(function: Callable[..., Any], *arguments: object) -> Any:  # noqa: ANN401  (whatever the function returns)
    """Run a function in a process of its own."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(function, *arguments).result()


def fill_all(issued: Sequence[Path], folder: Path) -> None:
    """Fill all returns, on all cores: this is not measured."""
    folder.mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        list(pool.map(filling.fill, issued, [folder / path.name for path in issued], chunksize=10))


def clocks() -> Taken:
    """Return what the clocks show now."""
    return Taken(time.perf_counter(), time.process_time())


def timed(function: Callable[..., Any], *arguments: Any) -> tuple[Taken, Any]:  # noqa: ANN401
    """Return how long a function takes, and what it returns."""
    begun = clocks()
    result = function(*arguments)
    return clocks().since(begun), result


def peak_memory() -> float:
    """Return the most memory that this process has had so far, in megabytes."""
    if sys.platform == "win32":
        return float("nan")
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(most / (1e6 if sys.platform == "darwin" else 1e3), 1)


# --- the product ---------------------------------------------------------------------------------


def measure_product(home: Path, cores: int, files: Path) -> tuple[Times, Numbers]:
    """Return how long each verb takes, and what was found; the round must have been issued and filled already."""
    contexts.PARALLEL_FROM = 1 if cores > 1 else sys.maxsize
    opening, _ = timed(_open, home)
    read = [clocks()]

    def progress(*_: object) -> None:
        read[0] = clocks()

    begun = clocks()
    checked = cycle.check([files], home, PERIOD.label, progress)
    ended = clocks()
    statuses = {str(status): number for status, number in sorted(checked.statuses.items())}
    found: Numbers = {
        "statuses": statuses,
        "findings": len(checked.findings),
        "peak_memory_mb": {"check": peak_memory()},
    }
    del checked
    consolidating, _ = timed(cycle.consolidate, home, PERIOD.label)
    taken = {"read": read[0].since(begun), "check": ended.since(read[0]), "consolidate": consolidating}
    found["peak_memory_mb"]["consolidate"] = peak_memory()
    return {"open": opening, **taken}, found


def _open(home: Path) -> None:
    """Do what issuing begins with: load the catalogue, and the figures known from earlier rounds."""
    workspace = open_workspace(home)
    with workspace.ledger() as ledger:
        known_figures(workspace.framework, ledger, PERIOD)


def issue(home: Path) -> tuple[Taken, list[Path]]:
    """Issue the round; return how long it took, and the returns."""
    return timed(cycle.issue, home, PERIOD.label)


# --- the rivals ----------------------------------------------------------------------------------


def spread(function: Callable[[Path], Any], paths: Iterable[Path], cores: int) -> list[Any]:
    """Call a function with each path, on so many cores."""
    if cores == 1:
        return [function(path) for path in paths]
    with ProcessPoolExecutor(cores) as pool:
        return list(pool.map(function, paths, chunksize=25))


def measure_rivals(files: Sequence[Path], model: Path, scratch: Path, cores: int) -> Times:
    """Return how long the rivals take on the same files."""
    content = rivals.content_of(model)
    raw, _ = timed(spread, rivals.read_raw, files, cores)
    scratch.mkdir()
    write = partial(rivals.write_bare, content)
    writing, _ = timed(spread, write, [scratch / path.name for path in files], cores)
    shutil.rmtree(scratch)
    by_analyst, _ = timed(lambda: rivals.concatenated(spread(rivals.read_with_pandas, files, cores)))
    return {"calamine_raw": raw, "pandas_openpyxl": by_analyst, "xlsxwriter_bare": writing}


# --- the document --------------------------------------------------------------------------------


def per_return(times: Times, returns: int, cores: int) -> Numbers:
    """Return seconds, and milliseconds a return, of each step; in one process those of processor time too."""
    found: Numbers = {}
    for name, taken in times.items():
        found[name] = {"seconds": round(taken.seconds, 3), "ms_per_return": round(1000 * taken.seconds / returns, 3)}
        if cores == 1:
            found[name]["cpu_ms_per_return"] = round(1000 * taken.cpu / returns, 3)
    return found


def compared(times: Times, clock: str) -> Numbers:
    """Return how the product stands beside its rivals, by one of the clocks."""
    taken = {name: max(getattr(each, clock), 1e-6) for name, each in times.items()}
    checking = taken["read"] + taken["check"]
    return {
        "read_and_check_times_faster_than_pandas": round(taken["pandas_openpyxl"] / checking, 2),
        "issue_over_xlsxwriter": round(taken["issue"] / taken["xlsxwriter_bare"], 2),
        "read_over_calamine": round(taken["read"] / taken["calamine_raw"], 2),
    }


def run(returns: int, folder: Path, *, cores: Sequence[int], beside: bool) -> Numbers:
    """Measure the cycle at one size; with the rivals beside it if ``beside``."""
    home = folder / "workspace"
    say(f"{returns} returns: making the framework and its earlier rounds ...")
    apart(prepare, folder, returns)
    document: Numbers = {"returns": returns, "figures_each": synthetic.ASKED, "promised_at_1000": PROMISES}
    for used in cores:
        say(f"{returns} returns on {used} core(s): issuing, reading, checking, consolidating ...")
        issuing, issued = issue(home)
        place = open_workspace(home).place("returns", PERIOD)
        if not any(place.iterdir()):
            fill_all(issued, place)
        times, found = measure_product(home, used, place)
        times["issue"] = issuing
        block = {**per_return(times, returns, used), **found}
        if beside:
            say(f"{returns} returns on {used} core(s): the same with calamine, XlsxWriter and pandas ...")
            others = measure_rivals(sorted(place.iterdir()), issued[0], folder / "bare", used)
            block |= {"beside": per_return(others, returns, used), "ratios": compared(times | others, "seconds")}
            if used == 1:
                block["ratios_of_cpu_time"] = compared(times | others, "cpu")
        document["one_process" if used == 1 else "all_cores"] = {"cores": used, **block}
    return document


def machine() -> Numbers:
    """Return what it was measured on."""
    return {
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "system": platform.system(),
        "packages": {name: version(name) for name in PACKAGES},
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the command line, measure, and print the document."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("returns", type=int, nargs="?", default=1000, help="how many returns (1000)")
    parser.add_argument("--cores", action="store_true", help="measure on all cores too")
    parser.add_argument("--scaling", action="store_true", help=f"measure at {', '.join(map(str, SIZES))} returns")
    parser.add_argument("--folder", type=Path, help="where the files go and stay (a temporary folder, removed)")
    chosen = parser.parse_args(arguments)
    folder = chosen.folder or Path(tempfile.mkdtemp(prefix="dapf-benchmark-"))
    cores = [1, os.cpu_count() or 1] if chosen.cores else [1]
    try:
        document: Numbers = {"machine": machine()}
        if chosen.scaling:
            document["scaling"] = [apart(_one_size, size, folder / str(size)) for size in SIZES]
        else:
            document |= run(chosen.returns, folder / str(chosen.returns), cores=sorted(set(cores)), beside=True)
        print(json.dumps(document, indent=2))
    finally:
        if not chosen.folder:
            shutil.rmtree(folder, ignore_errors=True)


def _one_size(returns: int, folder: Path) -> Numbers:
    """Measure the cycle at one size, in a process of its own, whose peak of memory is its own."""
    return run(returns, folder, cores=[1], beside=False)


if __name__ == "__main__":
    main()
