"""Running every check: each statement by its kind, then the figures among themselves."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from dapf_xl import catalogue
from dapf_xl.known import known_figures
from dapf_xl.observations import published
from dapf_xl.periods import Period
from dapf_xl.reconciliation import amounts, days, wordings
from dapf_xl.reconciliation.figures import Figures
from dapf_xl.reconciliation.results import Reconciled
from dapf_xl.reconciliation.unasked import check_figures
from dapf_xl.workspace import CATALOGUE, SETTINGS, open_workspace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from dapf_xl.catalogue import Framework
    from dapf_xl.catalogue.tables import Statement
    from dapf_xl.ledger import Ledger
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


def check_all(framework: Framework, known: Mapping[Figure, Observation]) -> Reconciled:
    """Hold a framework's statements against figures, and the figures against each other.

    Args:
        framework: The catalogue, with the table ``statements``.
        known: The figures, by item, category, agency and period.
    """
    figures = Figures(framework, known)
    checks = [check for each in framework.statements for check in KINDS[each.kind](each, figures)]
    shares = frozenset(each.item for each in framework.statements if each.kind == "share")
    return Reconciled(framework, (*checks, *check_figures(figures, shares)))


def reconcile(source: str | Path, statements: Path | None = None) -> Reconciled:
    """Hold what published documents say against the figures, and the figures against each other; nothing is changed.

    Args:
        source: A shipped framework's id, the path of a catalogue, or a workspace, whose figures then count too.
        statements: A CSV file with the columns of the table ``statements``, in place of the catalogue's own.

    Raises:
        CatalogueError: the catalogue, or the file of statements, has a fault; ``findings`` names row and column.
        NothingToReadError: there is no such catalogue or file.
    """
    path = catalogue.shipped().get(str(source), Path(source))
    if not (path / SETTINGS).is_file():
        framework = catalogue.load(path, statements)
        return check_all(framework, every_figure(framework, None))
    workspace = open_workspace(path)
    framework = catalogue.load(path / CATALOGUE, statements)
    with workspace.ledger() as ledger:
        return check_all(framework, every_figure(framework, ledger))


def every_figure(framework: Framework, ledger: Ledger | None) -> dict[Figure, Observation]:
    """Return every figure that counts, as somebody has it who is about to begin the quarter after the last of them."""
    spans = [each.period for each in (*published(framework), *(ledger.observations() if ledger else ()))]
    if not spans:
        return {}
    following = Period.containing(max(spans).last_day + timedelta(days=1))
    known = known_figures(framework, ledger, following)
    return {key: each for key, each in known.items() if framework.has(each.item, each.category)}
