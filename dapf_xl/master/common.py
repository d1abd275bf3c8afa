"""What the sheets of a master share: the edition, the head of a sheet, plain tables, marks of ratings."""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from dapf_xl.consolidation import NOT_RETURNED
from dapf_xl.ledger import TAKEN
from dapf_xl.periods import words_of_date
from dapf_xl.rules import Status
from dapf_xl.styles import RATINGS, text_width
from dapf_xl.tables import EDITION
from dapf_xl.workbooks import cut_to, page_text, units

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from dapf_xl.tables import MasterTables, WorkingTable
    from dapf_xl.workbooks import Sheet

Row = dict[str, Any]
"""A row of one of the tables, by the names of its columns."""

COVER, SUMMARY, VARIANCE, SUBMISSIONS = "Cover", "Summary", "Variance", "Submissions"
ASSURANCE, BREAKDOWNS, COMPARATORS = "Quality assurance", "Breakdowns", "Comparators"
FINDINGS, CHANGES, SETTINGS, DATA, SOURCES = "Findings", "Changes", "Settings", "Data", "Sources"
NARRATIVE, INDICATORS, QUARTERS_SHEET = "Narrative", "Indicators", "Targets by quarter"
FIXED = (COVER, SUMMARY, VARIANCE, SUBMISSIONS, FINDINGS, CHANGES, SETTINGS, INDICATORS, DATA, SOURCES)
"""Names of the sheets that every master has."""
OPTIONAL = (QUARTERS_SHEET, BREAKDOWNS, NARRATIVE, ASSURANCE, COMPARATORS)
"""Names of the sheets that a master has where there is something to show on them."""

HEAD = 5
"""Row (from 0) of a table's heads; above it stand title, lead, marking, link and note."""
NOTE = 4
DASH = "–"
"""Stands where there is nothing to show or to compare, so that an empty cell never has to be guessed at."""
NOT_PUBLISHED = "holds small numbers: not for publication"
SET_IN = " " * 8
LONGEST_NAME = 31
"""UTF-16 units that the name of a sheet may have in Excel."""


class Page(NamedTuple):
    """A sheet of the master: its name, the kind of tab, what it shows in a sentence, and what writes it."""

    name: str
    tab: str
    words: str
    write: Callable[[Sheet, Master], None]


@dataclass(frozen=True)
class Master:
    """A master while it is written: the tables, and the sheets that it will have."""

    tables: MasterTables
    pages: tuple[Page, ...]

    @cached_property
    def lines(self) -> list[Row]:
        """The lines, in the order of their rows on ``Variance``."""
        return records(self.tables.lines)

    @property
    def main_lines(self) -> list[tuple[int, Row]]:
        """The lines that indicators are rated by, each with its place among all lines."""
        return [(place, line) for place, line in enumerate(self.lines) if line["role"] == "main"]

    @property
    def marking(self) -> str:
        """What stands on every sheet: marking, edition, and why it is not to be published."""
        return f"{self.tables.framework.settings.marking} · {EDITION} · {NOT_PUBLISHED}"

    @property
    def footer(self) -> str:
        """What stands at the foot of every printed page."""
        settings = self.tables.framework.settings
        return f"{settings.title[:90]}, {self.tables.period.words}. {EDITION}. {settings.marking[:60]}"


def records(table: WorkingTable) -> list[Row]:
    """Return a table's rows as dictionaries."""
    return [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]


def sheet_names(groups: Iterable[str], others: Iterable[str] = ()) -> dict[str, str]:
    """Return the name of each group's sheet: as a person says it, legal in Excel, no two alike, and none of others'."""
    names: dict[str, str] = {}
    taken = {name.casefold() for name in (*FIXED, *OPTIONAL, "History", *others)}
    for group in dict.fromkeys(groups):
        plain = " ".join(re.sub(r"[\[\]:*?/\\]", " ", group).split()).strip("' ") or "Not grouped"
        name, number = _cut(plain, LONGEST_NAME), 1
        while name.casefold() in taken:
            number += 1
            name = f"{_cut(plain, LONGEST_NAME - len(f' {number}'))} {number}"
        taken.add(name.casefold())
        names[group] = name
    return names


def _cut(text: str, length: int) -> str:
    """Return the text, or as many whole words of it as there is room for; no name may end in a quote."""
    if units(text) <= length:
        return text
    whole = cut_to(text, length + 1).rsplit(" ", 1)[0].rstrip(" ,(-'")
    return whole if length // 2 < units(whole) <= length else cut_to(text, length).rstrip(" '")


# --- the head of a sheet --------------------------------------------------------------------------


