"""Letters as pages: the same bytes, tagged, legible, honest about the signature, and refused where incomplete."""

import io
import re
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise

import pikepdf
import pytest
import zxingcpp
from PIL import Image

from necessity.adjudication.decide import Judge
from necessity.domain.letter_draft import LetterDraft, Speaker
from necessity.domain.letter_papers import LetterPaper, PaperKind
from necessity.domain.manifest import digest
from necessity.domain.signature import SignerLevel, SigningMethod
from necessity.errors import FormatError
from necessity.formats.letter.text import as_text, paper_as_text
from necessity.formats.letter.write import LETTER_FILE, Attachment, write, write_paper
from necessity.formats.pdf import attachments
from necessity.workflow.draft_letter import draft_letter
from necessity.workflow.letter_papers import make_paper
from tests import cast
from tests.docs.test_words import promises
from tests.letters import CASES, ON, agreed, back_pain, obesity, signature

AT_LEAST = 4.5
"""The contrast that WCAG 2 asks of text."""
CODE = "NEC-LETTER1-4F7A"


@pytest.fixture(scope="module")
def draft(judge: Judge) -> LetterDraft:
    return draft_letter(judge, back_pain(), letter="letter1", on=ON, funding_source="wageworks")


@pytest.fixture(scope="module")
def papers(judge: Judge) -> list[LetterPaper]:
    return [make_paper(judge, back_pain(), kind, on=ON) for kind in PaperKind]


@pytest.fixture(scope="module")
def all_pdfs(judge: Judge, draft: LetterDraft, papers: list[LetterPaper]) -> dict[str, bytes]:
    """Everything this format can write."""
    open_one = draft_letter(judge, obesity(), letter="letter1", on=ON)
    ready = agreed(draft)
    made = {
        "draft": write(draft, return_code=CODE),
        "open": write(open_one),
        "signed": write(ready, signature(ready)),
    }
    return made | {paper.kind: write_paper(paper) for paper in papers}


def text_of(pdf: bytes) -> str:
    found = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return found.stdout.decode()


def flat(pdf: bytes) -> str:
    return " ".join(text_of(pdf).split())


def elements(pdf: pikepdf.Pdf) -> Iterator[pikepdf.Dictionary]:
    """Walk the structure tree in reading order."""

    def walk(node: pikepdf.Object) -> Iterator[pikepdf.Dictionary]:
        if isinstance(node, pikepdf.Array):
            for kid in node:
                yield from walk(kid)
        elif isinstance(node, pikepdf.Dictionary) and "/S" in node:
            yield node
            yield from walk(node.get("/K", pikepdf.Array()))

    yield from walk(pdf.Root.StructTreeRoot.K)


def luminance(gray: float) -> float:
    return gray / 12.92 if gray <= 0.04045 else ((gray + 0.055) / 1.055) ** 2.4


def text_grays(pdf: pikepdf.Pdf) -> set[float]:
    """Find every gray that text is painted with."""
    found = set()
    for page in pdf.pages:
        fill = 0.0
        kept: list[float] = []
        for step in pikepdf.parse_content_stream(page):
            match str(step.operator):
                case "q":
                    kept.append(fill)
                case "Q":
                    fill = kept.pop()
                case "scn" | "sc" | "g":
                    assert len(step.operands) == 1, "a colour that is no gray: look at it"
                    fill = float(step.operands[0])
                case "Tj" | "TJ":
                    found.add(fill)
    return found


# ── what every page must be ───────────────────────────────────────────


def test_the_same_inputs_give_the_same_bytes(draft: LetterDraft, papers: list[LetterPaper]) -> None:
    """A letter made again years later must be the letter."""
    ready = agreed(draft)
    assert write(draft, return_code=CODE) == write(draft, return_code=CODE)
    assert write(ready, signature(ready)) == write(ready, signature(ready))
    assert [write_paper(paper) for paper in papers] == [write_paper(paper) for paper in papers]


def test_every_page_claims_pdf_a_and_pdf_ua_and_has_title_and_language(all_pdfs: dict[str, bytes]) -> None:
    """Typst refuses to claim what its own checks do not find."""
    for pdf in all_pdfs.values():
        with pikepdf.open(io.BytesIO(pdf)) as document:
            claims = document.Root.Metadata.read_bytes()
            assert b"<pdfaid:part>3<" in claims
            assert b"<pdfuaid:part>1<" in claims
            assert document.Root.MarkInfo.Marked
            assert str(document.Root.Lang) == "en-US"
            assert document.Root.ViewerPreferences.DisplayDocTitle


