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

from dapf_xl.findings import Batch, Code, Finding, Severity, Standing, has_errors, reading_order
from dapf_xl.personal_data import redacted
from dapf_xl.rules.dates import check_dates, check_day_numbers
from dapf_xl.rules.evidence import check_evidence
from dapf_xl.rules.explaining import repeated, unexplained
from dapf_xl.rules.fittings import check_fittings
from dapf_xl.rules.history import check_history
from dapf_xl.rules.identity import UNVERIFIED, Identity, adopted, is_temporary, names_a_copy, period_of
from dapf_xl.rules.imported import check_imported, needed
from dapf_xl.rules.labels import check_labels
from dapf_xl.rules.making import observations_of
from dapf_xl.rules.merging import check_amended, check_merged, older_figures, said_in
from dapf_xl.rules.relations import check_relations
from dapf_xl.rules.replacing import replaced_files
from dapf_xl.rules.rows import Fault, ReturnFile, rows_of, stand_again
from dapf_xl.rules.schema import RowSchemas
from dapf_xl.rules.sent import check_sent
from dapf_xl.rules.signing import check_signed, waits
from dapf_xl.rules.slipping import SLIPPED
from dapf_xl.rules.structure import Structure
from dapf_xl.rules.tampering import HOLDS_A_ROW, check_tampering
from dapf_xl.rules.text import check_asides, check_text
from dapf_xl.rules.waiving import mark_of, under_waiver

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from dapf_xl.observations import Observation
    from dapf_xl.periods import Period
    from dapf_xl.returns.layout import Figure
    from dapf_xl.returns.reading import ReadReturn
    from dapf_xl.rules.as_issued import AsIssued
    from dapf_xl.rules.context import Context
    from dapf_xl.rules.following import Moves
    from dapf_xl.rules.rows import Rows

ABOUT_A_ROW = HOLDS_A_ROW | {Code.ROW_MISSING, Code.ROW_TWICE, Code.ROW_UNKNOWN, *SLIPPED}
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
    """Id of the agency whose return it is; "" where it does not say, or nobody can say that it is true."""
    period: Period | None = None
    status: Status = Status.ACCEPTED
    findings: list[Finding] = field(default_factory=list)
    """In reading order."""
    observations: list[Observation] = field(default_factory=list)
    issued: AsIssued | None = None
    """What went out, while batches 3 and 4 compare with it."""
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
    claims: str = ""
    """The agency that it says it is from, where nothing proves that."""
    taken: str = ""
    """Who took it on the record although nothing proves whose it is, when and why."""
    annotated: Path | None = None
    """The annotated copy that was made of it."""

    @property
    def reason(self) -> str:
        """Why the status is what it is, in one line: the worst finding."""
        if self.status is Status.SET_ASIDE:
            codes = {Code.IDENTICAL_TO_ANOTHER, Code.SAYS_THE_SAME, Code.TEMPORARY_FILE}
            return next(finding.message for finding in self.findings if finding.code in codes)
        open_ones = [finding for finding in self.findings if not finding.is_waived]
        if self.status is Status.ACCEPTED or not open_ones:
            return self.taken
        worst = min(open_ones, key=lambda finding: list(Severity).index(finding.severity))
        place = f"{worst.sheet}!{worst.cell}: " if worst.cell else ""
        return " ".join(filter(None, (self.taken, f"{place}{worst.message}")))


@dataclass(slots=True)
class Checked:
    """All returns of a run after checking, in the order in which they were given."""

    returns: list[CheckedReturn]
    not_returned: tuple[str, ...] | None = None
    """Ids of the agencies that are asked in the round and sent no file; None where it was not looked at whole."""
    names: Mapping[str, str] = field(default_factory=dict)
    """Names of agencies by their ids."""

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
    yield from run.schemas.faults(Batch.TYPE, rows, _sound(rows, sound))
    yield from check_dates(rows, sound)


def _presence(run: Run, rows: Rows, sound: Array) -> Iterable[Fault]:
    faults = run.schemas.faults(Batch.PRESENCE, rows, _sound(rows, sound))
    yield from needed(run.context, rows, faults)
    yield from check_evidence(run.context, rows, sound)


def _rules(run: Run, rows: Rows, sound: Array) -> Iterable[Fault]:
    """Return what breaks a range or a relation, one finding a cell, the worst; and what is wrong with a label."""
    broken = [*run.schemas.faults(Batch.RULES, rows, _sound(rows, sound)), *check_relations(run.context, rows, sound)]
    broken += check_day_numbers(rows, sound)
    faults = [under_waiver(run.context, rows, fault) for fault in broken]
    worst: dict[int, Fault] = {}
    for fault in sorted(faults, key=lambda fault: list(Severity).index(fault.severity)):
        if not fault.waived:  # what is let pass hides nothing else that is wrong with the cell
            worst.setdefault(fault.position, fault)
    waived = [fault for fault in faults if fault.waived]
    return [*waived, *worst.values(), *check_labels(run.context, rows, sound)]


