"""That the code keeps to its map: what may import what, where outside libraries live, and what stands nowhere."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path
from string import Formatter
from typing import TYPE_CHECKING, NamedTuple

import pytest

from dapf_xl import catalogue
from dapf_xl.findings import Batch, Code
from dapf_xl.rules import BATCHES

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "dapf_xl"

MODULES = (
    "findings",
    "periods",
    "plain",
    "personal_data",
    "expressions",
    "styles",
    "workbooks",
    "catalogue",
    "comparisons",
    "spc",
    "observations",
    "comparators",
    "returns",
    "rules",
    "ledger",
    "known",
    "assurance",
    "changes",
    "stories",
    "decided",
    "consolidation",
    "rag",
    "readings",
    "variance",
    "narrative",
    "reference",
    "paper",
    "quarters",
    "data_rows",
    "comparing",
    "breakdowns",
    "tables",
    "master",
    "delivery",
    "by_hand",
    "workspace",
    "rounds",
    "recipients",
    "synced",
    "reconciliation",
    "amending",
    "reissuing",
    "importing",
    "issuing",
    "contexts",
    "keeping",
    "waiving",
    "handing_over",
    "repairing",
    "annotating",
    "cycle",
    "synthetic",
    "demo",
    "places",
    "hosts",
    "terminal",
    "cli",
)
"""The module map: each imports only from those before it, even where it is for annotations alone."""

HOMES = {
    "defusedxml": {"returns"},
    "numpy": {"rules"},
    "openpyxl": {"returns"},
    "pandas": {"rules", "tables"},
    "pandera": {"rules"},
    "python_calamine": {"catalogue", "returns"},
    "phonenumbers": {"personal_data"},
    "rich": {"terminal"},
    "sqlite3": {"ledger"},
    "stdnum": {"personal_data"},
    "typer": {"cli"},
    "xlsxwriter": {"workbooks"},
    "xlwings": {"hosts"},
}
"""Where each outside library may be imported when the program runs. All of them are here."""

LETTERS_OF_COLUMNS = "xlsxwriter.utility"
"""Names cells (pure functions), and nothing else: master/ may use it."""

AWAITED: dict[str, str] = {}
"""Findings that nothing yields yet, with the issue that brings what does."""

LONGEST_MODULE = 450
TABLES_OF_DATA = {"dapf_xl/findings.py", "dapf_xl/catalogue/tables.py"}
"""One entry a line: these grow with what they list."""


# --- reading the code -----------------------------------------------------------------------------


class Import(NamedTuple):
    """A module that is imported, and whether it is for annotations alone."""

    module: str
    only_types: bool


@cache
def sources() -> dict[str, Path]:
    """The package's modules by their dotted names."""
    names = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        names[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return names


@cache
def tree(module: str) -> ast.Module:
    return ast.parse(sources()[module].read_text(encoding="utf-8"))


@cache
def imports_of(module: str) -> tuple[Import, ...]:
    """What a module imports, however deep inside it; a name taken from a package is its module, if it is one."""
    for_types = {
        id(inner)
        for node in ast.walk(tree(module))
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for statement in node.body
        for inner in ast.walk(statement)
    }
    found = []
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.Import):
            found += [Import(name.name, id(node) in for_types) for name in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module} imports relatively"
            base = str(node.module)
            names = [f"{base}.{name.name}" for name in node.names]
            found += [Import(name if name in sources() else base, id(node) in for_types) for name in names]
    return tuple(dict.fromkeys(found))


def unit(module: str) -> str:
    """The entry of the map that a module of the package belongs to; "" for the package itself."""
    return module.removeprefix("dapf_xl").removeprefix(".").partition(".")[0]


def is_ours(module: str) -> bool:
    return module.partition(".")[0] == "dapf_xl"


INNER = [module for module in sources() if unit(module) not in {"", "__main__"}]


# --- the map --------------------------------------------------------------------------------------


def test_the_map_has_every_module() -> None:
    assert {unit(module) for module in INNER} == set(MODULES)


@pytest.mark.parametrize("module", INNER)
def test_a_module_imports_only_from_those_before_it(module: str) -> None:
    wrong = [
        found.module
        for found in imports_of(module)
        if is_ours(found.module)
        and unit(found.module)
        and MODULES.index(unit(found.module)) > MODULES.index(unit(module))
    ]
    assert wrong == []


def test_no_module_imports_itself_in_a_circle() -> None:
    graph = {
        module: {found.module for found in imports_of(module) if is_ours(found.module) and not found.only_types}
        for module in INNER
    }
    TopologicalSorter(graph).prepare()  # raises CycleError, which names the circle


