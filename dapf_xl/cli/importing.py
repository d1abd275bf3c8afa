"""The command ``dapf import``: published figures in, what was recorded out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dapf_xl import cycle
from dapf_xl.cli.options import AsJson, Folder, end
from dapf_xl.terminal import document, put_json, say, show_findings


def import_figures(
    folder: Folder,
    path: Annotated[Path, typer.Argument(metavar="FILE.csv", help="Published figures, a row a figure.")],
    partly: Annotated[bool, typer.Option("--partly", help="Record the good rows although others have errors.")] = False,
    as_json: AsJson = False,
) -> None:
    """Record published figures from a CSV file, as observations or as comparators, with source and release date."""
    made = cycle.import_figures(folder, path, partly=partly)
    if as_json:
        put_json(document(made.findings, imported=made.as_json()))
    show_findings(made.findings)
    say(f"{made.file}: {made.words}")
    if made.kept and not as_json:
        say("Consolidate the rounds that show them: a master that was made before does not have them.")
        typer.echo(made.kept)
    end(made.findings)
