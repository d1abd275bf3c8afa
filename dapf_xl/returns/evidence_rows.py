"""The rows of ``Quality assurance`` in a return: what is wanted, by when, what was said so far, and what to type."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING

from dapf_xl.catalogue.evidence import FIELDS, HEADLINE, LEVELS, EvidenceAsk, EvidenceField, field_id
from dapf_xl.expressions import (
    Expression,
    Literal,
    Name,
    all_of,
    any_of,
    first_of,
    is_blank,
    is_number,
    is_text,
    length_of,
    negated,
    when,
)
from dapf_xl.observations import words_of
from dapf_xl.periods import words_of_date
from dapf_xl.plain import day_words
from dapf_xl.returns.check_colours import mark
from dapf_xl.returns.layout import ASSURANCE, HEADER_ROW, row_id
from dapf_xl.returns.row_checks import A_FORMULA, AN_ERROR, NO_SHORTHAND, OK, OPTIONAL, REASON_WANTED, TO_DO, YES_OR_NO
from dapf_xl.returns.row_names import IS_FORMULA, MARK, MARKER, NO_REASON, SHOWS_ERROR, UNKNOWN, name_of, values_of
from dapf_xl.returns.validation import LARGEST, LONGEST_NARRATIVE, days_of, number_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dapf_xl.catalogue import Asked, Framework
    from dapf_xl.expressions import Value
    from dapf_xl.observations import Observation
    from dapf_xl.returns.layout import Figure, Line, Plan
    from dapf_xl.returns.prefilling import Cells
    from dapf_xl.workbooks import Sheet

WIDTHS = (6, 42, 15, 22, 28, 12, 15, 12, 22, 13, 12, 8, 15, 15, 3)
LEAST_LINES = 4
HEADS = {
    "ref": "Ref",
    "what": "What is assured, and how",
    "due": "Due",
    "known": "What was said so far",
    HEADLINE: "Headline",
    "date": "Date of it",
    "held": "Where it is held",
    "assurance": "Assurance given",
    "action": "Action, if one is needed",
    "owner": "Owner: a role, no name",
    "action_due": "Action due",
    "action_done": "Action done",
    "shorthand": "Shorthand, if there is nothing yet",
    "check": "Check",
    "id": "id",
}
LEAD = (
    "A row for each piece of evidence: its headline in a sentence, its date, and where it is held. If there is nothing "
    "yet, leave these blank and pick a shorthand. Never name a person."
)
_STYLES = {"text": "input_text", "date": "input_short_date", "choice": "input_choice", "yes_no": "input_choice"}
_WANTED = {
    "date": "To do: the date of it",
    "held": "To do: where it is held",
    "owner": "To do: who does the action",
    "action_due": "To do: when the action is due",
}
OPEN = f"{OPTIONAL}: is the action done?"
NOTHING_SAID = "–"
_BOTH = "Correct: headline or shorthand, not both"
_CHOICES = {"choice": LEVELS, "yes_no": (*YES_OR_NO, "Y", "N")}
"""What a cell that has a list may hold."""


def write_evidence(
    sheet: Sheet,
    framework: Framework,
    plan: Plan,
    known: Mapping[Figure, Observation],
    typed: Mapping[str, Cells],
) -> None:
    """Write heads, rows and checks of ``Quality assurance``; validation and print set-up are the template's."""
    table, lines = ASSURANCE, plan.lines[ASSURANCE.sheet]
    for part in table.columns:
        sheet.put(HEADER_ROW - 1, table.index(part), HEADS[part], "head")
    heads = {table.index(part): HEADS[part] for part in table.columns if part != "id"}
    sheet.fit_row(HEADER_ROW - 1, heads, bold=True, least=2)
    rows = {line.row: (line, found) for line, found in _rows(plan, known)}
    for line in lines:
        if line.asked is None:
            sheet.worksheet.set_row(line.row - 1, 18)
            for column in range(table.index("id")):
                sheet.put(line.row - 1, column, line.heading if column == 0 else None, "subhead")
    for line, found in rows.values():
        _write_row(sheet, framework, line, found, _typed_in(line, plan, typed))
    last = max(line.row for line in lines) - 1
    _mark_fields(sheet, HEADER_ROW, last)
    mark(sheet, table, HEADER_ROW, last, ())


def evidence_words(
    plan: Plan, known: Mapping[Figure, Observation], typed: Mapping[str, Cells], threshold: int
) -> dict[int, str]:
    """Return what the check of each row says of what stands in the yellow cells."""
    return {
        line.row: _check_words(line, found, _typed_in(line, plan, typed), threshold)
        for line, found in _rows(plan, known)
    }


def _rows(plan: Plan, known: Mapping[Figure, Observation]) -> Iterator[tuple[Line, _Known]]:
    """Yield the line of each row's headline, with what is known of the row."""
    said = _latest_headlines(known)
    for line in plan.lines[ASSURANCE.sheet]:
        if line.asked is not None and line.part == HEADLINE:
            yield line, _Known(line.asked, known, said, plan)


