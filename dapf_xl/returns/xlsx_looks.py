"""How the cells of an Excel sheet look, by the styles of its workbook."""

from __future__ import annotations

import colorsys
import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from defusedxml import ElementTree

from dapf_xl.returns.looks import AUTOMATIC, LETTERS, SYMBOLS, WHITE, Look, Looks, channels, is_unseen, shown_by
from dapf_xl.returns.number_formats import AS_ANOTHER, BUILT_IN, PALETTE, plain_code
from dapf_xl.returns.pieces import name_of

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping, Sequence
    from xml.etree.ElementTree import Element

    from dapf_xl.returns.looks import StoredLooks

Each = TypeVar("Each")

_YES = ("1", "true")
_NO = ("0", "false")
_THEME = ("lt1", "dk1", "lt2", "dk2", *(f"accent{number}" for number in range(1, 7)), "hlink", "folHlink")
"""Names of a theme's colours in the order in which cells name them."""
_COLOURS = re.compile(rb"<(?:\w+:)?clrScheme[\s>].*?</(?:\w+:)?clrScheme>", re.DOTALL)
_COLOUR = re.compile(
    rb"<(?:\w+:)?(dk1|lt1|dk2|lt2|accent\d|hlink|folHlink)>\s*"
    rb"<(?:\w+:)?(?:srgbClr val|sysClr[^<>]*? lastClr)=\"(\w{6})\""
)
_FONTS = re.compile(
    rb"<(?:\w+:)?(major|minor)Font>\s*<(?:\w+:)?latin\s[^<>]*?typeface=\"([^\"]*)\"",
)
"""The fonts of a theme, which go before the name of a font that is said to be one of them."""
_FIRST_OWN = 164
"""The first number of a format that a workbook must define; a cell that has one which is not is shown as usual."""
_OF_SYMBOLS = "2"
"""The number of the character set whose letters are symbols."""
_SIDES = ("left", "right", "top", "bottom", "diagonal")
_NUMBER = re.compile(rb"\d+")
_COLUMN = re.compile(rb"<col\s([^<>]*)>")
_NAMED = re.compile(rb'\b(min|max|style)="(\d+)"')


def looks_of(found: StoredLooks | Looks) -> Looks:
    """Return how the cells of a sheet look."""
    return found if isinstance(found, Looks) else _looked_at(found)


@lru_cache(maxsize=256)
def _looked_at(found: StoredLooks) -> Looks:
    numbers = [int(each[0]) if (each := _NUMBER.search(one)) else 0 for one in found.numbers.split(b",")]
    addresses = found.addresses.decode().split(",") if found.addresses else []
    looks = Looks(
        styles_of(found.styles, found.theme),
        dict(zip(addresses, numbers, strict=False)),
        {int(row): int(style) for row, style in found.rows},
        dict(_columns(found.columns)),
    )
    return looks._replace(rich=_rich(looks, found)) if found.rich else looks


def _rich(looks: Looks, found: StoredLooks) -> frozenset[str]:
    """Return the cells whose letters do not all look as the cell's style says, but for another font of letters.

    LibreOffice gives letters of other scripts a font of their own by itself.
    """
    styles = _Styles(ElementTree.fromstring(found.styles), found.theme)
    return frozenset(
        address for address, runs in found.rich if any(styles.is_another(run, looks.of(address)) for run in runs)
    )


def _columns(xml: bytes) -> Iterator[tuple[str, int]]:
    for tag in _COLUMN.findall(xml):
        said = {name: int(number) for name, number in _NAMED.findall(tag)}
        for number in range(said.get(b"min", 1), min(said.get(b"max", 0), 26) + 1):
            yield chr(ord("A") + number - 1), said.get(b"style", 0)


def shown_numbers(found: StoredLooks, columns: Container[int]) -> dict[str, str]:
    """Return how a number shows in each cell of some columns, by address (``number_formats.look_of``).

    Args:
        found: The looks of a sheet.
        columns: The columns' letters, as bytes are numbered.
    """
    if not found.addresses:
        return {}
    shown = _shown(found.styles, found.theme)
    cells = zip(found.addresses.split(b","), found.numbers.split(b","), strict=True)
    found_in = {address.decode(): shown.get(number, "") for address, number in cells if address[0] in columns}
    rich = looks_of(found).rich if found.rich else ()
    return found_in | {address: AS_ANOTHER for address in rich if ord(address[0]) in columns}


@lru_cache(maxsize=64)
def _shown(styles: bytes, theme: bytes) -> Mapping[bytes, str]:
    """Return how a number shows in a cell of each style, by the attribute that gives it."""
    shown = [shown_by(look) for look in styles_of(styles, theme)]
    return {b"": shown[0] if shown else ""} | {b' s="%d"' % number: look for number, look in enumerate(shown)}


# --- what the styles of a workbook say --------------------------------------------------------------


