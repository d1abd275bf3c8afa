"""What every master holds, whatever the area: names, heads, marks, links, print set-up, formulas with their values."""

from __future__ import annotations

import re
import time
import zipfile
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import openpyxl
import pandas as pd
import pytest

from dapf_xl.data_rows import DATA_COLUMNS
from dapf_xl.findings import NotWrittenError
from dapf_xl.master import SHEETS, master_file_name, pages_of, write_master
from dapf_xl.master.common import FIXED, LONGEST_NAME, OPTIONAL, sheet_names
from dapf_xl.styles import RATINGS, text_width
from dapf_xl.tables import WorkingTable
from tests.master.building import AREAS, haringey

if TYPE_CHECKING:
    from pathlib import Path

    from openpyxl.workbook import Workbook

    from dapf_xl.tables import MasterTables


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("masters")
    paths = {}
    for area, make in AREAS.items():
        made = make()
        paths[area] = folder / area / master_file_name(made.framework, made.period)
        write_master(made, paths[area])
    return paths


@cache
def opened(path: Path, *, values: bool) -> Workbook:
    return openpyxl.load_workbook(path, data_only=values)


@cache
def tables(area: str) -> MasterTables:
    return AREAS[area]()


def texts(book: Workbook, sheet: str) -> list[str]:
    return [str(cell) for row in book[sheet].iter_rows(values_only=True) for cell in row if cell not in {None, ""}]


# --- every sheet of every master ---------------------------------------------------------------------


@pytest.mark.parametrize("area", AREAS)
def test_sheets_are_those_of_the_registry_in_its_order(area: str, written: dict[str, Path]) -> None:
    names = opened(written[area], values=True).sheetnames
    assert names == [page.name for page in pages_of(tables(area))]
    assert names[:2] == ["Cover", "Summary"]
    assert [name for name in names if name in FIXED] == list(FIXED)
    assert ("Breakdowns" in names) is bool(len(tables(area).breakdowns))
    assert len(names) >= len(SHEETS) - len(OPTIONAL)
    assert all(len(name) <= LONGEST_NAME for name in names)


@pytest.mark.parametrize("area", AREAS)
def test_every_sheet_has_its_head_and_prints_on_a4(area: str, written: dict[str, Path]) -> None:
    made = tables(area)
    for sheet in opened(written[area], values=True):
        title, lead, marking, back, note = (sheet.cell(row, 1).value for row in range(1, 6))
        assert title, sheet.title
        assert lead, sheet.title
        assert "WORKING EDITION" in marking
        assert "not for publication" in marking
        assert sheet.title == "Cover" or back == "Back to Cover"
        assert note == (made.note or None)
        assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
        if sheet.title not in {"Variance", "Indicators", "Committee paper"}:  # whose pages are parted at a set scale
            assert sheet.sheet_properties.pageSetUpPr.fitToPage
            assert sheet.page_setup.fitToWidth in {1, None}
        assert sheet.print_area
        footer = f"{sheet.oddFooter.left.text} {sheet.oddFooter.right.text}"
        assert all(part in footer for part in (made.period.words, "WORKING EDITION", "Page &P of &N"))


@pytest.mark.parametrize("area", AREAS)
def test_heads_stay_in_sight_and_are_repeated_on_paper(area: str, written: dict[str, Path]) -> None:
    for sheet in opened(written[area], values=True):
        if sheet.title == "Cover":
            continue
        assert sheet.freeze_panes, sheet.title
        has_several_tables = sheet.title in {"Summary", "Committee paper"}
        assert sheet.print_title_rows or has_several_tables, sheet.title


@pytest.mark.parametrize("area", AREAS)
def test_the_line_that_says_how_to_read_a_sheet_is_not_cut_off(area: str, written: dict[str, Path]) -> None:
    for sheet in opened(written[area], values=True):
        letters = sheet.print_area.rsplit("$", 2)[1].split("$")[0]
        printed = openpyxl.utils.column_index_from_string(letters)
        width = sum(
            sheet.column_dimensions[openpyxl.utils.get_column_letter(each)].width for each in range(1, printed + 1)
        )
        assert text_width(str(sheet["A2"].value)) < width, sheet.title


