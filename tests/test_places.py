"""That nothing of the five documents was dropped: each thing asked for has its place, and each place its thing.

The counts here were made from the documents themselves, not from the tables that they are compared with.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from dapf_xl import catalogue, places
from dapf_xl.catalogue.origins import Place, parse_place, rows_at
from dapf_xl.periods import Period

if TYPE_CHECKING:
    from dapf_xl.catalogue import Framework
    from dapf_xl.catalogue.tables import Origin, ViewLine

PAGE = Path(__file__).resolve().parents[1] / "docs" / "frameworks.md"
FRAMEWORKS = list(catalogue.shipped())


@cache
def loaded(framework: str) -> Framework:
    return catalogue.load(catalogue.shipped()[framework])


def origins(framework: str, document: str) -> list[Origin]:
    return [each for each in loaded(framework).origins if each.document == document and not each.ours]


def places_of(origin: Origin) -> list[Place]:
    return [place for text in origin.places if (place := parse_place(text))]


def named(framework: Framework, table: str) -> set[str]:
    """The ids of a table's rows that some origin names."""
    found = [place for origin in framework.origins for place in places_of(origin) if place.table == table]
    return {row.id for place in found for row in rows_at(framework, place)}


# --- nothing in the catalogue without a reason ------------------------------------------------


@pytest.mark.parametrize("table", ["indicators", "items", "qa"])
@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_everything_in_a_catalogue_comes_from_a_document_or_says_why_not(framework: str, table: str) -> None:
    rows = {row.id: row for row in loaded(framework).tables[table]}
    known = named(loaded(framework), table)
    if table == "indicators":  # an indicator is named by what is asked for it, too
        items = {row.id: row.indicator for row in loaded(framework).tables["items"]}
        known |= {items[item] for item in named(loaded(framework), "items")}
    assert set(rows) - known == set()


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_every_line_of_a_view_comes_from_a_document(framework: str) -> None:
    measured: set[tuple[str, str, str]] = set()
    unmeasured: Counter[tuple[str, str]] = Counter()
    items = {row.id: row.indicator for row in loaded(framework).tables["items"]}
    for origin in loaded(framework).origins:
        found = places_of(origin)
        about = {place.key[0] for place in found if place.table == "indicators"}
        about |= {items[place.key[0]] for place in found if place.table == "items"}
        for place in found:
            if place.table == "views" and len(place.key) > 1:
                measured |= {(*place.key[:2], indicator) for indicator in about}
                unmeasured[place.key[0], place.key[1]] += origin.part == "Expected" and not about

    def lacks(line: ViewLine) -> bool:
        return bool(line.indicator) and (line.view, line.heading, line.indicator) not in measured

    views = loaded(framework).views
    assert [line for line in views if lacks(line)] == []
    assert Counter((line.view, line.heading) for line in views if not line.indicator) == +unmeasured


# --- nothing of a document left out -----------------------------------------------------------

DONCASTER_DATA = {
    **dict.fromkeys(range(1, 39), 1),
    7: 2, 12: 3, 13: 2, 16: 2, 17: 3, 18: 2, 20: 2, 21: 2, 22: 3, 23: 3, 27: 3, 29: 2,
    30: 8, 31: 5, 33: 2, 34: 2, 35: 3, 36: 5, 37: 8,
}  # fmt: skip
"""Things in the column Data of each row: a category that the row names is a thing of its own."""
DONCASTER_TELLS = {
    **dict.fromkeys(range(1, 39), 1),
    1: 4, 2: 2, 20: 5, 22: 2, 23: 2, 25: 2, 28: 9, 30: 5, 35: 3, 36: 2, 37: 4,
}  # fmt: skip
PM_PARTS = ("Relates to action plan ref", "Agency", "Data", "What is it telling us?", "Direction of travel needed")
QA_PARTS = ("Relates to action plan ref", "Agency/Partnership", "What", "How", "What does it tell us")


def test_doncaster_has_38_performance_rows_with_every_thing_in_every_cell() -> None:
    rows = origins("doncaster", "Performance framework")
    refs = [f"PM{number}" for number in range(1, 39)]
    assert list(dict.fromkeys(each.row for each in rows)) == refs
    counted = Counter((each.row, each.part) for each in rows)
    for ref in refs:
        number = int(ref.removeprefix("PM"))
        assert counted[ref, "Data"] == DONCASTER_DATA[number], ref
        assert counted[ref, "What is it telling us?"] == DONCASTER_TELLS[number], ref
        assert all(counted[ref, part] for part in (*PM_PARTS, "Comments")) or ref == "PM38"


