"""What the checks of a row call its yellow cells: names of the workbook, each with the value that Python gives it.

A name stands for a cell of the row in which a formula stands. So no formula of a return mentions a yellow cell
itself: whoever cuts one and pastes it elsewhere, or drags it, takes no check along with it, as Excel would do with
addresses. And what takes long to say, such as what number a text plainly is, is written once a sheet.

LibreOffice puts the whole of a name in its place, of which a formula holds some 8,000 pieces: the longest names,
those of numbers, stand in a hidden cell of their own.
"""

from __future__ import annotations

from decimal import Decimal
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from dapf_xl.observations import MARKERS, REASONS, REPLACEMENTS, parse_shorthand, shorthand_choices
from dapf_xl.plain import SAYS_NOTHING, SHORTEST_WORD, clean, explains, plain_number
from dapf_xl.returns.layout import ENTRY_TABLES, LABEL, RETURN

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from dapf_xl.catalogue.tables import Item
    from dapf_xl.expressions import Value
    from dapf_xl.returns.layout import EntryTable
    from dapf_xl.workbooks import Book

TYPED, TYPED_TEXT = "typed", "typed_text"
"""What stands in the cell for the value; the same as text without spaces around it."""
TYPED_NUMBER, TYPED_PERCENT = "typed_number", "typed_percent"
"""The number that it plainly is, and where a percentage is wanted; "" where it is none."""
MARK, EXPLAINED, LABEL_TEXT = "mark", "explained", "label_text"
"""What the shorthand is, one of the words below; whether the comment says why; what a spare row is for."""
SHOWS_ERROR, IS_FORMULA = "shows_error", "is_formula"
"""Whether an error, or a formula, stands in a cell for a value."""
UNKNOWN, MARKER = "unknown", "marker"
INSTEAD, NO_REASON, SUPPRESSED = "instead", "instead, reason left out", "instead, suppressed"
"""What a shorthand can be: none of them; beside a figure; in its place, without a reason or with the usual bounds."""

_SPACE = "\u00a0"
_NARROW = "\u202f"
_UNSEEN = "\u200b\ufeff"
"""What is pasted along unseen most often; ``plain.clean`` knows more of it."""
_PARTS_WORDS = (*".,;:!?-–—/()'’“”&+*=#%£[]_0123456789", "\u2018", '""', _SPACE, _NARROW)
"""What stands between two words most often; ``plain.explains`` knows more of it."""
LOOKED_THROUGH, _MOST_WORDS = 160, 40
"""How many characters and words of a comment a formula looks through for one that says why."""


def _array(*texts: object) -> str:
    return "{" + ",".join(f'"{text}"' for text in texts) + "}"


def _replaced(text: str, *pairs: tuple[str, str]) -> str:
    """Return the formula of a text with one thing after the other replaced."""
    for old, new in pairs:
        text = f'SUBSTITUTE({text},"{old}","{new}")'
    return text


def _seen(cell: str) -> str:
    """Return the formula of what can be seen of a cell's text: ends of lines are none, fixed spaces are one kind."""
    return _replaced(f"CLEAN({cell})", *((letter, "") for letter in _UNSEEN), (_NARROW, _SPACE))


def trimmed(cell: str) -> str:
    """Return the formula of a cell's text without spaces around it."""
    return f"TRIM({_replaced(f'CLEAN({cell})', (_SPACE, ' '))})"


def cleaned(cell: str) -> str:
    """Return the formula of a cell's text without spaces around it; "" where it shows an error.

    Not for within SUMPRODUCT: LibreOffice takes IFERROR there for one of an array, whatever it stands for.
    """
    return f'IFERROR({trimmed(cell)},"")'


