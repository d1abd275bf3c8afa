"""Annotated copies: which returns get one, what stands in it, and that nothing else of the agency's is touched."""

from __future__ import annotations

import hashlib
import json
import random
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from defusedxml import ElementTree

from dapf_xl import catalogue, cycle
from dapf_xl.annotating import annotate
from dapf_xl.annotating.listing import MARK
from dapf_xl.cli import main
from dapf_xl.findings import Code, NotWrittenError
from dapf_xl.periods import Period
from dapf_xl.returns.layout import ENTRY_TABLES, PUT_RIGHT
from dapf_xl.rules import Status
from dapf_xl.synthetic.rounds import quarters_of
from dapf_xl.workspace import silent
from tests.annotating.books import (
    MAIN,
    OWN_NOTE,
    assert_sound,
    bare,
    looks_of,
    notes_of,
    opened,
    parts_of,
    sheet_part,
    signed,
    typed,
    values_of,
    with_extras,
    write_parts,
)
from tests.returns.hostile import STRICT, in_strict, truncated
from tests.rounds import QUARTER, Desk, new_desk

if TYPE_CHECKING:
    from pathlib import Path

    from dapf_xl.rules import Checked, CheckedReturn

BAD = {"J10": "about 60", "J11": -4}
"""What stands in cells of the idva's return that cannot be taken."""
GOOD = {"J7": 0.85, "J8": 60, "J10": 50, "J11": 37}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return new_desk(tmp_path / "work")


def issued(desk: Desk, agency: str = "idva") -> dict[str, bytes]:
    return parts_of(desk.issued / f"{agency}_{QUARTER}.xlsx")


def returned(desk: Desk, name: str = f"idva_{QUARTER}.xlsx", **cells: str | float) -> Path:
    """The idva's return, signed, with something typed into it, every other byte as it was issued."""
    parts = issued(desk)
    signed(parts)
    for cell, value in cells.items():
        typed(parts, cell, value)
    return write_parts(desk.returns / name, parts)


def annotated(desk: Desk, *paths: Path) -> Checked:
    return cycle.check(paths or [desk.returns], desk.folder, annotate=desk.folder / "annotated")


def one(desk: Desk, *paths: Path) -> tuple[CheckedReturn, Path]:
    (checked,) = annotated(desk, *paths).returns
    assert checked.annotated is not None
    return checked, checked.annotated


def corrected(path: Path, cells: dict[str, Any] | None = None) -> Path:
    """The copy with its cells corrected, saved by another program than wrote it."""
    book = opened(path)
    for cell, value in (GOOD if cells is None else cells).items():
        book["Return"][cell].value = value
    book.save(path)
    return path


def list_of(path: Path) -> list[list[Any]]:
    sheet = opened(path)[PUT_RIGHT]
    return [[cell.value for cell in row[:6]] for row in sheet.iter_rows()]


# --- which returns get one ---------------------------------------------------------------------------


def test_a_return_with_findings_gets_a_copy_and_a_clean_one_none(desk: Desk) -> None:
    desk.send_back("police")
    returned(desk, **BAD)
    by_agency = {each.agency: each for each in annotated(desk).returns}
    assert by_agency["police"].annotated is None
    assert by_agency["idva"].annotated == desk.folder / "annotated" / f"idva_{QUARTER} - to put right.xlsx"
    assert len(list((desk.folder / "annotated").iterdir())) == 1


def test_the_return_itself_is_not_changed(desk: Desk) -> None:
    path = returned(desk, **BAD)
    before = path.read_bytes()
    annotated(desk)
    assert path.read_bytes() == before


def test_what_the_agency_can_do_nothing_about_makes_no_copy(desk: Desk, tmp_path: Path) -> None:
    path = desk.send_back("police")
    checked = cycle.check([path.rename(tmp_path / path.name)], annotate=tmp_path / "annotated")
    assert [each.code for each in checked.findings] == [Code.IDENTITY_NOT_VERIFIED]
    assert checked.returns[0].annotated is None


def test_what_was_set_aside_gets_no_copy(desk: Desk) -> None:
    path = returned(desk, **BAD)
    (desk.returns / f"idva_{QUARTER}_again.xlsx").write_bytes(path.read_bytes())
    (desk.returns / f"~$idva_{QUARTER}.xlsx").write_bytes(b"lock")
    made = [each for each in annotated(desk).returns if each.annotated]
    assert len(made) == 1
    assert made[0].status is Status.PARTLY_ACCEPTED


