"""What somebody changes in a return in LibreOffice, beside its figures, and saves as .ods, is told.

LibreOffice saves a filled return once; each change is put into that file as LibreOffice writes it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple
from xml.etree import ElementTree as ET

import pytest

from dapf_xl.findings import Batch
from dapf_xl.returns.layout import RETURN
from dapf_xl.returns.ods_cells import (
    CALCEXT,
    CONFIG,
    DRAW,
    FO,
    LOEXT,
    NUMBER,
    OFFICE,
    SCRIPT,
    STYLE,
    TABLE,
    TEXT,
    XLINK,
    cells_in,
    lines_of,
)
from dapf_xl.returns.reading import read_return
from tests.returns.hostile import archived, parts_of

from .conftest import Desk, Sent

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from xml.etree.ElementTree import Element

    from dapf_xl.rules import CheckedReturn
    from tests.conftest import Office

ELSEWHERE = "www.example.org"
GUARDED = {Batch.FILE, Batch.STRUCTURE, Batch.TAMPERING}
Found = dict[str, str]
"""The message of each finding about what was changed, by code; sheets and cells are in ``PLACES``."""


class Saved(NamedTuple):
    """A filled return, and the parts of what LibreOffice made of it."""

    sent: Sent
    parts: dict[str, bytes]


@pytest.fixture(scope="module")
def saved(office: Office, tmp_path_factory: pytest.TempPathFactory) -> Saved:
    folder = tmp_path_factory.mktemp("ods")
    sent = Sent(Desk(), folder)
    (path,) = office.convert([sent.path], "ods", folder / "ods")
    return Saved(sent, parts_of(path.read_bytes()))


class Returned:
    """A returned .ods that somebody changes."""

    def __init__(self, saved: Saved) -> None:
        self.parts = dict(saved.parts)
        row = saved.sent.row("must")[1]
        self.figure, self.shorthand, self.locked = (RETURN.cell(part, row) for part in ("value", "shorthand", "what"))
        self.content, self.styles, self.settings = (
            ET.fromstring(self.parts[f"{name}.xml"])  # noqa: S314  (LibreOffice's own)
            for name in ("content", "styles", "settings")
        )
        self.sheet = next(each for each in self.content.iter(f"{TABLE}table") if each.get(f"{TABLE}name") == "Return")

    def bytes(self) -> bytes:
        for name, root in (("content", self.content), ("styles", self.styles), ("settings", self.settings)):
            self.parts[f"{name}.xml"] = ET.tostring(root)
        return archived(self.parts)

    def cell(self, address: str) -> Element:
        lines = (line.element for line in lines_of(self.sheet) if int(address[1:]) in line.rows)
        cells = (cell for first, _, cell in cells_in(next(lines)) if first == address[0])
        return next(cells)

    def look(self, address: str, kind: str, said: dict[str, str]) -> None:
        """Give a cell a style of its own, which says more than that which it has."""
        cell = self.cell(address)
        styles = next(self.content.iter(f"{OFFICE}automatic-styles"))
        names = {
            f"{STYLE}name": "mine",
            f"{STYLE}family": "table-cell",
            f"{STYLE}parent-style-name": cell.get(f"{TABLE}style-name", ""),
        }
        style = ET.SubElement(styles, f"{STYLE}style", names)
        ET.SubElement(style, f"{STYLE}{kind}-properties", said)
        cell.set(f"{TABLE}style-name", "mine")

    def span(self, address: str, shown: str, hidden: str) -> None:
        """Let a cell say a text whose second piece has the colour of the cell."""
        styles = next(self.content.iter(f"{OFFICE}automatic-styles"))
        style = ET.SubElement(styles, f"{STYLE}style", {f"{STYLE}name": "piece", f"{STYLE}family": "text"})
        ET.SubElement(style, f"{STYLE}text-properties", {f"{FO}color": "#fff7bf"})
        cell = self.cell(address)
        for each in list(cell):
            cell.remove(each)
        for name in [name for name in cell.attrib if "value" in name]:
            del cell.attrib[name]
        cell.set(f"{OFFICE}value-type", "string")
        words = ET.SubElement(cell, f"{TEXT}p")
        words.text = shown
        ET.SubElement(words, f"{TEXT}span", {f"{TEXT}style-name": "piece"}).text = hidden

    def validation(self, address: str) -> Element:
        """A validation of its own of a cell, as the cell has it so far."""
        cell = self.cell(address)
        own = cell.get(f"{TABLE}content-validation-name")
        every = next(self.content.iter(f"{TABLE}content-validations"))
        found = next(each for each in every if each.get(f"{TABLE}name") == own)
        copy = ET.fromstring(ET.tostring(found))  # noqa: S314
        copy.set(f"{TABLE}name", "mine")
        every.append(copy)
        cell.set(f"{TABLE}content-validation-name", "mine")
        return copy

    def formats(self) -> Element:
        return next(self.sheet.iter(f"{CALCEXT}conditional-formats"))

    def footer(self) -> Element:
        """What stands at the foot of the pages of the sheet."""
        styles = (each for each in self.content.iter(f"{STYLE}style"))
        own = next(each for each in styles if each.get(f"{STYLE}name") == self.sheet.get(f"{TABLE}style-name"))
        name = own.get(f"{STYLE}master-page-name")
        masters = self.styles.iter(f"{STYLE}master-page")
        found = next(each for each in masters if each.get(f"{STYLE}name") == name).find(f"{STYLE}footer")
        assert found is not None
        return found

    def draw(self, kind: str, inside: str = "", **said: str) -> None:
        """Lay something over the cells."""
        shapes = ET.Element(f"{TABLE}shapes")
        self.sheet.insert(0, shapes)
        shape = ET.SubElement(shapes, f"{DRAW}{kind}", {f"{DRAW}style-name": "gr1"})
        if inside:
            ET.SubElement(shape, f"{DRAW}{inside}", {f"{XLINK}{name}": value for name, value in said.items()})

    def set(self, name: str, value: str) -> None:
        item = next(each for each in self.settings.iter(f"{CONFIG}config-item") if each.get(f"{CONFIG}name") == name)
        item.text = value

    def calculates(self, kind: str, name: str, value: str) -> None:
        every = next(self.content.iter(f"{TABLE}calculation-settings"))
        each = every if not kind else every.find(f"{TABLE}{kind}")
        (ET.SubElement(every, f"{TABLE}{kind}") if each is None else each).set(f"{TABLE}{name}", value)


@pytest.fixture
def returned(saved: Saved) -> Returned:
    return Returned(saved)


@pytest.fixture
def check(saved: Saved, tmp_path: Path) -> Callable[[Returned], CheckedReturn]:
    def checked(returned: Returned) -> CheckedReturn:
        path = tmp_path / saved.sent.path.with_suffix(".ods").name
        path.write_bytes(returned.bytes())
        return saved.sent.checked(read_return(path))

    return checked


def told(checked: CheckedReturn) -> dict[str, tuple[str, str, str]]:
    """Sheet, cell and message of what was told of the file and of what was changed in it, by code."""
    return {
        finding.code.name: (finding.sheet, finding.cell, finding.message)
        for finding in checked.findings
        if finding.code.batch in GUARDED
    }


def test_nothing_is_told_of_what_libreoffice_saves(
    returned: Returned, check: Callable[[Returned], CheckedReturn]
) -> None:
    checked = check(returned)
    assert told(checked) == {}
    assert "must" in {one.item for one in checked.observations}


LOOKS = {
    "background": ("table-cell", {f"{FO}background-color": "#010203"}, "background"),
    "lines": ("table-cell", {f"{FO}border": "2.49pt solid #ff0000"}, "lines around it"),
    "font": ("text", {f"{STYLE}font-name": "Courier"}, "font"),
    "bold": ("text", {f"{FO}font-weight": "bold"}, "font"),
    "struck through": ("text", {f"{STYLE}text-line-through-style": "solid"}, "font"),
    "raised": ("text", {f"{STYLE}text-position": "super 58%"}, "font"),
    "colour": ("text", {f"{FO}color": "#942514"}, "colour of the text"),
    "placed": ("paragraph", {f"{FO}text-align": "center"}, "how the text is placed"),
    "turned": ("table-cell", {f"{STYLE}rotation-angle": "45"}, "how the text is placed"),
    "shrunk": ("table-cell", {f"{STYLE}shrink-to-fit": "true"}, "how the text is placed"),
    "wrapped": ("table-cell", {f"{FO}wrap-option": "no-wrap"}, "how the text is placed"),
}


@pytest.mark.parametrize("name", LOOKS)
def test_each_part_of_a_look_is_told_in_its_cell(
    name: str, returned: Returned, check: Callable[[Returned], CheckedReturn]
) -> None:
    kind, said, words = LOOKS[name]
    returned.look(returned.locked, kind, said)
    found = told(check(returned))
    assert list(found) == ["LOOKS_CHANGED"]
    sheet, cell, message = found["LOOKS_CHANGED"]
    assert (sheet, cell) == ("Return", returned.locked)
    assert re.search(rf"{returned.locked} \({words} .+ → .+\)", message)


def test_a_locked_number_that_is_made_to_show_as_another_is_told(
    returned: Returned, check: Callable[[Returned], CheckedReturn]
) -> None:
    returned.look(returned.locked, "table-cell", {})
    mine = next(each for each in returned.content.iter(f"{STYLE}style") if each.get(f"{STYLE}name") == "mine")
    mine.set(f"{STYLE}data-style-name", "N26")
    styles = next(returned.content.iter(f"{OFFICE}automatic-styles"))
    shows = ET.SubElement(styles, f"{NUMBER}number-style", {f"{STYLE}name": "N26"})
    ET.SubElement(shows, f"{NUMBER}text").text = "26"
    assert f"{returned.locked} (number format" in told(check(returned))["LOOKS_CHANGED"][2]


def test_a_condition_of_a_style_hides_a_figure_where_the_sheet_has_no_formats(
    returned: Returned, check: Callable[[Returned], CheckedReturn]
) -> None:
    returned.look(returned.figure, "text", {})
    mine = next(each for each in returned.content.iter(f"{STYLE}style") if each.get(f"{STYLE}name") == "mine")
    ET.SubElement(mine, f"{STYLE}map", {f"{STYLE}condition": "cell-content()>0", f"{STYLE}apply-style-name": "unseen"})
    named = ET.SubElement(
        next(returned.styles.iter(f"{OFFICE}styles")),
        f"{STYLE}style",
        {f"{STYLE}name": "unseen", f"{STYLE}family": "table-cell"},
    )
    ET.SubElement(named, f"{STYLE}text-properties", {f"{FO}color": "#fff7bf"})
    assert told(check(returned)) == {}  # (nor does LibreOffice go by it)
    returned.sheet.remove(returned.formats())
    checked = check(returned)
    assert {each.code.name: each.cell for each in checked.findings}["NOT_TO_BE_SEEN"] == returned.figure
    assert "must" not in {one.item for one in checked.observations if one.value is not None}


def test_a_format_that_shows_a_number_as_it_is_may_be_named(
    returned: Returned, check: Callable[[Returned], CheckedReturn]
) -> None:
    returned.look(returned.locked, "table-cell", {})
    mine = next(each for each in returned.content.iter(f"{STYLE}style") if each.get(f"{STYLE}name") == "mine")
    mine.set(f"{STYLE}data-style-name", "N26")
    styles = next(returned.content.iter(f"{OFFICE}automatic-styles"))
    usual = ET.SubElement(styles, f"{NUMBER}number-style", {f"{STYLE}name": "N26"})
    shows = ET.SubElement(usual, f"{NUMBER}number", {f"{NUMBER}min-integer-digits": "1"})
    assert told(check(returned)) == {}
    shows.set(f"{NUMBER}decimal-places", "0")
    assert f"{returned.locked} (number format General → 0)" in told(check(returned))["LOOKS_CHANGED"][2]


FORMATS = {
    "a day": ("date-style", ET.Element(f"{NUMBER}day"), "SHOWN_AS_ANOTHER"),
    "yes or no": ("boolean-style", ET.Element(f"{NUMBER}boolean"), "SHOWN_AS_ANOTHER"),
    "a currency that is a digit": ("currency-style", ET.Element(f"{NUMBER}text"), "SHOWN_AS_ANOTHER"),
    "where it is that number": (
        "number-style",
        ET.Element(f"{STYLE}map", {f"{STYLE}condition": "value()=3"}),
        "SHOWN_AS_ANOTHER",
    ),
    "a percentage": ("percentage-style", ET.Element(f"{NUMBER}number"), "SHOWN_OTHERWISE"),
}


@pytest.mark.parametrize("name", FORMATS)
def test_a_number_shows_as_its_format_says_and_not_as_the_file_says_that_it_did(
    name: str, returned: Returned, check: Callable[[Returned], CheckedReturn]
) -> None:
    kind, piece, code = FORMATS[name]
    piece.text = "4" if piece.tag.endswith("text") else None
    for address in (returned.figure, returned.locked):
        returned.look(address, "table-cell", {})
    for each in returned.content.iter(f"{STYLE}style"):
        if each.get(f"{STYLE}name") == "mine":
            each.set(f"{STYLE}data-style-name", "N26")
    styles = next(returned.content.iter(f"{OFFICE}automatic-styles"))
    shows = ET.SubElement(styles, f"{NUMBER}{kind}", {f"{STYLE}name": "N26"})
    shows.append(piece)
    ET.SubElement(shows, f"{NUMBER}text").text = "%" if kind.startswith("percent") else ""
    checked = check(returned)
    assert {each.code.name: each.cell for each in checked.findings}[code] == returned.figure
    if code == "SHOWN_AS_ANOTHER":
        assert "must" not in {one.item for one in checked.observations if one.value is not None}
        assert f"{returned.locked}" in told(checked)["LOOKS_CHANGED"][2]


@pytest.mark.parametrize("protects", ["none", "protected"])
def test_a_row_below_all_others_that_can_be_typed_into_is_told_as_a_whole(
    protects: str, returned: Returned, check: Callable[[Returned], CheckedReturn]
) -> None:
    rows = list(returned.sheet.iter(f"{TABLE}table-row"))
    place = list(returned.sheet).index(rows[-2])
    free = ET.Element(f"{TABLE}table-row")
    ET.SubElement(free, f"{TABLE}table-cell", {f"{TABLE}number-columns-repeated": "16384"})
    returned.sheet.insert(place, free)
    row = next(line.rows[0] for line in lines_of(returned.sheet) if line.element is free)
    returned.look(f"A{row}", "table-cell", {f"{STYLE}cell-protect": protects})
    found = told(check(returned))
    assert list(found) == ([] if protects == "protected" else ["CELLS_UNLOCKED"])
    assert protects == "protected" or found["CELLS_UNLOCKED"][2].endswith(f": all of row {row}.")


@pytest.mark.parametrize(
    ("protects", "of", "code"),
    [
        ("none", "locked", "CELLS_UNLOCKED"),
        ("formula-hidden", "locked", "CELLS_UNLOCKED"),
        ("protected", "figure", "CELLS_LOCKED"),
        ("protected formula-hidden", "figure", "CELLS_LOCKED"),
    ],
)
def test_a_cell_that_is_unlocked_or_locked_is_named(
    protects: str, of: str, code: str, returned: Returned, check: Callable[[Returned], CheckedReturn]
) -> None:
    cell = getattr(returned, of)
    returned.look(cell, "table-cell", {f"{STYLE}cell-protect": protects})
    assert {code: each[:2] for code, each in told(check(returned)).items()} == {code: ("Return", cell)}


def test_what_a_column_says_counts_only_below_the_cells_that_are_there(
    returned: Returned, check: Callable[[Returned], CheckedReturn]
) -> None:
    """LibreOffice lets a column say what most of its cells have, and leaves that out in these."""
    style = returned.cell(returned.figure).get(f"{TABLE}style-name", "")
    columns = list(returned.sheet.iter(f"{TABLE}table-column"))
    *lines, last = lines_of(returned.sheet)
    for column in columns:
        column.set(f"{TABLE}default-cell-style-name", style)
    for line in (*lines, last):
        for cell in line.element:
            if f"{TABLE}style-name" not in cell.attrib:
                cell.set(f"{TABLE}style-name", "Default")
            elif cell.get(f"{TABLE}style-name") == style:
                del cell.attrib[f"{TABLE}style-name"]
    below = [
        each
        for each in returned.sheet.iter(f"{TABLE}table-row")
        if int(each.get(f"{TABLE}number-rows-repeated", "1")) > 9_999
    ]
    for row in below:
        for cell in row:
            cell.set(f"{TABLE}style-name", "Default")
    assert told(check(returned)) == {}
    for row in below:
        for cell in row:
            del cell.attrib[f"{TABLE}style-name"]
    _, _, message = told(check(returned))["CELLS_UNLOCKED"]
    assert "all of column A" in message


UNSEEN = {
    "as what is behind it": ("text", {f"{FO}color": "#fff7bf"}),
    "seen through": ("text", {f"{LOEXT}opacity": "0%"}),
    "of no size": ("text", {f"{FO}font-size": "1pt"}),
    "symbols": ("text", {f"{STYLE}font-name": "Wingdings"}),
    "hidden with its sheet": ("table-cell", {f"{STYLE}cell-protect": "hidden-and-protected"}),
}


@pytest.mark.parametrize("name", UNSEEN)
def test_a_figure_that_nobody_can_see_is_not_taken(
    name: str, returned: Returned, check: Callable[[Returned], CheckedReturn]
) -> None:
    returned.look(returned.figure, *UNSEEN[name])
    checked = check(returned)
    found = {finding.code.name: finding.cell for finding in checked.findings}
    assert found["NOT_TO_BE_SEEN"] == returned.figure
    assert "must" not in {one.item for one in checked.observations if one.value is not None}


def test_a_text_of_digits_some_of_which_cannot_be_seen_is_not_taken_for_a_number(
    returned: Returned, check: Callable[[Returned], CheckedReturn]
) -> None:
    returned.span(returned.figure, "1", "2")
    checked = check(returned)
    assert f"{returned.figure} (parts of the text)" in told(checked)["LOOKS_CHANGED"][2]
    assert "must" not in {one.item for one in checked.observations if one.value is not None}


def test_a_text_all_of_which_has_another_look_looks_so(
    returned: Returned, check: Callable[[Returned], CheckedReturn]
) -> None:
    returned.span(returned.figure, "", "12")
    checked = check(returned)
    assert f"{returned.figure} (colour of the text" in told(checked)["LOOKS_CHANGED"][2]
    assert "NOT_TO_BE_SEEN" in {finding.code.name for finding in checked.findings}


def _wider(rule: Element) -> None:
    rule.set(f"{TABLE}condition", rule.get(f"{TABLE}condition", "").replace(",", ",9"))


def _other_kind(rule: Element) -> None:
    rule.set(f"{TABLE}condition", rule.get(f"{TABLE}condition", "").replace("whole", "decimal"))


def _never_blank(rule: Element) -> None:
    rule.set(f"{TABLE}allow-empty-cell", "false")


def _warns(rule: Element) -> None:
    next(rule.iter(f"{TABLE}error-message")).set(f"{TABLE}message-type", "warning")


def _silent(rule: Element) -> None:
    next(rule.iter(f"{TABLE}error-message")).set(f"{TABLE}display", "false")


def _says_another(rule: Element) -> None:
    next(next(rule.iter(f"{TABLE}help-message")).iter(f"{TEXT}p")).text = "Type anything"


def _says_nothing(rule: Element) -> None:
    next(rule.iter(f"{TABLE}help-message")).set(f"{TABLE}display", "false")


@pytest.mark.parametrize("change", [_wider, _other_kind, _never_blank, _warns, _silent, _says_another, _says_nothing])
def test_each_part_of_a_validation_is_told(
    change: Callable[[Element], None], returned: Returned, check: Callable[[Returned], CheckedReturn]
) -> None:
    rule = returned.validation(returned.figure)
    assert told(check(returned)) == {}
    change(rule)
    assert {code: each[:2] for code, each in told(check(returned)).items()} == {
        "VALIDATION_LOST": ("Return", returned.figure)
    }


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("display-list", "no"),
        ("condition", "of:cell-content-is-in-list([$Definitions.$A$7:.$A$8])"),
        ("condition", 'of:cell-content-is-in-list("a";"b")'),
    ],
)
def test_another_list_or_one_that_does_not_drop_down_is_told(
    name: str, value: str, returned: Returned, check: Callable[[Returned], CheckedReturn]
) -> None:
    returned.validation(returned.shorthand).set(f"{TABLE}{name}", value)
    assert told(check(returned))["VALIDATION_LOST"][1] == returned.shorthand


def test_a_validation_that_is_gone_or_added_is_told(
    returned: Returned, check: Callable[[Returned], CheckedReturn]
) -> None:
    rule = returned.cell(returned.figure).attrib.pop(f"{TABLE}content-validation-name")
    assert told(check(returned))["VALIDATION_LOST"][1] == returned.figure
    returned.cell(returned.figure).set(f"{TABLE}content-validation-name", rule)
    returned.cell(returned.locked).set(f"{TABLE}content-validation-name", rule)
    assert told(check(returned))["VALIDATION_LOST"][1] == returned.locked


def test_a_validation_and_a_format_beyond_the_columns_and_rows_are_told(
    returned: Returned, check: Callable[[Returned], CheckedReturn]
) -> None:
    rule = returned.cell(returned.figure).get(f"{TABLE}content-validation-name")
    lines = (line.element for line in lines_of(returned.sheet) if int(returned.figure[1:]) in line.rows)
    line = next(lines)
    repeated = int(line[-1].get(f"{TABLE}number-columns-repeated", "1"))
    line[-1].set(f"{TABLE}number-columns-repeated", str(repeated - 1))
    assert repeated > 1000  # (to the end of the sheet)
    ET.SubElement(line, f"{TABLE}table-cell", {f"{TABLE}content-validation-name": str(rule)})
    target = {f"{CALCEXT}target-range-address": "Return.A20000:Return.B20001"}
    block = ET.SubElement(returned.formats(), f"{CALCEXT}conditional-format", target)
    said = {f"{CALCEXT}value": "formula-is(TRUE())", f"{CALCEXT}apply-style-name": "Bad"}
    ET.SubElement(block, f"{CALCEXT}condition", said)
    found = told(check(returned))
    assert "A20000:B20001 (A20000: nothing" in found["FORMATS_ADDED"][2]
    assert found["VALIDATION_LOST"][1] == f"XFD{returned.figure[1:]}"


ADDED = {
    "formula": ("condition", {f"{CALCEXT}value": "formula-is(TRUE())", f"{CALCEXT}apply-style-name": "Bad"}, ()),
    "value": ("condition", {f"{CALCEXT}value": ">3", f"{CALCEXT}apply-style-name": "Bad"}, ()),
    "date": ("date-is", {f"{CALCEXT}date": "today", f"{CALCEXT}style": "Bad"}, ()),
    "scale": ("color-scale", {}, ("color-scale-entry", f"{CALCEXT}color", "#ff0000")),
    "bar": ("data-bar", {f"{CALCEXT}positive-color": "#638ec6"}, ("formatting-entry", f"{CALCEXT}type", "minimum")),
    "icons": ("icon-set", {f"{CALCEXT}icon-set-type": "5Arrows"}, ("formatting-entry", f"{CALCEXT}type", "percent")),
}


@pytest.mark.parametrize("name", ADDED)
def test_a_format_of_any_kind_that_was_added_is_told(
    name: str, returned: Returned, check: Callable[[Returned], CheckedReturn]
) -> None:
    kind, said, entry = ADDED[name]
    target = {f"{CALCEXT}target-range-address": f"Return.{returned.locked}:Return.{returned.locked}"}
    block = ET.SubElement(returned.formats(), f"{CALCEXT}conditional-format", target)
    rule = ET.SubElement(block, f"{CALCEXT}{kind}", said)
    if entry:
        inside, attribute, value = entry
        ET.SubElement(rule, f"{CALCEXT}{inside}", {attribute: value})
    assert {code: each[:2] for code, each in told(check(returned)).items()} == {
        "FORMATS_ADDED": ("Return", returned.locked)
    }


def test_a_format_that_hides_a_figure_holds_it_back(
    returned: Returned, check: Callable[[Returned], CheckedReturn]
) -> None:
    target = {f"{CALCEXT}target-range-address": f"Return.{returned.figure}:Return.{returned.figure}"}
    block = ET.SubElement(returned.formats(), f"{CALCEXT}conditional-format", target)
    said = {f"{CALCEXT}value": "formula-is(TRUE())", f"{CALCEXT}apply-style-name": "Ghost"}
    ET.SubElement(block, f"{CALCEXT}condition", said)
    names = {f"{STYLE}name": "G", f"{STYLE}display-name": "Ghost", f"{STYLE}family": "table-cell"}
    style = ET.SubElement(next(returned.styles.iter(f"{OFFICE}styles")), f"{STYLE}style", names)
    ET.SubElement(style, f"{STYLE}text-properties", {f"{FO}color": "#fff7bf"})
    found = {finding.code.name: finding.cell for finding in check(returned).findings}
    assert found["NOT_TO_BE_SEEN"] == found["FORMATS_ADDED"] == returned.figure


def test_a_format_that_is_gone_or_makes_another_look_is_told(
    returned: Returned, check: Callable[[Returned], CheckedReturn]
) -> None:
    style = next(
        each
        for each in returned.styles.iter(f"{STYLE}style")
        if each.get(f"{STYLE}display-name", "").startswith("ConditionalStyle")
    )
    next(style.iter(f"{STYLE}table-cell-properties")).set(f"{FO}background-color", "#ffffff")
    assert "FORMATS_LOST" in told(check(returned))
    next(style.iter(f"{STYLE}table-cell-properties")).set(f"{FO}background-color", "#f6d7d2")
    formats = returned.formats()
    formats.remove(formats[0])
    assert "FORMATS_LOST" in told(check(returned))


def test_a_link_that_leads_elsewhere_is_told_with_both(
    returned: Returned, check: Callable[[Returned], CheckedReturn]
) -> None:
    next(returned.sheet.iter(f"{TEXT}a")).set(f"{XLINK}href", f"https://{ELSEWHERE}/")
    found = told(check(returned))
    assert list(found) == ["LINKS_CHANGED"]
    assert f'"https://{ELSEWHERE}/"' in found["LINKS_CHANGED"][2]
    assert '"Start here!A1"' in found["LINKS_CHANGED"][2]


def test_a_link_that_a_number_has_is_told(returned: Returned, check: Callable[[Returned], CheckedReturn]) -> None:
    returned.look(returned.figure, "table-cell", {})
    said = next(each for each in returned.content.iter(f"{STYLE}style") if each.get(f"{STYLE}name") == "mine")[0]
    ET.SubElement(said, f"{STYLE}hyperlink", {f"{XLINK}href": f"https://{ELSEWHERE}/"})
    assert told(check(returned))["LINKS_CHANGED"][1] == returned.figure


def test_what_pages_say_at_their_foot_is_told(returned: Returned, check: Callable[[Returned], CheckedReturn]) -> None:
    words = next(returned.footer().iter(f"{TEXT}span"))
    old, words.text = words.text or "", "OFFICIAL"
    _, _, message = told(check(returned))["PAGE_CHANGED"]
    assert "the footer" in message.casefold()
    assert '"left: OFFICIAL' in message
    words.text = old
    returned.footer().set(f"{STYLE}display", "false")
    assert "is nothing now" in told(check(returned))["PAGE_CHANGED"][2]


def test_the_foot_of_the_even_pages_and_what_is_printed_are_told(
    returned: Returned, check: Callable[[Returned], CheckedReturn]
) -> None:
    master = next(each for each in returned.styles.iter(f"{STYLE}master-page") if returned.footer() in list(each))
    even = master.find(f"{STYLE}footer-left")
    assert even is not None
    even.set(f"{STYLE}display", "true")
    assert "even pages" in told(check(returned))["PAGE_CHANGED"][2]
    even.set(f"{STYLE}display", "false")
    returned.sheet.set(f"{TABLE}print-ranges", "Return.A1:Return.B2")
    assert '"A1:B2"' in told(check(returned))["PAGE_CHANGED"][2]


MORE = {
    "a picture": ("frame", "image", {"href": "Pictures/1.png"}),
    "an embedded document": ("frame", "object", {"href": "./Object 1"}),
    "a box or a shape": ("custom-shape", "", {}),
    "a line": ("line", "", {}),
    "buttons or boxes to tick": ("control", "", {}),
}


@pytest.mark.parametrize("words", MORE)
def test_what_lies_over_the_cells_is_told(
    words: str, returned: Returned, check: Callable[[Returned], CheckedReturn]
) -> None:
    kind, inside, said = MORE[words]
    returned.draw(kind, inside, **said)
    sheet, _, message = told(check(returned))["SHEET_HOLDS_MORE"]
    assert (sheet, words in message) == ("Return", True)


def test_a_note_and_a_filter_are_told(returned: Returned, check: Callable[[Returned], CheckedReturn]) -> None:
    note = ET.Element(f"{OFFICE}annotation")
    returned.cell(returned.locked).insert(0, note)
    ranges = ET.SubElement(returned.content[-1][0], f"{TABLE}database-ranges")
    address = {f"{TABLE}target-range-address": "Return.A5:Return.M13", f"{TABLE}display-filter-buttons": "true"}
    ET.SubElement(ranges, f"{TABLE}database-range", address)
    _, _, message = told(check(returned))["SHEET_HOLDS_MORE"]
    assert f"notes ({returned.locked})" in message
    assert "a filter, which can hide rows" in message


def test_what_may_be_done_on_a_protected_sheet_is_told(
    returned: Returned, check: Callable[[Returned], CheckedReturn]
) -> None:
    protection = next(returned.sheet.iter(f"{LOEXT}table-protection"))
    protection.set(f"{LOEXT}insert-rows", "true")
    returned.sheet.set(f"{TABLE}protection-key", "abc=")
    _, _, message = told(check(returned))["PROTECTION_CHANGED"]
    assert "rows can be inserted now" in message
    assert "a password is asked" in message
    assert "no more" not in message


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("AutoCalculate", "false", "it calculates only when asked"),
        ("ShowZeroValues", "false", "zeros do not show"),
        ("precision-as-shown", "true", "it calculates with what cells show"),
        ("null-date date-value", "1904-01-01", "its days count from 1904"),
        ("iteration status", "enable", "formulas go round in circles"),
    ],
)
def test_a_workbook_that_is_set_otherwise_is_told(
    name: str, value: str, words: str, returned: Returned, check: Callable[[Returned], CheckedReturn]
) -> None:
    if name[0].isupper():
        returned.set(name, value)
    else:
        *kind, attribute = name.split()
        returned.calculates("".join(kind), attribute, value)
    assert words in told(check(returned))["BOOK_SET_OTHERWISE"][2]


def test_a_figure_beneath_another_cell_is_not_taken(
    returned: Returned, check: Callable[[Returned], CheckedReturn]
) -> None:
    """LibreOffice keeps what lies beneath where it is told so."""
    line = next(line.element for line in lines_of(returned.sheet) if int(returned.figure[1:]) in line.rows)
    column = [column for column, repeated, _ in cells_in(line) if column < returned.figure[0] and repeated == 1][-1]
    width = ord(returned.figure[0]) - ord(column) + 1
    returned.cell(f"{column}{returned.figure[1:]}").set(f"{TABLE}number-columns-spanned", str(width))
    returned.cell(returned.figure).tag = f"{TABLE}covered-table-cell"
    checked = check(returned)
    found = {each.code.name: each.cell for each in checked.findings}
    assert found["NOT_TO_BE_SEEN"] == found["CELLS_MERGED"] == returned.figure
    assert "must" not in {one.item for one in checked.observations}


def test_a_number_that_its_format_writes_in_the_colour_behind_it_is_not_taken(
    returned: Returned, check: Callable[[Returned], CheckedReturn]
) -> None:
    _formatted(returned, "number-style")
    parts = [each for each in returned.content.iter(f"{NUMBER}number-style") if each.get(f"{STYLE}name") == "N26P0"]
    parts[0].insert(0, ET.Element(f"{STYLE}text-properties", {f"{FO}color": "#fff7bf"}))
    checked = check(returned)
    assert {each.code.name: each.cell for each in checked.findings}["NOT_TO_BE_SEEN"] == returned.figure
    assert "must" not in {one.item for one in checked.observations}


@pytest.mark.parametrize("how", ["set", "third section empty", "of every text"])
def test_a_zero_or_text_that_does_not_show_is_not_taken(
    how: str, returned: Returned, check: Callable[[Returned], CheckedReturn]
) -> None:
    cell = returned.cell(returned.figure)
    cell.set(f"{OFFICE}value", "0")
    next(cell.iter(f"{TEXT}p")).text = "0"
    assert {one.item: one.value for one in check(returned).observations}["must"] == 0
    if how == "set":
        returned.set("ShowZeroValues", "false")
    else:
        _formatted(returned, "text-style" if how == "of every text" else "number-style")
    if how == "of every text":
        del cell.attrib[f"{OFFICE}value"]
        cell.set(f"{OFFICE}value-type", "string")
        cell.set(f"{CALCEXT}value-type", "string")
        next(cell.iter(f"{TEXT}p")).text = "4"
    checked = check(returned)
    assert {each.code.name: each.cell for each in checked.findings}["SHOWN_AS_ANOTHER"] == returned.figure
    assert "must" not in {one.item for one in checked.observations}


def _formatted(returned: Returned, kind: str) -> None:
    """Give the figure a format as LibreOffice keeps 0;-0; and, of a text-style, 0;-0;0;"12"."""
    returned.look(returned.figure, "table-cell", {})
    mine = next(each for each in returned.content.iter(f"{STYLE}style") if each.get(f"{STYLE}name") == "mine")
    mine.set(f"{STYLE}data-style-name", "N26")
    styles = next(returned.content.iter(f"{OFFICE}automatic-styles"))
    for number, name in enumerate(("N26P0", "N26P1", "N26P2")[: 3 if kind == "text-style" else 2]):
        part = ET.SubElement(styles, f"{NUMBER}number-style", {f"{STYLE}name": name})
        if number == 1:
            ET.SubElement(part, f"{NUMBER}text").text = "-"
        ET.SubElement(part, f"{NUMBER}number", {f"{NUMBER}min-integer-digits": "1"})
    own = ET.SubElement(styles, f"{NUMBER}{kind}", {f"{STYLE}name": "N26"})
    ET.SubElement(own, f"{NUMBER}text").text = "12" if kind == "text-style" else ""
    for name, condition in (("N26P0", ">0"), ("N26P1", "<0"), ("N26P2", "=0"))[: 3 if kind == "text-style" else 2]:
        said = {f"{STYLE}condition": f"value(){condition}", f"{STYLE}apply-style-name": name}
        ET.SubElement(own, f"{STYLE}map", said)


def test_a_zero_shows_by_the_first_of_two_sections(
    returned: Returned, check: Callable[[Returned], CheckedReturn]
) -> None:
    """The other one, of numbers below zero, is empty."""
    cell = returned.cell(returned.figure)
    cell.set(f"{OFFICE}value", "0")
    next(cell.iter(f"{TEXT}p")).text = "0"
    _formatted(returned, "number-style")
    own = next(each for each in returned.content.iter(f"{NUMBER}number-style") if each.get(f"{STYLE}name") == "N26")
    first, second = own.findall(f"{STYLE}map")
    first.set(f"{STYLE}condition", "value()>=0")
    own.remove(second)
    assert {one.item: one.value for one in check(returned).observations}["must"] == 0
    first.set(f"{STYLE}condition", "value()<0")  # (and all others by the empty one)
    checked = check(returned)
    assert {each.code.name: each.cell for each in checked.findings}["SHOWN_AS_ANOTHER"] == returned.figure


ENTRY = '<manifest:file-entry manifest:full-path="Object 1/" manifest:media-type="{}"/>'
DOCUMENT = "application/vnd.oasis.opendocument."
BASIC = (
    b'<?xml version="1.0"?>\n<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "m.dtd">'
)


@pytest.mark.parametrize(
    ("parts", "codes"),
    [
        ({"Basic/Mine/M.xml": BASIC + b"<module>Sub X</module>"}, {"FILE_MACROS"}),
        ({"Scripts/python/m.py": b"x"}, {"FILE_MACROS"}),
        ({"Basic/script-lc.xml": BASIC + b"<libraries/>"}, set()),
        ({"Object 1/content.xml": b"<x/>"}, {"FILE_EMBEDDED_OBJECT"}),
        ({"Object 2": b"x"}, {"FILE_EMBEDDED_OBJECT"}),
        ({"Versions/Version1": b"x"}, {"FILE_HOLDS_MORE"}),
        ({"elsewhere/x.bin": b"x"}, {"FILE_HOLDS_MORE"}),
        ({"Configurations2/menubar/menubar.xml": b"<x/>"}, set()),
    ],
)
def test_what_a_file_carries_is_told(
    parts: dict[str, bytes], codes: set[str], returned: Returned, check: Callable[[Returned], CheckedReturn]
) -> None:
    returned.parts |= parts
    if "Object 1/content.xml" in parts:
        _listed(returned, "text")
    assert set(told(check(returned))) == codes


def _listed(returned: Returned, kind: str) -> None:
    listed = returned.parts["META-INF/manifest.xml"].decode()
    entry = ENTRY.format(f"{DOCUMENT}{kind}")
    returned.parts["META-INF/manifest.xml"] = listed.replace(
        "</manifest:manifest>", f"{entry}</manifest:manifest>"
    ).encode()


def test_a_chart_is_told_on_its_sheet_and_is_no_embedded_document(
    returned: Returned, check: Callable[[Returned], CheckedReturn]
) -> None:
    returned.parts |= {"Object 1/content.xml": b"<x/>", "ObjectReplacements/Object 1": b"x"}
    _listed(returned, "chart")
    returned.draw("frame", "object", href="./Object 1")
    found = told(check(returned))
    assert list(found) == ["SHEET_HOLDS_MORE"]
    assert "a chart" in found["SHEET_HOLDS_MORE"][2]


def test_macros_that_are_only_called_and_recorded_changes_are_told(
    returned: Returned, check: Callable[[Returned], CheckedReturn]
) -> None:
    book = returned.content[-1][0]
    ET.SubElement(ET.SubElement(book, f"{OFFICE}event-listeners"), f"{SCRIPT}event-listener")
    book.insert(0, ET.Element(f"{TABLE}tracked-changes"))
    found = told(check(returned))
    assert set(found) == {"FILE_MACROS", "FILE_HOLDS_MORE"}
    assert "a record of who changed what" in found["FILE_HOLDS_MORE"][2]


def test_a_formula_that_refers_to_another_workbook_is_told_and_makes_no_sheet(
    returned: Returned, check: Callable[[Returned], CheckedReturn]
) -> None:
    returned.cell(returned.figure).set(f"{TABLE}formula", "of:=['file:///elsewhere.ods'#$Sheet1.A1]")
    kept = ET.SubElement(returned.content[-1][0], f"{TABLE}table", {f"{TABLE}name": "'file:///elsewhere.ods'#Sheet1"})
    ET.SubElement(kept, f"{TABLE}table-source")
    found = told(check(returned))
    assert "FILE_EXTERNAL_LINK" in found
    assert "SHEET_ADDED" not in found


@pytest.mark.parametrize(
    ("kind", "name", "code"), [("row", "row-height", "ROWS_HIDDEN"), ("column", "column-width", "COLUMNS_HIDDEN")]
)
def test_a_row_or_column_too_small_to_be_seen_is_hidden(
    kind: str, name: str, code: str, returned: Returned, check: Callable[[Returned], CheckedReturn]
) -> None:
    names = {f"{STYLE}name": "small", f"{STYLE}family": f"table-{kind}"}
    style = ET.SubElement(next(returned.content.iter(f"{OFFICE}automatic-styles")), f"{STYLE}style", names)
    ET.SubElement(style, f"{STYLE}table-{kind}-properties", {f"{STYLE}{name}": "0.05cm"})
    if kind == "row":
        lines = (line.element for line in lines_of(returned.sheet) if int(returned.figure[1:]) in line.rows)
        next(lines).set(f"{TABLE}style-name", "small")
    else:
        columns = list(returned.sheet.iter(f"{TABLE}table-column"))
        places = [each for each in columns for _ in range(int(each.get(f"{TABLE}number-columns-repeated", "1")))]
        places[ord(returned.figure[0]) - ord("A")].set(f"{TABLE}style-name", "small")
    assert code in told(check(returned))
