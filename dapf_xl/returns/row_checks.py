"""The check beside a row of a return: one definition that is both a formula and its value.

It has two steps. What is *taken* of a row, in a hidden cell, is its figure, or in words why there is none to be set
beside others. The *check* says that, or what does not fit when the figure is set beside others. It begins with OK,
Optional, Not used, No change, To do, Correct or Explain; ``Start here`` counts the last three.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING

from dapf_xl.catalogue.tables import Item
from dapf_xl.expressions import (
    Expression,
    Literal,
    Name,
    absolute,
    all_of,
    any_of,
    first_of,
    is_blank,
    is_number,
    is_text,
    length_of,
    negated,
    rounded,
    starts_with,
    when,
)
from dapf_xl.findings import Severity
from dapf_xl.observations import number_words
from dapf_xl.returns.row_names import (
    EXPLAINED,
    INSTEAD,
    IS_FORMULA,
    LABEL_TEXT,
    MARK,
    MARKER,
    NO_REASON,
    SHOWS_ERROR,
    SUPPRESSED,
    TYPED,
    TYPED_NUMBER,
    TYPED_PERCENT,
    TYPED_TEXT,
    UNKNOWN,
)
from dapf_xl.returns.tallies import cells_with, numbers_in, total_of
from dapf_xl.returns.validation import (
    LARGEST,
    LONGEST_LABEL,
    LONGEST_NARRATIVE,
    day_numbers,
    days_of,
    limits_of,
    number_of,
)

if TYPE_CHECKING:
    from dapf_xl.periods import Period

TO_DO, CORRECT, EXPLAIN = "To do", "Correct", "Explain"
OUTSTANDING = (TO_DO, CORRECT, EXPLAIN)
"""Beginnings that mean that there is still something to do."""
OK, OPTIONAL, NO_CHANGE = "OK", "Optional", "No change"
NOT_USED = "Not used"
"""What the check says of a spare row that is empty."""
SAYS = (OK, OPTIONAL, NOT_USED, NO_CHANGE, *OUTSTANDING)
"""What a check can begin with."""
TAKEN = "taken"
"""The name of the cell that holds what is taken of a row."""
NUMBER = "number"
"""The name of the cell that holds the number that was typed, or is plainly meant by what was."""
HIDDEN = "suppressed"
"""What is taken of a suppressed figure."""
KNOWN = "known"
"""The name of what is known already of a figure that may be revised."""
A_FORMULA, AN_ERROR = "Correct: a formula; paste its value instead", "Correct: the cell shows an error"
NO_SHORTHAND, REASON_WANTED = "Correct: pick the shorthand from the list", "Correct: pick the shorthand with its reason"
STORED_AS_TEXT = f"{OK}, taken as a number although it is text"
A_DAY = "as if a date such as 1-4 was typed"
FAR_AWAY = "Correct: a year that cannot be meant"
YES_OR_NO = ("Yes", "No")
_YES_OR_NO = (*YES_OR_NO, "Y", "N")

NEARLY = Decimal("0.000000001")
"""By how much two figures may differ and still be the same: what a spreadsheet's arithmetic leaves."""
_MOST_BY_MISTAKE = 100
_TYPED, _MARK, _TAKEN = Name(TYPED), Name(MARK), Name(TAKEN)
_NEVER: Expression = Literal(constant=False)


@dataclass(frozen=True, slots=True)
class Kind:
    """What a row's check depends on besides its cells."""

    type: str
    """The item's type."""
    blank: str
    """What the check says of an empty row: To do, Optional, No change or Not used."""
    least: float = 0
    most: float = LARGEST
    """The smallest and the largest value; percentages as fractions, days as their numbers."""
    usual: tuple[Decimal | None, Decimal | None] = (None, None)
    """The smallest and the largest usual value, in the scale of reports."""
    days: tuple[int, int] | None = None
    """The first and the last number that a spreadsheet may have made of a slip such as 1-4; None of percentages."""
    is_known: bool = False
    """Whether a figure is known already that stands where nothing is typed."""

    @classmethod
    def of(cls, item: Item, blank: str, period: Period, *, is_known: bool = False) -> Kind:
        """Return the kind of a row that asks for an item of a period."""
        if item.type == "date":
            first, last = (number_of(day) for day in days_of(period))
            return cls(item.type, blank, first, last, is_known=is_known)
        days = day_numbers(period) if item.type in {"count", "rate", "number", "money"} else None
        return cls(item.type, blank, *limits_of(item), (item.usual_minimum, item.usual_maximum), days, is_known)

    @property
    def number(self) -> Name:
        """The name of the cell with the number that was typed."""
        return Name(NUMBER)

    @property
    def reads(self) -> str:
        """The name of what that cell holds."""
        return TYPED_PERCENT if self.type == "percent" else TYPED_NUMBER


