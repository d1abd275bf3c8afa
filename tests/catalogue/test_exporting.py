"""Exporting: what goes out comes back, to the last space, and nothing that stood there is lost on the way."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from dapf_xl.catalogue import Framework, export, load, shipped
from dapf_xl.catalogue.exporting import texts_of
from dapf_xl.catalogue.sources import read_source
from dapf_xl.catalogue.tables import TABLES, columns_of
from dapf_xl.findings import NotWrittenError

if TYPE_CHECKING:
    from pathlib import Path

    from openpyxl import Workbook

AWKWARD = [
    "007",
    "=1+1",
    "a\nb",
    'say "no"',
    "N/A",
    " both ends ",
    "Łódź – 5°",
    "1,5;2",
    "'",
    "\t",
    "-",
    "TRUE",
    "1e5",
    "2011-12",
]

TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc", "Cn"), include_characters="\n\t"), max_size=40).filter(
    lambda text: "_x" not in text
) | st.sampled_from(AWKWARD)


def with_texts(framework: Framework, note: str, words: str) -> Framework:
    """Return the framework with two texts in columns of free text of every table that has such."""
    changed = {}
    for name, rows in framework.tables.items():
        fields: dict[str, Any] = {"note": note, "words": words, "due": words}
        own = {key: text for key, text in fields.items() if key in columns_of(TABLES[name])}
        changed[name] = tuple(
            replace(row, **{k: v for k, v in own.items() if isinstance(getattr(row, k), str)}) for row in rows
        )
    return Framework(replace(framework.settings, note=note, source=words), changed)


@pytest.mark.parametrize("framework", shipped())
def test_csv_to_workbook_to_csv_loses_nothing(framework: str, tmp_path: Path) -> None:
    original = load(shipped()[framework])
    export(original, tmp_path / "catalogue.xlsx")
    from_workbook = load(tmp_path / "catalogue.xlsx")
    export(from_workbook, tmp_path / "again")
    again = load(tmp_path / "again")
    assert texts_of(again) == texts_of(from_workbook) == texts_of(original)
    assert again == from_workbook == original
    assert again.digest == original.digest
    assert hash(again) == hash(original)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=15)
@given(note=TEXT, words=TEXT)
@example(note=" \n ", words="\u2028\x85")
@example(note="=cmd|' /C calc'!A0", words="\U0001f600")
def test_any_text_comes_back_as_it_was(tmp_path: Path, note: str, words: str) -> None:
    framework = with_texts(load(shipped()["haringey"]), note, words)
    for name in ("catalogue.xlsx", "catalogue"):
        export(framework, tmp_path / name)
        assert load(tmp_path / name) == framework


@pytest.mark.parametrize("text", AWKWARD)
def test_awkward_text_is_the_same_in_both_kinds_of_file(tmp_path: Path, text: str) -> None:
    framework = with_texts(load(shipped()["haringey"]), text, text)
    for name in ("catalogue.xlsx", "catalogue"):
        export(framework, tmp_path / name)
    assert read_source(tmp_path / "catalogue.xlsx").cells == read_source(tmp_path / "catalogue").cells


def test_a_number_keeps_the_decimals_of_its_source_but_not_its_identity(tmp_path: Path) -> None:
    framework = load(shipped()["haringey"])
    wider = replace(framework, settings=replace(framework.settings, tolerance=Decimal("10.00")))
    export(wider, tmp_path / "catalogue")
    assert "tolerance,10.00\n" in (tmp_path / "catalogue" / "framework.csv").read_text(encoding="utf-8")
    assert wider.digest == framework.digest
    assert replace(framework, settings=replace(framework.settings, tolerance=Decimal(11))).digest != framework.digest


def test_files_are_plain_utf_8_with_newlines(tmp_path: Path) -> None:
    export(load(shipped()["haringey"]), tmp_path / "catalogue")
    assert sorted(file.stem for file in (tmp_path / "catalogue").iterdir()) == sorted(TABLES)
    data = (tmp_path / "catalogue" / "history.csv").read_bytes()
    assert not data.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in data


# --- the workbook --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("exported") / "catalogue.xlsx"
    export(load(shipped()["cambridgeshire"]), path)
    return path


@pytest.fixture(scope="module")
def workbook(path: Path) -> Workbook:
    return openpyxl.load_workbook(path)


@pytest.mark.parametrize("name", TABLES)
def test_every_cell_is_text_and_stays_text(workbook: Workbook, name: str) -> None:
    sheet = workbook[name]
    cells = [cell for row in sheet.iter_rows(min_row=2) for cell in row if cell.value is not None]
    assert all(cell.data_type == "s" and cell.number_format == "@" for cell in cells)
    first = sheet.column_dimensions["A"]
    assert first.number_format == "@"
    assert sheet.freeze_panes == "B2"


def test_columns_of_choices_and_of_ids_have_drop_downs(workbook: Workbook) -> None:
    drop_downs = {str(rule.sqref): rule.formula1 for rule in workbook["asks"].data_validations.dataValidation}
    assert drop_downs["A2:A2000"] == "items!$A$2:$A$2000"
    assert drop_downs["C2:C2000"] == "agencies!$A$2:$A$2000"
    assert drop_downs["E2:E2000"] == '"quarter,half,year,once"'


def test_settings_with_choices_have_drop_downs(workbook: Workbook) -> None:
    rows = {row[0].value: row[0].row for row in workbook["framework"].iter_rows()}
    drop_downs = {str(rule.sqref): rule.formula1 for rule in workbook["framework"].data_validations.dataValidation}
    assert drop_downs[f"B{rows['tolerance_basis']}"] == '"relative,points"'


def test_excel_does_not_mark_numbers_as_stored_wrongly(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        xml = archive.read("xl/worksheets/sheet1.xml").decode()
    assert '<ignoredError sqref="A1:XFD1048576" numberStoredAsText="1"/>' in xml


# --- writing -------------------------------------------------------------------------------------


def test_what_else_stands_in_the_folder_stays(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("Notes")
    export(load(shipped()["haringey"]), tmp_path)
    assert (tmp_path / "README.md").read_text() == "Notes"
    assert not [file.name for file in tmp_path.iterdir() if file.name.startswith(".")]


def test_a_workbook_that_is_open_elsewhere_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.xlsx"
    path.write_bytes(b"before")
    (tmp_path / "~$catalogue.xlsx").write_bytes(b"")
    with pytest.raises(NotWrittenError, match="is open in a spreadsheet program"):
        export(load(shipped()["haringey"]), path)
    assert path.read_bytes() == b"before"


@pytest.mark.parametrize("name", ["file/catalogue.xlsx", "file/catalogue", "file"])
def test_a_place_that_cannot_be_written_is_said_in_a_line(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_bytes(b"before")
    with pytest.raises(NotWrittenError, match="could not be written"):
        export(load(shipped()["haringey"]), tmp_path / name)
    assert (tmp_path / "file").read_bytes() == b"before"
