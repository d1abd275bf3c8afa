"""A mutant in the making: what its kind may change, and what the kind has to say of it; and the list of kinds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dapf_xl.returns.layout import ENTRY_TABLES
from tests.mutation.workbook import split

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Sequence

    from tests.mutation.originals import Desk, Key, Original, Place
    from tests.mutation.workbook import Book, Difference


@dataclass
class Case:
    """What a kind works on."""

    desk: Desk
    original: Original
    book: Book
    random: random.Random
    seed: int
    kind: Kind
    name: str = ""
    """The file's name."""
    data: bytes = b""
    """The file, where it is not the book's; the book then says what it should hold."""
    disputed: set[Key] = field(default_factory=set)
    """Figures that must not be taken: what stands in their cells answers something else."""
    rejected: bool = False
    """Whether nothing at all may be taken."""
    moved: set[str] = field(default_factory=set)
    """Sheets whose rows or columns moved as a whole: that must be named for each, but not cell by cell."""

    @property
    def sheets(self) -> list[str]:
        """The sheets with figures, that hold any."""
        return [
            name for name in self.book.sheets if any(place.sheet == name for place in self.original.places.values())
        ]

    def places(self, sheet: str = "") -> list[tuple[Key, Place]]:
        """The figures, of one sheet or of all."""
        return [(key, place) for key, place in self.original.places.items() if not sheet or place.sheet == sheet]

    def pick_sheet(self, least: int = 1) -> str:
        """A sheet with at least so many rows of figures; the fullest where none has."""
        rows = {name: len({place.row for _, place in self.places(name)}) for name in self.sheets}
        enough = [name for name, count in rows.items() if count >= least]
        return self.random.choice(enough) if enough else max(rows, key=lambda name: rows[name])

    def rows(self, sheet: str) -> list[int]:
        """The rows of a sheet that take figures."""
        return sorted({place.row for _, place in self.places(sheet)})

    def locked(
        self, wanted: Callable[[object], bool] = lambda _: True, sheets: Sequence[str] = ()
    ) -> list[tuple[str, str]]:
        """The locked cells that hold something of the kind that is wanted."""
        return [
            place
            for place in self.original.locked
            if (not sheets or place[0] in sheets) and wanted(self.book.get(*place))
        ]

    def turn(self, choices: Sequence[tuple[str, str]]) -> tuple[str, str]:
        """The cell that it is the seed's turn for, so that as many seeds as there are cells reach each of them."""
        return choices[self.seed % len(choices)]

    def say(self, difference: Difference) -> None:
        """Note a difference that no cell tells."""
        self.book.about.append(difference)


@dataclass(frozen=True)
class Kind:
    """A way in which a return can come back other than it went out."""

    name: str
    group: str
    who: str
    does: str
    """What dapf does about it."""
    make: Callable[[Case], None]
    composes: bool
    """Whether others can be done to the same workbook."""
    cells: bool
    """Whether every locked cell takes its turn."""
    office: bool
    harmless: bool
    """Whether it changes nothing that counts: everything must be taken, and nothing found."""


KINDS: dict[str, Kind] = {}


def kind(  # noqa: PLR0913  (what is said of a kind)
    who: str,
    does: str,
    *,
    composes: bool = True,
    cells: bool = False,
    office: bool = False,
    harmless: bool = False,
) -> Callable[[Callable[[Case], None]], Callable[[Case], None]]:
    """Enter a kind under its function's name."""

    def enter(make: Callable[[Case], None]) -> Callable[[Case], None]:
        name = make.__name__.replace("_", " ")
        group = make.__module__.rpartition(".")[2].removeprefix("kinds_")
        assert name not in KINDS, name
        KINDS[name] = Kind(name, group, who, does, make, composes, cells, office, harmless)
        return make

    return enter


def table_columns(sheet: str) -> list[str]:
    """The column letters of an entry table, the ids among them."""
    return list(ENTRY_TABLES[sheet].columns.values())


def at_row(address: str, row: int) -> str:
    """The same column in another row."""
    return f"{split(address)[0]}{row}"
