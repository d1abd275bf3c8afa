"""Where everything lives that the source documents ask for: each thing's indicator, item, ask and sheets.

The sheets are not told but looked up: a year's returns are issued and its masters written from the catalogue, and
whatever stands in a sheet's cells is found there. What the table ``origins`` names and no sheet shows has none.
"""

from __future__ import annotations

import shutil
import tempfile
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dapf_xl import cycle
from dapf_xl.catalogue.framework import cell_text
from dapf_xl.catalogue.origins import Place, held, parse_place, rows_at
from dapf_xl.master import settings_sheet
from dapf_xl.periods import Period
from dapf_xl.returns.layout import parse_figure_id
from dapf_xl.returns.xlsx import texts_of
from dapf_xl.workbooks import write_atomically

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from dapf_xl.catalogue import Framework
    from dapf_xl.catalogue.tables import Ask, Indicator, Item, Origin, PaperPart

ANY_YEAR = Period.parse("2023-24")
"""The year that is looked at where nothing in a catalogue is dated."""
PLAIN = 20
"""Characters from which a text is known by itself; a shorter one has to stand beside its id or title."""
EVERY = {"quarter": "every quarter", "half": "every six months", "year": "every year", "once": "once"}
HEADS = ("Asked for", "Indicator", "Item, or where else", "Asked of", "In the return", "In the master", "Note")
NOTHING = "–"
_END = "\x1f"


@dataclass(frozen=True, slots=True)
class Lives:
    """A thing asked for, and where it lives."""

    origin: Origin
    indicators: tuple[str, ...]
    things: tuple[str, ...]
    """Items with their breakdowns, and the other places, in words."""
    asked_of: tuple[str, ...]
    in_return: tuple[str, ...]
    """Sheets of the return on which it stands."""
    in_master: tuple[str, ...]


class Shown:
    """What stands on the sheets of some workbooks, whatever workbook a sheet is of."""

    def __init__(self) -> None:
        """Begin with no sheet."""
        self._rows: dict[str, dict[str, None]] = {}

    def add(self, workbook: Path) -> None:
        """Take in every visible sheet of a workbook."""
        for sheet, rows in texts_of(workbook):
            self.take(sheet, rows)

    def take(self, sheet: str, rows: Iterable[list[str]]) -> None:
        """Take in the texts of a sheet, row by row."""
        kept = self._rows.setdefault(sheet, {f"{_END}{sheet}{_END}": None})
        for row in rows:
            if row:
                kept[_END + _END.join(" ".join(cell.split()) for cell in row) + _END] = None

    def where(self, found: Callable[[str], bool]) -> set[str]:
        """Return the sheets of which a row is what is sought; a row is its texts, each between ``_END``."""
        return {sheet for sheet, rows in self._rows.items() if any(found(row) for row in rows)}

    def in_order(self, sheets: Iterable[str]) -> tuple[str, ...]:
        """Return sheets in the order of their tabs."""
        wanted = set(sheets)
        return tuple(sheet for sheet in self._rows if sheet in wanted)


def year_of(framework: Framework) -> Period:
    """Return the financial year whose rounds show the most: the latest in which anything begins."""
    dated = [row.from_ for table in ("indicators", "asks", "targets") for row in framework.tables[table] if row.from_]
    return max(dated, key=lambda period: period.first_day).financial_year if dated else ANY_YEAR


def written_for(source: Path) -> tuple[Framework, Shown, Shown]:
    """Return a catalogue, what its returns show over a year, and what its masters do."""
    returns, masters = Shown(), Shown()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "work"
        loaded = cycle.init(str(source), folder).framework
        for quarter in year_of(loaded).quarters():
            issued = cycle.issue(folder, quarter.label)
            for path in issued:
                returns.add(path)
            # A round needs a return to be consolidated; one as it went out is refused, and asks stay asked.
            shutil.copy(issued[0], folder / "returns" / quarter.label)
            masters.add(cycle.consolidate(folder, quarter.label).master)
    return loaded, returns, masters


