"""What a sheet has beside what stands in its cells, laid beside what it went out with: guards, links, pages, pictures.

Cells are compared where they stand now. Where rows or columns were moved, three things cannot be said for certain, and
are let be: what a formula in a validation or a format refers to (a program changes that as it moves them), what rows
that came in between have (programs give them what their neighbours have), and what is printed of the sheet.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote

from dapf_xl.findings import Code
from dapf_xl.personal_data import redacted
from dapf_xl.plain import shown
from dapf_xl.returns.fittings import ALLOWED, StoredFittings
from dapf_xl.returns.formats import FARTHEST, beyond, by_cell, cells_of
from dapf_xl.returns.formulas import without_places
from dapf_xl.returns.layout import PUT_RIGHT
from dapf_xl.returns.pages import page_of
from dapf_xl.returns.xlsx_fittings import fittings_of
from dapf_xl.rules.as_issued import ANYTHING
from dapf_xl.rules.cell_differences import address, cells_in_short, differences_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from dapf_xl.findings import Finding
    from dapf_xl.returns.fittings import IssuedSurroundings, Page, SheetFittings, Surroundings
    from dapf_xl.returns.formats import Cell, Said
    from dapf_xl.rules.as_issued import AsIssued
    from dapf_xl.rules.cell_differences import SheetDifferences
    from dapf_xl.rules.checking import CheckedReturn


def of_sheet(
    one: CheckedReturn, issued: AsIssued, sheet: str, around: Surroundings, was: IssuedSurroundings
) -> Iterator[Finding]:
    """Yield what a sheet of a return has otherwise than it went out, beside its cells."""
    found, before = fittings_of(around.fittings), fittings_of(was.fittings)
    is_other = around.fittings != was.fittings
    if is_other:
        yield from _guarded(sheet, before, found)
        yield from _holding_more(sheet, before, found, is_annotated=PUT_RIGHT in one.read.sheets)
    if sheet not in issued.rows:
        return  # the sheet _dapf, which nobody sees or prints
    laid = differences_of(one, issued, sheet)
    now = _Now(laid, issued, sheet)
    if is_other:
        yield from _linked(now, before, found)
        last = max(len(laid.found.cells), len(laid.old))
        changes = _changes(before, found, last, now) if laid.is_moved else _unmoved(was.fittings, around.fittings, last)
        for code, places, words in changes.by_code():
            yield code.finding(sheet=sheet, cell=places.first(), cells=f"{places} ({words})")
    if around.page != was.page:
        page = _page(around.page, around.fittings, sheet)
        yield from _printed(sheet, _page(was.page, was.fittings, sheet), page, is_moved=laid.is_moved)


class _Now:
    """Where the cells of a sheet stand now, and what they were."""

    def __init__(self, laid: SheetDifferences, issued: AsIssued, sheet: str) -> None:
        self.laid, self.issued, self.sheet = laid, issued, sheet
        self._back: dict[str, str] | None = None

    def __call__(self, cell: Cell) -> Cell | None:
        """Return where an issued cell stands now; None where it is gone."""
        if not self.laid.is_moved:
            return cell
        there = self.laid.now(f"{cell[0]}{cell[1]}")
        return (there[0], int(there[1:])) if there else None

    @property
    def back(self) -> Mapping[str, str]:
        """Where the cells stood when the return was issued, by where they stand now."""
        if self._back is None:
            rows = self.issued.rows[self.sheet]
            cells = [address(row, column) for row, line in enumerate(rows, 1) for column in range(len(line))]
            self._back = {there: cell for cell in cells if (there := self.laid.now(cell))}
        return self._back

    def is_input(self, cell: str) -> bool:
        """Say whether a cell is for typing into."""
        was = self.back.get(cell)
        if was is None:
            return False
        line = self.issued.rows[self.sheet][int(was[1:]) - 1]
        return line[ord(was[0]) - ord("A")] is ANYTHING and was not in self.issued.formulas[self.sheet]

    def text(self, cell: str) -> str:
        """Return what a cell holds."""
        cells, row, column = self.laid.found.cells, int(cell[1:]) - 1, ord(cell[0]) - ord("A")
        return str(cells[row][column]) if row < len(cells) and column < len(cells[row]) else ""


# --- guards, and what shows ------------------------------------------------------------------------


def _guarded(sheet: str, before: SheetFittings, found: SheetFittings) -> Iterator[Finding]:
    if before.allowed is not None and found.allowed is not None:
        now = [words for name, words in ALLOWED.items() if name in found.allowed and name not in before.allowed]
        closed = [name for name in _SELECTING if name in {*before.allowed} - {*found.allowed} - found.untold]
        what = [*(f"{words} now" for words in now), *(_SELECTING[name] for name in closed)]
        if what:
            yield Code.PROTECTION_CHANGED.finding(sheet=sheet, name=sheet, found="; ".join(what))
    view = [words for words in found.view if words not in before.view]
    if view:
        yield Code.BOOK_SET_OTHERWISE.finding(sheet=sheet, found=f"on the sheet {sheet} {', '.join(view)}")


def _holding_more(sheet: str, before: SheetFittings, found: SheetFittings, *, is_annotated: bool) -> Iterator[Finding]:
    """Yield what stands on a sheet that did not; notes on a copy that was annotated are dapf's own."""
    more = [words for words in found.more if words not in before.more]
    more = [words for words in more if not (is_annotated and words.startswith("notes"))]
    if more:
        yield Code.SHEET_HOLDS_MORE.finding(sheet=sheet, found=", ".join(map(redacted, more)))


