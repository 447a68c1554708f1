"""X12 messages for the tests: one of each kind about the cast, and ways to damage them, seeded."""

import io
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date
from functools import cache
from random import Random

from necessity.domain.case import Case
from necessity.domain.full_claim import (
    Assignment,
    ClaimPayer,
    ClaimPerson,
    ClaimProvider,
    Delivery,
    Enclosure,
    FullClaim,
    FullLine,
    Name,
    OtherAdjustment,
    OtherCoverage,
    OtherPayment,
    PayerOrder,
    RelationToSubscriber,
    Sex,
)
from necessity.domain.funding import FundingKind
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
from necessity.formats.x12 import Envelope
from necessity.formats.x12_835.write import write as write_835
from necessity.formats.x12_837p.write import write as write_837p
from necessity.workflow.posting.from_x12 import answers_in
from necessity.workflow.read_x12 import summarise
from necessity.workflow.sent_messages import messages_in
from tests import cast
from tests.strategies_claims import NPI, envelope

STREET = Address(street="1 MAIN ST", city="ALBANY", state="NY", zip_code="122070001")
ISA = "ISA*00*          *00*          *ZZ*CLEARINGHOUSE  *ZZ*FAYSTUDIO      *260930*1300*^*00501*000000007*0*P*:~"


def claim(control_number: str = "CHEN-1", **changes: object) -> FullClaim:
    """Make Chen's claim: two lines of exercise at Fay's studio, ordered by Dr. Ghali."""
    chen = ClaimPerson(name=Name(last="CHEN", first="C"), born_on=date(1991, 12, 30), sex=Sex.FEMALE, address=STREET)
    lines = tuple(
        FullLine(
            id=f"{control_number}-{number}",
            served_on=date(2026, 5, 3 + number),
            procedure_code="97110",
            modifiers=("GP",),
            units=3,
            charge_cents=8500,
            diagnosis_pointers=(1,),
            prescribed_on=date(2026, 4, 20),
        )
        for number in (1, 2)
    )
    made = FullClaim(
        control_number=control_number,
        funding_kind=FundingKind.GROUP_PLAN,
        payer=ClaimPayer(name="PLAN ONE", id="60054", filing_indicator="CI"),
        member_id="W000000001",
        group_number="G100",
        subscriber=chen,
        patient=chen,
        relation=RelationToSubscriber.SELF,
        billing_provider=ClaimProvider(
            name=Name(last="FAY STUDIO", is_person=False),
            npi=NPI,
            tax_id="987654321",
            taxonomy="225100000X",
            address=STREET,
            phone="5555550100",
        ),
        referring_provider=ClaimProvider(name=Name(last="GHALI", first="G"), npi=NPI),
        place_of_service="11",
        diagnoses=("M54.50",),
        lines=lines,
        patient_paid_cents=2000,
        assignment=Assignment.ASSIGNED,
        benefits_assigned=True,
        release_signed=True,
        signature_on_file=True,
        enclosures=(Enclosure(kind="order", control_number="ORDER1", sent_by=Delivery.FAX),),
    )
    return made.model_copy(update=changes)


def dependent(control_number: str = "CHEN-2") -> FullClaim:
    """Make a claim for Chen's child."""
    child = ClaimPerson(name=Name(last="CHEN", first="K"), born_on=date(2012, 2, 29), sex=Sex.MALE, address=STREET)
    return claim(control_number, patient=child, relation=RelationToSubscriber.CHILD)


def secondary(control_number: str = "CHEN-3") -> FullClaim:
    """Make Chen's claim to a second plan: the first paid 60 of each line, wrote 10 off and left 15 to her."""
    made = claim(control_number)
    told = OtherPayment(
        payer_id="60054",
        paid_cents=6000,
        procedure_code="97110",
        modifiers=("GP",),
        units_paid="3",
        adjustments=(
            OtherAdjustment(group="CO", reason="45", amount_cents=1000),
            OtherAdjustment(group="PR", reason="2", amount_cents=1500),
        ),
        decided_on=date(2026, 6, 1),
    )
    first = OtherCoverage(
        payer_order=PayerOrder.FIRST,
        payer=made.payer,
        subscriber=ClaimPerson(name=made.subscriber.name),
        member_id=made.member_id,
        relation=RelationToSubscriber.SELF,
        paid_cents=12000,
        remark_codes=("MA18",),
        payer_claim_number="PAYER77",
    )
    return made.model_copy(
        update={
            "payer": ClaimPayer(name="PLAN TWO", id="60055", filing_indicator="CI"),
            "payer_order": PayerOrder.SECOND,
            "other_coverages": (first,),
            "lines": tuple(line.model_copy(update={"other_payments": (told,)}) for line in made.lines),
        }
    )


def message_837p(*claims: FullClaim) -> str:
    """Write claims; without any, Chen's and the child's."""
    return write_837p(claims or (claim(), dependent()), envelope())


