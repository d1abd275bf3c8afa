"""What the buttons of the control workbook call: each starts one verb of ``cycle`` and shows what came of it.

Excel starts Python, which talks back to it through xlwings' desktop engine. Whatever happens, a click ends in a
sentence on the sheet and leaves Excel as it found it; what nobody foresaw is in the log, whose place is named.
"""

from __future__ import annotations

import contextlib
import functools
import re
import textwrap
import traceback
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import xlwings

from dapf_xl import cycle
from dapf_xl.amending import Correction
from dapf_xl.findings import DapfError, PeriodError, WorkspaceError
from dapf_xl.hosts import agency_states, lists, recipients_sheet
from dapf_xl.hosts import control_sheet as at
from dapf_xl.hosts.alone import BusyError, alone, log, log_file
from dapf_xl.hosts.opening import open_with_its_program
from dapf_xl.rounds import offered_quarters, usual_quarter
from dapf_xl.synced import worries
from dapf_xl.workspace import ANNOTATED, KEY, SETTINGS, open_workspace, quarter_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from dapf_xl.hosts.agency_states import State
    from dapf_xl.periods import Period
    from dapf_xl.workspace import Workspace

DONE, ASKED, FAILED = "●", "▲", "■"
"""Marks of what came of a click: it is done; it is done and somebody has to look; it is not done."""


class Desk:
    """The control workbook as a handler sees it: what is chosen on it, and where to say what came of a click."""

    def __init__(self, book: Any, status: Sequence[str] = at.STATUS, sheet: str = at.CONTROL) -> None:  # noqa: ANN401
        """Take the workbook (of xlwings), and where this click says what came of it."""
        self.book = book
        self.control = book.sheets[at.CONTROL]
        self._said_on = book.sheets[sheet]
        self._status = status

    def text(self, cell: str, sheet: str = at.CONTROL) -> str:
        """Return what a cell holds as text; a whole number without its decimals."""
        value = self.book.sheets[sheet].range(cell).value
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        return "" if value is None else str(value).strip()

    @property
    def folder(self) -> Path:
        """The folder that is chosen.

        Raises:
            WorkspaceError: none is, or it is an address on the web.
        """
        chosen = self.text(at.WORKSPACE).strip('"')
        if not chosen:
            raise WorkspaceError("No folder is chosen: click Choose folder first.")
        if "://" in chosen:
            raise WorkspaceError(f"{chosen} is an address on the web: choose the folder through its drive, such as C:.")
        return Path(chosen)

    @property
    def workspace(self) -> Workspace:
        """The workspace that is chosen."""
        return open_workspace(self.folder)

    @property
    def period(self) -> str:
        """The label of the period that is chosen.

        Raises:
            PeriodError: none is, or it is no quarter.
        """
        chosen = self.text(at.PERIOD)
        if not chosen:
            raise PeriodError(f"No period is chosen: pick one in {at.PERIOD}.")
        return quarter_of(chosen).label

    def say(self, mark: str, words: str) -> None:
        """Put what came of a click into the status lines, as many as there are."""
        lines = textwrap.wrap(
            f"{mark} {words}",
            at.STATUS_WIDTH,
            subsequent_indent="   ",
            break_on_hyphens=False,
            break_long_words=False,
        )
        shown = [*lines[: len(self._status)], *[None] * (len(self._status) - len(lines))]
        if len(lines) > len(self._status):
            shown[-1] = f"{shown[-1]} …"
        self.said = shown

    @property
    def said(self) -> list[Any]:
        """The status lines."""
        return list(self._said_on.range(f"{self._status[0]}:{self._status[-1]}").value)

    @said.setter
    def said(self, lines: Sequence[str | None]) -> None:
        self._said_on.range(f"{self._status[0]}:{self._status[-1]}").value = [[line] for line in lines]

    def progress(self, doing: str) -> Callable[[int, int, str], None]:
        """Return what shows progress in the status bar: ``Checking 7 of 12: Police``."""
        workspace = self.workspace
        self.book.app.status_bar = f"{doing} …"

        def moved(done: int, total: int, file: str) -> None:
            of = agency_states.agency_or_file(workspace, file)
            self.book.app.status_bar = f"{doing} {done} of {total}: {of}"

        return moved

    def show(self, heading: str, states: Sequence[State]) -> None:
        """Put agencies and their states into the table, and say of when they are."""
        columns = len(at.COLUMNS)
        now = datetime.now().astimezone()
        with _unseen(self.book.app):
            self.control.range((at.FIRST_ROW, 1), (at.LAST_ROW, columns)).clear_contents()
            self.control.range(at.HEADING).value = f"{heading}, {now:%d/%m/%Y %H:%M}"
            shown = states[: at.LAST_ROW - at.FIRST_ROW + 1]
            if not shown:
                return
            last = at.FIRST_ROW + len(shown) - 1
            rows = [each.cells for each in shown]
            self.control.range((at.FIRST_ROW, 1), (last, at.FILE_COLUMN - 1)).value = rows
            for row, each in enumerate(shown, at.FIRST_ROW):
                if each.file:
                    self.link(self.control.range((row, at.FILE_COLUMN)), each.file, each.file.name)

    def show_places(self, workspace: Workspace, quarter: Period) -> None:
        """Show the folders of the round, as links."""
        for kind, cell in at.PLACES.items():
            place = workspace.place(kind, quarter)
            self.link(self.control.range(cell), place, str(place))

    def link(self, cell: Any, path: Path, words: str) -> None:  # noqa: ANN401  (a range of xlwings)
        """Write a link to a file or a folder; a path that is too long for a formula stands as text."""
        texts = [text.replace('"', '""') for text in (str(path), words)]
        if max(map(len, texts)) > _LONGEST_IN_FORMULA:
            cell.value = f"'{words}"  # or Excel would take a name that begins with = for a formula
        else:
            cell.formula = f'=HYPERLINK("{texts[0]}","{texts[1]}")'


