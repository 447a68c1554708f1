"""Sending, signing, declining and checking: every answer is the signer's own, every level rests on what was recorded."""

from datetime import UTC, date, datetime, timedelta

import pytest

from necessity.domain.case import Case
from necessity.domain.letter import LetterOfMedicalNecessity, Signature, VisitBasis
from necessity.domain.letter_draft import LetterDraft
from necessity.domain.letter_life import EventKind, Instead, LetterState, of_version, reached
from necessity.domain.signature import SignerLevel, SigningMethod
from necessity.domain.signer_level import SignerEvidence
from necessity.errors import RecordError
from necessity.workflow.letter_changes import check_changes
from necessity.workflow.letter_record import with_revoked, with_signed
from necessity.workflow.send_letter import Moment, Reach, as_correction, send
from necessity.workflow.sign_letter import INTENT, Signed, SigningAct, check_signer, decline, sign, with_level
from tests import cast
from tests.letter_lives import STATEMENTS, draft, question

DAY = date(2026, 3, 3)
AGREED = dict.fromkeys((INTENT, *STATEMENTS), True)


def now(hours: float = 0, by: str = "Ada") -> Moment:
    """So many hours after the letter was sent."""
    at = datetime(2026, 3, 3, 9, tzinfo=UTC) + timedelta(hours=hours)
    return Moment(at, at.date(), by)


def ada() -> Case:
    """Ada without a letter."""
    return cast.ada().model_copy(update={"letters": (), "id": "ada"})


def sent(version: LetterDraft | None = None, case: Case | None = None, hours: float = 0, **way: object) -> Case:
    """Ada's case with a letter on its way to Dr. Ghali."""
    record = case or ada()
    how = {"to": "ghali@example.org", "reach": Reach.PATIENT_ADDRESS, **way}
    events = send(record, version or draft(), now(hours), **how)
    return record.model_copy(update={"letter_events": events})


def act(**changes: object) -> SigningAct:
    """Dr. Ghali types the name and answers everything."""
    return SigningAct("Dr. Ghali", SigningMethod.TYPED, AGREED)._replace(**changes)


def signed(case: Case | None = None, version: LetterDraft | None = None, hours: float = 1, **changes: object) -> Signed:
    """Dr. Ghali signs."""
    return sign(case or sent(version), version or draft(), act(**changes), now(hours, "Dr. Ghali"))


def checked(case: Case, version: LetterDraft | None = None, hours: float = 2) -> Case:
    """Number and licence are looked up."""
    for place, evidence in enumerate((SignerEvidence.NPI_MATCHED, SignerEvidence.LICENCE_MATCHED)):
        events = check_signer(case, version or draft(), evidence, "the register", now(hours + place))
        case = case.model_copy(update={"letter_events": events})
    return case


def in_force(version: LetterDraft | None = None, case: Case | None = None, hours: float = 1) -> Case:
    """A case whose letter is signed by somebody known."""
    done = signed(case, version, hours)
    record = (case or sent(version)).model_copy(update={"letter_events": done.events})
    record = checked(record, version, hours + 1)
    return with_signed(record, record.letter_events, done.draft, with_level(done.signature, record.letter_events))


# ── signing ──────────────────────────────────────────────────────────────────


def test_a_signature_says_who_what_when_and_how_sure() -> None:
    """What is stored is what is printed and sealed."""
    done = signed()
    signature = done.signature
    assert (signature.name, signature.npi, signature.licence_state) == ("Dr. Ghali", cast.NPI, "OH")
    assert (signature.signed_at, signature.day) == (now(1).at, DAY)
    assert signature.level is SignerLevel.ADDRESS_FROM_PATIENT
    assert signature.draft_sha256 == done.draft.sha256 == done.events[-1].draft_sha256
    assert "by typing my name I sign" in signature.intent


@pytest.mark.parametrize("left_out", [INTENT, *STATEMENTS])
def test_every_statement_is_answered_by_the_signer(left_out: str) -> None:
    """A sentence nobody looked at is not attested."""
    answers = {id: True for id in AGREED if id != left_out}
    with pytest.raises(RecordError, match=f"not answered yet: {left_out}"):
        signed(answers=answers)


