"""The tables of the catalogue: one class a table, one field a column.

These classes are the only description of the tables: loading, checking, exporting and the
documentation all read them. A column's name in a file is its field's name without a trailing
underscore (``from_`` is ``from``, a word that Python keeps to itself).
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from decimal import Decimal
from typing import Any

from dapf_xl.periods import Period

Texts = tuple[str, ...]
Periods = tuple[Period, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """What a column holds and how its text is read."""

    words: str
    """What the column is for, in a sentence; the documentation prints it."""
    kind: str = "text"
    """text, id, texts (parted by semicolons), number, whole, yes_no, period, periods or choice."""
    required: bool = False
    choices: Texts = ()
    refers_to: str = ""
    """``table.column`` among whose values this one must be; several are allowed in ``texts``."""
    example: str = ""
    with_category: bool = False
    """Whether what it refers to may be followed by a category: ``C05.starts/nps``."""


_BLANK: dict[str, Any] = {"text": "", "id": "", "choice": "", "texts": (), "periods": (), "yes_no": False}


def column(words: str, kind: str = "text", **options: Any) -> Any:  # noqa: ANN401  (a dataclass field)
    """Declare a column of a table; a blank cell becomes "", (), False or None, by its kind."""
    return field(default=_BLANK.get(kind), metadata={"column": Column(words, kind, **options)})


POLARITIES = ("higher", "lower", "band", "context", "none")
DERIVATIONS = ("count", "ratio", "rate", "stated", "text")
AGGREGATIONS = ("sum", "ratio_of_sums", "last", "none")
ITEM_TYPES = ("count", "percent", "rate", "number", "money", "date", "yes_no", "text", "evidence")
BASES = ("quarter", "half", "year", "year_to_date", "rolling_12_months", "snapshot", "cumulative")
FREQUENCIES = ("quarter", "half", "year", "once")
TARGET_KINDS = ("value", "band", "milestone", "none")
PROFILES = ("straight_line", "equal_quarters", "none")
TOLERANCE_BASES = ("relative", "points")
AMBER_RULES = ("within_tolerance", "not_worse_than_same_quarter_last_year")
RULE_KINDS = (
    "not_more_than",
    "sum_of_parts",
    "ratio",
    "required_if",
    "change_limit",
    "sent_against_received",
    "never_falls",
)
SEVERITIES = ("error", "query", "warning")
SIGN_OFFS = ("wanted", "required")
ROLES = ("part", "total", "not_known")
SHOWN = ("total", "parts", "both")
PAPER_PARTS = ("tab", "title", "front", "before", "aim", "commentary", "after")
STATUSES = ("in_development", "live", "paused", "retired")
STATEMENT_KINDS = (
    "equals",
    "absent",
    "sum",
    "share",
    "change",
    "trend",
    "extreme",
    "average",
    "follows",
    "date",
    "span",
    "within",
    "unit",
    "small_numbers",
    "unavailable",
    "ratings",
    "wording",
    "reference",
    "basis",
)
DIRECTIONS = ("rise", "fall")


@dataclass(frozen=True, slots=True)
class Settings:
    """The framework's settings: the table ``framework`` has a row for each."""

    id: str = column("Short name of the framework, as in file names.", "id", required=True, example="haringey")
    title: str = column("Title as people say it.", required=True, example="Violence against women and girls")
    area: str = column("The area it covers.", required=True, example="Haringey")
    issuer: str = column("The body that sends the returns out.", required=True, example="Haringey Council")
    version: str = column(
        "Version of the catalogue, raised when asks or definitions change.", required=True, example="1"
    )
    accepted_versions: Texts = column("Earlier versions whose returns are still taken.", "texts", example="1;2")
    year_start: int | None = column(
        "Month in which the year begins; only 4, April, is supported so far.", "whole", example="4"
    )
    groups: str = column(
        "What the RAG sheets are by.", "choice", choices=("strand", "group"), required=True, example="strand"
    )
    tolerance: Decimal | None = column(
        "How far beyond the target is still Amber.", "number", required=True, example="10"
    )
    tolerance_basis: str = column(
        "Whether the tolerance is relative (percent of the target) or in points.",
        "choice",
        choices=TOLERANCE_BASES,
        required=True,
        example="relative",
    )
    amber_rule: str = column(
        "within_tolerance, or as one council has it: Green within the tolerance, beyond it Amber if not worse than the same quarter last year.",
        "choice",
        choices=AMBER_RULES,
        required=True,
        example="within_tolerance",
    )
    minimum_denominator: int | None = column(
        "A percentage of fewer than this many is not rated.", "whole", required=True, example="10"
    )
    disclosure_threshold: int | None = column(
        "Counts from 1 to below this are not published.", "whole", required=True, example="5"
    )
    change_percent: Decimal | None = column(
        "By how much a figure may differ from the quarter before, in percent of it, before the agency is asked why; "
        "blank is 50, and 0 asks nothing about changes of numbers.",
        "number",
        example="50",
    )
    change_least: Decimal | None = column(
        "The smallest change, in the unit of the figure, that the agency is asked about; blank is 10.",
        "number",
        example="10",
    )
    change_points: Decimal | None = column(
        "The same for percentages, in percentage points; blank is 20, and 0 asks nothing about changes of percentages.",
        "number",
        example="20",
    )
    sign_off: str = column(
        "wanted (blank): a return that nobody signed is taken, with a warning; or required: its figures wait until it is signed.",
        "choice",
        choices=SIGN_OFFS,
        example="wanted",
    )
    deadline_days: int | None = column(
        "Days from the end of a period to the deadline.", "whole", required=True, example="28"
    )
    marking: str = column("Protective marking that every sheet carries.", required=True, example="OFFICIAL-SENSITIVE")
    contact: str = column(
        "Whom an agency asks: a role and a role mailbox.",
        required=True,
        example="the performance lead, performance@example.org",
    )
    source: str = column("Where the framework was published.", example="Committee paper, 26 March 2015, appendix one")
    note: str = column("Anything worth knowing about the framework.")


