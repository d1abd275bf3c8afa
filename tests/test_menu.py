"""The menu: the steps of a quarter by number, and the file that starts it on Windows."""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING

import pytest

from dapf_xl import catalogue, cli, cycle
from dapf_xl.cli.asking import _NUMBERS
from dapf_xl.cli.launcher import LAUNCHER, launcher_text
from dapf_xl.cli.menu import STEPS
from dapf_xl.recipients import recipients_of
from dapf_xl.workspace import open_workspace

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

QUARTER = "2014-15-Q2"


@pytest.fixture
def choose(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str, str]]:
    """Type lines into the menu of a workspace in which a round was issued; return status, stdout and stderr."""
    folder = tmp_path / "Zoë's work & more"
    cycle.init("haringey", folder)
    cycle.issue(folder, QUARTER)

    def choose(*lines: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
        capsys.readouterr()
        status = cli.main(["menu", str(folder)])
        said = capsys.readouterr()
        return status, said.out, said.err

    return choose


def test_the_round_that_was_begun_is_meant(choose: Callable[..., tuple[int, str, str]]) -> None:
    status, out, err = choose("0")
    assert (status, out) == (cli.CLEAN, "")
    assert "Haringey, Q2 2014/15" in err
    assert [line.split("  ")[1] for line in err.splitlines() if line.startswith("  ")] == [*"12345670"]


def test_a_whole_quarter_goes_by_numbers(choose: Callable[..., tuple[int, str, str]], tmp_path: Path) -> None:
    (folder,) = tmp_path.iterdir()
    for issued in (folder / "issued" / QUARTER).glob("marac*.xlsx"):
        cycle.fill(issued, [], folder / "returns" / QUARTER / issued.name, {"name": "An officer"})
    status, out, err = choose("1", "2", "3", "4", "0")
    assert status == cli.CLEAN
    assert "5 returns issued" in err
    assert "There is something to put right" in err
    assert list((folder / "annotated" / QUARTER).glob("marac*.xlsx"))
    assert "there are no recipients: choose 5 and list them" in err
    assert out.endswith("WORKING-EDITION.xlsx\n")
    assert list((folder / "master" / QUARTER).glob("*.xlsx"))


def test_recipients_are_listed_and_the_draft_opened(
    choose: Callable[..., tuple[int, str, str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder,) = tmp_path.iterdir()
    opened: list[Path] = []
    monkeypatch.setattr(sys.modules["dapf_xl.cli.menu"], "open_with_its_program", lambda path: not opened.append(path))
    for issued in (folder / "issued" / QUARTER).glob("*.xlsx"):
        cycle.fill(issued, [], folder / "returns" / QUARTER / issued.name, {"name": "An officer"})
    chair, member = "chair@council.example.org", "member@council.example.org"
    _, out, err = choose("3", "5", chair, "yes", member, "no", "the chair", "no", "2", "", "4", "0")
    assert f"No draft can be made while it would go to {member}" in err
    assert "Not an e-mail address: 'the chair'" in err
    assert [(each.address, each.cleared) for each in recipients_of(open_workspace(folder)).listed] == [(chair, True)]
    assert [str(path) for path in opened] == [out.splitlines()[-1]]
    assert opened[0].suffix == ".eml"
    assert f"To: {chair}".encode() in opened[0].read_bytes()


def test_where_nobody_answers_the_recipients_stay(choose: Callable[..., tuple[int, str, str]]) -> None:
    assert choose("5")[0] == cli.CLEAN


def test_sentences_name_the_numbers_of_the_steps() -> None:
    verbs = {"Issue": "issue", "Check": "check", "Consolidate": "consolidate", "Write": "send", "Say": "recipients"}
    assert {verbs[words.split()[0]]: number for number, (words, _) in list(STEPS.items())[:5]} == _NUMBERS


def test_what_is_in_the_way_is_said(choose: Callable[..., tuple[int, str, str]], tmp_path: Path) -> None:
    (folder,) = tmp_path.iterdir()
    (folder / "ledger-LAPTOP.sqlite").touch()
    status, _, err = choose("6", "0")
    assert status == cli.CLEAN
    assert "wanting ledger-LAPTOP.sqlite lies beside ledger.sqlite" in err


def test_what_stops_a_step_is_a_line_and_the_menu_goes_on(choose: Callable[..., tuple[int, str, str]]) -> None:
    status, _, err = choose("2", "4", "x", "", "0")
    assert status == cli.CLEAN
    assert "holds no returns" in err
    assert "there is no master" in err
    assert "x is none of the numbers" in err
    assert err.count("Issue the returns") == 5


def test_another_quarter_is_chosen_or_typed(choose: Callable[..., tuple[int, str, str]]) -> None:
    _, _, err = choose("7", "2014-15-Q3", "7", "nonsense", "7", "1", "0")
    assert "Haringey, Q3 2014/15" in err
    assert "is not a period" in err
    shown = [line for line in err.splitlines() if line.startswith("Haringey, ")]
    first = next(line for line in err.splitlines() if line.startswith("  1  Q"))
    assert shown[1] == shown[2] == "Haringey, Q3 2014/15"
    assert shown[3] == f"Haringey, {first.removeprefix('  1  ').partition(' (')[0]}"


def test_where_nobody_answers_it_ends(choose: Callable[..., tuple[int, str, str]]) -> None:
    assert choose()[0] == cli.CLEAN


def test_the_launcher_names_the_profile_by_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tried by hand in wine's cmd with a stand-in for Python."""
    profile = r"C:\People\Zoë\AppData\Local"
    monkeypatch.setenv("LOCALAPPDATA", profile)
    text = launcher_text(rf"{profile}\dapf\env\Scripts\python.exe")
    assert '"%LOCALAPPDATA%\\dapf\\env\\Scripts\\python.exe" -m dapf_xl menu "%~dp0."' in text.split("\r\n")
    assert text.isascii()
    assert '"D:\\100%% own\\python.exe" -m' in launcher_text(r"D:\100% own\python.exe")


def test_the_launcher_is_written_into_the_workspace(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cycle.init("wirral", tmp_path / "work")
    assert cli.main(["menu", str(tmp_path / "work"), "--launcher"]) == cli.CLEAN
    path = tmp_path / "work" / LAUNCHER
    assert capsys.readouterr().out == f"{path}\n"
    assert path.read_bytes().startswith(b"@echo off\r\n")


# --- from nothing -----------------------------------------------------------------------------


def test_a_workspace_is_begun_by_who_has_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "my work"
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "letter.txt").touch()
    lines = ["", f'"{tmp_path / "taken"}"', "1", f'"{folder}"', "", str(folder), "nowhere", str(folder), "3", "0"]
    monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
    assert cli.main(["menu"]) == cli.CLEAN
    said = capsys.readouterr().err
    assert "taken exists already and is not empty" in said
    assert "there is no framework called nowhere" in said
    assert "Issue the returns" in said
    assert open_workspace(folder).framework.id == list(catalogue.shipped())[2]
    assert (folder / LAUNCHER).is_file()


def test_a_workspace_that_there_is_is_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    cycle.init("wirral", tmp_path / "OneDrive - Council" / "work")
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{tmp_path / 'OneDrive - Council' / 'work'}\n0\n"))
    assert cli.main(["menu"]) == cli.CLEAN
    said = capsys.readouterr().err
    assert "Wirral" in said
    assert "OneDrive holds this folder" in said


@pytest.mark.parametrize("lines", ["", "0\n"])
def test_who_wants_no_workspace_leaves(
    lines: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(lines))
    assert cli.main(["menu"]) == cli.CLEAN
    assert "The folder of your workspace" in capsys.readouterr().err


def test_a_launcher_that_asks_for_the_workspace_is_written_into_the_profile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("pathlib.Path.home", lambda: tmp_path)
    assert cli.main(["menu", "--launcher"]) == cli.CLEAN
    assert capsys.readouterr().out == f"{tmp_path / LAUNCHER}\n"
    assert b" -m dapf_xl menu\r\n" in (tmp_path / LAUNCHER).read_bytes()
