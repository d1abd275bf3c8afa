"""Putting the control workbook in place, and saying in words what the buttons lack."""

from __future__ import annotations

import importlib.metadata
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from dapf_xl import synced, workspace
from dapf_xl.cli import main
from dapf_xl.findings import NotWrittenError
from dapf_xl.hosts import alone, doctor
from dapf_xl.hosts.control_workbook import FILE_NAME, build
from dapf_xl.hosts.doctor import Line, examine, macro_line, mail_line
from dapf_xl.hosts.installing import install, usual_place
from dapf_xl.recipients import Recipient, Recipients, set_recipients

if TYPE_CHECKING:
    from collections.abc import Iterable


@pytest.fixture(autouse=True)
def profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user's profile of its own."""
    home = tmp_path / "profile"
    home.mkdir()
    monkeypatch.setattr(Path, "home", lambda: home)
    monkeypatch.delenv("LOCALAPPDATA", raising=False)
    monkeypatch.delenv(alone.HOME, raising=False)
    return home


def wanting(lines: Iterable[Line]) -> list[str]:
    return [line.words for line in lines if line.good is False]


# --- install ----------------------------------------------------------------------------------


def test_it_is_made_in_the_profile_and_nothing_else_is(profile: Path) -> None:
    assert install() == usual_place() == profile / FILE_NAME
    assert [path.name for path in profile.iterdir()] == [FILE_NAME]


def test_it_is_made_where_it_is_wanted_in_place_of_what_stood_there(tmp_path: Path) -> None:
    path = tmp_path / "new" / "Buttons.xlsm"
    install(path)
    first = path.read_bytes()
    assert install(path).read_bytes() == first


def test_one_that_is_open_is_not_replaced(tmp_path: Path) -> None:
    path = install(tmp_path / FILE_NAME)
    (tmp_path / f"~${FILE_NAME}").touch()
    with pytest.raises(NotWrittenError, match="open in a spreadsheet program"):
        install(path)


def test_a_name_that_excel_would_not_open_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotWrittenError, match=r"must end in \.xlsm"):
        install(tmp_path / "Control.xlsx")


def test_without_xlwings_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dapf_xl.hosts.control_workbook.find_spec", lambda _: None)
    with pytest.raises(NotWrittenError, match="xlwings is not installed"):
        install(tmp_path / FILE_NAME)
    assert not (tmp_path / FILE_NAME).exists()


# --- doctor -----------------------------------------------------------------------------------


def test_where_all_is_well_nothing_is_wanting(tmp_path: Path) -> None:
    workspace.init("haringey", tmp_path / "work")
    lines = examine(install(), tmp_path / "work")
    assert wanting(lines) == []
    assert any(sys.executable in line.words for line in lines)
    assert any(str(alone.log_file()) in line.words for line in lines)


def test_on_another_system_it_says_what_it_cannot_know() -> None:
    (line,) = [line for line in examine(install()) if "macros" in line.words]
    assert (line.good, "cannot be known here" in line.words) == (None, True)


def test_a_workbook_that_is_not_there_or_not_one(tmp_path: Path) -> None:
    assert wanting(examine(usual_place())) == [
        f"There is no control workbook at {usual_place()}: run `dapf excel install`."
    ]
    (tmp_path / "a.xlsm").write_bytes(b"no workbook")
    assert wanting(examine(tmp_path / "a.xlsm")) == [
        f"{tmp_path / 'a.xlsm'} cannot be read as a workbook. Run `dapf excel install` again."
    ]


def test_a_workbook_for_another_python_or_another_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build(tmp_path / FILE_NAME, "/another/python")
    assert wanting(examine(tmp_path / FILE_NAME)) == [
        "The control workbook starts another Python than this one. Run `dapf excel install` again."
    ]
    install(tmp_path / FILE_NAME)
    monkeypatch.setattr(doctor, "__version__", "9.9.9")
    assert wanting(examine(tmp_path / FILE_NAME)) == [
        "The control workbook was made for another version of dapf. Run `dapf excel install` again."
    ]


def test_a_package_that_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> str:
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "version", missing)
    assert [words for words in wanting(examine(install())) if words.startswith("xlwings is not installed")]


def test_an_interpreter_that_cmd_cannot_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/a & b/100%/python")
    assert [words for words in wanting(examine(usual_place())) if "whose path holds % &" in words]


def test_folders_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv(alone.HOME, str(tmp_path / "file" / "home"))
    assert [words for words in wanting(examine(install())) if "(the log) cannot be written" in words]


def test_a_folder_that_is_no_workspace_and_one_that_onedrive_holds(tmp_path: Path) -> None:
    assert [words for words in wanting(examine(install(), tmp_path)) if "is not a workspace" in words]
    workspace.init("haringey", tmp_path / "OneDrive - Council" / "work")
    lines = examine(install(), tmp_path / "OneDrive - Council" / "work")
    assert [line.good for line in lines if "OneDrive holds this folder" in line.words] == [None]
    assert wanting(lines) == []


def test_what_lies_beside_the_workspace_s_files_is_wanting(tmp_path: Path) -> None:
    workspace.init("haringey", tmp_path / "work")
    (tmp_path / "work" / "ledger-LAPTOP.sqlite").touch()
    (words,) = wanting(examine(install(), tmp_path / "work"))
    assert words.startswith("ledger-LAPTOP.sqlite lies beside ledger.sqlite")


