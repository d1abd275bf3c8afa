"""Checks returns: the batches in their order, the findings, and the observations that come of it.

The first of batches 1 to 3 that fails stops the rest for that file. The later batches look at all
rows of all returns that are left, at once; everything inside a batch is reported together.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np

from dapf_xl.findings import Batch, Code, Finding, Severity, has_errors, reading_order
from dapf_xl.personal_data import redacted
from dapf_xl.rules.evidence import check_evidence
from dapf_xl.rules.fittings import check_fittings
from dapf_xl.rules.identity import Identity, is_temporary, period_of
from dapf_xl.rules.imported import check_imported, needed
from dapf_xl.rules.labels import check_labels
from dapf_xl.rules.making import observations_of
from dapf_xl.rules.merging import check_amended, check_merged, older_figures
from dapf_xl.rules.relations import check_relations
from dapf_xl.rules.rows import Fault, ReturnFile, rows_of, stand_again
from dapf_xl.rules.schema import RowSchemas
from dapf_xl.rules.structure import Structure
from dapf_xl.rules.tampering import check_tampering
from dapf_xl.rules.text import check_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from dapf_xl.observations import Observation
    from dapf_xl.periods import Period
    from dapf_xl.returns.layout import Figure
    from dapf_xl.returns.reading import ReadReturn
    from dapf_xl.rules.as_issued import AsIssued
    from dapf_xl.rules.context import Context
    from dapf_xl.rules.following import Moves
    from dapf_xl.rules.rows import Rows

ABOUT_A_ROW = frozenset(
    {Code.ROW_MISSING, Code.ROW_TWICE, Code.ROW_UNKNOWN, Code.QUESTION_CHANGED, Code.VALUES_SLIPPED}
)
"""Errors of batches 3 and 4 that keep a row from being taken; every other one rejects the file."""
EXPLAINED = "Nothing to do: {cell} explains it, and the figure is taken. Read whether the explanation holds."
"""What is to be done about a query that the comment answers."""
Array = np.ndarray[Any, Any]


class Status(StrEnum):
    """What became of a return."""

    ACCEPTED = "Accepted"
    ACCEPTED_WITH_QUERIES = "Accepted with queries"
    PARTLY_ACCEPTED = "Partly accepted"
    REJECTED = "Rejected"
    SET_ASIDE = "Set aside"


@dataclass(slots=True)
class CheckedReturn:
    """A return after checking: what was found, and the observations that it brings."""

    read: ReadReturn
    agency: str = ""
    period: Period | None = None
    status: Status = Status.ACCEPTED
    findings: list[Finding] = field(default_factory=list)
    """In reading order."""
    observations: list[Observation] = field(default_factory=list)
    issued: AsIssued | None = None
    """What went out, once that was looked up."""
    moves: dict[str, Moves] = field(default_factory=dict)
    """Where the rows of a sheet stand now, of each whose rows were followed."""
    headers: dict[str, int] = field(default_factory=dict)
    """The row of a sheet's heads, where they are not where they were issued."""
    held: set[tuple[str, int]] = field(default_factory=set)
    """Sheet and row of what must not be taken, for an error that stands in another cell than the figure's."""
    untaken: list[Figure] = field(default_factory=list)
    """Figures that were filled in but do not enter, for an error."""
    asked: int = 0
    """Figures that ``Return`` and ``Narrative`` ask for, and rows of ``Quality assurance``."""
    given: int = 0
    """Of these, the ones that were filled in, rightly or not."""

    @property
    def reason(self) -> str:
        """Why the status is what it is, in one line: the worst finding."""
        if self.status is Status.ACCEPTED or not self.findings:
            return ""
        if self.status is Status.SET_ASIDE:
            codes = {Code.IDENTICAL_TO_ANOTHER, Code.TEMPORARY_FILE}
            return next(finding.message for finding in self.findings if finding.code in codes)
        worst = min(self.findings, key=lambda finding: list(Severity).index(finding.severity))
        place = f"{worst.sheet}!{worst.cell}: " if worst.cell else ""
        return f"{place}{worst.message}"


@dataclass(slots=True)
class Checked:
    """All returns of a run after checking, in the order in which they were given."""

    returns: list[CheckedReturn]
    not_returned: tuple[str, ...] | None = None
    """Ids of the agencies that are asked in the round and sent no file; None where it was not looked at whole."""

    @property
    def findings(self) -> list[Finding]:
        """Every finding, in reading order."""
        return sorted((finding for checked in self.returns for finding in checked.findings), key=reading_order)

    @property
    def statuses(self) -> Counter[Status]:
        """How many returns have each status."""
        return Counter(checked.status for checked in self.returns)


# --- the batches ---------------------------------------------------------------------------------


