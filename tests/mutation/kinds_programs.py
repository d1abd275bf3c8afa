"""Another program saved the file: nothing that counts may be different, and what is must be found all the same."""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING

import openpyxl

from tests.mutation.case import KINDS, kind

if TYPE_CHECKING:
    from tests.mutation.case import Case

SAME = "takes every figure, and finds nothing that is an error"


def _through_openpyxl(data: bytes) -> bytes:
    workbook = openpyxl.load_workbook(io.BytesIO(data))
    made = io.BytesIO()
    workbook.save(made)
    return made.getvalue()


@kind("a program of the agency's that uses openpyxl", SAME, composes=False, harmless=True)
def saved_by_openpyxl(case: Case) -> None:
    case.data = _through_openpyxl(case.book.bytes())


@kind("a program of the agency's that uses openpyxl", "as the same changes by hand", composes=False)
def changed_and_saved_by_openpyxl(case: Case) -> None:
    names = [
        name for name, each in KINDS.items() if each.group == "cells" and "formula" not in name and "date" not in name
    ]
    for name in case.random.sample(names, 2):
        KINDS[name].make(case)
    case.data = _through_openpyxl(case.book.bytes())


@kind("another program", SAME, composes=False, harmless=True)
def packed_in_another_way(case: Case) -> None:
    """The same parts in another order, packed or not, with folders' own entries."""
    parts = _parts(case)
    names = list(parts)
    case.random.shuffle(names)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", case.random.choice([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])) as archive:
        for name in names:
            archive.writestr(name, parts[name])
    case.data = made.getvalue()


def _parts(case: Case) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(case.book.bytes())) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _with(case: Case, change: object) -> None:
    parts = {name: change(name, content) for name, content in _parts(case).items()}  # type: ignore[operator]
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    case.data = made.getvalue()


@kind("a program that writes XML with a prefix before every name", SAME, composes=False, harmless=True)
def elements_with_a_prefix(case: Case) -> None:
    def prefixed(name: str, content: bytes) -> bytes:
        if not name.startswith("xl/worksheets/"):
            return content
        content = re.sub(rb"<(/?)(?=[a-zA-Z])", rb"<\1x:", content)
        return content.replace(b"xmlns=", b"xmlns:x=")

    _with(case, prefixed)


@kind("a program that leaves addresses out", SAME, composes=False, harmless=True)
def attributes_in_another_order(case: Case) -> None:
    def turned(name: str, content: bytes) -> bytes:
        if not name.startswith("xl/worksheets/"):
            return content
        return re.sub(rb'<c r="([A-Z]+\d+)" s="(\d+)"', rb'<c s="\2" r="\1"', content)

    _with(case, turned)


@kind("a program that keeps no strings apart", SAME, composes=False, harmless=True)
def strings_written_into_cells(case: Case) -> None:
    strings = case.book.strings

    def inline(name: str, content: bytes) -> bytes:
        if not name.startswith("xl/worksheets/"):
            return content

        def cell(found: re.Match[bytes]) -> bytes:
            text = strings[int(found[2])].replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
            return found[1] + b' t="inlineStr"><is><t xml:space="preserve">' + text.encode() + b"</t></is></c>"

        return re.sub(rb'(<c r="[A-Z]+\d+"(?: s="\d+")?) t="s"><v>(\d+)</v></c>', cell, content)

    case.book.bytes()
    _with(case, inline)


@kind("Excel for the web, and programs that declare UTF-16", SAME, composes=False, harmless=True)
def written_in_utf_16(case: Case) -> None:
    def recoded(name: str, content: bytes) -> bytes:
        if not name.startswith("xl/worksheets/"):
            return content
        return content.decode().replace('encoding="UTF-8"', 'encoding="UTF-16"').encode("utf-16")

    _with(case, recoded)


@kind("LibreOffice", SAME, composes=False, office=True, harmless=True)
def saved_as_ods(case: Case) -> None:
    case.data = b"ods"


@kind("LibreOffice", SAME, composes=False, office=True, harmless=True)
def saved_by_libreoffice(case: Case) -> None:
    case.data = b"xlsx"


@kind("LibreOffice, after a person changed locked cells", "as the same changes in Excel", composes=False, office=True)
def changed_and_saved_as_ods(case: Case) -> None:
    names = [
        "locked text changed",
        "locked cell cleared",
        "locked number changed",
        "locked empty cell filled",
        "another number typed",
    ]
    for name in case.random.sample(names, 3):
        KINDS[name].make(case)
    case.data = b"ods"


@kind(
    "LibreOffice, after a person changed what is beside cells",
    "as the same changes in Excel",
    composes=False,
    office=True,
)
def furniture_changed_and_saved_as_ods(case: Case) -> None:
    names = [
        "link redirected",
        "link added",
        "footer changed",
        "paper changed",
        "printed part changed",
        "validation changed",
        "validation added",
        "sign off validation stripped",
        "colours of a rule changed",
        "locked cells unlocked",
        "input cells locked",
        "cells look otherwise",
        "locked number shown otherwise",
        "figure that nobody can see",
        "digits that look otherwise",
    ]
    KINDS[case.random.choice(names)].make(case)
    case.data = b"ods"


@kind("LibreOffice, after a person changed rows", "as the same changes in Excel", composes=False, office=True)
def rows_changed_and_saved_as_ods(case: Case) -> None:
    names = [
        "row inserted",
        "row deleted",
        "rows sorted",
        "ids sorted apart",
        "two rows change places",
        "values one row down",
    ]
    KINDS[case.random.choice(names)].make(case)
    case.data = b"ods"


@kind("anybody, several things at once", "each as it is by itself", composes=False)
def several_things_at_once(case: Case) -> None:
    fit = {"cells", "inputs", "guards", "looks"}
    names = [name for name, each in KINDS.items() if each.composes and each.group in fit]
    for name in case.random.sample(names, case.random.randint(2, 4)):
        KINDS[name].make(case)


@kind("an attacker, several things at once", "each as it is by itself", composes=False)
def rows_and_cells_at_once(case: Case) -> None:
    """Change cells and guards, then rows or sheets: what moves last takes the changes along."""
    fit = {"cells", "guards", "looks", "sheets", "identity"}
    names = [name for name, each in KINDS.items() if each.composes and each.group in fit]
    first = case.random.choice([name for name in names if KINDS[name].group in {"cells", "guards", "looks"}])
    KINDS[first].make(case)
    last = case.random.choice(
        [name for name, each in KINDS.items() if each.composes and each.group == "rows"]
        + [name for name in names if KINDS[name].group in {"sheets", "identity"}]
    )
    KINDS[last].make(case)
