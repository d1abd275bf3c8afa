"""What changed in a round: figures that replaced others, with both, and figures that are new since the last master.

A change is one step in a figure's story, from what counted to what counts. The story itself is in the ledger, which
keeps every step; this is what a reader of the master needs of it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from dapf_xl.catalogue.evidence import HEADLINE, EvidenceField, is_detail
from dapf_xl.catalogue.open_rows import plain_label
from dapf_xl.catalogue.tables import Item
from dapf_xl.observations import MARKERS, words_of
from dapf_xl.plain import day_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from dapf_xl.catalogue import Framework
    from dapf_xl.ledger import Amendment, Entered
    from dapf_xl.observations import Observation
    from dapf_xl.periods import Period
    from dapf_xl.returns.layout import Figure
    from dapf_xl.rules.waiving import Ruling

AMENDED, WITHDRAWN, LATE, FINAL, REVISED, CORRECTED, NEW, GONE = (
    "Amended", "Amendment withdrawn", "Late", "Final", "Revised", "Sent again", "New", "No longer counts",
)  # fmt: skip
"""Kinds of change, as the sheet says them."""
NO_FIGURE = "no figure"


@dataclass(frozen=True, slots=True)
class Change:
    """A step in a figure's story: what counted before, what counts now, and who or what says so."""

    figure: Figure
    kind: str
    old: str
    new: str
    why: str
    source: str
    """The cell of a return, a document, or who amended it and how."""
    at: str
    """When it came, ISO 8601."""
    since_last: bool
    """Whether the latest master of this round, if there was one, did not have it."""
    written: str = ""
    """What the agency wrote in the spare row that the figure is of, whose own label says nothing."""


COLUMNS = ("indicator", "label", "agency", "about", "kind", "old", "new", "why", "source", "at", "since_last")
"""The columns of the table ``changes``: ``Change`` in words."""


def change_row(framework: Framework, each: Change) -> dict[str, object]:
    """Return a change as a row of the table."""
    item_id, category, agency, about = each.figure
    item = framework.items.get(item_id) or Item(id=item_id, label=item_id)
    return {
        "indicator": item.indicator,
        "label": ": ".join(filter(None, (item.label, framework.open_rows.words(item_id, category, each.written)))),
        "agency": framework.agencies[agency].name if agency in framework.agencies else agency,
        "about": about.words,
        **{name: getattr(each, name) for name in COLUMNS[4:]},
    }


@dataclass(frozen=True)
class FigureStories:
    """What is on record of the figures of a round, from what counted before any return came to what counts now."""

    framework: Framework
    period: Period
    """The quarter of the round."""
    published: Mapping[Figure, Observation]
    """What counted before any return came."""
    entered: Sequence[Entered]
    """Every figure on record, in the order in which they replace each other, also what once counted."""

    @cached_property
    def steps(self) -> tuple[tuple[Entered, Observation | None], ...]:
        """Each figure that could count, with the one that it took the place of.

        That is the figure that counted before, or what another file of the same round said that was replaced before it
        could count.
        """
        replaced = {(each.round, each.observation.key): each.observation for each in self.entered if _is_replaced(each)}
        counting = dict(self.published)
        found = []
        for each in self.entered:
            figure = each.observation
            if figure.may_count:
                key = figure.key
                found.append((each, replaced.pop((each.round, key), None) or counting.get(key)))
                counting[key] = figure
        return tuple(found)

    def item_of(self, figure: Observation) -> Item:
        """Return the item that a figure is of; the catalogue may have it no more."""
        return self.framework.items.get(figure.item) or Item(id=figure.item, label=figure.item)


def changes_of(
    stories: FigureStories, amendments: Iterable[Amendment], seen: tuple[int, int] | None
) -> tuple[Change, ...]:
    """Return what changed in a round, in the order of the catalogue.

    Args:
        stories: What is on record of the round's figures.
        amendments: Every amendment on record.
        seen: The last records, of a file and of what was given, that the latest master of this round knew.
    """
    written = {each.observation.key: each.observation.label for each in stories.entered if each.observation.label}
    steps = [
        *_steps(stories, seen),
        *_gone(stories, seen),
        *(_amended(each, seen, written) for each in amendments if each.round == stories.period.label),
    ]
    steps = list(_without_details(stories.framework, steps))
    order = {item: number for number, item in enumerate(stories.framework.items)}
    return tuple(sorted(steps, key=lambda each: (order.get(each.figure[0], len(order)), each.figure, each.at)))


def _without_details(framework: Framework, steps: Iterable[Change]) -> Iterator[Change]:
    """Yield the changes; evidence that came or went as a whole is told by its headline, not by each of its fields."""
    steps = list(steps)
    whole = {_evidence_of(framework, each) for each in steps} - {None}
    for each in steps:
        item = framework.items.get(each.figure[0])
        if not (item and is_detail(item) and _evidence_of(framework, each, HEADLINE) in whole):
            yield each


def _evidence_of(framework: Framework, each: Change, field: str = "") -> tuple[object, ...] | None:
    """Return what tells that evidence came or went with its headline; None of what is no headline, or was corrected."""
    item = framework.items.get(each.figure[0])
    if not isinstance(item, EvidenceField) or (field or item.field) != HEADLINE or each.kind not in {NEW, LATE, GONE}:
        return None
    return (item.evidence.id, *each.figure[1:], each.at, each.kind == GONE)


