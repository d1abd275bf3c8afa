"""What the ledger says of a round: which figure counts for each key, who returned, what is missing and why."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import PurePath
from typing import TYPE_CHECKING

from dapf_xl import assurance
from dapf_xl.catalogue.evidence import EvidenceField
from dapf_xl.changes import FigureStories, as_revised, changes_of, revised_figures, with_reasons
from dapf_xl.decided import decided_findings
from dapf_xl.findings import Severity, Standing, reading_order
from dapf_xl.known import counting_figures, key_of, published_before
from dapf_xl.ledger import TAKEN, TAKEN_OUT, history, latest
from dapf_xl.observations import Observation
from dapf_xl.stories import story_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from dapf_xl.assurance import Task
    from dapf_xl.catalogue import Asked, Framework
    from dapf_xl.changes import Change
    from dapf_xl.comparators import ComparatorFigure
    from dapf_xl.findings import Finding
    from dapf_xl.ledger import Ledger, Received
    from dapf_xl.periods import Period
    from dapf_xl.returns.layout import Figure
    from dapf_xl.rules import Checked
    from dapf_xl.stories import Event

NOT_RETURNED = "Not returned"
REPLACED = "Replaced"
REJECTED = "Rejected"
RETURNED = frozenset({*TAKEN, REJECTED, REPLACED})
"""Statuses that say that an agency has sent a return of this round, good or bad."""


@dataclass(frozen=True, slots=True)
class Submission:
    """What came of one agency's return in a round; the table ``Submissions`` has a row for each file."""

    agency: str
    name: str
    status: str
    reason: str
    file: str
    sha256: str
    saved: str
    received_at: str
    asked: int
    given: int
    errors: int
    queries: int
    """Of them open: nothing explains them."""
    warnings: int
    answered: int = 0
    waived: int = 0


@dataclass(frozen=True)
class Round:
    """A round as the ledger has it: every figure that counts, and why the others are missing."""

    framework: Framework
    period: Period
    figures: Mapping[Figure, Observation]
    """The figure that counts for each key, history included."""
    missing: Mapping[Figure, str]
    """Of what this round asks: why there is no figure (not received, rejected, held in query)."""
    held: Mapping[Figure, Observation]
    submissions: tuple[Submission, ...]
    findings: tuple[Finding, ...]
    files: tuple[Received, ...]
    tasks: tuple[Task, ...] = ()
    """What of the quality assurance is asked for or carried over, the overdue first."""
    changes: tuple[Change, ...] = ()
    """What replaced another figure in this round, and what is new since its last master."""
    comparators: tuple[ComparatorFigure, ...] = ()
    """Figures about other areas that were imported; the catalogue's come before them."""
    beside: Mapping[Figure, tuple[Observation, ...]] = field(default_factory=dict)
    """Figures that count beside the one of the same key: what was written in spare rows, and is that category."""
    story: tuple[Event, ...] = ()
    """What happened with each agency's return, in time order."""

    @cached_property
    def asked(self) -> tuple[Asked, ...]:
        """What the round asks of everybody."""
        return self.framework.asked(self.period)

    @cached_property
    def figures_of(self) -> dict[tuple[str, str, Period], list[Observation]]:
        """The figures that count, by item, category and period, whoever supplied them."""
        grouped: dict[tuple[str, str, Period], list[Observation]] = {}
        for each in self.figures.values():
            grouped.setdefault((each.item, each.category, each.period), []).append(each)
        return grouped

    @cached_property
    def missing_of(self) -> dict[tuple[str, Period], list[tuple[str, str]]]:
        """Category and agency of every figure that is missing, by item and period."""
        grouped: dict[tuple[str, Period], list[tuple[str, str]]] = {}
        for item, category, supplier, period in self.missing:
            grouped.setdefault((item, period), []).append((category, supplier))
        return grouped

    @property
    def observations(self) -> list[Observation]:
        """Every figure that counts, each from its own cell."""
        return [*self.figures.values(), *(each for some in self.beside.values() for each in some)]

    def all_of(self, key: Figure) -> tuple[Observation, ...]:
        """Return the figures that count for a key: none, one or, with those of spare rows, several."""
        own = (self.figures[key],) if key in self.figures else ()
        return (*own, *self.beside.get(key, ()))

    @cached_property
    def _written(self) -> dict[tuple[str, Period], dict[str, str]]:
        """What was written in the spare rows of each item and span: the category, and the label as it was written."""
        found: dict[tuple[str, Period], dict[str, str]] = {}
        is_unprinted = self.framework.open_rows.is_unprinted
        for each in self.figures.values():
            if is_unprinted(each.item, each.category):
                found.setdefault((each.item, each.period), {}).setdefault(each.category, each.label)
        for item, category, supplier, span in self.missing:
            if is_unprinted(item, category):
                held = self.held.get((item, category, supplier, span))
                label = held.label if held else ""
                found.setdefault((item, span), {}).setdefault(category, label)
        return found

    def parts_of(self, item: str, span: Period) -> tuple[str, ...]:
        """Return the parts of an item in a span: those that the catalogue names, then what agencies wrote."""
        open_rows = self.framework.open_rows
        printed = [part for part in self.framework.parts_of(item) if not open_rows.is_open(item, part)]
        return (*printed, *sorted(self._written.get((item, span), {})))

    def category_label(self, item: str, category: str) -> str:
        """Return a category's label as people read it, as an agency wrote it where the catalogue has none."""
        if not self.framework.open_rows.is_unprinted(item, category):
            return self.framework.category_label(item, category)
        return self.framework.open_rows.words(item, category, self.written_label(item, category))

    def written_label(self, item: str, category: str) -> str:
        """Return what an agency wrote, as it wrote it last; "" where nothing was written."""
        spans = sorted((span for of, span in self._written if of == item), key=lambda span: span.last_day, reverse=True)
        return next((found for span in spans if (found := self._written[item, span].get(category))), "")

    @property
    def not_returned(self) -> tuple[Submission, ...]:
        """The agencies from which nothing came."""
        return tuple(each for each in self.submissions if each.status == NOT_RETURNED)

    def data(self) -> list[Observation]:
        """Return every figure and what was asked and is missing: the rows of the sheet ``Data``.

        Figures of items that the catalogue no longer has come last.
        """
        gaps = [self._gap(key, reason) for key, reason in self.missing.items()]
        order = {item: number for number, item in enumerate(self.framework.items)}
        return sorted(
            [*self.observations, *gaps],
            key=lambda each: (order.get(each.item, len(order)), each.item, each.period, each.category, each.supplier),
        )

    def _gap(self, key: Figure, reason: str) -> Observation:
        if key in self.held:  # its value is with the findings alone: nobody's sum over Data may take it
            return replace(self.held[key], value=None, lower=None, upper=None, text="", status=reason)
        item, category, supplier, period = key
        return Observation(item, category, supplier, period, status=reason)