def _typed_in(line: Line, plan: Plan, typed: Mapping[str, Cells]) -> dict[str, Value]:
    """Return what stands in the yellow cells of a row, by their parts; nothing in those that are left out."""
    found: dict[str, Value] = {}
    for each in plan.lines[ASSURANCE.sheet]:
        if each.row == line.row and (cells := typed.get(each.id)):
            value = Decimal(f"{cells.value:.15g}") if isinstance(cells.value, float) else cells.value
            found |= {each.part: value, **({"shorthand": cells.shorthand} if cells.shorthand else {})}
    return found


def _check_words(line: Line, known: _Known, typed: Mapping[str, Value], threshold: int) -> str:
    assert line.asked is not None  # noqa: S101  (a heading has no check)
    check = check_of_evidence(known.blank(line), known.has, *known.days)
    return str(check.evaluate(values_of(ASSURANCE, typed, line.asked.item, threshold)))


class _Known:
    """What is known of a row from earlier, and of the span before it."""

    def __init__(
        self,
        asked: Asked,
        known: Mapping[Figure, Observation],
        said: Mapping[tuple[str, str, str], list[Observation]],
        plan: Plan,
    ) -> None:
        assert isinstance(asked.item, EvidenceField)  # noqa: S101  (it stands on this sheet)
        keys = {name: field_id(asked.item.evidence.id, name) for name in FIELDS}
        rest = (asked.category, asked.supplier, asked.period)
        self.fields = {name: each for name, key in keys.items() if (each := known.get((key, *rest)))}
        earlier = said.get((asked.item.id, asked.category, asked.supplier), [])
        past = (each for each in earlier if each.period < asked.period)
        self.before = max(past, key=lambda each: each.period, default=None)
        due = asked.due
        self.days = tuple(map(number_of, days_of(asked.period)))
        self.carried = "" if due is None or due >= plan.period.first_day else words_of_date(due)

    @property
    def has(self) -> frozenset[str]:
        """The fields that are given already; a headline that was only announced is not."""
        return frozenset(name for name, each in self.fields.items() if name != HEADLINE or not each.is_awaited)

    def blank(self, line: Line) -> str:
        """Return what the check says of a row into which nothing has been typed."""
        has_open_action = "action" in self.fields and HEADLINE in self.has
        return TO_DO if line.owed else OPEN if has_open_action else OPTIONAL

    def words(self, framework: Framework) -> str:
        """Return what was said so far, and why the row is here again."""
        parts = list(self._parts(framework))
        if self.carried and HEADLINE not in self.has:
            parts = [f"Carried over: not answered, and overdue since {self.carried}.", *parts]
        elif self.carried:
            parts = [f"Carried over from {self.carried}: its action is open.", *parts]
        if not parts and self.before is not None:
            words = words_of(self.before, framework.items[self.before.item])
            parts = [f"For {self.before.period.words}: {words}"]
        return "\n".join(parts) or NOTHING_SAID

    def _parts(self, framework: Framework) -> Iterator[str]:
        for name, each in self.fields.items():
            words = words_of(each, framework.items[each.item])
            yield f"{FIELDS[name].label}: {day_words(words) if FIELDS[name].type == 'date' else words}"


def _latest_headlines(known: Mapping[Figure, Observation]) -> dict[tuple[str, str, str], list[Observation]]:
    """Return the headlines that are known, by item, category and supplier."""
    found: dict[tuple[str, str, str], list[Observation]] = {}
    for (item, category, supplier, _), each in known.items():
        if item.endswith(f".{HEADLINE}"):
            found.setdefault((item, category, supplier), []).append(each)
    return found


def _write_row(sheet: Sheet, framework: Framework, line: Line, known: _Known, typed: Mapping[str, Value]) -> None:
    table, row = ASSURANCE, line.row - 1
    asked = line.asked
    assert asked is not None  # noqa: S101  (a heading has no row of its own)
    item = asked.item
    assert isinstance(item, EvidenceField)  # noqa: S101  (it stands on this sheet)
    category = framework.category_label(item.id, asked.category)
    texts = {
        "ref": item.indicator,
        "what": _what_words(item, category),
        "due": due_words(asked, item),
        "known": known.words(framework),
    }
    for part, text in texts.items():
        sheet.put(row, table.index(part), text, "locked_bold" if part == "ref" else "locked")
    for name, field in FIELDS.items():
        given = typed.get(name)
        day = float(given) if isinstance(given, Decimal) else given  # a Decimal would be written as text
        sheet.put(row, table.index(name), day, _STYLES[field.type])
    sheet.put(row, table.index("shorthand"), typed.get("shorthand"), "input_choice")
    check = check_of_evidence(known.blank(line), known.has, *known.days)
    words = _check_words(line, known, typed, framework.settings.disclosure_threshold or 0)
    sheet.formula(row, table.index("check"), check.formula({name: name for name in check.names}), words, "check")
    sheet.put(row, table.index("id"), row_id(line), "check")
    sheet.fit_row(row, {table.index(part): text for part, text in texts.items()}, least=LEAST_LINES)


