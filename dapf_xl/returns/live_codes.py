"""Which findings a return shows by itself while it is filled in, where, and why the others cannot be shown."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from dapf_xl.findings import Code
from dapf_xl.returns.row_names import LOOKED_THROUGH


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


CHECK, START = Shown.CHECK, Shown.START
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
    Code.DATE_FAR_AWAY: Live(CHECK, "Correct: a year that cannot be meant"),
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
    Code.DAY_AS_NUMBER: Live(CHECK, "Explain in the comment: as if a date such as 1-4 was typed"),
    Code.NUMBER_STORED_AS_TEXT: Live(CHECK, "OK, taken as a number although it is text"),
    Code.NOT_SIGNED: Live(START, "To do"),
    Code.SIGNED_NO_DATE: Live(
        START,
        "Correct: type a date",
        "A date that stands there as text is asked for again, although it is taken when the return comes back; "
        "a number that is shown as a number, not as a day, passes here and is found then.",
    ),
    Code.SIGNED_TOO_EARLY: Live(START, "Correct: before the quarter is over"),
}
"""The findings of what was typed that a return shows by itself."""

EXPLAINED = (
    "A comment that holds no word that can say why, such as n/a or figure is correct, leaves a query open here as it "
    f"does when the return comes back. Here only its first {LOOKED_THROUGH} characters are looked through, and a sign "
    "that is seldom typed between two words, such as |, counts as a letter."
)
"""What a return makes of a comment that is to explain a figure, for the page that lists what it shows."""

_EARLIER = (
    "What is usual for a figure is worked out from all that was reported before, and from chance; the return holds "
    "no more than what its row shows of earlier quarters."
)
_OTHERS = "It is looked up in what others sent, or in what the performance lead gave: no return holds that."

NOT_LIVE: dict[Code, str] = {
    Code.DATE_IN_NUMBER: "To a formula a day is a number; only the look of the cell tells, which no formula can "
    "ask for in every program.",
    Code.SHOWN_AS_ANOTHER: "No formula can ask in every program what a cell's format makes of a number.",
    Code.NOT_TO_BE_SEEN: "No formula can ask what colour a cell's letters have.",
    Code.SHOWN_OTHERWISE: "No formula can ask in every program whether a cell shows a % sign.",
    Code.COMMENT_TOO_LONG: "A warning that asks for nothing; the cell itself refuses a longer one when it is typed.",
    Code.LABEL_UNKNOWN: "For the performance lead, who says in the catalogue what the label is.",
    Code.COMMENT_ALONE: "A warning about what is not kept; the check says of the row whether a figure is wanted.",
    Code.EXPLANATION_REPEATED: "A warning for the performance lead; a return does not hold what was explained before.",
    Code.WAIVER_EXPIRED: "For the performance lead, who waived something for a time.",
    Code.CHANGED_BEYOND_LIMIT: _EARLIER,
    Code.CHANGED_SHARPLY: _EARLIER,
    Code.OUTSIDE_ITS_SERIES: _EARLIER,
    Code.ALL_AS_BEFORE: "It is about the return as a whole, and is a question only once all of it is filled in.",
    Code.SAME_AS_BEFORE: "Only a check of all earlier figures tells that a number would hardly come twice by chance.",
    Code.EARLIER_FIGURE_CHANGED: "It adds up quarters that the return need not hold.",
    Code.DIFFERS_BETWEEN_RETURNS: _OTHERS,
    Code.REPLACED_BY_ANOTHER: _OTHERS,
    Code.OLDER_FIGURE_COUNTS: _OTHERS,
    Code.DIFFERS_FROM_AMENDMENT: _OTHERS,
    Code.AMENDMENT_REPLACED: _OTHERS,
    Code.AMENDED: _OTHERS,
    Code.DIFFERS_FROM_IMPORTED: _OTHERS,
    Code.RECEIVED_DIFFERS: _OTHERS,
    Code.SENT_DIFFERS: _OTHERS,
    Code.PERSONAL_DATA_ASIDE: "It stands where nothing is asked for; and as below.",
    Code.SIGNED_IN_FUTURE: "A formula that asks what day it is gives another answer whenever the file is opened, and "
    "the clock of one computer is not that of another.",
    Code.PERSONAL_DATA: "What points to a person is found by rules that no formula can hold, such as check digits; a "
    "part of them would make what it misses look safe.",
}
"""The others, and why a return cannot show them by itself."""
