"""Builds the control workbook from source: sheets, buttons, macros and a ribbon tab; two builds are equal part by part.

Its macros are this project's own (``vba/*.bas``) and, from the installed xlwings, ``xlwings.bas`` (BSD-3) and
``Dictionary.cls`` (MIT), each with its notice, so that no add-in is needed and versions cannot drift apart. Nothing
of ``xlwings/pro`` is in it.
"""

from __future__ import annotations

import zipfile
from datetime import UTC, datetime
from importlib import resources
from importlib.util import find_spec
from io import BytesIO
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import quoteattr

from dapf_xl import __version__, catalogue
from dapf_xl.hosts import control_sheet as at
from dapf_xl.hosts.vba_project import Kind, Module, Project, document_module, exported_module
from dapf_xl.styles import HINT, LINE, LOCKED
from dapf_xl.workbooks import Book, Sheet, strict, write_atomically

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

FILE_NAME = "DAPF_Control.xlsm"
USUAL_INTERPRETER = r"%LOCALAPPDATA%\dapf\env\Scripts\python.exe"
"""Where the bundle puts Python: in the repository's workbook. ``dapf excel install`` writes the real place."""
OWN_MODULES = ("DapfControl", "DapfRibbon")

_CREATED = datetime(2026, 1, 1, tzinfo=UTC)
_MOMENT = (1980, 1, 1, 0, 0, 0)
_RIBBON_PART = "customUI/customUI14.xml"
_RIBBON_NAMESPACE = "http://schemas.microsoft.com/office/2009/07/customui"
_RIBBON_RELATION = "http://schemas.microsoft.com/office/2007/relationships/ui/extensibility"
_WIDTHS = (30, 26, 9, 9, 60, 38)
_TABLE = ("table_text", "table_text", "table_number", "table_number", "table_text", "table_link")
"""Formats of whole columns, so that what a handler puts into the table stays text, and is never taken for a formula."""
_BUTTON_ROW = 15
_BUTTON = (150, 34)
_BUTTON_STEP = 172
_WIDE_BUTTON = (190, 34)
_SIDE_BUTTON = (150, 22)
_FOOTER = "dapf control workbook"


def own_modules() -> list[Module]:
    """Return this project's modules."""
    folder = resources.files("dapf_xl.hosts") / "vba"
    return [exported_module((folder / f"{name}.bas").read_text(encoding="utf-8")) for name in OWN_MODULES]


def xlwings_modules() -> list[Module]:
    """Return the modules of the installed xlwings that start Python, with their notices.

    Raises:
        FileNotFoundError: xlwings is not installed, or has not these files.
    """
    found = find_spec("xlwings")
    if found is None or found.origin is None:
        raise FileNotFoundError("xlwings is not installed")
    folder = Path(found.origin).parent
    files = (folder / "xlwings.bas", folder / "addin" / "Dictionary.cls")
    return [exported_module(file.read_bytes().decode("cp1252")) for file in files]


def build(path: Path, interpreter: str = USUAL_INTERPRETER, engine: Sequence[Module] | None = None) -> None:
    """Write the control workbook.

    Args:
        path: Where it goes; it must end in ``.xlsm``.
        interpreter: The Python that its buttons start.
        engine: The modules that start it; None for those of the installed xlwings.

    Raises:
        NotWrittenError: the file could not be written, or is open in a spreadsheet program.
        FileNotFoundError: xlwings is not installed.
    """
    documents = [document_module("ThisWorkbook", Kind.WORKBOOK)]
    documents += [document_module(_code_name(number), Kind.SHEET) for number in range(len(at.SHEETS))]
    modules = [*documents, *own_modules(), *(xlwings_modules() if engine is None else engine)]
    write_atomically(path, lambda temporary: _write(temporary, interpreter, Project(modules)))


def _code_name(number: int) -> str:
    return f"Sheet{number + 1}"