def test_two_returns_of_one_name_have_a_copy_each(desk: Desk, tmp_path: Path) -> None:
    first, second = returned(desk, **BAD), returned(desk, **(BAD | {"J12": 1}))
    for folder in "ab":
        (tmp_path / folder).mkdir()
    typed_first = returned(desk, **BAD)
    paths = [
        typed_first.rename(tmp_path / "a" / first.name),
        returned(desk, J10="x").rename(tmp_path / "b" / second.name),
    ]
    names = [each.annotated.name for each in annotated(desk, *paths).returns if each.annotated]
    assert names == [f"idva_{QUARTER} - to put right.xlsx", f"idva_{QUARTER} 2 - to put right.xlsx"]


def test_what_stood_there_before_is_kept(desk: Desk) -> None:
    returned(desk, **BAD)
    _, first = one(desk)
    before = first.read_bytes()
    returned(desk, J10="another")
    one(desk)
    (kept,) = (first.parent / "superseded").iterdir()
    assert kept.read_bytes() == before


@pytest.mark.parametrize("place", [f"returns/{QUARTER}", "returns", "returns/new/folder", f"issued/{QUARTER}"])
def test_a_copy_never_goes_where_returns_are_read(desk: Desk, place: str) -> None:
    returned(desk, **BAD)
    before = desk.everything()
    with pytest.raises(NotWrittenError, match="no place for annotated copies"):
        cycle.check([desk.returns], desk.folder, annotate=desk.folder / place)
    assert desk.everything() == before


def test_a_copy_never_goes_into_the_folder_that_is_checked(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "inbox").mkdir()
    path = returned(desk, **BAD)
    path.rename(tmp_path / "inbox" / path.name)
    with pytest.raises(NotWrittenError, match="no place for annotated copies"):
        cycle.check([tmp_path / "inbox"], desk.folder, annotate=tmp_path / "inbox" / "marked")
    with pytest.raises(NotWrittenError, match="is a file"):
        cycle.check([tmp_path / "inbox"], desk.folder, annotate=tmp_path / "inbox" / path.name)


# --- what stands in it -------------------------------------------------------------------------------


def test_each_cell_with_a_finding_is_framed_and_has_a_note(desk: Desk) -> None:
    returned(desk, **BAD)
    checked, path = one(desk)
    assert_sound(path)
    notes = notes_of(path)
    assert set(notes) == {f"{each.sheet}!{each.cell}" for each in checked.findings}
    for each in checked.findings:
        note = notes[f"{each.sheet}!{each.cell}"]
        assert note.startswith(MARK)
        assert f"{each.message}\n{each.remedy}" in note
    sheet = opened(path)["Return"]
    assert {sheet[cell].border.left.style for cell in BAD} == {"thick"}
    assert sheet["J8"].border.left.style == "thin"
    assert not sheet["J10"].protection.locked


def test_the_list_is_the_first_sheet_and_leads_to_the_cells(desk: Desk) -> None:
    returned(desk, **BAD)
    checked, path = one(desk)
    book = opened(path)
    assert book.sheetnames[0] == PUT_RIGHT
    assert book.active.title == PUT_RIGHT
    rows = list_of(path)
    agency = cycle.open_workspace(desk.folder).framework.agencies["idva"].name
    assert rows[0][0] == f"To put right: {agency}, Q2 2014/15"
    assert f"idva_{QUARTER}.xlsx" in rows[1][0]
    head = next(number for number, row in enumerate(rows) if row[0] == "No.")
    listed = rows[head + 1 :]
    assert [row[1] for row in listed[:3]] == ["■ Error"] * 3
    assert {each.message for each in checked.findings} <= {line for row in listed for line in str(row[4]).split("\n")}
    where = book[PUT_RIGHT].cell(head + 2, 3)
    assert where.hyperlink.location == f"'Return'!{where.value}"
    assert str(listed[0][3]).startswith(f"Return: {where.value}")


def test_only_one_sheet_is_selected_or_typing_would_go_into_several(desk: Desk) -> None:
    returned(desk, **BAD)
    _, path = one(desk)
    book = opened(path)
    assert [sheet.title for sheet in book if sheet.sheet_view.tabSelected] == [PUT_RIGHT]


