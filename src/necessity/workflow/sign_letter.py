"""What a clinician does with a letter: open, sign, decline, ask; and what others record about the signer.

A signature is dated by the clock. Every statement is answered by the signer, none is answered for them. Changes they
make are kept as differences; the signature names the text as changed.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from types import MappingProxyType
from typing import NamedTuple

from necessity.domain.case import Case
from necessity.domain.letter_draft import DraftQuestion, DraftStatement, LetterDraft, Speaker
from necessity.domain.letter_life import (
    EventKind,
    Instead,
    LetterEvent,
    LetterState,
    of_version,
    reached,
    signer_level,
)
from necessity.domain.signature import SignatureRecord, SignerCheck, SignerLevel, SigningMethod
from necessity.domain.signer_level import EVIDENCE, SignerEvidence
from necessity.errors import RecordError
from necessity.workflow.answer_draft import answer_questions
from necessity.workflow.drafting.rewrite import with_own_sentences
from necessity.workflow.letter_changes import Difference, check_changes
from necessity.workflow.send_letter import Events, Moment, noted

INTENT = "intent"
"""The id under which the signer agrees to the sentence of intent."""
INTENT_WORDS: dict[SigningMethod, str] = {
    SigningMethod.TYPED: "I am the clinician named here, I have read this letter, and by typing my name I sign it.",
    SigningMethod.DRAWN: "I am the clinician named here, I have read this letter, and by drawing my name I sign it.",
    SigningMethod.WET_INK: "The clinician named here signed the printed letter by hand.",
}
"""What the signer agrees to, by what they do; for ink, what the person who attached the paper says of it."""
NECESSARY = "necessary"


class SigningAct(NamedTuple):
    """What the signer did."""

    name: str
    """The name as signed."""
    method: SigningMethod
    """Typed, drawn or in ink."""
    answers: Mapping[str, bool]
    """Answer by statement id; `intent` stands for the sentence of intent."""
    changed: LetterDraft | None = None
    """The letter as the signer changed it; None: as it was sent."""
    reauthenticated_at: datetime | None = None
    """When the signer proved anew who they are; None where there is no account."""
    drawing: str | None = None
    """Path of the drawn signature."""
    drawing_sha256: str | None = None
    """SHA-256 of that file."""
    paper: str | None = None
    """Path of the photo of a paper signed in ink."""
    dated_on: date | None = None
    """The day written beside the ink."""
    is_on_letterhead: bool | None = None
    """Whether a person saw the letterhead on that paper."""
    organisation: str | None = None
    """The organisation through which the signer is signed in; None where there is none."""
    replies: Mapping[str, Sequence[str]] = MappingProxyType({})
    """What the signer answered to the letter's questions, by id: ids of offered answers, and own words."""


class Signed(NamedTuple):
    """What signing brings."""

    draft: LetterDraft
    """The version with its answers, as signed."""
    signature: SignatureRecord
    """The signature under it."""
    events: Events
    """The history with it."""
    differences: tuple[Difference, ...]
    """What the clinician changed."""


def sign(case: Case, sent: LetterDraft, act: SigningAct, now: Moment, *, red_flag_stands: bool = False) -> Signed:
    """Sign one version of a letter.

    Args:
        case: The case with the letter's history.
        sent: The version as it went to the signer.
        act: What the signer did.
        now: Who records it, and when: the true moment.
        red_flag_stands: Whether a red flag of the safety screen stands without a clinician's clearance since.

    Returns:
        The signed version, its signature, the history, the signer's changes.

    Raises:
        RecordError: something is not answered, not theirs to change, or the letter does not wait for a signature.
    """
    if red_flag_stands:
        raise _refused(sent, "a red flag of the safety screen stands", "Clear the patient to train first, or decline.")
    changed = with_own_sentences(sent, act.changed or sent)
    changed = answer_questions(changed, act.replies, now.on) if act.replies else changed
    found = check_changes(sent, changed, act.replies)
    draft = answered(changed, act)
    _check_signer(draft, act, now)
    clinician = draft.clinician
    assert clinician is not None
    ink = act.method is SigningMethod.WET_INK
    events = noted(
        case.letter_events, draft.letter, draft.version, EventKind.SIGNED, now,
        signer=clinician.id, method=act.method, draft_sha256=draft.sha256,
        happened_on=act.dated_on if ink else now.on, file=act.paper, note=act.organisation,
        evidence=SignerEvidence.ORGANISATION_SIGN_IN if act.organisation else None,
    )  # fmt: skip
    events = settled(events, draft.letter, draft.version, now)
    signature = SignatureRecord(
        letter=draft.letter,
        version=draft.version,
        draft_sha256=draft.sha256,
        signer=clinician.id,
        name=" ".join(act.name.split()),
        licence=clinician.licence,
        licence_number=clinician.licence_number,
        licence_state=clinician.licence_state,
        npi=clinician.npi,
        method=act.method,
        intent=INTENT_WORDS[act.method],
        signed_at=now.at,
        dated_on=act.dated_on if ink else now.on,
        drawing=act.drawing,
        drawing_sha256=act.drawing_sha256,
        paper=act.paper,
        is_on_letterhead=act.is_on_letterhead,
        reauthenticated_at=act.reauthenticated_at,
        level=signer_level(events, draft.letter, draft.version),
        checks=checks_of(events, draft.letter, draft.version),
    )
    return Signed(draft, signature, events, found)


