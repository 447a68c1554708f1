"""Deciding one case: tables in, a whole decision out, with reasons, money, questions and what would change it."""

from collections.abc import Iterator
from datetime import date
from itertools import chain
from typing import Any

from necessity.adjudication import alternatives, change, questions
from necessity.adjudication.case_engine import CaseEngine
from necessity.adjudication.code_days import with_codes
from necessity.adjudication.explain import Explainer, Rows, show
from necessity.adjudication.lines import Answers, Line, Reader
from necessity.adjudication.money import Saving, saving, total
from necessity.adjudication.program import OUTCOMES, CompiledRule, Decided, Program, Row
from necessity.codesets.at_hand import CodeSets, shipped
from necessity.domain.case import Case
from necessity.domain.decision import (
    Answer,
    Ask,
    Change,
    Citation,
    Deadline,
    Decision,
    Finding,
    LineDecision,
    Outcome,
    RouteDecision,
    RulebookVersion,
    SubjectDecision,
)
from necessity.domain.funding import FundingKind
from necessity.domain.tables import tables_of
from necessity.facts.fact import Fact
from necessity.rulebook.load import Rulebook
from necessity.rulebook.words import words

_KINDS = {kind.value: place for place, kind in enumerate(FundingKind)}
_BEST_FIRST = {Outcome.PAYABLE: 0, Outcome.REVIEW: 1, Outcome.PENDED: 2, Outcome.NOT_PAYABLE: 3}
_NO_CHARGE = ("refunded", "cancelled")
_BY_LINE = ("expense", "payment", "letter")
_NOTHING_SAVED = (Saving(None, None), Saving(0, 0))
_PLAIN_SUBJECTS = ("plan", "claim", "service_line")
_Administrator = tuple[str | None, str | None]
"""Payer profile and kind of funding source."""