_LONGEST_IN_FORMULA = 255


@contextlib.contextmanager
def _unseen(app: Any) -> Iterator[None]:  # noqa: ANN401  (an app of xlwings)
    """Keep Excel from drawing while the block writes, if it drew before."""
    was = app.screen_updating
    app.screen_updating = False
    try:
        yield
    finally:
        app.screen_updating = was


# --- what surrounds every click ---------------------------------------------------------------


def _button(status: Sequence[str] = at.STATUS, sheet: str = at.CONTROL) -> Callable[[Callable[[Desk], None]], Any]:
    """Make a handler of what a click does: one at a time, in words whatever happens, Excel left as it was found."""

    def decorate(work: Callable[[Desk], None]) -> Callable[[], None]:
        @functools.wraps(work)
        def handler() -> None:
            try:
                desk = Desk(xlwings.Book.caller(), status, sheet)
                app = desk.book.app
                bar, drawing, asking = app.status_bar, app.screen_updating, app.display_alerts
                try:
                    _run(desk, work)
                finally:
                    app.status_bar, app.screen_updating, app.display_alerts = bar, drawing, asking
            except Exception:  # noqa: BLE001  (Excel, or the workbook, went away: nobody is left to be told)
                log(f"{work.__name__}: the control workbook could not be reached\n{traceback.format_exc()}")

        return handler

    return decorate


def _run(desk: Desk, work: Callable[[Desk], None]) -> None:
    """Do what a click asks for, and say on the sheet why where it cannot be done."""
    try:
        with alone():
            log(f"{work.__name__} begins")
            work(desk)
            log(f"{work.__name__} ends")
    except BusyError as error:
        log(f"{work.__name__}: {error}")
        stood = desk.said
        desk.say(ASKED, str(error))
        with contextlib.suppress(BusyError), alone():  # the click before ended meanwhile: what came of it is to be read
            desk.said = stood
    except (DapfError, OSError) as error:
        words = _in_words(error)
        log(f"{work.__name__}: {words}")
        desk.say(FAILED, f"{words} (Log: {log_file()})")
    except Exception as error:  # noqa: BLE001  (the last resort, so that nobody in Excel is shown a traceback)
        log(f"{work.__name__}\n{traceback.format_exc()}")
        what = f"dapf met something that it was not written for ({type(error).__name__})"
        desk.say(FAILED, f"{what}. Send the log to whoever looks after dapf: {log_file()}")


_CAPTIONS = {each.handler: each.caption for each in at.COMMANDS} | {"init": "New workspace", "send": "E-mail committee"}


def _in_words(error: DapfError | OSError) -> str:
    """Return why something could not be done, with the button in place of the command that would help."""
    if isinstance(error, DapfError):
        words = str(error)
    else:
        words = f"{f'{error.filename}: ' if error.filename else ''}{error.strerror or error}."
    words = re.sub(r"(run )?`dapf (\w+)[^`]*`", _caption, " ".join(words.split()))
    return words[:1].upper() + words[1:]


def _caption(command: re.Match[str]) -> str:
    caption = _CAPTIONS.get(command[2])
    return f"{'click ' if command[1] else ''}{caption}" if caption else command[0]


# --- the workspace ----------------------------------------------------------------------------