def _write(path: Path, interpreter: str, project: Project) -> None:
    with strict():
        book = Book(path, title="Control workbook", subject="Performance returns", created=_CREATED)
        macros: Any = BytesIO(project.as_bytes())  # XlsxWriter's annotation knows paths alone
        book.workbook.add_vba_project(macros, is_stream=True)
        book.workbook.set_vba_name("ThisWorkbook")
        _write_control(_sheet(book, at.CONTROL, "read_first"))
        _write_amend(_sheet(book, at.AMEND, "detail"))
        _write_recipients(_sheet(book, at.RECIPIENTS, "detail"))
        lists = _sheet(book, at.LISTS, "record")
        _write_lists(lists)
        conf = _sheet(book, at.CONF, "record")
        for row, pair in enumerate(settings(interpreter).items()):
            for column, value in enumerate(pair):
                conf.put(row, column, value, "plain")
        for hidden in (lists, conf):
            hidden.worksheet.hide()
        book.workbook.close()
    _add_ribbon(path)


def _sheet(book: Book, name: str, tab: str) -> Sheet:
    sheet = book.sheet(name, Sheet, tab=tab, footer=_FOOTER)
    sheet.worksheet.set_vba_name(_code_name(at.SHEETS.index(name)))
    return sheet


def settings(interpreter: str) -> dict[str, str]:
    """Return what the sheet ``xlwings.conf`` says.

    Every setting that xlwings looks for when it starts Python is there, so that a person's own settings of xlwings
    (a file in the home folder, or beside the workbook) change nothing here. The workbook's folder is not searched
    for code: where OneDrive holds it, its path is an address on the web, and looking for it fails.
    """
    return {
        "INTERPRETER_WIN": interpreter,
        "INTERPRETER_MAC": interpreter,
        "ADD_WORKBOOK_TO_PYTHONPATH": "false",
        "PYTHONPATH": "",
        "CONDA PATH": "",
        "CONDA ENV": "",
        "USE UDF SERVER": "False",
        "SHOW CONSOLE": "False",
        "SHOW_ERROR_POPUPS": "True",
        "LICENSE_KEY": "",
        "TEMP DIR": "%TEMP%",
        **{f"{drive}_{system}": "" for drive in ("ONEDRIVE_CONSUMER", "ONEDRIVE_COMMERCIAL", "SHAREPOINT")
           for system in ("WIN", "MAC")},
    }  # fmt: skip


# --- the sheets -------------------------------------------------------------------------------


def _cell(address: str) -> tuple[int, int]:
    """Return row and column of an address in the first 26 columns, from zero."""
    return int(address[1:]) - 1, ord(address[0]) - ord("A")


def _write_control(sheet: Sheet) -> None:
    lead = "Choose folder and period, then click a button for each step of the quarter. Status says what came of it."
    sheet.masthead("Performance framework: control", lead, "")
    made_for = f"Made for dapf {__version__}. If a button does nothing, the command dapf excel doctor says why."
    sheet.put(2, 0, made_for, "lead")
    for column, (width, style) in enumerate(zip(_WIDTHS, _TABLE, strict=True)):
        sheet.worksheet.set_column(column, column, width, sheet.book.style(style))
    labels = {
        at.FRAMEWORK: ("Framework", "input_field"),
        at.WORKSPACE: ("Folder of the workspace", "path"),
        at.PERIOD: ("Period", "input_field"),
        at.PLACES["issued"]: ("Returns to send out", "path_link"),
        at.PLACES["returns"]: ("Returns that came back", "path_link"),
        at.PLACES["master"]: ("Masters", "path_link"),
    }
    for address, (label, style) in labels.items():
        row, column = _cell(address)
        sheet.put(row, 0, label, "label")
        sheet.put(row, column, None, style)
        sheet.set_height(row, 20)
    sheet.put(*_cell(at.TITLE), None, "path")
    _put_status(sheet, at.STATUS, "○ Choose the folder of your workspace, or an empty folder for a new one.", width=4)
    shipped = list(catalogue.shipped())
    _drop_down(sheet, at.FRAMEWORK, shipped, "For a new workspace", "A framework that comes with dapf.")
    _drop_down(sheet, at.PERIOD, "=Periods", "Period", "The quarter of the round; then Refresh.")
    _put_control_buttons(sheet)
    sheet.put(*_cell(at.HEADING), "Agencies", "title")
    sheet.set_height(_cell(at.HEADING)[0], 22)
    for column, head in enumerate(at.COLUMNS):
        sheet.put(at.HEAD_ROW - 1, column, head, "head")
    _mark_states(sheet)
    sheet.worksheet.set_selection(at.PERIOD)
    sheet.worksheet.activate()


