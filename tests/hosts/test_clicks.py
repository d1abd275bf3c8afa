"""A quarter done with the mouse: every button of the control workbook is clicked once in a window of Calc.

Each step waits for its answer on the sheet and leaves a picture; ``DAPF_PICTURES`` names a folder that keeps them, and
``DAPF_DESK`` one in which the workspace lies, so that pictures need not show a temporary folder.
"""

from __future__ import annotations

import os
import shutil
import stat
import time
from pathlib import Path
from typing import TYPE_CHECKING

from dapf_xl import cycle
from dapf_xl.hosts import control_sheet as at
from dapf_xl.hosts.control_workbook import FILE_NAME
from tests.hosts.conftest import Opened
from tests.rounds import FIGURES, QUARTER, Desk, data_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.hosts.calc import Calc


class Person:
    """Somebody who sits before the window: clicks, waits for the answer, and takes a picture."""

    def __init__(self, opened: Opened, pictures: Path) -> None:
        self.opened = opened
        self.pictures = pictures
        self.clicked: list[str] = []
        pictures.mkdir(parents=True, exist_ok=True)

    def click(self, caption: str) -> None:
        self.opened.calc.click(self.opened.book, caption)
        self.clicked.append(caption)

    def does(self, caption: str, answer: str, cells: tuple[str, ...] = at.STATUS, sheet: str = at.CONTROL) -> str:
        """Click a button and return what it says, once that begins with ``answer``."""
        self.click(caption)
        self.waits(lambda: self.opened.said(cells, sheet).startswith(answer), f"{caption}: {answer}")
        self.picture(caption)
        return self.opened.said(cells, sheet)

    def waits(self, done: Callable[[], object], what: str) -> None:
        from tests.hosts.calc import wait_until  # noqa: PLC0415  (needs python3-uno)

        try:
            wait_until(done, what)
        except AssertionError as error:
            self.picture("failed")
            log = self.opened.log if (self.opened.calc.home / "dapf-excel.log").exists() else "no log"
            message = f"{error}; the sheet says {self.opened.said()!r}; {self.pictures}; {log}"
            raise AssertionError(message) from error

    def picture(self, name: str) -> None:
        screen = self.opened.calc.screen
        assert screen
        time.sleep(0.5)  # until it is drawn
        screen.picture(self.pictures / f"{len(self.clicked)}-{name.lower().replace(' ', '-')}.png")

    def chooses(self, folder: Path) -> None:
        """Type a folder into the dialog that asks for one."""
        screen = self.opened.calc.screen
        assert screen
        self.waits(lambda: screen.in_front() == "Select path", "the dialog")
        time.sleep(0.5)
        screen.run("xdotool", "key", "alt+p")
        screen.run("xdotool", "key", "ctrl+a")
        screen.run("xdotool", "type", "--delay", "5", f"{folder}/")
        self.picture("the folder")
        screen.run("xdotool", "key", "Return")
        self.waits(lambda: _are_same(self.opened.cell(at.WORKSPACE), folder), "the folder on the sheet")


def _are_same(text: object, folder: Path) -> bool:
    return bool(text) and Path(str(text)) == folder


