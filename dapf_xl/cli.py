"""The command line: arguments in, findings out. Everything else is in ``cycle``."""

from __future__ import annotations

import json
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from dapf_xl import __version__, catalogue, cycle, demo
from dapf_xl.findings import DapfError, Severity, has_errors
from dapf_xl.returns.filling import read_values

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from dapf_xl.findings import Finding
    from dapf_xl.rules import Checked

CLEAN, FOUND, MISUSE = 0, 1, 2
"""Exit statuses: nothing wrong, findings of severity error, nothing could be done."""

app = typer.Typer(
    help="Domestic abuse performance framework in Excel: returns out, returns in, one master workbook.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
catalogue_app = typer.Typer(help="Check a catalogue, or turn it into a workbook or CSV files.", no_args_is_help=True)
app.add_typer(catalogue_app, name="catalogue")

people = Console(stderr=True, soft_wrap=True, highlight=False)
"""What people read goes to stderr; stdout is for paths and JSON."""

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="The workspace.")]
Quarter = Annotated[str, typer.Option("--period", help="A quarter, such as 2014-15-Q3.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout.")]

_STYLES = {Severity.ERROR: "red", Severity.QUERY: "yellow", Severity.WARNING: "cyan"}


@contextmanager
def progress_bar(words: str) -> Iterator[Callable[[int, int, str], None]]:
    """Show a progress bar on stderr where that is a terminal, and give the function that moves it."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[now]}"))
    with Progress(*columns, console=people, transient=True, disable=not people.is_terminal) as bar:
        task = bar.add_task(words, total=None, now="")

        def moved(done: int, total: int, now: str) -> None:
            bar.update(task, completed=done, total=total, now=now)

        yield moved


def show_findings(findings: Sequence[Finding]) -> None:
    """Print findings for people, one a line, the worst first in each file."""
    for finding in findings:
        style = _STYLES[finding.severity]
        people.print(f"[{style}]{finding.severity:>7}[/] {escape(str(finding))}")


def counted(findings: Sequence[Finding]) -> str:
    """Return how many findings of each severity there are: ``2 errors, 1 query``."""
    plural = {Severity.ERROR: "errors", Severity.QUERY: "queries", Severity.WARNING: "warnings"}
    counts = {severity: sum(finding.severity is severity for finding in findings) for severity in Severity}
    words = [f"{count} {severity if count == 1 else plural[severity]}" for severity, count in counts.items() if count]
    return ", ".join(words) or "nothing to correct"


def document(checked: Checked, **more: Any) -> dict[str, Any]:  # noqa: ANN401  (what a command adds)
    """Return what ``--json`` prints of a check; ``output.schema.json`` describes it."""
    returns = [
        {
            "file": each.read.name,
            "agency": each.agency,
            "period": each.period.label if each.period else "",
            "status": str(each.status),
            "sha256": each.read.sha256,
        }
        for each in checked.returns
    ]
    return {"findings": [finding.as_json() for finding in checked.findings], "returns": returns, **more}


def put_json(whole: dict[str, Any]) -> None:
    """Print one JSON document on stdout."""
    sys.stdout.write(json.dumps(whole, ensure_ascii=False, indent=2) + "\n")


def show_returns(checked: Checked) -> None:
    """Print each return's status for people, then how many findings there are."""
    for each in checked.returns:
        reason = f": {each.reason}" if each.reason else ""
        people.print(escape(f"{each.read.name}  {each.status}{reason}"))
    people.print(f"{len(checked.returns)} files, {counted(checked.findings)}")


def version_wanted(value: bool) -> None:
    """Print the version and stop."""
    if value:
        typer.echo(f"dapf {__version__}")
        raise typer.Exit


@app.callback()
def start(
    version: Annotated[bool, typer.Option("--version", callback=version_wanted, is_eager=True, help="Print the version.")] = False,
) -> None:
    """Domestic abuse performance framework in Excel."""
    del version


@app.command()
def frameworks() -> None:
    """List the frameworks that come with dapf."""
    for name, path in catalogue.shipped().items():
        loaded = catalogue.load(path)
        typer.echo(f"{name}\t{loaded.area}: {loaded.title} ({len(loaded.indicators)} indicators, {len(loaded.agencies)} agencies)")


@app.command()
def init(
    framework: Annotated[str, typer.Argument(help="A shipped framework, or the path of a catalogue.")], folder: Folder
) -> None:
    """Make a workspace."""
    made = cycle.init(framework, folder)
    people.print(f"Made a workspace for {made.framework.area} in {folder}. Keep {folder / 'signing.key'} to yourself, and in your backups.")


