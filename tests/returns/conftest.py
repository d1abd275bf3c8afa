"""A framework with every type of item, and a return of it, for the tests of this folder."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from dapf_xl.catalogue import Framework, load, shipped
from dapf_xl.catalogue.tables import Agency, Ask, Category, Indicator, Item, Rule, Settings, Target
from dapf_xl.observations import Observation
from dapf_xl.periods import Period
from dapf_xl.returns.layout import plan_return
from dapf_xl.returns.template import Template

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from dapf_xl.returns.layout import Plan
    from dapf_xl.returns.template import Issued

ROUND = Period.parse("2014-15-Q4")
CREATED = datetime(2015, 1, 5, tzinfo=UTC)


def indicator(id_: str, group: str, **fields: object) -> Indicator:
    given = {
        "id": id_,
        "title": f"Title of {id_}",
        "group": group,
        "definition": f"What {id_} counts",
        "status": "live",
    }
    return Indicator(**{"polarity": "higher", "derivation": "stated", **given, **fields})  # type: ignore[arg-type]


def item(id_: str, kind: str, **fields: object) -> Item:
    return Item(**{"id": id_, "indicator": id_.partition(".")[0], "label": f"Label of {id_}", "type": kind, **fields})  # type: ignore[arg-type]


def asks(*items: str, supplier: str = "one", **fields: object) -> tuple[Ask, ...]:
    return tuple(Ask(**{"item": each, "supplier": supplier, "frequency": "quarter", **fields}) for each in items)  # type: ignore[arg-type]


def framework_of_every_type() -> Framework:
    settings = Settings(
        id="every",
        title="Every type of item",
        area="Somewhere & elsewhere",
        issuer="A council",
        version="3",
        disclosure_threshold=5,
        deadline_days=28,
        marking="OFFICIAL",
        contact="the lead",
    )
    items = (
        item("A.closed", "count", required=True),
        item("A.open", "count", breakdowns=("where",)),
        item("A.share", "percent", required=True),
        item("B.rate", "rate"),
        item("B.change", "number", minimum=Decimal(-50), maximum=Decimal(50)),
        item("B.cost", "money"),
        item("B.day", "date"),
        item("B.policy", "yes_no"),
        item("B.share", "number", maximum=Decimal(1)),
        item("C.words", "text", required=True),
        item("D.yearly", "count"),
        item("E.again", "count"),
    )
    tables: dict[str, tuple[object, ...]] = {
        "agencies": (Agency(id="one", name="Agency One"), Agency(id="two", name="Agency Two")),
        "indicators": (
            indicator("A", "First group", measure="A.share"),
            indicator("B", "First group"),
            indicator("C", "Second group"),
            indicator("D", "Second group"),
            indicator("E", "Third group"),
        ),
        "items": items,
        "breakdowns": tuple(
            Category(breakdown="where", category=name, label=f"In the {name}", role="part")
            for name in ("north", "south")
        ),
        "asks": (
            *asks(*(each.id for each in items if each.id[0] in "ABC")),
            *asks("D.yearly", frequency="year"),
            *asks("E.again", restates=True),
            *asks("C.words", supplier="two"),
        ),
        "targets": (Target(indicator="A", text="80%", kind="value", value=Decimal(80)),),
        "rules": (
            Rule(id="r1", kind="not_more_than", left="A.closed", right=("E.again",), same_cohort=True),
            Rule(id="r2", kind="not_more_than", left="E.again", right=("D.yearly", "A.closed")),
        ),
        **dict.fromkeys(("qa", "views", "comparators", "history"), ()),
    }
    return Framework(settings, tables)


@pytest.fixture(scope="session")
def every_type() -> Framework:
    return framework_of_every_type()


@pytest.fixture(scope="session", params=sorted(shipped()))
def any_framework(request: pytest.FixtureRequest) -> Framework:
    return load(shipped()[request.param])


@dataclass
class Sent:
    """A return as it went out."""

    path: Path
    plan: Plan
    issued: Issued


def known_figures() -> dict[tuple[str, str, str, Period], Observation]:
    q3 = Period.parse("2014-15-Q3")
    found = [
        Observation("A.closed", "", "one", q3, value=Decimal(12)),
        Observation("A.open", "north", "one", q3, replacement="[x]", reason="awaiting release"),
        Observation("A.share", "", "one", q3, value=Decimal("36.4"), markers="[p]"),
        Observation("A.share", "", "one", Period.parse("2014-15-Q2"), value=Decimal("29.6")),
        Observation("E.again", "", "one", q3, value=Decimal(5)),
        Observation("D.yearly", "", "one", Period.parse("2013-14"), value=Decimal(49)),
    ]
    return {each.key: each for each in found}


@pytest.fixture
def send(every_type: Framework, tmp_path: Path) -> Callable[..., Sent]:
    """Issue the return of an agency of the framework of every type."""

    def issue(agency: str = "one", name: str = "one_2014-15-Q4.xlsx", key: bytes = b"key") -> Sent:
        plan = plan_return(every_type, agency, ROUND, known_figures())
        path = tmp_path / name
        return Sent(path, plan, Template(every_type, key, created=CREATED).write(plan, known_figures(), path))

    return issue
