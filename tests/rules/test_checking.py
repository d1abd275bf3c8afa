"""The order of the batches, what comes of a return, and that nothing is found where nothing is wrong."""

from __future__ import annotations

from decimal import Decimal
from itertools import chain
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dapf_xl.findings import Batch, Code, reading_order
from dapf_xl.observations import shorthand_choices
from dapf_xl.returns.layout import parse_figure_id
from dapf_xl.rules import BATCHES, Status
from dapf_xl.rules.schema import CHECKS

from .conftest import ITEMS, QUARTER, Desk, Typed, places

if TYPE_CHECKING:
    from dapf_xl.catalogue.tables import Item

RELATED = {"engaged", "contacted", "closed", "share", "reason", "split"}
"""Items that must agree with others, so that random figures do not do."""


def test_every_batch_has_its_place_in_order() -> None:
    assert list(BATCHES) == [batch for batch in Batch if batch not in {Batch.CATALOGUE, Batch.PUBLISHED, Batch.IMPORT}]
    assert all(step.file or step.rows or step.whole or step.awaits for step in BATCHES.values())


def test_every_code_of_types_and_presence_has_a_check() -> None:
    checked = {code for code, _, _ in CHECKS} | {Code.EVIDENCE_BLANK, Code.EVIDENCE_INCOMPLETE, Code.DATE_FAR_AWAY}
    assert {code for code in Code if code.batch in {Batch.TYPE, Batch.PRESENCE}} <= checked


@pytest.mark.parametrize(
    ("typed", "status", "reason"),
    [
        ({}, Status.ACCEPTED, ""),
        ({"count": Typed("1,234")}, Status.ACCEPTED, ""),
        ({"score": Typed(21.0)}, Status.ACCEPTED_WITH_QUERIES, "21 is outside the usual range of 5 to 20."),
        ({"score": Typed(21.0, comment="so it was")}, Status.ACCEPTED_WITH_QUERIES, "21 is outside"),
        ({"score": Typed(21.0), "count": Typed("c.40")}, Status.PARTLY_ACCEPTED, '"c.40" is not a number.'),
    ],
)
def test_what_becomes_of_a_return(desk: Desk, typed: dict[str, Typed], status: Status, reason: str) -> None:
    checked = desk.check_one(typed)
    assert checked.status is status
    assert reason in checked.reason
    assert bool(checked.reason) == bool(reason)


def test_the_statuses_are_counted(desk: Desk) -> None:
    returns = [desk.filled(), desk.filled({"count": Typed("c.40")}, agency="police")]
    assert desk.check(returns).statuses == {Status.ACCEPTED: 1, Status.PARTLY_ACCEPTED: 1}


def test_no_returns_are_no_findings(desk: Desk) -> None:
    assert desk.check([]).findings == []


def test_findings_stand_in_reading_order(desk: Desk) -> None:
    typed = {"score": Typed(99.0), "count": Typed("x", "y"), "words": Typed(), "engaged": Typed(-1.0)}
    findings = desk.check_one(typed).findings
    assert len(findings) == 5
    assert findings == sorted(findings, key=reading_order)


def test_one_bad_cell_keeps_nothing_else_out(desk: Desk) -> None:
    checked = desk.check_one({"count": Typed("c.40"), "rate": Typed(2.5)})
    assert {one.item for one in checked.observations} == {"must", "words", "rate"}
    assert checked.untaken == [("count", "", "idva", QUARTER)]


def test_a_blank_that_is_an_error_is_not_among_what_was_given_but_not_taken(desk: Desk) -> None:
    checked = desk.check_one({"must": Typed()})
    assert checked.untaken == []
    assert checked.given == 1


def test_an_observation_says_where_it_comes_from(desk: Desk) -> None:
    checked = desk.check_one({"percent": Typed(0.5, "[e] estimated", "from a sample")})
    (one,) = [one for one in checked.observations if one.item == "percent"]
    assert (one.file, one.sheet, one.cell) == ("idva_2014-15-Q3.xlsx", *desk.cell("percent"))
    assert (one.supplier, one.period, one.basis, one.sha256) == ("idva", QUARTER, "quarter", checked.read.sha256)
    assert (one.value, one.markers, one.comment, one.status) == (Decimal(50), "[e]", "from a sample", "accepted")


def test_a_figure_with_a_basis_of_its_own_keeps_it(desk: Desk) -> None:
    checked = desk.check_one({"to_date": Typed(5.0)})
    assert [one.basis for one in checked.observations if one.item == "to_date"] == ["year_to_date"]


def test_the_same_returns_are_judged_the_same_a_second_time(desk: Desk) -> None:
    returned = desk.filled({"count": Typed("c.40"), "engaged": Typed(5.0), "contacted": Typed(4.0)})
    assert desk.check([returned]).findings == desk.check([returned]).findings


