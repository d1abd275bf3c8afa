"""That LibreOffice, calculating the formulas, comes to what Python comes to: at every edge, on both scales.

Each row of the workbook is a case; its formulas are written with a wrong cached value, so that agreement shows that
they were calculated. Blank inputs are empty cells in one half of the rows and formulas of an empty text in the other.
"""

from __future__ import annotations

import json
import os
import random
from decimal import Decimal
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook
from xlsxwriter.utility import xl_rowcol_to_cell

from dapf_xl.comparisons import DIFFERENCE, RELATIVE, TRAVEL, TRAVEL_ARROW, TRAVEL_WORD
from dapf_xl.expressions import Name, all_of, choose, first_of, is_blank, is_number, is_text, joined, rounded, when
from dapf_xl.periods import Period
from dapf_xl.rag import FIGURE, RATING, SHORTHAND_STATES, STATES, expected_by

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dapf_xl.expressions import Expression, Value
    from tests.conftest import Office

VECTORS = Path(__file__).resolve().parents[1] / "vectors"
WRONG = "?"
NOT_WORSE = "not_worse_than_same_quarter_last_year"
SAMPLE = None if os.environ.get("DAPF_FULL") == "1" else 1200

Env = dict[str, "Value"]
D = Decimal


def env_of(**values: Value) -> Env:
    return values


class Rule(NamedTuple):
    """An expression under the heading that later ones can call its result by."""

    heading: str
    expression: Expression


def calculated(office: Office, path: Path, rules: list[Rule], cases: list[Env]) -> list[dict[str, object]]:
    """What LibreOffice makes of each rule for each case, which is written to the cells of its row."""
    inputs = sorted(set().union(*(rule.expression.names for rule in rules)) - {rule.heading for rule in rules})
    headings = [*inputs, *(rule.heading for rule in rules)]
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Cases")
        sheet.write_row(0, 0, headings)
        for row, case in enumerate(cases, start=1):
            refs = {name: f"${xl_rowcol_to_cell(row, place)}" for place, name in enumerate(headings)}
            for place, name in enumerate(inputs):
                value = case.get(name)
                if value not in {None, ""}:
                    sheet.write(row, place, value)
                elif row % 2:
                    sheet.write_formula(row, place, '=""', None, "")
            for place, rule in enumerate(rules, start=len(inputs)):
                sheet.write_formula(row, place, f"={rule.expression.formula(refs)}", None, WRONG)
    rows = CalamineWorkbook.from_path(office.recalculate(path)).get_sheet_by_index(0).to_python()
    return [dict(zip(headings, row, strict=True)) for row in rows[1:]]


def expected(rules: list[Rule], case: Env) -> dict[str, Value]:
    """What Python makes of the same rules, each given the results of those before it."""
    env: Env = dict.fromkeys(set().union(*(rule.expression.names for rule in rules))) | case
    for rule in rules:
        env[rule.heading] = rule.expression.evaluate(env)
    return {rule.heading: env[rule.heading] for rule in rules}


def shown(value: object) -> str:
    """A value as both sides show it: numbers at 15 significant digits, text exactly, blank as nothing."""
    if isinstance(value, bool) or value is None:
        return "" if value is None else str(value)
    return f"{float(value):.15g}" if isinstance(value, int | float | Decimal) else str(value)


def assert_agreement(
    office: Office, path: Path, rules: list[Rule], cases: list[tuple[Env, Env]], scaled: str = ""
) -> None:
    """Check every rule for every case, given as Python has it and as the cells have it.

    Both give the same, but for the heading ``scaled``.
    """
    found = calculated(office, path, rules, [cells for _, cells in cases])
    assert len(found) == len(cases)
    differences = []
    for (case, cells), row in zip(cases, found, strict=True):
        in_python, as_cells = expected(rules, case), expected(rules, cells)
        differences += [
            (cells, heading, shown(row[heading]), shown(value), shown(in_python[heading]))
            for heading, value in as_cells.items()
            if shown(row[heading]) != shown(value) or (heading != scaled and shown(in_python[heading]) != shown(value))
        ]
    assert not differences


