"""Write an appeal from the record and the rulebook: no sentence without a recorded value or a cited rule behind it."""

from collections.abc import Iterator
from datetime import date

from necessity.codesets.adjustment_reasons import known_reasons, remark
from necessity.codesets.adjustment_reasons.tables import spelled
from necessity.domain.case import Case
from necessity.domain.decision import Answer, Decision, Finding
from necessity.domain.funding import FundingKind
from necessity.domain.money import dollars
from necessity.domain.people import Address
from necessity.formats.appeal.contents import AppealContents, AppealLine, AppealPart, Exhibit, Sentence
from necessity.formats.packet.view import day
from necessity.parameters.evidence import Evidence
from necessity.parameters.load import Parameters
from necessity.parameters.time_limits import PlanType
from necessity.rulebook.appeal_words import appeal_words
from necessity.rulebook.argument import argument_words
from necessity.rulebook.words import words
from necessity.workflow.appealing.exhibits import Fetch, exhibits_of
from necessity.workflow.appealing.matter import Level, Matter, matter_of
from necessity.workflow.appealing.record import record_sentences
from necessity.workflow.appealing.sentences import Pen, Told
from necessity.workflow.argument import Argument, argue

_MOST_STUDIES = 4
_TOLD = ("effect", "advice")
_NEED_CLAUSES = ("us.accounts.plan_document_does_not_exclude_it", "us.insurance.named_exclusion")
"""Requirements about the plan's wording: told only where some of it is in the record."""
_FINE = (150, 70)
"""Dots per inch and JPEG quality of photographed exhibits."""
_FEDERAL = ("erisa_group_plan", "erisa_grandfathered_plan", "aca_group_plan", "aca_individual_plan")
_HEALTH_PLANS = (FundingKind.GROUP_PLAN, FundingKind.MEDICARE, FundingKind.MEDICARE_ADVANTAGE)


def write_appeal(
    case: Case,
    claim: str,
    decision: Decision,
    library: Evidence,
    papers: Fetch,
    on: date,
    level: Level | None = None,
    book: tuple[Parameters, dict[str, PlanType]] | None = None,
) -> AppealContents:
    """Write the appeal of a refused claim.

    Args:
        case: The record.
        claim: Id of the claim.
        decision: What was decided about the case that day.
        library: What studies found, from `load_evidence`.
        papers: Hands out the files of notice, letters, orders and receipts.
        on: The date of the letter.
        level: First appeal, second, or review from outside; None: the one that is next.
        book: Parameters and plan types of an operator; the shipped ones where left out.

    Returns:
        The letter and what is missing. The same record, rulebook and day give the same letter.

    Raises:
        RecordError: there is no such claim or refusal, or there is no such step for it; why is said.
    """
    matter = matter_of(case, claim, decision, on, level, book)
    pen = Pen()
    say = appeal_words()
    argument = argue(case, library, argument_words())
    exhibits, lacking = exhibits_of(case, (*matter.earlier, matter.denial), matter.letters, matter.things, papers)
    shown = record_sentences(case, pen, matter.letters, matter.things, matter.source.id, matter.standing.payer)
    shown += list(_notes(matter, pen, exhibits))
    parts = (
        AppealPart(paragraphs=(tuple(_opening(matter, pen)), tuple(_refused(matter, pen)))),
        AppealPart(heading=say.heading["reason"], paragraphs=_paragraph(_reasons(matter, pen))),
        AppealPart(heading=say.heading["record"], listed=tuple(shown)),
        AppealPart(heading=say.heading["meets"], listed=tuple(_met(matter, pen))),
        AppealPart(heading=say.heading["wording"], listed=tuple(_wording(matter, pen))),
        AppealPart(heading=say.heading["evidence"], listed=tuple(_studies(argument, pen))),
        AppealPart(heading=say.heading["asks"], listed=tuple(_asks(matter, pen))),
    )
    return AppealContents(
        case_id=case.id,
        claim=claim,
        denial=matter.denial.id,
        level=matter.level.value,
        title=say.title[matter.level.value],
        made_on=on,
        sender=tuple(_sender(matter)),
        to=tuple(_to(matter)),
        rows=tuple(_rows(matter)),
        parts=tuple(part for part in parts if part.paragraphs or part.listed),
        lines=tuple(_lines(matter)),
        exhibits=exhibits,
        sources=pen.sources(),
        missing=tuple(dict.fromkeys((*_missing(matter, argument), *_without_file(lacking)))),
        signature=case.patient.name,
        headings={name: say.heading[name] for name in ("exhibits", "sources", "missing")},
        notice=words().notice,
    )


