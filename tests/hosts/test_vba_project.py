"""Writing VBA projects and compound files, held against what others read from them."""

from __future__ import annotations

import io
import random
import re
import struct

import olefile
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dapf_xl.hosts.compound_file import compound_file
from dapf_xl.hosts.vba_project import Kind, Module, Project, compress, document_module, exported_module

_HEADER = 512


def decompressed(data: bytes) -> bytes:
    """Undo the compression as [MS-OVBA] 2.4.1.3 tells it, chunk by chunk."""
    assert data[0] == 1
    found, at = bytearray(), 1
    while at < len(data):
        (header,) = struct.unpack_from("<H", data, at)
        size = (header & 0x0FFF) + 3
        assert header & 0x7000 == 0x3000
        assert header & 0x8000
        end, start = at + size, len(found)
        at += 2
        while at < end:
            flags = data[at]
            at += 1
            for bit in range(8):
                if at >= end:
                    break
                if flags >> bit & 1:
                    (token,) = struct.unpack_from("<H", data, at)
                    at += 2
                    bits = max(4, (len(found) - start - 1).bit_length())
                    length = (token & (0xFFFF >> bits)) + 3
                    back = (token >> (16 - bits)) + 1
                    for _ in range(length):
                        found.append(found[-back])
                else:
                    found.append(data[at])
                    at += 1
        assert len(found) - start <= 4096
    return bytes(found)


texts = st.text(st.characters(codec="cp1252", categories=("L", "N", "P", "Zs")), max_size=3000)


@given(st.lists(texts, max_size=4).map("\r\n".join), st.integers(1, 40))
def test_compression_loses_nothing(text: str, times: int) -> None:
    data = (text * times).encode("cp1252")[:20_000]
    assert decompressed(compress(data)) == data


@pytest.mark.parametrize("size", [0, 1, 2, 3, 15, 16, 17, 4095, 4096, 4097, 8192, 12_289])
def test_compression_at_the_ends_of_chunks(size: int) -> None:
    data = (b"Public Sub Example()\r\n    RunPython\r\nEnd Sub\r\n" * 400)[:size]
    assert decompressed(compress(data)) == data
    assert len(compress(data)) <= size + size // 8 + 4


def test_the_specification_s_example() -> None:
    assert compress(b"a" * 73).hex() == "0103b002614500"  # [MS-OVBA] 3.2.3


def test_what_is_not_text_is_refused() -> None:
    with pytest.raises(ValueError, match="not text"):
        compress(random.Random(1).randbytes(4096))  # noqa: S311  (noise, not a secret)


def revealed(project: str, text: str) -> tuple[int, bytes]:
    """Undo what obscures a value of PROJECT ([MS-OVBA] 2.4.3.3): its version, and the value."""
    data = bytes.fromhex(text)
    key = sum(project.encode()) & 0xFF
    assert data[0] ^ data[2] == key
    plain, last, before, found = key, data[2], data[1], []
    for byte in data[3:]:
        plain = byte ^ ((before + plain) & 0xFF)
        found.append(plain)
        last, before = byte, last
    ignored = (data[0] & 6) // 2
    (length,) = struct.unpack_from("<I", bytes(found), ignored)
    assert len(found) == ignored + 4 + length
    return data[0] ^ data[1], bytes(found[ignored + 4 :])


def test_neither_protected_nor_locked_is_said_as_others_say_it() -> None:
    """xlwings' own standalone workbook, which Excel wrote, has this id and these values."""
    project = "{5CF9CDAB-B77B-4FE4-BD7E-D29900070E1B}"
    excels = {"CMG": "8D8FA61394EA98EA98EA98EA98", "DPB": "8D8FA61394EF95EF95EF", "GC": "8D8FA61394EF95EF9510"}
    listing = olefile.OleFileIO(io.BytesIO(Project([], id=project).as_bytes())).openstream("PROJECT").read()
    ours = dict(re.findall(r'^(CMG|DPB|GC)="(\w+)"', listing.decode("cp1252"), re.MULTILINE))
    assert {name: revealed(project, text) for name, text in ours.items()} == {
        name: revealed(project, text) for name, text in excels.items()
    }
    assert revealed(project, ours["GC"]) == (2, b"\xff")


@pytest.mark.parametrize("count", [1, 2, 3, 6, 7, 8, 15, 40])
def test_a_compound_file_gives_back_what_was_put_into_it(count: int) -> None:
    streams = {f"Module{number}": bytes([number]) * (number * 397 % 9000) for number in range(count)}
    data = compound_file({"VBA": {**streams, "dir": b"x"}, "PROJECT": b"y" * 5000})
    read = olefile.OleFileIO(io.BytesIO(data), raise_defects=olefile.DEFECT_INCORRECT)
    assert read.openstream("PROJECT").read() == b"y" * 5000
    for name, content in streams.items():
        assert read.openstream(f"VBA/{name}").read() == content
    assert read.parsing_issues == []
    check_directory(data)
    check_sectors(data)