def consolidate(framework: Framework, period: Period, ledger: Ledger) -> Round:
    """Return the round of a quarter, as the ledger has it now."""
    replacing = ledger.replacing()
    standing = ledger.entered(period)
    received = [each.observation for each in with_reasons(standing, replacing)]
    entered = with_reasons(history(ledger, period, standing), replacing)
    stories = FigureStories(framework, period, latest(published_before(framework, period)), entered)
    revised = revised_figures(stories)
    known = {
        key: as_revised(each, revised[key]) if key in revised else each
        for key, each in counting_figures(framework, period, received).items()
    }
    held = {key: each for key, each in latest(received, held=True).items() if each.status == "held"}
    files = _listed(ledger.received(period))
    present = [each.id for each in files if each.status not in {REPLACED, TAKEN_OUT}]
    found = ledger.findings(present)
    figures, beside = under_their_labels(framework, known)
    given = decided_findings(framework, period, known, ledger)
    findings = tuple(sorted((*given, *(each for some in found.values() for each in some)), key=reading_order))
    senders = _senders(framework, files, ledger.agencies_by_file(period))
    tasks = assurance.tasks_of(framework, period, figures, ledger)
    figures_asked = (each for each in framework.asked(period) if not isinstance(each.item, EvidenceField))
    asked = Counter(each.supplier for each in figures_asked if not each.is_open)
    asked.update(assurance.count_by_agency(tasks))
    submissions = tuple(_submissions(framework, asked, files, senders, found))
    missing = _missing(framework.asked(period), submissions, known, held, ledger.untaken(present))
    missing = {_moved(framework, key, held): reason for key, reason in missing.items()}
    held = {_moved(framework, key, held): _labelled(framework, each) for key, each in held.items()}
    compared = tuple(ledger.compared(period))
    story = story_of(framework, period, ledger, senders)
    changes = changes_of(stories, ledger.amendments(period), ledger.known_to_master(period))
    return Round(
        framework, period, figures, missing, held, submissions, findings, files, tasks, changes, compared, beside,
        story,
    )  # fmt: skip


def under_their_labels(
    framework: Framework, figures: dict[Figure, Observation]
) -> tuple[dict[Figure, Observation], dict[Figure, tuple[Observation, ...]]]:
    """Return the figures with those of spare rows under what was written there, and what else has the same key.

    The number of a spare row says nothing, so nothing is ever looked up by it from here on.
    """
    filed = {key: each for key, each in figures.items() if not each.label}
    beside: dict[Figure, list[Observation]] = {}
    for each in figures.values():
        if each.label:
            moved = _labelled(framework, each)
            if filed.setdefault(moved.key, moved) is not moved:
                beside.setdefault(moved.key, []).append(moved)
    return filed, {key: tuple(some) for key, some in beside.items()}


def _labelled(framework: Framework, each: Observation) -> Observation:
    return replace(each, category=framework.open_rows.counted_as(each.item, each.category, each.label))


def _moved(framework: Framework, key: Figure, held: Mapping[Figure, Observation]) -> Figure:
    """Return the key of a figure that is missing, under its label where one was written."""
    return _labelled(framework, held[key]).key if key in held else key