def _refused(draft: LetterDraft, why: str, step: str, field: str = "statements") -> RecordError:
    message = f"Letter {draft.letter}, version {draft.version}, is not signed: {why}."
    return RecordError(message, step, field=field, value=None, allowed="a signature with every answer given")


def to_answer(draft: LetterDraft) -> tuple[DraftStatement, ...]:
    """List the statements the signer must answer."""
    return tuple(statement for statement in draft.statements if statement.by is Speaker.CLINICIAN)


def answered(draft: LetterDraft, act: SigningAct) -> LetterDraft:
    """Put the signer's answers into the draft.

    Raises:
        RecordError: one is missing, is not the signer's to give, or speaks against the letter.
    """
    theirs = {statement.id: statement for statement in to_answer(draft)}
    strange = sorted(set(act.answers) - set(theirs) - {INTENT})
    if strange:
        known = ", ".join((INTENT, *theirs))
        raise _refused(draft, f"{strange[0]!r} is no statement of the clinician", f"Answer: {known}.")
    open_ids = [id for id in (INTENT, *theirs) if id not in act.answers]
    if open_ids:
        raise _refused(draft, f"not answered yet: {', '.join(open_ids)}", "Answer each one; nothing is pre-ticked.")
    if not act.answers[INTENT]:
        raise _refused(draft, "the signer does not mean it as a signature", "Decline it, or ask a question.")
    if act.answers.get(NECESSARY) is False:
        raise _refused(
            draft, "it says that the training is necessary, and the signer says it is not",
            "Decline it with the reason, or recommend therapy or rehabilitation instead.",
        )  # fmt: skip
    asked = next((question for question in draft.questions if question.is_required), None)
    if asked:
        raise _refused(draft, f"it still asks: {asked.asks}", _how_to_answer(asked, act), "questions")
    statements = tuple(
        one.model_copy(update={"agreed": act.answers.get(one.id, one.agreed)}) for one in draft.statements
    )
    return draft.model_copy(update={"statements": statements})


def _how_to_answer(asked: DraftQuestion, act: SigningAct) -> str:
    """Say how the answer gets into the letter: with the signature, before the paper is printed, or from the patient."""
    if asked.of is Speaker.PATIENT:
        where = f"in case.toml, {asked.field}" if asked.field else "in the case"
        return f"The patient answers it {where}; then send the letter anew: necessity letter send --correction"
    if act.method is SigningMethod.WET_INK:
        step = "Print it with the answer and have that signed: necessity letter send --correction --reached printed"
        return f'{step} --answer {asked.id}="…"'
    offered = "".join(f" {choice.id}" for choice in asked.choices)
    return f'Add --answer {asked.id}="…"' + (f", in own words or one of:{offered}." if offered else ".")


_TITLES = {"dr", "prof", "md", "do", "np", "pa", "phd", "mph", "rn", "aprn", "fnp", "pac", "dpm", "dc", "nd", "cns"}


def _bare(name: str) -> tuple[str, ...]:
    """Take titles, dots, commas and case out of a name."""
    words = name.casefold().replace(",", " ").replace(".", "").replace("-", " ").split()
    return tuple(sorted(set(words) - _TITLES)) or tuple(sorted(words))


def _check_signer(draft: LetterDraft, act: SigningAct, now: Moment) -> None:
    """Make sure that the one who signs is the one the letter is for, and that the act is whole."""
    expected = draft.clinician.name if draft.clinician else None
    if draft.clinician is None or expected is None:
        raise _refused(draft, "it names no clinician", "Draft it with the clinician's name.", "clinician")
    if _bare(act.name) != _bare(expected):
        raise _refused(
            draft, f"{act.name[:60]!r} is not {expected}, for whom it was drafted",
            "Sign with that name; for another clinician draft a new version.", "name",
        )  # fmt: skip
    if act.method is SigningMethod.DRAWN and not (act.drawing and act.drawing_sha256):
        raise _refused(draft, "the drawing is missing", "Draw the signature, or type the name.", "drawing")
    if act.method is SigningMethod.WET_INK and not (act.paper and act.dated_on):
        step = "Attach the photo and say which day stands on it."
        raise _refused(draft, "the signed paper or the day written on it is missing", step, "paper")
    if act.reauthenticated_at and act.reauthenticated_at > now.at:
        raise _refused(draft, "the sign-in lies after the signature", "Sign in, then sign.", "reauthenticated_at")


