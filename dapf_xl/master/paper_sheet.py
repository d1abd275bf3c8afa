"""A sheet for each named report, in the form of a committee paper: its texts in one column, its figures beside them."""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

from dapf_xl.master.common import HEAD, Page, band, begin, records, sheet_names
from dapf_xl.observations import MARKERS
from dapf_xl.paper import NOT_MEASURED, QUARTERS
from dapf_xl.styles import in_pieces

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dapf_xl.master.common import Master, Row
    from dapf_xl.tables import MasterTables
    from dapf_xl.workbooks import Sheet

_WIDTHS = (18, 76, 11.5, 11.5, 11.5, 11.5, 32)
_TEXT, _BESIDE = 1, 6
_SIZE = 11
_FIGURES = ("title", "figure", "part")
_PROSE = ("paragraph", "gap")
_SCALE = 77
"""Percent at which the columns fill an A4 page across."""
_PAGE = 7 * 72 / _SCALE * 100
"""Points that such a page is high between its margins."""
_USUAL_HEIGHT = 15
_LEAD = (
    "Figures by quarter, last year's in brackets beneath. No bracket: no figure is known for that quarter of last "
    "year. A quarter that has not come has only the bracket."
)


def names_of(tables: MasterTables) -> dict[str, str]:
    """Return the name of each report's sheet, by the report's id."""
    tabs: dict[str, str] = {}
    for row in records(tables.paper):
        if row["view"] not in tabs:
            tabs[row["view"]] = f"{row['tab']} ({row['view']})" if row["tab"] in tabs.values() else row["tab"]
    names = sheet_names(tabs.values())
    return {view: names[tab] for view, tab in tabs.items()}


def pages(tables: MasterTables) -> Sequence[Page]:
    """Return a sheet for each report that the catalogue has."""
    titles = {row["view"]: row["title"] for row in records(tables.paper)}
    return [
        Page(
            name,
            "read_first",
            f"The report “{titles[view]}” as a paper, its figures by quarter.",
            partial(_write, view=view),
        )
        for view, name in names_of(tables).items()
    ]


def _write(sheet: Sheet, master: Master, *, view: str) -> None:
    rows = [row for row in records(master.tables.paper) if row["view"] == view]
    begin(sheet, master, f"{rows[0]['title']}, {master.tables.period.words}", _LEAD, _WIDTHS)
    writer = _Writer(sheet, master)
    for before, row in pairwise(({"kind": ""}, *rows)):
        writer.write(row, before["kind"])
    last = writer.row + 1
    _write_legend(sheet, last, rows)
    sheet.worksheet.freeze_panes(HEAD, 0)
    sheet.worksheet.print_area(0, 0, last, _BESIDE)
    sheet.worksheet.set_print_scale(_SCALE)  # programs heed page breaks only where a scale is set
    sheet.worksheet.set_h_pagebreaks(page_breaks(sheet.heights, writer.blocks, last, _PAGE))
    sheet.worksheet.set_selection(HEAD, 0, HEAD, 0)


def page_breaks(heights: Mapping[int, float], blocks: Sequence[int], last: int, room: float) -> list[int]:
    """Return the rows before which a page ends, so that a block is on one page if it fits there.

    Args:
        heights: Of the rows that have one of their own, in points.
        blocks: The first row of each block, in their order.
        last: The last row of all.
        room: How high a page is, in points.
    """
    breaks: list[int] = []
    used = 0.0
    for first, after in pairwise((0, *blocks, last + 1)):
        block = sum(heights.get(row, _USUAL_HEIGHT) for row in range(first, after))
        if used and used + block > room:
            breaks.append(first)
            used = 0.0
        used = (used + block) % room if block > room else used + block
    return breaks


