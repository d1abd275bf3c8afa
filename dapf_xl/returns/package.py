"""What kind of file came back, and whether it is safe to read: batch 1 of the checks.

Nothing is unpacked before the archive's own list of contents was looked at. Then every part is, once,
with its checksum verified: a reader that stops at the end of the XML would take a flipped bit for a figure.
"""

from __future__ import annotations

import io
import os
import re
import zipfile
from collections import Counter
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import unquote

from defusedxml import ElementTree

from dapf_xl.findings import Code, Finding
from dapf_xl.personal_data import redacted
from dapf_xl.plain import file_name, shown
from dapf_xl.returns.more import parts_more
from dapf_xl.returns.sounding import TwoWaysError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

READABLE = (".xlsx", ".ods", ".xlsm")
OLD_KINDS = (".xls", ".xlsb")
"""Kinds of workbook that a program can save anew."""
OTHER_KINDS = (".csv", ".pdf", ".numbers", ".doc", ".docx")
"""Kinds of file that people send instead; each gets a finding, not silence."""

MOST_PARTS = 500
MOST_BYTES = 60_000_000
"""Unpacked size; a return of 400 rows has about half a million bytes."""

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_SIGNATURES = {b"%PDF": "a PDF", b"PK": "", b"{\\rtf": "a Word document (RTF)", b"<": "a web page or an XML file"}

XML = (".xml", ".rels", ".vml")
DOCTYPE = b"<!DOCTYPE"
_DECLARATION = re.compile(r"<\?xml[^<>]*\?>")

_ENCODING = re.compile(rb"""\s*<\?xml[^<>]*?encoding\s*=\s*["']([^"']*)""")

_MACROS = re.compile(r"(?:Basic|Dialogs|Scripts)/")
"""Where LibreOffice keeps macros, each of which declares a document type; nothing of them is read."""
_CARRIED = (
    (re.compile(r"vbaProject|macrosheets/", re.IGNORECASE), Code.FILE_MACROS),
    (re.compile(r"externalLinks/"), Code.FILE_EXTERNAL_LINK),
    (re.compile(r"embeddings/"), Code.FILE_EMBEDDED_OBJECT),
    (re.compile(r"threadedComments/"), Code.FILE_THREADED_COMMENTS),
)