def settled(events: Events, letter: str, version: int, now: Moment) -> Events:
    """Let a signed older version step back once its correction is signed by somebody who is known well enough.

    A correction at level 0 leaves the older version in force: a doubtful paper must not spoil a good one.
    """
    is_signed = reached(of_version(events, letter, version)) is LetterState.SIGNED
    if not is_signed or signer_level(events, letter, version) is SignerLevel.ADDRESS_FROM_PATIENT:
        return events
    for older in range(1, version):
        if reached(of_version(events, letter, older)) is LetterState.SIGNED:
            events = noted(events, letter, older, EventKind.REPLACED, now, note=f"version {version} was signed")
    return events


def decline(case: Case, draft: LetterDraft, reason: str, now: Moment, instead: Instead | None = None) -> Events:
    """Note that the clinician does not sign, why, and what they recommend in place of training."""
    signer = draft.clinician.id if draft.clinician else None
    return noted(
        case.letter_events, draft.letter, draft.version, EventKind.DECLINED, now,
        note=reason, signer=signer, instead=instead,
    )  # fmt: skip


def check_signer(
    case: Case, draft: LetterDraft, evidence: SignerEvidence, where: str, now: Moment, *, matched: bool = True
) -> Events:
    """Note that somebody looked the signer up: what, where or how, and whether it agreed.

    Raises:
        RecordError: it cannot be looked up for this signer, or comes into the record another way.
    """
    way = EVIDENCE[evidence].recorded_by
    if way != "check":
        other = "attach the signed paper" if way == "paper" else "it is recorded when the signer signs in"
        raise _unfit(evidence, f"it is not recorded by a check: {other}")
    clinician = draft.clinician
    if evidence is SignerEvidence.NPI_MATCHED and not (clinician and clinician.npi):
        raise _unfit(evidence, "the letter gives no provider number for its signer")
    if evidence is SignerEvidence.LICENCE_MATCHED and not (
        clinician and clinician.licence_number and clinician.licence_state
    ):
        raise _unfit(evidence, "the letter gives no licence number and state for its signer")
    events = noted(
        case.letter_events, draft.letter, draft.version, EventKind.CHECKED, now,
        evidence=evidence, matched=matched, note=where,
    )  # fmt: skip
    return settled(events, draft.letter, draft.version, now)


def _unfit(evidence: SignerEvidence, why: str) -> RecordError:
    return RecordError(
        f"{evidence.replace('_', ' ')} cannot be noted: {why}.",
        "Note what was really looked up, and where.",
        field="evidence",
        value=evidence,
        allowed=", ".join(known for known, rule in EVIDENCE.items() if rule.recorded_by == "check"),
    )


LOOKED = {
    SignerEvidence.NPI_MATCHED: "provider number",
    SignerEvidence.LICENCE_MATCHED: "licence",
    SignerEvidence.INDEPENDENT_CONTACT: "contact found without the patient",
    SignerEvidence.LETTERHEAD: "letterhead on the signed paper",
    SignerEvidence.WET_INK: "ink on the signed paper",
    SignerEvidence.ORGANISATION_SIGN_IN: "sign-in through the organisation",
}
"""What was looked at, in words."""


def checks_of(events: Events, letter: str, version: int) -> tuple[SignerCheck, ...]:
    """List what a version's level rests on, as it is stored with the signature and printed."""
    return tuple(_check(event) for event in of_version(events, letter, version) if event.evidence is not None)


def _check(event: LetterEvent) -> SignerCheck:
    assert event.evidence is not None
    agreed = "did not agree" if event.matched is False else "agreed"
    found = f"{agreed}; {event.note}" if event.note else agreed
    return SignerCheck(what=LOOKED[event.evidence], by=event.by, at=event.at, result=found)


def with_level(signature: SignatureRecord, events: Events) -> SignatureRecord:
    """Bring level and checks of a signature up to what is recorded by now; nothing else of it changes."""
    level = signer_level(events, signature.letter, signature.version)
    checks = checks_of(events, signature.letter, signature.version)
    return signature.model_copy(update={"level": level, "checks": checks})
