"""The command line: what each command says, where it says it, and with which exit status it ends."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tomllib
from contextlib import closing
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import jsonschema
import pytest
import rich.console

import dapf_xl
from dapf_xl import cli, cycle, demo, terminal
from dapf_xl.findings import Code, DapfError, Severity, Standing
from dapf_xl.returns.reading import ReadReturn
from dapf_xl.rules import Checked, CheckedReturn, Status

if TYPE_CHECKING:
    from collections.abc import Callable

    from dapf_xl.findings import Finding

ROOT = Path(__file__).resolve().parents[1]
QUARTER = "2014-15-Q2"
AWKWARD = "Zoë's returns – второй квартал"
"""A folder's name with spaces, an apostrophe, and letters that few consoles have all of."""

SCHEMA = json.loads(resources.files("dapf_xl").joinpath("output.schema.json").read_text(encoding="utf-8"))


class Ran(NamedTuple):
    """What a command ended with."""

    status: int
    out: str
    err: str

    @property
    def document(self) -> dict[str, Any]:
        """The one JSON document on stdout, which the schema allows."""
        whole: dict[str, Any] = json.loads(self.out)
        jsonschema.validate(whole, SCHEMA, jsonschema.Draft202012Validator)
        return whole


@pytest.fixture
def dapf(capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Runs a command in this process, as ``dapf`` does."""

    def run(*arguments: object) -> Ran:
        capsys.readouterr()
        status = cli.main([str(argument) for argument in arguments])
        return Ran(status, *capsys.readouterr())

    return run


def dapf_outside(*arguments: object, **environment: str) -> Ran:
    """Runs a command as a process of its own; its bytes are read as ``PYTHONIOENCODING`` says."""
    ran = subprocess.run(
        [sys.executable, "-m", "dapf_xl", *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", **environment},
        capture_output=True,
        encoding=environment.get("PYTHONIOENCODING", "utf-8"),
        check=False,
    )
    return Ran(ran.returncode, ran.stdout, ran.stderr)


@pytest.fixture(scope="module")
def round_two(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace in a folder with an awkward name, its round consolidated."""
    folder = tmp_path_factory.mktemp("cli") / AWKWARD
    demo.demonstrate("haringey", folder)
    return folder


@pytest.fixture
def workspace(round_two: Path, tmp_path: Path) -> Path:
    """The same, to be changed."""
    return Path(shutil.copytree(round_two, tmp_path / AWKWARD))


def returned(workspace: Path, agency: str = "idva") -> Path:
    return workspace / "returns" / QUARTER / f"{agency}_{QUARTER}.xlsx"


def settings(workspace: Path, **send: str) -> None:
    """Replace lines of the table ``[send]`` in ``dapf.toml``."""
    path = workspace / "dapf.toml"
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line.partition(" =")[0] not in send]
    path.write_text("\n".join([*lines, *(f"{name} = {value}" for name, value in send.items())]), encoding="utf-8")


# --- what cannot be done: one line, exit status 2 -------------------------------------------------

