"""Fills issued returns as agencies do, by writing what they typed into the workbook's own XML.

All is good unless mistakes are asked for; some figures are shorthands, and some have markers and comments. The checks
beside them show what Excel would have calculated.
"""

from __future__ import annotations

import random
import re
import zipfile
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from benchmarking.synthetic import EARLIER, PERIOD, comment, figures_of, indicators
from dapf_xl.periods import Period
from dapf_xl.returns.layout import ENTRY_TABLES, NARRATIVE, REVISIONS, SIGN_OFF, START, parse_figure_id
from dapf_xl.returns.reading import read_return

if TYPE_CHECKING:
    from pathlib import Path

    from dapf_xl.returns.reading import Entry

Typed = dict[str, str | float]
"""What is typed into a sheet, by cell."""

REPLACED, MARKED, REVISED = 0.06, 0.05, 0.5
"""Shares of the figures that are replaced by a shorthand or marked, and of the revisions that are filled."""
SHORTHANDS = (
    "[x] not available: awaiting release",
    "[x] not available: not collected",
    "[x] not available: no activity",
    "[z] not applicable",
    "[c] suppressed: 1 to 4",
)
FEW = 5
MARKERS = ("[p] provisional", "[e] estimated", "[p] [e] provisional and estimated")
MISTAKES = ("about 12", -3.0, 36.4, "12 (see below)", "")
WORDS = (
    "Referrals rose in the quarter, as they do every year before Christmas; the extra evening clinic met the demand. "
    "Two workers left in November and one of the posts is still vacant, so that waiting times grew to nine days. "
    "With the housing team a new pathway was agreed, which begins in January."
)
MEETING = 41990.0
SIGNED: Typed = {
    SIGN_OFF["name"]: "The data officer",
    SIGN_OFF["role"]: "Performance analyst",
    SIGN_OFF["date"]: 42018.0,
}

_SHEET = re.compile(r'<sheet name="([^"]+)"')
_BLANK = re.compile(r'<c r="([A-Z]+\d+)"( s="\d+")/>')
_STRINGS = re.compile(r'uniqueCount="(\d+)"')


def fill(issued: Path, filled: Path, wrong: float = 0) -> None:
    """Write a filled copy of an issued return, with such a share of its figures wrong."""
    typed = typed_into(issued, wrong)
    with zipfile.ZipFile(issued) as source, zipfile.ZipFile(filled, "w", zipfile.ZIP_DEFLATED) as target:
        names = _SHEET.findall(source.read("xl/workbook.xml").decode())
        parts = {f"xl/worksheets/sheet{number}.xml": name for number, name in enumerate(names, 1)}
        strings = source.read("xl/sharedStrings.xml").decode()
        first = int(_STRINGS.findall(strings)[0])
        words: list[str] = []
        for part in source.namelist():
            if part in parts:
                xml = _with_cells(source.read(part).decode(), typed.get(parts[part], {}), words, first)
                target.writestr(part, _calculated(xml))
            elif part != "xl/sharedStrings.xml":
                target.writestr(part, source.read(part))
        added = "".join(f"<si><t>{escape(text)}</t></si>" for text in words)
        strings = _STRINGS.sub(f'uniqueCount="{first + len(words)}"', strings, count=1)
        target.writestr("xl/sharedStrings.xml", strings.replace("</sst>", f"{added}</sst>"))


def _with_cells(xml: str, typed: Typed, words: list[str], first: int) -> str:
    """Return a sheet with its empty cells filled; text goes to ``words``, numbered from ``first``."""

    def cell(match: re.Match[str]) -> str:
        value = typed.get(match[1], "")
        if value == "":
            return match[0]
        if not isinstance(value, str):
            return f'<c r="{match[1]}"{match[2]}><v>{value:.15g}</v></c>'
        if value not in words:
            words.append(value)
        return f'<c r="{match[1]}"{match[2]} t="s"><v>{first + words.index(value)}</v></c>'

    return _BLANK.sub(cell, xml)


def _calculated(xml: str) -> str:
    """Return a sheet with the checks as Excel would show them when all is filled in."""
    return re.sub("<v>○ Not ready[^<]*</v>", "<v>● Ready to return</v>", xml.replace("<v>To do</v>", "<v>OK</v>"))


# --- what is typed -------------------------------------------------------------------------------


def typed_into(issued: Path, wrong: float = 0) -> dict[str, Typed]:
    """Return what an agency types into a return, by sheet and cell; the same each time."""
    chance = random.Random(issued.stem)  # noqa: S311  (no secret)
    read = read_return(issued)
    agency = read.identity["agency"]
    values = {quarter: figures_of(agency, Period.parse(quarter), indicators()) for quarter in (EARLIER[-1], PERIOD)}
    typed: dict[str, Typed] = {START: SIGNED, **{sheet: {} for sheet in ENTRY_TABLES}}
    for entry in read.entries:
        figure = parse_figure_id(entry.id)
        assert figure is not None, entry.id  # noqa: S101  (it was issued by this very program)
        item, category, quarter = (
            figure[0],
            figure[1],
            EARLIER[-1] if ENTRY_TABLES[entry.sheet] is REVISIONS else PERIOD,
        )
        typed[entry.sheet] |= _typed_in_row(entry, item, values[quarter].get((item, category), ""), chance, wrong)
    return typed


def _typed_in_row(entry: Entry, item: str, value: str, chance: random.Random, wrong: float) -> Typed:
    table = ENTRY_TABLES[entry.sheet]
    places = {part: table.cell(part, entry.row) for part in ("value", "shorthand", "comment") if table.has(part)}
    said = comment(chance, Period.parse(PERIOD))
    if table is NARRATIVE:
        return {places["value"]: WORDS}
    if table is REVISIONS and chance.random() > REVISED:
        return {}
    number = MEETING if item.startswith("E02") else float(value) / (100 if item.startswith("B") else 1)
    drawn = chance.random()
    if drawn < wrong:
        return {places["value"]: chance.choice(MISTAKES)}
    if drawn < wrong + REPLACED:
        few = number < FEW and not item.startswith("B")
        return {places["shorthand"]: chance.choice(SHORTHANDS if few else SHORTHANDS[:-1]), places["comment"]: said}
    marker = chance.choice(MARKERS) if drawn < wrong + REPLACED + MARKED else ""
    return {places["value"]: number, places["shorthand"]: marker, places["comment"]: said}
