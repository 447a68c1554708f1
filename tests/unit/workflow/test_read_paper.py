"""Our own papers are known by what they carry, and a changed one is told; a foreign one is told with what to do."""

import io
from collections.abc import Callable
from datetime import date

import pikepdf
import pytest

from necessity.adjudication.decide import Judge
from necessity.cli import wiring
from necessity.domain.claim_paper import ClaimPaper
from necessity.domain.full_claim import ClaimPayer, Name
from necessity.domain.letter_papers import PaperKind
from necessity.domain.message import MessageSummary
from necessity.errors import FormatError
from necessity.formats.cms1500.write import write as write_print
from necessity.formats.cms1500.write import write_copy
from necessity.formats.fax_cover.contents import FaxCover
from necessity.formats.fax_cover.write import write as write_cover
from necessity.formats.fax_cover.write import write_fax
from necessity.formats.letter.write import write as write_letter
from necessity.formats.letter.write import write_paper
from necessity.formats.packet.write import write as write_packet
from necessity.formats.pdf import open_pdf, save
from necessity.formats.statement.write import write as write_statement
from necessity.formats.superbill.write import write as write_superbill
from necessity.parameters.evidence import load_evidence
from necessity.sealing.keys import KeyRing
from necessity.stores.folder import load_case
from necessity.workflow.appeal import appeal_pdf, write_appeal
from necessity.workflow.carried.our_papers import OurKind
from necessity.workflow.letter_papers import make_paper
from necessity.workflow.read_message import read_message
from tests import letters, packets, seals
from tests.claim_papers import adas_paper, chens_paper
from tests.conftest import EXAMPLES

ON = date(2026, 6, 30)
COVER = FaxCover(to=ClaimPayer(name="Example Plan"), sender=Name(last="Ada"), control_number="fsa-1", made_on=ON)


def read(content: bytes) -> MessageSummary:
    return read_message(io.BytesIO(content), "paper.pdf")


@pytest.fixture(scope="module")
def judge() -> Judge:
    return wiring.judge()


@pytest.fixture(scope="module")
def chens(judge: Judge) -> ClaimPaper:
    return chens_paper(judge)


@pytest.fixture(scope="module")
def papers(judge: Judge, chens: ClaimPaper) -> dict[str, bytes]:
    """Every paper that a program writes and a person may hand back."""
    bruno = load_case(EXAMPLES / "16_journey_fsa_denial").case
    letter = (EXAMPLES / "16_journey_fsa_denial" / "papers" / "letter.pdf").read_bytes()

    def paper(file: str) -> bytes | None:
        return letter if file.endswith("letter.pdf") else None

    appeal = write_appeal(bruno, "claim1", judge.decide(bruno, ON), load_evidence(), paper, ON)
    beside = make_paper(judge, letters.hypertension(), PaperKind.ORDER, on=ON)
    contents = packets.contents(packets.paper("r1", packets.pdf("a receipt"), "receipt.pdf"))
    return {
        OurKind.STATEMENT: write_statement(adas_paper(judge)),
        OurKind.SUPERBILL: write_superbill(chens),
        OurKind.CMS1500: write_copy(chens),
        OurKind.CMS1500_PRINT: write_print(chens),
        OurKind.FAX: write_cover(COVER),
        OurKind.LETTER: write_letter(seals.draft()),
        OurKind.LETTER_PAPER: write_paper(beside),
        OurKind.PACKET: write_packet(contents).pdf,
        OurKind.APPEAL: appeal_pdf(appeal),
    }


@pytest.mark.parametrize("kind", OurKind)
def test_each_paper_is_known_and_intact(papers: dict[str, bytes], kind: OurKind) -> None:
    """Whoever got a file need not know what it is called."""
    summary = read(papers[kind])
    assert (summary.kind, summary.required_findings) == (kind, 0)
    assert summary.title
    assert all(value for _, value in summary.about)


def drawn_over(content: bytes) -> bytes:
    """Draw a bar over the first page, as somebody would to change an amount."""
    pdf = open_pdf(content)
    page = pdf.pages[0]
    page.contents_add(pdf.make_stream(b"q 1 1 1 rg 72 500 200 40 re f Q"))
    return save(pdf)


def page_gone(content: bytes) -> bytes:
    pdf = open_pdf(content)
    pdf.pages.append(pdf.pages[-1])
    return save(pdf)


