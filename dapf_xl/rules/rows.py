"""All rows of all returns as one frame of typed columns, so that one fault gives one finding.

The frame's index is the row's number. What was typed is read once, here: the rules see numbers,
replacements and markers, and never the cell again. Addresses are columns.
"""

from __future__ import annotations

import math
from collections import defaultdict
from datetime import date, datetime, time, timedelta
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from dapf_xl.catalogue.evidence import LEVELS, is_detail
from dapf_xl.observations import Shorthand, parse_shorthand
from dapf_xl.plain import clean, explains, plain_date, plain_number, plain_yes_no, shown
from dapf_xl.returns.layout import ENTRY_TABLES, LABEL, RETURN, REVISIONS, parse_figure_id
from dapf_xl.returns.number_formats import AS_ANOTHER, AS_NUMBER, AS_PERCENT
from dapf_xl.returns.reading import DISGUISED, ERROR, FORMULA, HIDDEN, UNCALCULATED
from dapf_xl.returns.validation import limits_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dapf_xl.catalogue import Framework
    from dapf_xl.catalogue.tables import Item
    from dapf_xl.findings import Code, Severity
    from dapf_xl.periods import Period
    from dapf_xl.returns.layout import EntryTable
    from dapf_xl.returns.reading import Entry, ReadReturn
    from dapf_xl.rules.waiving import Waiver

NUMERIC = ("count", "percent", "rate", "number", "money")
WRITTEN = ("text",)
"""Types of item that take numbers, and that take words."""

BLANK, NUMBER, TEXT, BOOLEAN, DATE = "blank", "number", "text", "boolean", "date"
KINDS = (BLANK, NUMBER, TEXT, BOOLEAN, DATE, ERROR, FORMULA, UNCALCULATED, DISGUISED, HIDDEN)
"""What can stand in the cell for the value."""

_KIND_OF: defaultdict[type, int] = defaultdict(lambda: KINDS.index(TEXT))
_KIND_OF |= {type(None): 0, float: 1, int: 1, str: 2, bool: 3, date: 4, datetime: 4, time: 4, timedelta: 4}
_PARTS = ("value", "shorthand", "comment")
DUST = 1e-9
"""How far from a whole number, or beyond a limit, a number may be and still be it."""


class ReturnFile(NamedTuple):
    """A return whose identity and structure are in order."""

    read: ReadReturn
    agency: str
    period: Period
    replaced_by: Mapping[str, str] = {}
    """Why other files, by SHA-256, replace it, as a clause."""


class FigureKey(NamedTuple):
    """What an id in a return's hidden column stands for."""

    item: str
    category: str
    period: Period


class Fault(NamedTuple):
    """What is wrong with a row of the frame; becomes a finding in the cell of its part."""

    position: int
    code: Code
    part: str
    """value, shorthand, comment or label."""
    severity: Severity
    words: dict[str, object]
    also: tuple[int, ...] = ()
    """Other rows that share its fate: held with a query, not taken with an error."""
    answered: str = ""
    """Where a comment answers it that stands beside another figure."""
    waiver: Waiver | None = None
    """What the performance lead decided about it, whether that still holds or not."""
    waived: bool = False

    @property
    def is_error(self) -> bool:
        """Whether the row is not taken for it."""
        return self.severity == "error" and not self.waived


class Rows(NamedTuple):
    """The frame, with what its numbers refer to."""

    frame: pd.DataFrame
    files: Sequence[ReturnFile]
    figures: Sequence[FigureKey]
    """By the frame's column ``figure``."""
    agencies: Sequence[str]
    """By the frame's column ``group``: returns of one agency for one period are one group."""


