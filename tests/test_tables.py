"""The tables that a master is written from: scales, comparisons, ratings, and the rows of ``Data`` and ``Sources``."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from typing import Any

import pytest

from dapf_xl.catalogue import Framework, load, shipped
from dapf_xl.consolidation import Round
from dapf_xl.data_rows import DATA_COLUMNS
from dapf_xl.observations import Observation, published
from dapf_xl.periods import Period
from dapf_xl.tables import LINE_COLUMNS, MasterTables, line_row, master_tables
from dapf_xl.variance import lines_of

NOW = datetime(2015, 2, 2, 9, 30, tzinfo=UTC)


@cache
def catalogue(name: str) -> Framework:
    return load(shipped()[name])


def round_of(name: str, label: str, *added: Observation, framework: Framework | None = None) -> Round:
    period = Period.parse(label)
    framework = framework or catalogue(name)
    figures = {each.key: each for each in published(framework) if each.period.last_day <= period.last_day}
    return Round(framework, period, figures | {each.key: each for each in added}, {}, {}, (), (), ())


def tables(current: Round, note: str = "") -> MasterTables:
    return master_tables(current, lines_of(current), NOW, note)


def row(made: MasterTables, indicator: str, role: str = "main") -> dict[str, Any]:
    rows = made.lines.to_dict("records")
    return next(
        {str(name): value for name, value in each.items()}
        for each in rows
        if (each["indicator"], each["role"]) == (indicator, role)
    )


CAMBRIDGESHIRE, HARINGEY = ("cambridgeshire", "2014-15-Q3"), ("haringey", "2014-15-Q2")


@pytest.mark.parametrize(
    ("area", "indicator", "expected"),
    [
        pytest.param(
            CAMBRIDGESHIRE, "C01",
            {"value": 1758.0, "previous": 1965.0, "from_previous": -207.0, "from_previous_relative": -0.105343511,
             "ytd": 5603.0, "ytd_last_year": 5395.0, "from_ytd": 208.0, "rating": "Not rated: no target",
             "travel_short": "↓ worsened"},
            id="counts_change_in_number_and_share",
        ),
        pytest.param(
            CAMBRIDGESHIRE, "C02",
            {"value": 0.38, "previous": 0.343, "from_previous": 3.7, "from_previous_relative": None,
             "from_last_year": 8.7, "ytd": None, "ytd_shown": "not added up", "rating": "Not rated: no polarity",
             "travel_short": "↑ increased"},
            id="percentages_change_in_points",
        ),
        pytest.param(
            CAMBRIDGESHIRE, "C08",
            {"value": 0.8, "target": 0.7, "from_target": 10.0, "rating": "Green", "travel_long": "↑ improved"},
            id="target_of_a_percentage",
        ),
        pytest.param(
            CAMBRIDGESHIRE, "C19",
            {"value": None, "shown": "[x] not available: awaiting release", "state": "not available",
             "coverage": "0 of 5", "previous": None, "previous_shown": "10 to 19", "last_year_shown": "11 to 23"},
            id="totals_over_suppressed_parts_are_ranges",
        ),
        pytest.param(
            HARINGEY, "H1",
            {"value": 0.851063829787, "numerator": 40.0, "denominator": 47.0, "multiplier": 1.0, "rating": "Green",
             "from_target": 5.106382979, "ytd_shown": "parts not supplied"},
            id="ratio_from_its_parts",
        ),
        pytest.param(HARINGEY, "H2", {"value": 0.83, "rating": "Green", "from_baseline": 3.0}, id="stated"),
        pytest.param(HARINGEY, "H3", {"value": None, "rating": "Not rated: not available"}, id="not_available"),
        pytest.param(
            HARINGEY, "H4",
            {"value": 88.0, "target": None, "target_text": "410 by March 2017", "rating": "Not rated: not due yet",
             "from_target": None, "from_baseline": None, "baseline": None, "baseline_text": "299"},
            id="milestone_not_due_and_not_on_a_quarters_basis",
        ),
        pytest.param(
            HARINGEY, "H5", {"value": 0.55, "target": 0.8, "rating": "Red", "from_target": -25.0}, id="carried_forward"
        ),
        pytest.param(
            HARINGEY, "H6",
            {"lower": 0.11, "upper": 0.15, "rating": "Red", "from_target": 4.0, "travel_short": "↓ improved"},
            id="band",
        ),
    ],
)  # fmt: skip
def test_a_line_holds_figures_on_the_workbooks_scale(
    area: tuple[str, str], indicator: str, expected: dict[str, Any]
) -> None:
    found = row(tables(round_of(*area)), indicator)
    for name, value in expected.items():
        if isinstance(value, float):
            assert found[name] == pytest.approx(value, abs=1e-9), name
        else:
            assert found[name] == value, name


def test_the_target_that_was_carried_forward_is_named() -> None:
    assert "carried forward" in row(tables(round_of(*HARINGEY)), "H5")["note"]


def test_parts_and_what_stands_beside_are_not_rated() -> None:
    made = tables(round_of(*CAMBRIDGESHIRE))
    assert row(made, "C19", "part")["target_kind"] == ""
    assert row(made, "C07", "also")["rating"] == "Not rated: monitoring only"
    assert not row(made, "C05", "part")["headline"]


def test_a_baseline_for_a_year_is_set_against_four_quarters() -> None:
    quarters = [Period.parse(label) for label in ("2013-14-Q3", "2013-14-Q4")]
    added = [Observation("H4.referrals", "", "marac", quarter, value=Decimal(70)) for quarter in quarters]
    found = row(tables(round_of(*HARINGEY, *added)), "H4")
    assert (found["value"], found["rated"], found["baseline"]) == (88.0, 313.0, 299.0)
    assert found["from_baseline"] == 14.0


@pytest.mark.parametrize(
    ("closed", "markers", "rating"), [("9", "[u]", "Not rated: denominator too small"), ("10", "", "Red")]
)
def test_a_ratio_of_too_few_is_of_low_reliability_and_not_rated(closed: str, markers: str, rating: str) -> None:
    quarter = Period.parse("2014-15-Q2")
    parts = {"H1.successful": "4", "H1.closed": closed}
    added = [Observation(item, "", "idva", quarter, value=Decimal(value)) for item, value in parts.items()]
    found = row(tables(round_of(*HARINGEY, *added)), "H1")
    assert (found["markers"], found["rating"]) == (markers, rating)


def test_groups_are_strands_or_headings_as_the_framework_has_it() -> None:
    assert row(tables(round_of(*CAMBRIDGESHIRE)), "C14")["groups"] == ("Prevent", "Protect", "Recover")
    assert row(tables(round_of(*HARINGEY)), "H1")["groups"] == ("VAWG performance",)


def test_another_tolerance_gives_another_rating() -> None:
    framework = catalogue("haringey")
    wide = replace(framework, settings=replace(framework.settings, tolerance=Decimal(40)))
    assert row(tables(round_of(*HARINGEY, framework=wide)), "H5")["rating"] == "Amber"


def test_columns_are_those_that_are_documented_and_no_number_is_a_decimal() -> None:
    made = tables(round_of(*CAMBRIDGESHIRE), note="Specimen")
    assert set(LINE_COLUMNS) == set(made.lines.columns)
    assert tuple(made.data.columns) == DATA_COLUMNS
    values = [value for table in (made.lines, made.data) for column in table for value in table[column]]
    assert not [value for value in values if isinstance(value, Decimal)]
    assert made.note == "Specimen"


def test_data_has_every_figure_and_what_is_missing() -> None:
    current = round_of(*CAMBRIDGESHIRE)
    key = ("C01.incidents", "", "police", current.period)
    gone = replace(
        current,
        figures={each: figure for each, figure in current.figures.items() if each != key},
        missing={key: "not received"},
    )
    rows = tables(gone).data.to_dict("records")
    figures = [each for each in rows if each["status"] not in {"target", "baseline", "comparator"}]
    assert len(figures) == len(current.figures)
    (missing,) = [each for each in figures if each["status"] == "not received"]
    assert (missing["item"], missing["value"], missing["period"]) == ("C01.incidents", None, "2014-15-Q3")


def test_a_source_counts_its_rows_of_data_targets_included() -> None:
    current = round_of(*HARINGEY)
    made = tables(current)
    assert sum(made.sources["rows"]) == len(made.data)
    assert set(made.sources["source"]) == set(made.data["file"])
    kinds = {"target": "published targets", "baseline": "published baselines"}
    for kind in set(made.sources["kind"]):
        listed = made.sources.loc[made.sources["kind"] == kind, "rows"]
        assert sum(listed) == sum(kinds.get(status, "published") == kind for status in made.data["status"])


def test_an_indicator_without_a_strand_stands_on_the_sheet_of_its_group() -> None:
    current = round_of(*CAMBRIDGESHIRE)
    indicator = next(iter(current.framework.indicators.values()))
    changed = {**current.framework.tables, "indicators": (replace(indicator, strands=()),)}
    framework = replace(current.framework, tables=changed)
    line = next(each for each in lines_of(current) if each.measure.indicator is indicator)
    bare = replace(line, measure=line.measure._replace(indicator=framework.indicators[indicator.id]))
    assert line_row(framework, bare)["groups"] == (indicator.group,)


# --- what the catalogue no longer has ---------------------------------------------------------------


def test_a_figure_of_an_item_that_is_gone_is_shown_by_its_id() -> None:
    current = round_of(
        *HARINGEY, Observation("H9.old", "north", "police", Period.parse("2014-15-Q1"), value=Decimal(7))
    )
    (found,) = [each for each in tables(current).data.to_dict("records") if each["item"] == "H9.old"]
    assert (found["value"], found["status"], found["label"]) == (7.0, "accepted", "H9.old: north")
    assert found["comment"] == "No longer in the catalogue."


def test_a_figure_of_a_category_that_is_gone_is_shown_by_its_id() -> None:
    item = next(each for each in catalogue("cambridgeshire").items.values() if each.breakdowns)
    quarter = Period.parse("2014-15-Q2")
    old = Observation(item.id, "old", "police", quarter, value=Decimal(7), comment="As agreed.")
    (found,) = [
        each for each in tables(round_of(*CAMBRIDGESHIRE, old)).data.to_dict("records") if each["category"] == "old"
    ]
    assert (found["value"], found["label"]) == (7.0, f"{item.label}: old")
    assert found["comment"] == "As agreed. No longer in the catalogue."


# --- targets of indicators that name no measure ------------------------------------------------------


def test_a_target_of_an_indicator_that_names_no_item_is_of_its_first() -> None:
    framework = catalogue("haringey")
    bare = tuple(
        replace(each, measure="", numerator="", denominator="") if each.id == "H4" else each
        for each in framework.tables["indicators"]
    )
    framework = replace(framework, tables={**framework.tables, "indicators": bare})
    rows = tables(round_of(*HARINGEY, framework=framework)).data.to_dict("records")
    assert {each["item"] for each in rows if each["status"] == "target" and each["indicator"] == "H4"} == {
        framework.items_of("H4")[0].id
    }


def test_a_target_of_an_indicator_without_items_has_no_row() -> None:
    framework = catalogue("haringey")
    changed = {
        **framework.tables,
        "indicators": (*framework.tables["indicators"], replace(framework.tables["indicators"][0], id="N", measure="")),
        "targets": (*framework.targets, replace(framework.targets[0], indicator="N", item="")),
    }
    changed["indicators"] = tuple(
        replace(each, numerator="", denominator="", status="retired") if each.id == "N" else each
        for each in changed["indicators"]
    )
    made = tables(round_of(*HARINGEY, framework=replace(framework, tables=changed)))
    assert "N" not in set(made.data["indicator"])


def test_a_partial_figure_does_not_travel() -> None:
    current = round_of(*CAMBRIDGESHIRE)
    line = next(each for each in lines_of(current) if each.now.is_whole and each.previous.value is not None)
    found = line_row(current.framework, replace(line, previous=replace(line.previous, value=None, shown="5 (1 of 2)")))
    assert (found["travel_short"], found["from_previous"]) == ("not available", None)
