"""Returns whose every cell for typing holds something that stands nowhere else, and what people do to them.

What a cell of the clean return must hold is known from what was typed, by the figure's id: nothing here asks the
code that repairs.
"""

from __future__ import annotations

import atexit
import copy
import functools
import random
import shutil
import tempfile
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
from openpyxl.utils import get_column_letter

from dapf_xl import cycle
from dapf_xl.catalogue import load, shipped
from dapf_xl.periods import Period
from dapf_xl.returns.layout import ENTRY_TABLES, HEADER_ROW, LABEL, RETURN, SIGN_OFF, START, ids_in_row
from dapf_xl.returns.reading import read_return
from dapf_xl.workspace import open_workspace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from dapf_xl.repairing import Repaired

Grid = list[list[Any]]
"""The rows of a sheet; None where a cell is blank."""
Key = tuple[str, str]
"""A figure's id and the part of its row; of the sign-off its part alone."""


@dataclass
class Sent:
    """A return that was issued and filled in."""

    workspace: Path
    agency: str
    period: str
    path: Path
    typed: dict[Key, Any]
    grids: dict[str, Grid] = field(default_factory=dict)

    def book(self) -> Book:
        return Book(copy.deepcopy(self.grids), random.Random(0))  # noqa: S311  (not a secret)

    def repair(self, source: Path, out: Path, *, said: bool = False) -> Repaired:
        named = {"agency": self.agency, "period": self.period} if said else {}
        return cycle.repair(source, out, self.workspace, **named)


@functools.cache
def issued(framework: str) -> Path:
    """Return a workspace in which the last quarter of the framework's first year is issued."""
    folder = Path(tempfile.mkdtemp(prefix="dapf-disorder-")) / framework
    atexit.register(shutil.rmtree, folder.parent, ignore_errors=True)
    cycle.init(framework, folder)
    cycle.issue(folder, quarter_of(framework))
    return folder


@functools.cache
def quarter_of(framework: str) -> str:
    indicators = load(shipped()[framework]).indicators.values()
    begins = min(row.from_.first_day if row.from_ else date(2014, 4, 1) for row in indicators)
    return Period.containing(begins).financial_year.quarters()[3].label


@functools.cache
def sent_of(framework: str) -> tuple[Sent, ...]:
    """Return a filled return of each kind that a framework has: those with other sheets, the fullest of each."""
    folder, label = issued(framework), quarter_of(framework)
    with open_workspace(folder).ledger() as ledger:
        records = ledger.issued(Period.parse(label)).values()
    open_rows = open_workspace(folder).framework.open_rows
    kinds: dict[frozenset[str], tuple[int, str]] = {}
    for each in records:
        sheets = frozenset(sheet for sheet, rows in each.positions.items() if rows)
        figures = (name.rpartition("@")[0].partition("/") for _, name in each.positions.get(RETURN.sheet, ()))
        sheets |= {"spare rows"} if any(open_rows.is_open(item, category) for item, _, category in figures) else set()
        size = sum(map(len, each.positions.values()))
        kinds[sheets] = max(kinds.get(sheets, (0, "")), (size, each.agency))
    return tuple(fill_in(folder, agency, label) for _, agency in sorted(kinds.values()))