def names_of(table: EntryTable, threshold: int) -> dict[str, str]:
    """Return the names of a sheet, and the formula of each for the cells of row 1.

    Args:
        table: The sheet's table.
        threshold: The framework's disclosure threshold.
    """

    def cell(part: str) -> str:
        return f"'{table.sheet}'!${table.columns[part]}1"

    first, last = table.inputs[0], table.inputs[-1]
    if first == last:
        names = {SHOWS_ERROR: f"ISERROR({cell(first)})", IS_FORMULA: f"_xlfn.ISFORMULA({cell(first)})"}
    else:
        inputs = f"{cell(first)}:${table.columns[last]}1"
        names = {
            SHOWS_ERROR: f"SUMPRODUCT(--ISERROR({inputs}))>0",
            IS_FORMULA: f"SUMPRODUCT(--_xlfn.ISFORMULA({inputs}))>0",
        }
    if table.has("shorthand"):
        names |= {"mark_text": f"LOWER({trimmed(cell('shorthand'))})", **_mark_names(threshold)}
    if len(table.inputs) > 1:
        return names | {name_of(part): _text_or_number(cell(part)) for part in table.inputs}
    names |= {TYPED: cell(first), TYPED_TEXT: cleaned(TYPED)}
    if table.has("comment"):
        names |= {**_comment_names(cell("comment")), **_number_names()}
    if table is RETURN:
        names[LABEL_TEXT] = cleaned(cell(LABEL))
    return names


@cache
def own_names() -> frozenset[str]:
    """Return every name that a return goes out with."""
    return frozenset(name for table in ENTRY_TABLES.values() for name in names_of(table, 0))


def name_of(part: str) -> str:
    """Return the name of a part of a row that takes several figures."""
    return f"typed_{part}"


def _text_or_number(cell: str) -> str:
    return f"IF(AND(ISNUMBER({cell}),NOT(ISLOGICAL({cell}))),{cell},{cleaned(cell)})"


def _comment_names(cell: str) -> dict[str, str]:
    """Return the names behind whether a comment says why; the same as ``explains``, in its first words."""
    seen = _replaced(f'SUBSTITUTE(SUBSTITUTE({cell},CHAR(10)," "),CHAR(13)," ")', *((each, "") for each in _UNSEEN))
    words = _replaced(seen, *((each, " ") for each in _PARTS_WORDS))
    wide = f'SUBSTITUTE(LEFT(TRIM({words}),{LOOKED_THROUGH})," ",REPT(" ",{LOOKED_THROUGH}))'
    starts = ",".join(str(place * LOOKED_THROUGH + 1) for place in range(_MOST_WORDS))
    each = f"TRIM(MID({wide},{{{starts}}},{LOOKED_THROUGH}))"
    return {
        "comment_words": each,
        EXPLAINED: f"IF(ISERROR({cell}),FALSE,SUMPRODUCT((LEN(comment_words)>={SHORTEST_WORD})"
        f"*ISNA(MATCH(comment_words,{_array(*sorted(SAYS_NOTHING))},0)))>0)",
    }


def _number_names() -> dict[str, str]:
    """Return the names behind the number that a text plainly is; the same as ``plain_number``."""
    text = "number_text"
    around = _replaced(_seen(TYPED), (f" {_SPACE}", _SPACE), (f"{_SPACE} ", _SPACE))
    inside = _replaced(f"TRIM({around})", (" %", "%"), (f"{_SPACE}%", "%"), (" ", "_"), (_SPACE, " "))
    whole = f'(FIND(".",SUBSTITUTE({text},"%","")&".")-1)'
    before, beside = f"{whole}-number_sign-number_commas", _array("-", "+", "−")
    size = "number_digits+number_points+number_sign+number_percent+number_commas"
    return {
        text: _replaced(f"TRIM({inside})", (" ", ",")),
        "number_digits": f'SUMPRODUCT(LEN({text})-LEN(SUBSTITUTE({text},{_array(*range(10))},"")))',
        "number_points": f'LEN({text})-LEN(SUBSTITUTE({text},".",""))',
        "number_commas": f'LEN({text})-LEN(SUBSTITUTE({text},",",""))',
        "number_sign": f"SUMPRODUCT(--(LEFT({text},1)={beside}))",
        "number_percent": f'IF(RIGHT({text},1)="%",1,0)',
        "number_grouped": f'AND(MID({text},number_sign+1,1)<>"0",number_commas=INT(({before}-1)/3),'
        f'SUMPRODUCT(--(MID(REPT(" ",12)&{text},{whole}+12-{{3,7,11}},1)=","))=number_commas)',
        "number_plain": f"AND(number_digits>0,number_points<2,{size}=LEN({text}),"
        "IF(number_commas=0,TRUE,number_grouped))",
        TYPED_PERCENT: f'IF(ISLOGICAL({TYPED}),"",IF(ISNUMBER({TYPED}),{TYPED},IF(number_plain,'
        f'IFERROR(_xlfn.NUMBERVALUE({_replaced(text, ("−", "-"))},".",","),""),"")))',
        TYPED_NUMBER: f'IF(AND(ISTEXT({TYPED}),number_percent=1),"",{TYPED_PERCENT})',
    }


