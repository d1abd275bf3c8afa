"""Rows far below a table are left out, counted and named, however they are written."""

from __future__ import annotations

import pytest

from dapf_xl.returns.sounding import sound

SPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
EMPTY = '<row r="{0}"/>'
FORMATTED = '<row r="{0}" spans="1:2"><c r="A{0}" s="1"/><c r="B{0}" s="1"/></row>'
FILLED = '<row r="{0}"><c r="A{0}" s="1"/><c r="B{0}"><v>7</v></c></row>'
SPREAD = '<row r="{0}">\n <c r="A{0}" s="1"/>\n</row>\n'
PREFIXED = '<x:row xmlns:x="urn:x" r="{0}"><x:c r="A{0}"/></x:row>'


@pytest.mark.parametrize(
    ("rows", "far"),
    [
        ([EMPTY] * 3, []),
        ([FORMATTED] * 3, []),
        ([FORMATTED, EMPTY, FILLED, FORMATTED, FORMATTED, SPREAD], ["B10003"]),
        ([SPREAD, FORMATTED, SPREAD, FILLED, FILLED], ["B10004", "B10005"]),
        ([FILLED] * 7, ["B10001", "B10002", "B10003", "B10004", "B10005"]),
        ([PREFIXED, FORMATTED, PREFIXED], []),
    ],
    ids=["empty", "formatted", "mixed", "spread", "many_filled", "of_another_space"],
)
def test_far_rows_are_counted_once_and_what_is_in_them_is_named(rows: list[str], far: list[str]) -> None:
    written = "".join(row.format(10_001 + number) for number, row in enumerate(rows))
    near = '<row r="9"><c r="A9"><v>1</v></c></row><row r="9999"><c r="A9999" s="1"/></row>'
    xml = f'<worksheet xmlns="{SPACE}"><sheetData>{near}{written}</sheetData><rowBreaks/></worksheet>'
    made = sound(xml.encode())
    assert (made.far_rows, list(made.far)) == (len(rows), far)
    assert b'r="A9"' in made.xml
    assert b'r="9999"' in made.xml
    assert b'r="10' not in made.xml
