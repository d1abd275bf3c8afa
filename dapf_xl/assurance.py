"""Quality assurance from round to round: what was issued, what is answered, what is overdue and carried over.

Nothing here asks the clock. A round stands at its last day: what was due before it and is not answered is
overdue. What was issued is read from the ledger; what is still unanswered of it, or has an open action, is
issued again to the agency or to the one that took over from it, until it is answered and done.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from dapf_xl.catalogue.evidence import FIELDS, HEADLINE, EvidenceField, field_id
from dapf_xl.catalogue.framework import Asked
from dapf_xl.observations import words_of
from dapf_xl.periods import words_of_date
from dapf_xl.plain import day_words
from dapf_xl.returns.layout import ASSURANCE, parse_figure_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from dapf_xl.catalogue import Framework
    from dapf_xl.ledger import Ledger
    from dapf_xl.observations import Observation
    from dapf_xl.periods import Period
    from dapf_xl.returns.layout import Figure

OVERDUE, ACTION_OVERDUE = "Overdue", "Action overdue"
NOT_ANSWERED, AWAITED, ACTION_OPEN = "Not answered", "Awaited", "Action open"
NO_DATE, ANSWERED = "No date set", "Answered"
STATUSES = (OVERDUE, ACTION_OVERDUE, NOT_ANSWERED, AWAITED, ACTION_OPEN, NO_DATE, ANSWERED)
"""What a status begins with, the most pressing first."""


@dataclass(frozen=True, slots=True)
class Task:
    """One occurrence of a piece of evidence: who answers it, what was said, and how it stands."""

    asked: Asked
    """Its headline; the supplier is the agency that answers now."""
    evidence: EvidenceField
    fields: Mapping[str, Observation]
    """What is known of it, by the fields' names."""
    status: str
    asked_before: str = ""
    """The agency that it was first asked of, where another has taken over."""

    @property
    def key(self) -> Figure:
        """The key of its headline."""
        return _key(self.asked)


def _key(asked: Asked) -> Figure:
    return (asked.item.id, asked.category, asked.supplier, asked.period)


def tasks_of(
    framework: Framework, period: Period, figures: Mapping[Figure, Observation], ledger: Ledger
) -> tuple[Task, ...]:
    """Return what a round has to do with: asked for in it, issued in it, or carried into it; the overdue first."""
    asked = [each for each in framework.asked(period) if each.is_counted and isinstance(each.item, EvidenceField)]
    issued = list(_issued(framework, period, ledger))
    first: dict[Figure, str] = {}
    for _, each, before in issued:
        first.setdefault(_key(each), before)

    def task_of(each: Asked) -> Task:
        return _task(framework, period, figures, each, first.get(_key(each), ""))

    here = [*asked, *(each for label, each, _ in issued if label == period.label)]
    before_this = (task_of(each) for label, each, _ in issued if label < period.label)
    tasks: dict[Figure, Task] = {}
    for task in (*map(task_of, here), *filter(is_carried, before_this)):
        tasks.setdefault(task.key, task)
    order = {item: number for number, item in enumerate(framework.items)}
    return tuple(sorted(tasks.values(), key=lambda each: _place(each, order)))


def carried_over(
    framework: Framework, period: Period, figures: Mapping[Figure, Observation], ledger: Ledger
) -> dict[str, list[Asked]]:
    """Return what earlier rounds left open, by the agency that answers now: every field of each occurrence."""
    found: dict[Figure, Task] = {}
    for label, asked, before in _issued(framework, period, ledger):
        task = _task(framework, period, figures, asked, before)
        if label < period.label and is_carried(task):
            found.setdefault(task.key, task)
    carried: dict[str, list[Asked]] = {}
    for task in found.values():
        ids = (field_id(task.evidence.evidence.id, name) for name in FIELDS)
        fields = [replace(task.asked, item=framework.items[each]) for each in ids]
        carried.setdefault(task.asked.supplier, []).extend(fields)
    return carried


def is_carried(task: Task) -> bool:
    """Say whether an occurrence goes into the next round: unanswered by its date, or with an open action.

    What has no date is asked for anew each time, and what is not required is not pressed for.
    """
    return task.status.startswith((OVERDUE, ACTION_OVERDUE, ACTION_OPEN))


