"""What becomes of a workspace in a folder that OneDrive or SharePoint keeps the same on several computers."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from dapf_xl.workspace import CATALOGUE, KEY, LEDGER, SETTINGS, copies_beside

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_NAMED_BY = ("OneDrive", "OneDriveCommercial", "OneDriveConsumer")
"""Environment variables in which OneDrive says which folders it holds."""

ADVICE = (
    'OneDrive holds this folder. Let one computer at a time work in it, set it to "Always keep on this device", and '
    "share it with nobody who may not see small numbers. A drive of the council's that is backed up is better."
)
NOT_HERE = (
    "{name} is in the cloud only at the moment, and cannot be used without a connection: click the folder of the "
    'workspace with the right button, "Always keep on this device".'
)
_RECALLED = 0x00400000
"""What Windows says of a file whose content is elsewhere: FILE_ATTRIBUTE_RECALL_ON_DATA_ACCESS."""


def is_synced(folder: Path, environment: Mapping[str, str] | None = None) -> bool:
    """Say whether OneDrive holds a folder, as far as its name, its surroundings and the registry tell."""
    place = folder.resolve()
    if any(part.casefold().startswith("onedrive") for part in place.parts):
        return True
    roots = [*_roots(os.environ if environment is None else environment), *_mounted()]
    return any(place.is_relative_to(root) for root in roots)


def _roots(environment: Mapping[str, str]) -> Iterator[Path]:
    for name in _NAMED_BY:
        named = environment.get(name)
        if named:
            yield Path(named).resolve()


def worries(folder: Path) -> list[str]:
    """Return what to say of a workspace's place, in sentences; nothing where nothing is the matter."""
    own = [folder / name for name in (SETTINGS, CATALOGUE, KEY, LEDGER)]
    beside = [
        f"{copy.name} lies beside {path.name}, which alone is used: it is a backup, or OneDrive made it because two "
        "computers changed the file at the same time. See which is right, and move the other out of the folder."
        for path in own
        for copy in copies_beside(path)
    ]
    elsewhere = [NOT_HERE.format(name=path.name) for path in own if is_elsewhere(path)]
    return [*([ADVICE] if is_synced(folder) else []), *elsewhere, *beside]


def is_elsewhere(path: Path) -> bool:
    """Say whether a file is listed here and its content is in the cloud ("files on demand"); known on Windows only."""
    try:
        return bool(getattr(path.stat(), "st_file_attributes", 0) & _RECALLED)
    except OSError:
        return False


if sys.platform == "win32":
    import winreg

    _PROVIDERS = r"Software\SyncEngines\Providers\OneDrive"

    def _mounted() -> Iterator[Path]:
        """Yield the folders that OneDrive holds by the registry, libraries of SharePoint among them."""
        try:
            with winreg.OpenKey(winreg.HKEY_CURRENT_USER, _PROVIDERS) as providers:
                names = [winreg.EnumKey(providers, number) for number in range(winreg.QueryInfoKey(providers)[0])]
                for name in names:
                    with winreg.OpenKey(providers, name) as provider:
                        yield Path(str(winreg.QueryValueEx(provider, "MountPoint")[0])).resolve()
        except OSError:
            return

else:

    def _mounted() -> Iterator[Path]:
        """Yield nothing: only Windows has a registry."""
        return iter(())