@pytest.mark.parametrize("area", AREAS)
def test_cover_links_to_every_sheet(area: str, written: dict[str, Path]) -> None:
    cover = opened(written[area], values=False)["Cover"]
    links = [cell.hyperlink.location for cell in cover["A"] if cell.hyperlink]
    names = opened(written[area], values=False).sheetnames
    assert links == ["'{}'!A1".format(name.replace("'", "''")) for name in names[1:]]


@pytest.mark.parametrize("area", AREAS)
def test_every_formula_has_its_value_and_none_is_an_error(area: str, written: dict[str, Path]) -> None:
    cells = []
    with zipfile.ZipFile(written[area]) as parts:
        for name in parts.namelist():
            if name.startswith("xl/worksheets/sheet"):
                xml = parts.read(name).decode()
                cells += re.findall(r"<c [^>]*>(<f>.*?</f>)(<v>[^<]*</v>|<v/>)?</c>", xml)
                assert "#REF!" not in xml
                assert len(re.findall("<f>", xml)) == len(re.findall(r"</f>(?=<v)", xml))
    assert cells
    shown = [value for _, value in cells if not value]
    assert not shown


@pytest.mark.parametrize("area", AREAS)
def test_nothing_is_left_empty_on_variance(area: str, written: dict[str, Path]) -> None:
    sheet = opened(written[area], values=True)["Variance"]
    heads = [cell.value for cell in sheet[7]]
    may_be_empty = {"Comment", "Note", "Rated figure"}
    for row in sheet.iter_rows(min_row=8, max_row=7 + len(tables(area).lines), values_only=True):
        empty = [
            head for head, value in zip(heads, row, strict=True) if value in {None, ""} and head not in may_be_empty
        ]
        assert not empty, row[:2]


@pytest.mark.parametrize("area", AREAS)
def test_a_rating_is_a_mark_a_word_and_a_colour_that_follows_the_text(area: str, written: dict[str, Path]) -> None:
    book = opened(written[area], values=True)
    for page in pages_of(tables(area)):
        if page.tab != "ratings":
            continue
        sheet = book[page.name]
        rated = [cell.value for cell in sheet["E"][6:] if cell.value]
        assert all(
            str(value).startswith(tuple(look.mark for look in RATINGS.values())) or value == "–" for value in rated
        )
        rules = [rule for range_ in sheet.conditional_formatting for rule in range_.rules]
        assert {rule.text for rule in rules} == {look.words(name) for name, look in RATINGS.items()}
        fills = {rule.text: rule.dxf.fill.bgColor.rgb[-6:] for rule in rules}
        assert fills == {look.words(name): look.background[1:] for name, look in RATINGS.items()}


@pytest.mark.parametrize("area", AREAS)
def test_sheets_of_ratings_show_cells_of_variance(area: str, written: dict[str, Path]) -> None:
    book = opened(written[area], values=False)
    for page in pages_of(tables(area)):
        if page.tab == "ratings":
            for row in book[page.name].iter_rows(min_row=7, values_only=True):
                figures = (row[2], row[5], row[6], row[7], row[8], row[9])
                assert all(str(figure).startswith("=Variance!$") for figure in figures)


@pytest.mark.parametrize("area", AREAS)
def test_an_indicator_stands_on_the_sheet_of_each_of_its_groups(area: str, written: dict[str, Path]) -> None:
    book = opened(written[area], values=True)
    lines = tables(area).lines.to_dict("records")
    names = sheet_names(group for line in lines for group in line["groups"])
    for group, name in names.items():
        expected = [line["indicator"] for line in lines if group in line["groups"] and line["role"] == "main"]
        assert [cell.value for cell in book[name]["B"][6:] if cell.value] == expected


def test_variance_prints_two_pages_wide_and_both_say_what_they_show(written: dict[str, Path]) -> None:
    sheet = opened(written["haringey"], values=True)["Variance"]
    assert sheet.print_title_cols == "$A:$B"
    assert sheet.print_title_rows == "$6:$7"
    assert (sheet.page_setup.scale, sheet.page_setup.pageOrder) == (76, "overThenDown")
    assert [sheet.cell(7, each.id + 1).value for each in sheet.col_breaks.brk] == ["Figure"]
    assert [sheet.cell(6, each.id + 1).value for each in sheet.col_breaks.brk] == ["Last year: Q2 2013/14"]
    head = sheet.oddHeader.left.text
    assert all(words in head for words in ("Variance, Q2 2014/15", "WORKING EDITION", "not for publication"))
    assert "Demonstration: filled" in head


