"""The draft: who may have it, what mail programs find in it, and what it says."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from email import policy
from email.parser import BytesParser
from html.parser import HTMLParser
from io import BytesIO
from typing import TYPE_CHECKING

import openpyxl
import pandas as pd
import pytest

from dapf_xl.catalogue import load, shipped
from dapf_xl.consolidation import NOT_RETURNED, Round, Submission
from dapf_xl.delivery import WITHHELD, Envelope, digest_of, draft_file_name, figure_words, make_draft, refusal
from dapf_xl.findings import DeliveryError
from dapf_xl.ledger import latest
from dapf_xl.master.common import records
from dapf_xl.observations import published
from dapf_xl.periods import Period
from dapf_xl.rules import Status
from dapf_xl.styles import RATINGS
from dapf_xl.tables import MasterTables, WorkingTable, master_tables
from dapf_xl.variance import lines_of

if TYPE_CHECKING:
    from email.message import EmailMessage
    from pathlib import Path

    from dapf_xl.master.common import Row

LEAD, CHAIR, DEPUTY = "performance@council.example.org", "chair@council.example.org", "deputy@council.example.org"
CLEARED = Envelope(LEAD, (CHAIR,), frozenset({CHAIR, DEPUTY}))
NAME = "haringey_2014-15-Q2_WORKING-EDITION.xlsx"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BOTH = pytest.mark.parametrize("form", ["plain", "html"])


AGENCIES = {"DVIP": "dvip", "IDVA provider": "idva", "Metropolitan Police": "police", "Police": "police"}


def submission(name: str, status: str, reason: str = "", file: str = "") -> Submission:
    agency = AGENCIES.get(name, name.casefold())
    return Submission(agency, name, status, reason, file, "", "", "", 5, 0, 0, 0, 0)


def tables_of(*submissions: Submission) -> MasterTables:
    framework = load(shipped()["haringey"])
    period = Period.parse("2014-15-Q2")
    current = Round(framework, period, latest(published(framework)), {}, {}, submissions, (), ())
    return master_tables(current, lines_of(current), datetime(2014, 11, 3, 9, 30, tzinfo=UTC))


def with_lines(tables: MasterTables, *changes: Row) -> MasterTables:
    """Tables with the Red line of audited cases, changed in one way after another, as their only lines."""
    (audited,) = (line for line in records(tables.lines) if (line["indicator"], line["role"]) == ("H5", "main"))
    frame = pd.DataFrame([audited | change for change in changes], columns=tables.lines.columns, dtype=object)
    return replace(tables, lines=WorkingTable(frame))


@pytest.fixture(scope="module")
def tables() -> MasterTables:
    return tables_of(
        submission("Metropolitan Police", Status.REJECTED, "the ids in column A were moved", "Police.xlsx"),
        submission("DVIP", NOT_RETURNED),
        submission("IDVA provider", Status.ACCEPTED, file="IDVA.xlsx"),
    )


@pytest.fixture
def master(tmp_path: Path) -> Path:
    return workbook_at(tmp_path / NAME)


def workbook_at(path: Path) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["B2"] = 0.55
    book.save(path)
    return path


def parsed(draft: bytes) -> EmailMessage:
    return BytesParser(policy=policy.default).parsebytes(draft)


def body(draft: bytes, form: str) -> str:
    part = parsed(draft).get_body((form,))
    assert part is not None
    text = str(part.get_content()).replace("\r\n", "\n")
    return text if form == "plain" else words_in(text)


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_data(self, data: str) -> None:
        self.found.append(data)


def words_in(page: str) -> str:
    """What a reader sees of a page, elements parted by one space."""
    parser = _Words()
    parser.feed(page)
    return " ".join(" ".join(parser.found).split())


# --- what mail programs find ---------------------------------------------------------------------


def test_opens_as_an_unsent_message_to_the_cleared_recipients(tables: MasterTables, master: Path) -> None:
    message = parsed(make_draft(tables, master, replace(CLEARED, to=(CHAIR, DEPUTY))))
    assert message["X-Unsent"] == "1"
    assert message["From"] == LEAD
    assert message["To"] == f"{CHAIR}, {DEPUTY}"
    assert message["Bcc"] is None
    assert message["Cc"] is None
    assert message["Date"].datetime.tzinfo is not None
    assert not message.defects


def test_subject_names_edition_area_framework_period_and_marking(tables: MasterTables, master: Path) -> None:
    assert parsed(make_draft(tables, master, CLEARED))["Subject"] == (
        "[WORKING EDITION] Haringey: Violence against women and girls: performance, Q2 2014/15 [OFFICIAL-SENSITIVE]"
    )


def test_is_a_text_and_an_html_alternative_with_the_master_beside_them(tables: MasterTables, master: Path) -> None:
    message = parsed(make_draft(tables, master, CLEARED))
    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/mixed", "multipart/alternative", "text/plain", "text/html", XLSX,
    ]  # fmt: skip


def test_attachment_is_the_master_byte_for_byte_and_opens(tables: MasterTables, master: Path) -> None:
    (attachment,) = parsed(make_draft(tables, master, CLEARED)).iter_attachments()
    content = attachment.get_content()
    assert attachment.get_filename() == NAME
    assert content == master.read_bytes()
    sheet = openpyxl.load_workbook(BytesIO(content)).active
    assert sheet is not None
    assert sheet["B2"].value == 0.55


def test_lines_end_in_crlf_and_are_short_ascii(tables: MasterTables, master: Path) -> None:
    lines = make_draft(tables, master, CLEARED).split(b"\r\n")
    assert not any(b"\n" in line or b"\r" in line for line in lines)
    assert all(line.isascii() and len(line) <= 78 for line in lines if XLSX.encode() not in line)


def test_two_drafts_differ_in_date_and_boundaries_only(tables: MasterTables, master: Path) -> None:
    def steady(draft: bytes) -> bytes:
        message = parsed(draft)
        for number, part in enumerate(message.walk()):
            if part.is_multipart():
                part.set_boundary(f"boundary-{number}")
        del message["Date"]
        return message.as_bytes()

    assert steady(make_draft(tables, master, CLEARED)) == steady(make_draft(tables, master, CLEARED))


def test_a_recipient_named_twice_stands_once(tables: MasterTables, master: Path) -> None:
    draft = make_draft(tables, master, replace(CLEARED, to=(CHAIR, CHAIR.upper())))
    assert len(parsed(draft)["To"].addresses) == 1


def test_draft_is_named_after_the_master(tmp_path: Path) -> None:
    assert draft_file_name(tmp_path / NAME) == "haringey_2014-15-Q2_WORKING-EDITION.eml"


# --- who may have it -----------------------------------------------------------------------------


def test_cleared_recipients_are_found_whatever_the_case() -> None:
    envelope = Envelope(LEAD, ("Chair@Council.example.org",), frozenset({" CHAIR@council.example.org "}))
    assert refusal(envelope) == ""


@pytest.mark.parametrize(
    ("envelope", "expected"),
    [
        pytest.param(
            replace(CLEARED, to=()),
            "there are no recipients: run `dapf recipients` and list them.",
            id="no_recipients",
        ),
        pytest.param(
            replace(CLEARED, sender=""),
            "there is no sender: give its role mailbox; run `dapf recipients`.",
            id="no_sender",
        ),
        pytest.param(
            Envelope(LEAD, (CHAIR, DEPUTY, "third@example.org"), frozenset({DEPUTY})),
            f"a working edition holds small numbers, and these recipients are not cleared for one: {CHAIR}, "
            "third@example.org. If they may have it, say so: run `dapf recipients`.",
            id="not_cleared",
        ),
        pytest.param(
            replace(CLEARED, to=(CHAIR, "chair at council")),
            "not an e-mail address: 'chair at council'. Write the address alone, such as "
            "'performance@council.example.org': run `dapf recipients`.",
            id="malformed",
        ),
    ],
)
def test_refusal_says_who_and_what_to_do(envelope: Envelope, expected: str) -> None:
    assert refusal(envelope) == expected


def test_refusal_names_every_fault_at_once_in_one_line() -> None:
    words = refusal(Envelope("", (DEPUTY, "nonsense"), frozenset()))
    assert words.startswith("there is no sender")
    assert "'nonsense'" in words
    assert DEPUTY in words
    assert "\n" not in words


@pytest.mark.parametrize(
    "address",
    [
        pytest.param(f"{CHAIR}\r\nBcc: other@example.org", id="header_injected"),
        pytest.param(f"{CHAIR}\n", id="newline_at_the_end"),
        pytest.param(f"{CHAIR}, other@example.org", id="two_in_one"),
        pytest.param(f"{CHAIR}; other@example.org", id="two_as_outlook_parts_them"),
        pytest.param(f"The chair <{CHAIR}>", id="with_a_name"),
        pytest.param(f" {CHAIR}", id="space_before"),
        pytest.param("chair@", id="no_domain"),
        pytest.param("@council.example.org", id="no_mailbox"),
        pytest.param("chair@council", id="domain_of_one_word"),
        pytest.param("chair@council..example.org", id="two_dots"),
        pytest.param("chair@-council.example.org", id="hyphen_first"),
        pytest.param("a@b@council.example.org", id="two_ats"),
        pytest.param("châir@council.example.org", id="beyond_ascii"),
        pytest.param("chair@cou\u200bncil.example.org", id="invisible_character"),
        pytest.param("a" * 250 + "@example.org", id="too_long"),
    ],
)
def test_what_is_no_address_is_refused_even_where_it_is_cleared(
    address: str, tables: MasterTables, master: Path
) -> None:
    for envelope in (Envelope(LEAD, (address,), frozenset({address})), replace(CLEARED, sender=address)):
        words = refusal(envelope)
        assert words.startswith(f"not an e-mail address: {address!a}.")
        assert words.isascii()
        with pytest.raises(DeliveryError, match="not an e-mail address"):
            make_draft(tables, master, envelope)


@pytest.mark.parametrize(
    "address", ["o'hara+dv@mail.council.example.org", "a@x1.org", "first.last_2@xn--bcher-kva.example"]
)
def test_legal_addresses_are_taken(address: str) -> None:
    assert refusal(Envelope(address, (address,), frozenset({address}))) == ""


def test_no_draft_for_somebody_who_is_not_cleared(tables: MasterTables, master: Path) -> None:
    with pytest.raises(DeliveryError, match=r"no draft was made: .*other@example\.org.* run `dapf recipients`"):
        make_draft(tables, master, replace(CLEARED, to=(CHAIR, "other@example.org")))


@pytest.mark.parametrize("name", ["haringey_2014-15-Q2.xlsx", "WORKING-EDITION.xlsm", "working-edition.xlsx"])
def test_no_draft_of_a_file_that_is_not_named_as_a_working_edition(
    name: str, tables: MasterTables, tmp_path: Path
) -> None:
    with pytest.raises(DeliveryError, match="is not named as a working edition"):
        make_draft(tables, workbook_at(tmp_path / name), CLEARED)


def test_no_draft_of_a_file_whose_name_would_break_a_header(tables: MasterTables, tmp_path: Path) -> None:
    with pytest.raises(DeliveryError, match="holds characters that mail cannot carry"):
        make_draft(tables, tmp_path / "a\nBcc: b@example.org_WORKING-EDITION.xlsx", CLEARED)


def test_a_master_that_is_gone_is_said_in_one_line(tables: MasterTables, tmp_path: Path) -> None:
    with pytest.raises(DeliveryError, match=rf"{NAME} cannot be read: .*Run `dapf consolidate` again\."):
        make_draft(tables, tmp_path / NAME, CLEARED)


# --- what it says --------------------------------------------------------------------------------


def test_text_says_it_all_in_a_screenful(tables: MasterTables, master: Path) -> None:
    assert body(make_draft(tables, master, CLEARED), "plain") == (
        "WORKING EDITION · OFFICIAL-SENSITIVE\n"
        "Holds small numbers: do not forward, do not publish.\n"
        "\n"
        "Haringey: Violence against women and girls: performance\n"
        "Performance in Q2 2014/15\n"
        "\n"
        "Ratings: ■ Red 2 · ▲ Amber 0 · ● Green 2 · ○ Not rated 2 (not available 1, not due yet 1)\n"
        "\n"
        "Exceptions\n"
        "■ Red: Audited MARAC cases that met at least two of the agreed outcomes (H5): 55%. Target: 80%\n"
        "■ Red: MARAC repeat victimisation (H6): 19%. Target: 11-15%\n"
        "\n"
        "Returns: 1 of 3 agencies have returned; rejected: 1; not returned: 1\n"
        "Not returned: DVIP\n"
        "Rejected: Metropolitan Police (Police.xlsx): the ids in column A were moved\n"
        "Coverage: 5 of 6 figures have a value. Incomplete: H3 (0 of 1).\n"
        "\n"
        f"Attached: {NAME}. Its sheet Summary has the rest.\n"
    )


@pytest.mark.parametrize(
    "words",
    [
        "WORKING EDITION · OFFICIAL-SENSITIVE Holds small numbers: do not forward",
        "Performance in Q2 2014/15",
        "■ Red 2 ▲ Amber 0 ● Green 2 ○ Not rated 2 (not available 1, not due yet 1)",
        "■ Red Audited MARAC cases that met at least two of the agreed outcomes (H5) 55% 80%",
        "■ Red MARAC repeat victimisation (H6) 19% 11-15%",
        "Returns: 1 of 3 agencies have returned; rejected: 1; not returned: 1",
        "Not returned: DVIP",
        "Rejected: Metropolitan Police (Police.xlsx): the ids in column A were moved",
        "Coverage: 5 of 6 figures have a value. Incomplete: H3 (0 of 1).",
        f"Attached: {NAME}.",
    ],
)
def test_html_says_the_same(words: str, tables: MasterTables, master: Path) -> None:
    assert words in body(make_draft(tables, master, CLEARED), "html")


def test_html_rates_by_colour_mark_and_word_and_fetches_nothing(tables: MasterTables, master: Path) -> None:
    part = parsed(make_draft(tables, master, CLEARED)).get_body(("html",))
    assert part is not None
    page = part.get_content()
    for name, look in RATINGS.items():
        assert f"background-color:{look.background};color:{look.text}'><strong>{look.mark} {name}" in page
    assert not any(word in page for word in ("<img", "<script", "<style", "<link", "url(", "http"))


@BOTH
def test_amber_comes_after_red_whatever_the_catalogues_order(form: str, tables: MasterTables, master: Path) -> None:
    changed = with_lines(tables, {"rating": "Amber", "label": "Second"}, {"rating": "Green"}, {"label": "First"})
    text = body(make_draft(changed, master, CLEARED), form)
    assert text.index("First (H5)") < text.index("Second (H5)")
    assert text.count("(H5)") == 2


@BOTH
def test_a_figure_that_is_never_published_is_never_quoted(form: str, master: Path) -> None:
    made = tables_of()
    items = tuple(
        replace(item, disclosure="never" if item.id == "H5.two" else "") for item in made.framework.items.values()
    )
    framework = replace(made.framework, tables={**made.framework.tables, "items": items})
    current = Round(framework, made.period, latest(published(framework)), {}, {}, (), (), ())
    withheld = master_tables(current, lines_of(current), made.generated)
    (line,) = (line for line in records(withheld.lines) if line["indicator"] == "H5" and line["role"] == "main")
    assert line["rating"] == "Red"
    assert "Must not be published" in line["publication"]
    plain, told = (body(make_draft(each, master, CLEARED), form) for each in (made, withheld))
    assert "55%" in plain
    assert "55%" not in told
    assert f"{line['title']} (H5)" in told
    assert WITHHELD in told


@BOTH
def test_says_so_where_there_is_nothing_to_say(form: str, master: Path) -> None:
    quiet = with_lines(tables_of(submission("Police", Status.ACCEPTED)), {"rating": "Green"})
    text = body(make_draft(quiet, master, CLEARED), form)
    assert "None: nothing is rated Red or Amber." in text
    assert "Not returned: Nobody: every return that is due has come." in text
    assert "Rejected: None." in text


@BOTH
def test_a_round_without_returns_does_not_claim_that_all_have_come(form: str, master: Path) -> None:
    text = body(make_draft(tables_of(), master, CLEARED), form)
    assert "Not returned: No return has come yet." in text


def test_a_round_without_lines_can_be_drafted(tables: MasterTables, master: Path) -> None:
    assert "0 of 0 figures" in body(make_draft(with_lines(tables), master, CLEARED), "plain")


@BOTH
def test_a_long_list_is_cut_and_says_by_how_much(form: str, tables: MasterTables, master: Path) -> None:
    many = with_lines(tables, *[{"label": f"Line {number}."} for number in range(13)])
    text = body(make_draft(many, master, CLEARED), form)
    assert "Line 9." in text
    assert "Line 10." not in text
    assert "3 more in the workbook" in text
    assert "Red 13" in text


@BOTH
def test_the_note_of_a_demonstration_stands_in_the_body(form: str, tables: MasterTables, master: Path) -> None:
    draft = make_draft(replace(tables, note="A demonstration: not real returns"), master, CLEARED)
    assert "A demonstration: not real returns" in body(draft, form)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        pytest.param({"markers": "[p]"}, "55% [p]", id="marker"),
        pytest.param({"rated": 0.6}, "55% (set against the target: 60%)", id="rated_on_another_basis"),
        pytest.param({"period": "first half of 2014/15"}, "55%, first half of 2014/15", id="another_span"),
        pytest.param({"coverage": "3 of 5"}, "55%, from 3 of 5 figures", id="not_all_figures"),
        pytest.param({"value": None, "rated": None, "shown": "12 to 15"}, "12 to 15", id="range"),
    ],
)
def test_figure_says_what_it_is(change: Row, expected: str, tables: MasterTables) -> None:
    (line,) = digest_of(with_lines(tables, change), NAME).exceptions
    assert line.figure == expected


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        pytest.param({"target_text": "80% by March"}, "80% by March", id="sources_words"),
        pytest.param({"target_text": "", "target": 0.8}, "80%", id="value"),
        pytest.param({"target_text": "", "target": None, "lower": 0.11, "upper": 0.15}, "11% to 15%", id="band"),
    ],
)
def test_target_says_what_it_is(change: Row, expected: str, tables: MasterTables) -> None:
    (line,) = digest_of(with_lines(tables, change), NAME).exceptions
    assert line.target == expected


def test_coverage_adds_up_what_was_asked_for(tables: MasterTables) -> None:
    changed = with_lines(
        tables, {"coverage": "3 of 5"}, {"coverage": "2 of 2", "label": "B"}, {"coverage": "not asked", "label": "C"}
    )
    assert digest_of(changed, NAME).coverage == "5 of 7 figures have a value. Incomplete: H5 (3 of 5)."


@pytest.mark.parametrize(
    ("value", "kind", "decimals", "expected"),
    [
        (0.84, "percent", 0, "84%"),
        (0.851063829787, "percent", 1, "85.1%"),
        (0.125, "percent", 0, "13%"),
        (0.285, "percent", 0, "29%"),
        (0.38, "percent", None, "38.0%"),
        (1880.0, "count", None, "1,880"),
        (88.0, "count", 1, "88"),
        (0.0, "count", 0, "0"),
        (-3.0, "count", 0, "−3"),
        (-0.4, "count", 0, "0"),
        (11.04, "rate", None, "11.0"),
        (1e-07, "rate", 1, "0.0"),
        (12345.678, "number", 2, "12,345.68"),
        (1200.0, "money", None, "£1,200"),
        (-1200.0, "money", 0, "−£1,200"),
    ],
)
def test_figures_read_as_people_write_them(value: float, kind: str, decimals: int | None, expected: str) -> None:
    assert figure_words(value, kind, decimals) == expected


# --- what others wrote ---------------------------------------------------------------------------


def test_text_from_returns_and_catalogue_is_text_in_the_page(master: Path) -> None:
    rejected = tables_of(submission("<b>Police</b>", Status.REJECTED, "A1 < B1 & 'C1'", "<img src=x>.xlsx"))
    changed = with_lines(replace(rejected, note="<i>"), {"label": "Cases <script>", "target_text": "<80%"})
    part = parsed(make_draft(changed, master, CLEARED)).get_body(("html",))
    assert part is not None
    page = part.get_content()
    assert not any(tag in page for tag in ("<b>", "<img", "<script>", "<i>", "<80%"))
    assert "<b>Police</b> (<img src=x>.xlsx): A1 < B1 & 'C1'" in words_in(page)


@BOTH
def test_letters_beyond_ascii_arrive(form: str, tmp_path: Path) -> None:
    tables = tables_of(submission("Heddlu Dyfed-Powys – Gŵyr", Status.REJECTED, "gwerth “–” yn B7", "Môn 二.xlsx"))
    master = workbook_at(tmp_path / "Ynys Môn 二_WORKING-EDITION.xlsx")
    draft = make_draft(tables, master, CLEARED)
    assert "Heddlu Dyfed-Powys – Gŵyr (Môn 二.xlsx): gwerth “–” yn B7" in body(draft, form)
    (attachment,) = parsed(draft).iter_attachments()
    assert attachment.get_filename() == "Ynys Môn 二_WORKING-EDITION.xlsx"
    assert draft.isascii()


def test_names_in_the_subject_arrive_and_add_no_header(tables: MasterTables, master: Path) -> None:
    area = "Ynys Môn\r\nBcc: other@example.org\u2028– a long name of an area, long enough for the header to be folded"
    settings = replace(tables.framework.settings, area=area, marking="OFFICIAL\n\nInjected")
    message = parsed(
        make_draft(replace(tables, framework=replace(tables.framework, settings=settings)), master, CLEARED)
    )
    assert message["Bcc"] is None
    assert message["Subject"] == (
        "[WORKING EDITION] Ynys Môn Bcc: other@example.org – a long name of an area, long enough for the header to be "
        "folded: Violence against women and girls: performance, Q2 2014/15 [OFFICIAL Injected]"
    )


def test_a_file_name_that_is_no_text_does_not_stop_the_draft(master: Path) -> None:
    tables = tables_of(submission("Police", Status.REJECTED, "damaged", "Pol\udcffice.xlsx"))
    assert "Police (Pol?ice.xlsx): damaged" in body(make_draft(tables, master, CLEARED), "plain")
