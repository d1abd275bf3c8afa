"""Whether every figure is there, and where: batch 3 of the checks.

A row is known by its id alone and a column by its head alone, wherever they stand now; nothing is read by position.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import zip_longest
from typing import TYPE_CHECKING

from dapf_xl.catalogue.evidence import EvidenceField
from dapf_xl.findings import Code, Finding
from dapf_xl.personal_data import redacted
from dapf_xl.plain import shown
from dapf_xl.returns.layout import (
    ASSURANCE,
    ENTRY_TABLES,
    HEADER_ROW,
    REVISIONS,
    figure_id,
    parse_figure_id,
)
from dapf_xl.rules.as_issued import AsIssued, by_catalogue, on_record
from dapf_xl.rules.following import Followed, Moves, follow, moves_of
from dapf_xl.rules.identity import resolves
from dapf_xl.rules.slipping import slipped

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from dapf_xl.catalogue import Framework
    from dapf_xl.returns.layout import EntryTable
    from dapf_xl.returns.reading import Entry, Outside, ReadReturn
    from dapf_xl.rules.as_issued import Place
    from dapf_xl.rules.checking import CheckedReturn
    from dapf_xl.rules.context import Context

OF_EARLIER = (REVISIONS, ASSURANCE)
"""Tables that also hold what earlier rounds left open, which the catalogue alone does not tell."""
_NAMED = 3
"""Cells that a finding about what was typed outside the tables names with what stands there."""
FEW = 2
"""A sheet of which more than one row in so many is gone is not read: somebody has built another one."""


class Structure:
    """Compares returns with what was issued, or with what would be issued now."""

    def __init__(self) -> None:
        """Begin without knowing what went out: each return's is looked up once."""
        self._planned: dict[tuple[str, str], AsIssued] = {}

    def check(self, context: Context, one: CheckedReturn) -> list[Finding]:
        """Return what was moved, is gone or is there twice, and what stands outside the tables.

        What was moved is followed: ``one`` then holds the figures where they are, and the rows that must not be taken.
        """
        one.issued = self._as_issued(context, one.read)
        findings = list(_moved(context.framework, one, one.issued))
        findings += slipped(context.framework, one)
        findings += _outside(one.read.outside)
        return [finding.in_file(one.read.name) for finding in findings]

    def _as_issued(self, context: Context, read: ReadReturn) -> AsIssued:
        record = context.record_of(read.identity["issue_id"])
        if record is not None:
            return on_record(record)
        key = (read.identity["agency"], read.identity["period"])
        if key not in self._planned:
            self._planned[key] = by_catalogue(context, read)
        return self._planned[key]


def _moved(framework: Framework, one: CheckedReturn, issued: AsIssued) -> Iterator[Finding]:
    found = one.read.positions()
    if found == issued.positions and all(_heads_stand(table, one.read, issued) for table in ENTRY_TABLES.values()):
        return  # nearly always
    for table in ENTRY_TABLES.values():
        expected, there = issued.positions.get(table.sheet), found.get(table.sheet)
        if there is None and (expected is not None or table.sheet in issued.rows):
            yield Code.SHEET_MISSING.finding(sheet=table.sheet, expected=table.sheet)
        elif table in OF_EARLIER and not issued.is_record:
            yield from _unknown(framework, table, there or ())
        elif expected != there or not _heads_stand(table, one.read, issued):
            yield from _followed(framework, one, table, expected or [])


def _heads_stand(table: EntryTable, read: ReadReturn, issued: AsIssued) -> bool:
    """Say whether the heads of a table stand where they stood; of one that is not known, yes."""
    heads, content = issued.rows.get(table.sheet, []), read.content.get(table.sheet)
    if len(heads) < HEADER_ROW or content is None:
        return True
    return len(content.cells) >= HEADER_ROW and content.cells[HEADER_ROW - 1] == heads[HEADER_ROW - 1]


def _followed(framework: Framework, one: CheckedReturn, table: EntryTable, expected: list[Place]) -> Iterator[Finding]:
    """Find the figures of a sheet where they are now; yield what moved and what cannot be taken."""
    read, sheet = one.read, table.sheet
    table, entries = _looked_for(one, table, expected)
    moves = moves_of(expected, entries)
    one.moves[sheet] = moves
    if len(moves.missing) * FEW > len(expected) or (moves.unknown and not expected):
        yield from _first_that_differs(framework, table, expected, [(entry.row, entry.id) for entry in entries])
        return
    unknown = {row for row, _ in moves.unknown}
    one.held |= {(sheet, row) for row, _ in moves.twice}
    kept = {each: [entry for entry in read.entries if entry.sheet == each] for each in ENTRY_TABLES}
    kept[sheet] = [entry for entry in entries if entry.row not in unknown]
    one.read = replace(one.read, entries=[entry for each in kept.values() for entry in each])
    yield from _moves_told(framework, table, moves, {entry.row for entry in entries})


def _looked_for(one: CheckedReturn, table: EntryTable, expected: Sequence[Place]) -> tuple[EntryTable, list[Entry]]:
    """Return a table and its entries where its heads are now; as they were read, where these do not say it."""
    read, sheet = one.read, table.sheet
    as_read = [entry for entry in read.entries if entry.sheet == sheet]
    heads = one.issued.heads(table) if one.issued else {}
    content = read.content.get(sheet)
    if not heads or content is None or _heads_stand(table, read, one.issued or AsIssued({})):
        return table, as_read
    found = follow(table, heads, content)
    if found is None:
        # A head that was overwritten moves nothing, if every id still stands where it stood. Else nobody knows.
        at_their_place = [(entry.row, entry.id) for entry in as_read] == list(expected)
        return table, as_read if at_their_place else []
    one.headers[sheet] = found.header
    _take_place(one, found)
    return found.table, found.entries


