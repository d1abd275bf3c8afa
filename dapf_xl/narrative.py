"""What agencies were asked to say in words: each answer, or why there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from dapf_xl.catalogue.evidence import EvidenceField
from dapf_xl.ledger import TAKEN

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dapf_xl.catalogue import Asked
    from dapf_xl.consolidation import Round

COLUMNS = {
    "group": "Heading that the indicator stands under.",
    "indicator": "Id of the indicator.",
    "title": "Title of the indicator.",
    "label": "What the agency was asked to write about.",
    "agency": "Name of the agency.",
    "text": "What it wrote; blank where there is nothing.",
    "gap": "Why there is nothing, in words; blank where there is a text.",
    "place": "File and cell that the text came from.",
}
"""The columns of ``MasterTables.narrative``."""

GAPS = {
    "not received": "Not received: the agency has not returned.",
    "rejected": "Rejected: what was returned could not be taken.",
    "held in query": "Held in query: not shown until it is explained.",
}
LEFT_BLANK = "Left blank: the agency has returned, and wrote nothing here."
NOT_ASKED = "Not asked for this quarter."


class Answer(NamedTuple):
    """What one agency wrote where it was asked for words, or why there is nothing."""

    asked: Asked
    agency: str
    text: str
    gap: str
    place: str = ""


def answers(current: Round, item: str = "") -> list[Answer]:
    """Return what was written for every text that a round asks for, in the catalogue's order.

    Args:
        current: The round.
        item: Only the answers to this item; "" for all.
    """
    asked = current.framework.asked_of(item, current.period) if item else current.asked
    has_returned = {each.agency for each in current.submissions if each.status in TAKEN}
    return [
        _answer(current, each, has_returned)
        for each in asked
        if each.item.type == "text" and not isinstance(each.item, EvidenceField)
    ]


def _answer(current: Round, asked: Asked, has_returned: Iterable[str]) -> Answer:
    agency = current.framework.agencies[asked.supplier].name
    figure = (asked.item.id, asked.category, asked.supplier, asked.period)
    observation = current.figures.get(figure)
    if observation is not None and observation.text.strip():
        place = f"{observation.file}, {observation.sheet}!{observation.cell}" if observation.cell else observation.file
        return Answer(asked, agency, observation.text, "", place)
    reason = current.missing.get(figure, "not received")
    is_blank = reason == "not received" and asked.supplier in has_returned
    return Answer(asked, agency, "", LEFT_BLANK if is_blank else GAPS[reason])


def rows_of(current: Round) -> list[dict[str, Any]]:
    """Return a row for every text that the round asks for; see ``COLUMNS``."""
    framework = current.framework
    rows = []
    for each in answers(current):
        item = each.asked.item
        indicator = framework.indicators[item.indicator]
        category = framework.category_label(item.id, each.asked.category)
        rows.append(
            {
                "group": indicator.group,
                "indicator": indicator.id,
                "title": indicator.title,
                "label": f"{item.label}: {category}" if category else item.label,
                "agency": each.agency,
                "text": each.text,
                "gap": each.gap,
                "place": each.place,
            }
        )
    return rows
