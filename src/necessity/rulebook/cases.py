"""The cases beside the rules: what is known, on which day, and what the rule must then answer.

Only reading and checking stands here; `necessity.adjudication.cases` runs them.
"""

import re
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

from necessity.domain.decision import Answer, Value
from necessity.errors import RulebookError
from necessity.parameters.shape import WORDS, check_shape
from necessity.parameters.source import Source, nearest, sources
from necessity.rulebook.load import Rulebook
from necessity.rulebook.rule import Rule

_KEYS = frozenset({"name", "on", "then", "asks", "facts"})
_SHAPE = [{"name": str, "then": str, "asks": [str], "facts": dict}]
_HEADER = re.compile(r"\s*\[\[\s*case\s*\]\]")
_PYTHON: dict[str, type] = {"boolean": bool, "text": str, "choice": str, "date": date, "list": list}
"""What a value of each declared type is in TOML; the other types are whole numbers."""


class RuleCase(NamedTuple):
    """One case of one rule."""

    rule: str
    """Id of the rule."""
    name: str
    """A sentence; unique among the cases of its rule."""
    on: date | None
    """The day `dated_by` would give, and the day of the parameters; None: unknown."""
    then: Answer
    """What the rule must answer."""
    asks: tuple[str, ...] | None
    """The unknown facts that must still matter; None: the case does not say."""
    known: dict[str, Value]
    """Facts and parameters by name; whatever is left out is unknown."""
    file: str
    """Where it stands."""
    line: int | None
    """Line of its header."""


class Seen(NamedTuple):
    """One piece of a rule that its cases should see true and see false."""

    sql: str
    """The piece."""
    version: int | None
    """Number of the version it stands in, from 0; None: it stands in `applies`."""
    is_whole: bool
    """Whether it is the whole condition, or a comparison with a number."""


class CaseResult(NamedTuple):
    """What a rule answered to a case."""

    case: RuleCase
    """The case."""
    answer: Answer
    """What the rule says."""
    asks: tuple[str, ...]
    """The unknown facts that still matter, in order of name; empty unless the answer is unknown."""
    seen: dict[Seen, bool | None]
    """The pieces of the rule that have a say in this case."""

    @property
    def passed(self) -> bool:
        """Whether the rule answered as the case says."""
        asks = self.case.asks
        return self.answer is self.case.then and (asks is None or set(asks) == set(self.asks))

    @property
    def words(self) -> str:
        """Say in one sentence what came out; good for a report whether it passed or not."""
        case, got = self.case, self.answer.replace("_", " ")
        if self.answer is not case.then:
            asked = f", asking for {', '.join(self.asks)}" if self.asks else ""
            return f"{case.name}: should be {case.then.replace('_', ' ')}, is {got}{asked}."
        if not self.passed:
            wanted = ", ".join(case.asks or ()) or "nothing"
            return f"{case.name}: should ask for {wanted}, asks for {', '.join(self.asks) or 'nothing'}."
        return f"{case.name}: {got}."


def case_files(book: Rulebook) -> dict[str, Source]:
    """Read the files of cases by the rule id their paths stand for.

    A rule that an operator replaced brings its own cases; those of the replaced one are left out.

    Raises:
        RulebookError: a file that cannot be read or is not TOML.
    """
    found: dict[str, Source] = {}
    for folder in book.folders:
        for path in folder.rglob("*.toml"):
            if not path.name.endswith(".cases.toml"):
                found.pop(_id(path.relative_to(folder), ".toml"), None)
        for source in sources(folder, cases=True):
            found[_id(Path(source.name), ".cases.toml")] = source
    return dict(sorted(found.items()))


def _id(path: Path, ending: str) -> str:
    return path.as_posix().removesuffix(ending).replace("/", ".")


def read_cases(book: Rulebook, only: str | None = None) -> tuple[RuleCase, ...]:
    """Read and check the cases of the rules, in the order of rule ids.

    Args:
        book: The rulebook; cases of rules that it does not hold (retired, or not there) are left out.
        only: A rule id, or the beginning of some (`us.tax_accounts`); None: all.

    Raises:
        RulebookError: an unknown key or fact, a value of the wrong type, a name twice, with file and line.
    """
    found: list[RuleCase] = []
    for id, source in case_files(book).items():
        if id in book.rules and (only is None or f"{id}.".startswith(f"{only}.")):
            found += _Reader(book, book.rules[id], source).cases()
    return tuple(found)


