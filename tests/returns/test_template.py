from __future__ import annotations

import re
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pytest

from dapf_xl.catalogue.tables import Target
from dapf_xl.findings import NotWrittenError
from dapf_xl.observations import published
from dapf_xl.periods import Period
from dapf_xl.returns.layout import IDENTITY_FIELDS, plan_return
from dapf_xl.returns.sealing import digest_of, seal_of
from dapf_xl.returns.specimen import SPECIMEN, write_specimen
from dapf_xl.returns.template import Template, file_name
from dapf_xl.styles import text_width

if TYPE_CHECKING:
    from collections.abc import Callable

    from dapf_xl.catalogue import Framework
    from dapf_xl.returns.template import Issued
    from tests.returns.conftest import Sent

ROOT = Path(__file__).resolve().parents[2]
CREATED = datetime(2015, 1, 5, tzinfo=UTC)
ROUND = Period.parse("2014-15-Q4")


def parts_of(path: Path) -> dict[str, str]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


@pytest.fixture
def parts(send: Callable[..., Sent]) -> dict[str, str]:
    return parts_of(send().path)


SHEETS = {"Start here": 1, "Return": 2, "Narrative": 3, "Revisions": 4, "Definitions": 5, "_dapf": 6}


def sheet(parts: dict[str, str], name: str) -> str:
    return parts[f"xl/worksheets/sheet{SHEETS[name]}.xml"]


# --- locks ----------------------------------------------------------------------------------------


def test_the_structure_of_the_workbook_is_locked_where_the_schema_wants_it(parts: dict[str, str]) -> None:
    workbook = parts["xl/workbook.xml"]
    assert re.search(r"<workbookPr [^>]*/><workbookProtection lockStructure=\"1\"/><bookViews>", workbook)


def test_the_sheets_stand_in_their_order_and_the_identity_is_very_hidden(parts: dict[str, str]) -> None:
    found = re.findall(r'<sheet name="([^"]+)" sheetId="\d+"(?: state="(\w+)")?', parts["xl/workbook.xml"])
    assert found == [*((name, "") for name in list(SHEETS)[:-1]), ("_dapf", "veryHidden")]


@pytest.mark.parametrize("name", SHEETS)
def test_every_sheet_is_protected_without_a_password(parts: dict[str, str], name: str) -> None:
    wanted = '<sheetProtection sheet="1" objects="1" scenarios="1" formatColumns="0" formatRows="0"/>'
    assert wanted in sheet(parts, name)


def test_only_the_cells_to_fill_are_unlocked(send: Callable[..., Sent]) -> None:
    book = openpyxl.load_workbook(send().path)
    unlocked = {
        name: {cell.coordinate for row in book[name] for cell in row if not cell.protection.locked} for name in SHEETS
    }
    rows = {"Return": [*range(7, 17), 18, 20], "Revisions": [7, 8, 10]}
    assert unlocked == {
        "Start here": {"B19", "B20", "B21"},
        "Return": {f"{letter}{row}" for row in rows["Return"] for letter in "JKL"},
        "Narrative": {"D7"},
        "Revisions": {f"{letter}{row}" for row in [7, 8, 10] for letter in "GHI"},
        "Definitions": set(),
        "_dapf": set(),
    }


def test_the_ids_stand_in_a_hidden_column(parts: dict[str, str]) -> None:
    assert '<col min="14" max="16" width="3.7109375" hidden="1" customWidth="1"/>' in sheet(parts, "Return")
    assert '<col min="11" max="13" width="3.7109375" hidden="1" customWidth="1"/>' in sheet(parts, "Revisions")


# --- validations, conditional formats, print --------------------------------------------------------


