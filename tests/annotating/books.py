"""Returns with something wrong in them, and what can be said of a workbook: is it sound, and what does it hold."""

from __future__ import annotations

import io
import posixpath
import re
import warnings
import zipfile
from typing import TYPE_CHECKING, Any

import openpyxl
import python_calamine
from defusedxml import ElementTree

from dapf_xl.periods import Period
from dapf_xl.returns.layout import SIGN_OFF, START
from tests.rounds import QUARTER

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from xml.etree.ElementTree import Element

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
ORDER = (
    "sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr", "sheetProtection",
    "protectedRanges", "scenarios", "autoFilter", "sortState", "dataConsolidate", "customSheetViews", "mergeCells",
    "phoneticPr", "conditionalFormatting", "dataValidations", "hyperlinks", "printOptions", "pageMargins", "pageSetup",
    "headerFooter", "rowBreaks", "colBreaks", "customProperties", "cellWatches", "ignoredErrors", "smartTags",
    "drawing", "legacyDrawing", "legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems",
    "tableParts", "extLst",
)  # fmt: skip
"""What stands in a worksheet, in the order in which the format wants it."""


def parts_of(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        assert len(set(archive.namelist())) == len(archive.namelist())
        return {name: archive.read(name) for name in archive.namelist()}


def write_parts(path: Path, parts: Mapping[str, bytes]) -> Path:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(made.getvalue())
    return path


def sheet_part(parts: Mapping[str, bytes], name: str) -> str:
    """The part that holds a sheet."""
    relations = ElementTree.fromstring(parts["xl/_rels/workbook.xml.rels"])
    targets = {each.get("Id"): str(each.get("Target")) for each in relations}
    for sheet in ElementTree.fromstring(parts["xl/workbook.xml"]).iter(f"{MAIN}sheet"):
        if sheet.get("name") == name:
            identity = next(value for key, value in sheet.attrib.items() if key.endswith("}id"))
            return posixpath.normpath(posixpath.join("/xl", targets[identity]))[1:]
    raise KeyError(name)


def assert_sound(path: Path) -> None:
    """That a workbook is made as the format wants it, as far as a program could stumble over it."""
    parts = parts_of(path)
    for name, content in parts.items():
        if name.endswith((".xml", ".rels", ".vml")):
            ElementTree.fromstring(content)
    _assert_kinds(parts)
    for name in parts:
        if name.endswith(".rels"):
            _assert_relations(parts, name)
    workbook = ElementTree.fromstring(parts["xl/workbook.xml"])
    sheets = list(workbook.iter(f"{MAIN}sheet"))
    assert len({str(each.get("name")).casefold() for each in sheets}) == len(sheets)
    assert len({each.get("sheetId") for each in sheets}) == len(sheets)
    for name in workbook.iter(f"{MAIN}definedName"):
        assert int(name.get("localSheetId", "0")) < len(sheets)
    styles = ElementTree.fromstring(parts["xl/styles.xml"])
    _assert_styles(styles)
    formats = len(styles.find(f"{MAIN}cellXfs") or ())
    for sheet in sheets:
        _assert_sheet(ElementTree.fromstring(parts[sheet_part(parts, str(sheet.get("name")))]), formats)


def _assert_kinds(parts: Mapping[str, bytes]) -> None:
    root = ElementTree.fromstring(parts["[Content_Types].xml"])
    endings = {str(each.get("Extension")).lower() for each in root if each.get("Extension")}
    named = [str(each.get("PartName"))[1:] for each in root if each.get("PartName")]
    assert len(set(named)) == len(named)
    assert set(named) <= set(parts)
    for name in set(parts) - {"[Content_Types].xml"}:
        assert name in named or name.rpartition(".")[2].lower() in endings, name


def _assert_relations(parts: Mapping[str, bytes], name: str) -> None:
    owner = posixpath.dirname(posixpath.dirname(name))
    root = ElementTree.fromstring(parts[name])
    assert len({each.get("Id") for each in root}) == len(root)
    for each in root:
        if each.get("TargetMode") != "External":
            target = posixpath.normpath(posixpath.join("/", owner, str(each.get("Target"))))[1:]
            assert target in parts, (name, target)


def _assert_styles(styles: Element) -> None:
    for name in ("numFmts", "fonts", "fills", "borders", "cellXfs"):
        found = styles.find(f"{MAIN}{name}")
        assert found is None or found.get("count") in {None, str(len(found))}, name
    for look in styles.find(f"{MAIN}cellXfs") or ():
        for use, name in (("fontId", "fonts"), ("fillId", "fills"), ("borderId", "borders")):
            assert int(look.get(use, "0")) < len(styles.find(f"{MAIN}{name}") or ())


def _assert_sheet(sheet: Element, formats: int) -> None:
    order = [ORDER.index(each.tag.removeprefix(MAIN)) for each in sheet if each.tag.startswith(MAIN)]
    assert order == sorted(order)
    rows = [int(str(row.get("r"))) for row in sheet.iter(f"{MAIN}row")]
    assert rows == sorted(set(rows))
    for row in sheet.iter(f"{MAIN}row"):
        columns = [_column(str(cell.get("r"))) for cell in row]
        assert columns == sorted(set(columns))
        assert all(str(cell.get("r")).endswith(str(row.get("r"))) for cell in row)
        assert all(int(cell.get("s", "0")) < formats for cell in row)


def _column(address: str) -> int:
    number = 0
    for letter in address.rstrip("0123456789"):
        number = number * 26 + ord(letter) - 64
    return number


def opened(path: Path) -> openpyxl.Workbook:
    """A workbook, without openpyxl's warnings of what it does not know."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return openpyxl.load_workbook(path)


def notes_of(path: Path) -> dict[str, str]:
    """Every note of a workbook, by sheet and cell."""
    book = opened(path)
    return {
        f"{sheet.title}!{cell.coordinate}": cell.comment.text
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.comment
    }


def values_of(path: Path, *, but: str = "To put right") -> dict[str, Any]:
    """What calamine reads of each sheet but the list."""
    book = python_calamine.CalamineWorkbook.from_path(path)
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names if name != but}


def look_of(cell: Any, *, is_marked: bool) -> tuple[Any, ...]:  # noqa: ANN401
    """How a cell looks and what may be done to it; of a marked one all but its frame."""
    fill = (
        cell.fill.fill_type,
        cell.fill.fgColor,
    )  # (what lies behind a solid colour is not seen, and Calc changes it)
    frame = () if is_marked else (*fill, cell.border)
    return (cell.value, cell.number_format, cell.font, cell.alignment, cell.protection, *frame)


def looks_of(path: Path, marked: frozenset[str] = frozenset()) -> dict[str, Any]:
    """How every cell of a workbook looks, and everything else of its sheets that openpyxl knows of."""
    book = opened(path)
    found: dict[str, Any] = {}
    for sheet in book:
        if sheet.title == "To put right":
            continue
        for row in sheet.iter_rows():
            for cell in row:
                name = f"{sheet.title}!{cell.coordinate}"
                if cell.has_style or cell.value is not None:
                    look = look_of(cell, is_marked=name in marked)
                    found[name] = tuple(each if isinstance(each, str | int | float) else repr(each) for each in look)
        found[sheet.title] = {
            "state": sheet.sheet_state,
            "protected": repr(sheet.protection),
            "validations": sorted(repr(each) for each in sheet.data_validations.dataValidation),
            "conditions": sorted(repr(each) for each in sheet.conditional_formatting),
            "widths": {name: (each.width, each.hidden) for name, each in sheet.column_dimensions.items()},
            "heights": {name: each.height for name, each in sheet.row_dimensions.items()},
            "print": (sheet.print_area, sheet.print_title_rows, repr(sheet.page_setup), sheet.oddFooter.left.text),
            "frozen": sheet.freeze_panes,
            "merged": sorted(map(str, sheet.merged_cells.ranges)),
            "pictures": len(sheet._images),  # noqa: SLF001
        }
    found["names"] = sorted(book.defined_names)
    found["structure"] = book.security.lockStructure if book.security else None
    return found


def bare(xml: bytes, cells: frozenset[str] = frozenset()) -> bytes:
    """A sheet's part without what marking changes: which tab is selected, the notes' drawing, the marked styles."""
    xml = re.sub(rb' tabSelected="[^"]*"', b"", xml)
    xml = re.sub(rb"<legacyDrawing [^<>]*/>", b"", xml)
    for cell in cells:
        xml = re.sub(rb'(<c r="%b")( s="\d+")?' % cell.encode(), rb"\1", xml)
    return xml


def typed(parts: dict[str, bytes], cell: str, value: str | float, sheet: str = "Return") -> None:
    """Type into a cell of a return as it was issued, and leave every other byte as it is."""
    name = sheet_part(parts, sheet)
    holds = f"<v>{value}</v>" if not isinstance(value, str) else f"<is><t>{value}</t></is>"
    kind = "" if not isinstance(value, str) else ' t="inlineStr"'
    xml, count = re.subn(rf'(<c r="{cell}" s="\d+")/>', rf"\1{kind}>{holds}</c>", parts[name].decode())
    assert count == 1, cell
    parts[name] = xml.encode()


def signed(parts: dict[str, bytes]) -> None:
    """Sign a return two weeks after its quarter."""
    said = {"name": "An officer", "role": "Analyst", "date": Period.parse(QUARTER).due(14).strftime("%d/%m/%Y")}
    for part, cell in SIGN_OFF.items():
        typed(parts, cell, said[part], START)


PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001a5f64540"
    "0000000049454e44ae426082"
)
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_VML = (
    '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel"><o:shapelayout v:ext="edit">'
    '<o:idmap v:ext="edit" data="{block}"/></o:shapelayout>{shapes}</xml>'
)
_NOTE = (
    '<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe"/>'
    '<v:shape id="_x0000_s1025" type="#_x0000_t202" style="position:absolute;visibility:hidden">'
    '<x:ClientData ObjectType="Note"><x:Anchor>12, 15, 8, 2, 14, 15, 12, 9</x:Anchor><x:Row>{row}</x:Row>'
    "<x:Column>11</x:Column></x:ClientData></v:shape>"
)
OWN_NOTE = "Checked with the duty desk & the ward."


def with_extras(parts: dict[str, bytes], note_row: int) -> None:
    """Put into a return what agencies and their programs put there, and openpyxl would lose some of.

    A note of their own, a picture in the page's head, a picture on a sheet of their own, a conversation, an extension,
    settings of a printer, a sensitivity label.
    """
    sheet = sheet_part(parts, "Return")
    folder, _, name = sheet.rpartition("/")
    parts[f"{folder}/_rels/{name}.rels"] = _relations(
        ("rId1", "comments", "../comments7.xml"),
        ("rId2", "vmlDrawing", "../drawings/vmlDrawing7.vml"),
        ("rId3", "vmlDrawing", "../drawings/vmlDrawing8.vml"),
        ("rId4", "printerSettings", "../printerSettings/printerSettings1.bin"),
    )
    parts["xl/comments7.xml"] = (
        f'{_XML}<comments xmlns="{MAIN[1:-1]}"><authors><author>Data officer</author></authors><commentList>'
        f'<comment ref="L{note_row}" authorId="0"><text><r><t>{OWN_NOTE.replace("&", "&amp;")}</t></r></text></comment>'
        "</commentList></comments>"
    ).encode()
    parts["xl/drawings/vmlDrawing7.vml"] = _VML.format(block=1, shapes=_NOTE.format(row=note_row - 1)).encode()
    head = '<v:shape id="LH" o:spid="_x0000_s2049" type="#_x0000_t75"><v:imagedata o:relid="rId1"/></v:shape>'
    parts["xl/drawings/vmlDrawing8.vml"] = _VML.format(block=2, shapes=head).encode()
    parts["xl/drawings/_rels/vmlDrawing8.vml.rels"] = _relations(("rId1", "image", "../media/image1.png"))
    parts["xl/media/image1.png"] = PIXEL
    parts["xl/printerSettings/printerSettings1.bin"] = bytes(range(256))
    parts["docMetadata/LabelInfo.xml"] = f'{_XML}<clbl:labelList xmlns:clbl="urn:labels"/>'.encode()
    own = (
        '<legacyDrawing r:id="rId2"/><legacyDrawingHF r:id="rId3"/><extLst>'
        '<ext uri="{78C0D931-6437-407d-A8EE-F0AAD7539E65}" xmlns:x14="urn:x14">'
        "<x14:conditionalFormattings/></ext></extLst></worksheet>"
    )
    parts[sheet] = parts[sheet].replace(b"</worksheet>", own.encode())
    _add_own_sheet(parts)
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(
        b"<Override",
        b'<Default Extension="vml" ContentType="application/vnd.openxmlformats-officedocument.vmlDrawing"/>'
        b'<Default Extension="png" ContentType="image/png"/>'
        b'<Default Extension="bin" '
        b'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.printerSettings"/>'
        b'<Override PartName="/xl/comments7.xml" '
        b'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"/><Override',
        1,
    )


def _add_own_sheet(parts: dict[str, bytes]) -> None:
    parts["xl/worksheets/sheet41.xml"] = (
        f'{_XML}<worksheet xmlns="{MAIN[1:-1]}" xmlns:r="{_OFFICE}"><sheetData><row r="1"><c r="A1"><f>1+1</f><v>2</v>'
        "</c>"
        '</row></sheetData><drawing r:id="rId1"/></worksheet>'
    ).encode()
    parts["xl/worksheets/_rels/sheet41.xml.rels"] = _relations(("rId1", "drawing", "../drawings/drawing1.xml"))
    drawing = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
    parts["xl/drawings/drawing1.xml"] = f'{_XML}<xdr:wsDr xmlns:xdr="{drawing}"/>'.encode()
    parts["xl/workbook.xml"] = (
        parts["xl/workbook.xml"]
        .replace(b"</sheets>", b'<sheet name="Our workings" sheetId="41" r:id="rId41"/></sheets>')
        .replace(b"</definedNames>", b'<definedName name="ours" localSheetId="5">41</definedName></definedNames>')
    )
    relation = f'<Relationship Id="rId41" Type="{_OFFICE}/worksheet" Target="worksheets/sheet41.xml"/>'
    parts["xl/_rels/workbook.xml.rels"] = parts["xl/_rels/workbook.xml.rels"].replace(
        b"</Relationships>", relation.encode() + b"</Relationships>"
    )
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(
        b"<Override",
        b'<Override PartName="/xl/worksheets/sheet41.xml" '
        b'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
        b'<Override PartName="/xl/drawings/drawing1.xml" '
        b'ContentType="application/vnd.openxmlformats-officedocument.drawing+xml"/><Override',
        1,
    )


def _relations(*relations: tuple[str, str, str]) -> bytes:
    listed = "".join(
        f'<Relationship Id="{name}" Type="{_OFFICE}/{kind}" Target="{target}"/>' for name, kind, target in relations
    )
    namespace = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'{_XML}<Relationships xmlns="{namespace}">{listed}</Relationships>'.encode()
