"""How a number shows: LibreOffice shows the same, and what is shown otherwise than it is held is never taken."""

from __future__ import annotations

import re
import zipfile
from typing import TYPE_CHECKING

import openpyxl
import pytest

from dapf_xl.returns.looks import UNSEEN, Look, shown_by
from dapf_xl.returns.number_formats import (
    AS_ANOTHER,
    AS_NUMBER,
    AS_PERCENT,
    EVEN_ZERO,
    NO_TEXT,
    NO_ZERO,
    above_zero,
    colours_of,
    look_of,
    look_of_shown,
    plain_code,
    without_zero,
)

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Office

LOOKS = {
    "General": AS_NUMBER, "": AS_NUMBER, "0": AS_NUMBER, "#,##0": AS_NUMBER, "#,##0.00": AS_NUMBER, "@": AS_NUMBER,
    '#,##0;"−"#,##0;0': AS_NUMBER, '_-* #,##0_-;-* #,##0_-;_-* "-"??_-;_-@_-': AS_NUMBER, "[Red]0": AS_NUMBER,
    "[$£-809]#,##0": AS_NUMBER, '"£"#,##0': AS_NUMBER, '0" cases"': AS_NUMBER, "0E+0": AS_NUMBER,
    "#,##0_);[Red](#,##0)": AS_NUMBER, "# ?/?": AS_NUMBER, "0%": AS_PERCENT, "0.0%": AS_PERCENT,
    '0%;"−"0%;0%': AS_PERCENT, "0 %": AS_PERCENT, '"7"': EVEN_ZERO, "\\7": EVEN_ZERO, ";;;": f"{EVEN_ZERO}{NO_TEXT}",
    "0,": AS_ANOTHER, "#,##0,": AS_ANOTHER, '0,,"m"': AS_ANOTHER, '0"0"': AS_ANOTHER, '[>9]"4";0': EVEN_ZERO,
    '0;0;"7"': EVEN_ZERO, '"a;b"0;;0': AS_NUMBER, "0;-0;;@": f"{AS_NUMBER}{NO_ZERO}",
    "0;;": f"{AS_NUMBER}{NO_ZERO}",
    "0%;;": f"{AS_PERCENT}{NO_ZERO}", "#": f"{AS_NUMBER}{NO_ZERO}", "#,###": f"{AS_NUMBER}{NO_ZERO}",
    '0;-0;"n/a"': f"{AS_NUMBER}{NO_ZERO}", "0;-0;-": AS_NUMBER, '0;-0;"Nil"': AS_NUMBER,
    '0;-0;""': f"{AS_NUMBER}{NO_ZERO}",
    "0;-0;0;": f"{AS_NUMBER}{NO_TEXT}", "0;-0;0;@": AS_NUMBER, '0;-0;0;"12"': f"{AS_NUMBER}{NO_TEXT}",
    '0;-0;0;"1"@': f"{AS_NUMBER}{NO_TEXT}", "0;": AS_NUMBER, '[=0]"";0': EVEN_ZERO, "0;-0;7": EVEN_ZERO,
    '"0"': AS_ANOTHER,
    "0\\.0": AS_ANOTHER, '0"."0': AS_ANOTHER, "0-0": AS_ANOTHER, '"-"0': AS_ANOTHER, '"−"General': AS_ANOTHER,
    '"<"0': AS_ANOTHER, "[$4-809]0": EVEN_ZERO, '0"k"': AS_ANOTHER, '0" million"': AS_ANOTHER, '0"O"': AS_ANOTHER,
    '"."0': AS_ANOTHER, '0"²"': AS_ANOTHER, '#" "##0': AS_NUMBER, '0" kept"': AS_NUMBER, "[$£-809]* 0.0": AS_NUMBER,
    "_(* #,##0_)": AS_NUMBER, "[White]0": AS_NUMBER, '0" - estimated"': AS_NUMBER, '"Cases: "0': AS_NUMBER,
    "[DBNum1]0": AS_ANOTHER, "[$-D000000]0": AS_ANOTHER, "[$£-D000000]0": AS_ANOTHER, "[$-en-GB]0": AS_NUMBER,
    "[$£]0": AS_NUMBER, "[$EUR-407]* 0": AS_NUMBER, ".0": AS_NUMBER, "\u0664 0": AS_ANOTHER,
    "[<100]0;0": AS_ANOTHER, "-0": AS_ANOTHER, "(0)": AS_ANOTHER, '"<5"': EVEN_ZERO, "0%%": AS_ANOTHER,
    '0"%"': AS_ANOTHER, "dd/mm/yyyy": "", "[h]:mm": "",
}  # fmt: skip
HELD = 40.0


@pytest.mark.parametrize("code", LOOKS)
def test_a_format_shows_a_number_as_it_is_or_not(code: str) -> None:
    assert look_of(code) == LOOKS[code]


def test_libreoffice_shows_what_the_format_is_taken_for(office: Office, tmp_path: Path) -> None:
    codes = [code for code, look in LOOKS.items() if code and look and not {code, code[:2]} & NOT_OF_40]
    book = openpyxl.Workbook()
    for row, code in enumerate(codes, 1):
        cell = book.active.cell(row, 1, HELD)
        cell.number_format = code
    path = tmp_path / "formats.xlsx"
    book.save(path)
    (saved,) = office.convert([path], "ods", tmp_path)
    with zipfile.ZipFile(saved) as archive:
        table = archive.read("content.xml").decode().partition("<table:table ")[2]
    cells = re.findall(r'<table:table-cell [^>]*office:value-type="(\w+)"[^>]*?(?:/>|>(.*?)</table:table-cell>)', table)
    assert len(cells) == len(codes)
    for code, (kind, inside) in zip(codes, cells, strict=True):
        text = re.sub("<[^>]*>", "", inside).replace("&lt;", "<")
        found = look_of_shown(HELD, text, is_percent=kind == "percentage")
        assert found == as_shown(LOOKS[code]), f"{code} shows {text!r}"