MISUSES = {
    "issue_without_workspace": ("issue {nowhere} --period 2014-15-Q3", "is not a workspace"),
    "consolidate_without_workspace": ("consolidate {nowhere} --period 2014-15-Q3", "is not a workspace"),
    "send_without_workspace": ("send {nowhere} --period 2014-15-Q3 --draft", "is not a workspace"),
    "check_of_nothing": ("check {nowhere}", "does not exist"),
    "check_of_an_empty_folder": ("check {empty}", "holds no returns"),
    "check_with_a_folder_that_is_no_workspace": ("check {return} --workspace {empty}", "is not a workspace"),
    "catalogue_that_is_not_there": ("catalogue check {nowhere}", "nowhere"),
    "export_of_nothing": ("catalogue export {nowhere} {new}", "nowhere"),
    "export_to_no_folder": ("catalogue export haringey {file}/catalogue.xlsx", "could not be written"),
    "unknown_framework": (
        "init atlantis {new}",
        "no framework called atlantis: use one of cambridgeshire, doncaster, haringey, wirral",
    ),
    "init_where_something_is": ("init haringey {workspace}", "is not empty"),
    "init_under_a_file": ("init haringey {file}/work", "cannot be written"),
    "no_such_quarter": ("issue {workspace} --period 2014-15-Q5", "is not a period"),
    "years_that_do_not_follow": ("issue {workspace} --period 2014-16-Q1", "is not a period"),
    "a_year_is_not_a_quarter": ("consolidate {workspace} --period 2014-15", "is not a quarter"),
    "check_of_no_such_quarter": ("check {return} --period soon", "is not a period"),
    "unknown_agency": (
        "issue {workspace} --period 2014-15-Q3 --agency nhs",
        "no agency called nhs: use one of idva, police",
    ),
    "no_returns_yet": ("consolidate {workspace} --period 2014-15-Q4", "does not exist"),
    "master_under_a_file": ("consolidate {workspace} --period 2014-15-Q2 --out {file}/x.xlsx", "could not be written"),
    "fill_of_nothing": ("fill {nowhere} --values {values} --out {new}.xlsx", "cannot be opened as a workbook"),
    "fill_of_what_is_no_workbook": ("fill {fake} --values {values} --out {new}.xlsx", "cannot be opened as a workbook"),
    "fill_from_nothing": ("fill {return} --values {nowhere} --out {new}.xlsx", "cannot be read as a CSV file"),
    "fill_from_other_columns": (
        "fill {return} --values {other} --out {new}.xlsx",
        "the first line must name the columns",
    ),
    "fill_of_what_is_not_asked": ("fill {return} --values {values} --out {new}.xlsx", "does not ask for H9.unheard"),
    "fill_of_another_kind": ("fill {return} --values {values} --out {new}", "must end in .xlsx"),
    "fill_onto_the_return": ("fill {return} --values {values} --out {return}", "is the return that is to be filled"),
    "send_before_consolidating": ("send {workspace} --period 2014-15-Q3 --draft", "no master for Q3 2014/15 yet"),
    "send_to_nobody": ("send {workspace} --period 2014-15-Q2 --draft", "no draft was made: there are no recipients"),
    "demonstration_of_nothing": ("demo {new} --framework atlantis", "there is no framework called atlantis"),
    "demonstration_where_something_is": ("demo {busy} --framework haringey", "is not empty"),
}


@pytest.fixture
def places(workspace: Path, tmp_path: Path) -> dict[str, Path]:
    folder = tmp_path / "é è"
    (folder / "empty").mkdir(parents=True)
    (folder / "busy" / "haringey" / "mine").mkdir(parents=True)
    for name, text in {
        "file": "a file",
        "fake.xlsx": "PK but no workbook",
        "values.csv": "item,value\nH9.unheard,4\n",
        "other.csv": "name,age\nAnn,4\n",
    }.items():
        (folder / name).write_text(text, encoding="utf-8")
    return {
        "nowhere": folder / "nowhere",
        "new": folder / "new",
        "empty": folder / "empty",
        "busy": folder / "busy",
        "file": folder / "file",
        "fake": folder / "fake.xlsx",
        "values": folder / "values.csv",
        "other": folder / "other.csv",
        "workspace": workspace,
        "return": returned(workspace),
    }


@pytest.mark.parametrize(("command", "words"), MISUSES.values(), ids=MISUSES)
def test_what_cannot_be_done_is_said_in_one_line(
    command: str, words: str, places: dict[str, Path], dapf: Callable[..., Ran]
) -> None:
    before = contents(places["workspace"])
    ran = dapf(*(part.format_map(places) for part in command.split()))
    assert ran.status == cli.MISUSE
    assert ran.out == ""
    *said_before, line = ran.err.splitlines()
    assert said_before == [] or command.startswith("demo ")
    assert words in line
    assert contents(places["workspace"]) == before
    assert not places["new"].exists()


def contents(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        pytest.param(["issue", "work"], "--period", id="an_option_is_missing"),
        pytest.param(["check"], "FILE|DIR", id="an_argument_is_missing"),
        pytest.param(["check", "x", "--colour"], "--colour", id="no_such_option"),
        pytest.param(["publish", "work"], "publish", id="no_such_command"),
        pytest.param(["send", "work", "--period", QUARTER], "say --draft", id="send_without_draft"),
    ],
)
def test_a_command_that_cannot_be_understood_is_misuse(
    arguments: list[str], words: str, dapf: Callable[..., Ran]
) -> None:
    ran = dapf(*arguments)
    assert (ran.status, ran.out) == (cli.MISUSE, "")
    assert words in ran.err.splitlines()[-1]


