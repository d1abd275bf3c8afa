"""How a sheet prints: what stands at the head and foot of each page, on which paper, and how much of it.

In what font and size the marking stands differs by program and is left out; what it says is not.
"""

from __future__ import annotations

import re
from functools import lru_cache
from html import unescape
from typing import TYPE_CHECKING

from dapf_xl.returns.formulas import without_sheet
from dapf_xl.returns.looks import LEAST_CONTRAST, LEAST_SIZE, WHITE, contrast
from dapf_xl.returns.pieces import YES, child, elements_of, name_of, said_of, text_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from xml.etree.ElementTree import Element

    from dapf_xl.returns.fittings import Page

_CODES = re.compile(r'&(?:"[^"]*"|K(?:[0-9A-Fa-f]{6}|\d\d[+-]\d{3})|\d+|[BIUESXYOHbiuesxyoh])')
"""How the letters of a header look."""
_RGB = re.compile("K[0-9A-F]{6}")
_STANDS_FOR = {
    "P": "(page)",
    "N": "(pages)",
    "D": "(date)",
    "T": "(time)",
    "F": "(file)",
    "Z": "(folder)",
    "A": "(sheet)",
    "G": "(picture)",
    "&": "&",
}
_CODE = re.compile("&(.)", re.DOTALL)
_PLACE = re.compile(r"&([LCR])", re.IGNORECASE)
_PLACES = {"L": "left", "C": "centre", "R": "right"}
_PAPERS = {"1": "Letter", "5": "Legal", "8": "A3", "9": "A4", "11": "A5"}
_USUAL_PAPER = "1"
_PRINTED = ("Print_Area", "Print_Titles")
_NAME = re.compile(
    rb'<(?:\w+:)?definedName\s([^<>]*?name="_xlnm\.(Print_Area|Print_Titles)"[^<>]*)>([^<]*)', re.IGNORECASE
)
_LOCAL = re.compile(rb'localSheetId="(\d+)"')
_BETWEEN = b"\n"


def margin(text: str) -> str:
    """Return what a header or footer says, by where it stands, in one way of writing it; "" where it is empty."""
    pieces = _PLACE.split(text.replace("&&", "\x00"))
    found: dict[str, str] = {}
    for place, words in zip(["C", *pieces[1::2]], pieces[::2], strict=True):
        plain = _CODE.sub(lambda code: _STANDS_FOR.get(code[1].upper(), ""), _CODES.sub(_seen, words))
        said = " ".join(plain.replace("\x00", "&").split())
        name = _PLACES[place.upper()]
        found[name] = f"{found[name]} {said}" if found.get(name) and said else said or found.get(name, "")
    return "; ".join(f"{name}: {found[name]}" for name in _PLACES.values() if found.get(name))


def _seen(code: re.Match[str]) -> str:
    """Return what a code for letters makes of them: nothing that is told, but where nobody can read them."""
    said = code[0][1:].upper()
    is_small = said.isdecimal() and int(said) < LEAST_SIZE
    is_light = bool(_RGB.fullmatch(said)) and contrast(said[1:], WHITE) < LEAST_CONTRAST
    return "(not to be seen) " if is_small or is_light else ""


@lru_cache(maxsize=256)
def page_of(stored: bytes, behind: bytes, sheet: str) -> Page:
    """Return how a sheet of an Excel workbook prints.

    Args:
        stored: What the file says of it, with what is printed of it (``with_printed``).
        behind: What else stands behind its cells: where the file has no headers, it is there.
        sheet: Its name.
    """
    raw, *printed = stored.rsplit(_BETWEEN, len(_PRINTED))
    page: Page = {}
    found = {name_of(each): each for each in (*(elements_of(behind) or ()), *(elements_of(raw) or ()))}
    margins = found.get("headerFooter")
    said = {} if margins is None else said_of(margins)
    for part in ("Header", "Footer"):
        words = page[part.lower()] = _margin(margins, f"odd{part}")
        for kind, switch in (("first", "differentFirst"), ("even", "differentOddEven")):
            page[f"{kind} {part.lower()}"] = _margin(margins, f"{kind}{part}") if said.get(switch) in YES else words
    setup = found.get("pageSetup")
    says = {} if setup is None else said_of(setup)
    number = says.get("paperSize", _USUAL_PAPER)
    across = "landscape" if says.get("orientation") == "landscape" else "portrait"
    page["paper"] = f"{_PAPERS.get(number, f'paper of kind {number}')} {across}"
    for name, formula in zip(("area", "titles"), printed, strict=False):
        page[name] = without_sheet(unescape(formula.decode("utf-8", "replace")), sheet).replace("$", "")
    return page


def _margin(margins: Element | None, name: str) -> str:
    return "" if margins is None else margin(text_of(child(margins, name)))


def with_printed(page: bytes, printed: Mapping[bytes, bytes]) -> bytes:
    """Return what a file says of how a sheet prints, with what is printed of it."""
    return _BETWEEN.join((page, *(printed.get(name.encode(), b"").replace(_BETWEEN, b" ") for name in _PRINTED)))


@lru_cache(maxsize=64)
def printed_of(names: bytes) -> Mapping[int, Mapping[bytes, bytes]]:
    """Return what is printed of each sheet, by its number from 0, as the names of an Excel workbook have it."""
    found: dict[int, dict[bytes, bytes]] = {}
    for tag, name, formula in _NAME.findall(names):
        local = _LOCAL.search(tag)
        if local:
            found.setdefault(int(local[1]), {})[name] = formula
    return found
