"""OpenDocument spreadsheets that say something in two ways, of which programs show one or the other.

Of Excel's workbooks `tests/mutation/kinds_writing.py` holds the same.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dapf_xl.returns.reading import read_return
from tests.returns.hostile import archived, parts_of

ODS = Path(__file__).parents[1] / "corpus" / "idva_libreoffice.ods"
CELL = re.compile(
    r'<table:table-cell [^>]*office:value-type="(?:float|percentage)"[^>]*><text:p>[^<]*</text:p></table:table-cell>'
)
WORDS = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'


def returned(tmp_path: Path, cell: str) -> Path:
    """A return whose first figure stands in another cell."""
    parts = parts_of(ODS.read_bytes())
    xml = parts["content.xml"].decode()
    start = next(found for found in re.finditer(r"<table:table-row(?:(?!</table:table-row>).)*@20", xml, re.DOTALL))
    figures = [found for found in CELL.finditer(xml, start.start()) if "content-validation" in found[0]]
    first = figures[0]
    assert "formula" not in first[0]
    parts["content.xml"] = (xml[: first.start()] + cell.replace("OLD", first[0]) + xml[first.end() :]).encode()
    path = tmp_path / "a.ods"
    path.write_bytes(archived(parts))
    return path


def first_value(path: Path) -> object:
    read = read_return(path)
    assert read.findings == []
    values = [entry.value for entry in read.entries if entry.value is not None]
    return values[0]


KIND = '<table:table-cell office:value-type="{}" {}><text:p>40</text:p></table:table-cell>'
REPEATED = '<table:table-cell table:number-columns-repeated="{}"/>OLD'


@pytest.mark.parametrize(
    "cell",
    [
        pytest.param(
            KIND.format("", 'office:value="4"').replace('office:value-type="" ', ""),
            id="no_kind",
        ),
        pytest.param(KIND.format("string", 'office:string-value="4"'), id="another_text"),
        pytest.param(KIND.format("float", 'office:value="40" calcext:value-type="string"'), id="two_kinds"),
        pytest.param(WORDS.format("4<text:hidden-text>0</text:hidden-text>"), id="text_that_is_left_out"),
        pytest.param(WORDS.format("<text:span>4<text:sheet-name>0</text:sheet-name></text:span>"), id="field"),
        pytest.param(REPEATED.format(0), id="repeated_not_once"),
        pytest.param(REPEATED.format(-3), id="repeated_backwards"),
    ],
)
def test_it_is_refused_by_name(tmp_path: Path, cell: str) -> None:
    read = read_return(returned(tmp_path, cell))
    assert [each.code.name for each in read.findings] == ["FILE_READS_TWO_WAYS"]
    assert read.entries == []


@pytest.mark.parametrize("number", ["4_0", "\uff14\uff10", " 40", "0x28", "NaN", "inf", "40,5", ""])
def test_a_number_that_programs_read_differently_is_an_error(tmp_path: Path, number: str) -> None:
    cell = f'<table:table-cell office:value-type="float" office:value="{number}"><text:p>40</text:p></table:table-cell>'
    read = read_return(returned(tmp_path, cell))
    assert [entry.value for entry in read.entries if entry.trouble == "error"] == ["40"]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("4<office:annotation><text:p>0</text:p></office:annotation>", id="comment"),
        pytest.param("4<text:note><text:note-body><text:p>0</text:p></text:note-body></text:note>", id="footnote"),
        pytest.param(
            "<text:ruby><text:ruby-base>4</text:ruby-base><text:ruby-text>0</text:ruby-text></text:ruby>", id="r"
        ),
        pytest.param("<text:span>4</text:span><!-- 0 -->", id="in_pieces"),
    ],
)
def test_a_text_is_what_it_shows(tmp_path: Path, text: str) -> None:
    assert first_value(returned(tmp_path, WORDS.format(text))) == "4"
