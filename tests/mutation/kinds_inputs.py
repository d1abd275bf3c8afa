"""Something else stands in an input cell: it is taken as it was typed, or there is a finding in its cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.mutation.case import kind
from tests.mutation.originals import SIGNED
from tests.mutation.workbook import Day, Error, Formula

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.mutation.case import Case

OFFICER = "an officer"
TAKEN = "takes it as it was typed, or says in its cell why not"
NUMERIC = ("count", "percent", "rate", "number", "money")


def _put(case: Case, contents: Sequence[object], part: str = "value", kinds: Sequence[str] = ()) -> None:
    """Write one of these into an input cell of a figure."""
    fit = [
        getattr(place, part) and (place.sheet, getattr(place, part))
        for key, place in case.places()
        if not kinds or case.desk.framework.items[key[0]].type in kinds
    ]
    fit = sorted({each for each in fit if each}) or sorted({(place.sheet, place.value) for _, place in case.places()})
    cell = case.turn(fit)
    case.book.put(*cell, case.random.choice(contents))


@kind(OFFICER, TAKEN)
def another_number_typed(case: Case) -> None:
    _put(case, [0, 1, 3, 7, 12, 41, 250, 0.5, 0.123, 1, 99], kinds=NUMERIC)


@kind("an officer, or another program", "takes what is plainly meant, with a warning; all else is an error in its cell")
def number_typed_as_text(case: Case) -> None:
    texts = [
        "12", " 12", "12 ", "1,200", "12.0", "12\u00a0", "36%", "36.4 %", "0.364", "12abc", "c.40", "£12", "1O",
        "l2", "12-",
        "-12", "(12)", "1.200,5", "1 200", "12/01", "twelve", "nil", "none", "-", "–", ".", "1e3", "0x10", "½",
        "١٢", "１２",
        "12.", ".5", "+5", "=5", "'5", "12?", "<5", "1,20", "12,", "NaN", "inf", "TRUE", "#N/A", "0", "00012",
        "1_000", "²",
    ]  # fmt: skip
    _put(case, texts, kinds=NUMERIC)


@kind(OFFICER, "an error in its cell")
def number_out_of_all_bounds(case: Case) -> None:
    _put(
        case, [-1, -0.5, 1e9 + 1, 1e15, 1e300, 1.7e308, 36.4, 1.0000001, 5e-324, 12.5, 0.1 + 0.2, 1e-10], kinds=NUMERIC
    )


@kind("an officer who lets the cell calculate", "says that it is a formula; its result is not taken")
def formula_in_input_cell(case: Case) -> None:
    ways = [
        Formula("6*2", 12), Formula("SUM(A1:A3)", 0), Formula("Return!J7", 3), Formula("'[other.xlsx]S'!A1", 12),
        Formula("1/0", "#DIV/0!"), Formula("RAND()", 0.3), Formula('"12"', "12"), Formula("6*2", ""),
        Formula("TRUE()", 1),
    ]  # fmt: skip
    _put(case, ways)


@kind("an officer who pastes from a broken sheet", "says that it is an error value")
def error_in_input_cell(case: Case) -> None:
    _put(
        case, [Error(text) for text in ("#REF!", "#DIV/0!", "#N/A", "#VALUE!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!")]
    )


@kind("an officer, or a program that takes 12/3 for a day", "an error in the cell of a number")
def date_in_number_cell(case: Case) -> None:
    dated = sorted(case.original.dated)
    sheet, cell = dated[0]
    letters, number = cell.rstrip("0123456789"), int(cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    row = case.book.row(sheet, number).xml
    style = row.partition(f'r="{letters}{number}" s="')[2].partition('"')[0]
    types = case.desk.framework.items
    numbers = sorted({(p.sheet, p.value) for key, p in case.places() if types[key[0]].type in NUMERIC})
    fit = numbers or sorted({(p.sheet, p.value) for _, p in case.places()})
    case.book.put(*case.turn(fit), Day(case.random.choice([12, 41_000, 45_000.5, 1])), int(style))


@kind("an officer, or another program", "an error in the cell of a number")
def truth_in_input_cell(case: Case) -> None:
    _put(case, [True, False])


@kind(OFFICER, TAKEN)
def words_in_input_cell(case: Case) -> None:
    texts = [
        "see comment", "x" * 32_000, "=1+1", "   ", "\t", "line\nbreak", "[x] not available: not collected", "[c]",
        "yes", "No",
        "\u200b", "e\u0301", "😀", "<b>12</b>", "&amp;", "12 (provisional)", "_x0031_2", "\ufeff12", "A" * 1_001,
        "High", "reasonable",
    ]  # fmt: skip
    _put(case, texts)


@kind(OFFICER, TAKEN)
def shorthand_typed(case: Case) -> None:
    texts = [
        "[x] not available: awaiting release", "[x]", "[z] not applicable", "[c] suppressed: 1 to 4", "[c]",
        "[p] provisional", "[low]",
        "x", "[X] Not Available: Not Collected", "[q]", "n/a", "[p] [e] provisional and estimated", "[x] [z]",
        "[c] 1 to 90", " [z] ",
        "provisional", "[x] not available: somebody is ill", "0", "12",
    ]  # fmt: skip
    _put(case, [*texts, 12, True, Error("#N/A"), Formula('"[z]"', "[z]")], "shorthand")


@kind(OFFICER, "keeps it as it was typed, or says why not")
def comment_typed(case: Case) -> None:
    _put(
        case,
        ["Two months of data", 12, True, 0.5, "x" * 1_001, "=1", Formula('"a"', "a"), Error("#N/A"), "  "],
        "comment",
    )


@kind(OFFICER, "keeps it as it was typed, or says why not")
def spare_row_labelled(case: Case) -> None:
    _put(case, ["Fire service", "Total", 12, "  ", "Police", "fire  SERVICE", True, "x" * 101, Error("#N/A")], "label")


@kind(OFFICER, "takes nothing for a cell that was cleared")
def input_cell_cleared(case: Case) -> None:
    filled = [(place.sheet, place.value) for key, place in case.places() if key in case.original.answers]
    cell = case.turn(sorted(set(filled)) or sorted({(place.sheet, place.value) for _, place in case.places()}))
    case.book.put(*cell, None)


@kind(OFFICER, "takes the figures whatever stands there; the sign-off is checked by itself")
def sign_off_changed(case: Case) -> None:
    cell = case.random.choice(sorted(SIGNED))
    case.book.put(*cell, case.random.choice([None, "x", 12, True, "31/02/2015", Error("#N/A"), "x" * 500]))


@kind(OFFICER, TAKEN)
def many_inputs_changed(case: Case) -> None:
    cells = sorted({(place.sheet, place.value) for _, place in case.places()})
    for cell in case.random.sample(cells, min(len(cells), case.random.randint(2, 15))):
        case.book.put(*cell, case.random.choice([None, 0, 5, "7", "abc", 0.25, True, Error("#N/A")]))


@kind("a program that adds a blank space or a rich text's tags", "nothing: the same figure stands there", harmless=True)
def inputs_written_anew(case: Case) -> None:
    """Write every input cell as it is, in another way."""
    for sheet, cell in sorted(case.original.inputs):
        content = case.book.get(sheet, cell)
        if isinstance(content, str):
            case.book.put(sheet, cell, content)
            row = case.book.row(sheet, int(cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")))
            index = len(case.book.strings) - 1
            half = len(content) // 2
            runs = "".join(
                f'<r><rPr><b/></rPr><t xml:space="preserve">{_escaped(piece)}</t></r>'
                for piece in (content[:half], content[half:])
            )
            row.xml = row.xml.replace(f't="s"><v>{index}</v>', f't="inlineStr"><is>{runs}</is>')


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
