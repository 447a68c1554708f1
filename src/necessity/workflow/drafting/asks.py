"""What the record does not say, or says too vaguely, as questions to whoever can answer; none is answered ahead."""

from collections.abc import Callable, Iterator
from datetime import timedelta

from necessity.domain.letter_draft import CodeStanding, DraftChoice, DraftQuestion
from necessity.domain.people import Relationship
from necessity.domain.receipt import Purpose
from necessity.parameters.evidence import Evidence
from necessity.workflow.drafting.desk import NONE, Desk, code_standing, named
from necessity.workflow.drafting.evidence import Sources, found_for, marks
from necessity.workflow.drafting.goals import Progress, amount, goals_of, is_measurable, is_reached
from necessity.workflow.drafting.sections import ended
from necessity.workflow.handover import day, hand_over
from necessity.workflow.screen import ScreenResult

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
        _renewal if renewal else _recommendation,
        _goals,
        _therapy,
        _precautions,
        _clinician,
        _statement,
    )
    asked = [question for part in parts for question in part(desk)]
    asked += _evaluation(desk, renewal=renewal)
    return tuple(sorted(asked, key=lambda question: not question.is_required))


def _names(desk: Desk) -> dict[str, object]:
    return {
        "who": desk.who,
        "possessive": desk.say.say["possessive"].format(who=desk.who),
        "treatment": desk.treatment,
        "condition": desk.ailment,
        "their_condition": desk.their_ailment,
        "payer": desk.payer.name,
    }


def _choice(desk: Desk, key: str, *, ends: bool = False, id: str | None = None, **filled: object) -> DraftChoice:
    words = desk.say.choice[key].format(**{**_names(desk), **filled}).strip()
    return DraftChoice(id=id or key, words=words[:1].upper() + words[1:], ends_the_letter=ends)


def _instead(desk: Desk) -> tuple[DraftChoice, ...]:
    return _choice(desk, "instead", ends=True), _choice(desk, "neither", ends=True)


def _patient(desk: Desk) -> Iterator[DraftQuestion]:
    if not desk.case.patient.name:
        yield desk.say.ask("patient_name", field="patient: name")
    if desk.case.patient.born_on is None:
        yield desk.say.ask("patient_born_on", filled=_names(desk), field="patient: born_on")


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
            yield desk.say.ask(id, filled=_names(desk), field=field)
    if payer.wants("letter_must_be_on_letterhead_or_form"):
        yield desk.say.ask("letterhead", filled=_names(desk))


def _condition(desk: Desk) -> Iterator[DraftQuestion]:
    condition = desk.condition
    if condition is None:
        known = [c for c in desk.case.conditions if c.is_diagnosed is not False and c.name]
        offered = (DraftChoice(id=c.id, words=c.name or c.id) for c in known)
        yield desk.say.ask("condition", *offered, filled=_names(desk), field="order: condition")
        return
    field = f"condition {condition.id}: name"
    if condition.name is None:
        yield desk.say.ask("condition_name", field=field)
    elif desk.is_vague(condition.name):
        yield desk.say.ask("condition_is_vague", *_codes(desk), filled={"condition": condition.name}, field=field)
    if not condition.is_diagnosed:
        choices = (_choice(desk, "diagnosed"), _choice(desk, "not_diagnosed", ends=True))
        yield desk.say.ask("diagnosed", *choices, field=f"condition {condition.id}: is_diagnosed", filled=_names(desk))
    if condition.is_disease is False and not condition.is_imminent_risk:
        yield desk.say.ask("not_a_disease", field="order: condition", filled=_names(desk))


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
        yield desk.say.ask("code", field=field, filled=filled)
    elif standing is CodeStanding.NOT_VALID:
        yield desk.say.ask("code_not_valid", *_codes(desk), field=field, filled=filled)
    elif standing in (CodeStanding.LAST_KNOWN_VALID, CodeStanding.UNKNOWN):
        yield desk.say.ask("code_not_known", _choice(desk, "still_right"), field=field, filled=filled)
    title = desk.code.title if desk.code else None
    if title and _UNSPECIFIED in title.lower() and standing is not CodeStanding.NOT_VALID:
        choices = (_choice(desk, "more_in_chart"),)
        yield desk.say.ask("code_is_unspecified", *choices, field=field, filled={**filled, "title": title})


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
        "rationale", *offered, _choice(desk, "own_words"), *_instead(desk), field=field, filled=_names(desk)
    )


