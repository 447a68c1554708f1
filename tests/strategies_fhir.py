"""Random whole claims that can be said in FHIR, for round trips and for the outside judges."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from necessity.domain.full_claim import (
    Assignment,
    ClaimPayer,
    ClaimPerson,
    ClaimProvider,
    Enclosure,
    Frequency,
    FullClaim,
    FullLine,
    Name,
    ProviderRole,
    RelationToSubscriber,
    Sex,
)
from necessity.domain.funding import FundingKind
from necessity.domain.letter import Condition, TrainingOrder
from necessity.domain.letter_draft import (
    CodeStanding,
    DraftClinician,
    DraftGoal,
    DraftStatement,
    LetterDraft,
    Speaker,
)
from necessity.domain.people import Address, Certification, Clinician, Licence, Patient, Trainer
from necessity.domain.training import Goal, Measurement, ServiceKind, TrainingPlan
from necessity.formats.fhir.writing.prescription import Prescription
from tests.cast import NPI

_LETTERS = st.characters(exclude_categories=["Cs", "Cc", "Cn", "Co"])
DAYS = st.dates(date(2024, 1, 1), date(2027, 12, 31))


def texts(most: int = 20) -> st.SearchStrategy[str]:
    """Texts without control characters, which FHIR does not allow."""
    nasty = st.sampled_from(
        ("O'Neil & Söhne", '"quoted"', "<b>", "\\u0041", "😀 e\u0301", "null", "0", "a  b", "x:y|z")
    )
    free = st.text(_LETTERS, min_size=1, max_size=most).map(lambda text: text.strip()).filter(bool)
    return nasty | free


def maybe(strategy: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return st.none() | strategy


addresses = st.builds(
    Address,
    street=maybe(texts()),
    city=maybe(texts()),
    state=maybe(st.sampled_from(("OH", "CA"))),
    zip_code=maybe(st.sampled_from(("45501", "455011234"))),
)
phones = maybe(st.from_regex(r"[0-9]{10}", fullmatch=True))
person_names = st.builds(Name, last=texts(), first=maybe(texts()), middle=maybe(texts()), suffix=maybe(texts(4)))
people = st.builds(
    ClaimPerson,
    name=person_names,
    born_on=maybe(st.dates(date(1930, 1, 1), date(2020, 1, 1))),
    sex=maybe(st.sampled_from(Sex)),
    address=addresses,
    phone=phones,
)
organisation_names = st.builds(Name, last=texts(), is_person=st.just(False))


def providers(names: st.SearchStrategy[Name] = person_names | organisation_names) -> st.SearchStrategy[ClaimProvider]:
    return st.builds(
        ClaimProvider,
        name=names,
        npi=maybe(st.just(NPI)),
        tax_id=maybe(st.from_regex(r"[0-9]{9}", fullmatch=True)),
        tax_id_is_personal=st.booleans(),
        taxonomy=maybe(st.sampled_from(("225100000X", "174400000X"))),
        credential=maybe(texts(5)),
        licence_number=maybe(texts(8)),
        address=addresses,
        phone=phones,
    )


@st.composite
def lines(draw: st.DrawFn, number: int, diagnoses: int) -> FullLine:
    served_on = draw(DAYS)
    pointers = st.lists(st.integers(1, diagnoses), max_size=4, unique=True) if diagnoses else st.just([])
    return FullLine(
        id=f"{number}-{draw(texts(5))}",
        served_on=served_on,
        served_to=draw(maybe(st.integers(0, 30).map(lambda days: served_on + timedelta(days)))),
        procedure_code=draw(maybe(st.sampled_from(("97110", "97150", "S9451", "0591T", "G0447")))),
        modifiers=tuple(draw(st.lists(st.sampled_from(("59", "GP", "KX", "25", "CQ")), max_size=4, unique=True))),
        words=draw(maybe(texts())),
        place_of_service=draw(maybe(st.sampled_from(("11", "12", "99")))),
        units=draw(maybe(st.integers(0, 99))),
        minutes=draw(maybe(st.integers(0, 1440))),
        starts_at=draw(maybe(st.times())),
        charge_cents=draw(st.integers(0, 99_999_999_999) | st.sampled_from((0, 1, 10, 8500, 29, 57, 113))),
        diagnosis_pointers=tuple(draw(pointers)),
        rendering_provider=draw(maybe(providers())),
        prescribed_on=draw(maybe(DAYS)),
        note=draw(maybe(texts())),
    )


@st.composite
def full_claims(draw: st.DrawFn) -> FullClaim:
    """A claim with anybody and anything that FullClaim allows and FHIR can say."""
    frequency = draw(st.sampled_from(Frequency))
    relation = draw(st.sampled_from(RelationToSubscriber))
    patient = draw(people)
    is_self = relation is RelationToSubscriber.SELF
    diagnoses = draw(st.lists(st.sampled_from(("M54.50", "E11.9", "I10", "Z68.35", "M17.11")), unique=True, max_size=5))
    count = draw(st.integers(1, 4))
    numbers = draw(st.lists(texts(10), max_size=3, unique=True))
    kinds = st.sampled_from(("letter_of_medical_necessity", "order", "receipt", "session_notes"))
    return FullClaim(
        control_number=draw(texts()),
        funding_kind=draw(st.sampled_from(FundingKind)),
        frequency=frequency,
        payer_claim_number=None if frequency is Frequency.FIRST else draw(texts()),
        payer=draw(
            st.builds(
                ClaimPayer,
                name=texts(),
                id=maybe(texts(8)),
                address=addresses,
                filing_indicator=maybe(st.sampled_from(("CI", "MB"))),
            )
        ),
        member_id=draw(maybe(texts())),
        group_number=draw(maybe(texts())),
        plan_name=draw(maybe(texts())),
        subscriber=patient if is_self else draw(people),
        patient=patient,
        relation=relation,
        billing_provider=draw(providers()),
        rendering_provider=draw(maybe(providers())),
        referring_provider=draw(maybe(providers())),
        referring_role=draw(st.sampled_from(ProviderRole)),
        supervising_provider=draw(maybe(providers())),
        service_facility=draw(maybe(providers(organisation_names))),
        place_of_service=draw(maybe(st.sampled_from(("11", "12")))),
        diagnoses=tuple(diagnoses),
        lines=tuple(draw(lines(number, len(diagnoses))) for number in range(1, count + 1)),
        patient_paid_cents=draw(st.integers(0, 99_999_999_999)),
        assignment=draw(st.sampled_from(Assignment)),
        benefits_assigned=draw(st.booleans()),
        release_signed=draw(st.booleans()),
        signature_on_file=draw(st.booleans()),
        prior_authorization=draw(maybe(texts())),
        onset_on=draw(maybe(DAYS)),
        treatment_began_on=draw(maybe(DAYS)),
        last_seen_on=draw(maybe(DAYS)),
        letter_signed_on=draw(maybe(DAYS)),
        filed_on=draw(DAYS),
        note=draw(maybe(texts(80))),
        enclosures=tuple(Enclosure(kind=draw(kinds), control_number=n, title=draw(maybe(texts()))) for n in numbers),
    )


def files_of(claim: FullClaim) -> st.SearchStrategy[dict[str, bytes]]:
    """Files for some of a claim's enclosures."""
    numbers = [enclosure.control_number for enclosure in claim.enclosures]
    content = st.binary(min_size=1, max_size=40) | st.just(b"%PDF-1.7 not really")
    return st.dictionaries(st.sampled_from(numbers), content) if numbers else st.just({})


