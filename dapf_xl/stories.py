"""What happened with each agency's return of a round, in time order: the story that ``Submissions`` tells."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from dapf_xl.findings import Severity, Standing
from dapf_xl.ledger import REPLACES, TAKEN, TAKEN_OUT
from dapf_xl.periods import words_of_date
from dapf_xl.rules.schema import label_of
from dapf_xl.rules.waiving import Ruling, Waiver

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from dapf_xl.catalogue import Framework
    from dapf_xl.findings import Finding
    from dapf_xl.ledger import FileDecision, Ledger, Received, WaiverRecord
    from dapf_xl.periods import Period


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened with an agency's return."""

    agency: str
    """Id of the agency; "" of a file that is nobody's."""
    name: str
    at: str
    """When, ISO 8601; "" of what has not happened."""
    file: str
    words: str


COLUMNS = ("agency", "name", "at", "file", "words")
"""The columns of the table ``story``: ``Event``."""


def story_of(framework: Framework, period: Period, ledger: Ledger, senders: Mapping[int, str]) -> tuple[Event, ...]:
    """Return what happened in a round, agency by agency in the catalogue's order, each in time order.

    Args:
        framework: The framework.
        period: The quarter of the round.
        ledger: The workspace's.
        senders: The agency of each file that the round lists, by the number of its record.
    """
    due = period.due(framework.settings.deadline_days or 0)
    out = ledger.issued(period).values()
    in_time = {each.agency for each in out if each.issued_at[:10] <= due.isoformat()}
    out_late = {each.agency for each in out} - in_time
    in_reach = {each: due for each in framework.agencies if each not in out_late}
    received = list(_received(ledger, period, senders, in_reach))
    events = [  # (in this order where two happened in the same second)
        *_issued(ledger, period),
        *(told for is_first, told in received if is_first),
        *(_waived(framework, each) for each in ledger.waived_in(period)),
        *(_ruled(each) for each in ledger.ruled_in(period)),
        *(told for is_first, told in received if not is_first),
        *_amended(framework, ledger, period),
    ]
    came = {agency for agency, _, file, _ in events if file}
    asked = {each.supplier for each in framework.asked(period)}
    by = {agency: "" if agency in out_late else f" It is due by {words_of_date(due)}." for agency in asked - came}
    events += [(agency, "", "", f"Nothing has come.{words}") for agency, words in by.items()]
    order = {agency: number for number, agency in enumerate(framework.agencies)}
    events.sort(key=lambda each: (order.get(each[0], len(order)), each[0], not each[1], each[1]))
    agencies = framework.agencies
    return tuple(
        Event(agency, agencies[agency].name if agency in agencies else agency or "Unverified", at, file, words)
        for agency, at, file, words in events
    )


_Told = tuple[str, str, str, str]
"""Agency, when, file and words."""


def _issued(ledger: Ledger, period: Period) -> Iterator[_Told]:
    seen: set[str] = set()
    for each in ledger.issued(period).values():
        again = "again, since it asks for something else" if each.agency in seen else ""
        seen.add(each.agency)
        yield each.agency, each.issued_at, "", f"Its return was issued {again}".strip() + "."


def _received(
    ledger: Ledger, period: Period, senders: Mapping[int, str], due: Mapping[str, date]
) -> Iterator[tuple[bool, _Told]]:
    """Yield what came of each file, whenever it was checked with another result, and whether it was the first time.

    A file came when it was saved into its folder, as far as that can be told; late is what was saved after the day
    that it was due, if the return had gone out by then.
    """
    records = ledger.received_ever(period)
    found = ledger.findings(each.id for each in records)
    by_place = {each.place: senders[each.id] for each in records if each.id in senders}
    before: dict[str, Received] = {}
    for each in records:
        agency = senders.get(each.id, "" if each.claims else by_place.get(each.place, each.agency))
        words = _file_words(each, before.get(each.place), found.get(each.id, []), due.get(agency))
        is_first = each.place not in before
        at = min(filter(None, (each.saved, each.received_at))) if is_first else each.received_at
        before[each.place] = each
        yield is_first, (agency, at, each.file, words)


