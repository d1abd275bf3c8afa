"""Write the reference pages in docs/ from the program itself: ``python scripts/build_docs.py``.

A test compares the pages with what this writes, so that no command, option, finding code, sheet or
catalogue column goes undocumented.
"""

import re
import textwrap
import tomllib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

import typer.main

from dapf_xl import catalogue, data_rows, master, places, reconciliation, tables, variance
from dapf_xl.catalogue.statements import NEEDED_BY_STATEMENT
from dapf_xl.catalogue.tables import OPTIONAL_TABLES, TABLES, columns_of
from dapf_xl.cli import app
from dapf_xl.consolidation import Round
from dapf_xl.findings import Batch, Code, Finding
from dapf_xl.master import assurance_sheet
from dapf_xl.master.common import ASSURANCE
from dapf_xl.observations import MARKERS, REPLACEMENTS, published
from dapf_xl.periods import Period
from dapf_xl.returns.live_codes import EXPLAINED, LIVE, NOT_LIVE

DOCS = Path(__file__).resolve().parent.parent / "docs"

BATCHES = {
    Batch.CATALOGUE: "The catalogue",
    Batch.FILE: "Batch 1: the file",
    Batch.IDENTITY: "Batch 2: whose return it is",
    Batch.STRUCTURE: "Batch 3: rows and sheets",
    Batch.TAMPERING: "Batch 4: locked cells",
    Batch.TYPE: "Batch 5: what was typed",
    Batch.PRESENCE: "Batch 6: what is missing",
    Batch.RULES: "Batch 7: figures that do not fit together",
    Batch.HISTORY: "Batch 8: against earlier quarters",
    Batch.ACROSS_RETURNS: "Batch 9: across returns",
    Batch.TEXT: "Batch 10: personal data",
    Batch.SIGN_OFF: "Batch 11: sign-off",
    Batch.PUBLISHED: "Published documents (`dapf reconcile`)",
    Batch.IMPORT: "Figures that are imported",
}
COVER = "What the workbook is, its contents with links, how ratings work, and what shorthand and signs mean."


def findings_page() -> str:
    """Return the page of finding codes, batch by batch: what each means, an example, what to do."""
    told = tomllib.loads((DOCS / "findings.toml").read_text(encoding="utf-8"))
    lines = [
        "# Findings",
        "",
        "Every finding that `dapf` can make, in the order of checking. The first of batches 1 to 3 that fails stops",
        "the rest for that file; within a batch everything is reported together. Below each code stands what it",
        "means, and an example as it is printed: where, what happened, what to do.",
        "",
        "- **error**: the value is not taken.",
        "- **query**: the value is taken once the comment beside it explains it.",
        "- **warning**: the value is taken; somebody should know.",
        "- **can be waived**: the performance lead may let it pass with `dapf waive`, saying who, why and until when.",
        "",
        *(f"- [{title}](#{_anchor(title)}): {_codes_of(batch)}" for batch, title in BATCHES.items()),
    ]
    for batch, title in BATCHES.items():
        lines += ["", f"## {title}"]
        for code in (code for code in Code if code.batch is batch):
            finding = example_of(code, told[code.name])
            place = f"{finding.place}: " if finding.place else ""
            lines += ["", f"### {code.name}", "", f"*{code.severity}{_waivable(code)}.* {told[code.name]['means']}", ""]
            lines += [f"> {_quoted(f'{place}{finding.message}')}\n>\n> {_quoted(finding.remedy)}"]
    return "\n".join(lines) + "\n"


def example_of(code: Code, told: Mapping[str, Any]) -> Finding:
    """Return a finding with the words that ``docs/findings.toml`` gives as an example."""
    file, sheet, cell = told["at"]
    return code.finding(file=file, sheet=sheet, cell=cell, **told["words"])


def _waivable(code: Code) -> str:
    return ", can be waived" if code.may_be_waived() else ""


