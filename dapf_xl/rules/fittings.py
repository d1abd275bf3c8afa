"""What is changed in a return beside its cells: sheets, names, protection, validation, merged and hidden cells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dapf_xl.findings import Code, Finding
from dapf_xl.personal_data import redacted
from dapf_xl.plain import shown
from dapf_xl.returns.formats import cells_of
from dapf_xl.returns.formulas import without_sheet
from dapf_xl.returns.layout import DEFINITIONS, ENTRY_TABLES, HEADER_ROW, IDENTITY, PUT_RIGHT, START
from dapf_xl.returns.row_names import own_names
from dapf_xl.returns.xlsx_fittings import fittings_of
from dapf_xl.rules.cell_differences import formula_words
from dapf_xl.rules.furniture import of_sheet
from dapf_xl.rules.looks import check_looks

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from dapf_xl.returns.fittings import SheetFittings
    from dapf_xl.returns.layout import EntryTable
    from dapf_xl.returns.reading import ReadReturn
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
        findings += _in_the_way(one, sheet, found)
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


def _in_the_way(one: CheckedReturn, sheet: str, found: SheetFittings) -> Iterator[Finding]:
    """Yield what hides or merges cells of an entry table."""
    if sheet not in ENTRY_TABLES:
        return
    usual = ENTRY_TABLES[sheet]
    table = one.read.tables.get(sheet, usual)
    rows = {entry.row for entry in one.read.entries if entry.sheet == sheet}
    yield from _hidden(table, found, rows)
    inputs = {table.columns[part] for part in (*table.inputs, "shorthand", "comment") if table.has(part)}
    for merged in found.merged:
        cells = [f"{column}{row}" for column, row in cells_of(merged) if column in inputs and row in rows]
        if cells:
            first = merged.partition(":")[0]
            yield Code.CELLS_MERGED.finding(sheet=sheet, cell=cells[0], found=merged, first=first, cells=_listed(cells))


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


def _hidden(table: EntryTable, found: SheetFittings, rows: set[int]) -> Iterator[Finding]:
    hidden = sorted(rows.intersection(found.hidden_rows) | ({HEADER_ROW} & set(found.hidden_rows) if rows else set()))
    if hidden:
        yield Code.ROWS_HIDDEN.finding(
            sheet=table.sheet, cell=table.cell(table.inputs[0], hidden[0]), found=_listed(map(str, hidden))
        )
    usual = ENTRY_TABLES[table.sheet]
    behind = usual.hidden()
    columns = [
        letter
        for part, letter in table.columns.items()
        if letter in found.hidden_columns and usual.index(part) not in behind
    ]
    if columns and rows:
        yield Code.COLUMNS_HIDDEN.finding(sheet=table.sheet, cell=f"{columns[0]}{min(rows)}", found=_listed(columns))


def _quoted(names: Sequence[str]) -> str:
    return _listed(f'"{redacted(shown(name))}"' for name in names)


def _listed(words: Iterable[str]) -> str:
    *others, last = words
    return f"{', '.join(others)} and {last}" if others else last