def fill_in(folder: Path, agency: str, label: str, out: Path | None = None) -> Sent:
    """Type something of its own into every cell for typing of a return that was issued."""
    source = folder / "issued" / label / f"{agency}_{label}.xlsx"
    framework = open_workspace(folder).framework
    workbook = openpyxl.load_workbook(source)
    numbers, typed = count(700_001), {}
    for name, table in ENTRY_TABLES.items():
        sheet = workbook[name] if name in workbook.sheetnames else None
        for row in range(HEADER_ROW + 1, sheet.max_row + 1 if sheet else 0):
            hidden = sheet[table.cell("id", row)].value
            for part, figure in ids_in_row(table, hidden) if hidden else ():
                number = next(numbers)
                item, _, category = figure.rpartition("@")[0].partition("/")
                is_day = framework.items[item].type == "date"
                texts = name == "Narrative" or framework.items[item].type in {"text", "yes_no", "choice"}
                cell = sheet[table.cell(part, row)]
                day = date(2000, 1, 1) + timedelta(number - 700_000)
                cell.value = day if is_day else f"t{number} " if texts else number
                typed[figure, "value"] = cell.value
                for beside in ("shorthand", "comment") if part == table.inputs[0] else ():
                    if table.has(beside):
                        sheet[table.cell(beside, row)] = typed[figure, beside] = f"{beside} {next(numbers)}"
                if table is RETURN and framework.open_rows.is_open(item, category):
                    sheet[table.cell(LABEL, row)] = typed[figure, LABEL] = f"label {next(numbers)}"
    for part, cell in SIGN_OFF.items():
        workbook[START][cell] = typed[part, "sign_off"] = date(2015, 4, 1) if part == "date" else f"my {part}"
    path = out or folder / "filled" / f"{agency}_{label}.xlsx"
    path.parent.mkdir(exist_ok=True)
    workbook.save(path)
    grids = {sheet.title: [[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in workbook}
    return Sent(folder, agency, label, path, typed, grids)


def read_by_id(path: Path) -> dict[Key, Any]:
    """Return what stands in the cells for typing of a return in order, by figure."""
    read = read_return(path)
    assert read.findings == []
    found: dict[Key, Any] = {}
    for entry in read.entries:
        given = {"value": entry.value, "shorthand": entry.shorthand, "comment": entry.comment}
        found |= {(entry.id, part): value for part, value in given.items() if value not in {None, ""}}
    workbook = openpyxl.load_workbook(path, read_only=True)
    if RETURN.sheet in workbook.sheetnames:
        rows = {entry.row: entry.id for entry in read.entries if entry.sheet == RETURN.sheet}
        for line in workbook[RETURN.sheet].iter_rows(min_row=HEADER_ROW + 1):
            for cell in line:
                if str(cell.value).startswith("label 7"):
                    assert cell.column_letter == RETURN.columns[LABEL]
                    found[rows[cell.row], LABEL] = cell.value
    return found | {(part, "sign_off"): value for part, value in read.sign_off.items() if value not in {None, ""}}


def as_day(value: object) -> object:
    return value.date() if isinstance(value, datetime) else value


@dataclass
class Book:
    """A workbook that somebody works on: only values and where they stand."""

    grids: dict[str, Grid]
    chance: random.Random
    loses_identity: bool = False

    def tables(self) -> list[str]:
        """Return the sheets that have a row of headings."""
        return [name for name, grid in self.grids.items() if _header(grid) is not None]

    def save(self, path: Path) -> Path:
        workbook = openpyxl.Workbook()
        workbook.remove(workbook.active)
        for name, grid in self.grids.items():
            sheet = workbook.create_sheet(name)
            for row in grid:
                sheet.append(row)
        workbook.save(path)
        return path

    def typed(self, known: Mapping[Key, Any]) -> Iterator[tuple[str, str]]:
        """Yield sheet and address of every cell that holds something that was typed."""
        values = set(known.values())
        for name, grid in self.grids.items():
            for row, cells in enumerate(grid, 1):
                for column, value in enumerate(cells, 1):
                    if value is not None and value in values:
                        yield name, f"{get_column_letter(column)}{row}"


def _header(grid: Grid) -> int | None:
    return next((number for number, row in enumerate(grid) if "id" in row and "Ref" in row), None)


def _some_row(book: Book, grid: Grid) -> int:
    start = _header(grid)
    assert start is not None
    return book.chance.randrange(start + 1, len(grid)) if len(grid) > start + 1 else start


# --- what leaves no doubt ----------------------------------------------------------------------


def sort_rows(book: Book, grid: Grid) -> None:
    start = (_header(grid) or 0) + 1
    rows = grid[start:]
    book.chance.shuffle(rows)
    grid[start:] = rows


def insert_rows(book: Book, grid: Grid) -> None:
    for _ in range(book.chance.randrange(1, 4)):
        grid.insert(book.chance.randrange(len(grid) + 1), [None] * len(grid[0]))


def insert_column(book: Book, grid: Grid) -> None:
    column = book.chance.randrange(len(grid[0]) + 1)
    for row in grid:
        row.insert(column, None)


def move_column(book: Book, grid: Grid) -> None:
    """Cut a column with its heading, and insert it elsewhere."""
    old, new = book.chance.randrange(len(grid[0])), book.chance.randrange(len(grid[0]))
    for row in grid:
        row.insert(new, row.pop(old))


def rename(book: Book, grid: Grid) -> None:
    book.grids = {f"{name} (2)" if some is grid else name: some for name, some in book.grids.items()}


def delete_unit(book: Book, grid: Grid) -> None:
    """Delete a column that says less than others of what the row is for."""
    del book
    header = grid[_header(grid) or 0]
    if "Unit" in header:
        column = header.index("Unit")
        for row in grid:
            row.pop(column)


SAFE: tuple[Callable[[Book, Grid], None], ...] = (
    sort_rows, insert_rows, insert_column, move_column, rename, delete_unit,
)  # fmt: skip

# --- what may leave doubt ----------------------------------------------------------------------


def _column(grid: Grid, head: str) -> int | None:
    header = grid[_header(grid) or 0]
    return header.index(head) if head in header else None


def sort_without_ids(book: Book, grid: Grid) -> None:
    """Sort what can be seen; the hidden column of ids stays."""
    column, start = _column(grid, "id"), (_header(grid) or 0) + 1
    if column is None:
        return
    ids = [row[column] for row in grid]
    sort_rows(book, grid)
    for row, kept in list(zip(grid, ids, strict=True))[start:]:
        row[column] = kept


def clear_some_ids(book: Book, grid: Grid) -> None:
    column, start = _column(grid, "id"), (_header(grid) or 0) + 1
    for row in grid[start:] if column is not None else ():
        if book.chance.random() < 0.5:
            row[column] = book.chance.choice((None, "x", 7))


def delete_ids(book: Book, grid: Grid) -> None:
    del book
    column = _column(grid, "id")
    for row in grid if column is not None else ():
        row.pop(column)


def copy_an_id(book: Book, grid: Grid) -> None:
    column = _column(grid, "id")
    if column is not None:
        grid[_some_row(book, grid)][column] = grid[_some_row(book, grid)][column]


def copy_a_row(book: Book, grid: Grid) -> None:
    grid.insert(_some_row(book, grid), list(grid[_some_row(book, grid)]))


def copy_a_row_and_clear_it(book: Book, grid: Grid) -> None:
    copied = list(grid[_some_row(book, grid)])
    grid.insert(_some_row(book, grid), [None if str(each).startswith(("7", "t7", "comm")) else each for each in copied])


def delete_a_row(book: Book, grid: Grid) -> None:
    grid.pop(_some_row(book, grid))


def delete_a_column(book: Book, grid: Grid) -> None:
    column = book.chance.randrange(len(grid[0]))
    for row in grid:
        row.pop(column)


def clear_a_heading(book: Book, grid: Grid) -> None:
    header = grid[_header(grid) or 0]
    header[book.chance.randrange(len(header))] = None


def copy_a_column(book: Book, grid: Grid) -> None:
    column = book.chance.randrange(len(grid[0]))
    for row in grid:
        row.insert(column, row[column])


def push_cells_right(book: Book, grid: Grid) -> None:
    """Insert a cell into a row, so that the rest of it moves."""
    row = grid[_some_row(book, grid)]
    row.insert(book.chance.randrange(len(row)), None)
    for other in grid:
        other.extend([None] * (max(map(len, grid)) - len(other)))


def pull_cells_left(book: Book, grid: Grid) -> None:
    row = grid[_some_row(book, grid)]
    row.pop(book.chance.randrange(len(row)))
    row.append(None)


def reword(book: Book, grid: Grid) -> None:
    """Change a word of a row; on ``Narrative`` the cell behind the words is what was typed."""
    row, last = grid[_some_row(book, grid)], _column(grid, "What to enter") or 2
    row[book.chance.randrange(min(last + 1, len(row)))] = book.chance.choice((None, "Another thing", 12))


def swap_words(book: Book, grid: Grid) -> None:
    """Give a row the words of another."""
    one, other = grid[_some_row(book, grid)], grid[_some_row(book, grid)]
    column = _column(grid, "What to enter")
    if column is not None:
        one[: column + 1] = other[: column + 1]


def copy_the_sheet(book: Book, grid: Grid) -> None:
    book.grids["Copy"] = [list(row) for row in grid]


def copy_the_sheet_and_empty_some(book: Book, grid: Grid) -> None:
    copied = [list(row) for row in grid]
    for row in copied[(_header(copied) or 0) + 1 :]:
        if book.chance.random() < 0.5:
            row[:] = [None if str(each).startswith(("7", "t7", "comm", "shor")) else each for each in row]
    book.grids["Copy"] = copied


def delete_the_title(book: Book, grid: Grid) -> None:
    del book
    grid[0][:] = [None] * len(grid[0])


def lose_the_identity(book: Book, grid: Grid) -> None:
    del grid
    book.grids.pop("_dapf", None)
    book.loses_identity = True


HARMFUL: tuple[Callable[[Book, Grid], None], ...] = (
    sort_without_ids, clear_some_ids, delete_ids, copy_an_id, copy_a_row, copy_a_row_and_clear_it, delete_a_row,
    delete_a_column, clear_a_heading, copy_a_column, push_cells_right, pull_cells_left, reword, copy_the_sheet,
    copy_the_sheet_and_empty_some, delete_the_title, lose_the_identity,
)  # fmt: skip
