"""Spoils a file as an archive: its parts, their names, and what the list of contents says of them."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from fuzzing.archive import Archive, Entry, opened, written

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    Change = Callable[[Random, Archive, bytes], None]

NAMES = (
    b"", b"/", b"..", b"../x.xml", b"xl/../../x", b"C:\\x", b"/etc/passwd", b"xl\\workbook.xml", b"XL/WORKBOOK.XML",
    b"xl/worksheets/sheet99.xml", b"\xff\xfe", "é.xml".encode(), b"a" * 60_000, b"con", b"xl/./workbook.xml", b"x\0y",
    b"[Content_Types].xml", b"xl/sharedStrings.xml", b"content.xml", b"META-INF/manifest.xml", b"xl/vbaProject.bin",
    b"xl/externalLinks/externalLink1.xml", b"xl/embeddings/x.bin", b"xl/threadedComments/x.xml", b"mimetype",
)  # fmt: skip
NUMBERS = (0, 1, 2, 0x7F, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF)
MEGABYTE = 1_000_000


def rename(chance: Random, archive: Archive, _: bytes) -> None:
    """Call a part something else."""
    chance.choice(archive.entries).name = chance.choice(NAMES)


def rename_within(chance: Random, archive: Archive, _: bytes) -> None:
    """Let a part's own name and the list's differ."""
    chance.choice(archive.entries).other_name = chance.choice([*NAMES, chance.choice(archive.entries).name])


def duplicate(chance: Random, archive: Archive, _: bytes) -> None:
    """Have a part twice, under its name or nearly."""
    entry = chance.choice(archive.entries)
    name = chance.choice([entry.name, entry.name.upper(), entry.name + b" ", b"./" + entry.name])
    archive.entries.insert(
        chance.randrange(len(archive.entries) + 1), Entry(name, chance.choice([entry.content, b"", b"<x/>"]))
    )


def drop(chance: Random, archive: Archive, _: bytes) -> None:
    """Leave a part out, or out of the list alone."""
    number = chance.randrange(len(archive.entries))
    if chance.random() < 0.3:  # noqa: PLR2004
        archive.entries[number].unlisted = True
    else:
        del archive.entries[number]


def swap(chance: Random, archive: Archive, _: bytes) -> None:
    """Let two parts change places."""
    one, two = chance.sample(archive.entries, 2)
    one.content, two.content = two.content, one.content


def shuffle(chance: Random, archive: Archive, _: bytes) -> None:
    """Put the parts into another order."""
    chance.shuffle(archive.entries)


def lie(chance: Random, archive: Archive, _: bytes) -> None:
    """Say something untrue of a part."""
    entry = chance.choice(archive.entries)
    what = chance.choice(["crc", "size", "packed_size", "said_method", "flags", "attributes"])
    setattr(entry, what, chance.choice(NUMBERS) & (0xFFFF if what in {"said_method", "flags"} else 0xFFFFFFFF))


def lie_of_the_whole(chance: Random, archive: Archive, _: bytes) -> None:
    """Say something untrue of the archive."""
    setattr(archive, chance.choice(["count", "start", "length"]), chance.choice(NUMBERS))


def other_method(chance: Random, archive: Archive, _: bytes) -> None:
    """Do not pack a part, or say that it is packed in a way that few know."""
    entry = chance.choice(archive.entries)
    entry.method = 0
    entry.said_method = chance.choice([0, 0, 8, 9, 12, 14, 93, 95, 99])


def encrypt(chance: Random, archive: Archive, _: bytes) -> None:
    """Say that a part is encrypted."""
    chance.choice(archive.entries).flags = chance.choice([1, 0x41, 0x2001])


def overlap(chance: Random, archive: Archive, _: bytes) -> None:
    """Let entries of the list point to one part."""
    target = chance.randrange(len(archive.entries))
    for entry in archive.entries if chance.random() < 0.5 else chance.sample(archive.entries, 2):  # noqa: PLR2004
        entry.points_to = target


def nest(chance: Random, archive: Archive, other: bytes) -> None:
    """Put an archive into the archive."""
    name = chance.choice([b"xl/embeddings/x.xlsx", b"x.zip", chance.choice(archive.entries).name])
    archive.entries.append(Entry(name, other))


def bomb(chance: Random, archive: Archive, _: bytes) -> None:
    """Make a part large, truly or by its own word."""
    size = chance.choice([1, 20, 55, 70]) * MEGABYTE
    entry = chance.choice(archive.entries)
    if chance.random() < 0.5:  # noqa: PLR2004
        entry.content += chance.choice([b" ", b"\0", b"<a/>"]) * (size // 4)
    else:
        archive.entries.append(Entry(b"xl/media/image.bin", bytes(size)))


def zip64(chance: Random, archive: Archive, _: bytes) -> None:
    """Add the fields of very large archives, well made or not."""
    entry = chance.choice(archive.entries)
    sizes = struct.pack("<2Q", chance.choice([len(entry.content), 2**40, 2**63]), chance.choice([10, 2**50]))
    entry.extra = struct.pack("<2H", 1, chance.choice([16, 8, 0, 4000])) + sizes
    if chance.random() < 0.7:  # noqa: PLR2004
        entry.size = entry.packed_size = 0xFFFFFFFF
    if chance.random() < 0.5:  # noqa: PLR2004
        record = struct.pack(
            "<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 2**40, 2**40, 2**40, chance.choice([0, 2**60])
        )
        archive.zip64 = record + struct.pack("<4sLQL", b"PK\x06\x07", 0, chance.choice([0, 2**62, len(record)]), 1)


def comments(chance: Random, archive: Archive, other: bytes) -> None:
    """Add comments: long ones, and one that is an archive itself."""
    archive.comment = chance.choice([b"x" * 0xFFFF, other[-2000:], b"PK\x05\x06" + bytes(18)])
    chance.choice(archive.entries).comment = b"y" * chance.choice([1, 0xFFFF])


def surround(chance: Random, archive: Archive, other: bytes) -> None:
    """Put something before and after: a script, a picture, another archive."""
    archive.before = chance.choice([b"", b"#!/bin/sh\n", b"MZ" + bytes(100), b"%PDF-1.7\n", other])
    archive.after = chance.choice([b"", b"\0" * 1000, other, b"PK\x05\x06"])


def many(chance: Random, archive: Archive, _: bytes) -> None:
    """Add many small parts."""
    archive.entries += [Entry(b"x/%d" % number, b"") for number in range(chance.choice([100, 600, 5000]))]


WAYS: tuple[Change, ...] = (
    rename, rename_within, duplicate, drop, swap, shuffle, lie, lie_of_the_whole, other_method, encrypt, overlap, nest,
    bomb, zip64, comments, surround, many,
)  # fmt: skip


def spoil(chance: Random, data: bytes, other: bytes, ways: list[str]) -> bytes:
    """Return the file with one to three things changed, whose names are added to ``ways``."""
    archive = opened(data)
    for _ in range(chance.choice([1, 1, 1, 2, 3])):
        change = chance.choice(WAYS)
        if len(archive.entries) > 1:
            change(chance, archive, other)
            ways.append(change.__name__)
    return written(archive)
