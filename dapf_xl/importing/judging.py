"""What a row of published figures means for a framework, and what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from dapf_xl.catalogue.framework import figure_words
from dapf_xl.catalogue.sources import address, did_you_mean, listed, nearest_of
from dapf_xl.comparators import ComparatorFigure, basis_of
from dapf_xl.findings import Code, PeriodError
from dapf_xl.observations import IMPORTED, MARKERS, NOTHING, REPLACEMENTS, Observation, number_words, parse_shorthand
from dapf_xl.periods import date_of, words_of_date
from dapf_xl.personal_data import kinds_in
from dapf_xl.plain import plain_number, shown

if TYPE_CHECKING:
    from datetime import date

    from dapf_xl.catalogue import Framework
    from dapf_xl.catalogue.imported import ImportedFile, ImportedRow
    from dapf_xl.catalogue.rows import Entry
    from dapf_xl.catalogue.tables import Item
    from dapf_xl.observations import Shorthand

FIGURES = ("count", "percent", "rate", "number", "money")
"""Types of item whose figures can be imported; the others hold words."""
LARGEST = Decimal(10) ** 12
_SPANS = {"quarter": "quarter", "half": "half", "year": "year"}
_EXAMPLES = {"quarter": "2022-23-Q3", "half": "2022-23-H1", "year": "2022-23"}
_MONTHS_OF_A_YEAR = range(360, 371)
"""Days that a span of dates may have to be twelve months."""


@dataclass(slots=True)
class Judged:
    """What the rows of a file come to; each figure with the number of its row."""

    observations: dict[int, Observation] = field(default_factory=dict)
    comparators: dict[int, ComparatorFigure] = field(default_factory=dict)


class _Refused(Exception):  # noqa: N818  (not an error: a row's finding on its way)
    """A row cannot be taken; its finding is reported already."""


@dataclass
class Judge:
    """Judges the rows of one file."""

    framework: Framework
    file: ImportedFile
    today: date
    _rows: dict[object, int] = field(default_factory=dict)

    def judge(self) -> Judged:
        """Return what is good among the rows; what is not goes to the findings of the file."""
        judged = Judged()
        for entry in self.file.table.entries:
            try:
                figure = self._figure(entry)
                self._refuse_second(entry, figure.key)
            except _Refused:
                continue
            if isinstance(figure, Observation):
                judged.observations[entry.number] = figure
            else:
                judged.comparators[entry.number] = figure
        return judged

    def report(self, code: Code, number: int, column: str, /, **words: object) -> None:
        """Add a finding at a column of a row."""
        cell = address(number - 1, self.file.table.columns.get(column, 0))
        row = next((each.row for each in self.file.table.entries if each.number == number), None)
        about = {"item": row.item, "category": row.category} if row else {}
        self.file.source.report(code, "", cell, **{"column": column, **about, **words})

    def _refuse(self, code: Code, entry: Entry, column: str, /, **words: object) -> _Refused:
        self.report(code, entry.number, column, **words)
        return _Refused()

    def _figure(self, entry: Entry) -> Observation | ComparatorFigure:
        row: ImportedRow = entry.row
        item = self._item(entry)
        self._check_category(entry, item)
        self._check_words(entry)
        # Each of these is looked at although another is wrong, so that a row is put right in one go.
        faults = len(self.file.source.findings)
        value, shorthand = self._value(entry, item)
        released = self._released(entry)
        if entry.bad or row.period is None or self._errors_since(faults):
            raise _Refused
        basis = basis_of(self.framework, item.id, row.period, row.basis)
        cell = address(entry.number - 1, self.file.table.columns["value" if value is not None else "shorthand"])
        home = item.geography or self.framework.settings.area
        if row.geography.strip() and row.geography.strip().casefold() != home.casefold():
            if _is_near(row.geography, home):
                words = {"value": row.geography.strip(), "home": home}
                raise self._refuse(Code.GEOGRAPHY_NEARLY, entry, "geography", **words)
            return ComparatorFigure(
                item.id, row.category, " ".join(row.geography.split()), row.period, basis, value, shorthand.replacement,
                shorthand.markers, row.source.strip(), released, row.note.strip(), self.file.source.file, cell,
                self.file.sha256,
            )  # fmt: skip
        supplier = self._supplier(entry, item)
        usual = basis_of(self.framework, item.id, row.period)
        if basis != usual:
            words = {"value": basis.replace("_", " "), "figure": item.id, "usual": usual.replace("_", " ")}
            raise self._refuse(Code.IMPORT_OTHER_BASIS, entry, "basis", **words)
        return Observation(
            item.id, row.category, supplier, row.period, basis, value, shorthand.replacement, shorthand.reason,
            shorthand.lower, shorthand.upper, shorthand.markers, comment=row.note.strip(), status=IMPORTED,
            file=self.file.source.file, cell=cell, sha256=self.file.sha256, source=row.source.strip(),
            released=released,
        )  # fmt: skip

    def _check_words(self, entry: Entry) -> None:
        """Refuse a row whose words point to one person: they go to the master beside the figure."""
        for column in ("note", "source"):
            if kinds := kinds_in(getattr(entry.row, column)):
                raise self._refuse(Code.IMPORT_PERSONAL_DATA, entry, column, kinds=kinds)

    def _errors_since(self, count: int) -> bool:
        return any(each.severity == "error" for each in self.file.source.findings[count:])

    def _refuse_second(self, entry: Entry, key: object) -> None:
        first = self._rows.setdefault(key, entry.number)
        if first != entry.number:
            figure = figure_words(entry.row.item, entry.row.category)
            raise self._refuse(Code.HISTORY_DUPLICATED, entry, "item", first_row=first, value=figure)

    # --- what it is a figure of ------------------------------------------------------------------

    def _item(self, entry: Entry) -> Item:
        if not entry.good("item"):
            raise _Refused
        name: str = entry.row.item.strip()
        item = self.framework.items.get(name)
        if item is None:
            near = did_you_mean(nearest_of(name, self.framework.items))
            raise self._refuse(Code.REFERENCE_UNKNOWN, entry, "item", value=name, table="items", near=near, also="")
        if item.type not in FIGURES:
            raise self._refuse(Code.IMPORT_NO_FIGURE, entry, "item", value=name, kind=item.type.replace("_", " "))
        return item

    def _check_category(self, entry: Entry, item: Item) -> None:
        categories, category = self.framework.categories_of(item.id), entry.row.category
        open_rows = self.framework.open_rows
        if open_rows.is_open(item.id, category):
            words = {"figure": item.id, "value": category}
            raise self._refuse(Code.IMPORT_SPARE_ROW, entry, "category", **words)
        if category in categories:
            return
        categories = tuple(each for each in categories if not open_rows.is_open(item.id, each))
        words = {"figure": item.id, "value": category, "choices": listed(categories)}
        if categories == ("",):
            raise self._refuse(Code.CATEGORY_NOT_WANTED, entry, "category", **words)
        if category:
            near = did_you_mean(nearest_of(category, categories))
            raise self._refuse(Code.CATEGORY_UNKNOWN, entry, "category", near=near, **words)
        breakdown = " and ".join(item.breakdowns)
        raise self._refuse(Code.CATEGORY_MISSING, entry, "category", breakdown=breakdown, **words)

    def _supplier(self, entry: Entry, item: Item) -> str:
        """Return in whose name a figure is recorded: who is asked for it."""
        row: ImportedRow = entry.row
        assert row.period is not None  # noqa: S101  (looked at before)
        figure = figure_words(item.id, row.category)
        asks = [ask for ask in self.framework.asks if ask.item == item.id and ask.category in {"", row.category}]
        spans = {_SPANS[ask.frequency] for ask in asks if ask.frequency in _SPANS}
        twelve_months = (row.period.last_day - row.period.first_day).days in _MONTHS_OF_A_YEAR
        is_rolling = item.basis == "rolling_12_months" and row.period.kind == "dates" and twelve_months
        if not asks:
            raise self._refuse(Code.IMPORT_NOBODY_ASKED, entry, "item", value=figure)
        asked = [ask for ask in asks if ask.frequency in {"once", row.period.kind}] or (asks if is_rolling else [])
        if not asked:
            words = {
                "figure": figure, "value": row.period.words, "span": listed(sorted(spans)),
                "example": _EXAMPLES[min(spans)],
            }  # fmt: skip
            raise self._refuse(Code.IMPORT_OTHER_SPAN, entry, "period", **words)
        now = [
            each.supplier for each in self.framework.asked_about(item.id, row.period) if each.category == row.category
        ]
        suppliers = sorted(set(now) or {ask.supplier for ask in asked})
        if row.supplier and row.supplier not in suppliers:
            near = did_you_mean(nearest_of(row.supplier, suppliers))
            words = {"value": row.supplier, "near": near, "choices": listed(suppliers)}
            raise self._refuse(Code.NOT_ONE_OF, entry, "supplier", **words)
        if not row.supplier and len(suppliers) > 1:
            words = {"figure": figure, "value": figure, "choices": listed(suppliers)}
            raise self._refuse(Code.IMPORT_SEVERAL_ASKED, entry, "supplier", **words)
        return row.supplier or suppliers[0]

    # --- the figure ------------------------------------------------------------------------------

    def _value(self, entry: Entry, item: Item) -> tuple[Decimal | None, Shorthand]:
        row: ImportedRow = entry.row
        text = row.value.strip()
        shorthand = parse_shorthand(row.shorthand, self.framework.settings.disclosure_threshold or 0)
        if shorthand is None:
            choices = listed((*REPLACEMENTS, *MARKERS))
            self.report(
                Code.SHORTHAND_UNKNOWN_HERE, entry.number, "shorthand", value=shown(row.shorthand), choices=choices
            )
            shorthand = NOTHING
        elif shorthand.replacement and text:
            words = {"value": shown(text), "shorthand": shorthand.replacement}
            self.report(Code.HISTORY_BOTH, entry.number, "value", **words)
        elif not shorthand.replacement and not text and entry.good("value"):
            self.report(Code.HISTORY_NEITHER, entry.number, "value", value="")
        if not text:
            return None, shorthand
        is_percent = item.type == "percent"
        number = plain_number(text, is_percent=is_percent)
        if number is None:
            example = "36.4" if is_percent else "1234"
            self.report(Code.NOT_A_NUMBER, entry.number, "value", value=shown(text), example=example)
            return None, shorthand
        value = number * 100 if is_percent and text.endswith("%") else number
        self._check_size(entry, item, value, text)
        return value, shorthand

    def _check_size(self, entry: Entry, item: Item, value: Decimal, text: str) -> None:
        words = {"figure": figure_words(item.id, entry.row.category), "value": shown(text)}
        least, most = item.minimum, item.maximum
        if item.type == "count" and value != value.to_integral_value():
            self.report(Code.IMPORT_NOT_WHOLE, entry.number, "value", **words)
        elif (least is not None and value < least) or (most is not None and value > most) or abs(value) > LARGEST:
            self.report(Code.IMPORT_OUT_OF_RANGE, entry.number, "value", range=_range(item, least, most), **words)
        elif item.type == "percent" and 0 < value < 1 and not text.endswith("%"):
            suggested = format((value * 100).normalize(), "f")
            self.report(Code.PERCENT_AS_FRACTION, entry.number, "value", value=value, suggested=suggested)
        elif _is_unusual(item, value):
            usual = _range(item, item.usual_minimum, item.usual_maximum)
            self.report(Code.IMPORT_UNUSUAL, entry.number, "value", range=usual, **words)

    def _released(self, entry: Entry) -> str:
        """Return the day of release, ISO 8601."""
        text = entry.row.released.strip()
        if not text:
            return ""
        try:
            day = date_of(text)
            reason = "it is not a date"
        except PeriodError as error:
            day, reason = None, str(error)
        if day is None:
            self.report(Code.IMPORT_NOT_A_DATE, entry.number, "released", value=shown(text), reason=reason)
            return ""
        period = entry.row.period
        if day > self.today:
            self.report(Code.IMPORT_NOT_RELEASED, entry.number, "released", value=words_of_date(day))
        elif period is not None and entry.good("period") and day <= period.last_day:
            words = {"value": words_of_date(day), "period": period.words}
            self.report(Code.IMPORT_RELEASED_EARLY, entry.number, "released", **words)
        return day.isoformat()


def _is_near(geography: str, home: str) -> bool:
    """Say whether two areas are written nearly alike, as by a slip; one word more is another area."""
    letters = [sorted(each.casefold()) for each in (geography.strip(), home)]
    missing = sum(letters[0].count(each) < letters[1].count(each) for each in set(letters[1]))
    added = sum(letters[1].count(each) < letters[0].count(each) for each in set(letters[0]))
    return max(missing, added) <= 1


def _is_unusual(item: Item, value: Decimal) -> bool:
    below = item.usual_minimum is not None and value < item.usual_minimum
    return below or (item.usual_maximum is not None and value > item.usual_maximum)


def _range(item: Item, least: Decimal | None, most: Decimal | None) -> str:
    low, high = ("" if limit is None else number_words(limit, item) for limit in (least, most))
    if low and high:
        return f"{low} to {high}"
    if low or high:
        return f"at least {low}" if low else f"at most {high}"
    return f"at most {number_words(LARGEST, item)}"