class Judge:
    """A rulebook ready to decide case after case. Not for several threads at once."""

    def __init__(self, book: Rulebook, program: Program | None = None, codes: CodeSets | None = None) -> None:
        if program is None:
            from necessity.adjudication.compile import compile  # half a second to load; a kept program saves it

            program = compile(book)
        self.book = book
        self.program = program
        self.codes = codes or shipped()
        self.engine = CaseEngine(self.program)
        self.explainer = Explainer(book, self.program)
        self._reader = Reader(book, self.program)
        self._cited: dict[tuple[str, _Administrator], tuple[Citation, ...]] = {}
        self._deadlines = [fact for fact in book.facts.facts.values() if fact.deadline]

    def decide(self, case: Case, on: date) -> Decision:
        """Answer every route, every expense, every alternative of a case, for a day.

        Args:
            case: The record.
            on: The day to decide for.

        Returns:
            The decision. Routes stand best first, own pocket last.
        """
        tables = with_codes(tables_of(case, on), self.codes)
        decided = self.engine.run(tables)
        routes = self._reader.routes(decided)
        targets = [target for route, lines in routes for target in self._target(route, lines)]
        if targets:
            prospects = change.prospects(self.engine, self.book.facts, tables, targets, on)
        else:
            prospects = change.Prospects({}, {})
        neighbours = alternatives.decide(self.explainer, decided)
        beside = tuple(a.id for a in neighbours if a.outcome is not Outcome.NOT_PAYABLE)
        answered = [self._route(case, route, lines, prospects, beside) for route, lines in routes]
        answered = [
            _whole_cost(answer, routes) if answer.kind == FundingKind.OWN_POCKET else answer for answer in answered
        ]
        answered.sort(key=_rank)
        return Decision(
            case=case.id,
            on=on,
            rulebook=RulebookVersion(dated=self.book.dated, sha256=self.book.sha256),
            routes=tuple(answered),
            lines=tuple(self._line(line) for _, lines in routes for line in lines),
            alternatives=neighbours,
            others=tuple(self._others(decided)),
            deadlines=self._due(decided, on),
            next_question=self._next_question(prospects, answered),
            questions=tuple(self._questions(routes, targets, prospects)),
            notice=words().notice,
        )

    def trace(self, case: Case, on: date) -> Decided:
        """Hand out the decided rows themselves: every fact and every rule's answer of every row."""
        return self.engine.run(with_codes(tables_of(case, on), self.codes))

    def _findings(self, route: Line, lines: list[Line]) -> tuple[Finding, ...]:
        """Say what every rule says, once for each answer, with the lines it says it for."""
        alike: dict[tuple[str, Answers], tuple[Rows, list[str]]] = {}
        for line in lines or [route]:
            for subject, answers in line.said:
                alike.setdefault((subject, answers), (line.rows, []))[1].append(line.id)
        groups: dict[tuple[str, Answer], tuple[CompiledRule, Rows, list[str]]] = {}
        for (_, answers), (rows, ids) in alike.items():
            for rule, answer in answers.all:
                groups.setdefault((rule.id, answer), (rule, rows, []))[2].extend(ids)
        said = {id for id, answer in groups if answer is not Answer.NOT_APPLICABLE}
        order = {line.id: place for place, line in enumerate(lines)}
        found = []
        for (id, answer), (rule, rows, ids) in groups.items():
            if answer is Answer.NOT_APPLICABLE and id in said:
                continue
            about = self.book.rules[id].about
            speaks = lines and about in _BY_LINE and answer is not Answer.NOT_APPLICABLE
            spread = tuple(sorted(ids, key=order.__getitem__)) if speaks else ()
            found.append(self.explainer.finding(rule, rows, _where(about, rows), spread))
        return tuple(sorted(found, key=_finding_rank))

    def _target(self, route: Line, lines: list[Line]) -> Iterator[change.Target]:
        """Choose the pended line with the fewest open questions to look at a pended route through."""
        if any(line.outcome is Outcome.PAYABLE for line in lines):
            return
        pended = [line for line in lines or [route] if line.outcome is Outcome.PENDED]
        asked = [(line.asked(self.explainer), line.id or None) for line in pended]
        unknowns, line_id = min(asked, key=lambda pair: (len(pair[0]), str(pair[1])), default=((), None))
        if unknowns:
            yield change.Target(route.rows["route"]["funding_source_id"], line_id, unknowns)

    def _route(
        self, case: Case, route: Line, lines: list[Line], prospects: change.Prospects, beside: tuple[str, ...]
    ) -> RouteDecision:
        row = route.rows["route"]
        kind, id = FundingKind(row["funding_source"]), row["funding_source_id"]
        outcome = OUTCOMES[max((OUTCOMES.index(line.outcome) for line in lines), default=row["outcome"], key=_best)]
        findings = self._findings(route, lines)
        paid = [line for line in lines if line.outcome is Outcome.PAYABLE]
        payable = total(line.rows["payment"]["least_payable_cents"] for line in paid) if lines else None
        charges = _charges(lines)
        changes = self._changes(prospects.changes.get(id, ()))
        saved = self._saving(case, route.rows, payable) if outcome is Outcome.PAYABLE else _NOTHING_SAVED[bool(lines)]
        speak = words().funding[kind]
        return RouteDecision(
            funding_source=id,
            kind=kind,
            administrator=self._administrator(row["payer_profile"]),
            outcome=outcome,
            decided_by=speak.decided_by,
            payable_cents=payable if outcome is not Outcome.PENDED or payable else None,
            saves_cents=saved.least_cents,
            saves_at_most_cents=saved.most_cents,
            saves_assumes=saved.assumes,
            left_to_pay_cents=None if charges is None or payable is None or not lines else charges - payable,
            next_steps=_next_steps(outcome, findings, speak.when_met, {line.id: line.outcome for line in lines}),
            findings=findings,
            asks=tuple(self._asks(route, lines, prospects)) if outcome is Outcome.PENDED or lines else (),
            changes=changes,
            fixed=tuple(dict.fromkeys(f.message for f in findings if f.effect is Outcome.NOT_PAYABLE and not f.asks)),
            alternatives=beside if outcome is not Outcome.PAYABLE else (),
        )

    def _administrator(self, profile: str) -> str | None:
        return None if profile == "generic" else self.book.parameters.payer_names[profile]

    def _saving(self, case: Case, rows: Rows, payable: int | None) -> Saving:
        """Work out what a route is worth to the person after tax."""
        id, kind = rows["route"]["funding_source_id"], FundingKind(rows["route"]["funding_source"])
        source = next((source for source in case.funding_sources if source.id == id), None)
        return saving(kind, payable, case.tax, self.book.parameters, rows["person"]["decided_on"], source)

    def _asks(self, route: Line, lines: list[Line], prospects: change.Prospects) -> Iterator[Ask]:
        pended = [line for line in lines if line.outcome is Outcome.PENDED] or ([] if lines else [route])
        unknowns = dict.fromkeys(unknown for line in pended for unknown in line.asked(self.explainer))
        for unknown in sorted(unknowns, key=lambda u: (-prospects.settles(u), u.name)):
            yield self.explainer.ask(unknown, prospects.settles(unknown))

    def _questions(
        self, routes: list[tuple[Line, list[Line]]], targets: list[change.Target], prospects: change.Prospects
    ) -> Iterator[Ask]:
        """Ask as little as could settle the whole case; one fact of several records is one question."""
        looked_at = {target.route for target in targets}
        waiting = [
            unknown
            for route, lines in routes
            if route.rows["route"]["funding_source_id"] not in looked_at
            for line in lines
            if line.outcome is Outcome.PENDED
            for unknown in line.asked(self.explainer)
        ]
        for first, *more in questions.shortest(targets, prospects, waiting):
            ask = self.explainer.ask(first, prospects.settles(first))
            yield ask.model_copy(update={"also": tuple(unknown.name for unknown in more)})

    def _changes(self, answers: change.Answers) -> tuple[Change, ...]:
        found = []
        for unknown, value in answers:
            fact = self.book.facts.facts[unknown.fact]
            said = show(value, fact.type)
            found.append(Change(fact=unknown.name, to=value, words=f"{fact.question} — {said}"))
        return tuple(found)

    def _line(self, line: Line) -> LineDecision:
        expense, payment = line.rows["expense"], line.rows["payment"]
        payable = payment["least_payable_cents"] if line.outcome is Outcome.PAYABLE else 0
        return LineDecision(
            id=line.id,
            kind=expense["service_kind"] or "unknown",
            served_on=expense["served_on"],
            funding_source=payment["funding_source_id"],
            outcome=line.outcome,
            charge_cents=expense["charge_cents"],
            payable_cents=None if line.outcome in (Outcome.PENDED, Outcome.REVIEW) else payable,
            letter=expense["id_of_chosen_letter"] if expense["letter_is_needed"] else None,
            rules=tuple(rule.id for rule, _ in line.open),
        )

    def _others(self, decided: Decided) -> Iterator[SubjectDecision]:
        """Answer the subjects beside the routes: employers' plans, refused claims, lines of claims."""
        if not any(decided[subject] for subject in _PLAIN_SUBJECTS):
            return
        index = self._reader.index(decided)
        for subject in _PLAIN_SUBJECTS:
            for row in decided[subject]:
                rows: Rows = {subject: row, "person": index["person"][row["case_id"],]}
                id = row.get("plan_id") or row.get("denial_id") or f"{row.get('claim_id')}/{row.get('line_id')}"
                if subject != "plan":
                    rows["route"] = index["route"][row["case_id"], row["id_of_funding_source"]]
                rules = self.explainer.rules[subject]
                found = [self.explainer.finding(rule, rows, f"{subject} {id}") for rule in rules]
                findings = tuple(sorted(found, key=_finding_rank))
                yield SubjectDecision(id=id, subject=subject, outcome=OUTCOMES[row["outcome"]], findings=findings)

    def _due(self, decided: Decided, on: date) -> tuple[Deadline, ...]:
        """Collect the deadlines facts compute, from the day decided for on; what is alike at several routes, once."""
        found: dict[tuple[date, str, str], tuple[str, dict[_Administrator, tuple[Citation, ...]]]] = {}
        routes = {row["funding_source_id"]: row for row in decided["route"]}
        for fact in self._deadlines:
            for row in decided[fact.about]:
                due = row.get(fact.name)
                if isinstance(due, date) and on <= due < date(9999, 1, 1):
                    about = _about(fact, row)
                    route = routes.get(row.get("funding_source_id") or row.get("id_of_funding_source"), {})
                    by = (route.get("payer_profile"), route.get("funding_source"))
                    found.setdefault((due, fact.name, about), (fact.deadline, {}))[1][by] = self._cites(fact, by)
        return tuple(
            Deadline(
                rule=rule, what=what, due_on=due, about=about, citations=tuple(dict.fromkeys(chain(*cites.values())))
            )
            for (due, rule, about), (what, cites) in sorted(found.items())
        )

    def _cites(self, fact: Fact, administrator: _Administrator) -> tuple[Citation, ...]:
        """Cite what a deadline rests on: the law's numbers and the administrator's own papers."""
        about = (fact.name, administrator)
        if about not in self._cited:
            payer, kind = administrator
            parameters = self.book.parameters
            found: dict[Citation, None] = {}
            for name in fact.cites:
                if name in parameters.law:
                    found |= dict.fromkeys(c for value in parameters.law[name].values for c in value.citations)
                for profile in parameters.profiles:
                    if profile.payer == payer and profile.kind == kind:
                        found |= dict.fromkeys(profile.cites.get(name, ()))
            self._cited[about] = tuple(found)
        return self._cited[about]

    def _next_question(self, prospects: change.Prospects, routes: list[RouteDecision]) -> Ask | None:
        """Choose the question that settles most routes; among equals the one most routes need, then by name."""
        if not prospects.settled:
            return None
        helped = [change.fact for route in routes for change in route.changes]
        best = min(prospects.settled, key=lambda u: (-prospects.settles(u), -helped.count(u.name), u.name))
        return self.explainer.ask(best, prospects.settles(best))


