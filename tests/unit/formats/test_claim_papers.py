"""Statement, superbill and fax cover: what stands on each, and what must not."""

import subprocess

import pytest

from necessity.adjudication.decide import Judge
from necessity.domain.claim_paper import ClaimPaper, ClaimPayment
from necessity.domain.full_claim import Enclosure
from necessity.errors import FormatError
from necessity.formats.fax_cover.contents import cover_of
from necessity.formats.fax_cover.read import read as read_cover
from necessity.formats.fax_cover.write import write as write_cover
from necessity.formats.pdf import attachments, open_pdf
from necessity.formats.statement.read import read as read_statement
from necessity.formats.statement.write import write as write_statement
from necessity.formats.superbill.read import read as read_superbill
from necessity.formats.superbill.write import write as write_superbill
from tests.claim_papers import adas_paper, chens_paper
from tests.docs.test_words import promises


@pytest.fixture(scope="module")
def chens(judge: Judge) -> ClaimPaper:
    return chens_paper(judge)


@pytest.fixture(scope="module")
def adas(judge: Judge) -> ClaimPaper:
    return adas_paper(judge)


def shown(pdf: bytes) -> str:
    found = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return found.stdout.decode()


def inside(pdf: bytes) -> str:
    return "".join(content.decode() for content in attachments(open_pdf(pdf)).values())


def changed(paper: ClaimPaper, **update: object) -> ClaimPaper:
    return paper.model_copy(update={"claim": paper.claim.model_copy(update=update)})


def test_a_statement_holds_no_code_no_diagnosis_no_number_seen_or_inside(chens: ClaimPaper) -> None:
    """Whoever pays from an account needs none of it, and a file inside a page is read, too."""
    made = write_statement(chens)
    for text in (shown(made), inside(made)):
        for secret in ("97110", "97112", "M54.50", "M5450", "1234567893", "987654321", "1991"):
            assert secret not in text
    assert "leg press" in shown(made)
    assert "not a claim" in shown(made)
    assert promises(shown(made)) == []


def test_a_statement_carries_codes_only_where_the_payer_asks(chens: ClaimPaper) -> None:
    """Some day one will; then the licence notice stands with them."""
    text = shown(write_statement(chens, with_codes=True))
    assert "97110" in text
    assert "M54.50" not in text
    assert "CPT copyright American Medical Association" in text
    assert "because this payer asks for them" in text


def test_a_statement_adds_up(adas: ClaimPaper) -> None:
    """Charges, what was paid, what is open."""
    text = " ".join(shown(write_statement(adas)).split())
    assert "Charges $340.00 Paid $340.00 Still open $0.00" in text
    assert text.count("$85.00") >= 4


def test_payments_that_do_not_add_up_cannot_be_put_on_paper(adas: ClaimPaper) -> None:
    """Totals that differ from the claim's would be a second truth."""
    payment = ClaimPayment(receipt="r1", amount_cents=100, applied_cents=100)
    with pytest.raises(ValueError, match=r"\$1\.00"):
        ClaimPaper(claim=adas.claim, payments=(payment,), made_on=adas.made_on)


def test_a_superbill_holds_what_a_plan_asks_of_a_receipt(chens: ClaimPaper) -> None:
    """Provider with numbers, patient, who ordered and the letter, codes with minutes and units, payments, a signature."""
    text = " ".join(shown(write_superbill(chens)).split())
    for said in (
        "Mill Street Clinic",
        "NPI 1234567893",
        "tax no. 98-7654321",
        "born 30 Dec 1991",
        "Ordered by",
        "letter signed 20 Apr 2026",
        "A M54.50",
        "97110",
        "$30.64",
        "Paid in full by the patient. No benefits are assigned",
        "Provider, by hand",
        "CPT copyright American Medical Association",
        "not a claim",
    ):
        assert said in text, said
    assert promises(text) == []


def test_a_price_that_does_not_come_out_in_cents_is_not_shown(chens: ClaimPaper) -> None:
    """A rounded price times its units would be another charge."""
    line = chens.claim.lines[0].model_copy(update={"charge_cents": 6_129})
    text = shown(
        write_superbill(changed(chens, lines=(line,), patient_paid_cents=0).model_copy(update={"payments": ()}))
    )
    assert "$30.6" not in text
    assert "$61.29 are still open." in text


def test_the_end_of_a_session_is_shown_only_where_it_is_known(adas: ClaimPaper, chens: ClaimPaper) -> None:
    """Two codes of one visit share its start; which came first is not in the record."""
    assert "9:30 AM to 10:15 AM" in shown(write_statement(adas))
    assert "from 9:30 AM" in shown(write_superbill(chens))


def test_the_cover_of_a_fax_says_nothing_about_health(chens: ClaimPaper) -> None:
    """It lies in a tray that everybody passes."""
    papers = (
        Enclosure(kind="letter_of_medical_necessity", control_number="1", title="letter about back pain"),
        Enclosure(kind="receipt", control_number="2"),
    )
    cover = cover_of(changed(chens, enclosures=papers), from_provider=True, to_fax="5550100999", pages=9)
    made = write_cover(cover)
    for text in (shown(made), inside(made)):
        for secret in ("Chen", "M54.50", "97110", "back pain", "necessity", "EG-4004"):
            assert secret not in text
    text = " ".join(shown(made).split())
    assert "(555) 010-0999" in text
    assert "Pages, with this one 9" in text
    assert "– Letter" in text
    assert read_cover(made) == cover


def test_a_members_fax_comes_from_the_member(adas: ClaimPaper) -> None:
    """Nobody sends in another's name."""
    assert cover_of(adas, from_provider=False).sender == adas.claim.subscriber.name


def test_drafts_are_marked(chens: ClaimPaper) -> None:
    """Nobody files by mistake what was written to be looked at."""
    draft = chens.model_copy(update={"is_draft": True})
    for made in (write_statement(draft), write_superbill(draft)):
        assert "Draft. Not to be filed." in shown(made)
    assert "Draft. Not to be sent." in shown(write_cover(cover_of(draft, from_provider=True)))


@pytest.mark.parametrize("write", [write_statement, write_superbill])
def test_nothing_is_written_of_no_line(chens: ClaimPaper, write: object) -> None:
    """An empty statement looks like a lost page."""
    with pytest.raises(FormatError, match="empty"):
        write(changed(chens, lines=()))  # type: ignore[operator]


def test_a_paper_is_not_read_as_another(chens: ClaimPaper) -> None:
    """Each reader takes its own."""
    statement = write_statement(chens)
    for read in (read_superbill, read_cover):
        with pytest.raises(FormatError, match="holds no"):
            read(statement)
    assert read_statement(statement).claim.control_number == "C-1"


def test_the_same_paper_gives_the_same_bytes(chens: ClaimPaper) -> None:
    """Papers are compared years later."""
    assert write_statement(chens) == write_statement(chens)
    assert write_superbill(chens) == write_superbill(chens)
