"""What can be found wrong, in words: the finding, the catalogue of messages, and the exception tree.

A finding is a value: checking a return never raises for what the return holds. Exceptions are for
what stops the program from going on at all (no such folder, a ledger that is held elsewhere).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import Enum, IntEnum, StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable


class Severity(StrEnum):
    """How much a finding weighs."""

    ERROR = "error"
    """The value is not taken."""
    QUERY = "query"
    """The value is taken once the comment beside it explains it."""
    WARNING = "warning"
    """The value is taken; somebody should know."""


class Batch(IntEnum):
    """The order of checking. The first of batches 1 to 3 that fails stops the rest for that file."""

    CATALOGUE = 0
    FILE = 1
    IDENTITY = 2
    STRUCTURE = 3
    TAMPERING = 4
    TYPE = 5
    PRESENCE = 6
    RULES = 7
    HISTORY = 8
    ACROSS_RETURNS = 9
    TEXT = 10
    SIGN_OFF = 11
    PUBLISHED = 12
    """Not of returns: what published documents say (`dapf reconcile`)."""
    IMPORT = 13


class Standing(StrEnum):
    """Where a finding that somebody can settle stands."""

    OPEN = "open"
    """A query that nothing explains: the value is held back."""
    ANSWERED = "answered"
    """A query that the comment beside it explains."""
    WAIVED = "waived"
    """The performance lead decided, by role and with a reason, that the value is taken all the same."""


class Message(NamedTuple):
    """One entry of the message catalogue. ``words`` and ``remedy`` are ``str.format`` templates."""

    batch: Batch
    severity: Severity
    words: str
    remedy: str
    waivable: bool = False
    """Whether it can be waived where it is an error: only where what stands in the cell can be used as it is."""


def _catalogue(words: str, remedy: str, severity: Severity = Severity.ERROR) -> Message:
    return Message(Batch.CATALOGUE, severity, words, remedy)


def _file(words: str, remedy: str, severity: Severity = Severity.ERROR) -> Message:
    return Message(Batch.FILE, severity, words, remedy)


def _identity(words: str, remedy: str, severity: Severity = Severity.ERROR, *, waivable: bool = False) -> Message:
    return Message(Batch.IDENTITY, severity, words, remedy, waivable)


def _structure(words: str, remedy: str, severity: Severity = Severity.ERROR) -> Message:
    return Message(Batch.STRUCTURE, severity, words, remedy)


def _tampering(words: str, remedy: str, severity: Severity = Severity.ERROR) -> Message:
    return Message(Batch.TAMPERING, severity, words, remedy)


def _type(words: str, remedy: str, severity: Severity = Severity.ERROR) -> Message:
    return Message(Batch.TYPE, severity, words, remedy)


def _presence(words: str, remedy: str, severity: Severity = Severity.ERROR, *, waivable: bool = False) -> Message:
    return Message(Batch.PRESENCE, severity, words, remedy, waivable)


def _rule(words: str, remedy: str, severity: Severity = Severity.ERROR, *, waivable: bool = False) -> Message:
    return Message(Batch.RULES, severity, words, remedy, waivable)


def _text(words: str, remedy: str, severity: Severity = Severity.ERROR, *, waivable: bool = False) -> Message:
    return Message(Batch.TEXT, severity, words, remedy, waivable)


def _published(words: str, remedy: str, severity: Severity = Severity.ERROR) -> Message:
    return Message(Batch.PUBLISHED, severity, words, remedy)


def _history(words: str, remedy: str, severity: Severity = Severity.QUERY) -> Message:
    return Message(Batch.HISTORY, severity, words, remedy)


def _signing(words: str, remedy: str, severity: Severity = Severity.WARNING) -> Message:
    return Message(Batch.SIGN_OFF, severity, words, remedy)


def _across(words: str, remedy: str, severity: Severity = Severity.ERROR) -> Message:
    return Message(Batch.ACROSS_RETURNS, severity, words, remedy)


def _import(words: str, remedy: str, severity: Severity = Severity.ERROR) -> Message:
    return Message(Batch.IMPORT, severity, words, remedy)


class Code(Enum):
    """Every finding there is: its batch, its severity, its words and its remedy."""

    # --- the catalogue -----------------------------------------------------------------------
    TABLE_MISSING = _catalogue(
        "the table {table} is missing",
        "Add {table}; `dapf catalogue export` writes an example of every table.",
    )
    TABLE_UNKNOWN = _catalogue(
        "there is no table called {table}{near}", "Rename it, or take it out of the catalogue."
    )
    TABLE_UNREADABLE = _catalogue(
        "{table} cannot be read: {reason}", "Save it again as {expected}."
    )
    COLUMN_MISSING = _catalogue(
        "the column {column} is missing", "Add a column headed {column}."
    )
    COLUMN_TWICE = _catalogue("the column {column} is there twice", "Delete one of the two columns, or rename it.")
    COLUMN_UNKNOWN = _catalogue(
        "there is no column called {column}{near}", "Rename the column, or delete it."
    )
    ROW_TOO_LONG = _catalogue(
        "the row has {found} cells but the table has {expected} columns",
        'Put text that holds a comma between quotation marks, for example "Police, county".',
    )
    ROW_TOO_SHORT = _catalogue(
        "the row has {found} cells but the table has {expected} columns", "Add the missing cells; one that holds nothing still needs its comma."
    )
    CELL_IS_A_DATE = _catalogue(
        "{column} holds a date, {value}: Excel makes one of 2011-12, of 3/4 and of 1-2",
        "Format the cell as text (Home, Number, Text), then type what it should say again.",
    )
    CELL_WITHOUT_VALUE = _catalogue("{column} holds {what}", "Type what the formula should give, as text.")
    CELL_TOO_LONG = _catalogue("{column} has {found} characters; a cell of a workbook takes {limit}", "Shorten the text.")
    CHARACTER_REFUSED = _catalogue(
        "{column} holds {value}, which a workbook cannot keep", "Delete it: it was probably pasted in with the text."
    )
    REQUIRED_EMPTY = _catalogue("{column} is empty", "Give a value, for example {example}.")
    NOT_ONE_OF = _catalogue("{column} is {value}, which is not known{near}", "Use one of: {choices}.")
    NOT_A_NUMBER = _catalogue("{column} is {value}, which is not a number", "Write digits, for example {example}.")
    NOT_A_PERIOD = _catalogue("{column} is {value}: {reason}", "Write a period as 2014-15-Q3, 2014-15-H1 or 2014-15.")
    NOT_A_YES_OR_NO = _catalogue("{column} is {value}", "Write yes or no.")
    ID_MALFORMED = _catalogue(
        "{column} is {value}, which cannot be an id",
        "Use letters, digits, full stops, hyphens and underscores only, for example {example}.",
    )
    ID_DUPLICATED = _catalogue("{key} is given twice: here and in row {first_row}", "Delete one of the two rows, or change its id.")
    REFERENCE_UNKNOWN = _catalogue(
        "{column} is {value}, but the table {table} has no such row{near}{also}",
        "Correct {column}, or add {value} to {table}.",
    )
    SETTING_UNKNOWN = _catalogue("there is no setting called {value}{near}", "Use one of: {choices}.")
    SETTING_MISSING = _catalogue("the setting {value} is missing", "Add a row: {value}, {example}.")
    TARGET_UNREADABLE = _catalogue(
        "the target {value} cannot be read: {reason}",
        "Write it as 80%, 11-15%, 410 by March 2017, or Monitoring only; or fill the columns kind, value, lower and upper.",
    )
    ITEM_OF_ANOTHER = _catalogue(
        "{value} is an item of the indicator {owner}, not of {indicator}", "Correct item or indicator, so that the two agree."
    )
    TARGET_INCOMPLETE = _catalogue("a target of kind {kind} needs {missing}", "Fill {missing}, or change the kind.")
    TARGETS_OVERLAP = _catalogue(
        "this target and the one in row {first_row} hold for the same figure at the same time",
        "End the earlier one (column until) before this one begins.",
    )
    BAND_UPSIDE_DOWN = _catalogue("the lower limit {lower} is above the upper limit {upper}", "Swap {first} and {second}.")
    DERIVATION_INCOMPLETE = _catalogue(
        "an indicator derived as {derivation} needs {missing}",
        "Fill {missing} in, or change the derivation.",
    )
    RULE_INCOMPLETE = _catalogue("a rule of kind {kind} needs {missing}", "Name them in right, parted by semicolons.")
    DUE_UNREADABLE = _catalogue(
        "{column} is {value}, which does not say when in words that can be read", "Write {examples}."
    )
    EVIDENCE_ID_TAKEN = _catalogue(
        "{value} is the id of a part of the evidence {evidence} already", "Give the item or the task another id."
    )
    NOT_ASKED_OF_ANYONE = _catalogue(
        "nobody is asked for {figure}", "Add a row to asks, or delete the item.", Severity.WARNING
    )
    ASKED_TWICE = _catalogue(
        "{agency} is asked for {figure} twice: here and in row {first_row}",
        "Delete one of the two rows, or end one before the other begins.",
    )
    CATEGORY_UNKNOWN = _catalogue(
        "{value} is not a category of {figure}{near}", "Use one of: {choices}."
    )
    CATEGORY_NOT_WANTED = _catalogue(
        "{figure} has no breakdown, so {value} cannot be one of its categories",
        "Clear category, or give the item a breakdown in the table items.",
    )
    CATEGORY_MISSING = _catalogue(
        "{figure} is broken down by {breakdown}, so a figure needs a category", "Use one of: {choices}."
    )
    OPEN_MISPLACED = _catalogue(
        "{value} cannot have a label that agencies write: {why}",
        "Correct open, role or breakdown; a spare row is a part whose column open says yes.",
    )
    HISTORY_BOTH = _catalogue(
        "the row has both a value ({value}) and the shorthand {shorthand}",
        "Keep one: a value with a marker such as [p], or a shorthand such as [x] and no value.",
    )
    HISTORY_NEITHER = _catalogue(
        "the row has neither a value nor a shorthand",
        "Give one of the two, or delete the row: a blank cell in a source is not a figure.",
    )
    SHORTHAND_UNKNOWN_HERE = _catalogue("{value} is not a shorthand", "Use one of: {choices}.")
    PERCENT_AS_FRACTION = _catalogue(
        "{column} is {value}, and percentages are on the 0 to 100 scale: did you mean {suggested}?",
        "Write {suggested}, unless less than one per cent is meant.",
        Severity.WARNING,
    )
    HISTORY_DUPLICATED = _catalogue(
        "this figure stands already in row {first_row}", "Delete one of the two rows, or correct its period."
    )
    BOUNDS_MISPLACED = _catalogue(
        "lower and upper belong to a suppressed figure, [c]", "Write [c] as the shorthand, or clear lower and upper."
    )
    PERIOD_ENDS_EARLY = _catalogue("until ({until}) is before from ({start})", "Correct one of the two.")
    SUCCESSOR_ITSELF = _catalogue("{value} comes back to itself as its own successor", "Name the agency that took over, or clear the cell.")
    STATEMENT_INCOMPLETE = _catalogue("a statement of kind {kind} needs {missing}", "Fill {missing} in, or change the kind.")
    STATEMENT_DATE = _catalogue(
        "{column} is {value}, which is neither a day nor a month",
        "Write it as 30 June 2014, 30/06/2014 or June 2014; one that does not exist is for a statement of kind date.",
    )
    STATEMENT_AMOUNT = _catalogue("{column} is {value}, which is neither a number nor an item{near}", "Write digits, for example 15, or the id of an item.")
    RESTATED_WITHOUT_CHANGE = _catalogue(
        "figures are said to be restated from {restated} on, but redefined names no later period from which a new definition holds",
        "Name in redefined the period from which the new definition holds, or clear restated.",
    )
    POLARITY_UNEXPLAINED = _catalogue(
        "the polarity is {polarity} and no reason is given",
        "Say in polarity_reason what settles it, for example: the source says a higher % is better.",
        Severity.WARNING,
    )

    PLACE_UNREADABLE = _catalogue(
        "places holds {value}, which is neither table:key nor table:key:column",
        "Write where it lives, for example {example}.",
        Severity.WARNING,
    )
    PLACE_EMPTY = _catalogue(
        "places names {value}, and that cell is empty",
        "Fill that cell, or name the one that holds what the document asks for.",
        Severity.WARNING,
    )

    # --- batch 1: file -----------------------------------------------------------------------
    NOT_A_WORKBOOK = _file(
        "this is not an Excel workbook{what}",
        "Type the figures into the return itself, the Excel workbook that was sent out, and send that back.",
    )
    NOT_THE_RETURN = _file(
        "a {suffix} file is not the return that was sent out",
        "Type the figures into the return itself, the Excel workbook, and send that back.",
    )
    WORKBOOK_KIND_REFUSED = _file(
        "this is a workbook of the kind {suffix}, which cannot be read safely", "Open it in Excel, choose File, Save As, Excel Workbook (*.xlsx), and send that."
    )
    FILE_EMPTY = _file("the file is empty (0 bytes)", "Ask for it to be sent again: it was probably cut off on its way.")
    FILE_TRUNCATED = _file("the workbook is cut off or damaged: {reason}", "Ask for it to be sent again, or open it in Excel, let Excel repair it, and save it. For the performance lead: `dapf repair` carries over what can still be read.")
    FILE_ENCRYPTED = _file("the workbook is protected with a password to open it", "In Excel: File, Info, Protect Workbook, Encrypt with Password, clear the password, save.")
    FILE_TOO_LARGE = _file("the workbook would unpack to {found}, more than the {limit} that a return can need", "Copy the yellow cells into a fresh return and send that.")
    FILE_UNSAFE_PART = _file("the workbook holds a part that a workbook must not hold: {part}", "Do not open it. Ask the sender for a fresh copy, and tell your IT department.")
    FILE_READS_TWO_WAYS = _file("the workbook says something in two ways, and programs differ in which of them they show: {part}", "Open the file in Excel, let Excel repair it if it offers to, look at every figure, save it, and send it again. Or type the figures into the return that was sent out.")
    FILE_UNUSUAL = _file("the workbook is {what}; what stands in it was read all the same", "Nothing to do. Next time choose Excel Workbook (*.xlsx) when saving, and type into the yellow cells alone.", Severity.WARNING)
    FILE_UNREADABLE = _file("the file cannot be opened: {reason}", "Close it in other programs, check that you may read it, and try again.")
    FILE_MACROS = _file("the workbook holds macros, which were not run and are not kept", "Save it as .xlsx next time; nothing needs a macro.", Severity.WARNING)
    FILE_EXTERNAL_LINK = _file("the workbook is linked to another workbook", "Type the figures themselves: in Excel, Data, Edit Links, Break Link.", Severity.WARNING)
    FILE_EMBEDDED_OBJECT = _file("the workbook has another document embedded in it, which was not read", "Delete the embedded document and send it separately if it is needed.", Severity.WARNING)
    FILE_THREADED_COMMENTS = _file("the workbook has comments pinned to cells, which were not read", "Write what matters in the yellow comment column.", Severity.WARNING)
    FILE_HOLDS_MORE = _file("the workbook holds what no return has: {found}; it was not read", "Nothing to do if you know what it is. Next time begin from the file that is sent out.", Severity.WARNING)

    # --- batch 2: identity -------------------------------------------------------------------
    NOT_A_RETURN = _identity("this workbook is not a return issued by dapf: it has no identity sheet", "Send back the return itself, not a copy of its cells in a new workbook. For the performance lead: `dapf repair` carries what was typed into a clean return.")
    IDENTITY_DAMAGED = _identity("the return's identity is incomplete: {missing} is missing", "Ask for the return again with `dapf issue`, and copy the yellow cells into it, or let `dapf repair` carry them over. Where that cannot be, `dapf waive DIR --period P --file FILE --agency ID` takes it on the record.", waivable=True)
    IDENTITY_NOT_VERIFIED = _identity("identity not verified: there is no workspace to check it against", "Check it with --workspace DIR before it is used.", Severity.WARNING)
    IDENTITY_FORGED = _identity("the return's identity does not agree with its seal: {what} was changed after it was issued, or another workspace issued it", "Do not use it. Issue the return again and ask the agency to fill that one. If you know for certain who sent it, `dapf waive DIR --period P --file FILE --agency ID` takes it on the record.", waivable=True)
    NOT_ISSUED_HERE = _identity("this workspace has no record of issuing this return ({issue_id})", "Check that it is the right workspace; otherwise issue the return again. If the record was lost, `dapf waive DIR --period P --file FILE --agency ID` takes it.", waivable=True)
    OTHER_FRAMEWORK = _identity("the return is for the framework {found}, not {expected}", "Put it into the workspace of {found}.")
    AGENCY_UNKNOWN = _identity("the return is from {found}, which is not an agency of this framework{near}", "Add the agency to the catalogue, or take the file out of the folder.")
    OTHER_PERIOD = _identity("the return is for {found}, but this round is {expected}", "Move it to the folder of {found}, or ask for the return of {expected}.")
    CATALOGUE_OLDER = _identity("the return was issued from an earlier catalogue ({found}; it is now {expected})", "Issue the return again and ask for that one to be filled; `dapf repair` carries what was typed into it.")
    CATALOGUE_NEWER = _identity("the return was issued from a later catalogue ({found}; this one is {expected})", "Check it with the catalogue that issued it: this one is out of date.")
    CATALOGUE_CHANGED = _identity("the return asks for {found}, which the catalogue no longer has", "Put it back into the catalogue, or issue the return again and ask for that one to be filled; `dapf repair` carries what was typed into it.")
    RETURN_SUPERSEDED = _identity("since this return was issued, {agency} is asked for {count} more: {what}", "What this return holds is taken. Run `dapf issue DIR --period {period} --changed`: it writes the return again, filled in with what was received, for the figures that are new. Send that one.", Severity.WARNING)
    UNTOUCHED_BLANK = _identity("nothing has been filled in: this is the return as it was issued", "Ask the agency for the filled return; if it has nothing to report, it writes 0 or picks a shorthand.")
    IDENTICAL_TO_ANOTHER = _identity("this file is identical to {other}", "Nothing to do: it is counted once.", Severity.WARNING)
    SAYS_THE_SAME = _identity("this file says the same as {other}, cell for cell", "Nothing to do: it is counted once.", Severity.WARNING)
    TEMPORARY_FILE = _identity("this is a temporary file of a workbook that is still open", "Close the workbook in Excel; the temporary file then goes away.", Severity.WARNING)
    NAMED_AS_A_COPY = _identity("the file name says that it is a copy", "Check that it is the version that the agency means.", Severity.WARNING)

    NAMED_FOR_ANOTHER = _identity("the file is named for {named}, but it is the return of {agency}", "Check that {agency} filled it in, and not {named}.", Severity.WARNING)

    # --- batch 3: structure ------------------------------------------------------------------
    SHEET_MISSING = _structure("the sheet {expected} is missing", "If it has another name now, double-click its tab and name it {expected} again. Otherwise copy the yellow cells into a fresh return, or ask for the original file. For the performance lead: `dapf repair` carries what was typed into a clean return.")
    ID_MOVED = _structure("{expected} should stand here, but {found}: rows or columns were inserted, deleted or sorted", "Undo the change, or copy the yellow cells into a fresh return. Nothing was read from this file. For the performance lead: `dapf repair` carries what was typed into a clean return.")
    ROW_MISSING = _structure("{expected} is gone: it stood in row {row} when the return was issued", "Send the return with this row again, or give the figure in the return that was sent out; every other row was read.")
    ROW_TWICE = _structure("{expected} stands here and also in row {others}, so neither is taken", "Delete the row that is too many, and send the return again.")
    ROW_UNKNOWN = _structure("the hidden cell that says what this row is for holds {found}, which this return does not ask for, so the row was not read", "Undo the change, or copy the row's yellow cells into the return that was sent out.")
    ROWS_MOVED = _structure("{count} elsewhere than when the return was issued, the first of them {first}, from row {before} to row {now}; each was read where it stands now", "Nothing to do if each figure stands beside its own question. The column Check may be wrong after rows were moved.", Severity.WARNING)
    COLUMNS_MOVED = _structure("columns were inserted, deleted or moved on this sheet; each was read by its head, where it stands now", "Nothing to do if each figure stands under its own head.", Severity.WARNING)
    VALUES_SLIPPED = _structure("a figure stands in {outside}, where none is asked for, and {blank} {side} it is blank: the figures between the two may each stand one row too {way}, so they are not taken", "Move each figure to its own row, or clear {outside} if it is a note, and send the return again.")
    VALUES_FIT_BESIDE = _structure("{found} cannot be what is asked here, but fits {blank} {side} it, which is blank: the figures {cells} may each stand one row too {way}, so they are not taken", "Move each figure to its own row. If only this one is wrong, correct it and fill in {blank}, and send the return again.")
    OUTSIDE_THE_TABLE = _structure("what stands outside the table was not read: {found}", "Type it into the yellow cell that it belongs to, or delete it.", Severity.WARNING)

    # --- batch 4: tampering ------------------------------------------------------------------
    QUESTION_CHANGED = _tampering("{what} was {old} when the return was issued and is {new} now, so the figure of this row is not taken{more}", "Put it back as it was, or give the figure in the return that was sent out. If the question itself is wrong, tell whoever sent the return.")
    ROWS_EXCHANGED = _tampering("rows of this sheet were sorted, but not all of their columns: row {row} said {old} when the return was issued and says {new} now. Nobody can say which question the figures of rows {rows} answer, so that none of them is taken; the cells that are not as they were, in all: {cells}", "Undo the sorting and send the return again, or copy the yellow cells of these rows into the return that was sent out, each beside its own question.")
    HEAD_CHANGED = _tampering("the head of this column was {old} when the return was issued and is {new} now, so that nobody can say what the figures below are{more}", "Put it back as it was and send the return again. Nothing was read from this file.")
    NAMED_OTHERWISE = _tampering("this cell said {old} when the return was issued and says {new} now: it may be the return of somebody else, or of another quarter{more}", "Give the figures in the return that was sent out for this agency and quarter. If only this text was overwritten, put it back and send the return again.")
    SHOWN_FIGURE_CHANGED = _tampering("{what} was {old} when the return was issued and is {new} now; the change does not count{more}", "Put this cell back. This quarter's figure belongs into the yellow cell; correct an earlier one on the sheet Revisions where it has a row, otherwise say in the comment what is wrong.", Severity.WARNING)
    LOCKED_TEXT_CHANGED = _tampering("this cell was {old} when the return was issued and is {new} now; the change does not count{more}", "Nothing to do for this quarter's figures. If the text is wrong, tell whoever sent the return.", Severity.WARNING)
    TYPED_IN_LOCKED = _tampering("{new} was typed into a cell that is not for typing, and was not read{more}", "Type it into the yellow cell or the comment that it belongs to, or delete it.", Severity.WARNING)
    FORMULA_CHANGED = _tampering("{what} was replaced: it held {old} and holds {new} now{more}", "Nothing to do: every figure is checked again when the return is read. But what this cell shows may be wrong.", Severity.WARNING)
    FAR_OUTSIDE = _tampering("something stands far outside the table and was not read: {found}{more}", "Delete it; if it is needed, type it into the yellow cell or the comment that it belongs to.", Severity.WARNING)
    IDENTITY_PASTED = _tampering("the sheet _dapf and the document's properties say that they were issued as two different returns", "Do not use it: the identity of another return was pasted in. Ask for the return that was sent out to this agency.")
    SHEET_ADDED = _tampering("sheets were added that were not issued: {found}; they were not read", "Move what is needed into the yellow cells, and delete what was added. If a sheet was renamed, give it its name back.", Severity.WARNING)
    SHEETS_REORDERED = _tampering("the sheets stand in another order than when the return was issued: {found}", "Nothing to do: each was read by its name.", Severity.WARNING)
    SHEET_GONE = _tampering("the sheet {expected} is gone", "Nothing to do for the figures; for the next return begin from the file that is sent out.", Severity.WARNING)
    SHEET_HIDDEN = _tampering("the sheet {found} is hidden, so that whoever filled in the return may not have seen it", "Right-click the name of any sheet, Unhide, and check what stands on it.", Severity.WARNING)
    IDENTITY_SHOWN = _tampering("the sheet _dapf, which says which return this is, is no longer hidden", "Nothing to do, as long as nothing is changed on it.", Severity.WARNING)
    NAMES_ADDED = _tampering("names were given to cells of the workbook: {found}", "Nothing to do: they are not used.", Severity.WARNING)
    NAME_REDEFINED = _tampering("the name {found}, on which the checks of this sheet rest, stood for {old} and stands for {new} now{more}", "Nothing to do: every figure is checked again when the return is read. But what the column of checks shows may be wrong.", Severity.WARNING)
    PROTECTION_LOST = _tampering("{found} can be changed anywhere: the protection was taken off", "Nothing to do: everything was compared with what was sent out, and what differs is listed. For the next return use the file that is sent out.", Severity.WARNING)
    PROTECTION_CHANGED = _tampering("the sheet {name} is protected otherwise than when the return was issued: {found}", "Nothing to do: everything was compared with what was sent out, and what differs is listed. For the next return use the file that is sent out.", Severity.WARNING)
    BOOK_SET_OTHERWISE = _tampering("the workbook was set otherwise than when it was issued: {found}", "Nothing to do for the figures: each is read as it was typed. But what the sheets show may be out of date, or not all that is held: press F9, set it back under File, Options, Formulas or Advanced, and where panes are out of reach, choose View, Freeze Panes, Unfreeze Panes.", Severity.WARNING)
    CELLS_UNLOCKED = _tampering("these cells can be typed into, and could not when the return was issued: {cells}", "Nothing to do: what they hold was compared with what was sent out, and nothing else that is typed there is read.", Severity.WARNING)
    CELLS_LOCKED = _tampering("these yellow cells can no longer be typed into: {cells}; something was pasted over them", "Nothing to do if what they hold is right. The sheet does not let you change them: where one is wrong, type it into the return that was sent out and send that, or choose Review, Unprotect Sheet (there is no password), type it, and protect the sheet again.", Severity.WARNING)
    LOOKS_CHANGED = _tampering("these cells look otherwise than when the return was issued: {cells}", "Nothing to do if you can read what they hold: it was read as it stands. Next time paste with Paste Special, Values.", Severity.WARNING)
    LINKS_CHANGED = _tampering("{what}", "Do not follow it unless you know where it comes from. Nothing to do for the figures: nothing is read through a link.", Severity.WARNING)
    PAGE_CHANGED = _tampering("{what} of this sheet's printed pages was {old} when the return was issued and is {new} now", "Nothing to do for the figures. Before it is printed or handed on, put it back (Page Layout, Print Titles; the tabs Page, Header/Footer and Sheet), the marking above all.", Severity.WARNING)
    SHEET_HOLDS_MORE = _tampering("on this sheet stands what was not there when it was issued: {found}; it was not read", "Take it off the sheet (where it cannot be selected: Review, Unprotect Sheet, first; there is no password), and look at what it covered. What the performance lead should know, write into the yellow comment column.", Severity.WARNING)
    VALIDATION_LOST = _tampering("these cells no longer say what may be typed into them, or say something else than they did: {cells}", "Check them: what stands there was checked here all the same. Mostly something was pasted over them; paste with Paste Special, Values.", Severity.WARNING)
    FORMATS_ADDED = _tampering("these cells change their look by a rule that was not there when the return was issued: {cells}", "Nothing to do if you can read what they hold: it was read as it was typed, not as it looks.", Severity.WARNING)
    FORMATS_LOST = _tampering("these cells no longer turn red or green by what stands in them as they did when the return was issued: {cells}", "Nothing to do: what stands there was checked here all the same. Next time paste with Paste Special, Values.", Severity.WARNING)
    CELLS_MERGED = _tampering("the cells {found} were merged: only {first} shows{lost}", "Unmerge them (Review, Unprotect Sheet, then Home, Merge & Center), look at what was beneath, and type each figure into its own cell.", Severity.WARNING)
    ROWS_HIDDEN = _tampering("rows of this sheet are hidden, or too low to be read: {found}", "Show them (select the rows around them, right-click, Unhide, or Row Height), and check that every figure they ask for is answered.", Severity.WARNING)
    COLUMNS_HIDDEN = _tampering("columns of this sheet are hidden, or too narrow to be read: {found}", "Show them (select the columns around them, right-click, Unhide), and check what was typed beside them.", Severity.WARNING)

    # --- batch 5: type -----------------------------------------------------------------------
    TEXT_IN_NUMBER = _type('"{found}" is not a number', "{advice}")
    DECIMAL_IN_COUNT = _type("{found} is not a whole number, and this is a count", "Type a whole number, for example {example}.")
    NEGATIVE = _type("{found} is below zero", "Type 0 or more.")
    PERCENT_ABOVE_ONE = _type("the cell holds {percent}, more than 100%: did you mean {suggested}%?", "Type {suggested}%, with the % sign.")
    ERROR_VALUE = _type("the cell shows the error {found}", "Delete what is in {cell_words} and type the number, for example {example}.")
    FORMULA_IN_INPUT = _type("the cell holds a formula", "Put what it shows in its place: copy {cell_words}, then Paste Special, Values.")
    SHOWN_AS_ANOTHER = _type("the cell holds {found}, but its format, a conditional format or a setting of the sheet makes it show something else, or nothing", "Copy another yellow cell of the same kind, paste it over {cell_words} (where the sheet is not protected: right-click, Format Cells, Number, {format}), type the figure again, for example {example}, and look at what it shows. Where zeros do not show on the whole sheet, choose File, Options, Advanced, Show a zero in cells that have zero value. Where that does not help, type the figures into the return that was sent out.")
    NOT_TO_BE_SEEN = _type("the cell holds {found}, and nobody can see it: its letters have the colour of what is behind them, no size, or are symbols, or a conditional format can do that or put a bar or an icon in its place, or another cell lies over it with which it was merged", "Copy another yellow cell of the same kind, paste it over {cell_words}, type what belongs there, for example {example}, and look at what it shows. Where that does not help, type the figures into the return that was sent out.")
    NOT_CALCULATED = _type("the cell holds a formula that was never calculated, so its value is not known", "Type the number itself into {cell_words}, for example {example}.")
    DATE_IN_NUMBER = _type("{found} is a date, and a number is wanted", "Type the number alone, for example {example}; Excel turns 3/4 or 1-2 into a date.")
    YES_NO_IN_NUMBER = _type("{found} is not a number", "Type the number alone, for example {example}.")
    NUMBER_TOO_LARGE = _type("{found} is larger than any figure here can be", "Type the figure again: two may stand in one cell, or a telephone number.")
    NOT_A_DATE = _type('"{found}" is not a date', "Type a date, for example 31/12/2014.")
    DATE_FAR_AWAY = _type("{found} is too far from {period} to be meant", "Correct the date in {cell_words}, for example {example}.")
    NOT_YES_OR_NO = _type('"{found}" is neither yes nor no', "Pick Yes or No.")
    NOT_ON_THE_LIST = _type('"{found}" is not on the list', "Pick one of: {choices}.")
    SHORTHAND_UNKNOWN = _type('"{found}" is not one of the shorthands', "Pick one from the list in {cell_words}, for example [x] not available: not collected. If it is the figure, move it to the yellow cell at its left.")
    TEXT_TOO_LONG = _type("the text has {length} characters; {limit} can be taken", "Shorten it, and send the full text separately.")
    COMMENT_TOO_LONG = _type("the comment has {length} characters; {limit} were expected", "Nothing to do now; next time say it more shortly, or send the full text separately.", Severity.WARNING)
    LABEL_TOO_LONG = _type("what the row is for has {length} characters; {limit} can be taken", "Shorten {cell_words} to a name, for example Fire and rescue service.")
    NUMBER_STORED_AS_TEXT = _type('"{found}" is stored as text; it was taken as {taken}', "Nothing to do if {taken} is what you meant.", Severity.WARNING)
    SHOWN_OTHERWISE = _type("the cell {seen}, and it was taken as {taken}", "Nothing to do if {taken} is what you meant; if not, type the figure again, and look at what the cell shows then.", Severity.WARNING)

    # --- batch 6: presence -------------------------------------------------------------------
    REQUIRED_BLANK = _presence("{what} is blank", "Type the figure (0 if there were none), or pick a shorthand in {shorthand_cell}.", waivable=True)
    TEXT_BLANK = _presence("{what} is blank", "Write a sentence or two in {cell_words}; if there is nothing to report, say so.", waivable=True)
    LABEL_MISSING = _presence("there is a figure ({found}), and it does not say what for: {what}", "Write in {label_cell} what the figure is for, or move it into the row that it belongs to.")
    LABEL_WITHOUT_FIGURE = _presence("{label} has no figure", "Type the figure (0 if there were none), or pick a shorthand in {shorthand_cell}; if the row is not needed, clear {label_cell}.", waivable=True)
    EVIDENCE_BLANK = _presence("{what} is not answered", "Write a headline in {cell_words}, with its date and where it is held; if there is nothing yet, pick a shorthand in {shorthand_cell}.", waivable=True)
    EVIDENCE_INCOMPLETE = _presence('{what}: "{field}" is blank, and "{beside}" beside it is given', "Fill {cell_words}, for example: {example}.", waivable=True)
    VALUE_AND_REPLACEMENT = _presence("there is both {thing} ({found}) and {shorthand}, which stands in its place", "Keep one: clear {cell_words}, or clear {shorthand_cell}.")
    MARKER_WITHOUT_VALUE = _presence("{shorthand} belongs beside a figure, and there is none", "Type the figure, or clear {shorthand_cell}.")
    COMMENT_ALONE = _presence("{found} stands here as a comment, with no figure and no shorthand beside it, so it is not kept", "If it is the figure, move it into {value_cell}. If there is no figure, pick a shorthand beside the comment.", Severity.WARNING)
    NO_REASON = _presence("{shorthand} gives no reason", "Pick the line with the reason from the list, for example [x] not available: awaiting release.", waivable=True)

    # --- batch 7: rules ----------------------------------------------------------------------
    NUMERATOR_ABOVE_DENOMINATOR = _rule("{left_label} ({left}) is more than {right_label} ({right})", "Correct {left_cell} or {right_cell}{or_explain}.", waivable=True)
    MORE_THAN_ITS_WHOLE = _rule("{left_label} ({left}) is more than {right_label} ({right})", "Correct {left_cell} or {right_cell}{or_explain}.", Severity.QUERY, waivable=True)
    DENOMINATOR_ZERO = _rule("{right_label} is 0, so {left_label} cannot be {left}", "Correct {left_cell} or {right_cell}. If there were none to take it of, clear {left_cell} and pick [z] not applicable beside it.", waivable=True)
    PARTS_DIFFER_FROM_TOTAL = _rule("the total is {found}, the parts add to {expected}", "Correct the total in {left_cell}, or one of the parts ({cells}){or_explain}.", waivable=True)
    RATIO_DIFFERS = _rule("the {kind} is given as {found}{unit}, but {left} of {right} is {expected}{unit}", "Correct {cell_words}, {left_cell} or {right_cell}{or_explain}.", Severity.WARNING, waivable=True)
    REQUIRED_IF = _rule("{what} is blank, and it is needed where {condition} is given", "Fill {cell_words}, or pick a shorthand in {shorthand_cell}.", waivable=True)
    CUMULATIVE_FALLS = _rule("{what} is {found}, less than the {previous} of {previous_period}, and it can only grow", "Correct {cell_words}, or explain in {comment_cell}.", Severity.QUERY, waivable=True)
    EXPLANATION_REPEATED = _rule("the comment is word for word that of {period} ({previous}), and explains {found} now", "Read whether it still holds; if not, ask, and hold the figure back until it is explained.", Severity.WARNING)
    WAIVER_EXPIRED = _rule("{what} of {agency} for {about} counts under a waiver that ended with {until} ({who}: {why})", "Ask {agency} for what was to be cleared up, then consolidate {round} again; or waive it anew there.", Severity.WARNING)
    LABEL_TWICE = _rule("{label} is written twice, here and in {other_cell}", "Write each once: add the figures up in one row and clear the other.")
    LABEL_HAS_A_ROW = _rule("{label} has a row of its own", "Put the figure into {other_cell}, and clear this row.")
    LABEL_IS_A_TOTAL = _rule("{label} is no part: the figures of spare rows are added to those of the other rows, so that what is in both would count twice", "Clear this row. A total that is wanted has a row of its own; if {label} is a name, write more of it, for example {label} (refuge).")
    LABEL_UNKNOWN = _rule("{label} is new: the catalogue does not say what it is{near}", 'Nothing to do in the return: the figure is taken, and counts in the whole. The performance lead adds the row "{breakdown}, {label}" to the table labels of catalogue.xlsx, with the category that it counts as; without one it stands under its own name.', Severity.WARNING)
    OUTSIDE_HARD_RANGE = _rule("{found} is outside the possible range of {range}", "Correct {cell_words}.", waivable=True)
    DAY_AS_NUMBER = _rule("{found} is also the number that a spreadsheet keeps for {day}, which it makes of {typed}: was that typed?", "Type the number alone into {cell_words}; for a range leave it blank and pick a shorthand in {shorthand_cell}. If {found} is right, say so in {comment_cell}, for example: all callers are counted.", Severity.QUERY, waivable=True)
    OUTSIDE_SOFT_RANGE = _rule("{found} is outside the usual range of {range}", "Correct {cell_words}, or explain in {comment_cell}.", Severity.QUERY, waivable=True)

    # --- batch 8: history --------------------------------------------------------------------
    CHANGED_BEYOND_LIMIT = _history("{what} is {found}, but it was {earlier}: a change of {change}, where {limit} is the most that is usual", "Check the figure; if it is right, say why in {comment_cell}, for example: a new refuge opened in May.")
    CHANGED_SHARPLY = _history("{what} is {found}, but it was {earlier}", "Check the figure; if it is right, say why in {comment_cell}, for example: a new refuge opened in May.")
    OUTSIDE_ITS_SERIES = _history("{what} is {found}, but it was {earlier}; after the {count} figures before it, {range} was to be expected", "Check the figure; if it is right, say why in {comment_cell}, for example: a new refuge opened in May.")
    ALL_AS_BEFORE = _history("all {count} figures that are not 0 are the same as for {earlier}: were they copied from last time?", "Check that these are the figures for {period}. If they are, say so in {comment_cell}, for example: counted anew, nothing has changed. Until then none of the {count} is taken.")
    SAME_AS_BEFORE = _history("{what} is {found}, exactly as for {earlier}: was it left from last time?", "Check that it is the figure for {period}; if it is, say so in {comment_cell}, for example: counted anew, it is the same.")
    EARLIER_FIGURE_CHANGED = _history("{what} is {found} so far, but the quarters of the year add to {expected} ({parts}): one of these must have changed", "Correct {cell_words}, or give the figure that changed on the sheet Revisions, or explain in {comment_cell}.")

    # --- batch 9: across returns -------------------------------------------------------------
    DIFFERS_BETWEEN_RETURNS = _across("{what} is {found} here, but {other} in {other_file}, {other_cell}", "Ask {agency} which of the two is right. Whoever sends it again marks the right figure [r] revised in {shorthand_cell} and says why; or the performance lead says that one file replaces the other, with `dapf waive DIR --period P --file FILE --replaces OTHER`. Until then neither is used.")
    REPLACED_BY_ANOTHER = _across("{what} is {found} here; {other} in {other_file}, {other_cell} takes its place: {why}", "Nothing to do. Both figures are on record.", Severity.WARNING)
    OLDER_FIGURE_COUNTS = _across("{what} is not taken from here for now, so {other} from the earlier file {other_file} still counts", "Correct {cell_words}, or explain it; until then the earlier figure is used.", Severity.WARNING)
    DIFFERS_FROM_AMENDMENT = _across("{what} is {found} here, but it was amended to {other} on {date} ({who}, {how}), before this file was taken in; {other} still counts", "Ask which of the two is right. If this file is, withdraw the amendment with `dapf amend --withdraw`; otherwise nothing to do.", Severity.WARNING)
    AMENDMENT_REPLACED = _across("{what} is {found} here, and counts from this round on in place of {other}, to which it was amended on {date} ({who}, {how})", "Nothing to do if it is right: the agency revised a figure that it was shown. Otherwise ask, and amend it again.", Severity.WARNING)
    AMENDED = _across("{what} of {agency} for {about} was amended from {old} to {new} on {date} ({who}, {how}): {why}", "Nothing to do. The sheet Changes and the ledger keep both figures.", Severity.WARNING)
    DIFFERS_FROM_IMPORTED = _across("{what} is {found} here, but {other} was imported from {other_file}, and that counts", "Compare both with the publication. If the figure here is right, correct the row of {other_file} and import it again; otherwise nothing to do.", Severity.WARNING)

    RECEIVED_DIFFERS = _across("{what} is {found} for {period}, but {sent}", "Check the figure with {agency}; if it is right, say in {comment_cell} why the two differ, for example: two referrals arrived after the quarter had ended.", Severity.QUERY)
    SENT_DIFFERS = _across("{what} is {found} for {period}, but {agency} says that it received {other}", "Check the figure with {agency}; if it is right, say in {comment_cell} why the two differ, for example: two referrals were sent on the last day of the quarter.", Severity.QUERY)

    # --- batch 10: text ----------------------------------------------------------------------
    PERSONAL_DATA = _text("{what}: the text in {place} holds {kinds}", "This row is not taken. Take it out of {place}: a return must not point to one person. Say instead what is needed without it, for example: one case was referred again.", waivable=True)

    PERSONAL_DATA_ASIDE = _text("{place} holds {kinds}; it is not taken into the master, but the file itself holds it", "{remedy}, save the file and send it again; delete the file that was sent. A return must not point to one person.", Severity.WARNING)

    # --- batch 11: sign-off ------------------------------------------------------------------
    NOT_SIGNED = _signing("the return is not signed: it lacks {missing}", "Fill {cells} on the sheet Start here, and send the return again. {until_then}")
    SIGNED_NO_DATE = _signing("the date of the sign-off is not a date", "Type the day on which it was signed into {cell_words}, for example {example}.")
    SIGNED_TOO_EARLY = _signing("the return is signed for {found}, before the end of {period} on {last_day}{perhaps}", "Correct the date in {cell_words}; if it was signed before the quarter was over, check that the figures are of the whole quarter.")
    SIGNED_IN_FUTURE = _signing("the return is signed for {found}, which has not come yet", "Correct the date in {cell_words}, for example {example}.")

    # --- published figures: dapf reconcile ---------------------------------------------------
    STATED_DIFFERS = _published('{what}: "{found}" is printed here, but {expected} in {other_place}', "Ask {ask} which of the two is right, and correct the other where it was published.")
    STATED_SUM_DIFFERS = _published('{what}: "{found}" is printed here, but its parts add to {expected} ({other_place})', "Ask {ask} whether the total or a part is wrong, and correct it where it was published.")
    STATED_RATIO_DIFFERS = _published('{what}: "{found}" is printed here, but {parts} is {expected} ({other_place})', "Ask {ask} which of the three figures is wrong, and correct it where it was published.")
    PART_ABOVE_WHOLE = _published("{what}: {found} is printed here, more than {expected} in {other_place}", "Ask {ask} whether the two are about the same people; if they are, one of them is wrong.")
    LEFT_OUT = _published("{what}: {expected} in {other_place} is left out here", "Ask {ask} whether it was left out on purpose; if not, print it.", Severity.WARNING)
    SHARE_IMPOSSIBLE = _published('"{found}" of {of} cases is no whole number of cases: {expected} ({other_place})', "Ask {ask} how many of the {of} cases were meant, and print that number beside the percentage.")
    NOT_THE_EXTREME = _published('{what}: "{found}" is called the {extreme} here, but {expected} stands in {other_place}', "Ask {ask} which of the two is right, and correct the sentence or the table.")
    FIGURE_OF_ANOTHER_DATE = _published('{what}: "{found}" is printed here; {date} falls in {period}, where {expected} stands in {other_place}{near}', "Ask {ask} which quarter is meant, and correct the date or the figure.")
    TREND_CONTRARY = _published('{what}: "{found}" is said here, but the figure goes from {earlier} to {expected} ({other_place})', "Ask {ask} what the sentence rests on, and correct it or the figures.")
    TREND_BROKEN = _published('{what}: "{found}" is said here, but the latest figure, {latest}, goes the other way from the {expected} of a year before ({other_place})', "Ask {ask} whether the sentence still holds, and add the latest figure to it.", Severity.WARNING)
    AVERAGE_IMPOSSIBLE = _published('{what}: "{found}" is printed here for {period}, but every quarter in it is {side}: {expected} ({other_place})', "Ask {ask} which of them is wrong: what holds for a whole lies between its parts.")
    AVERAGE_STRAINED = _published('{what}: "{found}" is printed here for {period}, but the quarters of it that are printed are all {side}: {expected} ({other_place}). If all quarters weigh alike, the rest were about {rest}', "Ask {ask} for the other quarters, and whether the same is counted in both.", Severity.WARNING)
    FOLLOWS_NOTHING = _published('{what}: {done} in {period}, and "{found}" is said here, so they began by {earlier}; but {expected} stands there in {other_place}', "Ask {ask} when those who are counted here began.", Severity.WARNING)
    DATE_IMPOSSIBLE = _published('"{found}" is no day of the calendar: {expected}', "Ask {ask} which day is meant; a period that ends on it is not certain either.")
    WEEKDAY_DIFFERS = _published('"{found}" is no {weekday}: that day is a {expected}', "Ask {ask} whether the day or the weekday is right.")
    SPAN_DIFFERS = _published('"{found}" is printed here as {months} months, but {dates} is {expected}', "Ask {ask} for the dates that the figure is really about; until then compare it with nothing.")
    EVENT_OUTSIDE_PERIOD = _published('{what}: "{found}" stands here for {period}, but is of {date}, which falls in {expected} ({other_place})', "Ask {ask} what the figure of {period} rests on.", Severity.WARNING)
    UNIT_DIFFERS = _published('the words "{found}" announce {unit}, but the figures are {expected} ({other_place})', "Ask {ask} what is meant, and correct the words; until then read the figures as what they are, and do not compare them with those of another unit.")
    SMALL_NUMBER_PRINTED = _published("{what}: {found} is printed in {other_place}, although it is said here that figures under {expected} are not", "Ask {ask} to withdraw the figure: a small number can identify a victim. Do not repeat it.")
    SAID_UNAVAILABLE = _published('{what}: "{found}" is said here, but {expected} is printed in {other_place}', "Ask {ask} whether the figure is final; until then treat it as provisional.", Severity.WARNING)
    RATINGS_DIFFER = _published('"{found}" is said here, but against the targets {expected} ({other_place})', "Ask {ask} what close to a target means there, and correct the sentence: a committee that reads it will not look at these.")
    WORDED_TWO_WAYS = _published('"{found}" is printed here, but "{expected}" in {other_place}', "Ask {ask} which of the two is meant, and use one.", Severity.WARNING)
    REFERENCE_NOT_PRINTED = _published('"{found}" is no reference that the plan has{near}', "Ask {ask} which action is meant.", Severity.WARNING)
    BASIS_NOT_ASKED = _published('"{found}" is asked for here, but not the number that it is of ({expected}), so nobody can check it or add it up', "Ask {ask} for {expected} as well.", Severity.WARNING)
    YEAR_DIFFERS = _published('{what}: "{found}" is printed here for {period}, but its {parts} add to {expected} ({other_place})', "Ask {ask} whether the year or one of its parts is wrong.")
    # --- figures that are imported -----------------------------------------------------------
    IMPORT_PERSONAL_DATA = _import("{column} holds {kinds}, so the row is not taken", "Take it out of the column {column}: the words stand in the master beside the figure.")
    IMPORT_NO_FIGURE = _import("{value} is answered with {kind}, and only figures can be imported", "Give it in the return of whoever is asked for it, and delete the row here.")
    IMPORT_SPARE_ROW = _import("{value} is a spare row of {figure}, in which an agency writes what it counts, so that the figure would say nothing of what it is of", "Give it in the return of whoever is asked for it, or add a category to breakdowns in the catalogue and import it there.")
    IMPORT_NOBODY_ASKED = _import("nobody is asked for {value}, so there is nobody in whose name it could be recorded", "Add a row to asks in the catalogue, or correct item and category.")
    IMPORT_SEVERAL_ASKED = _import("several agencies are asked for {figure}, and the row does not say whose figure it is", "Name one of them in the column supplier: {choices}.")
    IMPORT_OTHER_SPAN = _import("{figure} is asked for by the {span}, and {value} is none", "Write the period of the figure as {example}, or name the area in geography to keep it as a comparator.")
    IMPORT_OTHER_BASIS = _import("basis is {value}, but the figures of {figure} are about a {usual}: the two cannot stand for each other", "Correct basis or item; a figure on another basis needs an item of its own.")
    IMPORT_NOT_WHOLE = _import("value is {value}, but {figure} counts people or things", "Write a whole number, for example 12.")
    IMPORT_OUT_OF_RANGE = _import("value is {value}, and {figure} can only be {range}", "Correct it; check that it stands in the row of the right item.")
    IMPORT_UNUSUAL = _import("value is {value}, and {figure} is usually {range}", "Compare it with the publication; nothing to do if it is right.", Severity.WARNING)
    IMPORT_NOT_A_DATE = _import("released is {value}: {reason}", "Write the day of release as 2023-11-24 or 24/11/2023.")
    IMPORT_NOT_RELEASED = _import("released is {value}, which has not come yet", "Correct the date; a figure that was not released yet cannot be cited.")
    IMPORT_RELEASED_EARLY = _import("released is {value}, before the end of {period}, which the figure is about", "Check both: a projection or a part of the year is not the figure of the whole.", Severity.WARNING)
    GEOGRAPHY_NEARLY = _import("geography is {value}, which is nearly {home}", "Write {home} if that is meant. For another area, say more of its name, for example its county.")
    IMPORT_DOES_NOT_FIT = _import("{what}", "Compare both with the publication and correct the row. If the figure is right, say why in the column note; until then it is not taken.")
    IMPORT_REVISES = _import("{what} for {about} is {value} here and was {old} before ({where}); the new figure counts from now on", "Nothing to do if the publication was revised. Both stay on record.", Severity.WARNING)
    IMPORT_OF_AMENDED = _import("{what} for {about} is {value} here, but it was amended to {old}", "Ask which of the two is right. If this one is, withdraw the amendment with `dapf amend --withdraw` and import the file again; otherwise delete the row.")

    @property
    def batch(self) -> Batch:
        """The batch of checks that this finding belongs to."""
        return self.value.batch

    @property
    def severity(self) -> Severity:
        """How much it weighs where no rule says otherwise."""
        return self.value.severity

    def may_be_waived(self, severity: Severity | None = None) -> bool:
        """Say whether the performance lead may let it pass: every query, and an error that leaves the value usable."""
        severity = severity or self.severity
        return severity is Severity.QUERY or (severity is Severity.ERROR and self.value.waivable)

    def finding(  # noqa: PLR0913  (the address of a finding is its point)
        self,
        *,
        file: str = "",
        sheet: str = "",
        cell: str = "",
        item: str = "",
        category: str = "",
        severity: Severity | None = None,
        **words: object,
    ) -> Finding:
        """Return this finding at a place, its words filled in from ``words``.

        Raises:
            KeyError: a word that the message needs was not given.
        """
        fields = {"near": "", "what": "", **{name: str(value) for name, value in words.items()}}
        fields.setdefault("cell_words", cell)
        return Finding(
            code=self,
            severity=severity or self.severity,
            file=file,
            sheet=sheet,
            cell=cell,
            item=item,
            category=category,
            found=str(words.get("found", words.get("value", ""))),
            message=sentence(self.value.words.format_map(fields)),
            remedy=sentence(self.value.remedy.format_map(fields)),
        )


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found wrong: what, where (as Excel names it), and what to do about it."""

    code: Code
    severity: Severity
    file: str
    sheet: str
    cell: str
    item: str
    category: str
    found: str
    message: str
    remedy: str
    agency: str = ""
    """Id of the agency whose figure it is about; "" of what is about no figure."""
    about: str = ""
    """The span that the figure is about, as its label."""
    status: str = ""
    """Where it stands, a ``Standing``; "" of what nobody need settle."""
    mark: str = ""
    """What else a waiver of it rests on beside what was found: other figures, or a digest of a text. Not shown."""

    @property
    def is_waived(self) -> bool:
        """Whether the performance lead let it pass."""
        return self.status == Standing.WAIVED

    @property
    def place(self) -> str:
        """File, sheet and cell in one phrase: ``Police_2014-15-Q3.xlsx, Return!H14``."""
        address = "!".join(part for part in (self.sheet, self.cell) if part)
        return ", ".join(part for part in (self.file, address) if part)

    def __str__(self) -> str:
        """The whole finding on one line, as the terminal shows it."""
        place = f"{self.place}: " if self.place else ""
        return f"{place}{self.message} {self.remedy}  [{self.code.name}]"

    def in_file(self, file: str) -> Finding:
        """Return the same finding in another file."""
        return replace(self, file=file)

    def as_json(self) -> dict[str, str]:
        """Return the finding as ``--json`` prints it."""
        return {
            "code": self.code.name,
            "severity": str(self.severity),
            "file": self.file,
            "sheet": self.sheet,
            "cell": self.cell,
            "item": self.item,
            "category": self.category,
            "found": self.found,
            "message": self.message,
            "remedy": self.remedy,
            "agency": self.agency,
            "period": self.about,
            "status": self.status,
        }


