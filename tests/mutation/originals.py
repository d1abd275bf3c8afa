"""Good returns of a framework, filled in with made-up figures, in a workspace that issued them.

Two rounds: the first is filled, returned and consolidated, so that the second has history and open revisions. What
is mutated are returns of the second, as a spreadsheet program saves them (formulas with results, protection and
validations in place). What they are answered with is known from what was typed.
"""

from __future__ import annotations

import contextlib
import functools
import io
import tempfile
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl

from dapf_xl import assurance, catalogue, cycle
from dapf_xl.catalogue.evidence import EvidenceField
from dapf_xl.contexts import context_of
from dapf_xl.known import known_figures
from dapf_xl.returns.filling import fill
from dapf_xl.returns.layout import ENTRY_TABLES, HEADER_ROW, SIGN_OFF, START, ids_in_row, parse_figure_id, plan_return
from dapf_xl.returns.reading import read_return
from dapf_xl.rules import check_returns
from dapf_xl.synthetic.answers import Officer
from dapf_xl.synthetic.rounds import quarters_of
from dapf_xl.workspace import open_workspace
from tests.mutation.workbook import Book, Day

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from dapf_xl.catalogue import Framework
    from dapf_xl.observations import Observation
    from dapf_xl.periods import Period
    from dapf_xl.rules import CheckedReturn, Context
    from dapf_xl.workspace import Workspace
    from tests.mutation.workbook import Content

Key = tuple[str, str, str, str]
"""Item, category, agency and period of a figure."""
MOST_RETURNS = 4
SEED = 7
_EPOCH = 25_569  # 1 January 1970, in days since 1900


@dataclass(frozen=True)
class Place:
    """Where a figure's answer goes, as it was issued."""

    sheet: str
    row: int
    value: str
    """Addresses of the cells that belong to it; "" where it has no such cell."""
    shorthand: str
    comment: str
    label: str
    says: tuple[str, ...]
    """The locked cells that say what is asked in its row."""


@dataclass
class Original:
    """A good return: its parts, and what is known of it."""

    framework: str
    agency: str
    period: str
    name: str
    parts: Mapping[str, bytes]
    inputs: frozenset[tuple[str, str]]
    """Cells that are not locked, by the file's own word: sheet and address."""
    dated: frozenset[tuple[str, str]]
    """Those of them whose format shows a date."""
    locked: tuple[tuple[str, str], ...]
    """Locked cells that hold something."""
    empty: tuple[tuple[str, str], ...]
    """Locked cells that hold nothing, within the tables."""
    places: Mapping[Key, Place]
    issue_id: str
    answers: dict[Key, Observation] = field(default_factory=dict)
    """What the unchanged return is taken for."""
    issued: Mapping[tuple[str, str], Content] = field(default_factory=dict)
    """What every cell of it holds."""

    def book(self) -> Book:
        """A copy to change."""
        return Book(self.parts)


@dataclass
class Desk:
    """A framework's round on a desk: its good returns, and all that they can be mixed up with."""

    framework: Framework
    folder: Path
    context: Context
    originals: list[Original]
    before: Mapping[str, bytes]
    """The returns of the quarter before, as they came back, by agency."""
    colleagues: Mapping[str, bytes]
    """Returns of the same round of other agencies than each original's, filled."""
    foreign: bytes
    """A return of the same agency and quarter that another workspace issued."""
    scratch: Path

    def check(self, name: str, data: bytes) -> CheckedReturn:
        """Check a file alone."""
        path = self.scratch / name
        path.write_bytes(data)
        try:
            return check_returns(self.context, [read_return(path)]).returns[0]
        finally:
            path.unlink()


def parts_of(data: bytes) -> dict[str, bytes]:
    """The parts of a workbook."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@contextlib.contextmanager
def desk_of(name: str) -> Iterator[Desk]:
    """Give a framework's desk; its folder is removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="dapf-mutants-") as temporary, contextlib.ExitStack() as stack:
        folder = Path(temporary) / name
        cycle.init(name, folder)
        framework = open_workspace(folder).framework
        quarters = quarters_of(framework, None, 8)[-2:]
        wanted = _agencies(framework, quarters[-1])
        before = _round(folder, quarters[0], wanted)
        cycle.consolidate(folder, quarters[0].label)
        filled = _round(folder, quarters[1], wanted)
        foreign = _elsewhere(Path(temporary) / "elsewhere" / name, name, quarters[1], wanted[0])
        home = open_workspace(folder)
        ledger = stack.enter_context(home.ledger())
        reads = [read_return(path) for path in (*before.values(), *filled.values())]
        context = context_of(home, ledger, quarters[1], reads)
        scratch = Path(temporary) / "scratch"
        scratch.mkdir()
        issued = {
            agency: (home.place("issued", quarters[1]) / f"{agency}_{quarters[1].label}.xlsx") for agency in wanted
        }
        originals = [_original(name, agency, quarters[1], issued[agency], filled[agency]) for agency in wanted]
        desk = Desk(
            framework, folder, context, originals,
            {agency: path.read_bytes() for agency, path in before.items()},
            {one.agency: one.book().bytes() for one in originals},
            foreign, scratch,
        )  # fmt: skip
        for original in originals:
            checked = desk.check(original.name, original.book().bytes())
            original.answers = {key_of(each): each for each in checked.observations}
            original.issued = dict(original.book().everything())
        yield desk


def key_of(observation: Observation) -> Key:
    """What an observation answers."""
    return observation.item, observation.category, observation.supplier, observation.period.label


