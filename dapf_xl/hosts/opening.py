"""Opening a file as a double click would: a draft in the mail program."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def open_with_its_program(path: Path) -> bool:
    """Open a file as a double click would, and say whether a program was started for it."""
    try:
        if sys.platform == "win32":
            os.startfile(path)  # noqa: S606  (a file that was written just now)
            started = True
        else:
            opener = "open" if sys.platform == "darwin" else "xdg-open"
            command = [opener, str(path)]  # the system's own, by its name
            ended = subprocess.run(command, check=False, timeout=30, capture_output=True)  # noqa: S603
            started = ended.returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False
    return started
