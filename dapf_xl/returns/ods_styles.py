"""What the styles of an OpenDocument spreadsheet say, in the words that are used of Excel's.

What went out is an Excel workbook, so that a look is only as good as what LibreOffice makes of one: a part that it
keeps in another way than Excel is left out, and is not compared.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dapf_xl.returns.looks import AUTOMATIC, WHITE, Look, channels, shown_as
from dapf_xl.returns.number_formats import AS_ANOTHER, AS_NUMBER, EVEN_ZERO
from dapf_xl.returns.ods_cells import (
    CSS3,
    FO,
    LOEXT,
    NUMBER,
    OFFICE,
    STYLE,
    SVG,
    XLINK,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from xml.etree.ElementTree import Element

Properties = dict[str, str]
"""What a style says, by the names that the file gives it."""

_KINDS_OF_PROPERTIES = {f"{STYLE}{kind}-properties" for kind in ("table-cell", "paragraph", "text")}
_SIDES = ("left", "right", "top", "bottom")
_DIAGONALS = (f"{STYLE}diagonal-bl-tr", f"{STYLE}diagonal-tl-br")
_LINE = re.compile(r"([\d.]+)(pt|cm|mm|in) ([a-z-]+) #([0-9a-fA-F]{6})")
_LENGTH = re.compile(r"(-?[\d.]+)(pt|cm|mm|in|px)?")
_POINTS = {"pt": 1.0, "cm": 72 / 2.54, "mm": 72 / 25.4, "in": 72.0, "px": 0.75}
_SOLID = ((0.4, "hair"), (1.3, "thin"), (2.1, "medium"))
"""Of a line in one piece the widths in points below which it is so called; what is wider is thick."""
_BROKEN = {
    "dotted": ("dotted", "dotted"),
    "fine-dashed": ("dashed", "slantDashDot"),
    "dashed": ("dashed", "mediumDashed"),
    "dash-dot": ("dashDot", "mediumDashDot"),
    "dash-dot-dot": ("dashDotDot", "mediumDashDotDot"),
}
"""Of a line in pieces what it is called where it is thin, and where it is not."""
_INDENT = 8.4
"""Points of one step by which a text is indented: three spaces of the usual font."""
_ACROSS = {"start": "left", "left": "left", "end": "right", "right": "right", "center": "center", "justify": "justify"}
_DOWN = {"top": "top", "middle": "center", "justify": "justify"}
_STACKED = 255
_RIGHT_ANGLE, _FULL_TURN = 90, 360
_UNPROTECTED = ("none", "formula-hidden")
_MAP = f"{STYLE}map"
_OF_TEXT = f"{NUMBER}text-style"
_PLAIN = (f"{NUMBER}number-style", f"{NUMBER}percentage-style", _OF_TEXT)
_SECTIONS = {(), ("value()>=0",), ("value()>0", "value()<0"), ("value()>0", "value()<0", "value()=0")}
"""When the sections of a format hold but the last, where they are those of Excel: above zero, below it, zero."""
USUAL = "Default"
"""The style that cells have unasked."""
_NUMBER_STYLE = f"{STYLE}data-style-name"
_NUMERIC = (*_PLAIN, f"{NUMBER}currency-style")
_IN_ORDER = {
    "value()>=0": (0, 2), "value()>0": (0,), "value()<0": (1,), "value()=0": (2,),
}  # fmt: skip
"""Which sections of a format of Excel's each condition stands for."""
_NOTHING = ";;;"
"""A format by which nothing shows."""
_HIDDEN = "hidden-and-protected"
_DARK = 62
"""Brightness, of 255, up to which a colour is dark to LibreOffice."""


