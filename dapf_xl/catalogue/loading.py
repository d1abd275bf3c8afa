"""Loading a catalogue, and saying everything that is wrong with one."""

from __future__ import annotations

from pathlib import Path

from dapf_xl.catalogue.checking import check_tables
from dapf_xl.catalogue.framework import Framework
from dapf_xl.catalogue.rows import Tables, read_tables
from dapf_xl.catalogue.sources import read_source, replace_table
from dapf_xl.findings import CatalogueError, Finding, has_errors, reading_order

_SHIPPED = Path(__file__).parent / "frameworks"


def shipped() -> dict[str, Path]:
    """Return the folders of the frameworks that come with the package, by their ids."""
    return {folder.name: folder for folder in sorted(_SHIPPED.iterdir()) if (folder / "framework.csv").is_file()}


def load(path: Path, statements: Path | None = None) -> Framework:
    """Load a catalogue from a folder of CSV files or from an ``.xlsx`` workbook.

    Args:
        path: The folder or workbook.
        statements: A CSV file whose rows stand in place of the catalogue's own table ``statements``.

    Raises:
        CatalogueError: the catalogue has a fault of severity error; every finding is in its ``findings``.
        NothingToReadError: nothing stands at ``path``, or it may not be read.
    """
    tables, findings = _read(path, statements)
    if has_errors(findings):
        if statements and {each.file for each in findings} == {statements.name}:
            raise CatalogueError(str(statements), findings, "table of statements")
        raise CatalogueError(str(path), findings)
    rows = {name: tuple(entry.row for entry in table.entries) for name, table in tables.tables.items()}
    return Framework(tables.settings, rows)


def check(path: Path) -> list[Finding]:
    """Return everything that is wrong with a catalogue, by table, row and column.

    Raises:
        NothingToReadError: nothing stands at ``path``, or it may not be read.
    """
    return _read(path)[1]


def _read(path: Path, statements: Path | None = None) -> tuple[Tables, list[Finding]]:
    source = read_source(path)
    if statements is not None:
        replace_table(source, "statements", statements)
    tables = read_tables(source)
    check_tables(tables)
    findings = [
        finding.in_file(statements.name) if statements and finding.sheet == "statements" else finding
        for finding in source.findings
    ]
    return tables, sorted(findings, key=reading_order)
