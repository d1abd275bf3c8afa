"""How cells look: LibreOffice takes the styles for the same, and what nobody can see is told from what shows."""

from __future__ import annotations

import re
import zipfile
from typing import TYPE_CHECKING

import openpyxl
import pytest
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.styles.colors import Color
from openpyxl.styles.numbers import BUILTIN_FORMATS

from dapf_xl.returns.looks import UNSEEN, Look, Looks, contrast, is_unseen, shown_by
from dapf_xl.returns.number_formats import AS_ANOTHER, AS_NUMBER, AS_PERCENT, BUILT_IN, EVEN_ZERO, NO_TEXT
from dapf_xl.returns.reading import read_return
from dapf_xl.returns.xlsx_looks import looks_of, shown_numbers, styles_of
from dapf_xl.styles import FORMATS, Format
from dapf_xl.workbooks import Book

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Office

COLOURS = {
    "rgb": Color(rgb="FFAA1133"), "indexed": Color(indexed=53), "theme": Color(theme=4), "white": Color(theme=0),
    "light": Color(theme=4, tint=0.4), "dark": Color(theme=9, tint=-0.5), "text": Color(theme=1),
    "grey": Color(theme=0, tint=-0.35),
}  # fmt: skip
PLAIN = Look(font="Arial 10", colour="0B0C0C", fill="FFF7BF", number="#,##0")


def _styles(path: Path) -> tuple[bytes, bytes]:
    with zipfile.ZipFile(path) as archive:
        theme = "xl/theme/theme1.xml"
        return archive.read("xl/styles.xml"), archive.read(theme) if theme in archive.namelist() else b""


def _looks_by_cell(path: Path) -> dict[str, Look]:
    styles = styles_of(*_styles(path))
    with zipfile.ZipFile(path) as archive:
        xml = archive.read("xl/worksheets/sheet1.xml").decode()
    found = re.findall(r'<c (?=[^>]*\br="(\w+)")(?=[^>]*\bs="(\d+)")[^>]*>', xml)
    return {cell: styles[int(number)] for cell, number in found}


def test_libreoffice_takes_every_colour_for_the_same(office: Office, tmp_path: Path) -> None:
    """It writes all of them as plain ones, within what its own rounding of tints leaves."""
    book = openpyxl.Workbook()
    for row, colour in enumerate(COLOURS.values(), 1):
        cell = book.active.cell(row, 1, "text")
        cell.font = Font(color=colour)
        cell.fill = PatternFill("solid", fgColor=colour)
        cell.border = Border(left=Side("thin", colour))
    path = tmp_path / "colours.xlsx"
    book.save(path)
    (saved,) = office.convert([path], "xlsx", tmp_path / "saved")
    for row, name in enumerate(COLOURS, 1):
        ours, theirs = (_looks_by_cell(each)[f"A{row}"] for each in (path, saved))
        for part in ("colour", "fill"):
            one, two = getattr(ours, part), getattr(theirs, part)
            apart = [abs(int(one[at : at + 2], 16) - int(two[at : at + 2], 16)) for at in (0, 2, 4)]
            assert max(apart) <= 2, (name, part, one, two)


def test_every_style_of_a_return_is_the_same_after_libreoffice_and_openpyxl(office: Office, tmp_path: Path) -> None:
    path = tmp_path / "styles.xlsx"
    book = Book(path, title="styles", subject="styles")
    sheet = book.workbook.add_worksheet("styles")
    names = [name for name in FORMATS if not name.startswith("if_")]
    for row, name in enumerate(names):
        sheet.write_number(row, 0, 0.25, book.style(name))
    book.workbook.close()
    openpyxl.load_workbook(path).save(tmp_path / "again.xlsx")
    (saved,) = office.convert([path], "xlsx", tmp_path / "saved")
    issued = _looks_by_cell(path)
    assert len(issued) == len(names)
    for other in (saved, tmp_path / "again.xlsx"):
        found = _looks_by_cell(other)
        for cell, look in issued.items():
            name = names[int(cell[1:]) - 1]
            assert found[cell]._replace(number=None) == look._replace(number=None), (name, other.name)