class Run:
    """One run of the checks: what they share."""

    def __init__(self, context: Context) -> None:
        """Begin with nothing checked."""
        self.context = context
        self.schemas = RowSchemas(context.framework)
        self.identity = Identity()
        self.structure = Structure()


def _file(_: Run, one: CheckedReturn) -> list[Finding]:
    return one.read.findings  # reading found them


def _identity(run: Run, one: CheckedReturn) -> list[Finding]:
    return run.identity.check(run.context, one.read)


def _structure(run: Run, one: CheckedReturn) -> list[Finding]:
    return run.structure.check(run.context, one)


def _tampering(run: Run, one: CheckedReturn) -> list[Finding]:
    return [*check_tampering(run.context.framework, one), *check_fittings(one)]


def _types(run: Run, rows: Rows, sound: Array) -> Iterable[Fault]:
    return run.schemas.faults(Batch.TYPE, rows, _sound(rows, sound))


def _presence(run: Run, rows: Rows, sound: Array) -> Iterable[Fault]:
    faults = run.schemas.faults(Batch.PRESENCE, rows, _sound(rows, sound))
    yield from needed(run.context, rows, faults)
    yield from check_evidence(run.context, rows, sound)


def _rules(run: Run, rows: Rows, sound: Array) -> Iterable[Fault]:
    """Return what breaks a range or a relation, one finding a cell, the worst; and what is wrong with a label."""
    faults = [*run.schemas.faults(Batch.RULES, rows, _sound(rows, sound)), *check_relations(run.context, rows, sound)]
    worst: dict[int, Fault] = {}
    for fault in sorted(faults, key=lambda fault: list(Severity).index(fault.severity)):
        worst.setdefault(fault.position, fault)
    return [*worst.values(), *check_labels(run.context, rows, sound)]


def _across(run: Run, rows: Rows, sound: Array) -> Iterable[Fault]:
    checks = (check_merged, check_amended, check_imported)
    return [fault for check in checks for fault in check(run.context, rows, sound)]


def _text(run: Run, rows: Rows, _: Array) -> Iterable[Fault]:
    return check_text(run.context.framework, rows)


def _sound(rows: Rows, sound: Array) -> Any:  # noqa: ANN401  (a frame)
    """Return the rows without an error so far: of the others, nothing more can be said."""
    return rows.frame if sound.all() else rows.frame[sound]


RowsCheck: TypeAlias = "Callable[[Run, Rows, Array], Iterable[Fault]]"


class Step(NamedTuple):
    """A batch: how it is checked, one file at a time or all rows together, or the issue that brings it."""

    file: Callable[[Run, CheckedReturn], list[Finding]] | None = None
    rows: RowsCheck | None = None
    awaits: str = ""


BATCHES: dict[Batch, Step] = {
    Batch.FILE: Step(file=_file),
    Batch.IDENTITY: Step(file=_identity),
    Batch.STRUCTURE: Step(file=_structure),
    Batch.TAMPERING: Step(file=_tampering),
    Batch.TYPE: Step(rows=_types),
    Batch.PRESENCE: Step(rows=_presence),
    Batch.RULES: Step(rows=_rules),
    Batch.HISTORY: Step(awaits="issue 4"),
    Batch.ACROSS_RETURNS: Step(rows=_across, awaits="issue 4 (sent against received)"),
    Batch.TEXT: Step(rows=_text),
    Batch.SIGN_OFF: Step(awaits="issue 4"),
}
"""Every batch of checks, in the order in which they run."""


def check_returns(context: Context, returns: Sequence[ReadReturn]) -> Checked:
    """Check returns, and make observations of what is good in them.

    Args:
        context: What they are checked against.
        returns: What was read, in any order; the result keeps it.
    """
    run = Run(context)
    seen = dict(context.taken)
    checked = [_as_a_file(run, read, seen) for read in returns]
    open_ones = [one for one in checked if one.status is Status.ACCEPTED]
    files = [ReturnFile(one.read, one.agency, one.period) for one in open_ones if one.period]
    rows = rows_of(context.framework, files)
    if rows is not None:
        check_rows(run, rows, open_ones)
    for one in checked:
        one.findings.sort(key=reading_order)
    return Checked(checked)


def _as_a_file(run: Run, read: ReadReturn, seen: dict[str, str]) -> CheckedReturn:
    """Check one file by itself: batches 1 to 4, or none of them where it is to be set aside."""
    one = CheckedReturn(read, read.identity.get("agency", ""), period_of(read))
    if is_temporary(read.name):
        return _set_aside(one, Code.TEMPORARY_FILE.finding(file=read.name))
    for step in BATCHES.values():
        if step.file is None:
            break
        found = step.file(run, one)
        one.findings += found
        if has_errors(finding for finding in found if finding.code not in ABOUT_A_ROW):
            one.status = Status.REJECTED
            return one
    if read.sha256 and read.sha256 in seen:
        return _set_aside(one, Code.IDENTICAL_TO_ANOTHER.finding(file=read.name, other=seen[read.sha256]))
    if read.sha256:
        seen[read.sha256] = read.name
    return one


