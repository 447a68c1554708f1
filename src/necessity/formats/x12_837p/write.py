"""Claims → one 837P message. Strict: what is missing or cannot be carried is listed and nothing is written.

The layout has the last word: what was written is checked like a stranger's message before it leaves.
"""

import io
from collections.abc import Iterator, Sequence
from itertools import groupby, islice

from necessity.domain.full_claim import FullClaim, RelationToSubscriber
from necessity.errors import FormatError
from necessity.formats.x12 import REQUIRED, Envelope, Pen, Walker, interchange, write_day
from necessity.formats.x12_837p import layout
from necessity.formats.x12_837p.carried import billing, carried
from necessity.formats.x12_837p.check import check_part
from necessity.formats.x12_837p.codes import CLAIM_KINDS, FILING, RELATIONS, funding_of
from necessity.formats.x12_837p.write_claim import write_claim
from necessity.formats.x12_837p.write_people import write_address, write_name

FORMAT = "837P"
_MOST_CLAIMS_A_SET = 5_000
_MOST_CLAIMS_A_LEVEL = 100


def write(claims: Sequence[FullClaim], envelope: Envelope) -> str:
    """Write claims as one message.

    Args:
        claims: At least one; their order stays. Neighbours with the same billing provider and subscriber share a level.
        envelope: Who sends to whom, control numbers, the moment.

    Returns:
        The message; the same arguments give the same text.

    Raises:
        FormatError: something is missing or cannot be carried; `faults` lists every reason, by claim and field.
    """
    pen = Pen(envelope.separators)
    if not claims:
        pen.fault("There is no claim to write.")
    rest = iter(claims)
    sets: list[list[str]] = []
    while batch := list(islice(rest, _MOST_CLAIMS_A_SET)):
        _header(pen, envelope, len(sets))
        _levels(pen, batch)
        sets.append(pen.take())
    text = interchange(envelope, pen, layout(), sets)
    pen.refuse_if_faulty(FORMAT, "The claim cannot be written as an 837P.")
    _look_back(text)
    return text


def _header(pen: Pen, envelope: Envelope, number: int) -> None:
    moment, sender = envelope.moment, envelope.submitter
    reference = pen.text("envelope.reference", envelope.reference, 46) + (f"-{number + 1}" if number else "")
    pen.segment("BHT", "0019", "00", reference, write_day(moment.date()), moment.strftime("%H%M"), "CH")
    name = pen.text("envelope.submitter.name", sender.name, 60)
    pen.segment("NM1", "41", "2", name, "", "", "", "", "46", pen.text("envelope.submitter.id", sender.id, 80, 2))
    contact = pen.text("envelope.submitter.contact", sender.contact, 60)
    pen.segment("PER", "IC", contact, "TE", pen.text("envelope.submitter.phone", sender.phone, 20))
    receiver = pen.text("envelope.receiver_name", envelope.receiver_name, 60)
    pen.segment("NM1", "40", "2", receiver, "", "", "", "", "46", envelope.receiver_id)


def _levels(pen: Pen, claims: Sequence[FullClaim]) -> None:
    """Write billing providers, their subscribers, their patients and claims, counting the levels."""
    numbers = iter(range(1, 10 * len(claims) + 10))
    for provider, paid in groupby(claims, lambda claim: billing(claim.billing_provider)):
        of_provider = list(paid)
        above = next(numbers)
        pen.segment("HL", str(above), "", "20", "1")
        _billing_provider(pen, of_provider[0], f"claim {of_provider[0].control_number}")
        del provider
        for of_subscriber in _by_level(of_provider):
            _subscriber_level(pen, of_subscriber, above, numbers)


def _by_level(claims: Sequence[FullClaim]) -> Iterator[list[FullClaim]]:
    """Cut claims into runs of one subscriber, payer and patient, at most a hundred each."""
    for _, run in groupby(claims, _level_key):
        while part := list(islice(run, _MOST_CLAIMS_A_LEVEL)):
            yield part


def _level_key(claim: FullClaim) -> tuple[object, ...]:
    kept = carried(claim)
    who = (kept.subscriber, kept.patient, kept.relation)
    return (*who, kept.payer, kept.payer_order, kept.member_id, kept.group_number, kept.plan_name, kept.funding_kind)


