"""The verb waive: what the performance lead lets pass, by role, with a reason and an end, on the record.

A finding is waived for what was found, never for a cell. A file is taken as an agency's where nothing proves whose it
is, or is said to replace another. Nothing of it changes a file, and the master must be made again before it is sent.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dapf_xl.contexts import context_of, read_all
from dapf_xl.findings import NothingToReadError, PeriodError, WaiveError
from dapf_xl.keeping import RECEIVED
from dapf_xl.ledger import REPLACES, TAKES, FileDecision
from dapf_xl.periods import Period
from dapf_xl.personal_data import kinds_in
from dapf_xl.plain import plain_date
from dapf_xl.rules import Status, check_returns
from dapf_xl.rules.identity import UNVERIFIED
from dapf_xl.rules.waiving import Ruling, Waiver, WaiverKey, today
from dapf_xl.workspace import files_in, open_workspace, quarter_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from dapf_xl.findings import Finding
    from dapf_xl.ledger import Ledger
    from dapf_xl.rules import Checked, CheckedReturn, Context
    from dapf_xl.workspace import Workspace

_DIGITS = 4
_LONG_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Waivable:
    """A finding of a round that can be waived, or is."""

    number: str
    """Four digits that stand for what was found, whatever else is found: they stay the same until that changes."""
    finding: Finding
    key: WaiverKey


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which finding is meant: its number in the list, or what it says. What is blank may be anything."""

    number: str = ""
    code: str = ""
    item: str = ""
    category: str = ""
    agency: str = ""
    about: str = ""
    found: str = ""


def waivable(folder: Path, period: str) -> list[Waivable]:
    """Return the findings of a round that can be waived or are, in reading order; nothing is recorded.

    Args:
        folder: The workspace; the returns lie in ``returns/PERIOD``.
        period: A quarter.

    Raises:
        NothingToReadError: there are no returns.
    """
    workspace, quarter = open_workspace(folder), quarter_of(period)
    with workspace.ledger() as ledger:
        return _waivable(_checked(workspace, ledger, quarter)[1])


def waive(  # noqa: PLR0913  (who, why and until when, of what)
    folder: Path,
    period: str,
    wanted: Sequence[Wanted],
    *,
    who: str,
    why: str,
    until: str = "",
    withdraw: bool = False,
) -> list[Waivable]:
    """Let findings of a round pass, or withdraw that; all of it is recorded, or nothing.

    The value counts, and the finding stays in sight, from the next consolidation on. A waiver holds for what was found:
    where the value, or a figure that it was set against, changes, the finding is back.

    Args:
        folder: The workspace.
        period: The quarter of the round.
        wanted: Which findings.
        who: The role that decides it.
        why: Why.
        until: The last period in whose rounds it holds, or the last day.
        withdraw: Whether what was waived before is taken back.

    Raises:
        WaiveError: no or several findings fit, one cannot be waived, or it is not said who, why and until when.
        PeriodError: no such quarter.
        NothingToReadError: there are no returns.
        LedgerBusyError: another process holds the ledger.
    """
    _refuse_unsaid(who, why)
    workspace, quarter = open_workspace(folder), quarter_of(period)
    end = None if withdraw else _end_of(until, quarter)
    with workspace.ledger() as ledger, ledger.transaction():
        checked = _checked(workspace, ledger, quarter)[1]
        there = _waivable(checked)
        chosen = list(dict.fromkeys(_chosen(there, each, checked) for each in wanted))
        standing = ledger.waivers()
        for each in chosen:
            if withdraw and each.key not in standing:
                raise WaiveError(f"{each.number} is not waived: there is nothing to withdraw.")
            ledger.record_waived(quarter, each.key, each.finding.message, who=who, why=why, until=end)
    return chosen


def _checked(workspace: Workspace, ledger: Ledger, quarter: Period) -> tuple[Context, Checked]:
    try:
        files = files_in(workspace.place("returns", quarter))
    except NothingToReadError as error:
        kept = workspace.place(RECEIVED, quarter)
        if not kept.is_dir():
            raise
        raise NothingToReadError(
            f"{error} Of each that was received a copy is in {kept}; put back what counts."
        ) from None
    reads = read_all(files)
    context = context_of(workspace, ledger, quarter, reads)
    return context, check_returns(context, reads)


def key_of_finding(finding: Finding) -> WaiverKey:
    """Return what a waiver of a finding is for."""
    place = (finding.item, finding.category, finding.agency, finding.about)
    return WaiverKey(finding.code.name, *place, finding.found, finding.mark)