def appeal_pdf(contents: AppealContents) -> bytes:
    """Write an appeal as a PDF with its exhibits: each page shown, each file attached as it came.

    Args:
        contents: From `write_appeal`.

    Returns:
        The PDF. An exhibit that cannot be shown is named among what is missing.

    Raises:
        FormatError: the pages cannot be set.
    """
    from necessity.formats.appeal.write import write, write_notes  # setting type is loaded only where a paper is wanted
    from necessity.formats.packet.contents import PacketPaper, PaperKind
    from necessity.formats.packet.papers import Fineness, read_papers

    made = (
        one.model_copy(update={"content": write_notes(contents, one)}) if one.notes and one.content is None else one
        for one in contents.exhibits
    )
    exhibits = [one for one in made if one.content is not None]
    papers = [
        PacketPaper(
            id=f"exhibit{one.number}",
            title=one.title,
            kind=PaperKind.RECEIPT,
            file_name=one.file_name,
            content=one.content,
        )
        for one in exhibits
    ]
    read = list(zip(exhibits, read_papers(papers, Fineness(*_FINE)), strict=True))
    unread = tuple(
        f"Exhibit {exhibit.number}, {exhibit.title}, cannot be shown. {paper.fault.message} {paper.fault.next_step}"
        for exhibit, paper in read
        if paper.fault
    )
    whole = contents.model_copy(update={"missing": tuple(dict.fromkeys((*contents.missing, *unread)))})
    return write(whole, [(exhibit, paper) for exhibit, paper in read if not paper.fault])


def _paragraph(sentences: Iterator[Sentence]) -> tuple[tuple[Sentence, ...], ...]:
    together = tuple(sentences)
    return (together,) if together else ()


def _opening(matter: Matter, pen: Pen) -> Iterator[Sentence]:
    denial, at = matter.denial, f"denials/{matter.denial.id}"
    claim = Told(matter.claim.id, f"claims/{matter.claim.id}/id")
    first = next((one for one in reversed(matter.earlier) if one.appealed_on), None)
    if denial.received_on:
        came = Told(day(denial.received_on), f"{at}/received_on")
        if matter.level is Level.EXTERNAL:
            yield pen.says("opening_external", claim=claim, received_on=came)
        elif matter.level is Level.SECOND and first and first.appealed_on:
            before = Told(day(first.appealed_on), f"denials/{first.id}/appealed_on")
            yield pen.says("opening_2", claim=claim, received_on=came, appealed_on=before)
        else:
            yield pen.says("opening_1", claim=claim, received_on=came)
    if matter.step.due_on and not matter.step.is_late and not matter.step.is_draft:
        due = Told(day(matter.step.due_on), f"time_limit/{matter.claim.id}/{matter.step.kind.value}")
        yield pen.says("in_time", *matter.step.day_citations, due_on=due)
    yield pen.asks("review" if matter.level is Level.EXTERNAL else "look_again")


def _refused(matter: Matter, pen: Pen) -> Iterator[Sentence]:
    """Say how much of the refused lines was charged and not paid, where the record says what was charged."""
    amounts = [line.charged_cents for line in matter.lines]
    if not amounts or None in amounts:
        return
    charged, paid = sum(one or 0 for one in amounts), sum(line.paid_cents for line in matter.lines)
    whole = Told(dollars(charged), f"ledger/{matter.claim.id}/charged_cents")
    if paid <= 0:
        yield pen.says("sum_refused_all", charged=whole)
    else:
        rest = Told(dollars(charged - paid), f"ledger/{matter.claim.id}/paid_cents")
        yield pen.says("sum_refused", charged=whole, open=rest)