def _put_status(sheet: Sheet, cells: Sequence[str], words: str, width: int) -> None:
    """Write a status: lines over several columns, coloured by the mark that the first begins with."""
    top, column = _cell(cells[0])
    sheet.put(top, 0, "Status", "label")
    for row in range(top, top + len(cells)):
        for beside in range(width):
            sheet.put(row, column + beside, words if (row, beside) == (top, 0) else None, "status_line")
        sheet.set_height(row, 18)
    area = (top, column, top + len(cells) - 1, column + width - 1)
    _colour_by_mark(sheet, area, f"${cells[0][0]}${cells[0][1:]}")


def _colour_by_mark(sheet: Sheet, area: tuple[int, int, int, int], cell: str) -> None:
    """Colour cells by the mark with which a cell begins; the mark says it without the colour."""
    for mark, style in (("●", "if_done"), ("▲", "if_asked"), ("■", "if_wrong")):
        options: dict[str, Any] = {"type": "formula", "criteria": f'=LEFT({cell},1)="{mark}"'}
        sheet.worksheet.conditional_format(*area, {**options, "format": sheet.book.style(style)})


def _mark_states(sheet: Sheet) -> None:
    """Draw lines around what the table holds, and colour each agency's state."""
    first, last = at.FIRST_ROW - 1, at.LAST_ROW - 1
    state = at.STATE_COLUMN - 1
    _colour_by_mark(sheet, (first, state, last, state), f"$B{at.FIRST_ROW}")
    lined: dict[str, Any] = {"type": "formula", "criteria": f'=$A{at.FIRST_ROW}<>""'}
    lined["format"] = sheet.book.style("if_filled")
    sheet.worksheet.conditional_format(first, 0, last, len(at.COLUMNS) - 1, lined)


def _drop_down(sheet: Sheet, address: str, source: Sequence[str] | str, title: str, words: str) -> None:
    options: dict[str, Any] = {
        "validate": "list",
        "source": source if isinstance(source, str) else list(source),
        "input_title": title,
        "input_message": words,
        "error_type": "warning",
        "error_title": "Not in the list",
        "error_message": "This is not in the list. Keep it all the same?",
    }
    sheet.worksheet.data_validation(address, options)


def _put_control_buttons(sheet: Sheet) -> None:
    """Put the buttons of the quarter in a row, and those of the workspace beside its cells."""
    sheet.set_height(_BUTTON_ROW, 32)
    beside = {
        "NewWorkspace": at.FRAMEWORK,
        "ChooseFolder": at.WORKSPACE,
        "RefreshStates": at.PERIOD,
        "ShowRecipients": at.PLACES["issued"],
    }
    row = [each for each in at.COMMANDS if each.sheet == at.CONTROL and each.macro not in beside]
    for command in at.COMMANDS:
        if command.macro in beside:
            _button(sheet, (_cell(beside[command.macro])[0], 5), command, _SIDE_BUTTON, 10)
    for number, command in enumerate(row):
        offset = number * _BUTTON_STEP + 4
        if command.is_there:
            _button(sheet, (_BUTTON_ROW, 0), command, _BUTTON, offset)
        else:
            _disabled(sheet, (_BUTTON_ROW, 0), command, offset)


def _button(sheet: Sheet, place: tuple[int, int], command: at.Command, size: tuple[int, int], offset: int) -> None:
    options: dict[str, Any] = {"macro": command.macro, "caption": command.caption, "description": command.tip}
    options |= {"width": size[0], "height": size[1], "x_offset": offset, "y_offset": 3}
    sheet.worksheet.insert_button(*place, options)


