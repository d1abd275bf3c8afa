"""Returns as they are filled in, rightly and wrongly, from a seed: what people, pastes and programs leave in them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from random import Random
from typing import TYPE_CHECKING, Any

import openpyxl

from dapf_xl.catalogue.evidence import LEVELS
from dapf_xl.observations import published, shorthand_choices
from dapf_xl.returns.layout import ENTRY_TABLES, LABEL, RETURN, SIGN_OFF, START, plan_return
from dapf_xl.returns.template import Template
from dapf_xl.rules.rows import NUMERIC
from dapf_xl.synthetic.answers import Officer
from dapf_xl.synthetic.rounds import quarters_of
from tests.synthetic.coming_back import cell_of, checked, following, returned

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from openpyxl.worksheet.worksheet import Worksheet

    from dapf_xl.catalogue import Framework
    from dapf_xl.observations import Observation
    from dapf_xl.periods import Period
    from dapf_xl.returns.layout import EntryTable, Figure, Line, Plan

NUMBERS: tuple[Any, ...] = (
    None, 0, 3, 12, 250, 41_913, 44_562, 44_927, "44,652", 41_913.5,
    12.5, -3, -0.5, 0.25, 36.4, 101, 2_000_000_000, 5.0000000000001,
    "12abc", "c.40", "1O", "£5", "five", "n/a", "nil", "-", "", " ", "\u00a0", "12 ",
    " 12", "12\u00a0", "\u00a012\u00a0",
    "\u200b12", "12\n", "1,234", "12,345.5", "1,23", "12,5", "1234,567", "0,123", "1 234", "1\u00a0234", "36.4%",
    "36.4 %",
    "36.4", "-3", "−3", "+5", "5-", "5.", ".5", ".", "007", "12.50", "1.2.3", "1e3", "(5)", "1,234,567", "1,2345", "%",
    "1,000%", "--5", "12 %", "٣", True, False, "=1+1", "=1/0", "=NA()", '="12"', "#N/A", "#DIV/0!",
)  # fmt: skip
"""What is found in cells for numbers."""
WORDS = (
    None, "A sentence or two.", " ", "\n", 12, "x" * 8000, "x" * 8001, "=1+1", '="words"', "#REF!", "Yes"
)  # fmt: skip
CHOICES = (*LEVELS, "reasonable", "Yes", "no ", " Y", "N", "perhaps", "None", 1, True, None, "", "#N/A", "=1+1")
DAYS = (date(2024, 4, 1), date(2030, 1, 1), "soon", "31 Octember 2024", True, None, " ", "#N/A", "=TODAY()")
COMMENTS = (
    None, None, "Closed cases may be older.", " ", "x" * 1001, "n/a", "See above.", "figure is correct", "recount", 12
)  # fmt: skip
LABELS = (
    None, " ", "Fire and rescue service", "  fire   and rescue  SERVICE ", "Total", "sub-total ", "x" * 100,
    "x" * 101,
    "British Transport Police", 7,
)  # fmt: skip
SHORTHANDS = (
    "[x]", "[X] Not available: Not collected", "[x] not available", "n/a", "x", "[q]", "[p]", "[x] [p]", "[p] [z]",
    "[c]",
    " ", " [z] not applicable ", "[low] rounds to 0 but is not 0", "provisional [p]", "[r] [e]", "[a] [z]", 5, "#N/A",
)  # fmt: skip


_SLIPS = 0.4
"""Share of the mistakes that leave a figure a good one, but not the right one."""


@dataclass(frozen=True)
class Filled:
    """A return that was filled in."""

    path: Path
    framework: Framework
    plan: Plan
    known: dict[Figure, Observation]


def filled_returns(framework: Framework, seed: int, folder: Path, agencies: int) -> Iterator[Filled]:
    """Fill in returns of a framework's third quarter, after two in which all went well.

    Args:
        framework: The framework.
        seed: Another seed makes other mistakes.
        folder: Where they go.
        agencies: How many agencies; they take turns from seed to seed.
    """
    chance = Random(f"{framework.id} {seed}")  # noqa: S311  (nothing secret)
    known: dict[Figure, Observation] = {each.key: each for each in published(framework)}
    quarter = quarters_of(framework, rounds=3)[0]
    for _ in range(2):
        asked = [agency for agency in framework.agencies if framework.asked(quarter, agency)]
        back = [
            returned(framework, agency, quarter, Officer(framework, quarter, agency, seed, known).answers(), known)
            for agency in asked
        ]
        for one in checked(framework, quarter, back, known).returns:
            known |= {each.key: each for each in one.observations}
        quarter = following(quarter)
    asked = [agency for agency in framework.agencies if framework.asked(quarter, agency)]
    for agency in chance.sample(asked, min(agencies, len(asked))):
        yield fill_in(framework, agency, quarter, known, seed, chance, folder)


def fill_in(  # noqa: PLR0913, PLR0917  (whose, of when, and how)
    framework: Framework,
    agency: str,
    quarter: Period,
    known: dict[Figure, Observation],
    seed: int,
    chance: Random,
    folder: Path,
) -> Filled:
    """Issue one return and fill it in: as it should be, then wrongly in some rows, few or many."""
    plan = plan_return(framework, agency, quarter, known)
    path = folder / f"{framework.id}_{agency}_{seed}.xlsx"
    Template(framework, b"key").write(plan, known, path)
    book = openpyxl.load_workbook(path)
    answers = Officer(framework, quarter, agency, seed, known).answers()
    rows = {(each.item, each.category, each.period or quarter.label): each for each in answers}
    share = chance.choice((0, 0.1, 0.3, 0.8))
    filler = _Filler(framework, chance)
    for sheet, line in plan.figures():
        assert line.asked
        typed = rows.get((line.asked.item.id, line.asked.category, line.asked.period.label))
        table = ENTRY_TABLES[sheet]
        if typed:
            kind = line.asked.item.type
            filler.put(book[sheet], table.cell(line.part, line.row), cell_of(kind, typed.value), kind)
            for part, text in (("shorthand", typed.shorthand), ("comment", typed.comment)):
                if text and table.has(part) and line.part == table.inputs[0]:
                    filler.put(book[sheet], table.cell(part, line.row), text)
            if line.asked.is_open and table is RETURN and typed.label:
                filler.put(book[sheet], table.cell(LABEL, line.row), typed.label)
        if chance.random() < share:
            filler.spoil(book[sheet], table, line)
    if chance.random() < 0.8:
        day = chance.choice((quarter.due(10), quarter.due(10), quarter.due(1), quarter.last_day, "soon", None))
        name = chance.choice(("A name", "A name", "A name", " "))
        for part, what in (("name", name), ("role", "A role"), ("date", day)):
            filler.put(book[START], SIGN_OFF[part], what, part)
    book.save(path)
    return Filled(path, framework, plan, known)


class _Filler:
    """Types into cells."""

    def __init__(self, framework: Framework, chance: Random) -> None:
        self.framework, self.chance = framework, chance
        self.choices = (*shorthand_choices(framework.settings.disclosure_threshold or 0), *SHORTHANDS)

    def spoil(self, sheet: Worksheet, table: EntryTable, line: Line) -> None:
        """Put something else into one to three cells of a row."""
        assert line.asked
        kind = line.asked.item.type
        beside = [part for part in ("shorthand", "comment") if table.has(part) and line.part == table.inputs[0]]
        if line.asked.is_open and table is RETURN:
            beside += [LABEL, LABEL]
        wrong = {"shorthand": self.choices, "comment": COMMENTS, LABEL: self._labels(line)}
        for part in self.chance.choices([line.part, line.part, *beside], k=self.chance.randint(1, 3)):
            what = self.chance.choice(self._wrong(kind) if part == line.part else wrong[part])
            held = sheet[table.cell(part, line.row)].value
            if (
                part == line.part
                and kind in NUMERIC
                and isinstance(held, int | float)
                and self.chance.random() < _SLIPS
            ):
                what = round(held + self.chance.randint(1, 9) / (100 if kind == "percent" else 1), 4)
            self.put(sheet, table.cell(part, line.row), what, kind if part == line.part else "")

    def _wrong(self, kind: str) -> Sequence[Any]:
        if kind in NUMERIC:
            return NUMBERS
        return {"date": DAYS, "text": WORDS}.get(kind, CHOICES)

    def _labels(self, line: Line) -> Sequence[Any]:
        assert line.asked
        printed = self.framework.open_rows.printed(line.asked.item.id, line.asked.category).values()
        return (*LABELS, *(row.label.upper() for row in printed))

    @staticmethod
    def put(sheet: Worksheet, address: str, what: object, kind: str = "") -> None:
        """Put something into a cell; a text stays one whatever it looks like."""
        cell = sheet[address]
        cell.value = what
        if isinstance(what, date):
            cell.number_format = "d mmmm yyyy"
        elif isinstance(what, str) and what and not what.startswith(("=", "#")):
            cell.data_type = "s"
        elif isinstance(what, int | float) and kind == "date":
            cell.number_format = "d mmmm yyyy"
