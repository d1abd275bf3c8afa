"""What an agency is told of its return: findings grouped, worst first, and the words around them (pure)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from dapf_xl.findings import Batch, Code, Severity, Standing, reading_order
from dapf_xl.returns.layout import ENTRY_TABLES
from dapf_xl.rules import Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dapf_xl.findings import Finding

FOR_THE_LEAD = frozenset(
    {
        Code.AGENCY_UNKNOWN,
        Code.AMENDED,
        Code.AMENDMENT_REPLACED,
        Code.CATALOGUE_CHANGED,
        Code.CATALOGUE_NEWER,
        Code.CATALOGUE_OLDER,
        Code.DIFFERS_FROM_AMENDMENT,
        Code.DIFFERS_FROM_IMPORTED,
        Code.EXPLANATION_REPEATED,
        Code.IDENTITY_DAMAGED,
        Code.IDENTITY_FORGED,
        Code.IDENTITY_NOT_VERIFIED,
        Code.IDENTITY_PASTED,
        Code.LABEL_UNKNOWN,
        Code.NAMED_AS_A_COPY,
        Code.NAMED_FOR_ANOTHER,
        Code.NOT_ISSUED_HERE,
        Code.OTHER_FRAMEWORK,
        Code.REPLACED_BY_ANOTHER,
        Code.RETURN_SUPERSEDED,
        Code.WAIVER_EXPIRED,
    }
)
"""Findings that the performance lead settles, whatever stands in the return."""

MARK = "To put right (dapf)"
"""First line of every note that is written here, by which it is known again."""
SHAPES = {Severity.ERROR: "■", Severity.QUERY: "▲", Severity.WARNING: "○"}
_PLURAL = {Severity.ERROR: "errors", Severity.QUERY: "queries", Severity.WARNING: "warnings"}
_RANKS = {severity: rank for rank, severity in enumerate(Severity)}
_TOLD = 5
"""Cells of a group whose words are told one by one; the others have theirs in their notes."""
_RUN = 4
"""Cells below each other from which the first and last are named alone."""

_ADDRESS = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})")
_PARTICULARS = re.compile(r'"[^"]*"|\b[A-Z]{1,3}[1-9]\d{0,6}\b|\d[\d,.]*\d|\d|\[\w+\]')
"""What differs between findings that say the same: quotes, cells, numbers, shorthands."""


class Place(NamedTuple):
    """A cell of a sheet."""

    sheet: str
    cell: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the list: the same thing, wherever it happened on a sheet."""

    severity: Severity
    sheet: str
    cells: tuple[str, ...]
    """In reading order; none where it is about the sheet or the file."""
    told: tuple[str, ...]
    """What happened: once, or cell by cell where the words differ."""
    remedies: tuple[str, ...]

    @property
    def happened(self) -> str:
        """What happened, in lines."""
        return "\n".join(self.told)

    @property
    def to_do(self) -> str:
        """What to do, in lines."""
        return "\n".join(self.remedies)

    @property
    def where(self) -> str:
        """The sheet and all cells: ``Return: H14, H17, H22``."""
        if not self.sheet:
            return "The file"
        return f"{self.sheet}: {cells_in_words(self.cells)}" if self.cells else f"The sheet {self.sheet}"


def grouped(findings: Iterable[Finding], sheets: Sequence[str] = ()) -> list[Entry]:
    """Return the list of a return: of each group of ``alike`` what it says."""
    return [entry_of(group) for group in alike(findings, sheets)]


def alike(findings: Iterable[Finding], sheets: Sequence[str] = ()) -> list[list[Finding]]:
    """Return findings in groups: worst first, then as the return is read, the same thing in many cells as one group.

    Args:
        findings: Of one return, in any order.
        sheets: Names of the return's sheets in the order of its tabs.
    """
    tabs = {name: number for number, name in enumerate(sheets)}
    groups: dict[tuple[object, ...], list[Finding]] = {}
    for each in sorted(findings, key=reading_order):
        key = (each.severity, each.code, each.sheet, bool(each.cell), _PARTICULARS.sub("#", each.remedy))
        groups.setdefault(key, []).append(each)
    return sorted(
        groups.values(),
        key=lambda group: (
            _RANKS[group[0].severity],
            tabs.get(group[0].sheet, len(tabs) if group[0].sheet else -1),
            reading_order(group[0])[2:],
        ),
    )


def entry_of(group: Sequence[Finding], elsewhere: str = "the note on each cell") -> Entry:
    """Return what a group says.

    Args:
        group: Findings that are alike.
        elsewhere: What says of every cell what is said here of some alone.
    """
    first = group[0]
    cells = tuple(dict.fromkeys(each.cell for each in group if each.cell))
    return Entry(first.severity, first.sheet, cells, _told(group, elsewhere), _remedies(group, elsewhere))


def _told(group: Sequence[Finding], elsewhere: str) -> tuple[str, ...]:
    messages = tuple(dict.fromkeys(each.message for each in group))
    if len(messages) == 1:
        return messages
    told = [f"{each.cell}: {each.message}" if each.cell else each.message for each in group[:_TOLD]]
    rest = len(group) - len(told)
    return (*told, *([f"And {rest} more: {elsewhere} says what."] if rest else ()))


