"""The pages about facts, rules, messages, parameters and payers."""

import re
from collections.abc import Iterator
from itertools import groupby
from textwrap import wrap

from necessity.domain.tables import TABLES
from necessity.domain.training import TrainingSession
from necessity.facts.fact import Fact
from necessity.facts.load import BUILT_IN, bare_names
from necessity.parameters.load import FIRST_DAY, LAST_DAY, Parameter, ProfileVersion
from necessity.rulebook.load import Rulebook
from necessity.rulebook.rule import Rule
from necessity.rulebook.words import words
from necessity.stores.case_files import ROWS
from necessity.stores.layout import field_named
from tools.reference.markdown import Lines, code, day, fenced, heading, source, sources, table, text, value
from tools.reference.records import header_of


def _about_subject(name: str) -> str:
    """Read what one row of a subject is: the comment its file begins with."""
    said = []
    for line in (BUILT_IN / "subjects" / f"{name}.sql").read_text(encoding="utf-8").splitlines():
        if not line.startswith("--") or re.match(r"-- (\w+:|prelude|source)", line):
            break
        said.append(line.removeprefix("--").strip())
    return " ".join(said)


def place_of(fact: Fact) -> str:
    """Say where the answer to a given fact stands in a case folder."""
    name, _, column = fact.field.partition(".")
    if name == "case_file":
        listed = column.removesuffix("_complete")
        return f'case.toml, `complete = ["{listed}"]`' if listed != column else f"case.toml, `{column}`"
    path, places = TABLES[name].path, []
    file, record = ("sessions.csv", TrainingSession) if name == "expense" else ROWS.get(path, ("", None))
    if record and (field := field_named(record, column)):
        places.append(f"{file}, column `{field.key}`")
    if path not in ROWS:
        header, record = header_of(path)
        field = field_named(record, column)
        places += [f"case.toml, `{header}`, `{field.key}`"] if field else []
    return " or ".join(places)


def _fact(fact: Fact, used_by: dict[str, list[str]]) -> Lines:
    yield from heading(3, f"`{fact.name}`")
    yield from text(fact.means)
    yield f"- type: {fact.type}{f', one of {code(fact.choices)}' if fact.choices else ''}"
    if fact.is_given:
        yield f"- question: {fact.question}"
        yield f"- can answer: the {fact.asked_of}"
        yield f"- stands in: {place_of(fact)}"
    if fact.deadline:
        yield f"- is a deadline: {fact.deadline}"
    if fact.name in used_by:
        yield f"- rules: {code(used_by[fact.name])}"
    if fact.is_given:
        yield ""
    else:
        yield "- worked out as:"
        yield ""
        yield from fenced("sql", fact.sql.splitlines())


def facts_page(book: Rulebook) -> Lines:
    yield from heading(1, "Facts")
    yield from text(
        "What can be known about a case. A *given* fact is one field of the record and has the question "
        "that asks for it; the others are worked out. Rules name facts, [parameters](parameters.md) and "
        "what [payers](payers.md) ask for, nothing else. Every fact can be unknown."
    )
    used_by: dict[str, list[str]] = {}
    for rule in book.rules.values():
        texts = [rule.applies, rule.dated_by, *(version.condition for version in rule.versions)]
        for name in {name for one in texts for name in bare_names(one)}:
            used_by.setdefault(name, []).append(rule.id)
    for subject in book.facts.subjects:
        yield from heading(2, subject)
        yield from text(_about_subject(subject))
        for fact in book.facts.about(subject):
            yield from _fact(fact, used_by)


def _rule(rule: Rule, book: Rulebook) -> Lines:
    yield from heading(3, f"`{rule.id}`")
    yield from text(f"**{rule.title.removesuffix('.')}.** {rule.question}")
    status = "" if rule.status == "in_force" else f" ({rule.status})"
    yield f"- about: {rule.about}"
    yield f"- weight: {'required' if rule.required else 'advisory'}{status}"
    if rule.required:
        yield f"- if not met: {words().of(rule.if_not_met, 'administrator')}"
    if rule.required and rule.while_ahead:
        yield f"- if not met while the service is ahead: {words().of(rule.while_ahead, 'administrator')}"
    if rule.applies:
        yield f"- applies where: `{rule.applies}`"
    if rule.dated_by:
        yield f"- version picked by: `{rule.dated_by}`"
    named = {name for version in rule.versions for name in bare_names(version.condition)}
    facts = [f"[{name}](facts.md#{name})" for name in sorted(named & set(book.facts.facts))]
    if facts:
        yield f"- facts: {', '.join(facts)}"
    yield ""
    for version in rule.versions:
        if version.from_on or version.until_on:
            yield from text(f"From {day(version.from_on, 'ever')} until {day(version.until_on, 'now')}:")
        yield from fenced("sql", wrap(version.condition, 100, break_long_words=False))
        yield from (f"- {source(citation)}: {citation.says}" for citation in version.citations)
        yield ""


