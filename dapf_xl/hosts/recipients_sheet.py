"""The sheet on which the recipients are listed: what is put on it, and what was typed there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dapf_xl.delivery import is_address
from dapf_xl.findings import DeliveryError, WorkspaceError
from dapf_xl.hosts import control_sheet as at
from dapf_xl.plain import plain_yes_no
from dapf_xl.recipients import Recipient, Recipients, recipients_of

if TYPE_CHECKING:
    from dapf_xl.hosts.excel import Desk
    from dapf_xl.workspace import Workspace

_ROWS = at.LAST_RECIPIENT - at.FIRST_RECIPIENT + 1
_COLUMNS = len(at.RECIPIENT_COLUMNS)


def show(desk: Desk, workspace: Workspace) -> None:
    """Put a workspace's recipients on the sheet, in place of what stood there.

    Raises:
        WorkspaceError: there are more than the sheet has rows.
    """
    found = recipients_of(workspace)
    if len(found.listed) > _ROWS:
        raise WorkspaceError(f"More than {_ROWS} recipients are listed: `dapf recipients` shows and changes them.")
    sheet = desk.book.sheets[at.RECIPIENTS]
    sheet.range(at.RECIPIENTS_OF).value = str(workspace.folder)
    sheet.range(at.SENDER).value = found.sender or None
    rows: list[list[str | None]] = [[each.address, _word(each.receives), _word(each.cleared)] for each in found.listed]
    rows += [[None] * _COLUMNS] * (_ROWS - len(rows))
    sheet.range((at.FIRST_RECIPIENT, 1), (at.LAST_RECIPIENT, _COLUMNS)).value = rows


def _word(answer: bool) -> str:  # noqa: FBT001  (an answer)
    return "yes" if answer else "no"


def typed(desk: Desk) -> Recipients:
    """Return the recipients as they stand on the sheet.

    Raises:
        WorkspaceError: the sheet shows those of another workspace, or none.
        DeliveryError: something typed cannot be used; each cell is named.
    """
    shown = desk.text(at.RECIPIENTS_OF, at.RECIPIENTS)
    if shown != str(desk.folder):
        raise WorkspaceError(
            f"This list is of {shown or 'no workspace'}, and {desk.folder} is chosen: "
            "click Recipients on Control first."
        )
    sheet = desk.book.sheets[at.RECIPIENTS]
    rows = sheet.range((at.FIRST_RECIPIENT, 1), (at.LAST_RECIPIENT, _COLUMNS)).value
    listed, faults = [], []
    for number, row in enumerate(rows, at.FIRST_RECIPIENT):
        address, *answers = (str(cell or "").strip() for cell in row)
        if not address and not any(answers):
            continue
        if not address:
            faults.append(f"A{number} has no address.")
        elif not is_address(address):
            faults.append(f"A{number} is not an e-mail address: {address!a}.")
        said = [plain_yes_no(answer) for answer in answers]
        faults += [f"{letter}{number} must say yes or no." for letter, word in zip("BC", said, strict=True) if not word]
        listed.append(Recipient(address, receives=said[0] == "Yes", cleared=said[1] == "Yes"))
    if faults:
        raise DeliveryError(f"{' '.join(faults)} Nothing was changed.")
    return Recipients(desk.text(at.SENDER, at.RECIPIENTS), tuple(listed))
