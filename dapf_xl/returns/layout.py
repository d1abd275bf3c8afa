"""Where every cell of a return is: the only place that knows.

Writing and reading both ask here. A return has up to four entry tables, each with a row a figure and its id in a
hidden column. A row of ``Quality assurance`` takes several figures, the fields of a piece of evidence.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dapf_xl.catalogue.evidence import FIELDS, HEADLINE, EvidenceField, field_id
from dapf_xl.findings import PeriodError
from dapf_xl.periods import Period
from dapf_xl.returns.taken_over import known_to

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from dapf_xl.catalogue import Asked, Framework
    from dapf_xl.observations import Observation

Figure = tuple[str, str, str, Period]
"""Item, category, supplier, period: the key of an observation."""

START = "Start here"
DEFINITIONS = "Definitions"
PUT_RIGHT = "To put right"
"""The first sheet of an annotated copy, which this program itself adds."""
IDENTITY = "_dapf"
HEADER_ROW = 5
"""Row (as Excel counts) of every entry table's heads."""

SIGN_OFF = {"name": "B19", "role": "B20", "date": "B21"}
"""Cells of ``Start here`` in which the officer signs."""

SHORTHAND_FIRST_ROW = 7
"""Row of the first shorthand on ``Definitions``; the drop-downs refer to it."""

IDENTITY_FIELDS = ("framework", "catalogue_version", "agency", "period", "issue_id", "digest", "seal")
"""What ``_dapf`` holds, a row each: the name in column A, the value in column B."""


@dataclass(frozen=True, slots=True)
class EntryTable:
    """A sheet's table of figures: which column (a letter) plays which part."""

    sheet: str
    columns: Mapping[str, str]
    inputs: tuple[str, ...] = ("value",)
    """The parts of a row that take a figure each; shorthand and comment stand beside the first."""

    def cell(self, part: str, row: int) -> str:
        """Return the address of a part of a row, such as ``J14``."""
        return f"{self.columns[part]}{row}"

    def index(self, part: str) -> int:
        """Return the zero-based column of a part."""
        return ord(self.columns[part]) - ord("A")

    def hidden(self) -> range:
        """Return the zero-based columns behind the table that are for the program: ids, and what checks pass on."""
        return range(self.index("id"), max(map(self.index, self.columns)) + 1)

    def has(self, part: str) -> bool:
        """Say whether the table has that part."""
        return part in self.columns


RETURN = EntryTable(
    "Return",
    {
        "ref": "A",
        "indicator": "B",
        "what": "C",
        "unit": "D",
        "history_1": "E",
        "history_2": "F",
        "history_3": "G",
        "history_4": "H",
        "target": "I",
        "value": "J",
        "shorthand": "K",
        "comment": "L",
        "check": "M",
        "id": "N",
        "taken": "O",
        "number": "P",
    },
)
NARRATIVE = EntryTable("Narrative", {"ref": "A", "indicator": "B", "what": "C", "value": "D", "check": "E", "id": "F"})
REVISIONS = EntryTable(
    "Revisions",
    {
        "ref": "A",
        "indicator": "B",
        "what": "C",
        "unit": "D",
        "period": "E",
        "known": "F",
        "value": "G",
        "shorthand": "H",
        "comment": "I",
        "check": "J",
        "id": "K",
        "taken": "L",
        "number": "M",
    },
)
ASSURANCE = EntryTable(
    "Quality assurance",
    {
        "ref": "A",
        "what": "B",
        "due": "C",
        "known": "D",
        **dict(zip(FIELDS, "EFGHIJKL", strict=True)),
        "shorthand": "M",
        "check": "N",
        "id": "O",
    },
    tuple(FIELDS),
)
ENTRY_TABLES = {table.sheet: table for table in (RETURN, NARRATIVE, ASSURANCE, REVISIONS)}
LABEL = "what"
"""The part of a spare row of ``Return`` in which the agency writes what the row is for."""
SPANS_REMEMBERED = 8
"""Rounds back in which the label of a spare row is looked for."""
HISTORY_PARTS = ("history_1", "history_2", "history_3", "history_4")