@pytest.mark.parametrize(
    ("part", "change"),
    [
        ("is_locked", {"protection": Protection(locked=False)}),
        ("number", {"number_format": "0.000"}),
        ("font", {"font": Font("Arial", 11)}),
        ("font", {"font": Font("Arial", 10, bold=True)}),
        ("font", {"font": Font("Arial", 10, strike=True)}),
        ("font", {"font": Font("Arial", 10, vertAlign="superscript")}),
        ("colour", {"font": Font("Arial", 10, color="FF0000FF")}),
        ("fill", {"fill": PatternFill("solid", fgColor="FF0000FF")}),
        ("fill", {"fill": PatternFill("darkGrid", fgColor="FF0000FF")}),
        ("lines", {"border": Border(bottom=Side("double"))}),
        ("place", {"alignment": Alignment(horizontal="center")}),
        ("place", {"alignment": Alignment(textRotation=90)}),
        ("place", {"alignment": Alignment(shrinkToFit=True)}),
        ("place", {"alignment": Alignment(wrapText=True)}),
    ],
)
def test_each_part_of_a_look_is_seen_by_itself(part: str, change: dict[str, object], tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for cell in (book.active["A1"], book.active["A2"]):
        cell.font = Font("Arial", 10)
        cell.value = 1
    for name, value in change.items():
        setattr(book.active["A2"], name, value)
    book.save(tmp_path / "one.xlsx")
    looks = _looks_by_cell(tmp_path / "one.xlsx")
    differing = [name for name in Look._fields if getattr(looks["A1"], name) != getattr(looks["A2"], name)]
    assert differing == [part]


@pytest.mark.parametrize(
    ("look", "is_hidden"),
    [
        (PLAIN, False),
        (PLAIN._replace(colour="FFF7BF"), True),
        (PLAIN._replace(colour="FFFFFF"), True),
        (PLAIN._replace(colour="FFFFFF", fill="1D70B8"), False),
        (PLAIN._replace(colour="FFFFFF", fill=""), True),
        (PLAIN._replace(colour="000000", fill="111111"), True),
        (PLAIN._replace(colour="767676", fill="FFFFFF"), False),
        (PLAIN._replace(colour="FFFFFF", fill="darkGrid 000000"), False),
        (PLAIN._replace(font="Arial 1"), True),
        (PLAIN._replace(font="Arial 6"), False),
        (PLAIN._replace(font="Wingdings 2 10 bold"), True),
        (PLAIN._replace(font=None, colour=None), False),
    ],
)
def test_what_nobody_can_see(look: Look, is_hidden: bool) -> None:  # noqa: FBT001
    assert is_unseen(look) is is_hidden
    assert (shown_by(look) == UNSEEN) is is_hidden


def test_every_look_that_a_workbook_of_ours_has_can_be_seen(tmp_path: Path) -> None:
    """Or its figures would be refused."""
    path = tmp_path / "styles.xlsx"
    book = Book(path, title="styles", subject="styles")
    sheet = book.workbook.add_worksheet("styles")
    for row, name in enumerate(FORMATS):
        sheet.write_number(row, 0, 0.25, book.style(name))
    book.workbook.close()
    seen: dict[str, Format] = {name: FORMATS[name] for name in FORMATS if not name.startswith("if_")}
    looks = styles_of(*_styles(path))
    assert len(looks) >= len(seen) / 2
    assert not any(is_unseen(look) for look in looks[1:])


@pytest.mark.parametrize(
    ("number", "place", "shown"),
    [
        ("#,##0", "right", AS_NUMBER), ("0.0%", "", AS_PERCENT), (";;;", "", f"{EVEN_ZERO}{NO_TEXT}"),
        ("0", "fill", AS_ANOTHER),
        (None, "", ""), ("dd/mm/yyyy", "", ""),
    ],
)  # fmt: skip
def test_how_a_number_shows_by_the_look_of_its_cell(number: str | None, place: str, shown: str) -> None:
    assert shown_by(PLAIN._replace(number=number, place=place)) == shown


@pytest.mark.parametrize(
    ("one", "two", "expected"),
    [("000000", "FFFFFF", 21.0), ("FFFFFF", "FFFFFF", 1.0), ("767676", "FFFFFF", 4.54), ("0000FF", "FFFFFF", 8.59)],
)
def test_contrast_is_that_of_wcag(one: str, two: str, expected: float) -> None:
    assert contrast(one, two) == pytest.approx(expected, abs=0.01)
    assert contrast(two, one) == contrast(one, two)


def test_formats_known_by_their_numbers_are_those_that_openpyxl_knows() -> None:
    names = {14: "mm-dd-yy", 22: "m/d/yy h:mm"}
    for number in (0, 1, 2, 3, 4, 9, 10, 11, 12, 13, *range(14, 23), 45, 46, 47, 49):
        assert BUILT_IN[number] == names.get(number, BUILTIN_FORMATS[number]), number


def test_a_cell_that_is_not_there_looks_as_its_row_or_column_says() -> None:
    looks = Looks((Look(), PLAIN, PLAIN._replace(is_locked=False)), {"A1": 1}, {7: 2}, {"C": 1})
    assert looks.of("A1") == PLAIN
    assert looks.of("C3") == PLAIN
    assert looks.of("C7").is_locked is False
    assert looks.of("B2") == Look()


def test_a_file_without_styles_has_no_looks(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = 4
    book.save(tmp_path / "plain.xlsx")
    read = read_return(tmp_path / "plain.xlsx")
    assert all(
        looks_of(each.around.looks) and not shown_numbers(each.around.looks, b"J")
        for each in read.content.values()
        if each.around
    )
    assert styles_of(b"") == ()


def test_of_what_a_style_says_twice_the_last_counts_and_a_format_that_is_nowhere_is_the_usual_one() -> None:
    """As LibreOffice takes them; Excel refuses the one and shows the other as usual."""
    said = '<alignment horizontal="left"/><alignment horizontal="fill"/>'
    styles = f'<xf numFmtId="500">{said}</xf><xf numFmtId="5"/><xf numFmtId="31"/>'
    first, money, of_a_country = styles_of(f"<styleSheet><cellXfs>{styles}</cellXfs></styleSheet>".encode())
    assert (first.number, first.place) == ("General", "fill")
    assert money.number == '"$"#,##0'
    assert of_a_country.number is None
