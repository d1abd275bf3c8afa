"""The master workbook: one module a sheet, in the order of ``SHEETS``. It writes, and computes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dapf_xl.master import (
    assurance_sheet,
    breakdowns_sheet,
    changes_sheet,
    comparators_sheet,
    cover,
    data_sheet,
    findings_sheet,
    indicators_sheet,
    narrative_sheet,
    paper_sheet,
    quarters_sheet,
    ratings,
    settings_sheet,
    sources,
    submissions,
    summary,
    variance_sheet,
)
from dapf_xl.master.common import Master
from dapf_xl.tables import EDITION
from dapf_xl.workbooks import Book, Sheet, strict, write_atomically

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from dapf_xl.catalogue import Framework
    from dapf_xl.master.common import Page
    from dapf_xl.periods import Period
    from dapf_xl.tables import MasterTables

__all__ = ["SHEETS", "master_file_name", "pages_of", "write_master"]

SHEETS: tuple[Callable[[MasterTables], Sequence[Page]], ...] = (
    cover.pages,
    summary.pages,
    paper_sheet.pages,
    ratings.pages,
    quarters_sheet.pages,
    variance_sheet.pages,
    breakdowns_sheet.pages,
    narrative_sheet.pages,
    comparators_sheet.pages,
    assurance_sheet.pages,
    submissions.pages,
    findings_sheet.pages,
    changes_sheet.pages,
    settings_sheet.pages,
    indicators_sheet.pages,
    data_sheet.pages,
    sources.pages,
)
"""What gives the sheets, in the order of their tabs; the ratings give one for each strand or group."""


def master_file_name(framework: Framework, period: Period, label: str = "") -> str:
    """Return the name of a master's file: ``haringey_2014-15-Q2_master_WORKING-EDITION.xlsx``.

    A workspace's label stands in it too: ``…_master_SYNTHETIC_WORKING-EDITION.xlsx``.
    """
    words = (framework.id, period.label, "master", label, EDITION.replace(" ", "-"))
    return f"{'_'.join(filter(None, words))}.xlsx"


def pages_of(tables: MasterTables) -> tuple[Page, ...]:
    """Return the sheets that a master of these tables has, in the order of their tabs."""
    return tuple(page for pages in SHEETS for page in pages(tables))


def write_master(tables: MasterTables, path: Path) -> None:
    """Write the master workbook to ``path``, in one step.

    Raises:
        NotWrittenError: the file could not be written; what stood there before still stands.
    """
    write_atomically(path, lambda temporary: _write(tables, temporary))


def _write(tables: MasterTables, path: Path) -> None:
    master = Master(tables, pages_of(tables))
    framework, period = tables.framework, tables.period
    with strict():
        title = f"{framework.title}: {period.words}, {EDITION}"
        book = Book(path, title=title, subject=f"{framework.area}. {master.marking}", created=tables.generated)
        sheets = [
            book.sheet(page.name, Sheet, tab=page.tab, footer=master.footer, header=tables.note)
            for page in master.pages
        ]
        for page, sheet in zip(master.pages, sheets, strict=True):
            page.write(sheet, master)
        sheets[0].worksheet.activate()
        book.workbook.close()
