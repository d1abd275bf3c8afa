"""The documentation says what the program does: reference pages are built from it, and links lead somewhere."""

from __future__ import annotations

import importlib.util
import re
import tomllib
from pathlib import Path
from string import Formatter
from typing import TYPE_CHECKING, Any

import pytest

from dapf_xl.findings import Code

if TYPE_CHECKING:
    from types import ModuleType

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
WRITTEN = (
    "agency-officer.md",
    "performance-lead.md",
    "lead-reference.md",
    "excel.md",
    "it-request.md",
    "committee.md",
    "maintainer.md",
    "mutations.md",
)


def load_script(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "scripts" / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


build_docs = load_script("build_docs")


@pytest.mark.parametrize("page", build_docs.PAGES)
def test_reference_page_is_what_the_program_says(page: str) -> None:
    assert (DOCS / page).read_text(encoding="utf-8") == build_docs.PAGES[page](), "run scripts/build_docs.py"


def told() -> dict[str, dict[str, Any]]:
    return tomllib.loads((DOCS / "findings.toml").read_text(encoding="utf-8"))


def test_every_finding_has_a_meaning_and_an_example() -> None:
    assert [code.name for code in Code if code.name not in told()] == [], "add each to docs/findings.toml"
    assert sorted(told().keys() - {code.name for code in Code}) == []


@pytest.mark.parametrize("code", list(Code), ids=lambda code: code.name)
def test_the_example_of_a_finding_uses_every_word_of_it(code: Code) -> None:
    about = told()[code.name]
    texts = (code.value.words, code.value.remedy)
    wanted = {field for text in texts for _, field, _, _ in Formatter().parse(text) if field}
    assert about["words"].keys() == wanted
    finding = build_docs.example_of(code, about)
    assert finding.place or code is Code.AMENDED
    assert len(about["means"].split()) > 4, "say what it means, not only what it is called"
    assert about["means"].rstrip(".") not in finding.message, "say more than the message does"


def test_every_page_is_either_written_or_built() -> None:
    assert {path.name for path in DOCS.glob("*.md")} == {*WRITTEN, *build_docs.PAGES}


@pytest.mark.parametrize("page", ["README.md", *(f"docs/{name}" for name in WRITTEN)])
def test_links_and_pictures_lead_somewhere(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#:]+)\)", text):
        assert ((ROOT / page).parent / target).is_file(), target


def anchors(path: Path) -> set[str]:
    """What a link can lead to within a page."""
    heads = re.findall(r"^#+ (.*)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("page", ["README.md", *(f"docs/{name}" for name in WRITTEN)])
def test_links_within_pages_lead_to_a_heading(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    for target, anchor in re.findall(r"\]\(([^)#:]*)#([^)]+)\)", text):
        assert anchor in anchors((ROOT / page).parent / target if target else ROOT / page), f"{target}#{anchor}"


@pytest.mark.parametrize("page", ["README.md", *(f"docs/{name}" for name in WRITTEN)])
def test_commands_and_options_that_pages_name_exist(page: str) -> None:
    known = (DOCS / "command-line.md").read_text(encoding="utf-8")
    text = (ROOT / page).read_text(encoding="utf-8")
    for command in re.findall(r"^\s*(?:`)?dapf ([a-z]+)", text, re.MULTILINE):
        assert f"## dapf {command}" in known, command
    for option in re.findall(r"dapf [^\n`]*?(--[a-z]+)", text):
        assert option in known, option


def test_changelog_has_one_sentence_a_line() -> None:
    lines = [line for line in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8").splitlines() if line.startswith("- ")]
    assert lines
    assert all(line.endswith(".") for line in lines)


def test_maintainers_page_holds_the_module_map() -> None:
    text = (DOCS / "maintainer.md").read_text(encoding="utf-8")
    modules = [path.stem for path in (ROOT / "dapf_xl").glob("*.py") if not path.stem.startswith("__")]
    packages = [path.parent.name for path in (ROOT / "dapf_xl").glob("*/__init__.py")]
    for name in (*modules, *packages):
        assert re.search(rf"^ +{name}(\.py|/)", text, re.MULTILINE), name