@pytest.mark.parametrize(
    "fragment",
    [
        pytest.param(
            '<dataValidation type="whole" allowBlank="1" showInputMessage="1" showErrorMessage="1" '
            'errorTitle="A whole number is wanted" error="Type a whole number, for example 12; 0 means none. '
            'If there is no figure, leave this blank and pick a shorthand beside it." promptTitle="Whole number" '
            'prompt="For example 12; 0 means none" sqref="J7:J9 J18 J20">'
            "<formula1>0.0</formula1><formula2>1000000000</formula2></dataValidation>",
            id="count",
        ),
        pytest.param('sqref="J10"><formula1>0.0</formula1><formula2>1.0</formula2>', id="percent"),
        pytest.param('sqref="J12"><formula1>-50.0</formula1><formula2>50.0</formula2>', id="limits_of_the_item"),
        pytest.param('sqref="J14"><formula1>DATE(2000,1,1)</formula1></dataValidation>', id="date"),
        pytest.param('sqref="J15"><formula1>"Yes,No"</formula1></dataValidation>', id="yes_no"),
        pytest.param('sqref="J16"><formula1>0.0</formula1><formula2>1.0</formula2>', id="number"),
        pytest.param('sqref="K7:K16 K18 K20"><formula1>Definitions!$A$7:$A$18</formula1>', id="shorthand"),
        pytest.param('sqref="L7:L16 L18 L20"><formula1>1000</formula1></dataValidation>', id="comment"),
    ],
)
def test_every_cell_to_fill_has_its_validation(parts: dict[str, str], fragment: str) -> None:
    assert fragment in sheet(parts, "Return")


@pytest.mark.parametrize("words", ["Correct", "Explain", "To do"])
def test_a_row_is_coloured_where_a_paste_cannot_reach(send: Callable[..., Sent], words: str) -> None:
    """By its check, on the locked cells of check and reference; the yellow cell too, until something is pasted."""
    book = openpyxl.load_workbook(send().path)
    for name, (check, value) in {"Return": ("M", "J"), "Narrative": ("E", "D"), "Revisions": ("J", "G")}.items():
        criteria = f'LEFT(${check}6,{len(words)})="{words}"'
        found = {
            str(area.sqref).partition("6")[0]
            for area, rules in book[name].conditional_formatting._cf_rules.items()  # noqa: SLF001
            for rule in rules
            if rule.formula == [criteria]
        }
        assert found == {check, "A", *(value if words != "To do" else "")}


def test_the_drop_down_refers_to_the_shorthands(send: Callable[..., Sent]) -> None:
    definitions = openpyxl.load_workbook(send().path)["Definitions"]
    choices = [definitions[f"A{row}"].value for row in range(7, 20)]
    assert choices[0] == "[x] not available: awaiting release"
    assert choices[5] == "[c] suppressed: 1 to 4"
    assert choices[11] == "[p] [e] provisional and estimated"
    assert choices[12] is None


@pytest.mark.parametrize("name", ["Start here", "Return", "Narrative", "Revisions", "Definitions"])
def test_every_sheet_prints_on_a4_across_one_page_wide(parts: dict[str, str], name: str) -> None:
    xml = sheet(parts, name)
    assert '<pageSetUpPr fitToPage="1"/>' in xml
    height = "" if name == "Start here" else ' fitToHeight="0"'  # Start here is one page, the others as many as need be
    assert f'<pageSetup paperSize="9"{height} orientation="landscape"/>' in xml
    assert "Every type of item, Q4 2014/15, Agency One. OFFICIAL&amp;R&amp;8Page &amp;P of &amp;N" in xml


def test_the_heads_are_frozen_and_repeat_on_every_page(parts: dict[str, str]) -> None:
    assert '<pane xSplit="3" ySplit="5" topLeftCell="D6" activePane="bottomRight" state="frozen"/>' in sheet(
        parts, "Return"
    )
    assert ">Return!$5:$5</definedName>" in parts["xl/workbook.xml"]


# --- what stands in the cells ---------------------------------------------------------------------


def test_history_is_prefilled_and_nothing_is_left_to_guess(send: Callable[..., Sent]) -> None:
    rows = openpyxl.load_workbook(send().path)["Return"]
    history = {row: [rows.cell(row, column).value for column in range(5, 9)] for row in (7, 8, 10, 18)}
    assert [rows.cell(5, column).value for column in range(5, 9)] == [
        "Q4 2013/14",
        "Q1 2014/15",
        "Q2 2014/15",
        "Q3 2014/15",
    ]
    assert history == {
        7: ["–", "–", "–", 12],
        8: ["–", "–", "–", "[x] not available: awaiting release"],
        10: ["–", "–", 0.296, "36.4% [p]"],
        18: ["2013/14: 49", "–", "–", "–"],
    }
    assert [rows[f"I{row}"].value for row in (7, 10)] == ["–", "80%"]
    assert rows["C8"].value == "Label of A.open: In the north"
    assert rows["C18"].value == "Label of D.yearly (2014/15)"


