"""The text of a letter, part by part. A part the record says nothing of stays empty: `asks` then has the question."""

from collections.abc import Callable, Iterator

from necessity.domain.letter_draft import CodeStanding, DraftSection, DraftStatement
from necessity.domain.people import Trainer
from necessity.domain.receipt import Purpose
from necessity.domain.training import ServiceKind
from necessity.parameters.evidence import Evidence
from necessity.workflow.drafting.amount import amount_of, amount_sentence
from necessity.workflow.drafting.desk import NONE, Desk, clinician_of, code_standing, named
from necessity.workflow.drafting.evidence import Sources, evidence_lines, found_for, stop_signs_mark
from necessity.workflow.drafting.goals import amount, goal_line, goals_of, is_measurable, progress_line, since
from necessity.workflow.handover import day, hand_over

OUR_ORDER = (
    "progress",
    "condition",
    "rationale",
    "treatment",
    "duration",
    "goals",
    "evaluation",
    "earlier_therapy",
    "precautions",
    "evidence",
)
"""The parts where no form of the payer is known."""


def sections_of(
    desk: Desk, evidence: Evidence, layout: tuple[str, ...], *, renewal: bool
) -> tuple[tuple[DraftSection, ...], Sources]:
    """Write the parts in the order this payer's form asks for them, then those the form does not know.

    Returns:
        The parts that have text, and the sources they cite.
    """
    sources = Sources()
    first = [part for part in layout if part in OUR_ORDER]
    order = [*first, *(part for part in OUR_ORDER if part not in first)]
    written = []
    for id in order:
        if id == "progress" and not renewal:
            continue
        section = _evidence(desk, evidence, sources) if id == "evidence" else _PARTS[id](desk, sources)
        if section:
            written.append(section)
    return tuple(written), sources


def _section(desk: Desk, id: str, paragraphs: Iterator[str], listed: tuple[str, ...] = ()) -> DraftSection | None:
    said = tuple(paragraphs)
    heading = desk.say.heading[id]
    return DraftSection(id=id, heading=heading, paragraphs=said, listed=listed) if said or listed else None


def ended(text: str) -> str:
    """End a text with a full stop, so that it can stand as a sentence.

    Examples:
        >>> ended("Walk, then lift"), ended("Why not?")
        ('Walk, then lift.', 'Why not?')
    """
    return text if text.endswith((".", "!", "?")) else f"{text}."


# ── condition, reason, treatment ──────────────────────────────────────


def _condition(desk: Desk, _sources: Sources) -> DraftSection | None:
    return _section(desk, "condition", _condition_words(desk))


def _condition_words(desk: Desk) -> Iterator[str]:
    condition = desk.condition
    if condition is None or condition.name is None or desk.is_vague(condition.name):
        return
    born_on = desk.case.patient.born_on
    born = desk.write("born", day=day(born_on)) if born_on else ""
    yield desk.write("has", born=born, code=_code(desk)) + _diagnosed(desk)
    note = code_standing(desk)[1]
    if note:
        yield note


def _code(desk: Desk) -> str:
    """Write the code with what it means; one that is known not to be valid is not written into the sentence."""
    found = desk.code
    if found is None or code_standing(desk)[0] is CodeStanding.NOT_VALID:
        return ""
    return desk.write("code_with_title" if found.title else "code", code=found.code, title=found.title)


def _diagnosed(desk: Desk) -> str:
    condition = desk.condition
    if condition is None or not condition.is_diagnosed:
        return ""
    by = clinician_of(desk.case, condition.diagnosed_by)
    on = desk.write("on", day=day(condition.diagnosed_on)) if condition.diagnosed_on else ""
    if by is None:
        return ""
    mine = desk.clinician is not None and by.id == desk.clinician.id
    return " " + (desk.write("mine", on=on) if mine else desk.write("theirs", clinician=named(by, desk.say), on=on))


def _rationale(desk: Desk, _sources: Sources) -> DraftSection | None:
    return _section(desk, "rationale", _rationale_words(desk))


def _rationale_words(desk: Desk) -> Iterator[str]:
    """Give the clinician's own reason, what was ordered for what, and what shows whether it works; never more."""
    order = desk.order
    if order is None or desk.condition is None:
        return
    reason = desk.meant(order.reason)
    if reason:
        yield ended(reason)
    by = clinician_of(desk.case, order.ordered_by)
    if order.condition == desk.condition.id and order.ordered_on and order.kind and by:
        mine = desk.clinician is not None and by.id == desk.clinician.id
        said = desk.write("ordered" if mine else "ordered_by", clinician=named(by, desk.say), day=day(order.ordered_on))
        yield " ".join([said, *_judged_by(desk)])


