"""What goes out carries claims, and the record follows: by fax with a cover, in a message, as an appeal."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from necessity.domain.case import Case
from necessity.domain.claim import ClaimState
from necessity.formats.fax_cover.read import read
from necessity.formats.pdf import attachments, bookmarks, open_pdf, save
from necessity.stores.folder import load_case
from tests.conftest import EXAMPLES
from tests.console import Shell

ON = ("--on", "2026-07-01")


@pytest.fixture
def case(tmp_path: Path) -> Path:
    """Bruno's six sessions that can be claimed from the health FSA."""
    folder = tmp_path / "bruno"
    shutil.copytree(EXAMPLES / "02_fsa_diabetes_two_too_early", folder)
    return folder


@pytest.fixture
def drafted(shell: Shell, case: Path) -> Path:
    """The same with a claim in the record, its statement and its packet."""
    words = ("--as", "statement", "--to", "fsa", "--from", "2026-04-14", "--save", "-o", "statement.pdf", *ON)
    assert shell("claim", "bruno", *words).code == 0
    assert shell("packet", "bruno", "--to", "fsa", "-o", "packet.pdf", *ON).code == 0
    return case


def record(folder: Path) -> Case:
    return load_case(folder).case


def text_of(pdf: Path) -> list[str]:
    read = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], capture_output=True, check=True, text=True)
    return read.stdout.split("\f")


def test_a_fax_is_cover_and_packet_in_one_and_says_how_many_pages(shell: Shell, drafted: Path) -> None:
    """Whoever receives it must see whether a page is missing, and see nothing about health on top."""
    words = ("--to", "fsa", "--by", "fax", "--fax", "555-010-0999", *ON)
    added = json.loads(shell("outbox", "bruno", "add", "packet.pdf", *words, "--json").out)
    fax = drafted / added["file"]
    cover, pages = read(fax.read_bytes()), text_of(fax)
    packet = open_pdf((drafted.parent / "packet.pdf").read_bytes())
    assert (cover.pages, added["pages"]) == (1 + len(packet.pages), 1 + len(packet.pages))
    assert (cover.control_number, cover.to.name, cover.to_fax) == ("fsa-20260430", "HealthEquity", "5550100999")
    assert "Pages, with this one" in pages[0]
    assert "diabetes" not in pages[0].lower()
    assert "Request for reimbursement" in pages[1]
    with open_pdf(fax.read_bytes()) as made:
        assert list(attachments(made)) == ["fax-cover.json"]
        assert [mark.page for mark in bookmarks(made)] == [1, 2]
    assert any(f"Count: {cover.pages} pages, the cover among them" in step for step in added["steps"])


def test_the_claim_in_a_packet_follows_it_from_draft_to_filed_and_back(shell: Shell, drafted: Path) -> None:
    """Nobody writes the same thing down twice."""
    added = json.loads(shell("outbox", "bruno", "add", "packet.pdf", "--to", "fsa", "--by", "portal", "--json").out)
    assert added["claims"] == ["fsa-20260430"]
    sent = shell("outbox", "bruno", "sent", "fsa-portal", "--on", "2026-07-03")
    assert "claim fsa-20260430 (filed), filed on 3 Jul 2026" in sent.out
    claim = record(drafted).claims[0]
    assert (claim.state, str(claim.filed_on)) == (ClaimState.FILED, "2026-07-03")
    assert "It was sent on 3 Jul 2026" in " ".join(shell("follow", "bruno", "--on", "2026-07-04").out.split())
    assert shell("outbox", "bruno", "failed", "fsa-portal", "--on", "2026-07-06").code == 0
    claim = record(drafted).claims[0]
    assert (claim.state, claim.filed_on) == (ClaimState.DRAFT, None)


def test_the_statement_and_the_packet_of_a_claim_do_not_both_go(shell: Shell, drafted: Path) -> None:
    """Two papers for one claim are two requests for the same money."""
    shell("outbox", "bruno", "add", "packet.pdf", "--to", "fsa", "--by", "portal")
    shell("outbox", "bruno", "add", "statement.pdf", "--to", "fsa", "--by", "post")
    assert shell("outbox", "bruno", "sent", "fsa-portal").code == 0
    again = shell("outbox", "bruno", "sent", "fsa-post")
    assert again.code == 2
    assert "Claim fsa-20260430 went to fsa by portal already, as fsa-portal." in " ".join(again.err.split())


def test_a_run_that_broke_off_is_caught_up_by_looking(shell: Shell, drafted: Path) -> None:
    """The outbox was written, the record was not: the next command, whichever, mends that."""
    shell("outbox", "bruno", "add", "packet.pdf", "--to", "fsa", "--by", "portal")
    shell("outbox", "bruno", "sent", "fsa-portal", "--on", "2026-07-03")
    toml, outbox = drafted / "case.toml", drafted / "outbox.toml"
    toml.write_text(
        toml.read_text().replace('state = "filed"', 'state = "draft"').replace("filed_on = 2026-07-03\n", "")
    )
    outbox.write_text(outbox.read_text().replace('record_knows = "sent"\n', ""))
    assert record(drafted).claims[0].state is ClaimState.DRAFT
    assert shell("outbox", "bruno").code == 0
    assert record(drafted).claims[0].state is ClaimState.FILED


