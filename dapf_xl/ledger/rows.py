"""How returns, findings and figures become rows of the ledger, and rows become figures again."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from decimal import Decimal
from sys import intern
from typing import TYPE_CHECKING, Any

from dapf_xl.ledger.schema import FOUND
from dapf_xl.observations import Observation
from dapf_xl.periods import Period
from dapf_xl.plain import file_name
from dapf_xl.rules.merging import said_in

if TYPE_CHECKING:
    from pathlib import Path

    from dapf_xl.findings import Finding
    from dapf_xl.returns.layout import Figure
    from dapf_xl.rules import CheckedReturn


def now() -> str:
    """Return the present moment, UTC, ISO 8601 to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def place_of(path: Path, folder: Path | None) -> str:
    """Return where a return lies in the round's folder; its name where it lies elsewhere."""
    is_inside = folder is not None and path.is_relative_to(folder)
    return file_name(path.relative_to(folder).as_posix() if folder and is_inside else path.name)


def result_of(each: CheckedReturn) -> str:
    """Return the digest of everything that is recorded of a return but its times."""
    row = (
        str(each.status),
        each.reason,
        each.agency,
        each.period.label if each.period else "",
        each.asked,
        each.given,
        each.claims,
        [row_of_finding(finding) for finding in each.findings],
        [row_of(observation, "") for observation in each.observations],
        [row_of_key(key) for key in each.untaken],
    )
    return hashlib.sha256(json.dumps(row, ensure_ascii=False).encode()).hexdigest()


def said_of(each: CheckedReturn) -> str:
    """Return a digest of what was typed into a return; "" where nothing could be read."""
    said = said_in(each.read)
    return hashlib.sha256(repr(said).encode()).hexdigest() if each.read.entries else ""


def row_of_finding(finding: Finding) -> tuple[str, ...]:
    """Return a finding as a row of ``found``."""
    return (finding.code.name, str(finding.severity), *(getattr(finding, name) for name in FOUND[2:]))


def row_of_key(key: Figure) -> tuple[str, str, str, str]:
    """Return what a figure is of, as columns."""
    return (*key[:3], key[3].label)


def _text_of(value: Decimal | None) -> str | None:
    return None if value is None else format(value, "f")


def row_of(each: Observation, at: str) -> tuple[str | None, ...]:
    """Return an observation as a row of ``observed``; ``at`` is when it was received, if it does not say so."""
    return (
        each.item, each.category, each.supplier, each.period.label, each.basis, _text_of(each.value), each.replacement,
        each.reason, _text_of(each.lower), _text_of(each.upper), each.markers, each.text, each.comment, each.status,
        each.file, each.sheet, each.cell, each.sha256, each.received or at, each.words, each.source, each.released,
        each.label,
    )  # fmt: skip


def observation_of(row: tuple[Any, ...], spans: dict[str, Period]) -> Observation:
    """Return a row of ``observed`` as an observation; ``spans`` keeps the periods that were parsed already.

    The same few words stand in hundreds of thousands of rows (agencies, files, cells): each is kept once.
    """
    item, category, supplier, label, basis, value, replacement, reason, lower, upper, *rest = [
        text and intern(text) for text in row
    ]
    period = spans.get(label) or spans.setdefault(label, Period.parse(label))
    return Observation(
        item,
        category,
        supplier,
        period,
        basis,
        _number(value),
        replacement,
        reason,
        _number(lower),
        _number(upper),
        *rest,
    )


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
