"""Whether what was written points to one person: batch 10. Such a row is not taken, and is not quoted."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from dapf_xl.findings import Code
from dapf_xl.personal_data import WORDS, find
from dapf_xl.rules.rows import Fault
from dapf_xl.rules.schema import label_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dapf_xl.catalogue import Framework
    from dapf_xl.rules.rows import Rows

PARTS = {"value": "words", "comment": "comment", "label": "label"}
"""The parts of a row that hold text, and the column of the frame in which each stands."""
_SUSPECT = re.compile(r"[\d@]")
"""Without a digit or an @ there is none of what is looked for: most comments are passed over at once."""


def check_text(framework: Framework, rows: Rows) -> Iterator[Fault]:
    """Yield a fault for each cell whose text points to one person, whatever else is wrong with its row.

    Args:
        framework: The framework, for the words of a finding.
        rows: All rows of all returns.
    """
    figure = rows.frame["figure"].to_numpy()
    for part, column in PARTS.items():
        texts: np.ndarray[Any, Any] = np.asarray(rows.frame[column], dtype=object)
        for position in np.flatnonzero(texts != ""):
            kinds = kinds_in(str(texts[position]))
            if kinds:
                key = rows.figures[figure[position]]
                place = rows.frame.at[position, f"{part}_cell"]
                what = label_of(framework, key.item, key.category)
                words: dict[str, object] = {"what": what, "kinds": kinds, "place": place}
                yield Fault(int(position), Code.PERSONAL_DATA, part, Code.PERSONAL_DATA.severity, words)


@cache
def kinds_in(text: str) -> str:
    """Return what kinds of personal data a text holds, as people call them; "" where none."""
    if not _SUSPECT.search(text):
        return ""
    names = list(dict.fromkeys(WORDS[hit.kind] for hit in find(text)))
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))
