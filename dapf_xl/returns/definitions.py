"""The ``Definitions`` sheet of a return: the shorthands, then what each indicator of the return means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dapf_xl.catalogue.targets import holds_on_last_day
from dapf_xl.observations import shorthand_choices
from dapf_xl.returns.layout import ASSURANCE, DEFINITIONS, SHORTHAND_FIRST_ROW, START

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dapf_xl.catalogue import Framework
    from dapf_xl.catalogue.tables import Indicator
    from dapf_xl.periods import Period
    from dapf_xl.returns.layout import Plan
    from dapf_xl.workbooks import Sheet

WIDTHS = (36, 48, 36, 28, 34)
WIDTH_OF_REFERENCES = 16
LEAD = "What the shorthands stand for, and what exactly each indicator counts."

POLARITY_WORDS = {
    "higher": "Higher is better",
    "lower": "Lower is better",
    "band": "Inside the band is good",
    "context": "Neither: read it in context",
    "none": "For information only",
}

_MEANINGS = (
    "The figure exists but is not out yet. Say in the comment when it is expected.",
    "Nobody collects this figure.",
    "You have the figure but may not share it.",
    "The service did not run, or nobody joined, so there is nothing to count.",
    "The question does not apply to you this quarter.",
    "The figure is too small to give: somebody could be recognised.",
    "More than none, but it rounds to 0.",
    "Beside a figure: it may still change.",
    "Beside a figure: it was estimated. Say how in the comment.",
    "Beside a figure: it replaces one that you gave earlier.",
    "Beside a figure: it rests on few cases or doubtful records.",
    "Beside a figure: estimated, and may still change.",
)
_HEADS = ("Indicator", "What is counted", "What it tells us", "What is good", "Note")


def write_definitions(sheet: Sheet, framework: Framework, plan: Plan, marking: str) -> None:
    """Write the shorthands (the drop-downs read them here) and the definitions of what is asked."""
    asked = dict.fromkeys(
        line.asked.item.indicator for sheet_name, line in plan.figures() if line.asked and sheet_name != ASSURANCE.sheet
    )
    indicators = [framework.indicators[name] for name in asked]
    has_references = any(indicator.references for indicator in indicators)
    widths = (*WIDTHS, WIDTH_OF_REFERENCES) if has_references else WIDTHS
    sheet.columns(widths)
    sheet.masthead(DEFINITIONS, LEAD, marking, START)
    sheet.put(SHORTHAND_FIRST_ROW - 2, 0, "Shorthand or marker", "head")
    sheet.put(SHORTHAND_FIRST_ROW - 2, 1, "Use it when", "head")
    row = SHORTHAND_FIRST_ROW - 1
    choices = shorthand_choices(framework.settings.disclosure_threshold or 0)
    for choice, meaning in zip(choices, _MEANINGS, strict=True):
        sheet.put(row, 0, choice, "locked_bold")
        sheet.put(row, 1, meaning, "locked")
        sheet.fit_row(row, {1: meaning})
        row += 1
    directions = {indicator.id: direction_words(framework, indicator, plan.period) for indicator in indicators}
    last = _write_indicators(sheet, indicators, directions, row + 1, has_references=has_references)
    sheet.worksheet.freeze_panes(4, 0)
    sheet.worksheet.print_area(0, 0, last, len(widths) - 1)


def direction_words(framework: Framework, indicator: Indicator, period: Period) -> str:
    """Say which way is good in a period: for the indicator, then for parts of it that differ by a target of theirs.

    A target may override the polarity of an indicator for a time, or of one category (model.md, ``targets``).
    """
    measure = framework.measure_of(indicator.id)
    target = framework.target_for(indicator.id, measure.id if measure else "", "", period)
    now = target.polarity if target else ""
    words = [f"{POLARITY_WORDS[now]} now" if now and now != indicator.polarity else POLARITY_WORDS[indicator.polarity]]
    parts: dict[str, list[str]] = {}
    for each in framework.targets:
        if each.indicator == indicator.id and each.item and each.polarity and holds_on_last_day(each, period):
            spare = framework.open_rows.is_open(each.item, each.category)
            part = framework.category_label(each.item, each.category) or framework.items[each.item].label
            parts.setdefault(each.polarity, []).append("what is written in spare rows" if spare else part)
    words += [f"{POLARITY_WORDS[way]} for: {', '.join(names)}" for way, names in parts.items()]
    return ". ".join(words)


def _write_indicators(
    sheet: Sheet, indicators: Sequence[Indicator], directions: Mapping[str, str], row: int, *, has_references: bool
) -> int:
    """Write a row for each indicator; return the last row."""
    if not indicators:
        return row
    for column, head in enumerate((*_HEADS, "References") if has_references else _HEADS):
        sheet.put(row, column, head, "head")
    for indicator in indicators:
        row += 1
        texts = (
            f"{indicator.id}  {indicator.title}",
            indicator.definition,
            indicator.rationale,
            directions[indicator.id],
            indicator.note,
            *([indicator.references] if has_references else []),
        )
        for column, text in enumerate(texts):
            sheet.put(row, column, text, "locked_bold" if column == 0 else "locked")
        sheet.fit_row(row, dict(enumerate(texts)))
    return row
