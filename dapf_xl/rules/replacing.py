"""Which file of an agency replaces another of it where the two differ: the performance lead said so, or its name does.

An annotated copy goes back to an agency to be corrected. Put beside the return that it is of, with a figure corrected,
it is meant to replace that one, and nobody need be asked.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dapf_xl.periods import Period
    from dapf_xl.returns.reading import ReadReturn
    from dapf_xl.rules.checking import CheckedReturn
    from dapf_xl.rules.context import Context

ANNOTATED = " - to put right"
"""Stands at the end of the name of an annotated copy."""
_NAMED = re.compile(rf"(?P<of>.*?){ANNOTATED}(?: ?\(\d+\))?", re.IGNORECASE)
"""The name of an annotated copy, a number after it where a browser saved it beside another."""

WHY = "it is the annotated copy of this file, corrected"


def replaced_files(context: Context, returns: Iterable[CheckedReturn]) -> dict[str, dict[str, str]]:
    """Return which files replace which: by the SHA-256 of what is replaced, the SHA-256 of what replaces it, and why.

    What the performance lead decided about two files goes before what their names say.
    """
    found = {
        sha256: {by: f"decided by {ruling.as_clause}" for by, ruling in rulings.items()}
        for sha256, rulings in context.replacing.items()
    }
    groups: dict[tuple[str, Period | None], list[ReadReturn]] = {}
    for checked in returns:
        groups.setdefault((checked.agency, checked.period), []).append(checked.read)
    for some in groups.values():
        for one in some if len(some) > 1 else ():
            for other in some if _NAMED.fullmatch(one.path.stem) else ():
                is_ruled = other.sha256 in found.get(one.sha256, {}) or one.sha256 in found.get(other.sha256, {})
                if not is_ruled and _is_corrected(one, other):
                    found.setdefault(other.sha256, {})[one.sha256] = WHY
    return found


def _is_corrected(one: ReadReturn, other: ReadReturn) -> bool:
    """Say whether a return is another's annotated copy, or a later one of the same, and was saved after it."""
    is_of_it = _named_for(one) == _named_for(other) and one.identity.get("issue_id") == other.identity.get("issue_id")
    return is_of_it and one.saved > other.saved


def _named_for(read: ReadReturn) -> str:
    match = _NAMED.fullmatch(read.path.stem)
    return (match["of"] if match else read.path.stem).casefold()
