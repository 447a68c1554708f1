"""All forms of one claim are written and read back, and agree: codes, units, charges, dates, names, totals.

The forms are those of the registry: one that is added there is compared here.
"""

import json
import re
import subprocess
from collections.abc import Callable
from datetime import date, datetime
from typing import NamedTuple

from hypothesis import HealthCheck, given, settings

from necessity.adjudication.decide import Judge
from necessity.codesets.icd10cm.book import shipped
from necessity.codesets.procedures.units import UnitRule
from necessity.domain.claim import FiledBy
from necessity.domain.claim_paper import ClaimPaper, spoken_name
from necessity.domain.dates import spoken
from necessity.domain.full_claim import ClaimProvider, FullClaim, Name
from necessity.domain.funding import FundingKind
from necessity.domain.money import dollars
from necessity.domain.people import Sex
from necessity.formats.appeal.read import read as read_appeal
from necessity.formats.fax_cover.contents import cover_of
from necessity.formats.packet.view import day
from necessity.formats.pdf import attachments, open_pdf
from necessity.formats.registry import CLAIM_FORMATS, claim_format
from necessity.formats.x12 import Envelope, Submitter
from necessity.parameters.evidence import load_evidence
from necessity.stores.folder import load_case
from necessity.workflow.appeal import appeal_pdf, write_appeal
from necessity.workflow.claim_forms import ClaimForm
from necessity.workflow.draft_claim import ClaimRange
from necessity.workflow.packet import make_packet
from necessity.workflow.post_answers import post_answers
from necessity.workflow.posting.read_answers import read_answers
from necessity.workflow.prepare_claim import ClaimWish, prepare_claim
from tests import cast
from tests.claims import chen_in_therapy, therapy
from tests.conftest import EXAMPLES
from tests.strategies_papers import papers

CODED = ("superbill", "cms1500", "cms1500-print", "837p", "fhir")
FEW = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))


FILING = {FundingKind.GROUP_PLAN: "CI", FundingKind.MEDICARE: "MB", FundingKind.MEDICARE_ADVANTAGE: "16"}


class Said(NamedTuple):
    """What a form says that every other form of the claim must say as well."""

    control_number: str
    payer: str
    patient: str
    paid_to: str
    days_and_charges: tuple[tuple[date, date, int], ...]
    total: int
    paid: int


class Coded(NamedTuple):
    """What the forms with codes say beside that."""

    diagnoses: tuple[str, ...]
    lines: tuple[tuple[object, ...], ...]
    member_id: str | None
    frequency: str
    payer_claim_number: str | None
    billing_npi: str | None
    referring: str | None


def told(name: Name) -> str:
    """Names in capitals: the paper form has no others."""
    return spoken_name(name).upper()


def said(claim: FullClaim) -> Said:
    days = tuple((line.served_on, line.served_to or line.served_on, line.charge_cents) for line in claim.lines)
    return Said(
        claim.control_number,
        claim.payer.name.upper(),
        told(claim.patient.name),
        told(claim.billing_provider.name),
        days,
        claim.total_cents,
        claim.patient_paid_cents,
    )


def referring(provider: ClaimProvider | None) -> str | None:
    """Box 17 holds given and family name only."""
    return " ".join(part for part in (provider.name.first, provider.name.last) if part).upper() if provider else None


def coded(claim: FullClaim) -> Coded:
    lines = tuple(
        (
            line.procedure_code,
            line.modifiers,
            line.units,
            line.diagnosis_pointers,
            line.place_of_service or claim.place_of_service,
        )
        for line in claim.lines
    )
    return Coded(
        claim.diagnoses,
        lines,
        claim.member_id,
        claim.frequency,
        claim.payer_claim_number,
        claim.billing_provider.npi,
        referring(claim.referring_provider),
    )


def whole(claim: FullClaim) -> Coded:
    """Superbills carry no frequency: a receipt is not a claim."""
    return coded(claim)._replace(frequency="1", payer_claim_number=None)


