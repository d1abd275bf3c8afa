"""The ``Start here`` sheet of a return: who, what, until when, how far, and the sign-off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dapf_xl.periods import words_of_date
from dapf_xl.returns.check_colours import colour
from dapf_xl.returns.layout import (
    ASSURANCE,
    DEFINITIONS,
    ENTRY_TABLES,
    HEADER_ROW,
    NARRATIVE,
    RETURN,
    REVISIONS,
    SIGN_OFF,
)
from dapf_xl.returns.row_checks import AN_ERROR, CORRECT, OK, OUTSTANDING, TO_DO
from dapf_xl.returns.validation import date_options, number_of, text_options

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dapf_xl.catalogue import Framework
    from dapf_xl.returns.layout import Plan
    from dapf_xl.workbooks import Sheet

WIDTHS = (22, 84, 24)
STATUS_ROW, FACTS_ROW, STEPS_ROW, SIGN_ROW, SHEETS_ROW = 3, 5, 10, 17, 22
"""Zero-based rows; the sign-off's cells are in ``layout``."""
TELLS_WHOSE = ("A1", f"B{FACTS_ROW + 1}", f"B{FACTS_ROW + 2}")
"""Cells that say whose return it is, and of which quarter."""
NO_DAY, TOO_EARLY = f"{CORRECT}: type a date", f"{CORRECT}: before the quarter is over"
SIGN_SAYS = frozenset({TO_DO, OK, NO_DAY, TOO_EARLY, AN_ERROR})
"""What is said beside a cell of the sign-off."""
READY, NOT_READY = "● Ready to return", "○ Not ready to return"
LONGEST_NAME = 200
_FIRST_SIGNED, _LAST_SIGNED = (edge(int(cell[1:]) for cell in SIGN_OFF.values()) for edge in (min, max))

_HOW = {
    RETURN.sheet: "Type this quarter's figures into the yellow cells of the sheet Return. 0 means none.",
    NARRATIVE.sheet: "Write in the yellow cells of the sheet Narrative, in plain words.",
    ASSURANCE.sheet: "Give headline, date and place of each piece of evidence on the sheet Quality assurance.",
}
_NOTHING_YET = "Nothing yet? Leave the row blank and pick the reason under Shorthand."
_STEPS = (
    "No figure? Leave its cell blank and pick the reason in the yellow cell beside it.",
    "Look at Check beside each row: it says what is still to do, and what to correct.",
    "Never put names, dates of birth, addresses or case numbers anywhere in this workbook.",
    "Sign below, save the file under its own name, and send it back.",
)

_COUNTED = {
    RETURN.sheet: ("figure", "figures"),
    NARRATIVE.sheet: ("text", "texts"),
    ASSURANCE.sheet: ("row of evidence", "rows of evidence"),
    REVISIONS.sheet: ("earlier figure", "earlier figures"),
}
"""What is still to do on a sheet, of one and of several."""
THE_SIGN_OFF = "the sign-off"

_SHEETS = {
    RETURN.sheet: "The figures for this quarter",
    NARRATIVE.sheet: "What you want to say in words",
    ASSURANCE.sheet: "Evidence and assurance: what is due, and what is still open from earlier",
    REVISIONS.sheet: "Figures for earlier quarters that are owed or provisional",
    DEFINITIONS: "What each indicator counts, and the shorthands",
}


