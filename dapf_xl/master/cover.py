"""The sheet ``Cover``: what this workbook is, what is in it, and how to read its ratings and shorthand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dapf_xl.master import settings_sheet
from dapf_xl.master.common import COVER, DASH, NOT_PUBLISHED, Page, band, begin, records, returned_words
from dapf_xl.observations import MARKERS, REPLACEMENTS
from dapf_xl.periods import words_of_date
from dapf_xl.styles import RATINGS
from dapf_xl.tables import EDITION

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dapf_xl.catalogue.tables import Indicator, Settings
    from dapf_xl.master.common import Master
    from dapf_xl.tables import MasterTables
    from dapf_xl.workbooks import Sheet

_WIDTHS = (30, 118)
_WORDS = 1
_SIZE = 11
_RATINGS = {
    "Green": "The target is met, or for a band the figure is inside it, limits included.",
    "Red": "The target is missed by more than that.",
    "Not rated": "The reason stands beside it, such as no figure, no target or no agreed direction. It is not a pass.",
}
_SIGNS = {
    "↑ ↓ →": "Where the number went. The word beside it says whether that is good (improved, worsened, level), or only "
    "which way it went (increased, decreased) where more is neither good nor bad.",
    "pp": "Percentage points, the difference between two percentages: from 30% to 36% is +6.0 pp.",
    "9 to 15": "A total with suppressed parts: it lies between the two.",
    "4 of 5": "Coverage: four of the five figures that belong to a total are in it.",
    "no figure": "Nothing was reported or published for that quarter. It is not 0.",
    "not added up": "Quarters or agencies that cannot be added, such as percentages whose numbers are not known.",
    DASH: "There is nothing to show, rate or compare.",
}


def pages(tables: MasterTables) -> Sequence[Page]:
    """Return the sheet."""
    del tables
    return [Page(COVER, "read_first", "", write)]


def write(sheet: Sheet, master: Master) -> None:
    """Write what the workbook is, its contents, and how to read it."""
    tables = master.tables
    lead = f"Performance master, {tables.period.words}: figures, variances and ratings of every agency's returns."
    begin(sheet, master, f"{tables.framework.title}: {tables.period.words}", lead, _WIDTHS)
    sheet.put(0, 0, f"{tables.framework.title}: {tables.period.words}", "cover_title")
    sheet.worksheet.set_row(0, 30)
    row = _pairs(sheet, 5, _facts(master)) + 1
    row = _contents(sheet, master, row) + 1
    sheet.worksheet.set_h_pagebreaks([row])
    row = _how_rated(sheet, master, row) + 1
    band(sheet, row, "Shorthand and signs", len(_WIDTHS))
    shorthand = {f"{symbol} {words}": _SHORTHAND[symbol] for symbol, words in (REPLACEMENTS | MARKERS).items()}
    last = _pairs(sheet, row + 1, shorthand | _SIGNS)
    sheet.worksheet.print_area(0, 0, last, _WORDS)
    sheet.worksheet.set_selection(0, 0, 0, 0)


_SHORTHAND = {
    "[x]": "There is no figure, with the reason: awaiting release, not collected, cannot be shared, or no activity.",
    "[z]": "The question does not arise.",
    "[c]": "The agency holds a small number back, so that nobody can be identified; its bounds are known.",
    "[low]": "There are some, but the figure rounds to 0.",
    "[p]": "The figure may still change.",
    "[e]": "The figure is an estimate.",
    "[r]": "The figure replaces an earlier one.",
    "[u]": "The figure rests on few cases, or is doubtful for another reason.",
}


def _facts(master: Master) -> dict[str, str]:
    tables = master.tables
    period, settings = tables.period, tables.framework.settings
    made = f"{words_of_date(tables.generated.date())}, {tables.generated:%H:%M}"
    dates = f"{words_of_date(period.first_day)} to {words_of_date(period.last_day)}"
    return {
        "Area": settings.area,
        "Period": f"{period.words}, {dates}",
        "Edition": f"{EDITION}: {NOT_PUBLISHED}",
        "Marking": settings.marking,
        "Made": f"{made}, with catalogue version {settings.version}",
        "Returns": _returned(master),
        **_not_read(tables),
        "Questions to": settings.contact,
        "Framework": settings.source or DASH,
    }


def _not_read(tables: MasterTables) -> dict[str, str]:
    """Return which indicators of the framework the master does not read, and why; nothing where it reads all."""
    read = set(tables.lines["indicator"])
    left = [each for each in tables.framework.indicators.values() if each.id not in read and each.derivation != "text"]
    words = [f"{each.id} {each.title} ({_why_not_read(each)})" for each in left]
    return {"Not in it": "; ".join(words)} if words else {}


def _why_not_read(indicator: Indicator) -> str:
    if indicator.status != "live":
        return indicator.status.replace("_", " ")
    return f"read from {indicator.from_.words} on" if indicator.from_ else "no longer read"


def _returned(master: Master) -> str:
    if not records(master.tables.submissions):
        return "None has been taken into this workbook: its figures are those already published."
    return returned_words(master.tables)


def _pairs(sheet: Sheet, row: int, pairs: dict[str, str]) -> int:
    """Write labels with their words, and return the row below them."""
    for label, words in pairs.items():
        sheet.put(row, 0, label, "cover_label")
        sheet.put(row, _WORDS, words, "cover_wrap")
        sheet.fit_row(row, {_WORDS: words}, size=_SIZE)
        row += 1
    return row


def _contents(sheet: Sheet, master: Master, row: int) -> int:
    band(sheet, row, "Contents", len(_WIDTHS))
    for page in master.pages:
        if page.name != COVER:
            row += 1
            sheet.link(row, 0, page.name, page.name, style="cover_link")
            sheet.put(row, _WORDS, page.words, "cover_wrap")
            sheet.fit_row(row, {_WORDS: page.words}, size=_SIZE)
    return row + 1


def _how_rated(sheet: Sheet, master: Master, row: int) -> int:
    band(sheet, row, "How ratings work", len(_WIDTHS))
    settings = master.tables.framework.settings
    for name, look in RATINGS.items():
        row += 1
        sheet.put(row, 0, look.words(name), f"rag_{name}")
        if name == "Amber":
            sheet.formula(row, _WORDS, _amber_formula(), _amber_words(settings), "cover_wrap")
            sheet.fit_row(row, {_WORDS: _amber_words(settings)}, size=_SIZE)
        else:
            sheet.put(row, _WORDS, _RATINGS[name], "cover_wrap")
            sheet.fit_row(row, {_WORDS: _RATINGS[name]}, size=_SIZE)
    return row + 2


_RELATIVE = "% of it"
_POINTS = " (percentage points, or units of a count)"
_BEFORE = "The target is missed by no more than "
_NOT_WORSE = (
    "The target is missed by more than ",
    ", but the figure is not worse than in the same quarter last year; missed by less, it is Green",
)


def _amber_words(settings: Settings) -> str:
    tolerance = f"{settings.tolerance or 0:f}"
    amount = tolerance + (_RELATIVE if settings.tolerance_basis == "relative" else _POINTS)
    if settings.amber_rule == "within_tolerance":
        return f"{_BEFORE}{amount}."
    return f"{_NOT_WORSE[0]}{amount}{_NOT_WORSE[1]}."


def _amber_formula() -> str:
    """Return the formula of the same words, which follows ``Settings``."""
    tolerance, basis, rule = (settings_sheet.cell(name) for name in ("tolerance", "tolerance_basis", "amber_rule"))
    amount = f'{tolerance}&IF({basis}="relative","{_RELATIVE}","{_POINTS}")'
    return f'IF({rule}="within_tolerance","{_BEFORE}"&{amount}&".","{_NOT_WORSE[0]}"&{amount}&"{_NOT_WORSE[1]}.")'
