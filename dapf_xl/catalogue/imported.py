"""A CSV file of published figures, read as typed rows; what a row means for a framework is ``importing``'s to say."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from dapf_xl.catalogue.rows import read_table
from dapf_xl.catalogue.sources import CSV_KIND, Source, UnreadableError, csv_cells
from dapf_xl.catalogue.tables import BASES, column
from dapf_xl.findings import Code, NothingToReadError
from dapf_xl.periods import Period
from dapf_xl.plain import file_name

if TYPE_CHECKING:
    from pathlib import Path

    from dapf_xl.catalogue.rows import Table


@dataclass(frozen=True, slots=True)
class ImportedRow:
    """A published figure, about the framework's area or about another one."""

    item: str = column("Item that it is a figure of, as in the catalogue.", required=True, example="S01.crimes")
    category: str = column("Its category, where the item has a breakdown.", example="nps")
    geography: str = column(
        "Area that it is about; blank is the framework's own. Another area's figure becomes a comparator.",
        example="North West",
    )
    period: Period | None = column("Period that it is about.", "period", required=True, example="2022-23")
    value: str = column(
        "The figure; percentages on the 0 to 100 scale, with or without their sign.", required=False, example="36.4"
    )
    shorthand: str = column("Replacement or markers, as in a return.", example="[p]")
    basis: str = column("What span it is about; blank is the item's.", "choice", choices=BASES)
    source: str = column(
        "Where it was published.", required=True, example="Home Office, Police recorded crime open data, table C1"
    )
    released: str = column("When it was released there.", required=True, example="2023-11-24")
    supplier: str = column(
        "Agency in whose name it is recorded; blank is the one that is asked for it.", "id", example="police"
    )
    note: str = column("Anything worth knowing; it stands beside the figure as a comment does.")


class ImportedFile(NamedTuple):
    """A file of published figures as it was read; what is wrong with it is in ``source.findings``."""

    source: Source
    table: Table
    sha256: str
    content: bytes


def read_imported(path: Path) -> ImportedFile:
    """Read a CSV file of published figures; a fault is a finding with the row and column that it is in.

    Raises:
        NothingToReadError: there is no such file, or it may not be read.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise NothingToReadError(f"{path} cannot be read: {error.strerror or error}.") from error
    source = Source(file_name(path.name))
    try:
        source.cells[""] = csv_cells(content)
    except UnreadableError as error:
        source.report(Code.TABLE_UNREADABLE, table=source.file, reason=error, expected=CSV_KIND)
        source.unknown.add("")
    table = read_table(source, "", ImportedRow)
    return ImportedFile(source, table, hashlib.sha256(content).hexdigest(), content)
