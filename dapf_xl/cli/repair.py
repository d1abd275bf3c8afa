"""The command ``dapf repair``: a return in disorder in, a clean one and the list of what was carried out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dapf_xl import cycle
from dapf_xl.cli.options import CLEAN, FOUND, AsJson
from dapf_xl.terminal import put_json, repaired_document, show_repaired


def repair(  # noqa: PLR0913, PLR0917  (each is an option)
    source: Annotated[Path, typer.Argument(metavar="RETURN", help="The return that came back damaged or rearranged.")],
    out: Annotated[Path, typer.Option("--out", help="Where the clean return goes.")],
    workspace: Annotated[Path | None, typer.Option("--workspace", help="The workspace that issued it.")] = None,
    agency: Annotated[str, typer.Option("--agency", help="Whose it is, where the file cannot prove it.")] = "",
    period: Annotated[str, typer.Option("--period", help="Its quarter, where the file cannot prove it.")] = "",
    as_json: AsJson = False,
) -> None:
    """Carry what was typed into a damaged, re-sorted or older return into a clean one, and say what could not be."""
    made = cycle.repair(source, out, workspace, agency=agency, period=period)
    if as_json:
        put_json(repaired_document(made))
    show_repaired(made)
    if not as_json:
        typer.echo(made.file)
    raise typer.Exit(FOUND if made.left else CLEAN)
