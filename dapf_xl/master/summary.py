"""The sheet ``Summary``: how many of each rating, exceptions first, headlines, movements, and what is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from dapf_xl.consolidation import NOT_RETURNED
from dapf_xl.findings import sentence
from dapf_xl.master import assurance_sheet, ratings, variance_sheet
from dapf_xl.master.common import (
    ASSURANCE,
    DASH,
    HEAD,
    SUMMARY,
    Column,
    Page,
    band,
    begin,
    change_style,
    colour_ratings,
    marked,
    records,
    ref_width,
    returned_words,
    standings,
    write_heads,
)
from dapf_xl.readings import join_comments
from dapf_xl.styles import RATINGS
from dapf_xl.tables import WorkingTable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from dapf_xl.master.common import Master, Row
    from dapf_xl.tables import MasterTables
    from dapf_xl.workbooks import Sheet

_WIDTHS = (54, 7, 17, 19, 25, 17, 17, 17, 12)
_MOVEMENTS = 5
_FEW = 20
"""Below it official statistics mark what is worked out from a number as unreliable."""
_LEAD = (
    "Figures and ratings follow Variance and Settings; which lines are listed, and in what order, is as consolidated."
)
_NOT_ROUND_WORDS = "No return has been taken into this workbook: its figures are those already published."


def pages(tables: MasterTables) -> Sequence[Page]:
    """Return the sheet."""
    del tables
    return [
        Page(SUMMARY, "read_first", "Ratings counted, exceptions first, headlines, and who has not returned.", write)
    ]


def write(sheet: Sheet, master: Master) -> None:
    """Write the sections one under the other."""
    label, ref, *others = _WIDTHS
    more = ref_width(master.lines) - ref  # which the labels give
    begin(sheet, master, f"Summary, {master.tables.period.words}", _LEAD, [label - more, ref + more, *others])
    row = HEAD
    evidence = () if master.tables.assurance.empty else (_assurance,)
    for section in (_counts, _exceptions, _headlines, _movements, *evidence, _not_returned, _rejected, _held):
        row = section(sheet, master, row) + 2
    colour_ratings(sheet, HEAD + 1, row, _RAG)
    sheet.worksheet.freeze_panes(HEAD, 0)
    sheet.worksheet.print_area(0, 0, row - 2, len(_WIDTHS) - 1)
    sheet.worksheet.set_selection(HEAD, 0, HEAD, 0)


def _heading(sheet: Sheet, row: int, words: str) -> int:
    band(sheet, row, words, len(_WIDTHS))
    sheet.worksheet.set_row(row, 18)
    return row + 1


# --- how many of each rating ----------------------------------------------------------------------


def _counts(sheet: Sheet, master: Master, row: int) -> int:
    row = _heading(sheet, row, "Ratings of the indicators, and of each part of one whose parts are not added up")
    sheet.put(row, 0, "On the sheet", "head")
    sheet.put(row, 1, None, "head")
    for column, (name, look) in enumerate(RATINGS.items(), 2):
        sheet.put(row, column, look.words(name), f"rag_{name}")
    main = [line["rating"] for _, line in master.main_lines]
    roles, rated = variance_sheet.column("role", master), variance_sheet.column("rating", master)
    formulas = [f'COUNTIFS({roles},"main",{rated},"{_wildcard(name)}")' for name in RATINGS]
    row += 1
    sheet.put(row, 0, "All, each counted once", "bold")
    sheet.put(row, 1, None, "cell")
    _count_cells(sheet, row, formulas, main, "tally_bold")
    for page in master.pages:
        if page.tab == "ratings":
            row += 1
            _count_group(sheet, master, row, page)
    return _reasons(sheet, master, row + 1)


def _count_group(sheet: Sheet, master: Master, row: int, page: Page) -> None:
    group = ratings.group_of(master, page.name)
    refs, shown = ratings.ranges(master, group)
    formulas = [f'COUNTIFS({refs},"?*",{shown},"{look.mark} {_wildcard(name)}")' for name, look in RATINGS.items()]
    sheet.link(row, 0, page.name, group, style="cell_link")
    sheet.fit_row(row, {0: group})
    sheet.put(row, 1, None, "cell")
    _count_cells(
        sheet, row, formulas, [line["rating"] for _, line in master.main_lines if group in line["groups"]], "tally"
    )


def _wildcard(rating: str) -> str:
    return f"{rating}*" if rating == "Not rated" else rating


def _count_cells(sheet: Sheet, row: int, formulas: Sequence[str], rated: Sequence[str], style: str) -> None:
    for column, (name, formula) in enumerate(zip(RATINGS, formulas, strict=True), 2):
        sheet.formula(row, column, formula, sum(rating.startswith(name) for rating in rated), style)


def _reasons(sheet: Sheet, master: Master, row: int) -> int:
    """Count the reasons why indicators are not rated, the commonest first."""
    rated = [line["rating"] for _, line in master.main_lines if line["rating"].startswith("Not rated")]
    roles, column = variance_sheet.column("role", master), variance_sheet.column("rating", master)
    for rating in sorted(set(rated), key=lambda reason: (-rated.count(reason), reason)):
        row += 1
        sheet.put(row, 0, rating, "part")
        for blank in (1, 2, 3, 4):
            sheet.put(row, blank, None, "cell")
        sheet.formula(row, 5, f'COUNTIFS({roles},"main",{column},"{rating}")', rated.count(rating), "tally")
    return row


# --- lists of lines -------------------------------------------------------------------------------

_RAG = 4
_BESIDE = 5
_HEADS = (
    Column("Indicator"),
    Column("Ref"),
    Column("Figure", "right"),
    Column("Target"),
    Column("RAG"),
)


def _exceptions(sheet: Sheet, master: Master, row: int) -> int:
    row = _heading(sheet, row, "Exceptions: Red, then Amber")
    found = [pair for colour in ("Red", "Amber") for pair in master.main_lines if pair[1]["rating"] == colour]
    roles, rated = variance_sheet.column("role", master), variance_sheet.column("rating", master)
    count = "+".join(f'COUNTIFS({roles},"main",{rated},"{colour}")' for colour in ("Red", "Amber"))
    words = "Since this list was made the ratings have changed: Variance and the sheets of ratings show all of them."
    if found:
        row = _write_lines(sheet, master, row, found, Beside("From target", _write_from_target))
    else:
        sheet.put(row, 0, "No indicator is rated Red or Amber.", "plain")
    sheet.formula(row + 1, 0, f'IF({count}={len(found)},"","{words}")', "", "marking")
    return row


def _headlines(sheet: Sheet, master: Master, row: int) -> int:
    row = _heading(sheet, row, "Headlines")
    found = [pair for pair in master.main_lines if pair[1]["headline"]]
    if not found:
        sheet.put(row, 0, "The catalogue names no headline.", "plain")
        return row
    return _write_lines(sheet, master, row, found, Beside("Previous quarter", _write_previous))


class Beside(NamedTuple):
    """What a list of lines shows beside the rating."""

    head: str
    write: Callable[[Sheet, int, int, Row], None]


def _write_from_target(sheet: Sheet, row: int, place: int, line: Row) -> None:
    cached = DASH if line["from_target"] is None else line["from_target"]
    sheet.formula(row, _BESIDE, variance_sheet.cell("from_target", place), cached, change_style(line))


def _write_previous(sheet: Sheet, row: int, place: int, line: Row) -> None:
    ratings.write_figure(sheet, row, _BESIDE, place, line, "previous")


def _write_lines(sheet: Sheet, master: Master, row: int, found: Iterable[tuple[int, Row]], beside: Beside) -> int:
    """Write heads and a row a line, and return the last row."""
    heads = (
        *_HEADS,
        Column(beside.head, "right"),
        Column("Since previous quarter"),
        Column("Since last year"),
        Column("Coverage", "right"),
    )
    write_heads(sheet, heads, row)
    for place, line in found:
        row += 1
        _write_line(sheet, master, row, place, line)
        beside.write(sheet, row, place, line)
        _write_travel(sheet, row, _BESIDE + 1, place, line)
    return row


def _write_line(sheet: Sheet, master: Master, row: int, place: int, line: Row) -> None:
    label = join_comments([ratings.label_of(master, line), line["publication"]])
    rag = marked(line["rating"])
    target = variance_sheet.target_words(line)
    sheet.put(row, 0, label, "cell")
    sheet.put(row, 1, line["indicator"], "cell")
    ratings.write_figure(sheet, row, 2, place, line, "value")
    sheet.put(row, 3, target, "cell")
    sheet.formula(row, _RAG, variance_sheet.cell("rag", place), rag, "rag")
    sheet.fit_row(
        row,
        {
            0: label,
            1: line["indicator"],
            2: line["shown"],
            3: target,
            _RAG: rag,
            5: line["previous_shown"],
            6: line["travel_short"],
            7: line["travel_long"],
        },
    )


def _write_travel(sheet: Sheet, row: int, column: int, place: int, line: Row) -> None:
    for number, name in enumerate(("travel_short", "travel_long"), column):
        sheet.formula(row, number, variance_sheet.cell(name, place), line[name], "cell")
    sheet.put(row, column + 2, ratings.coverage_of(line), "right")


def _movements(sheet: Sheet, master: Master, row: int) -> int:
    """List the counts that moved most, by their share, and the percentages that moved most, in points.

    A summary is read aloud and copied: what must never be published is named below, without its figures.
    """
    row = _heading(sheet, row, f"Biggest movements since {master.tables.period.previous().words}")
    percentages = _most(master, "from_previous", percent=True)
    counts = _most(master, "from_previous_relative", percent=False)
    never = [line["indicator"] for _, line in master.main_lines if line["publication"] and _has_moved(line)]
    unlisted = f"Not listed, because it must never be published: {', '.join(never)}." if never else ""
    if not percentages and not counts:
        words = "No indicator has a figure for both quarters, or none moved."
        sheet.put(row, 0, words if not never else unlisted, "plain")
        return row
    heads = (
        Column("Indicator"), Column("Ref"), Column("Figure", "right"), Column("Previous quarter", "right"),
        Column("RAG"),
        Column("Change", "right"), Column("Change, %", "right"), Column("Travel"), Column("Coverage", "right"),
    )  # fmt: skip
    write_heads(sheet, heads, row)
    last = f"those of fewer than {_FEW} last"
    for words, lines in ((f"Percentages, by points; {last}", percentages), (f"Numbers, by share; {last}", counts)):
        if lines:
            row += 1
            for column in range(len(heads)):
                sheet.put(row, column, words if column == 0 else None, "bold")
        for place, line in lines:
            row += 1
            _write_movement(sheet, master, row, place, line)
    return _sentence(sheet, row + 1, unlisted) if never else row


def _most(master: Master, name: str, *, percent: bool) -> list[tuple[int, Row]]:
    """Return the lines that moved most; those of few, of which every change is a large one, come last."""
    moved = [
        (place, line)
        for place, line in master.main_lines
        if (line["kind"] == "percent") is percent and isinstance(line[name], float) and line[name]
        if _has_moved(line) and not line["publication"]
    ]
    return sorted(moved, key=lambda pair: (_is_of_few(pair[1]), -abs(pair[1][name])))[:_MOVEMENTS]


def _has_moved(line: Row) -> bool:
    """Say whether there is a change; a figure that is not whole has not moved, it is not all there."""
    return isinstance(line["from_previous"], float) and bool(line["from_previous"]) and not line["state"]


def _is_of_few(line: Row) -> bool:
    """Say whether a figure is about so few that a change of one or two cases is a large share of it."""
    if line["kind"] == "count":
        return bool(max(line["value"], line["previous"]) < _FEW)
    return "[u]" in line["markers"] or (line["denominator"] is not None and line["denominator"] < _FEW)


def _write_movement(sheet: Sheet, master: Master, row: int, place: int, line: Row) -> None:
    label, rag = ratings.label_of(master, line), marked(line["rating"])
    sheet.put(row, 0, label, "cell")
    sheet.put(row, 1, line["indicator"], "cell")
    for column, name in ((2, "value"), (3, "previous")):
        ratings.write_figure(sheet, row, column, place, line, name)
    sheet.formula(row, _RAG, variance_sheet.cell("rag", place), rag, "rag")
    sheet.formula(row, 5, variance_sheet.cell("from_previous", place), line["from_previous"], change_style(line))
    relative = line["from_previous_relative"]
    sheet.formula(
        row,
        6,
        variance_sheet.cell("from_previous_relative", place),
        DASH if relative is None else relative,
        "change_percent",
    )
    sheet.formula(row, 7, variance_sheet.cell("travel_short", place), line["travel_short"], "cell")
    sheet.put(row, 8, ratings.coverage_of(line), "right")
    sheet.fit_row(row, {0: label, 1: line["indicator"], _RAG: rag, 7: line["travel_short"]})


def _assurance(sheet: Sheet, master: Master, row: int) -> int:
    """Say how much evidence is overdue, with a link to all of it."""
    row = _heading(sheet, row, ASSURANCE)
    sheet.put(row, 0, sentence(assurance_sheet.overdue_words(master.tables)), "plain")
    sheet.link(row + 1, 0, ASSURANCE, f"All of it: {ASSURANCE}")
    return row + 1


# --- what is missing ------------------------------------------------------------------------------


def _not_returned(sheet: Sheet, master: Master, row: int) -> int:
    row = _heading(sheet, row, "Who has not returned")
    submissions = records(master.tables.submissions)
    if not submissions:
        return _sentence(sheet, row, _NOT_ROUND_WORDS)
    framework = master.tables.framework
    absent = [agency for agency, standing in standings(master.tables).items() if standing == NOT_RETURNED]
    if not absent:
        return _sentence(sheet, row, sentence(returned_words(master.tables)))
    asked = {each["agency"]: each["asked"] for each in submissions}
    figures = (
        (framework.agencies[agency].name, f"{asked[agency]:,} figure{'' if asked[agency] == 1 else 's'} asked")
        for agency in absent
    )
    last = _pairs(sheet, row, "Agency", "Asked", figures)
    return _sentence(sheet, last + 1, sentence(returned_words(master.tables)))


def _rejected(sheet: Sheet, master: Master, row: int) -> int:
    row = _heading(sheet, row, "Rejected returns, from which nothing was taken")
    rejected = [each for each in records(master.tables.submissions) if each["status"] == "Rejected"]
    if not rejected:
        return _sentence(sheet, row, "None.")
    return _pairs(sheet, row, "Agency", "Why", ((each["name"], each["reason"]) for each in rejected))


def _held(sheet: Sheet, master: Master, row: int) -> int:
    row = _heading(sheet, row, "Figures held in query, not counted until they are explained")
    data = master.tables.data
    held = records(WorkingTable(data[data["status"] == "held in query"]))
    if not held:
        return _sentence(sheet, row, "None.")
    agencies = master.tables.framework.agencies
    pairs = (
        (
            f"{each['indicator']}: {each['label']}",
            agencies[each["agency"]].name if each["agency"] in agencies else each["agency"],
        )
        for each in held
    )
    return _pairs(sheet, row, "Figure", "Agency", pairs)


_RIGHT = 2
"""Where the right column of a list of two begins."""


def _sentence(sheet: Sheet, row: int, words: str) -> int:
    sheet.put(row, 0, words, "plain")
    return row


def _pairs(sheet: Sheet, row: int, left: str, right: str, pairs: Iterable[tuple[str, str]]) -> int:
    """Write a list of two columns; the right one runs on over the empty columns beside it."""
    band(sheet, row, left, _RIGHT, style="head")
    band(sheet, row, right, len(_WIDTHS) - _RIGHT, first=_RIGHT, style="head")
    for first, second in pairs:
        row += 1
        sheet.put(row, 0, first, "cell")
        sheet.put(row, _RIGHT, second or DASH, "data")
        sheet.fit_row(row, {0: first})
    return row
