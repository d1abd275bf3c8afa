"""The check beside each row of a return: one definition that is both a formula and its value.

What it says begins with OK, Optional, Not used, To do, Correct or Explain; ``Start here`` counts the last three.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from textwrap import shorten
from typing import TYPE_CHECKING

from dapf_xl.catalogue.framework import split_figure
from dapf_xl.catalogue.relating import (
    HALF_A_POINT,
    in_force,
    is_on_the_left,
    multiplier_of,
    partner,
    severity_of,
    sums_of,
)
from dapf_xl.expressions import (
    LONGEST_TEXT,
    Expression,
    Literal,
    Name,
    absolute,
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
from dapf_xl.findings import Severity
from dapf_xl.observations import REPLACEMENTS
from dapf_xl.returns.layout import HEADER_ROW, LABEL, NARRATIVE, RETURN, REVISIONS
from dapf_xl.returns.prefilling import EMPTY
from dapf_xl.returns.validation import LARGEST, limits_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import TypeAlias

    from dapf_xl.catalogue import Asked, Framework
    from dapf_xl.catalogue.relating import Named
    from dapf_xl.catalogue.tables import Item, Rule
    from dapf_xl.expressions import Value
    from dapf_xl.periods import Period
    from dapf_xl.returns.layout import EntryTable, Line
    from dapf_xl.returns.prefilling import Cells
    from dapf_xl.workbooks import Sheet

    Placed: TypeAlias = Mapping[tuple[str, str, Period], Line]

OUTSTANDING = ("To do", "Correct", "Explain")
"""Beginnings that mean that there is still something to do."""

OK = "OK"
SAYS = (OK, "Optional", "Not used", "No change", *OUTSTANDING)
"""What a check can begin with."""
LONGEST_LABEL = 100
"""Characters of another figure's label in a check; a text in a formula may have 255."""
VALUE, SHORTHAND, COMMENT = Name("value"), Name("shorthand"), Name("comment")

LABEL_CELL = Name("label")
BESIDE = "_shorthand"
NOT_USED = "Not used"
"""What the check says of a spare row that is empty."""
_DECIMALS = 9
"""At which two figures are the same: far below what is reported, far above what binary fractions lose."""

NEVER: Expression = Literal(constant=False)


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


@dataclass(frozen=True, slots=True)
class Relation:
    """A rule between a row's figure and others of the same return, in the scale of the cells."""

    kind: str
    """not_more_than, sum_of_parts or ratio."""
    names: tuple[str, ...]
    """Names of the other figures; of a ratio its numerator and its denominator."""
    label: str
    """What they are called."""
    severity: Severity
    tolerance: Decimal = Decimal(0)
    multiplier: Decimal = Decimal(1)
    """What a ratio is multiplied by."""
    spare: frozenset[str] = frozenset()
    """Which of the names are of spare rows; beside each stands its shorthand, under its name and ``_shorthand``."""


@dataclass(frozen=True, slots=True)
class SpareRow:
    """What the label of a spare row must not be."""

    others: tuple[str, ...]
    """Names of the cells of the other spare rows' labels."""
    printed: tuple[str, ...]
    """Labels of the rows that stand on the return."""


@cache
def check_of(kind: Kind, relations: tuple[Relation, ...] = (), spare: SpareRow | None = None) -> Expression:
    """Return the check of a row.

    Args:
        kind: What the row takes.
        relations: The rules that its figure must keep.
        spare: What its label must not be, for a spare row.
    """
    if kind.type == "text":
        return when(is_blank(VALUE), kind.blank, OK)
    is_replacement = when(
        is_text(SHORTHAND), any_of(*(starts_with(SHORTHAND, symbol) for symbol in REPLACEMENTS)), NEVER
    )
    is_empty = all_of(is_blank(VALUE), is_blank(SHORTHAND))
    return first_of(
        *([] if spare is None else _label_cases(spare, is_empty)),
        (is_empty, "To do" if spare else kind.blank),
        (all_of(is_blank(VALUE), is_replacement), OK),
        (is_blank(VALUE), "Correct: no figure beside the marker"),
        (is_replacement, "Correct: figure or shorthand, not both"),
        *([] if kind.type == "yes_no" else _number_cases(kind)),
        *(_broken(relation) for relation in relations),
        otherwise=OK,
    )