@dataclass(frozen=True, slots=True)
class Line:
    """A row of an entry table: a heading, or a figure that is asked for."""

    row: int
    heading: str = ""
    asked: Asked | None = None
    label: str = ""
    """What the agency wrote last time in a spare row; it stands there, to be changed or kept."""
    part: str = "value"
    """The part of the row that takes the figure."""
    owed: bool = False
    """Whether the headline of evidence is still to be given."""

    @property
    def id(self) -> str:
        """The figure's id; empty for a heading."""
        return line_id(self.asked) if self.asked else ""

    @property
    def is_to_do(self) -> bool:
        """Say whether something is to be typed as the return goes out: a spare row waits once it has a label."""
        if self.asked is None:
            return False
        return bool(self.label) if self.asked.is_open else self.owed or self.asked.item.required


def line_id(asked: Asked) -> str:
    """Return the id of a figure as a return's hidden column holds it."""
    return figure_id(asked.item.id, asked.category, asked.period)


def figure_id(item: str, category: str, period: Period) -> str:
    """Return ``C05.starts/nps@2014-15-Q3``."""
    return f"{item}/{category}@{period.label}" if category else f"{item}@{period.label}"


def row_id(line: Line) -> str:
    """Return what the hidden column holds beside a line: its id; where a row takes several, what they share."""
    assert line.asked is not None  # noqa: S101  (a heading has no id)
    item = line.asked.item
    name = item.evidence.id if isinstance(item, EvidenceField) else item.id
    return figure_id(name, line.asked.category, line.asked.period)


def ids_in_row(table: EntryTable, text: str) -> list[tuple[str, str]]:
    """Return part and id of each figure of a row, from what its hidden column holds."""
    parsed = parse_figure_id(text) if len(table.inputs) > 1 else None
    if parsed is None:
        return [(table.inputs[0], text)]
    name, category, period = parsed
    return [(part, figure_id(field_id(name, part), category, period)) for part in table.inputs]


def parse_figure_id(text: str) -> tuple[str, str, Period] | None:
    """Return item, category and period of an id; None where it is not one."""
    figure, found, label = text.rpartition("@")
    if not found:
        return None
    try:
        period = Period.parse(label)
    except PeriodError:
        return None
    item, _, category = figure.partition("/")
    return item, category, period


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that one agency's return for a period asks, and where."""

    agency: str
    period: Period
    lines: Mapping[str, tuple[Line, ...]]
    """Lines of each entry table that the return has, by sheet name."""

    def positions(self) -> dict[str, list[tuple[int, str]]]:
        """Return row and id of every figure, by sheet."""
        return {sheet: [(line.row, line.id) for line in lines if line.asked] for sheet, lines in self.lines.items()}

    def figures(self) -> Iterable[tuple[str, Line]]:
        """Yield sheet and line of every figure."""
        for sheet, lines in self.lines.items():
            for line in lines:
                if line.asked:
                    yield sheet, line


def plan_return(
    framework: Framework,
    agency: str,
    period: Period,
    known: Mapping[Figure, Observation],
    carried: Iterable[Asked] = (),
) -> Plan:
    """Return the plan of an agency's return.

    Args:
        framework: The framework.
        agency: Id of the agency.
        period: The quarter of the round.
        known: Figures known already, by key; what is owed or provisional among them opens in ``Revisions``.
        carried: Evidence of earlier rounds that is unanswered, or whose action is open, each of its fields.
    """
    asked = framework.asked(period, agency)
    assured = {line_id(entry): entry for entry in (*carried, *asked) if isinstance(entry.item, EvidenceField)}
    figures = [entry for entry in asked if not isinstance(entry.item, EvidenceField)]
    written = [entry for entry in figures if entry.item.type == "text"]
    counted = [entry for entry in figures if entry.item.type != "text"]
    before = known_to(framework, agency, period, known)
    revised = open_revisions(framework, agency, period, known)
    lines = {RETURN.sheet: _placed(framework, counted, before)} if counted or not (written or assured) else {}
    if written:
        lines[NARRATIVE.sheet] = _placed(framework, written)
    if assured:
        taken_over = known_to(framework, agency, period, known)
        lines[ASSURANCE.sheet] = _placed_in_rows(framework, assured.values(), taken_over)
    if counted or written or revised or not assured:
        lines[REVISIONS.sheet] = _placed(framework, revised)
    return Plan(agency, period, lines)


def is_owed(item: EvidenceField, headline: Observation | None) -> bool:
    """Say whether evidence is still to be given: it is required, and not answered or only announced."""
    return item.evidence.required and (headline is None or headline.is_awaited)


