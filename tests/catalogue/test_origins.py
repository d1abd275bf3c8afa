"""Places: what the table ``origins`` may name, and what is wrong with one that it names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dapf_xl.catalogue import check, load
from dapf_xl.catalogue.origins import KEYS, Place, held, parse_place, rows_at
from dapf_xl.catalogue.rows import COLUMNS
from dapf_xl.catalogue.tables import TABLES
from dapf_xl.findings import Code
from tests.catalogue.test_checking import SOUND

if TYPE_CHECKING:
    from pathlib import Path

    from dapf_xl.findings import Finding


def catalogue_with(folder: Path, *origins: str) -> Path:
    for name, text in SOUND.items():
        (folder / f"{name}.csv").write_text(text.lstrip(), encoding="utf-8")
    rows = "\n".join(("document,row,asked,places,ours,note", *origins))
    (folder / "origins.csv").write_text(f"{rows}\n", encoding="utf-8")
    return folder


def faults(folder: Path, places: str, ours: str = "no", note: str = "") -> list[Finding]:
    return check(catalogue_with(folder, f"Paper,1,A thing,{places},{ours},{note}"))


def test_every_table_but_its_own_can_be_named() -> None:
    assert set(KEYS) == set(TABLES) - {"origins"}
    assert all(set(columns) <= set(COLUMNS[table]) for table, columns in KEYS.items())


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("items:I2.engaged", Place("items", ("I2.engaged",))),
        ("indicators:I1:polarity_reason", Place("indicators", ("I1",), "polarity_reason")),
        ("breakdowns:provider", Place("breakdowns", ("provider",))),
        ("breakdowns:provider/city:label", Place("breakdowns", ("provider", "city"), "label")),
        ("framework:disclosure_threshold", Place("framework", ("disclosure_threshold",))),
    ],
)
def test_a_place_is_read(text: str, place: Place) -> None:
    assert parse_place(text) == place


@pytest.mark.parametrize(
    "text", ["items", "items:", "thing:I1", "indicators:I1:colour", "indicators:I1:", "framework:title:value", ""]
)
def test_what_is_no_place_is_refused(text: str) -> None:
    assert parse_place(text) is None


def test_a_key_in_part_names_every_row_that_begins_so(tmp_path: Path) -> None:
    framework = load(catalogue_with(tmp_path))
    rows = rows_at(framework, Place("breakdowns", ("provider",)))
    assert [row.category for row in rows] == ["city", "fenland", "all"]
    assert [held(row, "until") for row in rows_at(framework, Place("asks", ("I3.crimed",)))] == ["2014-15-Q4", ""]
    assert rows_at(framework, Place("framework", ("title",))) == (framework.settings,)
    assert rows_at(framework, Place("framework", ("colour",))) == ()


@pytest.mark.parametrize(
    "places",
    [
        "items:I2.engaged;items:I2.referred",
        "indicators:I1:definition",
        "asks:I3.crimed:from",
        "framework:disclosure_threshold",
    ],
)
def test_places_that_exist_are_fine(tmp_path: Path, places: str) -> None:
    assert faults(tmp_path, places) == []


@pytest.mark.parametrize(
    ("places", "code", "said"),
    [
        ("items:I2.engagd", Code.REFERENCE_UNKNOWN, "did you mean I2.engaged?"),
        ("breakdowns:provider/cty", Code.REFERENCE_UNKNOWN, "did you mean provider/city?"),
        ("framework:titel", Code.REFERENCE_UNKNOWN, "did you mean title?"),
        ("item:I2.engaged", Code.PLACE_UNREADABLE, "item:I2.engaged"),
        ("indicators:I1:rationale", Code.PLACE_EMPTY, "indicators:I1:rationale"),
        ("framework:note", Code.PLACE_EMPTY, "framework:note"),
    ],
)
def test_a_place_that_is_none_is_found(tmp_path: Path, places: str, code: Code, said: str) -> None:
    (finding,) = faults(tmp_path, places)
    assert (finding.code, finding.sheet, finding.cell) == (code, "origins", "D2")
    assert said in finding.message


def test_one_place_in_many_rows_is_one_finding(tmp_path: Path) -> None:
    rows = [f"Paper,{number},A thing,items:I2.engagd,no," for number in range(1, 4)]
    (finding,) = check(catalogue_with(tmp_path, *rows))
    assert "the same in row 3, 4" in finding.message


@pytest.mark.parametrize(("places", "ours"), [("", "no"), ("items:I2.engaged", "yes")])
def test_what_became_nothing_and_what_is_ours_need_a_reason(tmp_path: Path, places: str, ours: str) -> None:
    (finding,) = faults(tmp_path, places, ours)
    assert (finding.code, finding.cell) == (Code.REQUIRED_EMPTY, "F2")
    assert faults(tmp_path, places, ours, "Why it is so") == []
