"""What ranges of cells add to, as expressions: how a total is set beside its parts."""

# ruff: noqa: SLF001  (the nodes of a tree ask one another)
from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from dapf_xl.expressions import Expression, ExpressionError, Literal, Name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dapf_xl.expressions import Given, Value


@dataclass(frozen=True)
class Tally(Expression):
    """What ranges of cells add to, or how many of their cells hold a number or a text; other cells are passed over."""

    function: str
    """SUM, COUNT or COUNTIF."""
    ranges: tuple[str, ...]
    """Their names."""
    text: str = ""
    """What COUNTIF looks for, whatever its case."""

    def _value(self, env: Mapping[str, Given]) -> Value:
        cells = [cell for name in self.ranges for cell in self._cells(env, name)]
        if self.function == "COUNTIF":
            return Decimal(sum(isinstance(cell, str) and cell.casefold() == self.text.casefold() for cell in cells))
        numbers = [cell for cell in cells if isinstance(cell, Decimal)]
        return sum(numbers, Decimal(0)) if self.function == "SUM" else Decimal(len(numbers))

    @staticmethod
    def _cells(env: Mapping[str, Given], name: str) -> tuple[Value, ...]:
        cells = env.get(name)
        if not isinstance(cells, tuple):
            raise ExpressionError(f"the expression needs the cells of {name}")
        return cells

    def _text(self) -> str:
        marked = [Name(name)._text() for name in self.ranges]
        if self.function != "COUNTIF":
            return f"{self.function}({','.join(marked)})"
        return f"({'+'.join(f'COUNTIF({each},{Literal(self.text)._text()})' for each in marked)})"

    def _depth(self) -> int:
        return 1


def total_of(*ranges: str) -> Expression:
    """Return what the numbers in ranges of cells add to."""
    return Tally("SUM", ranges)


def numbers_in(*ranges: str) -> Expression:
    """Return how many cells of ranges hold a number."""
    return Tally("COUNT", ranges)


def cells_with(text: str, *ranges: str) -> Expression:
    """Return how many cells of ranges hold a text; it may hold no wildcard."""
    return Tally("COUNTIF", ranges, text)
