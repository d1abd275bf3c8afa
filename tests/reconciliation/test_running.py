"""Reconciling from a framework, a file of statements or a workspace, and what the command prints of it."""

from __future__ import annotations

import json
import re
from importlib import resources
from typing import TYPE_CHECKING

import jsonschema
import pytest

import dapf_xl
from dapf_xl import catalogue, cli, demo
from dapf_xl.findings import CatalogueError, Code, NothingToReadError
from dapf_xl.reconciliation import reconcile

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SCHEMA = json.loads(resources.files("dapf_xl").joinpath("output.schema.json").read_text(encoding="utf-8"))
HEAD = "id,document,place,printed,kind,item,period,value,of\n"


@pytest.fixture
def statements(tmp_path: Path) -> Callable[[str], Path]:
    def write(rows: str) -> Path:
        path = tmp_path / "said.csv"
        path.write_text(HEAD + rows, encoding="utf-8")
        return path

    return write


def test_a_file_of_statements_stands_in_place_of_the_catalogue_s_own(statements: Callable[[str], Path]) -> None:
    made = dapf_xl.reconcile("haringey", statements("s1,Draft,p. 2,90,equals,H4.referrals,2014-15-Q2,90,\n"))
    (check,) = [check for check in made.checks if check.document == "Draft"]
    assert check.finding
    assert (check.finding.code, check.other) == (Code.STATED_DIFFERS, "88")
    assert [each.id for each in made.framework.statements] == ["s1"]


@pytest.mark.parametrize(
    ("rows", "code", "cell"),
    [
        ("s1,Draft,p. 2,90,equal,H4.referrals,2014-15-Q2,90,\n", Code.NOT_ONE_OF, "E2"),
        ("s1,Draft,p. 2,90,equals,H4.referral,2014-15-Q2,90,\n", Code.REFERENCE_UNKNOWN, "F2"),
        ("s1,Draft,p. 2,90,equals,H4.referrals,,90,\n", Code.STATEMENT_INCOMPLETE, "F2"),
        ("s1,Draft,p. 2,90,equals,H4.referrals,2014-15-Q2,ninety,\n", Code.NOT_A_NUMBER, "H2"),
        ("\n\ns1,Draft,p. 2,55%,share,,,55,fifteen\n", Code.STATEMENT_AMOUNT, "I4"),
        ("s1,Draft,p. 2,55%,share,,,55\n", Code.ROW_TOO_SHORT, "A2"),
    ],
)
def test_a_bad_file_of_statements_ends_in_findings_with_row_and_column(
    rows: str, code: Code, cell: str, statements: Callable[[str], Path]
) -> None:
    with pytest.raises(CatalogueError) as raised:
        reconcile("haringey", statements(rows))
    (finding,) = raised.value.findings
    assert (finding.code, finding.file, finding.cell) == (code, "said.csv", cell)


def test_the_line_says_which_file_has_the_faults_and_where(statements: Callable[[str], Path]) -> None:
    path = statements("=x,Draft,p. 2,90,equals,H4.referrals,2014-15-Q2,ninety,\n")
    with pytest.raises(CatalogueError) as raised:
        reconcile("haringey", path)
    line = str(raised.value)
    assert line.startswith(f"{path}: the table of statements has 2 faults. The first: said.csv, ")
    assert line.endswith("The others: H2.")
    assert "catalogue check" not in line


def test_a_file_that_is_no_table_is_one_finding(tmp_path: Path) -> None:
    path = tmp_path / "said.csv"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(CatalogueError) as raised:
        reconcile("haringey", path)
    assert [(finding.code, finding.file) for finding in raised.value.findings] == [(Code.TABLE_UNREADABLE, "said.csv")]
    with pytest.raises(NothingToReadError, match="cannot be read"):
        reconcile("haringey", tmp_path / "none.csv")


@pytest.mark.parametrize("fault", [b"id\nnothing else", b"\xff\xfe\x00"])
def test_a_fault_of_the_replaced_table_does_not_count(
    fault: bytes, tmp_path: Path, statements: Callable[[str], Path]
) -> None:
    folder = tmp_path / "own"
    catalogue.export(catalogue.load(catalogue.shipped()["haringey"]), folder)
    (folder / "statements.csv").write_bytes(fault)
    with pytest.raises(CatalogueError):
        reconcile(folder)
    assert reconcile(folder, statements("s1,Draft,p. 2,88,equals,H4.referrals,2014-15-Q2,88,\n")).counts["differ"] == 1


def test_statements_survive_a_workbook(tmp_path: Path) -> None:
    book = tmp_path / "catalogue.xlsx"
    catalogue.export(catalogue.load(catalogue.shipped()["haringey"]), book)
    assert reconcile(book).checks == reconcile("haringey").checks


def test_figures_of_a_workspace_are_those_that_were_returned(tmp_path: Path, statements: Callable[[str], Path]) -> None:
    demo.demonstrate("haringey", tmp_path / "work")
    said = statements(
        "s1,Draft,p. 2,90,equals,H4.referrals,2014-15-Q2,90,\ns2,Draft,p. 3,85,equals,H4.referrals,2014-15-Q1,85,\n"
    )
    before = sorted((path, path.stat().st_mtime_ns) for path in (tmp_path / "work").rglob("*.xlsx"))
    returned, published = [check for check in reconcile(tmp_path / "work", said).checks if check.document == "Draft"]
    assert re.fullmatch(r"marac_2014-15-Q2\.xlsx, Return![A-Z]\d+", returned.against)
    assert (returned.state, returned.other) == ("differ", "88")
    assert (published.state, published.against) == ("agree", "Performance table Q2, row 4, Quarter 1 actual")
    assert sorted((path, path.stat().st_mtime_ns) for path in (tmp_path / "work").rglob("*.xlsx")) == before


# --- the command ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "status"), [("cambridgeshire", 1), ("haringey", 1), ("doncaster", 0), ("wirral", 0)])
def test_the_exit_status_says_whether_something_is_contradicted(
    name: str, status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["reconcile", name]) == status
    ran = capsys.readouterr()
    made = reconcile(name)
    for finding in made.findings:
        assert str(finding) in ran.err
    for check in made.open:
        assert f"{check.said} cannot be checked: {check.why}." in ran.err
    assert ran.err.splitlines()[-1].startswith(f"{made.counts['agree']} agree, {len(made.findings)} do not fit (")
    assert ran.out == ""


def test_json_is_one_document(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["reconcile", "haringey", "--json"]) == 1
    whole = json.loads(capsys.readouterr().out)
    jsonschema.validate(whole, SCHEMA, jsonschema.Draft202012Validator)
    assert whole["reconciled"] == reconcile("haringey").counts
    assert len(whole["findings"]) == whole["reconciled"]["differ"]


def test_a_bad_file_is_a_line_and_an_exit_status(
    statements: Callable[[str], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    path = statements("s1,Draft,p. 2,90,equal,H4.referrals,2014-15-Q2,90,\n")
    assert cli.main(["reconcile", "haringey", "--statements", str(path), "--json"]) == 2
    whole = json.loads(capsys.readouterr().out)
    jsonschema.validate(whole, SCHEMA, jsonschema.Draft202012Validator)
    assert [finding["cell"] for finding in whole["findings"]] == ["E2"]
    assert cli.main(["reconcile", str(path.parent / "nowhere")]) == 2
