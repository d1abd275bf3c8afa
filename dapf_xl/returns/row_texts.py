"""What the locked cells of a row say: what is asked, its target, and what was reported before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dapf_xl.observations import words_of
from dapf_xl.returns.layout import LABEL, RETURN, REVISIONS, history_periods

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dapf_xl.catalogue import Asked, Framework
    from dapf_xl.catalogue.tables import Item
    from dapf_xl.observations import Observation
    from dapf_xl.periods import Period
    from dapf_xl.returns.layout import EntryTable, Figure, Line

UNITS = {"count": "number", "percent": "%", "money": "£", "date": "date", "yes_no": "yes or no", "text": "text"}
SPARE = "Write which it is →"
"""Stands beside the cell for the label of a spare row."""
WANTED = {"higher": "none set; a rise is wanted", "lower": "none set; a fall is wanted"}
"""What is said in place of a target where only the direction is known."""
NO_FIGURE = "–"
"""Stands where nothing was reported, so that an empty cell never has to be guessed at."""


class RowTexts:
    """Says what stands in the locked cells of a framework's returns."""

    def __init__(self, framework: Framework) -> None:
        """Take the framework."""
        self.framework = framework

    def of(self, table: EntryTable, line: Line, asked: Asked, known: Mapping[Figure, Observation]) -> dict[str, str]:
        """Return the texts of a row, by the part that each stands in."""
        item = asked.item
        indicator = self.framework.indicators[item.indicator]
        category = self.framework.category_label(item.id, asked.category)
        label = f"{item.label}: {category}" if category else item.label
        texts = {
            "ref": indicator.id,
            "indicator": indicator.title,
            "what": f"{label}. {item.hint}" if item.hint else label,
            "unit": UNITS.get(item.type, "number"),
            "target": self.target(asked),
            "period": asked.period.words,
        }
        if table is REVISIONS:
            observation = known[(item.id, asked.category, asked.supplier, asked.period)]
            texts["known"] = words_of(observation, item, self._decimals(item))
            if asked.is_open:
                texts["what"] = (
                    f"{item.label}: {self.framework.open_rows.words(item.id, asked.category, observation.label)}"
                )
        elif asked.is_open and table is RETURN:
            texts["indicator"] = f"{label}. {SPARE}"
            texts[LABEL] = line.label
            return {part: text for part, text in texts.items() if table.has(part)}
        if table is RETURN and asked.period.kind != "quarter":
            texts["what"] = f"{texts['what']} ({asked.period.words})"
        return {part: text for part, text in texts.items() if table.has(part)}

    def target(self, asked: Asked) -> str:
        """Return what is said of the target."""
        item = asked.item
        indicator = self.framework.indicators[item.indicator]
        is_measure = item == self.framework.measure_of(indicator.id)
        target = self.framework.target_for(indicator.id, item.id, asked.category, asked.period)
        if target and (is_measure or target.item == item.id):
            if target.kind == "none" and target.polarity in WANTED:  # (what the source says is a long sentence)
                return WANTED[target.polarity]
            return target.text or target.reason
        return "none set" if is_measure else NO_FIGURE

    @staticmethod
    def history_of(asked: Asked) -> tuple[Period | None, ...]:
        """Return the periods of the history cells; a yearly figure shows last year's in the first."""
        if asked.period.kind == "quarter":
            return history_periods(asked.period)
        return (asked.period.same_period_last_year(), None, None, None)

    def _decimals(self, item: Item) -> int | None:
        """Return the decimals that an item's figures are shown with: a count has none, whatever its indicator is."""
        return 0 if item.type == "count" else self.framework.indicators[item.indicator].decimals

    def shown(self, asked: Asked, observation: Observation | None) -> tuple[object, str]:
        """Return what a history cell holds, and its style."""
        if observation is None:
            return NO_FIGURE, "locked_right"
        decimals = self._decimals(asked.item)
        value, period = observation.value, observation.period
        if value is None or observation.markers or period.kind != "quarter":
            words = words_of(observation, asked.item, decimals)
            return (words if period.kind == "quarter" else f"{period.words}: {words}"), "locked_right"
        whole = value == value.to_integral_value()
        if asked.item.type == "percent":
            return float(value / 100), "locked_percent_0" if whole or decimals == 0 else "locked_percent"
        return float(value), "locked_count" if whole else "locked_number"