def test_many_returns_at_once_keep_their_findings_apart(desk: Desk) -> None:
    agencies = ("idva", "police")
    returns = [
        desk.filled({"count": Typed("c.40" if agency == "police" else 4.0)}, agency=agency) for agency in agencies
    ]
    checked = desk.check(returns).returns
    assert [places(one.findings) for one in checked] == [[], [("TEXT_IN_NUMBER", *desk.cell("count"))]]
    assert {one.supplier for one in checked[0].observations} == {"idva"}


# --- whatever is legal ---------------------------------------------------------------------------

_LEGAL: dict[str, st.SearchStrategy[Any]] = {
    "must": st.integers(0, 10**9).map(float),
    "count": st.integers(0, 10**9).map(float),
    "percent": st.integers(1000, 10000).map(lambda number: number / 10000),
    "over": st.integers(0, 15000).map(lambda number: number / 10000),
    "rate": st.decimals(0, 10**6, places=3).map(float),
    "money": st.decimals(0, 10**8, places=2).map(float),
    "change": st.decimals(-50, 50, places=2).map(float),
    "score": st.integers(50, 200).map(lambda number: number / 10),
    "to_date": st.integers(0, 1000).map(float),
    "words": st.text(st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1).filter(str.strip),
}
_CHOICES = shorthand_choices(5)
_REPLACEMENTS = [choice for choice in _CHOICES if choice.startswith(("[x]", "[z]", "[c]", "[low]"))]
_MARKERS = ["", "", *(choice for choice in _CHOICES if choice not in _REPLACEMENTS)]
_COMMENTS = st.sampled_from(["", "As agreed.", "Zażółć, 5 < 6"])


def _legal(item: str) -> st.SearchStrategy[Typed]:
    values = _LEGAL[item]
    if item == "words":
        return st.builds(Typed, values)
    given_figure = st.builds(Typed, values, st.sampled_from(_MARKERS), _COMMENTS)
    replaced = st.builds(Typed, st.none(), st.sampled_from(_REPLACEMENTS), _COMMENTS)
    return st.one_of(given_figure, replaced, *([] if item == "must" else [st.just(Typed())]))


def _expected(item: Item, typed: Typed) -> tuple[object, ...]:
    symbols = "".join(f"[{part}" for part in typed.shorthand.replace("]", "]|").split("[") if "]" in part)
    symbols = "".join(part.strip().split("|")[0] for part in symbols.split() if part.startswith("["))
    if isinstance(typed.value, str):
        return (None, "", typed.value.strip(), "")
    if typed.value is None:
        return (None, symbols, "", typed.comment)
    value = Decimal(repr(typed.value)) * (100 if item.type == "percent" else 1)
    return (value, symbols, "", typed.comment)


@given(st.fixed_dictionaries({item: _legal(item) for item in _LEGAL}))
def test_whatever_is_legal_comes_back_as_it_was_typed(typed: dict[str, Typed]) -> None:
    checked = Desk().check_one(typed)
    assert checked.findings == []
    items = {item.id: item for item in ITEMS}
    found = {one.item: (one.value, one.shorthand, one.text, one.comment) for one in checked.observations}
    wanted = {
        item: _expected(items[item], cell)
        for item, cell in typed.items()
        if cell != Typed() and (cell.value is not None or cell.shorthand)
    }
    assert found == wanted


_ANYTHING = st.one_of(
    st.none(),
    st.booleans(),
    st.floats(),
    st.integers(-(10**12), 10**12),
    st.text(max_size=12),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.timedeltas(),
    st.sampled_from(["12abc", "<5", "*", "1,234", " 12 ", "36.4%", "#N/A", "[x]", "£5", "c.40", "-"]),
)
_ANY_ROW = st.builds(
    Typed,
    _ANYTHING,
    st.sampled_from(["", "[x]", "[p]", "?", *_CHOICES]),
    st.text(max_size=5),
    st.sampled_from(["", "", "", "error", "formula", "uncalculated"]),
)


@given(st.dictionaries(st.sampled_from([item.id for item in ITEMS if item.id != "split"]), _ANY_ROW, max_size=12))
def test_whatever_is_typed_is_either_taken_or_found_once_a_cell(typed: dict[str, Typed]) -> None:
    desk = Desk()
    checked = desk.check_one({"must": Typed(1.0)} | typed)
    errors = [place[1:] for place in places(checked.findings) if Code[place[0]].severity == "error"]
    assert len(errors) == len(set(errors))
    wrong = {(finding.item, finding.category) for finding in checked.findings if finding.severity == "error"}
    taken = {(one.item, one.category) for one in checked.observations}
    assert not wrong & taken
    filled = {
        item
        for item, cell in typed.items()
        if (cell.value not in {None, ""} and not _is_invisible(cell)) or cell.shorthand
    }
    assert filled <= {item for item, _ in chain(wrong, taken)}


def _is_invisible(cell: Typed) -> bool:
    return (
        isinstance(cell.value, str)
        and not cell.value.strip("\u00ad\ufeff\u2060\u200b\u200c\u200d\u200e\u200f \t\r\n")
        and not cell.trouble
    )


def test_the_ids_of_the_specimen_can_be_read(desk: Desk) -> None:
    assert all(parse_figure_id(line.id) for _, line in desk.plan().figures())
