"""The check beside each row of a return: one definition that is both a formula and its value.

What it says begins with OK, Optional, To do, Correct or Explain; ``Start here`` counts the last three.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from textwrap import shorten
from typing import TYPE_CHECKING

from dapf_xl.expressions import (
    Expression,
    Literal,
    Name,
    all_of,
    any_of,
    first_of,
    is_blank,
    is_number,
    is_text,
    negated,
    rounded,
    starts_with,
    when,
)
from dapf_xl.observations import REPLACEMENTS
from dapf_xl.returns.layout import HEADER_ROW, NARRATIVE, REVISIONS
from dapf_xl.returns.prefilling import EMPTY
from dapf_xl.returns.validation import LARGEST, limits_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from dapf_xl.catalogue import Asked, Framework
    from dapf_xl.catalogue.tables import Item
    from dapf_xl.expressions import Value
    from dapf_xl.periods import Period
    from dapf_xl.returns.layout import EntryTable, Line
    from dapf_xl.returns.prefilling import Cells
    from dapf_xl.workbooks import Sheet

OUTSTANDING = ("To do", "Correct", "Explain")
"""Beginnings that mean that there is still something to do."""

OK = "OK"
LONGEST_LABEL = 100
"""Characters of another figure's label in a check; a text in a formula may have 255."""
VALUE, SHORTHAND, COMMENT = Name("value"), Name("shorthand"), Name("comment")

NEVER: Expression = Literal(constant=False)

Relation = tuple[str, str, bool]
"""Name of the right-hand figure, its label, and whether breaking the relation is an error."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What a row's check depends on besides its cells."""

    type: str
    """The item's type."""
    blank: str
    """What the check says of an empty row: To do, Optional or No change."""
    least: float = 0
    most: float = LARGEST
    """The smallest and the largest value; percentages as fractions."""

    @classmethod
    def of(cls, item: Item, blank: str) -> Kind:
        """Return the kind of a row that asks for an item."""
        return cls(item.type, blank, *limits_of(item))


@cache
def check_of(kind: Kind, relations: tuple[Relation, ...] = ()) -> Expression:
    """Return the check of a row.

    Args:
        kind: What the row takes.
        relations: Figures that this one must not be more than.
    """
    if kind.type == "text":
        return when(is_blank(VALUE), kind.blank, OK)
    is_replacement = when(
        is_text(SHORTHAND), any_of(*(starts_with(SHORTHAND, symbol) for symbol in REPLACEMENTS)), NEVER
    )
    return first_of(
        (all_of(is_blank(VALUE), is_blank(SHORTHAND)), kind.blank),
        (all_of(is_blank(VALUE), is_replacement), OK),
        (is_blank(VALUE), "Correct: no figure beside the marker"),
        (is_replacement, "Correct: figure or shorthand, not both"),
        *([] if kind.type == "yes_no" else _number_cases(kind)),
        *(_broken(relation) for relation in relations),
        otherwise=OK,
    )


def _number_cases(kind: Kind) -> list[tuple[Expression, str]]:
    """Return what is said of a value that is no number, or one that cannot be."""
    if kind.type == "date":
        return [(negated(is_number(VALUE)), "Correct: type a date")]
    cases = [
        (negated(is_number(VALUE)), "Correct: type the number alone"),
        (_exactly(kind.least) > VALUE, f"Correct: below {_limit_words(kind, kind.least)}"),
    ]
    if kind.type == "count":
        cases.append((VALUE.differs_from(rounded(VALUE, 0)), "Correct: a whole number is wanted"))
    most = "any possible figure" if kind.most == LARGEST else _limit_words(kind, kind.most)
    return [*cases, (_exactly(kind.most) < VALUE, f"Correct: more than {most}")]


def _exactly(limit: float) -> Decimal:
    return Decimal(f"{limit:.15g}")


def _limit_words(kind: Kind, limit: float) -> str:
    if not limit:
        return "zero"
    return f"{limit * 100:.10g}%" if kind.type == "percent" else f"{limit:.10g}".replace("-", "−")


def _broken(relation: Relation) -> tuple[Expression, str]:
    name, label, is_error = relation
    right = Name(name)
    more = when(is_number(right), right < VALUE, NEVER)
    if is_error:
        return more, f"Correct: more than {label}"
    return when(more, is_blank(COMMENT), NEVER), f"Explain in the comment: more than {label}"