def _charges(lines: list[Line]) -> int | None:
    """Add what some lines cost; what was refunded or cancelled costs nothing."""
    given = [line for line in lines if line.rows["expense"]["service_status"] not in _NO_CHARGE]
    return total(line.rows["expense"]["charge_cents"] for line in given)


def _whole_cost(own_pocket: RouteDecision, routes: list[tuple[Line, list[Line]]]) -> RouteDecision:
    """Say what everything costs where nobody else pays, as the lines of any other source have it."""
    lines = next((lines for _, lines in routes if lines), [])
    cost = _charges(lines) if lines else None
    return own_pocket.model_copy(update={"left_to_pay_cents": cost, "payable_cents": 0, "saves_cents": 0})


def _best(outcome: int) -> int:
    """Order outcomes of lines for their route: payable, pended, review, not payable."""
    return {3: 3, 1: 2, 2: 1, 0: 0}[outcome]


def _rank(route: RouteDecision) -> tuple[Any, ...]:
    own = route.kind == FundingKind.OWN_POCKET
    saves = route.saves_cents if route.saves_cents is not None else route.payable_cents or 0
    return (own, _BEST_FIRST[route.outcome], -saves, _KINDS[route.kind], route.funding_source)


_WORST_FIRST = {outcome: place for place, outcome in enumerate(Outcome)}
_ANSWERS = {Answer.NOT_MET: 0, Answer.UNKNOWN: 1, Answer.MET: 2, Answer.NOT_APPLICABLE: 3}