def _set_aside(one: CheckedReturn, finding: Finding) -> CheckedReturn:
    one.status = Status.SET_ASIDE
    one.findings = [*one.findings, finding] if finding.code is Code.IDENTICAL_TO_ANOTHER else [finding]
    return one


def check_rows(run: Run, rows: Rows, returns: Sequence[CheckedReturn]) -> None:
    """Check all rows together, and hand each return its findings and observations."""
    sound = _not_held(rows, returns)
    found: dict[tuple[int, str, Code], Fault] = {}
    for step in BATCHES.values():
        if step.rows is not None:
            _check_batch(run, step.rows, rows, sound, found)
    faults = [
        fault for fault in found.values() if sound[fault.position] or fault.code is not Code.NUMBER_STORED_AS_TEXT
    ]
    held = np.zeros(len(rows.frame), dtype=bool)
    held[[fault.position for fault in faults if fault.severity is Severity.QUERY]] = True
    held &= ~rows.frame["commented"].to_numpy()
    if held.any() or not sound.all():
        faults += older_figures(run.context, rows, sound, held)
    _add_findings(rows, faults, returns)
    for number, observation in observations_of(run.context, rows, sound, held):
        returns[number].observations.append(observation)
    _count(rows, sound, returns)
    for one in returns:
        one.status = _status(one.findings)


def _not_held(rows: Rows, returns: Sequence[CheckedReturn]) -> Array:
    """Say which rows may be taken, by what was found of each file by itself."""
    sound = np.ones(len(rows.frame), dtype=bool)
    for number, one in enumerate(returns):
        if one.held:
            of_file = np.flatnonzero(rows.frame["file"].to_numpy() == number)
            places = rows.frame.loc[of_file, ["sheet", "row"]].itertuples(index=False, name=None)
            sound[of_file] = [place not in one.held for place in places]
    if not sound.all():
        stand_again(rows, sound)
    return sound


def _check_batch(
    run: Run, check: RowsCheck, rows: Rows, sound: Array, found: dict[tuple[int, str, Code], Fault]
) -> None:
    """Add what a batch finds; again where a row has an error and an earlier return's row comes to stand for it."""
    while True:
        faults = list(check(run, rows, sound))
        for fault in faults:
            found.setdefault((fault.position, fault.part, fault.code), fault)
        errors = [fault.position for fault in faults if fault.severity is Severity.ERROR]
        sound[errors] = False
        if not errors or not stand_again(rows, sound):
            return


def _status(findings: Iterable[Finding]) -> Status:
    severities = {finding.severity for finding in findings}
    if Severity.ERROR in severities:
        return Status.PARTLY_ACCEPTED
    return Status.ACCEPTED_WITH_QUERIES if Severity.QUERY in severities else Status.ACCEPTED


def _add_findings(rows: Rows, faults: Sequence[Fault], returns: Sequence[CheckedReturn]) -> None:
    """Turn faults into findings, each in the cell that it is about."""
    if not faults:
        return
    columns = ["file", "sheet", "figure", "value_cell", "shorthand_cell", "comment_cell", "label_cell", "commented"]
    found = rows.frame.loc[[fault.position for fault in faults], columns].to_dict("records")
    for fault, row in zip(faults, found, strict=True):
        key = rows.figures[row["figure"]]
        one = returns[row["file"]]
        finding = fault.code.finding(
            file=one.read.name,
            sheet=row["sheet"],
            cell=row[f"{fault.part}_cell"],
            item=key.item,
            category=key.category,
            severity=fault.severity,
            **{name: redacted(words) for name, words in fault.words.items()},
        )
        is_explained = fault.severity is Severity.QUERY and row["commented"]
        one.findings.append(
            replace(finding, remedy=EXPLAINED.format(cell=row["comment_cell"])) if is_explained else finding
        )


def _count(rows: Rows, sound: Array, returns: Sequence[CheckedReturn]) -> None:
    """Count what each return was asked and gave, and list what it gave that does not enter."""
    frame = rows.frame
    file, filled = frame["file"].to_numpy(), frame["filled"].to_numpy()
    is_asked = frame["counted"].to_numpy() & (~frame["spare"].to_numpy() | filled)
    asked = np.bincount(file[is_asked], minlength=len(returns))
    given = np.bincount(file[is_asked & filled], minlength=len(returns))
    for number, one in enumerate(returns):
        one.asked, one.given = int(asked[number]), int(given[number])
    figure = frame["figure"].to_numpy()
    for position in np.flatnonzero(filled & ~sound):
        one = returns[file[position]]
        key = rows.figures[figure[position]]
        one.untaken.append((key.item, key.category, one.agency, key.period))
