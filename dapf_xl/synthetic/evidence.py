"""What an agency answers on ``Quality assurance``: made-up headlines, assurance and actions (pure)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from dapf_xl.catalogue.evidence import HEADLINE, LEVELS, EvidenceField, field_id
from dapf_xl.observations import shorthand_choices
from dapf_xl.returns.filling import Typed
from dapf_xl.synthetic import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from dapf_xl.catalogue import Asked, Framework
    from dapf_xl.observations import Observation
    from dapf_xl.periods import Period
    from dapf_xl.returns.layout import Figure
    from dapf_xl.synthetic.levels import Levels

OPTIONAL, ANNOUNCED, ACTED, DONE = 0.5, 0.12, 0.3, 0.5
"""Shares of the occurrences that are answered though they need not be, and that are announced for later; of those
answered that have an action, and of the open actions that are done in a later round."""
AWAITED = 0
"""Place in what the drop-down of shorthands offers."""
ACTION_DAYS = (30, 120)


def evidence_answers(  # noqa: PLR0913  (what is asked, what is known, and chance)
    framework: Framework,
    quarter: Period,
    asked: Iterable[Asked],
    known: Mapping[Figure, Observation],
    levels: Levels,
    *,
    tidy: bool,
) -> Iterator[Typed]:
    """Yield what is typed for each occurrence of evidence that an agency is asked for, carried over or new.

    Args:
        framework: The framework.
        quarter: The quarter of the round.
        asked: What the agency is asked for in it; what is no evidence is passed over.
        known: Figures of earlier rounds.
        levels: Gives chance.
        tidy: Everything is answered, and nothing announced.
    """
    awaited = shorthand_choices(framework.settings.disclosure_threshold or 0)[AWAITED]
    for entry in asked:
        item = entry.item
        if not isinstance(item, EvidenceField) or item.field != HEADLINE:
            continue
        period = "" if entry.period == quarter else entry.period.label
        about = (item.evidence.id, entry.category, entry.supplier, entry.period.label, quarter.label)
        chance = levels.chance("evidence", *about)
        fields: dict[str, str] = {}
        headline = known.get((item.id, entry.category, entry.supplier, entry.period))
        if headline is None or headline.is_awaited:
            if not tidy and not item.evidence.required and not chance.happens(OPTIONAL):
                continue
            if not tidy and chance.happens(ANNOUNCED):
                yield Typed(item.id, entry.category, shorthand=awaited, period=period)
                continue
            ago = timedelta(days=chance.whole(0, (quarter.last_day - quarter.first_day).days))
            fields = {
                HEADLINE: chance.pick(words.HEADLINES),
                "date": (quarter.last_day - ago).strftime("%d/%m/%Y"),
                "held": chance.pick(words.HELD),
                "assurance": chance.pick(LEVELS[:-1]),
            }
            if chance.happens(ACTED):
                due = quarter.last_day + timedelta(days=chance.whole(*ACTION_DAYS))
                fields |= {"action": chance.pick(words.ACTIONS), "owner": chance.pick(words.OWNERS)}
                fields["action_due"] = due.strftime("%d/%m/%Y")
        elif chance.happens(DONE):
            fields = {"action_done": "Yes"}
        for name, value in fields.items():
            yield Typed(field_id(item.evidence.id, name), entry.category, value, period=period)
