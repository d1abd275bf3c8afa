"""What must hold between the figures that one agency is asked for, read from the catalogue (pure)."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from itertools import product
from math import ceil, floor
from typing import TYPE_CHECKING, NamedTuple

from dapf_xl.observations import NOT_NUMBERS
from dapf_xl.rules.relations import partner_of, parts_of
from dapf_xl.rules.rows import FigureKey
from dapf_xl.synthetic.bounds import Bounds, Limit, Sum

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from dapf_xl.catalogue import Asked, Framework
    from dapf_xl.catalogue.tables import Category, Item, Rule
    from dapf_xl.observations import Observation
    from dapf_xl.returns.layout import Figure

STEPS = {"count": 1, "money": 1}
"""Into how many steps one unit of an item is divided; ten where the type is not here."""
TENTHS = 10
HUNDRED = 100
USED_SPARE = 3
LARGEST = 10_000_000
"""More than any made-up figure is."""


class Share(NamedTuple):
    """A percentage or rate that its parts give."""

    top: FigureKey
    bottom: FigureKey
    per: Decimal
    tolerance: Decimal


@dataclass
class Relations:
    """What must hold between the figures of one return."""

    framework: Framework
    agency: str
    known: Mapping[Figure, Observation]
    bounds: Bounds = field(default_factory=Bounds)
    shares: dict[FigureKey, Share] = field(default_factory=dict)
    """Figures that are worked out from others once these are there."""
    margins: dict[FigureKey, tuple[FigureKey, ...]] = field(default_factory=dict)
    """Totals of a row or column of a two-way table, with what they add."""
    related: set[FigureKey] = field(default_factory=set)
    """Figures that something must hold of: none of them can be changed by itself."""
    queried: dict[FigureKey, FigureKey] = field(default_factory=dict)
    """Figures that may be more than another if that is explained, with the other."""
    before: dict[FigureKey, int] = field(default_factory=dict)
    """What a figure that never falls was a period earlier."""

    def item(self, key: FigureKey) -> Item:
        """Return the item that a figure is of."""
        return self.framework.items[key.item]

    def is_there(self, key: FigureKey) -> bool:
        """Say whether a figure has a place among the numbers; one that was known before is given one."""
        if key in self.bounds.least:
            return True
        known = self.known.get((key.item, key.category, self.agency, key.period))
        if known is None or known.value is None or key in self.shares or key in self.margins:
            return False
        steps = known.value * steps_of(self.item(key))
        self.bounds.add(key, floor(steps), ceil(steps))
        return steps == floor(steps)

    def relate(self, *keys: FigureKey) -> bool:
        """Say whether all of them have a place and are counted in the same steps; then they are related."""
        if not all(self.is_there(key) for key in keys) or len({steps_of(self.item(key)) for key in keys}) > 1:
            return False
        self.related |= set(keys)
        return True


def steps_of(item: Item) -> int:
    """Return into how many steps one unit of an item is divided."""
    return STEPS.get(item.type, TENTHS)


def rows_of(framework: Framework, item: str) -> dict[str, tuple[Category, ...]]:
    """Return an item's categories with the categories of its breakdowns that each is made of."""
    rows = product(*(framework.breakdowns[each] for each in framework.items[item].breakdowns))
    return {"|".join(row.category for row in each): each for each in rows}


def is_spare(framework: Framework, item: str, category: str) -> bool:
    """Say whether a category is a spare row, whose label an agency writes."""
    return any(row.open for row in rows_of(framework, item).get(category, ()))


def spare_number(framework: Framework, item: str, category: str) -> int:
    """Return which of its item's spare rows a category is, from 1; 0 where it is none."""
    spare = [each for each in framework.parts_of(item) if is_spare(framework, item, each)]
    return spare.index(category) + 1 if category in spare else 0


def is_used(framework: Framework, item: str, category: str) -> bool:
    """Say whether a category has figures: a spare row only where its item has no other rows, and then the first."""
    number = spare_number(framework, item, category)
    spare_alone = all(is_spare(framework, item, each) for each in framework.parts_of(item))
    return not number or (spare_alone and number <= USED_SPARE)


def relations_of(
    framework: Framework, agency: str, asked: Sequence[Asked], known: Mapping[Figure, Observation]
) -> Relations:
    """Return what must hold between the numbers that an agency is asked for.

    Args:
        framework: The framework.
        agency: Id of the agency.
        asked: What it is asked for.
        known: Figures of earlier rounds.
    """
    made = Relations(framework, agency, known)
    numbers = [each for each in asked if each.item.type not in NOT_NUMBERS]
    keys = [FigureKey(each.item.id, each.category, each.period) for each in numbers]
    _find_shares(made, keys)
    _find_margins(made, keys)
    for key in keys:
        if key not in made.shares and key not in made.margins:
            made.bounds.add(key, *_range_of(framework, key))
    for key in keys:
        if key in made.bounds.least and key.category and key.category == framework.total_of(key.item):
            _add_sum(made, key, [FigureKey(key.item, part, key.period) for part in framework.parts_of(key.item)])
    for key in list(made.bounds.least):
        for rule in framework.rules:
            if rule.left == key.item:
                _RELATIONS.get(rule.kind, _nothing)(made, rule, key)
    for share in made.shares.values():
        if share.per == HUNDRED and made.relate(share.top, share.bottom):
            made.bounds.limits.append(Limit(share.top, share.bottom))
    made.bounds.sums = list(dict.fromkeys(made.bounds.sums))
    return made


