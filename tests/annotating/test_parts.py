"""Changing a part of a workbook in place: only what is meant to change does, however the part was written."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dapf_xl.annotating.cells import SheetPart, column_of, letters_of
from dapf_xl.annotating.listing import MARK
from dapf_xl.annotating.looks import Looks
from dapf_xl.annotating.markup import DAMAGED, Edits, parsed, plain, quoted, tag_with
from dapf_xl.annotating.notes import Boxes, Comments, blocks_in
from dapf_xl.annotating.ods import _Change, _parted
from dapf_xl.findings import Severity

SHEET = '<worksheet xmlns="m"><sheetData>{}</sheetData>{}</worksheet>'


def sheet(rows: str, after: str = "") -> SheetPart:
    return SheetPart(SHEET.format(rows, after).encode())


# --- where things stand ---------------------------------------------------------------------------------


def test_an_element_knows_its_bytes_whatever_stands_in_its_attributes() -> None:
    xml = '<a x="1 > 0" y=\'"/>\'><b z="é"/>tëxt<c>y</c ></a>'.encode()
    root = parsed(xml)
    assert [xml[each.start : each.end].decode() for each in root.children] == ['<b z="é"/>', "<c>y</c >"]
    assert xml[root.inside : root.close].decode() == '<b z="é"/>tëxt<c>y</c >'
    assert root.text == "tëxty"


@pytest.mark.parametrize("xml", [b"", b"<a>", b"<a></b>", b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', b"\x00"])
def test_what_is_not_well_formed_is_refused(xml: bytes) -> None:
    with pytest.raises(DAMAGED):
        parsed(xml)


def test_edits_change_what_they_name_and_nothing_else() -> None:
    xml = b'<a><b x="1"/>text<c></c></a>'
    root = parsed(xml)
    edits = Edits(xml)
    edits.set(root.children[0], x="2", y='<&">')
    edits.append(root.children[1], "<d/>")
    edits.append(root, "<e/>")
    assert edits.done() == b'<a><b x="2" y="&lt;&amp;&quot;&gt;"/>text<c><d/></c><e/></a>'


def test_two_edits_of_the_same_bytes_are_refused() -> None:
    edits = Edits(b"<a/>")
    edits.replace(0, 4, "x")
    edits.replace(1, 2, "y")
    with pytest.raises(ValueError, match="overlap"):
        edits.done()


@given(st.text())
def test_any_text_can_stand_in_a_part_and_in_an_attribute(text: str) -> None:
    made = f"<a b={quoted(text)}>{plain(text)}</a>".encode("ascii", "xmlcharrefreplace")
    allowed = re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]", "", text)
    root = parsed(made)
    assert root.text == re.sub("\r\n?", "\n", allowed)
    assert root.attributes["b"].split() == allowed.split()


def test_an_attribute_is_set_changed_and_taken_away() -> None:
    assert tag_with("<x a='1' ab=\"2\"/>", a="3", b="4") == '<x a="3" ab="2" b="4"/>'
    assert tag_with('<x a="1">', a=None) == "<x>"


@given(st.integers(1, 16_384))
def test_columns_have_letters_and_letters_columns(column: int) -> None:
    assert column_of(f"{letters_of(column)}7") == column


# --- cells ----------------------------------------------------------------------------------------------

CASES = [
    pytest.param(
        '<row r="7" spans="1:3"><c r="A7" s="1"><v>5</v></c></row>', (7, 1),
        '<row r="7" spans="1:3"><c r="A7" s="9"><v>5</v></c></row>', id="there",
    ),
    pytest.param(
        '<row r="7"><c r="A7"/><c r="C7"/></row>', (7, 2),
        '<row r="7"><c r="A7"/><c r="B7" s="9"/><c r="C7"/></row>', id="between_two",
    ),
    pytest.param('<row r="7"><c r="B7"/></row>', (7, 1), '<row r="7"><c r="A7" s="9"/><c r="B7"/></row>', id="first"),
    pytest.param(
        '<row r="7" spans="1:3"/>', (7, 5), '<row r="7"><c r="E7" s="9"/></row>', id="in_an_empty_row_beyond_its_span"
    ),
    pytest.param(
        '<row r="5"/><row r="9"/>', (7, 1), '<row r="5"/><row r="7"><c r="A7" s="9"/></row><row r="9"/>', id="new_row"
    ),
    pytest.param('<row r="9"/>', (7, 1), '<row r="7"><c r="A7" s="9"/></row><row r="9"/>', id="new_first_row"),
    pytest.param("", (7, 1), '<row r="7"><c r="A7" s="9"/></row>', id="no_rows"),
    pytest.param(
        "<row><c/></row><row><c/><c><v>1</v></c></row>", (2, 2),
        '<row><c/></row><row><c/><c s="9"><v>1</v></c></row>', id="without_addresses",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "place", "expected"), CASES)
def test_a_cell_gets_a_style_and_is_made_where_it_is_not_there(
    rows: str, place: tuple[int, int], expected: str
) -> None:
    part = sheet(rows)
    part.restyle({place: 9})
    assert part.done().decode() == SHEET.format(expected, "")


def test_a_cell_that_is_not_there_looks_as_its_row_or_column_does() -> None:
    columns = '<worksheet><cols><col min="2" max="4" style="3"/></cols><sheetData><row r="7" s="5" customFormat="1"/>'
    part = SheetPart(f'{columns}<row r="8" s="5"/></sheetData></worksheet>'.encode())
    assert [part.style_at(7, 2), part.style_at(8, 2), part.style_at(9, 3), part.style_at(9, 9)] == [5, 3, 3, 0]


def test_the_notes_drawing_stands_where_the_format_wants_it() -> None:
    part = sheet("", "<pageSetup/><drawing/><legacyDrawingHF/><extLst/>")
    part.refer_to_notes("rId7", "r")
    assert '<drawing/><legacyDrawing xmlns:r="r" r:id="rId7"/><legacyDrawingHF/>' in part.done().decode()


def test_rows_far_below_a_return_take_no_room() -> None:
    rows = "".join(f'<row r="{number}" s="1" customFormat="1"/>' for number in range(1, 50_001))
    part = sheet(rows)
    assert len(part.rows) < 10_000
    part.restyle({(7, 1): 9})
    assert part.done().count(b"<row ") == 50_000


# --- styles ---------------------------------------------------------------------------------------------

STYLES = (
    b'<styleSheet><fonts count="1"><font/></fonts><fills count="1"><fill/></fills>'
    b'<borders count="1"><border/></borders>'
    b'<cellXfs count="2"><xf borderId="0" fillId="0"/><xf fillId="0" applyProtection="1">'
    b'<protection locked="0"/></xf></cellXfs></styleSheet>'
)


def test_a_marked_style_is_the_same_but_for_its_frame() -> None:
    looks = Looks(STYLES)
    assert [looks.marked(1, Severity.QUERY), looks.marked(1, Severity.QUERY), looks.marked(0, Severity.ERROR)] == [
        2,
        2,
        3,
    ]
    made = looks.done().decode()
    assert '<xf fillId="0" applyProtection="1" borderId="1" applyBorder="1"><protection locked="0"/></xf>' in made
    assert '<xf borderId="2" fillId="1" applyBorder="1" applyFill="1"/>' in made
    assert '<cellXfs count="4">' in made
    assert '<borders count="3">' in made


def test_frames_of_different_severities_differ_in_line_and_not_only_in_colour() -> None:
    looks = Looks(STYLES)
    for severity in Severity:
        looks.marked(0, severity)
    assert len(set(re.findall(r'<left style="(\w+)"', looks.done().decode()))) == len(Severity)


def test_styles_that_are_incomplete_are_refused() -> None:
    with pytest.raises(ValueError, match="incomplete"):
        Looks(b"<styleSheet><cellXfs/></styleSheet>")


# --- notes ----------------------------------------------------------------------------------------------


def test_notes_are_added_and_taken_away_without_a_trace() -> None:
    there = (
        b'<comments xmlns="m"><authors><author>A</author></authors><commentList><comment ref="B2" authorId="0"><text>'
        b"<t>theirs</t></text></comment></commentList></comments>"
    )
    made, boxed = Comments(there).with_notes({"B2": f"{MARK}\n\nours", "C3": f"{MARK}\n\nours"})
    assert boxed == ["C3"]
    assert Comments(made).noted == ["B2", "C3"]
    after, gone = Comments(made).without_ours()
    assert gone == {"C3"}
    left = Comments(after)
    assert left.noted == []
    assert [(cell, note.text) for cell, note in left.notes.items()] == [("B2", "theirs")]


def test_more_notes_than_one_block_of_ids_has_room_for() -> None:
    taken = {1}

    def free() -> int:
        taken.add(max(taken) + 1)
        return max(taken)

    boxes = Boxes(None, free)
    cells = [f"A{row}" for row in range(1, 2_501)]
    boxes.add(cells, dict.fromkeys(cells, "note"), sheet(""))
    ids = re.findall(rb'id="_x0000_s(\d+)"', boxes.vml)
    assert len(set(ids)) == len(cells)
    assert {int(each) // 1024 for each in ids} == blocks_in(boxes.vml) == {2, 3, 4}
    boxes.remove(cells)
    assert b"<v:shape " not in boxes.vml
    parsed(boxes.vml)


# --- OpenDocument ---------------------------------------------------------------------------------------


def test_a_row_that_stands_for_many_is_parted_where_one_cell_of_one_changes() -> None:
    row = (
        b'<table:table-row table:number-rows-repeated="5"><table:table-cell table:number-columns-repeated="3"/>'
        b"<table:table-cell><text:p>x</text:p></table:table-cell></table:table-row>"
    )
    made = _parted(row, 10, 5, {13: {1: _Change("framed", f"{MARK}\nwords")}}).decode()
    assert made == (
        '<table:table-row table:number-rows-repeated="2"><table:table-cell table:number-columns-repeated="3"/>'
        "<table:table-cell><text:p>x</text:p></table:table-cell></table:table-row>"
        '<table:table-row><table:table-cell/><table:table-cell table:style-name="framed"><office:annotation>'
        f"<dc:creator>dapf</dc:creator><text:p>{MARK}</text:p><text:p>words</text:p></office:annotation>"
        "</table:table-cell><table:table-cell/><table:table-cell><text:p>x</text:p></table:table-cell></table:table-row>"
        '<table:table-row table:number-rows-repeated="2"><table:table-cell table:number-columns-repeated="3"/>'
        "<table:table-cell><text:p>x</text:p></table:table-cell></table:table-row>"
    )


def test_their_note_stays_when_ours_is_taken_off_a_cell() -> None:
    row = (
        "<table:table-row><table:table-cell><office:annotation><text:p>théirs</text:p></office:annotation>"
        "<text:p>5</text:p></table:table-cell></table:table-row>"
    ).encode()
    marked = _parted(row, 0, 1, {1: {0: _Change("", f"{MARK}\nours")}})
    assert b"ours" in marked
    assert _parted(marked, 0, 1, {}) == row
