"""Loading what guided exercise changes and saves: one file a condition, each figure with the page it was read on.

An *effect* is a change in health, a *saving* a change in what care costs, an *advice* what a guideline says. Each names
the people it was found in, what it was compared with, how strong it is on which scale, and its sources. Where nothing
solid was found there is no entry. Nothing here decides: the library only speaks in letters, appeals and talks.
"""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from necessity.domain.training import ServiceKind
from necessity.parameters.shape import check_shape
from necessity.parameters.source import Source, sources

BUILT_IN = Path(__file__).parent / "evidence"

OUR_SCALE = {
    "high": "many trials put together, or one large trial, and no doubt named by the authors",
    "moderate": "trials put together that differ, one large trial of costs, or a model that rests on trials",
    "low": "groups not drawn by lot, a few trials, or a model of another health system",
}
"""What the three steps of our own scale mean; other scales are their guideline's."""

RESULTS = {
    "saves": "an amount saved, after the cost of the programme where the study counted it",
    "lower_costs": "lower costs, without an amount that can be carried over",
    "no_clear_change": "costs that did not clearly differ",
    "worth_its_cost": "costs more or about the same, and buys health at a price that is called good value",
}
"""What a study of costs can come to."""

CURRENCIES = ("USD", "CAD", "EUR", "GBP")
IDENTIFIERS = ("doi", "pmid", "pmcid", "guideline", "report", "handle")
KINDS = (
    "systematic_review",
    "randomised_trial",
    "cohort",
    "economic_model",
    "guideline",
    "government_report",
)


class Study(NamedTuple):
    """One study, guideline or report, as it can be looked up."""

    id: str
    """Short name used by the entries of its file."""
    kind: str
    """One of `KINDS`."""
    authors: str
    """Who wrote it, as far as the page showed."""
    title: str
    """Its title."""
    journal: str
    """Where it was published."""
    year: int
    """When."""
    identifiers: tuple[str, ...]
    """Such as `doi:10.1001/…` or `pmid:…`; at least one."""
    seen_at: tuple[str, ...]
    """Addresses of the pages it was read on."""
    read_on: date
    """The day it was read."""


class Entry(NamedTuple):
    """One thing that is known: an effect, a saving or an advice."""

    id: str
    """Short name, one of its kind within its file."""
    part: str
    """effect, saving or advice."""
    says: str
    """The finding in one plain sentence."""
    services: tuple[str, ...]
    """The kinds of service it says something about."""
    studies: tuple[Study, ...]
    """Where it comes from; the first one carries the figure."""
    strength: str
    """How strong it is."""
    scale: str
    """On whose scale; `ours` is `OUR_SCALE`."""
    caveat: str
    """What it does not show; may be empty."""
    programme: str
    """What the people did; empty for an advice."""
    population: str
    """Who they were; empty for an advice."""
    comparison: str
    """What it was compared with; empty for an advice."""
    measure: str
    """Effect: what was measured."""
    unit: str
    """Effect: the unit."""
    value: Decimal | None
    """Effect: the figure."""
    low: Decimal | None
    """Effect: low end of the 95 % interval; None where none was given."""
    high: Decimal | None
    """Effect: its high end."""
    result: str
    """Saving: one of `RESULTS`."""
    whose: str
    """Saving: whose money."""
    value_cents: int | None
    """Saving: the amount in hundredths of the currency; None where the study gives none."""
    low_cents: int | None
    """Saving: low end of its range."""
    high_cents: int | None
    """Saving: high end of its range."""
    currency: str
    """Saving: of what; empty without an amount."""
    per: str
    """Saving: per what, such as a person over 10 years."""


class ConditionEvidence(NamedTuple):
    """Everything that is known of one condition."""

    id: str
    """Its name in files; the file's name."""
    name: str
    """What it is called."""
    plain: str
    """What it is called in the middle of a plain sentence."""
    codes: tuple[str, ...]
    """Prefixes of ICD-10-CM codes it stands for."""
    events: tuple[str, ...]
    """Kinds of cardiac event it stands for."""
    entries: tuple[Entry, ...]
    """Effects, advice and savings in the order of the file."""
    file: str
    """Where it was read from."""

    def stands_for(self, code: str) -> bool:
        """Say whether a code is one of this condition's.

        Examples:
            >>> from necessity.parameters.evidence import load_evidence
            >>> [load_evidence()["obesity"].stands_for(code) for code in ("E66.811", "E66.3", "E6")]
            [True, False, False]
        """
        return any(code.replace(".", "").startswith(prefix.replace(".", "")) for prefix in self.codes)


