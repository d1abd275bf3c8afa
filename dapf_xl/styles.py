"""How every workbook looks: colours, fonts, cell formats and protection, as plain data.

The palette is GOV.UK's; every pair of text and background has a contrast of at least 4.5:1 (a test
computes it). Formats are XlsxWriter property dictionaries, built up from a few parts.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, NamedTuple

Format = dict[str, Any]

FONT = "Arial"
TEXT = "#0B0C0C"
WHITE = "#FFFFFF"
HEAD = "#1D70B8"
SUBHEAD = "#D2E2F1"
LOCKED = "#F3F2F1"
INPUT = "#FFF7BF"
INPUT_BORDER = "#505A5F"
HINT = "#505A5F"
LINE = "#B1B4B6"
WRONG = "#F6D7D2"
WRONG_TEXT = "#942514"
QUERIED = "#FFDD00"
DONE = "#CCE2D8"
DONE_TEXT = "#005A30"


class Rating(NamedTuple):
    """How a rating is drawn: never by colour alone."""

    mark: str
    background: str
    text: str

    def words(self, rating: str) -> str:
        """Return mark and word: ``■ Red``."""
        return f"{self.mark} {rating}"


RATINGS = {
    "Green": Rating("●", "#00703C", WHITE),
    "Amber": Rating("▲", "#FFDD00", "#000000"),
    "Red": Rating("■", "#D4351C", WHITE),
    "Not rated": Rating("○", "#EEEFEF", "#000000"),
}

TABS = {"read_first": HEAD, "ratings": "#00703C", "detail": "#505A5F", "record": "#B1B4B6"}
"""Tab colours by what a sheet is for."""

_BASE: Format = {"font_name": FONT, "font_scheme": "none", "font_size": 10, "font_color": TEXT, "valign": "top"}
"""Of no scheme: by it, Excel would show the font of a theme instead."""
_CELL: Format = {**_BASE, "border": 1, "border_color": LINE, "text_wrap": True, "align": "left", "indent": 1}
_NUMBER: Format = {**_CELL, "align": "right", "text_wrap": False}
_MARK: Format = {**_CELL, "align": "center", "indent": 0, "bold": True}
_LOCKED: Format = {**_CELL, "bg_color": LOCKED}
_INPUT: Format = {**_CELL, "bg_color": INPUT, "border_color": INPUT_BORDER, "locked": False}

COUNT = '#,##0;"−"#,##0;0'
PERCENT_0 = '0%;"−"0%;0%'
PERCENT_1 = '0.0%;"−"0.0%;0.0%'
NUMBER_1 = '#,##0.0;"−"#,##0.0;0.0'
GENERAL = "General"

CHANGE_COUNT = '"+"#,##0;"−"#,##0;0'
CHANGE_NUMBER = '"+"#,##0.0;"−"#,##0.0;0.0'
CHANGE_PERCENT = '"+"0.0%;"−"0.0%;0.0%'
CHANGE_POINTS = '"+"0.0" pp";"−"0.0" pp";0.0" pp"'
"""A difference between percentages, already in points (36.4 % - 29.6 % is 6.8)."""

FORMATS: dict[str, Format] = {
    "plain": _BASE,
    "text": {**_BASE, "text_wrap": True},
    "title": {**_BASE, "font_size": 14, "bold": True},
    "cover_title": {**_BASE, "font_size": 18, "bold": True},
    "cover_text": {**_BASE, "font_size": 11, "align": "left", "indent": 1},
    "cover_label": {**_BASE, "font_size": 11, "font_color": HINT},
    "lead": {**_BASE, "font_color": HINT},
    "marking": {**_BASE, "bold": True},
    "link": {**_BASE, "font_color": HEAD, "underline": 1},
    "cell_link": {**_CELL, "font_color": HEAD, "underline": 1},
    "head": {**_CELL, "bg_color": HEAD, "font_color": WHITE, "bold": True, "border_color": HEAD},
    "head_right": {
        **_CELL,
        "bg_color": HEAD,
        "font_color": WHITE,
        "bold": True,
        "border_color": HEAD,
        "align": "right",
    },
    "subhead": {**_BASE, "bg_color": SUBHEAD, "bold": True, "align": "left", "valign": "vcenter", "indent": 1},
    "subhead_right": {
        **_BASE,
        "bg_color": SUBHEAD,
        "bold": True,
        "align": "right",
        "valign": "vcenter",
        "indent": 1,
    },
    "cell": _CELL,
    "bold": {**_CELL, "bold": True},
    "number": {**_NUMBER, "num_format": GENERAL},
    "count": {**_NUMBER, "num_format": COUNT},
    "percent_0": {**_NUMBER, "num_format": PERCENT_0},
    "percent_1": {**_NUMBER, "num_format": PERCENT_1},
    "number_1": {**_NUMBER, "num_format": NUMBER_1},
    "change_count": {**_NUMBER, "num_format": CHANGE_COUNT},
    "change_number": {**_NUMBER, "num_format": CHANGE_NUMBER},
    "change_percent": {**_NUMBER, "num_format": CHANGE_PERCENT},
    "change_words": {**_CELL, "align": "right", "indent": 0},
    "change_points": {**_NUMBER, "num_format": CHANGE_POINTS},
    "rag": _MARK,
    "right": {**_CELL, "align": "right"},
    "locked": _LOCKED,
    "locked_bold": {**_LOCKED, "bold": True},
    "locked_right": {**_LOCKED, "align": "right"},
    "locked_count": {**_LOCKED, "num_format": COUNT, "align": "right"},
    "locked_percent": {**_LOCKED, "num_format": PERCENT_1, "align": "right"},
    "locked_percent_0": {**_LOCKED, "num_format": PERCENT_0, "align": "right"},
    "locked_number": {**_LOCKED, "num_format": "#,##0.0#", "align": "right"},
    "input_count": {**_INPUT, "num_format": COUNT, "align": "right"},
    "input_percent": {**_INPUT, "num_format": "0.0%", "align": "right"},
    "input_number": {**_INPUT, "num_format": "#,##0.0#", "align": "right"},
    "input_date": {**_INPUT, "num_format": "d mmmm yyyy", "align": "right"},
    "input_short_date": {**_INPUT, "num_format": "d mmm yyyy", "align": "right"},
    "input_day": {**_INPUT, "num_format": "d mmmm yyyy"},
    "input_text": {**_INPUT, "num_format": "@"},
    "input_choice": _INPUT,
    "setting": {**_INPUT, "align": "right"},
    "setting_text": _INPUT,
    "setting_text_locked": {**_INPUT, "locked": True},
    "check": {**_LOCKED, "font_color": HINT},
    "hint": {**_BASE, "font_color": HINT, "text_wrap": True},
    "status": {
        **_BASE,
        "font_size": 14,
        "bold": True,
        "border": 1,
        "border_color": INPUT_BORDER,
        "align": "left",
        "valign": "vcenter",
        "indent": 1,
    },
    # conditional formats
    "if_wrong": {"bg_color": WRONG, "font_color": WRONG_TEXT},
    "if_wrong_value": {"bg_color": WRONG, "font_color": WRONG_TEXT, "num_format": "#,##0.0###"},
    "if_queried": {"bg_color": QUERIED, "font_color": TEXT},
    "if_to_do": {"font_color": TEXT, "bold": True},
    "if_done": {"bg_color": DONE, "font_color": DONE_TEXT},
    "if_past": {"bg_color": LOCKED, "font_color": HINT},
    **{f"if_{name}": {"bg_color": look.background, "font_color": look.text} for name, look in RATINGS.items()},
}
"""Every cell format by its name."""

FORMATS |= {
    "part": {**_CELL, "indent": 3},
    "also": {**_CELL, "indent": 3, "font_color": HINT, "italic": True},
    "number_2": {**_NUMBER, "num_format": '#,##0.00;"−"#,##0.00;0.00'},
    "money": {**_NUMBER, "num_format": '"£"#,##0;"−£"#,##0;"£"0'},
    "note": {**_BASE, "font_size": 11, "bold": True, "bg_color": INPUT},
    "cover_wrap": {**_BASE, "font_size": 11, "text_wrap": True, "align": "left", "indent": 1},
    "cover_link": {**_BASE, "font_size": 11, "font_color": HEAD, "underline": 1},
    "band": {**_BASE, "bg_color": SUBHEAD, "bold": True, "border": 1, "border_color": SUBHEAD},
    "tally": {**_MARK, "num_format": COUNT, "bold": False},
    "tally_bold": {**_MARK, "num_format": COUNT},
    **{
        f"rag_{name}": {**_MARK, "bg_color": look.background, "font_color": look.text} for name, look in RATINGS.items()
    },
    # cells of a long table, which are not wrapped
    "data": {**_BASE, "align": "left", "indent": 1},
    "data_number": {**_BASE, "num_format": "#,##0.##########"},
    "data_percent": {**_BASE, "num_format": PERCENT_1},
    "data_percent_0": {**_BASE, "num_format": PERCENT_0},
    "data_wrap": {**_BASE, "align": "left", "indent": 1, "text_wrap": True},
}
"""Formats of the master workbook."""

_PROSE: Format = {**_BASE, "font_size": 11, "text_wrap": True, "align": "left", "indent": 1}
_PLAIN_CELL: Format = {**_CELL, "text_wrap": False, "border": 0, "top": 1, "bottom": 1}
FORMATS |= {
    "paper_section": {
        **_BASE,
        "font_size": 13,
        "bold": True,
        "align": "left",
        "indent": 1,
        "bottom": 2,
        "border_color": HEAD,
    },
    "paper_heading": {
        **_BASE,
        "font_size": 12,
        "bold": True,
        "align": "left",
        "indent": 1,
        "valign": "vcenter",
        "bg_color": HEAD,
        "font_color": WHITE,
    },
    "paper_text": _PROSE,
    "paper_gap": {**_PROSE, "italic": True, "font_color": WRONG_TEXT},
    "paper_margin": {**_PROSE, "bold": True},
    "paper_measured": _PLAIN_CELL,
    "paper_unmeasured": {**_PLAIN_CELL, "bold": True},
    "long_text": {**_CELL, "font_size": 11},
    "long_gap": {**_CELL, "font_size": 11, "italic": True, "font_color": WRONG_TEXT},
}
"""Formats of what is read as text."""


class Frame(NamedTuple):
    """How a cell that is to be put right is marked: a line around it, told apart by its kind and not by colour."""

    line: str
    """As Excel calls it."""
    drawn: str
    """As LibreOffice draws it."""
    fill: str
    """"" where the cell keeps its own."""


FRAME = WRONG_TEXT
"""Colour of every frame."""
FRAMES = {
    "error": Frame("thick", "2.5pt solid", WRONG),
    "query": Frame("mediumDashed", "1.75pt dashed", ""),
    "warning": Frame("mediumDashDot", "1.75pt dash-dot", ""),
}
"""Frames by the severity of what was found in a cell."""
FORMATS |= {
    "label": {**_BASE, "valign": "vcenter"},
    "input_field": {**_INPUT, "valign": "vcenter", "text_wrap": False, "num_format": "@"},
    "locked_field": {**_LOCKED, "valign": "vcenter", "text_wrap": False},
    "path": {**_BASE, "valign": "vcenter", "num_format": "@", "align": "left", "indent": 1},
    "path_link": {
        **_BASE,
        "valign": "vcenter",
        "font_color": HEAD,
        "underline": 1,
        "align": "left",
        "indent": 1,
    },
    "status_line": {**_BASE, "bold": True, "bg_color": LOCKED, "align": "left", "valign": "vcenter", "indent": 1},
    "table_text": {**_BASE, "num_format": "@", "text_wrap": True, "align": "left", "indent": 1},
    "table_number": {**_BASE, "align": "right", "indent": 1},
    "table_link": {**_BASE, "font_color": HEAD, "underline": 1, "text_wrap": True, "align": "left", "indent": 1},
    "if_asked": {"bg_color": INPUT, "font_color": TEXT},
    "if_filled": {"border": 1, "border_color": LINE},
}
"""Formats of the control workbook."""

FORMATS["locked_hint"] = {**FORMATS["locked"], "font_color": HINT}


def with_label(cell_format: Format, label: str) -> Format:
    """Return a cell format that shows a label before its numbers, which stay numbers: ``2013/14: 1,880``."""
    if not label:
        return cell_format
    sections = str(cell_format["num_format"]).split(";")
    quoted = label.replace('"', "'")
    return {**cell_format, "num_format": ";".join(f'"{quoted}: "{section}' for section in sections)}


PROTECTION: dict[str, bool] = {
    "format_cells": False,
    "format_columns": True,
    "format_rows": True,
    "select_locked_cells": True,
    "select_unlocked_cells": True,
}
"""What a person may do on a protected sheet: widen a column, not restyle a cell."""

_ADVANCE = {
    **dict.fromkeys("ijl'’|", 222),
    **dict.fromkeys(" ft.,:;/![]I\\", 278),
    **dict.fromkeys("r-()", 333),
    **dict.fromkeys("ckszvxyJ", 500),
    **dict.fromkeys("FTZ", 611),
    **dict.fromkeys("ABEKPSVXY&", 667),
    **dict.fromkeys("wCDHNRU", 722),
    **dict.fromkeys("GOQ", 778),
    **dict.fromkeys("mM", 833),
    **dict.fromkeys("%W@—●■▲○→↑↓", 944),
}
"""Arial's advance widths in thousandths of the font size; what is not named is as wide as a digit, 556."""
_PIXELS_PER_UNIT = 7
"""Width of a digit of the workbook's default font, which column widths are counted in."""
_INDENT = 1.6
TALLEST = 409.0
"""Points that a row may be high in Excel."""


