"""What a paper about a claim is written from beside the claim itself: payments, the day, and words for people.

Statement, superbill and both forms of the CMS-1500 are written from one `ClaimPaper`; each carries what its readers
need of it, and is read back as the same record.
"""

import re
from datetime import date, datetime, timedelta
from typing import Self

from pydantic import model_validator

from necessity.domain.dates import spoken
from necessity.domain.full_claim import ClaimProvider, FullClaim, FullLine, Name
from necessity.domain.money import Cents, dollars
from necessity.domain.people import Address
from necessity.domain.record import Record


class ClaimPayment(Record):
    """One payment behind the lines of a claim."""

    receipt: str
    """Short name of the receipt. Never missing."""
    paid_on: date | None = None
    """When it was paid."""
    method: str | None = None
    """Card, cash, check …"""
    amount_cents: Cents
    """What the receipt shows. Never missing."""
    applied_cents: Cents
    """How much of it is for the lines here; a package may pay for more than stands on one claim. Never missing."""


class ClaimPaper(Record):
    """One claim, ready to be set on paper."""

    claim: FullClaim
    """The claim, whole. Never missing."""
    payments: tuple[ClaimPayment, ...] = ()
    """What was paid already, oldest first; empty where only the sum is known."""
    made_on: date
    """The day the paper is made. Never missing."""
    is_draft: bool = False
    """Whether it is marked as a draft, not to be filed."""

    @model_validator(mode="after")
    def _payments_add_up(self) -> Self:
        applied = sum(payment.applied_cents for payment in self.payments)
        if self.payments and applied != self.claim.patient_paid_cents:
            raise ValueError(
                f"the payments come to {dollars(applied)}, the claim says {dollars(self.claim.patient_paid_cents)}"
            )
        return self

    @property
    def balance_cents(self) -> int:
        """Say what is still open; less than nothing where more was paid than charged."""
        return self.claim.total_cents - self.claim.patient_paid_cents


def spoken_name(name: Name) -> str:
    """Write a name the way people say it.

    Examples:
        >>> spoken_name(Name(last="van der Berg", first="Ana", middle="Lise", suffix="Jr."))
        'Ana Lise van der Berg Jr.'
    """
    return " ".join(part for part in (name.first, name.middle, name.last, name.suffix) if part)


def titled_name(provider: ClaimProvider) -> str:
    """Write a provider's name with the licence or certificate behind it."""
    return ", ".join(part for part in (spoken_name(provider.name), provider.credential) if part)


def address_lines(address: Address) -> tuple[str, ...]:
    """Write an address on the lines of an envelope, without what is not known.

    Examples:
        >>> address_lines(Address(street="7 Elm Street", city="Springfield", state="OH", zip_code="455011234"))
        ('7 Elm Street', 'Springfield, OH 45501-1234')
    """
    code = re.sub(r"^(\d{5})-?(\d{4})$", r"\1-\2", address.zip_code or "")
    place = ", ".join(part for part in (address.city, f"{address.state or ''} {code}".strip()) if part)
    return tuple(line for line in (address.street, place) if line)


def spoken_phone(digits: str | None) -> str:
    """Write a telephone number with its area apart, where it has ten digits.

    Examples:
        >>> spoken_phone("5550100123"), spoken_phone("911"), spoken_phone(None)
        ('(555) 010-0123', '911', '')
    """
    number = digits or ""
    return re.sub(r"^(\d{3})(\d{3})(\d{4})$", r"(\1) \2-\3", number)


def spoken_tax_id(tax_id: str | None) -> str:
    """Write an employer's number the usual way: two digits, a dash, seven digits.

    Examples:
        >>> spoken_tax_id("123456789"), spoken_tax_id(None)
        ('12-3456789', '')
    """
    return re.sub(r"^(\d{2})(\d{7})$", r"\1-\2", tax_id or "")


def hours(claim: FullClaim, line: FullLine) -> str:
    """Say from when to when a line was given; the end only where the line is alone at its start.

    Several lines of one session share its start: which came first is not in the record.
    """
    if line.starts_at is None:
        return ""
    begun = line.starts_at.strftime("%-I:%M %p")
    same = [one for one in claim.lines if (one.served_on, one.starts_at) == (line.served_on, line.starts_at)]
    if line.minutes is None or len(same) > 1:
        return f"from {begun}"
    end = datetime.combine(line.served_on, line.starts_at) + timedelta(minutes=line.minutes)
    return f"{begun} to {end.strftime('%-I:%M %p')}"


def is_cpt(code: str | None) -> bool:
    """Say whether a procedure code is one of the American Medical Association's: those that start with a digit."""
    return code is not None and code[:1].isdigit()


def days_of(line: FullLine) -> str:
    """Write the day of a line, or its first and last."""
    day = spoken(line.served_on)
    return f"{day} to {spoken(line.served_to)}" if line.served_to and line.served_to != line.served_on else day


def beside(claim: FullClaim, line: FullLine) -> str:
    """Say what stands beside the words of a line: from when to when, and by whom where that is somebody else."""
    by = line.rendering_provider
    return ", ".join(part for part in (hours(claim, line), f"by {titled_name(by)}" if by else "") if part)


def coded_as(line: FullLine) -> str:
    """Write a line's procedure code with its modifiers; empty where it has none."""
    return " ".join((line.procedure_code or "", *line.modifiers)).strip()


def counted(number: int | None) -> str:
    """Write a count, or nothing where it is not known."""
    return "" if number is None else str(number)


def totals_of(paper: ClaimPaper, last: str) -> list[list[str]]:
    """Write what was charged, what was paid, and what remains under the name that this paper gives it."""
    claim = paper.claim
    return [
        ["Charges", dollars(claim.total_cents)],
        ["Paid", dollars(claim.patient_paid_cents)],
        [last, dollars(paper.balance_cents)],
    ]


def payments_of(paper: ClaimPaper, heading: str) -> dict[str, object]:
    """Write the payments behind a claim as a table under its heading."""
    return {
        "heading": heading,
        "columns": ["Date", "How", "Receipt", "Receipt shows", "Of that, for this"],
        "rows": [
            [
                spoken(one.paid_on) if one.paid_on else "",
                one.method or "",
                one.receipt,
                dollars(one.amount_cents),
                dollars(one.applied_cents),
            ]
            for one in paper.payments
        ],
    }