def _steps(stories: FigureStories, seen: tuple[int, int] | None) -> Iterator[Change]:
    label = stories.period.label
    for (round_label, received, given, each, gone), old in stories.steps:
        if round_label != label or each.status == "amended" or gone:
            continue
        since_last = seen is not None and (received > seen[0] or given > seen[1])
        if old is None and not (since_last and each.period.last_day == stories.period.last_day):
            continue
        item = stories.item_of(each)
        new_words, old_words = _words(each, item), _words(old, item) if old else NO_FIGURE
        if old and plain_label(old.label) != plain_label(each.label):
            new_words, old_words = _labelled(new_words, each), _labelled(old_words, old)
        if old_words == new_words:
            continue
        place = "!".join(part for part in (each.sheet, each.cell) if part)
        source = ", ".join(part for part in (each.file, place) if part)
        kind = _kind(old, each, stories.period)
        written = each.label or (old.label if old else "")
        yield Change(each.key, kind, old_words, new_words, each.comment, source, each.received, since_last, written)


def _gone(stories: FigureStories, seen: tuple[int, int] | None) -> Iterator[Change]:
    """Yield the figures that counted last and do not any more, with what counts now."""
    ended = {each.observation.key for each, _ in stories.steps if each.gone}
    story = [each for each, _ in stories.steps if each.observation.key in ended] if ended else []
    counting = {each.observation.key: each.observation for each in story if each.gone is None}
    last = {each.observation.key: each for each in story}
    for figure, (label, _, _, was, gone) in last.items():
        if gone is None or label != stories.period.label:
            continue
        item, now = stories.item_of(was), counting.get(figure, stories.published.get(figure))
        new_words, old_words = _words(now, item) if now else NO_FIGURE, _words(was, item)
        if new_words != old_words:
            since_last = seen is not None and gone.received > seen[0]
            source = f"{was.file}, {was.sheet}!{was.cell}"
            yield Change(figure, GONE, old_words, new_words, gone.why, source, gone.at, since_last, was.label)


def with_reasons(entered: Sequence[Entered], rulings: Mapping[str, Mapping[str, Ruling]]) -> Sequence[Entered]:
    """Return every figure on record; one whose file was said to replace another has that reason, if it gives none.

    Args:
        entered: Every figure on record.
        rulings: The files that replace others, by the SHA-256 of what is replaced.
    """
    if not rulings:
        return entered
    replaced = {each.observation.key: each.observation.sha256 for each in entered if _is_replaced(each)}
    found = []
    for each in entered:
        figure = each.observation
        ruling = rulings.get(replaced.get(figure.key, ""), {}).get(figure.sha256)
        reason = f"Decided by {ruling.as_clause}." if ruling and not figure.comment else ""
        found.append(each._replace(observation=replace(figure, comment=reason)) if reason else each)
    return found


def _is_replaced(each: Entered) -> bool:
    return each.observation.status == "replaced"


def revised_figures(stories: FigureStories) -> dict[Figure, str]:
    """Return what each figure that was revised was before, in words.

    A revision is another number in the place of one that counted, whether it came by ``Revisions``, by another file or
    by telephone. A first figure that comes late is none, nor is one that was only provisional and stayed the same.
    """
    revised: dict[Figure, str] = {}
    for (_, _, _, each, gone), old in stories.steps:
        item = stories.framework.items.get(each.item)
        if gone or item is None or (old is not None and old.value == each.value and each.value is not None):
            continue
        revised.pop(each.key, None)
        same_row = old is not None and plain_label(old.label) == plain_label(each.label)
        had_one = old is not None and (old.value is not None or old.replacement in {"[c]", "[low]"})
        if old is not None and same_row and had_one and each.value is not None:
            revised[each.key] = _words(old, item)
    return revised


def as_revised(each: Observation, was: str) -> Observation:
    """Return a figure marked ``[r]``, with what it was and why it changed as its comment."""
    markers = "".join(mark for mark in MARKERS if mark == "[r]" or mark in each.markers)
    why = each.comment if each.status == "amended" else f"Revised from {was}: {each.comment or 'no reason was given.'}"
    return replace(each, markers=markers, comment=why)


def _words(each: Observation, item: Item) -> str:
    return day_words(words_of(each, item)) if item.type == "date" else words_of(each, item)


def _labelled(words: str, each: Observation) -> str:
    """Return a figure with what was written in its spare row: the row was given to something else."""
    return f"{each.label}: {words}" if each.label else words


def _kind(old: Observation | None, new: Observation, period: Period) -> str:
    if old is None:
        return NEW
    if old.replacement == "[x]" and not new.replacement:
        return LATE
    if "[p]" in old.markers and "[p]" not in new.markers:
        return FINAL
    return CORRECTED if new.period.last_day == period.last_day else REVISED


def _amended(each: Amendment, seen: tuple[int, int] | None, written: Mapping[Figure, str]) -> Change:
    kind = AMENDED if each.new is not None else WITHDRAWN
    new = each.new if each.new is not None else "what the return says"
    source = f"{each.who}, {each.how}"
    since_last = seen is not None and each.given > seen[1]
    label = written.get(each.figure, "")
    return Change(each.figure, kind, each.old, new, each.why, source, each.at, since_last, label)