def test_an_answer_that_the_draft_brought_along_does_not_count() -> None:
    """Nothing is pre-ticked, whatever a draft says."""
    ticked = tuple(s.model_copy(update={"agreed": True}) for s in draft().statements)
    version = draft(statements=ticked)
    with pytest.raises(RecordError, match="not answered yet"):
        signed(version=version, answers={INTENT: True})


def test_the_clinician_does_not_answer_for_the_patient() -> None:
    """Only the patient knows what else was paid."""
    with pytest.raises(RecordError, match="no statement of the clinician"):
        signed(answers={**AGREED, "not_paid_elsewhere": True})


def test_a_signer_who_finds_it_not_necessary_cannot_sign_that_it_is() -> None:
    """Wording never turns a no into a yes."""
    with pytest.raises(RecordError, match="the signer says it is not"):
        signed(answers={**AGREED, "necessary": False})


def test_another_no_is_kept_as_a_no() -> None:
    """The record must say what the letter says."""
    done = signed(answers={**AGREED, "not_otherwise_incurred": False})
    case = with_signed(ada(), done.events, done.draft, done.signature.model_copy(update={"level": SignerLevel(1)}))
    assert case.letters[-1].states_not_otherwise_incurred is False
    assert case.letters[-1].states_necessity is True


def test_a_required_question_or_a_red_flag_stops_the_signature() -> None:
    """A letter with a hole, or for somebody who should see a clinician first, is not signed."""
    version = draft(questions=(question(),))
    with pytest.raises(RecordError, match="still asks: What is the frequency"):
        signed(version=version)
    with pytest.raises(RecordError, match="red flag"):
        sign(sent(), draft(), act(), now(1), red_flag_stands=True)


@pytest.mark.parametrize("name", ["ghali", "GHALI, M.D.", "dr ghali", "Dr. Ghali"])
def test_titles_do_not_matter_in_a_name(name: str) -> None:
    """People write their own name in their own way."""
    assert signed(name=name).signature.name == name


def test_another_name_is_not_the_signer() -> None:
    """A colleague who signs needs a letter of their own."""
    with pytest.raises(RecordError, match=r"is not Dr\. Ghali"):
        signed(name="Trainer Eli")


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"method": SigningMethod.DRAWN}, "drawing is missing"),
        ({"method": SigningMethod.WET_INK}, "paper or the day"),
        ({"reauthenticated_at": now(5).at}, "sign-in lies after"),
        ({"answers": {**AGREED, INTENT: False}}, "does not mean it"),
    ],
)
def test_a_signature_that_is_not_whole_is_refused(changes: dict[str, object], why: str) -> None:
    """Each part carries the whole."""
    with pytest.raises(RecordError, match=why):
        signed(**changes)


def test_a_drawn_signature_and_a_sign_in_are_kept() -> None:
    """Where there is an account, the moment of signing in anew is part of the evidence."""
    done = signed(
        method=SigningMethod.DRAWN, drawing="papers/letters/a.png", drawing_sha256="0" * 64,
        reauthenticated_at=now(0.5).at, organisation="Springfield Clinic",
    )  # fmt: skip
    assert done.signature.level is SignerLevel.ORGANISATION
    assert done.signature.reauthenticated_at == now(0.5).at
    assert done.signature.checks[0].result == "agreed; Springfield Clinic"


def test_a_letter_is_signed_once() -> None:
    """A second signature would be a second moment."""
    case = sent().model_copy(update={"letter_events": signed().events})
    with pytest.raises(RecordError, match="is signed and only a letter that was sent"):
        signed(case, hours=2)


# ── what the clinician changes ──────────────────────────────────────────────────────────────────


def test_changes_are_kept_and_the_signature_names_the_changed_text() -> None:
    """The patient must see what the clinician made of the draft."""
    changed = draft(sessions_per_week=1)
    done = signed(changed=changed)
    (one,) = done.differences
    assert (one.field, one.before, one.after) == ("sessions_per_week", "2", "1")
    assert done.signature.draft_sha256 == done.draft.sha256 != draft().sha256


def test_a_changed_text_is_shown_line_by_line() -> None:
    """A paragraph's difference must be seen without reading both."""
    sections = draft().sections
    reworded = sections[0].model_copy(
        update={"paragraphs": ("Ada has had low back pain for five years.", "It is worse.")}
    )
    (one,) = check_changes(draft(), draft(sections=(reworded, *sections[1:])))
    assert one.field == "sections.condition.paragraphs"
    assert [line[0] for line in one.lines] == ["-", "+", "+"]


