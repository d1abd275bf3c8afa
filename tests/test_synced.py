"""A workspace in a folder that OneDrive holds: what it makes of two computers at once, and what is said of it."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from dapf_xl import cycle, workspace
from dapf_xl.findings import WorkspaceError
from dapf_xl.synced import ADVICE, is_synced, worries
from dapf_xl.workspace import CATALOGUE, KEY, LEDGER, SETTINGS, copies_beside
from tests.rounds import QUARTER, new_desk

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("name", "is_copy"),
    [
        ("ledger-LAPTOP.sqlite", True),
        ("ledger-DESKTOP-7K2F9.sqlite", True),
        ("ledger (1).sqlite", True),
        ("ledger(1).sqlite", True),
        ("ledger - Copy.sqlite", True),
        ("ledger.sqlite-journal", False),
        ("ledgers.sqlite", False),
        ("ledger-LAPTOP.txt", False),
    ],
)
def test_second_copies_are_known_by_their_names(tmp_path: Path, name: str, *, is_copy: bool) -> None:
    (tmp_path / LEDGER).touch()
    (tmp_path / name).touch()
    assert [each.name for each in copies_beside(tmp_path / LEDGER)] == [name] * is_copy


def test_with_two_ledgers_nothing_is_done_until_somebody_says_which_counts(tmp_path: Path) -> None:
    """OneDrive keeps both where two computers recorded at once; each lacks what the other has."""
    desk = new_desk(tmp_path / "work")
    desk.send_all_back()
    desk.consolidate()
    other = desk.folder / "ledger-LAPTOP.sqlite"
    shutil.copy(desk.folder / LEDGER, other)
    before = desk.everything()
    for verb in (cycle.consolidate, cycle.send, cycle.issue, cycle.on_record):
        with pytest.raises(WorkspaceError, match=r"ledger-LAPTOP\.sqlite, changed \d\d/.* Move the one that is not"):
            verb(desk.folder, QUARTER)
    assert desk.everything() == before
    other.rename(tmp_path / other.name)
    assert desk.consolidate().master.is_file()


def test_what_lies_beside_is_named_and_the_place_is_advised_on(tmp_path: Path) -> None:
    folder = workspace.init("haringey", tmp_path / "OneDrive - Council" / "work").folder
    assert worries(folder) == [ADVICE]
    for name in ("dapf-LAPTOP.toml", "catalogue (1).xlsx", "signing - Copy.key"):
        (folder / name).touch()
    said = worries(folder)[1:]
    assert [words.partition(", which alone is used")[0] for words in said] == [
        f"dapf-LAPTOP.toml lies beside {SETTINGS}",
        f"catalogue (1).xlsx lies beside {CATALOGUE}",
        f"signing - Copy.key lies beside {KEY}",
    ]
    assert worries(workspace.init("haringey", tmp_path / "elsewhere").folder) == []


def test_a_folder_is_held_where_onedrive_says_so(tmp_path: Path) -> None:
    folder = tmp_path / "Council" / "Site - Documents" / "work"
    assert not is_synced(folder, {})
    assert is_synced(folder, {"OneDriveCommercial": str(tmp_path / "Council")})
    assert not is_synced(folder, {"OneDriveCommercial": str(tmp_path / "Coun"), "OneDrive": ""})


def test_a_return_that_onedrive_kept_twice_is_merged_with_a_warning_or_asked_about(tmp_path: Path) -> None:
    desk = new_desk(tmp_path / "work")
    desk.send_back("police")
    desk.send_back("police", {"H2.retained": "74"}, name=f"police_{QUARTER}-DESKTOP-7K2F9.xlsx")
    checked = cycle.check([desk.returns], desk.folder, QUARTER)
    codes = [finding.code.name for finding in checked.findings]
    assert codes.count("NAMED_AS_A_COPY") == 1
    assert "SUBMISSIONS_DISAGREE" in codes or any("DIFFER" in code or "CONFLICT" in code for code in codes), codes
    assert desk.value(desk.round(), "H2.retained") is None
