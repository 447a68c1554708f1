"""Compiling a rulebook: for each subject one SQL statement that computes its facts, its rules and its outcome.

A statement is a tower of named queries: rows and columns of the tables with the facts over them; facts over those
facts, floor by floor; one nullable boolean a rule; three conjunctions (what is not payable, what pends, what a person
must review) that earlier subjects' answers join; the outcome. Its rows go into `<subject>_decided`, where later
subjects find them. Outcomes are small integers here: 0 not payable, 1 pended, 2 review, 3 payable.
"""

import re
from datetime import timedelta
from itertools import pairwise

from necessity.adjudication import code_days
from necessity.adjudication.dialects import in_sqlite
from necessity.adjudication.program import AHEAD, LOOKED_AT, CompiledRule, CompiledSubject, Program
from necessity.domain.decision import Outcome
from necessity.domain.tables import TABLES
from necessity.facts.fact import Fact, Subject
from necessity.facts.load import bare_names, dotted_names
from necessity.parameters.load import SQL_TYPES
from necessity.rulebook.check import check_rule
from necessity.rulebook.load import Rulebook
from necessity.rulebook.rule import Rule

_LOOKED_AT = f"NOT EXISTS (SELECT 1 FROM looked_at) OR ({{}}, {{}}) IN (SELECT {', '.join(LOOKED_AT)} FROM looked_at)"


def rule_sql(book: Rulebook, rule: Rule) -> tuple[str, str, tuple[str, ...]]:
    """Write a rule's condition and when it has a say (empty: always), and list the names it uses."""
    parsed = check_rule(book, rule)
    names = dict.fromkeys(name for one in parsed for name in one.names)
    says = [parsed[-1].sql] if rule.applies else []
    by = rule.dated_by
    conditions = []
    for version, one in zip(rule.versions, parsed, strict=False):
        days = [f"{by} >= DATE '{version.from_on}'"] if version.from_on else []
        days += [f"{by} <= DATE '{version.until_on}'"] if version.until_on else []
        conditions.append(" AND ".join([*days, one.sql]))
    first, last = rule.versions[0].from_on, rule.versions[-1].until_on
    says += [f"{by} >= DATE '{first}'"] if first else []
    says += [f"{by} <= DATE '{last}'"] if last else []
    for one_version, following in pairwise(rule.versions):  # in a gap no version has a say
        end, start = one_version.until_on, following.from_on
        if end and start and start - end > timedelta(days=1):
            says += [f"{by} <= DATE '{end}' OR {by} >= DATE '{start}'"]
    if by and (len(conditions) > 1 or first or last):
        names[by] = None
    # of a single version only its condition is asked: outside its days `says` answers for it
    text = parsed[0].sql if len(conditions) == 1 else " OR ".join(f"({c})" for c in conditions)
    return text, " AND ".join(f"({s})" for s in says), tuple(names)


def answer_sql(text: str, says: str) -> str:
    """Write a rule's answer as one nullable boolean: true also where it has no say."""
    return f"(NOT ({says})) OR ({text})" if says else text


def _floors(facts: list[Fact]) -> list[list[Fact]]:
    """Sort facts by how many other facts of the same subject stand beneath them."""
    own = {fact.name: fact for fact in facts}
    height: dict[str, int] = {}

    def climb(name: str, path: tuple[str, ...]) -> int:
        if name in path:
            raise ValueError(f"facts rest on each other in a circle: {' → '.join((*path, name))}")
        if name not in height:
            fact = own[name]
            below = [climb(n, (*path, name)) for n in sorted(bare_names(fact.sql) & set(own)) if not fact.is_given]
            height[name] = 1 + max(below, default=-1) if not dotted_names(fact.sql) else 0
        return height[name]

    for fact in facts:
        climb(fact.name, ())
    floors: list[list[Fact]] = [[] for _ in range(max(height.values(), default=0) + 1)]
    for fact in facts:
        # floor 0 belongs to columns of tables; a fact over inherited facts alone starts on floor 1
        floors[max(height[fact.name], 0)].append(fact)
    return floors


