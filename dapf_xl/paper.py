"""Named reports (the table ``views``) in the form of a committee paper: its texts, and its figures by quarter.

Nothing is computed here: a report shows readings of the same measures that every other sheet shows.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from itertools import groupby
from typing import TYPE_CHECKING, Any

from dapf_xl import narrative
from dapf_xl.observations import number_words
from dapf_xl.readings import NO_FIGURE, join_comments, read
from dapf_xl.reference import is_never_published

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dapf_xl.catalogue.tables import PaperPart, ViewLine
    from dapf_xl.consolidation import Round
    from dapf_xl.periods import Period
    from dapf_xl.readings import Measure, Reading
    from dapf_xl.variance import Line

QUARTERS = ("q1", "q2", "q3", "q4")
COLUMNS = {
    "view": "Id of the report.",
    "tab": "Name that its sheet is to have.",
    "title": "Title of the report.",
    "kind": "What the row is: fact, section, paragraph, gap (a paragraph that is missing), heading, expected, title "
    "(of an indicator whose parts follow), figure or part.",
    "margin": "What stands in the margin: a number, a label, or an indicator's id.",
    "text": "The text, the expectation, or what the figures are of.",
    **{
        quarter: f"The figures of {quarter.upper()}: this year's, and below it last year's in brackets. In q1 also by "
        "what an expectation is measured."
        for quarter in QUARTERS
    },
    "beside": "Commentary on the figures, or a note on an expectation.",
}
"""The columns of ``MasterTables.paper``."""

NOT_MEASURED = "Not measured"
WITHHELD = "Never published"
NOTHING = "–"
SEPARATED_FROM = 10_000
"""From which number on thousands are separated: papers print 1880, but 18,800."""

Row = dict[str, Any]


def rows_of(current: Round, lines: Sequence[Line]) -> list[Row]:
    """Return the rows of every report that the catalogue has, in its order; see ``COLUMNS``."""
    views = dict.fromkeys(line.view for line in current.framework.views)
    return [row for view in views for row in _Paper(current, lines, view).rows()]


class _Paper:
    """One report, written from its beginning to its end; paragraphs are numbered as they come."""

    def __init__(self, current: Round, lines: Sequence[Line], view: str) -> None:
        self.current = current
        self.lines: dict[str, list[Line]] = {}
        for line in lines:
            self.lines.setdefault(line.measure.indicator.id, []).append(line)
        self.view = view
        self.entries = [entry for entry in current.framework.views if entry.view == view]
        self.parts = [part for part in current.framework.paper if part.view == view]
        self.numbers = _Numbers()
        self.shown: dict[str, str] = {}
        """The heading under which each indicator's figures stand."""

    def rows(self) -> Iterator[Row]:
        """Yield every row; the figures come between the sections before and those after."""
        title = self._first("title") or self.view
        same = {"view": self.view, "tab": self._first("tab") or title, "title": title}
        blank = dict.fromkeys(COLUMNS, "")
        for row in self._all():
            yield blank | same | row

    def _first(self, part: str) -> str:
        return next((each.text for each in self.parts if each.part == part), "")

    def _of(self, part: str, heading: str = "") -> list[PaperPart]:
        return [each for each in self.parts if each.part == part and heading in {"", each.heading}]

    def _all(self) -> Iterator[Row]:
        for each in self._of("front"):
            for text, gap in self._texts(each):
                yield {"kind": "fact", "margin": each.label, "text": text or gap or NOTHING}
        yield from self._sections("before")
        headed = [*(each.heading for each in self.entries), *(each.heading for each in self._of("aim"))]
        headed += [each.heading for each in self._of("commentary")]
        for heading in dict.fromkeys(headed):
            yield from self._heading(heading)
        yield from self._sections("after")

    # --- texts --------------------------------------------------------------------------------

    def _texts(self, part: PaperPart) -> Iterator[tuple[str, str]]:
        """Yield the paragraphs of a part: its text, then what was answered; a gap says why there is nothing."""
        for paragraph in _paragraphs(part.text):
            yield paragraph, ""
        if not part.item:
            return
        answers = narrative.answers(self.current, part.item)
        if not answers:
            yield "", narrative.NOT_ASKED
        for each in answers:
            by = f"{each.agency}: " if len(answers) > 1 else ""
            if each.gap:
                yield "", by + each.gap
            for number, paragraph in enumerate(_paragraphs(each.text)):
                yield (by if number == 0 else "") + paragraph, ""

    def _sections(self, part: str) -> Iterator[Row]:
        """Yield sections of paragraphs; a section that has begun already is gone on with."""
        for heading, parts in groupby(self._of(part), lambda each: each.heading):
            if heading != self.numbers.section:
                yield {"kind": "section", "margin": self.numbers.begin(heading), "text": heading}
            for label, same in groupby(parts, lambda each: each.label):
                told = [pair for each in same for pair in _as_list(each, list(self._texts(each)))]
                for place, (text, gap) in enumerate(told):
                    number = self.numbers.next() if place == 0 or not label else ""
                    margin = f"{number} {label}".strip() if place == 0 else number
                    yield {"kind": "gap" if gap else "paragraph", "margin": margin, "text": text or gap}

    # --- figures ------------------------------------------------------------------------------

    def _heading(self, heading: str) -> Iterator[Row]:
        aim = " ".join(each.text for each in self._of("aim", heading))
        number = self.numbers.next()
        yield {"kind": "heading", "margin": number, "text": f"{heading}: {aim}" if aim else heading}
        entries = [each for each in self.entries if each.heading == heading]
        for each in entries:
            if each.indicator:
                self.shown.setdefault(each.indicator, heading)
        yield from self._expected(entries)
        for each in entries:
            if each.indicator and self.shown[each.indicator] == heading:
                yield from self._figures(each)
        told = (pair for each in self._of("commentary", heading) for pair in self._texts(each))
        for place, (text, gap) in enumerate(told, 1):
            yield {"kind": "gap" if gap else "paragraph", "margin": f"{number}.{place}", "text": text or gap}

    def _expected(self, entries: Sequence[ViewLine]) -> Iterator[Row]:
        """Yield each expectation once, with what measures it; one that nothing measures says so."""
        for expectation in dict.fromkeys(each.expectation for each in entries if each.expectation):
            same = [each for each in entries if each.expectation == expectation]
            by = [self._by(each) for each in same if each.indicator]
            notes = [each.note for each in same if each.note and not self._is_shown_here(each)]
            words = f"Measured by {', '.join(by)}" if by else NOT_MEASURED
            yield {"kind": "expected", "text": expectation, "q1": words, "beside": "\n".join(notes)}

    def _is_shown_here(self, entry: ViewLine) -> bool:
        return bool(entry.indicator) and self.shown[entry.indicator] == entry.heading

    def _by(self, entry: ViewLine) -> str:
        return (
            entry.indicator
            if self._is_shown_here(entry)
            else f"{entry.indicator} (under {self.shown[entry.indicator]})"
        )

    def _figures(self, entry: ViewLine) -> Iterator[Row]:
        """Yield the rows of an indicator: itself, its parts, or both."""
        indicator = self.current.framework.indicators[entry.indicator]
        lines = self.lines.get(indicator.id, [])
        mains = [line for line in lines if line.measure.role == "main"]
        parts = [line for line in lines if line.measure.role == "part"] if entry.shows in {"parts", "both"} else []
        if len(mains) > 1 or (parts and entry.shows == "parts"):
            yield {"kind": "title", "margin": indicator.id, "text": indicator.title, "beside": entry.note}
            for line in parts or mains:
                yield self._figure(line, kind="part")
            return
        if not mains:
            unread = dict.fromkeys(QUARTERS, "Not asked")
            yield unread | {"kind": "figure", "margin": indicator.id, "text": indicator.title, "beside": entry.note}
        for line in [*mains, *parts]:
            yield self._figure(line, kind=line.measure.role.replace("main", "figure"), note=entry.note)

    def _figure(self, line: Line, *, kind: str, note: str = "") -> Row:
        measure = line.measure
        quarters = self.current.period.financial_year.quarters()
        hidden = is_never_published(self.current.framework, measure)
        cells = {
            name: WITHHELD if hidden else self._cell(measure, quarter)
            for name, quarter in zip(QUARTERS, quarters, strict=True)
        }
        category = self.current.framework.category_label(measure.item.id, measure.category)
        label = category if kind == "part" and category else line.label
        so_far = " (year to date)" if measure.item.basis == "year_to_date" else ""
        told = [] if hidden else [line.now.comment, self._other_spans(measure)]  # a comment may repeat the figure
        return {
            "kind": kind,
            "margin": measure.indicator.id if kind == "figure" else "",
            "text": f"{label}{so_far}",
            **cells,
            "beside": join_comments([*told, note if kind == "figure" else ""]),
        }

    def _cell(self, measure: Measure, quarter: Period) -> str:
        """Return a quarter's figure, once it has come, and below it last year's in brackets, where there is one."""
        has_come = quarter.last_day <= self.current.period.last_day
        now = _capitalised(figure_words(self.current, measure, quarter)) if has_come else ""
        earlier = quarter.same_period_last_year()
        before = figure_words(self.current, measure, earlier)
        bracket = "" if before in {NO_FIGURE, "not asked"} else f"({before})"
        return "\n".join(filter(None, (now, bracket))) or NOTHING

    def _other_spans(self, measure: Measure) -> str:
        """Return figures for spans other than quarters, since the beginning of last year: ``2013/14: 139``."""
        since = self.current.period.financial_year.previous().first_day
        spans = {
            period
            for item, category, period in self.current.figures_of
            if item == measure.item.id
            and category in {measure.category, ""}
            and period.kind != "quarter"
            and since < period.last_day <= self.current.period.last_day
        }
        return "\n".join(f"{_span_words(span)}: {figure_words(self.current, measure, span)}" for span in sorted(spans))


