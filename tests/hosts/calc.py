"""LibreOffice Calc as a person has it: started in a throwaway profile, headless or in a window, and clicked."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dapf_xl.hosts.control_workbook import build
from dapf_xl.hosts.vba_project import exported_module
from tests.hosts import calc_engine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HERE = Path(__file__).resolve().parent
STEP_SECONDS = 90
"""How long any one step may take on a busy machine."""

# Macros run from a trusted folder, with the security level as it is; no dialog greets a new profile.
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="SecureURL" oor:op="fuse"><value><it>{trusted}</it></value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Misc">
<prop oor:name="FirstRun" oor:op="fuse"><value>false</value></prop>
<prop oor:name="ShowTipOfTheDay" oor:op="fuse"><value>false</value></prop>
<prop oor:name="UseSystemFileDialog" oor:op="fuse"><value>false</value></prop></item>
<item oor:path="/org.openoffice.Setup/L10N">
<prop oor:name="ooSetupSystemLocale" oor:op="fuse"><value>en-GB</value></prop></item>
<item oor:path="/org.openoffice.Setup/Product">
<prop oor:name="ooSetupLastVersion" oor:op="fuse"><value>99.0</value></prop></item>
</oor:items>
"""


def control_workbook(path: Path) -> Path:
    """Build the control workbook with the one module swapped that Calc cannot read."""
    engine = exported_module((HERE / "xlwings_calc.bas").read_text(encoding="utf-8"))
    build(path, sys.executable, [engine])
    return path


def wait_until(done: Callable[[], Any], what: str, seconds: float = STEP_SECONDS, pause: float = 0.1) -> Any:  # noqa: ANN401
    """Wait for something to become true, and return what it is."""
    end = time.monotonic() + seconds
    while True:
        found = done()
        if found:
            return found
        assert time.monotonic() < end, f"waited {seconds} s for {what}"
        time.sleep(pause)


