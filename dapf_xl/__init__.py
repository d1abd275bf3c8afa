"""Quarterly domestic abuse performance returns in Excel: issued, checked, consolidated and rated.

The verbs of the command line are functions here::

    import dapf_xl
    from pathlib import Path

    dapf_xl.init("haringey", Path("work"))
    dapf_xl.issue(Path("work"), "2014-15-Q2")
    checked = dapf_xl.check([Path("work/returns/2014-15-Q2")])
    made = dapf_xl.consolidate(Path("work"), "2014-15-Q2")

Each is imported when it is first used, so that ``import dapf_xl`` costs next to nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dapf_xl.amending import Correction
    from dapf_xl.catalogue import check as check_catalogue
    from dapf_xl.catalogue import export as export_framework
    from dapf_xl.catalogue import load as load_framework
    from dapf_xl.catalogue import shipped as frameworks
    from dapf_xl.cycle import (
        amend,
        check,
        consolidate,
        fill,
        hand_over,
        import_figures,
        init,
        issue,
        reconcile,
        repair,
        replace_file,
        send,
        set_recipients,
        take_file,
        waivable,
        waive,
    )
    from dapf_xl.demo import demonstrate
    from dapf_xl.findings import DapfError
    from dapf_xl.periods import Period
    from dapf_xl.recipients import Recipient, Recipients
    from dapf_xl.returns.filling import Typed, read_values
    from dapf_xl.waiving import Wanted

__version__ = "0.1.0"

__all__ = [
    "Correction",
    "DapfError",
    "Period",
    "Recipient",
    "Recipients",
    "Typed",
    "Wanted",
    "__version__",
    "amend",
    "check",
    "check_catalogue",
    "consolidate",
    "demonstrate",
    "export_framework",
    "fill",
    "frameworks",
    "hand_over",
    "import_figures",
    "init",
    "issue",
    "load_framework",
    "read_values",
    "reconcile",
    "repair",
    "replace_file",
    "send",
    "set_recipients",
    "take_file",
    "waivable",
    "waive",
]

_HOMES = {
    "DapfError": ("dapf_xl.findings", "DapfError"),
    "Period": ("dapf_xl.periods", "Period"),
    "Recipient": ("dapf_xl.recipients", "Recipient"),
    "Recipients": ("dapf_xl.recipients", "Recipients"),
    "Typed": ("dapf_xl.returns.filling", "Typed"),
    "Correction": ("dapf_xl.amending", "Correction"),
    "amend": ("dapf_xl.cycle", "amend"),
    "check": ("dapf_xl.cycle", "check"),
    "check_catalogue": ("dapf_xl.catalogue", "check"),
    "consolidate": ("dapf_xl.cycle", "consolidate"),
    "demonstrate": ("dapf_xl.demo", "demonstrate"),
    "export_framework": ("dapf_xl.catalogue", "export"),
    "fill": ("dapf_xl.cycle", "fill"),
    "frameworks": ("dapf_xl.catalogue", "shipped"),
    "hand_over": ("dapf_xl.cycle", "hand_over"),
    "import_figures": ("dapf_xl.cycle", "import_figures"),
    "init": ("dapf_xl.cycle", "init"),
    "issue": ("dapf_xl.cycle", "issue"),
    "load_framework": ("dapf_xl.catalogue", "load"),
    "read_values": ("dapf_xl.returns.filling", "read_values"),
    "reconcile": ("dapf_xl.cycle", "reconcile"),
    "replace_file": ("dapf_xl.cycle", "replace_file"),
    "repair": ("dapf_xl.cycle", "repair"),
    "send": ("dapf_xl.cycle", "send"),
    "set_recipients": ("dapf_xl.cycle", "set_recipients"),
    "take_file": ("dapf_xl.cycle", "take_file"),
    "waivable": ("dapf_xl.cycle", "waivable"),
    "waive": ("dapf_xl.cycle", "waive"),
    "Wanted": ("dapf_xl.waiving", "Wanted"),
}
"""Module and name of what is imported on first use."""


def __getattr__(name: str) -> object:
    """Import a verb when it is first used."""
    if name not in _HOMES:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    module, attribute = _HOMES[name]
    found: object = getattr(importlib.import_module(module), attribute)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    """List the verbs too."""
    return sorted({*globals(), *__all__})
