"""Hand-made drafts of letters that tests send, sign and renew: Ada's, by Dr. Ghali, for her HSA."""

from datetime import date
from decimal import Decimal

from necessity.domain.letter_draft import (
    CodeStanding,
    DraftClinician,
    DraftGoal,
    DraftQuestion,
    DraftSection,
    DraftStatement,
    LetterDraft,
    Speaker,
)
from necessity.domain.training import ServiceKind
from tests import cast

STATEMENTS = ("necessary", "not_general_health", "not_otherwise_incurred")
"""What the clinician answers in the draft."""


def ghali_block() -> DraftClinician:
    """Dr. Ghali's block in a letter."""
    doctor = cast.dr_ghali()
    return DraftClinician(
        id=doctor.id,
        name=doctor.name,
        licence=doctor.licence,
        licence_number=doctor.licence_number,
        licence_state=doctor.licence_state,
        npi=doctor.npi,
        phone="555-0100",
        address=doctor.address,
    )


def draft(case: str = "ada", letter: str = "lmn", **changes: object) -> LetterDraft:
    """Ada's letter, whole, with nothing answered."""
    return LetterDraft(
        case=case,
        letter=letter,
        drafted_on=date(2026, 3, 2),
        funding_source="hsa",
        patient_name="Ada",
        patient_born_on=date(1980, 5, 17),
        condition="back",
        condition_name="low back pain of four years",
        code="M54.50",
        code_standing=CodeStanding.VALID,
        treatment=ServiceKind.PERSONAL_TRAINING,
        sessions_per_week=2,
        minutes_per_session=45,
        weeks=26,
        starts_on=date(2026, 3, 2),
        last_seen_on=date(2026, 2, 27),
        visit_basis="in_person",
        goals=(DraftGoal(measure="oswestry_percent", baseline=Decimal(38), target=Decimal(20)),),
        sections=(
            DraftSection(
                id="condition", heading="Condition", paragraphs=("Ada has had low back pain for four years.",)
            ),
            DraftSection(
                id="rationale",
                heading="Why this treats it",
                paragraphs=("Graded strength training of trunk and hips lowers pain and disability in her condition.",),
            ),
        ),
        statements=(
            *(
                DraftStatement(id=id, words=f"The training is {id.replace('_', ' ')}.", by=Speaker.CLINICIAN)
                for id in STATEMENTS
            ),
            DraftStatement(id="not_paid_elsewhere", words="Nobody else has paid for it.", by=Speaker.PATIENT),
        ),
        clinician=ghali_block(),
    ).model_copy(update=changes)


def question(id: str = "frequency", *, is_required: bool = True) -> DraftQuestion:
    """An open question of a draft."""
    return DraftQuestion(
        id=id, asks=f"What is the {id}?", of=Speaker.CLINICIAN, where="treatment", is_required=is_required
    )