def test_revisions_say_what_was_reported_and_where_none_are_open_so(send: Callable[..., Sent]) -> None:
    book = openpyxl.load_workbook(send().path)
    assert [[book["Revisions"][f"{letter}{row}"].value for letter in "EFK"] for row in (7, 8, 10)] == [
        ["Q3 2014/15", "[x] not available: awaiting release", "A.open/north@2014-15-Q3"],
        ["Q3 2014/15", "36.4% [p]", "A.share@2014-15-Q3"],
        ["Q3 2014/15", "5", "E.again@2014-15-Q3"],
    ]
    other = openpyxl.load_workbook(send("two").path)
    assert other["Revisions"]["A2"].value == "Nothing from earlier quarters is open: there is nothing to do here."
    assert other["Revisions"].max_row == 4


def test_start_here_says_who_until_when_and_how_far(send: Callable[..., Sent]) -> None:
    start = openpyxl.load_workbook(send().path, data_only=True)["Start here"]
    texts = [start[f"B{row}"].value for row in (4, 6, 7, 8, 9)]
    assert texts == [
        "○ Not ready to return: 4 things still to do: 2 figures, 1 text, the sign-off",
        "Agency One",
        "Q4 2014/15 (1 January 2015 to 31 March 2015)",
        "28 April 2015",
        "the lead",
    ]


def test_an_agency_that_only_writes_is_told_nothing_of_figures(send: Callable[..., Sent]) -> None:
    start = openpyxl.load_workbook(send("two").path)["Start here"]
    steps = [start[f"B{row}"].value for row in range(12, 17)]
    assert steps[0] == "Write in the yellow cells of the sheet Narrative, in plain words."
    assert not any("figure" in (step or "") for step in steps)


def test_every_row_is_high_enough_for_its_text(any_framework: Framework, tmp_path: Path) -> None:
    """By Arial's widths, without the margins that the writer adds; the pictures were looked at besides."""
    quarter = Period.parse("2014-15-Q3")
    known = {each.key: each for each in published(any_framework) if each.period < quarter}
    for agency in {each.supplier for each in any_framework.asked(quarter)}:
        path = tmp_path / f"{agency}.xlsx"
        Template(any_framework, b"k").write(plan_return(any_framework, agency, quarter, known), known, path)
        book = openpyxl.load_workbook(path)
        for name in set(book.sheetnames) & {"Return", "Narrative", "Revisions"}:
            for cell in (cell for row in book[name].iter_rows(min_row=7) for cell in row):
                if book[name].column_dimensions[cell.column_letter].hidden:
                    continue
                if isinstance(cell.value, str) and not cell.value.startswith("=") and cell.alignment.wrap_text:
                    width = book[name].column_dimensions[cell.column_letter].width
                    lines = text_width(cell.value) / width
                    assert book[name].row_dimensions[cell.row].height >= lines * 12, (name, cell.coordinate)


# --- identity -------------------------------------------------------------------------------------


def test_the_identity_is_in_the_workbook_and_sealed(send: Callable[..., Sent]) -> None:
    sent = send()
    issued = sent.issued
    rows = openpyxl.load_workbook(sent.path)["_dapf"].iter_rows(values_only=True)
    identity = dict(rows)
    assert tuple(identity) == IDENTITY_FIELDS
    assert identity == {name: getattr(issued, name) for name in IDENTITY_FIELDS}
    assert (identity["framework"], identity["agency"], identity["period"]) == ("every", "one", "2014-15-Q4")
    assert identity["seal"] == seal_of(b"key", identity)
    assert f"<vt:lpwstr>{issued.issue_id}</vt:lpwstr>" in parts_of(sent.path)["docProps/custom.xml"]


@pytest.mark.parametrize("field", [name for name in IDENTITY_FIELDS if name != "seal"])
def test_the_seal_covers_every_field(send: Callable[..., Sent], field: str) -> None:
    issued = send().issued
    assert seal_of(b"key", vars_of(replace(issued, **{field: "other"}))) != issued.seal
    assert seal_of(b"another", vars_of(issued)) != issued.seal


def vars_of(issued: Issued) -> dict[str, str]:
    return {name: getattr(issued, name) for name in IDENTITY_FIELDS}


