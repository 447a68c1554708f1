"""From decided rows to findings and questions: which rule said what, on which facts, and what is missing beneath it."""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from necessity.adjudication.program import AHEAD, CompiledRule, Program, Row
from necessity.domain.decision import Answer, Ask, Citation, Finding, KnownFact, Outcome, SourceKind, Value
from necessity.domain.money import dollars
from necessity.facts.fact import Fact
from necessity.facts.load import bare_names, dotted_names
from necessity.rulebook.load import Rulebook
from necessity.rulebook.rule import Rule

Rows = dict[str, Row]
"""The decided rows that stand behind one answer, by subject: an expense with its letter, route and person."""

_PLACEHOLDER = re.compile(r"\{([a-z0-9_]+)\}")
_MOST_KEPT = 10_000
_ONE_PER_CASE = {"case_file", "patient", "tax", "training_plan"}


class Unknown(NamedTuple):
    """One given fact of one row that is unknown."""

    fact: str
    id: str
    """Id of the record it belongs to; empty where a case has only one."""

    @property
    def name(self) -> str:
        """As it is written after `necessity answer`."""
        return f"{self.fact}@{self.id}" if self.id else self.fact


def answer_of(rule: CompiledRule, row: Row) -> Answer:
    """Read the answer of one rule out of a decided row."""
    if rule.applies and row[rule.applies] is False:
        return Answer.NOT_APPLICABLE
    value = row[rule.column]
    return Answer.UNKNOWN if value is None else Answer.MET if value else Answer.NOT_MET


def show(value: Value, type: str) -> str:
    """Write a fact's value the way people read it."""
    if value is None:
        return "not known"
    if type == "cents" and isinstance(value, int):
        return dollars(value)
    if type == "rate" and isinstance(value, int):
        return f"{value / 100:g} %"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return f"{value.day} {value:%B %Y}"
    if isinstance(value, (tuple, list)):
        return ", ".join(str(item).replace("_", " ") for item in value)
    return str(value).replace("_", " ") if type == "choice" else str(value)