def test_importing_the_package_imports_nothing_else() -> None:
    running = [found.module for found in imports_of("dapf_xl") if not found.only_types]
    assert [name for name in running if name.partition(".")[0] not in sys.stdlib_module_names] == []
    code = "import sys, dapf_xl; print([name for name in sys.modules if name.startswith('dapf_xl.')])"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert ran.stdout.strip() == "[]"


def test_only_the_command_line_knows_the_terminal() -> None:
    users = {module for module in INNER for found in imports_of(module) if unit(found.module) == "terminal"}
    assert {unit(module) for module in users} == {"cli"}


def test_the_maintainer_s_page_shows_the_same_map() -> None:
    page = (ROOT / "docs" / "maintainer.md").read_text(encoding="utf-8")
    shown = re.findall(r"^  ([a-z_]+)(?:\.py|/)\s", page, re.MULTILINE)
    assert tuple(shown) == MODULES


# --- outside libraries ----------------------------------------------------------------------------


@pytest.mark.parametrize("module", INNER)
def test_an_outside_library_has_one_home(module: str) -> None:
    for name, only_types in imports_of(module):
        library = name.partition(".")[0]
        if library == "sqlite3" or not (is_ours(name) or library in sys.stdlib_module_names):
            assert library in HOMES, f"{library} has no home: give it one in HOMES"
            lives_here = unit(module) in HOMES[library]
            names_cells = name == LETTERS_OF_COLUMNS and unit(module) == "master"
            assert only_types or lives_here or names_cells, f"{module} imports {name}"


def test_every_home_is_lived_in() -> None:
    lived = {(found.module.partition(".")[0], unit(module)) for module in INNER for found in imports_of(module)}
    assert {(library, home) for library, homes in HOMES.items() for home in homes} <= lived


# --- frameworks are data --------------------------------------------------------------------------


def literals(module: str) -> Iterator[str]:
    """The texts in a module's code: not its documentation, and not the examples of the catalogue's columns."""
    apart: set[int] = set()
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.Expr) or (isinstance(node, ast.keyword) and node.arg == "example"):
            apart.add(id(node.value))
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in apart:
            yield node.value


CHOICES = {"dapf_xl.returns.specimen": "of which framework the specimen return is"}
"""Where one framework is chosen as an example, and nothing depends on which."""


@cache
def names_of_frameworks() -> dict[str, frozenset[str]]:
    """What only a catalogue may say: words (frameworks, areas), and whole texts (ids of indicators and items)."""
    loaded = [catalogue.load(path) for path in catalogue.shipped().values()]
    words = {word.casefold() for each in loaded for word in (each.id, each.area)}
    return {
        "words": frozenset(words),
        "texts": frozenset(id_ for each in loaded for id_ in (*each.indicators, *each.items)),
    }


@pytest.mark.parametrize("module", [module for module in sources() if module not in CHOICES])
def test_no_framework_is_named_in_the_code(module: str) -> None:
    names = names_of_frameworks()
    named = [
        text
        for text in literals(module)
        if text in names["texts"]
        or any(re.search(rf"\b{re.escape(word)}\b", text.casefold()) for word in names["words"])
    ]
    assert named == []


# --- size -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("module", sources())
def test_a_module_is_short_enough_to_be_read(module: str) -> None:
    path = sources()[module]
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= LONGEST_MODULE or path.relative_to(ROOT).as_posix() in TABLES_OF_DATA


def test_the_command_line_is_thin() -> None:
    for module in (module for module in sources() if unit(module) == "cli"):
        assert len(sources()[module].read_text(encoding="utf-8").splitlines()) < 200


# --- findings -------------------------------------------------------------------------------------

FILLED_IN = {"near", "what", "cell_words"}
"""Fields of messages that need not be given."""


def fields(code: Code) -> set[str]:
    templates = (code.value.words, code.value.remedy)
    return {name for template in templates for _, name, _, _ in Formatter().parse(template) if name is not None}


LISTS_OF_FINDINGS = {"dapf_xl.findings", "dapf_xl.annotating.listing"}
"""Modules that name findings, and find none."""


@cache
def mentions() -> frozenset[str]:
    """The codes that the package uses, somewhere other than where they are listed."""
    return frozenset(
        node.attr
        for module in INNER
        if module not in LISTS_OF_FINDINGS
        for node in ast.walk(tree(module))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "Code"
    )


def test_every_finding_can_be_found_or_is_awaited() -> None:
    assert {code.name for code in Code} - mentions() == set(AWAITED)


def test_every_batch_is_checked() -> None:
    assert set(BATCHES) == set(Batch) - {Batch.CATALOGUE, Batch.PUBLISHED, Batch.IMPORT}
    assert all(step.file or step.rows or step.whole for step in BATCHES.values())