Evidence = dict[str, ConditionEvidence]
"""By the id of the condition, in the order of ids."""

_TEXTS = ("id", "says", "strength", "scale")
_STUDIED = ("programme", "population", "comparison")
_ENTRY_SHAPE = {**dict.fromkeys((*_TEXTS, *_STUDIED, "caveat"), str), "services": [str], "sources": [str]}
_MONEY = ("is_cents", "low_cents", "high_cents")
_SHAPE = {
    **dict.fromkeys(("id", "name", "plain"), str),
    "codes": [str],
    "events": [str],
    "effect": [{**_ENTRY_SHAPE, "measure": str, "unit": str}],
    "advice": [_ENTRY_SHAPE],
    "saving": [
        {**_ENTRY_SHAPE, **dict.fromkeys(("result", "whose", "currency", "per"), str), **dict.fromkeys(_MONEY, int)}
    ],
    "source": [
        {
            **dict.fromkeys(("id", "kind", "authors", "title", "journal"), str),
            "year": int,
            "identifiers": [str],
            "seen_at": [str],
            "read_on": date,
        }
    ],
}
_FILE_KEYS = frozenset(_SHAPE)
_STUDY_KEYS = frozenset(Study._fields)
_COMMON = (*_TEXTS, "services", "sources")
_NEEDED = {
    "effect": (*_COMMON, *_STUDIED, "measure", "is", "unit"),
    "advice": _COMMON,
    "saving": (*_COMMON, *_STUDIED, "result", "whose"),
}
_ALLOWED = {
    "effect": frozenset({*_NEEDED["effect"], "low", "high", "caveat"}),
    "advice": frozenset({*_NEEDED["advice"], "caveat"}),
    "saving": frozenset({*_NEEDED["saving"], *_MONEY, "currency", "per", "caveat"}),
}


def load_evidence(*folders: Path) -> Evidence:
    """Load the shipped library and operators' files over it.

    Args:
        folders: Operators' folders, each with `evidence/`; a file with the same id replaces ours.

    Raises:
        RulebookError: a broken file, with file and line.
    """
    found: Evidence = {}
    for folder in (BUILT_IN, *(f / "evidence" for f in folders)):
        for source in sources(folder):
            condition = read_condition(source)
            found[condition.id] = condition
    return {id: found[id] for id in sorted(found)}


def read_condition(source: Source) -> ConditionEvidence:
    """Turn one parsed file into what is known of a condition.

    Raises:
        RulebookError: a key missing or unknown, an effect without unit, a source without identifier.
    """
    content = source.content
    source.check_keys(content, _FILE_KEYS, "A file of evidence")
    check_shape(source, content, _SHAPE, "A file of evidence")
    expected = source.name.removesuffix(".toml")
    if content.get("id") != expected:
        raise source.fault(f"The id is {content.get('id')!r}.", f"Make it the file's name: {expected!r}.", "id")
    _check_all_there(source, content, ("name", "plain", "codes"), f"Evidence {expected}")
    studies = {str(t.get("id", "?")): _study(source, t) for t in content.get("source", [])}
    entries = tuple(
        _entry(source, part, table, studies)
        for part in ("effect", "advice", "saving")
        for table in content.get(part, [])
    )
    if not entries:
        raise source.fault(f"Evidence {expected} says nothing.", "Leave the file out where nothing was found.")
    codes, events = tuple(content["codes"]), tuple(content.get("events", ()))
    return ConditionEvidence(expected, content["name"], content["plain"], codes, events, entries, source.name)