def _label_cases(spare: SpareRow, is_empty: Expression) -> list[tuple[Expression, str]]:
    """Return what is said of a spare row's label; of an empty row, that nobody has to use it."""
    unnamed = is_blank(LABEL_CELL)
    cases = [(all_of(unnamed, is_empty), NOT_USED), (unnamed, "Correct: write what the figure is for")]
    texts = when(is_text(LABEL_CELL), _is_one_of(spare.printed), NEVER)
    if spare.printed:
        cases.append((texts, "Correct: it has a row of its own"))
    if spare.others:
        same = any_of(*(all_of(is_text(Name(name)), Name(name).equals(LABEL_CELL)) for name in spare.others))
        cases.append((when(is_text(LABEL_CELL), same, NEVER), "Correct: written twice"))
    return cases


def _is_one_of(labels: Sequence[str]) -> Expression:
    return any_of(*(LABEL_CELL.equals(label) for label in labels))


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
    """Return when a relation is broken, and what is then said."""
    names = [Name(name) for name in relation.names]
    match relation.kind:
        case "not_more_than":
            condition, words = _is_more(relation, names[0]), f"more than {relation.label}"
        case "sum_of_parts":
            condition, words = _is_no_sum(relation), f"not the sum of {relation.label}"
        case _:
            condition, words = _is_no_ratio(relation, *names), f"not {relation.label}"
    if relation.severity is Severity.ERROR:
        return condition, f"Correct: {words}"
    if relation.severity is Severity.WARNING:
        return condition, f"{OK}, but look again: {words}"
    return when(condition, is_blank(COMMENT), NEVER), f"Explain in the comment: {words}"


def _is_more(relation: Relation, right: Name) -> Expression:
    limit = right + relation.tolerance if relation.tolerance else right
    return when(is_number(right), limit < VALUE, NEVER)


def _is_no_sum(relation: Relation) -> Expression:
    """Return whether a total is not what its parts add to; unknown parts leave that open, blank spare rows add 0."""
    known, total = [], None
    for name in relation.names:
        part: Expression = Name(name)
        if name in relation.spare:
            is_unused = all_of(is_blank(part), is_blank(Name(f"{name}{BESIDE}")))
            known.append(any_of(is_number(part), is_unused))
            part = when(is_number(part), part, 0)
        else:
            known.append(is_number(part))
        total = part if total is None else total + part
    assert total is not None  # noqa: S101  (a sum has parts)
    return when(all_of(*known), absolute(rounded(VALUE - total, _DECIMALS)) > relation.tolerance, NEVER)


def _is_no_ratio(relation: Relation, top: Name, bottom: Name) -> Expression:
    """Return whether a ratio is not what its two numbers give; of nothing there is none."""
    expected = top / bottom * relation.multiplier
    differs = absolute(rounded(VALUE - expected, _DECIMALS)) > relation.tolerance
    is_possible = when(is_number(bottom), bottom > 0, NEVER)
    return when(is_possible, when(is_number(top), differs, NEVER), NEVER)


