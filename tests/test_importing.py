"""Published figures from a CSV file: what is recorded of them, what is refused, and what a master shows of it."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from dapf_xl import cycle
from dapf_xl.consolidation import consolidate
from dapf_xl.findings import LedgerBusyError, NothingToReadError, NotWrittenError, WorkspaceError
from dapf_xl.observations import OLDEST_SNAPSHOT
from dapf_xl.periods import Period
from dapf_xl.returns.filling import Typed, fill
from dapf_xl.variance import lines_of
from dapf_xl.workspace import open_workspace
from tests.rounds import signed

if TYPE_CHECKING:
    from dapf_xl.consolidation import Round
    from dapf_xl.importing import Imported
    from dapf_xl.variance import Line

HEADS = "item,category,geography,period,value,shorthand,basis,source,released,note"
TODAY = date(2023, 12, 1)
EXAMPLE = Path(__file__).resolve().parents[1] / "docs" / "examples" / "published_figures.csv"
YEAR = Period.year(2022)


@pytest.fixture(scope="module")
def _made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made") / "work"
    cycle.init("wirral", folder)
    return folder


@pytest.fixture
def work(tmp_path: Path, _made: Path) -> Path:
    return Path(shutil.copytree(_made, tmp_path / "work"))


def row(item: str, value: str = "", **cells: str) -> dict[str, str]:
    usual = {"period": "2022-23", "source": "Home Office", "released": "2023-11-24"}
    return {"item": item, "value": value, **usual, **cells}


def put(work: Path, *rows: dict[str, str], name: str = "figures.csv", heads: str = HEADS) -> Imported:
    path = work.parent / name
    lines = [",".join(f'"{each.get(head, "")}"' for head in heads.split(",")) for each in rows]
    path.write_text("\n".join([heads, *lines]), encoding="utf-8")
    return cycle.import_figures(work, path, today=TODAY)


def codes(made: Imported) -> list[tuple[str, str]]:
    return [(each.code.name, each.cell) for each in made.findings]


def round_of(work: Path, label: str = "2022-23-Q4") -> Round:
    workspace = open_workspace(work)
    with workspace.ledger() as ledger:
        return consolidate(workspace.framework, Period.parse(label), ledger)


def line_of(work: Path, indicator: str, label: str = "2022-23-Q4") -> Line:
    return next(each for each in lines_of(round_of(work, label)) if each.measure.indicator.id == indicator)


def ledger_of(work: Path) -> list[Any]:
    with closing(sqlite3.connect(work / "ledger.sqlite")) as connection:
        return [connection.execute(f"SELECT * FROM {table}").fetchall() for table in ("given", "observed", "compared")]  # noqa: S608


# --- what is recorded ---------------------------------------------------------------------------


def test_the_example_of_the_documentation_is_taken_whole(work: Path) -> None:
    made = cycle.import_figures(work, EXAMPLE, today=TODAY)
    assert made.findings == []
    assert (len(made.observations), len(made.comparators), made.refused) == (7, 2, 0)
    assert made.kept is not None
    assert made.kept.read_bytes() == EXAMPLE.read_bytes()


def test_a_figure_is_recorded_for_whoever_is_asked_with_source_and_release(work: Path) -> None:
    put(work, row("S01.crimes", "4,710", note="All police areas"), row("S02.stated", "15.7%", geography="wirral"))
    figures = round_of(work).figures
    crimes = figures["S01.crimes", "", "lead", YEAR]
    assert (crimes.value, crimes.status, crimes.comment) == (Decimal(4710), "imported", "All police areas")
    assert (crimes.source, crimes.released) == ("Home Office", "2023-11-24")
    assert (crimes.file, crimes.cell) == ("figures.csv", "E2")
    assert figures["S02.stated", "", "lead", YEAR].value == Decimal("15.7")


def test_the_same_file_again_changes_nothing(work: Path) -> None:
    rows = (row("S01.crimes", "4710"), row("S02.stated", "17", geography="North West"))
    put(work, *rows)
    before = ledger_of(work)
    made = put(work, *rows)
    assert (made.unchanged, made.observations, made.comparators, made.kept) == (2, [], [], None)
    assert ledger_of(work) == before


def test_a_changed_figure_is_a_revision_with_old_and_new(work: Path) -> None:
    put(work, row("S01.crimes", "4710"))
    made = put(work, row("S01.crimes", "4720", released="2023-11-30"), name="later.csv")
    assert codes(made) == [("IMPORT_REVISES", "E2")]
    assert "is 4,720 here and was 4,710 before (figures.csv, E2)" in made.findings[0].message
    assert made.revised == 1
    assert round_of(work).figures["S01.crimes", "", "lead", YEAR].value == Decimal(4720)
    assert len(ledger_of(work)[1]) == 2  # both stay on record


def test_a_changed_comparator_is_a_revision_too(work: Path) -> None:
    put(work, row("S02.stated", "17", geography="North West"))
    made = put(work, row("S02.stated", "18", geography="North  west"))
    assert codes(made) == [("IMPORT_REVISES", "E2")]
    (only,) = round_of(work).comparators
    assert only.value == Decimal(18)


def test_a_file_of_the_same_name_does_not_overwrite_what_was_kept(work: Path) -> None:
    first = put(work, row("S01.crimes", "4710"))
    put(work, row("S01.crimes", "4720"))
    assert first.kept is not None
    (before,) = (work / "imported" / "superseded").iterdir()
    assert "4710" in before.read_text(encoding="utf-8")
    assert "4720" in first.kept.read_text(encoding="utf-8")


def test_what_a_later_round_reported_is_replaced_by_an_import_after_it(work: Path) -> None:
    cycle.issue(work, "2022-23-Q4", ["lead"])
    _return(work, "2022-23-Q4", [Typed("S01.crimes", "", "", "[x] not available: awaiting release")])
    cycle.consolidate(work, "2022-23-Q4")
    cycle.issue(work, "2023-24-Q1", ["lead"])
    _return(work, "2023-24-Q1", [Typed("S01.crimes", "", "4700", period="2022-23")])
    cycle.consolidate(work, "2023-24-Q1")
    made = put(work, row("S01.crimes", "4710"))
    assert codes(made) == [("IMPORT_REVISES", "E2")]
    assert round_of(work, "2023-24-Q1").figures["S01.crimes", "", "lead", YEAR].value == Decimal(4710)


def _return(work: Path, label: str, typed: list[Typed]) -> Path:
    path = work / "returns" / label / f"lead_{label}.xlsx"
    fill(work / "issued" / label / path.name, typed, path, signed(label))
    return path


def test_a_published_figure_of_november_can_be_typed_into_revisions(work: Path) -> None:
    """Yearly figures are asked for in Q4, when the statistics are not out yet; they stay open until they are."""
    cycle.issue(work, "2022-23-Q4", ["lead"])
    _return(work, "2022-23-Q4", [Typed("S03.prosecutions", "", "", "[x] not available: awaiting release")])
    cycle.consolidate(work, "2022-23-Q4")
    cycle.issue(work, "2023-24-Q3", ["lead"])
    _return(work, "2023-24-Q3", [Typed("S03.prosecutions", "", "512", period="2022-23")])
    assert cycle.consolidate(work, "2023-24-Q3").checked.findings == []
    assert round_of(work, "2023-24-Q3").figures["S03.prosecutions", "", "lead", YEAR].value == Decimal(512)


def test_what_was_imported_need_not_be_typed_and_counts_where_the_return_differs(work: Path) -> None:
    put(work, row("S03.prosecutions", "512"), row("S05.convictions", "400"))
    cycle.issue(work, "2022-23-Q4", ["lead"])
    path = _return(work, "2022-23-Q4", [Typed("S05.convictions", "", "401")])
    found = cycle.check([path], work).findings
    about = {each.item: each.code.name for each in found}
    assert "S03.prosecutions" not in about
    assert about["S05.convictions"] == "DIFFERS_FROM_IMPORTED"
    assert about["S07.arrests"] == "REQUIRED_BLANK"
    cycle.consolidate(work, "2022-23-Q4")
    assert round_of(work).figures["S05.convictions", "", "lead", YEAR].value == Decimal(400)


# --- what is refused ----------------------------------------------------------------------------

WRONG = {
    "item": (row("S01.crime", "1"), "REFERENCE_UNKNOWN", "A2"),
    "words": (row("S01.crimes", "c.40"), "NOT_A_NUMBER", "E2"),
    "category": (row("O08.contacts", "1", category="polcie", period="2022-23-Q4"), "CATEGORY_UNKNOWN", "B2"),
    "no category": (row("O08.contacts", "1", period="2022-23-Q4"), "CATEGORY_MISSING", "B2"),
    "needless category": (row("S01.crimes", "1", category="police"), "CATEGORY_NOT_WANTED", "B2"),
    "period": (row("S01.crimes", "1", period="2022-24"), "NOT_A_PERIOD", "D2"),
    "quarter": (row("S01.crimes", "1", period="2022-23-Q4"), "IMPORT_OTHER_SPAN", "D2"),
    "basis": (row("S01.crimes", "1", basis="rolling_12_months"), "IMPORT_OTHER_BASIS", "G2"),
    "no such basis": (row("S01.crimes", "1", basis="monthly"), "NOT_ONE_OF", "G2"),
    "decimal": (row("S01.crimes", "1.5"), "IMPORT_NOT_WHOLE", "E2"),
    "negative": (row("S01.crimes", "-1"), "IMPORT_OUT_OF_RANGE", "E2"),
    "percent": (row("S02.stated", "157"), "IMPORT_OUT_OF_RANGE", "E2"),
    "percent of a comparator": (row("S02.stated", "157", geography="North West"), "IMPORT_OUT_OF_RANGE", "E2"),
    "huge": (row("S01.crimes", "9" * 40), "IMPORT_OUT_OF_RANGE", "E2"),
    "nothing": (row("S01.crimes"), "HISTORY_NEITHER", "E2"),
    "both": (row("S01.crimes", "1", shorthand="[x]"), "HISTORY_BOTH", "E2"),
    "shorthand": (row("S01.crimes", "1", shorthand="n/a"), "SHORTHAND_UNKNOWN_HERE", "F2"),
    "no source": (row("S01.crimes", "1", source=""), "REQUIRED_EMPTY", "H2"),
    "no such day": (row("S01.crimes", "1", released="31/06/2023"), "IMPORT_NOT_A_DATE", "I2"),
    "no day": (row("S01.crimes", "1", released="last week"), "IMPORT_NOT_A_DATE", "I2"),
    "to come": (row("S01.crimes", "1", released="2024-01-31"), "IMPORT_NOT_RELEASED", "I2"),
    "slip": (row("S01.crimes", "1", geography="Wiral"), "GEOGRAPHY_NEARLY", "C2"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_fault_is_named_with_its_row_and_column_and_nothing_is_recorded(work: Path, case: str) -> None:
    bad, code, cell = WRONG[case]
    before = ledger_of(work)
    made = put(work, bad, row("S05.convictions", "400"))
    assert codes(made) == [(code, cell)]
    assert made.refused == 2
    assert ledger_of(work) == before
    assert not (work / "imported").exists()


def test_the_good_rows_are_taken_where_that_is_asked_for(work: Path) -> None:
    path = work.parent / "figures.csv"
    path.write_text(f"{HEADS}\nS01.crime,,,2022-23,1,,,x,2023-11-24,\nS05.convictions,,,2022-23,400,,,x,2023-11-24,\n")
    made = cycle.import_figures(work, path, partly=True, today=TODAY)
    assert [each.item for each in made.observations] == ["S05.convictions"]
    assert made.refused == 1


def test_a_figure_given_twice_is_refused(work: Path) -> None:
    made = put(work, row("S01.crimes", "1"), row("S01.crimes", "2", geography="Wirral"))
    assert codes(made) == [("HISTORY_DUPLICATED", "A3")]


def test_a_misspelt_head_is_named(work: Path) -> None:
    made = put(work, row("S01.crimes", "1"), heads=HEADS.replace("released", "release"))
    assert codes(made) == [("COLUMN_UNKNOWN", "I1")]
    assert "did you mean released?" in made.findings[0].message


@pytest.mark.parametrize("content", [b"", b"\xff\xfei\x00", b"item;period\r\n", b"PK\x03\x04", b'item\n"a'])
def test_what_is_no_csv_file_is_a_finding(work: Path, content: bytes) -> None:
    path = work.parent / "figures.csv"
    path.write_bytes(content)
    assert [each.code.name for each in cycle.import_figures(work, path).findings] == ["TABLE_UNREADABLE"]


def test_a_percentage_that_looks_like_a_fraction_is_asked_about(work: Path) -> None:
    made = put(work, row("S02.stated", "0.157"))
    assert codes(made) == [("PERCENT_AS_FRACTION", "E2")]
    assert len(made.observations) == 1


def test_a_rate_that_its_numbers_do_not_give_is_held_until_the_note_explains_it(work: Path) -> None:
    put(work, row("S12.population", "141200", period="2021-22", released="2022-12-21"), row("S12.cases", "430"))
    made = put(work, row("S12.stated", "33"))
    assert codes(made) == [("IMPORT_DOES_NOT_FIT", "E2")]
    assert made.observations == []
    assert "given as 33 per 10,000, but 430 of 141,200 is 30.5 per 10,000" in made.findings[0].message
    explained = put(work, row("S12.stated", "33", note="They use the population of 2019"))
    assert len(explained.observations) == 1
    assert put(work, row("S12.stated", "30.5"), name="right.csv").findings[0].code.name == "IMPORT_REVISES"


def test_figures_that_break_a_rule_with_what_is_on_record_are_refused(work: Path) -> None:
    put(work, row("S03.prosecutions", "400"))
    made = put(work, row("S05.convictions", "412"))
    assert codes(made) == [("IMPORT_DOES_NOT_FIT", "E2")]
    assert made.findings[0].severity == "error"


def test_nothing_is_recorded_where_the_file_cannot_be_kept(work: Path) -> None:
    (work / "imported").write_text("in the way", encoding="utf-8")
    before = ledger_of(work)
    with pytest.raises(NotWrittenError):
        put(work, row("S01.crimes", "4710"))
    assert ledger_of(work) == before


def test_it_is_refused_while_another_process_holds_the_ledger(work: Path) -> None:
    with closing(sqlite3.connect(work / "ledger.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(LedgerBusyError):
            put(work, row("S01.crimes", "4710"))


def test_what_is_not_there_is_said(work: Path) -> None:
    with pytest.raises(NothingToReadError):
        cycle.import_figures(work, work / "none.csv")
    with pytest.raises(WorkspaceError):
        cycle.import_figures(work.parent, EXAMPLE)


# --- what a master shows ------------------------------------------------------------------------


def test_a_rate_says_of_which_year_its_population_is(work: Path) -> None:
    put(work, row("S12.population", "141200", period="2020-21", released="2022-12-21"), row("S12.cases", "430"))
    line = line_of(work, "S12")
    assert line.now.value is not None
    assert round(line.now.value, 1) == Decimal("30.5")
    assert "of 2020/21, the latest known by then" in line.note
    put(work, row("S12.population", "150000"), name="newer.csv")
    line = line_of(work, "S12")
    assert (line.now.denominator, "of 2022/23" in line.note) == (Decimal(150000), True)


def test_a_population_of_later_or_of_too_long_ago_is_not_used(work: Path) -> None:
    put(work, row("S12.cases", "430"), row("S12.population", "150000", period="2023-24", released="2023-11-01"))
    assert line_of(work, "S12").now.value is None
    old = f"{2022 - OLDEST_SNAPSHOT - 1}-{(2022 - OLDEST_SNAPSHOT) % 100}"
    put(work, row("S12.population", "140000", period=old), name="old.csv")
    line = line_of(work, "S12")
    assert line.now.value is None
    assert "too old to be set against 2022/23" in line.note
    put(work, row("S12.stated", "30.1"), name="stated.csv")
    assert line_of(work, "S12").now.value == Decimal("30.1")


def test_comparators_stand_beside_our_figure_of_the_same_span(work: Path) -> None:
    put(
        work,
        row("S02.stated", "15.7"),
        row("S02.stated", "17.2", geography="North West"),
        row("S02.stated", "16.8", geography="North West", period="2021-22", released="2022-11-24"),
        row("S02.stated", "17", geography="England", period="2022-04-01/2023-03-31", basis="year"),
        row("S02.stated", "17", geography="England", period="2022-01-01/2022-12-31"),
        row("S02.stated", "17", geography="Wales", basis="snapshot"),
        row("S01.crimes", "4710"),
        row("S01.crimes", "98000", geography="North West"),
    )
    cycle.issue(work, "2022-23-Q4", ["lead"])
    _return(work, "2022-23-Q4", [Typed("S04.stated", "", "12")])
    made = cycle.consolidate(work, "2022-23-Q4")
    sheet = openpyxl.load_workbook(made.master, data_only=True)["Comparators"]
    rows = [[cell.value for cell in each][:7] for each in sheet.iter_rows(min_row=7)]
    compared = {(each[1], each[3], each[6]): (each[2], each[4], each[5]) for each in rows}
    assert compared == {
        ("S01", "North West", "not compared: counts of areas of different size"): (4710, 98000, "–"),
        ("S02", "North West", "not compared: no figure of ours for the same span"): ("15.7% (2022/23)", 0.168, "–"),
        ("S02", "England", "not compared: no figure of ours for the same span"): ("15.7% (2022/23)", 0.17, "–"),
        ("S02", "England", "both about 1 April 2022 to 31 March 2023"): (0.157, 0.17, -1.3),
        ("S02", "Wales", "not compared: another basis (snapshot)"): (0.157, 0.17, "–"),
        ("S02", "North West", "both about 2022/23"): (0.157, 0.172, -1.5),
    }


def test_data_and_sources_say_where_imported_figures_are_from(work: Path) -> None:
    put(work, row("S02.stated", "15.7"), row("S02.stated", "17.2", geography="North West"))
    cycle.issue(work, "2022-23-Q4", ["lead"])
    _return(work, "2022-23-Q4", [Typed("S04.stated", "", "12")])
    made = cycle.consolidate(work, "2022-23-Q4")
    book = openpyxl.load_workbook(made.master, data_only=True)
    heads, *rows = list(book["Data"].iter_rows(min_row=6, values_only=True))
    data = [dict(zip(heads, each, strict=True)) for each in rows if each[2] == "S02.stated"]
    assert [(each["status"], each["geography"], each["value"], each["released"]) for each in data] == [
        ("imported", "Wirral", 0.157, "2023-11-24"),
        ("comparator", "North West", 0.172, "2023-11-24"),
    ]
    sources = {each[0]: each[1:4] for each in book["Sources"].iter_rows(min_row=7, values_only=True)}
    assert sources["figures.csv"] == ("import", "–", 2)
    assert sources["Home Office"] == ("published", "released 24 November 2023", 2)