_CELL = re.compile(r"([A-Z]*)(\d*)")


def reading_order(finding: Finding) -> tuple[str, str, int, int, str, str]:
    """Sort key: file, sheet, row, column (AA after Z)."""
    column, row = _CELL.match(finding.cell).groups()  # type: ignore[union-attr]  # matches the empty string
    number = 0
    for letter in column:
        number = number * 26 + ord(letter) - 64
    return (finding.file, finding.sheet, int(row or 0), number, finding.code.name, finding.message)


def has_errors(findings: Iterable[Finding]) -> bool:
    """Say whether any of the findings is an error that nobody waived."""
    return any(finding.severity is Severity.ERROR and not finding.is_waived for finding in findings)


def sentence(words: str) -> str:
    """Return the words as a sentence: an upper-case first letter and a full stop."""
    words = words.strip()
    if not words:
        return ""
    if "_" not in words.split(" ", 1)[0]:  # a column's name stays as it is
        words = words[0].upper() + words[1:]
    return words if words.endswith((".", "?", "!")) else f"{words}."


class DapfError(Exception):
    """What stops the program: its text is one line for the person at the keyboard."""


class CatalogueError(DapfError):
    """A catalogue, or a file in place of one of its tables, has faults; ``findings`` names each, with remedy."""

    def __init__(self, where: str, findings: list[Finding], what: str = "catalogue") -> None:
        """Keep the findings beside the line that announces them; ``what`` of another file than the catalogue."""
        cells = [each.cell for each in findings[1:] if each.cell]
        others = f" The others: {', '.join(cells[:5])}{' …' if len(cells) > 5 else ''}." if cells else ""  # noqa: PLR2004
        more = " (`dapf catalogue check` shows all of them.)" if what == "catalogue" else others
        super().__init__(
            f"{where}: the {what} has {len(findings)} fault{'' if len(findings) == 1 else 's'}. "
            f"The first: {findings[0]}{more}"
        )
        self.findings = findings


class PeriodError(DapfError, ValueError):
    """A label that names no period."""


class WorkspaceError(DapfError):
    """A folder that is not a workspace, or cannot be read or written."""


class LedgerBusyError(WorkspaceError):
    """Another process holds the ledger."""


class NotWrittenError(DapfError):
    """A file could not be written; what stood there before still stands."""


class NothingToReadError(DapfError):
    """A folder without returns, or a file that is not there."""


class FillError(DapfError):
    """Values that cannot be typed into a return; ``findings`` names each line of the file."""

    def __init__(self, where: str, faults: list[str]) -> None:
        """Keep the faults beside the line that announces them."""
        super().__init__(f"{where}: " + "; ".join(faults))
        self.faults = faults


class AmendError(DapfError):
    """A figure that cannot be amended as it was asked; nothing was recorded."""


class WaiveError(DapfError):
    """Something that cannot be waived, taken or decided as it was asked; nothing was recorded."""


class HandoverError(DapfError):
    """A workspace that cannot be handed over as it is; nothing was changed."""
class RepairError(DapfError):
    """A return whose owner or quarter is not plain, or another's than was said; nothing was carried."""


class DeliveryError(DapfError):
    """A message that may not, or cannot, be made or sent."""
