"""Answers of payers for the tests: Chen's claim to the group plan, and what may come back about it."""

from datetime import date
from io import BytesIO

from necessity.domain.answer import Adjustment, AnswerKind, AnswerSource, ReceivedAnswer, RemittanceLine
from necessity.domain.case import Case
from necessity.domain.claim import Claim, ClaimState, FiledBy, ServiceLine
from necessity.domain.funding import FundingKind, FundingSource
from necessity.domain.remittance import RemittedAdjustment, RemittedClaim, RemittedLine, RemittedPerson
from necessity.workflow.posting.from_x12 import answers_in
from necessity.workflow.posting.received import received
from tests.cast import chen, session
from tests.messages import advice, message_835

CAME_ON = date(2026, 6, 10)
CHARGES = (8500, 8500, 6000)
DAYS = (date(2026, 5, 4), date(2026, 5, 11), date(2026, 5, 18))


def claim(id: str = "claim1", source: str = "plan", **changed: object) -> Claim:
    """Three lines, one for each of three sessions."""
    lines = tuple(
        ServiceLine(
            id=f"{id}-{n}", expense=f"s{n}", served_on=day, procedure_code="97110", units=3, charge_cents=charge
        )
        for n, (day, charge) in enumerate(zip(DAYS, CHARGES, strict=True), 1)
    )
    made = Claim(id=id, funding_source=source, state=ClaimState.FILED, filed_by=FiledBy.MEMBER, service_lines=lines)
    return made.model_copy(update=changed)


def case(*claims: Claim) -> Case:
    """Chen with three sessions of known cost, a group plan, an HSA and a health FSA of the spouse."""
    made = chen()
    sessions = tuple(
        session(f"s{n}", day).model_copy(update={"charge_cents": charge, "receipt": None, "trainer": None})
        for n, (day, charge) in enumerate(zip(DAYS, CHARGES, strict=True), 1)
    )
    sources = (
        FundingSource(id="plan", kind=FundingKind.GROUP_PLAN, is_erisa=True, is_grandfathered=False, appeal_levels=2),
        FundingSource(id="hsa", kind=FundingKind.HSA),
        FundingSource(id="fsa", kind=FundingKind.HEALTH_FSA, is_erisa=True),
        FundingSource(id="their_fsa", kind=FundingKind.HEALTH_FSA, owner="spouse", owner_relationship="spouse"),
    )
    return Case.model_validate(
        {
            **dict(made),
            "sessions": sessions,
            "expenses": (),
            "packages": (),
            "receipts": (),
            "reimbursements": (),
            "funding_sources": sources,
            "employer_plans": (),
            "visits": (),
            "calls": (),
            "submissions": (),
            "claims": claims or (claim(),),
            "denials": (),
            "remittances": (),
            "acknowledgements": (),
        }
    )


def line(number: int, paid: int, *why: tuple[str, str, int], of: str = "claim1") -> RemittanceLine:
    """One answered line, its charge less payments being told."""
    return RemittanceLine(
        id=f"{of}-{number}",
        charged_cents=CHARGES[number - 1],
        paid_cents=paid,
        adjustments=tuple(Adjustment(group=g, reason=r, amount_cents=c) for g, r, c in why),
    )


def remittance(*lines: RemittanceLine, told_by: str = "eob.edi", **changed: object) -> ReceivedAnswer:
    """An 835's word on claim1, as it was read."""
    says: dict[str, object] = {
        "control_number": "claim1",
        "payer_claim_number": "P-77",
        "trace_number": "T-1",
        "status": "1",
        "paid_on": CAME_ON,
        "charged_cents": sum(one.charged_cents or 0 for one in lines),
        "paid_cents": sum(one.paid_cents or 0 for one in lines),
        "lines": lines,
    }
    return received(AnswerKind.REMITTANCE, AnswerSource.X12, told_by, **(says | changed))


def undone(answer: ReceivedAnswer) -> ReceivedAnswer:
    """The reversal of an answer: every amount below zero."""
    lines = tuple(
        one.model_copy(
            update={
                "charged_cents": -(one.charged_cents or 0),
                "paid_cents": -(one.paid_cents or 0),
                "adjustments": tuple(
                    why.model_copy(update={"amount_cents": -(why.amount_cents or 0)}) for why in one.adjustments
                ),
            }
        )
        for one in answer.lines
    )
    return remittance(
        *lines,
        trace_number="T-9",
        status="22",
        is_reversal=True,
        told_by="reversal.edi",
        paid_cents=-(answer.paid_cents or 0),
        payer_claim_number=answer.payer_claim_number,
    )


def refusal(reason: str = "50", told_by: str = "no.edi") -> ReceivedAnswer:
    """A no to every line."""
    return remittance(*(line(n, 0, ("CO", reason, CHARGES[n - 1])) for n in (1, 2, 3)), status="4", told_by=told_by)


def read_835(*claims: RemittedClaim, name: str = "answer.edi") -> list[ReceivedAnswer]:
    """Write an 835 and read it as posting does."""
    return read_x12(message_835(advice(*claims)), name)


def read_x12(text: str, name: str = "answer.edi") -> list[ReceivedAnswer]:
    """Read a file of answers as posting does."""
    return [answer for answer, _ in answers_in(BytesIO(text.encode()), name)]


def remitted(control_number: str = "claim1") -> RemittedClaim:
    """Claim1 as an 835 tells it: the first line paid in part, the others refused as not necessary."""
    first = RemittedLine(
        line_number="claim1-1",
        procedure_code="97110",
        served_on=DAYS[0],
        charged_cents=8500,
        paid_cents=4000,
        adjustments=(
            RemittedAdjustment(group="CO", reason="45", amount_cents=2500),
            RemittedAdjustment(group="PR", reason="2", amount_cents=2000),
        ),
    )
    refused = tuple(
        RemittedLine(
            line_number=f"claim1-{n}",
            procedure_code="97110",
            served_on=DAYS[n - 1],
            charged_cents=CHARGES[n - 1],
            paid_cents=0,
            adjustments=(RemittedAdjustment(group="CO", reason="50", amount_cents=CHARGES[n - 1]),),
        )
        for n in (2, 3)
    )
    return RemittedClaim(
        control_number=control_number,
        status="1",
        charged_cents=23000,
        paid_cents=4000,
        patient_owes_cents=2000,
        filing_indicator="12",
        payer_claim_number="P-77",
        patient=RemittedPerson(last="CHEN", first="C", id="W000000001"),
        lines=(first, *refused),
    )