def _area(rule: Rule) -> str:
    return rule.id.rpartition(".")[0]


def _by_area(book: Rulebook) -> Iterator[tuple[str, list[Rule]]]:
    for area, rules in groupby(sorted(book.rules.values(), key=_area), key=_area):
        yield area, list(rules)


def rules_page(book: Rulebook) -> Lines:
    yield from heading(1, "Rules")
    yield from text(
        "A *required* rule decides, an *advisory* one only advises. A rule answers met, not met, "
        "unknown or not applicable; an unknown required rule always pends. Each source says what kind "
        "it is: law, an administrator's own rule, or custom. What the rules say to people stands in "
        "[messages](messages.md)."
    )
    links = ((f"[{area}](#{area.replace('.', '')})", str(len(rules))) for area, rules in _by_area(book))
    yield from table(("area", "rules"), links)
    for area, rules in _by_area(book):
        yield from heading(2, area)
        for rule in rules:
            yield from _rule(rule, book)


def messages_page(book: Rulebook) -> Lines:
    yield from heading(1, "Messages")
    yield from text(
        "What each rule says to the person whose case it is. A name in braces is replaced by the value of that fact."
    )
    for rule in book.rules.values():
        yield from heading(2, f"`{rule.id}`")
        for key in ("met", "not_met", "unknown", "remedy"):
            yield f"- {key.replace('_', ' ')}: {rule.messages[key]}"
        yield ""


def _parameter(parameter: Parameter) -> Lines:
    yield from heading(3, f"`{parameter.name}`")
    yield from text(f"{parameter.means} ({parameter.type})")
    rows = (
        (day(v.from_on, "ever"), day(v.until_on, "now"), value(v.value, parameter.type), sources(v.citations))
        for v in sorted(parameter.values, key=lambda v: v.from_on)
    )
    yield from table(("from", "until", "value", "source"), rows)


def parameters_page(book: Rulebook) -> Lines:
    yield from heading(1, "Parameters")
    yield from text(
        "Numbers, days and lists that the law fixes, by date. A date outside every span has no value: "
        "unknown, never last year's."
    )
    by_file = sorted(book.parameters.law.values(), key=lambda p: (p.file, p.name))
    for file, parameters in groupby(by_file, key=lambda p: p.file):
        yield from heading(2, file.removesuffix(".toml").replace("_", " "))
        for parameter in parameters:
            yield from _parameter(parameter)


def _profile(profile: ProfileVersion, kinds: list[str], book: Rulebook, generic: ProfileVersion | None) -> Lines:
    always = (profile.from_on, profile.until_on) == (FIRST_DAY, LAST_DAY)
    days = "" if always else f", from {day(profile.from_on, 'ever')} until {day(profile.until_on, 'now')}"
    named = ", ".join(words().funding[kind].name for kind in kinds)
    yield from heading(3, f"{profile.name}: {named}{days}")
    rows, silent = [], []
    for name, column in book.parameters.columns.items():
        if name not in profile.says:
            silent.append(name)
            continue
        cites = profile.cites.get(name, ())
        taken = "generic; " if generic and cites == generic.cites.get(name) else ""
        rows.append((f"`{name}`", value(profile.says[name], column.type), f"{taken}{sources(cites)}"))
    if rows:
        yield from table(("what", "value", "source"), rows)
    if silent:
        yield from text(f"Not known: {code(silent)}.")


def _alike(profiles: list[ProfileVersion]) -> Iterator[tuple[ProfileVersion, list[str]]]:
    """Put the kinds of account together for which a payer asks exactly the same."""
    found: list[tuple[ProfileVersion, list[str]]] = []
    for profile in profiles:
        for other, kinds in found:
            if other._replace(kind=profile.kind) == profile:
                kinds.append(profile.kind)
                break
        else:
            found.append((profile, [profile.kind]))
    yield from found


def payers_page(book: Rulebook) -> Lines:
    parameters = book.parameters
    yield from heading(1, "Payers")
    yield from text(
        "What one administrator or plan asks for. What a payer does not say is filled from the generic "
        "profile of the same kind of account and marked so; what nobody says is unknown."
    )
    yield from heading(2, "What a profile may say")
    columns = (
        (f"`{c.name}`", c.type, f"{c.means}{f' One of {code(c.choices)}.' if c.choices else ''}")
        for c in parameters.columns.values()
    )
    yield from table(("name", "type", "meaning"), columns)
    generic = {p.kind: p for p in parameters.profiles if p.payer == "generic"}
    for payer, profiles in groupby(parameters.profiles, key=lambda p: p.payer):
        yield from heading(2, f"`{payer}`")
        for profile, kinds in _alike(list(profiles)):
            base = generic.get(profile.kind) if payer != "generic" else None
            yield from _profile(profile, kinds, book, base)