@pytest.mark.parametrize(
    "changes", [{"patient_name": "Bruno"}, {"version": 2}, {"drafted_on": DAY}, {"statements": ()}, {"payer": "wex"}]
)
def test_what_is_not_the_signers_to_change_stays(changes: dict[str, object]) -> None:
    """A clinician attests to medicine; the rest is another letter."""
    with pytest.raises(RecordError, match="which the signer does not change"):
        signed(changed=draft(**changes))


# ── what follows ──────────────────────────────────────────────────────────────────


def test_level_0_makes_no_record_that_decisions_read() -> None:
    """The seal proves bytes, not the person; so does a typed name."""
    done = signed()
    assert with_signed(ada(), done.events, done.draft, done.signature).letters == ()


def test_a_letter_in_force_fills_the_record_that_decisions_read() -> None:
    """What stands in the letter is known from the letter itself."""
    (letter,) = in_force().letters
    assert letter.signature is Signature.ELECTRONIC
    assert (letter.id, letter.signed_on, letter.signed_by, letter.condition) == ("lmn", DAY, "ghali", "back")
    assert (letter.names_patient, letter.names_employer, letter.names_member_id) == (True, False, False)
    assert (letter.states_frequency, letter.states_duration, letter.diagnosis_is_specific) == (True, True, True)
    assert (letter.visit_basis, letter.rests_only_on_self_report) == (VisitBasis.IN_PERSON, False)


def test_a_start_before_the_signing_is_a_stated_fact_and_moves_nothing() -> None:
    """The letter was to begin on 2 March and was signed on the 3rd."""
    (letter,) = in_force().letters
    assert (letter.states_start, letter.effective_from) == (False, None)
    assert letter.treatment_started_on == date(2026, 3, 2)
    assert letter.effective_to == date(2026, 8, 30)
    (later,) = in_force(draft(starts_on=date(2026, 4, 1))).letters
    assert (later.effective_from, later.effective_to) == (date(2026, 4, 1), date(2026, 9, 29))


def test_a_look_up_that_fails_later_takes_the_record_back() -> None:
    """A licence that turns out to be another's must stop the letter."""
    case = in_force()
    events = check_signer(case, draft(), SignerEvidence.LICENCE_MATCHED, "the board", now(9), matched=False)
    done = signed()
    after = with_signed(case, events, done.draft, with_level(done.signature, events))
    assert after.letters[0].signature is Signature.UNSIGNED
    assert with_level(done.signature, events).level is SignerLevel.ADDRESS_FROM_PATIENT


def test_a_signed_correction_ends_the_version_it_corrects() -> None:
    """Version 1 served until the day before; version 2 names it."""
    case = in_force()
    second = as_correction(draft(weeks=12), case.letter_events)
    case = in_force(second, sent(second, case, hours=48), hours=49)
    old, new = case.letters
    assert (old.id, old.revoked_on, new.id, new.replaces) == ("lmn", date(2026, 3, 5), "lmn-v2", "lmn")
    assert reached(of_version(case.letter_events, "lmn", 1)) is LetterState.REPLACED


def test_a_correction_from_an_unknown_signer_leaves_the_good_version_alone() -> None:
    """Otherwise a forged correction would end a good letter."""
    case = in_force()
    second = as_correction(draft(weeks=12), case.letter_events)
    case = sent(second, case, hours=48)
    done = sign(case, second, act(), now(49, "Dr. Ghali"))
    after = with_signed(case, done.events, done.draft, done.signature)
    assert [(one.id, one.revoked_on) for one in after.letters] == [("lmn", None)]
    assert reached(of_version(done.events, "lmn", 1)) is LetterState.SIGNED


def test_a_new_version_takes_an_unsigned_one_out_of_the_inbox() -> None:
    """Only one version waits for an answer."""
    case = sent(as_correction(draft(weeks=12), sent().letter_events), sent(), hours=1)
    kinds = [(event.version, event.kind) for event in case.letter_events]
    assert kinds[2:] == [(2, EventKind.DRAFTED), (1, EventKind.REPLACED), (2, EventKind.SENT)]


