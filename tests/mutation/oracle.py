"""Says of a checked mutant what is wrong with how it was taken. Asks nothing of the code that checks.

What it goes by: which cells the generator changed (`Book.differences`), which cells the issued file leaves unlocked,
where each issued cell stands now, and what was typed into it.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from dapf_xl.findings import Code, Severity
from dapf_xl.personal_data import BLOTTED
from dapf_xl.returns.layout import ENTRY_TABLES, HEADER_ROW
from dapf_xl.returns.troubles import FARTHEST_COLUMN, FARTHEST_ROW
from dapf_xl.rules.checking import Status
from tests.mutation.originals import SIGNED, key_of
from tests.mutation.workbook import Day, Error, Formula, column, split

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dapf_xl.findings import Finding
    from dapf_xl.observations import Observation
    from dapf_xl.returns.layout import EntryTable
    from dapf_xl.rules import CheckedReturn
    from tests.mutation.case import Case
    from tests.mutation.originals import Key, Place
    from tests.mutation.workbook import Content, Difference

NOTHING_TAKEN = {Status.REJECTED, Status.SET_ASIDE}
NUMERIC = {"count", "percent", "rate", "number", "money"}
_PLAIN = re.compile(r"[+−-]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d*)?\s*%?", re.ASCII)
_ADDRESSES = re.compile(r"\b([A-Z]{1,3})(\d{1,7})(?::([A-Z]{1,3})(\d{1,7}))?\b")
_GROUPED = ("in all: ", " more (")
"""One stands in a finding that names many cells of a kind, and what was and is in the first of them."""
_OF_LOOKS = {Code.LOOKS_CHANGED, Code.CELLS_UNLOCKED, Code.CELLS_LOCKED}
_BESIDE = {
    "link": Code.LINKS_CHANGED,
    "page": Code.PAGE_CHANGED,
    "guarded": Code.PROTECTION_CHANGED,
    "validation": Code.VALIDATION_LOST,
    "format": Code.FORMATS_LOST,
    "format added": Code.FORMATS_ADDED,
    "more": Code.SHEET_HOLDS_MORE,
    "setting": Code.BOOK_SET_OTHERWISE,
    "part": Code.FILE_HOLDS_MORE,
    "merged cells": Code.CELLS_MERGED,
}
"""What has to say of a difference beside the cells, by its kind."""
_HIDING = {"rows hidden": Code.ROWS_HIDDEN, "columns hidden": Code.COLUMNS_HIDDEN}
"""The same, where it has to list which."""
_QUIET = ("furniture", "programs", "writing")
"""Groups whose harmless kinds leave all beside the cells as it was."""
_NOT_SEEN = "\u200b\u200c\u200d\u2060\ufeff\u00ad"
QUOTED = 12
"""Characters of a text that a finding has to repeat at least."""


def faults(case: Case, checked: CheckedReturn) -> list[str]:
    """Everything that is wrong with how a mutant was taken, in words for whoever mends it."""
    found = [*_wrongly_taken(case, checked)]
    if checked.status in NOTHING_TAKEN:
        if not any(finding.severity is Severity.ERROR for finding in checked.findings):
            found.append("nothing was taken, and no error says why")
        if case.kind.harmless:
            found.append(f"it was refused although nothing that counts was changed: {_told(checked)}")
        return found
    return [*found, *_unnamed(case, checked), *_false_alarms(case, checked)]


# --- what was taken ---------------------------------------------------------------------------


def _wrongly_taken(case: Case, checked: CheckedReturn) -> Iterator[str]:
    taken = {key_of(each): each for each in checked.observations}
    if len(taken) != len(checked.observations):
        yield "a figure was taken twice"
    if taken and (case.rejected or checked.status in NOTHING_TAKEN):
        yield f"{len(taken)} figures were taken of a return that is not what it says"
        return
    for key, observation in taken.items():
        place = case.original.places.get(key)
        where = f"{key} from {observation.sheet}!{observation.cell}"
        if place is None:
            yield f"{where} was never asked in this return"
        elif key in case.disputed:
            yield f"{where} was taken, although it is not sure what stands there"
        elif _place_now(case, place, observation) is None:
            yield f"{where} was taken from another cell than the one beside its label"
        elif _answers_another(case, place):
            yield f"{where} was taken, although another figure's label stands beside it"
        else:
            yield from _wrong_value(case, key, place, observation)


def _place_now(case: Case, place: Place, observation: Observation) -> tuple[str, str] | None:
    """Where the answer was taken from, if that is where it stands now."""
    for address in (place.value, place.shorthand):
        now = case.book.place_of(place.sheet, address) if address else None
        if now == (observation.sheet, observation.cell):
            return now
    return None


def _answers_another(case: Case, place: Place) -> bool:
    """Whether what says what is asked was replaced by what says it of another row."""
    said = _said(case, place)
    if said == _said_at_first(case, place):
        return False
    others = {_said_at_first(case, other) for other in case.original.places.values() if other.sheet == place.sheet}
    return bool(said) and said in others


def _said(case: Case, place: Place) -> tuple[str, ...]:
    now = [case.book.place_of(place.sheet, each) for each in place.says]
    return tuple(_plainly(case.book.get(*each)) if each else "" for each in now)


def _said_at_first(case: Case, place: Place) -> tuple[str, ...]:
    return tuple(_plainly(case.original.issued.get((place.sheet, each))) for each in place.says)


def _plainly(content: Content) -> str:
    return " ".join(str(content).casefold().split())


def _wrong_value(case: Case, key: Key, place: Place, observation: Observation) -> Iterator[str]:
    """Compare what was taken with what stands in the cells, as it is now."""
    kind = case.desk.framework.items[key[0]].type
    before = case.original.answers.get(key)
    now = {part: _content(case, place, part) for part in ("value", "shorthand", "comment", "label")}
    was = {part: case.original.issued.get((place.sheet, getattr(place, part))) for part in now}
    where = f"{key} from {observation.sheet}!{observation.cell}"
    if now == was:
        if before is None:
            yield f"{where} was taken, and nothing was typed for it"
        elif _meat(before) != _meat(observation):
            yield f"{where} was {_meat(before)} and became {_meat(observation)}"
        return
    wanted = _meant(now["value"], kind)
    got: object = observation.value if kind in NUMERIC else observation.text
    got = got if got != "" else None
    if got is not None and got not in wanted:
        yield f"{where}: {got!r} was taken for {now['value']!r}"
    if got is None and not observation.replacement:
        yield f"{where} was taken, but neither a value nor what stands in its place"
    symbols = _symbols(_plainly(now["shorthand"]))
    if observation.value is not None and symbols != _symbols(observation.markers):
        yield f"{where}: the markers {observation.markers!r} were taken for {now['shorthand']!r}"
    if observation.replacement and observation.replacement not in _plainly(now["shorthand"]):
        yield f"{where}: {observation.replacement} was taken for {now['shorthand']!r}"
    if observation.comment and _squeezed(observation.comment) != _squeezed(_as_text(now["comment"])):
        yield f"{where}: the comment {observation.comment[:40]!r} is not what was typed: {str(now['comment'])[:40]!r}"


def _symbols(text: str) -> set[str]:
    return set(re.findall(r"\[[peru]\]", text))


def _content(case: Case, place: Place, part: str) -> Content:
    address = getattr(place, part)
    now = case.book.place_of(place.sheet, address) if address else None
    return case.book.get(*now) if now else None


def _meat(observation: Observation) -> tuple[object, ...]:
    return (
        observation.value, observation.replacement, observation.reason, observation.lower, observation.upper,
        observation.markers, observation.text, observation.comment, observation.label,
    )  # fmt: skip


def _meant(content: Content, kind: str) -> list[object]:  # noqa: PLR0911  (one for each thing that a cell can hold)
    """What a cell can be taken for; nothing where it must not be taken."""
    if kind in NUMERIC:
        return _number_meant(content, is_percent=kind == "percent")
    match content:
        case None | Error() | Formula():
            return []
        case Day(serial):
            day = _day(serial)
            return [day.isoformat(), f"{day.day} {day:%B %Y}"]
        case bool():
            return [str(content).upper()] if kind == "text" else []
        case float():
            day = _day(content)
            shown = [f"{content:.15g}", day.isoformat(), f"{day.day} {day:%B %Y}"]
            shown += [str(timedelta(seconds=round(content * 86_400))).zfill(8)] if 0 <= content < 1 else []
            return shown if kind in {"text", "date"} else []
    text = _squeezed(str(content))
    given = [str(content), str(content).strip(), text, text.title(), text.capitalize()]
    if kind == "yes_no":
        return {"yes": ["Yes"], "y": ["Yes"], "no": ["No"], "n": ["No"]}.get(text.casefold(), [])
    if kind == "date":
        return [*given, *_days(text)]
    return [*given, "".join(each for each in str(content) if each not in _NOT_SEEN).strip()]


def _day(serial: float) -> date:
    """The day that a number stands for in Excel, which believes in 29 February 1900."""
    if not 0 < serial < 99_999:
        return date.min
    return date(1899, 12, 30) + timedelta(days=int(serial) + (serial < 60))


def _days(text: str) -> list[str]:
    found = re.fullmatch(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", text)
    return [f"{int(found[3]):04}-{int(found[2]):02}-{int(found[1]):02}"] if found else []


def _number_meant(content: Content, *, is_percent: bool) -> list[object]:
    if isinstance(content, bool) or not isinstance(content, float | str):
        return []
    if isinstance(content, float):
        number = Decimal(f"{content:.15g}")
        near = [
            number,
            *([Decimal(round(content))] if abs(content - round(content)) < 1e-9 and abs(content) < 1e15 else []),
        ]
        return [each * 100 if is_percent else each for each in near]
    text = _squeezed(content)
    if not re.search(r"[0-9]", text) or not _PLAIN.fullmatch(text):
        return []
    with_sign = text.endswith("%")
    number = Decimal(text.rstrip("% ").replace(",", "").replace("−", "-"))
    return [] if with_sign and not is_percent else [number if with_sign or not is_percent else number * 100]


def _squeezed(text: str) -> str:
    return " ".join("".join(each for each in text if each not in _NOT_SEEN).split())


def _as_text(content: Content) -> str:
    match content:
        case None:
            return ""
        case bool():
            return str(content).upper()
        case float():
            return f"{content:.15g}"
        case Formula(_, cached):
            return str(cached)
        case Error():
            return content.text
    return str(content)


# --- what was said ----------------------------------------------------------------------------


def _unnamed(case: Case, checked: CheckedReturn) -> Iterator[str]:
    """Yield the differences that are no value in an input cell, and that no finding names."""
    for difference in case.book.differences():
        if difference.cell and not case.book.sheets[difference.sheet].was:
            continue  # a sheet that was added: it is named as a whole, and not read
        if difference.what == "look":
            if not _tells_look(case, checked, difference):
                yield f"no finding names the look of {_place(difference)}: {difference.old} became {difference.new}"
        elif _is_input(case, difference):
            yield from _ignored_input(case, checked, difference)
        elif _is_of_row(case, difference):
            if not any(_is_beside(finding, difference) for finding in checked.findings):
                yield f"no finding names the row of {_place(difference)}: it holds {_short(difference.new)}"
        elif not any(_names(finding, difference) for finding in checked.findings):
            yield f"no finding names {_place(difference)}: {_short(difference.old)} became {_short(difference.new)}"
        elif (
            difference.what in {"cell", "link"} and not _is_far(difference) and not _tells(checked.findings, difference)
        ):
            yield (
                f"no finding tells old and new of {_place(difference)}: {_short(difference.old)} became "
                f"{_short(difference.new)}; said: {_about(checked.findings, difference)}"
            )


def _tells_look(case: Case, checked: CheckedReturn, difference: Difference) -> bool:
    """Whether a finding names a cell that looks otherwise, or the whole of a row that is not the one that it was."""
    about = [finding for finding in checked.findings if finding.sheet == difference.sheet]
    if not difference.cell:
        return any(finding.code is Code.CELLS_UNLOCKED and str(difference.new) in finding.message for finding in about)
    if any(finding.code in _OF_LOOKS and _mentions(finding, difference.cell) for finding in about):
        return True
    return _is_of_row(case, difference) and any(_is_beside(finding, difference) for finding in about)


def _is_of_row(case: Case, difference: Difference) -> bool:
    """Whether a difference is one of a row: the id that says what it is, or a cell of a row that came later."""
    if not difference.cell:
        return False
    letters, number = split(difference.cell)
    it = case.book.sheets[difference.sheet]
    row = it.row(number)
    table = ENTRY_TABLES.get(it.was)
    is_id = bool(table) and it.columns.get(table.columns["id"], table.columns["id"]) == letters and number > HEADER_ROW
    if table and row is not None and _id_of(case, table, row.was) != _id_of(case, table, row.xml):
        return True
    is_new = row is not None and row.origin is None
    has_id = is_new and bool(table) and table.columns["id"] in case.book.contents(row.xml)
    return is_id or has_id or (is_new and it.name in case.moved)


def _id_of(case: Case, table: EntryTable, xml: str) -> Content:
    return case.book.contents(xml).get(table.columns["id"])


def _is_beside(finding: Finding, difference: Difference) -> bool:
    """Whether a finding is about a cell of the same row."""
    if finding.sheet != difference.sheet:
        return False
    row = split(difference.cell)[1]
    if finding.cell and split(finding.cell)[1] == row:
        return True
    return any(int(first) <= row <= int(last or first) for _, first, _, last in _ADDRESSES.findall(finding.message))


def _spans(finding: Finding, difference: Difference) -> bool:
    """Whether an error names two cells of a column, and the difference stands between them."""
    if finding.sheet != difference.sheet or finding.severity is not Severity.ERROR:
        return False
    letters, row = split(difference.cell)
    rows = [int(first) for one, first, _, _ in _ADDRESSES.findall(finding.message) if one == letters]
    return len(rows) > 1 and min(rows) <= row <= max(rows)


def _is_far(difference: Difference) -> bool:
    """Whether a cell is so far outside that it is not read, and only its address is told."""
    letters, row = split(difference.cell)
    return column(letters) >= FARTHEST_COLUMN or row > FARTHEST_ROW


def _is_input(case: Case, difference: Difference) -> bool:
    if not difference.cell or difference.what != "cell":
        return False
    return any(case.book.place_of(*place) == (difference.sheet, difference.cell) for place in _near(case, difference))


def _near(case: Case, difference: Difference) -> list[tuple[str, str]]:
    """The input cells that can stand where the difference is now."""
    was = case.book.sheets[difference.sheet].was
    here = (was, difference.cell)
    if not case.moved:
        return [here] if here in case.original.inputs else []
    return [place for place in case.original.inputs if place[0] == was]


def _ignored_input(case: Case, checked: CheckedReturn, difference: Difference) -> Iterator[str]:
    """Yield an input that holds something which was neither taken nor found."""
    origin = next(
        place for place in _near(case, difference) if case.book.place_of(*place) == (difference.sheet, difference.cell)
    )
    if origin in SIGNED or difference.new is None or not _squeezed(_as_text(difference.new)):
        return
    taken = {key_of(each) for each in checked.observations}
    keys = [
        key for key, place in case.original.places.items() if place.sheet == origin[0] and origin[1] in _cells_of(place)
    ]
    said = any(_names(finding, difference) for finding in checked.findings)
    in_row = any(_is_beside(finding, difference) or _spans(finding, difference) for finding in checked.findings)
    if keys and not said and not taken & set(keys) and not in_row:
        yield f"{_place(difference)} holds {_short(difference.new)}: neither taken nor found"


def _cells_of(place: Place) -> set[str]:
    return {place.value, place.shorthand, place.comment, place.label}


def _names(finding: Finding, difference: Difference) -> bool:
    """Whether a finding is about a difference: its sheet, and its cell where it is one cell's."""
    words = f"{finding.message} {finding.remedy}"
    if difference.what in _BESIDE:
        is_there = finding.code is _BESIDE[difference.what] and finding.sheet == difference.sheet
        return is_there and (not difference.cell or _mentions(finding, difference.cell))
    if difference.what in _HIDING:
        is_there = finding.code is _HIDING[difference.what] and finding.sheet == difference.sheet
        return is_there and str(difference.new) in _listed(finding)
    if difference.what == "name":
        return finding.code is Code.NAMED_FOR_ANOTHER
    if difference.what in {"order", "structure"}:
        return any(word in words.casefold() for word in ("order", "structure", "protect"))
    if finding.sheet != difference.sheet and difference.sheet not in words:
        return False
    return difference.what != "cell" or _mentions(finding, difference.cell)


