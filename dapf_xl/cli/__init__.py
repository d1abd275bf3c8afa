"""The command line: arguments in, findings out. Everything else is in ``cycle``."""

from __future__ import annotations

import io
import os
import sys
import traceback
from typing import TYPE_CHECKING, Annotated

import typer

from dapf_xl import __version__
from dapf_xl.cli.amend import amend
from dapf_xl.cli.catalogue import catalogue_app
from dapf_xl.cli.deciding import handover, waive
from dapf_xl.cli.excel import excel_app
from dapf_xl.cli.importing import import_figures
from dapf_xl.cli.menu import menu
from dapf_xl.cli.options import CLEAN, FOUND, MISUSE
from dapf_xl.cli.published import frameworks, reconcile, run_demo
from dapf_xl.cli.recipients import recipients
from dapf_xl.cli.repair import repair
from dapf_xl.cli.rounds import check, consolidate, fill, init, issue, send
from dapf_xl.findings import DapfError
from dapf_xl.terminal import document, put_json, say

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from dapf_xl.findings import Finding

__all__ = ["CLEAN", "DEBUG", "FOUND", "MISUSE", "app", "main"]

DEBUG = "DAPF_DEBUG"
"""With 1 in this environment variable, what nobody foresaw is shown with its traceback."""

COMMANDS: Mapping[str, Callable[..., None]] = {
    "frameworks": frameworks,
    "init": init,
    "issue": issue,
    "fill": fill,
    "check": check,
    "repair": repair,
    "consolidate": consolidate,
    "amend": amend,
    "waive": waive,
    "import": import_figures,
    "recipients": recipients,
    "send": send,
    "reconcile": reconcile,
    "handover": handover,
    "menu": menu,
    "demo": run_demo,
}
"""Every command, in the order in which the help lists them."""

app = typer.Typer(
    help="Domestic abuse performance framework in Excel: returns out, returns in, one master workbook.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
for name, command in COMMANDS.items():
    app.command(name)(command)
app.add_typer(catalogue_app, name="catalogue")
app.add_typer(excel_app, name="excel")


def version_wanted(value: bool) -> None:
    """Print the version and stop."""
    if value:
        typer.echo(f"dapf {__version__}")
        raise typer.Exit


@app.callback()
def start(
    version: Annotated[
        bool, typer.Option("--version", callback=version_wanted, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Domestic abuse performance framework in Excel."""
    del version


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status; what stops it is one line on stderr.

    Args:
        arguments: What follows ``dapf``; None for the program's own.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a console that lacks a letter shows its code
            stream.reconfigure(errors="backslashreplace")
    as_json = "--json" in (sys.argv[1:] if arguments is None else arguments)
    try:
        app(arguments, prog_name="dapf")
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else CLEAN
    except DapfError as error:
        return _failed(str(error), getattr(error, "findings", []), as_json)
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        return _failed(f"{place}{error.strerror or error}.", [], as_json)
    except Exception as error:  # noqa: BLE001  (the last resort, so that nobody at a keyboard is shown a traceback)
        if os.environ.get(DEBUG) == "1":
            traceback.print_exc()
        about = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        return _failed(
            f"dapf met something that it was not written for ({about}). With {DEBUG}=1 it shows where.", [], as_json
        )
    return CLEAN


def _failed(words: str, findings: Sequence[Finding], as_json: bool) -> int:
    """Say in a line why it could not be done, in the JSON document as well, and return the exit status."""
    line = " ".join(words.split())
    if as_json:
        put_json(document(findings, error=line))
    say((line, "red"))
    return MISUSE


if __name__ == "__main__":
    sys.exit(main())