@pytest.mark.parametrize("code", Code, ids=lambda code: code.name)
def test_a_message_reads_as_sentences_once_its_fields_are_given(code: Code) -> None:
    finding = code.finding(**dict.fromkeys(fields(code) - {"cell"}, "x"), cell="H14")
    assert re.fullmatch(r"[^a-z{}].*[.?!]", finding.message)
    assert re.fullmatch(r"[^a-z{}].*[.?!]", finding.remedy)
    assert "  " not in finding.message + finding.remedy


@pytest.mark.parametrize("code", Code, ids=lambda code: code.name)
def test_a_message_without_one_of_its_fields_is_an_error(code: Code) -> None:
    for missing in fields(code) - FILLED_IN:
        with pytest.raises(KeyError, match=missing):
            code.finding(**dict.fromkeys(fields(code) - {missing}, "x"))


def calls_of_findings() -> Iterator[tuple[str, int, str, set[str]]]:
    """Module, line, code and words of every ``Code.X.finding(...)`` that names all its words."""
    for module in INNER:
        for node in ast.walk(tree(module)):
            if not isinstance(node, ast.Call):
                continue
            called = re.fullmatch(r"Code\.([A-Z_0-9]+)\.finding", ast.unparse(node.func))
            given = [keyword.arg for keyword in node.keywords]
            if called and None not in given:
                yield module, node.lineno, called[1], {name for name in given if name}


def test_every_finding_is_given_the_fields_of_its_message() -> None:
    calls = list(calls_of_findings())
    assert len(calls) > 10
    lacking = [
        (module, line, name, sorted(fields(Code[name]) - given - (FILLED_IN - {"what"})))
        for module, line, name, given in calls
        if fields(Code[name]) - given - (FILLED_IN - {"what"})
    ]
    assert lacking == []


# --- what stands in no file -----------------------------------------------------------------------

NOWHERE = {
    "a path of somebody's machine": re.compile(
        r"(?<![\w.~-])/(?:home|root|Users|tmp|work|mnt|var/folders)/\w|\b[A-Z]:\\+Users\\"
    ),
    "a host of a private network": re.compile(
        r"\b(?:10\.\d+|192\.168|172\.(?:1[6-9]|2\d|3[01])|127\.0)\.\d+\.\d+\b"
        r"|\blocalhost[:/]|//[\w.-]+\.(?:internal|local|lan|corp|intra)\b|--(?:extra-)?index-url"
    ),
    "an address of a person": re.compile(
        r"[\w.+-]{2,}@(?!(?:[\w-]+\.)*example\.(?:org|com|net)\b)[\w-]+(?:\.[\w-]+)*\.(?!example\b|xlsx\b)[a-z]{2,}\b",
        re.IGNORECASE,
    ),
}

PLACES_ON_THE_WEB = {
    "json-schema.org",
    "openoffice.org",
    "purl.oclc.org",
    "schemas.microsoft.com",
    "schemas.openxmlformats.org",
    "www.w3.org",
}
"""Hosts in the names of formats. Nothing here is fetched from anywhere."""


@cache
def texts() -> dict[str, str]:
    """Every text file that is, or will be, under version control."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout
    found = {}
    for name in filter(None, listed.split("\0")):
        path = ROOT / name
        if path.is_file() and b"\0" not in (data := path.read_bytes()):
            found[name] = data.decode("utf-8")
    return found


@pytest.mark.parametrize("what", NOWHERE)
def test_no_file_holds(what: str) -> None:
    found = [
        f"{name}:{number}: {match[0]}"
        for name, text in texts().items()
        for number, line in enumerate(text.splitlines(), 1)
        for match in NOWHERE[what].finditer(line)
    ]
    assert found == []


def test_no_file_names_another_place_on_the_web() -> None:
    hosts = {host for text in texts().values() for host in re.findall(r"https?://([\w.-]+)", text)}
    assert hosts <= PLACES_ON_THE_WEB


def test_the_patterns_of_what_stands_nowhere_find_it() -> None:
    bad = {
        "a path of somebody's machine": ["x = '/ho" + "me/ann/x'", "C:" + "\\Users\\ann"],
        "a host of a private network": ["192.1" + "68.0.1", "http:/" + "/pypi.corp/simple", "--index" + "-url x"],
        "an address of a person": ["ann.other" + "@gmail.com", "jo@b" + ".gov.uk"],
    }
    assert set(bad) == set(NOWHERE)
    assert all(NOWHERE[what].search(text) for what, examples in bad.items() for text in examples)
    assert not NOWHERE["an address of a person"].search("performance@council.example.org")
