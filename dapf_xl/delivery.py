"""A draft message with the master attached: who may have it, what it says, and the file that a mail program opens.

Nothing is sent from here. A working edition holds small numbers, so a draft is only made for recipients who are
cleared for one, and says what it is in its subject, its body and the name of what is attached.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from email.message import EmailMessage
from email.policy import SMTP
from typing import TYPE_CHECKING, NamedTuple

from dapf_xl.consolidation import NOT_RETURNED
from dapf_xl.findings import DeliveryError, sentence
from dapf_xl.master.common import marked, records, returned_words, standings
from dapf_xl.rules import Status
from dapf_xl.styles import FONT, HEAD, HINT, LINE, RATINGS, TEXT, WHITE, WRONG, WRONG_TEXT
from dapf_xl.tables import EDITION

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from dapf_xl.master.common import Row
    from dapf_xl.tables import MasterTables

EDITION_IN_NAME = EDITION.replace(" ", "-")
"""What the name of a working edition's file contains."""
WARNING = "Holds small numbers: do not forward, do not publish."
WITHHELD = "never published, so not quoted here"
"""Stands in place of a figure that the framework never lets out, and of its target."""
MEDIA_TYPE = ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet")
"""Of an .xlsx workbook; ``mimetypes`` knows it on some machines only."""
MOST = 10
"""How many entries of a list stand in the body, so that it stays a screenful; it says how many more there are."""

_WORD = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
_ADDRESS = re.compile(rf"{_WORD}(?:\.{_WORD})*@(?:{_LABEL}\.)+{_LABEL}", re.IGNORECASE | re.ASCII)
_LONGEST_ADDRESS = 254
_RATED_BADLY = ("Red", "Amber")
_ORDER = (*_RATED_BADLY, "Green", "Not rated")


@dataclass(frozen=True, slots=True)
class Envelope:
    """Who a message is from and to, and who may have a working edition; plain addresses, without names."""

    sender: str
    to: tuple[str, ...]
    cleared: frozenset[str]
    label: str = ""
    """Stands in the subject, for figures that are not real."""


def refusal(envelope: Envelope) -> str:
    """Return why a working edition may not be sent in this envelope, in one line; "" if it may."""
    cleared = {address.strip().casefold() for address in envelope.cleared}
    malformed = [each for each in (envelope.sender, *envelope.to) if each and not is_address(each)]
    strangers = [each for each in envelope.to if is_address(each) and each.casefold() not in cleared]
    faults = []
    if not envelope.sender:
        faults.append("there is no sender: give its role mailbox; run `dapf recipients`")
    if not any(envelope.to):
        faults.append("there are no recipients: run `dapf recipients` and list them")
    if malformed:
        faults.append(
            f"not an e-mail address: {', '.join(map(ascii, malformed))}. Write the address alone, "
            "such as 'performance@council.example.org': run `dapf recipients`"
        )
    if strangers:
        faults.append(
            f"a working edition holds small numbers, and these recipients are not cleared for one: "
            f"{', '.join(strangers)}. If they may have it, say so: run `dapf recipients`"
        )
    return " ".join([f"{faults[0]}.", *map(sentence, faults[1:])]) if faults else ""


def is_address(text: str) -> bool:
    """Say whether a text is an e-mail address, alone and without a name."""
    return len(text) <= _LONGEST_ADDRESS and bool(_ADDRESS.fullmatch(text))


def draft_file_name(master: Path) -> str:
    """Return the name of the draft that has this master attached: ``…_WORKING-EDITION.eml``."""
    return f"{master.stem}.eml"


