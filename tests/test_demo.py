"""The demonstration: the whole cycle on published figures, for somebody who sees it for the first time."""

from __future__ import annotations

import email
import os
import subprocess
import sys
from dataclasses import replace
from email import policy
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pytest

from dapf_xl import catalogue, cli, cycle, demo
from dapf_xl.catalogue import Framework
from dapf_xl.findings import Code, NotWrittenError, Standing, WorkspaceError
from dapf_xl.observations import published
from dapf_xl.periods import Period
from dapf_xl.returns.filling import read_values
from dapf_xl.synthetic.rounds import quarters_of, slips_of
from dapf_xl.workspace import open_workspace
from tests.rules.conftest import small_framework

if TYPE_CHECKING:
    from dapf_xl.cycle import Consolidated

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
    codes = sorted(finding.code.name for finding in made.checked.findings)
    assert codes == ["CHANGED_SHARPLY", "CHANGED_SHARPLY", "MORE_THAN_ITS_WHOLE"], "two figures jumped"
    assert {finding.status for finding in made.checked.findings} == {Standing.ANSWERED}
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


# --- made-up figures --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def wirral(tmp_path_factory: pytest.TempPathFactory) -> Consolidated:
    """The last of three made-up rounds of a framework that nobody has published figures of."""
    return demo.make_up("wirral", tmp_path_factory.mktemp("made up") / "wirral", rounds=3)


def folder_of(made: Consolidated) -> Path:
    return made.master.parents[2]


def words_of(path: Path) -> dict[str, tuple[str, str]]:
    """Return what stands in the first rows of every sheet that can be seen, and at the head of its pages."""
    book = openpyxl.load_workbook(path)
    return {
        sheet.title: (
            "\n".join(str(cell.value) for row in sheet.iter_rows(max_row=5) for cell in row if cell.value),
            str(sheet.oddHeader.left.text),
        )
        for sheet in book
        if sheet.sheet_state == "visible"
    }


def test_every_sheet_and_page_of_a_return_and_a_master_says_that_it_is_made_up(wirral: Consolidated) -> None:
    assert len(all_say_so(wirral)) > 20


@pytest.mark.parametrize("framework", [name for name in catalogue.shipped() if name != "wirral"])
def test_every_framework_is_made_up_and_says_so_on_every_sheet(framework: str, tmp_path: Path) -> None:
    made = demo.make_up(framework, tmp_path / framework, rounds=1)
    sheets = all_say_so(made)[made.master]
    loaded = made.current.framework
    assert ("Quality assurance" in sheets) == bool(loaded.qa)
    assert ("Committee paper" in sheets) == bool(loaded.views)
    assert ("Breakdowns" in sheets) == any(item.breakdowns for item in loaded.items.values())


def all_say_so(made: Consolidated) -> dict[Path, set[str]]:
    """Return the sheets of every workbook of made-up rounds; all of them say what they are."""
    folder = folder_of(made)
    found = {}
    for path in (made.master, *folder.rglob("issued/*/*.xlsx"), *folder.rglob("returns/*/*.xlsx")):
        sheets = words_of(path)
        found[path] = set(sheets)
        assert len(sheets) >= 3
        for name, (top, header) in sheets.items():
            assert MADE_UP in top, f"{path.name}, {name}"
            assert MADE_UP in " ".join(header.split()), f"{path.name}, {name}: the head of its pages"
    return found


MADE_UP = "SYNTHETIC: every figure and word was made up by a program (seed 1); none is real."


def test_names_and_drafts_of_what_is_made_up_say_so(wirral: Consolidated) -> None:
    folder = folder_of(wirral)
    assert wirral.master.name == "wirral_2022-23-Q4_master_SYNTHETIC_WORKING-EDITION.xlsx"
    settings = folder / "dapf.toml"
    before = settings.read_text(encoding="utf-8")
    cleared = before.replace("to = []", 'to = ["chair@example.org"]').replace(
        "cleared = []", 'cleared = ["chair@example.org"]'
    )
    settings.write_text(cleared, encoding="utf-8")
    draft = cycle.send(folder, "2022-23-Q4")
    settings.write_text(before, encoding="utf-8")
    assert "SYNTHETIC" in draft.name
    message = email.message_from_bytes(draft.read_bytes(), policy=policy.default)
    assert "[SYNTHETIC]" in message["Subject"]
    for part in message.walk():
        if part.get_content_maintype() == "text":
            assert MADE_UP in " ".join(part.get_content().split())


