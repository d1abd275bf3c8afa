"""How large a made-up figure is about, and how it moves from quarter to quarter (pure)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from math import sqrt
from typing import TYPE_CHECKING

from dapf_xl.synthetic.chance import Chance
from dapf_xl.synthetic.relations import HUNDRED, rows_of

if TYPE_CHECKING:
    from decimal import Decimal

    from dapf_xl.catalogue import Asked, Framework
    from dapf_xl.catalogue.tables import Item, Target
    from dapf_xl.periods import Period
    from dapf_xl.rules.rows import FigureKey

LADDER = (5, 9, 14, 20, 30, 45, 70, 110, 170, 260)
"""What a quarter's count is about: any place between two rungs is as likely as any other."""
SEASON = {4: 0.98, 7: 1.07, 10: 1.02, 1: 0.93}
"""How a quarter differs from the year's mean, by the month that it begins in: summer is high, winter low."""
WAVE_QUARTERS = 24
"""A figure rises for so many quarters' half, and falls for the other: a gentle trend that goes nowhere absurd."""
WAVE = 0.15
SPAN = {"half": 2, "year": 4, "rolling_12_months": 4}
"""Quarters that a basis, or a kind of period, takes in; one where it is not here."""
RARE = 0.6
"""How many there are of what must never be published: a death, for example."""
POUNDS = 140
NOT_KNOWN = 0.05
BREADTH = 3
"""Parts by which a whole is as large again as a figure without parts."""