# --- ratings --------------------------------------------------------------------------------------

SCALED = ("stated", "target", "lower", "upper", "same_quarter_last_year")
RATING_RULES = [Rule("value", FIGURE), Rule("rating", RATING)]


def percent(case: Env) -> tuple[Env, Env]:
    """A case of percentages: 0 to 100 in Python, fractions in the cells."""
    scaled = {name: value / 100 for name in SCALED if isinstance(value := case.get(name), Decimal)}
    python: Env = {"multiplier": D(100), "point": D(1), **case}
    return python, {**python, **scaled, "multiplier": D(1), "point": D("0.01")}


def plain(case: Env) -> tuple[Env, Env]:
    """A case of counts or rates: the same in Python and in the cells."""
    env: Env = {"multiplier": D(1), "point": D(1), **case}
    return env, env


def thresholds(case: Env, limits: Iterable[Decimal]) -> Iterator[Env]:
    """The case at each threshold, one step either side of it, and somewhat further off."""
    tolerance = case.get("tolerance")
    size = tolerance if isinstance(tolerance, Decimal) else D(0)
    for limit in limits:
        allowed = size if case.get("tolerance_basis") == "points" else abs(limit) * size / 100
        for edge in sorted({limit, limit - allowed, limit + allowed}):
            for step in ("0", "0.000001", "-0.000001", "0.5", "-0.5"):
                yield {**case, "stated": edge + D(step)}


def edges() -> Iterator[tuple[Env, Env]]:
    """Every threshold of every polarity, kind of target, tolerance and amber rule."""
    targets: list[tuple[Env, tuple[Decimal, ...]]] = [
        *((env_of(target_kind="value", target=D(text)), (D(text),)) for text in ("90", "0", "-10", "2.2", "0.7", "15")),
        ({"target_kind": "band", "lower": D(11), "upper": D(15)}, (D(11), D(15))),
        ({"target_kind": "band", "upper": D("0.3")}, (D("0.3"),)),
        ({"target_kind": "milestone", "target": D("102.5")}, (D("102.5"),)),
    ]
    tolerances: list[Env] = [
        {},
        {"tolerance": D(0), "tolerance_basis": "relative"},
        {"tolerance": D(10), "tolerance_basis": "relative"},
        {"tolerance": D("7.5"), "tolerance_basis": "relative", "tolerance_inclusive": "no"},
        {"tolerance": D(5), "tolerance_basis": "points"},
    ]
    amber_rules: list[Env] = [
        {"amber_rule": "within_tolerance"},
        {"amber_rule": NOT_WORSE},
        {"amber_rule": NOT_WORSE, "same_quarter_last_year": D("80.0")},
        {"amber_rule": NOT_WORSE, "same_quarter_last_year": D("0.63")},
    ]
    for polarity, (target, limits), tolerance, rule in product(
        ("higher", "lower", "band"), targets, tolerances, amber_rules
    ):
        for case in thresholds({"polarity": polarity, **target, **tolerance, **rule}, limits):
            yield from (percent(case), plain(case))


