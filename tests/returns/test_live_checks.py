"""The check beside each row: what it says, and that the formula says the same in LibreOffice."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import product
from typing import TYPE_CHECKING

import openpyxl
import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from dapf_xl.catalogue import load, shipped
from dapf_xl.findings import Severity
from dapf_xl.observations import Observation
from dapf_xl.periods import Period
from dapf_xl.returns.layout import plan_return
from dapf_xl.returns.live_checks import OUTSTANDING, Kind, Relation, SpareRow, check_of
from dapf_xl.returns.template import Template
from dapf_xl.returns.validation import LARGEST

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from dapf_xl.catalogue import Framework
    from dapf_xl.expressions import Expression, Value
    from tests.conftest import Office
    from tests.returns.conftest import Sent

D = Decimal
X, P = "[x] not available: awaiting release", "[p] provisional"
KINDS = {
    "count": Kind("count", "To do"),
    "optional": Kind("count", "Optional"),
    "percent": Kind("percent", "To do", 0, 1),
    "above_100": Kind("percent", "To do", 0, 1.5),
    "number": Kind("number", "To do", -50, 50),
    "money": Kind("money", "No change"),
    "date": Kind("date", "To do"),
    "yes_no": Kind("yes_no", "To do"),
    "text": Kind("text", "To do"),
}
CASES: list[tuple[str, Value, Value, str]] = [
    ("count", None, None, "To do"),
    ("count", "", "", "To do"),
    ("count", D(0), None, "OK"),
    ("count", D(12), None, "OK"),
    ("count", D("12.5"), None, "Correct: a whole number is wanted"),
    ("count", D(-3), None, "Correct: below zero"),
    ("count", D(LARGEST), None, "OK"),
    ("count", D(LARGEST + 1), None, "Correct: more than any possible figure"),
    ("count", "twelve", None, "Correct: type the number alone"),
    ("count", "12 ", None, "Correct: type the number alone"),
    ("count", " ", None, "Correct: type the number alone"),
    ("count", D(12), P, "OK"),
    ("count", D(12), "[p] [e] provisional and estimated", "OK"),
    ("count", D(12), X, "Correct: figure or shorthand, not both"),
    ("count", D(0), "[z] not applicable", "Correct: figure or shorthand, not both"),
    ("count", D(3), "[C] suppressed: 1 to 4", "Correct: figure or shorthand, not both"),
    ("count", D(0), "[low] rounds to 0 but is not 0", "Correct: figure or shorthand, not both"),
    ("count", "twelve", X, "Correct: figure or shorthand, not both"),
    ("count", None, X, "OK"),
    ("count", "", "[c] suppressed: 1 to 4", "OK"),
    ("count", None, "[X]", "OK"),
    ("count", None, P, "Correct: no figure beside the marker"),
    ("count", None, "n/a", "Correct: no figure beside the marker"),
    ("count", None, D(5), "Correct: no figure beside the marker"),
    ("optional", None, None, "Optional"),
    ("optional", D(0), None, "OK"),
    ("percent", D("0.364"), None, "OK"),
    ("percent", D(1), None, "OK"),
    ("percent", D("36.4"), None, "Correct: more than 100%"),
    ("percent", D("-0.1"), None, "Correct: below zero"),
    ("above_100", D("1.2"), None, "OK"),
    ("above_100", D("1.6"), None, "Correct: more than 150%"),
    ("number", D(-50), None, "OK"),
    ("number", D("-50.5"), None, "Correct: below −50"),
    ("number", D("50.25"), None, "Correct: more than 50"),
    ("money", None, None, "No change"),
    ("money", D("1234.56"), None, "OK"),
    ("date", D(41639), None, "OK"),
    ("date", "31 December", None, "Correct: type a date"),
    ("yes_no", "Yes", None, "OK"),
    ("yes_no", None, X, "OK"),
    ("yes_no", "No", X, "Correct: figure or shorthand, not both"),
    ("yes_no", None, None, "To do"),
    ("text", None, None, "To do"),
    ("text", "A sentence.", None, "OK"),
]
NAMES = [f"{kind}-{value!r}-{shorthand!r}" for kind, value, shorthand, _ in CASES]


@pytest.mark.parametrize(("kind", "value", "shorthand", "words"), CASES, ids=NAMES)
def test_the_check_says(kind: str, value: Value, shorthand: Value, words: str) -> None:
    env = {"value": value, "shorthand": shorthand, "comment": None}
    assert check_of(KINDS[kind]).evaluate(env) == words


RELATED = [
    (D(3), D(5), None, "OK", "OK"),
    (D(5), D(5), None, "OK", "OK"),
    (D(6), D(5), None, "Correct: more than all", "Explain in the comment: more than all"),
    (D(6), D(5), "closed cases may be older", "Correct: more than all", "OK"),
    (D(6), None, None, "OK", "OK"),
    (D(6), "five", None, "OK", "OK"),
    (None, D(5), None, "To do", "To do"),
]


def _more(severity: Severity) -> Relation:
    return Relation("not_more_than", ("whole",), "all", severity)


@pytest.mark.parametrize(("left", "right", "comment", "error", "query"), RELATED)
def test_a_part_is_not_more_than_its_whole(left: Value, right: Value, comment: Value, error: str, query: str) -> None:
    env = {"value": left, "shorthand": None, "comment": comment, "whole": right}
    said = [check_of(KINDS["count"], (_more(severity),)).evaluate(env) for severity in (Severity.ERROR, Severity.QUERY)]
    assert said == [error, query]


def test_formulas_and_python_agree(office: Office, tmp_path: Path) -> None:
    """Every kind with every typed value and shorthand, and every relation."""
    values = list(dict.fromkeys(value for _, value, _, _ in CASES))
    shorthands = list(dict.fromkeys(shorthand for _, _, shorthand, _ in CASES))
    envs: list[dict[str, Value]] = [
        {"value": value, "shorthand": shorthand, "comment": None, "whole": None}
        for value, shorthand in product(values, shorthands)
    ]
    cases = [(kind, (), env) for kind, env in product(KINDS.values(), envs)]
    for left, right, comment, *_ in RELATED:
        env: dict[str, Value] = {"value": left, "shorthand": None, "comment": comment, "whole": right}
        cases += [(KINDS["count"], (_more(severity),), env) for severity in (Severity.ERROR, Severity.QUERY)]
    path = tmp_path / "checks.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for row, (kind, relations, env) in enumerate(cases):
            refs = {name: f"{letter}{row + 1}" for name, letter in zip(env, "ABCD", strict=True)}
            for column, value in enumerate(env.values()):
                if isinstance(value, str):
                    sheet.write_string(row, column, value)
                elif value is not None:
                    sheet.write_number(row, column, float(value))
            sheet.write_formula(row, 4, f"={check_of(kind, relations).formula(refs)}", None, "?")
    found = CalamineWorkbook.from_path(office.recalculate(path)).get_sheet_by_index(0).to_python()
    said = [row[4] for row in found]
    assert said == [check_of(kind, relations).evaluate(env) for kind, relations, env in cases]


def test_start_here_counts_what_is_still_to_do(office: Office, tmp_path: Path, send: Callable[..., Sent]) -> None:
    source = send().path
    book = openpyxl.load_workbook(source)
    sheet = book["Return"]
    sheet["J7"], sheet["J10"], sheet["J12"], sheet["J20"] = 6, 36.4, 12, 5
    book["Narrative"]["D7"] = "All is well."
    book.save(tmp_path / "partly.xlsx")
    sheet["J7"], sheet["J10"] = 5, 0.364
    for cell, text in (("B19", "A name"), ("B20", "A role"), ("B21", "14/01/2015")):
        book["Start here"][cell] = text
    book.save(tmp_path / "done.xlsx")
    partly, done = (
        openpyxl.load_workbook(office.recalculate(tmp_path / name), data_only=True)
        for name in ("partly.xlsx", "done.xlsx")
    )
    said = {row: partly["Return"][f"M{row}"].value for row in (7, 10, 11, 12, 20)}
    assert said == {
        7: "Correct: more than Label of E.again",
        10: "Correct: more than 100%",
        11: "Optional",
        12: "OK",
        20: "OK",
    }
    assert partly["Start here"]["B4"].value == "○ Not ready: 5 things still to do"
    assert [partly["Start here"][f"C{row}"].value for row in (24, 25, 26, 28)] == [2, 0, 0, 3]
    assert done["Start here"]["B4"].value == "● Ready to return"


def test_what_python_writes_beside_a_formula_is_what_it_gives(office: Office, send: Callable[..., Sent]) -> None:
    source = send().path
    sheets = CalamineWorkbook.from_path(source).sheet_names
    before, after = (CalamineWorkbook.from_path(path) for path in (source, office.recalculate(source)))
    for name in sheets:
        assert after.get_sheet_by_name(name).to_python() == before.get_sheet_by_name(name).to_python()


def test_what_start_here_counts_begins_as_the_checks_do() -> None:
    said = {words.split(":")[0].split(" in the")[0] for _, _, _, words in CASES} | {"Explain"}
    assert said == {"OK", "Optional", "No change", *OUTSTANDING}


def test_a_revision_is_compared_with_figures_of_its_own_quarter(every_type: Framework, tmp_path: Path) -> None:
    quarters = [Period.parse("2014-15-Q2"), Period.parse("2014-15-Q3")]
    known = {
        each.key: each
        for item, quarter in product(("A.closed", "E.again"), quarters)
        for each in [Observation(item, "", "one", quarter, value=D(5), markers="[p]")]
    }
    plan = plan_return(every_type, "one", Period.parse("2014-15-Q4"), known)
    rows = {figure: row for row, figure in plan.positions()["Revisions"]}
    path = tmp_path / "a.xlsx"
    Template(every_type, b"k").write(plan, known, path)
    sheet = openpyxl.load_workbook(path)["Revisions"]
    for quarter in quarters:
        part, whole = rows[f"E.again@{quarter}"], rows[f"A.closed@{quarter}"]
        assert f"IF(ISNUMBER(G{whole}),G{whole}<G{part},FALSE)" in sheet[f"J{part}"].value


SUM = Relation("sum_of_parts", ("a", "b"), "its parts", Severity.ERROR, spare=frozenset({"b"}))
HALF = D("0.005")
SHARE = Relation("ratio", ("a", "b"), "A out of B", Severity.WARNING, HALF)
RATE = Relation("ratio", ("a", "b"), "A out of B", Severity.QUERY, D("0.5"), D(10000))
SPARE = SpareRow(("a", "b"), ("Police", "Not known"))
NO_SUM, NO_SHARE = "Correct: not the sum of its parts", "OK, but look again: not A out of B"
TOGETHER: list[tuple[str, Relation | SpareRow, dict[str, Value], str]] = [
    ("count", SUM, {"value": D(5), "a": D(2), "b": D(3)}, "OK"),
    ("count", SUM, {"value": D(6), "a": D(2), "b": D(3)}, NO_SUM),
    ("count", SUM, {"value": D(2), "a": D(2)}, "OK"),
    ("count", SUM, {"value": D(3), "a": D(2)}, NO_SUM),
    ("count", SUM, {"value": D(3), "a": D(2), "b_shorthand": "[c] suppressed: 1 to 4"}, "OK"),
    ("count", SUM, {"value": D(6), "b": D(3)}, "OK"),
    ("count", SUM, {"a": D(2), "b": D(3)}, "To do"),
    ("percent", SHARE, {"value": D("0.33"), "a": D(10), "b": D(30)}, "OK"),
    ("percent", SHARE, {"value": D("0.34"), "a": D(10), "b": D(30)}, NO_SHARE),
    ("percent", SHARE, {"value": D("0.34"), "a": D(10), "b": D(0)}, "OK"),
    ("percent", SHARE, {"value": D("0.34"), "a": "ten", "b": D(30)}, "OK"),
    ("money", RATE, {"value": D("11.5"), "a": D(110), "b": D(100000)}, "OK"),
    ("money", RATE, {"value": D("11.6"), "a": D(110), "b": D(100000)}, "Explain in the comment: not A out of B"),
    ("money", RATE, {"value": D(12), "a": D(110), "b": D(100000), "comment": "because"}, "OK"),
    ("count", SPARE, {}, "Not used"),
    ("count", SPARE, {"label": "Fire"}, "To do"),
    ("count", SPARE, {"label": "Fire", "value": D(3)}, "OK"),
    ("count", SPARE, {"value": D(3)}, "Correct: write what the figure is for"),
    ("count", SPARE, {"shorthand": X}, "Correct: write what the figure is for"),
    ("count", SPARE, {"label": "POLICE", "value": D(3)}, "Correct: it has a row of its own"),
    ("count", SPARE, {"label": "Fire", "value": D(3), "b": "fire"}, "Correct: written twice"),
    ("count", SPARE, {"label": D(4), "value": D(3), "b": D(4)}, "OK"),
]
NAMES = ("value", "shorthand", "comment", "label", "a", "b", "b_shorthand")


def _check_together(kind: str, what: Relation | SpareRow) -> Expression:
    return check_of(KINDS[kind], (what,)) if isinstance(what, Relation) else check_of(KINDS[kind], (), what)


@pytest.mark.parametrize(("kind", "what", "typed", "says"), TOGETHER)
def test_sums_ratios_and_labels_are_checked_beside_the_row(
    kind: str, what: Relation | SpareRow, typed: dict[str, Value], says: str
) -> None:
    assert _check_together(kind, what).evaluate(dict.fromkeys(NAMES) | typed) == says


def test_formulas_of_sums_ratios_and_labels_say_the_same_in_a_spreadsheet(office: Office, tmp_path: Path) -> None:
    path = tmp_path / "together.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for row, (kind, what, typed, _) in enumerate(TOGETHER):
            for column, name in enumerate(NAMES):
                value = typed.get(name)
                if isinstance(value, str):
                    sheet.write_string(row, column, value)
                elif value is not None:
                    sheet.write_number(row, column, float(value))
            refs = {name: f"{letter}{row + 1}" for name, letter in zip(NAMES, "ABCDEFG", strict=True)}
            sheet.write_formula(row, 7, f"={_check_together(kind, what).formula(refs)}", None, "?")
    found = CalamineWorkbook.from_path(office.recalculate(path)).get_sheet_by_index(0).to_python()
    assert [row[7] for row in found] == [says for *_, says in TOGETHER]


@pytest.mark.parametrize("name", shipped())
def test_every_check_of_a_shipped_return_can_be_written(name: str, tmp_path: Path) -> None:
    """However many parts a total has and however long labels are, no formula is too long for Excel."""
    framework = load(shipped()[name])
    begins = [row.from_.first_day for row in framework.indicators.values() if row.from_]
    period = Period.containing(max(begins, default=date(2014, 4, 1))).financial_year.quarters()[-1]
    template = Template(framework, b"k")
    for agency in {each.supplier for each in framework.asked(period)}:
        template.write(plan_return(framework, agency, period, {}), {}, tmp_path / f"{agency}.xlsx")
