"""Spoil returns in every way: each must be refused or taken whole. ``python scripts/fuzz.py --minutes 30 --seed 1``.

Inputs are made of the good files in tests/corpus/, by bytes, by the archive's entries and by the XML within; a seed
and a number give the same one every time. Each is read and checked beside a good file by a process that has 5 seconds
of processor time and 500 MB. It must end in findings, or be taken whole; the good file beside it is taken all the same.

An input that does not is kept in ``fuzz_finds/``, with a text that says what happened. Try it again with ``--replay``;
once that is mended, move it to ``tests/corpus/found/``, where every run of the tests tries it.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from selectors import EVENT_READ, DefaultSelector
from typing import TYPE_CHECKING, NamedTuple, Self

from fuzzing.making import corpus_of, made
from fuzzing.trying import SECONDS, limit_memory, serve

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fuzzing.making import Input

ROOT = Path(__file__).resolve().parents[1]
CORPUS = ROOT / "tests" / "corpus"
FINDS = ROOT / "fuzz_finds"
RENEWED_AFTER = 300
"""Inputs after which the process that tries them is started anew."""
STARTING, ANSWERING = 120, 60
"""Seconds on the clock after which a process that says nothing is ended."""
MOST_FINDS = 50


class Find(NamedTuple):
    """An input that was not taken as it should be."""

    name: str
    data: bytes
    words: str


class Hunted(NamedTuple):
    """What a worker did."""

    tried: Counter[str]
    finds: list[Find]


class Worker:
    """A process that tries inputs; a new one where it was ended."""

    def __init__(self, seconds: int, environment: dict[str, str]) -> None:
        """Begin without a process."""
        self.seconds = seconds
        self.environment = environment
        self.process: subprocess.Popen[str] | None = None
        self.answered = 0

    def wrong(self, path: Path, source: str, *, keeps: bool) -> str:
        """Return what is wrong with how a file is taken."""
        if self.process is None or self.answered >= RENEWED_AFTER:
            self._start()
        process = self.process
        assert process is not None  # noqa: S101
        assert process.stdin is not None  # noqa: S101
        process.stdin.write(f"{path}\t{source}\t{'keeps' if keeps else '-'}\n")
        process.stdin.flush()
        answer = self._line(ANSWERING)
        self.answered += 1
        if answer is None:
            status = self._end()
            return f"it took more than {self.seconds} s, or the process was ended otherwise (status {status})"
        return answer

    def _start(self) -> None:
        self._end()
        self.process = subprocess.Popen(
            [sys.executable, __file__, "--serve", "--seconds", str(self.seconds)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            preexec_fn=limit_memory if os.name != "nt" else None, env=self.environment,  # noqa: PLW1509
        )  # fmt: skip
        self.answered = 0
        if self._line(STARTING) != "ready":
            sys.exit(f"The process that tries inputs did not start (status {self._end()}).")

    def _line(self, seconds: float) -> str | None:
        """Return the next line that the process says; None where it ends, or says nothing for so long."""
        assert self.process is not None  # noqa: S101
        assert self.process.stdout is not None  # noqa: S101
        with DefaultSelector() as selector:
            selector.register(self.process.stdout, EVENT_READ)
            if not selector.select(seconds):
                return None
        line = self.process.stdout.readline()
        return line.rstrip("\n") if line else None

    def _end(self) -> int | None:
        if self.process is None:
            return None
        self.process.kill() if self.process.poll() is None else None
        status = self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe:
                pipe.close()
        self.process = None
        return status

    def __enter__(self) -> Self:
        """Use it for a while."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the process."""
        self._end()


