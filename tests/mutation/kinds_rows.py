"""Rows, columns and blocks of cells stand elsewhere than they were issued."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dapf_xl.returns.layout import ENTRY_TABLES, HEADER_ROW
from tests.mutation.case import at_row, kind, table_columns
from tests.mutation.workbook import Difference, column, letter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.mutation.case import Case

PERSON = "a person who took the protection off"
FOLLOWED = "follows the rows by their ids, or takes nothing; says that they moved"
REFUSED = "takes no figure whose row is not sure, and names the sheet"


def _whole(case: Case, sheet: str, what: str, cell: str = "") -> None:
    case.moved.add(sheet)
    case.say(Difference(sheet, cell, "as issued", what, "moved"))


def _renumbered(xml: str, new: int) -> str:
    """A row under another number; what its formulas say of their own row goes with it."""
    found = re.match(r'<row r="(\d+)"', xml)
    if not found:
        return xml
    old = found[1]
    xml = re.sub(r'^<row r="\d+"', f'<row r="{new}"', xml)
    xml = re.sub(r'(<c r="[A-Z]+)\d+"', rf'\g<1>{new}"', xml)
    return re.sub(
        r"(<f[^>]*>)(.*?)(</f>)",
        lambda each: each[1] + re.sub(rf"(?<![\w$!:])([A-Z]{{1,2}}){old}\b(?!:)", rf"\g<1>{new}", each[2]) + each[3],
        xml,
        flags=re.DOTALL,
    )


def _reordered(case: Case, sheet: str, order: Sequence[int], places: Sequence[int]) -> None:
    """Put whole rows (by number, as they are now) where others stand."""
    it = case.book.sheets[sheet]
    rows = {row.number: row for row in it.rows}
    moved = [(rows[number], place) for number, place in zip(order, places, strict=True)]
    for row, place in moved:
        same = row.was == row.xml
        row.xml = _renumbered(row.xml, place)
        row.was = row.xml if same else _renumbered(row.was, place)
        row.number = place
    it.rows.sort(key=lambda row: row.number)


def _sorted_by(case: Case, sheet: str, rows: Sequence[int], part: str) -> list[int]:
    letters = ENTRY_TABLES[sheet].columns[part]
    order = sorted(
        rows,
        key=lambda row: (
            str(type(case.book.get(sheet, f"{letters}{row}"))),
            str(case.book.get(sheet, f"{letters}{row}")),
            -row,
        ),
    )
    return order if order != list(rows) else list(reversed(rows))


def _columns_sorted(case: Case, sheet: str, letters: Sequence[str], order: Sequence[int], rows: Sequence[int]) -> None:
    """Sort only some columns of a block: cell by cell, so that each is a difference of its own."""
    contents = {(each, row): case.book.get(sheet, f"{each}{row}") for each in letters for row in rows}
    for source, target in zip(order, rows, strict=True):
        for each in letters:
            if contents[each, source] != contents[each, target]:
                case.book.put(sheet, f"{each}{target}", contents[each, source])


@kind(PERSON, FOLLOWED)
def row_inserted(case: Case) -> None:
    sheet = case.pick_sheet()
    row = case.random.choice([5, *case.rows(sheet), case.rows(sheet)[-1] + 1])
    case.book.insert_row(sheet, row)
    if row <= case.rows(sheet)[-1]:
        _whole(case, sheet, "a row more")


@kind("a person who needs room for a second figure", FOLLOWED)
def row_inserted_and_filled(case: Case) -> None:
    sheet = case.pick_sheet()
    row = case.random.choice(case.rows(sheet))
    case.book.insert_row(sheet, row)
    table = ENTRY_TABLES[sheet]
    case.book.put(sheet, table.cell("what", row), "Something that nobody asked")
    case.book.put(sheet, table.cell(table.inputs[0], row), 12)
    _whole(case, sheet, "a row more")


@kind("a person who copies a row, its hidden id with it", "takes neither row of the figure, or nothing")
def row_duplicated(case: Case) -> None:
    sheet = case.pick_sheet()
    row = case.random.choice(case.rows(sheet))
    below = case.random.choice([row + 1, case.rows(sheet)[-1] + 1])
    contents = case.book.contents(case.book.row(sheet, row).xml)
    case.book.insert_row(sheet, below)
    for letters, content in contents.items():
        case.book.put(sheet, f"{letters}{below}", content)
    value = ENTRY_TABLES[sheet].cell(ENTRY_TABLES[sheet].inputs[0], below)
    case.book.put(sheet, value, 5)
    case.disputed |= {key for key, place in case.places(sheet) if place.row == row}
    _whole(case, sheet, "a row twice")


@kind(PERSON, "takes nothing for the figure that is gone, and names it")
def row_deleted(case: Case) -> None:
    sheet = case.pick_sheet()
    row = case.random.choice(case.rows(sheet))
    case.book.delete_row(sheet, row)
    _whole(case, sheet, "a row less")


@kind(PERSON, "names the sheet")
def heading_row_deleted(case: Case) -> None:
    """Take out a row that holds no figure: a group's heading, or the heads."""
    sheet = case.pick_sheet()
    taken = {*case.rows(sheet)}
    others = [
        row.number for row in case.book.sheets[sheet].rows if row.number not in taken and row.number <= max(taken)
    ]
    row = case.random.choice(others)
    case.book.delete_row(sheet, row)
    _whole(case, sheet, "a row less")


