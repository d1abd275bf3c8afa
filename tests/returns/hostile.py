"""Files that a broken program or an attacker might send instead of a return: each made from a good one."""

from __future__ import annotations

import io
import re
import struct
import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MEGABYTE = 1_000_000
ENTITIES = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
LAUGHS = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "ha">{ENTITIES}]>'
OUTSIDE = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
TRANSITIONAL = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = {
    TRANSITIONAL: b"http://purl.oclc.org/ooxml/spreadsheetml/main",
    b"http://schemas.openxmlformats.org/officeDocument/2006/relationships": b"http://purl.oclc.org/ooxml/officeDocument/relationships",
    b"http://schemas.openxmlformats.org/drawingml/2006/main": b"http://purl.oclc.org/ooxml/drawingml/main",
}
"""What Strict Open XML calls what others know by these names."""


def parts_of(workbook: bytes) -> dict[str, bytes]:
    """Return the parts of a workbook by their names."""
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def archived(parts: dict[str, bytes]) -> bytes:
    """Return parts as an archive."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return made.getvalue()


NO_STRINGS = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"></sst>'
"""Shared strings of a workbook that keeps every text in its own cell, as a return does."""


def sheet_of(parts: dict[str, bytes], name: str = "Return") -> str:
    """Return the part of a sheet; the sheets' parts are numbered in the order of their tabs."""
    names = re.findall(rb'<sheet name="([^"]*)"', parts["xl/workbook.xml"])
    return f"xl/worksheets/sheet{names.index(name.encode()) + 1}.xml"


def _changed(workbook: bytes, change: Callable[[bytes], bytes], part: str = "") -> bytes:
    parts = parts_of(workbook)
    name = part or sheet_of(parts)
    parts[name] = change(parts.get(name, NO_STRINGS) if part else parts[name])
    return archived(parts)


def truncated(good: bytes) -> bytes:
    """Cut off in the middle, as a broken download."""
    return good[: len(good) // 2]


def bit_flipped(good: bytes) -> bytes:
    """One bit of a compressed part changed, as a bad disk does."""
    parts = parts_of(good)
    with zipfile.ZipFile(io.BytesIO(good)) as archive:
        start = archive.getinfo(sheet_of(parts)).header_offset + 200
    return good[:start] + bytes([good[start] ^ 1]) + good[start + 1 :]


def zip_bomb(good: bytes) -> bytes:
    """A part of a gigabyte that packs into a megabyte."""
    return archived({**parts_of(good), "xl/media/image1.bin": bytes(1000 * MEGABYTE)})


def nested_bomb(good: bytes) -> bytes:
    """Archives in archives; unpacking all of them gives a terabyte."""
    inner = archived({"0": bytes(50 * MEGABYTE)})
    for _ in range(3):
        inner = archived({f"{number}.zip": inner for number in range(16)})
    return archived({**parts_of(good), "xl/embeddings/inner.zip": inner})


def overlapping_bomb(good: bytes) -> bytes:
    """Four hundred entries of the list of contents that all point to one part of 50 megabytes."""
    once = archived({"xl/worksheets/big.xml": bytes(50 * MEGABYTE)})
    directory = once.index(b"PK\x01\x02")
    end = once.index(b"PK\x05\x06")
    entry = once[directory:end]
    name = b"xl/worksheets/big.xml"
    entries = b"".join(entry.replace(name, b"xl/worksheets/%03d.xml" % number) for number in range(400))
    tail = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 400, 400, len(entries), directory, 0)
    del good
    return once[:directory] + entries + tail


def million_formatted_rows(good: bytes) -> bytes:
    """A million empty rows that somebody formatted: large, and harmless."""
    rows = b"".join(b'<row r="%d"><c r="A%d" s="1"/></row>' % (n, n) for n in range(1000, 1_000_001))
    return _changed(good, lambda sheet: sheet.replace(b"</sheetData>", rows + b"</sheetData>"))


def billion_laughs(good: bytes) -> bytes:
    """Entities that grow to a terabyte of laughter."""
    return _changed(good, lambda sheet: LAUGHS.encode() + re.sub(rb"<\?xml[^>]*\?>", b"", sheet))


def outside_entity(good: bytes) -> bytes:
    """An entity that would read a file of the reader's machine."""
    return _changed(good, lambda sheet: OUTSIDE.encode() + re.sub(rb"<\?xml[^>]*\?>", b"", sheet))


def laughing_strings(good: bytes) -> bytes:
    """The same in the shared strings, which another reader parses."""
    strings = (
        LAUGHS + '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>&l11;</t></si></sst>'
    )
    return _changed(good, lambda _: strings.encode(), "xl/sharedStrings.xml")


def climbing_part(good: bytes) -> bytes:
    """A part whose name leads out of the archive."""
    return archived({**parts_of(good), "../../outside.xml": b"x"})