class Styles:
    """The styles of an OpenDocument spreadsheet."""

    def __init__(self, content: Element, styles: Element | None) -> None:
        """Note the styles, of the sheets' own and of those with names, by what they are for and their names."""
        self._usual: dict[str, Element] = {}
        self._own: dict[tuple[str, str], Element] = {}
        self._fonts: dict[str, str] = {}
        self._shown: dict[str, str] = {}
        self._numbers: dict[str, Element] = {}
        self._known: dict[tuple[str, str], Properties] = {}
        self._looks: dict[tuple[str, ...], Look] = {}
        for root in (styles, content):
            if root is not None:
                self._note(root)

    def _note(self, root: Element) -> None:
        for font in root.iter(f"{STYLE}font-face"):
            family = font.get(f"{SVG}font-family", "").split(",")[0].strip(" '\"")
            self._fonts[font.get(f"{STYLE}name", "")] = family
        for kind in (f"{OFFICE}styles", f"{OFFICE}automatic-styles"):
            for group in root.iter(kind):
                for style in group:
                    family = style.get(f"{STYLE}family", "")
                    self._shown[style.get(f"{STYLE}display-name", "")] = style.get(f"{STYLE}name", "")
                    if style.tag.startswith(NUMBER):
                        self._numbers[style.get(f"{STYLE}name", "")] = style
                    elif style.tag == f"{STYLE}default-style":
                        self._usual[family] = style
                    elif style.tag == f"{STYLE}style":
                        self._own[family, style.get(f"{STYLE}name", "")] = style

    def of(self, family: str, name: str) -> Properties:
        """Return what a style says, its parents included; what none of them says is not in it."""
        if (family, name) not in self._known:
            chain: list[Element] = []
            style = self._own.get((family, name))
            while style is not None and style not in chain:
                chain.insert(0, style)
                style = self._own.get((family, style.get(f"{STYLE}parent-style-name", "")))
            if family in self._usual:
                chain.insert(0, self._usual[family])
            found: Properties = {}
            for each in chain:
                found |= _said_by(each)
            self._known[family, name] = found
        return self._known[family, name]

    def look(self, name: str, *spans: str, is_protected: bool = False) -> Look:
        """Return how a cell of a style looks, all of whose text has the styles of spans."""
        key = (str(is_protected), name, *spans)
        if key not in self._looks:
            said = dict(self.of("table-cell", name or USUAL))
            for span in spans:
                said |= self.made_by("text", span)
            look = self._look_of(said)
            if is_protected and said.get(f"{STYLE}cell-protect") == _HIDDEN:  # ("Hide all": nothing shows)
                look = look._replace(colour=look.fill or WHITE)
            self._looks[key] = look
        return self._looks[key]

    def made_by(self, family: str, name: str) -> Properties:
        """Return what a style says, its parents included, but not what is usual."""
        found: Properties = {}
        seen = {"", USUAL}
        while name not in seen and (family, name) in self._own:
            seen.add(name)
            style = self._own[family, name]
            found = _said_by(style) | found
            name = style.get(f"{STYLE}parent-style-name", "")
        return found

    def made_by_shown(self, name: str) -> Properties:
        """Return the same of a style of cells by the name that people see."""
        return self.made_by("table-cell", self._shown.get(name, name))

    def maps_of(self, name: str) -> list[tuple[str, ...]]:
        """Return the conditions of a style of cells, from which cell each is read, and which style it turns on."""
        style = self._own.get(("table-cell", name))
        found = () if style is None else style.findall(_MAP)
        said = ("condition", "base-cell-address", "apply-style-name")
        return [tuple(each.get(f"{STYLE}{one}", "") for one in said) for each in found]

    def link_of(self, name: str) -> str:
        """Return what a cell of a style leads to; "" for nothing."""
        style = self._own.get(("table-cell", name))
        found = () if style is None else (link for kind in (STYLE, LOEXT) for link in style.iter(f"{kind}hyperlink"))
        return next((each.get(f"{XLINK}href", "") for each in found), "")

    def _number(self, name: str) -> str | None:
        """Return a format of numbers with all its sections; None where it is not as plain as those of a return."""
        style = self._numbers.get(name)
        if style is not None and style.tag == f"{NUMBER}date-style":
            return _code_of_dates(style)
        if style is None or style.tag not in _PLAIN or (style.tag == _OF_TEXT and style.find(_MAP) is None):
            return None
        if _is_usual(style):
            return "General"
        sections = [
            (each.get(f"{STYLE}condition"), each.get(f"{STYLE}apply-style-name", "")) for each in style.iter(_MAP)
        ]
        if tuple(condition for condition, _ in sections) not in _SECTIONS:
            return None
        return ";".join([*(self.number_format(each) for _, each in sections), _code(style)])

    def _shows(self, name: str, look: Look) -> str:
        """Return how a number shows by a format; "" where a cell shows it as it pleases, or there is none.

        What the file says that a cell shows is only what the program that saved it showed: every program goes by
        the format.
        """
        style = self._numbers.get(name)
        if style is None:
            return ""
        maps = list(style.iter(_MAP))
        if style.tag not in _NUMERIC:  # (a day, TRUE)
            return EVEN_ZERO
        is_of_texts = style.tag == _OF_TEXT
        if not maps and is_of_texts:
            shows = shown_as(look, f"General;General;General;{_code_of_texts(style)}")
            return shows if shows != AS_NUMBER else ""
        if not maps and _is_usual(style):
            return ""
        sections: list[str | None] = [None, None, None]
        for each in maps:
            condition = each.get(f"{STYLE}condition", "")
            if condition not in _IN_ORDER:
                return AS_ANOTHER
            for place in _IN_ORDER[condition]:
                sections[place] = self.number_format(each.get(f"{STYLE}apply-style-name", ""))
        own = "" if is_of_texts else _code(style)
        shown = [own if each is None else each for each in sections] + ([_code_of_texts(style)] if is_of_texts else [])
        return shown_as(look, ";".join(each.removesuffix(_NOTHING) for each in shown)) or EVEN_ZERO

    def number_format(self, name: str) -> str:
        """Return a format of numbers as Excel has it, as far as it tells whether a number shows; "" for none."""
        style = self._numbers.get(name)
        return "" if style is None else _code(style)

    def _look_of(self, said: Mapping[str, str]) -> Look:
        fill = colour(said.get(f"{FO}background-color", ""))
        look = Look(
            is_locked=said.get(f"{STYLE}cell-protect", "protected") not in _UNPROTECTED,
            number=self._number(said.get(_NUMBER_STYLE, "")),
            font=self.font(said),
            colour=_colour_of_text(said, fill),
            fill=fill,
            lines=lines_of_sides(said),
            place=_place(said),
        )
        return look._replace(shows=self._shows(said.get(_NUMBER_STYLE, ""), look))

    def font(self, said: Mapping[str, str]) -> str:
        """Return name, size and what is done to letters, as far as it is said."""
        name = said.get(f"{STYLE}font-name", "")
        family = self._fonts.get(name, name) or said.get(f"{FO}font-family", "").split(",")[0].strip(" '\"")
        size = points_of(said.get(f"{FO}font-size", ""))
        made = [
            words
            for words, is_so in (
                ("bold", _is_bold(said.get(f"{FO}font-weight", "normal"))),
                ("italic", said.get(f"{FO}font-style", "normal") != "normal"),
                ("underlined", said.get(f"{STYLE}text-underline-style", "none") != "none"),
                ("struck through", said.get(f"{STYLE}text-line-through-style", "none") != "none"),
                ("overlined", said.get(f"{STYLE}text-overline-style", "none") != "none"),
                ("emphasised", said.get(f"{STYLE}text-emphasize", "none") != "none"),
                ("outlined", said.get(f"{STYLE}text-outline") == "true"),
                ("shadowed", said.get(f"{FO}text-shadow", "none") != "none"),
            )
            if is_so
        ]
        raised = _raised(said.get(f"{STYLE}text-position", ""))
        made += [raised] if raised else []
        return " ".join(filter(None, (family, f"{size:g}" if size else "", *made)))


