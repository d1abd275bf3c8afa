"""A return is filled in by hand in a window of Calc, saved by the program itself, and goes through the whole cycle.

``DAPF_PICTURES`` names a folder that keeps the pictures.
"""

from __future__ import annotations

import os
import random
import shutil
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from dapf_xl import assurance, catalogue, consolidation, cycle
from dapf_xl.findings import Severity
from dapf_xl.observations import NOT_NUMBERS, parse_shorthand, shorthand_choices
from dapf_xl.periods import date_of
from dapf_xl.returns.filling import Typed, fill
from dapf_xl.returns.layout import ENTRY_TABLES, HEADER_ROW, SIGN_OFF, START, ids_in_row, parse_figure_id
from dapf_xl.synthetic import answers
from dapf_xl.synthetic.rounds import quarters_of
from dapf_xl.workspace import open_workspace
from tests.rounds import data_of, signed

if TYPE_CHECKING:
    from dapf_xl.catalogue import Framework
    from dapf_xl.observations import Observation
    from dapf_xl.periods import Period
    from tests.hosts.calc import Calc
    from tests.hosts.officer import Officer

FULL = os.environ.get("DAPF_FULL") == "1"
SEED = 1
FRAMEWORKS = sorted(catalogue.shipped())
SAMPLE = FRAMEWORKS if FULL else sorted(random.Random(SEED).sample(FRAMEWORKS, 2))
NOT_COLLECTED, AWAITED = 1, 0
"""Places in what the list of shorthands offers."""
LONGEST = 30
"""How many figures are typed at most."""
COMMENT = "Two weeks of records came in late; all are counted now."


