"""Makes inputs: a seed and a number give the same one every time."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, NamedTuple

from fuzzing import by_bytes, by_elements, by_entries

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

OTHER_SUFFIXES = (".xlsx", ".ods", ".xlsm", ".XLSX", ".xls", ".csv", ".pdf", ".zip", "")


class Input(NamedTuple):
    """A spoilt file."""

    name: str
    data: bytes
    source: str
    """The name of the good file that it was made of."""
    ways: tuple[str, ...]
    keeps: bool
    """Whether it is refused or holds what the good file holds."""


def corpus_of(folder: Path) -> list[Path]:
    """Return the good files that inputs are made of."""
    return sorted(path for path in folder.iterdir() if path.suffix in {".xlsx", ".ods"})


def made(seed: int, number: int, corpus: Sequence[Path]) -> Input:
    """Make an input.

    Args:
        seed: Of the run.
        number: Of the input in the run.
        corpus: The good files.
    """
    chance = random.Random(f"{seed} {number}")  # noqa: S311  (it must repeat)
    source = corpus[number % len(corpus)]
    data, other = source.read_bytes(), chance.choice(corpus).read_bytes()
    suffix = source.suffix if chance.random() < 0.97 else chance.choice(OTHER_SUFFIXES)  # noqa: PLR2004
    ways: list[str] = []
    keeps = False
    kind = chance.choice(["bytes", "entries", "elements", "elements"])
    if kind == "bytes":
        spoil = chance.choice(by_bytes.WAYS)
        data = spoil(chance, data, other)
        ways.append(spoil.__name__)
        keeps = spoil in by_bytes.KEEPING
    elif kind == "entries":
        data = by_entries.spoil(chance, data, other, ways)
    else:
        data = by_elements.spoil(chance, data, ways)
    return Input(f"input{number}{suffix}", data, source.name, tuple(ways), keeps)
