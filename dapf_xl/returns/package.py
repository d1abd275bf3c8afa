"""What kind of file came back, and whether it is safe to read: batch 1 of the checks.

Nothing is unpacked here beyond the archive's own list of contents.
"""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING

from dapf_xl.findings import Code, Finding

if TYPE_CHECKING:
    from pathlib import Path

READABLE = (".xlsx", ".ods", ".xlsm")
REFUSED = (".xls", ".xlsb", ".csv", ".pdf", ".numbers", ".doc", ".docx")
"""Kinds of file that people send instead; each gets a finding, not silence."""

MOST_PARTS = 500
MOST_BYTES = 60_000_000
"""Unpacked size; a return of 400 rows has about half a million bytes."""

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_SIGNATURES = {b"%PDF": "a PDF", b"PK": "", b"{\\rtf": "a Word document (RTF)", b"<": "a web page or an XML file"}

_CARRIED = (
    (re.compile(r"vbaProject", re.IGNORECASE), Code.FILE_MACROS),
    (re.compile(r"externalLinks/"), Code.FILE_EXTERNAL_LINK),
    (re.compile(r"(embeddings|ObjectReplacements)/"), Code.FILE_EMBEDDED_OBJECT),
    (re.compile(r"threadedComments/"), Code.FILE_THREADED_COMMENTS),
)


class Package:
    """A file's bytes, with what is wrong with it as a file."""

    def __init__(self, path: Path) -> None:
        """Read the file, and look at it without unpacking it."""
        self.path = path
        self.name = path.name
        self.data = b""
        self.archive: zipfile.ZipFile | None = None
        self.findings: list[Finding] = []
        self._open()

    @property
    def is_ods(self) -> bool:
        """Say whether it is an OpenDocument spreadsheet."""
        return self.archive is not None and "content.xml" in self.archive.namelist()

    def _open(self) -> None:
        suffix = self.path.suffix.lower()
        if suffix in REFUSED:
            self._found(Code.WORKBOOK_KIND_REFUSED, suffix=suffix)
            return
        try:
            self.data = self.path.read_bytes()
        except OSError as error:
            self._found(Code.FILE_UNREADABLE, reason=error.strerror or str(error))
            return
        if not self.data:
            self._found(Code.FILE_EMPTY)
        elif self.data.startswith(_OLE):
            self._found(Code.FILE_ENCRYPTED if _ENCRYPTED in self.data else Code.WORKBOOK_KIND_REFUSED, suffix=".xls")
        elif not self.data.startswith(b"PK"):
            kind = next((words for start, words in _SIGNATURES.items() if self.data.lstrip().startswith(start)), "")
            self._found(Code.NOT_A_WORKBOOK, what=f" but {kind}, renamed" if kind else "")
        else:
            self._open_archive()

    def _open_archive(self) -> None:
        try:
            archive = zipfile.ZipFile(io.BytesIO(self.data))
        except (zipfile.BadZipFile, ValueError, OverflowError, NotImplementedError) as error:
            self._found(Code.FILE_TRUNCATED, reason=str(error))
            return
        parts = archive.infolist()
        names = {part.filename for part in parts}
        size = sum(part.file_size for part in parts)
        unsafe = next((part.filename for part in parts if _is_unsafe(part.filename)), "")
        if unsafe or len(names) != len(parts):
            self._found(Code.FILE_UNSAFE_PART, part=unsafe or "two parts of the same name")
        elif len(parts) > MOST_PARTS:
            self._found(Code.FILE_TOO_LARGE, found=f"{len(parts):,} parts", limit=f"{MOST_PARTS:,}")
        elif size > MOST_BYTES:
            self._found(Code.FILE_TOO_LARGE, found=f"{size / 1e6:,.0f} MB", limit=f"{MOST_BYTES / 1e6:,.0f} MB")
        elif any(part.flag_bits & 1 for part in parts) or self._is_encrypted_ods(archive, names):
            self._found(Code.FILE_ENCRYPTED)
        elif not names & {"xl/workbook.xml", "content.xml"}:
            self._found(Code.NOT_A_WORKBOOK, what=" but another kind of archive, renamed")
        else:
            self.archive = archive
            for pattern, code in _CARRIED:
                if any(pattern.search(name) for name in names):
                    self._found(code)

    @staticmethod
    def _is_encrypted_ods(archive: zipfile.ZipFile, names: set[str]) -> bool:
        manifest = "META-INF/manifest.xml"
        return manifest in names and b"encryption-data" in archive.read(manifest)

    def _found(self, code: Code, **words: object) -> None:
        self.findings.append(code.finding(file=self.name, **words))


def _is_unsafe(name: str) -> bool:
    """Say whether a part's name climbs out of the archive."""
    return name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/") or ":" in name.split("/")[0]