def test_every_font_is_embedded(all_pdfs: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory) -> None:
    """A letter must look the same on every machine, and PDF/A asks for it."""
    folder = tmp_path_factory.mktemp("fonts")
    for name, pdf in all_pdfs.items():
        (folder / f"{name}.pdf").write_bytes(pdf)
        command = ["pdffonts", str(folder / f"{name}.pdf")]
        shown = subprocess.run(command, capture_output=True, check=True, text=True).stdout
        fonts = shown.splitlines()[2:]
        assert fonts
        assert all(re.search(r"Identity-H\s+yes yes yes", font) for font in fonts), shown


def test_text_stands_out_from_the_paper(all_pdfs: dict[str, bytes]) -> None:
    """Even the quiet marks can be read by tired eyes: contrast against white."""
    for pdf in all_pdfs.values():
        with pikepdf.open(io.BytesIO(pdf)) as document:
            grays = text_grays(document)
        assert grays
        assert min(1.05 / (luminance(gray) + 0.05) for gray in grays) >= AT_LEAST


def test_headings_follow_each_other_without_a_gap(all_pdfs: dict[str, bytes]) -> None:
    """Who cannot see the page walks it by its headings."""
    for pdf in all_pdfs.values():
        with pikepdf.open(io.BytesIO(pdf)) as document:
            levels = [int(str(e.S)[2]) for e in elements(document) if re.fullmatch(r"/H\d", str(e.S))]
        assert levels[0] == 1
        assert all(after <= before + 1 for before, after in pairwise(levels))


def test_every_picture_says_what_it_shows(all_pdfs: dict[str, bytes]) -> None:
    """The mark for the way back is the only picture there is."""
    for name, pdf in all_pdfs.items():
        with pikepdf.open(io.BytesIO(pdf)) as document:
            figures = [str(e.get("/Alt", "")) for e in elements(document) if e.S == "/Figure"]
        assert figures == ([f"QR code with the text {CODE}"] if name == "draft" else [])


def test_no_page_promises_anything(all_pdfs: dict[str, bytes]) -> None:
    """The payer decides."""
    assert [said for pdf in all_pdfs.values() for said in promises(flat(pdf))] == []


def test_qpdf_finds_no_fault(all_pdfs: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory) -> None:
    """What we seal must be sound."""
    folder = tmp_path_factory.mktemp("sound")
    for name, pdf in all_pdfs.items():
        (folder / f"{name}.pdf").write_bytes(pdf)
        subprocess.run(["qpdf", "--check", str(folder / f"{name}.pdf")], capture_output=True, check=True)


# ── draft and signature ───────────────────────────────────────────────


def test_a_draft_says_on_every_page_that_it_is_not_signed(draft: LetterDraft) -> None:
    """Pages get parted; none may pass for a letter."""
    pages = text_of(write(draft)).split("\f")[:-1]
    assert len(pages) > 1
    assert all("Draft, not signed" in page for page in pages)


def test_a_signed_letter_says_who_how_when_and_what_a_seal_does_not_prove(draft: LetterDraft) -> None:
    """The seal proves bytes, not the person, and every text about it says so."""
    ready = agreed(draft)
    said = flat(write(ready, signature(ready)))
    assert "Draft" not in said
    for words in (
        "Signed by typing the name by Dr. Ghali on 12 May 2026, 14:05:09 UTC.",
        "Level 1 of 3",
        "By typing my name I sign this letter.",
        "NPI and licence: name, number and state agree. Checked by the front desk",
        ready.sha256[:32],
        ready.sha256[32:],
        "It does not prove who the person was.",
    ):
        assert words in said
    assert "Proved anew" not in said
    again = signature(ready, reauthenticated_at=datetime(2026, 5, 12, 14, 4, tzinfo=UTC))
    assert "Proved anew (UTC) 12 May 2026, 14:04:00" in flat(write(ready, again))


