"""Made-up figures: the same from a seed wherever they are made, and such as real ones are."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from collections import defaultdict
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from statistics import mean

import pytest

import dapf_xl
from dapf_xl import catalogue
from dapf_xl.observations import NOT_NUMBERS
from dapf_xl.periods import Period
from dapf_xl.synthetic import words
from dapf_xl.synthetic.answers import Officer, halves_of
from dapf_xl.synthetic.chance import Chance
from dapf_xl.synthetic.figures import draw
from dapf_xl.synthetic.relations import is_used, rows_of
from dapf_xl.synthetic.rounds import quarters_of, slips_of
from tests.synthetic.coming_back import following

QUARTER = Period.quarter(2022, 4)
FRAMEWORKS = {name: catalogue.load(path) for name, path in catalogue.shipped().items()}
_PRINT = """
import hashlib
from dapf_xl import catalogue
from dapf_xl.periods import Period
from dapf_xl.synthetic.answers import Officer
made = catalogue.load(catalogue.shipped()["doncaster"])
typed = [Officer(made, Period.quarter(2022, 4), agency, 7, {}).answers() for agency in ("council", "police", "dbth")]
print(hashlib.sha256(repr(typed).encode()).hexdigest())
"""


def test_chance_is_what_it_was() -> None:
    chance = Chance("dapf", 1, "here")
    assert [chance.whole(1, 1000) for _ in range(5)] == [568, 946, 397, 977, 110]


@pytest.mark.parametrize("hash_seed", ["0", "12345"])
def test_the_same_seed_gives_the_same_in_another_process(hash_seed: str) -> None:
    made = FRAMEWORKS["doncaster"]
    typed = [Officer(made, QUARTER, agency, 7, {}).answers() for agency in ("council", "police", "dbth")]
    ran = subprocess.run(
        [sys.executable, "-c", _PRINT],
        env=os.environ | {"PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(Path(dapf_xl.__file__).parents[1])},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert ran.stdout.strip() == hashlib.sha256(repr(typed).encode()).hexdigest()


def test_another_seed_gives_others() -> None:
    made = FRAMEWORKS["wirral"]
    assert draw(made, QUARTER, "mash", 1, {}) == draw(made, QUARTER, "mash", 1, {})
    assert draw(made, QUARTER, "mash", 1, {}) != draw(made, QUARTER, "mash", 2, {})


@pytest.mark.parametrize("name", FRAMEWORKS)
def test_every_number_that_is_asked_for_is_drawn(name: str) -> None:
    made = FRAMEWORKS[name]
    for agency in made.agencies:
        drawn = draw(made, QUARTER, agency, 1, {})
        wanted = [each for each in made.asked(QUARTER, agency) if each.item.type not in NOT_NUMBERS]
        assert {(key.item, key.category, key.period) for key in drawn} == {
            (each.item.id, each.category, each.period) for each in wanted
        }


def test_totals_of_a_two_way_table_add_along_both_ways() -> None:
    made = FRAMEWORKS["doncaster"]
    drawn = draw(made, QUARTER, "police", 1, {})
    item = "PM20.reported"
    rows = rows_of(made, item)
    cells = {category: drawn[item, category, QUARTER] for category in rows}  # type: ignore[index]
    sums = 0
    for category, own in rows.items():
        if any(row.role == "total" for row in own):
            parts = [
                cells[other]
                for other, each in rows.items()
                if all(row.role != "total" for row in each)
                and all(mine.role == "total" or mine == row for mine, row in zip(own, each, strict=True))
            ]
            assert cells[category] == sum(part or 0 for part in parts)
            sums += 1
    assert sums > 3


def test_figures_are_such_as_real_ones_are() -> None:
    """Some are 0, some small, some large; they stay near themselves from quarter to quarter; summer is higher."""
    made = FRAMEWORKS["doncaster"]
    counts: list[Decimal] = []
    series: dict[tuple[str, str, str], list[float]] = defaultdict(list)
    seasons: dict[int, list[float]] = defaultdict(list)
    quarter = Period.quarter(2018, 1)
    for _ in range(16):
        for agency in ("council", "police", "cranstoun", "dcst"):
            for key, value in draw(made, quarter, agency, 1, {}).items():
                if value is None or made.items[key.item].type != "count" or key.period.kind != "quarter":
                    continue
                if not is_used(made, key.item, key.category):
                    assert value == 0
                    continue
                counts.append(value)
                series[key.item, key.category, agency].append(float(value))
        quarter = following(quarter)
    shares = [sum(test(count) for count in counts) / len(counts) for test in (_is_none, _is_small, _is_large)]
    assert 0.02 < shares[0] < 0.3
    assert 0.1 < shares[1] < 0.5
    assert shares[2] > 0.15
    for values in series.values():
        if mean(values) > 60:
            assert max(values) < 3 * min(values), values
            for place, value in enumerate(values):
                seasons[place % 4].append(value / mean(values))
    assert mean(seasons[1]) > mean(seasons[3]) + 0.05


def _is_none(count: Decimal) -> bool:
    return count == 0


def _is_small(count: Decimal) -> bool:
    return 0 < count < 5


def _is_large(count: Decimal) -> bool:
    return count > 30


def test_a_figure_that_must_never_be_published_is_rare() -> None:
    made = FRAMEWORKS["doncaster"]
    quarters = quarters_of(made, rounds=20)
    suicides = [draw(made, quarter, "public_health", 1, {}) for quarter in quarters]
    assert {value for drawn in suicides for value in drawn.values()} <= {Decimal(number) for number in range(5)}


def test_targets_are_met_by_some_and_missed_by_some() -> None:
    made = FRAMEWORKS["haringey"]
    shares = [draw(made, quarter, "idva", seed, {}) for seed in range(8) for quarter in quarters_of(made, rounds=4)]
    stated = [value for drawn in shares for key, value in drawn.items() if key.item == "H1.stated" and value]
    assert min(stated) < 80 <= max(stated)
    assert min(stated) > 55


# --- words ------------------------------------------------------------------------------------


def test_words_name_nobody() -> None:
    for sentence in words.EVERYTHING:
        assert not re.search(r"\d{3}|@|\b(Mr|Mrs|Ms|Dr)\b", sentence)


def test_two_officers_answer_everything_once() -> None:
    made = FRAMEWORKS["doncaster"]
    typed = Officer(made, QUARTER, "council", 1, {}).answers()
    first, second = halves_of(typed, made)
    assert sorted(map(repr, [*first, *second])) == sorted(map(repr, typed))
    assert 0.2 < len(first) / len(typed) < 0.8
    assert not {made.items[row.item].indicator for row in first} & {made.items[row.item].indicator for row in second}


# --- rounds -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FRAMEWORKS)
def test_rounds_follow_what_is_published_and_end_with_a_year(name: str) -> None:
    made = FRAMEWORKS[name]
    quarters = quarters_of(made)
    assert len(quarters) == 8
    assert quarters[-1].label.endswith("Q4")
    assert all(following(one) == other for one, other in pairwise(quarters))
    assert all(row.period.last_day < quarters[0].first_day for row in made.history if row.period)


def test_the_last_quarter_can_be_chosen() -> None:
    quarters = quarters_of(FRAMEWORKS["wirral"], Period.quarter(2019, 2), 3)
    assert [quarter.label for quarter in quarters] == ["2018-19-Q4", "2019-20-Q1", "2019-20-Q2"]


@pytest.mark.parametrize("name", FRAMEWORKS)
@pytest.mark.parametrize("seed", range(5))
def test_each_slip_is_anothers(name: str, seed: int) -> None:
    made = FRAMEWORKS[name]
    slips = slips_of(made, quarters_of(made), seed)
    agencies = [slips.late, slips.missing, slips.half, slips.shared]
    assert slips.late
    assert slips.missing
    assert len({agency for agency in agencies if agency}) == len([agency for agency in agencies if agency])


def test_where_few_are_asked_all_return() -> None:
    made = FRAMEWORKS["haringey"]
    assert not any([slips_of(made, quarters_of(made)[:2], 1).missing, slips_of(made, quarters_of(made)[:2], 1).late])
