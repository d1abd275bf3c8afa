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
    "OneDrive holds this folder. It works there while one person on one computer uses it: set the folder to "
    '"Always keep on this device", wait for the green tick before another computer goes on, and do not share it '
    "beyond those who may see small numbers. A drive of the council that is backed up is better."
)


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
    found = [
        f"{copy.name} lies beside {name}, which alone is used: it is a backup, or OneDrive made it because two "
        "computers changed the file at the same time. See which is right, and move the other out of the folder."
        for name in (SETTINGS, CATALOGUE, KEY, LEDGER)
        for copy in copies_beside(folder / name)
    ]
    return [*([ADVICE] if is_synced(folder) else []), *found]


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
