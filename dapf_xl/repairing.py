"""The verb repair: what was typed into a damaged, re-sorted or older return, in a clean one of the current version.

A value is carried only where its figure is known by its id and its words; everything else is listed with the
reason. The clean return is on record before it is written, so that it is taken when it comes back.
"""

from __future__ import annotations

import hmac
import re
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from dapf_xl import assurance
from dapf_xl.catalogue.evidence import EvidenceField
from dapf_xl.findings import Code, NothingToReadError, NotWrittenError, RepairError, WorkspaceError
from dapf_xl.known import known_figures
from dapf_xl.personal_data import redacted
from dapf_xl.plain import shown
from dapf_xl.returns.forms import Form, form_of, is_spare
from dapf_xl.returns.layout import (
    ENTRY_TABLES,
    IDENTITY_FIELDS,
    LABEL,
    SIGN_OFF,
    START,
    ids_in_row,
    parse_figure_id,
    plan_return,
)
from dapf_xl.returns.lifting import Left, Lifted, Lifting, lift
from dapf_xl.returns.package import Package
from dapf_xl.returns.prefilling import Cells, Filled
from dapf_xl.returns.provenance import Claim, claim_of_identity, claimed_by_name, claims_of, identity_of
from dapf_xl.returns.salvage import DATE, NUMBER, Salvaged, salvage
from dapf_xl.returns.sealing import seal_of
from dapf_xl.returns.template import Template, file_name
from dapf_xl.rules.schema import label_of
from dapf_xl.workbooks import not_written, put_in_place
from dapf_xl.workspace import open_workspace, quarter_of, replacing, workspace_of

if TYPE_CHECKING:
    from dapf_xl.catalogue import Framework
    from dapf_xl.ledger import Ledger
    from dapf_xl.periods import Period
    from dapf_xl.returns.forms import Row
    from dapf_xl.returns.layout import Line, Plan
    from dapf_xl.returns.template import Issued
    from dapf_xl.workspace import Workspace

_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Carried:
    """A cell that was carried: what it is of, from where, and to where."""

    item: str
    """The part of the sign-off, where it is of that."""
    category: str
    period: str
    part: str
    """value, shorthand, comment, label or sign_off."""
    from_sheet: str
    from_cell: str
    to_sheet: str
    to_cell: str
    note: str = ""
    """What somebody should know of it."""


@dataclass(frozen=True)
class Repaired:
    """What came of a return that was repaired."""

    file: Path
    agency: str
    period: Period
    carried: tuple[Carried, ...]
    left: tuple[Left, ...]
    """What was not carried, as it may be shown: without personal data."""
    missing: tuple[str, ...] = ()
    """What the clean return asks for and the file had no row for."""
    superseded: Path | None = None
    """Where what stood at the file's place before is kept."""


def repair(source: Path, out: Path, workspace: Path | None = None, *, agency: str = "", period: str = "") -> Repaired:
    """Carry what was typed into a return in disorder into a clean one, issued anew.

    Args:
        source: The file that came back; it is not changed.
        out: Where the clean return goes.
        workspace: The workspace that issued it; None for the one that the file lies in.
        agency: Id of the agency, where the file cannot prove it any more.
        period: The quarter, where the file cannot prove it any more.

    Raises:
        RepairError: it is not plain whose return it is, or it is another's.
        NothingToReadError: nothing can be read of the file, or it is not safe to read.
        WorkspaceError: no workspace, no such agency, or nothing is asked of it.
        PeriodError: no such quarter.
        NotWrittenError: the clean return could not be written.
        LedgerBusyError: another process holds the ledger.
    """
    home = open_workspace(workspace) if workspace else workspace_of(source)
    if home is None:
        raise WorkspaceError(
            "a clean return can be made only by the workspace that issued it: name it with --workspace DIR."
        )
    if out.suffix.lower() != ".xlsx":
        raise NotWrittenError(f"{out} is no name for a return: it must end in .xlsx.")
    if out.exists() and source.exists() and out.samefile(source):
        raise NotWrittenError(f"{out} is the file that came back, and that is never changed: choose another name.")
    book = _read(source)
    with home.ledger() as ledger:
        origin = _origin_of(book, source, home, ledger, agency, period)
        with replacing(out) as superseded:
            staged = _staged(out)
            try:
                with ledger.transaction():
                    made, issued = _make(home, ledger, book, origin, staged)
                    ledger.record_issued([issued])
                _put_in_place(staged, out)  # on record first: one that is not would be rejected when it comes back
            finally:
                staged.unlink(missing_ok=True)
    return replace(made, file=out, superseded=superseded)


