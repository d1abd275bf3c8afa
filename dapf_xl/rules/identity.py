"""Whether a file is the return that it says it is: batch 2 of the checks."""

from __future__ import annotations

import difflib
import hmac
import re
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from dapf_xl.findings import Code, Finding, PeriodError, Standing
from dapf_xl.periods import Period
from dapf_xl.plain import shown
from dapf_xl.returns.layout import IDENTITY, IDENTITY_FIELDS, line_id, parse_figure_id
from dapf_xl.returns.sealing import seal_of
from dapf_xl.rules.schema import label_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dapf_xl.catalogue import Framework
    from dapf_xl.returns.reading import ReadReturn
    from dapf_xl.rules.context import Context, IssuedRecord
    from dapf_xl.rules.waiving import Ruling

UNVERIFIED = frozenset({Code.IDENTITY_FORGED, Code.NOT_ISSUED_HERE, Code.IDENTITY_DAMAGED})
"""What says that nobody can tell whose return it is. The performance lead, who may know, can take it."""
_COMPUTER = r"(?-i:-(?:(?:DESKTOP|LAPTOP|PC)(?:-[A-Z0-9]+)?|(?!Q\d)(?=[A-Z-]*\d)[A-Z][A-Z0-9-]{4,14})$)"
"""What OneDrive puts behind a name where two computers changed a file: ``police_2014-15-Q3-LAPTOP-7K2F``."""
_COPY = re.compile(
    rf"^copy of |^copy \(\d+\) of |conflicted copy|[ _-]\(\d+\)$|[ _-]+copy$|\(\d+\)$|{_COMPUTER}", re.IGNORECASE
)
_DIGITS = re.compile(r"\d{1,9}", re.ASCII)
_WORDS = {"agency": "the agency", "period": "the period", "digest": "what was issued", "framework": "the framework"}


def names_a_copy(read: ReadReturn) -> bool:
    """Say whether a file's name is what programs give a copy: "(1)", "Copy of", a conflicted copy."""
    return _COPY.search(read.path.stem) is not None


def is_temporary(name: str) -> bool:
    """Say whether a file's name is that of a lock file of Excel or LibreOffice."""
    return name.startswith(("~$", ".~lock"))


class Identity:
    """Compares what returns say they are with what was issued."""

    def __init__(self) -> None:
        """Begin with no figure looked up: most returns ask for the same ones."""
        self._resolved: set[str] = set()

    def check(self, context: Context, read: ReadReturn) -> list[Finding]:
        """Return what is wrong with a return's identity."""
        stopped = _not_this_framework(context, read)
        if stopped:
            return [stopped.in_file(read.name)]
        record = context.record_of(read.identity["issue_id"])
        gone = self._gone(context.framework, record) if record else ""
        return [finding.in_file(read.name) for finding in _doubts(context, read, record, gone)]

    def _gone(self, framework: Framework, record: IssuedRecord) -> str:
        """Return the first figure of a return that the catalogue no longer has, "" where it has them all."""
        for figure in (figure for places in record.positions.values() for _, figure in places):
            if figure not in self._resolved:
                if not resolves(framework, figure):
                    return figure
                self._resolved.add(figure)
        return ""


def period_of(read: ReadReturn) -> Period | None:
    """Return the quarter that a return says it is for, if it says so."""
    return _quarter(read.identity.get("period", ""))


@lru_cache(maxsize=64)
def _quarter(label: str) -> Period | None:
    try:
        period = Period.parse(label)
    except PeriodError:
        return None
    return period if period.kind == "quarter" else None


def _not_this_framework(context: Context, read: ReadReturn) -> Finding | None:
    """Return what makes all other questions idle."""
    identity = read.identity
    if IDENTITY not in read.sheets or not identity:
        return Code.NOT_A_RETURN.finding()
    missing = [name for name in IDENTITY_FIELDS if not identity.get(name)]
    if missing:
        return Code.IDENTITY_DAMAGED.finding(sheet=IDENTITY, missing=", ".join(missing))
    if identity["framework"] != context.framework.id:
        return Code.OTHER_FRAMEWORK.finding(found=shown(identity["framework"]), expected=context.framework.id)
    if context.key is not None and not _is_sealed(context, identity):
        return Code.IDENTITY_FORGED.finding(what=_changed(identity, context.record_of(identity["issue_id"])))
    if period_of(read) is None:
        return Code.IDENTITY_DAMAGED.finding(sheet=IDENTITY, missing="a quarter that can be read")
    return None


def _is_sealed(context: Context, identity: dict[str, str]) -> bool:
    """Say whether a return bears this workspace's seal: of the key that it has now, or the one that it went out with.

    The record of what went out vouches for returns that were sealed with a key that is lost or was replaced: the seal
    must be the very one, and all that it covers must be what went out. A key that somebody took away makes no other.
    """
    assert context.key is not None  # noqa: S101  (there is nothing to ask without one)
    seal = identity["seal"].encode()
    if hmac.compare_digest(seal_of(context.key, identity).encode(), seal):
        return True
    record = context.record_of(identity["issue_id"])
    if record is None or not record.seal or not hmac.compare_digest(record.seal.encode(), seal):
        return False
    fields = ("agency", "period", "digest", "catalogue_version")
    return all(identity[name] == getattr(record, name) for name in fields)


