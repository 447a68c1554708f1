"""The page on which a clinician reviews a letter, as plain data: what matters first, what to answer, what they may do.

A terminal prints it, a web page shows it. Nothing in it is answered for the reader, whatever the draft says.
"""

from datetime import date
from enum import StrEnum
from typing import NamedTuple

from necessity.adjudication.decide import Judge
from necessity.domain.case import Case
from necessity.domain.dates import spoken
from necessity.domain.decision import Citation
from necessity.domain.letter_draft import DraftQuestion, DraftSection, DraftStatement, LetterDraft, Speaker
from necessity.domain.letter_life import EventKind, LetterState, of_version, reached, signer_level
from necessity.domain.record import Record
from necessity.domain.signature import SignerLevel, SigningMethod
from necessity.domain.signer_level import LEVEL_WORDS
from necessity.parameters.load import ProfileVersion
from necessity.rulebook.letter_words import letter_words
from necessity.workflow.drafting.amount import amount_of
from necessity.workflow.letter_changes import Difference
from necessity.workflow.letter_record import letter_content
from necessity.workflow.screen import ScreenResult, screen_state
from necessity.workflow.send_letter import unanswered
from necessity.workflow.sign_letter import INTENT_WORDS


class ReviewAction(StrEnum):
    """What a clinician may do with a letter."""

    SIGN = "sign"
    DECLINE = "decline"
    ASK = "ask"
    RECOMMEND_THERAPY = "recommend_therapy"
    RECOMMEND_REHABILITATION = "recommend_rehabilitation"


ACTION_WORDS: dict[ReviewAction, str] = {
    ReviewAction.SIGN: "Sign it",
    ReviewAction.DECLINE: "Decline, with the reason",
    ReviewAction.ASK: "Ask the patient or the trainer a question",
    ReviewAction.RECOMMEND_THERAPY: "Recommend therapy instead",
    ReviewAction.RECOMMEND_REHABILITATION: "Recommend a rehabilitation programme instead",
}
"""Each action in words; all are offered side by side."""


class Action(Record):
    """One thing the reader may do."""

    action: ReviewAction
    """Which. Never missing."""
    words: str
    """What it is called. Never missing."""
    is_open: bool
    """Whether it can be done now. Never missing."""
    why_not: tuple[str, ...] = ()
    """What stands in its way."""


class Matter(Record):
    """One thing to read first."""

    id: str
    """Short name. Never missing."""
    title: str
    """What it is. Never missing."""
    words: str
    """What there is to know. Never missing."""
    is_missing: bool = False
    """Whether the record does not say it."""


class Demand(Record):
    """One thing the payer wants in the letter."""

    id: str
    """Name of the demand in the payer's profile. Never missing."""
    words: str
    """What is asked for. Never missing."""
    is_met: bool | None = None
    """Whether the draft has it; missing until the signer answers."""
    citations: tuple[Citation, ...] = ()
    """Where the payer says so."""


class Review(Record):
    """One version of a letter as its signer sees it."""

    case: str
    """Id of the case. Never missing."""
    letter: str
    """Id of the letter. Never missing."""
    version: int
    """Which version. Never missing."""
    draft_sha256: str
    """SHA-256 of the text shown. Never missing."""
    state: LetterState | None
    """How far it is; missing: not drafted here yet."""
    first: tuple[Matter, ...]
    """What matters, most first. Never missing."""
    red_flags: tuple[str, ...]
    """Safety questions answered with yes, and what the screen comes to; empty: nothing speaks against training."""
    statements: tuple[DraftStatement, ...]
    """What the signer must answer; none is answered."""
    patient_statements: tuple[DraftStatement, ...]
    """What only the patient can say; shown, not asked here."""
    questions: tuple[DraftQuestion, ...]
    """What is still open; a required one comes first."""
    demands: tuple[Demand, ...]
    """What the payer wants."""
    payer: str | None
    """Who that is; missing where the letter is for any payer."""
    sections: tuple[DraftSection, ...]
    """The letter's text."""
    differences: tuple[Difference, ...]
    """What the clinician changed so far."""
    asked: tuple[str, ...]
    """Questions raised about this version, and answers to them."""
    actions: tuple[Action, ...]
    """What the reader may do; none is chosen."""
    intent: str
    """The sentence the signer agrees to. Never missing."""
    level: SignerLevel
    """How sure anybody can be of the signer by now. Never missing."""
    level_words: str
    """The same in words. Never missing."""


