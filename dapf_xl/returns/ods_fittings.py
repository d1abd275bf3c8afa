"""How an OpenDocument spreadsheet is fitted out besides its cells: protected, validated, coloured, linked, hidden."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

from dapf_xl.returns.fittings import ALLOWED, BookFittings, SheetFittings
from dapf_xl.returns.formulas import column_number
from dapf_xl.returns.ods_cells import (
    CONFIG,
    EVERY_COLUMN,
    EVERY_ROW,
    LOEXT,
    STYLE,
    TABLE,
    TEXT,
    XLINK,
    cells_in,
    letter,
    letters_of,
    lines_of,
)
from dapf_xl.returns.ods_more import more_of
from dapf_xl.returns.ods_rules import formats_of, mapped_formats, validations_of
from dapf_xl.returns.ods_styles import points_of
from dapf_xl.returns.troubles import FARTHEST_ROW
from dapf_xl.returns.xlsx_fittings import link

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from xml.etree.ElementTree import Element

    from dapf_xl.returns.fittings import Rule
    from dapf_xl.returns.ods_cells import Line
    from dapf_xl.returns.ods_styles import Styles

_ISSUE = re.compile(rb'name="dapf_issue"[^<>]*>([^<]*)<')
_HIDDEN = ("collapse", "filter")
_PRINTING = ("print-range", "repeat-column", "repeat-row", "filter")
_ALLOWED = {
    "selectLockedCells": "select-protected-cells",
    "selectUnlockedCells": "select-unprotected-cells",
    "insertColumns": "insert-columns",
    "insertRows": "insert-rows",
    "deleteColumns": "delete-columns",
    "deleteRows": "delete-rows",
    "autoFilter": "use-autofilter",
    "pivotTables": "use-pivot",
}
"""What may be done on a protected sheet, as LibreOffice keeps it; the rest it does not know."""
_PASSWORD = "password"  # noqa: S105  (a word)
_LOW, _NARROW = 7.0, 5.5
"""Points below which a row or a column is as good as hidden."""
_IN_BOOK = re.compile(r"#\$?(?:'((?:[^']|'')*)'|([^.']+))\.(.*)", re.DOTALL)


class Book:
    """What the sheets of a workbook share, by which each of them is fitted out."""

    def __init__(self, content: Element, styles: Styles, charts: frozenset[str]) -> None:
        """Note what validations say, and which styles make rows and columns too small to be seen."""
        self.content = content
        self.styles = styles
        self.charts = charts
        self.validations = validations_of(content)
        self.hidden = {
            each.get(f"{STYLE}name", "")
            for each in content.iter(f"{STYLE}style")
            if any(size < limit for size, limit in _sizes(each))
        }

    def fittings(self, sheet: Element) -> SheetFittings:
        """Return how a sheet is fitted out."""
        validated: dict[str, list[str]] = {}
        merged: list[str] = []
        hidden: list[int] = []
        links: list[Rule] = []
        for line in lines_of(sheet, EVERY_ROW):
            if line.rows[-1] <= FARTHEST_ROW and self._is_hidden(line.element):
                hidden += line.rows
            for first, repeated, cell in cells_in(line.element, EVERY_COLUMN):
                if not cell.attrib and not len(cell):
                    continue  # (most)
                last = letter(column_number(first) + repeated - 2)
                where = f"{first}{line.rows[0]}:{last}{line.rows[-1]}"
                if rule := self.validations.get(cell.get(f"{TABLE}content-validation-name", ""), ""):
                    validated.setdefault(rule, []).append(where)
                if (size := _size(cell)) is not None:
                    merged.append(_block(first, line, size))
                links += ((f"{first}{line.rows[0]}", target) for target in self._links(cell))
        told = () if (protection := sheet.find(f"{LOEXT}table-protection")) is None else _ALLOWED
        return SheetFittings(
            allowed=_allowed(sheet, protection) if sheet.get(f"{TABLE}protected") == "true" else None,
            hidden_rows=tuple(hidden),
            hidden_columns=tuple(name for name, each in letters_of(sheet) if self._is_hidden(each)),
            merged=tuple(merged),
            validations=tuple((" ".join(places), rule) for rule, places in validated.items()),
            formats=tuple(formats_of(sheet, self.styles)) or tuple(mapped_formats(sheet, self.styles)),
            links=tuple(links),
            more=tuple(more_of(sheet, self.content, self.charts)),
            untold=frozenset(ALLOWED) - {*told, _PASSWORD},
        )

    def _is_hidden(self, element: Element) -> bool:
        is_told = element.get(f"{TABLE}visibility") in _HIDDEN
        return is_told or element.get(f"{TABLE}style-name", "") in self.hidden

    def _links(self, cell: Element) -> Iterator[str]:
        for each in cell.iter(f"{TEXT}a"):
            yield _target(each.get(f"{XLINK}href", ""))
        if address := self.styles.link_of(cell.get(f"{TABLE}style-name", "")):
            yield _target(address)


def _sizes(style: Element) -> Iterator[tuple[float, float]]:
    """Yield the height or the width that a style of rows or columns gives, with that below which nothing shows."""
    for said in style:
        for name, limit in (("row-height", _LOW), ("column-width", _NARROW)):
            if f"{STYLE}{name}" in said.attrib:
                yield points_of(said.get(f"{STYLE}{name}", "")), limit


def _size(cell: Element) -> tuple[int, int] | None:
    """Return over how many columns and rows a cell is merged; None where it is not."""
    across, down = (int(cell.get(f"{TABLE}number-{name}-spanned", "1")) for name in ("columns", "rows"))
    return (across, down) if across > 1 or down > 1 else None


def _block(first: str, line: Line, size: tuple[int, int]) -> str:
    across, down = size
    return f"{first}{line.rows[0]}:{letter(column_number(first) + across - 2)}{line.rows[0] + down - 1}"


def _allowed(sheet: Element, protection: Element | None) -> tuple[str, ...]:
    has_password = bool(sheet.get(f"{TABLE}protection-key"))
    return tuple(
        name
        for name in ALLOWED
        if (name == _PASSWORD and has_password)
        or (name in _ALLOWED and protection is not None and protection.get(f"{LOEXT}{_ALLOWED[name]}") == "true")
    )


def _target(address: str) -> str:
    """Return what a link leads to, as it is said of Excel's."""
    inside = _IN_BOOK.fullmatch(address)
    if inside is None:
        return link(address)
    sheet = (inside[1] or "").replace("''", "'") or inside[2]
    return link("", f"{sheet}!{inside[3]}")


