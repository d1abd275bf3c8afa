"""A real round on a desk: a workspace of Haringey, its ledger, and returns filled as agencies fill them."""

from __future__ import annotations

import atexit
import functools
import shutil
import sqlite3
import tempfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import python_calamine

from dapf_xl import cycle
from dapf_xl.periods import Period
from dapf_xl.returns.filling import Typed, fill
from dapf_xl.workspace import open_workspace

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dapf_xl.consolidation import Round
    from dapf_xl.cycle import Consolidated
    from dapf_xl.workspace import Workspace

QUARTER = "2014-15-Q2"
FIGURES: dict[str, dict[str, str]] = {
    "idva": {"H1.stated": "85", "H1.referrals": "60", "H1.contacted": "50", "H1.engaged": "37"},
    "police": {"H2.retained": "73"},
    "dvip": {"H3.stated": "80"},
    "marac": {"H4.referrals": "88", "H5.two": "65", "H5.one": "67", "H6.repeat": "19"},
    "vawg": {"HN.overview": "Five of the six measures were reported."},
}
"""What each agency reports, percentages on the 0 to 100 scale; all of it is acceptable, and near what was published."""
RECORDS = ("issued", "received", "observed", "found", "untaken")
"""Tables of the ledger that a second run over the same folder must not add to."""


def signed(quarter: str) -> dict[str, str]:
    """Return a whole sign-off of a quarter's return, a fortnight after the quarter's end."""
    return {"name": "An officer", "role": "Analyst", "date": Period.parse(quarter).due(14).isoformat()}


def entry(figure: str, value: str) -> Typed:
    """Return what is typed for ``item``, ``item/category`` or ``item@period``; ``[x] …`` goes where shorthand goes."""
    figure, _, period = figure.partition("@")
    item, _, category = figure.partition("/")
    said, _, comment = value.partition(" # ")
    is_shorthand = said.startswith("[")
    return Typed(item, category, "" if is_shorthand else said, said if is_shorthand else "", comment, period)


@dataclass
class Desk:
    """A workspace, and what people do with it."""

    folder: Path
    period: str = QUARTER

    @property
    def workspace(self) -> Workspace:
        return open_workspace(self.folder)

    @property
    def issued(self) -> Path:
        return self.folder / "issued" / self.period

    @property
    def returns(self) -> Path:
        return self.folder / "returns" / self.period

    @property
    def master(self) -> Path:
        (master,) = (self.folder / "master" / self.period).glob("[!.]*.xlsx")
        return master

    def send_back(self, agency: str, figures: Mapping[str, str] | None = None, name: str = "") -> Path:
        """Fill an agency's return and put it into the folder of returns."""
        figures = FIGURES[agency] if figures is None else figures
        source = self.issued / f"{agency}_{self.period}.xlsx"
        path = self.returns / (name or source.name)
        fill(source, [entry(*each) for each in figures.items()], path, signed(self.period))
        return path

    def send_all_back(self, *, but: str = "") -> None:
        filled = _filled() if self.period == QUARTER else None
        for agency in FIGURES:
            if agency == but:
                continue
            if filled:
                self.returns.mkdir(parents=True, exist_ok=True)
                shutil.copy(filled / f"{agency}_{QUARTER}.xlsx", self.returns)
            else:
                self.send_back(agency)

    def force(self, path: Path, item: str, value: object) -> None:
        """Put into a figure's cell what a person could only paste there."""
        workbook = openpyxl.load_workbook(path)
        sheet = workbook["Return"]
        (row,) = (row for row in range(6, sheet.max_row + 1) if str(sheet[f"N{row}"].value).startswith(f"{item}@"))
        sheet[f"J{row}"].value = value
        workbook.save(path)

    def consolidate(self) -> Consolidated:
        return cycle.consolidate(self.folder, self.period)

    def round(self) -> Round:
        return self.consolidate().current

    def value(self, figures: Round, item: str, period: str = "") -> object:
        """Return what counts for an item, None where nothing does."""
        wanted = Period.parse(period or self.period)
        found = [each for key, each in figures.figures.items() if key[0] == item and key[3] == wanted]
        return None if not found else found[0].replacement or found[0].value or found[0].text

    def statuses(self, figures: Round) -> dict[str, list[str]]:
        """Return the statuses of each agency's files."""
        found: dict[str, list[str]] = {}
        for each in figures.submissions:
            found.setdefault(each.agency, []).append(each.status)
        return found

    def rows(self, table: str) -> list[tuple[Any, ...]]:
        """Return a table of the ledger as it is on the disk."""
        with closing(sqlite3.connect(self.folder / "ledger.sqlite")) as connection:
            return connection.execute(f"SELECT * FROM {table} ORDER BY rowid").fetchall()  # noqa: S608

    def record(self) -> dict[str, list[tuple[Any, ...]]]:
        """Return the whole ledger, which is sound."""
        with closing(sqlite3.connect(self.folder / "ledger.sqlite")) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: self.rows(name) for name in names}

    def everything(self) -> tuple[dict[str, list[tuple[Any, ...]]], dict[str, bytes]]:
        """Return the ledger's rows and every other file's bytes: what a run that failed must leave alone."""
        files = {
            path.relative_to(self.folder).as_posix(): path.read_bytes()
            for path in self.folder.rglob("*")
            if path.is_file() and not path.name.startswith(("ledger.", "~$", ".~lock"))
        }
        return self.record(), files


def new_desk(folder: Path) -> Desk:
    """Return a desk of its own whose returns of the quarter are issued and not yet back."""
    shutil.copytree(_base() / "issued", folder)
    return Desk(folder)


def cells(path: Path) -> dict[str, list[list[Any]]]:
    """Return every cell of a master but the moment at which it was made, by sheet."""
    workbook = python_calamine.CalamineWorkbook.from_path(path)
    sheets = {name: workbook.get_sheet_by_name(name).to_python() for name in workbook.sheet_names}
    return {name: [row for row in rows if row[:1] != ["Made"]] for name, rows in sheets.items()}


def data_of(path: Path, framework: str = "haringey") -> Iterator[dict[str, Any]]:
    """Yield the rows of a master's ``Data``."""
    rows = iter(cells(path)["Data"])
    heads = next(row for row in rows if row[:2] == ["framework", "indicator"])
    yield from (dict(zip(heads, row, strict=True)) for row in rows if row[0] == framework)


def unfinished(folder: Path) -> list[Path]:
    """Return what a run that was stopped has left half-written."""
    return [path for path in folder.rglob(".*") if not path.name.startswith(".~lock")]


@functools.cache
def _base() -> Path:
    base = Path(tempfile.mkdtemp(prefix="dapf-rounds-"))
    atexit.register(shutil.rmtree, base, ignore_errors=True)
    cycle.init("haringey", base / "issued")
    cycle.issue(base / "issued", QUARTER)
    return base


@functools.cache
def _filled() -> Path:
    desk = Desk(_base() / "filled")
    shutil.copytree(_base() / "issued", desk.folder)
    for agency in FIGURES:
        desk.send_back(agency)
    return desk.returns
