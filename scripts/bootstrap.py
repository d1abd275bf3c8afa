"""Make the virtual environment that the other scripts run in: ``.venv`` in the project's folder.

Standard library only, and without syntax newer than Python 3.6 so that an old Python, too, gets a line that says
what to install, not a SyntaxError. Hence annotations in quotes, and no ``from __future__ import annotations``.

The environment is ready when its stamp says so. The stamp is written last: an interrupted installation has none,
and the next run begins again. It records what was installed, from where and for which Python; when any of that
changes (a new pin, the folder moved, Python upgraded), the environment is made anew.
"""

import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

OLDEST = (3, 11)
ROOT = Path(__file__).resolve().parent.parent
RUN = "requirements.txt"
DEVELOP = "requirements-dev.txt"  # holds all of RUN
MISUSE = 2
INTERRUPTED = 130


def say(line: str) -> None:
    """Tell the person at the terminal; standard output belongs to the program that is run."""
    print(line, file=sys.stderr, flush=True)


def lacking() -> str:
    """What this Python lacks for making an environment, and what to install; empty if nothing."""
    if sys.version_info[:2] < OLDEST:
        needed, found = (".".join(map(str, version[:2])) for version in (OLDEST, sys.version_info))
        return f"Python {needed} or later is needed, and this is {found}: install it from python.org."
    specs = [importlib.util.find_spec(module) for module in ("venv", "ensurepip")]
    if all(spec and spec.origin for spec in specs):  # an empty folder of that name has no origin
        return ""
    package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
    if shutil.which("apt-get"):
        return f"This Python cannot make virtual environments: install what it lacks with `apt install {package}`."
    return "This Python lacks venv or ensurepip: install your system's package for them, or Python from python.org."


def fingerprint(requirements: str) -> str:
    """Hash of all that an environment with these requirements depends on."""
    import tomllib  # noqa: PLC0415 - an old Python, which lacks it, must get as far as `lacking`

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    installed = json.dumps([project["build-system"], project["project"], project["tool"]["setuptools"]])
    pins = (ROOT / requirements).read_text(encoding="utf-8")
    parts = [sys.version, sys.base_prefix, str(ROOT), installed, pins]
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogateescape")).hexdigest()


def program(name: str) -> Path:
    """Where the environment keeps the program of that name."""
    return ROOT / ".venv" / ("Scripts" if os.name == "nt" else "bin") / (name + (".exe" if os.name == "nt" else ""))


def environment() -> "dict[str, str]":
    """Environment variables for what runs inside, less those that would lead Python elsewhere."""
    inside = {name: value for name, value in os.environ.items() if name not in ("PYTHONHOME", "PYTHONPATH")}
    inside["PATH"] = os.pathsep.join([str(program("python").parent), os.environ.get("PATH", os.defpath)])
    inside["VIRTUAL_ENV"] = str(ROOT / ".venv")
    return inside


def run(name: str, *arguments: str, cwd: "Path | None" = None) -> int:
    """Run a program of the environment, its output passed through. Returns its exit status."""
    with subprocess.Popen([str(program(name)), *arguments], env=environment(), cwd=cwd) as process:
        while True:
            try:
                status = process.wait()
            except KeyboardInterrupt:
                continue  # the terminal interrupts the program as well, and it says how it ended
            return status if status >= 0 else 128 - status


def prepare(requirements: str = RUN) -> None:
    """Make the environment, unless it stands already. Leaves the program, with one line, where that fails."""
    problem = lacking()
    if problem:
        say(problem)
        sys.exit(MISUSE)
    installed = _stamped()
    if requirements in installed:
        return
    say(f"Setting up .venv with {requirements} (this takes a minute; later runs start at once) ...")
    try:
        _install(requirements, afresh=not installed)
    except KeyboardInterrupt:
        say("Interrupted; the next run begins again.")
        sys.exit(INTERRUPTED)
    except subprocess.CalledProcessError as error:
        step = "pip" if "pip" in error.cmd else "venv"
        say(f"{step} FAILED with status {error.returncode}, as said above; the next run begins again.")
        sys.exit(MISUSE)
    except OSError as error:
        say(f"Cannot make .venv: {error}. The next run begins again.")
        sys.exit(MISUSE)


def _stamp() -> Path:
    return ROOT / ".venv" / "dapf-stamp.json"


def _stamped() -> "dict[str, str]":
    """The fingerprints by requirement file; empty if there is no environment or any of them is out of date."""
    try:
        stamped = dict(json.loads(_stamp().read_text(encoding="utf-8")))
        current = all(fingerprint(name) == was for name, was in stamped.items())
    except (OSError, TypeError, ValueError):
        return {}
    return stamped if current and program("python").exists() else {}


def _install(requirements: str, *, afresh: bool) -> None:
    if _stamp().exists():
        _stamp().unlink()
    if afresh:
        # Not sys.executable: that may be the very environment that is to be replaced.
        base = getattr(sys, "_base_executable", None) or sys.executable
        _quietly([base, "-m", "venv", "--clear", str(ROOT / ".venv")])
    pip = [str(program("python")), "-m", "pip", "install", "-qq", "--disable-pip-version-check", "--no-input"]
    _quietly([*pip, "--require-hashes", "-r", requirements])
    _quietly([*pip, "--no-index", "--no-deps", "--no-build-isolation", "-e", "."])
    names = {RUN, requirements}
    _stamp().write_text(json.dumps({name: fingerprint(name) for name in sorted(names)}), encoding="utf-8")


def _quietly(command: "list[str]") -> None:
    """Run a step of the installation in the project's folder; what it prints goes to standard error."""
    inside = dict(environment(), PIP_USER="0", PIP_REQUIRE_VIRTUALENV="0")
    subprocess.run(command, cwd=ROOT, env=inside, stdout=sys.stderr, check=True)
