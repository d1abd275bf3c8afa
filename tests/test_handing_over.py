"""The workspace passes to somebody else: on the record, whole, and with a new key where the old one is gone."""

from __future__ import annotations

import os
import shutil
import stat
from typing import TYPE_CHECKING

import pytest

from dapf_xl import cycle
from dapf_xl.cli import main
from dapf_xl.findings import HandoverError, WorkspaceError
from dapf_xl.rules import Status
from dapf_xl.waiving import Wanted
from tests.rounds import FIGURES, QUARTER, Desk, new_desk

if TYPE_CHECKING:
    from pathlib import Path

TO = "performance lead, community safety"
SAID = {"who": "head of community safety", "why": "The performance lead has left."}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return new_desk(tmp_path / "Haringey")


def test_a_handover_is_on_record_and_says_what_is_under_way(desk: Desk) -> None:
    desk.send_all_back(but="police")
    desk.consolidate()
    key = (desk.folder / "signing.key").read_bytes()
    made = cycle.hand_over(desk.folder, TO, **SAID)
    assert (desk.folder / "signing.key").read_bytes() == key
    with desk.workspace.ledger() as ledger:
        assert [each[1:] for each in ledger.handovers()] == [(TO, SAID["who"], SAID["why"], False)]
    (under_way,) = made.rounds
    assert (under_way.period.label, under_way.issued) == (QUARTER, len(FIGURES))
    assert under_way.awaited == ("Metropolitan Police, Haringey",)
    assert all((desk.folder / name).is_file() for name in made.files)


@pytest.mark.parametrize("lost", [True, False], ids=["lost", "taken_away"])
def test_with_a_new_key_the_returns_that_are_out_are_still_taken(desk: Desk, *, lost: bool) -> None:
    key = desk.folder / "signing.key"
    before = key.read_bytes()
    if lost:
        key.unlink()
        with pytest.raises(WorkspaceError, match="--new-key"):
            cycle.hand_over(desk.folder, TO, **SAID)
        assert desk.rows("handed") == []
    cycle.hand_over(desk.folder, TO, **SAID, new_key=True)
    assert key.read_bytes() != before
    assert len(bytes.fromhex(key.read_text(encoding="ascii"))) == len(bytes.fromhex(before.decode()))
    desk.send_all_back()
    assert {each.status for each in desk.consolidate().checked.returns} == {Status.ACCEPTED}
    cycle.issue(desk.folder, "2014-15-Q3", ["police"])
    later = Desk(desk.folder, "2014-15-Q3")
    later.send_back("police")
    assert later.consolidate().checked.returns[0].status is Status.ACCEPTED
    cycle.hand_over(desk.folder, TO, **SAID)  # the key is the one that sealed what went out last


def test_what_somebody_seals_with_the_old_key_after_it_was_replaced_is_not_taken(desk: Desk, tmp_path: Path) -> None:
    taken_away = tmp_path / "taken away"
    shutil.copytree(desk.folder, taken_away)
    cycle.hand_over(desk.folder, TO, **SAID, new_key=True)
    cycle.issue(taken_away, "2014-15-Q3", ["police"])
    forged = Desk(taken_away, "2014-15-Q3").send_back("police")
    later = Desk(desk.folder, "2014-15-Q3")
    later.returns.mkdir(parents=True)
    shutil.copy(forged, later.returns)
    (one,) = later.consolidate().checked.returns
    assert ([each.code.name for each in one.findings], one.status) == (["IDENTITY_FORGED"], Status.REJECTED)


@pytest.mark.skipif(os.name == "nt", reason="has no such permissions")
def test_nobody_else_may_read_the_new_key(desk: Desk) -> None:
    cycle.hand_over(desk.folder, TO, **SAID, new_key=True)
    assert stat.S_IMODE((desk.folder / "signing.key").stat().st_mode) == 0o600
    assert not [path.name for path in desk.folder.iterdir() if path.name.startswith(".")]


def test_the_key_of_another_workspace_is_told(desk: Desk, tmp_path: Path) -> None:
    cycle.init("haringey", tmp_path / "another")
    shutil.copy(tmp_path / "another" / "signing.key", desk.folder)
    with pytest.raises(HandoverError, match="did not seal the returns that went out last"):
        cycle.hand_over(desk.folder, TO, **SAID)
    assert desk.rows("handed") == []


def test_texts_that_were_released_are_to_be_released_again(desk: Desk) -> None:
    desk.send_back("police", {"H2.retained": "73 # The line was open: 07700 900123 calls went to it."})
    (alarm,) = cycle.waivable(desk.folder, QUARTER)
    cycle.waive(desk.folder, QUARTER, [Wanted(number=alarm.number)], **SAID, until="2014-15-Q4")
    assert cycle.hand_over(desk.folder, TO, **SAID).released == 0
    assert cycle.hand_over(desk.folder, TO, **SAID, new_key=True).released == 1
    (again,) = cycle.waivable(desk.folder, QUARTER)
    assert not again.finding.is_waived


@pytest.mark.parametrize("missing", ["to", "who", "why"])
def test_a_handover_without_who_to_whom_and_why_is_refused(desk: Desk, missing: str) -> None:
    said = {"to": TO, **SAID, missing: " "}
    with pytest.raises(HandoverError, match=f"needs --{missing}"):
        cycle.hand_over(desk.folder, said["to"], who=said["who"], why=said["why"])
    with pytest.raises(HandoverError, match="a telephone number"):
        cycle.hand_over(desk.folder, TO, who="the lead, 07700 900123", why="left")
    assert desk.rows("handed") == []


def test_where_the_key_cannot_be_written_nothing_is_recorded(desk: Desk) -> None:
    (desk.folder / ".signing.key").mkdir()  # stands where the new key is to be written
    before = desk.everything()
    assert main(["handover", str(desk.folder), "--to", TO, "--who", "head", "--why", "left", "--new-key"]) == 2
    assert desk.everything() == before


def test_the_command_line_says_what_to_pass_on(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--to", TO, "--who", SAID["who"], "--why", SAID["why"]]
    assert main(["handover", str(desk.folder), *words]) == 0
    said = capsys.readouterr().err
    assert "signing.key, ledger.sqlite, catalogue.xlsx, dapf.toml" in said
    assert f"{QUARTER}: {len(FIGURES)} returns issued; still awaited:" in said