def _codes_of(batch: Batch) -> str:
    names = [code.name for code in Code if code.batch is batch]
    return ", ".join(f"[`{name}`](#{name.lower()})" for name in names)


def _anchor(title: str) -> str:
    """Return what a heading is linked by, as GitHub makes it."""
    return re.sub(r"[^a-z0-9 _-]", "", title.lower()).replace(" ", "-")


def _quoted(words: str) -> str:
    return re.sub(r"([*_<\[\]])", r"\\\1", words)


def live_page() -> str:
    """Return the page of what a return shows by itself while it is filled in."""
    lines = [
        "# What a return shows while it is filled in",
        "",
        "The check beside a row, the colours of the row and the count on `Start here` follow what is typed. A row in",
        "which something is still to do is one that `dapf check` would find an error in, or a query that no comment",
        "explains; a test fills in returns of every framework, rightly and wrongly, and holds the two against each",
        "other. The sign-off is held to what `dapf check` says of it too.",
        "",
        *textwrap.wrap(EXPLAINED, 110),
        "",
        "| code | where | what it says | in what it differs |",
        "|---|---|---|---|",
        *(_row(f"`{code.name}`", live.where, live.says, live.note) for code, live in LIVE.items()),
        "",
        "## What it cannot show",
        "",
        "| code | why |",
        "|---|---|",
        *(_row(f"`{code.name}`", why) for code, why in NOT_LIVE.items()),
        "",
        "Colours of a yellow cell go when something is pasted over it; those of the locked cells of its row, the check",
        "and the reference, stay, as do the words of the check. Merged cells cannot be seen by a formula.",
    ]
    return "\n".join(lines) + "\n"


def catalogue_page() -> str:
    """Return the page of the catalogue's tables and columns."""
    lines = [
        "# The catalogue",
        "",
        "One set of tables, as a workbook (a sheet a table: what a performance lead edits) or a folder of CSV files",
        "(what git holds). `dapf catalogue check` finds faults; `dapf catalogue export` turns one form into the other",
        "without loss. Columns that are not marked required may be empty. Several values in one cell are parted by",
        "semicolons. Percentages are on the 0 to 100 scale. Periods are written `2014-15-Q3`, `2014-15-H1`,",
        "`2014-15` or `2013-07-01/2014-09-30`.",
        "",
        f"Shorthand: {', '.join(f'`{symbol}` {words}' for symbol, words in (REPLACEMENTS | MARKERS).items())}.",
    ]
    for name, table in TABLES.items():
        optional = " (may be left out)" if name in OPTIONAL_TABLES else ""
        first = (table.__doc__ or "").splitlines()[0]
        lines += ["", f"## {name}{optional}", "", first, "", "| column | holds | kind | example |", "|---|---|---|---|"]
        for column, about in columns_of(table).items():
            kind = "one of " + ", ".join(about.choices) if about.choices else about.kind
            refers = f" ({about.refers_to})" if about.refers_to else ""
            refers += ", with /category where one is meant" if about.with_category else ""
            required = " **required**" if about.required else ""
            lines.append(f"| `{column}` | {_cell(about.words)} | {kind}{refers}{required} | {_cell(about.example)} |")
    return "\n".join(lines) + "\n"


def command_page() -> str:
    """Return the page of commands and options."""
    lines = [
        "# The command line",
        "",
        "Exit status: 0 clean, 1 findings of severity error, 2 misuse, nothing readable or nowhere to write. What",
        "people read goes to stderr; stdout holds paths, or with `--json` one document, whose form is described in",
        "`dapf_xl/output.schema.json`.",
    ]
    root = typer.main.get_command(app)
    for name, command in _commands(root, "dapf"):
        lines += ["", f"## {name}", "", (command.help or "").strip().splitlines()[0]]
        parameters = [parameter for parameter in command.params if parameter.name != "help"]
        lines += [""] if parameters else []
        for parameter in parameters:
            names = (
                ", ".join(parameter.opts)
                if parameter.opts[0].startswith("-")
                else (parameter.metavar or parameter.name or "").upper()
            )
            lines.append(f"- `{names}`: {getattr(parameter, 'help', '') or ''}")
    return "\n".join(lines) + "\n"