def hunt(seed: int, numbers: range, minutes: float, seconds: int) -> Hunted:
    """Try inputs until there are no more, or the time is up."""
    until = time.monotonic() + 60 * minutes
    corpus = corpus_of(CORPUS)
    tried: Counter[str] = Counter()
    finds: list[Find] = []
    with tempfile.TemporaryDirectory(prefix="dapf-fuzz-") as folder, Worker(seconds, _environment()) as worker:
        for number in numbers:
            if time.monotonic() > until or len(finds) >= MOST_FINDS:
                break
            one = made(seed, number, corpus)
            tried.update(each.partition(" in ")[0] for each in one.ways)
            tried[""] += 1
            path = Path(folder) / one.name
            path.write_bytes(one.data)
            wrong = worker.wrong(path, one.source, keeps=one.keeps)
            path.unlink()
            if wrong:
                finds.append(find_of(seed, number, one, wrong))
    return Hunted(tried, finds)


def _environment() -> dict[str, str]:
    # numpy takes memory for each core that there is, and all of it counts
    return os.environ | {"PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "0", "OPENBLAS_NUM_THREADS": "1"}


def find_of(seed: int, number: int, one: Input, wrong: str) -> Find:
    """Return an input with what is to be said of it."""
    words = f"{wrong}\nseed {seed}, number {number}, of {one.source}: {', '.join(one.ways)}\n"
    words += "again: python scripts/fuzz.py --replay FILE\n"
    return Find(f"seed{seed}_{one.name}", one.data, words)


def keep(finds: Sequence[Find], folder: Path) -> None:
    """Keep inputs, each with a text beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    for find in finds:
        (folder / find.name).write_bytes(find.data)
        (folder / f"{find.name}.txt").write_text(find.words, encoding="utf-8")


def replay(paths: Sequence[Path], seconds: int) -> list[tuple[Path, str]]:
    """Try files again; return those that are not taken as they should be, with what happens."""
    source = corpus_of(CORPUS)[0].name
    with Worker(seconds, _environment()) as worker:
        tried = [(path, worker.wrong(path.resolve(), source, keeps=False)) for path in paths]
    return [(path, wrong) for path, wrong in tried if wrong]


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the command line, hunt or replay; return 1 where something was found."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--minutes", type=float, default=30, help="how long, at most (30)")
    parser.add_argument("--inputs", type=int, default=10**9, help="how many, at most")
    parser.add_argument("--seed", type=int, default=1, help="another seed makes other inputs (1)")
    parser.add_argument("--first", type=int, default=0, help="the number of the first input (0)")
    parser.add_argument("--cores", type=int, default=1, help="how many processes at once (1)")
    parser.add_argument("--seconds", type=int, default=SECONDS, help=f"of processor time for an input ({SECONDS})")
    parser.add_argument("--keep", type=Path, default=FINDS, help="where what is found goes (fuzz_finds)")
    parser.add_argument("--replay", type=Path, nargs="+", help="try these files again")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args(arguments)
    if chosen.serve:
        serve(corpus_of(CORPUS), chosen.seconds)
        return 0
    if chosen.replay:
        again = replay(chosen.replay, chosen.seconds)
        for path, wrong in again:
            print(f"{path}: {wrong}")
        return 1 if again else 0
    began = time.monotonic()
    last = chosen.first + chosen.inputs
    shares = [range(chosen.first + core, last, chosen.cores) for core in range(chosen.cores)]
    if chosen.cores == 1:
        hunted = [hunt(chosen.seed, shares[0], chosen.minutes, chosen.seconds)]
    else:
        with ProcessPoolExecutor(chosen.cores) as pool:
            jobs = [pool.submit(hunt, chosen.seed, share, chosen.minutes, chosen.seconds) for share in shares]
            hunted = [job.result() for job in jobs]
    tried = sum((each.tried for each in hunted), Counter[str]())
    finds = [find for each in hunted for find in each.finds]
    total = tried.pop("", 0)
    for way, count in sorted(tried.items()):
        print(f"  {way}: {count}")
    print(f"{total} inputs in {time.monotonic() - began:.0f} s, seed {chosen.seed}: {len(finds)} finds")
    if finds:
        keep(finds, chosen.keep)
        for find in finds:
            print(f"{chosen.keep / find.name}: {find.words.partition(chr(10))[0]}")
    return 1 if finds else 0


if __name__ == "__main__":
    sys.exit(main())
