"""The check beside each row of a return: one definition that is both a formula and its value.

What it says begins with OK, Optional, To do, Correct or Explain; ``Start here`` counts the last three.
"""

from __future__ import annotations

from functools import cache
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

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dapf_xl.catalogue import Framework
    from dapf_xl.returns.layout import EntryTable, Line
    from dapf_xl.workbooks import Sheet

OUTSTANDING = ("To do", "Correct", "Explain")
"""Beginnings that mean that there is still something to do."""

OK = "OK"
VALUE, SHORTHAND, COMMENT = Name("value"), Name("shorthand"), Name("comment")

NEVER: Expression = Literal(constant=False)
_ROW = 999_999
"""Stands for the row in a formula that is written once and used in many rows."""

Relation = tuple[str, str, bool]
"""Name of the right-hand figure, its label, and whether breaking the relation is an error."""


def check_of(kind: str, blank: str, relations: tuple[Relation, ...] = ()) -> Expression:
    """Return the check of a row.

    Args:
        kind: Type of the item.
        blank: What it says of an empty row: To do, Optional or No change.
        relations: Figures that this one must not be more than.
    """
    if kind in {"text", "evidence", "yes_no"}:
        return when(is_blank(VALUE), blank, OK)
    is_replacement = when(
        is_text(SHORTHAND), any_of(*(starts_with(SHORTHAND, symbol) for symbol in REPLACEMENTS)), NEVER
    )
    return first_of(
        (all_of(is_blank(VALUE), is_blank(SHORTHAND)), blank),
        (all_of(is_blank(VALUE), is_replacement), OK),
        (is_blank(VALUE), "Correct: no figure beside the marker"),
        (is_replacement, "Correct: keep the figure or the shorthand, not both"),
        (negated(is_number(VALUE)), "Correct: type a date" if kind == "date" else "Correct: type the number alone"),
        (VALUE < 0, "Correct: below zero"),
        *([(VALUE.differs_from(rounded(VALUE, 0)), "Correct: a whole number is wanted")] if kind == "count" else []),
        *([(VALUE > 1, "Correct: more than 100%")] if kind == "percent" else []),
        *(_broken(relation) for relation in relations),
        otherwise=OK,
    )


def _broken(relation: Relation) -> tuple[Expression, str]:
    name, label, is_error = relation
    right = Name(name)
    more = when(is_number(right), VALUE > right, NEVER)
    if is_error:
        return more, f"Correct: more than {label}"
    return when(more, is_blank(COMMENT), NEVER), f"Explain in the comment: more than {label}"


@cache
def _formula(kind: str, blank: str, letters: tuple[str, str, str]) -> str:
    names = ("value", "shorthand", "comment")
    return check_of(kind, blank).formula({name: f"{letter}{_ROW}" for name, letter in zip(names, letters, strict=True)})


class LiveChecks:
    """Writes the check column of a framework's returns."""

    def __init__(self, framework: Framework) -> None:
        """Collect the framework's relations by their left-hand item."""
        self.relations: dict[str, list[tuple[str, bool]]] = {}
        for rule in framework.rules:
            if rule.kind == "not_more_than":
                is_error = rule.severity == "error" or (not rule.severity and rule.same_cohort)
                for right in rule.right:
                    self.relations.setdefault(rule.left, []).append((right, is_error))

    def write(self, sheet: Sheet, table: EntryTable, lines: Sequence[Line]) -> None:
        """Write the check of every line, and the conditional formats that make a wrong value red."""
        placed = {(line.asked.item.id, line.asked.category): line for line in lines if line.asked}
        for line in lines:
            if line.asked:
                blank = self._blank(table, line)
                sheet.formula(line.row - 1, table.index("check"), self._text(table, line, placed, blank), blank, "check")
        rows = [line.row for line in lines if line.asked]
        if rows:
            self._mark(sheet, table, HEADER_ROW, max(rows) - 1)

    @staticmethod
    def _blank(table: EntryTable, line: Line) -> str:
        if table is REVISIONS:
            return "No change"
        return "To do" if line.asked and line.asked.item.required else "Optional"

    def _text(self, table: EntryTable, line: Line, placed: dict[tuple[str, str], Line], blank: str) -> str:
        assert line.asked is not None  # noqa: S101  (headings have no check)
        item = line.asked.item
        letters = (table.columns["value"], table.columns.get("shorthand", "A"), table.columns.get("comment", "A"))
        relations = [
            (other, is_error)
            for right, is_error in self.relations.get(item.id, [])
            if (other := placed.get((right, line.asked.category))) and table is not NARRATIVE
        ]
        if not relations:
            return _formula(item.type, blank, letters).replace(str(_ROW), str(line.row))
        refs = dict(zip(("value", "shorthand", "comment"), (f"{letter}{line.row}" for letter in letters), strict=True))
        named = []
        for number, (other, is_error) in enumerate(relations):
            refs[f"right_{number}"] = table.cell("value", other.row)
            named.append((f"right_{number}", other.asked.item.label if other.asked else "", is_error))
        return check_of(item.type, blank, tuple(named)).formula(refs)

    @staticmethod
    def _mark(sheet: Sheet, table: EntryTable, first: int, last: int) -> None:
        """Colour by the check, so that a bad value shows even where a paste destroyed the validation."""
        check = f"${table.columns['check']}{first + 1}"
        wrong = f'=OR(LEFT({check},7)="Correct",LEFT({check},7)="Explain")'
        for part in ("value", "check"):
            column = table.index(part)
            sheet.worksheet.conditional_format(
                first, column, last, column, {"type": "formula", "criteria": wrong, "format": sheet.book.style("if_wrong")}
            )
        column = table.index("check")
        done = f'={check}="{OK}"'
        sheet.worksheet.conditional_format(
            first, column, last, column, {"type": "formula", "criteria": done, "format": sheet.book.style("if_done")}
        )
