"""The benchmark measures what it says it does; how long things take is never tested."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "benchmark.py"
STEPS = ("open", "issue", "read", "check", "consolidate")
RIVALS = {"calamine_raw", "pandas_openpyxl", "xlsxwriter_bare"}
RETURNS = 3


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("a folder, née Ordner")


@pytest.fixture(scope="module")
def document(folder: Path) -> dict[str, Any]:
    command = [sys.executable, str(SCRIPT), str(RETURNS), "--cores", "--folder", str(folder)]
    environment = os.environ | {"PYTHONPATH": str(SCRIPT.parents[1])}
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False, env=environment)
    assert done.returncode == 0, done.stderr
    printed: dict[str, Any] = json.loads(done.stdout)
    return printed


def test_one_document_says_what_was_measured_and_on_what(document: dict[str, Any]) -> None:
    assert document["returns"] == RETURNS
    assert document["figures_each"] == 60
    assert document["machine"]["packages"].keys() >= {"xlsxwriter", "openpyxl", "python-calamine", "pandas", "pandera"}


def test_every_step_has_seconds_and_what_a_return_costs(document: dict[str, Any]) -> None:
    block = document["one_process"]
    for measured in [*(block[step] for step in STEPS), *block["beside"].values()]:
        assert measured["seconds"] > 0
        assert measured["ms_per_return"] > 0


def test_the_rivals_and_the_promises_stand_beside_the_product(document: dict[str, Any]) -> None:
    block = document["one_process"]
    assert block["beside"].keys() == RIVALS
    assert block["ratios"].keys() >= {
        "read_and_check_times_faster_than_pandas",
        "issue_over_xlsxwriter",
        "read_over_calamine",
    }
    assert all(ratio > 0 for ratio in block["ratios"].values())


def test_one_process_comes_before_all_cores(document: dict[str, Any]) -> None:
    assert document["one_process"]["cores"] == 1
    assert "all_cores" in document or document["machine"]["cores"] == 1


def test_memory_is_the_most_that_was_needed_up_to_each_step(document: dict[str, Any]) -> None:
    peak = document["one_process"]["peak_memory_mb"]
    assert 10 < peak["check"] <= peak["consolidate"]


def test_no_return_is_rejected_and_every_one_is_read(document: dict[str, Any]) -> None:
    statuses = document["one_process"]["statuses"]
    assert sum(statuses.values()) == RETURNS
    assert statuses.keys() <= {"Accepted", "Accepted with queries", "Partly accepted"}


def test_a_return_is_asked_for_sixty_figures_and_has_every_sheet(folder: Path, document: dict[str, Any]) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    filled = sorted((folder / str(RETURNS) / "workspace" / "returns").glob("*/*.xlsx"))
    assert len(filled) == document["returns"]
    workbook = openpyxl.load_workbook(filled[0])
    assert workbook.sheetnames == ["Start here", "Return", "Narrative", "Revisions", "Definitions", "_dapf"]
    ids = [cell.value for cell in workbook["Return"]["N"][5:]] + [cell.value for cell in workbook["Narrative"]["F"][5:]]
    assert sum(bool(name) for name in ids) == document["figures_each"]


def test_a_return_has_history_and_what_agencies_type(folder: Path, document: dict[str, Any]) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    (first, *_) = sorted((folder / str(document["returns"]) / "workspace" / "returns").glob("*/*.xlsx"))
    workbook = openpyxl.load_workbook(first, data_only=True)
    figures = [row for row in workbook["Return"].iter_rows(min_row=6, values_only=True) if row[13]]
    assert sum(isinstance(row[4], int | float) for row in figures) > 40
    assert sum(isinstance(row[9], int | float) for row in figures) > 40
    assert any(str(row[10] or "").startswith("[") for row in figures)
    assert any(row[11] for row in figures)
    assert [row[0] for row in workbook["Revisions"].iter_rows(min_row=6, values_only=True) if row[10]]
    assert len(str(workbook["Narrative"]["D7"].value)) > 100
    assert workbook["Start here"]["B19"].value


def test_the_bare_loop_writes_the_same_cells(folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    monkeypatch.syspath_prepend(str(SCRIPT.parent))
    from benchmarking import rivals  # noqa: PLC0415  (found beside the script)

    issued = min((folder / str(RETURNS) / "workspace" / "issued").glob("*/*.xlsx"))
    rivals.write_bare(rivals.content_of(issued), tmp_path / "bare.xlsx")
    ours, theirs = openpyxl.load_workbook(issued), openpyxl.load_workbook(tmp_path / "bare.xlsx")
    assert ours.sheetnames == theirs.sheetnames
    for sheet in ours.sheetnames:
        cells = [
            {cell.coordinate: (cell.value, cell.number_format, cell.fill.fgColor.rgb, cell.protection.locked)}
            for book in (ours, theirs)
            for row in book[sheet].iter_rows()
            for cell in row
        ]
        half = len(cells) // 2
        assert cells[:half] == cells[half:], sheet
        assert len(ours[sheet].conditional_formatting) == len(theirs[sheet].conditional_formatting)
        validations = [book[sheet].data_validations.dataValidation for book in (ours, theirs)]
        assert [str(rule.sqref) for rule in validations[0]] == [str(rule.sqref) for rule in validations[1]]