class Calc:
    """A running Calc. ``folder`` is trusted, and holds all that the run writes."""

    def __init__(self, folder: Path, screen: Screen | None = None) -> None:
        self.folder = folder
        self.screen = screen
        self.home = folder / "home"
        """Where the handlers keep log and lock."""
        self.url = f"pipe,name=dapf{uuid.uuid4().hex[:12]}"
        profile = folder / "profile"
        settings = profile / "user" / "registrymodifications.xcu"
        settings.parent.mkdir(parents=True)
        settings.write_text(_SETTINGS.format(trusted=folder.as_uri()), encoding="utf-8")
        options = ["--norestore", "--nologo", "--nofirststartwizard", f"-env:UserInstallation={profile.as_uri()}"]
        options += [] if screen else ["--headless"]
        soffice = shutil.which("soffice")
        assert soffice
        self._process = subprocess.Popen(
            [soffice, *options, f"--accept={self.url};urp;"],
            env=self._environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self.engine = calc_engine.Engine(self.url)
        self.app = self.engine.apps[1]
        wait_until(lambda: self.app.api, "Calc to start")

    def _environment(self) -> dict[str, str]:
        """What the buttons' Python inherits as well."""
        programs = self.folder / "programs"
        programs.mkdir()
        display = {"DISPLAY": self.screen.display, "SAL_USE_VCLPLUGIN": "gen"} if self.screen else {}
        return {
            **os.environ,
            "SAL_USE_VCLPLUGIN": "svp",
            **display,
            "LC_ALL": "C.UTF-8",
            "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": "",
            "DAPF_PYTHON": sys.executable,
            "DAPF_LAUNCH": str(HERE / "calc_launch.py"),
            "DAPF_HOME": str(self.home),
            calc_engine.CALC_URL: self.url,
        }

    def open(self, path: Path, **options: object) -> calc_engine.Book:
        """Open a workbook as a person does: its macros run for where it lies."""
        return self.app.books.load(str(path), **options)

    def close_all(self) -> None:
        for book in self.app.books:
            with contextlib.suppress(Exception):  # UNO's own: closed meanwhile
                book.api.setModified(False)
                book.close()

    def end(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(timeout=STEP_SECONDS)

    # --- as a person ------------------------------------------------------------------------

    def control_called(self, book: calc_engine.Book, caption: str) -> Any:  # noqa: ANN401  (a UNO object)
        """Return the button's model on the active sheet."""
        page = book.api.CurrentController.ActiveSheet.DrawPage
        shapes = [page.getByIndex(number) for number in range(page.Count)]
        (found,) = (
            each.Control for each in shapes if each.ShapeType.endswith("ControlShape") and each.Control.Label == caption
        )
        return found

    def to_front(self, book: calc_engine.Book) -> None:
        """Bring a workbook's window before the others, as a click on it would, and wait until it stands there."""
        assert self.screen
        screen, frame = self.screen, book.api.CurrentController.Frame

        def stands() -> bool:
            frame.ContainerWindow.toFront()
            frame.activate()
            time.sleep(0.5)
            return screen.in_front().startswith(book.name)

        wait_until(stands, f"{book.name} in front")

    def click(self, book: calc_engine.Book, caption: str) -> None:
        """Move the mouse to the middle of a button on the screen, and click."""
        assert self.screen
        model = self.control_called(book, caption)
        shown = book.api.CurrentController.getControl(model).AccessibleContext

        def settled() -> tuple[int, int] | None:
            """The middle of the button, once the window has stopped moving."""
            first = _middle(shown)
            time.sleep(0.3)
            return first if first == _middle(shown) and min(first) > 0 else None

        across, down = wait_until(settled, f"the button {caption} on the screen")
        self.screen.run("xdotool", "mousemove", str(across), str(down))
        time.sleep(0.2)
        self.screen.run("xdotool", "click", "1")

    def call(self, book: calc_engine.Book, macro: str, *arguments: object) -> None:
        """Start a macro of the workbook."""
        script = f"vnd.sun.star.script:VBAProject.{macro}?language=Basic&location=document"
        book.api.ScriptProvider.getScript(script).invoke(arguments, (), ())


def _middle(shown: Any) -> tuple[int, int]:  # noqa: ANN401  (a UNO object)
    place, size = shown.getLocationOnScreen(), shown.getSize()
    return place.X + size.Width // 2, place.Y + size.Height // 2


class Screen:
    """A screen that nobody sees, with a window manager."""

    def __init__(self, folder: Path, size: str = "1500x900x24") -> None:
        read, write = os.pipe()
        xvfb, openbox = shutil.which("Xvfb"), shutil.which("openbox")
        assert xvfb
        assert openbox
        self._server = subprocess.Popen(
            [xvfb, "-displayfd", str(write), "-screen", "0", size, "-nolisten", "tcp"],
            pass_fds=[write],
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        os.close(write)
        with os.fdopen(read) as number:
            self.display = f":{int(number.readline())}"
        self._environment = {**os.environ, "DISPLAY": self.display, "HOME": str(folder)}
        self._manager = subprocess.Popen(
            [openbox], env=self._environment, stderr=subprocess.DEVNULL, start_new_session=True
        )

    def run(self, *command: str) -> str:
        """Run a program of the screen and return what it prints."""
        return subprocess.run(
            command, env=self._environment, check=True, capture_output=True, text=True, timeout=STEP_SECONDS
        ).stdout

    def windows(self) -> list[str]:
        """Return the titles of the windows that are to be seen."""
        listed = ("xdotool", "search", "--onlyvisible", "--name", ".", "getwindowname", "%@")
        found = subprocess.run(
            listed, env=self._environment, check=False, capture_output=True, text=True, timeout=STEP_SECONDS
        )
        return found.stdout.splitlines()

    def in_front(self) -> str:
        """Return the title of the window that keys go to; "" while that is none."""
        asked = ("xdotool", "getwindowfocus", "getwindowname")
        found = subprocess.run(
            asked, env=self._environment, check=False, capture_output=True, text=True, timeout=STEP_SECONDS
        )
        return found.stdout.strip()

    def picture(self, path: Path) -> Path:
        """Take a picture of the screen."""
        self.run("import", "-window", "root", str(path))
        return path

    def end(self) -> None:
        for process in (self._manager, self._server):
            process.terminate()
            process.wait(timeout=STEP_SECONDS)


@contextlib.contextmanager
def running(folder: Path, screen: Screen | None = None) -> Iterator[Calc]:
    """Give a running Calc, and end it."""
    calc = Calc(folder, screen)
    try:
        yield calc
    finally:
        calc.end()
