"""The sheet ``Variance``: every line with what it is set against; the other sheets show what is calculated here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from xlsxwriter.utility import xl_col_to_name

from dapf_xl import comparisons, rag
from dapf_xl.data_rows import FIGURE_DECIMALS
from dapf_xl.expressions import is_blank, when
from dapf_xl.master import settings_sheet
from dapf_xl.master.common import (
    DASH,
    HEAD,
    VARIANCE,
    Page,
    Split,
    band,
    begin,
    change_style,
    colour_ratings,
    end,
    last_year_style,
    marked,
    marked_formula,
    measured,
    number_style,
    own_note,
    print_two_pages_wide,
    records,
    ref_width,
)
from dapf_xl.readings import join_comments

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dapf_xl.expressions import Expression
    from dapf_xl.master.common import Master, Row
    from dapf_xl.tables import MasterTables
    from dapf_xl.workbooks import Sheet


class Part(NamedTuple):
    """A column: its head, its width, and the band over it."""

    head: str
    width: float
    band: str = ""


COLUMNS: dict[str, Part] = {
    "label": Part("Indicator", 34, "Figure"),
    "indicator": Part("Ref", 7),
    "value": Part("Figure", 12),
    "coverage": Part("Coverage", 10),
    "target_text": Part("Target", 14, "Against the target"),
    "rag": Part("RAG", 16),
    "from_target": Part("From target", 10),
    "baseline": Part("Baseline", 11, "Against the baseline"),
    "from_baseline": Part("Change", 10),
    "previous": Part("Figure", 12, "Previous quarter"),
    "from_previous": Part("Change", 10),
    "from_previous_relative": Part("Change, %", 10),
    "travel_short": Part("Travel", 12),
    "last_year": Part("Figure", 18, "Same quarter last year"),
    "from_last_year": Part("Change", 10),
    "from_last_year_relative": Part("Change, %", 10),
    "travel_long": Part("Travel", 12),
    "ytd": Part("This year", 12, "Year to date"),
    "ytd_last_year": Part("Last year", 12),
    "from_ytd": Part("Change", 10),
    "from_ytd_relative": Part("Change, %", 10),
    "like_for_like": Part("Like for like", 13),
    "role": Part("Line", 8, "What the formulas read (not printed)"),
    "rating": Part("Rating", 22),
    "groups": Part("Stands on", 24),
    "period": Part("Period", 14),
    "markers": Part("Markers", 9),
    "numerator": Part("Numerator", 12),
    "denominator": Part("Denominator", 13),
    "multiplier": Part("Multiplier", 11),
    "state": Part("Why not whole", 14),
    "rated": Part("Rated figure", 12),
    "polarity": Part("Polarity", 10),
    "target_kind": Part("Kind of target", 11),
    "target_reason": Part("Why no target", 15),
    "target": Part("Target now", 12),
    "lower": Part("Lower limit", 10),
    "upper": Part("Upper limit", 10),
    "tolerance": Part("Tolerance", 11),
    "tolerance_basis": Part("Basis of it", 10),
    "comparable": Part("Comparable", 14),
    "comment": Part("Comment", 80, "In words (not printed)"),
    "note": Part("Note", 120),
}
"""The columns in their order, by the names of ``LINE_COLUMNS`` where they have one there."""

_NAMES = list(COLUMNS)
_BANDS = HEAD
_HEADS = HEAD + 1
_FIRST = HEAD + 2
_LAST_PRINTED = _NAMES.index("like_for_like")
_SCALE = 76
"""Percent at which the columns up to the travel since the previous quarter fill an A4 page."""
_LEAD = (
    "All is calculated here; the other sheets show it. A change of percentages is in percentage points (pp). "
    f"{DASH} means that there is nothing to compare. Like for like: only those who gave figures both times."
)
_FIGURES = ("target", "lower", "upper")
_BASES = ("previous", "last_year", "ytd", "ytd_last_year")
_CHANGES = {
    "from_baseline": ("rated", "baseline"),
    "from_previous": ("value", "previous"),
    "from_last_year": ("value", "last_year"),
    "from_ytd": ("ytd", "ytd_last_year"),
}


def _dashed(rule: Expression) -> Expression:
    """Return the rule with a dash where it yields a blank."""
    return when(is_blank(rule), DASH, rule)


DIFFERENCE, RELATIVE, FROM_TARGET = map(
    _dashed, (comparisons.DIFFERENCE, comparisons.RELATIVE, comparisons.FROM_TARGET)
)


def cell(name: str, place: int) -> str:
    """Return the address of a line's cell, for a formula on another sheet."""
    return f"{VARIANCE}!${_letter(name)}${_FIRST + place + 1}"


