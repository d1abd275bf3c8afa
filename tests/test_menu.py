"""The menu: the steps of a quarter by number, and the file that starts it on Windows."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest

from dapf_xl import cli, cycle
from dapf_xl.cli.menu import LAUNCHER, launcher_text

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
    assert [line.split("  ")[1] for line in err.splitlines() if line.startswith("  ")] == ["1", "2", "3", "4", "5", "0"]


def test_a_whole_quarter_goes_by_numbers(choose: Callable[..., tuple[int, str, str]], tmp_path: Path) -> None:
    (folder,) = tmp_path.iterdir()
    for issued in (folder / "issued" / QUARTER).glob("marac*.xlsx"):
        cycle.fill(issued, [], folder / "returns" / QUARTER / issued.name, {"name": "An officer"})
    status, out, err = choose("1", "2", "3", "4", "0")
    assert status == cli.CLEAN
    assert "5 returns issued" in err
    assert "There is something to put right" in err
    assert list((folder / "annotated" / QUARTER).glob("marac*.xlsx"))
    assert "there are no recipients" in err
    assert out.endswith("WORKING-EDITION.xlsx\n")
    assert list((folder / "master" / QUARTER).glob("*.xlsx"))


def test_what_stops_a_step_is_a_line_and_the_menu_goes_on(choose: Callable[..., tuple[int, str, str]]) -> None:
    status, _, err = choose("2", "4", "x", "", "0")
    assert status == cli.CLEAN
    assert "holds no returns" in err
    assert "there is no master" in err
    assert "x is none of the numbers" in err
    assert err.count("Issue the returns") == 5


def test_another_quarter_is_chosen_or_typed(choose: Callable[..., tuple[int, str, str]]) -> None:
    _, _, err = choose("5", "2014-15-Q3", "5", "nonsense", "5", "1", "0")
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
