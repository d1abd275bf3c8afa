"""Values from the pieces of a sheet: what calamine reads, or none."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from typing import TYPE_CHECKING

import pytest
import python_calamine
from hypothesis import example, given
from hypothesis import strategies as st

from dapf_xl.returns.reading import read_return
from dapf_xl.returns.sounding import usual_sheet
from dapf_xl.returns.xlsx_values import kinds_of, strings_of, values_of
from tests.both_ways import BothWays, with_types

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dapf_xl.returns.troubles import Cells
    from tests.conftest import Office
    from tests.returns.conftest import Sent

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
FORMATS = ("General", "0", "0.0%", '#,##0;"−"#,##0;0', "@", "d mmmm yyyy", "yyyy-mm-dd", "h:mm", "[h]:mm", "0.00 \\d")
FORMATS += ("d\\ mmmm\\ yyyy", "#,##0;\\−#,##0;0", '0" dmy [h]"')
STYLES = (
    f'<styleSheet xmlns="{MAIN}"><numFmts count="{len(FORMATS)}">'
    + "".join(
        f'<numFmt numFmtId="{164 + number}" formatCode="{code.replace(chr(34), "&quot;")}"/>'
        for number, code in enumerate(FORMATS)
    )
    + '</numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="22"/><xf numFmtId="9"/>'
    + "".join(f'<xf numFmtId="{164 + number}"/>' for number in range(len(FORMATS)))
    + "</cellXfs></styleSheet>"
).encode()
STRINGS = (
    "<si><t>one</t></si>",
    '<si><t xml:space="preserve"> two\nlines </t></si>',
    "<si><t></t></si>",
    "<si><t>a &amp; b &lt;c&gt; &quot;d&quot; &apos;e&apos; &amp;lt;</t></si>",
    "<si><t>0</t></si>",
)
NOT_PLAIN = (
    "<si><t> trimmed</t></si>",
    "<si><t>a&#10;b</t></si>",
    "<si><t>a\r\nb</t></si>",
    "<si><t>a_x000D_b</t></si>",
    "<si><r><t>rich</t></r></si>",
    "<si><t>a</t><phoneticPr fontId='1'/></si>",
    "<si><t>a\x00b</t></si>",
)


def sheet_of(rows: str) -> bytes:
    return f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'.encode()


def table_of(strings: Sequence[str]) -> bytes:
    return f'<sst xmlns="{MAIN}">{"".join(strings)}</sst>'.encode()


def by_calamine(rows: str, strings: Sequence[str] = STRINGS) -> Cells:
    kinds = {"worksheet": "worksheets/sheet1.xml", "sharedStrings": "sharedStrings.xml", "styles": "styles.xml"}
    related = "".join(
        f'<Relationship Id="r{n}" Type="{OFFICE}/{kind}" Target="{kinds[kind]}"/>' for n, kind in enumerate(kinds)
    )
    sheet = '<sheets><sheet name="S" sheetId="1" r:id="r0"/></sheets>'
    top = f'<Relationship Id="r" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}">{top}</Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">{sheet}</workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}">{related}</Relationships>',
        "xl/worksheets/sheet1.xml": sheet_of(rows),
        "xl/sharedStrings.xml": table_of(strings),
        "xl/styles.xml": STYLES,
    }
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    made.seek(0)
    workbook = python_calamine.CalamineWorkbook.from_filelike(made)
    return workbook.get_sheet_by_name("S").to_python(skip_empty_area=False)


def own(rows: str, strings: Sequence[str] = STRINGS) -> Cells | None:
    usual, texts = usual_sheet(sheet_of(rows)), strings_of(table_of(strings))
    return None if usual is None or texts is None else values_of(usual.held, texts, kinds_of(STYLES))


KNOWN = (
    '<c r="{at}"{style}/>',
    '<c r="{at}"{style} />',
    '<c r="{at}"{style} t="s"><v>{string}</v></c>',
    '<c r="{at}"{style} t="str"><f>A1</f><v>{text}</v></c>',
    '<c r="{at}"{style} t="str"><v></v></c>',
    '<c r="{at}"{style} t="inlineStr"><is><t>{text}</t></is></c>',
    '<c r="{at}"{style} t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>',
    '<c r="{at}"{style}><f>A1</f><v></v></c>',
    '<c r="{at}"{style}><f>A1</f><v/></c>',
    '<c r="{at}"{style}><f>A1</f></c>',
    '<c r="{at}"{style} t="b"><v>1</v></c>',
    '<c r="{at}" t="b"><f>A1</f><v>0</v></c>',
    '<c r="{at}"><v>{number}</v></c>',
    '<c r="{at}" s="3" t="n"><v>{number}</v></c>',
    '<c r="{at}" s="7"><f>A1</f><v>{number}</v></c>',
    '<c r="{at}" s="1"><v>{day}</v></c>',
    '<c r="{at}" s="9"><v>{day}</v></c>',
    '<c r="{at}" s="14"><v>{day}</v></c>',
    '<c r="{at}" s="15"><v>{number}</v></c>',
    '<c r="{at}" s="16"><v>{number}</v></c>',
)
STRANGE = (
    '<c r="{at}" s="2"><v>{number}</v></c>',
    '<c r="{at}" s="11"><v>{number}</v></c>',
    '<c r="{at}" s="12"><v>{number}</v></c>',
    '<c r="{at}" s="13"><v>{number}</v></c>',
    '<c r="{at}" s="1"><v>{number}</v></c>',
    '<c r="{at}" s="1"><v>42000.5</v></c>',
    '<c r="{at}" s="1"><v>59</v></c>',
    '<c r="{at}" s="1"><v>3000000</v></c>',
    '<c r="{at}" s="99"><v>1</v></c>',
    '<c r="{at}"><v>1_0</v></c>',
    '<c r="{at}"><v>nan</v></c>',
    '<c r="{at}"><v>inf</v></c>',
    '<c r="{at}"><v> 1</v></c>',
    '<c r="{at}"><v>+1</v></c>',
    '<c r="{at}"><v>1e400</v></c>',
    '<c r="{at}"><v>12345678901234567890</v></c>',
    '<c r="{at}" t="b"><v>2</v></c>',
    '<c r="{at}" t="b"><v>true</v></c>',
    '<c r="{at}" t="s"><v>99</v></c>',
    '<c r="{at}" t="s"><v></v></c>',
    '<c r="{at}" t="s"><v>-1</v></c>',
    '<c r="{at}" t="str"><f>A1</f></c>',
    '<c r="{at}" t="str"><f>A1</f><v/></c>',
    '<c r="{at}" t="str"><v> a</v></c>',
    '<c r="{at}" t="str"><v>a_x0041_</v></c>',
    '<c r="{at}" t="inlineStr"><is><t>a&#65;</t></is></c>',
    '<c r="{at}" t="inlineStr"><is><t>a\r\nb</t></is></c>',
)
TEXTS = st.sampled_from(["", "OK", "To do", "é – “x”", "1", "12:30", "TRUE"])
NUMBERS = st.one_of(
    st.integers(-(10**9), 10**9).map(str),
    st.decimals(-(10**6), 10**6, allow_nan=False, allow_infinity=False, places=6).map("{:f}".format),
    st.floats(-9e14, 9e14, allow_nan=False).filter(lambda each: abs(each) > 1e-90 or not each).map(repr),
)


@st.composite
def sheets(draw: st.DrawFn, forms: Sequence[str]) -> str:
    rows = []
    for number in sorted(draw(st.sets(st.integers(1, 30), max_size=6))):
        cells = [
            draw(st.sampled_from(forms)).format(
                at=f"{column}{number}",
                style=draw(st.sampled_from(["", ' s="0"', ' s="3"', ' s="5"'])),
                string=draw(st.integers(0, len(STRINGS) - 1)),
                text=draw(TEXTS),
                number=draw(NUMBERS),
                day=draw(st.integers(61, 2_958_465)),
            )
            for column in sorted(draw(st.sets(st.sampled_from("ABCDEFGHZ"), max_size=9)))
        ]
        rows.append(f'<row r="{number}">{"".join(cells)}</row>' if cells else f'<row r="{number}"/>')
    return "".join(rows)


@given(sheets(KNOWN))
@example("")
@example('<row r="3"><c r="A3" s="1"/></row>')
@example('<row r="2"><c r="B2"><v>-0</v></c><c r="C2"><v>1.5E-3</v></c></row>')
def test_what_the_usual_programs_write_is_read_as_calamine_reads_it(rows: str) -> None:
    found = own(rows)
    assert found is not None
    assert with_types(found) == with_types(by_calamine(rows))


@given(sheets((*KNOWN, *STRANGE)))
def test_what_is_strange_is_read_as_calamine_reads_it_or_left_to_it(rows: str) -> None:
    found = own(rows)
    if found is not None:
        assert with_types(found) == with_types(by_calamine(rows))


@pytest.mark.parametrize("form", STRANGE)
def test_what_programs_may_differ_in_is_left_to_calamine(form: str) -> None:
    assert own(f'<row r="2">{form.format(at="B2", number="42000.25")}</row>') is None


@pytest.mark.parametrize("text", NOT_PLAIN)
def test_strings_that_are_not_plain_are_left_to_calamine(text: str) -> None:
    assert strings_of(table_of([*STRINGS, text])) is None


def test_strings_are_those_of_calamine() -> None:
    rows = "".join(f'<row r="{n + 1}"><c r="A{n + 1}" t="s"><v>{n}</v></c></row>' for n in range(len(STRINGS)))
    assert own(rows) == by_calamine(rows)
    assert own("", ()) == by_calamine("", ()) == []
    assert strings_of(b"") == ()


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="3"><c r="A3"><v>1</v></c></row><row r="2"><c r="A2"><v>2</v></c></row>',
        '<row r="2"><c r="B2"><v>1</v></c><c r="A2"><v>2</v></c></row>',
    ],
)
def test_cells_in_no_order_are_left_to_calamine(rows: str) -> None:
    assert own(rows) is None


def test_a_format_that_is_there_twice_or_in_the_place_of_another_is_not_known() -> None:
    formats = [("164", "0"), ("164", "d mmmm yyyy"), ("14", "0"), ("165", "0")]
    styles = (
        f'<styleSheet xmlns="{MAIN}"><numFmts>'
        + "".join(f'<numFmt numFmtId="{number}" formatCode="{code}"/>' for number, code in formats)
        + "</numFmts><cellXfs>"
        + "".join(f'<xf numFmtId="{number}"/>' for number in ("164", "14", "165", "166", "0", "014"))
        + "</cellXfs></styleSheet>"
    )
    assert kinds_of(styles.encode()) == ("", "", "number", "", "number", "")


def test_a_day_is_a_day() -> None:
    assert own('<row r="1"><c r="A1" s="1"><v>42000</v></c></row>') == [[date(2014, 12, 27)]]


def test_returns_of_the_usual_programs_are_read_without_calamine(
    send: Callable[..., Sent], office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = send()
    (saved,) = office.convert([sent.path], "xlsx", sent.path.parent / "saved")
    both = BothWays()
    monkeypatch.setattr("dapf_xl.returns.xlsx._usual_values", both)
    assert [(each.row, each.id, each.value) for each in read_return(sent.path).entries] == [
        (each.row, each.id, each.value) for each in read_return(saved).entries
    ]
    assert both.differences == []
    assert both.own == 2