# --- names ---------------------------------------------------------------------------------------------


def test_names_of_sheets_are_legal_short_and_all_different() -> None:
    long = "Other services that were named in the strategy, part"
    groups = ["Protect", f"{long} one", f"{long} two", "Health/social care: [all]", "summary", "'Quoted'", ""]
    names = sheet_names(groups)
    assert names["Protect"] == "Protect"
    assert names["Health/social care: [all]"] == "Health social care all"
    assert names["summary"] == "summary 2"
    assert names["'Quoted'"] == "Quoted"
    assert names[""] == "Not grouped"
    assert len({name.casefold() for name in names.values()}) == len(groups)
    assert max(map(len, names.values())) <= LONGEST_NAME
    assert names[f"{long} two"].endswith(" 2")


@pytest.mark.parametrize(
    ("group", "name"),
    [
        pytest.param("A" * 30 + "'s services", "A" * 30, id="cut_at_a_quote"),
        pytest.param("Support for children in women' refuges", "Support for children in women", id="words_to_a_quote"),
        pytest.param("😀" * 31, "😀" * 15, id="emoji_count_twice"),
        pytest.param("' '", "Not grouped", id="quotes_only"),
    ],
)
def test_a_name_that_is_cut_is_still_legal(group: str, name: str) -> None:
    assert sheet_names([group])[group] == name


def test_a_hundred_groups_that_begin_alike_have_short_names() -> None:
    names = sheet_names(f"{'x' * 40}{number}" for number in range(120))
    assert len({name.casefold() for name in names.values()}) == 120
    assert max(map(len, names.values())) == LONGEST_NAME


def test_the_file_says_what_it_is() -> None:
    made = tables("cambridgeshire")
    assert master_file_name(made.framework, made.period) == "cambridgeshire_2014-15-Q3_master_WORKING-EDITION.xlsx"


# --- single sheets -----------------------------------------------------------------------------------


def test_summary_counts_each_indicator_once_and_each_sheets_own(written: dict[str, Path]) -> None:
    rows = list(
        opened(written["cambridgeshire"], values=True)["Summary"].iter_rows(min_row=7, max_row=12, values_only=True)
    )
    assert [row[0] for row in rows] == [
        "On the sheet", "All, each counted once", "Pursue", "Protect", "Recover", "Prevent",
    ]  # fmt: skip
    assert list(rows[1][2:6]) == [1, 0, 0, 20]
    lines = [line for line in tables("cambridgeshire").lines.to_dict("records") if line["role"] == "main"]
    for row in rows[2:]:
        rated = [line["rating"] for line in lines if row[0] in line["groups"]]
        assert list(row[2:6]) == [sum(rating.startswith(name) for rating in rated) for name in RATINGS]


def test_summary_puts_red_before_amber(written: dict[str, Path]) -> None:
    sheet = opened(written["awkward"], values=True)["Summary"]
    rated = [row[4] for row in sheet.iter_rows(values_only=True)]
    start = next(
        number
        for number, row in enumerate(sheet.iter_rows(values_only=True))
        if row[0] == "Exceptions: Red, then Amber"
    )
    listed = rated[start + 2 : start + 7]
    assert listed == sorted(listed, key=["■ Red", "▲ Amber", None].index)
    assert {"■ Red", "▲ Amber"} <= set(listed)


def test_summary_names_who_is_missing_what_was_rejected_and_what_is_held(written: dict[str, Path]) -> None:
    sheet = opened(written["eventful"], values=True)["Summary"]
    rows = [(row[0], row[2]) for row in sheet.iter_rows(values_only=True)]
    assert ("Cambridge City Council, housing", "1 figure asked") in rows
    assert ("2 of 4 agencies have returned; rejected: 1; not returned: 1.", None) in rows
    assert ("Cambridgeshire Constabulary", "H14: rows were inserted, deleted or sorted") in rows
    assert ("C14: Women housed: Refuge", "Refuge") in rows


def test_a_figure_that_is_not_whole_is_no_movement(written: dict[str, Path]) -> None:
    for area, listed in (("cambridgeshire", True), ("eventful", False)):
        rows = list(opened(written[area], values=True)["Summary"].iter_rows(values_only=True))
        start = next(number for number, row in enumerate(rows) if str(row[0]).startswith("Biggest movements"))
        refs = [row[1] for row in rows[start + 2 : start + 12]]
        assert ("C14" in refs) is listed


