"""What the commands share: arguments, options and exit statuses."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dapf_xl.findings import has_errors

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dapf_xl.findings import Finding

CLEAN, FOUND, MISUSE = 0, 1, 2
"""Exit statuses: nothing wrong, findings of severity error, it could not be done."""

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="The workspace.")]
Quarter = Annotated[str, typer.Option("--period", help="A quarter, such as 2014-15-Q3.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout.")]
CATALOGUES = "A shipped framework, a catalogue workbook, a folder of CSV files, or a workspace."


def end(findings: Iterable[Finding]) -> None:
    """Stop with the exit status that the findings call for."""
    raise typer.Exit(FOUND if has_errors(findings) else CLEAN)