def write_start_here(  # noqa: PLR0913, PLR0917  (what it is about, and what stands in it already)
    sheet: Sheet,
    framework: Framework,
    plan: Plan,
    marking: str,
    checks: Mapping[str, Mapping[int, str]],
    signed: Mapping[str, float | str],
) -> None:
    """Write the sheet that opens first.

    Args:
        sheet: The sheet.
        framework: The framework.
        plan: What the return asks.
        marking: Stands at its head.
        checks: What the checks of each sheet say, by row.
        signed: What stands in the cells of the sign-off, by part.
    """
    agency = framework.agencies[plan.agency]
    sheet.columns(WIDTHS)
    sheet.masthead(f"{agency.name}: performance return", f"{framework.title}, {framework.area}", marking)
    sheet.worksheet.set_row(STATUS_ROW - 1, 22)
    sheet.worksheet.set_row(STATUS_ROW, 30)
    sheet.put(STATUS_ROW, 0, "Where it stands", "cover_label")
    first, last = (words_of_date(day) for day in (plan.period.first_day, plan.period.last_day))
    facts = {
        "For": agency.name,
        "Period": f"{plan.period.words} ({first} to {last})",
        "Please return by": words_of_date(plan.period.due(framework.settings.deadline_days or 0)),
        "Questions to": framework.settings.contact,
    }
    for row, (label, words) in enumerate(facts.items(), FACTS_ROW):
        sheet.put(row, 0, label, "cover_label")
        sheet.put(row, 1, words, "cover_text")
    _write_steps(sheet, plan)
    signs = _write_sign_off(sheet, plan, signed)
    last_row = _write_contents(sheet, plan, checks, is_signed=all(each == OK for each in signs))
    sheet.worksheet.print_area(0, 0, last_row, len(WIDTHS) - 1)
    sheet.worksheet.fit_to_pages(1, 1)
    sheet.worksheet.set_selection(0, 0, 0, 0)


def _heading(sheet: Sheet, row: int, words: str, right: str = "") -> None:
    sheet.worksheet.set_row(row, 18)
    sheet.put(row, 0, words, "subhead")
    sheet.put(row, 1, None, "subhead")
    sheet.put(row, 2, right or None, "subhead_right")


def _write_steps(sheet: Sheet, plan: Plan) -> None:
    counts = RETURN.sheet in plan.lines or plan.lines.get(REVISIONS.sheet)
    nothing_yet = () if counts or ASSURANCE.sheet not in plan.lines else (_NOTHING_YET,)
    steps = [words for name, words in _HOW.items() if name in plan.lines]
    steps += _STEPS if counts else (*nothing_yet, *_STEPS[1:])
    heading = min(STEPS_ROW, SIGN_ROW - len(steps) - 1)  # the sign-off's cells stay where they are
    _heading(sheet, heading, "What to do")
    for number, step in enumerate(steps, 1):
        sheet.put(heading + number, 0, f"Step {number}", "cover_label")
        sheet.put(heading + number, 1, step, "cover_text")


def _write_sign_off(sheet: Sheet, plan: Plan, signed: Mapping[str, float | str]) -> list[str]:
    """Write the cells for the sign-off, and beside each whether it is filled; return what is said beside them.

    The formulas look each cell up by its row: a cell that is cut and pasted elsewhere takes no check along with it.
    """
    _heading(sheet, SIGN_ROW, "Sign-off")
    next_day = number_of(plan.period.last_day) + 1
    said = []
    for part, words in (("name", "Your name"), ("role", "Your role"), ("date", "Date")):
        row = int(SIGN_OFF[part][1:]) - 1
        sheet.worksheet.set_row(row, 18)
        sheet.put(row, 0, words, "cover_label")
        sheet.put(row, 1, signed.get(part), "input_day" if part == "date" else "input_text")
        options = date_options("14/01/2015") if part == "date" else text_options(LONGEST_NAME)
        sheet.worksheet.data_validation(SIGN_OFF[part], options)
        cell = f"INDEX($B:$B,{row + 1})"
        blank = f'IF(TRIM({cell})="","{TO_DO}"'
        if part == "date":
            day = f'IF({cell}<{next_day},"{TOO_EARLY}","{OK}")'
            formula = f'{blank},IF(ISNUMBER({cell}),{day},"{NO_DAY}"))'
        else:
            formula = f'{blank},"{OK}")'
        said.append(_sign_says(signed.get(part, ""), next_day if part == "date" else None))
        sheet.formula(row, 2, f'IFERROR({formula},"{AN_ERROR}")', said[-1], "check")
    colour(sheet, (f"$C{_FIRST_SIGNED}", OK), (_FIRST_SIGNED - 1, _LAST_SIGNED - 1), (2,))
    return said


