"""Puts the control workbook on this computer: made here, for this Python, in the user's own profile."""

from __future__ import annotations

import sys
from pathlib import Path

from dapf_xl.findings import NotWrittenError
from dapf_xl.hosts.control_workbook import FILE_NAME, build
from dapf_xl.workspace import refuse_if_open


def usual_place() -> Path:
    """Return where the control workbook goes where nothing else is said.

    The profile's own folder, and not Documents: that one OneDrive often holds, and Excel then knows the workbook by
    an address on the web.
    """
    return Path.home() / FILE_NAME


def install(path: Path | None = None) -> Path:
    """Write the control workbook for the Python that runs this, and return where it is.

    A workbook that is made on the computer is not marked as downloaded, and Windows does not block its macros.
    What stood there before is replaced: it holds nothing but what was chosen last.

    Raises:
        NotWrittenError: the name does not end in .xlsm, the place cannot be written, or the workbook is open in Excel.
    """
    path = path or usual_place()
    if path.suffix.lower() != ".xlsm" or path.is_dir():
        raise NotWrittenError(f"{path} is no name for the control workbook: it must end in .xlsm.")
    refuse_if_open(path)
    try:
        build(path, sys.executable)
    except FileNotFoundError as error:
        raise NotWrittenError(f"the control workbook cannot be made: {error}.") from error
    return path