def make_draft(tables: MasterTables, master: Path, envelope: Envelope) -> bytes:
    """Return an ``.eml`` file that mail programs open as an unsent message, the master attached.

    Args:
        tables: What the master was written from.
        master: The master; its name says that it is a working edition.
        envelope: From whom and to whom.

    Raises:
        DeliveryError: a recipient is not cleared, the envelope cannot be used, or the master is not a working
            edition or cannot be read.
    """
    reason = refusal(envelope) or _refusal_of_file(master)
    if reason:
        raise DeliveryError(f"no draft was made: {reason}")
    try:
        attachment = master.read_bytes()
    except OSError as error:
        raise DeliveryError(f"{master} cannot be read: {error.strerror}. Run `dapf consolidate` again.") from error
    digest = digest_of(tables, master.name)
    message = EmailMessage(policy=SMTP)
    message["X-Unsent"] = "1"
    message["Subject"] = subject_of(digest, envelope)
    message["From"] = envelope.sender
    message["To"] = ", ".join({address.casefold(): address for address in envelope.to}.values())
    message["Date"] = datetime.now(UTC)
    message.set_content(as_text(digest), cte="quoted-printable")
    message.add_alternative(as_html(digest), subtype="html", cte="quoted-printable")
    message.add_attachment(attachment, *MEDIA_TYPE, filename=master.name)
    return message.as_bytes()


def subject_of(digest: Digest, envelope: Envelope) -> str:
    """Return the subject: the edition, what it is about, and its marking."""
    label = f"[{envelope.label}] " if envelope.label else ""
    return f"[{EDITION}] {label}{digest.title}, {digest.period} [{digest.marking}]"


def _refusal_of_file(master: Path) -> str:
    if EDITION_IN_NAME not in master.name or master.suffix != ".xlsx":
        return (
            f"{master.name!a} is not named as a working edition (…{EDITION_IN_NAME}….xlsx). "
            "Attach the file under the name that `dapf consolidate` gave it."
        )
    return "" if master.name.isprintable() else f"{master.name!a} holds characters that mail cannot carry: rename it."


# --- what it says -----------------------------------------------------------------------------


class Exceptional(NamedTuple):
    """A line that is rated Red or Amber."""

    rating: str
    ref: str
    title: str
    figure: str
    target: str


class Digest(NamedTuple):
    """What the body says, in words that both of its forms share."""

    title: str
    period: str
    marking: str
    note: str
    file: str
    ratings: dict[str, int]
    not_rated: str
    """Why lines are not rated, with how many of each."""
    exceptions: list[Exceptional]
    returns: str
    not_returned: list[str]
    rejected: list[str]
    coverage: str


def digest_of(tables: MasterTables, file: str) -> Digest:
    """Return what is worth saying of a master in a screenful."""
    settings = tables.framework.settings
    lines = [line for line in records(tables.lines) if line["role"] == "main"]
    ratings = Counter(_rating_of(line) for line in lines)
    reasons = Counter(line["rating"].partition(": ")[2] for line in lines if _rating_of(line) == "Not rated")
    submissions = records(tables.submissions)
    names = {each["agency"]: each["name"] for each in submissions}
    absent = [agency for agency, standing in standings(tables).items() if standing == NOT_RETURNED]
    return Digest(
        title=_plain(f"{settings.area}: {settings.title}"),
        period=tables.period.words,
        marking=_plain(settings.marking),
        note=_plain(tables.note),
        file=file,
        ratings={name: ratings[name] for name in _ORDER},
        not_rated=_counted(reasons),
        exceptions=[_exceptional(line, tables) for name in _RATED_BADLY for line in lines if _rating_of(line) == name],
        returns=returned_words(tables) if submissions else "",
        not_returned=[_plain(names[agency]) for agency in absent],
        rejected=[
            _plain(f"{each['name']} ({each['file']}): {each['reason']}")
            for each in submissions
            if each["status"] == Status.REJECTED
        ],
        coverage=_coverage(lines),
    )


def _rating_of(line: Row) -> str:
    """Return the rating without its reason."""
    return str(line["rating"]).partition(":")[0]


def _plain(text: str) -> str:
    """Return the text on one line, fit for a header too."""
    return " ".join(text.split()).encode("utf-8", "replace").decode("utf-8")


def _counted(counts: Counter[str]) -> str:
    return ", ".join(f"{words} {count}" for words, count in counts.items())