# --- the workbook ---------------------------------------------------------------------------------------


def book_fittings(root: Element, meta: bytes, settings: Element | None) -> BookFittings:
    """Return how the workbook is fitted out. Its own protection is not kept by LibreOffice, so it is not missed."""
    invisible = {
        style.get(f"{STYLE}name")
        for style in root.iter(f"{STYLE}style")
        for looks in style.iter(f"{STYLE}table-properties")
        if looks.get(f"{TABLE}display") == "false"
    }
    sheets = root.iter(f"{TABLE}table")
    names = (
        each.get(f"{TABLE}name", "")
        for kind in ("named-range", "named-expression")
        for each in root.iter(f"{TABLE}{kind}")
        if not any(word in each.get(f"{TABLE}range-usable-as", "") for word in _PRINTING)
    )
    issue = _ISSUE.search(meta)
    return BookFittings(
        hidden=tuple(each.get(f"{TABLE}name", "") for each in sheets if each.get(f"{TABLE}style-name") in invisible),
        names=tuple(name for name in names if not name.startswith("_xlnm")),
        issue=unescape(issue[1].decode("utf-8", "replace")).strip() if issue else "",
        settings=tuple(_settings(root, settings)),
    )


def _settings(root: Element, settings: Element | None) -> Iterator[str]:
    said = _configured(settings)
    if said.get("AutoCalculate") == "false":
        yield "it calculates only when asked"
    if hides_zeros(settings):
        yield "zeros do not show"
    for each in root.iter(f"{TABLE}calculation-settings"):
        if each.get(f"{TABLE}precision-as-shown") == "true":
            yield "it calculates with what cells show, not with what they hold"
        for day in each.iter(f"{TABLE}null-date"):
            if day.get(f"{TABLE}date-value", "1899-12-30") != "1899-12-30":
                yield "its days count from 1904"
        if any(one.get(f"{TABLE}status") == "enable" for one in each.iter(f"{TABLE}iteration")):
            yield "it lets formulas go round in circles"


def hides_zeros(settings: Element | None) -> bool:
    """Say whether nothing shows in cells that hold zero, in any of the views of a workbook."""
    every = () if settings is None else settings.iter(f"{CONFIG}config-item")
    return any(each.get(f"{CONFIG}name") == "ShowZeroValues" and each.text == "false" for each in every)


def _configured(settings: Element | None) -> Mapping[str, str]:
    if settings is None:
        return {}
    return {each.get(f"{CONFIG}name", ""): each.text or "" for each in settings.iter(f"{CONFIG}config-item")}
