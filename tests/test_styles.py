"""The house style: contrast that everybody can read, and texts that fit."""

from __future__ import annotations

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from dapf_xl.styles import FORMATS, RATINGS, TEXT, WHITE, height_of, lines_needed, text_width

LEAST_CONTRAST = 4.5
"""WCAG 2.2, success criterion 1.4.3, level AA."""


def luminance(colour: str) -> float:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    lighter, darker = sorted((luminance(first), luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_is_computed_as_it_is_defined() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("name", FORMATS)
def test_text_and_background_contrast(name: str) -> None:
    look = FORMATS[name]
    assert contrast(look.get("font_color", TEXT), look.get("bg_color", WHITE)) >= LEAST_CONTRAST


@pytest.mark.parametrize("name", RATINGS)
def test_a_rating_is_mark_word_and_colour(name: str) -> None:
    assert RATINGS[name].words(name) == f"{RATINGS[name].mark} {name}"
    assert len({look.mark for look in RATINGS.values()}) == len(RATINGS)


@pytest.mark.parametrize("name", FORMATS)
def test_only_cells_to_type_into_are_unlocked(name: str) -> None:
    unlocked = FORMATS[name].get("locked") is False
    assert unlocked == (name.startswith(("input_", "setting")) and not name.endswith("_locked"))


def test_xlsxwriter_takes_every_format() -> None:
    book = xlsxwriter.Workbook()
    for look in FORMATS.values():
        book.add_format(look)


# --- how much room a text takes -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        pytest.param("", 10, 1, id="nothing"),
        pytest.param("short", 20, 1, id="fits"),
        pytest.param("one\ntwo", 20, 2, id="line_break"),
        pytest.param("some words that need more than one line", 20, 3, id="wraps"),
        pytest.param("m" * 40, 10, 8, id="a_word_wider_than_the_column"),
    ],
)
def test_lines_are_counted_as_a_program_wraps_them(text: str, width: float, lines: int) -> None:
    assert lines_needed(text, width) == lines


@given(st.text(st.characters(min_codepoint=32, max_codepoint=0x2FF), max_size=200), st.floats(4, 100))
def test_a_wider_column_never_needs_more_lines(text: str, width: float) -> None:
    assert 1 <= lines_needed(text, width * 1.5) <= lines_needed(text, width)


@given(st.text(max_size=50), st.text(max_size=50))
def test_more_text_is_wider_and_bold_is_wider_still(first: str, second: str) -> None:
    assert text_width(first) <= text_width(first + second) <= text_width(first + second, bold=True)


def test_more_lines_are_higher() -> None:
    heights = [height_of(lines) for lines in range(1, 20)]
    assert heights[0] == 16.2
    assert heights == sorted(set(heights))


def test_no_row_is_higher_than_excel_takes() -> None:
    assert height_of(3000) == 409
