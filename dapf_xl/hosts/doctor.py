"""Says in words what stands between a click on a button and its answer: interpreter, versions, rights, macros."""

from __future__ import annotations

import importlib.metadata
import os
import sys
import tempfile
import zipfile
from typing import TYPE_CHECKING, NamedTuple
from xml.sax.saxutils import escape

from dapf_xl import __version__
from dapf_xl.findings import NotWrittenError, WorkspaceError
from dapf_xl.hosts.alone import home, log_file
from dapf_xl.recipients import recipients_of
from dapf_xl.synced import ADVICE, is_synced, worries
from dapf_xl.workspace import SETTINGS, open_workspace, refuse_if_open

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_UNFIT = set('%!^&"')
"""What the program that starts Python (cmd.exe) does not take as it stands."""
_AGAIN = "Run `dapf excel install` again."
_STRINGS = "xl/sharedStrings.xml"


class Line(NamedTuple):
    """One thing that was looked at."""

    good: bool | None
    """None where it cannot be known here."""
    words: str


def examine(workbook: Path, workspace: Path | None = None) -> list[Line]:
    """Look at all that the buttons need.

    Args:
        workbook: The control workbook.
        workspace: The folder that is chosen in it, if its rights are to be looked at too.
    """
    lines = [*_interpreter(), *_packages(), *_workbook(workbook), _rights(home(), "the log")]
    if workspace:
        lines += _workspace(workspace)
    return [*lines, *_macros(workbook), *_mail()]


def _interpreter() -> Iterator[Line]:
    version = ".".join(map(str, sys.version_info[:3]))
    yield Line(good=True, words=f"Python {version} is {sys.executable}.")
    unfit = sorted(_UNFIT & set(sys.executable))
    if unfit:
        yield Line(
            good=False,
            words=f"Excel cannot start a Python whose path holds {' '.join(unfit)}: install dapf in another folder.",
        )

    if _is_of_the_store(sys.base_prefix):
        yield Line(
            good=None,
            words="This Python is the Microsoft Store's, which keeps to itself what it writes into AppData: if a "
            "button finds no Python, install python.org's for yourself alone, or take a bundle that brings Python.",
        )


def _is_of_the_store(prefix: str) -> bool:
    return "windowsapps" in prefix.casefold().replace("/", "\\").split("\\")


def _packages() -> Iterator[Line]:
    yield Line(good=True, words=f"dapf {__version__} is installed.")
    for package, why in {
        "xlwings": "it joins Excel and Python",
        "pywin32": "xlwings speaks to Excel through it",
    }.items():
        if package == "pywin32" and sys.platform != "win32":
            continue
        try:
            yield Line(good=True, words=f"{package} {importlib.metadata.version(package)} is installed.")
        except importlib.metadata.PackageNotFoundError:
            yield Line(
                good=False, words=f"{package} is not installed, and {why}: install dapf again, with all it needs."
            )


def _workbook(path: Path) -> Iterator[Line]:
    """Say whether the control workbook is there, and made for this Python and this version."""
    try:
        with zipfile.ZipFile(path) as package:
            texts = package.read(_STRINGS).decode("utf-8")
    except FileNotFoundError:
        yield Line(good=False, words=f"There is no control workbook at {path}: run `dapf excel install`.")
        return
    except (OSError, KeyError, ValueError, zipfile.BadZipFile):
        yield Line(good=False, words=f"{path} cannot be read as a workbook. {_AGAIN}")
        return
    yield Line(good=True, words=f"The control workbook is {path}.")
    if is_synced(path.parent):
        yield Line(
            good=None,
            words="The control workbook lies where OneDrive holds it, and Excel may know it by an address on the web: "
            "`dapf excel install` without --out puts it into your profile.",
        )
    if escape(sys.executable) not in texts:
        yield Line(good=False, words=f"The control workbook starts another Python than this one. {_AGAIN}")
    if f"Made for dapf {__version__}." not in texts:
        yield Line(good=False, words=f"The control workbook was made for another version of dapf. {_AGAIN}")
    try:
        refuse_if_open(path)
    except NotWrittenError:
        yield Line(good=None, words="The control workbook is open just now.")