def rows_of(framework: Framework, files: Sequence[ReturnFile]) -> Rows | None:
    """Return all rows of some returns; None where they have none at all."""
    entries: list[Entry] = list(chain.from_iterable(file.read.entries for file in files))
    if not entries:
        return None
    sheets, rows, ids, values, shorthands, comments, troubles, parts, labels, looks = zip(*entries, strict=True)
    number = np.repeat(np.arange(len(files)), [len(file.read.entries) for file in files])
    figure, found_ids = pd.factorize(_objects(ids))
    figures = [_figure(text) for text in found_ids]
    items = [framework.items[key.item] for key in figures]
    group, agencies = _groups(files)
    columns: dict[str, Any] = {
        "file": number,
        "group": group[number],
        "figure": figure,
        "item": _category([key.item for key in figures], figure),
        "type": _category([item.type for item in items], figure),
        **_addresses(sheets, rows, parts),
        **_read_values(items, figure, values, troubles, looks),
        **_read_shorthands(shorthands, framework.settings.disclosure_threshold or 0),
        **_read_comments(comments),
    }
    columns["misshown"] = _misshown(items, figure, looks)
    columns["spare"] = np.array([framework.open_rows.is_open(key.item, key.category) for key in figures])[figure]
    columns |= _read_labels(labels, rows, columns["spare"] & ~columns["revises"])
    columns["counted"] = np.array([not is_detail(item) for item in items])[figure] & ~columns["revises"]
    is_required = np.array([item.required for item in items])[figure]
    columns["required"] = is_required & ~columns["revises"] & ~columns["spare"]
    columns["filled"] = (columns["kind"] != BLANK) | columns["has_shorthand"]
    columns["preferred"] = _preferred(files, number, columns["revised"])
    rows = Rows(pd.DataFrame(columns, copy=False), files, figures, agencies)
    rows.frame["stands"] = _standing(rows, np.ones(len(entries), dtype=bool))
    _readdress(rows)
    return rows


def _readdress(rows: Rows) -> None:
    """Give the rows of tables whose columns were moved the addresses that they have in the file."""
    for number, file in enumerate(rows.files):
        for sheet, table in file.read.tables.items():
            at = np.flatnonzero(((rows.frame["file"] == number) & (rows.frame["sheet"] == sheet)).to_numpy())
            for name in (*(f"{part}_cell" for part in _PARTS), "label_cell"):
                usual = ENTRY_TABLES[sheet]
                letters = {letter: table.columns[part] for part, letter in usual.columns.items()}
                cells = rows.frame[name].astype(object)
                cells.iloc[at] = [f"{letters[cell[0]]}{cell[1:]}" if cell else "" for cell in cells.iloc[at]]
                rows.frame[name] = cells.astype("category") if name != "label_cell" else cells


def _preferred(
    files: Sequence[ReturnFile], number: np.ndarray[Any, Any], revised: np.ndarray[Any, Any]
) -> np.ndarray[Any, Any]:
    """Return what stands before what in files of one agency: below 0 what others replace, 1 what is marked revised."""
    here = {each.read.sha256 for each in files}
    beaten = np.array([-len(here & each.replaced_by.keys()) for each in files])[number]
    preferred: np.ndarray[Any, Any] = np.where(beaten < 0, beaten, revised.astype(int))
    return preferred


def _figure(text: str) -> FigureKey:
    parsed = parse_figure_id(text)
    assert parsed is not None  # noqa: S101  (the structure was found to be in order)
    return FigureKey(*parsed)


def _objects(values: Sequence[object]) -> np.ndarray[Any, Any]:
    """Return an array of objects as they are: no value is converted."""
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


def _category(labels: Sequence[str], codes: np.ndarray[Any, Any]) -> pd.Categorical:
    """Return a column that takes its values from a list in which labels may repeat."""
    numbers, found = pd.factorize(_objects(labels))
    return pd.Categorical.from_codes(numbers[codes], categories=pd.Index(found, dtype=object))


def _groups(files: Sequence[ReturnFile]) -> tuple[np.ndarray[Any, Any], list[str]]:
    numbers: dict[tuple[str, Period], int] = {}
    group = [numbers.setdefault((file.agency, file.period), len(numbers)) for file in files]
    return np.array(group), [agency for agency, _ in numbers]


