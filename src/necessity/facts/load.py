"""Loading subjects (`subjects/*.sql`) and facts (`*.toml`), and checking that they fit together."""

import re
from pathlib import Path
from typing import Any, NamedTuple

from necessity.domain.tables import TABLES
from necessity.errors import RulebookError
from necessity.facts.fact import TYPES, Fact, Subject
from necessity.parameters.load import SQL_TYPES, Parameters
from necessity.parameters.source import Source, nearest, sources

BUILT_IN = Path(__file__).parent

_KEYS = frozenset({
    "name", "about", "type", "means", "sql", "field", "asks", "asked_of", "choices", "best", "needs", "deadline",
    "cites",
})  # fmt: skip
_ASKED_OF = ("patient", "clinician", "trainer", "administrator", "employer")
_HEADER = re.compile(r"--\s*(key|id|inherits|answers|prelude|source)\b:?\s*(.*)")
_STRING = re.compile(r"'(?:[^']|'')*'")
_NAME = re.compile(r"(?<![\w.])([a-z][a-z0-9_]*)(?!\w|\s*[.(])")
_DOTTED = re.compile(r"(?<![\w.])([a-z][a-z0-9_]*)\.([a-z][a-z0-9_]*)")


class Facts(NamedTuple):
    """All facts and subjects, checked."""

    subjects: dict[str, Subject]
    """In the order in which they are decided."""
    facts: dict[str, Fact]
    """By name."""

    def about(self, subject: str) -> list[Fact]:
        """List the facts of one subject, in the order of the files."""
        return [fact for fact in self.facts.values() if fact.about == subject]

    def visible(self, subject: str) -> dict[str, Fact]:
        """Find every fact a rule about this subject may name: its own and those of the subjects it inherits from."""
        names = {subject}
        queue = [subject]
        while queue:
            for inherited in self.subjects[queue.pop()].inherits:
                if inherited not in names:
                    names.add(inherited)
                    queue.append(inherited)
        return {fact.name: fact for fact in self.facts.values() if fact.about in names}


def bare_names(sql: str) -> set[str]:
    """Find the unqualified lower-case names in a piece of SQL: facts and parameters, and some keywords of no harm."""
    return set(_NAME.findall(_STRING.sub("''", sql)))


def dotted_names(sql: str) -> set[tuple[str, str]]:
    """Find the `alias.column` pairs in a piece of SQL."""
    return set(_DOTTED.findall(_STRING.sub("''", sql)))


def _subject(name: str, text: str) -> Subject:
    """Read one subject file: header comments, then the prelude and the source."""
    maps: dict[str, dict[str, str]] = {"key": {}, "id": {}, "inherits": {}, "answers": {}}
    blocks: dict[str, list[str]] = {"prelude": [], "source": []}
    block = ""
    for number, line in enumerate(text.splitlines(), 1):
        header = _HEADER.match(line)
        if header and header[1] in blocks:
            block = header[1]
        elif header:
            left, _, right = (part.strip() for part in header[2].partition("="))
            if not left or not right:
                raise RulebookError(
                    f"The header {line!r} lacks its right side.",
                    "Write `-- key: column = expression`.",
                    file=f"subjects/{name}.sql",
                    line=number,
                )
            maps[header[1]][left] = right
        elif block and not line.startswith("--"):
            blocks[block].append(line)
    prelude, source = ("\n".join(blocks[b]).strip() for b in ("prelude", "source"))
    return Subject(name, maps["key"], maps["id"], maps["inherits"], maps["answers"], prelude, source)


def _ordered(found: dict[str, Subject]) -> dict[str, Subject]:
    """Put subjects into the order of deciding: each after those it builds on."""
    done: dict[str, Subject] = {}
    while len(done) < len(found):
        ready = [s for n, s in sorted(found.items()) if n not in done and set(s.inherits) | set(s.answers) <= set(done)]
        if not ready:
            raise RulebookError(
                f"The subjects {sorted(set(found) - set(done))} wait for each other or for one that is not there.",
                "Break the circle in their headers.",
                file="subjects",
            )
        done.update({subject.name: subject for subject in ready})
    return done


