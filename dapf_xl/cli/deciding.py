"""The commands ``dapf waive`` and ``dapf handover``: what the performance lead decides, on the record."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dapf_xl import cycle
from dapf_xl.cli.options import Folder, Quarter
from dapf_xl.findings import WaiveError
from dapf_xl.terminal import say
from dapf_xl.waiving import Waivable, Wanted


def waive(  # noqa: PLR0913, PLR0917  (each is an option)
    folder: Folder,
    period: Quarter,
    listed: Annotated[
        bool, typer.Option("--list", help="List what can be waived in the round, or is, by number.")
    ] = False,
    number: Annotated[
        list[str] | None, typer.Option("--number", help="A number of the list; may be given again.")
    ] = None,
    code: Annotated[
        str, typer.Option("--code", help="In place of a number: the finding, such as MORE_THAN_ITS_WHOLE.")
    ] = "",
    item: Annotated[str, typer.Option("--item", help="The item, such as H1.closed.")] = "",
    category: Annotated[str, typer.Option("--category", help="Its category, where it has any.")] = "",
    agency: Annotated[str, typer.Option("--agency", help="Whose figure, or whose file, it is.")] = "",
    about: Annotated[str, typer.Option("--about", help="The period of the figure, where it is not the round's.")] = "",
    found: Annotated[str, typer.Option("--found", help="What was found, as the finding says it.")] = "",
    file: Annotated[
        Path | None,
        typer.Option("--file", help="A file to take although nothing proves whose it is, or see --replaces."),
    ] = None,
    replaces: Annotated[Path | None, typer.Option("--replaces", help="The file that --file replaces.")] = None,
    who: Annotated[str, typer.Option("--who", help="The role, not the name, of whoever decides.")] = "",
    why: Annotated[str, typer.Option("--why", help="Why; it stands in the master.")] = "",
    until: Annotated[str, typer.Option("--until", help="Last period, or last day, for which a waiver holds.")] = "",
    withdraw: Annotated[bool, typer.Option("--withdraw", help="Take the decision back.")] = False,
) -> None:
    """Let a finding pass, take a file that nobody can verify, or say which of two files counts; on the record."""
    if listed:
        _list(cycle.waivable(folder, period))
        return
    if file is None:
        if replaces is not None:
            raise WaiveError("say which file replaces it: --file.")
        one = Wanted("", code, item, category, agency, about, found)
        wanted = [Wanted(number=each) for each in number] if number else [one]
        chosen = cycle.waive(folder, period, wanted, who=who, why=why, until=until, withdraw=withdraw)
        done = "No longer waived" if withdraw else f"Waived until {until}"
        for each in chosen:
            say(f"{done}: {each.finding.place}: {each.finding.message}")
    elif replaces is not None:
        cells = cycle.replace_file(folder, period, file, replaces, who=who, why=why, withdraw=withdraw)
        where = "" if withdraw else f", in {cells} cell{'' if cells == 1 else 's'}"
        say(f"{file.name} {'no longer replaces' if withdraw else 'replaces'} {replaces.name}{where}.")
    else:
        after = cycle.take_file(folder, period, file, agency, who=who, why=why, withdraw=withdraw)
        became = f"taken as the return of {agency}: {after.status}" if after else "no longer taken"
        say(f"{file.name} is {became}.")
    say(f"On the record. Run `dapf consolidate {folder} --period {period}` before the master is sent.")


def _list(there: list[Waivable]) -> None:
    for each in there:
        finding = each.finding
        standing = finding.status or finding.severity
        say(f"{each.number}  {standing:<8}  {finding.place}: {finding.message}  [{finding.code.name}]")
    count = sum(not each.finding.is_waived for each in there)
    say(f"{count} can be waived, {len(there) - count} waived." if there else "Nothing in this round can be waived.")


def handover(
    folder: Folder,
    to: Annotated[str, typer.Option("--to", help="The role that the workspace passes to.")] = "",
    who: Annotated[str, typer.Option("--who", help="The role that decides it.")] = "",
    why: Annotated[str, typer.Option("--why", help="Why.")] = "",
    new_key: Annotated[
        bool,
        typer.Option("--new-key", help="Seal with a new key from now on: the old one is lost, or left with somebody."),
    ] = False,
) -> None:
    """Pass the workspace on to somebody else, on the record."""
    made = cycle.hand_over(folder, to, who=who, why=why, new_key=new_key)
    say(f"On the record: the workspace passes to {made.recipient}.")
    if made.new_key:
        say("Returns are sealed with a new key from now on. Those that are out are still taken, by the record of them.")
    if made.released:
        texts = "one text" if made.released == 1 else f"{made.released} texts"
        say(f"You released {texts} as holding no personal data. With the new key that is to be said again.")
    for each in made.rounds:
        awaited = ", ".join(each.awaited) or "nobody"
        say(f"{each.period.label}: {each.issued} returns issued; still awaited: {awaited}.")
    say(f"Pass on the whole folder {folder}, and nothing less: {', '.join(made.files)} and the folders in it.")
    say("Then take away the access of whoever should no longer have it, and correct `contact` in the catalogue's table")
    say("framework, and the sender with `dapf recipients --sender`, where they still name the old role.")