class _Wanted(NamedTuple):
    words: str
    fields: tuple[str, ...]
    waits_for: str = ""


_DEMANDS: dict[str, _Wanted] = {
    "letter_must_name_patient": _Wanted("the patient's name", ("names_patient",)),
    "letter_must_name_account_holder": _Wanted("the account holder's name", ("names_account_holder",)),
    "letter_must_name_employer": _Wanted("the employer", ("names_employer",)),
    "letter_must_name_member_id": _Wanted("the participant's number", ("names_member_id",)),
    "diagnosis_must_be_specific": _Wanted("a condition named specifically", ("diagnosis_is_specific",)),
    "letter_must_name_treatment": _Wanted("the treatment", ("names_treatment",)),
    "letter_must_state_frequency": _Wanted("how often", ("states_frequency",)),
    "letter_must_state_duration": _Wanted("for how long", ("states_duration",)),
    "letter_must_state_necessity": _Wanted("that it is necessary", ("states_necessity",), "necessary"),
    "letter_must_exclude_general_health": _Wanted(
        "that it is not for general health", ("states_not_general_health",), "not_general_health"
    ),
    "letter_must_name_signer_credential": _Wanted("the signer's name and licence", ("names_signer_credential",)),
    "letter_must_be_on_letterhead_or_form": _Wanted("letterhead, a prescription pad or the payer's own form", ()),
    "participant_must_state_but_for": _Wanted(
        "the patient's statement that the cost would not arise but for the condition",
        ("states_not_otherwise_incurred",),
        "not_otherwise_incurred",
    ),
}


def profile_for(judge: Judge, case: Case, draft: LetterDraft, on: date) -> ProfileVersion | None:
    """Find the profile of the payer a draft is for, on a day; None where it is for any payer."""
    source = next((s for s in case.funding_sources if s.id == draft.funding_source), None)
    fitting = [p for p in judge.book.parameters.profiles if p.from_on <= on <= p.until_on]
    payer = draft.payer or (source.payer if source else None)
    kind = source.kind if source else None
    own = [p for p in fitting if p.payer == payer and kind in (None, p.kind)]
    generic = [p for p in fitting if p.payer == "generic" and p.kind == kind]
    return next(iter(own or generic), None)


def demands(profile: ProfileVersion | None, case: Case, draft: LetterDraft) -> tuple[Demand, ...]:
    """List what a payer wants in a letter, and whether a draft has it."""
    content, agreed = letter_content(case, draft), {s.id: s.agreed for s in draft.statements}
    found = []
    for name, wanted in _DEMANDS.items() if profile else ():
        assert profile is not None
        if profile.says.get(name) is not True:
            continue
        met: bool | None = all(content[field] for field in wanted.fields) if wanted.fields else None
        if wanted.waits_for in agreed and agreed[wanted.waits_for] is None:
            met = None
        found.append(Demand(id=name, words=wanted.words, is_met=met, citations=profile.cites.get(name, ())))
    return tuple(found)