def huge_strings(good: bytes) -> bytes:
    """Shared strings of 200 megabytes."""
    strings = b"<si><t>" + b"a" * (200 * MEGABYTE) + b"</t></si>"
    return _changed(good, lambda sst: sst.replace(b"</sst>", strings + b"</sst>"), "xl/sharedStrings.xml")


def stray_character(good: bytes) -> bytes:
    """A character in the last cell that a sheet has."""
    stray = b'<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row>'
    return _changed(good, lambda sheet: sheet.replace(b"</sheetData>", stray + b"</sheetData>"))


def strict(good: bytes) -> bytes:
    """Strict Open XML, which Excel offers in a list of kinds and which reads differently."""
    return archived(in_strict(parts_of(good)))


def in_strict(parts: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the parts of a workbook as Strict Open XML has them."""
    changed = dict(parts)
    for usual, in_its_words in STRICT.items():
        changed = {name: part.replace(usual, in_its_words) for name, part in changed.items()}
    return changed


def encrypted(good: bytes) -> bytes:
    """A workbook behind a password, as Excel's File, Info, Protect workbook makes it."""
    del good
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "EncryptedPackage".encode("utf-16-le")


def many_parts(good: bytes) -> bytes:
    """A hundred thousand small parts."""
    return archived({**parts_of(good), **{f"xl/x{number}": b"" for number in range(100_000)}})


def deep_xml(good: bytes) -> bytes:
    """Elements inside one another, a million deep."""
    deep = b"<a>" * 1_000_000 + b"</a>" * 1_000_000
    return _changed(good, lambda sheet: sheet.replace(b"<sheetData>", deep + b"<sheetData>"))


def deep_behind_cells(good: bytes) -> bytes:
    """The same behind the cells, where more is looked at."""
    deep = b"<a>" * 1_000_000 + b"</a>" * 1_000_000
    return _changed(good, lambda sheet: sheet.replace(b"</sheetData>", b"</sheetData>" + deep))


def deep_columns(good: bytes) -> bytes:
    """The same among the columns."""
    deep = b"<a>" * 1_000_000 + b"</a>" * 1_000_000
    return _changed(good, lambda sheet: sheet.replace(b"</cols>", deep + b"</cols>"))


def endless_cell(good: bytes) -> bytes:
    """A cell with 30 million characters."""
    long = b'<row r="900"><c r="A900" t="inlineStr"><is><t>' + b"9" * 30_000_000 + b"</t></is></c></row>"
    return _changed(good, lambda sheet: sheet.replace(b"</sheetData>", long + b"</sheetData>"))


def encrypted_parts(good: bytes) -> bytes:
    """An archive whose parts say that they are encrypted."""
    return good.replace(b"PK\x01\x02\x14\x00\x14\x00\x00", b"PK\x01\x02\x14\x00\x14\x00\x01").replace(
        b"PK\x01\x02\x14\x03\x14\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01"
    )


def two_sheets_of_one_name(good: bytes) -> bytes:
    """A second sheet under the name of the first: programs differ in which of them they show."""
    return _changed(
        good, lambda book: book.replace(b'<sheet name="Definitions"', b'<sheet name="RETURN"'), "xl/workbook.xml"
    )


def page_renamed(good: bytes) -> bytes:
    """A web page under a workbook's name, as some programs export it."""
    del good
    return b"<html><table><tr><td>12</td></tr></table></html>"


def document_renamed(good: bytes) -> bytes:
    """A PDF under a workbook's name."""
    del good
    return b"%PDF-1.7\n" + bytes(1000)


def table_renamed(good: bytes) -> bytes:
    """A table of values under a workbook's name."""
    del good
    return b"item,value\nH1.stated,85\n"


def other_archive(good: bytes) -> bytes:
    """A Word document under a workbook's name."""
    del good
    return archived({"word/document.xml": b"<a/>", "[Content_Types].xml": b"<a/>"})


def nothing_at_all(good: bytes) -> bytes:
    """A file of no bytes, as an upload that failed leaves it."""
    del good
    return b""


# --- OpenDocument --------------------------------------------------------------------------------

_ODS_TABLE = re.compile(rb'<table:table table:name="Return".*?</table:table>', re.DOTALL)


def _in_ods(good: bytes, change: Callable[[bytes], bytes]) -> bytes:
    return _changed(good, change, "content.xml")


def ods_laughs(good: bytes) -> bytes:
    """Entities that grow to a terabyte of laughter."""
    return _in_ods(good, lambda xml: LAUGHS.encode() + re.sub(rb"<\?xml[^>]*\?>", b"", xml))


def ods_billion_rows(good: bytes) -> bytes:
    """Rows that hold something, repeated a billion times."""
    cell = b'<table:table-cell office:value-type="float" office:value="1"><text:p>1</text:p></table:table-cell>'
    row = b'<table:table-row table:number-rows-repeated="1000000000">' + cell + b"</table:table-row></table:table>"
    return _in_ods(good, lambda xml: _ODS_TABLE.sub(lambda found: found[0][: -len("</table:table>")] + row, xml))


def ods_billion_cells(good: bytes) -> bytes:
    """A cell that is repeated a billion times, in each of many rows."""
    cell = b'<table:table-cell table:number-columns-repeated="1000000000" office:value-type="float" office:value="1"/>'
    rows = (b"<table:table-row>" + cell + b"</table:table-row>") * 1000 + b"</table:table>"
    return _in_ods(good, lambda xml: _ODS_TABLE.sub(lambda found: found[0][: -len("</table:table>")] + rows, xml))


def ods_billion_spaces(good: bytes) -> bytes:
    """Spaces that are told by their number."""
    return _in_ods(good, lambda xml: xml.replace(b"<text:p>", b'<text:p><text:s text:c="1000000000"/>', 1))


def ods_bomb(good: bytes) -> bytes:
    """A picture of a gigabyte that packs into a megabyte."""
    return archived({**parts_of(good), "Pictures/1.png": bytes(1000 * MEGABYTE)})


def ods_stray_character(good: bytes) -> bytes:
    """A character in the last cell that a sheet has."""
    stray = (
        b'<table:table-row table:number-rows-repeated="1048000"><table:table-cell/></table:table-row><table:table-row>'
        b'<table:table-cell table:number-columns-repeated="16383"/><table:table-cell office:value-type="string">'
        b"<text:p>x</text:p></table:table-cell></table:table-row></table:table>"
    )
    return _in_ods(good, lambda xml: _ODS_TABLE.sub(lambda found: found[0][: -len("</table:table>")] + stray, xml))


def ods_encrypted(good: bytes) -> bytes:
    """A spreadsheet behind a password, as LibreOffice saves it."""
    manifest = b'<manifest:manifest xmlns:manifest="x"><manifest:encryption-data/></manifest:manifest>'
    return archived({**parts_of(good), "META-INF/manifest.xml": manifest})


KINDS: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "truncated": (truncated, "FILE_TRUNCATED"),
    "bit_flipped": (bit_flipped, "FILE_TRUNCATED"),
    "zip_bomb": (zip_bomb, "FILE_TOO_LARGE"),
    "nested_bomb": (nested_bomb, "FILE_EMBEDDED_OBJECT"),
    "overlapping_bomb": (overlapping_bomb, "FILE_TOO_LARGE"),
    "million_formatted_rows": (million_formatted_rows, "FILE_UNUSUAL"),
    "billion_laughs": (billion_laughs, "FILE_UNSAFE_PART"),
    "outside_entity": (outside_entity, "FILE_UNSAFE_PART"),
    "laughing_strings": (laughing_strings, "FILE_UNSAFE_PART"),
    "climbing_part": (climbing_part, "FILE_UNSAFE_PART"),
    "huge_strings": (huge_strings, "FILE_TOO_LARGE"),
    "stray_character": (stray_character, "FAR_OUTSIDE"),
    "strict": (strict, "FILE_UNUSUAL"),
    "encrypted": (encrypted, "FILE_ENCRYPTED"),
    "many_parts": (many_parts, "FILE_TOO_LARGE"),
    "deep_xml": (deep_xml, ""),
    "deep_behind_cells": (deep_behind_cells, "SHEET_HOLDS_MORE"),
    "deep_columns": (deep_columns, "SHEET_HOLDS_MORE"),
    "endless_cell": (endless_cell, "TYPED_IN_LOCKED"),
    "encrypted_parts": (encrypted_parts, "FILE_ENCRYPTED"),
    "two_sheets_of_one_name": (two_sheets_of_one_name, "FILE_UNSAFE_PART"),
    "page_renamed": (page_renamed, "NOT_A_WORKBOOK"),
    "document_renamed": (document_renamed, "NOT_A_WORKBOOK"),
    "table_renamed": (table_renamed, "NOT_A_WORKBOOK"),
    "other_archive": (other_archive, "NOT_A_WORKBOOK"),
    "nothing_at_all": (nothing_at_all, "FILE_EMPTY"),
    "ods_laughs": (ods_laughs, "FILE_UNSAFE_PART"),
    "ods_billion_rows": (ods_billion_rows, "IDENTITY_FORGED"),
    "ods_billion_cells": (ods_billion_cells, "IDENTITY_FORGED"),
    "ods_billion_spaces": (ods_billion_spaces, "FILE_TOO_LARGE"),
    "ods_bomb": (ods_bomb, "FILE_TOO_LARGE"),
    "ods_stray_character": (ods_stray_character, "IDENTITY_FORGED"),
    "ods_encrypted": (ods_encrypted, "FILE_ENCRYPTED"),
}
"""Each kind, and the finding that names it; "" where the file is taken all the same: nothing in it is lost. Kinds
whose names begin with ods are made of an OpenDocument spreadsheet, of a workspace that is not this one."""