@dataclass(frozen=True, slots=True)
class Relation:
    """A rule between a row's figure and others, in the scale of the cells."""

    kind: str
    """not_more_than, sum_of_parts, ratio, never_falls, or required_if."""
    names: tuple[str, ...]
    """Names of what is taken of the others: of a ratio its numerator and denominator, of a sum ranges of parts."""
    label: str
    """What they are called."""
    severity: Severity
    tolerance: Decimal = Decimal(0)
    multiplier: Decimal = Decimal(1)
    """What a ratio is multiplied by."""
    parts: int = 0
    """How many parts a sum has."""
    constants: tuple[str, ...] = ()
    """Names of parts of a sum that stand on no sheet, and are known."""
    spare: tuple[str, ...] = ()
    """Which of the ranges are of spare rows, that add nothing where they are not used."""
    hidden: int = 0
    """Largest figure that may stand behind a suppressed one; the smallest is 1."""
    no_ratio: Severity = Severity.ERROR
    """How much it weighs if a ratio is given of nothing."""


@dataclass(frozen=True, slots=True)
class SpareRow:
    """What the label of a spare row must not be."""

    others: tuple[tuple[str, str], ...]
    """Names of the labels of the other spare rows, each with that of what is taken there."""
    printed: tuple[str, ...]
    """Labels of the rows that stand on the return."""
    totals: tuple[str, ...] = ()
    """Labels of what is added up from other rows."""


# --- what is taken of a row ------------------------------------------------------------------------


@cache
def taken_of(kind: Kind, *, is_spare: bool = False) -> Expression:
    """Return what is taken of a row of ``Return`` or ``Revisions``: a number, or words.

    The words are OK of what is no number, ``suppressed`` of what is, and otherwise what the check says.
    """
    empty = all_of(is_blank(Name(TYPED_TEXT)), is_blank(_MARK))
    blank: Expression | str = Name(KNOWN) if kind.is_known else kind.blank
    return first_of(
        (Name(SHOWS_ERROR), AN_ERROR),
        (Name(IS_FORMULA), A_FORMULA),
        *(_label_cases(empty) if is_spare else []),
        (empty, TO_DO if is_spare else blank),
        (_MARK.equals(UNKNOWN), NO_SHORTHAND),
        (
            is_blank(Name(TYPED_TEXT)),
            first_of(
                (_MARK.equals(MARKER), "Correct: no figure beside the marker"),
                (_MARK.equals(NO_REASON), REASON_WANTED),
                (_MARK.equals(SUPPRESSED), HIDDEN),
                otherwise=OK,
            ),
        ),
        (starts_with(_MARK, INSTEAD), "Correct: figure or shorthand, not both"),
        *_value_cases(kind),
        otherwise=OK if kind.type in {"date", "yes_no"} else kind.number,
    )


def _label_cases(empty: Expression) -> list[tuple[Expression, str]]:
    """Return what is said of a spare row's label; of an empty row, that nobody has to use it."""
    label = Name(LABEL_TEXT)
    return [
        (all_of(is_blank(label), empty), NOT_USED),
        (is_blank(label), "Correct: write what the figure is for"),
        (length_of(label) > LONGEST_LABEL, f"Correct: the name has more than {LONGEST_LABEL} characters"),
    ]


def _value_cases(kind: Kind) -> list[tuple[Expression, str]]:
    """Return what is said of a value that is not of its kind, or one that cannot be."""
    if kind.type == "date":
        typed: Expression = _TYPED
        is_far = any_of(typed < int(kind.least), typed >= int(kind.most) + 1)
        return [(negated(is_number(_TYPED)), "Correct: type a date, for example 31/12/2014"), (is_far, FAR_AWAY)]
    if kind.type == "yes_no":
        return [(negated(_is_one_of(Name(TYPED_TEXT), _YES_OR_NO)), "Correct: pick Yes or No")]
    number, least, most = kind.number, _exactly(kind.least), _exactly(kind.most)
    cases = [
        (negated(is_number(number)), "Correct: type the number alone"),
        (number < least - NEARLY, f"Correct: below {_limit_words(kind, kind.least)}"),
    ]
    if kind.type == "count":
        cases.append((absolute(number - rounded(number, 0)) > NEARLY, "Correct: a whole number is wanted"))
    above = "any possible figure" if kind.most == LARGEST else _limit_words(kind, kind.most)
    if kind.type == "percent":
        is_slip = when(number > most + NEARLY, number <= _MOST_BY_MISTAKE, _NEVER)
        cases.append((is_slip, f"Correct: more than {above}; type the % sign too"))
    return [*cases, (number > most + (0 if kind.most == LARGEST else NEARLY), f"Correct: more than {above}")]


