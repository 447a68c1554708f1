"""The words a packet uses for people, services, letters and receipts of a case."""

from necessity.domain.letter import LetterOfMedicalNecessity
from necessity.domain.money import dollars
from necessity.domain.people import Address, Clinician, Licence, Trainer
from necessity.domain.receipt import Receipt
from necessity.domain.training import Activity, Expense, Incurred, ServiceKind
from necessity.formats.packet.view import day
from necessity.rulebook.words import words


def service_words(kind: str, thing: Incurred | None) -> str:
    """Say what was given, in plain words and without procedure codes."""
    name = words().service.get(kind, "service").capitalize()
    if not isinstance(thing, Expense):
        return f"{name} session" if kind == ServiceKind.PERSONAL_TRAINING else name
    several = f"{thing.quantity} × " if thing.quantity and thing.quantity > 1 else ""
    said = f": {thing.words}" if thing.words else ""
    until = f", {day(thing.served_on)} to {day(thing.served_to)}" if thing.served_to else ""
    return several + name + said + until


def activity_words(activity: Activity) -> str:
    """Name an activity with its minutes."""
    return activity.name if activity.minutes is None else f"{activity.name}, {activity.minutes} min"


def named(clinician: Clinician | None) -> str:
    """Name a clinician with the licence; empty where there is none."""
    if not clinician or not clinician.name:
        return ""
    licence = clinician.licence
    behind = "" if licence in (None, Licence.NONE) else f", {licence.replace('_', ' ')}"
    return clinician.name + behind


def _address(address: Address) -> str:
    town = " ".join(filter(None, (address.state, address.zip_code)))
    return ", ".join(filter(None, (address.street, address.city, town)))


def trainer_line(trainer: Trainer) -> str:
    """Describe a trainer: name, credentials, business, address, tax number."""
    number = trainer.tax_id and f"tax number {trainer.tax_id[:2]}-{trainer.tax_id[2:]}"
    credentials = ", ".join(certification.name for certification in trainer.certifications)
    parts = (trainer.name, credentials, trainer.business_name, _address(trainer.address), number)
    return ", ".join(filter(None, parts)) or f"trainer {trainer.id}"


def clinician_line(clinician: Clinician) -> str:
    """Describe a clinician: name, licence, address."""
    return ", ".join(filter(None, (named(clinician), _address(clinician.address))))


def letter_title(letter: LetterOfMedicalNecessity, signer: Clinician | None) -> str:
    """Say what a letter is: when it was signed, and by whom."""
    signed = f", signed {day(letter.signed_on)}" if letter.signed_on else ""
    by = f" by {named(signer)}" if named(signer) else ""
    return f"Letter of medical necessity{signed}{by}"


def receipt_title(receipts: list[Receipt]) -> str:
    """Say what a receipt, or several on one paper, prove."""
    first, *others = receipts
    amounts = [receipt.amount_cents for receipt in receipts]
    ids = [receipt.id for receipt in receipts]
    which = ", ".join(ids) if len(ids) <= 6 else f"{', '.join(ids[:5])} and {len(ids) - 5} more"
    paid = "" if None in amounts else f": {dollars(sum(amount or 0 for amount in amounts))}"
    same = first.paid_to and all(other.paid_to == first.paid_to for other in others)
    to = f" paid to {first.paid_to}" if same else ""
    on = f" on {day(first.paid_on)}" if first.paid_on and not others else ""
    return f"Receipt{'s' if others else ''} {which}{paid}{to}{on}"