def _billing_provider(pen: Pen, claim: FullClaim, at: str) -> None:
    provider, field = claim.billing_provider, f"{at}: billing_provider"
    if provider.taxonomy is not None:
        pen.segment("PRV", "BI", "PXC", pen.text(f"{field}.taxonomy", provider.taxonomy, 10, 10))
    write_name(pen, "85", provider, field)
    write_address(pen, provider.address, f"{field}.address", needed=True)
    tax_id = pen.text(f"{field}.tax_id", provider.tax_id, 9, 9)
    pen.segment("REF", "SY" if provider.tax_id_is_personal else "EI", tax_id)
    if provider.licence_number is not None:
        pen.segment("REF", "0B", pen.text(f"{field}.licence_number", provider.licence_number, 50))
    if provider.phone is not None:
        name = provider.name
        contact = " ".join(part for part in (name.first, name.last) if part)[:60].strip()
        phone = pen.text(f"{field}.phone", provider.phone, 20)
        pen.segment("PER", "IC", contact, "TE", phone)


def _subscriber_level(pen: Pen, claims: list[FullClaim], above: int, numbers: Iterator[int]) -> None:
    first, level = claims[0], next(numbers)
    at, is_self = f"claim {first.control_number}", first.relation is RelationToSubscriber.SELF
    pen.segment("HL", str(level), str(above), "22", "0" if is_self else "1")
    group = pen.text(f"{at}: group_number", first.group_number, 50, needed=False)
    plan = pen.text(f"{at}: plan_name", first.plan_name, 60, needed=False)
    relation, filing = "18" if is_self else "", _filing(pen, first, at)
    pen.segment("SBR", first.payer_order.value, relation, group, plan, "", "", "", "", filing)
    _subscriber(pen, first, at, is_self)
    _payer(pen, first, at)
    if not is_self:
        pen.segment("HL", str(next(numbers)), str(level), "23", "0")
        pen.segment("PAT", RELATIONS[first.relation])
        write_name(pen, "QC", first.patient, f"{at}: patient")
        write_address(pen, first.patient.address, f"{at}: patient.address", needed=True)
        _birth(pen, first, at)
    for claim in claims:
        write_claim(pen, claim, f"claim {claim.control_number}")


def _filing(pen: Pen, claim: FullClaim, at: str) -> str:
    """Give the kind of payer; it must fit the kind of funding that is asked."""
    if claim.funding_kind not in CLAIM_KINDS:
        said = f"{at}: funding_kind is {claim.funding_kind}: it takes no 837P; write a packet, superbill or statement."
        return pen.fault(said)
    filing = pen.code(f"{at}: payer.filing_indicator", claim.payer.filing_indicator, FILING)
    if filing and funding_of(filing) is not claim.funding_kind:
        stands, asked = funding_of(filing), claim.funding_kind
        return pen.fault(f"{at}: payer.filing_indicator {filing} stands for {stands}, but the claim asks {asked}.")
    return filing


def _subscriber(pen: Pen, claim: FullClaim, at: str, is_self: bool) -> None:
    member = pen.text(f"{at}: member_id", claim.member_id, 80, 2)
    write_name(pen, "IL", claim.subscriber, f"{at}: subscriber", "MI", member)
    if is_self:
        if claim.subscriber != claim.patient:
            pen.fault(f"{at}: the patient is the subscriber, but the two are described differently.")
        write_address(pen, claim.patient.address, f"{at}: patient.address", needed=True)
        _birth(pen, claim, at)


def _birth(pen: Pen, claim: FullClaim, at: str) -> None:
    patient = claim.patient
    if not patient.name.is_person:
        pen.fault(f"{at}: patient.name.is_person is false.")
    if patient.born_on is None:
        pen.fault(f"{at}: patient.born_on is missing.")
    if patient.sex is None:
        pen.fault(f"{at}: patient.sex is missing; U says that it is not known.")
    if patient.born_on and patient.sex:
        pen.segment("DMG", "D8", write_day(patient.born_on), patient.sex.value)


def _payer(pen: Pen, claim: FullClaim, at: str) -> None:
    name, id = pen.text(f"{at}: payer.name", claim.payer.name, 60), pen.text(f"{at}: payer.id", claim.payer.id, 80, 2)
    pen.segment("NM1", "PR", "2", name, "", "", "", "", "PI", id)
    write_address(pen, claim.payer.address, f"{at}: payer.address", needed=False)


def _look_back(text: str) -> None:
    """Check what was written as if it came from a stranger; whatever is found is not sent."""
    walker = Walker(io.BytesIO(text.encode("ascii", "replace")), (layout(),))
    found = [finding for part in walker for finding in check_part(part)] + walker.findings.kept
    faults = tuple(f"{one.where}: {one.message}" for one in found if one.weight == REQUIRED)
    if faults:
        message = "The claim would not pass as an 837P."
        raise FormatError(message, "Correct what is listed; nothing was written.", format=FORMAT, faults=faults)
