"""The list of an annotated copy as a table of an OpenDocument spreadsheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dapf_xl.annotating.cells import letters_of
from dapf_xl.annotating.markup import plain, quoted
from dapf_xl.annotating.page import KEPT, KEPT_HEAD, WIDTHS
from dapf_xl.styles import FONT, FORMATS, TABS

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

    from dapf_xl.annotating.listing import Place
    from dapf_xl.annotating.page import Page, Text
    from dapf_xl.styles import Format

TABLE = "dapf_put_right"
"""Begins the names of all that belongs to the list."""
PAGE = (
    f'<style:page-layout style:name="{TABLE}_page"><style:page-layout-properties fo:page-width="29.7cm" '
    'fo:page-height="21cm" style:print-orientation="landscape" fo:margin-top="1.3cm" fo:margin-bottom="1.3cm" '
    'fo:margin-left="1cm" fo:margin-right="1cm" style:scale-to-X="1" style:scale-to-Y="0"/>'
    '<style:footer-style><style:header-footer-properties fo:min-height="0.7cm" fo:margin-top="0.2cm"/>'
    "</style:footer-style></style:page-layout>"
)
FOOT = (
    f'<style:master-page style:name="{TABLE}_sheet" style:page-layout-name="{TABLE}_page"><style:footer>'
    "<style:region-left><text:p>{words}</text:p></style:region-left><style:region-right><text:p>Page "
    "<text:page-number>1</text:page-number> of <text:page-count>1</text:page-count></text:p></style:region-right>"
    "</style:footer></style:master-page>"
)
_LAST = 16_384
_SIDES = ("left", "right", "top", "bottom")


def automatic_styles(page: Page, taken: Container[str]) -> tuple[str, dict[object, str]]:
    """Return the styles that the list needs, and their names by what they are for: a format, a width, a height."""
    names: dict[object, str] = {}
    made: list[str] = []

    def add(what: object, family: str, properties: str, more: str = "") -> None:
        if what in names:
            return
        number = len(names) + 1
        while f"{TABLE}_{number}" in taken:
            number += 1_000
        names[what] = f"{TABLE}_{number}"
        made.append(f'<style:style style:name="{names[what]}" style:family="{family}"{more}>{properties}</style:style>')

    sheet = f'<style:table-properties table:display="true" table:tab-color="{TABS["read_first"]}"/>'
    add("table", "table", sheet, f' style:master-page-name="{TABLE}_sheet"')
    for width in WIDTHS:
        size = f"{(width * 7 + 5) / 96:.3f}in"
        add(("width", width), "table-column", f'<style:table-column-properties style:column-width="{size}"/>')
    for row in page.rows:
        size = f'style:row-height="{row.height}pt" style:use-optimal-row-height="false"'
        add(("height", row.height), "table-row", f"<style:table-row-properties {size}/>")
        for text in row.texts:
            add(text.style, "table-cell", _properties(FORMATS[text.style]), ' style:parent-style-name="Default"')
    return "".join(made), names


def _properties(look: Format) -> str:
    """Return how a cell looks, in OpenDocument's words."""
    cell = {"style:vertical-align": "middle" if look.get("valign") == "vcenter" else "top"}
    if look.get("bg_color"):
        cell["fo:background-color"] = look["bg_color"]
    for side in _SIDES:
        if look.get("border") or look.get(side):
            cell[f"fo:border-{side}"] = f"0.75pt solid {look.get('border_color', '#000000')}"
    if look.get("text_wrap"):
        cell["fo:wrap-option"] = "wrap"
    align = {"right": "end", "center": "center"}.get(look.get("align", ""), "start")
    cell["style:text-align-source"] = "fix"
    paragraph = {"fo:text-align": align}
    if look.get("indent"):
        paragraph["fo:margin-left"] = f"{look['indent'] * 0.12:.2f}in"
    size, colour = f"{look.get('font_size', 10)}pt", look.get("font_color", "#000000")
    letters = {"style:font-name": FONT, "fo:font-family": FONT, "fo:font-size": size, "fo:color": colour}
    if look.get("bold"):
        letters["fo:font-weight"] = "bold"
    if look.get("italic"):
        letters["fo:font-style"] = "italic"
    if look.get("underline"):
        letters["style:text-underline-style"] = "solid"
    kinds = (("table-cell", cell), ("paragraph", paragraph), ("text", letters))
    return "".join(f"<style:{kind}-properties {_told(values)}/>" for kind, values in kinds)


