"""A sheet of ratings for every strand or group, indicator by indicator; shows what ``Variance`` calculates."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from dapf_xl.master import paper_sheet, variance_sheet
from dapf_xl.master.common import (
    DASH,
    HEAD,
    REF_WIDTH,
    Column,
    Page,
    begin,
    colour_ratings,
    end,
    last_year_style,
    marked,
    measured,
    number_style,
    own_note,
    records,
    ref_width,
    sheet_names,
    write_heads,
)
from dapf_xl.readings import join_comments
from dapf_xl.styles import text_width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dapf_xl.master.common import Master, Row
    from dapf_xl.periods import Period
    from dapf_xl.tables import MasterTables
    from dapf_xl.workbooks import Sheet

NAMES = (
    "label", "indicator", "value", "target_text", "rag", "travel_short", "travel_long", "previous", "last_year", "ytd",
    "coverage", "comment",
)  # fmt: skip
_BACKGROUND = {"owner": (Column("Owner"), 15), "levels": (Column("Risk level"), 9)}
"""What stands beside the ratings of a framework whose catalogue knows it, by the names of ``LINE_COLUMNS``."""
_WIDTHS = (36, REF_WIDTH, 15, 16, 18, 13, 13, 14, 18, 14, 11, 38)
_LONG_TARGET, _WIDE = 40, 28
"""Column units from which a target takes so many lines that its column is made wider instead."""
_FIGURES = {"value": "shown", "previous": "previous_shown", "last_year": "last_year_shown", "ytd": "ytd_shown"}
_LABELS = {"main": "bold", "part": "part", "also": "also"}


def pages(tables: MasterTables) -> Sequence[Page]:
    """Return a sheet for each group that an indicator stands on, in the catalogue's order."""
    what = "strand" if tables.framework.settings.groups == "strand" else "group"
    return [
        Page(name, "ratings", f"Ratings of the {what} {group}.", partial(_write, group=group))
        for group, name in names_of(tables).items()
    ]


def names_of(tables: MasterTables) -> dict[str, str]:
    """Return the name of each group's sheet, by the group; none is a report's."""
    groups = (group for line in records(tables.lines) for group in line["groups"])
    return sheet_names(groups, paper_sheet.names_of(tables).values())


def lines_of(master: Master, group: str) -> list[tuple[int, Row]]:
    """Return the lines of a group, each with its place on ``Variance``."""
    return [(place, line) for place, line in enumerate(master.lines) if group in line["groups"]]


def ranges(master: Master, group: str) -> tuple[str, str]:
    """Return the columns of refs and of ratings on a group's sheet; parts and what stands beside have no ref."""
    sheet = names_of(master.tables)[group].replace("'", "''")
    last = HEAD + 1 + len(lines_of(master, group))
    return (f"'{sheet}'!$B${HEAD + 2}:$B${last}", f"'{sheet}'!$E${HEAD + 2}:$E${last}")


def _heads(period: Period) -> tuple[Column, ...]:
    return (
        Column("Indicator"),
        Column("Ref"),
        Column("Figure", "right"),
        Column("Target"),
        Column("RAG"),
        Column("Since previous quarter"),
        Column("Since last year"),
        Column(period.previous().words, "right"),
        Column(period.same_period_last_year().words, "right"),
        Column("Year to date", "right"),
        Column("Coverage", "right"),
        Column("Comment"),
    )


def _write(sheet: Sheet, master: Master, *, group: str) -> None:
    period = master.tables.period
    lead = (
        "Each indicator, its parts (set in) and what is reported beside it (in italics). Coverage: how many of the "
        f"figures asked for are in it. {DASH} means that there is nothing to rate or compare."
    )
    known = [name for name in _BACKGROUND if any(line[name] for line in master.lines)]
    widths = [*_widths(master, group), *(_BACKGROUND[name][1] for name in known)]
    begin(sheet, master, f"{group}: {period.words}", lead, widths)
    write_heads(sheet, [*_heads(period), *(_BACKGROUND[name][0] for name in known)])
    lines = lines_of(master, group)
    with_parts = {line["indicator"] for _, line in lines if line["role"] == "part"}
    for row, (place, line) in enumerate(lines, HEAD + 1):
        comment = comment_of(master, line, has_parts=line["indicator"] in with_parts)
        beside = {name: _background(line, name) for name in known}
        _write_line(sheet, row, place, line, {"label": label_of(master, line), "comment": comment, **beside})
    last = HEAD + max(len(lines), 1)
    colour_ratings(sheet, HEAD + 1, last, NAMES.index("rag"))
    end(sheet, last, len(NAMES) + len(known) - 1, frozen=1)


