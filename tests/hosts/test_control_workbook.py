"""The control workbook as a file: its macros, its parts, its ribbon, checked as far as can be without Excel."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import zipfile
from importlib.util import find_spec
from pathlib import Path, PurePosixPath
from xml.etree import ElementTree as ET

import olefile
import pytest

from dapf_xl import __version__, catalogue
from dapf_xl.consolidation import NOT_RETURNED, REPLACED
from dapf_xl.hosts import agency_states, excel
from dapf_xl.hosts import control_sheet as at
from dapf_xl.hosts.control_workbook import (
    FILE_NAME,
    OWN_MODULES,
    USUAL_INTERPRETER,
    build,
    own_modules,
    settings,
    xlwings_modules,
)
from dapf_xl.ledger import TAKEN_OUT
from dapf_xl.rules.checking import Status
from tests.hosts.test_vba_project import check_directory, check_sectors

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ROOT / "dapf_xl" / "hosts" / "vba"
XLWINGS = Path(str(find_spec("xlwings").origin)).parent  # type: ignore[union-attr]
RELATIONSHIPS = "{http://schemas.openxmlformats.org/package/2006/relationships}"
TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RIBBON = "{http://schemas.microsoft.com/office/2009/07/customui}"
RIBBON_PART = "customUI/customUI14.xml"


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("control") / FILE_NAME
    build(made)
    return made


@pytest.fixture(scope="module")
def parts(path: Path) -> dict[str, bytes]:
    return parts_of(path)


def parts_of(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as package:
        assert package.testzip() is None
        return {name: package.read(name) for name in package.namelist()}


def tree(parts: dict[str, bytes], name: str) -> ET.Element:
    return ET.fromstring(parts[name])  # noqa: S314  (a part that was built here)


# --- built from source ------------------------------------------------------------------------


def test_two_builds_are_equal_part_by_part(parts: dict[str, bytes], tmp_path: Path) -> None:
    build(tmp_path / FILE_NAME)
    again = parts_of(tmp_path / FILE_NAME)
    assert list(again) == list(parts)
    assert [name for name in parts if again[name] != parts[name]] == []


def test_the_workbook_in_the_repository_is_a_fresh_build(parts: dict[str, bytes]) -> None:
    kept = parts_of(ROOT / "workbook" / FILE_NAME)
    assert [name for name in parts | kept if kept.get(name) != parts.get(name)] == [], "run scripts/build_templates.py"


def test_the_interpreter_is_the_one_that_is_given(tmp_path: Path) -> None:
    build(tmp_path / FILE_NAME, r"C:\Some & where\python.exe")
    assert rb"C:\Some &amp; where\python.exe" in parts_of(tmp_path / FILE_NAME)["xl/sharedStrings.xml"]


# --- macros -----------------------------------------------------------------------------------


def test_olevba_lists_the_modules_with_their_exact_source_and_nothing_else(path: Path) -> None:
    code = (
        "import json, sys, warnings; warnings.simplefilter('ignore')\n"
        "from oletools.olevba import VBA_Parser\n"
        "parser = VBA_Parser(sys.argv[1])\n"
        "assert parser.detect_vba_macros() and not parser.detect_xlm_macros()\n"
        "print(json.dumps([[stream, name, text] for _, stream, name, text in parser.extract_macros()]))\n"
    )
    ran = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    listed = {stream.removeprefix("VBA/"): text for stream, _, text in json.loads(ran.stdout)}
    sources = {
        **{name: (SOURCES / f"{name}.bas").read_text(encoding="utf-8") for name in OWN_MODULES},
        "xlwings": (XLWINGS / "xlwings.bas").read_bytes().decode("cp1252"),
        "Dictionary": (XLWINGS / "addin" / "Dictionary.cls").read_bytes().decode("cp1252"),
    }
    documents = {"ThisWorkbook", *(f"Sheet{number}" for number in range(1, len(at.SHEETS) + 1))}
    assert listed.keys() == {*sources, *documents}
    for name, source in sources.items():
        assert code_of(listed[name]) == code_of(source), name
    assert {name for name in documents if code_of(listed[name]).strip()} == set()


def code_of(source: str) -> str:
    """Return what the editor shows of a module: not the head of the file, not the attributes."""
    lines = source.replace("\r\n", "\n").split("\n")
    lines = lines[lines.index("END") + 1 :] if lines[0].startswith("VERSION ") else lines
    return "\n".join(line for line in lines if not line.startswith("Attribute VB_")).strip("\n")


def test_the_project_s_container_is_sound(parts: dict[str, bytes], tmp_path: Path) -> None:
    data = parts["xl/vbaProject.bin"]
    (tmp_path / "vbaProject.bin").write_bytes(data)
    with olefile.OleFileIO(tmp_path / "vbaProject.bin", raise_defects=olefile.DEFECT_INCORRECT) as read:
        assert read.parsing_issues == []
        assert sorted("/".join(each) for each in read.listdir() if each[0] != "VBA") == ["PROJECT", "PROJECTwm"]
        listing = read.openstream("PROJECT").read().decode("cp1252")
        streams = {each[1] for each in read.listdir() if each[0] == "VBA"} - {"dir", "_VBA_PROJECT"}
    named = re.findall(r"^(?:Module|Class|Document)=(\w+)", listing, re.MULTILINE)
    assert set(named) == streams
    assert len(named) == len(streams)
    check_directory(data)
    check_sectors(data)


def test_the_notices_of_others_are_kept_and_nothing_of_what_is_paid_for_comes_along() -> None:
    modules = {module.name: module.source for module in xlwings_modules()}
    assert set(modules) == {"xlwings", "Dictionary"}
    assert "xlwings is distributed under a BSD 3-clause license." in modules["xlwings"]
    assert "Redistributions in binary form must reproduce the above copyright notice" in modules["xlwings"]
    assert "@license: MIT" in modules["Dictionary"]
    for file in (XLWINGS / "pro").rglob("*.py"):
        lines = [line.strip() for line in file.read_text(encoding="utf-8").splitlines()]
        long_ones = {line for line in lines if len(line) > 60}
        assert not any(line in source for line in long_ones for source in modules.values()), file


def test_code_in_sheets_which_is_paid_for_is_never_reached() -> None:
    """xlwings.bas runs it where a sheet's name ends in .py."""
    assert 'If Right$(sht.Name, 3) = ".py" Then' in xlwings_modules()[0].source
    assert not [name for name in at.SHEETS if name.endswith(".py")]