def _mark_names(threshold: int) -> dict[str, str]:
    """Return the names behind what a shorthand is; the same as ``parse_shorthand``, but for bounds of its own."""
    text = "mark_text"
    usual = next(each for each in shorthand_choices(threshold) if each.startswith("[c]"))

    def count(symbols: Iterable[str]) -> str:
        length = len(next(iter(symbols)))
        return f'SUMPRODUCT(LEN({text})-LEN(SUBSTITUTE({text},{_array(*symbols)},"")))/{length}'

    long = [symbol for symbol in REPLACEMENTS if len(symbol) != len("[x]")]
    short = [symbol for symbol in REPLACEMENTS if symbol not in long]
    no_reason = f'AND(ISNUMBER(FIND("[x]",{text})),SUMPRODUCT(--ISNUMBER(FIND({_array(*REASONS)},{text})))=0)'
    digits = f'SUMPRODUCT(LEN({text})-LEN(SUBSTITUTE({text},{_array(*range(10))},"")))'
    suppressed = f'AND(ISNUMBER(FIND("[c]",{text})),OR({text}="{usual}",{digits}=0))'
    return {
        "mark_instead": f"{count(short)}+{count(long)}",
        "mark_beside": count(MARKERS),
        MARK: f'IF(ISERROR({text}),"{UNKNOWN}",IF({text}="","",'
        f'IF(OR(LEFT({text},1)<>"[",mark_instead+mark_beside=0),"{UNKNOWN}",'
        f'IF(mark_instead=0,"{MARKER}",IF(mark_instead+mark_beside>1,"{UNKNOWN}",'
        f'IF({no_reason},"{NO_REASON}",IF({suppressed},"{SUPPRESSED}","{INSTEAD}")))))))',
    }


def define_names(book: Book, names: Mapping[str, Mapping[str, str]]) -> None:
    """Define names in a workbook: of each sheet, what each stands for."""
    for sheet, formulas in names.items():
        for name, formula in formulas.items():
            book.workbook.define_name(f"'{sheet}'!{name}", f"={formula}")


# --- the same in Python --------------------------------------------------------------------------


def values_of(table: EntryTable, cells: Mapping[str, Value], item: Item, threshold: int) -> dict[str, Value]:
    """Return what the names of a row stand for, where nothing in it is a formula or an error.

    Args:
        table: The table.
        cells: What stands in the yellow cells, by part.
        item: The item of the row, for the number that a text is.
        threshold: The framework's disclosure threshold.
    """
    found: dict[str, Value] = {SHOWS_ERROR: False, IS_FORMULA: False}
    if table.has("shorthand"):
        found[MARK] = mark_of(_text(cells.get("shorthand")), threshold)
    if len(table.inputs) > 1:
        return found | {name_of(part): _as_said(cells.get(part)) for part in table.inputs}
    typed = cells.get("value")
    found |= {TYPED: typed, TYPED_TEXT: _text(typed)}
    if table.has("comment"):
        is_percent = item.type == "percent"
        number = plain_number(typed, is_percent=is_percent) if isinstance(typed, str) else typed
        found[TYPED_PERCENT if is_percent else TYPED_NUMBER] = "" if number is None else number
        found[EXPLAINED] = explains(_text(cells.get("comment")))
    if table is RETURN:
        found[LABEL_TEXT] = _text(cells.get(LABEL))
    return found


def _as_said(value: Value) -> Value:
    return value if isinstance(value, Decimal) else _text(value)


def _text(value: Value) -> str:
    return "" if value is None else " ".join(clean(str(value)).split())


@lru_cache(maxsize=1024)
def mark_of(text: str, threshold: int) -> str:
    """Return what a shorthand is."""
    read = parse_shorthand(text, threshold)
    if read is None:
        return UNKNOWN
    if not read.replacement:
        return MARKER if read.markers else ""
    if read.replacement == "[x]" and not read.reason:
        return NO_REASON
    usual = read.replacement == "[c]" and read.lower == 1 and read.upper == threshold - 1
    return SUPPRESSED if usual else INSTEAD
