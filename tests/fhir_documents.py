"""FHIR documents for the tests: a letter, a signature, a claim, payers' answers in the styles that payers write."""

import json
import subprocess
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from necessity.domain.full_claim import (
    ClaimPayer,
    ClaimPerson,
    ClaimProvider,
    Enclosure,
    FullClaim,
    FullLine,
    Name,
    ProviderRole,
    RelationToSubscriber,
    Sex,
)
from necessity.domain.funding import FundingKind
from necessity.domain.letter_draft import (
    CodeStanding,
    DraftClinician,
    DraftGoal,
    DraftStatement,
    LetterDraft,
    Speaker,
)
from necessity.domain.people import Address, Licence
from necessity.domain.signature import SignatureRecord, SignerLevel, SigningMethod
from necessity.domain.training import ServiceKind
from tests.cast import NPI
from tests.conftest import ROOT

JUDGE = ROOT / "tools" / "fhir_judge"
CARIN = "http://hl7.org/fhir/us/carin-bb/CodeSystem/"
THO = "http://terminology.hl7.org/CodeSystem/"
CARC = "https://x12.org/codes/claim-adjustment-reason-codes"
RARC = "https://x12.org/codes/remittance-advice-remark-codes"


def draft(**changed: object) -> LetterDraft:
    """Ada's letter: everything said that an order needs."""
    clinician = DraftClinician(
        id="ghali",
        name="Dr. Ghali",
        licence=Licence.MD,
        licence_number="MD-1001",
        licence_state="OH",
        npi=NPI,
        address=Address(street="1 Clinic Way", city="Springfield", state="OH", zip_code="45501"),
    )
    goal = DraftGoal(
        measure="six-minute walk distance",
        unit="m",
        baseline=Decimal(410),
        baseline_on=date(2026, 2, 20),
        target=Decimal(500),
        by=date(2026, 6, 1),
        serves="climbing stairs",
    )
    said = DraftStatement(id="necessary", words="It is needed.", by=Speaker.CLINICIAN, agreed=True)
    asked = DraftStatement(id="not_general_health", words="Not for fitness.", by=Speaker.CLINICIAN)
    patients = DraftStatement(id="not_paid_elsewhere", words="Nobody else pays.", by=Speaker.PATIENT, agreed=True)
    values: dict[str, Any] = {
        "case": "ada",
        "letter": "letter1",
        "drafted_on": date(2026, 3, 1),
        "patient_name": "Ada",
        "patient_born_on": date(1980, 5, 17),
        "condition": "back",
        "condition_name": "chronic low back pain",
        "code": "M54.50",
        "code_standing": CodeStanding.VALID,
        "treatment": ServiceKind.PERSONAL_TRAINING,
        "sessions_per_week": 2,
        "minutes_per_session": 45,
        "weeks": 12,
        "starts_on": date(2026, 3, 9),
        "goals": (goal,),
        "statements": (said, asked, patients),
        "clinician": clinician,
    }
    return LetterDraft(**{**values, **changed})


def signature(under: LetterDraft, level: SignerLevel = SignerLevel.INDEPENDENT_CONTACT) -> SignatureRecord:
    """Dr. Ghali's signature under a draft."""
    return SignatureRecord(
        letter=under.letter,
        version=under.version,
        draft_sha256=under.sha256,
        signer="ghali",
        name="Dr. Ghali",
        method=SigningMethod.TYPED,
        intent="I sign this letter.",
        signed_at=datetime(2026, 3, 2, 15, 30, tzinfo=UTC),
        level=level,
    )


def claim(**changed: object) -> FullClaim:
    """Chen's claim to a group plan: two lines, a letter enclosed, a receipt announced."""
    chen = ClaimPerson(
        name=Name(last="Chen", first="C"),
        born_on=date(1991, 12, 30),
        sex=Sex.FEMALE,
        address=Address(street="2 Elm Street", city="Springfield", state="OH", zip_code="45501"),
        phone="9375550100",
    )
    studio = ClaimProvider(name=Name(last="Fay Studio", is_person=False), tax_id="987654321")
    therapist = ClaimProvider(name=Name(last="Ghali", first="G"), npi=NPI, taxonomy="225100000X", credential="PT")
    lines = tuple(
        FullLine(
            id=f"c1-{number}",
            served_on=date(2026, 5, day),
            procedure_code="97110",
            modifiers=("GP",),
            words="Exercise for strength",
            units=3,
            minutes=45,
            starts_at=time(9, 30),
            charge_cents=cents,
            diagnosis_pointers=(1,),
        )
        for number, day, cents in ((1, 4, 8510), (2, 7, 8520))
    )
    values: dict[str, Any] = {
        "control_number": "c1",
        "funding_kind": FundingKind.GROUP_PLAN,
        "payer": ClaimPayer(name="Example Health", id="EX001"),
        "member_id": "M-77",
        "group_number": "G-1",
        "plan_name": "Gold",
        "subscriber": chen,
        "patient": chen,
        "relation": RelationToSubscriber.SELF,
        "billing_provider": studio,
        "rendering_provider": therapist,
        "referring_provider": ClaimProvider(name=Name(last="Ghali", first="D"), npi=NPI),
        "referring_role": ProviderRole.ORDERING,
        "place_of_service": "11",
        "diagnoses": ("M54.50",),
        "lines": lines,
        "patient_paid_cents": 2000,
        "filed_on": date(2026, 5, 20),
        "letter_signed_on": date(2026, 3, 2),
        "note": "Letter enclosed.",
        "enclosures": (
            Enclosure(kind="letter_of_medical_necessity", control_number="c1-letter", title="Letter of Dr. Ghali"),
            Enclosure(kind="receipt", control_number="c1-receipt"),
        ),
    }
    return FullClaim(**{**values, **changed})