def _listed(files: list[Received]) -> tuple[Received, ...]:
    """Return the files that a round lists, each with what became of it.

    A file that a later one of the same name overwrote is marked as replaced: its figures count where the
    later one gives none. Of a file that never brought a figure nothing is said once it is overwritten or
    taken out; nor of one that was taken out and lies there under another name.
    """
    last = {each.place: each.id for each in files}
    says = {each.id: each.said for each in files}
    there = {each.sha256 for each in files if each.status != TAKEN_OUT and last[each.place] == each.id}
    listed = []
    for each in files:
        if each.status == TAKEN_OUT:
            if each.given and each.sha256 not in there:
                listed.append(each)
        elif last[each.place] == each.id:
            listed.append(each)
        elif each.status in TAKEN:
            same = ", which says the same" if each.said and says[last[each.place]] == each.said else ""
            listed.append(replace(each, status=REPLACED, reason=f"a later file of the same name{same}"))
    return tuple(listed)


def _senders(framework: Framework, files: Iterable[Received], issued: Mapping[str, str]) -> dict[int, str]:
    """Return the agency of each file; of one that says none, the one whose return bears that name.

    One that says whose it is, and cannot be verified, is nobody's: neither what it says nor its name proves anything.
    """
    by_stem = {PurePath(name).stem: agency for name, agency in issued.items()}
    return {
        each.id: each.agency
        if each.agency in framework.agencies or each.claims
        else by_stem.get(PurePath(each.file).stem, each.agency)
        for each in files
    }


def _submissions(
    framework: Framework,
    asked: Mapping[str, int],
    files: tuple[Received, ...],
    senders: Mapping[int, str],
    found: Mapping[int, list[Finding]],
) -> Iterable[Submission]:
    """Yield a row for every file, by agency, and one for every agency that was asked and returned nothing."""
    by_agency: dict[str, list[Received]] = {}
    for file in files:
        by_agency.setdefault(senders[file.id], []).append(file)
    for agency in [*framework.agencies, *(other for other in by_agency if other not in framework.agencies)]:
        name = framework.agencies[agency].name if agency in framework.agencies else agency or "unknown"
        sent = by_agency.get(agency, [])
        for file in sent:
            row = _submission(agency, _unverified(framework, file) or name, file, found.get(file.id, []))
            yield row if row.asked else replace(row, asked=asked.get(agency, 0))  # a rejected one was not read so far
        if asked.get(agency) and not any(file.status in RETURNED for file in sent):
            yield Submission(agency, name, NOT_RETURNED, "", "", "", "", "", asked[agency], 0, 0, 0, 0)


def _unverified(framework: Framework, file: Received) -> str:
    """Return what a file that cannot be verified says it is; "" of any other."""
    if not file.claims:
        return ""
    known = framework.agencies.get(file.claims)
    return f"Unverified: says it is from {known.name if known else file.claims}"


def _submission(agency: str, name: str, file: Received, findings: Iterable[Finding]) -> Submission:
    findings = list(findings)
    counts = Counter(finding.severity for finding in findings if not finding.status)
    standing = Counter(finding.status for finding in findings)
    return Submission(
        agency, name, file.status, file.reason, file.file, file.sha256, file.saved, file.received_at, file.asked,
        file.given, counts[Severity.ERROR], standing[Standing.OPEN], counts[Severity.WARNING],
        standing[Standing.ANSWERED], standing[Standing.WAIVED],
    )  # fmt: skip


def _missing(
    asked: Iterable[Asked],
    submissions: Iterable[Submission],
    figures: Mapping[Figure, Observation],
    held: Mapping[Figure, Observation],
    untaken: set[Figure],
) -> dict[Figure, str]:
    """Return why there is no figure, for every figure that was asked and is not there."""
    statuses: dict[str, set[str]] = {}
    for each in submissions:
        statuses.setdefault(each.agency, set()).add(each.status)
    reasons: dict[Figure, str] = {}
    for figure in (each for each in asked if each.is_counted):
        key = key_of(figure)
        came = statuses.get(key[2], set())
        if key in figures or (figure.is_open and key not in held and key not in untaken):
            continue  # (nobody has to use a spare row)
        if key in held:
            reasons[key] = "held in query"
        elif key in untaken or (REJECTED in came and not came & set(TAKEN)):
            reasons[key] = "rejected"
        else:
            reasons[key] = "not received"
    return reasons


def not_returned(framework: Framework, ledger: Ledger, period: Period, checked: Checked) -> tuple[str, ...]:
    """Return the agencies that a round asks and of which none of its files is, by what it says or by its name."""
    by_stem = {PurePath(name).stem: agency for name, agency in ledger.agencies_by_file(period).items()}
    came = {each.agency or by_stem.get(each.read.path.stem, "") for each in checked.returns if not each.claims}
    asked = {each.supplier for each in framework.asked(period)}
    return tuple(agency for agency in framework.agencies if agency in asked - came)
