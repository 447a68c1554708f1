"""Checking a rule's conditions against the facts and parameters they may name; nothing is run here."""

from necessity.parameters.source import nearest
from necessity.rulebook import condition
from necessity.rulebook.load import Rulebook
from necessity.rulebook.rule import Rule


def types_for(book: Rulebook, subject: str) -> dict[str, str]:
    """Name everything a condition about this subject may name, with its type."""
    types = {name: fact.type for name, fact in book.facts.visible(subject).items()}
    source = book.facts.subjects[subject].source
    if " law " in f" {source} ":
        types |= {name: parameter.type for name, parameter in book.parameters.law.items()}
    if " profile " in f" {source} ":
        types |= {name: column.type for name, column in book.parameters.columns.items()}
    return types


def check_rule(book: Rulebook, rule: Rule) -> tuple[condition.Condition, ...]:
    """Parse every condition of a rule: its versions in order, then `applies` where it is written.

    Raises:
        RulebookError: a condition outside the language, or a `dated_by` that is no date, with file and line.
    """
    types = types_for(book, rule.about)
    if rule.dated_by and types.get(rule.dated_by) != "date":
        dates = {name: type for name, type in types.items() if type == "date"}
        raise book.files[rule.id].fault(
            f"Rule {rule.id} is dated by {rule.dated_by!r}, which is no date that a {rule.about} has.",
            f"Did you mean {nearest(rule.dated_by, dates)!r}?",
            "dated_by",
            rule=rule.id,
        )
    parsed = [_parsed(book, rule, "condition", version.condition, types) for version in rule.versions]
    parsed += [_parsed(book, rule, "applies", rule.applies, types)] if rule.applies else []
    return tuple(parsed)


def _parsed(book: Rulebook, rule: Rule, key: str, text: str, types: dict[str, str]) -> condition.Condition:
    try:
        return condition.parse(text, types)
    except condition.Refused as refused:
        source = book.files[rule.id]
        word = refused.word if refused.word and source.line_of(refused.word) else key
        raise source.fault(refused.message, refused.next_step, word, rule=rule.id) from None
