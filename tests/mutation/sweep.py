"""Runs mutants and counts: ``python -m tests.mutation.sweep [framework ...] [--full] [--kind NAME] [--seed N]``."""

from __future__ import annotations

import argparse
import time
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from dapf_xl.returns import xlsx
from tests.both_ways import BothWays
from tests.mutation.case import KINDS
from tests.mutation.mutants import mutant, seeds
from tests.mutation.oracle import faults
from tests.mutation.originals import desk_of, frameworks

if TYPE_CHECKING:
    from tests.mutation.originals import Desk


def tried(desk: Desk, name: str, seed: int) -> list[str]:
    """Make a mutant, check it, and say what is wrong with how it was taken."""
    case = mutant(desk, name, seed)
    return faults(case, desk.check(case.name, case.data))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("framework", nargs="*", default=frameworks())
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--kind", action="append")
    parser.add_argument("--seed", type=int, action="append")
    given = parser.parse_args()
    both = xlsx._usual_values = BothWays()  # type: ignore[assignment]  # noqa: SLF001
    for framework in given.framework:
        with desk_of(framework) as desk:
            began = time.monotonic()
            run: Counter[str] = Counter()
            found = defaultdict(list)
            for name in given.kind or [name for name, kind in KINDS.items() if not kind.office]:
                for seed in given.seed or seeds(desk, name, full=given.full):
                    run[name] += 1
                    if run.total() % 1000 == 0:
                        say(f"  {framework}: {run.total()} so far, {time.monotonic() - began:.0f} s")
                    try:
                        wrong = tried(desk, name, seed)
                    except Exception as error:  # (a traceback is a find)
                        wrong = [f"TRACEBACK {type(error).__name__}: {error}"]
                        if given.seed:
                            raise
                    wrong, both.differences = [*wrong, *both.differences], []
                    if wrong:
                        found[name].append((seed, wrong))
                        say(f"  {framework}, {name}, seed {seed}: {len(wrong)}: {wrong[0]}")
            say(f"{framework}: {run.total()} mutants in {time.monotonic() - began:.0f} s")
            say(f"  read in both ways: {both.own}; by calamine alone: {both.calamine}")
            for name, each in found.items():
                say(f"  {name}: {len(each)} of {run[name]}")


def say(line: str) -> None:
    """Tell the person at the terminal."""
    print(line, flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