@pytest.mark.parametrize("level", SignerLevel)
@pytest.mark.parametrize("method", SigningMethod)
def test_every_level_and_method_has_its_words(draft: LetterDraft, level: SignerLevel, method: SigningMethod) -> None:
    """Level 0 never puts a letter in force, and the page says it."""
    ready = agreed(draft)
    again = datetime(2026, 5, 12, 14, 4, tzinfo=UTC)
    said = flat(write(ready, signature(ready, level=level, method=method, checks=(), reauthenticated_at=again)))
    assert f"Level {int(level)} of 3" in said
    assert ("is not put in force" in said) is (level == 0)
    assert "Nothing was checked." in said
    assert "12 May 2026, 14:04:00" in said


def test_a_signature_of_another_text_is_refused(draft: LetterDraft) -> None:
    """Any change after signing voids the signature."""
    ready = agreed(draft)
    other = ready.model_copy(update={"weeks": 52})
    with pytest.raises(FormatError, match="not of this text"):
        write(other, signature(ready))
    with pytest.raises(FormatError, match="version 2"):
        write(ready, signature(ready, version=2))


def test_a_signed_letter_leaves_nothing_required_open_and_says_which(judge: Judge) -> None:
    """A letter without a required fact cannot be sealed as complete."""
    half = draft_letter(judge, obesity(), letter="letter1", on=ON)
    with pytest.raises(FormatError, match="cannot leave these open") as caught:
        write(half, signature(half))
    assert any(fault.startswith("rationale: ") for fault in caught.value.faults)
    assert any(fault.startswith("necessary: ") for fault in caught.value.faults)


def test_a_statement_the_clinician_declined_is_not_printed_as_said(draft: LetterDraft) -> None:
    """A no never becomes a yes."""
    ready = agreed(draft)
    said = [one.model_copy(update={"agreed": one.id == "necessary"}) for one in ready.statements]
    some = ready.model_copy(update={"statements": tuple(said)})
    shown = flat(write(some, signature(some)))
    assert "is medically necessary" in shown
    assert "in no way for general health" not in shown
    assert "is medically necessary" in as_text(some)
    assert "in no way for general health" not in as_text(some)


def test_the_patients_statements_are_not_in_the_clinicians_letter(draft: LetterDraft) -> None:
    """The clinician signs medicine, nothing else."""
    patients = [one.words for one in draft.statements if one.by is Speaker.PATIENT]
    assert patients
    for words in (flat(write(draft)), as_text(draft)):
        assert not [one for one in patients if one in words]


# ── what travels inside, and the way back ─────────────────────────────


def test_the_letter_for_machines_travels_inside_byte_for_byte(draft: LetterDraft) -> None:
    """Its SHA-256 is what the signature names."""
    ready = agreed(draft)
    bundle = Attachment("letter.fhir.json", b'{"resourceType":"Bundle"}', "application/fhir+json", "The letter as FHIR")
    with pikepdf.open(io.BytesIO(write(ready, signature(ready), attachments=(bundle,)))) as document:
        inside = attachments(document)
    assert inside == {LETTER_FILE: ready.as_json(), "letter.fhir.json": bundle.content}
    assert digest(inside[LETTER_FILE]) == signature(ready).draft_sha256
    assert LetterDraft.model_validate_json(inside[LETTER_FILE]) == ready


def test_two_files_of_one_name_are_refused(draft: LetterDraft) -> None:
    """One would silently take the other's place."""
    twin = Attachment(LETTER_FILE, b"{}", "application/json", "another")
    with pytest.raises(FormatError, match="Two files are called"):
        write(draft, attachments=(twin,))


@pytest.mark.parametrize("code", [CODE, "https://example.org/back/" + "a1" * 40])
def test_the_mark_on_the_page_leads_back(draft: LetterDraft, code: str) -> None:
    """A photograph of the signed page must find its letter, and so must a person who types."""
    pdf = write(draft, return_code=code)
    drawn = subprocess.run(["pdftoppm", "-r", "150", "-png", "-f", "2", "-l", "2"], input=pdf, capture_output=True)
    page = Image.open(io.BytesIO(drawn.stdout))
    assert [found.text for found in zxingcpp.read_barcodes(page)] == [code]
    assert code[:30] in flat(pdf)


