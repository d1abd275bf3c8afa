"""In-cell validation of a return: what each kind of cell takes, and how it says no."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from dapf_xl.catalogue.evidence import LEVELS
from dapf_xl.observations import shorthand_choices
from dapf_xl.returns.layout import DEFINITIONS, LABEL, NARRATIVE, RETURN, SHORTHAND_FIRST_ROW

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dapf_xl.catalogue import Framework
    from dapf_xl.catalogue.tables import Item
    from dapf_xl.periods import Period
    from dapf_xl.returns.layout import EntryTable, Line
    from dapf_xl.workbooks import Sheet

LONGEST_COMMENT = 1000
LONGEST_NARRATIVE = 8000
LONGEST_LABEL = 100
LARGEST = 1_000_000_000
"""No figure in such a framework comes near it; a slip of the keyboard does."""
YEARS_BEFORE, YEARS_AFTER = 20, 10
"""Years before and after the span of a figure within which its days are: a plan may be old, an action long."""
_DAY_0 = date(1899, 12, 30)
"""Day 0 of a workbook."""

Options = dict[str, Any]

_STYLES = {
    "count": "input_count",
    "percent": "input_percent",
    "date": "input_date",
    "yes_no": "input_choice",
    "choice": "input_choice",
    "text": "input_text",
}


def input_style(item: Item, table: EntryTable) -> str:
    """Return the style of the cell that takes an item's value."""
    return "input_text" if table is NARRATIVE else _STYLES.get(item.type, "input_number")


def limits_of(item: Item) -> tuple[float, float]:
    """Return the smallest and largest value that an item's cell takes; percentages as fractions."""
    scale = 100 if item.type == "percent" else 1
    least = float(item.minimum or 0) / scale
    most = float(item.maximum) / scale if item.maximum is not None else (1.0 if item.type == "percent" else LARGEST)
    return least, most


def days_of(period: Period) -> tuple[date, date]:
    """Return the first and the last day that can be meant where a figure about a period is a date."""
    return date(period.first_day.year - YEARS_BEFORE, 1, 1), date(period.last_day.year + YEARS_AFTER, 12, 31)


def day_numbers(period: Period) -> tuple[int, int]:
    """Return the first and the last number that may stand for a day typed by mistake into a cell for a figure.

    A spreadsheet takes 1-4 for a day of the year in which it is typed: of the figure's years, or the next.
    """
    return number_of(date(period.first_day.year, 1, 1)), number_of(date(period.last_day.year + 1, 12, 31))


def day_of(number: int) -> date:
    """Return the day for which a workbook keeps a number."""
    return _DAY_0 + timedelta(days=number)


def number_of(day: date) -> int:
    """Return the number that a workbook keeps for a day."""
    return (day - _DAY_0).days


def _between(kind: str, least: float, most: float, title: str, message: str) -> Options:
    return {
        "validate": kind,
        "criteria": "between",
        "minimum": least,
        "maximum": most,
        "error_title": title,
        "error_message": message,
    }


def value_options(item: Item) -> Options:
    """Return the validation of an item's cell, with a message that says what to type."""
    least, most = limits_of(item)
    if item.type == "percent":
        prompt = {"input_title": "Percentage", "input_message": "With one % sign, for example 36.4%"}
        words = f"Type it with one % sign, for example 36.4%. {_ONE_SIGN} {_NO_FIGURE}"
        return _between("decimal", least, most, "A percentage is wanted", words) | prompt
    if item.type == "count":
        prompt = {"input_title": "Whole number", "input_message": "For example 12; 0 means none"}
        words = f"Type a whole number, for example 12; 0 means none. {_NO_FIGURE}"
        return _between("integer", least, most, "A whole number is wanted", words) | prompt
    if item.type == "yes_no":
        words = "Pick Yes or No from the list."
        return {"validate": "list", "source": ["Yes", "No"], "error_title": "Yes or No", "error_message": words}
    if item.type == "choice":
        words = f"Pick one from the list: {', '.join(LEVELS)}."
        return {"validate": "list", "source": list(LEVELS), "error_title": "Pick one", "error_message": words}
    if item.type == "date":
        return date_options("31/12/2014")
    words = "Type the number alone, for example 12.5. What needs saying goes into the comment."
    return _between("decimal", least, most, "A number is wanted", words)


