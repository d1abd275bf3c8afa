"""What is known of the figures before a round is filled: the catalogue's history, then what earlier rounds brought."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from dapf_xl.ledger import latest
from dapf_xl.observations import Observation, published
from dapf_xl.rules.context import numbers_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dapf_xl.catalogue import Asked, Framework
    from dapf_xl.ledger import Ledger
    from dapf_xl.periods import Period
    from dapf_xl.returns.layout import Figure
    from dapf_xl.rules.context import Number


def known_figures(
    framework: Framework, ledger: Ledger | None, period: Period, about: Period | None = None
) -> dict[Figure, Observation]:
    """Return every figure known before a round is filled: the catalogue's history, then earlier rounds.

    A published figure that this round asks for does not count: it is to come by return.

    Args:
        framework: The framework.
        ledger: The workspace's; None for the history alone.
        period: The quarter of the round.
        about: Only figures about this span; None for all.
    """
    return counting_figures(framework, period, ledger.observations(period, about) if ledger else [], about)


class KnownFigures(Mapping["Figure", Observation]):
    """What ``known_figures`` gives, looked up span by span when a rule first asks for one; most ask for few."""

    def __init__(self, framework: Framework, ledger: Ledger, period: Period) -> None:
        """Look nothing up yet."""
        self._of = (framework, ledger, period)
        self._spans: dict[Period, dict[Figure, Observation]] = {}
        self._numbers: dict[Period, dict[tuple[str, str, str], Number]] = {}

    @cached_property
    def _everything(self) -> Mapping[Figure, Observation]:
        return known_figures(*self._of)

    def __getitem__(self, figure: Figure) -> Observation:
        span = figure[3]
        if span not in self._spans:
            self._spans[span] = known_figures(*self._of, span)
        return self._spans[span][figure]

    def numbers_about(self, span: Period) -> Mapping[tuple[str, str, str], Number]:
        """Return the numbers known about a span, by item, category and supplier: quicker than each figure whole."""
        if span not in self._numbers:
            framework, ledger, period = self._of
            numbers = numbers_of(published_before(framework, period, span)) | ledger.numbers(period, span)
            figures = ((*key, span) for key in numbers)
            for item, category, agency, _ in _replaced_by_successors(framework, period, figures):
                del numbers[item, category, agency]
            self._numbers[span] = numbers
        return self._numbers[span]

    def __iter__(self) -> Iterator[Figure]:
        return iter(self._everything)

    def __len__(self) -> int:
        return len(self._everything)


def counting_figures(
    framework: Framework, period: Period, received: Iterable[Observation], about: Period | None = None
) -> dict[Figure, Observation]:
    """Return the figure that counts for each key, of those published before a round and those received.

    Args:
        framework: The framework.
        period: The quarter of the round.
        received: In the order in which they replace each other.
        about: Only published figures about this span; None for all.
    """
    return _taken_over(framework, period, latest([*published_before(framework, period, about), *received]))


def as_typed(framework: Framework, ledger: Ledger, period: Period) -> dict[Figure, Observation]:
    """Return what counts in a round, and what is held in query, each spare row by its number and with its label."""
    received = [each.observation for each in ledger.entered(period)]
    held = {key: each for key, each in latest(received, held=True).items() if each.status == "held"}
    return held | counting_figures(framework, period, received)


def published_before(framework: Framework, period: Period, about: Period | None = None) -> list[Observation]:
    """Return the catalogue's history without the figures that this round asks for: these are to come by return."""
    is_earlier = about is not None and about.last_day < period.first_day  # and so not what this round asks for
    asked = set() if is_earlier else {key_of(each) for each in framework.asked(period)}
    return [each for each in published(framework) if about in {None, each.period} and each.key not in asked]


def _taken_over(framework: Framework, period: Period, figures: dict[Figure, Observation]) -> dict[Figure, Observation]:
    """Return the figures without those that a successor has given anew."""
    replaced = _replaced_by_successors(framework, period, figures)
    return {key: each for key, each in figures.items() if key not in replaced} if replaced else figures


def _replaced_by_successors(framework: Framework, period: Period, figures: Iterable[Figure]) -> set[Figure]:
    """Return the figures that a successor, who was not asked for them itself, has given anew."""
    predecessors = {agency: framework.predecessors(agency, period) for agency in framework.agencies}
    if not any(predecessors.values()):
        return set()
    known = set(figures)
    return {
        (item, category, before, span)
        for item, category, agency, span in known
        for before in predecessors.get(agency, ())
        if (item, category, before, span) in known and not framework.is_asked((item, category, agency, span))
    }


def key_of(asked: Asked) -> Figure:
    """Return the figure that is asked."""
    return (asked.item.id, asked.category, asked.supplier, asked.period)
