"""A rule written once: an expression that yields both its value and the text of an Excel formula.

A rule that stands in Python and in a workbook is built from these nodes, so the two cannot drift
apart. The formula text uses only functions that Excel 2016 and LibreOffice 7.4 both have, none of
them volatile. Python is the stricter of the two: wherever the programs coerce (blank to 0, text to
a number, a number to text) or disagree, evaluating raises, so a definition that leaves such a case
unguarded fails its tests instead of giving two answers.

- A blank is None or ``""``; both look the same to ``is_blank`` and neither is 0.
- AND and OR evaluate every operand, as in Excel; whatever may go wrong stands behind ``If``.
- Text is compared without regard to case, as in Excel.
"""

# ruff: noqa: SLF001  (the nodes of a tree ask one another)
from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from functools import cached_property
from typing import TYPE_CHECKING

from dapf_xl.findings import DapfError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

Value = Decimal | str | bool | None
"""What a name stands for and what an expression yields; None is a blank cell."""

Given = Value | tuple[Value, ...]
"""What a name is given: a value, or the values of the cells of a range."""

LONGEST_FORMULA = 8191
"""Characters that a formula may have in Excel, the equals sign included."""
DEEPEST_NESTING = 63
"""Functions within functions that both programs take."""
LONGEST_TEXT = 255
"""Characters that a text within a formula may have in Excel."""

_MARK = "\x00"
_ATOM = re.compile(r"""(?:(?:'[^']+'|\w+)!)?\$?[A-Z]{1,3}\$?\d+|\w+|\d+(?:\.\d+)?|"(?:[^"]|"")*\"""")
_RANGE = re.compile(r"(?:(?:'[^']+'|\w+)!)?[A-Z]{1,3}\d+:[A-Z]{1,3}\d+")
_EXACT = Context(prec=60, rounding=ROUND_HALF_UP)


class ExpressionError(DapfError):
    """An expression that is built, or asked, for what Excel and LibreOffice would not agree on."""


class Expression:
    """A node of the tree; see the functions below for how to build one."""

    def evaluate(self, env: Mapping[str, Given]) -> Value:
        """Return the value, in exact decimal arithmetic.

        Args:
            env: What each name stands for; None for a blank cell, a tuple for a range.

        Raises:
            ExpressionError: A name is missing, or an operation meets a kind of value on which the
                spreadsheet programs would coerce or fail (arithmetic on text, division by zero).
        """
        with localcontext(_EXACT):
            return self._value(env)

    def formula(self, refs: Mapping[str, str]) -> str:
        """Return the formula's text, without the equals sign before it (``f"={...}"`` for a cell).

        Args:
            refs: Cell address or formula text that each name becomes, such as ``$H12``,
                ``Settings!$B$4`` or ``0.01``; whatever is not plainly one of these is put in brackets.

        Raises:
            ExpressionError: A name is missing, or the formula is too long or too deep for Excel.
        """
        pieces = list(self._pieces)
        for place in range(1, len(pieces), 2):
            ref = refs.get(pieces[place])
            if ref is None:
                raise ExpressionError(f"the formula needs a cell for {pieces[place]}")
            is_argument = pieces[place - 1].endswith(("(", ",")) and pieces[place + 1].startswith((")", ","))
            is_plain = _ATOM.fullmatch(ref) or (is_argument and _RANGE.fullmatch(ref))
            pieces[place] = ref if is_plain else f"({ref})"
        text = "".join(pieces)
        if len(text) >= LONGEST_FORMULA:
            raise ExpressionError(f"the formula has {len(text)} characters; Excel takes {LONGEST_FORMULA}")
        return text

    @cached_property
    def names(self) -> frozenset[str]:
        """The names that the expression refers to."""
        return frozenset(self._pieces[1::2])

    @cached_property
    def _pieces(self) -> tuple[str, ...]:
        """The formula's text, split so that every second piece is a name."""
        if self._depth() > DEEPEST_NESTING:
            raise ExpressionError(f"functions are nested {self._depth()} deep; Excel takes {DEEPEST_NESTING}")
        return tuple(self._text().split(_MARK))

    def _value(self, env: Mapping[str, Given]) -> Value:
        raise NotImplementedError

    def _text(self) -> str:
        raise NotImplementedError

    def _depth(self) -> int:
        return 0

    def __add__(self, other: Operand) -> Expression:
        return Operation("+", self, expression(other))

    def __sub__(self, other: Operand) -> Expression:
        return Operation("-", self, expression(other))

    def __mul__(self, other: Operand) -> Expression:
        return Operation("*", self, expression(other))

    def __truediv__(self, other: Operand) -> Expression:
        return Operation("/", self, expression(other))

    def __lt__(self, other: Operand) -> Expression:
        return Operation("<", self, expression(other))

    def __le__(self, other: Operand) -> Expression:
        return Operation("<=", self, expression(other))

    def __gt__(self, other: Operand) -> Expression:
        return Operation(">", self, expression(other))

    def __ge__(self, other: Operand) -> Expression:
        return Operation(">=", self, expression(other))

    def equals(self, other: Operand) -> Expression:
        """Return the test for equality; text is compared without regard to case."""
        return Operation("=", self, expression(other))

    def differs_from(self, other: Operand) -> Expression:
        """Return the test for inequality; text is compared without regard to case."""
        return Operation("<>", self, expression(other))


