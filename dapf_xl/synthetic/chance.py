"""Chance from a seed: the same on every machine, in every version of Python, however often it is asked."""

from __future__ import annotations

import hashlib
import math
import random
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

Any_ = TypeVar("Any_")
_DICE = 12
"""So many numbers between 0 and 1 vary by 1 around half of it: near enough to a normal distribution."""
_SMALL = 12


class Chance:
    """Draws that depend on nothing but the words that they are made from.

    Only ``Random.random`` is used, whose numbers Python promises to keep, and no function that machines differ on.
    """

    def __init__(self, *words: object) -> None:
        """Begin where these words lead."""
        digest = hashlib.sha256("\x1f".join(map(str, words)).encode()).digest()
        self._random = random.Random(int.from_bytes(digest[:16], "big"))  # noqa: S311  (no secret)

    def share(self) -> float:
        """Return a number from 0 to below 1."""
        return self._random.random()

    def between(self, least: float, most: float) -> float:
        """Return a number from ``least`` to below ``most``."""
        return least + (most - least) * self.share()

    def happens(self, share: float) -> bool:
        """Say whether something happens that does in so many cases of 1."""
        return self.share() < share

    def whole(self, least: int, most: int) -> int:
        """Return a whole number from ``least`` to ``most``."""
        return least + int(self.share() * (most - least + 1))

    def pick(self, choices: Sequence[Any_]) -> Any_:
        """Return one of the choices."""
        return choices[int(self.share() * len(choices))]

    def spread(self) -> float:
        """Return how far off a draw is, in standard deviations."""
        return sum(self.share() for _ in range(_DICE)) - _DICE / 2

    def events(self, expected: float) -> float:
        """Return how many events there are where so many are expected, as they vary by themselves."""
        if expected > _SMALL:
            return max(0.0, expected + self.spread() * math.sqrt(expected))
        trials = int(4 * expected) + 8
        return float(sum(self.share() < expected / trials for _ in range(trials)))
