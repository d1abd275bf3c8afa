"""The formulas of a sheet of an Excel workbook, and what is the matter with the cells that have one.

calamine tells neither: a formula comes back as its last result, or as nothing where there is none.
"""

from __future__ import annotations

import re
from functools import lru_cache
from html import unescape
from typing import TYPE_CHECKING
from xml.etree.ElementTree import ParseError

from defusedxml import ElementTree
from openpyxl.formula.translate import Translator

from dapf_xl.returns.formats import cells_of
from dapf_xl.returns.sounding import Sound
from dapf_xl.returns.troubles import ERROR, OF_A_FORMULA, OF_ONE_UNCALCULATED, Trouble

if TYPE_CHECKING:
    from collections.abc import Sequence
    from xml.etree.ElementTree import Element

    from dapf_xl.returns.sounding import UsualSheet
    from dapf_xl.returns.troubles import Troubles

_BARE = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9A-Fa-f]{1,6});)")
"""What stands for a letter, and does not say for which: no program reads on from there."""
_TRUTHS = {"TRUE()", "FALSE()"}
"""LibreOffice's way of storing a plain TRUE or FALSE."""
_STORED_TRUTHS = (b"TRUE()", b"FALSE()")
_TEXT, _TRUTH = b' t="str"', b' t="b"'
_OVER_MANY = ("array", "dataTable")
"""Kinds of formulas whose results stand in other cells too."""
_OF_ANOTHER_CELL = "{}"
"""Stands for a formula that is another cell's."""
_BETWEEN = b"\x00"


def formulas_of(sheet: UsualSheet | Sound, xml: bytes) -> tuple[dict[str, str], Troubles]:
    """Return the formulas of a sheet, and what is the matter with its cells, both by address."""
    if isinstance(sheet, Sound):
        return _formulas_with_care(xml)
    if not sheet.formulas:
        return {}, {}
    addresses, kinds, attributes, texts, _ = zip(*sheet.formulas, strict=True)
    said = b"".join(attributes)
    if b"t=" in said or b"/" in said or _is_a_truth(texts, kinds):
        return _formulas_with_care(xml)
    formulas, names = _by_address(b" ".join(addresses), _BETWEEN.join(texts))
    troubles = {
        name: OF_A_FORMULA if cell.shown or (cell.shown is not None and cell.kind == _TEXT) else OF_ONE_UNCALCULATED
        for name, cell in zip(names, sheet.formulas, strict=True)
        if name in formulas
    }
    return formulas, troubles


@lru_cache(maxsize=64)
def _by_address(addresses: bytes, texts: bytes) -> tuple[dict[str, str], list[str]]:
    """Return formulas by their addresses, and all addresses; returns that are alike share them.

    Raises:
        ParseError: One is no sound XML.
    """
    if _BARE.search(texts):
        raise ParseError(_BARE.pattern.decode())
    names = addresses.decode().split(" ")
    formulas = dict(zip(names, _unescaped(texts).split(_BETWEEN.decode()), strict=True))
    return {name: formula for name, formula in formulas.items() if formula not in _TRUTHS}, names


def _is_a_truth(texts: Sequence[bytes], kinds: Sequence[bytes]) -> bool:
    """Say whether TRUE or FALSE stands as a formula in a cell that is no plain TRUE or FALSE."""
    if not any(truth in texts for truth in _STORED_TRUTHS):
        return False
    return any(text in _STORED_TRUTHS and kind != _TRUTH for text, kind in zip(texts, kinds, strict=True))


def _unescaped(text: bytes) -> str:
    words = text.decode()
    if "&" not in words:
        return words
    words = words.replace("&lt;", "<").replace("&gt;", ">")
    return unescape(words) if "&" in words else words


def _formulas_with_care(xml: bytes) -> tuple[dict[str, str], Troubles]:
    """Return the same from a sheet that is written in an unusual way, or has errors or shared formulas."""
    root = ElementTree.fromstring(xml)
    space = root.tag.rpartition("}")[0] + "}" if "}" in root.tag else ""
    formulas: dict[str, str] = {}
    troubles: Troubles = {}
    shared: dict[str, tuple[str, str]] = {}
    covered: list[str] = []
    for cell in root.iter(f"{space}c"):
        formula, value = cell.find(f"{space}f"), cell.find(f"{space}v")
        address, kind = cell.get("r", ""), cell.get("t", "")
        shown = (value.text or "") if value is not None else None
        if kind == "e":
            troubles[address] = Trouble(ERROR, shown if shown is not None else "#ERROR")
        if formula is None or (formula.text in _TRUTHS and kind == "b"):
            continue
        formulas[address] = _text_of(formula, address, shared)
        if formula.get("t") in _OVER_MANY:
            covered += [f"{column}{row}" for column, row in cells_of(formula.get("ref", ""))]
        if kind != "e":
            is_known = shown or (shown is not None and kind == "str")
            troubles[address] = OF_A_FORMULA if is_known else OF_ONE_UNCALCULATED
    if covered:
        there = {cell.get("r", "") for cell in root.iter(f"{space}c") if cell.find(f"{space}v") is not None}
        for address in there.intersection(covered) - formulas.keys():
            formulas[address] = _OF_ANOTHER_CELL
            troubles.setdefault(address, OF_A_FORMULA)
    return formulas, troubles


def _text_of(formula: Element, address: str, shared: dict[str, tuple[str, str]]) -> str:
    """Return a formula's text; of one that is shared, as it would stand in its own cell."""
    text, kind, number = formula.text or "", formula.get("t", ""), formula.get("si", "")
    if kind == "array":
        return f"{{{text}}}"
    if kind != "shared":
        return text
    if text:
        shared[number] = (text, address)
        return text
    if number not in shared:
        return ""
    first, origin = shared[number]
    return str(Translator(f"={first}", origin=origin).translate_formula(address)).removeprefix("=")
