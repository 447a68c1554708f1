"""Draft a letter of medical necessity from the case: the record's own words, and questions where it is silent.

No reason is invented, nothing is ticked ahead, no date lies before the signature. A red flag, or a safety screen that
is not answered, stops the draft.
"""

from datetime import date
from typing import NamedTuple

from necessity.adjudication.decide import Judge
from necessity.codesets.icd10cm.book import CodeBook, shipped
from necessity.domain.case import Case
from necessity.domain.letter_draft import DraftClinician, LetterDraft
from necessity.domain.people import Clinician
from necessity.errors import RecordError
from necessity.parameters.evidence import Evidence, load_evidence
from necessity.rulebook.letter_words import letter_words
from necessity.workflow.drafting.asks import account_holder, member_id, questions_of
from necessity.workflow.drafting.desk import Desk, code_standing, set_desk
from necessity.workflow.drafting.goals import draft_goals
from necessity.workflow.drafting.sections import plan_words, sections_of, statements_of
from necessity.workflow.handover import day
from necessity.workflow.screen import ScreenState, screen_state


class Refusal(NamedTuple):
    """Why no letter is drafted."""

    reason: str
    """What the safety screen says."""
    next_step: str
    """What to do."""
    hand_over: tuple[str, ...]
    """What to show a clinician: the red-flag questions that were answered with yes; empty where none was."""


def refusal(judge: Judge, case: Case, on: date) -> Refusal | None:
    """Say why no letter may be drafted on a day; None where one may.

    Args:
        judge: The rulebook; its facts work out what follows from the screen's answers.
        case: The record.
        on: The day.
    """
    return _stopped(screen_state(judge, case, on), case)


def _stopped(state: ScreenState, case: Case) -> Refusal | None:
    if state.draft_is_safe:
        return None
    say = letter_words().refusal
    red = [one for one in state.asked if one.is_red]
    lines = [say["answered_yes"].format(question=one.words, means=one.question.means) for one in red]
    if lines:
        asked_on = day(state.asked_on) if state.asked_on else "?"
        lines.insert(0, say["hand_over"].format(day=asked_on, who=case.patient.name or case.id))
    return Refusal(state.means, state.next_step, tuple(lines))


def draft_letter(
    judge: Judge,
    case: Case,
    *,
    letter: str,
    on: date,
    funding_source: str | None = None,
    replaces: str | None = None,
    codes: CodeBook | None = None,
    evidence: Evidence | None = None,
) -> LetterDraft:
    """Draft a letter.

    Args:
        judge: The rulebook, for the safety screen and the payers' profiles.
        case: The record.
        letter: Id of the letter; one in the record that is not signed gives its condition, signer and evaluation.
        on: The day of the draft.
        funding_source: Whose payer it is for; None: any.
        replaces: Id of the letter it corrects.
        codes: Diagnosis codes by date; None: those shipped.
        evidence: What studies found; None: the library shipped.

    Returns:
        The draft. The same inputs give the same draft.

    Raises:
        RecordError: the safety screen stops it, the letter is signed already, or an id is not in the record.
    """
    desk = _desk(judge, case, letter, on, funding_source, replaces, codes)
    library = load_evidence() if evidence is None else evidence
    return _drafted(desk, letter, library, replaces=replaces, renewal=False)


def draft_renewal(
    judge: Judge,
    case: Case,
    *,
    renews: str,
    letter: str,
    on: date,
    begins_on: date | None = None,
    funding_source: str | None = None,
    codes: CodeBook | None = None,
    evidence: Evidence | None = None,
) -> LetterDraft:
    """Draft the letter that goes on from an earlier one, with what the measurements show has changed since.

    Like any letter it speaks from the day of signing at the earliest. Whether the treatment goes on
    as it is, less often, or not at all is a question to the clinician.

    Args:
        judge: The rulebook.
        case: The record.
        renews: Id of the earlier letter.
        letter: Id of the new one.
        on: The day of the draft.
        begins_on: Its first day, such as the one after the earlier letter's last; None: as ordered.
        funding_source: Whose payer it is for; None: any.
        codes: Diagnosis codes by date; None: those shipped.
        evidence: What studies found; None: the library shipped.

    Raises:
        RecordError: as `draft_letter`.
    """
    desk = _desk(judge, case, letter, on, funding_source, renews, codes)
    library = load_evidence() if evidence is None else evidence
    return _drafted(desk._replace(begins_on=begins_on), letter, library, replaces=renews, renewal=True)


