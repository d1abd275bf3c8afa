"""How often officers are asked about their figures: seldom, and about what is news; docs/lead-reference.md says so.

Of made-up figures `tests/synthetic/test_sweep.py` holds the same.
"""

from __future__ import annotations

import pytest

from dapf_xl import catalogue
from dapf_xl.findings import Batch
from dapf_xl.observations import published, shorthand_words
from dapf_xl.returns.filling import Typed
from tests.synthetic.coming_back import checked, returned

NEWS = {
    "cambridgeshire": [
        ("2013-14-Q3", "C09.repeat", ""),
        ("2013-14-Q3", "C13.repeat", ""),
        ("2013-14-Q4", "C15.occupancy", "fenland"),
        ("2014-15-Q3", "C13.repeat", ""),
        ("2014-15-Q3", "C15.occupancy", "hunts"),
    ],
    "haringey": [("2014-15-Q2", "H2.retained", ""), ("2014-15-Q2", "H5.two", "")],
}
RETURNS = {"cambridgeshire": 88, "haringey": 8}


@pytest.mark.parametrize("name", NEWS)
def test_what_would_have_been_asked_about_the_published_figures(name: str) -> None:
    framework = catalogue.load(catalogue.shipped()[name])
    history = published(framework)
    asked_about, returns = [], 0
    for quarter in sorted({each.period for each in history if each.period.kind == "quarter"}):
        known = {each.key: each for each in history if each.period.last_day < quarter.first_day}
        sent = []
        for agency in framework.agencies:
            asked = {(each.item.id, each.category) for each in framework.asked(quarter, agency)}
            typed = [
                Typed(
                    each.item,
                    each.category,
                    "" if each.value is None else format(each.value, "f"),
                    shorthand_words(each) if each.replacement else "",
                )
                for each in history
                if (each.period, each.supplier) == (quarter, agency) and (each.item, each.category) in asked
            ]
            sent += [returned(framework, agency, quarter, typed, known)] if typed and known else []
        returns += len(sent)
        asked_about += [
            (quarter.label, each.item, each.category)
            for each in checked(framework, quarter, sent, known).findings
            if each.code.batch is Batch.HISTORY
        ]
    assert sorted(asked_about) == NEWS[name]
    assert returns == RETURNS[name]
