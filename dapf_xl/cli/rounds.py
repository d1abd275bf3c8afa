"""The commands of a round: init, issue, fill, check, consolidate, send."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dapf_xl import cycle
from dapf_xl.cli.options import AsJson, Folder, Quarter, end
from dapf_xl.returns.filling import read_values
from dapf_xl.terminal import document_of, progress_bar, put_json, say, show_annotated, show_checked
from dapf_xl.workspace import KEY

NO_SEND_BUTTON = 'If it opens without a Send button, as in the new Outlook, open the page "… - to copy" beside it.'


def init(
    framework: Annotated[str, typer.Argument(help="A shipped framework, or the path of a catalogue.")], folder: Folder
) -> None:
    """Make a workspace."""
    made = cycle.init(framework, folder)
    say(
        f"Made a workspace for {made.framework.area} in {folder}. Keep {folder / KEY} to yourself, and in your backups."
    )


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
    if not paths:
        say("Every return asks for what the catalogue asks for now: there is nothing to issue again.")
        return
    back = folder / "returns" / paths[0].parent.name
    issued = f"{len(paths)} return{'' if len(paths) == 1 else 's'} issued."
    say(f"{issued} Send each to its agency; put what comes back into {back}.")


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


def check(
    paths: Annotated[list[Path], typer.Argument(metavar="FILE|DIR", help="Returns, or folders of returns.")],
    workspace: Annotated[Path | None, typer.Option("--workspace", help="The workspace that issued them.")] = None,
    period: Annotated[str, typer.Option("--period", help="Only returns of this quarter are right.")] = "",
    annotate: Annotated[
        Path | None,
        typer.Option("--annotate", metavar="DIR", help="Write a marked copy of each return with findings into DIR."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say what is wrong with returns, in which cell, and what to do."""
    with progress_bar("Checking") as moved:
        checked = cycle.check(paths, workspace, period, moved, annotate)
    if as_json:
        whole_round = {} if checked.not_returned is None else {"not_returned": list(checked.not_returned)}
        put_json(document_of(checked, **whole_round))
    show_checked(checked)
    if checked.not_returned:
        say("Not returned: " + ", ".join(checked.names[agency] for agency in checked.not_returned))
    if annotate:
        show_annotated(checked, annotate)
        for one in checked.returns if not as_json else ():
            if one.annotated:
                typer.echo(one.annotated)
    end(checked.findings)


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
    show_checked(made.checked)
    if made.current.not_returned:
        say("Not returned: " + ", ".join(each.name for each in made.current.not_returned))
    if made.superseded:
        say(f"The master that stood there before is kept as {made.superseded}.")
    if not as_json:
        typer.echo(made.master)
    end(made.checked.findings)


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
    say(NO_SEND_BUTTON)
    typer.echo(path)
