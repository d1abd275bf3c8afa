"""Whether every figure stands where it was issued: batch 3 of the checks.

A return whose ids have moved is rejected. It is never read by position.
"""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING

from dapf_xl.catalogue.evidence import EvidenceField
from dapf_xl.findings import Code, Finding
from dapf_xl.personal_data import redacted
from dapf_xl.plain import shown
from dapf_xl.returns.layout import ASSURANCE, ENTRY_TABLES, REVISIONS, figure_id, parse_figure_id, plan_return
from dapf_xl.rules.identity import period_of, resolves

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from dapf_xl.catalogue import Framework
    from dapf_xl.returns.layout import EntryTable
    from dapf_xl.returns.reading import ReadReturn
    from dapf_xl.rules.context import Context

_OF_EARLIER = (REVISIONS, ASSURANCE)
"""Tables that also hold what earlier rounds left open, which the catalogue alone does not tell."""
_NAMED = 3
"""Cells that a finding about what was typed outside the tables names."""

Place = tuple[int, str]
Positions = dict[str, list[Place]]


class Structure:
    """Compares returns with what was issued, or with what would be issued now."""

    def __init__(self) -> None:
        """Begin without plans: each agency's is made once."""
        self._plans: dict[tuple[str, str], Positions] = {}

    def check(self, context: Context, read: ReadReturn) -> list[Finding]:
        """Return the first cell of each sheet that does not hold what it held, and what stands outside the tables."""
        findings = [*self._moved(context, read), *_outside(read)]
        return [finding.in_file(read.name) for finding in findings]

    def _moved(self, context: Context, read: ReadReturn) -> list[Finding]:
        found = read.positions()
        record = context.record_of(read.identity["issue_id"])
        if record is not None:
            expected = {sheet: _places(rows) for sheet, rows in record.positions.items()}
            if expected == found:  # nearly always
                return []
        else:
            expected = self._planned(context, read)
        framework = context.framework
        findings = [
            finding
            for table in ENTRY_TABLES.values()
            if not (record is None and table in _OF_EARLIER)
            for finding in _compare(framework, table, expected.get(table.sheet), found.get(table.sheet))
        ]
        for table in _OF_EARLIER if record is None else ():
            if table.sheet in expected or table.sheet in found:
                findings += _unknown(framework, table, found.get(table.sheet))
        return findings

    def _planned(self, context: Context, read: ReadReturn) -> Positions:
        """Return where the figures of a return stand by the catalogue, where there is no record of its issue."""
        agency, label = read.identity["agency"], read.identity["period"]
        if (agency, label) not in self._plans:
            period = period_of(read)
            assert period is not None  # noqa: S101  (its identity is in order)
            self._plans[agency, label] = plan_return(context.framework, agency, period, context.known).positions()
        return self._plans[agency, label]


def _outside(read: ReadReturn) -> Iterator[Finding]:
    """Yield a finding for each sheet on which something was typed where no figure is asked for."""
    for sheet in ENTRY_TABLES:
        typed = [each for each in read.outside if each.sheet == sheet]
        if typed:
            named = [f'"{redacted(shown(each.value))}" in {each.cell}' for each in typed[:_NAMED]]
            more = f" and {len(typed) - _NAMED} more" if len(typed) > _NAMED else ""
            yield Code.OUTSIDE_THE_TABLE.finding(sheet=sheet, cell=typed[0].cell, found=f"{', '.join(named)}{more}")


def _places(rows: Sequence[Place]) -> list[Place]:
    """Return rows and ids as they compare; a record that came from JSON holds lists."""
    return [(row, figure) for row, figure in rows]


def _compare(
    framework: Framework, table: EntryTable, expected: list[Place] | None, found: list[Place] | None
) -> Iterator[Finding]:
    if expected is None and not found:
        return
    if found is None:
        yield Code.SHEET_MISSING.finding(sheet=table.sheet, expected=table.sheet)
        return
    for wanted, there in zip_longest(sorted(expected or []), sorted(found)):
        if wanted == there:
            continue
        row = min(place[0] for place in (wanted, there) if place)
        at_row = [place[1] if place and place[0] == row else "" for place in (wanted, there)]
        words = [_words(framework, figure) for figure in at_row]
        yield Code.ID_MOVED.finding(
            sheet=table.sheet,
            cell=table.cell("id", row),
            expected=words[0] or "nothing",
            found=f"{words[1]} does" if words[1] else "nothing does",
        )
        return


def _unknown(framework: Framework, table: EntryTable, found: Sequence[Place] | None) -> Iterator[Finding]:
    """Yield the first id of a sheet that names no figure, or one that is there twice."""
    if found is None:
        yield Code.SHEET_MISSING.finding(sheet=table.sheet, expected=table.sheet)
        return
    seen: Mapping[str, int] = {}
    for row, figure in found:
        if figure in seen or not resolves(framework, figure):
            yield Code.ID_MOVED.finding(
                sheet=table.sheet,
                cell=table.cell("id", row),
                expected="a figure of this framework, once",
                found=f"{_words(framework, figure)} does",
            )
            return
        seen = {**seen, figure: row}


def _words(framework: Framework, figure: str) -> str:
    """Return a figure's id with its label, as the person who filled the return knows it."""
    parsed = parse_figure_id(figure)
    if parsed is None or not resolves(framework, figure):
        return shown(figure)
    name, category, period = parsed
    item = framework.items[name]
    label = item.label
    if isinstance(item, EvidenceField):  # what stands in the cell is its row's
        label, figure = item.evidence.what, figure_id(item.evidence.id, category, period)
    parts = (label, framework.category_label(name, category))
    return f'"{": ".join(part for part in parts if part)}" ({shown(figure)})'
