"""Makes observations of the rows that were found to be good."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from dapf_xl.catalogue.evidence import EvidenceField
from dapf_xl.observations import NOTHING, Observation, parse_shorthand
from dapf_xl.plain import exact

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dapf_xl.catalogue import Framework
    from dapf_xl.observations import Shorthand
    from dapf_xl.rules.context import Context
    from dapf_xl.rules.rows import FigureKey, Rows

_COLUMNS = (
    "file",
    "figure",
    "sheet",
    "value_cell",
    "shorthand_cell",
    "value",
    "words",
    "kind",
    "shorthand",
    "comment",
    "label",
    "revises",
)


def observations_of(
    context: Context,
    rows: Rows,
    sound: np.ndarray[Any, Any],
    held: np.ndarray[Any, Any],
    replaced: np.ndarray[Any, Any],
) -> Iterator[tuple[int, Observation]]:
    """Yield the number of the file and the observation of every row that is filled, sound, and stands or is replaced.

    Args:
        context: The framework, and the figures on record: a revision is of what the agency wrote then.
        rows: All rows of all returns.
        sound: Which of them have no error.
        held: Which of them have a query, and no comment that explains it.
        replaced: Which of them another row is said to replace: kept, so that both figures are on record.
    """
    framework, frame = context.framework, rows.frame
    replaced = replaced & ~frame["stands"].to_numpy()
    taken = np.flatnonzero(frame["filled"].to_numpy() & (frame["stands"].to_numpy() | replaced) & sound)
    read = _shorthands(framework, rows)
    about = [_about(framework, key) for key in rows.figures]
    sources = [(file.read.name, file.read.sha256, file.agency) for file in rows.files]
    columns = (np.asarray(frame[name])[taken].tolist() for name in _COLUMNS)
    for (
        file,
        figure,
        sheet,
        value_cell,
        shorthand_cell,
        value,
        words,
        kind,
        shorthand,
        comment,
        label,
        revises,
        is_held,
        is_replaced,
    ) in zip(*columns, held[taken].tolist(), replaced[taken].tolist(), strict=True):
        item, category, period, basis, is_percent = about[figure]
        name, sha256, agency = sources[file]
        symbols, written = read[shorthand], label
        if revises and framework.open_rows.is_open(item, category):
            before = context.known.get((item, category, agency, period))
            written = before.label if before else ""
        yield (
            file,
            Observation(
                item,
                category,
                agency,
                period,
                basis,
                exact(value, is_percent=is_percent) if value == value else None,  # noqa: PLR0124  (nan is no value)
                symbols.replacement,
                symbols.reason,
                symbols.lower,
                symbols.upper,
                symbols.markers,
                words,
                comment,
                "replaced" if is_replaced else "held" if is_held else "accepted",
                name,
                sheet,
                shorthand_cell if kind == "blank" else value_cell,
                sha256,
                label=written,
            ),
        )


def _shorthands(framework: Framework, rows: Rows) -> dict[str, Shorthand]:
    threshold = framework.settings.disclosure_threshold or 0
    found = rows.frame["shorthand"].cat.categories
    return {text: parse_shorthand(text, threshold) or NOTHING for text in found}


def _about(framework: Framework, key: FigureKey) -> tuple[Any, ...]:
    item = framework.items[key.item]
    spans = "" if isinstance(item, EvidenceField) else "rolling_12_months"
    basis = item.basis or key.period.kind.replace("dates", spans)
    return (key.item, key.category, key.period, basis, item.type == "percent")