def _issued(framework: Framework, period: Period, ledger: Ledger) -> Iterator[tuple[str, Asked, str]]:
    """Yield the headlines issued up to a round: the round's label, what is asked of whom now, and of whom it was."""
    for label, agency, name in ledger.issued_on(ASSURANCE.sheet, period):
        parsed = parse_figure_id(name)
        item = framework.items.get(parsed[0]) if parsed else None
        if parsed is None or not isinstance(item, EvidenceField) or item.field != HEADLINE:
            continue
        supplier = framework.supplier_at(agency, period) if agency in framework.agencies else ""
        _, category, span = parsed
        asks = (each for each in framework.asks_of(item.id) if each.category in {"", category})
        ask = next((each for each in asks if framework.supplier_at(each.supplier, period) == supplier), None)
        if supplier and ask is not None:
            yield label, Asked(item, category, supplier, span, ask), "" if supplier == agency else agency


def _task(
    framework: Framework, period: Period, figures: Mapping[Figure, Observation], asked: Asked, before: str
) -> Task:
    assert isinstance(asked.item, EvidenceField)  # noqa: S101  (only evidence is asked for here)
    suppliers = (asked.supplier, *framework.predecessors(asked.supplier, period))
    fields: dict[str, Observation] = {}
    for name in FIELDS:
        item = field_id(asked.item.evidence.id, name)
        keys = ((item, asked.category, supplier, asked.period) for supplier in suppliers)
        found = next((each for key in keys if (each := figures.get(key))), None)
        if found:
            fields[name] = found
    status = status_of(fields, asked.due, period.last_day, required=asked.item.evidence.required)
    return Task(asked, asked.item, fields, status, before)


def status_of(fields: Mapping[str, Observation], due: date | None, day: date, *, required: bool) -> str:
    """Return how an occurrence stands on a day.

    Args:
        fields: What is known of it.
        due: When it is due; None where the source names no day.
        day: The last day of the round.
        required: Whether it must be answered; what need not be is never overdue.
    """
    headline = fields.get(HEADLINE)
    if headline is None or headline.is_awaited:
        if due is None:
            return NO_DATE
        if due < day and required:
            return f"{OVERDUE} since {words_of_date(due)}"
        return NOT_ANSWERED if headline is None else AWAITED
    done = fields.get("action_done")
    action = fields.get("action")
    if action is None or not action.text or (done is not None and done.text == "Yes"):
        return ANSWERED
    by = day_of(fields.get("action_due"))
    return f"{ACTION_OVERDUE} since {words_of_date(by)}" if by is not None and by < day else ACTION_OPEN


def day_of(observation: Observation | None) -> date | None:
    """Return the day that a field gives, if it does."""
    try:
        return date.fromisoformat(observation.text) if observation else None
    except ValueError:
        return None


def _place(task: Task, order: Mapping[str, int]) -> tuple[int, date, int, Period]:
    """Return what tasks are sorted by: how they stand, when they were due, and their place in the catalogue."""
    rank = next(number for number, status in enumerate(STATUSES) if task.status.startswith(status))
    due = task.asked.due or date.max
    return (rank, due, order[task.asked.item.id], task.asked.period)


COLUMNS = (
    "ref", "what", "responsible", "agency", "supplier", "due", "status", "headline", "date", "held", "assurance",
    "action", "owner", "action_due",
)  # fmt: skip
"""The columns of ``MasterTables.assurance``: words, as the sheet shows them."""


def row_of(framework: Framework, task: Task) -> dict[str, str]:
    """Return a task as a row of ``MasterTables.assurance``; what is not known is blank."""
    evidence = task.evidence.evidence
    category = framework.category_label(task.evidence.id, task.asked.category)
    names = {each: framework.agencies[each].name for each in (task.asked.supplier, task.asked_before) if each}
    agency = names[task.asked.supplier]
    due = words_of_date(task.asked.due) if task.asked.due else NO_DATE
    optional = "" if evidence.required else "; optional"
    said = {name: words_of(each, framework.items[each.item]) for name, each in task.fields.items()}
    dates = {name: day_words(words) for name, words in said.items() if FIELDS[name].type == "date"}
    done = f" (done: {said['action_done']})" if "action_done" in said else ""
    return {
        **dict.fromkeys(COLUMNS, ""),
        **{name: words for name, words in (said | dates).items() if name in COLUMNS},
        "action": f"{said.get('action', '')}{done}".strip(),
        "ref": evidence.id,
        "what": f"{evidence.what}: {category}" if category else evidence.what,
        "responsible": evidence.responsible or task.asked.ask.owner or agency,
        "agency": f"{agency}, in place of {names[task.asked_before]}" if task.asked_before else agency,
        "supplier": task.asked.supplier,
        "due": f"{due} (about {task.asked.period.words}{optional})",
        "status": task.status,
    }


def count_by_agency(tasks: Iterable[Task]) -> dict[str, int]:
    """Return how many occurrences each agency is asked for."""
    counts: dict[str, int] = {}
    for task in tasks:
        counts[task.asked.supplier] = counts.get(task.asked.supplier, 0) + 1
    return counts