def _range_of(framework: Framework, key: FigureKey) -> tuple[int, int]:
    """Return the least and the most that a figure usually is, in steps; a spare row that must be filled holds 0."""
    item = framework.items[key.item]
    most = HUNDRED if item.type == "percent" else LARGEST
    lowest = [limit for limit in (item.minimum, item.usual_minimum) if limit is not None]
    highest = [limit for limit in (item.maximum, item.usual_maximum) if limit is not None]
    least = ceil(max(lowest, default=Decimal(0)) * steps_of(item))
    if not is_used(framework, key.item, key.category):
        return least, least
    return least, max(least, floor(min(highest, default=Decimal(most)) * steps_of(item)))


# --- what is worked out from other figures --------------------------------------------------------


def _find_shares(made: Relations, keys: Iterable[FigureKey]) -> None:
    """Find the percentages and rates whose parts are asked for too."""
    framework = made.framework
    asked = set(keys)
    for key in asked:
        indicator = framework.indicators[made.item(key).indicator]
        found = [(rule, rule.right) for rule in framework.rules if rule.kind == "ratio" and rule.left == key.item]
        per = indicator.multiplier if made.item(key).type == "rate" and indicator.multiplier else Decimal(HUNDRED)
        for rule, (top, bottom) in found:
            parts = [partner_of(framework, rule, key, item) for item in (top, bottom)]
            _add_share(made, key, asked, parts, per, rule.tolerance)
        if not found and key.item == indicator.measure and indicator.numerator and indicator.denominator:
            parts = [
                FigureKey(item, key.category if key.category in framework.categories_of(item) else "", key.period)
                for item in (indicator.numerator, indicator.denominator)
            ]
            _add_share(made, key, asked, parts, per, None)


def _add_share(  # noqa: PLR0913, PLR0917  (what a share is)
    made: Relations,
    key: FigureKey,
    asked: set[FigureKey],
    parts: Sequence[FigureKey | None],
    per: Decimal,
    tolerance: Decimal | None,
) -> None:
    top, bottom = parts
    if top is not None and bottom is not None and asked >= {top, bottom}:
        made.shares[key] = Share(top, bottom, per, Decimal("0.5") if tolerance is None else tolerance)


def _find_margins(made: Relations, keys: Iterable[FigureKey]) -> None:
    """Find the totals of one row or column of a two-way table, and what each adds."""
    for key in keys:
        rows = rows_of(made.framework, key.item)
        own = rows.get(key.category, ())
        if any(row.role == "total" for row in own) and not all(row.role == "total" for row in own):
            made.margins[key] = tuple(
                FigureKey(key.item, category, key.period)
                for category, each in rows.items()
                if all(row.role != "total" for row in each)
                and all(mine.role == "total" or mine == row for mine, row in zip(own, each, strict=True))
            )


# --- the rules ------------------------------------------------------------------------------------


def _nothing(made: Relations, rule: Rule, key: FigureKey) -> None:
    """Leave out a rule that asks nothing of one number."""


def _add_sum(made: Relations, whole: FigureKey, parts: Sequence[FigureKey]) -> None:
    if parts and made.relate(whole, *parts):
        made.bounds.sums.append(Sum(whole, tuple(parts)))


def _sum_of_parts(made: Relations, rule: Rule, key: FigureKey) -> None:
    _add_sum(made, key, parts_of(made.framework, rule, key))


def _not_more_than(made: Relations, rule: Rule, key: FigureKey) -> None:
    for right in _partners(made, rule, key):
        if made.relate(key, right):
            made.bounds.limits.append(Limit(key, right))
            if (rule.severity or ("error" if rule.same_cohort else "query")) == "query" and not rule.tolerance:
                made.queried[key] = right


def _partners(made: Relations, rule: Rule, key: FigureKey) -> Iterator[FigureKey]:
    found = (partner_of(made.framework, rule, key, item) for item in rule.right)
    yield from (right for right in found if right is not None and right != key)


def _never_falls(made: Relations, rule: Rule, key: FigureKey) -> None:
    del rule
    if key.period.kind == "dates":
        return
    earlier = key.period.previous()
    if made.item(key).basis == "year_to_date" and earlier.financial_year != key.period.financial_year:
        return
    made.related.add(key)
    known = made.known.get((key.item, key.category, made.agency, earlier))
    if known and known.value is not None:
        made.before[key] = ceil(known.value * steps_of(made.item(key)))
        made.bounds.least[key] = max(made.bounds.least[key], made.before[key])
        made.bounds.most[key] = max(made.bounds.most[key], made.bounds.least[key])


def _change_limit(made: Relations, rule: Rule, key: FigureKey) -> None:
    """Keep a figure as near to the one a period earlier as the rule wants."""
    if key.period.kind == "dates":
        return
    known = made.known.get((key.item, key.category, made.agency, key.period.previous()))
    made.related.add(key)
    if known and known.value is not None and rule.tolerance is not None:
        steps = steps_of(made.item(key))
        made.bounds.least[key] = max(made.bounds.least[key], ceil((known.value - rule.tolerance) * steps))
        made.bounds.most[key] = min(made.bounds.most[key], floor((known.value + rule.tolerance) * steps))


_RELATIONS = {
    "sum_of_parts": _sum_of_parts,
    "not_more_than": _not_more_than,
    "never_falls": _never_falls,
    "change_limit": _change_limit,
}
