from __future__ import annotations

import os
import tomllib
from typing import TYPE_CHECKING

import openpyxl
import pytest

from dapf_xl import catalogue, workspace
from dapf_xl.findings import CatalogueError, NothingToReadError, NotWrittenError, PeriodError, WorkspaceError
from dapf_xl.periods import Period
from dapf_xl.returns.reading import read_return
from dapf_xl.workspace import files_in, init, keep_previous, open_workspace, quarter_of, replacing, workspace_of

if TYPE_CHECKING:
    from pathlib import Path


def names(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


# --- init -------------------------------------------------------------------------------------


@pytest.mark.parametrize("framework", sorted(catalogue.shipped()))
def test_a_new_workspace_holds_the_framework_and_a_key_of_its_own(framework: str, tmp_path: Path) -> None:
    made = init(framework, tmp_path / "Größe über alles" / framework)
    other = init(framework, tmp_path / "other")
    assert made.framework == catalogue.load(catalogue.shipped()[framework])
    assert made.key != other.key
    assert names(made.folder) == [
        "catalogue.xlsx", "committee", "dapf.toml", "issued", "ledger.sqlite", "master", "returns", "signing.key",
    ]  # fmt: skip
    assert made.send_settings() == {"sender": "performance@council.example.org", "to": [], "cleared": []}
    with made.ledger() as ledger:
        assert ledger.observations() == []


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps no mode")
def test_nobody_else_can_read_the_key(tmp_path: Path) -> None:
    made = init("haringey", tmp_path / "w")
    assert (made.folder / "signing.key").stat().st_mode & 0o777 == 0o600


def test_a_title_with_quotes_and_lines_does_no_harm_to_the_settings(tmp_path: Path) -> None:
    source = tmp_path / "catalogue.xlsx"
    catalogue.export(catalogue.load(catalogue.shipped()["haringey"]), source)
    workbook = openpyxl.load_workbook(source)
    settings = workbook["framework"]
    for name, value in settings.iter_rows(min_row=2, max_col=2):
        if name.value in {"title", "contact"}:
            value.value = 'The "best" \\ of all, a"b\\@example.org'
    workbook.save(source)
    made = init(str(source), tmp_path / "w")
    assert made.send_settings()["sender"] == 'a"b\\@example.org'


@pytest.mark.parametrize("name", ["a file", "a folder"])
def test_a_place_that_is_taken_is_refused_and_left_alone(name: str, tmp_path: Path) -> None:
    place = tmp_path / name
    if name == "a file":
        place.write_text("x", encoding="utf-8")
    else:
        place.mkdir()
        (place / "letter.txt").touch()
    before = names(tmp_path)
    with pytest.raises(WorkspaceError, match="exists already"):
        init("haringey", place)
    assert names(tmp_path) == before


def test_an_empty_folder_is_used(tmp_path: Path) -> None:
    assert init("haringey", tmp_path).folder == tmp_path


def test_a_framework_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError, match=r"cambridgeshire, .*haringey"):
        init("harringay", tmp_path / "w")
    (tmp_path / "own").mkdir()
    with pytest.raises(CatalogueError):
        init(str(tmp_path / "own"), tmp_path / "w")
    assert names(tmp_path) == ["own"]


def test_a_workspace_that_could_not_be_finished_is_taken_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(workspace, "write_atomically", full)
    for folder in (tmp_path / "new", tmp_path / "there"):
        (tmp_path / "there").mkdir(exist_ok=True)
        with pytest.raises(NotWrittenError, match="No space left"):
            init("haringey", folder)
    assert names(tmp_path) == ["there"]


def test_a_file_in_the_way_is_told_in_a_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(NotWrittenError) as raised:
        init("haringey", tmp_path / "file" / "w")
    assert "\n" not in str(raised.value)


# --- opening ----------------------------------------------------------------------------------


