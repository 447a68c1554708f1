"""What the record does not say, or says too vaguely, as questions to whoever can answer; none is answered ahead."""

from collections.abc import Callable, Iterator

from necessity.domain.letter_draft import CodeStanding, DraftChoice, DraftQuestion
from necessity.domain.people import Relationship
from necessity.domain.receipt import Purpose
from necessity.parameters.evidence import Evidence
from necessity.workflow.drafting.desk import NONE, Desk, code_standing, named
from necessity.workflow.drafting.evidence import Sources, found_for, marks
from necessity.workflow.drafting.goals import Progress, amount, goals_of, is_measurable, is_reached
from necessity.workflow.drafting.sections import ended
from necessity.workflow.handover import hand_over

_UNSPECIFIED = "unspecified"


def questions_of(desk: Desk, evidence: Evidence, sources: Sources, *, renewal: bool) -> tuple[DraftQuestion, ...]:
    """List everything that is open, what the letter waits for first.

    Args:
        desk: What the letter is about.
        evidence: The library; what it holds is offered as an answer, never given as one.
        sources: Where cited studies are numbered.
        renewal: Whether the letter renews another.
    """
    parts: tuple[Callable[[Desk], Iterator[DraftQuestion]], ...] = (
        _patient,
        _payers_own,
        _condition,
        _code,
        lambda at: _rationale(at, evidence, sources),
        _treatment,
        _goals,
        _therapy,
        _precautions,
        _clinician,
        _statement,
    )
    asked = [question for part in parts for question in part(desk)]
    asked += _evaluation(desk, renewal=renewal)
    asked += _renewal(desk) if renewal else []
    return tuple(sorted(asked, key=lambda question: not question.is_required))


def _names(desk: Desk) -> dict[str, object]:
    return {
        "who": desk.who,
        "possessive": desk.say.say["possessive"].format(who=desk.who),
        "treatment": desk.treatment,
        "condition": desk.ailment,
        "payer": desk.payer.name,
    }


def _choice(desk: Desk, key: str, *, ends: bool = False, id: str | None = None, **filled: object) -> DraftChoice:
    words = desk.say.choice[key].format(**{**_names(desk), **filled})
    return DraftChoice(id=id or key, words=words[:1].upper() + words[1:], ends_the_letter=ends)


def _instead(desk: Desk) -> tuple[DraftChoice, ...]:
    return _choice(desk, "instead", ends=True), _choice(desk, "neither", ends=True)


def _patient(desk: Desk) -> Iterator[DraftQuestion]:
    if not desk.case.patient.name:
        yield desk.say.ask("patient_name", field="patient: name")
    if desk.case.patient.born_on is None:
        yield desk.say.ask("patient_born_on", field="patient: born_on", who=desk.who)


def account_holder(desk: Desk) -> str | None:
    """Name the account holder; where that is the patient, the patient's name serves."""
    patient = desk.case.patient
    return desk.case.account_holder.name or (patient.name if patient.relationship is Relationship.SELF else None)


def member_id(desk: Desk) -> str | None:
    """Give the number the payer knows the participant by."""
    source = desk.payer.source
    return (source.member_id if source else None) or desk.case.account_holder.member_id


def _payers_own(desk: Desk) -> Iterator[DraftQuestion]:
    payer = desk.payer
    wanted = (
        ("letter_must_name_account_holder", account_holder(desk), "account_holder", "account_holder: name"),
        ("letter_must_name_employer", desk.case.account_holder.employer, "employer", "account_holder: employer"),
        ("letter_must_name_member_id", member_id(desk), "member_id", "account_holder: member_id"),
    )
    for column, value, id, field in wanted:
        if payer.wants(column) and not value:
            yield desk.say.ask(id, field=field, payer=payer.name)
    if payer.wants("letter_must_be_on_letterhead_or_form"):
        yield desk.say.ask("letterhead", payer=payer.name)


def _condition(desk: Desk) -> Iterator[DraftQuestion]:
    condition = desk.condition
    if condition is None:
        known = [c for c in desk.case.conditions if c.is_diagnosed is not False and c.name]
        offered = (DraftChoice(id=c.id, words=c.name or c.id) for c in known)
        yield desk.say.ask("condition", *offered, field="order: condition", who=desk.who)
        return
    field = f"condition {condition.id}: name"
    if condition.name is None:
        yield desk.say.ask("condition_name", field=field)
    elif desk.is_vague(condition.name):
        yield desk.say.ask("condition_is_vague", *_codes(desk), field=field, condition=condition.name)
    if not condition.is_diagnosed:
        yield desk.say.ask("diagnosed", field=f"condition {condition.id}: is_diagnosed", **_names(desk))
    if condition.is_disease is False and not condition.is_imminent_risk:
        yield desk.say.ask("not_a_disease", field="order: condition", **_names(desk))


