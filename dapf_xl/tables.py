"""The tables that a master is written from: figures on the workbook's scale, with every computed value.

Percentages become fractions here, and nowhere else on the way out. A ``WorkingTable`` may hold small
numbers and goes into working editions only.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from decimal import Decimal
from itertools import chain
from typing import TYPE_CHECKING, Any, NewType

import pandas as pd

from dapf_xl import assurance, comparing, comparisons, narrative, paper, quarters, rag, reference
from dapf_xl.breakdowns import CELL_COLUMNS, cells_by_category
from dapf_xl.changes import COLUMNS as CHANGE_COLUMNS
from dapf_xl.changes import change_row
from dapf_xl.data_rows import DATA_COLUMNS, aims, data_row, floats, scaled, sources
from dapf_xl.stories import COLUMNS as STORY_COLUMNS
from dapf_xl.variance import expected_now

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from dapf_xl.catalogue import Framework
    from dapf_xl.consolidation import Round
    from dapf_xl.expressions import Expression, Value
    from dapf_xl.periods import Period
    from dapf_xl.readings import Reading
    from dapf_xl.variance import Line

WorkingTable = NewType("WorkingTable", pd.DataFrame)
"""A table that may hold small numbers."""

EDITION = "WORKING EDITION"


@dataclass(frozen=True)
class MasterTables:
    """Everything that the master workbook shows."""

    framework: Framework
    period: Period
    generated: datetime
    lines: WorkingTable
    """A row a measure; see ``LINE_COLUMNS``."""
    data: WorkingTable
    """A row a figure; see ``DATA_COLUMNS``."""
    submissions: WorkingTable
    findings: WorkingTable
    sources: WorkingTable
    indicators: WorkingTable
    """A row an indicator; see ``reference.COLUMNS``."""
    narrative: WorkingTable
    """A row a text that was asked for; see ``narrative.COLUMNS``."""
    paper: WorkingTable
    """The rows of every named report, one report after the other; see ``paper.COLUMNS``."""
    quarters: WorkingTable
    """A row a line that has a target, over the year's quarters; see ``quarters.COLUMNS``."""
    breakdowns: WorkingTable
    """A row a cell of the tables by category; see ``breakdowns.CELL_COLUMNS``."""
    changes: WorkingTable
    """A row a figure that replaced another, or is new since the last master; see ``changes.COLUMNS``."""
    comparators: WorkingTable
    """A row a figure about another area; see ``comparing.COLUMNS``."""
    assurance: WorkingTable
    """A row a piece of evidence, the overdue first; see ``assurance.COLUMNS``."""
    story: WorkingTable
    """A row a thing that happened with an agency's return, agency by agency; see ``stories.COLUMNS``."""
    note: str = ""
    """Stands on every sheet that shows figures which are not real (a demonstration)."""


LINE_COLUMNS: dict[str, str] = {
    "indicator": "Id of the indicator.",
    "title": "Title of the indicator.",
    "label": "What the line is: the indicator, a category of it, or what is reported beside it.",
    "role": "main, part or also.",
    "headline": "Whether the indicator is a headline (main lines only).",
    "groups": "Names of the RAG sheets that it stands on, a tuple.",
    "levels": "Levels of risk, as text.",
    "period": "Period that the figure is about, in words.",
    "kind": "percent, count, rate, number or money.",
    "decimals": "Decimals that are shown, or None.",
    "point": "What one point is in the cells: 0.01 for a percentage, else 1.",
    "multiplier": "What numerator / denominator is multiplied by on the workbook's scale.",
    "value": "The figure, or None.",
    "shown": "What stands where a figure would; blank where there is a figure.",
    "state": "Why there is no whole figure, as a rating says it.",
    "markers": "Markers beside the figure.",
    "numerator": "Numerator, where parts are supplied.",
    "denominator": "Denominator, where parts are supplied.",
    "coverage": "How many of the figures asked for are in it: 4 of 5.",
    "polarity": "higher, lower, band, context or none.",
    "target_text": "The target as the source words it.",
    "target_kind": "value, band, milestone, none or blank.",
    "target_reason": "Why there is no target.",
    "target": "The target, or what is expected by now.",
    "lower": "Lower limit of a band.",
    "upper": "Upper limit of a band.",
    "tolerance": "Tolerance of the target's own, or None for the framework's.",
    "tolerance_basis": "Basis of that tolerance, or blank.",
    "comparable": "'' or 'not comparable'.",
    "rated": "The figure on the target's basis.",
    "baseline": "The baseline, where it is on the rated figure's basis.",
    "baseline_text": "The baseline as the source words it.",
    **{
        name: words
        for base, words in (
            ("previous", "The previous quarter's figure"),
            ("last_year", "The figure of the same quarter last year"),
            ("ytd", "The year to date"),
            ("ytd_last_year", "Last year's year to date"),
        )
        for name, words in ((base, f"{words}, or None."), (f"{base}_shown", "What stands where it would."))
    },
    "last_year_span": "Span of the figure of a year before, where it is not a quarter.",
    "from_target": "Computed: distance to the target, or to the breached limit of the band.",
    "from_baseline": "Computed: change since the baseline.",
    "from_previous": "Computed: change since the previous quarter.",
    "from_previous_relative": "Computed: the same as a fraction; not for percentages.",
    "from_last_year": "Computed: change since the same quarter last year.",
    "from_last_year_relative": "Computed: the same as a fraction; not for percentages.",
    "from_ytd": "Computed: year to date against last year's.",
    "from_ytd_relative": "Computed: the same as a fraction; not for percentages.",
    "like_for_like": "Change over the agencies present in both quarters.",
    "rating": "Computed: Green, Amber, Red or Not rated: reason.",
    "travel_short": "Computed: direction of travel since the previous quarter.",
    "travel_long": "Computed: direction of travel since the same quarter last year.",
    "owner": "Who answers for the indicator; blank where that is whoever supplies it.",
    "publication": "That the figure must not be published; blank where the framework's rule decides.",
    "comment": "What the agencies say beside the figure.",
    "note": "What a reader of the line should know.",
}
"""The columns of ``MasterTables.lines``. Computed ones stand in the workbook as formulas with these values."""


