"""Writing a catalogue: a folder of CSV files for git, or a workbook for the person who edits it."""

from __future__ import annotations

import csv
import tempfile
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dapf_xl.catalogue.framework import cell_text
from dapf_xl.catalogue.rows import COLUMNS, SETTINGS
from dapf_xl.catalogue.sources import address
from dapf_xl.findings import NotWrittenError
from dapf_xl.styles import FORMATS, height_of, lines_needed, text_width
from dapf_xl.workbooks import Book, Sheet, flush_to_disk, not_written, put_in_place, strict, write_atomically

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from dapf_xl.catalogue.framework import Framework
    from dapf_xl.catalogue.tables import Column

Rows = list[list[str]]

NARROWEST, WIDEST = 10, 48
TALLEST = 409
"""Points that Excel lets a row be high."""
_FOOTER_LIMIT = 100
LAST_ROW = 2000
"""Row down to which drop-downs reach, so that new rows have them too."""


def export(framework: Framework, path: Path) -> None:
    """Write a framework's catalogue so that loading it gives an equal framework.

    Args:
        framework: What to write.
        path: An ``.xlsx`` workbook if its suffix says so, otherwise a folder of CSV files.

    Raises:
        NotWrittenError: it could not be written; what stood there before still stands.
    """
    tables = texts_of(framework)
    if path.suffix.casefold() == ".xlsx":
        write_atomically(path, lambda temporary: _write_workbook(framework, tables, temporary))
    else:
        _write_folder(tables, path)


def texts_of(framework: Framework) -> dict[str, Rows]:
    """Return every table as the rows of text that files hold, the header first."""
    settings = framework.settings
    rows = [[field.name, cell_text(getattr(settings, field.name))] for field in fields(settings)]
    tables = {"framework": [list(COLUMNS["framework"]), *rows]}
    for name, columns in COLUMNS.items():
        if name != "framework":
            tables[name] = [list(columns), *(_texts(row) for row in framework.tables[name])]
    return tables


def _texts(row: Any) -> list[str]:  # noqa: ANN401  (a row of any table)
    return [cell_text(getattr(row, field.name)) for field in fields(row)]


# --- folders of CSV files ------------------------------------------------------------------------


def _write_folder(tables: dict[str, Rows], folder: Path) -> None:
    """Write all the files beside the folder, then put each in its place: a full disk is met before that."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".writing-", dir=folder) as staging:
            written = [_write_csv(Path(staging) / f"{name}.csv", rows) for name, rows in tables.items()]
            for file in written:
                put_in_place(file, folder / file.name)
    except OSError as error:
        raise NotWrittenError(not_written(folder, error)) from error


def _write_csv(path: Path, rows: Rows) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
    flush_to_disk(path)
    return path


# --- workbooks -----------------------------------------------------------------------------------


def _write_workbook(framework: Framework, tables: dict[str, Rows], path: Path) -> None:
    with strict():
        book = Book(path, title=framework.title, subject=f"Catalogue of {framework.id}, version {framework.version}")
        looks = [{**FORMATS[name], "num_format": "@"} for name in ("head", "cell", "text")]
        formats = [book.workbook.add_format(look) for look in looks]
        for name, rows in tables.items():
            footer = f"{framework.settings.marking} · {framework.title}"[:_FOOTER_LIMIT]
            sheet = book.sheet(name, Sheet, tab="detail", footer=f"{footer} · {name}")
            _write_sheet(sheet.worksheet, rows, formats)
            _add_drop_downs(sheet.worksheet, name, rows)
        book.workbook.close()


def _write_sheet(worksheet: Worksheet, rows: Rows, formats: list[Format]) -> None:
    """Write every cell as text: a format of ``@`` keeps Excel from making 0.7 of 70% and dates of 2011-12."""
    head, filled, empty = formats
    widths = _widths(rows)
    for column, width in enumerate(widths):
        worksheet.set_column(column, column, width, empty)
    for row, cells in enumerate(rows):
        lines = max(lines_needed(cell, width) for cell, width in zip(cells, widths, strict=True))
        worksheet.set_row(row, min(height_of(lines), TALLEST))
        for column, cell in enumerate(cells):
            if cell:
                worksheet.write_string(row, column, cell, filled if row else head)
            else:
                worksheet.write_blank(row, column, None, filled)
    worksheet.hide_gridlines(1)
    worksheet.freeze_panes(1, 1)
    worksheet.repeat_rows(0)
    worksheet.autofilter(0, 0, max(len(rows) - 1, 1), len(rows[0]) - 1)
    worksheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})


def _widths(rows: Rows) -> list[float]:
    """Return a width for each column that shows its head and most of its longest line."""
    return [
        min(max(NARROWEST, *(text_width(line) + 3 for cell in column for line in cell.split("\n"))), WIDEST)
        for column in zip(*rows, strict=True)
    ]


def _add_drop_downs(sheet: Worksheet, name: str, rows: Rows) -> None:
    if name == "framework":
        for row, (setting, _) in enumerate(rows[1:], start=1):
            _add_drop_down(sheet, (row, 1, row, 1), SETTINGS[setting])
        return
    for place, column in enumerate(COLUMNS[name].values()):
        _add_drop_down(sheet, (1, place, LAST_ROW - 1, place), column)


def _add_drop_down(sheet: Worksheet, area: tuple[int, int, int, int], column: Column) -> None:
    source = drop_down_of(column)
    if source:
        sheet.data_validation(
            *area,
            {
                "validate": "list",
                "source": source,
                "error_title": "Not one of the choices",
                "error_message": f"Pick one from the list. {column.words}"[:255],
            },
        )


def drop_down_of(column: Column) -> Sequence[str] | str:
    """Return what a column's drop-down offers: its choices, or the ids of the table that it refers to."""
    if column.kind == "yes_no":
        return ["yes", "no"]
    if column.kind == "choice":
        return list(column.choices)
    target, _, key = column.refers_to.partition(".")
    if not target or column.kind == "texts" or column.with_category:
        return ""
    letter = address(0, list(COLUMNS[target]).index(key)).rstrip("1")
    return f"={target}!${letter}$2:${letter}${LAST_ROW}"