def test_movements_leave_out_what_is_never_published_and_put_few_last(tmp_path: Path) -> None:
    made = tables("awkward")
    frame = made.lines.copy()
    frame.loc[frame["indicator"].isin(["A4", "A8", "A9"]), "publication"] = "Must not be published"
    path = tmp_path / "master.xlsx"
    write_master(replace(made, lines=WorkingTable(frame)), path)
    rows = [[str(cell) for cell in row] for row in opened(path, values=True)["Summary"].iter_rows(values_only=True)]
    start = next(number for number, row in enumerate(rows) if row[0].startswith("Biggest movements"))
    end = next(number for number, row in enumerate(rows) if row[0].startswith("Who has not returned"))
    refs = [row[1] for row in rows[start:end]]
    assert "A8" not in refs
    assert refs.index("A2") < refs.index("A3")  # shares of 30, and of 3
    assert refs.index("A7") < refs.index("A6")  # one of 91, and one of 13
    assert "Not listed, because it must never be published: A4, A8, A9." in [row[0] for row in rows[start:end]]
    words = "Just outside the tolerance\nMust not be published"
    assert [row[0] for row in rows[:start] if row[1] == "A8"] == [words] * 2


def test_coverage_stands_beside_each_headline(written: dict[str, Path]) -> None:
    sheet = opened(written["eventful"], values=True)["Summary"]
    rows = {row[1]: row for row in sheet.iter_rows(values_only=True) if row[1]}
    assert rows["C14"][8] == "1 of 2"
    assert rows["C01"][4] == "○ Not rated: rejected"


def test_submissions_has_a_row_for_each_file_and_each_absent_agency(written: dict[str, Path]) -> None:
    rows = list(opened(written["eventful"], values=True)["Submissions"].iter_rows(min_row=7, values_only=True))
    assert [row[1] for row in rows] == ["Rejected", "Accepted with queries", "Accepted", "Not returned"]
    assert rows[0][2] == "H14: rows were inserted, deleted or sorted"
    assert rows[0][4] == "28 January 2015, 10:12"
    assert rows[3][3] == "–"