def test_the_digest_counts_15_significant_digits_and_every_locked_text() -> None:
    cells: dict[str, dict[str, object]] = {"Return": {"A1": "text", "H7": 0.8047204693643413}}
    rounded: dict[str, dict[str, object]] = {"Return": {"H7": 0.804720469364341, "A1": "text"}}
    assert digest_of(cells) == digest_of(rounded)
    assert digest_of(cells) != digest_of({"Return": {"A1": "Text", "H7": 0.8047204693643413}})
    assert digest_of(cells) != digest_of({"Return": {"A1": "text", "H7": 0.80472046936}})


def test_every_locked_value_in_the_workbook_was_recorded(send: Callable[..., Sent]) -> None:
    sent = send()
    book = openpyxl.load_workbook(sent.path)
    for name, locked in sent.issued.locked.items():
        found = {cell.coordinate: cell.value for row in book[name] for cell in row if cell.value is not None}
        assert found == locked


def test_two_builds_are_the_same_bytes(send: Callable[..., Sent]) -> None:
    first, second = send(name="first.xlsx"), send(name="second.xlsx")
    assert first.path.read_bytes() == second.path.read_bytes()
    assert replace(first.issued, file="") == replace(second.issued, file="")


def test_another_key_changes_the_seal_and_nothing_else(send: Callable[..., Sent]) -> None:
    first, second = send().issued, send(key=b"another").issued
    assert first.seal != second.seal
    assert replace(first, seal="") == replace(second, seal="")


def test_the_file_is_named_for_agency_and_period(send: Callable[..., Sent]) -> None:
    assert file_name(send().plan) == "one_2014-15-Q4.xlsx"


def test_a_return_that_cannot_be_written_leaves_the_former(every_type: Framework, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"before")
    (tmp_path / "~$a.xlsx").touch()
    plan = plan_return(every_type, "two", Period.parse("2014-15-Q4"), {})
    with pytest.raises(NotWrittenError, match="unchanged"):
        Template(every_type, b"k").write(plan, {}, path)
    assert path.read_bytes() == b"before"


def test_every_agency_of_every_framework_has_a_return(any_framework: Framework, tmp_path: Path) -> None:
    template = Template(any_framework, b"k", created=CREATED)
    known = {each.key: each for each in published(any_framework)}
    for quarter in (Period.parse("2014-15-Q2"), Period.parse("2014-15-Q4")):
        for agency in {each.supplier for each in any_framework.asked(quarter)}:
            plan = plan_return(any_framework, agency, quarter, known)
            issued = template.write(plan, known, tmp_path / file_name(plan))
            assert issued.positions == plan.positions()


# --- the specimen ---------------------------------------------------------------------------------


def test_the_specimen_is_as_a_fresh_build_makes_it(tmp_path: Path) -> None:
    write_specimen(tmp_path / SPECIMEN)
    fresh, committed = parts_of(tmp_path / SPECIMEN), parts_of(ROOT / "templates" / SPECIMEN)
    assert list(committed) == list(fresh)
    for name, part in fresh.items():
        assert committed[name] == part, f"{name} differs: run scripts/build_templates.py"


def test_the_specimen_says_so_on_every_sheet() -> None:
    book = openpyxl.load_workbook(ROOT / "templates" / SPECIMEN)
    assert {book[name]["A3"].value for name in book.sheetnames if name != "_dapf"} == {
        "OFFICIAL-SENSITIVE · SPECIMEN, not to be filled"
    }


def test_an_indicator_that_names_no_measure_shows_its_target_beside_its_first_item(
    every_type: Framework, tmp_path: Path
) -> None:
    targets = (*every_type.targets, Target(indicator="B", text="at least 3", kind="value", value=Decimal(3)))
    framework = replace(every_type, tables={**every_type.tables, "targets": targets})
    path = tmp_path / "one.xlsx"
    Template(framework, b"key", created=CREATED).write(plan_return(framework, "one", ROUND, {}), {}, path)
    rows = openpyxl.load_workbook(path)["Return"].iter_rows(min_row=6, values_only=True)
    shown = {str(row[13]).partition("@")[0]: row[8] for row in rows if row[13]}
    assert (shown["B.rate"], shown["B.change"], shown["D.yearly"]) == ("at least 3", "–", "none set")
