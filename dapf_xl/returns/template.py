"""Writes a return: one locked workbook for one agency, from its plan."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from dapf_xl.catalogue.open_rows import plain_label
from dapf_xl.returns.definitions import write_definitions
from dapf_xl.returns.evidence_rows import LEAD as EVIDENCE_LEAD
from dapf_xl.returns.evidence_rows import WIDTHS as EVIDENCE_WIDTHS
from dapf_xl.returns.evidence_rows import write_evidence
from dapf_xl.returns.layout import (
    ASSURANCE,
    DEFINITIONS,
    ENTRY_TABLES,
    HEADER_ROW,
    HISTORY_PARTS,
    IDENTITY,
    IDENTITY_FIELDS,
    LABEL,
    NARRATIVE,
    RETURN,
    REVISIONS,
    START,
    history_periods,
)
from dapf_xl.returns.live_checks import LiveChecks, ReturnChecks
from dapf_xl.returns.prefilling import EMPTY, NOTHING_FILLED, with_labels
from dapf_xl.returns.row_names import define_names
from dapf_xl.returns.row_texts import RowTexts
from dapf_xl.returns.sealing import digest_of, seal_of
from dapf_xl.returns.start_here import write_start_here
from dapf_xl.returns.taken_over import history_of, known_to
from dapf_xl.returns.validation import input_style, write_validations
from dapf_xl.returns.xlsx_fittings import written_surroundings
from dapf_xl.styles import PROTECTION, text_width
from dapf_xl.workbooks import COLUMN_LETTERS, Book, Sheet, strict, write_atomically

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from dapf_xl.catalogue import Asked, Framework
    from dapf_xl.observations import Observation
    from dapf_xl.returns.fittings import IssuedSurroundings
    from dapf_xl.returns.layout import EntryTable, Figure, Line, Plan
    from dapf_xl.returns.prefilling import Cells, Filled

WIDTHS = {
    RETURN.sheet: (6, 19, 25, 8, 9.5, 9.5, 9.5, 9.5, 12, 11, 18, 24, 20, 3),
    NARRATIVE.sheet: (6, 19, 26, 90, 18, 3),
    ASSURANCE.sheet: EVIDENCE_WIDTHS,
    REVISIONS.sheet: (6, 19, 25, 8, 12, 18, 11, 18, 28, 20, 3),
}
"""Widths of the columns; a page of A4 across takes about 150 of them at full size."""
WIDEST_REF = 16
LONG_TARGET, MORE_ROOM = 40, 12
"""Column units from which a target takes so many lines that its column is made wider, and by how much."""
LEAST_LINES = {RETURN.sheet: 2, NARRATIVE.sheet: 8, REVISIONS.sheet: 2}
"""Lines that a row has room for at least, so that what is typed shows."""
HEADING_HEIGHT = 18
HEADS = {
    "ref": "Ref",
    "indicator": "Indicator",
    "what": "What to enter",
    "unit": "Unit",
    "target": "Target",
    "shorthand": "Shorthand or marker",
    "comment": "Comment",
    "check": "Check",
    "period": "Period",
    "known": "Reported so far",
    "id": "id",
    "taken": "taken",
    "number": "number",
}
LEADS = {
    RETURN.sheet: "Type this quarter's figures into the yellow cells. 0 means none; if there is no figure, leave it "
    "blank and pick a shorthand. – means that nothing was reported for that quarter.",
    NARRATIVE.sheet: "Write in the yellow cells, in plain words, without anything that could identify a person.",
    ASSURANCE.sheet: EVIDENCE_LEAD,
    REVISIONS.sheet: "Figures for earlier quarters that are owed, provisional, or open to correction this year. "
    "Leave a row blank if nothing is new. A comment says why a figure changed.",
}
NOTHING_OPEN = "Nothing from earlier quarters is open: there is nothing to do here."


@dataclass(frozen=True, slots=True)
class Issued:
    """What went out: the identity of a return, and every locked value in it."""

    issue_id: str
    framework: str
    catalogue_version: str
    agency: str
    period: str
    digest: str
    seal: str
    file: str
    locked: Mapping[str, Mapping[str, object]]
    """Locked values by sheet and cell; formulas begin with ``=``."""
    positions: Mapping[str, list[tuple[int, str]]]
    """Row and id of every figure, by sheet."""
    around: Mapping[str, IssuedSurroundings]
    """All that its sheets have beside what stands in their cells."""


class LockedSheet(Sheet):
    """A sheet of a return, which remembers every locked value that is written to it."""

    def __init__(self, book: Book, worksheet: Any) -> None:  # noqa: ANN401  (XlsxWriter's worksheet)
        """Begin with nothing locked."""
        super().__init__(book, worksheet)
        self.locked: dict[str, object] = {}

    def put(self, row: int, column: int, value: object, style: str) -> None:
        """Write a value, and remember it unless the cell is for typing into."""
        super().put(row, column, value, style)
        if value not in {None, ""} and not style.startswith("input"):
            self.locked[f"{COLUMN_LETTERS[column]}{row + 1}"] = value

    def formula(self, row: int, column: int, formula: str, cached: object, style: str) -> None:
        """Write a formula, and remember it."""
        super().formula(row, column, formula, cached, style)
        self.locked[f"{COLUMN_LETTERS[column]}{row + 1}"] = f"={formula}"

    def link(  # noqa: PLR0913, PLR0917  (as the method that it extends)
        self, row: int, column: int, sheet: str, words: str, cell: str = "A1", style: str = "link"
    ) -> None:
        """Write a link, and remember its words."""
        super().link(row, column, sheet, words, cell, style)
        self.locked[f"{COLUMN_LETTERS[column]}{row + 1}"] = words


def file_name(plan: Plan) -> str:
    """Return the name of a return's file: ``idva_2014-15-Q3.xlsx``."""
    return f"{plan.agency}_{plan.period.label}.xlsx"