def test_a_file_that_counts_no_more_is_explained_and_looks_calm(tmp_path: Path) -> None:
    made = tables("eventful")
    submissions = made.submissions.copy()
    submissions["status"] = ["Replaced", "Taken out", "Accepted", "Not returned"]
    write_master(replace(made, submissions=WorkingTable(submissions)), tmp_path / "master.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "master.xlsx")["Submissions"]
    assert all(f"{status}: " in sheet["A2"].value for status in ("Replaced", "Taken out"))
    rules = {rule.text: rule for range_ in sheet.conditional_formatting for rule in range_.rules}
    assert {rules[status].dxf.fill.bgColor.rgb[-6:] for status in ("Replaced", "Taken out")} == {"F3F2F1"}


def test_a_text_that_a_cell_cannot_hold_is_cut_with_a_mark_wherever_it_stands(tmp_path: Path) -> None:
    made = tables("eventful")
    endless = "word 😀 " * 10_000
    lines, data, findings = made.lines.copy(), made.data.copy(), made.findings.copy()
    lines["comment"], data["comment"], findings["message"] = endless, endless, endless
    long = replace(made, lines=WorkingTable(lines), data=WorkingTable(data), findings=WorkingTable(findings))
    write_master(long, tmp_path / "master.xlsx")
    book = openpyxl.load_workbook(tmp_path / "master.xlsx")
    for sheet, cell in (("Variance", "AP8"), ("Protect", "L8"), ("Data", "K7"), ("Findings", "D7")):
        value = book[sheet][cell].value
        assert value.endswith(("… (cut)", "… (whole in Data)")), sheet
        assert len(value.encode("utf-16-le")) // 2 <= 32_767
        assert book[sheet].row_dimensions[book[sheet][cell].row].height <= 409


def test_findings_say_place_fault_and_remedy_and_can_be_filtered(written: dict[str, Path]) -> None:
    sheet = opened(written["eventful"], values=True)["Findings"]
    first = next(sheet.iter_rows(min_row=7, max_row=7, values_only=True))
    assert first[0] == "police Q3.xlsx, Return!N8"
    assert first[5] == "ID_MOVED"
    assert sheet.auto_filter.ref == "A6:F8"
    assert "Nothing was found" in opened(written["haringey"], values=True)["Findings"]["A7"].value


def test_settings_refuse_what_cannot_be(written: dict[str, Path]) -> None:
    sheet = opened(written["haringey"], values=False)["Settings"]
    rules = {str(rule.sqref): rule for rule in sheet.data_validations.dataValidation}
    assert rules["B7"].type == "decimal"
    assert rules["B8"].formula1 == '"relative,points"'
    assert all(rule.error for rule in rules.values())
    assert [sheet.cell(row, 2).value for row in range(7, 12)] == [10, "relative", "within_tolerance", 10, 5]


def test_a_targets_own_tolerance_goes_before_the_setting(written: dict[str, Path]) -> None:
    sheet = opened(written["awkward"], values=False)["Variance"]
    heads = {cell.value: cell.column for cell in sheet[7]}
    tolerance = {row[1].value: row[heads["Tolerance"] - 1].value for row in sheet.iter_rows(min_row=8)}
    assert tolerance["A7"] == "=Settings!$B$7"
    assert tolerance["A9"] == 15


def test_a_ratio_is_a_formula_of_its_parts(written: dict[str, Path]) -> None:
    formulas, values = (opened(written["awkward"], values=values)["Variance"] for values in (False, True))
    assert "ROUND(" in formulas["C9"].value
    assert values["C9"].value == pytest.approx(1 / 3)
    assert values["C8"].value == "denominator 0"


def test_percentages_change_in_points_never_in_percent(written: dict[str, Path]) -> None:
    sheet = opened(written["haringey"], values=True)["Variance"]
    heads = [cell.value for cell in sheet[7]]
    for row in sheet.iter_rows(min_row=8):
        if row[2].number_format.startswith("0%"):
            changes = [cell for head, cell in zip(heads, row, strict=True) if head in {"Change", "From target"}]
            assert all("pp" in cell.number_format for cell in changes if isinstance(cell.value, int | float))
            assert all(cell.value == "–" for head, cell in zip(heads, row, strict=True) if head == "Change, %")


def test_data_is_one_tidy_table_that_pandas_reads(written: dict[str, Path]) -> None:
    book = opened(written["cambridgeshire"], values=True)
    made = tables("cambridgeshire")
    table = book["Data"].tables["Data"]
    assert [column.name for column in table.tableColumns] == list(DATA_COLUMNS)
    assert table.ref == f"A6:W{6 + len(made.data)}"
    read = pd.read_excel(
        written["cambridgeshire"], sheet_name="Data", header=5, dtype=object, engine="openpyxl", keep_default_na=False
    )
    assert list(read.columns) == list(DATA_COLUMNS)
    blank = {None: "", "": ""}
    expected = [[blank.get(value, value) for value in row] for row in made.data.to_numpy().tolist()]
    assert read.fillna("").to_numpy().tolist() == expected


@pytest.mark.slow
def test_data_of_sixty_thousand_rows_is_quick(tmp_path: Path) -> None:
    made = tables("cambridgeshire")
    many = pd.concat([made.data] * (60_000 // len(made.data)), ignore_index=True)
    start = time.process_time()
    write_master(replace(made, data=WorkingTable(many)), tmp_path / "master.xlsx")
    assert time.process_time() - start < 30


def test_a_demonstration_says_so_on_every_sheet(written: dict[str, Path]) -> None:
    for sheet in opened(written["haringey"], values=True):
        assert sheet["A5"].value == "Demonstration: filled with published figures"


# --- writing ------------------------------------------------------------------------------------------


def test_a_master_that_is_open_elsewhere_is_left_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "Mästare 1" / "master.xlsx"
    write_master(haringey(), path)
    before = path.read_bytes()
    (path.parent / ".~lock.master.xlsx#").touch()
    with pytest.raises(NotWrittenError, match="open in a spreadsheet program"):
        write_master(haringey(), path)
    assert path.read_bytes() == before
    assert sorted(each.name for each in path.parent.iterdir()) == [".~lock.master.xlsx#", "master.xlsx"]


def test_the_same_tables_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_master(haringey(), tmp_path / f"{name}.xlsx")
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()
