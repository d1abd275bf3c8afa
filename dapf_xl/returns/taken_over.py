"""What an agency took over from those that merged into it: their figures as its own, added where they add up."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from dapf_xl.catalogue.open_rows import plain_label
from dapf_xl.comparisons import NOT_COMPARABLE
from dapf_xl.observations import MARKERS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dapf_xl.catalogue import Framework
    from dapf_xl.observations import Observation
    from dapf_xl.periods import Period
    from dapf_xl.returns.layout import Figure

ADDABLE = ("count", "number", "money")
"""Types of item whose figures may be added over agencies, where the indicator says so."""


def known_to(
    framework: Framework, agency: str, period: Period, known: Mapping[Figure, Observation]
) -> Mapping[Figure, Observation]:
    """Return what is known, the figures that an agency took over among its own.

    A figure that it was asked for itself is not taken over. Figures that several agencies gave are one where they
    add up; where they do not, or one of them is missing, nothing is taken over.
    """
    found = {}
    for figure, parts in _taken_over(framework, agency, period, known).items():
        together = None if framework.is_asked(figure) else added(framework, agency, parts)
        if together and together.text != NOT_COMPARABLE:
            found[figure] = together
    return found | dict(known) if found else known


def history_of(
    framework: Framework, agency: str, period: Period, known: Mapping[Figure, Observation]
) -> Mapping[Figure, Observation]:
    """Return what is known as an agency's history, which is also that of the agencies that merged into it.

    Where figures cannot be added, the words ``not comparable`` stand in their place.
    """
    found = {}
    for figure, parts in _taken_over(framework, agency, period, known).items():
        own = [known[figure]] if figure in known else []
        if own or not framework.is_asked(figure):
            together = added(framework, agency, [*own, *parts])
            if together:
                found[figure] = together
    return dict(known) | found if found else known


def _taken_over(
    framework: Framework, agency: str, period: Period, known: Mapping[Figure, Observation]
) -> dict[Figure, list[Observation]]:
    """Return the figures of an agency's predecessors by what they are as its own, where every one of them is there."""
    predecessors = framework.predecessors(agency, period)
    found: dict[Figure, list[Observation]] = {}
    for (item, category, supplier, span), observation in known.items() if predecessors else ():
        if supplier in predecessors:
            found.setdefault((item, category, agency, span), []).append(observation)
    return {
        (item, category, agency, span): parts
        for (item, category, agency, span), parts in found.items()
        if {each for each in predecessors if framework.is_asked((item, category, each, span))}
        <= {each.supplier for each in parts}
    }


def added(framework: Framework, agency: str, parts: Sequence[Observation]) -> Observation | None:
    """Return the figures that several agencies gave as one of the agency that followed them.

    Counts whose indicator adds over agencies are added; with a suppressed one the sum has bounds, and with one that
    is not available it is not available. Of others the text says ``not comparable``.
    """
    counted = [each for each in parts if each.replacement != "[z]"] or parts
    if len(counted) == 1:
        return replace(counted[0], supplier=agency)
    item = framework.items.get(counted[0].item)
    if item is None or len({plain_label(each.label) for each in counted}) > 1:  # (the same row, but other things)
        return None
    bases = {each.basis for each in counted}
    adds = framework.indicators[item.indicator].over_agencies in {"sum", "ratio_of_sums"} and item.type in ADDABLE
    empty = replace(
        counted[0], supplier=agency, value=None, replacement="", reason="", lower=None, upper=None, markers="", text="",
        comment="", words="",
    )  # fmt: skip
    gap = next((each for each in counted if each.value is None and each.lower is None), None)
    if not adds or len(bases) > 1 or (gap and gap.replacement != "[x]"):
        return replace(empty, text=NOT_COMPARABLE)
    if gap:
        return replace(empty, replacement=gap.replacement, reason=gap.reason)
    lower, upper = (
        sum((getattr(each, bound) if each.value is None else each.value for each in counted), Decimal(0))
        for bound in ("lower", "upper")
    )
    markers = "".join(marker for marker in MARKERS if any(marker in each.markers for each in counted))
    if all(each.value is not None for each in counted):
        return replace(empty, value=lower, markers=markers)
    return replace(empty, replacement="[c]", lower=lower, upper=upper)
