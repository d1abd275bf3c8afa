"""Whether the comment beside a queried figure explains it, and whether the same was said before."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from dapf_xl.findings import Code, PeriodError
from dapf_xl.observations import words_of
from dapf_xl.rules.rows import Fault
from dapf_xl.rules.schema import label_of
from dapf_xl.rules.waiving import found_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dapf_xl.observations import Observation
    from dapf_xl.rules.context import Context
    from dapf_xl.rules.rows import FigureKey, Rows


def unexplained(rows: Rows, fault: Fault) -> str:
    """Return what to say of a query beside which something stands that explains nothing; "" where nothing stands."""
    comment = " ".join(str(rows.frame.at[fault.position, "comment"]).split())
    cell = str(rows.frame.at[fault.position, "comment_cell"])
    if not comment or not cell:
        return ""
    return (
        f" What stands in {cell} does not say why: a few words do, for example: two cases of last quarter closed now."
    )


def repeated(context: Context, rows: Rows, queried: Sequence[Fault]) -> Iterator[Fault]:
    """Yield a warning where a query is explained with the very words that explained another figure before.

    It is an explanation all the same: what was so last quarter may be so again. Who reads it should know.

    Args:
        context: The figures on record.
        rows: All rows of all returns.
        queried: The queries that a comment explains.
    """
    for position in dict.fromkeys(fault.position for fault in queried):
        key, file = rows.figures[rows.frame["figure"][position]], rows.files[rows.frame["file"][position]]
        comment = _plainly(str(rows.frame["comment"][position]))
        said = next(fault for fault in queried if fault.position == position)
        item = context.framework.items[key.item]
        for before in _before(context, key, file.agency):
            is_other = before.sha256 != file.read.sha256 and words_of(before, item) != found_words(said.words)
            if is_other and _plainly(before.comment) == comment:
                code = Code.EXPLANATION_REPEATED
                words: dict[str, object] = {
                    "what": label_of(context.framework, key.item, key.category), "period": before.period.words,
                    "previous": words_of(before, item), "found": found_words(said.words),
                }  # fmt: skip
                yield Fault(position, code, "comment", code.severity, words)
                break


def _before(context: Context, key: FigureKey, agency: str) -> Iterator[Observation]:
    """Yield what the agency said of the same figure so far, and of the one before it."""
    spans = [key.period]
    with contextlib.suppress(PeriodError):
        spans.append(key.period.previous())
    for span in spans:
        known = context.known.get((key.item, key.category, agency, span))
        if known is not None:
            yield known


def _plainly(text: str) -> str:
    return " ".join(text.casefold().split()).rstrip(".")
