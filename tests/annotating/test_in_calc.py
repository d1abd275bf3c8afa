"""Annotated copies in LibreOffice: they open, keep their marks, come back corrected, and come back again."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from dapf_xl import cycle
from dapf_xl.annotating.listing import MARK
from dapf_xl.findings import Code
from dapf_xl.returns.layout import PUT_RIGHT
from dapf_xl.rules import Status
from tests.annotating.books import (
    OWN_NOTE,
    assert_sound,
    looks_of,
    notes_of,
    opened,
    parts_of,
    signed,
    typed,
    values_of,
    with_extras,
    write_parts,
)
from tests.rounds import QUARTER, Desk, new_desk

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Office

GOOD = {"J7": 0.85, "J8": 60, "J10": 50, "J11": 37}
OF_THEIRS = {Code.SHEET_ADDED, Code.NAMES_ADDED}
"""What is told of the sheet and the name that ``with_extras`` adds for the agency."""


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return new_desk(tmp_path / "work")


def returned(desk: Desk) -> Path:
    """The idva's return with errors in it, a note of the agency's, and what else programs put into a workbook."""
    parts = parts_of(desk.issued / f"idva_{QUARTER}.xlsx")
    signed(parts)
    for cell, value in {
        "J7": 0.85,
        "J8": 60,
        "J10": "about 60",
        "J11": -4,
        "L11": "mail jo.bloggs@example.org",
    }.items():
        typed(parts, cell, value)
    with_extras(parts, note_row=11)
    return write_parts(desk.folder.parent / f"idva_{QUARTER}.xlsx", parts)


def annotated(desk: Desk, path: Path, folder: str = "annotated") -> Path:
    (checked,) = cycle.check([path], desk.folder, annotate=desk.folder / folder).returns
    assert checked.annotated is not None
    return checked.annotated


def corrected(path: Path) -> Path:
    book = opened(path)
    for cell, value in {**GOOD, "L11": "better"}.items():
        book["Return"][cell].value = value
    book.save(path)
    return path


def fill_of(path: Path, cell: str) -> str:
    return str(opened(path)["Return"][cell].fill.fgColor.rgb)[-6:].upper()


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_a_corrected_copy_comes_back_from_calc_and_is_accepted(office: Office, desk: Desk, kind: str) -> None:
    copy = annotated(desk, returned(desk))
    (back,) = office.convert([corrected(copy)], kind, desk.folder / "back")
    (checked,) = cycle.check([back], desk.folder).returns
    assert (checked.status, {each.code for each in checked.findings}) == (Status.ACCEPTED, OF_THEIRS)


def test_calc_shows_values_marks_and_notes_of_a_copy(office: Office, desk: Desk) -> None:
    path = returned(desk)
    copy = annotated(desk, path)
    (back,), (before,) = (office.convert([each], "xlsx", desk.folder / "back") for each in (copy, path))
    assert values_of(back) == values_of(before)
    assert set(notes_of(back)) == set(notes_of(copy))
    assert notes_of(back)["Return!L11"].startswith(f"{OWN_NOTE}\n\n{MARK}")
    marked = frozenset(notes_of(copy))
    assert looks_of(back, marked) == looks_of(before, marked)
    assert fill_of(back, "J10") == "F6D7D2"
    assert opened(back)["Return"]["J10"].border.left.style == "thick"


@pytest.mark.parametrize("is_deleted", [False, True], ids=["list_kept", "list_deleted"])
@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_what_calc_saved_is_marked_anew_without_piling_up(
    office: Office, desk: Desk, kind: str, *, is_deleted: bool
) -> None:
    copy = annotated(desk, returned(desk))
    book = opened(copy)
    if is_deleted:
        del book[PUT_RIGHT]
    book["Return"]["J11"].value = 37
    book["Return"]["L11"].value = "better"
    book.save(copy)
    (back,) = office.convert([copy], kind, desk.folder / "back")
    again = annotated(desk, back, "again")
    assert again.suffix == f".{kind}"
    if kind == "ods":
        (again,) = office.convert([again], "xlsx", desk.folder / "shown")
    assert_sound(again)
    book = opened(again)
    assert [name for name in book.sheetnames if name.startswith(PUT_RIGHT)] == [PUT_RIGHT]
    notes = notes_of(again)
    assert set(notes) == {"Return!J10", "Return!L11"}
    assert notes["Return!J10"].count(MARK) == 1
    assert notes["Return!L11"] == OWN_NOTE
    sheet = book["Return"]
    assert sheet["J10"].border.left.style == "thick"
    assert (sheet["J11"].border.left.style, fill_of(again, "J11")) == ("thin", "FFF7BF")
    assert not sheet["J11"].protection.locked


def test_an_opendocument_return_is_marked_as_one(office: Office, desk: Desk) -> None:
    (path,) = office.convert([returned(desk)], "ods", desk.folder / "sent")
    before = path.read_bytes()
    copy = annotated(desk, path)
    assert path.read_bytes() == before
    assert copy.suffix == ".ods"
    assert values_of(copy) == values_of(path)
    shown, sent = (office.convert([each], "xlsx", desk.folder / "shown")[0] for each in (copy, path))
    notes = notes_of(shown)
    assert set(notes) == {"Return!J10", "Return!J11", "Return!L11"}
    assert notes["Return!L11"].startswith(f"{OWN_NOTE}\n\n{MARK}")
    marked = frozenset(notes)
    assert looks_of(shown, marked) == looks_of(sent, marked)
    assert opened(shown).sheetnames[0] == PUT_RIGHT
    assert opened(shown)["Return"]["J10"].border.left.style == "thick"
    (checked,) = cycle.check([corrected(shown)], desk.folder).returns
    lost = {
        Code.PROTECTION_LOST
    }  # (Calc keeps none of the workbook in .ods, which is let pass only in a file of its own)
    assert (checked.status, {each.code for each in checked.findings}) == (Status.ACCEPTED, OF_THEIRS | lost)


def test_an_opendocument_return_stays_as_it_was_but_for_its_rows_with_marks(office: Office, desk: Desk) -> None:
    (path,) = office.convert([returned(desk)], "ods", desk.folder / "sent")
    copy = annotated(desk, path)
    before, after = parts_of(path), parts_of(copy)
    assert {name for name in before if before[name] != after[name]} <= {"content.xml", "styles.xml", "settings.xml"}
    sheets = [_tables(each["content.xml"]) for each in (before, after)]
    assert set(sheets[1]) == {*sheets[0], PUT_RIGHT}
    assert next(iter(sheets[1])) == PUT_RIGHT
    for name, rows in sheets[0].items():
        differing = sum(one != other for one, other in zip(rows, sheets[1][name], strict=True))
        assert differing == (2 if name == "Return" else 0)


def _tables(content: bytes) -> dict[str, list[bytes]]:
    """The rows of each sheet as they stand."""
    tables = re.findall(rb'<table:table table:name="([^"]*)"(.*?)</table:table>', content, re.DOTALL)
    return {name.decode(): re.split(rb"(?=<table:table-row)", table) for name, table in tables}


def test_the_pages_can_be_printed(office: Office, desk: Desk) -> None:
    copy = annotated(desk, returned(desk))
    assert len(office.render(copy, desk.folder / "pages")) >= 4