def _rights(folder: Path, what: str) -> Line:
    """Say whether files can be written in a folder, by writing one."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".dapf-"):
            pass
    except OSError as error:
        return Line(good=False, words=f"{folder} ({what}) cannot be written: {error.strerror or error}.")
    about = f" The log is {log_file()}." if folder == home() else ""
    return Line(good=True, words=f"{folder} ({what}) can be written.{about}")


def _workspace(folder: Path) -> Iterator[Line]:
    if not (folder / SETTINGS).is_file():
        yield Line(good=False, words=f"{folder} is not a workspace: choose the folder that holds {SETTINGS}.")
        return
    yield _rights(folder, "the workspace")
    for words in worries(folder):
        yield Line(good=None if words == ADVICE else False, words=words)
    try:
        found = recipients_of(open_workspace(folder))
    except WorkspaceError as error:
        yield Line(good=False, words=f"{str(error)[:1].upper()}{str(error)[1:]}")
        return
    if not any(each.receives for each in found.listed):
        yield Line(good=None, words="Nobody is listed to receive the message: click Recipients, or `dapf recipients`.")
    if found.not_cleared:
        listed = ", ".join(found.not_cleared)
        yield Line(
            good=None, words=f"No draft can be made while it would go to {listed}: not cleared. Click Recipients."
        )


# --- macros -----------------------------------------------------------------------------------

_SETTING_WORDS: dict[int | None, tuple[bool, str]] = {
    1: (True, "all macros run"),
    2: (True, "Excel asks, in a yellow bar: click Enable Content"),
    3: (False, "only signed macros run, and this workbook is not signed"),
    4: (False, "no macro runs"),
    None: (True, "Excel asks, as it does where nothing is set: click Enable Content in the yellow bar"),
}


_WITHOUT = " Without macros: `dapf menu --launcher`."
_BY_POLICY = f" Ask your IT department to trust the folder of the control workbook.{_WITHOUT}"
_BY_HAND = (
    f" In Excel: File, Options, Trust Center, Settings, Macro Settings: disable macros with notification.{_WITHOUT}"
)


def macro_line(setting: int | None, *, by_policy: bool) -> Line:
    """Return what Excel's macro setting means for the buttons.

    Args:
        setting: ``VBAWarnings`` of Excel's Trust Center in the registry, 1 to 4; None where it is not set.
        by_policy: Whether the organisation sets it, so that the user cannot.
    """
    good, words = _SETTING_WORDS.get(setting, (False, f"it is set to {setting}, which is not known"))
    who = "The organisation's setting of macros" if by_policy else "Excel's setting of macros"
    remedy = "" if good else _BY_POLICY if by_policy else _BY_HAND
    return Line(good, f"{who}: {words}.{remedy}")


def _macros(workbook: Path) -> Iterator[Line]:
    if sys.platform == "win32":
        yield from _macros_on_windows(workbook)
    else:
        yield Line(
            good=None,
            words="Whether Excel lets macros run cannot be known here: its settings are read on Windows only.",
        )


# --- mail -------------------------------------------------------------------------------------


def mail_line(program: str | None, *, uses_new_outlook: bool) -> Line:
    """Return what becomes of a draft that is opened.

    Args:
        program: What Windows opens an .eml file with, None where it has nothing for it.
        uses_new_outlook: Whether the user has switched Outlook to the new one.
    """
    page = "the page “to copy” that lies beside each draft has all that it holds"
    if program is None:
        return Line(good=None, words=f"No program is set for drafts (.eml files): {page}.")
    if uses_new_outlook:
        return Line(good=None, words=f"Outlook is the new one, in which a draft may have no Send button: {page}.")
    return Line(good=True, words="A program is set for drafts (.eml files).")


def _mail() -> Iterator[Line]:
    if sys.platform == "win32":
        yield _mail_on_windows()
    else:
        yield Line(good=None, words="What opens drafts cannot be known here: it is looked up on Windows only.")


if sys.platform == "win32":
    import winreg

    _SECURITY = r"Microsoft\Office\16.0\Excel\Security"

    def _macros_on_windows(workbook: Path) -> Iterator[Line]:
        by_policy = _setting(rf"Software\Policies\{_SECURITY}")
        setting = _setting(rf"Software\{_SECURITY}") if by_policy is None else by_policy
        yield macro_line(setting, by_policy=by_policy is not None)
        if os.path.exists(f"{workbook}:Zone.Identifier"):  # noqa: PTH110  (a stream beside the file, not a path)
            yield Line(good=False, words=f"Windows has marked {workbook} as downloaded and blocks its macros. {_AGAIN}")

    def _mail_on_windows() -> Line:
        try:
            program = winreg.QueryValue(winreg.HKEY_CLASSES_ROOT, ".eml") or None
        except OSError:
            program = None
        new = _setting(r"Software\Microsoft\Office\16.0\Outlook\Preferences", "UseNewOutlook")
        return mail_line(program, uses_new_outlook=new == 1)

    def _setting(key: str, name: str = "VBAWarnings") -> int | None:
        try:
            with winreg.OpenKey(winreg.HKEY_CURRENT_USER, key) as opened:
                return int(winreg.QueryValueEx(opened, name)[0])
        except (OSError, ValueError):
            return None
