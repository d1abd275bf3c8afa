"""A sixth framework needs CSV files only: the one that docs/maintainer.md builds, through the whole cycle."""

from __future__ import annotations

import csv
from decimal import Decimal
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from dapf_xl import catalogue
from dapf_xl.catalogue.tables import TABLES
from dapf_xl.periods import Period
from dapf_xl.workspace import open_workspace
from tests.e2e.test_master_in_calc import cells_of
from tests.pages import Newcomer, blocks
from tests.rounds import cells

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import Office

ROOT = Path(__file__).resolve().parents[1]
QUARTER = "2024-25-Q4"
PAGE = ("maintainer.md", "Your own framework in an hour")


class Maker(Newcomer):
    """Who follows that page."""

    @property
    def master(self) -> Path:
        (found,) = (self.folder / "work" / "master" / QUARTER).glob("*.xlsx")
        return found


@pytest.fixture(scope="module")
def newcomer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Maker]:
    folder = tmp_path_factory.mktemp("newcomer")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        someone = Maker(folder)
        someone.follow(*PAGE)
        yield someone


def rows_of(master: Path, sheet: str) -> list[dict[str, Any]]:
    """The rows of a sheet's table by the words of its heads; of heads alike the first counts."""
    rows = cells(master)[sheet]
    heads = next(number for number, row in enumerate(rows) if {"Indicator", "indicator"} & set(map(str, row)))
    names = [str(head) for head in rows[heads]]
    return [dict(reversed(list(zip(names, row, strict=True)))) for row in rows[heads + 1 :]]


def test_the_page_needs_csv_files_only_and_the_program_knows_nothing_of_the_area() -> None:
    assert {Path(file).suffix for file, _ in blocks(*PAGE) if file} == {".csv"}
    known = [path for path in (ROOT / "dapf_xl").rglob("*.*") if path.suffix in {".py", ".csv", ".json"}]
    assert not [path for path in known if "saltmere" in path.read_text(encoding="utf-8").casefold()]


def test_the_framework_has_one_of_everything(newcomer: Maker) -> None:
    framework = catalogue.load(newcomer.folder / "saltmere")
    assert {row.derivation for row in framework.indicators.values()} == {"count", "ratio", "stated", "text"}
    types = {row.type for row in framework.tables["items"]}
    assert types == {"count", "percent", "text", "evidence"}
    assert {row.frequency for row in framework.tables["asks"]} == {"quarter", "year"}
    assert {row.kind for row in framework.targets_read} == {"value", "band"}
    assert any(row.open for row in framework.tables["breakdowns"])
    assert framework.qa
    assert framework.views
    assert {row.kind for row in framework.rules} == {"sum_of_parts", "not_more_than"}


def test_the_catalogue_and_the_returns_are_without_fault(newcomer: Maker) -> None:
    assert catalogue.check(newcomer.folder / "saltmere") == []
    workspace = open_workspace(newcomer.folder / "work")
    with workspace.ledger() as ledger:
        received = ledger.received(Period.parse(QUARTER))
    assert {each.agency: each.status for each in received} == dict.fromkeys(
        ("helpline", "outreach", "council"), "Accepted"
    )


def test_every_figure_and_text_is_in_the_master_as_it_was_typed(newcomer: Maker) -> None:
    found = {
        (row["item"], row["category"]): row
        for row in rows_of(newcomer.master, "Data")
        if row["period"] in {QUARTER, "2024-25"} and row["status"] == "accepted"
    }
    typed = [
        row
        for file, text in blocks(*PAGE)
        if file in {"helpline.csv", "outreach.csv", "council.csv"}
        for row in csv.DictReader(text.splitlines())
    ]
    assert len(typed) == len(found)
    for row in typed:
        label = row.get("label") or ""
        there = found[row["item"], f"written: {label.casefold()}" if label else row["category"]]
        if not row["value"].isdigit():
            day, _, rest = row["value"].partition("/")
            month, _, year = rest.partition("/")
            assert there["comment"] == (f"{year}-{month}-{day}" if year else row["value"])
            continue
        scale = 100 if there["unit"] == "percent" else 1
        assert Decimal(str(there["value"])) == Decimal(row["value"]) / scale, row
        assert there["comment"] == row.get("comment", "")
        assert there["label"].endswith(row.get("label", ""))


