"""Which figure each cell of a return in disorder was typed for: by its id and its words, never by its place.

A table is known by its headings, a column by its heading, and a row by its id where what the row says agrees with
what was issued under that id. Where the id is lost, the row's words have to be those of one row that was issued,
all of them. Whatever cannot be identified so is left, with the reason; nothing that was typed is passed over.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from html import unescape
from typing import TYPE_CHECKING

from dapf_xl.returns.forms import Row, plain
from dapf_xl.returns.layout import ENTRY_TABLES, LABEL, START, parse_figure_id
from dapf_xl.returns.provenance import is_identity
from dapf_xl.returns.row_checks import TO_DO
from dapf_xl.returns.salvage import TEXT, UNREADABLE, address
from dapf_xl.returns.start_here import SIGN_SAYS
from dapf_xl.returns.table_rows import NOT_ASKED, Heads, Left, Lifted, Lifting, Table, fault_of, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from dapf_xl.returns.forms import Form
    from dapf_xl.returns.layout import EntryTable
    from dapf_xl.returns.salvage import Cell, Salvaged, Sheet

__all__ = ["Left", "Lifted", "Lifting", "lift"]

_LEAST_HEADS = 0.5
"""Share of a table's headings that must be there for it to be that table."""
_LISTED = 1_000
"""Cells of a sheet that are listed one by one."""
_QUOTED = re.compile(r'"([^"]+)"')
_TELLING = 12
"""Letters from which on words are so much a formula's own that what begins with them is."""
_COUNTS, _FEW = "COUNTIF(", 4
"""What the formulas have that count what is still to do, and how many digits they come to at most."""
_NAMED = 5
"""Cells of a strange sheet that are named one by one."""


def lift(book: Salvaged, forms: Sequence[Form], refuses: Callable[[Lifted, Row], str]) -> Lifting:
    """Return what was typed into a file.

    Args:
        book: The file's cells.
        forms: What it may have been issued as; more than one where that is not known.
        refuses: Why what was typed cannot be carried although its figure is known; "" where it can.
    """
    lifting = Lifting()
    tables = [Table(sheet, forms, heads) for sheet in book.sheets if (heads := _heads_of(sheet, forms))]
    typed = {each.table.sheet for each in tables if not each.is_blank()}
    tables = [each for each in tables if not (each.is_blank() and each.table.sheet in typed)]  # (a copy kept apart)
    places: defaultdict[tuple[str, str], list[tuple[Table, int]]] = defaultdict(list)
    for table in tables:
        for number, row in table.identified():
            places[table.table.sheet, row.id].append((table, number))
    for table in tables:
        table.lift(lifting, places, refuses)
    others = [sheet for sheet in book.sheets if not any(table.sheet is sheet for table in tables)]
    others = [sheet for sheet in others if not is_identity(sheet)]
    signed = _sign_off(others, forms)
    _lift_sign_off(lifting, signed, refuses)
    for sheet in others:
        taken = {(row, column) for some, row, column, _ in signed if some is sheet}
        lifting.left += _strange(sheet, forms, taken)
    lifting.left = [*_as_many_as_can_be_read(lifting.left), *_lost(book)]
    return lifting


def _as_many_as_can_be_read(left: Sequence[Left]) -> Iterator[Left]:
    """Yield what was left, of each sheet no more than anybody would read, and how many there are besides."""
    counted = Counter[str]()
    for each in left:
        counted[each.sheet] += 1
        if counted[each.sheet] <= _LISTED:
            yield each
    for sheet, count in counted.items():
        if count > _LISTED:
            yield Left(
                sheet, "", f"{count - _LISTED} more cells", "they are too many to be listed, and were not carried"
            )


def _lost(book: Salvaged) -> Iterator[Left]:
    for sheet in book.sheets:
        if sheet.beyond:
            reason = "it stands too far outside to be part of a return"
            yield Left(sheet.name, "", f"{sheet.beyond} cell{'' if sheet.beyond == 1 else 's'}", reason)
        if not sheet.is_whole:
            reason = "the sheet is damaged: what stood below the last row that can be read is lost"
            yield Left(sheet.name, "", "", reason)
    for name in book.lost:
        yield Left(name, "", "", "the sheet is damaged: nothing of it can be read")


# --- what is no table ----------------------------------------------------------------------------

_Signed = list[tuple["Sheet", int, int, str]]
"""Sheet, row, column and part of what stands beside the words of the sign-off."""


def _sign_off(sheets: Sequence[Sheet], forms: Sequence[Form]) -> _Signed:
    """Return the cells of the sign-off, each found by the words beside it."""
    found: _Signed = []
    for part in forms[0].sign_off:
        words = {form.sign_off[part] for form in forms} - {""}
        for sheet in sheets:
            if not _is_start(sheet, forms):
                continue
            for row, cells in sheet.cells.items():
                beside = [column for column, cell in cells.items() if plain(cell.value) in words]
                right = [column for column in cells if beside and column > beside[0] and not _is_check(cells[column])]
                if len(right) == 1:
                    found.append((sheet, row, right[0], part))
    return found


def _is_check(cell: Cell) -> bool:
    """Say whether a cell is what the return itself says of a cell of the sign-off."""
    if cell.formula is not None:
        return f'"{TO_DO}"' in unescape(cell.formula)
    return cell.kind == TEXT and cell.value in SIGN_SAYS


