"""A figure, or what stands in its place: the observation, shorthand, and how both are shown.

Blank, 0, not available, not applicable, suppressed and "not due yet" are six different things, from
the cell that an agency types into to the sheet that a committee reads. None turns into another here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from dapf_xl.catalogue import Framework
    from dapf_xl.catalogue.tables import Item, Published
    from dapf_xl.periods import Period

REPLACEMENTS = {
    "[x]": "not available",
    "[z]": "not applicable",
    "[c]": "suppressed",
    "[low]": "rounds to 0 but is not 0",
}
"""GSS symbols that stand in place of a figure."""

NOT_NUMBERS = frozenset({"date", "yes_no", "text", "choice"})
"""Types of item that hold words: these are shown as they are, and never added."""

MARKERS = {"[p]": "provisional", "[e]": "estimated", "[r]": "revised", "[u]": "low reliability"}
"""GSS symbols that stand beside a figure."""

IMPORTED = "imported"
"""Status of a published figure that was imported from a file."""

REASONS = ("awaiting release", "not collected", "cannot share", "no activity", "not submitted")
"""Why a figure is not available."""


class Shorthand(NamedTuple):
    """A shorthand cell, read: a replacement with its reason and bounds, or markers."""

    replacement: str = ""
    reason: str = ""
    lower: Decimal | None = None
    upper: Decimal | None = None
    markers: str = ""


NOTHING = Shorthand()

_SYMBOL = re.compile(r"\[(x|z|c|low|p|e|r|u)\]", re.IGNORECASE)
_BOUNDS = re.compile(r"(\d+)\s*(?:to|-|–)\s*(\d+)")


def shorthand_choices(threshold: int) -> tuple[str, ...]:
    """Return what the shorthand drop-down offers, one line each.

    Args:
        threshold: The framework's disclosure threshold; counts from 1 to below it are suppressed.
    """
    return (
        "[x] not available: awaiting release",
        "[x] not available: not collected",
        "[x] not available: cannot share",
        "[x] not available: no activity",
        "[z] not applicable",
        f"[c] suppressed: 1 to {threshold - 1}",
        "[low] rounds to 0 but is not 0",
        "[p] provisional",
        "[e] estimated",
        "[r] revised",
        "[u] low reliability",
        "[p] [e] provisional and estimated",
    )


def parse_shorthand(text: str, threshold: int) -> Shorthand | None:
    """Read a shorthand cell; None where it is not shorthand.

    Args:
        text: What the cell holds, such as ``[x] not available: awaiting release`` or ``[p] [e]``.
        threshold: The framework's disclosure threshold, which bounds a plain ``[c]``.
    """
    words = " ".join(text.split())
    if not words:
        return NOTHING
    symbols = tuple(f"[{symbol.lower()}]" for symbol in _SYMBOL.findall(words))
    if not symbols or not words.startswith("["):
        return None
    replacements = [symbol for symbol in symbols if symbol in REPLACEMENTS]
    if not replacements:
        return Shorthand(markers="".join(marker for marker in MARKERS if marker in symbols))
    if len(symbols) > 1:
        return None
    rest = words.casefold()
    reason = next((reason for reason in REASONS if reason in rest), "") if replacements == ["[x]"] else ""
    if replacements != ["[c]"]:
        return Shorthand(replacements[0], reason)
    bounds = _BOUNDS.search(words)
    lower, upper = bounds.groups() if bounds else ("1", str(threshold - 1))
    return Shorthand("[c]", "", Decimal(lower), Decimal(upper))


@dataclass(frozen=True, slots=True)
class Observation:
    """One figure, or what stands in its place, with where it came from.

    ``value`` is a decimal (percentages on the 0 to 100 scale) or None; a replacement and a value
    never stand together. The key is item, category, supplier and period.
    """

    item: str
    category: str
    supplier: str
    period: Period
    basis: str = "quarter"
    value: Decimal | None = None
    replacement: str = ""
    reason: str = ""
    lower: Decimal | None = None
    upper: Decimal | None = None
    markers: str = ""
    text: str = ""
    comment: str = ""
    status: str = "accepted"
    """published, accepted, held (a query is open), replaced (by another file of the round), amended or imported."""
    file: str = ""
    sheet: str = ""
    cell: str = ""
    sha256: str = ""
    received: str = ""
    words: str = ""
    """The source's own words."""
    source: str = ""
    """Where it was published, of a figure that was imported."""
    released: str = ""
    """When it was released there, ISO 8601."""
    label: str = ""
    """What the agency wrote in a spare row that the figure is of."""

    @property
    def key(self) -> tuple[str, str, str, Period]:
        """What the observation is of."""
        return (self.item, self.category, self.supplier, self.period)

    @property
    def is_awaited(self) -> bool:
        """Whether it was not available for a reason that passes: the figure is still owed."""
        return self.replacement == "[x]" and self.reason in {"awaiting release", "not submitted", ""}

    @property
    def may_count(self) -> bool:
        """Whether it can be the figure that counts: it is not held in query, nor replaced before it was taken."""
        return self.status not in {"held", "replaced"}

    @property
    def shorthand(self) -> str:
        """Replacement or markers, as the ``Data`` sheet shows them."""
        return self.replacement or self.markers


