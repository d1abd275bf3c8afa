"""Correcting figures by telephone: who said so, how and why, on the record, and never without a master made anew."""

from __future__ import annotations

import csv
import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from dapf_xl import consolidation
from dapf_xl.findings import AmendError, NothingToReadError, PeriodError, Severity
from dapf_xl.known import as_typed
from dapf_xl.ledger import AMENDED
from dapf_xl.observations import words_of
from dapf_xl.periods import Period
from dapf_xl.personal_data import kinds_in
from dapf_xl.rules import AmendedFigure, Context
from dapf_xl.rules.amending import Said, check_said
from dapf_xl.rules.schema import label_of
from dapf_xl.workspace import open_workspace, quarter_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from dapf_xl.catalogue import Framework
    from dapf_xl.consolidation import Round
    from dapf_xl.findings import Finding
    from dapf_xl.ledger import Ledger
    from dapf_xl.observations import Observation
    from dapf_xl.returns.layout import Figure

WITHDRAWN = "withdrawn"
"""Kind of record of what takes an amendment back."""
NEEDED = ("who", "how", "why")
COLUMNS = ("item", "category", "agency", "about", "value", "shorthand", *NEEDED)
"""Columns of a table of amendments."""


@dataclass(frozen=True, slots=True)
class Correction:
    """A figure that is to be amended, or whose amendment is to be withdrawn."""

    item: str
    agency: str
    category: str = ""
    about: str = ""
    """The span that the figure is about; blank is the one that the round asks for."""
    value: str = ""
    """As typed: percentages on the 0 to 100 scale."""
    shorthand: str = ""
    who: str = ""
    """Who gave the figure: a role, not a name."""
    how: str = ""
    """How, for example by telephone."""
    why: str = ""
    withdraw: bool = False
    """Whether what was amended in this round is taken back, so that the return counts again."""
    line: int = 0
    """Of the table that it stands in."""


@dataclass(frozen=True, slots=True)
class Amended:
    """What became of a figure."""

    figure: Figure
    label: str
    """What it is of, in words."""
    old: str
    new: str
    findings: tuple[Finding, ...] = ()
    """What somebody should know of it."""


