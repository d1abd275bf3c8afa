"""Made-up figures: what an agency could have had to report in a quarter, from a seed (pure).

They depend on the catalogue, the seed, the agency, the quarter and the figures known before, and on nothing else. Each
keeps every rule of the catalogue that figures of one return must keep, and lies in its usual range.
"""

from __future__ import annotations

from collections import Counter
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from dapf_xl.rules.rows import FigureKey
from dapf_xl.rules.sent import sides_of
from dapf_xl.synthetic.levels import Levels
from dapf_xl.synthetic.relations import relations_of, steps_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dapf_xl.catalogue import Framework
    from dapf_xl.observations import Observation
    from dapf_xl.periods import Period
    from dapf_xl.returns.layout import Figure
    from dapf_xl.synthetic.relations import Relations, Share

LIMITED_BY = 10_000
MOST_DECIMALS = 8
"""So many decimals of a percentage are nearer to its parts than a check can tell."""


class Drawn(dict[FigureKey, "Decimal | None"]):
    """Numbers by item, category and period, percentages from 0 to 100; None where nothing can be divided by 0."""

    related: frozenset[FigureKey]
    """Those that something must hold of, so that none can be changed by itself."""
    derived: frozenset[FigureKey]
    """Percentages and rates that others give."""
    may_be_queried: dict[FigureKey, Decimal]
    """Those of which more than so much is queried, and would break nothing else."""


def draw(  # noqa: PLR0913, PLR0917  (what figures depend on)
    framework: Framework,
    quarter: Period,
    agency: str,
    seed: int,
    known: Mapping[Figure, Observation],
    asking: frozenset[str] = frozenset(),
) -> Drawn:
    """Return a number for every number that an agency is asked for in a quarter.

    Args:
        framework: The framework.
        quarter: The quarter of the round.
        agency: Id of the agency.
        seed: Another seed gives other figures, the same one the same.
        known: Figures of earlier rounds: what never falls does not fall below them.
        asking: Agencies on whose behalf it is asked what this one received from them.

    Raises:
        CannotBeMetError: the catalogue's rules contradict each other.
    """
    asked = framework.asked(quarter, agency)
    relations = relations_of(framework, agency, asked, known)
    for key, number in _as_received(framework, quarter, agency, seed, known, asking).items():
        if key in relations.bounds.least:
            steps = int(number * steps_of(relations.item(key)))
            least, most = relations.bounds.least[key], relations.bounds.most[key]
            relations.bounds.least[key] = relations.bounds.most[key] = min(max(steps, least), most)
            relations.related.add(key)
    found = _Drawing(relations, Levels(framework, seed), agency).drawn()
    wanted = [FigureKey(each.item.id, each.category, each.period) for each in asked]
    drawn = Drawn({key: found[key] for key in wanted if key in found})
    drawn.related = frozenset(relations.related | set(relations.shares) | set(relations.margins))
    drawn.derived = frozenset(relations.shares)
    drawn.may_be_queried = {
        key: limit
        for key, right in _alone(relations)
        if key in drawn and (limit := found[right]) is not None and limit < LIMITED_BY
    }
    return drawn


def _as_received(  # noqa: PLR0913, PLR0917  (what figures depend on)
    framework: Framework,
    quarter: Period,
    agency: str,
    seed: int,
    known: Mapping[Figure, Observation],
    asking: frozenset[str],
) -> dict[FigureKey, Decimal]:
    """Return what an agency sent, as those draw it who say what they received; several senders share it evenly."""
    found: dict[FigureKey, Decimal] = {}
    own = {(each.item.id, each.category) for each in framework.asked(quarter, agency)}
    for rule in framework.rules:
        if rule.kind != "sent_against_received" or rule.lag:
            continue
        for received, sent in sides_of(framework, rule):
            receivers = {each.supplier for each in framework.asked_about(received[0], quarter)}
            if agency in receivers or len(receivers) > 1:
                continue
            for receiver in receivers - asking if any(figure in own for figure in sent) else ():
                number = draw(framework, quarter, receiver, seed, known, asking | {agency}).get(
                    FigureKey(*received, quarter)
                )
                share, rest = divmod(number or Decimal(0), len(sent))
                for place, figure in enumerate(sent):
                    if number is not None:
                        found[FigureKey(*figure, quarter)] = share + (rest if place == 0 else 0)
    return found


