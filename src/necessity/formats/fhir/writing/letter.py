"""A letter of medical necessity as a FHIR bundle, to travel inside the sealed PDF: order, condition, goals, signer."""

from necessity.domain.letter_draft import CodeStanding, DraftGoal, LetterDraft, Speaker
from necessity.domain.signature import SignatureRecord, SignerLevel
from necessity.formats.fhir import systems
from necessity.formats.fhir.writing.build import Bundle, Json, coding, concept, identifier, lean, refuse
from necessity.formats.fhir.writing.exercise import (
    Aim,
    Course,
    categories,
    condition_concept,
    condition_resource,
    course_faults,
    goal_resource,
    observation,
    ordered,
    performer_type,
    pertains_to,
    timing,
)
from necessity.formats.fhir.writing.people import clinician_resource, named_patient

_STANDS = (CodeStanding.VALID, CodeStanding.LAST_KNOWN_VALID)
_LEVELS = {
    SignerLevel.ADDRESS_FROM_PATIENT: "the request went to an address the patient gave; nothing more is known",
    SignerLevel.LICENCE_MATCHED: "number and licence were matched against a public register",
    SignerLevel.INDEPENDENT_CONTACT: "a reply through a contact found independently, or ink on letterhead",
    SignerLevel.ORGANISATION: "signed in through the clinician's own organisation",
}


def letter_bundle(draft: LetterDraft, signature: SignatureRecord | None = None) -> bytes:
    """Write a letter as FHIR: the order with its condition and goals, and who signed it.

    The order is `active` only where a signature stands under this very draft and its signer is known better than by
    an address the patient gave; before, it is a `draft`. A diagnosis code that was not in force is left out.

    Args:
        draft: The letter.
        signature: The signature under it; None while there is none.

    Returns:
        A FHIR R4 Bundle of type collection as canonical JSON. The same arguments give the same bytes.

    Raises:
        FormatError: the signature is not under this draft, or a number cannot be; every reason is named.
    """
    refuse(f"The letter {draft.letter} cannot be written as FHIR", _faults(draft, signature))
    bundle = Bundle(f"letter/{draft.case}/{draft.letter}/{draft.version}")
    is_active = signature is not None and signature.level > SignerLevel.ADDRESS_FROM_PATIENT
    patient = bundle.add("patient", named_patient(draft.patient_name, draft.patient_born_on, draft.member_id))
    clinician = bundle.add("clinician", clinician_resource(draft.clinician)) if draft.clinician else None
    condition = _condition(bundle, draft, patient, clinician, is_confirmed=is_active)
    goals = [_goal(bundle, n, goal, patient, condition, is_active) for n, goal in enumerate(draft.goals, start=1)]
    order = bundle.add("order", _order(draft, signature, patient, clinician, condition, goals, is_active=is_active))
    if signature:
        bundle.add("signature", _provenance(draft, signature, [order, *goals], clinician))
    return bundle.write()


def _faults(draft: LetterDraft, signature: SignatureRecord | None) -> list[str]:
    faults = list(course_faults(_course(draft)))
    if signature and signature.draft_sha256 != draft.sha256:
        faults.append("the signature is under another draft than this one")
    return faults


def _course(draft: LetterDraft) -> Course:
    return Course(
        sessions_per_week=draft.sessions_per_week,
        minutes_per_session=draft.minutes_per_session,
        weeks=draft.weeks,
        starts_on=draft.starts_on,
    )


def _code(draft: LetterDraft) -> str | None:
    return draft.code if draft.code_standing in _STANDS else None


def _condition(
    bundle: Bundle, draft: LetterDraft, patient: Json, clinician: Json | None, *, is_confirmed: bool
) -> Json | None:
    if not (draft.condition_name or _code(draft)):
        return None
    confirmed = concept(coding(systems.CONDITION_VERIFICATION, "confirmed"))
    note = [{"text": draft.code_note}] if draft.code_note else []
    resource = condition_resource(
        _code(draft),
        draft.condition_name,
        patient,
        verificationStatus=confirmed if is_confirmed else None,
        asserter=clinician if is_confirmed else None,
        note=note,
    )
    return bundle.add("condition", resource)


def _goal(bundle: Bundle, number: int, goal: DraftGoal, patient: Json, condition: Json | None, is_active: bool) -> Json:
    addresses = [condition] if condition else []
    if goal.baseline is not None:
        start = observation(goal.measure, goal.baseline, goal.unit, goal.baseline_on, patient)
        addresses.append(bundle.add(f"baseline/{number}", start))
    aim = Aim(
        measure=goal.measure,
        unit=goal.unit,
        baseline=goal.baseline,
        target=goal.target,
        by=goal.by,
        serves=goal.serves,
    )
    return bundle.add(f"goal/{number}", goal_resource(aim, patient, is_active=is_active, addresses=addresses))


def _order(
    draft: LetterDraft,
    signature: SignatureRecord | None,
    patient: Json,
    clinician: Json | None,
    condition: Json | None,
    goals: list[Json],
    *,
    is_active: bool,
) -> Json:
    reason = condition_concept(_code(draft), draft.condition_name)
    said = [one.words for one in draft.statements if one.by is Speaker.CLINICIAN and one.agreed]
    return lean(
        resourceType="ServiceRequest",
        extension=pertains_to(goals),
        identifier=identifier(f"{draft.letter}-{draft.version}", type_=concept(text="Letter and its version")),
        replaces=[{"identifier": {"value": draft.replaces}}] if draft.replaces else [],
        status="active" if is_active else "draft",
        intent="order",
        category=categories(draft.treatment),
        code=ordered(draft.treatment),
        subject=patient,
        occurrenceTiming=timing(_course(draft)),
        authoredOn=signature.signed_at.isoformat() if signature and is_active else None,
        requester=clinician,
        performerType=performer_type(draft.treatment),
        reasonCode=[reason] if reason else [],
        reasonReference=[condition] if condition else [],
        note=[{"text": words} for words in said],
    )


def _provenance(draft: LetterDraft, signature: SignatureRecord, targets: list[Json], clinician: Json | None) -> Json:
    moment = signature.signed_at.isoformat()
    who = {**(clinician or {}), "display": signature.name}
    level = f"How well the signer is known: level {signature.level.value}, {_LEVELS[signature.level]}."
    signed = {
        "type": [coding(systems.SIGNATURE_TYPE, systems.AUTHORS_SIGNATURE)],
        "when": moment,
        "who": who,
    }
    digest = {"value": signature.draft_sha256, "type": concept(text="SHA-256 of the letter that was signed")}
    return lean(
        resourceType="Provenance",
        target=targets,
        occurredDateTime=moment,
        recorded=moment,
        reason=[concept(text=signature.intent), concept(text=level)],
        agent=[{"type": concept(coding(systems.PROVENANCE_AGENT, "author")), "who": who}],
        entity=[{"role": "source", "what": {"identifier": digest, "display": f"Letter {draft.letter}"}}],
        signature=[signed],
    )