class Tower:
    """The statement of one subject while it is being written."""

    def __init__(self, book: Rulebook, subject: Subject) -> None:
        self.book = book
        self.subject = subject
        self.facts = self.facts_of()
        self.rules = self.rules_of()
        self.compiled: list[CompiledRule] = []
        self.conditions: list[tuple[str, str, str]] = []
        self.says: dict[str, str] = {}
        """When rules have a say, each text once, with its column: many rules share one."""
        self.types: dict[str, str] = {}
        self.passing: set[str] = set()
        """Columns of floor 0 that nobody reads beyond this statement."""
        self.ctes: list[str] = [subject.prelude] if subject.prelude else []
        for number, rule in enumerate(self.rules):
            self._add_rule(f"rule_{number}", rule)

    def facts_of(self) -> list[Fact]:
        """Choose the facts to compute."""
        return self.book.facts.about(self.subject.name)

    def rules_of(self) -> list[Rule]:
        """Choose the rules to answer."""
        return self.book.about(self.subject.name)

    def text_of(self, rule: Rule) -> tuple[str, str, tuple[str, ...]]:
        """Write one rule; see `rule_sql`."""
        return rule_sql(self.book, rule)

    def _add_rule(self, column: str, rule: Rule) -> None:
        text, says, names = self.text_of(rule)
        if rule.while_ahead and AHEAD not in self.book.facts.visible(self.subject.name):
            raise self.book.files[rule.id].fault(
                "`while_ahead` needs a subject that knows whether the service is ahead.",
                "Leave it out, or make the rule about expenses.",
                "while_ahead",
            )
        applies = self.says.setdefault(says, f"says_{len(self.says)}") if says else ""
        self.compiled.append(CompiledRule(rule.id, column, applies, names))
        self.conditions.append((column, text, says))

    def wanted(self, handed_down: set[str]) -> dict[str, set[str]]:
        """Find what must be taken over from earlier subjects: per subject the facts named here or further on."""
        subject = self.subject
        named = {name for fact in self.facts for name in bare_names(fact.sql)} | handed_down
        named |= {name for rule in self.compiled for name in rule.names} | set(subject.answers.values())
        if any(rule.while_ahead for rule in self.rules):
            named.add(AHEAD)
        texts = (subject.prelude, subject.source, *(fact.sql for fact in self.facts))
        dotted = {name for text in texts for _, name in dotted_names(text)}
        found: dict[str, set[str]] = {other: set() for other in subject.inherits}
        taken: set[str] = set()
        for other in subject.inherits:
            visible = set(self.book.facts.visible(other))
            found[other] = (named & visible) - taken
            taken |= found[other]
        # a column read through an alias may come from any of them; each that can have it hands it down
        reached = {other: found[other] | (dotted & set(self.book.facts.visible(other))) for other in found}
        self.taken = found
        self.passing = {name for names in found.values() for name in names} - handed_down
        return reached

    def build(self) -> CompiledSubject:
        """Write the whole statement."""
        keys = self.subject.keys
        tables = self._ground()
        last = self._facts_floors()
        last = self._rules_floor(last)
        last = self._answers_floor(last)
        self.types = {name: type for name, type in self.types.items() if name not in self.passing - keys.keys()}
        columns = ", ".join(name for name in self.types if name != "outcome")
        sql = f"WITH {', '.join(self.ctes)} SELECT {columns}, {OUTCOME_SQL} AS outcome FROM {last}"
        driven_by = _JOINED.search(self.subject.source)
        first = driven_by[2] if driven_by else ""
        name, rules = self.subject.name, tuple(self.compiled)
        sqlite = in_sqlite(sql, name, _LOOKED_AT.format(*keys.values()) if tuple(keys) == LOOKED_AT else "")
        return CompiledSubject(name, sql, sqlite, self.types, (), tuple(keys), first, tables, rules)

    def _ground(self) -> tuple[str, ...]:
        """Write floor 0: keys, ids, what is inherited, parameters in use, facts over columns."""
        subject, seen = self.subject, self.ground_columns()
        self.types = {name: self._type_of(name) for name in seen}
        columns = ", ".join(f"{sql} AS {name}" for name, sql in seen.items())
        self.ctes.append(f"rows_floor_0 AS (SELECT {columns} {_narrowed(self.source(), columns)})")
        return tuple(subject.ids)

    def source(self) -> str:
        """Give the FROM clause."""
        return self.subject.source

    def ground_columns(self) -> dict[str, str]:
        """Give the columns of floor 0 with their SQL."""
        subject, seen = self.subject, dict[str, str]()
        seen |= {key: sql for key, sql in subject.keys.items()}
        seen |= {f"id_of_{table}": sql for table, sql in subject.ids.items()}
        for other, alias in subject.inherits.items():
            seen |= {name: f"{alias}.{name}" for name in sorted(self.taken[other])}
        for other in subject.answers:
            alias = subject.inherits[other]
            for column in ("refused", "pending", "doubted"):
                self.passing.add(f"{other}_{column}")
                seen[f"{other}_{column}"] = f"CASE WHEN {alias}.case_id IS NULL THEN FALSE ELSE {alias}.{column} END"
            self.passing.add(f"{other}_supported")
            seen[f"{other}_supported"] = f"CASE WHEN {alias}.case_id IS NULL THEN FALSE ELSE {alias}.supported END"
        seen |= {name: f"{table}.{name}" for table, names in self._parameters().items() for name in names}
        for fact in self.facts:
            if dotted_names(fact.sql):
                seen[fact.name] = fact.sql
        return seen

    def _type_of(self, name: str) -> str:
        """Find the SQL type of a column of floor 0: a fact, a parameter, the answer of an earlier subject, or an id."""
        facts, parameters = self.book.facts.facts, self.book.parameters
        known = facts.get(name) or parameters.law.get(name) or parameters.columns.get(name)
        if known:
            return SQL_TYPES[known.type]
        return "BOOLEAN" if name.endswith(("_refused", "_pending", "_doubted", "_supported")) else "VARCHAR"

    def _parameters(self) -> dict[str, list[str]]:
        """Find the parameters and profile columns that this subject's facts and rules name."""
        used = {name for fact in self.facts if not fact.is_given for name in bare_names(fact.sql)}
        used |= {name for rule in self.compiled for name in rule.names}
        law, columns = self.book.parameters.law, self.book.parameters.columns
        return {"law": sorted(used & set(law)), "profile": sorted(used & set(columns))}

    def _facts_floors(self) -> str:
        last = "rows_floor_0"
        for height, floor in enumerate(_floors(self.facts)):
            above = [fact for fact in floor if not dotted_names(fact.sql)]
            if above:
                self.types |= {fact.name: SQL_TYPES[fact.type] for fact in above}
                columns = ", ".join(f"{fact.sql} AS {fact.name}" for fact in above)
                self.ctes.append(f"rows_floor_{height + 1} AS (SELECT *, {columns} FROM {last})")
                last = f"rows_floor_{height + 1}"
        return last

    def _rules_floor(self, last: str) -> str:
        if not self.compiled:
            return last
        if self.says:
            asked = ", ".join(f"{says} AS {column}" for says, column in self.says.items())
            self.ctes.append(f"rows_asked AS (SELECT *, {asked} FROM {last})")
            last = "rows_asked"
        columns = [f"{answer_sql(text, self.says.get(says, ''))} AS {column}" for column, text, says in self.conditions]
        self.types |= dict.fromkeys((*self.says.values(), *(column for column, _, _ in self.conditions)), "BOOLEAN")
        self.ctes.append(f"rows_ruled AS (SELECT *, {', '.join(columns)} FROM {last})")
        return "rows_ruled"

    def _answers_floor(self, last: str) -> str:
        """Join all answers: `refused`, `pending`, `doubted` are NULL where an unknown rule could still say so."""
        terms: dict[str, list[str]] = {"refused": [], "pending": [], "doubted": [], "supported": []}
        name = {Outcome.NOT_PAYABLE: "refused", Outcome.PENDED: "pending", Outcome.REVIEW: "doubted"}
        for rule, compiled in zip(self.rules, self.compiled, strict=True):
            if not rule.decides:
                continue
            column = compiled.column
            if rule.while_ahead:
                terms[name[rule.if_not_met]].append(f"(NOT {column} AND NOT {AHEAD})")
                terms[name[rule.while_ahead]].append(f"(NOT {column} AND {AHEAD})")
            else:
                terms[name[rule.if_not_met]].append(f"NOT {column}")
            says = f"coalesce({compiled.applies}, FALSE) AND " if compiled.applies else ""
            terms["supported"].append(f"({says}coalesce({column}, FALSE))")
        for other, when in self.subject.answers.items():
            for term in ("refused", "pending", "doubted"):
                terms[term].append(f"{other}_{term}" if when == "always" else f"({when} AND {other}_{term})")
            terms["supported"].append(f"{other}_supported")
        self.types |= dict.fromkeys(terms, "BOOLEAN") | {"outcome": "BIGINT"}
        columns = ", ".join(f"{' OR '.join(parts) or 'FALSE'} AS {term}" for term, parts in terms.items())
        self.ctes.append(f"rows_answered AS (SELECT *, {columns} FROM {last})")
        return "rows_answered"


