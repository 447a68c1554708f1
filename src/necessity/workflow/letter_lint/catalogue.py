"""The catalogue of findings, `findings.toml`, read once and checked."""

import tomllib
from functools import cache
from pathlib import Path

from necessity.domain.decision import Citation, SourceKind
from necessity.domain.record import Record
from necessity.parameters.load import ProfileVersion
from necessity.workflow.letter_lint.result import LintFinding, Severity

_FILE = Path(__file__).with_name("findings.toml")
_PROFILE = "profile:"


class Kind(Record):
    """One kind of finding."""

    id: str
    """Short name."""
    severity: Severity = Severity.REQUIRED
    """How much it weighs where a rule does not say less."""
    says: str
    """The message; {…} is filled in."""
    fix: str = ""
    """What to do; empty: what its rule says."""
    rule: str | None = None
    """The rule it rests on."""
    fact: str | None = None
    """The fact in a few words, where it belongs to the score."""
    counts: bool = False
    """Whether it belongs to the score."""
    advise: str | None = None
    """Citation under which it is advice where this payer does not ask for it."""
    source: str | None = None
    """Citation, or `profile:` and the column whose citation it is."""


@cache
def _content() -> tuple[dict[str, Kind], dict[str, Citation]]:
    content = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    kinds = [Kind.model_validate(one) for one in content["finding"]]
    cites = [Citation.model_validate(one) for one in content["citation"]]
    return {kind.id: kind for kind in kinds}, {cite.id: cite for cite in cites}


def kinds() -> dict[str, Kind]:
    """Hand out every kind of finding by id, in the order of the file."""
    return _content()[0]


def cited(id: str) -> Citation:
    """Hand out one citation of the catalogue."""
    return _content()[1][id]


def strongest_first(citations: tuple[Citation, ...]) -> tuple[Citation, ...]:
    """Order sources: law, agency, court, administrator, custom."""
    return tuple(sorted(dict.fromkeys(citations), key=lambda cite: list(SourceKind).index(cite.kind)))


def _sources(kind: Kind, profile: ProfileVersion) -> tuple[Citation, ...]:
    if kind.source and kind.source.startswith(_PROFILE):
        return profile.cites.get(kind.source.removeprefix(_PROFILE), ()) or (cited("own"),)
    return (cited(kind.source or "own"),)


def make(
    id: str,
    profile: ProfileVersion,
    line: int | None = None,
    words: str = "",
    *,
    severity: Severity | None = None,
    citations: tuple[Citation, ...] = (),
    fix: str = "",
    **filled: str,
) -> LintFinding:
    """Write a finding of the catalogue.

    Args:
        id: Which one.
        profile: The payer's version, for findings that cite it.
        line: Where.
        words: What was read there.
        severity: Where it is not the catalogue's.
        citations: Where a rule gives them.
        fix: Where a rule gives it and the catalogue does not.
        filled: What goes into the message and the fix.
    """
    kind = kinds()[id]
    return LintFinding(
        id=id,
        severity=severity or kind.severity,
        message=kind.says.format(**filled),
        line=line,
        words=" ".join(words.split()),
        citations=strongest_first(citations or _sources(kind, profile)),
        fix=(kind.fix or fix).format(**filled),
        rule=kind.rule,
    )
