"""Spare rows through the whole cycle: issued, filled from a CSV file, read, consolidated, mapped, and issued again."""

from __future__ import annotations

import csv
import shutil
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from dapf_xl import cycle
from dapf_xl.amending import Correction
from dapf_xl.changes import change_row
from dapf_xl.findings import AmendError, Code, FillError, Severity
from dapf_xl.periods import Period
from dapf_xl.returns.filling import fill, read_values
from dapf_xl.returns.layout import RETURN
from dapf_xl.rules import Context
from dapf_xl.rules.amending import Said, check_said
from dapf_xl.variance import lines_of
from dapf_xl.workspace import open_workspace

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from dapf_xl.consolidation import Round
    from dapf_xl.variance import Line
    from tests.conftest import Office

FIRST, SECOND = "2021-22-Q1", "2021-22-Q2"
AGENCY = "council"
ITEM = "PM2.referrals"
PRINTED = ("police", "self", "third_party", "health", "housing", "children", "adults", "probation", "voluntary")


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    cycle.init("doncaster", tmp_path / "ws")
    return tmp_path / "ws"


def send_back(
    workspace: Path, period: str, spare: Mapping[str, tuple[str, str]], total: int | None = None, **more: str
) -> Path:
    """Fill the agency's return from a CSV file: 2 in every printed category, and value and label in spare rows."""
    (issued,) = cycle.issue(workspace, period, [AGENCY])
    values = dict.fromkeys(PRINTED, "2") | {"not_known": "0"} | more
    whole = sum(map(int, [*values.values(), *(value for value, _ in spare.values() if value)]))
    rows = [{"item": ITEM, "category": category, "value": value} for category, value in values.items()]
    rows += [
        {"item": ITEM, "category": category, "value": value, "label": label}
        for category, (value, label) in spare.items()
    ]
    rows += [{"item": ITEM, "category": "total", "value": str(whole if total is None else total)}]
    table = workspace / "values.csv"
    with table.open("w", newline="") as file:
        writer = csv.DictWriter(file, ["item", "category", "value", "label"])
        writer.writeheader()
        writer.writerows(rows)
    path = workspace / "returns" / period / issued.name
    fill(issued, read_values(table), path)
    return path


def label_cells(path: Path) -> dict[str, tuple[Any, bool]]:
    """What stands in the label cells of the item's spare rows, and whether they are locked."""
    sheet = openpyxl.load_workbook(path)[RETURN.sheet]
    found = {}
    for row in range(6, sheet.max_row + 1):
        figure = str(sheet[f"N{row}"].value)
        if figure.startswith(f"{ITEM}/named"):
            cell = sheet[f"C{row}"]
            found[figure.partition("/")[2].partition("@")[0]] = (cell.value, cell.protection.locked)
    return found


def parts_of(current: Round) -> dict[str, Line]:
    return {line.label: line for line in lines_of(current) if line.measure.item.id == ITEM}


def named(checked: cycle.Consolidated, code: Code) -> list[str]:
    return [finding.cell for finding in checked.checked.findings if finding.code is code and finding.item == ITEM]


def map_label(workspace: Path, label: str, category: str) -> None:
    book = openpyxl.load_workbook(workspace / "catalogue.xlsx")
    book["labels"].append(["referrer", label, category, "Settled by the lead."])
    book.save(workspace / "catalogue.xlsx")


def test_what_was_written_counts_is_shown_and_is_mapped_once(workspace: Path) -> None:
    send_back(workspace, FIRST, {"named_1": ("5", "Fire Service"), "named_2": ("3", "Library")})
    made = cycle.consolidate(workspace, FIRST)
    assert len(named(made, Code.LABEL_UNKNOWN)) == 2
    lines = parts_of(made.current)
    assert [lines[label].now.value for label in ("Fire Service", "Library", "Voluntary sector")] == [5, 3, 2]
    assert not any("Another agency" in label for label in lines)
    assert lines["Referrals to the hub by who referred"].now.value == 26
    assert lines["Fire Service"].polarity == "higher"
    assert not any(category.startswith("named") for item, category, *_ in made.current.missing if item == ITEM)

    map_label(workspace, "fire  service", "voluntary")
    mapped = cycle.consolidate(workspace, FIRST)
    assert len(named(mapped, Code.LABEL_UNKNOWN)) == 1
    lines = parts_of(mapped.current)
    assert lines["Voluntary sector"].now.value == 7
    assert "Fire Service" not in lines
    data = [each for each in mapped.current.data() if (each.item, each.category) == (ITEM, "voluntary")]
    assert sorted((int(each.value or 0), each.label, bool(each.cell)) for each in data) == [
        (2, "", True),
        (5, "Fire Service", True),
    ]
    assert len({each.cell for each in data}) == 2