OUTCOME_SQL = (
    "CASE WHEN refused THEN 0 WHEN refused IS NULL OR pending IS NULL OR doubted IS NULL OR pending THEN 1 "
    "WHEN doubted THEN 2 WHEN supported THEN 3 ELSE 1 END"
)


_JOINED = re.compile(r"\b(FROM|JOIN)\s+(\w+)(?:\s+AS\s+(\w+))?")


def _narrowed(source: str, selected: str) -> str:
    """Let every table of a FROM clause bring only the columns in use: without the optimizer nobody else would."""
    used: dict[str, set[str]] = {}
    for alias, column in dotted_names(source) | dotted_names(selected):
        used.setdefault(alias, set()).add(column)

    def narrow(match: re.Match[str]) -> str:
        word, table, alias = match[1], match[2], match[3] or match[2]
        columns = ", ".join(sorted(used.get(alias, set())))
        return f"{word} (SELECT {columns} FROM {table}) AS {alias}" if columns else match[0]

    return _JOINED.sub(narrow, source)


def _handing_down(subjects: list[CompiledSubject]) -> tuple[CompiledSubject, ...]:
    """Note for each subject which of its columns the later ones that read its decided rows name."""
    found = []
    for place, subject in enumerate(subjects):
        readers = [later.sql for later in subjects[place + 1 :] if f"{subject.name}_decided" in later.sql]
        named = {word for sql in readers for word in re.findall(r"\w+", sql)}
        found.append(subject._replace(handed_down=tuple(name for name in subject.types if name in named)))
    return tuple(found)