Operand = Expression | Decimal | int | str | None
"""What a builder takes: an expression, or a constant that becomes one."""


@dataclass(frozen=True)
class Name(Expression):
    """A value that is given when the expression is evaluated, and a cell in the formula."""

    name: str

    def _value(self, env: Mapping[str, Given]) -> Value:
        if self.name not in env:
            raise ExpressionError(f"the expression needs a value for {self.name}")
        value = env[self.name]
        if isinstance(value, tuple):
            raise ExpressionError(f"{self.name} is a range; add its cells up or count them")
        return value

    def _text(self) -> str:
        return f"{_MARK}{self.name}{_MARK}"


@dataclass(frozen=True)
class Literal(Expression):
    """A constant; None is written as an empty text."""

    constant: Value

    def _value(self, env: Mapping[str, Given]) -> Value:  # noqa: ARG002  (a constant asks nothing)
        return self.constant

    def _text(self) -> str:
        match self.constant:
            case None:
                return '""'
            case bool():
                return "TRUE" if self.constant else "FALSE"
            case Decimal():
                return f"{self.constant:f}" if self.constant >= 0 else f"({self.constant:f})"
        if len(self.constant) > LONGEST_TEXT:
            raise ExpressionError(f"a text of {len(self.constant)} characters; Excel takes {LONGEST_TEXT}")
        return '"' + self.constant.replace('"', '""') + '"'


@dataclass(frozen=True)
class Operation(Expression):
    """Two operands with a sign between them: arithmetic, comparison or joining of text."""

    sign: str
    left: Expression
    right: Expression

    def _value(self, env: Mapping[str, Given]) -> Value:
        left, right = self.left._value(env), self.right._value(env)
        if self.sign in _ARITHMETIC:
            return _ARITHMETIC[self.sign](*_numbers((left, right), self.sign))
        if self.sign in _ORDER:
            return _ORDER[self.sign](*_numbers((left, right), self.sign))
        if self.sign == "&":
            return "".join(_texts((left, right), self.sign))
        return _equal(left, right) is (self.sign == "=")

    def _text(self) -> str:
        return f"{_bracketed(self.left)}{self.sign}{_bracketed(self.right)}"

    def _depth(self) -> int:
        return max(self.left._depth(), self.right._depth())


@dataclass(frozen=True)
class Call(Expression):
    """A function of the spreadsheet programs; all its arguments are evaluated."""

    function: str
    arguments: tuple[Expression, ...]

    def _value(self, env: Mapping[str, Given]) -> Value:
        return _FUNCTIONS[self.function]([each._value(env) for each in self.arguments])

    def _text(self) -> str:
        return f"{self.function}({','.join(each._text() for each in self.arguments)})"

    def _depth(self) -> int:
        return 1 + max(each._depth() for each in self.arguments)


@dataclass(frozen=True)
class If(Expression):
    """One of two expressions; the other is not evaluated, here or in the programs."""

    condition: Expression
    then: Expression
    otherwise: Expression

    def _value(self, env: Mapping[str, Given]) -> Value:
        condition = _truth(self.condition._value(env), "IF")
        return (self.then if condition else self.otherwise)._value(env)

    def _text(self) -> str:
        parts = (self.condition, self.then, self.otherwise)
        return f"IF({','.join(each._text() for each in parts)})"

    def _depth(self) -> int:
        return 1 + max(each._depth() for each in (self.condition, self.then, self.otherwise))


def expression(operand: Operand) -> Expression:
    """Return the operand itself, or a constant as a node."""
    if isinstance(operand, Expression):
        return operand
    return Literal(Decimal(operand) if isinstance(operand, int) and not isinstance(operand, bool) else operand)


def when(condition: Expression, then: Operand, otherwise: Operand) -> Expression:
    """Return ``then`` where the condition holds, else ``otherwise``."""
    return If(condition, expression(then), expression(otherwise))


def first_of(*cases: tuple[Expression, Operand], otherwise: Operand) -> Expression:
    """Return what stands beside the first condition that holds."""
    result = expression(otherwise)
    for condition, then in reversed(cases):
        result = when(condition, then, result)
    return result


def choose(subject: Expression, choices: Mapping[str, Operand], otherwise: Operand) -> Expression:
    """Return what stands beside the text that the subject equals."""
    return first_of(*((subject.equals(text), then) for text, then in choices.items()), otherwise=otherwise)


def all_of(*conditions: Expression) -> Expression:
    """Return whether every condition holds; all of them are evaluated."""
    return Call("AND", conditions)