class LiveChecks:
    """Writes the check column of a framework's returns."""

    def __init__(self, framework: Framework) -> None:
        """Collect the framework's rules by the item on their left."""
        self.framework = framework
        self.rules: dict[str, list[Rule]] = {}
        for rule in framework.rules:
            if rule.kind in {"not_more_than", "sum_of_parts", "ratio"} and not rule.lag:
                self.rules.setdefault(split_figure(rule.left)[0], []).append(rule)

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
            if line.asked and line.asked.is_open and table is RETURN:
                parts[LABEL] = line.label or None
            cells |= {table.cell(part, line.row): each for part, each in parts.items() if table.has(part)}
        return {
            line.row: str(check.evaluate({name: cells.get(cell) for name, cell in refs.items()}))
            for line, check, refs in self._checks(table, lines)
        }

    def _checks(self, table: EntryTable, lines: Sequence[Line]) -> Iterator[tuple[Line, Expression, dict[str, str]]]:
        """Yield each line's check, with the cells that its names stand for."""
        placed = {_place(line.asked): line for line in lines if line.asked}
        for line in lines:
            if line.asked:
                yield line, *self._check(table, line, line.asked, placed)

    @staticmethod
    def _blank(table: EntryTable, line: Line) -> str:
        """Return what the check says as the return goes out."""
        if table is REVISIONS:
            return "No change"
        if line.asked and line.asked.is_open and not line.label:
            return NOT_USED
        return "To do" if line.is_to_do else "Optional"

    def _check(self, table: EntryTable, line: Line, asked: Asked, placed: Placed) -> tuple[Expression, dict[str, str]]:
        letters = (table.columns["value"], table.columns.get("shorthand", "A"), table.columns.get("comment", "A"))
        refs = dict(zip(("value", "shorthand", "comment"), (f"{letter}{line.row}" for letter in letters), strict=True))
        relations = [] if table is NARRATIVE else list(self._relations(asked, placed, table, refs))
        spare = self._spare(asked, placed, table, line, refs) if asked.is_open and table is RETURN else None
        kind = Kind.of(asked.item, self._blank(table, line))
        return check_of(kind, tuple(relations), spare), refs

    def _relations(self, asked: Asked, placed: Placed, table: EntryTable, refs: dict[str, str]) -> Iterator[Relation]:
        """Yield the rules about a row whose other figures all stand on the same sheet, each cell under a name."""
        left = (asked.item.id, asked.category)
        for rule in self.rules.get(asked.item.id, []):
            if not is_on_the_left(rule, left) or asked.is_open:
                continue
            for figures in self._other_sides(rule, left):
                lines = [placed.get((*figure, asked.period)) for figure in figures]
                if all(lines):
                    yield self._relation(rule, asked, [line for line in lines if line], table, refs)

    def _other_sides(self, rule: Rule, left: Named) -> list[tuple[Named, ...]]:
        """Return what a figure is set beside: once for each item that it may not exceed, and for each sum."""
        if rule.kind == "sum_of_parts":
            return list(sums_of(self.framework, rule, left))
        found = [partner(self.framework, rule, left, right) for right in rule.right]
        others = [figure for figure in found if figure is not None]
        if rule.kind == "ratio":
            return [tuple(others)] if len(others) == len(found) else []
        return [(figure,) for figure in others]

    def _relation(
        self, rule: Rule, asked: Asked, lines: Sequence[Line], table: EntryTable, refs: dict[str, str]
    ) -> Relation:
        names, spare = [], set()
        for line in lines:
            name = f"cell_{len(refs)}"
            names.append(name)
            refs[name] = table.cell("value", line.row)
            if line.asked and line.asked.is_open:
                spare.add(name)
                refs[f"{name}{BESIDE}"] = table.cell("shorthand", line.row)
        scale = Decimal(100) if asked.item.type == "percent" else Decimal(1)
        usual = HALF_A_POINT if rule.kind == "ratio" else Decimal(0)
        return Relation(
            rule.kind,
            tuple(names),
            self._words(rule, asked, lines),
            severity_of(in_force(rule, asked.period)),
            (usual if rule.tolerance is None else rule.tolerance) / scale,
            multiplier_of(self.framework, asked.item) / scale,
            frozenset(spare),
        )

    def _words(self, rule: Rule, asked: Asked, lines: Sequence[Line]) -> str:
        """Return what the figures on the right are called; parts of the row's own breakdown are its parts."""
        items = list(dict.fromkeys(line.asked.item for line in lines if line.asked))
        if items == [asked.item]:
            return "its parts"
        room = LONGEST_LABEL // len(items)
        labels = [shorten(item.label, room, placeholder="…") for item in items]
        return f"{labels[0]} out of {labels[1]}" if rule.kind == "ratio" else " and ".join(labels)

    def _spare(self, asked: Asked, placed: Placed, table: EntryTable, line: Line, refs: dict[str, str]) -> SpareRow:
        """Return what a spare row's label must not be, the cells of the others under names."""
        refs["label"] = table.cell(LABEL, line.row)
        rows = self.framework.open_rows
        names: list[str] = []
        for category in rows.siblings(asked.item.id, asked.category):
            other = placed.get((asked.item.id, category, asked.period))
            if other and category != asked.category:
                names.append(f"label_{len(names)}")
                refs[names[-1]] = table.cell(LABEL, other.row)
        labels = (each.label for each in rows.printed(asked.item.id, asked.category).values())
        return SpareRow(tuple(names), tuple(label for label in labels if len(label) <= LONGEST_TEXT))

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


def _place(asked: Asked) -> tuple[str, str, Period]:
    """Return what a row is found by."""
    return asked.item.id, asked.category, asked.period
