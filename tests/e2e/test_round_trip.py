"""What an agency types is what is read back, whichever program saved the return last.

For every shipped framework and every agency: issue, fill with random legal values, shorthands and
markers, save with each program, read. Numbers are compared at 15 significant digits, text exactly.
"""

from __future__ import annotations

import os
import random
import re
import string
import zipfile
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple
from xml.sax.saxutils import escape

import openpyxl
import pytest

from dapf_xl.catalogue import load, shipped
from dapf_xl.catalogue.evidence import LEVELS
from dapf_xl.findings import Batch
from dapf_xl.observations import published, shorthand_choices
from dapf_xl.periods import Period
from dapf_xl.returns.layout import ENTRY_TABLES, IDENTITY_FIELDS, LABEL, NARRATIVE, RETURN, SIGN_OFF, START, plan_return
from dapf_xl.returns.reading import read_return
from dapf_xl.returns.template import Template
from dapf_xl.returns.validation import LONGEST_COMMENT, LONGEST_LABEL, LONGEST_NARRATIVE, limits_of
from dapf_xl.rules import Context, IssuedRecord, check_returns
from dapf_xl.rules.context import packed

if TYPE_CHECKING:
    from pathlib import Path

    from dapf_xl.catalogue import Framework
    from dapf_xl.catalogue.tables import Item
    from dapf_xl.returns.template import Issued
    from tests.conftest import Office

FULL = os.environ.get("DAPF_FULL") == "1"
QUARTERS = (0, 1, 2, 3) if FULL else (3,)
"""Of a framework's first year; the last has what is asked for yearly too."""
SEEDS = range(10 if FULL else 1)

Cells = dict[str, dict[str, object]]
"""What is typed: by sheet and cell."""

TEXTS = (
    "Plain words.",
    "  spaces before, behind and   between  ",
    "\n two lines,\n\nand an empty one\n",
    "tab\tbed",
    "=1+1",
    "'quoted",
    "+44 1223",
    "-",
    "@here",
    "0",
    "007",
    "12.50",
    "1/2",
    "TRUE",
    "#N/A",
    "#DIV/0!",
    '<b>&amp; "so"</b>',
    "]]>",
    "Zoë, naïve café, Łódź, Ελλάδα, 日本語, عربى",
    "😀👩‍👩‍👧 🇬🇧",
    "non\u00a0breaking \u2013 dashes \u201cand\u201d quotes",
    "[x] not available",
)


class Filled(NamedTuple):
    """A return that went out, and what was typed into it."""

    path: Path
    issued: Issued
    typed: Cells
    spare: set[tuple[str, int]]
    """Sheet and row of the spare rows, whose labels agencies write."""


def random_text(chance: random.Random, longest: int) -> str:
    kind = chance.random()
    if kind < 0.6:
        return chance.choice(TEXTS)
    if kind < 0.7:
        return "x" * longest
    letters = string.ascii_letters + string.digits + string.punctuation + " éß€\n"
    return "".join(chance.choices(letters, k=chance.randrange(1, 200))).replace("_x", "-x")


def random_value(chance: random.Random, item: Item) -> object:
    least, most = limits_of(item)
    if item.type == "text":
        return random_text(chance, LONGEST_NARRATIVE)
    if item.type == "yes_no":
        return chance.choice(("Yes", "No"))
    if item.type == "choice":
        return chance.choice(LEVELS)
    if item.type == "date":
        return date(2000, 1, 1) + timedelta(days=chance.randrange(20_000))
    if item.type == "count":
        return chance.choice((0, 1, chance.randrange(100), chance.randrange(int(least), int(most) + 1)))
    return chance.choice((least, most, round(chance.uniform(least, most), 3), chance.uniform(least, min(most, 1e4))))


def random_cells(chance: random.Random, framework: Framework, issued: Issued) -> Cells:
    """Legal values in most rows; in the others a replacement, or nothing."""
    choices = shorthand_choices(framework.settings.disclosure_threshold or 0)
    markers = [each for each in choices if each.startswith(("[p]", "[e]", "[r]", "[u]"))]
    replacements = [each for each in choices if each not in markers]
    cells: Cells = {sheet: {} for sheet in issued.positions}
    for sheet, places in issued.positions.items():
        table = ENTRY_TABLES[sheet]
        for number, (row, figure) in enumerate(places):
            item = framework.items[re.split("[/@]", figure)[0]]
            category = figure.partition("/")[2].partition("@")[0]
            if sheet == RETURN.sheet and framework.open_rows.is_open(item.id, category) and chance.random() < 0.8:
                cells[sheet][table.cell(LABEL, row)] = random_text(chance, LONGEST_LABEL)
            part = table.inputs[number % len(table.inputs)]
            kind = chance.choice(("value", "value", "marked", "replaced", "blank"))
            if kind in {"value", "marked"}:
                cells[sheet][table.cell(part, row)] = random_value(chance, item)
            if table is not NARRATIVE and part == table.inputs[0]:
                if kind in {"marked", "replaced"}:
                    offered = markers if kind == "marked" else replacements
                    cells[sheet][table.cell("shorthand", row)] = chance.choice(offered)
                if table.has("comment") and chance.random() < 0.6:
                    cells[sheet][table.cell("comment", row)] = random_text(chance, LONGEST_COMMENT)
    signed = ("A. Näme\u2019s", "  role ", date(2015, 1, chance.randrange(1, 29)))
    return {**cells, START: dict(zip(SIGN_OFF.values(), signed, strict=True))}