def _judged_by(desk: Desk) -> Iterator[str]:
    measures = [
        desk.write("measure_start", measure=one.goal.measure, value=amount(one.baseline, one.goal.unit))
        if one.baseline is not None
        else str(one.goal.measure)
        for one in goals_of(desk)
        if is_measurable(desk, one.goal)
    ]
    if measures:
        yield desk.write("judged_by", measures="; ".join(measures))


def amount_words(desk: Desk) -> str:
    """Say how much is prescribed, as far as the record does: how often, how long each time, for how long."""
    order = desk.order
    if order is None:
        return ""
    return amount_of(desk.say, order.sessions_per_week, order.minutes_per_session, order.weeks)


def _treatment(desk: Desk, _sources: Sources) -> DraftSection | None:
    return _section(desk, "treatment", _treatment_words(desk))


def _treatment_words(desk: Desk) -> Iterator[str]:
    order, prescribed = desk.order, amount_words(desk)
    if order is None or desk.kind is None or not prescribed:
        return
    sentences = [
        amount_sentence(desk.say, desk.treatment, order.sessions_per_week, order.minutes_per_session, order.weeks)
    ]
    if desk.trainer:
        sentences.append(desk.write("given_by", trainer=_trainer(desk.trainer), held=_held(desk, desk.trainer)))
    if desk.supervisor and desk.trainer:
        sentences.append(desk.write("supervised", clinician=named(desk.supervisor, desk.say)))
    yield " ".join(sentences)
    summary = desk.meant(desk.case.plan.summary)
    if summary:
        yield desk.write("belongs_to", summary=ended(summary))


def _trainer(trainer: Trainer) -> str:
    name = trainer.name or trainer.id
    return f"{name}, {trainer.business_name}," if trainer.business_name else name


def _held(desk: Desk, trainer: Trainer) -> str:
    """Name the certifications that have not run out."""
    held = [
        desk.write("certification", name=one.name, day=day(one.expires_on))
        if one.expires_on
        else desk.write("certification_open", name=one.name)
        for one in trainer.certifications
        if one.expires_on is None or one.expires_on >= desk.on
    ]
    return desk.write("held", certifications="; ".join(held)) if held else ""


def plan_words(desk: Desk) -> str | None:
    """Name the treatment plan the letter belongs to."""
    summary = desk.meant(desk.case.plan.summary)
    if summary is None:
        return None
    ordered_on = desk.order.ordered_on if desk.order else None
    bare = summary.rstrip(".")
    return desk.write("plan", summary=bare, day=day(ordered_on)) if ordered_on else bare


def _duration(desk: Desk, _sources: Sources) -> DraftSection | None:
    return _section(desk, "duration", _duration_words(desk))


def _duration_words(desk: Desk) -> Iterator[str]:
    """Say from when and for how long; what lies before the signature is said, and never reached back to."""
    order = desk.order
    weeks = order.weeks if order else None
    starts_on = desk.begins_on or (order.starts_on if order else None)
    if starts_on and starts_on >= desk.on:
        yield desk.write("begins" if weeks else "begins_open", day=day(starts_on), weeks=weeks)
    elif weeks:
        yield desk.write("from_signing", weeks=weeks)
    if starts_on and starts_on < desk.on:
        yield desk.write("began_before", day=day(starts_on))
    before = desk.held_before()
    if before:
        one = len(before) == 1
        count = desk.write("one_session") if one else desk.write("some_sessions", count=len(before))
        days = dict(first=day(before[0]), last=day(before[-1]))
        span = desk.write("one_day", day=days["first"]) if before[0] == before[-1] else desk.write("span", **days)
        yield desk.write("held_before", count=count, span=span, them=desk.write("it" if one else "them"))


# ── goals, evaluation, therapy, safety, evidence ──────────────────────


def _goals(desk: Desk, _sources: Sources) -> DraftSection | None:
    listed = tuple(goal_line(desk, one) for one in goals_of(desk) if is_measurable(desk, one.goal))
    return _section(desk, "goals", iter(()), listed)


def _progress(desk: Desk, _sources: Sources) -> DraftSection | None:
    before = desk.before

    def words() -> Iterator[str]:
        signer = clinician_of(desk.case, before.signed_by) if before else None
        if before and before.signed_on and signer and desk.clinician and signer.id != desk.clinician.id:
            yield desk.write("renews_theirs", clinician=named(signer, desk.say), day=day(before.signed_on))
        elif before and before.signed_on:
            yield desk.write("renews", day=day(before.signed_on))
        elif before:
            yield desk.write("renews_open", letter=before.id)
        yield from since(desk, before.signed_on if before else None)

    listed = tuple(progress_line(desk, one) for one in goals_of(desk) if is_measurable(desk, one.goal))
    return _section(desk, "progress", words(), listed)