def desk_for(judge: Judge, case: Case, on: date, *, letter: str = "", funding_source: str | None = None) -> Desk:
    """Lay out what papers beside the letter are written from; see `letter_papers`.

    Raises:
        RecordError: the safety screen stops it, or an id is not in the record.
    """
    return _desk(judge, case, letter, on, funding_source, None, None)


def _desk(
    judge: Judge,
    case: Case,
    letter: str,
    on: date,
    funding_source: str | None,
    replaces: str | None,
    codes: CodeBook | None,
) -> Desk:
    screen = screen_state(judge, case, on)
    stopped = _stopped(screen, case)
    if stopped is not None:
        raise RecordError(
            stopped.reason, stopped.next_step, field="patient", value=None, allowed="a recent screen without a red flag"
        )
    return set_desk(
        case,
        on,
        say=letter_words(),
        parameters=judge.book.parameters,
        codes=codes or shipped(),
        screen=screen,
        letter=letter,
        replaces=replaces,
        funding_source=funding_source,
    )


def _drafted(desk: Desk, letter: str, library: Evidence, *, replaces: str | None, renewal: bool) -> LetterDraft:
    layout = tuple(desk.payer.says.get("letter_order") or ())
    sections, sources = sections_of(desk, library, layout, renewal=renewal)
    questions = questions_of(desk, library, sources, renewal=renewal)
    standing, note = code_standing(desk)
    order, condition, payer = desk.order, desk.condition, desk.payer
    seen_on, basis = desk.last_seen
    starts_on = desk.begins_on or (order.starts_on if order else None)
    return LetterDraft(
        case=desk.case.id,
        letter=letter,
        replaces=replaces,
        is_renewal=renewal,
        drafted_on=desk.on,
        payer=payer.profile,
        payer_name=payer.name if payer.source and (payer.source.payer or payer.source.plan_name) else None,
        funding_source=payer.source.id if payer.source else None,
        patient_name=desk.case.patient.name,
        patient_born_on=desk.case.patient.born_on,
        account_holder_name=_named_holder(desk),
        employer=desk.case.account_holder.employer if payer.wants("letter_must_name_employer") else None,
        member_id=member_id(desk) if payer.wants("letter_must_name_member_id") else None,
        condition=condition.id if condition else None,
        condition_name=condition.name if condition else None,
        code=condition.code if condition else None,
        code_standing=standing,
        code_note=note,
        treatment=desk.kind,
        sessions_per_week=order.sessions_per_week if order else None,
        minutes_per_session=order.minutes_per_session if order else None,
        weeks=order.weeks if order else None,
        starts_on=starts_on if starts_on and starts_on >= desk.on else None,
        order=order.id if order else None,
        plan=plan_words(desk),
        last_seen_on=seen_on,
        visit_basis=basis,
        goals=draft_goals(desk),
        layout=layout,
        sections=sections,
        sources=sources.listed(),
        statements=statements_of(desk),
        questions=questions,
        clinician=draft_clinician(desk.clinician) if desk.clinician else None,
    )


def _named_holder(desk: Desk) -> str | None:
    """Name the account holder where the payer asks for it, or where it is somebody else and any payer may read it."""
    holder = account_holder(desk)
    if desk.payer.wants("letter_must_name_account_holder"):
        return holder
    return holder if desk.payer.profile is None and holder != desk.case.patient.name else None


def draft_clinician(clinician: Clinician) -> DraftClinician:
    """Copy a clinician's block from the record."""
    shared = DraftClinician.model_fields.keys() & Clinician.model_fields.keys()
    return DraftClinician(**{name: getattr(clinician, name) for name in shared})