def review(judge: Judge, case: Case, draft: LetterDraft, on: date, differences: tuple[Difference, ...] = ()) -> Review:
    """Lay a letter out for its signer.

    Args:
        judge: The rulebook, for the safety screen and the payer's profile.
        case: The case with the letter's history.
        draft: The version to show.
        on: The day.
        differences: What the clinician changed so far.

    Returns:
        The page as plain data.
    """
    own = of_version(case.letter_events, draft.letter, draft.version)
    blank = unanswered(draft)
    screen = screen_state(judge, case, on)
    flags = [one.words for one in screen.asked if one.is_red]
    flags += [screen.why_no_draft] if not screen.draft_is_safe else []
    is_stopped = screen.result is ScreenResult.STOP
    level = signer_level(case.letter_events, draft.letter, draft.version)
    profile = profile_for(judge, case, draft, on)
    questions = tuple(sorted(draft.questions, key=lambda question: not question.is_required))
    return Review(
        case=case.id,
        letter=draft.letter,
        version=draft.version,
        draft_sha256=draft.sha256,
        state=reached(own),
        first=_first(blank, flags, is_stopped),
        red_flags=tuple(flags),
        statements=tuple(s for s in blank.statements if s.by is Speaker.CLINICIAN),
        patient_statements=tuple(s for s in draft.statements if s.by is Speaker.PATIENT),
        questions=questions,
        demands=demands(profile, case, blank),
        payer=draft.payer_name or (profile.name if profile and profile.payer != "generic" else None),
        sections=draft.sections,
        differences=differences,
        asked=tuple(
            f"{event.by}: {event.note}" for event in own if event.kind in (EventKind.ASKED, EventKind.ANSWERED)
        ),
        actions=_actions(draft, reached(own), is_stopped),
        intent=INTENT_WORDS[SigningMethod.TYPED],
        level=level,
        level_words=LEVEL_WORDS[level],
    )


def _first(draft: LetterDraft, flags: list[str], is_stopped: bool) -> tuple[Matter, ...]:
    """Choose what a reader with one minute must see: danger, treatment, condition, what is missing, by whom."""
    often = amount_of(letter_words(), draft.sessions_per_week, draft.minutes_per_session, draft.weeks)
    kind = draft.treatment.replace("_", " ") if draft.treatment else ""
    treatment = ", ".join(part for part in (kind, often) if part)
    code = f" ({draft.code})" if draft.code else ""
    condition = f"{draft.condition_name}{code}" if draft.condition_name else ""
    seen_on = spoken(draft.last_seen_on) if draft.last_seen_on else ""
    seen = f"{seen_on}, {(draft.visit_basis or 'how is not said').replace('_', ' ')}"
    required = [question for question in draft.questions if question.is_required]
    matters = [
        _matter("treatment", "Treatment", treatment),
        _matter("condition", "Condition", condition),
        _matter("patient", "Patient", draft.patient_name or ""),
        _matter("last_seen", "Last evaluation", seen if draft.last_seen_on else ""),
    ]
    if draft.code_note:
        matters.append(_matter("code", "About the code", draft.code_note))
    if required:
        missing = "1 answer is missing" if len(required) == 1 else f"{len(required)} answers are missing"
        count = f"{missing}: {' '.join(question.asks for question in required[:3])}"
        matters.append(Matter(id="questions", title="Still asked", words=count, is_missing=True))
    if flags:
        title = "Stop: a red flag stands" if is_stopped else "The safety screen"
        matters.insert(0, Matter(id="red_flags", title=title, words=" ".join(flags), is_missing=not is_stopped))
    return tuple(matters)


def _matter(id: str, title: str, words: str) -> Matter:
    return Matter(id=id, title=title, words=words or "not in the record", is_missing=not words)


def _actions(draft: LetterDraft, state: LetterState | None, is_stopped: bool) -> tuple[Action, ...]:
    """Offer every action side by side, those that cannot be done yet with what stands in their way."""
    waits = state in (LetterState.SENT, LetterState.OPENED)
    closed = () if waits else (f"it is {state.replace('_', ' ') if state else 'not sent'}, not waiting for a signer",)
    to_sign = [f"still asked: {question.asks}" for question in draft.questions if question.is_required]
    to_sign += ["a red flag stands; clear the patient first"] if is_stopped else []
    return tuple(
        Action(
            action=action,
            words=words,
            is_open=waits and not (action is ReviewAction.SIGN and to_sign),
            why_not=(*closed, *(to_sign if action is ReviewAction.SIGN else ())),
        )
        for action, words in ACTION_WORDS.items()
    )