_SELECTING = {
    "selectLockedCells": "locked cells cannot be selected",
    "selectUnlockedCells": "yellow cells cannot be selected, and so not typed into",
}
"""What is told where it is no more allowed. All else that is guarded better than it was is let be: LibreOffice drops
from an .ods that columns can be made wider."""


# --- links -----------------------------------------------------------------------------------------


def _linked(now: _Now, before: SheetFittings, found: SheetFittings) -> Iterator[Finding]:
    if "links" in found.untold:
        return
    wanted = {there: target for cell, target in _by_cell(before.links).items() if (there := now(cell))}
    leads = _by_cell(found.links)
    changed = []
    for place in dict.fromkeys((*wanted, *leads)):
        cell, old, new = f"{place[0]}{place[1]}", wanted.get(place, ""), leads.get(place, "")
        if _same_link(old, new) or (not old and now.is_input(cell) and _is_own(new, now.text(cell))):
            continue
        changed.append((cell, old, new))
    known = beyond(before.links, FARTHEST)
    far = {part: target for (part, said), target in beyond(found.links, FARTHEST).items() if (part, said) not in known}
    if changed or far:
        places = Places([cell for cell, _, _ in changed], [*far])
        cell, old, new = changed[0] if changed else (places.first(), "", next(iter(far.values())))
        count = len(places.cells) + len(places.beyond)
        more = f" ({count} such cells in all: {places})" if count > 1 else ""
        words = f"{cell} leads {_whither(new)} now, and led {_whither(old)} when the return was issued{more}"
        yield Code.LINKS_CHANGED.finding(sheet=now.sheet, cell=cell, what=words)


def _by_cell(links: Iterable[tuple[str, str]]) -> dict[Cell, str]:
    return {cell: target for where, target in links for cell in cells_of(where)}


def _same_link(old: str, new: str) -> bool:
    return old.casefold() == new.casefold()


def _whither(target: str) -> str:
    return f'to "{shown(redacted(target.removeprefix("#")))}"' if target else "nowhere"


_BEGINS = ("mailto:", "http://", "https://", "file:///")