class Explainer:
    """Turns decided rows into findings and questions, for one compiled rulebook."""

    def __init__(self, book: Rulebook, program: Program) -> None:
        self.book = book
        self.rules = {subject.name: subject.rules for subject in program.subjects}
        self._by_column = {fact.sql: fact for fact in book.facts.facts.values() if fact.is_given}
        self._columns: dict[str, tuple[str, ...]] = {}
        self._not_applicable: dict[str, Finding] = {}
        self._about = {name: fact.about for name, fact in book.facts.facts.items()}
        self._known_fact = lru_cache(_MOST_KEPT, typed=True)(self._known)  # most rules name what others name as well
        self._cited: dict[tuple[Any, ...], tuple[Citation, ...]] = {}
        self._beneath = {name: self._inputs(fact) for name, fact in book.facts.facts.items()}
        self._id_columns = {name: _id_column(fact) for name, fact in book.facts.facts.items() if fact.is_given}

    def _inputs(self, fact: Fact) -> tuple[str, ...]:
        """List the facts a fact is computed from."""
        if fact.is_given:
            return ()
        facts, found = self.book.facts.facts, dict.fromkeys(fact.needs)
        found |= dict.fromkeys(sorted(bare_names(fact.sql) & set(facts)))
        for alias, column in sorted(dotted_names(fact.sql)):
            given = self._by_column.get(f"{alias}.{column}")
            if given:
                found[given.name] = None
            elif column in facts:
                found[column] = None
        return tuple(found)

    def value_of(self, name: str, rows: Rows) -> Value:
        """Find the value of a fact or parameter among the rows."""
        row = rows.get(self._about.get(name, ""))
        if row is not None and name in row:
            return _value(row[name])
        for other in rows.values():
            if name in other:
                return _value(other[name])
        return None

    def unknown_of(self, rule: CompiledRule, rows: Rows) -> tuple[Unknown, ...]:
        """List the unknown given facts beneath one rule, each once."""
        return tuple(dict.fromkeys(self.unknowns(rule.names, rows)))

    def unknowns(self, names: Iterable[str], rows: Rows) -> Iterator[Unknown]:
        """Walk down from unknown facts to the given facts that are unknown beneath them; past each fact once."""
        waiting, seen = list(names)[::-1], set[str]()
        while waiting:
            name = waiting.pop()
            if name in seen or name not in self._about:
                continue
            seen.add(name)
            if self.value_of(name, rows) is not None:
                continue
            if name in self._id_columns:
                column = self._id_columns[name]
                id = rows.get(self._about[name], {}).get(column) if column else ""
                if id is not None:
                    yield Unknown(name, str(id))
            waiting += self._beneath[name][::-1]

    def effect(self, rule: Rule, answer: Answer, rows: Rows) -> Outcome | None:
        """Say what one answer alone makes of the outcome."""
        if not rule.decides or answer in (Answer.MET, Answer.NOT_APPLICABLE):
            return None
        if answer is Answer.UNKNOWN:
            return Outcome.PENDED
        return rule.while_ahead if rule.while_ahead and self.value_of(AHEAD, rows) else rule.if_not_met

    def citations(self, rule: Rule, compiled: CompiledRule, rows: Rows) -> tuple[Citation, ...]:
        """Cite the version of a rule in force, and the administrator's own papers where the rule reads its profile."""
        day = self.value_of(rule.dated_by, rows) if rule.dated_by else None
        chosen = rule.versions[-1]
        for version in rule.versions:
            if isinstance(day, date) and (version.from_on or date.min) <= day <= (version.until_on or date.max):
                chosen = version
        payer, kind = self.value_of("payer_profile", rows), self.value_of("funding_source", rows)
        about = (rule.id, chosen.from_on, payer, kind)
        if about not in self._cited:
            own: dict[Citation, None] = {}
            for profile in self.book.parameters.profiles:
                if profile.payer == payer and profile.kind == kind:
                    for name in self._columns_of(compiled):
                        own |= dict.fromkeys(profile.cites.get(name, ()))
            # where the administrator's own papers are known, those of others prove nothing
            law = [c for c in chosen.citations if not own or c.kind is not SourceKind.PAYER_DOCUMENT]
            self._cited[about] = tuple(dict.fromkeys([*own, *law]))
        return self._cited[about]

    def _columns_of(self, compiled: CompiledRule) -> tuple[str, ...]:
        """List the profile columns a rule rests on, through its facts as well."""
        if compiled.id not in self._columns:
            columns, facts = self.book.parameters.columns, self.book.facts.facts
            found: dict[str, None] = {}
            waiting, seen = list(compiled.names), set(compiled.names)
            while waiting:
                name = waiting.pop(0)
                below = (*bare_names(facts[name].sql), *self._beneath[name]) if name in facts else ()
                found |= {name: None} if name in columns else {}
                fresh = [b for b in sorted(set(below)) if b not in seen and (b in facts or b in columns)]
                waiting += fresh
                seen |= set(fresh)
            self._columns[compiled.id] = tuple(found)
        return self._columns[compiled.id]

    def finding(self, compiled: CompiledRule, rows: Rows, where: str, lines: tuple[str, ...] = ()) -> Finding:
        """Write one rule's answer on these rows as a finding."""
        rule = self.book.rules[compiled.id]
        row = rows[rule.about]
        answer = answer_of(compiled, row)
        if answer is Answer.NOT_APPLICABLE:
            return self._silent(rule)
        unknown = self.unknown_of(compiled, rows) if answer is Answer.UNKNOWN else ()
        return Finding(
            rule=rule.id,
            title=rule.title,
            weight="required" if rule.required else "advisory",
            answer=answer,
            effect=self.effect(rule, answer, rows),
            message=self.fill(rule.messages[answer], rows),
            where=where,
            because=tuple([self._known_fact(name, self.value_of(name, rows)) for name in compiled.names]),
            citations=self.citations(rule, compiled, rows),
            next_step=self.fill(rule.messages["remedy"], rows) if answer in (Answer.NOT_MET, Answer.UNKNOWN) else "",
            asks=tuple(u.name for u in unknown),
            lines=lines,
        )

    def _silent(self, rule: Rule) -> Finding:
        """Say that a rule does not apply: the same for every row, so it is written once."""
        if rule.id not in self._not_applicable:
            self._not_applicable[rule.id] = Finding(
                rule=rule.id,
                title=rule.title,
                weight="required" if rule.required else "advisory",
                answer=Answer.NOT_APPLICABLE,
                effect=None,
                message=rule.title,
                where=rule.about,
                because=(),
                citations=(),
                next_step="",
            )
        return self._not_applicable[rule.id]

    def fill(self, text: str, rows: Rows) -> str:
        """Put fact values into a message."""
        if "{" not in text:
            return text
        return _PLACEHOLDER.sub(lambda m: show(self.value_of(m[1], rows), self._type(m[1])), text)

    def _type(self, name: str) -> str:
        facts, parameters = self.book.facts.facts, self.book.parameters
        if name in facts:
            return facts[name].type
        return parameters.law[name].type if name in parameters.law else parameters.columns[name].type

    def _known(self, name: str, value: Value) -> KnownFact:
        facts, parameters = self.book.facts.facts, self.book.parameters
        about = facts[name].means if name in facts else (parameters.law.get(name) or parameters.columns[name]).means
        return KnownFact(fact=name, value=value, about=about)

    def ask(self, unknown: Unknown, settles: int = 0) -> Ask:
        """Write an unknown given fact as the question that asks for it."""
        fact = self.book.facts.facts[unknown.fact]
        choices = ("yes", "no") if fact.type == "boolean" else fact.choices
        return Ask(
            fact=unknown.name,
            question=fact.question,
            field=fact.field,
            type=fact.type,
            choices=choices,
            asked_of=fact.asked_of,
            settles=settles,
        )


def _id_column(fact: Fact) -> str:
    """Name the column with the id of the record a given fact belongs to; empty where a case has only one."""
    alias = fact.sql.partition(".")[0]
    return "" if alias in _ONE_PER_CASE else f"id_of_{alias}"


def _value(value: object) -> Value:
    return tuple(str(item) for item in value) if isinstance(value, list) else value  # type: ignore[return-value]
