"""That the demonstration's masters say what the two areas published, figure by figure.

``tests/expected`` was written from the published documents without looking at the catalogues. Every row of it must
stand on the sheet ``Data``, as two programs read that sheet from the file, and nothing else may.
"""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from dapf_xl import catalogue, cycle, demo
from dapf_xl.data_rows import DATA_COLUMNS
from dapf_xl.periods import Period
from dapf_xl.returns.filling import fill

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dapf_xl.catalogue.tables import Target
    from tests.conftest import Office

EXPECTED = Path(__file__).parent / "expected"
ROUNDS = {"cambridgeshire": "2014-15-Q3", "haringey": "2014-15-Q2"}
UNITS = {"count": "number", "percent": "percent"}
AIMS = ("target", "baseline", "comparator")
"""What the column ``status`` says of rows that are not figures of an agency."""

TEXTS = {
    "cambridgeshire": {"CP.prevent", "CP.protect", "CP.pursue", "CP.recover", "CP.activities"},
    "haringey": {"HN.overview", "HN.success", "HN.challenges", "HN.decision"},
}
"""The demonstration's own words, which stand beside the published figures."""

Row = dict[str, Any]
Cells = list[list[Any]]


class Figure(NamedTuple):
    """A figure, or what stands in its place, on the scale of a workbook."""

    item: str
    category: str
    period: str
    unit: str
    value: Decimal | None
    shorthand: str
    lower: Decimal | None
    upper: Decimal | None


