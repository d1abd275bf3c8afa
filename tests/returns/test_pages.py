"""How a sheet prints, in one way of saying it."""

from __future__ import annotations

import pytest

from dapf_xl.returns.pages import margin, page_of, printed_of, with_printed

USUAL = (
    b'<pageMargins left="1"/><pageSetup paperSize="9" orientation="landscape"/><headerFooter>'
    b"<oddFooter>&amp;L&amp;8Marked &amp;amp;&amp;amp; sent&amp;R&amp;8Page &amp;P of &amp;N</oddFooter></headerFooter>"
)


@pytest.mark.parametrize(
    "text",
    [
        "&L&8Marked&R&8Page &P of &N",
        "&L&8 Marked&R&8 Page &P of &N",
        '&L&"Arial,Bold"&8&KFF0000Marked&R&BPage&B &P of &N',
        "&R&K01+034Page &P of &N&L&U&IMarked",
        "&lMarked&RPage &p of &n",
    ],
)
def test_fonts_and_sizes_do_not_count(text: str) -> None:
    assert margin(text) == "left: Marked; right: Page (page) of (pages)"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", ""), ("&L&8", ""), ("Middle", "centre: Middle"), ("&CA&&B", "centre: A&B"), ("&L&G", "left: (picture)"),
        ("&LA\nB", "left: A B"), ("&LA&LB", "left: A B"), ("&R&D &F", "right: (date) (file)"),
    ],
)  # fmt: skip
def test_what_is_printed_counts(text: str, says: str) -> None:
    assert margin(text) == says


def test_first_and_even_pages_follow_unless_they_are_switched_on() -> None:
    page = page_of(USUAL, b"", "Return")
    assert page["footer"] == page["first footer"] == page["even footer"] != ""
    assert page["header"] == ""
    own = b'<headerFooter differentFirst="true"><firstFooter>&amp;LFree</firstFooter>'
    other = USUAL.replace(b"<headerFooter>", own)
    assert page_of(other, b"", "Return")["first footer"] == "left: Free"
    assert page_of(other.replace(b"true", b"false"), b"", "Return") == page


def test_paper_and_direction() -> None:
    assert page_of(USUAL, b"", "Return")["paper"] == "A4 landscape"
    assert page_of(b"", b"</sheetData><pageMargins/></worksheet>", "Return")["paper"] == "Letter portrait"
    assert page_of(b"", b'<pageSetup paperSize="77"/>', "Return")["paper"] == "paper of kind 77 portrait"


def test_what_is_printed_of_a_sheet() -> None:
    names = (
        b'<definedNames><definedName name="_xlnm.Print_Area" localSheetId="1">\'Start here\'!$A$1:$C$9</definedName>'
        b'<definedName hidden="0" localSheetId="0" name="_xlnm.Print_Titles">Return!$5:$5</definedName></definedNames>'
    )
    found = printed_of(names)
    assert page_of(with_printed(USUAL, found[1]), b"", "Start here")["area"] == "A1:C9"
    assert page_of(with_printed(USUAL, found[0]), b"", "Return")["titles"] == "5:5"
    assert page_of(with_printed(USUAL, {}), b"", "Return")["area"] == ""
