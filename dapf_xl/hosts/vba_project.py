"""Writes ``vbaProject.bin`` from the source of its modules ([MS-OVBA]).

Only source is written, no compiled code: the version 0xFFFF in ``_VBA_PROJECT`` tells Excel that there is none, and
it compiles the source when the workbook is opened. xlwings' own standalone workbook says the same.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from dapf_xl.hosts.compound_file import compound_file

if TYPE_CHECKING:
    from collections.abc import Sequence

CODE_PAGE = "cp1252"
_CHUNK = 4096
_SHORTEST_COPY = 3
_CANDIDATES = 64
"""How many earlier places are tried for the longest copy: more would make it a little shorter, and slower."""


class Kind(Enum):
    """What a module is: its line in ``PROJECT``, its record in ``dir``, and the attributes before its code."""

    STANDARD = ("Module={}", 0x21, "")
    CLASS = ("Class={}", 0x22, "FCFB3D2A-A0FA-1068-A738-08002B3371B5")
    WORKBOOK = ("Document={}/&H00000000", 0x22, "00020819-0000-0000-C000-000000000046")
    SHEET = ("Document={}/&H00000000", 0x22, "00020820-0000-0000-C000-000000000046")


_DOCUMENT = (
    "Attribute VB_GlobalNameSpace = False",
    "Attribute VB_Creatable = False",
    "Attribute VB_PredeclaredId = True",
    "Attribute VB_Exposed = True",
    "Attribute VB_TemplateDerived = False",
    "Attribute VB_Customizable = True",
)


class Module(NamedTuple):
    """A module: its name, and its code as the editor shows it, without the attributes before it."""

    name: str
    kind: Kind = Kind.STANDARD
    code: str = ""
    attributes: tuple[str, ...] = ()
    """Lines that begin with ``Attribute``, all but the name's and the base's."""

    @property
    def source(self) -> str:
        """The module's stream before it is compressed; its lines end as Windows ends them."""
        base = self.kind.value[2]
        head = [f'Attribute VB_Name = "{self.name}"']
        head += [f'Attribute VB_Base = "0{{{base}}}"'] if base else []
        text = "\n".join([*head, *self.attributes, self.code.rstrip("\n")])
        return "\r\n".join(text.split("\n")) + "\r\n"


def document_module(name: str, kind: Kind) -> Module:
    """Return the empty module that a workbook or a sheet has behind it."""
    return Module(name, kind, attributes=_DOCUMENT)


def exported_module(text: str) -> Module:
    """Return the module of an exported ``.bas`` or ``.cls`` file, its code untouched.

    Raises:
        ValueError: it does not begin as such a file does.
    """
    lines = text.replace("\r\n", "\n").split("\n")
    is_class = lines[0].startswith("VERSION ")
    lines = lines[lines.index("END") + 1 :] if is_class else lines
    count = next((number for number, line in enumerate(lines) if not line.startswith("Attribute VB_")), len(lines))
    attributes = dict(line.removeprefix("Attribute ").split(" = ", 1) for line in lines[:count])
    if "VB_Name" not in attributes:
        raise ValueError("the module does not begin with its name: export it from the editor again")
    name = attributes.pop("VB_Name").strip('"')
    if is_class:
        about = attributes.pop("VB_Description", "")
        attributes |= {"VB_TemplateDerived": "False", "VB_Customizable": "False"}
        attributes |= {"VB_Description": about} if about else {}
    kept = tuple(f"Attribute {key} = {value}" for key, value in attributes.items())
    return Module(name, Kind.CLASS if is_class else Kind.STANDARD, "\n".join(lines[count:]), kept)


@dataclass(frozen=True)
class Project:
    """A VBA project: its modules, in the order in which they are listed."""

    modules: Sequence[Module]
    name: str = "VBAProject"
    id: str = "{5B6A7A4C-6E7B-4C4D-9C55-7D0A3A1F0C01}"
    """Fixed, so that two builds are equal."""

    def as_bytes(self) -> bytes:
        """Return ``vbaProject.bin``."""
        names = b"".join(
            each.name.encode(CODE_PAGE) + b"\0" + each.name.encode("utf-16-le") + b"\0\0" for each in self.modules
        )
        streams = {each.name: compress(each.source.encode(CODE_PAGE)) for each in self.modules}
        return compound_file(
            {
                "PROJECT": self._listing().encode(CODE_PAGE),
                "PROJECTwm": names + b"\0\0",
                "VBA": {
                    "_VBA_PROJECT": struct.pack("<HHBH", 0x61CC, 0xFFFF, 0, 0),
                    "dir": compress(self._directory()),
                    **streams,
                },
            }
        )

    def _listing(self) -> str:
        """Return the stream ``PROJECT`` ([MS-OVBA] 2.3.1)."""
        key = self.id
        lines = [
            f'ID="{key}"',
            *(each.kind.value[0].format(each.name) for each in self.modules),
            f'Name="{self.name}"',
            'HelpContextID="0"',
            'VersionCompatible32="393222000"',
            f'CMG="{_encrypted(key, bytes(4))}"',  # not protected
            f'DPB="{_encrypted(key, bytes(1))}"',  # no password
            f'GC="{_encrypted(key, bytes([0xFF]))}"',  # visible
            "",
            "[Host Extender Info]",
            "&H00000001={3832D640-CF90-11CF-8E43-00A0C911005A};VBE;&H00000000",
            "",
            "[Workspace]",
            *(f"{each.name}=0, 0, 0, 0, C" for each in self.modules),
            "",
        ]
        return "\r\n".join(lines)

    def _directory(self) -> bytes:
        """Return the stream ``dir`` before it is compressed ([MS-OVBA] 2.3.4.2)."""
        records = [
            _record(0x01, struct.pack("<I", 3)),  # 64-bit Windows
            _record(0x02, struct.pack("<I", 0x409)),
            _record(0x14, struct.pack("<I", 0x409)),
            _record(0x03, struct.pack("<H", 1252)),
            _record(0x04, self.name.encode(CODE_PAGE)),
            *(_record(number) for number in (0x05, 0x40, 0x06, 0x3D)),  # no description, no help file
            _record(0x07, bytes(4)),
            _record(0x08, bytes(4)),
            struct.pack("<HIIH", 0x09, 4, 1, 0),  # version 1.0
            _record(0x0C),
            _record(0x3C),
            *(_reference(*each) for each in _REFERENCES),
            _record(0x0F, struct.pack("<H", len(self.modules))),
            _record(0x13, b"\xff\xff"),
            *(_described(each) for each in self.modules),
            _record(0x10),
        ]
        return b"".join(records)


