"""What people and programs see of a run: findings in lines and in JSON, and how far it has come.

People read stderr; stdout is for paths and the one JSON document.
"""

from __future__ import annotations

import json
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.text import Text

from dapf_xl.findings import Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from dapf_xl.findings import Finding
    from dapf_xl.reconciliation import Reconciled
    from dapf_xl.rules import Checked

people = Console(stderr=True, soft_wrap=True, highlight=False, markup=False, emoji=False)

_STYLES = {Severity.ERROR: "red", Severity.QUERY: "yellow", Severity.WARNING: "cyan"}


@contextmanager
def progress_bar(words: str) -> Iterator[Callable[[int, int, str], None]]:
    """Show a progress bar on stderr where that is a terminal, and give the function that moves it."""
    name, now = (TextColumn(words, markup=False) for words in ("{task.description}", "{task.fields[now]}"))
    shown = people.is_terminal and sys.stderr.isatty()
    columns = (name, BarColumn(), MofNCompleteColumn(), now)
    with Progress(*columns, console=people, transient=True, disable=not shown) as bar:
        task = bar.add_task(words, total=None, now="")

        def moved(done: int, total: int, now: str) -> None:
            bar.update(task, completed=done, total=total, now=now)

        yield moved


def say(*parts: str | tuple[str, str]) -> None:
    """Print one line for people; each part is text, or text with a style.

    What came out of a file may hold line breaks and control characters; a terminal gets none of them.
    """
    styled = ((part, "") if isinstance(part, str) else part for part in parts)
    people.print(Text.assemble(*((_printable(text), style) for text, style in styled)))


def _printable(text: str) -> str:
    return "".join(each if each.isprintable() else " " for each in text)


def show_findings(findings: Sequence[Finding]) -> None:
    """Print findings for people, one a line, in reading order."""
    for finding in findings:
        say((f"{finding.severity:>7}", _STYLES[finding.severity]), f" {finding}")


def counted(findings: Sequence[Finding]) -> str:
    """Return how many findings of each severity there are: ``2 errors, 1 query``."""
    plural = {Severity.ERROR: "errors", Severity.QUERY: "queries", Severity.WARNING: "warnings"}
    counts = {severity: sum(finding.severity is severity for finding in findings) for severity in Severity}
    words = [f"{count} {severity if count == 1 else plural[severity]}" for severity, count in counts.items() if count]
    return ", ".join(words) or "nothing to correct"


def document(findings: Sequence[Finding], **more: object) -> dict[str, object]:
    """Return what ``--json`` prints; ``output.schema.json`` describes it."""
    return {"findings": [finding.as_json() for finding in findings], "returns": [], **more}


def document_of(checked: Checked, **more: object) -> dict[str, object]:
    """Return what ``--json`` prints of returns that were checked."""
    returns = [
        {
            "file": each.read.name,
            "agency": each.agency,
            "period": each.period.label if each.period else "",
            "status": str(each.status),
            "sha256": each.read.sha256,
            **({"annotated": str(each.annotated)} if each.annotated else {}),
        }
        for each in checked.returns
    ]
    return document(checked.findings, returns=returns, **more)


def put_json(whole: dict[str, object]) -> None:
    """Print one JSON document on stdout, in ASCII: no console's encoding can spoil it."""
    sys.stdout.write(json.dumps(whole, indent=2) + "\n")


def show_returns(checked: Checked) -> None:
    """Print each return's status for people, then how many findings there are."""
    for each in checked.returns:
        reason = f": {each.reason}" if each.reason else ""
        sender = f" ({each.agency})" if each.agency and not each.read.name.startswith(f"{each.agency}_") else ""
        say(f"{each.read.name}{sender}  {each.status}{reason}")
    files = len(checked.returns)
    say(f"{files} file{'' if files == 1 else 's'}, {counted(checked.findings)}")


def show_annotated(checked: Checked, folder: Path) -> None:
    """Say for people how many annotated copies were made, and what becomes of them."""
    count = sum(each.annotated is not None for each in checked.returns)
    if not count:
        say("No annotated copy was made: nothing was found that an agency could put right.")
        return
    copies, each = ("copies are", "each") if count > 1 else ("copy is", "it")
    say(
        f"{count} annotated {copies} in {folder}. Send {each} back to its agency; put what comes back into the folder "
        "of returns, in place of what they sent before."
    )


def show_reconciled(made: Reconciled) -> None:
    """Print what does not fit for people, then what cannot be checked, then how many checks came to what."""
    show_findings(made.findings)
    for check in made.open:
        place = ", ".join(part for part in (check.document, check.place) if part)
        say(("   open", "dim"), f" {place}: {check.said} cannot be checked: {check.why}.")
    agree, differ, cannot = made.counts.values()
    say(f"{agree} agree, {differ} do not fit ({counted(made.findings)}), {cannot} cannot be checked.")
