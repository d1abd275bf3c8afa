"""What one row must be, as pandera schemas built from the catalogue: batches 5 and 6, and ranges.

Each check is named for the code of its finding and the cell that it is about, and gives True where
a row is in order. All rows of all returns are validated in one frame, lazily.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import pandera.pandas as pa

from dapf_xl.catalogue.evidence import LEVELS
from dapf_xl.findings import Batch, Code
from dapf_xl.observations import number_words
from dapf_xl.periods import words_of_date
from dapf_xl.plain import exact, shown
from dapf_xl.returns.layout import NARRATIVE
from dapf_xl.returns.reading import DISGUISED, ERROR, FORMULA, HIDDEN, UNCALCULATED
from dapf_xl.returns.validation import LARGEST, LONGEST_COMMENT, LONGEST_LABEL, LONGEST_NARRATIVE, limits_of
from dapf_xl.rules.advice import advice_for, example_for, taken_words
from dapf_xl.rules.rows import BLANK, BOOLEAN, DATE, NUMERIC, TEXT, WRITTEN, Fault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from decimal import Decimal

    import pandas as pd

    from dapf_xl.catalogue import Framework
    from dapf_xl.catalogue.tables import Item
    from dapf_xl.rules.rows import Rows

Test: TypeAlias = "Callable[[Limits, pd.DataFrame], pd.Series[bool]]"
NEARLY = 1e-9
"""Relative difference below which two numbers of a workbook are the same."""
_HUNDRED = 100


class Limits:
    """The catalogue's limits on each item, in the scale of the cells, and its tests on types."""

    def __init__(self, framework: Framework) -> None:
        """Read the limits of every item."""
        self.framework = framework
        items = framework.items.values()
        self._least = {item.id: limits_of(item)[0] for item in items}
        self._most = {item.id: limits_of(item)[1] for item in items}
        self._usual_least = {item.id: _scaled(item.usual_minimum, item, -np.inf) for item in items}
        self._usual_most = {item.id: _scaled(item.usual_maximum, item, np.inf) for item in items}

    def least(self, rows: pd.DataFrame) -> pd.Series[float]:
        """Return the smallest possible value of each row."""
        return rows["item"].map(self._least).astype(float)

    def most(self, rows: pd.DataFrame) -> pd.Series[float]:
        """Return the largest possible value of each row."""
        return rows["item"].map(self._most).astype(float)

    def usual(self, rows: pd.DataFrame) -> tuple[pd.Series[float], pd.Series[float]]:
        """Return the smallest and largest usual value of each row."""
        return (rows["item"].map(self._usual_least).astype(float), rows["item"].map(self._usual_most).astype(float))


def _scaled(value: Decimal | None, item: Item, otherwise: float) -> float:
    if value is None:
        return otherwise
    return float(value) / (_HUNDRED if item.type == "percent" else 1)


def _kind_is(kind: str, *types: str) -> Test:
    """Return the test that a cell of these types (all, if none is named) does not hold that kind of thing."""

    def test(_: Limits, rows: pd.DataFrame) -> pd.Series[bool]:
        is_kind = rows["kind"] == kind
        return ~(is_kind & rows["type"].isin(types)) if types else ~is_kind

    return test


def _is_number_alone(_: Limits, rows: pd.DataFrame) -> pd.Series[bool]:
    return ~((rows["kind"] == TEXT) & rows["type"].isin(NUMERIC) & rows["value"].isna())


def _is_not_absurd(_: Limits, rows: pd.DataFrame) -> pd.Series[bool]:
    unreal = (rows["kind"] == "number") & rows["type"].isin(NUMERIC) & rows["value"].isna()
    return ~(unreal | (rows["value"].abs() > LARGEST))


def _is_not_negative(limits: Limits, rows: pd.DataFrame) -> pd.Series[bool]:
    return ~((rows["value"] < 0) & (limits.least(rows) >= 0))


def _is_whole(_: Limits, rows: pd.DataFrame) -> pd.Series[bool]:
    value = rows["value"]
    return ~((rows["type"] == "count") & (value.notna() & (value != value.round())))


def _is_fraction(limits: Limits, rows: pd.DataFrame) -> pd.Series[bool]:
    """Say whether a percentage is none that was typed without its sign: 36.4 where 0.364 is meant."""
    value, most = rows["value"], limits.most(rows)
    above = (rows["type"] == "percent") & (value > most) & (value <= _HUNDRED)
    return ~(above & ~rows["with_sign"])


