"""Random valid claims, whole: everything a form or message of a claim can carry can occur, alone or together.

`full_claims()` draws what a payer's message takes; `full_claims(kinds=…)` narrows the kind of funding. A form that
carries less compares what it carries. Texts hold what plain ASCII allows, without `* : ^ ~`, as X12 needs.
"""

import string
from collections.abc import Sequence
from datetime import date, datetime, time
from itertools import pairwise
from typing import Any

from hypothesis import strategies as st

from necessity.domain.full_claim import (
    Assignment,
    ClaimPayer,
    ClaimPerson,
    ClaimProvider,
    Delivery,
    Enclosure,
    Frequency,
    FullClaim,
    FullLine,
    Name,
    OtherAdjustment,
    OtherCoverage,
    OtherPayment,
    PayerOrder,
    ProviderRole,
    RelationToSubscriber,
    Sex,
)
from necessity.domain.funding import FundingKind
from necessity.domain.people import Address
from necessity.formats.x12 import Envelope, Submitter

NPI = "1234567893"
PLAN_KINDS = (FundingKind.GROUP_PLAN, FundingKind.MEDICARE, FundingKind.MEDICARE_ADVANTAGE)
_FILING = {
    FundingKind.GROUP_PLAN: ("CI", "BL", "12", "HM", "ZZ"),
    FundingKind.MEDICARE: ("MB",),
    FundingKind.MEDICARE_ADVANTAGE: ("16",),
}
_LETTERS = "".join(sorted(set(string.printable[:95]) - set("*:^~")))
_CODES = [
    "M54.50",
    "E11.9",
    "I10",
    "Z68.35",
    "R73.03",
    "M62.81",
    "Z96.651",
    "M17.11",
    "I25.10",
    "E66.9",
    "R26.89",
    "M25.561",
]
_PLACES = ("11", "12", "99", "10", "02")
_TAXONOMIES = ("225100000X", "174400000X", "207Q00000X")


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Draw a value or nothing."""
    return st.none() | strategy


def texts(most: int, least: int = 1) -> st.SearchStrategy[str]:
    """Draw a text without a blank at its ends."""
    free = st.text(_LETTERS, min_size=least, max_size=most).map(str.strip).filter(lambda text: len(text) >= least)
    plain = st.text(string.ascii_uppercase + string.digits, min_size=least, max_size=min(most, least + 10))
    return plain | free


def digits(count: int) -> st.SearchStrategy[str]:
    """Draw so many digits."""
    return st.text(string.digits, min_size=count, max_size=count)


def days(first: date = date(2020, 1, 1), last: date = date(2026, 9, 30)) -> st.SearchStrategy[date]:
    """Draw a day."""
    return st.dates(first, last)


def names(*, person: bool | None = None) -> st.SearchStrategy[Name]:
    """Draw the name of a person or an organisation."""
    people = st.builds(
        Name,
        last=texts(60),
        first=maybe(texts(35)),
        middle=maybe(texts(25)),
        suffix=maybe(st.sampled_from(("JR", "SR", "III"))),
    )
    organisations = st.builds(Name, last=texts(60), is_person=st.just(False))
    return people | organisations if person is None else people if person else organisations


def addresses() -> st.SearchStrategy[Address]:
    """Draw a whole address; some streets need two lines."""
    long_street = st.tuples(texts(50), texts(50)).map(" ".join)
    return st.builds(
        Address,
        street=texts(55) | long_street,
        city=texts(30, 2),
        state=st.sampled_from(("NY", "CA", "WA")),
        zip_code=digits(9) | digits(5),
    )


def persons(*, person: bool = True) -> st.SearchStrategy[ClaimPerson]:
    """Draw a patient or subscriber."""
    return st.builds(
        ClaimPerson,
        name=names(person=person),
        born_on=days(date(1930, 1, 1), date(2019, 12, 31)),
        sex=st.sampled_from(Sex),
        address=addresses(),
        phone=maybe(digits(10)),
    )


def providers(*, person: bool | None = None, paid: bool = False) -> st.SearchStrategy[ClaimProvider]:
    """Draw somebody who ordered, performed, oversaw, or is paid."""
    return st.builds(
        ClaimProvider,
        name=names(person=person),
        npi=maybe(st.just(NPI)),
        tax_id=digits(9) if paid else maybe(digits(9)),
        tax_id_is_personal=st.booleans(),
        taxonomy=maybe(st.sampled_from(_TAXONOMIES)),
        credential=maybe(st.sampled_from(("DPT", "MD", "CPT"))),
        licence_number=maybe(texts(20)),
        address=addresses(),
        phone=maybe(digits(10)),
    )


def enclosures() -> st.SearchStrategy[Enclosure]:
    """Draw a paper sent with a claim."""
    kinds = ("letter_of_medical_necessity", "order", "therapy_notes", "receipt", "progress_report", "plan_of_care")
    return st.builds(
        Enclosure,
        kind=st.sampled_from(kinds),
        control_number=texts(50, 2),
        title=maybe(texts(30)),
        sent_by=st.sampled_from(Delivery),
    )


@st.composite
def lines(draw: st.DrawFn, id: str, diagnoses: int, rendering: Sequence[ClaimProvider]) -> FullLine:
    """Draw one service line."""
    served_on = draw(days())
    pointers = st.lists(st.integers(1, diagnoses), min_size=1, max_size=4, unique=True)
    return FullLine(
        id=id,
        served_on=served_on,
        served_to=draw(maybe(days(served_on, date(2026, 9, 30)))),
        procedure_code=draw(st.sampled_from(("97110", "97112", "97530", "S9451", "0591T"))),
        modifiers=tuple(draw(st.lists(st.sampled_from(("GP", "59", "KX", "CQ", "96", "GY")), max_size=4, unique=True))),
        words=draw(maybe(texts(40))),
        place_of_service=draw(maybe(st.sampled_from(_PLACES))),
        units=draw(st.integers(1, 99)),
        minutes=draw(maybe(st.integers(8, 240))),
        starts_at=draw(maybe(st.times(time(6), time(21)))),
        charge_cents=draw(st.integers(0, 1_000_00) | st.integers(0, 9_999_999_99)),
        diagnosis_pointers=tuple(draw(pointers)),
        rendering_provider=draw(maybe(st.sampled_from(rendering))) if rendering else None,
        prescribed_on=draw(maybe(days())),
        note=draw(maybe(texts(80))),
    )


@st.composite
def full_claims(
    draw: st.DrawFn, kinds: Sequence[FundingKind] = PLAN_KINDS, most_lines: int = 6, control: str | None = None
) -> FullClaim:
    """Draw one claim."""
    kind = draw(st.sampled_from(kinds))
    relation = draw(st.sampled_from(RelationToSubscriber))
    patient = draw(persons())
    is_self = relation is RelationToSubscriber.SELF
    frequency = draw(st.sampled_from(Frequency))
    role = draw(st.sampled_from(ProviderRole))
    supervising = st.none() if role is ProviderRole.SUPERVISING else maybe(providers(person=True))
    diagnoses = tuple(draw(st.lists(st.sampled_from(_CODES), min_size=1, max_size=12, unique=True)))
    acting = draw(st.lists(providers(), max_size=2))
    ids = draw(st.lists(texts(30), min_size=1, max_size=most_lines, unique=True))
    return FullClaim(
        control_number=control or draw(texts(20)),
        funding_kind=kind,
        frequency=frequency,
        payer_claim_number=None if frequency is Frequency.FIRST else draw(texts(50)),
        payer=ClaimPayer(
            name=draw(texts(60)),
            id=draw(texts(20, 2)),
            address=draw(st.just(Address()) | addresses()),
            filing_indicator=draw(st.sampled_from(_FILING.get(kind, ("ZZ",)))),
        ),
        member_id=draw(texts(20, 2)),
        group_number=draw(maybe(texts(20))),
        plan_name=draw(maybe(texts(40))),
        subscriber=patient if is_self else draw(persons()),
        patient=patient,
        relation=relation,
        billing_provider=draw(providers(paid=True)),
        rendering_provider=draw(maybe(providers())),
        referring_provider=draw(maybe(providers(person=True))),
        referring_role=role,
        supervising_provider=draw(supervising),
        service_facility=draw(maybe(providers(person=False))),
        place_of_service=draw(st.sampled_from(_PLACES)),
        diagnoses=diagnoses,
        lines=tuple(draw(lines(id, len(diagnoses), acting)) for id in ids),
        patient_paid_cents=draw(st.just(0) | st.integers(1, 500_00)),
        assignment=draw(st.sampled_from(Assignment)),
        benefits_assigned=draw(st.booleans()),
        release_signed=draw(st.booleans()),
        signature_on_file=draw(st.booleans()),
        prior_authorization=draw(maybe(texts(50))),
        onset_on=draw(maybe(days())),
        treatment_began_on=draw(maybe(days())),
        last_seen_on=draw(maybe(days())),
        letter_signed_on=draw(maybe(days())),
        filed_on=draw(maybe(days())),
        note=draw(maybe(texts(80))),
        enclosures=tuple(draw(st.lists(enclosures(), max_size=3))),
    )


def other_adjustments(cents: int) -> st.SearchStrategy[tuple[OtherAdjustment, ...]]:
    """Draw adjustments that come to so many cents; those of one group stand beside each other."""

    def parted(cuts: list[int], groups: list[str]) -> tuple[OtherAdjustment, ...]:
        edges = sorted({0, *(cut * cents // 100 for cut in cuts), cents})
        pairs = list(pairwise(edges)) or ([(0, cents)] if cents else [])
        kinds = sorted((groups * 9)[: len(pairs)])
        return tuple(
            OtherAdjustment(group=kind, reason=reason, amount_cents=upper - lower, quantity=None)
            for kind, (lower, upper), reason in zip(kinds, pairs, ("45", "1", "2", "3", "45", "97", "96"), strict=False)
        )

    groups = st.lists(st.sampled_from(("CO", "OA", "PI", "PR")), min_size=1, max_size=3, unique=True)
    return st.builds(parted, st.lists(st.integers(0, 100), max_size=3), groups)


@st.composite
def other_payments(draw: st.DrawFn, payer_id: str, line: FullLine, lines: int) -> OtherPayment:
    """Draw what another payer decided on a line; it adds up."""
    paid = draw(st.just(0) | st.integers(0, line.charge_cents))
    return OtherPayment(
        payer_id=payer_id,
        paid_cents=paid,
        procedure_code=line.procedure_code,
        modifiers=line.modifiers,
        units_paid=str(draw(st.integers(1, 99))),
        bundled_into=draw(maybe(st.integers(1, lines))),
        adjustments=draw(other_adjustments(line.charge_cents - paid)),
        decided_on=draw(days()),
        left_cents=draw(maybe(st.integers(0, line.charge_cents))),
    )


@st.composite
def secondary_claims(draw: st.DrawFn) -> FullClaim:
    """Draw a claim to a payer that is not the first: what each earlier one decided stands with it and adds up."""
    claim = draw(full_claims(most_lines=3))
    count = draw(st.integers(1, 2))
    ids = draw(st.lists(texts(20, 2), min_size=count, max_size=count, unique=True))
    coverages, lines_ = [], list(claim.lines)
    for id, order in zip(ids, (PayerOrder.FIRST, PayerOrder.SECOND), strict=False):
        way = draw(st.sampled_from(("lines", "claim", "not covered", "not yet")))
        adjustments: tuple[OtherAdjustment, ...] = ()
        paid, decided_on, total = None, None, claim.total_cents
        if way == "lines":
            told = [draw(other_payments(id, line, len(lines_))) for line in lines_]
            lines_ = [
                line.model_copy(update={"other_payments": (*line.other_payments, one)})
                for line, one in zip(lines_, told, strict=True)
            ]
            paid = sum(one.paid_cents for one in told)
        elif way == "claim":
            paid, decided_on = draw(st.integers(0, total)), draw(days())
            adjustments = draw(other_adjustments(total - paid))
        coverages.append(
            OtherCoverage(
                payer_order=order,
                payer=ClaimPayer(
                    name=draw(texts(60)),
                    id=id,
                    address=draw(st.just(Address()) | addresses()),
                    filing_indicator=draw(st.sampled_from(("CI", "BL", "MB", "ZZ"))),
                ),
                subscriber=draw(persons()),
                member_id=draw(texts(20, 2)),
                relation=draw(st.sampled_from(RelationToSubscriber)),
                group_number=draw(maybe(texts(20))),
                plan_name=draw(maybe(texts(40))),
                benefits_assigned=draw(st.booleans()),
                release_signed=draw(st.booleans()),
                paid_cents=paid,
                left_cents=draw(maybe(st.integers(0, total))),
                not_covered_cents=total if way == "not covered" else None,
                adjustments=adjustments,
                remark_codes=tuple(draw(st.lists(st.sampled_from(("MA01", "N130", "MA18")), max_size=3, unique=True))),
                decided_on=decided_on,
                payer_claim_number=draw(maybe(texts(50))),
                prior_authorization=draw(maybe(texts(50))),
            )
        )
    order = PayerOrder.SECOND if count == 1 else PayerOrder.THIRD
    changes = {"payer_order": order, "other_coverages": tuple(coverages), "lines": tuple(lines_)}
    return claim.model_copy(update=changes)


def envelope(number: int = 1, **changes: Any) -> Envelope:
    """Make the envelope of a test message, written at noon of 30 September 2026."""
    return Envelope(
        sender_id="FAYSTUDIO",
        receiver_id="CLEARINGHOUSE",
        submitter=Submitter("FAY STUDIO", "FAY01", "TRAINER FAY", "5555550100"),
        receiver_name="CLEARINGHOUSE",
        control_number=number,
        moment=datetime(2026, 9, 30, 12, 0),
        reference=f"BATCH{number}",
        **changes,
    )