def _notes(matter: Matter, pen: Pen, exhibits: tuple[Exhibit, ...]) -> Iterator[Sentence]:
    """Point at the exhibit that holds the notes of the refused sessions, naming only what is in it."""
    for one in exhibits:
        held = (("done", "done"), ("noted", "note"), ("measured", "measured"))
        words_ = [word for word, field in held if any(getattr(noted, field) for noted in one.notes)]
        if words_:
            what = " and ".join(filter(None, (", ".join(words_[:-1]), words_[-1])))
            at = Told(what, f"sessions/{matter.things[0]}")
            yield pen.says("noted", what=at, number=Told(str(one.number), ""))


def _reasons(matter: Matter, pen: Pen) -> Iterator[Sentence]:
    """Give the reason as the record holds it: a code with our own words for it, or the notice's words in quotes."""
    denial, at = matter.denial, f"denials/{matter.denial.id}"
    if denial.reason:
        found = known_reasons().get(spelled(denial.reason))
        if found:
            yield pen.says(
                "reason_code", code=Told(found.code, f"{at}/reason"), words=Told(found.words, f"{at}/reason")
            )
        else:
            yield pen.says("reason_words", words=Told(denial.reason.strip(), f"{at}/reason"))
    for code in denial.remark_codes:
        if known := remark(code):
            yield pen.says(
                "remark", code=Told(code, f"{at}/remark_codes"), words=Told(known.words, f"{at}/remark_codes")
            )
    say = appeal_words()
    if not matter.source.clauses and matter.standing.plan_type in _FEDERAL:
        yield pen.says("no_named_clause", say.citations["notice"])


def _met(matter: Matter, pen: Pen) -> Iterator[Sentence]:
    """Tell the requirements that are met for every refused line, in the order in which they are argued."""
    found = [one for one in _findings(matter) if one.answer is Answer.MET and _holds_for_all(one, matter.things)]
    found = [one for one in found if matter.source.clauses or one.rule not in _NEED_CLAUSES]
    found.sort(key=lambda one: (appeal_words().place(one.rule) or 0, one.rule))
    for finding in found:
        yield pen.plain(finding.message, *finding.citations, at=f"rule:{finding.rule}")


def _findings(matter: Matter) -> list[Finding]:
    """List the findings about the payer's route that an appeal may argue with."""
    say = appeal_words()
    route = next((one for one in matter.decision.routes if one.funding_source == matter.source.id), None)
    argued = [one for one in (route.findings if route else ()) if one.weight == "required"]
    return [one for one in argued if say.place(one.rule) is not None]


def _holds_for_all(finding: Finding, things: tuple[str, ...]) -> bool:
    return bool(things) and set(things) <= set(finding.lines)


def _wording(matter: Matter, pen: Pen) -> Iterator[Sentence]:
    for clause in matter.source.clauses:
        if clause.words:
            at = f"funding_sources/{matter.source.id}/clauses/{clause.id}"
            page = Told(f" (page {clause.page})", f"{at}/page") if clause.page else Told("", "")
            yield pen.says("clause", words=Told(clause.words.strip(), f"{at}/words"), page=page)


def _studies(argument: Argument, pen: Pen) -> Iterator[Sentence]:
    """Tell what studies found, each with what it does not show; averages are never said of one person."""
    texts = {source.number: source.text + _identified(source.identifiers) for source in argument.sources}
    told, is_told = 0, False
    for paragraph in (one for condition in argument.conditions for one in condition.paragraphs):
        if paragraph.part != "caveat":
            is_told = paragraph.part in _TOLD and told < _MOST_STUDIES
            told += is_told
        if is_told and paragraph.cites:
            said = f"What this does not show: {paragraph.plain}" if paragraph.part == "caveat" else paragraph.plain
            yield pen.studied(said, tuple(texts[number] for number in paragraph.cites))


def _identified(identifiers: tuple[str, ...]) -> str:
    return f" {', '.join(identifiers)}" if identifiers else ""


def _asks(matter: Matter, pen: Pen) -> Iterator[Sentence]:
    say = appeal_words()
    if matter.lines:
        yield pen.asks("pay")
    if matter.level is not Level.EXTERNAL:
        federal = matter.standing.plan_type in _FEDERAL
        yield pen.asks("provision", *([say.citations["notice"]] if federal or matter.source.is_erisa else []))
        yield pen.asks("copies")
        if federal and matter.denial.rests_on_medical_judgment:
            yield pen.says("fresh_look", say.citations["levels"])
    elif matter.denial.rests_on_medical_judgment:
        yield pen.says("review_scope", say.citations["scope"])
    if matter.case.patient.phone:
        yield pen.asks("reach", phone=Told(matter.case.patient.phone, "patient/phone"))


