"""Whether each row of evidence is answered as a whole: part of batch 6.

A headline, or a shorthand in its place, answers a row. Beside a headline belong date and place, beside an
action its owner and the day that it is due. What was given in an earlier round need not be given again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from dapf_xl.catalogue.evidence import FIELDS, HEADLINE, EvidenceField, field_id
from dapf_xl.findings import Code
from dapf_xl.returns.layout import ASSURANCE, is_owed
from dapf_xl.rules.rows import BLANK, Fault
from dapf_xl.rules.schema import label_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dapf_xl.periods import Period
    from dapf_xl.rules.context import Context
    from dapf_xl.rules.rows import Rows

_BESIDE = {HEADLINE: ("date", "held"), "action": ("owner", "action_due")}
"""What belongs beside a field."""
_EXAMPLES = {
    "date": "30 June 2021",
    "held": "the partnership's shared folder, minutes of June",
    "action": "Repeat the audit with a larger sample",
    "owner": "service manager (a role, no name)",
    "action_due": "30 September 2021",
}


class _Row(NamedTuple):
    """A row of evidence of one agency: the frame's row of each field, and what was given before."""

    positions: dict[str, int]
    given: frozenset[str]
    """The fields that are filled."""
    known: frozenset[str]
    """The fields that were given in an earlier round; a headline that was only announced is not."""
    words: bool
    """Whether the headline is given now, in words."""
    owed: bool


def check_evidence(context: Context, rows: Rows, sound: np.ndarray[Any, Any]) -> list[Fault]:
    """Return what is missing in rows of evidence, each in the cell that is blank.

    Args:
        context: The framework, and what is known from earlier rounds.
        rows: All rows of all returns.
        sound: Which of them have no error so far; of the others nothing more is said.
    """
    faults = []
    for row in _rows_of_evidence(context, rows):
        for field, code, beside in _missing(row):
            position = row.positions[field]
            if sound[position]:
                faults.append(_fault(context, rows, position, code, (field, beside)))
    return faults


def _rows_of_evidence(context: Context, rows: Rows) -> Iterator[_Row]:
    frame = rows.frame
    here = np.flatnonzero((frame["sheet"] == ASSURANCE.sheet).to_numpy() & frame["stands"].to_numpy())
    found: dict[tuple[int, str, str, Period], dict[str, int]] = {}
    for position in here.tolist():
        key = rows.figures[frame["figure"][position]]
        item = context.framework.items[key.item]
        if isinstance(item, EvidenceField):
            place = (int(frame["group"][position]), item.evidence.id, key.category, key.period)
            found.setdefault(place, {})[item.field] = position
    filled, kinds = frame["filled"].to_numpy(), np.asarray(frame["kind"])
    for (group, evidence, category, period), positions in found.items():
        file = rows.files[frame["file"][positions[HEADLINE]]]
        suppliers = (rows.agencies[group], *context.framework.predecessors(rows.agencies[group], file.period))
        before = {
            name: next(filter(None, (context.known.get((item, category, each, period)) for each in suppliers)), None)
            for name, item in ((name, field_id(evidence, name)) for name in FIELDS)
        }
        headline = before[HEADLINE]
        item = context.framework.items[field_id(evidence, HEADLINE)]
        yield _Row(
            positions,
            frozenset(name for name, position in positions.items() if filled[position]),
            frozenset(name for name, each in before.items() if each and (name != HEADLINE or not each.is_awaited)),
            words=kinds[positions[HEADLINE]] != BLANK,
            owed=isinstance(item, EvidenceField) and is_owed(item, headline),
        )


def _missing(row: _Row) -> Iterator[tuple[str, Code, str]]:
    """Yield the fields that are blank and should not be, and what they belong beside."""
    everything = row.given | row.known
    if HEADLINE not in row.given and (row.owed or (row.given and HEADLINE not in row.known)):
        yield HEADLINE, Code.EVIDENCE_BLANK, ""
    for field, beside in _BESIDE.items():
        is_there = row.words if field == HEADLINE else field in row.given
        if is_there:
            yield from ((name, Code.EVIDENCE_INCOMPLETE, field) for name in beside if name not in everything)
    alone = {"owner", "action_due", "action_done"} & row.given
    if alone and "action" not in everything:
        yield "action", Code.EVIDENCE_INCOMPLETE, next(name for name in FIELDS if name in alone)


def _fault(context: Context, rows: Rows, position: int, code: Code, fields: tuple[str, str]) -> Fault:
    frame = rows.frame
    field, beside = fields
    key = rows.figures[frame["figure"][position]]
    item = context.framework.items[key.item]
    what = item.evidence.what if isinstance(item, EvidenceField) else label_of(context.framework, key.item, "")
    words: dict[str, object] = {
        "what": what,
        "field": FIELDS[field].label,
        "beside": FIELDS[beside].label if beside else "",
        "example": _EXAMPLES.get(field, ""),
        "cell_words": frame["value_cell"][position],
        "shorthand_cell": frame["shorthand_cell"][position],
    }
    return Fault(position, code, "value", code.severity, words)