def test_a_note_never_repeats_personal_data(desk: Desk) -> None:
    returned(desk, L7="ring 07700 900123", **GOOD)
    checked, path = one(desk)
    assert [each.code for each in checked.findings] == [Code.PERSONAL_DATA]
    assert "900123" not in " ".join(notes_of(path).values())
    assert "900123" not in json.dumps(list_of(path))


def test_what_the_lead_settles_is_listed_apart_and_not_marked(desk: Desk) -> None:
    path = returned(desk, **BAD)
    other = cycle.init("haringey", desk.folder.parent / "other").folder
    checked = cycle.check([path.rename(desk.folder / path.name)], other, annotate=desk.folder / "x")
    assert Code.IDENTITY_FORGED in [each.code for each in checked.findings]
    copy = checked.returns[0].annotated
    assert copy is not None
    assert notes_of(copy) == {}
    words = [row[0] for row in list_of(copy)]
    assert "For the performance lead: nothing for you to do" in words
    assert_sound(copy)


# --- everything else of theirs -----------------------------------------------------------------------


def test_everything_else_stays_byte_for_byte(desk: Desk) -> None:
    parts = issued(desk)
    for cell, value in BAD.items():
        typed(parts, cell, value)
    with_extras(parts, note_row=10)
    write_parts(desk.returns / f"idva_{QUARTER}.xlsx", parts)
    assert_sound(desk.returns / f"idva_{QUARTER}.xlsx")
    _, path = one(desk)
    assert_sound(path)
    made = parts_of(path)
    marked = frozenset(each.partition("!")[2] for each in notes_of(path))
    assert marked >= set(BAD)
    changed = {name for name in parts if parts[name] != made.get(name)}
    ours = {"xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml", "[Content_Types].xml", "xl/comments7.xml"}
    sheets = {sheet_part(parts, "Return"), sheet_part(parts, "Start here")}
    assert changed <= ours | sheets | {"xl/drawings/vmlDrawing7.vml"}
    for name in sheets:
        assert bare(made[name], marked) == bare(parts[name], marked)
    for kind in ("numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs"):
        before, after = (_children(each["xl/styles.xml"], kind) for each in (parts, made))
        assert after[: len(before)] == before


def _children(styles: bytes, kind: str) -> list[str]:
    found = ElementTree.fromstring(styles).find(f"{MAIN}{kind}")
    return [ElementTree.tostring(each, encoding="unicode") for each in (found if found is not None else [])]


def test_values_formats_protection_and_checks_stay(desk: Desk) -> None:
    path = returned(desk, **BAD)
    _, copy = one(desk)
    assert values_of(copy) == values_of(path)
    marked = frozenset(notes_of(copy))
    assert looks_of(copy, marked) == looks_of(path, marked)


def test_the_agency_s_own_note_stays_above_ours_on_the_same_cell(desk: Desk) -> None:
    parts = issued(desk)
    signed(parts)
    typed(parts, "L10", "mail jo.bloggs@example.org")
    typed(parts, "J10", 50)
    with_extras(parts, note_row=10)
    write_parts(desk.returns / f"idva_{QUARTER}.xlsx", parts)
    _, path = one(desk)
    note = notes_of(path)["Return!L10"]
    assert note.startswith(f"{OWN_NOTE}\n\n{MARK}")
    drawing = parts_of(path)["xl/drawings/vmlDrawing7.vml"].decode()
    boxes = re.findall(r"<x:Row>(\d+)</x:Row>\s*<x:Column>(\d+)</x:Column>", drawing)
    assert len(set(boxes)) == len(boxes) == len(notes_of(path))
    ids = re.findall(r'<v:shape id="_x0000_s(\d+)"', drawing)
    assert len(set(ids)) == len(ids)


def test_a_conversation_on_a_cell_is_left_alone(desk: Desk) -> None:
    parts = issued(desk)
    signed(parts)
    typed(parts, "L10", "mail jo.bloggs@example.org")
    with_extras(parts, note_row=10)
    parts["xl/comments7.xml"] = parts["xl/comments7.xml"].replace(b"Data officer", b"tc={0A}")
    write_parts(desk.returns / f"idva_{QUARTER}.xlsx", parts)
    _, path = one(desk)
    assert notes_of(path)["Return!L10"] == OWN_NOTE
    assert opened(path)["Return"]["L10"].border.left.style == "thick"


