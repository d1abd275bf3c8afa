"""Hostile and broken files, each checked by a child process that has little time and memory."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from dapf_xl import cycle
from dapf_xl.findings import Code, Severity
from dapf_xl.returns.filling import Typed, fill
from tests.returns.hostile import KINDS

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="limits of a process are POSIX's")
PERIOD = "2014-15-Q2"
ODS = Path(__file__).parents[1] / "corpus" / "idva_libreoffice.ods"
"""A return of another workspace, which is refused for that where it can be read at all."""
SECONDS = 5
BYTES = 500_000_000
SIGNED = {"name": "An officer", "role": "Lead", "date": "2014-10-10"}


def check(workspace: Path, folder: Path, seconds: int) -> subprocess.CompletedProcess[str]:
    """Check a folder in a process that has so many seconds of processor time."""

    def limit() -> None:
        import resource  # noqa: PLC0415  (not on Windows)

        resource.setrlimit(resource.RLIMIT_DATA, (BYTES, BYTES))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))

    command = [sys.executable, "-m", "dapf_xl", "check", str(folder), "--workspace", str(workspace), "--json"]
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1"}  # (numpy takes memory for each core that there is)
    return subprocess.run(command, capture_output=True, text=True, check=False, preexec_fn=limit, env=environment)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile") / "haringey"
    cycle.init("haringey", folder)
    cycle.issue(folder, PERIOD, ["police", "marac"])
    name = f"police_{PERIOD}.xlsx"
    fill(folder / "issued" / PERIOD / name, [Typed("H2.retained", value="55")], folder / name, SIGNED)
    return folder


@pytest.fixture(scope="module")
def start_seconds(workspace: Path, tmp_path_factory: pytest.TempPathFactory) -> int:
    """What starting Python, importing everything and checking a good file takes here, which has a slow turn or two."""
    import resource  # noqa: PLC0415  (not on Windows)

    folder = tmp_path_factory.mktemp("good")
    (folder / f"marac_{PERIOD}.xlsx").write_bytes((workspace / "issued" / PERIOD / f"marac_{PERIOD}.xlsx").read_bytes())

    def used() -> float:
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        return usage.ru_utime + usage.ru_stime

    before = used()
    assert check(workspace, folder, 600).returncode == 1  # (it is blank)
    return math.ceil(2 * (used() - before))


@pytest.mark.parametrize("kind", KINDS)
def test_a_hostile_file_is_named_and_the_rest_is_checked(
    workspace: Path, start_seconds: int, tmp_path: Path, kind: str
) -> None:
    make, code = KINDS[kind]
    issued = workspace / "issued" / PERIOD
    is_ods = kind.startswith("ods")
    hostile = tmp_path / f"police_{PERIOD}{'.ods' if is_ods else '.xlsx'}"
    hostile.write_bytes(make((ODS if is_ods else workspace / hostile.name).read_bytes()))
    other = tmp_path / f"marac_{PERIOD}.xlsx"
    other.write_bytes((issued / other.name).read_bytes())

    done = check(workspace, tmp_path, SECONDS + start_seconds)

    assert done.returncode == 1, done.stderr  # (the other file is blank)
    found: dict[str, Any] = json.loads(done.stdout)
    codes = {
        name: {each["code"] for each in found["findings"] if each["file"] == name}
        for name in (hostile.name, other.name)
    }
    assert codes[other.name] == {"UNTOUCHED_BLANK"}
    status = {each["file"]: each["status"] for each in found["returns"]}[hostile.name]
    if code:
        assert code in codes[hostile.name], "it must be named"
        assert (status == "Rejected") == (Code[code].severity is Severity.ERROR)
    if code in {"", "FILE_UNUSUAL"}:
        assert (status, codes[hostile.name]) == ("Accepted", {code} - {""}), "it loses nothing"
