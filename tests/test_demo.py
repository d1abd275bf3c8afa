"""The demonstration: the whole cycle on published figures, for somebody who sees it for the first time."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

from dapf_xl import catalogue, cli, demo
from dapf_xl.findings import Code, NotWrittenError, WorkspaceError
from dapf_xl.observations import published
from dapf_xl.periods import Period
from dapf_xl.returns.filling import read_values

MASTERS = [
    Path("demo/cambridgeshire/master/2014-15-Q3/cambridgeshire_2014-15-Q3_master_WORKING-EDITION.xlsx"),
    Path("demo/haringey/master/2014-15-Q2/haringey_2014-15-Q2_master_WORKING-EDITION.xlsx"),
]
SECONDS = 15
"""What a run may take of a processor; a busy machine takes longer to give it."""


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "dapf_xl", "demo", *arguments],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(Path(demo.__file__).parents[1]), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def test_it_prints_the_paths_of_the_masters_and_nothing_else_and_can_be_run_again(tmp_path: Path) -> None:
    for again in (False, True):
        began = os.times()
        ran = run(tmp_path)
        took = sum(os.times()[2:4]) - sum(began[2:4])  # processor time of the children; 0 on Windows
        assert ran.returncode == cli.CLEAN, ran.stderr
        assert [Path(line) for line in ran.stdout.splitlines()] == MASTERS
        assert all((tmp_path / path).is_file() for path in MASTERS)
        assert took < SECONDS, f"it took {took:.0f} s{' the second time' * again}"
    assert sorted(path.name for path in (tmp_path / "demo").iterdir()) == ["cambridgeshire", "haringey"]
    assert not list(tmp_path.rglob("superseded"))


def test_it_ends_by_saying_what_to_look_at(tmp_path: Path) -> None:
    ran = run(tmp_path, "here", "--framework", "haringey")
    last = ran.stderr.splitlines()[-4:]
    assert last[0] == "What to look at:"
    for kind, line in zip(("issued", "returns"), last[1:3], strict=True):
        folder = Path("here/haringey") / kind / "2014-15-Q2"
        assert f"  {folder}: " in line
        assert list((tmp_path / folder).glob("*.xlsx"))
    assert "Summary" in last[3]
    assert "Traceback" not in ran.stderr


def test_nobody_is_left_out_and_nothing_is_wrong(tmp_path: Path) -> None:
    made = demo.demonstrate("haringey", tmp_path / "work")
    assert made.current.not_returned == ()
    assert made.current.missing == {}
    assert [finding.code for finding in made.checked.findings] == [Code.MORE_THAN_ITS_WHOLE]
    assert made.current.held == {}


@pytest.mark.parametrize("framework", demo.demonstrations())
def test_every_published_figure_of_the_quarter_is_typed(framework: str) -> None:
    loaded = catalogue.load(catalogue.shipped()[framework])
    quarter = Period.parse(demo.demonstrations()[framework])
    typed = {
        (row.item, row.category, agency)
        for agency in loaded.agencies
        for row in demo.typed_from_published(loaded, quarter, agency, {})
    }
    assert typed == {each.key[:3] for each in published(loaded) if each.period == quarter}


@pytest.mark.parametrize("path", sorted(demo.DEMONSTRATIONS.glob("*.csv")), ids=lambda path: path.stem)
def test_the_words_of_a_demonstration_are_for_items_that_are_asked_for(path: Path) -> None:
    framework, _, period = path.stem.rpartition("_")
    loaded = catalogue.load(catalogue.shipped()[framework])
    asked = {(each.item.id, each.category): each.item for each in loaded.asked(Period.parse(period))}
    for row in read_values(path):
        item = asked[row.item, row.category]
        assert bool(row.value) == (item.type == "text"), "figures come from the catalogue's history"
        assert row.value or row.comment


def test_the_returns_are_signed_by_nobody_real(tmp_path: Path) -> None:
    demo.demonstrate("haringey", tmp_path / "work")
    filled = next((tmp_path / "work" / "returns" / "2014-15-Q2").glob("*.xlsx"))
    book = openpyxl.load_workbook(filled)
    values = [cell.value for row in book["Start here"].iter_rows() for cell in row]
    assert "Demonstration" in values
    assert "Example officer" in values


# --- what it does not destroy ---------------------------------------------------------------------


def test_a_folder_with_something_else_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "thesis.docx").write_text("years of work", encoding="utf-8")
    with pytest.raises(WorkspaceError, match="is not empty"):
        demo.demonstrate("haringey", tmp_path / "work")
    assert [path.name for path in (tmp_path / "work").iterdir()] == ["thesis.docx"]


def test_a_real_workspace_is_left_alone(tmp_path: Path) -> None:
    workspace = tmp_path / "work"
    assert cli.main(["init", "haringey", str(workspace)]) == cli.CLEAN
    before = sorted(workspace.rglob("*"))
    with pytest.raises(WorkspaceError, match="is not empty"):
        demo.demonstrate("haringey", workspace)
    assert sorted(workspace.rglob("*")) == before


@pytest.mark.parametrize("lock", ["~${}", ".~lock.{}#"], ids=["excel", "libreoffice"])
def test_a_demonstration_that_somebody_looks_at_is_left_whole(tmp_path: Path, lock: str) -> None:
    master = demo.demonstrate("haringey", tmp_path / "work").master
    before = master.read_bytes()
    (master.parent / lock.format(master.name)).write_bytes(b"")
    with pytest.raises(NotWrittenError, match=f"{master.name} .* is open in a spreadsheet program: close it"):
        demo.demonstrate("haringey", tmp_path / "work")
    assert master.read_bytes() == before


def test_a_framework_without_a_demonstration_is_named_with_those_that_have_one(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError, match="no demonstration of nowhere: use one of cambridgeshire, haringey"):
        demo.demonstrate("nowhere", tmp_path / "work")
    assert not (tmp_path / "work").exists()
