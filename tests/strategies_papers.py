"""Random claims as papers and forms hold them: `full_claims` fit every form, `wild_claims` do not care."""

from datetime import date, time

from hypothesis import strategies as st

from necessity.domain.claim import Frequency
from necessity.domain.claim_paper import ClaimPaper, ClaimPayment
from necessity.domain.full_claim import (
    Assignment,
    ClaimPayer,
    ClaimPerson,
    ClaimProvider,
    FullClaim,
    FullLine,
    Name,
    ProviderRole,
    RelationToSubscriber,
)
from necessity.domain.funding import FundingKind
from necessity.domain.people import Address, Sex
from tests import cast

PLANS = (FundingKind.GROUP_PLAN, FundingKind.MEDICARE, FundingKind.MEDICARE_ADVANTAGE)
CODES = ("97110", "97112", "97140", "97530", "97116", "S9451")
DIAGNOSES = (
    "M54.50",
    "E11.9",
    "I10",
    "M17.11",
    "Z74.1",
    "M62.81",
    "R26.89",
    "M25.561",
    "M54.2",
    "E66.811",
    "I70.211",
    "G20.A1",
)


def words(longest: int = 12, alphabet: str = "ABCDEFGHIKLMNOPRSTUW") -> st.SearchStrategy[str]:
    return st.text(alphabet, min_size=1, max_size=longest)


def wild_words(longest: int = 80) -> st.SearchStrategy[str]:
    return st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=longest).filter(
        lambda t: bool(t.strip())
    )


def maybe(strategy: st.SearchStrategy[str]) -> st.SearchStrategy[str | None]:
    return st.none() | strategy


DAYS = st.dates(date(2024, 1, 1), date(2026, 9, 30))
PHONES = st.from_regex(r"[2-9][0-9]{9}", fullmatch=True)


@st.composite
def names(draw: st.DrawFn, text: st.SearchStrategy[str], *, is_person: bool = True) -> Name:
    if not is_person:
        return Name(last=draw(text), is_person=False)
    first = draw(maybe(text))
    middle = draw(maybe(words(1))) if first else None
    return Name(last=draw(text), first=first, middle=middle)


@st.composite
def addresses(draw: st.DrawFn, text: st.SearchStrategy[str]) -> Address:
    if draw(st.booleans()):
        return Address()
    code = draw(st.from_regex(r"[0-9]{5}([0-9]{4})?", fullmatch=True))
    return Address(street=draw(text), city=draw(text), state=draw(st.sampled_from(("OH", "CA", "NY"))), zip_code=code)


@st.composite
def persons(draw: st.DrawFn, text: st.SearchStrategy[str]) -> ClaimPerson:
    return ClaimPerson(
        name=draw(names(text)),
        born_on=draw(st.dates(date(1930, 1, 1), date(2020, 12, 31))),
        sex=draw(st.sampled_from((None, Sex.FEMALE, Sex.MALE))),
        address=draw(addresses(text)),
        phone=draw(maybe(PHONES)),
    )


@st.composite
def providers(draw: st.DrawFn, text: st.SearchStrategy[str], *, is_person: bool) -> ClaimProvider:
    return ClaimProvider(
        name=draw(names(text, is_person=is_person)),
        npi=draw(st.sampled_from((None, cast.NPI))),
        tax_id=None if is_person else "987654321",
        tax_id_is_personal=False,
        taxonomy=draw(st.sampled_from((None, "225100000X"))),
        credential=draw(st.sampled_from((None, "PT"))) if is_person else None,
        licence_number=draw(st.sampled_from((None, "PT-3003"))) if is_person else None,
        address=draw(addresses(text)),
        phone=draw(maybe(PHONES)),
    )