def test_a_recipient_who_is_not_cleared_gets_no_working_edition(workspace: Path, dapf: Callable[..., Ran]) -> None:
    settings(workspace, to='["member@council.example.org"]', sender='"performance@council.example.org"')
    ran = dapf("send", workspace, "--period", QUARTER, "--draft")
    assert ran.status == cli.MISUSE
    assert "member@council.example.org" in ran.err
    assert "cleared" in ran.err
    assert not list(workspace.rglob("*.eml"))


def test_a_draft_is_written_where_everybody_is_cleared(workspace: Path, dapf: Callable[..., Ran]) -> None:
    chair = '["chair@council.example.org"]'
    settings(workspace, to=chair, cleared=chair, sender='"performance@council.example.org"')
    ran = dapf("send", workspace, "--period", QUARTER, "--draft")
    assert ran.status == cli.CLEAN, ran.err
    (draft,) = workspace.rglob("*.eml")
    assert ran.out == f"{draft}\n"
    assert "Nothing has been sent" in ran.err


def test_a_ledger_that_another_process_holds_is_waited_for_and_then_named(
    workspace: Path, dapf: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch
) -> None:
    sqlite3 = pytest.importorskip("sqlite3")
    connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda *args, **options: connect(*args, **{**options, "timeout": 0.1}))
    master = next((workspace / "master").rglob("*.xlsx")).read_bytes()
    with closing(connect(workspace / "ledger.sqlite")) as other:
        other.execute("BEGIN EXCLUSIVE")
        ran = dapf("consolidate", workspace, "--period", QUARTER)
    assert (ran.status, ran.out) == (cli.MISUSE, "")
    assert len(ran.err.splitlines()) == 1
    assert "ledger" in ran.err
    assert next((workspace / "master" / QUARTER).glob("*.xlsx")).read_bytes() == master


# --- what is found: exit status 1 -----------------------------------------------------------------


def planted(tmp_path: Path) -> Path:
    """A catalogue in which an indicator has a polarity that there is not."""
    folder = tmp_path / "catalogue é"
    shutil.copytree(dapf_xl.frameworks()["haringey"], folder)
    path = folder / "indicators.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",higher,", ",hihger,", 1), encoding="utf-8")
    return folder


def test_a_fault_of_a_catalogue_is_named_with_table_cell_and_remedy(tmp_path: Path, dapf: Callable[..., Ran]) -> None:
    ran = dapf("catalogue", "check", planted(tmp_path))
    assert (ran.status, ran.out) == (cli.FOUND, "")
    assert "indicators!I2" in ran.err
    assert "higher" in ran.err
    assert ran.err.splitlines()[-1].endswith("1 error")


def test_a_catalogue_with_a_fault_stops_what_needs_it(tmp_path: Path, dapf: Callable[..., Ran]) -> None:
    ran = dapf("init", planted(tmp_path), tmp_path / "work")
    assert (ran.status, ran.out) == (cli.MISUSE, "")
    assert "the catalogue has 1 fault" in ran.err
    assert not (tmp_path / "work").exists()


@pytest.mark.parametrize("name", ["haringey", "cambridgeshire"])
def test_a_shipped_catalogue_is_clean_and_may_be_named_by_its_id(name: str, dapf: Callable[..., Ran]) -> None:
    assert dapf("catalogue", "check", name) == (cli.CLEAN, "", f"{name}: nothing to correct\n")


def test_a_workspace_stands_for_its_catalogue(round_two: Path, tmp_path: Path, dapf: Callable[..., Ran]) -> None:
    assert dapf("catalogue", "check", round_two).status == cli.CLEAN
    exported = dapf("catalogue", "export", round_two, tmp_path / "csv")
    assert exported.out == f"{tmp_path / 'csv'}\n"
    assert dapf_xl.load_framework(tmp_path / "csv") == dapf_xl.load_framework(round_two / "catalogue.xlsx")


