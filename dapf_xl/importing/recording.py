"""The verb import: published figures from a CSV file, on the record with their source and release date."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from dapf_xl import comparators
from dapf_xl.catalogue.imported import read_imported
from dapf_xl.findings import Code, has_errors, reading_order
from dapf_xl.importing.fitting import refused_by_rules
from dapf_xl.importing.judging import Judge
from dapf_xl.ledger import AMENDED, latest
from dapf_xl.observations import IMPORTED, published, words_of
from dapf_xl.periods import Period
from dapf_xl.rules.schema import label_of
from dapf_xl.workbooks import write_atomically
from dapf_xl.workspace import open_workspace, replacing

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from dapf_xl.catalogue import Framework
    from dapf_xl.catalogue.imported import ImportedFile
    from dapf_xl.comparators import ComparatorFigure
    from dapf_xl.findings import Finding
    from dapf_xl.importing.judging import Judged
    from dapf_xl.ledger import Ledger
    from dapf_xl.observations import Observation
    from dapf_xl.returns.layout import Figure
    from dapf_xl.workspace import Workspace

IMPORTED_FILES = "imported"
"""Folder of a workspace that keeps the files that were imported."""


@dataclass(slots=True)
class Imported:
    """What came of importing a file."""

    file: str
    sha256: str
    findings: list[Finding] = field(default_factory=list)
    """In reading order."""
    observations: list[Observation] = field(default_factory=list)
    """What was recorded about the framework's own area."""
    comparators: list[ComparatorFigure] = field(default_factory=list)
    """What was recorded about other areas."""
    revised: int = 0
    """How many of these took the place of another figure."""
    unchanged: int = 0
    """Rows that say what is on record already; nothing was recorded for them."""
    refused: int = 0
    """Rows that were not taken, for an error in them or in another row."""
    kept: Path | None = None
    """Where the workspace keeps the file; None where nothing was recorded."""

    @property
    def words(self) -> str:
        """What came of it, in a line."""
        new = len(self.observations) + len(self.comparators)
        parts = [f"{new} recorded, {len(self.comparators)} of them about other areas"]
        parts += [f"{count} {words}" for count, words in (
            (self.revised, "of them in place of another figure"),
            (self.unchanged, "on record already"),
            (self.refused, "not taken"),
        ) if count]  # fmt: skip
        return "; ".join(parts)

    def as_json(self) -> dict[str, object]:
        """Return what ``--json`` prints of it."""
        return {
            "file": self.file,
            "sha256": self.sha256,
            "observations": len(self.observations),
            "comparators": len(self.comparators),
            "revised": self.revised,
            "unchanged": self.unchanged,
            "refused": self.refused,
        }


def import_figures(folder: Path, path: Path, *, partly: bool = False, today: date | None = None) -> Imported:
    """Record published figures from a CSV file; either all of it happens or none.

    A row about the framework's own area becomes an observation of whoever is asked for it; one about another area
    becomes a comparator. What is on record already is not recorded again, and what changes is a revision, with a
    finding that says from what to what. A figure counts from the round in which its period ends; where it was given
    in a later round already, from that one.

    Args:
        folder: The workspace.
        path: The file; its columns are those of ``ImportedRow``.
        partly: Whether the rows without an error are recorded where others have one; otherwise nothing is.
        today: The day on which it is imported; None for today. Nothing can have been released later.

    Raises:
        NothingToReadError: there is no such file.
        WorkspaceError: no workspace.
        LedgerBusyError: another process holds the ledger.
        NotWrittenError: the file could not be kept in the workspace; nothing was recorded.
    """
    workspace = open_workspace(folder)
    file = read_imported(path)
    judge = Judge(workspace.framework, file, today or datetime.now(UTC).date())
    judged = judge.judge()
    made = Imported(file.source.file, file.sha256)
    with workspace.ledger() as ledger, ledger.transaction():
        rounds, figures = _on_record(workspace.framework, ledger)
        for number in refused_by_rules(judge, judged.observations, figures):
            del judged.observations[number]
        _settle_observations(judge, judged, figures, made)
        _settle_comparators(judge, judged, ledger, made)
        made.findings = sorted(file.source.findings, key=reading_order)
        rows = len(file.table.entries)
        if has_errors(made.findings) and not partly:
            made.observations, made.comparators, made.revised, made.unchanged = [], [], 0, 0
            made.refused = rows
            return made
        made.refused = rows - made.unchanged - len(made.observations) - len(made.comparators)
        if made.observations or made.comparators:
            _record(ledger, made, rounds)
            _keep(workspace, path, file, made, ledger)
    return made