def read_corrections(path: Path, usual: Mapping[str, str] | None = None) -> list[Correction]:
    """Return the rows of a CSV file of amendments.

    Args:
        path: The file, in UTF-8, with the columns item, agency and value, and any other of ``COLUMNS``.
        usual: What stands where a row says nothing: who, how and why.

    Raises:
        NothingToReadError: the file cannot be read, has not the columns that are needed, or no rows.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            table = csv.DictReader(file)
            given = set(table.fieldnames or ())
            rows = [(table.line_num, row) for row in table]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise NothingToReadError(f"{path} cannot be read as a CSV file in UTF-8 ({error}).") from error
    if not {"item", "agency", "value"} <= given <= set(COLUMNS) or any(None in row for _, row in rows):
        raise NothingToReadError(f"{path}: the first line must name the columns {', '.join(COLUMNS)}.")
    if not rows:
        raise NothingToReadError(f"{path} holds no amendments below its first line.")
    usual = usual or {}
    made = []
    for line, row in rows:
        cells: dict[str, Any] = {name: (row.get(name) or "").strip() or usual.get(name, "") for name in COLUMNS}
        made.append(Correction(**cells, line=line))
    return made


def amend(folder: Path, period: str, corrections: Sequence[Correction], source: Path | None = None) -> list[Amended]:
    """Amend figures of a round, or withdraw what was amended; all of it is recorded, or nothing.

    The figure is checked as if it stood in the agency's return. It counts over every return of the round, come before
    or after, until it is amended again or withdrawn; the master must be made again before it can be sent.

    Args:
        folder: The workspace.
        period: The quarter of the round in whose master the figure is to change.
        corrections: What to amend.
        source: The table that the corrections stand in, if any.

    Raises:
        AmendError: a figure is not asked for, or not fit to be taken, or it is not said who, how and why.
        PeriodError: no such quarter.
        LedgerBusyError: another process holds the ledger.
    """
    workspace = open_workspace(folder)
    quarter = quarter_of(period)
    framework = workspace.framework
    with workspace.ledger() as ledger, ledger.transaction():
        current = consolidation.consolidate(framework, quarter, ledger)
        figures = [_figure_of(framework, quarter, each) for each in corrections]
        for figure, each in zip(figures, corrections, strict=True):
            _refuse_unexplained(each)
            if figures.count(figure) > 1:
                raise AmendError(f"{_where(each)} is given twice: a figure can be amended once at a time.")
        given = dict(zip(figures, corrections, strict=True))
        withdrawn = [_withdraw(framework, ledger, quarter, *each) for each in given.items() if each[1].withdraw]
        taken = {figure: each for figure, each in given.items() if not each.withdraw}
        amended = _amend(current, ledger, taken, source) if taken else []
    return [*withdrawn, *amended]


def amended_figures(ledger: Ledger, until: Period) -> dict[Figure, AmendedFigure]:
    """Return the figures that were amended in the rounds up to a quarter, for the checks of returns."""
    made = {(each.given, each.figure): each for each in ledger.standing_amendments(until)}
    found: dict[Figure, AmendedFigure] = {}
    spans = {figure[3] for _, figure in made}
    for each in (entered for span in spans for entered in ledger.entered(until, span)):
        key = each.observation.key
        one = made.get((each.given, key))
        if one:
            found[key] = AmendedFigure(each.observation, Period.parse(one.round), one.who, one.how, one.at, one.files)
        elif key in found and found[key].period.label < each.round < until.label and each.observation.may_count:
            del found[key]  # a round in between has revised it
    return found


# --- what is refused --------------------------------------------------------------------------


def _where(each: Correction) -> str:
    figure = f"{each.item}/{each.category}" if each.category else each.item
    return f"line {each.line}: {figure}" if each.line else figure


def _refuse_unexplained(each: Correction) -> None:
    missing = [name for name in NEEDED if not getattr(each, name).strip()]
    if missing:
        raise AmendError(
            f"{_where(each)} cannot be amended without {' and '.join(missing)}: "
            'for example --who "police data officer" --how telephone --why "two figures were swapped".'
        )
    for name in NEEDED:
        if kinds := kinds_in(getattr(each, name)):
            raise AmendError(f"{_where(each)}: {name} holds {kinds}, and stays on record: say it without, by roles.")
    if not each.withdraw and not each.value and not each.shorthand:
        raise AmendError(f"{_where(each)} has nothing to be amended to: give a value, a shorthand or both.")


def _figure_of(framework: Framework, quarter: Period, each: Correction) -> Figure:
    """Return the figure that a correction is about, which the agency was asked for."""
    if each.agency not in framework.agencies:
        raise AmendError(f"there is no agency called {each.agency}: use one of {', '.join(framework.agencies)}.")
    if not framework.has(each.item, each.category) or (
        not each.category and framework.categories_of(each.item) != ("",)
    ):
        known = ", ".join(framework.categories_of(each.item)) if each.item in framework.items else ""
        hint = f"its categories are {known}" if known else "`dapf catalogue export` lists the items"
        raise AmendError(f"{_where(each)} is not a figure of this framework: {hint}.")
    span = _span_of(framework, quarter, each)
    figure = (each.item, each.category, each.agency, span)
    takes_over = framework.predecessors(each.agency, quarter)
    is_asked = any(framework.is_asked((*figure[:2], agency, span)) for agency in (each.agency, *takes_over))
    if span.last_day > quarter.last_day or not is_asked:
        raise AmendError(f"{_where(each)} is not asked of {each.agency} for {span.words}: there is nothing to amend.")
    return figure


def _span_of(framework: Framework, quarter: Period, each: Correction) -> Period:
    if each.about:
        try:
            return Period.parse(each.about)
        except PeriodError as error:
            raise AmendError(f"{_where(each)}: {each.about!r} is not a period: {error}.") from error
    spans = [
        one.period
        for one in framework.asked_of(each.item, quarter)
        if (one.category, one.supplier) == (each.category, each.agency)
    ]
    return quarter if quarter in spans or not spans else spans[0]


# --- what is recorded -------------------------------------------------------------------------


def _amend(current: Round, ledger: Ledger, given: Mapping[Figure, Correction], source: Path | None) -> list[Amended]:
    framework, quarter = current.framework, current.period
    known = as_typed(framework, ledger, quarter)
    context = Context(framework=framework, period=quarter, known=known)
    taken: dict[Figure, Observation] = {}
    found: list[Finding] = []
    for agency in dict.fromkeys(figure[2] for figure in given):
        said = {
            figure: Said(each.value, each.shorthand, each.why) for figure, each in given.items() if figure[2] == agency
        }
        findings, observations = check_said(context, agency, quarter, said)
        found += findings
        taken |= observations
    errors = [each for each in found if each.severity is Severity.ERROR]
    if errors or taken.keys() != given.keys():
        lacking = [_where(each) for figure, each in given.items() if figure not in taken or errors]
        raise AmendError(f"{', '.join(lacking)} cannot be amended. {' '.join(each.message for each in errors)}")
    name, sha256 = (source.name, hashlib.sha256(source.read_bytes()).hexdigest()) if source else ("", "")
    made = [_made(current, known.get(figure), each, taken[figure], name, sha256) for figure, each in given.items()]
    number = ledger.record_given(AMENDED, quarter, [each for each, _ in made], source=name, sha256=sha256)
    amended = []
    for (observation, old), (figure, each) in zip(made, given.items(), strict=True):
        new = words_of(observation, framework.items[each.item])
        ledger.record_amended(number, figure, old=old, new=new, who=each.who, how=each.how, why=each.why)
        about = tuple(finding for finding in found if finding.item == each.item)
        amended.append(Amended(figure, _label(framework, figure), old, new, about))
    return amended


def _made(  # noqa: PLR0913, PLR0917  (the figure, what was said of it, and where)
    current: Round, known: Observation | None, each: Correction, taken: Observation, name: str, sha256: str
) -> tuple[Observation, str]:
    """Return the amended figure as it is to be recorded, and what counted before in words."""
    old = _old_words(current, taken.key, known)
    new = words_of(taken, current.framework.items[each.item])
    if old == new and known is not None and known.status != "amended":
        raise AmendError(f"{_where(each)} counts as {old} already: there is nothing to amend.")
    return (
        replace(
            taken,
            status="amended",
            comment=f"Amended from {old} ({each.who}, {each.how}): {each.why}",
            file=name or f"Amended: {each.who}, {each.how}",
            sheet="",
            cell=f"line {each.line}" if each.line else "",
            sha256=sha256,
        ),
        old,
    )


def _old_words(current: Round, figure: Figure, known: Observation | None) -> str:
    if known is not None:
        words = words_of(known, current.framework.items[figure[0]])
        return f"{words} (held in query)" if known.status == "held" else words
    return current.missing.get(figure, "no figure")


def _withdraw(framework: Framework, ledger: Ledger, quarter: Period, figure: Figure, each: Correction) -> Amended:
    standing = {one.figure: one for one in ledger.standing_amendments(quarter) if one.round == quarter.label}
    if figure not in standing:
        raise AmendError(
            f"{_where(each)} was not amended in the round of {quarter.words}: there is nothing to withdraw."
        )
    old = standing[figure].new or ""
    number = ledger.record_given(WITHDRAWN, quarter, [])
    ledger.record_amended(number, figure, old=old, new=None, who=each.who, how=each.how, why=each.why)
    return Amended(figure, _label(framework, figure), old, "what the return says")


def _label(framework: Framework, figure: Figure) -> str:
    item, category, agency, span = figure
    return f"{label_of(framework, item, category)} ({item}), {framework.agencies[agency].name}, {span.words}"