def _history(run: Run, rows: Rows, sound: Array) -> Iterable[Fault]:
    return check_history(run.context, rows, sound)


def _across(run: Run, rows: Rows, sound: Array) -> Iterable[Fault]:
    checks = (check_merged, check_amended, check_imported, check_sent)
    return [fault for check in checks for fault in check(run.context, rows, sound)]


def _sign_off(run: Run, one: CheckedReturn) -> Iterable[Finding]:
    return check_signed(run.context, one.read, one.period) if one.period and one.read.sign_off else ()


def _beside_the_cells(_: Run, one: CheckedReturn) -> Iterable[Finding]:
    return check_asides(one.read)


def _text(run: Run, rows: Rows, _: Array) -> Iterable[Fault]:
    return check_text(run.context.framework, rows)


def _sound(rows: Rows, sound: Array) -> Any:  # noqa: ANN401  (a frame)
    """Return the rows without an error so far: of the others, nothing more can be said."""
    return rows.frame if sound.all() else rows.frame[sound]


RowsCheck: TypeAlias = "Callable[[Run, Rows, Array], Iterable[Fault]]"


class Step(NamedTuple):
    """A batch: how it is checked, one file at a time, all rows together, or each return once its rows were."""

    file: Callable[[Run, CheckedReturn], list[Finding]] | None = None
    rows: RowsCheck | None = None
    whole: Callable[[Run, CheckedReturn], Iterable[Finding]] | None = None