def test_doncaster_has_20_assurance_rows_with_every_cell() -> None:
    rows = origins("doncaster", "Quality assurance framework")
    refs = [f"QA{number}" for number in range(1, 21)]
    assert list(dict.fromkeys(each.row for each in rows)) == refs
    counted = Counter((each.row, each.part) for each in rows)
    assert [ref for ref in refs if not all(counted[ref, part] for part in QA_PARTS)] == []
    assert sum(each.row == "QA13" and bool(re.match(r"[a-e]\. ", each.asked)) for each in rows) == 5


def test_doncasters_references_are_those_that_the_rows_print() -> None:
    framework = loaded("doncaster")
    for origin in origins("doncaster", "Performance framework"):
        if origin.part == "Relates to action plan ref":
            printed = re.findall(r"P\d?\.\d+", origin.asked)
            if origin.row == "PM23":  # its first P4.5 belongs to PM22, over the page
                printed = printed[1:]
            wanted = {re.sub(r"P\.1(\d)", r"P1.\1", each) for each in printed}
            for place in places_of(origin):
                assert set(framework.indicators[place.key[0]].references.split()) == wanted, origin.row


def test_wirral_has_13_strategic_and_22_operational_lines() -> None:
    strategic = [each.row for each in origins("wirral", "Strategic Performance Dataset") if each.row != "Data Source"]
    operational = [each.row for each in origins("wirral", "Operational Performance Dataset")]
    assert list(dict.fromkeys(strategic)) == [f"Strategic {number}" for number in range(1, 14)]
    assert operational == [f"Operational {number}" for number in range(1, 23)]
    assert len(strategic) == 16  # three lines hold a number and a percentage, or two numbers
    assert len(loaded("wirral").indicators) == 15 + 22


def test_wirrals_four_services_each_have_their_funnel_as_rules() -> None:
    rules = {(rule.kind, rule.left, rule.right) for rule in loaded("wirral").rules}
    for first in (9, 12, 15, 18):
        referred, engaged, closed = (f"O{number:02}" for number in range(first, first + 3))
        for left, right in (
            (f"{engaged}.engaged", f"{referred}.referred"),
            (f"{closed}.met", f"{engaged}.engaged"),
            (f"{closed}.met", f"{closed}.closed"),
        ):
            assert ("not_more_than", left, (right,)) in rules


def test_cambridgeshires_appendix_has_20_indicators_with_every_cell() -> None:
    rows = origins("cambridgeshire", "Appendix one")
    numbers = [each.row for each in rows if each.row.isdigit()]
    assert list(dict.fromkeys(numbers)) == [str(number) for number in range(1, 21)]
    parts: dict[str, set[str]] = {}
    for each in rows:
        parts.setdefault(each.row, set()).add(each.part)
    wanted = {"Heading", "Strategic priority", "Level", "Indicator", "Comments", "Explanation of indicators"}
    assert [number for number in dict.fromkeys(numbers) if not wanted <= parts[number]] == []
    assert all(any(part.startswith(("Q", "2013")) for part in parts[number]) for number in numbers)


def test_cambridgeshires_figures_in_the_cells_are_those_of_the_history() -> None:
    published: dict[tuple[str, str], str] = {}
    for row in loaded("cambridgeshire").history:
        if row.value is not None and row.period is not None and not row.category:
            published[row.item, row.period.label] = format(row.value.normalize(), "f")
    seen = 0
    for origin in origins("cambridgeshire", "Appendix one"):
        items = [place.key[0] for place in places_of(origin) if place.table == "history"]
        cell = re.fullmatch(r"([\d.]+)?%?\s?(?:\(([\d.]+)%?\))?", origin.asked)
        if not (cell and items and re.fullmatch(r"Q[1-4]", origin.part)):
            continue
        for year, figure in (("2014-15", cell[1]), ("2013-14", cell[2])):
            if figure:
                assert published[items[0], f"{year}-{origin.part}"] == figure, origin
                seen += 1
    assert seen == 7 * 10 + 6  # ten rows of seven figures, and six that the scan prints alone


def test_the_committee_paper_has_every_numbered_paragraph_expectation_and_activity() -> None:
    rows = origins("cambridgeshire", "Committee paper")
    parts = Counter(each.part for each in rows)
    assert parts["Aim"] == 4
    assert parts["Expected"] == 1 + 3 + 2 + 4
    assert parts["Key activities"] == 7
    assert sum(each.row == "Front matter" for each in rows) == 9
    printed = {"1.1", "1.2", "1.3", "1.4", "1.5", "2.1", "2.2.1", "2.2.2", "2.3.1", "2.3.2", "2.3.3", "2.3.4"}
    printed |= {"2.4.1", "2.4.2", "2.5.1", "2.5.2", "2.5.3", "2.5.4", "2.6", "3.1", "3.2", "3.3"}
    printed |= {"4.1.1", "4.1.2", "4.2.1", "4.3.1", "4.4.1", "4.5.1", "4.6.1"}
    assert printed <= {each.row for each in rows}


