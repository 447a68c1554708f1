"""The way to a review, as a notice tells it: the appeal and its time, the answer, review from outside, the court."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from necessity.adjudication.explain import show
from necessity.domain.decision import Citation
from necessity.domain.funding import FundingKind, FundingSource
from necessity.domain.tables import Tables
from necessity.parameters.load import Parameters
from necessity.parameters.time_limits import Due, PlanType, find_due, plan_type_of
from necessity.rulebook.notice_words import notice_words
from necessity.workflow.notices.sender import NoticeSender

Limits = tuple[Parameters, dict[str, PlanType]]
"""Numbers and types of plan, an operator's own among them."""
_ACCOUNTS = (FundingKind.HEALTH_FSA, FundingKind.LIMITED_PURPOSE_FSA, FundingKind.HRA)


def source_row(tables: Tables, id: str) -> FundingSource:
    """Make the record of a funding source from its row; its years and clauses stand in tables of their own."""
    row = next(row for row in tables["funding_source"] if row["id"] == id)
    fields = {name: value for name, value in row.items() if name != "case_id" and value is not None}
    return FundingSource.model_validate(fields)


class Told(NamedTuple):
    """Some sentences of a notice, what they cite, and what they lack."""

    sentences: tuple[str, ...] = ()
    cites: tuple[Citation, ...] = ()
    lacks: tuple[str, ...] = ()
    days: int | None = None
    """The time they speak of, in days, where it is one."""
    is_offered: bool | None = None
    """For the review from outside: whether there is one; None is unknown."""


class Ways:
    """What is left to a member of one funding source after a notice made on one day."""

    def __init__(self, source: FundingSource, stage: str, made_on: date, sender: NoticeSender, limits: Limits) -> None:
        self.source, self.stage, self.made_on, self.sender, self.limits = source, stage, made_on, sender, limits
        self.type = plan_type_of(source)
        self._words = notice_words()

    @property
    def is_erisa(self) -> bool | None:
        """Whether the plan is under ERISA, as record, sender or payer say; None is unknown."""
        if self.source.is_erisa is not None:
            return self.source.is_erisa
        if self.source.payer in self._words.not_erisa:
            return False
        return self.sender.is_erisa

    def appeal(self) -> Told:
        """Tell of the plan's own appeal: how long, where to, what to send, how it is decided."""
        say, lacks, sentences = self._words.says, [], []
        due = self._due("appeal")
        own = self.source.appeal_days or self.sender.appeal_days
        days = own or (due.amount if due else None)
        cites = [self._words.citations["content"], *(due.citations if due and not own else ())]
        if days is None:
            lacks.append(self._words.lacks["appeal"])
        else:
            day = self.made_on + timedelta(days=days)
            sentences.append(say["appeal"].format(days=days, day=show(day, "date")))
            sentences += [say["appeal_from_own"]] if own else []
        to = ", ".join(self.sender.appeals_to or self.sender.address)
        sentences += [say["to"].format(to=to)] if to else []
        lacks += [] if to else [self._words.lacks["appeals"]]
        sentences += [say["with"], *self._levels()]
        answer = self._answer()
        found = tuple(sentences) + answer.sentences
        return Told(found, (*cites, *answer.cites, self._words.citations["levels"]), (*lacks, *answer.lacks), days)

    def _levels(self) -> list[str]:
        names = {1: "appeal_levels_one", 2: "appeal_levels_two"}
        return [self._words.says[names[level]]] if (level := self.source.appeal_levels) in names else []

    def _answer(self) -> Told:
        """Tell how long the plan takes to answer; the law's days for accounts only where they may be under ERISA."""
        own = self.sender.appeal_answer_days
        if own is not None:
            return Told((self._words.says["answer"].format(days=own),))
        two = self.source.appeal_levels == 2
        due = self._due("appeal_decision_of_two" if two else "appeal_decision")
        if due is None or due.amount is None or (self.source.kind in _ACCOUNTS and self.is_erisa is False):
            return Told(lacks=(self._words.lacks["answer"],))
        cites = (*due.citations, *([self._words.citations["accounts"]] if self.source.kind in _ACCOUNTS else []))
        return Told((self._words.says["answer_two" if two else "answer"].format(days=due.amount),), cites)

    def outside(self, rules: Iterable[str]) -> Told:
        """Tell of the review by somebody independent: offered only where it exists.

        Args:
            rules: The rules the refusal rests on.
        """
        say = self._words.says
        if self.sender.outside_review:
            return Told((self.sender.outside_review,))
        due = self._due("external_review")
        if due is None:
            return Told(lacks=(self._words.lacks["outside"],))
        if due.due_on is None:
            own = (say["outside_inference"].format(inference=due.inference),) if due.inference else ()
            return Told((say["outside_none"].format(why=due.why_none), *own), due.citations, is_offered=False)
        if all(rule in self._words.contract for rule in rules):
            contract = self._due("external_review_of_a_contract_exclusion")
            why = contract.why_none if contract else ""
            cites = contract.citations if contract else due.citations
            return Told((say["outside_contract"].format(why=why).replace("  ", " "),), cites, is_offered=False)
        return Told((say["outside_exists"].format(months=due.amount),), due.citations, is_offered=True)

    def suit(self) -> Told:
        """Tell of the right to a civil action."""
        names = {True: "suit_erisa", False: "suit_not_erisa", None: "suit_if_erisa"}
        cites = self._words.citations
        cited = cites["federal"] if self.is_erisa is False else cites["content"]
        return Told((self._words.says[names[self.is_erisa]],), (cited,))

    def information(self) -> Told:
        """Tell until when what is missing is waited for, and what happens then."""
        say = self._words.says
        due, then = self._due("information"), self._due("decision_after_information")
        outside = self.source.kind in _ACCOUNTS and self.is_erisa is False
        own = self.sender.information_days
        days = own if own is not None else None if outside or due is None else due.amount
        if days is None:
            return Told(lacks=(self._words.lacks["number"],))
        sentences = [say["information"].format(days=days, day=show(self.made_on + timedelta(days=days), "date"))]
        sentences += [say["appeal_from_own"]] if own is not None else []
        cites = list(due.citations) if due and own is None else []
        if then and then.amount is not None and not outside:
            sentences.append(say["then"].format(days=then.amount))
            cites += then.citations
        cites += [self._words.citations["accounts"]] if cites and self.source.kind in _ACCOUNTS else []
        return Told((*sentences, say["until_then"]), tuple(cites), days=days)

    def _due(self, step: str) -> Due | None:
        payer = self.source.payer or "generic"
        return find_due(self.type, step, self.made_on, stage=self.stage, payer=payer, book=self.limits)