def _background(line: Row, name: str) -> str:
    """Return what the catalogue knows of an indicator; of its parts nothing more."""
    if line["role"] != "main":
        return ""
    return line[name] or ("who supplies it" if name == "owner" else DASH)


def _widths(master: Master, group: str) -> list[float]:
    """Return the columns' widths: long refs and targets get room, and the comments give it."""
    widths: list[float] = [*_WIDTHS]
    lines = [line for _, line in lines_of(master, group)]
    widths[1] = ref_width(lines)
    targets = [variance_sheet.target_words(line) for line in lines]
    if any(text_width(words) > _LONG_TARGET for words in targets):
        widths[NAMES.index("target_text")] = _WIDE
    widths[-1] -= sum(widths) - sum(_WIDTHS)
    return widths


def _write_line(sheet: Sheet, row: int, place: int, line: Row, words: Row) -> None:
    texts = {
        **words,
        "target_text": variance_sheet.target_words(line),
        "rag": marked(line["rating"]),
        "travel_short": line["travel_short"],
        "travel_long": line["travel_long"],
        "coverage": coverage_of(line),
        **{name: line[shown] or DASH for name, shown in _FIGURES.items() if line[name] is None},
    }
    sheet.put(row, 0, texts["label"], _LABELS[line["role"]])
    sheet.put(row, 1, line["indicator"] if line["role"] == "main" else None, "cell")
    for name in _FIGURES:
        write_figure(sheet, row, NAMES.index(name), place, line, name)
    sheet.put(row, NAMES.index("target_text"), texts["target_text"], "cell")
    if is_rated(line):
        sheet.formula(row, NAMES.index("rag"), variance_sheet.cell("rag", place), texts["rag"], "rag")
    else:
        texts["rag"] = DASH
        sheet.put(row, NAMES.index("rag"), DASH, "rag")
    for name in ("travel_short", "travel_long"):
        sheet.formula(row, NAMES.index(name), variance_sheet.cell(name, place), texts[name], "cell")
    sheet.put(row, NAMES.index("coverage"), texts["coverage"], "right")
    sheet.put(row, NAMES.index("comment"), texts["comment"], "cell")
    beside = [name for name in _BACKGROUND if name in words]
    for column, name in enumerate(beside, len(NAMES)):
        sheet.put(row, column, texts[name], "cell")
    texts["label"] = measured(line, texts["label"])
    texts["indicator"] = line["indicator"] if line["role"] == "main" else ""
    places = {name: place for place, name in enumerate([*NAMES, *beside])}
    sheet.fit_row(row, {places[name]: text for name, text in texts.items()})


def write_figure(sheet: Sheet, row: int, column: int, place: int, line: Row, name: str) -> None:  # noqa: PLR0913, PLR0917  (a cell and what it shows)
    """Show a figure of ``Variance``, or what stands there in its place."""
    cached = line[name] if line[name] is not None else line[_FIGURES[name]] or DASH
    written = last_year_style(line) if name == "last_year" else number_style(line)
    style = "right" if line[name] is None else written
    sheet.formula(row, column, variance_sheet.cell(name, place), cached, style)


def is_rated(line: Row) -> bool:
    """Say whether a rating says something of a line: of every indicator, and of a part with a target of its own."""
    return line["role"] == "main" or line["target_kind"] not in {"", "none"}


def label_of(master: Master, line: Row) -> str:
    """Return what a line is, with its span where that is not the round's quarter."""
    is_quarter = line["period"] == master.tables.period.words
    return str(line["label"]) if is_quarter else f"{line['label']} ({line['period']})"


def coverage_of(line: Row) -> str:
    """Return a line's coverage, with the markers that stand beside its figure."""
    return " ".join(part for part in (line["coverage"], line["markers"]) if part)


def comment_of(master: Master, line: Row, *, has_parts: bool) -> str:
    """Return what is said beside a line: the agencies' comments, and what is to be known of its target.

    The comments of parts stand beside these. What is always to be known of an indicator stands on ``Variance``.
    """
    comment = "" if has_parts and line["role"] == "main" else line["comment"]
    return join_comments([line["publication"], comment, own_note(master, line) if line["role"] == "main" else ""])


def group_of(master: Master, name: str) -> str:
    """Return the group that a sheet of ratings is for."""
    return next(group for group, sheet in names_of(master.tables).items() if sheet == name)
