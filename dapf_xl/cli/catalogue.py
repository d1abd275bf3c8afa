"""The commands ``dapf catalogue``: check one, turn it into another form, write where everything lives."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dapf_xl import catalogue, places
from dapf_xl.cli.options import CATALOGUES, AsJson, end
from dapf_xl.terminal import counted, document, put_json, say, show_findings
from dapf_xl.workspace import CATALOGUE, SETTINGS

catalogue_app = typer.Typer(help="Check a catalogue, or turn it into a workbook or CSV files.", no_args_is_help=True)


@catalogue_app.command("check")
def catalogue_check(
    source: Annotated[str, typer.Argument(metavar="CATALOGUE", help=CATALOGUES)], as_json: AsJson = False
) -> None:
    """Check a catalogue: every fault with table, row, column and remedy."""
    findings = catalogue.check(catalogue_of(source))
    if as_json:
        put_json(document(findings))
    show_findings(findings)
    say(f"{source}: {counted(findings)}")
    end(findings)


@catalogue_app.command("export")
def catalogue_export(
    source: Annotated[str, typer.Argument(metavar="CATALOGUE", help=CATALOGUES)],
    out: Annotated[Path, typer.Argument(help="Where to: a name that ends in .xlsx, or a folder for CSV files.")],
) -> None:
    """Turn a catalogue into a workbook or into CSV files, without loss."""
    catalogue.export(catalogue.load(catalogue_of(source)), out)
    typer.echo(out)


@catalogue_app.command("places")
def catalogue_places(
    source: Annotated[str, typer.Argument(metavar="CATALOGUE", help=CATALOGUES)],
    out: Annotated[Path, typer.Argument(help="Where to: a name that ends in .md.")],
) -> None:
    """Write where everything lives that the source documents ask for: indicator, item, ask and sheets."""
    path = catalogue_of(source)
    places.write_page(path, out)
    typer.echo(out)


def catalogue_of(source: str) -> Path:
    """Return where a catalogue lies: a shipped framework's by its id, a workspace's, or the path itself."""
    path = catalogue.shipped().get(source, Path(source))
    return path / CATALOGUE if (path / SETTINGS).is_file() else path
