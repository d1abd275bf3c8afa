"""What the catalogue knows of each indicator: all of it, in words."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from dapf_xl import reference
from dapf_xl.catalogue import load, shipped
from dapf_xl.catalogue.tables import Agency
from dapf_xl.consolidation import Round
from dapf_xl.master import write_master
from dapf_xl.periods import Period
from dapf_xl.tables import master_tables
from dapf_xl.variance import lines_of
from tests.master.building import published_round, tables_of

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook

EXPECTED = Path(__file__).parent / "expected" / "cambridgeshire_indicators.csv"
PERIODS = {"doncaster": "2021-22-Q2"}


def rows_of(framework: str, label: str = "") -> dict[str, dict[str, Any]]:
    period = Period.parse(label or PERIODS.get(framework, "2014-15-Q2"))
    return {row["indicator"]: row for row in reference.rows_of(load(shipped()[framework]), period)}


@pytest.mark.parametrize("framework", shipped())
def test_every_indicator_has_a_row_with_all_that_the_catalogue_says(framework: str) -> None:
    loaded, rows = load(shipped()[framework]), rows_of(framework)
    assert list(rows) == list(loaded.indicators)
    for id_, indicator in loaded.indicators.items():
        row = rows[id_]
        assert set(row) == set(reference.COLUMNS)
        assert row["definition"] == indicator.definition
        assert row["version"] == indicator.definition_version
        assert (row["rationale"], row["references"], row["note"]) == (
            indicator.rationale, indicator.references, indicator.note,
        )  # fmt: skip
        assert row["direction"].endswith(indicator.polarity_reason)
        for ask in loaded.asks:
            if loaded.items[ask.item].indicator == id_:
                assert f"{loaded.agencies[ask.supplier].name}: " in row["supplied"] or "more" in row["supplied"]
                assert ask.owner in row["owner"]


def test_owner_target_and_suppliers_are_in_words() -> None:
    row = rows_of("haringey")["H4"]
    assert row["owner"] == "lead officer"
    assert row["target"].startswith("410 by March 2017 (410 and 299 are a year's volume.")
    assert row["supplied"] == "Multi-Agency Risk Assessment Conference (MARAC): every quarter, every year"
    assert row["direction"] == "Higher is better. The indicator is worded as an increase."
    assert row["status"] == "live"


def test_parts_that_share_a_target_stand_in_one_line() -> None:
    lines = rows_of("doncaster", "2022-23-Q4")["PM2"]["target"].splitlines()
    assert len(lines) == 4
    assert lines[-1].startswith("Referrals to the hub: Health; Housing; Children's services; ")
    assert lines[-1].endswith(": We want to see … an increase in partner agency … referrals")


def test_an_indicator_that_is_not_read_yet_says_from_when() -> None:
    assert rows_of("cambridgeshire", "2014-15-Q3")["C11"]["status"] == "read from Q4 2014/15 on"
    assert rows_of("cambridgeshire", "2014-15-Q4")["C11"]["status"] == "live"


def test_a_successor_is_named_in_place_of_whom_it_followed() -> None:
    loaded = load(shipped()["haringey"])
    ended = replace(loaded.agencies["dvip"], until=Period.parse("2014-15-Q1"), successor="new")
    agencies = (*(each for each in loaded.agencies.values() if each.id != "dvip"), ended, Agency(id="new", name="New"))
    framework = replace(loaded, tables={**loaded.tables, "agencies": agencies})
    rows = {row["indicator"]: row for row in reference.rows_of(framework, Period.parse("2014-15-Q2"))}
    assert rows["H3"]["supplied"] == "New: every quarter"


def test_many_suppliers_are_counted_rather_than_listed() -> None:
    loaded = load(shipped()["haringey"])
    more = tuple(Agency(id=f"a{number}", name=f"Agency {number}") for number in range(100))
    ask = next(ask for ask in loaded.asks if ask.item == "H2.retained")
    asks = (*loaded.asks, *(replace(ask, supplier=agency.id) for agency in more))
    framework = replace(loaded, tables={**loaded.tables, "agencies": (*loaded.agencies.values(), *more), "asks": asks})
    rows = {row["indicator"]: row for row in reference.rows_of(framework, Period.parse("2014-15-Q2"))}
    assert rows["H2"]["supplied"].endswith("and 76 more")


# --- figures that are never published -------------------------------------------------------------


def test_a_figure_that_is_never_published_says_so_on_its_line_and_among_the_indicators(tmp_path: Path) -> None:
    framework, period = load(shipped()["doncaster"]), Period.parse("2021-22-Q2")
    never = [item for item in framework.items.values() if item.disclosure == "never"]
    assert never
    current = Round(framework, period, {}, {}, {}, (), (), ())
    made = master_tables(current, lines_of(current), datetime(2021, 11, 1, tzinfo=UTC))
    write_master(made, tmp_path / "master.xlsx")
    book = openpyxl.load_workbook(tmp_path / "master.xlsx", data_only=True)
    for item in never:
        assert "Must not be published" in rows_of("doncaster")[item.indicator]["publication"]
        for name in ("Variance", framework.indicators[item.indicator].group):
            rows = [row for row in book[name].iter_rows(values_only=True) if item.indicator in row[:2]]
            assert rows
            assert all(any("Must not be published" in str(cell) for cell in row) for row in rows), name
    others = made.lines[~made.lines["indicator"].isin([item.indicator for item in never])]
    assert set(others["publication"]) == {""}


def test_a_ratio_of_which_a_part_is_never_published_is_not_either() -> None:
    current = published_round("haringey", "2014-15-Q2")
    items = tuple(
        replace(item, disclosure="never" if item.id == "H1.closed" else "") for item in current.framework.items.values()
    )
    framework = replace(current.framework, tables={**current.framework.tables, "items": items})
    lines = tables_of(replace(current, framework=framework)).lines
    hidden = lines[lines["publication"] != ""]
    assert [(each.indicator, each.role) for each in hidden.itertuples()] == [("H1", "main")]


# --- the sheets -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Workbook]:
    folder = tmp_path_factory.mktemp("reference")
    made = {}
    for framework, label in (("cambridgeshire", "2014-15-Q4"), ("haringey", "2014-15-Q2")):
        write_master(tables_of(published_round(framework, label)), folder / f"{framework}.xlsx")
        made[framework] = openpyxl.load_workbook(folder / f"{framework}.xlsx", data_only=True)
    return made


def expected() -> dict[str, tuple[set[str], list[str]]]:
    with EXPECTED.open(encoding="utf-8", newline="") as file:
        return {
            f"C{int(row['number']):02}": (set(filter(None, row["strands"].split(";"))), row["levels"].split(";"))
            for row in csv.DictReader(file)
        }


def test_all_twenty_indicators_stand_under_every_domain_that_is_printed_beside_them(books: dict[str, Workbook]) -> None:
    wanted = expected()
    assert len(wanted) == 20
    for domain in ("Prevent", "Protect", "Pursue", "Recover"):
        rows = list(books["cambridgeshire"][domain].iter_rows(min_row=6, values_only=True))
        levels = rows[0].index("Risk level")
        found = {row[1]: row[levels] for row in rows[1:] if row[1]}
        assert found == {
            ref: ", ".join(level) or "–" for ref, (strands, level) in wanted.items() if domain in strands
        }, domain


def test_indicators_shows_the_domains_and_levels_too(books: dict[str, Workbook]) -> None:
    rows = list(books["cambridgeshire"]["Indicators"].iter_rows(min_row=6, values_only=True))
    strands, levels = rows[0].index("Strands"), rows[0].index("Risk levels")
    found = {row[0]: (set(row[strands].split(", ")), row[levels]) for row in rows[1:] if row[0] in expected()}
    assert found == {ref: (names, ", ".join(level) or "–") for ref, (names, level) in expected().items()}


def test_the_owner_stands_beside_the_rating(books: dict[str, Workbook]) -> None:
    rows = list(books["haringey"]["VAWG performance"].iter_rows(min_row=6, values_only=True))
    owner, rag = rows[0].index("Owner"), rows[0].index("RAG")
    rated = {row[1]: row[owner] for row in rows[1:] if row[1] and row[rag]}
    assert rated == dict.fromkeys(["H1", "H2", "H3", "H4", "H5", "H6"], "lead officer")
    heads = next(books["cambridgeshire"]["Pursue"].iter_rows(min_row=6, max_row=6, values_only=True))
    assert "Owner" not in heads, "no ask of it names one"