def _said_by(style: Element) -> Properties:
    found: Properties = {_NUMBER_STYLE: style.get(_NUMBER_STYLE, "")} if _NUMBER_STYLE in style.attrib else {}
    for properties in style:
        if properties.tag in _KINDS_OF_PROPERTIES:
            found |= properties.attrib
    if f"{FO}border" in found:  # (which a style of one side may follow, and which goes before its parents' sides)
        found = {f"{FO}border-{side}": found[f"{FO}border"] for side in _SIDES} | found
    if f"{FO}color" in found and f"{STYLE}use-window-font-color" not in found:
        found[f"{STYLE}use-window-font-color"] = "false"
    return found


def _is_bold(weight: str) -> bool:
    return weight == "bold" or (weight.isdigit() and int(weight) >= 600)  # noqa: PLR2004  (CSS: semi-bold)


def _raised(said: str) -> str:
    word = said.split(" ", maxsplit=1)[0]
    if word in {"super", "sub"}:
        return f"{word}script"
    share = re.fullmatch(r"(-?)([\d.]+)%", word)
    if share is None or not float(share[2]):
        return ""
    return "subscript" if share[1] else "superscript"


def points_of(said: str) -> float:
    """Return a length in points; 0 where it is none."""
    found = _LENGTH.fullmatch(said)
    return round(float(found[1]) * _POINTS[found[2] or "pt"], 2) if found else 0.0


