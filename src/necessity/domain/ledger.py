"""The ledger of a case: what was charged, who paid what of it, why the rest was not paid, what is still open.

It is worked out whole from the record each time (`balances.py`) and kept nowhere.
"""

from datetime import date

from necessity.domain.record import Record


class GroupAmount(Record):
    """What adjustments of one group come to."""

    group: str
    """CO, OA, PI or PR: who bears it; empty where the payer does not say."""
    amount_cents: int
    """How much; positive lowers the payment."""


class SourceAmount(Record):
    """What one source paid."""

    funding_source: str
    """Id of the funding source; empty: somebody outside this case."""
    amount_cents: int
    """How much, less what was taken back."""


class ExpenseLedger(Record):
    """One session or expense: its cost and who paid it."""

    id: str
    """Id of the session or expense."""
    served_on: date | None
    """Day of service."""
    charged_cents: int | None
    """Its cost; None is unknown."""
    paid_by_me_cents: int | None
    """What its receipt proves as paid; None where that cannot be told."""
    paid: tuple[SourceAmount, ...]
    """What each source paid of it, plan or account."""
    written_off_cents: int
    """What a provider bound by the payer's terms may not ask for."""
    open_cents: int | None
    """What nobody has paid back; below zero: more came back than it cost. None is unknown."""

    @property
    def paid_back_cents(self) -> int:
        """Add up what every source paid."""
        return sum(one.amount_cents for one in self.paid)


class LineLedger(Record):
    """One line of a claim."""

    id: str
    """Id of the service line."""
    expenses: tuple[str, ...]
    """Ids of the sessions or expenses behind it."""
    served_on: date | None
    """Day of service."""
    charged_cents: int | None
    """What is asked for it."""
    paid_by_me_cents: int | None
    """What receipts prove as paid for what stands behind it."""
    allowed_cents: int | None
    """What the payer's terms allow, as it says."""
    paid_cents: int
    """What this claim's payer paid of it, with its part of what was paid on the whole claim."""
    adjustments: tuple[GroupAmount, ...]
    """Why the rest was not paid, by who bears it."""
    elsewhere: tuple[SourceAmount, ...]
    """What other sources paid of it."""
    written_off_cents: int
    """What the provider may not ask for."""
    open_cents: int | None
    """What nobody has paid back."""


class ProviderChange(Record):
    """What a payer changed of its payments to the provider, for one reason; no part of any claim's money."""

    reason: str
    """WO, 72, FB, L6 …"""
    amount_cents: int
    """How much; positive was taken from the payments, negative added."""
    reference: str | None = None
    """What it refers to, where that is no claim here."""


class ClaimLedger(Record):
    """One claim: its lines, and what was said of it as a whole."""

    id: str
    """Id of the claim."""
    funding_source: str
    """Who was asked."""
    charged_cents: int | None
    """What its lines ask together; else what the payer says was asked. None is unknown."""
    paid_by_me_cents: int | None
    """What receipts prove as paid; None where that cannot be told of every line."""
    allowed_cents: int | None
    """What the payer's terms allow, as it says."""
    paid_cents: int
    """What this claim's payer paid, less what it took back."""
    not_on_lines_cents: int
    """The part of it that meets no line of the claim."""
    patient_owes_cents: int | None
    """What the payer counts as the patient's share; None where it does not say."""
    adjustments: tuple[GroupAmount, ...]
    """Why the rest was not paid, lines and whole claim together."""
    elsewhere_cents: int
    """What other sources paid of what stands behind its lines."""
    written_off_cents: int
    """What the provider may not ask for."""
    open_cents: int | None
    """What nobody has paid back."""
    lines: tuple[LineLedger, ...]
    """Its lines."""
    answers: int
    """How many remittances were posted to it."""
    provider_changes: tuple[ProviderChange, ...] = ()
    """What the payer changed of its payments to the provider because of it; moves none of the amounts above."""


class Ledger(Record):
    """What a case's money comes to."""

    expenses: tuple[ExpenseLedger, ...]
    """Every session and expense."""
    claims: tuple[ClaimLedger, ...]
    """Every claim."""
    provider_changes: tuple[ProviderChange, ...] = ()
    """The same where it refers to no claim here: kept apart."""

    def claim(self, id: str) -> ClaimLedger:
        """Give the ledger of one claim."""
        return next(one for one in self.claims if one.id == id)

    def expense(self, id: str) -> ExpenseLedger | None:
        """Give the ledger of one session or expense; None: there is no such."""
        return next((one for one in self.expenses if one.id == id), None)
