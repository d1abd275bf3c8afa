"""How a sheet of an OpenDocument spreadsheet prints, in the words that are used of Excel's."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dapf_xl.returns.ods_cells import FO, STYLE, TABLE, TEXT, columns_of, letter, rows_of, times
from dapf_xl.returns.ods_rules import places

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from xml.etree.ElementTree import Element

    from dapf_xl.returns.fittings import Page

_STANDS_FOR = {
    "page-number": "(page)", "page-count": "(pages)", "date": "(date)", "time": "(time)", "file-name": "(file)",
    "sheet-name": "(sheet)",
}  # fmt: skip
_REGIONS = {"region-left": "left", "region-center": "centre", "region-right": "right"}
_PAPERS = {
    "A3": (29.7, 42.0),
    "A4": (21.0, 29.7),
    "A5": (14.8, 21.0),
    "Letter": (21.59, 27.94),
    "Legal": (21.59, 35.56),
}
"""Centimetres."""
_CENTIMETRES = {"cm": 1.0, "mm": 0.1, "in": 2.54, "pt": 2.54 / 72}
_CLOSE = 0.2
_LENGTH = re.compile(r"([\d.]+)(cm|mm|in|pt)")


class Pages:
    """How the sheets of a workbook print."""

    def __init__(self, content: Element, styles: Element | None) -> None:
        """Note the pages that there are, and which of them each style of a sheet has."""
        roots = [each for each in (content, styles) if each is not None]
        self._masters = _by_name(roots, f"{STYLE}master-page")
        self._layouts = _by_name(roots, f"{STYLE}page-layout")
        self._of_styles = {
            each.get(f"{STYLE}name", ""): each.get(f"{STYLE}master-page-name", "")
            for root in roots
            for each in root.iter(f"{STYLE}style")
            if each.get(f"{STYLE}family") == "table"
        }

    def of(self, sheet: Element) -> Page:
        """Return how a sheet prints, as far as the file tells it."""
        name = self._of_styles.get(sheet.get(f"{TABLE}style-name", ""), "")
        master = self._masters.get(name)
        page: Page = {}
        for part in ("header", "footer"):
            usual = page[part] = _margin(master, part)
            for kind, other in (("first", "first"), ("even", "left")):
                is_other = _is_shown(master, f"{part}-{other}")
                page[f"{kind} {part}"] = _margin(master, f"{part}-{other}") if is_other else usual
        layout = None if master is None else self._layouts.get(master.get(f"{STYLE}page-layout-name", ""))
        if paper := _paper(layout):
            page["paper"] = paper
        page["area"] = ",".join(places(sheet.get(f"{TABLE}print-ranges", "")).split())
        page["titles"] = ",".join(_titles(sheet))
        return page


def _by_name(roots: list[Element], tag: str) -> Mapping[str, Element]:
    return {each.get(f"{STYLE}name", ""): each for root in roots for each in root.iter(tag)}


def _is_shown(master: Element | None, part: str) -> bool:
    found = None if master is None else master.find(f"{STYLE}{part}")
    return found is not None and found.get(f"{STYLE}display", "true") == "true"


def _margin(master: Element | None, part: str) -> str:
    if master is None or not _is_shown(master, part):
        return ""
    found: dict[str, str] = {}
    for each in master.find(f"{STYLE}{part}") or ():
        place = _REGIONS.get(each.tag.rpartition("}")[2], "centre")
        said = " ".join("".join(_said(each)).split())
        found[place] = " ".join(filter(None, (found.get(place, ""), said)))
    return "; ".join(f"{place}: {found[place]}" for place in _REGIONS.values() if found.get(place))


def _said(node: Element) -> Iterator[str]:
    name = node.tag.rpartition("}")[2]
    if name in _STANDS_FOR:
        yield _STANDS_FOR[name]
    else:
        yield " " if node.tag in {f"{TEXT}s", f"{TEXT}tab", f"{TEXT}line-break", f"{TEXT}p"} else ""
        yield node.text or ""
        for child in node:
            yield from _said(child)
            yield child.tail or ""


def _paper(layout: Element | None) -> str:
    """Return paper and direction; "" where the file leaves it to the printer."""
    said = None if layout is None else layout.find(f"{STYLE}page-layout-properties")
    sizes = [] if said is None else [_length(said.get(f"{FO}page-{side}", "")) for side in ("width", "height")]
    if said is None or not all(sizes):
        return ""
    across = said.get(f"{STYLE}print-orientation", "portrait")
    short, long = sorted(sizes)
    named = (name for name, (one, two) in _PAPERS.items() if abs(short - one) < _CLOSE and abs(long - two) < _CLOSE)
    return f"{next(named, f'paper of {short:.1f} by {long:.1f} cm')} {across}"


def _length(said: str) -> float:
    found = _LENGTH.fullmatch(said)
    return float(found[1]) * _CENTIMETRES[found[2]] if found else 0.0


def _titles(sheet: Element) -> Iterator[str]:
    """Yield the columns and the rows that are printed on every page."""
    for around, inside, of, named in (
        ("table-header-columns", "columns", columns_of, letter),
        ("table-header-rows", "rows", rows_of, lambda row: str(row + 1)),
    ):
        repeated = {id(each) for group in sheet.iter(f"{TABLE}{around}") for each in of(group)}
        place, numbers = 0, []
        for each in of(sheet) if repeated else ():
            if id(each) in repeated:
                numbers += [place, place + times(each, inside) - 1]
            place += times(each, inside)
        if numbers:
            yield f"{named(numbers[0])}:{named(numbers[-1])}"
