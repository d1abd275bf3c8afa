"""Which returns have to go out again after the catalogue was corrected: those that would ask for something else now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dapf_xl.returns.layout import ASSURANCE, ENTRY_TABLES, REVISIONS, plan_return
from dapf_xl.returns.row_texts import UNITS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from dapf_xl.catalogue import Framework
    from dapf_xl.ledger import Ledger
    from dapf_xl.observations import Observation
    from dapf_xl.periods import Period
    from dapf_xl.returns.layout import Figure, Plan

Asks = frozenset[tuple[str, str]]
"""What a return asks for: the id of each figure, and its unit."""


def changed_agencies(
    framework: Framework,
    ledger: Ledger,
    period: Period,
    known: Mapping[Figure, Observation],
    agencies: Iterable[str],
) -> list[str]:
    """Return those of some agencies whose return asks for something else now than when it was last issued.

    Wording does not count: a return whose labels, hints or targets were corrected since is taken as it is.
    ``Revisions`` does not count either, nor evidence that was carried over: both follow what is known.
    """
    carried = {name for label, _, name in ledger.issued_on(ASSURANCE.sheet, period) if label < period.label}
    last = {each.agency: each.issue_id for each in ledger.issued(period).values()}
    return [
        agency
        for agency in agencies
        if agency not in last
        or _asks_now(plan_return(framework, agency, period, known)) != _asked_then(ledger, last[agency], carried)
    ]


def _asks_now(plan: Plan) -> Asks:
    return frozenset(
        (line.id, UNITS.get(line.asked.item.type, "number") if ENTRY_TABLES[sheet].has("unit") else "")
        for sheet, line in plan.figures()
        if line.asked and sheet != REVISIONS.sheet
    )


def _asked_then(ledger: Ledger, issue_id: str, carried: set[str]) -> Asks:
    locked = ledger.locked_values(issue_id)
    found = set()
    for sheet, rows in ledger.issued_with([issue_id])[issue_id].positions.items():
        table = ENTRY_TABLES[sheet]
        if table is not REVISIONS:
            units = {row: locked[sheet].get(table.cell("unit", row), "") for row, _ in rows if table.has("unit")}
            found |= {(figure, str(units.get(row, ""))) for row, figure in rows if figure not in carried}
    return frozenset(found)


def given_so_far(
    framework: Framework, period: Period, known: Mapping[Figure, Observation]
) -> dict[Figure, Observation]:
    """Return what was given in a round by return, or amended: what its returns, issued again, are filled in with."""
    asked = {(each.item.id, each.category, each.supplier, each.period) for each in framework.asked(period)}
    return {figure: each for figure, each in known.items() if figure in asked and each.status != "published"}
