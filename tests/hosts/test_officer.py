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

import openpyxl
import pytest
from openpyxl.styles import Font, PatternFill

from dapf_xl import assurance, catalogue, cycle
from dapf_xl.findings import Code, Severity
from dapf_xl.known import known_figures
from dapf_xl.observations import NOT_NUMBERS, parse_shorthand, shorthand_choices
from dapf_xl.periods import date_of
from dapf_xl.returns.filling import Typed, fill
from dapf_xl.returns.layout import ENTRY_TABLES, HEADER_ROW, SIGN_OFF, START, ids_in_row, parse_figure_id
from dapf_xl.rules.checking import Status
from dapf_xl.synthetic import answers
from dapf_xl.synthetic.rounds import quarters_of
from dapf_xl.workspace import open_workspace
from tests.rounds import QUARTER, Desk, data_of, new_desk, signed

if TYPE_CHECKING:
    from dapf_xl.catalogue import Framework
    from dapf_xl.observations import Observation
    from dapf_xl.periods import Period
    from tests.hosts.calc import Calc
    from tests.hosts.officer import Officer

FULL = os.environ.get("DAPF_FULL") == "1"
SEED = 1
FRAMEWORKS = sorted(catalogue.shipped())
SAMPLE = FRAMEWORKS if FULL else sorted(random.Random(SEED).sample(FRAMEWORKS, 2))  # noqa: S311  (which to try)
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
    fills_in(officer, typed, quarter)
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
    return random.Random(SEED).choice(several or fit)  # noqa: S311  (which to try)


def to_type(folder: Path, quarter: Period, agency: str) -> list[Typed]:
    """Return what the agency has to say: made-up figures and words that keep every rule."""
    workspace = open_workspace(folder)
    with workspace.ledger() as ledger:
        known = known_figures(workspace.framework, ledger, quarter)
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


def fills_in(officer: Officer, typed: list[Typed], quarter: Period) -> None:
    """Type everything into its cells, sign, and see that it counts down to ready."""
    places = places_on(officer)
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


def places_on(officer: Officer) -> dict[tuple[str, str, str], tuple[str, int, str]]:
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


# --- what is seen meanwhile -------------------------------------------------------------------------

NO_COUNT = "A whole number is wanted: Type a whole number, for example 12; 0 means none. If there is no figure"
NO_PERCENT = "A percentage is wanted: Type it with one % sign, for example 36.4%. Where the sign comes by itself"
LOCKED = "Protected cells can not be modified."
RED, GREEN, YELLOW = "F6D7D2", "CCE2D8", "FFF7BF"


def returned_to(window: Calc, folder: Path, agency: str, pictures: Path) -> tuple[Desk, Officer]:
    """Give a desk, and an officer who has the return of an agency of Haringey open where returns lie."""
    from tests.hosts.officer import Officer  # noqa: PLC0415  (needs python3-uno)

    window.close_all()
    desk = new_desk(folder)
    desk.returns.mkdir(parents=True, exist_ok=True)
    return desk, Officer(window, Path(shutil.copy(desk.issued / f"{agency}_{QUARTER}.xlsx", desk.returns)), pictures)


def test_an_officer_is_refused_told_and_counted_down(window: Calc, tmp_path: Path, pictures: Path) -> None:
    desk, officer = returned_to(window, tmp_path / "work", "marac", pictures)

    def check(row: int) -> str:
        return officer.shows("Return", f"M{row}")

    def status() -> str:
        return officer.shows(START, "B4")

    assert status() == "○ Not ready to return: 4 things still to do: 3 figures, the sign-off"
    for sheet, cell in (("Return", "I7"), ("Return", "M7"), (START, "B6"), ("Definitions", "A7")):
        before = officer.holds(sheet, cell)
        assert LOCKED in officer.enters(sheet, cell, "7"), cell
        assert officer.holds(sheet, cell) == before
    for text in ("abc", "-3", "2.5", "12,5", "1 234", "=40+2"):
        assert officer.enters("Return", "J7", text).startswith(NO_COUNT), text
    for text in ("many", "101", "36.4%"):  # of 36.4%, the program itself writes the sign
        assert officer.enters("Return", "J8", text).startswith(NO_PERCENT), text
    assert "Pick from the list" in officer.enters("Return", "K8", "soon")
    assert [officer.holds("Return", cell) for cell in ("J7", "J8", "K8")] == ["", "", ""]
    assert [check(row) for row in (7, 8, 9, 10, 11)] == ["To do", "To do", "Optional", "Optional", "To do"]

    slip = "Explain in the comment: as if a date such as 1-4 was typed"
    for text, held, said in ((" 7", "7", "OK"), ("1,234", "1234", "OK"), ("1/4/14", "41730", slip), ("88", "88", "OK")):
        assert not officer.enters("Return", "J7", text)
        assert (officer.holds("Return", "J7"), check(7)) == (held, said)
    assert officer.colour("Return", "M7") == GREEN
    assert status() == "○ Not ready to return: 3 things still to do: 2 figures, the sign-off"
    assert officer.shows(START, "C24") == "2"

    officer.picks("Return", "K8", "[x] not available: no activity")
    assert check(8) == "OK"
    assert not officer.enters("Return", "J8", "65")
    assert check(8) == "Correct: figure or shorthand, not both"
    assert {officer.colour("Return", cell) for cell in ("A8", "M8")} == {RED}
    officer.presses("ctrl+z")
    officer.sees("Return", "J8", "")
    assert check(8) == "OK"
    officer.presses_at("Return", "K8", "Delete")
    officer.sees("Return", "M8", "To do")
    assert not officer.enters("Return", "J8", "65")
    assert not officer.enters("Return", "J9", "60")
    assert check(8).startswith("Correct: more than Audited cases")
    assert officer.shows("Return", "J8") == "65.0%", "what is wrong shows as it was typed"
    officer.picture("correct")
    assert not officer.enters("Return", "J9", "67")
    assert (check(8), check(9)) == ("OK", "OK")
    assert not officer.enters("Return", "J11", "19")
    assert not officer.enters("Return", "L11", COMMENT)
    assert status() == "○ Not ready to return: 1 thing still to do: the sign-off"

    assert "A date is wanted" in officer.enters(START, "B21", "soon")
    assert not officer.enters(START, "B21", "1/9/2014")
    assert officer.shows(START, "C21") == "Correct: before the quarter is over"
    sign(officer)
    assert (officer.shows(START, "C21"), status()) == ("OK", "● Ready to return")
    officer.picture("ready")
    officer.saves()
    officer.closes()
    (one,) = cycle.check([desk.returns], desk.folder).returns
    assert (one.status, one.findings) == (Status.ACCEPTED, [])
    read = {each.item: (each.value, each.comment) for each in one.observations}
    assert read == {"H4.referrals": (88, ""), "H5.two": (65, ""), "H5.one": (67, ""), "H6.repeat": (19, COMMENT)}