def through_837p(paper: ClaimPaper) -> FullClaim:
    submitter = Submitter("MILL STREET CLINIC", "S1", "Desk", "5550100123")
    envelope = Envelope("S1", "R1", submitter, "CLEARING", 1, datetime(2026, 10, 1), "B1")
    one = claim_format("837p")
    return one.read(one.write([paper.claim], envelope)).claims[0]


def through(name: str) -> Callable[[ClaimPaper], FullClaim]:
    one = claim_format(name)

    def there_and_back(paper: ClaimPaper) -> FullClaim:
        if name == "837p":
            return through_837p(paper)
        content = one.write(paper.claim if name == "fhir" else paper)
        read = one.read(content)
        return read if isinstance(read, FullClaim) else read.claim

    return there_and_back


def shown(pdf: bytes) -> str:
    found = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return re.sub(r"[\s\u200b]+", " ", found.stdout.decode())


HERE = [one.name for one in CLAIM_FORMATS if one.name != "fax-cover"]


def agree(paper: ClaimPaper) -> None:
    """Read every form back and compare it with the claim itself."""
    for name in HERE:
        claim = through(name)(paper)
        assert said(claim) == said(paper.claim), name
        if name == "superbill":
            assert whole(claim) == whole(paper.claim)
        elif name in CODED:
            assert coded(claim) == coded(paper.claim), name
    cover = claim_format("fax-cover")
    read = cover.read(cover.write(cover_of(paper, from_provider=True)))
    assert (read.control_number, read.to.name) == (paper.claim.control_number, paper.claim.payer.name)
    assert read.sender == paper.claim.billing_provider.name


def widely_sendable(paper: ClaimPaper) -> ClaimPaper:
    """Fill what the electronic claim cannot be without, so that all forms can be written."""
    where = cast.dr_ghali().address.model_copy(update={"zip_code": "455011234"})
    claim = paper.claim
    paid = claim.billing_provider.model_copy(update={"npi": cast.NPI, "address": where, "taxonomy": "261QP2000X"})
    people = {
        who: person.model_copy(update={"address": where, "sex": person.sex or Sex.FEMALE})
        for who, person in (("patient", claim.patient), ("subscriber", claim.subscriber))
    }
    payer = claim.payer.model_copy(update={"address": where, "filing_indicator": FILING[claim.funding_kind]})
    lines = tuple(
        line.model_copy(
            update={
                "diagnosis_pointers": line.diagnosis_pointers or (1,),
                "place_of_service": line.place_of_service or "11",
            }
        )
        for line in claim.lines
    )
    changed = {
        "billing_provider": paid,
        "lines": lines,
        "place_of_service": "11",
        "signature_on_file": True,
        "payer": payer,
        **people,
    }
    return paper.model_copy(update={"claim": claim.model_copy(update=changed)})


@FEW
@given(papers(most_lines=8))
def test_every_form_of_a_claim_says_the_same(paper: ClaimPaper) -> None:
    """A payer that gets two papers of one claim compares them; so do we, first."""
    agree(widely_sendable(paper))


@FEW
@given(papers(most_lines=8))
def test_what_is_seen_on_the_pages_is_what_is_inside(paper: ClaimPaper) -> None:
    """The JSON in a page is no proof of what a person reads on it."""
    lines = paper.claim.lines
    for name in ("statement", "superbill", "cms1500"):
        text = shown(claim_format(name).write(paper))
        assert dollars(paper.claim.total_cents) in text, name
        for line in lines:
            assert spoken(line.served_on) in text, name
            assert dollars(line.charge_cents) in text, name
            assert ((line.procedure_code or "") in text) is (name != "statement"), name
        for code in paper.claim.diagnoses:
            written = code.replace(".", "") if name == "cms1500" else code
            assert (written in text) is (name != "statement"), name


