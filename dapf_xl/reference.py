"""What the catalogue knows of each indicator beside its figures: meaning, direction, target, suppliers, owner."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dapf_xl.catalogue.evidence import EvidenceAsk
from dapf_xl.catalogue.spans import in_force
from dapf_xl.returns.definitions import direction_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from dapf_xl.catalogue import Framework
    from dapf_xl.catalogue.tables import Ask, Indicator, Target
    from dapf_xl.periods import Period
    from dapf_xl.readings import Measure

COLUMNS = {
    "indicator": "Id of the indicator.",
    "title": "Title of the indicator.",
    "group": "Heading it stands under in the source.",
    "definition": "What is counted.",
    "version": "Version of the definition.",
    "rationale": "What it tells us.",
    "strands": "Strands of the strategy.",
    "levels": "Levels of risk.",
    "references": "Action plan or other references.",
    "direction": "Which way is good, in words, and what settles it.",
    "target": "The target in force, as the source words it, with its note.",
    "supplied": "Who supplies what is asked, and how often.",
    "owner": "Who answers for it.",
    "publication": "Whether its figures are an exception to the framework's rule on small numbers.",
    "status": "Where it is in its life.",
    "note": "What a reader of the figures should know.",
}
"""The columns of ``MasterTables.indicators``."""

NEVER_PUBLISHED = "Must not be published: the framework never lets this figure out, whatever its size."
_ALWAYS_PUBLISHED = "May be published however small it is."
MOST = 25
"""How many suppliers are named beside an indicator; it says how many more there are."""
_FREQUENCIES = {"quarter": "every quarter", "half": "every half year", "year": "every year", "once": "once"}


def rows_of(framework: Framework, period: Period) -> list[dict[str, Any]]:
    """Return a row for every indicator of the catalogue, read or not; see ``COLUMNS``."""
    asks = asks_by_indicator(framework)
    return [_row(framework, indicator, period, asks.get(each, ())) for each, indicator in framework.indicators.items()]


def _row(framework: Framework, indicator: Indicator, period: Period, asks: Iterable[Ask]) -> dict[str, Any]:
    direction = f"{direction_words(framework, indicator, period)}."
    return {
        "indicator": indicator.id,
        "title": indicator.title,
        "group": indicator.group,
        "definition": indicator.definition,
        "version": indicator.definition_version,
        "rationale": indicator.rationale,
        "strands": ", ".join(indicator.strands),
        "levels": ", ".join(indicator.levels),
        "references": indicator.references,
        "direction": " ".join(filter(None, (direction, indicator.polarity_reason))),
        "target": "\n".join(_targets(framework, indicator, period)) or "none set",
        "supplied": "\n".join(_suppliers(framework, asks, period)) or "nobody is asked",
        "owner": owner_of(asks),
        "publication": _publication(framework, indicator.id),
        "status": _status(indicator, period),
        "note": indicator.note,
    }


def _status(indicator: Indicator, period: Period) -> str:
    if indicator.status == "live" and not in_force(indicator, period):
        return f"read from {indicator.from_.words} on" if indicator.from_ else "no longer read"
    return indicator.status.replace("_", " ")


def _targets(framework: Framework, indicator: Indicator, period: Period) -> Iterator[str]:
    """Yield each target in force for an indicator or a part of it, once; parts that share its words together."""
    found: dict[int, Target] = {}
    for item in framework.items_of(indicator.id):
        for category in framework.categories_of(item.id):
            target = framework.target_for(indicator.id, item.id, category, period)
            if target is not None:
                found.setdefault(id(target), target)
    parts: dict[tuple[str, str, str], list[str]] = {}
    for target in found.values():
        part = framework.category_label(target.item, target.category) if target.item else ""
        label = framework.items[target.item].label if target.item else ""
        parts.setdefault((label, target.text or target.reason, target.note), []).append(part)
    for (label, words, note), named in parts.items():
        about = ": ".join(filter(None, (label, "; ".join(filter(None, named)))))
        yield " ".join(filter(None, (f"{about}: {words}" if about else words, f"({note})" if note else "")))


def asks_by_indicator(framework: Framework) -> Mapping[str, list[Ask]]:
    """Return who supplies what, by the indicator that it is for."""
    asks: dict[str, list[Ask]] = {}
    for ask in framework.asks:
        asks.setdefault(framework.items[ask.item].indicator, []).append(ask)
    return asks


def _suppliers(framework: Framework, asks: Iterable[Ask], period: Period) -> Iterator[str]:
    """Yield who supplies an indicator's figures and how often; whoever took over from the one who is named."""
    often: dict[str, dict[str, None]] = {}
    for ask in asks:
        agency = framework.agencies[framework.supplier_at(ask.supplier, period) or ask.supplier]
        once = f" ({ask.from_.words})" if ask.frequency == "once" and ask.from_ else ""
        rule = ask.rule if isinstance(ask, EvidenceAsk) else None
        words = rule.words if rule else _FREQUENCIES[ask.frequency]
        often.setdefault(agency.name, {})[words + once] = None
    for name, times in list(often.items())[:MOST]:
        yield f"{name}: {', '.join(times)}"
    if len(often) > MOST:
        yield f"and {len(often) - MOST} more"


def owners(framework: Framework) -> dict[str, str]:
    """Return who answers for each indicator; "" where that is whoever supplies its figures."""
    asks = asks_by_indicator(framework)
    return {indicator: owner_of(asks.get(indicator, ())) for indicator in framework.indicators}


def owner_of(asks: Iterable[Ask]) -> str:
    """Return who answers for the figures that are asked for; "" where that is whoever supplies them."""
    return ", ".join(dict.fromkeys(ask.owner for ask in asks if ask.owner))


def _publication(framework: Framework, indicator_id: str) -> str:
    words = {"never": NEVER_PUBLISHED, "always": _ALWAYS_PUBLISHED}
    items = framework.items_of(indicator_id)
    return "\n".join(f"{item.label}: {words[item.disclosure]}" for item in items if item.disclosure)


def is_never_published(framework: Framework, measure: Measure) -> bool:
    """Say whether a figure must never be published: it is such an item, or worked out from one."""
    parts = (measure.indicator.numerator, measure.indicator.denominator) if measure.is_ratio else ()
    involved = [measure.item, *(framework.items[part] for part in parts if part)]
    return any(each.disclosure == "never" for each in involved)
