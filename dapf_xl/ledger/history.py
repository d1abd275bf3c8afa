"""What files said that counted, also what no longer does, since a file was taken out or is judged otherwise now."""

from __future__ import annotations

from dataclasses import replace
from sys import maxsize
from typing import TYPE_CHECKING, NamedTuple

from dapf_xl.ledger.records import TAKEN_OUT, Entered, Gone
from dapf_xl.personal_data import redacted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dapf_xl.ledger.records import Ledger
    from dapf_xl.observations import Observation
    from dapf_xl.periods import Period
    from dapf_xl.returns.layout import Figure


_TAKEN_OUT = "is no longer in the folder of returns"
_TEXT = "what was written before"
_CHECKED_AGAIN = "was checked again, and this is not taken any more: see Findings"


class _Record(NamedTuple):
    number: int
    at: str
    status: str
    file: str


def history(ledger: Ledger, until: Period, standing: Iterable[Entered]) -> list[Entered]:
    """Return every figure on record that stands or once counted, in the order in which they replace each other.

    ``received`` is the record with which the file began to say it, which a master made in between knew; of a figure
    that no longer stands, ``gone`` says since when and why.

    Args:
        ledger: The ledger.
        until: Only what came in the rounds up to this quarter.
        standing: Of these rounds every figure that stands, as ``Ledger.entered`` gives them.
    """
    records: dict[tuple[str, str, str], list[_Record]] = {}
    lay_there: dict[tuple[str, str], str] = {}
    for label, place, sha256, *rest in ledger.connection.execute(
        "SELECT round, place, sha256, id, received_at, status, file FROM received WHERE round <= ? ORDER BY id",
        (until.label,),
    ):
        record = _Record(*rest)
        if record.status != TAKEN_OUT and lay_there.get((label, place)) != sha256:
            lay_there[label, place] = sha256
            records.pop((label, place, sha256), None)  # it came back after another: from now on it says it anew
        records.setdefault((label, place, sha256), []).append(record)
    several = {key: some for key, some in records.items() if len(some) > 1}
    figures = ledger.figures_of("received", [each.number for some in several.values() for each in some])
    began: dict[tuple[int, Figure], int] = {}
    found: list[tuple[tuple[str, int], Entered]] = []
    for (label, _, _), some in several.items():
        said, ended = _said(some, figures)
        began.update({(some[-1].number, key): number for key, (number, _) in said.items()})
        found += [((label, number), Entered(label, number, 0, each, gone)) for number, each, gone in ended]
    for each in standing:
        number = began.get((each.received, each.observation.key), each.received)
        since = each if number == each.received else each._replace(received=number)
        found.append(((each.round, number or maxsize), since))
    return [each for _, each in sorted(found, key=lambda entry: entry[0])]


def _said(
    records: list[_Record], figures: dict[int, list[Observation]]
) -> tuple[dict[Figure, tuple[int, Observation]], list[tuple[int, Observation, Gone]]]:
    """Return what a file says, with the record that it says it since, and what it said once and does not any more."""
    said: dict[Figure, tuple[int, Observation]] = {}
    ended: dict[Figure, tuple[int, Observation, Gone]] = {}
    for record in records:
        now = {each.key: each for each in figures[record.number] if each.status != "held"}
        why = _TAKEN_OUT if record.status == TAKEN_OUT else _CHECKED_AGAIN
        gone = Gone(record.number, record.at, f"{record.file} {why}.")
        ended |= {key: (number, _unquoted(each), gone) for key, (number, each) in said.items() if key not in now}
        said = {
            key: (said[key][0] if key in said and _same(said[key][1], each) else record.number, each)
            for key, each in now.items()
        }
    return said, [each for key, each in ended.items() if key not in said]


def _unquoted(each: Observation) -> Observation:
    """Return a figure that no longer counts without its words: they may be what it no longer counts for."""
    return replace(each, text=_TEXT if each.text else "", label=redacted(each.label), comment="", words="")


def _same(one: Observation, other: Observation) -> bool:
    return (one.value, one.replacement, one.markers, one.text) == (
        other.value, other.replacement, other.markers, other.text,
    )  # fmt: skip
