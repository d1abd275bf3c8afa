from __future__ import annotations

import ast
import importlib.util
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from types import ModuleType

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = ROOT / "scripts"
REQUIREMENTS = ("requirements.txt", "requirements-dev.txt")
PIN = re.compile(r"([a-z0-9-]+)==([0-9][0-9a-z.]*)( ; [^;]+)? \\")
HASH = re.compile(r" {4}--hash=sha256:[0-9a-f]{64}( \\)?")


@pytest.fixture
def bootstrap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The module, at work in a project of its own whose path has a space and letters beyond ASCII."""
    spec = importlib.util.spec_from_file_location("bootstrap", SCRIPTS / "bootstrap.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    project = tmp_path / "Zoë's projéct"
    project.mkdir()
    for name in ("pyproject.toml", *REQUIREMENTS):
        (project / name).write_text((ROOT / name).read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.setattr(module, "ROOT", project)
    return module


@pytest.fixture
def steps(bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What an installation does, recorded; of it all only the environment's Python is made, as an empty file."""
    done = []

    def record(command: list[str]) -> None:
        done.append("venv" if "venv" in command else command[-1])
        assert not (bootstrap.ROOT / ".venv" / "dapf-stamp.json").exists()
        bootstrap.program("python").parent.mkdir(parents=True, exist_ok=True)
        bootstrap.program("python").touch()

    monkeypatch.setattr(bootstrap, "_quietly", record)
    return done


def pins(name: str) -> dict[str, str]:
    found = map(PIN.fullmatch, (ROOT / name).read_text(encoding="utf-8").splitlines())
    return {match[1]: match[2] for match in found if match}


@pytest.mark.parametrize("name", ["bootstrap.py", "demo.py", "test.py"])
def test_an_old_python_can_at_least_parse_the_script(name: str) -> None:
    ast.parse((SCRIPTS / name).read_text(encoding="utf-8"), feature_version=(3, 6))


def test_an_old_python_gets_one_line_and_status_2(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 2, "final", 0))
    with pytest.raises(SystemExit) as left:
        bootstrap.prepare()
    expected = "Python 3.11 or later is needed, and this is 3.9: install it from python.org.\n"
    assert (left.value.code, capfd.readouterr()) == (2, ("", expected))


@pytest.mark.parametrize("module", ["venv", "ensurepip"])
@pytest.mark.parametrize(
    ("apt", "advice"),
    [
        pytest.param("apt-get", f"`apt install python3.{sys.version_info[1]}-venv`", id="debian"),
        pytest.param(None, "your system's package", id="elsewhere"),
    ],
)
def test_a_python_without_venv_gets_one_line_and_status_2(  # noqa: PLR0913 - cases and pytest's own fixtures
    bootstrap: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    *,
    module: str,
    apt: str | None,
    advice: str,
) -> None:
    found = importlib.util.find_spec
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name == module else found(name))
    monkeypatch.setattr("shutil.which", lambda _: apt)
    with pytest.raises(SystemExit) as left:
        bootstrap.prepare()
    output, line = capfd.readouterr()
    assert (left.value.code, output, line.count("\n")) == (2, "", 1)
    assert advice in line


def test_the_second_run_installs_nothing(bootstrap: ModuleType, steps: list[str]) -> None:
    bootstrap.prepare()
    assert steps == ["venv", "requirements.txt", "."]
    bootstrap.prepare()
    assert len(steps) == 3


def test_developing_adds_to_the_environment_that_stands(bootstrap: ModuleType, steps: list[str]) -> None:
    bootstrap.prepare()
    bootstrap.prepare(bootstrap.DEVELOP)
    assert steps == ["venv", "requirements.txt", ".", "requirements-dev.txt", "."]


def test_an_environment_for_developing_serves_for_running(bootstrap: ModuleType, steps: list[str]) -> None:
    bootstrap.prepare(bootstrap.DEVELOP)
    bootstrap.prepare()
    assert steps == ["venv", "requirements-dev.txt", "."]


def test_an_interrupted_installation_begins_again(
    bootstrap: ModuleType, steps: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(bootstrap, "_quietly", lambda _: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(SystemExit) as left:
            bootstrap.prepare()
    assert left.value.code == 130
    bootstrap.prepare()
    assert steps == ["venv", "requirements.txt", "."]


def test_a_failed_installation_says_so_with_status_2(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def fail(command: list[str]) -> None:
        raise subprocess.CalledProcessError(1, command)

    monkeypatch.setattr(bootstrap, "_quietly", fail)
    with pytest.raises(SystemExit) as left:
        bootstrap.prepare()
    assert left.value.code == 2
    assert "venv FAILED with status 1" in capfd.readouterr().err


@pytest.mark.parametrize("name", ["requirements.txt", "pyproject.toml"])
def test_a_change_of_what_is_installed_makes_it_anew(bootstrap: ModuleType, steps: list[str], name: str) -> None:
    bootstrap.prepare()
    changed = bootstrap.ROOT / name
    text = changed.read_text(encoding="utf-8")
    changed.write_text(text.replace("typer", "typer2", 1), encoding="utf-8")
    bootstrap.prepare()
    assert steps == ["venv", "requirements.txt", "."] * 2


def test_a_change_of_lint_rules_installs_nothing(bootstrap: ModuleType, steps: list[str]) -> None:
    bootstrap.prepare()
    with (bootstrap.ROOT / "pyproject.toml").open("a", encoding="utf-8") as project:
        project.write("\n[tool.other]\n")
    bootstrap.prepare()
    assert steps == ["venv", "requirements.txt", "."]


def test_an_environment_that_moved_is_made_anew(
    bootstrap: ModuleType, steps: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    bootstrap.prepare()
    moved = bootstrap.ROOT.rename(bootstrap.ROOT.with_name("elsewhere"))
    monkeypatch.setattr(bootstrap, "ROOT", moved)
    bootstrap.prepare()
    assert steps == ["venv", "requirements.txt", "."] * 2


def test_output_and_exit_status_pass_through(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bootstrap, "program", lambda _: Path(sys.executable))
    status = bootstrap.run("python", "-c", "import sys; print('é'); print('said', file=sys.stderr); sys.exit(3)")
    assert (status, capfd.readouterr()) == (3, ("é\n", "said\n"))


@pytest.mark.parametrize("name", REQUIREMENTS)
def test_requirements_hold_pins_and_hashes_and_nothing_else(name: str) -> None:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    other = [line for line in lines if not (line.startswith("#") or PIN.fullmatch(line) or HASH.fullmatch(line))]
    assert other == []
    assert not [line for line in lines if "/" in line or "\\\\" in line]


def test_requirements_for_developing_hold_those_for_running() -> None:
    assert pins("requirements.txt").items() <= pins("requirements-dev.txt").items()


def test_everything_that_the_project_names_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

    def names(requirements: list[str]) -> set[str]:
        return {re.split(r"[^\w-]", requirement)[0] for requirement in requirements}

    groups = project["dependency-groups"]
    assert groups["build"] == project["build-system"]["requires"]
    assert names(project["project"]["dependencies"] + groups["build"]) <= pins("requirements.txt").keys()
    assert names(groups["dev"]) <= pins("requirements-dev.txt").keys()