def _disabled(sheet: Sheet, place: tuple[int, int], command: at.Command, offset: int) -> None:
    """Draw what will be a button: grey, without a macro, and saying that it comes."""
    look = {
        "width": _BUTTON[0],
        "height": _BUTTON[1],
        "x_offset": offset,
        "y_offset": 3,
        "fill": {"color": LOCKED},
        "line": {"color": LINE},
        "font": {"name": "Arial", "size": 9, "color": HINT},
        "align": {"vertical": "middle", "horizontal": "center"},
        "description": command.tip,
    }
    sheet.worksheet.insert_textbox(*place, f"{command.caption}\n(comes later)", look)


def _write_amend(sheet: Sheet) -> None:
    lead = "A figure that somebody gave by telephone goes on record with who, how and why. Write roles, not names."
    sheet.masthead("Amend a figure", lead, "")
    sheet.link(2, 0, at.CONTROL, f"Back to {at.CONTROL}")
    sheet.columns((30, 96))
    rows = {
        at.AMEND_PERIOD: ("Period", "locked_field"),
        at.AMEND_AGENCY: ("Agency", "input_field"),
        at.AMEND_FIGURE: ("Figure", "input_field"),
        at.AMEND_ABOUT: ("Of an earlier period (mostly blank)", "input_field"),
        at.AMEND_VALUE: ("New figure, percentages as 36.4%", "input_field"),
        at.AMEND_SHORTHAND: ("Shorthand or marker (mostly blank)", "input_field"),
        at.AMEND_WHO: ("Who gave it (a role)", "input_field"),
        at.AMEND_HOW: ("How", "input_field"),
        at.AMEND_WHY: ("Why it changes", "input_field"),
    }
    for address, (label, style) in rows.items():
        row, column = _cell(address)
        sheet.put(row, 0, label, "label")
        sheet.put(row, column, None, style)
        sheet.set_height(row, 20)
    sheet.formula(
        *_cell(at.AMEND_PERIOD), f'IF({at.CONTROL}!{at.PERIOD}="","",{at.CONTROL}!{at.PERIOD})', "", "locked_field"
    )
    _drop_down(sheet, at.AMEND_AGENCY, "=Agencies", "Agency", "Whose figure it is.")
    _drop_down(sheet, at.AMEND_FIGURE, "=FiguresOfAgency", "Figure", "Choose the agency first.")
    _drop_down(sheet, at.AMEND_ABOUT, "=Periods", "Period", "Blank: the period of the round.")
    _drop_down(sheet, at.AMEND_SHORTHAND, "=Shorthands", "Shorthand", "Such as [p] provisional, as in a return.")
    _drop_down(sheet, at.AMEND_HOW, ["telephone", "e-mail", "meeting"], "How", "How the figure was given.")
    _put_status(sheet, at.AMEND_STATUS, "○ Choose agency and figure, say what it is now, then Record amendment.", 1)
    _put_record_button(sheet, at.AMEND, _cell(at.AMEND_STATUS[-1])[0] + 2)
    sheet.worksheet.set_selection(at.AMEND_AGENCY)


def _put_record_button(sheet: Sheet, name: str, row: int) -> None:
    """Put the one button of a form below its status."""
    (record,) = (each for each in at.COMMANDS if each.sheet == name)
    _button(sheet, (row, 1), record, _WIDE_BUTTON, 4)
    sheet.set_height(row, 36)


def _write_recipients(sheet: Sheet) -> None:
    lead = "Who receives the message, and who of them may have a working edition, which holds small numbers."
    sheet.masthead("Recipients", lead, "")
    sheet.link(2, 0, at.CONTROL, f"Back to {at.CONTROL}")
    sheet.columns((44, 26, 26, 46))
    for address, label, style in ((at.RECIPIENTS_OF, "Of the workspace", "path"), (at.SENDER, "From", "input_field")):
        row, column = _cell(address)
        sheet.put(row, 0, label, "label")
        for beside in range(column, 4 if style == "path" else column + 2):
            sheet.put(row, beside, None, style)
        sheet.set_height(row, 20)
    row, column = _cell(at.SENDER)
    sheet.worksheet.merge_range(row, column, row, column + 1, "", sheet.book.style("input_field"))
    _put_status(sheet, at.RECIPIENTS_STATUS, "○ Click Recipients on the sheet Control first.", width=3)
    _put_record_button(sheet, at.RECIPIENTS, _cell(at.RECIPIENTS_STATUS[-1])[0] + 1)
    for column, head in enumerate(at.RECIPIENT_COLUMNS):
        sheet.put(at.RECIPIENTS_HEAD_ROW - 1, column, head, "head")
    for row in range(at.FIRST_RECIPIENT - 1, at.LAST_RECIPIENT):
        for column in range(len(at.RECIPIENT_COLUMNS)):
            sheet.put(row, column, None, "input_field")
    answers = f"B{at.FIRST_RECIPIENT}:C{at.LAST_RECIPIENT}"
    _drop_down(sheet, answers, ["yes", "no"], "yes or no", "Small numbers can identify somebody: yes only by role.")
    sheet.worksheet.set_selection(f"A{at.FIRST_RECIPIENT}")


