"""Remittances for providers: the settled claims of one payee as an 835, balanced, the same bytes for the same run."""

from collections.abc import Iterator
from datetime import datetime, time
from hashlib import sha256
from itertools import groupby
from typing import Any, NamedTuple

from necessity.domain.money import dollars
from necessity.domain.person_names import split_name
from necessity.domain.remittance import (
    RemittanceAdvice,
    RemittancePayment,
    RemittedAdjustment,
    RemittedClaim,
    RemittedLine,
    RemittedPerson,
)
from necessity.errors import FormatError
from necessity.formats.x12 import Envelope, Submitter
from necessity.formats.x12_835.write import write
from necessity.workflow.bulk.payments.settings import Payer, PaymentWish

CLAIMS_A_FILE = 2_000
"""Most claims of one payment: what one file holds in memory while it is written and read back."""
_ABOVE_ALLOWED, _DEDUCTIBLE, _COINSURANCE, _COPAY = "45", "1", "2", "3"
_FILING = {"medicare": "MB", "medicare_advantage": "16"}
_FILING_ANSWERED = tuple("12,13,14,15,16,17,AM,CH,DS,HM,LM,MA,MB,MC,OF,TV,VA,WC".split(","))  # noqa: SIM905
"""Kinds of plan an answer can name (CLP06); a claim may name others (SBR09), which are answered as not named."""
_NOT_NAMED = "ZZ"

Unit = dict[str, Any]
"""One settled service line, as `payments.write` reads it."""


class Remitted(NamedTuple):
    """One payment to one payee."""

    id: str
    """Its number; the same for the same run and payee."""
    payee: str
    text: str
    """The 835."""
    paid_cents: int
    units: tuple[Unit, ...]


class Refused(NamedTuple):
    """A claim that no 835 can carry."""

    units: tuple[Unit, ...]
    why: str


def number_of(*parts: object) -> str:
    """Make a number of sixteen characters of what names a thing; the same parts give the same number."""
    return sha256("\0".join(map(str, parts)).encode()).hexdigest()[:16].upper()


def remit(
    payee: str, units: list[Unit], run: str, wish: PaymentWish, first_number: int
) -> Iterator[Remitted | Refused]:
    """Write what one payee is told and paid.

    Args:
        payee: Who is paid, as the tables name it.
        units: Its settled service lines, claim by claim.
        run: Number of the run.
        wish: Payer, day, numbers.
        first_number: Number of the first interchange.

    Yields:
        A payment each for so many claims, and the claims that cannot be carried, with the reason.
    """
    assert wish.payer is not None, "looked at before"
    claims = [tuple(found) for _, found in groupby(units, key=lambda unit: (unit["case_id"], unit["claim_id"]))]
    good: list[tuple[RemittedClaim, tuple[Unit, ...]]] = []
    for own in claims:
        claim = _claim(own)
        try:
            write([_advice(payee, [claim], own[0], "CHECK", wish, wish.payer)], _envelope(wish, wish.payer, 1))
        except FormatError as error:
            yield Refused(own, f"an 835 cannot carry it: {' '.join(error.faults[:3]) or error.message}")
        else:
            good.append((claim, own))
    for place in range(0, len(good), CLAIMS_A_FILE):
        some = good[place : place + CLAIMS_A_FILE]
        id = number_of(run, payee, *(_key(unit) for _, own in some for unit in own))
        advice = _advice(payee, [claim for claim, _ in some], some[0][1][0], id, wish, wish.payer)
        text = write([advice], _envelope(wish, wish.payer, first_number))
        first_number += 1
        yield Remitted(id, payee, text, advice.payment.paid_cents, tuple(unit for _, own in some for unit in own))


def _key(unit: Unit) -> tuple[object, ...]:
    return unit["case_id"], unit["claim_id"], unit["line_id"], unit["expense_id"]


def _envelope(wish: PaymentWish, payer: Payer, number: int) -> Envelope:
    return Envelope(
        sender_id=payer.sender_id,
        receiver_id=payer.receiver_id,
        submitter=Submitter(payer.name, payer.sender_id, payer.contact or payer.name, payer.phone),
        receiver_name=payer.receiver_id,
        control_number=number,
        moment=datetime.combine(wish.pay_on, time()),
        reference=str(number),
        is_test=wish.is_test,
        wants_acknowledgement=False,
        line_ends=True,
    )