def _exceptional(line: Row, tables: MasterTables) -> Exceptional:
    if line["publication"]:  # a message is forwarded more easily than a workbook
        return Exceptional(_rating_of(line), line["indicator"], _plain(line["label"]), WITHHELD, WITHHELD)
    figure = " ".join(filter(None, [_shown(line["value"], line) or line["shown"], line["markers"]]))
    if line["rated"] != line["value"]:
        figure += f" (set against the target: {_shown(line['rated'], line)})"
    if line["period"] != tables.period.words:
        figure += f", {line['period']}"
    if len(set(line["coverage"].split(" of "))) > 1:
        figure += f", from {line['coverage']} figures"
    limits = [_shown(line[name], line) for name in ("lower", "upper")]
    target = line["target_text"] or _shown(line["target"], line) or " to ".join(filter(None, limits))
    return Exceptional(_rating_of(line), line["indicator"], *map(_plain, (line["label"], figure, target)))


def _shown(value: float | None, line: Row) -> str:
    """Return a figure of a line as people read it, rounded as the workbook shows it: 84%, 1,880, £1,200, −3."""
    return "" if value is None else figure_words(value, line["kind"], line["decimals"])


def figure_words(value: float, kind: str, decimals: int | None = None) -> str:
    """Return a figure as people read it, rounded as a workbook shows it: ``84%``, ``1,880``, ``−3``.

    Args:
        value: On the workbook's scale: a percentage is a fraction.
        kind: percent, count, rate, number or money.
        decimals: How many are shown; None for the kind's own.
    """
    if kind in {"count", "money"}:
        decimals = 0
    exact = Decimal(repr(value)) * (100 if kind == "percent" else 1)
    rounded = exact.quantize(Decimal(1).scaleb(-(1 if decimals is None else decimals)), ROUND_HALF_UP)
    sign = "−" if rounded < 0 else ""
    pound, percent = "£" if kind == "money" else "", "%" if kind == "percent" else ""
    return f"{sign}{pound}{abs(rounded):,f}{percent}"


def _coverage(lines: Iterable[Row]) -> str:
    """Return how many of the figures behind the ratings are there, and which lines lack one."""
    parts = {(line["indicator"], line["label"]): line["coverage"].partition(" of ") for line in lines}
    counts = {key: (int(present), int(expected)) for key, (present, _, expected) in parts.items() if expected}
    present, expected = (sum(count) for count in zip(*counts.values(), strict=True)) if counts else (0, 0)
    lacking = [f"{ref} ({there} of {asked})" for (ref, _), (there, asked) in counts.items() if there < asked]
    incomplete = f" Incomplete: {', '.join(_most(lacking))}." if lacking else ""
    return f"{present} of {expected} figures have a value.{incomplete}"


def _most(entries: Sequence[str]) -> list[str]:
    """Return the first entries, and how many are left out where there are more."""
    left = len(entries) - MOST
    return [*entries[:MOST], *([f"{left} more in the workbook"] if left > 0 else [])]


# --- as text and as HTML ----------------------------------------------------------------------

_NO_EXCEPTIONS = "None: nothing is rated Red or Amber."


def _summary(digest: Digest) -> list[tuple[str, list[str]]]:
    """Return what follows the exceptions: a heading with one entry, or several."""
    everybody = "Nobody: every return that is due has come." if digest.returns else "No return has come yet."
    return [
        ("Returns", [digest.returns or "none"]),
        ("Not returned", [", ".join(digest.not_returned) or everybody]),
        ("Rejected", _most(digest.rejected) or ["None."]),
        ("Coverage", [digest.coverage]),
    ]


def _attached(digest: Digest) -> str:
    return f"Attached: {digest.file}. Its sheet Summary has the rest."


def _counts(digest: Digest) -> dict[str, str]:
    """Return how many lines have each rating, in words."""
    reasons = {"Not rated": f" ({digest.not_rated})" if digest.not_rated else ""}
    return {name: f"{count}{reasons.get(name, '')}" for name, count in digest.ratings.items()}


