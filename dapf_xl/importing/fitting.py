"""Whether imported figures fit those that they stand beside: the rules of the catalogue, as for a return."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dapf_xl.findings import Batch, Code, Severity
from dapf_xl.observations import shorthand_words
from dapf_xl.periods import Period
from dapf_xl.rules import Context
from dapf_xl.rules.amending import Said, check_said

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dapf_xl.importing.judging import Judge
    from dapf_xl.observations import Observation
    from dapf_xl.returns.layout import Figure


def refused_by_rules(judge: Judge, new: Mapping[int, Observation], known: Mapping[Figure, Observation]) -> set[int]:
    """Report what breaks a rule, and return the rows that are not to be taken.

    These are the rows with an error, and those with a query that their note does not explain.

    Args:
        judge: Who judged the rows, for reporting.
        new: The observations that are to be recorded, by the number of their row.
        known: The figures that count so far.
    """
    refused = set()
    for (agency, quarter), rows in _together(new).items():
        said = {each.key: _said(each) for each in rows.values()}
        found, _ = check_said(Context(judge.framework, quarter, known=known), agency, quarter, said)
        for finding in found:
            if finding.code.batch is not Batch.RULES:
                continue
            number = next(
                (row for row, each in rows.items() if _is_of(each, finding.item, finding.category)), min(rows)
            )
            words = {"value": finding.found, "what": finding.message.rstrip(".")}
            judge.report(Code.IMPORT_DOES_NOT_FIT, number, "value", severity=finding.severity, **words)
            if finding.severity is Severity.ERROR or (finding.severity is Severity.QUERY and not rows[number].comment):
                refused.add(number)
    return refused


def _together(new: Mapping[int, Observation]) -> dict[tuple[str, Period], dict[int, Observation]]:
    """Return the rows that would stand in one return."""
    groups: dict[tuple[str, Period], dict[int, Observation]] = {}
    for number, each in new.items():
        groups.setdefault((each.supplier, Period.containing(each.period.last_day)), {})[number] = each
    return groups


def _said(each: Observation) -> Said:
    value = "" if each.value is None else format(each.value, "f")
    return Said(value, shorthand_words(each), each.comment)


def _is_of(each: Observation, *figure: str) -> bool:
    return (each.item, each.category) == figure
