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
from dapf_xl.rules.as_issued import AsIssued, identity_rows
from dapf_xl.rules.cell_differences import CellDifference, SheetDifferences, cells_in_short
from dapf_xl.rules.structure import OF_EARLIER, key_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dapf_xl.catalogue import Framework
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
START_OF_A_FORMULA = 24
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
    one.held |= {(each.sheet, each.row) for each in told if each.code is Code.QUESTION_CHANGED}
    return [finding.in_file(one.read.name) for finding in _findings(told)]


def _of_sheet(framework: Framework, one: CheckedReturn, issued: AsIssued, sheet: str) -> Iterator[Told]:
    if sheet not in one.read.content:
        return
    found = one.read.content[sheet]
    usual = ENTRY_TABLES.get(sheet)
    table = one.read.tables.get(sheet, usual)
    header = one.headers.get(sheet, HEADER_ROW)
    differences = SheetDifferences(issued, sheet, found, one.moves.get(sheet), header, table)
    outside = {each.cell for each in one.read.outside if each.sheet == sheet}
    ids: dict[int, str] = {}
    for row, figure in issued.positions.get(sheet, ()):
        ids.setdefault(row, figure)
    parts = {usual.index(part): part for part in usual.columns} if usual else {}
    inputs = {*usual.inputs, "shorthand", "comment"} if usual else set()
    named = TELLS_WHOSE if sheet == START else (TITLE,) if usual else ()
    only_questions = not issued.is_record
    for each in differences(outside):
        part = parts.get(each.column, "")
        figure = ids.get(each.row, "")
        words = {"old": _quoted(each.old), "new": _quoted(each.new)}
        if _address(each) in named:
            yield Told(Code.NAMED_OTHERWISE, sheet, each.cell, each.row_now, words)
        elif figure and part in QUESTION and not (only_questions and usual in OF_EARLIER):
            item, category = key_of(framework, figure)
            words |= {"what": QUESTION[part]}
            yield Told(Code.QUESTION_CHANGED, sheet, each.cell, each.row_now, words, item, category)
        elif usual and each.row == HEADER_ROW and part in inputs:
            yield Told(Code.HEAD_CHANGED, sheet, each.cell, each.row_now, words)
        elif only_questions:
            continue
        elif each.is_formula or (isinstance(each.new, str) and each.cell in found.formulas):
            yield _of_formula(sheet, each, part)
        elif figure and part in SHOWN_FIGURE:
            item, category = key_of(framework, figure)
            words |= {"what": SHOWN_FIGURE[part]}
            yield Told(Code.SHOWN_FIGURE_CHANGED, sheet, each.cell, each.row_now, words, item, category)
        elif each.old == "":
            yield Told(Code.TYPED_IN_LOCKED, sheet, each.cell, each.row_now, words)
        else:
            yield Told(Code.LOCKED_TEXT_CHANGED, sheet, each.cell, each.row_now, words)
    if found.far:
        yield Told(Code.FAR_OUTSIDE, sheet, "", 0, {"found": ", ".join(found.far)})


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
        code = Code.TYPED_IN_LOCKED if each.old == "" else Code.LOCKED_TEXT_CHANGED
        yield Told(code, IDENTITY, each.cell, each.row_now, {"old": _quoted(each.old), "new": _quoted(each.new)})


def _of_formula(sheet: str, each: CellDifference, part: str) -> Told:
    if each.old == "" or not str(each.old).startswith("="):
        what = "a cell that held no formula"
    elif part == "check":
        what = "the check formula of this row"
    else:
        what = "the formula that counts what is still to do"
    words = {"what": what, "old": _formula_words(each.old), "new": _formula_words(each.new)}
    return Told(Code.FORMULA_CHANGED, sheet, each.cell, each.row_now, words)


def _formula_words(value: object) -> str:
    """Return a formula by its beginning; anything else as it is."""
    if isinstance(value, str) and value.startswith("="):
        start = redacted(value[:START_OF_A_FORMULA])
        return f"the formula {start}…" if len(value) > START_OF_A_FORMULA else f"the formula {start}"
    return _quoted(value)


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
