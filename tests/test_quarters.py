"""The year by quarter: each target beside its figure, as areas report against targets."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import openpyxl

from dapf_xl import quarters
from dapf_xl.master import write_master
from dapf_xl.variance import lines_of
from tests.master.building import published_round, tables_of

if TYPE_CHECKING:
    from pathlib import Path

    from dapf_xl.consolidation import Round

YEARLY = "410 by March 2017 (not a quarter's: rolling 12 months)"


def rows_of(current: Round) -> dict[str, dict[str, Any]]:
    return {row["indicator"]: row for row in quarters.rows_of(current, lines_of(current))}


def test_haringeys_six_indicators_have_the_pairs_that_the_area_printed() -> None:
    rows = rows_of(published_round("haringey", "2014-15-Q2"))
    printed = {
        "H1": ("80%", "80%", "84%", "80%", "85%"),
        "H2": ("80%", "80%", "54%", "80%", "83%"),
        "H3": ("50% uptake", "50% uptake", "80%", "50% uptake", "No provision available for Q2"),
        "H4": ("299", YEARLY, "85", YEARLY, "88"),
        "H5": ("80%", "80%", "80%", "80%", "55%"),
        "H6": ("", "11-15%", "20%", "11-15%", "19%"),
    }
    assert list(rows) == list(printed)
    for name, (baseline, *pairs) in printed.items():
        row = rows[name]
        assert row["owner"] == "lead officer"
        assert row["baseline"] == baseline
        found = [row[f"{quarter}_{what}"] for quarter in ("q1", "q2") for what in ("target", "actual")]
        assert found == pairs, name
        assert (row["q3_actual"], row["q4_actual"]) == ("", ""), "those quarters have not come"


def test_a_target_of_one_quarter_is_that_quarters_alone() -> None:
    current = published_round("haringey", "2014-15-Q2")
    tables = current.framework.tables
    targets = tuple(
        replace(row, text="90%", value=None) if row.indicator == "H1" and row.until is None else row
        for row in tables["targets"]
    )
    changed = replace(current, framework=replace(current.framework, tables={**tables, "targets": targets}))
    row = rows_of(changed)["H1"]
    assert [row[f"q{number}_target"] for number in range(1, 5)] == ["80%", "80%", "90%", "90%"]


def test_a_figure_that_is_never_published_is_withheld_and_a_yearly_one_has_no_quarters() -> None:
    current = published_round("haringey", "2014-15-Q2")
    tables = current.framework.tables
    items = tuple(replace(row, disclosure="never") if row.id == "H2.retained" else row for row in tables["items"])
    asks = tuple(replace(row, frequency="year") if row.item == "H6.repeat" else row for row in tables["asks"])
    changed = replace(current.framework, tables={**tables, "items": items, "asks": asks})
    rows = rows_of(replace(current, framework=changed))
    assert rows["H2"]["q1_actual"] == "Never published"
    assert "H6" not in rows


def test_the_sheet_has_a_row_for_each_and_two_columns_a_quarter(tmp_path: Path) -> None:
    write_master(tables_of(published_round("haringey", "2014-15-Q2")), tmp_path / "master.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "master.xlsx")["Targets by quarter"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=6)]
    assert rows[0][:6] == ["Ref", "Indicator", "Owner", "Baseline", "Q1 2014/15 target", "Q1 2014/15 actual"]
    assert len(rows[0]) == 12
    assert [row[0] for row in rows[1:]] == ["H1", "H2", "H3", "H4", "H5", "H6"]
    assert rows[1][2:] == ["lead officer", "80%", "80%", "84%", "80%", "85%", "80%", "–", "80%", "–"]
