"""Whether a year to date is what its quarters add to: otherwise an earlier quarter changed and nobody said so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dapf_xl.findings import Code
from dapf_xl.observations import number_words
from dapf_xl.plain import exact
from dapf_xl.rules.schema import NEARLY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dapf_xl.catalogue import Framework
    from dapf_xl.catalogue.tables import Item
    from dapf_xl.periods import Period
    from dapf_xl.rules.earlier import Now, Span
    from dapf_xl.rules.rows import Fault

QUARTERLY = ("", "quarter")


def check_to_date(now: Now) -> Iterator[Fault]:
    """Yield each year to date that is not what the quarters make that are known, where the catalogue asks for both."""
    pairs = {item.id: other for item in now.framework.items.values() if (other := _quarterly(now.framework, item))}
    if not pairs:
        return
    for key, item, positions in now.by_figure():
        other = pairs.get(key.item)
        if other is None or key.period.kind != "quarter":
            continue
        quarters = key.period.year_to_date()
        for position in positions.tolist():
            found = [_of_quarter(now, position, other, each) for each in quarters]
            known = [each for each in found if each is not None]
            if len(known) < len(quarters):
                continue
            least, most = sum(each.least for each in known), sum(each.most for each in known)
            here = now.span(position)
            if here.most < least - NEARLY * max(1.0, least) or here.least > most + NEARLY * max(1.0, most):
                parts = " + ".join(each.words(other) for each in known)
                low, high = (number_words(exact(each, is_percent=False), item) for each in (least, most))
                expected = low if low == high else f"between {low} and {high}"
                yield now.fault(position, Code.EARLIER_FIGURE_CHANGED, expected=expected, parts=parts)


def _quarterly(framework: Framework, item: Item) -> Item | None:
    """Return the item that asks each quarter for what another asks for in the year to date; None where there is none.

    Distinct people, for example, are not added: the indicator says so.
    """
    if item.basis != "year_to_date" or item.type not in {"count", "money"}:
        return None
    if framework.indicators[item.indicator].over_time != "sum":
        return None
    others = [
        each
        for each in framework.items_of(item.indicator)
        if (each.type, each.breakdowns) == (item.type, item.breakdowns) and each.basis in QUARTERLY
    ]
    return others[0] if len(others) == 1 else None


def _of_quarter(now: Now, position: int, item: Item, quarter: Period) -> Span | None:
    key = now.key(position)
    if quarter == key.period:
        row = now.beside(position, item.id, key.category)
        return None if row is None else now.span(row)
    wanted = key._replace(item=item.id)
    return now.earlier.figure(wanted, now.agency(position), quarter)
