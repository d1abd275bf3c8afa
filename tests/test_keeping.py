"""Every file that was received is kept, whatever comes after it under the same name."""

from __future__ import annotations

import contextlib
import hashlib
import shutil
from typing import TYPE_CHECKING

import pytest

from dapf_xl.findings import NotWrittenError
from dapf_xl.keeping import kept_copies
from dapf_xl.periods import Period
from dapf_xl.returns.reading import read_return
from tests.rounds import QUARTER, Desk, new_desk

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return new_desk(tmp_path / "Haringey")


def kept(desk: Desk) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (desk.folder / "received" / QUARTER).iterdir()}


def test_a_file_that_a_later_one_overwrites_is_kept(desk: Desk) -> None:
    first = desk.send_back("police").read_bytes()
    desk.consolidate()
    second = desk.send_back("police", {"H2.retained": "71"}).read_bytes()
    (desk.returns / "scan.pdf").write_bytes(b"%PDF-1.4")
    desk.consolidate()
    desk.consolidate()
    assert sorted(kept(desk).values()) == sorted([first, second, b"%PDF-1.4"])
    with desk.workspace.ledger() as ledger:
        records = ledger.received_ever(Period.parse(QUARTER))
    for each in records:
        data = (desk.folder / each.kept).read_bytes()
        assert each.sha256 in {"", hashlib.sha256(data).hexdigest()}
        assert each.kept.endswith(f"_{each.file}")


def test_lock_files_and_empty_ones_are_not_kept(desk: Desk) -> None:
    desk.send_back("police")
    (desk.returns / "~$police.xlsx").write_bytes(b"somebody")
    (desk.returns / "nothing.xlsx").touch()
    desk.consolidate()
    assert [name.partition("_")[2] for name in kept(desk)] == [f"police_{QUARTER}.xlsx"]


def test_where_the_round_is_not_recorded_no_copy_stays(desk: Desk) -> None:
    desk.send_back("police")
    desk.consolidate()
    desk.send_back("idva")
    before = desk.everything()
    (desk.master.parent / f"~${desk.master.name}").touch()
    with pytest.raises(NotWrittenError):
        desk.consolidate()
    reads = [read_return(path) for path in sorted(desk.returns.iterdir())]
    with contextlib.suppress(RuntimeError), kept_copies(desk.workspace, Period.parse(QUARTER), reads) as copies:
        assert len(copies) == 2
        raise RuntimeError
    assert desk.everything() == before


def test_a_file_that_changes_while_it_is_read_is_told(desk: Desk) -> None:
    path = desk.send_back("police")
    read = read_return(path)
    shutil.copy(desk.send_back("idva"), path)
    with (
        pytest.raises(NotWrittenError, match="changed while it was being read"),
        kept_copies(desk.workspace, Period.parse(QUARTER), [read]),
    ):
        pass
    assert not (desk.folder / "received").exists()