def _is_one_of(text: Expression, choices: tuple[str, ...]) -> Expression:
    return any_of(*(text.equals(choice) for choice in choices))


def _exactly(limit: float) -> Decimal:
    return Decimal(f"{limit:.15g}")


def _limit_words(kind: Kind, limit: float) -> str:
    if not limit:
        return "zero"
    return f"{limit * 100:.10g}%" if kind.type == "percent" else f"{limit:.10g}".replace("-", "−")


# --- what the check says of it -----------------------------------------------------------------------


@cache
def check_of(kind: Kind, relations: tuple[Relation, ...] = (), spare: SpareRow | None = None) -> Expression:
    """Return the check of a row of ``Return`` or ``Revisions``.

    Args:
        kind: What the row takes.
        relations: The rules that its figure must keep.
        spare: What its label must not be, for a spare row.
    """
    is_sound = [negated(Name(name)) for name in (SHOWS_ERROR, IS_FORMULA)]  # (the text of an error is blank)
    empty = all_of(is_blank(Name(TYPED_TEXT)), is_blank(_MARK), *is_sound)
    needed = [_needed(each) for each in relations if each.kind == "required_if"]
    broken = [case for each in relations if each.kind != "required_if" for case in _broken(each)]
    cases = sorted([*broken, *_unusual(kind), *_days(kind)], key=lambda case: _ORDER[case[0]])
    in_order = [(condition, words) for severity, condition, words in cases if severity != Severity.WARNING]
    warned = [(condition, words) for severity, condition, words in cases if severity == Severity.WARNING]
    return first_of(
        *([(empty, first_of(*needed, otherwise=kind.blank))] if needed or kind.is_known else []),
        *([] if spare is None else _other_labels(spare)),
        (is_text(_TAKEN), when(_TAKEN.equals(HIDDEN), OK, _TAKEN)),
        *in_order,
        (is_text(_TYPED), STORED_AS_TEXT),
        *warned,
        otherwise=OK,
    )


_ORDER = {severity: place for place, severity in enumerate(Severity)}
Case = tuple[Severity, Expression, str]


def _needed(relation: Relation) -> tuple[Expression, str]:
    """Return when a blank row is wanted for what another says, and what is then said."""
    other = Name(relation.names[0])
    is_given = when(is_number(other), other.differs_from(Literal(Decimal(0))), _NEVER)
    if relation.severity is Severity.ERROR:
        return is_given, f"{TO_DO}: wanted beside {relation.label}"
    if relation.severity is Severity.QUERY:
        asks = when(is_given, negated(Name(EXPLAINED)), _NEVER)
        return asks, f"{EXPLAIN} in the comment: blank beside {relation.label}"
    return is_given, f"{OPTIONAL}, but look again: blank beside {relation.label}"


def _other_labels(spare: SpareRow) -> list[tuple[Expression, str]]:
    """Return what is said of the label of a spare row that is filled rightly."""
    label = Name(LABEL_TEXT)
    cases = []
    if spare.printed:
        cases.append((_is_one_of(label, spare.printed), "Correct: it has a row of its own"))
    if spare.totals:
        cases.append((_is_one_of(label, spare.totals), "Correct: a total is no part"))
    if spare.others:
        same = any_of(*(all_of(_is_used(Name(taken)), Name(name).equals(label)) for name, taken in spare.others))
        cases.append((same, "Correct: written twice"))
    return [(all_of(_is_used(_TAKEN), condition), words) for condition, words in cases]


def _is_used(taken: Expression) -> Expression:
    """Return whether a spare row is filled, and nothing is wrong with it by itself."""
    return any_of(is_number(taken), taken.equals(OK), taken.equals(HIDDEN))


def _said(severity: Severity, condition: Expression, words: str) -> Case:
    """Return what is said where a condition holds: of a query, only where no comment explains it."""
    if severity is Severity.ERROR:
        return severity, condition, f"{CORRECT}: {words}"
    if severity is Severity.WARNING:
        return severity, condition, f"{OK}, but look again: {words}"
    return severity, when(condition, negated(Name(EXPLAINED)), _NEVER), f"{EXPLAIN} in the comment: {words}"


