"""Composing notices: the decided lines of one case become one notice for each claim that is refused or waits."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple, cast

from necessity.adjudication.decide import Judge
from necessity.adjudication.explain import show
from necessity.adjudication.lines import Line
from necessity.domain.decision import Answer, Citation, Finding, Outcome, SourceKind
from necessity.domain.funding import FundingSource
from necessity.domain.money import dollars
from necessity.domain.tables import Tables
from necessity.formats.notice.contents import NoticeContents, NoticeKind, NoticeLine, NoticePart, NoticeReason
from necessity.rulebook.denial_numbers import denial_numbers
from necessity.rulebook.notice_words import notice_words
from necessity.rulebook.words import words
from necessity.workflow.notices.review import Limits, Told, Ways, source_row
from necessity.workflow.notices.sender import NoticeSender

_OF_OUTCOME = {Outcome.NOT_PAYABLE: NoticeKind.REFUSAL, Outcome.PENDED: NoticeKind.REQUEST}
_OWN_DOCUMENT = "The plan's own document"
"""How the citation begins that stands for the plan document in the record."""
_PAID_BEFORE = "us.money.not_paid_back_already"
_KINDS = list(SourceKind)
_PROVES = (SourceKind.PAYER_DOCUMENT, *(kind for kind in _KINDS if kind is not SourceKind.PAYER_DOCUMENT))


class Occasion(NamedTuple):
    """What all notices of one run share."""

    judge: Judge
    sender: NoticeSender
    made_on: date
    limits: Limits


class LeftOut(NamedTuple):
    """Lines that get no notice, and why."""

    funding_kind: str
    lines: int
    why: str


def compose(
    occasion: Occasion, case: str, tables: Tables, lines: Iterable[Line], to: Sequence[str] = ()
) -> Iterator[NoticeContents | LeftOut]:
    """Compose the notices of one case.

    Args:
        occasion: Judge, sender, day, time limits.
        case: Id of the case.
        tables: Its tables.
        lines: Its decided lines that a notice is wanted for; those that are payable or in review get none.
        to: The postal address, one a line, where the tables' owner knows it.

    Yields:
        A notice for each funding source, kind of notice and stage; what gets none and why.
    """
    groups: dict[tuple[str, NoticeKind, str], list[Line]] = {}
    claimed = {str(row["expense"]) for row in tables["service_line"]}
    paid_here = {(str(row["expense"]), str(row["funding_source"])) for row in tables["reimbursement"]}
    for line in lines:
        is_ahead = line.rows["expense"]["service_is_ahead"] is not False
        source = str(line.rows["route"]["funding_source_id"])
        kind = str(line.rows["route"]["funding_source"])
        if line.outcome in _OF_OUTCOME and is_ahead and line.id not in claimed:
            yield LeftOut(kind, 1, notice_words().left_out["ahead"])
        elif line.outcome is Outcome.NOT_PAYABLE and (line.id, source) in paid_here and _is_refused_as_paid(line):
            yield LeftOut(kind, 1, notice_words().left_out["paid"])
        elif line.outcome in _OF_OUTCOME:
            stage = "pre_service" if is_ahead else "post_service"
            groups.setdefault((source, _OF_OUTCOME[line.outcome], stage), []).append(line)
    for (source, kind, stage), own in sorted(groups.items()):
        held = source_row(tables, source)
        why = notice_words().left_out.get(held.kind.value)
        if why:
            yield LeftOut(held.kind.value, len(own), why)
        else:
            yield _Notice(occasion, case, tables, held, kind, stage, own).contents(to)


def _quoted(text: str) -> str:
    """Write words set apart by back ticks the way a letter does."""
    return re.sub(r"`([^`]*)`", r"“\1”", text)


def _is_refused_as_paid(line: Line) -> bool:
    """Tell whether nothing stands against a line but that it came back before: no refusal to write of."""
    return all(rule.id == _PAID_BEFORE for rule, answer in line.open if answer is Answer.NOT_MET)


class _Notice:
    """One notice in the making."""

    def __init__(
        self,
        occasion: Occasion,
        case: str,
        tables: Tables,
        source: FundingSource,
        kind: NoticeKind,
        stage: str,
        lines: list[Line],
    ) -> None:
        self.occasion, self.case, self.tables, self.source = occasion, case, tables, source
        self.kind, self.stage, self.lines = kind, stage, lines
        self.words = notice_words()
        self.ways = Ways(source, stage, occasion.made_on, occasion.sender, occasion.limits)
        names = occasion.judge.book.parameters.payer_names
        self.payer = (
            source.plan_name or names.get(source.payer or "", source.payer) or words().funding[source.kind].name
        )
        patient = tables["patient"][0].get("name") if tables["patient"] else None
        self.patient = str(patient) if patient else None
        self.sources: dict[str, int] = {}
        self.lacks: dict[str, None] = {}

    def contents(self, to: Sequence[str]) -> NoticeContents:
        sender = self.occasion.sender
        if not (sender.name and sender.address):
            self.lacks[self.words.lacks["sender"]] = None
        if not self.patient:
            self.lacks[self.words.lacks["patient"]] = None
        reasons, numbers = self._reasons()
        parts, told, outside = self._parts([reason.rule for reason in reasons])
        charges = [line.rows["expense"]["charge_cents"] for line in self.lines]
        charged = None if None in charges else sum(charges)
        request = self.kind is NoticeKind.REQUEST
        total = "an amount that is not known" if charged is None else dollars(charged)
        opening = self.words.says[f"opening_{self.kind.value}"].format(payer=self.payer, charged=total)
        return NoticeContents(
            id=f"{self.case}/{self.source.id}/{self.kind.value}/{self.stage}",
            kind=self.kind,
            case_id=self.case,
            funding_source=self.source.id,
            funding_kind=self.source.kind.value,
            stage=self.stage,
            payer=self.payer,
            member_id=self.source.member_id,
            patient=self.patient,
            made_on=self.occasion.made_on,
            sender=tuple(filter(None, (sender.name, *sender.address, sender.phone))),
            to=tuple(filter(None, (self.patient, *to))),
            title=self.words.title[self.kind.value],
            rows=tuple(self._rows()),
            opening=opening,
            lines=tuple(self._line(line, numbers[id(line)]) for line in self.lines),
            charged_cents=charged,
            reasons=reasons,
            parts=parts,
            appeal_days=told.days,
            due_on=None if told.days is None else date.fromordinal(self.occasion.made_on.toordinal() + told.days),
            has_outside_review=None if request else outside,
            sources=tuple(self.sources),
            lacks=tuple(self.lacks),
            headings=self.words.heading,
        )

    def _rows(self) -> Iterator[tuple[str, str]]:
        yield "Plan or account", f"{self.payer} ({words().funding[self.source.kind].name})"
        if self.patient:
            yield "Patient", self.patient
        if self.source.member_id:
            yield "Member number", self.source.member_id
        yield "Claim", f"{self.case}, {self.source.id}"
        own = {line.id for line in self.lines}
        filed = {str(row["claim_id"]) for row in self.tables["service_line"] if str(row.get("expense")) in own}
        asked = [str(row["id"]) for row in self.tables["claim"] if row["funding_source"] == self.source.id]
        if numbers := [id for id in asked if id in filed]:
            yield "Claim number", ", ".join(numbers)

    def _line(self, line: Line, numbers: list[int]) -> NoticeLine:
        expense = line.rows["expense"]
        kind = expense["service_kind"]
        charge = expense["charge_cents"]
        return NoticeLine(
            expense=line.id,
            served_on=show(expense["served_on"], "date"),
            what=words().service[kind] if kind else "not known",
            charged="not known" if charge is None else dollars(charge),
            numbers=tuple(numbers),
        )

    def _reasons(self) -> tuple[tuple[NoticeReason, ...], dict[int, list[int]]]:
        """Gather what stands against the lines, each reason once, with the numbers that hold for each line."""
        found: dict[tuple[str, str], tuple[int, Finding, Line]] = {}
        numbers: dict[int, list[int]] = {}
        for line in self.lines:
            for finding in self._findings(line):
                key = finding.rule, finding.message
                number, _, _ = found.setdefault(key, (len(found) + 1, finding, line))
                numbers.setdefault(id(line), []).append(number)
        reasons = tuple(self._reason(number, finding, line) for number, finding, line in found.values())
        return reasons, numbers

    def _findings(self, line: Line) -> Iterator[Finding]:
        """List the rules that make this line's outcome, strongest reasons as the rulebook orders them."""
        explainer = self.occasion.judge.explainer
        for subject, answers in line.said:
            for rule, _ in answers.open:
                finding = explainer.finding(rule, line.rows, subject)
                if finding.effect is line.outcome:
                    yield finding

    def _reason(self, number: int, finding: Finding, line: Line) -> NoticeReason:
        code = denial_numbers().get(finding.rule) if self.kind is NoticeKind.REFUSAL else None
        return NoticeReason(
            number=number,
            rule=finding.rule,
            title=self.words.says["not_met" if finding.answer is Answer.NOT_MET else "open"].format(rule=finding.title),
            says=finding.message,
            code=self.words.says["number"].format(number=code.number, means=code.means) if code else "",
            provisions=tuple(self._provisions(finding, line)),
            needed=tuple(self._needed(finding, line)),
        )

    def _provisions(self, finding: Finding, line: Line) -> Iterator[str]:
        """Name what a reason rests on: the plan's own section and words first, then papers and law."""
        section = self.occasion.sender.provision(finding.rule)
        clauses = list(self._clauses(finding, line))
        if section:
            yield section
        yield from clauses
        cited = sorted(filter(self._is_ours, finding.citations), key=lambda one: _PROVES.index(one.kind))
        for cite in cited:
            yield f"{cite.says} ({words().source_kind[cite.kind]}) [{self._number(cite)}]"
        points = [one for one in cited if one.kind is not SourceKind.COMMON_PRACTICE]
        if not (section or clauses) and all(one.where.startswith(_OWN_DOCUMENT) for one in points):
            self.lacks[self.words.lacks["provision"].format(rule=finding.title)] = None

    def _is_ours(self, cite: Citation) -> bool:
        """Tell whether a source holds here: another administrator's papers are no provision of this plan."""
        if cite.kind is not SourceKind.PAYER_DOCUMENT or cite.where.startswith(_OWN_DOCUMENT):
            return True
        payer = self.source.payer or "generic"
        own = [one for one in self.occasion.judge.book.parameters.profiles if one.payer == payer]
        return any(cite in cites for one in own for cites in one.cites.values())

    def _clauses(self, finding: Finding, line: Line) -> Iterator[str]:
        """Quote the exclusions that the record holds, for a reason that rests on the plan's own wording."""
        kind = line.rows["expense"]["service_kind"]
        for row in self.tables["clause"] if finding.rule in self.words.wording else ():
            names = cast(Sequence[str] | None, row["names"])
            here = row["funding_source_id"] == self.source.id and row["kind"] == "exclusion" and row["words"]
            if here and (not names or kind in names):
                yield f"“{row['words']}”" + (f" (page {row['page']})" if row["page"] else "")

    def _needed(self, finding: Finding, line: Line) -> Iterator[str]:
        """Say what would be needed and why: what is asked, else what the rule's remedy says."""
        title = finding.title.rstrip(".")
        title = title if title[:2].isupper() else title[0].lower() + title[1:]  # HSA stays HSA
        because = f"the requirement is that {title}."
        explainer = self.occasion.judge.explainer
        asked: list[str] = []
        if finding.answer is Answer.UNKNOWN:
            asks = [explainer.ask(unknown) for unknown in line.asked(explainer) if unknown.name in finding.asks]
            asked = list(dict.fromkeys(f"{_quoted(ask.question)} (Who can say it: {ask.asked_of}.)" for ask in asks))
        refused = self.kind is NoticeKind.REFUSAL
        remedy = self.words.needed.get(finding.rule, finding.next_step) if refused else finding.next_step
        for what in [*asked, *([remedy] if remedy else [])]:
            yield self.words.says["needed"].format(what=what, why=because)
        if not (asked or remedy):
            yield self.words.says["nothing"]

    def _number(self, cite: Citation) -> int:
        return self.sources.setdefault(cite.where, len(self.sources) + 1)

    def _marked(self, told: Told) -> tuple[str, ...]:
        """Put the marks of what it cites behind the last sentence, and note what it lacks."""
        self.lacks |= dict.fromkeys(told.lacks)
        marks = "".join(f" [{number}]" for number in dict.fromkeys(self._number(cite) for cite in told.cites))
        return (*told.sentences[:-1], told.sentences[-1] + marks) if told.sentences else ()

    def _parts(self, rules: list[str]) -> tuple[tuple[NoticePart, ...], Told, bool | None]:
        """Tell what is left to the member: the review and the court, or until when an answer is waited for."""
        say = self.words
        outside: bool | None = None
        if self.kind is NoticeKind.REQUEST:
            first = self.ways.information()
            told: dict[str, Any] = {"until": first}
        else:
            first, review = self.ways.appeal(), self.ways.outside(rules)
            outside = review.is_offered
            copies = Told((say.says["copies"],), (say.citations["rule-copy"],))
            told = {"steps": first, "outside": review, "suit": self.ways.suit(), "copies": copies}
        also = self.occasion.sender.also
        if also:
            told["also"] = Told(also)
        elif self.kind is NoticeKind.REFUSAL and self.ways.type in (
            "erisa_group_plan",
            "aca_group_plan",
            "aca_individual_plan",
        ):
            self.lacks[say.lacks["language"]] = None
        made = [(say.heading[name], self._marked(one)) for name, one in told.items()]
        parts = tuple(NoticePart(heading=heading, sentences=sentences) for heading, sentences in made if sentences)
        return parts, first, outside