def compile(book: Rulebook) -> Program:
    """Compile a whole rulebook.

    Raises:
        RulebookError: a condition outside the language; an unknown name; types that do not fit.
    """
    period = {"from_on": "DATE", "until_on": "DATE"}
    law = period | {name: SQL_TYPES[p.type] for name, p in book.parameters.law.items()}
    profile = {"payer": "VARCHAR", "kind": "VARCHAR", **period, "only_version": "BOOLEAN"} | {
        name: SQL_TYPES[c.type] for name, c in book.parameters.columns.items()
    }
    tables = {table.name: table.columns for table in TABLES.values()} | {"law": law, "profile": profile}
    tables |= code_days.CODE_TABLES | code_days.LAID_OUT
    towers = {subject.name: Tower(book, subject) for subject in book.facts.subjects.values()}
    handed: dict[str, set[str]] = {name: set() for name in towers}
    for name, tower in reversed(towers.items()):  # later subjects say first what they want from earlier ones
        for other, wanted in tower.wanted(handed[name]).items():
            handed[other] |= wanted
    subjects = _handing_down([tower.build() for tower in towers.values()])
    beneath: dict[str, tuple[str, ...]] = {}
    for name, tower in towers.items():
        below = {b for other in tower.subject.inherits for b in beneath[other]}
        beneath[name] = (*sorted(below), name)
    law_rows, profile_rows = book.parameters.law_rows(), book.parameters.profile_rows()
    return Program(tables, law_rows, profile_rows, subjects, beneath, book.sha256)
