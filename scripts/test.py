"""Run all checks: ``python3 scripts/test.py [arguments of pytest]``.

Needs nothing but Python with venv and pip. Tests that open LibreOffice, and click in it, have it installed where that
can be done without asking (Debian, root); elsewhere they are skipped, and the closing summary says how many.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import bootstrap

OFFICE = {
    "libreoffice-calc": "soffice",
    "python3-uno": "/usr/lib/python3/dist-packages/uno.py",
    "poppler-utils": "pdftoppm",
    "fonts-liberation": "/usr/share/fonts/truetype/liberation",
    "xvfb": "Xvfb",
    "openbox": "openbox",
    "xdotool": "xdotool",
    "imagemagick": "import",
}
"""What Debian calls what the tests need, with a program or a file by which it is known to be there."""
CHECKS = (
    ("ruff", "check", "."),
    ("ruff", "format", "--check", "."),
    ("mypy",),
)


def install_office() -> None:
    """Install LibreOffice, and what a window and a click take, where they are lacking and that takes no password."""
    lacking = [name for name, known_by in OFFICE.items() if not (shutil.which(known_by) or Path(known_by).exists())]
    if not lacking:
        return
    apt = shutil.which("apt-get")
    if not apt or os.geteuid() != 0:
        bootstrap.say(f"{', '.join(lacking)} NOT INSTALLED: tests that need them will be skipped.")
        return
    bootstrap.say(f"Installing {', '.join(lacking)} with apt-get (this takes some minutes) ...")
    quiet = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    for step in (["update"], ["install", "--yes", "--no-install-recommends", *lacking]):
        done = subprocess.run(
            [apt, "-qq", *step], env=quiet, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
        )
        if done.returncode:
            bootstrap.say(done.stdout.decode("utf-8", "replace"))
            bootstrap.say(f"apt-get {step[0]} FAILED: tests that need LibreOffice cannot run.")


def check() -> "list[str]":
    """Run the linter, the formatter's check and the type checker. Returns those that found something."""
    return [" ".join(command) for command in CHECKS if bootstrap.run(*command, cwd=bootstrap.ROOT)]


if __name__ == "__main__":
    bootstrap.prepare(bootstrap.DEVELOP)
    install_office()
    failed = check()
    if failed:
        bootstrap.say("FAILED before the tests: " + "; ".join(failed))
    status = bootstrap.run("python", "-m", "pytest", "-n", "auto", *sys.argv[1:], cwd=bootstrap.ROOT)
    sys.exit(status or bool(failed))
