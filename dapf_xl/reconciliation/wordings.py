"""Kinds of statement about what is said: unit, small_numbers, unavailable, ratings, wording, reference, basis."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING

from dapf_xl.consolidation import Round
from dapf_xl.findings import Code
from dapf_xl.observations import words_of
from dapf_xl.rag import AMBER, GREEN, NOT_RATED
from dapf_xl.reconciliation.figures import NOWHERE, agreed, differs, place_of, unknown
from dapf_xl.tables import line_row
from dapf_xl.variance import lines_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dapf_xl.catalogue.tables import Statement
    from dapf_xl.observations import Observation
    from dapf_xl.periods import Period
    from dapf_xl.reconciliation.figures import Figures
    from dapf_xl.reconciliation.results import Check
    from dapf_xl.variance import Line

ANNOUNCES = (
    ("percentages", "percent", re.compile(r"%|\bper ?cent(?:age)?\b|\bpercentage\b|\brate\b", re.IGNORECASE)),
    ("counts", "count", re.compile(r"\bnumbers?\b|\bhow many\b|\btotal\b", re.IGNORECASE)),
)
"""What the words of a heading announce: what it is called, the type of item that has it, and the words."""
CALLED = {"percent": "percentages", "count": "counts", "rate": "rates", "money": "sums of money", "number": "numbers"}


def unit(statement: Statement, figures: Figures) -> Iterator[Check]:
    """A heading or a sentence that announces a percentage or a number, against what its figures are."""
    found = [each for each in figures.known.values() if each.item == statement.item and each.value is not None]
    kind = figures.framework.items[statement.item].type
    announced = next(((name, of) for name, of, words in ANNOUNCES if words.search(statement.printed)), None)
    if announced is None or not found:
        yield unknown(statement, NOWHERE if announced else "its words announce no unit")
        return
    against, other = _shortened(figures, found), CALLED.get(kind, kind)
    name, wanted = announced
    if kind == wanted:
        yield agreed(statement, against, other)
        return
    shown = f"{other} ({', '.join(each.words or figures.said([each]) for each in found[:_SHOWN])})"
    words = {"unit": name, "ask": figures.ask(statement, found)}
    yield differs(statement, Code.UNIT_DIFFERS, against, shown, **words)


_SHOWN = 3


def _shortened(figures: Figures, found: list[Observation]) -> str:
    """Return the places of the first few of many figures."""
    places = list(dict.fromkeys(place_of(each) for each in found))
    more = f"; and {len(places) - _SHOWN} more" if len(places) > _SHOWN else ""
    return figures.place(each for each in found if place_of(each) in places[:_SHOWN]) + more


def small_numbers(statement: Statement, figures: Figures) -> Iterator[Check]:
    """Figures of an item that are printed although they are under the number that is said not to be."""
    assert statement.value is not None  # noqa: S101  (the loader requires it)
    withheld = [each for each in figures.known.values() if each.item == statement.item]
    printed = [each for each in withheld if each.value is not None and 0 < each.value < statement.value]
    for each in printed:
        what = figures.what(each.item, each.category, each.period)
        ask = figures.ask(statement, [each])
        found = words_of(each, figures.framework.items[each.item])
        against, threshold = place_of(each), format(statement.value, "f")
        check = differs(statement, Code.SMALL_NUMBER_PRINTED, against, threshold, found=found, what=what, ask=ask)
        yield check._replace(other=found)
    if not printed:
        yield agreed(statement, figures.place(withheld), "none is printed") if withheld else unknown(statement, NOWHERE)


def unavailable(statement: Statement, figures: Figures) -> Iterator[Check]:
    """A figure that is said not to be there yet: none may stand in its place."""
    assert statement.period  # noqa: S101  (the loader requires it)
    found = figures.at(statement.item, statement.category, statement.period)
    printed = [each for each in found if each.value is not None]
    if not printed:
        yield agreed(statement, figures.place(found), figures.said(found) or "no figure")
        return
    words = {
        "what": figures.what(statement.item, statement.category, statement.period),
        "ask": figures.ask(statement, printed),
    }
    yield differs(statement, Code.SAID_UNAVAILABLE, figures.place(printed), figures.said(printed), **words)


# --- ratings ----------------------------------------------------------------------------------


def ratings(statement: Statement, figures: Figures) -> Iterator[Check]:
    """A claim that all targets, but those of the indicators that are excepted, were met or nearly so.

    It is held against the ratings that a master of the period would show: Green and Amber bear it out, Red does not.
    """
    assert statement.period  # noqa: S101  (the loader requires it)
    lines = list(_rated(figures, statement.period))
    claimed = [(line, rating) for line, rating in lines if line.measure.indicator.id not in statement.parts]
    missed = [
        (line, rating) for line, rating in claimed if rating not in {GREEN, AMBER} and not rating.startswith(NOT_RATED)
    ]
    rated = [line for line, rating in claimed if not rating.startswith(NOT_RATED)]
    if not rated:
        yield unknown(statement, "nothing is rated for the period")
        return
    against = "; ".join(dict.fromkeys(_source(figures, line) for line, _ in missed)) or "the ratings of the period"
    shown = "; ".join(_rating_words(line, rating) for line, rating in missed or claimed)
    if missed:
        found = [
            each for line, _ in missed for each in figures.at(line.measure.item.id, line.measure.category, line.period)
        ]
        ask = figures.ask(statement, found)
        yield differs(statement, Code.RATINGS_DIFFER, against, shown, ask=ask)
    else:
        yield agreed(statement, against, shown)


def _rated(figures: Figures, period: Period) -> Iterator[tuple[Line, str]]:
    """Yield each main line of a period's round, with its rating, where the catalogue has a target for it."""
    current = Round(figures.framework, period, figures.known, {}, {}, (), (), ())
    for line in lines_of(current):
        if line.measure.role == "main" and line.target is not None and line.target.kind != "none":
            yield line, str(line_row(figures.framework, line)["rating"])


