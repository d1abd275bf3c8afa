"""Named reports: figures as the paper prints them, from the readings that every sheet shows; nothing unsaid."""

from __future__ import annotations

import csv
from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from dapf_xl import demo, paper
from dapf_xl.catalogue import load, shipped
from dapf_xl.catalogue.tables import PaperPart, ViewLine
from dapf_xl.consolidation import Round
from dapf_xl.observations import Observation, number_words
from dapf_xl.periods import Period
from dapf_xl.variance import lines_of
from tests.master.building import published_round

if TYPE_CHECKING:
    from collections.abc import Iterable

EXPECTED = Path(__file__).parent / "expected" / "cambridgeshire_paper.csv"
Row = dict[str, Any]


def rows_of(current: Round) -> list[Row]:
    return paper.rows_of(current, lines_of(current))


def with_views(current: Round, views: Iterable[ViewLine], parts: Iterable[PaperPart] = ()) -> Round:
    tables = {**current.framework.tables, "views": tuple(views), "paper": tuple(parts)}
    return replace(current, framework=replace(current.framework, tables=tables))


def view(indicator: str, heading: str = "Figures", **more: str) -> ViewLine:
    return ViewLine(view="report", heading=heading, indicator=indicator, **more)


def figures(rows: Iterable[Row]) -> dict[tuple[str, str], tuple[str, ...]]:
    """The cells of each row of figures, by the indicator that it is of and its part."""
    found, ref = {}, ""
    for row in rows:
        if row["kind"] in {"title", "figure", "part"}:
            ref = row["margin"] or ref
            if row["kind"] != "title":
                part = row["text"] if row["kind"] == "part" else ""
                found[ref, part] = tuple(row[name] for name in paper.QUARTERS)
    return found


@pytest.fixture(scope="module")
def cambridgeshire() -> list[Row]:
    return rows_of(published_round("cambridgeshire", "2014-15-Q3"))


# --- what the paper prints ------------------------------------------------------------------------


@cache
def printed() -> list[dict[str, str]]:
    with EXPECTED.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def sheet(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Any, ...]]:
    """The cells of the sheet in the demonstration's master."""
    master = demo.demonstrate("cambridgeshire", tmp_path_factory.mktemp("paper") / "work").master
    book = openpyxl.load_workbook(master, data_only=True)
    return list(book["Committee paper"].iter_rows(values_only=True))


def test_the_list_says_why_wherever_the_sheet_differs_from_the_paper() -> None:
    assert len(printed()) == 14 * 4
    assert all(bool(row["shown"]) == bool(row["why"]) for row in printed())


def test_every_figure_is_the_one_that_the_paper_prints(sheet: list[tuple[Any, ...]]) -> None:
    wanted = {(row["ref"], row["part"], row["quarter"]): row["shown"] or row["printed"] or "–" for row in printed()}
    found, ref = {}, ""
    for margin, text, *cells, _ in sheet:
        is_ref = isinstance(margin, str) and margin[:1] == "C" and margin[1:].isdigit()
        ref = margin if is_ref else ref
        if ref and (is_ref or margin is None) and cells[0] and "easured" not in cells[0]:
            part = "" if is_ref else text
            found |= {(ref, part, f"Q{place}"): " ".join(str(cell).split()) for place, cell in enumerate(cells, 1)}
    assert {key: value for key, value in found.items() if key[1] != "If we succeed, we expect to see"} == wanted


def test_figures_stand_under_the_paper_s_headings(cambridgeshire: list[Row]) -> None:
    found, heading = {}, ""
    for row in cambridgeshire:
        heading = row["text"].partition(":")[0] if row["kind"] == "heading" else heading
        if row["kind"] in {"title", "figure"}:
            found[row["margin"]] = heading
    assert found == {row["ref"]: row["heading"] for row in printed()}
    assert list(dict.fromkeys(found.values())) == ["Prevent", "Protect", "Pursue", "Recover"]


def test_the_known_contradiction_stands_beside_its_line(cambridgeshire: list[Row]) -> None:
    row = next(row for row in cambridgeshire if row["margin"] == "C05")
    assert "83 joined" in row["beside"]
    assert "add to 63" in row["beside"]