def test_settings_saved_by_notepad_are_read(tmp_path: Path) -> None:
    made = init("haringey", tmp_path / "w")
    settings = made.folder / "dapf.toml"
    settings.write_bytes(b"\xef\xbb\xbf" + settings.read_bytes().replace(b"\n", b"\r\n"))
    assert open_workspace(made.folder).settings == made.settings
    assert tomllib.loads(settings.read_text(encoding="utf-8-sig")) == made.settings


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(b"[send\n", "line 1", id="syntax"),
        pytest.param("title = 'Größe'".encode("latin-1"), "cannot be read", id="not_utf_8"),
        pytest.param(None, "is not a workspace", id="missing"),
    ],
)
def test_settings_that_cannot_be_read_are_told_in_a_line(content: bytes | None, words: str, tmp_path: Path) -> None:
    if content is not None:
        (tmp_path / "dapf.toml").write_bytes(content)
    with pytest.raises(WorkspaceError, match=words) as raised:
        open_workspace(tmp_path)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("key", ["", "\n", "abc", "zz" * 32, "ab" * 16])
def test_a_key_that_is_no_key_is_refused(key: str, tmp_path: Path) -> None:
    made = init("haringey", tmp_path / "w")
    (made.folder / "signing.key").write_text(key, encoding="ascii")
    with pytest.raises(WorkspaceError, match=r"signing\.key is missing or damaged"):
        _ = open_workspace(made.folder).key


def test_the_workspace_is_found_from_any_file_in_it(tmp_path: Path) -> None:
    made = init("haringey", tmp_path / "w")
    inside = made.folder / "returns" / "2014-15-Q2" / "late" / "police.xlsx"
    inside.parent.mkdir(parents=True)
    inside.touch()
    found = workspace_of(inside)
    assert found
    assert found.folder == made.folder.resolve()
    assert workspace_of(tmp_path) is None


def test_the_ledger_calls_a_file_by_its_path_from_the_workspace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    init("haringey", tmp_path / "w")
    monkeypatch.chdir(tmp_path)
    for folder in (tmp_path / "w", tmp_path / "x" / ".." / "w"):
        made = open_workspace(folder) if folder.exists() else open_workspace(tmp_path / "w")
        assert made.name_of(made.folder / "master" / "a b.xlsx") == "master/a b.xlsx"
        assert made.path_of("master/a b.xlsx") == made.folder / "master" / "a b.xlsx"
        assert made.path_of(made.name_of(tmp_path / "out.xlsx")) == (tmp_path / "out.xlsx").resolve()


def test_a_round_is_a_quarter() -> None:
    assert quarter_of("2014-15-Q3") == Period.quarter(2014, 3)
    for label in ("2014-15", "2014-15-H1", "x", ""):
        with pytest.raises(PeriodError, match="Write it as 2014-15-Q3"):
            quarter_of(label)


# --- files ------------------------------------------------------------------------------------


def test_returns_are_found_in_folders_too_and_noise_is_not(tmp_path: Path) -> None:
    wanted = ["a.xlsx", "b c.ods", "late/ä.xlsx", "late/~$b.xlsx", ".~lock.a.xlsx#", "notes.pdf"]
    noise = ["desktop.ini", "Desktop.INI", "Thumbs.db", ".DS_Store", ".a-x.xlsx", "late/._b.xlsx", "superseded/a.xlsx",
             "late/Superseded/a.xlsx", "__MACOSX/a.xlsx", ".git/a.xlsx", "superseded/~$a.xlsx"]  # fmt: skip
    for name in [*wanted, *noise]:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert sorted(path.relative_to(tmp_path).as_posix() for path in files_in(tmp_path)) == sorted(wanted)


def test_a_folder_of_a_name_that_is_noise_can_be_named_itself(tmp_path: Path) -> None:
    (tmp_path / "superseded").mkdir()
    (tmp_path / "superseded" / "a.xlsx").touch()
    assert len(files_in(tmp_path / "superseded")) == 1
    assert len(files_in(tmp_path / "superseded" / "a.xlsx")) == 1


@pytest.mark.parametrize("name", ["missing", "empty", "noise"])
def test_a_folder_without_returns_is_told(name: str, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "noise" / "superseded").mkdir(parents=True)
    (tmp_path / "noise" / "superseded" / "a.xlsx").touch()
    with pytest.raises(NothingToReadError, match=name):
        files_in(tmp_path / name)


# --- replacing --------------------------------------------------------------------------------

MOMENT = 1_400_000_000


def place(folder: Path, content: str) -> Path:
    path = folder / "mäster [1].xlsx"
    path.write_text(content, encoding="utf-8")
    os.utime(path, (MOMENT, MOMENT))
    return path