def test_every_setting_that_starting_python_looks_for_is_on_the_sheet() -> None:
    source = xlwings_modules()[0].source
    procedure = r"^(?:Public |Private )?(?:Function|Sub) (\w+)\((.*?)^End (?:Function|Sub)"
    bodies = dict(re.findall(procedure, source, re.MULTILINE | re.DOTALL))
    looked_for = {
        name.upper()
        for starting in ("RunPython", "ExecuteWindows", "ShowError")
        for name in re.findall(r'GetConfig\("([^"]+)"', bodies[starting])
    }
    assert len(looked_for) > 10
    assert looked_for - {"INTERPRETER"} <= set(settings(USUAL_INTERPRETER))  # that one only where the others are blank
    assert settings(USUAL_INTERPRETER)["ADD_WORKBOOK_TO_PYTHONPATH"] == "false"
    assert settings(USUAL_INTERPRETER)["USE UDF SERVER"] == "False"


# --- what can be clicked ----------------------------------------------------------------------


def macros() -> dict[str, str]:
    """Return the bodies of the public macros of this project's modules, by name."""
    found = {}
    for module in own_modules():
        for name, body in re.findall(
            r"^Public Sub (\w+)\([^)]*\)\r\n(.*?)^End Sub", module.source, re.MULTILINE | re.DOTALL
        ):
            assert name not in found
            found[name] = body
    return found


def test_every_command_has_its_macro_its_callback_and_its_handler() -> None:
    there = {each.macro: each for each in at.COMMANDS if each.is_there}
    known = macros()
    assert set(known) == {*there, *(each.callback for each in there.values())}
    for macro, command in there.items():
        assert f'StartHandler "{command.handler}"' in known[macro]
        assert known[command.callback].strip() == macro
        assert callable(getattr(excel, command.handler))


