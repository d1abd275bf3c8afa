"""What is changed in a return beside its cells: sheets, names, protection, validation, merged and hidden cells."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from dapf_xl.findings import Code, Finding
from dapf_xl.personal_data import redacted
from dapf_xl.plain import shown
from dapf_xl.returns.fittings import SheetFittings
from dapf_xl.returns.formats import cells_of
from dapf_xl.returns.formulas import without_sheet
from dapf_xl.returns.layout import DEFINITIONS, ENTRY_TABLES, IDENTITY, PUT_RIGHT, START
from dapf_xl.returns.row_names import own_names
from dapf_xl.returns.xlsx_fittings import fittings_of
from dapf_xl.rules.cell_differences import cells_in_short, formula_words
from dapf_xl.rules.furniture import of_sheet
from dapf_xl.rules.looks import check_looks

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from dapf_xl.returns.layout import EntryTable
    from dapf_xl.returns.reading import ReadReturn
    from dapf_xl.returns.troubles import Cells
    from dapf_xl.rules.as_issued import AsIssued
    from dapf_xl.rules.checking import CheckedReturn


def check_fittings(one: CheckedReturn) -> list[Finding]:
    """Return what was changed in a return that no cell shows."""
    read, issued = one.read, one.issued
    if issued is None or not issued.rows or not read.content:
        return []
    findings = [*_of_the_book(read, issued)]
    unprotected = []
    for sheet, was in issued.around.items():
        if read.book.formulas and read.book.formulas.get(sheet, {}) != was.names and sheet in read.content:
            findings += _redefined(sheet, was.names, read.book.formulas.get(sheet, {}))
    for sheet, content in read.content.items():
        around, before = content.around, issued.around.get(sheet)
        if around is None or (before is not None and around[:] == before[:3]):
            continue  # nearly always
        found = fittings_of(around.fittings)
        if found.allowed is None:
            unprotected.append(sheet)
        if sheet in issued.rows:
            findings += _in_the_way(one, sheet, found, fittings_of(before.fittings) if before else SheetFittings())
        if before is not None:
            findings += of_sheet(one, issued, sheet, around, before)
            findings += check_looks(one, issued, sheet)
    if unprotected or not read.book.is_protected:
        places = [] if read.book.is_protected else ["the workbook"]
        places += [f"the sheet {each}" for each in unprotected]
        findings.append(Code.PROTECTION_LOST.finding(found=_listed(places)))
    return [finding.in_file(read.name) for finding in findings]


def _of_the_book(read: ReadReturn, issued: AsIssued) -> Iterator[Finding]:
    yield from _of_its_sheets(read, issued)
    if read.book.settings:
        yield Code.BOOK_SET_OTHERWISE.finding(found=", ".join(read.book.settings))
    named = [name for name in read.book.names if name not in own_names()]
    if read.book.formulas:  # (the kind of file tells which sheet a name is of)
        often = Counter(name for was in issued.around.values() for name in was.names)
        copies = {*read.book.formulas} - {*issued.around}  # (which have them too)
        often += Counter(name for sheet in copies for name in read.book.formulas[sheet])
        named += [
            name for name, times in Counter(read.book.names).items() if name in own_names() and times > often[name]
        ]
    if named:
        yield Code.NAMES_ADDED.finding(found=_quoted(named))


def _of_its_sheets(read: ReadReturn, issued: AsIssued) -> Iterator[Finding]:
    if read.book.issue and read.book.issue != read.identity["issue_id"]:
        yield Code.IDENTITY_PASTED.finding(sheet=IDENTITY)
    expected = [*issued.rows, IDENTITY]
    added = [name for name in read.sheets if name not in {*expected, PUT_RIGHT}]
    if added:
        yield Code.SHEET_ADDED.finding(found=_quoted(added))
    for name in (START, DEFINITIONS):
        if name not in read.sheets:
            yield Code.SHEET_GONE.finding(sheet=name, expected=name)
    order = [name for name in read.sheets if name in expected]
    if order != [name for name in expected if name in order]:
        yield Code.SHEETS_REORDERED.finding(found=_quoted(order))
    for name in read.book.hidden:
        if name in issued.rows:
            yield Code.SHEET_HIDDEN.finding(sheet=name, found=name)
    if IDENTITY not in read.book.hidden:
        yield Code.IDENTITY_SHOWN.finding(sheet=IDENTITY)


def _in_the_way(one: CheckedReturn, sheet: str, found: SheetFittings, before: SheetFittings) -> Iterator[Finding]:
    """Yield what hides or merges cells of a sheet that is sent out."""
    table = one.read.tables.get(sheet, ENTRY_TABLES.get(sheet))
    rows = {entry.row for entry in one.read.entries if entry.sheet == sheet}
    yield from _hidden_rows(one, sheet, found, table if rows else None, rows)
    yield from _hidden_columns(one, sheet, found, before, table)
    inputs = (
        {table.columns[part] for part in (*table.inputs, "shorthand", "comment") if table.has(part)} if table else ()
    )
    others = []
    for merged in found.merged:
        cells = [f"{column}{row}" for column, row in cells_of(merged) if column in inputs and row in rows]
        if cells:
            first = f"what {merged.partition(':')[0]} holds"
            lost = f", and the yellow cells {_listed(cells)} have lost what they held or share it"
            yield Code.CELLS_MERGED.finding(sheet=sheet, cell=cells[0], found=merged, first=first, lost=lost)
        elif merged not in before.merged:
            others.append(merged)
    if others:
        cell = others[0].partition(":")[0]
        first = f"what {cell} holds" if len(others) == 1 else "what the first cell of each holds"
        yield Code.CELLS_MERGED.finding(sheet=sheet, cell=cell, found=", ".join(others), first=first, lost="")


def _redefined(sheet: str, issued: Mapping[str, str], found: Mapping[str, str]) -> Iterator[Finding]:
    """Yield a finding where names stand for something else: the checks beside the figures are made of them."""
    other = [
        name
        for name, formula in issued.items()
        if name not in found or without_sheet(found[name], sheet) != without_sheet(formula, sheet)
    ]
    if other:
        first, *more = other
        old, new = issued[first], found.get(first, "nothing")
        yield Code.NAME_REDEFINED.finding(
            sheet=sheet,
            found=first,
            old=formula_words(old, new),
            new=formula_words(new, old),
            more=f", and so do {_listed(more)}" if more else "",
        )


def _hidden_rows(
    one: CheckedReturn, sheet: str, found: SheetFittings, table: EntryTable | None, asking: set[int]
) -> Iterator[Finding]:
    cells = one.read.content[sheet].cells
    there = [row for row in found.hidden_rows if row <= len(cells) and any(each != "" for each in cells[row - 1])]
    if not there:
        return
    ask = [row for row in there if row in asking]
    cell = table.cell(table.inputs[0], ask[0]) if table and ask else f"A{there[0]}"
    rows = cells_in_short([f"A{row}" for row in there]).replace("A", "").replace(":", " to ")
    yield Code.ROWS_HIDDEN.finding(sheet=sheet, cell=cell, found=rows)


def _hidden_columns(
    one: CheckedReturn, sheet: str, found: SheetFittings, before: SheetFittings, table: EntryTable | None
) -> Iterator[Finding]:
    usual = ENTRY_TABLES.get(sheet)
    behind = usual.hidden() if usual else ()
    if table is not None and usual is not None and table is not usual:  # (columns were moved)
        issued = {letter for part, letter in table.columns.items() if usual.index(part) in behind}
    else:
        issued = {*before.hidden_columns, *(chr(ord("A") + number) for number in behind)}
    cells = one.read.content[sheet].cells
    hidden = (letter for letter in dict.fromkeys(found.hidden_columns) if letter not in issued)
    columns = {letter: first for letter in hidden if (first := _first_held(cells, ord(letter) - ord("A")))}
    if columns:
        rows = [entry.row for entry in one.read.entries if entry.sheet == sheet]
        letter, first = next(iter(columns.items()))
        cell = f"{letter}{min(rows, default=first)}"
        yield Code.COLUMNS_HIDDEN.finding(sheet=sheet, cell=cell, found=_listed(columns))


def _first_held(cells: Cells, column: int) -> int:
    """Return the first row that holds anything in a column; 0 where none does."""
    return next((row for row, line in enumerate(cells, 1) if len(line) > column and line[column] != ""), 0)


def _quoted(names: Sequence[str]) -> str:
    return _listed(f'"{redacted(shown(name))}"' for name in names)


def _listed(words: Iterable[str]) -> str:
    *others, last = words
    return f"{', '.join(others)} and {last}" if others else last