def test_totals_of_last_year_stand_beside_the_parts(cambridgeshire: list[Row]) -> None:
    beside = {
        row["text"]: row["beside"] for row in cambridgeshire if row["kind"] == "part" and not row["q4"].strip("–")
    }
    assert beside == {"Cambridge Women's Aid": "Whole year 2013/14: 49", "Refuge": "Whole year 2013/14: 62"}


def test_front_matter_and_sections_are_in_the_paper_s_order(cambridgeshire: list[Row]) -> None:
    facts = [row["margin"] for row in cambridgeshire if row["kind"] == "fact"]
    assert facts[0] == "To"
    assert {"Purpose", "Recommendation", "Officer contact", "Meeting date"} <= set(facts)
    sections = [(row["margin"], row["text"]) for row in cambridgeshire if row["kind"] == "section"]
    assert sections == [
        ("1", "Background"), ("2", "Main issues"), ("3", "Alignment with corporate priorities"),
        ("4", "Significant implications"), ("5", "Source documents"),
    ]  # fmt: skip
    headings = [row["margin"] for row in cambridgeshire if row["kind"] == "heading"]
    assert headings == ["2.2", "2.3", "2.4", "2.5"]


def test_the_demonstration_has_the_seven_key_activities(sheet: list[tuple[Any, ...]]) -> None:
    start = next(
        place for place, row in enumerate(sheet) if str(row[0]).endswith("Key activities for the next quarter")
    )
    assert sheet[start][0].startswith("2.6 ")
    points = [row[1] for row in sheet[start : start + 8]]
    assert [str(point).startswith("• ") for point in points] == [True] * 7 + [False]


# --- expectations ---------------------------------------------------------------------------------


def test_what_was_expected_stands_above_what_was_measured(cambridgeshire: list[Row]) -> None:
    kinds = [row["kind"] for row in cambridgeshire]
    assert all(kinds[place + 1] == "expected" for place, kind in enumerate(kinds) if kind == "heading")
    measured = [row["q1"] for row in cambridgeshire if row["kind"] == "expected"]
    assert measured == [
        "Measured by C01", "Measured by C08", "Measured by C09", "Not measured", "Measured by C03",
        "Measured by C05, C06, C07", "Measured by C20", "Measured by C14, C15", "Not measured",
        "Measured by C08 (under Protect)",
    ]  # fmt: skip


def test_an_indicator_that_stands_above_already_is_not_printed_again(cambridgeshire: list[Row]) -> None:
    refs = [row["margin"] for row in cambridgeshire if row["kind"] in {"title", "figure"}]
    assert len(refs) == len(set(refs))


# --- cells ----------------------------------------------------------------------------------------


def test_a_quarter_that_has_not_come_has_only_the_bracket() -> None:
    found = figures(rows_of(published_round("cambridgeshire", "2014-15-Q2")))
    assert found["C01", ""] == ("1880\n(1670)", "1965\n(1907)", "(1818)", "(1894)")
    assert found["C20", ""] == ("42", "39", "–", "–")


def test_shorthand_stands_in_words() -> None:
    current = with_views(published_round("cambridgeshire", "2014-15-Q3"), [view("C19", shows="both")])
    found = figures(rows_of(current))
    assert found["C19", "Fenland"][:3] == ("1 to 4\n(2)", "1 to 4\n(3)", "Not yet available\n(1 to 4)")
    assert found["C19", ""][0] == "9 to 15\n(25)"
    assert not any("[" in cell for cells in found.values() for cell in cells)


def one_figure(**changes: Any) -> Round:  # noqa: ANN401  (fields of any kind)
    """A report of the incidents alone, this quarter's figure changed."""
    current = with_views(published_round("cambridgeshire", "2014-15-Q3"), [view("C01")])
    key = ("C01.incidents", "", "police", current.period)
    return replace(current, figures={**current.figures, key: replace(current.figures[key], **changes)})