def _codes(desk: Desk) -> tuple[DraftChoice, ...]:
    """Offer the codes that the tables name beside a code that does not hold; they are looked up, never chosen."""
    return tuple(
        _choice(desk, "coded", id=code, code=code, title="") for code in (desk.code.suggest if desk.code else ())
    )


def _code(desk: Desk) -> Iterator[DraftQuestion]:
    if desk.condition is None:
        return
    standing, note = code_standing(desk)
    field = f"condition {desk.condition.id}: code"
    filled = {**_names(desk), "note": note, "code": desk.condition.code}
    if standing is CodeStanding.NOT_GIVEN:
        yield desk.say.ask("code", field=field, **filled)
    elif standing is CodeStanding.NOT_VALID:
        yield desk.say.ask("code_not_valid", *_codes(desk), field=field, **filled)
    elif standing in (CodeStanding.LAST_KNOWN_VALID, CodeStanding.UNKNOWN):
        yield desk.say.ask("code_not_known", field=field, **filled)
    title = desk.code.title if desk.code else None
    if title and _UNSPECIFIED in title.lower() and standing is not CodeStanding.NOT_VALID:
        choices = (_choice(desk, "more_in_chart"),)
        yield desk.say.ask("code_is_unspecified", *choices, field=field, **{**filled, "title": title})


def _rationale(desk: Desk, library: Evidence, sources: Sources) -> Iterator[DraftQuestion]:
    """Ask for the reason where the record has none; offer what is cited or measured, and `something else instead`."""
    if desk.order is not None and desk.meant(desk.order.reason):
        return
    offered: list[DraftChoice] = []
    found = found_for(desk, library)
    for entry in found.entries if found else ():
        cited = marks(entry, sources)
        offered.append(_choice(desk, "study", id=f"study_{entry.id}", says=entry.says, marks=cited))
    for one in goals_of(desk):
        if is_measurable(desk, one.goal) and one.baseline is not None:
            value = amount(one.baseline, one.goal.unit)
            offered.append(
                _choice(desk, "measured", id=f"measured_{one.goal.id}", measure=one.goal.measure, value=value)
            )
    left = desk.meant(desk.case.plan.remaining_deficit)
    if left:
        offered.append(_choice(desk, "after_therapy", deficit=ended(left)))
    field = f"order {desk.order.id}: reason" if desk.order else None
    yield desk.say.ask(
        "rationale", *offered, _choice(desk, "own_words"), *_instead(desk), field=field, **_names(desk)
    )


def _treatment(desk: Desk) -> Iterator[DraftQuestion]:
    order = desk.order
    if order is None or desk.kind is None:
        yield desk.say.ask("treatment", *_instead(desk), field="order", **_names(desk))
        return
    field, any_payer = f"order {order.id}", desk.payer.profile is None
    if not order.sessions_per_week:
        must = any_payer or desk.payer.wants("letter_must_state_frequency")
        yield desk.say.ask("frequency", field=f"{field}: sessions_per_week", required=must, **_names(desk))
    if not order.minutes_per_session:
        yield desk.say.ask("minutes", field=f"{field}: minutes_per_session")
    if not order.weeks:
        must = any_payer or desk.payer.wants("letter_must_state_duration")
        yield desk.say.ask("weeks", field=f"{field}: weeks", required=must, **_names(desk))
    if desk.meant(desk.case.plan.summary) is None:
        yield desk.say.ask("plan", field="plan: summary")
    choices = (_choice(desk, "as_drafted"), _choice(desk, "with_changes"), *_instead(desk))
    yield desk.say.ask("recommendation", *choices, **_names(desk))


def _goals(desk: Desk) -> Iterator[DraftQuestion]:
    goals = goals_of(desk)
    if not goals:
        yield desk.say.ask("goals", field="plan.goal", who=desk.who)
    for one in goals:
        lacking = [] if desk.meant(one.goal.measure) else ["what is measured"]
        lacking += [] if one.baseline is not None else ["where it starts"]
        lacking += [] if one.goal.target is not None else ["the value to reach"]
        if lacking:
            named_as = one.goal.measure or one.goal.serves or one.goal.id
            listed = ", ".join(lacking)
            yield desk.say.ask("goal_is_open", field=f"plan.goal {one.goal.id}", goal=named_as, lacking=listed)


def _therapy(desk: Desk) -> Iterator[DraftQuestion]:
    plan = desk.case.plan
    if plan.follows_therapy is None and not (plan.follows_therapy_that_ended_on or plan.therapy_ended_because):
        yield desk.say.ask("earlier_therapy", field="plan: follows_therapy", condition=desk.ailment)
    missing = hand_over(desk.case).missing
    if missing:
        yield desk.say.ask("hand_over", field="plan", lacking=", ".join(missing))