def test_made_up_rounds_show_what_goes_wrong_in_real_ones(wirral: Consolidated) -> None:
    folder = folder_of(wirral)
    slips = slips_of(
        catalogue.load(catalogue.shipped()["wirral"]), quarters_of(open_workspace(folder).framework, rounds=3), 1
    )
    assert [each.agency for each in wirral.current.not_returned] == [slips.missing]
    assert len(list((folder / "master" / "2022-23-Q2" / "superseded").iterdir())) == 1, "the late return came after it"
    assert len(list((folder / "returns" / "2022-23-Q3").glob(f"{slips.shared}*"))) == 2
    halved = {finding.file for finding in wirral.checked.findings if finding.code is Code.REQUIRED_BLANK}
    assert halved == {f"{slips.half}_2022-23-Q4.xlsx"}
    assert {finding.code for finding in wirral.checked.findings} <= {
        Code.REQUIRED_BLANK,
        Code.MORE_THAN_ITS_WHOLE,
        Code.TEXT_BLANK,
    }
    statuses = {each.status for each in wirral.current.submissions}
    assert {"Accepted", "Partly accepted", "Not returned"} <= statuses


def test_the_rounds_before_are_what_the_last_is_set_against(wirral: Consolidated) -> None:
    current = wirral.current
    quarters = {key[3].label for key in current.figures}
    assert {"2022-23-Q2", "2022-23-Q3", "2022-23-Q4", "2022-23"} <= quarters


def test_a_seed_gives_the_same_figures_again_and_another_gives_others(tmp_path: Path) -> None:
    def figures(folder: str, seed: int) -> dict[object, object]:
        made = demo.make_up("haringey", tmp_path / folder, seed=seed, rounds=1)
        return {key: (each.value, each.shorthand, each.text) for key, each in made.current.figures.items()}

    first = figures("one", 3)
    assert figures("two", 3) == first
    assert figures("one", 4) != first, "the demonstration that stood there is replaced"


def test_a_catalogue_that_somebody_just_wrote_is_made_up_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    small = small_framework()
    indicators = [
        replace(each, definition="As it says.", measure=measure, over_time="none", over_agencies="none")
        for each, measure in zip(small.indicators.values(), ("count", "engaged"), strict=True)
    ]
    whole = Framework(small.settings, {**small.tables, "indicators": tuple(indicators)})
    catalogue.export(whole, tmp_path / "catalogue")
    arguments = ["demo", str(tmp_path / "here"), "--framework", str(tmp_path / "catalogue"), "--period", "2014-15-Q3"]
    assert cli.main([*arguments, "--rounds", "2", "--seed", "5"]) == cli.CLEAN
    out = capsys.readouterr().out.splitlines()
    assert out == [
        str(tmp_path / "here/specimen/master/2014-15-Q3/specimen_2014-15-Q3_master_SYNTHETIC_WORKING-EDITION.xlsx")
    ]
    assert sorted(path.name for path in (tmp_path / "here/specimen/issued").iterdir()) == ["2014-15-Q2", "2014-15-Q3"]


def test_an_area_that_published_figures_can_be_made_up_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["demo", str(tmp_path), "--framework", "haringey", "--synthetic"]
    assert cli.main([*arguments, "--rounds", "1"]) == cli.CLEAN
    assert "SYNTHETIC" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--framework", "nowhere"], "there is no framework called nowhere: use one of"),
        (["--framework", "wirral", "--period", "2014-15"], "is not a quarter"),
        (["--framework", "wirral", "--period", "1999-00-Q1", "--rounds", "0"], "rounds"),
    ],
)
def test_what_cannot_be_made_up_is_said_in_a_line(
    arguments: list[str], words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["demo", str(tmp_path / "here"), *arguments]) == cli.MISUSE
    assert words in " ".join(capsys.readouterr().err.split())
    assert not (tmp_path / "here").exists()
