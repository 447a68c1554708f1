"""What lies on the desk before a letter is written: the records of the case it is about, and how they are called."""

from datetime import date
from typing import Any, NamedTuple

from necessity.codesets.icd10cm.book import CodeBook, CodeOnDay
from necessity.codesets.icd10cm.edition import ABSENT, HEADER, NOT_LOADED, VALID
from necessity.domain.case import Case
from necessity.domain.dates import Period
from necessity.domain.funding import FundingSource
from necessity.domain.letter import Condition, LetterOfMedicalNecessity, Signature, TrainingOrder
from necessity.domain.letter_draft import CodeStanding
from necessity.domain.people import Clinician, Trainer
from necessity.domain.training import ServiceKind
from necessity.errors import RecordError
from necessity.parameters.load import Parameters
from necessity.rulebook.letter_words import LetterWords
from necessity.rulebook.words import words
from necessity.workflow.handover import day
from necessity.workflow.screen import ScreenState

TRAINED = (ServiceKind.PERSONAL_TRAINING, ServiceKind.EXERCISE_CLASS)
NONE = "none"


class Payer(NamedTuple):
    """Who will read the letter, and what they ask of it."""

    profile: str | None
    """Name of the profile; None: any payer."""
    name: str
    """In words."""
    source: FundingSource | None
    """The funding source; None: any."""
    says: dict[str, Any]
    """What the profile says on the day; a column that is missing or None is unknown."""

    def wants(self, column: str) -> bool:
        """Say whether the profile asks for it; silence is a no here, and the letter has it anyway where it can."""
        return self.says.get(column) is True


class Desk(NamedTuple):
    """Everything a draft is written from. Each record may be missing: then there is a question."""

    case: Case
    on: date
    say: LetterWords
    screen: ScreenState
    payer: Payer
    letter: LetterOfMedicalNecessity | None
    """The letter in the record with the id that is drafted."""
    before: LetterOfMedicalNecessity | None
    """The letter that this one corrects or renews."""
    order: TrainingOrder | None
    condition: Condition | None
    clinician: Clinician | None
    trainer: Trainer | None
    supervisor: Clinician | None
    code: CodeOnDay | None
    begins_on: date | None = None
    """The first day of a renewal; None: as ordered."""

    @property
    def who(self) -> str:
        """Name the patient."""
        return self.case.patient.name or self.say.say["patient"]

    @property
    def kind(self) -> ServiceKind | None:
        """Say what is prescribed."""
        return (self.order.kind if self.order else None) or self.case.service

    @property
    def treatment(self) -> str:
        """Call the treatment by its name."""
        return words().service[self.kind] if self.kind else "the treatment"

    @property
    def ailment(self) -> str:
        """Call the condition by its name; one too vague to print is called `the condition`."""
        name = self.condition.name if self.condition else None
        return self.say.say["unnamed"] if name is None or self.is_vague(name) else name

    @property
    def their_ailment(self) -> str:
        """Call the condition as the patient's; one without a name is the condition that the letter names."""
        named = self.ailment
        if named == self.say.say["unnamed"]:
            return named
        return self.say.say["possessive"].format(who=self.who) + f" {named}"

    def is_vague(self, name: str) -> bool:
        """Say whether a condition's name is too general for a letter."""
        return name.strip(" .").lower() in self.say.vague_conditions

    def meant(self, text: str | None) -> str | None:
        """Give a text of the record, unless it says nothing or is too general to stand in a letter."""
        bare = (text or "").strip(" .").lower()
        return None if not bare or bare == NONE or bare in self.say.vague_texts else text

    def write(self, key: str, **filled: object) -> str:
        """Write a sentence with the names that every sentence may use; it begins with a capital."""
        common = {
            "who": self.who,
            "treatment": self.treatment,
            "condition": self.ailment,
            "their_condition": self.their_ailment,
        }
        common["possessive"] = self.say.say["possessive"].format(who=self.who)
        text = self.say.say[key].format(**{**common, **filled})
        return text[:1].upper() + text[1:] if text.endswith((".", ":", "!")) else text

    def held_before(self) -> list[date]:
        """List the days of sessions that were held before this draft, in order."""
        return sorted(
            s.served_on for s in self.case.sessions if s.served_on and s.served_on < self.on and s.status == "held"
        )

    @property
    def last_seen(self) -> tuple[date | None, str | None]:
        """Find the last evaluation the record knows: day and how; not after the day of the draft."""
        own = [self.letter] if self.letter and (self.letter.last_seen_on or self.letter.visit_basis) else []
        told = own or [x for x in self.case.letters if self.condition and x.condition == self.condition.id]
        seen = [(x.last_seen_on, x.visit_basis) for x in told if x.last_seen_on is None or x.last_seen_on <= self.on]
        return max(seen, key=lambda pair: pair[0] or date.min, default=(None, None))


