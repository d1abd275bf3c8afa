"""Who receives drafts: listed and changed without an editor, and nothing else of the settings is touched."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any

import pytest

from dapf_xl import cli, cycle, workspace
from dapf_xl.findings import DeliveryError, WorkspaceError
from dapf_xl.recipients import Recipient, Recipients, recipients_of, set_recipients
from dapf_xl.workspace import open_workspace

if TYPE_CHECKING:
    from pathlib import Path

LEAD, CHAIR, MEMBER = "performance@council.example.org", "chair@council.example.org", "member@council.example.org"


@pytest.fixture
def work(tmp_path: Path) -> Path:
    return workspace.init("haringey", tmp_path / "work").folder


def settings(folder: Path) -> dict[str, Any]:
    return tomllib.loads((folder / "dapf.toml").read_text(encoding="utf-8"))


def listed(folder: Path) -> Recipients:
    return recipients_of(open_workspace(folder))


def test_a_new_workspace_has_a_sender_and_lists_nobody(work: Path) -> None:
    assert listed(work) == Recipients(LEAD, ())


def test_what_is_written_is_read_and_all_else_stays(work: Path) -> None:
    before = (work / "dapf.toml").read_text(encoding="utf-8")
    wanted = Recipients(LEAD, (Recipient(CHAIR, cleared=True), Recipient(MEMBER)))
    kept = set_recipients(work, wanted)
    assert listed(work) == wanted
    assert settings(work)["send"] == {"sender": LEAD, "to": [CHAIR, MEMBER], "cleared": [CHAIR]}
    after = (work / "dapf.toml").read_text(encoding="utf-8")
    changed = [line for line in after.splitlines() if line not in before.splitlines()]
    assert changed == [f'to = ["{CHAIR}", "{MEMBER}"]', f'cleared = ["{CHAIR}"]']
    assert len(after.splitlines()) == len(before.splitlines())
    assert kept
    assert kept.read_text(encoding="utf-8") == before


def test_the_same_again_changes_nothing(work: Path) -> None:
    wanted = Recipients(LEAD, (Recipient(CHAIR, cleared=True),))
    set_recipients(work, wanted)
    before = (work / "dapf.toml").stat().st_mtime_ns
    assert set_recipients(work, wanted) is None
    assert (work / "dapf.toml").stat().st_mtime_ns == before


LAYOUTS = {
    "as_it_comes": None,
    "lists_of_several_lines": '\n# mine\n[send]\nto = [\n  "a@x.example",\n]  # all of them\n\n[other]\nto = ["x"]\n',
    "an_address_alone": "\n[send]\nto = 'a@council.example.org'\nsender=\"b@council.example.org\"\n",
    "no_such_table": "\n# nothing about sending\n",
    "windows_lines": '\r\n[send]\r\ncleared = []\r\nto = []\r\n[more]\r\nlabel = "x"\r\n',
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_of_the_settings_is_kept(work: Path, layout: str) -> None:
    path = work / "dapf.toml"
    text = LAYOUTS[layout]
    if text is not None:
        path.write_bytes(b"\xef\xbb\xbf" + f'framework = "haringey"{text}'.encode())
    before = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    set_recipients(work, Recipients(LEAD, (Recipient(CHAIR, cleared=True), Recipient(MEMBER))))
    assert settings(work) == {**before, "send": {"sender": LEAD, "to": [CHAIR, MEMBER], "cleared": [CHAIR]}}
    comments = [line for line in (text or "").splitlines() if "#" in line]
    assert all(line.split("#")[1] in path.read_text(encoding="utf-8") for line in comments)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('send = { to = [], cleared = [] }\nframework = "haringey"\n', id="in_one_line"),
        pytest.param('framework = "haringey"\n[send]\nto = [ # ] the chair\n]\n', id="a_bracket_in_a_comment"),
    ],
)
def test_a_layout_that_cannot_be_changed_without_loss_is_left_alone(work: Path, text: str) -> None:
    path = work / "dapf.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(WorkspaceError, match=r"change \[send\] by hand"):
        set_recipients(work, Recipients(LEAD, (Recipient(CHAIR),)))
    assert path.read_text(encoding="utf-8") == text


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        pytest.param(Recipients("", (Recipient(CHAIR),)), "There is no sender", id="no_sender"),
        pytest.param(
            Recipients(LEAD, (Recipient("the chair"), Recipient('a"b@council.example.org'))),
            r"Not an e-mail address: 'the chair', 'a\"b@council.example.org'\. Write the address alone",
            id="malformed",
        ),
        pytest.param(
            Recipients(LEAD, (Recipient(f"{CHAIR};{MEMBER}"),)),
            "Not an e-mail address: .*one in a row",
            id="two_in_one",
        ),
        pytest.param(
            Recipients(LEAD, (Recipient(CHAIR), Recipient(CHAIR.upper()))), "There twice: 'chair@", id="twice"
        ),
    ],
)
def test_what_cannot_be_used_is_said_and_nothing_changes(work: Path, wanted: Recipients, words: str) -> None:
    before = (work / "dapf.toml").read_bytes()
    with pytest.raises(DeliveryError, match=words):
        set_recipients(work, wanted)
    assert (work / "dapf.toml").read_bytes() == before


def test_a_list_that_was_typed_with_faults_can_be_put_right(work: Path) -> None:
    text = (
        (work / "dapf.toml").read_text(encoding="utf-8").replace("to = []", 'to = ["the chair", " Chair@X.example "]')
    )
    (work / "dapf.toml").write_text(text.replace("\ncleared = []", '\ncleared = ["chair@x.example", "late@x.example"]'))
    assert listed(work).listed == (
        Recipient("the chair"),
        Recipient("Chair@X.example", cleared=True),
        Recipient("late@x.example", receives=False, cleared=True),
    )
    assert listed(work).not_cleared == ["the chair"]
    set_recipients(work, listed(work).without("the chair").with_one("LATE@x.example"))
    assert settings(work)["send"]["to"] == ["Chair@X.example", "LATE@x.example"]
    assert settings(work)["send"]["cleared"] == ["Chair@X.example", "LATE@x.example"]


# --- the command ------------------------------------------------------------------------------


def test_the_command_lists_adds_clears_and_takes_out(work: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["recipients", str(work)]) == 0
    assert "Nobody is listed yet." in capsys.readouterr().err
    assert cli.main(["recipients", str(work), "--clear", CHAIR, "--add", MEMBER, "--sender", "lead@x.example"]) == 0
    said = capsys.readouterr().err
    assert "From lead@x.example to:" in said
    assert f"{CHAIR}: may see small numbers" in said
    assert f"No draft can be made while it would go to {MEMBER}" in said
    assert cli.main(["recipients", str(work), "--remove", MEMBER]) == 0
    assert settings(work)["send"] == {"sender": "lead@x.example", "to": [CHAIR], "cleared": [CHAIR]}
    assert cli.main(["recipients", str(work), "--remove", MEMBER]) == 2
    assert "is not among the recipients" in capsys.readouterr().err


def test_a_draft_goes_to_whom_the_list_clears_and_to_nobody_else(work: Path) -> None:
    quarter = "2014-15-Q2"
    for issued in cycle.issue(work, quarter):
        cycle.fill(issued, [], work / "returns" / quarter / issued.name, {})
    cycle.consolidate(work, quarter)
    set_recipients(work, Recipients(LEAD, (Recipient(CHAIR, cleared=True), Recipient(MEMBER))))
    with pytest.raises(DeliveryError, match=f"not cleared for one: {MEMBER}"):
        cycle.send(work, quarter)
    set_recipients(work, Recipients(LEAD, (Recipient(CHAIR, cleared=True),)))
    assert f"To: {CHAIR}".encode() in cycle.send(work, quarter).read_bytes()