@lru_cache(maxsize=100_000)
def text_width(text: str, size: float = 10, *, bold: bool = False) -> float:
    """Return how wide a line of Arial is, in column units."""
    advance = sum(_ADVANCE.get(letter, 556) for letter in text)
    return advance / 1000 * size * 96 / 72 / _PIXELS_PER_UNIT * (1.08 if bold else 1.0)


@lru_cache(maxsize=100_000)
def lines_needed(text: str, width: float, size: float = 10, *, bold: bool = False) -> int:
    """Return how many lines a text takes when it is wrapped in a column of that width."""
    lines = 0
    room = max(width - _INDENT, 1)
    for paragraph in text.split("\n") or [""]:
        used, count = 0.0, 1
        for word in paragraph.split(" "):
            length = text_width(word + " ", size, bold=bold)
            if used and used + length - text_width(" ", size) > room:
                count += 1
                used = 0.0
            used += length
            while used > room + text_width(" ", size):
                count += 1
                used -= room
        lines += count
    return lines


def height_of(lines: int, size: float = 10) -> float:
    """Return the row height, in points, that shows that many lines, as far as a row can be that high."""
    return min(max(15.0, round(lines * size * 1.32 + 3, 2)), TALLEST)


def in_pieces(text: str, width: float, size: float = 10) -> list[str]:
    """Return a text in pieces that each fit a row as high as can be, parted where a line or a word ends.

    Args:
        text: The text.
        width: Of the column that it is wrapped in.
        size: Of its letters, in points.
    """
    most = int((TALLEST - 3) / (size * 1.32))
    if lines_needed(text, width, size) <= most:
        return [text]
    pieces: list[str] = []
    piece = ""
    for word in re.findall(r"\S*\s*", text):
        if piece.strip() and lines_needed((piece + word).rstrip(), width, size) > most:
            pieces.append(piece.rstrip())
            piece = ""
        piece += word
    return [*pieces, piece.rstrip()]
