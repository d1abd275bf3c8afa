"""Consolidating, stopped for real: killed at any moment, on a full disk, in a folder that cannot be written."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from dapf_xl import cycle
from dapf_xl.findings import DeliveryError, NotWrittenError
from tests.rounds import QUARTER, RECORDS, Desk, cells, new_desk, unfinished

if TYPE_CHECKING:
    from collections.abc import Iterator

KILLED = 20
"""Moments at which a run is killed."""
ROOT = Path(__file__).parents[2]

CHILD = """
import os, signal, sys
from pathlib import Path
import dapf_xl.cycle, dapf_xl.findings, dapf_xl.ledger
{before}
print("ready", flush=True)
sys.stdin.readline()
try:
    dapf_xl.cycle.{verb}(Path(sys.argv[1]), sys.argv[2])
except dapf_xl.findings.NotWrittenError as error:
    print(error)
    raise SystemExit(2)
print("done")
"""
KILL_BEFORE_THE_LEDGER_KEEPS = "dapf_xl.ledger.Ledger.keep = lambda _: os.kill(os.getpid(), signal.SIGKILL)"
KILL_BEFORE_RETURNS_ARE_IN_PLACE = "dapf_xl.issuing._put_in_place = lambda *_: os.kill(os.getpid(), signal.SIGKILL)"
KILL_BEFORE_A_FILE_IS_IN_PLACE = """
import itertools, dapf_xl.workbooks
written = itertools.count(1)
flush = dapf_xl.workbooks.flush_to_disk
def flush_or_die(path):
    if next(written) == {file}:
        os.kill(os.getpid(), signal.SIGKILL)
    flush(path)
dapf_xl.workbooks.flush_to_disk = flush_or_die
"""
NO_FILE_LARGER_THAN = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({size}, {size}))"

posix = pytest.mark.skipif(os.name == "nt", reason="Windows has neither SIGKILL nor resource limits")


@pytest.fixture(scope="module")
def between(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A workspace with a master, after which a return came in and another was corrected."""
    desk = new_desk(tmp_path_factory.mktemp("between") / "Haringey, très tard")
    desk.send_all_back(but="vawg")
    desk.consolidate()
    os.utime(desk.master, (1_400_000_000, 1_400_000_000))
    desk.send_back("vawg")
    desk.send_back("police", {"H2.retained": "71"})
    return desk


@pytest.fixture
def desk(between: Desk, tmp_path: Path) -> Desk:
    shutil.copytree(between.folder, tmp_path / "w ü")
    return Desk(tmp_path / "w ü")