@_button()
def new_workspace(desk: Desk) -> None:
    """Make a workspace for the framework that is chosen, in the folder that is chosen."""
    framework = desk.text(at.FRAMEWORK)
    if not framework:
        raise WorkspaceError(f"No framework is chosen: pick one in {at.FRAMEWORK}, then click New workspace again.")
    made = cycle.init(framework, desk.folder)
    _show_workspace(desk, made)
    keep = f"Keep {KEY} in its folder to yourself, and in your backups"
    found = " ".join(worries(made.folder))
    words = f"Made a workspace for {made.framework.area}. {keep}."
    desk.say(ASKED if found else DONE, f"{words} {found or 'Choose the period, then Issue returns.'}")


@_button()
def choose(desk: Desk) -> None:
    """Show the workspace that was chosen: its framework, periods, and how the latest round stands."""
    folder = desk.folder
    if not (folder / SETTINGS).is_file() and folder.is_dir() and not any(folder.iterdir()):
        begin = f"Pick a framework in {at.FRAMEWORK} and click New workspace to begin there"
        desk.say(ASKED, f"{folder} is empty. {begin}, or choose another folder.")
        return
    workspace = desk.workspace
    _show_workspace(desk, workspace)
    _show_recorded(desk, workspace)
    found = worries(workspace.folder)
    if found:
        desk.say(ASKED, " ".join(found[::-1]))  # what lies beside first: OneDrive alone does no harm


@_button()
def refresh(desk: Desk) -> None:
    """Show how the round of the period that is chosen stands on record."""
    _show_recorded(desk, desk.workspace)


def _show_workspace(desk: Desk, workspace: Workspace) -> None:
    """Show what a workspace is of, and offer its periods; the one that was chosen stays if it is among them."""
    framework = workspace.framework
    offered = offered_quarters(workspace)
    desk.control.range(at.FRAMEWORK).value = framework.id
    desk.control.range(at.TITLE).value = framework.title
    lists.put(desk.book, at.PERIODS_AT, [[each.label] for each in offered])
    if desk.text(at.PERIOD) not in {each.label for each in offered}:
        desk.control.range(at.PERIOD).value = usual_quarter(workspace).label


def _show_recorded(desk: Desk, workspace: Workspace) -> None:
    quarter = quarter_of(desk.period)
    found = cycle.on_record(workspace.folder, quarter.label)
    states = agency_states.of_recorded(workspace, found)
    desk.show_places(workspace, quarter)
    desk.show(f"On record for {quarter.words}", states)
    desk.say(DONE, f"{quarter.words}: {agency_states.counted(states) or 'nothing is asked of anybody'}.")


# --- who receives the message -------------------------------------------------------------------

_ON_RECIPIENTS = (at.RECIPIENTS_STATUS, at.RECIPIENTS)


@_button()
def recipients(desk: Desk) -> None:
    """Show who receives the message, on the sheet on which that can be changed, and go there."""
    with _unseen(desk.book.app):
        recipients_sheet.show(desk, desk.workspace)
        words = "Change what is yellow, then click Record recipients. Only who may see small numbers can be sent any."
        Desk(desk.book, *_ON_RECIPIENTS).say("○", words)
    desk.book.sheets[at.RECIPIENTS].activate()


@_button(*_ON_RECIPIENTS)
def record_recipients(desk: Desk) -> None:
    """Keep who receives the message in the settings of the workspace."""
    workspace = desk.workspace
    wanted = recipients_sheet.typed(desk)
    cycle.set_recipients(workspace.folder, wanted)
    receiving = [each for each in wanted.listed if each.receives]
    if wanted.not_cleared:
        words = f"No draft can be made while it would go to {', '.join(wanted.not_cleared)}"
        desk.say(ASKED, f"Recorded. {words}, who may not see small numbers: say yes, or let them receive nothing.")
    elif not receiving:
        desk.say(ASKED, "Recorded. Nobody receives the message: no draft can be made.")
    else:
        desk.say(DONE, f"Recorded: the message goes to {_some(len(receiving), 'recipient')}.")


# --- the quarter ------------------------------------------------------------------------------


@_button()
def issue(desk: Desk) -> None:
    """Write a locked return for each agency."""
    workspace, quarter = desk.workspace, quarter_of(desk.period)
    paths = cycle.issue(workspace.folder, quarter.label, progress=desk.progress("Issuing"))
    desk.show_places(workspace, quarter)
    desk.show(f"Issued for {quarter.words}", agency_states.of_issued(workspace, paths))
    back = workspace.place("returns", quarter)
    desk.say(DONE, f"{_some(len(paths), 'return')} issued. Send each to its agency; put what comes back into {back}.")


