"""Files that were spoilt in any way are refused or taken whole, and the fuzzer notices and keeps those that are not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "scripts" / "fuzz.py"
CORPUS = ROOT / "tests" / "corpus"
INPUTS = 120
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


def test_what_takes_too_long_is_kept_and_can_be_tried_again(tmp_path: Path) -> None:
    finds = tmp_path / "finds"
    done = fuzz("--inputs", "1", "--seconds=-100", "--keep", str(finds))
    assert done.returncode == 1
    (text,) = finds.glob("*.txt")
    assert "more than -100 s" in text.read_text(encoding="utf-8")
    kept = text.with_suffix("")
    assert fuzz("--replay", str(kept)).returncode == 0, "with its 5 seconds nothing is wrong with it"


def test_what_was_found_once_is_never_found_again() -> None:
    found = sorted(path for path in (CORPUS / "found").iterdir() if path.suffix != ".txt")
    assert found
    done = fuzz("--replay", *map(str, found))
    assert done.returncode == 0, done.stdout


def test_the_corpus_stays_small() -> None:
    assert sum(path.stat().st_size for path in CORPUS.rglob("*") if path.is_file()) < 300_000