def _finding_rank(finding: Finding) -> tuple[Any, ...]:
    effect = _WORST_FIRST[finding.effect] if finding.effect else 9
    return (finding.weight != "required", _ANSWERS[finding.answer], effect, finding.rule)


_ID_OF = {"letter": "letter_id", "route": "funding_source_id", "expense": "expense_id", "payment": "expense_id"}


def _where(about: str, rows: Rows) -> str:
    id = _ID_OF.get(about)
    return f"{about} {rows[about][id]}" if id else about


def _about(fact: Fact, row: Row) -> str:
    """Name what a deadline is about; expenses of one plan year share theirs."""
    if fact.about in ("expense", "payment"):
        return " ".join(part for part in (row["funding_source_id"], row.get("money_year")) if part)
    id = (
        row.get("denial_id")
        or row.get("claim_id")
        or row.get("letter_id")
        or row.get("plan_id")
        or row.get("funding_source_id")
    )
    return f"{fact.about} {id}" if id else fact.about


def _next_steps(
    outcome: Outcome, findings: tuple[Finding, ...], when_met: str, lines: dict[str, Outcome]
) -> tuple[str, ...]:
    """List what to do: mend what can be mended first, then what is only advice; nothing for what is settled anyway."""
    first = [when_met] if outcome is Outcome.PAYABLE else []
    required = [f.next_step for f in findings if f.next_step and f.weighs(outcome, lines)]
    unmet = [f for f in findings if not f.effect and f.answer is Answer.NOT_MET and outcome is not Outcome.NOT_PAYABLE]
    advice = [f.next_step for f in unmet if f.next_step]
    return tuple(dict.fromkeys([*first, *required, *advice]))
