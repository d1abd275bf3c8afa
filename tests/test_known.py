"""Whether a rule asks for figures whole or for their numbers, it is told the same."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from dapf_xl.catalogue import load, shipped
from dapf_xl.findings import Code, Standing
from dapf_xl.known import KnownFigures, known_figures
from dapf_xl.ledger import open_ledger
from dapf_xl.ledger.given import AMENDED
from dapf_xl.observations import Observation
from dapf_xl.periods import Period
from dapf_xl.returns.reading import ReadReturn
from dapf_xl.rules import CheckedReturn
from dapf_xl.rules.context import numbers_of

if TYPE_CHECKING:
    import pytest

    from dapf_xl.ledger import Ledger

Event = tuple[str, Period, str, list[Observation]]
"""What happened: how figures came, in which round, in which file, and which."""

FRAMEWORK = load(shipped()["cambridgeshire"])
ROUNDS = [Period.parse(label) for label in ("2014-15-Q2", "2014-15-Q3", "2014-15-Q4")]
FIGURES = [
    (each.item.id, each.category, each.supplier, span)
    for each in FRAMEWORK.asked(ROUNDS[1])[:3]
    for span in (*ROUNDS, Period.parse("2013-14-Q4"))
]
"""Few, so that one replaces another."""
SAID = st.builds(
    lambda figure, number, status: Observation(
        *figure, figure[3].kind, value=None if number is None else Decimal(number), lower=None, status=status
    ),
    st.sampled_from(FIGURES),
    st.none() | st.integers(0, 9),
    st.sampled_from(["accepted", "accepted", "held", "replaced"]),
)
SUPPRESSED = st.builds(lambda each: replace(each, value=None, lower=Decimal(1), upper=Decimal(4)), SAID)
FIGURES_SAID = st.lists(SAID | SUPPRESSED, max_size=4)
WAYS = st.sampled_from(["returned", "returned", "waived", "amended", "withdrawn", "imported"])
EVENTS = st.lists(st.tuples(WAYS, st.sampled_from(ROUNDS), st.sampled_from("ab"), FIGURES_SAID), max_size=7)


def happen(ledger: Ledger, number: int, event: Event) -> None:
    way, quarter, name, said = event
    if way in {"returned", "waived"}:
        read = ReadReturn(Path("returns", f"{name}.xlsx"), sha256=f"{name} {number % 3}", saved="2015-01-10")
        waived = [
            replace(
                Code.NEGATIVE.finding(file=f"{name}.xlsx", item=each.item, category=each.category, found="1"),
                agency=each.supplier, about=each.period.label, status=Standing.WAIVED,
            )
            for each in said
            if way == "waived"
        ]  # fmt: skip
        one = CheckedReturn(read, said[0].supplier if said else "", quarter, observations=[*said], findings=waived)
        ledger.record_checked([one], quarter, Path("returns"))
    else:
        kind = AMENDED if way in {"amended", "withdrawn"} else "imported"
        given_as = ledger.record_given(kind, quarter, [] if way == "withdrawn" else said)
        for each in said if kind == AMENDED else ():
            new = None if way == "withdrawn" else "1"
            ledger.record_amended(given_as, each.key, old="", new=new, who="lead", how="e-mail", why="said so")


@given(events=EVENTS, quarter=st.sampled_from(ROUNDS))
def test_numbers_are_those_of_the_figures_that_count(
    tmp_path_factory: pytest.TempPathFactory, events: list[Event], quarter: Period
) -> None:
    path = tmp_path_factory.mktemp("known") / "ledger.sqlite"
    with open_ledger(path, framework=FRAMEWORK.settings.id or "", create=True) as ledger:
        with ledger.transaction():
            for number, event in enumerate(events):
                happen(ledger, number, event)
        known = KnownFigures(FRAMEWORK, ledger, quarter)
        for span in {figure[3] for figure in FIGURES}:
            whole = known_figures(FRAMEWORK, ledger, quarter, span)
            assert known.numbers_about(span) == numbers_of(whole.values())
            assert {key: known[key] for key in whole} == whole