def _alone(relations: Relations) -> Iterator[tuple[FigureKey, FigureKey]]:
    """Yield the figures of which one rule holds and no other, and whose breach is a query, each with its limit."""
    bounds = relations.bounds
    counts = Counter(name for limit in bounds.limits for name in limit[:2])
    counts.update(name for each in bounds.sums for name in (each.whole, *each.parts))
    counts.update(name for share in relations.shares.values() for name in (share.top, share.bottom))
    counts.update(name for cells in relations.margins.values() for name in cells)
    yield from ((key, right) for key, right in relations.queried.items() if counts[key] == 1)


class _Drawing:
    """Draws the figures of one return."""

    def __init__(self, relations: Relations, levels: Levels, agency: str) -> None:
        self._relations, self._levels, self._agency = relations, levels, agency
        bounds = relations.bounds
        self._sums = {part: each for each in reversed(bounds.sums) for part in each.parts}
        self._rights: dict[FigureKey, list[FigureKey]] = {}
        for limit in bounds.limits:
            if not levels.is_per(limit.right.item):
                self._rights.setdefault(limit.left, []).append(limit.right)
        self._breadth = Counter(limit.right for limit in bounds.limits)
        for each in bounds.sums:
            self._breadth[each.whole] = max(self._breadth[each.whole], len(each.parts))
        self._weights = {key: levels.weight(key, agency) for key in bounds.least}
        # the largest part that nothing limits comes last and takes what is left, so that no small one has to
        for key in sorted(bounds.least, key=lambda key: (key not in self._rights, self._weights[key])):
            bounds.add(key, bounds.least.pop(key), bounds.most.pop(key))

    def drawn(self) -> dict[FigureKey, Decimal | None]:
        """Return the figures, totals and percentages last."""
        relations = self._relations
        numbers = relations.bounds.solve(self._wish)
        found: dict[FigureKey, Decimal | None] = {
            key: Decimal(number) / steps_of(relations.item(key)) for key, number in numbers.items()
        }
        for key, cells in relations.margins.items():
            found[key] = sum((found.get(cell) or Decimal(0) for cell in cells), Decimal(0))
        for key, share in relations.shares.items():
            found[key] = _share_of(share, found)
        return found

    def _wish(self, key: FigureKey, fixed: Mapping[FigureKey, int], factor: float) -> float:
        """Return what a figure should be, in steps."""
        steps = steps_of(self._relations.item(key))
        own = self._levels.own(key)
        if own is not None:
            return factor * steps * self._levels.chance("own", *key[:2], key.period.label).events(own)
        rights = [right for right in self._rights.get(key, ()) if right in fixed]
        shares = [fixed[right] * self._levels.share(key, right, self._agency) for right in rights]
        each = self._sums.get(key)
        if each is not None and each.whole in fixed:
            can_be_less = shares and not all(part in self._rights for part in each.parts)
            return min([self._as_part(key, fixed), *(shares if can_be_less else [])])
        if shares:
            return factor * min(shares)
        drawn = steps * self._levels.drawn(key, self._agency, self._breadth[key])
        before = self._relations.before.get(key)
        return factor * (drawn if before is None else before + drawn / 4)

    def _as_part(self, key: FigureKey, fixed: Mapping[FigureKey, int]) -> float:
        """Return a part of what is left of a sum, as large beside the other parts as it usually is."""
        whole, parts = self._sums[key]
        left = fixed[whole] - sum(fixed.get(part, 0) for part in parts)
        open_ = [part for part in parts if part not in fixed]
        expected = left * self._weights[key] / sum(self._weights[part] for part in open_)
        return self._levels.chance("part", *key[:2], self._agency, key.period.label).events(max(expected, 0.0))


def _share_of(share: Share, found: Mapping[FigureKey, Decimal | None]) -> Decimal | None:
    """Return a percentage or rate, rounded no more than the rule's tolerance bears; None where it is of nothing."""
    top, bottom = found.get(share.top), found.get(share.bottom)
    if top is None or not bottom:
        return None
    decimals = 1
    while decimals < MOST_DECIMALS and Decimal("0.5").scaleb(-decimals) > share.tolerance:
        decimals += 1
    return (share.per * top / bottom).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
