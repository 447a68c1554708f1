"""Checking a FHIR document against our own small layout: what must be there, codes, references, numbers, totals."""

import tomllib
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from necessity.domain.decision import Finding
from necessity.formats.fhir.reading.node import Node
from necessity.formats.fhir.reading.resources import Resources, open_document

_STEP = "Ask the sender to mend it; if we wrote it, write it again from the record."


@cache
def layout() -> dict[str, dict[str, Any]]:
    """Load the layout, by kind of resource."""
    return tomllib.loads((Path(__file__).parent / "layout.toml").read_text(encoding="utf-8"))


def check(document: bytes) -> tuple[Finding, ...]:
    """Check every resource of a FHIR document that we write or read; other kinds are passed over.

    Args:
        document: A Bundle, one resource, or one resource a line; JSON.

    Returns:
        All findings at once, each with its JSON path; empty where nothing is wrong.

    Raises:
        FormatError: it is no JSON at all.
    """
    resources = open_document(document)
    if not resources.found:
        resources.notes.add("resource", "There is no FHIR resource in this file.", "$", _STEP)
    for kind, node in resources.found:
        rules = layout().get(kind)
        if rules is None:
            continue
        for one in _CHECKS:
            one(node, rules)
        _references_lead_somewhere(node, resources)
        if kind == "Claim":
            _one_insurance_is_asked(node)
            _total_adds_up(node)
    return resources.notes.all()


def _add(node: Node, check_id: str, message: str) -> None:
    node.notes.add(check_id, message, node.path, _STEP)


def _reach(node: Node, path: str) -> Iterator[Node]:
    """Give every place a path leads to, going through lists; an empty node where the last step is missing."""
    first, _, rest = path.partition(".")
    child = node.get(first)
    places = list(child) if isinstance(child.value, list) else [child]
    for place in places or [child]:
        if not rest:
            yield place
        elif place and isinstance(place.value, dict):
            yield from _reach(place, rest)


def _is_said(node: Node) -> bool:
    return node.value not in (None, "", [], {})


def _required_is_there(node: Node, rules: dict[str, Any]) -> None:
    for wanted in rules["required"]:
        choices = wanted.split("|")
        parent, _, _ = choices[0].rpartition(".")
        for owner in _reach(node, parent) if parent else [node]:
            if parent and not _is_said(owner):
                continue
            names = [choice.rpartition(".")[2] for choice in choices]
            if not any(_is_said(owner.get(name)) for name in names):
                _add(owner, "required", f"{owner.path} does not say {' or '.join(names)}, which FHIR requires.")


def _codes_are_known(node: Node, rules: dict[str, Any]) -> None:
    for path, allowed in rules.get("codes", {}).items():
        for place in _reach(node, path):
            code = place.text()
            if code is not None and code not in allowed:
                _add(place, "code", f"{place.path} is {code[:40]!r}; allowed are {', '.join(allowed)}.")


def _systems_are_known(node: Node, rules: dict[str, Any]) -> None:
    for path, allowed in rules.get("systems", {}).items():
        for place in _reach(node, path):
            codings = place.codings() if place else []
            if codings and not any(system.split("|")[0] in allowed for system, _ in codings):
                _add(place, "system", f"{place.path} has no code of {' or '.join(allowed)}.")


def _numbers_are_used_once(node: Node, rules: dict[str, Any]) -> None:
    for path in rules.get("once", ()):
        numbers = [number for place in _reach(node, path) if (number := place.whole()) is not None]
        for twice in sorted(number for number, times in Counter(numbers).items() if times > 1):
            _add(node, "sequence", f"{node.path}: the number {twice} is used twice in {path}.")


def _numbers_lead_somewhere(node: Node, rules: dict[str, Any]) -> None:
    for path, target in rules.get("points", {}).items():
        known = {place.whole() for place in _reach(node, target)}
        for place in _reach(node, path):
            number = place.whole()
            if number is not None and number not in known:
                _add(place, "sequence", f"{place.path} names {number}, which is no number in {target}.")


def _references_lead_somewhere(node: Node, resources: Resources) -> None:
    for reference in _references(node):
        resources.behind(reference)


def _references(node: Node) -> Iterator[Node]:
    if isinstance(node.value, dict):
        if isinstance(node.value.get("reference"), str):
            yield node
        for name in node.value:
            if name != "contained":
                yield from _references(node.get(name))
    elif isinstance(node.value, list):
        for one in node:
            yield from _references(one)


def _one_insurance_is_asked(claim: Node) -> None:
    focal = [one for one in claim.many("insurance") if one.get("focal").yes()]
    if claim.many("insurance") and len(focal) != 1:
        _add(claim.get("insurance"), "focal", f"{len(focal)} insurances are the one asked (focal); it must be one.")


def _total_adds_up(claim: Node) -> None:
    nets = [item.get("net").cents() for item in claim.many("item")]
    total = claim.get("total").cents()
    if total is None or not nets or None in nets:
        return
    added = sum(net for net in nets if net is not None)
    if added != total:
        _add(claim.get("total"), "total", f"The lines add up to {added} cents, the total says {total}.")


_CHECKS = (
    _required_is_there,
    _codes_are_known,
    _systems_are_known,
    _numbers_are_used_once,
    _numbers_lead_somewhere,
)
