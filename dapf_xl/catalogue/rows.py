"""The catalogue's cells read as typed rows, with a finding for each cell that does not hold what its column needs."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache, cached_property
from itertools import product
from typing import TYPE_CHECKING, Any, NamedTuple

from dapf_xl.catalogue.sources import address, did_you_mean, listed, nearest_of
from dapf_xl.catalogue.tables import TABLES, Column, Settings, columns_of
from dapf_xl.findings import Code, PeriodError
from dapf_xl.periods import Period

if TYPE_CHECKING:
    from collections.abc import Callable

    from dapf_xl.catalogue.sources import Cells, Source

SETTINGS = columns_of(Settings)
COLUMNS = {name: columns_of(table) for name, table in TABLES.items()} | {
    "framework": {
        "setting": Column("Name of the setting.", required=True, example="title"),
        "value": Column("What it is set to.", required=True, example="Violence against women and girls"),
    }
}
"""The columns of every table as they stand in files; ``framework`` has a row for each setting."""


_NONE: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of a table: where it stands, what it holds, and which of its columns hold nothing usable."""

    number: int
    row: Any
    bad: frozenset[str] = _NONE

    def good(self, *columns: str) -> bool:
        """Say whether none of the columns has a fault of its own, so that more can be asked of them."""
        return self.bad.isdisjoint(columns)

    def __getitem__(self, column: str) -> Any:  # noqa: ANN401  (what the column's kind says)
        return getattr(self.row, "from_" if column == "from" else column)  # (`field_of`, without calling it)


@dataclass(slots=True)
class Table:
    """A table, read: its entries, and where its columns are."""

    columns: dict[str, int] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)
    whole: bool = True
    """False where rows may be missing, so that nothing can be said about what is not there."""


@dataclass
class Tables:
    """Every table of a catalogue, read as far as it can be."""

    source: Source
    settings: Settings
    setting_cells: dict[str, str]
    tables: dict[str, Table]

    def __getitem__(self, name: str) -> list[Entry]:
        return self.tables[name].entries

    def report(self, code: Code, name: str, entry: Entry, column: str, /, **words: object) -> None:
        """Add a finding at a cell of an entry of the table ``name``; ``words`` fill in its message."""
        cell = address(entry.number - 1, self.tables[name].columns.get(column, 0))
        self.source.report(code, name, cell, **{"column": column, **words})

    @cached_property
    def categories(self) -> dict[str, tuple[str, ...] | None]:
        """The categories of every item by its id; ("",) without a breakdown, None where they cannot be known."""
        by_breakdown: dict[str, list[str]] = {}
        known = self.tables["breakdowns"].whole
        for entry in self["breakdowns"]:
            known = known and entry.good("breakdown", "category")
            by_breakdown.setdefault(entry["breakdown"], []).append(entry["category"])
        found: dict[str, tuple[str, ...] | None] = {}
        for item, entry in self.by("items", "id").items():
            breakdowns = entry["breakdowns"]
            certain = entry.good("breakdowns") and all(name in by_breakdown for name in breakdowns)
            pairs = product(*(by_breakdown.get(name, ()) for name in breakdowns))
            found[item] = tuple("|".join(pair) for pair in pairs) if certain and (known or not breakdowns) else None
        return found

    def by(self, table: str, column: str) -> dict[Any, Entry]:
        """Return the entries by what they hold in a column; the first where several hold the same."""
        found: dict[Any, Entry] = {}
        for entry in self[table]:
            if entry.good(column):
                found.setdefault(entry[column], entry)
        return found

    def supplier_of(self, item: str, category: str) -> str:
        """Return who is asked for a figure; the first where several are, "" where nobody is."""
        return self._suppliers.get((item, category)) or self._suppliers.get((item, ""), "")

    @cached_property
    def _suppliers(self) -> dict[tuple[str, str], str]:
        return {(entry["item"], entry["category"]): entry["supplier"] for entry in reversed(self["asks"])}


def overlap(first: Entry, second: Entry) -> bool:
    """Say whether two rows are in force on the same day."""
    return _begins_by_the_end(first, second) and _begins_by_the_end(second, first)


def _begins_by_the_end(entry: Entry, other: Entry) -> bool:
    start: Period | None = entry["from"]
    until: Period | None = other["until"]
    return start is None or until is None or start.first_day <= until.last_day


class _Record(NamedTuple):
    """A row of cells by their columns; None is a cell that cannot be used, its fault already reported."""

    number: int
    cells: dict[str, str | None]