@kind(PERSON, FOLLOWED)
def rows_sorted(case: Case) -> None:
    """Sort the whole table, ids with it."""
    sheet = case.pick_sheet(2)
    rows = case.rows(sheet)
    if len(rows) < 2:
        return row_deleted(case)
    part = case.random.choice(["what", ENTRY_TABLES[sheet].inputs[0], "ref"])
    _reordered(case, sheet, _sorted_by(case, sheet, rows, part), rows)
    return _whole(case, sheet, "sorted")


@kind(PERSON, FOLLOWED)
def two_rows_change_places(case: Case) -> None:
    sheet = case.pick_sheet(2)
    rows = case.rows(sheet)
    if len(rows) < 2:
        return row_inserted(case)
    one, two = case.random.sample(rows, 2)
    _reordered(case, sheet, [one, two], [two, one])
    return _whole(case, sheet, "two rows changed places")


@kind("a person who sorts what shows, without the hidden column", REFUSED)
def all_but_ids_sorted(case: Case) -> None:
    sheet = case.pick_sheet(2)
    rows = case.rows(sheet)
    if len(rows) < 2:
        return row_deleted(case)
    table = ENTRY_TABLES[sheet]
    letters = [each for part, each in table.columns.items() if part not in {"id", "check"}]
    order = _sorted_by(case, sheet, rows, case.random.choice(["what", table.inputs[0]]))
    _columns_sorted(case, sheet, letters, order, rows)
    case.disputed |= _displaced(case, sheet, order, rows)
    return None


def _displaced(case: Case, sheet: str, order: Sequence[int], rows: Sequence[int]) -> set[tuple[str, str, str, str]]:
    """The figures whose label and answer have gone to another row without their id."""
    elsewhere = {target for source, target in zip(order, rows, strict=True) if source != target}
    return {key for key, place in case.places(sheet) if place.row in elsewhere}


@kind(PERSON, REFUSED)
def ids_sorted_apart(case: Case) -> None:
    sheet = case.pick_sheet(2)
    rows = case.rows(sheet)
    if len(rows) < 2:
        return row_deleted(case)
    order = list(reversed(rows)) if case.random.random() < 0.5 else case.random.sample(rows, len(rows))
    if order == rows:
        order = [*rows[1:], rows[0]]
    letters = [ENTRY_TABLES[sheet].columns["id"]]
    _columns_sorted(case, sheet, letters, order, rows)
    case.disputed |= _displaced(case, sheet, order, rows)
    return None


@kind("an attacker", "names the cells and takes neither figure")
def two_ids_swapped(case: Case) -> None:
    sheet = case.pick_sheet(2)
    rows = case.rows(sheet)
    if len(rows) < 2:
        return row_deleted(case)
    one, two = case.random.sample(rows, 2)
    _columns_sorted(case, sheet, [ENTRY_TABLES[sheet].columns["id"]], [two, one], [one, two])
    case.disputed |= _displaced(case, sheet, [two, one], [one, two])
    return None


@kind("an attacker", "takes nothing, and names the cell")
def id_edited(case: Case) -> None:
    """Make a hidden id into another figure's, another quarter's, or none."""
    sheet = case.pick_sheet()
    row = case.random.choice(case.rows(sheet))
    cell = ENTRY_TABLES[sheet].cell("id", row)
    old = str(case.book.get(sheet, cell))
    name, _, period = old.partition("@")
    others = [str(case.book.get(sheet, ENTRY_TABLES[sheet].cell("id", each))) for each in case.rows(sheet)]
    year = f"{int(period[:4]) - 1}{period[4:]}" if period[:4].isdigit() else "2014-15-Q1"
    ways = [f"{name}@{year}", f"{name}x@{period}", name, "", "0", f" {old}", old.lower() + " ", *others]
    new = case.random.choice([each for each in ways if each != old])
    case.book.put(sheet, cell, new or None)
    case.disputed |= {key for key, place in case.places(sheet) if place.row == row}


@kind(
    "a person who starts in the wrong row",
    "takes none of the figures that may have slipped, where one fell out of the table",
)
def values_one_row_down(case: Case) -> None:
    """Move the figures alone one row down, from somewhere in the table."""
    sheet = case.pick_sheet(2)
    table = ENTRY_TABLES[sheet]
    letters = table.columns[table.inputs[0]]
    first = case.random.choice(case.rows(sheet))
    last = case.rows(sheet)[-1]
    contents = [case.book.get(sheet, f"{letters}{row}") for row in range(first, last + 1)]
    case.book.put(sheet, f"{letters}{first}", None)
    for row, content in enumerate(contents, first + 1):
        if content != case.book.get(sheet, f"{letters}{row}"):
            case.book.put(sheet, f"{letters}{row}", content)