class _Reader:
    """Reads the cases of one rule."""

    def __init__(self, book: Rulebook, rule: Rule, source: Source) -> None:
        self.rule = rule
        self.source = source
        self.facts = book.facts.visible(rule.about)
        self.types = {name: parameter.type for name, parameter in book.parameters.law.items()}
        self.types |= {name: column.type for name, column in book.parameters.columns.items()}
        self.types |= {name: fact.type for name, fact in self.facts.items()}
        self.names: set[str] = set()
        lines = source.text.splitlines()
        self.starts = [number for number, line in enumerate(lines, 1) if _HEADER.match(line)]

    def cases(self) -> list[RuleCase]:
        if set(self.source.content) != {"case"}:
            raise self.fault("holds something other than cases.", "Write [[case]] above each.", 0)
        tables = self.source.content["case"]
        check_shape(self.source, tables, _SHAPE, f"The file of cases of {self.rule.id}", "case")
        return [self._case(number, table) for number, table in enumerate(tables)]

    def fault(self, message: str, next_step: str, number: int, *words: str) -> RulebookError:
        """Make the error that names the line inside the case on which the words stand."""
        return RulebookError(
            f"The file of cases of {self.rule.id} {message}",
            next_step,
            file=self.source.name,
            line=self._line(number, *words),
            rule=self.rule.id,
        )

    def _line(self, number: int, *words: str) -> int | None:
        if number >= len(self.starts):
            return self.source.line_of(*words) if words else None
        first, end = self.starts[number], [*self.starts[1:], None][number]
        part = "\n".join(self.source.text.splitlines()[first - 1 : end and end - 1])
        inside = self.source._replace(text=part).line_of(*words) if words else None
        return first + inside - 1 if inside else first

    def _case(self, number: int, table: dict[str, Any]) -> RuleCase:
        for key in table:
            if key not in _KEYS:
                near = nearest(key, _KEYS)
                raise self.fault(f"has an unknown key {key!r}.", f"Did you mean {near!r}?", number, key)
        name, then = str(table.get("name", "")), table.get("then")
        if not name.strip():
            raise self.fault("has a case without a name.", "Give it one sentence.", number)
        if name in self.names:
            raise self.fault(f"uses the name {name!r} twice.", "Say what sets them apart.", number, "name")
        self.names.add(name)
        if then not in set(Answer):
            raise self.fault(f"expects {then!r}.", f"Write one of {', '.join(Answer)}.", number, "then")
        known = {key: self._value(number, key, value) for key, value in table.get("facts", {}).items()}
        on = self._day(number, table.get("on"), known)
        asks = self._asks(number, table["asks"]) if "asks" in table else None
        line = self._line(number)
        return RuleCase(self.rule.id, name, on, Answer(then), asks, known, self.source.name, line)

    def _day(self, number: int, on: Any, known: dict[str, Value]) -> date | None:
        """Check the day of a case, and let the fact that dates the rule have it."""
        by = self.rule.dated_by
        if on is None:
            if not by:
                raise self.fault("has a case without a day.", "Write `on = 2026-05-01`.", number)
            return None
        if not isinstance(on, date) or isinstance(on, datetime):
            raise self.fault(f"gives the day {on!r}.", "Write a date, like 2026-05-01.", number, "on")
        if by and known.get(by, on) != on:
            raise self.fault(f"gives {by} twice, differently.", "Give it as `on` alone.", number, by)
        if by:
            known[by] = on
        return on

    def _asks(self, number: int, asks: list[str]) -> tuple[str, ...]:
        for name in asks:
            if name not in self.facts:
                near = nearest(name, dict(self.facts))
                raise self.fault(f"asks for {name!r}, no fact.", f"Did you mean {near!r}?", number, "asks")
        return tuple(asks)

    def _value(self, number: int, name: str, value: Any) -> Value:
        """Check one fact or parameter of a case."""
        if name not in self.types:
            near = nearest(name, self.types)
            raise self.fault(f"sets {name!r}, which is no fact here.", f"Did you mean {near!r}?", number, name)
        type = self.types[name]
        wanted = _PYTHON.get(type, int)
        good = isinstance(value, wanted) and not isinstance(value, datetime)
        good = good and (wanted is bool or not isinstance(value, bool))
        if not good or (type == "list" and not all(isinstance(item, str) for item in value)):
            raise self.fault(f"sets {name} to {value!r}.", f"It is {type}: write {WORDS[wanted]}.", number, name)
        choices = self.facts[name].choices if name in self.facts else ()
        if choices and value not in choices:
            near = nearest(str(value), frozenset(choices))
            raise self.fault(f"sets {name} to {value!r}.", f"Did you mean {near!r}?", number, name)
        return tuple(value) if type == "list" else value
