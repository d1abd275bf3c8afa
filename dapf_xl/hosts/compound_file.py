"""Writes a compound file ([MS-CFB] version 3): the folders and files in one file that ``vbaProject.bin`` is."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Tree: TypeAlias = "Mapping[str, bytes | Tree]"
"""Streams and storages (files and folders) by name."""

_SECTOR = 512
_MINI_SECTOR = 64
_MINI_BELOW = 4096
"""Bytes from which a stream has sectors of its own; shorter ones share those of the root."""
_FREE, _END, _FAT, _NOBODY = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF
_STORAGE, _STREAM, _ROOT = 1, 2, 5
_RED, _BLACK = 0, 1
_FAT_IN_HEADER = 109
_ENTRIES_A_SECTOR = _SECTOR // 4
_NAME_BYTES = 64
_SIGNATURE = bytes.fromhex("D0CF11E0A1B11AE1")


@dataclass
class _Entry:
    """An entry of the directory."""

    name: str
    kind: int
    data: bytes = b""
    colour: int = _BLACK
    left: int = _NOBODY
    right: int = _NOBODY
    child: int = _NOBODY
    start: int = 0

    @property
    def key(self) -> tuple[int, str]:
        """What entries of a storage are ordered by: the shorter name first ([MS-CFB] 2.6.4)."""
        return len(self.name), self.name.upper()

    def as_bytes(self) -> bytes:
        """Return the entry's 128 bytes; it has no class, and no times, so that bytes repeat."""
        name = (self.name + "\0").encode("utf-16-le")
        if len(name) > _NAME_BYTES:
            raise ValueError(f"{self.name!r} is too long for a name in a compound file")
        head = struct.pack("<64sHBB", name, len(name), self.kind, self.colour)
        links = struct.pack("<III", self.left, self.right, self.child)
        return head + links + bytes(36) + struct.pack("<IQ", self.start, len(self.data))


_NO_ENTRY = bytes(68) + struct.pack("<III", _NOBODY, _NOBODY, _NOBODY) + bytes(48)


class _Sectors:
    """The sectors of a file, and the table that chains them."""

    def __init__(self, size: int) -> None:
        self._size = size
        self.content = bytearray()
        self.chain: list[int] = []

    def put(self, data: bytes) -> int:
        """Append a stream and return its first sector."""
        if not data:
            return _END
        first, count = len(self.chain), -(-len(data) // self._size)
        self.content += data.ljust(count * self._size, b"\0")
        self.chain += [*range(first + 1, first + count), _END]
        return first


def compound_file(tree: Tree) -> bytes:
    """Return a compound file that holds these streams; the same bytes for the same streams.

    Raises:
        ValueError: a name is too long, or the file would be too large for one header.
    """
    entries = [_Entry("Root Entry", _ROOT)]
    entries[0].child = _enter(tree, entries)
    sectors, small = _Sectors(_SECTOR), _Sectors(_MINI_SECTOR)
    for entry in entries:
        if entry.kind == _STREAM:
            entry.start = (small if len(entry.data) < _MINI_BELOW else sectors).put(entry.data)
    entries[0].data = bytes(small.content)
    entries[0].start = sectors.put(entries[0].data)
    small_table = _table(small.chain)
    small_start = sectors.put(small_table)
    directory = b"".join(entry.as_bytes() for entry in entries)
    directory += _NO_ENTRY * (-len(entries) % (_SECTOR // len(_NO_ENTRY)))
    directory_start = sectors.put(directory)
    count = 1
    while count * _ENTRIES_A_SECTOR < len(sectors.chain) + count:
        count += 1
    if count > _FAT_IN_HEADER:
        raise ValueError("the compound file is larger than its header can describe")
    tables = [len(sectors.chain) + number for number in range(count)]
    sectors.content += _table([*sectors.chain, *[_FAT] * count])
    header = _SIGNATURE + bytes(16) + struct.pack("<5H6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<5I", 0, count, directory_start, 0, _MINI_BELOW)
    header += struct.pack("<4I", small_start, len(small_table) // _SECTOR, _END, 0)
    header += struct.pack(f"<{_FAT_IN_HEADER}I", *tables, *[_FREE] * (_FAT_IN_HEADER - count))
    return header + bytes(sectors.content)


def _table(chain: Sequence[int]) -> bytes:
    """Return a table of sectors, filled up to whole ones."""
    free = -len(chain) % _ENTRIES_A_SECTOR
    return struct.pack(f"<{len(chain) + free}I", *chain, *[_FREE] * free)


def _enter(tree: Tree, entries: list[_Entry]) -> int:
    """Append what a storage holds to the directory and return its topmost entry."""
    numbers = []
    for name, held in tree.items():
        numbers.append(len(entries))
        entries.append(_Entry(name, _STREAM, held) if isinstance(held, bytes) else _Entry(name, _STORAGE))
        if not isinstance(held, bytes):
            entries[numbers[-1]].child = _enter(held, entries)
    numbers.sort(key=lambda number: entries[number].key)
    return _balanced(numbers, entries, 0, len(numbers).bit_length() - 1)


def _balanced(numbers: Sequence[int], entries: list[_Entry], level: int, deepest: int) -> int:
    """Link sorted entries into a red-black tree and return its root.

    Every level but the deepest is full, so a tree whose deepest level alone is red keeps the rules: no red entry
    has a red parent, and every way down meets as many black ones.
    """
    if not numbers:
        return _NOBODY
    middle = len(numbers) // 2
    entry = entries[numbers[middle]]
    entry.colour = _RED if level == deepest and level else _BLACK
    entry.left = _balanced(numbers[:middle], entries, level + 1, deepest)
    entry.right = _balanced(numbers[middle + 1 :], entries, level + 1, deepest)
    return numbers[middle]
