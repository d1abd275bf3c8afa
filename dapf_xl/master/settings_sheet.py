"""The sheet ``Settings``: what the formulas of ``Variance`` read, open to change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from dapf_xl.catalogue.tables import AMBER_RULES, TOLERANCE_BASES
from dapf_xl.master.common import HEAD, SETTINGS, Column, Page, begin, colour_texts, end, plain_width, write_heads

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dapf_xl.master.common import Master
    from dapf_xl.tables import MasterTables
    from dapf_xl.workbooks import Sheet


class Setting(NamedTuple):
    """A setting: its label, what it does, and what may be typed."""

    label: str
    words: str
    allowed: dict[str, Any]


_NOT_BELOW_ZERO = {"validate": "decimal", "criteria": ">=", "value": 0}
_WHOLE = {"validate": "integer", "criteria": ">=", "value": 0}

_SETTINGS = {
    "tolerance": Setting(
        "Tolerance",
        "How far a figure may miss its target and still be Amber. Ratings on every sheet follow when it is changed; "
        "a target with a tolerance of its own keeps that.",
        {**_NOT_BELOW_ZERO, "error_message": "Type a number, 0 or more, for example 10."},
    ),
    "tolerance_basis": Setting(
        "Basis of the tolerance",
        "relative: percent of the target (10 of a target of 80% is down to 72%). points: percentage points, or units "
        "of a count (10 of a target of 80% is down to 70%).",
        {"validate": "list", "source": list(TOLERANCE_BASES), "error_message": "Pick one of the two from the list."},
    ),
    "amber_rule": Setting(
        "Amber rule",
        "within_tolerance: Amber within the tolerance, Red beyond it. not_worse_than_same_quarter_last_year: Green "
        "within the tolerance; beyond it Amber if not worse than the same quarter last year, else Red.",
        {"validate": "list", "source": list(AMBER_RULES), "error_message": "Pick one of the two from the list."},
    ),
    "minimum_denominator": Setting(
        "Smallest denominator",
        "A percentage or rate of fewer than this many is not rated: a single case would move it too far.",
        {**_WHOLE, "error_message": "Type a whole number, 0 or more, for example 10."},
    ),
    "disclosure_threshold": Setting(
        "Small numbers",
        "Counts from 1 to below this are not to be published. This edition shows them all the same, and nothing in "
        "it changes with this setting; it says what the edition for the committee holds back.",
        {**_WHOLE, "error_message": "Type a whole number, 0 or more, for example 5."},
    ),
}

_COLUMNS = (
    Column("Setting", "bold"),
    Column("Value", "setting"),
    Column("As consolidated", "right"),
    Column("Changed?"),
    Column("What it does"),
)
_WORDS_WIDTH = 84
_VALUE = 1


def cell(name: str) -> str:
    """Return the address of a setting's value, for a formula on another sheet."""
    return f"{SETTINGS}!$B${_row(name) + 1}"


def label_of(name: str) -> str:
    """Return what a setting is called on the sheet; "" where it is not on it."""
    return _SETTINGS[name].label if name in _SETTINGS else ""


def _row(name: str) -> int:
    return HEAD + 1 + list(_SETTINGS).index(name)


def pages(tables: MasterTables) -> Sequence[Page]:
    """Return the sheet."""
    del tables
    words = "What the ratings depend on. Change a yellow cell and the ratings on every sheet follow."
    return [Page(SETTINGS, "detail", words, write)]


def write(sheet: Sheet, master: Master) -> None:
    """Write the settings, each with what it does and what may be typed."""
    lead = "Change a yellow cell to see what follows: every rating in this workbook is calculated from these."
    longest = max(plain_width(_value_of(master, name)) for name in _SETTINGS)
    width = max(longest + 2, 18)
    begin(sheet, master, "Settings", lead, (24, width, width, 14, _WORDS_WIDTH))
    write_heads(sheet, _COLUMNS)
    for name, setting in _SETTINGS.items():
        row = _row(name)
        value = _value_of(master, name)
        texts = (setting.label, value, value, None, setting.words)
        for place, (column, text) in enumerate(zip(_COLUMNS, texts, strict=True)):
            sheet.put(row, place, text, column.style)
        sheet.formula(row, 3, f'IF(B{row + 1}=C{row + 1},"no","changed")', "no", "cell")
        sheet.fit_row(row, {4: setting.words})
        options = {"error_title": "This cannot be taken", **setting.allowed}
        sheet.worksheet.data_validation(row, _VALUE, row, _VALUE, options)
    last = HEAD + len(_SETTINGS)
    colour_texts(sheet, HEAD + 1, last, 3, {"changed": "if_wrong"})
    end(sheet, last, len(_COLUMNS) - 1)
    sheet.worksheet.set_selection(HEAD + 1, _VALUE, HEAD + 1, _VALUE)


def _value_of(master: Master, name: str) -> float | str:
    value = getattr(master.tables.framework.settings, name)
    return value if isinstance(value, str) else float(value or 0)