def _take_place(one: CheckedReturn, found: Followed) -> None:
    """Let a return have a table where it was found."""
    sheet = found.table.sheet
    outside = [each for each in one.read.outside if each.sheet != sheet]
    tables = dict(one.read.tables)
    if found.table is not ENTRY_TABLES[sheet]:
        tables[sheet] = found.table
    one.read = replace(one.read, outside=[*outside, *found.outside], tables=tables)


def _moves_told(framework: Framework, table: EntryTable, moves: Moves, rows: set[int]) -> Iterator[Finding]:
    """Yield what is gone, what is there more than once or is not known, and what stands elsewhere."""
    if table is not ENTRY_TABLES[table.sheet]:
        yield Code.COLUMNS_MOVED.finding(sheet=table.sheet, cell=table.cell(table.inputs[0], min(rows, default=1)))
    for row, figure in _one_a_row(moves.missing):
        cell = "" if row in rows else table.cell("id", row)
        item, category = key_of(framework, figure)
        words = _words(framework, figure)
        yield Code.ROW_MISSING.finding(
            sheet=table.sheet, cell=cell, item=item, category=category, expected=words, row=row
        )
    for row, figure in _one_a_row(moves.twice):
        item, category = key_of(framework, figure)
        others = [str(other) for other, each in moves.twice if each == figure and other != row]
        yield Code.ROW_TWICE.finding(
            sheet=table.sheet,
            cell=table.cell("id", row),
            item=item,
            category=category,
            expected=_words(framework, figure),
            others=" and ".join(others),
        )
    for row, figure in _one_a_row(moves.unknown):
        yield Code.ROW_UNKNOWN.finding(
            sheet=table.sheet, cell=table.cell("id", row), found=redacted(shown(_words(framework, figure)))
        )
    moved = moves.moved
    if moved:
        before, now = moved[0]
        yield Code.ROWS_MOVED.finding(
            sheet=table.sheet,
            cell=table.cell(table.inputs[0], now),
            count=_how_many(len({now for _, now in moved})),
            first=_words(framework, moves.ids[before]),
            before=before,
            now=now,
        )


def _how_many(rows: int) -> str:
    return "1 row stands" if rows == 1 else f"{rows} rows stand"


def _one_a_row(places: Iterable[Place]) -> list[Place]:
    """Return one place for each row: a row may take several figures."""
    first: dict[int, str] = {}
    for row, figure in places:
        first.setdefault(row, figure)
    return list(first.items())


def key_of(framework: Framework, figure: str) -> tuple[str, str]:
    """Return item and category of a figure that the framework has."""
    parsed = parse_figure_id(figure)
    return parsed[:2] if parsed and resolves(framework, figure) else ("", "")


def _outside(outside: Sequence[Outside]) -> Iterator[Finding]:
    """Yield a finding for each sheet on which something was typed where no figure is asked for."""
    for sheet in ENTRY_TABLES:
        typed = [each for each in outside if each.sheet == sheet]
        if typed:
            named = [f'"{redacted(shown(each.value))}" in {each.cell}' for each in typed[:_NAMED]]
            others = [each.cell for each in typed[_NAMED:]]
            more = f" and {len(others)} more ({', '.join(others)})" if others else ""
            yield Code.OUTSIDE_THE_TABLE.finding(sheet=sheet, cell=typed[0].cell, found=f"{', '.join(named)}{more}")


def _first_that_differs(
    framework: Framework, table: EntryTable, expected: Sequence[Place], found: Sequence[Place]
) -> Iterator[Finding]:
    """Yield the first cell that does not hold the id that it held."""
    for wanted, there in zip_longest(sorted(expected), sorted(found)):
        if wanted == there:
            continue
        row = min(place[0] for place in (wanted, there) if place)
        at_row = [place[1] if place and place[0] == row else "" for place in (wanted, there)]
        words = [_words(framework, figure) for figure in at_row]
        yield Code.ID_MOVED.finding(
            sheet=table.sheet,
            cell=table.cell("id", row),
            expected=words[0] or "nothing",
            found=f"{words[1]} does" if words[1] else "nothing does",
        )
        return


def _unknown(framework: Framework, table: EntryTable, found: Sequence[Place]) -> Iterator[Finding]:
    """Yield the first id of a sheet that names no figure, or one that is there twice."""
    often = Counter(figure for _, figure in found)
    for row, figure in found:
        if often[figure] > 1 or not resolves(framework, figure):
            yield Code.ID_MOVED.finding(
                sheet=table.sheet,
                cell=table.cell("id", row),
                expected="a figure of this framework, once",
                found=f"{_words(framework, figure)} does",
            )
            return


def _words(framework: Framework, figure: str) -> str:
    """Return a figure's id with its label, as the person who filled the return knows it."""
    parsed = parse_figure_id(figure)
    if parsed is None or not resolves(framework, figure):
        return redacted(shown(figure))
    name, category, period = parsed
    item = framework.items[name]
    label = item.label
    if isinstance(item, EvidenceField):  # what stands in the cell is its row's
        label, figure = item.evidence.what, figure_id(item.evidence.id, category, period)
    parts = (label, framework.category_label(name, category))
    return f'"{": ".join(part for part in parts if part)}" ({shown(figure)})'
