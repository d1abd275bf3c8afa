"""A small framework with published figures, and statements about them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from dapf_xl.catalogue import Framework
from dapf_xl.catalogue.tables import (
    TABLES,
    Agency,
    Ask,
    Category,
    Indicator,
    Item,
    Published,
    Rule,
    Settings,
    Statement,
    Target,
)
from dapf_xl.observations import published
from dapf_xl.periods import Period
from dapf_xl.reconciliation import check_all

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dapf_xl.reconciliation import Check

SETTINGS = Settings(
    id="small",
    title="Small",
    area="Smallshire",
    issuer="Smallshire Council",
    version="1",
    groups="group",
    tolerance=Decimal(10),
    tolerance_basis="relative",
    amber_rule="within_tolerance",
    minimum_denominator=10,
    disclosure_threshold=5,
    deadline_days=28,
    marking="OFFICIAL",
    contact="the performance lead",
)
ITEMS = (
    Item("cases", "I1", "Cases", "count"),
    Item("split", "I2", "Cases by provider", "count", breakdowns=("provider",)),
    Item("grid", "I2", "Cases by provider and kind", "count", breakdowns=("provider", "kind")),
    Item("rate", "I3", "Repeat cases", "percent"),
    Item("top", "I3", "Repeat cases, counted", "count"),
    Item("bottom", "I3", "Cases heard", "count"),
    Item("once", "I4", "People", "count"),
)
CATEGORIES = (
    Category("provider", "a", "Provider A", "part"),
    Category("provider", "b", "Provider B", "part"),
    Category("provider", "all", "All providers", "total"),
    Category("kind", "x", "Kind X", "part"),
    Category("kind", "y", "Kind Y", "not_known"),
    Category("kind", "both", "Both kinds", "total"),
)


def period(label: str) -> Period:
    return Period.parse(label)


def figure(item: str, when: str, value: object = None, category: str = "", **more: Any) -> Published:  # noqa: ANN401
    """A published figure; its place is "Table" and its period."""
    number = None if value is None else Decimal(str(value))
    return Published(item, category, "police", period(when), value=number, source=f"Table, {when}", **more)


def statement(kind: str, printed: str = "so much", **more: Any) -> Statement:  # noqa: ANN401
    """A statement of a paper; periods as labels, figures as text."""
    for name in ("period", "earlier"):
        if isinstance(more.get(name), str):
            more[name] = period(more[name])
    for name in ("value", "earlier_value", "other_value", "tolerance"):
        if isinstance(more.get(name), str):
            more[name] = Decimal(more[name])
    return Statement("s1", "Paper", "1.1", printed, kind, **more)


def framework(
    history: Sequence[Published] = (), statements: Sequence[Statement] = (), rules: Sequence[Rule] = ()
) -> Framework:
    tables: dict[str, tuple[Any, ...]] = {name: () for name in TABLES if name != "framework"}
    tables |= {
        "agencies": (Agency("police", "Police"),),
        "indicators": (
            Indicator(**_with(id="I1", measure="cases", over_time="sum")),
            Indicator(**_with(id="I2", measure="split", over_time="sum", over_agencies="sum", references="P1.5 P1.7")),
            Indicator(
                **_with(id="I3", derivation="ratio", numerator="top", denominator="bottom", measure="rate", decimals=0)
            ),
            Indicator(**_with(id="I4", measure="once", over_time="none")),
        ),
        "items": ITEMS,
        "breakdowns": CATEGORIES,
        "asks": tuple(Ask(item.id, "", "police", frequency="quarter") for item in ITEMS),
        "targets": (
            Target("I1", text="100", kind="value", value=Decimal(100)),
            Target("I3", text="20%", kind="value", value=Decimal(20), polarity="lower"),
        ),
        "rules": tuple(rules),
        "history": tuple(history),
        "statements": tuple(statements),
    }
    return Framework(SETTINGS, tables)


def _with(**more: Any) -> dict[str, Any]:  # noqa: ANN401
    usual = {"title": "Title", "group": "G", "polarity": "higher", "derivation": "count", "status": "live"}
    return {**usual, "over_agencies": "none", "over_time": "none", **more}


def checked(made: Framework) -> list[Check]:
    return list(check_all(made, {each.key: each for each in published(made)}).checks)


def of_statement(one: Statement, *history: Published) -> list[Check]:
    """What comes of one statement: the checks that need none are left out."""
    return [check for check in checked(framework(history, [one])) if check.document == "Paper"]
