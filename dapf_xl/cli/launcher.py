"""The file that Windows starts with a double click: the menu without macros, and without typing a command."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from dapf_xl.workbooks import write_atomically

LAUNCHER = "Start dapf.cmd"


def write_launcher(folder: Path | None) -> Path:
    """Write the launcher into a workspace, or into the user's profile where none is named; return where it is."""
    path = (folder or Path.home()) / LAUNCHER
    text = launcher_text(sys.executable, asks=folder is None)
    write_atomically(path, lambda temporary: temporary.write_bytes(text.encode()))
    return path


def launcher_text(interpreter: str, *, asks: bool = False) -> str:
    """Return the batch file that starts the menu of the workspace in whose folder it lies.

    Args:
        interpreter: The Python that has dapf; a place in the user's profile is named by its variable, so that the
            letters of a user's name do not matter.
        asks: Whether it asks for the workspace instead.
    """
    place = interpreter.replace("%", "%%")
    for name in ("LOCALAPPDATA", "USERPROFILE"):
        home = os.environ.get(name, "").replace("%", "%%")
        if home and place.casefold().startswith(f"{home.casefold()}\\"):
            place = f"%{name}%{place[len(home) :]}"
            break
    workspace = "" if asks else ' "%~dp0."'
    lines = (
        "@echo off",
        f"rem Starts the menu of dapf{'' if asks else ' for the workspace in this folder'}. No macros are needed.",
        "setlocal",
        "chcp 65001 >nul",
        "title dapf",
        f'"{place}" -m dapf_xl menu{workspace}',
        "if errorlevel 1 pause",
        "",
    )
    return "\r\n".join(lines)
