"""The command line: arguments in, findings out. Everything else is in ``cycle``."""

from __future__ import annotations

import io
import os
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dapf_xl import __version__, catalogue, cycle, demo
from dapf_xl.cli_amend import amend
from dapf_xl.cli_catalogue import CATALOGUES, catalogue_app
from dapf_xl.cli_import import import_figures
from dapf_xl.findings import DapfError, has_errors
from dapf_xl.returns.filling import read_values
from dapf_xl.synthetic.rounds import ROUNDS
from dapf_xl.terminal import (
    document,
    document_of,
    progress_bar,
    put_json,
    say,
    show_findings,
    show_reconciled,
    show_returns,
)
from dapf_xl.workspace import KEY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dapf_xl.findings import Finding

CLEAN, FOUND, MISUSE = 0, 1, 2
"""Exit statuses: nothing wrong, findings of severity error, it could not be done."""

DEBUG = "DAPF_DEBUG"
"""With 1 in this environment variable, what nobody foresaw is shown with its traceback."""

app = typer.Typer(
    help="Domestic abuse performance framework in Excel: returns out, returns in, one master workbook.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
app.add_typer(catalogue_app, name="catalogue")

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="The workspace.")]
Quarter = Annotated[str, typer.Option("--period", help="A quarter, such as 2014-15-Q3.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout.")]


def _end(findings: Sequence[Finding]) -> None:
    """Stop with the exit status that the findings call for."""
    raise typer.Exit(FOUND if has_errors(findings) else CLEAN)


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


@app.command()
def frameworks() -> None:
    """List the frameworks that come with dapf."""
    for name, path in catalogue.shipped().items():
        loaded = catalogue.load(path)
        size = f"{len(loaded.indicators)} indicators, {len(loaded.agencies)} agencies"
        typer.echo(f"{name}\t{loaded.area}: {loaded.title} ({size})")


@app.command()
def init(
    framework: Annotated[str, typer.Argument(help="A shipped framework, or the path of a catalogue.")], folder: Folder
) -> None:
    """Make a workspace."""
    made = cycle.init(framework, folder)
    say(
        f"Made a workspace for {made.framework.area} in {folder}. Keep {folder / KEY} to yourself, and in your backups."
    )


@app.command()
def issue(
    folder: Folder,
    period: Quarter,
    agency: Annotated[list[str] | None, typer.Option("--agency", help="Only this agency; may be given again.")] = None,
    changed: Annotated[
        bool, typer.Option("--changed", help="Only returns that ask for something else now, filled in with what came.")
    ] = False,
) -> None:
    """Write a locked return for each agency."""
    with progress_bar("Issuing") as moved:
        paths = cycle.issue(folder, period, agency or (), moved, changed=changed)
    for path in paths:
        typer.echo(path)
    back = folder / "returns" / paths[0].parent.name
    issued = f"{len(paths)} return{'' if len(paths) == 1 else 's'} issued."
    say(f"{issued} Send each to its agency; put what comes back into {back}.")


@app.command()
def fill(  # noqa: PLR0913, PLR0917  (each is an option)
    source: Annotated[Path, typer.Argument(metavar="RETURN", help="The return to fill.")],
    values: Annotated[
        Path,
        typer.Option("--values", help="CSV file: item, category, value, shorthand, comment, and label for spare rows."),
    ],
    out: Annotated[Path, typer.Option("--out", help="Where the filled return goes.")],
    name: Annotated[str, typer.Option("--name", help="Name for the sign-off.")] = "",
    role: Annotated[str, typer.Option("--role", help="Role for the sign-off.")] = "",
    date: Annotated[str, typer.Option("--date", help="Date of the sign-off, such as 14/01/2015.")] = "",
) -> None:
    """Type values from a CSV file into a return, as a person would."""
    given = {"name": name, "role": role, "date": date}
    count = cycle.fill(source, read_values(values), out, {part: text for part, text in given.items() if text})
    say(f"{count} row{'' if count == 1 else 's'} filled.")
    typer.echo(out)


