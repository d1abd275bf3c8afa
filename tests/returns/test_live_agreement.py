"""What a return says while it is filled in is what ``dapf check`` finds in it: the same rows, no more and no fewer."""

from __future__ import annotations

import os
from collections import Counter
from typing import TYPE_CHECKING

from python_calamine import CalamineWorkbook

from dapf_xl import catalogue
from dapf_xl.findings import Batch, Severity
from dapf_xl.returns.layout import ENTRY_TABLES, START
from dapf_xl.returns.live_codes import LIVE, Shown
from dapf_xl.returns.reading import read_return
from dapf_xl.returns.row_checks import OUTSTANDING
from dapf_xl.rules import Context, check_returns
from tests.returns.mistakes import filled_returns
from tests.synthetic.test_sweep import every_rule

if TYPE_CHECKING:
    from pathlib import Path

    from dapf_xl.findings import Finding
    from tests.conftest import Office
    from tests.returns.mistakes import Filled

FULL = os.environ.get("DAPF_FULL") == "1"
SEEDS = range(12 if FULL else 1)
AGENCIES = 20 if FULL else 4
NAMES = [*catalogue.shipped(), "every rule"]

Row = tuple[str, int]


def outstanding(finding: Finding) -> bool:
    """Say whether something is to be done about a finding before the figure is taken."""
    if finding.severity is Severity.QUERY:
        return not finding.remedy.startswith("Nothing to do")
    return finding.severity is Severity.ERROR


def found_in(filled: Filled) -> tuple[dict[Row, str], bool]:
    """Return the rows in which the checks find something that a return can say by itself, and whether it is signed.

    They read the file as it was typed: LibreOffice makes a number of TRUE or FALSE in a cell for numbers.
    """
    today = filled.plan.period.due(30)
    context = Context(framework=filled.framework, period=filled.plan.period, known=filled.known, today=today)
    (one,) = check_returns(context, [read_return(filled.path)]).returns
    assert one.read.entries
    signed = not any(each.code in LIVE for each in one.findings if each.code.batch is Batch.SIGN_OFF)
    return {
        (each.sheet, int(each.cell.lstrip("ABCDEFGHIJKLMNOP"))): each.code.name
        for each in one.findings
        if outstanding(each) and each.code in LIVE and LIVE[each.code].where is Shown.CHECK
    }, signed


def said_in(filled: Filled, path: Path) -> tuple[dict[Row, str], str]:
    """Return the rows whose check says that something is to do, and what ``Start here`` says."""
    book = CalamineWorkbook.from_path(path)
    said = {}
    for sheet, lines in filled.plan.lines.items():
        cells = book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
        for row in {line.row for line in lines if line.asked}:
            words = str(cells[row - 1][ENTRY_TABLES[sheet].index("check")])
            assert words, (path.name, sheet, row)
            if words.startswith(OUTSTANDING):
                said[sheet, row] = words
    return said, str(book.get_sheet_by_name(START).to_python(skip_empty_area=False)[3][1])


def test_a_return_says_what_the_checks_find(office: Office, tmp_path: Path) -> None:
    """Made-up returns of every framework, filled in rightly and wrongly, calculated in LibreOffice."""
    filled = [
        one
        for name in NAMES
        for seed in SEEDS
        for one in filled_returns(
            every_rule() if name == "every rule" else catalogue.load(catalogue.shipped()[name]),
            seed,
            tmp_path,
            AGENCIES,
        )
    ]
    differ, codes, signed = [], Counter[str](), Counter[bool]()
    for one, path in zip(filled, office.recalculate_all([each.path for each in filled]), strict=True):
        (found, is_signed), (said, ready) = found_in(one), said_in(one, path)
        signed[is_signed] += 1
        codes.update(found.values())
        differ += [
            (path.name, *row, found.get(row, ""), said.get(row, "")) for row in sorted(found.keys() ^ said.keys())
        ]
        still = len(said) + (not is_signed)
        words = (
            "● Ready" if not still else f"○ Not ready to return: {still} thing{'s' if still > 1 else ''} still to do:"
        )
        assert ready.startswith(words), path.name
    assert differ == []
    assert len(codes) > 10, codes
    assert min(signed[True], signed[False]), signed