def column(name: str, master: Master) -> str:
    """Return the range of a column over all lines, for a formula on another sheet."""
    last = _FIRST + max(len(master.lines), 1)
    return f"{VARIANCE}!${_letter(name)}${_FIRST + 1}:${_letter(name)}${last}"


def _letter(name: str) -> str:
    return str(xl_col_to_name(_NAMES.index(name)))


def pages(tables: MasterTables) -> Sequence[Page]:
    """Return the sheet."""
    words = (
        f"All {len(records(tables.lines))} lines with target, baseline, previous quarter, last year and year to date."
    )
    return [Page(VARIANCE, "detail", words, write)]


def write(sheet: Sheet, master: Master) -> None:
    """Write a row for every line: inputs as values, what follows from them as formulas."""
    title = f"Variance, {master.tables.period.words}"
    label, ref, *others = (part.width for part in COLUMNS.values())
    more = ref_width(master.lines) - ref  # which the labels give, so that a page holds what it held
    begin(sheet, master, title, _LEAD, [label - more, ref + more, *others])
    _write_heads(sheet, master)
    for place, line in enumerate(master.lines):
        _Writer(sheet, master, line, _FIRST + place).write()
    last = _FIRST + max(len(master.lines), 1) - 1
    colour_ratings(sheet, _FIRST, last, _NAMES.index("rag"))
    sheet.worksheet.autofilter(_HEADS, 0, last, len(_NAMES) - 1)
    end(sheet, last, _LAST_PRINTED, head=_HEADS, frozen=_NAMES.index("value"))
    sheet.worksheet.repeat_rows(_BANDS, _HEADS)
    split = Split(_NAMES.index("indicator"), _NAMES.index("last_year"), _SCALE)
    print_two_pages_wide(sheet, master, title, (_BANDS, 0, last, _LAST_PRINTED), split)


def _write_heads(sheet: Sheet, master: Master) -> None:
    period = master.tables.period
    bands = {
        "Figure": period.words,
        "Previous quarter": f"Previous quarter: {period.previous().words}",
        "Same quarter last year": f"Last year: {period.same_period_last_year().words}",
    }
    starts = [place for place, part in enumerate(COLUMNS.values()) if part.band]
    for first, stop in zip(starts, [*starts[1:], len(_NAMES)], strict=True):
        words = COLUMNS[_NAMES[first]].band
        band(sheet, _BANDS, bands.get(words, words), stop - first, first=first, style="band")
    for place, (name, part) in enumerate(COLUMNS.items()):
        sheet.put(_HEADS, place, part.head, "head_right" if name in _RIGHT else "head")
    sheet.fit_row(_HEADS, {place: part.head for place, part in enumerate(COLUMNS.values())}, bold=True)


_RIGHT = {
    "value", "coverage", "baseline", "numerator", "denominator", "multiplier", "rated", "tolerance",
    *_FIGURES, *_BASES, "from_target", *_CHANGES, *(f"{name}_relative" for name in _CHANGES),
}  # fmt: skip
_TEXTS = (
    "indicator",
    "role",
    "period",
    "polarity",
    "markers",
    "state",
    "target_kind",
    "target_reason",
    "like_for_like",
)


