"""What every test can use: LibreOffice as the ``office`` fixture, and how hard hypothesis tries.

Without LibreOffice, or what else drives it, tests that need it are skipped, and the closing summary says how many.
With ``CI=true`` they fail instead, and any skipped test fails the run, and hypothesis tries the same every time: what
it finds by chance belongs to who changed something. ``DAPF_FULL=1`` makes hypothesis try ten times as much, and other
things each time.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.internal.conjecture import providers

from dapf_xl.returns import xlsx
from tests.both_ways import BothWays

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

IN_CI = os.environ.get("CI", "").lower() not in {"", "0", "false"}

# --- hypothesis ----------------------------------------------------------------------------------

_SLOW_DATA = [HealthCheck.too_slow, HealthCheck.data_too_large]
settings.register_profile("dev", deadline=None, max_examples=25, suppress_health_check=_SLOW_DATA)
settings.register_profile(
    "ci",
    deadline=None,
    max_examples=50,
    suppress_health_check=_SLOW_DATA,
    derandomize=True,
    database=None,
    print_blob=True,
)
settings.register_profile("full", deadline=None, max_examples=500, suppress_health_check=_SLOW_DATA, print_blob=True)
_FULL = os.environ.get("DAPF_FULL") == "1"
settings.load_profile("full" if _FULL else "ci" if IN_CI else "dev")
if IN_CI and not _FULL:
    # Even derandomized, it draws from the constants of whatever of our modules is loaded by then, and that follows from
    # which worker ran which test before: the same test would try other values in each run.
    providers._get_local_constants = lambda: providers._local_constants  # noqa: SLF001  (none are collected yet)

# --- reading ----------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def _read_both_ways(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Hold whatever a test reads to what calamine reads of it."""
    both = BothWays()
    monkeypatch.setattr(xlsx, "_usual_values", both)
    yield
    assert both.differences == []


# --- LibreOffice ---------------------------------------------------------------------------------

FILTERS = {"xlsx": "xlsx:Calc MS Excel 2007 XML", "ods": "ods:calc8", "pdf": "pdf:calc_pdf_Export"}

# LibreOffice shows the values that it finds in a file, as a previewer does, unless told to recalculate (0: always).
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>{recalculate}</value></prop>
<prop oor:name="ODFRecalcMode" oor:op="fuse"><value>{recalculate}</value></prop></item>
<item oor:path="/org.openoffice.Setup/L10N">
<prop oor:name="ooSetupSystemLocale" oor:op="fuse"><value>en-GB</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Misc">
<prop oor:name="FirstRun" oor:op="fuse"><value>false</value></prop></item>
</oor:items>
"""
_ALWAYS, _NEVER = 0, 1


class OfficeError(Exception):
    """LibreOffice, or the program that draws its pages, did not do what it was asked. Holds what it printed."""


class Office:
    """LibreOffice in throwaway profiles under one folder: converts, recalculates, draws."""

    def __init__(self, soffice: str, pdftoppm: str, folder: Path) -> None:
        self._soffice = soffice
        self._pdftoppm = pdftoppm
        self._folder = folder

    def convert(self, paths: Sequence[Path], to: str, outdir: Path) -> list[Path]:
        """Convert workbooks to xlsx, ods or pdf in one start of LibreOffice.

        The cached values of an .xlsx are kept; an .ods is calculated anew when it is opened.

        The results are in the order of ``paths``, each under the name of its source; where that is taken,
        ``-2``, ``-3``, … is appended. Nothing in ``outdir`` is overwritten.
        """
        return self._convert(paths, to, outdir, _NEVER)

    def recalculate(self, path: Path) -> Path:
        """Open a workbook, calculate every formula anew, and save it as xlsx in a folder of its own."""
        return self._convert([path], "xlsx", self._fresh_folder(), _ALWAYS)[0]

    def recalculate_all(self, paths: Sequence[Path]) -> list[Path]:
        """Calculate every formula of several workbooks anew in one start of LibreOffice."""
        return self._convert(paths, "xlsx", self._fresh_folder(), _ALWAYS)

    def render(self, path: Path, outdir: Path) -> list[Path]:
        """Draw a workbook's printed pages as PNG pictures, in the order of the pages."""
        (pdf,) = self._convert([path], "pdf", self._fresh_folder(), _NEVER)
        pages = self._fresh_folder()
        _run([self._pdftoppm, "-r", "70", "-png", str(pdf), str(pages / pdf.stem)], seconds=120)
        outdir.mkdir(parents=True, exist_ok=True)
        drawn = sorted(pages.iterdir())  # pdftoppm pads the page numbers to one width
        return [Path(shutil.move(page, outdir / page.name)) for page in drawn]

    def _convert(self, paths: Sequence[Path], to: str, outdir: Path, mode: int) -> list[Path]:
        if not paths:
            return []
        outdir.mkdir(parents=True, exist_ok=True)
        sources, made = self._fresh_folder(), self._fresh_folder()
        staged = []
        for path, stem in zip(paths, _distinct_stems(paths, to, outdir), strict=True):
            staged.append(sources / f"{stem}{path.suffix}")
            shutil.copyfile(path, staged[-1])  # so that LibreOffice's lock files stay out of the caller's folder
        options = ["--headless", "--norestore", "--nolockcheck", f"-env:UserInstallation={self._profile(mode)}"]
        command = [self._soffice, *options, "--convert-to", FILTERS[to], "--outdir", str(made), *map(str, staged)]
        printed = _run(command, seconds=90 + 10 * len(paths))
        missing = [path.name for path in staged if not (made / f"{path.stem}.{to}").is_file()]
        if missing:
            message = f"LibreOffice made no {to} of {', '.join(missing)}. It printed:\n{printed}"
            raise OfficeError(message)
        return [Path(shutil.move(made / f"{path.stem}.{to}", outdir / f"{path.stem}.{to}")) for path in staged]

    def _profile(self, mode: int) -> str:
        profile = self._folder / f"profile-{mode}"
        configuration = profile / "user" / "registrymodifications.xcu"
        if not configuration.exists():
            configuration.parent.mkdir(parents=True, exist_ok=True)
            configuration.write_text(_SETTINGS.format(recalculate=mode), encoding="utf-8")
        return profile.as_uri()

    def _fresh_folder(self) -> Path:
        return Path(tempfile.mkdtemp(dir=self._folder))