NOT_OF_40 = {"[<", "[D", "[$-D000000]0", "[$£-D000000]0", "[=", "0;-0;7", '0;0;"7"'}
"""Formats, or how they begin, that make something else of other numbers."""


def test_libreoffice_shows_zero_where_the_format_is_taken_to_show_it(office: Office, tmp_path: Path) -> None:
    codes = [code for code, look in LOOKS.items() if code and look and not code.startswith("[>")]  # (taken so)
    book = openpyxl.Workbook()
    for row, code in enumerate(codes, 1):
        cell = book.active.cell(row, 1, 0)
        cell.number_format = code
    path = tmp_path / "zeros.xlsx"
    book.save(path)
    (saved,) = office.convert([path], "ods", tmp_path)
    with zipfile.ZipFile(saved) as archive:
        table = archive.read("content.xml").decode().partition("<table:table ")[2]
    cells = re.findall(r'<table:table-cell [^>]*office:value-type="\w+"[^>]*?(?:/>|>(.*?)</table:table-cell>)', table)
    assert len(cells) == len(codes)
    for code, inside in zip(codes, cells, strict=True):
        text = re.sub("<[^>]*>", "", inside)
        assert (look_of_shown(0, text, is_percent=False) == EVEN_ZERO) is (NO_ZERO in LOOKS[code]), f"{code}: {text!r}"


@pytest.mark.parametrize(
    ("code", "colours"),
    [
        ("0", ("", "", "")),
        ("[White]0", ("FFFFFF", "FFFFFF", "")),
        ("[white][>1]0;0", ("FFFFFF", "FFFFFF", "")),
        ("0;0;[Yellow]0;[Color2]@", ("", "FFFF00", "FFFFFF")),
        ("[Color15]0", ("C0C0C0", "C0C0C0", "")),
        ("[Color99]0", ("", "", "")),
        ("[#fff7bf]0", ("FFF7BF", "FFF7BF", "")),
    ],
)
def test_the_colours_that_a_format_writes_in_are_known(code: str, colours: tuple[str, str, str]) -> None:
    assert colours_of(code) == colours


def test_a_number_that_its_format_writes_in_the_colour_behind_it_is_not_seen() -> None:
    yellow = Look(number="General", fill="FFF7BF")
    assert shown_by(yellow._replace(number="[White]0")) == UNSEEN
    assert shown_by(yellow._replace(number="[Red]0")) == AS_NUMBER
    assert shown_by(yellow._replace(number="0;-0;[White]0")) == f"{AS_NUMBER}{NO_ZERO}"
    assert shown_by(yellow._replace(number="0;-0;0;[White]@")) == f"{AS_NUMBER}{NO_TEXT}"


def test_zero_that_does_not_show_is_known_of_every_look() -> None:
    assert without_zero(AS_NUMBER) == f"{AS_NUMBER}{NO_ZERO}"
    assert without_zero(f"{AS_PERCENT}{NO_TEXT}") == f"{AS_PERCENT}{NO_ZERO}{NO_TEXT}"
    assert without_zero(EVEN_ZERO) == EVEN_ZERO
    assert without_zero("") == ""


def as_shown(look: str) -> str:
    """How a figure above zero shows, of which a file tells nothing of zero."""
    return above_zero(look)


ALIKE = [
    ('#,##0;"−"#,##0;0', "#,##0;\\−#,##0;0", True), ("[$-809]d mmmm yyyy", "d mmmm yyyy", True),
    ("[$-10409]0", "0", True), ("[$-en-GB]0", "0", True), ("0", '"0"', False), ('"#,##0"', "#,##0", False),
    ("[$-D000000]0", "0", False), ("[$-th-TH,D]0", "0", False), ("d mmmm yyyy", '"d mmmm yyyy"', False),
    ('0"a"" b"', '0"a b"', True),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other", "is_alike"), ALIKE)
def test_what_shows_as_itself_is_told_from_what_shows_a_number(one: str, other: str, *, is_alike: bool) -> None:
    assert (plain_code(one) == plain_code(other)) is is_alike


@pytest.mark.parametrize(
    ("value", "text", "is_percent", "look"),
    [
        (40.0, "40", False, AS_NUMBER), (1234.0, "1,234", False, AS_NUMBER), (0.364, "36%", True, AS_PERCENT),
        (0.364, "36.4%", True, AS_PERCENT), (12.5, "13", False, AS_NUMBER), (40.0, "£40.00", False, AS_NUMBER),
        (40.0, "4E+01", False, AS_NUMBER), (0.0, "", False, EVEN_ZERO),
        (0.0, "-", False, AS_NUMBER), (0.0, "£ -", False, AS_NUMBER), (0.0, "n/a", False, EVEN_ZERO),
        (0.0, None, False, AS_NUMBER),
        (40.0, None, False, AS_NUMBER), (40.0, "", False, AS_ANOTHER),
        (40.0, "-40", False, AS_ANOTHER), (-40.0, "-40", False, AS_NUMBER),
        (40.0, "4", False, AS_ANOTHER), (40.0, "none", False, AS_ANOTHER), (4000.0, "4", False, AS_ANOTHER),
        (0.5, "0.5%", True, AS_ANOTHER), (1.0, "100%", True, AS_PERCENT),
    ],
)  # fmt: skip
def test_what_a_program_left_as_shown_is_compared(
    value: float, text: str | None, *, is_percent: bool, look: str
) -> None:
    assert look_of_shown(value, text, is_percent=is_percent) == look
