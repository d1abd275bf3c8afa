"""Where everything on the control workbook is: its builder writes there, and the handlers of its buttons read there."""

from __future__ import annotations

from typing import NamedTuple

CONTROL = "Control"
AMEND = "Amend"
RECIPIENTS = "Recipients"
LISTS = "Lists"
CONF = "xlwings.conf"
SHEETS = (CONTROL, AMEND, RECIPIENTS, LISTS, CONF)

# --- Control ----------------------------------------------------------------------------------

FRAMEWORK = "B5"
TITLE = "C5"
WORKSPACE = "B6"
PERIOD = "B7"
PLACES = {"issued": "B8", "returns": "B9", "master": "B10"}
"""Cells with the folders of the round, by what lies in them."""
STATUS = ("B12", "B13", "B14")
"""Lines of what came of the last click; the first begins with a mark."""
STATUS_WIDTH = 112
"""Letters that show on such a line."""
HEADING = "A18"
"""What the table below shows, and when that was so."""
HEAD_ROW = 19
FIRST_ROW = 20
LAST_ROW = 1019
COLUMNS = ("Agency", "State", "Errors", "Queries", "Look at first", "File")
STATE_COLUMN = 2
FILE_COLUMN = 6

# --- Amend ------------------------------------------------------------------------------------

AMEND_PERIOD = "B4"
AMEND_AGENCY = "B5"
AMEND_FIGURE = "B6"
AMEND_ABOUT = "B7"
AMEND_VALUE = "B8"
AMEND_SHORTHAND = "B9"
AMEND_WHO = "B10"
AMEND_HOW = "B11"
AMEND_WHY = "B12"
AMEND_STATUS = ("B14", "B15", "B16")

# --- Recipients -------------------------------------------------------------------------------

RECIPIENTS_OF = "B4"
"""The workspace whose recipients are shown."""
SENDER = "B5"
RECIPIENTS_STATUS = ("B7", "B8", "B9")
RECIPIENTS_HEAD_ROW = 12
FIRST_RECIPIENT = 13
LAST_RECIPIENT = 62
RECIPIENT_COLUMNS = ("Address", "Receives the message", "May see small numbers")

# --- Lists, which the drop-downs show -----------------------------------------------------------

LONGEST_LIST = 5000
PERIODS_AT = "A2"
AGENCIES_AT = "B2"
"""Names of the agencies that are asked in the round, in order."""
FIGURES_AT = "C2"
"""Of each figure of the round, sorted by agency: the agency's name, and the figure in words."""
FIGURE_COLUMNS = 2
SHORTHANDS_AT = "E2"

# --- what can be clicked ------------------------------------------------------------------------


class Command(NamedTuple):
    """A command: a button on a sheet and one on the ribbon, a macro, and the handler that it starts."""

    macro: str
    caption: str
    handler: str
    tip: str
    image: str
    """Of those that Excel has built in."""
    group: str
    """Of the ribbon tab."""
    sheet: str = CONTROL
    is_there: bool = True
    """Whether there is such a command yet; otherwise it has its place, looks disabled and says that it comes."""

    @property
    def callback(self) -> str:
        """The macro that the ribbon calls."""
        return f"Ribbon{self.macro}"


COMMANDS = (
    Command(
        "NewWorkspace",
        "New workspace",
        "new_workspace",
        "Make a workspace for the framework chosen in B5, in the empty folder in B6.",
        "FileNew",
        "Workspace",
    ),
    Command("ChooseFolder", "Choose folder", "choose", "Choose the folder of your workspace.", "FileOpen", "Workspace"),
    Command(
        "RefreshStates",
        "Refresh",
        "refresh",
        "Show how the returns of the period stand on record. Click it after choosing another period.",
        "Refresh",
        "Workspace",
    ),
    Command(
        "ShowRecipients",
        "Recipients",
        "recipients",
        "Say who receives the message, and who of them may have a working edition.",
        "MailMergeRecipientsEditList",
        "Workspace",
    ),
    Command(
        "RecordRecipients",
        "Record recipients",
        "record_recipients",
        "Keep the list of recipients in the settings of the workspace.",
        "AcceptInvitation",
        "Workspace",
        RECIPIENTS,
    ),
    Command(
        "IssueReturns",
        "Issue returns",
        "issue",
        "Write a locked return for each agency that is asked for something in the period.",
        "ExportExcel",
        "Quarter",
    ),
    Command(
        "CheckReturns",
        "Check returns",
        "check",
        "Say what is wrong with the returns that came back. Nothing is recorded.",
        "Spelling",
        "Quarter",
    ),
    Command(
        "Consolidate",
        "Consolidate",
        "consolidate",
        "Record the returns, write the master workbook and open it.",
        "Consolidate",
        "Quarter",
    ),
    Command(
        "EmailCommittee",
        "E-mail committee",
        "email",
        "Open an unsent message with the latest master attached. Nothing is sent.",
        "FileSendAsAttachment",
        "Quarter",
    ),
    Command(
        "CommitteeEdition",
        "Committee edition",
        "",
        "Comes with a later version: an edition without small numbers. Until then a master is a working edition.",
        "FilePrintPreview",
        "Quarter",
        is_there=False,
    ),
    Command(
        "AmendFigure",
        "Amend a figure",
        "amend",
        "Correct a figure that somebody gave by telephone, on the record.",
        "TableDrawTable",
        "Figures",
    ),
    Command(
        "RecordAmendment",
        "Record amendment",
        "record",
        "Put what stands on the sheet Amend on the record.",
        "AcceptInvitation",
        "Figures",
        AMEND,
    ),
)
"""Every command, in the order of the ribbon."""
