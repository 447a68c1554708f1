"""What must stand in a letter: the rules of the rulebook about letters, asked through a case made from the reading."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from necessity.adjudication.decide import Judge
from necessity.adjudication.explain import Rows
from necessity.domain.case import Case
from necessity.domain.decision import Answer, Finding
from necessity.intake.letter.reading import LetterReading
from necessity.parameters.load import ProfileVersion
from necessity.workflow.letter_lint.as_case import is_family
from necessity.workflow.letter_lint.catalogue import Kind, cited, kinds, make
from necessity.workflow.letter_lint.result import LintFinding, RequiredFact, Severity

_TREATS = "us.tax_accounts.treats_a_diagnosed_condition"


class Ruling(NamedTuple):
    """What the rulebook says of a letter before one payer."""

    said: dict[str, Finding]
    """Each rule about letters and its finding."""
    row: dict[str, Any]
    """The letter's own row: every fact the rulebook computed."""


def ruling_of(judge: Judge, case: Case, on: Any) -> Ruling | None:
    """Let the rulebook decide the one letter of a case; None where its account wants no letters."""
    decided = judge.trace(case, on)
    source = case.funding_sources[0].id
    row = next((one for one in decided["letter"] if one["funding_source_id"] == source), None)
    if row is None:
        return None
    route = next(one for one in decided["route"] if one["funding_source_id"] == source)
    rows: Rows = {"letter": row, "route": route, "person": decided["person"][0]}
    rules = judge.explainer.rules["letter"]
    said = {rule.id: judge.explainer.finding(rule, rows, "letter") for rule in rules}
    return Ruling(said, dict(row))


class _Stand(NamedTuple):
    """How one fact stands in a letter."""

    met: bool | None
    line: int | None
    words: str


def _of(name: str) -> Callable[[LetterReading], _Stand]:
    def stand(reading: LetterReading) -> _Stand:
        said = getattr(reading, name)
        return _Stand(said.value, said.line, said.words)

    return stand


def _named(name: str) -> Callable[[LetterReading], _Stand]:
    def stand(reading: LetterReading) -> _Stand:
        read = getattr(reading, name)
        return _Stand(read.value is not None, read.line, read.words)

    return stand


def _credential(reading: LetterReading) -> _Stand:
    signer = reading.signer
    shown = signer.credential if signer.credential.value else signer.name
    return _Stand(bool(signer.name.value and signer.credential.value), shown.line, shown.words)


def _signature(reading: LetterReading) -> _Stand:
    signed = reading.signer.signature
    return _Stand(None if signed.value is None else signed.value != "unsigned", signed.line, signed.words)


def _dated(reading: LetterReading) -> _Stand:
    signed = reading.day("signed")
    return _Stand(signed is not None, signed.line if signed else None, signed.words if signed else "")


def _licence(reading: LetterReading) -> _Stand:
    licence = reading.signer.licence
    return _Stand(None, licence.line, licence.words)  # whether it is taken, the rule says


_STANDS: dict[str, Callable[[LetterReading], _Stand]] = {
    "patient_missing": _named("patient"),
    "account_holder_missing": _of("account_holder"),
    "employer_missing": _of("employer"),
    "member_id_missing": _of("member_id"),
    "diagnosis_missing": _named("diagnosis"),
    "diagnosis_not_tied": _of("links_training"),
    "vague_diagnosis": _of("diagnosis_is_specific"),
    "treatment_missing": _of("treatment_is_described"),
    "frequency_missing": _of("frequency"),
    "duration_missing": _of("duration"),
    "necessity_missing": _of("necessity"),
    "general_health_not_ruled_out": _of("not_general_health"),
    "signer_credential_missing": _credential,
    "letterhead_not_seen": _of("letterhead"),
    "not_signed": _signature,
    "not_dated": _dated,
    "signer_not_taken": _licence,
}
"""How the reading shows each fact that counts, by the finding that says it is missing."""
_UNSEEN = {"not_signed": "signature_not_seen", "signer_not_taken": "signer_licence_unknown"}
"""What is said instead where a text cannot tell."""


