"""A running Calc, and a control workbook open in it, as Excel and its own would be."""

from __future__ import annotations

import itertools
import shutil
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from dapf_xl.hosts import control_sheet as at
from dapf_xl.hosts.control_workbook import FILE_NAME
from tests.rounds import QUARTER, Desk, new_desk

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.hosts.calc import Calc


@pytest.fixture(scope="session")
def calc(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Calc]:
    """A Calc without a window, which xlwings drives in this process."""
    from tests.hosts import calc as running  # noqa: PLC0415  (needs python3-uno)
    from tests.hosts import calc_engine  # noqa: PLC0415

    with running.running(tmp_path_factory.mktemp("calc")) as started:
        calc_engine.register(started.engine)
        yield started


@pytest.fixture(scope="session")
def window(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Calc]:
    """A Calc in a window of a screen of its own; the buttons start Python by themselves."""
    from tests.hosts import calc as running  # noqa: PLC0415  (needs python3-uno)

    folder = tmp_path_factory.mktemp("window")
    screen = running.Screen(folder)
    try:
        with running.running(folder / "calc", screen) as started:
            yield started
    finally:
        screen.end()


@pytest.fixture(scope="session")
def built(calc: Calc) -> Path:
    """A control workbook as it is built for Calc."""
    from tests.hosts.calc import control_workbook  # noqa: PLC0415  (needs python3-uno)

    return control_workbook(calc.folder / FILE_NAME)


@dataclass
class Opened:
    """A control workbook that is open, and the desk that it is about."""

    calc: Calc
    book: Any
    desk: Desk

    def cell(self, address: str, sheet: str = at.CONTROL) -> Any:  # noqa: ANN401  (whatever a cell holds)
        return self.book.sheets(sheet).range(address).raw_value

    def put(self, address: str, value: object, sheet: str = at.CONTROL) -> None:
        self.book.sheets(sheet).range(address).raw_value = value

    def said(self, cells: tuple[str, ...] = at.STATUS, sheet: str = at.CONTROL) -> str:
        """Return the status, its lines put together."""
        lines = [self.cell(cell, sheet) for cell in cells]
        return " ".join(str(line).strip() for line in lines if line)

    def table(self) -> list[tuple[Any, ...]]:
        """Return the rows of the table."""
        rows = self.cell(f"A{at.FIRST_ROW}:F{at.LAST_ROW}")
        return list(itertools.takewhile(any, rows))

    @property
    def log(self) -> str:
        return (self.calc.home / "dapf-excel.log").read_text(encoding="utf-8")


@pytest.fixture
def opened(
    calc: Calc, built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Iterator[Opened]:
    """A control workbook of its own, open in Calc, for a round whose returns are out; it is who called Python."""
    folder = calc.folder / request.node.name[:80]
    folder.mkdir()
    path = folder / FILE_NAME
    shutil.copy(built, path)
    monkeypatch.setattr(sys, "argv", ["-c", f"--wb={FILE_NAME}", "--from_xl=1"])
    monkeypatch.setenv("DAPF_HOME", str(calc.home))
    shutil.rmtree(calc.home, ignore_errors=True)
    desk = new_desk(tmp_path / "work")
    found = Opened(calc, calc.open(path), desk)
    found.put(at.WORKSPACE, str(desk.folder))
    found.put(at.PERIOD, QUARTER)
    calc.app.shown.clear()
    yield found
    calc.close_all()