def _listed(finding: Finding) -> set[str]:
    """The rows or the columns that a finding lists: ``4, 6 to 9``, ``B and C``."""
    found = set()
    for each in re.split(r", | and ", finding.message.rpartition(": ")[2].rstrip(".")):
        first, _, last = each.partition(" to ")
        found |= {str(row) for row in range(int(first), int(last) + 1)} if last else {first}
    return found


def _mentions(finding: Finding, address: str) -> bool:
    if finding.cell == address:
        return True
    letters, row = split(address)
    for one, first, two, last in _ADDRESSES.findall(finding.message):
        if one == letters and int(first) == row:
            return True
        if two and column(one) <= column(letters) <= column(two) and int(first) <= row <= int(last):
            return True
    return False


def _tells(findings: list[Finding], difference: Difference) -> bool:
    about = [finding for finding in findings if _names(finding, difference)]
    if any(words in finding.message for finding in about for words in _GROUPED):
        return True
    return any(all(_shows(each.message, content) for content in (difference.old, difference.new)) for each in about)


def _shows(message: str, content: Content) -> bool:
    """Whether a message repeats what stood in a cell, in any of the ways in which it can be written."""
    match content:
        case None:
            return True
        case bool():
            return str(content).upper() in message
        case float() | Day():
            number = content.serial if isinstance(content, Day) else content
            day = _day(number)
            shown = [
                f"{number:.15g}",
                f"{number:,.15g}",
                f"{number * 100:.15g}%",
                day.isoformat(),
                f"{day.day} {day:%B %Y}",
            ]
            return any(each in message for each in shown)
        case Formula():
            return "formula" in message or content.text[:QUOTED] in message or f'"{content.cached}"' in message
        case Error():
            return content.text in message or "error" in message
    text = _squeezed(str(content))[:QUOTED]
    return text in _squeezed(message) or BLOTTED in message


