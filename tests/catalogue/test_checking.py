"""Faults planted one at a time in a small, sound catalogue: each is found once, named, and told how to mend."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from dapf_xl.catalogue import check
from dapf_xl.catalogue.tables import TABLES
from dapf_xl.findings import Batch, Code, Severity

if TYPE_CHECKING:
    from pathlib import Path

SOUND = {
    "framework": """
setting,value
id,small
title,Small
area,Smallshire
issuer,Smallshire Council
version,1
groups,strand
tolerance,10
tolerance_basis,relative
amber_rule,within_tolerance
minimum_denominator,10
disclosure_threshold,5
deadline_days,28
marking,OFFICIAL
contact,"the performance lead, performance@example.org"
""",
    "agencies": """
id,name,from,until,successor
police,Police,,,
nps,National Probation Service,,,
trust,Probation Trust,,2014-15-Q1,nps
""",
    "indicators": """
id,title,group,definition,polarity,polarity_reason,derivation,numerator,denominator,measure,over_time,over_agencies,status,restated
I1,Incidents,Police,Incidents recorded,context,More may be good,count,,,,sum,sum,live,
I2,Engaged,IDVA,Engaging,higher,The source says so,ratio,I2.engaged,I2.referred,,ratio_of_sums,ratio_of_sums,live,
I3,Crimed,Police,Share crimed,none,,stated,,,I3.crimed,none,none,live,
""",
    "items": """
id,indicator,label,type,breakdowns,minimum,maximum
I1.incidents,I1,Incidents,count,provider,0,
I2.engaged,I2,Engaged,count,,,
I2.referred,I2,Referred,count,,,
I3.crimed,I3,Crimed,percent,,0,100
""",
    "breakdowns": """
breakdown,category,label,role,open
provider,city,City,part,
provider,fenland,Fenland,part,
provider,all,All,total,
source,police,Police,part,
source,named_1,Another agency 1,part,yes
source,all,All sources,total,
""",
    "labels": """
breakdown,label,category
source,South Yorkshire Police,police
source,Fire and rescue,
""",
    "asks": """
item,category,supplier,frequency,from,until
I1.incidents,city,police,quarter,,
I1.incidents,fenland,police,quarter,,
I2.engaged,,nps,quarter,,
I2.referred,,nps,quarter,,
I3.crimed,,police,quarter,,2014-15-Q4
I3.crimed,,police,quarter,2015-16-Q1,
""",
    "targets": """
indicator,item,category,from,until,text,kind,value,lower,upper,due
I2,,,,2014-15-Q4,80%,,,,,
I2,,,2015-16-Q1,,11-15%,,,,,
I3,I3.crimed,,,,70%,value,70,,,
I1,I1.incidents,city,,,410 by March 2017,,,,,
""",
    "rules": """
id,kind,left,right
R1,not_more_than,I2.engaged,I2.referred
R2,ratio,I3.crimed,I2.engaged;I2.referred
R3,not_more_than,I1.incidents/city,I1.incidents/all
""",
    "qa": """
id,responsible,answered_by,what
QA1,Service manager,police;nps,Risk assessments
""",
    "views": """
view,heading,indicator
committee,Prevent,I1
""",
    "paper": """
view,part,heading,text,item
committee,before,Background,Words,I1.incidents
""",
    "comparators": """
item,geography,value,source
I3.crimed,England,19,A report
""",
    "history": """
item,category,supplier,period,value,shorthand,lower,upper,source
I1.incidents,city,,2014-15-Q1,70,,,,Table 1
I1.incidents,city,,2014-15-Q2,,[x],,,Table 1
I1.incidents,fenland,,2014-15-Q1,,[c],1,4,Table 1
I3.crimed,,,2014-15-Q1,36.4,[p] [e],,,Table 1
""",
    "statements": """
