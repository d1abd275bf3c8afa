"""Rows are known by their ids wherever they stand, columns by their heads; nothing is read by position."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dapf_xl.findings import Batch, Code
from dapf_xl.periods import Period
from dapf_xl.returns.reading import Outside
from dapf_xl.rules import Status

from .conftest import Desk, Typed, places

if TYPE_CHECKING:
    from collections.abc import Callable

    from dapf_xl.returns.reading import Entry, ReadReturn
    from dapf_xl.rules import CheckedReturn

BOTH = pytest.mark.parametrize("changes", [{}, {"key": None, "issued": None}], ids=["with_record", "without_record"])


def _deleted(entries: list[Entry]) -> list[Entry]:
    return [*entries[:2], *(entry._replace(row=entry.row - 1) for entry in entries[3:])]


def _inserted(entries: list[Entry]) -> list[Entry]:
    return [*entries[:2], *(entry._replace(row=entry.row + 1) for entry in entries[2:])]


def _swapped(entries: list[Entry]) -> list[Entry]:
    second, third = entries[2]._replace(id=entries[3].id), entries[3]._replace(id=entries[2].id)
    return [*entries[:2], second, third, *entries[4:]]


def _doubled(entries: list[Entry]) -> list[Entry]:
    return [*entries[:2], entries[2]._replace(id=entries[1].id), *entries[3:]]


def _unknown(entries: list[Entry]) -> list[Entry]:
    return [*entries[:2], entries[2]._replace(id="nonsense"), *entries[3:]]


def _cleared(entries: list[Entry]) -> list[Entry]:
    return [*entries[:2], *entries[3:]]


def _changed(returned: ReadReturn, change: Callable[[list[Entry]], list[Entry]]) -> ReadReturn:
    on_return = [entry for entry in returned.entries if entry.sheet == "Return"]
    others = [entry for entry in returned.entries if entry.sheet != "Return"]
    returned.entries = change(on_return) + others
    return returned


def _found(checked: CheckedReturn) -> list[tuple[str, str, str]]:
    return [place for place in places(checked.findings) if place[0] in STRUCTURAL]


STRUCTURAL = {code.name for code in Code if code.batch is Batch.STRUCTURE}
THIRD = ("percent", "")
"""Item and category of the third row of ``Return``."""


@BOTH
@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (_deleted, [("ROW_MISSING", ""), ("ROWS_MOVED", "J9")]),
        (_inserted, [("ROWS_MOVED", "J10")]),
        (_swapped, [("ROWS_MOVED", "J10")]),
        (_doubled, [("ROW_MISSING", ""), ("ROW_TWICE", "N8"), ("ROW_TWICE", "N9")]),
        (_unknown, [("ROW_MISSING", ""), ("ROW_UNKNOWN", "N9")]),
        (_cleared, [("ROW_MISSING", "N9")]),
    ],
)
def test_rows_are_followed_by_their_ids(
    desk: Desk,
    change: Callable[[list[Entry]], list[Entry]],
    expected: list[tuple[str, str]],
    changes: dict[str, object],
) -> None:
    returned = desk.filled()
    issued = {entry.id: entry for entry in returned.entries}
    checked = desk.check([_changed(returned, change)], **changes).returns[0]
    assert sorted((code, cell) for code, _, cell in _found(checked)) == sorted(expected)
    gone = [finding for finding in checked.findings if finding.code is Code.ROW_MISSING]
    assert [(finding.item, finding.category) for finding in gone] == [THIRD] * len(gone)
    taken = {entry.id for entry in checked.read.entries if ("Return", entry.row) not in checked.held}
    assert {one.item for one in checked.observations} <= {name.partition("@")[0] for name in taken}
    for entry in checked.read.entries:
        assert entry.value == issued[entry.id].value
    assert checked.observations


@BOTH
def test_a_figure_that_is_there_twice_is_not_taken(desk: Desk, changes: dict[str, object]) -> None:
    checked = desk.check([_changed(desk.filled({"count": Typed(5.0)}), _doubled)], **changes).returns[0]
    second = desk.filled().entries[1].id.partition("@")[0]
    assert second not in {one.item for one in checked.observations}
    assert second in {item for item, *_ in checked.untaken}
    assert checked.status is Status.PARTLY_ACCEPTED


@BOTH
def test_a_sheet_of_which_most_rows_are_gone_is_not_read(desk: Desk, changes: dict[str, object]) -> None:
    checked = desk.check([_changed(desk.filled(), lambda entries: entries[:3])], **changes).returns[0]
    assert [code for code, *_ in _found(checked)] == ["ID_MOVED"]
    assert checked.status is Status.REJECTED
    assert checked.observations == []


@BOTH
def test_a_row_too_many_at_the_end_is_found(desk: Desk, changes: dict[str, object]) -> None:
    returned = desk.filled()
    last = max(entry.row for entry in returned.entries if entry.sheet == "Return")
    first = returned.entries[0]
    extra = first._replace(row=last + 1)
    returned.entries.insert(len([entry for entry in returned.entries if entry.sheet == "Return"]), extra)
    findings = desk.check([returned], **changes).returns[0].findings
    found = [place for place in places(findings) if place[0] in STRUCTURAL]
    assert found == [("ROW_TWICE", "Return", f"N{row}") for row in (first.row, last + 1)]


@BOTH
@pytest.mark.parametrize("sheet", ["Return", "Narrative", "Revisions"])
def test_a_missing_sheet_is_named(desk: Desk, sheet: str, changes: dict[str, object]) -> None:
    returned = desk.filled()
    returned.entries = [entry for entry in returned.entries if entry.sheet != sheet]
    returned.sheets = tuple(name for name in returned.sheets if name != sheet)
    if sheet == "Return":
        returned.entries[0] = returned.entries[0]._replace(value="words")
    findings = desk.check([returned], **changes).returns[0].findings
    assert places(findings)[-1] == ("SHEET_MISSING", sheet, "")


def test_a_record_that_came_from_json_is_read(desk: Desk) -> None:
    issued = desk.issued()
    for record in issued.values():
        lists = {sheet: [list(place) for place in places] for sheet, places in record.positions.items()}
        object.__setattr__(record, "positions", lists)
    assert desk.check([desk.filled()], issued=issued).returns[0].status is Status.ACCEPTED


def test_without_a_record_an_unknown_revision_is_found(desk: Desk) -> None:
    earlier = Period.quarter(2014, 2)
    desk.learn("must", earlier, replacement="[x]", reason="awaiting release")
    returned = desk.filled()
    row = next(number for number, entry in enumerate(returned.entries) if entry.sheet == "Revisions")
    returned.entries[row] = returned.entries[row]._replace(id="nothing@2014-15-Q2")
    findings = desk.check([returned], key=None, issued=None).findings
    assert places(findings)[-1] == ("ID_MOVED", "Revisions", "K7")


def test_without_a_record_revisions_may_be_others_than_today(desk: Desk) -> None:
    earlier = Period.quarter(2014, 2)
    desk.learn("must", earlier, replacement="[x]", reason="awaiting release")
    returned = desk.filled()
    desk.known.clear()
    assert desk.check([returned], key=None, issued=None).returns[0].status is Status.ACCEPTED


def test_a_long_id_is_quoted_in_short(desk: Desk) -> None:
    returned = desk.filled()
    returned.entries[0] = returned.entries[0]._replace(id="x" * 9999)
    (finding,) = (each for each in desk.check([returned]).findings if each.code is Code.ROW_UNKNOWN)
    assert len(finding.message + finding.found) < 600


def test_what_is_typed_outside_the_tables_is_told_and_the_rest_is_taken(desk: Desk) -> None:
    returned = desk.filled()
    cells = ("K20", "L20", "K6", "P7")  # no figures: those could have slipped
    returned.outside = [*(Outside("Return", cell, 999.0) for cell in cells), Outside("Narrative", "D40", "x" * 9999)]
    checked = desk.check([returned]).returns[0]
    assert places(checked.findings) == [
        ("OUTSIDE_THE_TABLE", "Narrative", "D40"),
        ("OUTSIDE_THE_TABLE", "Return", "K20"),
    ]
    assert '"999" in K20, "999" in L20, "999" in K6 and 1 more' in checked.findings[1].message
    assert len(checked.findings[0].message) < 200
    assert checked.status is Status.ACCEPTED


def test_a_return_with_nothing_but_what_stands_outside_is_not_called_untouched(desk: Desk) -> None:
    returned = desk.filled(blank=True)
    returned.outside = [Outside("Return", "J20", 999.0)]
    codes = {finding.code.name for finding in desk.check([returned]).findings}
    assert "UNTOUCHED_BLANK" not in codes
    assert {"OUTSIDE_THE_TABLE", "REQUIRED_BLANK"} <= codes


# --- one row off --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "at", "way"),
    [
        ({"reason": 0.45, "to_date": 3.0}, "reason", "too low"),
        ({"closed": 0.45, "contacted": 4.0}, "closed", "too high"),
    ],
)
def test_figures_that_fit_the_row_beside_them_and_not_their_own_are_not_taken(
    desk: Desk, typed: dict[str, float], at: str, way: str
) -> None:
    checked = desk.check_one({item: Typed(value) for item, value in typed.items()})
    (finding,) = (each for each in checked.findings if each.code is Code.VALUES_FIT_BESIDE)
    assert (finding.sheet, finding.cell) == desk.cell(at)
    assert way in finding.message
    assert desk.cell("share")[1] in finding.message
    assert not typed.keys() & {each.item for each in checked.observations}


@pytest.mark.parametrize(
    "typed",
    [
        {"reason": Typed(0.45)},
        {"reason": Typed(0.45), "to_date": Typed(3.0), "share": Typed(0.45)},
        {"reason": Typed(0.45), "to_date": Typed(3.0), "share": Typed(shorthand="[z] not applicable")},
        {"reason": Typed(4.5), "to_date": Typed(3.0)},
        {"reason": Typed(4.0), "to_date": Typed(3.0)},
    ],
    ids=["one alone", "nothing blank", "accounted for", "fits neither", "fits here"],
)
def test_other_figures_beside_a_blank_did_not_slip(desk: Desk, typed: dict[str, Typed]) -> None:
    assert Code.VALUES_FIT_BESIDE not in {each.code for each in desk.check_one(typed).findings}
