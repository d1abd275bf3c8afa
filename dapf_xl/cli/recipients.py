"""The command ``dapf recipients``: who receives drafts, and who of them may have a working edition."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from dapf_xl import cycle
from dapf_xl.cli.options import Folder
from dapf_xl.recipients import recipients_of
from dapf_xl.terminal import say
from dapf_xl.workspace import open_workspace

if TYPE_CHECKING:
    from dapf_xl.recipients import Recipients

NOBODY = "Nobody is listed yet."


def recipients(
    folder: Folder,
    add: Annotated[
        list[str] | None, typer.Option("--add", metavar="ADDRESS", help="Receives drafts; may be given again.")
    ] = None,
    clear: Annotated[
        list[str] | None,
        typer.Option("--clear", metavar="ADDRESS", help="Receives drafts, and may see small numbers; the same."),
    ] = None,
    remove: Annotated[
        list[str] | None, typer.Option("--remove", metavar="ADDRESS", help="Receives nothing any more; the same.")
    ] = None,
    sender: Annotated[
        str, typer.Option("--sender", metavar="ADDRESS", help="The role mailbox that drafts come from.")
    ] = "",
) -> None:
    """List who receives the message, or change it."""
    listed = recipients_of(open_workspace(folder))
    wanted = replace(listed, sender=sender.strip() or listed.sender)
    for address in remove or ():
        wanted = wanted.without(address)
    for address in add or ():
        wanted = wanted.with_one(address)
    for address in clear or ():
        wanted = wanted.with_one(address, cleared=True)
    if wanted != listed:
        kept = cycle.set_recipients(folder, wanted)
        say(f"Changed. The settings of before are kept as {kept}.")
    show_recipients(recipients_of(open_workspace(folder)))


def show_recipients(listed: Recipients) -> None:
    """List everybody, and say for whom no draft can be made."""
    say(f"From {listed.sender or 'nobody yet'} to:")
    for number, each in enumerate(listed.listed, 1):
        words = "may see small numbers" if each.cleared else "may not see small numbers"
        say(f"  {number}  {each.address}: {words}{'' if each.receives else '; receives no drafts'}")
    if not listed.listed:
        say(f"  {NOBODY}")
    if listed.not_cleared:
        say((f"No draft can be made while it would go to {', '.join(listed.not_cleared)}: see above.", "yellow"))