class Package:
    """A file's bytes, with what is wrong with it as a file."""

    def __init__(self, path: Path) -> None:
        """Read the file, and look at it without unpacking it."""
        self.path = path
        self.name = redacted(file_name(path.name))
        self.data = b""
        self.saved = ""
        """When the file was last saved, ISO 8601, by the file system."""
        self.parts: dict[str, bytes] = {}
        """The archive's parts by their names, XML as UTF-8; none where the file is not to be read."""
        self.recoded = False
        """Whether a part was not in UTF-8."""
        self.findings: list[Finding] = []
        self._open()

    @property
    def is_ods(self) -> bool:
        """Say whether it is an OpenDocument spreadsheet."""
        return "content.xml" in self.parts

    def _open(self) -> None:
        suffix = self.path.suffix.lower()
        if suffix in {*OLD_KINDS, *OTHER_KINDS}:
            self.found(Code.WORKBOOK_KIND_REFUSED if suffix in OLD_KINDS else Code.NOT_THE_RETURN, suffix=suffix)
            return
        try:
            self._read_bytes()
        except OSError as error:
            self.found(Code.FILE_UNREADABLE, reason=error.strerror or str(error))
        if self.findings:
            return
        if not self.data:
            self.found(Code.FILE_EMPTY)
        elif self.data.startswith(_OLE):
            self.found(Code.FILE_ENCRYPTED if _ENCRYPTED in self.data else Code.WORKBOOK_KIND_REFUSED, suffix=".xls")
        elif not self.data.startswith(b"PK"):
            kind = next((words for start, words in _SIGNATURES.items() if self.data.lstrip().startswith(start)), "")
            self.found(Code.NOT_A_WORKBOOK, what=f" but {kind}, renamed" if kind else "")
        else:
            self._open_archive()

    def _read_bytes(self) -> None:
        if not self.path.is_file():
            self.path.stat()
            folder = "it is a link to a folder" if self.path.is_symlink() else "it is a folder"
            self.found(Code.FILE_UNREADABLE, reason=folder if self.path.is_dir() else "it is not a file")
            return
        with self.path.open("rb") as file:
            status = os.fstat(file.fileno())
            self.saved = datetime.fromtimestamp(status.st_mtime, UTC).isoformat(timespec="seconds")
            if status.st_size > MOST_BYTES:
                self._found_too_large(status.st_size)
                return
            self.data = file.read()

    def _open_archive(self) -> None:
        reason = "its end is missing"
        try:
            archive = zipfile.ZipFile(io.BytesIO(self.data))
            reason = "a part of it cannot be unpacked"
            self._look_inside(archive)
        except Exception:  # noqa: BLE001  (a damaged archive makes zipfile raise almost anything, in its own words)
            self.found(Code.FILE_TRUNCATED, reason=reason)

    def _look_inside(self, archive: zipfile.ZipFile) -> None:
        parts = archive.infolist()
        names = {part.filename for part in parts}
        alike = {unquote(part.filename.replace("\\", "/")).casefold() for part in parts}  # (as Excel compares them)
        size = sum(part.file_size for part in parts)
        unsafe = next((part.filename for part in parts if is_unsafe(part.filename)), "")
        if unsafe or len(alike) != len(parts):
            self.found(Code.FILE_UNSAFE_PART, part=shown(unsafe) or "two parts of the same name")
        elif len(parts) > MOST_PARTS:
            self.found(Code.FILE_TOO_LARGE, found=f"{len(parts):,} parts", limit=f"{MOST_PARTS:,}")
        elif size > MOST_BYTES:
            self._found_too_large(size)
        elif any(part.flag_bits & 1 for part in parts) or _is_encrypted_ods(archive, names):
            self.found(Code.FILE_ENCRYPTED)
        elif not names & {"xl/workbook.xml", "content.xml"}:
            self.found(Code.NOT_A_WORKBOOK, what=" but another kind of archive, renamed")
        else:
            self.recoded = bool(archive.comment) or min(part.header_offset for part in parts) > 0
            content = {part.filename: self._unpacked(archive.read(part)) for part in parts}
            read = {name: xml for name, xml in content.items() if name.endswith(XML) and not _MACROS.match(name)}
            declaring = next((name for name, xml in read.items() if DOCTYPE in xml), "")
            if declaring:  # no spreadsheet program does: entities that grow without end, or read other files
                self.found(Code.FILE_UNSAFE_PART, part=f"{declaring}, which declares a document type")
                return
            self.parts = {name: self._in_one_piece(name, xml) for name, xml in content.items()}
            for code in _carried(frozenset(names)):
                self.found(code)
            more = () if self.is_ods else parts_more(frozenset(names))
            if more:
                self.found(Code.FILE_HOLDS_MORE, found=redacted(shown(", ".join(more))))

    def _unpacked(self, content: bytes) -> bytes:
        """Return a part's content, in UTF-8 if it was in UTF-16, which calamine takes for nothing."""
        if not content.startswith((b"\xff\xfe", b"\xfe\xff")):
            return content
        self.recoded = True
        return _DECLARATION.sub("", content.decode("utf-16"), count=1).encode()

    def _in_one_piece(self, name: str, content: bytes) -> bytes:
        """Return XML without what lies within a text and is no part of it, at which calamine ends the text."""
        if not name.endswith(XML) or _MACROS.match(name) or not (_is_in_pieces(content) or _other_encoding(content)):
            return content
        self.recoded = True
        whole: bytes = ElementTree.tostring(ElementTree.fromstring(content), encoding="utf-8")
        return whole

    def _found_too_large(self, size: int) -> None:
        self.found(Code.FILE_TOO_LARGE, found=f"{size / 1e6:,.0f} MB", limit=f"{MOST_BYTES / 1e6:,.0f} MB")

    def refuse_if_twice(self, names: Iterable[str]) -> None:
        """Refuse a workbook that has two sheets of one name: programs differ in which of them they show.

        Raises:
            ValueError: it has, and a finding says so.
        """
        often = Counter(name.casefold() for name in names)
        twice = [name for name, times in often.items() if times > 1]
        if twice:
            self.found(Code.FILE_UNSAFE_PART, part=f"two sheets with the name {shown(twice[0])}")
            raise ValueError(twice[0])

    def reads_two_ways(self, what: str) -> TwoWaysError:
        """Refuse a workbook that says something in two ways; return what is to be raised."""
        self.found(Code.FILE_READS_TWO_WAYS, part=what)
        return TwoWaysError(what)

    def found(self, code: Code, **words: str) -> None:
        """Add a finding about the file."""
        self.findings.append(code.finding(file=self.name, severity=None, **words))


@lru_cache(maxsize=64)
def _carried(names: frozenset[str]) -> tuple[Code, ...]:
    return tuple(code for pattern, code in _CARRIED if any(pattern.search(name) for name in names))


def _is_in_pieces(content: bytes) -> bool:
    """Say whether XML holds a comment, an instruction besides its declaration, or a text in brackets."""
    # A single letter is found a hundred times faster than two, and nearly always it is not there.
    after = content.find(b"?>") + 2
    instructs = content.find(b"?", after) > 0 or content.count(b"?", 0, after) > 2  # noqa: PLR2004
    return (
        b"<!--" in content or (b"[" in content and b"<![CDATA[" in content) or (instructs and content.count(b"<?") > 1)
    )


def _other_encoding(content: bytes) -> bool:
    """Say whether XML says that it is in an encoding that is not read here."""
    said = _ENCODING.match(content)
    return said is not None and said[1].lower() not in {b"utf-8", b"us-ascii"}


def _is_encrypted_ods(archive: zipfile.ZipFile, names: set[str]) -> bool:
    manifest = "META-INF/manifest.xml"
    return manifest in names and b"encryption-data" in archive.read(manifest)


def is_unsafe(name: str) -> bool:
    """Say whether a part's name climbs out of the archive."""
    first, *others = name.replace("\\", "/").split("/")
    return not first or ":" in first or ".." in (first, *others)
