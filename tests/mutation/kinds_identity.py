"""A return says that it is another, or another says that it is this one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dapf_xl.periods import Period
from tests.mutation.case import kind
from tests.mutation.originals import parts_of
from tests.mutation.workbook import Book, Difference

if TYPE_CHECKING:
    from tests.mutation.case import Case

FIELDS = ("framework", "catalogue_version", "agency", "period", "issue_id", "digest", "seal")
REFUSED = "takes nothing: the seal covers every field"


def _identity(book: Book) -> list[object]:
    return [book.get("_dapf", f"B{row}") for row in range(1, 8)]


def _paste(case: Case, source: Book, rows: tuple[int, ...] = tuple(range(1, 8))) -> None:
    for row in rows:
        case.book.put("_dapf", f"B{row}", source.get("_dapf", f"B{row}"))


def _pasted_whole(case: Case, source: Book) -> None:
    """Put the contents of another workbook into this one, sheet by sheet and cell by cell."""
    for name, sheet in source.sheets.items():
        if name == "_dapf" or name not in case.book.sheets:
            continue
        here = {row.number: case.book.contents(row.xml) for row in case.book.sheets[name].rows}
        there = {row.number: source.contents(row.xml) for row in sheet.rows}
        for number in sorted({*here, *there}):
            old, new = here.get(number, {}), there.get(number, {})
            for letters in {*old, *new}:
                if old.get(letters) != new.get(letters):
                    case.book.put(name, f"{letters}{number}", new.get(letters))


def _colleague(case: Case) -> Book:
    others = [agency for agency in case.desk.colleagues if agency != case.original.agency]
    return Book(parts_of(case.desk.colleagues[case.random.choice(others)]))


def _last_quarter(case: Case) -> Book | None:
    """Last quarter's return of the agency as it came back; None where it was not asked."""
    data = case.desk.before.get(case.original.agency)
    return _as_book(data) if data else None


def _as_book(data: bytes) -> Book:
    """A workbook that openpyxl saved, in the form that `Book` reads."""
    import io  # noqa: PLC0415

    import openpyxl  # noqa: PLC0415

    made = _MADE.get(data)
    if made is None:
        made = _MADE[data] = _rewritten(openpyxl.load_workbook(io.BytesIO(data)))
    return Book(made)


_MADE: dict[bytes, dict[str, bytes]] = {}


def _rewritten(workbook: object) -> dict[str, bytes]:
    import io  # noqa: PLC0415

    import xlsxwriter  # noqa: PLC0415

    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as out:
        for sheet in workbook:
            page = out.add_worksheet(sheet.title)
            for row in sheet.iter_rows():
                for cell in row:
                    value = cell.value
                    place = (cell.row - 1, cell.column - 1)
                    if isinstance(value, str) and value.startswith("="):
                        page.write_formula(*place, value)
                    elif isinstance(value, str):
                        page.write_string(*place, value)
                    elif hasattr(value, "toordinal"):
                        page.write_number(*place, value.toordinal() - 719_163 + 25_569)
                    elif value is not None:
                        page.write_number(*place, value)
    return parts_of(made.getvalue())


@kind("an attacker", REFUSED)
def identity_field_edited(case: Case) -> None:
    row = case.seed % len(FIELDS) + 1
    old = str(case.book.get("_dapf", f"B{row}"))
    agencies = [agency for agency in case.desk.framework.agencies if agency != case.original.agency]
    ways = {
        "agency": [*agencies, "nobody", old.upper()],
        "period": [Period.parse(case.original.period).previous().label, "2099-00-Q1", "today", f"{old} "],
        "framework": ["other", f"{old}x"],
        "catalogue_version": ["99", "0", f"{old}.1"],
    }
    choices = [
        *ways.get(FIELDS[row - 1], [old[::-1], f"{old[:-1]}0" if old[-1] != "0" else f"{old[:-1]}1"]),
        "",
        f"{old}\u200b",
    ]
    case.book.put("_dapf", f"B{row}", case.random.choice([each for each in choices if each != old]) or None)
    case.rejected = True


@kind("an attacker", REFUSED)
def identity_field_names_edited(case: Case) -> None:
    row = case.random.randint(1, 7)
    case.book.put("_dapf", f"A{row}", case.random.choice(["x", None, FIELDS[(row + 2) % 7]]))
    case.rejected = True


@kind("an attacker", REFUSED)
def identity_said_twice(case: Case) -> None:
    """Say a field again below, otherwise."""
    name, said = case.random.choice([("agency", "police"), ("period", "2013-14-Q1"), ("framework", "other")])
    case.book.put("_dapf", "A8", name)
    case.book.put("_dapf", "B8", said)
    case.rejected = case.book.get("_dapf", f"B{FIELDS.index(name) + 1}") != said