def _unusual(kind: Kind) -> list[Case]:
    """Return when a figure is outside its usual range."""
    low, high = kind.usual
    if low is None and high is None:
        return []
    scale = Decimal(_MOST_BY_MISTAKE) if kind.type == "percent" else Decimal(1)
    conditions = []
    if low is not None:
        conditions.append(low / scale - NEARLY > _TAKEN)
    if high is not None:
        conditions.append(high / scale + NEARLY < _TAKEN)
    item = Item(type=kind.type)
    words = [number_words(limit, item) for limit in (low, high) if limit is not None]
    said = " to ".join(words) if len(words) > 1 else f"{'at most' if low is None else 'at least'} {words[0]}"
    return [_said(Severity.QUERY, any_of(*conditions), f"usually {said}")]


def _days(kind: Kind) -> list[Case]:
    """Return when a figure may be a day that a spreadsheet made of what was typed."""
    if kind.days is None:
        return []
    first, last = kind.days
    is_day = all_of(first <= _TAKEN, last >= _TAKEN, _TAKEN.equals(rounded(_TAKEN, 0)))
    return [_said(Severity.QUERY, is_day, A_DAY)]


def _broken(relation: Relation) -> list[Case]:
    """Return when a relation is broken, and what is then said."""
    match relation.kind:
        case "not_more_than":
            return [_said(relation.severity, _is_more(relation), f"more than {relation.label}")]
        case "never_falls":
            return [_said(relation.severity, _is_less(relation), f"less than {relation.label}")]
        case "sum_of_parts":
            return [_said(relation.severity, _is_no_sum(relation), f"not the sum of {relation.label}")]
        case _:
            nothing = _is_of_nothing(Name(relation.names[1]))
            return [
                _said(relation.no_ratio, nothing, f"{relation.label} divides by 0"),
                _said(relation.severity, _is_no_ratio(relation), f"not {relation.label}"),
            ]


def _is_more(relation: Relation) -> Expression:
    right = Name(relation.names[0])
    return when(is_number(right), right + (relation.tolerance + NEARLY) < _TAKEN, _NEVER)


def _is_less(relation: Relation) -> Expression:
    right = Name(relation.names[0])
    return when(is_number(right), right - (relation.tolerance + NEARLY) > _TAKEN, _NEVER)


def _is_no_sum(relation: Relation) -> Expression:
    """Return whether a total is not what its parts add to; unknown parts leave that open, unused spare rows add 0."""
    everything = (*relation.names, *relation.constants)
    hidden = cells_with(HIDDEN, *relation.names) if relation.names else Literal(Decimal(0))
    known: Expression = numbers_in(*everything) + hidden
    if relation.spare:
        known = known + cells_with(NOT_USED, *relation.spare) + cells_with(TO_DO, *relation.spare)
    over = _TAKEN - total_of(*everything)
    slack = relation.tolerance + NEARLY
    is_less, is_more = over < hidden - slack, over > hidden * Decimal(relation.hidden) + slack
    return when(known.equals(Literal(Decimal(relation.parts))), any_of(is_less, is_more), _NEVER)


def _is_of_nothing(bottom: Name) -> Expression:
    return when(is_number(bottom), bottom.equals(Literal(Decimal(0))), _NEVER)


def _is_no_ratio(relation: Relation) -> Expression:
    """Return whether a ratio is not what its two numbers give; of nothing there is none."""
    top, bottom = (Name(name) for name in relation.names)
    expected = top / bottom * relation.multiplier
    differs = absolute(_TAKEN - expected) > relation.tolerance + NEARLY
    is_possible = when(is_number(bottom), bottom > 0, _NEVER)
    return when(is_possible, when(is_number(top), differs, _NEVER), _NEVER)


# --- words ---------------------------------------------------------------------------------------


@cache
def check_of_words(blank: str) -> Expression:
    """Return the check of a row that takes words."""
    return first_of(
        (Name(SHOWS_ERROR), AN_ERROR),
        (Name(IS_FORMULA), A_FORMULA),
        (is_blank(Name(TYPED_TEXT)), blank),
        (length_of(Name(TYPED_TEXT)) > LONGEST_NARRATIVE, f"Correct: more than {LONGEST_NARRATIVE:,} characters"),
        otherwise=OK,
    )
