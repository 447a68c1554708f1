"""A whole fax: the cover counts it, and nothing travels that a fax machine would not send."""

import io
from datetime import date

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Stream

from necessity.domain.full_claim import ClaimPayer
from necessity.domain.full_claim import Name as PersonName
from necessity.errors import FormatError
from necessity.formats.fax_cover.contents import FaxCover
from necessity.formats.fax_cover.read import read
from necessity.formats.fax_cover.write import write_fax
from necessity.formats.pdf import attach, attachments, open_pdf, save
from tests import packets

ON = date(2026, 7, 1)


def cover(**changed: object) -> FaxCover:
    says = {"to": ClaimPayer(name="Example Plan"), "sender": PersonName(last="Ada"), "control_number": "fsa-1"}
    return FaxCover(**{**says, "made_on": ON, **changed})


def stamped() -> bytes:
    """A page with a stamp in an annotation, a link, a form, a script and a file inside."""
    pdf = open_pdf(packets.pdf("one", "two"))
    drawn = Stream(pdf, b"1 0 0 rg 0 0 40 20 re f", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 40, 20]))
    box = Array([100, 100, 140, 120])
    stamp = Dictionary(Type=Name.Annot, Subtype=Name.Stamp, Rect=box, F=4, AP=Dictionary(N=pdf.make_indirect(drawn)))
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=box, A=Dictionary(S=Name.URI, URI="https://example.org"))
    pdf.pages[0].obj.Annots = Array([pdf.make_indirect(stamp), pdf.make_indirect(link)])
    pdf.Root.AcroForm = Dictionary(Fields=Array([]), SigFlags=3)
    pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS="app.alert(1)")
    attach(pdf, "diagnosis.txt", b"private", "text/plain", "About", ON)
    return save(pdf)


def test_the_cover_counts_itself_and_what_follows() -> None:
    """A fax that broke off is told by its number of pages."""
    made = write_fax(cover(), packets.pdf("one", "two", "three"))
    assert (read(made).pages, len(open_pdf(made).pages)) == (4, 4)


def test_only_pages_travel_and_what_was_stamped_on_them_stays() -> None:
    """Files, scripts and forms inside a paper are nobody's business; the stamp of a doctor is."""
    papers = stamped()
    made = write_fax(cover(), papers)
    with open_pdf(made) as pdf:
        assert list(attachments(pdf)) == ["fax-cover.json"]
        assert {"/AcroForm", "/OpenAction"} & set(pdf.Root.keys()) == set()
        assert [page.obj.get("/Annots") for page in pdf.pages] == [None] * 3
        content = b"".join(one.read_bytes() for one in pdf.pages[1].Contents) if isinstance(
            pdf.pages[1].Contents, Array
        ) else pdf.pages[1].Contents.read_bytes()  # fmt: skip
        assert b" Do" in content
    assert b"private" not in made


def test_the_same_fax_has_the_same_bytes() -> None:
    """It is compared years later."""
    assert write_fax(cover(), stamped()) == write_fax(cover(), stamped())


def test_a_number_of_the_sender_is_not_called_a_claim() -> None:
    """The payer would look for a claim that is not there."""
    from necessity.formats.fax_cover.view import view

    assert ["Claim", "fsa-1"] in view(cover())["rows"]  # type: ignore[operator]
    assert ["Sender's number", "fsa-1"] in view(cover(is_of_claim=False))["rows"]  # type: ignore[operator]


def test_what_is_no_pdf_is_not_faxed() -> None:
    """Told in words, with what to do."""
    with pytest.raises(FormatError) as caught:
        write_fax(cover(), b"%PDF-1.7 broken")
    assert caught.value.next_step


def test_a_fax_can_be_opened_by_others() -> None:
    """Structure as the standard wants it."""
    with pikepdf.open(io.BytesIO(write_fax(cover(), stamped()))) as pdf:
        assert pdf.check_pdf_syntax() == []