def _advice(
    payee: str, claims: list[RemittedClaim], unit: Unit, id: str, wish: PaymentWish, payer: Payer
) -> RemittanceAdvice:
    paid = sum(claim.paid_cents for claim in claims)
    return RemittanceAdvice(
        payment=RemittancePayment(
            handling="I" if paid else "H",
            paid_cents=paid,
            method="CHK" if paid else "NON",
            paid_on=wish.pay_on,
            trace_number=id,
            payer_tin=f"1{payer.tax_id}",
        ),
        payer_name=payer.name,
        payer_id=payer.id,
        payer_address=payer.address,
        payer_contact=payer.contact,
        payer_phone=payer.phone,
        payee_name=unit["payee_name"] or payee,
        payee_npi=unit["payee_npi"],
        payee_tax_id=unit["payee_tax_id"],
        made_on=wish.pay_on,
        claims=tuple(claims),
    )


def _claim(units: tuple[Unit, ...]) -> RemittedClaim:
    first = units[0]
    lines = tuple(map(_line, units))
    shares = [one.amount_cents for line in lines for one in line.adjustments if one.group == "PR"]
    patient, subscriber = _people(first)
    return RemittedClaim(
        control_number=first["control_number"],
        status="4" if all(unit["outcome"] == "not_payable" for unit in units) else "1",
        charged_cents=sum(line.charged_cents for line in lines),
        paid_cents=sum(line.paid_cents for line in lines),
        patient_owes_cents=sum(shares),
        filing_indicator=_filing(first),
        payer_claim_number=number_of(first["case_id"], first["claim_id"]),
        place_of_service=first["place_of_service"],
        frequency=first["frequency"] or "1",
        patient=patient,
        subscriber=subscriber,
        received_on=first["received_on"],
        lines=lines,
    )


def _filing(unit: Unit) -> str:
    kind = unit["filing_indicator"] or _FILING.get(unit["kind"], _NOT_NAMED)
    return kind if kind in _FILING_ANSWERED else _NOT_NAMED


def _people(unit: Unit) -> tuple[RemittedPerson, RemittedPerson | None]:
    """Name the patient, and the subscriber where the message names another person."""
    if not unit["patient_last"]:
        name = split_name(unit["patient_name"] or "")
        return RemittedPerson(last=name.last, first=name.first, middle=name.middle, id=unit["member_id"]), None
    patient = {key: unit[f"patient_{key}"] for key in ("last", "first", "middle")}
    if not unit["subscriber_last"]:
        return RemittedPerson(**patient, id=unit["member_id"]), None
    subscriber = {key: unit[f"subscriber_{key}"] for key in ("last", "first", "middle")}
    return RemittedPerson(**patient), RemittedPerson(**subscriber, id=unit["member_id"])


def _line(unit: Unit) -> RemittedLine:
    return RemittedLine(
        line_number=unit["line_number"],
        procedure_code=unit["procedure_code"],
        modifiers=tuple(unit["modifiers"] or ()),
        served_on=unit["served_on"],
        served_to=unit["served_to"],
        charged_cents=unit["asked_cents"],
        paid_cents=unit["paid_cents"],
        allowed_cents=None if unit["outcome"] == "not_payable" else unit["allowed_cents"],
        units_paid=str(unit["units"]) if unit["units"] is not None and unit["paid_cents"] else None,
        adjustments=tuple(adjustments(unit)),
        remark_codes=(unit["remark"],) if unit["outcome"] == "not_payable" and unit["remark"] else (),
    )


def adjustments(unit: Unit) -> Iterator[RemittedAdjustment]:
    """Say why charge and payment differ: the refusing rule's number, or the plan's terms and the patient's share.

    Who bears a refused charge goes by the kind of reason: a service the plan does not pay is the patient's, one that
    was not proven or not billed as it must be is the provider's. What stands above the allowed amount is the
    provider's where assignment is accepted, else as the table of allowed amounts says.
    """
    charge = unit["asked_cents"]
    if unit["outcome"] == "not_payable":
        if charge:
            number, group = unit["adjustment_reason"], unit["adjustment_group"]
            yield RemittedAdjustment(group=group, reason=number, amount_cents=charge)
        return
    above = charge - unit["allowed_cents"]
    if above:
        owed_by = unit["above_allowed_owed_by"] or "provider"
        yield RemittedAdjustment(
            group="PR" if owed_by == "patient" else "CO", reason=_ABOVE_ALLOWED, amount_cents=above
        )
    for name, number in (("deductible", _DEDUCTIBLE), ("coinsurance", _COINSURANCE), ("copay", _COPAY)):
        if cents := unit[f"{name}_cents"]:
            yield RemittedAdjustment(group="PR", reason=number, amount_cents=cents)


def money(cents: int) -> str:
    """Write an amount for a table that people open: dollars without a sign before it.

    Examples:
        >>> money(123456)
        '1234.56'
    """
    return dollars(cents).replace("$", "").replace(",", "")
