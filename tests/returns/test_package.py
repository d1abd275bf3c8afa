"""Files that are no returns, or no longer: never a traceback, always a named finding."""

from __future__ import annotations

import io
import os
import random
import struct
import zipfile
from typing import TYPE_CHECKING

import pytest

from dapf_xl.returns import package
from dapf_xl.returns.package import OLD_KINDS, OTHER_KINDS, READABLE, Package
from dapf_xl.returns.reading import read_return

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.returns.conftest import Sent

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
FULL = os.environ.get("DAPF_FULL") == "1"


def archive_of(parts: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return made.getvalue()


def codes_of(path: Path) -> list[str]:
    read = read_return(path)
    assert all(finding.file == path.name for finding in read.findings)
    assert read.entries == []
    return [finding.code.name for finding in read.findings]


WORKBOOK = {"xl/workbook.xml": b"<workbook/>"}


@pytest.mark.parametrize(
    ("name", "content", "code", "words"),
    [
        pytest.param("a.xlsx", b"", "FILE_EMPTY", "0 bytes", id="empty"),
        pytest.param("a.xls", OLE, "WORKBOOK_KIND_REFUSED", ".xls", id="old_excel"),
        pytest.param("a.xlsx", OLE, "WORKBOOK_KIND_REFUSED", ".xls", id="old_excel_renamed"),
        pytest.param("a.CSV", b"a,b\n", "NOT_THE_RETURN", ".csv", id="csv"),
        pytest.param("a.xlsx", b"item,value\nA,1\n", "NOT_A_WORKBOOK", "not an Excel workbook", id="csv_renamed"),
        pytest.param("a.xlsx", b"%PDF-1.7", "NOT_A_WORKBOOK", "a PDF, renamed", id="pdf_renamed"),
        pytest.param("a.xlsx", b"\n<html>", "NOT_A_WORKBOOK", "a web page", id="web_page"),
        pytest.param("a.xlsx", b"{\\rtf1", "NOT_A_WORKBOOK", "a Word document", id="rtf"),
        pytest.param("a.xlsx", b"\x00" * 100, "NOT_A_WORKBOOK", "not an Excel", id="zeros"),
        pytest.param(
            "a.xlsx", OLE + "EncryptedPackage".encode("utf-16-le"), "FILE_ENCRYPTED", "password", id="encrypted"
        ),
        pytest.param("a.xlsx", b"PK\x03\x04", "FILE_TRUNCATED", "cut off", id="first_bytes_only"),
        pytest.param("a.xlsx", archive_of({"word/document.xml": b""}), "NOT_A_WORKBOOK", "another kind", id="docx"),
        pytest.param("a.xlsx", archive_of({}), "NOT_A_WORKBOOK", "another kind", id="empty_archive"),
        pytest.param("a.xlsx", archive_of({**WORKBOOK, "../up": b""}), "FILE_UNSAFE_PART", "../up", id="climbs_out"),
        pytest.param(
            "a.xlsx", archive_of({**WORKBOOK, "xl\\..\\..\\up": b""}), "FILE_UNSAFE_PART", "up", id="climbs_windows"
        ),
        pytest.param("a.xlsx", archive_of({**WORKBOOK, "/etc/x": b""}), "FILE_UNSAFE_PART", "/etc/x", id="absolute"),
        pytest.param("a.xlsx", archive_of({**WORKBOOK, "C:/x": b""}), "FILE_UNSAFE_PART", "C:/x", id="drive"),
        pytest.param("a.xlsx", archive_of(WORKBOOK), "FILE_TRUNCATED", "damaged", id="workbook_without_its_parts"),
        pytest.param("a.ods", archive_of({"content.xml": b"<a>"}), "FILE_TRUNCATED", "damaged", id="ods_cut_off"),
        pytest.param(
            "a.ods",
            archive_of({"content.xml": b"", "META-INF/manifest.xml": b"<x><manifest:encryption-data/></x>"}),
            "FILE_ENCRYPTED",
            "password",
            id="ods_encrypted",
        ),
        pytest.param(
            "a.ods",
            archive_of({"content.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}),
            "FILE_UNSAFE_PART",
            "document type",
            id="entities",
        ),
    ],
)
def test_a_file_that_is_no_return_is_named_once(
    tmp_path: Path, name: str, content: bytes, code: str, words: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert codes_of(path) == [code]
    assert words in read_return(path).findings[0].message


def test_a_folder_and_a_file_that_is_not_there_are_unreadable(tmp_path: Path) -> None:
    (tmp_path / "x.xlsx").mkdir()
    assert codes_of(tmp_path / "x.xlsx") == ["FILE_UNREADABLE"]
    assert codes_of(tmp_path / "none.xlsx") == ["FILE_UNREADABLE"]


def test_a_pipe_does_not_hang(tmp_path: Path) -> None:
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "x.xlsx")
        assert codes_of(tmp_path / "x.xlsx") == ["FILE_UNREADABLE"]


@pytest.mark.parametrize("suffix", [*OLD_KINDS, *OTHER_KINDS])
def test_each_kind_that_is_refused_has_a_remedy(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    path.write_bytes(b"anything")
    (finding,) = read_return(path).findings
    assert suffix in finding.message
    assert ("Save As" in finding.remedy) is (suffix in OLD_KINDS)
    assert suffix not in READABLE


@pytest.mark.parametrize(
    ("part", "code"),
    [
        ("xl/vbaProject.bin", "FILE_MACROS"),
        ("xl/externalLinks/externalLink1.xml", "FILE_EXTERNAL_LINK"),
        ("xl/embeddings/Document.docx", "FILE_EMBEDDED_OBJECT"),
        ("xl/threadedComments/threadedComment1.xml", "FILE_THREADED_COMMENTS"),
    ],
)
def test_what_a_workbook_should_not_carry_is_a_warning_and_the_rest_is_read(
    send: Callable[..., Sent], part: str, code: str
) -> None:
    path = send().path
    expected = read_return(path).entries
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(part, b"x")
    read = read_return(path)
    assert [(finding.code.name, str(finding.severity)) for finding in read.findings] == [(code, "warning")]
    assert read.entries == expected


# --- size -----------------------------------------------------------------------------------------


def test_a_huge_declared_size_is_refused_before_anything_is_unpacked(tmp_path: Path) -> None:
    data = bytearray(archive_of(WORKBOOK))
    place = data.index(b"PK\x01\x02") + 24
    data[place : place + 4] = struct.pack("<I", 4_000_000_000)
    path = tmp_path / "a.xlsx"
    path.write_bytes(data)
    assert codes_of(path) == ["FILE_TOO_LARGE"]
    assert "4,000 MB" in read_return(path).findings[0].message


def test_a_bomb_that_declares_a_small_size_is_not_unpacked(tmp_path: Path) -> None:
    data = bytearray(archive_of({"xl/workbook.xml": bytes(80_000_000)}))
    start = data.index(b"PK\x01\x02")
    data[start + 24 : start + 28] = struct.pack("<I", 1000)
    path = tmp_path / "a.xlsx"
    path.write_bytes(data)
    assert codes_of(path) == ["FILE_TRUNCATED"]


def test_too_many_parts_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(archive_of({**WORKBOOK, **{f"xl/{number}": b"" for number in range(500)}}))
    assert codes_of(path) == ["FILE_TOO_LARGE"]


def test_a_large_file_is_not_even_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "MOST_BYTES", 100)
    path = tmp_path / "a.xlsx"
    path.write_bytes(bytes(101))
    looked = Package(path)
    assert looked.data == b""
    assert [finding.code.name for finding in looked.findings] == ["FILE_TOO_LARGE"]


def test_two_parts_of_one_name_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.xml", b"1")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("xl/workbook.xml", b"2")
    assert codes_of(path) == ["FILE_UNSAFE_PART"]


# --- damage ---------------------------------------------------------------------------------------


def test_a_file_cut_off_anywhere_is_a_finding(send: Callable[..., Sent], tmp_path: Path) -> None:
    whole = send().path.read_bytes()
    path = tmp_path / "cut.xlsx"
    lengths = range(len(whole)) if FULL else random.Random(1).sample(range(len(whole)), 200)  # noqa: S311
    for length in lengths:
        path.write_bytes(whole[:length])
        read = read_return(path)
        assert [finding.code.name for finding in read.findings] in (
            [["FILE_EMPTY"], ["NOT_A_WORKBOOK"], ["FILE_TRUNCATED"]]
        ), length
        assert read.entries == []


def test_a_flipped_bit_is_a_finding_or_changes_nothing_that_was_typed(
    send: Callable[..., Sent], tmp_path: Path
) -> None:
    source = send().path
    whole, expected = source.read_bytes(), read_return(source)
    path = tmp_path / "flipped.xlsx"
    for seed in range(20_000 if FULL else 500):
        chance = random.Random(seed)  # noqa: S311
        data = bytearray(whole)
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        path.write_bytes(data)
        read = read_return(path)
        if not read.findings and set(expected.sheets) <= set(read.sheets) and read.identity == expected.identity:
            assert read.entries == expected.entries, seed


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/worksheets/sheet2.xml"])
def test_an_xml_part_that_is_damaged_inside_does_not_stop_or_hang_the_reader(
    send: Callable[..., Sent], tmp_path: Path, part: str
) -> None:
    with zipfile.ZipFile(send().path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    path = tmp_path / "damaged.xlsx"
    for seed in range(2_000 if FULL else 60):
        chance = random.Random(seed)  # noqa: S311
        data = bytearray(parts[part])
        for _ in range(chance.randrange(1, 6)):
            start = chance.randrange(len(data))
            data[start : start + chance.randrange(40)] = bytes(
                chance.choices(b"<>/\"'= crvt&;\x00\xff", k=chance.randrange(20))
            )
        path.write_bytes(archive_of({**parts, part: bytes(data)}))
        read = read_return(path)
        assert read.findings or read.sheets


@pytest.mark.parametrize(
    "endless",
    [b"<c " * 300_000, b'<c r="J7"' * 200_000, b'<c r="J7" t="e">' * 100_000, b"<" * 1_000_000, b' r="J' * 300_000],
    ids=["open_tags", "open_cells", "unclosed_cells", "brackets", "addresses"],
)
def test_endless_rubbish_is_a_finding_within_seconds(send: Callable[..., Sent], tmp_path: Path, endless: bytes) -> None:
    with zipfile.ZipFile(send().path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    path = tmp_path / "endless.xlsx"
    path.write_bytes(archive_of({**parts, "xl/worksheets/sheet2.xml": b"<worksheet><sheetData>" + endless}))
    read = read_return(path)
    assert "FILE_TRUNCATED" in [finding.code.name for finding in read.findings]