def record_changed(content: bytes) -> bytes:
    """Change a digit inside the record that is carried; the pages stay."""
    pdf = open_pdf(content)
    for name in list(pdf.attachments):
        held = pdf.attachments[name].get_file()
        if name.endswith(".json"):
            data = held.read_bytes().replace(b"2026", b"2025")
            pdf.attachments[name] = pikepdf.AttachedFileSpec(pdf, data, filename=name, mime_type="application/json")
    return save(pdf)


CHANGED = [kind for kind in OurKind if kind is not OurKind.CMS1500_PRINT]


@pytest.mark.parametrize("change", [drawn_over, page_gone, record_changed], ids=lambda one: one.__name__)
@pytest.mark.parametrize("kind", CHANGED)
def test_a_changed_paper_is_told(papers: dict[str, bytes], kind: OurKind, change: Callable[[bytes], bytes]) -> None:
    """Page or record: where the two do not agree, neither can be trusted."""
    summary = read(change(papers[kind]))
    assert summary.kind == kind
    assert summary.required_findings > 0
    assert all(one.next_step for one in summary.findings)


@pytest.mark.parametrize("kind", CHANGED)
def test_a_record_that_cannot_be_read_is_told(papers: dict[str, bytes], kind: OurKind) -> None:
    """It says it is ours, and what is inside is not as it was written."""
    pdf = open_pdf(papers[kind])
    for name in list(pdf.attachments):
        if name.endswith(".json"):
            pdf.attachments[name] = pikepdf.AttachedFileSpec(pdf, b"[1]", filename=name, mime_type="application/json")
    summary = read(save(pdf))
    assert summary.required_findings > 0


def test_a_claim_comes_with_its_lines_and_amounts(papers: dict[str, bytes], chens: ClaimPaper) -> None:
    """What a message of the same claim would say."""
    for kind in (OurKind.SUPERBILL, OurKind.CMS1500, OurKind.CMS1500_PRINT):
        summary = read(papers[kind])
        assert summary.totals["charged_cents"] == chens.claim.total_cents
        assert summary.totals["lines"] == len(chens.claim.lines)
        assert summary.claims[0]["control_number"] == chens.claim.control_number


def test_a_draft_says_that_it_is_one(chens: ClaimPaper) -> None:
    """It must not be filed."""
    draft = chens.model_copy(update={"is_draft": True})
    summary = read(write_copy(draft))
    assert "draft" in summary.title
    assert summary.required_findings == 0
    assert summary.next_steps == ()


def test_a_fax_is_counted(papers: dict[str, bytes]) -> None:
    """A page lost on the way is all that can be told of one."""
    whole = write_fax(COVER, packets.pdf("one", "two"))
    assert read(whole).required_findings == 0
    pdf = open_pdf(whole)
    del pdf.pages[1]
    assert "3 pages" in read(save(pdf)).findings[0].message


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, KeyRing]:
    return seals.sealed(tmp_path_factory.mktemp("keys"))


def test_a_sealed_letter_is_intact_only_byte_for_byte(sealed: tuple[bytes, KeyRing]) -> None:
    """And only for whoever knows the key."""
    content, ring = sealed
    known = read_message(io.BytesIO(content), "letter.pdf", lambda: ring)
    assert (known.kind, known.required_findings) == (OurKind.LETTER, 0)
    assert read(content).required_findings > 0
    for changed in (content + b" ", content.replace(b"/Type", b"/Tpye", 1)):
        told = read_message(io.BytesIO(changed), "letter.pdf", lambda: ring)
        assert told.required_findings > 0


def test_a_foreign_pdf_is_told_with_what_to_do() -> None:
    """It may be anything; what to do depends on what it is."""
    summary = read(packets.pdf("a letter from elsewhere"))
    assert (summary.kind, summary.required_findings) == ("PDF", 1)
    told = " ".join(summary.next_steps)
    assert all(words in told for words in ("letter lint", "post CASE --denial", "receipts.csv", "clauses"))


def test_a_script_in_a_foreign_pdf_is_told() -> None:
    """Before somebody opens it."""
    pdf = open_pdf(packets.pdf("hello"))
    pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
    assert any(one.check == "pdf.is_safe" for one in read(save(pdf)).findings)


@pytest.mark.parametrize("content", [b"%PDF-1.7", packets.pdf("x", password="secret"), packets.pdf("x")[:300]])
def test_what_cannot_be_opened_is_refused_in_words(content: bytes) -> None:
    """Unreadable is no answer about a paper."""
    with pytest.raises(FormatError) as caught:
        read(content)
    assert caught.value.next_step
