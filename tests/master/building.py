"""Tables to write masters from: the published figures, a round with everything that can happen, and an awkward area."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any

from dapf_xl.catalogue import Framework, load, shipped
from dapf_xl.catalogue.tables import Agency, Ask, Category, Indicator, Item, Label, Settings, Target
from dapf_xl.consolidation import Round, Submission, under_their_labels
from dapf_xl.findings import Code
from dapf_xl.ledger import Received
from dapf_xl.observations import Observation, published
from dapf_xl.periods import Period
from dapf_xl.tables import MasterTables, master_tables
from dapf_xl.variance import lines_of

if TYPE_CHECKING:
    from collections.abc import Callable

NOW = datetime(2015, 2, 2, 9, 30, tzinfo=UTC)
D = Decimal


def tables_of(current: Round, note: str = "") -> MasterTables:
    return master_tables(current, lines_of(current), NOW, note)


@cache
def published_round(name: str, label: str) -> Round:
    framework, period = load(shipped()[name]), Period.parse(label)
    figures = {each.key: each for each in published(framework) if each.period.last_day <= period.last_day}
    return Round(framework, period, figures, {}, {}, (), (), ())


def cambridgeshire() -> MasterTables:
    return tables_of(published_round("cambridgeshire", "2014-15-Q3"))


def haringey() -> MasterTables:
    return tables_of(published_round("haringey", "2014-15-Q2"), "Demonstration: filled with published figures")


def eventful() -> MasterTables:
    """A round in which returns are missing, rejected and queried, and figures held."""
    current = published_round("cambridgeshire", "2014-15-Q3")
    names = {id_: agency.name for id_, agency in current.framework.agencies.items()}
    police = ("C01.incidents", "", "police", current.period)
    women = ("C14.women", "refuge", "refuge", current.period)
    moment, sha = "2015-01-28T10:12:00+00:00", "ab" * 32
    submissions = [
        Submission(
            "police", names["police"], "Rejected", "H14: rows were inserted, deleted or sorted", "police Q3.xlsx", sha,
            "police-1.xlsx", moment, 2, 0, 1, 0, 0,
        ),
        Submission(
            "refuge", names["refuge"], "Accepted with queries", "3 is far below the 38 of Q2", "refuge.xlsx", sha,
            "refuge-1.xlsx", moment, 3, 3, 0, 1, 2,
        ),
        Submission("idva", names["idva"], "Accepted", "", "idva.xlsx", sha, "idva-1.xlsx", moment, 3, 3, 0, 0, 0),
        Submission("city", names["city"], "Not returned", "", "", "", "", "", 1, 0, 0, 0, 0),
    ]  # fmt: skip
    moved = {"expected": "C02.recorded", "found": "C01.incidents"}
    unusual = {"found": "3", "range": "10 to 60", "comment_cell": "L9"}
    findings = (
        Code.ID_MOVED.finding(file="police Q3.xlsx", sheet="Return", cell="N8", **moved),
        Code.OUTSIDE_SOFT_RANGE.finding(file="refuge.xlsx", sheet="Return", cell="J9", **unusual),
    )
    files = tuple(_received(each) for each in submissions if each.file)
    held = Observation(*women, value=D(3), status="held")
    changed = replace(
        current,
        figures={key: each for key, each in current.figures.items() if key not in {police, women}},
        missing={police: "rejected", women: "held in query"},
        held={women: held},
        submissions=tuple(submissions),
        findings=findings,
        files=files,
    )
    return tables_of(changed)


def _received(each: Submission) -> Received:
    values: dict[str, Any] = {
        "file": each.file, "sha256": each.sha256, "saved": each.saved, "received_at": each.received_at,
        "status": each.status, "reason": each.reason, "agency": each.agency, "asked": each.asked, "given": each.given,
        "period": "2014-15-Q3", "id": 1,
    }  # fmt: skip
    return Received(**{name: values[name] for name in Received.__dataclass_fields__ if name in values})


def _indicator(number: int, title: str, **more: Any) -> Indicator:  # noqa: ANN401  (columns of any kind)
    usual = {
        "group": "Children's & young people's services: health/social care [pathway]",
        "derivation": "count", "measure": f"A{number}.n", "over_time": "sum", "over_agencies": "sum",
        "polarity": "higher", "polarity_reason": "test", "status": "live", "headline": True,
    }  # fmt: skip
    return Indicator(id=f"A{number}", title=title, **(usual | more))


def _ratio(number: int, title: str, **more: Any) -> Indicator:  # noqa: ANN401  (columns of any kind)
    parts = {"measure": "", "numerator": f"A{number}.n", "denominator": f"A{number}.d", "decimals": 1}
    both = {"derivation": "ratio", "over_time": "ratio_of_sums", "over_agencies": "ratio_of_sums"}
    return _indicator(number, title, **(parts | both | more))


LONG = "Other services that were named in the strategy of the partnership, part"
AWKWARD = {
    _ratio(1, "Nothing to divide by"): ("0", "0"),
    _ratio(2, "A third"): ("10", "30"),
    _ratio(3, "Too few to rate"): ("1", "3"),
    _ratio(4, "Cases for each 10,000 women", derivation="rate", multiplier=D(10000), group=f"{LONG} one"): (
        "17", "70123",
    ),
    _indicator(5, "Fewer is better, and by much too many", polarity="lower", group=f"{LONG} two"): ("1234567",),
    _indicator(6, "In a band", polarity="band"): ("12",),
    _indicator(7, "Just within the tolerance"): ("90",),
    _indicator(8, "Just outside the tolerance"): ("89",),
    _indicator(9, "A tolerance of its own, in points"): ("89",),
    _indicator(10, "Money & 'quotes' <in> the \"title\"", polarity="context", group="Summary"): ("1234.5",),
    _indicator(11, "By this quarter of the year"): ("70",),
    _ratio(12, "As a share of two thirds", polarity="lower"): ("2", "3"),
    _indicator(13, "By area", measure="A13.n"): (),
}  # fmt: skip
"""Indicators with the figures of the quarter; those of the quarter and the year before are the same but for one."""
TARGETS = (
    Target(indicator="A2", kind="value", value=D("33.4"), text="33.4%"),
    Target(indicator="A3", kind="value", value=D(50), text="50%"),
    Target(indicator="A1", kind="value", value=D(50), text="50%"),
    Target(indicator="A4", kind="value", value=D("2.2"), text="2.2 for each", baseline=D("2.1"), baseline_text="2.1"),
    Target(indicator="A5", kind="value", value=D(1000), text="1,000"),
    Target(indicator="A6", kind="band", lower=D(11), upper=D(15), text="11 to 15"),
    *(Target(indicator=f"A{number}", kind="value", value=D(100), text="100") for number in (7, 8)),
    Target(indicator="A9", kind="value", value=D(100), text="100", tolerance=D(15), tolerance_basis="points"),
    Target(indicator="A10", kind="none", reason="to be confirmed"),
    Target(
        indicator="A11", kind="milestone", value=D(100), text="100 by March 2015", due=Period.parse("2014-15-Q4"),
        profile="equal_quarters",
    ),
    Target(indicator="A13", item="A13.n", category="south", kind="value", value=D(4), text="4 in the south"),
)  # fmt: skip


def awkward() -> MasterTables:
    """An area with every kind of figure and target, and with names that a sheet cannot have."""
    period = Period.quarter(2014, 3)
    items, asks = [], []
    figures: dict[Any, Observation] = {}
    for indicator, words in AWKWARD.items():
        types = {"A10": "money"}
        for part, word in zip("nd", words, strict=False):
            items.append(
                Item(
                    id=f"{indicator.id}.{part}",
                    indicator=indicator.id,
                    label=part,
                    type=types.get(indicator.id, "count"),
                )
            )
            for ago, quarter in enumerate((period, period.previous(), period.same_period_last_year())):
                seen = Observation(
                    f"{indicator.id}.{part}", "", "one", quarter, value=D(word) + (ago if part == "n" else 0)
                )
                figures[seen.key] = replace(seen, markers="[p]") if ago == 0 and indicator.id == "A7" else seen
    items.append(Item(id="A13.n", indicator="A13", label="Number", type="count", breakdowns=("area",)))
    south = Observation("A13.n", "south", "one", period, replacement="[c]", lower=D(1), upper=D(4))
    north = Observation("A13.n", "north", "one", period, value=D(8))
    figures |= {each.key: each for each in (south, north)}
    asks = [Ask(item=item.id, supplier="one", frequency="quarter") for item in items]
    settings = Settings(
        id="awkward", title="Awkward & <odd> figures", area="Nowhere", issuer="Nobody", version="7", groups="group",
        tolerance=D("10"), tolerance_basis="relative", amber_rule="within_tolerance", minimum_denominator=10,
        disclosure_threshold=5, deadline_days=28, marking="OFFICIAL", contact="nobody",
    )  # fmt: skip
    areas = tuple(
        Category(breakdown="area", category=each, label=each.title(), role="part") for each in ("north", "south")
    )
    names = ("asks", "targets", "rules", "qa", "views", "comparators", "history", "breakdowns")
    tables: dict[str, tuple[Any, ...]] = dict.fromkeys(names, ())
    tables |= {"agencies": (Agency(id="one", name="The One"),), "indicators": tuple(AWKWARD), "items": tuple(items)}
    tables |= {"asks": tuple(asks), "targets": TARGETS, "breakdowns": areas}
    return tables_of(Round(Framework(settings, tables), period, figures, {}, {}, (), (), ()))


def havering() -> MasterTables:
    """The awkward area with the other amber rule and tolerance in points."""
    made = awkward()
    settings = replace(
        made.framework.settings,
        amber_rule="not_worse_than_same_quarter_last_year",
        tolerance=D("2.5"),
        tolerance_basis="points",
    )
    framework = replace(made.framework, settings=settings)
    figures = awkward_figures()
    return tables_of(Round(framework, made.period, figures, {}, {}, (), (), ()))


def awkward_figures() -> dict[Any, Observation]:
    """The figures of the awkward area."""
    rows = awkward().data.to_dict("records")
    found = [
        Observation(
            each["item"], each["category"], each["agency"], Period.parse(each["period"]), value=D(str(each["value"]))
        )
        for each in rows
        if each["value"] is not None and each["status"] == "accepted"
    ]
    return {each.key: each for each in found}


def empty() -> MasterTables:
    """A round for which nothing is known at all."""
    current = published_round("haringey", "2014-15-Q2")
    missing = {(each.item.id, each.category, each.supplier, each.period): "not received" for each in current.asked}
    return tables_of(replace(current, figures={}, missing=missing))


def by_category() -> MasterTables:
    """Two quarters of a table with spare rows and of a cross table, a yearly figure, and a ratio of two agencies."""
    period = Period.quarter(2014, 4)
    count = Indicator(
        id="B1", title="By source", group="Tables", derivation="count", polarity="higher", over_time="sum",
        over_agencies="sum", status="live", decimals=0,
    )  # fmt: skip
    rate = replace(count, id="B4", title="Rate", derivation="rate", numerator="B4.n", denominator="B4.d",
                   multiplier=D(10000), decimals=1, over_time="none", over_agencies="ratio_of_sums")  # fmt: skip
    indicators = (
        count, replace(count, id="B2", title="Crossed"), replace(count, id="B3", title="In the year"), rate,
    )  # fmt: skip
    items = (
        Item("B1.n", "B1", "Cases", "count", breakdowns=("source",)),
        Item("B2.n", "B2", "Incidents", "count", breakdowns=("kind", "district")),
        Item("B3.n", "B3", "People in the year", "count"),
        Item("B4.n", "B4", "Cases", "count"),
        Item("B4.d", "B4", "Women who live there", "count", basis="snapshot"),
    )
    source = (
        Category("source", "police", "Police", "part"),
        Category("source", "spare_1", "Another source 1", "part", open=True),
        Category("source", "spare_2", "Another source 2", "part", open=True),
        Category("source", "unknown", "Not known", "not_known"),
    )
    sides = [
        Category(breakdown, category, category.title(), "total" if category == "all" else "part")
        for breakdown, categories in (("kind", "crime other all"), ("district", "north south all"))
        for category in categories.split()
    ]
    asks = [Ask(item.id, supplier="one", frequency="quarter") for item in items[:2]]
    asks += [Ask("B3.n", supplier="one", frequency="year"), Ask("B4.n", supplier="one", frequency="year")]
    asks += [Ask("B4.d", supplier="two", frequency="year")]
    names = ("targets", "rules", "qa", "views", "comparators", "history")
    tables: dict[str, tuple[Any, ...]] = dict.fromkeys(names, ()) | {
        "agencies": (Agency("one", "The One"), Agency("two", "The Other")),
        "indicators": indicators,
        "items": items,
        "breakdowns": (*source, *sides),
        "labels": (Label("source", "Constabulary", "police"),),
        "asks": tuple(asks),
    }
    framework = Framework(replace(awkward().framework.settings, id="tables", version="1"), tables)
    figures = [
        Observation("B1.n", category, "one", quarter, value=D(value), label=label)
        for quarter, rows in (
            (period, "police 10,spare_1 3 Constabulary,spare_2 2 Library,unknown 1"),
            (period.same_period_last_year(), "police 9,spare_1 4 library,unknown 0"),
        )
        for category, value, label in (f"{row} ".split(" ", 2) for row in rows.split(","))
    ]
    figures = [replace(each, label=each.label.strip()) for each in figures]
    figures += [
        Observation("B2.n", category, "one", period, value=D(number))
        for number, category in enumerate(framework.categories_of("B2.n"), 5)
        if category != "crime|south"
    ]
    figures += [Observation("B2.n", "crime|south", "one", period, replacement="[c]", lower=D(1), upper=D(4))]
    year = period.financial_year
    for span, people in ((year, 320), (year.previous(), 280)):
        figures += [
            Observation("B3.n", "", "one", span, "year", value=D(people)),
            Observation("B4.n", "", "one", span, "year", value=D(people)),
            Observation("B4.d", "", "two", span, "snapshot", value=D(100000)),
        ]
    filed, beside = under_their_labels(framework, {each.key: each for each in figures})
    return tables_of(Round(framework, period, filed, {}, {}, (), (), (), beside=beside))


AREAS: dict[str, Callable[[], MasterTables]] = {
    "cambridgeshire": cambridgeshire,
    "haringey": haringey,
    "eventful": eventful,
    "awkward": awkward,
    "havering": havering,
    "empty": empty,
    "by_category": by_category,
}