def remitted(control_number: str = "CHEN-1", paid_cents: int = 6400, share_cents: int = 1600) -> RemittedClaim:
    """Make the answer of the domain sheet: charge 100, paid 64, 20 above the allowed amount, 16 the patient's share."""
    adjustments = (
        RemittedAdjustment(group="CO", reason="45", amount_cents=2000),
        RemittedAdjustment(group="PR", reason="2", amount_cents=share_cents),
    )
    line = RemittedLine(
        line_number=f"{control_number}-1",
        procedure_code="97110",
        modifiers=("GP",),
        served_on=date(2026, 5, 4),
        charged_cents=10000,
        paid_cents=paid_cents,
        allowed_cents=8000,
        units_paid="3",
        adjustments=adjustments,
    )
    return RemittedClaim(
        control_number=control_number,
        status="1",
        charged_cents=10000,
        paid_cents=paid_cents,
        patient_owes_cents=share_cents,
        filing_indicator="12",
        payer_claim_number=f"PAYER-{control_number}",
        patient=RemittedPerson(last="CHEN", first="C", id="W000000001"),
        received_on=date(2026, 5, 10),
        lines=(line,),
    )


def reversal(of: RemittedClaim) -> RemittedClaim:
    """Take an answer back: every sign turned, what is allowed and what the patient owes left out."""

    def turned(adjustments: tuple[RemittedAdjustment, ...]) -> tuple[RemittedAdjustment, ...]:
        return tuple(one.model_copy(update={"amount_cents": -one.amount_cents}) for one in adjustments)

    lines = tuple(
        line.model_copy(
            update={
                "charged_cents": -line.charged_cents,
                "paid_cents": -line.paid_cents,
                "allowed_cents": None,
                "adjustments": turned(line.adjustments),
            }
        )
        for line in of.lines
    )
    amounts = {"charged_cents": -of.charged_cents, "paid_cents": -of.paid_cents, "patient_owes_cents": None}
    return of.model_copy(update={"status": "22", **amounts, "lines": lines})


def advice(*claims: RemittedClaim, taken_cents: int = 0) -> RemittanceAdvice:
    """Make a remittance of some claims, less what is taken back from the provider."""
    paid = sum(one.paid_cents for one in claims) - taken_cents
    taken = ProviderAdjustment(
        provider_id=NPI, year_ends_on=date(2026, 12, 31), reason="WO", reference="OLD", amount_cents=taken_cents
    )
    return RemittanceAdvice(
        payment=RemittancePayment(
            handling="I",
            paid_cents=paid,
            method="CHK",
            paid_on=date(2026, 6, 1),
            trace_number="CHEQUE100",
            payer_tin="1123456789",
        ),
        payer_name="PLAN ONE",
        payer_address=STREET,
        payer_contact="CLAIMS",
        payer_phone="5555550199",
        payee_name="FAY STUDIO",
        payee_npi=NPI,
        made_on=date(2026, 6, 1),
        claims=claims,
        provider_adjustments=(taken,) if taken_cents else (),
    )


def message_835(*advices: RemittanceAdvice, at: Envelope | None = None) -> str:
    """Write remittances; without any, one of two claims and a balance taken back."""
    given = advices or (advice(remitted(), remitted("CHEN-2"), taken_cents=500),)
    return write_835(given, at or envelope())


def in_envelope(group: str, version: str, set_kind: str, *segments: str) -> str:
    """Put segments into a set, a group and an interchange."""
    body = [f"ST*{set_kind}*0001*{version}", *segments]
    lines = [f"GS*{group}*CLEARINGHOUSE*FAYSTUDIO*20260930*1300*1*X*{version}", *body, f"SE*{len(body) + 1}*0001"]
    return ISA + "".join(f"{line}~" for line in [*lines, "GE*1*1", "IEA*1*000000007"])


def message_ta1(code: str = "R", note: str = "004", number: int = 1) -> str:
    """Write a TA1 alone: valid without any group."""
    return f"{ISA}TA1*{number:09d}*260930*1200*{code}*{note}~IEA*0*000000007~"


def message_999_on(group: int, code: str = "A") -> str:
    """Write a 999 about the one set of a group: accepted or rejected whole, no claim named."""
    answered = (f"AK1*HC*{group}*005010X222A1", "AK2*837*0001*005010X222A1", f"IK5*{code}", f"AK9*{code}*1*1*1")
    return in_envelope("FA", "005010X231A1", "999", *answered)


def message_999() -> str:
    """Write a 999: the first set rejected for a missing payer number, the second accepted."""
    return in_envelope(
        "FA", "005010X231A1", "999",
        "AK1*HC*1*005010X222A1", "AK2*837*0001*005010X222A1", "IK3*NM1*8*2010*8", "CTX*CLM01:CHEN-1",
        "IK4*9*67*1", "IK5*R*5", "AK2*837*0002*005010X222A1", "IK5*A", "AK9*P*2*2*1",
    )  # fmt: skip


