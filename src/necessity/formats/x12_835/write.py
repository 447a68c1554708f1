"""Remittances → one 835 message, for an administrator's payment file. Strict: complete and balanced, or not written."""

import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from necessity.domain.people import Address
from necessity.domain.remittance import (
    ProviderAdjustment,
    RemittanceAdvice,
    RemittancePayment,
    RemittedAdjustment,
    RemittedClaim,
    RemittedLine,
    RemittedPerson,
)
from necessity.errors import FormatError
from necessity.formats.x12 import REQUIRED, Envelope, Pen, Walker, interchange, write_cents, write_day
from necessity.formats.x12_835 import layout
from necessity.formats.x12_835.read import parts_in

FORMAT = "835"
_MOST_IN_CAS = 6
_MOST_IN_PLB = 6
_MOST_REMARKS = 5


def write(remittances: Sequence[RemittanceAdvice], envelope: Envelope) -> str:
    """Write remittances as one message, a set each.

    Args:
        remittances: At least one; each balanced to the cent.
        envelope: Who sends to whom, control numbers, the moment.

    Returns:
        The message; the same arguments give the same text.

    Raises:
        FormatError: something is missing, cannot be carried, or does not add up; `faults` lists every reason.
    """
    pen = Pen(envelope.separators)
    if not remittances:
        pen.fault("There is no remittance to write.")
    sets = []
    for number, advice in enumerate(remittances, 1):
        _advice(pen, advice, f"remittance {number}")
        sets.append(pen.take())
    text = interchange(envelope, pen, layout(), sets)
    pen.refuse_if_faulty(FORMAT, "The remittance cannot be written as an 835.")
    walker = Walker(io.BytesIO(text.encode("ascii", "replace")), (layout(),))
    found = [finding for part in parts_in(walker) for finding in part.findings] + walker.findings.kept
    faults = tuple(f"{one.where}: {one.message}" for one in found if one.weight == REQUIRED)
    if faults:
        step = "Correct the amounts listed; nothing was written."
        raise FormatError("The remittance does not add up.", step, format=FORMAT, faults=faults)
    return text


def _advice(pen: Pen, advice: RemittanceAdvice, at: str) -> None:
    _payment(pen, advice.payment, at)
    if advice.made_on:
        pen.segment("DTM", "405", write_day(advice.made_on))
    payer = pen.text(f"{at}: payer_name", advice.payer_name, 60)
    pen.segment("N1", "PR", payer)
    _address(pen, advice.payer_address, f"{at}: payer_address")
    if advice.payer_id is not None:
        pen.segment("REF", "2U", pen.text(f"{at}: payer_id", advice.payer_id, 50))
    contact = pen.text(f"{at}: payer_contact", advice.payer_contact, 60, needed=False)
    phone = pen.text(f"{at}: payer_phone", advice.payer_phone, 20)
    pen.segment("PER", "BL", contact, "TE", phone)
    _payee(pen, advice, at)
    if advice.claims:
        pen.segment("LX", "1")
    for claim in advice.claims:
        _claim(pen, claim, f"{at}: claim {claim.control_number}")
    _balances(pen, advice.provider_adjustments, at)


def _payment(pen: Pen, payment: RemittancePayment, at: str) -> None:
    handling = pen.code(f"{at}: payment.handling", payment.handling, tuple("CDHIPUX"))
    method = pen.code(f"{at}: payment.method", payment.method, ("ACH", "BOP", "CHK", "FWT", "NON"))
    if payment.paid_on is None:
        pen.fault(f"{at}: payment.paid_on is missing.")
    bank = [pen.text(f"{at}: payment.bank_fields", one, 35, needed=False) for one in payment.bank_fields]
    if method == "ACH" and len(bank) != 10:
        pen.fault(f"{at}: payment.bank_fields are needed for a transfer: BPR06 to BPR15, ten of them.")
    day = write_day(payment.paid_on) if payment.paid_on else ""
    form = pen.text(f"{at}: payment.account_format", payment.account_format, 3, 3, needed=False)
    bank = [*bank, *[""] * (10 - len(bank))][:10]
    sign = "D" if payment.is_debit else "C"
    pen.segment("BPR", handling, write_cents(payment.paid_cents), sign, method, form, *bank, day)
    trace = pen.text(f"{at}: payment.trace_number", payment.trace_number, 50)
    pen.segment("TRN", "1", trace, pen.text(f"{at}: payment.payer_tin", payment.payer_tin, 10, 10))


def _payee(pen: Pen, advice: RemittanceAdvice, at: str) -> None:
    name = pen.text(f"{at}: payee_name", advice.payee_name, 60)
    if advice.payee_npi:
        pen.segment("N1", "PE", name, "XX", pen.text(f"{at}: payee_npi", advice.payee_npi, 10, 10))
        if advice.payee_tax_id is not None:
            pen.segment("REF", "TJ", pen.text(f"{at}: payee_tax_id", advice.payee_tax_id, 9, 9))
    else:
        said = pen.text(f"{at}: payee_npi or payee_tax_id", advice.payee_tax_id, 9, 9)
        pen.segment("N1", "PE", name, "FI", said)


def _address(pen: Pen, address: Address, field: str) -> None:
    pen.segment("N3", pen.text(f"{field}.street", address.street, 55))
    city = pen.text(f"{field}.city", address.city, 30, 2)
    state = pen.text(f"{field}.state", address.state, 2, 2)
    pen.segment("N4", city, state, pen.text(f"{field}.zip_code", address.zip_code, 9, 5))


# ── claims ──────────────────────────────────────────────────────────────────