def _read(source: Path) -> Salvaged:
    package = Package(source)
    for finding in package.findings:
        if finding.severity == "error" and finding.code is not Code.FILE_TRUNCATED:
            raise NothingToReadError(str(finding))
    book = salvage(package)
    if not any(sheet.cells for sheet in book.sheets):
        raise NothingToReadError(
            f"{package.name} is damaged, and no sheet of it can be read any more. Ask for it to be sent again."
        )
    return book


def _staged(out: Path) -> Path:
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(prefix=f".{out.stem}-", suffix=".xlsx", dir=out.parent, delete=False) as file:
            return Path(file.name)
    except OSError as error:
        raise NotWrittenError(not_written(out, error)) from error


def _put_in_place(staged: Path, out: Path) -> None:
    try:
        put_in_place(staged, out)
    except OSError as error:
        raise NotWrittenError(not_written(out, error)) from error


# --- whose return it is --------------------------------------------------------------------------


@dataclass(frozen=True)
class _Origin:
    """Whose return a file is, and as what it may have been issued."""

    agency: str
    period: Period
    forms: tuple[Form, ...]
    """As it was issued; where the file cannot prove which one it is, every way in which it was."""
    is_certain: bool
    """Whether it is on record which one it is."""


def _origin_of(  # noqa: PLR0913, PLR0917  (what the file says, and what the lead says)
    book: Salvaged, source: Path, home: Workspace, ledger: Ledger, agency: str, label: str
) -> _Origin:
    framework = home.framework
    if agency and agency not in framework.agencies:
        raise WorkspaceError(f"there is no agency called {agency}: use one of {', '.join(framework.agencies)}.")
    said = quarter_of(label) if label else None
    identity = identity_of(book)
    if identity.get("framework", framework.id) != framework.id:
        finding = Code.OTHER_FRAMEWORK.finding(found=shown(identity["framework"]), expected=framework.id)
        raise RepairError(str(finding.in_file(source.name)))
    is_sealed = all(identity.get(name) for name in IDENTITY_FIELDS) and hmac.compare_digest(
        seal_of(home.key, identity).encode(), identity["seal"].encode()
    )
    own = claim_of_identity(identity, framework)
    if is_sealed and own.agency and own.period:
        agency, said = agency or own.agency, said or own.period
    if not agency or said is None:
        raise RepairError(_unproven(book, source, framework, ledger, has_identity=bool(identity)))
    for claim in (own, _recorded(book, ledger), *claims_of(book, framework)):
        if claim.agency not in {"", agency} or claim.period not in {None, said}:
            names = [framework.agencies[claim.agency].name] if claim.agency else []
            whose = " for ".join([*names, *([claim.period.words] if claim.period else [])])
            raise RepairError(
                f"{source.name} is not the return of {framework.agencies[agency].name} for {said.words}: "
                f"{claim.where} says {whose}. Nothing was carried. Repair it as what it says it is, or ask for the "
                "right return to be filled in."
            )
    known = ledger.issued(said)
    own_record = known.get(identity.get("issue_id", "")) if is_sealed else None
    records = [own_record] if own_record else [each for each in known.values() if each.agency == agency]
    forms = tuple(form_of(ledger.locked_values(each.issue_id), each.positions) for each in records)
    return _Origin(agency, said, forms, is_certain=own_record is not None)