def test_names_and_words_from_outside_cannot_break_the_page(draft: LetterDraft) -> None:
    """Typst's own signs, foreign letters, endless words: all are only text."""
    nasty = '#panic("x") $x_1$ *b* _i_ <l> @r \\ ` [ ] // /* 陈 \x00 ' + "w" * 300
    section = draft.sections[0].model_copy(update={"paragraphs": (nasty,), "listed": (nasty,)})
    changed = draft.model_copy(update={"patient_name": nasty, "sections": (section,)})
    assert '#panic("x") $x_1$ *b* _i_ <l> @r' in flat(write(changed))


def test_a_draft_that_knows_nothing_can_still_be_printed() -> None:
    """It is then a page of questions."""
    bare = LetterDraft(case="empty", letter="letter1", drafted_on=ON)
    assert "Letter of medical necessity" in flat(write(bare))
    assert "LETTER OF MEDICAL NECESSITY" in as_text(bare)


# ── plain text ────────────────────────────────────────────────────────


def test_text_has_one_paragraph_a_line_and_folds_when_asked(draft: LetterDraft) -> None:
    """Pasted onto a letterhead, the other program folds the lines."""
    plain = as_text(draft)
    for section in draft.sections:
        assert set(section.paragraphs) <= set(plain.splitlines())
    assert max(len(line) for line in as_text(draft, width=72).splitlines()) <= 72
    assert " ".join(as_text(draft, width=72).split()) == " ".join(plain.split())


def test_what_the_letter_waits_for_stands_in_brackets_in_the_text(judge: Judge) -> None:
    """No copy may look whole that is not."""
    plain = as_text(draft_letter(judge, CASES["obesity"](), letter="letter1", on=ON))
    assert "[Why does personal training treat Dana's obesity, class 2?" in plain


# ── papers ────────────────────────────────────────────────────────────


def test_the_trainers_papers_do_not_name_the_condition_unless_told_to(judge: Judge) -> None:
    """A trainer needs the plan, not the diagnosis; the patient decides."""
    name = back_pain().conditions[0].name
    assert name is not None
    for kind in (PaperKind.TRAINING_PLAN, PaperKind.SESSION_NOTE, PaperKind.PROGRESS_REPORT):
        silent = paper_as_text(make_paper(judge, back_pain(), kind, on=ON))
        told = paper_as_text(make_paper(judge, back_pain(), kind, on=ON, names_condition=True))
        assert name not in silent
        assert "M54" not in silent
        assert name in told


def test_the_order_says_when_it_was_recorded_and_that_the_signature_has_its_own_day(judge: Judge) -> None:
    """An order written out later is not dated back."""
    said = flat(write_paper(make_paper(judge, CASES["hypertension"](), PaperKind.ORDER, on=ON)))
    assert "Ordered on 20 April 2026, as recorded; written out on 11 May 2026." in said
    assert "essential hypertension (ICD-10-CM I10)" in said


def test_the_account_holder_signs_beside_a_patient_who_is_somebody_else(judge: Judge) -> None:
    """Who claims the money certifies it."""
    case = back_pain()
    child = case.patient.model_copy(update={"relationship": "child"})
    holder = case.account_holder.model_copy(update={"name": "Bruno"})
    case = case.model_copy(update={"patient": child, "account_holder": holder})
    paper = make_paper(judge, case, PaperKind.PATIENT_STATEMENT, on=ON)
    assert [one.role for one in paper.signatures] == ["Patient, or who signs for the patient", "Account holder"]


def test_the_supervising_clinician_countersigns_where_there_is_one(judge: Judge) -> None:
    """Payers that pay supervised training ask who oversaw it."""
    case = back_pain()
    session = cast.session("s1", ON).model_copy(update={"supervisor": "pt"})
    watched = case.model_copy(update={"sessions": (session,)})
    for kind, count in ((PaperKind.SESSION_NOTE, 1), (PaperKind.PROGRESS_REPORT, 1), (PaperKind.TRAINING_PLAN, 2)):
        alone, with_one = (make_paper(judge, one, kind, on=ON).signatures for one in (case, watched))
        assert (len(alone), len(with_one)) == (count, count + 1)
        assert with_one[-1].role == "Supervising clinician"


def test_a_session_note_is_one_page(papers: list[LetterPaper]) -> None:
    """It is filled in standing, after each session."""
    note = next(paper for paper in papers if paper.kind is PaperKind.SESSION_NOTE)
    with pikepdf.open(io.BytesIO(write_paper(note))) as document:
        assert len(document.pages) == 1
