"""What differs between two rulebooks, in plain words: rules, their conditions, days and sources; numbers; payers."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from necessity.parameters.load import FIRST_DAY, LAST_DAY, Dated, ProfileVersion
from necessity.rulebook.load import Rulebook
from necessity.rulebook.rule import Rule, RuleVersion


class Difference(NamedTuple):
    """One rule, number of the law or saying of a payer that differs."""

    what: str
    """`rule`, `parameter` or `profile`."""
    name: str
    """A rule's id, a parameter's name, or payer, kind and column."""
    how: str
    """`added`, `removed` or `changed`."""
    words: tuple[str, ...]
    """What differs, a sentence each."""


_PLAIN = {
    "title": "The requirement",
    "about": "The subject",
    "dated_by": "The day that picks the version",
    "required": "Whether it decides",
    "if_not_met": "What it makes if not met",
    "while_ahead": "What it makes while the service is ahead",
    "status": "The status",
    "applies": "When it has a say",
}


def diff(before: Rulebook, after: Rulebook) -> tuple[Difference, ...]:
    """Name what differs between two rulebooks.

    Args:
        before: The one.
        after: The other.

    Returns:
        Rules first, then the numbers of the law, then the payers' profiles; each by name.
    """
    return (
        *_each("rule", before.rules, after.rules, _of_rule),
        *_each("parameter", before.parameters.law, after.parameters.law, _of_parameter),
        *_each("profile", _profiles(before), _profiles(after), _of_versions),
    )


def _each(what: str, before: Mapping[str, Any], after: Mapping[str, Any], of: Any) -> Iterator[Difference]:
    for name in sorted(before.keys() | after.keys()):
        if name not in after:
            yield Difference(what, name, "removed", ())
        elif name not in before:
            yield Difference(what, name, "added", _new(after[name]))
        elif words := tuple(of(before[name], after[name])):
            yield Difference(what, name, "changed", words)


def _new(what: Any) -> tuple[str, ...]:
    if isinstance(what, Rule):
        return (what.title, *(f"{_span(v.from_on, v.until_on)}: {v.condition}" for v in what.versions))
    versions = what if isinstance(what, tuple) and not hasattr(what, "values") else what.values
    return tuple(f"{_span(v.from_on, v.until_on)}: {_shown(v.value)}" for v in versions)


def _of_rule(one: Rule, other: Rule) -> Iterator[str]:
    for name, words in _PLAIN.items():
        if getattr(one, name) != getattr(other, name):
            yield f"{words} was {_shown(getattr(one, name))}, is {_shown(getattr(other, name))}."
    for key, text in one.messages.items():
        if text != other.messages[key]:
            yield f"The words for “{key.replace('_', ' ')}” were “{text}”, are “{other.messages[key]}”."
    yield from _of_rule_versions(one.versions, other.versions)


def _of_rule_versions(before: tuple[RuleVersion, ...], after: tuple[RuleVersion, ...]) -> Iterator[str]:
    if [v[:2] for v in before] != [v[:2] for v in after]:
        spans = (" and ".join(_span(v.from_on, v.until_on) for v in versions) for versions in (before, after))
        yield "The versions held {}, hold {}.".format(*spans)
    then = {version[:2]: version for version in before}
    for version in after:
        span, old = _span(version.from_on, version.until_on), then.get(version[:2])
        if old is None or old.condition != version.condition:
            yield f"The condition {span} {f'was {old.condition}, ' if old else ''}is {version.condition}."
        cited = {(c.where, c.says): c for c in old.citations} if old else {}
        cites = {(c.where, c.says): c for c in version.citations}
        for gone in sorted(cited.keys() - cites.keys()):
            yield f"No longer cited {span}: {gone[0]}."
        for new in sorted(cites.keys() - cited.keys()):
            yield f"Newly cited {span}: {new[0]}: {new[1]}"
        for same in sorted(cited.keys() & cites.keys()):
            if cited[same].read_on != cites[same].read_on:
                yield f"{same[0]} was read on {cited[same].read_on}, now on {cites[same].read_on}."


def _of_parameter(one: Any, other: Any) -> Iterator[str]:
    if one.type != other.type:
        yield f"The kind of number was {one.type}, is {other.type}."
    yield from _of_versions(one.values, other.values)


def _of_versions(before: tuple[Dated, ...], after: tuple[Dated, ...]) -> Iterator[str]:
    """Compare values by day: each span on its own, so that a new year reads as one more line."""
    then = {(v.from_on, v.until_on): v for v in before}
    now = {(v.from_on, v.until_on): v for v in after}
    for span in sorted(then.keys() | now.keys()):
        old, new, days = then.get(span), now.get(span), _span(*span)
        if old and new and old.value != new.value:
            yield f"{days}: was {_shown(old.value)}, is {_shown(new.value)}."
        elif old and not new:
            yield f"{days}: {_shown(old.value)} is gone."
        elif new and not old:
            yield f"{days}: {_shown(new.value)} is new."
        elif old and new and {c.where for c in old.citations} != {c.where for c in new.citations}:
            yield f"{days}: now rests on {'; '.join(sorted({c.where for c in new.citations}))}."


def _profiles(book: Rulebook) -> dict[str, tuple[Dated, ...]]:
    """List what each payer says about each thing, by day."""
    found: dict[str, list[Dated]] = {}
    for profile in book.parameters.profiles:
        for column, value in profile.says.items():
            if value is not None:
                found.setdefault(f"{profile.payer} {profile.kind} {column}", []).append(_dated(profile, column))
    return {name: tuple(sorted(versions, key=lambda v: v.from_on)) for name, versions in found.items()}


def _dated(profile: ProfileVersion, column: str) -> Dated:
    return Dated(profile.from_on, profile.until_on, profile.says[column], profile.cites.get(column, ()))


def _span(first: date | None, last: date | None) -> str:
    start = None if first in (None, FIRST_DAY) else first
    end = None if last in (None, LAST_DAY) else last
    if start and end:
        return f"from {start} to {end}"
    return f"since {start}" if start else f"until {end}" if end else "at all times"


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (list, tuple)):
        return ", ".join(map(_shown, value)) or "nothing"
    return str(value).replace("_", " ") if value not in (None, "") else "nothing"
