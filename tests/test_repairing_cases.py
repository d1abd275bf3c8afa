# ruff: noqa: ANN401  (openpyxl's workbooks and cells, and what the catalogue's tables hold)
"""The cases in which returns come back in disorder, one by one: what is carried, what is left, what is refused."""

from __future__ import annotations

import io
import json
import random
import shutil
import zipfile
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from dapf_xl import catalogue, cli, cycle
from dapf_xl.catalogue import Framework, load, shipped
from dapf_xl.findings import Batch, Code, NothingToReadError, NotWrittenError, RepairError, WorkspaceError
from dapf_xl.returns.package import Package
from dapf_xl.returns.provenance import claims_of
from dapf_xl.returns.salvage import salvage
from dapf_xl.rules import Status
from tests.disorder import as_day, read_by_id, sent_of
from tests.returns.hostile import sheet_of
from tests.rounds import QUARTER, Desk, new_desk
from tests.test_cli import SCHEMA

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from dapf_xl.repairing import Repaired
    from tests.conftest import Office
    from tests.disorder import Sent


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return new_desk(tmp_path / "work")


@pytest.fixture
def back(desk: Desk) -> Path:
    """The MARAC's return, filled in."""
    return desk.send_back("marac")


def worked_on(path: Path, work: Callable[[Any], None]) -> Path:
    """Let somebody work on a workbook."""
    workbook = openpyxl.load_workbook(path)
    work(workbook)
    workbook.save(path)
    return path


def repaired(desk: Desk, path: Path, **said: str) -> Repaired:
    return cycle.repair(path, desk.folder.parent / "clean.xlsx", desk.folder, **said)


def without_identity(workbook: Any) -> None:
    del workbook["_dapf"]


# --- what becomes of it ----------------------------------------------------------------------


def test_the_clean_return_is_taken_when_it_comes_back(desk: Desk, back: Path) -> None:
    def sort(workbook: Any) -> None:
        sheet = workbook["Return"]
        rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=7, max_row=11)]
        for number, row in enumerate(reversed(rows), 7):
            for column, value in enumerate(row, 1):
                sheet.cell(number, column).value = value

    worked_on(back, sort)
    assert Code.ROWS_MOVED in {each.code for each in cycle.check([back]).findings}
    before, records = back.read_bytes(), desk.rows("issued")
    made = repaired(desk, back)
    assert made.left == made.missing == ()
    assert back.read_bytes() == before
    assert desk.rows("issued") == records, "what it asks for is on record already"
    back.write_bytes(made.file.read_bytes())
    (checked,) = cycle.check([back]).returns
    assert {each.code.batch for each in checked.findings} <= {Batch.HISTORY}  # (what the figures say is as it was)
    assert {each.item: str(each.value) for each in checked.observations} == {
        "H4.referrals": "88", "H5.two": "65", "H5.one": "67", "H6.repeat": "19",
    }  # fmt: skip


def test_what_stood_at_its_place_is_kept_and_nothing_is_left_beside_it(desk: Desk, back: Path) -> None:
    first = repaired(desk, back).file.read_bytes()
    made = repaired(desk, back)
    assert made.superseded is not None
    assert made.superseded.read_bytes() == first
    assert {path.name for path in made.file.parent.iterdir()} == {"clean.xlsx", "superseded", "work"}


def test_nothing_is_made_of_a_file_over_itself_or_under_another_kind_of_name(desk: Desk, back: Path) -> None:
    for out in (back, back.with_suffix(".ods")):
        with pytest.raises(NotWrittenError):
            cycle.repair(back, out, desk.folder)


def test_only_the_workspace_can_make_a_clean_return(tmp_path: Path, back: Path) -> None:
    alone = tmp_path / "alone.xlsx"
    shutil.copy(back, alone)
    with pytest.raises(WorkspaceError, match="--workspace DIR"):
        cycle.repair(alone, tmp_path / "clean.xlsx")


# --- whose it is -----------------------------------------------------------------------------