class _Refused(Exception):  # noqa: N818  (not an error: a cell's finding on its way)
    """A cell does not hold what its column needs."""

    def __init__(self, code: Code, **words: object) -> None:
        super().__init__(code.name)
        self.code = code
        self.words = words


def read_tables(source: Source) -> Tables:
    """Read every table of a source; faults go to the source's findings."""
    settings, setting_cells = _read_settings(source)
    tables = {name: read_table(source, name, table) for name, table in TABLES.items() if name != "framework"}
    return Tables(source, settings, setting_cells, tables)


def read_table(source: Source, name: str, row: type) -> Table:
    """Read one table of a source as rows of a class whose fields are columns; faults go to the source's findings."""
    cells = source.cells.get(name)
    if cells is None:
        return Table(whole=name not in source.unknown)
    columns = COLUMNS.get(name) or columns_of(row)
    table = Table(_read_header(source, name, cells, columns))
    fields = {column: field_of(column) for column in columns}
    taken: dict[str, dict[str, Any]] = {column: {} for column in columns}  # few texts stand in many rows
    for record in _records(source, name, cells, table.columns, columns):
        values: dict[str, Any] = {}
        for column, text in record.cells.items():
            if text is None:
                continue
            if text in (known := taken[column]):
                values[fields[column]] = known[text]
                continue
            cell = address(record.number - 1, table.columns.get(column, 0))
            _take(source, (name, cell), column, (columns[column], text), values)
            if fields[column] in values:
                known[text] = values[fields[column]]
        is_whole = len(values) == len(columns)
        bad = _NONE if is_whole else frozenset(column for column in columns if fields[column] not in values)
        table.entries.append(Entry(record.number, row(**values), bad))
    return table


def _read_settings(source: Source) -> tuple[Settings, dict[str, str]]:
    cells = source.cells.get("framework")
    if cells is None:
        return Settings(), {}
    places = _read_header(source, "framework", cells, COLUMNS["framework"])
    values: dict[str, Any] = {}
    rows: dict[str, int] = {}
    for number, row in _records(source, "framework", cells, places, COLUMNS["framework"]):
        name = (row["setting"] or "").strip()
        if row["setting"] is None or not _is_new_setting(source, name, address(number - 1, places["setting"]), rows):
            continue
        rows[name] = number
        if row["value"] is not None:
            cell = address(number - 1, places["value"])
            _take(source, ("framework", cell), name, (SETTINGS[name], row["value"]), values)
    if len(places) == len(COLUMNS["framework"]):
        _report_missing_settings(source, set(rows))
    return Settings(**values), {name: address(row - 1, places.get("value", 0)) for name, row in rows.items()}


def _is_new_setting(source: Source, name: str, cell: str, rows: dict[str, int]) -> bool:
    """Say whether a setting is known and not set yet, and report it otherwise."""
    if name in rows:
        source.report(Code.ID_DUPLICATED, "framework", cell, key=name, first_row=rows[name])
    elif name not in SETTINGS:
        nearest = nearest_of(name, SETTINGS)
        source.misspelt.add(("framework", nearest))
        near = did_you_mean(nearest)
        source.report(Code.SETTING_UNKNOWN, "framework", cell, value=name, near=near, choices=listed(SETTINGS))
    return name in SETTINGS and name not in rows


def _report_missing_settings(source: Source, present: set[str]) -> None:
    for name, column in SETTINGS.items():
        if column.required and name not in present and ("framework", name) not in source.misspelt:
            source.report(Code.SETTING_MISSING, "framework", "A1", value=name, example=column.example)


# --- heads and rows ------------------------------------------------------------------------------


def _read_header(source: Source, table: str, cells: Cells, columns: dict[str, Column]) -> dict[str, int]:
    header = [(cell or "").strip() for cell in cells[0]] if cells else []
    missing = [column for column in columns if column not in header]
    places: dict[str, int] = {}
    for place, column in enumerate(header):
        if column in places:
            source.report(Code.COLUMN_TWICE, table, address(0, place), column=column)
        elif column in columns:
            places[column] = place
        elif column or _anything_below(cells, place):
            nearest = nearest_of(column, missing)
            missing = [name for name in missing if name != nearest]
            words = {"column": column or "(the head is blank)", "near": did_you_mean(nearest)}
            source.report(Code.COLUMN_UNKNOWN, table, address(0, place), **words)
            if nearest:
                source.misspelt.add((table, nearest))
    for column in missing:
        if columns[column].required:
            source.report(Code.COLUMN_MISSING, table, "A1", column=column)
    return places