def _addresses(sheets: Sequence[str], rows: Sequence[int], parts: Sequence[str]) -> dict[str, Any]:
    """Return the columns sheet, row and the address of each input cell; "" where there is no such cell."""
    names = list(ENTRY_TABLES)
    sheet = pd.Categorical(_objects(sheets), categories=names).codes.astype(int)
    row = np.array(rows)
    part, inputs = pd.factorize(_objects(parts))
    height = int(row.max()) + 1
    places, place = np.unique((sheet * len(inputs) + part) * height + row, return_inverse=True)
    numbers = (divmod(int(each), height) for each in places)
    known = [(*divmod(number, len(inputs)), at) for number, at in numbers]
    columns: dict[str, Any] = {
        f"{name}_cell": _category(
            [_address(ENTRY_TABLES[names[sheet]], name, str(inputs[part]), at) for sheet, part, at in known], place
        )
        for name in _PARTS
    }
    return {
        "sheet": pd.Categorical.from_codes(sheet, categories=pd.Index(names, dtype=object)),
        "row": row,
        "revises": sheet == names.index(REVISIONS.sheet),
        **columns,
    }


def _address(table: EntryTable, name: str, part: str, row: int) -> str:
    """Return the address of a figure's value, shorthand or comment; "" where there is none beside it."""
    if name == "value":
        return table.cell(part, row)
    return table.cell(name, row) if table.has(name) and part == table.inputs[0] else ""


# --- what was typed ------------------------------------------------------------------------------


def _read_values(
    items: Sequence[Item],
    figure: np.ndarray[Any, Any],
    values: Sequence[Any],
    troubles: Sequence[str],
    looks: Sequence[str],
) -> dict[str, Any]:
    """Return what stands in the value cells, and the number or the words that it was taken for.

    A number is in the cell's own scale: percentages are fractions.
    """
    types = [item.type for item in items]
    kinds = np.array([_KIND_OF[kind] for kind in map(type, values)], dtype=np.int8)
    numbers = np.full(len(values), np.nan)
    words = _objects([""] * len(values))
    from_text = np.zeros(len(values), dtype=bool)
    is_number = np.flatnonzero(kinds == KINDS.index(NUMBER))
    numbers[is_number] = [values[position] for position in is_number.tolist()]
    for position in np.flatnonzero(_objects(troubles) != "").tolist():
        kinds[position] = KINDS.index(troubles[position])
    wordy = np.array([kind not in NUMERIC for kind in types])[figure]
    readable = (kinds == KINDS.index(TEXT)) | (wordy & (kinds > 0) & (kinds <= KINDS.index(DATE)))
    for position in np.flatnonzero(readable).tolist():
        number, text, converted = _taken(values[position], types[figure[position]])
        if text is None:
            kinds[position] = KINDS.index(BLANK)
            continue
        numbers[position], words[position], from_text[position] = number, text, converted
        if converted and looks[position] == AS_ANOTHER:  # (of its digits some may not show)
            kinds[position] = KINDS.index(DISGUISED)
    with_sign = np.zeros(len(values), dtype=bool)
    for position in np.flatnonzero(from_text).tolist():
        with_sign[position] = "%" in values[position]
    return {
        "raw": pd.Series(_objects(values), dtype=object),
        "kind": pd.Categorical.from_codes(kinds, categories=pd.Index(KINDS, dtype=object)),
        "value": _without_dust(numbers, items, figure) + 0.0,
        "words": pd.Series(words, dtype=object),
        "from_text": from_text,
        "with_sign": with_sign,
    }


def _misshown(items: Sequence[Item], figure: np.ndarray[Any, Any], looks: Sequence[str]) -> np.ndarray[Any, Any]:
    """Say of each row whether its cell shows a percentage as a number, or a number as a percentage."""
    wanted = [AS_PERCENT if item.type == "percent" else AS_NUMBER if item.type in NUMERIC else "" for item in items]
    look, known = pd.factorize(_objects(looks))
    at = {name: place for place, name in enumerate(known)}
    other = {AS_PERCENT: at.get(AS_NUMBER, -1), AS_NUMBER: at.get(AS_PERCENT, -1), "": -1}
    found: np.ndarray[Any, Any] = look == np.array([other[name] for name in wanted])[figure]
    return found


def _without_dust(
    numbers: np.ndarray[Any, Any], items: Sequence[Item], figure: np.ndarray[Any, Any]
) -> np.ndarray[Any, Any]:
    """Return the numbers without what a spreadsheet's arithmetic leaves on a whole number, or beyond a limit."""
    is_count = np.array([item.type == "count" for item in items])[figure]
    limits = np.array([limits_of(item) for item in items])[figure].T
    for mark in (np.where(is_count, np.rint(numbers), np.nan), *limits):
        with np.errstate(invalid="ignore"):  # (infinity)
            numbers = np.where(np.abs(numbers - mark) <= DUST, mark, numbers)
    return numbers


