"""Who a draft goes to, and who of them may have a working edition: read from ``dapf.toml``, and written back into it.

``dapf.toml`` stays the record, and everything else that stands in it stays as it is. What stood there before a change
is kept in ``superseded``.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dapf_xl.delivery import addresses_of, is_address
from dapf_xl.findings import DeliveryError, WorkspaceError
from dapf_xl.workbooks import write_atomically
from dapf_xl.workspace import SETTINGS, open_workspace, replacing

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from dapf_xl.workspace import Workspace

_SECTION = re.compile(r"^[ \t]*\[send\][ \t]*(?:#[^\r\n]*)?(?=\r?$)", re.MULTILINE)
_NEXT_SECTION = re.compile(r"^[ \t]*\[", re.MULTILINE)
_VALUE = r"""\[[^\]]*\]|"[^"\n]*"|'[^'\n]*'"""


@dataclass(frozen=True, slots=True)
class Recipient:
    """An address, whether drafts go to it, and whether it may have a working edition, which holds small numbers."""

    address: str
    receives: bool = True
    cleared: bool = False


@dataclass(frozen=True, slots=True)
class Recipients:
    """Where drafts come from, and everybody who is listed."""

    sender: str
    listed: tuple[Recipient, ...]

    @property
    def not_cleared(self) -> list[str]:
        """Addresses that drafts go to and that may not have a working edition: for them no draft is made."""
        return [each.address for each in self.listed if each.receives and not each.cleared]

    def with_one(self, address: str, *, cleared: bool | None = None) -> Recipients:
        """Return the list with an address that drafts go to; where it is not said, it is cleared as it was."""
        typed = address.strip()
        was = next((each for each in self.listed if _same(each.address, typed)), None)
        new = Recipient(typed, cleared=bool(was and was.cleared) if cleared is None else cleared)
        listed = tuple(new if each is was else each for each in self.listed)
        return replace(self, listed=listed if was else (*listed, new))

    def without(self, address: str) -> Recipients:
        """Return the list without an address.

        Raises:
            DeliveryError: it is not on it.
        """
        kept = tuple(each for each in self.listed if not _same(each.address, address))
        if len(kept) == len(self.listed):
            raise DeliveryError(f"{address} is not among the recipients: nothing was changed.")
        return replace(self, listed=kept)


def _same(one: str, other: str) -> bool:
    return one.strip().casefold() == other.strip().casefold()


def recipients_of(workspace: Workspace) -> Recipients:
    """Return who is listed in a workspace's settings, in their order; whoever is cleared alone comes last."""
    settings = workspace.send_settings()
    receiving, cleared = addresses_of(settings.get("to")), addresses_of(settings.get("cleared"))
    listed = dict.fromkeys(each.strip() for each in (*receiving, *cleared))
    return Recipients(
        sender=str(settings.get("sender", "")).strip(),
        listed=tuple(
            Recipient(
                each,
                receives=any(_same(each, other) for other in receiving),
                cleared=any(_same(each, other) for other in cleared),
            )
            for each in _once(listed)
        ),
    )


def _once(addresses: Iterable[str]) -> list[str]:
    """Return addresses without those that differ from an earlier one in their case alone, or are blank."""
    return list({each.casefold(): each for each in reversed([*addresses]) if each}.values())[::-1]


def set_recipients(folder: Path, wanted: Recipients) -> Path | None:
    """Write who receives drafts into a workspace's settings.

    Args:
        folder: The workspace.
        wanted: Who is to be listed; whoever neither receives drafts nor is cleared is left out.

    Returns:
        Where the settings of before are kept; None where nothing was changed.

    Raises:
        DeliveryError: an address is none, or stands there twice, or the sender is missing.
        WorkspaceError: the settings are laid out in a way that cannot be changed without loss.
        NotWrittenError: they could not be written.
    """
    workspace = open_workspace(folder)
    faults = faults_of(wanted)
    if faults:
        raise DeliveryError(f"{' '.join(faults)} Nothing was changed.")
    if wanted == recipients_of(workspace):
        return None
    path = folder / SETTINGS
    text = path.read_bytes().decode("utf-8-sig")
    new = _rewritten(text, wanted)
    expected = {**workspace.settings, "send": {**workspace.send_settings(), **_values(wanted)}}
    if _parsed(new) != expected:  # such as tables written in one line, or a bracket in a comment within a list
        raise WorkspaceError(f"{path} is laid out in a way that cannot be changed from here: change [send] by hand.")
    with replacing(path) as kept:
        write_atomically(path, lambda temporary: temporary.write_bytes(new.encode("utf-8")))
    return kept


def faults_of(wanted: Recipients) -> list[str]:
    """Return what cannot be used in a list of recipients, in sentences."""
    faults = []
    if not wanted.sender:
        faults.append("There is no sender: say the role mailbox that drafts come from.")
    malformed = [each for each in (wanted.sender, *(each.address for each in wanted.listed)) if each]
    malformed = [each for each in malformed if not is_address(each)]
    if malformed:
        faults.append(
            f"Not an e-mail address: {', '.join(map(ascii, malformed))}. "
            "Write the address alone, such as 'chair@council.example.org', one in a row."
        )
    counts = Counter(each.address.strip().casefold() for each in wanted.listed)
    twice = [address for address, count in counts.items() if count > 1]
    if twice:
        faults.append(f"There twice: {', '.join(map(ascii, twice))}. Leave one of them.")
    return faults


def _values(wanted: Recipients) -> dict[str, object]:
    return {
        "sender": wanted.sender,
        "to": [each.address for each in wanted.listed if each.receives],
        "cleared": [each.address for each in wanted.listed if each.cleared],
    }


def _parsed(text: str) -> object:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return None


def _rewritten(text: str, wanted: Recipients) -> str:
    """Return the settings with the table ``[send]`` changed; what else stands in it stays."""
    found = _SECTION.search(text)
    head, rest = (text[: found.end()], text[found.end() :]) if found else (f"{text.rstrip()}\n\n[send]", "\n")
    following = _NEXT_SECTION.search(rest)
    section, after = (rest[: following.start()], rest[following.start() :]) if following else (rest, "")
    end = "\r\n" if "\r\n" in text else "\n"
    for name, value in _values(wanted).items():
        line = f"{name} = {_as_toml(value)}"
        stood = re.search(rf"^[ \t]*{name}[ \t]*=[ \t]*(?:{_VALUE})", section, re.MULTILINE)
        section = section[: stood.start()] + line + section[stood.end() :] if stood else f"{end}{line}{section}"
    return head + section + after


def _as_toml(value: object) -> str:
    """Return an address, or a list of them, as it stands in the settings; addresses need no escapes."""
    return f"[{', '.join(map(_as_toml, value))}]" if isinstance(value, list) else f'"{value}"'
