"""The same through real workbooks: issued, filled with openpyxl, read back and checked."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import openpyxl

from dapf_xl.returns.layout import ENTRY_TABLES, SIGN_OFF, START, figure_id
from dapf_xl.returns.reading import read_return
from dapf_xl.returns.template import Template
from dapf_xl.rules import IssuedRecord, Status

from .conftest import KEY, QUARTER, Desk, places

if TYPE_CHECKING:
    from pathlib import Path

    from dapf_xl.returns.template import Issued
    from dapf_xl.rules import CheckedReturn


def _issue(desk: Desk, path: Path) -> Issued:
    return Template(desk.framework, KEY).write(desk.plan(), desk.known, path)


def _type(path: Path, issued: Issued, cells: dict[str, dict[str, Any]]) -> None:
    """Type into the cells of figures, as openpyxl types."""
    book = openpyxl.load_workbook(path)
    rows = {figure: (sheet, row) for sheet, places in issued.positions.items() for row, figure in places}
    for item, parts in cells.items():
        sheet, row = rows[figure_id(item, "", QUARTER)]
        for part, value in parts.items():
            book[sheet][ENTRY_TABLES[sheet].cell(part, row)] = value
    book.save(path)


def _checked(desk: Desk, path: Path, issued: Issued) -> CheckedReturn:
    record = IssuedRecord(
        issued.issue_id, issued.agency, issued.period, issued.catalogue_version, issued.digest, issued.positions
    )
    return desk.check([read_return(path)], issued={record.issue_id: record}).returns[0]


def test_what_is_typed_into_a_workbook_is_checked_in_its_cells(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "idva 2014-15 Q3 ü.xlsx"
    issued = _issue(desk, path)
    _type(
        path,
        issued,
        {
            "must": {"value": 0},
            "words": {"value": "Nothing to add."},
            "percent": {"value": 0.364, "shorthand": "[p] provisional", "comment": "early"},
            "count": {"value": "c.40"},
            "rate": {"value": "=1/0"},
            "engaged": {"value": 41},
            "contacted": {"value": 40},
        },
    )
    checked = _checked(desk, path, issued)
    *findings, last = checked.findings
    assert places([last]) == [("NOT_SIGNED", START, SIGN_OFF["name"])]
    assert places(findings) == [
        ("TEXT_IN_NUMBER", *desk.cell("count")),
        ("NOT_CALCULATED", *desk.cell("rate")),
        ("NUMERATOR_ABOVE_DENOMINATOR", *desk.cell("engaged")),
    ]
    found = {one.item: (one.value, one.markers, one.comment) for one in checked.observations}
    assert found["must"] == (Decimal(0), "", "")
    assert found["percent"] == (Decimal("36.4"), "[p]", "early")
    assert checked.status is Status.PARTLY_ACCEPTED


def test_a_workbook_as_it_was_issued_is_an_untouched_blank(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "idva_2014-15-Q3.xlsx"
    issued = _issue(desk, path)
    assert places(_checked(desk, path, issued).findings) == [("UNTOUCHED_BLANK", "", "")]


def test_a_workbook_with_a_deleted_row_is_read_by_its_ids(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "idva_2014-15-Q3.xlsx"
    issued = _issue(desk, path)
    _type(path, issued, {"must": {"value": 3}})
    book = openpyxl.load_workbook(path)
    book["Return"].delete_rows(9)
    book.save(path)
    checked = _checked(desk, path, issued)
    found = [place for place in places(checked.findings) if place[0].startswith("ROW")]
    assert found == [("ROW_MISSING", "Return", ""), ("ROWS_MOVED", "Return", "J9")]
    assert {one.item: one.value for one in checked.observations}["must"] == Decimal(3)


def test_a_figure_far_below_the_table_does_not_fail_the_file(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "idva_2014-15-Q3.xlsx"
    issued = _issue(desk, path)
    _type(path, issued, {"must": {"value": 3}, "words": {"value": "Fine."}})
    book = openpyxl.load_workbook(path)
    book["Return"]["J900"] = "x"
    book.save(path)
    assert _checked(desk, path, issued).status is Status.ACCEPTED