# --- what a person does that hurts ----------------------------------------------------------------------


def own_figures(path: Path) -> Path:
    """Write the agency's own workbook: figures in a look of their own, a text, and a formula."""
    book = openpyxl.Workbook()
    for row, value in enumerate((60, "50", "c.40", 37, "=30+5"), 1):
        cell = book.active.cell(row, 1, value)
        cell.fill, cell.font = PatternFill("solid", "FF00FFFF"), Font(name="Courier New", size=16, bold=True)
    book.save(path)
    return path


def test_what_is_pasted_dragged_and_deleted_leaves_the_checks_at_work(
    window: Calc, tmp_path: Path, pictures: Path
) -> None:
    desk, officer = returned_to(window, tmp_path / "work", "idva", pictures)
    mine = officer.book
    path = Path(mine.fullname)

    def shown(column: str) -> list[str]:
        return [officer.shows("Return", f"{column}{row}") for row in range(7, 14)]

    untouched = shown("A"), shown("I"), shown("M")
    for cells in ("A7:I9", "I7:J9", "M7:M13"):
        officer.deletes("Return", cells)
    officer.drags("Return", "I7", "I9")
    assert LOCKED in officer.told()
    assert (shown("A"), shown("I"), shown("M")) == untouched

    assert not officer.enters("Return", "J7", "80")
    officer.opens(own_figures(tmp_path / "own figures.xlsx"))
    officer.presses_at("Sheet", "A1:A5", "ctrl+c")
    officer.turns_to(mine)
    officer.presses_at("Return", "J8", "ctrl+v")
    officer.sees("Return", "J12", "35")
    officer.picture("pasted")
    assert shown("M") == [
        "OK, but look again: not Closed cases with one or more successful outcomes out of Cases closed",
        "Correct: more than Cases closed",
        "OK, taken as a number although it is text",
        "Correct: type the number alone",
        "OK",
        "Correct: a formula; paste its value instead",
        "Optional",
    ]
    assert [officer.colour("Return", f"M{row}") for row in (8, 10, 11, 12)] == [RED, RED, GREEN, RED]
    assert [officer.colour("Return", f"A{row}") for row in (8, 10, 12)] == [RED] * 3
    assert officer.shows(START, "B4").startswith("○ Not ready to return: 4 things still to do: 3 figures")
    sign(officer)
    officer.saves()
    (one,) = cycle.check([path], desk.folder).returns
    assert {each.cell: each.code for each in one.findings if each.severity is Severity.ERROR} == {
        "J8": Code.NUMERATOR_ABOVE_DENOMINATOR,
        "J10": Code.TEXT_IN_NUMBER,
        "J12": Code.FORMULA_IN_INPUT,
    }

    for cell, text in (("J8", "40"), ("J10", "60"), ("J12", "50")):  # what was pasted can be typed over
        assert not officer.enters("Return", cell, text)
    officer.drags("Return", "J12", "J13")
    officer.sees("Return", "J13", "51")  # as Calc fills a series
    officer.presses("ctrl+z")
    officer.sees("Return", "J13", "")
    officer.presses_at("Return", "J12:J13", "ctrl+d")
    officer.sees("Return", "J13", "50")
    assert shown("M") == ["OK"] * 2 + ["OK, taken as a number although it is text"] + ["OK"] * 4
    assert officer.shows(START, "B4") == "● Ready to return"
    officer.saves()
    officer.saves_as(path.with_suffix(".ods"))
    officer.closes()
    expected = {"stated": 80, "successful": 40, "closed": 50, "referrals": 60, "rereferred": 37, "contacted": 50}
    for saved in (path, path.with_suffix(".ods")):
        (one,) = cycle.check([saved], desk.folder).returns
        assert [each for each in one.findings if each.severity is Severity.ERROR] == []
        assert {each.item.removeprefix("H1."): each.value for each in one.observations} == expected | {"engaged": 50}


def sign(officer: Officer) -> None:
    for part, words in (("name", "An officer"), ("role", "Analyst"), ("date", "14/10/2014")):
        assert not officer.enters(START, SIGN_OFF[part], words)