def places_of(source: Path) -> tuple[Framework, list[Lives]]:
    """Return a catalogue, and where each thing lives that its source documents ask for, in the documents' order.

    Args:
        source: The catalogue, a folder of CSV files or a workbook.

    Raises:
        CatalogueError: the catalogue has faults.
    """
    framework, returns, masters = written_for(source)
    return framework, [_lives(framework, origin, returns, masters) for origin in framework.origins]


def _lives(framework: Framework, origin: Origin, returns: Shown, masters: Shown) -> Lives:
    places = [place for text in origin.places if (place := parse_place(text))]
    seekers = [seek for place in places for seek in _seekers(framework, origin, place)]
    return Lives(
        origin,
        tuple(dict.fromkeys(each for place in places for each in _indicators(framework, place))),
        tuple(
            dict.fromkeys(_thing(framework, place) for place in places if place.table != "indicators" or place.column)
        ),
        tuple(dict.fromkeys(each for place in places for each in _asked_of(framework, place))),
        returns.in_order({sheet for seek in seekers for sheet in seek(returns)}),
        masters.in_order({sheet for seek in seekers for sheet in seek(masters)}),
    )


# --- in words -------------------------------------------------------------------------------------


def _indicators(framework: Framework, place: Place) -> Iterator[str]:
    match place.table:
        case "indicators" | "targets":
            yield place.key[0]
        case "items" | "asks" | "history" | "comparators":
            yield from (item.indicator for item in _items(framework, place.key[0]))


def _items(framework: Framework, name: str) -> tuple[Any, ...]:
    """Return the row of an item, as the table has it."""
    return rows_at(framework, Place("items", (name,)))


def _thing(framework: Framework, place: Place) -> str:
    key = "/".join(place.key)
    if place.table == "items" and not place.column:
        breakdowns = [each for item in _items(framework, key) for each in item.breakdowns]
        return f"`{key}`" + (f" by {' and '.join(breakdowns)}" if breakdowns else "")
    return f"{place.table} `{key}`" + (f", {place.column}" if place.column else "")


def _asked_of(framework: Framework, place: Place) -> Iterator[str]:
    if place.table in {"items", "asks"}:
        by_span: dict[str, dict[str, None]] = defaultdict(dict)
        for ask in framework.tables["asks"]:  # (the program makes further ones of evidence)
            if ask.item == place.key[0]:
                by_span[EVERY[ask.frequency]][framework.agencies[ask.supplier].name] = None
        yield from (f"{', '.join(names)}: {span}" for span, names in by_span.items())
    elif place.table == "qa" and place.column in {"", "what", "answered_by", "due"}:
        for task in rows_at(framework, place):
            names = ", ".join(framework.agencies[each].name for each in task.answered_by)
            yield f"{names}: {task.due}" if task.due else names


# --- on which sheets ------------------------------------------------------------------------------


def _seekers(framework: Framework, origin: Origin, place: Place) -> Iterator[Callable[[Shown], set[str]]]:
    """Yield what looks a place up in workbooks."""
    if place.table == "framework":
        yield from _seek_setting(framework, place.key[0])
        return
    rows = rows_at(framework, place)
    if place.table == "views":
        rows = tuple(row for row in rows if _is_meant(framework, origin, row))
    for row in rows:
        yield from _row_seekers(framework, place, row)


def _row_seekers(framework: Framework, place: Place, row: Any) -> Iterator[Callable[[Shown], set[str]]]:  # noqa: ANN401
    """Yield what looks a row up, or the cell of it that the place names; nothing of what no sheet shows by itself."""
    anchors = _anchors(framework, place.table, row)
    if place.table == "indicators" and place.column in _HEADINGS:
        yield _seek_heading(row, getattr(row, place.column))
    elif place.table == "asks" and place.column in {"supplier", "owner"}:
        yield _seek_person(framework, row, place.column)
    elif place.table == "paper":
        yield from _seek_paper(row)
    elif place.column:
        yield beside(anchors, held(row, place.column), _HEAD_OF.get(place.column, ""))
    elif place.table == "items":
        yield _seek_item(framework, row)
    elif place.table == "indicators":
        yield _seek_indicator(row)
    elif place.table == "qa":
        yield by_id(row.id, _made_of(framework, row.id))
    elif place.table == "history":
        yield beside((row.item,), "published")
    elif place.table in _TELLING:
        yield beside(anchors, held(row, _TELLING[place.table]))