class LiveChecks:
    """Writes the check column of a framework's returns."""

    def __init__(self, framework: Framework) -> None:
        """Collect the framework's relations by their left-hand item."""
        self.labels = {
            item.id: shorten(item.label, LONGEST_LABEL, placeholder="…") for item in framework.items.values()
        }
        self.relations: dict[str, list[tuple[str, bool]]] = {}
        for rule in framework.rules:
            if rule.kind == "not_more_than":
                is_error = rule.severity == "error" or (not rule.severity and rule.same_cohort)
                for right in rule.right:
                    self.relations.setdefault(rule.left, []).append((right, is_error))

    def write(self, sheet: Sheet, table: EntryTable, lines: Sequence[Line], typed: Mapping[str, Cells]) -> None:
        """Write the check of every line, and the conditional formats that make a wrong value red.

        Args:
            sheet: The sheet.
            table: Its table.
            lines: The table's lines.
            typed: What stands in the yellow cells, by the id of the line; nothing in those that are left out.
        """
        words = self.words(table, lines, typed)
        for line, check, refs in self._checks(table, lines):
            sheet.formula(line.row - 1, table.index("check"), check.formula(refs), words[line.row], "check")
        rows = [line.row for line in lines if line.asked]
        if rows:
            self._mark(sheet, table, HEADER_ROW, max(rows) - 1)

    def words(self, table: EntryTable, lines: Sequence[Line], typed: Mapping[str, Cells]) -> dict[int, str]:
        """Return what the check of each row says of what stands in the yellow cells."""
        cells: dict[str, Value] = {}
        for line in lines:
            held = typed.get(line.id, EMPTY)
            value = Decimal(f"{held.value:.15g}") if isinstance(held.value, float) else held.value
            parts = {"value": value, "shorthand": held.shorthand or None, "comment": held.comment or None}
            cells |= {table.cell(part, line.row): each for part, each in parts.items() if table.has(part)}
        return {
            line.row: str(check.evaluate({name: cells.get(cell) for name, cell in refs.items()}))
            for line, check, refs in self._checks(table, lines)
        }

    def _checks(self, table: EntryTable, lines: Sequence[Line]) -> Iterator[tuple[Line, Expression, dict[str, str]]]:
        """Yield each line's check, with the cells that its names stand for."""
        placed = {_place(line.asked, line.asked.item.id): line for line in lines if line.asked}
        for line in lines:
            if line.asked:
                yield line, *self._check(table, line, line.asked, placed)

    @staticmethod
    def _blank(table: EntryTable, asked: Asked) -> str:
        if table is REVISIONS:
            return "No change"
        return "To do" if asked.item.required else "Optional"

    def _check(
        self, table: EntryTable, line: Line, asked: Asked, placed: dict[tuple[str, str, Period], Line]
    ) -> tuple[Expression, dict[str, str]]:
        letters = (table.columns["value"], table.columns.get("shorthand", "A"), table.columns.get("comment", "A"))
        relations = [
            (other, self.labels[right], is_error)
            for right, is_error in self.relations.get(asked.item.id, [])
            if (other := placed.get(_place(asked, right))) and table is not NARRATIVE
        ]
        refs = dict(zip(("value", "shorthand", "comment"), (f"{letter}{line.row}" for letter in letters), strict=True))
        named = []
        for number, (other, label, is_error) in enumerate(relations):
            refs[f"right_{number}"] = table.cell("value", other.row)
            named.append((f"right_{number}", label, is_error))
        return check_of(Kind.of(asked.item, self._blank(table, asked)), tuple(named)), refs

    @staticmethod
    def _mark(sheet: Sheet, table: EntryTable, first: int, last: int) -> None:
        """Colour by the check, so that a bad value shows even where a paste destroyed the validation."""
        check = f"${table.columns['check']}{first + 1}"
        criteria = f'=OR(LEFT({check},7)="Correct",LEFT({check},7)="Explain")'
        wrong = {"type": "formula", "criteria": criteria, "format": sheet.book.style("if_wrong_value")}
        for part in ("value", "check"):
            sheet.worksheet.conditional_format(first, table.index(part), last, table.index(part), wrong)
        done = {"type": "formula", "criteria": f'={check}="{OK}"', "format": sheet.book.style("if_done")}
        sheet.worksheet.conditional_format(first, table.index("check"), last, table.index("check"), done)


def _place(asked: Asked, item: str) -> tuple[str, str, Period]:
    """Return what a row, or another item's row beside it, is found by."""
    return item, asked.category, asked.period
