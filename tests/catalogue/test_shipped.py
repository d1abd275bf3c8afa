"""The frameworks that come with the package."""

from __future__ import annotations

from datetime import date

import pytest

from dapf_xl.catalogue import check, load, shipped
from dapf_xl.periods import Period


def test_both_areas_are_shipped() -> None:
    assert {"cambridgeshire", "haringey"} <= set(shipped())


@pytest.mark.parametrize("framework", shipped())
def test_a_shipped_framework_is_without_any_finding(framework: str) -> None:
    assert [str(finding) for finding in check(shipped()[framework])] == []


@pytest.mark.parametrize("framework", shipped())
def test_a_shipped_framework_is_called_what_its_folder_is_called(framework: str) -> None:
    assert load(shipped()[framework]).id == framework


@pytest.mark.parametrize("framework", shipped())
def test_a_shipped_framework_asks_for_figures_in_every_quarter(framework: str) -> None:
    loaded = load(shipped()[framework])
    begins = min(row.from_.first_day if row.from_ else date(2014, 4, 1) for row in loaded.indicators.values())
    for quarter in Period.containing(begins).financial_year.quarters():
        asked = loaded.asked(quarter)
        assert asked
        assert len({(figure.id, figure.supplier) for figure in asked}) == len(asked)


@pytest.mark.parametrize("framework", shipped())
def test_agencies_have_role_mailboxes_that_reach_nobody(framework: str) -> None:
    mailboxes = [row.mailbox for row in load(shipped()[framework]).agencies.values() if row.mailbox]
    assert all(mailbox.endswith((".example.org", "@example.org")) for mailbox in mailboxes)