def master_tables(current: Round, lines: Sequence[Line], generated: datetime, note: str = "") -> MasterTables:
    """Return the tables of a round's master."""
    framework = current.framework
    owners = reference.owners(framework)
    frame = [line_row(framework, line) | {"owner": owners[line.measure.indicator.id]} for line in lines]
    data = chain(
        (data_row(framework, each) for each in current.data()),
        aims(current),
        comparing.data_rows(current, DATA_COLUMNS),
    )
    return MasterTables(
        framework=framework,
        period=current.period,
        generated=generated,
        lines=_table(frame, LINE_COLUMNS),
        data=_table(data, DATA_COLUMNS),
        submissions=_table([asdict(each) for each in current.submissions]),
        findings=_table([finding.as_json() for finding in current.findings]),
        sources=_table(sources(current, comparing.known(current))),
        indicators=_table(reference.rows_of(framework, current.period), reference.COLUMNS),
        narrative=_table(narrative.rows_of(current), narrative.COLUMNS),
        paper=_table(paper.rows_of(current, lines), paper.COLUMNS),
        quarters=_table(quarters.rows_of(current, lines), quarters.COLUMNS),
        breakdowns=_table([_cell_row(cell) for cell in cells_by_category(current)], CELL_COLUMNS),
        changes=_table([change_row(framework, each) for each in current.changes], CHANGE_COLUMNS),
        comparators=_table(comparing.rows_of(current, lines), comparing.COLUMNS),
        story=_table([asdict(each) for each in current.story], STORY_COLUMNS),
        assurance=_table([assurance.row_of(framework, each) for each in current.tasks], assurance.COLUMNS),
        note=note,
    )


def _table(rows: Iterable[Mapping[str, Any]], columns: Iterable[str] | None = None) -> WorkingTable:
    """Return rows as a table; a row becomes a tuple as it comes, since ``Data`` may have hundreds of thousands."""
    if columns is None:
        return WorkingTable(pd.DataFrame(list(rows), dtype=object))
    names = list(columns)
    cells = [tuple(map(row.__getitem__, names)) for row in rows]
    return WorkingTable(pd.DataFrame(cells, columns=names, dtype=object))


# --- lines ------------------------------------------------------------------------------------


def line_row(framework: Framework, line: Line) -> dict[str, Any]:
    """Return a line as a row of ``MasterTables.lines``: figures scaled, comparisons and rating computed."""
    indicator = line.measure.indicator
    scale = Decimal("0.01") if line.measure.kind == "percent" else Decimal(1)
    row: dict[str, Any] = {
        "indicator": indicator.id,
        "title": indicator.title,
        "label": line.label,
        "role": line.measure.role,
        "headline": indicator.headline and line.measure.role == "main",
        "groups": (indicator.strands if framework.settings.groups == "strand" else ()) or (indicator.group,),
        "levels": ", ".join(indicator.levels),
        "period": line.period.words,
        "kind": line.measure.kind,
        "decimals": indicator.decimals,
        "point": scale,
        "multiplier": (indicator.multiplier or Decimal(100)) * scale if line.now.denominator is not None else scale,
        "shown": line.now.shown,
        "state": line.now.state,
        "markers": _markers(framework, line.now),
        "numerator": line.now.numerator,
        "denominator": line.now.denominator,
        "coverage": f"{line.now.present} of {line.now.expected}" if line.now.expected else "not asked",
        "polarity": line.polarity,
        "comparable": "" if line.comparable else "not comparable",
        "like_for_like": line.like_for_like,
        "publication": reference.NEVER_PUBLISHED if reference.is_never_published(framework, line.measure) else "",
        "comment": line.now.comment,
        "note": line.note or indicator.note,
        "value": scaled(line.now.value, scale),
        "rated": scaled(line.rated, scale),
        **_target_cells(line, scale),
        **_base_cells(line, scale),
    }
    return floats(row | _computed(framework, row))