@st.composite
def lines(draw: st.DrawFn, number: int, text: st.SearchStrategy[str], diagnoses: int) -> FullLine:
    served_on = draw(DAYS)
    pointers = draw(st.lists(st.integers(1, diagnoses), max_size=4, unique=True)) if diagnoses else []
    minutes = draw(st.none() | st.integers(1, 120))
    return FullLine(
        id=f"line{number}",
        served_on=served_on,
        procedure_code=draw(st.sampled_from(CODES)),
        modifiers=tuple(draw(st.lists(st.sampled_from(("GP", "59", "KX", "CQ")), max_size=4, unique=True))),
        words=draw(maybe(text)),
        place_of_service=draw(st.sampled_from((None, "11", "12"))),
        units=draw(st.integers(1, 99)),
        minutes=minutes,
        starts_at=draw(st.none() | st.times(time(6, 0), time(20, 0)).map(lambda t: t.replace(second=0, microsecond=0))),
        charge_cents=draw(st.integers(1, 9_999_999)),
        diagnosis_pointers=tuple(pointers),
    )


@st.composite
def full_claims(draw: st.DrawFn, text: st.SearchStrategy[str] | None = None, most_lines: int = 14) -> FullClaim:
    text = words() if text is None else text
    diagnoses = draw(st.lists(st.sampled_from(DIAGNOSES), min_size=1, max_size=12, unique=True))
    kind = draw(st.sampled_from(PLANS))
    relation = (
        RelationToSubscriber.SELF if kind is FundingKind.MEDICARE else draw(st.sampled_from(RelationToSubscriber))
    )
    patient = draw(persons(text))
    count = draw(st.integers(1, most_lines))
    made = tuple(draw(lines(number, text, len(diagnoses))) for number in range(1, count + 1))
    referring = draw(st.none() | providers(text, is_person=True))
    roles = (ProviderRole.REFERRING, ProviderRole.ORDERING)
    frequency = draw(st.sampled_from(Frequency))
    return FullClaim(
        control_number=draw(st.text("ABCDEFGHKLMN0123456789-", min_size=1, max_size=14)),
        funding_kind=kind,
        frequency=frequency,
        payer_claim_number=None if frequency is Frequency.FIRST else "PCN20260501",
        payer=ClaimPayer(name=draw(text), id="60054", address=draw(addresses(text))),
        member_id=draw(st.text("ABCDEFGH0123456789", min_size=2, max_size=20)),
        group_number=draw(maybe(words())),
        plan_name=draw(maybe(text)),
        subscriber=patient if relation is RelationToSubscriber.SELF else draw(persons(text)),
        patient=patient,
        relation=relation,
        billing_provider=draw(providers(text, is_person=False)),
        rendering_provider=draw(st.none() | providers(text, is_person=True)),
        referring_provider=referring,
        referring_role=draw(st.sampled_from(roles)) if referring else ProviderRole.REFERRING,
        place_of_service=draw(st.sampled_from((None, "11"))),
        diagnoses=tuple(diagnoses),
        lines=made,
        patient_paid_cents=draw(st.integers(0, sum(line.charge_cents for line in made))),
        assignment=draw(st.sampled_from((Assignment.ASSIGNED, Assignment.NOT_ASSIGNED))),
        benefits_assigned=draw(st.booleans()),
        release_signed=draw(st.booleans()),
        signature_on_file=draw(st.booleans()),
        prior_authorization=draw(maybe(words())),
        onset_on=draw(st.none() | DAYS),
        treatment_began_on=draw(st.none() | DAYS),
        last_seen_on=draw(st.none() | DAYS),
        letter_signed_on=draw(st.none() | DAYS),
        filed_on=date(2026, 10, 1),
        note=draw(maybe(words(30))),
    )


@st.composite
def papers(draw: st.DrawFn, text: st.SearchStrategy[str] | None = None, most_lines: int = 14) -> ClaimPaper:
    claim = draw(full_claims(text, most_lines))
    paid = claim.patient_paid_cents
    payments = (ClaimPayment(receipt="r1", method="card", amount_cents=paid, applied_cents=paid),) if paid else ()
    return ClaimPaper(claim=claim, payments=payments, made_on=date(2026, 10, 1), is_draft=draw(st.booleans()))