def kept(folder: Path) -> list[str]:
    return [path.read_text(encoding="utf-8") for path in sorted((folder / "superseded").iterdir())]


def test_nothing_in_superseded_is_ever_overwritten(tmp_path: Path) -> None:
    for content in ("one", "two", "three", "two"):
        keep_previous(place(tmp_path, content))
    assert kept(tmp_path) == ["one", "two", "three"]
    assert (tmp_path / "superseded" / "mäster [1]_20140513-165320_2.xlsx").is_file()
    assert keep_previous(tmp_path / "nothing.xlsx") is None


def test_what_was_replaced_is_kept(tmp_path: Path) -> None:
    path = place(tmp_path, "one")
    with replacing(path) as earlier:
        place(tmp_path, "two")
    assert earlier
    assert kept(tmp_path) == ["one"]
    assert path.read_text(encoding="utf-8") == "two"


def _fail_at(path: Path, written: str) -> None:
    """Be stopped while a file is replaced, after some of it was written."""
    with replacing(path):
        if written:
            path.write_text(written, encoding="utf-8")
        raise KeyboardInterrupt


@pytest.mark.parametrize("already", [True, False], ids=["after", "before"])
def test_a_failure_leaves_the_earlier_file_and_no_copy(already: bool, tmp_path: Path) -> None:  # noqa: FBT001
    path = place(tmp_path, "one")
    with pytest.raises(KeyboardInterrupt):
        _fail_at(path, "two, half wri" if already else "")
    assert path.read_text(encoding="utf-8") == "one"
    assert path.stat().st_mtime == MOMENT
    assert [name for name in names(tmp_path) if "." in name] == [path.name]


def test_a_failure_leaves_nothing_where_nothing_was(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        _fail_at(tmp_path / "new.xlsx", "half wri")
    assert names(tmp_path) == []


def test_what_a_killed_run_left_is_swept_up_and_nothing_else(tmp_path: Path) -> None:
    path = place(tmp_path, "one")
    keep_previous(path)
    stale = [".mäster [1]-a1b2c3_x.xlsx", "superseded/.mäster [1]_20140513-165320-a1b2c3_x.xlsx"]
    others = [".other-a1b2c3_x.xlsx", ".mäster [1]-notes.xlsx", "mäster [1]-a1b2c3_x.xlsx"]
    for name in stale + others:
        (tmp_path / name).touch()
    with replacing(path):
        pass
    assert not [name for name in stale if (tmp_path / name).exists()]
    assert all((tmp_path / name).exists() for name in others)


@pytest.mark.parametrize("lock", ["~${}", ".~lock.{}#"])
def test_a_file_that_is_open_is_not_replaced(lock: str, tmp_path: Path) -> None:
    path = place(tmp_path, "one")
    (tmp_path / lock.format(path.name)).touch()
    with pytest.raises(NotWrittenError, match=r"close it and try again.*unchanged"), replacing(path):
        pytest.fail("it went on")
    assert not (tmp_path / "superseded").exists()


def test_a_copy_that_cannot_be_kept_stops_it(tmp_path: Path) -> None:
    path = place(tmp_path, "one")
    (tmp_path / "superseded").touch()
    with pytest.raises(NotWrittenError), replacing(path):
        pytest.fail("it went on")
    assert path.read_text(encoding="utf-8") == "one"


def test_a_link_is_listed_wherever_it_leads(tmp_path: Path) -> None:
    folder, elsewhere = tmp_path / "returns", tmp_path / "elsewhere"
    folder.mkdir()
    elsewhere.mkdir()
    (elsewhere / "in.xlsx").touch()
    (folder / "broken.xlsx").symlink_to(tmp_path / "gone.xlsx")
    (folder / "folder").symlink_to(elsewhere, target_is_directory=True)
    (folder / "round.xlsx").symlink_to(folder / "round.xlsx")
    (folder / "sound.xlsx").symlink_to(elsewhere / "in.xlsx")
    files = files_in(folder)
    assert [each.name for each in files] == ["broken.xlsx", "folder", "round.xlsx", "sound.xlsx"]
    codes = [[finding.code.name for finding in read_return(each).findings] for each in files]
    assert codes == [*[["FILE_UNREADABLE"]] * 3, ["FILE_EMPTY"]]
    assert "a link to a folder" in read_return(files[1]).findings[0].message