def imported_figures(ledger: Ledger, until: Period) -> dict[Figure, Observation]:
    """Return the figures that were imported and that nothing replaced in the rounds up to a quarter."""
    if not any(each.kind == IMPORTED for each in ledger.given_in(until)):
        return {}
    return {key: each for key, each in latest(ledger.observations(until)).items() if each.status == IMPORTED}


def _on_record(framework: Framework, ledger: Ledger) -> tuple[dict[Figure, str], dict[Figure, Observation]]:
    """Return the latest round in which each figure was given, and what counts for it after all rounds."""
    entered = ledger.entered()
    rounds = {each.observation.key: each.round for each in entered}  # the latest round comes last
    return rounds, latest([*published(framework), *(each.observation for each in entered)])


def _says(each: Observation) -> tuple[object, ...]:
    return (each.value, each.replacement, each.reason, each.lower, each.upper, each.markers)


def _settle_observations(judge: Judge, judged: Judged, figures: dict[Figure, Observation], made: Imported) -> None:
    """Sort the observations out: new ones, ones that say something else than the record, and known ones."""
    for number, each in sorted(judged.observations.items()):
        old = figures.get(each.key)
        if old is None:
            made.observations.append(each)
            continue
        same = _says(old) == _says(each)
        about = (old.source, old.released, old.comment) == (each.source, each.released, each.comment)
        if same and (about or old.status == AMENDED):
            made.unchanged += 1
        elif same:
            made.observations.append(each)
        else:
            item = judge.framework.items[each.item]
            words: dict[str, Any] = {
                "what": label_of(judge.framework, each.item, each.category), "about": each.period.words,
                "old": words_of(old, item), "value": words_of(each, item),
            }  # fmt: skip
            if old.status == AMENDED:
                judge.report(Code.IMPORT_OF_AMENDED, number, "value", **words)
                continue
            where = ", ".join(part for part in (old.file, old.cell) if part) or "the catalogue"
            judge.report(Code.IMPORT_REVISES, number, "value", where=where, **words)
            made.observations.append(each)
            made.revised += 1


def _settle_comparators(judge: Judge, judged: Judged, ledger: Ledger, made: Imported) -> None:
    framework = judge.framework
    known = {each.key: each for each in comparators.standing(framework, ledger.compared())}
    for number, each in sorted(judged.comparators.items()):
        old = known.get(each.key)
        if old is not None and old.says == each.says:
            made.unchanged += 1
            continue
        made.comparators.append(each)
        if old is not None and (old.value, old.replacement) != (each.value, each.replacement):
            item = framework.items[each.item]
            what = f"{label_of(framework, each.item, each.category)}, {each.geography}"
            words: dict[str, Any] = {
                "what": what, "about": each.period.words if each.period else "", "old": old.words(item),
                "value": each.words(item), "where": old.file or "the catalogue",
            }  # fmt: skip
            judge.report(Code.IMPORT_REVISES, number, "value", **words)
            made.revised += 1


def _record(ledger: Ledger, made: Imported, rounds: dict[Figure, str]) -> None:
    """Record what is new, each figure in the round from which it counts."""
    by_round: dict[str, tuple[list[Observation], list[ComparatorFigure]]] = {}
    for each in made.observations:
        of_period = Period.containing(each.period.last_day).label
        by_round.setdefault(max(of_period, rounds.get(each.key, "")), ([], []))[0].append(each)
    for other in made.comparators:
        assert other.period is not None  # noqa: S101  (a row must have one)
        by_round.setdefault(Period.containing(other.period.last_day).label, ([], []))[1].append(other)
    for label, (observations, outside) in sorted(by_round.items()):
        given = ledger.record_given(IMPORTED, Period.parse(label), observations, source=made.file, sha256=made.sha256)
        ledger.record_compared(given, outside)


def _keep(workspace: Workspace, path: Path, file: ImportedFile, made: Imported, ledger: Ledger) -> None:
    """Keep the file in the workspace as it was received; an earlier one of that name goes to ``superseded``."""
    kept = workspace.folder / IMPORTED_FILES / path.name
    made.kept = kept
    if kept.exists() and kept.read_bytes() == file.content:
        return
    with replacing(kept):
        write_atomically(kept, lambda copy: copy.write_bytes(file.content))
        ledger.keep()
