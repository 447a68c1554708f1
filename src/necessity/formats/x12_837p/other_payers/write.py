"""Other coverages as segments: loops 2320 and 2330 of a claim, 2430 of its lines."""

from collections.abc import Iterable
from itertools import groupby

from necessity.domain.full_claim import FullClaim, FullLine, OtherAdjustment, OtherCoverage, OtherPayment, PayerOrder
from necessity.formats.x12 import Pen, write_cents, write_day
from necessity.formats.x12_837p.codes import FILING, OTHER_RELATIONS
from necessity.formats.x12_837p.write_people import write_address, write_name

_MOST_COVERAGES = 10
_MOST_PAYMENTS = 15
_MOST_CAS = 5
_MOST_IN_CAS = 6
_MOST_REMARKS = 5
_GROUPS = ("CO", "CR", "OA", "PI", "PR")


def write_other_coverages(pen: Pen, claim: FullClaim, at: str) -> None:
    """Write what other payers are and decided on the claim; note what does not fit together."""
    coverages = claim.other_coverages
    if len(coverages) > _MOST_COVERAGES:
        pen.fault(f"{at}: other_coverages are {len(coverages)}; a claim holds at most {_MOST_COVERAGES}.")
    orders = [claim.payer_order, *(one.payer_order for one in coverages)]
    known = [one for one in orders if one is not PayerOrder.UNKNOWN]
    if len(known) != len(set(known)):
        pen.fault(f"{at}: two payers are asked in the same turn; give each its own payer_order.")
    if claim.payer_order not in (PayerOrder.FIRST, PayerOrder.UNKNOWN) and not coverages:
        pen.fault(f"{at}: other_coverages is empty, but this payer is not the first: name those asked before.")
    ids = [one.payer.id for one in coverages]
    if len(ids) != len(set(ids)):
        pen.fault(f"{at}: two other coverages name the same payer number; what was decided line by line needs one.")
    for place, coverage in enumerate(coverages):
        _coverage(pen, coverage, claim, f"{at}: other_coverages[{place}]")


def write_other_payments(pen: Pen, claim: FullClaim, line: FullLine, field: str) -> None:
    """Write what other payers decided on a line."""
    if len(line.other_payments) > _MOST_PAYMENTS:
        pen.fault(f"{field}.other_payments are {len(line.other_payments)}; a line holds at most {_MOST_PAYMENTS}.")
    ids = {one.payer.id for one in claim.other_coverages}
    for place, payment in enumerate(line.other_payments):
        at = f"{field}.other_payments[{place}]"
        if payment.payer_id not in ids:
            pen.fault(f"{at}.payer_id {payment.payer_id} is the number of none of the claim's other coverages.")
        _payment(pen, payment, len(claim.lines), at)


def _coverage(pen: Pen, coverage: OtherCoverage, claim: FullClaim, at: str) -> None:
    group = pen.text(f"{at}.group_number", coverage.group_number, 50, needed=False)
    plan = pen.text(f"{at}.plan_name", coverage.plan_name, 60, needed=False)
    filing = pen.code(f"{at}.payer.filing_indicator", coverage.payer.filing_indicator, FILING, needed=False)
    relation = OTHER_RELATIONS[coverage.relation]
    pen.segment("SBR", coverage.payer_order.value, relation, group, plan, "", "", "", "", filing)
    _adjustments(pen, coverage.adjustments, f"{at}.adjustments")
    for code, cents in (("D", coverage.paid_cents), ("A8", coverage.not_covered_cents), ("EAF", coverage.left_cents)):
        if cents is not None:
            pen.segment("AMT", code, write_cents(cents))
    yes_no, release = ("N", "Y")[coverage.benefits_assigned], "Y" if coverage.release_signed else "I"
    pen.segment("OI", "", "", yes_no, "", "", release)
    if len(coverage.remark_codes) > _MOST_REMARKS:
        pen.fault(f"{at}.remark_codes are {len(coverage.remark_codes)}; at most {_MOST_REMARKS} fit.")
    if coverage.remark_codes:
        pen.segment("MOA", "", "", *(pen.text(f"{at}.remark_codes", one, 50) for one in coverage.remark_codes))
    _people(pen, coverage, at)
    _decision(pen, coverage, claim, at)


