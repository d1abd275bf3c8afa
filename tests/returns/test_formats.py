"""Formats that a condition turns on: what they say of each cell, and whether a figure shows under them."""

from __future__ import annotations

import pytest

from dapf_xl.returns.formats import Format, FormatLook, beyond, by_cell, cells_of, disguised, scale
from dapf_xl.returns.looks import UNSEEN, Look, Looks
from dapf_xl.returns.number_formats import AS_ANOTHER, AS_NUMBER, EVEN_ZERO, NO_TEXT, NO_ZERO
from dapf_xl.returns.xlsx_formats import formats_of

YELLOW = Look(number="#,##0", fill="FFF7BF", colour="0B0C0C")
OWN = 'LEFT($M7,44)="Correct: more than 100%; type the % sign too"'


def shows(*formats: Format, cell: Look = YELLOW) -> str:
    return disguised(formats, Looks((cell,), {"J7": 0, "J9": 0}, {}, {}), {ord("J")}).get("J7", "")


@pytest.mark.parametrize(
    ("look", "shown"),
    [
        (FormatLook(fills=("FFDD00",)), ""),
        (FormatLook(colour="FFF7BF"), UNSEEN),
        (FormatLook(colour="FFF7BF", fills=("0B0C0C",)), ""),
        (FormatLook(fills=("0B0C0C",)), UNSEEN),
        (FormatLook(fills=("gradient",)), ""),
        (FormatLook(font="Wingdings 11"), UNSEEN),
        (FormatLook(font="bold"), ""),
        (FormatLook(replaces=True), UNSEEN),
        (FormatLook(number="#,##0.00"), ""),
        (FormatLook(number="0%"), AS_ANOTHER),
        (FormatLook(number='"7"'), EVEN_ZERO),
        (FormatLook(number="[White]0"), UNSEEN),
        (FormatLook(number="0;-0;"), f"{AS_NUMBER}{NO_ZERO}"),
        (FormatLook(number="dd mmm"), AS_ANOTHER),
    ],
)
def test_how_a_number_shows_under_a_format(look: FormatLook, shown: str) -> None:
    assert shows(Format("J7", "TRUE", look)) == shown


def test_two_formats_can_hide_what_neither_does_alone() -> None:
    dark, light = FormatLook(fills=("111111",)), FormatLook(colour="FFFFFF", fills=("111111",))
    white = Look(number="0", fill="FFFFFF", colour="000000")
    assert shows(Format("J7", "A", light), cell=white) == ""
    grey = FormatLook(colour="767676")
    mid = FormatLook(fills=("757575",))
    assert shows(Format("J7", "A", grey), cell=white) == shows(Format("J7", "A", mid), cell=white) == ""
    assert shows(Format("J7", "A", grey), Format("J7", "B", mid), cell=white) == UNSEEN
    assert shows(Format("J7", "A", grey), Format("J8", "B", mid), cell=white) == ""
    assert shows(Format("J7", "A", dark), cell=white) == UNSEEN


def test_a_percentage_may_show_as_a_number_only_where_the_return_itself_says_why() -> None:
    percent = Look(number="0.0%", fill="FFF7BF", colour="0B0C0C")
    look = FormatLook(number="#,##0.0###")
    assert shows(Format("J7", OWN, look), cell=percent) == ""
    assert shows(Format("J7", f"OR(TRUE,{OWN})", look), cell=percent) == AS_ANOTHER
    assert shows(Format("J7", OWN, FormatLook(number=";;;")), cell=percent) == f"{EVEN_ZERO}{NO_TEXT}"


def test_a_scale_hides_what_lies_between_its_colours() -> None:
    black = Look(number="0", fill="", colour="808080")
    assert shows(Format("J7", "colorScale", FormatLook(fills=scale(["000000", "FFFFFF"]))), cell=black) == UNSEEN
    assert shows(Format("J7", "colorScale", FormatLook(fills=("000000", "FFFFFF"))), cell=black) == ""


@pytest.mark.parametrize("where", ["J7", "A7 J1:J9", "A1:XFD1048576", "$J$7:$J$8", "I5:K7"])
def test_a_format_holds_wherever_its_ranges_are(where: str) -> None:
    assert shows(Format(where, "TRUE", FormatLook(replaces=True))) == UNSEEN
    assert ("J", 7) in cells_of(where)


@pytest.mark.parametrize("where", ["J8", "K7", "A1:I99", "AJ7", ""])
def test_a_format_elsewhere_does_not(where: str) -> None:
    assert shows(Format(where, "TRUE", FormatLook(replaces=True))) == ""


@pytest.mark.parametrize(
    ("where", "far"),
    [
        ("J7:J9", []),
        ("AB7", ["AB7"]),
        ("J7 $AB$7:$AC$9", ["AB7:AC9"]),
        ("Y9:AA12", ["AA9:AA12", "Y11:Z12"]),
        ("J5000", ["J5000"]),
        ("A1:XFD1048576", ["AA1:XFD1048576", "A11:Z1048576"]),
        ("#REF!", []),
    ],
)
def test_what_lies_beyond_is_known_as_ranges(where: str, far: list[str]) -> None:
    assert [part for part, _ in beyond([(where, "TRUE")], 10)] == far


def test_beyond_a_rule_is_known_by_what_it_says_from_its_first_cell() -> None:
    assert beyond([("AB7", "AB7>1")], 10).keys() == beyond([("AB7", "AB7>1")], 10).keys()
    assert beyond([("AB7:AB8", "AB7>1")], 10).keys() != beyond([("AB7:AB8", "AB8>1")], 10).keys()


def test_the_whole_sheet_is_looked_at_as_far_as_it_is_used() -> None:
    assert len(cells_of("A1:XFD1048576", 20)) == 26 * 20


def test_what_is_said_of_a_cell_is_said_from_there() -> None:
    one, two, three = (
        {cell: [each.says for each in said] for cell, said in by_cell(formats, 99).items()}
        for formats in (
            [Format("J7:J8", '$M7="OK"'), Format("J7", '$M7="OK"')],
            [Format("J8", '$M8="OK"'), Format("J7", '$M7="OK"')],
            [Format("J7:J8", '$M8="OK"')],
        )
    )
    assert one == two
    assert one != three


def test_that_which_counts_first_is_first_wherever_it_stands() -> None:
    behind = (
        b'</sheetData><x:conditionalFormatting sqref="J7"><x:cfRule type="expression" priority="7">'
        b'<x:formula>B</x:formula></x:cfRule></x:conditionalFormatting><x:conditionalFormatting sqref="J7">'
        b'<x:cfRule type="cellIs" '
        b'operator="between" priority="2" stopIfTrue="1"><x:formula>1</x:formula><x:formula>2</x:formula></x:cfRule>'
        b"</x:conditionalFormatting></x:worksheet>"
    )
    first, second = formats_of(behind, b"", b"")
    assert (first.says, first.look.stops) == ("cellIs operator between 1 2", True)
    assert (second.says, second.look.stops) == ("B", False)


def test_what_is_no_xml_has_no_formats() -> None:
    assert formats_of(b"</sheetData><conditionalFormatting>", b"", b"") == ()