def _treatment(desk: Desk) -> Iterator[DraftQuestion]:
    order = desk.order
    if order is None or desk.kind is None:
        yield desk.say.ask("treatment", *_instead(desk), field="order", filled=_names(desk))
        return
    field, any_payer = f"order {order.id}", desk.payer.profile is None
    if not order.sessions_per_week:
        must = any_payer or desk.payer.wants("letter_must_state_frequency")
        yield desk.say.ask("frequency", field=f"{field}: sessions_per_week", required=must, filled=_names(desk))
    if not order.minutes_per_session:
        yield desk.say.ask("minutes", field=f"{field}: minutes_per_session")
    if not order.weeks:
        must = any_payer or desk.payer.wants("letter_must_state_duration")
        yield desk.say.ask("weeks", field=f"{field}: weeks", required=must, filled=_names(desk))
    if order.starts_on and order.weeks:
        ended_on = order.starts_on + timedelta(weeks=order.weeks, days=-1)
        if ended_on < desk.on:
            yield desk.say.ask("order_has_ended", filled={**_names(desk), "day": day(ended_on)}, field="order")
    if desk.meant(desk.case.plan.summary) is None:
        yield desk.say.ask("plan", field="plan: summary")


def _recommendation(desk: Desk) -> Iterator[DraftQuestion]:
    """Ask what the clinician recommends: signing as drafted is one answer of four."""
    if desk.order is not None and desk.kind is not None:
        choices = (_choice(desk, "as_drafted"), _choice(desk, "with_changes"), *_instead(desk))
        yield desk.say.ask("recommendation", *choices, filled=_names(desk))


def _goals(desk: Desk) -> Iterator[DraftQuestion]:
    goals = goals_of(desk)
    if not goals:
        yield desk.say.ask("goals", filled=_names(desk), field="plan.goal")
    for one in goals:
        has = {
            "measure": desk.meant(one.goal.measure),
            "baseline": one.baseline is not None,
            "target": one.goal.target is not None,
        }
        lacking = [desk.say.lacking[name] for name, value in has.items() if not value]
        if lacking:
            named_as = one.goal.measure or one.goal.serves or one.goal.id
            listed = ", ".join(lacking)
            field, filled = f"plan.goal {one.goal.id}", {"goal": named_as, "lacking": listed}
            yield desk.say.ask("goal_is_open", filled=filled, field=field, about=one.goal.id)
        elif one.goal.reach_by_on and one.goal.reach_by_on < desk.on:
            filled = {"goal": str(one.goal.measure), "day": day(one.goal.reach_by_on)}
            field = f"plan.goal {one.goal.id}: reach_by_on"
            yield desk.say.ask("goal_is_past", filled=filled, field=field, about=one.goal.id)


def _therapy(desk: Desk) -> Iterator[DraftQuestion]:
    plan = desk.case.plan
    if plan.follows_therapy is None and not (plan.follows_therapy_that_ended_on or plan.therapy_ended_because):
        yield desk.say.ask("earlier_therapy", filled=_names(desk), field="plan: follows_therapy")
    missing = hand_over(desk.case).missing
    if missing:
        yield desk.say.ask("hand_over", filled={"lacking": ", ".join(missing)}, field="plan")


def _evaluation(desk: Desk, *, renewal: bool) -> Iterator[DraftQuestion]:
    on, basis = desk.last_seen
    field = f"letter {desk.letter.id}" if desk.letter else "letter"
    ways = tuple(_choice(desk, key) for key in ("in_person", "live_video", "questionnaire"))
    before = desk.before.signed_on if desk.before else None
    if renewal and (on is None or (before is not None and on <= before)):
        yield desk.say.ask("seen_since", *ways, filled=_names(desk), field=f"{field}: last_seen_on, visit_basis")
        return
    if on is None:
        yield desk.say.ask("last_seen", filled=_names(desk), field=f"{field}: last_seen_on")
    if basis is None:
        yield desk.say.ask("visit_basis", *ways, filled=_names(desk), field=f"{field}: visit_basis")
    elif basis == "questionnaire_only":
        seen = ways[:2]
        yield desk.say.ask("questionnaire", *seen, filled=_names(desk), field=f"{field}: visit_basis")