class Template:
    """Writes the returns of one framework."""

    def __init__(
        self,
        framework: Framework,
        key: bytes,
        *,
        created: datetime | None = None,
        specimen: bool = False,
        note: str = "",
    ) -> None:
        """Prepare what all returns of a round share.

        Args:
            framework: The framework.
            key: The workspace's signing key.
            created: Fixed creation time, where bytes must repeat.
            specimen: Whether the return is marked SPECIMEN and not to be filled.
            note: Stands on every sheet and every printed page, for figures that are not real.
        """
        self.framework = framework
        self.key = key
        self.created = created
        self.checks = LiveChecks(framework)
        self.texts = RowTexts(framework)
        self.marking = framework.settings.marking + (" · SPECIMEN, not to be filled" if specimen else "")
        self.footer = self.marking
        self.note = note
        if note:
            self.marking += f" · {note}"

    def write(
        self,
        plan: Plan,
        known: Mapping[Figure, Observation],
        path: Path,
        filled: Filled = NOTHING_FILLED,
    ) -> Issued:
        """Write one return to ``path`` and return what went out.

        Args:
            plan: What it asks, and where.
            known: Figures known already.
            path: Where it goes.
            filled: What stands in the yellow cells.

        Raises:
            NotWrittenError: the file could not be written; what stood there before still stands.
        """
        issued: list[Issued] = []
        plan = with_labels(plan, filled.cells)
        write_atomically(path, lambda temporary: issued.append(self._write(plan, known, temporary, path.name, filled)))
        return issued[0]

    def _write(self, plan: Plan, known: Mapping[Figure, Observation], path: Path, name: str, filled: Filled) -> Issued:
        agency, typed = self.framework.agencies[plan.agency], filled.cells
        history = history_of(self.framework, plan.agency, plan.period, known)
        checks = self.checks.of(plan, known, typed)
        known = known_to(self.framework, plan.agency, plan.period, known)
        checks.add_evidence(known)
        title = f"{agency.name}: performance return, {plan.period.words}"
        with strict():
            book = Book(path, title=title, subject=self.framework.title, created=self.created)
            book.workbook.lock_structure = True
            sheets = self._sheets(book, plan)
            define_names(book, checks.names)
            write_start_here(sheets[START], self.framework, plan, self.marking, checks.words, filled.sign_off)
            for sheet in plan.lines:
                before = history if sheet == RETURN.sheet else known
                self._write_table(sheets[sheet], ENTRY_TABLES[sheet], before, checks)
            write_definitions(sheets[DEFINITIONS], self.framework, plan, self.marking)
            issued = self._seal(plan, sheets, name)
            self._write_identity(book, issued)
            for written in sheets.values():
                written.worksheet.protect("", PROTECTION)
            book.workbook.set_custom_property("dapf_issue", issued.issue_id)
            book.workbook.close()
        names = {sheet: checks.names.get(sheet, {}) for sheet in (*sheets, IDENTITY)}
        return replace(issued, around=written_surroundings(path, names))

    def _sheets(self, book: Book, plan: Plan) -> dict[str, LockedSheet]:
        agency = self.framework.agencies[plan.agency].name
        footer = f"{self.framework.title}, {plan.period.words}, {agency}. {self.footer}"
        names = {START: "read_first", **dict.fromkeys(plan.lines, "ratings"), DEFINITIONS: "detail"}
        return {
            name: book.sheet(name, LockedSheet, tab=tab, footer=footer, header=self.note) for name, tab in names.items()
        }

    def _seal(self, plan: Plan, sheets: Mapping[str, LockedSheet], name: str) -> Issued:
        locked = {sheet: written.locked for sheet, written in sheets.items()}
        identity = {
            "framework": self.framework.id,
            "catalogue_version": self.framework.version,
            "agency": plan.agency,
            "period": plan.period.label,
            "digest": digest_of(locked),
        }
        identity["issue_id"] = hashlib.sha256("\n".join(identity.values()).encode()).hexdigest()[:16]
        identity["seal"] = seal_of(self.key, identity)
        return Issued(**identity, file=name, locked=locked, positions=plan.positions(), around={})

    def _write_identity(self, book: Book, issued: Issued) -> None:
        worksheet = book.workbook.add_worksheet(IDENTITY)
        for row, name in enumerate(IDENTITY_FIELDS):
            worksheet.write_string(row, 0, name)
            worksheet.write_string(row, 1, getattr(issued, name))
        worksheet.very_hidden()
        worksheet.protect("", PROTECTION)

    # --- the entry tables --------------------------------------------------------------------

    def _write_table(
        self, sheet: LockedSheet, table: EntryTable, known: Mapping[Figure, Observation], checks: ReturnChecks
    ) -> None:
        plan = checks.plan
        lines = plan.lines[table.sheet]
        title = f"{table.sheet}: {self.framework.agencies[plan.agency].name}, {plan.period.words}"
        targets = [self.texts.target(line.asked) for line in lines if line.asked] if table.has("target") else []
        sheet.columns(_widths(table, lines, targets))
        sheet.masthead(title, LEADS[table.sheet] if lines else NOTHING_OPEN, self.marking, START)
        if not lines:
            return
        if table is ASSURANCE:
            write_evidence(sheet, self.framework, plan, known, checks.typed)
        else:
            self._write_lines(sheet, table, known, checks)
        write_validations(sheet, table, lines, self.framework)
        _arrange(sheet, table, lines)

    def _write_lines(
        self, sheet: LockedSheet, table: EntryTable, known: Mapping[Figure, Observation], checks: ReturnChecks
    ) -> None:
        self._write_heads(sheet, table, checks.plan)
        for line in checks.plan.lines[table.sheet]:
            if line.asked:
                self._write_line(sheet, table, line, line.asked, known)
                _write_typed(sheet, table, line, line.asked, checks.typed.get(line.id, EMPTY))
            else:
                sheet.worksheet.set_row(line.row - 1, HEADING_HEIGHT)
                for column in range(table.index("id")):
                    sheet.put(line.row - 1, column, line.heading if column == 0 else None, "subhead")
        checks.write(sheet, table)

    def _write_heads(self, sheet: LockedSheet, table: EntryTable, plan: Plan) -> None:
        heads = dict(HEADS)
        heads["value"] = {RETURN.sheet: "This quarter", NARRATIVE.sheet: "Your words"}.get(table.sheet, "Figure now")
        if table is RETURN:
            heads.update(zip(HISTORY_PARTS, (period.words for period in history_periods(plan.period)), strict=True))
        right = {"value", *HISTORY_PARTS} if table is not NARRATIVE else set()
        for part in table.columns:
            sheet.put(HEADER_ROW - 1, table.index(part), heads[part], "head_right" if part in right else "head")
        texts = {table.index(part): heads[part] for part in table.columns if table.index(part) not in table.hidden()}
        sheet.fit_row(HEADER_ROW - 1, texts, bold=True, least=2)

    def _write_line(
        self, sheet: LockedSheet, table: EntryTable, line: Line, asked: Asked, known: Mapping[Figure, Observation]
    ) -> None:
        row = line.row - 1
        texts: dict[str, object] = {}
        is_spare = asked.is_open and table is RETURN
        for part, text in self.texts.of(table, line, asked, known).items():
            texts[part] = text
            style = "input_text" if is_spare and part == LABEL else "locked_bold" if part == "ref" else "locked"
            sheet.put(row, table.index(part), text, style)
        if table is RETURN:
            for part, period in zip(HISTORY_PARTS, self.texts.history_of(asked), strict=True):
                observation = known.get((asked.item.id, asked.category, asked.supplier, period)) if period else None
                if is_spare and observation and plain_label(observation.label) != plain_label(str(texts[LABEL])):
                    observation = None  # the same row, but another thing: not this one's history
                texts[part], style = self.texts.shown(asked, observation)
                sheet.put(row, table.index(part), texts[part], style)
        sheet.put(row, table.index("id"), line.id, "check")
        words = {table.index(part): text for part, text in texts.items() if isinstance(text, str)}
        sheet.fit_row(row, words, least=LEAST_LINES[table.sheet])


