"""What the table of the control workbook shows of each agency's return, from what the verbs give back."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from dapf_xl.consolidation import NOT_RETURNED, REPLACED, Submission
from dapf_xl.findings import Severity, Standing
from dapf_xl.ledger import TAKEN_OUT
from dapf_xl.rules.checking import Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from dapf_xl.catalogue import Framework
    from dapf_xl.cycle import OnRecord
    from dapf_xl.rules import Checked
    from dapf_xl.rules.checking import CheckedReturn
    from dapf_xl.workspace import Workspace

ISSUED = "Issued"
NOT_ISSUED = "Not issued"
NOT_KNOWN = "Not known whose"
"""Stands in place of an agency where a file does not say whose return it is."""
MARKS = {
    Status.ACCEPTED: "●",
    Status.ACCEPTED_WITH_QUERIES: "▲",
    Status.PARTLY_ACCEPTED: "▲",
    Status.REJECTED: "■",
    Status.SET_ASIDE: "○",
    REPLACED: "○",
    TAKEN_OUT: "○",
    NOT_RETURNED: "○",
    ISSUED: "○",
    NOT_ISSUED: "○",
}
"""Mark of each state, so that it is told by more than its colour."""
LONGEST_REASON = 250


class State(NamedTuple):
    """A row of the table: an agency, how its return stands, and the file to look into: the annotated copy, if any."""

    agency: str
    state: str
    errors: int | None = None
    queries: int | None = None
    first: str = ""
    """What to look at first."""
    file: Path | None = None

    @property
    def cells(self) -> list[object]:
        """What stands in the row's cells but the last, which links to the file."""
        first = self.first if len(self.first) <= LONGEST_REASON else f"{self.first[: LONGEST_REASON - 2]} …"
        marked = f"{MARKS[self.state]} {self.state}"
        return [self.agency, marked, self.errors, self.queries, first]


def of_issued(workspace: Workspace, paths: Iterable[Path]) -> list[State]:
    """Return a row for each return that was issued just now."""
    return [State(agency_or_file(workspace, path.name), ISSUED, file=path) for path in paths]


def of_checked(workspace: Workspace, checked: Checked) -> list[State]:
    """Return a row for each file that was checked, by agency, and for each agency that sent none."""
    framework = workspace.framework
    rows = [(each.agency, _of_return(framework, each)) for each in checked.returns]
    rows += [
        (agency, State(framework.agencies[agency].name, NOT_RETURNED))
        for agency in checked.not_returned or ()
        if agency
    ]
    return _in_order(framework, rows)


def of_submissions(workspace: Workspace, submissions: Sequence[Submission]) -> list[State]:
    """Return a row for each file that is on record, by agency, and for each agency that sent none."""
    return [
        State(
            each.name,
            each.status,
            each.errors if each.file else None,
            each.queries if each.file else None,
            each.reason,
            workspace.path_of(each.file) if each.file else None,
        )
        for each in submissions
    ]


def of_recorded(workspace: Workspace, recorded: OnRecord) -> list[State]:
    """Return a row for each file that is on record; an agency that sent none was issued a return, or was not."""
    states = []
    submissions = recorded.current.submissions
    for each, state in zip(submissions, of_submissions(workspace, submissions), strict=True):
        waits = ISSUED if each.agency in recorded.issued else NOT_ISSUED
        states.append(state._replace(state=waits) if each.status == NOT_RETURNED else state)
    return states


def counted(states: Iterable[State]) -> str:
    """Return how many rows have each state: ``3 accepted, 1 rejected, 2 not returned``."""
    counts: dict[str, int] = {}
    for each in states:
        counts[each.state] = counts.get(each.state, 0) + 1
    order: Mapping[str, int] = {state: number for number, state in enumerate(MARKS)}
    return ", ".join(f"{counts[state]} {state.lower()}" for state in sorted(counts, key=lambda each: order[each]))


def agency_or_file(workspace: Workspace, file: str) -> str:
    """Return whose return a file is by the name under which it was issued; its own name where that says nothing."""
    agencies = workspace.framework.agencies
    agency = next((each for each in agencies if file.startswith(f"{each}_")), "")
    return agencies[agency].name if agency else file


def _of_return(framework: Framework, each: CheckedReturn) -> State:
    errors = sum(finding.severity is Severity.ERROR and not finding.status for finding in each.findings)
    queries = sum(finding.status is Standing.OPEN for finding in each.findings)
    name = framework.agencies[each.agency].name if each.agency in framework.agencies else each.agency or NOT_KNOWN
    return State(name, str(each.status), errors, queries, each.reason, each.annotated or each.read.path)


def _in_order(framework: Framework, rows: Sequence[tuple[str, State]]) -> list[State]:
    """Return rows in the catalogue's order of agencies; what is nobody's comes last."""
    order = {agency: number for number, agency in enumerate(framework.agencies)}
    return [state for _, state in sorted(rows, key=lambda row: order.get(row[0], len(order)))]
