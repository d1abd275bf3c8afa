"""What an OpenDocument spreadsheet lets be typed into its cells, and how it colours them: as Excel's rules say it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dapf_xl.returns.fittings import Validation
from dapf_xl.returns.formats import Format, FormatLook, first_of, scale
from dapf_xl.returns.formulas import comparable, relative_to
from dapf_xl.returns.looks import Look, is_unseen
from dapf_xl.returns.number_formats import plain_code
from dapf_xl.returns.ods_cells import CALCEXT, FO, STYLE, TABLE, TEXT, cells_in, letter, letters_of, lines_of, words_of
from dapf_xl.returns.ods_styles import colour, lines_of_sides

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from xml.etree.ElementTree import Element

    from dapf_xl.returns.ods_styles import Properties, Styles

_OPEN = "of:="
_NAMESPACE = re.compile(r"^[a-z]+:")
_KIND = re.compile(r"cell-content-is-(whole-number|decimal-number|date|time)\(\)(?: and )?")
_KINDS = {"whole-number": "whole", "decimal-number": "decimal", "date": "date", "time": "time"}
_LENGTH = re.compile(r"cell-content-text-length(?=[-(])")
_BETWEEN = re.compile(r"(?:cell-content)?-is-(not-)?between\((.*)\)", re.DOTALL)
_COMPARED = re.compile(r"(?:cell-content)?\(\)(<=|>=|!=|<|>|=)(.*)", re.DOTALL)
_LISTED = re.compile(r"cell-content-is-in-list\((.*)\)", re.DOTALL)
_TRUE = re.compile(r"(?:is-true-formula|formula-is)\((.*)\)", re.DOTALL)
_OPERATORS = {
    "=": "equal", "!=": "notEqual", "<": "lessThan", "<=": "lessThanOrEqual", ">": "greaterThan",
    ">=": "greaterThanOrEqual",
}  # fmt: skip
_SHEET = re.compile(r"(?:\$?(?:'(?:[^']|'')*'|[^\s.:']+))?\.")
_FONTS = (f"{STYLE}font-name", f"{FO}font-family", f"{FO}font-size")
_WITHOUT_ARROW = ("no", "none")
_CELL = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})")


def places(addresses: str) -> str:
    """Return ranges without the sheets that they are on: ``J7:J9`` of ``Return.J7:Return.J9``."""
    return _SHEET.sub("", addresses).replace("$", "")


# --- what may be typed --------------------------------------------------------------------------------


def validations_of(root: Element) -> Mapping[str, str]:
    """Return what each validation of a workbook says, by its name."""
    return {each.get(f"{TABLE}name", ""): _validation(each).says() for each in root.iter(f"{TABLE}content-validation")}


def _validation(said: Element) -> Validation:
    kind, operator, first, second = _condition(_NAMESPACE.sub("", said.get(f"{TABLE}condition", "")))
    error, prompt = said.find(f"{TABLE}error-message"), said.find(f"{TABLE}help-message")
    refuses = _if_shown(error)
    return Validation(
        kind,
        operator,
        first,
        second,
        allows_blank=said.get(f"{TABLE}allow-empty-cell", "true") == "true",
        refuses="" if refuses is None else refuses.get(f"{TABLE}message-type", "stop"),
        error=_message(refuses),
        prompt=_message(_if_shown(prompt)),
        has_arrow=said.get(f"{TABLE}display-list", "unsorted") not in _WITHOUT_ARROW,
    )


def _if_shown(message: Element | None) -> Element | None:
    return message if message is not None and message.get(f"{TABLE}display") == "true" else None


def _message(message: Element | None) -> tuple[str, str]:
    if message is None:
        return "", ""
    return message.get(f"{TABLE}title", ""), "\n".join(words_of(each) for each in message.iter(f"{TEXT}p"))


def _condition(said: str) -> tuple[str, str, str, str]:
    """Return kind, operator and limits of a condition, as ``Validation`` has them."""
    if not said:
        return "none", "between", "", ""
    if listed := _LISTED.fullmatch(said):
        return "list", "between", _listed(listed[1]), ""
    if true := _TRUE.fullmatch(said):
        return "custom", "between", f"{_OPEN}{true[1]}", ""
    kind = "any"
    if named := _KIND.match(said):
        kind, said = _KINDS[named[1]], said[named.end() :]
    elif length := _LENGTH.match(said):
        kind, said = "textLength", said[length.end() :]
    if between := _BETWEEN.fullmatch(said):
        first, second = (*_arguments(between[2], ","), "", "")[:2]
        return kind, "notBetween" if between[1] else "between", f"{_OPEN}{first}", f"{_OPEN}{second}"
    if compared := _COMPARED.fullmatch(said):
        return kind, _OPERATORS[compared[1]], f"{_OPEN}{compared[2]}", ""
    return kind, "between", f"{_OPEN}{said}", ""


def _listed(said: str) -> str:
    """Return what a list offers as Excel has it: a range, or texts with commas between them."""
    texts = _arguments(said, ";")
    if not all(len(each) > 1 and each[0] == each[-1] == '"' for each in texts):
        return f"{_OPEN}{said}"
    return '"' + ",".join(each[1:-1] for each in texts) + '"'


_PARTS = re.compile(r'"(?:[^"]|"")*"|\[[^\]]*\]|.', re.DOTALL)


def _arguments(said: str, between: str) -> list[str]:
    """Return what a character parts, but not where it stands in a text, in a reference or between brackets."""
    found = [""]
    depth = 0
    for part in _PARTS.findall(said):
        depth += (part in "({") - (part in ")}") if len(part) == 1 else 0
        if part == between and not depth:
            found.append("")
        else:
            found[-1] += part
    return [each.strip() for each in found]


# --- how cells are coloured ---------------------------------------------------------------------------


def formats_of(sheet: Element, styles: Styles) -> Iterator[Format]:
    """Yield the formats of a sheet that a condition turns on, that which counts first first."""
    for block in sheet.iter(f"{CALCEXT}conditional-format"):
        where = places(block.get(f"{CALCEXT}target-range-address", ""))
        for rule in block:
            yield Format(where, _says(rule, where), _look(rule, styles))


def mapped_formats(sheet: Element, styles: Styles) -> Iterator[Format]:
    """Yield the same of a sheet that has none of its own: LibreOffice goes by the conditions of its cells' styles then.

    (It writes both, and reads these only where the others are not there.)
    """
    usual = {column: each.get(f"{TABLE}default-cell-style-name", "") for column, each in letters_of(sheet)}
    named: dict[str, list[str]] = {}
    for line in lines_of(sheet):
        for first, repeated, cell in cells_in(line.element):
            for column in (letter(ord(first) - ord("A") + number) for number in range(repeated)):
                name = cell.get(f"{TABLE}style-name", usual.get(column, ""))
                if styles.maps_of(name):
                    named.setdefault(name, []).append(f"{column}{line.rows[0]}:{column}{line.rows[-1]}")
    for name, where in named.items():
        cells = " ".join(where)
        for condition, base, other in styles.maps_of(name):
            formula = _TRUE.fullmatch(_NAMESPACE.sub("", condition))
            says = _as_read(f"{_OPEN}{formula[1]}", places(base), cells) if formula else condition
            yield Format(cells, says, _made_by(styles.made_by("table-cell", other), styles))


def _made_by(said: Properties, styles: Styles) -> FormatLook:
    fill = colour(said.get(f"{FO}background-color", ""))
    return FormatLook(
        number=plain_code(styles.number_format(said.get(f"{STYLE}data-style-name", ""))),
        font=_letters(said, styles),
        colour=colour(said.get(f"{FO}color", "")),
        fills=(fill,) if fill else (),
        lines=lines_of_sides(said),
    )


def _says(rule: Element, where: str) -> str:
    name = rule.tag.rpartition("}")[2]
    if name != "condition":
        return " ".join((_NAMES.get(name, name), *sorted(map(str, rule.attrib.values()))))
    said = rule.get(f"{CALCEXT}value", "")
    if formula := _TRUE.fullmatch(said):
        return _as_read(f"{_OPEN}{formula[1]}", places(rule.get(f"{CALCEXT}base-cell-address", "")), where)
    if compared := _COMPARED.fullmatch(f"(){said}"):
        return f"cellIs operator {_OPERATORS[compared[1]]} {_OPEN}{compared[2]}"
    return said


_NAMES = {"color-scale": "colorScale", "data-bar": "dataBar", "icon-set": "iconSet", "date-is": "timePeriod"}


def _as_read(formula: str, base: str, where: str) -> str:
    """Return a formula as it reads from the first cell of ranges, whichever cell it was written from."""
    cell = _CELL.fullmatch(base)
    if cell is None or (cell[1], int(cell[2])) == first_of(where):
        return comparable(formula)
    return relative_to(formula, cell[1], int(cell[2]))


def _letters(said: Properties, styles: Styles) -> str:
    """Return what is done to letters: a format leaves them their font, but where nobody can read it."""
    font = styles.font(said)
    if is_unseen(Look(font=font)):
        return font
    return styles.font({name: value for name, value in said.items() if name not in _FONTS})


def _look(rule: Element, styles: Styles) -> FormatLook:
    name = rule.get(f"{CALCEXT}apply-style-name", rule.get(f"{CALCEXT}style", ""))
    said = styles.made_by_shown(name)
    made = _made_by(said, styles)
    entries = [rule, *rule]
    colours = [found for each in rule if (found := colour(each.get(f"{CALCEXT}color", "")))]
    bar = [colour(rule.get(f"{CALCEXT}{kind}-color", "")) for kind in ("positive", "negative")]
    fills = scale(colours) if len(colours) > 1 else tuple(filter(None, (*colours, *bar)))
    return made._replace(
        fills=fills or made.fills,
        replaces=any(each.get(f"{CALCEXT}show-value") == "false" for each in entries),
    )
