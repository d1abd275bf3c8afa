"""The message as a page to copy from, for mail programs that open a draft only for reading, as the new Outlook does."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING
from urllib.parse import quote

from dapf_xl.delivery import content, digest_of, page, subject_of
from dapf_xl.styles import HINT, LINE

if TYPE_CHECKING:
    from pathlib import Path

    from dapf_xl.delivery import Envelope
    from dapf_xl.tables import MasterTables

_CELL = f"border:1px solid {LINE};padding:4px 8px;text-align:left;vertical-align:top"


def page_file_name(master: Path) -> str:
    """Return the name of the page about this master: ``…_WORKING-EDITION - to copy.html``."""
    return f"{master.stem} - to copy.html"


def make_page(tables: MasterTables, master: Path, envelope: Envelope) -> str:
    """Return a page with all that a draft holds, in the order in which it is copied into a new message.

    Args:
        tables: What the master was written from.
        master: The master, which is to be attached.
        envelope: From whom and to whom; the draft was made with it, so that it may be used.
    """
    digest = digest_of(tables, master.name)
    subject = subject_of(digest, envelope)
    filled = f"mailto:{quote(','.join(envelope.to), safe='@,')}?subject={quote(subject, safe='')}"
    rows = {
        "From": html.escape(envelope.sender),
        "To": html.escape("; ".join(envelope.to)),
        "Subject": html.escape(subject),
        "Attach this file": html.escape(str(master.absolute())),
        "Message": "what stands below the line: mark it, copy it, paste it",
    }
    table = "".join(
        f"<tr><th scope='row' style='{_CELL}'>{name}</th><td style='{_CELL}'>{words}</td></tr>"
        for name, words in rows.items()
    )
    parts = [
        "<h1 style='font-size:14pt'>To copy into a new message</h1>",
        "<p>For mail programs that open the draft without a Send button, such as the new Outlook. ",
        f"<a href='{html.escape(filled)}'>Begin a message</a> (To and Subject are filled in), then:</p>",
        f"<table style='border-collapse:collapse'>{table}</table>",
        f"<p style='color:{HINT}'>It may go to nobody else: the workbook holds small numbers.</p>",
        "<hr>",
        content(digest),
    ]
    return page(f"To copy: {digest.title}", "\n".join(parts))