@kind("a person who inserts a cell, so that all below shift", REFUSED)
def cells_shifted_down(case: Case) -> None:
    """Shift several columns one row down, locked ones among them; the ids stay."""
    sheet = case.pick_sheet(2)
    letters = table_columns(sheet)[: ENTRY_TABLES[sheet].index("check")]
    first = case.random.choice(case.rows(sheet))
    last = case.rows(sheet)[-1]
    rows = list(range(first, last + 2))
    contents = {(each, row): case.book.get(sheet, f"{each}{row}") for each in letters for row in rows}
    for row in rows:
        for each in letters:
            content = contents[each, row - 1] if row > first else None
            if content != contents[each, row]:
                case.book.put(sheet, f"{each}{row}", content)
    case.disputed |= {key for key, place in case.places(sheet) if place.row >= first}


@kind("a person who starts in the wrong column", "takes what stands in input cells; names what stands in locked ones")
def values_in_another_column(case: Case) -> None:
    sheet = case.pick_sheet()
    table = ENTRY_TABLES[sheet]
    letters = table.columns[table.inputs[0]]
    by = case.random.choice([-2, -1, 1, 2, 3])
    target = letter(max(0, column(letters) + by))
    rows = case.rows(sheet)
    contents = {row: case.book.get(sheet, f"{letters}{row}") for row in rows}
    for row in rows:
        if contents[row] is not None:
            case.book.put(sheet, f"{target}{row}", contents[row])
            case.book.put(sheet, f"{letters}{row}", None)


@kind("a person who pastes a whole block one row too low", REFUSED)
def block_pasted_elsewhere(case: Case) -> None:
    """Copy a block of the table over another part of it."""
    sheet = case.pick_sheet(2)
    rows = case.rows(sheet)
    letters = table_columns(sheet)[: case.random.randint(3, ENTRY_TABLES[sheet].index("id"))]  # (with ids, rows move)
    first = case.random.choice(rows)
    by = case.random.choice([1, 2, 3])
    block = rows[rows.index(first) :][:4]
    contents = {(each, row): case.book.get(sheet, f"{each}{row}") for each in letters for row in block}
    for (each, row), content in contents.items():
        if content != case.book.get(sheet, f"{each}{row + by}"):
            case.book.put(sheet, f"{each}{row + by}", content)
    touched = {row + by for row in block}
    case.disputed |= {key for key, place in case.places(sheet) if place.row in touched}


@kind(PERSON, "takes nothing where columns moved, and names the sheet")
def column_inserted(case: Case) -> None:
    sheet = case.pick_sheet()
    letters = case.random.choice(table_columns(sheet))
    case.book.insert_column(sheet, letters)
    _whole(case, sheet, "a column more")


@kind(PERSON, "takes nothing where columns moved, and names the sheet")
def column_deleted(case: Case) -> None:
    sheet = case.pick_sheet()
    letters = case.random.choice(table_columns(sheet))
    case.book.delete_column(sheet, letters)
    _whole(case, sheet, "a column less")


@kind(
    "a person who moves a column where they like it better",
    "follows the columns by their heads, or takes nothing; says so",
)
def two_columns_change_places(case: Case) -> None:
    sheet = case.pick_sheet()
    one, two = case.random.sample(table_columns(sheet)[:-1], 2)
    case.book.swap_columns(sheet, one, two, HEADER_ROW)
    _whole(case, sheet, "two columns changed places")


@kind(
    "a person who copies one column over another and back",
    "takes what stands in input cells; names every locked cell that changed",
)
def two_columns_swapped_below_their_heads(case: Case) -> None:
    sheet = case.pick_sheet()
    one, two = case.random.sample(table_columns(sheet)[:-1], 2)
    for row in case.rows(sheet):
        contents = {each: case.book.get(sheet, f"{each}{row}") for each in (one, two)}
        for source, target in ((one, two), (two, one)):
            if contents[source] != contents[target]:
                case.book.put(sheet, f"{target}{row}", contents[source])


@kind("a person who copies a filled column from last quarter", "takes what stands in the input cells, as it was typed")
def input_column_overwritten(case: Case) -> None:
    """Write other figures into every input cell of a column: what was typed is what counts."""
    sheet = case.pick_sheet()
    rows = case.rows(sheet)
    table = ENTRY_TABLES[sheet]
    letters = table.columns[case.random.choice(table.inputs)]
    contents = [case.book.get(sheet, f"{letters}{row}") for row in rows]
    case.random.shuffle(contents)
    for row, content in zip(rows, contents, strict=True):
        if content != case.book.get(sheet, at_row(f"{letters}1", row)):
            case.book.put(sheet, f"{letters}{row}", content)
