"""Somebody at an agency, who has a return open in a window of Calc.

The hands are the keys and the mouse of the screen. The eyes read through UNO what is shown, and through the screen
which colours: neither ever changes anything.
"""

from __future__ import annotations

import contextlib
import re
import time
from typing import TYPE_CHECKING, Any, NamedTuple

from com.sun.star.lang import DisposedException

from tests.hosts.calc import STEP_SECONDS, wait_until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.hosts.calc import Calc, Screen

# What UNO calls the roles of things on the screen, and the states that they are in.
BUTTON, LABEL, LIST, LIST_ITEM, TEXT, TOOL_BAR, SHEET = 44, 86, 32, 33, 60, 63, 58
FOCUSED, MODAL, SHOWING = 11, 16, 25
MOST_CHILDREN = 60
"""How many children of a thing are looked at: a sheet has as many as it has cells."""
FORMATS = {".ods": "ODF Spreadsheet (.ods)", ".xlsx": "Excel 2007–365 (.xlsx)"}
"""What Calc calls the formats of a file, by its ending."""
KEPT = "Use Excel 2007–365 Format"


class Box(NamedTuple):
    """A message box, or a dialog, that stands before the window."""

    title: str
    words: str
    buttons: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.title}: {self.words}"


class Officer:
    """Fills in one return by hand."""

    def __init__(self, calc: Calc, path: Path, pictures: Path) -> None:
        """Open the return, as a double click on it does."""
        assert calc.screen
        self.calc, self.pictures = calc, pictures
        self.screen: Screen = calc.screen
        self.closes_box()
        self.book = self.opens(path)

    def opens(self, path: Path) -> Any:  # noqa: ANN401  (a UNO object)
        """Open a workbook, which comes to the front, and return it."""
        self._before(self.calc.open(path))
        return self.book

    def turns_to(self, book: Any) -> None:  # noqa: ANN401  (a UNO object)
        """Bring a workbook that is open to the front."""
        (found,) = self.screen.run("xdotool", "search", "--onlyvisible", "--name", f"^{re.escape(book.name)} ").split()
        self.screen.run("xdotool", "windowactivate", "--sync", found)
        self._before(book)

    def _before(self, book: Any) -> None:  # noqa: ANN401  (a UNO object)
        self.book = book
        window = book.api.CurrentController.Frame.ContainerWindow.getAccessibleContext()
        (bar,) = (each for each in _below(window, 2) if _is(each, TOOL_BAR, "Formula Tool Bar"))
        parts = list(_below(bar, 7))
        (self._name_box,) = (each for each in parts if each.getAccessibleRole() == TEXT)
        (self._accept,) = (each for each in parts if _is(each, BUTTON, "Accept"))
        self._waits(lambda: self._title().startswith(book.name), f"{book.name} in front")

    # --- hands ------------------------------------------------------------------------------------

    def presses(self, *keys: str) -> None:
        """Press keys one after the other, such as ``ctrl+c``."""
        self.screen.run("xdotool", "key", "--delay", "8", *keys)

    def goes_to(self, sheet: str, cells: str) -> None:
        """Go to cells by way of the box above the sheet in which their name is typed."""
        name, wanted = f"'{sheet}'" if " " in sheet else sheet, self._named(sheet, cells)

        def says_where() -> None:
            self._insists(
                lambda: self.presses("ctrl+shift+t"), lambda: FOCUSED in _states(self._name_box), "the Name Box"
            )
            self.presses("ctrl+a")
            self._types(f"{name}.{cells}")
            self.presses("Return")

        self._insists(says_where, lambda: self._selected() == wanted, f"the cursor at {sheet} {cells}")

    def enters(self, sheet: str, cell: str, text: str, *, then: str = "Return") -> str:
        """Type into a cell, press Enter, and return what the program says to it; "" where it takes it silently."""
        self.goes_to(sheet, cell)
        here = self._selected()
        self._types(text[0])
        self._waits(lambda: self._is_typing() or self.box(), f"{text[0]} in {cell}")
        if not self.box():
            if text[1:]:
                self._types(text[1:])
            if text[0].isalpha():
                self.presses("Delete")  # what the program would complete it to
            self.presses(then)
            self._waits(lambda: self.box() or self._is_left(here), f"{text} in {cell}")
        return self.closes_box()

    def picks(self, sheet: str, cell: str, words: str) -> None:
        """Open the list of a cell with the keys, and pick a line of it."""
        self.goes_to(sheet, cell)
        self.presses("alt+Down")
        found = self._waits(self._open_list, f"the list of {cell}")
        lines = [found.getAccessibleChild(number).getAccessibleName() for number in range(found.AccessibleChildCount)]
        assert words in lines, lines
        for _ in lines:
            if _chosen(found) == words:
                break
            before = _chosen(found)
            self.presses("Down")
            self._waits(lambda before=before: _chosen(found) != before, "the next line")
        self.presses("Return")
        self._waits(lambda: self.shows(sheet, cell) == words, f"{words} in {cell}")

    def presses_at(self, sheet: str, cells: str, *keys: str) -> None:
        """Go to cells, and press keys there."""
        self.goes_to(sheet, cells)
        self.presses(*keys)

    def deletes(self, sheet: str, cells: str) -> None:
        """Press Delete on cells. Where they are locked, Calc does nothing, or says so in a box, which is closed."""
        self.presses_at(sheet, cells, "Delete")
        for _ in range(2):  # once the cursor has moved on twice, what Delete began is done
            here = self._selected()
            self.presses("Down")
            self._waits(lambda here=here: self.box() or self._selected() != here, "the cursor to move on")
            self.closes_box()

    def drags(self, sheet: str, cell: str, to: str) -> None:
        """Drag the handle at the corner of a cell to another cell below it."""
        self.goes_to(sheet, cell)
        self._waits(lambda: self._stands_still(sheet, cell), f"{cell} to stand still")
        (_, _, right, bottom), (_, _, _, end) = self._place(sheet, cell), self._place(sheet, to)
        self.screen.run("xdotool", "mousemove", str(right), str(bottom), "sleep", "0.1", "mousedown", "1")
        for share in (0.3, 0.7, 1.0):  # the whole of a cell is taken once the mouse is well past its middle
            down = int(bottom + (end - 6 - bottom) * share)
            self.screen.run("xdotool", "sleep", "0.1", "mousemove", str(right - 6), str(down))
        self.screen.run("xdotool", "sleep", "0.1", "mouseup", "1")

    def clicks(self, shown: Any) -> None:  # noqa: ANN401  (a UNO object)
        """Click in the middle of what is on the screen."""
        left, top, right, bottom = _edges(shown)
        self.screen.run("xdotool", "mousemove", str((left + right) // 2), str((top + bottom) // 2), "click", "1")

    def answers(self, button: str) -> None:
        """Click a button of the box that stands before the window."""
        box = self.box()
        assert box, f"no box with {button}"
        self._insists(
            lambda: self.clicks(box.buttons[button]), lambda: not self._asks(box.title), f"{box.title} to close"
        )

    def told(self) -> str:
        """Wait for a message box, close it, and return what it said."""
        self._waits(self.box, "a box")
        return self.closes_box()

    def closes_box(self) -> str:
        """Close a message box, if one stands there, with the keys, and return what it said."""
        box = self.box()
        if box is None:
            return ""
        self._waits(lambda: self._title() == box.title, f"{box.title} in front")
        self._insists(lambda: self.presses("Escape"), lambda: self.box() is None, f"{box.title} to close")
        return str(box)

    def saves(self) -> None:
        """Save the file under its name, in the format that it has."""
        self.presses("ctrl+s")
        self._waits(lambda: self.box() or not self.book.api.isModified(), "saving")
        if self.box():
            self.answers(KEPT)
        self._waits(lambda: not self.book.api.isModified(), "the file to be saved")

    def saves_as(self, path: Path) -> None:
        """Save the file under another name, in the format that its ending says."""
        self.presses("ctrl+shift+s")
        self._waits(lambda: self._asks("Save as"), "Save As")
        self._comes_to("File type:", "alt+t")
        self.presses("Home" if path.suffix == ".ods" else "e")
        self._waits(lambda: self._boxes("File type:")[0].getText() == FORMATS[path.suffix], "the format")
        self._comes_to("File name:", "alt+n")

        def says_where() -> None:
            self.presses("ctrl+a")
            self._types(str(path))

        self._insists(says_where, lambda: self._boxes("File name:")[0].getText() == str(path), "the name")
        self.answers("Save")
        if self.box():
            self.answers(KEPT)
        self._waits(lambda: self.book.fullname == str(path) and not self.book.api.isModified(), f"{path.name}")

    def closes(self) -> None:
        """Close the window."""
        self.book.api.setModified(False)
        self.book.close()

    # --- eyes -------------------------------------------------------------------------------------

    def shows(self, sheet: str, cell: str) -> str:
        """Return what a cell shows."""
        return str(self._cell(sheet, cell).String)

    def holds(self, sheet: str, cell: str) -> str:
        """Return what the line above the sheet shows of a cell."""
        return str(self._cell(sheet, cell).FormulaLocal)

    def last_row(self, sheet: str) -> int:
        """Return how far down anything stands on a sheet."""
        cursor = self.book.api.Sheets.getByName(sheet).createCursor()
        cursor.gotoEndOfUsedArea(False)  # noqa: FBT003  (UNO takes no names)
        return int(cursor.RangeAddress.EndRow) + 1

    def sees(self, sheet: str, cell: str, words: str) -> None:
        """Wait until a cell shows something."""
        found = f"{words} in {sheet} {cell}"
        self._waits(lambda: self.shows(sheet, cell) == words, found, lambda: self.shows(sheet, cell))

    def colour(self, sheet: str, cell: str) -> str:
        """Return the colour that a cell has on the screen, near its lower left corner: ``#FFF2CC``."""
        self.goes_to(sheet, f"{cell[0]}1")  # so that the cursor is elsewhere
        left, _, _, bottom = self._place(sheet, cell)
        text = self.screen.run(
            "import", "-window", "root", "-crop", f"1x1+{left + 4}+{bottom - 4}", "-depth", "8", "txt:-"
        )
        return text.split("#")[2][:6]

    def box(self) -> Box | None:
        """Return the box that stands before the window."""
        try:
            top = next((each for each in self._tops() if {MODAL, SHOWING} <= _states(each)), None)
            if top is None:
                return None
            inside = list(_below(top, 9))
            words = " ".join(each.getAccessibleName() for each in inside if each.getAccessibleRole() == LABEL)
            buttons = {each.getAccessibleName(): each for each in inside if each.getAccessibleRole() == BUTTON}
            return Box(top.getAccessibleName(), words, buttons)
        except DisposedException:  # it was being closed
            return None

    def picture(self, name: str) -> Path:
        """Take a picture of the screen."""
        self.pictures.mkdir(parents=True, exist_ok=True)
        time.sleep(0.5)  # until it is drawn
        return self.screen.picture(self.pictures / f"{name}.png")

    # --- how ----------------------------------------------------------------------------------------

    def _types(self, text: str) -> None:
        self.screen.run("xdotool", "type", "--delay", "8", "--", text)

    def _waits(self, done: Callable[[], Any], what: str, shown: Callable[[], object] | None = None) -> Any:  # noqa: ANN401
        try:
            return wait_until(done, what, pause=0.02)
        except AssertionError as error:
            picture = self.picture("failed")
            message = f"{error}; box: {self.box()}; at {self._selected()}; {shown() if shown else ''}; see {picture}"
            raise AssertionError(message) from error

    def _insists(self, act: Callable[[], None], done: Callable[[], Any], what: str) -> None:
        """Do something that can be done twice, and again if nothing comes of it: a busy machine loses a key."""
        end = time.monotonic() + STEP_SECONDS
        while time.monotonic() < end:
            act()
            with contextlib.suppress(AssertionError):
                wait_until(done, what, seconds=5, pause=0.02)
                return
        self._waits(done, what)

    def _comes_to(self, name: str, key: str) -> None:
        """Come to a box of the dialog that is open, by its key."""
        there = lambda: any(FOCUSED in _states(each) for each in self._boxes(name))  # noqa: E731
        self._insists(lambda: self.presses(key), there, name)

    def _title(self) -> str:
        return self.screen.in_front()

    def _asks(self, title: str) -> bool:
        box = self.box()
        return box is not None and box.title == title

    def _tops(self) -> Iterator[Any]:
        kit = self.calc.app.service("com.sun.star.awt.Toolkit")
        for number in range(kit.getTopWindowCount()):
            yield kit.getTopWindow(number).getAccessibleContext()

    def _boxes(self, name: str) -> list[Any]:
        """Return the boxes of a name in which something is typed, in the dialog that is open."""
        top = next(each for each in self._tops() if {MODAL, SHOWING} <= _states(each))
        return [each for each in _below(top, 12) if _is(each, TEXT, name)]

    def _open_list(self) -> Any:  # noqa: ANN401  (a UNO object)
        for top in self._tops():
            if not top.getAccessibleName() and SHOWING in _states(top):
                for each in _below(top, 5):
                    if each.getAccessibleRole() == LIST and each.AccessibleChildCount:
                        return each
        return None

    def _is_typing(self) -> bool:
        return SHOWING in _states(self._accept)

    def _is_left(self, cell: str) -> bool:
        return not self._is_typing() and self._selected() != cell

    def _selected(self) -> str:
        return str(self.book.api.CurrentController.Selection.AbsoluteName)

    def _cell(self, sheet: str, cells: str) -> Any:  # noqa: ANN401  (a UNO object)
        return self.book.api.Sheets.getByName(sheet).getCellRangeByName(cells)

    def _named(self, sheet: str, cells: str) -> str:
        return str(self._cell(sheet, cells).AbsoluteName)

    def _stands_still(self, sheet: str, cell: str) -> bool:
        before = self._place(sheet, cell)
        time.sleep(0.2)
        return before == self._place(sheet, cell)

    def _place(self, sheet: str, cell: str) -> tuple[int, int, int, int]:
        """Return left, top, right and bottom of a cell on the screen."""
        window = self.book.api.CurrentController.Frame.ContainerWindow.getAccessibleContext()
        at = self._cell(sheet, cell).CellAddress
        panes = (each for each in _below(window, 4) if _is(each, SHEET, f"Sheet {sheet}"))
        cells = (each.getAccessibleCellAt(at.Row, at.Column).getAccessibleContext() for each in panes)
        return _edges(next(each for each in cells if SHOWING in _states(each)))


def _chosen(found: Any) -> str:  # noqa: ANN401  (a UNO object)
    return found.getSelectedAccessibleChild(0).getAccessibleName() if found.getSelectedAccessibleChildCount() else ""


def _states(shown: Any) -> set[int]:  # noqa: ANN401  (a UNO object)
    return set(shown.getAccessibleStateSet().getStates())


def _is(shown: Any, role: int, name: str) -> bool:  # noqa: ANN401  (a UNO object)
    return shown.getAccessibleRole() == role and shown.getAccessibleName() == name


def _edges(shown: Any) -> tuple[int, int, int, int]:  # noqa: ANN401  (a UNO object)
    place, size = shown.getLocationOnScreen(), shown.getSize()
    return place.X, place.Y, place.X + size.Width, place.Y + size.Height


def _below(shown: Any, depth: int) -> Iterator[Any]:  # noqa: ANN401  (a UNO object)
    """Yield what is in a thing on the screen, so many levels down."""
    for number in range(min(shown.getAccessibleChildCount(), MOST_CHILDREN) if depth else 0):
        child = shown.getAccessibleChild(number)
        child = child.getAccessibleContext() if hasattr(child, "getAccessibleContext") else child
        yield child
        if child.getAccessibleRole() not in {SHEET, 35}:
            yield from _below(child, depth - 1)
