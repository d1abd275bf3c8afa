"""The verb issue: writes the locked returns of a round, and records what went out."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from dapf_xl import assurance
from dapf_xl.findings import NotWrittenError, WorkspaceError
from dapf_xl.known import known_figures
from dapf_xl.reissuing import changed_agencies, given_so_far
from dapf_xl.returns.layout import open_revisions, plan_return
from dapf_xl.returns.prefilling import prefilled
from dapf_xl.returns.template import Template, file_name
from dapf_xl.workbooks import not_written, put_in_place
from dapf_xl.workspace import open_workspace, quarter_of, refuse_if_open, replacing, silent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from dapf_xl.catalogue import Framework
    from dapf_xl.observations import Observation
    from dapf_xl.periods import Period
    from dapf_xl.returns.layout import Figure

STALE_SECONDS = 3600
"""Age from which a folder of half-issued returns is nobody's any more."""


def issue(
    folder: Path,
    period: str,
    agencies: Sequence[str] = (),
    progress: Callable[[int, int, str], None] = silent,
    *,
    changed: bool = False,
) -> list[Path]:
    """Write the locked returns of a round and record what went out.

    Args:
        folder: The workspace.
        period: A quarter, such as ``2014-15-Q3``.
        agencies: Ids of the agencies; none means every agency that is asked for something.
        progress: Called after each return.
        changed: Only the returns that ask for something else than when they were last issued, filled in with what
            was received already.

    Returns:
        The returns' paths, in the catalogue's order; none where nothing has changed. A return of the same name is
        kept in ``superseded``.

    Raises:
        WorkspaceError: no workspace, no such agency, or an agency of which nothing is asked.
        PeriodError: no such quarter.
        NotWrittenError: a return could not be written, or is open in a spreadsheet program.
        LedgerBusyError: another process holds the ledger.
    """
    workspace = open_workspace(folder)
    quarter = quarter_of(period)
    framework = workspace.framework
    template = Template(framework, workspace.key, note=workspace.note)
    place = workspace.place("issued", quarter)
    with _staging(place) as staging:
        with workspace.ledger() as ledger, ledger.transaction():
            known = known_figures(framework, ledger, quarter)
            carried = assurance.carried_over(framework, quarter, known, ledger)
            wanted = _agencies(framework, quarter, agencies, known, carried)
            wanted = changed_agencies(framework, ledger, quarter, known, wanted) if changed else wanted
            given = given_so_far(framework, quarter, known) if changed else {}
            issued = []
            for number, agency in enumerate(wanted, 1):
                plan = plan_return(framework, agency, quarter, known, carried.get(agency, ()))
                refuse_if_open(place / file_name(plan))
                issued.append(template.write(plan, known, staging / file_name(plan), prefilled(plan, given)))
                progress(number, len(wanted), framework.agencies[agency].name)
            ledger.record_issued(issued)
        # On record first, in the folder last: a return that is on record and never went out does no harm, but one
        # that went out and is not on record would be rejected when it comes back.
        paths = [_put_in_place(staging / each.file, place / each.file) for each in issued]
    with contextlib.suppress(OSError):  # a courtesy: the folder that what comes back is put into
        workspace.place("returns", quarter).mkdir(parents=True, exist_ok=True)
    return paths


@contextlib.contextmanager
def _staging(place: Path) -> Iterator[Path]:
    """Give a folder beside a round's own to write in, and take it away afterwards, with what killed runs left."""
    prefix = f".{place.name}-"
    try:
        place.mkdir(parents=True, exist_ok=True)
        left = [each for each in place.parent.glob(f"{prefix}*") if time.time() - each.stat().st_mtime > STALE_SECONDS]
        staging = Path(tempfile.mkdtemp(prefix=prefix, dir=place.parent))
    except OSError as error:
        raise NotWrittenError(f"{place} cannot be written ({error.strerror}); nothing was issued.") from error
    try:
        yield staging
    finally:
        for each in (staging, *left):
            shutil.rmtree(each, ignore_errors=True)


def _put_in_place(written: Path, path: Path) -> Path:
    with replacing(path):
        try:
            put_in_place(written, path)
        except OSError as error:
            raise NotWrittenError(not_written(path, error)) from error
    return path


def _agencies(
    framework: Framework,
    quarter: Period,
    agencies: Sequence[str],
    known: Mapping[Figure, Observation],
    carried: Iterable[str],
) -> list[str]:
    """Return the agencies to issue to: those asked for something, or that owe something from earlier.

    Unknown ones, and ones of which nothing is wanted, are refused.
    """
    asked = {*carried, *(each.supplier for each in framework.asked(quarter))}
    asked |= {
        each for each in framework.agencies if each not in asked and open_revisions(framework, each, quarter, known)
    }
    for agency in agencies:
        if agency not in framework.agencies:
            raise WorkspaceError(f"there is no agency called {agency}: use one of {', '.join(framework.agencies)}.")
        if agency not in asked:
            raise WorkspaceError(f"nothing is asked of {agency} for {quarter.words}.")
    if not asked:
        raise WorkspaceError(f"nothing is asked of anybody for {quarter.words}.")
    return [agency for agency in framework.agencies if agency in (agencies or asked)]