def colour(said: str) -> str:
    """Return a colour as six hexadecimal digits; "" for none."""
    return said[1:].upper() if re.fullmatch("#[0-9a-fA-F]{6}", said) else ""


def _code_of_dates(style: Element) -> str:
    """Return a format of dates as Excel has it."""
    pieces = []
    for each in style:
        kind = each.tag.rpartition("}")[2]
        is_long = each.get(f"{NUMBER}style") == "long"
        if kind == "text":
            pieces.append(each.text or "")
        elif kind == "month":
            pieces.append("m" * (1 + is_long + 2 * (each.get(f"{NUMBER}textual") == "true")))
        else:
            pieces.append(kind[0] * (4 if kind == "year" and is_long else 2 if kind == "year" or is_long else 1))
    return "".join(pieces)


def _is_usual(style: Element) -> bool:
    """Say whether a format is that which shows a number as it is."""
    return [dict(each.attrib) for each in style] == [{f"{NUMBER}min-integer-digits": "1"}]


def _code(style: Element) -> str:
    """Return the first section of a format of numbers, with all that shows as itself between quotation marks."""
    pieces = []
    for each in style:
        kind = each.tag.rpartition("}")[2]
        if kind in {"number", "scientific-number", "fraction"}:
            whole = "0" * int(each.get(f"{NUMBER}min-integer-digits", "1")) or "#"
            most, least = (int(each.get(f"{NUMBER}{name}decimal-places", "0")) for name in ("", "min-"))
            digits = "0" * min(least, most) + "#" * max(most - least, 0)
            scaled = "," if float(each.get(f"{NUMBER}display-factor", "1")) > 1 else ""
            grouped = "#,##" if each.get(f"{NUMBER}grouping") == "true" else ""
            pieces.append(f"{grouped}{whole}{'.' if digits else ''}{digits}{scaled}")
            pieces += [f'"{inside.text or ""}"' for inside in each.iter(f"{NUMBER}embedded-text")]
        elif kind == "text-properties" and (written := colour(each.get(f"{FO}color", ""))):
            pieces.append(f"[#{written}]")
        elif kind in {"text", "currency-symbol"}:
            words = each.text or ""
            is_share = style.tag == f"{NUMBER}percentage-style" and words == "%"
            pieces.append(words if is_share else f'"{words}"')
    return "".join(pieces) or _NOTHING


def _code_of_texts(style: Element) -> str:
    """Return the section of a format by which texts show."""
    pieces = []
    for each in style:
        if each.tag == f"{NUMBER}text-content":
            pieces.append("@")
        elif each.tag == f"{NUMBER}text":
            pieces.append(f'"{each.text or ""}"')
        elif written := colour(each.get(f"{FO}color", "")):
            pieces.append(f"[#{written}]")
    return "".join(pieces)


