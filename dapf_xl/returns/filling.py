"""Fills a return from a table of values, through the workbook itself, as typing would.

What a person could not type, this does not write: locked cells stay as they are, and a value that the
cell's own validation would refuse is refused here, with the line of the table that holds it.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import openpyxl
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from dapf_xl.findings import FillError, NothingToReadError, NotWrittenError, PeriodError
from dapf_xl.observations import parse_shorthand
from dapf_xl.periods import Period, date_of
from dapf_xl.plain import plain_number, shown
from dapf_xl.returns.layout import (
    DEFINITIONS,
    ENTRY_TABLES,
    HEADER_ROW,
    LABEL,
    NARRATIVE,
    REVISIONS,
    SIGN_OFF,
    START,
    ids_in_row,
    parse_figure_id,
)
from dapf_xl.returns.start_here import LONGEST_NAME
from dapf_xl.workbooks import write_atomically

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from openpyxl.cell.cell import Cell
    from openpyxl.worksheet.datavalidation import DataValidation
    from openpyxl.worksheet.worksheet import Worksheet

COLUMNS = ("item", "category", "period", "value", "shorthand", "comment", "label")
"""Columns of the table of values; ``period`` may be left out, and then it is the return's. ``label`` is for spare
rows alone: what the row is for."""


@dataclass(frozen=True, slots=True)
class Typed:
    """What is to be typed into one row; percentages on the 0 to 100 scale, as text."""

    item: str
    category: str = ""
    value: str = ""
    shorthand: str = ""
    comment: str = ""
    period: str = ""
    line: int = 0
    label: str = ""


_FIRST_YEAR = 2000
"""Days before it are refused by the cells themselves."""


class _Refused(ValueError):  # noqa: N818  (it never leaves this module)
    """What the workbook would say to a person who typed this."""


def read_values(path: Path) -> list[Typed]:
    """Return the rows of a CSV file of values.

    Raises:
        NothingToReadError: the file cannot be read, or has not the columns that are needed.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            table = csv.DictReader(file)
            given = set(table.fieldnames or ())
            rows = [(table.line_num, row) for row in table]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise NothingToReadError(f"{path} cannot be read as a CSV file in UTF-8 ({error}).") from error
    if not {"item", "value"} <= given <= set(COLUMNS) or any(None in row for _, row in rows):
        raise NothingToReadError(f"{path}: the first line must name the columns {', '.join(COLUMNS)}.")
    return [Typed(**{name: (row.get(name) or "").strip() for name in COLUMNS}, line=line) for line, row in rows]


def fill(source: Path, values: Iterable[Typed], out: Path, sign_off: Mapping[str, str] | None = None) -> int:
    """Type values into a return and save it as ``out``.

    Args:
        source: The return; it is not changed.
        values: What to type.
        out: Where the filled return goes.
        sign_off: ``name``, ``role`` and ``date`` for ``Start here``.

    Returns:
        How many rows were filled; one in which there is nothing to type is not.

    Raises:
        FillError: some value cannot be typed; every one that cannot is named, and nothing is written.
        NothingToReadError: the source is not a return.
        NotWrittenError: ``out`` could not be written, is the return itself, or is no name for one.
    """
    if out.suffix.lower() != ".xlsx":
        raise NotWrittenError(f"{out} is no name for a return: it must end in .xlsx.")
    if out.exists() and source.exists() and out.samefile(source):
        raise NotWrittenError(f"{out} is the return that is to be filled: choose another name for the filled one.")
    try:
        workbook = openpyxl.load_workbook(source)
    except Exception as error:  # (a damaged file makes openpyxl raise almost anything)
        raise NothingToReadError(f"{source} cannot be opened as a workbook ({error}).") from error
    places = _places(workbook) if START in workbook.sheetnames else {}
    if not places:
        raise NothingToReadError(f"{source} is not a return: no sheet of it asks for figures.")
    faults = []
    filled: dict[Place, int] = {}
    for typed in values:
        try:
            _type_row(workbook, _place_of(places, typed), typed, filled)
        except (_Refused, PeriodError) as error:
            faults.append(f"line {typed.line}: {error}" if typed.line else str(error))
    faults += _sign(workbook[START], sign_off or {})
    if faults:
        raise FillError(str(source.name), faults)
    workbook.calculation.fullCalcOnLoad = True  # openpyxl keeps no results of formulas
    write_atomically(out, workbook.save)
    return len(filled)


Place = tuple[str, int, str]
Places = dict[tuple[str, str, str], Place]
"""Sheet, row and part of each figure, by item, category and period."""


def _places(workbook: Any) -> Places:  # noqa: ANN401  (openpyxl's workbook)
    places: Places = {}
    for name, table in ENTRY_TABLES.items():
        if name not in workbook.sheetnames:
            continue
        sheet = workbook[name]
        for row in range(HEADER_ROW + 1, sheet.max_row + 1):
            for part, text in ids_in_row(table, str(sheet[table.cell("id", row)].value or "")):
                figure = parse_figure_id(text)
                if figure:
                    item, category, period = figure
                    places[item, category, period.label] = (name, row, part)
                    if table is not REVISIONS:  # (of one that stands for several spans, the latest)
                        places[item, category, ""] = (name, row, part)
    return places


