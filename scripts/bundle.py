"""Pack all that dapf needs into one zip for Windows computers without internet: ``python3 scripts/bundle.py``.

The zip holds the wheels of dapf and of everything that it needs, each pinned by its hash, and ``Install dapf.cmd``,
which installs them into the user's own profile: no administrator, no internet. With
``--with-python`` the zip brings Python as well, for computers that have none: the "embeddable package" that
python.org offers as a zip. Run it where there is internet, on any system; carry the zip over.
"""

import argparse
import email
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import bootstrap

if TYPE_CHECKING:
    from collections.abc import Iterator

PYTHON = "3.12"
PLATFORM = "win_amd64"
SOURCE = ("pyproject.toml", "README.md", "LICENSE", "dapf_xl")
BUILT_WITH = ("setuptools",)  # in requirements.txt for building dapf, not for running it
MISUSE = 2
ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)  # so that two bundles of the same wheels are equal byte for byte
INSTALL = "Install dapf.cmd"
README = "READ ME FIRST.txt"


class BundleError(Exception):
    """Why there is no bundle, in one line."""


# --- what is needed on Windows ----------------------------------------------------------------------


def target_of(python: str) -> "dict[str, str]":
    """Return what the markers of requirements ask about, as it is on Windows with that Python."""
    return {
        "implementation_name": "cpython",
        "os_name": "nt",
        "platform_machine": "AMD64",
        "platform_python_implementation": "CPython",
        "platform_system": "Windows",
        "python_full_version": f"{python}.0",
        "python_version": python,
        "sys_platform": "win32",
    }


def pins(requirements: str, python: str) -> "list[str]":
    """Return the requirements, each with its hashes on one line, that hold on Windows with that Python."""
    from packaging.requirements import Requirement  # noqa: PLC0415 - is in .venv, and this runs before there is one

    lines = requirements.replace("\\\n", " ").splitlines()
    kept = []
    for line in (line.split() for line in lines if line.strip() and not line.startswith("#")):
        hashes = [word for word in line if word.startswith("--hash=")]
        wanted = Requirement(" ".join(word for word in line if word not in hashes))
        if wanted.name not in BUILT_WITH and (wanted.marker is None or wanted.marker.evaluate(target_of(python))):
            kept.append(" ".join([f"{wanted.name}{wanted.specifier}", *hashes]))
    return kept


def fetch_wheels(folder: Path, wanted: "list[str]", python: str) -> None:
    """Download the wheels, each checked against its hash, and build dapf's own."""
    with tempfile.TemporaryDirectory() as scratch:
        listed = Path(scratch) / "wanted.txt"
        listed.write_text("\n".join(wanted) + "\n", encoding="utf-8")
        pip("download", "--no-deps", "--require-hashes", "--only-binary=:all:", "--platform", PLATFORM,
            "--python-version", python, "--dest", str(folder), "-r", str(listed))  # fmt: skip
        source = Path(scratch) / "source"  # a copy: building in place would pack what an earlier build left behind
        for name in SOURCE:
            if (bootstrap.ROOT / name).is_dir():
                shutil.copytree(bootstrap.ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                source.mkdir(exist_ok=True)
                shutil.copy2(bootstrap.ROOT / name, source)
        pip("wheel", "--no-deps", "--no-index", "--no-build-isolation", "--wheel-dir", str(folder), str(source))


def pip(*arguments: str) -> None:
    """Run pip, its output on standard error."""
    command = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "--no-input", *arguments]
    undated = dict(os.environ, SOURCE_DATE_EPOCH="315532800")  # of 1980, so that dapf's wheel is the same everywhere
    if subprocess.run(command, cwd=bootstrap.ROOT, env=undated, stdout=sys.stderr, check=False).returncode:
        raise BundleError("pip could not get the wheels, as it says above: this needs the internet, once.")


def lacking(wheels: Path, python: str) -> "list[str]":
    """Return what the wheels need on Windows that is not among them, each with who needs it."""
    from packaging.requirements import Requirement  # noqa: PLC0415 - as in `pins`
    from packaging.utils import canonicalize_name  # noqa: PLC0415

    needed: list[tuple[str, str]] = []
    there = set()
    for wheel in sorted(wheels.iterdir()):
        with zipfile.ZipFile(wheel) as archive:
            about = next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
            metadata = email.message_from_bytes(archive.read(about))
        there.add(canonicalize_name(metadata["Name"]))
        for line in metadata.get_all("Requires-Dist", []):
            wanted = Requirement(line)
            if wanted.marker is None or wanted.marker.evaluate({**target_of(python), "extra": ""}):
                needed.append((canonicalize_name(wanted.name), metadata["Name"]))
    return [f"{name} (for {who})" for name, who in needed if name not in there]


# --- what stands in the bundle ----------------------------------------------------------------------


