"""The check column of a return: what each row's check says as it goes out, and its formulas and colours."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from dapf_xl.returns.check_colours import mark
from dapf_xl.returns.evidence_rows import evidence_words
from dapf_xl.returns.layout import ASSURANCE, ENTRY_TABLES, HEADER_ROW, LABEL, NARRATIVE, RETURN, REVISIONS
from dapf_xl.returns.prefilling import EMPTY
from dapf_xl.returns.row_checks import (
    KNOWN,
    NO_CHANGE,
    NOT_USED,
    NUMBER,
    OPTIONAL,
    TAKEN,
    TO_DO,
    Kind,
    check_of,
    check_of_words,
    taken_of,
)
from dapf_xl.returns.row_names import LABEL_TEXT, names_of, values_of
from dapf_xl.returns.row_relations import Places, Refs, RowRelations

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dapf_xl.catalogue import Framework
    from dapf_xl.expressions import Expression, Given, Value
    from dapf_xl.observations import Observation
    from dapf_xl.returns.layout import EntryTable, Figure, Line, Plan
    from dapf_xl.returns.prefilling import Cells
    from dapf_xl.workbooks import Sheet


class _Row(NamedTuple):
    """A row, its two formulas, and what their names stand for."""

    table: EntryTable
    line: Line
    taken: Expression
    check: Expression
    refs: Refs
    reads: str
    """The name of the number that is typed into it; "" where none is."""
    own: Mapping[str, Value]
    """What its own names stand for as it goes out."""


class LiveChecks:
    """Makes the checks of a framework's returns."""

    def __init__(self, framework: Framework) -> None:
        """Collect the framework's rules."""
        self.framework = framework
        self.relations = RowRelations(framework)
        self.threshold = framework.settings.disclosure_threshold or 0

    def of(self, plan: Plan, known: Mapping[Figure, Observation], typed: Mapping[str, Cells]) -> ReturnChecks:
        """Return the checks of one return.

        Args:
            plan: What it asks, and where.
            known: Figures known already.
            typed: What stands in the yellow cells, by the id of the line; nothing in those that are left out.
        """
        return ReturnChecks(self, plan, known, typed)