def _waivable(checked: Checked) -> list[Waivable]:
    """Return the findings that can be waived, each once, numbered by what was found.

    A number that only counted them would mean another finding as soon as one more was found or settled.
    """
    found: dict[WaiverKey, Finding] = {}
    for each in checked.findings:
        if each.about and each.code.may_be_waived(each.severity):
            found.setdefault(key_of_finding(each), each)
    digests = {key: hashlib.sha256("\n".join(key).encode()).hexdigest() for key in found}
    numbers = {key: str(int(digest, 16))[-_DIGITS:] for key, digest in digests.items()}
    times = Counter(numbers.values())
    return [
        Waivable(numbers[key] if times[numbers[key]] == 1 else str(int(digests[key], 16))[-_LONG_DIGITS:], each, key)
        for key, each in found.items()
    ]


def _chosen(there: Sequence[Waivable], wanted: Wanted, checked: Checked) -> Waivable:
    """Return the one finding that is meant."""
    if wanted.number:
        found = [each for each in there if each.number == wanted.number]
        if not found:
            raise WaiveError(
                f"no finding that can be waived has the number {wanted.number}: a figure may have changed since the "
                "list was made. `dapf waive DIR --period P --list` lists them."
            )
        return found[0]
    if not (wanted.code and wanted.item):
        raise WaiveError("say which finding: --number, from --list, or --code and --item and what was found, --found.")
    _refuse_what_cannot_be(wanted, checked)
    fields = ("code", "item", "category", "agency", "about")
    found = [
        each
        for each in there
        if all(getattr(wanted, name) in {"", getattr(each.key, name)} for name in fields)
        and wanted.category == each.key.category
        and _is_found(wanted.found, each.key.found)
    ]
    if len(found) == 1:
        return found[0]
    figure = "/".join(filter(None, (wanted.item, wanted.category)))
    if not found:
        raise WaiveError(
            f"there is no open finding {wanted.code} of {figure} with --found {wanted.found or 'nothing'!r}: "
            "`dapf waive DIR --period P --list` lists what there is."
        )
    numbers = ", ".join(f"{each.number} ({each.key.agency}, {each.key.about})" for each in found)
    raise WaiveError(f"{len(found)} findings {wanted.code} of {figure} fit: say --number, one of {numbers}.")


def _is_found(said: str, found: str) -> bool:
    return " ".join(said.split()).replace(",", "") == " ".join(found.split()).replace(",", "")


def _refuse_what_cannot_be(wanted: Wanted, checked: Checked) -> None:
    for each in checked.findings:
        if (each.code.name, each.item, each.category) == (wanted.code, wanted.item, wanted.category):
            if not each.code.may_be_waived(each.severity):
                what = "is a warning: its value is taken already" if each.severity == "warning" else _UNUSABLE
                raise WaiveError(f"{wanted.code} {what}.")
            return


_UNUSABLE = (
    "cannot be waived: what stands in the cell cannot be used as it is. Have the return corrected, or amend the figure "
    "with `dapf amend`"
)


# --- what has to be said ----------------------------------------------------------------------


def _refuse_unsaid(who: str, why: str) -> None:
    examples = {"who": "performance lead", "why": "the IDVA manager confirmed it on the telephone"}
    for name, said in (("who", who), ("why", why)):
        if not said.strip():
            raise WaiveError(f'it must be said --{name}: for example --{name} "{examples[name]}".')
        if kinds := kinds_in(said):
            raise WaiveError(f"--{name} holds {kinds}, and it stands in the master: say it without that.")


def _end_of(until: str, quarter: Period) -> str:
    """Return until when a waiver holds, as the ledger has it."""
    if not until.strip():
        raise WaiveError(f"say until when it holds: a period, --until {quarter.label}, or a day, --until 31/01/2030.")
    try:
        end = Period.parse(until.strip()).label
    except PeriodError:
        day = plain_date(until)
        if day is None:
            raise WaiveError(f"--until {until} is neither a period nor a day: 2014-15-Q3, or 31/01/2015.") from None
        end = day.isoformat()
    if not Waiver(WaiverKey(*[""] * 7), "", "", end, "").holds(quarter, today()):
        raise WaiveError(
            f"--until {until} has passed already: it would let nothing pass in the round of {quarter.words}."
        )
    return end


# --- files ------------------------------------------------------------------------------------


