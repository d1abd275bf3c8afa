"""A small framework with an item of each type, and returns made by hand: what was typed, in which cell."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from dapf_xl.catalogue import Framework
from dapf_xl.catalogue.tables import TABLES, Agency, Ask, Category, Indicator, Item, Rule, Settings
from dapf_xl.observations import Observation
from dapf_xl.periods import Period
from dapf_xl.returns.layout import ENTRY_TABLES, IDENTITY, START, Plan, figure_id, plan_return
from dapf_xl.returns.reading import Entry, ReadReturn, read_return
from dapf_xl.returns.sealing import seal_of
from dapf_xl.returns.template import Template
from dapf_xl.rules import Checked, CheckedReturn, Context, IssuedRecord, check_returns
from dapf_xl.rules.context import packed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from openpyxl import Workbook

    from dapf_xl.findings import Finding
    from dapf_xl.returns.template import Issued

KEY = b"a key for tests"
QUARTER = Period.quarter(2014, 3)
SETTINGS = Settings(
    id="specimen",
    title="Specimen framework",
    area="Somewhere",
    issuer="Somewhere Council",
    version="3",
    accepted_versions=("2",),
    year_start=4,
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
    Item("must", "I1", "Referrals", "count", required=True),
    Item("count", "I1", "Cases", "count"),
    Item("percent", "I1", "Share of cases", "percent", maximum=Decimal(100), usual_minimum=Decimal(10)),
    Item("over", "I1", "Share of the volume", "percent", maximum=Decimal(150)),
    Item("rate", "I1", "Rate", "rate"),
    Item("money", "I1", "Spend", "money"),
    Item("change", "I1", "Change", "number", minimum=Decimal(-50), maximum=Decimal(50)),
    Item("score", "I1", "Score", "number", maximum=Decimal(30), usual_minimum=Decimal(5), usual_maximum=Decimal(20)),
    Item("date", "I1", "Date of the audit", "date"),
    Item("yes_no", "I1", "Whether audited", "yes_no"),
    Item("words", "I1", "Overview", "text", required=True),
    Item("more", "I1", "Anything else", "text"),
    Item("engaged", "I2", "Engaged", "count"),
    Item("contacted", "I2", "Contacted", "count"),
    Item("closed", "I2", "Closed", "count"),
    Item("share", "I2", "Engaged of contacted", "percent", maximum=Decimal(100)),
    Item("reason", "I2", "Cases that need a reason", "count"),
    Item("to_date", "I2", "Completions, year to date", "count", basis="year_to_date"),
    Item("split", "I2", "By provider", "count", breakdowns=("provider",)),
)
RULES = (
    Rule("engaged", "not_more_than", "engaged", ("contacted",), same_cohort=True),
    Rule("closed", "not_more_than", "closed", ("engaged",)),
    Rule("share", "ratio", "share", ("engaged", "contacted")),
    Rule("split", "sum_of_parts", "split", ("split",)),
    Rule("reason", "required_if", "reason", ("closed",)),
    Rule("to_date", "never_falls", "to_date", ("to_date",)),
    Rule("later", "change_limit", "count", ("count",)),
)
CATEGORIES = (
    Category("provider", "a", "Provider A", "part"),
    Category("provider", "b", "Provider B", "part"),
    Category("provider", "all", "All providers", "total"),
)


def small_framework() -> Framework:
    indicator = Indicator(id="I1", title="One", group="G", polarity="none", derivation="stated", status="live")
    tables: dict[str, tuple[Any, ...]] = {name: () for name in TABLES if name != "framework"}
    tables |= {
        "agencies": (Agency("idva", "IDVA service"), Agency("police", "Police")),
        "indicators": (indicator, replace(indicator, id="I2", title="Two", decimals=0)),
        "items": ITEMS,
        "breakdowns": CATEGORIES,
        "asks": tuple(
            Ask(item.id, "", agency, frequency="quarter", restates=item.id in {"engaged", "to_date"})
            for agency in ("idva", "police")
            for item in ITEMS
        ),
        "rules": RULES,
    }
    return Framework(SETTINGS, tables)


@dataclass(frozen=True)
class Typed:
    """What stands in the cells of a row."""

    value: object = None
    shorthand: str = ""
    comment: str = ""
    trouble: str = ""


SIGNED = {"name": "An officer", "role": "Analyst", "date": ""}
FILLED = {"must": Typed(5.0), "words": Typed("Nothing to add.")}


@dataclass
class Desk:
    """Issues returns, fills them and checks them, without a workbook."""

    framework: Framework = field(default_factory=small_framework)
    known: dict[Any, Observation] = field(default_factory=dict)

    def plan(self, agency: str = "idva", period: Period = QUARTER) -> Plan:
        return plan_return(self.framework, agency, period, self.known)

    def cell(self, item: str, category: str = "", part: str = "value", period: Period = QUARTER) -> tuple[str, str]:
        """Sheet and address of a part of a figure's row."""
        wanted = figure_id(item, category, period)
        sheet, line = next((sheet, line) for sheet, line in self.plan().figures() if line.id == wanted)
        return sheet, ENTRY_TABLES[sheet].cell(line.part if part == "value" else part, line.row)

    def filled(  # noqa: PLR0913  (what may differ between returns)
        self,
        typed: Mapping[str, Typed] | None = None,
        *,
        name: str = "",
        agency: str = "idva",
        period: Period = QUARTER,
        saved: str = "2015-01-10",
        blank: bool = False,
    ) -> ReadReturn:
        """A return as it comes back; keys of ``typed`` are ``item`` or ``item/category``, or whole ids."""
        plan = self.plan(agency, period)
        cells = {} if blank else FILLED | dict(typed or {})
        entries = []
        for sheet, line in plan.figures():
            found = cells.get(line.id) or cells.get(line.id.removesuffix(f"@{period.label}")) or Typed()
            said = (found.value, found.shorthand, found.comment, found.trouble)
            entries.append(Entry(sheet, line.row, line.id, *said, line.part))
        identity = {
            "framework": self.framework.id,
            "catalogue_version": self.framework.version,
            "agency": agency,
            "period": period.label,
            "issue_id": f"{agency}-{period.label}",
            "digest": "digest",
        }
        identity["seal"] = seal_of(KEY, identity)
        return ReadReturn(
            Path(name or f"{agency}_{period.label}.xlsx"),
            sha256=f"sha of {name or agency} {period.label}",
            saved=saved,
            identity=identity,
            sign_off=dict.fromkeys(SIGNED, "") if blank else SIGNED | {"date": period.due(10)},
            entries=entries,
            sheets=(START, *plan.lines, IDENTITY),
        )

    def context(self, **changes: Any) -> Context:  # noqa: ANN401
        agreed = {"key": KEY, "issued": self.issued(), "period": QUARTER, "known": self.known}
        return Context(**({"framework": self.framework} | agreed | changes))

    def issued(self) -> dict[str, IssuedRecord]:
        records = {}
        for agency in ("idva", "police"):
            positions = self.plan(agency).positions()
            issue_id = f"{agency}-{QUARTER.label}"
            records[issue_id] = IssuedRecord(issue_id, agency, QUARTER.label, "3", "digest", positions)
        return records

    def check(self, returns: Sequence[ReadReturn], **changes: Any) -> Checked:  # noqa: ANN401
        return check_returns(self.context(**changes), returns)

    def check_one(self, typed: Mapping[str, Typed] | None = None, **changes: Any) -> CheckedReturn:  # noqa: ANN401
        return self.check([self.filled(typed)], **changes).returns[0]

    def learn(self, item: str, period: Period, category: str = "", **fields: Any) -> None:  # noqa: ANN401
        observation = Observation(item, category, "idva", period, **fields)
        self.known[observation.key] = observation