def _understood(kind: str) -> Test:
    def test(_: Limits, rows: pd.DataFrame) -> pd.Series[bool]:
        return ~((rows["type"] == kind) & (rows["kind"] != BLANK) & (rows["words"] == ""))

    return test


def _is_short_enough(_: Limits, rows: pd.DataFrame) -> pd.Series[bool]:
    written = rows["type"].isin(WRITTEN)
    return ~(written & (rows["words"].where(written, "").str.len() > LONGEST_NARRATIVE))


def _comment_is_short(_: Limits, rows: pd.DataFrame) -> pd.Series[bool]:
    return rows["comment_length"] <= LONGEST_COMMENT


def _label_is_short(_: Limits, rows: pd.DataFrame) -> pd.Series[bool]:
    return rows["label"].str.len() <= LONGEST_LABEL


def _is_named(_: Limits, rows: pd.DataFrame) -> pd.Series[bool]:
    return ~(rows["spare"] & (rows["label_cell"] != "") & rows["filled"] & (rows["label"] == ""))


def _is_used(_: Limits, rows: pd.DataFrame) -> pd.Series[bool]:
    return rows["filled"] | ~rows["stands"] | (rows["label"] == "")


def _shorthand_is_known(_: Limits, rows: pd.DataFrame) -> pd.Series[bool]:
    return rows["shorthand_known"]


def _is_number_typed(_: Limits, rows: pd.DataFrame) -> pd.Series[bool]:
    return ~rows["from_text"]


def _is_shown_as_taken(_: Limits, rows: pd.DataFrame) -> pd.Series[bool]:
    return ~(rows["misshown"] & (rows["kind"] == "number") & (rows["value"] != 0))


def _is_answered(_: Limits, rows: pd.DataFrame) -> pd.Series[bool]:
    return rows["filled"] | ~rows["required"] | ~rows["stands"] | (rows["sheet"] == NARRATIVE.sheet)


def _is_written(_: Limits, rows: pd.DataFrame) -> pd.Series[bool]:
    return rows["filled"] | ~rows["required"] | ~rows["stands"] | (rows["sheet"] != NARRATIVE.sheet)


def _is_one_of_the_two(_: Limits, rows: pd.DataFrame) -> pd.Series[bool]:
    return ~(rows["replaced"] & (rows["kind"] != BLANK))


def _has_value_to_mark(_: Limits, rows: pd.DataFrame) -> pd.Series[bool]:
    return ~(rows["marked"] & (rows["kind"] == BLANK))


def _comment_is_beside_something(_: Limits, rows: pd.DataFrame) -> pd.Series[bool]:
    return rows["filled"] | (rows["comment_length"] == 0) | rows["required"]  # (required and blank is told as that)


def _has_reason(_: Limits, rows: pd.DataFrame) -> pd.Series[bool]:
    return ~(rows["without_reason"] & (rows["kind"] == BLANK))


def _is_possible(limits: Limits, rows: pd.DataFrame) -> pd.Series[bool]:
    least, most = limits.least(rows), limits.most(rows)
    return ~((rows["value"] < least) | (rows["value"] > most))


def _is_usual(limits: Limits, rows: pd.DataFrame) -> pd.Series[bool]:
    least, most = limits.usual(rows)
    return ~((rows["value"] < least - NEARLY) | (rows["value"] > most + NEARLY))