_HEADINGS = frozenset({"group", "strands"})
"""Columns under whose values indicators stand: as a heading of their own, or as the name of a sheet."""
_HEAD_OF = {"baseline_text": "baseline"}
"""What a sheet has to say of a short text that may be something else there: 80% is a target too."""
_TELLING = {"targets": "text", "views": "expectation", "comparators": "source", "agencies": "name"}
"""The column that a row is known by on a sheet. Rules stand on none; asks and breakdowns are their items'."""


def _is_meant(framework: Framework, origin: Origin, line: Any) -> bool:  # noqa: ANN401  (a line of a view)
    """Say whether an origin that names a view's heading is about this line of it."""
    named = {each for text in origin.places if (place := parse_place(text)) for each in _indicators(framework, place)}
    return line.indicator in named if named else not line.indicator


def _anchors(framework: Framework, table: str, row: Any) -> tuple[str, ...]:  # noqa: ANN401  (a row of any table)
    """Return what a short text has to stand beside to be this row's."""
    if table == "agencies":
        return (row.name,)
    if table == "indicators":
        return (row.id, row.title)
    if table == "targets":
        return (row.indicator, framework.indicators[row.indicator].title)
    if table in {"items", "qa"}:
        return (row.id,)
    return ()


def beside(anchors: tuple[str, ...], text: str, head: str = "") -> Callable[[Shown], set[str]]:
    """Look for a text: anywhere if it is long, else as a cell of its own beside one of the anchors.

    Args:
        anchors: Id and title of what the text is of.
        text: The text.
        head: What a cell of the sheet has to say, such as the head of a column.
    """
    sought = " ".join(text.split())
    if not sought:
        return lambda _shown: set()
    if len(sought) >= PLAIN:
        return lambda shown: shown.where(lambda row: sought in row)
    wholes = [f"{_END}{each}{_END}" for each in {sought, sought.replace(";", ", ")}]
    own = [f"{_END}{' '.join(anchor.split())}{_END}" for anchor in anchors if anchor]

    def seek(shown: Shown) -> set[str]:
        sheets = shown.where(lambda row: any(each in row for each in wholes) and any(each in row for each in own))
        headed = shown.where(lambda row: f"{_END}{head}{_END}" in row.casefold()) if head else sheets
        return sheets & headed

    return seek


def by_id(name: str, made: frozenset[str] = frozenset()) -> Callable[[Shown], set[str]]:
    """Look for an id: as a cell, or as the figure of a hidden id such as ``C05.starts/nps@2014-15-Q3``.

    Args:
        name: The id.
        made: Ids of what the program makes of it.
    """
    return lambda shown: shown.where(
        lambda row: name in row and any(_item_of(cell) in {name, *made} for cell in row.split(_END) if name in cell)
    )


def _item_of(cell: str) -> str:
    figure = parse_figure_id(cell)
    return figure[0] if figure else cell


def _made_of(framework: Framework, name: str) -> frozenset[str]:
    """Return the items that no table has, made of a row with this id, such as the fields of a piece of evidence."""
    in_tables = {item.id for item in framework.tables["items"]}
    return frozenset(item for item in framework.items if item not in in_tables and item.rpartition(".")[0] == name)


def _seek_indicator(indicator: Indicator) -> Callable[[Shown], set[str]]:
    title = " ".join(indicator.title.split())
    own = f"{_END}{indicator.id}{_END}"
    return lambda shown: shown.where(lambda row: own in row and title in row)


def _seek_heading(indicator: Indicator, headings: str | tuple[str, ...]) -> Callable[[Shown], set[str]]:
    """Look for an indicator on the sheets that have a heading which it stands under, or are called so."""
    wanted = [
        f"{_END}{' '.join(each.split())}{_END}" for each in ((headings,) if isinstance(headings, str) else headings)
    ]
    by_indicator = _seek_indicator(indicator)
    return lambda shown: by_indicator(shown) & shown.where(lambda row: row in wanted)