@dataclass(frozen=True)
class Levels:
    """What figures of one framework are about, from a seed."""

    framework: Framework
    seed: int

    def chance(self, *words: object) -> Chance:
        """Return the chance that belongs to these words under this framework and seed."""
        return Chance("dapf", self.seed, self.framework.id, *words)

    def expected(self, key: FigureKey, agency: str) -> float:
        """Return what a number is about, on the reporting scale."""
        item = self.framework.items[key.item]
        base = self._base(item, key, agency)
        wave = self.wave(item.id, key.period, agency)
        if item.type == "percent":
            return base + 40 * (wave - 1)
        return base * wave * (SEASON[key.period.first_day.month] if key.period.kind == "quarter" else 1)

    def drawn(self, key: FigureKey, agency: str, breadth: int = 0) -> float:
        """Return a number as it came out: about what is expected, as such numbers vary.

        Args:
            key: Which number.
            agency: Whose.
            breadth: How many others are a part of it; what many are a part of is large.
        """
        item = self.framework.items[key.item]
        chance = self.chance("drawn", *key[:2], agency, key.period.label)
        if item.basis == "cumulative":
            return self._so_far(key, agency)
        expected = self.expected(key, agency)
        if breadth and not self._is_anchored(item, key):
            expected *= 1 + breadth / BREADTH
        if item.type == "percent":
            return expected + 2 * chance.spread()
        if item.type == "money":
            return expected * (1 + 0.05 * chance.spread())
        if key.item in self._per:
            return expected
        return chance.events(max(expected, 0.0))

    def _so_far(self, key: FigureKey, agency: str) -> float:
        """Return what is counted since a date: each quarter's is added to the one before it."""
        quarters = (key.period.last_day.year - 2000) * 4 + key.period.last_day.month // 3
        each = self._base(self.framework.items[key.item], key, agency) / 8
        return each * max(quarters, 0)

    def wave(self, item: str, period: Period, agency: str) -> float:
        """Return how a period differs from the long mean: a rise over years, then a fall, or the other way round."""
        chance = self.chance("wave", item, agency)
        quarter = period.last_day.year * 4 + period.last_day.month // 3
        place = (quarter / WAVE_QUARTERS + chance.share()) % 1
        return 1 + chance.between(0.3, 1) * WAVE * (4 * abs(place - 0.5) - 1)

    def share(self, left: FigureKey, right: FigureKey, agency: str) -> float:
        """Return which share of one figure another is, where it can be no more."""
        chance = self.chance("share", left.item, right.item, agency)
        wanted = self._wanted_shares.get((left.item, right.item))
        base = chance.between(0.3, 0.85)
        if wanted is not None:
            base = wanted * chance.between(0.85, 1.12)
        now = self.chance("share", *left[:2], right.item, agency, left.period.label)
        return min(max(base * self.wave(left.item, left.period, agency) + 0.03 * now.spread(), 0.02), 0.98)

    def weight(self, key: FigureKey, agency: str) -> float:
        """Return how large a part is beside the others: the first of a breakdown are the largest, "not known" small."""
        rows = rows_of(self.framework, key.item)[key.category]
        weight = self.chance("weight", *key[:2], agency).between(0.7, 1.3)
        for row in rows:
            rank = self.framework.breakdowns[row.breakdown].index(row) + 1
            weight *= NOT_KNOWN if row.role == "not_known" else 1 / (rank * sqrt(rank))
        return weight

    def own(self, key: FigureKey) -> float | None:
        """Return what a part is about, where there is a target for it alone."""
        if not key.category:
            return None
        item = self.framework.items[key.item]
        target = self.framework.target_for(item.indicator, key.item, key.category, key.period)
        wanted = _wanted(target) if target and target.category else None
        return None if wanted is None else max(RARE, float(wanted))

    def has_target(self, asked: Asked) -> bool:
        """Say whether there is a target that a figure can be set against."""
        target = self.framework.target_for(asked.item.indicator, asked.item.id, asked.category, asked.period)
        return target is not None and _wanted(target) is not None

    def _base(self, item: Item, key: FigureKey, agency: str) -> float:
        chance = self.chance("base", key.item, key.category, agency)
        span = SPAN.get(item.basis or key.period.kind, SPAN.get(key.period.kind, 1))
        if item.basis == "year_to_date":
            span = len(key.period.year_to_date())
        if item.disclosure == "never":
            return RARE * span
        if published := self._published.get((*key[:2], key.period.kind)):
            return sum(published[-4:]) / len(published[-4:])
        if item.id in self._per:
            return float(self._per[item.id]) * chance.between(5, 14)
        if usual := _usual(item):
            return float(usual[0]) + float(usual[1] - usual[0]) * chance.between(0.25, 0.75)
        return self._from_target(item, key, span, chance) or self._from_ladder(item, span, chance)

    def _is_anchored(self, item: Item, key: FigureKey) -> bool:
        """Say whether something in the catalogue says how large a number is."""
        anchored = (*key[:2], key.period.kind) in self._published or item.disclosure == "never"
        return anchored or item.type == "percent" or self._from_target(item, key, 1, self.chance()) > 0

    def _from_target(self, item: Item, key: FigureKey, span: int, chance: Chance) -> float:
        """Return what is near the target, so that some meet it and some miss it; 0 where there is none."""
        target = self.framework.target_for(item.indicator, item.id, key.category, key.period)
        wanted = _wanted(target) if target and item == self.framework.measure_of(item.indicator) else None
        if not wanted or target is None:
            return 0.0
        near = float(wanted) * chance.between(0.88, 1.15)
        if item.type == "percent":
            return min(near, 97.0)
        return near * span / SPAN.get(target.basis, 1) if target.basis else near

    @staticmethod
    def _from_ladder(item: Item, span: int, chance: Chance) -> float:
        place = chance.share() * (len(LADDER) - 1)
        rung = int(place)
        count = LADDER[rung] + (place - rung) * (LADDER[rung + 1] - LADDER[rung])
        if item.type == "percent":
            return 20 + 60 * place / len(LADDER)
        return count * span * {"money": POUNDS, "rate": 0.2, "number": 0.2}.get(item.type, 1)

    @cached_property
    def _published(self) -> dict[tuple[str, str, str], list[float]]:
        rows = [(row.period, row) for row in self.framework.history if row.period]
        found: dict[tuple[str, str, str], list[float]] = defaultdict(list)
        for period, row in sorted(rows, key=lambda each: each[0]):
            if row.value is not None:
                found[row.item, row.category, period.kind].append(float(row.value))
        return found

    @cached_property
    def _per(self) -> dict[str, Decimal]:
        """Items that a rate is per: so many people, for example."""
        indicators = self.framework.indicators.values()
        return {
            each.denominator: each.multiplier
            for each in indicators
            if each.derivation == "rate" and each.multiplier and each.multiplier > HUNDRED
        }

    def is_per(self, item: str) -> bool:
        """Say whether a rate is per this item: what is counted of it is no share of it."""
        return item in self._per

    @cached_property
    def _wanted_shares(self) -> dict[tuple[str, str], float]:
        """Shares that a ratio's target wants, by numerator and denominator."""
        found = {}
        for each in self.framework.indicators.values():
            targets = [row for row in self.framework.targets_read if row.indicator == each.id and not row.category]
            wanted = _wanted(targets[-1]) if targets else None
            if each.derivation == "ratio" and wanted is not None:
                found[each.numerator, each.denominator] = float(wanted) / HUNDRED
        return found


def _usual(item: Item) -> tuple[Decimal, Decimal] | None:
    """Return the range that a figure usually lies in; None where the catalogue has none that says anything."""
    least = item.minimum if item.usual_minimum is None else item.usual_minimum
    most = item.usual_maximum if item.type == "percent" or item.usual_maximum is not None else item.maximum
    return None if least is None or most is None else (least, most)


def _wanted(target: Target) -> Decimal | None:
    """Return the number that a target wants: the middle of a band."""
    if target.lower is not None and target.upper is not None:
        return (target.lower + target.upper) / 2
    return target.value