def _source(figures: Figures, line: Line) -> str:
    return figures.place(figures.at(line.measure.item.id, line.measure.category, line.period))


def _rating_words(line: Line, rating: str) -> str:
    """Return a line's rating with figure and target: ``H5 is Red (55% against 80%)``."""
    target = line.target.text if line.target else ""
    indicator = line.measure.indicator
    if line.now.value is None:
        return f"{indicator.id} is {rating}"
    decimals = indicator.decimals or 0
    percent = "%" if line.measure.kind == "percent" else ""
    return f"{indicator.id}, {indicator.title}, is {rating} ({line.now.value:,.{decimals}f}{percent} against {target})"


# --- words ------------------------------------------------------------------------------------


def wording(statement: Statement, figures: Figures) -> Iterator[Check]:
    """The same thing named in two places: the words must be the same, but for case and spaces."""
    against = ", ".join(
        part for part in (statement.other_document or statement.document, statement.other_place) if part
    )
    if _plain(statement.printed) == _plain(statement.other_printed):
        yield agreed(statement, against, statement.other_printed)
        return
    ask = figures.ask(statement, figures.about(statement) if statement.item else ())
    yield differs(statement, Code.WORDED_TWO_WAYS, against, statement.other_printed, ask=ask)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def reference(statement: Statement, figures: Figures) -> Iterator[Check]:
    """A reference to an action: the plan must have it, as far as the catalogue's references show the plan."""
    framework = figures.framework
    held = [row.references for row in framework.indicators.values()] + [row.references for row in framework.qa]
    known = sorted({each for text in held for each in re.split(r"[;,\s]+", text) if each})
    if not known:
        yield unknown(statement, "the catalogue holds no references")
        return
    if statement.printed.strip() in known:
        yield agreed(statement, "references of the catalogue", statement.printed)
        return
    near = get_close_matches(statement.printed.strip(), known, n=1)
    closest = next((each for each in known if _bare(each) == _bare(statement.printed)), near[0] if near else "")
    other = closest or "no such reference"
    words = {"near": f" (did you mean {closest}?)" if closest else "", "ask": figures.ask(statement)}
    yield differs(statement, Code.REFERENCE_NOT_PRINTED, "references of the catalogue", other, **words)


def _bare(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.casefold())


def basis(statement: Statement, figures: Figures) -> Iterator[Check]:
    """A percentage that a document asks for: so must it the number that it is of, to be checked and added."""
    if statement.parts:
        yield agreed(statement, "; ".join(statement.parts), statement.of)
        return
    ask = figures.ask(statement)
    yield differs(statement, Code.BASIS_NOT_ASKED, statement.document, statement.of, ask=ask)
