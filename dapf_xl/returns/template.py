"""Writes a return: one locked workbook for one agency, from its plan."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dapf_xl.observations import words_of
from dapf_xl.returns.definitions import write_definitions
from dapf_xl.returns.layout import (
    DEFINITIONS,
    ENTRY_TABLES,
    HEADER_ROW,
    HISTORY_PARTS,
    IDENTITY,
    IDENTITY_FIELDS,
    NARRATIVE,
    RETURN,
    REVISIONS,
    START,
    history_periods,
)
from dapf_xl.returns.live_checks import LiveChecks
from dapf_xl.returns.start_here import write_start_here
from dapf_xl.returns.validation import input_style, write_validations
from dapf_xl.styles import PROTECTION
from dapf_xl.workbooks import COLUMN_LETTERS, Book, Sheet, strict, write_atomically

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

    from dapf_xl.catalogue import Asked, Framework
    from dapf_xl.observations import Observation
    from dapf_xl.returns.layout import EntryTable, Figure, Line, Plan

WIDTHS = {
    RETURN.sheet: (7, 23, 30, 9, 11, 11, 11, 11, 11, 12, 22, 28, 23, 3),
    NARRATIVE.sheet: (7, 23, 30, 90, 18, 3),
    REVISIONS.sheet: (7, 23, 30, 9, 12, 20, 12, 22, 28, 23, 3),
}
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
}
LEADS = {
    RETURN.sheet: "Type this quarter's figures into the yellow cells. 0 means none; if there is no figure, leave it "
    "blank and pick a shorthand. – means that nothing was reported for that quarter.",
    NARRATIVE.sheet: "Write in the yellow cells, in plain words, without anything that could identify a person.",
    REVISIONS.sheet: "Figures for earlier quarters that are still owed or provisional. Leave a row blank if nothing "
    "is new. A comment says why a figure changed.",
}
UNITS = {"count": "number", "percent": "%", "money": "£", "date": "date", "yes_no": "yes or no", "text": "text"}
NO_FIGURE = "–"
"""Stands where nothing was reported, so that an empty cell never has to be guessed at."""


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


class LockedSheet(Sheet):
    """A sheet of a return, which remembers every locked value that is written to it."""

    def __init__(self, book: Book, worksheet: Any) -> None:  # noqa: ANN401  (XlsxWriter's worksheet)
        """Begin with nothing locked."""
        super().__init__(book, worksheet)
        self.locked: dict[str, object] = {}

    def put(self, row: int, column: int, value: object, style: str) -> None:
        """Write a value, and remember it unless the cell is for typing into."""
        super().put(row, column, value, style)
        if value is not None and not style.startswith("input"):
            self.locked[f"{COLUMN_LETTERS[column]}{row + 1}"] = value

    def formula(self, row: int, column: int, formula: str, cached: object, style: str) -> None:
        """Write a formula, and remember it."""
        super().formula(row, column, formula, cached, style)
        self.locked[f"{COLUMN_LETTERS[column]}{row + 1}"] = f"={formula}"


def seal_of(key: bytes, identity: Mapping[str, str]) -> str:
    """Return the HMAC over a return's identity, every field but the seal itself."""
    words = "\n".join(identity[name] for name in IDENTITY_FIELDS if name != "seal")
    return hmac.new(key, words.encode(), hashlib.sha256).hexdigest()


def file_name(plan: Plan) -> str:
    """Return the name of a return's file: ``idva_2014-15-Q3.xlsx``."""
    return f"{plan.agency}_{plan.period.label}.xlsx"