@pytest.fixture(scope="module")
def finished(between: Desk, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """The same, consolidated without a disturbance."""
    folder = tmp_path_factory.mktemp("finished") / "w"
    shutil.copytree(between.folder, folder)
    Desk(folder).consolidate()
    return Desk(folder)


@contextmanager
def child(desk: Desk, verb: str = "consolidate", before: str = "") -> Iterator[subprocess.Popen[str]]:
    """Start another process that has loaded everything and waits for a line before it begins."""
    command = [sys.executable, "-c", CHILD.format(verb=verb, before=before), str(desk.folder), QUARTER]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        try:
            yield process
        finally:
            process.kill()


def begin(process: subprocess.Popen[str]) -> None:
    assert process.stdin
    process.stdin.write("\n")
    process.stdin.flush()


def plain(master: Path) -> dict[str, list[list[object]]]:
    """Return a master's cells but for the sheets that say when each file was received, and what the last master had."""
    untold = {"Submissions", "Sources", "Changes"}
    return {name: rows for name, rows in cells(master).items() if name not in untold}


def assert_right_after_another_run(desk: Desk, finished: Desk) -> None:
    desk.consolidate()
    assert plain(desk.master) == plain(finished.master)
    for table in RECORDS:
        assert len(desk.rows(table)) == len(finished.rows(table)), table
    assert not unfinished(desk.folder)
    assert [path.name for path in (desk.folder / "master" / QUARTER).glob("*.xlsx*")] == [finished.master.name]


# --- killed -----------------------------------------------------------------------------------


def _moments() -> list[float]:
    """Return shares of a run's time, half of them where the master is written and the ledger kept."""
    chance = random.Random(20141120)  # noqa: S311  (no secret)
    return [chance.uniform(0, 1.05) if number % 2 else chance.uniform(0.55, 1.0) for number in range(KILLED)]


@pytest.mark.slow
@posix
def test_a_run_that_is_killed_at_any_moment_leaves_a_whole_master_and_ledger(
    between: Desk, finished: Desk, tmp_path: Path
) -> None:
    timed = Desk(tmp_path / "timed")
    shutil.copytree(between.folder, timed.folder)
    with child(timed) as process:
        begun = time.monotonic()
        begin(process)
        process.wait()
        takes = time.monotonic() - begun
    old, new = plain(between.master), plain(finished.master)
    record = between.record()
    seen: set[tuple[bool, bool]] = set()
    for number, share in enumerate(_moments()):
        desk = Desk(tmp_path / f"w {number}")
        shutil.copytree(between.folder, desk.folder)
        with child(desk) as process:
            begin(process)
            time.sleep(share * takes)
            process.kill()
            process.wait()
        stands = plain(desk.master)
        assert stands in (old, new), share
        kept = desk.record()
        is_kept = len(kept["consolidated"]) > len(record["consolidated"])
        assert is_kept or kept == record, share
        assert not is_kept or stands == new, share
        seen.add((stands == new, is_kept))
        assert_right_after_another_run(desk, finished)
        shutil.rmtree(desk.folder)
    assert (False, False) in seen, "no run was killed before it was done"


@posix
def test_a_run_that_is_killed_between_master_and_ledger_is_made_good_by_the_next(desk: Desk, finished: Desk) -> None:
    record = desk.record()
    with child(desk, before=KILL_BEFORE_THE_LEDGER_KEEPS) as process:
        begin(process)
        assert process.wait() == -9
    assert desk.record() == record
    assert plain(desk.master) == plain(finished.master)
    with pytest.raises(DeliveryError, match="changed after it was made"):
        cycle.send(desk.folder, QUARTER)
    assert_right_after_another_run(desk, finished)


@posix
@pytest.mark.parametrize(
    ("file", "folder"),
    [(1, "master/2014-15-Q2/superseded"), (2, "received/2014-15-Q2"), (3, "received/2014-15-Q2")],
)
def test_a_file_that_a_killed_run_left_half_written_is_gone_after_the_next(
    desk: Desk, finished: Desk, file: int, folder: str
) -> None:
    with child(desk, before=KILL_BEFORE_A_FILE_IS_IN_PLACE.format(file=file)) as process:
        begin(process)
        assert process.wait() == -9
    (left,) = unfinished(desk.folder)
    assert left.parent == desk.folder / folder
    assert_right_after_another_run(desk, finished)


@posix
def test_a_copy_left_half_written_goes_though_its_file_was_withdrawn(desk: Desk) -> None:
    with child(desk, before=KILL_BEFORE_A_FILE_IS_IN_PLACE.format(file=2)) as process:
        begin(process)
        assert process.wait() == -9
    (left,) = unfinished(desk.folder)
    (desk.returns / left.name[len(".01234567_") : -len("-01234567.xlsx")]).with_suffix(".xlsx").unlink()
    desk.consolidate()
    assert not unfinished(desk.folder)


@posix
def test_issuing_that_is_killed_leaves_no_return_that_is_not_on_record(tmp_path: Path) -> None:
    desk = new_desk(tmp_path / "w")
    cycle.issue(desk.folder, "2014-15-Q3")  # so that the quarter's own returns are issued from another ledger
    before = {path.name: path.read_bytes() for path in desk.issued.glob("*.xlsx")}
    with child(desk, "issue", KILL_BEFORE_RETURNS_ARE_IN_PLACE) as process:
        begin(process)
        assert process.wait() == -9
    assert {path.name: path.read_bytes() for path in desk.issued.glob("*.xlsx")} == before
    (left,) = (path for path in unfinished(desk.folder) if path.is_dir())
    os.utime(left, (1_400_000_000, 1_400_000_000))
    desk.send_all_back()
    assert {each.status.value for each in desk.consolidate().checked.returns} == {"Accepted"}
    cycle.issue(desk.folder, QUARTER)
    assert not unfinished(desk.folder)


# --- a full disk ------------------------------------------------------------------------------


@posix
@pytest.mark.parametrize("size", [0, 6_000, 30_000, 60_000])
def test_a_file_that_cannot_grow_leaves_everything_as_it_was(desk: Desk, finished: Desk, size: int) -> None:
    before = desk.everything()
    with child(desk, before=NO_FILE_LARGER_THAN.format(size=size)) as process:
        begin(process)
        printed = process.stdout.read() if process.stdout else ""
        assert process.wait() == 2, printed
    assert "could not be written" in printed
    assert printed.count("\n") == 1
    assert desk.everything() == before
    assert_right_after_another_run(desk, finished)


# --- a folder that cannot be written -------------------------------------------------------------


def test_a_folder_that_cannot_be_written_leaves_everything_as_it_was(desk: Desk, finished: Desk) -> None:
    folder = desk.master.parent
    before = desk.everything()
    with _unwritable(folder) as is_so:
        if is_so:
            with pytest.raises(NotWrittenError, match="could not be written"):
                desk.consolidate()
            assert desk.everything() == before
    assert_right_after_another_run(desk, finished)


@contextmanager
def _unwritable(folder: Path) -> Iterator[bool]:
    """Take away the right to write in a folder; from root, by the attribute that binds root too."""
    chattr = shutil.which("chattr")
    folder.chmod(0o555)
    if chattr:
        subprocess.run([chattr, "+i", str(folder)], check=False, capture_output=True)
    try:
        try:
            (folder / "probe").touch()
            (folder / "probe").unlink()
        except OSError:
            yield True
        else:
            yield False
    finally:
        if chattr:
            subprocess.run([chattr, "-i", str(folder)], check=False, capture_output=True)
        folder.chmod(0o755)
