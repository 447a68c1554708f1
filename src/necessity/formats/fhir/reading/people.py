"""Reading persons, providers and addresses out of foreign FHIR resources."""

from functools import cache
from typing import Any

from pydantic import TypeAdapter

from necessity.domain.codes import Npi, TaxId
from necessity.domain.full_claim import ClaimPerson, ClaimProvider, Name
from necessity.domain.people import Address
from necessity.formats.fhir import systems
from necessity.formats.fhir.reading.node import Node
from necessity.formats.fhir.writing.people import GENDERS, LICENCE_NUMBER

_SEXES = {gender: sex for sex, gender in GENDERS.items()}


@cache
def shape(kind: Any) -> TypeAdapter[str]:
    """Give what checks a code or number of this kind, such as `Npi`; made once each."""
    return TypeAdapter(kind)


def address_of(node: Node) -> Address:
    """Read a postal address; several lines become one."""
    lines = [text for line in node.get("line") if (text := line.text())]
    return Address(
        street=", ".join(lines) or None,
        city=node.get("city").text(),
        state=node.get("state").text(),
        zip_code=node.get("postalCode").text(),
    )


def _name(node: Node) -> Name | None:
    """Read a HumanName; where only the whole is given, its last word is taken for the family name."""
    given = [text for part in node.get("given") if (text := part.text())]
    family, whole = node.get("family").text(), node.get("text").text()
    if family is None and whole:
        *given, family = whole.split()
    if family is None:
        return None
    suffix = next((text for part in node.get("suffix") if (text := part.text())), None)
    return Name(last=family, first=given[0] if given else None, middle=" ".join(given[1:]) or None, suffix=suffix)


def _phone(node: Node) -> str | None:
    phones = [one.get("value").text() for one in node.many("telecom") if one.get("system").text() in ("phone", None)]
    return next(iter(phones), None)


def person_of(node: Node) -> ClaimPerson | None:
    """Read a Patient or RelatedPerson; None where there is no name."""
    name = _name(node.at("name")) if node else None
    if name is None:
        return None
    gender = node.get("gender").text()
    return ClaimPerson(
        name=name,
        born_on=node.get("birthDate").day(),
        sex=_SEXES.get(gender or ""),
        address=address_of(node.at("address")),
        phone=_phone(node),
    )


def provider_of(node: Node) -> ClaimProvider | None:
    """Read a Practitioner or Organization; None where there is no name."""
    is_person = node.get("resourceType").text() == "Practitioner"
    name = _name(node.at("name")) if is_person else None
    if not is_person and (whole := node.get("name").text()):
        name = Name(last=whole, is_person=False)
    if name is None:
        return None
    numbers = numbers_of(node)
    codes = [one.get("code") for one in node.many("qualification")] if is_person else node.many("type")
    return ClaimProvider(
        name=name,
        npi=numbers.get("npi"),
        tax_id=numbers.get("employer") or numbers.get("personal"),
        tax_id_is_personal="personal" in numbers and "employer" not in numbers,
        taxonomy=next((code for one in codes if (code := one.code(systems.TAXONOMY))), None),
        credential=next((text for one in codes if is_person and (text := one.get("text").text())), None),
        licence_number=numbers.get("licence"),
        address=address_of(node.at("address")),
        phone=_phone(node),
    )


def numbers_of(node: Node) -> dict[str, str]:
    """Read what a provider is known by: npi, employer or personal tax number, licence. Wrong ones are noted."""
    kinds: dict[str, tuple[str, Any, str]] = {
        systems.NPI: ("npi", Npi, "national provider identifier"),
        systems.EMPLOYER_NUMBER: ("employer", TaxId, "tax number"),
        systems.SOCIAL_SECURITY_NUMBER: ("personal", TaxId, "tax number"),
    }
    found: dict[str, str] = {}
    for one in node.many("identifier"):
        if known := kinds.get(one.get("system").text() or ""):
            name, kind, words = known
            value = one.get("value").kept(shape(kind).validate_python, words)
        elif one.at("type.text").text() == LICENCE_NUMBER:
            name, value = "licence", one.get("value").text()
        else:
            continue
        if value is not None:
            found.setdefault(name, value)
    return found
