"""The case: one patient and one course of prescribed training, with everything that belongs to it."""

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import Self

from pydantic import model_validator

from necessity.domain.answer import Acknowledgement, Denial, ProviderAmount, ReceivedAnswer, Remittance
from necessity.domain.call import Call
from necessity.domain.claim import Claim
from necessity.domain.funding import EmployerPlan, FundingSource
from necessity.domain.letter import (
    CardiacEvent,
    Condition,
    LetterOfMedicalNecessity,
    LetterSubmission,
    TrainingOrder,
)
from necessity.domain.letter_life import LetterEvent
from necessity.domain.people import BillingProvider, Clinician, Party, Patient, Trainer
from necessity.domain.receipt import PatientStatement, Receipt, Reimbursement, TaxPicture
from necessity.domain.record import Record
from necessity.domain.training import Expense, Measurement, Package, ServiceKind, TrainingPlan, TrainingSession
from necessity.domain.visits import GymVisit


class ListName(StrEnum):
    """The lists of a case that can be said to be complete. Until then, absence from one is unknown."""

    CONDITIONS = "conditions"
    CARDIAC_EVENTS = "cardiac_events"
    MEASUREMENTS = "measurements"
    ORDERS = "orders"
    LETTERS = "letters"
    SUBMISSIONS = "submissions"
    CERTIFICATIONS = "certifications"
    FUNDING_SOURCES = "funding_sources"
    PLAN_YEARS = "plan_years"
    CLAUSES = "clauses"
    SESSIONS = "sessions"
    EXPENSES = "expenses"
    PACKAGES = "packages"
    RECEIPTS = "receipts"
    VISITS = "visits"
    REIMBURSEMENTS = "reimbursements"
    CLAIMS = "claims"
    DENIALS = "denials"


class Case(Record):
    """One patient and one course of prescribed training with all its orders, letters and renewals."""

    id: str
    """Short name of the case, safe to print in logs. Never missing."""
    service: ServiceKind | None = None
    """What the person wants paid, while no session or expense says so."""
    complete: tuple[ListName, ...] = ()
    """The lists the person says hold everything there is."""
    patient: Patient = Patient()
    """Who is treated."""
    account_holder: Party = Party()
    """Whose account or employment it is."""
    subscriber: Party = Party()
    """Whose health coverage it is."""
    tax: TaxPicture = TaxPicture()
    """What a saving depends on."""
    plan: TrainingPlan = TrainingPlan()
    """What the training is to do."""
    conditions: tuple[Condition, ...] = ()
    """The patient's conditions."""
    cardiac_events: tuple[CardiacEvent, ...] = ()
    """Cardiac events and procedures."""
    measurements: tuple[Measurement, ...] = ()
    """Measured values."""
    clinicians: tuple[Clinician, ...] = ()
    """Licensed people who diagnose, order, sign, treat or supervise."""
    trainers: tuple[Trainer, ...] = ()
    """Who trains."""
    billing_providers: tuple[BillingProvider, ...] = ()
    """Who is paid."""
    orders: tuple[TrainingOrder, ...] = ()
    """The clinician's instructions."""
    letters: tuple[LetterOfMedicalNecessity, ...] = ()
    """Letters of medical necessity, every version."""
    letter_events: tuple[LetterEvent, ...] = ()
    """What happened to letters drafted here, in order of true time; added to, never changed."""
    submissions: tuple[LetterSubmission, ...] = ()
    """Which letter went to whom, and what became of it."""
    statements: tuple[PatientStatement, ...] = ()
    """What only the patient can say, one statement a kind of service."""
    funding_sources: tuple[FundingSource, ...] = ()
    """Where money can come from."""
    employer_plans: tuple[EmployerPlan, ...] = ()
    """Plans whose own running is in question."""
    packages: tuple[Package, ...] = ()
    """Sessions paid for ahead."""
    sessions: tuple[TrainingSession, ...] = ()
    """Training sessions, planned, held or missed."""
    expenses: tuple[Expense, ...] = ()
    """Everything else that was paid for."""
    receipts: tuple[Receipt, ...] = ()
    """Proofs of payment."""
    visits: tuple[GymVisit, ...] = ()
    """Attendance log of gym-visit programmes."""
    calls: tuple[Call, ...] = ()
    """What was asked of plans, administrators and employers, and what they said."""
    reimbursements: tuple[Reimbursement, ...] = ()
    """Money that already came back."""
    claims: tuple[Claim, ...] = ()
    """Claims, drafted or filed."""
    acknowledgements: tuple[Acknowledgement, ...] = ()
    """Word that a claim arrived."""
    remittances: tuple[Remittance, ...] = ()
    """What was paid."""
    denials: tuple[Denial, ...] = ()
    """What was refused."""
    provider_amounts: tuple[ProviderAmount, ...] = ()
    """Changes of payments to a provider that are no claim's money."""
    unplaced_answers: tuple[ReceivedAnswer, ...] = ()
    """Answers that met no claim or came twice."""

    @model_validator(mode="after")
    def _ids_are_unique_and_references_lead_somewhere(self) -> Self:
        faults = list(reference_faults(self))
        if faults:
            raise ValueError("; ".join(faults))
        return self

    def is_complete(self, name: ListName) -> bool:
        """Say whether the person said that this list holds everything."""
        return name in self.complete