def test_files_that_are_in_the_cloud_only_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace.init("haringey", tmp_path / "work")
    monkeypatch.setattr(synced, "is_elsewhere", lambda path: path.name == "catalogue.xlsx")
    (words,) = wanting(examine(install(), tmp_path / "work"))
    assert words.startswith("catalogue.xlsx is in the cloud only")
    assert "Always keep on this device" in words


def test_what_windows_says_of_a_file_on_demand_is_understood(tmp_path: Path) -> None:
    class Stat:
        st_file_attributes = 0x00400020

    class Listed(type(tmp_path)):  # type: ignore[misc]
        def stat(self, **_: object) -> Stat:
            return Stat()

    assert synced.is_elsewhere(Listed(tmp_path))
    assert not synced.is_elsewhere(tmp_path)
    assert not synced.is_elsewhere(tmp_path / "gone")


def test_recipients_without_whom_no_draft_is_made_are_told(tmp_path: Path) -> None:
    workspace.init("haringey", tmp_path / "work")
    assert any("Nobody is listed" in line.words for line in examine(install(), tmp_path / "work"))
    set_recipients(tmp_path / "work", Recipients("lead@x.example", (Recipient("chair@x.example"),)))
    lines = [line for line in examine(install(), tmp_path / "work") if "chair@x.example: not cleared" in line.words]
    assert [line.good for line in lines] == [None]


def test_settings_that_cannot_be_read_are_wanting(tmp_path: Path) -> None:
    workspace.init("haringey", tmp_path / "work")
    (tmp_path / "work" / "dapf.toml").write_text("[send", encoding="utf-8")
    assert [words for words in wanting(examine(install(), tmp_path / "work")) if "cannot be read" in words]


def test_a_control_workbook_that_onedrive_holds(tmp_path: Path) -> None:
    lines = examine(install(tmp_path / "OneDrive" / FILE_NAME))
    assert [line.good for line in lines if "an address on the web" in line.words] == [None]


@pytest.mark.parametrize(
    ("prefix", "is_store"),
    [
        (r"C:\Program Files\WindowsApps\PythonSoftwareFoundation.Python.3.12_x64", True),
        (r"C:\People\a\AppData\Local\Programs\Python\Python312", False),
    ],
)
def test_the_store_s_python_is_known(prefix: str, *, is_store: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "base_prefix", prefix)
    assert any("Microsoft Store" in line.words for line in examine(usual_place())) is is_store


@pytest.mark.parametrize(
    ("program", "new", "good", "words"),
    [
        (None, False, None, "No program is set for drafts"),
        ("Outlook.File.eml.15", True, None, "may have no Send button: the page “to copy”"),
        ("Outlook.File.eml.15", False, True, "A program is set"),
    ],
)
def test_what_opens_drafts_in_words(program: str | None, *, new: bool, good: bool | None, words: str) -> None:
    line = mail_line(program, uses_new_outlook=new)
    assert line.good is good
    assert words in line.words


@pytest.mark.parametrize(
    ("setting", "by_policy", "good", "words"),
    [
        (None, False, True, "click Enable Content in the yellow bar"),
        (2, False, True, "click Enable Content"),
        (1, True, True, "all macros run"),
        (3, False, False, "Trust Center"),
        (4, False, False, "with notification"),
        (4, False, False, "Without macros: `dapf menu --launcher`"),
        (4, True, False, "Without macros: `dapf menu --launcher`"),
        (4, True, False, "Ask your IT department"),
        (7, True, False, "which is not known"),
    ],
)
def test_a_macro_setting_in_words(setting: int | None, *, by_policy: bool, good: bool, words: str) -> None:
    line = macro_line(setting, by_policy=by_policy)
    assert line.good is good
    assert words in line.words


# --- the commands -----------------------------------------------------------------------------


def test_the_commands_print_the_path_and_say_what_is_wanting(capsys: pytest.CaptureFixture[str], profile: Path) -> None:
    assert main(["excel", "doctor"]) == 1
    assert "wanting" in capsys.readouterr().err
    assert main(["excel", "install"]) == 0
    assert capsys.readouterr().out == f"{profile / FILE_NAME}\n"
    assert main(["excel", "doctor"]) == 0
    assert "Python" in capsys.readouterr().err


# --- the log and the lock ---------------------------------------------------------------------


def test_the_log_is_in_the_profile_and_does_not_grow_for_ever(monkeypatch: pytest.MonkeyPatch, profile: Path) -> None:
    assert alone.log_file() == profile / ".dapf-xl" / "dapf-excel.log"
    monkeypatch.setenv("LOCALAPPDATA", str(profile / "local"))
    assert alone.log_file() == profile / "local" / "dapf" / "dapf-excel.log"
    monkeypatch.setattr(alone, "_LARGEST_LOG", 100)
    for number in range(20):
        alone.log(f"line {number}")
    assert sum(path.stat().st_size for path in alone.home().iterdir()) < 400
    assert "line 19" in alone.log_file().read_text(encoding="utf-8")


def test_a_log_that_cannot_be_written_stops_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv(alone.HOME, str(tmp_path / "file"))
    alone.log("lost")


def test_one_at_a_time() -> None:
    with alone.alone(), pytest.raises(alone.BusyError, match="still at work"), alone.alone():
        pass
    with alone.alone():
        pass
