"""What the performance lead decided about findings and files: which faults are waived, and how that is said.

A waiver holds for what was found and for nothing else: the code, the figure (item, category, agency, span), the value
that was found, and the other figures that the finding sets it against. Never for a cell's address: rows move.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from string import Formatter
from typing import TYPE_CHECKING, NamedTuple

from dapf_xl.findings import Code, PeriodError
from dapf_xl.periods import Period, words_of_date
from dapf_xl.personal_data import redacted
from dapf_xl.rules.text import PARTS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dapf_xl.rules.context import Context
    from dapf_xl.rules.rows import Fault, Rows

_ADDRESSES = re.compile(r".*(?:cells?|file|label|words)|what|place|advice|choices|near|kinds|agency|example|or_explain")
"""Words of a message that say where and how, not what the figures are."""


def today() -> date:
    """Return the day that it is here, on which a waiver may have ended."""
    return datetime.now().astimezone().date()


class WaiverKey(NamedTuple):
    """What a waiver holds for."""

    code: str
    item: str
    category: str
    agency: str
    about: str
    """Label of the span that the figure is about."""
    found: str
    mark: str
    """The other figures that the finding sets it against; of personal data a keyed digest of the text."""


@dataclass(frozen=True, slots=True)
class Waiver:
    """A finding that the performance lead let pass: who, why and until when."""

    key: WaiverKey
    who: str
    why: str
    until: str
    """A period's label, or a day in ISO 8601."""
    at: str
    """When it was waived, ISO 8601."""
    round: str = ""
    """Label of the quarter in whose round it was waived."""
    number: int = 0
    """Of its record."""

    def holds(self, quarter: Period | None, today: date) -> bool:
        """Say whether it still holds: in rounds up to a period, or up to a day.

        Args:
            quarter: The round that is checked.
            today: The day of checking.
        """
        try:
            last = Period.parse(self.until)
        except PeriodError:
            return today <= date.fromisoformat(self.until)
        return quarter is None or quarter.last_day <= last.last_day

    @property
    def until_words(self) -> str:
        """Until when it holds, in words."""
        try:
            return Period.parse(self.until).words
        except PeriodError:
            return words_of_date(date.fromisoformat(self.until))

    @property
    def words(self) -> str:
        """Who waived it, when, until when and why, in a sentence."""
        day = words_of_date(date.fromisoformat(self.at[:10]))
        return f"Waived by {self.who} on {day}, until {self.until_words}: {self.why.rstrip('.')}."


class Ruling(NamedTuple):
    """A decision about a whole file."""

    agency: str
    period: str
    who: str
    why: str
    at: str

    @property
    def words(self) -> str:
        """Who took the file, when and why."""
        return f"Taken by {self.who} on {words_of_date(date.fromisoformat(self.at[:10]))}: {self.why.rstrip('.')}."

    @property
    def as_clause(self) -> str:
        """Who decided it, when and why, within a sentence."""
        return f"{self.who} on {words_of_date(date.fromisoformat(self.at[:10]))}, {self.why.rstrip('.')}"


def text_mark(key: bytes, text: str) -> str:
    """Return what stands for a text that must not be kept: nobody without the workspace's key can try texts on it."""
    return hmac.new(key, f"dapf: a text that was released\n{text}".encode(), hashlib.sha256).hexdigest()


@lru_cache(maxsize=256)
def _figures_named(code: Code) -> tuple[str, ...]:
    """Return the fields of a message that hold figures, beside what was found."""
    names = {name for _, name, _, _ in Formatter().parse(code.value.words) if name}
    return tuple(sorted(name for name in names - {"found"} if not _ADDRESSES.fullmatch(name)))


def found_words(words: Mapping[str, object]) -> str:
    """Return what was found, as a finding says it."""
    return str(redacted(str(words.get("found", words.get("value", "")))))


def mark_of(context: Context, rows: Rows, fault: Fault) -> str:
    """Return what else a waiver of a fault rests on; "" where it could not be told apart from others."""
    if fault.code is Code.PERSONAL_DATA:
        text = str(rows.frame.at[fault.position, PARTS[fault.part]])
        return text_mark(context.key, text) if context.key else ""
    label = str(rows.frame.at[fault.position, "label"])
    others = [str(redacted(str(fault.words[name]))) for name in _figures_named(fault.code) if name in fault.words]
    return "; ".join([*others, *filter(None, [str(redacted(label))])])


def key_of(context: Context, rows: Rows, fault: Fault) -> WaiverKey:
    """Return what a waiver of a fault must be for."""
    figure, file = rows.figures[rows.frame["figure"][fault.position]], rows.files[rows.frame["file"][fault.position]]
    found, mark = found_words(fault.words), mark_of(context, rows, fault)
    return WaiverKey(fault.code.name, figure.item, figure.category, file.agency, figure.period.label, found, mark)


def under_waiver(context: Context, rows: Rows, fault: Fault) -> Fault:
    """Return the fault with the waiver that is for it, if there is one, whether it still holds or has ended."""
    if not context.waivers or not fault.code.may_be_waived(fault.severity):
        return fault
    waiver = context.waivers.get(key_of(context, rows, fault))
    if waiver is None:
        return fault
    return fault._replace(waiver=waiver, waived=waiver.holds(context.period or _quarter(rows, fault), context.today))


def _quarter(rows: Rows, fault: Fault) -> Period:
    file: int = rows.frame["file"][fault.position]
    return rows.files[file].period