_REFERENCES = (
    (
        "stdole",
        r"*\G{00020430-0000-0000-C000-000000000046}#2.0#0#C:\Windows\System32\stdole2.tlb#OLE Automation",
    ),
    (
        "Office",
        (
            r"*\G{2DF8D04C-5BFA-101B-BDE5-00AA0044DE52}#2.0#0#C:\Program Files\Common Files\Microsoft Shared"
            r"\OFFICE16\MSO.DLL#Microsoft Office 16.0 Object Library"
        ),
    ),
)
"""What every project that Excel makes refers to; Excel finds them by their ids, wherever they are."""


def _record(number: int, content: bytes = b"") -> bytes:
    return struct.pack("<HI", number, len(content)) + content


def _reference(name: str, library: str) -> bytes:
    content = struct.pack("<I", len(library)) + library.encode(CODE_PAGE) + bytes(6)
    return _record(0x16, name.encode(CODE_PAGE)) + _record(0x3E, name.encode("utf-16-le")) + _record(0x0D, content)


def _described(module: Module) -> bytes:
    """Return a module's records: its name twice (it is its stream's too), and that its source begins at once."""
    plain, wide = module.name.encode(CODE_PAGE), module.name.encode("utf-16-le")
    records = [_record(0x19, plain), _record(0x47, wide), _record(0x1A, plain), _record(0x32, wide)]
    records += [_record(0x1C), _record(0x48)]
    records += [_record(0x31, bytes(4)), _record(0x1E, bytes(4)), _record(0x2C, b"\xff\xff")]
    return b"".join([*records, _record(module.kind.value[1]), _record(0x2B)])


def _encrypted(project: str, data: bytes) -> str:
    """Return data as ``PROJECT`` keeps it ([MS-OVBA] 2.4.3.2): obscured, not secret; the seed is fixed."""
    seed, version = 0x8D, 2
    key = sum(project.encode("ascii")) & 0xFF
    written = [seed, seed ^ version, seed ^ key]
    plain, last, before = key, written[2], written[1]
    padding = bytes([7]) * ((seed & 6) // 2)
    for byte in padding + struct.pack("<I", len(data)) + data:
        written.append(byte ^ ((before + plain) & 0xFF))
        last, before, plain = written[-1], last, byte
    return "".join(f"{byte:02X}" for byte in written)


# --- compression ------------------------------------------------------------------------------


def compress(data: bytes) -> bytes:
    """Return data as a compressed container ([MS-OVBA] 2.4.1): a flag byte for each eight literals or copies.

    Raises:
        ValueError: it cannot be made smaller, which text always can.
    """
    chunks = (_compressed(data[start : start + _CHUNK]) for start in range(0, len(data), _CHUNK))
    return b"\x01" + b"".join(chunks)


def _compressed(chunk: bytes) -> bytes:
    """Return a chunk of at most 4,096 bytes with its header."""
    body = bytearray()
    seen: dict[bytes, list[int]] = {}
    place = 0
    while place < len(chunk):
        flags_at, flags = len(body), 0
        body.append(0)
        for bit in range(8):
            if place >= len(chunk):
                break
            bits = max(4, (place - 1).bit_length())  # of the offset; the rest of 16 are the length's
            back, length = _longest_copy(chunk, place, seen, (0xFFFF >> bits) + _SHORTEST_COPY)
            if length:
                body += struct.pack("<H", ((back - 1) << (16 - bits)) | (length - _SHORTEST_COPY))
                flags |= 1 << bit
            else:
                length = 1
                body.append(chunk[place])
            for passed in range(place, place + length):
                seen.setdefault(chunk[passed : passed + _SHORTEST_COPY], []).append(passed)
            place += length
        body[flags_at] = flags
    if len(body) >= _CHUNK:
        raise ValueError("what is not text cannot be kept in a module")
    return struct.pack("<H", 0xB000 | (len(body) - 1)) + bytes(body)


def _longest_copy(chunk: bytes, place: int, seen: dict[bytes, list[int]], most: int) -> tuple[int, int]:
    """Return how far back the longest repetition of what comes next begins, and how long it is; 0 where none."""
    most = min(most, len(chunk) - place)
    best = (0, 0)
    if most < _SHORTEST_COPY:
        return best
    for candidate in reversed(seen.get(chunk[place : place + _SHORTEST_COPY], ())[-_CANDIDATES:]):
        length = _SHORTEST_COPY
        while length < most and chunk[candidate + length] == chunk[place + length]:
            length += 1
        if length > best[1]:
            best = (place - candidate, length)
    return best