def _commands(command: Any, name: str) -> Iterator[tuple[str, Any]]:  # noqa: ANN401  (click's objects)
    inner = getattr(command, "commands", None)
    if inner is None:
        yield name, command
        return
    for each, sub in inner.items():
        yield from _commands(sub, f"{name} {each}")


def master_page() -> str:
    """Return the page of the master workbook's sheets and of the columns of ``Data``."""
    of_one = "Sheets, in the order of their tabs (of one framework's master, as an example):"
    lines = ["# The master workbook", "", of_one, ""]
    lines += [f"- **{page.name}**: {page.words or COVER}" for page in master.pages_of(_example())]
    lines += [
        "",
        "Where figures are given by category, **Breakdowns** follows Variance: each as a table, with a year before.",
    ]
    lines += ["", "Where a framework asks for evidence there is another, after Variance:", ""]
    lines += [f"- **{ASSURANCE}**: {assurance_sheet.WORDS}"]
    lines += ["", "## Columns of Data", ""]
    lines += [f"- `{column}`" for column in data_rows.DATA_COLUMNS]
    lines += ["", "## What a line of Variance is", "", "| column | holds |", "|---|---|"]
    lines += [f"| {column} | {_cell(words)} |" for column, words in tables.LINE_COLUMNS.items()]
    return "\n".join(lines) + "\n"


def frameworks_page() -> str:
    """Return the page of where everything lives that the source documents ask for."""
    lines = [
        "# The five documents, and where everything in them lives",
        "",
        "Every row and every thing asked for of the documents that the shipped frameworks come from, with the",
        "indicator, the item (or whatever else it became), whom it is asked of, and the sheets of the return and of",
        "the master on which it stands. What a document asks for is the table `origins` of each catalogue; the rest of",
        "a row is not typed in but found: a year's returns are issued and its masters written, and what stands on",
        "their sheets is looked up. A dash is nothing: a rule, for example, stands on no sheet, because it checks.",
        "`dapf catalogue places` writes the same page for a catalogue of your own.",
        "",
        "| Area | Document | Rows | Things asked for | Became nothing |",
        "|---|---|---|---|---|",
    ]
    parts: list[str] = []
    for path in catalogue.shipped().values():
        framework, lives = places.places_of(path)
        documents = dict.fromkeys(each.origin.document for each in lives)
        for document in documents:
            asked = [each.origin for each in lives if each.origin.document == document]
            rows, nothing = len({each.row for each in asked}), sum(not each.places for each in asked)
            lines.append(_row(framework.area, document, str(rows), str(len(asked)), str(nothing)))
        parts += ["", *places.page_of(framework, lives)]
    return "\n".join([*lines, *parts]) + "\n"


def _example() -> tables.MasterTables:
    """Return the tables of a round in which nothing was returned, for the names of its sheets."""
    framework = catalogue.load(catalogue.shipped()["cambridgeshire"])
    period = Period.parse("2014-15-Q3")
    figures = {each.key: each for each in published(framework)}
    current = Round(framework, period, figures, {}, {}, (), (), ())
    return tables.master_tables(current, variance.lines_of(current), datetime(2015, 1, 1, tzinfo=UTC))


WITHOUT_STATEMENT = "The figures among themselves"


