"""Spoils a file as a string of bytes: what disks, lines and people with editors do."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    Spoil = Callable[[Random, bytes, bytes], bytes]


def flip_bits(chance: Random, data: bytes, _: bytes) -> bytes:
    """Flip a few bits."""
    made = bytearray(data)
    for _ in range(chance.choice([1, 1, 2, 8, 64])):
        made[chance.randrange(len(made))] ^= 1 << chance.randrange(8)
    return bytes(made)


def flip_in_directory(chance: Random, data: bytes, _: bytes) -> bytes:
    """Change bytes where the archive lists its contents."""
    start = data.find(b"PK\x01\x02")
    made = bytearray(data)
    for _ in range(chance.choice([1, 2, 4])):
        made[chance.randrange(max(0, start), len(made))] = chance.choice(
            [0, 1, 0x7F, 0x80, 0xFF, chance.randrange(256)]
        )
    return bytes(made)


def overwrite(chance: Random, data: bytes, _: bytes) -> bytes:
    """Overwrite a stretch with one byte, or with any."""
    at, length = _stretch(chance, data)
    filler = chance.choice([b"\0" * length, b"\xff" * length, chance.randbytes(length)])
    return data[:at] + filler + data[at + length :]


def cut(chance: Random, data: bytes, _: bytes) -> bytes:
    """Take a stretch out."""
    at, length = _stretch(chance, data)
    return data[:at] + data[at + length :]


def truncate(chance: Random, data: bytes, _: bytes) -> bytes:
    """Break off."""
    return data[: chance.randrange(len(data))]


def repeat(chance: Random, data: bytes, _: bytes) -> bytes:
    """Say a stretch again, once or often."""
    at, length = _stretch(chance, data)
    return data[:at] + data[at : at + length] * chance.choice([2, 3, 50]) + data[at + length :]


def insert(chance: Random, data: bytes, _: bytes) -> bytes:
    """Put bytes in between, or before, or after."""
    at = chance.choice([0, len(data), chance.randrange(len(data))])
    return data[:at] + chance.randbytes(chance.choice([1, 4, 100, 3000])) + data[at:]


def splice(chance: Random, data: bytes, other: bytes) -> bytes:
    """Go on in the middle as another file does."""
    return data[: chance.randrange(len(data))] + other[chance.randrange(len(other)) :]


def _stretch(chance: Random, data: bytes) -> tuple[int, int]:
    return chance.randrange(len(data)), chance.choice([1, 2, 4, 16, 100, 1000])


WAYS: tuple[Spoil, ...] = (flip_bits, flip_in_directory, overwrite, cut, truncate, repeat, insert, splice)
KEEPING = (flip_bits, flip_in_directory, overwrite, cut, truncate, repeat, insert)
"""After these, a file is refused or holds what it held: its checksums say so."""
