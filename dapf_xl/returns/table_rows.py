"""The rows of a table in disorder: which each is, and what was typed in it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from dapf_xl.periods import words_of_date
from dapf_xl.returns.forms import WORDS, Row, is_spare, plain
from dapf_xl.returns.layout import LABEL, ids_in_row, parse_figure_id
from dapf_xl.returns.row_checks import SAYS
from dapf_xl.returns.salvage import BOOLEAN, DATE, DAY_ZERO, ERROR, NUMBER, TEXT, UNREADABLE, Cell, address

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from dapf_xl.returns.forms import Form
    from dapf_xl.returns.layout import EntryTable
    from dapf_xl.returns.salvage import Sheet

BESIDE = ("shorthand", "comment")
NOT_ASKED = "it stands where no figure is asked for"
_CONSTANT = re.compile(r"[0-9.+\-*/^()%\s]*[0-9][0-9.+\-*/^()%\s]*", re.ASCII)
"""A formula that refers to nothing: what it came to is what was meant, wherever it stands now."""
_LONGEST_QUOTE = 60
_LAST_DAY = 2_900_000
"""Days until the year 9839; what is more is no date."""
_BLANK = Cell(TEXT, "")


class Left(NamedTuple):
    """Something that was not carried."""

    sheet: str
    cell: str
    """Its address; "" where it is about a whole sheet."""
    value: str
    reason: str


class Lifted(NamedTuple):
    """Something typed whose figure is known."""

    sheet: str
    """As the file has it."""
    cell: str
    table: str
    """The sheet that it was issued on; ``Start here`` for the sign-off."""
    row: str
    """Hidden id of its row."""
    figure: str
    """Id of its figure; of the sign-off the part."""
    part: str
    """value, shorthand, comment, what (the label of a spare row) or sign_off."""
    held: Cell

    @property
    def note(self) -> str:
        """What somebody should know of it."""
        return f"the result of ={self.held.formula}" if self.held.formula is not None else ""


@dataclass
class Lifting:
    """What was typed in a file: what it is of, and what cannot be told."""

    found: list[Lifted] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)
    rows: set[tuple[str, str]] = field(default_factory=set)
    """Table and hidden id of the rows that were found, filled in or not."""


def shown(cell: Cell) -> str:
    """Return what a cell holds, in words."""
    if cell.kind == DATE and 0 <= cell.value < _LAST_DAY:
        return words_of_date(DAY_ZERO + timedelta(days=int(cell.value)))
    return str(cell.value) if cell.kind == TEXT else plain(cell.value)


WORKED_OUT = frozenset({"check", "taken", "number"})
"""Parts that formulas fill: what the check of a row says, and what checks pass on in hidden cells."""


class Heads(NamedTuple):
    """The headings of a table, where they stand now."""

    table: EntryTable
    row: int
    columns: dict[str, list[int]]
    """By part; more than one where a heading is there more than once."""


class Table:
    """A table as it stands in the file."""

    def __init__(self, sheet: Sheet, forms: Sequence[Form], heads: Heads) -> None:
        self.sheet = sheet
        self.table, self.header, self.columns = heads
        self.forms = [form for form in forms if self.table.sheet in form.heads]
        self.texts = set[str]().union(*(form.texts for form in forms))
        self.parts = {columns[0]: part for part, columns in self.columns.items() if len(columns) == 1}
        """What each column is, where one column alone has the heading."""
        self.inputs = {column for part in (*self.table.inputs, *BESIDE) for column in self.columns.get(part, ())}
        self.merged = _merged_cells(sheet)
        issued = [row for form in self.forms for row in form.rows.get(self.table.sheet, {}).values()]
        self.locked = {part: {row.cells.get(part) for row in issued} for part in self.columns}
        below = sorted(row for row in sheet.cells if row > self.header)
        self.calculates = any(self._at(row, "check").formula is not None for row in below)
        self.unheaded = self._unheaded()
        self.known = {row: self._identify(row) for row in below}
        """Each row below the headings as it was issued, or why it is not known which it is."""

    def _unheaded(self) -> str:
        """Return which column for typing is gone: then nobody can tell what stands in those beside it."""
        parts = (*self.table.inputs, *(part for part in BESIDE if self.table.has(part)))
        missing = next((part for part in parts if part not in self.columns), "")
        return (
            f'no column is headed "{self._head(missing)}" any more, so that those beside it are not certain'
            if missing
            else ""
        )

    def identified(self) -> Iterator[tuple[int, Row]]:
        """Yield number and row of those that are known."""
        for number, row in self.known.items():
            if isinstance(row, Row):
                yield number, row

    def is_blank(self) -> bool:
        """Say whether nothing stands in the cells for typing."""
        return not any(column in self.inputs for row in self.known for column in self.sheet.cells[row])

    def _at(self, row: int, part: str) -> Cell:
        columns = self.columns.get(part, ())
        return self.sheet.cells[row].get(columns[0], _BLANK) if len(columns) == 1 else _BLANK

    def _text(self, row: int, part: str) -> str:
        return plain(self._at(row, part).value)

    # --- which row it is -------------------------------------------------------------------

    def _identify(self, number: int) -> Row | str:
        issued = [form.rows.get(self.table.sheet, {}) for form in self.forms]
        cells = self.sheet.cells[number].items()
        texts = [plain(cell.value) for column, cell in cells if self.parts.get(column) != "id"]
        if any(text in rows for text in texts for rows in issued):
            return "the cells of its row do not stand under their headings any more"
        hidden = self._text(number, "id")
        if parse_figure_id(hidden):
            return self._by_id(number, hidden, [rows[hidden] for rows in issued if hidden in rows])
        return self._by_words(number, issued)

    def _by_id(self, number: int, hidden: str, issued: Sequence[Row]) -> Row | str:
        if not issued:
            return f"the hidden id of its row, {hidden}, is none that this sheet was issued with"
        agreeing = next((row for row in issued if self._agrees(number, row)), None)
        if agreeing is not None:
            return agreeing
        meant = issued[0].words.get(issued[0].anchor, "")
        said = self._text(number, issued[0].anchor)
        if meant != said:
            return f'the hidden id of its row is that of "{_short(meant)}", but the row says "{_short(said)}"'
        return f'the row of "{_short(meant)}" does not say what it said when it was issued (reference, unit or period)'

    def _agrees(self, number: int, issued: Row) -> bool:
        """Say whether a row says what was issued under its id; but for the most telling, words may be gone."""
        words = {part: self._text(number, part) for part in issued.words}
        return words[issued.anchor] == issued.words[issued.anchor] and all(
            text in {issued.words[part], ""} for part, text in words.items()
        )

    def _by_words(self, number: int, issued: Sequence[Mapping[str, Row]]) -> Row | str:
        said = {part: text for part in WORDS if self.table.has(part) and (text := self._text(number, part))}
        matching = {
            row.id: row
            for rows in issued
            for row in rows.values()
            if row.words == said and not is_spare(self.table, row)
        }
        if len(matching) != 1:
            several = "several rows of the return have its words"
            return f"its row has no id, and {several if matching else 'its words are not those of one that was issued'}"
        if not self._says_whose():
            return "its row has no id, and the title of the sheet, with agency and quarter, is gone"
        row = next(iter(matching.values()))
        if not self._is_in_line(number, row):
            return (
                "its row has no id, and its cells do not stand as they were issued: they may have been moved sideways"
            )
        return row

    def _is_in_line(self, number: int, row: Row) -> bool:
        """Say whether all that is locked stands under its heading, the check too: then so does what was typed."""
        locked = (part for part in row.cells if part not in {*WORKED_OUT, "id"})
        check = self._at(number, "check")
        return all(self._text(number, part) == row.cells[part] for part in locked) and (
            check.formula is not None or self._is_check_words(check)
        )

    def _says_whose(self) -> bool:
        """Say whether the sheet's own title stands above its headings: the agency and the quarter."""
        titles = {form.titles[self.table.sheet] for form in self.forms}
        above = (cell for row, cells in self.sheet.cells.items() if row < self.header for cell in cells.values())
        return any(plain(cell.value) in titles for cell in above)

    # --- what was typed in it --------------------------------------------------------------

    def lift(
        self,
        lifting: Lifting,
        places: Mapping[tuple[str, str], Sequence[tuple[Table, int]]],
        refuses: Callable[[Lifted, Row], str],
    ) -> None:
        """Add what was typed in this table, and what is left of it."""
        for number in sorted(row for row in self.sheet.cells if row <= self.header):
            self._leave_strange(lifting, number, NOT_ASKED)
        for number, row in self.known.items():
            if not isinstance(row, Row):
                self._leave_strange(lifting, number, row)
                continue
            lifting.rows.add((self.table.sheet, row.id))
            same = places[self.table.sheet, row.id]
            why = ""
            if len({table.typed_in(other, row) for table, other in same}) > 1:
                others = (
                    f"row {other} of {table.sheet.name}" for table, other in same if (table, other) != (self, number)
                )
                why = f"its row is there more than once, also as {', '.join(others)}, and they differ"
            self._lift_row(lifting, number, row, why, refuses)

    def typed_in(self, number: int, row: Row) -> tuple[Cell, ...]:
        """Return what stands in the cells for typing of a row, to be compared."""
        return tuple(self.sheet.cells[number].get(column, _BLANK) for column in self._for_typing(row))

    def _for_typing(self, row: Row) -> list[int]:
        parts = (*self.table.inputs, *BESIDE, *((LABEL,) if is_spare(self.table, row) else ()))
        return [column for part in parts for column in self.columns.get(part, ())]

    def _leave(self, lifting: Lifting, number: int, column: int, reason: str) -> None:
        cell = self.sheet.cells[number][column]
        lifting.left.append(Left(self.sheet.name, address(number, column), shown(cell), reason))

    def _leave_strange(self, lifting: Lifting, number: int, reason: str) -> None:
        """List what stands in a row that is not known, but for what was issued."""
        for column, cell in sorted(self.sheet.cells[number].items()):
            part = self.parts.get(column)
            is_input = column in self.inputs and number > self.header
            is_ours = self._is_ours(cell, part) or (part == "id" and parse_figure_id(plain(cell.value)) is not None)
            if is_input or not is_ours:
                self._leave(lifting, number, column, reason)

    def _is_ours(self, cell: Cell, part: str | None) -> bool:
        """Say whether a cell of a row that is not known holds what was issued there, or somewhere."""
        if part in WORKED_OUT:
            is_value = self._is_check_words(cell) if part == "check" else not self.calculates
            if cell.formula is not None or is_value:
                return True
        if cell.kind == NUMBER and cell.formula is None and part:
            return plain(cell.value) in self.locked[part]
        return cell.kind == TEXT and cell.formula is None and plain(cell.value) in self.texts

    def _is_check_words(self, cell: Cell) -> bool:
        """Say whether a check holds what it said, in a file of which only the values were kept."""
        return not self.calculates and cell.kind == TEXT and cell.value.startswith(SAYS)

    def _leave_beside(self, lifting: Lifting, number: int, row: Row) -> None:
        """List what stands in a known row outside its cells for typing."""
        apart = {*self.inputs, *self._for_typing(row)}
        for column, cell in sorted(self.sheet.cells[number].items()):
            part = self.parts.get(column)
            if column in apart or part == "id":
                continue
            if part is None and not self._is_ours(cell, part):
                self._leave(
                    lifting, number, column, "its column has no heading of the return, or one that is there twice"
                )
            elif part in WORKED_OUT and not self._is_ours(cell, part):
                self._leave(lifting, number, column, "it stands in the column that checks the row")
            elif part not in {None, *WORKED_OUT} and (
                plain(cell.value) != row.cells.get(str(part)) or cell.formula is not None
            ):
                self._leave(lifting, number, column, "it stands in a locked cell, where nothing is asked for")

    def _lift_row(
        self, lifting: Lifting, number: int, row: Row, why: str, refuses: Callable[[Lifted, Row], str]
    ) -> None:
        self._leave_beside(lifting, number, row)
        first = self.table.inputs[0]
        for part, figure in ids_in_row(self.table, row.id):
            bound = {part: "value"}
            if part == first and self.table.has("shorthand"):
                bound["shorthand"] = "shorthand"
            if part == first and is_spare(self.table, row):
                bound[LABEL] = LABEL
            for parts in (bound, {"comment": "comment"} if part == first and self.table.has("comment") else {}):
                reason = why or self.unheaded or self._doubled(number, parts)
                self._lift_cells(lifting, number, row, figure, parts, reason, refuses)

    def _doubled(self, number: int, parts: Mapping[str, str]) -> str:
        for part in parts:
            columns = self.columns.get(part, ())
            if len(columns) > 1 and any(column in self.sheet.cells[number] for column in columns):
                return f'more than one column is headed "{self._head(part)}"'
        return ""

    def _head(self, part: str) -> str:
        return next(form.heads[self.table.sheet].get(part, part) for form in self.forms)

    def _lift_cells(  # noqa: PLR0913, PLR0917  (where, of what, which, and why not)
        self,
        lifting: Lifting,
        number: int,
        row: Row,
        figure: str,
        parts: Mapping[str, str],
        why: str,
        refuses: Callable[[Lifted, Row], str],
    ) -> None:
        """Lift cells that mean something only together: all of them, or none."""
        cells = self.sheet.cells[number]
        there = {
            column: Lifted(
                self.sheet.name, address(number, column), self.table.sheet, row.id, figure, name, cells[column]
            )
            for part, name in parts.items()
            for column in self.columns.get(part, ())
            if column in cells
        }
        faults = {
            column: fault_of(each.held, is_merged=(number, column) in self.merged) or refuses(each, row)
            for column, each in there.items()
        }
        for column, each in there.items():
            reason = why or faults[column]
            if not reason and any(faults.values()):
                reason = "what stands beside it, and belongs to it, cannot be carried"
            if reason:
                self._leave(lifting, number, column, reason)
            else:
                lifting.found.append(each)


def fault_of(cell: Cell, *, is_merged: bool = False) -> str:
    """Return why what a cell holds cannot be carried; "" where it can."""
    if is_merged:
        return "its cell is merged with others, so that nobody can tell which it is for"
    if cell.kind == ERROR:
        return "the cell shows an error"
    if cell.kind == UNREADABLE:
        return "the cell is damaged" if cell.formula is None else "the cell holds a formula that was never calculated"
    if cell.formula is not None and not (cell.kind in {NUMBER, BOOLEAN} and _CONSTANT.fullmatch(cell.formula)):
        return "it is calculated from other cells, which may not stand where they stood"
    return ""


def _merged_cells(sheet: Sheet) -> set[tuple[int, int]]:
    return {
        (row, column)
        for top, left, bottom, right in sheet.merged
        for row in range(top, min(bottom, max(sheet.cells, default=0)) + 1)
        for column in sheet.cells.get(row, ())
        if left <= column <= right
    }


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_QUOTE else f"{text[:_LONGEST_QUOTE]}…"