def adopted(context: Context, checks: Identity, read: ReadReturn, ruling: Ruling) -> tuple[ReadReturn, list[Finding]]:
    """Return a file as what the performance lead took it for, and what that lets pass.

    What the file says of itself stays, where it says anything; the record of another return is not held against it.
    Nothing changes in a return that proves to be what it says.
    """
    passed = [
        replace(each, status=Standing.WAIVED, remedy=f"Nothing to do. {ruling.words}", agency=ruling.agency)
        for each in checks.check(replace(context, taken_files={}), read)
        if each.code in UNVERIFIED
    ]
    if not passed or context.key is None:
        return read, []
    said = {name: text for name, text in read.identity.items() if text}
    usual = {
        "framework": context.framework.id, "catalogue_version": context.framework.version, "agency": ruling.agency,
        "period": ruling.period, "issue_id": "taken", "digest": "taken",
    }  # fmt: skip
    identity = usual | said
    if _quarter(identity["period"]) is None:
        identity["period"] = ruling.period
    record = context.record_of(identity["issue_id"])
    if record is None or (record.agency, record.period) != (identity["agency"], identity["period"]):
        identity["issue_id"] = "taken"
    elif record is not None:
        identity["digest"] = record.digest
    identity["seal"] = seal_of(context.key, identity)
    return replace(read, identity=identity), passed


def _changed(identity: dict[str, str], record: IssuedRecord | None) -> str:
    """Return what was changed in an identity whose seal does not fit."""
    fields = ("agency", "period", "digest")
    changed = [name for name in fields if record and identity[name] != getattr(record, name)]
    return _WORDS[changed[0]] if changed else "something in it"


def _doubts(context: Context, read: ReadReturn, record: IssuedRecord | None, gone: str) -> Iterator[Finding]:
    identity = read.identity
    framework = context.framework
    if context.key is None:
        yield Code.IDENTITY_NOT_VERIFIED.finding()
    elif context.issued is not None and record is None and read.sha256 not in context.taken_files:
        yield Code.NOT_ISSUED_HERE.finding(issue_id=shown(identity["issue_id"]))
    for name in ("agency", "period", "digest"):
        if record and getattr(record, name) != identity[name]:
            yield Code.IDENTITY_FORGED.finding(what=_WORDS[name])
            break
    if identity["agency"] not in framework.agencies:
        found = shown(identity["agency"])
        close = difflib.get_close_matches(found, list(framework.agencies), 1)
        near = f" (perhaps {close[0]})" if close else ""
        yield Code.AGENCY_UNKNOWN.finding(found=found, near=near)
    period = period_of(read)
    if context.period is not None and period is not None and period != context.period:
        yield Code.OTHER_PERIOD.finding(found=period.words, expected=context.period.words)
    yield from _version(framework, identity["catalogue_version"], gone, is_known=record is not None)
    if record is not None and period is not None and not gone:
        yield from _superseded(framework, record, period)
    yield from _filled(read)
    yield from _names(framework, read)


def _version(framework: Framework, version: str, gone: str, *, is_known: bool) -> Iterator[Finding]:
    """Yield a finding where the catalogue is no longer what the return was made from, and that matters."""
    if version == framework.version or version in framework.settings.accepted_versions:
        if gone:
            yield Code.CATALOGUE_CHANGED.finding(found=shown(gone))
    elif gone or not is_known:
        is_newer = _natural(version) > _natural(framework.version)
        code = Code.CATALOGUE_NEWER if is_newer else Code.CATALOGUE_OLDER
        yield code.finding(found=shown(version), expected=framework.version)


def _superseded(framework: Framework, record: IssuedRecord, period: Period) -> Iterator[Finding]:
    """Yield a finding where the agency is asked for figures now that the return did not ask for."""
    had = {figure for rows in record.positions.values() for _, figure in rows}
    lacking = [each for each in framework.asked(period, record.agency) if line_id(each) not in had]
    if lacking:
        first = lacking[0]
        label = label_of(framework, first.item.id, first.category)
        yield Code.RETURN_SUPERSEDED.finding(
            agency=framework.agencies[record.agency].name,
            count=f"{len(lacking)} figure{'' if len(lacking) == 1 else 's'}",
            what=f"{label}{' and others' if len(lacking) > 1 else ''}",
            period=period.label,
        )


def _natural(version: str) -> list[tuple[int, str]]:
    return [(int(part), "") if _DIGITS.fullmatch(part) else (0, part) for part in re.split(r"[.-]", version)]


def resolves(framework: Framework, figure_id: str) -> bool:
    """Say whether a figure's id names an item of the framework, and a category of it."""
    parsed = parse_figure_id(figure_id)
    if parsed is None or parsed[0] not in framework.items:
        return False
    return parsed[1] in framework.categories_of(parsed[0])


def _filled(read: ReadReturn) -> Iterator[Finding]:
    typed = any(entry.value is not None or entry.trouble or entry.shorthand or entry.comment for entry in read.entries)
    signed = any(value not in {"", None} for value in read.sign_off.values())
    if read.entries and not typed and not signed and not read.outside:
        yield Code.UNTOUCHED_BLANK.finding()


def _names(framework: Framework, read: ReadReturn) -> Iterator[Finding]:
    """Yield what the file's name gives to think about."""
    if names_a_copy(read):
        yield Code.NAMED_AS_A_COPY.finding()
    agency = read.identity["agency"]
    named = re.sub(r"_\d{4}-\d{2}-Q[1-4].*$", "", read.path.stem)
    if named != agency and named in framework.agencies and agency in framework.agencies:
        agencies = framework.agencies
        yield Code.NAMED_FOR_ANOTHER.finding(named=agencies[named].name, agency=agencies[agency].name)