def test_a_file_that_is_no_workbook_is_rejected_and_the_others_are_checked(
    workspace: Path, dapf: Callable[..., Ran]
) -> None:
    (returned(workspace).parent / "notes é.xlsx").write_text("not a workbook", encoding="utf-8")
    ran = dapf("check", returned(workspace).parent)
    assert (ran.status, ran.out) == (cli.FOUND, "")
    assert "notes é.xlsx  Rejected: " in ran.err
    assert f"police_{QUARTER}.xlsx  Accepted" in ran.err
    assert ran.err.splitlines()[-1].startswith("6 files, 1 error")


def test_a_file_in_a_workspace_is_checked_against_it_without_being_told(
    round_two: Path, dapf: Callable[..., Ran]
) -> None:
    ran = dapf("check", returned(round_two, "vawg"))
    assert ran == (cli.CLEAN, "", f"vawg_{QUARTER}.xlsx  Accepted\n1 file, nothing to correct\n")


def test_a_file_outside_a_workspace_is_checked_but_not_its_identity(
    round_two: Path, tmp_path: Path, dapf: Callable[..., Ran]
) -> None:
    path = shutil.copy(returned(round_two, "police"), tmp_path)
    ran = dapf("check", path)
    assert ran.status == cli.CLEAN
    assert Code.IDENTITY_NOT_VERIFIED.name in ran.err
    assert ran.err.splitlines()[-1] == "1 file, 1 warning"
    told = dapf("check", path, "--workspace", round_two)
    assert Code.IDENTITY_NOT_VERIFIED.name not in told.err


def test_a_return_of_another_quarter_is_found(round_two: Path, tmp_path: Path, dapf: Callable[..., Ran]) -> None:
    ran = dapf("check", shutil.copy(returned(round_two), tmp_path), "--period", "2014-15-Q3")
    assert ran.status == cli.FOUND
    assert Code.OTHER_PERIOD.name in ran.err


# --- a round --------------------------------------------------------------------------------------


def test_a_round_goes_from_command_to_command_by_what_stands_on_stdout(
    tmp_path: Path, dapf: Callable[..., Ran]
) -> None:
    work = tmp_path / "dossier de l’été"
    made = dapf("init", "haringey", work)
    assert (made.status, made.out) == (cli.CLEAN, "")
    assert "signing.key" in made.err
    issued = dapf("issue", work, "--period", "Q3 2014/15", "--agency", "police", "--agency", "marac")
    assert issued.status == cli.CLEAN
    paths = [Path(line) for line in issued.out.splitlines()]
    assert [path.name for path in paths] == ["police_2014-15-Q3.xlsx", "marac_2014-15-Q3.xlsx"]
    (tmp_path / "values.csv").write_text("item,value,comment\nH2.retained,81%,Ça va\n", encoding="utf-8")
    back = work / "returns" / "2014-15-Q3" / paths[0].name
    signed = ("--name", "Demonstration", "--role", "Officer", "--date", "14/01/2015")
    filled = dapf("fill", paths[0], "--values", tmp_path / "values.csv", "--out", back, *signed)
    assert filled == (cli.CLEAN, f"{back}\n", "1 row filled.\n")
    assert dapf("check", back).status == cli.CLEAN
    done = dapf("consolidate", work, "--period", "2014-15-Q3")
    assert done.status == cli.CLEAN
    assert Path(done.out.strip()).is_file()
    assert "Not returned: " in done.err
    again = dapf("consolidate", work, "--period", "2014-15-Q3")
    assert again.out == done.out
    assert "is kept as" in again.err


def test_the_frameworks_are_listed_one_a_line(dapf: Callable[..., Ran]) -> None:
    ran = dapf("frameworks")
    assert [line.partition("\t")[0] for line in ran.out.splitlines()] == list(dapf_xl.frameworks())
    assert ran.err == ""


def test_the_version_is_the_package_s(dapf: Callable[..., Ran]) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert dapf("--version") == (cli.CLEAN, f"dapf {project['version']}\n", "")
    assert project["scripts"] == {"dapf": "dapf_xl.cli:main"}


# --- JSON -----------------------------------------------------------------------------------------