class _Writer:
    """Writes the row of one line."""

    def __init__(self, sheet: Sheet, master: Master, line: Row, row: int) -> None:
        self.sheet = sheet
        self.master = master
        self.line = line
        settings = master.tables.framework.settings
        self.settings = {"tolerance": float(settings.tolerance or 0), "tolerance_basis": settings.tolerance_basis}
        self.row = row
        self.refs = {name: f"${_letter(name)}{row + 1}" for name in _NAMES}
        self.point = "0.01" if line["kind"] == "percent" else "1"
        self.number = number_style(line)
        self.texts: dict[int, str] = {}

    def write(self) -> None:
        """Write every cell, and fit the row to its texts."""
        self._write_words()
        self._write_inputs()
        self._write_value()
        self._write_changes()
        self._write_rating()
        self.sheet.fit_row(self.row, self.texts)

    def _put(self, name: str, value: object, style: str = "cell") -> None:
        shown = DASH if value is None or value == "" else value
        place = _NAMES.index(name)
        self.sheet.put(self.row, place, shown, style)
        self.texts[place] = shown if isinstance(shown, str) else ""

    def _formula(self, name: str, formula: str, cached: object, style: str = "cell") -> None:
        place = _NAMES.index(name)
        self.sheet.formula(self.row, place, formula, cached, style)
        self.texts[place] = cached if isinstance(cached, str) else ""

    def _write_words(self) -> None:
        line = self.line
        styles = {"main": "bold", "part": "part", "also": "also"}
        self._put("label", line["label"], styles[line["role"]])
        for name in _TEXTS:
            self._put(name, line[name])
        self._put("coverage", line["coverage"], "right")
        self._put("groups", "; ".join(line["groups"]))
        self._put("target_text", target_words(line))
        self._put("comparable", line["comparable"] or "comparable")
        note = join_comments(
            [line["publication"], line["note"] if line["role"] == "main" else own_note(self.master, line)]
        )
        for name, words in (("comment", line["comment"]), ("note", note)):
            self.sheet.put(self.row, _NAMES.index(name), words, "cell")
            self.texts[_NAMES.index(name)] = words
        self.texts[0] = measured(line, line["label"])

    def _write_inputs(self) -> None:
        line = self.line
        for name in _FIGURES:
            self._put(name, line[name], self.number if line[name] is not None else "right")
        for name in _BASES:
            self._put_figure(name, line[name], line[f"{name}_shown"])
        self._put_figure(
            "baseline", line["baseline"], f"{line['baseline_text']} (not compared)" if line["baseline_text"] else ""
        )
        for name in ("numerator", "denominator"):
            self._put(name, line[name], "count" if line[name] is not None else "right")
        self._put("multiplier", line["multiplier"] if line["numerator"] is not None else None, "number")
        for name in ("tolerance", "tolerance_basis"):
            style = "number" if name == "tolerance" else "cell"
            if line[name] is None or line[name] == "":
                self._formula(name, settings_sheet.cell(name), self.settings[name], style)
            else:
                self._put(name, line[name], style)

    def _put_figure(self, name: str, value: float | None, shown: str) -> None:
        number = last_year_style(self.line) if name == "last_year" else self.number
        self._put(name, shown if value is None else value, "right" if value is None else number)

    def _write_value(self) -> None:
        line, refs = self.line, self.refs
        if line["denominator"] is None:
            self._put_figure("value", line["value"], line["shown"])
        else:
            ratio = f"{refs['numerator']}/{refs['denominator']}*{refs['multiplier']}"
            formula = f'IF({refs["denominator"]}=0,"denominator 0",ROUND({ratio},{FIGURE_DECIMALS}))'
            self._formula("value", formula, line["shown"] if line["value"] is None else line["value"], self.number)
        if line["rated"] == line["value"]:
            value = refs["value"]
            self._formula("rated", f'IF(ISNUMBER({value}),{value},"")', line["value"], self.number)
        else:
            self._put_figure("rated", line["rated"], "")

    def _write_changes(self) -> None:
        line, refs = self.line, self.refs
        for name, (current, base) in _CHANGES.items():
            pair = {"current": refs[current], "base": refs[base], "point": self.point}
            self._computed(name, DIFFERENCE.formula(pair), change_style(line))
            relative = f"{name}_relative"
            if relative in COLUMNS and line["kind"] == "percent":
                self._put(relative, None, "right")
            elif relative in COLUMNS:
                self._computed(relative, RELATIVE.formula(pair), "change_percent")
        against = {name: refs[name] for name in ("target_kind", "target", "lower", "upper", "comparable")}
        formula = FROM_TARGET.formula({**against, "current": refs["rated"], "point": self.point})
        self._computed("from_target", formula, change_style(line))
        limits = {name: refs[name] for name in ("polarity", "lower", "upper")}
        for name, base in (("travel_short", "previous"), ("travel_long", "last_year")):
            formula = comparisons.travel_formula({"current": refs["value"], "previous": refs[base], **limits})
            self._computed(name, formula, "cell")

    def _computed(self, name: str, formula: str, style: str) -> None:
        cached = self.line[name]
        if cached == comparisons.NOT_COMPARABLE and style != "cell":
            style = "change_words"  # which its column is just wide enough for
        self._formula(name, formula, DASH if cached is None else cached, style)

    def _write_rating(self) -> None:
        line, refs = self.line, self.refs
        own = ("numerator", "denominator", "multiplier", "state", "polarity", "target_kind", "target", "lower", "upper")
        cells: dict[str, str] = {name: refs[name] for name in (*own, "tolerance", "tolerance_basis", "comparable")}
        cells |= {name: settings_sheet.cell(name) for name in ("amber_rule", "minimum_denominator")}
        cells |= {"value": refs["rated"], "point": self.point}
        if line["target_reason"]:
            cells["target_reason"] = refs["target_reason"]
        if line["rated"] == line["value"]:
            cells["same_quarter_last_year"] = refs["last_year"]
        self._computed("rating", rag.rating_formula(cells), "cell")
        self._formula("rag", marked_formula(refs["rating"]), marked(line["rating"]), "rag")


def target_words(line: Row) -> str:
    """Return a line's target as people read it; a dash where a part or what stands beside has none."""
    words: Any = line["target_text"]
    if words:
        return str(words)
    return "none set" if line["role"] == "main" else DASH