def plain_row(one: NoticeContents) -> dict[str, object]:
    """Lay a notice out as one flat row, for mail merge and lists."""
    steps = {part.heading: " ".join(part.sentences) for part in one.parts}
    head = notice_words().heading

    def joined(*texts: tuple[str, ...]) -> str:
        return " | ".join(text for some in texts for text in some)

    return {
        "notice": one.id,
        "kind": one.kind.value,
        "case_id": one.case_id,
        "funding_source_id": one.funding_source,
        "funding_source": one.funding_kind,
        "payer": one.payer,
        "member_id": one.member_id,
        "patient": one.patient,
        "made_on": one.made_on.isoformat(),
        "lines": " ".join(line.expense for line in one.lines),
        "charged_cents": one.charged_cents,
        "rules": " ".join(reason.rule for reason in one.reasons),
        "reasons": joined(tuple(reason.says for reason in one.reasons)),
        "provisions": joined(*(reason.provisions for reason in one.reasons)),
        "needed": joined(*(reason.needed for reason in one.reasons)),
        "days": one.appeal_days,
        "due_on": one.due_on.isoformat() if one.due_on else None,
        **{name: steps.get(head[name], "") for name in ("steps", "until", "outside", "suit", "copies", "also")},
        "is_ready": one.is_ready,
        "lacks": joined(one.lacks),
    }
