"""Reads the conditional formats of an Excel sheet: when each holds, and what it makes of a cell."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from dapf_xl.returns.formats import Format, FormatLook, beneath, can_disguise, disguised, scale
from dapf_xl.returns.looks import UNSEEN
from dapf_xl.returns.number_formats import without_zero
from dapf_xl.returns.pieces import YES, child, elements_of, name_of, named, said_of, text_of
from dapf_xl.returns.xlsx_looks import (
    colour_of,
    difference_of,
    differences_of_styles,
    looks_of,
    shown_numbers,
    styles_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

    from dapf_xl.returns.fittings import StoredFittings
    from dapf_xl.returns.looks import StoredLooks
    from dapf_xl.returns.xlsx_looks import Difference

_NO = ("0", "false", "off")
_ON_A_FORMULA = "expression"
_WITH_IT = (
    "operator", "timePeriod", "rank", "stdDev", "text", "percent", "bottom", "aboveAverage", "equalAverage", "iconSet",
    "reverse",
)  # fmt: skip
"""What goes with a rule that no formula turns on."""
_PLACES = re.compile(rb'\ssqref="[^"]*"')
_ROWS = re.compile(rb"\d+")
_BEGINS, _ENDS = b"<conditionalFormatting ", b"</conditionalFormatting>"
ZEROS_HIDDEN = b"showZeros="
"""Stands in what stands before the cells where nothing shows of zeros (a sheet that shows them does not say so)."""
_MERGED = b"mergeCell"
_LAST = 1_000_000_000
"""Stands where a rule has no order of its own."""


@lru_cache(maxsize=256)
def formats_of(behind: bytes, styles: bytes, theme: bytes) -> tuple[Format, ...]:
    """Return the conditional formats of a sheet, that which counts first first; none where it is no sound XML.

    Args:
        behind: What stands behind its cells.
        styles: The workbook's styles, in which it is said what most of them make of a cell.
        theme: The part with its colours.
    """
    found = [
        (order, each)
        for element in elements_of(behind) or ()
        for block in (element, *named(element, "conditionalFormatting"))
        if name_of(block) == "conditionalFormatting"
        for order, each in _Block(block, styles, theme).formats()
    ]
    return tuple(each for _, each in sorted(found, key=lambda pair: pair[0]))


def as_shown(fittings: StoredFittings, looks: StoredLooks, columns: frozenset[int]) -> dict[str, str]:
    """Return how a number shows in each cell of some columns, by its own format and those that a condition turns on.

    Args:
        fittings: Of a sheet.
        looks: Of its cells.
        columns: The letters of the columns that are looked at, as bytes are numbered.
    """
    shown = shown_numbers(looks, columns) | _under_formats(fittings, looks, columns)
    if _MERGED in fittings.behind:
        shown |= {cell: UNSEEN for cell in _beneath(fittings.behind) if ord(cell[0]) in columns}
    if ZEROS_HIDDEN in fittings.before:
        return {address: without_zero(look) for address, look in shown.items()}
    return shown


@lru_cache(maxsize=256)
def _beneath(behind: bytes) -> frozenset[str]:
    """Return the cells that lie beneath another which they were merged with."""
    blocks = (each for each in elements_of(behind) or () if name_of(each) == "mergeCells")
    return frozenset(beneath(said_of(each).get("ref", "") for block in blocks for each in named(block, "mergeCell")))


def _under_formats(fittings: StoredFittings, looks: StoredLooks, columns: frozenset[int]) -> dict[str, str]:
    """Return how a number shows in the cells that a format can make show another, or nothing, by address."""
    alike = _PLACES.sub(lambda found: _ROWS.sub(b"1", found[0]), _block_of(fittings.behind))
    if not _may_disguise(alike, fittings.styles, fittings.theme, columns):
        return {}  # nearly always, and without looking at any cell: returns differ in how many rows they have
    return disguised(formats_of(fittings.behind, fittings.styles, fittings.theme), looks_of(looks), columns)


def _block_of(behind: bytes) -> bytes:
    """Return the formats among what stands behind the cells, where they stand together as the usual programs do it."""
    begins, ends = behind.find(_BEGINS), behind.rfind(_ENDS)
    is_usual = begins >= 0 and ends >= 0 and behind.count(b"cfRule ") == behind.count(b"<cfRule ", begins, ends)
    return behind[begins : ends + len(_ENDS)] if is_usual else behind


@lru_cache(maxsize=256)
def _may_disguise(behind: bytes, styles: bytes, theme: bytes, columns: frozenset[int]) -> bool:
    return can_disguise(formats_of(behind, styles, theme), styles_of(styles, theme), columns)


class _Block:
    """The rules of some ranges."""

    def __init__(self, block: Element, styles: bytes, theme: bytes) -> None:
        self.rules = [each for each in block if name_of(each) == "cfRule"]
        self.where = said_of(block).get("sqref") or text_of(child(block, "sqref"))
        self.styles, self.theme = styles, theme

    def formats(self) -> Iterator[tuple[int, Format]]:
        for rule in self.rules:
            said = said_of(rule)
            order = said.get("priority", "")
            yield int(order) if order.isdecimal() else _LAST, Format(self.where, _says(rule, said), self._look(rule))

    def _look(self, rule: Element) -> FormatLook:
        said = said_of(rule)
        made = self._difference(rule, said)
        bars = list(named(rule, "dataBar", "iconSet"))
        return FormatLook(
            number=made.number if made else "",
            font=made.font if made else "",
            colour=made.colour if made else "",
            fills=self._scale(rule) or ((made.fill,) if made and made.fill else ()),
            lines=made.lines if made else "",
            replaces=any(said_of(each).get("showValue", "1") in _NO for each in bars),
            stops=said.get("stopIfTrue") in YES,
        )

    def _difference(self, rule: Element, said: dict[str, str]) -> Difference | None:
        own, number = child(rule, "dxf"), said.get("dxfId", "")
        if own is not None:
            return difference_of(own, self.styles, self.theme)
        known = differences_of_styles(self.styles, self.theme)
        return known[int(number)] if number.isdecimal() and int(number) < len(known) else None

    def _scale(self, rule: Element) -> tuple[str, ...]:
        """Return the colours that a scale or a bar can lay behind a text."""
        found = [
            colour
            for block in named(rule, "colorScale", "dataBar")
            for each in block
            if name_of(each) in {"color", "fillColor", "negativeFillColor"}
            and (colour := colour_of(each, self.styles, self.theme))
        ]
        if not found:
            return ()
        is_scale = child(rule, "colorScale") is not None
        return scale(found) if is_scale and len(found) > 1 else tuple(found)


def _says(rule: Element, said: dict[str, str]) -> str:
    formulas = [text_of(each) for each in rule if name_of(each) in {"formula", "f"}]
    kind = said.get("type", "")
    if kind == _ON_A_FORMULA:
        return formulas[0] if formulas else ""
    with_it = [f"{name} {said[name]}" for name in _WITH_IT if name in said]
    points = [f"{each.get('type')} {each.get('val') or text_of(each)}" for each in named(rule, "cfvo")]
    return " ".join((kind, *with_it, *formulas, *points))
