"""The first sheet of an annotated copy: what stands in each of its cells, and drawing it with XlsxWriter.

The sheet is described once, as rows of words with a style and a link; an Excel workbook and an
OpenDocument one are both written from that.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from dapf_xl.annotating.listing import Place, named, seen
from dapf_xl.findings import Severity
from dapf_xl.styles import FORMATS, PROTECTION, height_of, in_pieces, lines_needed
from dapf_xl.workbooks import Book, Sheet, strict

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import datetime
    from pathlib import Path

    from dapf_xl.annotating.listing import Entry

WIDTHS = (5, 12, 11, 24, 46, 50)
"""A page of A4 across takes about 150 units at full size."""
NUMBER, SEVERITY, GO, WHERE, HAPPENED, TO_DO = range(len(WIDTHS))
HEADS = ("No.", "Severity", "Go to", "Where", "What happened", "What to do")
LOOKS = {Severity.ERROR: "rag_Red", Severity.QUERY: "rag_Amber", Severity.WARNING: "rag_Not rated"}
LEGEND = (
    "■ Error: not taken until it is put right.  ▲ Query: taken once the comment beside it explains it.  "
    "○ Warning: taken; please read."
)
FOR_LEAD = "For the performance lead: nothing for you to do"
KEPT = (7, 8)
"""Hidden columns that remember how each marked cell looked: its sheet and address, and beside it a cell like it."""
KEPT_HEAD = "dapf"
"""Stands above them, by which the sheet is known again."""
_SHORTEST = 15.0


class Text(NamedTuple):
    """What stands in a cell of the sheet."""

    words: str
    style: str = "cell"
    to: Place | None = None
    """The cell that it leads to."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the sheet."""

    texts: tuple[Text, ...]
    height: float = _SHORTEST


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above the list."""

    title: str
    about: str
    marking: str
    outcome: str
    steps: Sequence[str]


@dataclass(slots=True)
class Page:
    """The sheet, row by row, and the row of the list's heads, which is repeated on every printed page."""

    rows: list[Row] = field(default_factory=list)
    heads: int = 0
    footer: str = ""


def page_of(head: Head, entries: Sequence[Entry], for_lead: Sequence[Entry], sheets: Collection[str]) -> Page:
    """Return the sheet.

    Args:
        head: What stands above the list.
        entries: What the agency is to put right.
        for_lead: What the performance lead settles.
        sheets: The sheets that can be seen, to which a link can lead.
    """
    page = Page(footer=f"{head.title}. {head.marking}" if head.marking else head.title)
    page.rows = [
        Row((Text(head.title, "title"),), 24),
        Row((Text(head.about, "lead"),)),
        Row((Text(head.marking, "marking"),)),
        Row(()),
        Row((Text(head.outcome, "band"), *(Text("", "band") for _ in HEADS[1:])), 18),
        *(
            Row((Text(str(number), "cover_label"), Text(step, "cover_text")))
            for number, step in enumerate(head.steps, 1)
        ),
        Row(()),
        Row((Text(LEGEND, "lead"),)),
    ]
    page.heads = len(page.rows)
    page.rows.append(Row(tuple(Text(words, "head") for words in HEADS), 18))
    page.rows += _listed(entries, 1, sheets)
    if for_lead:
        page.rows.append(Row((Text(FOR_LEAD, "subhead"), *(Text("", "subhead") for _ in HEADS[1:])), 18))
        page.rows += _listed(for_lead, len(entries) + 1, sheets)
    return page


def _listed(entries: Iterable[Entry], first: int, sheets: Collection[str]) -> Iterable[Row]:
    """Yield the rows of the list; what a row cannot show whole goes on in the next."""
    for number, entry in enumerate(entries, first):
        pieces = [in_pieces(text, WIDTHS[column]) for column, text in _words(entry)]
        for more in range(max(map(len, pieces))):
            where, happened, to_do = (each[more] if more < len(each) else "" for each in pieces)
            to = _target(entry, sheets) if not more else None
            texts = (
                Text("" if more else str(number), "number" if more else "right"),
                Text(named(entry.severity), LOOKS[entry.severity]) if not more else Text(""),
                Text(to.cell if to else "", "cell_link" if to else "cell", to),  # (a program may not wrap a link)
                Text(where),
                Text(happened),
                Text(to_do),
            )
            yield Row(texts, height_of(max(lines_needed(each.words, WIDTHS[n]) for n, each in enumerate(texts))))


def _words(entry: Entry) -> tuple[tuple[int, str], ...]:
    return ((WHERE, entry.where), (HAPPENED, entry.happened), (TO_DO, entry.to_do))


def _target(entry: Entry, sheets: Collection[str]) -> Place | None:
    if entry.sheet not in sheets:
        return None
    return seen(Place(entry.sheet, entry.cells[0])) if entry.cells else Place(entry.sheet, "A1")


def draw(page: Page, path: Path, name: str, *, created: datetime | None = None) -> None:
    """Write the sheet as a workbook of its own.

    Args:
        page: The sheet.
        path: Where it goes.
        name: The sheet's name.
        created: Fixed creation time, where bytes must repeat.
    """
    with strict():
        book = Book(path, title=page.rows[0].texts[0].words, subject="", created=created)
        sheet = book.sheet(name, Sheet, tab="read_first", footer=page.footer)
        sheet.columns(WIDTHS)
        for number, row in enumerate(page.rows):
            sheet.set_height(number, row.height)
            for column, text in enumerate(row.texts):
                if text.to:
                    sheet.link(number, column, text.to.sheet, text.words, text.to.cell, text.style)
                elif text.words or text.style in _SHOWN_EMPTY:
                    sheet.put(number, column, text.words, text.style)
        worksheet = sheet.worksheet
        worksheet.freeze_panes(page.heads + 1, 0)
        worksheet.repeat_rows(page.heads)
        worksheet.print_area(0, 0, len(page.rows) - 1, len(WIDTHS) - 1)
        worksheet.protect("", PROTECTION)
        book.workbook.close()


_SHOWN_EMPTY = frozenset(name for name, look in FORMATS.items() if look.get("bg_color") or look.get("border"))
"""Styles that show where nothing is written."""