@lru_cache(maxsize=64)
def styles_of(styles: bytes, theme: bytes = b"") -> Sequence[Look]:
    """Return the looks that the styles of an Excel workbook give, by their numbers.

    Args:
        styles: The part ``styles.xml``; without it there are none.
        theme: The part with the theme's colours, where there is one.
    """
    if not styles:
        return ()
    return tuple(_Styles(ElementTree.fromstring(styles), theme).looks())


class Difference(NamedTuple):
    """What a format that a condition turns on makes of a look; "" of what it leaves as it is."""

    number: str
    font: str
    colour: str
    fill: str
    lines: str


@lru_cache(maxsize=64)
def differences_of_styles(styles: bytes, theme: bytes = b"") -> Sequence[Difference]:
    """Return what the formats of an Excel workbook's conditions make of a look, by their numbers."""
    if not styles:
        return ()
    made = _Styles(ElementTree.fromstring(styles), theme)
    return tuple(made.difference(each) for each in made.lists.get("dxfs", ()))


def difference_of(dxf: Element, styles: bytes, theme: bytes = b"") -> Difference:
    """Return what one such format makes of a look, that is not among the workbook's styles."""
    return _Styles(ElementTree.fromstring(styles or b"<styleSheet/>"), theme).difference(dxf)


def colour_of(said: Element | None, styles: bytes, theme: bytes = b"") -> str:
    """Return a colour, however it is said; "" where none is."""
    return _Styles(ElementTree.fromstring(styles or b"<styleSheet/>"), theme).colour(said, "")


class _Styles:
    """The styles of a workbook."""

    def __init__(self, root: Element, theme: bytes) -> None:
        self.lists = {name_of(each): list(each) for each in root}
        self.codes = dict(BUILT_IN) | {
            int(each.get("numFmtId", "0")): each.get("formatCode", "") for each in self.lists.get("numFmts", ())
        }
        scheme = _COLOURS.search(theme)
        found = (
            {name.decode(): colour.decode().upper() for name, colour in _COLOUR.findall(scheme[0])} if scheme else {}
        )
        self.theme_fonts = {kind.decode(): name.decode() for kind, name in _FONTS.findall(theme) if name}
        usual = {"lt1": WHITE, "dk1": AUTOMATIC}
        self.theme = [found.get(name, usual.get(name, "")) for name in _THEME]
        own = [each for each in self.lists.get("colors", ()) if name_of(each) == "indexedColors"]
        self.palette = [each.get("rgb", "")[-6:].upper() for each in own[0]] if own else []
        self.palette += PALETTE[len(self.palette) :]

    def looks(self) -> Iterator[Look]:
        fonts = [self._font(each) for each in self.lists.get("fonts", ())]
        fills = [self._fill(each) for each in self.lists.get("fills", ())]
        lines = [self._lines(each) for each in self.lists.get("borders", ())]
        for each in self.lists.get("cellXfs", ()):
            font, colour = _one_of(fonts, each.get("fontId"), ("", AUTOMATIC))
            guarded = _child(each, "protection")
            number = int(each.get("numFmtId", "0"))
            yield Look(
                is_locked=guarded is None or guarded.get("locked", "1") not in _NO,
                number=self.codes.get(number, "General" if number >= _FIRST_OWN else None),
                font=font,
                colour=colour,
                fill=_one_of(fills, each.get("fillId"), ""),
                lines=_one_of(lines, each.get("borderId"), ""),
                place=_place(_child(each, "alignment")),
            )

    def is_another(self, run: bytes, look: Look) -> bool:
        """Say whether letters look otherwise than their cell's, but for the font's name."""
        font, colour = self._font(ElementTree.fromstring(run))
        name, plain = (LETTERS.search(each) for each in (font, look.font or ""))
        return bool(SYMBOLS.search(font)) or colour != look.colour or (name and name[0]) != (plain and plain[0])

    def difference(self, dxf: Element) -> Difference:
        """Return what a format that a condition turns on makes of a look."""
        font, number, fill, lines = (_child(dxf, name) for name in ("font", "numFmt", "fill", "border"))
        letters = "" if font is None else self._font(font)[0]
        weights = "" if font is None else " ".join(_made_of({name_of(each): each for each in font}))
        return Difference(
            "" if number is None else plain_code(number.get("formatCode", "")),
            letters if is_unseen(Look(font=letters)) else weights,  # (LibreOffice writes the font that it has anyway)
            "" if font is None else self.colour(_child(font, "color"), ""),
            "" if fill is None else self._fill_beneath(fill),
            "" if lines is None else self._lines(lines),
        )

    def _fill_beneath(self, fill: Element) -> str:
        """Return the colour that such a format lays behind a text: here it is the other one that fills a cell."""
        pattern = _child(fill, "patternFill")
        if pattern is None:
            return self._gradient(fill)
        kind = pattern.get("patternType", "solid")
        if kind == "none":
            return WHITE
        behind, over = (self.colour(_child(pattern, name), "") for name in ("bgColor", "fgColor"))
        return behind or over if kind == "solid" else " ".join(filter(None, (kind, over or AUTOMATIC, behind or WHITE)))

    def _font(self, font: Element) -> tuple[str, str]:
        said = {name_of(each): each for each in font}
        said |= {"name": said["rFont"]} if "rFont" in said else {}
        name, size = (said[each].get("val", "") if each in said else "" for each in ("name", "sz"))
        if "scheme" in said:
            name = self.theme_fonts.get(said["scheme"].get("val", ""), name)
        if "charset" in said and said["charset"].get("val") == _OF_SYMBOLS and not SYMBOLS.search(name):
            name = f"{name} (symbols)"
        made = _made_of(said)
        raised = said["vertAlign"].get("val", "baseline") if "vertAlign" in said else "baseline"
        made += [raised] if raised != "baseline" else []
        points = f"{float(size):g}" if size else ""
        return " ".join(filter(None, (name, points, *made))), self.colour(said.get("color"), AUTOMATIC)

    def _fill(self, fill: Element) -> str:
        pattern = _child(fill, "patternFill")
        if pattern is None:
            return self._gradient(fill)
        kind = pattern.get("patternType", "none")
        if kind == "none":
            return ""
        colour = self.colour(_child(pattern, "fgColor"), AUTOMATIC)
        return colour if kind == "solid" else f"{kind} {colour} {self.colour(_child(pattern, 'bgColor'), WHITE)}"

    def _gradient(self, fill: Element) -> str:
        stops = [each for each in fill.iter() if name_of(each) == "color"]
        return " ".join(("gradient", *(self.colour(each, WHITE) for each in stops))) if len(fill) else ""

    def _lines(self, border: Element) -> str:
        found = []
        for side in _SIDES:
            line = _child(border, side)
            kind = line.get("style", "none") if line is not None else "none"
            if line is not None and kind != "none":
                found.append(f"{side} {kind} {self.colour(_child(line, 'color'), AUTOMATIC)}")
        return ", ".join(found)

    def colour(self, said: Element | None, usual: str) -> str:
        """Return a colour, however it is said."""
        if said is None or said.get("auto") in _YES:
            return usual
        if "rgb" in said.attrib:
            found = said.get("rgb", "")[-6:].upper()
        elif "theme" in said.attrib:
            found = _one_of(self.theme, said.get("theme"), "")
        else:
            found = _one_of(self.palette, said.get("indexed"), usual)
        return _tinted(found, float(said.get("tint", "0"))) if re.fullmatch("[0-9A-F]{6}", found) else usual


