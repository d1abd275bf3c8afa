"""That the ``office`` fixture of conftest.py does what the tests that use it rely on."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

if TYPE_CHECKING:
    from tests.conftest import Office

ROOT = Path(__file__).resolve().parents[1]


def workbook(path: Path, cached: float = 99) -> Path:
    """A workbook in which A1 is 2 and B1, twice as much, has another value cached."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Données")
        sheet.write("A1", 2)
        sheet.write_formula("B1", "=A1*2", None, cached)
    return path


def value(path: Path, cell: str = "B1") -> object:
    book = openpyxl.load_workbook(path, data_only=True)
    found = book.active[cell].value
    book.close()
    return found


def test_converting_keeps_order_and_cached_values_and_tells_equal_names_apart(office: Office, tmp_path: Path) -> None:
    sources = [workbook(tmp_path / folder / "Zoë b.xlsx", cached) for folder, cached in (("é 1", 91), ("2", 92))]
    sources.append(workbook(tmp_path / "another.xlsx", 93))
    made = office.convert(sources, "ods", tmp_path / "out")
    assert [path.name for path in made] == ["Zoë b.ods", "Zoë b-2.ods", "another.ods"]
    assert [CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python() for path in made] == [
        [[2, 91]],
        [[2, 92]],
        [[2, 93]],
    ]


def test_a_round_trip_through_ods_keeps_what_was_typed(office: Office, tmp_path: Path) -> None:
    made = office.convert([workbook(tmp_path / "a.xlsx", 4)], "ods", tmp_path)
    (back,) = office.convert(made, "xlsx", tmp_path / "back")
    assert (value(back, "A1"), value(back)) == (2, 4)


def test_converting_into_the_same_folder_overwrites_nothing(office: Office, tmp_path: Path) -> None:
    source = workbook(tmp_path / "a.xlsx")
    before = source.read_bytes()
    assert office.convert([source], "xlsx", tmp_path) == [tmp_path / "a-2.xlsx"]
    assert source.read_bytes() == before


def test_recalculating_replaces_a_wrong_cached_value(office: Office, tmp_path: Path) -> None:
    source = workbook(tmp_path / "a.xlsx")
    assert value(source) == 99
    assert value(office.recalculate(source)) == 4


def test_recalculating_replaces_a_wrong_cached_value_of_an_ods(office: Office, tmp_path: Path) -> None:
    (source,) = office.convert([workbook(tmp_path / "a.xlsx")], "ods", tmp_path)
    assert value(office.recalculate(source)) == 4


def test_rendering_gives_a_picture_for_each_page(office: Office, tmp_path: Path) -> None:
    path = tmp_path / "pages.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for number in range(11):
            book.add_worksheet().write("A1", number)
    drawn = office.render(path, tmp_path / "drawn")
    assert [page.name for page in drawn] == [f"pages-{number:02}.png" for number in range(1, 12)]
    assert all(page.read_bytes().startswith(b"\x89PNG") for page in drawn)


def test_a_file_that_cannot_be_converted_is_named_with_what_was_printed(office: Office, tmp_path: Path) -> None:
    good, bad = workbook(tmp_path / "good.xlsx"), tmp_path / "bad.xlsx"
    bad.write_bytes(b"PK\x03\x04 and no more")
    with pytest.raises(Exception, match=r"(?s)no pdf of bad\.xlsx\. It printed:\n.*Error"):
        office.convert([good, bad], "pdf", tmp_path / "out")


@pytest.mark.slow
@pytest.mark.parametrize("workers", ["0", "2"])
@pytest.mark.parametrize(
    ("in_ci", "status", "closing"),
    [
        pytest.param("", 0, "1 passed, 2 skipped", id="at_home"),
        pytest.param("true", 1, "1 passed, 1 skipped, 1 error", id="in_ci"),
    ],
)
def test_without_libreoffice(tmp_path: Path, in_ci: str, status: int, closing: str, workers: str) -> None:
    shutil.copy(ROOT / "tests" / "conftest.py", tmp_path)
    (tmp_path / "test_it.py").write_text(
        "import pytest\n\n"
        "def test_that_needs_it(office): pass\n"
        "def test_that_does_not(): pass\n"
        "@pytest.mark.skip(reason='not today')\n"
        "def test_that_is_skipped(): pass\n",
        encoding="utf-8",
    )
    ran = run_pytest(tmp_path, workers, PATH=str(tmp_path), CI=in_ci)
    assert ran.returncode == status, ran.stdout
    assert ("1 skipped: needs LibreOffice" in ran.stdout.replace("Skipped: ", "")) == (not in_ci)
    assert "1 skipped: not today" in ran.stdout.replace("Skipped: ", "")
    assert closing in ran.stdout.splitlines()[-1]


@pytest.mark.slow
def test_a_skip_alone_fails_a_run_in_ci(tmp_path: Path) -> None:
    shutil.copy(ROOT / "tests" / "conftest.py", tmp_path)
    (tmp_path / "test_it.py").write_text("import pytest\n\ndef test_it(): pytest.skip('no')\n", encoding="utf-8")
    assert run_pytest(tmp_path, "2", CI="true").returncode == 1
    assert run_pytest(tmp_path, "2", CI="").returncode == 0


def run_pytest(folder: Path, workers: str, **environment: str) -> subprocess.CompletedProcess[str]:
    options = ["-c", ROOT / "pyproject.toml", "--rootdir", folder, "-p", "no:cacheprovider", "-n", workers, folder]
    return subprocess.run(
        [sys.executable, "-m", "pytest", *options],
        env={**os.environ, "PROGRAMFILES": str(folder), **environment},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
