"""The bricks of a FHIR document: canonical JSON with exact amounts, elements, references, a bundle."""

import json
import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

from necessity.domain.manifest import digest
from necessity.domain.people import Address
from necessity.errors import FormatError
from necessity.formats.fhir import systems

Json = dict[str, Any]

_OURS = UUID("6d1f0c5e-6f0e-5c57-9a4c-2f3c5a0b7d19")
"""Fixed for ever: ids in bundles grow from it, so the same record gives the same ids."""
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|[\ud800-\udfff]")


def to_json(value: object) -> bytes:
    r"""Write plain values as canonical JSON, decimals digit by digit.

    The form is that of `domain.manifest.canonical_json`: sorted keys, no blanks, one line. A `Decimal` becomes a
    number with the digits it has, so that 85.00 dollars never pass through a binary fraction.

    Examples:
        >>> to_json({"b": Decimal("85.00"), "a": ["é", 1]})
        b'{"a":["\xc3\xa9",1],"b":85.00}\n'
    """
    return (_text(value) + "\n").encode()


def _text(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(key)}:{_text(value[key])}" for key in sorted(value)) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(_text, value)) + "]"
    if isinstance(value, Decimal):
        return format(value, "f")
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def lean(**elements: object) -> Json:
    """Keep the elements that say something: FHIR knows neither null nor empty lists and texts.

    Examples:
        >>> lean(a=None, b="", c=[], d=False, e=0, class_="x")
        {'d': False, 'e': 0, 'class': 'x'}
    """
    return {name.rstrip("_"): value for name, value in elements.items() if value not in (None, "", [], {}, ())}


def coding(system: str, code: str, display: str | None = None) -> Json:
    """Write one code of one system."""
    return lean(system=system, code=code, display=display)


def concept(*codings: Json, text: str | None = None) -> Json:
    """Write a coded concept with its words."""
    return lean(coding=list(codings), text=text)


def money(cents: int) -> Json:
    r"""Write an amount in dollars.

    Examples:
        >>> to_json(money(8500))
        b'{"currency":"USD","value":85.00}\n'
    """
    return {"value": dollars_of(cents), "currency": "USD"}


def dollars_of(cents: int) -> Decimal:
    """Turn whole cents into dollars with two decimals, exactly."""
    return Decimal(cents).scaleb(-2).quantize(Decimal("0.01"))


def quantity(value: int | Decimal, unit: str | None = None) -> Json:
    """Write a measured amount; the unit gets its UCUM code where we know it for sure."""
    code = systems.UNITS.get((unit or "").strip().lower())
    return lean(value=value, unit=unit, system=systems.UCUM if code else None, code=code)


def identifier(value: str | None, *, system: str | None = None, type_: Json | None = None) -> list[Json]:
    """Write an identifier as a list of one, or of none where the number is not known."""
    return [lean(system=system, type=type_, value=value)] if value else []


def address(postal: Address) -> list[Json]:
    """Write a postal address as a list of one, or of none where nothing of it is known."""
    lines = [postal.street] if postal.street else []
    written = lean(line=lines, city=postal.city, state=postal.state, postalCode=postal.zip_code)
    return [written] if written else []


def telecom(phone: str | None) -> list[Json]:
    """Write a telephone number as a list of one, or of none."""
    return [{"system": "phone", "value": phone}] if phone else []


class Bundle:
    """A collection that grows: each resource gets an id made from what it is for, the same one every time."""

    def __init__(self, root: str) -> None:
        self._root = root
        self._entries: dict[str, Json] = {}

    def add(self, role: str, resource: Json) -> Json:
        """Put a resource in and give the reference to it; the same role and content give the same entry.

        Args:
            role: What it is in this document, such as `patient`; enough to tell it from all others.
            resource: The resource, whole.
        """
        address = self.address(role)
        self._entries.setdefault(address, resource)
        return {"reference": address}

    def add_once(self, kind: str, resource: Json) -> Json:
        """Put a resource in that may be asked for twice: equal content is one entry."""
        return self.add(f"{kind}/{digest(to_json(resource))}", resource)

    def address(self, role: str) -> str:
        """Give the address that a resource in this role has, or would have."""
        return f"urn:uuid:{uuid5(_OURS, f'{self._root}/{role}')}"

    def write(self) -> bytes:
        """Write the bundle.

        Raises:
            FormatError: a text holds characters that FHIR does not allow.
        """
        entries = [{"fullUrl": address, "resource": resource} for address, resource in self._entries.items()]
        bundle = {
            "resourceType": "Bundle",
            "type": "collection",
            "identifier": {"system": systems.URI, "value": self.address("bundle")},
            "entry": entries,
        }
        refuse("The FHIR bundle cannot be written", list(_unprintable_texts(bundle, "Bundle")))
        return to_json(bundle)


def refuse(what: str, faults: list[str]) -> None:
    """Raise if there are faults: every one is named, not only the first.

    Raises:
        FormatError: there are faults.
    """
    if faults:
        raise FormatError(
            f"{what}: {faults[0]}." if len(faults) == 1 else f"{what}, for {len(faults)} reasons: {'; '.join(faults)}.",
            "Correct the record and write it again.",
            format="fhir",
            place=faults[0],
            faults=tuple(faults),
        )


def _unprintable_texts(value: object, where: str) -> Iterable[str]:
    if isinstance(value, dict):
        for key, one in value.items():
            yield from _unprintable_texts(one, f"{where}.{key}")
    elif isinstance(value, list):
        for number, one in enumerate(value):
            yield from _unprintable_texts(one, f"{where}[{number}]")
    elif isinstance(value, str) and (found := _UNPRINTABLE.search(value)):
        yield f"{where} holds the character U+{ord(found[0]):04X}, which FHIR does not allow; take it out"