REFERENCES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("conditions", "diagnosed_by", ("clinicians",)),
    ("orders", "ordered_by", ("clinicians",)),
    ("orders", "condition", ("conditions",)),
    ("letters", "condition", ("conditions",)),
    ("letters", "signed_by", ("clinicians",)),
    ("letters", "replaces", ("letters",)),
    ("letter_events", "funding_source", ("funding_sources",)),
    ("letter_events", "signer", ("clinicians",)),
    ("submissions", "letter", ("letters",)),
    ("submissions", "funding_source", ("funding_sources",)),
    ("packages", "receipt", ("receipts",)),
    ("sessions", "trainer", ("trainers",)),
    ("sessions", "clinician", ("clinicians",)),
    ("sessions", "supervisor", ("clinicians",)),
    ("sessions", "receipt", ("receipts",)),
    ("sessions", "package", ("packages",)),
    ("expenses", "trainer", ("trainers",)),
    ("expenses", "clinician", ("clinicians",)),
    ("expenses", "supervisor", ("clinicians",)),
    ("expenses", "receipt", ("receipts",)),
    ("reimbursements", "expense", ("sessions", "expenses")),
    ("reimbursements", "funding_source", ("funding_sources",)),
    ("claims", "funding_source", ("funding_sources",)),
    ("claims", "billing_provider", ("billing_providers",)),
    ("claims", "rendering_provider", ("trainers", "clinicians")),
    ("claims", "supervising_provider", ("clinicians",)),
    ("claims", "ordering_provider", ("clinicians",)),
    ("acknowledgements", "claim", ("claims",)),
    ("remittances", "claim", ("claims",)),
    ("denials", "claim", ("claims",)),
    ("denials", "remittance", ("remittances",)),
    ("provider_amounts", "claim", ("claims",)),
    ("unplaced_answers", "claim", ("claims",)),
    ("reimbursements", "claim", ("claims",)),
    ("measurements", "goal", ("plan.goals",)),
    ("visits", "funding_source", ("funding_sources",)),
    ("calls", "funding_source", ("funding_sources",)),
)
"""List, field, and the lists whose ids the field may name."""

SINGLE_REFERENCES: tuple[tuple[str, str, str], ...] = (
    ("patient", "cleared_to_train_by", "clinicians"),
    ("plan", "therapy_given_by", "clinicians"),
)
"""Record that stands alone, field, and the list whose ids the field may name."""


def _ids(case: Case, name: str) -> list[str]:
    records = case.plan.goals if name == "plan.goals" else getattr(case, name)
    return [record.id for record in records]


def reference_faults(case: Case) -> Iterator[str]:
    """List every id that is used twice and every reference that leads nowhere, as whole sentences."""
    for name in sorted(
        {target for _, _, targets in REFERENCES for target in targets}
        | {"statements", "visits", "calls", "letter_events", "acknowledgements", "denials"}
        | {"provider_amounts", "unplaced_answers"}
    ):
        ids = _ids(case, name)
        for twice in sorted({i for i in ids if ids.count(i) > 1}) if len(set(ids)) < len(ids) else ():
            yield f"{name}: the id {twice!r} is used twice; give each its own"
    shared = {s.id for s in case.sessions} & {e.id for e in case.expenses}
    for both in sorted(shared):
        yield f"sessions and expenses both use the id {both!r}; give each its own"
    known = {name: set(_ids(case, name)) for name in {target for _, _, targets in REFERENCES for target in targets}}
    for name, field, targets in REFERENCES:
        allowed = set().union(*(known[target] for target in targets))
        for record in getattr(case, name):
            value = getattr(record, field)
            if value is not None and value not in allowed:
                where = " or ".join(targets)
                yield f"{name} {record.id!r}: {field} names {value!r}, which is not an id among {where}"
    for name, field, target in SINGLE_REFERENCES:
        value = getattr(getattr(case, name), field)
        if value is not None and value not in known[target]:
            yield f"{name}: {field} names {value!r}, which is not an id among {target}"


def first_day_of_service(case: Case) -> date | None:
    """Find the earliest dated session or expense, planned ones included; None where none has a date."""
    days = [incurred.served_on for incurred in (*case.sessions, *case.expenses) if incurred.served_on]
    return min(days, default=None)