BATCHES: dict[Batch, Step] = {
    Batch.FILE: Step(file=_file),
    Batch.IDENTITY: Step(file=_identity),
    Batch.STRUCTURE: Step(file=_structure),
    Batch.TAMPERING: Step(file=_tampering),
    Batch.TYPE: Step(rows=_types),
    Batch.PRESENCE: Step(rows=_presence),
    Batch.RULES: Step(rows=_rules),
    Batch.HISTORY: Step(rows=_history),
    Batch.ACROSS_RETURNS: Step(rows=_across),
    Batch.TEXT: Step(rows=_text, whole=_beside_the_cells),
    Batch.SIGN_OFF: Step(whole=_sign_off),
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
    by_file = {id(read): _as_a_file(run, read, seen) for read in sorted(returns, key=names_a_copy)}
    checked = [by_file[id(read)] for read in returns]
    open_ones = [one for one in checked if one.status is Status.ACCEPTED]
    _set_copies_aside(open_ones)
    open_ones = [one for one in open_ones if one.status is Status.ACCEPTED]
    replaced = replaced_files(context, open_ones)
    files = [
        ReturnFile(one.read, one.agency, one.period, replaced.get(one.read.sha256, {}))
        for one in open_ones
        if one.period
    ]
    rows = rows_of(context.framework, files)
    if rows is not None:
        check_rows(run, rows, open_ones)
    for one in checked:
        one.findings.sort(key=reading_order)
    return Checked(checked, names={each.id: each.name for each in context.framework.agencies.values()})


def _as_a_file(run: Run, read: ReadReturn, seen: dict[str, str]) -> CheckedReturn:
    """Check one file by itself: batches 1 to 4, or none of them where it is to be set aside."""
    one = CheckedReturn(read, read.identity.get("agency", ""), period_of(read))
    if is_temporary(read.name):
        return _set_aside(one, Code.TEMPORARY_FILE.finding(file=read.name))
    ruling = run.context.taken_files.get(read.sha256)
    if ruling is not None:
        read, passed = adopted(run.context, run.identity, read, ruling)
        one = CheckedReturn(read, read.identity.get("agency", ""), taken=ruling.words if passed else "")
        one.period, one.findings = period_of(read), passed
    for step in BATCHES.values():
        if step.file is None:
            break
        found = step.file(run, one)
        one.findings += found
        if has_errors(finding for finding in found if finding.code not in ABOUT_A_ROW):
            one.status = Status.REJECTED
            if any(finding.code in UNVERIFIED and not finding.is_waived for finding in one.findings):
                one.agency, one.claims = "", one.agency
            return one
    one.issued = None  # nothing after batch 4 asks for it, and there is much of it
    if read.sha256 and read.sha256 in seen:
        return _set_aside(one, Code.IDENTICAL_TO_ANOTHER.finding(file=read.name, other=seen[read.sha256]))
    if read.sha256:
        seen[read.sha256] = read.name
    return one


def _set_aside(one: CheckedReturn, finding: Finding) -> CheckedReturn:
    one.status = Status.SET_ASIDE
    one.findings = [finding] if finding.code is Code.TEMPORARY_FILE else [*one.findings, finding]
    return one


def _set_copies_aside(returns: Iterable[CheckedReturn]) -> None:
    """Set a return aside where an earlier one of the agency says the same cell for cell, as one that was saved anew."""
    groups: dict[tuple[str, Period | None], list[CheckedReturn]] = {}
    for one in returns:
        groups.setdefault((one.agency, one.period), []).append(one)
    for some in groups.values():
        seen: dict[tuple[object, ...], CheckedReturn] = {}
        for one in sorted(some, key=lambda one: one.read.saved) if len(some) > 1 else ():
            first = seen.setdefault(said_in(one.read), one)
            if first is not one:
                _set_aside(one, Code.SAYS_THE_SAME.finding(file=one.read.name, other=first.read.name))


def check_rows(run: Run, rows: Rows, returns: Sequence[CheckedReturn]) -> None:
    """Check all rows together, and hand each return its findings and observations."""
    sound = _not_held(rows, returns)
    found: dict[tuple[int, str, Code, int], Fault] = {}
    for step in BATCHES.values():
        if step.rows is not None:
            _check_batch(run, step.rows, rows, sound, found)
    faults = [
        fault for fault in found.values() if sound[fault.position] or fault.code is not Code.NUMBER_STORED_AS_TEXT
    ]
    commented = rows.frame["commented"].to_numpy()
    queried = [fault for fault in faults if fault.severity is Severity.QUERY and not fault.waived]
    held = _held(run, rows, [each for each in queried if not (commented[each.position] or each.answered)], returns)
    faults += repeated(run.context, rows, [fault for fault in queried if commented[fault.position]])
    if held.any() or not sound.all():
        faults += older_figures(run.context, rows, sound, held)
    _add_findings(run.context, rows, faults, returns)
    replaced = np.zeros(len(rows.frame), dtype=bool)
    replaced[[fault.position for fault in faults if fault.code is Code.REPLACED_BY_ANOTHER]] = True
    for number, observation in observations_of(run.context, rows, sound, held, replaced):
        returns[number].observations.append(observation)
    _count(rows, sound, returns)
    for one in returns:
        one.findings += [
            finding for step in BATCHES.values() if step.whole is not None for finding in step.whole(run, one)
        ]
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


def _held(run: Run, rows: Rows, unanswered: Iterable[Fault], returns: Sequence[CheckedReturn]) -> Array:
    """Say which rows wait: for a comment that answers a query, or for the signature of their return."""
    held = np.zeros(len(rows.frame), dtype=bool)
    for fault in unanswered:
        held[[fault.position, *fault.also]] = True
    for number, one in enumerate(returns):
        if waits(run.context, one.read):
            held |= (rows.frame["file"] == number).to_numpy()
    return held


def _check_batch(
    run: Run, check: RowsCheck, rows: Rows, sound: Array, found: dict[tuple[int, str, Code, int], Fault]
) -> None:
    """Add what a batch finds; again where a row has an error and an earlier return's row comes to stand for it."""
    while True:
        faults = [under_waiver(run.context, rows, fault) for fault in check(run, rows, sound)]
        for fault in faults:
            waiver = fault.waiver.number if fault.waiver and fault.waived else 0
            found.setdefault((fault.position, fault.part, fault.code, waiver), fault)
        errors = [position for fault in faults if fault.is_error for position in (fault.position, *fault.also)]
        sound[errors] = False
        if not errors or not stand_again(rows, sound):
            return


def _status(findings: Iterable[Finding]) -> Status:
    severities = {finding.severity for finding in findings if not finding.is_waived}
    if Severity.ERROR in severities:
        return Status.PARTLY_ACCEPTED
    return Status.ACCEPTED_WITH_QUERIES if Severity.QUERY in severities else Status.ACCEPTED


def _add_findings(context: Context, rows: Rows, faults: Sequence[Fault], returns: Sequence[CheckedReturn]) -> None:
    """Turn faults into findings, each in the cell that it is about, with where it stands."""
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
        one.findings.append(_standing(context, rows, fault, row, finding))


def _standing(context: Context, rows: Rows, fault: Fault, row: Mapping[Any, Any], finding: Finding) -> Finding:
    """Return a finding with where it stands, and with what is still to be done about it."""
    file = rows.files[row["file"]]
    mark = mark_of(context, rows, fault) if fault.code.may_be_waived(fault.severity) else ""
    about = replace(finding, agency=file.agency, about=rows.figures[row["figure"]].period.label, mark=mark)
    if fault.waiver and fault.waived:
        return replace(about, status=Standing.WAIVED, remedy=f"Nothing to do. {fault.waiver.words}")
    ended = f" {fault.waiver.words} That has passed." if fault.waiver else ""
    if fault.severity is not Severity.QUERY:
        return replace(about, remedy=f"{finding.remedy}{ended}")
    answer = row["comment_cell"] if row["commented"] else fault.answered
    if answer:
        return replace(about, status=Standing.ANSWERED, remedy=EXPLAINED.format(cell=answer))
    empty = unexplained(rows, fault)
    return replace(about, status=Standing.OPEN, remedy=f"{finding.remedy}{empty}{ended}")


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