def _people(pen: Pen, coverage: OtherCoverage, at: str) -> None:
    member = pen.text(f"{at}.member_id", coverage.member_id, 80, 2)
    write_name(pen, "IL", coverage.subscriber, f"{at}.subscriber", "MI", member)
    write_address(pen, coverage.subscriber.address, f"{at}.subscriber.address", needed=False)
    name = pen.text(f"{at}.payer.name", coverage.payer.name, 60)
    pen.segment("NM1", "PR", "2", name, "", "", "", "", "PI", pen.text(f"{at}.payer.id", coverage.payer.id, 80, 2))
    write_address(pen, coverage.payer.address, f"{at}.payer.address", needed=False)


def _decision(pen: Pen, coverage: OtherCoverage, claim: FullClaim, at: str) -> None:
    """Write when that payer decided, and its numbers; a decision needs a day, with the claim or with its lines."""
    payments = [one for line in claim.lines for one in line.other_payments if one.payer_id == coverage.payer.id]
    if coverage.decided_on:
        pen.segment("DTP", "573", "D8", write_day(coverage.decided_on))
    elif coverage.paid_cents is not None and not payments:
        pen.fault(f"{at}.decided_on is missing: the next payer asks when this one decided.")
    if payments and coverage.paid_cents is None:
        pen.fault(f"{at}.paid_cents is missing, but lines say what it decided; 0 says that it paid nothing.")
    for code, number in (("G1", coverage.prior_authorization), ("F8", coverage.payer_claim_number)):
        if number is not None:
            pen.segment("REF", code, pen.text(f"{at}.number {code}", number, 50))


def _payment(pen: Pen, payment: OtherPayment, lines: int, at: str) -> None:
    code = pen.text(f"{at}.procedure_code", payment.procedure_code, 5, 5)
    modifiers = [pen.text(f"{at}.modifiers", one, 2, 2) for one in payment.modifiers[:4]]
    if len(payment.modifiers) > 4:
        pen.fault(f"{at}.modifiers are {len(payment.modifiers)}; at most four fit.")
    units = pen.text(f"{at}.units_paid", payment.units_paid, 15)
    bundled = payment.bundled_into
    if bundled is not None and not 1 <= bundled <= lines:
        pen.fault(f"{at}.bundled_into is {bundled}, but the claim has {lines} lines.")
    payer, paid = pen.text(f"{at}.payer_id", payment.payer_id, 80, 2), write_cents(payment.paid_cents)
    pen.segment("SVD", payer, paid, ["HC", code, *modifiers], "", units, "" if bundled is None else str(bundled))
    _adjustments(pen, payment.adjustments, f"{at}.adjustments")
    if payment.decided_on is None:
        pen.fault(f"{at}.decided_on is missing: the next payer asks when this one decided.")
    else:
        pen.segment("DTP", "573", "D8", write_day(payment.decided_on))
    if payment.left_cents is not None:
        pen.segment("AMT", "EAF", write_cents(payment.left_cents))


def _adjustments(pen: Pen, given: Iterable[OtherAdjustment], at: str) -> None:
    """Write neighbours of one group into one CAS, six at most, so that the order stays."""
    written = 0
    for group, run in groupby(given, lambda one: one.group):
        many, code = list(run), pen.code(f"{at}.group", group, _GROUPS)
        for place in range(0, len(many), _MOST_IN_CAS):
            elements = []
            for one in many[place : place + _MOST_IN_CAS]:
                quantity = pen.text(f"{at}.quantity", one.quantity, 15, needed=False)
                elements += [pen.text(f"{at}.reason", one.reason, 5), write_cents(one.amount_cents), quantity]
            pen.segment("CAS", code, *elements)
            written += 1
    if written > _MOST_CAS:
        pen.fault(f"{at} need {written} segments; {_MOST_CAS} fit: put those of one group beside each other.")