def test_the_schema_is_one_and_knows_every_severity_status_and_key() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    finding = SCHEMA["$defs"]["finding"]["properties"]
    assert finding["severity"]["enum"] == list(Severity)
    assert SCHEMA["$defs"]["return"]["properties"]["status"]["enum"] == list(Status)
    example = next(iter(Code)).finding(**dict.fromkeys(["table", "column", "near"], "x")).as_json()
    assert list(finding) == list(example) == SCHEMA["$defs"]["finding"]["required"]


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param({"findings": []}, id="no_returns"),
        pytest.param({"findings": [], "returns": [], "more": 1}, id="an_unknown_key"),
        pytest.param({"findings": [], "returns": [], "master": "m.xlsx"}, id="a_master_without_who_is_missing"),
        pytest.param({"findings": [], "returns": [], "error": ""}, id="an_error_without_words"),
        pytest.param(
            {"findings": [], "returns": [], "error": "x", "master": "m.xlsx", "not_returned": []},
            id="an_error_and_a_master",
        ),
    ],
)
def test_the_schema_refuses(wrong: dict[str, Any]) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(wrong, SCHEMA, jsonschema.Draft202012Validator)


def test_json_of_a_check_lists_findings_and_returns(workspace: Path, dapf: Callable[..., Ran]) -> None:
    (returned(workspace).parent / "notes é.xlsx").write_text("not a workbook", encoding="utf-8")
    ran = dapf("check", returned(workspace).parent, "--json")
    assert ran.status == cli.FOUND
    document = ran.document
    assert set(document) == {"findings", "returns", "not_returned"}
    assert [each["status"] for each in document["returns"] if each["file"] == "notes é.xlsx"] == ["Rejected"]
    assert {each["agency"] for each in document["returns"]} == {"idva", "police", "dvip", "marac", "vawg", ""}
    query = next(each for each in document["findings"] if each["severity"] == "query")
    assert (query["file"], query["sheet"], query["item"]) == (f"idva_{QUARTER}.xlsx", "Return", "H1.closed")
    assert len(ran.err.splitlines()) == len(document["findings"]) + len(document["returns"]) + 1


def test_json_of_a_consolidation_names_the_master_and_who_is_missing(workspace: Path, dapf: Callable[..., Ran]) -> None:
    ran = dapf("issue", workspace, "--period", "2014-15-Q3")
    path = Path(ran.out.splitlines()[0])
    shutil.copy(path, workspace / "returns" / "2014-15-Q3")
    document = dapf("consolidate", workspace, "--period", "2014-15-Q3", "--json").document
    assert Path(document["master"]).is_file()
    assert document["not_returned"] == ["police", "dvip", "marac", "vawg"]


def test_an_import_ends_as_other_commands_do(tmp_path: Path, dapf: Callable[..., Ran]) -> None:
    work, figures = tmp_path / "work", tmp_path / "figures.csv"
    dapf("init", "haringey", work)
    figures.write_text(
        "item,period,value,source,released\nH6.repeat,2014-15-Q2,19,Report,2014-11-03\n", encoding="utf-8"
    )
    ran = dapf("import", work, figures)
    assert (ran.status, ran.out.strip()) == (0, str(work / "imported" / "figures.csv"))
    again = dapf("import", work, figures, "--json").document
    assert (again["imported"]["observations"], again["imported"]["unchanged"]) == (0, 1)
    figures.write_text(
        "item,period,value,source,released\nH6.repeat,2014-15-Q2,190,Report,2014-11-03\n", encoding="utf-8"
    )
    wrong = dapf("import", work, figures)
    assert (wrong.status, wrong.out) == (1, "")
    assert "figures.csv, C2: Value is 190, and H6.repeat can only be 0% to 100%." in wrong.err
    assert dapf("import", work, tmp_path / "none.csv").status == 2


def test_json_of_a_catalogue_lists_its_faults(tmp_path: Path, dapf: Callable[..., Ran]) -> None:
    ran = dapf("catalogue", "check", planted(tmp_path), "--json")
    (fault,) = ran.document["findings"]
    assert (ran.status, fault["sheet"], fault["cell"], ran.document["returns"]) == (cli.FOUND, "indicators", "I2", [])
    clean = dapf("catalogue", "check", "haringey", "--json")
    assert (clean.status, clean.document) == (cli.CLEAN, {"findings": [], "returns": []})