def _evaluation(desk: Desk, *, renewal: bool) -> Iterator[DraftQuestion]:
    on, basis = desk.last_seen
    field = f"letter {desk.letter.id}" if desk.letter else "letter"
    ways = tuple(_choice(desk, key) for key in ("in_person", "live_video", "questionnaire"))
    before = desk.before.signed_on if desk.before else None
    if renewal and (on is None or (before is not None and on <= before)):
        yield desk.say.ask("seen_since", *ways, field=f"{field}: last_seen_on, visit_basis", who=desk.who)
        return
    if on is None:
        yield desk.say.ask("last_seen", field=f"{field}: last_seen_on", who=desk.who)
    if basis is None:
        yield desk.say.ask("visit_basis", *ways, field=f"{field}: visit_basis", who=desk.who)
    elif basis == "questionnaire_only":
        yield desk.say.ask("questionnaire", field=f"{field}: visit_basis", who=desk.who)


def _precautions(desk: Desk) -> Iterator[DraftQuestion]:
    """Ask what to watch; where the screen names a known disease, an injury or a pregnancy the letter waits for it."""
    if desk.order is not None and (desk.order.precautions == NONE or desk.meant(desk.order.precautions)):
        return
    field = f"order {desk.order.id}: precautions" if desk.order else None
    why = [one.question.means for one in desk.screen.asked if one.answer and one.question.fact in _ASK_TO_WATCH]
    if why:
        yield desk.say.ask("precautions_needed", field=field, who=desk.who, why=" ".join(why))
    else:
        yield desk.say.ask("precautions", field=field, who=desk.who)


_ASK_TO_WATCH = ("screen_known_disease", "screen_injury", "patient_is_pregnant")


def _clinician(desk: Desk) -> Iterator[DraftQuestion]:
    clinician = desk.clinician
    if clinician is None:
        yield desk.say.ask("clinician", field="order: ordered_by")
        return
    field, name = f"clinician {clinician.id}", named(clinician, desk.say)
    if clinician.name is None:
        yield desk.say.ask("clinician_name", field=f"{field}: name")
    if clinician.is_patient_or_family:
        yield desk.say.ask("signer_is_family", field="order: ordered_by", clinician=name, who=desk.who)
    if clinician.licence is None:
        yield desk.say.ask("licence", field=f"{field}: licence", clinician=name)
    else:
        yield from _licence(desk, clinician.licence)
    lacking = [
        words
        for words, value in (
            ("the licence's number", clinician.licence_number),
            ("the licence's state", clinician.licence_state),
            ("the NPI", clinician.npi),
            ("a telephone number", clinician.phone),
            ("an address", clinician.address.street),
        )
        if not value
    ]
    if lacking:
        yield desk.say.ask("clinician_numbers", field=field, lacking=", ".join(lacking))


def _licence(desk: Desk, licence: str) -> Iterator[DraftQuestion]:
    accepted, doubted = desk.payer.says.get("accepted_licences"), desk.payer.says.get("doubted_licences")
    if accepted is None or licence in accepted:
        return
    id = "licence_doubted" if licence in (doubted or ()) else "licence_not_taken"
    yield desk.say.ask(id, payer=desk.payer.name, licence=licence, who=desk.who)


def _statement(desk: Desk) -> Iterator[DraftQuestion]:
    said = next((one for one in desk.case.statements if one.kind == desk.kind), None)
    field = f"statement {said.id}" if said else "statement"
    if said and said.would_buy_anyway:
        yield desk.say.ask("would_buy_anyway", field=f"{field}: would_buy_anyway", **_names(desk))
    if said and said.purpose and said.purpose not in (Purpose.TREATMENT, Purpose.PREVENTION):
        purpose = desk.say.purpose[said.purpose]
        yield desk.say.ask("purpose", field=f"{field}: purpose", purpose=purpose, **_names(desk))
    if desk.case.reimbursements:
        yield desk.say.ask("paid_elsewhere", field="reimbursement")
    is_signed = said is not None and said.signed_on is not None and said.would_buy_anyway is False
    if desk.payer.wants("participant_must_state_but_for") and not is_signed:
        yield desk.say.ask("patient_statement", field=f"{field}: signed_on", **_names(desk))


def _renewal(desk: Desk) -> Iterator[DraftQuestion]:
    goals = [one for one in goals_of(desk) if is_measurable(desk, one.goal)]
    before = desk.before.signed_on if desk.before else None

    def is_fresh(one: Progress) -> bool:
        measured_on = one.latest.measured_on if one.latest else None
        return measured_on is not None and (before is None or measured_on > before)

    stale = [str(one.goal.measure) for one in goals if not is_fresh(one)]
    if stale:
        yield desk.say.ask("measured_since", field="measurement", measures="; ".join(stale))
    if goals and all(is_reached(one) for one in goals):
        yield desk.say.ask("goals_reached", _choice(desk, "stop", ends=True), field="plan.goal", **_names(desk))
    choices = (_choice(desk, "go_on"), _choice(desk, "less"), _choice(desk, "stop", ends=True), *_instead(desk))
    yield desk.say.ask("changed_treatment", *choices)
