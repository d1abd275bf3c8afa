"""Run all checks: ``python3 scripts/test.py [arguments of pytest]``.

Needs nothing but Python with venv and pip. Tests that open LibreOffice have it installed where that can be done
without asking (Debian, root); elsewhere they are skipped, and the closing summary says how many.
"""

import os
import shutil
import subprocess
import sys

import bootstrap

OFFICE = ("libreoffice-calc", "python3-uno", "poppler-utils", "fonts-liberation")
CHECKS = (
    ("ruff", "check", "."),
    ("ruff", "format", "--check", "."),
    ("mypy",),
)


def install_office() -> None:
    """Install LibreOffice and pdftoppm where they are lacking and that takes no password."""
    if shutil.which("soffice") and shutil.which("pdftoppm"):
        return
    apt = shutil.which("apt-get")
    if not apt or os.geteuid() != 0:
        bootstrap.say("LibreOffice or pdftoppm is NOT INSTALLED: tests that need them will be skipped.")
        return
    bootstrap.say("Installing LibreOffice with apt-get (this takes some minutes) ...")
    quiet = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    for step in (["update"], ["install", "--yes", "--no-install-recommends", *OFFICE]):
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