@pytest.mark.parametrize(
    "command",
    [
        "check {nowhere}",
        "check {return} --period soon",
        "consolidate {empty} --period 2014-15-Q2",
        "catalogue check {nowhere}",
    ],
)
def test_json_of_what_cannot_be_done_says_why(command: str, places: dict[str, Path], dapf: Callable[..., Ran]) -> None:
    ran = dapf(*(part.format_map(places) for part in command.split()), "--json")
    assert ran.status == cli.MISUSE
    assert ran.document["error"] == ran.err.strip()
    assert ran.document["returns"] == []


def test_json_of_a_workspace_with_a_faulty_catalogue_lists_the_faults(
    workspace: Path, tmp_path: Path, dapf: Callable[..., Ran]
) -> None:
    faulty = tmp_path / "faulty.xlsx"
    dapf("catalogue", "export", "haringey", faulty)
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.load_workbook(faulty)
    book["indicators"]["I2"] = "hihger"
    book.save(workspace / "catalogue.xlsx")
    ran = dapf("check", returned(workspace), "--json")
    assert ran.status == cli.MISUSE
    assert [(each["sheet"], each["cell"]) for each in ran.document["findings"]] == [("indicators", "I2")]
    assert "the catalogue has 1 fault" in ran.document["error"]


# --- what nobody foresaw --------------------------------------------------------------------------