id,document,place,printed,kind,item,category,period,value,date,months,of,parts
s1,Paper,1.1,70,equals,I1.incidents,city,2014-15-Q1,70,,,,
s2,Paper,1.2,30 of 50,share,,,2014-15-Q1,60,,,50,30
s3,Paper,1.3,31 June 2014,date,,,,,31 June 2014,,,
s4,Paper,1.4,July 2014,within,,,2014-15-Q2,,July 2014,,,
s5,Paper,1.5,all but one,ratings,,,2014-15-Q2,,,,,I2
s6,Paper,1.6,three months,follows,I2.engaged,,2014-15-Q2,,,3,I2.referred,
""",
    "origins": """
document,row,asked,places,note
Paper,1,Its marking,framework:marking,
Paper,2,A blank cell,,The cell is blank
""",
}


@dataclass(frozen=True)
class Fault:
    table: str
    old: str
    new: str
    code: Code
    cell: str
    says: str
    remedy: str
    severity: Severity = Severity.ERROR
    sheet: str = ""
    """Where it is found, if not in the table in which it is planted."""


TASK = "answered_by,what\nQA1,Service manager,police;nps,Risk assessments\n"
FAULTS = [
    # --- evidence
    *(
        Fault(
            "qa",
            TASK,
            f"answered_by,what,due\nQA1,Service manager,police;nps,Risk assessments,{due}\n",
            Code.DUE_UNREADABLE,
            "E2",
            f"due is {due}",
            "annual: June",
        )
        for due in ("bi-monthly", "soon", "within 13 months of the year's end", "every fourth Tuesday")
    ),
    Fault("qa", "QA1,", "I2.engaged,", Code.EVIDENCE_ID_TAKEN, "A2", "I2.engaged is the id", "another id"),
    # --- cells
    Fault(
        "framework", "area,Smallshire\n", "area,\n", Code.REQUIRED_EMPTY, "B4", "Area is empty", "for example Haringey"
    ),
    Fault(
        "agencies", "police,Police,", "police,,", Code.REQUIRED_EMPTY, "B2", "Name is empty", "Cambridgeshire Constab"
    ),
    # --- statements
    Fault(
        "statements",
        "city,2014-15-Q1,70,",
        "city,2014-15-Q1,,",
        Code.STATEMENT_INCOMPLETE,
        "I2",
        "needs value",
        "value in",
    ),
    Fault(
        "statements", ",equals,I1.incidents,", ",equals,,", Code.STATEMENT_INCOMPLETE, "F2", "item and period", "kind"
    ),
    Fault("statements", ",50,30", ",50,I2.refered", Code.STATEMENT_AMOUNT, "M3", "mean I2.referred?", "15"),
    Fault("statements", "2014-15-Q1,60,,,50", ",60,,,I2.engaged", Code.STATEMENT_INCOMPLETE, "H3", "is meant", "Fill"),
    Fault("statements", "date,,,,,31 June", "date,,,,,the 31 June", Code.STATEMENT_DATE, "J4", "neither", "June 2014"),
    Fault("statements", ",,July 2014", ",,31 June 2014", Code.STATEMENT_DATE, "J5", "neither a day", "of kind date"),
    Fault(
        "statements", "ratings,,,2014-15-Q2", "ratings,,,2014-15", Code.NOT_A_PERIOD, "H6", "a quarter's", "2014-15-Q3"
    ),
    Fault("statements", ",,I2\n", ",,I7\n", Code.REFERENCE_UNKNOWN, "M6", "no such row", "indicators"),
    Fault("statements", "3,I2.referred", "3,I2.refer", Code.REFERENCE_UNKNOWN, "L7", "mean I2.referred?", "items"),
    Fault("statements", ",city,2014", ",town,2014", Code.CATEGORY_UNKNOWN, "G2", "not a category", "city"),
    Fault("statements", "share,", "shares,", Code.NOT_ONE_OF, "E3", "mean share?", "share"),
    Fault("statements", "s3,", "s2,", Code.ID_DUPLICATED, "A4", "given twice", "change its id"),
    Fault("framework", "strand", "strands", Code.NOT_ONE_OF, "B7", "mean strand?", "strand, group"),
    Fault("indicators", "higher", "highest", Code.NOT_ONE_OF, "E3", "mean higher?", "lower"),
    Fault("items", "I2,Engaged,count", "I2,Engaged,number of", Code.NOT_ONE_OF, "D3", "not known", "percent"),
    Fault("framework", "tolerance,10", "tolerance,ten", Code.NOT_A_NUMBER, "B8", "Tolerance is ten", "for example 10"),
    Fault("framework", "days,28", "days,28.5", Code.NOT_A_NUMBER, "B13", "deadline_days is 28.5", "for example 28"),
    Fault("history", ",36.4,", ",1e3,", Code.NOT_A_NUMBER, "E5", "Value is 1e3", "36.4"),
    Fault("history", "2014-15-Q2", "Q1 2022", Code.NOT_A_PERIOD, "D3", "Period is Q1 2022", "2014-15-Q3"),
    Fault("asks", "2015-16-Q1", "2015/17 Q1", Code.NOT_A_PERIOD, "E7", "From is 2015/17 Q1", "2014-15-Q3"),
    Fault("agencies", "police,Police", "the police,Police", Code.ID_MALFORMED, "A2", "the police", "example police"),
    Fault("breakdowns", "provider,all", "provider,a|b", Code.ID_MALFORMED, "B4", "a|b", "example nps"),
    Fault(
        "origins",
        ":marking",
        ":markin",
        Code.REFERENCE_UNKNOWN,
        "D2",
        "mean marking?",
        "add markin to framework",
        Severity.WARNING,
    ),
    Fault(
        "origins",
        ":marking",
        "",
        Code.PLACE_UNREADABLE,
        "D2",
        "places holds framework",
        "items:PM13.people",
        Severity.WARNING,
    ),
    Fault("origins", ":marking", ":note", Code.PLACE_EMPTY, "D2", "framework:note", "Fill that cell", Severity.WARNING),
    Fault(
        "origins",
        "The cell is blank",
        "",
        Code.REQUIRED_EMPTY,
        "E3",
        "note is empty",
        "blank in the source",
        Severity.WARNING,
    ),
    # --- heads and rows
    Fault("asks", "supplier,", "suplier,", Code.COLUMN_UNKNOWN, "C1", "mean supplier?", "Rename"),
    Fault("history", "lower,upper", "lowest,upper", Code.COLUMN_UNKNOWN, "G1", "mean lower?", "Rename"),
    Fault(
        "items", "minimum,maximum", "minimum,minimum", Code.COLUMN_TWICE, "G1", "minimum is there twice", "Delete one"
    ),
    Fault(
        "qa",
        "id,responsible,answered_by,what\nQA1,Service manager,police;nps,Risk assessments",
        "id,responsible\nQA1,Lead",
        Code.COLUMN_MISSING,
        "A1",
        "the column what",
        "headed what",
    ),
    Fault(
        "agencies",
        "Probation Service,,,",
        "Probation, Service,,,",
        Code.ROW_TOO_LONG,
        "A3",
        "6 cells",
        "quotation marks",
    ),
    Fault("framework", "title,Small", "title,Small,er", Code.ROW_TOO_LONG, "A3", "3 cells", "quotation marks"),
    Fault("views", "committee,Prevent,I1", "committee,Prevent", Code.ROW_TOO_SHORT, "A2", "2 cells", "missing cells"),
    Fault("indicators", "Incidents recorded", "Incidents\x07", Code.CHARACTER_REFUSED, "D2", "U+0007", "Delete it"),
    Fault("qa", "Risk assessments", "Risk_x0041_", Code.CHARACTER_REFUSED, "D2", "_x0041_", "Delete it"),
    Fault("qa", "Risk assessments", "R" * 32_768, Code.CELL_TOO_LONG, "D2", "32768", "Shorten"),
    Fault("qa", "Risk assessments", "\U0001f600" * 16_384, Code.CELL_TOO_LONG, "D2", "32768", "Shorten"),
    # --- settings
    Fault("framework", "groups", "group", Code.SETTING_UNKNOWN, "A7", "mean groups?", "Use one of"),
    Fault("framework", "issuer,Smallshire Council\n", "", Code.SETTING_MISSING, "A1", "issuer", "Add a row: issuer"),
    Fault(
        "framework", "version,1\n", "version,1\nversion,2\n", Code.ID_DUPLICATED, "A7", "Version is given twice", "row"
    ),
    Fault(
        "framework", "version,1\n", "version,1\nyear_start,1\n", Code.NOT_ONE_OF, "B7", "year_start is 1", "4 (April)"
    ),
    # --- between tables
    Fault(
        "agencies",
        "nps,National",
        "POLICE,Police,,,\nnps,National",
        Code.ID_DUPLICATED,
        "A3",
        "in row 2",
        "change its id",
    ),
    Fault(
        "breakdowns",
        "provider,fen",
        "provider,city,C,part,\nprovider,fen",
        Code.ID_DUPLICATED,
        "B3",
        "provider, city",
        "Delete one",
    ),
    Fault("rules", "R2,", "R1,", Code.ID_DUPLICATED, "A3", "R1 is given twice", "Delete one"),
    Fault(
        "comparators", "19,A report", "19,A report\nI3.crimed,England,20,B", Code.ID_DUPLICATED, "A3", "England", "one"
    ),
    Fault("agencies", "2014-15-Q1,nps", "2014-15-Q1,npss", Code.REFERENCE_UNKNOWN, "E4", "mean nps?", "or add npss"),
    Fault("items", "I3.crimed,I3,", "I3.crimed,I4,", Code.REFERENCE_UNKNOWN, "B5", "Indicator is I4", "to indicators"),
    Fault("items", "count,provider", "count,providers", Code.REFERENCE_UNKNOWN, "E2", "mean provider?", "breakdowns"),
    Fault("asks", "I2.engaged,,nps", "I2.engagd,,nps", Code.REFERENCE_UNKNOWN, "A4", "mean I2.engaged?", "to items"),
    Fault(
        "asks", "engaged,,nps", "engaged,,probation", Code.REFERENCE_UNKNOWN, "C4", "table agencies", "Correct supplier"
    ),
    Fault("targets", "I2,,,,2014", "I9,,,,2014", Code.REFERENCE_UNKNOWN, "A2", "Indicator is I9", "to indicators"),
    Fault(
        "rules", "engaged;I2.referred", "engaged;I2.refered", Code.REFERENCE_UNKNOWN, "D3", "mean I2.referred?", "right"
    ),
    Fault(
        "qa", "police;nps", "police;idva", Code.REFERENCE_UNKNOWN, "C2", "answered_by is idva", "add idva to agencies"
    ),
    Fault("paper", "before", "befor", Code.NOT_ONE_OF, "B2", "mean before?", "after"),
    Fault("paper", "committee,", "comittee,", Code.REFERENCE_UNKNOWN, "A2", "mean committee?", "views"),
    Fault("paper", "I1.incidents", "I1.incident", Code.REFERENCE_UNKNOWN, "E2", "mean I1.incidents?", "items"),
    Fault("views", "Prevent,I1", "Prevent,I11", Code.REFERENCE_UNKNOWN, "C2", "mean I1?", "indicators"),
    Fault("comparators", "I3.crimed,", "I3.crime,", Code.REFERENCE_UNKNOWN, "A2", "mean I3.crimed?", "items"),
    Fault(
        "history", "city,,2014-15-Q1", "city,polce,2014-15-Q1", Code.REFERENCE_UNKNOWN, "C2", "mean police?", "supplier"
    ),
    Fault(
        "agencies",
        "Trust,,2014-15-Q1",
        "Trust,2014-15-Q2,2014-15-Q1",
        Code.PERIOD_ENDS_EARLY,
        "D4",
        "2014-15-Q2",
        "one",
    ),
    Fault("agencies", "Q1,nps", "Q1,trust", Code.SUCCESSOR_ITSELF, "E4", "trust comes back", "took over"),
    Fault("items", "percent,,0,100", "percent,,100,0", Code.BAND_UPSIDE_DOWN, "F5", "100", "Swap minimum and maximum"),
    # --- indicators
    Fault(
        "indicators",
        "The source says so",
        "",
        Code.POLARITY_UNEXPLAINED,
        "F3",
        "is higher",
        "what settles it",
        Severity.WARNING,
    ),
    Fault(
        "indicators",
        "count,,,,sum,sum,live,",
        "count,,,,sum,sum,live,2014-15",
        Code.RESTATED_WITHOUT_CHANGE,
        "N2",
        "restated from 2014-15 on",
        "Name in redefined",
    ),
    Fault(
        "indicators",
        "I2.engaged,I2.referred",
        "I2.engaged,",
        Code.DERIVATION_INCOMPLETE,
        "I3",
        "needs denominator",
        "F",
    ),
    Fault("indicators", "I3.crimed", "", Code.DERIVATION_INCOMPLETE, "J4", "stated needs measure", "Fill measure"),
    Fault("rules", "I2.engaged;I2.referred", "I2.engaged", Code.RULE_INCOMPLETE, "D3", "denominator", "semicolons"),
    Fault("rules", "I1.incidents/city", "I1.incidents/citty", Code.CATEGORY_UNKNOWN, "C4", "mean city?", "fenland"),
    Fault("rules", "I1.incidents/all", "I2.engaged/all", Code.CATEGORY_NOT_WANTED, "D4", "no breakdown", "Clear"),
    Fault(
        "rules", "I1.incidents/city", "I1.incident/city", Code.REFERENCE_UNKNOWN, "C4", "mean I1.incidents?", "items"
    ),
    # --- spare rows and what was written in them
    Fault("labels", "Police,police", "Police,polise", Code.CATEGORY_UNKNOWN, "C2", "mean police?", "one of: police"),
    Fault("labels", "Police,police", "Police,named_1", Code.CATEGORY_UNKNOWN, "C2", "named_1", "one of: police"),
    Fault("labels", "source,Fire", "provider,Fire", Code.OPEN_MISPLACED, "A3", "no spare row", "Correct open"),
    Fault(
        "labels",
        "source,Fire and",
        "source,SOUTH  yorkshire police,\nsource,Fire and",
        Code.ID_DUPLICATED,
        "B3",
        "in row 2",
        "Delete one",
    ),
    Fault("breakdowns", "All sources,total,", "All sources,total,yes", Code.OPEN_MISPLACED, "E7", "is a part", "role"),
    Fault(
        "items",
        "I2,Engaged,count,",
        "I2,Engaged,count,source;source",
        Code.OPEN_MISPLACED,
        "E3",
        "both source",
        "Correct",
    ),
    # --- asks
    Fault(
        "asks",
        "I2.engaged,,nps,quarter,,\n",
        "",
        Code.NOT_ASKED_OF_ANYONE,
        "A3",
        "I2.engaged",
        "Add a row to asks",
        Severity.WARNING,
        "items",
    ),
    Fault(
        "asks",
        "I1.incidents,fenland,police,quarter,,\n",
        "",
        Code.NOT_ASKED_OF_ANYONE,
        "A2",
        "I1.incidents/fenland",
        "Add a row",
        Severity.WARNING,
        "items",
    ),
    Fault("asks", "2015-16-Q1", "2014-15-Q4", Code.ASKED_TWICE, "A7", "police is asked for I3.crimed", "end one"),
    Fault("asks", "incidents,fenland", "incidents,", Code.ASKED_TWICE, "A3", "I1.incidents/city", "Delete one"),
    Fault(
        "asks", "I2.engaged,,nps,quarter", "I2.engaged,,nps,once", Code.REQUIRED_EMPTY, "E4", "From is empty", "once"
    ),
    # --- categories
    Fault(
        "asks", "incidents,fenland", "incidents,fenlands", Code.CATEGORY_UNKNOWN, "B3", "mean fenland?", "city, fenland"
    ),
    Fault(
        "targets", "I1.incidents,city", "I1.incidents,town", Code.CATEGORY_UNKNOWN, "C5", "town", "city, fenland, all"
    ),
    Fault(
        "history", "I1.incidents,fenland", "I1.incidents,fenlnd", Code.CATEGORY_UNKNOWN, "B4", "mean fenland?", "city"
    ),
    Fault(
        "history",
        "I1.incidents,fenland",
        "I1.incidents,",
        Code.CATEGORY_MISSING,
        "B4",
        "broken down by provider",
        "city",
    ),
    Fault(
        "history", "I3.crimed,,", "I3.crimed,city,", Code.CATEGORY_NOT_WANTED, "B5", "no breakdown", "Clear category"
    ),
    # --- targets
    Fault("targets", "80%", "Maintain", Code.TARGET_UNREADABLE, "F2", "Maintain", "Monitoring only"),
    Fault("targets", "80%", "", Code.REQUIRED_EMPTY, "F2", "Text is empty", "80%"),
    Fault("targets", "80%,,", "Maintain,value,", Code.TARGET_INCOMPLETE, "H2", "needs value", "Fill value"),
    Fault("targets", "80%,,", "80%,milestone,", Code.TARGET_INCOMPLETE, "K2", "needs due", "Fill due"),
    Fault("targets", "2015-16-Q1", "2014-15-Q4", Code.TARGETS_OVERLAP, "D3", "in row 2", "End the earlier"),
    Fault(
        "targets", "I3,I3.crimed", "I2,I3.crimed", Code.ITEM_OF_ANOTHER, "B4", "of the indicator I3, not of I2", "agree"
    ),
    Fault(
        "targets", "I1,I1.incidents,city", "I1,,city", Code.REQUIRED_EMPTY, "B5", "Item is empty", "has the category"
    ),
    Fault(
        "targets",
        "70%,value,70",
        "0.7,value,0.7",
        Code.PERCENT_AS_FRACTION,
        "H4",
        "mean 70?",
        "Write 70",
        Severity.WARNING,
    ),
    Fault("targets", "11-15%,,,,", "x,band,,15,11", Code.BAND_UPSIDE_DOWN, "I3", "15", "Swap lower and upper"),
    # --- history
    Fault("history", "Q2,,[x]", "Q2,70,[x]", Code.HISTORY_BOTH, "E3", "a value (70)", "Keep one"),
    Fault("history", "Q2,,[x]", "Q2,,", Code.HISTORY_NEITHER, "E3", "neither", "delete the row"),
    Fault("history", "Q2,,[x]", "Q2,,[p]", Code.HISTORY_NEITHER, "E3", "neither", "delete the row"),
    Fault("history", "Q2,,[x]", "Q2,,[n]", Code.SHORTHAND_UNKNOWN_HERE, "F3", "[n] is not", "[x], [z]"),
    Fault("history", "2014-15-Q2", "2014-15-Q1", Code.HISTORY_DUPLICATED, "D3", "in row 2", "correct its period"),
    Fault("history", "city,,2014-15-Q2", "city,police,2014-15-Q1", Code.HISTORY_DUPLICATED, "D3", "in row 2", "Delete"),
    Fault("history", "70,,,,", "70,,1,4,", Code.BOUNDS_MISPLACED, "G2", "suppressed", "clear lower"),
    Fault("history", "[c],1,4", "[c],4,1", Code.BAND_UPSIDE_DOWN, "G4", "4", "Swap lower and upper"),
    Fault("history", ",36.4,", ",0.364,", Code.PERCENT_AS_FRACTION, "E5", "mean 36.4?", "Write 36.4", Severity.WARNING),
    Fault("comparators", "19", "0.19", Code.PERCENT_AS_FRACTION, "C2", "mean 19?", "Write 19", Severity.WARNING),
]

ELSEWHERE = {
    Code.TABLE_MISSING,
    Code.TABLE_UNKNOWN,
    Code.TABLE_UNREADABLE,
    Code.CELL_IS_A_DATE,
    Code.CELL_WITHOUT_VALUE,
    Code.NOT_A_YES_OR_NO,
}
"""Codes that the tests of loading, and the one below, plant."""


def write(folder: Path, tables: dict[str, str]) -> Path:
    folder.mkdir(exist_ok=True)
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text.lstrip("\n"), encoding="utf-8")
    return folder


def test_the_catalogue_without_a_planted_fault_has_none(tmp_path: Path) -> None:
    assert check(write(tmp_path / "small", SOUND)) == []


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault.code.name}-{fault.table}-{fault.cell}")
def test_a_planted_fault_is_found_once_with_its_place_and_remedy(tmp_path: Path, fault: Fault) -> None:
    assert SOUND[fault.table].count(fault.old) >= 1
    planted = SOUND[fault.table].replace(fault.old, fault.new, 1)

    findings = check(write(tmp_path / "small", {**SOUND, fault.table: planted}))

    assert [(found.code, found.sheet, found.cell) for found in findings] == [
        (fault.code, fault.sheet or fault.table, fault.cell)
    ]
    (found,) = findings
    assert (found.file, found.severity) == ("small", fault.severity)
    assert fault.says.casefold() in found.message.casefold()
    assert fault.remedy in found.remedy


def test_a_yes_or_no_column_takes_nothing_else(tmp_path: Path) -> None:
    lines = zip(SOUND["items"].split(), ["required", "yes", "No", "maybe", ""], strict=True)
    text = "\n".join(f"{line},{value}" for line, value in lines)
    (found,) = check(write(tmp_path / "small", {**SOUND, "items": text}))
    assert (found.code, found.cell, found.message) == (Code.NOT_A_YES_OR_NO, "H4", "Required is maybe.")


def test_every_table_has_a_planted_fault() -> None:
    assert {fault.table for fault in FAULTS} == set(TABLES)


def test_every_code_of_the_catalogue_is_planted() -> None:
    codes = {code for code in Code if code.batch is Batch.CATALOGUE}
    assert {fault.code for fault in FAULTS} | ELSEWHERE == codes


def test_faults_of_several_tables_come_together_in_reading_order(tmp_path: Path) -> None:
    tables = {
        **SOUND,
        "agencies": SOUND["agencies"].replace("nps,National", "n p s,National"),
        "history": SOUND["history"].replace("[c],1,4", "[c],4,1").replace("2014-15-Q2", "soon"),
    }
    findings = check(write(tmp_path / "small", tables))
    assert [(found.sheet, found.cell) for found in findings] == [
        ("agencies", "A3"),
        ("history", "D3"),
        ("history", "G4"),
    ]


def test_one_unknown_id_in_many_rows_is_one_finding_that_names_the_rows(tmp_path: Path) -> None:
    history = SOUND["history"].replace("I1.incidents", "I1.incident")
    (found,) = check(write(tmp_path / "small", {**SOUND, "history": history}))
    assert (found.code, found.cell) == (Code.REFERENCE_UNKNOWN, "A2")
    assert "the same in row 3, 4" in found.message


def test_a_circle_of_successors_is_told_once(tmp_path: Path) -> None:
    agencies = SOUND["agencies"].replace("Probation Service,,,", "Probation Service,,,trust")
    findings = check(write(tmp_path / "small", {**SOUND, "agencies": agencies}))
    assert [found.code for found in findings] == [Code.SUCCESSOR_ITSELF]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(
            "I3.crimed,,police,quarter,2015-16-Q1,", "I3.crimed,,police,year,2014-15-Q1,", id="another_frequency"
        ),
        pytest.param(
            "I3.crimed,,police,quarter,2015-16-Q1,", "I3.crimed,,nps,quarter,2014-15-Q1,", id="another_agency"
        ),
        pytest.param("I2.engaged,,nps", "I2.engaged ,, nps ", id="spaces_around_an_id"),
    ],
)
def test_what_is_no_fault_in_asks(tmp_path: Path, old: str, new: str) -> None:
    assert old in SOUND["asks"]
    assert check(write(tmp_path / "small", {**SOUND, "asks": SOUND["asks"].replace(old, new)})) == []


def test_blank_rows_are_passed_over_but_counted(tmp_path: Path) -> None:
    history = SOUND["history"].replace("I3.crimed,", "\n,,,,,,,,\nI3.crime,")
    (found,) = check(write(tmp_path / "small", {**SOUND, "history": history}))
    assert found.cell == "A7"