def _recorded(book: Salvaged, ledger: Ledger) -> Claim:
    """Return whose return the properties of a file say it is."""
    record = ledger.issued_with([book.issue_id]).get(book.issue_id)
    if record is None:
        return Claim("", None, "")
    return Claim(record.agency, quarter_of(record.period), "the file's own properties")


def _unproven(book: Salvaged, source: Path, framework: Framework, ledger: Ledger, *, has_identity: bool) -> str:
    """Return in a line that it must be said whose return it is, with what the file gives to think."""
    claims = [
        claim_of_identity(identity_of(book), framework),
        _recorded(book, ledger),
        *claims_of(book, framework),
        claimed_by_name(source.name, framework),
    ]
    named = next((each for each in claims if each.agency), None)
    dated = next((each for each in claims if each.period), None)
    label = dated.period.label if dated and dated.period else "QUARTER"
    said = f"--agency {named.agency if named else 'ID'} --period {label}"
    wheres = dict.fromkeys(each.where for each in (named, dated) if each)
    hint = f" ({' and '.join(wheres)} says so, which proves nothing: look into the file first)" if wheres else ""
    why = "its identity does not agree with its seal" if has_identity else "its identity sheet is gone"
    return f"{source.name} cannot prove whose return it is: {why}. If you know, say it: {said}{hint}."


# --- what is carried -----------------------------------------------------------------------------


def _make(home: Workspace, ledger: Ledger, book: Salvaged, origin: _Origin, staged: Path) -> tuple[Repaired, Issued]:
    """Write the clean return, and return what came of it and what is to be recorded."""
    framework = home.framework
    known = known_figures(framework, ledger, origin.period)
    carried_over = assurance.carried_over(framework, origin.period, known, ledger)
    plan = plan_return(framework, origin.agency, origin.period, known, carried_over.get(origin.agency, ()))
    if not any(line.asked for lines in plan.lines.values() for line in lines):
        name = framework.agencies[origin.agency].name
        raise WorkspaceError(f"nothing is asked of {name} for {origin.period.words}, so there is no return to repair.")
    template = Template(framework, home.key, note=home.note)
    blank = template.write(plan, known, staged)
    clean = _Clean(framework, plan, form_of(blank.locked, blank.positions), counts_from_1904=book.counts_from_1904)
    lifting = lift(book, origin.forms if origin.is_certain else (*origin.forms, clean.form), clean.refuses)
    issued = template.write(clean.labelled(lifting), known, staged, clean.filled(lifting))
    made = Repaired(
        staged,
        origin.agency,
        origin.period,
        tuple(clean.carried(each) for each in lifting.found),
        tuple(each._replace(value=_fit_to_show(each.value), reason=redacted(each.reason)) for each in lifting.left),
        tuple(clean.missing(lifting)),
    )
    return made, replace(issued, file=file_name(plan))


def _fit_to_show(text: str) -> str:
    return shown(redacted(_SPACES.sub(" ", text)))