def concept(system: str, code: str) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code}]}


def amount(system: str, code: str, dollars: str, **more: object) -> dict[str, Any]:
    """One adjudicated amount; `dollars` keeps its digits."""
    return {"category": concept(system, code), "amount": {"value": Decimal(dollars), "currency": "USD"}, **more}


def claim_response(**changed: object) -> dict[str, Any]:
    """An answer to Chen's claim: one line paid in part, one refused."""
    paid = [
        amount(THO + "adjudication", "submitted", "85.10"),
        amount(THO + "adjudication", "eligible", "60.00"),
        amount(THO + "adjudication", "copay", "20.00"),
        amount(THO + "adjudication", "benefit", "40.00"),
        amount("https://x12.org/codes/claim-adjustment-group-codes", "CO", "25.10", reason=concept(CARC, "45")),
    ]
    refused = [
        amount(THO + "adjudication", "submitted", "85.20"),
        amount(THO + "adjudication", "benefit", "0"),
        amount(CARIN + "C4BBAdjudication", "noncovered", "85.20"),
        {"category": concept(CARIN + "C4BBAdjudicationDiscriminator", "denialreason"), "reason": concept(CARC, "50")},
        {"category": concept(CARIN + "C4BBAdjudicationDiscriminator", "denialreason"), "reason": concept(RARC, "N706")},
    ]
    trace = "http://hl7.org/fhir/us/davinci-pas/StructureDefinition/extension-itemTraceNumber"
    return {
        "resourceType": "ClaimResponse",
        "status": "active",
        "type": concept(THO + "claim-type", "professional"),
        "use": "claim",
        "identifier": [{"value": "PAYER-9"}],
        "patient": {"display": "Chen"},
        "created": "2026-06-02",
        "insurer": {"display": "Example Health"},
        "request": {"identifier": {"value": "c1"}},
        "outcome": "complete",
        "disposition": "One line was refused.",
        "item": [
            {
                "itemSequence": 1,
                "adjudication": paid,
                "extension": [{"url": trace, "valueIdentifier": {"value": "c1-1"}}],
            },
            {"itemSequence": 2, "adjudication": refused, "noteNumber": [1]},
        ],
        "total": [
            amount(THO + "adjudication", "submitted", "170.30"),
            amount(THO + "adjudication", "benefit", "40.00"),
        ],
        "payment": {
            "type": concept(THO + "ex-paymenttype", "complete"),
            "date": "2026-06-05",
            "amount": {"value": Decimal("40.00"), "currency": "USD"},
            "identifier": {"value": "EFT-1"},
        },
        "processNote": [{"number": 1, "type": "display", "text": "Send the session notes."}, {"text": "Thank you."}],
        **changed,
    }


def explanation_of_benefit(**changed: object) -> dict[str, Any]:
    """The same in the style of CARIN Blue Button, as a member gets it."""
    adjudications = [
        amount(THO + "adjudication", "submitted", "85.10"),
        amount(THO + "adjudication", "eligible", "60.00"),
        amount(THO + "adjudication", "deductible", "35.00"),
        amount(CARIN + "C4BBAdjudication", "coinsurance", "5.00"),
        amount(THO + "adjudication", "benefit", "20.00"),
        amount(CARIN + "C4BBAdjudication", "paidtoprovider", "20.00"),
        amount(CARIN + "C4BBAdjudication", "noncovered", "0.00"),
        {
            "category": concept(CARIN + "C4BBAdjudicationDiscriminator", "benefitpaymentstatus"),
            "reason": concept(CARIN + "C4BBPayerAdjudicationStatus", "outofnetwork"),
        },
    ]
    number = {
        "sequence": 1,
        "category": concept(CARIN + "C4BBSupportingInfoType", "patientaccountnumber"),
        "valueString": "c1",
    }
    return {
        "resourceType": "ExplanationOfBenefit",
        "status": "active",
        "type": concept(THO + "claim-type", "professional"),
        "use": "claim",
        "identifier": [{"type": concept(CARIN + "C4BBIdentifierType", "uc"), "value": "UC-3"}],
        "patient": {"display": "Chen"},
        "created": "2026-06-02T00:00:00+00:00",
        "insurer": {"display": "Example Health"},
        "provider": {"display": "Fay Studio"},
        "outcome": "complete",
        "insurance": [{"focal": True, "coverage": {"display": "Gold"}}],
        "supportingInfo": [number],
        "item": [
            {
                "sequence": 1,
                "productOrService": concept("http://www.ama-assn.org/go/cpt", "97110"),
                "servicedDate": "2026-05-04",
                "adjudication": adjudications,
            }
        ],
        "total": [
            amount(THO + "adjudication", "submitted", "85.10"),
            amount(CARIN + "C4BBAdjudication", "paidtoprovider", "20.00"),
        ],
        **changed,
    }


def judged(documents: Sequence[bytes]) -> list[list[dict[str, str]]]:
    """Ask the npm package `fhir`, all documents in one run: its messages, one list a document."""
    if not (JUDGE / "node_modules" / "fhir").is_dir():
        raise AssertionError('The outside judge of FHIR is not installed. "make test" does it, once (npm ci).')
    run = subprocess.run(["node", JUDGE / "judge.js"], input=b"".join(documents), capture_output=True, check=False)
    assert run.returncode == 0, run.stderr.decode()
    return [json.loads(line) for line in run.stdout.splitlines()]
