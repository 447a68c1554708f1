"""The statements of a bulk run: the single case's, worked out for one kind of funding source and one kind of service.

The chain is person → route → letter → expense → payment, as for one case; what a bulk run never reads is left out, and
each rule's answer is one bit of a mask instead of a column. Statements run in DuckDB as they are; Spark runs the same
ones translated.
"""

import re
from typing import NamedTuple

from necessity.adjudication.bulk_queries import bulk_queries
from necessity.adjudication.compile import OUTCOME_SQL, Tower
from necessity.adjudication.masks import WORD, MaskSql, mask_sql
from necessity.adjudication.missing import missing_bits, missing_sql
from necessity.adjudication.narrow import Constant, Narrowed, Narrower
from necessity.adjudication.program import AHEAD
from necessity.adjudication.prune import named_queries, pruned, written
from necessity.facts.fact import Fact, Subject
from necessity.facts.load import bare_names, dotted_names
from necessity.rulebook.load import Rulebook
from necessity.rulebook.rule import Rule

CHAIN = ("person", "route", "letter", "expense", "payment")
"""The subjects of a line, each after those it rests on."""
CASE_KEY = "BIGINT"
"""Type of `case_id` in a bulk run: cases are numbered, since everything joins on it."""
SHOWN = (
    *("charge_cents", "due_cents", "least_payable_cents", "served_on", "service_status", "service_is_ahead"),
    *("letter_is_needed", "care_cents"),
)
"""Facts an output row shows."""
OF_THE_YEAR = ("money_year", "year_money_cents")
"""Facts a row shows as well where its kind of funding source has a year's money."""
SETTLED = ("funding_source", "service_kind")
"""Facts that are the same for every row of a statement."""
MASKS = ("failed_", "unknown_", "missing_")
"""How the columns of masks begin."""


_LAW = re.compile(
    r"LEFT JOIN law(?: AS (\w+))?\s+ON coalesce\(([\w. -]+) BETWEEN (\w+)\.from_on AND \3\.until_on, FALSE\)"
)


class MaskBit(NamedTuple):
    """Where a rule's answer stands in the masks."""

    rule: str
    subject: str
    word: str
    """Name of the word, such as `expense_0`; columns are `failed_<word>` and `unknown_<word>`."""
    bit: int
    required: bool
    """Whether it decides."""


class BulkStatement(NamedTuple):
    """One statement of the chain."""

    subject: str
    sql: str
    """SELECT whose rows go into `<subject>_decided`."""
    columns: dict[str, str]
    """Its columns with their SQL types."""


def mask_bits(book: Rulebook) -> tuple[MaskBit, ...]:
    """Give every rule of a line its place, the same for every kind of funding source and service."""
    found = []
    for subject in CHAIN:
        for number, rule in enumerate(book.about(subject)):
            found.append(MaskBit(rule.id, subject, f"{subject}_{number // WORD}", number % WORD, rule.decides))
    return tuple(found)


def mask_columns(book: Rulebook) -> tuple[str, ...]:
    """Name the columns of all masks, in order: by word what failed and what is unknown, then what is missing."""
    words = dict.fromkeys(bit.word for bit in mask_bits(book))
    missing = dict.fromkeys(f"missing_{bit.word}" for bit in missing_bits(book, CHAIN))
    return (*(f"{answer}_{word}" for word in words for answer in ("failed", "unknown")), *missing)


class BulkChain(NamedTuple):
    """The statements for one kind of funding source."""

    before: tuple[BulkStatement, ...]
    """Person, route, letter; the expense too, where it is asked for apart."""
    lines: BulkStatement
    """The payment of every line; the expenses stand in it as the query `expense_decided`: rows this wide are better
    not put down in between, save where the database would work them out several times."""
    rules: frozenset[str]
    """The rules that can have a say; the bits of all others are never set."""


def bulk_chain(
    narrower: Narrower, funding_source: str, service_kind: str | None = None, *, expenses_apart: bool = False
) -> BulkChain:
    """Write the statements for one kind of funding source and one kind of service, or all.

    Args:
        narrower: The rulebook, parsed, with the subjects of `CHAIN`.
        funding_source: A `FundingKind`.
        service_kind: The `ServiceKind` of all the expenses; None: of any, those whose kind is not known among them.
        expenses_apart: Whether the expenses are a statement of their own, in `before`.

    Returns:
        The chain.
    """
    given: dict[str, Constant] = {"funding_source": funding_source}
    left = narrower.narrow(given)
    left_of_line = narrower.narrow({**given, "service_kind": service_kind}) if service_kind else left
    bits = mask_bits(narrower.book)
    wanted = {*SHOWN, AHEAD, "source_is_held", *SETTLED}
    towers = []
    shown = set(SHOWN)
    for name in reversed(CHAIN):  # later subjects say what earlier ones are wanted for
        of = left_of_line if name == "expense" else left
        live, subject = _live(narrower.book, of, name, wanted)
        towers.append(_BulkTower(narrower.book, subject, of, live, bits))
        if name == "payment":
            shown |= wanted.intersection(OF_THE_YEAR)
    handed: dict[str, set[str]] = {name: shown if name == "payment" else set() for name in CHAIN}
    for one in towers:
        for other, names in one.wanted(handed[one.subject.name]).items():
            handed[other] |= names
    statements: list[BulkStatement] = []
    read_later: set[str] = set()
    for one in towers:
        statements.append(one.statement(handed[one.subject.name] | read_later))
        read_later |= set(re.findall(r"\w+", f"{one.subject.prelude} {one.subject.source}"))
    payment, expense, *before = statements
    rules = frozenset({*left.texts, *left_of_line.texts})
    if expenses_apart:
        return BulkChain((*reversed(before), expense), payment, rules)
    lines = payment.sql.replace("WITH ", f"WITH expense_decided AS ({expense.sql}), ", 1)
    return BulkChain(tuple(reversed(before)), payment._replace(sql=lines), rules)