measures = texts() | st.sampled_from(
    ("Minutes a week of moderate to vigorous activity", "steps_a_day", "resting heart rate")
)
units = maybe(st.sampled_from(("m", "minutes", "steps", "points", "%", "bpm")))
values = st.decimals(-(10**6), 10**6, places=2) | st.sampled_from((Decimal("1E+3"), Decimal("0"), Decimal("0.10")))
counts = maybe(st.integers(1, 60))


@st.composite
def letter_drafts(draw: st.DrawFn) -> LetterDraft:
    """A letter with anything known or not."""
    goals = st.builds(
        DraftGoal,
        measure=measures,
        unit=units,
        baseline=maybe(values),
        baseline_on=maybe(DAYS),
        target=maybe(values),
        by=maybe(DAYS),
        serves=maybe(texts()),
    )
    statements = st.builds(
        DraftStatement,
        id=texts(),
        words=texts(),
        by=st.sampled_from(Speaker),
        agreed=maybe(st.booleans()),
    )
    clinician = st.builds(
        DraftClinician,
        id=texts(),
        name=maybe(texts()),
        licence=maybe(st.sampled_from(Licence)),
        licence_number=maybe(texts()),
        licence_state=maybe(st.just("OH")),
        npi=maybe(st.just(NPI)),
        phone=phones,
        address=addresses,
    )
    return LetterDraft(
        case="ada",
        letter=draw(texts()),
        version=draw(st.integers(1, 9)),
        replaces=draw(maybe(texts())),
        drafted_on=draw(DAYS),
        patient_name=draw(maybe(texts())),
        patient_born_on=draw(maybe(DAYS)),
        member_id=draw(maybe(texts())),
        condition_name=draw(maybe(texts())),
        code=draw(maybe(st.sampled_from(("M54.50", "E11.9")))),
        code_standing=draw(st.sampled_from(CodeStanding)),
        code_note=draw(maybe(texts())),
        treatment=draw(maybe(st.sampled_from(ServiceKind))),
        sessions_per_week=draw(counts),
        minutes_per_session=draw(counts),
        weeks=draw(counts),
        starts_on=draw(maybe(DAYS)),
        goals=tuple(draw(st.lists(goals, max_size=3))),
        statements=tuple(draw(st.lists(statements, max_size=2))),
        clinician=draw(maybe(clinician)),
    )


