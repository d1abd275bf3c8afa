"""What is still whole of an archive that is cut off or damaged: the parts whose own checksum holds.

An archive lists its parts at its end, which is what a cut-off file has lost; but each part also begins with a
head of its own. A part is taken only where it ends as it says and its checksum holds: a flipped bit in a sheet
would be taken for a figure.
"""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING, NamedTuple

from dapf_xl.returns.package import DOCTYPE, MOST_BYTES, MOST_PARTS, XML, is_unsafe

if TYPE_CHECKING:
    from dapf_xl.returns.package import Package

_HEAD, _DESCRIPTOR = b"PK\x03\x04", b"PK\x07\x08"
_FIELDS = struct.Struct("<4sHHHHHIIIHH")
_STORED, _DEFLATED = 0, 8
_MOST_HEADS = 4 * MOST_PARTS
_PIECE = 65_536
_IS_ENCRYPTED, _SIZES_FOLLOW = 1, 8
"""Flags of a head: the part is encrypted; checksum and sizes stand behind the part."""


class _Part(NamedTuple):
    name: str
    content: bytes
    end: int
    is_whole: bool


def parts_of(package: Package) -> dict[str, bytes]:
    """Return the parts of a file by their names: all of them, or where it is damaged those that are whole.

    Nothing is returned of a file that holds what no workbook holds, or more than one needs.
    """
    return package.parts or _whole_parts(package.data)


def _whole_parts(data: bytes) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    room = MOST_BYTES
    start = data.find(_HEAD)
    for _ in range(_MOST_HEADS):
        if start < 0:
            return found
        part = _part_at(data, start, room)
        room -= len(part.content) if part else 0
        if part is None or not part.is_whole:
            start = data.find(_HEAD, start + 1)
            continue
        if part.name in found or is_unsafe(part.name) or len(found) >= MOST_PARTS:
            return {}  # two parts of one name: nobody can say which is meant
        if part.name.endswith(XML) and DOCTYPE in part.content:
            return {}
        found[part.name] = part.content
        start = data.find(_HEAD, part.end)
    return {}


def _part_at(data: bytes, start: int, room: int) -> _Part | None:
    """Return the part whose head stands at a place; None where it is none that can be unpacked."""
    head = data[start : start + _FIELDS.size]
    if len(head) < _FIELDS.size:
        return None
    _, _, flags, method, _, _, checksum, packed, size, name_length, extra_length = _FIELDS.unpack(head)
    begins = start + _FIELDS.size + name_length + extra_length
    name = data[start + _FIELDS.size : start + _FIELDS.size + name_length].decode("utf-8", "replace")
    follows = bool(flags & _SIZES_FOLLOW)
    if flags & _IS_ENCRYPTED or not name:
        return None
    if method == _STORED and not follows and packed <= room:
        content, end = data[begins : begins + packed], begins + packed
        is_whole = len(content) == size
    elif method == _DEFLATED:
        content, end, is_whole = _inflated(data, begins, room)
    else:
        return None
    if follows:
        at = end + 4 if data[end : end + 4] == _DESCRIPTOR else end
        checksum, end = int.from_bytes(data[at : at + 4], "little"), at + 12
    return _Part(name, content, end, is_whole and zlib.crc32(content) == checksum)


def _inflated(data: bytes, begins: int, room: int) -> tuple[bytes, int, bool]:
    """Return what stands packed at a place, where it ends, and whether it came to its end within the room."""
    unpacking = zlib.decompressobj(-zlib.MAX_WBITS)
    pieces, at = [], begins
    try:
        while not unpacking.eof and room > 0:
            piece = data[at : at + _PIECE]
            if not piece and not unpacking.unconsumed_tail:
                break
            pieces.append(unpacking.decompress(unpacking.unconsumed_tail + piece, room))
            room -= len(pieces[-1])
            at += len(piece)
    except zlib.error:
        pass
    return b"".join(pieces), at - len(unpacking.unused_data), unpacking.eof