def begin(sheet: Sheet, master: Master, title: str, lead: str, widths: Sequence[float]) -> None:
    """Set the widths and write what stands at the top of every sheet, the note of a demonstration included."""
    sheet.columns(widths)
    back = "" if sheet.name == COVER else COVER
    sheet.masthead(title, lead, master.marking, back)
    if master.tables.note:
        for column in range(len(widths)):
            sheet.put(NOTE, column, master.tables.note if column == 0 else None, "note")
        sheet.worksheet.set_row(NOTE, 20)


def end(sheet: Sheet, last_row: int, last_column: int, *, head: int = HEAD, frozen: int = 0) -> None:
    """Freeze and repeat a table's heads, set what is printed, and put the cursor into the first useful cell."""
    sheet.worksheet.freeze_panes(head + 1, frozen)
    sheet.worksheet.repeat_rows(head)
    sheet.worksheet.print_area(0, 0, max(last_row, head + 1), last_column)
    sheet.worksheet.set_selection(head + 1, 0, head + 1, 0)


class Split(NamedTuple):
    """How a wide table is parted between two pages."""

    repeated: int
    """The last of the columns that both pages have."""
    second: int
    """The first column of the second page."""
    scale: int
    """Percent at which the first page is filled."""


def print_two_pages_wide(sheet: Sheet, master: Master, title: str, area: Sequence[int], split: Split) -> None:
    """Print in letters that can be read: two pages side by side, each with the first columns, and both with the head.

    What stands above the table is wider than the columns that both pages have, and would be cut off there.

    Args:
        sheet: The sheet, its other print settings made.
        master: The master that it is of.
        title: The sheet's title, which stands at the head of both pages with marking and note.
        area: First row, first column, last row and last column of what is printed.
        split: How it is parted.
    """
    sheet.worksheet.print_area(*area)
    sheet.worksheet.repeat_columns(0, split.repeated)
    sheet.worksheet.set_print_scale(split.scale)  # programs heed page breaks only where a scale is set
    sheet.worksheet.set_v_pagebreaks([split.second])
    sheet.worksheet.print_across()
    sheet.worksheet.set_margins(left=0.4, right=0.4, top=0.8, bottom=0.6)
    head = f"{title}\n{' · '.join(filter(None, (master.marking, master.tables.note)))}"
    sheet.worksheet.set_header(page_text("&L&9", head))


REF_WIDTH, WIDEST_REF = 7, 12


def ref_width(lines: Iterable[Row]) -> float:
    """Return the width of a column of these lines' refs; a column beside gives way to it."""
    longest = max((text_width(line["indicator"]) for line in lines), default=0.0)
    return min(max(REF_WIDTH, round(longest + 2, 1)), WIDEST_REF)


def band(  # noqa: PLR0913  (from where, how far, what, and how it looks)
    sheet: Sheet, row: int, words: str, columns: int, *, first: int = 0, style: str = "subhead"
) -> None:
    """Write a heading over several columns, without merging them."""
    for column in range(first, first + columns):
        sheet.put(row, column, words if column == first else None, style)


# --- plain tables ---------------------------------------------------------------------------------


class Column(NamedTuple):
    """A column of a plain table."""

    head: str
    style: str = "cell"
    least: float = 8
    most: float = 40


def widths_of(columns: Sequence[Column], rows: Sequence[Sequence[object]]) -> list[float]:
    """Return widths measured from what the columns hold, between each column's bounds."""
    return [
        min(column.most, max([column.least, head_width(column.head), *(plain_width(row[place]) for row in rows)]))
        for place, column in enumerate(columns)
    ]


def head_width(head: str) -> float:
    """Return the width that the longest word of a head needs."""
    return max(text_width(word, bold=True) for word in head.split()) + 2


def plain_width(value: object) -> float:
    """Return the width that a text needs on one line, or a number with its thousands separated."""
    if value is None or isinstance(value, bool):
        return 0
    text = f"{value:,.1f}" if isinstance(value, float) else str(value)
    return max(text_width(line) for line in text.split("\n")) + 2


def write_table(
    sheet: Sheet,
    columns: Sequence[Column],
    rows: Sequence[Sequence[object]],
    *,
    nothing: str,
) -> int:
    """Write heads and rows at measured heights, and return the last row that was written.

    Args:
        sheet: The sheet, its widths set.
        columns: The columns.
        rows: A value for each column of each row; blanks show a dash.
        nothing: What is said where there are no rows.
    """
    write_heads(sheet, columns)
    for number, row in enumerate(rows, HEAD + 1):
        texts = {}
        for place, (column, value) in enumerate(zip(columns, row, strict=True)):
            shown = DASH if value is None or value == "" else value
            sheet.put(number, place, shown, column.style)
            texts[place] = shown if isinstance(shown, str) else ""
        sheet.fit_row(number, texts)
    if not rows:
        sheet.put(HEAD + 1, 0, nothing, "plain")
        return HEAD + 1
    sheet.worksheet.autofilter(HEAD, 0, HEAD + len(rows), len(columns) - 1)
    return HEAD + len(rows)


