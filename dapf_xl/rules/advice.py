"""What to do about what was typed, in words for the person who typed it."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from dapf_xl.observations import number_words
from dapf_xl.plain import clean, exact

if TYPE_CHECKING:
    from dapf_xl.catalogue.tables import Item

_SOME_NUMBER = re.compile(r"\d+(?:\.\d+)?", re.ASCII)


def taken_words(value: float, item: Item) -> str:
    """Return a number as it was taken: ``1,234`` or ``36.4%``."""
    return number_words(exact(value, is_percent=item.type == "percent"), item)


def example_for(value: object, item: Item) -> str:
    """Return an example of what to type, from what was typed where that holds one number and leaves no doubt."""
    text = str(value) if isinstance(value, str | int | float) else ""
    is_sure = not _DOUBTFUL.search(text) and ("%" not in text or item.type == "percent")
    numbers = list(_SOME_NUMBER.finditer(text)) if is_sure else []
    found = numbers[0] if len(numbers) == 1 else None
    number = Decimal(found[0]) if found else Decimal(12)
    if item.type == "percent":
        return f"{number}%" if found and number <= 100 else "36.4%"  # noqa: PLR2004  (per cent)
    return str(round(number)) if item.type == "count" else str(number)


_DOUBTFUL = re.compile(r"^#|\d[OolI]|[OolI]\d")
"""An error value, or a letter that looks like a digit: what stands there is not the number that was meant."""
_HIDDEN = re.compile(r"(?:<|(?:less|fewer|lower)\s+than|under|below)\s*\d+|\*+|[a-z.]*\bsuppressed\b.*", re.IGNORECASE)
_NONE = re.compile(r"nil|none|zero|no|-|–", re.IGNORECASE)
_ABSENT = re.compile(r"n/?a|n\.a\.?|not .*|no data.*|no figure.*|unknown|tbc|awaiting.*|\?+", re.IGNORECASE)


def advice_for(text: str, item: Item, value_cell: str, shorthand_cell: str, comment_cell: str) -> str:
    """Return what to do about text where a number should be."""
    words = clean(text)
    if shorthand_cell:
        if words.startswith("["):
            return f"Clear {value_cell}, and pick the shorthand in {shorthand_cell}."
        if _HIDDEN.fullmatch(words):
            return f"If the figure may not be told, clear {value_cell} and pick [c] suppressed in {shorthand_cell}."
        if _ABSENT.fullmatch(words):
            return (
                f"If there is no figure, clear {value_cell} and pick a shorthand in {shorthand_cell}, "
                "for example [x] not available: awaiting release."
            )
    if _NONE.fullmatch(words):
        picking = f"clear {value_cell} and pick a shorthand in {shorthand_cell}"
        return f"Type 0 if there were none; if there is no figure, {picking}."
    saying = f" What needs saying goes into {comment_cell}." if comment_cell else ""
    return f"Type the number alone, for example {example_for(text, item)}.{saying}"
