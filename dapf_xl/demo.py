"""The whole cycle on an area's own published figures, for somebody who sees it for the first time."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from dapf_xl import cycle
from dapf_xl.findings import NotWrittenError, WorkspaceError
from dapf_xl.observations import parse_shorthand, published, replacement_words, shorthand_choices
from dapf_xl.returns.filling import Typed, fill, read_values
from dapf_xl.workspace import SETTINGS, quarter_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from dapf_xl.catalogue import Framework
    from dapf_xl.cycle import Consolidated
    from dapf_xl.observations import Observation
    from dapf_xl.periods import Period

MARKER = "demonstration.txt"
NOTE = "Demonstration: filled in from figures that the area published, not from returns of agencies."
SIGN_OFF = {"name": "Demonstration", "role": "Example officer"}
DEMONSTRATIONS = Path(__file__).parent / "demonstrations"
"""A file of words for each: comments and texts that stand beside the published figures."""


def demonstrations() -> dict[str, str]:
    """Return the quarter that each framework's demonstration is of, by the framework's id."""
    parts = (path.stem.rpartition("_") for path in sorted(DEMONSTRATIONS.glob("*.csv")))
    return {framework: period for framework, _, period in parts}


def demonstrate(
    framework: str, folder: Path, progress: Callable[[int, int, str], None] = lambda _done, _total, _words: None
) -> Consolidated:
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
    if (folder / MARKER).is_file() and (folder / SETTINGS).is_file():
        _clear(folder)
    period = quarters[framework]
    workspace = cycle.init(framework, folder, NOTE)
    (folder / MARKER).write_text(f"{NOTE}\nMade by `dapf demo`, which replaces this folder.\n", encoding="utf-8")
    texts = {(row.item, row.category): row for row in read_values(DEMONSTRATIONS / f"{framework}_{period}.csv")}
    quarter = quarter_of(period)
    signed = SIGN_OFF | {"date": quarter.due(14).isoformat()}
    for path in cycle.issue(folder, period, progress=progress):
        agency = path.stem.removesuffix(f"_{period}")
        values = list(typed_from_published(workspace.framework, quarter, agency, texts))
        fill(path, values, workspace.place("returns", quarter) / path.name, signed)
    return cycle.consolidate(folder, period, progress=progress)


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


def what_to_look_at(made: Sequence[Consolidated]) -> Iterator[str]:
    """Yield lines that say where to begin with what the demonstrations made."""
    if not made:
        return
    yield "What to look at:"
    workspace = made[0].master.parents[2]
    period = made[0].current.period.label
    yield f"  {workspace / 'issued' / period}: the locked returns, as agencies receive them."
    yield f"  {workspace / 'returns' / period}: the same, filled in with the figures that the area published."
    yield "  The master workbooks, whose paths follow: begin with Summary, then Variance and Data."


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