@pytest.mark.parametrize(
    ("changes", "shown"),
    [
        pytest.param({"value": Decimal(9999)}, "9999", id="four_digits"),
        pytest.param({"value": Decimal(10000)}, "10,000", id="thousands"),
        pytest.param({"value": Decimal(0)}, "0", id="zero"),
        pytest.param({"markers": "[p]"}, "1758 [p]", id="marker"),
        pytest.param({"value": None, "replacement": "[z]"}, "Not applicable", id="not_applicable"),
        pytest.param(
            {"value": None, "replacement": "[x]", "reason": "cannot share"}, "Not available: cannot share", id="reason"
        ),
        pytest.param({"value": None, "replacement": "[low]"}, "Rounds to 0 but is not 0", id="low"),
        pytest.param(
            {"value": None, "replacement": "[c]", "lower": Decimal(1), "upper": Decimal(4)}, "1 to 4", id="suppressed"
        ),
    ],
)
def test_this_quarters_cell(changes: dict[str, Any], shown: str) -> None:
    assert figures(rows_of(one_figure(**changes)))["C01", ""][2] == f"{shown}\n(1818)"


@pytest.mark.parametrize("reason", ["not received", "rejected", "held in query"])
def test_a_figure_that_is_missing_says_why(reason: str) -> None:
    current = one_figure()
    key = ("C01.incidents", "", "police", current.period)
    there = {other: figure for other, figure in current.figures.items() if other != key}
    found = figures(rows_of(replace(current, figures=there, missing={key: reason})))
    assert found["C01", ""][2] == f"{reason.capitalize()}\n(1818)"


def test_a_total_of_which_a_part_is_missing_says_so() -> None:
    current = with_views(published_round("cambridgeshire", "2014-15-Q3"), [view("C14")])
    key = ("C14.women", "refuge", "refuge", current.period)
    there = {other: figure for other, figure in current.figures.items() if other != key}
    found = figures(rows_of(replace(current, figures=there, missing={key: "not received"})))
    assert found["C14", ""][2] == "20 from 1 of 2"


def test_halves_are_rounded_as_a_workbook_rounds() -> None:
    current = with_views(published_round("cambridgeshire", "2014-15-Q3"), [view("C08")])
    key = ("C08.engaged", "", "idva", current.period)
    changed = replace(current.figures[key], value=Decimal("80.5"))
    assert figures(rows_of(replace(current, figures={**current.figures, key: changed})))["C08", ""][2].startswith("81%")


def test_a_figure_that_is_never_published_is_not_in_a_report() -> None:
    current = one_figure(value=Decimal(7777), comment="7777 in all")
    items = tuple(
        replace(item, disclosure="never" if item.id == "C01.incidents" else "")
        for item in current.framework.items.values()
    )
    framework = replace(current.framework, tables={**current.framework.tables, "items": items})
    rows = rows_of(replace(current, framework=framework))
    assert figures(rows)["C01", ""] == (paper.WITHHELD,) * 4
    told = " ".join(str(cell) for row in rows for cell in row.values())
    assert not any(number in told for number in ("7777", "1818", "1880", "1670"))


def test_an_indicator_that_is_not_read_yet_says_so() -> None:
    current = with_views(published_round("cambridgeshire", "2014-15-Q3"), [view("C11")])
    assert figures(rows_of(current))["C11", ""] == ("Not asked",) * 4


# --- any framework --------------------------------------------------------------------------------

ROUNDS = {"cambridgeshire": "2014-15-Q3", "haringey": "2014-15-Q2", "doncaster": "2021-22-Q2", "wirral": "2014-15-Q3"}