@st.composite
def prescriptions(draw: st.DrawFn) -> Prescription:
    """An order with anything known or not."""
    names = ["walk", "chair"]
    goals = [
        Goal(
            id=name,
            measure=draw(maybe(measures)),
            unit=draw(units),
            serves=draw(maybe(texts())),
            baseline=draw(maybe(values)),
            target=draw(maybe(values)),
            reach_by_on=draw(maybe(DAYS)),
        )
        for name in draw(st.lists(st.sampled_from(names), unique=True))
    ]
    measured = st.builds(
        Measurement,
        id=texts(),
        kind=measures,
        value=maybe(values),
        unit=units,
        measured_on=maybe(DAYS),
        goal=st.sampled_from(names),
    )
    order = TrainingOrder(
        id="order1",
        ordered_on=draw(maybe(DAYS)),
        kind=draw(maybe(st.sampled_from(ServiceKind))),
        sessions_per_week=draw(counts),
        minutes_per_session=draw(counts),
        weeks=draw(counts),
        starts_on=draw(maybe(DAYS)),
        reason=draw(maybe(texts(60))),
        precautions=draw(maybe(texts(60))),
        stop_when=draw(maybe(texts(60))),
    )
    certification = st.builds(Certification, name=texts(), issuer=maybe(texts()), number=maybe(texts()))
    return Prescription(
        case="ada",
        order=order,
        patient=Patient(name=draw(maybe(texts())), born_on=draw(maybe(DAYS))),
        condition=draw(
            maybe(
                st.builds(
                    Condition,
                    id=st.just("back"),
                    name=maybe(texts()),
                    code=maybe(st.just("M54.50")),
                    is_diagnosed=maybe(st.booleans()),
                    diagnosed_on=maybe(DAYS),
                )
            )
        ),
        clinician=draw(
            maybe(
                st.builds(
                    Clinician,
                    id=st.just("ghali"),
                    name=maybe(texts()),
                    licence=maybe(st.sampled_from(Licence)),
                    npi=maybe(st.just(NPI)),
                    phone=phones,
                    address=addresses,
                )
            )
        ),
        trainer=draw(
            maybe(
                st.builds(
                    Trainer,
                    id=st.just("eli"),
                    name=maybe(texts()),
                    certifications=st.lists(certification, max_size=2).map(tuple),
                    address=addresses,
                )
            )
        ),
        plan=TrainingPlan(summary=draw(maybe(texts(60))), goals=tuple(goals)),
        measurements=tuple(draw(st.lists(measured, max_size=3, unique_by=lambda one: one.id))),
    )