def install_script(python: str) -> str:
    """Return the batch file that installs the bundle."""
    return f"""@echo off
rem Installs dapf for you alone: into your own profile, without an administrator and without internet.
rem After each step its errorlevel is asked on a line of its own, which every cmd understands alike.
setlocal EnableExtensions
set "WHERE=%LOCALAPPDATA%\\dapf"
set "WHEELS=%~dp0wheels"
set "OFFLINE=--no-index --require-hashes --quiet --disable-pip-version-check"
if not exist "%WHEELS%\\" goto unpack
if not exist "%WHERE%\\" mkdir "%WHERE%"
if not exist "%WHERE%\\" goto failed
if exist "%~dp0python\\python.exe" goto own_python

py -{python} -c "pass" >nul 2>&1
if errorlevel 1 goto no_python
echo Installing dapf into %WHERE% ...
set "PYTHON=%WHERE%\\env\\Scripts\\python.exe"
py -{python} -m venv --clear "%WHERE%\\env"
if errorlevel 1 goto failed
if not exist "%PYTHON%" goto of_the_store
"%PYTHON%" -m pip install %OFFLINE% --find-links "%WHEELS%" -r "%~dp0requirements.txt"
if errorlevel 1 goto failed
> "%WHERE%\\dapf.cmd" echo @"%%~dp0env\\Scripts\\python.exe" -m dapf_xl %%*
goto installed

:own_python
echo Copying Python and dapf into %WHERE% ...
set "PYTHON=%WHERE%\\python\\python.exe"
if exist "%WHERE%\\python\\" rmdir /s /q "%WHERE%\\python"
xcopy /e /i /q /y "%~dp0python" "%WHERE%\\python" >nul
if errorlevel 1 goto failed
> "%WHERE%\\dapf.cmd" echo @"%%~dp0python\\python.exe" -m dapf_xl %%*

:installed
"%PYTHON%" -m dapf_xl --version
if errorlevel 1 goto failed
"%PYTHON%" -m dapf_xl excel install
if errorlevel 1 goto failed
"%PYTHON%" -m dapf_xl menu --launcher
if errorlevel 1 goto failed
echo.
echo Done. Open DAPF_Control.xlsm in your profile's folder, %USERPROFILE%.
echo Where macros are not allowed, start "Start dapf.cmd" there instead. If Excel refuses the workbook, run:
echo   "%WHERE%\\dapf.cmd" excel doctor
set "STATUS=0"
goto end

:unpack
echo Unpack the whole zip first (right click, Extract All), then start this file from the unpacked folder.
goto stop

:no_python
echo This computer has no Python {python}. Install it from python.org for yourself alone (no administrator is needed),
echo or ask for a bundle that brings Python, then start this file again.
goto stop

:of_the_store
echo The Python {python} of this computer is the Microsoft Store's, which keeps to itself what it writes into AppData.
echo Install Python {python} from python.org for yourself alone, or ask for a bundle that brings Python.
goto stop

:failed
echo.
echo It did not work, as said above. Nothing outside your own profile was changed.
echo Send these lines to whoever gave you this.

:stop
set "STATUS=1"

:end
if not defined DAPF_QUIET pause
exit /b %STATUS%
""".replace("\n", "\r\n")


def readme(version: str, python: str, *, brings_python: bool) -> str:
    """Return the text that stands first in the zip."""
    needs = (
        "It brings Python with it; nothing else is needed."
        if brings_python
        else f"It needs Python {python}: from python.org (not the Microsoft Store), for yourself alone."
    )
    return f"""dapf {version} for Windows

1. Unpack the whole zip into a folder of your own (right click, Extract All).
2. Start "{INSTALL}" in it. It installs into %LOCALAPPDATA%\\dapf, for you alone:
   no administrator, no internet. Into your profile's folder it puts two files.
3. Open the one, DAPF_Control.xlsm, in Excel, or start the other, "Start dapf.cmd", which needs no macros.

{needs}

To remove it, delete %LOCALAPPDATA%\\dapf and the two files. Your workspaces lie elsewhere and stay.
Every wheel is checked against the hash in requirements.txt before it is installed.
""".replace("\n", "\r\n")


def unpack_python(embeddable: Path, folder: Path, wheels: Path, python: str) -> None:
    """Unpack the embeddable package of python.org into ``folder``, with all wheels in its ``Lib/site-packages``."""
    short = "python" + python.replace(".", "")
    try:
        with zipfile.ZipFile(embeddable) as archive:
            if f"{short}._pth" not in archive.namelist() or "python.exe" not in archive.namelist():
                raise BundleError(f"{embeddable} is not the embeddable package of Python {python} for Windows.")
            archive.extractall(folder)
    except (OSError, zipfile.BadZipFile) as error:
        raise BundleError(f"{embeddable} cannot be read: {error}.") from error
    # `import site` lets Python find Lib\site-packages and obey the .pth files in it, which pywin32 needs.
    (folder / f"{short}._pth").write_text(f"{short}.zip\n.\nLib\\site-packages\nimport site\n", encoding="utf-8")
    site = folder / "Lib" / "site-packages"
    site.mkdir(parents=True)
    held = [str(each) for each in sorted(wheels.iterdir())]
    pip("install", "--no-deps", "--no-index", "--no-compile", "--only-binary=:all:", "--platform", PLATFORM,
        "--python-version", python, "--target", str(site), *held)  # fmt: skip