def _markers(framework: Framework, now: Reading) -> str:
    """Return a figure's markers; a ratio of fewer than the framework's minimum is of low reliability."""
    small = now.denominator is not None and 0 < now.denominator < (framework.settings.minimum_denominator or 0)
    return f"{now.markers}[u]" if small and "[u]" not in now.markers else now.markers


def _target_cells(line: Line, scale: Decimal) -> dict[str, Any]:
    target = line.target
    if target is None:
        reason = "monitoring only" if line.measure.role == "also" else ""
        empty = dict.fromkeys(("target", "lower", "upper", "tolerance", "baseline"))
        blank = dict.fromkeys(("target_text", "tolerance_basis", "baseline_text"), "")
        return {**empty, **blank, "target_kind": "none" if reason else "", "target_reason": reason}
    return {
        "target_text": target.text or target.reason,
        "target_kind": target.kind,
        "target_reason": target.reason,
        "target": scaled(expected_now(target, line.period), scale),
        "lower": scaled(target.lower, scale),
        "upper": scaled(target.upper, scale),
        "tolerance": target.tolerance,
        "tolerance_basis": target.tolerance_basis,
        "baseline": scaled(line.baseline, scale),
        "baseline_text": target.baseline_text,
    }


def _base_cells(line: Line, scale: Decimal) -> dict[str, Any]:
    cells: dict[str, Any] = {}
    bases: dict[str, Reading] = {
        "previous": line.previous,
        "last_year": line.last_year,
        "ytd": line.year_to_date,
        "ytd_last_year": line.year_to_date_last_year,
    }
    for name, reading in bases.items():
        cells[name] = scaled(reading.value, scale)
        cells[f"{name}_shown"] = reading.shown
    is_quarter = line.period.kind == "quarter" or line.last_year.value is None
    cells["last_year_span"] = "" if is_quarter else line.period.same_period_last_year().words
    return cells


def rating_names(framework: Framework, row: Mapping[str, Any]) -> dict[str, Value]:
    """Return what each name of ``rag.RATING`` stands for in a line; the workbook has a cell for each."""
    settings = framework.settings
    return {
        "value": row["rated"],
        "numerator": row["numerator"],
        "denominator": row["denominator"],
        "multiplier": row["multiplier"],
        "state": row["state"],
        "polarity": row["polarity"],
        "target_kind": row["target_kind"],
        "target_reason": row["target_reason"],
        "target": row["target"],
        "lower": row["lower"],
        "upper": row["upper"],
        "tolerance": settings.tolerance if row["tolerance"] is None else row["tolerance"],
        "tolerance_basis": row["tolerance_basis"] or settings.tolerance_basis,
        "tolerance_inclusive": "",
        "point": row["point"],
        "amber_rule": settings.amber_rule,
        "same_quarter_last_year": row["last_year"] if row["rated"] == row["value"] else None,
        "minimum_denominator": Decimal(settings.minimum_denominator or 0),
        "comparable": row["comparable"],
    }


def _computed(framework: Framework, row: Mapping[str, Any]) -> dict[str, Value]:
    def cell(name: str) -> Value:
        """Return what the cell holds: the figure, or what stands in its place."""
        shown = {"value": "shown"}.get(name, f"{name}_shown")
        figure: Value = row[name]
        return row.get(shown) or None if figure is None else figure

    def change(rule: Expression, current: str, base: str) -> Value:
        return rule.evaluate({"current": cell(current), "base": cell(base), "point": row["point"]})

    def travel(base: str) -> Value:
        names = ("polarity", "lower", "upper")
        return comparisons.TRAVEL.evaluate(
            {"current": cell("value"), "previous": cell(base), **{name: row[name] for name in names}}
        )

    pairs = {"previous": ("value", "previous"), "last_year": ("value", "last_year"), "ytd": ("ytd", "ytd_last_year")}
    is_percent = row["kind"] == "percent"
    computed: dict[str, Value] = {
        "rating": rag.RATING.evaluate(rating_names(framework, row)),
        "from_target": comparisons.FROM_TARGET.evaluate(from_target_names(row)),
        "from_baseline": change(comparisons.DIFFERENCE, "rated", "baseline"),
        "travel_short": travel("previous"),
        "travel_long": travel("last_year"),
    }
    for name, (current, base) in pairs.items():
        computed[f"from_{name}"] = change(comparisons.DIFFERENCE, current, base)
        computed[f"from_{name}_relative"] = None if is_percent else change(comparisons.RELATIVE, current, base)
    return computed


def from_target_names(row: Mapping[str, Any]) -> dict[str, Value]:
    """Return what each name of ``comparisons.FROM_TARGET`` stands for in a line."""
    names = ("target_kind", "target", "lower", "upper", "point", "comparable")
    return {"current": row["rated"], **{name: row[name] for name in names}}


def _cell_row(cell: dict[str, Any]) -> dict[str, Any]:
    scale = Decimal("0.01") if cell["kind"] == "percent" else Decimal(1)
    return floats(cell | {name: scaled(cell[name], scale) for name in ("value", "last_year")})