@pytest.fixture
def pictures(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    return Path(os.environ.get("DAPF_PICTURES", tmp_path / "pictures")) / request.node.name


# --- the whole cycle --------------------------------------------------------------------------------


@pytest.mark.parametrize("framework", SAMPLE)
def test_a_return_filled_in_by_hand_goes_through_the_whole_cycle(
    framework: str, window: Calc, tmp_path: Path, pictures: Path
) -> None:
    from tests.hosts.officer import Officer  # noqa: PLC0415  (needs python3-uno)

    window.close_all()
    folder = tmp_path / "work"
    cycle.init(framework, folder)
    tables = open_workspace(folder).framework
    before, quarter = quarters_of(tables, rounds=2)
    agency = agency_for(tables, quarter)
    (issued,) = cycle.issue(folder, before.label, agencies=[agency])
    earlier = with_shorthand(to_type(folder, before, agency), tables, before, AWAITED)
    fill(issued, earlier, folder / "returns" / before.label / issued.name, signed(before.label))
    cycle.consolidate(folder, before.label)

    (issued,) = cycle.issue(folder, quarter.label, agencies=[agency])
    typed = with_shorthand(to_type(folder, quarter, agency), tables, quarter, NOT_COLLECTED)
    typed = with_comment(typed)
    returns = folder / "returns" / quarter.label
    shutil.copy(issued, returns)
    officer = Officer(window, returns / issued.name, pictures)
    fills_in(officer, typed, tables, quarter)
    officer.picture("filled in")
    officer.saves()
    shutil.copytree(folder, tmp_path / "as ods", ignore=shutil.ignore_patterns(f"*{issued.name}*"))
    other = tmp_path / "as ods" / "returns" / quarter.label / f"{issued.stem}.ods"
    officer.saves_as(other)
    officer.closes()

    data = [counted(place, quarter, typed, tables) for place in (folder, tmp_path / "as ods")]
    assert data[0] == data[1]


def agency_for(framework: Framework, quarter: Period) -> str:
    """Return whose return is filled in: one that asks for counts and for other things, and is not too long."""
    asked = {agency: framework.asked(quarter, agency) for agency in framework.agencies}
    kinds = {agency: [each.item.type for each in asked[agency]] for agency in asked}
    fit = [agency for agency in asked if kinds[agency].count("count") > 1 and 3 < len(kinds[agency]) <= LONGEST]
    several = [agency for agency in fit if len(set(kinds[agency])) > 1]
    return random.Random(SEED).choice(several or fit)


def to_type(folder: Path, quarter: Period, agency: str) -> list[Typed]:
    """Return what the agency has to say: made-up figures and words that keep every rule."""
    workspace = open_workspace(folder)
    with workspace.ledger() as ledger:
        known = consolidation.known_figures(workspace.framework, ledger, quarter)
        carried = assurance.carried_over(workspace.framework, quarter, known, ledger).get(agency, ())
    officer = answers.Officer(workspace.framework, quarter, agency, SEED, known, carried)
    tidy = officer.answers(tidy=True)
    return tidy + [each for each in officer.answers() if each.period and each not in tidy and each.value]


def with_shorthand(typed: list[Typed], framework: Framework, quarter: Period, choice: int) -> list[Typed]:
    """Return the same with a shorthand in place of the last count."""
    words = shorthand_choices(framework.settings.disclosure_threshold or 0)[choice]
    counts = [each for each in typed if framework.items[each.item].type == "count"]
    last = [each for each in counts if each.period in {"", quarter.label} and each.value][-1]
    return [replace(each, value="", comment="", shorthand=words) if each is last else each for each in typed]


def with_comment(typed: list[Typed]) -> list[Typed]:
    """Return the same with a comment beside the first figure."""
    first = next(each for each in typed if each.value.replace(".", "").isdigit())
    return [replace(each, comment=COMMENT) if each is first else each for each in typed]


def fills_in(officer: Officer, typed: list[Typed], framework: Framework, quarter: Period) -> None:
    """Type everything into its cells, sign, and see that it counts down to ready."""
    places = places_on(officer, quarter)
    assert officer.shows(START, "B4").startswith("○ Not ready to return")
    for each in typed:
        sheet, row, part = places[each.item, each.category, each.period or quarter.label]
        table = ENTRY_TABLES[sheet]
        text = each.value
        said = officer.enters(sheet, table.cell(part, row), text) if text else ""
        said += officer.enters(sheet, table.cell("what", row), each.label) if each.label else ""
        said += officer.enters(sheet, table.cell("comment", row), each.comment) if each.comment else ""
        assert not said, f"{sheet} row {row}, {text!r}: {said}"
        if each.shorthand:
            officer.picks(sheet, table.cell("shorthand", row), each.shorthand)
        check = officer.shows(sheet, table.cell("check", row))
        assert not check.startswith("Correct"), f"{sheet} row {row}, {text!r}: {check}"
    for part, words in signed(quarter.label).items():
        year, month, day = words.split("-") if part == "date" else ("", "", "")
        assert not officer.enters(START, SIGN_OFF[part], f"{day}/{month}/{year}" if part == "date" else words)
    officer.sees(START, "B4", "● Ready to return")




def places_on(officer: Officer, quarter: Period) -> dict[tuple[str, str, str], tuple[str, int, str]]:
    """Return sheet, row and part of each figure that the open return asks for."""
    found = {}
    for sheet in (name for name in ENTRY_TABLES if officer.book.api.Sheets.hasByName(name)):
        table = ENTRY_TABLES[sheet]
        for row in range(HEADER_ROW + 1, officer.last_row(sheet) + 1):
            for part, text in ids_in_row(table, officer.holds(sheet, table.cell("id", row))):
                figure = parse_figure_id(text)
                if figure:
                    found[figure[0], figure[1], figure[2].label] = (sheet, row, part)
    return found


def counted(folder: Path, quarter: Period, typed: list[Typed], framework: Framework) -> dict[str, tuple[object, ...]]:
    """Check and consolidate, see that what was typed is what counts, and return what the master says of it."""
    wanted = {(each.item, each.category, each.period or quarter.label): each for each in typed}
    (one,) = cycle.check([folder / "returns" / quarter.label], folder).returns
    errors = [each for each in one.findings if each.severity is Severity.ERROR]
    assert not errors, errors
    read = {(each.item, each.category, each.period.label): as_read(each) for each in one.observations}
    assert read == {key: as_meant(each, framework) for key, each in wanted.items()}

    made = cycle.consolidate(folder, quarter.label)
    found = {}
    for row in data_of(made.master, framework.id):
        key = (row["item"], row["category"], row["period"])
        if key not in wanted or row["agency"] != one.agency:
            continue
        each, item = wanted[key], framework.items[row["item"]]
        found["|".join(key)] = tuple(row[name] for name in ("value", "shorthand", "comment", "status", "words"))
        if item.type in NOT_NUMBERS:
            continue
        assert row["comment"] == each.comment
        if each.value:
            assert row["value"] * (100 if item.type == "percent" else 1) == pytest.approx(float(each.value), rel=1e-12)
        else:
            assert (row["value"], row["shorthand"]) == ("", each.shorthand[:3])
    figures = {"|".join(key) for key, each in wanted.items() if framework.items[each.item].type not in NOT_NUMBERS}
    assert figures <= set(found)
    assert COMMENT in {said[2] for said in found.values()}
    assert "[x]" in {said[1] for said in found.values()}
    return found


def as_read(seen: Observation) -> tuple[object, ...]:
    """Return what was read of a row."""
    return (seen.value, seen.text, seen.replacement, seen.reason, seen.markers, seen.comment, seen.label)


def as_meant(each: Typed, framework: Framework) -> tuple[object, ...]:
    """Return what a person meant who typed this."""
    said = parse_shorthand(each.shorthand, framework.settings.disclosure_threshold or 0)
    assert said is not None
    kind = framework.items[each.item].type
    is_number = kind not in NOT_NUMBERS
    value = Decimal(each.value) if is_number and each.value else None
    text = "" if is_number else each.value.replace("'", "\u2019")  # as Calc writes it
    if kind == "date" and text:
        text = str(date_of(text))
    return (value, text, said.replacement, said.reason, said.markers, each.comment, each.label)