def test_a_file_without_identity_is_refused_with_a_proposal_and_taken_when_it_is_said(desk: Desk, back: Path) -> None:
    worked_on(back, without_identity)
    with pytest.raises(RepairError, match=f"--agency marac --period {QUARTER}.*proves nothing"):
        repaired(desk, back)
    made = repaired(desk, back, agency="marac", period=QUARTER)
    assert made.left == ()
    assert read_by_id(made.file)[f"H4.referrals@{QUARTER}", "value"] == 88


def test_the_name_of_a_file_is_proposed_and_never_taken(desk: Desk, back: Path) -> None:
    def bare(workbook: Any) -> None:
        without_identity(workbook)
        for sheet in workbook:
            sheet["A1"] = None
        workbook.custom_doc_props.props.clear()

    worked_on(back, bare)
    with pytest.raises(RepairError, match=r"--agency marac .*the name of the file says so"):
        repaired(desk, back)


@pytest.mark.parametrize(
    "said", [{"agency": "police"}, {"period": "2014-15-Q1"}, {"agency": "idva", "period": QUARTER}]
)
def test_a_return_is_not_made_another_s(desk: Desk, back: Path, said: dict[str, str]) -> None:
    with pytest.raises(RepairError, match="is not the return of"):
        repaired(desk, back, **said)


def test_a_return_typed_on_another_agency_s_workbook_is_refused(desk: Desk, back: Path) -> None:
    """Its identity was deleted, and so was all that says whose it is but one title."""

    def disguise(workbook: Any) -> None:
        without_identity(workbook)
        for name in ("Start here", "Revisions"):
            del workbook[name]
        workbook.custom_doc_props.props.clear()

    worked_on(back, disguise)
    with pytest.raises(RepairError, match="the title of the sheet Return"):
        repaired(desk, back, agency="idva", period=QUARTER)


def test_an_edited_identity_proves_nothing(desk: Desk, back: Path) -> None:
    def edit(workbook: Any) -> None:
        for row in workbook["_dapf"].iter_rows():
            if row[0].value == "agency":
                row[1].value = "police"

    worked_on(back, edit)
    with pytest.raises(RepairError, match="does not agree with its seal"):
        repaired(desk, back)
    for agency in ("police", "marac"):
        with pytest.raises(RepairError, match="is not the return of"):
            repaired(desk, back, agency=agency, period=QUARTER)


def test_the_properties_of_a_file_count_against_what_is_said(desk: Desk, back: Path) -> None:
    def strip(workbook: Any) -> None:
        without_identity(workbook)
        for sheet in workbook:
            sheet["A1"] = None

    worked_on(back, strip)
    with pytest.raises(RepairError, match="own properties says"):
        repaired(desk, back, agency="idva", period=QUARTER)


def test_a_return_of_another_framework_is_refused(tmp_path: Path, back: Path) -> None:
    other = tmp_path / "other"
    cycle.init("cambridgeshire", other)
    with pytest.raises(RepairError, match="OTHER_FRAMEWORK"):
        cycle.repair(back, tmp_path / "clean.xlsx", other)


@pytest.mark.parametrize("framework", sorted(shipped()))
def test_every_sheet_of_a_return_says_whose_it_is(framework: str) -> None:
    for sent in sent_of(framework):
        claims = list(claims_of(salvage(Package(sent.path)), load(shipped()[framework])))
        assert {claim.agency for claim in claims} == {sent.agency}
        assert {claim.period.label for claim in claims if claim.period} == {sent.period}
        assert len({claim.where for claim in claims}) >= 2


# --- what is typed ---------------------------------------------------------------------------


def cell_of(workbook: Any, item: str, letter: str = "J") -> Any:
    sheet = workbook["Return"]
    row = next(row for row in range(6, sheet.max_row + 1) if str(sheet[f"N{row}"].value).startswith(f"{item}@"))
    return sheet[f"{letter}{row}"]


