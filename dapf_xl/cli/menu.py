"""The command ``dapf menu``: the steps of a quarter by number, for who would rather not type commands.

``--launcher`` writes a file that Windows starts with a double click: the way round where macros are blocked.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dapf_xl import cycle
from dapf_xl.cli.asking import LEAVE, ask_recipients, asked, chosen_folder, say_why
from dapf_xl.cli.excel import examine_all
from dapf_xl.cli.launcher import LAUNCHER, write_launcher
from dapf_xl.cli.options import CLEAN
from dapf_xl.cli.rounds import NO_SEND_BUTTON, check, consolidate, issue
from dapf_xl.findings import DapfError, PeriodError
from dapf_xl.hosts.opening import open_with_its_program
from dapf_xl.rounds import offered_quarters, usual_quarter
from dapf_xl.synced import worries
from dapf_xl.terminal import say
from dapf_xl.workspace import ANNOTATED, open_workspace, quarter_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dapf_xl.periods import Period
    from dapf_xl.workspace import Workspace

OTHER_QUARTER = "7"
SHOWN = 8
"""Quarters that are listed to choose from; any other can be typed."""


def _check(folder: Path, quarter: Period) -> None:
    check([folder / "returns" / quarter.label], folder, quarter.label, folder / ANNOTATED / quarter.label)


def _send(folder: Path, quarter: Period) -> None:
    draft = cycle.send(folder, quarter.label)
    typer.echo(draft)
    if open_with_its_program(draft):
        say("It is open in your mail program. Read it, then send it: nothing is sent yet.")
    else:
        say("No mail program opened it: open it yourself, read it, and send it. Nothing is sent yet.")
    say(NO_SEND_BUTTON)


STEPS: Mapping[str, tuple[str, Callable[[Path, Period], None]]] = {
    "1": ("Issue the returns", lambda folder, quarter: issue(folder, quarter.label)),
    "2": ("Check what came back", _check),
    "3": ("Consolidate into the master", lambda folder, quarter: consolidate(folder, quarter.label)),
    "4": ("Write the message to the committee", _send),
    "5": ("Say who receives it", ask_recipients),
    "6": ("See what may be in the way on this computer", lambda folder, _: examine_all(None, folder)),
}
"""What can be chosen: its words, and what it does in a workspace for a quarter."""


def menu(
    folder: Annotated[
        Path | None, typer.Argument(metavar="[DIR]", help="The workspace; it is asked for if not said.")
    ] = None,
    launcher: Annotated[
        bool, typer.Option("--launcher", help=f'Write "{LAUNCHER}", which starts this on Windows, into the workspace.')
    ] = False,
) -> None:
    """Go through the steps of a quarter by number."""
    if launcher:
        if folder:
            open_workspace(folder)
        typer.echo(write_launcher(folder))
        say("Start it with a double click. It is made for this computer and this Python.")
        return
    folder = folder or chosen_folder()
    if folder is None:
        return
    workspace = open_workspace(folder)
    for words in worries(folder):
        say((words, "yellow"))
    quarter = usual_quarter(workspace)
    while True:
        say("")
        say((f"{workspace.framework.area}, {quarter.words}", "bold"))
        for number, (words, _) in STEPS.items():
            say(f"  {number}  {words}")
        say(f"  {OTHER_QUARTER}  Another quarter")
        say(f"  {LEAVE}  Leave")
        chosen = asked("Type a number and press Enter")
        if chosen == LEAVE:
            return
        if chosen == OTHER_QUARTER:
            quarter = _another(workspace, quarter)
        elif chosen in STEPS:
            _do(chosen, folder, quarter)
        else:
            say(f"{chosen} is none of the numbers.")


# --- a step -----------------------------------------------------------------------------------


def _do(chosen: str, folder: Path, quarter: Period) -> None:
    """Do a step; what stops it is one line, and the menu goes on."""
    try:
        STEPS[chosen][1](folder, quarter)
    except typer.Exit as ended:
        if ended.exit_code != CLEAN:
            say("There is something to put right, as said above.")
    except DapfError as error:
        say_why(error)
    except OSError as error:
        say((f"{error.filename or ''}: {error.strerror or error}.".removeprefix(": "), "red"))


def _another(workspace: Workspace, quarter: Period) -> Period:
    """Ask for a quarter; what cannot be read leaves the one that there was."""
    offered = offered_quarters(workspace)[:SHOWN]
    for number, each in enumerate(offered, 1):
        say(f"  {number}  {each.words} ({each.label})")
    chosen = asked("Type a number, or a quarter such as 2014-15-Q3")
    if chosen.isdecimal() and 1 <= int(chosen) <= len(offered):
        return offered[int(chosen) - 1]
    try:
        return quarter_of(chosen)
    except PeriodError as error:
        say((str(error), "red"))
        return quarter
