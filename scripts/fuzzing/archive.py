"""Writes archives whose list of contents may lie: every field of every entry can be said otherwise."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from dataclasses import dataclass, field


@dataclass
class Entry:
    """A part, and what the archive says of it; None means the truth."""

    name: bytes
    content: bytes
    method: int = 8
    said_method: int | None = None
    flags: int = 0
    crc: int | None = None
    size: int | None = None
    packed_size: int | None = None
    extra: bytes = b""
    comment: bytes = b""
    other_name: bytes | None = None
    """What the part itself says it is called, where the list says otherwise."""
    points_to: int | None = None
    """The number of the entry at whose part the list points, where that is another."""
    unlisted: bool = False
    attributes: int = 0


@dataclass
class Archive:
    """Entries, and what stands around them."""

    entries: list[Entry]
    before: bytes = b""
    after: bytes = b""
    comment: bytes = b""
    count: int | None = None
    start: int | None = None
    length: int | None = None
    zip64: bytes = field(default=b"")


def opened(data: bytes) -> Archive:
    """Return a good archive to change."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return Archive([Entry(name.encode(), archive.read(name)) for name in archive.namelist()])


def written(archive: Archive) -> bytes:
    """Return the archive as a file, with all that is said of it."""
    made = bytearray(archive.before)
    starts, facts = [], []
    for entry in archive.entries:
        packed = _packed(entry)
        size = len(entry.content) if entry.size is None else entry.size
        packed_size = len(packed) if entry.packed_size is None else entry.packed_size
        crc = zlib.crc32(entry.content) if entry.crc is None else entry.crc
        method = entry.method if entry.said_method is None else entry.said_method
        starts.append(len(made))
        facts.append((method, crc, packed_size, size))
        name = entry.name if entry.other_name is None else entry.other_name
        made += struct.pack(
            "<4s5H3L2H", b"PK\x03\x04", 20, entry.flags, method, 0, 33, crc, packed_size & 0xFFFFFFFF,
            size & 0xFFFFFFFF, len(name), len(entry.extra),
        )  # fmt: skip
        made += name + entry.extra + packed
    directory = len(made)
    listed = 0
    for number, (entry, (method, crc, packed_size, size)) in enumerate(zip(archive.entries, facts, strict=True)):
        if entry.unlisted:
            continue
        listed += 1
        start = starts[number if entry.points_to is None else entry.points_to % len(starts)]
        made += struct.pack(
            "<4s6H3L5H2L", b"PK\x01\x02", 20, 20, entry.flags, method, 0, 33, crc, packed_size & 0xFFFFFFFF,
            size & 0xFFFFFFFF, len(entry.name), len(entry.extra), len(entry.comment), 0, 0, entry.attributes, start,
        )  # fmt: skip
        made += entry.name + entry.extra + entry.comment
    length = len(made) - directory if archive.length is None else archive.length
    count = listed if archive.count is None else archive.count
    made += archive.zip64
    made += struct.pack(
        "<4s4H2LH", b"PK\x05\x06", 0, 0, count & 0xFFFF, count & 0xFFFF, length & 0xFFFFFFFF,
        (directory if archive.start is None else archive.start) & 0xFFFFFFFF, len(archive.comment),
    )  # fmt: skip
    return bytes(made + archive.comment + archive.after)


def _packed(entry: Entry) -> bytes:
    if entry.method != zipfile.ZIP_DEFLATED:
        return entry.content
    packer = zlib.compressobj(6, zlib.DEFLATED, -15)
    return packer.compress(entry.content) + packer.flush()