def test_a_sheet_of_theirs_that_has_the_name_stays(desk: Desk) -> None:
    path = returned(desk, **BAD)
    book = opened(path)
    book.create_sheet(PUT_RIGHT)["A1"] = "Our own list"
    book.save(path)
    _, copy = one(desk)
    made = opened(copy)
    assert made.sheetnames[0] == f"{PUT_RIGHT} (2)"
    assert made[PUT_RIGHT]["A1"].value == "Our own list"


def test_names_that_belong_to_a_sheet_follow_it(desk: Desk) -> None:
    path = returned(desk, **BAD)
    _, copy = one(desk)
    before, after = (opened(each) for each in (path, copy))
    for sheet in before:
        assert after[sheet.title].print_area == sheet.print_area
        assert after[sheet.title].print_title_rows == sheet.print_title_rows
    assert after[PUT_RIGHT].print_area.startswith("'To put right'!$A$1:$F$")


def test_macros_are_left_out_and_the_copy_is_a_plain_workbook(desk: Desk) -> None:
    parts = issued(desk)
    for cell, value in BAD.items():
        typed(parts, cell, value)
    kinds = "[Content_Types].xml"
    parts["xl/vbaProject.bin"] = b"macros"
    parts[kinds] = (
        parts[kinds]
        .replace(
            b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
            b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
        )
        .replace(
            b"<Override", b'<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/><Override', 1
        )
    )
    parts["xl/_rels/workbook.xml.rels"] = parts["xl/_rels/workbook.xml.rels"].replace(
        b"</Relationships>",
        b'<Relationship Id="rId77" Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject" '
        b'Target="vbaProject.bin"/></Relationships>',
    )
    write_parts(desk.returns / f"idva_{QUARTER}.xlsm", parts)
    _, path = one(desk)
    assert path.suffix == ".xlsx"
    made = parts_of(path)
    assert "xl/vbaProject.bin" not in made
    assert b"macro" not in made[kinds]
    assert b"vba" not in made[kinds] + made["xl/_rels/workbook.xml.rels"]
    assert_sound(path)


def test_a_workbook_written_with_prefixes_is_marked(desk: Desk) -> None:
    parts = issued(desk)
    for cell, value in BAD.items():
        typed(parts, cell, value)
    for name in ("xl/workbook.xml", sheet_part(parts, "Return"), "xl/styles.xml"):
        text = re.sub(r"<(/?)(?=[a-zA-Z])", r"<\1x:", parts[name].decode())
        parts[name] = text.replace("xmlns=", "xmlns:x=", 1).encode()
    write_parts(desk.returns / f"idva_{QUARTER}.xlsx", parts)
    _, path = one(desk)
    assert_sound(path)
    assert {f"Return!{cell}" for cell in BAD} <= set(notes_of(path))


def test_the_strict_form_of_the_format_is_marked_in_its_own_words(desk: Desk) -> None:
    parts = issued(desk)
    for cell, value in BAD.items():
        typed(parts, cell, value)
    parts = in_strict(parts)
    write_parts(desk.returns / f"idva_{QUARTER}.xlsx", parts)
    _, path = one(desk)
    made = parts_of(path)
    written = [made[name] for name in made if parts.get(name) != made[name] and name.endswith((".xml", ".rels"))]
    assert len(written) > 5
    assert not any(usual in xml for xml in written for usual in STRICT)


# --- returns that cannot be opened -------------------------------------------------------------------


def test_a_return_that_cannot_be_opened_gets_the_list_alone(desk: Desk) -> None:
    path = returned(desk, **BAD)
    path.write_bytes(truncated(path.read_bytes()))
    checked, copy = one(desk)
    assert checked.status is Status.REJECTED
    assert opened(copy).sheetnames == [PUT_RIGHT]
    words = " ".join(str(value) for row in list_of(copy) for value in row if value)
    assert checked.findings[0].remedy in words
    assert "send the return itself" in words
    assert_sound(copy)


def test_a_pdf_gets_the_list_as_a_workbook(desk: Desk) -> None:
    desk.returns.mkdir(parents=True, exist_ok=True)
    (desk.returns / "figures.pdf").write_bytes(b"%PDF-1.4")
    _, copy = one(desk)
    assert copy.name == "figures - to put right.xlsx"


