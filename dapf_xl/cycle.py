"""The verbs: issue, fill, check, consolidate, send, reconcile. The only orchestration.

The command line, the buttons in Excel and Python callers all go through here.
"""

from __future__ import annotations

import contextlib
import gc
import hashlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from dapf_xl import annotating, by_hand, catalogue, consolidation, delivery, variance
from dapf_xl.amending import amend
from dapf_xl.annotating import refuse_place
from dapf_xl.contexts import context_of, read_all
from dapf_xl.findings import DeliveryError, NothingToReadError, NotWrittenError, PeriodError
from dapf_xl.handing_over import hand_over
from dapf_xl.importing import import_figures
from dapf_xl.issuing import issue
from dapf_xl.keeping import kept_copies
from dapf_xl.master import master_file_name, write_master
from dapf_xl.recipients import set_recipients
from dapf_xl.reconciliation import reconcile
from dapf_xl.repairing import repair
from dapf_xl.returns.filling import fill
from dapf_xl.rules import Context, check_returns
from dapf_xl.rules.identity import period_of
from dapf_xl.tables import master_tables
from dapf_xl.waiving import replace_file, take_file, waivable, waive
from dapf_xl.workbooks import write_atomically
from dapf_xl.workspace import (
    CATALOGUE,
    files_in,
    init,
    open_workspace,
    quarter_of,
    replacing,
    silent,
    workspace_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from dapf_xl.catalogue import Framework
    from dapf_xl.consolidation import Round
    from dapf_xl.ledger import Ledger
    from dapf_xl.periods import Period
    from dapf_xl.returns.reading import ReadReturn
    from dapf_xl.rules import Checked
    from dapf_xl.tables import MasterTables
    from dapf_xl.workspace import Workspace

__all__ = [
    "amend",
    "check",
    "consolidate",
    "fill",
    "hand_over",
    "import_figures",
    "init",
    "issue",
    "reconcile",
    "repair",
    "replace_file",
    "send",
    "set_recipients",
    "take_file",
    "waivable",
    "waive",
]


@contextlib.contextmanager
def _without_collecting() -> Iterator[None]:
    """Pause the search for cyclic garbage.

    Checking makes hundreds of thousands of records that all stay until the end; looking through them again and
    again takes a quarter of the time and finds nothing.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


# --- check ------------------------------------------------------------------------------------


@_without_collecting()
def check(
    paths: Iterable[Path],
    workspace: Path | None = None,
    period: str = "",
    progress: Callable[[int, int, str], None] = silent,
    annotate: Path | None = None,
) -> Checked:
    """Check files that came back; nothing is recorded, and no file is changed.

    Args:
        paths: Files, or folders of them.
        workspace: The workspace that issued them. Where it is not given and the files lie in one, that one;
            otherwise they are checked against the shipped catalogue and their identity is not verified.
        period: Only returns of this quarter are right; "" for any.
        progress: Called after each file.
        annotate: A folder into which a copy of each return with findings is written, its cells marked, each with a
            note, and with a list of the findings as its first sheet.

    Raises:
        NothingToReadError: no such file, or a folder without files.
        NotWrittenError: an annotated copy could not be written, or would lie where returns are read.
    """
    given = list(paths)
    files = [file for path in given for file in files_in(path)]
    home = open_workspace(workspace) if workspace else workspace_of(given[0]) if given else None
    if annotate:
        refuse_place(annotate, [*given, *((home.folder / name for name in ("returns", "issued")) if home else ())])
    reads = read_all(files, progress)
    quarter = quarter_of(period) if period else _round_of(home, given)
    if home is None:
        framework = _framework_of(reads)
        context = Context(framework=framework, period=quarter, key=None, issued={})
        checked = check_returns(context, reads)
    else:
        with home.ledger() as ledger:
            framework = home.framework
            context = context_of(home, ledger, quarter or _latest_quarter(reads), reads)
            checked = check_returns(replace(context, period=quarter), reads)
            if quarter and home.place("returns", quarter).resolve() in {path.resolve() for path in given}:
                checked.not_returned = consolidation.not_returned(framework, ledger, quarter, checked)
    if annotate:
        annotating.annotate(checked.returns, framework, annotate, progress)
    return checked


def _round_of(home: Workspace | None, given: Iterable[Path]) -> Period | None:
    """Return the quarter in whose folder of returns everything lies; None where it does not, or lies in several."""
    if home is None:
        return None
    folder = (home.folder / "returns").resolve()
    places = [path.resolve() for path in given]
    if not all(place.is_relative_to(folder) for place in places):
        return None
    labels = {place.relative_to(folder).parts[:1] for place in places}
    if len(labels) != 1:
        return None
    try:
        return quarter_of(*labels.pop())
    except (PeriodError, TypeError):
        return None


def _latest_quarter(reads: Iterable[ReadReturn]) -> Period | None:
    """Return the latest quarter that a file says it is for; None where none does."""
    return max((quarter for read in reads if (quarter := period_of(read)) is not None), default=None)


def _framework_of(reads: Sequence[ReadReturn]) -> Framework:
    """Return the shipped framework that most of the files say they are of; the first where none does."""
    shipped = catalogue.shipped()
    named = [name for read in reads if (name := read.identity.get("framework", "")) in shipped]
    return catalogue.load(shipped[max(named, key=named.count) if named else next(iter(shipped))])


# --- consolidate ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Consolidated:
    """What a consolidation made."""

    master: Path
    superseded: Path | None
    """Where the master that stood there before is kept."""
    checked: Checked
    current: Round


@_without_collecting()
def consolidate(
    folder: Path,
    period: str,
    out: Path | None = None,
    *,
    progress: Callable[[int, int, str], None] = silent,
) -> Consolidated:
    """Check the returns of a round, record them, and write the master workbook.

    Either all of it happens or none: where the master cannot be written, the ledger is as it was.

    Args:
        folder: The workspace; the returns lie in ``returns/PERIOD``.
        period: A quarter, such as ``2014-15-Q3``.
        out: Where the master goes; None for the workspace's own place.
        progress: Called after each file.

    Raises:
        NothingToReadError: there are no returns, and none were recorded before.
        NotWrittenError: the master could not be written, or is open in a spreadsheet program.
        LedgerBusyError: another process holds the ledger.
    """
    workspace = open_workspace(folder)
    quarter = quarter_of(period)
    framework = workspace.framework
    master = _place_of_master(workspace, quarter, out)
    returns = workspace.place("returns", quarter)
    # The ledger is held from before the folder is read, so that two people who consolidate at once cannot record
    # an older state of the folder after a newer one.
    #
    # The master is replaced before the ledger keeps what it was made of. Whatever fails until then, the earlier
    # master is put back and the ledger is as it was. Between the two is one moment in which a power cut or a kill
    # cannot be undone: it leaves the new master, whole, and the ledger of before. Nothing is lost by it, since the
    # returns still lie in their folder: consolidating again records them, and until then `send` refuses the
    # master, which the ledger does not know. The other way round, the ledger would vouch for a master that is not
    # there, and a workbook that is open in Excel (found out only by replacing it) could not be undone either.
    with workspace.ledger() as ledger, ledger.transaction(), replacing(master) as superseded:
        reads = read_all(_received_files(returns, ledger, quarter), progress)
        ledger.record_taken_out([read.path for read in reads], quarter, returns)
        checked = check_returns(context_of(workspace, ledger, quarter, reads), reads)
        with kept_copies(workspace, quarter, reads) as kept:
            ledger.record_checked(checked.returns, quarter, returns, kept)
            current = consolidation.consolidate(framework, quarter, ledger)
            write_master(_tables(current, workspace), master)
            ledger.record_consolidated(quarter, workspace.name_of(master), _sha256(master))
            ledger.keep()
    return Consolidated(master, superseded, checked, current)


def _place_of_master(workspace: Workspace, quarter: Period, out: Path | None) -> Path:
    """Return where the master goes; not where it would be taken for a return, or overwrite what is none."""
    if out is None:
        return workspace.place("master", quarter) / master_file_name(workspace.framework, quarter, workspace.label)
    name = workspace.name_of(out).casefold()
    if out.suffix.lower() != ".xlsx" or out.is_dir():
        raise NotWrittenError(f"{out} is no name for a master: it must end in .xlsx.")
    if name == CATALOGUE or name.startswith(("returns/", "issued/", "received/")):
        raise NotWrittenError(f"{out} is no place for a master: returns and the catalogue lie there.")
    return out


def _received_files(returns: Path, ledger: Ledger, quarter: Period) -> list[Path]:
    """Return the files of the round; where there are none any more, the round is what was recorded of it."""
    if returns.is_file():
        raise NothingToReadError(f"{returns} is a file, and returns lie in a folder of that name: make one of it.")
    try:
        return files_in(returns)
    except NothingToReadError:
        if ledger.received(quarter):
            return []
        raise


def _tables(current: Round, workspace: Workspace) -> MasterTables:
    lines = variance.lines_of(current)
    return master_tables(current, lines, datetime.now(UTC), workspace.note)


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@dataclass(frozen=True)
class OnRecord:
    """How a round stands on record."""

    current: Round
    issued: frozenset[str]
    """Ids of the agencies to which a return was issued."""


def on_record(folder: Path, period: str) -> OnRecord:
    """Return how a round stands on record; nothing is read, checked or written.

    Args:
        folder: The workspace.
        period: A quarter.

    Raises:
        LedgerBusyError: another process holds the ledger.
    """
    workspace = open_workspace(folder)
    quarter = quarter_of(period)
    with workspace.ledger() as ledger:
        issued = frozenset(each.agency for each in ledger.issued(quarter).values())
        return OnRecord(consolidation.consolidate(workspace.framework, quarter, ledger), issued)


# --- send -------------------------------------------------------------------------------------


def send(folder: Path, period: str) -> Path:
    """Write a draft message with the latest master of a round attached; nothing is sent.

    Args:
        folder: The workspace.
        period: A quarter.

    Returns:
        The draft, an ``.eml`` file that a mail program opens as an unsent message. Beside it lies the same as a page
        to copy from, for programs that cannot.

    Raises:
        DeliveryError: there is no master, it was changed since it was made, figures came in after it,
            or a recipient is not cleared for a working edition.
    """
    workspace = open_workspace(folder)
    quarter = quarter_of(period)
    with workspace.ledger() as ledger, ledger.transaction():
        master, sha256 = _latest_master(workspace, ledger, quarter)
        settings = workspace.send_settings()
        envelope = delivery.Envelope(
            sender=str(settings.get("sender", "")),
            to=delivery.addresses_of(settings.get("to")),
            cleared=frozenset(delivery.addresses_of(settings.get("cleared"))),
            label=workspace.label,
        )
        tables = _tables(consolidation.consolidate(workspace.framework, quarter, ledger), workspace)
        message = delivery.make_draft(tables, master, envelope)
        to_copy = by_hand.make_page(tables, master, envelope)
        draft = workspace.place("committee", quarter) / delivery.draft_file_name(master)
        page = draft.with_name(by_hand.page_file_name(master))
        with replacing(draft), replacing(page):
            write_atomically(draft, lambda path: path.write_bytes(message))
            write_atomically(page, lambda path: path.write_bytes(to_copy.encode("utf-8")))
            name = workspace.name_of(master)
            ledger.record_sent(
                quarter, how="draft", recipients=envelope.to, file=name, sha256=sha256, edition="working"
            )
            ledger.keep()
    return draft


def _latest_master(workspace: Workspace, ledger: Ledger, quarter: Period) -> tuple[Path, str]:
    made = ledger.consolidated(quarter)
    if made is None:
        raise DeliveryError(f"there is no master for {quarter.words} yet: run `dapf consolidate` first.")
    _, name, sha256 = made
    master = workspace.path_of(name)
    if not master.is_file():
        raise DeliveryError(f"{master} is gone: run `dapf consolidate` again.")
    if _sha256(master) != sha256:
        raise DeliveryError(f"{master} was changed after it was made: run `dapf consolidate` again, then send that.")
    if ledger.received_since(quarter):
        raise DeliveryError(f"returns came in after {master} was made: run `dapf consolidate` again.")
    if ledger.given_since(quarter):
        raise DeliveryError(f"figures were amended or imported after {master} was made: run `dapf consolidate` again.")
    if ledger.decided_since(quarter):
        raise DeliveryError(f"something was waived or decided after {master} was made: run `dapf consolidate` again.")
    return master, sha256
