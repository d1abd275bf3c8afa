"""Wirral through two years with invented figures: what is derived, what is stated, and every funnel broken once."""

from __future__ import annotations

import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from dapf_xl import cycle
from dapf_xl.consolidation import consolidate
from dapf_xl.periods import Period
from dapf_xl.returns.filling import fill
from dapf_xl.variance import lines_of
from dapf_xl.workspace import open_workspace
from tests.rounds import entry, signed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dapf_xl.consolidation import Round
    from dapf_xl.findings import Finding

LATER, EARLIER = "2023-24-Q4", "2022-23-Q4"
SOURCES = ("police", "health", "education", "childrens", "adults", "housing", "voluntary", "self", "family", "other")
FUNNELS = {"early_help": 9, "csc": 12, "ahc": 15, "fsu": 18}
"""The number of the indicator with which each service's funnel begins: referred, then engaged, then closed."""


def contacts(children: int, adults: int) -> dict[str, str]:
    """What the hubs report: two in three contacts follow an incident, half come from the police."""
    total = children + adults
    incident = total * 2 // 3
    by_source = {f"O08.contacts/{source}": "0" for source in SOURCES}
    by_source |= {"O08.contacts/police": str(total // 2), "O08.contacts/health": str(total - total // 2)}
    return {
        "O01.contacts": str(children), "O02.contacts": str(adults), "O03.repeats": str(children // 4),
        "O04.repeats": str(adults // 5), "O05.total": str(total), "O06.incident": str(incident),
        "O07.concerns": str(total - incident), **by_source, "O08.contacts/not_known": "0",
        "O08.contacts/total": str(total),
    }  # fmt: skip


def funnel(first: int, referred: int, engaged: int, closed: int, met: int) -> dict[str, str]:
    """What a service reports, with the numbers of cases closed."""
    return {
        f"O{first:02}.referred": str(referred), f"O{first + 1:02}.engaged": str(engaged),
        f"O{first + 2:02}.closed": str(closed), f"O{first + 2:02}.met": str(met),
    }  # fmt: skip


OPERATIONAL: dict[str, dict[str, str]] = {
    "mash": contacts(240, 180),
    "early_help": funnel(9, 60, 45, 40, 30),
    "csc": funnel(12, 80, 70, 50, 35),
    "ahc": {  # gives the percentage alone
        "O15.referred": "30",
        "O16.engaged": "22",
        "O17.stated": "64",
        "O17.closed": "[x] not available: not collected",
        "O17.met": "[x] not available: not collected",
    },
    "fsu": funnel(18, 90, 75, 60, 48),
    "housing": {"O21.referred": "25", "O22.supported": "31"},
}
STRATEGIC = {
    EARLIER: {
        "S01.total": "6120", "S01.crimes": "4710", "S01.incidents": "1410", "S02.stated": "15.7", "S02.all": "30000",
        "S03.prosecutions": "512", "S04.stated": "13.1", "S05.convictions": "384", "S07.arrests": "1700",
        "S08.notices": "60", "S09.orders": "52", "S10.applications": "90", "S11.applications": "120",
        "S12.cases": "430", "S12.population": "141200", "S13.stated": "31", "S14.stated": "62.1", "S14.police": "267",
        "S15.stated": "5.1",
    },
    LATER: {  # half a year before it is out: the lead says so, and imports it in November
        **dict.fromkeys(
            ("S01.total", "S01.crimes", "S02.stated", "S03.prosecutions", "S04.stated", "S05.convictions",
             "S07.arrests", "S08.notices", "S09.orders", "S10.applications", "S11.applications", "S12.population",
             "S13.stated", "S14.stated", "S15.stated"),
            "[x] not available: awaiting release",
        ),
        "S12.cases": "455",
    },
}  # fmt: skip
NOVEMBER = """item,geography,period,value,source,released
S01.total,,2023-24,6300,Home Office,2024-11-26
S01.crimes,,2023-24,4850,Home Office,2024-11-26
S02.stated,,2023-24,16.1,Home Office,2024-11-26
S02.stated,North West,2023-24,17.4,Home Office,2024-11-26
S03.prosecutions,,2023-24,500,CPS,2024-11-26
S05.convictions,,2023-24,380,CPS,2024-11-26
"""


def issued(work: Path, label: str, agency: str) -> Path:
    return work / "issued" / label / f"{agency}_{label}.xlsx"


def send_back(work: Path, label: str, agency: str, figures: Mapping[str, str]) -> Path:
    source = issued(work, label, agency)
    path = work / "returns" / label / source.name
    fill(source, [entry(*each) for each in figures.items()], path, signed(label))
    return path


@pytest.fixture(scope="module")
def just_issued(tmp_path_factory: pytest.TempPathFactory) -> Path:
    work = tmp_path_factory.mktemp("issued") / "work"
    cycle.init("wirral", work)
    cycle.issue(work, EARLIER)
    return work


@pytest.fixture(scope="module")
def two_years(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both years' last quarters, issued, filled and consolidated, then what November published."""
    work = tmp_path_factory.mktemp("two years") / "work"
    cycle.init("wirral", work)
    for label in (EARLIER, LATER):
        cycle.issue(work, label)
        for agency, figures in {**OPERATIONAL, "lead": STRATEGIC[label]}.items():
            send_back(work, label, agency, figures)
        assert cycle.consolidate(work, label).checked.findings == []
    path = work.parent / "november.csv"
    path.write_text(NOVEMBER, encoding="utf-8")
    made = cycle.import_figures(work, path, today=date(2024, 12, 2))
    assert {each.code.name for each in made.findings} == {"IMPORT_REVISES"}  # awaiting release before
    return work


def read(work: Path, label: str) -> Round:
    workspace = open_workspace(work)
    with workspace.ledger() as ledger:
        return consolidate(workspace.framework, Period.parse(label), ledger)


def figures(work: Path, label: str) -> dict[str, str]:
    """What each indicator comes to in a round, to one decimal."""
    found = {}
    for line in lines_of(read(work, label)):
        if line.measure.role == "main":
            now = line.now
            found[line.measure.indicator.id] = now.shown or f"{now.value:.1f}".removesuffix(".0")
    return found


def test_percentages_are_derived_where_there_are_numbers_and_stated_where_there_are_not(two_years: Path) -> None:
    found = figures(two_years, EARLIER)
    derived = {"S02": "15.7", "S06": "75", "S12": "30.5", "S14": "62.1", "O06": "66.7", "O07": "33.3"}
    stated = {"S04": "13.1", "S13": "31", "S15": "5.1", "O17": "64"}
    assert {each: found[each] for each in derived | stated} == derived | stated
    assert [found[each] for each in ("O11", "O14", "O20")] == ["75", "70", "80"]
    assert found["O05"] == "420"


def test_what_november_published_stands_in_the_year_s_master(two_years: Path) -> None:
    found = figures(two_years, LATER)
    assert (found["S01"], found["S02"], found["S06"]) == ("6300", "16.1", "76")
    assert found["S07"] == "[x] not available: awaiting release"
    rate = next(each for each in lines_of(read(two_years, LATER)) if each.measure.indicator.id == "S12")
    assert rate.now.value == Decimal(455) / Decimal(141200) * 10000
    assert "of 2022/23, the latest known by then" in rate.note


def test_a_year_s_figure_is_set_against_the_year_before_in_the_year_to_date_too(two_years: Path) -> None:
    lines = {each.measure.indicator.id: each for each in lines_of(read(two_years, LATER))}
    assert (lines["S03"].year_to_date.value, lines["S03"].year_to_date_last_year.value) == (500, 512)
    (early,) = (each for each in lines_of(read(two_years, "2024-25-Q1")) if each.measure.indicator.id == "S03")
    assert {early.year_to_date.shown, early.year_to_date_last_year.shown} == {"not added up"}


def test_a_year_later_the_published_figures_are_still_shown_and_asked_for_in_revisions(two_years: Path) -> None:
    cycle.issue(two_years, "2024-25-Q2", ["lead"])
    workspace = open_workspace(two_years)
    with workspace.ledger() as ledger:
        (record,) = ledger.issued(Period.parse("2024-25-Q2")).values()
    wanted = [name for _, name in record.positions["Revisions"]]
    assert "S07.arrests@2023-24" in wanted
    assert "S03.prosecutions@2023-24" not in wanted  # imported in November


# --- every relation broken once ------------------------------------------------------------------


@pytest.fixture
def work(tmp_path: Path, just_issued: Path) -> Path:
    return Path(shutil.copytree(just_issued, tmp_path / "work"))


def broken(work: Path, agency: str, **changed: str) -> list[Finding]:
    """What is found in an agency's return in which some figures are other ones."""
    usual = OPERATIONAL.get(agency, STRATEGIC[EARLIER])
    named = {name.replace("__", "/").replace("_", ".", 1): value for name, value in changed.items()}
    return cycle.check([send_back(work, EARLIER, agency, usual | named)], work).findings


def only(findings: list[Finding]) -> tuple[str, str, str]:
    (finding,) = findings
    return (str(finding.severity), finding.item, finding.message)


@pytest.mark.parametrize(("agency", "first"), FUNNELS.items())
def test_nobody_s_needs_are_met_who_was_not_closed(work: Path, agency: str, first: int) -> None:
    item = f"O{first + 2}"
    met, *rest = broken(work, agency, **{f"{item}_closed": "20", f"{item}_met": "21"})
    assert (str(met.severity), met.item) == ("error", f"{item}.met")
    assert met.message.endswith("with needs met (21) is more than Cases closed (20).")
    assert {each.item for each in rest} <= {f"{item}.stated"}  # where the percentage is stated, it does not fit either


@pytest.mark.parametrize(("agency", "first"), FUNNELS.items())
def test_more_engaged_than_referred_is_asked_about(work: Path, agency: str, first: int) -> None:
    severity, item, message = only(broken(work, agency, **{f"O{first + 1}_engaged": "99"}))
    assert (severity, item) == ("query", f"O{first + 1}.engaged")
    assert "(99) is more than" in message


@pytest.mark.parametrize(("agency", "first"), FUNNELS.items())
def test_a_stated_percentage_that_the_numbers_do_not_give_is_told(work: Path, agency: str, first: int) -> None:
    item = f"O{first + 2}"
    found = broken(work, agency, **{f"{item}_closed": "20", f"{item}_met": "10", f"{item}_stated": "64"})
    assert only(found)[:2] == ("warning", f"{item}.stated")
    assert "given as 64%, but 10 of 20 is 50%" in found[0].message


def test_a_wrong_total_of_contacts_is_found(work: Path) -> None:
    found = broken(work, "mash", O05_total="430")
    about = {(each.severity, each.item): each.message for each in found}
    assert about["error", "O05.total"] == "The total is 430, the parts add to 420."


def test_incident_and_concerns_are_all_contacts(work: Path) -> None:
    found = broken(work, "mash", O07_concerns="100")
    assert only(found) == ("query", "O05.total", "The total is 420, the parts add to 380.")


def test_referral_sources_are_all_contacts(work: Path) -> None:
    found = broken(work, "mash", O08_contacts__police="200")
    assert only(found) == ("error", "O08.contacts", "The total is 420, the parts add to 410.")


def test_repeats_are_among_the_contacts(work: Path) -> None:
    found = broken(work, "mash", O03_repeats="241")
    assert only(found)[:2] == ("error", "O03.repeats")


def test_convictions_are_among_the_prosecutions(work: Path) -> None:
    assert only(broken(work, "lead", S05_convictions="513"))[:2] == ("error", "S05.convictions")