def message_277ca() -> str:
    """Write a 277CA: Chen's claim accepted into the decision, the child's rejected for a provider number."""
    return in_envelope(
        "HN", "005010X214", "277",
        "BHT*0085*08*REF1*20260930*1300*TH", "HL*1**20*1", "NM1*PR*2*PLAN ONE*****PI*60054", "TRN*1*TR1",
        "DTP*050*D8*20260930", "DTP*009*D8*20260930", "HL*2*1*21*1", "NM1*41*2*FAY STUDIO*****46*FAY01",
        "TRN*2*BATCH1", "STC*A1:19:PR*20260930*WQ*340", "QTY*90*1", "QTY*AA*1", "AMT*YU*170", "AMT*YY*170",
        "HL*3*2*19*1", f"NM1*85*2*FAY STUDIO*****XX*{NPI}",
        "HL*4*3*PT", "NM1*QC*1*CHEN*C****MI*W000000001", "TRN*2*CHEN-1", "STC*A2:20:PR*20260930*WQ*170",
        "REF*1K*PAYER77", "DTP*472*RD8*20260504-20260505",
        "HL*5*3*PT", "NM1*QC*1*CHEN*K****MI*W000000001", "TRN*2*CHEN-2",
        "STC*A7:562:85*20260930*U*170********NPI UNKNOWN", "REF*1K*PAYER78", "DTP*472*D8*20260505",
        "SVC*HC:97110*85*****3", "STC*A7:562:85*20260930*U", "REF*FJ*CHEN-2-1",
    )  # fmt: skip


def every_kind() -> tuple[str, ...]:
    """Give one message of each kind, and a file of several interchanges."""
    alone = (message_837p(), message_835(), message_999(), message_277ca(), message_ta1())
    return (*alone, "\n".join((message_835(), message_999(), message_ta1())))


# ── damage ──────────────────────────────────────────────────────────────────

_SIGNS = b"*:~^|>+\n\r\x1c\x1d\x1e\0A9 \xff"


def _drop(data: bytearray, draw: Random) -> None:
    place = draw.randrange(len(data))
    del data[place : place + draw.choice((1, 1, 2, 9, 90))]


def _double(data: bytearray, draw: Random) -> None:
    place = draw.randrange(len(data))
    part = data[place : place + draw.choice((1, 1, 4, 40, 400))]
    data[place:place] = part


def _swap(data: bytearray, draw: Random) -> None:
    one, two = draw.randrange(len(data)), draw.randrange(len(data))
    data[one], data[two] = data[two], data[one]


def _change(data: bytearray, draw: Random) -> None:
    data[draw.randrange(len(data))] = draw.choice(_SIGNS)


def _change_sign(data: bytearray, draw: Random) -> None:
    """Change a separator everywhere, or only in the header."""
    was, now = draw.choice(b"*:~^"), draw.choice(_SIGNS)
    end = draw.choice((len(data), 106))
    data[:end] = data[:end].replace(bytes([was]), bytes([now]))


def _swap_segments(data: bytearray, draw: Random) -> None:
    parts = bytes(data).split(b"~")
    one, two = draw.randrange(len(parts)), draw.randrange(len(parts))
    parts[one], parts[two] = parts[two], parts[one]
    data[:] = b"~".join(parts)


def _double_segment(data: bytearray, draw: Random) -> None:
    parts = bytes(data).split(b"~")
    place = draw.randrange(len(parts))
    parts[place:place] = [parts[place]] * draw.choice((1, 2, 120))
    data[:] = b"~".join(parts)


def _cut(data: bytearray, draw: Random) -> None:
    del data[draw.randrange(len(data)) :]


DAMAGES: tuple[Callable[[bytearray, Random], None], ...] = (
    _drop, _drop, _double, _double, _swap, _swap, _change, _change, _change_sign, _swap_segments, _double_segment, _cut,
)  # fmt: skip


def _taken_back() -> str:
    """Write a remittance of a claim, its reversal and its correction."""
    first = remitted()
    return message_835(advice(first, reversal(first), remitted(paid_cents=7000, share_cents=1000)))


def samples(kind: str = "") -> tuple[str, ...]:
    """Give whole messages of a kind to damage; of every kind where none is named."""
    of_kind = {
        "837P": (message_837p(), message_837p(secondary(), dependent())),
        "835": (message_835(), _taken_back()),
        "999": (message_999(), message_999_on(7)),
        "277CA": (message_277ca(),),
        "TA1": (message_ta1(),),
    }
    return of_kind[kind] if kind else every_kind()


def damaged(seed: int, count: int, kind: str = "") -> Iterator[bytes]:
    """Give so many damaged messages; the same seed gives the same ones."""
    draw = Random(seed)
    whole = [message.encode() for message in samples(kind)]
    for _ in range(count):
        data = bytearray(draw.choice(whole))
        for _ in range(draw.choice((1, 1, 1, 2, 3, 5))):
            if data:
                draw.choice(DAMAGES)(data, draw)
        yield bytes(data)


@cache
def _case() -> Case:
    return cast.chen()


def read_or_refuse(message: bytes) -> str:
    """Read a message as `necessity read` does, then as `post` and `outbox` do.

    Returns:
        The kind, or `refused` where it is no message any more.
    """
    try:
        kind = summarise(io.BytesIO(message)).kind
        for _ in answers_in(io.BytesIO(message), "damaged"):
            pass
    except FormatError as error:
        return "refused" if error.next_step else "refused without a next step"
    with suppress(FormatError):  # one without a number cannot be kept account of
        messages_in(message, _case())
    return kind