def _sign_says(value: float | str, next_day: int | None) -> str:
    """Return what is said beside a cell of the sign-off; of a date, with the first day that it can be."""
    if isinstance(value, str) and not value.strip():
        return TO_DO
    if next_day is None:
        return OK
    if isinstance(value, str):
        return NO_DAY
    return TOO_EARLY if value < next_day else OK


def _write_contents(sheet: Sheet, plan: Plan, checks: Mapping[str, Mapping[int, str]], *, is_signed: bool) -> int:
    """Write the sheets with what is still to do on each; return the last row."""
    _heading(sheet, SHEETS_ROW, "Sheets", "Still to do")
    row = SHEETS_ROW
    counted: dict[str, tuple[str, int]] = {}
    for name in (*plan.lines, DEFINITIONS):
        row += 1
        sheet.link(row, 0, name, name)
        sheet.put(row, 1, _SHEETS[name], "cover_text")
        if plan.lines.get(name):
            counted[f"C{row + 1}"] = (name, _count_outstanding(sheet, row, plan, name, checks[name]))
    row += 1
    sheet.put(row, 0, "Sign-off", "plain")
    sheet.put(row, 1, "Your name, role and the date, above", "cover_text")
    signed = f'COUNTIF($C${_FIRST_SIGNED}:$C${_LAST_SIGNED},"{OK}")'
    sheet.formula(row, 2, f"IF({signed}={len(SIGN_OFF)},0,1)", int(not is_signed), "count")
    _write_status(sheet, counted, f"C{row + 1}", is_signed=is_signed)
    _heading(sheet, row + 2, "Colours")
    for place, (words, style, meaning) in enumerate(
        (("Yellow", "setting_text_locked", "Type here"), ("Grey", "locked", "Locked: filled in for you")), row + 3
    ):
        sheet.put(place, 0, words, style)
        sheet.put(place, 1, meaning, "cover_text")
    return row + 4


def _count_outstanding(sheet: Sheet, row: int, plan: Plan, name: str, said: Mapping[int, str]) -> int:
    lines = plan.lines[name]
    letter = ENTRY_TABLES[name].columns["check"]
    checks = f"'{name}'!${letter}${HEADER_ROW + 1}:${letter}${max(line.row for line in lines)}"
    formula = "+".join(f'COUNTIF({checks},"{words}*")' for words in OUTSTANDING)
    count = sum(words.startswith(OUTSTANDING) for words in said.values())
    sheet.formula(row, 2, formula, count, "count")
    return count


def _write_status(sheet: Sheet, counted: dict[str, tuple[str, int]], signed: str, *, is_signed: bool) -> None:
    """Write whether the return is ready, how many things are still to do, and of what kinds."""
    total = "+".join([*counted, signed])
    pieces, shown = [], []
    for cell, (name, still) in counted.items():
        one, several = _COUNTED[name]
        pieces.append(f'IF({cell}=0,"",", "&{cell}&IF({cell}=1," {one}"," {several}"))')
        shown += [f"{still} {one if still == 1 else several}"] if still else []
    pieces.append(f'IF({signed}=0,"",", {THE_SIGN_OFF}")')
    things = f'{total}&IF({total}=1," thing"," things")'.replace(total, f"({total})")
    formula = f'IF({total}=0,"{READY}","{NOT_READY}: "&{things}&" still to do: "&MID({"&".join(pieces)},3,200))'
    shown += [] if is_signed else [THE_SIGN_OFF]
    count = sum(still for _, still in counted.values()) + (not is_signed)
    words = f"{NOT_READY}: {not_ready(count, shown)}" if count else READY
    sheet.formula(STATUS_ROW, 1, formula, words, "status")
    ready = f'=LEFT($B${STATUS_ROW + 1},1)="{READY[0]}"'
    look = {"type": "formula", "criteria": ready, "format": sheet.book.style("if_done")}
    sheet.worksheet.conditional_format(STATUS_ROW, 1, STATUS_ROW, 1, look)


def not_ready(count: int, what: list[str]) -> str:
    """Return how many things are still to do, and which: ``3 things still to do: 2 figures, the sign-off``."""
    return f"{count} {'thing' if count == 1 else 'things'} still to do: {', '.join(what)}"