def _sender(matter: Matter) -> Iterator[str]:
    patient = matter.case.patient
    yield patient.name or "[name of the patient]"
    yield from _address(patient.address) if patient.address.street else ("[your address]",)
    yield day(matter.on)


def _address(address: Address) -> Iterator[str]:
    town = " ".join(part for part in (address.city, address.state, address.zip_code) if part)
    yield from filter(None, (address.street, town))


def _to(matter: Matter) -> Iterator[str]:
    yield appeal_words().to[matter.level.value]
    if matter.level is not Level.EXTERNAL:
        yield matter.standing.payer
        yield "[address for appeals, as the notice names it]"


def _rows(matter: Matter) -> Iterator[tuple[str, str]]:
    case, source = matter.case, matter.source
    born = f", born {day(case.patient.born_on)}" if case.patient.born_on else ""
    if case.patient.name:
        yield "Patient", case.patient.name + born
    holder = case.subscriber if source.kind in _HEALTH_PLANS else case.account_holder
    if holder.name and holder.name != case.patient.name:
        yield "Member", holder.name
    if number := source.member_id or holder.member_id:
        yield "Member number", number
    if source.group_number:
        yield "Group number", source.group_number
    if number := _payers_number(matter):
        yield "The payer's claim number", number
    yield "Claim", matter.claim.id
    days = [line.served_on for line in matter.lines if line.served_on]
    if days:
        first, last = day(min(days)), day(max(days))
        yield "Service", first if first == last else f"{first} to {last}"
    if matter.denial.received_on:
        yield "Notice received", day(matter.denial.received_on)


def _payers_number(matter: Matter) -> str | None:
    told = [one.payer_claim_number for one in matter.case.remittances if one.claim == matter.claim.id]
    other = [one.payer_claim_number for one in matter.case.acknowledgements if one.claim == matter.claim.id]
    return next(filter(None, (*reversed(told), *reversed(other))), None)


def _lines(matter: Matter) -> Iterator[AppealLine]:
    own = {line.id: line for line in matter.claim.service_lines}
    for line in matter.lines:
        said = own[line.id]
        code = f" ({said.procedure_code})" if said.procedure_code else ""
        yield AppealLine(
            served_on=day(line.served_on) if line.served_on else "–",
            what=(said.words or f"Line {line.id}") + code,
            charged="–" if line.charged_cents is None else dollars(line.charged_cents),
            paid=dollars(line.paid_cents),
        )


def _missing(matter: Matter, argument: Argument) -> Iterator[str]:
    """Say what to add before it is sent, and what the letter leaves unsaid because the record does not bear it."""
    lacks, case, denial = appeal_words().lacks, matter.case, matter.denial
    if matter.step.is_late and matter.step.due_on:
        yield lacks["late"].format(due_on=day(matter.step.due_on))
    absent = (
        ("received", denial.received_on),
        ("reason", denial.reason),
        ("lines", matter.claim.service_lines),
        ("letter", matter.letters or not matter.claim.service_lines),
        ("clause", matter.source.clauses),
        ("patient", case.patient.name),
        ("sender", case.patient.address.street),
        ("phone", case.patient.phone),
        ("member", matter.source.member_id or case.account_holder.member_id or case.subscriber.member_id),
        ("number", _payers_number(matter)),
        ("address", matter.level is Level.EXTERNAL or None),
        ("judgment", denial.rests_on_medical_judgment is not None or matter.level is not Level.EXTERNAL),
        ("notice", denial.file),
    )
    yield from (lacks[name] for name, there in absent if not there)
    for finding in _findings(matter):
        said = {"message": finding.message, "next_step": finding.next_step}
        if finding.answer is Answer.NOT_MET:
            yield lacks["unmet"].format(**said).strip()
        elif finding.answer is Answer.UNKNOWN:
            yield lacks["open"].format(**said).strip()
    yield from (lacks["evidence"].format(note=note) for note in argument.notes)


def _without_file(titles: tuple[str, ...]) -> Iterator[str]:
    return (appeal_words().lacks["file"].format(title=title) for title in titles if not title.startswith("Notice"))
