"""A sheet as it was issued beside the same sheet as it came back: every cell that is not the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from dapf_xl.personal_data import redacted
from dapf_xl.returns.formulas import comparable, without_places
from dapf_xl.returns.layout import ENTRY_TABLES, HEADER_ROW
from dapf_xl.rules.as_issued import ANYTHING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from dapf_xl.returns.layout import EntryTable
    from dapf_xl.returns.troubles import SheetRead
    from dapf_xl.rules.as_issued import AsIssued
    from dapf_xl.rules.checking import CheckedReturn
    from dapf_xl.rules.following import Moves


class CellDifference(NamedTuple):
    """A locked cell that does not hold what it held."""

    row: int
    """As it was issued; 0 where nothing of this was issued."""
    column: int
    """As it was issued, zero-based; -1 where nothing of this was issued."""
    cell: str
    """In the file as it is; where the cell is gone, as it was issued."""
    row_now: int
    old: Any
    new: Any
    is_formula: bool = False
    """Whether it is about formulas, and not about what stands there."""


def address(row: int, column: int) -> str:
    """Return the address of a row, as Excel counts, and a zero-based column."""
    return f"{chr(ord('A') + column)}{row}"


def is_same(old: object, new: object) -> bool:
    """Say whether a cell holds what it held, as far as honest programs keep it: numbers at 15 significant digits."""
    if old == new:
        return not (isinstance(old, bool) ^ isinstance(new, bool)) or old is ANYTHING
    if isinstance(old, int | float) and isinstance(new, int | float):
        return f"{old:.15g}" == f"{new:.15g}"
    if isinstance(old, str) and isinstance(new, str):
        return old.replace("\r\n", "\n") == new.replace("\r\n", "\n")
    return False


def differences_of(one: CheckedReturn, issued: AsIssued, sheet: str) -> SheetDifferences:
    """Lay a sheet of a return beside what it was, its rows and columns where they were followed to."""
    table = one.read.tables.get(sheet, ENTRY_TABLES.get(sheet))
    header = one.headers.get(sheet, HEADER_ROW)
    return SheetDifferences(issued, sheet, one.read.content[sheet], one.moves.get(sheet), header, table)


def stands_now(one: CheckedReturn, issued: AsIssued, sheet: str) -> Callable[[str], str] | None:
    """Return what says where a cell stands now, by its address as issued; None where each is where it was."""
    if sheet not in one.moves and sheet not in one.headers and sheet not in one.read.tables:
        return None
    differences = differences_of(one, issued, sheet)
    return differences.now if differences.is_moved else None


class SheetDifferences:
    """One sheet of a return beside what it was."""

    def __init__(  # noqa: PLR0913, PLR0917  (what was issued, what is there, and how the two belong together)
        self,
        issued: AsIssued,
        sheet: str,
        found: SheetRead,
        moves: Moves | None,
        header: int,
        table: EntryTable | None,
    ) -> None:
        """Lay the two beside each other.

        Args:
            issued: What went out.
            sheet: The sheet's name.
            found: What the file has on it.
            moves: Where its rows are now, where they were followed.
            header: The row of its heads now.
            table: Its table as the file has it, if it is an entry sheet.
        """
        self.old = issued.rows[sheet]
        self.formulas = issued.formulas[sheet]
        self.found = found
        usual = ENTRY_TABLES.get(sheet)
        ids = {row for row, _ in issued.positions.get(sheet, ())}
        twice = {figure for _, figure in moves.twice} if moves else set()
        self.gone = {row for row, figure in issued.positions.get(sheet, ()) if figure in twice} if moves else set()
        self.gone |= {row for row, _ in moves.missing} if moves else set()
        self.unread = {row for row, _ in (*moves.twice, *moves.unknown)} if moves else set()
        self.is_moved = header != HEADER_ROW or table is not usual or bool(moves and (moves.moved or self.gone))
        self.columns = {column: column for column in range(max(map(len, self.old), default=0))}
        if usual is not None and table is not None and table is not usual:
            self.columns = {usual.index(part): table.index(part) for part in usual.columns}
        self.rows = self._placed(moves.rows if moves else {row: row for row in ids}, header)

    def _placed(self, known: Mapping[int, int], header: int) -> dict[int, int]:
        """Return where each row stands now: those with ids by these, the others where they say what they said."""
        if not self.is_moved:
            return {row: row for row in range(1, len(self.old) + 1) if row not in self.unread}
        rows = {**known, HEADER_ROW: header}
        free = set(range(1, len(self.found.cells) + 1)) - set(rows.values()) - self.unread
        for row, line in enumerate(self.old, 1):
            if row in rows or row in self.gone:
                continue
            wanted = [cell for cell in line if cell != ""] if _is_plain(line) else []
            alike = [
                each
                for each in free
                if wanted and [cell for cell in self.found.cells[each - 1] if cell != ""] == wanted
            ]
            if alike:
                rows[row] = min((abs(each - row), each) for each in alike)[1]
                free.discard(rows[row])
        return rows

    def __call__(self, told: Collection[str]) -> Iterator[CellDifference]:
        """Yield every cell that differs but those that were told already, by their addresses in the file."""
        placed = set(self.unread)
        for row, line in enumerate(self.old, 1):
            now = self.rows.get(row)
            if now is not None:
                placed.add(now)
                yield from (each for each in self._in_row(row, line, now) if each.cell not in told)
            elif row not in self.gone | self.unread and any(cell != "" and cell is not ANYTHING for cell in line):
                column, old = next((n, cell) for n, cell in enumerate(line) if cell != "" and cell is not ANYTHING)
                yield CellDifference(row, column, address(row, column), 0, old, "")
        columns = set(self.columns.values())
        for now, line in enumerate(self.found.cells, 1):
            for column, new in enumerate(line):
                if new != "" and (now not in placed or column not in columns) and now not in self.unread:
                    cell = address(now, column)
                    if cell not in told and cell not in self.found.formulas:
                        yield CellDifference(0, -1, cell, now, "", new)
        yield from self._in_formulas(told)

    def _in_row(self, row: int, line: Sequence[Any], now: int) -> Iterator[CellDifference]:
        found = self.found.cells[now - 1] if now <= len(self.found.cells) else []
        for column, old in enumerate(line):
            there = self.columns.get(column)
            if there is None:
                continue
            new = found[there] if there < len(found) else ""
            if not is_same(old, new):
                cell = address(now, there)
                is_wiped = cell in self.found.formulas
                yield CellDifference(row, column, cell, now, old, f"={self.found.formulas[cell]}" if is_wiped else new)

    def _in_formulas(self, told: Collection[str]) -> Iterator[CellDifference]:
        """Yield formulas that are others or gone, and new ones; where rows were moved, what they refer to is let be."""
        old, found = self.formulas, self.found.formulas
        alike = without_places if self.is_moved else comparable
        for cell, formula in old.items():
            row, column = int(cell[1:]), ord(cell[0]) - ord("A")
            if self.is_moved and (row not in self.rows or column not in self.columns):
                continue
            now = self._now(cell) if self.is_moved else cell
            if now not in found or (found[now] != formula and alike(found[now]) != alike(formula)):
                row_now, column_now = int(now[1:]), ord(now[0]) - ord("A")
                line = self.found.cells[row_now - 1] if row_now <= len(self.found.cells) else []
                value = line[column_now] if column_now < len(line) else ""
                new = f"={found[now]}" if now in found else value
                yield CellDifference(row, column, now, row_now, f"={formula}", new, is_formula=True)
        expected = {self._now(cell) for cell in old}
        for cell, formula in found.items():
            row, column = int(cell[1:]), ord(cell[0]) - ord("A")
            if cell not in expected and cell not in told and row not in self.unread and not self._is_input(row, column):
                yield CellDifference(0, -1, cell, row, self._before(row, column), f"={formula}", is_formula=True)

    def _now(self, cell: str) -> str:
        row, column = int(cell[1:]), ord(cell[0]) - ord("A")
        return address(self.rows.get(row, 0), self.columns.get(column, 0))

    def now(self, cell: str) -> str:
        """Return where a cell of the table stands now, by its address as issued; "" where it is gone."""
        row, column = int(cell[1:]), ord(cell[0]) - ord("A")
        return address(self.rows[row], self.columns[column]) if row in self.rows and column in self.columns else ""

    def _is_input(self, row_now: int, column_now: int) -> bool:
        return self._before(row_now, column_now) is ANYTHING

    def _before(self, row_now: int, column_now: int) -> Any:  # noqa: ANN401  (what a cell can hold)
        """Return what was issued in the cell that stands here now."""
        row = next((row for row, now in self.rows.items() if now == row_now), 0)
        column = next((column for column, now in self.columns.items() if now == column_now), -1)
        line = self.old[row - 1] if row else []
        return line[column] if 0 <= column < len(line) else ""


def _is_plain(line: Sequence[Any]) -> bool:
    """Say whether a row holds nothing that may change."""
    return not any(cell is ANYTHING for cell in line)


def cells_in_short(cells: Sequence[str]) -> str:
    """Return addresses with those that follow each other down a column as one: ``B7:B9, C4``."""
    places = sorted((cell[0], int(cell[1:])) for cell in cells if cell)
    runs: list[list[tuple[str, int]]] = []
    for column, row in places:
        if runs and runs[-1][-1] == (column, row - 1):
            runs[-1].append((column, row))
        else:
            runs.append([(column, row)])
    ends = [(f"{run[0][0]}{run[0][1]}", f"{run[-1][0]}{run[-1][1]}") for run in runs]
    return ", ".join(first if first == last else f"{first}:{last}" for first, last in ends)


LENGTH_OF_A_FORMULA = 24
"""Characters of a formula that are told."""
_BEFORE = 8
"""Of these, how many stand before the first that is not as it was."""


def formula_words(formula: str, other: str) -> str:
    """Return a formula, or as much of it as shows in what it is not the other: ``…SUM(J7:J9)*2…``."""
    formula, other = (each.replace("=of:=", "=", 1) for each in (formula, other))
    pairs = enumerate(zip(formula, other, strict=False))
    same = next((place for place, (one, two) in pairs if one != two), min(len(formula), len(other)))
    start = max(0, min(same - _BEFORE, len(formula) - LENGTH_OF_A_FORMULA))
    told = redacted(formula[start : start + LENGTH_OF_A_FORMULA])
    return f"{'…' if start else ''}{told}{'…' if start + LENGTH_OF_A_FORMULA < len(formula) else ''}"