def _placed_in_rows(
    framework: Framework, entries: Iterable[Asked], known: Mapping[Figure, Observation]
) -> tuple[Line, ...]:
    """Return the fields of evidence, a row for each occurrence, under who is responsible or the indicator's group."""
    rows: dict[tuple[str, str, Period], list[tuple[Asked, EvidenceField]]] = {}
    for entry in entries:
        if isinstance(entry.item, EvidenceField):
            key = (entry.item.evidence.id, entry.category, entry.period)
            rows.setdefault(key, []).append((entry, entry.item))
    lines: list[Line] = []
    group, row = None, HEADER_ROW + 1
    for fields in _in_order(framework, rows.values()):
        (first, item), *_ = fields
        heading = item.evidence.responsible or framework.indicators[item.indicator].group
        if heading != group:
            lines.append(Line(row, heading=heading))
            group = heading
            row += 1
        headline = known.get((item.id, first.category, first.supplier, first.period))
        for entry, field in fields:
            owed = field.field == HEADLINE and is_owed(field, headline)
            lines.append(Line(row, asked=entry, part=field.field, owed=owed))
        row += 1
    return tuple(lines)


def _in_order(
    framework: Framework, rows: Iterable[list[tuple[Asked, EvidenceField]]]
) -> list[list[tuple[Asked, EvidenceField]]]:
    """Return rows in the catalogue's order, what is about an earlier span first."""
    order = {item: number for number, item in enumerate(framework.items)}
    return sorted(rows, key=lambda fields: (order[fields[0][0].item.id], fields[0][0].period))


def open_revisions(
    framework: Framework, agency: str, period: Period, known: Mapping[Figure, Observation]
) -> list[Asked]:
    """Return the earlier figures that stay open: owed, provisional, or restated during the year.

    A figure is owed where it was not available when last reported, for a reason that passes. What was open for
    an agency stays so for the one that took over from it.
    """
    if framework.supplier_at(agency, period) not in {agency, ""}:
        return []
    known = known_to(framework, agency, period, known)
    entries: dict[Figure, Asked] = {}
    for earlier in earlier_quarters(period):
        for supplier in (agency, *framework.predecessors(agency, period)):
            for entry in framework.asked(earlier, supplier):
                figure = (entry.item.id, entry.category, agency, entry.period)
                observation = known.get(figure)
                restated = entry.ask.restates and earlier in period.year_to_date()
                is_figure = entry.item.type != "text" and not isinstance(entry.item, EvidenceField)
                if is_figure and observation and (_is_open(observation) or restated):
                    entries.setdefault(figure, replace(entry, supplier=agency))
    return list(entries.values())


def _label_before(asked: Asked, known: Mapping[Figure, Observation]) -> str:
    """Return what an agency wrote last in a spare row; "" where it has not used it for two years."""
    span = asked.period
    for _ in range(SPANS_REMEMBERED if span.kind != "dates" else 0):
        span = span.previous()
        observation = known.get((asked.item.id, asked.category, asked.supplier, span))
        if observation and observation.label:
            return observation.label
    return ""


def earlier_quarters(period: Period, count: int = 4) -> list[Period]:
    """Return the quarters before this one, the earliest first."""
    quarters = []
    for _ in range(count):
        period = period.previous()
        quarters.append(period)
    return quarters[::-1]


def history_periods(period: Period) -> tuple[Period, ...]:
    """Return the four periods that the history columns show: same quarter last year, then the three before this."""
    return tuple(earlier_quarters(period))


def _is_open(observation: Observation) -> bool:
    return observation.is_awaited or "[p]" in observation.markers or "[e]" in observation.markers


def _placed(
    framework: Framework, entries: Sequence[Asked], known: Mapping[Figure, Observation] | None = None
) -> tuple[Line, ...]:
    lines: list[Line] = []
    group = None
    row = HEADER_ROW + 1
    for entry in entries:
        heading = framework.indicators[entry.item.indicator].group
        if heading != group:
            lines.append(Line(row, heading=heading))
            group = heading
            row += 1
        label = _label_before(entry, known) if known and entry.is_open else ""
        lines.append(Line(row, asked=entry, label=label))
        row += 1
    return tuple(lines)