@pytest.mark.parametrize("framework", shipped())
@pytest.mark.parametrize("shows", ["", "parts", "both"])
def test_any_framework_may_have_a_report_and_its_figures_are_the_lines_own(framework: str, shows: str) -> None:
    loaded = load(shipped()[framework])
    period = Period.parse(ROUNDS[framework])
    figures_asked = {
        (each.item.id, each.category, each.supplier, each.period): Observation(
            each.item.id, each.category, each.supplier, each.period, value=Decimal(7 + place)
        )
        for place, each in enumerate(loaded.asked(period))
        if each.item.type in {"count", "number"}
    }
    current = with_views(
        Round(loaded, period, figures_asked, {}, {}, (), (), ()),
        [view(each, shows=shows) for each in loaded.indicators],
    )
    lines = lines_of(current)
    found = figures(paper.rows_of(current, lines))
    assert {ref for ref, _ in found} == set(loaded.indicators)
    quarter = period.financial_year.quarters().index(period)
    for line in lines:
        measure, label = line.measure, loaded.category_label(line.measure.item.id, line.measure.category)
        cells = found.get((measure.indicator.id, label if measure.role == "part" else ""))
        if measure.role == "also" or cells is None or line.period != period or line.now.value is None:
            continue
        if measure.kind in {"count", "number"} and measure.item.disclosure != "never":
            decimals = measure.indicator.decimals
            words = number_words(line.now.value, replace(measure.item, type=measure.kind), decimals)
            assert cells[quarter].split()[0] == (words if line.now.value >= 10000 else words.replace(",", ""))


def test_several_reports_stand_one_after_the_other() -> None:
    current = published_round("cambridgeshire", "2014-15-Q3")
    other = ViewLine(view="board", heading="All", indicator="C02")
    rows = rows_of(with_views(current, [*current.framework.views, other], current.framework.paper))
    assert list(dict.fromkeys((row["view"], row["tab"]) for row in rows)) == [
        ("committee", "Committee paper"), ("board", "board"),
    ]  # fmt: skip
    assert figures(row for row in rows if row["view"] == "board")["C02", ""][0] == "36.4%\n(29.6%)"


def test_a_framework_without_views_has_no_report() -> None:
    assert rows_of(published_round("haringey", "2014-15-Q2")) == []


# --- texts ----------------------------------------------------------------------------------------


def part(part_: str, **more: str) -> PaperPart:
    return PaperPart(view="report", part=part_, **more)


def test_a_text_for_a_heading_that_is_misspelt_is_not_lost() -> None:
    parts = [
        part("aim", heading="Figurs", text="We will count"),
        part("commentary", heading="Figurse", text="Well said"),
    ]
    rows = rows_of(with_views(published_round("cambridgeshire", "2014-15-Q3"), [view("C01")], parts))
    assert [row["text"] for row in rows if row["kind"] == "heading"] == ["Figures", "Figurs: We will count", "Figurse"]
    assert [row["text"] for row in rows if row["kind"] == "paragraph"] == ["Well said"]


def test_what_was_asked_for_and_is_missing_is_said_where_it_would_stand(cambridgeshire: list[Row]) -> None:
    gaps = [(row["margin"], row["text"]) for row in cambridgeshire if row["kind"] == "gap"]
    assert [margin for margin, _ in gaps] == [
        "2.2.1",
        "2.3.1",
        "2.4.1",
        "2.5.1",
        "2.6 Key activities for the next quarter",
    ]
    assert {text for _, text in gaps} == {"Not received: the agency has not returned."}


def test_a_text_that_is_not_asked_for_this_quarter_says_so() -> None:
    current = published_round("cambridgeshire", "2014-15-Q3")
    asks = tuple(ask for ask in current.framework.asks if ask.item != "CP.prevent")
    framework = replace(current.framework, tables={**current.framework.tables, "asks": asks})
    rows = rows_of(replace(current, framework=framework))
    assert [row["text"] for row in rows if row["margin"] == "2.2.1"] == ["Not asked for this quarter."]


def test_paragraphs_are_numbered_and_labels_stand_once() -> None:
    parts = [
        part("before", heading="Background", text="One\nTwo"),
        part("after", heading="Implications", label="Law", text="Three"),
        part("after", heading="Implications", label="Law", text="Four"),
        part("after", heading="Implications", label="Money", text="Five"),
    ]
    rows = rows_of(with_views(published_round("cambridgeshire", "2014-15-Q3"), [view("C01")], parts))
    margins = [(row["margin"], row["text"]) for row in rows if row["kind"] in {"section", "heading", "paragraph"}]
    assert margins == [
        ("1", "Background"), ("1.1", "One"), ("1.2", "Two"), ("1.3", "Figures"), ("2", "Implications"),
        ("2.1 Law", "Three"), ("", "Four"), ("2.2 Money", "Five"),
    ]  # fmt: skip