class ReturnChecks:
    """The checks of one return: what they say as it goes out, and how they are written."""

    def __init__(
        self, checks: LiveChecks, plan: Plan, known: Mapping[Figure, Observation], typed: Mapping[str, Cells]
    ) -> None:
        """Work out what every check says."""
        self._checks = checks
        self.plan, self.typed = plan, typed
        tables = [table for table in (RETURN, REVISIONS) if table.sheet in plan.lines]
        lines = {
            (line.asked.item.id, line.asked.category, line.asked.period): (table, line)
            for table in tables
            for line in plan.lines[table.sheet]
            if line.asked
        }
        self._places = Places(checks.framework, plan.agency, lines, known)
        self._rows = [self._row(*place) for place in lines.values()]
        self._taken = {(row.table.sheet, row.line.row): self._taken_value(row) for row in self._rows}
        self.words: dict[str, dict[int, str]] = {sheet: {} for sheet in plan.lines}
        """What the check of each row says, by sheet."""
        for row in self._rows:
            self.words[row.table.sheet][row.line.row] = str(row.check.evaluate(self._env(row)))
        for line in plan.lines.get(NARRATIVE.sheet, ()):
            if line.asked:
                own = values_of(NARRATIVE, self._cells(NARRATIVE, line), line.asked.item, checks.threshold)
                self.words[NARRATIVE.sheet][line.row] = str(check_of_words(blank_of(NARRATIVE, line)).evaluate(own))

    def add_evidence(self, known: Mapping[Figure, Observation]) -> None:
        """Work out what the checks of ``Quality assurance`` say, from what is known of it."""
        if ASSURANCE.sheet in self.plan.lines:
            self.words[ASSURANCE.sheet] = evidence_words(self.plan, known, self.typed, self._checks.threshold)

    @property
    def names(self) -> dict[str, dict[str, str]]:
        """What the formulas of each sheet call the yellow cells, and what is made of them."""
        threshold = self._checks.threshold
        return {sheet: names_of(ENTRY_TABLES[sheet], threshold) for sheet, lines in self.plan.lines.items() if lines}

    def write(self, sheet: Sheet, table: EntryTable) -> None:
        """Write the check of every line of ``Return``, ``Narrative`` or ``Revisions``, and their colours."""
        words = self.words[table.sheet]
        lines = [line for line in self.plan.lines[table.sheet] if line.asked]
        if table is NARRATIVE:
            names = {name: name for name in names_of(table, self._checks.threshold)}
            for line in lines:
                formula = check_of_words(blank_of(table, line)).formula(names)
                sheet.formula(line.row - 1, table.index("check"), formula, words[line.row], "check")
        for row in self._rows:
            if row.table is table:
                self._write_row(sheet, row, words[row.line.row])
        if lines:
            mark(sheet, table, HEADER_ROW, lines[-1].row - 1, ("value",))

    def _write_row(self, sheet: Sheet, row: _Row, words: str) -> None:
        table, place = row.table, row.line.row - 1
        refs = {**{name: name for name in row.own}, **row.refs.texts}
        sheet.formula(place, table.index("check"), row.check.formula(refs), words, "check")
        taken = self._taken[table.sheet, row.line.row]
        sheet.formula(place, table.index("taken"), row.taken.formula(refs), _cached(taken), "check")
        if row.reads:
            sheet.formula(place, table.index("number"), row.reads, _cached(row.own[row.reads]), "check")

    # --- one row -----------------------------------------------------------------------------

    def _row(self, table: EntryTable, line: Line) -> _Row:
        asked = line.asked
        assert asked is not None  # noqa: S101  (a heading is on no rule's side)
        refs = Refs(table)
        refs.texts |= {part: table.cell(part, line.row) for part in (TAKEN, NUMBER)}
        known = None
        if table is REVISIONS:
            known = self._places.known_value(asked.item, asked.category, asked.period)
            if known is not None:
                refs.number(KNOWN, known)
        kind = Kind.of(asked.item, blank_of(table, line), asked.period, is_known=known is not None)
        is_spare = asked.is_open and table is RETURN
        relations = tuple(self._checks.relations.of(asked, self._places, refs))
        spare = self._checks.relations.spare(asked, self._places, refs) if is_spare else None
        own = values_of(table, self._cells(table, line), asked.item, self._checks.threshold)
        reads = "" if asked.item.type in {"date", "yes_no"} else kind.reads
        return _Row(table, line, taken_of(kind, is_spare=is_spare), check_of(kind, relations, spare), refs, reads, own)

    def _cells(self, table: EntryTable, line: Line) -> dict[str, Value]:
        """Return what stands in the yellow cells of a row, by their parts."""
        held = self.typed.get(line.id, EMPTY)
        value = Decimal(f"{held.value:.15g}") if isinstance(held.value, float) else held.value
        cells: dict[str, Value] = {"value": value, "shorthand": held.shorthand or None, "comment": held.comment or None}
        if line.asked and line.asked.is_open and table is RETURN:
            cells[LABEL] = line.label or None
        return cells

    @staticmethod
    def _taken_value(row: _Row) -> Value:
        number = {NUMBER: row.own[row.reads]} if row.reads else {}
        return row.taken.evaluate({**row.own, **row.refs.numbers, **number})

    def _env(self, row: _Row) -> dict[str, Given]:
        """Return what the names of a row's check stand for."""
        refs = row.refs
        env: dict[str, Given] = {**row.own, TAKEN: self._taken[row.table.sheet, row.line.row]}
        for name, number in refs.numbers.items():
            env[name] = (number,) if name in refs.ranges else number
        for name, cells in refs.cells.items():
            values = tuple(self._taken[cell] for cell in cells)
            env[name] = values if name in refs.ranges else values[0]
        labels = {row.line.row: row.own.get(LABEL_TEXT) for row in self._rows if row.table is RETURN}
        return env | {name: labels[place] for name, place in refs.labels.items()}


def blank_of(table: EntryTable, line: Line) -> str:
    """Return what the check says of a row in which nothing is typed."""
    if table is REVISIONS:
        return NO_CHANGE
    if line.asked and line.asked.is_open and not line.label:
        return NOT_USED
    return TO_DO if line.is_to_do else OPTIONAL


def _cached(value: Value) -> object:
    return float(value) if isinstance(value, Decimal) else value