@dataclass(frozen=True, slots=True)
class Agency:
    """A body that supplies figures."""

    id: str = column("Short name, as in file names.", "id", required=True, example="police")
    name: str = column("Name as people say it.", required=True, example="Cambridgeshire Constabulary")
    mailbox: str = column("Role mailbox that the return goes to.", example="performance@police.example.org")
    deputy: str = column("Role mailbox that is tried next.", example="deputy@police.example.org")
    from_: Period | None = column("First period it supplies figures for.", "period", example="2014-15-Q1")
    until: Period | None = column("Last period it supplies figures for.", "period", example="2015-16-Q4")
    successor: str = column("Agency that took over.", refers_to="agencies.id", example="crc")
    inferred: bool = column("Whether the source leaves it to be inferred that this body supplies figures.", "yes_no")
    note: str = column("Why, if inferred.")


@dataclass(frozen=True, slots=True)
class Indicator:
    """What the committee reads."""

    id: str = column("Id as in the source.", "id", required=True, example="C08")
    title: str = column(
        "Title, without its number.", required=True, example="Referrals that engage with the IDVA service"
    )
    group: str = column("Heading it stands under in the source.", required=True, example="IDVA")
    strands: Texts = column("Strands of the strategy; several are allowed.", "texts", example="Protect;Recover")
    levels: Texts = column("Levels of risk it is about; several are allowed.", "texts", example="3;4")
    definition: str = column(
        "What is counted, in words that leave no doubt.",
        required=True,
        example="Referrals that accepted support in the quarter, as a share of all referrals in the quarter",
    )
    definition_version: str = column("Version of the definition, for the record.", example="1")
    redefined: Periods = column(
        "First period of each new definition: figures from before and after it are not compared.",
        "periods",
        example="2014-15-Q3",
    )
    restated: Period | None = column(
        "First period whose earlier figures were worked out anew by the definition that holds now: from it on all are compared.",
        "period",
        example="2013-14-Q1",
    )
    rationale: str = column("What it tells us.")
    polarity: str = column(
        "Which way is good: higher, lower, band (inside is good), context (the words do not settle it) or none (monitoring only).",
        "choice",
        choices=POLARITIES,
        required=True,
        example="higher",
    )
    polarity_reason: str = column("What settles the polarity.")
    derivation: str = column(
        "count (its items added), ratio (numerator over denominator), rate (ratio times multiplier), stated (given as it is) or text.",
        "choice",
        choices=DERIVATIONS,
        required=True,
        example="stated",
    )
    numerator: str = column(
        "Item that is the numerator of a ratio or rate.", refers_to="items.id", example="H1.successful"
    )
    denominator: str = column(
        "Item that is the denominator of a ratio or rate.", refers_to="items.id", example="H1.closed"
    )
    measure: str = column(
        "Item that is read as the indicator where it is a count or stated, or where a ratio's parts are not supplied.",
        refers_to="items.id",
        example="H1.stated",
    )
    multiplier: Decimal | None = column("What a rate is per.", "number", example="10000")
    decimals: int | None = column("Decimals that the source shows.", "whole", example="0")
    over_time: str = column("How quarters make a year.", "choice", choices=AGGREGATIONS, required=True, example="sum")
    over_agencies: str = column(
        "How agencies and categories make a total.", "choice", choices=AGGREGATIONS, required=True, example="sum"
    )
    headline: bool = column("Whether it is among the headlines on Summary.", "yes_no")
    status: str = column("Where it is in its life.", "choice", choices=STATUSES, required=True, example="live")
    from_: Period | None = column("First period it is read for.", "period", example="2014-15-Q4")
    until: Period | None = column("Last period it is read for.", "period")
    references: str = column("Action plan or other references.", example="P1.5 P1.6")
    note: str = column("What a reader of the figures should know, for example where the source is ambiguous.")

    def is_redefined(self, earlier: Period, later: Period) -> bool:
        """Say whether the definition changed after one span began and by the end of another, unless it was restated."""
        if self.restated is not None and self.restated.first_day <= earlier.first_day:
            return False
        return any(earlier.first_day < each.first_day <= later.last_day for each in self.redefined)


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that is asked of an agency."""

    id: str = column("Id of the item.", "id", required=True, example="C05.starts")
    indicator: str = column("Indicator that it belongs to.", required=True, refers_to="indicators.id", example="C05")
    label: str = column(
        "What to enter, as the return says it.", required=True, example="Perpetrators who started the programme"
    )
    type: str = column("What kind of thing is typed.", "choice", choices=ITEM_TYPES, required=True, example="count")
    basis: str = column(
        "What span the figure is about; blank is the period of the ask.", "choice", choices=BASES, example="quarter"
    )
    breakdowns: Texts = column(
        "Breakdowns that it is given by; two make a two-way table.",
        "texts",
        refers_to="breakdowns.breakdown",
        example="provider",
    )
    geography: str = column("Area that it is about, where it is not the framework's.", example="Fenland")
    minimum: Decimal | None = column("Smallest possible value.", "number", example="0")
    maximum: Decimal | None = column("Largest possible value.", "number", example="100")
    usual_minimum: Decimal | None = column("Smallest usual value; below it the figure is queried.", "number")
    usual_maximum: Decimal | None = column("Largest usual value; above it the figure is queried.", "number")
    required: bool = column("Whether a figure or a shorthand must be given.", "yes_no", example="yes")
    hint: str = column("Help beside the cell.")
    disclosure: str = column(
        "Exception to the framework's disclosure rule: never, or always.", "choice", choices=("never", "always")
    )


@dataclass(frozen=True, slots=True)
class Category:
    """A category of a breakdown."""

    breakdown: str = column("Id of the breakdown.", "id", required=True, example="provider")
    category: str = column("Id of the category.", "id", required=True, example="nps")
    label: str = column("Label as the return shows it.", required=True, example="National Probation Service (NPS)")
    role: str = column("part, total, or not_known.", "choice", choices=ROLES, required=True, example="part")
    open: bool = column(
        "Whether it is a spare row: agencies write its label, and the table labels says what they mean.", "yes_no"
    )
    note: str = column("Anything worth knowing about the category.")


@dataclass(frozen=True, slots=True)
class Label:
    """What agencies wrote in a spare row, and the category that it is (table ``labels``)."""

    breakdown: str = column(
        "Breakdown that has the spare row.", required=True, refers_to="breakdowns.breakdown", example="referrer"
    )
    label: str = column(
        "The label as an agency wrote it; capitals and spaces do not matter.",
        required=True,
        example="Fire and rescue service",
    )
    category: str = column(
        "Category under which its figures count; blank leaves them under the label itself.", example="voluntary"
    )
    note: str = column("Who settled it, and why.")


@dataclass(frozen=True, slots=True)
class Ask:
    """Who supplies what, and how often."""

    item: str = column("Item that is asked for.", required=True, refers_to="items.id", example="C05.starts")
    category: str = column("Category that is asked for; blank is all of them.", example="nps")
    supplier: str = column("Agency that supplies it.", required=True, refers_to="agencies.id", example="nps")
    owner: str = column("Who answers for the figure, where it is not the supplier.", example="lead officer")
    frequency: str = column(
        "How often it is asked for; a half in Q2 and Q4, a year in Q4.",
        "choice",
        choices=FREQUENCIES,
        required=True,
        example="quarter",
    )
    due: str = column(
        "When it is due, where it is not the framework's deadline; for evidence in the words of qa.due, "
        "blank is as its frequency says."
    )
    from_: Period | None = column("First period it is asked for.", "period")
    until: Period | None = column("Last period it is asked for.", "period")
    restates: bool = column("Whether earlier quarters of the year stay open to be corrected.", "yes_no")
    inferred: bool = column("Whether the source leaves the supplier to be inferred.", "yes_no")
    note: str = column("Why, if inferred.")


@dataclass(frozen=True, slots=True)
class Target:
    """What good looks like for an indicator, or an item and category of it, over a time."""

    indicator: str = column("Indicator that the target is for.", required=True, refers_to="indicators.id", example="H1")
    item: str = column("Item that it is for, where it is not the whole indicator.", refers_to="items.id")
    category: str = column("Category that it is for.")
    from_: Period | None = column("First period it holds for.", "period", example="2014-15-Q1")
    until: Period | None = column("Last period it holds for.", "period")
    text: str = column("The target as the source words it.", example="410 by March 2017")
    kind: str = column("value, band, milestone or none; blank is read from the text.", "choice", choices=TARGET_KINDS)
    value: Decimal | None = column("The value, percentages on the 0 to 100 scale.", "number")
    lower: Decimal | None = column("Lower limit of a band.", "number")
    upper: Decimal | None = column("Upper limit of a band.", "number")
    reason: str = column("Why there is none: monitoring only, baseline year, baseline to be obtained, to be confirmed or no target.")
    basis: str = column(
        "Span that the target is about; blank is the period of the figure.",
        "choice",
        choices=BASES,
        example="rolling_12_months",
    )
    profile: str = column("How a milestone is approached.", "choice", choices=PROFILES)
    due: Period | None = column("Period by whose end a milestone is to be reached.", "period", example="2016-17-Q4")
    baseline: Decimal | None = column("Where it started.", "number")
    baseline_text: str = column("The baseline as the source words it.", example="50% uptake")
    baseline_period: Period | None = column("Period of the baseline.", "period")
    tolerance: Decimal | None = column("Tolerance, where it is not the framework's.", "number")
    tolerance_basis: str = column("Its basis, where it is not the framework's.", "choice", choices=TOLERANCE_BASES)
    polarity: str = column(
        "Which way is good while the row holds, where it is not the indicator's: for one category, for what is "
        "reported beside the indicator, or until something changes.",
        "choice",
        choices=POLARITIES,
    )
    note: str = column("Anything worth knowing, for example which target is carried forward.")


@dataclass(frozen=True, slots=True)
class Rule:
    """A relation that figures of one return must keep."""

    id: str = column("Id of the rule.", "id", required=True, example="H1.closed-engaged")
    kind: str = column("What relation it is.", "choice", choices=RULE_KINDS, required=True, example="not_more_than")
    left: str = column(
        "Item on the left, or one category of it (C05.starts/nps); for a ratio, the percentage; for "
        "sent_against_received, what was received.",
        required=True,
        refers_to="items.id",
        example="H1.closed",
        with_category=True,
    )
    right: Texts = column(
        "Items on the right, or categories of items; for a ratio, numerator and denominator; for "
        "sent_against_received, what others say they sent; for a change_limit, the same item again.",
        "texts",
        required=True,
        refers_to="items.id",
        example="H1.engaged",
        with_category=True,
    )
    tolerance: Decimal | None = column(
        "How far apart they may be, in the unit of the figures (points for percentages). Of a change_limit blank means "
        "that the figure may change as it will; of sent_against_received blank is a tenth, and at least 5.",
        "number",
    )
    severity: str = column("error, query or warning; blank is the usual one.", "choice", choices=SEVERITIES)
    warn_until: Period | None = column(
        "Last period for which a new rule only warns; from then on it weighs as it says.", "period", example="2014-15-Q4"
    )
    same_cohort: bool = column(
        "Whether both sides are about the same people: an error if broken, otherwise a query.", "yes_no"
    )
    lag: int | None = column(
        "Quarters by which the left side follows the right; of a change_limit how many quarters back the figure is "
        "compared, blank is 1.",
        "whole",
    )
    note: str = column("Why the rule holds.")


@dataclass(frozen=True, slots=True)
class Assurance:
    """A quality assurance task (table ``qa``)."""

    id: str = column("Id as in the source.", "id", required=True, example="QA1")
    responsible: str = column("Who is responsible.", required=True, example="IDVA service manager")
    answered_by: Texts = column("Agencies that answer.", "texts", refers_to="agencies.id")
    what: str = column("What is assured.", required=True, example="Quality of risk assessments")
    how: str = column("How it is assured.")
    tells_us: str = column("What it tells us.")
    due: str = column(
        "When it is due: quarterly, two-monthly, six-monthly, annual, a month, so many months after the year's end; "
        "blank or not stated is asked for every quarter and never overdue.",
        example="annual: June",
    )
    evidence: str = column("Evidence that is wanted.")
    references: str = column("Action plan references.")
    note: str = column("Anything worth knowing.")


@dataclass(frozen=True, slots=True)
class ViewLine:
    """A line of a named report (table ``views``)."""

    view: str = column("Id of the report.", "id", required=True, example="committee")
    heading: str = column("Heading that the line stands under.", required=True, example="Prevent")
    indicator: str = column(
        "Indicator that it shows; blank is an expectation that nothing measures.", refers_to="indicators.id"
    )
    expectation: str = column("What was expected.")
    shows: str = column(
        "What the report prints of it: the total (blank), its parts alone, or both.", "choice", choices=SHOWN
    )
    note: str = column("Note beside it.")


@dataclass(frozen=True, slots=True)
class PaperPart:
    """A fixed or asked-for text of a named report (table ``paper``), which is filled once."""

    view: str = column("Report that it belongs to.", required=True, refers_to="views.view", example="committee")
    part: str = column(
        "tab (name of its sheet), title, front (a line of the front matter), before or after (a paragraph before or "
        "after the figures), aim (what a heading of the report stands for) or commentary (a paragraph under one).",
        "choice",
        choices=PAPER_PARTS,
        required=True,
        example="front",
    )
    heading: str = column(
        "Section that a paragraph stands in, or heading of the report that an aim or commentary is for.",
        example="Background",
    )
    label: str = column("What stands in the margin beside it.", example="Recommendation")
    text: str = column("The text itself.", example="Note and comment on the findings of this paper.")
    item: str = column(
        "Item whose answers stand there: a text that an agency is asked for.", refers_to="items.id", example="HN.overview"
    )
    note: str = column("Anything worth knowing.")


@dataclass(frozen=True, slots=True)
class Comparator:
    """A figure from elsewhere to compare with."""

    item: str = column("Item that it compares with.", required=True, refers_to="items.id")
    geography: str = column("Area that it is about.", required=True, example="Metropolitan Police area")
    period: Period | None = column("Period that it is about.", "period")
    value: Decimal | None = column(
        "The figure, percentages on the 0 to 100 scale.", "number", required=True, example="19"
    )
    source: str = column("Where it was published.", required=True, example="Committee paper, appendix one, table 2")
    released: str = column("When it was released.")
    note: str = column("Anything worth knowing.")


@dataclass(frozen=True, slots=True)
class Published:
    """A figure already published (table ``history``)."""

    item: str = column("Item.", required=True, refers_to="items.id", example="C05.starts")
    category: str = column("Category.", example="nps")
    supplier: str = column("Agency that supplied it; blank is the one that is asked.", refers_to="agencies.id")
    period: Period | None = column("Period.", "period", required=True, example="2014-15-Q1")
    basis: str = column("What span the figure is about; blank is the item's.", "choice", choices=BASES)
    value: Decimal | None = column("The figure, percentages on the 0 to 100 scale.", "number", example="36.4")
    shorthand: str = column("Replacement or markers.", example="[x]")
    reason: str = column("Why it is not available.", example="awaiting release")
    lower: Decimal | None = column("Smallest value that a suppressed figure can have.", "number", example="1")
    upper: Decimal | None = column("Largest value that a suppressed figure can have.", "number", example="4")
    words: str = column("The source's own words.", example="Q2 data not yet available")
    source: str = column("Document and place.", required=True, example="Appendix one, indicator 3, comments")
    note: str = column("Anything worth knowing.")


@dataclass(frozen=True, slots=True)
class Statement:
    """What a published document says of figures, for `dapf reconcile` to hold against the history and itself."""

    id: str = column("Id of the statement.", "id", required=True, example="paper-starts-q1")
    document: str = column("Document that says it.", required=True, example="Committee paper, 26 March 2015")
    place: str = column("Where in the document.", required=True, example="2.4.1, table, Q1")
    printed: str = column("The figure, date or words as they are printed, briefly.", required=True, example="83 joined")
    kind: str = column(
        "What is checked; docs/reconciliation.md says what each kind needs.",
        "choice",
        choices=STATEMENT_KINDS,
        required=True,
        example="sum",
    )
    item: str = column("Item that it is about.", refers_to="items.id", example="C05.starts")
    category: str = column("Category that it is about.", example="nps")
    period: Period | None = column("Period that it is about.", "period", example="2014-15-Q1")
    value: Decimal | None = column("The figure, with the decimals that are printed.", "number", example="83")
    earlier: Period | None = column("Period that a change or trend starts from.", "period", example="2013-14-Q1")
    earlier_value: Decimal | None = column("The figure that a change starts from.", "number", example="71")
    direction: str = column(
        "Which way a trend goes, or an extreme lies.", "choice", choices=DIRECTIONS, example="rise"
    )
    date: str = column("A day or a month as printed; of a span its first day.", example="31st June 2014")
    last_date: str = column("The last day of a span, as printed.", example="30/09/2014")
    months: int | None = column("How many months a span is said to have.", "whole", example="12")
    of: str = column("How many cases a share is of: a number, or the item that counts them.", example="15")
    parts: Texts = column(
        "Figures that make a sum, or the cases that make a share; for ratings, the indicators that are excepted; for a basis, where its parts are asked for.",
        "texts",
        example="1;2",
    )
    other_document: str = column("The other document or place, where it is not the history.", example="Appendix one")
    other_place: str = column("Where in it.", example="Indicator 14, explanation")
    other_printed: str = column("What is printed there.", example="2014-2018")
    other_value: Decimal | None = column("The figure that is printed there.", "number")
    tolerance: Decimal | None = column("How far apart the two may be, for example of 'around 80%'.", "number")
    ask: str = column("Whom to ask; blank is who supplies the figure, and who wrote the document.")
    note: str = column("Anything worth knowing.")


@dataclass(frozen=True, slots=True)
class Origin:
    """A thing that a source document asks for, and where it lives in the catalogue (table ``origins``)."""

    document: str = column("Document, or part of it, that asks.", required=True, example="Appendix one")
    row: str = column("Row as the document numbers or heads it.", required=True, example="12")
    part: str = column("Column or place within the row.", example="Comments")
    asked: str = column("The thing asked for, in brief.", required=True, example="Number of people referred")
    places: Texts = column(
        "Where it lives, as table:key or table:key:column; a key of several columns is parted by /. "
        "Blank where it became nothing.",
        "texts",
        example="items:PM13.people;indicators:PM13-people:definition",
    )
    ours: bool = column("Whether it is an addition that no document asks for; the note then says why.", "yes_no")
    note: str = column("Why it lives there, or why it became nothing.")


TABLES: dict[str, type] = {
    "framework": Settings,
    "agencies": Agency,
    "indicators": Indicator,
    "items": Item,
    "breakdowns": Category,
    "labels": Label,
    "asks": Ask,
    "targets": Target,
    "rules": Rule,
    "qa": Assurance,
    "views": ViewLine,
    "paper": PaperPart,
    "comparators": Comparator,
    "history": Published,
    "statements": Statement,
    "origins": Origin,
}
"""Every table by its name in files, in reading order."""

OPTIONAL_TABLES = (
    "breakdowns", "labels", "targets", "rules", "qa", "views", "paper", "comparators", "history", "statements", "origins",
)  # fmt: skip
"""Tables that a framework can do without."""


def columns_of(table: type) -> dict[str, Column]:
    """Return the columns of a table by their names in files."""
    return {entry.name.rstrip("_"): entry.metadata["column"] for entry in fields(table)}