_NAMED = {"Periods": at.PERIODS_AT, "Agencies": at.AGENCIES_AT, "Shorthands": at.SHORTHANDS_AT}
"""Names of the lists, for the drop-downs."""


def _write_lists(sheet: Sheet) -> None:
    """Write the heads of the lists behind the drop-downs, and name what they hold, however long it is."""
    heads = ("Periods", "Agencies", "Agency of figure", "Figure", "Shorthands")
    for column, head in enumerate(heads):
        sheet.put(0, column, head, "head")
    last = at.LONGEST_LIST + 1
    for name, first in _NAMED.items():
        letter = first[0]
        counted = f"MAX(1,COUNTA({at.LISTS}!${letter}$2:${letter}${last}))"
        sheet.book.workbook.define_name(name, f"=OFFSET({at.LISTS}!${letter}$2,0,0,{counted},1)")
    agency = f"{at.AMEND}!${at.AMEND_AGENCY[0]}${at.AMEND_AGENCY[1:]}"
    names = f"{at.LISTS}!$C$2:$C${last}"
    sheet.book.workbook.define_name(
        "FiguresOfAgency",
        f"=OFFSET({at.LISTS}!$D$2,IFERROR(MATCH({agency},{names},0),1)-1,0,MAX(1,COUNTIF({names},{agency})),1)",
    )


# --- the ribbon -------------------------------------------------------------------------------


def ribbon() -> str:
    """Return the ribbon tab as Excel reads it (custom UI, 2009/07): the same commands as the buttons."""
    groups = [
        f'<group id="dapf{name}" label={quoteattr(name)}>{"".join(map(_ribbon_button, commands))}</group>'
        for name, commands in groupby(at.COMMANDS, key=lambda each: each.group)
    ]
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f'<customUI xmlns="{_RIBBON_NAMESPACE}"><ribbon><tabs>'
        f'<tab id="dapfTab" label="DAPF">{"".join(groups)}</tab></tabs></ribbon></customUI>'
    )


def _ribbon_button(command: at.Command) -> str:
    attributes = {
        "id": f"dapf{command.macro}",
        "label": command.caption,
        "size": "large",
        "imageMso": command.image,
        "screentip": command.caption,
        "supertip": command.tip,
        **({"onAction": command.callback} if command.is_there else {"enabled": "false"}),
    }
    return f"<button {' '.join(f'{name}={quoteattr(value)}' for name, value in attributes.items())}/>"


def _add_ribbon(path: Path) -> None:
    """Add the ribbon to a finished workbook: its part, and the relation that leads to it."""
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    relation = f'<Relationship Id="rIdRibbon" Type="{_RIBBON_RELATION}" Target="{_RIBBON_PART}"/>'
    relations = parts["_rels/.rels"].decode("utf-8")
    parts["_rels/.rels"] = relations.replace("</Relationships>", f"{relation}</Relationships>").encode("utf-8")
    parts[_RIBBON_PART] = ribbon().encode("utf-8")
    _pack(path, parts.items())


def _pack(path: Path, parts: Iterable[tuple[str, bytes]]) -> None:
    """Write a package whose parts have no time of their own."""
    with zipfile.ZipFile(path, "w") as package:
        for name, content in parts:
            package.writestr(zipfile.ZipInfo(name, _MOMENT), content, zipfile.ZIP_DEFLATED)
