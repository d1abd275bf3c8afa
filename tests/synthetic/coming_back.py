"""Made-up returns as they come back, without a workbook."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from dapf_xl.periods import Period
from dapf_xl.returns.layout import IDENTITY, START, figure_id, plan_return
from dapf_xl.returns.reading import Entry, ReadReturn
from dapf_xl.rules import Context, check_returns

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dapf_xl.catalogue import Framework
    from dapf_xl.observations import Observation
    from dapf_xl.returns.filling import Typed
    from dapf_xl.returns.layout import Figure
    from dapf_xl.rules import Checked


def returned(
    framework: Framework, agency: str, quarter: Period, typed: Sequence[Typed], known: Mapping[Figure, Observation]
) -> ReadReturn:
    """What comes back of an agency that typed this."""
    plan = plan_return(framework, agency, quarter, known)
    rows = {
        figure_id(each.item, each.category, Period.parse(each.period) if each.period else quarter): each
        for each in typed
    }
    assert len(rows) == len(typed), "a figure was given twice"
    places = {line.id: (sheet, line) for sheet, line in plan.figures()}
    assert set(rows) <= set(places), "it is asked for"
    entries = []
    for figure, (sheet, line) in places.items():
        each = rows.get(figure)
        value = cell_of(framework.items[each.item].type, each.value) if each else None
        said = (each.shorthand, each.comment) if each else ("", "")
        label = (each.label if each else "") or line.label
        entries.append(Entry(sheet, line.row, figure, value, *said, part=line.part, label=label))
    identity = {
        "framework": framework.id,
        "catalogue_version": framework.version,
        "agency": agency,
        "period": quarter.label,
        "issue_id": f"{agency}-{quarter.label}",
        "digest": "digest",
        "seal": "seal",
    }
    return ReadReturn(
        Path(f"{agency}_{quarter.label}.xlsx"),
        sha256=f"{agency} {quarter.label}",
        saved=quarter.due(12).isoformat(),
        identity=identity,
        sign_off={"name": "An officer", "role": "Analyst", "date": quarter.due(10)},
        entries=entries,
        sheets=(START, *plan.lines, IDENTITY),
    )


def cell_of(kind: str, text: str) -> object:
    """What the cell of an item holds, as a workbook keeps it."""
    if not text:
        return None
    if kind == "date":
        return datetime.strptime(text, "%d/%m/%Y").date()  # noqa: DTZ007
    if kind in {"text", "evidence", "yes_no", "choice"}:
        return text
    return float(text) / 100 if kind == "percent" else float(text)


def checked(
    framework: Framework, quarter: Period, returns: Sequence[ReadReturn], known: Mapping[Figure, Observation]
) -> Checked:
    """The returns checked, but for who issued them."""
    context = Context(framework=framework, period=quarter, key=None, issued={}, known=known, taken={})
    return check_returns(context, returns)


def following(quarter: Period) -> Period:
    """The quarter after one."""
    return Period.containing(quarter.due(1))