def test_a_row_is_never_compared_with_another_thing_in_the_same_row(workspace: Path) -> None:
    send_back(workspace, FIRST, {"named_1": ("5", "Fire Service"), "named_2": ("3", "Library")})
    cycle.consolidate(workspace, FIRST)
    send_back(workspace, SECOND, {"named_1": ("7", "library"), "named_2": ("4", "School")})
    lines = parts_of(cycle.consolidate(workspace, SECOND).current)
    assert (lines["library"].now.value, lines["library"].previous.value) == (7, 3)
    assert (lines["School"].now.value, lines["School"].previous.value) == (4, None)


def test_the_next_return_has_the_labels_of_the_last_and_their_history(workspace: Path) -> None:
    send_back(workspace, FIRST, {"named_2": ("3", "Library")})
    cycle.consolidate(workspace, FIRST)
    (issued,) = cycle.issue(workspace, SECOND, [AGENCY])
    assert label_cells(issued) == {
        "named_1": (None, False),
        "named_2": ("Library", False),
        "named_3": (None, False),
        "named_4": (None, False),
    }
    sheet = openpyxl.load_workbook(issued)[RETURN.sheet]
    (row,) = (row for row in range(6, sheet.max_row + 1) if str(sheet[f"N{row}"].value).startswith(f"{ITEM}/named_2@"))
    assert [sheet[f"{column}{row}"].value for column in "EFGH"] == ["–", "–", "–", 3]
    assert sheet[f"B{row}"].value == "Referrals to the hub: Another agency 2. Write which it is →"
    assert cycle.check([issued], workspace).returns[0].findings[0].code is Code.UNTOUCHED_BLANK


def test_a_label_that_was_left_without_a_figure_is_asked_about(workspace: Path) -> None:
    send_back(workspace, FIRST, {"named_2": ("3", "Library")})
    cycle.consolidate(workspace, FIRST)
    send_back(workspace, SECOND, {})
    made = cycle.consolidate(workspace, SECOND)
    assert len(named(made, Code.LABEL_WITHOUT_FIGURE)) == 1


def test_a_label_is_refused_where_no_row_takes_one(workspace: Path) -> None:
    with pytest.raises(FillError, match="is locked"):
        _fill_one(workspace, "police", "Fire Service")
    with pytest.raises(FillError, match="At most 100 characters"):
        _fill_one(workspace, "named_1", "x" * 101)


def _fill_one(workspace: Path, category: str, label: str) -> None:
    (issued,) = cycle.issue(workspace, FIRST, [AGENCY])
    table = workspace / "values.csv"
    table.write_text(f"item,category,value,label\n{ITEM},{category},4,{label}\n")
    fill(issued, read_values(table), workspace / "filled.xlsx")


@pytest.mark.slow
def test_labels_survive_every_program_and_leave_the_identity_alone(office: Office, workspace: Path) -> None:
    path = send_back(workspace, FIRST, {"named_1": ("5", "Café & Söhne"), "named_4": ("0", "Library")})
    folder = path.parent
    saved = [office.convert([path], kind, workspace / kind)[0] for kind in ("xlsx", "ods")]
    expected = {"named_1": "Café & Söhne", "named_4": "Library"}
    for each in (path, *saved):
        target = folder / f"{AGENCY}_{FIRST}{each.suffix}"
        path.unlink(missing_ok=True) if each.suffix == ".ods" else None
        if each != target:
            shutil.copy(each, target)
        (checked,) = cycle.check([target], workspace).returns
        assert {one.category: one.label for one in checked.observations if one.label} == expected, each.suffix
        assert not any(finding.code.batch <= 3 for finding in checked.findings)