def test_haringey_has_six_rows_with_owner_baseline_and_pairs_and_four_parts_of_a_report() -> None:
    rows = origins("haringey", "Performance table Q2")
    assert list(dict.fromkeys(each.row for each in rows)) == ["Title", "1", "2", "3", "4", "5", "6"]
    wanted = {"Description", "Owner", "Baseline", "Comments"}
    wanted |= {f"Quarter {number} {half}" for number in (1, 2) for half in ("target", "actual")}
    for number in range(1, 7):
        assert wanted <= {each.part for each in rows if each.row == str(number)}
    report = [each.row for each in origins("haringey", "Performance report Q2") if each.part == "Heading"]
    assert report == ["Performance Overview", "Key Improvers and Success", "Key Challenges", "Decision Required by CSP"]


# --- what is found on the sheets --------------------------------------------------------------


class Line(NamedTuple):
    """A line of the page."""

    row: str
    part: str
    asked: str
    indicator: str
    lives: str
    asked_of: str
    in_return: str
    in_master: str
    note: str


@cache
def lines_of_the_page() -> list[Line]:
    text = PAGE.read_text(encoding="utf-8")
    found = [line for line in text.splitlines() if line.startswith("| ") and not line.startswith(("| Row", "| ---"))]
    rows = [re.split(r"(?<!\\) \| ", line.removeprefix("| ").removesuffix(" |")) for line in found]
    return [Line(*row) for row in rows if len(row) == len(Line._fields)]


def test_the_page_has_a_line_for_every_thing() -> None:
    assert len(lines_of_the_page()) == sum(len(loaded(framework).origins) for framework in FRAMEWORKS)


def test_every_item_is_asked_of_somebody_and_stands_in_the_return_and_the_master() -> None:
    whole = [line for line in lines_of_the_page() if line.lives.startswith("`")]
    assert len(whole) > 200
    assert [line for line in whole if "–" in {line.asked_of, line.in_return, line.in_master}] == []


def test_every_text_of_a_paper_and_everybody_who_supplies_or_owns_stands_on_a_sheet() -> None:
    page = lines_of_the_page()
    of_paper = [line for line in page if line.lives.startswith("paper ")]
    people = [line for line in page if line.lives.endswith((", supplier", ", owner"))]
    assert len(of_paper) > 25
    assert len(people) > 40
    assert [line for line in of_paper if "Committee paper" not in line.in_master] == []
    assert [line for line in people if "Indicators" not in line.in_master] == []


def test_what_became_nothing_says_why() -> None:
    assert [line for line in lines_of_the_page() if line.lives == line.indicator == "–" and line.note == "–"] == []


def shown(*rows: str) -> places.Shown:
    found = places.Shown()
    found.take("Sheet", [row.split("|") for row in rows])
    return found


def test_a_text_is_found_whole_or_beside_its_own_id() -> None:
    seek = places.beside(("C08", "Engaged"), "70%")
    assert seek(shown("C08|70%")) == {"Sheet"}
    assert seek(shown("Engaged|a|70%|b")) == {"Sheet"}
    assert seek(shown("C09|70%", "C08|170%")) == set()
    assert places.beside(("C08",), "3;4")(shown("C08|3, 4")) == {"Sheet"}
    long = "A text that is long enough to be known"
    assert places.beside((), long)(shown(f"Note|Before. {long}, and more")) == {"Sheet"}


def test_an_id_is_found_as_a_cell_and_as_a_hidden_figure_and_not_as_the_start_of_another() -> None:
    seek = places.by_id("C05.starts")
    assert seek(shown("C05.starts")) == {"Sheet"}
    assert seek(shown("x|C05.starts/nps@2014-15-Q3")) == {"Sheet"}
    assert seek(shown("C05.starts2|C05.starts2/nps@2014-15-Q3")) == set()


def test_the_year_looked_at_is_the_latest_in_which_anything_begins() -> None:
    years: dict[str, Any] = {framework: places.year_of(loaded(framework)).label for framework in FRAMEWORKS}
    assert years == {
        "cambridgeshire": "2014-15",
        "doncaster": "2021-22",
        "haringey": "2014-15",
        "wirral": places.ANY_YEAR.label,
    }
    assert Period.parse("2023-24") == places.ANY_YEAR
