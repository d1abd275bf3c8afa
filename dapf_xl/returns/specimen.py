"""The specimen: a return that shows what agencies are sent, the same bytes whenever it is built."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from dapf_xl.catalogue import load, shipped
from dapf_xl.observations import published
from dapf_xl.periods import Period
from dapf_xl.returns.layout import plan_return
from dapf_xl.returns.template import Template

if TYPE_CHECKING:
    from pathlib import Path

SPECIMEN = "Performance_Return.xlsx"
"""Its name in the folder ``templates``."""

_FRAMEWORK, _AGENCY = "cambridgeshire", "idva"
_PERIOD = Period.quarter(2014, 3)
_KEY = b"specimen"
_CREATED = datetime(2015, 1, 5, 9, 0, tzinfo=UTC)


def write_specimen(path: Path) -> None:
    """Write the specimen return: Cambridgeshire's IDVA service, Q3 2014/15, marked SPECIMEN.

    Raises:
        NotWrittenError: the file could not be written.
    """
    framework = load(shipped()[_FRAMEWORK])
    known = {each.key: each for each in published(framework) if each.period < _PERIOD}
    template = Template(framework, _KEY, created=_CREATED, specimen=True)
    template.write(plan_return(framework, _AGENCY, _PERIOD, known), known, path)