def test_a_paper_for_another_payer_stays_at_home(shell: Shell, drafted: Path) -> None:
    """What one payer is told is none of another's business."""
    text = (drafted / "case.toml").read_text()
    other = '[[funding_source]]\nid = "stipend"\nkind = "wellness_stipend"\nheld = true\n\n'
    (drafted / "case.toml").write_text(text.replace("[[funding_source]]\n", other + "[[funding_source]]\n", 1))
    told = shell("outbox", "bruno", "add", "packet.pdf", "--to", "stipend", "--by", "post")
    assert told.code == 2
    assert "This paper is for HealthEquity, not for stipend" in " ".join(told.err.split())


@pytest.fixture
def denied(tmp_path: Path) -> Path:
    """Bruno's refused claim."""
    folder = tmp_path / "denied"
    shutil.copytree(EXAMPLES / "16_journey_fsa_denial", folder)
    return folder


def test_an_appeal_goes_without_the_page_for_its_sender_and_its_day_is_noted(shell: Shell, denied: Path) -> None:
    """What is missing is nobody else's business; the plan's time to decide begins on that day."""
    shell("appeal", "denied", "claim1", "-o", "appeal.pdf", "--on", "2026-06-30")
    added = json.loads(shell("outbox", "denied", "add", "appeal.pdf", "--to", "fsa", "--by", "post", "--json").out)
    assert (added["appeals"], added["asks_review"], added["claims"]) == ("denial1", False, [])
    sent, written = text_of(denied / added["file"]), text_of(denied.parent / "appeal.pdf")
    assert "Before you send this" in written[-2]
    assert "Before you send this" not in "".join(sent)
    assert len(sent) == len(written) - 1
    assert shell("outbox", "denied", "sent", "fsa-post", "--on", "2026-07-02").code == 0
    assert str(record(denied).denials[0].appealed_on) == "2026-07-02"
    assert record(denied).claims[0].state is ClaimState.APPEALED
    told = " ".join(shell("follow", "denied", "--on", "2026-07-03").out.split())
    assert "2 Jul 2026" in told


def test_an_appeal_that_was_changed_is_not_sent(shell: Shell, denied: Path) -> None:
    """Its own record says something else."""
    shell("appeal", "denied", "claim1", "-o", "appeal.pdf", "--on", "2026-06-30")
    pdf = open_pdf((denied.parent / "appeal.pdf").read_bytes())
    del pdf.pages[0]
    (denied.parent / "appeal.pdf").write_bytes(save(pdf))
    told = shell("outbox", "denied", "add", "appeal.pdf", "--to", "fsa", "--by", "post")
    assert told.code == 2
    assert "no longer what was written" in told.err


def test_a_draft_and_somebody_else_s_paper_stay_at_home(shell: Shell, drafted: Path, denied: Path) -> None:
    """What is marked as a draft is not to be filed, and another person's packet is nobody's business."""
    told = shell("outbox", "denied", "add", "packet.pdf", "--to", "fsa", "--by", "post")
    assert told.code == 2
    assert "is of the case" in " ".join(told.err.split())


def test_a_file_that_says_another_claim_than_its_owner_is_asked_about(shell: Shell, drafted: Path) -> None:
    """One of the two is a slip, and a claim noted as filed that was not is lost."""
    shell("claim", "bruno", "--as", "statement", "--to", "fsa", "--from", "2026-04-28", "--number", "other", "--save",
          "-o", "other.pdf", *ON)  # fmt: skip
    words = ("--to", "fsa", "--by", "post", "--claim", "fsa-20260430")
    told = shell("outbox", "bruno", "add", "other.pdf", *words)
    assert told.code == 2
    assert "The file holds other, not fsa-20260430" in " ".join(told.err.split())


def test_only_pages_are_faxed(shell: Shell, drafted: Path) -> None:
    """A message has none."""
    (drafted.parent / "claim.x12").write_text("ISA*00*")
    told = shell("outbox", "bruno", "add", "claim.x12", "--to", "fsa", "--by", "fax")
    assert told.code == 3
    assert "has no pages" in told.err


def test_a_file_without_a_claim_says_that_nothing_follows_it(shell: Shell, case: Path) -> None:
    """Else its owner waits for a record that never moves."""
    shell("packet", "bruno", "--to", "fsa", "-o", "packet.pdf", *ON)
    added = shell("outbox", "bruno", "add", "packet.pdf", "--to", "fsa", "--by", "portal")
    assert "No claim of the record goes with it" in added.out