def any_of(*conditions: Expression) -> Expression:
    """Return whether at least one condition holds; all of them are evaluated."""
    return Call("OR", conditions)


def negated(condition: Expression) -> Expression:
    """Return whether the condition does not hold."""
    return Call("NOT", (condition,))


def is_blank(subject: Expression) -> Expression:
    """Return whether a cell is empty or holds an empty text; ISBLANK would miss the latter."""
    return subject.equals("")


def is_number(subject: Expression) -> Expression:
    """Return whether a cell holds a number."""
    return Call("ISNUMBER", (subject,))


def is_text(subject: Expression) -> Expression:
    """Return whether a cell holds text that is not empty."""
    return all_of(Call("ISTEXT", (subject,)), subject.differs_from(""))


def absolute(number: Expression) -> Expression:
    """Return the number without its sign."""
    return Call("ABS", (number,))


def least(*numbers: Operand) -> Expression:
    """Return the smallest of the numbers."""
    return Call("MIN", tuple(map(expression, numbers)))


def greatest(*numbers: Operand) -> Expression:
    """Return the largest of the numbers."""
    return Call("MAX", tuple(map(expression, numbers)))


def rounded(number: Expression, digits: int) -> Expression:
    """Return the number rounded, halves away from zero as in Excel."""
    return Call("ROUND", (number, expression(digits)))


def joined(*texts: Operand) -> Expression:
    """Return the texts one after the other; a blank adds nothing."""
    first, *others = map(expression, texts)
    for other in others:
        first = Operation("&", first, other)
    return first


def length_of(text: Expression) -> Expression:
    """Return how many characters a text has."""
    return Call("LEN", (text,))


def starts_with(subject: Expression, start: str) -> Expression:
    """Return whether a text begins so, whatever its case; ask only of what ``is_text``."""
    return Call("LEFT", (subject, expression(len(start)))).equals(start)


def _bracketed(node: Expression) -> str:
    text = node._text()
    return f"({text})" if isinstance(node, Operation) else text


def _numbers(values: Sequence[Value], where: str) -> list[Decimal]:
    numbers = [value for value in values if isinstance(value, Decimal)]
    if len(numbers) != len(values):
        raise ExpressionError(f"{where} needs numbers and met {list(values)!r}; guard it with is_number")
    return numbers


def _texts(values: Sequence[Value], where: str) -> list[str]:
    texts = [value or "" for value in values if value is None or isinstance(value, str)]
    if len(texts) != len(values):
        raise ExpressionError(f"{where} needs text and met {list(values)!r}; guard it with is_text")
    return texts


def _truth(value: Value, where: str) -> bool:
    if not isinstance(value, bool):
        raise ExpressionError(f"{where} needs a condition and met {value!r}")
    return value


def _equal(left: Value, right: Value) -> bool:
    """Compare as both programs do; a blank cell equals 0 in both, which no rule may rest on."""
    if isinstance(left, str | None) and isinstance(right, str | None):
        return (left or "").casefold() == (right or "").casefold()
    if left is None or right is None or isinstance(left, bool) is not isinstance(right, bool):
        raise ExpressionError(f"= would compare {left!r} with {right!r}; guard it with is_number or is_blank")
    return left == right


def _divide(left: Decimal, right: Decimal) -> Decimal:
    if right == 0:
        raise ExpressionError(f"{left} is divided by zero; put the division behind an If")
    return left / right


def _round(values: Sequence[Value]) -> Decimal:
    number, digits = _numbers(values, "ROUND")
    step = Decimal(1).scaleb(-int(digits))
    return number.quantize(step) if number.adjusted() < _EXACT.prec - int(digits) - 1 else number


def _left(values: Sequence[Value]) -> str:
    (text,) = _texts(values[:1], "LEFT")
    (count,) = _numbers(values[1:], "LEFT")
    return text[: int(count)]


def _length(values: Sequence[Value]) -> Decimal:
    (text,) = _texts(values, "LEN")
    return Decimal(len(text))


_ARITHMETIC: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "/": _divide,
}

_ORDER: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
}

_FUNCTIONS: dict[str, Callable[[Sequence[Value]], Value]] = {
    "AND": lambda values: all([_truth(value, "AND") for value in values]),  # noqa: C419  (every one)
    "OR": lambda values: any([_truth(value, "OR") for value in values]),  # noqa: C419  (every one)
    "NOT": lambda values: not _truth(values[0], "NOT"),
    "ABS": lambda values: abs(_numbers(values, "ABS")[0]),
    "MIN": lambda values: min(_numbers(values, "MIN")),
    "MAX": lambda values: max(_numbers(values, "MAX")),
    "ROUND": _round,
    "LEFT": _left,
    "LEN": _length,
    "ISNUMBER": lambda values: isinstance(values[0], Decimal),
    "ISTEXT": lambda values: isinstance(values[0], str),
}