def reasons() -> Iterator[tuple[Env, Env]]:
    """Every reason for which nothing is rated, for every polarity."""
    base: Env = {"stated": D(44), "target_kind": "value", "target": D(40), "tolerance": D(10)}
    changes: list[Env] = [
        {},
        *(env_of(state=state) for state in STATES),
        {"stated": None},
        *(env_of(target_kind="none", target=None, target_reason=reason) for reason in (None, "baseline year")),
        *(env_of(target_kind="none", target_reason=reason) for reason in ("monitoring only", "to be confirmed")),
        {"target_kind": "none", "target_reason": "no target"},
        {"target_kind": None, "target": None},
        {"target": None},
        {"target_kind": "band"},
        {"target_kind": "milestone", "target": None},
        {"comparable": "not comparable"},
        {"state": "suppressed", "comparable": "not comparable", "target_kind": None},
        *(
            env_of(stated=None, numerator=numerator, denominator=denominator, minimum_denominator=minimum)
            for numerator in (None, D(0), D(3), D(9))
            for denominator in (None, D(0), D(9), D(10), D(7), D(-3))
            for minimum in (None, D(0), D(10))
        ),
        {"numerator": D(1799), "denominator": D(2000), "target": D(90), "tolerance": D(5)},
        {"numerator": D(171), "denominator": D(200), "target": D(90), "tolerance": D(5)},
        {"numerator": D(1), "denominator": D(3), "target": D(1) / 3 * 100},
    ]
    for polarity, change in product(("higher", "lower", "band", "context", "none", None), changes):
        case: Env = {**base, "polarity": polarity, **change}
        yield from (percent(case), plain(case))


def published() -> Iterator[tuple[Env, Env]]:
    """Every case of the vectors, on each scale."""
    for case in json.loads((VECTORS / "rag_council_conventions.json").read_text(encoding="utf-8"))["cases"]:
        target, tolerance = case["target"] or {}, case.get("tolerance") or case.get("green_within") or {}
        texts = {
            "stated": case.get("value"),
            **{name: case.get(name) for name in ("numerator", "denominator", "minimum_denominator")},
            **{name: target.get(name) for name in ("lower", "upper")},
            "same_quarter_last_year": case.get("same_quarter_last_year"),
            "tolerance": tolerance.get("amount"),
        }
        env: Env = {name: None if text is None else D(text) for name, text in texts.items()}
        env |= {
            "polarity": case["polarity"],
            "state": SHORTHAND_STATES.get(case.get("shorthand", ""), ""),
            "target_kind": target.get("kind"),
            "target_reason": target.get("reason"),
            "target": target_value(case),
            "tolerance_basis": tolerance.get("basis"),
            "amber_rule": case.get("amber_rule"),
        }
        yield percent(env)
        if "unit" not in case:
            yield plain(env)


def target_value(case: dict[str, Any]) -> Decimal | None:
    """The target of a case; for a milestone what is expected by now."""
    target = case["target"] or {}
    if target.get("kind") != "milestone":
        return D(target["value"]) if "value" in target else None
    baseline = target.get("baseline")
    return expected_by(
        Period.parse(case["period"]),
        value=D(target["value"]),
        due=Period.parse(target["due"]),
        profile=target["profile"],
        baseline=D(baseline["value"]) if baseline else None,
        baseline_period=Period.parse(baseline["period"]) if baseline else None,
    )


@pytest.mark.slow
def test_ratings_agree_at_every_edge(office: Office, tmp_path: Path) -> None:
    sweep = list(edges())
    chosen = sweep if SAMPLE is None else random.Random(2014).sample(sweep, SAMPLE)  # noqa: S311  (not a secret)
    cases = [*published(), *reasons(), *chosen]
    ratings = {expected(RATING_RULES, case)["rating"] for case, _ in cases}
    assert len(ratings) == 3 + 16  # the sample leaves out no kind of rating
    assert_agreement(office, tmp_path / "ratings.xlsx", RATING_RULES, cases, scaled="value")


def test_shorthand_in_the_cell_of_the_figure_agrees(office: Office, tmp_path: Path) -> None:
    texts = ("[x] not available", "[X]", "[z]", "[c] suppressed: 1 to 4", "[low]", "12 to 15", "5", "", None)
    cases = [plain({"value": text, "polarity": "higher", "target_kind": "value", "target": D(5)}) for text in texts]
    assert_agreement(office, tmp_path / "shorthand.xlsx", [Rule("rating", RATING)], cases)


