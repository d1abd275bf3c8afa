"""The ``Start here`` sheet of a return: who, what, until when, how far, and the sign-off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dapf_xl.periods import words_of_date
from dapf_xl.returns.layout import DEFINITIONS, ENTRY_TABLES, HEADER_ROW, NARRATIVE, RETURN, REVISIONS, SIGN_OFF, START
from dapf_xl.returns.live_checks import OUTSTANDING

if TYPE_CHECKING:
    from dapf_xl.catalogue import Framework
    from dapf_xl.returns.layout import Plan
    from dapf_xl.workbooks import Sheet

STATUS_ROW = 3
READY = "Ready to return"

_STEPS = (
    "Open the sheet Return. Type this quarter's figures into the yellow cells.",
    "No figure? Leave the cell blank and pick the reason in the yellow cell beside it. 0 means none.",
    "Look at Check beside each row: it says what is still to do, and what to correct.",
    "Never put names, dates of birth, addresses or case numbers anywhere in this workbook.",
    "Sign below, save the file under its own name, and send it back.",
)

_SHEETS = {
    RETURN.sheet: "The figures for this quarter",
    NARRATIVE.sheet: "What you want to say in words",
    REVISIONS.sheet: "Figures for earlier quarters that are owed or provisional",
    DEFINITIONS: "What each indicator counts, and the shorthands",
}


def write_start_here(sheet: Sheet, framework: Framework, plan: Plan, marking: str) -> None:
    """Write the sheet that opens first."""
    agency = framework.agencies[plan.agency]
    sheet.columns((22, 78, 20))
    sheet.masthead(f"{agency.name}: performance return", f"{framework.title}, {framework.area}", marking)
    sheet.worksheet.set_row(STATUS_ROW, 30)
    sheet.put(STATUS_ROW, 0, "Where it stands", "cover_label")
    facts = {
        "For": agency.name,
        "Period": f"{plan.period.words} ({words_of_date(plan.period.first_day)} to {words_of_date(plan.period.last_day)})",
        "Please return by": words_of_date(plan.period.due(framework.settings.deadline_days or 0)),
        "Questions to": framework.settings.contact,
    }
    for row, (label, words) in enumerate(facts.items(), STATUS_ROW + 2):
        sheet.put(row, 0, label, "cover_label")
        sheet.put(row, 1, words, "cover_text")
    _write_steps(sheet)
    _write_sign_off(sheet)
    _write_contents(sheet, plan)
    sheet.worksheet.set_selection(0, 0, 0, 0)


def _write_steps(sheet: Sheet) -> None:
    sheet.put(10, 0, "What to do", "subhead")
    sheet.put(10, 1, None, "subhead")
    sheet.put(10, 2, None, "subhead")
    for number, step in enumerate(_STEPS, 1):
        sheet.put(10 + number, 0, f"Step {number}", "cover_label")
        sheet.put(10 + number, 1, step, "cover_text")


def _write_sign_off(sheet: Sheet) -> None:
    sheet.put(17, 0, "Sign-off", "subhead")
    sheet.put(17, 1, None, "subhead")
    sheet.put(17, 2, None, "subhead")
    for part, words in (("name", "Your name"), ("role", "Your role"), ("date", "Date")):
        row = int(SIGN_OFF[part][1:]) - 1
        sheet.put(row, 0, words, "cover_label")
        sheet.put(row, 1, None, "input_date" if part == "date" else "input_text")
    sheet.worksheet.data_validation(
        SIGN_OFF["date"],
        {
            "validate": "date",
            "criteria": ">=",
            "value": "=DATE(2000,1,1)",
            "error_title": "A date is wanted",
            "error_message": "Type the date on which you sign, for example 14/01/2015.",
        },
    )


def _write_contents(sheet: Sheet, plan: Plan) -> None:
    sheet.put(22, 0, "Sheets", "subhead")
    sheet.put(22, 1, None, "subhead")
    sheet.put(22, 2, "Still to do", "subhead_right")
    row = 23
    counted = {}
    for name in (*plan.lines, DEFINITIONS):
        sheet.link(row, 0, name, name)
        sheet.put(row, 1, _SHEETS[name], "cover_text")
        if plan.lines.get(name):
            table = ENTRY_TABLES[name]
            last = max(line.row for line in plan.lines[name])
            checks = f"'{name}'!${table.columns['check']}${HEADER_ROW + 1}:${table.columns['check']}${last}"
            formula = "+".join(f'COUNTIF({checks},"{words}*")' for words in OUTSTANDING)
            count = sum(1 for line in plan.lines[name] if line.asked and line.asked.item.required and name != REVISIONS.sheet)
            sheet.formula(row, 2, formula, count, "count")
            counted[f"C{row + 1}"] = count
        row += 1
    sheet.put(row, 0, "Sign-off", "plain")
    sheet.put(row, 1, "Your name, role and the date, above", "cover_text")
    cells = ",".join(SIGN_OFF.values())
    sheet.formula(row, 2, f"{len(SIGN_OFF)}-COUNTA({cells})", len(SIGN_OFF), "count")
    counted[f"C{row + 1}"] = len(SIGN_OFF)
    _write_status(sheet, counted)
    sheet.put(row + 2, 0, "Colours", "subhead")
    sheet.put(row + 2, 1, None, "subhead")
    sheet.put(row + 2, 2, None, "subhead")
    sheet.put(row + 3, 0, "Yellow", "setting_text_locked")
    sheet.put(row + 3, 1, "Type here", "cover_text")
    sheet.put(row + 4, 0, "Grey", "locked")
    sheet.put(row + 4, 1, "Locked: filled in for you", "cover_text")


def _write_status(sheet: Sheet, counted: dict[str, int]) -> None:
    total = "+".join(counted)
    still = sum(counted.values())
    formula = (
        f'IF({total}=0,"● {READY}",IF({total}=1,"○ Not ready: 1 thing still to do",'
        f'"○ Not ready: "&({total})&" things still to do"))'
    )
    sheet.formula(STATUS_ROW, 1, formula, f"○ Not ready: {still} things still to do", "status")
    sheet.worksheet.conditional_format(
        STATUS_ROW, 1, STATUS_ROW, 1,
        {"type": "formula", "criteria": f'=LEFT($B${STATUS_ROW + 1},1)="●"', "format": sheet.book.style("if_done")},
    )