CHECKS: tuple[tuple[Code, str, Test], ...] = (
    (Code.ERROR_VALUE, "value", _kind_is(ERROR)),
    (Code.NOT_CALCULATED, "value", _kind_is(UNCALCULATED)),
    (Code.FORMULA_IN_INPUT, "value", _kind_is(FORMULA)),
    (Code.SHOWN_AS_ANOTHER, "value", _kind_is(DISGUISED)),
    (Code.NOT_TO_BE_SEEN, "value", _kind_is(HIDDEN)),
    (Code.TEXT_IN_NUMBER, "value", _is_number_alone),
    (Code.YES_NO_IN_NUMBER, "value", _kind_is(BOOLEAN, *NUMERIC)),
    (Code.DATE_IN_NUMBER, "value", _kind_is(DATE, *NUMERIC)),
    (Code.NUMBER_TOO_LARGE, "value", _is_not_absurd),
    (Code.NEGATIVE, "value", _is_not_negative),
    (Code.DECIMAL_IN_COUNT, "value", _is_whole),
    (Code.PERCENT_ABOVE_ONE, "value", _is_fraction),
    (Code.NOT_A_DATE, "value", _understood("date")),
    (Code.NOT_YES_OR_NO, "value", _understood("yes_no")),
    (Code.NOT_ON_THE_LIST, "value", _understood("choice")),
    (Code.TEXT_TOO_LONG, "value", _is_short_enough),
    (Code.SHORTHAND_UNKNOWN, "shorthand", _shorthand_is_known),
    (Code.COMMENT_TOO_LONG, "comment", _comment_is_short),
    (Code.LABEL_TOO_LONG, "label", _label_is_short),
    (Code.NUMBER_STORED_AS_TEXT, "value", _is_number_typed),
    (Code.SHOWN_OTHERWISE, "value", _is_shown_as_taken),
    (Code.REQUIRED_BLANK, "value", _is_answered),
    (Code.TEXT_BLANK, "value", _is_written),
    (Code.LABEL_MISSING, "label", _is_named),
    (Code.LABEL_WITHOUT_FIGURE, "value", _is_used),
    (Code.VALUE_AND_REPLACEMENT, "value", _is_one_of_the_two),
    (Code.MARKER_WITHOUT_VALUE, "shorthand", _has_value_to_mark),
    (Code.COMMENT_ALONE, "comment", _comment_is_beside_something),
    (Code.NO_REASON, "shorthand", _has_reason),
    (Code.OUTSIDE_HARD_RANGE, "value", _is_possible),
    (Code.OUTSIDE_SOFT_RANGE, "value", _is_usual),
)
"""Every check of one row, in the order in which they take precedence: a cell has the first finding that fits."""

_COLUMNS = {
    "item": "category", "type": "category", "sheet": "category", "kind": "category", "value": float, "words": object,
    "from_text": bool, "with_sign": bool, "misshown": bool,
    "filled": bool, "required": bool, "stands": bool, "replaced": bool,
    "marked": bool, "without_reason": bool, "shorthand_known": bool, "comment_length": int,
    "spare": bool, "label": object, "label_cell": object,
}  # fmt: skip


@dataclass(frozen=True)
class RowSchemas:
    """The pandera schema of each batch that looks at one row at a time, for one framework."""

    framework: Framework

    @cached_property
    def limits(self) -> Limits:
        """What the catalogue says of each item."""
        return Limits(self.framework)

    def schema(self, batch: Batch) -> pa.DataFrameSchema:
        """Return the schema of a batch."""
        checks = [
            pa.Check(_bound(test, self.limits), name=f"{code.name}:{part}", ignore_na=False)
            for code, part, test in CHECKS
            if code.batch is batch
        ]
        known = [pa.Check.isin(list(self.framework.items))]
        columns = {
            name: pa.Column(dtype, known if name == "item" else None, nullable=name == "value")
            for name, dtype in _COLUMNS.items()
        }
        return pa.DataFrameSchema(columns, checks=checks)

    def faults(self, batch: Batch, rows: Rows, frame: pd.DataFrame) -> Iterator[Fault]:
        """Yield what the schema of a batch finds in a frame, once a cell."""
        seen: set[tuple[int, str]] = set()
        for code, part, positions in _failures(self.schema(batch), frame[list(_COLUMNS)]):
            for position in positions:
                if (position, part) not in seen:
                    seen.add((position, part))
                    words = words_for(self.framework, rows, position, part)
                    yield Fault(position, code, part, code.severity, words)


def _bound(test: Test, limits: Limits) -> Callable[[pd.DataFrame], pd.Series[bool]]:
    return lambda rows: test(limits, rows)


def _failures(schema: pa.DataFrameSchema, frame: pd.DataFrame) -> Iterator[tuple[Code, str, Iterable[int]]]:
    """Yield what fails: code, part and the rows' numbers, in the order of ``CHECKS``.

    Raises:
        pa.errors.SchemaErrors: The frame is not of the columns that ``rows_of`` makes, a fault of the program.
    """
    try:
        schema.validate(frame, lazy=True)
    except pa.errors.SchemaErrors as error:
        cases = error.failure_cases.drop_duplicates(["check", "index"])
        failed = {str(check): sorted(found["index"]) for check, found in cases.groupby("check", sort=False)}
        codes = {f"{code.name}:{part}": (code, part) for code, part, _ in CHECKS}
        if not failed.keys() <= codes.keys():
            raise
        for name, (code, part) in codes.items():
            if name in failed:
                yield code, part, failed[name]