def _live(book: Rulebook, left: Narrowed, name: str, wanted: set[str]) -> tuple[set[str], Subject]:
    """Find the facts of a subject that anything still asks for, and what of its tables they read.

    What these rest on joins `wanted`.
    """
    subject = book.facts.subjects[name]
    own = {fact.name: left.facts[fact.name] for fact in book.facts.about(name)}
    wanted |= set(subject.answers.values())
    ruled = {
        n
        for rule in book.about(name)
        if rule.id in left.texts
        for text in left.texts[rule.id]
        for n in bare_names(text)
    }
    wanted |= ruled
    queue = [fact for fact in own if fact in wanted]
    live: set[str] = set()
    while queue:
        fact = queue.pop()
        if fact not in live:
            live.add(fact)
            names = bare_names(own[fact].sql)
            wanted |= names | {column for _, column in dotted_names(own[fact].sql)}
            queue += [below for below in names if below in own]
    used = _aliases(book, subject, [own[fact] for fact in live], ruled)
    subject = _in_bulk(pruned(subject, used), str(left.given["funding_source"]))
    for text in (subject.prelude, subject.source):
        wanted |= bare_names(text) | {column for _, column in dotted_names(text)}
    return live, subject


def _aliases(book: Rulebook, subject: Subject, live: list[Fact], ruled: set[str]) -> set[str]:
    """List the aliases whose columns are read, the law's and the profile's among them."""
    read = [*subject.keys.values(), *(fact.sql for fact in live)]
    names = ruled.union(*(bare_names(fact.sql) for fact in live if not fact.is_given))
    found = {alias for sql in read for alias, _ in dotted_names(sql)} | set(subject.inherits.values())
    parameters = {"law": set(book.parameters.law), "profile": set(book.parameters.columns)}
    return found | {alias for alias, columns in parameters.items() if names & columns}


def _in_bulk(subject: Subject, funding_source: str) -> Subject:
    """Join the law by the day, look only at funding sources the record names, order expenses only for scarce money."""
    prelude, source = (_LAW.sub(_by_day, text) for text in (subject.prelude, subject.source))
    if subject.name == "payment" and "whole_year" not in source:  # no money to share: the order does not matter
        return subject._replace(prelude="", source="FROM expense_decided AS expense")
    queries = bulk_queries(subject.name, named_queries(prelude), funding_source)
    return subject._replace(prelude=written(queries), source=source)


def _by_day(match: re.Match[str]) -> str:
    alias = match[1] or "law"
    return f"LEFT JOIN law_of_day AS {alias} ON {alias}.day = {match[2]}"