def _precautions(desk: Desk) -> Iterator[DraftQuestion]:
    """Ask what to watch; where the screen names a known disease, an injury or a pregnancy the letter waits for it."""
    if desk.screen.result is ScreenResult.CLEARANCE:
        choices = (_choice(desk, "cleared"), _choice(desk, "not_cleared", ends=True))
        where = "patient: cleared_to_train_by, cleared_to_train_on"
        yield desk.say.ask("clearance", *choices, filled=_names(desk), field=where)
    if desk.order is not None and (desk.order.precautions == NONE or desk.meant(desk.order.precautions)):
        return
    field = f"order {desk.order.id}: precautions" if desk.order else None
    why = [one.question.means for one in desk.screen.asked if one.answer and one.question.fact in _ASK_TO_WATCH]
    if why:
        yield desk.say.ask("precautions_needed", filled={**_names(desk), "why": " ".join(why)}, field=field)
    else:
        yield desk.say.ask("precautions", filled=_names(desk), field=field)


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
        yield desk.say.ask("signer_is_family", filled={**_names(desk), "clinician": name}, field="order: ordered_by")
    if clinician.licence is None:
        yield desk.say.ask("licence", filled={"clinician": name}, field=f"{field}: licence")
    else:
        yield from _licence(desk, clinician.licence)
    has = {
        "licence_number": clinician.licence_number,
        "licence_state": clinician.licence_state,
        "npi": clinician.npi,
        "phone": clinician.phone,
        "address": clinician.address.street,
    }
    lacking = [desk.say.lacking[name] for name, value in has.items() if not value]
    if lacking:
        yield desk.say.ask("clinician_numbers", filled={"lacking": ", ".join(lacking)}, field=field)


def _licence(desk: Desk, licence: str) -> Iterator[DraftQuestion]:
    accepted, doubted = desk.payer.says.get("accepted_licences"), desk.payer.says.get("doubted_licences")
    if accepted is None or licence in accepted:
        return
    id = "licence_doubted" if licence in (doubted or ()) else "licence_not_taken"
    yield desk.say.ask(id, filled={**_names(desk), "licence": licence})


def _statement(desk: Desk) -> Iterator[DraftQuestion]:
    said = next((one for one in desk.case.statements if one.kind == desk.kind), None)
    field = f"statement {said.id}" if said else "statement"
    if said and said.would_buy_anyway:
        yield desk.say.ask("would_buy_anyway", field=f"{field}: would_buy_anyway", filled=_names(desk))
    if said and said.purpose and said.purpose not in (Purpose.TREATMENT, Purpose.PREVENTION):
        purpose = desk.say.purpose[said.purpose]
        yield desk.say.ask("purpose", filled={**_names(desk), "purpose": purpose}, field=f"{field}: purpose")
    if desk.case.reimbursements:
        yield desk.say.ask("paid_elsewhere", field="reimbursement")
    is_signed = said is not None and said.signed_on is not None and said.would_buy_anyway is False
    if desk.payer.wants("participant_must_state_but_for") and not is_signed:
        yield desk.say.ask("patient_statement", field=f"{field}: signed_on", filled=_names(desk))


def _renewal(desk: Desk) -> Iterator[DraftQuestion]:
    goals = [one for one in goals_of(desk) if is_measurable(desk, one.goal)]
    before = desk.before.signed_on if desk.before else None

    def is_fresh(one: Progress) -> bool:
        measured_on = one.latest.measured_on if one.latest else None
        return measured_on is not None and (before is None or measured_on > before)

    stale = [str(one.goal.measure) for one in goals if not is_fresh(one)]
    if stale:
        yield desk.say.ask("measured_since", filled={"measures": "; ".join(stale)}, field="measurement")
    if goals and all(is_reached(one) for one in goals):
        yield desk.say.ask("goals_reached", _choice(desk, "stop", ends=True), field="plan.goal", filled=_names(desk))
    choices = (_choice(desk, "go_on"), _choice(desk, "less"), _choice(desk, "stop", ends=True), *_instead(desk))
    yield desk.say.ask("changed_treatment", *choices)
