"""Several returns of one agency for one period, merged by cell: part of batch 9.

A blank never replaces anything, nor does a cell with an error. Where the same figure differs, none is
used until somebody says which is right: the officer, who corrects the annotated copy of the other or writes the marker
``[r]`` in one of the cells, or the performance lead, who says that one file replaces another. Where an earlier figure
counts, it is said.
"""

from __future__ import annotations

from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

import numpy as np

from dapf_xl.catalogue.evidence import HEADLINE, EvidenceField
from dapf_xl.catalogue.open_rows import plain_label
from dapf_xl.findings import Code
from dapf_xl.observations import NOTHING, Observation, parse_shorthand, words_of
from dapf_xl.periods import words_of_date
from dapf_xl.plain import day_words, exact, shown
from dapf_xl.rules.advice import taken_words
from dapf_xl.rules.rows import Fault
from dapf_xl.rules.schema import label_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal

    from dapf_xl.catalogue.tables import Item
    from dapf_xl.returns.reading import ReadReturn
    from dapf_xl.rules.context import Context
    from dapf_xl.rules.rows import Rows


def check_merged(context: Context, rows: Rows, sound: np.ndarray[Any, Any]) -> list[Fault]:
    """Return a finding at each of the cells in which returns of one agency differ."""
    frame = rows.frame
    given = (frame["filled"] & sound).to_numpy()
    shadowed = frame[given & ~frame["stands"].to_numpy()]
    faults: list[Fault] = []
    for group, figure in dict.fromkeys(zip(shadowed["group"], shadowed["figure"], strict=True)):
        same_cell = (frame["group"] == group) & (frame["figure"] == figure)
        contents = {int(number): _content(rows, int(number)) for number in np.flatnonzero(given & same_cell)}
        if len(set(contents.values())) > 1:
            faults += _differing(context, rows, contents)
    return faults


def _differing(context: Context, rows: Rows, contents: dict[int, tuple[object, ...]]) -> Iterator[Fault]:
    """Yield what is to be said of cells that differ: that one replaces the others, or that none is used."""
    winner = next((number for number in contents if _beats_all(rows, number, contents)), None)
    for number, content in contents.items():
        other = next((other for other, its in contents.items() if its != content), None)
        if winner is None and other is not None:
            yield _fault(context, rows, number, other)
        elif winner is not None and content != contents[winner]:
            yield _replaced(context, rows, number, winner)


def _beats_all(rows: Rows, number: int, contents: dict[int, tuple[object, ...]]) -> bool:
    return all(_beats(rows, number, other) for other, its in contents.items() if its != contents[number])


def _beats(rows: Rows, number: int, other: int) -> bool:
    """Say whether one cell is said to replace another: of its file as a whole, or by its marker [r]."""
    mine, its = (rows.files[rows.frame["file"][each]] for each in (number, other))
    replaces, is_replaced = mine.read.sha256 in its.replaced_by, its.read.sha256 in mine.replaced_by
    if replaces or is_replaced:
        return replaces and not is_replaced
    return bool(rows.frame["revised"][number]) and not rows.frame["revised"][other]


def _replaced(context: Context, rows: Rows, position: int, winner: int) -> Fault:
    """Return the note at a cell that another replaces."""
    by, file = (rows.files[rows.frame["file"][each]] for each in (winner, position))
    comment = " ".join(str(rows.frame["comment"][winner]).split()).rstrip(".")
    marked = f"it is marked [r] revised there{f', {shown(comment)}' if comment else ''}"
    why = file.replaced_by.get(by.read.sha256, marked)
    code = Code.REPLACED_BY_ANOTHER
    return _fault(context, rows, position, winner)._replace(
        code=code, severity=code.severity, also=(), words=_difference(context, rows, position, winner) | {"why": why}
    )


def older_figures(context: Context, rows: Rows, sound: np.ndarray[Any, Any], held: np.ndarray[Any, Any]) -> list[Fault]:
    """Return a warning at each cell that does not count for now, where the agency gave a figure before that does.

    Args:
        context: The framework, and the figures on record.
        rows: All rows of all returns.
        sound: Which of them have no error.
        held: Which of them wait for an explanation.
    """
    frame = rows.frame
    standing = frame[frame["stands"] & frame["filled"] & sound]
    stands = {
        (group, figure): int(number)
        for number, group, figure in zip(standing.index, standing["group"], standing["figure"], strict=True)
    }
    faults = []
    here = {file.read.sha256 for file in rows.files}
    for number in np.flatnonzero(frame["filled"] & ~frame["revises"] & (~sound | held)).tolist():
        place = (frame["group"][number], frame["figure"][number])
        key = rows.figures[place[1]]
        other = stands.get(place, number)
        if other != number:
            said, file = _said(context, rows, other), rows.files[frame["file"][other]].read.name
        else:
            known = context.known.get((key.item, key.category, rows.agencies[place[0]], key.period))
            if known is None or known.status in {"published", "amended"} or known.sha256 in here:
                continue
            item = context.framework.items[key.item]
            said, file = _day(words_of(known, item), item), known.file
        words: dict[str, object] = {
            "what": label_of(context.framework, key.item, key.category),
            "other": said,
            "other_file": file,
        }
        faults.append(Fault(number, Code.OLDER_FIGURE_COUNTS, "value", Code.OLDER_FIGURE_COUNTS.severity, words))
    return faults


