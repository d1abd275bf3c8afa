"""What returns of a workspace are checked against, and reading many of them."""

from __future__ import annotations

import os
from concurrent.futures import ProcessPoolExecutor
from typing import TYPE_CHECKING

from dapf_xl.amending import amended_figures
from dapf_xl.importing import imported_figures
from dapf_xl.known import KnownFigures
from dapf_xl.returns.reading import read_return
from dapf_xl.rules import Context, IssuedRecord
from dapf_xl.workspace import silent

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from dapf_xl.ledger import Ledger
    from dapf_xl.periods import Period
    from dapf_xl.returns.reading import ReadReturn
    from dapf_xl.workspace import Workspace

PARALLEL_FROM = 300
"""Files from which reading them on all cores pays for starting the processes."""


def context_of(workspace: Workspace, ledger: Ledger, quarter: Period | None, reads: Sequence[ReadReturn]) -> Context:
    """Return what returns are checked against: the catalogue, and what the ledger knows of a round.

    A return that is on record is from when it was saved then: a folder that was copied, handed over or restored gives
    all its files the time of the copying, and which of two was the later would be lost.

    Args:
        workspace: The workspace.
        ledger: Its ledger, open.
        quarter: The round; None where the files say no quarter.
        reads: The returns.
    """
    framework = workspace.framework
    issued = {
        each.issue_id: IssuedRecord(
            each.issue_id, each.agency, each.period, each.catalogue_version, each.digest, each.positions, each.file,
            each.seal, each.packed,
        )
        for each in ledger.issued_with(read.identity.get("issue_id", "") for read in reads).values()
    }  # fmt: skip
    if quarter is None:
        return Context(framework, quarter, workspace.key, issued)
    saved = ledger.saved(quarter)
    for read in reads:
        read.saved = min(filter(None, (read.saved, saved.get(read.sha256, ""))), default="")
    return Context(
        framework,
        quarter,
        workspace.key,
        issued,
        known=KnownFigures(framework, ledger, quarter),
        taken=ledger.taken_elsewhere(quarter),
        amended=amended_figures(ledger, quarter),
        imported=imported_figures(ledger, quarter),
        waivers=ledger.waivers(),
        taken_files=ledger.taken_files(quarter),
        replacing=ledger.replacing(quarter),
    )


def read_all(
    files: Sequence[Path], progress: Callable[[int, int, str], None] = silent, *, cores: int | None = None
) -> list[ReadReturn]:
    """Return the files read, in their order; on all cores where there are many.

    Args:
        files: What to read.
        progress: Called after each file.
        cores: How many processes; None chooses by the number of files.
    """
    cores = cores or ((os.cpu_count() or 1) if len(files) >= PARALLEL_FROM else 1)
    reads: list[ReadReturn] = []
    if cores == 1:
        for number, file in enumerate(files, 1):
            reads.append(read_return(file))
            progress(number, len(files), reads[-1].name)
        return reads
    with ProcessPoolExecutor(cores) as pool:
        for number, read in enumerate(pool.map(read_return, files, chunksize=25), 1):
            reads.append(read)
            progress(number, len(files), read.name)
    return reads