def _colour_of_text(said: Mapping[str, str], fill: str) -> str:
    """Return the colour in which a text shows; one that can be seen through takes on that of what lies behind it."""
    found = colour(said.get(f"{FO}color", ""))
    if not found or said.get(f"{STYLE}use-window-font-color") == "true":
        found = WHITE if _is_dark(fill or WHITE) else AUTOMATIC
    opacity = re.fullmatch(r"([\d.]+)%", said.get(f"{LOEXT}opacity", "100%"))
    share = float(opacity[1]) / 100 if opacity else 1.0
    return found if share >= 1 else _mixed(found, fill or WHITE, share)


def _is_dark(shade: str) -> bool:
    """Say whether LibreOffice writes white upon a colour where it is told no colour of the text."""
    red, green, blue = channels(shade)
    return (blue * 29 + green * 151 + red * 76) >> 8 <= _DARK


def _mixed(one: str, other: str, share: float) -> str:
    pairs = zip(channels(one), channels(other), strict=True)
    return "".join(f"{round(first * share + second * (1 - share)):02X}" for first, second in pairs)


def lines_of_sides(said: Mapping[str, str]) -> str:
    """Return of each side of a cell the kind and colour of its line."""
    found = [(side, said.get(f"{FO}border-{side}", "")) for side in _SIDES]
    found += [("diagonal", next((said[each] for each in _DIAGONALS if _LINE.fullmatch(said.get(each, ""))), ""))]
    return ", ".join(f"{side} {line}" for side, each in found if (line := _line(each)))


def _line(said: str) -> str:
    found = _LINE.fullmatch(said)
    if found is None:
        return ""
    width = float(found[1]) * _POINTS[found[2]]
    return f"{_kind(found[3], width)} {found[4].upper()}"


def _kind(style: str, width: float) -> str:
    if style.startswith("double"):
        return "double"
    wide = _SOLID[1][0]
    if style in _BROKEN:
        return _BROKEN[style][width >= wide]
    return next((name for limit, name in _SOLID if width < limit), "thick")


def _place(said: Mapping[str, str]) -> str:
    """Return where in its cell a text stands, as ``looks`` says it of Excel's cells."""
    is_given = said.get(f"{STYLE}text-align-source", "value-type") == "fix"
    across = _ACROSS.get(said.get(f"{FO}text-align", ""), "") if is_given else ""
    if said.get(f"{CSS3}text-justify") == "distribute" and across == "justify":
        across = "distributed"
    if said.get(f"{STYLE}repeat-content") == "true":
        across = "fill"
    down = _DOWN.get(said.get(f"{STYLE}vertical-align", ""), "")
    if said.get(f"{LOEXT}vertical-justify") == "distribute" and down == "justify":
        down = "distributed"
    steps = round(points_of(said.get(f"{FO}margin-left", "")) / _INDENT)
    turned = _turned(said)
    return " ".join(
        filter(
            None,
            (
                across,
                down,
                "wrapped" if said.get(f"{FO}wrap-option") == "wrap" else "",
                "shrunk" if said.get(f"{STYLE}shrink-to-fit") == "true" else "",
                f"turned {turned}" if turned else "",
                f"indented {steps}" if steps else "",
                "not printed" if said.get(f"{STYLE}print-content") == "false" else "",
                "right to left" if said.get(f"{STYLE}writing-mode") == "rl-tb" else "",
            ),
        )
    )


def _turned(said: Mapping[str, str]) -> int:
    """Return by how much a text is turned, as Excel counts: up to 90 upwards, beyond it downwards, 255 stacked."""
    if said.get(f"{STYLE}direction") == "ttb":
        return _STACKED
    angle = re.match(r"-?\d+", said.get(f"{STYLE}rotation-angle", "0"))
    degrees = int(angle[0]) % _FULL_TURN if angle else 0
    return degrees if degrees <= _RIGHT_ANGLE else _RIGHT_ANGLE + _FULL_TURN - degrees