@app.command()
def check(
    paths: Annotated[list[Path], typer.Argument(metavar="FILE|DIR", help="Returns, or folders of returns.")],
    workspace: Annotated[Path | None, typer.Option("--workspace", help="The workspace that issued them.")] = None,
    period: Annotated[str, typer.Option("--period", help="Only returns of this quarter are right.")] = "",
    as_json: AsJson = False,
) -> None:
    """Say what is wrong with returns, in which cell, and what to do."""
    with progress_bar("Checking") as moved:
        checked = cycle.check(paths, workspace, period, moved)
    if as_json:
        whole_round = {} if checked.not_returned is None else {"not_returned": list(checked.not_returned)}
        put_json(document_of(checked, **whole_round))
    show_findings(checked.findings)
    show_returns(checked)
    if checked.not_returned:
        say("Not returned: " + ", ".join(checked.not_returned))
    _end(checked.findings)


@app.command()
def consolidate(
    folder: Folder,
    period: Quarter,
    out: Annotated[Path | None, typer.Option("--out", help="Where the master goes.")] = None,
    as_json: AsJson = False,
) -> None:
    """Check the returns of a round, record them, and write the master workbook."""
    with progress_bar("Consolidating") as moved:
        made = cycle.consolidate(folder, period, out, progress=moved)
    if as_json:
        missing = [each.agency for each in made.current.not_returned]
        put_json(document_of(made.checked, master=str(made.master), not_returned=missing))
    show_findings(made.checked.findings)
    show_returns(made.checked)
    if made.current.not_returned:
        say("Not returned: " + ", ".join(each.name for each in made.current.not_returned))
    if made.superseded:
        say(f"The master that stood there before is kept as {made.superseded}.")
    if not as_json:
        typer.echo(made.master)
    _end(made.checked.findings)


app.command()(amend)
app.command("import")(import_figures)


@app.command()
def send(
    folder: Folder,
    period: Quarter,
    draft: Annotated[
        bool, typer.Option("--draft", help="Write a draft that your mail program opens; nothing is sent.")
    ] = False,
) -> None:
    """Write a draft message with the latest master attached."""
    if not draft:
        raise typer.BadParameter("say --draft: dapf writes a draft, and you send it from your mail program.")
    path = cycle.send(folder, period)
    say("Open the draft in your mail program, read it, and send it. Nothing has been sent.")
    typer.echo(path)


@app.command()
def reconcile(
    source: Annotated[str, typer.Argument(metavar="CATALOGUE", help=CATALOGUES)],
    statements: Annotated[
        Path | None, typer.Option("--statements", help="CSV file of statements, in place of the catalogue's own.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Hold what published documents say against the figures, and the figures against their parts."""
    made = cycle.reconcile(source, statements)
    if as_json:
        put_json(document(made.findings, reconciled=made.counts))
    show_reconciled(made)
    _end(made.findings)


@app.command("demo")
def run_demo(  # noqa: PLR0913, PLR0917  (each is an option)
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where the workspaces go.")] = Path("demo"),
    framework: Annotated[
        list[str] | None,
        typer.Option("--framework", help="Only this framework, or the catalogue at this path; may be given again."),
    ] = None,
    synthetic: Annotated[
        bool, typer.Option("--synthetic", help="Made-up figures, also where the area has published some.")
    ] = False,
    period: Annotated[str, typer.Option("--period", help="The last quarter of made-up figures.")] = "",
    seed: Annotated[int, typer.Option("--seed", help="Another number gives other made-up figures.")] = demo.SEED,
    rounds: Annotated[int, typer.Option("--rounds", help="How many quarters are made up.", min=1)] = ROUNDS,
) -> None:
    """Run the whole cycle on published figures, or on made-up ones; the masters' paths come last, one a line."""
    chosen = synthetic or bool(period) or (seed, rounds) != (demo.SEED, ROUNDS)
    made, wrong = [], []
    for name in dict.fromkeys(framework or demo.demonstrations()):
        called = demo.workspace_name(name)
        published = name in demo.demonstrations() and not chosen
        say(f"{called}: issuing, filling, checking, consolidating" + ("" if published else " made-up rounds"))
        with progress_bar(called) as moved:
            if published:
                made.append(demo.demonstrate(name, folder / called, moved))
                wrong += made[-1].checked.findings
            else:
                place = folder / called
                made.append(demo.make_up(name, place, period=period, seed=seed, rounds=rounds, progress=moved))
        show_findings(made[-1].checked.findings)
        show_returns(made[-1].checked)
    for line in demo.what_to_look_at(made):
        say(line)
    for each in made:
        typer.echo(each.master)
    _end(wrong)  # what is wrong with made-up returns is meant to be


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
