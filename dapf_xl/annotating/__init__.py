"""Annotated copies: each return with findings as the agency sent it, its cells marked, and a list put first.

What comes of a return that cannot be opened is a workbook with the list alone.
"""

from __future__ import annotations

import hashlib
import io
import re
import tempfile
import zipfile
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from dapf_xl.annotating import ods, xlsx
from dapf_xl.annotating.listing import grouped, is_for_lead, is_of_file, marks_of, outcome, steps
from dapf_xl.annotating.markup import DAMAGED
from dapf_xl.annotating.page import Head, draw, page_of
from dapf_xl.findings import NotWrittenError, has_errors
from dapf_xl.returns.layout import PUT_RIGHT
from dapf_xl.returns.package import Package
from dapf_xl.rules import Status
from dapf_xl.rules.replacing import ANNOTATED
from dapf_xl.workbooks import write_atomically
from dapf_xl.workspace import replacing

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from dapf_xl.annotating.listing import Entry
    from dapf_xl.annotating.page import Page
    from dapf_xl.catalogue import Framework
    from dapf_xl.rules import CheckedReturn

__all__ = ["annotate", "refuse_place"]

_ENDED = re.compile(rf"(?: \d+)?{ANNOTATED}$")


def refuse_place(folder: Path, read: Iterable[Path]) -> None:
    """Refuse a folder in which an annotated copy would be taken for a return.

    Args:
        folder: Where the copies are to go.
        read: Folders from which returns are read, now or later.

    Raises:
        NotWrittenError: it is one of them, lies in one, or is a file.
    """
    place = folder.resolve()
    if folder.exists() and not folder.is_dir():
        raise NotWrittenError(f"{folder} is a file: name a folder for the annotated copies.")
    if any(place.is_relative_to(each.resolve()) for each in read if each.is_dir()):
        raise NotWrittenError(
            f"{folder} is no place for annotated copies: what lies there is read as returns. Choose another folder."
        )


def annotate(
    returns: Sequence[CheckedReturn],
    framework: Framework,
    folder: Path,
    progress: Callable[[int, int, str], None],
) -> None:
    """Write an annotated copy of each return with findings, and note in each where its copy is.

    A return in which nothing was found gets none, nor one that was set aside.

    Args:
        returns: Returns that were checked.
        framework: Their framework, for the names of agencies.
        folder: Where the copies go; what stands there under the same name is kept in ``superseded``.
        progress: Called after each copy.

    Raises:
        NotWrittenError: a copy could not be written, or is open in a spreadsheet program.
    """
    wanted = [each for each in returns if _is_wanted(each)]
    taken: set[str] = set()
    for number, each in enumerate(wanted, 1):
        made, suffix = _copy_of(each, framework)
        path = folder / _name_of(each.read.path, suffix, taken)
        with replacing(path):
            write_atomically(path, partial(_write, made))
        each.annotated = path
        progress(number, len(wanted), each.read.name)


def _write(made: bytes, path: Path) -> None:
    path.write_bytes(made)


def _is_wanted(one: CheckedReturn) -> bool:
    if one.status is Status.SET_ASIDE:
        return False
    return has_errors(one.findings) or any(not is_for_lead(each) for each in one.findings)


def _name_of(path: Path, suffix: str, taken: set[str]) -> str:
    """Return what a copy is called; the copy of a copy is called as that was."""
    stem = _ENDED.sub("", path.stem)
    name, number = f"{stem}{ANNOTATED}{suffix}", 1
    while name.casefold() in taken:  # two returns of one name, in two folders
        number += 1
        name = f"{stem} {number}{ANNOTATED}{suffix}"
    taken.add(name.casefold())
    return name


def _copy_of(one: CheckedReturn, framework: Framework) -> tuple[bytes, str]:
    """Return the bytes of a return's copy, and the ending of its name."""
    package = Package(one.read.path)
    is_same = hashlib.sha256(package.data).hexdigest() == one.read.sha256
    if package.parts and is_same and not is_of_file(one.findings):
        try:
            return _marked(package, one, framework)
        except DAMAGED:  # it is not made as a workbook of its kind is
            pass
    return _drawn(_page(one, framework, (), is_marked=False, is_list_alone=True), PUT_RIGHT), ".xlsx"


def _marked(package: Package, one: CheckedReturn, framework: Framework) -> tuple[bytes, str]:
    book = (ods.Workbook if package.is_ods else xlsx.Workbook)(package.parts)
    marks = marks_of(each for each in one.findings if not is_for_lead(each))
    book.mark(marks)
    page = _page(one, framework, book.seen, is_marked=bool(book.kept), is_list_alone=False)
    book.put_first(page, _drawn(page, PUT_RIGHT))
    return _packed(package, book.done()), ".ods" if package.is_ods else ".xlsx"


def _page(
    one: CheckedReturn, framework: Framework, sheets: Collection[str], *, is_marked: bool, is_list_alone: bool
) -> Page:
    """Return the list of a return."""
    own = [each for each in one.findings if not is_for_lead(each)]
    entries: list[Entry] = grouped(own, list(sheets))
    for_lead = grouped((each for each in one.findings if is_for_lead(each)), list(sheets))
    agency = framework.agencies.get(one.agency)
    about = ", ".join(part for part in (agency.name if agency else "", one.period.words if one.period else "") if part)
    what = "What was found in" if is_list_alone else "With its cells marked:" if is_marked else "As it was sent:"
    head = Head(
        title=f"{PUT_RIGHT}: {about or one.read.name}",
        about=f"{framework.title}. {what} {one.read.name}",
        marking=framework.settings.marking,
        outcome=outcome(one.findings, one.status),
        steps=steps(entries, is_marked=is_marked, is_list_alone=is_list_alone),
    )
    return page_of(head, entries, for_lead, sheets)


def _drawn(page: Page, name: str) -> bytes:
    """Return the list as a workbook of its own."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "list.xlsx"
        draw(page, path, name)
        return path.read_bytes()


def _packed(package: Package, parts: dict[str, bytes]) -> bytes:
    """Return a workbook's bytes; each part that was there stands in the archive as it stood."""
    made = io.BytesIO()
    now = datetime.now(UTC).timetuple()[:6]
    with zipfile.ZipFile(io.BytesIO(package.data)) as before, zipfile.ZipFile(made, "w") as archive:
        infos = {each.filename: each for each in before.infolist()}
        for name, content in parts.items():
            info = zipfile.ZipInfo(name, infos[name].date_time if name in infos else now)
            info.compress_type = infos[name].compress_type if name in infos else zipfile.ZIP_DEFLATED
            info.external_attr = infos[name].external_attr if name in infos else 0o600 << 16
            archive.writestr(info, content)
    return made.getvalue()