def requirements_of(wheels: Path) -> str:
    """Return a line for each wheel: the project, its version and its hash."""
    lines = []
    for wheel in sorted(wheels.iterdir()):
        name, version = wheel.name.split("-")[:2]
        digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
        lines.append(f"{re.sub(r'[_.]+', '-', name).lower()}=={version} --hash=sha256:{digest}\r\n")
    return "".join(lines)


def pack(folder: Path, out: Path) -> None:
    """Write the zip in one step: its entries in order, and of no date."""
    half = out.with_name(f".{out.name}")
    try:
        with zipfile.ZipFile(half, "w", zipfile.ZIP_DEFLATED) as archive:
            for path, name in _files(folder):
                entry = zipfile.ZipInfo(f"{out.stem}/{name}", ZIP_EPOCH)
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, path.read_bytes())
        half.replace(out)
    finally:
        half.unlink(missing_ok=True)


def _files(folder: Path) -> "Iterator[tuple[Path, str]]":
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            yield path, path.relative_to(folder).as_posix()


# --- the whole ---------------------------------------------------------------------------------------


def bundle(out: Path, python: str = PYTHON, embeddable: "Path | None" = None, wheels: "Path | None" = None) -> Path:
    """Write the bundle into the folder ``out``.

    Args:
        out: Where the zip goes.
        python: The Python on the computers that it is for, such as 3.12.
        embeddable: The zip of python.org that brings Python with it; None for computers that have it.
        wheels: A folder of wheels that were fetched before; None fetches them.

    Returns:
        The zip's path.

    Raises:
        BundleError: something could not be fetched, read or written.
    """
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "bundle"
        held = folder / "wheels"
        held.mkdir(parents=True)
        if wheels is None:
            text = (bootstrap.ROOT / bootstrap.RUN).read_text(encoding="utf-8")
            fetch_wheels(held, pins(text, python), python)
        else:
            for wheel in wheels.glob("*.whl"):
                (held / wheel.name).write_bytes(wheel.read_bytes())
        own = [each.name.split("-")[1] for each in held.glob("dapf_xl-*.whl")]
        if len(own) != 1:
            raise BundleError(f"there must be one wheel of dapf_xl among the wheels, and there are {len(own)}.")
        lacks = lacking(held, python)
        if lacks:
            raise BundleError(f"the wheels need what is not among them: {', '.join(lacks)}.")
        (folder / "requirements.txt").write_text(requirements_of(held), encoding="utf-8", newline="")
        (folder / INSTALL).write_text(install_script(python), encoding="ascii", newline="")
        text = readme(own[0], python, brings_python=embeddable is not None)
        (folder / README).write_text(text, encoding="ascii", newline="")
        if embeddable is not None:
            unpack_python(embeddable, folder / "python", held, python)
        out.mkdir(parents=True, exist_ok=True)
        path = out / f"dapf-{own[0]}-windows-python{python}{'-included' if embeddable else ''}.zip"
        pack(folder, path)
    return path


def main(arguments: "list[str]") -> int:
    """Run it from the command line; return the exit status."""
    parser = argparse.ArgumentParser(description="Pack dapf and all it needs into a zip for Windows without internet.")
    parser.add_argument("--out", type=Path, default=bootstrap.ROOT / "dist", help="folder for the zip (dist)")
    parser.add_argument("--python", default=PYTHON, help=f"Python on those computers ({PYTHON})")
    parser.add_argument(
        "--with-python", type=Path, metavar="ZIP", help="python.org's embeddable package, to bring along"
    )
    parser.add_argument("--wheels", type=Path, help="a folder of wheels that were fetched before")
    given = parser.parse_args(arguments)
    try:
        path = bundle(given.out, given.python, given.with_python, given.wheels)
    except (BundleError, OSError) as error:
        bootstrap.say(str(error))
        return MISUSE
    bootstrap.say(f'{path.stat().st_size / 1e6:.0f} MB. Carry it over, unpack it there, start "{INSTALL}".')
    print(path)
    return 0


if __name__ == "__main__":
    if Path(sys.executable) != bootstrap.program("python") and not os.environ.get("VIRTUAL_ENV"):
        bootstrap.prepare()
        sys.exit(bootstrap.run("python", __file__, *sys.argv[1:]))
    sys.exit(main(sys.argv[1:]))