RIGHT = ("count", "number", "percent", "change", "right", "money", "figure")


def write_heads(sheet: Sheet, columns: Sequence[Column], head: int = HEAD) -> None:
    """Write the heads of a table, over numbers at the right; the row shows all of them."""
    for place, column in enumerate(columns):
        sheet.put(head, place, column.head, "head_right" if column.style.startswith(RIGHT) else "head")
    sheet.fit_row(head, {place: column.head for place, column in enumerate(columns)}, bold=True)


# --- ratings --------------------------------------------------------------------------------------


def marked(rating: str) -> str:
    """Return a rating with its mark: ``■ Red``, ``○ Not rated: no target``."""
    return RATINGS[rating.partition(":")[0]].words(rating)


def marked_formula(cell: str) -> str:
    """Return the formula that puts the mark before the rating in a cell."""
    green, amber, red, none = (RATINGS[name].mark for name in ("Green", "Amber", "Red", "Not rated"))
    return f'IF({cell}="Red","{red} ",IF({cell}="Amber","{amber} ",IF({cell}="Green","{green} ","{none} ")))&{cell}'


def colour_ratings(sheet: Sheet, first_row: int, last_row: int, column: int) -> None:
    """Give the marked ratings of a column their colours; these follow the text, whatever calculates it."""
    looks = {look.words(name): f"if_{name}" for name, look in RATINGS.items()}
    colour_texts(sheet, first_row, last_row, column, looks)


def colour_texts(sheet: Sheet, first_row: int, last_row: int, column: int, looks: Mapping[str, str]) -> None:
    """Give the cells of a column a look by the text that they begin with."""
    for words, look in looks.items():
        options = {"type": "text", "criteria": "begins with", "value": words, "format": sheet.book.style(look)}
        sheet.worksheet.conditional_format(first_row, column, last_row, column, options)


# --- words ----------------------------------------------------------------------------------------


def moment_words(moment: str) -> str:
    """Return a moment as people write it: ``30 January 2015, 10:12``; what is no moment as it is."""
    try:
        when = datetime.fromisoformat(moment)
    except ValueError:
        return moment
    return f"{words_of_date(when.date())}, {when:%H:%M}"


def number_style(line: Row) -> str:
    """Return the style of a line's figures, by its kind and decimals."""
    decimals = line["decimals"]
    if line["kind"] == "percent":
        return "percent_0" if decimals == 0 else "percent_1"
    if line["kind"] in {"count", "money"}:
        return str(line["kind"])
    return {0: "count", 2: "number_2"}.get(decimals, "number_1")


def last_year_style(line: Row) -> str:
    """Return the style of the figure of a year before, which says so where it is not a quarter's."""
    return "|".join(filter(None, (number_style(line), line["last_year_span"])))


def change_style(line: Row) -> str:
    """Return the style of a difference between two of a line's figures."""
    return {"percent": "change_points", "count": "change_count"}.get(line["kind"], "change_number")


def measured(line: Row, label: str) -> str:
    """Return a label as it is to be measured: with the room that setting it in takes."""
    return label if line["role"] == "main" else f"{SET_IN}{label}"


def own_note(master: Master, line: Row) -> str:
    """Return what is to be known of a line itself, which is not always to be known of its indicator."""
    always = master.tables.framework.indicators[line["indicator"]].note
    return "" if line["note"] == always else str(line["note"])


def is_whole(number: float | None) -> bool:
    """Say whether there is a number without decimals."""
    return number is not None and math.isclose(number, round(number))


# --- who has returned -------------------------------------------------------------------------

STANDINGS = (*TAKEN, str(Status.REJECTED), NOT_RETURNED)
"""What can be said of an agency in a round, the best first."""


def standings(tables: MasterTables) -> dict[str, str]:
    """Return how each agency that is asked for something stands: the best that became of any file it sent.

    Files that were set aside, replaced or taken out say nothing of an agency.
    """
    asked = {each.supplier for each in tables.framework.asked(tables.period)} | set(tables.assurance["supplier"])
    found: dict[str, str] = {}
    for each in records(tables.submissions):
        agency, status = each["agency"], each["status"]
        if agency in asked:
            came = status if status in STANDINGS else NOT_RETURNED
            found[agency] = min(found.get(agency, NOT_RETURNED), came, key=STANDINGS.index)
    return found


def returned_words(tables: MasterTables) -> str:
    """Return how many agencies have returned: ``14 of 18 agencies have returned; rejected: 1; not returned: 3``."""
    counts = Counter(standings(tables).values())
    taken = sum(counts[status] for status in TAKEN)
    words = [f"{taken} of {counts.total()} agencies have returned"]
    words += [f"{status.lower()}: {counts[status]}" for status in STANDINGS if status not in TAKEN and counts[status]]
    return "; ".join(words)