def put_in_as_xml(path: Path, cells: Cells) -> None:
    """Put values into XlsxWriter's own file, and change nothing else."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    names = re.findall(r'<sheet name="([^"]+)"', parts["xl/workbook.xml"].decode())
    for sheet, values in cells.items():
        part = f"xl/worksheets/sheet{names.index(sheet) + 1}.xml"
        xml = parts[part].decode()
        for cell, value in values.items():
            before, found, behind = re.split(rf'(<c r="{cell}" s="\d+")/>', xml, maxsplit=1)
            xml = f"{before}{found}{xml_of(value)}</c>{behind}"
        parts[part] = xml.encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


def xml_of(value: object) -> str:
    if isinstance(value, str):
        return f' t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is>'
    if isinstance(value, date):
        value = (value - date(1899, 12, 30)).days
    return f"><v>{value!r}</v>"


def put_in_with_openpyxl(path: Path, cells: Cells, out: Path) -> Path:
    book = openpyxl.load_workbook(path)
    for sheet, values in cells.items():
        for address, value in values.items():
            cell = book[sheet][address]
            cell.value = value
            if isinstance(value, str):
                cell.data_type = "s"
    book.save(out)
    return out


def read_back(
    path: Path, spare: set[tuple[str, int]]
) -> tuple[dict[str, str], dict[str, list[tuple[int, str]]], Cells]:
    read = read_return(path)
    assert read.findings == [], path.name
    cells: Cells = {sheet: {} for sheet in read.positions()}
    for entry in read.entries:
        table = ENTRY_TABLES[entry.sheet]
        assert entry.trouble == "", (path.name, entry)
        given = {entry.part: entry.value, "shorthand": entry.shorthand or None, "comment": entry.comment or None}
        if (entry.sheet, entry.row) in spare and entry.label:
            given[LABEL] = entry.label
        cells[entry.sheet] |= {table.cell(part, entry.row): value for part, value in given.items() if value is not None}
    cells[START] = {cell: read.sign_off[part] for part, cell in SIGN_OFF.items()}
    return read.identity, read.positions(), cells


def comparable(cells: Cells) -> Cells:
    """Numbers at 15 significant digits; all else as it is."""
    return {
        sheet: {
            cell: f"{float(value):.15g}" if isinstance(value, int | float) and not isinstance(value, bool) else (value,)
            for cell, value in values.items()
        }
        for sheet, values in cells.items()
    }


def tampering_told_of(framework: Framework, path: Path, issued: Issued) -> list[str]:
    record = IssuedRecord(
        issued.issue_id,
        issued.agency,
        issued.period,
        issued.catalogue_version,
        issued.digest,
        issued.positions,
        issued.file,
        packed=packed(issued.locked, issued.around),
    )
    context = Context(framework, None, b"key", {issued.issue_id: record})
    findings = check_returns(context, [read_return(path)]).findings
    return [str(finding) for finding in findings if finding.code.batch in {Batch.STRUCTURE, Batch.TAMPERING}]


def assert_same(path: Path, filled: Filled, framework: Framework) -> None:
    assert tampering_told_of(framework, path, filled.issued) == []
    identity, positions, cells = read_back(path, filled.spare)
    assert identity == {name: getattr(filled.issued, name) for name in IDENTITY_FIELDS}
    assert positions == filled.issued.positions
    assert comparable(cells) == comparable(filled.typed), path


def filled_returns(framework: Framework, quarter: Period, seed: int, folder: Path) -> list[Filled]:
    known = {each.key: each for each in published(framework) if each.period < quarter}
    template = Template(framework, b"key")
    made = []
    for agency in dict.fromkeys(each.supplier for each in framework.asked(quarter)):
        path = folder / f"{agency} {quarter} {seed}.xlsx"
        plan = plan_return(framework, agency, quarter, known)
        issued = template.write(plan, known, path)
        spare = {(sheet, line.row) for sheet, line in plan.figures() if line.asked and line.asked.is_open}
        typed = random_cells(random.Random(f"{seed} {agency}"), framework, issued)  # noqa: S311  (not a secret)
        made.append(Filled(path, issued, typed, spare))
    return made


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(shipped()))
def test_what_was_typed_is_read_back_from_every_program(office: Office, tmp_path: Path, name: str) -> None:
    framework = load(shipped()[name])
    begins = min(row.from_.first_day if row.from_ else date(2014, 4, 1) for row in framework.indicators.values())
    year = Period.containing(begins).financial_year.quarters()
    quarters = [year[number] for number in QUARTERS]
    filled = [
        each for quarter in quarters for seed in SEEDS for each in filled_returns(framework, quarter, seed, tmp_path)
    ]
    assert sum(len(values) for each in filled for values in each.typed.values()) > 5 * len(filled)
    (tmp_path / "openpyxl").mkdir()
    by_openpyxl = [
        put_in_with_openpyxl(each.path, each.typed, tmp_path / "openpyxl" / each.path.name) for each in filled
    ]
    for each in filled:
        put_in_as_xml(each.path, each.typed)
    own = [each.path for each in filled]
    saved = {
        "own": own,
        "openpyxl": by_openpyxl,
        "LibreOffice .xlsx": office.convert(own, "xlsx", tmp_path / "xlsx"),
        "LibreOffice .ods": office.convert(own, "ods", tmp_path / "ods"),
    }
    for paths in saved.values():
        for path, each in zip(paths, filled, strict=True):
            assert_same(path, each, framework)


@pytest.mark.slow
def test_there_and_back_through_ods_changes_nothing(office: Office, tmp_path: Path) -> None:
    framework = load(shipped()["haringey"])
    filled = filled_returns(framework, Period.parse("2014-15-Q2"), 7, tmp_path)
    for each in filled:
        put_in_as_xml(each.path, each.typed)
    ods = office.convert([each.path for each in filled], "ods", tmp_path / "ods")
    for path, each in zip(office.convert(ods, "xlsx", tmp_path / "back"), filled, strict=True):
        assert_same(path, each, framework)