def _place_of(places: Places, typed: Typed) -> Place:
    period = Period.parse(typed.period).label if typed.period else ""
    place = places.get((typed.item, typed.category, period))
    if place is None:
        figure = f"{typed.item}/{typed.category}" if typed.category else typed.item
        raise _Refused(f"this return does not ask for {shown(figure)}{f' for {period}' if period else ''}")
    return place


def _type_row(workbook: Any, place: Place, typed: Typed, filled: dict[Place, int]) -> None:  # noqa: ANN401
    """Type what one line of the table gives, and note in ``filled`` which line did."""
    given = {"value": typed.value, "shorthand": typed.shorthand, "comment": typed.comment, LABEL: typed.label}
    given = {part: text for part, text in given.items() if text}
    if not given:
        return
    name, row, value_part = place
    table = ENTRY_TABLES[name]
    if place in filled:
        earlier = f"in line {filled[place]}" if filled[place] else "already"
        raise _Refused(f"{typed.item} was given {earlier}; a figure can be given once")
    filled[place] = typed.line
    replacement = parse_shorthand(typed.shorthand, 0)
    if typed.value and replacement and replacement.replacement:
        raise _Refused(f"{typed.item} has both a value and {shown(typed.shorthand)}, which stands in place of one")
    sheet = workbook[name]
    for part, text in given.items():
        if part != "value" and (not table.has(part) or value_part != table.inputs[0]):
            raise _Refused(f"the sheet {name} takes no {part} for {typed.item}")
        cell = table.cell(value_part if part == "value" else part, row)
        is_text = table is NARRATIVE or part != "value"
        _type_into(sheet, sheet[cell], text, workbook, is_text=is_text)


def _type_into(sheet: Worksheet, cell: Cell, text: str, workbook: Any, *, is_text: bool) -> None:  # noqa: ANN401
    address = f"{sheet.title}!{cell.coordinate}"
    if cell.protection.locked:
        raise _Refused(f"{address} is locked")
    rule = next((rule for rule in sheet.data_validations.dataValidation if cell.coordinate in rule.sqref), None)
    try:
        value: object = text if is_text else _number_or_date(cell, text)
    except PeriodError as error:
        raise _Refused(f"{address} does not take {shown(text)}: {error}") from error
    refusal = _refusal(rule, value, workbook)
    if refusal:
        raise _Refused(f"{address} does not take {shown(text)}: {refusal}")
    _put(cell, value)


def _put(cell: Cell, value: object) -> None:
    """Put a value into a cell; text stays text, whatever it looks like."""
    if isinstance(value, str):
        if ILLEGAL_CHARACTERS_RE.search(value):
            raise _Refused(f"{cell.coordinate} does not take a character that cannot be printed")
        cell.value = value
        cell.data_type = "s"
    else:
        cell.value = value  # type: ignore[assignment]  # a number or a date


def _number_or_date(cell: Cell, text: str) -> object:
    if cell.number_format in {"General", "@"}:
        return text
    if "mmm" in cell.number_format:
        return date_of(text) or text
    is_percent = "%" in cell.number_format
    number = plain_number(text, is_percent=is_percent)
    if number is None:
        return text
    if is_percent and "%" not in text:
        number = number.scaleb(-2)
    return int(number) if number == number.to_integral_value() else float(number)


def _refusal(rule: DataValidation | None, value: object, workbook: Any) -> str:  # noqa: ANN401
    """Return what the cell's own validation says to a value; "" where it takes it."""
    if rule is None:
        return ""
    taken = True
    if rule.type in {"whole", "decimal"}:
        taken = isinstance(value, int | float) and float(rule.formula1 or 0) <= value <= float(rule.formula2 or 0)
        taken = taken and (rule.type == "decimal" or isinstance(value, int))
    elif rule.type == "date":
        taken = isinstance(value, date) and value.year >= _FIRST_YEAR
    elif rule.type == "textLength":
        taken = len(str(value)) <= int(rule.formula1 or 0)
    elif rule.type == "list":
        taken = str(value) in _choices(str(rule.formula1), workbook)
    return "" if taken else str(rule.error)


def _choices(formula: str, workbook: Any) -> list[str]:  # noqa: ANN401
    if formula.startswith('"'):
        return formula.strip('"').split(",")
    cells = workbook[DEFINITIONS][formula.rpartition("!")[2].replace("$", "")]
    return [str(cell.value) for (cell,) in cells]


def _day(text: str) -> date:
    day = date_of(text)
    if day is None:
        raise _Refused("type a date, for example 14/01/2015")
    return day


def _name(text: str) -> str:
    if len(text) > LONGEST_NAME:
        raise _Refused(f"at most {LONGEST_NAME} characters, please")
    return text


def _sign(sheet: Worksheet, sign_off: Mapping[str, str]) -> list[str]:
    faults = []
    for part, text in sign_off.items():
        try:
            _put(sheet[SIGN_OFF[part]], _day(text) if part == "date" else _name(text))
        except (_Refused, PeriodError) as error:
            faults.append(f"{START}!{SIGN_OFF[part]} does not take {shown(text)}: {error}")
    return faults