class _Writer:
    """Writes the rows of a report one under the other."""

    def __init__(self, sheet: Sheet, master: Master) -> None:
        self.sheet = sheet
        self.row = HEAD - 1
        self.blocks: list[int] = []
        """The first row of everything that is better not parted from what follows it."""
        quarters = [quarter.words for quarter in master.tables.period.financial_year.quarters()]
        self.heads = ("Ref", "Indicator", *quarters, "Commentary")

    def write(self, row: Row, before: str) -> None:
        """Write a row; what kind of row stands above it decides what must come between."""
        self.row += 1
        kind = row["kind"]
        in_figures = before in {*_FIGURES, "expected"}
        if before and (kind in {"section", "heading"} or (kind in _PROSE and in_figures)):
            self.row += 1
        goes_on = kind in _PROSE and not row["margin"]
        if kind in {"section", "heading"} or (kind in _PROSE and not goes_on and before != "section"):
            self.blocks.append(self.row)
        if kind in _FIGURES and before not in _FIGURES:
            self._heads(self.heads)
        if kind == "expected" and before != "expected":
            self._heads(("", "If we succeed, we expect to see", "What measures it", "", "", "", "Note"))
        if kind in {"section", "heading"}:
            self._section(row)
        elif kind == "expected":
            self._expected(row)
        elif kind in _FIGURES:
            self._figure(row)
        else:
            self._paragraph(row)

    def _heads(self, heads: Sequence[str]) -> None:
        is_figures = heads[-1] == self.heads[-1]
        for place, head in enumerate(heads):
            is_right = is_figures and _TEXT < place < _BESIDE
            self.sheet.put(self.row, place, head, "subhead_right" if is_right else "subhead")
        self.sheet.set_height(self.row, 18)
        self.row += 1

    def _section(self, row: Row) -> None:
        style = "paper_section" if row["kind"] == "section" else "paper_heading"
        band(self.sheet, self.row, row["margin"], 1, style=style)
        band(self.sheet, self.row, row["text"], len(_WIDTHS) - 1, first=_TEXT, style=style)
        self.sheet.set_height(self.row, 24)

    def _paragraph(self, row: Row) -> None:
        """Write a paragraph; one that is higher than a row can be goes on in the next."""
        style = "paper_gap" if row["kind"] == "gap" else "paper_text"
        margin = row["margin"]
        for place, piece in enumerate(in_pieces(row["text"], _WIDTHS[_TEXT], _SIZE)):
            self.row += place > 0
            self.sheet.put(self.row, 0, margin if place == 0 else None, "paper_margin")
            self.sheet.put(self.row, _TEXT, piece, style)
            self.sheet.fit_row(self.row, {0: margin if place == 0 else "", _TEXT: piece}, size=_SIZE)

    def _expected(self, row: Row) -> None:
        self.sheet.put(self.row, 0, None, "cell")
        self.sheet.put(self.row, _TEXT, row["text"], "cell")
        style = "paper_unmeasured" if row["q1"] == NOT_MEASURED else "paper_measured"
        for place in range(len(QUARTERS)):
            self.sheet.put(self.row, _TEXT + 1 + place, row["q1"] if place == 0 else None, style)
        self.sheet.put(self.row, _BESIDE, row["beside"], "cell")
        self.sheet.fit_row(self.row, {_TEXT: row["text"], _BESIDE: row["beside"]})

    def _figure(self, row: Row) -> None:
        self.sheet.put(self.row, 0, row["margin"], "cell")
        self.sheet.put(self.row, _TEXT, row["text"], "part" if row["kind"] == "part" else "bold")
        texts = {_TEXT: row["text"], _BESIDE: row["beside"]}
        for place, quarter in enumerate(QUARTERS, _TEXT + 1):
            texts[place] = row[quarter]
            self.sheet.put(self.row, place, row[quarter], "right")
        self.sheet.put(self.row, _BESIDE, row["beside"], "cell")
        self.sheet.fit_row(self.row, texts)


def _write_legend(sheet: Sheet, row: int, rows: Sequence[Row]) -> None:
    """Say what the markers mean that stand in the report."""
    shown = "".join(str(row[quarter]) for row in rows for quarter in QUARTERS)
    used = [f"{symbol} {words}" for symbol, words in MARKERS.items() if symbol in shown]
    sheet.put(row, _TEXT, " · ".join(used), "hint")