@pytest.mark.parametrize("typed", ["12 ", "c.40", "£1,234", "=", "-", "12abc", 9.5, -3])
def test_what_was_typed_is_carried_as_it_is(desk: Desk, back: Path, typed: object) -> None:
    def write(workbook: Any) -> None:
        cell = cell_of(workbook, "H4.referrals")
        cell.value = typed
        cell.data_type = "s" if isinstance(typed, str) else cell.data_type

    made = repaired(desk, worked_on(back, write))
    assert read_by_id(made.file)[f"H4.referrals@{QUARTER}", "value"] == typed


@pytest.mark.parametrize(
    ("formula", "shown", "carried"),
    [("40+2", "42", True), ("-(3*5)", "-15", True), ("J8*100", "55", False), ("SUM(40,2)", "42", False)],
)
def test_a_formula_is_carried_where_it_refers_to_nothing(
    desk: Desk,
    back: Path,
    formula: str,
    shown: str,
    carried: bool,  # noqa: FBT001  (a column of the table)
) -> None:
    with zipfile.ZipFile(back) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    part = sheet_of(parts)
    parts[part] = parts[part].replace(b"<v>88</v>", f"<f>{formula}</f><v>{shown}</v>".encode())
    write_archive(back, parts)
    made = repaired(desk, back)
    arrived = read_by_id(made.file).get((f"H4.referrals@{QUARTER}", "value"))
    assert arrived == (float(shown) if carried else None)
    assert [each.note for each in made.carried if each.note] == ([f"the result of ={formula}"] if carried else [])
    assert [each.reason for each in made.left] == (
        [] if carried else ["it is calculated from other cells, which may not stand where they stood"]
    )


