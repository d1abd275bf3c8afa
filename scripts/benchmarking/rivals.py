"""What the product is measured against: raw calamine, what an analyst would write, and a bare XlsxWriter loop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import openpyxl
import pandas as pd
import python_calamine
import xlsxwriter
from openpyxl.utils import range_boundaries

if TYPE_CHECKING:
    from pathlib import Path

    from openpyxl.cell.cell import Cell
    from openpyxl.worksheet.datavalidation import DataValidation
    from openpyxl.worksheet.worksheet import Worksheet

Options = dict[str, Any]


def read_raw(path: Path) -> int:
    """Read all sheets of a workbook with calamine, the floor; return the number of rows."""
    workbook = python_calamine.CalamineWorkbook.from_path(str(path))
    return sum(len(workbook.get_sheet_by_name(name).to_python()) for name in workbook.sheet_names)


def read_with_pandas(path: Path) -> dict[str, pd.DataFrame]:
    """Read all sheets of a workbook as an analyst would."""
    frames: dict[str, pd.DataFrame] = pd.read_excel(path, sheet_name=None, header=None, engine="openpyxl")
    return {sheet: frame.assign(file=path.name) for sheet, frame in frames.items()}


def concatenated(read: list[dict[str, pd.DataFrame]]) -> dict[str, pd.DataFrame]:
    """Return one frame a sheet, of all workbooks."""
    return {sheet: pd.concat([frames[sheet] for frames in read if sheet in frames]) for sheet in read[0]}


# --- a bare XlsxWriter loop ----------------------------------------------------------------------


class BareSheet(NamedTuple):
    """All that a sheet holds, as arguments of XlsxWriter's methods; formats are numbers."""

    name: str
    strings: list[tuple[int, int, str, int]]
    numbers: list[tuple[int, int, float, int]]
    blanks: list[tuple[int, int, int]]
    formulas: list[tuple[int, int, str, int, Any]]
    links: list[tuple[int, int, str, int, str]]
    columns: list[tuple[int, int, float, bool]]
    rows: list[tuple[int, float]]
    validations: list[tuple[str, Options]]
    conditions: list[tuple[str, str, int]]
    hidden: bool
    freeze: str


class BareWorkbook(NamedTuple):
    """All that a workbook holds."""

    formats: list[Options]
    sheets: list[BareSheet]


def write_bare(content: BareWorkbook, path: Path) -> None:
    """Write a workbook as a script without any further thought would."""
    workbook = xlsxwriter.Workbook(str(path))
    formats = [workbook.add_format(options) for options in content.formats]
    for sheet in content.sheets:
        worksheet = workbook.add_worksheet(sheet.name)
        for first, last, width, hidden in sheet.columns:
            worksheet.set_column(first, last, width, None, {"hidden": hidden})
        for row, height in sheet.rows:
            worksheet.set_row(row, height)
        _write_cells(worksheet, sheet, formats)
        for area, options in sheet.validations:
            worksheet.data_validation(area, options)
        for area, formula, look in sheet.conditions:
            worksheet.conditional_format(area, {"type": "formula", "criteria": formula, "format": formats[look]})
        _furnish(worksheet, sheet)
    workbook.close()


def _write_cells(worksheet: Any, sheet: BareSheet, formats: list[Any]) -> None:  # noqa: ANN401  (XlsxWriter's)
    for row, column, text, look in sheet.strings:
        worksheet.write_string(row, column, text, formats[look])
    for row, column, number, look in sheet.numbers:
        worksheet.write_number(row, column, number, formats[look])
    for row, column, look in sheet.blanks:
        worksheet.write_blank(row, column, None, formats[look])
    for row, column, formula, look, value in sheet.formulas:
        worksheet.write_formula(row, column, formula, formats[look], value)
    for row, column, target, look, text in sheet.links:
        worksheet.write_url(row, column, target, formats[look], text)


def _furnish(worksheet: Any, sheet: BareSheet) -> None:  # noqa: ANN401  (XlsxWriter's worksheet)
    worksheet.set_landscape()
    worksheet.set_paper(9)
    worksheet.fit_to_pages(1, 0)
    worksheet.protect("")
    if sheet.freeze:
        worksheet.freeze_panes(sheet.freeze)
    if sheet.hidden:
        worksheet.very_hidden()


# --- what a real return holds --------------------------------------------------------------------


def content_of(path: Path) -> BareWorkbook:
    """Return everything that a workbook holds, so that a bare loop can write it again."""
    workbook, cached = openpyxl.load_workbook(path), openpyxl.load_workbook(path, data_only=True)
    formats: list[Options] = []
    sheets = [_sheet(workbook[name], cached[name], formats) for name in workbook.sheetnames]
    return BareWorkbook(formats, sheets)


