"""What one agency says it sent against what another says it received: part of batch 9.

The receiver is told what each sender says, which is about what came to it. A sender is told what the receiver says
only where it is the one that sent: otherwise it would learn the others' figures from the sum. A comment beside either
figure explains the difference; until there is one, the figures in this run wait.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from dapf_xl.catalogue.framework import split_figure
from dapf_xl.catalogue.relating import Named, partner
from dapf_xl.findings import Code, Severity
from dapf_xl.rules.earlier import Now, Span
from dapf_xl.rules.rows import FigureKey
from dapf_xl.rules.schema import NEARLY

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from dapf_xl.catalogue import Framework
    from dapf_xl.catalogue.tables import Rule
    from dapf_xl.periods import Period
    from dapf_xl.rules.context import Context
    from dapf_xl.rules.rows import Fault, Rows

TOLERATED, LEAST = 0.1, 5.0
"""How far apart the two may be where the rule does not say: a tenth of the larger, and at least five."""


class Told(NamedTuple):
    """What an agency says of a figure."""

    agency: str
    span: Span
    position: int | None
    """Its row in this run; None where it is known from earlier."""


def check_sent(context: Context, rows: Rows, sound: np.ndarray[Any, Any]) -> Iterator[Fault]:
    """Yield the figures of this run that two agencies count and that differ by more than a rule lets them.

    Args:
        context: The framework with its rules, and the figures known from earlier.
        rows: All rows of all returns.
        sound: Which of them have no error so far.
    """
    rules = [rule for rule in context.framework.rules if rule.kind == "sent_against_received"]
    if rules:
        yield from _differences(Now(context, rows, sound), rules)


def _differences(now: Now, rules: list[Rule]) -> Iterator[Fault]:
    rows = {(now.agency(each), now.key(each)): each for each in np.flatnonzero(now.there).tolist()}
    keys = dict.fromkeys(key for _, key in rows)
    for rule in rules:
        for received, sent in sides_of(now.framework, rule):
            periods = [key.period for key in keys if key[:2] == received]
            periods += [_after(key.period, rule.lag or 0) for key in keys if key[:2] in sent]
            for period in dict.fromkeys(periods):
                yield from _Comparison(now, rule, rows).faults(received, sent, period)


def sides_of(framework: Framework, rule: Rule) -> Iterator[tuple[Named, list[Named]]]:
    """Yield what was received, and what was sent, for each category that both sides have."""
    item, named = split_figure(rule.left)
    for category in (named,) if named else framework.categories_of(item):
        sent = [partner(framework, rule, (item, category), each) for each in rule.right]
        alike = {framework.items[each].basis for each in (item, *(split_figure(right)[0] for right in rule.right))}
        if all(sent) and len(alike) == 1:
            yield (item, category), [each for each in sent if each is not None]


def _after(period: Period, quarters: int) -> Period:
    for _ in range(quarters):
        period = type(period).containing(period.due(1))
    return period


def _before(period: Period, quarters: int) -> Period:
    for _ in range(quarters):
        period = period.previous()
    return period


@dataclass(frozen=True)
class _Comparison:
    now: Now
    rule: Rule
    rows: Mapping[tuple[str, FigureKey], int]

    def faults(self, received: Named, sent: list[Named], period: Period) -> Iterator[Fault]:
        """Yield a finding at each figure of this run where the two sides differ; nothing while one is not known."""
        lag = self.rule.lag or 0
        if period.kind == "dates" or (lag and period.kind != "quarter"):
            return
        receivers = self._told(received, period)
        senders = [told for figure in sent if (told := self._told(figure, _before(period, lag)))]
        if not receivers or len(senders) < len(sent):
            return
        everyone = [(received, period, each) for each in receivers]
        sending = [
            (figure, _before(period, lag), each) for figure, some in zip(sent, senders, strict=True) for each in some
        ]
        here, there = (_sum(each.span for *_, each in side) for side in (everyone, sending))
        if max(here.least - there.most, there.least - here.most) <= self._tolerance(here, there) + NEARLY:
            return
        answered = self._comment([*everyone, *sending])
        names = self.now.framework.agencies
        agencies = " and ".join(dict.fromkeys(names[each.agency].name for *_, each in sending))
        said = self._said(sending, there)
        for *_, each in everyone:
            yield from self._fault(Code.RECEIVED_DIFFERS, each, answered, sent=said, agency=agencies)
        if len(sending) == 1 and len(everyone) == 1:
            receiver = receivers[0]
            other = here.words(self.now.framework.items[received[0]])
            by = names[receiver.agency].name
            yield from self._fault(Code.SENT_DIFFERS, sending[0][2], answered, other=other, agency=by)

    def _told(self, figure: Named, period: Period) -> list[Told]:
        """Return what every agency says that is asked for a figure; nothing where one of them says none yet."""
        asked = self.now.framework.asked_about(figure[0], period)
        told = []
        for agency in dict.fromkeys(each.supplier for each in asked if each.category == figure[1]):
            key = FigureKey(*figure, period)
            position = self.rows.get((agency, key))
            span = self.now.earlier.figure(key, agency, period) if position is None else self.now.span(position)
            if span is None:
                return []
            told.append(Told(agency, span, position))
        return told

    def _tolerance(self, here: Span, there: Span) -> float:
        if self.rule.tolerance is not None:
            return float(self.rule.tolerance)
        return max(LEAST, TOLERATED * max(here.most, there.most))

    def _said(self, sending: list[tuple[Named, Period, Told]], total: Span) -> str:
        """Return what the senders say, each by itself: the receiver knows already what came from whom."""
        framework = self.now.framework
        said = [
            f"{framework.agencies[each.agency].name} says that it sent {each.span.words(framework.items[figure[0]])}"
            + (f" for {period.words}" if self.rule.lag else "")
            for figure, period, each in sending
        ]
        together = f", together {total.words(framework.items[sending[0][0][0]])}" if len(sending) > 1 else ""
        return f"{' and '.join(said)}{together}"

    def _comment(self, told: list[tuple[Named, Period, Told]]) -> str:
        """Return where a comment stands beside one of the figures; "" where none does."""
        frame = self.now.rows.frame
        for figure, period, each in told:
            if each.position is not None:
                if frame["commented"][each.position]:
                    file = self.now.rows.files[frame["file"][each.position]].read.name
                    return f"{file}, {frame['sheet'][each.position]}!{frame['comment_cell'][each.position]}"
            elif (known := self.now.context.known.get((*figure, each.agency, period))) and known.comment.strip():
                return f"the comment in {known.file}"
        return ""

    def _fault(self, code: Code, told: Told, answered: str, **words: object) -> Iterator[Fault]:
        if told.position is not None:
            fault = self.now.fault(told.position, code, **words)
            severity = Severity(self.rule.severity) if self.rule.severity else fault.severity
            yield fault._replace(severity=severity, answered=answered)


def _sum(spans: Iterable[Span]) -> Span:
    least, most = zip(*spans, strict=True)
    return Span(sum(least), sum(most))
