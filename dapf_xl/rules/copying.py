"""Figures that are exactly what they were last time: part of batch 8.

That some are is chance. That all of them are, or one of thousands, is last quarter's return with a new date.
"""

from __future__ import annotations

from math import log, pi, sqrt
from typing import TYPE_CHECKING

import numpy as np

from dapf_xl.findings import Code
from dapf_xl.rules.changing import parts_of_share
from dapf_xl.rules.earlier import before
from dapf_xl.rules.schema import NEARLY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dapf_xl.periods import Period
    from dapf_xl.rules.earlier import Now
    from dapf_xl.rules.rows import Fault, FigureKey

COMPARED = ("", "quarter", "half", "year")
"""Bases whose figures are counted anew each time; a population or a year to date may well be what it was."""
FEWEST = 3
UNLIKELY = 1e-4
"""How seldom chance may make figures equal for it to be believed."""
LARGE = 1000
"""A count that is seldom the same twice by chance: once in more than a hundred quarters."""
_OTHERS = 0.2
"""How often a percentage that is not 0 or 100, or a rate or sum of money, may be the same by chance."""
_WHOLE = 100


def check_copied(now: Now) -> Iterator[Fault]:
    """Yield the first figure of each return whose figures are all as before, and each large one that is.

    What is worked out from others, a total or a share, says nothing of its own, and waits with them.
    """
    groups = len(now.rows.agencies)
    differs, count, chance = np.zeros(groups, dtype=bool), np.zeros(groups, dtype=int), np.zeros(groups)
    equal: list[int] = []
    following: list[int] = []
    spans: dict[int, Period] = {}
    for key, item, positions in now.by_figure():
        span = before(key.period)
        if span is None or item.basis not in COMPARED:
            continue
        low, high = now.earlier.figures(key, [now.agency(each) for each in positions], span)
        here = now.least[positions]
        with np.errstate(invalid="ignore"):
            known = ~np.isnan(low) & (low == high) & (here == now.most[positions]) & ((here != 0) | (low != 0))
            same = known & (np.abs(here - low) <= NEARLY * np.maximum(1, np.abs(low)))
        if _is_worked_out(now, key):
            following += positions[same].tolist()
            continue
        group = now.group[positions]
        differs[group[known & ~same]] = True
        for position, value in zip(positions[same].tolist(), here[same].tolist(), strict=True):
            equal.append(position)
            spans[position] = span
            count[now.group[position]] += 1
            chance[now.group[position]] += log(_chance(item.type, value))
    whole = ~differs & (count >= FEWEST) & (chance < log(UNLIKELY))
    of: dict[int, list[int]] = {}
    for position in sorted(equal):
        of.setdefault(int(now.group[position]), []).append(position)
    for number, same_ones in of.items():
        if whole[number]:
            yield _of_all(now, same_ones, [each for each in following if now.group[each] == number], spans)
        else:
            yield from _of_one(now, same_ones, spans)


def _of_all(now: Now, positions: list[int], following: list[int], spans: dict[int, Period]) -> Fault:
    first = next((each for each in positions if now.rows.frame["comment_cell"][each]), positions[0])
    every = sorted((*positions, *following))
    fault = now.fault(first, Code.ALL_AS_BEFORE, count=len(every), earlier=spans[first].words)
    return fault._replace(also=tuple(every))


def _of_one(now: Now, positions: list[int], spans: dict[int, Period]) -> Iterator[Fault]:
    for position in positions:
        item = now.framework.items[now.key(position).item]
        if item.type in {"count", "money"} and now.least[position] >= LARGE:
            yield now.fault(position, Code.SAME_AS_BEFORE, earlier=spans[position].words)


def _is_worked_out(now: Now, key: FigureKey) -> bool:
    """Say whether a figure follows from others: it is the same because they are."""
    is_total = bool(key.category) and key.category == now.framework.total_of(key.item)
    return is_total or bool(parts_of_share(now.framework, key))


def _chance(kind: str, value: float) -> float:
    """Return how often a figure is the same twice by chance: of a count, as events vary."""
    if kind == "count":
        return min(1.0, 1 / (2 * sqrt(pi * value)))
    return 1.0 if kind == "percent" and value in {0, _WHOLE} else _OTHERS