class _BulkTower(Tower):
    """The statement of one subject, with masks instead of answers."""

    def __init__(
        self, book: Rulebook, subject: Subject, left: Narrowed, live: set[str], bits: tuple[MaskBit, ...]
    ) -> None:
        self.left, self.live = left, live
        self.bits = {bit.rule: bit for bit in bits if bit.subject == subject.name}
        self.own_words = list(dict.fromkeys(bit.word for bit in self.bits.values()))
        self.missing = _by_word(book, subject.name)
        beneath = [other for other in CHAIN[: CHAIN.index(subject.name)] if other in subject.answers]
        self.other_masks = {
            other: [mask for below in _answering(book, other) for mask in _masks_of(book, bits, below)]
            for other in beneath
        }
        super().__init__(book, subject)

    def facts_of(self) -> list[Fact]:
        """Take what is left of the facts, and only those anything asks for."""
        return [self.left.facts[fact.name] for fact in super().facts_of() if fact.name in self.live]

    def rules_of(self) -> list[Rule]:
        """Take the rules that can have a say."""
        return [rule for rule in super().rules_of() if rule.id in self.left.texts]

    def text_of(self, rule: Rule) -> tuple[str, str, tuple[str, ...]]:
        """Take what is left of the rule's text."""
        text = self.left.texts[rule.id]
        return text.holds, text.says, tuple(sorted(bare_names(text.holds) | bare_names(text.says)))

    def ground_columns(self) -> dict[str, str]:
        """Write settled facts as what they are, and pass the masks of earlier subjects on."""
        seen = super().ground_columns()
        seen = {
            name: sql for name, sql in seen.items() if not name.startswith("id_of_") or name == "id_of_chosen_letter"
        }
        for name, value in self.left.given.items():
            if name in seen and name in SETTLED:
                seen[name] = f"'{value}'"
        if self.subject.name == "payment":
            seen["id_of_chosen_letter"] = "expense.id_of_chosen_letter"
        for other, masks in self.other_masks.items():
            alias = self.subject.inherits[other]
            seen |= {mask: f"coalesce({alias}.{mask}, 0)" for mask in masks if mask not in seen}
        return seen

    def source(self) -> str:
        """Look only at rows that have the settled value."""
        if self.subject.name == "route":
            return f"{super().source()} WHERE source.kind = '{self.left.given['funding_source']}'"
        return super().source()

    def _type_of(self, name: str) -> str:
        if name == "case_id":
            return CASE_KEY
        return "BIGINT" if name.startswith(MASKS) else super()._type_of(name)

    def _words(self) -> dict[str, MaskSql]:
        """Write the answers of the own rules, word by word."""
        columns = {rule.id: column for rule, (column, _, _) in zip(self.rules, self.conditions, strict=True)}
        return {
            word: mask_sql(
                word, {bit.bit: columns[id] for id, bit in self.bits.items() if bit.word == word and id in columns}
            )
            for word in self.own_words
        }

    def _packs_floor(self, last: str) -> str:
        packs = {name: sql for word in self._words().values() for name, sql in word.packs.items()}
        if not packs:
            return last
        self.ctes.append(
            f"rows_packed AS (SELECT *, {', '.join(f'{sql} AS {n}' for n, sql in packs.items())} FROM {last})"
        )
        return "rows_packed"

    def masks(self) -> dict[str, str]:
        """Write one integer a word for what failed and one for what is unknown."""
        found: dict[str, str] = {}
        for word, sql in self._words().items():
            found |= {f"failed_{word}": sql.failed, f"unknown_{word}": sql.unknown}
        deciding = {rule.column: set(rule.names) for rule in self.compiled if self.book.rules[rule.id].decides}
        return found | {word: missing_sql(places, deciding) for word, places in self.missing.items()}

    def _counting(self, mask: str) -> str:
        """Leave an earlier subject's answers out where they do not count, such as a letter's where none is needed."""
        for other, masks in self.other_masks.items():
            when = self.subject.answers[other]
            if when != "always" and mask in masks and mask.partition("_")[2].startswith(other):
                return f"CASE WHEN NOT {when} THEN 0 ELSE {mask} END"
        return mask

    def statement(self, read_later: set[str]) -> BulkStatement:
        """Write the statement with the columns that are read later, or shown."""
        self._ground()
        last = self._answers_floor(self._packs_floor(self._rules_floor(self._facts_floors())))
        masks = self.masks()
        self.types |= dict.fromkeys(masks, "BIGINT")
        inherited = [name for name in self.types if name.startswith(MASKS) and name not in masks]
        wanted = read_later | set(SHOWN) | {"id_of_chosen_letter", "refused", "pending", "doubted", "supported"}
        columns = {key: self.types[key] for key in self.subject.keys}
        columns |= {
            name: type
            for name, type in self.types.items()
            if name in wanted and name not in masks and name != "outcome"
        }
        columns |= dict.fromkeys((*inherited, *masks), "BIGINT") | {"outcome": "BIGINT"}
        masks |= {name: self._counting(name) for name in inherited}
        selected = [masks.get(name, OUTCOME_SQL if name == "outcome" else name) + f" AS {name}" for name in columns]
        sql = f"WITH {', '.join(self.ctes)} SELECT {', '.join(selected)} FROM {last}"
        return BulkStatement(self.subject.name, sql, columns)


def _masks_of(book: Rulebook, bits: tuple[MaskBit, ...], subject: str) -> list[str]:
    """Name the columns of a subject's masks."""
    words = dict.fromkeys(bit.word for bit in bits if bit.subject == subject)
    return [f"{answer}_{word}" for word in words for answer in ("failed", "unknown")] + [*_by_word(book, subject)]


def _by_word(book: Rulebook, subject: str) -> dict[str, dict[str, int]]:
    """Give the bits of what a subject's rules may wait for, by the columns of its masks."""
    found: dict[str, dict[str, int]] = {}
    for one in missing_bits(book, CHAIN):
        if one.subject == subject:
            found.setdefault(f"missing_{one.word}", {})[one.name] = one.bit
    return found


def _answering(book: Rulebook, subject: str) -> list[str]:
    """List a subject with those whose answers count for it."""
    found = [subject]
    for other in book.facts.subjects[subject].answers:
        found += [below for below in _answering(book, other) if below not in found]
    return found
