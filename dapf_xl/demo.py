"""The whole cycle on an area's own published figures, for somebody who sees it for the first time."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from dapf_xl import cycle
from dapf_xl.findings import WorkspaceError
from dapf_xl.observations import parse_shorthand, published, replacement_words, shorthand_choices
from dapf_xl.returns.filling import Typed, fill, read_values
from dapf_xl.workspace import SETTINGS, quarter_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dapf_xl.catalogue import Framework
    from dapf_xl.cycle import Consolidated
    from dapf_xl.observations import Observation
    from dapf_xl.periods import Period

MARKER = "demonstration.txt"
NOTE = "Demonstration: filled in from figures that the area published, not from returns of agencies."
SIGN_OFF = {"name": "Demonstration", "role": "Example officer"}
_TEXTS = Path(__file__).parent / "demonstrations"


def demonstrations() -> dict[str, str]:
    """Return the quarter that each framework's demonstration is of, by the framework's id."""
    return dict(path.stem.split("_", 1) for path in sorted(_TEXTS.glob("*.csv")))  # type: ignore[misc]  # two parts


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
    """
    quarters = demonstrations()
    if framework not in quarters:
        raise WorkspaceError(f"there is no demonstration of {framework}: use one of {', '.join(quarters)}.")
    if (folder / MARKER).is_file() and (folder / SETTINGS).is_file():
        shutil.rmtree(folder)
    period = quarters[framework]
    workspace = cycle.init(framework, folder)
    (folder / MARKER).write_text(f"{NOTE}\nMade by `dapf demo`, which replaces this folder.\n", encoding="utf-8")
    texts = {(row.item, row.category): row for row in read_values(_TEXTS / f"{framework}_{period}.csv")}
    quarter = quarter_of(period)
    signed = SIGN_OFF | {"date": quarter.due(14).isoformat()}
    for path in cycle.issue(folder, period, progress=progress):
        agency = path.name.removesuffix(f"_{period}.xlsx")
        values = list(typed_from_published(workspace.framework, quarter, agency, texts))
        fill(path, values, workspace.place("returns", quarter) / path.name, signed)
    return cycle.consolidate(folder, period, note=NOTE, progress=progress)


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
            yield replace(_typed(framework, observation), comment=text.comment or observation.words * bool(observation.replacement))
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