def _check_all_there(source: Source, table: dict[str, Any], keys: tuple[str, ...], what: str) -> None:
    lacking = [key for key in keys if table.get(key) in (None, "", [])]
    if lacking:
        named = str(table.get("id", ""))
        raise source.fault(
            f"{what} lacks {', '.join(lacking)}.", "Add what is missing.", *(("id", named) if named else ())
        )


def _study(source: Source, table: dict[str, Any]) -> Study:
    id = str(table.get("id", "?"))
    source.check_keys(table, _STUDY_KEYS, f"Source {id}")
    _check_all_there(source, table, Study._fields, f"Source {id}")
    if table["kind"] not in KINDS:
        raise source.fault(f"Source {id} is of kind {table['kind']!r}.", f"Kinds: {', '.join(KINDS)}.", table["kind"])
    for identifier in table["identifiers"]:
        kind, _, rest = identifier.partition(":")
        if kind not in IDENTIFIERS or not rest:
            step = f"Write it like doi:10.1001/…; kinds: {', '.join(IDENTIFIERS)}."
            raise source.fault(f"Source {id} has the identifier {identifier!r}.", step, identifier)
    lists = {key: tuple(table[key]) for key in ("identifiers", "seen_at")}
    return Study(**{**table, **lists})


def _entry(source: Source, part: str, table: dict[str, Any], studies: dict[str, Study]) -> Entry:
    id = str(table.get("id", "?"))
    what = f"{part.capitalize()} {id}"
    source.check_keys(table, _ALLOWED[part], what)
    _check_all_there(source, table, _NEEDED[part], what)
    for named in table["sources"]:
        if named not in studies:
            raise source.fault(f"{what} cites {named!r}, which is not there.", "Add it as a [[source]].", named)
    for kind in table["services"]:
        if kind not in set(ServiceKind):
            raise source.fault(f"{what}: {kind!r} is no kind of service.", f"Kinds: {', '.join(ServiceKind)}.", kind)
    if table["scale"] == "ours" and table["strength"] not in OUR_SCALE:
        step = f"Steps of our scale: {', '.join(OUR_SCALE)}."
        raise source.fault(f"{what} has the strength {table['strength']!r}.", step, table["strength"])
    if part == "saving":
        _check_money(source, table, what)
    texts = {key: table.get(key, "") for key in (*_STUDIED, "caveat", "measure", "unit", "result", "whose", "per")}
    return Entry(
        **texts,
        id=id,
        part=part,
        says=table["says"],
        services=tuple(table["services"]),
        studies=tuple(studies[named] for named in table["sources"]),
        strength=table["strength"],
        scale=table["scale"],
        value=_figure(source, table, "is", what),
        low=_figure(source, table, "low", what),
        high=_figure(source, table, "high", what),
        value_cents=table.get("is_cents"),
        low_cents=table.get("low_cents"),
        high_cents=table.get("high_cents"),
        currency=table.get("currency", ""),
    )


def _figure(source: Source, table: dict[str, Any], key: str, what: str) -> Decimal | None:
    value = table.get(key)
    if value is not None and (isinstance(value, bool) or not isinstance(value, (int, float))):
        raise source.fault(f"{what}: {key} is {value!r}, which is no number.", "Write it like -0.67.", key)
    return None if value is None else Decimal(str(value))


def _check_money(source: Source, table: dict[str, Any], what: str) -> None:
    """Refuse an amount that does not say of what, per what, or that stands where none can be."""
    if table["result"] not in RESULTS:
        raise source.fault(
            f"{what} comes to {table['result']!r}.", f"Write one of {', '.join(RESULTS)}.", table["result"]
        )
    amounts = [table[key] for key in _MONEY if key in table]
    if amounts and (table.get("currency") not in CURRENCIES or not table.get("per")):
        step = f"Add `per`, and `currency` as one of {', '.join(CURRENCIES)}."
        raise source.fault(f"{what} has an amount without currency or `per`.", step, table["id"])
    if table["result"] == "saves" and not amounts:
        raise source.fault(f"{what} saves an amount that is not there.", "Add it, or write lower_costs.", table["id"])
    if any(amount < 0 for amount in amounts):
        raise source.fault(
            f"{what} has an amount below zero.", "Write what is saved as a positive amount.", table["id"]
        )
