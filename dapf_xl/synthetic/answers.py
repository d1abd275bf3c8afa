"""What an agency types into its return: made-up figures with the shorthand, words and slips of a real one (pure)."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import islice, takewhile
from typing import TYPE_CHECKING

from dapf_xl.catalogue.evidence import EvidenceField
from dapf_xl.observations import NOT_NUMBERS, shorthand_choices
from dapf_xl.periods import Period
from dapf_xl.returns.filling import Typed
from dapf_xl.returns.layout import open_revisions
from dapf_xl.rules.changing import ENOUGH, GROWING, NOTICEABLE, Limits
from dapf_xl.rules.earlier import Span, before, year_before
from dapf_xl.rules.rows import FigureKey
from dapf_xl.synthetic import words
from dapf_xl.synthetic.evidence import evidence_answers
from dapf_xl.synthetic.figures import draw
from dapf_xl.synthetic.levels import Levels
from dapf_xl.synthetic.relations import is_used, spare_number

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from dapf_xl.catalogue import Asked, Framework
    from dapf_xl.observations import Observation
    from dapf_xl.returns.layout import Figure
    from dapf_xl.synthetic.chance import Chance
    from dapf_xl.synthetic.figures import Drawn

OPTIONAL, STATED, LAGGING, PROVISIONAL, ESTIMATED, SUPPRESSED = 0.75, 0.3, 0.06, 0.07, 0.04, 0.1
"""Shares of the items that are answered though they need not be, also where others give them, and of those that have
such a shorthand."""
COMMENTED, QUERIED, EXPLAINED = 0.07, 0.25, 0.8
"""Shares of the figures with a comment, of the returns in which one is queried, and of those that explain it."""
NOTICED = Decimal("0.25")
"""Change since the last quarter that an officer says something about, where there is anything to say."""
SMALL = 20
AWAITED, NOT_APPLICABLE, COUNTED_NOT, HELD_BACK, EARLY, GUESSED = (0, 4, 1, 5, 7, 8)
"""Places in what the drop-down of shorthands offers."""


class Officer:
    """Fills in the returns of one agency for one quarter."""

    def __init__(  # noqa: PLR0913, PLR0917  (whose return, of when, and what is known)
        self,
        framework: Framework,
        quarter: Period,
        agency: str,
        seed: int,
        known: Mapping[Figure, Observation],
        carried: Sequence[Asked] = (),
    ) -> None:
        """Prepare the figures.

        Args:
            framework: The framework.
            quarter: The quarter of the round.
            agency: Id of the agency.
            seed: Another seed gives other figures, the same one the same.
            known: Figures of earlier rounds.
            carried: Evidence that earlier rounds left open.
        """
        self._carried = carried
        self._framework, self._quarter, self._agency, self._seed = framework, quarter, agency, seed
        self._known = known
        self._levels = Levels(framework, seed)
        self._choices = shorthand_choices(framework.settings.disclosure_threshold or 0)
        self._limits = Limits.of(framework.settings)
        self._drawn = draw(framework, quarter, agency, seed, known)
        self._needed = {rule.left for rule in framework.rules if rule.kind == "required_if"}

    def answers(self, *, tidy: bool = False) -> list[Typed]:
        """Return what is typed: figures and words of the quarter, then what is open from earlier ones.

        Args:
            tidy: Only figures and words: no shorthand where there is a figure, nothing late and nothing queried.
        """
        asked = self._framework.asked(self._quarter, self._agency)
        figures = (entry for entry in asked if not isinstance(entry.item, EvidenceField))
        typed = [each for entry in figures if (each := self._answer(entry, tidy=tidy))]
        wanted = {(each.item.id, each.category, each.period): each for each in (*self._carried, *asked)}.values()
        typed += evidence_answers(self._framework, self._quarter, wanted, self._known, self._levels, tidy=tidy)
        if tidy:
            return typed
        return [*self._with_a_slip(typed), *self._revisions()]

    def _chance(self, *about: object) -> Chance:
        return self._levels.chance(*about, self._agency)

    def _happens(self, share: float, *about: object) -> bool:
        return self._chance(*about).happens(share)

    # --- one answer --------------------------------------------------------------------------

    def _answer(self, asked: Asked, *, tidy: bool) -> Typed | None:
        """Return what is typed into a row; None where it is left blank."""
        item = asked.item
        period = "" if asked.period == self._quarter else asked.period.label
        row = Typed(item.id, asked.category, period=period, label=self._label(asked))
        given = item.required or item.id in self._needed or self._happens(self._given(asked), "given", item.id)
        if item.type in NOT_NUMBERS:
            return replace(row, value=self._said(asked)) if given else None
        value = self._drawn[FigureKey(item.id, asked.category, asked.period)]
        if not is_used(self._framework, item.id, asked.category):
            return None
        if value is None:
            return replace(row, shorthand=self._choices[NOT_APPLICABLE]) if item.required else None
        if not given:
            return None if tidy else self._not_given(row)
        row = replace(row, value=format(value, "f"), comment=self._why(asked, value))
        return row if tidy else self._untidy(row, asked, value)

    def _given(self, asked: Asked) -> float:
        """Return how often an item is answered that need not be: seldom what others give already."""
        key = FigureKey(asked.item.id, asked.category, asked.period)
        return STATED if key in self._drawn.derived else OPTIONAL

    def _label(self, asked: Asked) -> str:
        """Return what is written in a spare row; "" in every other."""
        number = spare_number(self._framework, asked.item.id, asked.category)
        return words.LABELS[(number - 1) % len(words.LABELS)] if number else ""

    def _said(self, asked: Asked) -> str:
        """Return what is typed where no number is wanted."""
        chance = self._chance("said", asked.item.id, asked.category, asked.period.label)
        if asked.item.type == "yes_no":
            return "Yes" if chance.happens(0.8) else "No"
        if asked.item.type == "date":
            days = (self._quarter.last_day - self._quarter.first_day).days
            return (self._quarter.last_day - timedelta(days=chance.whole(0, days))).strftime("%d/%m/%Y")
        return chance.pick(words.OVERVIEWS)

    def _not_given(self, row: Typed) -> Typed | None:
        if not self._happens(0.3, "why not", row.item):
            return None
        return replace(row, shorthand=self._choices[self._chance("why", row.item).pick((COUNTED_NOT, NOT_APPLICABLE))])

    def _untidy(self, row: Typed, asked: Asked, value: Decimal) -> Typed:
        """Return a row with the shorthand that its item has each quarter, or a comment."""
        item = asked.item
        if not item.breakdowns:
            stated = FigureKey(item.id, asked.category, asked.period) in self._drawn.derived
            needed = stated or self._levels.has_target(asked)  # or there would be nothing to rate
            if not needed and self._happens(LAGGING, "lags", item.id):
                return replace(row, value="", shorthand=self._choices[AWAITED])
            if self._happens(PROVISIONAL, "provisional", item.id):
                early = self._so_far(asked, value)
                return replace(
                    row, value=early, shorthand=self._choices[EARLY], comment=row.comment or words.PROVISIONAL
                )
            if self._happens(ESTIMATED, "estimated", item.id):
                return replace(row, shorthand=self._choices[GUESSED])
        small = item.type == "count" and 0 < value < (self._framework.settings.disclosure_threshold or 0)
        if small and item.breakdowns and self._happens(SUPPRESSED, "suppressed", item.id):
            return replace(row, value="", shorthand=self._choices[HELD_BACK])
        return replace(row, comment=row.comment or self._comment(asked, value))

    def _so_far(self, asked: Asked, value: Decimal) -> str:
        """Return a provisional count: a little is missing of it, unless something must hold between it and others."""
        key = FigureKey(asked.item.id, asked.category, asked.period)
        whole = asked.item.type == "count" and value > SMALL and key not in self._drawn.related
        if not whole or (asked.item.usual_minimum or 0) > value * Decimal("0.9"):
            return format(value, "f")
        return str(int(value * Decimal("0.97")))

    def _why(self, asked: Asked, value: Decimal) -> str:
        """Return what an officer says beside a figure that will be asked about, for how it changed; "" elsewhere."""
        item, basis, now = asked.item, asked.item.basis, Span(float(value), float(value))
        spans = [year_before(asked.period), *([] if basis in GROWING else [before(asked.period)])][::-1]
        earlier = [known for span in spans if span and (known := self._then(asked, span))]
        if not earlier or not self._limits.are_passed(item, now, earlier[0], NOTICEABLE):
            return ""
        series = list(islice(takewhile(bool, (self._then(asked, span) for span in _back_from(asked.period))), ENOUGH))
        if len(series) < ENOUGH and not self._limits.are_passed(item, now, earlier[0]):
            return ""
        chance = self._chance("why it changed", item.id, asked.category, asked.period.label)
        return chance.pick(words.RISEN if now.least > earlier[0].least else words.FALLEN)

    def _then(self, asked: Asked, span: Period) -> Span | None:
        known = self._known.get((asked.item.id, asked.category, self._agency, span))
        least, most = (known.value, known.value) if known and known.value is not None else (None, None)
        if known and known.value is None:
            least, most = known.lower, known.upper
        return None if least is None or most is None else Span(float(least), float(most))

    def _comment(self, asked: Asked, value: Decimal) -> str:
        chance = self._chance("comment", asked.item.id, asked.category, asked.period.label)
        if not chance.happens(COMMENTED):
            return ""
        before = None if asked.period.kind == "dates" else asked.period.previous()
        known = before and self._known.get((asked.item.id, asked.category, self._agency, before))
        if known and known.value and value > SMALL:
            change = value / known.value - 1
            if abs(change) >= NOTICED:
                return chance.pick(words.RISEN if change > 0 else words.FALLEN)
        return chance.pick(words.COMMENTS)

    # --- what is queried, and what is late ---------------------------------------------------

    def _with_a_slip(self, typed: list[Typed]) -> list[Typed]:
        """Return the rows, in some quarters one figure of them more than usual, so that it is queried."""
        queried = self._drawn.may_be_queried
        rows = {FigureKey(row.item, row.category, self._span(row)): place for place, row in enumerate(typed)}
        found = [key for key in queried if key in rows and typed[rows[key]].value and not typed[rows[key]].shorthand]
        chance = self._chance("queried", self._quarter.label)
        if not found or not chance.happens(QUERIED):
            return typed
        key = chance.pick(found)
        comment = words.EXPLAINED if chance.happens(EXPLAINED) else ""
        place = rows[key]
        more = queried[key] + 1 + int(queried[key] * Decimal("0.05"))
        typed = list(typed)
        typed[place] = replace(typed[place], value=format(more, "f"), comment=comment)
        return typed

    def _span(self, row: Typed) -> Period:
        return Period.parse(row.period) if row.period else self._quarter

    def _revisions(self) -> Iterator[Typed]:
        """Yield what is now known of earlier quarters: what was awaited, and what was provisional."""
        drawn: dict[Period, Drawn] = {}
        for entry in open_revisions(self._framework, self._agency, self._quarter, self._known):
            earlier = Period.containing(entry.period.last_day)
            if earlier not in drawn:
                drawn[earlier] = draw(self._framework, earlier, self._agency, self._seed, self._known)
            observation = self._known[entry.item.id, entry.category, self._agency, entry.period]
            value = drawn[earlier].get(FigureKey(entry.item.id, entry.category, entry.period))
            final = observation.replacement == "[x]" or "[p]" in observation.markers
            if value is not None and final:
                comment = words.RELEASED if observation.replacement else words.FINAL
                yield Typed(
                    entry.item.id, entry.category, format(value, "f"), comment=comment, period=entry.period.label
                )


def _back_from(span: Period | None) -> Iterator[Period]:
    """Yield the spans before one, the latest first."""
    while span and (span := before(span)):
        yield span


def halves_of(typed: list[Typed], framework: Framework) -> tuple[list[Typed], list[Typed]]:
    """Return what two officers of one agency type who share a return: each answers every other indicator."""
    counts = Counter(framework.items[row.item].indicator for row in typed)
    first = set(list(counts)[::2])
    halves: tuple[list[Typed], list[Typed]] = ([], [])
    for row in typed:
        halves[framework.items[row.item].indicator not in first].append(row)
    return halves