def _remedies(group: Sequence[Finding], elsewhere: str) -> tuple[str, ...]:
    remedies = tuple(dict.fromkeys(each.remedy for each in group))
    if len(remedies) == 1:
        return remedies
    if not group[0].cell:
        return remedies[:_TOLD]
    return f"{group[0].cell}: {remedies[0]}", f"Likewise for the others; {elsewhere} says it."


def is_for_lead(finding: Finding) -> bool:
    """Say whether an agency can do nothing about a finding: it never could, explained it, or it was waived."""
    return finding.code in FOR_THE_LEAD or finding.status in {Standing.ANSWERED, Standing.WAIVED}


def cells_in_words(cells: Iterable[str]) -> str:
    """Return cells as they are named in a list: ``H14, H17, J3 to J9``."""
    columns: dict[str, list[int]] = {}
    others = []
    for cell in cells:
        match = _ADDRESS.fullmatch(cell)
        if match:
            columns.setdefault(match[1], []).append(int(match[2]))
        else:
            others.append(cell)
    words = [f"{column}{part}" for column, rows in columns.items() for part in _runs(column, sorted(set(rows)))]
    return ", ".join((*words, *others))


def _runs(column: str, rows: Sequence[int]) -> list[str]:
    parts: list[str] = []
    begin = 0
    for number in range(1, len(rows) + 1):
        if number < len(rows) and rows[number] == rows[number - 1] + 1:
            continue
        run = rows[begin:number]
        parts += [f"{run[0]} to {column}{run[-1]}"] if len(run) >= _RUN else map(str, run)
        begin = number
    return parts


# --- notes ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Mark:
    """What is marked in a cell: how much it weighs, and the note on it."""

    severity: Severity
    note: str


def marks_of(findings: Iterable[Finding]) -> dict[Place, Mark]:
    """Return what each cell with a finding is marked with, by the cell in which a person sees it."""
    at: dict[Place, list[Finding]] = {}
    for each in sorted(findings, key=lambda each: (_RANKS[each.severity], reading_order(each))):
        place = place_of(each)
        if place:
            at.setdefault(place, []).append(each)
    return {place: Mark(group[0].severity, _note(group)) for place, group in at.items()}


def place_of(finding: Finding) -> Place | None:
    """Return the cell to look at: the finding's own, or the first of its row where that is in a hidden column."""
    if not (finding.sheet and _ADDRESS.fullmatch(finding.cell)):
        return None
    return seen(Place(finding.sheet, finding.cell))


def seen(place: Place) -> Place:
    """Return a cell, or the first of its row where it is one of those behind the table that are hidden."""
    table = ENTRY_TABLES.get(place.sheet)
    column, row = re.split(r"(?=\d)", place.cell, maxsplit=1)
    is_hidden = table is not None and len(column) == 1 and ord(column) - ord("A") in table.hidden()
    return Place(place.sheet, f"A{row}") if is_hidden else place


def _note(group: Sequence[Finding]) -> str:
    texts = [f"{named(each.severity)}. {each.message}\n{each.remedy}" for each in group]
    return "\n\n".join((MARK, *dict.fromkeys(texts)))


def named(severity: Severity) -> str:
    """Return a severity with its shape: ``■ Error``."""
    return f"{SHAPES[severity]} {severity.capitalize()}"


def counts(findings: Iterable[Finding]) -> str:
    """Return how many there are of each severity: ``2 errors, 1 query``."""
    found = [each.severity for each in findings]
    tally = {severity: found.count(severity) for severity in Severity}
    words = [f"{count} {severity if count == 1 else _PLURAL[severity]}" for severity, count in tally.items() if count]
    return ", ".join(words)


# --- what it says above the list --------------------------------------------------------------------


_MEANINGS = {
    Status.REJECTED: "Nothing was taken from it.",
    Status.PARTLY_ACCEPTED: "What is an error was not taken; the rest was.",
    Status.ACCEPTED_WITH_QUERIES: "A figure with a query is taken once the comment beside it explains it.",
    Status.ACCEPTED: "Everything was taken.",
}


def outcome(findings: Sequence[Finding], status: Status) -> str:
    """Return what became of a return, in a line; what was waived weighs nothing."""
    weighing = counts(each for each in findings if not each.is_waived)
    return f"{': '.join(filter(None, (status, weighing)))}. {_MEANINGS.get(status, '')}".strip()


def steps(entries: Sequence[Entry], *, is_marked: bool, is_list_alone: bool) -> list[str]:
    """Return what to do next, a plain sentence each.

    Args:
        entries: What the agency is to put right.
        is_marked: Whether cells are marked.
        is_list_alone: Whether the list stands alone, since the return could not be opened.
    """
    if not entries:
        return ["Nothing for you to do: the performance lead settles what is listed."]
    if is_list_alone:
        return [
            "Do what the list says.",
            "Then send the return itself. This file holds the list alone; do not return it.",
        ]
    look = "Each marked cell has a frame and a note; a blue cell under Go to leads there."
    return [
        f"Go through the list from the top. {look}" if is_marked else "Go through the list from the top.",
        "Correct the cells, or explain in the comment beside them where the list says so.",
        "Save this same file under the name that it has and send it back. This sheet may stay: it is not read.",
    ]


def is_of_file(findings: Iterable[Finding]) -> bool:
    """Say whether the file itself is what is wrong, so that it can be neither opened nor marked."""
    return any(each.code.batch is Batch.FILE and each.severity is Severity.ERROR for each in findings)
