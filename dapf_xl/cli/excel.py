"""The commands ``dapf excel install`` and ``dapf excel doctor``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dapf_xl.cli.options import CLEAN, FOUND
from dapf_xl.hosts.doctor import examine
from dapf_xl.hosts.installing import install, usual_place
from dapf_xl.terminal import say

excel_app = typer.Typer(help="The buttons in Excel.", no_args_is_help=True, rich_markup_mode=None)

_GOOD = {True: ("     ok", "green"), False: ("wanting", "red"), None: ("   note", "yellow")}


@excel_app.command("install")
def install_workbook(
    out: Annotated[
        Path | None, typer.Option("--out", help="Where it goes, ending in .xlsm; your profile's folder if not said.")
    ] = None,
) -> None:
    """Write the control workbook, whose buttons start this Python."""
    path = install(out)
    say("Open it in Excel and click Enable Content. If a button does nothing, run `dapf excel doctor`.")
    typer.echo(path)


@excel_app.command("doctor")
def examine_all(
    workbook: Annotated[
        Path | None, typer.Option("--workbook", help="The control workbook, if it is not in the usual place.")
    ] = None,
    workspace: Annotated[
        Path | None, typer.Option("--workspace", help="A workspace whose rights to look at too.")
    ] = None,
) -> None:
    """Say in words what the buttons lack."""
    lines = examine(workbook or usual_place(), workspace)
    for line in lines:
        say(_GOOD[line.good], f" {line.words}")
    raise typer.Exit(FOUND if any(line.good is False for line in lines) else CLEAN)
