"""Which rounds are made up, and what goes wrong in them: who is late, or does not return at all (pure)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dapf_xl.periods import Period
from dapf_xl.synthetic.levels import Levels

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dapf_xl.catalogue import Framework

ROUNDS = 8
"""Two years: enough for the same quarter last year, and for the year to date against last year's."""
LEAST_AGENCIES = 4
"""Where fewer are asked, everybody returns everything: a round needs somebody."""
UNDATED = Period.quarter(2022, 4)
"""The last quarter where nothing in a catalogue has a date."""


@dataclass(frozen=True, slots=True)
class Slips:
    """Ids of the agencies whose returns are not what they should be; "" where nobody's are."""

    late: str = ""
    """Its return of the last round but two comes after that round was consolidated."""
    shared: str = ""
    """In the last round but one, two officers of it each return half."""
    half: str = ""
    """In the last round it returns half."""
    missing: str = ""
    """In the last round it does not return."""


def quarters_of(framework: Framework, last: Period | None = None, rounds: int = ROUNDS) -> tuple[Period, ...]:
    """Return the quarters of the made-up rounds, the earliest first.

    Args:
        framework: The framework.
        last: The last of them; None for the end of a year, after what has been published and where asks begin.
        rounds: How many.
    """
    quarters = [last or UNDATED]
    if last is None:
        dated = [row.from_ for row in framework.asks] + [row.from_ for row in framework.targets]
        dated += [row.from_ for row in framework.indicators.values()]
        starts = [period.first_day for period in dated if period is not None]
        published = [row.period.last_day for row in framework.history if row.period is not None]
        if starts or published:
            first = Period.containing(min(starts)) if starts else UNDATED
            if published:
                first = Period.containing(Period.containing(max(published)).due(1))
            quarters = [_last_of(first, rounds)]
    while len(quarters) < rounds:
        quarters.insert(0, quarters[0].previous())
    return tuple(quarters)


def _last_of(first: Period, rounds: int) -> Period:
    """Return the first fourth quarter that so many rounds can end with where none is before ``first``."""
    last = first
    for _ in range(rounds - 1):
        last = Period.containing(last.due(1))
    return last.financial_year.quarters()[-1]


def slips_of(framework: Framework, quarters: Sequence[Period], seed: int) -> Slips:
    """Return whose returns are late, shared, halved or missing in the last of these quarters."""
    if len(quarters) < 3:  # noqa: PLR2004  (each slip has a round)
        return Slips()
    counts = [Counter(each.supplier for each in framework.asked(quarter)) for quarter in quarters[-3:]]
    always = [agency for agency in framework.agencies if all(count[agency] for count in counts)]
    if len(always) < LEAST_AGENCIES:
        return Slips()
    levels = Levels(framework, seed)
    indicators = {
        agency: len({each.item.indicator for each in framework.asked(quarters[-1], agency)}) for agency in always
    }
    several = [agency for agency in always if indicators[agency] > 1]
    rated = {each.supplier for each in framework.asked(quarters[-1]) if levels.has_target(each)}
    by_size = sorted(always, key=lambda agency: (agency in rated, counts[-1][agency]))
    missing = levels.chance("missing").pick(by_size[: (len(always) + 1) // 2])
    late = levels.chance("late").pick([agency for agency in always if agency != missing])
    several = [agency for agency in by_size if agency in several and agency not in {missing, late}]
    # nobody large, so that most of the round can be seen
    half = levels.chance("half").pick(several[: (len(several) + 1) // 2]) if several else ""
    others = [agency for agency in several if agency != half]
    return Slips(late, levels.chance("shared").pick(others) if others else "", half, missing)
