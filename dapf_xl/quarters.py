"""The financial year by quarter: what was aimed at beside what came of it, with owner and baseline.

The form in which areas report against targets. Nothing is computed here: the readings are those of every other sheet.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dapf_xl import reference
from dapf_xl.paper import QUARTERS, WITHHELD, figure_words
from dapf_xl.reference import is_never_published
from dapf_xl.variance import target_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dapf_xl.catalogue.tables import Target
    from dapf_xl.consolidation import Round
    from dapf_xl.variance import Line

COLUMNS = {
    "indicator": "Id of the indicator.",
    "label": "The indicator, or the part of it that the target is for.",
    "owner": "Who answers for it; blank where that is whoever supplies it.",
    "baseline": "The baseline as the source words it.",
    **{f"{quarter}_target": f"The target of {quarter.upper()} as the source words it." for quarter in QUARTERS},
    **{f"{quarter}_actual": f"What came of {quarter.upper()}, in words; blank until it has." for quarter in QUARTERS},
}
"""The columns of ``MasterTables.quarters``."""


def rows_of(current: Round, lines: Iterable[Line]) -> list[dict[str, Any]]:
    """Return a row for each line that is given every quarter and has a target in any of the year's; see ``COLUMNS``."""
    quarterly = {ask.item for ask in current.framework.asks if ask.frequency == "quarter"}
    owners = reference.owners(current.framework)
    rows = (_row(current, line, owners) for line in lines if line.measure.item.id in quarterly)
    return [row for row in rows if any(row[f"{quarter}_target"] for quarter in QUARTERS)]


def _row(current: Round, line: Line, owners: dict[str, str]) -> dict[str, Any]:
    measure, framework = line.measure, current.framework
    part = "" if measure.role == "main" else f"{measure.indicator.title}: "
    row = {"indicator": measure.indicator.id, "label": f"{part}{line.label}", "owner": owners[measure.indicator.id]}
    hidden = is_never_published(framework, measure)
    baselines = []
    for name, quarter in zip(QUARTERS, current.period.financial_year.quarters(), strict=True):
        target = target_of(framework, measure, quarter)
        has_come = quarter.last_day <= current.period.last_day
        actual = WITHHELD if hidden else figure_words(current, measure, quarter)
        row[f"{name}_target"] = _aim(target)
        row[f"{name}_actual"] = actual if has_come else ""
        baselines += [target.baseline_text] if target and target.baseline_text else []
    return row | {"baseline": next(iter(baselines), "")}


def _aim(target: Target | None) -> str:
    """Return a target as the source words it; one that is not a quarter's own says so."""
    if target is None or target.kind == "none":
        return ""
    span = "" if target.basis in {"", "quarter"} else f" (not a quarter's: {target.basis.replace('_', ' ')})"
    return target.text + span