def take_file(  # noqa: PLR0913  (who and why, of what)
    folder: Path, period: str, file: Path, agency: str, *, who: str, why: str, withdraw: bool = False
) -> CheckedReturn | None:
    """Take a file as an agency's return although nothing proves that it is, or withdraw that.

    For a return whose seal or record is lost. Everything else is checked as ever, its structure against what the
    catalogue asks of that agency now.

    Args:
        folder: The workspace.
        period: The quarter of the round.
        file: The file, which lies in ``returns/PERIOD``.
        agency: Id of the agency whose return it is; always said, and never another than the file says.
        who: The role that decides it.
        why: Why, for example how it is known who sent it.
        withdraw: Whether the decision is taken back.

    Returns:
        What becomes of the file; None where the decision was withdrawn.

    Raises:
        WaiveError: the file is verified, or cannot be taken for other reasons, or says that it is another agency's.
        LedgerBusyError: another process holds the ledger.
    """
    _refuse_unsaid(who, why)
    workspace, quarter = open_workspace(folder), quarter_of(period)
    if agency not in workspace.framework.agencies:
        known = ", ".join(workspace.framework.agencies)
        raise WaiveError(
            f"say whose return it is, --agency, one of {known}." if not agency else _unknown(agency, known)
        )
    with workspace.ledger() as ledger, ledger.transaction():
        context, checked = _checked(workspace, ledger, quarter)
        one = _file_in(checked, file, workspace, quarter)
        decision = FileDecision(TAKES, one.read.sha256, one.read.name, "", "", agency, withdraw, who, why, "")
        is_taken = one.read.sha256 in context.taken_files
        if withdraw:
            if not is_taken:
                raise WaiveError(f"{one.read.name} was not taken on the record: there is nothing to withdraw.")
            ledger.record_ruled(quarter, decision)
            return None
        if is_taken or not any(each.code in UNVERIFIED for each in one.findings):
            raise WaiveError(
                f"{one.read.name} needs no decision: it is {str(one.status).lower()}. {one.reason}".strip()
            )
        if one.claims and one.claims != agency:
            raise WaiveError(
                f"{one.read.name} says that it is from {one.claims}, so it is not taken as {agency}'s. Ask both."
            )
        ruling = Ruling(agency, quarter.label, who, why, today().isoformat())
        context = replace(context, taken_files={**context.taken_files, one.read.sha256: ruling})
        after = _file_in(check_returns(context, [each.read for each in checked.returns]), file, workspace, quarter)
        if after.status is Status.REJECTED:
            raise WaiveError(f"{one.read.name} cannot be taken: {after.reason}")
        ledger.record_ruled(quarter, decision)
        return after


def replace_file(  # noqa: PLR0913  (who and why, of what)
    folder: Path, period: str, file: Path, other: Path, *, who: str, why: str, withdraw: bool = False
) -> int:
    """Say that one return of an agency replaces another where the two differ, or withdraw that.

    A blank replaces nothing: what only the other gives still counts.

    Args:
        folder: The workspace.
        period: The quarter of the round.
        file: The return that is right.
        other: The one that it replaces.
        who: The role that decides it.
        why: Why.
        withdraw: Whether the decision is taken back.

    Returns:
        How many cells of the other it replaces.

    Raises:
        WaiveError: the two are not returns of one agency, or the decision is not there.
        LedgerBusyError: another process holds the ledger.
    """
    _refuse_unsaid(who, why)
    workspace, quarter = open_workspace(folder), quarter_of(period)
    with workspace.ledger() as ledger, ledger.transaction():
        checked = _checked(workspace, ledger, quarter)[1]
        one, its = (_file_in(checked, each, workspace, quarter) for each in (file, other))
        for each in (one, its):
            if each.status in {Status.REJECTED, Status.SET_ASIDE} or not each.agency:
                raise WaiveError(
                    f"{each.read.name} is {str(each.status).lower()}, so it replaces nothing. {each.reason}"
                )
        if one is its or (one.agency, one.period) != (its.agency, its.period):
            raise WaiveError(f"{one.read.name} and {its.read.name} are not two returns of one agency for one quarter.")
        stands = one.read.sha256 in ledger.replacing(quarter).get(its.read.sha256, {})
        if withdraw and not stands:
            raise WaiveError(f"{one.read.name} was not said to replace {its.read.name}: there is nothing to withdraw.")
        decision = FileDecision(
            REPLACES, one.read.sha256, one.read.name, its.read.sha256, its.read.name, one.agency, withdraw, who, why, ""
        )
        ledger.record_ruled(quarter, decision)
        after = _file_in(_checked(workspace, ledger, quarter)[1], other, workspace, quarter)
    return sum(each.code.name == "REPLACED_BY_ANOTHER" for each in after.findings)


def _unknown(agency: str, known: str) -> str:
    return f"there is no agency called {agency}: use one of {known}."


def _file_in(checked: Checked, file: Path, workspace: Workspace, quarter: Period) -> CheckedReturn:
    """Return the file of the round that is meant, by its path or by its name alone."""
    if file.is_file():
        place = file.resolve()
        found = [each for each in checked.returns if each.read.path.resolve() == place]
    else:
        found = [each for each in checked.returns if each.read.path.name == file.name]
    if len(found) != 1:
        folder = workspace.place("returns", quarter)
        what = "lies there more than once: give its path" if found else "does not lie there: put it in first"
        raise WaiveError(f"{file.name} is to be one of the files in {folder}, and {what}.")
    if not found[0].read.sha256:
        raise WaiveError(f"{file.name} cannot be read, so nothing can be decided about it.")
    return found[0]