@_button()
def check(desk: Desk) -> None:
    """Say what is wrong with the returns that came back, and mark it in copies of them; nothing is recorded."""
    workspace, quarter = desk.workspace, quarter_of(desk.period)
    folder = workspace.place("returns", quarter)
    copies = workspace.place(ANNOTATED, quarter)
    checked = cycle.check([folder], workspace.folder, quarter.label, desk.progress("Checking"), annotate=copies)
    states = agency_states.of_checked(workspace, checked)
    desk.show_places(workspace, quarter)
    desk.show(f"Checked for {quarter.words}", states)
    words = f"{_some(len(checked.returns), 'file')} checked: {agency_states.counted(states)}."
    desk.say(_mark(states), f"{words} Nothing has been recorded: Consolidate records what is good.")


@_button()
def consolidate(desk: Desk) -> None:
    """Record the returns, write the master workbook, and open it."""
    workspace, quarter = desk.workspace, quarter_of(desk.period)
    made = cycle.consolidate(workspace.folder, quarter.label, progress=desk.progress("Consolidating"))
    states = agency_states.of_submissions(workspace, made.current.submissions)
    desk.show_places(workspace, quarter)
    desk.show(f"Consolidated for {quarter.words}", states)
    words = f"Consolidated {quarter.words}: {agency_states.counted(states)}. The master is {made.master.name}"
    try:
        desk.book.app.books.open(str(made.master))
    except Exception:  # noqa: BLE001  (what Excel raises has no type of its own)
        log(f"consolidate: the master could not be opened\n{traceback.format_exc()}")
        desk.say(ASKED, f"{words}; it could not be opened here: open it from {made.master.parent}.")
    else:
        desk.say(_mark(states), f"{words}, and is open.")


_NO_BUTTON = "If it has no Send button, as in the new Outlook, use the page “to copy” beside it."


@_button()
def email(desk: Desk) -> None:
    """Write a draft with the latest master attached, and open it in the mail program."""
    workspace, quarter = desk.workspace, quarter_of(desk.period)
    desk.book.app.status_bar = "Writing the draft …"
    draft = cycle.send(workspace.folder, quarter.label)
    if not open_with_its_program(draft):
        desk.say(ASKED, f"The draft is written, and no mail program opened it: open {draft} yourself.")
    else:
        desk.say(
            DONE, f"{draft.name} is open in your mail program. Read it, then send it: nothing is sent yet. {_NO_BUTTON}"
        )


# --- amending ---------------------------------------------------------------------------------

_ON_AMEND = (at.AMEND_STATUS, at.AMEND)


@_button()
def amend(desk: Desk) -> None:
    """Offer the figures of the round on the sheet for amending, and go there."""
    workspace, quarter = desk.workspace, quarter_of(desk.period)
    with _unseen(desk.book.app):
        lists.put_figures(desk.book, workspace.framework, quarter)
    desk.book.sheets[at.AMEND].activate()


@_button(*_ON_AMEND)
def record(desk: Desk) -> None:
    """Put the figure that stands on the sheet for amending on the record."""
    workspace, quarter = desk.workspace, quarter_of(desk.period)
    agency, item, category = lists.chosen_figure(desk)
    typed: dict[str, Any] = {
        name: desk.text(cell, at.AMEND)
        for name, cell in {
            "about": at.AMEND_ABOUT,
            "value": at.AMEND_VALUE,
            "shorthand": at.AMEND_SHORTHAND,
            "who": at.AMEND_WHO,
            "how": at.AMEND_HOW,
            "why": at.AMEND_WHY,
        }.items()
    }
    missing = [name for name in ("who", "how", "why") if not typed[name]]
    if missing:
        raise WorkspaceError(f"Say {' and '.join(missing)} first: nothing goes on record without it.")
    correction = replace(Correction(item, agency, category), **typed)
    (amended,) = cycle.amend(workspace.folder, quarter.label, [correction])
    sheet = desk.book.sheets[at.AMEND]
    for cell in (at.AMEND_FIGURE, at.AMEND_ABOUT, at.AMEND_VALUE, at.AMEND_SHORTHAND, at.AMEND_WHY):
        sheet.range(cell).value = None
    words = f"On the record: {amended.label}: {amended.old} -> {amended.new}."
    desk.say(DONE, f"{words} Consolidate before the master is sent.")


# --- words ------------------------------------------------------------------------------------


def _some(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def _mark(states: Sequence[State]) -> str:
    """Return the mark of what came of a check: somebody has to look where anything is not simply accepted."""
    return DONE if all(agency_states.MARKS[each.state] == DONE for each in states) else ASKED