def facts(
    reading: LetterReading, ruling: Ruling, profile: ProfileVersion
) -> tuple[list[RequiredFact], list[LintFinding]]:
    """Hold a letter against every fact its payer wants, and name what lacks.

    Returns:
        The required facts in the catalogue's order, and the findings about them.
    """
    wanted: list[RequiredFact] = []
    found: list[LintFinding] = []
    for kind in kinds().values():
        if not kind.counts:
            continue
        stand = _stand(kind, reading, ruling)
        applies = kind.rule is None or ruling.said[kind.rule].answer is not Answer.NOT_APPLICABLE
        if kind.id == "vague_diagnosis" and not reading.diagnosis.value:
            stand = stand._replace(met=False)
            applies_to_say = False  # a missing diagnosis is told once
        else:
            applies_to_say = True
        if applies:
            wanted.append(_required(kind, stand))
        if stand.met is not True and applies_to_say and (applies or (kind.advise and stand.met is False)):
            found.append(_lacking(kind, stand, ruling, profile, applies=applies))
    return wanted, found


def _stand(kind: Kind, reading: LetterReading, ruling: Ruling) -> _Stand:
    stand = _STANDS[kind.id](reading)
    if kind.id == "signer_not_taken" and kind.rule:
        answer = ruling.said[kind.rule].answer
        met = {Answer.MET: True, Answer.NOT_MET: False, Answer.NOT_APPLICABLE: True}.get(answer)
        return stand._replace(met=met)
    return stand


def _required(kind: Kind, stand: _Stand) -> RequiredFact:
    words = " ".join(stand.words.split())
    return RequiredFact(finding=kind.id, what=kind.fact or kind.id, met=stand.met, line=stand.line, words=words)


def _lacking(kind: Kind, stand: _Stand, ruling: Ruling, profile: ProfileVersion, *, applies: bool) -> LintFinding:
    id = _UNSEEN.get(kind.id, kind.id) if stand.met is None else kind.id
    if id == "treatment_missing" and stand.words:
        id = "vague_treatment"
    rule = ruling.said[kind.rule] if kind.rule else None
    unseen_paper = id == "letterhead_not_seen"
    severity = Severity.ADVICE if not applies or unseen_paper else None
    citations = rule.citations if rule and applies else (cited(kind.advise),) if kind.advise else ()
    return make(
        id, profile, stand.line, stand.words, severity=severity, citations=citations, fix=rule.next_step if rule else ""
    )


def by_rule(reading: LetterReading, ruling: Ruling, profile: ProfileVersion) -> Iterator[LintFinding]:
    """Tell what rules say of the condition, the signer and the visit, beside the facts that count."""
    diagnosis, signer, visit = reading.diagnosis, reading.signer, reading.visit_basis
    not_met = {id for id, said in ruling.said.items() if said.answer is Answer.NOT_MET}
    unknown = {id for id, said in ruling.said.items() if said.answer is Answer.UNKNOWN}
    told = []
    if "us.tax_accounts.condition_is_a_disease_or_imminent" in not_met:
        told.append(("no_disease_named", diagnosis.line, diagnosis.words))
    elif "us.tax_accounts.condition_is_more_than_a_risk" in not_met:
        told.append(("only_a_risk", diagnosis.line, diagnosis.words))
    if "us.tax_accounts.condition_was_diagnosed" in not_met:
        told.append(("diagnosis_not_confirmed", diagnosis.line, diagnosis.words))
    if "us.letter.signer_is_not_doubted" in not_met:
        told.append(("signer_doubted", signer.licence.line, signer.licence.words))
    if "us.letter.signer_is_not_the_patient" in not_met:
        told.append(("signer_is_patient", signer.name.line, signer.name.words))
    elif reading.patient.value and signer.name.value and is_family(reading) is None:
        told.append(("signer_may_be_family", signer.name.line, signer.name.words))
    if "us.letter.rests_on_more_than_self_report" in not_met:
        told.append(("rests_on_self_report", reading.self_report.line, reading.self_report.words))
    if "us.letter.clinician_saw_the_patient" in not_met:
        told.append(("seen_only_by_questionnaire", visit.line, visit.words))
    elif "us.letter.clinician_saw_the_patient" in unknown:
        told.append(("visit_not_stated", None, ""))
    for id, line, words in told:
        rule = ruling.said[kinds()[id].rule or ""]
        yield make(id, profile, line, words, citations=rule.citations, fix=rule.next_step)