OLDEST_SNAPSHOT = 3
"""Years by which a population may be earlier than what is set against it; estimates are made every year."""


def is_recent(snapshot: Period, period: Period) -> bool:
    """Say whether what was taken in one span, such as a population, can be set against a figure of another."""
    years = period.financial_year.first_day.year - snapshot.financial_year.first_day.year
    return snapshot.last_day <= period.last_day and years <= OLDEST_SNAPSHOT


def published(framework: Framework) -> list[Observation]:
    """Return the catalogue's history as observations, in the catalogue's order."""
    suppliers = {(ask.item, ask.category): ask.supplier for ask in reversed(framework.asks)}

    def supplier_of(row: Published) -> str:
        return row.supplier or suppliers.get((row.item, row.category)) or suppliers.get((row.item, ""), "")

    return [_from_history(framework, row, supplier_of(row)) for row in framework.history]


def _from_history(framework: Framework, row: Published, supplier: str) -> Observation:
    shorthand = parse_shorthand(row.shorthand, framework.settings.disclosure_threshold or 0) or NOTHING
    assert row.period is not None  # noqa: S101  (the loader requires it)
    return Observation(
        item=row.item,
        category=row.category,
        supplier=supplier,
        period=row.period,
        basis=row.basis or framework.items[row.item].basis or row.period.kind.replace("dates", "rolling_12_months"),
        value=row.value,
        replacement=shorthand.replacement,
        reason=row.reason or shorthand.reason,
        lower=row.lower if shorthand.replacement == "[c]" else None,
        upper=row.upper if shorthand.replacement == "[c]" else None,
        markers=shorthand.markers,
        comment=row.note,
        status="published",
        file=row.source,
        words=row.words,
    )


def number_words(value: Decimal, item: Item, decimals: int | None = None) -> str:
    """Return a number as people read it: ``1,880``, ``36.4%``, ``−3``."""
    percent = item.type == "percent"
    if decimals is None:
        decimals = max(0, -int(value.normalize().as_tuple().exponent))
    words = f"{value:,.{decimals}f}".replace("-", "−")
    return f"{words}%" if percent else words


def words_of(observation: Observation, item: Item, decimals: int | None = None) -> str:
    """Return what an observation says, in a cell's worth of words: ``36.4% [p]``, ``[c] 1 to 4``."""
    if observation.value is not None:
        return " ".join(part for part in (number_words(observation.value, item, decimals), observation.markers) if part)
    if observation.text:
        return observation.text
    if observation.replacement == "[c]" and observation.lower is not None and observation.upper is not None:
        return f"[c] {observation.lower} to {observation.upper}"
    if observation.replacement:
        return replacement_words(observation)
    return ""


def shorthand_words(observation: Observation) -> str:
    """Return what stands in a return's shorthand cell beside, or in place of, the figure."""
    if observation.replacement == "[c]":
        return f"[c] suppressed: {observation.lower} to {observation.upper}"
    if observation.replacement:
        return replacement_words(observation)
    symbols = [symbol for symbol in MARKERS if symbol in observation.markers]
    words = " and ".join(MARKERS[symbol] for symbol in symbols)
    return f"{' '.join(symbols)} {words}".strip()


def replacement_words(observation: Observation) -> str:
    """Return a replacement in words: ``[x] not available: awaiting release``."""
    words = f"{observation.replacement} {REPLACEMENTS[observation.replacement]}"
    return f"{words}: {observation.reason}" if observation.reason else words
