"""The command ``dapf import``: published figures in, what was recorded out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dapf_xl import cycle
from dapf_xl.findings import has_errors
from dapf_xl.terminal import document, put_json, say, show_findings


def import_figures(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The workspace.")],
    path: Annotated[Path, typer.Argument(metavar="FILE.csv", help="Published figures, a row a figure.")],
    partly: Annotated[bool, typer.Option("--partly", help="Record the good rows although others have errors.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout.")] = False,
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
    raise typer.Exit(int(has_errors(made.findings)))