def expected(name: str) -> list[dict[str, str]]:
    with (EXPECTED / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def decimal(value: object, unit: str = "") -> Decimal | None:
    if value is None or value == "":
        return None
    return Decimal(str(value)) / (100 if unit == "percent" else 1)


def published(framework: str) -> set[Figure]:
    return {
        Figure(
            row["item"],
            row["category"],
            row["period"],
            UNITS[row["unit"]],
            decimal(row["value"], row["unit"]),
            row["shorthand"],
            decimal(row["lower"]),
            decimal(row["upper"]),
        )
        for row in expected(framework)
    }


# --- the masters, and two programs that read them -------------------------------------------------


def with_openpyxl(path: Path, sheet: str) -> Cells:
    book = openpyxl.load_workbook(path, data_only=True)
    cells = [["" if value is None else value for value in row] for row in book[sheet].iter_rows(values_only=True)]
    book.close()
    return cells


def with_calamine(path: Path, sheet: str) -> Cells:
    return CalamineWorkbook.from_path(path).get_sheet_by_name(sheet).to_python(skip_empty_area=False)


READERS = [pytest.param(with_openpyxl, id="openpyxl"), pytest.param(with_calamine, id="calamine")]


def table(cells: Cells, *heads: str) -> list[Row]:
    """The rows under the line in which all of the heads stand; of a head that is there twice, the first."""
    head = next(number for number, row in enumerate(cells) if set(heads) <= set(row))
    first: dict[str, int] = {}
    for place, name in enumerate(cells[head]):
        first.setdefault(str(name), place)
    return [{name: row[place] for name, place in first.items()} for row in cells[head + 1 :]]


def data_of(master: Path, read: Callable[[Path, str], Cells] = with_openpyxl) -> list[Row]:
    return table(read(master, "Data"), *DATA_COLUMNS)


@pytest.fixture(scope="session")
def masters(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("published")
    return {name: demo.demonstrate(name, folder / name).master for name in ROUNDS}


@pytest.fixture(scope="session")
def haringey(masters: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Haringey's masters, by quarter: the demonstration's, and that of the round before it."""
    workspace = cycle.init("haringey", tmp_path_factory.mktemp("haringey") / "work")
    quarter = Period.quarter(2014, 1)
    for path in cycle.issue(workspace.folder, quarter.label):
        agency = path.stem.removesuffix(f"_{quarter.label}")
        values = list(demo.typed_from_published(workspace.framework, quarter, agency, {}))
        fill(path, values, workspace.place("returns", quarter) / path.name)
    first = cycle.consolidate(workspace.folder, quarter.label).master
    return {quarter.label: first, ROUNDS["haringey"]: masters["haringey"]}


# --- figures --------------------------------------------------------------------------------------


@pytest.mark.parametrize("framework", ROUNDS)
def test_the_list_has_each_figure_once_and_knows_its_units(framework: str) -> None:
    rows = expected(framework)
    assert len({(row["item"], row["category"], row["period"]) for row in rows}) == len(rows) > 20
    assert {row["unit"] for row in rows} <= set(UNITS)
    assert all(bool(row["value"]) != row["shorthand"].startswith(("[x]", "[z]", "[c]")) for row in rows)


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize("framework", ROUNDS)
def test_data_holds_every_published_figure_and_no_other(
    framework: str, read: Callable[[Path, str], Cells], masters: dict[str, Path]
) -> None:
    rows = [row for row in data_of(masters[framework], read) if row["status"] not in AIMS]
    figures = [
        Figure(
            row["item"],
            row["category"],
            row["period"],
            row["unit"],
            decimal(row["value"]),
            row["shorthand"],
            decimal(row["lower"]),
            decimal(row["upper"]),
        )
        for row in rows
        if row["unit"] != "text"
    ]
    wanted = published(framework)
    assert sorted(map(shown, wanted - set(figures))) == [], "published, and not on Data"
    assert sorted(map(shown, set(figures) - wanted)) == [], "on Data, and not published"
    assert len(figures) == len(wanted), "on Data twice"
    assert {row["item"] for row in rows if row["unit"] == "text"} == TEXTS[framework]


def shown(figure: Figure) -> str:
    return " ".join("-" if part in {None, ""} else str(part) for part in figure)


@pytest.mark.parametrize("framework", ROUNDS)
def test_every_figure_says_where_it_came_from(framework: str, masters: dict[str, Path]) -> None:
    for row in data_of(masters[framework]):
        assert row["file"], row
        assert (row["status"] == "accepted") == bool(row["cell"]), row
        assert (row["status"] == "accepted") == (len(row["sha256"]) == 64), row


@pytest.mark.parametrize("framework", ROUNDS)
def test_the_round_s_own_figures_came_by_return_and_the_others_are_history(
    framework: str, masters: dict[str, Path]
) -> None:
    for row in data_of(masters[framework]):
        if row["status"] not in AIMS:
            assert (row["status"] == "accepted") == (row["period"] == ROUNDS[framework]), row


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize("framework", ROUNDS)
def test_every_sheet_says_that_it_is_a_demonstration(
    framework: str, read: Callable[[Path, str], Cells], masters: dict[str, Path]
) -> None:
    for sheet in openpyxl.load_workbook(masters[framework], read_only=True).sheetnames:
        head = [row[0] for row in read(masters[framework], sheet)[:6]]
        assert demo.NOTE in head, sheet


# --- ratings --------------------------------------------------------------------------------------

RATINGS = expected("haringey_ratings")


def ratings_of(master: Path) -> Iterator[tuple[str, Decimal | None, str]]:
    """What the sheet ``Variance`` says of each indicator: its figure in whole per cents or as counted, its rating."""
    for row in table(with_openpyxl(master, "Variance"), "Ref", "Line", "Rating", "Figure"):
        if row["Line"] == "main":
            yield row["Ref"], decimal(row["Figure"]) if isinstance(row["Figure"], float | int) else None, row["Rating"]


def wanted_ratings(quarter: str) -> list[tuple[str, Decimal | None, str]]:
    return [(row["indicator"], decimal(row["value"]), row["rating"]) for row in RATINGS if row["period"] == quarter]


def as_printed(ratings: Iterator[tuple[str, Decimal | None, str]]) -> list[tuple[str, Decimal | None, str]]:
    """Figures as the source prints them: percentages whole."""
    return [
        (ref, value if value is None or value > 1 else (value * 100).quantize(Decimal(1)), rating)
        for ref, value, rating in ratings
    ]


@pytest.mark.parametrize("quarter", sorted({row["period"] for row in RATINGS}))
def test_ratings_are_as_they_should_be(quarter: str, haringey: dict[str, Path]) -> None:
    assert as_printed(ratings_of(haringey[quarter])) == wanted_ratings(quarter)


@pytest.mark.parametrize("quarter", sorted({row["period"] for row in RATINGS}))
def test_ratings_are_the_same_after_libreoffice_has_calculated_them(
    quarter: str, haringey: dict[str, Path], office: Office
) -> None:
    assert as_printed(ratings_of(office.recalculate(haringey[quarter]))) == wanted_ratings(quarter)


@pytest.mark.parametrize("quarter", sorted({row["period"] for row in RATINGS}))
def test_the_committee_s_sheet_shows_the_same_ratings(quarter: str, haringey: dict[str, Path]) -> None:
    rows = table(with_openpyxl(haringey[quarter], "VAWG performance"), "Ref", "RAG")
    found = {row["Ref"]: row["RAG"].partition(" ")[2] for row in rows if row["Ref"]}
    assert found == {row["indicator"]: row["rating"] for row in RATINGS if row["period"] == quarter}


def test_the_sheet_says_which_target_was_used_where_the_source_prints_none(haringey: dict[str, Path]) -> None:
    rows = table(with_openpyxl(haringey["2014-15-Q2"], "VAWG performance"), "Ref", "Target", "Comment")
    row = next(row for row in rows if row["Ref"] == "H5")
    assert row["Target"] == "80%"
    assert "target cell for Q2 is blank: the target of Q1 is carried forward" in row["Comment"]


# --- targets and baselines ------------------------------------------------------------------------

TARGETS = expected("haringey_targets")


def target_of(row: dict[str, str]) -> Target | None:
    framework = catalogue.load(catalogue.shipped()["haringey"])
    indicator = framework.indicators[row["indicator"]]
    period = Period.parse(row["period"])
    return framework.target_for(indicator.id, indicator.measure or indicator.numerator, "", period)


@pytest.mark.parametrize("row", TARGETS, ids=lambda row: f"{row['indicator']}-{row['period']}")
def test_a_target_is_printed_as_the_catalogue_has_it_or_said_to_be_carried_forward(row: dict[str, str]) -> None:
    target = target_of(row)
    assert target is not None
    assert target.baseline_text == row["baseline_text"]
    if row["target_text"]:
        assert target.text == row["target_text"]
        assert "carried forward" not in target.note
    else:
        is_still_ahead = target.due is not None and target.due > Period.parse(row["period"])
        assert is_still_ahead or "carried forward" in target.note


AIM_VALUES = {
    "80%": (Decimal("0.8"), None, None),
    "50% uptake": (Decimal("0.5"), None, None),
    "410 by March 2017": (Decimal(410), None, None),
    "299": (Decimal(299), None, None),
    "11-15%": (None, Decimal("0.11"), Decimal("0.15")),
}


@pytest.mark.parametrize("read", READERS)
def test_data_holds_every_printed_target_and_baseline(
    read: Callable[[Path, str], Cells], masters: dict[str, Path]
) -> None:
    found = {
        (row["indicator"], row["status"], row["period"], row["words"]): tuple(
            decimal(row[name]) for name in ("value", "lower", "upper")
        )
        for row in data_of(masters["haringey"], read)
        if row["status"] in {"target", "baseline"}
    }
    so_far = [row for row in TARGETS if row["period"] <= ROUNDS["haringey"]]
    wanted = {
        (row["indicator"], "target", row["period"], row["target_text"]): AIM_VALUES[row["target_text"]]
        for row in so_far
        if row["target_text"]
    } | {
        (row["indicator"], "baseline", "", row["baseline_text"]): AIM_VALUES[row["baseline_text"]]
        for row in so_far
        if row["baseline_text"]
    }
    assert {key: found.get(key) for key in wanted} == wanted
    carried = {("H3", "target", "2014-15-Q2", "50% uptake"), ("H5", "target", "2014-15-Q2", "80%")}
    assert set(found) - set(wanted) == carried
