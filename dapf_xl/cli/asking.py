"""What the menu asks: for a line, for a workspace, for who receives the message."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from dapf_xl import catalogue, cycle
from dapf_xl.cli.launcher import write_launcher
from dapf_xl.cli.recipients import show_recipients
from dapf_xl.cli.rounds import init
from dapf_xl.findings import DapfError
from dapf_xl.recipients import recipients_of
from dapf_xl.terminal import say
from dapf_xl.workspace import SETTINGS, open_workspace

if TYPE_CHECKING:
    from dapf_xl.periods import Period

LEAVE = "0"
_NUMBERS = {"issue": "1", "check": "2", "consolidate": "3", "send": "4", "recipients": "5"}
"""What to choose where a sentence names a command."""


def asked(words: str) -> str:
    """Ask for a line on stderr, since stdout is for paths; where nobody answers any more, leave."""
    say(f"{words}:")
    line = sys.stdin.readline()
    return line.strip() or (LEAVE if not line else "")


def say_why(error: DapfError) -> None:
    """Say in a line why something could not be done, with the number in place of the command that would help."""
    words = " ".join(str(error).split())
    say((re.sub(r"(run )?`dapf (\w+)[^`]*`", _number, words), "red"))


def _number(command: re.Match[str]) -> str:
    number = _NUMBERS.get(command[2])
    return f"{'choose ' if command[1] else ''}{number}" if number else command[0]


# --- the workspace ----------------------------------------------------------------------------


def chosen_folder() -> Path | None:
    """Ask for a workspace, and begin one where there is none; None where nobody wants any."""
    while True:
        typed = asked("The folder of your workspace, or of a new one (drag it into this window), then Enter; 0 leaves")
        folder = Path(typed.strip('"')).expanduser().absolute()
        if typed == LEAVE:
            return None
        if typed and (folder / SETTINGS).is_file():
            return folder
        if typed and _begun(folder):
            return folder


def _begun(folder: Path) -> bool:
    """Begin a workspace in a folder that is empty or not there, for a framework that is chosen; with a launcher."""
    say(f"There is no workspace in {folder} yet. Begin one there? Which framework is it for?")
    shipped = list(catalogue.shipped())
    for number, name in enumerate(shipped, 1):
        say(f"  {number}  {name}")
    chosen = asked("Type its number, or the path of a catalogue of your own; Enter goes back")
    if not chosen or chosen == LEAVE:
        return False
    framework = shipped[int(chosen) - 1] if chosen.isdecimal() and 1 <= int(chosen) <= len(shipped) else chosen
    try:
        init(framework.strip('"'), folder)
        say(f"{write_launcher(folder)} starts this for it, with a double click.")
    except DapfError as error:
        say_why(error)
        return False
    return True


# --- who receives the message -------------------------------------------------------------------


def ask_recipients(folder: Path, quarter: Period) -> None:
    """List who receives the message, and take in or out one after another until nothing is typed."""
    del quarter
    while True:
        listed = recipients_of(open_workspace(folder))
        show_recipients(listed)
        if not listed.sender:
            typed = asked("The role mailbox that the message comes from, or Enter to go back")
            if typed in {"", LEAVE}:
                return
            listed = type(listed)(typed, listed.listed)
        else:
            typed = asked("An address to add, the number of one to take out, or Enter to go back")
            if typed in {"", LEAVE}:
                return
            if typed.isdecimal() and 1 <= int(typed) <= len(listed.listed):
                listed = listed.without(listed.listed[int(typed) - 1].address)
            else:
                may = asked("May it have the working edition, which holds small numbers? yes or no")
                listed = listed.with_one(typed, cleared=may.casefold() in {"y", "yes"})
        try:
            cycle.set_recipients(folder, listed)
        except DapfError as error:
            say_why(error)