@pytest.mark.parametrize("part", ["xl/styles.xml", "xl/_rels/workbook.xml.rels", "[Content_Types].xml"])
def test_a_workbook_that_is_made_oddly_ends_in_the_list_and_not_in_a_traceback(desk: Desk, part: str) -> None:
    path = returned(desk, **BAD)
    parts = parts_of(path)
    parts[part] = parts[part][: len(parts[part]) // 2]
    write_parts(path, parts)
    _, copy = one(desk)
    assert opened(copy).sheetnames == [PUT_RIGHT]


@pytest.mark.parametrize("seed", range(3))
def test_however_a_part_is_damaged_a_copy_or_the_list_alone_comes_of_it(desk: Desk, seed: int) -> None:
    path = returned(desk, **BAD)
    (checked,) = annotated(desk).returns
    good = parts_of(path)
    chance = random.Random(seed)  # noqa: S311  (no secret)
    for _ in range(10):
        parts = dict(good)
        name = chance.choice([name for name in parts if name.endswith((".xml", ".rels"))])
        tags = [match.span() for match in re.finditer(rb"<[^<>]*>", parts[name])]
        start, end = chance.choice(tags)
        parts[name] = parts[name][:start] + parts[name][end:] * chance.randrange(2)
        if chance.random() < 0.3:
            del parts[name]
        path.write_bytes(b"")
        damaged = write_parts(path, parts).read_bytes()
        read = replace(checked.read, sha256=hashlib.sha256(damaged).hexdigest())
        again = replace(checked, read=read, annotated=None)
        annotate([again], cycle.open_workspace(desk.folder).framework, desk.folder / "damaged", silent)
        assert again.annotated is not None


# --- coming back -------------------------------------------------------------------------------------


def test_a_corrected_copy_is_accepted_and_nothing_is_said_of_the_list(desk: Desk) -> None:
    path = returned(desk, **BAD)
    _, copy = one(desk)
    path.unlink()
    corrected(copy).rename(desk.returns / copy.name)
    checked = cycle.check([desk.returns], desk.folder).returns[0]
    assert (checked.status, checked.findings) == (Status.ACCEPTED, [])
    made = desk.consolidate()
    assert desk.value(made.current, "H1.referrals") == GOOD["J10"]


def test_a_copy_of_a_copy_has_one_list_and_only_what_is_still_wrong(desk: Desk) -> None:
    returned(desk, **BAD)
    _, copy = one(desk)
    first = notes_of(copy)
    assert {"Return!J10", "Return!J11"} <= set(first)
    corrected(copy, {"J11": 30})
    _, again = one(desk, copy.rename(desk.folder.parent / copy.name))
    assert again.name == copy.name
    assert_sound(again)
    book = opened(again)
    assert book.sheetnames.count(PUT_RIGHT) == 1
    assert [name for name in book.sheetnames if name.startswith(PUT_RIGHT)] == [PUT_RIGHT]
    notes = notes_of(again)
    assert "Return!J10" in notes
    assert "Return!J11" not in notes
    assert notes["Return!J10"].count(MARK) == 1
    sheet, before = book["Return"], opened(desk.issued / f"idva_{QUARTER}.xlsx")["Return"]
    assert sheet["J11"].border.left.style == before["J11"].border.left.style
    assert sheet["J11"].fill.fgColor.rgb == before["J11"].fill.fgColor.rgb
    assert sheet["J10"].border.left.style == "thick"


def test_marking_and_marking_again_comes_to_the_same(desk: Desk) -> None:
    path = returned(desk, **BAD)
    _, copy = one(desk)
    _, again = one(desk, copy.rename(desk.folder.parent / copy.name))
    marked = frozenset(notes_of(again))
    assert looks_of(again) == looks_of(copy.parent.parent.parent / copy.name)
    assert looks_of(again, marked) == looks_of(path, marked)
    assert notes_of(again) == notes_of(desk.folder.parent / copy.name)
    styles = [parts_of(each)["xl/styles.xml"] for each in (again, desk.folder.parent / copy.name)]
    assert styles[0] == styles[1]


def test_frames_go_even_where_the_list_was_deleted(desk: Desk) -> None:
    returned(desk, **BAD)
    _, copy = one(desk)
    book = opened(corrected(copy, {"J11": 30}))
    del book[PUT_RIGHT]
    book.save(copy)
    _, again = one(desk, copy.rename(desk.folder.parent / copy.name))
    sheet, before = opened(again)["Return"], opened(desk.issued / f"idva_{QUARTER}.xlsx")["Return"]
    assert _drawn(sheet["J11"]) == _drawn(before["J11"])
    assert sheet["J10"].border.left.style == "thick"


def _drawn(cell: Any) -> tuple[Any, ...]:  # noqa: ANN401
    border = [(side.style, side.color.rgb) for side in (cell.border.left, cell.border.right, cell.border.top)]
    return (*border, cell.fill.fgColor.rgb, cell.number_format, cell.protection.locked, cell.alignment.horizontal)


def test_the_agency_s_note_comes_back_as_it_was(desk: Desk) -> None:
    parts = issued(desk)
    signed(parts)
    typed(parts, "L10", "mail jo.bloggs@example.org")
    typed(parts, "J10", 50)
    typed(parts, "J7", "x")
    with_extras(parts, note_row=10)
    write_parts(desk.returns / f"idva_{QUARTER}.xlsx", parts)
    _, copy = one(desk)
    corrected(copy, {"L10": "better"})
    _, again = one(desk, copy.rename(desk.folder.parent / copy.name))
    assert notes_of(again)["Return!L10"] == OWN_NOTE


# --- every framework ---------------------------------------------------------------------------------

SLIPS = ("12abc", -5, 3.14159, "see below", 10**12)


@pytest.mark.parametrize("framework", sorted(catalogue.shipped()))
def test_every_framework_s_returns_are_marked_wherever_something_is_wrong(framework: str, tmp_path: Path) -> None:
    folder = tmp_path / "work"
    workspace = cycle.init(framework, folder)
    quarter = quarters_of(workspace.framework)[-1]
    paths = cycle.issue(folder, quarter.label)
    for number, path in enumerate(sorted(paths, key=lambda path: path.stat().st_size)[-3:]):
        book = opened(path)
        for table in ENTRY_TABLES.values():
            if table.sheet not in book.sheetnames:
                continue
            sheet = book[table.sheet]
            for row in range(6, sheet.max_row + 1):
                if sheet[table.cell("id", row)].value and not sheet[table.cell(table.inputs[0], row)].protection.locked:
                    sheet[table.cell(table.inputs[0], row)].value = SLIPS[(row + number) % len(SLIPS)]
        (folder / "returns" / quarter.label).mkdir(parents=True, exist_ok=True)
        book.save(folder / "returns" / quarter.label / path.name)
    checked = cycle.check([folder / "returns" / quarter.label], annotate=folder / "annotated")
    assert Period.parse(quarter.label) == quarter
    for each in checked.returns:
        assert each.annotated is not None
        assert_sound(each.annotated)
        notes = notes_of(each.annotated)
        wanted = [finding for finding in each.findings if finding.cell and finding.code is not Code.LABEL_UNKNOWN]
        assert len(wanted) > 2
        for finding in wanted:
            assert finding.message in notes[f"{finding.sheet}!{finding.cell}"]
        assert values_of(each.annotated) == values_of(each.read.path)


# --- the command -------------------------------------------------------------------------------------


def test_the_command_says_where_the_copies_are_and_what_to_do_next(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    returned(desk, **BAD)
    folder = desk.folder / "annotated"
    assert main(["check", str(desk.returns), "--annotate", str(folder)]) == 1
    printed = capsys.readouterr()
    copy = folder / f"idva_{QUARTER} - to put right.xlsx"
    assert printed.out.split("\n") == [str(copy), ""]
    assert "1 annotated copy is in" in printed.err
    assert "Send it back to its agency" in printed.err


def test_the_json_names_the_copies(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    returned(desk, **BAD)
    desk.send_back("police")
    folder = desk.folder / "annotated"
    main(["check", str(desk.returns), "--annotate", str(folder), "--json"])
    document = json.loads(capsys.readouterr().out)
    by_agency = {each["agency"]: each.get("annotated") for each in document["returns"]}
    assert by_agency == {"idva": str(folder / f"idva_{QUARTER} - to put right.xlsx"), "police": None}


def test_the_command_refuses_a_folder_in_a_line(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    returned(desk, **BAD)
    assert main(["check", str(desk.returns), "--annotate", str(desk.returns)]) == 2
    assert "is no place for annotated copies" in capsys.readouterr().err