@dataclass
class _Numbers:
    """Numbers of sections and of the paragraphs in them: 1, 1.1, 1.2, 2."""

    section: str | None = None
    number: int = 0
    paragraph: int = 0

    def begin(self, section: str) -> str:
        """Begin a section, and return its number."""
        self.section, self.number, self.paragraph = section, self.number + 1, 0
        return str(self.number)

    def next(self) -> str:
        """Return the number of the next paragraph."""
        self.paragraph += 1
        return f"{self.number}.{self.paragraph}" if self.number else str(self.paragraph)


def figure_words(current: Round, measure: Measure, period: Period) -> str:
    """Return a figure as papers print it, with markers and how much of it is there; else why there is none."""
    reading = read(current, measure, period)
    if reading.value is None:
        return _own_words(current, measure, period, reading) or _without_symbol(reading.shown)
    words = _number(measure, reading)
    whole = "" if reading.is_whole else f"from {reading.present} of {reading.expected}"
    return " ".join(filter(None, (words, reading.markers, whole)))


def _own_words(current: Round, measure: Measure, period: Period, reading: Reading) -> str:
    """Return what the source itself prints where there is no figure (``No joining``), where it is one thing."""
    if not reading.shown.startswith("[x]"):
        return ""
    figures = [(measure.item.id, *key, period) for key in reading.wanted]
    found = {current.figures[figure].words for figure in figures if figure in current.figures}
    return next(iter(found)) if len(found) == 1 else ""


