"""Whether a file is the return that it says it is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dapf_xl.findings import Code
from dapf_xl.periods import Period
from dapf_xl.returns.reading import ReadReturn
from dapf_xl.returns.sealing import seal_of
from dapf_xl.rules import Status

from .conftest import KEY, Desk, Typed, places


def _resealed(desk: Desk, **identity: str) -> ReadReturn:
    returned = desk.filled()
    returned.identity |= identity
    returned.identity["seal"] = seal_of(KEY, returned.identity)
    return returned


@pytest.mark.parametrize(
    ("identity", "code"),
    [
        ({"framework": "another"}, "OTHER_FRAMEWORK"),
        ({"issue_id": "nobody knows"}, "NOT_ISSUED_HERE"),
        ({"agency": "police"}, "IDENTITY_FORGED NAMED_FOR_ANOTHER"),
        ({"digest": "another"}, "IDENTITY_FORGED"),
        ({"agency": "polcie", "issue_id": "unknown"}, "AGENCY_UNKNOWN NOT_ISSUED_HERE"),
        ({"period": "2014-15-Q2", "issue_id": "unknown"}, "NOT_ISSUED_HERE OTHER_PERIOD"),
        ({"period": "last quarter"}, "IDENTITY_DAMAGED"),
        ({"period": "2014-15"}, "IDENTITY_DAMAGED"),
        ({"digest": ""}, "IDENTITY_DAMAGED"),
        ({"catalogue_version": "1", "issue_id": "unknown"}, "CATALOGUE_OLDER NOT_ISSUED_HERE"),
        ({"catalogue_version": "10", "issue_id": "unknown"}, "CATALOGUE_NEWER NOT_ISSUED_HERE"),
    ],
)
def test_a_return_that_is_not_what_it_says_is_rejected(desk: Desk, identity: dict[str, str], code: str) -> None:
    checked = desk.check([_resealed(desk, **identity)]).returns[0]
    assert [finding.code.name for finding in checked.findings] == code.split()
    assert checked.status is Status.REJECTED
    assert checked.observations == []
    assert checked.reason


@pytest.mark.parametrize("field", ["agency", "period", "digest", "issue_id", "catalogue_version"])
def test_whatever_is_changed_after_issue_breaks_the_seal(desk: Desk, field: str) -> None:
    returned = desk.filled()
    returned.identity[field] = {"agency": "police", "period": "2014-15-Q2"}.get(field, "changed")
    assert places(desk.check([returned]).findings) == [("IDENTITY_FORGED", "", "")]


def test_a_near_miss_is_suggested(desk: Desk) -> None:
    findings = desk.check([_resealed(desk, agency="polcie")], issued=None).findings
    assert [finding.message for finding in findings] == [
        "The return is from polcie, which is not an agency of this framework (perhaps police)."
    ]


def test_a_workbook_without_an_identity_is_no_return(desk: Desk) -> None:
    plain = ReadReturn(Path("figures.xlsx"), sha256="sha", sheets=("Sheet1",))
    assert places(desk.check([plain]).findings) == [("NOT_A_RETURN", "", "")]


def test_without_a_workspace_the_rest_is_checked_all_the_same(desk: Desk) -> None:
    checked = desk.check_one({"count": Typed("12abc")}, key=None, issued=None)
    assert [finding.code.name for finding in checked.findings] == ["IDENTITY_NOT_VERIFIED", "TEXT_IN_NUMBER"]
    assert checked.status is Status.PARTLY_ACCEPTED


@pytest.mark.parametrize("version", ["2", "1"])
def test_an_older_catalogue_is_taken_where_its_figures_are_still_asked(desk: Desk, version: str) -> None:
    returned = _resealed(desk, catalogue_version=version)
    assert desk.check([returned]).returns[0].status is Status.ACCEPTED


def test_an_older_catalogue_with_an_item_that_is_gone_is_refused(desk: Desk) -> None:
    issued = desk.issued()
    record = issued["idva-2014-15-Q3"]
    issued["idva-2014-15-Q3"] = replace(record, positions={"Return": [(7, "gone@2014-15-Q3")]})
    findings = desk.check([_resealed(desk, catalogue_version="1")], issued=issued).findings
    assert places(findings) == [("CATALOGUE_OLDER", "", "")]


def test_an_untouched_return_is_not_taken_for_a_nil_return(desk: Desk) -> None:
    checked = desk.check([desk.filled(blank=True)]).returns[0]
    assert places(checked.findings) == [("UNTOUCHED_BLANK", "", "")]
    assert checked.status is Status.REJECTED


def test_a_single_nought_is_not_an_untouched_return(desk: Desk) -> None:
    returned = desk.filled({"must": Typed(0.0), "words": Typed()})
    assert places(desk.check([returned]).findings) == [("TEXT_BLANK", *desk.cell("words"))]


@pytest.mark.parametrize("name", ["~$idva_2014-15-Q3.xlsx", ".~lock.idva_2014-15-Q3.xlsx#"])
def test_a_lock_file_is_set_aside_whatever_is_in_it(desk: Desk, name: str) -> None:
    lock = ReadReturn(Path(name), findings=[Code.NOT_A_WORKBOOK.finding(file=name)])
    checked = desk.check([lock]).returns[0]
    assert places(checked.findings) == [("TEMPORARY_FILE", "", "")]
    assert checked.status is Status.SET_ASIDE
    assert checked.reason == checked.findings[0].message


@pytest.mark.parametrize(
    "name",
    [
        "Copy of idva_2014-15-Q3.xlsx",
        "idva_2014-15-Q3 (1).xlsx",
        "idva_2014-15-Q3(2).xlsx",
        "idva_2014-15-Q3 - Copy.xlsx",
        "idva_2014-15-Q3 (officer's conflicted copy 2015-01-10).xlsx",
        "idva_2014-15-Q3-LAPTOP.xlsx",
        "idva_2014-15-Q3-DESKTOP-7K2F9.xlsx",
        "idva-WCC01234.xlsx",
    ],
)
def test_a_copy_is_taken_with_a_warning(desk: Desk, name: str) -> None:
    checked = desk.check([desk.filled(name=name)]).returns[0]
    assert places(checked.findings) == [("NAMED_AS_A_COPY", "", "")]
    assert checked.status is Status.ACCEPTED


@pytest.mark.parametrize(
    "name", ["idva_2014-15-Q3-FINAL.xlsx", "idva_2014-15-Q3-V2.xlsx", "idva_2014-15-Q3-final.xlsx"]
)
def test_an_officer_s_own_ending_is_no_copy(desk: Desk, name: str) -> None:
    assert desk.check([desk.filled(name=name)]).returns[0].findings == []


def test_a_file_named_for_another_agency_is_pointed_out(desk: Desk) -> None:
    checked = desk.check([desk.filled(name="police_2014-15-Q3.xlsx")]).returns[0]
    assert [finding.message for finding in checked.findings] == [
        "The file is named for Police, but it is the return of IDVA service."
    ]


def test_an_identical_file_counts_once(desk: Desk) -> None:
    first, second = desk.filled(), desk.filled(name="again.xlsx")
    second.sha256 = first.sha256
    checked = desk.check([first, second])
    assert [one.status for one in checked.returns] == [Status.ACCEPTED, Status.SET_ASIDE]
    assert checked.returns[1].observations == []
    assert checked.findings[0].message == f"This file is identical to {first.name}."


def test_of_identical_files_the_one_named_a_copy_is_set_aside_though_it_sorts_first(desk: Desk) -> None:
    copy, first = desk.filled(name="idva (1).xlsx"), desk.filled(name="idva.xlsx")
    copy.sha256 = first.sha256
    checked = desk.check([copy, first])
    assert [(one.read.name, one.status) for one in checked.returns] == [
        ("idva (1).xlsx", Status.SET_ASIDE),
        ("idva.xlsx", Status.ACCEPTED),
    ]
    assert checked.returns[1].findings == []


def test_a_file_taken_in_an_earlier_run_is_set_aside(desk: Desk) -> None:
    returned = desk.filled()
    checked = desk.check([returned], taken={returned.sha256: "idva.xlsx"})
    assert [one.status for one in checked.returns] == [Status.SET_ASIDE]


def test_a_faulty_file_is_rejected_and_the_rest_goes_on(desk: Desk) -> None:
    broken = ReadReturn(Path("broken.xlsx"), findings=[Code.FILE_EMPTY.finding(file="broken.xlsx")])
    checked = desk.check([broken, desk.filled()])
    assert [one.status for one in checked.returns] == [Status.REJECTED, Status.ACCEPTED]
    assert checked.returns[0].reason == "The file is empty (0 bytes)."


def test_a_return_of_any_quarter_is_taken_where_no_round_is_named(desk: Desk) -> None:
    earlier = desk.filled(period=Period.quarter(2014, 1))
    changes: dict[str, Any] = {"period": None, "key": None, "issued": None}
    assert desk.check([earlier], **changes).returns[0].status is Status.ACCEPTED


@pytest.mark.parametrize("version", ["3", "2"])
def test_a_return_with_an_item_that_is_gone_is_refused_whatever_its_version(desk: Desk, version: str) -> None:
    issued, returned = desk.issued(), _resealed(desk, catalogue_version=version)
    tables = dict(desk.framework.tables)
    tables["items"] = tuple(item for item in tables["items"] if item.id != "score")
    checked = desk.check([returned], issued=issued, framework=replace(desk.framework, tables=tables)).returns[0]
    assert [finding.code.name for finding in checked.findings] == ["CATALOGUE_CHANGED"]
    assert "score@2014-15-Q3" in checked.findings[0].message
    assert checked.status is Status.REJECTED


def test_the_figures_of_every_return_are_looked_up(desk: Desk) -> None:
    issued = desk.issued()
    issued["police-2014-15-Q3"] = replace(issued["police-2014-15-Q3"], positions={"Return": [(7, "gone@2014-15-Q3")]})
    checked = desk.check([desk.filled(), desk.filled(agency="police")], issued=issued)
    assert [one.status for one in checked.returns] == [Status.ACCEPTED, Status.REJECTED]


@pytest.mark.parametrize("field", ["framework", "agency", "issue_id", "catalogue_version"])
@pytest.mark.parametrize("value", ["9" * 9999, "x" * 9999, "1.²"], ids=["digits", "letters", "superscript"])
def test_what_an_identity_says_is_quoted_in_short(desk: Desk, field: str, value: str) -> None:
    findings = desk.check([_resealed(desk, **{"issue_id": "unknown", field: value})], issued={}).findings
    codes = {"framework": "OTHER_FRAMEWORK", "agency": "AGENCY_UNKNOWN", "issue_id": "NOT_ISSUED_HERE"}
    found = {finding.code.name for finding in findings}
    assert found & {codes.get(field, "CATALOGUE_NEWER"), "CATALOGUE_OLDER", "NOT_ISSUED_HERE"}
    assert all(len(finding.message + finding.found) < 400 for finding in findings)