def test_a_quarter_with_the_mouse(window: Calc, tmp_path: Path) -> None:
    from tests.hosts.calc import control_workbook  # noqa: PLC0415  (needs python3-uno)

    window.close_all()
    shutil.rmtree(window.home, ignore_errors=True)
    told = _mail_program(window, tmp_path)
    desk = Desk(Path(os.environ.get("DAPF_DESK", window.folder)) / "vawg")
    desk.folder.mkdir()
    opened = Opened(window, window.open(control_workbook(window.folder / FILE_NAME)), desk)
    person = Person(opened, Path(os.environ.get("DAPF_PICTURES", tmp_path / "pictures")))

    person.click("Choose folder")
    person.chooses(desk.folder)
    person.waits(lambda: "is empty. Pick a framework" in opened.said(), "the folder is empty")
    opened.put(at.FRAMEWORK, "haringey")
    person.does("New workspace", "● Made a workspace for Haringey.")
    opened.put(at.PERIOD, QUARTER)
    person.does("Refresh", "● Q2 2014/15: 5 not issued.")
    person.does("Issue returns", "● 5 returns issued.")

    for agency in FIGURES.keys() - {"dvip"}:
        desk.send_back(agency)
    desk.force(desk.returns / f"police_{QUARTER}.xlsx", "H2.retained", "many")
    said = person.does("Check returns", "▲ 4 files checked")
    assert "1 partly accepted, 1 not returned" in said
    assert desk.rows("consolidated") == []

    desk.send_back("police")
    shutil.copytree(desk.folder, tmp_path / "same")
    said = person.does("Consolidate", "▲ Consolidated Q2 2014/15")
    assert f"The master is {desk.master.name}, and is open." in said
    expected = cycle.consolidate(tmp_path / "same", QUARTER).master
    assert [row["value"] for row in data_of(desk.master)] == [row["value"] for row in data_of(expected)]
    screen, master = window.screen, desk.master.name
    assert screen
    person.waits(lambda: any(title.startswith(master) for title in screen.windows()), "the master in its window")
    window.to_front(opened.book)

    person.click("Recipients")
    person.waits(lambda: opened.book.sheets.active.name == at.RECIPIENTS, "the list of recipients")
    for letter, value in zip("ABC", ("chair@council.example.org", "yes", "yes"), strict=True):
        opened.put(f"{letter}{at.FIRST_RECIPIENT}", value, at.RECIPIENTS)
    person.does("Record recipients", "● Recorded", at.RECIPIENTS_STATUS, at.RECIPIENTS)
    opened.book.sheets(at.CONTROL).activate()
    person.does("E-mail committee", "● ")
    (draft,) = (desk.folder / "committee" / QUARTER).glob("*.eml")
    assert told.read_text(encoding="utf-8").strip() == str(draft)

    person.click("Amend a figure")
    person.waits(lambda: opened.book.sheets.active.name == at.AMEND, "the form")
    typed = {
        at.AMEND_AGENCY: "IDVA provider",
        at.AMEND_FIGURE: "H1.referrals  Referrals to the service",
        at.AMEND_VALUE: "61",
        at.AMEND_WHO: "service manager",
        at.AMEND_HOW: "telephone",
        at.AMEND_WHY: "one came in late",
    }
    for address, value in typed.items():
        opened.put(address, value, at.AMEND)
    said = person.does("Record amendment", "● On the record", at.AMEND_STATUS, at.AMEND)
    assert "60 -> 61" in said

    assert set(person.clicked) == {each.caption for each in at.COMMANDS if each.is_there}
    assert opened.log.count(" begins") == opened.log.count(" ends") == len(person.clicked)


def test_two_quick_clicks_make_one_master(window: Calc) -> None:
    from tests.hosts.calc import control_workbook, wait_until  # noqa: PLC0415  (needs python3-uno)
    from tests.rounds import new_desk  # noqa: PLC0415

    window.close_all()
    shutil.rmtree(window.home, ignore_errors=True)
    desk = new_desk(window.folder / "twice")
    desk.send_all_back()
    opened = Opened(window, window.open(control_workbook(window.folder / "twice" / FILE_NAME)), desk)
    opened.put(at.WORKSPACE, str(desk.folder))
    opened.put(at.PERIOD, QUARTER)
    window.click(opened.book, "Consolidate")
    window.to_front(opened.book)  # where the master is open already; and meanwhile it is no double click, which is one
    window.click(opened.book, "Consolidate")
    wait_until(lambda: any(words in opened.said() for words in ("and is open", "it is open")), "the master")
    log = wait_until(lambda: _of_two(opened), "what became of both clicks")
    assert "Traceback" not in log
    assert 1 <= len(desk.rows("consolidated")) <= log.count("consolidate ends")
    assert desk.master.is_file()


def _of_two(opened: Opened) -> str:
    """Return the log once both clicks came to their end.

    The second was told to wait; or it came after the first, which had opened the master, and was told that it is open.
    """
    log = opened.log
    return log if log.count("consolidate ends") + log.count("consolidate: ") >= 2 else ""


def _mail_program(window: Calc, folder: Path) -> Path:
    """Put a program in place of the system's opener, and return the file in which it notes what it was given."""
    told = folder / "opened.txt"
    program = window.folder / "programs" / "xdg-open"
    program.write_text(f'#!/bin/sh\necho "$1" > "{told}"\n', encoding="utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return told
