"""Pages of the documentation, followed word by word."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from typer.testing import CliRunner

from dapf_xl.cli import app

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

DOCS = Path(__file__).resolve().parents[1] / "docs"
_BLOCK = re.compile(r"^```(?:csv (?P<file>\S+))?\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


def section(page: str, heading: str) -> str:
    """Return what a page says under a heading, up to the next of its level."""
    text = (DOCS / page).read_text(encoding="utf-8").partition(f"\n## {heading}\n")[2]
    assert text
    return text.partition("\n## ")[0]


def blocks(page: str, heading: str) -> Iterator[tuple[str, str]]:
    """Yield the blocks under a heading in order: files with their names, commands with none."""
    for block in _BLOCK.finditer(section(page, heading)):
        yield block["file"] or "", block["text"]


class Newcomer:
    """Somebody who follows a page word by word in an empty folder, which is the current one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ran: dict[str, str] = {}

    def follow(self, page: str, heading: str, between: Mapping[str, object] | None = None) -> None:
        """Do what stands under a heading.

        Args:
            page: Its file.
            heading: Under which the blocks stand.
            between: What else is done, by the word of ``dapf`` before which it is done.
        """
        for file, text in blocks(page, heading):
            if file:
                (self.folder / file).parent.mkdir(parents=True, exist_ok=True)
                (self.folder / file).write_text(text, encoding="utf-8")
                continue
            for command in text.splitlines():
                before = (between or {}).get(shlex.split(command)[1])
                if callable(before):
                    before()
                self.run(command)

    def run(self, command: str) -> str:
        """Run a command, which must end well, and return what it prints."""
        name, *arguments = shlex.split(command)
        assert name == "dapf"
        result = CliRunner().invoke(app, arguments)
        assert result.exit_code == 0, f"{command}\n{result.output}"
        self.ran[command] = result.output
        return result.output