@kind(
    "a person who copies a colleague's file, or an attacker",
    "takes nothing: the figures that it asks are not those of that agency",
    composes=False,
)
def identity_of_another_agency(case: Case) -> None:
    """Paste a colleague's identity, and sometimes what the document's properties say of it."""
    before = str(case.book.get("_dapf", "B5"))
    _paste(case, _colleague(case))
    if case.random.random() < 0.5:
        part = "docProps/custom.xml"
        said = str(case.book.get("_dapf", "B5"))
        case.book.parts[part] = case.book.parts[part].replace(before.encode(), said.encode())
    case.disputed |= case.original.answers.keys()
    case.rejected = True


@kind("an attacker", REFUSED)
def part_of_another_identity(case: Case) -> None:
    rows = tuple(case.random.sample(range(1, 8), case.random.randint(1, 4)))
    source = _colleague(case)
    if [source.get("_dapf", f"B{row}") for row in rows] == [case.book.get("_dapf", f"B{row}") for row in rows]:
        rows = (3, 5)
    _paste(case, source, rows)
    case.rejected = True


@kind(
    "an agency that sends last quarter's file again, or an attacker", "takes nothing for this quarter", composes=False
)
def identity_of_last_quarter(case: Case) -> None:
    source = _last_quarter(case)
    if source is None:
        identity_field_edited(case)
        return
    _paste(case, source)
    case.disputed |= case.original.answers.keys()
    case.rejected = True


@kind("an attacker", REFUSED, composes=False)
def identity_of_another_workspace(case: Case) -> None:
    _paste(case, _as_book(case.desk.foreign), tuple(case.random.sample(range(1, 8), 7)))
    case.rejected = True


@kind("a person who sends another council's return", "takes nothing: this workspace did not issue it", composes=False)
def return_of_another_workspace(case: Case) -> None:
    case.data = case.desk.foreign
    case.rejected = True


@kind(
    "a person who saves last quarter's return under this quarter's name",
    "takes nothing: it is another quarter's",
    composes=False,
)
def last_quarter_under_this_name(case: Case) -> None:
    data = case.desk.before.get(case.original.agency)
    if data is None:
        return_of_another_workspace(case)
        return
    case.data = data
    case.rejected = True


@kind(
    "a person who edits last quarter's return instead of opening this quarter's",
    "takes nothing: the seal does not fit",
    composes=False,
)
def last_quarter_with_its_period_edited(case: Case) -> None:
    """Last quarter's return, with its period edited in what shows, in the ids and in the identity."""
    source = _last_quarter(case)
    if source is None:
        identity_field_edited(case)
        return
    _pasted_whole(case, source)
    before = Period.parse(case.original.period).previous()
    now = Period.parse(case.original.period)
    visible = case.random.random() < 0.7
    for name, sheet in case.book.sheets.items():
        for row in list(sheet.rows):
            for letters, content in case.book.contents(row.xml).items():
                if isinstance(content, str):
                    text = content.replace(f"@{before.label}", f"@{now.label}")
                    text = text.replace(before.words, now.words) if visible else text
                    if text != content:
                        case.book.put(name, f"{letters}{row.number}", text)
    _paste(case, source)
    case.book.put("_dapf", "B4", now.label)
    case.rejected = True


@kind("an attacker", "names every locked cell that differs, headings and history among them", composes=False)
def last_quarter_under_this_identity(case: Case) -> None:
    """Last quarter's return with this quarter's identity and this quarter's ids."""
    source = _last_quarter(case)
    if source is None:
        identity_field_edited(case)
        return
    _pasted_whole(case, source)
    before, now = Period.parse(case.original.period).previous().label, case.original.period
    for name in case.sheets:
        for row in list(case.book.sheets[name].rows):
            for letters, content in case.book.contents(row.xml).items():
                if isinstance(content, str) and f"@{before}" in content:
                    case.book.put(name, f"{letters}{row.number}", content.replace(f"@{before}", f"@{now}"))


@kind(
    "a colleague who fills the wrong agency's return",
    "says whose return it is by its name, and takes it for the agency that it was issued to",
    composes=False,
)
def named_for_another_agency(case: Case) -> None:
    others = [agency for agency in case.desk.framework.agencies if agency != case.original.agency]
    case.name = re.sub(r"^.*?(?=_\d{4})", case.random.choice(others), case.original.name)
    case.say(Difference("", "", case.original.name, case.name, "name"))


@kind("another program", "takes nothing: there is nothing that says whose it is", composes=False)
def identity_cleared(case: Case) -> None:
    for row in range(1, 8):
        case.book.put("_dapf", f"B{row}", None)
    case.rejected = True
