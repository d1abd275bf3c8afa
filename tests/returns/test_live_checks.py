"""The check beside each row: what it says, and that the formula says the same in LibreOffice."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import product
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from dapf_xl.catalogue import load, shipped
from dapf_xl.catalogue.tables import Item
from dapf_xl.findings import Severity
from dapf_xl.observations import Observation
from dapf_xl.periods import Period
from dapf_xl.plain import SAYS_NOTHING, explains, plain_number
from dapf_xl.returns.layout import LABEL, RETURN, plan_return
from dapf_xl.returns.row_checks import NUMBER, OUTSTANDING, TAKEN, Kind, Relation, SpareRow, check_of, taken_of
from dapf_xl.returns.row_names import EXPLAINED, MARK, TYPED_NUMBER, TYPED_PERCENT, mark_of, names_of, values_of
from dapf_xl.returns.template import Template
from dapf_xl.returns.validation import LARGEST
from tests.returns.mistakes import NUMBERS, SHORTHANDS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from dapf_xl.catalogue import Framework
    from dapf_xl.expressions import Given, Value
    from tests.conftest import Office
    from tests.returns.conftest import Sent

D = Decimal
THRESHOLD = 5
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
    "usual": Kind("number", "To do", usual=(D(5), D("9.5"))),
    "usual_percent": Kind("percent", "To do", 0, 1, usual=(None, D(80))),
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
    ("count", "12 ", None, "OK, taken as a number although it is text"),
    ("count", " ", None, "To do"),
    ("count", D(12), P, "OK"),
    ("count", D(12), "[p] [e] provisional and estimated", "OK"),
    ("count", D(12), X, "Correct: figure or shorthand, not both"),
    ("count", D(0), "[z] not applicable", "Correct: figure or shorthand, not both"),
    ("count", D(3), "[C] suppressed: 1 to 4", "Correct: figure or shorthand, not both"),
    ("count", D(0), "[low] rounds to 0 but is not 0", "Correct: figure or shorthand, not both"),
    ("count", "twelve", X, "Correct: figure or shorthand, not both"),
    ("count", None, X, "OK"),
    ("count", "", "[c] suppressed: 1 to 4", "OK"),
    ("count", None, "[X]", "Correct: pick the shorthand with its reason"),
    ("count", None, "[x] [p]", "Correct: pick the shorthand from the list"),
    ("count", D(12), "n/a", "Correct: pick the shorthand from the list"),
    ("count", None, P, "Correct: no figure beside the marker"),
    ("count", None, "n/a", "Correct: pick the shorthand from the list"),
    ("count", None, D(5), "Correct: pick the shorthand from the list"),
    ("optional", None, None, "Optional"),
    ("optional", D(0), None, "OK"),
    ("percent", D("0.364"), None, "OK"),
    ("percent", D(1), None, "OK"),
    ("percent", D("36.4"), None, "Correct: more than 100%; type the % sign too"),
    ("percent", D("-0.1"), None, "Correct: below zero"),
    ("above_100", D("1.2"), None, "OK"),
    ("above_100", D("1.6"), None, "Correct: more than 150%; type the % sign too"),
    ("number", D(-50), None, "OK"),
    ("number", D("-50.5"), None, "Correct: below −50"),
    ("number", D("50.25"), None, "Correct: more than 50"),
    ("money", None, None, "No change"),
    ("money", D("1234.56"), None, "OK"),
    ("date", D(41639), None, "OK"),
    ("date", "31 December", None, "Correct: type a date, for example 31/12/2014"),
    ("yes_no", "Yes", None, "OK"),
    ("yes_no", " y", None, "OK"),
    ("yes_no", "perhaps", None, "Correct: pick Yes or No"),
    ("yes_no", None, X, "OK"),
    ("yes_no", "No", X, "Correct: figure or shorthand, not both"),
    ("yes_no", None, None, "To do"),
    ("usual", D(4), None, "Explain in the comment: usually 5 to 9.5"),
    ("usual", D(10), None, "Explain in the comment: usually 5 to 9.5"),
    ("usual", D(5), None, "OK"),
    ("usual_percent", D("0.9"), None, "Explain in the comment: usually at most 80%"),
]
NAMES = [f"{kind}-{value!r}-{shorthand!r}" for kind, value, shorthand, _ in CASES]


def says(
    kind: Kind,
    cells: dict[str, Value],
    relations: tuple[Relation, ...] = (),
    spare: SpareRow | None = None,
    **more: Given,
) -> Value:
    """What the check says of what stands in the yellow cells; ``more`` is what its other names stand for."""
    own = values_of(RETURN, cells, Item(type=kind.type), THRESHOLD)
    number = own.get(kind.reads)
    taken = taken_of(kind, is_spare=spare is not None).evaluate({**own, NUMBER: number})
    return check_of(kind, relations, spare).evaluate({**own, TAKEN: taken, **more})


@pytest.mark.parametrize(("kind", "value", "shorthand", "words"), CASES, ids=NAMES)
def test_the_check_says(kind: str, value: Value, shorthand: Value, words: str) -> None:
    assert says(KINDS[kind], {"value": value, "shorthand": shorthand}) == words


RELATED = [
    (D(3), D(5), None, "OK", "OK"),
    (D(5), D(5), None, "OK", "OK"),
    (D(6), D(5), None, "Correct: more than all", "Explain in the comment: more than all"),
    (D(6), D(5), "closed cases may be older", "Correct: more than all", "OK"),
    (D(6), D(5), "  ", "Correct: more than all", "Explain in the comment: more than all"),
    (D(6), D(5), "Checked. Figure is correct.", "Correct: more than all", "OK"),
    (D(6), D(5), "The figure is correct.", "Correct: more than all", "Explain in the comment: more than all"),
    (D(6), "To do", None, "OK", "OK"),
    ("6 ", D(5), None, "Correct: more than all", "Explain in the comment: more than all"),
    (None, D(5), None, "To do", "To do"),
]


def _more(severity: Severity) -> Relation:
    return Relation("not_more_than", ("whole",), "all", severity)


@pytest.mark.parametrize(("left", "right", "comment", "error", "query"), RELATED)
def test_a_part_is_not_more_than_its_whole(left: Value, right: Value, comment: Value, error: str, query: str) -> None:
    cells = {"value": left, "comment": comment}
    said = [says(KINDS["count"], cells, (_more(each),), whole=right) for each in (Severity.ERROR, Severity.QUERY)]
    assert said == [error, query]


def test_names_and_python_agree_on_numbers_and_shorthands(office: Office, tmp_path: Path) -> None:
    """Everything that is found in cells for numbers, and every shorthand, right or wrong."""
    texts = [each for each in NUMBERS if isinstance(each, str) and not each.startswith(("=", "#"))]
    marks = [each for each in SHORTHANDS if isinstance(each, str) and not each.startswith("#")]
    path = tmp_path / "names.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Return")
        for name, formula in names_of(RETURN, THRESHOLD).items():
            book.define_name(f"'Return'!{name}", f"={formula}")
        for row, (text, mark) in enumerate((text, marks[row % len(marks)]) for row, text in enumerate(texts)):
            sheet.write_string(row, RETURN.index("value"), text)
            sheet.write_string(row, RETURN.index("shorthand"), mark)
            for column, name in enumerate((TYPED_NUMBER, TYPED_PERCENT, MARK)):
                sheet.write_formula(row, column, f"={name}", None, "?")
    found = CalamineWorkbook.from_path(office.recalculate(path)).get_sheet_by_index(0).to_python()
    for row, text in enumerate(texts):
        numbers = [plain_number(text, is_percent=is_percent) for is_percent in (False, True)]
        wanted = ["" if number is None else float(number) for number in numbers]
        assert found[row][:3] == [*wanted, mark_of(marks[row % len(marks)], THRESHOLD)], text


COMMENTS = (
    "recount", "Recount", "-", "n/a", "see above", "SEE ABOVE.", "Figure is correct!", "see\nabove", "see\u00a0above",
    '"see above"', "\u2018as above’", "see, above; below", "(see above)", "n/a (tbc)", "2014/15", "Q3 2014/15", "12",
    "don't", "see*", "???", "~", "co-op", "éte", "Ω", "as in Q2: two cases closed", "no", "ok", " okay ", "yes/no",
    "see\u200babove", "the figure is right " * 7 + "closed", "x" * 1001, "-" * 1001, "....... moved", "12cases",
    "all_ok", "#", "--see--",
    *sorted(SAYS_NOTHING),
)  # fmt: skip
"""Comments, of which some explain something and others nothing."""


def test_names_and_python_agree_on_whether_a_comment_explains(office: Office, tmp_path: Path) -> None:
    path, column = tmp_path / "comments.xlsx", RETURN.index("comment")
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Return")
        for name, formula in names_of(RETURN, THRESHOLD).items():
            book.define_name(f"'Return'!{name}", f"={formula}")
        for row, comment in enumerate(COMMENTS):
            sheet.write_string(row, column, comment)
            sheet.write_formula(row, 0, f"={EXPLAINED}", None, "?")
        for row, formula in enumerate(("=NA()", "=12", "=TRUE", ""), len(COMMENTS)):
            if formula:
                sheet.write_formula(row, column, formula)
            sheet.write_formula(row, 0, f"={EXPLAINED}", None, "?")
    found = [row[0] for row in CalamineWorkbook.from_path(office.recalculate(path)).get_sheet_by_index(0).to_python()]
    said = dict(zip(COMMENTS, found, strict=False))
    assert said == {comment: explains(comment) for comment in COMMENTS}
    assert found[len(COMMENTS) :] == [False] * 4


def test_a_figure_shows_in_its_own_format_but_where_that_would_hide_what_is_wrong(send: Callable[..., Sent]) -> None:
    sheet = openpyxl.load_workbook(send().path)["Return"]
    rules = [rule for some in sheet.conditional_formatting if str(some.sqref)[0] == "J" for rule in some.rules]
    shown = [(rule.dxf.numFmt is not None, rule.formula[0].partition("=")[2]) for rule in sorted(rules, key=_priority)]
    assert shown == [
        (True, '"Correct: more than 100%; type the % sign too"'),
        (True, '"Correct: a whole number is wanted"'),
        (False, '"Correct"'),
        (False, '"Explain"'),
    ]


def _priority(rule: Any) -> int:  # noqa: ANN401
    return int(rule.priority)


def test_start_here_counts_what_is_still_to_do(office: Office, tmp_path: Path, send: Callable[..., Sent]) -> None:
    source = send().path
    book = openpyxl.load_workbook(source)
    sheet = book["Return"]
    sheet["J7"], sheet["J10"], sheet["J12"], sheet["J20"] = 6, 36.4, 12, 5
    book["Narrative"]["D7"] = "All is well."
    book.save(tmp_path / "partly.xlsx")
    sheet["J7"], sheet["J10"] = 5, 0.364
    for cell, text in (("B19", "A name"), ("B20", "A role"), ("B21", date(2015, 4, 14))):
        book["Start here"][cell] = text
    book.save(tmp_path / "done.xlsx")
    partly, done = (
        openpyxl.load_workbook(office.recalculate(tmp_path / name), data_only=True)
        for name in ("partly.xlsx", "done.xlsx")
    )
    said = {row: partly["Return"][f"M{row}"].value for row in (7, 10, 11, 12, 20)}
    assert said == {
        7: "Correct: more than Label of E.again",
        10: "Correct: more than 100%; type the % sign too",
        11: "Optional",
        12: "OK",
        20: "OK",
    }
    words = "○ Not ready to return: 3 things still to do: 2 figures, the sign-off"
    assert partly["Start here"]["B4"].value == words
    assert [partly["Start here"][f"C{row}"].value for row in (24, 25, 26, 28)] == [2, 0, 0, 1]
    assert done["Start here"]["B4"].value == "● Ready to return"


def test_what_python_writes_beside_a_formula_is_what_it_gives(office: Office, send: Callable[..., Sent]) -> None:
    source = send().path
    sheets = CalamineWorkbook.from_path(source).sheet_names
    before, after = (CalamineWorkbook.from_path(path) for path in (source, office.recalculate(source)))
    for name in sheets:
        assert after.get_sheet_by_name(name).to_python() == before.get_sheet_by_name(name).to_python()


def test_what_start_here_counts_begins_as_the_checks_do() -> None:
    said = {words.split(":")[0].split(" in the")[0].split(",")[0] for _, _, _, words in CASES}
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
        assert f"IF(ISNUMBER(L{whole}),(L{whole}+0.000000001)<L{part},FALSE)" in sheet[f"J{part}"].value


SUM = Relation("sum_of_parts", ("parts", "spares"), "its parts", Severity.ERROR, parts=2, spare=("spares",), hidden=4)
HALF = D("0.005")
SHARE = Relation("ratio", ("a", "b"), "A out of B", Severity.WARNING, HALF)
RATE = Relation("ratio", ("a", "b"), "A out of B", Severity.QUERY, D("0.5"), D(10000))
FALLS = Relation("never_falls", ("a",), "in Q1 2014/15", Severity.QUERY)
NEEDED = Relation("required_if", ("a",), "A", Severity.ERROR)
SPARE = SpareRow((("other", "other_taken"),), ("Police", "Not known"), ("total",))
NO_SUM, NO_SHARE = "Correct: not the sum of its parts", "OK, but look again: not A out of B"
TOGETHER: list[tuple[str, Relation, Value, dict[str, Given], str]] = [
    ("count", SUM, D(5), {"parts": (D(2),), "spares": (D(3),)}, "OK"),
    ("count", SUM, D(6), {"parts": (D(2),), "spares": (D(3),)}, NO_SUM),
    ("count", SUM, D(2), {"parts": (D(2),), "spares": ("Not used",)}, "OK"),
    ("count", SUM, D(3), {"parts": (D(2),), "spares": ("To do",)}, NO_SUM),
    ("count", SUM, D(6), {"parts": (D(2),), "spares": ("suppressed",)}, "OK"),
    ("count", SUM, D(7), {"parts": (D(2),), "spares": ("suppressed",)}, NO_SUM),
    ("count", SUM, D(2), {"parts": (D(2),), "spares": ("suppressed",)}, NO_SUM),
    ("count", SUM, D(6), {"parts": ("To do",), "spares": (D(3),)}, "OK"),
    ("count", SUM, None, {"parts": (D(2),), "spares": (D(3),)}, "To do"),
    ("percent", SHARE, D("0.33"), {"a": D(10), "b": D(30)}, "OK"),
    ("percent", SHARE, D("0.34"), {"a": D(10), "b": D(30)}, NO_SHARE),
    ("percent", SHARE, D("0.34"), {"a": D(10), "b": D(0)}, "Correct: A out of B divides by 0"),
    ("percent", SHARE, D("0.34"), {"a": "Correct: type the number alone", "b": D(30)}, "OK"),
    ("money", RATE, D("11.5"), {"a": D(110), "b": D(100000)}, "OK"),
    ("money", RATE, D("11.6"), {"a": D(110), "b": D(100000)}, "Explain in the comment: not A out of B"),
    ("count", FALLS, D(11), {"a": D(12)}, "Explain in the comment: less than in Q1 2014/15"),
    ("count", FALLS, D(12), {"a": D(12)}, "OK"),
    ("optional", NEEDED, None, {"a": D(2)}, "To do: wanted beside A"),
    ("optional", NEEDED, None, {"a": D(0)}, "Optional"),
    ("optional", NEEDED, D(0), {"a": D(2)}, "OK"),
]


@pytest.mark.parametrize(("kind", "relation", "value", "others", "words"), TOGETHER)
def test_a_figure_is_set_beside_others(
    kind: str, relation: Relation, value: Value, others: dict[str, Given], words: str
) -> None:
    assert says(KINDS[kind], {"value": value}, (relation,), **others) == words


@pytest.mark.parametrize(
    ("cells", "other", "words"),
    [
        ({}, ("", "Not used"), "Not used"),
        ({LABEL: "Fire"}, ("", "Not used"), "To do"),
        ({LABEL: "Fire", "value": D(3)}, ("", "Not used"), "OK"),
        ({"value": D(3)}, ("", "Not used"), "Correct: write what the figure is for"),
        ({"shorthand": X}, ("", "Not used"), "Correct: write what the figure is for"),
        ({LABEL: " POLICE ", "value": D(3)}, ("", "Not used"), "Correct: it has a row of its own"),
        ({LABEL: "Total", "value": D(3)}, ("", "Not used"), "Correct: a total is no part"),
        ({LABEL: "x" * 101}, ("", "Not used"), "Correct: the name has more than 100 characters"),
        ({LABEL: "Fire", "value": D(3)}, ("fire", D(2)), "Correct: written twice"),
        ({LABEL: "Fire", "value": D(3)}, ("fire", "OK"), "Correct: written twice"),
        ({LABEL: "Fire", "value": D(3)}, ("fire", "To do"), "OK"),
    ],
)
def test_a_spare_row_says_what_is_wrong_with_its_label(
    cells: dict[str, Value], other: tuple[Value, Value], words: str
) -> None:
    given_names = dict(zip(("other", "other_taken"), other, strict=True))
    assert says(KINDS["optional"], cells, (), SPARE, **given_names) == words


@given(st.sampled_from(sorted(KINDS)), st.one_of(st.none(), st.text(max_size=12), st.decimals(-200, 200, places=3)))
def test_whatever_is_typed_the_check_says_something(kind: str, value: Value) -> None:
    assert str(says(KINDS[kind], {"value": value})).startswith(("OK", "Optional", "No change", *OUTSTANDING))


@pytest.mark.parametrize("name", shipped())
def test_every_check_of_a_shipped_return_can_be_written(name: str, tmp_path: Path) -> None:
    """However many parts a total has and however long labels are, no formula is too long for Excel."""
    framework = load(shipped()[name])
    begins = [row.from_.first_day for row in framework.indicators.values() if row.from_]
    period = Period.containing(max(begins, default=date(2014, 4, 1))).financial_year.quarters()[-1]
    template = Template(framework, b"k")
    for agency in {each.supplier for each in framework.asked(period)}:
        template.write(plan_return(framework, agency, period, {}), {}, tmp_path / f"{agency}.xlsx")