def test_indicators_are_read_compared_and_rated(newcomer: Maker) -> None:
    lines = {(row["Ref"], row["Indicator"]): row for row in rows_of(newcomer.master, "Variance") if row.get("Ref")}
    read = {key: (row["Figure"], row["Target"], row["RAG"]) for key, row in lines.items()}
    safer = "Closed cases in which the victim is safer"
    assert read["S1", "Calls to the helpline"] == (50, "none set", "○ Not rated: no polarity")
    assert read["S2", safer] == (0.75, "70%", "● Green")
    assert read["S3", "Repeat cases at the conference"] == (0.34, "28-40%", "● Green")
    assert read["S4", "Staff trained in the year"] == (130, "120", "● Green")
    assert {key: row[0] for key, row in read.items() if key[0] == "S1" and "Calls" not in key[1]} == {
        ("S1", "The victim"): 30,
        ("S1", "Family or friends"): 12,
        ("S1", "Fire and rescue service"): 8,
        ("S1", "Not known"): 0,
    }
    assert "↑ improved" in cells_on(newcomer.master, "Safety", safer)  # 24 of 40 were 60% in Q3


def cells_on(master: Path, sheet: str, title: str) -> list[object]:
    (row,) = (row for row in cells(master)[sheet] if row[0] == title)
    return row


def test_the_target_of_a_ratio_is_a_percentage_and_not_so_many_cases(newcomer: Maker) -> None:
    aims = {row["indicator"]: row for row in rows_of(newcomer.master, "Data") if row["status"] == "target"}
    assert [aims["S2"][name] for name in ("item", "unit", "value", "words")] == ["", "percent", 0.7, "70%"]
    assert [aims["S3"][name] for name in ("item", "unit", "lower", "upper")] == ["S3.repeat", "percent", 0.28, 0.4]
    assert [aims["S4"][name] for name in ("item", "unit", "value")] == ["S4.trained", "number", 120]


def test_words_evidence_and_the_lines_of_a_view_stand_on_sheets_of_their_own(newcomer: Maker) -> None:
    sheets = {
        name: "\n".join(str(cell) for row in rows for cell in row) for name, rows in cells(newcomer.master).items()
    }
    sheets = {name: text for name, text in sheets.items() if name not in {"Data", "Cover", "Sources"}}
    if "paper" in TABLES:
        assert any("Children recover from what they have seen" in text for text in sheets.values())
        assert any("Three of four measures are where the plan wants them." in text for text in sheets.values())
    if find_spec("dapf_xl.assurance"):
        assert "Quality of risk assessments" in sheets["Quality assurance"]
        assert "Nine of ten files were sound" in sheets["Quality assurance"]
        assert "Staff ask earlier after the training" in sheets["Quality assurance"]


def test_a_spreadsheet_program_opens_the_master_and_calculates_the_same(newcomer: Maker, office: Office) -> None:
    cached, recalculated = cells_of(newcomer.master), cells_of(office.recalculate(newcomer.master))
    assert len(cached) > 100
    assert {cell for cell in cached.keys() | recalculated.keys() if cached.get(cell) != recalculated.get(cell)} == set()


def test_what_is_yearly_is_asked_for_in_the_last_quarter_alone(newcomer: Maker) -> None:
    framework = catalogue.load(newcomer.folder / "saltmere")
    yearly = {ask.item for ask in framework.tables["asks"] if ask.frequency == "year" and ask.item != "S4.report"}
    for quarter in Period.parse(QUARTER).financial_year.quarters():
        asked = {each.ask.item for each in framework.asked(quarter)}
        assert asked & yearly == (yearly if quarter.label == QUARTER else set())


def test_the_page_of_places_finds_every_line_of_the_document(newcomer: Maker) -> None:
    page = (newcomer.folder / "saltmere.md").read_text(encoding="utf-8")
    origins = catalogue.load(newcomer.folder / "saltmere").origins
    lines = [line.strip("| ").split(" | ") for line in page.splitlines() if line.startswith("|")][2:]
    assert [(line[0], line[2]) for line in lines] == [(each.row, each.asked) for each in origins]
    calls = next(line for line in lines if line[2] == "Calls by who called")
    assert calls[3:7] == [
        "S1",
        "`S1.calls` by caller; breakdowns `caller`",
        "Saltmere Helpline: every quarter",
        "Return",
    ]
    assert {"Summary", "Access", "Variance", "Data"} <= set(calls[7].split(", "))
