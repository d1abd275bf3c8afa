"""Files that were spoilt in any way are refused or taken whole, and the fuzzer notices and keeps those that are not."""

from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path

import pytest

from tests.returns.hostile import million_formatted_rows

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "scripts" / "fuzz.py"
CORPUS = ROOT / "tests" / "corpus"
INPUTS = 80
SEED = 2014

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="limits of a process are POSIX's")


def fuzz(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(SCRIPT), *arguments]
    environment = {"PYTHONPATH": str(ROOT), "PATH": ""}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)


def test_a_short_hunt_finds_nothing(tmp_path: Path) -> None:
    done = fuzz("--inputs", str(INPUTS), "--seed", str(SEED), "--keep", str(tmp_path / "finds"))
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{INPUTS} inputs" in done.stdout


def test_what_takes_too_long_is_ended_and_told(tmp_path: Path) -> None:
    slow = tmp_path / "slow.xlsx"
    slow.write_bytes(million_formatted_rows((CORPUS / "police_issued.xlsx").read_bytes()))
    done = fuzz("--replay", str(slow), "--seconds=-100")
    assert done.returncode == 1
    assert "it took more than -100 s" in done.stdout


def test_what_is_found_is_kept_with_how_to_try_it_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(SCRIPT.parent))
    fuzzer = importlib.import_module("fuzz")
    corpus = fuzzer.corpus_of(CORPUS)
    one, again = (fuzzer.made(SEED, 7, corpus) for _ in range(2))
    assert one == again
    find = fuzzer.find_of(SEED, 7, one, "KeyError in returns/xlsx.py, line 1")
    fuzzer.keep([find], tmp_path / "finds")
    assert (tmp_path / "finds" / find.name).read_bytes() == one.data
    words = (tmp_path / "finds" / f"{find.name}.txt").read_text(encoding="utf-8")
    assert all(each in words for each in ("KeyError", f"seed {SEED}, number 7", "--replay"))


def test_what_was_found_once_is_never_found_again() -> None:
    found = sorted(path for path in (CORPUS / "found").iterdir() if path.suffix != ".txt")
    assert found
    done = fuzz("--replay", *map(str, found))
    assert done.returncode == 0, done.stdout


def test_the_corpus_stays_small() -> None:
    assert sum(path.stat().st_size for path in CORPUS.rglob("*") if path.is_file()) < 300_000