def check_amended(context: Context, rows: Rows, sound: np.ndarray[Any, Any]) -> list[Fault]:
    """Return a warning at each cell that says something else than an amendment did that had not seen this file.

    In the round of the amendment the amended figure counts all the same; what a later round revises counts in its
    place, since that return showed the amended figure.
    """
    if not context.amended:
        return []
    frame = rows.frame
    faults = []
    for number in np.flatnonzero(frame["filled"] & frame["stands"] & sound).tolist():
        key, file = rows.figures[frame["figure"][number]], rows.files[frame["file"][number]]
        amended = context.amended.get((key.item, key.category, file.agency, key.period))
        if amended is None or file.read.sha256 in amended.files:
            continue
        item = context.framework.items[key.item]
        found, other = (_day(each, item) for each in (_taken(rows, number, item), words_of(amended.observation, item)))
        if found == other:
            continue
        code = Code.AMENDMENT_REPLACED if file.period > amended.period else Code.DIFFERS_FROM_AMENDMENT
        words: dict[str, object] = {
            "what": label_of(context.framework, key.item, key.category), "found": found, "other": other,
            "date": words_of_date(date.fromisoformat(amended.at[:10])), "who": amended.who, "how": amended.how,
        }  # fmt: skip
        faults.append(Fault(number, code, "value", code.severity, words))
    return faults


def _taken(rows: Rows, position: int, item: Item) -> str:
    """Return what a row says, in the words of the observation that it becomes."""
    row: Any = rows.frame.loc[position]
    value = None if np.isnan(row["value"]) else exact(row["value"], is_percent=item.type == "percent")
    key = rows.figures[row["figure"]]
    read = parse_shorthand(str(row["shorthand"]), 0) or NOTHING  # its bounds stand in the frame
    return words_of(
        Observation(
            key.item, key.category, "", key.period, value=value, replacement=read.replacement, reason=read.reason,
            lower=_bound(row["lower"]), upper=_bound(row["upper"]), markers=read.markers, text=row["words"],
        ),
        item,
    )  # fmt: skip


def _bound(number: float) -> Decimal | None:
    return None if np.isnan(number) else exact(number, is_percent=False)


def _content(rows: Rows, position: int) -> tuple[object, ...]:
    """Return what a row says, as far as two returns could differ."""
    row: Any = rows.frame.loc[position]
    value = "" if np.isnan(row["value"]) else f"{row['value']:.15g}"
    return (value, row["words"], " ".join(str(row["shorthand"]).split()).casefold(), plain_label(row["label"]))


def _said(context: Context, rows: Rows, position: int) -> str:
    row: Any = rows.frame.loc[position]
    item = context.framework.items[row["item"]]
    value = _day(shown(row["words"]), item) if np.isnan(row["value"]) else taken_words(row["value"], item)
    said = " ".join(part for part in (value, shown(row["shorthand"])) if part)
    return f"{said} for {shown(row['label'])}" if row["label"] else said


def _day(words: str, item: Item) -> str:
    return day_words(words) if item.type == "date" else words


def _fault(context: Context, rows: Rows, position: int, other: int) -> Fault:
    code = Code.DIFFERS_BETWEEN_RETURNS
    words = _difference(context, rows, position, other)
    return Fault(position, code, "value", code.severity, words, _with_it(context, rows, position))


def _with_it(context: Context, rows: Rows, position: int) -> tuple[int, ...]:
    """Return the rest of a row of evidence whose headline is not taken: without it nobody knows what it is about."""
    frame = rows.frame
    item = context.framework.items[frame["item"][position]]
    if not isinstance(item, EvidenceField) or item.field != HEADLINE:
        return ()
    beside = (frame["file"] == frame["file"][position]) & (frame["row"] == frame["row"][position])
    return tuple(np.flatnonzero(beside & (frame["sheet"] == frame["sheet"][position])).tolist())


def _difference(context: Context, rows: Rows, position: int, other: int) -> dict[str, object]:
    frame = rows.frame
    key = rows.figures[frame["figure"][position]]
    return {
        "what": label_of(context.framework, key.item, key.category),
        "found": _said(context, rows, position),
        "other": _said(context, rows, other),
        "other_file": rows.files[frame["file"][other]].read.name,
        "other_cell": f"{frame['sheet'][other]}!{frame['value_cell'][other]}",
        "agency": context.framework.agencies[rows.agencies[frame["group"][position]]].name,
        "shorthand_cell": frame["shorthand_cell"][position] or frame["value_cell"][position],
    }


def said_in(read: ReadReturn) -> tuple[object, ...]:
    """Return all that was typed into a return, so that one that was only saved anew is known for what it is.

    A program that saves a workbook keeps 15 digits of a number, and may leave or take spaces at the ends of a text.
    """
    rows = sorted(
        (each.sheet, each.id, each.part, *map(_plainly, (*each[3:6], each.trouble, each.label)))
        for each in read.entries
    )
    outside = sorted((each.sheet, each.cell, _plainly(each.value)) for each in read.outside)
    return (tuple(rows), tuple(outside), tuple(sorted((part, _plainly(said)) for part, said in read.sign_off.items())))


def _plainly(value: object) -> str:
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, float | int):
        return f"{value:.15g}"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat()
    return "" if value is None else " ".join(str(value).split())
