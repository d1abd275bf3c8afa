"""Whose return a workbook says it is, and of which quarter, wherever it says so: on ``_dapf`` and in its titles."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from dapf_xl.findings import PeriodError
from dapf_xl.periods import Period
from dapf_xl.returns.forms import plain
from dapf_xl.returns.layout import ENTRY_TABLES, IDENTITY, IDENTITY_FIELDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dapf_xl.catalogue import Framework
    from dapf_xl.returns.salvage import Salvaged, Sheet

_TITLE = re.compile(rf"(?:{'|'.join(map(re.escape, ENTRY_TABLES))}): (?P<agency>.+), (?P<period>[^,]+)")
_FIRST_TITLE = re.compile(r"(?P<agency>.+): performance return")
_NAMED = re.compile(r"(?P<agency>[A-Za-z0-9._-]+)_(?P<period>\d{4}-\d{2}-Q[1-4])(?!\d)")
_LEAST_FIELDS = 3
"""Names of ``_dapf`` that must stand below each other for a sheet to be it, whatever it is called now."""


class Claim(NamedTuple):
    """That a workbook is an agency's, or of a quarter."""

    agency: str
    """Id of the agency; "" where the claim says nothing of it."""
    period: Period | None
    where: str


def identity_of(book: Salvaged) -> dict[str, str]:
    """Return what the identity sheet holds, whatever the sheet is called; empty where there is none, or two differ."""
    found: list[dict[str, str]] = []
    for sheet in book.sheets:
        rows = ([plain(cells[column].value) for column in sorted(cells)] for cells in sheet.cells.values())
        pairs = (pair for texts in rows for pair in pairwise(texts))
        fields = {name: value for name, value in pairs if name in IDENTITY_FIELDS}
        if len(fields) >= _LEAST_FIELDS and fields not in found:
            found.append(fields)
    return found[0] if len(found) == 1 else {}


def is_identity(sheet: Sheet) -> bool:
    """Say whether a sheet is the one that holds the identity, whatever it is called."""
    texts = {plain(cell.value) for cells in sheet.cells.values() for cell in cells.values()}
    return len(texts & set(IDENTITY_FIELDS)) >= _LEAST_FIELDS


def claims_of(book: Salvaged, framework: Framework) -> Iterator[Claim]:
    """Yield what the titles of a workbook say of agency and quarter; names that no agency has say nothing."""
    ids = {plain(each.name).casefold(): each.id for each in framework.agencies.values()}
    for sheet in book.sheets:
        for cells in sheet.cells.values():
            for cell in cells.values():
                text = plain(cell.value)
                match = _TITLE.fullmatch(text) or _FIRST_TITLE.fullmatch(text)
                if match is None:
                    continue
                agency = ids.get(match["agency"].casefold(), "")
                period = _quarter(match.groupdict().get("period") or "")
                if agency or period:
                    yield Claim(agency, period, f"the title of the sheet {sheet.name}")


def claimed_by_name(name: str, framework: Framework) -> Claim:
    """Return what a file's name says: a proposal, never more."""
    match = _NAMED.search(name)
    if match is None or match["agency"] not in framework.agencies:
        return Claim("", None, "")
    return Claim(match["agency"], _quarter(match["period"]), "the name of the file")


def _quarter(words: str) -> Period | None:
    try:
        period = Period.parse(words)
    except PeriodError:
        return None
    return period if period.kind == "quarter" else None


def claim_of_identity(identity: dict[str, str], framework: Framework) -> Claim:
    """Return what the identity says, sealed or not."""
    agency = identity.get("agency", "")
    return Claim(agency if agency in framework.agencies else "", _quarter(identity.get("period", "")), IDENTITY)
