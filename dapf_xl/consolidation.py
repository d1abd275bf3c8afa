"""What the ledger says of a round: which figure counts for each key, who returned, what is missing and why."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from dapf_xl.findings import Severity, reading_order
from dapf_xl.ledger import latest
from dapf_xl.observations import Observation, published

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dapf_xl.catalogue import Asked, Framework
    from dapf_xl.findings import Finding
    from dapf_xl.ledger import Ledger, Received
    from dapf_xl.periods import Period
    from dapf_xl.returns.layout import Figure

NOT_RETURNED = "Not returned"
REPLACED = "Replaced"
TAKEN = ("Accepted", "Accepted with queries", "Partly accepted")
"""Statuses of a return from which figures enter."""


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
    warnings: int


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

    @property
    def not_returned(self) -> tuple[Submission, ...]:
        """The agencies from which nothing came."""
        return tuple(each for each in self.submissions if each.status == NOT_RETURNED)

    def data(self) -> list[Observation]:
        """Return every figure, then what was asked and is missing: the rows of the sheet ``Data``."""
        gaps = [self._gap(key, reason) for key, reason in self.missing.items()]
        order = {item: number for number, item in enumerate(self.framework.items)}
        return sorted(
            [*self.figures.values(), *gaps],
            key=lambda each: (order[each.item], each.period, each.category, each.supplier),
        )

    def _gap(self, key: Figure, reason: str) -> Observation:
        if key in self.held:
            return replace(self.held[key], status=reason)
        item, category, supplier, period = key
        return Observation(item, category, supplier, period, status=reason)


def known_figures(framework: Framework, ledger: Ledger | None, period: Period) -> dict[Figure, Observation]:
    """Return every figure known before a round is filled: the catalogue's history, then earlier rounds.

    A published figure that this round asks for does not count: it is to come by return.
    """
    asked = {(each.item.id, each.category, each.supplier, each.period) for each in framework.asked(period)}
    history = [each for each in published(framework) if each.key not in asked]
    return latest([*history, *(ledger.observations(period) if ledger else [])])


def consolidate(framework: Framework, period: Period, ledger: Ledger) -> Round:
    """Return the round of a quarter, as the ledger has it now."""
    figures = known_figures(framework, ledger, period)
    everything = latest(ledger.observations(period), held=True)
    held = {key: each for key, each in everything.items() if each.status == "held"}
    files = _replaced(ledger.received(period))
    findings = tuple(sorted(ledger.findings(each.id for each in files if each.status != REPLACED), key=reading_order))
    submissions = _submissions(framework, period, files, findings)
    untaken = ledger.untaken(each.id for each in files if each.status != REPLACED)
    missing = _missing(framework, period, figures, held, untaken, submissions)
    return Round(framework, period, figures, missing, held, submissions, findings, files)


def _replaced(files: list[Received]) -> tuple[Received, ...]:
    """Return the files, those marked as replaced for which the agency sent another of the same name later."""
    last = {(each.agency, each.file): each.id for each in files}
    return tuple(
        each if last[each.agency, each.file] == each.id else replace(each, status=REPLACED, reason="a later file of the same name")
        for each in files
    )


def _submissions(
    framework: Framework, period: Period, files: tuple[Received, ...], findings: tuple[Finding, ...]
) -> tuple[Submission, ...]:
    counts = Counter((finding.file, finding.severity) for finding in findings)
    asked = Counter(each.supplier for each in framework.asked(period))
    by_agency: dict[str, list[Received]] = {}
    for file in files:
        by_agency.setdefault(file.agency, []).append(file)
    rows = []
    for agency in [*framework.agencies, *(other for other in by_agency if other not in framework.agencies)]:
        name = framework.agencies[agency].name if agency in framework.agencies else agency or "unknown"
        for file in by_agency.get(agency, ()):
            severities = [counts[file.file, severity] for severity in (Severity.ERROR, Severity.QUERY, Severity.WARNING)]
            rows.append(
                Submission(
                    agency, name, file.status, file.reason, file.file, file.sha256, file.saved, file.received_at,
                    file.asked, file.given, *severities,
                )
            )  # fmt: skip
        if agency not in by_agency and asked[agency]:
            rows.append(Submission(agency, name, NOT_RETURNED, "", "", "", "", "", asked[agency], 0, 0, 0, 0))
    return tuple(rows)


def _missing(  # noqa: PLR0913  (each is a reason why a figure can be missing)
    framework: Framework,
    period: Period,
    figures: Mapping[Figure, Observation],
    held: Mapping[Figure, Observation],
    untaken: set[Figure],
    submissions: tuple[Submission, ...],
) -> dict[Figure, str]:
    statuses: dict[str, set[str]] = {}
    for each in submissions:
        statuses.setdefault(each.agency, set()).add(each.status)
    reasons: dict[Figure, str] = {}
    for each in framework.asked(period):
        key = (each.item.id, each.category, each.supplier, each.period)
        if key in figures:
            continue
        came = statuses.get(each.supplier, set())
        if key in held:
            reasons[key] = "held in query"
        elif key in untaken or (came & {"Rejected"} and not came & set(TAKEN)):
            reasons[key] = "rejected"
        else:
            reasons[key] = "not received"
    return reasons