def _taken(value: object, kind: str) -> tuple[float, str | None, bool]:
    """Return a number, words (None where the cell is as good as blank), and whether text was read as a figure."""
    is_text = isinstance(value, str)
    if isinstance(value, str) and not clean(value):
        return math.nan, None, False
    if kind in WRITTEN:
        return math.nan, value.strip() if isinstance(value, str) else shown(value), False
    if kind == "yes_no":
        return math.nan, plain_yes_no(str(value)) if is_text else "", False
    if kind == "choice":
        found = clean(str(value)).casefold() if is_text else ""
        return math.nan, next((level for level in LEVELS if level.casefold() == found), ""), False
    if kind == "date":
        day = plain_date(value) if isinstance(value, str) else value
        if isinstance(day, datetime):
            day = day.date()
        return math.nan, day.isoformat() if isinstance(day, date) else "", is_text and day is not None
    number = plain_number(str(value), is_percent=kind == "percent")
    return (math.nan, "", False) if number is None else (float(number), "", True)


def _read_shorthands(shorthands: Sequence[str], threshold: int) -> dict[str, Any]:
    codes, found = pd.factorize(_objects(shorthands))
    parsed = [parse_shorthand(text, threshold) for text in found]
    read = [entry or Shorthand() for entry in parsed]

    def column(values: Sequence[Any]) -> np.ndarray[Any, Any]:
        return np.array(values)[codes]

    return {
        "shorthand": _category(list(found), codes),
        "has_shorthand": column([bool(clean(text)) for text in found]),
        "shorthand_known": column([entry is not None for entry in parsed]),
        "replaced": column([bool(entry.replacement) for entry in read]),
        "marked": column([bool(entry.markers) for entry in read]),
        "revised": column(["[r]" in entry.markers for entry in read]),
        "without_reason": column([entry.replacement == "[x]" and not entry.reason for entry in read]),
        "lower": column([math.nan if entry.lower is None else float(entry.lower) for entry in read]),
        "upper": column([math.nan if entry.upper is None else float(entry.upper) for entry in read]),
    }


def _read_comments(comments: Sequence[str]) -> dict[str, Any]:
    codes, found = pd.factorize(_objects(comments))
    return {
        "comment": _category(list(found), codes),
        "commented": np.array([explains(text) for text in found])[codes],
        "comment_length": np.array([len(text) for text in found])[codes],
    }


def _read_labels(labels: Sequence[str], rows: Sequence[int], written: np.ndarray[Any, Any]) -> dict[str, Any]:
    """Return what agencies wrote in spare rows, and where; "" in every other row."""
    texts, cells = _objects([""] * len(labels)), _objects([""] * len(labels))
    for position in np.flatnonzero(written).tolist():
        texts[position] = " ".join(clean(labels[position]).split())
        cells[position] = RETURN.cell(LABEL, rows[position])
    return {"label": pd.Series(texts, dtype=object), "label_cell": pd.Series(cells, dtype=object)}


def stand_again(rows: Rows, sound: np.ndarray[Any, Any]) -> bool:
    """Let the rows stand that do now that some were found to have an error; say whether any do that did not."""
    stands = _standing(rows, sound)
    changed = bool((stands & ~rows.frame["stands"].to_numpy()).any())
    rows.frame["stands"] = stands
    return changed


def _standing(rows: Rows, sound: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Say which rows stand where an agency sent several returns: the last saved of those without an error.

    A blank replaces nothing. What is said to replace another stands before it, whenever it was saved.
    """
    file, group, figure, filled = (rows.frame[name].to_numpy() for name in ("file", "group", "figure", "filled"))
    preferred = rows.frame["preferred"].to_numpy()
    position = np.arange(len(file))
    rank = np.argsort(np.argsort(np.array([each.read.saved for each in rows.files]), kind="stable"))
    order = np.lexsort((position, rank[file], preferred, filled * (1 + sound)))
    winner = np.full((len(rows.agencies), len(rows.figures)), -1)
    winner[group[order], figure[order]] = order
    stands: np.ndarray[Any, Any] = winner[group, figure] == position
    return stands