def test_what_nobody_foresaw_is_a_line_and_a_traceback_only_where_it_is_asked_for(
    dapf: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise KeyError("H9")

    monkeypatch.setattr(cycle, "check", broken)
    monkeypatch.delenv(cli.DEBUG, raising=False)
    ran = dapf("check", "x", "--json")
    assert ran.status == cli.MISUSE
    (line,) = ran.err.splitlines()
    assert line == ran.document["error"]
    assert "KeyError: 'H9'" in line
    assert f"{cli.DEBUG}=1" in line
    monkeypatch.setenv(cli.DEBUG, "1")
    ran = dapf("check", "x")
    assert "Traceback" in ran.err
    assert ran.err.splitlines()[-1] == line


@pytest.mark.parametrize("kind", [kind for kind in DapfError.__subclasses__() if kind.__init__ is Exception.__init__])
def test_every_exception_of_the_package_is_one_line(
    kind: type[DapfError], dapf: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(*_: object, **__: object) -> None:
        raise kind("a [bold]reason[/bold] :warning:\nover two lines\x1b[2J")

    monkeypatch.setattr(cycle, "check", refuses)
    assert dapf("check", "x") == (cli.MISUSE, "", "a [bold]reason[/bold] :warning: over two lines [2J\n")


def test_a_disk_that_fails_is_named(dapf: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device", "work/é.xlsx")

    monkeypatch.setattr(cycle, "check", fails)
    assert dapf("check", "x") == (cli.MISUSE, "", "work/é.xlsx: No space left on device.\n")


# --- terminals and consoles -----------------------------------------------------------------------


def test_what_a_file_holds_cannot_command_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    finding = Code.TEXT_IN_NUMBER.finding(
        file="[red]a.xlsx", cell="H7", found="\x1b[2J:smile:\r\nlost", advice="Type 4."
    )
    terminal.show_findings([finding])
    (line,) = capsys.readouterr().err.splitlines()
    assert "\x1b" not in line
    assert "[red]a.xlsx, H7:" in line
    assert ":smile:" in line


def blank(row: int) -> Finding:
    words = {"what": f"Figure\n{row}", "shorthand_cell": f"K{row}"}
    return Code.REQUIRED_BLANK.finding(file="a.xlsx", sheet="Return", cell=f"J{row}", **words)


def shown(capsys: pytest.CaptureFixture[str], *findings: Finding) -> list[str]:
    """Return what stands before the return's status, and the line on how many there are."""
    read = ReadReturn(Path("a.xlsx"), sheets=("Start here", "Return", "Quality assurance"))
    checked = Checked([CheckedReturn(read, status=Status.PARTLY_ACCEPTED, findings=list(findings))])
    terminal.show_checked(checked)
    assert len(terminal.document_of(checked)["findings"]) == len(findings), "programs get them one by one"
    *lines, _, counts = capsys.readouterr().err.splitlines()
    assert counts.endswith(terminal.counted(findings))
    return lines


def test_the_same_thing_in_many_cells_is_one_entry_on_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    assert shown(capsys, *(blank(row) for row in range(10, 50))) == [
        "  error a.xlsx, Return: J10 to J49  [REQUIRED_BLANK]",
        *(f"         J{row}: Figure {row} is blank." for row in range(10, 15)),
        "         And 35 more: the copy that `dapf check --annotate` makes says what.",
        "         J10: Type the figure (0 if there were none), or pick a shorthand in K10.",
        "         Likewise for the others; the copy that `dapf check --annotate` makes says it.",
    ]


def test_what_is_said_in_the_same_words_is_one_line_on_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    texts = [
        Code.TEXT_IN_NUMBER.finding(file="a.xlsx", sheet="Return", cell=cell, found="x", advice="Type 4.")
        for cell in ("J17", "J14")
    ]
    assert shown(capsys, *texts) == ['  error a.xlsx, Return: J14, J17: "x" is not a number. Type 4.  [TEXT_IN_NUMBER]']


def test_the_worst_of_a_return_stands_first_and_what_was_waived_by_itself_last(
    capsys: pytest.CaptureFixture[str],
) -> None:
    macros = replace(Code.FILE_MACROS.finding(file="a.xlsx"), severity=Severity.WARNING)
    waived = replace(blank(11), status=Standing.WAIVED)
    lines = shown(capsys, waived, macros, blank(12))
    assert [line.split()[0] for line in lines] == ["error", "warning", "waived"]
    assert lines[0] == " " * 2 + f"error {blank(12)}".replace("\n", " ")


def test_there_is_a_progress_bar_on_a_terminal_alone(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(terminal, "people", rich.console.Console(stderr=True, force_terminal=True))
    with terminal.progress_bar("Checking") as moved:
        moved(1, 2, "[a] é.xlsx")
    assert capsys.readouterr().err == "", "FORCE_COLOR does not make a terminal of a file"
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with terminal.progress_bar("Checking") as moved:
        moved(1, 2, "[a] é.xlsx")
    assert "[a] é.xlsx" in capsys.readouterr().err


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "cp850"])
def test_a_console_that_lacks_a_letter_shows_its_code(encoding: str, tmp_path: Path) -> None:
    name = "é второй.xlsx"
    ran = dapf_outside("catalogue", "export", "haringey", tmp_path / name, PYTHONIOENCODING=encoding)
    assert (ran.status, ran.err) == (cli.CLEAN, "")
    shown = name if encoding == "utf-8" else r"é \u0432\u0442\u043e\u0440\u043e\u0439.xlsx"
    assert ran.out == f"{tmp_path}{os.sep}{shown}\n"
    ran = dapf_outside("check", tmp_path / name, "--json", PYTHONIOENCODING=encoding)
    assert ran.status == cli.FOUND
    assert shown in ran.err
    assert [each["file"] for each in ran.document["returns"]] == [name]
    assert ran.out.isascii()


def test_as_a_process_of_its_own_it_ends_with_the_same_statuses(round_two: Path, tmp_path: Path) -> None:
    assert dapf_outside("check", returned(round_two)).status == cli.CLEAN
    found = dapf_outside("catalogue", "check", planted(tmp_path))
    assert (found.status, found.out) == (cli.FOUND, "")
    misuse = dapf_outside("check", tmp_path / "nowhere é")
    assert (misuse.status, misuse.out) == (cli.MISUSE, "")
    assert misuse.err == f"{tmp_path / 'nowhere é'} does not exist.\n"
    assert dapf_outside("check").status == cli.MISUSE


def test_a_reader_that_goes_away_is_not_shown_a_traceback() -> None:
    command = [sys.executable, "-m", "dapf_xl", "frameworks"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        assert process.stderr.read() == b""


# --- as a package ---------------------------------------------------------------------------------

VERBS = ("init", "issue", "fill", "check", "consolidate", "send")


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_of_the_command_line_is_a_function_of_the_package(verb: str) -> None:
    assert getattr(dapf_xl, verb) is getattr(cycle, verb)


def test_the_package_lists_what_it_has() -> None:
    assert all(getattr(dapf_xl, name) for name in dapf_xl.__all__)
    assert set(dapf_xl.__all__) <= set(dir(dapf_xl))
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        dapf_xl.nothing  # noqa: B018  (it is the asking that counts)
