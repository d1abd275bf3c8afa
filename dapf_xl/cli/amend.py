"""The command ``dapf amend``: arguments in, what was amended out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dapf_xl import cycle
from dapf_xl.amending import Correction, read_corrections
from dapf_xl.cli.options import Folder
from dapf_xl.findings import AmendError
from dapf_xl.terminal import say, show_findings


def amend(  # noqa: PLR0913, PLR0917  (each is an option)
    folder: Folder,
    period: Annotated[str, typer.Option("--period", help="The round in whose master it changes, such as 2014-15-Q3.")],
    item: Annotated[str, typer.Option("--item", help="The item, such as C05.starts.")] = "",
    category: Annotated[str, typer.Option("--category", help="Its category, where it has any.")] = "",
    agency: Annotated[str, typer.Option("--agency", help="Whose figure it is.")] = "",
    about: Annotated[str, typer.Option("--about", help="The period of the figure, where it is not the round's.")] = "",
    value: Annotated[str, typer.Option("--value", help="The figure; percentages as 36.4 or 36.4%.")] = "",
    shorthand: Annotated[str, typer.Option("--shorthand", help='Such as "[p] provisional", as in a return.')] = "",
    who: Annotated[str, typer.Option("--who", help="The role, not the name, of whoever gave the figure.")] = "",
    how: Annotated[str, typer.Option("--how", help="How it was given, such as telephone.")] = "",
    why: Annotated[str, typer.Option("--why", help="Why it changes.")] = "",
    withdraw: Annotated[bool, typer.Option("--withdraw", help="Take back what was amended in this round.")] = False,
    values: Annotated[
        Path | None,
        typer.Option("--values", help="CSV file of several, with these options as its columns."),
    ] = None,
) -> None:
    """Correct a figure that somebody gave by telephone, on the record."""
    said = {"who": who, "how": how, "why": why}
    if values is None:
        if not item or not agency:
            raise AmendError("say which figure: --item and --agency, or --values with a CSV file of several.")
        one = Correction(item, agency, category, about, value, shorthand, who, how, why, withdraw)
        amended = cycle.amend(folder, period, [one])
    else:
        if item or agency or value or shorthand or withdraw:
            raise AmendError("the figures stand in the file that --values names: leave the options for one figure out.")
        amended = cycle.amend(folder, period, read_corrections(values, said), values)
    for each in amended:
        show_findings(each.findings)
        typer.echo(f"{each.label}: {each.old} -> {each.new}")
    say(f"On the record. Run `dapf consolidate {folder} --period {period}` before the master is sent.")
