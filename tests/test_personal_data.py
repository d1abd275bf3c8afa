"""What points to one person in a text, beyond the cases of the vectors."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dapf_xl import catalogue
from dapf_xl.observations import number_words
from dapf_xl.periods import Period
from dapf_xl.personal_data import WORDS, Kind, find

WIDE = "07700 900123".translate({ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"})
"""A telephone number as it is typed where letters are as wide as they are high."""
WIDE_AT = "jane\N{FULLWIDTH COMMERCIAL AT}example.org"


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("Ring 07700 900123 after six", "07700 900123"),
        ("(020) 7946 0018", "(020) 7946 0018"),
        ("+44 7700 900 123", "+44 7700 900 123"),
        ("born 3 May 1984 in Ely", "3 May 1984"),
        ("date of birth: 1984-05-03", "1984-05-03"),
        ("lives at CB1 2AB with two children", "CB1 2AB"),
        ("lives at cb1 2ab", "cb1 2ab"),
        ("NHS 9990000018.", "9990000018"),
        ("crime reference 35/12345/17", "35/12345/17"),
        ("(victim@example.org)", "victim@example.org"),
        ("– lives at CB1\N{NO-BREAK SPACE}2AB –", "CB1\N{NO-BREAK SPACE}2AB"),
        ("lives at CB1  2AB", "CB1  2AB"),
        ("NHS 943\N{THIN SPACE}476\N{NON-BREAKING HYPHEN}5919.", "943\N{THIN SPACE}476\N{NON-BREAKING HYPHEN}5919"),
        ("NHS 943 - 476\t5919.", "943 - 476\t5919"),
        ("NHS 943\N{ZERO WIDTH SPACE}476\N{SOFT HYPHEN}5919.", "943\N{ZERO WIDTH SPACE}476\N{SOFT HYPHEN}5919"),
        ("AB\N{NARROW NO-BREAK SPACE}12 34 56 C", "AB\N{NARROW NO-BREAK SPACE}12 34 56 C"),
        ("DOB\N{NO-BREAK SPACE}03\N{EN DASH}04\N{MINUS SIGN}1972", "03\N{EN DASH}04\N{MINUS SIGN}1972"),
        (f"{WIDE_AT}.", WIDE_AT),
        (f"ring {WIDE}", WIDE),
    ],
)
def test_the_place_is_exact(text: str, what: str) -> None:
    hits = find(text)
    assert [text[hit.start : hit.end] for hit in hits] == [what]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "CB1 and CB2 are where referrals rose",
        "£0.12 1000000",
        "01/07/2013 to 30/09/2014",
        "1880 1965 1758 1894",
        "Return!J14 and L14 of 2014-15-Q3",
        "SE1 7 cases",
        "120   340 – 5,678",
        "Ring the helpline, 0808 2000 247, or the Men's Advice Line on 0808 801 0327",
        "born abroad: 12 of 34",
        "the police reference group met on 3/4/2014",
    ],
)
def test_what_is_not_personal_is_left_alone(text: str) -> None:
    assert find(text) == []


def test_every_kind_has_words() -> None:
    assert set(WORDS) == set(Kind)


@pytest.mark.parametrize("name", sorted(catalogue.shipped()))
def test_nothing_that_the_shipped_catalogues_say_of_figures_is_taken_for_a_person(name: str) -> None:
    framework = catalogue.load(catalogue.shipped()[name])
    texts = [
        text
        for table in ("indicators", "items", "targets", "history", "qa", "views", "breakdowns")
        for row in framework.tables[table]
        for text in (getattr(row, field) for field in row.__slots__)
        if isinstance(text, str)
    ]
    assert {text for text in texts if find(text)} == set()


@given(st.text())
def test_hits_are_in_order_apart_and_inside(text: str) -> None:
    hits = find(text)
    assert all(0 <= hit.start < hit.end <= len(text) for hit in hits)
    assert all(before.end <= after.start for before, after in pairwise(hits))


@given(st.decimals(min_value=0, max_value=10**7, places=1))
def test_no_figure_as_the_program_words_it_is_personal(value: object) -> None:
    item = catalogue.load(catalogue.shipped()["haringey"]).items["H1.referrals"]
    assert find(number_words(value, item)) == []  # type: ignore[arg-type]


@given(st.integers(1990, 2060), st.integers(1, 4))
def test_no_period_is_personal(year: int, quarter: int) -> None:
    period = Period.quarter(year, quarter)
    assert find(f"{period.label} {period.words} {period.first_day} to {period.last_day}") == []
