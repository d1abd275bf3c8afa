"""What stands on a sheet or is carried in a file that no return has."""

from __future__ import annotations

import pytest

from dapf_xl.returns.more import HARMLESS, HOLDS, drawn_on, more_of, parts_more
from dapf_xl.returns.pieces import elements_of

BEHIND = (
    "sheetCalcPr", "sheetProtection", "protectedRanges", "scenarios", "autoFilter", "sortState", "dataConsolidate",
    "customSheetViews", "mergeCells", "phoneticPr", "conditionalFormatting", "dataValidations", "hyperlinks",
    "printOptions", "pageMargins", "pageSetup", "headerFooter", "rowBreaks", "colBreaks", "customProperties",
    "cellWatches", "ignoredErrors", "smartTags", "drawing", "legacyDrawing", "legacyDrawingHF", "drawingHF", "picture",
    "oleObjects", "controls", "webPublishItems", "tableParts", "extLst",
)  # fmt: skip
"""What can stand behind the cells of a sheet (ECMA-376 part 1, CT_Worksheet)."""


def more(behind: str) -> list[str]:
    found = elements_of(behind.encode())
    assert found is not None
    return [*more_of(found)]


def test_all_that_can_stand_behind_the_cells_is_told_or_harmless() -> None:
    assert {*HOLDS, *HARMLESS} == {*BEHIND}
    assert not {*HOLDS} & {*HARMLESS}


@pytest.mark.parametrize("name", BEHIND)
def test_each_is_told_where_it_holds_something(name: str) -> None:
    assert bool(more(f"<{name}><x/></{name}>")) == (name in HOLDS)


@pytest.mark.parametrize("name", ["tableParts", "controls", "scenarios", "protectedRanges", "extLst"])
def test_a_list_of_nothing_is_nothing(name: str) -> None:
    assert more(f'<{name} count="0"/>') == []


def test_what_is_there_in_two_versions_is_told_once() -> None:
    control = '<mc:AlternateContent><mc:Choice Requires="x14"><controls><c/></controls></mc:Choice><mc:Fallback><controls/><picture/></mc:Fallback></mc:AlternateContent>'  # noqa: E501
    assert more(control) == [HOLDS["controls"], HOLDS["picture"]]
    assert more("<newThing/>") == ["something that dapf does not know (newThing)"]


def rels(*kinds: tuple[str, str]) -> bytes:
    each = "".join(f'<Relationship Id="r" Type="urn:x/{kind}" Target="{target}"/>' for kind, target in kinds)
    return f'<?xml version="1.0"?><Relationships xmlns="urn:y">{each}</Relationships>'.encode()


def test_what_lies_over_the_cells() -> None:
    relations = rels(("drawing", "../drawings/d.xml"), ("vmlDrawing", "/xl/v.vml"), ("comments", "../comments1.xml"))
    parts = {
        "xl/drawings/d.xml": b'<x:wsDr xmlns:x="u"><x:oneCellAnchor><x:pic/></x:oneCellAnchor></x:wsDr>',
        "xl/v.vml": b'<xml><x:ClientData ObjectType="Note"/><x:ClientData ObjectType="Button"/></xml>',
        "xl/comments1.xml": b'<comments><comment ref="J7"/><comment authorId="0" ref="J9"/></comments>',
    }
    found = drawn_on("xl/worksheets/sheet1.xml", relations, parts)
    assert found.things == ("a picture", "buttons or boxes to tick")
    assert found.noted == ("J7", "J9")
    empty = dict.fromkeys(parts, b"<wsDr/>") | {"xl/v.vml": b'<x:ClientData ObjectType="Note"/>'}
    assert drawn_on("xl/worksheets/sheet1.xml", relations, empty) == ((), ())
    threaded = rels(("comments", "../comments1.xml"), ("threadedComment", "t.xml"))
    assert drawn_on("xl/worksheets/sheet1.xml", threaded, parts).noted == ()


USUAL = (
    "[Content_Types].xml", "_rels/.rels", "docProps/core.xml", "docProps/app.xml", "docProps/custom.xml",
    "docProps/thumbnail.jpeg", "docMetadata/LabelInfo.xml", "customXml/item1.xml", "customXml/_rels/item1.xml.rels",
    "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/sharedStrings.xml", "xl/styles.xml", "xl/theme/theme1.xml",
    "xl/worksheets/sheet1.xml", "xl/worksheets/_rels/sheet1.xml.rels", "xl/calcChain.xml", "xl/metadata.xml",
    "xl/printerSettings/printerSettings1.bin", "xl/comments1.xml", "xl/comments/comment1.xml", "xl/persons/person.xml",
    "xl/drawings/vmlDrawing1.vml", "xl/drawings/drawing1.xml", "xl/", "xl/worksheets/",
)  # fmt: skip
ELSEWHERE = ("xl/vbaProject.bin", "xl/externalLinks/externalLink1.xml", "xl/embeddings/a.bin",
             "xl/threadedComments/comment1.xml", "xl/macrosheets/sheet1.xml", "xl/tables/table1.xml")  # fmt: skip


def test_what_programs_write_by_themselves_and_what_is_told_elsewhere_is_not_told_of_the_file() -> None:
    assert parts_more(frozenset({*USUAL, *ELSEWHERE})) == ()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("xl/connections.xml", "a connection to data elsewhere"),
        ("xl/queryTables/queryTable1.xml", "a connection to data elsewhere"),
        ("xl/pivotCache/pivotCacheRecords1.xml", "a pivot table, with all that it was made of"),
        ("xl/model/item.data", "a data model"),
        ("xl/webextensions/webextension1.xml", "an app that was added to the spreadsheet program"),
        ("xl/secret.xml", "a part that dapf does not know (xl/secret.xml)"),
        ("payload.exe", "a part that dapf does not know (payload.exe)"),
        ("xl/worksheets/x/payload.xml", "a part that dapf does not know (xl/worksheets/x/payload.xml)"),
    ],
)
def test_what_no_usual_program_writes_is_told(name: str, words: str) -> None:
    assert parts_more(frozenset({*USUAL, name})) == (words,)