def _is_own(target: str, text: str) -> bool:
    """Say whether a link leads to what the cell itself says: programs make one of an address that is typed."""
    plain = [unquote(each).strip().casefold().replace("\\", "/") for each in (target, text)]
    bare = []
    for each in plain:
        begins = next((start for start in _BEGINS if each.startswith(start)), "")
        bare.append(each.removeprefix(begins).rstrip("/#"))
    return bare[0] == bare[1]


# --- what cells say and show -----------------------------------------------------------------------


class Places(NamedTuple):
    """Cells, in the file as it is."""

    cells: list[str]
    beyond: list[str]
    """Ranges right of column Z, or below all that stands on the sheet."""

    def first(self) -> str:
        """Return the first cell."""
        return self.cells[0] if self.cells else self.beyond[0].partition(":")[0]

    def __bool__(self) -> bool:
        """Say whether there are any."""
        return bool(self.cells or self.beyond)

    def __str__(self) -> str:
        """Return them in short."""
        return ", ".join(filter(None, (cells_in_short(self.cells), *self.beyond)))


class Changes(NamedTuple):
    """Cells that say or show otherwise."""

    validations: Places
    lost: Places
    """Those that no longer turn a colour as they did."""
    added: Places
    """Those that turn as they did not."""
    words: tuple[str, str, str]
    """What the first of each kind said, and says."""

    def by_code(self) -> Iterator[tuple[Code, Places, str]]:
        """Yield the code of each kind of which there are any, with the cells and what the first said and says."""
        codes = (Code.VALIDATION_LOST, Code.FORMATS_LOST, Code.FORMATS_ADDED)
        each = zip(codes, self[:3], self.words, strict=True)
        return ((code, places, words) for code, places, words in each if places)


@lru_cache(maxsize=256)
def _unmoved(before: StoredFittings, now: StoredFittings | SheetFittings, last_row: int) -> Changes:
    """Return the same of a sheet on which nothing was moved; most returns are fitted out alike."""
    return _changes(fittings_of(before), fittings_of(now), last_row, None)


def _changes(before: SheetFittings, found: SheetFittings, last_row: int, now: _Now | None) -> Changes:
    is_moved = now is not None
    place: Callable[[Cell], Cell | None] = now or (lambda cell: cell)
    known = {(cell[0], int(cell[1:])) for cell in now.back} if now else None
    wanted, there = (_said(each, last_row, is_moved=is_moved) for each in (before, found))
    tells = "rules" not in found.untold
    other = []
    placed = {at: says for cell, says in wanted.items() if (at := place(cell))}
    for cell in dict.fromkeys((*placed, *there)):
        one, two = placed.get(cell, set()), there.get(cell, set())
        is_known = known is None or cell in known
        if (one != two if tells else bool(one) != bool(two)) and is_known:
            other.append(cell)
    formats, shows = (by_cell(each.formats, last_row, is_moved=is_moved) for each in (before, found))
    issued = {at: said for cell, said in formats.items() if (at := place(cell))}
    lost = [cell for cell, said in issued.items() if _is_lost(said, shows.get(cell, []), found)]
    added = [
        cell
        for cell, said in shows.items()
        if (known is None or cell in known)
        and {each.says for each in said} - {each.says for each in issued.get(cell, ())}
    ]
    far = _Beyond(before, found, last_row, is_moved=is_moved)
    said = (
        _first(other, placed, there) or far.words(far.validations),
        _first(lost, *({cell: map(str, each) for cell, each in by.items()} for by in (issued, shows))),
        _first(added, *({cell: map(str, each) for cell, each in by.items()} for by in (issued, shows)))
        or far.words(far.formats),
    )
    validations, gone, come = ([f"{column}{row}" for column, row in cells] for cells in (other, lost, added))
    return Changes(Places(validations, [*far.validations]), Places(gone, []), Places(come, [*far.formats]), said)


