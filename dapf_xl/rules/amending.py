"""Whether a figure may be amended: the checks of a return, run over what the agency reported and what is to change."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from dapf_xl.findings import Severity
from dapf_xl.observations import NOT_NUMBERS
from dapf_xl.plain import plain_number
from dapf_xl.returns.layout import ASSURANCE, HEADER_ROW, NARRATIVE, RETURN, REVISIONS, figure_id, plan_return
from dapf_xl.returns.prefilling import EMPTY, cells_of
from dapf_xl.returns.reading import Entry, ReadReturn
from dapf_xl.rules.checking import CheckedReturn, Run, check_rows
from dapf_xl.rules.rows import ReturnFile, rows_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dapf_xl.catalogue.tables import Item
    from dapf_xl.findings import Finding
    from dapf_xl.observations import Observation
    from dapf_xl.periods import Period
    from dapf_xl.returns.layout import Figure
    from dapf_xl.rules.context import Context


class Said(NamedTuple):
    """What is to stand for a figure, as typed: percentages on the 0 to 100 scale, with or without their sign."""

    value: str = ""
    shorthand: str = ""
    comment: str = ""


def check_said(
    context: Context, agency: str, period: Period, said: Mapping[Figure, Said]
) -> tuple[list[Finding], dict[Figure, Observation]]:
    """Return what speaks against some figures of an agency, and the observations that come of them.

    They are checked as cells of the agency's return, among the figures that it has reported. Only what they bring
    with them is found, not what was to be found before.

    Args:
        context: The framework, and every figure that counts so far (``known``).
        agency: Id of the agency.
        period: The quarter of the round.
        said: What is to stand for each figure.
    """
    before = _checked(context, agency, period, {})
    after = _checked(context, agency, period, said)
    known = {_words(each) for each in before.findings}
    items = {figure[0] for figure in said}
    found = [
        each
        for each in after.findings
        if _words(each) not in known and (each.severity is not Severity.WARNING or each.item in items)
    ]
    return found, {each.key: each for each in after.observations if each.key in said}


def _words(finding: Finding) -> tuple[str, ...]:
    return (finding.code.name, finding.item, finding.category, finding.message)


def _checked(context: Context, agency: str, period: Period, said: Mapping[Figure, Said]) -> CheckedReturn:
    framework = context.framework
    asked = [(each.item.id, each.category, agency, each.period) for each in framework.asked(period, agency)]
    entries = []
    places = _places(context, agency, period)
    after = max((row for _, row in places.values()), default=HEADER_ROW) + 1
    for number, figure in enumerate(dict.fromkeys((*asked, *said)), after):
        item = framework.items[figure[0]]
        is_now = figure in asked
        usual = (NARRATIVE if item.type == "text" else RETURN) if is_now else REVISIONS
        sheet, row = places.get(figure_id(figure[0], figure[1], figure[3]), (usual.sheet, number))
        typed = said.get(figure)
        known = context.known.get(figure) if is_now else None
        cells = _cells_said(item, typed) if typed else _cells_known(item, known)
        label = known.label if known else ""
        entries.append(Entry(sheet, row, figure_id(figure[0], figure[1], figure[3]), *cells, label=label))
    read = ReadReturn(Path(agency), entries=entries)
    one = CheckedReturn(read, agency, period)
    rows = rows_of(framework, [ReturnFile(read, agency, period)])
    if rows is not None:
        check_rows(Run(replace(context, amended={})), rows, [one])
    return one


def _places(context: Context, agency: str, period: Period) -> dict[str, tuple[str, int]]:
    """Return sheet and row of each figure of the agency's return, so that what is found names the cell to look at.

    The fields of evidence have no place: given by telephone, each stands for itself.
    """
    plan = plan_return(context.framework, agency, period, {})
    return {line.id: (sheet, line.row) for sheet, line in plan.figures() if sheet != ASSURANCE.sheet}


def _cells_said(item: Item, typed: Said) -> tuple[object, str, str]:
    is_percent = item.type == "percent"
    number = None if item.type in NOT_NUMBERS else plain_number(typed.value, is_percent=is_percent)
    if number is None:
        return typed.value or None, typed.shorthand, typed.comment
    scaled = number.scaleb(-2) if is_percent and "%" not in typed.value else number
    return float(scaled), typed.shorthand, typed.comment


def _cells_known(item: Item, known: Observation | None) -> tuple[object, str, str]:
    """Return what stands in the cells of a figure that is known; its comment explains what was queried then."""
    cells = cells_of(item, known)._replace(comment=known.comment or "taken") if known else EMPTY
    return cells.value, cells.shorthand, cells.comment
