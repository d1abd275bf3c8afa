"""Whether what was written points to one person: batch 10. Such a row is not taken, and is not quoted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from dapf_xl.findings import Code
from dapf_xl.personal_data import kinds_in, redacted
from dapf_xl.returns.asides import BOX, HEADER, NOTE, PROPERTY, SHEET_NAME
from dapf_xl.rules.rows import Fault
from dapf_xl.rules.schema import label_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dapf_xl.catalogue import Framework
    from dapf_xl.findings import Finding
    from dapf_xl.returns.reading import ReadReturn
    from dapf_xl.rules.rows import Rows

PARTS = {"value": "words", "comment": "comment", "label": "label"}
"""The parts of a row that hold text, and the column of the frame in which each stands."""
_ASIDES = {
    NOTE: ("a note pinned to a cell", "Delete the note (right-click the cell, Delete Note or Delete Comment)"),
    HEADER: ("the header or footer of a sheet", "Take it out (Page Layout, Print Titles, Header/Footer)"),
    BOX: ("a text box, a picture or a chart", "Take it out"),
    PROPERTY: ("the file's property {name}", "Clear it (File, Info, Properties)"),
    SHEET_NAME: ("the name of a sheet", "Rename the sheet, or delete it"),
}
"""Each kind of place beside the cells: what it is called, and what to do."""


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


def check_asides(read: ReadReturn) -> Iterator[Finding]:
    """Yield a warning for each place beside the cells of a file that points to one person, its name included."""
    if kinds := kinds_in(read.path.name):
        yield _aside(read, "the name of the file", kinds, "Rename the file")
    for each in read.asides:
        words, remedy = _ASIDES[each.place]
        yield _aside(read, words.format(name=each.name), each.kinds, remedy, each.sheet, each.cell)


def _aside(  # noqa: PLR0913, PLR0917  (a finding's address)
    read: ReadReturn, place: str, kinds: str, remedy: str, sheet: str = "", cell: str = ""
) -> Finding:
    return Code.PERSONAL_DATA_ASIDE.finding(
        file=read.name, sheet=redacted(sheet), cell=cell, place=place, kinds=kinds, remedy=remedy
    )
