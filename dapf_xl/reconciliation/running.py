"""Running every check: each statement by its kind, then the figures among themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dapf_xl.reconciliation import amounts, days, wordings
from dapf_xl.reconciliation.figures import Figures
from dapf_xl.reconciliation.results import Reconciled
from dapf_xl.reconciliation.unasked import check_figures

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from dapf_xl.catalogue import Framework
    from dapf_xl.catalogue.tables import Statement
    from dapf_xl.observations import Observation
    from dapf_xl.reconciliation.results import Check
    from dapf_xl.returns.layout import Figure

KINDS: dict[str, Callable[[Statement, Figures], Iterator[Check]]] = {
    "equals": amounts.equals,
    "absent": amounts.absent,
    "sum": amounts.total,
    "share": amounts.share,
    "change": amounts.change,
    "trend": amounts.trend,
    "extreme": amounts.extreme,
    "average": amounts.average,
    "follows": amounts.follows,
    "date": days.date,
    "span": days.span,
    "within": days.within,
    "unit": wordings.unit,
    "small_numbers": wordings.small_numbers,
    "unavailable": wordings.unavailable,
    "ratings": wordings.ratings,
    "wording": wordings.wording,
    "reference": wordings.reference,
    "basis": wordings.basis,
}
"""What checks each kind of statement; a kind's words are its function's."""


def reconcile(framework: Framework, known: Mapping[Figure, Observation]) -> Reconciled:
    """Hold a framework's statements against figures, and the figures against each other.

    Args:
        framework: The catalogue, with the table ``statements``.
        known: The figures, by item, category, agency and period.
    """
    figures = Figures(framework, known)
    checks = [check for each in framework.statements for check in KINDS[each.kind](each, figures)]
    return Reconciled(framework, (*checks, *check_figures(figures)))