def _anything_below(cells: Cells, place: int) -> bool:
    return any(len(row) > place and _is_filled(row[place]) for row in cells[1:])


def _is_filled(cell: str | None) -> bool:
    return cell is None or bool(cell.strip())


def _records(
    source: Source, table: str, cells: Cells, places: dict[str, int], columns: dict[str, Column]
) -> list[_Record]:
    absent: dict[str, str | None] = {
        name: None if column.required or (table, name) in source.misspelt else "" for name, column in columns.items()
    }
    width = len(cells[0]) if cells else 0
    records = []
    for number, row in enumerate(cells[1:], start=2):
        if not any(_is_filled(cell) for cell in row):
            continue
        if len(row) != width:
            code = Code.ROW_TOO_LONG if len(row) > width else Code.ROW_TOO_SHORT
            source.report(code, table, f"A{number}", found=len(row), expected=width)
            trusted = {name: row[place] for name, place in places.items() if place == 0 and name in {"id", "setting"}}
            records.append(_Record(number, dict.fromkeys(columns) | trusted))
        else:
            records.append(_Record(number, absent | {name: row[place] for name, place in places.items()}))
    return records


# --- cells ---------------------------------------------------------------------------------------


def _take(source: Source, place: tuple[str, str], name: str, content: tuple[Column, str], into: dict[str, Any]) -> None:
    """Put what a cell holds into a row's values, or report why it cannot be."""
    column, text = content
    try:
        into[field_of(name)] = typed(text, name, column)
    except _Refused as refused:
        words: dict[str, Any] = {"column": name, "value": text.strip(), **refused.words}
        source.report(refused.code, *place, **words)


@cache
def field_of(column: str) -> str:
    """Return the name of a column's field."""
    return "from_" if column == "from" else column


def typed(text: str, name: str, column: Column) -> object:
    """Return what a cell's text means in its column. Free text stays exactly as it is.

    Raises:
        _Refused: the text is not what the column holds.
    """
    bare = text.strip()
    if not bare:
        if column.required:
            raise _Refused(Code.REQUIRED_EMPTY, example=column.example or column.words)
        return _BLANK.get(column.kind, text if column.kind == "text" else "")
    if column.kind == "text":
        return bare if column.refers_to or name == "category" else text
    return _READERS[column.kind](bare, column)


_BLANK: dict[str, Any] = {"number": None, "whole": None, "period": None, "periods": (), "yes_no": False, "texts": ()}
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_NUMBER = re.compile(r"-?\d+(\.\d+)?", re.ASCII)
_WHOLE = re.compile(r"\d+", re.ASCII)


def _read_id(text: str, column: Column) -> str:
    if not _ID.fullmatch(text):
        raise _Refused(Code.ID_MALFORMED, example=column.example)
    return text


def _read_texts(text: str, _column: Column) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(";") if part.strip())


def _read_number(text: str, column: Column) -> Decimal:
    if not _NUMBER.fullmatch(text):
        raise _Refused(Code.NOT_A_NUMBER, example=column.example or "12.5")
    return Decimal(text)


def _read_whole(text: str, column: Column) -> int:
    if not _WHOLE.fullmatch(text):
        raise _Refused(Code.NOT_A_NUMBER, example=column.example or "1")
    return int(text)


def _read_yes_no(text: str, _column: Column) -> bool:
    if text.casefold() not in {"yes", "no"}:
        raise _Refused(Code.NOT_A_YES_OR_NO)
    return text.casefold() == "yes"


def _read_period(text: str, _column: Column) -> Period:
    period = _period(text)
    if isinstance(period, str):
        raise _Refused(Code.NOT_A_PERIOD, reason=period)
    return period


@cache
def _period(text: str) -> Period | str:
    try:
        return Period.parse(text)
    except PeriodError as error:
        return str(error)


def _read_periods(text: str, column: Column) -> tuple[Period, ...]:
    return tuple(_read_period(part, column) for part in _read_texts(text, column))


def _read_choice(text: str, column: Column) -> str:
    if text not in column.choices:
        near = did_you_mean(nearest_of(text, column.choices))
        raise _Refused(Code.NOT_ONE_OF, near=near, choices=listed(column.choices))
    return text


_READERS: dict[str, Callable[[str, Column], object]] = {
    "id": _read_id,
    "texts": _read_texts,
    "number": _read_number,
    "whole": _read_whole,
    "yes_no": _read_yes_no,
    "period": _read_period,
    "periods": _read_periods,
    "choice": _read_choice,
}