def _evaluation(desk: Desk, _sources: Sources) -> DraftSection | None:
    on, basis = desk.last_seen

    def words() -> Iterator[str]:
        if basis == "questionnaire_only":
            yield desk.write("questionnaire", on=desk.write("on", day=day(on)) if on else "")
        elif on and basis:
            yield desk.write("seen", day=day(on), how=desk.say.visit[basis])
        elif on:
            yield desk.write("seen_no_way", day=day(on))
        elif basis:
            yield desk.write("seen_no_day", how=desk.say.visit[basis])

    return _section(desk, "evaluation", words())


def _earlier_therapy(desk: Desk, _sources: Sources) -> DraftSection | None:
    plan = desk.case.plan.model_copy(update={"goals": ()})  # the goals have a part of their own
    handed = hand_over(desk.case.model_copy(update={"plan": plan}))
    return _section(desk, "earlier_therapy", iter((handed.text,) if handed.text else ()))


def _precautions(desk: Desk, sources: Sources) -> DraftSection | None:
    """Say what the record does of safety, then the signs at which a session stops, with their source."""
    if desk.kind in (None, ServiceKind.FOOD, ServiceKind.SUPPLEMENT, ServiceKind.TRAVEL):
        return None
    patient, order = desk.case.patient, desk.order
    mark = stop_signs_mark(desk, sources)

    def words() -> Iterator[str]:
        asked_on, cleared_on = patient.red_flags_screened_on, patient.cleared_to_train_on
        cleared_by = clinician_of(desk.case, patient.cleared_to_train_by)
        if asked_on and cleared_on and cleared_by and asked_on <= cleared_on <= desk.on:
            who = named(cleared_by, desk.say)
            yield desk.write("cleared", day=day(asked_on), clinician=who, cleared=day(cleared_on))
        elif asked_on:
            yield desk.write("screened", day=day(asked_on))
        if order and order.precautions == NONE:
            yield desk.write("nothing_to_watch")
        elif order and desk.meant(order.precautions):
            yield desk.write("watch", precautions=ended(order.precautions or ""))
        if order and desk.meant(order.stop_when):
            yield desk.write("stop_when", stop_when=ended(order.stop_when or ""))
        yield desk.write("stop_signs", mark=mark, signs="; ".join(desk.say.signs))

    return _section(desk, "precautions", words())


def _evidence(desk: Desk, library: Evidence, sources: Sources) -> DraftSection | None:
    found = found_for(desk, library)
    if found is None:
        return None
    intro = desk.write("found_in", plain=found.condition.plain)
    return _section(desk, "evidence", iter((intro,)), tuple(evidence_lines(desk, found, sources)))


_PARTS: dict[str, Callable[[Desk, Sources], DraftSection | None]] = {
    "progress": _progress,
    "condition": _condition,
    "rationale": _rationale,
    "treatment": _treatment,
    "duration": _duration,
    "goals": _goals,
    "evaluation": _evaluation,
    "earlier_therapy": _earlier_therapy,
    "precautions": _precautions,
}


# ── statements ────────────────────────────────────────────────────────


def statements_of(desk: Desk) -> tuple[DraftStatement, ...]:
    """Write what must be attested: medicine by the clinician, the rest by the patient. Nothing is answered ahead."""
    if desk.kind is None or desk.condition is None:
        return ()
    prescribed = amount_words(desk)
    filled = {
        "who": desk.who,
        "possessive": desk.say.say["possessive"].format(who=desk.who),
        "treatment": desk.treatment,
        "condition": desk.ailment,
        "their_condition": desk.their_ailment,
        "amount": f", {prescribed}," if prescribed else "",
    }
    denied = set(denied_statements(desk))
    return tuple(
        DraftStatement(id=one.id, words=one.words.format(**filled), by=one.by)
        for one in desk.say.statements
        if one.id not in denied
    )


def denied_statements(desk: Desk) -> Iterator[str]:
    """Name the statements that the patient's own record speaks against: they are asked about, and not written."""
    said = next((one for one in desk.case.statements if one.kind == desk.kind), None)
    if said and said.would_buy_anyway:
        yield "would_not_buy_otherwise"
    if said and said.purpose and said.purpose not in (Purpose.TREATMENT, Purpose.PREVENTION):
        yield "is_treatment"