def test_a_withdrawn_letter_serves_until_the_day_before() -> None:
    """The record says the day, so that decisions do too."""
    case = in_force()
    after = with_revoked(case, case.letter_events, "lmn", 1, date(2026, 5, 1))
    assert after.letters[0].revoked_on == date(2026, 5, 1)


def test_declining_keeps_the_reason_and_what_is_recommended() -> None:
    """A no with a way on is worth more than a no."""
    events = decline(sent(), draft(), "needs supervised therapy first", now(1, "Dr. Ghali"), Instead.THERAPY)
    assert (events[-1].note, events[-1].instead) == ("needs supervised therapy first", Instead.THERAPY)


# ── checks ──────────────────────────────────────────────────────────────────


def test_number_and_licence_that_matched_give_level_1_with_names_and_times() -> None:
    """By whom and when is part of the level."""
    events = checked(sent()).letter_events
    done = sign(sent().model_copy(update={"letter_events": events}), draft(), act(), now(5))
    assert done.signature.level is SignerLevel.LICENCE_MATCHED
    assert [(c.what, c.by, c.at) for c in done.signature.checks] == [
        ("provider number", "Ada", now(2).at),
        ("licence", "Ada", now(3).at),
    ]


def test_an_independent_contact_says_how_it_was_found() -> None:
    """A contact from the patient with another name on it is no independent one."""
    with pytest.raises(RecordError, match="how the contact was found"):
        sent(reach=Reach.INDEPENDENT_CONTACT)
    case = sent(reach=Reach.INDEPENDENT_CONTACT, found="number in the board's directory")
    assert signed(case).signature.level is SignerLevel.INDEPENDENT_CONTACT


@pytest.mark.parametrize(
    "evidence", [SignerEvidence.WET_INK, SignerEvidence.LETTERHEAD, SignerEvidence.ORGANISATION_SIGN_IN]
)
def test_what_needs_a_paper_or_a_sign_in_is_not_merely_said(evidence: SignerEvidence) -> None:
    """A level is raised by what is recorded in its own way, never by a word."""
    with pytest.raises(RecordError, match="not recorded by a check"):
        check_signer(sent(), draft(), evidence, "somewhere", now(1))


def test_a_number_that_is_not_there_cannot_have_matched() -> None:
    """There was nothing to look up."""
    version = draft(clinician=draft().clinician.model_copy(update={"npi": None, "licence_number": None}))
    for evidence in (SignerEvidence.NPI_MATCHED, SignerEvidence.LICENCE_MATCHED):
        with pytest.raises(RecordError, match="the letter gives no"):
            check_signer(sent(version), version, evidence, "the register", now(1))


def test_a_letter_of_another_case_is_not_sent_from_here() -> None:
    """Two folders lie side by side on a clinician's desk."""
    with pytest.raises(RecordError, match="belongs to the case 'bruno'"):
        sent(draft(case="bruno"))


def test_a_draft_does_not_take_the_name_of_a_paper() -> None:
    """The day on that paper would be overwritten by another signature's."""
    with pytest.raises(RecordError, match="came as paper"):
        sent(draft(letter=cast.ada().letters[0].id), cast.ada().model_copy(update={"id": "ada"}))


@pytest.mark.parametrize("letter", ["lmn-v2", "../lmn", "", "a b", "x" * 61])
def test_a_letters_id_can_name_its_papers(letter: str) -> None:
    """And is not taken for a version of another letter."""
    with pytest.raises(RecordError, match="cannot name a file"):
        sent(draft(letter=letter))


def test_a_letter_without_a_clinician_goes_nowhere() -> None:
    """Nobody could be asked to sign it."""
    with pytest.raises(RecordError, match="does not name the clinician"):
        sent(draft(clinician=None))


def test_a_record_already_there_keeps_what_the_letter_does_not_say() -> None:
    """Whether the treatment has changed is for the patient to say, not for the letter."""
    case = ada().model_copy(update={"letters": (LetterOfMedicalNecessity(id="lmn", treatment_has_changed=False),)})
    done = signed(sent(case=case))
    known = done.signature.model_copy(update={"level": SignerLevel.LICENCE_MATCHED})
    (letter,) = with_signed(case, done.events, done.draft, known).letters
    assert (letter.treatment_has_changed, letter.signed_on) == (False, DAY)
