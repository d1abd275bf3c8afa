"""That an expression yields a value and a formula, and refuses what the spreadsheet programs disagree on."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dapf_xl.expressions import (
    DEEPEST_NESTING,
    Expression,
    ExpressionError,
    Name,
    absolute,
    all_of,
    any_of,
    choose,
    expression,
    first_of,
    greatest,
    is_blank,
    is_number,
    is_text,
    joined,
    least,
    negated,
    rounded,
    starts_with,
    when,
)

if TYPE_CHECKING:
    from dapf_xl.expressions import Value

A, B = Name("a"), Name("b")
D = Decimal

EXAMPLES = [
    pytest.param(A + B, {"a": D("0.1"), "b": D("0.2")}, D("0.3"), "$H12+Settings!$B$4", id="sum"),
    pytest.param(A - B, {"a": D("0.3"), "b": D("0.2")}, D("0.1"), "$H12-Settings!$B$4", id="difference"),
    pytest.param(A * (A - 1), {"a": D(3)}, D(6), "$H12*($H12-1)", id="product_keeps_its_brackets"),
    pytest.param(A / B, {"a": D(1), "b": D(8)}, D("0.125"), "$H12/Settings!$B$4", id="quotient"),
    pytest.param(A + D("-1.50"), {"a": D(2)}, D("0.50"), "$H12+(-1.50)", id="negative_constant"),
    pytest.param(rounded(A, 0), {"a": D("2.5")}, D(3), "ROUND($H12,0)", id="half_rounds_away_from_zero"),
    pytest.param(rounded(A, 0), {"a": D("-2.5")}, D(-3), "ROUND($H12,0)", id="negative_half_too"),
    pytest.param(rounded(A, -1), {"a": D(15)}, D(20), "ROUND($H12,(-1))", id="rounding_to_tens"),
    pytest.param(rounded(A, 2), {"a": D("1e70")}, D("1e70"), "ROUND($H12,2)", id="huge_number_is_round_already"),
    pytest.param(absolute(A), {"a": D(-4)}, D(4), "ABS($H12)", id="absolute"),
    pytest.param(least(A, 2), {"a": D(3)}, D(2), "MIN($H12,2)", id="least"),
    pytest.param(greatest(A, 2), {"a": D(3)}, D(3), "MAX($H12,2)", id="greatest"),
    pytest.param(A > B, {"a": D(2), "b": D(1)}, True, "$H12>Settings!$B$4", id="above"),
    pytest.param(A >= 2, {"a": D("2.0")}, True, "$H12>=2", id="at_least"),
    pytest.param(A < 2, {"a": D(2)}, False, "$H12<2", id="below"),
    pytest.param(A <= 2, {"a": D(2)}, True, "$H12<=2", id="at_most"),
    pytest.param(A.equals("Red"), {"a": "red"}, True, '$H12="Red"', id="text_is_compared_whatever_its_case"),
    pytest.param(A.differs_from("Red"), {"a": None}, True, '$H12<>"Red"', id="blank_differs_from_text"),
    pytest.param(A.equals("5"), {"a": D(5)}, False, '$H12="5"', id="a_number_is_not_its_text"),
    pytest.param(A.equals(5), {"a": D("5.0")}, True, "$H12=5", id="equal_numbers"),
    pytest.param(all_of(A > 0, A < 2), {"a": D(1)}, True, "AND($H12>0,$H12<2)", id="all_of"),
    pytest.param(any_of(A > 2, A < 0), {"a": D(1)}, False, "OR($H12>2,$H12<0)", id="any_of"),
    pytest.param(negated(is_blank(A)), {"a": "x"}, True, 'NOT($H12="")', id="negated"),
    pytest.param(is_blank(A), {"a": None}, True, '$H12=""', id="nothing_is_blank"),
    pytest.param(is_blank(A), {"a": ""}, True, '$H12=""', id="empty_text_is_blank"),
    pytest.param(is_blank(A), {"a": D(0)}, False, '$H12=""', id="zero_is_not_blank"),
    pytest.param(is_number(A), {"a": D(0)}, True, "ISNUMBER($H12)", id="zero_is_a_number"),
    pytest.param(is_number(A), {"a": None}, False, "ISNUMBER($H12)", id="blank_is_no_number"),
    pytest.param(is_text(A), {"a": "x"}, True, 'AND(ISTEXT($H12),$H12<>"")', id="text"),
    pytest.param(is_text(A), {"a": ""}, False, 'AND(ISTEXT($H12),$H12<>"")', id="empty_text_is_no_text"),
    pytest.param(is_text(A), {"a": D(1)}, False, 'AND(ISTEXT($H12),$H12<>"")', id="number_is_no_text"),
    pytest.param(starts_with(A, "[x]"), {"a": "[X] soon"}, True, 'LEFT($H12,3)="[x]"', id="starts_with"),
    pytest.param(joined(A, ' "', B), {"a": "x", "b": None}, 'x "', '($H12&" """)&Settings!$B$4', id="joined"),
    pytest.param(when(A > 0, 1, None), {"a": D(0)}, None, 'IF($H12>0,1,"")', id="when_not"),
    pytest.param(
        first_of((A > 1, "many"), (A > 0, "one"), otherwise="none"),
        {"a": D(1)},
        "one",
        'IF($H12>1,"many",IF($H12>0,"one","none"))',
        id="first_of",
    ),
    pytest.param(
        choose(A, {"x": 1, "y": 2}, otherwise=0),
        {"a": "y"},
        D(2),
        'IF($H12="x",1,IF($H12="y",2,0))',
        id="choose",
    ),
    pytest.param(all_of(expression(operand=True), A > 0), {"a": D(1)}, True, "AND(TRUE,$H12>0)", id="constant_truth"),
]