def _what_words(item: EvidenceField, category: str) -> str:
    evidence = item.evidence
    parts = {
        "": f"{evidence.what}: {category}" if category else evidence.what,
        "How: ": evidence.how,
        "It tells us: ": evidence.tells_us,
        "Wanted: ": evidence.wanted,
    }
    return "\n".join(f"{before}{words}" for before, words in parts.items() if words)


def due_words(asked: Asked, item: EvidenceField) -> str:
    """Return how often evidence is due, when this time, and about what span."""
    rule = asked.ask.rule if isinstance(asked.ask, EvidenceAsk) else None
    parts = (
        rule.words.capitalize() if rule and asked.due else "",
        f"By {words_of_date(asked.due)}" if asked.due else "The framework sets no date",
        f"About {asked.period.words}",
        "" if item.evidence.required else "Optional",
    )
    return "\n".join(filter(None, parts))


@cache
def check_of_evidence(blank: str, has: frozenset[str], first: int = 0, last: int = LARGEST) -> Expression:
    """Return the check of a row.

    Args:
        blank: What it says of a row into which nothing has been typed.
        has: The fields that were given in earlier rounds.
        first: The number of the first day that can be meant.
        last: That of the last.
    """
    cells = {name: Name(name_of(name)) for name in FIELDS}
    shorthand, headline = Name(MARK), cells[HEADLINE]
    cases: list[tuple[Expression, str]] = [
        (Name(SHOWS_ERROR), AN_ERROR),
        (Name(IS_FORMULA), A_FORMULA),
        (all_of(*(is_blank(cell) for cell in (*cells.values(), shorthand))), blank),
        (shorthand.equals(UNKNOWN), NO_SHORTHAND),
        (all_of(is_blank(headline), shorthand.equals(MARKER)), "Correct: no headline beside the marker"),
        (all_of(is_blank(headline), shorthand.equals(NO_REASON)), REASON_WANTED),
        (all_of(_given(headline), _given(shorthand), shorthand.differs_from(MARKER)), _BOTH),
        *_wrong_fields(cells, first, last),
    ]
    if HEADLINE not in has:
        cases.append((all_of(is_blank(headline), is_blank(shorthand)), "To do: the headline"))
    cases += _wanted(cells, has, headline, ("date", "held"))
    if "action" not in has:
        beside = any_of(*(_given(cells[name]) for name in ("owner", "action_due", "action_done")))
        cases.append((all_of(is_blank(cells["action"]), beside), "To do: what the action is"))
    cases += _wanted(cells, has, cells["action"], ("owner", "action_due"))
    return first_of(*cases, otherwise=OK)


def _wrong_fields(cells: Mapping[str, Name], first: int, last: int) -> Iterator[tuple[Expression, str]]:
    """Yield what is said of a field that is not of its type."""
    for name, field in FIELDS.items():
        cell, label = cells[name], field.label
        choices = _CHOICES.get(field.type, ())
        if field.type == "date":
            yield is_text(cell), f"Correct: {label} is no date"
            is_far = when(is_number(cell), any_of(cell < first, cell >= last + 1), Literal(constant=False))
            yield is_far, f"Correct: {label} has a year that cannot be meant"
        elif choices:
            known = any_of(*(cell.equals(choice) for choice in choices))
            yield all_of(_given(cell), negated(known)), f"Correct: {label} is not on the list"
        else:
            is_long = when(is_text(cell), length_of(cell) > LONGEST_NARRATIVE, Literal(constant=False))
            yield is_long, f"Correct: {label} is too long"


def _given(cell: Expression) -> Expression:
    return negated(is_blank(cell))


def _wanted(
    cells: Mapping[str, Name], has: frozenset[str], beside: Expression, names: tuple[str, ...]
) -> list[tuple[Expression, str]]:
    """Return what is said where a cell is given, and not those that belong beside it."""
    return [(all_of(_given(beside), is_blank(cells[name])), _WANTED[name]) for name in names if name not in has]


def _mark_fields(sheet: Sheet, first: int, last: int) -> None:
    """Colour the cells whose own content is not of their type."""
    wrong = {"type": "formula", "format": sheet.book.style("if_wrong")}
    for name, field in FIELDS.items():
        cell = f"{ASSURANCE.columns[name]}{first + 1}"
        choices = _CHOICES.get(field.type, ())
        if field.type == "date":
            criteria = f'=AND({cell}<>"",NOT(ISNUMBER({cell})))'
        elif choices:
            criteria = f'=AND({cell}<>"",' + ",".join(f'{cell}<>"{choice}"' for choice in choices) + ")"
        else:
            continue
        column = ASSURANCE.index(name)
        sheet.worksheet.conditional_format(first, column, last, column, {**wrong, "criteria": criteria})
