"""Figures about other areas that were imported: recorded beside the observations of the same file."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from dapf_xl.comparators import ComparatorFigure
from dapf_xl.periods import Period

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

_COLUMNS = (
    "item", "category", "geography", "period", "basis", "value", "replacement", "markers", "source", "released", "note",
    "file", "cell", "sha256",
)  # fmt: skip


class ComparedFigures:
    """What a ledger is told and asked about comparators."""

    connection: sqlite3.Connection

    def record_compared(self, given: int, figures: Iterable[ComparatorFigure]) -> None:
        """Record comparators that came with what was given under a number."""
        self.connection.executemany(
            f"INSERT INTO compared (given, {', '.join(_COLUMNS)}) VALUES ({', '.join('?' * (1 + len(_COLUMNS)))})",  # noqa: S608
            (
                (
                    given, each.item, each.category, each.geography, each.period.label if each.period else "",
                    each.basis, None if each.value is None else format(each.value, "f"), each.replacement,
                    each.markers, each.source, each.released, each.note, each.file, each.cell, each.sha256,
                )
                for each in figures
            ),
        )  # fmt: skip

    def compared(self, until: Period | None = None) -> list[ComparatorFigure]:
        """Return the comparators on record that stand, in the order in which they came.

        Args:
            until: Only what came in the rounds up to this quarter.
        """
        label = until.label if until else ""
        rows = self.connection.execute(
            f"SELECT {', '.join(f'compared.{name}' for name in _COLUMNS)} FROM compared "  # noqa: S608  (fixed names)
            "JOIN given ON given.id = compared.given WHERE given.round <= ? OR ? = '' ORDER BY compared.id",
            (label, label),
        )
        return list({each.key: each for each in map(_figure_of, rows)}.values())


def _figure_of(row: tuple[Any, ...]) -> ComparatorFigure:
    item, category, geography, label, basis, value, *rest = row
    period = Period.parse(label) if label else None
    return ComparatorFigure(item, category, geography, period, basis, None if value is None else Decimal(value), *rest)
