"""Evidence: what a framework wants as a headline, a date and where it is held, with assurance and action beside it.

An item of type ``evidence`` and a task of the table ``qa`` each become one row of fields. Every field is an
item of its own, ``QA1.headline`` and so on, so that what holds for any item holds for it too: rules, filling,
merging, the ledger, ``Data``. The tables themselves stay as they are written.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from dapf_xl.catalogue.due import FREQUENCIES, DueRule, read_due
from dapf_xl.catalogue.tables import Ask, Assurance, Indicator, Item

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

HEADLINE = "headline"
"""The field that answers a row; the others say more about it."""
LEVELS = ("Full", "Reasonable", "Limited", "None given")
"""How much assurance the evidence gives."""
TASKS = "Quality assurance"
"""The group of the indicators that tasks become."""


class Field(NamedTuple):
    """A field of a row: what it is called, and what is typed into it."""

    label: str
    type: str


FIELDS = {
    HEADLINE: Field("Headline", "text"),
    "date": Field("Date of the evidence", "date"),
    "held": Field("Where it is held", "text"),
    "assurance": Field("Assurance given", "choice"),
    "action": Field("Action", "text"),
    "owner": Field("Owner of the action", "text"),
    "action_due": Field("Action due", "date"),
    "action_done": Field("Action done", "yes_no"),
}
"""The fields by the part of their item's id after the last full stop, in the order of their columns."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is wanted as evidence, whether an item asks for it or a task."""

    id: str
    """Id of the item or of the task."""
    indicator: str
    what: str
    responsible: str = ""
    """Who is responsible for the task; "" where an item asks for it."""
    how: str = ""
    tells_us: str = ""
    wanted: str = ""
    """What is to be given, in words."""
    required: bool = True


@dataclass(frozen=True, slots=True)
class EvidenceField(Item):
    """A field of evidence, as an item; its type may also be ``choice``, one of ``LEVELS``."""

    evidence: Evidence = Evidence("", "", "")
    field: str = HEADLINE


@dataclass(frozen=True, slots=True)
class EvidenceAsk(Ask):
    """Who is asked for a field of evidence, and when it is due."""

    rule: DueRule | None = None
    """None where the ask's frequency and ``from`` say when (once)."""


def field_id(evidence: str, field: str) -> str:
    """Return the id of the item that is a field of evidence."""
    return f"{evidence}.{field}"


def is_detail(item: Item) -> bool:
    """Say whether an item only says more about a headline: it is not counted among what is asked."""
    return isinstance(item, EvidenceField) and item.field != HEADLINE


def expanded_items(items: Iterable[Item], tasks: Iterable[Assurance]) -> Iterator[Item]:
    """Yield the items, those of evidence as their fields, then the fields of the tasks."""
    for item in items:
        if item.type == "evidence":
            evidence = Evidence(item.id, item.indicator, item.label, wanted=item.hint, required=item.required)
            yield from _fields_of(evidence, item)
        else:
            yield item
    for task in tasks:
        evidence = Evidence(
            task.id, task.id, task.what, task.responsible, task.how, task.tells_us, task.evidence, required=True
        )
        yield from _fields_of(evidence, Item(id=task.id, indicator=task.id))


def _fields_of(evidence: Evidence, item: Item) -> Iterator[EvidenceField]:
    """Yield the fields of evidence; none is required by itself, for a row is answered as a whole."""
    for name, field in FIELDS.items():
        yield EvidenceField(
            id=field_id(evidence.id, name),
            indicator=evidence.indicator,
            label=f"{evidence.what}: {field.label[0].lower()}{field.label[1:]}",
            type=field.type,
            breakdowns=item.breakdowns,
            geography=item.geography,
            disclosure=item.disclosure,
            evidence=evidence,
            field=name,
        )


def expanded_asks(asks: Iterable[Ask], evidence_items: frozenset[str], tasks: Iterable[Assurance]) -> Iterator[Ask]:
    """Yield the asks, those of evidence for each of its fields, then those of the tasks."""
    for ask in asks:
        if ask.item in evidence_items:
            yield from _asks_of(ask, read_due(ask.due) if ask.due.strip() else _by_frequency(ask))
        else:
            yield ask
    for task in tasks:
        rule = read_due(task.due) or DueRule("not_stated")
        for agency in task.answered_by:
            yield from _asks_of(Ask(item=task.id, supplier=agency, owner=task.responsible, due=task.due), rule)


def _by_frequency(ask: Ask) -> DueRule | None:
    return DueRule(FREQUENCIES[ask.frequency]) if ask.frequency in FREQUENCIES else None


def _asks_of(ask: Ask, rule: DueRule | None) -> Iterator[EvidenceAsk]:
    values: dict[str, Any] = {each.name: getattr(ask, each.name) for each in fields(Ask)}
    for name in FIELDS:
        yield EvidenceAsk(**(values | {"item": field_id(ask.item, name)}), rule=rule)


def task_indicators(tasks: Iterable[Assurance], known: Mapping[str, Indicator]) -> Iterator[Indicator]:
    """Yield an indicator for each task, unless the framework has one of the same id; it holds words and no figure.

    Tasks begin with the first of the framework's own indicators.
    """
    begins = [row.from_ for row in known.values()]
    first = min((each for each in begins if each), default=None) if all(begins) else None
    for task in tasks:
        if task.id not in known:
            yield Indicator(
                id=task.id, title=task.what, group=TASKS, definition=task.how, rationale=task.tells_us,
                polarity="none", derivation="text", over_time="none", over_agencies="none", status="live", from_=first,
                references=task.references, note=task.note,
            )  # fmt: skip


def as_headline(row: Any, evidence_items: frozenset[str]) -> Any:  # noqa: ANN401  (a row of any table)
    """Return a row of a table that names an item, with an item of evidence named by its headline."""
    return replace(row, item=field_id(row.item, HEADLINE)) if row.item in evidence_items else row