def as_text(digest: Digest) -> str:
    """Return the body as plain text."""
    exceptions = [
        f"{marked(each.rating)}: {each.title} ({each.ref}): {each.figure}. Target: {each.target}"
        for each in digest.exceptions
    ]
    parts = [
        f"{EDITION} · {digest.marking}\n{WARNING}",
        digest.note,
        f"{digest.title}\nPerformance in {digest.period}",
        "Ratings: " + " · ".join(f"{marked(name)} {words}" for name, words in _counts(digest).items()),
        "\n".join(["Exceptions", *(_most(exceptions) or [_NO_EXCEPTIONS])]),
        "\n".join(f"{heading}: {'; '.join(entries)}" for heading, entries in _summary(digest)),
        _attached(digest),
    ]
    return "\n\n".join(filter(None, parts)) + "\n"


_CELL = f"border:1px solid {LINE};padding:4px 8px;text-align:left;vertical-align:top"


def as_html(digest: Digest) -> str:
    """Return the body as HTML: no images, no scripts, styles beside each element as mail programs want them."""
    return page(digest.title, content(digest))


def page(title: str, inner: str) -> str:
    """Return an HTML page in the look of the message."""
    parts = [
        "<!DOCTYPE html>",
        f"<html lang='en-GB'><head><meta charset='utf-8'><title>{html.escape(title)}</title></head>",
        f"<body style='font-family:{FONT},sans-serif;font-size:11pt;color:{TEXT};background-color:{WHITE}'>",
        inner,
        "</body></html>\n",
    ]
    return "\n".join(parts)


def content(digest: Digest) -> str:
    """Return what stands in the body, as HTML."""
    title, marking, note = map(html.escape, (digest.title, digest.marking, digest.note))
    counts = "".join(_badge(name, words) for name, words in _counts(digest).items())
    summary = "\n".join(
        f"<p style='margin:4px 0'><strong>{heading}:</strong> {'<br>'.join(map(html.escape, entries))}</p>"
        for heading, entries in _summary(digest)
    )
    parts = [
        f"<p style='padding:8px;background-color:{WRONG};color:{WRONG_TEXT}'>",
        f"<strong>{EDITION} · {marking}</strong><br>{WARNING}</p>",
        f"<p><strong>{note}</strong></p>" if note else "",
        f"<h1 style='font-size:14pt;margin:8px 0'>{title}</h1>",
        f"<p style='margin:4px 0'>Performance in {html.escape(digest.period)}</p>",
        f"<table style='border-collapse:collapse'><tr>{counts}</tr></table>",
        "<h2 style='font-size:12pt;margin:12px 0 4px'>Exceptions</h2>",
        _table(digest.exceptions),
        summary,
        f"<p style='color:{HINT}'>{html.escape(_attached(digest))}</p>",
    ]
    return "\n".join(filter(None, parts))


def _badge(rating: str, words: str = "") -> str:
    """Return a cell with a rating's colours, mark and word."""
    look = RATINGS[rating]
    label = html.escape(f"{marked(rating)} {words}".strip())
    return f"<td style='{_CELL};background-color:{look.background};color:{look.text}'><strong>{label}</strong></td>"


def _table(exceptions: Sequence[Exceptional]) -> str:
    if not exceptions:
        return f"<p>{_NO_EXCEPTIONS}</p>"
    heads = "".join(
        f"<th scope='col' style='{_CELL};background-color:{HEAD};color:{WHITE}'>{head}</th>"
        for head in ("Rating", "Indicator", "Figure", "Target")
    )
    rows = "\n".join(
        f"<tr>{_badge(each.rating)}{''.join(map(_cell, (f'{each.title} ({each.ref})', each.figure, each.target)))}</tr>"
        for each in exceptions[:MOST]
    )
    left = len(exceptions) - MOST
    more = f"<p>{left} more in the workbook</p>" if left > 0 else ""
    return f"<table style='border-collapse:collapse'><tr>{heads}</tr>\n{rows}\n</table>{more}"


def _cell(text: str) -> str:
    return f"<td style='{_CELL}'>{html.escape(text)}</td>"


def addresses_of(setting: object) -> tuple[str, ...]:
    """Return the addresses that a setting names: one, or a list of them."""
    if isinstance(setting, str):
        return (setting,)
    return tuple(str(address) for address in setting) if isinstance(setting, list) else ()