_ONE_SIGN = "Where the sign comes by itself as you type, leave it at that."
"""In a cell for percentages LibreOffice writes it after the first digit, and takes no second one."""
_NO_FIGURE = "If there is no figure, leave this blank and pick a shorthand beside it."
_EARLIEST = "=DATE(2000,1,1)"


def date_options(example: str) -> Options:
    """Return the validation of a cell that takes a day."""
    return {
        "validate": "date",
        "criteria": ">=",
        "value": _EARLIEST,
        "error_title": "A date is wanted",
        "error_message": f"Type a date, for example {example}.",
    }


def text_options(longest: int) -> Options:
    """Return the validation of a cell that takes words."""
    return {
        "validate": "length",
        "criteria": "<=",
        "value": longest,
        "error_title": "Too long",
        "error_message": f"At most {longest:,} characters, please. Send the full text separately.",
    }


def label_options() -> Options:
    """Return the validation of a spare row's cell for its label."""
    prompt = {
        "input_title": "What this row is for",
        "input_message": "Write its name, once and without numbering, and the figure in this row. "
        "A row that you do not need stays blank.",
    }
    return text_options(LONGEST_LABEL) | prompt


def _shorthand_options(framework: Framework) -> Options:
    last = SHORTHAND_FIRST_ROW + len(shorthand_choices(framework.settings.disclosure_threshold or 0)) - 1
    return {
        "validate": "list",
        "source": f"={DEFINITIONS}!$A${SHORTHAND_FIRST_ROW}:$A${last}",
        "error_title": "Pick from the list",
        "error_message": "Use the arrow beside the cell and pick a line; Definitions explains each.",
    }


def write_validations(sheet: Sheet, table: EntryTable, lines: Sequence[Line], framework: Framework) -> None:
    """Give every input cell of a table its validation; cells of one kind share one rule."""
    cells: dict[tuple[Any, ...], tuple[Options, list[tuple[int, int]]]] = {}
    by_part: dict[str, list[int]] = defaultdict(list)
    for line in lines:
        if not line.asked:
            continue
        item = line.asked.item
        for part in ("shorthand", "comment") if line.part == table.inputs[0] else ():
            by_part[part].append(line.row - 1)
        kind = (item.type, item.minimum, item.maximum)
        options = text_options(LONGEST_NARRATIVE) if item.type == "text" else value_options(item)
        cells.setdefault(kind, (options, []))[1].append((line.row - 1, table.index(line.part)))
    spare = [(line.row - 1, table.index(LABEL)) for line in lines if line.asked and line.asked.is_open]
    if spare and table is RETURN:
        _apply(sheet, label_options(), spare)
    for options, places in cells.values():
        _apply(sheet, options, places)
    beside = {"shorthand": _shorthand_options(framework), "comment": text_options(LONGEST_COMMENT)}
    for part, options in beside.items():
        if table.has(part) and by_part[part]:
            _apply(sheet, options, [(row, table.index(part)) for row in by_part[part]])


def _apply(sheet: Sheet, options: Options, places: list[tuple[int, int]]) -> None:
    """Write one validation for many cells, runs of neighbours as one range."""
    runs: list[list[int]] = []
    for row, column in sorted(places, key=lambda place: place[::-1]):
        if runs and runs[-1][2] == row - 1 and runs[-1][1] == column:
            runs[-1][2] = row
        else:
            runs.append([row, column, row, column])
    first, *others = runs
    top, left, bottom, right = first
    all_cells = {**options, "other_cells": others} if others else options
    sheet.worksheet.data_validation(top, left, bottom, right, all_cells)
