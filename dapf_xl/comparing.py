"""What stands beside each figure about another area: the framework's own, for the same span or not compared."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from dapf_xl import comparators, comparisons
from dapf_xl.data_rows import UNITS, floats, row_label, scaled
from dapf_xl.observations import number_words
from dapf_xl.readings import Measure, join_comments, read

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dapf_xl.catalogue import Framework
    from dapf_xl.comparators import ComparatorFigure
    from dapf_xl.consolidation import Round
    from dapf_xl.periods import Period
    from dapf_xl.readings import Reading
    from dapf_xl.variance import Line

COLUMNS = {
    "indicator": "Id of the indicator.",
    "label": "What is compared: the indicator, a category of it, or what is reported beside it.",
    "kind": "percent, count, rate, number or money.",
    "decimals": "Decimals that are shown, or None.",
    "point": "What one point is in the cells: 0.01 for a percentage, else 1.",
    "ours": "The framework's own figure for the comparator's span, or None.",
    "ours_shown": "What stands where it would.",
    "geography": "The area of the comparator.",
    "theirs": "Its figure, or None.",
    "theirs_shown": "Shorthand in its place.",
    "difference": "Computed: ours minus theirs, where the two are alike.",
    "compared": "The span that both are about, or why the two are not compared.",
    "period": "Period of the comparator, in words.",
    "source": "Where it was published.",
    "released": "When it was released.",
    "note": "What a reader should know.",
}
"""The columns of ``MasterTables.comparators``; percentages are fractions."""

UNLIKE = "counts of areas of different size"
"""Why counts stand beside each other and are not compared."""


TWELVE_MONTHS = {"year", "rolling_12_months"}
"""Bases that are the same where the days are."""


def rows_of(current: Round, lines: Iterable[Line]) -> list[dict[str, Any]]:
    """Return a row for every comparator that is known by the round, in the order of the catalogue's items."""
    by_figure = {(line.measure.item.id, line.measure.category): line for line in lines}
    return [_row(current, each, by_figure) for each in known(current)]


def known(current: Round) -> Iterator[ComparatorFigure]:
    """Yield the comparators that count in a round: none about a span that ends after it."""
    for each in comparators.standing(current.framework, current.comparators):
        if each.period is None or each.period.last_day <= current.period.last_day:
            yield each


def _row(current: Round, each: ComparatorFigure, lines: dict[tuple[str, str], Line]) -> dict[str, Any]:
    measure = _measure(current.framework, each)
    span = _span(current, each)
    ours = read(current, measure, span) if span else None
    value = ours.value if ours else None
    why = _why_not(current, each, measure, ours)
    scale = Decimal("0.01") if measure.kind == "percent" else Decimal(1)
    line = lines.get((measure.item.id, measure.category))
    row: dict[str, Any] = {
        "indicator": measure.indicator.id,
        "label": _label(current.framework, measure),
        "kind": measure.kind,
        "decimals": measure.indicator.decimals if measure.role == "main" else None,
        "point": scale,
        "ours": scaled(value, scale),
        "ours_shown": "" if value is not None else _latest(line, measure),
        "geography": each.geography,
        "theirs": scaled(each.value, scale),
        "theirs_shown": "" if each.value is not None else each.words(measure.item),
        "compared": f"not compared: {why}" if why else f"both about {_words(each.period)}",
        "period": _words(each.period),
        "source": each.source,
        "released": each.released,
        "note": join_comments([each.note, ours.note if ours else ""]),
    }
    pair = {"current": None if why else row["ours"], "base": row["theirs"], "point": scale}
    return floats(row | {"difference": comparisons.DIFFERENCE.evaluate(pair)})


def _words(period: Period | None) -> str:
    return period.words if period else "not stated"


def _measure(framework: Framework, each: ComparatorFigure) -> Measure:
    """Return what a comparator is read against: the indicator, or the item alone where that is a part of its ratio."""
    item = framework.items[each.item]
    indicator = framework.indicators[item.indicator]
    is_read = item.id == indicator.measure or indicator.derivation not in {"ratio", "rate"}
    category = each.category or framework.total_of(item.id)
    return Measure(indicator, item, category, "main" if is_read else "also")


def _label(framework: Framework, measure: Measure) -> str:
    title = measure.indicator.title if measure.item.id == _read_by(framework, measure) else measure.item.label
    category = framework.category_label(measure.item.id, measure.category)
    return f"{title}: {category}" if category and measure.category != framework.total_of(measure.item.id) else title


def _read_by(framework: Framework, measure: Measure) -> str:
    item = framework.measure_of(measure.indicator.id)
    return item.id if item else ""


def _span(current: Round, each: ComparatorFigure) -> Period | None:
    """Return the span of the framework's own figure: the same days, though one be written as dates, one as a year."""
    period = each.period
    if period is None:
        return None
    same = (
        figure.period
        for figure in current.figures.values()
        if figure.item == each.item
        and (figure.period.first_day, figure.period.last_day) == (period.first_day, period.last_day)
    )
    return next(same, period)


def _why_not(current: Round, each: ComparatorFigure, measure: Measure, ours: Reading | None) -> str:
    """Return why two figures are not set against each other; "" where they are."""
    usual = comparators.basis_of(current.framework, each.item, each.period)
    checks = (
        (each.period is None, "the source names no period"),
        (
            each.basis != usual and not {each.basis, usual} <= TWELVE_MONTHS,
            f"another basis ({each.basis.replace('_', ' ')})",
        ),
        (each.value is None, "the other area has no figure"),
        (ours is None or ours.value is None, "no figure of ours for the same span"),
        (ours is not None and not ours.is_whole, "our figure is not whole"),
        (not measure.is_share, UNLIKE),
    )
    return next((words for is_so, words in checks if is_so), "")


def _latest(line: Line | None, measure: Measure) -> str:
    """Return the latest figure of ours with its span, where there is none for the span of the comparator."""
    if line is None or line.now.value is None:
        return "no figure"
    decimals = measure.indicator.decimals
    kind = measure.item if measure.has_stated else None
    words = number_words(line.now.value, kind or measure.item, 1 if decimals is None and measure.is_ratio else decimals)
    return f"{words} ({line.period.words})"


def data_rows(current: Round, columns: Iterable[str]) -> Iterator[dict[str, Any]]:
    """Yield the comparators as rows of ``Data``; their status and geography say what they are."""
    framework = current.framework
    for each in known(current):
        item = framework.items[each.item]
        scale = Decimal("0.01") if item.type == "percent" else Decimal(1)
        yield floats(
            dict.fromkeys(columns, "")
            | {
                "framework": framework.id,
                "indicator": item.indicator,
                "item": item.id,
                "category": each.category,
                "period": each.period.label if each.period else "",
                "value": None if each.value is None else each.value * scale,
                "shorthand": each.replacement or each.markers,
                "unit": UNITS.get(item.type, item.type),
                "status": "comparator",
                "comment": each.note,
                "file": each.file or each.source,
                "cell": each.cell,
                "sha256": each.sha256,
                "label": row_label(framework, item, each.category),
                "basis": each.basis,
                "lower": None,
                "upper": None,
                "geography": each.geography,
                "source": each.source,
                "released": each.released,
            }
        )