def _false_alarms(case: Case, checked: CheckedReturn) -> Iterator[str]:
    if not case.kind.harmless:
        return
    meant = {_BESIDE[each.what] for each in case.book.about if each.what in _BESIDE}
    quiet = set(_BESIDE.values()) - meant if case.kind.group in _QUIET else set()
    wrong = [each for each in checked.findings if each.severity is not Severity.WARNING or each.code in quiet]
    if wrong:
        yield f"it was changed in nothing that counts, and yet: {_told(checked)}"
    missing = case.original.answers.keys() - {key_of(each) for each in checked.observations}
    if missing:
        yield f"{len(missing)} figures were not taken although nothing that counts was changed"


# --- words ------------------------------------------------------------------------------------


def _place(difference: Difference) -> str:
    return (
        f"{difference.sheet}!{difference.cell}"
        if difference.cell
        else f"{difference.sheet or 'the file'} ({difference.what})"
    )


def _short(content: Content) -> str:
    return repr(content)[:60]


def _about(findings: list[Finding], difference: Difference) -> str:
    return next((finding.message for finding in findings if _names(finding, difference)), "")[:200]


def _told(checked: CheckedReturn) -> str:
    return "; ".join(f"{each.code.name} {each.sheet}!{each.cell}" for each in checked.findings[:4])