def reconciliation_page() -> str:
    """Return the page of what `dapf reconcile` checks, and of all that it finds in the documents that are shipped."""
    lines = [
        "# Published figures against each other",
        "",
        "`dapf reconcile CATALOGUE` holds what published documents say against the figures of the catalogue's",
        "`history` (of a workspace: against those that were returned, too), and the figures against their parts. It",
        "prints what does not fit with both places, both values and whom to ask, then what cannot be checked and why.",
        "Its exit status is 1 where two published things contradict each other. It changes nothing, and decides",
        "nothing: which of two figures is right, only those who published them know.",
        "",
        "What a document says stands in the catalogue's table `statements`, a row a statement (columns:",
        "[catalogue.md](catalogue.md#statements-may-be-left-out)), or in a CSV file of the same columns that is given",
        "with `--statements`. Write a row for every figure, date and claim of a paper before it goes out.",
        "",
        "## Kinds of statement",
        "",
        "| kind | what is checked | what it needs |",
        "|---|---|---|",
        *(
            _row(f"`{kind}`", _first_line(check), "; ".join(NEEDED_BY_STATEMENT[kind]) or "nothing more")
            for kind, check in reconciliation.KINDS.items()
        ),
        "",
        "Without a statement, every total is held against its parts, every stated percentage against its numerator and",
        "denominator, every figure that a rule says is not more than another against that, and every half and year",
        "against its quarters. A figure is taken as rounded to the decimals that it is printed with; a suppressed one",
        "counts with its bounds; what is not published is never guessed: the check stays open.",
    ]
    for name in catalogue.shipped():
        lines += _reconciled(name)
    return "\n".join(lines) + "\n"


def _first_line(function: Any) -> str:  # noqa: ANN401  (any function)
    return (function.__doc__ or "").splitlines()[0]


def _reconciled(name: str) -> Iterator[str]:
    """Yield what is found in the documents of a framework."""
    made = reconciliation.reconcile(name)
    agree, differ, cannot = made.counts.values()
    yield from ("", f"## {made.framework.area}", "")
    yield f"{agree} checks agree, {differ} do not fit, {cannot} cannot be made."
    documents = dict.fromkeys(each.document for each in made.framework.statements)
    by_document = sorted(made.checks, key=lambda check: [*documents, check.document].index(check.document))
    grouped = groupby(by_document, key=lambda check: check.document if check.document in documents else "")
    for document, checks in [(title, list(some)) for title, some in grouped]:
        yield from _of_document(document or WITHOUT_STATEMENT, checks)


def _of_document(title: str, checks: list[reconciliation.Check]) -> Iterator[str]:
    agreeing = [check for check in checks if check.state == reconciliation.AGREES]
    kinds = ", ".join(
        f"{sum(check.kind == kind for check in agreeing)} {kind}"
        for kind in dict.fromkeys(check.kind for check in agreeing)
    )
    yield from ("", f"### {title}", "", f"{len(agreeing)} agree{f' ({kinds})' if kinds else ''}.")
    found = [(check, check.finding) for check in checks if check.finding is not None]
    if found:
        yield from (
            "",
            "| where | what it says | where else | what that says, or what was expected |  |",
            "|---|---|---|---|---|",
        )
    for check, finding in found:
        place = check.place or check.document
        yield _row(place, check.said, check.against, check.other, f"{finding.severity}: `{finding.code.name}`")
    if found:
        yield from ("", "In the words of the command:", "")
        yield from (f"- {_cell(finding.message)} *{_cell(finding.remedy)}*" for _, finding in found)
    unchecked = [check for check in checks if check.state == reconciliation.OPEN]
    if unchecked:
        yield from ("", "Cannot be checked:", "")
        yield from (f"- {check.place or check.document}: {check.said}: {check.why}." for check in unchecked)


def _row(*cells: str) -> str:
    return f"| {' | '.join(_cell(str(cell)) for cell in cells)} |"


def _cell(words: str) -> str:
    return words.replace("|", "\\|").replace("\n", " ")


PAGES = {
    "findings.md": findings_page,
    "live-checks.md": live_page,
    "catalogue.md": catalogue_page,
    "command-line.md": command_page,
    "master.md": master_page,
    "frameworks.md": frameworks_page,
    "reconciliation.md": reconciliation_page,
}


def main() -> None:
    """Write every page."""
    for name, page in PAGES.items():
        (DOCS / name).write_text(page(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