def _write_typed(sheet: LockedSheet, table: EntryTable, line: Line, asked: Asked, cells: Cells) -> None:
    """Write the cells for typing into: empty, or with what was given before."""
    row = line.row - 1
    sheet.put(row, table.index("value"), cells.value, input_style(asked.item, table))
    if table.has("shorthand"):
        sheet.put(row, table.index("shorthand"), cells.shorthand, "input_choice")
        sheet.put(row, table.index("comment"), cells.comment, "input_text")


def _widths(table: EntryTable, lines: Sequence[Line], targets: Sequence[str]) -> list[float]:
    """Return the widths of a table's columns: the longest ref shows whole, and a long target has room."""
    widths: list[float] = [*WIDTHS[table.sheet]]
    refs = {line.asked.item.indicator for line in lines if line.asked}
    longest = max((text_width(text, bold=True) for text in refs), default=0.0)
    widths[0] = min(max(widths[0], round(longest + 2, 1)), WIDEST_REF)
    if any(text_width(words) > LONG_TARGET for words in targets):
        widths[table.index("target")] += MORE_ROOM
    return widths


def _arrange(sheet: LockedSheet, table: EntryTable, lines: Sequence[Line]) -> None:
    """Freeze the heads, set what prints, hide the ids, and put the cursor into the first cell to fill."""
    worksheet, ids, value = sheet.worksheet, table.index("id"), table.index(table.inputs[0])
    first = next(line.row for line in lines if line.asked)
    beside = next((part for part in ("unit", "due") if table.has(part)), "")
    worksheet.freeze_panes(HEADER_ROW, table.index(beside) if beside else 0)
    worksheet.repeat_rows(HEADER_ROW - 1)
    for column in table.hidden():
        worksheet.set_column(column, column, 3, None, {"hidden": True})
    worksheet.print_area(0, 0, lines[-1].row - 1, ids - 1)
    worksheet.set_selection(first - 1, value, first - 1, value)
