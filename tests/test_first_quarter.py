"""docs/performance-lead.md takes somebody from nothing to a mailed master: it is followed here, word by word.

Its clicks are made in `tests/hosts/test_clicks.py`, which clicks every button; its installer is `scripts/bundle.py`'s.
"""

from __future__ import annotations

import email
import email.policy
import importlib.util
import io
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from dapf_xl import __version__, catalogue, cli
from dapf_xl.by_hand import page_file_name
from dapf_xl.cli.launcher import LAUNCHER
from dapf_xl.cli.menu import STEPS
from dapf_xl.hosts import control_sheet as at
from dapf_xl.hosts.control_workbook import FILE_NAME
from dapf_xl.workspace import KEY, LEDGER, copies_beside
from tests.pages import DOCS, Newcomer, section
from tests.rounds import FIGURES, QUARTER, Desk

if TYPE_CHECKING:
    from types import ModuleType

PAGE = "performance-lead.md"
CHAIR = "chair@council.example.org"
TEXT = (DOCS / PAGE).read_text(encoding="utf-8")


def come_back(desk: Desk) -> None:
    """Fill in what was issued, as the agencies do, and put it where it belongs."""
    for agency in FIGURES:
        desk.send_back(agency)


def assert_mailed(desk: Desk) -> None:
    """The draft is unsent, is for the chair, and has the master attached; beside it lies a page to copy from."""
    folder = desk.folder / "committee" / QUARTER
    (draft,) = folder.glob("*.eml")
    message = email.message_from_bytes(draft.read_bytes(), policy=email.policy.default)
    (attached,) = message.iter_attachments()
    assert (message["X-Unsent"], message["To"]) == ("1", CHAIR)
    assert (attached.get_filename(), attached.get_content()) == (desk.master.name, desk.master.read_bytes())
    assert (folder / page_file_name(desk.master)).is_file()


def test_its_commands_lead_from_an_empty_folder_to_a_draft(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    desk = Desk(tmp_path / "work")
    Newcomer(tmp_path).follow(PAGE, "The same as commands", {"check": lambda: come_back(desk)})
    assert_mailed(desk)


def test_its_numbers_in_the_menu_lead_there_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without macros and without a command: from a double click, with what is typed into the window."""
    opened: list[Path] = []
    monkeypatch.setattr(sys.modules["dapf_xl.cli.menu"], "open_with_its_program", lambda path: not opened.append(path))
    folder = tmp_path / "my rounds"
    desk = Desk(folder)
    haringey = str([*catalogue.shipped()].index("haringey") + 1)
    numbers = [row[2] for row in table() if row[2]]
    begin = [str(folder), haringey, "7", QUARTER, "5", CHAIR, "yes", "", numbers[0], "0"]
    for lines, arguments in ((begin, ["menu"]), ([*numbers[1:], "0"], ["menu", str(folder)])):
        monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
        assert cli.main(arguments) == 0
        if arguments == ["menu"]:
            come_back(desk)
    assert_mailed(desk)
    assert [path.suffix for path in opened] == [".eml"]
    assert (folder / LAUNCHER).is_file()
    assert "There is something to put right" not in capsys.readouterr().err


def table() -> list[list[str]]:
    """The steps of a quarter: what, the button, the number."""
    lines = [line for line in section(PAGE, "Each quarter").splitlines() if line.startswith("|")][2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_its_steps_are_buttons_and_numbers_that_there_are() -> None:
    commands = {each.caption: each for each in at.COMMANDS if each.is_there}
    handlers = [commands[caption].handler for _, caption, _ in table() if caption]
    assert handlers == ["issue", "check", "consolidate", "email"]
    assert [number for _, _, number in table() if number] == list(STEPS)[:4]
    assert "receives it" in STEPS["5"][0]
    assert "`5` to say who receives" in section(PAGE, "Without macros").replace("\n", " ")
    assert "in the way" in STEPS["6"][0]
    assert "`6` in the menu" in section(PAGE, "On a council laptop")


def test_its_first_clicks_are_buttons_that_there_are() -> None:
    bold = re.findall(r"\*\*([^*]+)\*\*", section(PAGE, "Once"))
    captions = {each.caption for each in at.COMMANDS if each.is_there}
    assert [words for words in bold if words in captions] == [
        "Choose folder",
        "New workspace",
        "Recipients",
        "Record recipients",
    ]


def test_its_names_are_those_that_the_program_gives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scripts = DOCS.parent / "scripts"
    monkeypatch.syspath_prepend(str(scripts))
    bundling = _script(scripts / "bundle.py")
    assert f"dapf-{__version__}-windows-python{bundling.PYTHON}-included.zip" in TEXT
    for name in (bundling.INSTALL, LAUNCHER, FILE_NAME, KEY):
        assert f"`{name}`" in TEXT
    assert f"`…{page_file_name(Path('x.xlsx')).removeprefix('x')}`" in TEXT
    (second,) = re.findall(r"`(ledger-[^`]*)`", TEXT)
    (tmp_path / second).touch()
    assert copies_beside(tmp_path / LEDGER)


def _script(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_it_is_one_page_with_pictures_that_are_small() -> None:
    assert len(TEXT.split()) <= 900
    pictures = re.findall(r"!\[[^\]]+\]\((pictures/[^)]+)\)", TEXT)
    assert pictures == [f"pictures/{name}.png" for name in ("control", "return", "rag-sheet", "draft")]
    assert [name for name in pictures if (DOCS / name).stat().st_size > 150_000] == []


@pytest.mark.parametrize(
    "obstacle",
    ["Macros are blocked", "No administrator rights", "No Python", "Proxy", "OneDrive", "The new Outlook"],
)
def test_each_obstacle_has_its_way_round(obstacle: str) -> None:
    (row,) = [line for line in section(PAGE, "On a council laptop").splitlines() if line.startswith(f"| **{obstacle}")]
    assert len(row.split("|")[2].split()) > 10