def places(findings: Sequence[Finding]) -> list[tuple[str, str, str]]:
    """Code, sheet and cell of each finding."""
    return [(finding.code.name, finding.sheet, finding.cell) for finding in findings]


@pytest.fixture
def desk() -> Desk:
    return Desk()


class Sent:
    """A return that went out, filled in and back."""

    def __init__(self, desk: Desk, folder: Path) -> None:
        self.desk = desk
        self.path = folder / f"idva_{QUARTER.label}.xlsx"
        self.issued: Issued = Template(desk.framework, KEY).write(desk.plan(), desk.known, self.path)
        self.rows = {figure: (sheet, row) for sheet, each in self.issued.positions.items() for row, figure in each}
        self.change(self._fill)

    def _fill(self, book: Workbook) -> None:
        for item, value in {"must": 3, "percent": 0.364, "words": "Nothing to add."}.items():
            sheet, row = self.row(item)
            book[sheet][ENTRY_TABLES[sheet].cell("value", row)] = value

    def row(self, item: str) -> tuple[str, int]:
        return self.rows[figure_id(item, "", QUARTER)]

    def change(self, change: Callable[[Workbook], Any]) -> None:
        """Change the file with openpyxl."""
        book = openpyxl.load_workbook(self.path)
        change(book)
        book.save(self.path)

    def rewrite(self, part: str, change: Callable[[str], str]) -> None:
        """Change a part of the file as it is stored."""
        with zipfile.ZipFile(self.path) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        changed = change(parts[part].decode())
        assert changed.encode() != parts[part]
        parts[part] = changed.encode()
        with zipfile.ZipFile(self.path, "w") as archive:
            for name, content in parts.items():
                archive.writestr(name, content)

    @property
    def record(self) -> IssuedRecord:
        each = self.issued
        what = packed(each.locked, each.around)
        identity = (each.issue_id, each.agency, each.period, each.catalogue_version, each.digest)
        return IssuedRecord(*identity, each.positions, each.file, packed=what)

    def checked(self, read: ReadReturn | None = None, **changes: Any) -> CheckedReturn:  # noqa: ANN401
        issued = {self.issued.issue_id: self.record}
        return self.desk.check([read or read_return(self.path)], **{"issued": issued, **changes}).returns[0]


@pytest.fixture
def sent(desk: Desk, tmp_path: Path) -> Sent:
    return Sent(desk, tmp_path)