def _made_of(font: Mapping[str, Element]) -> list[str]:
    """Return what is done to letters."""
    kinds = (
        ("b", "bold"), ("i", "italic"), ("u", "underlined"), ("strike", "struck through"), ("outline", "outlined"),
        ("shadow", "shadowed"),
    )  # fmt: skip
    return [words for kind, words in kinds if kind in font and font[kind].get("val", "1") not in {*_NO, "none"}]


def _tinted(colour: str, tint: float) -> str:
    """Return a colour made lighter (above 0) or darker (ECMA-376 part 1, 18.8.19)."""
    if not tint:
        return colour
    hue, light, strength = colorsys.rgb_to_hls(*(each / 255 for each in channels(colour)))
    light = light * (1 + tint) if tint < 0 else light * (1 - tint) + tint
    return "".join(f"{round(each * 255):02X}" for each in colorsys.hls_to_rgb(hue, min(max(light, 0), 1), strength))


_RIGHT_TO_LEFT = "2"


def _place(said: Element | None) -> str:
    """Return where in its cell a text stands; what every program does unasked is left out."""
    if said is None:
        return ""
    across, down = said.get("horizontal", "general"), said.get("vertical", "bottom")
    turned, indent = said.get("textRotation", "0"), said.get("indent", "0")
    return " ".join(
        filter(
            None,
            (
                across if across != "general" else "",
                down if down != "bottom" else "",
                "wrapped" if said.get("wrapText") in _YES else "",
                "shrunk" if said.get("shrinkToFit") in _YES else "",
                f"turned {turned}" if turned != "0" else "",
                f"indented {indent}" if indent != "0" else "",
                "right to left" if said.get("readingOrder") == _RIGHT_TO_LEFT else "",
            ),
        )
    )


def _child(element: Element, name: str) -> Element | None:
    return next((each for each in reversed(element) if name_of(each) == name), None)  # (LibreOffice goes by the last)


def _one_of(many: Sequence[Each], number: str | None, usual: Each) -> Each:
    place = int(number or 0)
    return many[place] if 0 <= place < len(many) else usual