# --- travel and differences -----------------------------------------------------------------------

PAIR_RULES = [
    Rule("arrow", TRAVEL_ARROW),
    Rule("word", TRAVEL_WORD),
    Rule("travel", TRAVEL),
    Rule("difference", DIFFERENCE),
    Rule("relative", RELATIVE),
]
PAIR_SCALED = ("current", "previous", "base", "lower", "upper")


def pairs() -> Iterator[tuple[Env, Env]]:
    """Two figures, every polarity, with and without a band, on both scales."""
    figures = (
        None,
        "[x]",
        *map(D, ("0", "-3", "11", "15", "15.000001", "14.3", "36.4", "29.6", "1234567.89", "1234567.8")),
    )
    bands: list[Env] = [{}, {"lower": D(11), "upper": D(15)}, {"upper": D("14.3")}]
    for current, previous, polarity in product(figures, figures, ("higher", "lower", "band", "context", "none", None)):
        for band in bands if polarity == "band" else bands[:1]:
            case: Env = {"current": current, "previous": previous, "base": previous, "polarity": polarity, **band}
            case["point"] = D(1)
            yield case, case
            scaled = {name: value / 100 for name in PAIR_SCALED if isinstance(value := case.get(name), Decimal)}
            yield case, {**case, **scaled, "point": D("0.01")}


def vector_pairs() -> Iterator[tuple[Env, Env]]:
    for case in json.loads((VECTORS / "direction_of_travel.json").read_text(encoding="utf-8"))["cases"]:
        target = case.get("target") or {}
        texts = {"current": case["current"], "previous": case["previous"], "base": case["previous"]}
        texts |= {name: target.get(name) for name in ("lower", "upper")}
        env: Env = {name: None if text is None else D(text) for name, text in texts.items()}
        env |= {"polarity": case["polarity"], "point": D(1)}
        yield env, env


@pytest.mark.slow
def test_travel_and_differences_agree(office: Office, tmp_path: Path) -> None:
    assert_agreement(office, tmp_path / "pairs.xlsx", PAIR_RULES, [*vector_pairs(), *pairs()])


# --- the nodes themselves -------------------------------------------------------------------------

A, B = Name("a"), Name("b")
NODE_RULES = [
    Rule("blank", when(is_blank(A), "yes", "no")),
    Rule("number", when(is_number(A), "yes", "no")),
    Rule("text", when(is_text(A), "yes", "no")),
    Rule("rounded", when(is_number(A), rounded(A, 2), None)),
    Rule("tens", when(is_number(A), rounded(A, -1), None)),
    Rule("chosen", choose(A, {"Red": 1, "amber": D("-2.5")}, otherwise=0)),
    Rule("joined", when(is_number(A), "a number", joined('"', A, '", ', B))),
    Rule(
        "order",
        when(all_of(is_number(A), is_number(B)), first_of((A < B, "<"), (A > B, ">"), otherwise="="), "none"),
    ),
]


@pytest.mark.parametrize("b", [None, "x", D(0), D("2.675")], ids=["blank", "text", "zero", "number"])
def test_blank_zero_and_text_are_told_apart_alike(office: Office, tmp_path: Path, b: Value) -> None:
    numbers = map(D, ("0", "2.5", "-2.5", "1.005", "2.675", "-1.005", "0.285", "15", "25", "-15", "1234567.895"))
    texts = (None, None, "", "red", "RED", "Amber", "5", "é ✓", 'say "so"')
    cases: list[tuple[Env, Env]] = [({"a": a, "b": b},) * 2 for a in (*texts, *numbers) if not is_number_and_text(a, b)]
    assert_agreement(office, tmp_path / "nodes.xlsx", NODE_RULES, cases)


def is_number_and_text(a: Value, b: Value) -> bool:
    """Joining text to a number is what Python refuses."""
    return isinstance(b, Decimal) and not isinstance(a, Decimal)