@pytest.mark.parametrize(("node", "env", "value", "formula"), EXAMPLES)
def test_an_expression_yields_its_value_and_its_formula(
    node: Expression, env: dict[str, Value], value: Value, formula: str
) -> None:
    assert node.evaluate(env) == value
    assert node.formula({"a": "$H12", "b": "Settings!$B$4"}) == formula


@pytest.mark.parametrize(
    ("node", "env"),
    [
        pytest.param(A + 1, {"a": None}, id="arithmetic_on_blank"),
        pytest.param(A + 1, {"a": "5"}, id="arithmetic_on_text"),
        pytest.param(A / B, {"a": D(1), "b": D(0)}, id="division_by_zero"),
        pytest.param(A > 1, {"a": "5"}, id="order_of_text"),
        pytest.param(A > 1, {"a": None}, id="order_of_blank"),
        pytest.param(A.equals(0), {"a": None}, id="blank_set_against_zero"),
        pytest.param(A.equals("x"), {"a": True}, id="truth_set_against_text"),
        pytest.param(joined(A, "x"), {"a": D(1)}, id="joining_a_number"),
        pytest.param(starts_with(A, "x"), {"a": D(1)}, id="start_of_a_number"),
        pytest.param(when(A, 1, 2), {"a": D(1)}, id="number_as_condition"),
        pytest.param(all_of(is_number(A), A > 1), {"a": None}, id="and_evaluates_every_operand"),
        pytest.param(any_of(is_blank(A), A > 1), {"a": None}, id="or_evaluates_every_operand"),
        pytest.param(greatest(A, 1), {"a": None}, id="greatest_of_blank"),
        pytest.param(A + 1, {}, id="name_without_a_value"),
    ],
)
def test_what_the_programs_coerce_or_refuse_is_refused(node: Expression, env: dict[str, Value]) -> None:
    with pytest.raises(ExpressionError):
        node.evaluate(env)


def test_a_guard_keeps_the_guarded_part_from_being_evaluated() -> None:
    assert when(is_number(A), A > 1, otherwise=False).evaluate({"a": None}) is False


@pytest.mark.parametrize(
    ("ref", "formula"),
    [
        ("H12", "H12*2"),
        ("'Set up'!$B$4", "'Set up'!$B$4*2"),
        ("Tolerance", "Tolerance*2"),
        ("0.01", "0.01*2"),
        ('"a ""b"""', '"a ""b"""*2'),
        ("H12+1", "(H12+1)*2"),
        ('IF(H12="","",H12)', '(IF(H12="","",H12))*2'),
        ("H12:H14", "(H12:H14)*2"),
    ],
)
def test_a_reference_that_is_not_plain_is_put_in_brackets(ref: str, formula: str) -> None:
    assert (A * 2).formula({"a": ref}) == formula


def test_names_are_those_that_a_formula_needs() -> None:
    assert when(A > 0, B, A).names == {"a", "b"}
    with pytest.raises(ExpressionError, match="needs a cell for b"):
        (A + B).formula({"a": "H12"})


def test_what_excel_would_not_open_is_not_written() -> None:
    nested: Expression = A
    for _ in range(DEEPEST_NESTING):
        nested = absolute(nested)
    assert nested.formula({"a": "H12"}).count("ABS") == DEEPEST_NESTING
    with pytest.raises(ExpressionError, match="64 deep"):
        absolute(nested).formula({"a": "H12"})
    with pytest.raises(ExpressionError, match="characters; Excel takes 8191"):
        joined(*("x" * 200 for _ in range(41))).formula({})
    with pytest.raises(ExpressionError, match="a text of 256 characters"):
        expression("x" * 256).formula({})


NUMBERS = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**9, places=6)


@given(NUMBERS, st.integers(-3, 8))
def test_rounding_is_half_away_from_zero(number: Decimal, digits: int) -> None:
    result = rounded(A, digits).evaluate({"a": number})
    assert isinstance(result, Decimal)
    step = Decimal(10) ** -digits
    assert abs(result - number) <= step / 2
    assert result % step == 0
    if abs(result - number) == step / 2:
        assert abs(result) > abs(number)


@given(NUMBERS, NUMBERS)
def test_exactly_one_of_below_equal_and_above_holds(left: Decimal, right: Decimal) -> None:
    env = {"a": left, "b": right}
    assert [node.evaluate(env) for node in (A < B, A.equals(B), A > B)].count(True) == 1
