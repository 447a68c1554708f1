"""Claims nobody wrote: a few lines of one or two days, with codes that get into each other's way, and holes."""

from datetime import date, time
from random import Random

from necessity.domain.case import Case
from necessity.domain.claim import Claim, ServiceLine
from necessity.domain.funding import FundingKind, FundingSource, UnitCounting
from necessity.domain.people import Clinician, Licence
from necessity.domain.training import Expense, ServiceKind

_CODES = ("97110", "97110", "97150", "97530", "97140", "97124", "97750", "97161", "97545", "97546", "93798", "99999")
_RARE = ("G9886", "S9451", "97130")
_DIAGNOSES = ("M54.50", "M54.5", "M62.81", "E11.9", "Z68.35", "Z96.651", "R26.81", "M51.360", "M51.36", "I10", "G63")
_MODIFIERS = (("GP",), ("GP", "59"), ("GO", "CO"), ("CQ",), ("XS",), ("KX", "GN"))
_DAYS = (
    (2021, 9, 30),
    (2024, 8, 1),
    (2024, 8, 1),
    (2024, 8, 1),
    (2024, 9, 30),
    (2025, 1, 15),
    (2026, 5, 4),
    (2026, 11, 2),
)
_KINDS = (FundingKind.GROUP_PLAN, FundingKind.GROUP_PLAN, FundingKind.MEDICARE, FundingKind.MEDICARE_ADVANTAGE)


def drawn_claim(random: Random, id: str) -> Case:
    """Draw a case with one claim: mostly whole, so that answers are settled and can be reversed."""

    def perhaps(value: object) -> object:
        return None if random.random() < 0.06 else value

    day = date(*random.choice(_DAYS))
    other_day = date(*random.choice(_DAYS))
    work = tuple(
        Expense(
            id=f"e{number}",
            kind=ServiceKind.THERAPY,
            served_on=day,
            clinician=random.choice(("pt", "pta")),
            has_plan_of_care=True,
            starts_at=perhaps(time(random.choice((9, 10)), random.choice((0, 30)))),
        )
        for number in range(3)
    )
    lines = tuple(
        ServiceLine(
            id=str(number),
            expense=perhaps(random.choice(("e0", "e1", "e2"))),
            served_on=perhaps(day if random.random() < 0.8 else other_day),
            procedure_code=perhaps(random.choice(_CODES if random.random() < 0.9 else _RARE)),
            modifiers=perhaps(random.choice(_MODIFIERS)) or (),
            place_of_service=perhaps(random.choice(("11", "10", "99", "77"))),
            minutes=perhaps(random.choice((7, 15, 20, 23, 38))),
            units=perhaps(random.choice((1, 1, 2, 3, 7))),
            charge_cents=5000,
            diagnosis_pointers=perhaps(tuple(random.sample((1, 2, 3), random.randint(1, 2)))) or (),
        )
        for number in range(random.randint(1, 4))
    )
    claim = Claim(
        id="c1",
        funding_source="payer",
        rendering_provider="pt",
        diagnoses=tuple(random.choices(_DIAGNOSES, k=random.choice((1, 2, 2, 3)))),
        service_lines=lines,
    )
    payer = FundingSource(
        id="payer",
        kind=random.choice(_KINDS),
        counts_units_by=random.choice((None, UnitCounting.CMS, UnitCounting.AMA)),
        follows_ncci=random.choice((None, True, False)),
        pays_trainers=True,
    )
    clinicians = (Clinician(id="pt", licence=Licence.PT), Clinician(id="pta", licence=Licence.PTA))
    return Case(id=id, clinicians=clinicians, funding_sources=(payer,), expenses=work, claims=(claim,))
