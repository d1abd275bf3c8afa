"""Whole numbers that keep sums and limits between them, each as near as can be to what was wished (pure).

A number is fixed at a time; what that leaves open for the others is worked out at once, so that the last part of a
sum is what is missing of it, and nothing has to be taken back.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from dapf_xl.rules.rows import FigureKey

    Wish = Callable[[FigureKey, Mapping[FigureKey, int], float], float]

SHRINKING = (1.0, 0.5, 0.2, 0.05, 0.0)
"""By what the wishes are multiplied, one after the other, until they can be met."""


class Sum(NamedTuple):
    """A number that is what its parts add to."""

    whole: FigureKey
    parts: tuple[FigureKey, ...]


class Limit(NamedTuple):
    """A number that is no more than another, give or take."""

    left: FigureKey
    right: FigureKey
    slack: int = 0


class CannotBeMetError(ValueError):
    """What has to hold leaves no number for one of them."""


@dataclass
class Bounds:
    """Numbers with the least and the most that each can be, and what has to hold between them."""

    least: dict[FigureKey, int] = field(default_factory=dict)
    most: dict[FigureKey, int] = field(default_factory=dict)
    sums: list[Sum] = field(default_factory=list)
    limits: list[Limit] = field(default_factory=list)

    def add(self, name: FigureKey, least: int, most: int) -> None:
        """Add a number."""
        self.least[name], self.most[name] = least, most

    def solve(self, wish: Wish) -> dict[FigureKey, int]:
        """Return a number for each name, wholes before their parts.

        Args:
            wish: Gives what a number should be, from the numbers fixed before it and a factor, 1 at first, that
                makes wishes smaller where they could not be met.

        Raises:
            CannotBeMetError: not even the least of everything keeps what has to hold.
        """
        order = self.order()
        for factor in SHRINKING:
            try:
                return self._solved(order, wish, factor)
            except CannotBeMetError:
                if factor == SHRINKING[-1]:
                    raise
        raise AssertionError  # pragma: no cover  (the loop returns or raises)

    def order(self) -> list[FigureKey]:
        """Return the names so that wholes come before their parts, and what limits before what is limited.

        What limits the parts of a sum comes before the sum too, so that a sum is never more than its parts can be.
        """
        limiting: dict[FigureKey, list[FigureKey]] = {}
        for limit in self.limits:
            limiting.setdefault(limit.left, []).append(limit.right)
        before: dict[FigureKey, list[FigureKey]] = {name: list(each) for name, each in limiting.items()}
        for whole, parts in self.sums:
            for part in parts:
                before.setdefault(part, []).append(whole)
                before.setdefault(whole, []).extend(limiting.get(part, ()))
        placed: dict[FigureKey, None] = {}
        entered: set[FigureKey] = set()
        for name in self.least:
            _place(name, before, placed, entered)
        return list(placed)

    def _solved(self, order: Iterable[FigureKey], wish: Wish, factor: float) -> dict[FigureKey, int]:
        open_ = _Open(dict(self.least), dict(self.most), self._touching())
        constraints: list[Sum | Limit] = [*self.sums, *self.limits]
        for constraint in constraints:
            open_.narrow(constraint)
        fixed: dict[FigureKey, int] = {}
        for name in order:
            least, most = open_.least[name], open_.most[name]
            number = least if least == most else min(max(round(wish(name, fixed, factor)), least), most)
            open_.fix(name, number)
            fixed[name] = number
        return fixed

    def _touching(self) -> dict[FigureKey, list[Sum | Limit]]:
        touching: dict[FigureKey, list[Sum | Limit]] = {}
        for each in self.sums:
            for name in (each.whole, *each.parts):
                touching.setdefault(name, []).append(each)
        for limit in self.limits:
            for name in (limit.left, limit.right):
                touching.setdefault(name, []).append(limit)
        return touching


def _place(
    name: FigureKey, before: Mapping[FigureKey, list[FigureKey]], placed: dict[FigureKey, None], entered: set[FigureKey]
) -> None:
    """Place a name after all that come before it; in a circle, whichever was entered first comes last."""
    if name in entered:
        return
    entered.add(name)
    for each in before.get(name, ()):
        _place(each, before, placed, entered)
    placed[name] = None


@dataclass
class _Open:
    """What is still open for each number while others are being fixed."""

    least: dict[FigureKey, int]
    most: dict[FigureKey, int]
    touching: Mapping[FigureKey, list[Sum | Limit]]

    def fix(self, name: FigureKey, number: int) -> None:
        self._set(name, number, number)
        for each in self.touching.get(name, ()):
            self.narrow(each)

    def narrow(self, constraint: Sum | Limit) -> None:
        """Work out what a constraint leaves open, and what follows of that, until nothing changes."""
        waiting: dict[int, Sum | Limit] = {id(constraint): constraint}
        while waiting:
            _, now = waiting.popitem()
            changed = list(self._narrowed(now))
            waiting |= {id(each): each for name in changed for each in self.touching.get(name, ())}

    def _narrowed(self, constraint: Sum | Limit) -> Iterator[FigureKey]:
        """Narrow the numbers of one constraint and yield those that changed."""
        if isinstance(constraint, Limit):
            left, right, slack = constraint
            if self._set(left, self.least[left], self.most[right] + slack):
                yield left
            if self._set(right, self.least[left] - slack, self.most[right]):
                yield right
            return
        whole, parts = constraint
        least, most = (sum(side[part] for part in parts) for side in (self.least, self.most))
        if self._set(whole, least, most):
            yield whole
        for part in parts:
            others_least, others_most = least - self.least[part], most - self.most[part]
            was = self.least[part], self.most[part]
            if self._set(part, self.least[whole] - others_most, self.most[whole] - others_least):
                least, most = least + self.least[part] - was[0], most + self.most[part] - was[1]
                yield part

    def _set(self, name: FigureKey, least: int, most: int) -> bool:
        """Narrow a number to what lies in both, and say whether that changed it.

        Raises:
            CannotBeMetError: nothing does.
        """
        least, most = max(least, self.least[name]), min(most, self.most[name])
        if least > most:
            raise CannotBeMetError(f"{name}: no less than {least} and no more than {most}")
        changed = (least, most) != (self.least[name], self.most[name])
        self.least[name], self.most[name] = least, most
        return changed