class _Beyond:
    """What is said of cells where nothing was said of any when the return was issued, by the ranges of these."""

    def __init__(self, before: SheetFittings, found: SheetFittings, last_row: int, *, is_moved: bool) -> None:
        def added(old: Iterable[tuple[str, str]], new: Iterable[tuple[str, str]]) -> dict[str, str]:
            known = beyond(old, last_row, is_moved=is_moved)
            there = beyond(new, last_row, is_moved=is_moved)
            return {part: says for (part, read), says in there.items() if (part, read) not in known}

        self.validations = added(before.validations, found.validations)
        self.formats = added(*([(each.where, each.says) for each in one.formats] for one in (before, found)))

    @staticmethod
    def words(told: Mapping[str, str]) -> str:
        """Return what is said of the first of some ranges."""
        part, says = next(iter(told.items()), ("", ""))
        return f"{part.partition(':')[0]}: nothing → {_piece(says, '')}" if part else ""


def _first(cells: list[Cell], before: Mapping[Cell, Iterable[str]], now: Mapping[Cell, Iterable[str]]) -> str:
    """Return what the first of some cells said, and says, as far as that is not the same."""
    if not cells:
        return ""
    column, row = cells[0]
    old, new = ([*each.get(cells[0], ())] for each in (before, now))
    if {*old} != {*new}:  # (or they only stand in another order)
        old, new = [each for each in old if each not in new], [each for each in new if each not in old]
    gone, come = "; ".join(old), "; ".join(new)
    return f"{column}{row}: {_piece(gone, come)} → {_piece(come, gone)}"


def _said(fittings: SheetFittings, last_row: int, *, is_moved: bool) -> dict[Cell, set[str]]:
    found: dict[Cell, set[str]] = {}
    for where, says in fittings.validations:
        for cell in cells_of(where, last_row):
            found.setdefault(cell, set()).add(without_places(says) if is_moved else says)
    return found


def _is_lost(wanted: list[Said], there: list[Said], found: SheetFittings) -> bool:
    """Say whether a cell does not turn as it did: a condition is gone, makes another look, or counts after another."""
    looks = {each.says: each.look for each in there}
    if any(each.says not in looks for each in wanted):
        return True
    if "looks" in found.untold:
        return False
    names = [each.says for each in wanted]
    return any(looks[each.says] != each.look for each in wanted) or names != [one for one in looks if one in names]


# --- pages -----------------------------------------------------------------------------------------

_PARTS = {
    "header": "the header",
    "footer": "the footer",
    "first header": "the header of the first page",
    "first footer": "the footer of the first page",
    "even header": "the header of the even pages",
    "even footer": "the footer of the even pages",
    "paper": "the paper",
    "area": "the print area",
    "titles": "what is repeated on every page",
}
_WHERE = ("area", "titles")
_LONGEST = 60
_BEFORE = 20


def _page(page: Page | bytes, fittings: StoredFittings | SheetFittings, sheet: str) -> Page:
    if not isinstance(page, bytes):
        return page
    return page_of(page, fittings.behind, sheet) if isinstance(fittings, StoredFittings) else {}


def _printed(sheet: str, before: Page, found: Page, *, is_moved: bool) -> Iterator[Finding]:
    for part, words in _PARTS.items():
        old, new = before.get(part, ""), found.get(part)
        usual = part.partition(" ")[2]
        follows = bool(usual) and new == found.get(usual)
        if new is None or part not in before or old == new or follows or (is_moved and part in _WHERE):
            continue
        yield Code.PAGE_CHANGED.finding(sheet=sheet, what=words, old=_piece(old, new), new=_piece(new, old))


def _piece(text: str, other: str) -> str:
    """Return a text that is printed, or as much of it as shows in what it is not the other."""
    if not text:
        return "nothing"
    one, two = redacted(text), redacted(other)
    pairs = enumerate(zip(one, two, strict=False))
    same = next((place for place, (first, second) in pairs if first != second), min(len(one), len(two)))
    start = max(0, min(same - _BEFORE, len(one) - _LONGEST))
    end = start + _LONGEST
    return f'"{"…" if start else ""}{one[start:end]}{"…" if end < len(one) else ""}"'