def _sheet(sheet: Worksheet, cached: Worksheet, formats: list[Options]) -> BareSheet:
    found = BareSheet(
        name=sheet.title,
        strings=[], numbers=[], blanks=[], formulas=[], links=[],
        columns=[
            (int(each.min or 1) - 1, int(each.max or 1) - 1, each.width, bool(each.hidden))
            for each in sheet.column_dimensions.values()
        ],
        rows=[(row - 1, each.height) for row, each in sheet.row_dimensions.items() if each.height],
        validations=[_validation(rule) for rule in sheet.data_validations.dataValidation],
        conditions=[
            (str(area.sqref), f"={rule.formula[0]}", _number(formats, _look(rule.dxf)))
            for area in sheet.conditional_formatting
            for rule in area.rules
        ],
        hidden=sheet.sheet_state != "visible",
        freeze=str(sheet.freeze_panes or ""),
    )  # fmt: skip
    for line in sheet.iter_rows():
        for cell in line:
            if cell.value is not None or cell.has_style:
                _add(found, cell, cached[cell.coordinate].value, _number(formats, _look(cell)))  # type: ignore[arg-type]
    return found


def _add(sheet: BareSheet, cell: Cell, cached: object, look: int) -> None:
    row, column, value = cell.row - 1, cell.column - 1, cell.value
    if cell.hyperlink:
        sheet.links.append((row, column, f"internal:{cell.hyperlink.location}", look, str(value)))
    elif value is None:
        sheet.blanks.append((row, column, look))
    elif cell.data_type == "f":
        sheet.formulas.append((row, column, str(value), look, cached))
    elif isinstance(value, int | float):
        sheet.numbers.append((row, column, float(value), look))
    else:
        sheet.strings.append((row, column, str(value), look))


def _number(formats: list[Options], look: Options) -> int:
    """Return the number of a format, which is added if it is new."""
    if look not in formats:
        formats.append(look)
    return formats.index(look)


def _colour(colour: Any) -> str:  # noqa: ANN401  (openpyxl's colour)
    return f"#{colour.rgb[-6:]}" if colour is not None and colour.type == "rgb" else ""


def _look(cell: Any) -> Options:  # noqa: ANN401  (a cell, or the style of a conditional format)
    """Return a format's properties by XlsxWriter's names, without those that say nothing."""
    font, fill, border, alignment = cell.font, cell.fill, cell.border, cell.alignment
    is_solid = fill is not None and fill.fill_type == "solid"
    look = {
        "font_name": font and font.name,
        "font_size": font and font.sz,
        "bold": font and font.b,
        "underline": 1 if font and font.u else 0,
        "font_color": font and _colour(font.color),
        "bg_color": _colour(fill.fgColor if is_solid else fill.bgColor) if fill and fill.fill_type else "",
        "border": 1 if border and border.left and border.left.style else 0,
        "border_color": _colour(border.left.color) if border and border.left and border.left.style else "",
        "align": alignment and alignment.horizontal,
        "valign": alignment and {"center": "vcenter"}.get(alignment.vertical, alignment.vertical),
        "text_wrap": alignment and alignment.wrap_text,
        "indent": alignment and int(alignment.indent),
    }
    if hasattr(cell, "number_format"):
        look |= {"num_format": cell.number_format, "locked": cell.protection.locked}
    return {name: value for name, value in look.items() if value or name == "locked"}


_KINDS = {"whole": "integer", "decimal": "decimal", "list": "list", "date": "date", "textLength": "length"}
_CRITERIA = {"greaterThanOrEqual": ">=", "lessThanOrEqual": "<="}


def _validation(rule: DataValidation) -> tuple[str, Options]:
    first, *others = [str(area) for area in rule.sqref.ranges]
    options: Options = {
        "validate": _KINDS[str(rule.type)],
        "error_title": rule.errorTitle or "",
        "error_message": rule.error or "",
        "input_title": rule.promptTitle or "",
        "input_message": rule.prompt or "",
        "other_cells": [_corners(area) for area in others],
    }
    formula = str(rule.formula1)
    if rule.type == "list":
        options["source"] = formula.strip('"').split(",") if formula.startswith('"') else f"={formula}"
    elif rule.operator in _CRITERIA:
        value = f"={formula}" if rule.type == "date" else float(formula)
        options |= {"criteria": _CRITERIA[rule.operator], "value": value}
    else:
        options |= {"criteria": "between", "minimum": float(formula), "maximum": float(str(rule.formula2))}
    return first, options


def _corners(area: str) -> list[int]:
    left, top, right, bottom = range_boundaries(area)
    return [int(top or 1) - 1, int(left or 1) - 1, int(bottom or 1) - 1, int(right or 1) - 1]