def _file_words(each: Received, before: Received | None, findings: Iterable[Finding], due: date | None) -> str:
    if each.status == TAKEN_OUT:
        return "Taken out of the folder of returns: its figures no longer count."
    result = _result(each, findings)
    if before is not None and before.sha256 == each.sha256:
        came = "Put back" if before.status == TAKEN_OUT else "Checked again"
        return f"{came}: {result}"
    saved, taken_in = (date.fromisoformat(at[:10]) if at else None for at in (each.saved, each.received_at))
    when = f", taken in on {words_of_date(taken_in)}" if saved and taken_in and saved != taken_in else ""
    late = f", late: it was due by {words_of_date(due)}" if saved and due and saved > due else ""
    if before is None:
        return f"Received{late}{when}. {result}"
    if each.said and each.said == before.said:
        return f"Received again{late}{when}, saying the same as before. {result}"
    kept = f", which is kept as {before.kept}" if before.kept else ""
    return f"Received again{late}{when}, in place of the file of that name{kept}. {result}"


def _result(each: Received, findings: Iterable[Finding]) -> str:
    """Return what became of a file: status, how much it gave, and how its findings stand."""
    findings = list(findings)
    standing = Counter(str(finding.status) for finding in findings if finding.about)
    errors = sum(finding.severity is Severity.ERROR and not finding.is_waived for finding in findings)
    whose = f"It says it is from {each.claims}, which nothing proves. " if each.claims else ""
    counts = [
        f"{each.given} of {each.asked} figures" if each.status in TAKEN else "",
        _counted(errors, "error", "errors"),
        _counted(standing[Standing.OPEN], "query open", "queries open"),
        _counted(standing[Standing.ANSWERED], "query answered", "queries answered"),
        f"{standing[Standing.WAIVED]} waived" if standing[Standing.WAIVED] else "",
    ]
    why = each.reason if each.status not in TAKEN else ""
    taken = (finding.remedy.partition(". ")[2] for finding in findings if finding.is_waived and not finding.about)
    became = ", ".join(filter(None, (each.status, *counts)))
    return " ".join(filter(None, (f"{whose}{became}.", why, next(taken, ""))))


def _counted(count: int, one: str, more: str) -> str:
    return f"{count} {one if count == 1 else more}" if count else ""


def _waived(framework: Framework, each: WaiverRecord) -> _Told:
    key = each.key
    label = label_of(framework, key.item, key.category) if key.item in framework.items else key.item
    what = each.message if label in each.message else f"{label}: {each.message}"
    if each.until is None:
        return key.agency, each.at, "", f"No longer waived ({each.who}: {each.why.rstrip('.')}): {what}"
    return key.agency, each.at, "", f"{what} {Waiver(key, each.who, each.why, each.until, each.at).words}"


def _ruled(each: FileDecision) -> _Told:
    words = Ruling(each.agency, "", each.who, each.why, each.at)
    if each.kind == REPLACES:
        verb = "no longer replaces" if each.withdrawn else "replaces"
        return each.agency, each.at, each.file, f"It {verb} {each.other_file} where the two differ ({words.as_clause})."
    said = f"No longer taken ({words.as_clause})." if each.withdrawn else words.words
    return each.agency, each.at, each.file, f"{said} Nothing proves whose it is."


def _amended(framework: Framework, ledger: Ledger, period: Period) -> Iterator[_Told]:
    for each in ledger.amendments(period):
        item, category, agency, about = each.figure
        if each.round != period.label:
            continue
        label = label_of(framework, item, category) if item in framework.items else item
        became = "no longer amended" if each.new is None else f"amended from {each.old} to {each.new}"
        yield agency, each.at, "", f"{label} for {about.words} was {became} ({each.who}, {each.how}): {each.why}"
