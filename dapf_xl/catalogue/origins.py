"""Where a thing that a source document asks for lives in the catalogue: a place, as the table ``origins`` names it.

A place is a row, or a cell of one, of another table: ``items:PM13.people``, ``indicators:PM1:rationale``,
``breakdowns:referrer/police``, ``framework:disclosure_threshold``. A key of several columns may be given in part
and then stands for every row that begins so: ``breakdowns:referrer``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from dapf_xl.catalogue.framework import cell_text
from dapf_xl.catalogue.rows import COLUMNS, SETTINGS, field_of
from dapf_xl.catalogue.sources import did_you_mean, listed, nearest_of
from dapf_xl.findings import Code, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from dapf_xl.catalogue.framework import Framework
    from dapf_xl.catalogue.rows import Entry, Tables

_KEYS_OF_SEVERAL = {
    "breakdowns": ("breakdown", "category"),
    "asks": ("item", "category"),
    "targets": ("indicator", "category"),
    "views": ("view", "heading"),
    "paper": ("view", "part", "heading", "label"),
    "history": ("item", "category"),
}
KEYS = {name: _KEYS_OF_SEVERAL.get(name, tuple(columns)[:1]) for name, columns in COLUMNS.items() if name != "origins"}
"""The columns by which a place names rows of a table: the first, where one is enough."""
EXAMPLE = "items:PM13.people or indicators:PM1:rationale"


class Place(NamedTuple):
    """A row of a table, or with ``column`` a cell of it."""

    table: str
    key: tuple[str, ...]
    column: str = ""


def parse_place(text: str) -> Place | None:
    """Read ``table:key`` or ``table:key:column``; None where it is neither, or names no table or column."""
    table, _, rest = text.partition(":")
    if table not in KEYS:
        return None
    key, found, column = rest.partition(":")
    if not key or (found and (column not in COLUMNS[table] or table == "framework")):
        return None
    return Place(table, tuple(key.split("/", len(KEYS[table]) - 1)), column)


def rows_at(framework: Framework, place: Place) -> tuple[Any, ...]:
    """Return the rows that a place names, in the catalogue's order; for a setting the settings themselves."""
    if place.table == "framework":
        return (framework.settings,) if place.key[0] in SETTINGS else ()
    columns = KEYS[place.table]
    return tuple(
        row
        for row in framework.tables[place.table]
        if all(getattr(row, column) == part for column, part in zip(columns, place.key, strict=False))
    )


def held(row: object, column: str) -> str:
    """Return what a row's cell says, as files hold it."""
    return cell_text(getattr(row, field_of(column)))


# --- checks --------------------------------------------------------------------------------------


def places_unknown(tables: Tables) -> None:
    """Find places that cannot be read, that no row has, or whose cell is empty; one finding for all that share one."""
    named: dict[str, list[Entry]] = {}
    for entry in tables["origins"]:
        for text in entry["places"] if entry.good("places") else ():
            named.setdefault(text, []).append(entry)
    for text, entries in named.items():
        _check_place(tables, entries, text)


def _check_place(tables: Tables, entries: list[Entry], text: str) -> None:
    place = parse_place(text)
    if place is None:
        tables.report(Code.PLACE_UNREADABLE, "origins", entries[0], "places", value=text, example=EXAMPLE)
    elif place.table == "framework":
        if place.key[0] not in SETTINGS:
            _report_unknown(tables, entries, place, SETTINGS)
        elif getattr(tables.settings, place.key[0]) in _EMPTY:
            tables.report(Code.PLACE_EMPTY, "origins", entries[0], "places", value=text)
    else:
        _check_row(tables, entries, place, text)


def _check_row(tables: Tables, entries: list[Entry], place: Place, text: str) -> None:
    columns = KEYS[place.table]
    if not tables.tables[place.table].whole or not all(row.good(*columns) for row in tables[place.table]):
        return
    found = [row for row in tables[place.table] if _key_of(row, columns[: len(place.key)]) == place.key]
    if not found:
        known = dict.fromkeys("/".join(_key_of(row, columns[: len(place.key)])) for row in tables[place.table])
        _report_unknown(tables, entries, place, known)
    elif place.column and all(row.good(place.column) and row[place.column] in _EMPTY for row in found):
        tables.report(Code.PLACE_EMPTY, "origins", entries[0], "places", value=text)


_EMPTY = frozenset({"", None, ()})


def _key_of(row: Entry, columns: Iterable[str]) -> tuple[str, ...]:
    return tuple(row[column] for column in columns)


def _report_unknown(tables: Tables, entries: list[Entry], place: Place, known: Iterable[str]) -> None:
    first, *others = entries
    key = "/".join(place.key)
    also = f"; the same in row {listed(str(row.number) for row in others)}" if others else ""
    near = did_you_mean(nearest_of(key, known))
    words = {"value": key, "table": place.table, "near": near, "also": also, "severity": Severity.WARNING}
    tables.report(Code.REFERENCE_UNKNOWN, "origins", first, "places", **words)


def origins_unexplained(tables: Tables) -> None:
    """Find things that became nothing, and additions of ours, of which nobody says why."""
    for entry in tables["origins"]:
        silent = entry.good("places", "note") and not entry["note"].strip()
        if silent and (entry["ours"] or not entry["places"]):
            words = {"severity": Severity.WARNING, "example": "the cell is blank in the source"}
            tables.report(Code.REQUIRED_EMPTY, "origins", entry, "note", **words)


ORIGIN_CHECKS: tuple[Callable[[Tables], None], ...] = (places_unknown, origins_unexplained)
"""Checks of the table ``origins``; all of them warn, since a hole in this list is no reason to stop a quarter."""
