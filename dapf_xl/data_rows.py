"""The rows of ``Data`` and ``Sources``: every figure with where it came from, on the workbook's scale."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from dapf_xl.catalogue.tables import Item
from dapf_xl.comparators import ComparatorFigure
from dapf_xl.observations import IMPORTED, words_of
from dapf_xl.periods import words_of_date

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dapf_xl.catalogue import Framework
    from dapf_xl.catalogue.tables import Target
    from dapf_xl.consolidation import Round
    from dapf_xl.observations import Observation
    from dapf_xl.periods import Period

FIGURE_DECIMALS = 12
"""Decimals of a ratio, here and in the workbook's formula, so that both come to the same 15 digits."""

DATA_COLUMNS = (
    "framework", "indicator", "item", "category", "agency", "period", "value", "shorthand", "unit", "status",
    "comment", "file", "sheet", "cell", "sha256", "label", "basis", "lower", "upper", "words", "geography",
    "source", "released",
)  # fmt: skip
"""The columns of ``MasterTables.data``, as the sheet ``Data`` has them; percentages are fractions."""

UNITS = {"count": "number", "percent": "percent"}
GONE = "No longer in the catalogue."


def scaled(value: Decimal | None, scale: Decimal) -> Decimal | None:
    """Return a figure on the workbook's scale, to the decimals that the workbook's own division keeps."""
    return None if value is None else round(value * scale, FIGURE_DECIMALS)


def floats(row: dict[str, Any]) -> dict[str, Any]:
    """Return the row with its decimals as the floats that the workbook's cells hold."""
    return {name: float(value) if isinstance(value, Decimal) else value for name, value in row.items()}


def data_row(framework: Framework, each: Observation) -> dict[str, Any]:
    """Return a figure as a row of ``Data``."""
    item = framework.items.get(each.item) or Item(id=each.item, label=each.item)
    is_known = framework.has(each.item, each.category) or framework.open_rows.is_unprinted(each.item, each.category)
    about = "" if is_known else GONE
    agency = framework.agencies.get(each.supplier)
    return {
        "framework": framework.id,
        "indicator": item.indicator,
        "item": each.item,
        "category": each.category,
        "agency": agency.id if agency else each.supplier,
        "period": each.period.label,
        "value": _data_value(each, item),
        "shorthand": each.shorthand,
        "unit": UNITS.get(item.type, item.type),
        "status": each.status,
        "comment": " ".join(part for part in (each.text or each.comment, about) if part),
        "file": each.file,
        "sheet": each.sheet,
        "cell": each.cell,
        "sha256": each.sha256,
        "label": row_label(framework, item, each.category, each.label),
        "basis": each.basis,
        "lower": None if each.lower is None else float(each.lower),
        "upper": None if each.upper is None else float(each.upper),
        "words": each.label or each.words or (words_of(each, item) if each.replacement else ""),
        "geography": item.geography or framework.settings.area,
        "source": each.source,
        "released": each.released,
    }


def aims(current: Round) -> Iterator[dict[str, Any]]:
    """Yield the targets and baselines as rows of ``Data``, their status saying which they are.

    A target has a row for each quarter that it holds for, up to the round's; a baseline has one, and no period
    where the source gives none.
    """
    framework = current.framework
    baselines = set()
    for target in framework.targets_read:
        item = framework.items[target.item] if target.item else framework.aimed_at(target.indicator)
        if item is None:
            continue
        for quarter in _quarters_of(target, current.period):
            yield _aim_row(framework, item, target, "target", quarter.label)
        baseline = (item.indicator, item.id, target.category, target.baseline_text, target.baseline)
        if target.baseline is not None and baseline not in baselines:
            baselines.add(baseline)
            period = target.baseline_period.label if target.baseline_period else ""
            yield _aim_row(framework, item, target, "baseline", period)