@catalogue_app.command("check")
def catalogue_check(
    path: Annotated[Path, typer.Argument(help="A catalogue workbook, a folder of CSV files, or a workspace.")], as_json: AsJson = False
) -> None:
    """Check a catalogue: every fault with table, row, column and remedy."""
    findings = catalogue.check(_catalogue_at(path))
    if as_json:
        put_json({"findings": [finding.as_json() for finding in findings], "returns": []})
    show_findings(findings)
    people.print(f"{path}: {counted(findings)}")
    raise typer.Exit(FOUND if has_errors(findings) else CLEAN)


@catalogue_app.command("export")
def catalogue_export(
    source: Annotated[str, typer.Argument(help="A shipped framework, a catalogue, or a workspace.")],
    out: Annotated[Path, typer.Argument(help="Where to: a name that ends in .xlsx, or a folder for CSV files.")],
) -> None:
    """Turn a catalogue into a workbook or into CSV files, without loss."""
    shipped = catalogue.shipped()
    catalogue.export(catalogue.load(shipped[source] if source in shipped else _catalogue_at(Path(source))), out)
    typer.echo(out)


def _catalogue_at(path: Path) -> Path:
    return path / "catalogue.xlsx" if (path / "dapf.toml").is_file() else path


@app.command()
def issue(
    folder: Folder,
    period: Quarter,
    agency: Annotated[list[str] | None, typer.Option("--agency", help="Only this agency; may be given again.")] = None,
) -> None:
    """Write a locked return for each agency."""
    with progress_bar("Issuing") as moved:
        paths = cycle.issue(folder, period, agency or (), moved)
    for path in paths:
        typer.echo(path)
    people.print(f"{len(paths)} returns issued. Send each to its agency; put what comes back into {folder / 'returns' / paths[0].parent.name}.")


@app.command()
def fill(
    source: Annotated[Path, typer.Argument(metavar="RETURN", help="The return to fill.")],
    values: Annotated[Path, typer.Option("--values", help="CSV file: item, category, value, shorthand, comment.")],
    out: Annotated[Path, typer.Option("--out", help="Where the filled return goes.")],
    name: Annotated[str, typer.Option("--name", help="Name for the sign-off.")] = "",
    role: Annotated[str, typer.Option("--role", help="Role for the sign-off.")] = "",
    date: Annotated[str, typer.Option("--date", help="Date of the sign-off, such as 14/01/2015.")] = "",
) -> None:
    """Type values from a CSV file into a return, as a person would."""
    given = {"name": name, "role": role, "date": date}
    count = cycle.fill(source, read_values(values), out, {part: text for part, text in given.items() if text})
    people.print(f"{count} rows filled.")
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
        put_json(document(checked))
    show_findings(checked.findings)
    show_returns(checked)
    raise typer.Exit(FOUND if has_errors(checked.findings) else CLEAN)


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
        put_json(document(made.checked, master=str(made.master), not_returned=missing))
    show_findings(made.checked.findings)
    show_returns(made.checked)
    if made.current.not_returned:
        people.print("Not returned: " + ", ".join(each.name for each in made.current.not_returned))
    if made.superseded:
        people.print(f"The master that stood there before is kept as {made.superseded}.")
    if not as_json:
        typer.echo(made.master)
    raise typer.Exit(FOUND if has_errors(made.checked.findings) else CLEAN)


@app.command()
def send(
    folder: Folder,
    period: Quarter,
    draft: Annotated[bool, typer.Option("--draft", help="Write a draft that your mail program opens; nothing is sent.")] = False,
) -> None:
    """Write a draft message with the latest master attached."""
    if not draft:
        raise typer.BadParameter("say --draft: dapf writes a draft, and you send it from your mail program.")
    path = cycle.send(folder, period)
    people.print("Open the draft in your mail program, read it, and send it. Nothing has been sent.")
    typer.echo(path)


@app.command("demo")
def run_demo(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where the workspaces go.")] = Path("demo"),
    framework: Annotated[list[str] | None, typer.Option("--framework", help="Only this framework; may be given again.")] = None,
) -> None:
    """Run the whole cycle on published figures; the masters' paths come last, one a line."""
    masters = []
    for name in framework or demo.demonstrations():
        people.print(f"{name}: issuing, filling, checking, consolidating")
        with progress_bar(name) as moved:
            made = demo.demonstrate(name, folder / name, moved)
        show_findings(made.checked.findings)
        show_returns(made.checked)
        masters.append(made.master)
    for master in masters:
        typer.echo(master)


def main() -> None:
    """Run the command line; what stops it is one line on stderr and exit status 2."""
    try:
        app()
    except DapfError as error:
        people.print(f"[red]{escape(str(error))}[/]")
        sys.exit(MISUSE)
    except BrokenPipeError:
        sys.exit(MISUSE)


if __name__ == "__main__":
    main()
