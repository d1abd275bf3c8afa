"""One or several locked cells are not as they were issued."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.mutation.case import kind
from tests.mutation.workbook import Day, Difference, Error, Formula, split

if TYPE_CHECKING:
    from tests.mutation.case import Case

PERSON = "a person who took the protection off"
NAMED = "names the cell, with what stood there and what stands there now"
LOOK_ALIKES = {
    "a": "а", "e": "е", "o": "о", "p": "р", "c": "с", "x": "х", "i": "і", "A": "А", "B": "В", "E": "Е", "H": "Н",
    "O": "0", "l": "I", "I": "l", "1": "l", "0": "O", " ": "\u00a0", "-": "–", "–": "-", "'": "’", ".": "․",
    "s": "ѕ", "T": "Τ", "M": "Μ", "P": "Ρ", "C": "С", "S": "Ѕ", "n": "ո", "u": "υ", "R": "Ꭱ", "_": "＿", "j": "ј",
}  # fmt: skip


def is_text(content: object) -> bool:
    return isinstance(content, str)


def is_number(content: object) -> bool:
    return isinstance(content, float)


def is_formula(content: object) -> bool:
    return isinstance(content, Formula)


def is_constant(content: object) -> bool:
    return is_text(content) or is_number(content)


@kind(PERSON, NAMED, cells=True)
def locked_text_changed(case: Case) -> None:
    sheet, cell = case.turn(case.locked(is_text))
    text = str(case.book.get(sheet, cell))
    words = text.split(" ")
    ways = [f"{text} (amended)", " ".join(reversed(words)) if len(set(words)) > 1 else f"{text}s", f"Not {text}"]
    case.book.put(sheet, cell, case.random.choice(ways))


@kind(PERSON, NAMED, cells=True)
def locked_cell_cleared(case: Case) -> None:
    case.book.put(*case.turn(case.locked()), None)


@kind("an attacker, or a person whose keyboard writes another alphabet", NAMED, cells=True)
def locked_look_alike(case: Case) -> None:
    fit = [place for place in case.locked(is_text) if LOOK_ALIKES.keys() & set(str(case.book.get(*place)))]
    sheet, cell = case.turn(fit)
    text = str(case.book.get(sheet, cell))
    at = case.random.choice([number for number, each in enumerate(text) if each in LOOK_ALIKES])
    case.book.put(sheet, cell, text[:at] + LOOK_ALIKES[text[at]] + text[at + 1 :])


@kind(PERSON, NAMED, cells=True)
def locked_cell_typed_over(case: Case) -> None:
    """Type something of another type over a locked cell."""
    sheet, cell = case.turn(case.locked())
    case.book.put(sheet, cell, case.random.choice([0, 7, -1.5, True, 41_000, "x", "0", "n/a", Error("#REF!")]))


@kind("a person who corrects the history", NAMED)
def locked_number_changed(case: Case) -> None:
    numbers = case.locked(is_number) or case.locked(lambda each: each == "–")
    sheet, cell = case.turn(numbers or case.locked())
    old = case.book.get(sheet, cell)
    if isinstance(old, float):
        case.book.put(sheet, cell, case.random.choice([old + 1, old * 10, old / 10 + 0.01, old + 1e-6, -old - 1]))
    else:
        case.book.put(sheet, cell, case.random.choice([0, 3, 0.5]))


@kind("another program, or a person who typed an apostrophe before it", NAMED)
def locked_number_as_text(case: Case) -> None:
    numbers = case.locked(is_number)
    sheet, cell = case.turn(numbers or case.locked())
    old = case.book.get(sheet, cell)
    case.book.put(sheet, cell, f"{old:.15g}" if isinstance(old, float) else f"{'' if old is None else old} ")


@kind(PERSON, NAMED)
def locked_cells_swapped(case: Case) -> None:
    first = case.turn(case.locked(is_constant))
    same_sheet = case.locked(is_constant, [first[0]])
    others = [place for place in same_sheet if case.book.get(*place) != case.book.get(*first)]
    if not others:
        return locked_text_changed(case)
    second = case.random.choice(others)
    one, two = case.book.get(*first), case.book.get(*second)
    case.book.put(*first, two)
    case.book.put(*second, one)
    return None


@kind("a person who sorts or tidies labels", "names both cells and takes neither figure")
def labels_swapped_between_rows(case: Case) -> None:
    """Swap all that says what is asked between two rows."""
    sheet = case.pick_sheet(2)
    by_row = {place.row: place for _, place in case.places(sheet)}
    if len(by_row) < 2:
        return locked_text_changed(case)
    first, second = case.random.sample(sorted(by_row), 2)
    parts = list(zip(by_row[first].says, by_row[second].says, strict=False))
    contents = [(case.book.get(sheet, one), case.book.get(sheet, two)) for one, two in parts]
    for (one, two), (was_one, was_two) in zip(parts, contents, strict=True):
        case.book.put(sheet, one, was_two)
        case.book.put(sheet, two, was_one)
    return None


@kind("a person who copies a row's label over another's", "names the cells and does not take the figure")
def label_copied_over_another(case: Case) -> None:
    sheet = case.pick_sheet(2)
    by_row = {place.row: place for _, place in case.places(sheet)}
    if len(by_row) < 2:
        return locked_text_changed(case)
    source, target = case.random.sample(sorted(by_row), 2)
    for one, two in zip(by_row[source].says, by_row[target].says, strict=False):
        case.book.put(sheet, two, case.book.get(sheet, one))
    return None


@kind("a person who needs somewhere to put a note", "names the cell and what was typed there", cells=True)
def locked_empty_cell_filled(case: Case) -> None:
    sheet, cell = case.turn(case.original.empty)
    case.book.put(sheet, cell, case.random.choice(["see note", 12, 0.5, "Total", True, "–"]))


@kind("a person who adds up beside or below a table", "names the cell and what was typed there")
def cell_filled_outside(case: Case) -> None:
    name = case.random.choice([each for each in case.book.sheets if case.book.sheets[each].rows])
    last = case.book.sheets[name].rows[-1].number
    far = [
        f"A{last + 2}",
        f"C{last + 40}",
        f"P{last}",
        f"Z{last + 3}",
        "AB7",
        "R3",
        f"J{last + 1}",
        "XFD1048576",
        "A20000",
    ]
    case.book.put(name, case.random.choice(far), case.random.choice(["note", 12, "=", Formula("SUM(J6:J9)", 3)]))


@kind("a person who pastes values over everything", "names the cell")
def formula_replaced_by_its_value(case: Case) -> None:
    sheet, cell = case.turn(case.locked(is_formula))
    old = case.book.get(sheet, cell)
    case.book.put(sheet, cell, case.random.choice(["OK", old.cached or "OK", 0, None]))


@kind("a person who wants the check to say OK", "names the cell")
def formula_replaced_by_another(case: Case) -> None:
    sheet, cell = case.turn(case.locked(is_formula))
    old = case.book.get(sheet, cell).text
    ways = ['"OK"', "1+1", f"IF(TRUE,{old})", old.replace('"To do"', '"OK"', 1) + '&""', "'[other.xlsx]Sheet1'!A1"]
    case.book.put(sheet, cell, Formula(case.random.choice(ways), "OK"))


@kind("an attacker, or another program", "names the cell")
def formula_as_array_or_shared(case: Case) -> None:
    """Write a formula of another kind: an array, or one that is told elsewhere."""
    places = case.locked(is_formula)
    sheet, cell = case.turn(places)
    case.book.put(sheet, cell, Formula("@@@", "OK"))
    row = case.book.row(sheet, split(cell)[1])
    made = case.random.choice([f'<f t="array" ref="{cell}">"OK"</f>', f'<f t="shared" ref="{cell}" si="9">"OK"</f>'])
    row.xml = row.xml.replace("<f>@@@</f>", made)


@kind("a person who wants a label to follow another cell", "names the cell, although it shows the same words")
def label_made_a_formula(case: Case) -> None:
    sheet, cell = case.turn(case.locked(is_text))
    text = str(case.book.get(sheet, cell)).replace('"', '""')[:200]
    case.book.put(sheet, cell, Formula(f'"{text}"', str(case.book.get(sheet, cell))))


@kind(PERSON, NAMED)
def several_locked_cells_changed(case: Case) -> None:
    places = case.locked(is_constant)
    for sheet, cell in case.random.sample(places, min(len(places), case.random.randint(2, 12))):
        case.book.put(sheet, cell, f"{case.book.get(sheet, cell)} *")


@kind("a program that cannot show a date", NAMED)
def locked_date_typed(case: Case) -> None:
    """Type a day over a locked cell."""
    sheet, cell = case.turn(case.locked(is_text))
    case.book.put(sheet, cell, Day(case.random.randint(30_000, 45_000)))


@kind("a person who wants to type where it is locked", "names the sheet, and the cell that was changed")
def protection_off_and_a_cell_changed(case: Case) -> None:
    sheet, cell = case.turn(case.locked(is_constant))
    it = case.book.sheets[sheet]
    start, _, rest = it.tail.partition("<sheetProtection")
    if rest:
        it.tail = start + rest.partition("/>")[2]
        case.say(Difference(sheet, "", "protected", "not protected", "protection"))
    case.book.put(sheet, cell, f"{case.book.get(sheet, cell)} changed")
