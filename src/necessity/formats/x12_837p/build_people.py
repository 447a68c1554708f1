"""People and organisations of a message as records. Claims of one level share them: the same segments are read once."""

from functools import lru_cache

from necessity.domain.codes import check_npi
from necessity.domain.full_claim import ClaimPayer, ClaimPerson, ClaimProvider, Name, Sex
from necessity.domain.people import Address
from necessity.formats.x12 import Segment, at, read_day

Groups = dict[str, list[list[str]]]
"""Segments of one part by loop and id."""


def group(segments: list[Segment]) -> Groups:
    """Sort segments by loop and id, their order kept."""
    groups: Groups = {}
    for key, elements in segments:
        if key in groups:
            groups[key].append(elements)
        else:
            groups[key] = [elements]
    return groups


def first(groups: Groups, key: str) -> tuple[str, ...]:
    """Give the first segment of a kind; empty where there is none."""
    found = groups.get(key)
    return tuple(found[0]) if found else ()


@lru_cache(maxsize=4096)
def _name(nm1: tuple[str, ...]) -> Name:
    elements = list(nm1)
    is_person = at(elements, 2) != "2"
    return Name(
        last=at(elements, 3) or "(no name)",
        first=(at(elements, 4) or None) if is_person else None,
        middle=(at(elements, 5) or None) if is_person else None,
        suffix=(at(elements, 7) or None) if is_person else None,
        is_person=is_person,
    )


def address(groups: Groups, loop: str) -> Address:
    """Read N3 and N4 of a loop."""
    return _address(first(groups, f"{loop}.N3"), first(groups, f"{loop}.N4"))


@lru_cache(maxsize=4096)
def _address(n3: tuple[str, ...], n4: tuple[str, ...]) -> Address:
    town = list(n4)
    return Address(
        street=" ".join(part for part in n3[1:3] if part) or None,
        city=at(town, 1) or None,
        state=at(town, 2) or None,
        zip_code=at(town, 3) or None,
    )


def person(groups: Groups, loop: str) -> ClaimPerson:
    """Read the subscriber or the patient of a level."""
    parts = (first(groups, f"{loop}.{id}") for id in ("NM1", "N3", "N4", "DMG"))
    return _person(*parts)


@lru_cache(maxsize=1024)
def _person(nm1: tuple[str, ...], n3: tuple[str, ...], n4: tuple[str, ...], dmg: tuple[str, ...]) -> ClaimPerson:
    sex = at(list(dmg), 3)
    return ClaimPerson(
        name=_name(nm1),
        born_on=read_day(at(list(dmg), 2)),
        sex=Sex(sex) if sex in ("F", "M", "U") else None,
        address=_address(n3, n4),
    )


def payer(groups: Groups, filing: str) -> ClaimPayer:
    """Read the payer of a subscriber's level."""
    return _payer(first(groups, "2010BB.NM1"), first(groups, "2010BB.N3"), first(groups, "2010BB.N4"), filing)


@lru_cache(maxsize=1024)
def _payer(nm1: tuple[str, ...], n3: tuple[str, ...], n4: tuple[str, ...], filing: str) -> ClaimPayer:
    return ClaimPayer(
        name=at(list(nm1), 3) or "(no name)",
        id=at(list(nm1), 9) or None,
        address=_address(n3, n4),
        filing_indicator=filing or None,
    )


def provider(groups: Groups, loop: str, role: str) -> ClaimProvider | None:
    """Read a provider of a loop; None where nobody stands in that role."""
    for nm1 in groups.get(f"{loop}.NM1", ()):
        if at(nm1, 1) == role:
            numbers = {at(ref, 1): at(ref, 2) for ref in groups.get(f"{loop}.REF", ())}
            return _provider(tuple(nm1), at(list(first(groups, f"{loop}.PRV")), 3), numbers.get("0B", ""))
    return None


@lru_cache(maxsize=4096)
def _provider(nm1: tuple[str, ...], taxonomy: str, licence: str) -> ClaimProvider:
    number = at(list(nm1), 9) if at(list(nm1), 8) == "XX" else ""
    npi = number if number and check_npi(number).valid else None
    return ClaimProvider(
        name=_name(nm1), npi=npi, taxonomy=taxonomy or None, licence_number=None if npi else licence or None
    )
