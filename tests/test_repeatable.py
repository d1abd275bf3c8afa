"""With ``CI=true`` a test tries the same every time, whatever ran before it in the same process."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DRAWS = """
import importlib, os
from hypothesis import given, strategies

for module in os.environ["LOADED"].split():
    importlib.import_module(module)

@given(strategies.integers(0, 10**6), strategies.text(), strategies.floats(allow_nan=False))
def test_it(whole, text, part):
    with open(os.environ["DRAWN"], "a", encoding="utf-8") as file:
        print(ascii((whole, text, part)), file=file)
"""


def drawn(folder: Path, loaded: str, hash_seed: str) -> list[str]:
    """Return what hypothesis tries where those modules are loaded."""
    folder.mkdir()
    shutil.copy(ROOT / "tests" / "conftest.py", folder)
    (folder / "test_it.py").write_text(DRAWS, encoding="utf-8")
    options = ["-c", ROOT / "pyproject.toml", "--rootdir", folder, "-p", "no:cacheprovider", folder]
    told = {"CI": "true", "DAPF_FULL": "", "LOADED": loaded, "DRAWN": str(folder / "drawn"), "PYTHONPATH": str(ROOT)}
    subprocess.run(
        [sys.executable, "-m", "pytest", *options],
        env=os.environ | told | {"PYTHONHASHSEED": hash_seed},
        check=True,
        capture_output=True,
    )
    return (folder / "drawn").read_text(encoding="utf-8").splitlines()


def test_hypothesis_tries_the_same_whatever_was_loaded_before(tmp_path: Path) -> None:
    alone = drawn(tmp_path / "alone", "", "1")
    assert len(set(alone)) > 40
    assert drawn(tmp_path / "after", "dapf_xl.findings dapf_xl.periods", "2") == alone
