"""What people and programs see of a run: findings in lines and in JSON, and how far it has come.

People read stderr; stdout is for paths and the one JSON document.
"""

from __future__ import annotations

import json
import re
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.text import Text

from dapf_xl.annotating.listing import alike, entry_of
from dapf_xl.findings import Severity, Standing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from dapf_xl.findings import Finding
    from dapf_xl.reconciliation import Reconciled
    from dapf_xl.repairing import Carried, Repaired
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
        say(_weight(finding), f" {finding}")


def _weight(finding: Finding) -> tuple[str, str]:
    """Return how much a finding weighs, and how that looks."""
    word, look = ("waived", "dim") if finding.is_waived else (str(finding.severity), _STYLES[finding.severity])
    return f"{word:>7}", look


def show_checked(checked: Checked) -> None:
    """Print what was found in each return, worst first, then each return's status.

    The same thing in many cells is one entry, as on the first sheet of an annotated copy.
    """
    for each in checked.returns:
        for waived in (False, True):
            findings = (finding for finding in each.findings if finding.is_waived is waived)
            for group in alike(findings, each.read.sheets):
                _show_alike(group)
    _show_returns(checked)


def _show_alike(group: Sequence[Finding]) -> None:
    if len(group) == 1:
        show_findings(group)
        return
    first, entry = group[0], entry_of(group, "the copy that `dapf check --annotate` makes")
    where, code = f" {first.file}, {entry.where}", f"  [{first.code.name}]"
    if len(entry.told) == len(entry.remedies) == 1:
        say(_weight(first), f"{where}: {entry.happened} {entry.to_do}{code}")
        return
    say(_weight(first), f"{where}{code}")
    for words in (*entry.told, *entry.remedies):
        say(f"{'':>9}{words}")


def _show_returns(checked: Checked) -> None:
    """Print each return's status for people, then how many findings there are."""
    for each in checked.returns:
        reason = f": {each.reason}" if each.reason else ""
        sender = f" ({each.agency})" if each.agency and not each.read.name.startswith(f"{each.agency}_") else ""
        sender = f" (unverified, says it is from {each.claims})" if each.claims else sender
        say(f"{each.read.name}{sender}  {each.status}{reason}")
    files = len(checked.returns)
    say(f"{files} file{'' if files == 1 else 's'}, {counted(checked.findings)}")


def counted(findings: Sequence[Finding]) -> str:
    """Return how many findings of each severity there are: ``2 errors, 3 queries (1 open), 1 waived``."""
    plural = {Severity.ERROR: "errors", Severity.QUERY: "queries", Severity.WARNING: "warnings"}
    standing = [finding for finding in findings if not finding.is_waived]
    counts = {severity: sum(finding.severity is severity for finding in standing) for severity in Severity}
    unanswered = sum(finding.status == Standing.OPEN for finding in standing)
    beside = {Severity.QUERY: f" ({unanswered} open)"}
    words = [
        f"{count} {severity if count == 1 else plural[severity]}{beside.get(severity, '')}"
        for severity, count in counts.items()
        if count
    ]
    waived = len(findings) - len(standing)
    return ", ".join([*words, *([f"{waived} waived"] if waived else [])]) or "nothing to correct"


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


def repaired_document(made: Repaired) -> dict[str, object]:
    """Return what ``--json`` prints of a return that was repaired."""
    carried = [
        {
            "item": each.item,
            "category": each.category,
            "period": each.period,
            "part": each.part,
            "from": {"sheet": each.from_sheet, "cell": each.from_cell},
            "to": {"sheet": each.to_sheet, "cell": each.to_cell},
            "note": each.note,
        }
        for each in made.carried
    ]
    left = [each._asdict() for each in made.left]
    whole = {"agency": made.agency, "period": made.period.label, "carried": carried, "left": left}
    return document([], **whole, missing=list(made.missing), file=str(made.file))


def show_repaired(made: Repaired) -> None:
    """Print what was carried from where to where, then what was left and why, for people."""
    for sheets, cells in _runs(made.carried).items():
        say(("carried", "green"), f" {sheets}: {', '.join(cells)}")
    for each in made.carried:
        if each.note:
            say(("   note", "cyan"), f" {each.to_sheet}!{each.to_cell} holds {each.note}")
    for one in made.left:
        place = "!".join(part for part in (one.sheet, one.cell) if part)
        value = f' "{one.value}"' if one.value else ""
        say(("   left", "yellow"), f" {place}{value}: {one.reason}")
    if made.missing:
        rows = "row is" if len(made.missing) == 1 else "rows are"
        say(("missing", "yellow"), f" {len(made.missing)} {rows} not in the file: {'; '.join(made.missing)}")
    if made.superseded:
        say(f"What stood there before is kept as {made.superseded}.")
    values = f"{len(made.carried)} cell{'' if len(made.carried) == 1 else 's'} carried, {len(made.left)} left"
    whose = f"{made.agency} for {made.period.words}"
    say(f"{values}. It is issued to {whose}: let the agency look through it, and check it.")


def _runs(carried: Sequence[Carried]) -> dict[str, list[str]]:
    """Return what was carried, cells that follow each other as one: ``J7:J12 -> J9:J14``, by the sheets."""
    found: dict[str, list[list[tuple[str, int, str, int]]]] = {}
    for each in sorted(carried, key=lambda one: (one.to_sheet, *_parted(one.to_cell))):
        sheets = each.to_sheet if each.from_sheet == each.to_sheet else f"{each.from_sheet} -> {each.to_sheet}"
        place = (*_parted(each.from_cell), *_parted(each.to_cell))
        runs = found.setdefault(sheets, [])
        last = runs[-1][-1] if runs else None
        if last and place == (last[0], last[1] + 1, last[2], last[3] + 1):
            runs[-1].append(place)
        else:
            runs.append([place])
    return {sheets: [_run_words(run) for run in runs] for sheets, runs in found.items()}


def _run_words(run: Sequence[tuple[str, int, str, int]]) -> str:
    first, last = run[0], run[-1]
    ranges = [
        f"{letter}{top}" if top == bottom else f"{letter}{top}:{letter}{bottom}"
        for letter, top, bottom in ((first[0], first[1], last[1]), (first[2], first[3], last[3]))
    ]
    return " -> ".join(dict.fromkeys(ranges))


def _parted(cell: str) -> tuple[str, int]:
    letters = re.sub(r"\d", "", cell)
    return letters, int(cell[len(letters) :])