def _fact(source: Source, table: dict[str, Any], subjects: dict[str, Subject]) -> Fact:
    name = str(table.get("name", "?"))

    def fault(message: str, next_step: str) -> RulebookError:
        return source.fault(f"Fact {name} {message}", next_step, name)

    source.check_keys(table, _KEYS, f"Fact {name}")
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        raise fault("has no usable name.", "Use small letters, digits and underscores.")
    if table.get("about") not in subjects:
        raise fault(f"is about {table.get('about')!r}.", f"Subjects: {', '.join(subjects)}.")
    if table.get("type") not in TYPES or not table.get("means"):
        raise fault("needs a type and a meaning.", f"Types: {', '.join(TYPES)}.")
    field = table.get("field", "")
    if not field and not table.get("sql"):
        raise fault("needs `field` or `sql`.", "Given facts name a field, derived facts have SQL.")
    if field:
        place, _, column = field.partition(".")
        if place not in TABLES or column not in TABLES[place].columns:
            near = nearest(column, TABLES.get(place, TABLES["letter"]).columns)
            raise fault(f"names the field {field!r}, which no table has.", f"Near: {near}.")
        if not table.get("asks") or table.get("asked_of") not in _ASKED_OF:
            raise fault("is given but has no question, or nobody to ask.", f"Ask one of {', '.join(_ASKED_OF)}.")
        if TABLES[place].columns[column] != SQL_TYPES[table["type"]] and "DECIMAL" not in TABLES[place].columns[column]:
            raise fault(f"is {table['type']}, but the field is {TABLES[place].columns[column]}.", "Make them agree.")
    return Fact(
        name,
        table["about"],
        table["type"],
        table["means"],
        table.get("sql", field).strip(),
        field,
        table.get("asks", ""),
        table.get("asked_of", ""),
        tuple(table.get("choices", ())),
        table.get("best"),
        tuple(table.get("needs", ())),
        table.get("deadline", ""),
        tuple(table.get("cites", ())),
    )


def load(parameters: Parameters) -> Facts:
    """Load every subject and fact; facts come with the program, never from an operator's folder.

    Args:
        parameters: Whose names facts may use but must not take.

    Raises:
        RulebookError: a broken file, a name used twice, a fact that needs one that is not there.
    """
    files = sorted((BUILT_IN / "subjects").glob("*.sql"))
    subjects = _ordered({f.stem: _subject(f.stem, f.read_text(encoding="utf-8")) for f in files})
    facts: dict[str, Fact] = {}
    taken = set(parameters.law) | set(parameters.columns)
    for source in sources(BUILT_IN):
        for table in source.content.get("fact", []):
            fact = _fact(source, table, subjects)
            if fact.name in facts or fact.name in taken:
                raise source.fault(f"The name {fact.name} is taken.", "Choose another.", fact.name)
            facts[fact.name] = fact
    _check_needs(facts, taken | {key for subject in subjects.values() for key in subject.keys})
    return Facts(subjects, facts)


def _check_needs(facts: dict[str, Fact], parameters: set[str]) -> None:
    for fact in facts.values():
        for name in sorted(bare_names(fact.sql) - set(facts) - parameters):
            raise RulebookError(
                f"Fact {fact.name} names {name!r}, which is no fact, parameter or column of a profile.",
                f"Near: {nearest(name, dict.fromkeys((*facts, *parameters)))}.",
                file="facts",
            )
        for need in fact.needs:
            if need not in facts:
                raise RulebookError(
                    f"Fact {fact.name} needs {need!r}, which is no fact.",
                    f"Near: {nearest(need, facts)}.",
                    file="facts",
                )
        mixed = dotted_names(fact.sql) and bare_names(fact.sql) & set(facts)
        if mixed and not fact.is_given:
            raise RulebookError(
                f"Fact {fact.name} mixes columns of tables with the facts {sorted(mixed)}.",
                "Split it: one fact over columns, one over facts.",
                file="facts",
            )
