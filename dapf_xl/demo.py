"""The whole cycle for somebody who sees it for the first time: on an area's published figures, or on made-up ones."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from dapf_xl import assurance, catalogue, cycle
from dapf_xl.findings import NotWrittenError, WorkspaceError
from dapf_xl.known import known_figures
from dapf_xl.observations import parse_shorthand, published, replacement_words, shorthand_choices
from dapf_xl.returns.filling import Typed, fill, read_values
from dapf_xl.synthetic.answers import Officer, halves_of
from dapf_xl.synthetic.rounds import ROUNDS, quarters_of, slips_of
from dapf_xl.workspace import SETTINGS, quarter_of, silent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from dapf_xl.catalogue import Framework
    from dapf_xl.cycle import Consolidated
    from dapf_xl.observations import Observation
    from dapf_xl.periods import Period
    from dapf_xl.synthetic.rounds import Slips
    from dapf_xl.workspace import Workspace

    Progress = Callable[[int, int, str], None]

MARKER = "demonstration.txt"
NOTE = "Demonstration: filled in from figures that the area published, not from returns of agencies."
SYNTHETIC = "SYNTHETIC"
MADE_UP = SYNTHETIC + ": every figure and word was made up by a program (seed {seed}); none is real."
SEED = 1
SIGN_OFF = {"name": "Demonstration", "role": "Example officer"}
DEMONSTRATIONS = Path(__file__).parent / "demonstrations"
"""A file of words for each: comments and texts that stand beside the published figures."""


def demonstrations() -> dict[str, str]:
    """Return the quarter that each framework's demonstration is of, by the framework's id."""
    parts = (path.stem.rpartition("_") for path in sorted(DEMONSTRATIONS.glob("*.csv")))
    return {framework: period for framework, _, period in parts}


def workspace_name(framework: str) -> str:
    """Return what the workspace of a framework's demonstration is called: the framework's id.

    Args:
        framework: Id of a shipped framework, or the path of a catalogue.

    Raises:
        WorkspaceError: there is no such framework.
        CatalogueError: the catalogue has faults.
    """
    return framework if framework in catalogue.shipped() else loaded(framework).id


def loaded(framework: str) -> Framework:
    """Return a shipped framework by its id, or the one that stands at a path.

    Raises:
        WorkspaceError: there is no such framework.
        CatalogueError: the catalogue has faults.
    """
    shipped = catalogue.shipped()
    source = shipped.get(framework, Path(framework))
    if not source.exists():
        choices = ", ".join(shipped)
        raise WorkspaceError(f"there is no framework called {framework}: use one of {choices}, or a catalogue's path.")
    return catalogue.load(source)


# --- published figures ------------------------------------------------------------------------


def demonstrate(framework: str, folder: Path, progress: Progress = silent) -> Consolidated:
    """Run a framework's cycle for its demonstration quarter in a new workspace.

    Args:
        framework: Id of a framework that has a demonstration.
        folder: The workspace; one that an earlier demonstration left is replaced.
        progress: Called as each return is issued and read.

    Raises:
        WorkspaceError: there is no demonstration of it, or the folder holds something else.
        NotWrittenError: the folder cannot be written, or a workbook of the earlier demonstration is open.
    """
    quarters = demonstrations()
    if framework not in quarters:
        raise WorkspaceError(f"there is no demonstration of {framework}: use one of {', '.join(quarters)}.")
    period = quarters[framework]
    workspace = _begin(framework, folder, NOTE)
    texts = {(row.item, row.category): row for row in read_values(DEMONSTRATIONS / f"{framework}_{period}.csv")}
    quarter = quarter_of(period)
    signed = _signed(quarter)
    for path in cycle.issue(folder, period, progress=progress):
        agency = path.stem.removesuffix(f"_{period}")
        values = list(typed_from_published(workspace.framework, quarter, agency, texts))
        fill(path, values, workspace.place("returns", quarter) / path.name, signed)
    return cycle.consolidate(folder, period, progress=progress)


def _begin(framework: str, folder: Path, note: str, label: str = "") -> Workspace:
    """Make the workspace of a demonstration, in place of one that an earlier demonstration left."""
    if (folder / MARKER).is_file() and (folder / SETTINGS).is_file():
        _clear(folder)
    workspace = cycle.init(framework, folder, note, label)
    (folder / MARKER).write_text(f"{note}\nMade by `dapf demo`, which replaces this folder.\n", encoding="utf-8")
    return workspace


def _signed(quarter: Period) -> dict[str, str]:
    return SIGN_OFF | {"date": quarter.due(14).isoformat()}


def _clear(folder: Path) -> None:
    """Remove what an earlier demonstration left: all of it, or, where a workbook of it is open, none."""
    locks = [*folder.rglob(".~lock.*#"), *folder.rglob("~$*")]
    if locks:
        name = locks[0].name.removeprefix(".~lock.").removeprefix("~$").removesuffix("#")
        raise NotWrittenError(f"{name} in {folder} is open in a spreadsheet program: close it and try again.")
    aside = folder.with_name(f".{folder.name}-replaced")
    try:
        folder.rename(aside)
        shutil.rmtree(aside)
    except OSError as error:
        raise NotWrittenError(
            f"{folder} could not be replaced ({error.strerror}): close what is open in it, and try again."
        ) from error


def typed_from_published(
    framework: Framework, quarter: Period, agency: str, texts: dict[tuple[str, str], Typed]
) -> Iterator[Typed]:
    """Yield what an agency would have typed to report the figures that were published for it."""
    known = {each.key: each for each in published(framework)}
    for asked in framework.asked(quarter, agency):
        figure = (asked.item.id, asked.category)
        observation = known.get((*figure, agency, asked.period))
        text = texts.get(figure, Typed(*figure))
        if observation is not None:
            yield replace(
                _typed(framework, observation),
                comment=text.comment or observation.words * bool(observation.replacement),
            )
        elif text.value:
            yield replace(text, line=0)


def _typed(framework: Framework, observation: Observation) -> Typed:
    figure = Typed(observation.item, observation.category)
    if observation.value is not None:
        return replace(figure, value=format(observation.value, "f"), shorthand=observation.markers)
    threshold = framework.settings.disclosure_threshold or 0
    wanted = parse_shorthand(replacement_words(observation), threshold)
    choices = shorthand_choices(threshold)
    return replace(figure, shorthand=next(choice for choice in choices if parse_shorthand(choice, threshold) == wanted))


# --- made-up figures --------------------------------------------------------------------------


def make_up(  # noqa: PLR0913  (each may be chosen)
    framework: str,
    folder: Path,
    *,
    period: str = "",
    seed: int = SEED,
    rounds: int = ROUNDS,
    progress: Progress = silent,
) -> Consolidated:
    """Run a framework's cycle for several quarters on made-up figures, in a new workspace.

    In the last three rounds not all goes well: a return is late, one comes in two halves, one stays half empty and
    one does not come, so that there is something to see of each.

    Args:
        framework: Id of a shipped framework, or the path of a catalogue.
        folder: The workspace; one that an earlier demonstration left is replaced.
        period: The last quarter; "" for the end of a year that the catalogue suits.
        seed: Another seed gives other figures, the same one the same.
        rounds: How many quarters.
        progress: Called as each return is issued, filled and read, with the round in its words.

    Returns:
        What came of the last round.

    Raises:
        WorkspaceError: there is no such framework, the folder holds something else, or nothing is asked.
        PeriodError: no such quarter.
        CatalogueError: the catalogue has faults.
        NotWrittenError: the folder cannot be written, or a workbook of the earlier demonstration is open.
    """
    tables = loaded(framework)
    quarters = quarters_of(tables, quarter_of(period) if period else None, rounds)
    workspace = _begin(framework, folder, MADE_UP.format(seed=seed), SYNTHETIC)
    slips = slips_of(tables, quarters, seed)
    made = None
    for number, quarter in enumerate(quarters, 1):
        left = len(quarters) - number
        issued = cycle.issue(folder, quarter.label, progress=_saying(progress, f"{quarter.words}, issuing"))
        for done, path in enumerate(issued, 1):
            agency = path.stem.removesuffix(f"_{quarter.label}")
            if agency not in _not_yet(slips, left):
                _fill_in(workspace, quarter, agency, seed, slips if left < 2 else None, last=not left)  # noqa: PLR2004
            progress(done, len(issued), f"{quarter.words}, filling: {agency}")
        made = cycle.consolidate(folder, quarter.label, progress=_saying(progress, f"{quarter.words}, checking"))
        if slips.late and left == _LATE:
            _fill_in(workspace, quarter, slips.late, seed, None)
            made = cycle.consolidate(folder, quarter.label, progress=_saying(progress, f"{quarter.words}, again"))
    assert made is not None  # noqa: S101  (there is at least one round)
    return made


_LATE = 2
"""Rounds that follow the one in which a return is late."""


def _not_yet(slips: Slips, left: int) -> set[str]:
    """Return who has not returned when a round is consolidated, by how many rounds follow it."""
    return {{_LATE: slips.late, 0: slips.missing}.get(left, "")}


def _fill_in(  # noqa: PLR0913  (whose return, of when, and how)
    workspace: Workspace, quarter: Period, agency: str, seed: int, slips: Slips | None, *, last: bool = False
) -> None:
    """Fill in an agency's return as made up; in two files where two officers share it, or only half of it."""
    with workspace.ledger() as ledger:
        known = known_figures(workspace.framework, ledger, quarter)
        carried = assurance.carried_over(workspace.framework, quarter, known, ledger).get(agency, ())
    typed = Officer(workspace.framework, quarter, agency, seed, known, carried).answers()
    name = f"{agency}_{quarter.label}"
    files = {f"{name}.xlsx": typed}
    if slips and agency == (slips.half if last else slips.shared):
        first, second = halves_of(typed, workspace.framework)
        files = {f"{name}.xlsx": first} | ({} if last else {f"{name} second officer.xlsx": second})
    source = workspace.place("issued", quarter) / f"{name}.xlsx"
    for file, rows in files.items():
        fill(source, rows, workspace.place("returns", quarter) / file, _signed(quarter))


def _saying(progress: Progress, words: str) -> Progress:
    return lambda done, total, now: progress(done, total, f"{words}: {now}")


# --- afterwards -------------------------------------------------------------------------------


def what_to_look_at(made: Sequence[Consolidated]) -> Iterator[str]:
    """Yield lines that say where to begin with what the demonstrations made."""
    if not made:
        return
    yield "What to look at:"
    workspace = made[0].master.parents[2]
    period = made[0].current.period.label
    yield f"  {workspace / 'issued' / period}: the locked returns, as agencies receive them."
    published = made[0].superseded is None and len(list((workspace / "issued").iterdir())) == 1
    filled = "with the figures that the area published" if published else "with made-up figures"
    yield f"  {workspace / 'returns' / period}: the same, filled in {filled}."
    yield "  The master workbooks, whose paths follow: begin with Summary, then Variance and Data."
