"""The verb handover: the workspace passes to somebody else, on the record, and with a new key where that is needed.

Whoever has the folder has everything. Returns that are out need no old key: the ledger has the seal that each went out
with, and all that it covers, and takes them by that. A key that somebody took away or lost is good for nothing else,
so there is no ring of keys to pass on and none to leak.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dapf_xl.findings import HandoverError
from dapf_xl.ledger import TAKEN
from dapf_xl.periods import Period
from dapf_xl.personal_data import kinds_in
from dapf_xl.returns.sealing import seal_of
from dapf_xl.workspace import CATALOGUE, KEY, LEDGER, SETTINGS, open_workspace, replace_key

if TYPE_CHECKING:
    from pathlib import Path

    from dapf_xl.ledger import IssuedReturn, Ledger
    from dapf_xl.workspace import Workspace


@dataclass(frozen=True, slots=True)
class RoundOut:
    """A round whose returns went out, and the agencies from which nothing was taken yet."""

    period: Period
    issued: int
    awaited: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HandedOver:
    """What a handover found and did."""

    recipient: str
    new_key: bool
    files: tuple[str, ...]
    """What the successor must have, all in the workspace's folder."""
    rounds: tuple[RoundOut, ...]
    """The rounds that are on record, the latest first."""
    released: int
    """Texts that were released as holding no personal data: with a new key each is to be released again."""


def hand_over(folder: Path, to: str, *, who: str, why: str, new_key: bool = False) -> HandedOver:
    """Pass a workspace on: see that it is whole, record who has it from now on, and replace its key where wanted.

    Args:
        folder: The workspace.
        to: The role that it passes to.
        who: The role that decides it: whoever leaves or, where they have left already, whoever answers for it.
        why: Why.
        new_key: Whether returns are sealed with a new key from now on: where the old one is lost, or somebody who
            should have it no longer may still have it. Returns that are out are taken all the same.

    Raises:
        HandoverError: something is not said, or the key is not the one that sealed what went out.
        WorkspaceError: the workspace is not whole: the key, the ledger, the settings or the catalogue.
        LedgerBusyError: another process holds the ledger.
    """
    for name, said in (("to", to), ("who", who), ("why", why)):
        if not said.strip():
            raise HandoverError(f'a handover needs --{name}: for example --{name} "{_EXAMPLES[name]}".')
        if kinds := kinds_in(said):
            raise HandoverError(f"--{name} holds {kinds}: write a role or a reason that points to nobody.")
    workspace = open_workspace(folder)
    with workspace.ledger() as ledger, ledger.transaction():
        issued = list(ledger.issued().values())
        if not new_key:
            _refuse_another_key(workspace, issued, ledger)
        ledger.record_handed(to, who=who, why=why, new_key=new_key)
        rounds = tuple(_rounds(workspace, ledger, issued))
        released = sum(key.code == "PERSONAL_DATA" for key in ledger.waivers()) if new_key else 0
        if new_key:
            # The last step before the record is kept. Should that fail, the new key stands without a word on it, and
            # takes everything that the old one did.
            replace_key(workspace)
    return HandedOver(to, new_key, (KEY, LEDGER, CATALOGUE, SETTINGS), rounds, released)


_EXAMPLES = {
    "to": "performance lead, community safety",
    "who": "head of community safety",
    "why": "the performance lead has left",
}


def _refuse_another_key(workspace: Workspace, issued: list[IssuedReturn], ledger: Ledger) -> None:
    """Refuse a key that did not seal the returns that went out since it was made."""
    key = workspace.key  # raises where there is none
    made = max((each.at for each in ledger.handovers() if each.new_key), default="")
    for each in [each for each in issued if each.issued_at > made][-1:]:
        identity = {
            "framework": workspace.framework.id, "catalogue_version": each.catalogue_version, "agency": each.agency,
            "period": each.period, "issue_id": each.issue_id, "digest": each.digest,
        }  # fmt: skip
        if not hmac.compare_digest(seal_of(key, identity), each.seal):
            raise HandoverError(
                f"{workspace.folder / KEY} did not seal the returns that went out last: put the right one back from a "
                "backup, or say --new-key; returns that are out are still taken."
            )


def _rounds(workspace: Workspace, ledger: Ledger, issued: list[IssuedReturn]) -> list[RoundOut]:
    agencies = workspace.framework.agencies
    rounds = []
    for label in sorted({each.period for each in issued}, reverse=True):
        period = Period.parse(label)
        out = {each.agency for each in issued if each.period == label}
        came = {each.agency for each in ledger.received(period) if each.status in TAKEN}
        awaited = tuple(agencies[each].name for each in agencies if each in out - came)
        rounds.append(RoundOut(period, len(out), awaited))
    return rounds
