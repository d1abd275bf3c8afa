"""Which findings a return shows by itself while it is filled in, where, and why the others cannot be shown."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from dapf_xl.findings import Code


class Shown(StrEnum):
    """Where a return shows that something is to do."""

    CHECK = "check beside the row"
    START = "Start here"


class Live(NamedTuple):
    """How a return shows a finding."""

    where: Shown
    says: str
    """How its words begin."""
    note: str = ""
    """In what it differs from the check that follows."""


CHECK = Shown.CHECK
LIVE: dict[Code, Live] = {
    Code.TEXT_IN_NUMBER: Live(CHECK, "Correct: type the number alone"),
    Code.DECIMAL_IN_COUNT: Live(CHECK, "Correct: a whole number is wanted"),
    Code.NEGATIVE: Live(CHECK, "Correct: below zero"),
    Code.PERCENT_ABOVE_ONE: Live(CHECK, "Correct: more than 100%; type the % sign too"),
    Code.ERROR_VALUE: Live(CHECK, "Correct: the cell shows an error"),
    Code.FORMULA_IN_INPUT: Live(CHECK, "Correct: a formula; paste its value instead"),
    Code.NOT_CALCULATED: Live(CHECK, "Correct: a formula; paste its value instead"),
    Code.YES_NO_IN_NUMBER: Live(CHECK, "Correct: type the number alone"),
    Code.NUMBER_TOO_LARGE: Live(CHECK, "Correct: more than any possible figure"),
    Code.NOT_A_DATE: Live(
        CHECK,
        "Correct: type a date, for example 31/12/2014",
        "A date that stands there as text is asked for again, although it is taken when the return comes back; "
        "a number that is shown as a number, not as a day, passes here and is found then.",
    ),
    Code.NOT_YES_OR_NO: Live(CHECK, "Correct: pick Yes or No"),
    Code.NOT_ON_THE_LIST: Live(CHECK, "Correct: Assurance given is not on the list"),
    Code.SHORTHAND_UNKNOWN: Live(CHECK, "Correct: pick the shorthand from the list"),
    Code.TEXT_TOO_LONG: Live(CHECK, "Correct: more than 8,000 characters"),
    Code.LABEL_TOO_LONG: Live(CHECK, "Correct: the name has more than 100 characters"),
    Code.REQUIRED_BLANK: Live(CHECK, "To do"),
    Code.TEXT_BLANK: Live(CHECK, "To do"),
    Code.LABEL_MISSING: Live(CHECK, "Correct: write what the figure is for"),
    Code.LABEL_WITHOUT_FIGURE: Live(CHECK, "To do"),
    Code.EVIDENCE_BLANK: Live(CHECK, "To do"),
    Code.EVIDENCE_INCOMPLETE: Live(CHECK, "To do: the date of it"),
    Code.VALUE_AND_REPLACEMENT: Live(CHECK, "Correct: figure or shorthand, not both"),
    Code.MARKER_WITHOUT_VALUE: Live(CHECK, "Correct: no figure beside the marker"),
    Code.NO_REASON: Live(CHECK, "Correct: pick the shorthand with its reason"),
    Code.NUMERATOR_ABOVE_DENOMINATOR: Live(CHECK, "Correct: more than"),
    Code.MORE_THAN_ITS_WHOLE: Live(CHECK, "Explain in the comment: more than"),
    Code.DENOMINATOR_ZERO: Live(CHECK, "Correct:"),
    Code.PARTS_DIFFER_FROM_TOTAL: Live(
        CHECK,
        "Correct: not the sum of its parts",
        "A part that is suppressed with bounds of its own, such as [c] 2 to 9, leaves it open here.",
    ),
    Code.RATIO_DIFFERS: Live(CHECK, "OK, but look again: not"),
    Code.REQUIRED_IF: Live(CHECK, "To do: wanted beside"),
    Code.CUMULATIVE_FALLS: Live(CHECK, "Explain in the comment: less than in"),
    Code.LABEL_TWICE: Live(CHECK, "Correct: written twice"),
    Code.LABEL_HAS_A_ROW: Live(CHECK, "Correct: it has a row of its own"),
    Code.LABEL_IS_A_TOTAL: Live(CHECK, "Correct: a total is no part"),
    Code.OUTSIDE_HARD_RANGE: Live(CHECK, "Correct: below"),
    Code.OUTSIDE_SOFT_RANGE: Live(CHECK, "Explain in the comment: usually"),
    Code.NUMBER_STORED_AS_TEXT: Live(CHECK, "OK, taken as a number although it is text"),
}
"""The findings of what was typed that a return shows by itself."""

NOT_LIVE: dict[Code, str] = {
    Code.DATE_IN_NUMBER: "To a formula a day is a number; only the look of the cell tells, which no formula can "
    "ask for in every program.",
    Code.COMMENT_TOO_LONG: "A warning that asks for nothing; the cell itself refuses a longer one when it is typed.",
    Code.LABEL_UNKNOWN: "For the performance lead, who says in the catalogue what the label is.",
    Code.PERSONAL_DATA: "What points to a person is found by rules that no formula can hold, such as check digits; a "
    "part of them would make what it misses look safe.",
}
"""The others, and why a return cannot show them by itself."""