def set_desk(
    case: Case,
    on: date,
    *,
    say: LetterWords,
    parameters: Parameters,
    codes: CodeBook,
    screen: ScreenState,
    letter: str,
    replaces: str | None,
    funding_source: str | None,
) -> Desk:
    """Find the records a letter is about.

    The letter in the record (unsigned, with that id) leads; then the one it replaces; then the newest order of the
    service in question and the condition it names; then the only diagnosed condition there is.

    Raises:
        RecordError: an id that is not in the record, or a letter of that id that is signed already.
    """
    own, before = _letter(case, letter), _letter(case, replaces)
    if replaces and before is None:
        raise _unknown("replaces", replaces, [x.id for x in case.letters])
    if own and is_signed(own):
        message = say.refusal["signed"].format(letter=letter)
        step = say.refusal["signed_step"].format(letter=letter)
        raise RecordError(message, step, field="letter", value=letter, allowed="the id of a new letter")
    led = (own.condition if own else None) or (before.condition if before else None)
    order = newest_order(case, led, on)
    condition = _condition(case, led or (order.condition if order else None))
    signer = (own.signed_by if own else None) or (order.ordered_by if order else None)
    signer = signer or (condition.diagnosed_by if condition else None)
    return Desk(
        case=case,
        on=on,
        say=say,
        screen=screen,
        payer=_payer(case, parameters, funding_source, on),
        letter=own,
        before=before,
        order=order,
        condition=condition,
        clinician=clinician_of(case, signer),
        trainer=case.trainers[0] if len(case.trainers) == 1 and (order is None or order.kind in TRAINED) else None,
        supervisor=_supervisor(case),
        code=codes.look_up(condition.code, on) if condition and condition.code else None,
    )


def is_signed(letter: LetterOfMedicalNecessity) -> bool:
    """Say whether somebody signed it, as far as the record knows."""
    return letter.signed_on is not None and letter.signature is not Signature.UNSIGNED


def _unknown(field: str, value: str, known: list[str]) -> RecordError:
    listed = ", ".join(known) or "none"
    return RecordError(
        f"{value!r} is not in the record of this case.",
        f"Name one of: {listed}.",
        field=field,
        value=value,
        allowed=listed,
    )


def _letter(case: Case, id: str | None) -> LetterOfMedicalNecessity | None:
    return next((letter for letter in case.letters if letter.id == id), None)


def clinician_of(case: Case, id: str | None) -> Clinician | None:
    """Find a clinician by id."""
    return next((clinician for clinician in case.clinicians if clinician.id == id), None)


def newest_order(case: Case, condition: str | None, on: date) -> TrainingOrder | None:
    """Find the newest order of what the case is about; one written after the day, or for something else, is none."""
    fitting = [
        order
        for order in case.orders
        if (order.ordered_on is None or order.ordered_on <= on)
        and (condition is None or order.condition in (None, condition))
        and (case.service is None or order.kind in (None, case.service))
    ]
    return max(fitting, key=lambda order: (order.ordered_on or date.min, order.id), default=None)


def _condition(case: Case, id: str | None) -> Condition | None:
    """Find the condition by id; without one, the only condition that is not denied to be diagnosed."""
    if id is not None:
        return next((condition for condition in case.conditions if condition.id == id), None)
    possible = [condition for condition in case.conditions if condition.is_diagnosed is not False]
    return possible[0] if len(possible) == 1 else None


def _supervisor(case: Case) -> Clinician | None:
    """Name the supervisor where every session of the record has the same one."""
    ids = {session.supervisor for session in case.sessions}
    return clinician_of(case, next(iter(ids))) if len(ids) == 1 else None


def _payer(case: Case, parameters: Parameters, id: str | None, on: date) -> Payer:
    if id is None:
        return Payer(None, "The payer", None, {})
    source = next((one for one in case.funding_sources if one.id == id and one.held), None)
    if source is None:
        raise _unknown("funding_source", id, [one.id for one in case.funding_sources if one.held])
    profile = source.payer or "generic"
    says = next(
        (
            p.says
            for p in parameters.profiles
            if (p.payer, p.kind) == (profile, source.kind) and on in Period(starts_on=p.from_on, ends_on=p.until_on)
        ),
        {},
    )
    of_the_kind = source.plan_name or words().funding[source.kind].name
    name = parameters.payer_names.get(profile, profile) if source.payer else of_the_kind
    return Payer(profile, name, source, says)


def code_standing(desk: Desk) -> tuple[CodeStanding, str | None]:
    """Say what is known of the code on the day, and what must be said about it."""
    found = desk.code
    if found is None:
        return CodeStanding.NOT_GIVEN, None
    if found.status == VALID:
        return CodeStanding.VALID, None
    told: dict[str, object] = {"code": found.code, "day": day(desk.on)}
    if found.status in (HEADER, ABSENT):
        return CodeStanding.NOT_VALID, desk.write("code_absent", **told)
    assert found.status == NOT_LOADED
    if found.last_known is None:
        return CodeStanding.UNKNOWN, desk.write("code_unknown", **told)
    status, edition = found.last_known
    if status == VALID:
        return CodeStanding.LAST_KNOWN_VALID, desk.write("last_known", edition=edition, **told)
    return CodeStanding.NOT_VALID, desk.write("code_doubted", edition=edition, **told)


def named(clinician: Clinician, say: LetterWords) -> str:
    """Name a clinician with the licence behind the name."""
    name = clinician.name or clinician.id
    has = clinician.licence is not None and clinician.licence != NONE
    return say.say["named"].format(name=name, licence=clinician.licence) if has else name
