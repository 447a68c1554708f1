"""What was read in a letter: every fact and value with its place, every sign that something is wrong."""

from datetime import date
from typing import Generic, TypeVar

from necessity.domain.letter import Signature, VisitBasis
from necessity.domain.people import Licence
from necessity.domain.record import Record
from necessity.domain.training import ServiceKind

T = TypeVar("T")


class Read(Record, Generic[T]):
    """One thing read in a letter, and where."""

    value: T | None = None
    """What it says; None: not read."""
    line: int | None = None
    """Line of the text, counted from 1; None where nothing stands for it."""
    words: str = ""
    """The words read."""


Said = Read[bool]
"""Whether something is said: true, false (looked for and not found, or denied), or None where a text cannot tell."""
NOTHING = Said(value=False)
"""Looked for all through the letter, and not found."""


class Remark(Record):
    """Something in the text that should not be there."""

    kind: str
    """Which sign it is: placeholder, general_wellness, weight_goal, other_name, other_condition, pronouns …"""
    line: int
    """Where."""
    words: str
    """The words."""


class StatedDate(Record):
    """One date of a letter with the part it plays."""

    part: str
    """signed, from, to, seen, born, diagnosed, treatment_began, licence_ends, or other."""
    day: date | None
    """The day; None: no calendar has it."""
    line: int
    """Where."""
    words: str
    """As written."""


class ReadSigner(Record):
    """Who signs, as the letter shows it."""

    name: Read[str] = Read[str]()
    """Name, without credentials."""
    credential: Read[str] = Read[str]()
    """The credential as written; `physician` counts as one."""
    licence: Read[Licence] = Read[Licence]()
    """The licence that credential stands for; missing where it names none for sure."""
    licence_number: Read[str] = Read[str]()
    """Number of the licence."""
    licence_state: Read[str] = Read[str]()
    """Two-letter code of the state that licensed."""
    practice_state: Read[str] = Read[str]()
    """Two-letter code in the practice's address."""
    npi: Read[str] = Read[str]()
    """Ten digits shown as an NPI, right or wrong."""
    signature: Read[Signature] = Read[Signature]()
    """How it is signed; None: a text cannot show it."""


class LetterReading(Record):
    """Everything read in one letter. Content looked for and not found is false; what text cannot show is unknown."""

    is_english: bool
    """Whether it reads as an English text at all; if not, nothing else was read."""
    patient: Read[str] = Read[str]()
    """The patient's name."""
    patient_state: Read[str] = Read[str]()
    """Two-letter code in the patient's address."""
    account_holder: Said = Said()
    """Whether participant or account holder is named."""
    employer: Said = Said()
    """Whether the employer is named."""
    member_id: Said = Said()
    """Whether the participant's number stands in it."""
    diagnosis: Read[str] = Read[str]()
    """The condition, as named."""
    diagnosis_is_specific: Said = Said()
    """Whether it is named specifically."""
    diagnosis_is_confirmed: Said = Said()
    """False where the words only suspect it."""
    is_disease: Said = Said()
    """False where the words name a risk or a way of living."""
    is_imminent_risk: Said = Said()
    """True where the words name the threshold of a disease, such as prediabetes."""
    codes: tuple[Read[str], ...] = ()
    """Diagnosis codes with their dot, in order."""
    odd_codes: tuple[Read[str], ...] = ()
    """What stands where a diagnosis code should, and has not its shape."""
    treatment: Read[str] = Read[str]()
    """What is prescribed, as named."""
    kinds: tuple[ServiceKind, ...] = ()
    """The kinds of service it names."""
    treatment_is_described: Said = Said()
    """Whether the treatment is described; plain `exercise` is not."""
    frequency: Said = Said()
    """Whether it says how often; false with words where these are too loose."""
    session_length: Said = Said()
    """Whether it says how long each time."""
    duration: Said = Said()
    """Whether it says for how long; false with words where these are too loose."""
    stated_months: int | None = None
    """The duration in whole months, where it is given so."""
    stated_weeks: int | None = None
    """The duration in weeks, where it is given so."""
    links_training: Said = Said()
    """Whether it says how the training treats the condition."""
    necessity: Said = Said()
    """Whether it says that the training is medically necessary."""
    not_general_health: Said = Said()
    """Whether it rules out general health and appearance."""
    not_otherwise_incurred: Said = Said()
    """Whether it says that the cost would not arise but for the condition."""
    self_report: Said = Said()
    """True where it says that it rests on the patient's own answers; None: it does not say."""
    visit_basis: Read[VisitBasis] = Read[VisitBasis]()
    """How the clinician saw the patient."""
    letterhead: Said = Said()
    """True where letterhead, pad or form shows in the text; None: a text cannot tell."""
    signer: ReadSigner = ReadSigner()
    """Who signs."""
    dates: tuple[StatedDate, ...] = ()
    """Every date with its part, in order."""
    remarks: tuple[Remark, ...] = ()
    """Signs of a template, of another case, of a purpose that is no treatment."""
    sentences: tuple[str, ...] = ()
    """What is said, sentence by sentence, for comparing letters."""

    def day(self, part: str) -> StatedDate | None:
        """Find the date that plays a part; None where none does, or the first that no calendar has."""
        return next((one for one in self.dates if one.part == part), None)
