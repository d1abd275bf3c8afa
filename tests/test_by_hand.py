"""The page to copy a message from: for mail programs that open a draft only for reading."""

from __future__ import annotations

import email
import email.policy
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from dapf_xl import cycle
from dapf_xl.by_hand import page_file_name
from dapf_xl.findings import DeliveryError
from dapf_xl.recipients import Recipient, Recipients
from tests.rounds import QUARTER, Desk, new_desk

if TYPE_CHECKING:
    from pathlib import Path

LEAD, CHAIR, DEPUTY = "performance@council.example.org", "chair@council.example.org", "deputy@council.example.org"


class Shown(HTMLParser):
    """What a browser shows of a page, and where its links lead."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.links: list[str] = []
        self.feed(page)

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.words.append(data.strip())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag not in {"script", "img", "link", "iframe"}
        self.links += [str(value) for name, value in attrs if name == "href"]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A round whose master is made, and two people who may have it."""
    desk = new_desk(tmp_path / "Zoë's work & more")
    desk.send_all_back()
    desk.consolidate()
    both = (Recipient(CHAIR, cleared=True), Recipient(DEPUTY, cleared=True))
    cycle.set_recipients(desk.folder, Recipients(LEAD, both))
    return desk


def test_it_holds_all_that_the_draft_holds(desk: Desk) -> None:
    draft = cycle.send(desk.folder, QUARTER)
    message = email.message_from_bytes(draft.read_bytes(), policy=email.policy.default)
    shown = Shown((draft.parent / page_file_name(desk.master)).read_text(encoding="utf-8"))
    wanted = {
        "From": message["From"],
        "To": message["To"].replace(",", ";"),
        "Subject": message["Subject"],
        "Attach this file": str(desk.master.absolute()),
    }
    assert {name: shown.words[shown.words.index(name) + 1] for name in wanted} == wanted
    body = message.get_body(("html",))
    assert body
    words = Shown(body.get_content()).words
    assert shown.words[-len(words) + 1 :] == words[1:]  # all but the title of the page


def test_its_link_begins_a_message_to_the_recipients_with_the_subject(desk: Desk) -> None:
    draft = cycle.send(desk.folder, QUARTER)
    message = email.message_from_bytes(draft.read_bytes(), policy=email.policy.default)
    (link,) = Shown((draft.parent / page_file_name(desk.master)).read_text(encoding="utf-8")).links
    parts = urlsplit(link)
    assert (parts.scheme, unquote(parts.path)) == ("mailto", f"{CHAIR},{DEPUTY}")
    assert parse_qs(parts.query) == {"subject": [message["Subject"]]}


def test_where_no_draft_is_made_there_is_no_page(desk: Desk) -> None:
    cycle.set_recipients(desk.folder, Recipients(LEAD, (Recipient(CHAIR),)))
    with pytest.raises(DeliveryError):
        cycle.send(desk.folder, QUARTER)
    assert not list(desk.folder.rglob("*to copy*"))


def test_the_page_of_before_is_kept(desk: Desk) -> None:
    page = cycle.send(desk.folder, QUARTER).parent / page_file_name(desk.master)
    before = page.read_bytes()
    cycle.set_recipients(desk.folder, Recipients(LEAD, (Recipient(CHAIR, cleared=True),)))
    cycle.send(desk.folder, QUARTER)
    assert re.search(rb">chair@council\.example\.org</td>", page.read_bytes())
    assert before in [path.read_bytes() for path in (page.parent / "superseded").iterdir()]