def _seek_item(framework: Framework, item: Item) -> Callable[[Shown], set[str]]:
    """Look for an item by its id, and on sheets of its indicator, where its figure, label or categories stand."""
    indicator = framework.indicators[item.indicator]
    by_its_id, by_indicator = by_id(item.id, _made_of(framework, item.id)), _seek_indicator(indicator)
    read = {indicator.measure, indicator.numerator, indicator.denominator, *_only(framework, indicator.id)}
    labels = [" ".join(item.label.split())]
    if item.breakdowns:
        labels += [f"{_END}{framework.category_label(item.id, each)}{_END}" for each in framework.parts_of(item.id)]

    def seek(shown: Shown) -> set[str]:
        sheets = by_indicator(shown)
        if item.id not in read:
            sheets &= shown.where(lambda row: any(label in row for label in labels))
        return by_its_id(shown) | sheets

    return seek


def _only(framework: Framework, indicator: str) -> tuple[str, ...]:
    measure = framework.measure_of(indicator)
    return (measure.id,) if measure else ()


def _seek_person(framework: Framework, ask: Ask, column: str) -> Callable[[Shown], set[str]]:
    """Look for the supplier or owner of an ask: beside its indicator, by itself or in a list of who gives what."""
    indicator = framework.indicators[framework.items[ask.item].indicator]
    name = framework.agencies[ask.supplier].name if column == "supplier" else ask.owner
    own = f"{_END}{indicator.id}{_END}"
    if not name:
        return lambda _shown: set()
    told = (f"{_END}{name}{_END}", f"{_END}{name}: ", f" {name}: ")
    return lambda shown: shown.where(lambda row: own in row and any(each in row for each in told))


def _seek_paper(part: PaperPart) -> Iterator[Callable[[Shown], set[str]]]:
    """Look for each paragraph of a part of a report; a short one has to stand beside its label."""
    for paragraph in filter(None, (line.strip() for line in part.text.split("\n"))):
        yield beside((part.label,), paragraph)
    if part.item:
        yield by_id(part.item)


def _seek_setting(framework: Framework, setting: str) -> Iterator[Callable[[Shown], set[str]]]:
    yield beside((), cell_text(getattr(framework.settings, setting)))
    label = settings_sheet.label_of(setting)
    if label:
        yield lambda shown: shown.where(lambda row: f"{_END}{label}{_END}" in row)


# --- the page -------------------------------------------------------------------------------------


def write_page(source: Path, out: Path) -> None:
    """Write a catalogue's page to ``out``.

    Raises:
        CatalogueError: the catalogue has faults.
        NotWrittenError: the page could not be written; what stood there before still stands.
    """
    page = "\n".join(["# Where everything lives", "", *page_of(*places_of(source))]) + "\n"
    write_atomically(out, lambda temporary: temporary.write_text(page, encoding="utf-8", newline="\n"))


def page_of(framework: Framework, lives: Iterable[Lives]) -> list[str]:
    """Return a framework's part of the page, as lines of Markdown: a table for each document."""
    documents: dict[str, dict[str, list[Lives]]] = {}
    for each in lives:
        documents.setdefault(each.origin.document, {}).setdefault(each.origin.row, []).append(each)
    lines = [f"## {framework.area}: {framework.title}", "", f"Source: {framework.settings.source}."]
    for document, rows in documents.items():
        things = sum(len(found) for found in rows.values())
        lines += ["", f"### {framework.area}: {document}", "", f"{len(rows)} rows, {things} things asked for.", ""]
        lines += [_line("Row", "Part", *HEADS), _line(*["---"] * (len(HEADS) + 2))]
        for row, found in rows.items():
            lines += [_line(row, *_cells(each)) for each in found]
    return lines


def _cells(each: Lives) -> Iterator[str]:
    origin = each.origin
    yield origin.part or NOTHING
    yield f"{origin.asked} (ours)" if origin.ours else origin.asked
    for many, mark in ((each.indicators, ", "), (each.things, "; "), (each.asked_of, "; ")):
        yield mark.join(many) or NOTHING
    yield ", ".join(each.in_return) or NOTHING
    yield ", ".join(each.in_master) or NOTHING
    yield origin.note or NOTHING


def _line(*cells: str) -> str:
    return f"| {' | '.join(' '.join(cell.split()).replace('|', chr(92) + '|') for cell in cells)} |"
