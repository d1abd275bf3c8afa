"""What agencies wrote: every text that was asked for stands there, or why it does not."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from dapf_xl import demo, narrative
from dapf_xl.catalogue import load, shipped
from dapf_xl.catalogue.evidence import EvidenceField
from dapf_xl.consolidation import NOT_RETURNED, Round, Submission
from dapf_xl.observations import Observation
from dapf_xl.periods import Period
from dapf_xl.returns.filling import read_values
from dapf_xl.styles import in_pieces, lines_needed
from tests.master.building import published_round

if TYPE_CHECKING:
    from pathlib import Path

PARTS = {"HN.overview", "HN.success", "HN.challenges", "HN.decision"}
OVERVIEW = ("HN.overview", "", "vawg", Period.parse("2014-15-Q2"))


def haringey(**changes: Any) -> Round:  # noqa: ANN401  (fields of any kind)
    return replace(published_round("haringey", "2014-15-Q2"), **changes)


def standing(status: str) -> Submission:
    return Submission("vawg", "The lead", status, "", "", "", "", "", 4, 0, 0, 0, 0)


def gap(current: Round) -> str:
    (found,) = narrative.answers(current, "HN.overview")
    assert not found.text
    return found.gap


def test_the_four_parts_of_the_report_are_asked_of_the_councils_own_lead() -> None:
    asked = [each for each in haringey().asked if each.item.type == "text" and not isinstance(each.item, EvidenceField)]
    assert {each.item.id for each in asked} == PARTS
    assert {each.supplier for each in asked} == {"vawg"}


def test_a_text_stands_with_its_agency_and_the_cell_that_it_came_from() -> None:
    written = Observation(*OVERVIEW, text="All is well.\nOr nearly.", file="vawg.xlsx", sheet="Narrative", cell="D7")
    rows = narrative.rows_of(haringey(figures={OVERVIEW: written}))
    assert rows[0] == {
        "group": "Report", "indicator": "HN", "title": "Report to the partnership", "label": "Performance overview",
        "agency": "Haringey Council, violence against women and girls lead", "text": "All is well.\nOr nearly.",
        "gap": "", "place": "vawg.xlsx, Narrative!D7",
    }  # fmt: skip
    assert [bool(row["gap"]) for row in rows] == [False, True, True, True]


def test_what_is_missing_says_why() -> None:
    assert gap(haringey()) == narrative.GAPS["not received"]
    assert gap(haringey(submissions=(standing(NOT_RETURNED),))) == narrative.GAPS["not received"]
    assert gap(haringey(missing={OVERVIEW: "rejected"})) == narrative.GAPS["rejected"]
    assert gap(haringey(missing={OVERVIEW: "held in query"})) == narrative.GAPS["held in query"]
    returned = haringey(submissions=(standing("Accepted"),), missing={OVERVIEW: "not received"})
    assert gap(returned) == narrative.LEFT_BLANK


@pytest.mark.parametrize("framework", shipped())
def test_every_text_that_is_asked_for_has_its_row(framework: str) -> None:
    loaded = load(shipped()[framework])
    period = Period.parse("2021-22-Q4" if framework == "doncaster" else "2014-15-Q4")
    rows = narrative.rows_of(Round(loaded, period, {}, {}, {}, (), (), ()))
    asked = [
        each for each in loaded.asked(period) if each.item.type == "text" and not isinstance(each.item, EvidenceField)
    ]
    assert [(row["indicator"], row["agency"]) for row in rows] == [
        (each.item.indicator, loaded.agencies[each.supplier].name) for each in asked
    ]


@pytest.mark.parametrize("framework", demo.demonstrations())
def test_the_demonstration_s_texts_come_through_the_return_whole(framework: str, tmp_path: Path) -> None:
    made = demo.demonstrate(framework, tmp_path / "work")
    sheet = openpyxl.load_workbook(made.master)["Narrative"]
    shown = {row[2].value: row for row in sheet.iter_rows(min_row=7) if row[2].value}
    path = demo.DEMONSTRATIONS / f"{framework}_{demo.demonstrations()[framework]}.csv"
    texts = [row.value for row in read_values(path) if row.value]
    assert texts
    assert set(shown) == set(texts)
    for text, (_, _, cell, _) in shown.items():
        lines = lines_needed(text, sheet.column_dimensions["C"].width, 11)
        assert sheet.row_dimensions[cell.row].height > lines * 11 * 1.15, "shows all of it"


# --- a text that is higher than a row can be ------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("word " * 1600, id="one_paragraph"),
        pytest.param("A line\n" * 400, id="many_lines"),
        pytest.param("x" * 8000, id="one_word"),
        pytest.param("short", id="short"),
        pytest.param("", id="nothing"),
    ],
)
def test_a_text_is_parted_into_pieces_that_fit_and_nothing_is_lost(text: str) -> None:
    pieces = in_pieces(text, 60, 11)
    assert " ".join(pieces).split() == text.split()
    if " " in text or "\n" in text:
        assert all(lines_needed(piece, 60, 11) * 11 * 1.32 + 3 <= 409 for piece in pieces)