def _agencies(framework: Framework, quarter: Period) -> list[str]:
    """The smallest returns that between them have every sheet, every type of item and every kind of row."""
    offers = {}
    for agency in framework.agencies:
        plan = plan_return(framework, agency, quarter, {})
        figures = [line.asked for lines in plan.lines.values() for line in lines if line.asked]
        if figures:
            kinds = {(each.item.type, isinstance(each.item, EvidenceField)) for each in figures}
            rows = {(each.is_open, each.period.kind, bool(each.category)) for each in figures}
            offers[agency] = (len(figures), {*plan.lines, *kinds, *rows})
    wanted: list[str] = []
    seen: set[object] = set()
    while len(wanted) < MOST_RETURNS:
        left = {agency: (len(has - seen), -size) for agency, (size, has) in offers.items() if agency not in wanted}
        best = max(left, key=lambda agency: left[agency], default="")
        if not best or (not left[best][0] and len(wanted) > 1):
            break
        wanted.append(best)
        seen |= offers[best][1]
    return wanted + [agency for agency in _twins(framework, quarter, offers) if agency not in wanted]


def _twins(framework: Framework, quarter: Period, agencies: Iterable[str]) -> tuple[str, ...]:
    """Two agencies that are asked for just the same, so that only words tell their returns apart."""
    asked: dict[str, str] = {}
    for agency in agencies:
        other = asked.setdefault(str(plan_return(framework, agency, quarter, {}).positions()), agency)
        if other != agency:
            return other, agency
    return ()


def _round(folder: Path, quarter: Period, agencies: Sequence[str]) -> dict[str, Path]:
    """Issue and fill a round; the paths of what came back, by agency."""
    home = open_workspace(folder)
    asked = {each.supplier for each in home.framework.asked(quarter)}
    agencies = [agency for agency in agencies if agency in asked]
    cycle.issue(folder, quarter.label, agencies)
    made = {}
    for agency in agencies:
        name = f"{agency}_{quarter.label}.xlsx"
        made[agency] = home.place("returns", quarter) / name
        _fill(home, quarter, agency, home.place("issued", quarter) / name, made[agency])
    return made


def _fill(home: Workspace, quarter: Period, agency: str, source: Path, out: Path) -> None:
    with home.ledger() as ledger:
        known = known_figures(home.framework, ledger, quarter)
        carried = assurance.carried_over(home.framework, quarter, known, ledger).get(agency, ())
    typed = Officer(home.framework, quarter, agency, SEED, known, carried).answers()
    sign_off = {"name": "An officer", "role": "Lead", "date": quarter.due(14).isoformat()}
    fill(source, typed, out, sign_off)


def _elsewhere(folder: Path, name: str, quarter: Period, agency: str) -> bytes:
    """A return that a workspace with another key issued."""
    folder.parent.mkdir()
    cycle.init(name, folder)
    return _round(folder, quarter, [agency])[agency].read_bytes()


def _original(framework: str, agency: str, quarter: Period, issued: Path, filled: Path) -> Original:
    """Type into the issued file what was typed into the filled one: as a program saves it that keeps all else."""
    before, after = openpyxl.load_workbook(issued), openpyxl.load_workbook(filled)
    book = Book(parts_of(issued.read_bytes()))
    inputs, dated, locked, empty = set(), set(), [], []
    for sheet in before:
        last = ENTRY_TABLES[sheet.title].index("id") + 1 if sheet.title in ENTRY_TABLES else sheet.max_column
        for row in sheet.iter_rows(max_col=last):
            for cell in row:
                place = (sheet.title, cell.coordinate)
                if not cell.protection.locked:
                    inputs.add(place)
                    if "mmm" in cell.number_format or "yy" in cell.number_format:
                        dated.add(place)
                elif cell.value is not None:
                    locked.append(place)
                else:
                    empty.append(place)
                typed = after[sheet.title][cell.coordinate].value
                if typed != cell.value:
                    assert place in inputs, f"{place} is locked"
                    book.put(*place, _stored(typed))
    book.bytes()
    return Original(
        framework, agency, quarter.label, issued.name, book.parts, frozenset(inputs), frozenset(dated),
        tuple(locked), tuple(empty), _places(before, agency), str(before["_dapf"]["B5"].value),
    )  # fmt: skip


def _stored(value: object) -> object:
    if hasattr(value, "toordinal"):
        return Day(value.toordinal() - 719_163 + _EPOCH)
    return value


def _places(workbook: openpyxl.Workbook, agency: str) -> dict[Key, Place]:
    found = {}
    for name, table in ENTRY_TABLES.items():
        if name not in workbook.sheetnames:
            continue
        sheet = workbook[name]
        for row in range(HEADER_ROW + 1, sheet.max_row + 1):
            text = str(sheet[table.cell("id", row)].value or "")
            for part, figure in ids_in_row(table, text) if text else ():
                parsed = parse_figure_id(figure)
                assert parsed is not None, figure
                item, category, period = parsed
                beside = part == table.inputs[0]
                parts = {
                    each: table.cell(each, row) if table.has(each) and beside else ""
                    for each in ("shorthand", "comment")
                }
                says = tuple(
                    table.cell(each, row) for each in ("ref", "indicator", "what", "unit", "period") if table.has(each)
                )
                spare = not sheet[table.cell("what", row)].protection.locked
                label = table.cell("what", row) if spare else ""
                found[item, category, agency, period.label] = Place(
                    name, row, table.cell(part, row), **parts, label=label,
                    says=tuple(each for each in says if each != label),
                )  # fmt: skip
    return found


@functools.cache
def frameworks() -> tuple[str, ...]:
    """Every shipped framework."""
    return tuple(catalogue.shipped())


SIGNED = frozenset((START, cell) for cell in SIGN_OFF.values())