def test_the_forms_of_a_therapy_claim_agree(judge: Judge) -> None:
    """Four visits of two codes each: eight lines, two sheets, one total."""
    visits = [
        therapy(f"s{n}", date(2026, 5, 4 + n), ("leg press", 24, "97110"), ("balance", 23, "97112")) for n in range(4)
    ]
    wish = ClaimWish(
        ClaimForm.SUPERBILL, range=ClaimRange("plan", claim="C1"), filed_by=FiledBy.PROVIDER, rule=UnitRule.CMS
    )
    prepared = prepare_claim(judge, shipped(), chen_in_therapy(*visits), wish, date(2026, 6, 1))
    (one,) = prepared.claims
    assert len(one.paper.claim.lines) == 8
    agree(one.paper)


def test_a_statement_for_an_account_agrees_with_the_sessions(judge: Judge) -> None:
    """What the account is asked for is what the log says was given."""
    case = cast.ada()
    wish = ClaimWish(ClaimForm.STATEMENT, range=ClaimRange("hsa"))
    (one,) = prepare_claim(judge, shipped(), case, wish, date(2026, 4, 1)).claims
    read = claim_format("statement").read(claim_format("statement").write(one.paper))
    logged = [(session.served_on, session.minutes, session.charge_cents) for session in case.sessions]
    assert [(line.served_on, line.minutes, line.charge_cents) for line in read.claim.lines] == logged
    assert read.balance_cents == 0


def test_the_packet_of_an_account_agrees_with_the_statement(judge: Judge) -> None:
    """Days, minutes and charges of the two papers an administrator may get are the same, and so is their total."""
    case, on = cast.bruno(), date(2026, 9, 1)
    decision = judge.decide(case, on)
    packet = make_packet(case, decision, "fsa", lambda _: None, on, "Example Administrator")
    rows = json.loads(attachments(open_pdf(packet.pdf))["statement.json"])["rows"]
    days = sorted(date.fromisoformat(row["served_on"]) for row in rows)
    wish = ClaimWish(ClaimForm.STATEMENT, range=ClaimRange("fsa", first=days[0], last=days[-1]))
    (one,) = prepare_claim(judge, shipped(), case, wish, on).claims
    read = claim_format("statement").read(claim_format("statement").write(one.paper)).claim
    listed = {row["id"]: (date.fromisoformat(row["served_on"]), row["minutes"], row["charge_cents"]) for row in rows}
    stated = {line.id: (line.served_on, line.minutes, line.charge_cents) for line in read.lines}
    assert listed
    assert listed == {id: stated[id] for id in listed}


def test_an_appeal_names_the_refused_lines_as_the_claim_has_them(judge: Judge) -> None:
    """Day, code and charge of each, and the claim's own number and the payer's."""
    case = load_case(EXAMPLES / "21_insurance_claim_answered").case
    with (EXAMPLES / "21_insurance_claim_answered" / "answers" / "835.x12").open("rb") as stream:
        answers = read_answers(stream, "835.x12", case).answers
    posted = post_answers(case, answers, date(2024, 9, 26)).case
    on = date(2024, 10, 1)
    contents = write_appeal(posted, "C-21", judge.decide(posted, on), load_evidence(), lambda _: None, on)
    back = read_appeal(appeal_pdf(contents))
    (denial,) = posted.denials
    own = {line.id: line for line in posted.claims[0].service_lines}
    refused = [own[id] for id in denial.lines]
    assert [(one.served_on, one.charged) for one in back.lines] == [
        (day(line.served_on), dollars(line.charge_cents or 0)) for line in refused
    ]
    assert all(str(line.procedure_code) in one.what for line, one in zip(refused, back.lines, strict=True))
    assert dict(back.rows)["The payer's claim number"] == posted.remittances[0].payer_claim_number
    assert [note.served_on for note in back.exhibits[0].notes] == [day(line.served_on) for line in refused]