def _is_start(sheet: Sheet, forms: Sequence[Form]) -> bool:
    """Say whether a sheet is the one that opens first: it has the words of every part of the sign-off."""
    texts = {plain(cell.value) for cells in sheet.cells.values() for cell in cells.values()}
    return any(set(form.sign_off.values()) <= texts for form in forms)


def _lift_sign_off(lifting: Lifting, signed: _Signed, refuses: Callable[[Lifted, Row], str]) -> None:
    for part in dict.fromkeys(part for *_, part in signed):
        places = [(sheet, row, column) for sheet, row, column, name in signed if name == part]
        said = {sheet.cells[row][column] for sheet, row, column in places}
        for sheet, row, column in places:
            cell = sheet.cells[row][column]
            each = Lifted(sheet.name, address(row, column), START, "", part, "sign_off", cell)
            fault = fault_of(cell) or refuses(each, Row("", {}, {}))
            reason = "it stands there more than once, and differs" if len(said) > 1 else fault
            if reason:
                lifting.left.append(Left(sheet.name, each.cell, shown(cell), reason))
            else:
                lifting.found.append(each)


def _strange(sheet: Sheet, forms: Sequence[Form], taken: set[tuple[int, int]]) -> Iterator[Left]:
    """Yield what stands on a sheet that is none of a return's tables and was not issued with it."""
    texts = set[str]().union(*(form.texts for form in forms))
    calculated = _calculated_on(sheet, forms)
    is_start = _is_start(sheet, forms)
    cells = {(row, column): cell for row, some in sheet.cells.items() for column, cell in some.items()}
    has_figures = any(parse_figure_id(plain(cell.value)) for cell in cells.values())

    def _is_known(cell: Cell) -> bool:  # (a number, or among figures a shorthand, may have been typed all the same)
        is_shorthand = has_figures and str(cell.value).startswith("[")
        return cell.kind == TEXT and not is_shorthand and plain(cell.value) in texts

    unknown = {
        place: cell
        for place, cell in cells.items()
        if place not in taken and cell.formula is None and cell.kind != UNREADABLE and not _is_known(cell)
        if not (is_start and _is_check(cell))
        if not ((formulas := calculated.get(address(*place))) and _is_result(cell, sheet.cells[place[0]], formulas))
    }
    if damaged := sum(cell.kind == UNREADABLE and cell.formula is None for cell in cells.values()):
        count = f"{damaged} cell{'' if damaged == 1 else 's'}"
        yield Left(sheet.name, "", count, "what they said is lost: the part of the file that held the texts is damaged")
    if has_figures:
        reason = "the headings of the sheet are gone, changed or there twice, so that nobody can tell its columns"
    elif len(cells) > len(unknown):
        reason = NOT_ASKED
    else:
        reason = "nothing tells what it is for" if damaged else "the sheet is no part of the return"
        if len(unknown) > _NAMED:
            yield Left(sheet.name, "", f"{len(unknown)} cells", reason)
            return
    for place, cell in sorted(unknown.items(), key=lambda each: each[0]):
        yield Left(sheet.name, address(*place), shown(cell), reason)


def _calculated_on(sheet: Sheet, forms: Sequence[Form]) -> Mapping[str, set[str]]:
    """Return the formulas that were issued on a sheet, by their cells."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for form in forms:
        for cell, formula in form.calculated.get(sheet.name, {}).items():
            found[cell].add(formula)
    return found


def _is_result(cell: Cell, beside: Mapping[int, Cell], formulas: set[str]) -> bool:
    """Say whether a cell can hold what a formula in its place came to, of which a program kept nothing else.

    That it stands where one stood is not enough: where a column was added, that is where something typed stands now.
    """
    said = plain(cell.value)
    if cell.kind == TEXT:
        words = {plain(each) for formula in formulas for each in _QUOTED.findall(formula)}
        return any(said == each or (len(each) >= _TELLING and said.startswith(each)) for each in words)
    is_repeated = any(other is not cell and plain(other.value) == said for other in beside.values())
    return is_repeated or (len(said) <= _FEW and any(_COUNTS in formula for formula in formulas))


# --- which table a sheet holds -------------------------------------------------------------------


def _heads_of(sheet: Sheet, forms: Sequence[Form]) -> Heads | None:
    """Return the headings of a sheet; None where it has none, or where it is not plain which they are."""
    found = []
    for name, table in ENTRY_TABLES.items():
        issued = [form.heads[name] for form in forms if form.heads.get(name)]
        for row, cells in sheet.cells.items() if issued else ():
            heads = max((_matched(table, row, cells, each) for each in issued), key=lambda each: len(each.columns))
            if _is_enough(heads):
                found.append(heads)
    most = max((len(each.columns) for each in found), default=0)
    fullest = [each for each in found if len(each.columns) == most]
    return fullest[0] if len(fullest) == 1 else None


def _matched(table: EntryTable, row: int, cells: Mapping[int, Cell], heads: Mapping[str, str]) -> Heads:
    texts: defaultdict[str, list[int]] = defaultdict(list)
    for column, cell in cells.items():
        texts[plain(cell.value)].append(column)
    return Heads(table, row, {part: texts[head] for part, head in heads.items() if head in texts})


def _is_enough(heads: Heads) -> bool:
    has_input = any(part in heads.columns for part in heads.table.inputs)
    return LABEL in heads.columns and has_input and len(heads.columns) >= _LEAST_HEADS * len(heads.table.columns)