def _as_list(part: PaperPart, told: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the paragraphs that were answered as a list, where there are several; each is a point of its own."""
    if not part.item or len(told) == 1:
        return told
    return [(f"• {text}" if text else "", gap) for text, gap in told]


def _paragraphs(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]


def _number(measure: Measure, reading: Reading) -> str:
    """Return a figure as papers print it: ``1880``, ``12,345``, ``80%``."""
    assert reading.value is not None  # noqa: S101  (it is a figure)
    value, decimals = reading.value, _decimals(measure)
    if decimals is not None:  # as a workbook rounds: 84.5% is 85%
        value = value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    words = number_words(value, replace(measure.item, type=measure.kind), decimals)
    words = words if abs(value) >= SEPARATED_FROM else words.replace(",", "")
    return f"£{words}" if measure.kind == "money" else words


def _decimals(measure: Measure) -> int | None:
    """Return how many decimals a figure is printed with; None for as many as it has."""
    decimals = measure.indicator.decimals
    return 1 if decimals is None and measure.is_ratio else decimals


def _capitalised(words: str) -> str:
    return words[:1].upper() + words[1:]


def _span_words(span: Period) -> str:
    return f"Whole year {span.words}" if span.kind == "year" else _capitalised(span.words)


def _without_symbol(shown: str) -> str:
    """Return what stands in a figure's place in words alone: without ``[x]``, and ``[c] 1 to 4`` as ``1 to 4``."""
    symbol, found, words = shown.partition("] ")
    return words if found and symbol.startswith("[") else shown
