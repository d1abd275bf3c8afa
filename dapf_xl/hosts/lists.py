"""What the drop-downs of the control workbook offer, on its hidden sheet of lists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dapf_xl.findings import AmendError
from dapf_xl.hosts import control_sheet as at
from dapf_xl.observations import shorthand_choices
from dapf_xl.rules.schema import label_of
from dapf_xl.workspace import quarter_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dapf_xl.catalogue import Framework
    from dapf_xl.hosts.excel import Desk
    from dapf_xl.periods import Period


def put(book: Any, first: str, rows: Sequence[Sequence[object]], columns: int = 1) -> None:  # noqa: ANN401
    """Put a list, rows of as many columns, where it begins on the sheet of lists, in place of what stood there."""
    sheet = book.sheets[at.LISTS]
    row, column = int(first[1:]), ord(first[0]) - ord("A") + 1
    sheet.range((row, column), (row + at.LONGEST_LIST - 1, column + columns - 1)).clear_contents()
    kept = rows[: at.LONGEST_LIST]
    if kept:
        sheet.range((row, column), (row + len(kept) - 1, column + columns - 1)).value = [list(each) for each in kept]


def put_figures(book: Any, framework: Framework, quarter: Period) -> None:  # noqa: ANN401  (a book of xlwings)
    """Put the figures that a round asks for, by agency, and the shorthand that may stand for them."""
    rows = []
    for agency in framework.agencies.values():
        for each in framework.asked(quarter, agency.id):
            label = label_of(framework, each.item.id, each.category)
            words = f"{each.id}  {label}"
            rows.append((agency.name, words))
    put(book, at.FIGURES_AT, rows, at.FIGURE_COLUMNS)
    put(book, at.AGENCIES_AT, [[name] for name in dict.fromkeys(row[0] for row in rows)])
    threshold = framework.settings.disclosure_threshold or 0
    put(book, at.SHORTHANDS_AT, [[words] for words in shorthand_choices(threshold)])


def chosen_figure(desk: Desk) -> tuple[str, str, str]:
    """Return agency, item and category of the figure that is chosen for amending.

    Raises:
        AmendError: none is, or it is none of the round's.
    """
    name, words = desk.text(at.AMEND_AGENCY, at.AMEND), desk.text(at.AMEND_FIGURE, at.AMEND)
    if not name or not words:
        raise AmendError(f"Choose an agency in {at.AMEND_AGENCY} and a figure in {at.AMEND_FIGURE} first.")
    framework = desk.workspace.framework
    for agency in framework.agencies.values():
        if agency.name == name:
            for each in framework.asked(quarter_of(desk.period), agency.id):
                if words.split("  ", 1)[0] == each.id:
                    return agency.id, each.item.id, each.category
    raise AmendError(f"{words} is not asked of {name} in this period: choose it again from the lists.")
