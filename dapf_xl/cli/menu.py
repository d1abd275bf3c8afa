"""The command ``dapf menu``: the steps of a quarter by number, for who would rather not type commands.

``--launcher`` writes a file that Windows starts with a double click: the way round where macros are blocked.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dapf_xl.cli.options import CLEAN, Folder
from dapf_xl.cli.rounds import check, consolidate, issue, send
from dapf_xl.findings import DapfError, PeriodError
from dapf_xl.rounds import offered_quarters, usual_quarter
from dapf_xl.terminal import say
from dapf_xl.workbooks import write_atomically
from dapf_xl.workspace import ANNOTATED, open_workspace, quarter_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dapf_xl.periods import Period
    from dapf_xl.workspace import Workspace

LAUNCHER = "Start dapf.cmd"
LEAVE, OTHER_QUARTER = "0", "5"
SHOWN = 8
"""Quarters that are listed to choose from; any other can be typed."""


def _check(folder: Path, quarter: Period) -> None:
    check([folder / "returns" / quarter.label], folder, quarter.label, folder / ANNOTATED / quarter.label)


STEPS: Mapping[str, tuple[str, Callable[[Path, Period], None]]] = {
    "1": ("Issue the returns", lambda folder, quarter: issue(folder, quarter.label)),
    "2": ("Check what came back", _check),
    "3": ("Consolidate into the master", lambda folder, quarter: consolidate(folder, quarter.label)),
    "4": ("Write the message to the committee", lambda folder, quarter: send(folder, quarter.label, draft=True)),
}
"""What can be chosen: its words, and what it does in a workspace for a quarter."""


def menu(
    folder: Folder,
    launcher: Annotated[
        bool, typer.Option("--launcher", help=f'Write "{LAUNCHER}" into the workspace, to start this on Windows.')
    ] = False,
) -> None:
    """Go through the steps of a quarter by number."""
    workspace = open_workspace(folder)
    if launcher:
        path = folder / LAUNCHER
        write_atomically(path, lambda temporary: temporary.write_bytes(launcher_text(sys.executable).encode()))
        say("Start it with a double click. It is made for this computer and this Python.")
        typer.echo(path)
        return
    quarter = usual_quarter(workspace)
    while True:
        say("")
        say((f"{workspace.framework.area}, {quarter.words}", "bold"))
        for number, (words, _) in STEPS.items():
            say(f"  {number}  {words}")
        say(f"  {OTHER_QUARTER}  Another quarter")
        say(f"  {LEAVE}  Leave")
        chosen = _asked("Type a number and press Enter")
        if chosen == LEAVE:
            return
        if chosen == OTHER_QUARTER:
            quarter = _another(workspace, quarter)
        elif chosen in STEPS:
            _do(chosen, folder, quarter)
        else:
            say(f"{chosen} is none of the numbers.")


def _do(chosen: str, folder: Path, quarter: Period) -> None:
    """Do a step; what stops it is one line, and the menu goes on."""
    try:
        STEPS[chosen][1](folder, quarter)
    except typer.Exit as ended:
        if ended.exit_code != CLEAN:
            say("There is something to put right, as said above.")
    except DapfError as error:
        say((" ".join(str(error).split()), "red"))
    except OSError as error:
        say((f"{error.filename or ''}: {error.strerror or error}.".removeprefix(": "), "red"))


def _another(workspace: Workspace, quarter: Period) -> Period:
    """Ask for a quarter; what cannot be read leaves the one that there was."""
    offered = offered_quarters(workspace)[:SHOWN]
    for number, each in enumerate(offered, 1):
        say(f"  {number}  {each.words} ({each.label})")
    chosen = _asked("Type a number, or a quarter such as 2014-15-Q3")
    if chosen.isdecimal() and 1 <= int(chosen) <= len(offered):
        return offered[int(chosen) - 1]
    try:
        return quarter_of(chosen)
    except PeriodError as error:
        say((str(error), "red"))
        return quarter


def _asked(words: str) -> str:
    """Ask for a line on stderr, since stdout is for paths; where nobody answers any more, leave."""
    say(f"{words}:")
    line = sys.stdin.readline()
    return line.strip() or (LEAVE if not line else "")


def launcher_text(interpreter: str) -> str:
    """Return the batch file that starts the menu of the workspace in whose folder it lies.

    Args:
        interpreter: The Python that has dapf; a place in the user's profile is named by its variable, so that the
            letters of a user's name do not matter.
    """
    place = interpreter.replace("%", "%%")
    for name in ("LOCALAPPDATA", "USERPROFILE"):
        home = os.environ.get(name, "").replace("%", "%%")
        if home and place.casefold().startswith(f"{home.casefold()}\\"):
            place = f"%{name}%{place[len(home) :]}"
            break
    lines = (
        "@echo off",
        "rem Starts the menu of dapf for the workspace in this folder. No macros are needed.",
        "setlocal",
        "chcp 65001 >nul",
        "title dapf",
        f'"{place}" -m dapf_xl menu "%~dp0."',
        "if errorlevel 1 pause",
        "",
    )
    return "\r\n".join(lines)