# --- the words of a finding ----------------------------------------------------------------------


def label_of(framework: Framework, item: str, category: str) -> str:
    """Return an item's label with its category's, as the return shows them."""
    parts = (framework.items[item].label, framework.category_label(item, category))
    return ": ".join(part for part in parts if part)


def words_for(framework: Framework, rows: Rows, position: int, part: str) -> dict[str, object]:
    """Return all the words that a finding about one row may need."""
    row: Any = rows.frame.loc[position]
    key = rows.figures[row["figure"]]
    item = framework.items[key.item]
    found = _found(row, item, part)
    value = row["value"]
    cells = {name: row[name] for name in ("value_cell", "shorthand_cell", "comment_cell")}
    limits = {"comment": LONGEST_COMMENT, "label": LONGEST_LABEL}
    return {
        **cells,
        "what": label_of(framework, key.item, key.category),
        "found": found,
        "thing": "a figure" if item.type in NUMERIC else "an answer",
        "shorthand": row["shorthand"],
        "label": shown(row["label"]),
        "label_cell": row["label_cell"],
        "length": row["comment_length"] if part == "comment" else len(row["label" if part == "label" else "words"]),
        "limit": limits.get(part, f"{LONGEST_NARRATIVE:,}"),
        "example": example_for(row["raw"], item),
        "percent": _percentage_words(row["raw"], value),
        "format": "Percentage" if item.type == "percent" else "Number",
        "seen": _as_shown(value, item),
        "suggested": "" if np.isnan(value) else f"{value:.15g}",
        "taken": _taken_words(row["words"], value, item),
        "range": _range_words(item, usual=_is_in_limits(value, item)),
        "choices": ", ".join(LEVELS) if item.type == "choice" else "",
        "advice": advice_for(str(row["raw"]), item, *cells.values()),
    }


def _found(row: Any, item: Item, part: str) -> str:  # noqa: ANN401  (a row of the frame)
    """Return what was found in a cell, as the person who typed it knows it."""
    if part != "value" and not (part == "label" and not row["label"]):  # beside a missing label stands the figure
        return shown(row[part])
    if item.type == "percent" and row["kind"] == "number" and row["value"] <= 1:
        return taken_words(row["value"], item)
    return shown(row["raw"])


def _as_shown(value: float, item: Item) -> str:
    """Return how a figure shows whose format is that of a percentage where a number is wanted, or the other way."""
    if item.type == "percent":
        return f"holds {value:.15g} without a % sign"
    return f"shows {100 * value:.15g}%" if abs(value) <= LARGEST else ""


def _percentage_words(raw: object, value: float) -> str:
    """Return a percentage as the cell has it: ``8,500%``, or ``"85" without a % sign, which is 8,500%``."""
    if not abs(value) <= LARGEST:
        return ""
    whole = f"{100 * value:,.15g}%"
    return f'"{shown(raw)}" without a % sign, which is {whole}' if isinstance(raw, str) else whole


def _taken_words(words: str, value: float, item: Item) -> str:
    if item.type == "date" and words:
        return words_of_date(date.fromisoformat(words))
    return words if np.isnan(value) or np.isinf(value) else taken_words(value, item)


def _is_in_limits(value: float, item: Item) -> bool:
    least, most = limits_of(item)
    return least - NEARLY <= value <= most + NEARLY


def _range_words(item: Item, *, usual: bool) -> str:
    """Return a range as people read it: ``0% to 100%``, ``at least 3``."""
    least, most = limits_of(item)
    is_percent = item.type == "percent"
    lowest = item.usual_minimum if usual else exact(least, is_percent=is_percent)
    highest = item.usual_maximum if usual else exact(most, is_percent=is_percent)
    low, high = ("" if limit is None else number_words(limit, item) for limit in (lowest, highest))
    if low and high:
        return f"{low} to {high}"
    return f"at least {low}" if low else f"at most {high}"