def handed_over(handler: str) -> str:
    """Return what a button hands to Python, as VBA puts it together."""
    body = re.sub(r" & _\r?\n\s*", " & ", own_modules()[0].source)
    (words,) = re.findall(r"^ *InWords = (.*?)\r?$", body, re.MULTILINE)
    (run,) = re.findall(r"^ *RunPython (.*?)\r?$", body, re.MULTILINE)
    assert re.fullmatch(r'("[^"]*"( & )?)+', words)
    assert run == 'InWords & "import dapf_xl.hosts.excel as excel; excel." & Handler & "()"'
    return "".join(re.findall(r'"([^"]*)"', words)) + f"import dapf_xl.hosts.excel as excel; excel.{handler}()"


def test_what_is_handed_to_python_holds_nothing_that_cmd_would_change() -> None:
    """xlwings hands it to Python between double quotes, through cmd.exe."""
    for command in at.COMMANDS:
        assert not re.search(r'["%^&<>|!\n]', handed_over(command.handler))
    assert all(len(line) < 1000 for line in own_modules()[0].source.splitlines())  # VBA's own limit is 1,023


def test_a_python_without_dapf_ends_in_words(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-I", "-S", "-c", handed_over("consolidate")],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert ran.returncode == 1
    assert ran.stdout == ""
    (line,) = ran.stderr.splitlines()
    assert line.startswith("This workbook starts a Python that cannot run dapf: No module named 'dapf_xl' (")
    assert sys.executable in line
    assert line.endswith("use the workbook that it makes.")


def test_the_buttons_call_macros_that_exist(parts: dict[str, bytes]) -> None:
    drawn = "".join(parts[name].decode() for name in parts if name.endswith(".vml"))
    called = re.findall(r"<x:FmlaMacro>\[0\]!(\w+)</x:FmlaMacro>", drawn)
    assert sorted(called) == sorted(each.macro for each in at.COMMANDS if each.is_there)
    assert set(called) <= set(macros())
    for command in at.COMMANDS:
        assert (f">{command.caption}<" in drawn) == command.is_there


def test_what_is_not_there_yet_has_its_place_and_says_that_it_comes(parts: dict[str, bytes]) -> None:
    (awaited,) = (each for each in at.COMMANDS if not each.is_there)
    drawing = parts["xl/drawings/drawing1.xml"].decode()
    assert awaited.caption in drawing
    assert "(comes later)" in drawing
    button = tree(parts, RIBBON_PART).find(f".//{RIBBON}button[@label='{awaited.caption}']")
    assert button is not None
    assert button.get("enabled") == "false"
    assert "Comes with a later version" in button.get("supertip", "")


# --- parts ------------------------------------------------------------------------------------


def test_every_part_has_a_type_and_every_relation_leads_to_a_part(parts: dict[str, bytes]) -> None:
    types = tree(parts, "[Content_Types].xml")
    defaults = {each.get("Extension"): each.get("ContentType") for each in types.iter(f"{TYPES}Default")}
    given = {each.get("PartName"): each.get("ContentType") for each in types.iter(f"{TYPES}Override")}
    for name in parts.keys() - {"[Content_Types].xml"}:
        assert f"/{name}" in given or name.rpartition(".")[2] in defaults, name
    assert {str(name)[1:] for name in given} <= parts.keys()
    assert given["/xl/workbook.xml"] == "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
    assert defaults["bin"] == "application/vnd.ms-office.vbaProject"
    for name in (each for each in parts if each.endswith(".rels")):
        home = PurePosixPath(name).parent.parent
        ids = [each.get("Id") for each in tree(parts, name)]
        assert len(ids) == len(set(ids))
        for each in tree(parts, name).iter(f"{RELATIONSHIPS}Relationship"):
            if each.get("TargetMode") != "External":
                target = str(each.get("Target"))
                assert (
                    target[1:] if target.startswith("/") else str(home / target).replace("xl/worksheets/../", "xl/")
                ) in parts


def test_the_root_leads_to_the_ribbon(parts: dict[str, bytes]) -> None:
    kinds = {each.get("Type"): each.get("Target") for each in tree(parts, "_rels/.rels")}
    assert kinds["http://schemas.microsoft.com/office/2007/relationships/ui/extensibility"] == RIBBON_PART


def test_code_names_are_those_of_the_modules(parts: dict[str, bytes]) -> None:
    properties = tree(parts, "xl/workbook.xml").find(f"{MAIN}workbookPr")
    assert properties is not None
    assert properties.get("codeName") == "ThisWorkbook"
    for number in range(1, len(at.SHEETS) + 1):
        sheet = tree(parts, f"xl/worksheets/sheet{number}.xml").find(f"{MAIN}sheetPr")
        assert sheet is not None
        assert sheet.get("codeName") == f"Sheet{number}"


def test_the_sheets_behind_the_scenes_are_hidden(parts: dict[str, bytes]) -> None:
    states = {each.get("name"): each.get("state") for each in tree(parts, "xl/workbook.xml").iter(f"{MAIN}sheet")}
    assert states == {at.CONTROL: None, at.AMEND: None, at.RECIPIENTS: None, at.LISTS: "hidden", at.CONF: "hidden"}


def test_a_framework_can_be_chosen_and_the_version_is_said(parts: dict[str, bytes]) -> None:
    control = parts["xl/worksheets/sheet1.xml"].decode()
    assert f"&quot;{','.join(catalogue.shipped())}&quot;" in control or f'"{",".join(catalogue.shipped())}"' in control
    assert f"Made for dapf {__version__}.".encode() in parts["xl/sharedStrings.xml"]


# --- the ribbon, against what its schema allows -------------------------------------------------

NCNAME = re.compile(r"[A-Za-z_][\w.-]*")
ALLOWED = {
    "customUI": ({"ribbon"}, set()),
    "ribbon": ({"tabs"}, set()),
    "tabs": ({"tab"}, set()),
    "tab": ({"group"}, {"id", "label"}),
    "group": ({"button"}, {"id", "label"}),
    "button": (set(), {"id", "label", "size", "imageMso", "screentip", "supertip", "onAction", "enabled"}),
}
"""What may stand in an element of this ribbon, and its attributes: the part of [MS-CUSTOMUI2] that it uses."""


def test_the_ribbon_keeps_to_its_schema(parts: dict[str, bytes]) -> None:
    root = tree(parts, RIBBON_PART)
    ids: list[str] = []
    for element in root.iter():
        name = element.tag.removeprefix(RIBBON)
        children, attributes = ALLOWED[name]
        assert {child.tag.removeprefix(RIBBON) for child in element} <= children
        assert set(element.attrib) <= attributes
        if "id" in attributes:
            assert NCNAME.fullmatch(element.attrib["id"])
            ids.append(element.attrib["id"])
        assert element.get("size", "large") in {"normal", "large"}
        assert element.get("enabled", "false") in {"true", "false", "1", "0"}
        assert NCNAME.fullmatch(element.get("imageMso", "x"))
        for text in ("label", "screentip", "supertip", "onAction"):
            assert len(element.get(text, "x")) in range(1, 1025)
    assert len(ids) == len(set(ids))
    assert [each.tag for each in root] == [f"{RIBBON}ribbon"]


def test_the_ribbon_has_the_commands_of_the_buttons(parts: dict[str, bytes]) -> None:
    buttons = {each.attrib["label"]: each.attrib for each in tree(parts, RIBBON_PART).iter(f"{RIBBON}button")}
    assert list(buttons) == [each.caption for each in at.COMMANDS]
    for command in at.COMMANDS:
        assert buttons[command.caption].get("onAction") == (command.callback if command.is_there else None)
        assert buttons[command.caption]["size"] == "large"
        assert (buttons[command.caption].get("onAction", "RibbonConsolidate")) in macros()


def test_every_state_has_a_mark() -> None:
    states = {*Status, NOT_RETURNED, REPLACED, TAKEN_OUT, agency_states.ISSUED, agency_states.NOT_ISSUED}
    assert set(agency_states.MARKS) == states
    assert set(agency_states.MARKS.values()) == {"●", "▲", "■", "○"}