class _Clean:
    """The clean return that is to be made: what it takes, and where."""

    def __init__(self, framework: Framework, plan: Plan, form: Form, *, counts_from_1904: bool) -> None:
        self.framework = framework
        self.plan = plan
        self.form = form
        self.lines: dict[tuple[str, str], Line] = {(sheet, line.id): line for sheet, line in plan.figures()}
        self.counts_from_1904 = counts_from_1904

    def refuses(self, each: Lifted, row: Row) -> str:
        """Return why something that was typed is not carried although its figure is known; "" where it is."""
        if each.part == "sign_off":
            is_day = each.figure == "date"
            return (
                "the cell holds a date"
                if each.held.kind == DATE and not is_day
                else self._other_days(each, is_day=is_day)
            )
        line = self.lines.get((each.table, each.figure))
        target = self.form.rows.get(each.table, {}).get(each.row)
        if line is None or line.asked is None or target is None:
            return self._not_asked(each)
        table = ENTRY_TABLES[each.table]
        if is_spare(table, row) != is_spare(table, target):
            return "the row takes a label in one version of the return, and not in the other"
        before, now = (some.words.get("unit", "") for some in (row, target))
        if before != now:
            return f"it is asked for in another unit now: {now}, and before that {before}"
        is_day = line.asked.item.type == "date" and each.part == "value"
        if each.held.kind == DATE and not is_day:
            return "the cell holds a date, and none is wanted there"
        return self._other_days(each, is_day=is_day)

    def _other_days(self, each: Lifted, *, is_day: bool) -> str:
        if is_day and each.held.kind == NUMBER and self.counts_from_1904:
            return "the file counts days from another year, and the cell does not say that it holds a day"
        return ""

    def _not_asked(self, each: Lifted) -> str:
        parsed = parse_figure_id(each.figure)
        item, category = parsed[:2] if parsed else ("", "")
        elsewhere = next((sheet for sheet, figure in self.lines if figure == each.figure), "")
        if item not in self.framework.items:
            return f"the catalogue no longer has {shown(item)}"
        if category not in self.framework.categories_of(item):
            return f"the catalogue no longer has the category {shown(category)} of {item}"
        if elsewhere:
            return f"it is asked for on the sheet {elsewhere} now"
        return f"{each.figure} is not asked for in this return any more"

    def labelled(self, lifting: Lifting) -> Plan:
        """Return the plan without the labels of earlier rounds in the rows that the file had: its own count."""
        lines = {
            sheet: tuple(replace(line, label="") if (sheet, line.id) in lifting.rows else line for line in some)
            for sheet, some in self.plan.lines.items()
        }
        return replace(self.plan, lines=lines)

    def filled(self, lifting: Lifting) -> Filled:
        """Return what is to stand in the yellow cells, exactly as it was typed."""
        typed: dict[str, dict[str, object]] = {}
        signed: dict[str, float | str] = {}
        for each in lifting.found:
            if each.part == "sign_off":
                signed[each.figure] = each.held.value if each.figure == "date" else _words(each)
            elif each.part == "value":
                is_truth = isinstance(each.held.value, bool)  # no cell of a return takes TRUE: its words are carried
                typed.setdefault(each.figure, {})["value"] = _words(each) if is_truth else each.held.value
            else:
                typed.setdefault(each.figure, {})["label" if each.part == LABEL else each.part] = _words(each)
        return Filled({figure: Cells(**cells) for figure, cells in typed.items()}, signed)  # type: ignore[arg-type]

    def carried(self, each: Lifted) -> Carried:
        """Return from where to where something was carried."""
        if each.part == "sign_off":
            return Carried(
                each.figure, "", "", each.part, each.sheet, each.cell, START, SIGN_OFF[each.figure], each.note
            )
        line = self.lines[each.table, each.figure]
        part = line.part if each.part == "value" else each.part
        item, category, period = parse_figure_id(each.figure) or ("", "", None)
        return Carried(
            item,
            category,
            period.label if period else "",
            "label" if each.part == LABEL else each.part,
            each.sheet,
            each.cell,
            each.table,
            ENTRY_TABLES[each.table].cell(part, line.row),
            each.note,
        )

    def missing(self, lifting: Lifting) -> list[str]:
        """Return what the clean return asks for, and the file had no row for that could be identified."""
        return [
            self._label(figure)
            for sheet, rows in self.form.rows.items()
            for hidden in rows
            if (sheet, hidden) not in lifting.rows
            for _, figure in ids_in_row(ENTRY_TABLES[sheet], hidden)[:1]
        ]

    def _label(self, figure: str) -> str:
        item, category, _ = parse_figure_id(figure) or (figure, "", None)
        asked = self.framework.items[item]
        return asked.evidence.what if isinstance(asked, EvidenceField) else label_of(self.framework, item, category)


def _words(each: Lifted) -> str:
    """Return what a cell that is meant for words holds, as the program shows it."""
    value = each.held.value
    if isinstance(value, bool):
        return str(value).upper()
    return f"{value:.15g}" if isinstance(value, float) else str(value)
