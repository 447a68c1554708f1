"""The lines of a decision: each expense at each funding source with the decided rows behind it and what rules say."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from necessity.adjudication.case_engine import DecidedRow
from necessity.adjudication.explain import Explainer, Rows, Unknown, answer_of
from necessity.adjudication.program import OUTCOMES, CompiledRule, CompiledSubject, Decided, Program, Row
from necessity.domain.decision import Answer, Outcome
from necessity.rulebook.load import Rulebook

_OPEN = (Answer.NOT_MET, Answer.UNKNOWN)
_MOST_KNOWN = 10_000


def _stored(row: Row, names: tuple[str, ...]) -> tuple[Any, ...]:
    """Take some values out of a row, where it can as they are stored."""
    return row.stored(names) if isinstance(row, DecidedRow) else tuple([row[name] for name in names])


class Answers:
    """What the rules of a subject say of a row; one object for all rows of which they say the same."""

    def __init__(self, rules: Iterable[tuple[CompiledRule, Answer]], book: Rulebook) -> None:
        self.all = tuple(rules)
        self.open = tuple((rule, said) for rule, said in self.all if said in _OPEN and book.rules[rule.id].decides)
        """The required rules that are not met, or cannot tell."""


class _Sayings:
    """The answers of one subject's rules, read once for all rows of which they say the same."""

    def __init__(self, subject: CompiledSubject, book: Rulebook) -> None:
        self._rules = subject.rules
        self._book = book
        columns = [c for rule in subject.rules for c in (rule.column, rule.applies) if c]
        self._columns = tuple(columns)
        self._known: dict[Any, Answers] = {}

    def of(self, row: Row) -> Answers:
        says = _stored(row, self._columns)
        if says not in self._known:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            self._known[says] = Answers(((rule, answer_of(rule, row)) for rule in self._rules), self._book)
        return self._known[says]


class Line:
    """One expense at one funding source, or a funding source by itself, with all the rows behind it."""

    def __init__(self, id: str, outcome: Outcome, rows: Rows, said: tuple[tuple[str, Answers], ...]) -> None:
        self.id = id
        """The expense's; empty for a funding source by itself."""
        self.outcome = outcome
        self.rows = rows
        self.said = said
        """The answers by subject, the letter's only where a letter is needed."""
        self._asked: tuple[Unknown, ...] | None = None

    @property
    def open(self) -> list[tuple[CompiledRule, Answer]]:
        """The required rules that are not met, or cannot tell."""
        return [pair for _, answers in self.said for pair in answers.open]

    def asked(self, explainer: Explainer) -> tuple[Unknown, ...]:
        """List the unknown given facts beneath the required rules that cannot answer."""
        if self._asked is None:
            found: dict[Unknown, None] = {}
            for rule, answer in self.open:
                if answer is Answer.UNKNOWN:
                    found |= dict.fromkeys(explainer.unknown_of(rule, self.rows))
            self._asked = tuple(found)
        return self._asked


class Reader:
    """Puts decided rows together to lines."""

    def __init__(self, book: Rulebook, program: Program) -> None:
        self._program = program
        self._sayings = {subject.name: _Sayings(subject, book) for subject in program.subjects}

    def index(self, decided: Decided) -> dict[str, dict[tuple[Any, ...], Row]]:
        """Find decided rows by subject and keys."""
        return {
            subject.name: {_stored(row, subject.keys): row for row in decided[subject.name]}
            for subject in self._program.subjects
        }

    def routes(self, decided: Decided) -> list[tuple[Line, list[Line]]]:
        """Put every funding source together with its lines, by day and id."""
        index = self.index(decided)
        shared = {id(row): self._sayings[s].of(row) for s in ("person", "route", "letter") for row in decided[s]}
        lines: dict[str, list[Line]] = {}
        for row in decided["expense"]:
            case, source = row["case_id"], row["funding_source_id"]
            rows: Rows = {"payment": index["payment"][case, row["expense_id"], source], "expense": row}
            rows |= {"route": index["route"][case, source], "person": index["person"][case,]}
            if row["id_of_chosen_letter"] is not None:
                rows["letter"] = index["letter"][case, source, row["id_of_chosen_letter"]]
            lines.setdefault(source, []).append(self._line(row["expense_id"], rows["payment"]["outcome"], rows, shared))
        for source in lines:
            lines[source].sort(key=lambda line: (line.rows["expense"]["served_on"] or date.max, line.id))
        found = []
        for row in decided["route"]:
            rows = {"route": row, "person": index["person"][row["case_id"],]}
            found.append((self._line("", row["outcome"], rows, shared), lines.get(row["funding_source_id"], [])))
        return found

    def _line(self, name: str, outcome: int, rows: Rows, shared: dict[int, Answers]) -> Line:
        said = tuple(
            (subject, shared.get(id(row)) or self._sayings[subject].of(row))
            for subject, row in rows.items()
            if subject != "letter" or rows["expense"]["letter_is_needed"] is not False
        )
        return Line(name, OUTCOMES[outcome], rows, said)
