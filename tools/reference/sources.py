"""The page that counts what the answers rest on, by kind of source."""

from collections import Counter
from collections.abc import Iterable

from necessity.domain.decision import Citation, SourceKind
from necessity.rulebook.load import Rulebook
from necessity.rulebook.words import words
from tools.reference.markdown import Lines, heading, table, text


def _strongest(citations: Iterable[Citation]) -> SourceKind:
    ranked = list(SourceKind)
    return min((citation.kind for citation in citations), key=ranked.index)


def _counted(name: str, cited: list[tuple[Citation, ...]]) -> tuple[str, ...]:
    counts = Counter(_strongest(citations) for citations in cited if citations)
    return (name, str(len(cited)), *(str(counts[kind]) for kind in SourceKind))


def sources_page(book: Rulebook) -> Lines:
    """Write how many rules, values and profile entries rest on what kind of source."""
    parameters = book.parameters
    rules = [rule for rule in book.rules.values()]
    yield from heading(1, "Sources")
    yield from text(
        "How much rests on law, how much on an administrator's own rule, how much only on custom. What has several "
        "sources is counted once, under the strongest: a statute before a regulation, custom last."
    )
    kinds = tuple(words().source_kind[kind] for kind in SourceKind)
    values = [value.citations for parameter in parameters.law.values() for value in parameter.values]
    own = [p for p in parameters.profiles if p.payer != "generic"]
    generic = {p.kind: p.cites for p in parameters.profiles if p.payer == "generic"}
    said = [c for p in own for name, c in p.cites.items() if generic.get(p.kind, {}).get(name) != c]
    rows = [
        _counted("rules that decide", [tuple(c for v in r.versions for c in v.citations) for r in rules if r.decides]),
        _counted(
            "rules that advise", [tuple(c for v in r.versions for c in v.citations) for r in rules if not r.decides]
        ),
        _counted("dated values of parameters", values),
        _counted("entries of the generic profiles", [c for cites in generic.values() for c in cites.values()]),
        _counted("what administrators' profiles say themselves", said),
    ]
    yield from table(("", "count", *kinds), rows)
    yield from text(
        f"{len(rules)} rules, {len(parameters.law)} parameters, {len(parameters.payer_names)} administrators "
        f"({len(own)} profiles by kind of account), {len(book.facts.facts)} facts, of which "
        f"{sum(fact.is_given for fact in book.facts.facts.values())} are asked."
    )
    drafts = sorted(rule.id for rule in rules if rule.status == "draft")
    yield from text(f"Drafts, which run and never decide: {len(drafts)}.")
    yield from table(("draft", "says"), [(f"`{id}`", book.rules[id].title) for id in drafts])
