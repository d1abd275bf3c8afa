"""What was decided about the figures of a round, as findings: amendments, and waivers that have ended."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from dapf_xl.findings import Code
from dapf_xl.periods import Period, words_of_date
from dapf_xl.rules.schema import label_of
from dapf_xl.rules.waiving import today

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from dapf_xl.catalogue import Framework
    from dapf_xl.findings import Finding
    from dapf_xl.ledger import Amendment, Ledger
    from dapf_xl.observations import Observation
    from dapf_xl.returns.layout import Figure


def decided_findings(
    framework: Framework, period: Period, known: Mapping[Figure, Observation], ledger: Ledger
) -> Iterator[Finding]:
    """Yield what was decided about figures and still shows in a round.

    Args:
        framework: The framework.
        period: The quarter of the round.
        known: The figures that count.
        ledger: The workspace's.
    """
    yield from _amendments_found(framework, period, ledger.standing_amendments(period))
    yield from _waivers_ended(framework, period, known, ledger)


def _amendments_found(framework: Framework, period: Period, amendments: Iterable[Amendment]) -> Iterable[Finding]:
    """Yield a finding for each figure that was amended in the round and stays so."""
    for each in amendments:
        item, category, agency, about = each.figure
        if each.round != period.label or item not in framework.items:
            continue
        label = label_of(framework, item, category)
        name = framework.agencies[agency].name if agency in framework.agencies else agency
        yield Code.AMENDED.finding(
            item=item, category=category, what=label, agency=name, about=about.words, old=each.old, new=each.new,
            found=each.new, date=words_of_date(date.fromisoformat(each.at[:10])), who=each.who, how=each.how,
            why=each.why,
        )  # fmt: skip


def _waivers_ended(
    framework: Framework, period: Period, known: Mapping[Figure, Observation], ledger: Ledger
) -> Iterable[Finding]:
    """Yield a finding for each figure of an earlier round that still counts under a waiver that has ended."""
    waivers = ledger.waivers()
    for key, sha256 in dict(ledger.counting_under_waivers(period)).items():
        waiver = waivers.get(key)
        figure = (key.item, key.category, key.agency, Period.parse(key.about))
        if waiver is None or waiver.holds(period, today()) or figure not in known or key.item not in framework.items:
            continue
        if known[figure].sha256 == sha256:
            name = framework.agencies[key.agency].name if key.agency in framework.agencies else key.agency
            yield Code.WAIVER_EXPIRED.finding(
                item=key.item, category=key.category, what=label_of(framework, key.item, key.category), agency=name,
                about=figure[3].words, until=waiver.until_words, who=waiver.who, why=waiver.why.rstrip("."),
                round=Period.parse(waiver.round).words, found=key.found,
            )  # fmt: skip