def _distinct_stems(paths: Iterable[Path], to: str, outdir: Path) -> list[str]:
    taken = {path.name.casefold() for path in outdir.iterdir()}
    stems = []
    for path in paths:
        numbered = (path.stem if number == 1 else f"{path.stem}-{number}" for number in count(1))
        stems.append(next(stem for stem in numbered if f"{stem}.{to}".casefold() not in taken))
        taken.add(f"{stems[-1]}.{to}".casefold())
    return stems


def _run(command: list[str], seconds: float) -> str:
    """Run a program and return what it printed; it and all that it started are ended when the time is up."""
    environment = dict(os.environ, SAL_USE_VCLPLUGIN="svp")
    if sys.platform == "linux":
        environment["LC_ALL"] = "C.UTF-8"  # or file names with letters beyond ASCII are not found
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=os.name != "nt"
    ) as process:
        try:
            output = process.communicate(timeout=seconds)[0].decode("utf-8", "replace")
        except BaseException as error:
            _end(process)
            if isinstance(error, subprocess.TimeoutExpired):
                printed = process.communicate()[0].decode("utf-8", "replace")
                message = f"{command[0]} did not finish within {seconds} s. It printed:\n{printed}"
                raise OfficeError(message) from None
            raise
    if process.returncode:
        message = f"{command[0]} ended with status {process.returncode}. It printed:\n{output}"
        raise OfficeError(message)
    return output


def _end(process: subprocess.Popen[bytes]) -> None:
    if os.name == "nt":
        process.kill()
    else:
        os.killpg(process.pid, signal.SIGKILL)  # soffice is a script that starts others; the group has all of them


def _find_soffice() -> str | None:
    beside = [
        Path("/Applications/LibreOffice.app/Contents/MacOS/soffice"),
        Path(os.environ.get("PROGRAMFILES", ""), "LibreOffice", "program", "soffice.com"),
    ]
    return shutil.which("soffice") or next((str(path) for path in beside if path.is_file()), None)


PROGRAMS = {"LibreOffice (soffice)": _find_soffice(), "poppler (pdftoppm)": shutil.which("pdftoppm")}
UNO = Path("/usr/lib/python3/dist-packages/uno.py")
"""Where Debian puts what Python speaks to a running LibreOffice with."""
RUNNING = {
    "LibreOffice (soffice)": PROGRAMS["LibreOffice (soffice)"],
    "python3-uno": str(UNO) if UNO.is_file() else None,
}
WINDOW = {
    **RUNNING,
    "xvfb (Xvfb)": shutil.which("Xvfb"),
    "openbox": shutil.which("openbox"),
    "xdotool": shutil.which("xdotool"),
    "imagemagick (import)": shutil.which("import"),
}
NEEDS = {"office": PROGRAMS, "calc": RUNNING, "window": WINDOW}
"""What a test needs that uses the fixture of that name."""
LACKING_FOR = {
    fixture: ", ".join(name for name, found in programs.items() if not found) for fixture, programs in NEEDS.items()
}
LACKING = LACKING_FOR["office"]


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    soffice, pdftoppm = PROGRAMS.values()
    assert soffice, LACKING
    assert pdftoppm, LACKING
    return Office(soffice, pdftoppm, tmp_path_factory.mktemp("office"))


# --- what is skipped, and what that means --------------------------------------------------------


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what uses the fixtures, before ``-m office`` chooses."""
    for item in items:
        for fixture in NEEDS:
            if fixture in getattr(item, "fixturenames", ()):
                item.add_marker(fixture)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    for fixture, lacking in LACKING_FOR.items():
        if lacking and item.get_closest_marker(fixture):
            (pytest.fail if IN_CI else pytest.skip)(f"needs {lacking}")


def pytest_sessionfinish(session: pytest.Session) -> None:
    if IN_CI and _skipped(session.config) and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    skipped = _skipped(config)
    if not skipped:
        return
    terminalreporter.section("NOT TESTED", red=True, bold=True)
    for reason, times in Counter(map(_reason, skipped)).most_common():
        terminalreporter.line(f"{times} skipped: {reason}", red=True)
    if IN_CI:
        terminalreporter.line("With CI=true nothing may be skipped: this run has FAILED.", red=True)


def _skipped(config: pytest.Config) -> list[pytest.TestReport]:
    """The reports of skipped tests; empty in a worker, which only passes its reports on."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    return [] if reporter is None or hasattr(config, "workerinput") else reporter.stats.get("skipped", [])


def _reason(report: pytest.TestReport) -> str:
    return str(report.longrepr[-1] if isinstance(report.longrepr, tuple) else report.longrepr)
