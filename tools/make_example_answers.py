"""Make the answers of example 21 anew from its claim: 999, 277CA and 835, as clearinghouse and plan would send them.

Run it after the claim in `examples/21_insurance_claim_answered/case.toml` has changed:
`python tools/make_example_answers.py`. A test compares the kept files with what it makes.
"""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

from necessity.domain.claim import Claim, ServiceLine
from necessity.domain.people import Address
from necessity.domain.remittance import (
    RemittanceAdvice,
    RemittancePayment,
    RemittedAdjustment,
    RemittedClaim,
    RemittedLine,
    RemittedPerson,
)
from necessity.formats.x12 import Envelope, Submitter
from necessity.formats.x12_835.write import write
from necessity.stores.folder import load_case

FOLDER = Path(__file__).parent.parent / "examples" / "21_insurance_claim_answered"
PLAN, CLINIC, NPI, MEMBER = "EXAMPLE GROUP HEALTH", "MILL STREET CLINIC", "1234567893", "EG-4004"
PAYER_NUMBER = "EGH-240904-5501"
REFUSED = "97112"
"""The work that the plan does not hold necessary."""
PAID_ON = date(2024, 9, 24)


def answers(claim: Claim) -> dict[str, str]:
    """Write the three answers to the claim, by file name."""
    return {"999.x12": _taken(), "277ca.x12": _accepted(claim), "835.x12": _paid(claim)}


def _in_envelope(group: str, version: str, kind: str, day: str, number: int, segments: Sequence[str]) -> str:
    body = [f"ST*{kind}*0001*{version}", *segments]
    sides = "ZZ*CLEAR01        *ZZ*MILL01         "
    isa = f"ISA*00*          *00*          *{sides}*{day[2:]}*1405*^*00501*{number:09}*0*P*:"
    around = [isa, f"GS*{group}*CLEAR01*MILL01*{day}*1405*1*X*{version}"]
    end = [f"SE*{len(body) + 1}*0001", "GE*1*1", f"IEA*1*{number:09}"]
    return "".join(f"{line}~\n" for line in [*around, *body, *end])


def _taken() -> str:
    """The clearinghouse: the message has the right form."""
    segments = ("AK1*HC*21*005010X222A1", "AK2*837*0001*005010X222A1", "IK5*A", "AK9*A*1*1*1")
    return _in_envelope("FA", "005010X231A1", "999", "20240903", 901, segments)


def _accepted(claim: Claim) -> str:
    """The plan: the claim goes into the decision."""
    total = _dollars(sum(line.charge_cents or 0 for line in claim.service_lines))
    days = sorted(line.served_on for line in claim.service_lines if line.served_on)
    segments = (
        "BHT*0085*08*REF902*20240904*1405*TH", "HL*1**20*1", f"NM1*PR*2*{PLAN}*****PI*60054", "TRN*1*TR902",
        "DTP*050*D8*20240904", "DTP*009*D8*20240904", "HL*2*1*21*1", f"NM1*41*2*{CLINIC}*****46*MILL01",
        f"TRN*2*{claim.id}", f"STC*A1:19:PR*20240904*WQ*{total}", "QTY*90*1", f"AMT*YU*{total}",
        "HL*3*2*19*1", f"NM1*85*2*{CLINIC}*****XX*{NPI}",
        "HL*4*3*PT", f"NM1*QC*1*CHEN*****MI*{MEMBER}", f"TRN*2*{claim.id}", f"STC*A2:20:PR*20240904*WQ*{total}",
        f"REF*1K*{PAYER_NUMBER}", f"DTP*472*RD8*{days[0]:%Y%m%d}-{days[-1]:%Y%m%d}",
    )  # fmt: skip
    return _in_envelope("HN", "005010X214", "277", "20240904", 902, segments)


def _dollars(cents: int) -> str:
    return f"{cents // 100}" + (f".{cents % 100:02}" if cents % 100 else "")


def _paid(claim: Claim) -> str:
    """The plan: four fifths of one kind of work, nothing of the other."""
    lines = tuple(_line(line) for line in claim.service_lines)
    paid = sum(line.paid_cents for line in lines)
    charged = sum(line.charged_cents for line in lines)
    remitted = RemittedClaim(
        control_number=claim.id,
        status="1",
        charged_cents=charged,
        paid_cents=paid,
        patient_owes_cents=charged - paid,
        filing_indicator="12",
        payer_claim_number=PAYER_NUMBER,
        patient=RemittedPerson(last="CHEN", id=MEMBER),
        received_on=date(2024, 9, 4),
        lines=lines,
    )
    advice = RemittanceAdvice(
        payment=RemittancePayment(
            handling="I",
            paid_cents=paid,
            method="CHK",
            paid_on=PAID_ON,
            trace_number="EGH0009931",
            payer_tin="1987654321",
        ),
        payer_name=PLAN,
        payer_address=Address(street="1 PLAN ROAD", city="COLUMBUS", state="OH", zip_code="43085"),
        payer_contact="CLAIMS",
        payer_phone="5550100177",
        payee_name=CLINIC,
        payee_npi=NPI,
        made_on=PAID_ON,
        claims=(remitted,),
    )
    envelope = Envelope(
        sender_id="CLEAR01",
        receiver_id="MILL01",
        submitter=Submitter(PLAN, "CLEAR01", "CLAIMS", "5550100177"),
        receiver_name=CLINIC,
        control_number=903,
        moment=datetime(2024, 9, 24, 14, 5),
        reference="EGH0009931",
        wants_acknowledgement=False,
        line_ends=True,
    )
    return write((advice,), envelope)


def _line(line: ServiceLine) -> RemittedLine:
    charge = line.charge_cents or 0
    refused = line.procedure_code == REFUSED
    share = charge if refused else (2 * charge + 5) // 10  # a fifth, rounded half up
    reason = "50" if refused else "2"
    return RemittedLine(
        line_number=line.id,
        procedure_code=line.procedure_code,
        modifiers=line.modifiers,
        served_on=line.served_on,
        charged_cents=charge,
        paid_cents=charge - share,
        allowed_cents=None if refused else charge,
        units_paid="0" if refused else str(line.units),
        adjustments=(RemittedAdjustment(group="PR", reason=reason, amount_cents=share),),
    )


def main() -> None:
    """Write the answers into the example."""
    (claim,) = load_case(FOLDER).case.claims
    (FOLDER / "answers").mkdir(exist_ok=True)
    for name, text in answers(claim).items():
        (FOLDER / "answers" / name).write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