def write_archive(path: Path, parts: dict[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


AWKWARD = (7.5, -1e300, True, "", " ", "c.40", "=1+1", "[x] not available", "\u00a3", "\x0b", date(2014, 3, 4))


@pytest.mark.parametrize("framework", sorted(shipped()))
def test_anything_that_can_be_typed_anywhere_is_carried_or_left(framework: str, tmp_path: Path) -> None:
    for sent in sent_of(framework):
        workbook = openpyxl.load_workbook(sent.path)
        chance = random.Random(1)  # noqa: S311  (not a secret)
        typed = {value for value in sent.typed.values() if isinstance(value, int | str)}
        places = set()
        for cell in (cell for sheet in workbook for row in sheet.iter_rows() for cell in row if cell.value in typed):
            value = chance.choice(AWKWARD)
            cell.value = "_x000B_" if value == "\x0b" else value
            cell.data_type = "s" if isinstance(value, str) else cell.data_type
            if value != "":
                places.add((cell.parent.title, cell.coordinate))
        workbook.save(tmp_path / "awkward.xlsx")
        made = sent.repair(tmp_path / "awkward.xlsx", tmp_path / "clean.xlsx")
        told = {(each.from_sheet, each.from_cell) for each in made.carried} | {
            (each.sheet, each.cell) for each in made.left
        }
        assert places - told == set()
        assert cycle.check([made.file], sent.workspace).returns[0].status is not Status.REJECTED


def test_a_marker_whose_figure_cannot_be_carried_is_left_with_it(desk: Desk, back: Path) -> None:
    def write(workbook: Any) -> None:
        cell_of(workbook, "H4.referrals").value = date(2014, 3, 4)
        cell_of(workbook, "H4.referrals", "K").value = "[p] provisional"
        cell_of(workbook, "H4.referrals", "L").value = "A comment"

    made = repaired(desk, worked_on(back, write))
    assert [(each.cell, each.value, each.reason) for each in made.left] == [
        ("J7", "4 March 2014", "the cell holds a date, and none is wanted there"),
        ("K7", "[p] provisional", "what stands beside it, and belongs to it, cannot be carried"),
    ]
    arrived = read_by_id(made.file)
    assert arrived[f"H4.referrals@{QUARTER}", "comment"] == "A comment"
    assert (f"H4.referrals@{QUARTER}", "value") not in arrived


def test_cells_that_were_merged_are_left(desk: Desk, back: Path) -> None:
    made = repaired(desk, worked_on(back, lambda workbook: workbook["Return"].merge_cells("J7:J8")))
    assert [(each.cell, each.value) for each in made.left] == [("J7", "88")]
    assert f"H5.two@{QUARTER}" not in {figure for figure, _ in read_by_id(made.file)}


def test_what_stands_where_nothing_is_asked_is_told_without_personal_data(desk: Desk, back: Path) -> None:
    def write(workbook: Any) -> None:
        workbook["Return"]["P9"] = "ring 07700 900123"
        workbook["Return"]["A30"] = 5
        workbook["Return"]["E8"] = 0.7
        workbook.create_sheet("Notes").append(["nothing", "of", "yours"])

    made = repaired(desk, worked_on(back, write))
    assert {(each.sheet, each.cell, each.value) for each in made.left} == {
        ("Return", "P9", "ring (personal data)"), ("Return", "A30", "5"), ("Return", "E8", "0.7"),
        ("Notes", "A1", "nothing"), ("Notes", "B1", "of"), ("Notes", "C1", "yours"),
    }  # fmt: skip


def test_the_label_of_a_spare_row_goes_with_its_figure_and_stays_away_where_it_was_cleared(tmp_path: Path) -> None:
    all_sent = (each for framework in shipped() for each in sent_of(framework))
    sent = next(each for each in all_sent if any(part == "what" for _, part in each.typed))
    made = sent.repair(sent.path, tmp_path / "clean.xlsx")
    labels = {key: value for key, value in sent.typed.items() if key[1] == "what"}
    assert labels
    assert {key: value for key, value in read_by_id(made.file).items() if key[1] == "what"} == labels


# --- damaged files ---------------------------------------------------------------------------


def test_a_file_that_lost_its_end_is_read_as_far_as_its_parts_are_whole(desk: Desk, back: Path) -> None:
    data = back.read_bytes()
    back.write_bytes(data[: data.rindex(b"PK\x01\x02", 0, data.rindex(b"PK\x05\x06"))][: data.index(b"PK\x01\x02")])
    assert cycle.check([back]).returns[0].status is Status.REJECTED
    made = repaired(desk, back)
    assert made.left == ()
    assert read_by_id(made.file)[f"H6.repeat@{QUARTER}", "value"] == 0.19


def test_a_flipped_bit_costs_its_sheet_and_is_not_read_as_a_figure(desk: Desk, back: Path) -> None:
    with zipfile.ZipFile(back) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    part = sheet_of(parts)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    back.write_bytes(made.getvalue().replace(b"<v>88</v>", b"<v>89</v>"))
    result = repaired(desk, back)
    assert ("Return", "the sheet is damaged: nothing of it can be read") in {
        (each.sheet, each.reason) for each in result.left
    }
    assert read_by_id(result.file) == {
        ("name", "sign_off"): "An officer", ("role", "sign_off"): "Analyst", ("date", "sign_off"): date(2014, 10, 14),
    }  # fmt: skip
    assert part in parts


def test_a_sheet_that_breaks_off_is_read_until_there(desk: Desk, back: Path) -> None:
    with zipfile.ZipFile(back) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    part = sheet_of(parts)
    parts[part] = parts[part][: parts[part].index(b'<row r="9"') + 300]
    write_archive(back, parts)
    made = repaired(desk, back)
    assert {figure for figure, part in read_by_id(made.file) if part == "value"} == {
        f"H4.referrals@{QUARTER}", f"H5.two@{QUARTER}",
    }  # fmt: skip
    assert [each.reason for each in made.left] == [
        "the sheet is damaged: what stood below the last row that can be read is lost"
    ]
    assert len(made.missing) == 3


def test_nothing_is_made_of_what_cannot_be_read_at_all(desk: Desk, tmp_path: Path) -> None:
    for content in (b"", b"PK\x03\x04 and no more", b"%PDF-1.7"):
        path = tmp_path / "bad.xlsx"
        path.write_bytes(content)
        with pytest.raises(NothingToReadError):
            repaired(desk, path, agency="marac", period=QUARTER)
    assert not (tmp_path / "clean.xlsx").exists()


# --- other versions --------------------------------------------------------------------------


def edit(desk: Desk, **tables: Callable[[tuple[Any, ...]], Any]) -> None:
    """Correct the catalogue, as a later version."""
    framework = desk.workspace.framework
    kept = {name: tuple(change(framework.tables[name])) for name, change in tables.items()}
    later = Framework(replace(framework.settings, version="2"), {**framework.tables, **kept})
    catalogue.export(later, desk.folder / "catalogue.xlsx")


def test_a_return_of_an_earlier_version_is_carried_as_far_as_the_catalogue_asks_for_it(desk: Desk, back: Path) -> None:
    def items(rows: tuple[Any, ...]) -> list[Any]:
        new = []
        for each in rows:
            if each.id == "H5.one":
                continue
            label = "Cases that were referred" if each.id == "H4.referrals" else each.label
            kind = "number" if each.id == "H6.repeat" else each.type
            new.append(replace(each, label=label, type=kind))
        return new

    def without(name: str) -> Callable[[tuple[Any, ...]], Any]:
        return lambda rows: [
            each for each in rows if name not in {getattr(each, "item", ""), getattr(each, "left", "")}
        ]

    edit(
        desk, items=items, asks=without("H5.one"), history=without("H5.one"), targets=without("H5.one"),
        rules=lambda rows: [each for each in rows if "H5.one" not in str(each)],
        origins=lambda _: (), statements=lambda _: (),
    )  # fmt: skip
    made = repaired(desk, back)
    reasons = {each.value: each.reason for each in made.left}
    assert reasons == {
        "0.67": "the catalogue no longer has H5.one",
        "0.19": "it is asked for in another unit now: number, and before that %",
    }
    arrived = read_by_id(made.file)
    assert arrived[f"H4.referrals@{QUARTER}", "value"] == 88
    assert arrived[f"H5.two@{QUARTER}", "value"] == 0.65
    (checked,) = cycle.check([made.file], desk.folder).returns
    assert "CATALOGUE_OLDER" not in {finding.code.name for finding in checked.findings}
    assert checked.status is not Status.REJECTED


# --- other programs --------------------------------------------------------------------------


@pytest.mark.slow
def test_what_other_programs_saved_is_carried_too(office: Office, tmp_path: Path) -> None:
    some = [sent for name in sorted(shipped()) for sent in sent_of(name)[-1:]]
    for to in ("xlsx", "ods"):
        paths = office.convert([sent.path for sent in some], to, tmp_path / to)
        for number, (sent, path) in enumerate(zip(some, paths, strict=True)):
            assert_all_carried(sent, path, tmp_path / f"{number}.xlsx")


def assert_all_carried(sent: Sent, path: Path, out: Path) -> None:
    made = sent.repair(path, out)
    assert made.left == ()
    assert {key: as_day(value) for key, value in read_by_id(made.file).items()} == {
        key: as_day(value) for key, value in sent.typed.items()
    }


# --- the command -----------------------------------------------------------------------------


def test_the_command_says_what_it_carried_and_what_it_left(
    desk: Desk, back: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = desk.folder.parent / "clean.xlsx"
    command = ["repair", str(back), "--out", str(out)]
    assert cli.main(command) == cli.CLEAN
    printed = capsys.readouterr()
    assert printed.out.strip() == str(out)
    assert "Return: J7:J9, J11" in printed.err
    worked_on(back, lambda workbook: workbook["Return"].__setitem__("P9", "ring 07700 900123"))
    assert cli.main([*command, "--json"]) == cli.FOUND
    printed = capsys.readouterr()
    document = json.loads(printed.out)
    import jsonschema  # noqa: PLC0415

    jsonschema.validate(document, SCHEMA, jsonschema.Draft202012Validator)
    assert document["file"] == str(out)
    assert [each["cell"] for each in document["left"]] == ["P9"]
    assert {"item": "H4.referrals", "from": {"sheet": "Return", "cell": "J7"}}.items() <= document["carried"][0].items()
    assert "07700" not in printed.out + printed.err
    worked_on(back, without_identity)
    assert cli.main(command) == cli.MISUSE
    assert len(capsys.readouterr().err.splitlines()) == 1