def _claim(pen: Pen, claim: RemittedClaim, at: str) -> None:
    owes = "" if claim.patient_owes_cents is None else write_cents(claim.patient_owes_cents)
    pen.segment(
        "CLP",
        pen.text(f"{at}: control_number", claim.control_number, 38),
        pen.code(f"{at}: status", claim.status, ("1", "2", "3", "4", "19", "20", "21", "22", "23", "25")),
        write_cents(claim.charged_cents),
        write_cents(claim.paid_cents),
        owes,
        pen.text(f"{at}: filing_indicator", claim.filing_indicator, 2),
        pen.text(f"{at}: payer_claim_number", claim.payer_claim_number, 50),
        pen.text(f"{at}: place_of_service", claim.place_of_service, 2, needed=False),
        pen.text(f"{at}: frequency", claim.frequency, 1, needed=False),
    )
    _adjustments(pen, claim.adjustments, at)
    if claim.patient is None:
        pen.fault(f"{at}: patient is missing.")
    for role, kind, who, qualifier in (
        ("QC", "1", claim.patient, "MI"),
        ("IL", "1", claim.subscriber, "MI"),
        ("74", "1", claim.corrected, "C"),
        ("82", "1", claim.rendering, "XX"),
    ):
        if who:
            _person(pen, role, kind, who, qualifier, at)
    if len(claim.remark_codes) > _MOST_REMARKS:
        pen.fault(f"{at}: remark_codes are {len(claim.remark_codes)}; at most {_MOST_REMARKS} fit with a claim.")
    if claim.remark_codes:
        pen.segment("MOA", "", "", *(pen.text(f"{at}: remark_codes", one, 50) for one in claim.remark_codes))
    days = (("232", claim.served_from), ("233", claim.served_to))
    for kind, day in (*days, ("036", claim.coverage_ended_on), ("050", claim.received_on)):
        if day:
            pen.segment("DTM", kind, write_day(day))
    if claim.allowed_cents is not None:
        pen.segment("AMT", "AU", write_cents(claim.allowed_cents))
    for place, line in enumerate(claim.lines):
        _line(pen, line, f"{at}: lines[{place}]")


def _person(pen: Pen, role: str, kind: str, who: RemittedPerson, qualifier: str, at: str) -> None:
    last = pen.text(f"{at}: name.last", who.last, 60, needed=False)
    first = pen.text(f"{at}: name.first", who.first, 35, needed=False)
    middle = pen.text(f"{at}: name.middle", who.middle, 25, needed=False)
    id = pen.text(f"{at}: name.id", who.id, 80, 2, needed=False)
    pen.segment("NM1", role, kind, last, first, middle, "", "", qualifier if id else "", id)


def _adjustments(pen: Pen, given: Iterable[RemittedAdjustment], at: str) -> None:
    """Write neighbours of one group into one CAS, six at most, so that the order stays."""
    for group, run in groupby(given, lambda one: one.group):
        code = pen.code(f"{at}: adjustments.group", group, ("CO", "OA", "PI", "PR"))
        for part in _in_parts(list(run), _MOST_IN_CAS):
            elements = []
            for one in part:
                quantity = pen.text(f"{at}: adjustments.quantity", one.quantity, 15, needed=False)
                elements += [
                    pen.text(f"{at}: adjustments.reason", one.reason, 5),
                    write_cents(one.amount_cents),
                    quantity,
                ]
            pen.segment("CAS", code, *elements)


def _in_parts(many: list[RemittedAdjustment], most: int) -> Iterator[list[RemittedAdjustment]]:
    for place in range(0, len(many), most):
        yield many[place : place + most]


def _line(pen: Pen, line: RemittedLine, at: str) -> None:
    code = pen.text(f"{at}.procedure_code", line.procedure_code, 48)
    modifiers = [pen.text(f"{at}.modifiers", one, 2, 2) for one in line.modifiers]
    submitted = pen.text(f"{at}.submitted_code", line.submitted_code, 48, needed=False)
    pen.segment(
        "SVC",
        [line.procedure_kind, code, *modifiers],
        write_cents(line.charged_cents),
        write_cents(line.paid_cents),
        "",
        pen.text(f"{at}.units_paid", line.units_paid, 15, needed=False),
        [line.procedure_kind, submitted] if submitted else "",
        pen.text(f"{at}.units_submitted", line.units_submitted, 15, needed=False),
    )
    if line.served_on:
        pen.segment("DTM", "150" if line.served_to else "472", write_day(line.served_on))
    if line.served_to:
        pen.segment("DTM", "151", write_day(line.served_to))
    _adjustments(pen, line.adjustments, at)
    if line.line_number is not None:
        pen.segment("REF", "6R", pen.text(f"{at}.line_number", line.line_number, 50))
    if line.allowed_cents is not None:
        pen.segment("AMT", "B6", write_cents(line.allowed_cents))
    for code in line.remark_codes:
        pen.segment("LQ", "HE", pen.text(f"{at}.remark_codes", code, 30))


def _balances(pen: Pen, given: Iterable[ProviderAdjustment], at: str) -> None:
    """Write changes of one provider and year into one PLB, six at most."""
    for (provider, year), run in groupby(given, lambda one: (one.provider_id, one.year_ends_on)):
        if year is None:
            pen.fault(f"{at}: provider_adjustments.year_ends_on is missing.")
        many = list(run)
        for place in range(0, len(many), _MOST_IN_PLB):
            elements: list[str | list[str]] = []
            for one in many[place : place + _MOST_IN_PLB]:
                reason = pen.text(f"{at}: provider_adjustments.reason", one.reason, 2, 2)
                reference = pen.text(f"{at}: provider_adjustments.reference", one.reference, 50, needed=False)
                elements += [[reason, reference], write_cents(one.amount_cents)]
            id = pen.text(f"{at}: provider_adjustments.provider_id", provider, 50)
            pen.segment("PLB", id, write_day(year) if year else "", *elements)