def _quarters_of(target: Target, last: Period) -> list[Period]:
    """Return the quarters, up to the round's, that a target holds for; this year's where it names no beginning."""
    first = target.from_.first_day if target.from_ else last.financial_year.first_day
    until = min(last.last_day, target.until.last_day) if target.until else last.last_day
    quarters: list[Period] = []
    quarter = last
    while quarter.last_day > first:
        if quarter.last_day <= until:
            quarters.append(quarter)
        quarter = quarter.previous()
    return quarters[::-1]


def _aim_row(framework: Framework, item: Item, target: Target, status: str, period: str) -> dict[str, Any]:
    scale = Decimal("0.01") if item.type == "percent" else Decimal(1)
    is_target = status == "target"
    due = f"Due {target.due.words}." if is_target and target.due else ""
    return floats(
        dict.fromkeys(DATA_COLUMNS, "")
        | {
            "framework": framework.id,
            "indicator": item.indicator,
            "item": item.id,
            "category": target.category,
            "period": period,
            "value": scaled(target.value if is_target else target.baseline, scale),
            "unit": UNITS.get(item.type, item.type),
            "status": status,
            "comment": " ".join(part for part in (due, target.note) if part),
            "file": framework.settings.source,
            "label": row_label(framework, item, target.category),
            "basis": target.basis,
            "lower": scaled(target.lower, scale) if is_target else None,
            "upper": scaled(target.upper, scale) if is_target else None,
            "words": target.text if is_target else target.baseline_text,
            "geography": item.geography or framework.settings.area,
        }
    )


def _data_value(each: Observation, item: Item) -> float | None:
    if each.value is None:
        return None
    return float(each.value / 100 if item.type == "percent" else each.value)


def row_label(framework: Framework, item: Item, category: str, written: str = "") -> str:
    """Return what a row of ``Data`` is of: its item and category, with what was written in a spare row."""
    words = framework.open_rows.words(item.id, category, written)
    return f"{item.label}: {words}" if words else item.label


def sources(current: Round, outside: Iterable[ComparatorFigure] = ()) -> list[dict[str, Any]]:
    """Return a row for every file, then one for every publication that figures were imported or copied from.

    Args:
        current: The round.
        outside: The comparators that it shows.
    """
    figures: list[Observation | ComparatorFigure] = [*current.observations, *outside]
    used = Counter((each.file or each.source, each.sha256, _kind(each)) for each in figures)
    used.update((row["file"], "", f"published {row['status']}s") for row in aims(current))
    returns = [
        _source(
            file.file, "return", used.pop((file.file, file.sha256, "earlier return"), 0), sha256=file.sha256,
            status=file.status, saved=file.saved, received=file.received_at,
        )
        for file in current.files
    ]  # fmt: skip
    publications = Counter((each.source, each.released) for each in figures if _kind(each) == "import")
    others = [_source(source, kind, count, sha256=sha256) for (source, sha256, kind), count in used.items()]
    return [
        *returns,
        *others,
        *(
            _source(source, "published", count, status=_released(released))
            for (source, released), count in sorted(publications.items())
        ),
    ]


def _released(released: str) -> str:
    """Return when something was released, in words; a catalogue may say it in words of its own."""
    try:
        return f"released {words_of_date(date.fromisoformat(released))}"
    except ValueError:
        return f"released {released}" if released else ""


def _kind(each: Observation | ComparatorFigure) -> str:
    """Return what kind of source a figure is from; "earlier return" is any return, this round's among them."""
    if isinstance(each, ComparatorFigure):
        return "import" if each.file else "published"
    kinds = {IMPORTED: "import", "amended": "amendment"}
    return kinds.get(each.status, "earlier return" if each.sha256 else "published")


def _source(  # noqa: PLR0913  (what a row holds)
    source: str, kind: str, rows: int, *, sha256: str = "", status: str = "", saved: str = "", received: str = ""
) -> dict[str, Any]:
    return {
        "source": source, "kind": kind, "status": status, "sha256": sha256, "saved": saved, "received": received,
        "rows": rows,
    }  # fmt: skip