def test_a_name_that_is_too_long_is_refused() -> None:
    with pytest.raises(ValueError, match="too long"):
        compound_file({"M" * 32: b""})


def check_directory(data: bytes) -> None:
    """Hold the directory's trees to [MS-CFB] 2.6.4: sorted, red-black, every entry in one tree once."""
    entries = directory(data)
    seen: set[int] = set()

    def walk(number: int, *, under_red: bool) -> tuple[list[int], int]:
        if number == 0xFFFFFFFF:
            return [], 0
        assert number not in seen
        seen.add(number)
        name, kind, colour, left, right, child = entries[number]
        assert not (under_red and colour == 0), f"{name} is red under red"
        before, depth = walk(left, under_red=colour == 0)
        after, other = walk(right, under_red=colour == 0)
        assert depth == other, f"{name}: {depth} black ones to the left, {other} to the right"
        if kind in {1, 5}:
            inside, _ = walk(child, under_red=False)
            names = [entries[each][0] for each in inside]
            assert names == sorted(names, key=lambda each: (len(each), each.upper()))
        else:
            assert child == 0xFFFFFFFF
        return [*before, number, *after], depth + colour

    assert walk(0, under_red=False)[0] == [0]
    assert seen == {number for number, entry in entries.items() if entry[1]}


def directory(data: bytes) -> dict[int, tuple[str, int, int, int, int, int]]:
    (start,) = struct.unpack_from("<I", data, 48)
    raw = b"".join(data[_HEADER + sector * 512 :][:512] for sector in chain(data, start))
    found = {}
    for number in range(len(raw) // 128):
        entry = raw[number * 128 :][:128]
        length, kind, colour, left, right, child = struct.unpack_from("<HBBIII", entry, 64)
        name = entry[: max(0, length - 2)].decode("utf-16-le")
        found[number] = (name, kind, colour, left, right, child)
    return found


def table(data: bytes) -> list[int]:
    (count,) = struct.unpack_from("<I", data, 44)
    places = struct.unpack_from("<109I", data, 76)
    return [entry for place in places[:count] for entry in struct.unpack_from("<128I", data, _HEADER + place * 512)]


def chain(data: bytes, start: int) -> list[int]:
    links, found = table(data), []
    while start < 0xFFFFFFF0:
        found.append(start)
        start = links[start]
    assert start == 0xFFFFFFFE
    return found


def check_sectors(data: bytes) -> None:
    """Every sector is in one chain once, or holds the table, or is free."""
    assert len(data) % 512 == 0
    links = table(data)
    count = len(data) // 512 - 1
    (tables,) = struct.unpack_from("<I", data, 44)
    assert links.count(0xFFFFFFFD) == tables
    assert all(link == 0xFFFFFFFF for link in links[count:])
    followed = [link for link in links[:count] if link < 0xFFFFFFF0]
    assert len(followed) == len(set(followed))
    assert max(followed, default=0) < count


# --- modules ----------------------------------------------------------------------------------


def test_an_exported_module_keeps_its_code() -> None:
    module = exported_module('Attribute VB_Name = "One"\nOption Explicit\n\nPublic Sub A()\nEnd Sub\n')
    assert (module.name, module.kind, module.attributes) == ("One", Kind.STANDARD, ())
    assert module.source == 'Attribute VB_Name = "One"\r\nOption Explicit\r\n\r\nPublic Sub A()\r\nEnd Sub\r\n'


def test_an_exported_class_loses_the_head_that_only_a_file_has() -> None:
    text = (
        'VERSION 1.0 CLASS\r\nBEGIN\r\n  MultiUse = -1\r\nEND\r\nAttribute VB_Name = "Two"\r\n'
        'Attribute VB_Exposed = True\r\nAttribute VB_Description = "About"\r\n\' a comment\r\n'
    )
    module = exported_module(text)
    assert module.kind is Kind.CLASS
    assert module.source.split("\r\n")[:7] == [
        'Attribute VB_Name = "Two"',
        'Attribute VB_Base = "0{FCFB3D2A-A0FA-1068-A738-08002B3371B5}"',
        "Attribute VB_Exposed = True",
        "Attribute VB_TemplateDerived = False",
        "Attribute VB_Customizable = False",
        'Attribute VB_Description = "About"',
        "' a comment",
    ]


def test_a_module_without_its_name_is_refused() -> None:
    with pytest.raises(ValueError, match="begin with its name"):
        exported_module("Option Explicit\n")


def test_a_document_s_module_is_empty() -> None:
    source = document_module("Sheet1", Kind.SHEET).source
    assert source.startswith('Attribute VB_Name = "Sheet1"\r\nAttribute VB_Base = "0{00020820')
    assert all(line.startswith("Attribute ") for line in source.split("\r\n") if line)


def test_two_projects_of_the_same_modules_are_equal() -> None:
    modules = [Module("A", code="Public Sub B()\nEnd Sub\n")]
    assert Project(modules).as_bytes() == Project(modules).as_bytes()
