"""Every locked cell against what was issued: batch 4 of the checks.

The sheets are protected, but that is a guard rail: pasting, other programs and mail gateways strip it. So every cell
that is not for typing into is compared with what went out, by the figure's id where rows were moved. A row whose
question was changed is not taken; a history, a target or a sentence that was changed is told, and counts for nothing.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from dapf_xl.findings import Code, Finding
from dapf_xl.personal_data import redacted
from dapf_xl.plain import shown
from dapf_xl.returns.layout import ENTRY_TABLES, HEADER_ROW, HISTORY_PARTS, IDENTITY, START
from dapf_xl.returns.start_here import TELLS_WHOSE
from dapf_xl.returns.troubles import ERROR
from dapf_xl.rules.as_issued import AsIssued, identity_rows
from dapf_xl.rules.cell_differences import (
    CellDifference,
    SheetDifferences,
    cells_in_short,
    differences_of,
    formula_words,
)
from dapf_xl.rules.structure import OF_EARLIER, key_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dapf_xl.catalogue import Framework
    from dapf_xl.returns.troubles import SheetRead
    from dapf_xl.rules.checking import CheckedReturn

QUESTION = {
    "ref": "the reference",
    "indicator": "the indicator",
    "what": "what is asked",
    "unit": "the unit",
    "period": "the period",
    "due": "when it is due",
}
"""Parts of a row that say what is asked."""
SHOWN_FIGURE = {
    "target": "the target",
    "known": "what was reported so far",
    **dict.fromkeys(HISTORY_PARTS, "an earlier figure"),
}
"""Parts of a row that show figures of other quarters, or what is aimed at."""
MOST_APART = 12
"""Differences of one kind on a sheet that stand as findings of their own; more are one finding that names all cells."""
SAID_FIRST = 3
"""Of these, how many are told with what they were and are."""
HOLDS_A_ROW = frozenset({Code.QUESTION_CHANGED, Code.ROWS_EXCHANGED})
"""What keeps the figures of a row from being taken."""
FEWEST_EXCHANGED = 3
"""Rows that ask what others asked from which they were sorted, and not typed over."""
TITLE = "A1"


class Told(NamedTuple):
    """A difference, and what it means."""

    code: Code
    sheet: str
    cell: str
    row: int
    words: dict[str, str]
    item: str = ""
    category: str = ""
    others: tuple[int, ...] = ()
    """Other rows of which the same is told."""


def check_tampering(framework: Framework, one: CheckedReturn) -> list[Finding]:
    """Return what was changed in a return that nobody was asked to change.

    Rows that must not be taken are added to ``one.held``.
    """
    issued, content = one.issued, one.read.content
    if issued is None or not issued.rows or not content:
        return []
    told: list[Told] = []
    if one.moves or not issued.is_same(content):
        for sheet in issued.rows:
            told += _of_sheet(framework, one, issued, sheet)
    told += _of_identity(one)
    of_questions = [each for each in told if each.code in HOLDS_A_ROW]
    one.held |= {(each.sheet, row) for each in of_questions for row in (each.row, *each.others)}
    return [finding.in_file(one.read.name) for finding in _findings(told)]


def _of_sheet(framework: Framework, one: CheckedReturn, issued: AsIssued, sheet: str) -> Iterator[Told]:
    if sheet not in one.read.content:
        return
    found = one.read.content[sheet]
    differences = differences_of(one, issued, sheet)
    outside = {each.cell for each in one.read.outside if each.sheet == sheet}
    meaning = _Meaning(framework, issued, sheet, found)
    seen = [each._replace(new=_as_shown(found, each)) for each in differences(outside)]
    exchanged = meaning.exchanged(seen, issued)
    if exchanged:
        yield meaning.of_exchanged([each for each in seen if each.row in exchanged])
    for each in seen:
        if each.row in exchanged:
            continue
        words = {"old": _quoted(each.old), "new": _quoted(each.new)}
        told = meaning.of_question(each, words) or (meaning.of_the_rest(each, words) if issued.is_record else None)
        if told is not None:
            yield told
    if found.far:
        yield Told(Code.FAR_OUTSIDE, sheet, "", 0, {"found": ", ".join(found.far)})


def _as_shown(found: SheetRead, each: CellDifference) -> object:
    """Return what a cell holds now; of an error, which reads as blank, what it shows."""
    trouble = found.troubles.get(each.cell) if each.new == "" else None
    return trouble.shown if trouble is not None and trouble.kind == ERROR else each.new


class _Meaning:
    """What a cell of a sheet is for, and so what it means that it was changed."""

    def __init__(self, framework: Framework, issued: AsIssued, sheet: str, found: SheetRead) -> None:
        self.framework = framework
        self.sheet = sheet
        self.found = found
        table = ENTRY_TABLES.get(sheet)
        self.named = TELLS_WHOSE if sheet == START else (TITLE,) if table else ()
        self.parts = {table.index(part): part for part in table.columns} if table else {}
        self.inputs = {*table.inputs, "shorthand", "comment"} if table else set()
        self.ids: dict[int, str] = {}
        if issued.is_record or table not in OF_EARLIER:
            for row, figure in issued.positions.get(sheet, ()):
                self.ids.setdefault(row, figure)

    def of_question(self, each: CellDifference, words: dict[str, str]) -> Told | None:
        """Return what was changed in what is asked, and of whom."""
        part = self.parts.get(each.column, "")
        if _address(each) in self.named:
            return self._told(Code.NAMED_OTHERWISE, each, words)
        if part in QUESTION and each.row in self.ids:
            return self._told(Code.QUESTION_CHANGED, each, {**words, "what": QUESTION[part]})
        if part in self.inputs and each.row == HEADER_ROW:
            return self._told(Code.HEAD_CHANGED, each, words)
        return None

    def exchanged(self, differences: Sequence[CellDifference], issued: AsIssued) -> set[int]:
        """Return the rows that ask now what other rows asked, by their rows as issued; none where they are few."""
        rows: dict[int, list[CellDifference]] = {}
        for each in differences:
            if self.parts.get(each.column, "") in QUESTION and each.row in self.ids:
                rows.setdefault(each.row, []).append(each)
        asked = [issued.rows[self.sheet][row - 1] for row in self.ids]
        found = {
            row
            for row, changed in rows.items()
            if any(all(line[each.column] == each.new for each in changed) for line in asked)
        }
        return found if len(found) >= FEWEST_EXCHANGED else set()

    def of_exchanged(self, differences: Sequence[CellDifference]) -> Told:
        """Return in one what was changed in rows that ask now what others asked."""
        first = next(each for each in differences if self.parts.get(each.column, "") in QUESTION)
        rows = sorted({each.row_now for each in differences})
        words = {
            "row": str(first.row_now),
            "old": _quoted(first.old),
            "new": _quoted(first.new),
            "rows": ", ".join(map(str, rows)),
            "cells": cells_in_short([each.cell for each in differences]),
        }
        told = self._told(Code.ROWS_EXCHANGED, first, words)
        return told._replace(item="", category="", others=tuple(rows))

    def of_the_rest(self, each: CellDifference, words: dict[str, str]) -> Told:
        """Return what was changed in anything else."""
        part = self.parts.get(each.column, "")
        if each.is_formula or each.cell in self.found.formulas:
            return self._told(Code.FORMULA_CHANGED, each, _formulas_told(each, part))
        if part in SHOWN_FIGURE and each.row in self.ids:
            return self._told(Code.SHOWN_FIGURE_CHANGED, each, {**words, "what": SHOWN_FIGURE[part]})
        return self._told(Code.TYPED_IN_LOCKED if each.old == "" else Code.LOCKED_TEXT_CHANGED, each, words)

    def _told(self, code: Code, each: CellDifference, words: dict[str, str]) -> Told:
        item, category = key_of(self.framework, self.ids[each.row]) if each.row in self.ids else ("", "")
        return Told(code, self.sheet, each.cell, each.row_now, words, item, category)


def _address(each: CellDifference) -> str:
    """Return the address of a cell as it was issued."""
    return f"{chr(ord('A') + each.column)}{each.row}" if each.row else ""


def _of_identity(one: CheckedReturn) -> Iterator[Told]:
    """Yield what stands on the identity's own sheet besides it."""
    wanted = identity_rows(one.read)
    found = one.read.content[IDENTITY]
    if found.cells == wanted and not found.formulas and not found.far:
        return
    issued = AsIssued({}, {IDENTITY: wanted}, {IDENTITY: {}})
    for each in SheetDifferences(issued, IDENTITY, found, None, HEADER_ROW, None)(()):
        if one.taken and each.old != "":  # what it says it is was let pass when it was taken on the record
            continue
        code = Code.TYPED_IN_LOCKED if each.old == "" else Code.LOCKED_TEXT_CHANGED
        yield Told(code, IDENTITY, each.cell, each.row_now, {"old": _quoted(each.old), "new": _quoted(each.new)})
    if found.far:
        yield Told(Code.FAR_OUTSIDE, IDENTITY, "", 0, {"found": ", ".join(found.far)})