def _told(values: Mapping[str, str]) -> str:
    return " ".join(f"{name}={quoted(value)}" for name, value in values.items())


def table_of(page: Page, name: str, names: Mapping[object, str], kept: Mapping[Place, str]) -> str:
    """Return the list as a table.

    Args:
        page: The list.
        name: The sheet's name.
        names: Of the styles that it needs.
        kept: The style of each marked cell before, which the hidden columns remember.
    """
    quoted_name = "'" + name.replace("'", "''") + "'"
    printed = f"{quoted_name}.A1:{quoted_name}.{letters_of(len(WIDTHS))}{len(page.rows)}"
    columns = "".join(f'<table:table-column table:style-name="{names["width", width]}"/>' for width in WIDTHS)
    between, behind = KEPT[0] - len(WIDTHS), _LAST - KEPT[1] - 1
    columns += _many("table:table-column", between)
    columns += f'<table:table-column table:visibility="collapse" table:number-columns-repeated="{len(KEPT)}"/>'
    columns += _many("table:table-column", behind)
    remembered = [(KEPT_HEAD, "Default"), *(("!".join(place), style) for place, style in kept.items())]
    rows = []
    for number in range(max(len(page.rows), len(remembered))):
        texts = page.rows[number].texts if number < len(page.rows) else ()
        cells = "".join(_cell(text, names[text.style]) for text in texts)
        beside = ""
        if number < len(remembered):
            words, style = remembered[number]
            beside = _words(words, "") + f"<table:table-cell table:style-name={quoted(style)}/>"
        gap = _many("table:table-cell", KEPT[0] - len(texts)) if beside else ""
        style = f' table:style-name="{names["height", page.rows[number].height]}"' if number < len(page.rows) else ""
        inside = f"{cells}{gap}{beside}" or "<table:table-cell/>"
        row = f"<table:table-row{style}>{inside}</table:table-row>"
        is_head = number == page.heads
        rows.append(f"<table:table-header-rows>{row}</table:table-header-rows>" if is_head else row)
    return (
        f'<table:table table:name={quoted(name)} table:style-name="{names["table"]}" table:protected="true" '
        f"table:print-ranges={quoted(printed)}>{columns}{''.join(rows)}</table:table>"
    )


def _many(element: str, count: int) -> str:
    return f'<{element} table:number-columns-repeated="{count}"/>' if count else ""


def _cell(text: Text, style: str) -> str:
    if text.to is None:
        return _words(text.words, style) if text.words else f'<table:table-cell table:style-name="{style}"/>'
    target = "#'" + text.to.sheet.replace("'", "''") + f"'.{text.to.cell}"
    link = f'<text:a xlink:href={quoted(target)} xlink:type="simple">{plain(text.words)}</text:a>'
    return (
        f'<table:table-cell table:style-name="{style}" office:value-type="string"><text:p>{link}</text:p>'
        "</table:table-cell>"
    )


def _words(words: str, style: str) -> str:
    named = f' table:style-name="{style}"' if style else ""
    lines = "".join(f"<text:p>{_spaced(line)}</text:p>" for line in words.split("\n"))
    return f'<table:table-cell{named} office:value-type="string">{lines}</table:table-cell>'


def _spaced(line: str) -> str:
    """Return a line in which spaces beside each other stay."""
    return plain(line).replace("  ", " <text:s/>")