class Template:
    """Writes the returns of one framework."""

    def __init__(
        self, framework: Framework, key: bytes, *, created: datetime | None = None, specimen: bool = False
    ) -> None:
        """Prepare what all returns of a round share.

        Args:
            framework: The framework.
            key: The workspace's signing key.
            created: Fixed creation time, where bytes must repeat.
            specimen: Whether the return is marked SPECIMEN and not to be filled.
        """
        self.framework = framework
        self.key = key
        self.created = created
        self.checks = LiveChecks(framework)
        self.marking = framework.settings.marking + (" · SPECIMEN, not to be filled" if specimen else "")

    def write(self, plan: Plan, known: Mapping[Figure, Observation], path: Path) -> Issued:
        """Write one return to ``path`` and return what went out.

        Raises:
            NotWrittenError: the file could not be written; what stood there before still stands.
        """
        issued: list[Issued] = []
        write_atomically(path, lambda temporary: issued.append(self._write(plan, known, temporary, path.name)))
        return issued[0]

    def _write(self, plan: Plan, known: Mapping[Figure, Observation], path: Path, name: str) -> Issued:
        agency = self.framework.agencies[plan.agency]
        title = f"{agency.name}: performance return, {plan.period.words}"
        with strict():
            book = Book(path, title=title, subject=self.framework.title, created=self.created)
            book.workbook.lock_structure = True
            sheets = self._sheets(book, plan)
            write_start_here(sheets[START], self.framework, plan, self.marking)
            for sheet in plan.lines:
                self._write_table(sheets[sheet], ENTRY_TABLES[sheet], plan, known)
            write_definitions(sheets[DEFINITIONS], self.framework, plan, self.marking)
            issued = self._seal(plan, {sheet: written.locked for sheet, written in sheets.items()}, name)
            self._write_identity(book, issued)
            for written in sheets.values():
                written.worksheet.protect("", PROTECTION)
            book.workbook.set_custom_property("dapf_issue", issued.issue_id)
            book.workbook.close()
        return issued

    def _sheets(self, book: Book, plan: Plan) -> dict[str, LockedSheet]:
        footer = f"{self.framework.title}, {plan.period.words}, {self.framework.agencies[plan.agency].name}. {self.marking}"
        names = {START: "read_first", **dict.fromkeys(plan.lines, "ratings"), DEFINITIONS: "detail"}
        return {name: book.sheet(name, LockedSheet, tab=tab, footer=footer) for name, tab in names.items()}

    def _seal(self, plan: Plan, locked: Mapping[str, Mapping[str, object]], name: str) -> Issued:
        digest = digest_of(locked)
        identity = {
            "framework": self.framework.id,
            "catalogue_version": self.framework.version,
            "agency": plan.agency,
            "period": plan.period.label,
            "digest": digest,
        }
        identity["issue_id"] = hashlib.sha256("\n".join(identity.values()).encode()).hexdigest()[:16]
        identity["seal"] = seal_of(self.key, identity)
        return Issued(**identity, file=name, locked=locked, positions=plan.positions())

    def _write_identity(self, book: Book, issued: Issued) -> None:
        worksheet = book.workbook.add_worksheet(IDENTITY)
        for row, name in enumerate(IDENTITY_FIELDS):
            worksheet.write_string(row, 0, name)
            worksheet.write_string(row, 1, getattr(issued, name))
        worksheet.very_hidden()
        worksheet.protect("", PROTECTION)

    # --- the entry tables --------------------------------------------------------------------

    def _write_table(
        self, sheet: LockedSheet, table: EntryTable, plan: Plan, known: Mapping[Figure, Observation]
    ) -> None:
        lines = plan.lines[table.sheet]
        sheet.columns(WIDTHS[table.sheet])
        sheet.masthead(f"{table.sheet}: {self.framework.agencies[plan.agency].name}, {plan.period.words}", LEADS[table.sheet], self.marking, START)
        self._write_heads(sheet, table, plan)
        for line in lines:
            if line.asked:
                self._write_line(sheet, table, line, line.asked, known)
            else:
                for column in range(table.index("id")):
                    sheet.put(line.row - 1, column, line.heading if column == 0 else None, "subhead")
        self.checks.write(sheet, table, lines)
        write_validations(sheet, table, lines, self.framework)
        first = next((line.row for line in lines if line.asked), HEADER_ROW + 1)
        sheet.worksheet.freeze_panes(HEADER_ROW, table.index("unit") if table.has("unit") else 0)
        sheet.worksheet.repeat_rows(HEADER_ROW - 1)
        sheet.worksheet.set_column(table.index("id"), table.index("id"), 3, None, {"hidden": True})
        sheet.worksheet.print_area(0, 0, max([HEADER_ROW, *(line.row for line in lines)]), table.index("id") - 1)
        sheet.worksheet.set_selection(first - 1, table.index("value"), first - 1, table.index("value"))
        if not lines:
            sheet.put(HEADER_ROW, 0, "Nothing from earlier quarters is open.", "hint")

    def _write_heads(self, sheet: LockedSheet, table: EntryTable, plan: Plan) -> None:
        heads = dict(HEADS)
        heads["value"] = {RETURN.sheet: "This quarter", NARRATIVE.sheet: "Your words"}.get(table.sheet, "Figure now")
        if table is RETURN:
            heads.update(zip(HISTORY_PARTS, (period.words for period in history_periods(plan.period)), strict=True))
        right = {"value", *HISTORY_PARTS} if table is not NARRATIVE else set()
        for part in table.columns:
            sheet.put(HEADER_ROW - 1, table.index(part), heads[part], "head_right" if part in right else "head")
        sheet.worksheet.set_row(HEADER_ROW - 1, 30)

    def _write_line(
        self, sheet: LockedSheet, table: EntryTable, line: Line, asked: Asked, known: Mapping[Figure, Observation]
    ) -> None:
        row = line.row - 1
        texts = self._texts(table, asked, known)
        for part, text in texts.items():
            sheet.put(row, table.index(part), text, "locked_bold" if part == "ref" else "locked")
        if table is RETURN:
            for part, period in zip(HISTORY_PARTS, self._history_of(asked), strict=True):
                value, style = self._shown(asked, known.get((asked.item.id, asked.category, asked.supplier, period)), period)
                sheet.put(row, table.index(part), value, style)
        sheet.put(row, table.index("value"), None, input_style(asked.item, table))
        for part in ("shorthand", "comment"):
            if table.has(part):
                sheet.put(row, table.index(part), None, "input_choice" if part == "shorthand" else "input_text")
        sheet.put(row, table.index("id"), line.id, "check")
        sheet.fit_row(row, {table.index(part): text for part, text in texts.items()}, least=8 if table is NARRATIVE else 2)

    def _texts(self, table: EntryTable, asked: Asked, known: Mapping[Figure, Observation]) -> dict[str, str]:
        item = asked.item
        indicator = self.framework.indicators[item.indicator]
        category = self.framework.category_label(item.id, asked.category)
        label = f"{item.label}: {category}" if category else item.label
        texts = {
            "ref": indicator.id,
            "indicator": indicator.title,
            "what": f"{label}. {item.hint}" if item.hint else label,
            "unit": UNITS.get(item.type, "number"),
            "target": self._target_words(asked),
            "period": asked.period.words,
        }
        if table is REVISIONS:
            observation = known[(item.id, asked.category, asked.supplier, asked.period)]
            texts["known"] = words_of(observation, item, indicator.decimals)
        if table is RETURN and asked.period.kind != "quarter":
            texts["what"] = f"{texts['what']} ({asked.period.words})"
        return {part: text for part, text in texts.items() if table.has(part)}

    def _target_words(self, asked: Asked) -> str:
        item = asked.item
        indicator = self.framework.indicators[item.indicator]
        is_measure = item.id in {indicator.measure, indicator.numerator}
        target = self.framework.target_for(indicator.id, item.id, asked.category, asked.period)
        if target and (is_measure or target.item == item.id):
            return target.text or target.reason
        return "none set" if is_measure else NO_FIGURE

    def _history_of(self, asked: Asked) -> tuple[Any, ...]:
        """Return the periods of the history cells; a yearly figure shows last year's in the first."""
        if asked.period.kind == "quarter":
            return history_periods(asked.period)
        return (asked.period.same_period_last_year(), None, None, None)

    def _shown(self, asked: Asked, observation: Observation | None, period: Any) -> tuple[object, str]:  # noqa: ANN401
        if observation is None:
            return NO_FIGURE, "locked_right"
        decimals = self.framework.indicators[asked.item.indicator].decimals
        if observation.value is None or observation.markers or period.kind != "quarter":
            words = words_of(observation, asked.item, decimals)
            return (words if period.kind == "quarter" else f"{period.words}: {words}"), "locked_right"
        if asked.item.type == "percent":
            whole = decimals == 0 or observation.value == observation.value.to_integral_value()
            return float(observation.value / 100), "locked_percent_0" if whole else "locked_percent"
        return float(observation.value), "locked_count" if asked.item.type == "count" else "locked_number"


def digest_of(locked: Mapping[str, Mapping[str, object]]) -> str:
    """Return the digest of the locked values; numbers count at 15 significant digits."""
    plain = {
        sheet: {cell: f"{value:.15g}" if isinstance(value, float) else str(value) for cell, value in cells.items()}
        for sheet, cells in locked.items()
    }
    return hashlib.sha256(json.dumps(plain, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