def _formulas_told(each: CellDifference, part: str) -> dict[str, str]:
    """Return what is said of a cell whose formula is another, is gone, or is new."""
    what = "the check formula of this row" if part == "check" else "the formula that counts what is still to do"
    if not str(each.old).startswith("="):
        what = "a cell that held no formula"
    return {"what": what, "old": _content_words(each.old, each.new), "new": _content_words(each.new, each.old)}


def _content_words(value: object, other: object) -> str:
    """Return what a cell holds in words: of a formula the place from which it is not the other one."""
    is_formula = isinstance(value, str) and value.startswith("=")
    return f"the formula {formula_words(str(value), str(other))}" if is_formula else _quoted(value)


def _quoted(value: object) -> str:
    return "empty" if value is None or value == "" else f'"{redacted(shown(value))}"'


def _findings(told: Sequence[Told]) -> Iterator[Finding]:
    """Yield a finding for each difference; many of one kind on a sheet as one that names every cell."""
    ordered = sorted(told, key=lambda each: (each.sheet, each.code.name))
    for _, group in groupby(ordered, key=lambda each: (each.sheet, each.code.name)):
        alike = list(group)
        first = alike[0]
        if len(alike) <= MOST_APART:
            for each in alike:
                yield _finding(each, "")
            continue
        said = "; ".join(f"{each.cell} {each.words['old']} → {each.words['new']}" for each in alike[1:SAID_FIRST])
        more = f"; {len(alike)} such cells in all: {cells_in_short([each.cell for each in alike])} ({said} …)"
        yield _finding(first, more)


def _finding(each: Told, more: str) -> Finding:
    place = {"sheet": each.sheet, "cell": each.cell, "item": each.item, "category": each.category}
    return each.code.finding(**place, **each.words, more=more, severity=None)