def test_a_spare_row_that_waits_is_missing_and_said_to_be(workspace: Path) -> None:
    path = send_back(workspace, FIRST, {"named_1": ("5", "Fire Service")})
    book = openpyxl.load_workbook(path)
    sheet = book[RETURN.sheet]
    (row,) = (row for row in range(6, sheet.max_row + 1) if str(sheet[f"N{row}"].value).startswith(f"{ITEM}/named_1@"))
    sheet[f"C{row}"].value = None
    book.save(path)
    current = cycle.consolidate(workspace, FIRST).current
    key = (ITEM, "named_1", AGENCY, Period.parse(FIRST))
    assert current.missing[key] == "rejected"
    assert parts_of(current)["Another agency 1"].now.state == "rejected"


def test_a_return_that_is_issued_again_has_what_was_written_in_this_round(workspace: Path) -> None:
    send_back(workspace, FIRST, {"named_1": ("5", "Fire Service")})
    cycle.consolidate(workspace, FIRST)
    book = openpyxl.load_workbook(workspace / "catalogue.xlsx")
    book["breakdowns"].append(["referrer", "courts", "Courts", "part", "no", "Forgotten at first."])
    book.save(workspace / "catalogue.xlsx")
    (again,) = cycle.issue(workspace, FIRST, [AGENCY], changed=True)
    assert label_cells(again)["named_1"] == ("Fire Service", False)


def test_a_spare_row_s_figure_is_amended_with_its_label_and_the_others_are_added_up(workspace: Path) -> None:
    said = {"who": "data officer", "how": "telephone", "why": "one was counted twice"}
    send_back(workspace, FIRST, {"named_1": ("5", "Fire service"), "named_2": ("3", "Ambulance")})
    cycle.consolidate(workspace, FIRST)
    with pytest.raises(AmendError, match="The total is 26, the parts add to 25"):
        cycle.amend(workspace, FIRST, [Correction(ITEM, AGENCY, "named_1", value="4", **said)])
    both = [("named_1", "4"), ("total", "25")]
    made = cycle.amend(
        workspace, FIRST, [Correction(ITEM, AGENCY, which, value=value, **said) for which, value in both]
    )
    assert [(each.old, each.new) for each in made] == [("5", "4"), ("26", "25")]
    assert not [each for one in made for each in one.findings if each.severity is Severity.QUERY]
    parts = parts_of(cycle.consolidate(workspace, FIRST).current)
    assert parts["Fire service"].now.value == 4


def test_a_spare_row_without_a_label_cannot_be_imported(workspace: Path) -> None:
    table = workspace / "figures.csv"
    table.write_text(
        "item,category,period,value,source,released\n"
        f"{ITEM},named_1,{FIRST},5,A table,2021-09-01\n{ITEM},named_9,{FIRST},5,A table,2021-09-01\n"
    )
    made = cycle.import_figures(workspace, table)
    assert not made.observations
    assert [(each.code.name, each.cell) for each in made.findings] == [
        ("IMPORT_SPARE_ROW", "B2"), ("CATEGORY_UNKNOWN", "B3"),
    ]  # fmt: skip
    assert "named_1" not in made.findings[1].remedy


def test_what_speaks_against_an_amended_figure_names_its_cell_in_the_return(workspace: Path) -> None:
    (issued,) = cycle.issue(workspace, FIRST, [AGENCY])
    sheet = openpyxl.load_workbook(issued)[RETURN.sheet]
    row = next(row for row in range(6, sheet.max_row) if sheet[f"N{row}"].value == f"{ITEM}/police@{FIRST}")
    quarter = Period.parse(FIRST)
    context = Context(open_workspace(workspace).framework, quarter, known={})
    (finding,), _ = check_said(context, AGENCY, quarter, {(ITEM, "police", AGENCY, quarter): Said("-1")})
    assert (finding.code, finding.sheet, finding.cell) == (Code.NEGATIVE, RETURN.sheet, f"J{row}")


def test_a_changed_spare_row_is_named_as_it_was_written(workspace: Path) -> None:
    send_back(workspace, FIRST, {"named_1": ("5", "Fire Service"), "named_2": ("3", "Library")})
    cycle.consolidate(workspace, FIRST)
    send_back(workspace, FIRST, {"named_1": ("6", "Fire Service"), "named_2": ("3", "School")})
    made = cycle.consolidate(workspace, FIRST)
    rows = [change_row(made.current.framework, each) for each in made.current.changes]
    changed = {row["label"]: (row["kind"], row["old"], row["new"]) for row in rows}
    assert changed["Referrals to the hub: Fire Service"] == ("Sent again", "5", "6")
    assert changed["Referrals to the hub: School"] == ("Sent again", "Library: 3", "School: 3")
