"""The numbers that a ledger knows about a span, without the rest of each figure: what earlier quarters were."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dapf_xl.ledger.decided import Decisions
from dapf_xl.ledger.given import AMENDED, GivenFigures
from dapf_xl.ledger.schema import IN_PLACE, STANDING

if TYPE_CHECKING:
    from dapf_xl.periods import Period
    from dapf_xl.rules.context import Number


class KnownNumbers(GivenFigures, Decisions):
    """What a ledger is asked about the numbers of one span."""

    def numbers(self, until: Period, about: Period) -> dict[tuple[str, str, str], Number]:
        """Return the numbers about a span, by item, category and supplier: of ``entered``, the last of each key.

        Nothing else is made of a row, so that tens of thousands of figures can be set against an earlier quarter's.
        Left out are figures that do not count: held in query, replaced, withdrawn, waived no longer.

        Args:
            until: Only what came in the rounds up to this quarter.
            about: The span.
        """
        order = self._order(until)
        rows = self.connection.execute(
            "SELECT coalesce(received, -given), item, category, supplier, coalesce(value, lower) + 0.0, "
            "coalesce(value, upper) + 0.0, basis FROM observed WHERE period = ? AND status NOT IN ('held', 'replaced')",
            (about.label,),
        ).fetchall()
        rows.sort(key=lambda row: order.get(row[0], -1))
        in_place = {number for (number,) in self.connection.execute(IN_PLACE)}
        gone = self._withdrawn(until, about)
        gone |= {(number, key[:3]) for number, key in self.no_longer_waived(in_place) if key[3] == about}
        if gone:
            rows = [row for row in rows if (row[0], row[1:4]) not in gone]
        return {
            (item, category, supplier): (least, most, basis)
            for number, item, category, supplier, least, most, basis in rows
            if number in order
        }

    def _order(self, until: Period) -> dict[int, int]:
        """Return the records up to a quarter in the order in which their figures replace each other.

        What was given without a return has a negative number here.
        """
        query = f"SELECT round, 0, id FROM received WHERE id IN ({STANDING}) AND round <= ?"  # noqa: S608
        found = [(*row, row[2]) for row in self.connection.execute(query, (until.label,))]
        found += [(each.round, 1 + (each.kind == AMENDED), each.id, -each.id) for each in self.given_in(until)]
        return {number: place for place, (*_, number) in enumerate(sorted(found))}

    def _withdrawn(self, until: Period, about: Period) -> set[tuple[int, tuple[str, str, str]]]:
        """Return the figures of records that were taken back."""
        withdrawn = [(of, key[:3], last) for (of, key), last in self.withdrawn().items() if key[3] == about]
        amended = [each for each in self.given_in(until) if each.kind == AMENDED] if withdrawn else []
        return {
            (-each.id, key) for each in amended for of, key, last in withdrawn if of == each.round and last >= each.id
        }
